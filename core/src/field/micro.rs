//! The micro band: two damped modes for each of the score's 64 channels.
//!
//! A channel's target `u(t)` comes from the score; its modes relax to it, `z' = (-sigma + i omega)(z - u)`, exactly
//! integrated. Sound and lips read `x = u + onset Re(u - z_0) + release Re(u - z_1)`: positive weights sharpen
//! attacks and releases (they undo some of the blur that regression leaves), negative ones slacken them. So
//! articulation is a property of modes and not of a filter behind them. A transient from outside is a deviation like any
//! other: it is heard and decays ([`MicroBand::inject`]).
//! Sanity: a constant target is read exactly whatever the weights; at weights 0, x = u always. Once all deviations have
//! decayed and the target stands still there is nothing to integrate: such steps are skipped, exactly.

use super::roles::MICRO;
use super::setup::MicroSetup;
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

/// Decay times of fast and slow modes as shares of the band's period (8 and 22 ms at 25 ms), and their rotation relative
/// to the band's own.
const DECAY: [f32; 2] = [0.32, 0.88];
const ROTATION: [f32; 2] = [1.0, 0.25];
/// Sum of the fast modes' deviations at which a transient counts half: running speech has a median of 17, bursts and the
/// onsets of vowels 60 to 200.
const HALF_ONSET: f32 = 50.0;
/// Deviations below this are over: no ear hears a ten thousandth of a neper.
const STILL: f32 = 1e-4;

/// 128 modes: deviation of each from its target, struct of arrays.
#[derive(Debug, Clone)]
pub struct MicroBand {
    setup: MicroSetup,
    /// Re(z - u): [2][SCORE_CHANNELS].
    re: [[f32; SCORE_CHANNELS]; 2],
    /// Im(z - u), same shape.
    im: [[f32; SCORE_CHANNELS]; 2],
    target: ScoreFrame,
    mean: (f32, f32),
    onset: f32,
    /// Whether every deviation has decayed.
    still: bool,
    stride: Stride,
}

/// What depends on the length of a step only.
#[derive(Debug, Clone, Copy, Default)]
struct Stride {
    dt_s: f32,
    /// e^{(-sigma + i omega) dt} of both kinds of modes.
    turn: [(f32, f32); 2],
}

impl MicroBand {
    /// All modes at rest on zero.
    pub fn new(setup: &MicroSetup) -> Self {
        let zero = [[0.0; SCORE_CHANNELS]; 2];
        Self {
            setup: *setup,
            re: zero,
            im: zero,
            target: [0.0; SCORE_CHANNELS],
            mean: (0.0, 0.0),
            onset: 0.0,
            still: true,
            stride: Stride::default(),
        }
    }

    /// Takes over another setup; the modes go on.
    pub fn adopt(&mut self, setup: &MicroSetup) {
        self.setup = *setup;
        self.stride = Stride::default();
    }

    /// All modes at rest on a target.
    pub fn settle(&mut self, target: &ScoreFrame) {
        *self = Self { target: *target, ..Self::new(&self.setup) };
    }

    /// Adds a transient to one channel of the score: it shows at once and decays with the fast modes (a click) or with the
    /// slow ones. What is not finite is ignored.
    pub fn inject(&mut self, channel: usize, amount: f32, slow: bool) {
        let mode = usize::from(slow);
        if amount.is_finite()
            && channel < SCORE_CHANNELS
            && mode * SCORE_CHANNELS + channel < self.setup.count
        {
            self.re[mode][channel] -= amount.clamp(-10.0, 10.0);
            self.still = false;
        }
    }

