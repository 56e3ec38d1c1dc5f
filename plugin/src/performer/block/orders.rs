//! What comes from elsewhere than the host's events: the window's buttons, OSC, a note that waited for its line.

use super::{Asked, Block, NOBODY, To};
use crate::channels::{RemoteOrder, Request};
use psivox_core::engine::Event;

impl Block<'_> {
    /// Speaks for the note that came before its line.
    pub(super) fn speak_pending(&mut self) {
        if let Some((asked, velocity)) = self.performer.pending
            && self.performer.is_current()
        {
            self.performer.set_pending(None);
            self.speak(0, asked, velocity, NOBODY);
        }
    }

    pub(super) fn take_requests(&mut self) {
        while let Ok(request) = self.performer.requests.pop() {
            match request {
                Request::Speak => self.speak(0, Asked::Next, 1.0, NOBODY),
                Request::Unit(unit) => self.speak(0, Asked::Unit(usize::from(unit)), 1.0, NOBODY),
                Request::Stop => self.stop(0),
            }
        }
    }

    /// What came by OSC, in its order; none of it is part of a bounce. A line is only counted down here: the worker's
    /// shelf keeps a twin.
    pub(super) fn take_orders(&mut self) {
        let offline = self.performer.shared.offline();
        while let Ok(order) = self.performer.orders.pop() {
            self.performer.lines_taken += u64::from(matches!(order, RemoteOrder::Say { .. }));
            if !offline {
                self.obey(order);
            }
        }
    }

    fn obey(&mut self, order: RemoteOrder) {
        match order {
            RemoteOrder::Say { score, now } => {
                if now {
                    self.stop(0);
                }
                if self.performer.bypassed_samples.is_none() {
                    if let Some(ensemble) = &mut self.performer.ensemble {
                        ensemble.lead_with_first();
                    }
                    self.performer.shared.note_unit(None);
                    self.recall_for_line(0, 0, None);
                    self.add(0, To::Voice(0), Event::Queue(score));
                }
            }
            RemoteOrder::Again(again) => self.say_again(0, &again, 1.0),
            RemoteOrder::Trigger { velocity } => self.speak(0, Asked::Next, velocity, NOBODY),
            RemoteOrder::Stop => self.stop(0),
            RemoteOrder::Panic => self.panic(0),
        }
    }
}
