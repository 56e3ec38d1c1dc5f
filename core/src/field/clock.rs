//! The syllable clock: the phase that is the time of the score.
//!
//! Position = beat index + theta / 2 pi; a beat of length T turns at `omega = 2 pi rate / T`. Slowing, stopping
//! and holding are changes of omega. Coupling may push the clock ahead or hold it back; the score pulls it home as a
//! spring does (`lead' = push - lead / tau`), so rhythm gives and tempo does not.

use crate::score::{Score, ScoreCursor};
use std::f32::consts::TAU;

/// Time constant of the score's pull, s: about a syllable and a half.
const HOMING_S: f32 = 0.3;

/// Phase and place of the clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SyllableClock {
    /// Turned part of the present beat in cycles, 0..1.
    phase: f32,
    /// How far coupling has pushed it ahead of the score's own time, in nominal s.
    lead_s: f32,
    /// Place in the score.
    pub cursor: ScoreCursor,
    /// The foot that the present beat lies in, and that beat: it is looked up once a beat.
    foot: Option<(usize, (f32, f32))>,
}

impl SyllableClock {
    /// At the start of a score.
    pub fn new() -> Self {
        Self::default()
    }

    /// omega in rad/s at a speaking rate; 0 after the end of the score.
    pub fn omega(&self, score: &Score, rate_ratio: f32) -> f32 {
        self.cursor.beat(score).map_or(0.0, |beat| TAU * rate_ratio / (beat.end_s - beat.start_s))
    }

    /// Phase in rad, in [0, 2 pi).
    pub fn theta(&self) -> f32 {
        TAU * self.phase
    }

    /// Place in nominal s.
    pub fn position_s(&self, score: &Score) -> f32 {
        self.cursor.position_s(score, self.phase)
    }

    /// Index of the beat that is being spoken.
    pub fn beat_index(&self) -> usize {
        self.cursor.beat_index()
    }

    /// Whether a syllable is being spoken, and no rest.
    pub fn sounds(&self, score: &Score) -> bool {
        self.cursor.beat(score).is_some_and(|beat| beat.prominence > 0.0)
    }

    /// Phase of the foot in rad, in [0, 2 pi): 0 on every stressed syllable, and one turn from one to the next.
    pub fn stress_theta(&mut self, score: &Score) -> f32 {
        let beat = self.beat_index();
        if self.foot.is_none_or(|(known, _)| known != beat) {
            self.foot = self.cursor.foot(score).map(|foot| (beat, foot));
        }
        let Some((_, (start_s, end_s))) = self.foot else { return 0.0 };
        TAU * ((self.position_s(score) - start_s) / (end_s - start_s)).clamp(0.0, 0.999_999)
    }

    /// Turns for `dt_s`. `push` is the clock's rate relative to its nominal one (coupling included). What is left
    /// of the step when a beat ends goes into the next beat at that beat's rate, so no time is lost at borders.
    pub fn turn(&mut self, score: &Score, rate_ratio: f32, push: f32, dt_s: f32) {
        let nominal_s = dt_s * rate_ratio;
        let warp = (push - self.lead_s / HOMING_S).clamp(0.5, 2.0);
        let mut left_s = nominal_s * warp;
        self.lead_s += left_s - nominal_s;
        // At most one beat per millisecond: a bound on the work of one step.
        for _ in 0..64 {
            let Some(beat) = self.cursor.beat(score) else { return };
            let length_s = beat.end_s - beat.start_s;
            let rest_s = (1.0 - self.phase) * length_s;
            if left_s < rest_s {
                self.phase += left_s / length_s;
                return;
            }
            left_s -= rest_s;
            self.phase = 0.0;
            self.cursor.next_beat();
        }
    }

    /// Goes to a place of the score in nominal s that is told from outside: what coupling has pushed is forgotten. Beyond
    /// the end the score is finished.
    pub fn go_to(&mut self, score: &Score, place_s: f32) {
        self.lead_s = 0.0;
        self.cursor.go_to(score, place_s);
        self.phase = self.cursor.beat(score).map_or(0.0, |beat| {
            ((place_s - beat.start_s) / (beat.end_s - beat.start_s)).clamp(0.0, 1.0 - f32::EPSILON)
        });
    }

    /// Whether the score has been spoken to its end.
    pub fn finished(&self, score: &Score) -> bool {
        self.cursor.beat(score).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Beat;

    fn score() -> Score {
        let beat = |i: usize| Beat { start_s: 0.2 * i as f32, end_s: 0.2 * (i + 1) as f32, prominence: 1.0 };
        let speaker = crate::engine::Engine::resting_speaker();
        Score { beats: (0..50).map(beat).collect(), ..Score::empty(speaker) }
    }

    fn position_after(seconds: f32, rate: f32, push: f32) -> f32 {
        let (score, mut clock) = (score(), SyllableClock::new());
        for _ in 0..(seconds * 240.0) as usize {
            clock.turn(&score, rate, push, 1.0 / 240.0);
        }
        clock.position_s(&score)
    }

    #[test]
    fn time_passes_at_the_rate() {
        assert!((position_after(2.0, 1.0, 1.0) - 2.0).abs() < 1e-3);
        assert!((position_after(2.0, 1.5, 1.0) - 3.0).abs() < 1e-3);
        let omega = SyllableClock::new().omega(&score(), 1.0);
        assert!((omega - TAU / 0.2).abs() < 1e-3, "one turn a beat");
    }

    /// A steady push of 10 % settles at a lead of 10 % of the homing time, not at another tempo.
    #[test]
    fn a_push_gives_a_lead_and_no_tempo() {
        let lead = position_after(6.0, 1.0, 1.1) - 6.0;
        assert!((lead - 0.1 * HOMING_S).abs() < 2e-3, "lead {lead}");
    }

    #[test]
    fn it_goes_where_it_is_told() {
        let (score, mut clock) = (score(), SyllableClock::new());
        for place_s in [0.0, 0.05, 0.199, 0.21, 5.03, 9.99, 0.3, 3.0] {
            clock.go_to(&score, place_s);
            assert!((clock.position_s(&score) - place_s).abs() < 1e-5, "{place_s}");
            assert!(!clock.finished(&score) && (0.0..TAU).contains(&clock.theta()));
        }
        clock.go_to(&score, 10.1);
        assert!(clock.finished(&score));
        clock.go_to(&score, -1.0);
        assert_eq!(clock.position_s(&score), 0.0);
    }

    #[test]
    fn the_end_is_the_end() {
        let (score, mut clock) = (score(), SyllableClock::new());
        clock.turn(&score, 2.0, 2.0, 1e6);
        for _ in 0..5000 {
            clock.turn(&score, 2.0, 1.0, 1.0 / 240.0);
        }
        assert!(clock.finished(&score) && clock.omega(&score, 1.0) == 0.0);
        assert_eq!(clock.position_s(&score), score.duration_s());
    }
}
