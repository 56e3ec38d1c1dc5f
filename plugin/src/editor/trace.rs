//! What the field has done lately, gathered while the editor is open: a curve of V, the last surprises, the rules that acted.

use crate::channels::FaceView;
use psivox_core::field::SurpriseEvent;
use psivox_core::grammar::{RULE_COUNT, RuleId};
use std::collections::VecDeque;

/// Length of the curve, s.
pub const CURVE_S: f64 = 10.0;
/// Most points of the curve: 60 faces a second.
const CURVE_POINTS: usize = 640;
/// Surprises on show.
pub const SURPRISES: usize = 4;
/// A rule that has not acted for so long is quiet, s.
const RULE_MEMORY_S: f64 = 3.0;

/// The recent past of a field. Times are in s on the engine's clock.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FieldTrace {
    /// Time of the newest face.
    now_s: f64,
    /// Time and V, oldest first.
    curve: VecDeque<(f64, f32)>,
    /// Time and event, newest first.
    surprises: VecDeque<(f64, SurpriseEvent)>,
    /// Surprises counted at the newest face.
    counted: u32,
    /// Acts of each rule at the newest face, and when it acted last while somebody looked.
    rules: [(u32, Option<f64>); RULE_COUNT],
    /// Whether a face was seen since the editor opened or the engine was reset.
    begun: bool,
}

impl FieldTrace {
    /// Takes note of the newest face.
    pub fn see(&mut self, view: &FaceView) {
        let rate_hz = f64::from(view.sample_rate_hz.max(1.0));
        let now_s = view.face.time_samples as f64 / rate_hz;
        if now_s < self.now_s {
            *self = Self::default();
        }
        self.now_s = now_s;
        self.curve.push_back((now_s, view.field.energy));
        while self.curve.len() > CURVE_POINTS || self.curve.front().is_some_and(|(s, _)| *s < now_s - CURVE_S)
        {
            self.curve.pop_front();
        }
        if let Some(event) = view.field.surprise
            && view.field.surprises != self.counted
        {
            self.surprises.push_front((event.time_samples as f64 / rate_hz, event));
            self.surprises.truncate(SURPRISES);
        }
        self.counted = view.field.surprises;
        for (rule, (count, acted)) in RuleId::ALL.into_iter().zip(&mut self.rules) {
            let newest = view.rules.of(rule);
            // What acted before the editor opened is no news.
            if newest != *count && self.begun {
                *acted = Some(now_s);
            }
            *count = newest;
        }
        self.begun = true;
    }

    /// Age in s and V of every point, oldest first.
    pub fn curve(&self) -> impl Iterator<Item = (f64, f32)> {
        self.curve.iter().map(|(s, energy)| (self.now_s - s, *energy))
    }

    /// Age in s and event, newest first.
    pub fn surprises(&self) -> impl Iterator<Item = (f64, &SurpriseEvent)> {
        self.surprises.iter().map(|(s, event)| ((self.now_s - s).max(0.0), event))
    }

    /// The rules that acted in the last seconds, and how often since the engine's start.
    pub fn rules(&self) -> impl Iterator<Item = (RuleId, u32)> {
        let recent = |acted: Option<f64>| acted.is_some_and(|s| self.now_s - s < RULE_MEMORY_S);
        RuleId::ALL
            .into_iter()
            .zip(self.rules)
            .filter(move |(_, (_, acted))| recent(*acted))
            .map(|(rule, (count, _))| (rule, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::BlendshapeFrame;
    use psivox_core::engine::ObservableFrame;
    use psivox_core::field::SurpriseSource;
    use psivox_core::grammar::{SoundState, Tally, sound_violations};
    use psivox_core::sound::SoundKnot;

    fn at(second: f64, field: ObservableFrame) -> FaceView {
        let face = BlendshapeFrame { time_samples: (second * 48_000.0) as u64, ..BlendshapeFrame::NEUTRAL };
        FaceView { face, field, rules: Tally::default(), sample_rate_hz: 48_000.0 }
    }

    #[test]
    fn the_curve_is_ten_seconds_long() {
        let mut trace = FieldTrace::default();
        for frame in 0..1_200 {
            let field = ObservableFrame { energy: frame as f32, ..ObservableFrame::default() };
            trace.see(&at(f64::from(frame) / 60.0, field));
        }
        let ages: Vec<f64> = trace.curve().map(|(age_s, _)| age_s).collect();
        assert!((ages[0] - CURVE_S).abs() < 0.02 && ages[ages.len() - 1] == 0.0);
        assert!(ages.windows(2).all(|pair| pair[0] > pair[1]));
        trace.see(&at(0.0, ObservableFrame::default()));
        assert_eq!(trace.curve().count(), 1, "a reset begins anew");
    }

    #[test]
    fn a_surprise_is_listed_once_with_its_age() {
        let mut trace = FieldTrace::default();
        let event = |count: u64| SurpriseEvent {
            time_samples: 48_000 * count,
            source: SurpriseSource::Prosody,
            epsilon: 4.0,
            tau: 2.5,
        };
        for frame in 0..600u32 {
            let second = f64::from(frame) / 60.0;
            let count = second as u64;
            let surprise = (count > 0).then(|| event(count));
            let field = ObservableFrame { surprises: count as u32, surprise, ..ObservableFrame::default() };
            trace.see(&at(second, field));
        }
        let listed: Vec<u64> = trace.surprises().map(|(_, event)| event.time_samples / 48_000).collect();
        assert_eq!(listed, [9, 8, 7, 6]);
        let ages: Vec<f64> = trace.surprises().map(|(age_s, _)| age_s).collect();
        assert!((ages[0] - 0.983).abs() < 0.01, "{ages:?}");
    }

    #[test]
    fn rules_show_while_they_act() {
        let (mut trace, mut rules) = (FieldTrace::default(), Tally::default());
        let see = |trace: &mut FieldTrace, second, rules| {
            trace.see(&FaceView { rules, ..at(second, ObservableFrame::default()) });
            trace.rules().collect::<Vec<_>>()
        };
        // Louder than any law allows, before and while somebody looks.
        let knot = SoundKnot { gain: 1e3, ..SoundKnot::SILENT };
        let broken = sound_violations(&SoundState { knot: &knot, f0_range_hz: [20.0, 1_000.0] });
        rules.add(broken);
        assert_eq!(see(&mut trace, 0.0, rules), [], "what acted before is no news");
        rules.add(broken);
        assert!(see(&mut trace, 0.1, rules).contains(&(RuleId::LevelCeiling, 2)));
        assert!(see(&mut trace, 3.0, rules).contains(&(RuleId::LevelCeiling, 2)));
        assert_eq!(see(&mut trace, 3.2, rules), [], "quiet again");
    }
}
