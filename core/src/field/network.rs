//! The meso and macro band: 40 Kuramoto-Sakaguchi oscillators, one step per control tick.

use super::coupling::{Coupling, MeanFieldCoupling, default_couplings, default_mean_fields};
use super::roles::{Band, MESO, Role, SLOW_OSCILLATORS, intrinsic_hz, noise_rad_per_sqrt_s};
use crate::sound::Noise;
use crate::voice::fast_sin_cos;
use crate::wide::widest;
use std::f32::consts::{PI, TAU};

/// What moves the network during one step.
#[derive(Debug, Clone, Copy)]
pub struct NetworkDrive {
    /// Common factor on all K.
    pub coupling_gain: f32,
    /// Factor on all lags.
    pub lag_gain: f32,
    /// Rate of the syllable clock in rad/s.
    pub syllable_omega: f32,
    /// Amplitude that the speech-driven oscillators move towards, 0..=1.
    pub prominence: f32,
    /// Mean field of the micro band (re, im), |.| <= 1.
    pub micro_mean: (f32, f32),
}

/// Phases, amplitudes and couplings of the slow bands. Struct of arrays; index = [`Role`] `as usize`.
#[derive(Debug, Clone)]
pub struct FieldNetwork {
    /// theta: [SLOW_OSCILLATORS], rad in (-pi, pi].
    theta: [f32; SLOW_OSCILLATORS],
    /// sin and cos of every theta.
    sin: [f32; SLOW_OSCILLATORS],
    cos: [f32; SLOW_OSCILLATORS],
    /// Mean fields (re, im) of the meso and the macro band.
    means: [(f32, f32); 2],
    /// Amplitudes r: [SLOW_OSCILLATORS], 0..=1: how strongly an oscillator pulls and shows.
    r: [f32; SLOW_OSCILLATORS],
    /// Turns completed since reset: [SLOW_OSCILLATORS].
    turns: [u32; SLOW_OSCILLATORS],
    couplings: Vec<Coupling>,
    mean_fields: Vec<MeanFieldCoupling>,
    /// (sin, cos) of the couplings' lags as they stand.
    alphas: Vec<(f32, f32)>,
    /// (sin, cos) of the couplings' lags, then of the mean fields' lags, times `lag_gain`.
    lags: Vec<(f32, f32)>,
    lag_gain: f32,
    /// Intrinsic rates in rad/s.
    rates: [f32; SLOW_OSCILLATORS],
    /// Phase noise in rad per square root of a second.
    jitters: [f32; SLOW_OSCILLATORS],
    noise: Noise,
    seed: u64,
    /// What the couplings added to the clock's rate in the last step, rad/s.
    clock_kick: f32,
}

/// How fast amplitudes follow, s: a nod grows and fades within a syllable.
const AMPLITUDE_TAU_S: f32 = 0.12;

impl FieldNetwork {
    /// The default network; the seed sets initial phases and noise.
    pub fn new(seed: u64) -> Self {
        Self::with_couplings(seed, default_couplings(), default_mean_fields())
    }

    /// A network with couplings of its own. Couplings that name oscillators out of range are left out.
    pub fn with_couplings(seed: u64, couplings: Vec<Coupling>, mean_fields: Vec<MeanFieldCoupling>) -> Self {
        let known = |index: usize| index < SLOW_OSCILLATORS;
        let couplings: Vec<Coupling> =
            couplings.into_iter().filter(|c| known(c.target) && known(c.source)).collect();
        let mean_fields: Vec<MeanFieldCoupling> =
            mean_fields.into_iter().filter(|c| known(c.target)).collect();
        let mut network = Self {
            theta: [0.0; SLOW_OSCILLATORS],
            sin: [0.0; SLOW_OSCILLATORS],
            cos: [1.0; SLOW_OSCILLATORS],
            means: [(0.0, 0.0); 2],
            alphas: couplings.iter().map(|c| fast_sin_cos(c.alpha_rad)).collect(),
            lags: vec![(0.0, 1.0); couplings.len() + mean_fields.len()],
            lag_gain: 0.0,
            rates: std::array::from_fn(|i| TAU * intrinsic_hz(i)),
            jitters: std::array::from_fn(noise_rad_per_sqrt_s),
            r: [0.0; SLOW_OSCILLATORS],
            turns: [0; SLOW_OSCILLATORS],
            couplings,
            mean_fields,
            noise: Noise::new(seed),
            seed,
            clock_kick: 0.0,
        };
        network.reset();
        network
    }

