//! What happens in a performance besides the faces: lines, words, phones, marks, surprises.

use psivox_core::Score;
use psivox_core::field::SurpriseEvent;
use psivox_core::phone::Viseme;
use std::sync::Arc;

/// What the audio thread hands over: cheap, without text of its own.
#[derive(Debug, Clone)]
pub enum Notice {
    /// A line begins.
    Line(Arc<Score>),
    /// A phone of the line begins: its index in [`Score::phones`].
    Phone(u32),
    /// A mark of the text is reached: its index in [`Score::marks`].
    Mark(u32),
    /// Something came otherwise than foretold.
    Surprise(SurpriseEvent),
    /// The last line has ended, or was stopped.
    Finished,
}

/// A [`Notice`] and when it belongs to the sound.
#[derive(Debug, Clone)]
pub struct TimedNotice {
    /// Samples since the engine's `reset`.
    pub time_samples: u64,
    /// What happens.
    pub notice: Notice,
}

/// What a target is told.
#[derive(Debug, Clone, PartialEq)]
pub enum WireEvent {
    /// A line begins: all of its words, joined by spaces.
    Line {
        /// What is said.
        text: String,
        /// Its duration at the pace it was planned with, s.
        duration_s: f32,
    },
    /// A word begins.
    Word {
        /// As written.
        word: String,
        /// Its place in the line, from 0.
        index: u32,
        /// Its duration at the pace it was planned with, s.
        duration_s: f32,
    },
    /// A phone begins.
    Phone {
        /// Symbol of the voice's alphabet (IPA); a space for a pause.
        symbol: char,
        /// Its mouth picture.
        viseme: Viseme,
        /// Its duration at the pace it was planned with, s.
        duration_s: f32,
    },
    /// A mark of the text is reached.
    Mark {
        /// Its name.
        name: String,
    },
    /// Something came otherwise than foretold.
    Surprise(SurpriseEvent),
    /// The last line has ended, or was stopped.
    Finished,
}
