//! One step of the slow bands: the kick by the couplings, the rotation, the amplitudes.

use super::{FieldNetwork, NetworkDrive, RoleDrive, Stride, wrap};
use crate::field::roles::{Band, MESO_CAPACITY, MESO_ROLES, Role, SLOTS};
use crate::field::setup::{Few, MAX_EDGES, MAX_PULLS, Pull, SOURCES};
use crate::voice::fast_sin_cos;
use crate::wide::widest;

/// How fast amplitudes follow, s: a nod grows and fades within a syllable.
const AMPLITUDE_TAU_S: f32 = 0.12;

impl FieldNetwork {
    /// Advances all phases but those that are placed by `dt_s`.
    pub fn step(&mut self, dt_s: f32, drive: &NetworkDrive) {
        if self.stride.dt_s != dt_s {
            self.stride = Stride { dt_s, fade: 1.0 - (-dt_s / AMPLITUDE_TAU_S).exp(), spread: dt_s.sqrt() };
        }
        self.glide(dt_s);
        self.set_lags(drive.lag_gain);
        self.sum_kicks(drive);
        let recall = if self.learns { drive.coupling_gain * self.setup.learning.recall } else { 0.0 };
        self.association.pull(dt_s, recall, &self.rates, (&self.sin, &self.cos), &mut self.kicks);
        let signs = [self.noise.bits(), self.noise.bits()];
        let moving = Moving {
            rates: &self.rates,
            kicks: &self.kicks,
            noise: &self.setup.noise,
            signs,
            dt_s,
            spread: self.stride.spread,
        };
        let before = self.theta;
        turn(&moving, &mut self.theta);
        for role in Role::ALL.into_iter().filter(|role| role.is_placed()) {
            self.theta[role as usize] = before[role as usize];
        }
        for (band, slots) in [(Band::Meso, 0..MESO_CAPACITY), (Band::Macro, MESO_CAPACITY..SLOTS)] {
            if self.frozen[band as usize] {
                self.theta[slots.clone()].copy_from_slice(&before[slots]);
            }
        }
        self.fade(drive);
        self.project(drive.onset);
    }

    fn fade(&mut self, drive: &NetworkDrive) {
        let fade = self.stride.fade;
        for role in Role::ALL {
            let slot = role as usize;
            let by_speech = match role {
                Role::Beat | Role::Partner => continue,
                Role::Nod | Role::Brow | Role::Jaw => drive.prominence,
                // A resting clock pulls nobody.
                Role::Syllable | Role::Stress => f32::from(drive.syllable_omega > 0.0),
                _ => 1.0,
            };
            let RoleDrive { amplitude, over_s, .. } = self.drives[slot];
            let share = if amplitude.is_some() && over_s > 0.0 {
                1.0 - (-self.stride.dt_s / over_s).exp()
            } else {
                fade
            };
            self.r[slot] += share * (amplitude.unwrap_or(by_speech) - self.r[slot]);
        }
    }

    /// Lags change with the emotion and with learning only.
    pub(super) fn set_lags(&mut self, gain: f32) {
        if gain == self.lag_gain {
            return;
        }
        self.lag_gain = gain;
        let edges = self.edges.iter().map(|edge| edge.alpha_rad);
        for (lag, alpha) in self.lags.iter_mut().zip(edges) {
            *lag = fast_sin_cos(alpha * gain);
        }
        let pulls = self.population.iter().map(|pull| pull.alpha_rad);
        for (lag, alpha) in self.lags[MAX_EDGES..].iter_mut().zip(pulls) {
            *lag = fast_sin_cos(alpha * gain);
        }
        let pulls = self.tide.iter().map(|pull| pull.alpha_rad);
        for (lag, alpha) in self.lags[MAX_EDGES + MAX_PULLS..].iter_mut().zip(pulls) {
            *lag = fast_sin_cos(alpha * gain);
        }
    }

