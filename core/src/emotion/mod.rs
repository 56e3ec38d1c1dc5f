//! The emotional state that voice and face share: valence, arousal, dominance and how much of it shows.

mod signature;
mod state;

pub use signature::VoiceSignature;
pub use state::EmotionState;
