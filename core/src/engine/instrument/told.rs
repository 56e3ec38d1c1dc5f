//! What is told, on the clock of whoever listens: a replay goes by the clock of its take.

use crate::engine::telemetry::{ObservableFrame, PhoneMark, Telemetry};
use crate::face::BlendshapeFrame;
use crate::field::{Observation, SurpriseEvent};
use crate::memory::Impression;
use crate::score::Score;
use std::sync::Arc;

/// Tells everything so many samples later (wrapping).
pub(super) struct Told<'a> {
    pub to: &'a mut dyn Telemetry,
    pub shift: u64,
    /// When the last face was told: where the faces of a take are due earlier, these are left out.
    pub last_face: Option<u64>,
}

impl Told<'_> {
    fn at(&self, time_samples: u64) -> u64 {
        time_samples.wrapping_add(self.shift)
    }
}

impl Telemetry for Told<'_> {
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame) {
        let at = self.at(frame.time_samples);
        if self.last_face.is_some_and(|last| at <= last) {
            return;
        }
        self.last_face = Some(at);
        self.to.face(&BlendshapeFrame { time_samples: at, ..*frame }, field);
    }

    fn line(&mut self, score: &Arc<Score>, time_samples: u64) {
        self.to.line(score, self.at(time_samples));
    }

    fn phone(&mut self, mark: PhoneMark) {
        self.to.phone(PhoneMark { time_samples: self.at(mark.time_samples), ..mark });
    }

    fn next_line(&mut self, time_samples: u64) {
        self.to.next_line(self.at(time_samples));
    }

    fn observation(&mut self, time_samples: u64, observation: &Observation) {
        self.to.observation(self.at(time_samples), observation);
    }

    fn surprise(&mut self, event: &SurpriseEvent) {
        self.to.surprise(&SurpriseEvent { time_samples: self.at(event.time_samples), ..*event });
    }

    fn probe(&mut self, slot: usize, time_samples: u64, value: f32) {
        self.to.probe(slot, self.at(time_samples), value);
    }

    fn mark(&mut self, mark: u32, time_samples: u64) {
        self.to.mark(mark, self.at(time_samples));
    }

    fn impression(&mut self, impression: &Impression, time_samples: u64) {
        self.to.impression(impression, self.at(time_samples));
    }

    fn finished(&mut self, time_samples: u64) {
        self.to.finished(self.at(time_samples));
    }
}
