//! The audio channel: one bank of oscillators makes every sound, and voicing is its synchrony.

mod bank;
mod coherence;
mod glottis;
mod guard;
mod harmonicity;
mod high_band;
mod hum;
mod kernel;
mod noise;
mod phonation;
pub mod reference;
mod voiceprint;

pub use bank::{F0_MAX_HZ, F0_MIN_HZ, OscillatorBank, SoundKnot};
pub use coherence::{coherence_after_pull, kappa_of_order, order_of_kappa};
pub use glottis::Glottis;
pub use guard::OutputGuard;
pub use high_band::HIGH_OSCILLATORS;
pub use hum::hum_shape;
pub use noise::Noise;
pub use phonation::{Phonation, PhonationCurves};
pub use voiceprint::{EQ_BANDS_MAX, EqBand, EqShape, Voiceprint, VoiceprintError, VoiceprintGains};
