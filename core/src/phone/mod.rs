//! Phones of the voice's alphabet (misaki's, American and British): what the mouth does for each, visemes, syllables.

mod inventory;
mod syllable;
mod viseme;
mod viseme_set;

pub use inventory::{LipGesture, Manner, PAUSE, Phone, is_length_mark, is_stress_mark};
pub use syllable::{SyllableSpan, syllabify};
pub use viseme::{VISEME_COUNT, Viseme};
pub use viseme_set::{rhubarb, sapi};
