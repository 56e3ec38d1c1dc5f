//! The micro band: two damped modes for each of the score's 64 channels.
//!
//! A channel's target `u(t)` comes from the score; its modes relax to it, `z' = (-sigma + i omega)(z - u)`, exactly
//! integrated. Sound and lips read `x = u + onset Re(u - z_0) + release Re(u - z_1)`: positive weights sharpen
//! attacks and releases (they undo some of the blur that regression leaves), negative ones slacken them. So
//! articulation is a property of modes and not of a filter behind them.
//! Sanity: a constant target is read exactly whatever the weights; at weights 0, x = u always.

use crate::score::{FIRST_ARTICULATOR, LN_F0, PROMINENCE, SCORE_CHANNELS, ScoreFrame};
use crate::wide::widest;
use std::f32::consts::TAU;

/// How articulation acts on the modes' readout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MicroTuning {
    /// Weight of the fast modes on the channels of sound.
    pub sound_onset: f32,
    /// Weight of the slow modes on the channels of sound.
    pub sound_release: f32,
    /// Weight of the slow modes on the mouth: near -1 the mouth is its own low-pass.
    pub mouth_release: f32,
}

impl MicroTuning {
    /// Modes at rest: the score is read as it stands.
    pub const FROZEN: Self = Self { sound_onset: 0.0, sound_release: 0.0, mouth_release: 0.0 };
    /// Neutral articulation.
    pub const NEUTRAL: Self = Self { sound_onset: 0.10, sound_release: 0.05, mouth_release: -0.5 };
}

/// Fast mode: 25 ms period, decay 8 ms. Slow mode: decay 22 ms with a quarter of that rotation.
const SIGMA: [f32; 2] = [1.0 / 0.008, 1.0 / 0.022];
const OMEGA: [f32; 2] = [TAU / 0.025, TAU / 0.1];
/// Pull of the syllable clock on every micro phase, relative to a mode's own rotation (coupling down a band).
const DOWN: f32 = 0.07;

/// 128 modes: deviation of each from its target, struct of arrays.
#[derive(Debug, Clone)]
pub struct MicroBand {
    /// Re(z - u): [2][SCORE_CHANNELS].
    re: [[f32; SCORE_CHANNELS]; 2],
    /// Im(z - u), same shape.
    im: [[f32; SCORE_CHANNELS]; 2],
    target: ScoreFrame,
    mean: (f32, f32),
}

impl Default for MicroBand {
    fn default() -> Self {
        let zero = [[0.0; SCORE_CHANNELS]; 2];
        Self { re: zero, im: zero, target: [0.0; SCORE_CHANNELS], mean: (0.0, 0.0) }
    }
}

impl MicroBand {
    /// All modes at rest on a target.
    pub fn settle(&mut self, target: &ScoreFrame) {
        *self = Self { target: *target, ..Self::default() };
    }

    /// Moves to the next target: `coupling_gain` scales the clock's pull, `theta` is the clock's phase in rad.
    pub fn step(&mut self, target: &ScoreFrame, dt_s: f32, theta: f32, coupling_gain: f32) {
        let clock = theta.sin_cos();
        let (mut sum_re, mut sum_im, mut total) = (0.0, 0.0, 0.0);
        for mode in 0..2 {
            let (turn_im, turn_re) = (OMEGA[mode] * dt_s).sin_cos();
            let decay = (-SIGMA[mode] * dt_s).exp();
            let pull = coupling_gain * DOWN * OMEGA[mode] * dt_s;
            let moved = (&self.target, target);
            let turn = (decay * turn_re, decay * turn_im);
            let sums = relax(&mut self.re[mode], &mut self.im[mode], moved, turn, clock, pull);
            (sum_re, sum_im, total) = (sum_re + sums[0], sum_im + sums[1], total + sums[2]);
        }
        self.mean = (sum_re / (total + 1e-3), sum_im / (total + 1e-3));
        self.target = *target;
    }

    /// Mean field (re, im): transients push all modes at once (|.| near 1), steady sound leaves them apart.
    pub fn mean_field(&self) -> (f32, f32) {
        self.mean
    }