    /// What the couplings add to each rate, rad/s.
    fn sum_kicks(&mut self, drive: &NetworkDrive) {
        self.kicks = [0.0; SLOTS];
        for (edge, (lag_sin, lag_cos)) in self.edges.iter().zip(&self.lags) {
            let (re, im) = self.phasor(edge.source, edge.p);
            let (sin, cos) = self.turned(edge.target, edge.q);
            let (re, im) = (re * lag_cos + im * lag_sin, im * lag_cos - re * lag_sin);
            self.kicks[edge.target] += drive.coupling_gain * edge.k_rad_per_s * (im * cos - re * sin);
        }
        let meso = MESO_ROLES..self.setup.meso;
        let force = self.force(&self.population, MAX_EDGES, drive.coupling_gain);
        pull_all(
            force,
            &self.rates[meso.clone()],
            &self.sin[meso.clone()],
            &self.cos[meso.clone()],
            &mut self.kicks[meso],
        );
        let tide = self.tide_slots();
        if !tide.is_empty() {
            let force = self.force(&self.tide, MAX_EDGES + MAX_PULLS, drive.coupling_gain);
            pull_all(
                force,
                &self.rates[tide.clone()],
                &self.sin[tide.clone()],
                &self.cos[tide.clone()],
                &mut self.kicks[tide],
            );
        }
    }

    /// What pulls a population, as one phasor: all of its members see the same sources.
    fn force(&self, pulls: &Few<Pull, MAX_PULLS>, first_lag: usize, gain: f32) -> (f32, f32) {
        let mut force = (0.0, 0.0);
        for (pull, (lag_sin, lag_cos)) in pulls.iter().zip(&self.lags[first_lag..]) {
            let (re, im) = (self.re[pull.source], self.im[pull.source]);
            force.0 += gain * pull.share * (re * lag_cos + im * lag_sin);
            force.1 += gain * pull.share * (im * lag_cos - re * lag_sin);
        }
        force
    }

    /// Sines, cosines and mean fields of the phases as they are now.
    pub(super) fn project(&mut self, onset: f32) {
        project_phases(&self.theta, &self.r, &mut self.sin, &mut self.cos, &mut self.re, &mut self.im);
        let mean = |slots: std::ops::Range<usize>| {
            let (mut re, mut im, mut total) = (0.0, 0.0, 1e-6);
            for slot in slots {
                re += self.re[slot];
                im += self.im[slot];
                total += self.r[slot];
            }
            (re / total, im / total)
        };
        let meso = mean(MESO_ROLES..self.setup.meso);
        let slow = mean(MESO_CAPACITY..MESO_CAPACITY + self.setup.slow);
        for (i, (re, im)) in [(onset, 0.0), meso, slow].into_iter().enumerate() {
            (self.re[SLOTS + i], self.im[SLOTS + i]) = (re, im);
        }
    }
}

pub(super) struct Moving<'a> {
    pub(super) rates: &'a [f32; SLOTS],
    pub(super) kicks: &'a [f32; SLOTS],
    pub(super) noise: &'a [f32; SLOTS],
    pub(super) signs: [u64; 2],
    pub(super) dt_s: f32,
    pub(super) spread: f32,
}

widest! {
    pub(super) fn turn(moving: &Moving<'_>, theta: &mut [f32; SLOTS]) {
        for i in 0..SLOTS {
            let bit = (moving.signs[i / 64] >> (i % 64)) as u32 & 1;
            let jitter = f32::from_bits((moving.noise[i] * moving.spread).to_bits() | (bit << 31));
            let next = theta[i] + (moving.rates[i] + moving.kicks[i]) * moving.dt_s + jitter;
            theta[i] = wrap(next);
        }
    }
}

widest! {
    fn project_phases(
        theta: &[f32; SLOTS],
        r: &[f32; SLOTS],
        sin: &mut [f32; SLOTS],
        cos: &mut [f32; SLOTS],
        re: &mut [f32; SOURCES],
        im: &mut [f32; SOURCES],
    ) {
        for i in 0..SLOTS {
            (sin[i], cos[i]) = fast_sin_cos(theta[i]);
            (re[i], im[i]) = (r[i] * cos[i], r[i] * sin[i]);
        }
    }
}

widest! {
    pub(super) fn pull_all(force: (f32, f32), rates: &[f32], sin: &[f32], cos: &[f32], kicks: &mut [f32]) {
        for (((kick, rate), sin), cos) in kicks.iter_mut().zip(rates).zip(sin).zip(cos) {
            *kick += rate * (force.1 * cos - force.0 * sin);
        }
    }
}
