//! The meso and macro band: Kuramoto-Sakaguchi oscillators, one step per control tick.
//!
//! One step is a kick by the couplings, then an exact rotation (Lie splitting). Why not Runge-Kutta: rotation is the fast
//! part (up to 60 rad/s) and has no error at any step; the kick is slow (K dt < 0.5), and where phases are locked it
//! vanishes, so the fixed points of the map are exactly those of the flow, at any step. Noise is a sign per step
//! (simplified weak Euler scheme, Kloeden & Platen 1992, section 14.1): moments of phases come out as with normal noise.

mod learn;
mod steer;
mod step;

use super::association::Association;
use super::roles::{Band, MESO_CAPACITY, MESO_ROLES, Role, SLOTS};
use super::setup::{Edge, Few, FieldSetup, MAX_EDGES, MAX_PULLS, Pull, SOURCES};
use crate::carry::{Carried, Ledger, named};
use crate::sound::Noise;
use crate::voice::fast_sin_cos;
use std::f32::consts::{PI, TAU};

/// What moves the network during one step.
#[derive(Debug, Clone, Copy)]
pub struct NetworkDrive {
    /// Common factor on all K.
    pub coupling_gain: f32,
    /// Factor on all lags.
    pub lag_gain: f32,
    /// Rate of the syllable clock in rad/s; 0 while nothing is said.
    pub syllable_omega: f32,
    /// Amplitude that the speech-driven oscillators move towards, 0..=1.
    pub prominence: f32,
    /// Strength of the micro band's transients, 0..=1: they pull to phase 0.
    pub onset: f32,
}

/// A target frequency or amplitude for a role, reached over some time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RoleDrive {
    /// Frequency in Hz, 0 to 20; `None` gives the field's own back.
    pub hz: Option<f32>,
    /// Amplitude in 0..=1; `None` leaves it to the speech.
    pub amplitude: Option<f32>,
    /// Time constant of the way there in s, 0 to 60.
    pub over_s: f32,
}

/// Phases, amplitudes and couplings of the slow bands. Struct of arrays; index = [`Role`] `as usize`.
#[derive(Debug, Clone)]
pub struct FieldNetwork {
    setup: FieldSetup,
    /// theta: [SLOTS], rad in (-pi, pi].
    theta: [f32; SLOTS],
    sin: [f32; SLOTS],
    cos: [f32; SLOTS],
    /// Amplitudes r: [SLOTS], 0..=1: how strongly an oscillator pulls and shows.
    r: [f32; SLOTS],
    /// What pulls, as phasors: r e^{i theta} of every slot, then the mean fields.
    re: [f32; SOURCES],
    im: [f32; SOURCES],
    /// Rates in rad/s as they are driven: [SLOTS].
    rates: [f32; SLOTS],
    /// What is driven away from the setup's own values.
    drives: [RoleDrive; SLOTS],
    /// Slots whose rate is on its way.
    gliding: u128,
    /// The couplings as learned.
    edges: Few<Edge, MAX_EDGES>,
    population: Few<Pull, MAX_PULLS>,
    tide: Few<Pull, MAX_PULLS>,
    /// (sin, cos) of the lags times `lag_gain`, of edges, population and tide.
    lags: [(f32, f32); MAX_EDGES + 2 * MAX_PULLS],
    lag_gain: f32,
    noise: Noise,
    seed: u64,
    /// What the couplings add to each rate, rad/s: [SLOTS].
    kicks: [f32; SLOTS],
    stride: Stride,
    /// Running mean of e^{i (p theta_s - q theta_t)} of the edges from voice to face: how locked they are.
    locking: [(f32, f32); MAX_EDGES],
    learns: bool,
    /// Factor on the pace of learning.
    learning_gain: f32,
    /// Bands that stand still.
    frozen: [bool; 3],
    association: Association,
}

/// What depends on the length of a step only.
#[derive(Debug, Clone, Copy, Default)]
struct Stride {
    dt_s: f32,
    /// Share of the way that amplitudes go.
    fade: f32,
    /// Square root of the step.
    spread: f32,
}

impl FieldNetwork {
    /// A network; the seed sets initial phases and noise.
    pub fn new(setup: &FieldSetup, seed: u64) -> Self {
        let mut network = Self {
            setup: setup.clone(),
            theta: [0.0; SLOTS],
            sin: [0.0; SLOTS],
            cos: [1.0; SLOTS],
            r: [0.0; SLOTS],
            re: [0.0; SOURCES],
            im: [0.0; SOURCES],
            rates: setup.rates,
            drives: [RoleDrive::default(); SLOTS],
            gliding: 0,
            edges: setup.edges,
            population: setup.population,
            tide: setup.tide,
            lags: [(0.0, 1.0); MAX_EDGES + 2 * MAX_PULLS],
            lag_gain: f32::NAN,
            noise: Noise::new(seed),
            seed,
            kicks: [0.0; SLOTS],
            stride: Stride::default(),
            locking: [(0.0, 0.0); MAX_EDGES],
            learns: true,
            learning_gain: 1.0,
            frozen: [false; 3],
            association: Association::new(),
        };
        network.reset();
        network
    }

