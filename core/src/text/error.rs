//! What can go wrong between a text and its phones; every message says what to do next.

use thiserror::Error;

/// Failure of the text front-end.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TextError {
    /// The text is longer than one call may carry.
    #[error(
        "the text has {bytes} bytes, at most {limit} are read at once: split it at a paragraph and read the parts in turn"
    )]
    TooLong {
        /// Length of the text.
        bytes: usize,
        /// [`MAX_TEXT_BYTES`](super::MAX_TEXT_BYTES).
        limit: usize,
    },
    /// Nothing in the text has a sound.
    #[error("nothing to say: the text holds {found}; give it at least one English word or number")]
    NothingToSay {
        /// What was found in place of words.
        found: String,
    },
    /// An embedded data file is not what the code expects.
    #[error("data file {file}: expected {expected}, found {found}; rebuild it with tools/lexicon")]
    BadData {
        /// Name of the file under `core/data`.
        file: &'static str,
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
}
