//! Phones of the voice's alphabet (misaki's, American and British): what the mouth does for each, visemes, syllables.

mod inventory;
mod syllable;
mod viseme;

pub use inventory::{LipGesture, Manner, PAUSE, Phone, is_length_mark, is_stress_mark};
pub use syllable::{SyllableSpan, syllabify};
pub use viseme::{VISEME_COUNT, Viseme};
