//! How an engine is built: rates, seed, and which mechanisms are switched off.

use crate::field::Mechanisms;

/// Mechanisms that can be switched off one at a time, to measure what each does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ablation {
    /// All couplings K to zero.
    pub coupling: bool,
    /// All lags alpha to zero.
    pub lags: bool,
    /// Micro modes frozen to their fixed point.
    pub micro: bool,
    /// Partials fully locked (h = 1).
    pub locking: bool,
    /// No harmonic grammar.
    pub grammar: bool,
    /// Emotion neither heard nor seen.
    pub emotion: bool,
    /// The meso band stands still: jaw, nods, brows, tremor, vibrato, population.
    pub meso: bool,
    /// The macro band stands still: breath, phrase, cheeks, sways, gaze, lids.
    pub slow: bool,
    /// Couplings do not learn.
    pub learning: bool,
    /// Nothing is foretold and nothing surprises.
    pub prediction: bool,
    /// What was said does not colour what is said next.
    pub memory: bool,
}

impl Ablation {
    /// What is left of the field's mechanisms.
    pub(super) fn mechanisms(&self) -> Mechanisms {
        Mechanisms {
            bands: [!self.micro, !self.meso, !self.slow],
            learning: !self.learning,
            prediction: !self.prediction,
            memory: !self.memory,
        }
    }
}

/// How to build an engine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EngineConfig {
    /// Sample rate in Hz, 1000..=768000; below 16000 much of the voice lies above what the rate can hold.
    pub sample_rate_hz: f32,
    /// Faces per second, 10..=240.
    pub face_rate_hz: f32,
    /// Seed of all noise.
    pub seed: u64,
    /// What is switched off.
    pub ablation: Ablation,
    /// Whether takes of what is said are kept ([`super::Engine::finished_take`]): half a megabyte more.
    pub keeps_takes: bool,
}

impl EngineConfig {
    /// 60 faces a second, seed 0, nothing switched off, no takes.
    pub fn new(sample_rate_hz: f32) -> Self {
        Self {
            sample_rate_hz,
            face_rate_hz: 60.0,
            seed: 0,
            ablation: Ablation::default(),
            keeps_takes: false,
        }
    }
}

/// Why an engine cannot be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EngineError {
    /// A rate outside its range.
    #[error("the {what} is {found} Hz, expected {low} to {high} Hz")]
    Rate {
        /// Which rate.
        what: &'static str,
        /// What was asked for.
        found: f32,
        /// Smallest rate allowed.
        low: f32,
        /// Largest rate allowed.
        high: f32,
    },
}

impl EngineConfig {
    /// Whether every rate is in its range.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        let check = |what, found: f32, low: f32, high: f32| {
            let good = found.is_finite() && (low..=high).contains(&found);
            good.then_some(()).ok_or(EngineError::Rate { what, found, low, high })
        };
        check("sample rate", self.sample_rate_hz, 1_000.0, 768_000.0)?;
        check("face rate", self.face_rate_hz, 10.0, 240.0)
    }
}
