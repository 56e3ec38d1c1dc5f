//! The audio channel: one bank of oscillators makes every sound, and voicing is its synchrony.

mod bank;
mod coherence;
mod guard;
mod high_band;
mod kernel;
mod noise;
pub mod reference;

pub use bank::{F0_MAX_HZ, F0_MIN_HZ, OscillatorBank, SoundKnot};
pub use coherence::{coherence_after_pull, kappa_of_order, order_of_kappa};
pub use guard::OutputGuard;
pub use noise::Noise;
