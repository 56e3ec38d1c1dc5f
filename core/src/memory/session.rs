//! What belongs to a bank as a whole: its time, its history, its course.

use super::bank::MemoryBank;
use super::codec::{milliseconds, seconds};
use super::course::CourseState;
use super::record::Memory;
use std::collections::VecDeque;

/// Points of the history: enough for an evening; older ones make room.
pub const MAX_HISTORY: usize = 500;

/// A line of the session's history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPoint {
    /// Session time at its end, s.
    pub at_s: f64,
    /// Valence, arousal, dominance at its end, -1..=1.
    pub felt: [f32; 3],
    /// The same as a mean over the line.
    pub mean: [f32; 3],
    /// Its memory; none once that has faded.
    pub id: Option<u64>,
    /// The memory's name; empty without one.
    pub name: String,
}

/// A point as it is kept: the name is the memory's own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Past {
    pub at_ms: i64,
    pub felt: [f32; 3],
    pub mean: [f32; 3],
    pub id: Option<u64>,
}

/// Time, history and course.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Session {
    pub now_s: f64,
    pub past: VecDeque<Past>,
    pub course: CourseState,
}

impl Session {
    pub fn advance(&mut self, dt_s: f64) {
        if dt_s.is_finite() {
            self.now_s += dt_s.max(0.0);
        }
    }

    /// Now, at the precision at which memories keep it.
    pub fn stamp_s(&self) -> f64 {
        seconds(milliseconds(self.now_s))
    }

    pub fn note(&mut self, memory: &Memory) {
        if self.past.len() >= MAX_HISTORY {
            self.past.pop_front();
        }
        let mean = memory.emotion().map(|axis| axis[0]);
        self.past.push_back(Past {
            at_ms: milliseconds(memory.at_s),
            felt: memory.felt,
            mean,
            id: Some(memory.id),
        });
    }

    /// Memories of the history's lines, oldest first.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = u64> {
        self.past.iter().filter_map(|past| past.id)
    }

    /// Memories that are no more; `gone` is sorted. Their points stay, without them.
    pub fn faded(&mut self, gone: &[u64]) {
        for past in &mut self.past {
            past.id = past.id.filter(|id| gone.binary_search(id).is_err());
        }
    }

    /// The same by those that there are, sorted.
    pub fn faded_but(&mut self, there: &[u64]) {
        for past in &mut self.past {
            past.id = past.id.filter(|id| there.binary_search(id).is_ok());
        }
    }

    /// A memory of which nothing may stay.
    pub fn forget(&mut self, id: u64) {
        self.past.retain(|past| past.id != Some(id));
        self.course.forget(id);
    }

    pub fn reset(&mut self) {
        self.past.clear();
        self.course = CourseState::default();
    }
}

impl MemoryBank {
    /// The lines of the session, oldest first, [`MAX_HISTORY`] at most: for a time line of its emotion.
    pub fn history(&self) -> impl Iterator<Item = HistoryPoint> {
        self.session.past.iter().map(|past| HistoryPoint {
            at_s: seconds(past.at_ms),
            felt: past.felt,
            mean: past.mean,
            id: past.id,
            name: past.id.and_then(|id| self.get(id)).map(|memory| memory.name.clone()).unwrap_or_default(),
        })
    }

    /// Begins a new session: history and course are as at first. Memories stay, and session time goes on.
    pub fn reset_session(&mut self) {
        self.session.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::said;
    use super::*;

    #[test]
    fn history_tells_every_line_and_forgets_with_its_memory() {
        let mut bank = MemoryBank::default();
        let mut ids = Vec::new();
        for seed in 0..3 {
            bank.advance(2.5);
            ids.push(bank.keep(said(seed, "A line.")).expect("kept"));
        }
        bank.rename(ids[1], "second").expect("there");
        let points: Vec<_> = bank.history().collect();
        assert_eq!(points.iter().map(|point| point.at_s).collect::<Vec<_>>(), [2.5, 5.0, 7.5]);
        assert_eq!(points[1].name, "second");
        assert_eq!(points[1].felt, bank.get(ids[1]).expect("kept").felt);
        bank.forget(ids[1]).expect("there");
        assert_eq!(bank.history().map(|point| point.id).collect::<Vec<_>>(), [Some(ids[0]), Some(ids[2])]);
        bank.reset_session();
        assert_eq!((bank.history().count(), bank.len(), bank.now_s()), (0, 2, 7.5));
    }

    #[test]
    fn history_is_bounded() {
        let mut bank = MemoryBank::default();
        for seed in 0..MAX_HISTORY as u64 + 20 {
            bank.advance(1.0);
            bank.keep(said(seed % 7, "A line.")).expect("kept");
        }
        assert_eq!(bank.history().count(), MAX_HISTORY);
        assert_eq!(bank.history().next().map(|point| point.at_s), Some(21.0));
    }
}
