//! How a persona's throat is set before anybody turns a knob.

use serde::{Deserialize, Serialize};

/// Most voices that speak along.
pub const MAX_ENSEMBLE: usize = 3;

/// Resting values of the controls of the same names; what is left out is the voice's own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Throat {
    /// Factor on the melody's excursions, 0..=2.
    pub pitch_range: f32,
    /// Lax -1 .. +1 pressed.
    pub tension: f32,
    /// Breath, 0..=1.
    pub breath: f32,
    /// Spectral tilt in dB per octave, -4..=4.
    pub tilt_db_per_octave: f32,
    /// Mumbled 0 .. 1 neutral .. 2 over-articulated.
    pub articulation: f32,
    /// Whisper, 0..=1.
    pub whisper: f32,
    /// Vocal fry, 0..=1.
    pub creak: f32,
    /// The thin register, 0..=1.
    pub falsetto: f32,
    /// Depth of the vibrato in semitones, 0..=2.
    pub vibrato_st: f32,
    /// Depth of the 8-10 Hz tremor in semitones, 0..=1.
    pub tremor_st: f32,
    /// Level in dB, -24..=18: so that who whispers is as near as who does not.
    pub level_db: f32,
}

impl Throat {
    /// As the voice was fitted.
    pub const PLAIN: Self = Self {
        pitch_range: 1.0,
        tension: 0.0,
        breath: 0.0,
        tilt_db_per_octave: 0.0,
        articulation: 1.0,
        whisper: 0.0,
        creak: 0.0,
        falsetto: 0.0,
        vibrato_st: 0.0,
        tremor_st: 0.0,
        level_db: 0.0,
    };

    /// Every value with its name and range.
    pub(super) fn ranges(&self) -> [(&'static str, f32, f32, f32); 11] {
        [
            ("throat.pitch_range", self.pitch_range, 0.0, 2.0),
            ("throat.tension", self.tension, -1.0, 1.0),
            ("throat.breath", self.breath, 0.0, 1.0),
            ("throat.tilt_db_per_octave", self.tilt_db_per_octave, -4.0, 4.0),
            ("throat.articulation", self.articulation, 0.0, 2.0),
            ("throat.whisper", self.whisper, 0.0, 1.0),
            ("throat.creak", self.creak, 0.0, 1.0),
            ("throat.falsetto", self.falsetto, 0.0, 1.0),
            ("throat.vibrato_st", self.vibrato_st, 0.0, 2.0),
            ("throat.tremor_st", self.tremor_st, 0.0, 1.0),
            ("throat.level_db", self.level_db, -24.0, 18.0),
        ]
    }
}

impl Default for Throat {
    fn default() -> Self {
        Self::PLAIN
    }
}

/// Voices that speak along: their distances in semitones; unused ones are at the end.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ensemble {
    /// Distance of each from the voice, st.
    pub shifts_st: [f32; MAX_ENSEMBLE],
    /// How many there are.
    pub count: usize,
}

impl Ensemble {
    /// The first [`MAX_ENSEMBLE`] of a list.
    pub(super) fn of(shifts_st: &[f32]) -> Self {
        let mut ensemble = Self { count: shifts_st.len().min(MAX_ENSEMBLE), ..Self::default() };
        for (slot, shift) in ensemble.shifts_st.iter_mut().zip(shifts_st) {
            *slot = *shift;
        }
        ensemble
    }
}