    /// Deviation of every mode in use from its target, (re, im); the fast modes first.
    pub fn deviations(&self) -> impl Iterator<Item = (f32, f32)> + '_ {
        let modes = self.re.iter().flatten().zip(self.im.iter().flatten());
        modes.take(self.setup.count).map(|(re, im)| (*re, *im))
    }

    /// Moves to the next target: `coupling_gain` scales the clock's pull, `theta` is the clock's phase in rad. Returns
    /// whether there was anything to integrate.
    pub fn step(&mut self, target: &ScoreFrame, dt_s: f32, theta: f32, coupling_gain: f32) -> bool {
        if self.still && self.target == *target {
            (self.mean, self.onset) = ((0.0, 0.0), 0.0);
            return false;
        }
        if self.stride.dt_s != dt_s {
            let turn = [0, 1].map(|mode| {
                let (im, re) = (ROTATION[mode] * TAU / self.setup.period_s * dt_s).sin_cos();
                let decay = (-dt_s / (DECAY[mode] * self.setup.period_s)).exp();
                (decay * re, decay * im)
            });
            self.stride = Stride { dt_s, turn };
        }
        let (sin, cos) = (theta - self.setup.alpha_rad).sin_cos();
        let (mut sum_re, mut sum_im, mut total) = (0.0, 0.0, 0.0);
        for mode in 0..2 {
            let pull = coupling_gain * self.setup.k * ROTATION[mode] * TAU / self.setup.period_s * dt_s;
            let moved = (&self.target, target);
            let turn = self.stride.turn[mode];
            let sums = relax(&mut self.re[mode], &mut self.im[mode], moved, turn, (sin, cos), pull);
            let used = self.setup.count.saturating_sub(mode * SCORE_CHANNELS).min(SCORE_CHANNELS);
            self.re[mode][used..].fill(0.0);
            self.im[mode][used..].fill(0.0);
            (sum_re, sum_im, total) = (sum_re + sums[0], sum_im + sums[1], total + sums[2]);
            if mode == 0 {
                let strength = sums[2] / HALF_ONSET;
                self.onset = strength * strength / (1.0 + strength * strength);
            }
        }
        self.mean = (sum_re / (total + 1e-3), sum_im / (total + 1e-3));
        self.still = self.target == *target && total < STILL;
        if self.still {
            (self.re, self.im) = ([[0.0; SCORE_CHANNELS]; 2], [[0.0; SCORE_CHANNELS]; 2]);
        }
        self.target = *target;
        true
    }

    /// Mean field (re, im): transients push all modes at once (|.| near 1), steady sound leaves them apart.
    pub fn mean_field(&self) -> (f32, f32) {
        self.mean
    }

    /// How strong a transient is under way, 0..=1.
    pub fn onset(&self) -> f32 {
        self.onset
    }

    /// Modes in use that have not decayed.
    pub fn moving(&self) -> usize {
        let far = |mode: usize| {
            self.re[mode].iter().zip(&self.im[mode]).filter(|(a, b)| a.abs() + b.abs() > STILL).count()
        };
        if self.still { 0 } else { (far(0) + far(1)).min(MICRO) }
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

    fn band() -> MicroBand {
        MicroBand::new(&MicroSetup { period_s: 0.025, count: MICRO, k: 0.07, alpha_rad: 0.0 })
    }

    #[test]
    fn a_constant_target_is_read_exactly() {
        let mut band = band();
        band.settle(&[1.5; SCORE_CHANNELS]);
        for step in 0..100 {
            band.step(&[1.5; SCORE_CHANNELS], DT, step as f32 * 0.1, 1.0);
        }
        assert_eq!(band.read(&MicroTuning::NEUTRAL), [1.5; SCORE_CHANNELS]);
    }

    /// The response to a step is u + onset e^{-sigma t} cos(omega t) (coupling off).
    #[test]
    fn the_step_response_is_the_closed_form() {
        let mut band = band();
        band.settle(&[0.0; SCORE_CHANNELS]);
        let tuning = MicroTuning { sound_onset: 0.5, sound_release: 0.0, mouth_release: 0.0 };
        for step in 1..30 {
            band.step(&[1.0; SCORE_CHANNELS], DT, 0.0, 0.0);
            let t = step as f32 * DT;
            let expected = 1.0 + 0.5 * (-t / 0.008).exp() * (TAU / 0.025 * t).cos();
            let found = band.read(&tuning)[0];
            assert!((found - expected).abs() < 1e-4, "{found} against {expected} at {t} s");
        }
    }

    #[test]
    fn frozen_modes_read_the_score() {
        let mut band = band();
        band.step(&[2.0; SCORE_CHANNELS], DT, 0.3, 1.0);
        assert_eq!(band.read(&MicroTuning::FROZEN), [2.0; SCORE_CHANNELS]);
        assert!(band.mean_field().0.hypot(band.mean_field().1) > 0.3, "a jump moves all modes together");
    }

    /// A diagonal mode has a closed form: one step of ten times the length is ten steps.
    #[test]
    fn one_long_step_is_ten_short_ones() {
        let (mut fast, mut slow) = (band(), band());
        for band in [&mut fast, &mut slow] {
            band.inject(3, 1.0, false);
            band.inject(4, 2.0, true);
        }
        for _ in 0..10 {
            slow.step(&[0.0; SCORE_CHANNELS], 1e-3, 0.0, 0.0);
        }
        fast.step(&[0.0; SCORE_CHANNELS], 1e-2, 0.0, 0.0);
        let tuning = MicroTuning { sound_onset: 1.0, sound_release: 1.0, mouth_release: 1.0 };
        let (a, b) = (fast.read(&tuning), slow.read(&tuning));
        for channel in [3, 4] {
            assert!((a[channel] - b[channel]).abs() < 1e-5, "{} and {}", a[channel], b[channel]);
        }
        assert!(a[4] > 0.5, "the slow one is still heard");
    }

    #[test]
    fn what_stands_still_costs_nothing_and_is_exact() {
        let mut band = band();
        let vowel = [1.5; SCORE_CHANNELS];
        let worked = (0..480).filter(|_| band.step(&vowel, DT, 0.4, 1.0)).count();
        assert!((20..120).contains(&worked), "{worked} steps until all modes had decayed");
        assert_eq!(band.moving(), 0);
        assert_eq!(band.read(&MicroTuning::NEUTRAL), vowel);
        band.inject(0, 0.5, false);
        assert!(band.step(&vowel, DT, 0.4, 1.0), "a transient wakes it");
        band.inject(0, f32::NAN, false);
        band.inject(10_000, 1.0, true);
        assert!(band.read(&MicroTuning::NEUTRAL).iter().all(|x| x.is_finite()));
    }

    #[test]
    fn a_smaller_band_has_no_slow_modes() {
        let mut small = MicroBand::new(&MicroSetup { count: 64, ..band().setup });
        small.step(&[1.0; SCORE_CHANNELS], DT, 0.0, 0.0);
        let slow_only = MicroTuning { sound_onset: 0.0, sound_release: 1.0, mouth_release: 1.0 };
        assert_eq!(small.read(&slow_only), [1.0; SCORE_CHANNELS]);
    }
}
