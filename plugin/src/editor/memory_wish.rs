//! What a hand wants of the memories and of the slots that hold them.

use psivox_core::memory::Course;
use std::path::PathBuf;

/// What a hand does on the pad between four slots: every set lies between a begin and an end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PadMove {
    /// A gesture begins.
    Begin,
    /// The place, both 0..=1: to the right and up.
    Set {
        /// To the right.
        x: f32,
        /// Up.
        y: f32,
    },
    /// The gesture ends.
    End,
}

/// What a hand wants. Slots count from 0.
#[derive(Debug, Clone, PartialEq)]
pub enum MemoryWish {
    /// The present values of the parameters go into this slot.
    KeepValues(usize),
    /// What is in the slot acts; a second time ends it.
    CallSlot(usize),
    /// Nothing is in the slot any more.
    EmptySlot(usize),
    /// Another name for the slot's values.
    NameSlot(usize, String),
    /// The memory goes into the present slot and acts.
    Recall(u64),
    /// These memories act together; the weights' sum is 1.
    Blend {
        /// Ids and weights, heaviest first.
        parts: Vec<(u64, f32)>,
    },
    /// The place between the four slots of the pad.
    Pad(PadMove),
    /// The memory goes into a slot.
    ToSlot {
        /// Which memory.
        id: u64,
        /// Which slot.
        slot: usize,
    },
    /// It is said again, bit by bit.
    Replay(u64),
    /// Another name; none if it is empty.
    Rename {
        /// Which memory.
        id: u64,
        /// The name.
        name: String,
    },
    /// Other tags.
    Tag {
        /// Which memory.
        id: u64,
        /// All of its tags.
        tags: Vec<String>,
    },
    /// It never fades, or may again.
    Pin {
        /// Which memory.
        id: u64,
        /// Whether it never fades.
        pinned: bool,
    },
    /// Nothing of it stays.
    Forget(u64),
    /// Nothing of any memory stays.
    ForgetAll,
    /// The last utterance is kept under this name; without one if it is empty.
    Remember(String),
    /// All memories are written into a file.
    Export {
        /// Its whole path.
        path: PathBuf,
        /// Whether what was said goes with them.
        texts: bool,
    },
    /// The memories of a file come in beside those that are there.
    Import {
        /// Its whole path.
        path: PathBuf,
    },
    /// Whether what is said is kept with how it is said.
    KeepTexts(bool),
    /// How the next line begins.
    Course(Course),
    /// The course of the session is forgotten; memories stay.
    ResetSession,
    /// The memories about something like this are looked for; an empty text ends it.
    Find(String),
}
