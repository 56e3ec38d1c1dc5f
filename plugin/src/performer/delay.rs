//! Events that act later: in sing mode everything is late by the consonants' lead, which the host makes up for.

use psivox_core::Event;

/// Events that wait at most; a host that sends more sees the oldest act early.
const MOST: usize = 2_048;

/// Who is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// One voice.
    Voice(usize),
    /// Every voice that is awake.
    All,
}

/// A queue in order of time.
#[derive(Debug)]
pub(super) struct Delay {
    /// A ring: sample, receiver, event.
    waiting: std::collections::VecDeque<(u64, To, Event)>,
}

impl Default for Delay {
    fn default() -> Self {
        Self { waiting: std::collections::VecDeque::with_capacity(MOST) }
    }
}

impl Delay {
    /// Forgets all that waits. Handles are only counted down: the worker keeps their twins.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// Forgets what would be said or sung; controls still arrive where they are going.
    pub fn forget_speech(&mut self) {
        self.waiting.retain(|(_, _, event)| {
            matches!(event, Event::Set { .. } | Event::Express(_) | Event::Transport(_) | Event::Field(_))
        });
    }

    /// Puts an event behind the others; given back if there is no room.
    pub fn push(&mut self, due: u64, to: To, event: Event) -> Result<(), (To, Event)> {
        if self.waiting.len() == MOST {
            return Err((to, event));
        }
        // Never earlier than what waits already, so the order stays.
        let due = self.waiting.back().map_or(due, |(last, _, _)| due.max(*last));
        self.waiting.push_back((due, to, event));
        Ok(())
    }

    /// When the next one is due.
    pub fn next_due(&self) -> Option<u64> {
        self.waiting.front().map(|(due, _, _)| *due)
    }

    /// Takes the next one that is due before a sample.
    pub fn take(&mut self, before: u64) -> Option<(u64, To, Event)> {
        self.next_due().filter(|due| *due < before)?;
        self.waiting.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_order_and_when_they_are_due() {
        let mut delay = Delay::default();
        for due in [10, 30, 20] {
            assert!(delay.push(due, To::All, Event::Stop).is_ok());
        }
        assert!(delay.take(10).is_none());
        let order: Vec<u64> = std::iter::from_fn(|| delay.take(100)).map(|(due, _, _)| due).collect();
        assert_eq!(order, [10, 30, 30]);
        for _ in 0..MOST {
            assert!(delay.push(1, To::Voice(2), Event::Stop).is_ok());
        }
        assert!(delay.push(1, To::Voice(2), Event::Stop).is_err(), "bounded");
    }
}
