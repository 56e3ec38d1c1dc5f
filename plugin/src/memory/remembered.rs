//! What the worker has made ready to be recalled.

use crate::performance::SLOT_COUNT;
use psivox_core::Score;
use psivox_core::memory::{Recollection, Rendition};
use std::sync::Arc;

/// A manner for a line, and its share.
pub type LineRecall = (Arc<Recollection>, f32);

/// Something that is said again.
#[derive(Debug, Clone)]
pub enum Again {
    /// Bit by bit.
    Replay(Arc<Rendition>),
    /// The words in their manner, where the engine is another one than it was.
    Alike {
        /// The words.
        score: Arc<Score>,
        /// How they were said.
        manner: Arc<Recollection>,
    },
}

/// All of it. The worker keeps a twin of every handle.
#[derive(Debug, Clone, Default)]
pub struct Remembered {
    /// The manner of each slot that holds a memory.
    pub slots: [Option<Arc<Recollection>>; SLOT_COUNT],
    /// What each slot says again.
    pub again: [Option<Again>; SLOT_COUNT],
    /// What was chosen by hand or by OSC in place of the slots.
    pub chosen: Option<LineRecall>,
    /// How the next line goes on from the last one.
    pub course: Option<LineRecall>,
    /// What the subject of each unit brings back.
    pub topics: Vec<Option<LineRecall>>,
}