    /// Back to the initial phases; what was learned and driven is forgotten.
    pub fn reset(&mut self) {
        self.noise = Noise::new(self.seed);
        let slots = self.setup.slots();
        self.theta = [0.0; SLOTS];
        self.r = [0.0; SLOTS];
        for slot in slots {
            self.theta[slot] = PI * self.noise.uniform();
            self.r[slot] = rest_amplitude(slot);
        }
        for role in Role::ALL {
            if role.is_placed() || role == Role::Vibrato {
                self.theta[role as usize] = 0.0;
            }
        }
        self.kicks = [0.0; SLOTS];
        self.locking = [(0.0, 0.0); MAX_EDGES];
        self.drives = [RoleDrive::default(); SLOTS];
        self.gliding = 0;
        self.association.reset();
        self.forget();
        self.project(0.0);
    }

    /// Takes over another setup: phases go on, what was learned is forgotten. Does not allocate.
    pub fn adopt(&mut self, setup: &FieldSetup) {
        for slot in setup.slots() {
            if !self.setup.slots().any(|known| known == slot) {
                self.theta[slot] = PI * self.noise.uniform();
                self.r[slot] = rest_amplitude(slot);
            }
        }
        let unused = |slot: usize| !setup.slots().any(|used| used == slot);
        for slot in (0..SLOTS).filter(|slot| unused(*slot)) {
            (self.theta[slot], self.r[slot]) = (0.0, 0.0);
        }
        self.setup.clone_from(setup);
        self.forget();
    }

    /// Couplings and rates as the setup has them; drives stay in force.
    fn forget(&mut self) {
        self.edges = self.setup.edges;
        self.population = self.setup.population;
        self.tide = self.setup.tide;
        self.lag_gain = f32::NAN;
        self.rates = self.setup.rates;
        for slot in 0..SLOTS {
            if let Some(hz) = self.drives[slot].hz {
                self.rates[slot] = TAU * hz;
            }
        }
    }

    /// The setup in force.
    pub fn setup(&self) -> &FieldSetup {
        &self.setup
    }

    /// Phase in rad, in (-pi, pi].
    pub fn theta(&self, role: Role) -> f32 {
        self.theta[role as usize]
    }

    /// Sine of the phase.
    pub fn sin(&self, role: Role) -> f32 {
        self.sin[role as usize]
    }

    /// Cosine of the phase.
    pub fn cos(&self, role: Role) -> f32 {
        self.cos[role as usize]
    }

    /// Amplitude in 0..=1.
    pub fn r(&self, role: Role) -> f32 {
        self.r[role as usize]
    }

    /// Phases and amplitudes of all slots in use.
    pub fn phasors(&self) -> impl Iterator<Item = (f32, f32)> + '_ {
        self.setup.slots().map(|slot| (self.theta[slot], self.r[slot]))
    }

    fn project_one(&mut self, slot: usize) {
        (self.sin[slot], self.cos[slot]) = fast_sin_cos(self.theta[slot]);
        (self.re[slot], self.im[slot]) = (self.r[slot] * self.cos[slot], self.r[slot] * self.sin[slot]);
    }

    /// Rate of the syllable clock relative to the one that it is to turn at (rad/s), the pulls of the last step and `more`
    /// rad/s included; never backwards and at most twice or at least half, so that no coupling can stop or break the speech.
    pub fn push(&self, omega: f32, more: f32) -> f32 {
        let kick = self.kicks[Role::Syllable as usize] + more;
        1.0 + (kick / omega.max(1e-3)).clamp(-0.5, 1.0)
    }

    /// Order parameter of a slow band's population (macro: of all its oscillators), (re, im): the mean of r e^{i theta}
    /// over the mean of r. The micro band's is its transients' strength, at phase 0.
    pub fn mean_field(&self, band: Band) -> (f32, f32) {
        let index = SLOTS + band as usize;
        (self.re[index], self.im[index])
    }

    /// The couplings into named oscillators as learned so far.
    pub fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.edges.iter()
    }

    /// The pulls on the populations as learned so far.
    pub fn pulls(&self) -> impl Iterator<Item = &Pull> {
        self.population.iter().chain(self.tide.iter())
    }

    /// Energy `V = -1/2 sum K r_s r_t cos(p theta_s - q theta_t - alpha) / q` of all couplings, in rad/s. Without rates,
    /// noise and lags, and with symmetric K, every step lowers it (Acebron et al. 2005, section II).
    pub fn energy(&self) -> f32 {
        let mut sum = 0.0;
        for edge in self.edges.iter() {
            let (re, im) = self.phasor(edge.source, edge.p);
            let (sin, cos) = self.turned(edge.target, edge.q);
            let (lag_sin, lag_cos) = fast_sin_cos(edge.alpha_rad);
            let (re, im) = (re * lag_cos + im * lag_sin, im * lag_cos - re * lag_sin);
            sum += edge.k_rad_per_s / edge.q * self.r[edge.target] * (re * cos + im * sin);
        }
        let groups = [(&self.population, MESO_ROLES..self.setup.meso), (&self.tide, self.tide_slots())];
        for (pulls, slots) in groups {
            let (re, im) = pulls.iter().fold((0.0, 0.0), |(re, im), pull| {
                let (lag_sin, lag_cos) = fast_sin_cos(pull.alpha_rad);
                let (a, b) = (self.re[pull.source], self.im[pull.source]);
                (re + pull.share * (a * lag_cos + b * lag_sin), im + pull.share * (b * lag_cos - a * lag_sin))
            });
            for slot in slots {
                sum += self.rates[slot] * self.r[slot] * (re * self.cos[slot] + im * self.sin[slot]);
            }
        }
        -0.5 * sum
    }

    fn tide_slots(&self) -> std::ops::Range<usize> {
        MESO_CAPACITY + super::roles::MACRO_ROLES..MESO_CAPACITY + self.setup.slow
    }

    /// r e^{i p theta} of a source.
    fn phasor(&self, source: usize, p: f32) -> (f32, f32) {
        if p == 1.0 || source >= SLOTS {
            return (self.re[source], self.im[source]);
        }
        let (sin, cos) = fast_sin_cos(p * self.theta[source]);
        (self.r[source] * cos, self.r[source] * sin)
    }

    /// (sin, cos) of q theta of a target.
    fn turned(&self, target: usize, q: f32) -> (f32, f32) {
        if q == 1.0 { (self.sin[target], self.cos[target]) } else { fast_sin_cos(q * self.theta[target]) }
    }
}

