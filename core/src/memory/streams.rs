//! The observables that are remembered, and the eigenfunctions in which they are.
//!
//! An utterance of any length is one turn of half a circle of its own phrase clock: `theta = pi x` at the share x of its
//! nominal time. The Koopman operator of that rotation has the eigenfunctions `e^{i k theta}`; an observable that is read
//! forth and back (the even extension, so that its ends need not meet) has real coefficients, `g(theta) = sum_k c_k cos(k
//! theta)`. The c_k are harmonic averages of the observable along the trajectory (Mezic 2005, section 3; Budisic, Mohr &
//! Mezic 2012), here by least squares over the finite time: k = 0 is how it was said on the whole, 1 where it was heading,
//! 2 and 3 how it swelled.

use crate::emotion::{MODE_COUNT, STYLE_COUNT};
use std::f32::consts::PI;

/// Eigenfunctions for each observable.
pub const HARMONICS: usize = 4;

/// Coefficients of one observable.
pub type Harmonics = [f32; HARMONICS];

/// An observable of the voice: what is done to a persona's plain voice. What belongs to the persona itself is not in it, so
/// that another one can speak in the manner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum VoiceObservable {
    /// Shift of f0, st.
    PitchSt,
    /// Natural logarithm of the factor on f0's excursions.
    LnRange,
    /// Level, dB.
    LevelDb,
    /// 1-5 kHz against what is below, dB.
    BalanceDb,
    /// Change of the last syllable's end, st.
    FinalSt,
    /// Natural logarithm of the factor on the vocal tract's length.
    LnTract,
    /// Laryngeal tension, -1..=1.
    Tension,
    /// Breath, 0..=1.
    Breath,
    /// Spectral balance, dB per octave.
    TiltDbPerOctave,
    /// Whisper, 0..=1.
    Whisper,
    /// Vocal fry, 0..=1.
    Creak,
    /// The thin register, 0..=1.
    Falsetto,
    /// Jitter, %.
    JitterPercent,
    /// Shimmer, dB.
    ShimmerDb,
    /// Shift of harmonicity, dB.
    HnrDb,
    /// How far the lips are closed to a hum, 0..=1.
    Hum,
    /// Depth of vibrato, st.
    VibratoSt,
    /// Depth of tremor, st.
    TremorSt,
    /// Natural logarithm of the factor on the clock's rate.
    LnRate,
    /// Natural logarithm of the factor on pauses.
    LnPause,
    /// How clearly it is articulated beyond the plain, -1..=1.
    Articulation,
    /// Arousal with which the voice's modes are struck, -1..=1.
    Attack,
    /// Natural logarithm of the factor on the field's couplings.
    LnCoupling,
    /// Factor on the field's lags.
    Lags,
}

/// Observables of the voice.
pub const VOICE_OBSERVABLES: usize = VoiceObservable::Lags as usize + 1;

/// Moods first, then acted styles, then these.
const FACE_FIRST: usize = MODE_COUNT + STYLE_COUNT;

/// An observable of the face that is neither a mood nor a style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum FaceObservable {
    /// Valence as it shows, -1..=1.
    Valence = FACE_FIRST,
    /// Arousal as it shows.
    Arousal,
    /// Dominance as it shows.
    Dominance,
    /// Factor on the opening of jaw and lips.
    Jaw,
    /// Factor on what is shown of feelings.
    Expression,
    /// Factor on how far the eyes turn.
    Gaze,
    /// Factor on blinks per minute.
    BlinkRate,
    /// Factor on how far the head turns.
    Head,
    /// Factor on breath, sways and darts.
    Idle,
}

/// Observables of the face.
pub const FACE_OBSERVABLES: usize = FaceObservable::Idle as usize + 1;

/// What the voice does at an instant.
pub type VoiceStream = [f32; VOICE_OBSERVABLES];
/// What the face does at an instant.
pub type FaceStream = [f32; FACE_OBSERVABLES];

/// The eigenfunctions at the share `along` of an utterance, 0..=1.
pub fn eigenfunctions(along: f32) -> Harmonics {
    let along = if along.is_finite() { along.clamp(0.0, 1.0) } else { 0.0 };
    // cos(k theta) by Chebyshev's recurrence.
    let cos = (PI * along).cos();
    let mut own = [1.0, cos, 0.0, 0.0];
    for k in 2..HARMONICS {
        own[k] = 2.0 * cos * own[k - 1] - own[k - 2];
    }
    own
}

/// An observable from its coefficients.
pub fn value_at(coefficients: &Harmonics, eigenfunctions: &Harmonics) -> f32 {
    coefficients.iter().zip(eigenfunctions).map(|(c, phi)| c * phi).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenfunctions_turn_with_the_clock() {
        for step in 0..=20 {
            let along = step as f32 / 20.0;
            for (k, phi) in eigenfunctions(along).into_iter().enumerate() {
                assert!((phi - (k as f32 * PI * along).cos()).abs() < 1e-5, "{k} at {along}");
            }
        }
        assert_eq!(eigenfunctions(f32::NAN), eigenfunctions(0.0));
        assert_eq!(eigenfunctions(7.0), eigenfunctions(1.0));
    }
}
