//! The syllable clock: the phase that is the time of the score.
//!
//! Position = beat index + theta / 2 pi; a beat of length T turns at `omega = 2 pi rate / T`. Slowing, stopping
//! and holding are changes of omega.

use crate::score::{Score, ScoreCursor};
use std::f32::consts::TAU;

/// Phase and place of the clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SyllableClock {
    /// Turned part of the present beat in cycles, 0..1.
    phase: f32,
    /// Place in the score.
    pub cursor: ScoreCursor,
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

    /// Turns for `dt_s`. `warp` is the clock's rate relative to its nominal one (coupling included). What is left
    /// of the step when a beat ends goes into the next beat at that beat's rate, so no time is lost at borders.
    pub fn turn(&mut self, score: &Score, rate_ratio: f32, warp: f32, dt_s: f32) {
        let mut left_s = dt_s * rate_ratio * warp;
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

    /// Whether the score has been spoken to its end.
    pub fn finished(&self, score: &Score) -> bool {
        self.cursor.beat(score).is_none()
    }
}