    /// What sound and mouth read.
    pub fn read(&self, tuning: &MicroTuning) -> ScoreFrame {
        let mut x = self.target;
        for k in 0..LN_F0 {
            x[k] -= tuning.sound_onset * self.re[0][k] + tuning.sound_release * self.re[1][k];
        }
        for k in FIRST_ARTICULATOR..PROMINENCE {
            x[k] -= tuning.mouth_release * self.re[1][k];
        }
        x
    }
}

/// Partial sums: that many modes are moved at once.
const LANES: usize = 16;

widest! {
    /// Moves the modes of one kind from one target to the next; `turn` is e^{(-sigma + i omega) dt}, `clock` the clock's
    /// (sin, cos). Returns the sums of Re(z - u), Im(z - u) and of |z - u| before the turn.
    fn relax(
        re: &mut ScoreFrame,
        im: &mut ScoreFrame,
        moved: (&ScoreFrame, &ScoreFrame),
        turn: (f32, f32),
        clock: (f32, f32),
        pull: f32,
    ) -> [f32; 3] {
        let ((from, to), (sin, cos)) = (moved, clock);
        let [mut sum_re, mut sum_im, mut total] = [[0.0f32; LANES]; 3];
        for block in 0..SCORE_CHANNELS / LANES {
            for l in 0..LANES {
                let k = block * LANES + l;
                let a = re[k] - (to[k] - from[k]);
                let b = im[k];
                // |z - u| sin(theta - arg(z - u)) = a sin - b cos: the Kuramoto kick, to first order a rotation.
                let r = (a * a + b * b).sqrt() + 1e-9;
                let kick = pull * (a * sin - b * cos) / r;
                let (x, y) = (a - kick * b, b + kick * a);
                // Adding and taking away 1e-18 turns what has decayed into zero instead of a denormal.
                re[k] = ((turn.0 * x - turn.1 * y) + 1e-18) - 1e-18;
                im[k] = ((turn.0 * y + turn.1 * x) + 1e-18) - 1e-18;
                sum_re[l] += re[k];
                sum_im[l] += im[k];
                total[l] += r;
            }
        }
        [sum_re, sum_im, total].map(|sums| sums.iter().sum())
    }
}

// No channel is left over.
const _: () = assert!(SCORE_CHANNELS.is_multiple_of(LANES));

#[cfg(test)]
mod tests {
    use super::*;

    const DT: f32 = 1.0 / 240.0;

    #[test]
    fn a_constant_target_is_read_exactly() {
        let mut band = MicroBand::default();
        band.settle(&[1.5; SCORE_CHANNELS]);
        for step in 0..100 {
            band.step(&[1.5; SCORE_CHANNELS], DT, step as f32 * 0.1, 1.0);
        }
        assert_eq!(band.read(&MicroTuning::NEUTRAL), [1.5; SCORE_CHANNELS]);
    }

    /// The response to a step is u + onset e^{-sigma t} cos(omega t) (coupling off).
    #[test]
    fn the_step_response_is_the_closed_form() {
        let mut band = MicroBand::default();
        band.settle(&[0.0; SCORE_CHANNELS]);
        let tuning = MicroTuning { sound_onset: 0.5, sound_release: 0.0, mouth_release: 0.0 };
        for step in 1..30 {
            band.step(&[1.0; SCORE_CHANNELS], DT, 0.0, 0.0);
            let t = step as f32 * DT;
            let expected = 1.0 + 0.5 * (-SIGMA[0] * t).exp() * (OMEGA[0] * t).cos();
            let found = band.read(&tuning)[0];
            assert!((found - expected).abs() < 1e-4, "{found} against {expected} at {t} s");
        }
    }

    #[test]
    fn frozen_modes_read_the_score() {
        let mut band = MicroBand::default();
        band.step(&[2.0; SCORE_CHANNELS], DT, 0.3, 1.0);
        assert_eq!(band.read(&MicroTuning::FROZEN), [2.0; SCORE_CHANNELS]);
        assert!(band.mean_field().0.hypot(band.mean_field().1) > 0.3, "a jump moves all modes together");
    }
}
