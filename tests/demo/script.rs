//! What the demo performs: a sentence said twice while arousal is automated from drowsy to excited.

use psivox_core::Control;

/// The same words twice, so that what differs between them is the emotion and nothing else.
pub const TEXT: &str =
    "One field moves my voice and my face together. One field moves my voice and my face together.";
/// Who speaks.
pub const PERSONA: &str = "heart";
/// Sample rate of the sound in Hz.
pub const SAMPLE_RATE_HZ: u32 = 48_000;
/// Block length: at 5.3 ms the paces of blocks and faces (16.7 ms) do not beat visibly.
pub const BLOCK_SAMPLES: usize = 256;
/// Block that speaks: half a second of idle face comes before it.
pub const SPEAK_BLOCK: usize = 94;
/// Silence that is played after the last word, in s: the face comes to rest.
pub const TAIL_S: f32 = 0.8;
/// Arousal at the beginning and at the end.
pub const AROUSAL: [f32; 2] = [-0.6, 0.9];
/// Part of the line, at the voice's own pace, over which arousal rises: the end of the first sentence and
/// the beginning of the second.
const RISE: [f32; 2] = [0.3, 0.65];

/// When arousal rises.
#[derive(Debug, Clone, Copy)]
pub struct Rise {
    /// First instant of the rise in s.
    start_s: f32,
    /// Last instant of the rise in s.
    end_s: f32,
}

impl Rise {
    /// The rise within a line that takes `duration_s` at the voice's own pace.
    pub fn within(duration_s: f32) -> Self {
        let speak_s = time_s(SPEAK_BLOCK * BLOCK_SAMPLES);
        Self { start_s: speak_s + RISE[0] * duration_s, end_s: speak_s + RISE[1] * duration_s }
    }

    /// Arousal at `time_s`.
    pub fn arousal(self, time_s: f32) -> f32 {
        let way = ((time_s - self.start_s) / (self.end_s - self.start_s)).clamp(0.0, 1.0);
        AROUSAL[0] + way * (AROUSAL[1] - AROUSAL[0])
    }

    /// Arousal in block `index`: automation moves at block starts. In steps of 1/512, which pass through the
    /// host's normalised values without rounding, so that the plugin's sound can be compared bit by bit.
    pub fn arousal_of_block(self, index: usize) -> f32 {
        (512.0 * self.arousal(time_s(index * BLOCK_SAMPLES))).round() / 512.0
    }
}

/// Range of the arousal parameter in its own unit.
pub fn arousal_range() -> [f64; 2] {
    let (low, high) = Control::Arousal.range();
    [f64::from(low), f64::from(high)]
}

/// Samples in s.
pub fn time_s(samples: usize) -> f32 {
    samples as f32 / SAMPLE_RATE_HZ as f32
}
