//! The named oscillators of the meso and macro band.

use std::f32::consts::TAU;

/// Oscillators of the micro band.
pub const MICRO: usize = 128;
/// Oscillators of the meso band.
pub const MESO: usize = 32;
/// Oscillators of the macro band.
pub const MACRO: usize = 8;
/// Meso and macro together: what [`super::FieldNetwork`] integrates.
pub const SLOW_OSCILLATORS: usize = MESO + MACRO;

/// A time scale of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    /// 25 ms.
    Micro,
    /// 250 ms.
    Meso,
    /// 2 s and longer.
    Macro,
}

/// A named oscillator; `as usize` is its index. Meso oscillators from [`Role::FIRST_OF_POOL`] to 31 have no name:
/// they are the rhythmic population whose synchrony is the field's engagement with the speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Role {
    /// One turn per syllable; the clock of the score.
    Syllable = 0,
    /// Opens and closes the jaw with the syllables.
    Jaw = 1,
    /// Head nods on stressed syllables.
    Nod = 2,
    /// Brow beats on stressed syllables.
    Brow = 3,
    /// 8-10 Hz tremor of the larynx.
    Tremor = 4,
    /// Breathing.
    Breath = 32,
    /// Slow drift of pitch over a phrase.
    Phrase = 33,
    /// Bounce of the cheeks in happy speech.
    Cheek = 34,
    /// Sway of the head about the vertical.
    SwayYaw = 35,
    /// Sway of the head up and down.
    SwayPitch = 36,
    /// Sway of the head to the shoulders.
    SwayRoll = 37,
    /// Drift of the gaze.
    Gaze = 38,
    /// A blink at every turn.
    Lid = 39,
}

impl Role {
    /// First oscillator of the unnamed population.
    pub const FIRST_OF_POOL: usize = 5;
}

/// Intrinsic frequency of a slow oscillator in Hz.
pub fn intrinsic_hz(index: usize) -> f32 {
    const NAMED_MESO: [f32; Role::FIRST_OF_POOL] = [4.0, 4.0, 2.0, 2.0, 9.0];
    // Breath 15 a minute, cheeks 0.5 Hz, blinks 17 a minute; sways incommensurate, so that no pose repeats.
    const NAMED_MACRO: [f32; MACRO] = [0.25, 0.5, 0.5, 0.113, 0.171, 0.137, 0.41, 0.283];
    if index < Role::FIRST_OF_POOL {
        NAMED_MESO[index]
    } else if index < MESO {
        // The population spreads over the range of syllable rates, 3 to 5.5 Hz.
        let along = (index - Role::FIRST_OF_POOL) as f32 / (MESO - Role::FIRST_OF_POOL - 1) as f32;
        3.0 + 2.5 * along
    } else {
        NAMED_MACRO[(index - MESO).min(MACRO - 1)]
    }
}

/// Phase noise of a slow oscillator in rad per square root of a second.
pub fn noise_rad_per_sqrt_s(index: usize) -> f32 {
    match index {
        // The clock keeps time: its irregularity is the score's.
        i if i == Role::Syllable as usize => 0.0,
        i if i == Role::Tremor as usize => 3.0,
        // Blink intervals of people vary by half of their mean.
        i if i == Role::Lid as usize => 0.35 * (TAU * intrinsic_hz(i)).sqrt(),
        i if i < MESO => 0.3,
        _ => 0.15,
    }
}
