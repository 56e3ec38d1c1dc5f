//! How notes are taken: the performance parameters as of one block.

use crate::memory::corners;
use crate::params::PsivoxParams;
use crate::performance::{Advance, Mode, PerformanceParams};
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
    /// What is remembered and recalled.
    pub memory: MemoryRules,
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
            memory: MemoryRules::default(),
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
            memory: MemoryRules::of(own),
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

/// How psi-memories are kept and brought back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MemoryRules {
    /// Whether what is said leaves a memory.
    pub remembers: bool,
    /// Whether a note says the slot's memory again.
    pub replays: bool,
    /// Slots between which the pad blends, and the weight of each; the weights add up to 1.
    pub corners: [(usize, f32); 4],
    /// How much of the memory's voice acts, 0..=1; 0 while nothing is recalled.
    pub voice: f32,
    /// How much of its face does.
    pub face: f32,
    /// The same of what is recalled otherwise than by the slots: voice and face.
    pub shares: [f32; 2],
    /// Time of the way there, s.
    pub glide_s: f32,
    /// How much topics bring back, 0..=1.
    pub topic: f32,
}

impl Default for MemoryRules {
    fn default() -> Self {
        Self {
            remembers: true,
            replays: false,
            corners: corners(0, [0.0; 2]),
            voice: 0.0,
            face: 0.0,
            shares: [1.0; 2],
            glide_s: 0.5,
            topic: 0.0,
        }
    }
}

impl MemoryRules {
    fn of(own: &PerformanceParams) -> Self {
        let acts = if own.memory_recall.value() { own.memory_blend.value() } else { 0.0 };
        let slot = (own.memory_slot.value().max(1) - 1) as usize;
        Self {
            remembers: own.memory_on.value(),
            replays: own.memory_replay.value(),
            corners: corners(slot, [own.memory_x.value(), own.memory_y.value()]),
            voice: acts * own.memory_voice.value(),
            face: acts * own.memory_face.value(),
            shares: [own.memory_voice.value(), own.memory_face.value()],
            glide_s: own.memory_glide_s.value(),
            topic: own.memory_topic.value(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(set: &[(&str, f32)]) -> Rules {
        Rules::of(&PsivoxParams::with(set))
    }

    #[test]
    fn every_parameter_of_memory_is_a_rule() {
        assert_eq!(rules(&[]).memory, MemoryRules::default());
        for (id, place) in [
            ("memory_on", 0.0),
            ("memory_replay", 1.0),
            ("memory_x", 1.0),
            ("memory_y", 1.0),
            ("memory_glide", 1.0),
            ("memory_topic", 1.0),
        ] {
            assert_ne!(rules(&[(id, place)]).memory, MemoryRules::default(), "{id}");
        }
        let recalled = rules(&[("memory_recall", 1.0), ("memory_blend", 0.5), ("memory_face", 0.5)]).memory;
        assert_eq!((recalled.voice, recalled.face), (0.5, 0.25));
        assert_eq!(rules(&[("memory_voice", 0.5)]).memory.voice, 0.0, "nothing is recalled");
    }
}
