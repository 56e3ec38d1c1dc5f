//! What the field observes of itself 60 times a second: the named observables that Koopman's operator foretells.

use super::network::FieldNetwork;
use super::roles::{Band, Role};
use super::surprise::SurpriseSource;
use crate::score::{Articulator, LN_F0, ScoreFrame};
use crate::voice::ENVELOPE_KNOTS;
use std::f32::consts::TAU;

/// Observations a second: faces of 60 fps, a third of the forecast's 50 ms.
pub const OBSERVATION_HZ: f32 = 60.0;
/// How many observables there are.
pub const OBSERVABLES: usize = 23;

/// Names in order, and whose surprise an error of the forecast is; those of the body are nobody's.
pub const OBSERVABLE_NAMES: [&str; OBSERVABLES] = [
    "f0",
    "level",
    "balance",
    "voicing",
    "jaw",
    "closure",
    "rounding",
    "spread",
    "prominence",
    "tempo",
    "cos_syllable",
    "sin_syllable",
    "cos_stress",
    "sin_stress",
    "cos_jaw",
    "sin_jaw",
    "r_meso",
    "valence",
    "arousal",
    "dominance",
    "pitch",
    "gain",
    "rate",
];

/// Index of the voicing.
pub(super) const VOICING: usize = 3;

/// Whose surprise an error in one of [`OBSERVABLE_NAMES`] is.
pub const fn source_of(index: usize) -> Option<SurpriseSource> {
    match index {
        // The melody. Levels jump by nepers at every consonant, and tempo at every pause: their errors would drown it.
        0 => Some(SurpriseSource::Prosody),
        17.. => Some(SurpriseSource::Automation),
        _ => None,
    }
}

/// One observation, in the order of [`OBSERVABLE_NAMES`]: f0 about the speaker's mean in units of 4 st, level and balance
/// in nepers, the mouth in 0..=1, tempo as the log of the syllable rate over 4 Hz, cosines and sines times the amplitude,
/// emotion as shown, pitch in units of 6 st, gain in units of 20 dB, rate as a log.
pub type Observation = [f32; OBSERVABLES];

/// What the performer does, as observed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Performed {
    /// Valence, arousal, dominance as lanes have them: what may surprise.
    pub emotion: [f32; 3],
    /// The same as it shows, from wherever it comes: what is remembered.
    pub felt: [f32; 3],
    /// Transposition in semitones.
    pub pitch_st: f32,
    /// Gain in dB.
    pub gain_db: f32,
    /// Factor on the rate.
    pub rate_ratio: f32,
}

/// Observes a frame of the score as the micro band plays it. `ln_f0_mean` is the speaker's, `omega` the clock's rate in
/// rad/s (0 while it rests).
pub(super) fn observe(
    frame: &ScoreFrame,
    ln_f0_mean: f32,
    omega: f32,
    network: &FieldNetwork,
    performed: &Performed,
) -> Observation {
    let half = ENVELOPE_KNOTS / 2;
    let mean = |knots: &[f32]| knots.iter().sum::<f32>() / knots.len() as f32;
    let (low, high) = (mean(&frame[..half]), mean(&frame[half..ENVELOPE_KNOTS]));
    let mouth = |articulator: Articulator| frame[articulator.channel()];
    let phasor = |role: Role| (network.r(role) * network.cos(role), network.r(role) * network.sin(role));
    let (syllable, stress, jaw) = (phasor(Role::Syllable), phasor(Role::Stress), phasor(Role::Jaw));
    let (re, im) = network.mean_field(Band::Meso);
    // Half an octave off the mean counts for less the further it is: a song is no surprise.
    let f0 = ((frame[LN_F0] - ln_f0_mean) / (4.0 * std::f32::consts::LN_2 / 12.0)).clamp(-3.0, 3.0);
    [
        f0,
        0.5 * (low + high),
        high - low,
        frame[ENVELOPE_KNOTS].clamp(0.0, 1.0),
        mouth(Articulator::Jaw),
        mouth(Articulator::Closure),
        mouth(Articulator::Pucker).max(mouth(Articulator::Funnel)),
        mouth(Articulator::Stretch),
        frame[crate::score::PROMINENCE],
        if omega > 0.0 { (omega / (TAU * 4.0)).ln() } else { 0.0 },
        syllable.0,
        syllable.1,
        stress.0,
        stress.1,
        jaw.0,
        jaw.1,
        re.hypot(im),
        performed.emotion[0],
        performed.emotion[1],
        performed.emotion[2],
        performed.pitch_st / 6.0,
        performed.gain_db / 20.0,
        performed.rate_ratio.max(0.1).ln(),
    ]
}