fn rest_amplitude(slot: usize) -> f32 {
    let by_speech =
        [Role::Syllable, Role::Stress, Role::Nod, Role::Jaw, Role::Brow, Role::Beat, Role::Partner];
    if by_speech.iter().any(|role| *role as usize == slot) { 0.0 } else { 1.0 }
}

/// The phase in (-pi, pi].
#[inline(always)]
pub(super) fn wrap(theta: f32) -> f32 {
    theta - TAU * ((theta - PI) * (1.0 / TAU)).ceil()
}

impl Carried for RoleDrive {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let Self { hz, amplitude, over_s } = self;
        hz.carry(ledger);
        amplitude.carry(ledger);
        ledger.f32_within(over_s, 0.0, 60.0);
    }
}

impl Carried for FieldNetwork {
    /// Under the setup in force. What depends on the length of a step or on the setup alone is not carried.
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        named!(self, {
            theta, r, rates, re, im, drives, gliding, edges, population, lag_gain, noise, kicks, locking,
            learning_gain, association,
        } but { setup, sin, cos, tide, lags, seed, stride, learns, frozen });
        for part in [&mut self.theta, &mut self.r, &mut self.rates] {
            part.carry(ledger);
        }
        for band in SLOTS..SOURCES {
            self.re[band].carry(ledger);
            self.im[band].carry(ledger);
        }
        if ledger.is_reading() {
            // Whoever moves a phase projects it at once.
            (0..SLOTS).for_each(|slot| self.project_one(slot));
        }
        self.drives.carry(ledger);
        let mut halves = [self.gliding as u64, (self.gliding >> 64) as u64];
        ledger.bits(&mut halves[0]);
        ledger.below(&mut halves[1], 1 << (SLOTS - 64));
        self.gliding = u128::from(halves[1]) << 64 | u128::from(halves[0]);
        self.carry_couplings(ledger);
        self.noise.carry(ledger);
        // The clock's kick is read before the next step sums them anew.
        self.kicks[Role::Syllable as usize].carry(ledger);
        self.locking.carry(ledger);
        self.learning_gain.carry(ledger);
        self.association.carry(ledger);
    }
}

impl FieldNetwork {
    /// How a role is driven.
    pub(crate) fn driven(&self, role: Role) -> RoleDrive {
        self.drives[role as usize]
    }

    fn carry_couplings(&mut self, ledger: &mut Ledger<'_>) {
        // As many words whatever the setup.
        for index in 0..MAX_EDGES {
            let mut rest = (0.0, 0.0);
            match self.edges.get_mut(index).filter(|edge| edge.learns) {
                Some(edge) => {
                    edge.k_rad_per_s.carry(ledger);
                    edge.alpha_rad.carry(ledger);
                }
                None => rest.carry(ledger),
            }
        }
        for index in 0..MAX_PULLS {
            match self.population.get_mut(index).filter(|pull| pull.learns) {
                Some(pull) => pull.share.carry(ledger),
                None => 0.0f32.carry(ledger),
            }
        }
        // No number before the first step.
        let mut gain = self.lag_gain;
        ledger.any_f32(&mut gain);
        if ledger.is_reading() {
            self.lag_gain = f32::NAN;
            self.set_lags(gain);
        }
    }
}

#[cfg(test)]
mod tests;
