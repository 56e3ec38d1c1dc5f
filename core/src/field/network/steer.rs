//! What moves single oscillators from outside: drives, kicks, places.

use super::{FieldNetwork, RoleDrive, wrap};
use crate::field::roles::{Band, MESO_CAPACITY, MESO_ROLES, Role, SLOTS};
use crate::field::setup::{Edge, Few, MAX_EDGES};
use std::f32::consts::{PI, TAU};

/// Rate at which muscles tremble, Hz.
const TREMBLE_HZ: f32 = 9.0;

impl FieldNetwork {
    /// Drives a role; see [`RoleDrive`]. Numbers outside their ranges are clamped, what is not finite is ignored.
    pub fn drive(&mut self, role: Role, drive: &RoleDrive) {
        let slot = role as usize;
        let tame =
            |value: Option<f32>, high: f32| value.filter(|x| x.is_finite()).map(|x| x.clamp(0.0, high));
        let over_s = if drive.over_s.is_finite() { drive.over_s.clamp(0.0, 60.0) } else { 0.0 };
        self.drives[slot] =
            RoleDrive { hz: tame(drive.hz, 20.0), amplitude: tame(drive.amplitude, 1.0), over_s };
        self.gliding |= 1 << slot;
    }

    /// Frequency in Hz that a role is driven at, if it is.
    pub fn driven_hz(&self, role: Role) -> Option<f32> {
        self.drives[role as usize].hz
    }

    /// Trembling, -1..=1: the tremor itself, or the harmonic of a tremor that is driven more slowly which is nearest to its
    /// own 9 Hz.
    pub fn tremble(&self) -> f32 {
        let order =
            self.driven_hz(Role::Tremor).map_or(1.0, |hz| (TREMBLE_HZ / hz.max(1.0)).round().max(1.0));
        (order * self.theta(Role::Tremor)).sin()
    }

    /// Turns a phase by an angle in rad at once; placed roles stay.
    pub fn kick_phase(&mut self, role: Role, rad: f32) {
        if rad.is_finite() && !role.is_placed() {
            let slot = role as usize;
            self.theta[slot] = wrap(self.theta[slot] + rad.clamp(-PI, PI));
            self.project_one(slot);
        }
    }

    /// Adds to an amplitude at once (bounded to 0..=1); it fades to its target again.
    pub fn kick_amplitude(&mut self, role: Role, amount: f32) {
        if amount.is_finite() {
            self.set_r(role, self.r[role as usize] + amount);
        }
    }

    /// Throws the population's phases apart by up to `rad` each: a desynchronisation pulse.
    pub fn scatter(&mut self, rad: f32) {
        if !rad.is_finite() {
            return;
        }
        for slot in MESO_ROLES..self.setup.meso {
            self.theta[slot] = wrap(self.theta[slot] + rad.clamp(-PI, PI) * self.noise.uniform());
            self.project_one(slot);
        }
    }

    /// Phases and amplitudes of all slots, used or not.
    pub fn all_phasors(&self) -> [(f32, f32); SLOTS] {
        std::array::from_fn(|slot| (self.theta[slot], self.r[slot]))
    }

    /// What every coupling has learned, rad/s beyond the setup's own.
    pub fn learned(&self) -> [f32; MAX_EDGES] {
        let own = |edges: &Few<Edge, MAX_EDGES>, i| edges.get(i).map_or(0.0, |edge: &Edge| edge.k_rad_per_s);
        std::array::from_fn(|i| own(&self.edges, i) - own(&self.setup.edges, i))
    }

    /// Moves the couplings that learn a share of the way to the setup's own and what `learned` says beyond it, within what
    /// learning itself could reach.
    pub fn lean(&mut self, learned: &[f32], share: f32) {
        if !share.is_finite() {
            return;
        }
        for (i, beyond) in learned.iter().enumerate().take(self.edges.len()) {
            let Some(own) = self.setup.edges.get(i).map(|own| own.k_rad_per_s) else { break };
            let Some(edge) = self.edges.get_mut(i).filter(|edge| edge.learns && beyond.is_finite()) else {
                continue;
            };
            let k_max = (self.setup.learning.k_max * self.setup.rates[edge.target]).max(own);
            let goal = (own + beyond).clamp(0.0, k_max);
            edge.k_rad_per_s += share.clamp(0.0, 1.0) * (goal - edge.k_rad_per_s);
        }
    }

    /// Draws the macro band to phases: down the gradient of `V = -sum cos(theta - theta_m - omega t)`.
    pub fn draw(&mut self, phasors: &[(f32, f32)], age_s: f32, share: f32) {
        if !share.is_finite() || self.frozen[Band::Macro as usize] {
            return;
        }
        for slot in MESO_CAPACITY..MESO_CAPACITY + self.setup.slow {
            let placed = Role::ALL.iter().any(|role| *role as usize == slot && role.is_placed());
            let Some((theta, _)) = phasors.get(slot).filter(|own| own.0.is_finite() && !placed) else {
                continue;
            };
            let goal = theta + self.rates[slot] * age_s;
            let kick = share.clamp(0.0, 0.5) * (goal - self.theta[slot]).sin();
            self.theta[slot] = wrap(self.theta[slot] + kick);
            self.project_one(slot);
        }
    }

    /// Puts a role at a phase in rad: the clock's owner, the host and other engines do.
    pub fn place(&mut self, role: Role, theta: f32) {
        let slot = role as usize;
        self.theta[slot] = wrap(theta);
        self.project_one(slot);
    }

    /// Sets how strongly a placed role pulls, 0..=1.
    pub fn set_r(&mut self, role: Role, r: f32) {
        self.r[role as usize] = r.clamp(0.0, 1.0);
        self.project_one(role as usize);
    }

    /// Stops a band or lets it move again: its phases stand, its amplitudes stay.
    pub fn freeze(&mut self, band: Band, frozen: bool) {
        self.frozen[band as usize] = frozen;
    }

    /// Rates on their way to what they are driven at.
    pub(super) fn glide(&mut self, dt_s: f32) {
        let mut left = self.gliding;
        while left != 0 {
            let slot = left.trailing_zeros() as usize;
            left &= left - 1;
            let RoleDrive { hz, over_s, .. } = self.drives[slot];
            let goal = hz.map_or(self.setup.rates[slot], |hz| TAU * hz);
            let share = if over_s > 0.0 { 1.0 - (-dt_s / over_s).exp() } else { 1.0 };
            self.rates[slot] += share * (goal - self.rates[slot]);
            if (self.rates[slot] - goal).abs() <= 1e-4 * goal.abs() + 1e-4 {
                self.rates[slot] = goal;
                self.gliding &= !(1 << slot);
            }
        }
    }
}
