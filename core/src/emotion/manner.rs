//! How words are to be said, as far as their text tells.

use super::{Moods, Styles};

/// The manner of a word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// Emotion that a tag asks for.
    pub asked: Moods,
    /// Emotion that the words themselves suggest.
    pub suggested: Moods,
    /// Style that a tag asks for.
    pub styles: Styles,
    /// Styles that the face acts while the voice does something of its own, such as a laugh between words.
    pub acted: Styles,
    /// Part of a joke: personas may have a gesture for its end.
    pub joke: bool,
    /// Factor on the speaking rate.
    pub rate_ratio: f32,
    /// Transposition in semitones.
    pub pitch_st: f32,
    /// Factor on f0's excursions.
    pub range_ratio: f32,
    /// Change of level in dB.
    pub level_db: f32,
}

impl Manner {
    /// As the persona says everything.
    pub const PLAIN: Self = Self {
        asked: Moods::NONE,
        suggested: Moods::NONE,
        styles: Styles::NONE,
        acted: Styles::NONE,
        joke: false,
        rate_ratio: 1.0,
        pitch_st: 0.0,
        range_ratio: 1.0,
        level_db: 0.0,
    };
}

impl Default for Manner {
    fn default() -> Self {
        Self::PLAIN
    }
}
