//! The fitted voice: Koopman modes that turn phones into control frames, and the file they live in.
//!
//! A voice is a stack of diagonal linear recurrences (Koopman eigenvalues of the lifted dynamics of speech)
//! with small pointwise observables between them (Orvieto et al. 2023, "Resurrecting Recurrent Neural Networks
//! for Long Sequences", section 3). It runs on the worker, phrase by phrase; what it yields is read in the
//! audio callback at the time of the field.

mod block;
mod burst;
mod contour;
mod file;
mod frames;
mod linear;
mod math;
mod model;
mod network;
mod panel;
mod person;
mod shaping;

pub use file::{VoiceFile, VoiceFileError, VoiceMeta};
pub use frames::{CHANNELS, COHERENCE_BANDS, ControlFrame, ENVELOPE_KNOTS, KnotAxis};
pub use math::{DB_TO_NEPER, fast_exp, fast_sin_cos, sigmoid};
pub use model::{RawProsody, Spoken, VoiceModel};
pub use person::{Person, PersonMeta};
pub use shaping::{Shaping, Unshaped};
