//! What was before: undo, redo, and two sounds side by side. Plain data that outlives the window.

mod compare;
mod snapshot;
mod step;

pub use compare::{Compare, Side};
pub use snapshot::Snapshot;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use step::Step;

/// Most steps that are kept.
pub const MAX_STEPS: usize = 200;
/// Most bytes that they take.
pub const MAX_BYTES: usize = 8 << 20;
/// Changes of one kind that follow each other faster are one step.
pub const ONE_STEP: Duration = Duration::from_millis(800);
/// Typing without a rest is cut into steps of this length.
pub const LONGEST_TYPING: Duration = Duration::from_secs(4);
/// What a hand or an undo asked for reaches the parameters with the host's next block; what moves until then is that.
const SETTLING: Duration = Duration::from_millis(250);

/// A history that the instance and its window share. Never on the audio thread.
pub type HistoryCell = Arc<Mutex<History>>;
/// Two sounds side by side, shared in the same way.
pub type CompareCell = Arc<Mutex<Compare>>;

/// Steps back and forth.
///
/// Call [`History::note`] after what the user's hand changed and [`History::follow`] whenever something else may have
/// moved (automation, a controller, an order from outside): that is no step, and undoing leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct History {
    present: Option<Snapshot>,
    undo: VecDeque<Step>,
    redo: Vec<Step>,
    bytes: usize,
    last: Last,
}

/// What happened last, as far as it tells how the next change is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Last {
    /// Nothing that matters.
    #[default]
    Nothing,
    /// A change by hand: when its step began, and when it last moved.
    Change { began: Duration, moved: Duration },
    /// A step back or forth.
    Restored { at: Duration },
}

impl History {
    /// The user's hand has changed something; `now` is any clock that only goes forward.
    pub fn note(&mut self, snapshot: Snapshot, now: Duration) {
        if self.is_restoring(now) {
            self.present = Some(snapshot);
            return;
        }
        let Some(step) = self.take_over(snapshot) else { return };
        self.forget_redo();
        match (self.last, self.undo.back_mut()) {
            (Last::Change { began, moved }, Some(open))
                if now.saturating_sub(moved) < ONE_STEP
                    && open.takes(&step)
                    && (!step.is_typing() || now.saturating_sub(began) < LONGEST_TYPING) =>
            {
                self.bytes -= open.bytes();
                open.extend(step);
                self.bytes += open.bytes();
                self.last = Last::Change { began, moved: now };
            }
            _ => {
                self.bytes += step.bytes();
                self.undo.push_back(step);
                self.last = Last::Change { began: now, moved: now };
            }
        }
        self.trim();
    }

    /// Something may have moved without the user's hand.
    pub fn follow(&mut self, snapshot: Snapshot, now: Duration) {
        let Some(step) = self.take_over(snapshot) else { return };
        if let (Last::Change { moved, .. }, Some(open)) = (self.last, self.undo.back_mut())
            && now.saturating_sub(moved) < SETTLING
            && open.covers(&step)
        {
            self.bytes -= open.bytes();
            open.extend(step);
            self.bytes += open.bytes();
        }
    }

    /// One step back: how everything is to be, if there is a step.
    pub fn undo(&mut self, now: Duration) -> Option<Snapshot> {
        let present = self.present.as_mut()?;
        let step = self.undo.pop_back()?;
        step.take_back(present);
        self.redo.push(step);
        self.last = Last::Restored { at: now };
        Some(present.clone())
    }

    /// One step forth again.
    pub fn redo(&mut self, now: Duration) -> Option<Snapshot> {
        let present = self.present.as_mut()?;
        let step = self.redo.pop()?;
        step.bring_back(present);
        self.undo.push_back(step);
        self.last = Last::Restored { at: now };
        Some(present.clone())
    }

    /// Whether there is a step back.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is a step forth.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// What the next step back would undo, in words: `text`, or a parameter's id, or how many of them.
    pub fn undo_words(&self) -> Option<String> {
        self.undo.back().map(Step::words)
    }

    /// The same of the next step forth.
    pub fn redo_words(&self) -> Option<String> {
        self.redo.last().map(Step::words)
    }

    /// The next change is a step of its own: a preset was loaded, a gesture ended.
    pub fn close_step(&mut self) {
        if matches!(self.last, Last::Change { .. }) {
            self.last = Last::Nothing;
        }
    }

    /// Forgets all steps: another project was loaded.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn is_restoring(&self, now: Duration) -> bool {
        matches!(self.last, Last::Restored { at } if now.saturating_sub(at) < SETTLING)
    }

    /// The way from what was to what is, if they differ.
    fn take_over(&mut self, snapshot: Snapshot) -> Option<Step> {
        let step = self.present.as_ref().and_then(|before| Step::between(before, &snapshot));
        self.present = Some(snapshot);
        step
    }

    fn forget_redo(&mut self) {
        self.bytes -= self.redo.drain(..).map(|step| step.bytes()).sum::<usize>();
    }

    /// The oldest go first; one step stays whatever its size.
    fn trim(&mut self) {
        while self.undo.len() > 1 && (self.undo.len() > MAX_STEPS || self.bytes > MAX_BYTES) {
            let oldest = self.undo.pop_front();
            self.bytes -= oldest.map_or(0, |step| step.bytes());
        }
    }
}

#[cfg(test)]
mod tests;
