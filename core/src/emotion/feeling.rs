//! What is felt now, on its way to what is to be felt.
//!
//! ```text
//! dw_m/dt = (t_m - w_m) (1 + k sum_n C_mn max(0, t_n - w_n)) / tau      where t_m < w_m
//! dw_m/dt = (t_m - w_m) / (1 + k sum_n C_mn max(0, w_n - t_n)) / tau    where t_m > w_m
//! ```
//! C_mn is how much harmonic energy G two modes add on one face beyond what each has alone: a smile that frowns, brows
//! that are drawn up and down. Where two modes agree the way is the straight line of a relaxation; where they do not, the
//! old one leaves before the new one comes: the way bends along the valley of the energy, through a calmer face.
//! Sanity: C = 0 gives `w = t + (w_0 - t) e^{-t / tau}` for every mode.

use super::{MODE_COUNT, Mode, Moods};
use crate::face::{Pose, expression_pose};
use crate::grammar::{FaceState, Weights, energy};

/// k: what a conflict as large as the largest does to the time constant.
const STEEPNESS: f32 = 6.0;
/// A mode nearer than this to where it is going is there.
const THERE: f32 = 1e-5;

/// The energy landscape over the modes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Valley {
    /// C_mn, 0..=1, symmetric.
    conflict: [[f32; MODE_COUNT]; MODE_COUNT],
}

impl Valley {
    /// The landscape that the grammar of faces makes. Does not allocate.
    pub fn new(weights: &Weights) -> Self {
        let poses = Mode::ALL.map(|mode| expression_pose(&Moods::one(mode, 1.0)));
        let alone = poses.map(|pose| energy_of(pose, weights));
        let mut conflict = [[0.0; MODE_COUNT]; MODE_COUNT];
        let mut largest = 0.0f32;
        for m in 0..MODE_COUNT {
            for n in m + 1..MODE_COUNT {
                let both = std::array::from_fn(|i| poses[m][i] + poses[n][i]);
                let extra = (energy_of(both, weights) - alone[m] - alone[n]).max(0.0);
                (conflict[m][n], conflict[n][m]) = (extra, extra);
                largest = largest.max(extra);
            }
        }
        if largest > 0.0 {
            conflict.iter_mut().flatten().for_each(|extra| *extra /= largest);
        }
        Self { conflict }
    }

    /// How much two modes stand in each other's way, 0..=1.
    pub fn conflict(&self, a: Mode, b: Mode) -> f32 {
        self.conflict[a as usize][b as usize]
    }

    /// Height of the landscape: `sum_mn C_mn w_m w_n / 2`.
    pub fn height(&self, moods: &Moods) -> f32 {
        let w = moods.degrees();
        let row = |m: usize| self.conflict[m].iter().zip(w).map(|(c, n)| c * n).sum::<f32>();
        0.5 * (0..MODE_COUNT).map(|m| w[m] * row(m)).sum::<f32>()
    }

    /// How much of `amounts` stands in a mode's way.
    fn against(&self, mode: usize, amounts: &[f32; MODE_COUNT]) -> f32 {
        STEEPNESS * self.conflict[mode].iter().zip(amounts).map(|(c, amount)| c * amount).sum::<f32>()
    }
}

fn energy_of(pose: Pose, weights: &Weights) -> f32 {
    energy(&FaceState { pose, closure: 0.0, labiodental: 0.0, head_rad: [0.0; 3] }, weights)
}

/// Moods in motion.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Feeling {
    moods: Moods,
}

impl Feeling {
    /// What is felt.
    pub fn moods(&self) -> &Moods {
        &self.moods
    }

    /// Feels this at once.
    pub fn jump(&mut self, moods: &Moods) {
        self.moods = *moods;
    }

    /// Moves on by `dt_s` towards `target` with a time constant of `tau_s`.
    pub fn step(&mut self, target: &Moods, valley: &Valley, dt_s: f32, tau_s: f32) {
        if self.moods == *target {
            return;
        }
        let (now, to) = (*self.moods.degrees(), *target.degrees());
        let coming: [f32; MODE_COUNT] = std::array::from_fn(|m| (to[m] - now[m]).max(0.0));
        let leaving: [f32; MODE_COUNT] = std::array::from_fn(|m| (now[m] - to[m]).max(0.0));
        for (m, degree) in self.moods.degrees_mut().iter_mut().enumerate() {
            let haste = if to[m] < now[m] {
                1.0 + valley.against(m, &coming)
            } else {
                1.0 / (1.0 + valley.against(m, &leaving))
            };
            let left = (now[m] - to[m]) * (-dt_s * haste / tau_s.max(1e-3)).exp();
            *degree = if left.abs() < THERE { to[m] } else { to[m] + left };
        }
    }
}

crate::carry::carried!(Feeling { moods } but {});

#[cfg(test)]
mod tests {
    use super::*;

    /// Largest height on the way, and the same on the straight line.
    fn heights(from: Mode, to: Mode) -> (f32, f32) {
        let valley = Valley::new(&Weights::default());
        let mut feeling = Feeling::default();
        feeling.jump(&Moods::one(from, 1.0));
        let target = Moods::one(to, 1.0);
        let (mut bent, mut straight) = (0.0f32, 0.0f32);
        for tick in 0..480 {
            feeling.step(&target, &valley, 1.0 / 240.0, 0.2);
            bent = bent.max(valley.height(feeling.moods()));
            let left = (-(tick as f32) / 48.0).exp();
            let mut line = Moods::one(from, left);
            line.set(to, 1.0 - left);
            straight = straight.max(valley.height(&line));
        }
        assert!((feeling.moods().of(to) - 1.0).abs() < 0.02, "{from:?} {to:?} {feeling:?}");
        (bent, straight)
    }

    #[test]
    fn where_modes_conflict_the_way_goes_through_the_valley() {
        let valley = Valley::new(&Weights::default());
        assert!(valley.conflict(Mode::Happy, Mode::Sad) > 0.0);
        for (from, to) in [(Mode::Happy, Mode::Sad), (Mode::Sad, Mode::Happy), (Mode::Angry, Mode::Afraid)] {
            let (bent, straight) = heights(from, to);
            assert!(bent < 0.8 * straight, "{from:?} to {to:?}: {bent} and {straight} on the straight line");
        }
    }

    #[test]
    fn where_modes_agree_the_way_is_the_closed_form() {
        let valley = Valley::new(&Weights::default());
        assert_eq!(valley.conflict(Mode::Neutral, Mode::Happy), 0.0);
        let mut feeling = Feeling::default();
        for tick in 1..=240 {
            feeling.step(&Moods::one(Mode::Happy, 0.8), &valley, 1.0 / 240.0, 0.25);
            let expected = 0.8 * (1.0 - (-(tick as f32) / 60.0).exp());
            assert!((feeling.moods().of(Mode::Happy) - expected).abs() < 1e-4);
        }
    }

    #[test]
    fn the_way_does_not_depend_on_the_step_where_it_is_straight_and_ends_exactly() {
        let valley = Valley::new(&Weights::default());
        let mut feeling = Feeling::default();
        for _ in 0..2_000 {
            feeling.step(&Moods::one(Mode::Calm, 0.5), &valley, 1.0 / 100.0, 0.1);
        }
        assert_eq!(*feeling.moods(), Moods::one(Mode::Calm, 0.5));
    }
}
