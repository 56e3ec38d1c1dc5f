//! The ψ-memory: how things were said and shown, kept, found again, and said again.
//!
//! ```text
//!             audio thread                       worker
//! Engine ── Impression (inner products) ──► MannerCoefficients ──► Memory ──► MemoryBank ──► state, files
//!        ── Take (state + events)       ──►                          │
//!        ◄── Recollection ◄── blend, style, topic, continuity ◄──────┘
//! ```
//!
//! Two streams are remembered apart, the voice's and the face's: every observable of a stream is expanded in the
//! eigenfunctions of the phrase clock's rotation ([`streams`]), and these few Koopman coefficients are the memory of how
//! it was said. They are linear in what was observed, so memories can be blended by blending coefficients.

mod act;
mod assembly;
mod bank;
mod bytes;
mod choice;
mod chunk;
mod codec;
mod course;
mod error;
mod fading;
mod file;
mod find;
mod impression;
mod manner;
mod map;
mod merge;
mod pack;
mod raw_take;
mod recipe;
mod recollection;
mod record;
mod rendition;
#[cfg(test)]
mod samples;
mod session;
mod stored_take;
pub mod streams;
mod take;
mod topic;

pub(crate) use act::Act;
pub use bank::MemoryBank;
pub use course::Course;
pub use error::MemoryError;
pub use fading::{
    DECAY_S, HOLD_S, MAX_BYTES, MAX_MEMORIES, MAX_NAME, MAX_TAGS, MAX_TAKE_BYTES, MAX_TEXT_BYTES,
};
pub use file::MAX_FILE_BYTES;
pub use find::Found;
pub use impression::Impression;
pub(crate) use manner::least_squares;
pub use manner::{FieldPattern, MannerCoefficients};
pub use map::MemoryMap;
pub use merge::MergeReport;
#[cfg(test)]
pub(crate) use raw_take::ROOM_WORDS;
pub use raw_take::RawTake;
pub(crate) use raw_take::{Flaw, MAX_TAKE_S};
pub use recipe::{Recipe, RecipeKind};
pub use recollection::{BLENDED, Recall, Recollection, Weights};
pub use record::Memory;
pub use rendition::Rendition;
pub use session::{HistoryPoint, MAX_HISTORY};
pub use stored_take::StoredTake;
pub use take::Take;
pub use topic::Topic;
