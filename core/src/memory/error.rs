//! What can go wrong with memories.

use super::fading::{MAX_BYTES, MAX_MEMORIES, MAX_NAME, MAX_TAGS};
use super::file::MAX_FILE_BYTES;

/// Why a memory cannot be kept, found or read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MemoryError {
    /// Nothing of this name.
    #[error("there is no memory '{name}'; {}", told(known))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// The name is another memory's.
    #[error("there is a memory '{name}' already; forget it, or choose another name")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// It was forgotten.
    #[error("memory {id} is gone; it was forgotten or has faded")]
    Gone {
        /// Its id.
        id: u64,
    },
    /// A blend of nothing.
    #[error("a blend needs a memory with a weight above 0")]
    Weightless,
    /// A number in it is none.
    #[error("the memory holds numbers that are none; it was not kept")]
    Unsound,
    /// Too long to be shown.
    #[error("a name or tag has {MAX_NAME} characters at most, this one has {chars}; shorten it")]
    LongName {
        /// Characters of the name.
        chars: usize,
    },
    /// More than a memory can have.
    #[error("a memory has {MAX_TAGS} tags at most, not {count}; leave some out")]
    ManyTags {
        /// How many.
        count: usize,
    },
    /// Pinned memories alone would exceed the bounds.
    #[error(
        "the memory is full of pinned ones: this would make {memories} of at most {MAX_MEMORIES}, {bytes} of at most \
         {MAX_BYTES} bytes; unpin or forget one first"
    )]
    Full {
        /// Pinned ones with it.
        memories: usize,
        /// Their bytes.
        bytes: usize,
    },
    /// Part of what was read is not as it was written.
    #[error("{place} is damaged: {reason}; everything else that could be read is kept")]
    Damaged {
        /// Which part.
        place: String,
        /// How that shows.
        reason: String,
    },
    /// Memories are missing.
    #[error("{missing} of {all} memories are missing; if there is a copy of this file, import it too")]
    Missing {
        /// How many.
        missing: usize,
        /// How many there were.
        all: usize,
    },
    /// The record of the session is missing.
    #[error("the session's history and course could not be read; the memories themselves are kept")]
    NoSession,
    /// Two of one name were read.
    #[error("two memories were called '{name}'; the second one is now '{renamed}'")]
    Renamed {
        /// The name of both.
        name: String,
        /// The name of the second now.
        renamed: String,
    },
    /// More than the bounds allow was read.
    #[error("{count} memories did not fit in {MAX_BYTES} bytes; the weakest were left out")]
    NoRoom {
        /// How many.
        count: usize,
    },
    /// Nothing to read.
    #[error("the file is empty; expected a memory file of Psivox, which begins with PSIVOXM1")]
    Empty,
    /// Another program's file.
    #[error(
        "this is no memory file of Psivox: it begins with {found}, expected PSIVOXM1; choose a file that Psivox has \
         exported"
    )]
    Foreign {
        /// How it begins.
        found: String,
    },
    /// Written by a newer version.
    #[error(
        "it was written in version {found} of the layout, this Psivox reads up to {expected}; update Psivox"
    )]
    Newer {
        /// The layout that was found.
        found: u32,
        /// The newest that is known.
        expected: u32,
    },
    /// Larger than any bank.
    #[error("the file has {bytes} bytes, a memory file has {MAX_FILE_BYTES} at most; choose another file")]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// It was never kept bit by bit.
    #[error("this cannot be said again bit by bit: {why}; it can still be spoken in its manner")]
    Unreplayable {
        /// Why not.
        why: &'static str,
    },
    /// Not the bytes of a take, or not all of them.
    #[error("the take is damaged: {what}; it can still be spoken in its manner")]
    DamagedTake {
        /// What was found and what was expected.
        what: String,
    },
    /// Another build's state.
    #[error(
        "the take was made by another version (layout {found:08x}, this one knows {known:08x}); it can still be spoken in its manner"
    )]
    OtherVersion {
        /// In the take.
        found: u32,
        /// Of this build.
        known: u32,
    },
    /// What was said is planned otherwise now.
    #[error(
        "'{text}' was made by another version or with other pronunciations; it can still be spoken in its manner"
    )]
    OtherScore {
        /// What was said, shortened.
        text: String,
    },
    /// The engine is another one.
    #[error("the take has {what} {found}, expected {expected}; render at that or speak it in its manner")]
    Misfit {
        /// What differs.
        what: &'static str,
        /// Of the take.
        found: f32,
        /// Of the engine.
        expected: f32,
    },
    /// The take needs something that cannot be planned any more.
    #[error("what the take says cannot be planned: {reason}; it can still be spoken in its manner")]
    Unplannable {
        /// Why not.
        reason: String,
    },
}

impl MemoryError {
    pub(super) fn damaged(place: &str, reason: &str) -> Self {
        Self::Damaged { place: place.to_owned(), reason: reason.to_owned() }
    }

    /// The same, told of a place.
    pub(super) fn at(self, place: String) -> Self {
        match self {
            Self::Damaged { reason, .. } => Self::Damaged { place, reason },
            other => other,
        }
    }
}

fn told(known: &[String]) -> String {
    if known.is_empty() {
        "none has a name yet".to_owned()
    } else {
        format!("there are: {}", known.join(", "))
    }
}
