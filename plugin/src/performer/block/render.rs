//! Events on their way into the engines, each at its own sample, and the sound between them.

use super::{Block, To};
use crate::performer::Performer;
use psivox_core::engine::Event;
use std::panic::{AssertUnwindSafe, catch_unwind};

impl Block<'_> {
    /// Collects an event, by as much later as the instance is late.
    pub(super) fn add(&mut self, offset: usize, to: To, event: Event) {
        let late = u64::from(self.performer.latency_samples);
        if late == 0 {
            return self.add_now(offset, to, event);
        }
        let due = self.start_samples + offset as u64 + late;
        if let Err((to, event)) = self.performer.delay.push(due, to, event) {
            self.add_now(offset, to, event);
        }
    }

    /// Collects an event at its own sample, rendering up to it first if there is no more room.
    pub(super) fn add_now(&mut self, offset: usize, to: To, event: Event) {
        let offset = offset.clamp(self.rendered, self.sound.len());
        self.collect_due(offset + 1);
        self.collect(offset, to, event);
    }

    fn collect(&mut self, offset: usize, to: To, event: Event) {
        let room = self.performer.ensemble.as_ref().is_none_or(|ensemble| match to {
            To::Voice(voice) => ensemble.has_room(voice),
            To::All => ensemble.all_have_room(),
        });
        if !room {
            self.render(offset);
        }
        let offset_samples = (offset - self.rendered) as u32;
        let Some(ensemble) = &mut self.performer.ensemble else { return };
        match to {
            To::Voice(voice) => ensemble.add(voice, offset_samples, event),
            To::All => ensemble.add_all(offset_samples, &event),
        }
    }

    /// Collects the late events that are due before an offset.
    fn collect_due(&mut self, before: usize) {
        while let Some((due, to, event)) = self.performer.delay.take(self.start_samples + before as u64) {
            let offset =
                (due.saturating_sub(self.start_samples) as usize).clamp(self.rendered, self.sound.len());
            self.collect(offset, to, event);
        }
    }

    /// Renders the samples from where the last piece ended to `end`.
    pub(super) fn render_to(&mut self, end: usize) {
        self.collect_due(end);
        self.render(end);
    }

    fn render(&mut self, end: usize) {
        let Performer { ensemble, tap, shared, .. } = &mut *self.performer;
        let piece = &mut self.sound[self.rendered..end];
        match ensemble {
            Some(ensemble) if !shared.faulted() => {
                // A panic that reached the host's C code would end the host. The engine may be in any state
                // then, so it stays silent until it is reset.
                let attempt = catch_unwind(AssertUnwindSafe(|| ensemble.render(piece, tap)));
                if attempt.is_err() {
                    piece.fill(0.0);
                    shared.set_faulted(true);
                    tap.rest();
                }
            }
            _ => piece.fill(0.0),
        }
        self.rendered = end;
    }
}
