//! What the engine tells while it plays: faces, phones, the state of the field.

use crate::face::BlendshapeFrame;

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
    /// Phase of the syllable clock in rad, in (-pi, pi].
    pub syllable_theta: f32,
    /// Phase of the jaw oscillator in rad, in (-pi, pi].
    pub jaw_theta: f32,
    /// Fundamental frequency in Hz; 0 while silent.
    pub f0_hz: f32,
    /// Position in the score in nominal seconds; 0 while silent.
    pub position_s: f32,
    /// Energy V of the field (psi-core: -1/2 sum K cos).
    pub energy: f32,
    /// How often the face grammar had to correct a frame since `reset`.
    pub grammar_corrections: u32,
    /// Non-finite samples that were silenced since `reset`.
    pub silenced_samples: u32,
    /// Whether a line is being spoken.
    pub speaking: bool,
    /// Lines that wait in the queue.
    pub lines_waiting: u32,
    /// Lines that found no room in the queue since `reset`.
    pub lines_refused: u32,
}

/// Receives what the engine tells; called from `process`, so an implementation must be real-time safe.
pub trait Telemetry {
    /// A face is due. Frames come in order of time.
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame);
    /// A phone starts.
    fn phone(&mut self, _mark: PhoneMark) {}
    /// The next line of the queue begins where the one before it ended: phones count from 0 again. [`Self::finished`] is
    /// told after the last line only.
    fn next_line(&mut self, _time_samples: u64) {}
    /// The line that was being spoken has come to its end (or was stopped) at this sample.
    fn finished(&mut self, _time_samples: u64) {}
}

/// Listens to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTelemetry;

impl Telemetry for NoTelemetry {
    fn face(&mut self, _frame: &BlendshapeFrame, _field: &ObservableFrame) {}
}
