//! What the engine tells while it plays: faces, phones, the state of the field.

use crate::emotion::Moods;
use crate::face::BlendshapeFrame;
use crate::field::{Observation, SurpriseEvent};
use crate::memory::Impression;
use crate::score::Score;
use std::sync::Arc;

/// The start of a phone on the sample clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneMark {
    /// Index in [`crate::Score::phones`] of the score that is being spoken.
    pub phone: u32,
    /// Samples since the engine's `reset`.
    pub time_samples: u64,
}

/// What the GUI and tests read of the field, sampled with every face.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ObservableFrame {
    /// Order parameter R in 0..=1 of the micro, meso and macro band.
    pub order: [f32; 3],
    /// How locked the face's oscillators are to the voice's, 0..=1.
    pub voice_face_order: f32,
    /// Phase of the syllable clock in rad, in (-pi, pi].
    pub syllable_theta: f32,
    /// Phase of the jaw oscillator in rad, in (-pi, pi].
    pub jaw_theta: f32,
    /// Fundamental frequency in Hz; 0 while silent.
    pub f0_hz: f32,
    /// Position in the score in nominal seconds; 0 while silent.
    pub position_s: f32,
    /// Energy V of the field: `-1/2 sum K cos`, in rad/s, and G of the grammar.
    pub energy: f32,
    /// Error of the last forecast of the prosody, 50 ms ahead.
    pub epsilon: f32,
    /// What an error of a syllable has to exceed to surprise.
    pub tau: f32,
    /// Surprises since `reset`, and the last one.
    pub surprises: u32,
    /// The last surprise since `reset`.
    pub surprise: Option<SurpriseEvent>,
    /// What is felt: the modes as they show.
    pub moods: Moods,
    /// Strength of what the slow manifold remembers.
    pub memory: f32,
    /// What the field last observed of itself, 60 times a second.
    pub observation: Observation,
    /// How often the face grammar had to correct a frame since `reset`.
    pub grammar_corrections: u32,
    /// How firmly the present phones demand closed lips (p b m) and the lower lip at the upper teeth (f v), 0..=1 each.
    pub lip_demands: [f32; 2],
    /// Knots that were played although they break a rule of the sound, since `reset`.
    pub sound_violations: u32,
    /// How often a rule of the sound had to act since `reset`.
    pub sound_corrections: u32,
    /// Non-finite samples that were silenced since `reset`.
    pub silenced_samples: u32,
    /// Whether a line is being spoken.
    pub speaking: bool,
    /// The syllable that is being sung: its index in [`crate::Score::syllables`]; `None` while no note sounds.
    pub syllable: Option<u32>,
    /// Lines that wait in the queue.
    pub lines_waiting: u32,
    /// Lines that found no room in the queue since `reset`.
    pub lines_refused: u32,
}

/// Receives what the engine tells; called from `process`, so an implementation must be real-time safe.
pub trait Telemetry {
    /// A face is due. Frames come in order of time.
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame);
    /// A line begins, the first one or one of the queue: what phones and marks count in from now on. Whoever keeps the
    /// score must not be the one that frees it on the audio thread.
    fn line(&mut self, _score: &Arc<Score>, _time_samples: u64) {}
    /// A phone starts.
    fn phone(&mut self, _mark: PhoneMark) {}
    /// The next line of the queue begins where the one before it ended: phones count from 0 again. [`Self::finished`] is
    /// told after the last line only.
    fn next_line(&mut self, _time_samples: u64) {}
    /// What the field observes of itself, 60 times a second.
    fn observation(&mut self, _time_samples: u64, _observation: &Observation) {}
    /// Something came otherwise than foretold.
    fn surprise(&mut self, _event: &SurpriseEvent) {}
    /// A probed observable at a sample.
    fn probe(&mut self, _slot: usize, _time_samples: u64, _value: f32) {}
    /// The clock has come to a mark of the text: its index in [`crate::Score::marks`] of the score that is being spoken.
    fn mark(&mut self, _mark: u32, _time_samples: u64) {}
    /// What a line leaves in memory, at its end.
    fn impression(&mut self, _impression: &Impression, _time_samples: u64) {}
    /// The line that was being spoken has come to its end (or was stopped) at this sample.
    fn finished(&mut self, _time_samples: u64) {}
}

/// Listens to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTelemetry;

impl Telemetry for NoTelemetry {
    fn face(&mut self, _frame: &BlendshapeFrame, _field: &ObservableFrame) {}
}
