//! Keeps scores alive for the audio thread, so that it never frees one.

use crate::score::Score;
use std::sync::Arc;

/// Owned by the thread that plans. Every score handed to an engine is put here too; [`ScoreShelf::tidy`]
/// drops those that nobody plays any more.
#[derive(Debug, Default)]
pub struct ScoreShelf {
    kept: Vec<Arc<Score>>,
}

impl ScoreShelf {
    /// Shares a new score: the returned handle goes to the engine, a twin stays here.
    pub fn share(&mut self, score: Score) -> Arc<Score> {
        self.tidy();
        let score = Arc::new(score);
        self.kept.push(Arc::clone(&score));
        score
    }

    /// Drops the scores of which only the shelf's own handle is left. Call it now and then.
    pub fn tidy(&mut self) {
        self.kept.retain(|score| Arc::strong_count(score) > 1);
    }

    /// How many scores are kept alive.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}
