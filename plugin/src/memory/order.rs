//! What window and OSC ask of memory.

use crate::editor::memory_wish::MemoryWish;
use std::path::PathBuf;

/// Which memory is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// By its id.
    Id(u64),
    /// By its name, its number (`#12`, `#-1` the newest), or what was said: "the way you said sorry".
    Words(String),
}

/// An order to the worker.
#[derive(Debug, Clone, PartialEq)]
pub enum MemoryOrder {
    /// Keep the last utterance under a name.
    Remember(String),
    /// It was called up by hand; what was chosen before it is let go.
    Recall(u64),
    /// Speak in the manner of a blend from now on, to a share of 0..=1; an empty one lets go.
    Blend(Vec<(Which, f32)>, f32),
    /// Say it again, bit by bit.
    Replay(Which),
    /// Put it on a slot, 0..8.
    ToSlot(Which, usize),
    /// Another name.
    Rename(u64, String),
    /// Other tags.
    Tag(u64, Vec<String>),
    /// Keep it from fading, or no longer.
    Pin(u64, bool),
    /// Forget it.
    Forget(Which),
    /// Forget all.
    ForgetAll,
    /// Forget the session's course; memories stay.
    ResetSession,
    /// Keep what is said, or only how.
    KeepTexts(bool),
    /// Write all to a file, with the texts or without.
    Export(PathBuf, bool),
    /// Merge a file in.
    Import(PathBuf),
    /// Light those that were said like this.
    Find(String),
}

impl MemoryOrder {
    /// What a hand in the window wants, if it is the worker that does it.
    pub fn of(wish: MemoryWish) -> Option<Self> {
        Some(match wish {
            MemoryWish::Recall(id) => Self::Recall(id),
            MemoryWish::Blend { parts } => {
                Self::Blend(parts.into_iter().map(|(id, weight)| (Which::Id(id), weight)).collect(), 1.0)
            }
            MemoryWish::ToSlot { id, slot } => Self::ToSlot(Which::Id(id), slot),
            MemoryWish::Replay(id) => Self::Replay(Which::Id(id)),
            MemoryWish::Rename { id, name } => Self::Rename(id, name),
            MemoryWish::Tag { id, tags } => Self::Tag(id, tags),
            MemoryWish::Pin { id, pinned } => Self::Pin(id, pinned),
            MemoryWish::Forget(id) => Self::Forget(Which::Id(id)),
            MemoryWish::ForgetAll => Self::ForgetAll,
            MemoryWish::Remember(name) => Self::Remember(name),
            MemoryWish::Export { path, texts } => Self::Export(path, texts),
            MemoryWish::Import { path } => Self::Import(path),
            MemoryWish::KeepTexts(keeps) => Self::KeepTexts(keeps),
            MemoryWish::ResetSession => Self::ResetSession,
            MemoryWish::Find(words) => Self::Find(words),
            // Parameters and slots: the window does these itself.
            MemoryWish::KeepValues(_)
            | MemoryWish::CallSlot(_)
            | MemoryWish::EmptySlot(_)
            | MemoryWish::NameSlot(..)
            | MemoryWish::Pad(_)
            | MemoryWish::Course(_) => return None,
        })
    }
}
