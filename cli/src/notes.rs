//! What the engine tells while it speaks, kept until it is written: faces, phones, readings of the field, the end.

use psivox_core::engine::{MAX_PROBES, ObservableFrame, PhoneMark};
use psivox_core::field::{Observation, SurpriseEvent};
use psivox_core::memory::Impression;
use psivox_core::{BlendshapeFrame, Score, Telemetry};
use psivox_wire::WireFrame;
use psivox_wire::event::{Notice, TimedNotice};
use std::sync::Arc;

/// The first block: what a host with a small buffer would wait for.
const FIRST_BLOCK_SAMPLES: usize = 64;

/// The blocks after it: large enough to be efficient, small enough to pace a face with.
pub const BLOCK_SAMPLES: usize = 512;

/// Rest after the end of the line, so that the last sound dies away and the lips come to rest.
const TAIL_S: f64 = 0.1;

/// The start of a phone of one of the lines.
#[derive(Debug, Clone, Copy)]
pub struct LineMark {
    /// Index in [`crate::render::Performance::lines`].
    pub line: usize,
    /// Index among the line's phones.
    pub phone: u32,
    /// Since the start of the sound.
    pub time_samples: u64,
}

/// What the field told during a performance; times are samples since the start of the sound.
#[derive(Debug, Default)]
pub struct Told {
    /// What it observed of itself while it spoke, 60 times a second, if [`crate::render::Stage::listen`] asked for it.
    pub observations: Vec<(u64, Observation)>,
    /// What came otherwise than it expected.
    pub surprises: Vec<SurpriseEvent>,
    /// What each line left in memory.
    pub impressions: Vec<Impression>,
    /// Marks of the texts that were reached, by name.
    pub marks: Vec<(u64, String)>,
    /// What [`crate::render::Stage::probe`] asked for, by its place there.
    pub probes: [Vec<(u64, f32)>; MAX_PROBES],
}

/// What the engine tells, kept until it is written.
#[derive(Debug)]
pub struct Notes {
    pub faces: Vec<BlendshapeFrame>,
    /// The faces as receivers get them.
    pub frames: Vec<WireFrame>,
    /// What begins and ends.
    pub notices: Vec<TimedNotice>,
    pub marks: Vec<LineMark>,
    /// Index of the line that is being spoken.
    pub line: usize,
    /// Whether more lines may come.
    pub more: bool,
    pub finished_samples: Option<u64>,
    /// Whether observations are kept.
    pub listens: bool,
    pub told: Told,
    /// Marks that were reached: line, index in its score, time.
    pub reached: Vec<(usize, u32, u64)>,
}

impl Default for Notes {
    fn default() -> Self {
        let (faces, marks, told) = (Vec::new(), Vec::new(), Told::default());
        Self {
            faces,
            frames: Vec::new(),
            notices: Vec::new(),
            marks,
            line: 0,
            more: true,
            finished_samples: None,
            listens: false,
            told,
            reached: Vec::new(),
        }
    }
}

impl Notes {
    /// A line is handed to the engine: if that is silent, it begins at once.
    pub fn expect(&mut self, line: usize) {
        if self.finished_samples.take().is_some() {
            self.line = line;
        }
    }

    /// Gives the marks that were reached the names they have in their lines.
    pub fn name_marks(&mut self, lines: &[Arc<Score>]) {
        let named = self.reached.drain(..).filter_map(|(line, mark, time_samples)| {
            Some((time_samples, lines.get(line)?.marks.get(mark as usize)?.name.clone()))
        });
        self.told.marks = named.collect();
    }

    /// Samples until the next look: a whole block, or what is left of the rest after the line.
    pub fn next_block(&self, position: u64, rate_hz: f64, first: bool) -> usize {
        let block = if first { FIRST_BLOCK_SAMPLES } else { BLOCK_SAMPLES };
        let Some(end) = self.end(rate_hz).filter(|_| !self.more) else { return block };
        usize::try_from(end.saturating_sub(position)).map_or(block, |left| left.min(block))
    }

    /// Where the sound ends, once it is known.
    fn end(&self, rate_hz: f64) -> Option<u64> {
        self.finished_samples.map(|finished| finished + (TAIL_S * rate_hz).round() as u64)
    }

    /// The engine tells faces a few ms ahead; those past the end of the sound belong to nothing.
    pub fn trim(&mut self, rate_hz: f64) {
        if let Some(end) = self.end(rate_hz).filter(|_| !self.more) {
            self.faces.retain(|face| face.time_samples < end);
            self.frames.retain(|frame| frame.face.time_samples < end);
        }
    }
}

impl Notes {
    /// Forgets what belongs to the last block.
    pub fn clear(&mut self) {
        self.faces.clear();
        self.frames.clear();
        self.notices.clear();
    }

    fn notice(&mut self, time_samples: u64, notice: Notice) {
        self.notices.push(TimedNotice { time_samples, notice });
    }
}

impl Telemetry for Notes {
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame) {
        self.faces.push(*frame);
        self.frames.push(WireFrame::of(frame, field));
    }

    fn line(&mut self, score: &Arc<Score>, time_samples: u64) {
        self.notice(time_samples, Notice::Line(Arc::clone(score)));
    }

    fn phone(&mut self, mark: PhoneMark) {
        let PhoneMark { phone, time_samples } = mark;
        self.notice(time_samples, Notice::Phone(phone));
        self.marks.push(LineMark { line: self.line, phone, time_samples });
    }

    fn next_line(&mut self, _time_samples: u64) {
        self.line += 1;
    }

    fn observation(&mut self, time_samples: u64, observation: &Observation) {
        // What rests after the line is no speech.
        if self.listens && self.finished_samples.is_none() {
            self.told.observations.push((time_samples, *observation));
        }
    }

    fn mark(&mut self, mark: u32, time_samples: u64) {
        self.reached.push((self.line, mark, time_samples));
        self.notice(time_samples, Notice::Mark(mark));
    }

    fn surprise(&mut self, event: &SurpriseEvent) {
        self.told.surprises.push(*event);
        self.notice(event.time_samples, Notice::Surprise(*event));
    }

    fn probe(&mut self, slot: usize, time_samples: u64, value: f32) {
        if let Some(values) = self.told.probes.get_mut(slot) {
            values.push((time_samples, value));
        }
    }

    fn impression(&mut self, impression: &Impression, _time_samples: u64) {
        self.told.impressions.push(impression.clone());
    }

    fn finished(&mut self, time_samples: u64) {
        self.finished_samples.get_or_insert(time_samples);
        self.notice(time_samples, Notice::Finished);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_exact() {
        let mut notes = Notes::default();
        assert_eq!(notes.next_block(0, 48_000.0, true), 64);
        assert_eq!(notes.next_block(64, 48_000.0, false), 512);
        notes.finished_samples = Some(10_000);
        assert_eq!(notes.next_block(14_800, 48_000.0, false), 512, "more may come");
        notes.more = false;
        assert_eq!(notes.next_block(10_048, 48_000.0, false), 512);
        assert_eq!(notes.next_block(14_700, 48_000.0, false), 100);
        assert_eq!(notes.next_block(14_800, 48_000.0, false), 0);
    }
}
