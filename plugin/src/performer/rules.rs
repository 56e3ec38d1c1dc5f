//! How notes are taken: the performance parameters as of one block.

use crate::params::PsivoxParams;
use crate::performance::{Advance, Mode};
use crate::repertoire::{Ready, Repertoire};
use psivox_core::Score;
use std::sync::Arc;

/// See [`crate::performance::PerformanceParams`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rules {
    pub mode: Mode,
    pub line: i32,
    pub advance: Advance,
    pub voices: usize,
    pub sing_lead_ms: f32,
    pub glide_s: f32,
    pub pitch_weight: f32,
    pub bend_range_st: f32,
    pub mpe: bool,
    pub cue_key: u8,
    pub follow_bars: f64,
    /// The slot whose manner acts, and how much.
    pub manner: Option<(usize, f32)>,
    /// Speaking rate, for what follows the host.
    pub rate: f32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            mode: Mode::Speak,
            line: 1,
            advance: Advance::Next,
            voices: 1,
            sing_lead_ms: 0.0,
            glide_s: 0.0,
            pitch_weight: 1.0,
            bend_range_st: 2.0,
            mpe: false,
            cue_key: 36,
            follow_bars: 2.0,
            manner: None,
            rate: 1.0,
        }
    }
}

impl Rules {
    /// As the parameters are now.
    pub fn of(params: &PsivoxParams) -> Self {
        let own = &params.performance;
        let slot = (own.memory_slot.value().max(1) - 1) as usize;
        Self {
            mode: own.mode.value(),
            line: own.line.value(),
            advance: own.advance.value(),
            voices: own.voices.value().max(1) as usize,
            sing_lead_ms: own.sing_lead_ms.value(),
            glide_s: own.portamento_ms.value() / 1_000.0,
            pitch_weight: own.talk_to_sing.value(),
            bend_range_st: own.bend_range.value() as f32,
            mpe: own.mpe.value(),
            cue_key: own.cue_key.value().clamp(0, 127) as u8,
            follow_bars: f64::from(own.follow_bars.value()),
            manner: own.memory_recall.value().then(|| (slot, own.memory_blend.value())),
            rate: params.rate.value(),
        }
    }

    /// Samples by which everything has to be late, so that consonants come before their beat.
    pub fn wanted_latency_samples(&self, sample_rate_hz: f32) -> u32 {
        match self.mode {
            Mode::Sing => (self.sing_lead_ms / 1_000.0 * sample_rate_hz).round() as u32,
            _ => 0,
        }
    }
}

/// The first score that is there: it tells who speaks.
pub(super) fn first_score(repertoire: &Repertoire) -> Option<&Arc<Score>> {
    repertoire.units.iter().find_map(|unit| match &unit.ready {
        Ready::Planned(score) => Some(score),
        _ => None,
    })
}
