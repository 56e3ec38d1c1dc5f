//! The emotional state that voice and face share: valence, arousal, dominance and how much of it shows; named modes; styles
//! and gestures.

mod feeling;
mod manner;
mod mode;
mod place;
mod resonance;
mod signature;
mod state;
mod style;
mod style_shape;

pub use feeling::{Feeling, Valley};
pub use manner::Manner;
pub use mode::{MODE_COUNT, Mode, Moods};
pub use resonance::Resonance;
pub use signature::VoiceSignature;
pub use state::EmotionState;
pub use style::{FaceGesture, STYLE_COUNT, Style, Styles, VoiceGesture};
pub use style_shape::{Shake, Shaken, StyleShape, shaken, style_shape};
