//! The crossfade of sound and mouth after the clock has jumped.

use crate::score::{SCORE_CHANNELS, ScoreFrame};
use crate::song::ease;

/// How long it takes, s: shorter clicks, longer slurs the consonant that is jumped to.
const CROSSING_S: f32 = 0.012;

/// What was played before a jump, and how much of it is left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crossing {
    from: ScoreFrame,
    last: ScoreFrame,
    left_s: f32,
}

impl Default for Crossing {
    fn default() -> Self {
        Self { from: [0.0; SCORE_CHANNELS], last: [0.0; SCORE_CHANNELS], left_s: 0.0 }
    }
}

impl Crossing {
    /// The clock jumps: what was played last gives way to what comes.
    pub fn begin(&mut self) {
        (self.from, self.left_s) = (self.last, CROSSING_S);
    }

    /// There is nothing to cross from.
    pub fn end(&mut self) {
        self.left_s = 0.0;
    }

    /// What is played for the score's channels after `dt_s` more.
    pub fn step(&mut self, target: &ScoreFrame, dt_s: f32) -> ScoreFrame {
        self.left_s = (self.left_s - dt_s).max(0.0);
        self.last = *target;
        if self.left_s > 0.0 {
            let before = ease(self.left_s / CROSSING_S);
            self.last = std::array::from_fn(|i| target[i] + before * (self.from[i] - target[i]));
        }
        self.last
    }
}

crate::carry::carried!(Crossing { from, last, left_s } but {});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_over_and_leaves_no_trace() {
        let mut crossing = Crossing::default();
        assert_eq!(crossing.step(&[1.0; SCORE_CHANNELS], 0.004), [1.0; SCORE_CHANNELS]);
        crossing.begin();
        let levels: Vec<f32> = (0..4).map(|_| crossing.step(&[5.0; SCORE_CHANNELS], 0.004)[0]).collect();
        assert!(levels[0] > 1.0 && levels[0] < 3.0 && levels[1] > levels[0], "{levels:?}");
        assert_eq!(levels[2..], [5.0, 5.0]);
    }
}