    /// Back to the initial phases.
    pub fn reset(&mut self) {
        self.noise = Noise::new(self.seed);
        for i in 0..SLOW_OSCILLATORS {
            self.theta[i] = PI * self.noise.uniform();
            self.r[i] = rest_amplitude(i);
        }
        self.theta[Role::Syllable as usize] = 0.0;
        self.turns = [0; SLOW_OSCILLATORS];
        self.clock_kick = 0.0;
        self.project();
    }

    /// Sines, cosines and mean fields of the phases as they are now.
    fn project(&mut self) {
        project_phases(&self.theta, &mut self.sin, &mut self.cos);
        let mean = |range: std::ops::Range<usize>| {
            let (mut re, mut im, mut total) = (0.0, 0.0, 1e-6);
            for i in range {
                re += self.r[i] * self.cos[i];
                im += self.r[i] * self.sin[i];
                total += self.r[i];
            }
            (re / total, im / total)
        };
        self.means = [mean(Role::FIRST_OF_POOL..MESO), mean(MESO..SLOW_OSCILLATORS)];
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

    /// Turns completed since reset.
    pub fn turns(&self, role: Role) -> u32 {
        self.turns[role as usize]
    }

    /// Puts the syllable clock at a phase in rad.
    pub fn set_syllable_theta(&mut self, theta: f32) {
        let clock = Role::Syllable as usize;
        self.theta[clock] = wrap(theta).0;
        (self.sin[clock], self.cos[clock]) = fast_sin_cos(self.theta[clock]);
    }

    /// Rate of the syllable clock in the last step, coupling included, in rad/s; never backwards and at most
    /// twice or at least half its nominal rate, so that no coupling can stop or break the speech.
    pub fn syllable_rate(&self, syllable_omega: f32) -> f32 {
        (syllable_omega + self.clock_kick).clamp(0.5 * syllable_omega, 2.0 * syllable_omega)
    }

    /// Order parameter of a slow band, (re, im): the mean of r e^{i theta} over the mean of r.
    pub fn mean_field(&self, band: Band) -> (f32, f32) {
        self.means[usize::from(band == Band::Macro)]
    }

    /// Energy `V = -1/2 sum_ij K_ij r_i r_j cos(theta_j - theta_i - alpha_ij)` of the pair couplings, in rad/s.
    pub fn energy(&self) -> f32 {
        let term = |(c, alpha): (&Coupling, &(f32, f32))| {
            let (sin, cos) = self.difference(c);
            c.k_rad_per_s * self.r[c.source] * self.r[c.target] * (cos * alpha.1 + sin * alpha.0)
        };
        -0.5 * self.couplings.iter().zip(&self.alphas).map(term).sum::<f32>()
    }

    /// (sin, cos) of theta_source - theta_target.
    fn difference(&self, c: &Coupling) -> (f32, f32) {
        let (s, t) = (c.source, c.target);
        (
            self.sin[s] * self.cos[t] - self.cos[s] * self.sin[t],
            self.cos[s] * self.cos[t] + self.sin[s] * self.sin[t],
        )
    }

    /// Advances all phases but the clock's by `dt_s`; the clock is turned by its owner.
    pub fn step(&mut self, dt_s: f32, drive: &NetworkDrive) {
        self.set_lags(drive.lag_gain);
        let kicks = self.kicks(drive);
        self.clock_kick = kicks[Role::Syllable as usize];
        let fade = 1.0 - (-dt_s / AMPLITUDE_TAU_S).exp();
        let spread = dt_s.sqrt();
        for i in 1..SLOW_OSCILLATORS {
            let rate = self.rates[i] + kicks[i];
            let jitter = self.jitters[i] * spread * self.noise.gaussian();
            let (theta, turned) = wrap(self.theta[i] + rate * dt_s + jitter);
            self.theta[i] = theta;
            self.turns[i] += turned as u32;
            let driven = i == Role::Nod as usize || i == Role::Brow as usize || i == Role::Jaw as usize;
            let target = if driven { drive.prominence } else { rest_amplitude(i) };
            self.r[i] += fade * (target - self.r[i]);
        }
        // A resting clock pulls nobody.
        let speaking = if drive.syllable_omega > 0.0 { 1.0 } else { 0.0 };
        self.r[Role::Syllable as usize] += fade * (speaking - self.r[Role::Syllable as usize]);
        self.project();
    }

    /// Lags change with the emotion only.
    fn set_lags(&mut self, gain: f32) {
        if gain == self.lag_gain {
            return;
        }
        self.lag_gain = gain;
        let alphas =
            self.couplings.iter().map(|c| c.alpha_rad).chain(self.mean_fields.iter().map(|c| c.alpha_rad));
        for (lag, alpha_rad) in self.lags.iter_mut().zip(alphas) {
            *lag = fast_sin_cos(alpha_rad * gain);
        }
    }

    /// What the couplings add to each rate, rad/s.
    fn kicks(&self, drive: &NetworkDrive) -> [f32; SLOW_OSCILLATORS] {
        let mut kicks = [0.0; SLOW_OSCILLATORS];
        let (pair_lags, mean_lags) = self.lags.split_at(self.couplings.len());
        for (c, lag) in self.couplings.iter().zip(pair_lags) {
            let (sin, cos) = self.difference(c);
            let pull = sin * lag.1 - cos * lag.0;
            kicks[c.target] += drive.coupling_gain * c.k_rad_per_s * self.r[c.source] * pull;
        }
        for (c, lag) in self.mean_fields.iter().zip(mean_lags) {
            let (re, im) = if c.band == Band::Micro { drive.micro_mean } else { self.mean_field(c.band) };
            // R sin(psi - x) = im cos x - re sin x, with x = theta + lag.
            let (sin, cos) = (self.sin[c.target], self.cos[c.target]);
            let (sin, cos) = (sin * lag.1 + cos * lag.0, cos * lag.1 - sin * lag.0);
            kicks[c.target] += drive.coupling_gain * c.k_rad_per_s * (im * cos - re * sin);
        }
        kicks
    }
}

widest! {
    fn project_phases(
        theta: &[f32; SLOW_OSCILLATORS],
        sin: &mut [f32; SLOW_OSCILLATORS],
        cos: &mut [f32; SLOW_OSCILLATORS],
    ) {
        for i in 0..SLOW_OSCILLATORS {
            (sin[i], cos[i]) = fast_sin_cos(theta[i]);
        }
    }
}

fn rest_amplitude(index: usize) -> f32 {
    match index {
        i if i == Role::Syllable as usize || i == Role::Nod as usize => 0.0,
        i if i == Role::Jaw as usize || i == Role::Brow as usize => 0.0,
        _ => 1.0,
    }
}

/// (phase in (-pi, pi], whether it passed pi).
fn wrap(theta: f32) -> (f32, bool) {
    if theta > PI {
        (theta - TAU * ((theta + PI) / TAU).floor(), true)
    } else if theta <= -PI {
        (theta + TAU * ((PI - theta) / TAU).floor(), false)
    } else {
        (theta, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::reference;

    fn drive(gain: f32) -> NetworkDrive {
        NetworkDrive {
            coupling_gain: gain,
            lag_gain: 1.0,
            syllable_omega: TAU * 5.0,
            prominence: 1.0,
            micro_mean: (0.0, 0.0),
        }
    }

    /// Turns the clock as its owner would.
    fn run(network: &mut FieldNetwork, drive: &NetworkDrive, seconds: f32) {
        let dt = 1.0 / 240.0;
        for _ in 0..(seconds / dt) as usize {
            network.step(dt, drive);
            let theta = network.theta(Role::Syllable) + network.syllable_rate(drive.syllable_omega) * dt;
            network.set_syllable_theta(theta);
        }
    }

    /// Phase-locking value of jaw and clock: 1 when their difference stands still.
    fn locking(gain: f32) -> f32 {
        let mut network = FieldNetwork::new(1);
        let drive = drive(gain);
        run(&mut network, &drive, 3.0);
        let (mut re, mut im) = (0.0, 0.0);
        for _ in 0..400 {
            run(&mut network, &drive, 1.01 / 240.0);
            let (sin, cos) = (network.theta(Role::Jaw) - network.theta(Role::Syllable)).sin_cos();
            re += cos;
            im += sin;
        }
        (re * re + im * im).sqrt() / 400.0
    }

    #[test]
    fn the_jaw_locks_to_the_clock_and_without_coupling_it_does_not() {
        assert!(locking(1.0) > 0.9, "{}", locking(1.0));
        assert!(locking(0.0) < 0.6, "{}", locking(0.0));
    }

    #[test]
    fn the_population_synchronises_with_speech() {
        let order = |gain: f32| {
            let mut network = FieldNetwork::new(2);
            run(&mut network, &drive(gain), 4.0);
            let mean: Vec<f32> = (0..200)
                .map(|_| {
                    run(&mut network, &drive(gain), 1.01 / 240.0);
                    let (re, im) = network.mean_field(Band::Meso);
                    re.hypot(im)
                })
                .collect();
            mean.iter().sum::<f32>() / mean.len() as f32
        };
        assert!(order(1.0) > order(0.0) + 0.3, "{} against {}", order(1.0), order(0.0));
    }

    #[test]
    fn wrapping_keeps_the_half_open_interval() {
        assert_eq!(wrap(PI).0, PI);
        assert!((wrap(PI + 0.1).0 - (0.1 - PI)).abs() < 1e-6 && wrap(PI + 0.1).1);
        assert!((wrap(-PI - 0.1).0 - (PI - 0.1)).abs() < 1e-6);
    }

    /// The fast path against the slow f64 reference, noise off on both sides.
    #[test]
    fn agrees_with_the_reference() {
        let couplings = default_couplings();
        let mut slow = reference::ReferenceNetwork::new(&couplings);
        let mut fast = FieldNetwork::with_couplings(3, couplings, Vec::new());
        for i in 0..SLOW_OSCILLATORS {
            slow.theta[i] = fast.theta[i] as f64;
        }
        let dt = 1.0 / 240.0;
        let drive = NetworkDrive { prominence: 1.0, ..drive(1.0) };
        fast.set_lags(drive.lag_gain);
        for _ in 0..240 {
            fast.project();
            let kicks = fast.kicks(&drive);
            for i in 0..SLOW_OSCILLATORS {
                let rate = TAU * intrinsic_hz(i) + kicks[i];
                fast.theta[i] = wrap(fast.theta[i] + rate * dt).0;
                slow.r[i] = fast.r[i] as f64;
            }
            slow.step(dt as f64);
        }
        for i in 0..SLOW_OSCILLATORS {
            let difference = (fast.theta[i] as f64 - slow.theta[i]).rem_euclid(std::f64::consts::TAU);
            let difference = difference.min(std::f64::consts::TAU - difference);
            assert!(difference < 2e-3, "oscillator {i}: {difference} rad apart after one second");
        }
    }
}
