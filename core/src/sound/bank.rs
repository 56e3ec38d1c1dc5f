//! The one bank of oscillators.
//!
//! ```text
//! x(t) = sum_k A(k f0) Re{ [ sqrt(h_k) e^{i c_k} + g sqrt(1 - h_k) z_k(t) ] e^{i k theta(t)} },   theta' = 2 pi f0
//! ```
//! A: amplitude envelope; h: coherence with the glottal oscillator (the squared order parameter of
//! [`super::coherence_after_pull`]); z_k: complex Gaussian noise renewed at every knot and joined at constant power;
//! c_k: fixed constants; g makes up for the analysis window. f0 never stops: unvoiced sound is the same partials
//! with h near 0. Knots come once a control tick; between them amplitudes are linear in two halves and f0 is
//! constant in each half, so all partials stay exact multiples of one phase.
//! Sanity: h = 1 and a flat envelope give a pulse train's spectrum with constant phases; h = 0 gives noise of the same
//! mean power.

use super::high_band::HighBand;
use super::kernel::{Kernel, LANES, LaneGroup, best_kernel};
use super::noise::Noise;
use crate::voice::{ENVELOPE_KNOTS, KnotAxis, fast_exp};
use std::f64::consts::TAU;

/// Lowest f0 that the bank plays, in Hz: below it a pulse train falls apart into clicks.
pub const F0_MIN_HZ: f32 = 50.0;
/// Highest f0 that the bank plays, in Hz.
pub const F0_MAX_HZ: f32 = 1_100.0;
/// The bank's partials end here; above it the high band takes over.
const TOP_HZ: f32 = 12_000.0;
const MAX_PARTIALS: usize = 240;
/// Frequencies in Hz at which coherence is given.
const COHERENCE_HZ: [f32; 4] = [800.0, 1_200.0, 3_500.0, 7_500.0];
/// Drawn once and for all; random constants score better than any regular phase law.
const PHASE_SEED: u64 = 3;
const GAUSSIANS: usize = 4096;

/// What the bank plays at one instant.
#[derive(Debug, Clone, Copy)]
pub struct SoundKnot {
    /// Fundamental frequency in Hz.
    pub f0_hz: f32,
    /// ln amplitude of a partial at each knot of the axis.
    pub envelope: [f32; ENVELOPE_KNOTS],
    /// Coherence h in 0..=1 at 800 (and below), 1200, 3500, 7500 Hz (and above).
    pub coherence: [f32; 4],
    /// Factor on the frequencies of the envelope.
    pub formant_ratio: f32,
    /// Linear gain.
    pub gain: f32,
}

impl SoundKnot {
    /// Silence.
    pub const SILENT: Self = Self {
        f0_hz: 150.0,
        envelope: [-20.0; ENVELOPE_KNOTS],
        coherence: [0.0; 4],
        formant_ratio: 1.0,
        gain: 0.0,
    };
}

/// Complex amplitudes of all partials at one knot, struct of arrays; beyond `count` all are zero.
#[derive(Debug, Clone)]
struct Amplitudes {
    locked_re: [f32; MAX_PARTIALS],
    locked_im: [f32; MAX_PARTIALS],
    free_re: [f32; MAX_PARTIALS],
    free_im: [f32; MAX_PARTIALS],
    count: usize,
}

impl Amplitudes {
    fn silent() -> Box<Self> {
        let zero = [0.0; MAX_PARTIALS];
        Box::new(Self { locked_re: zero, locked_im: zero, free_re: zero, free_im: zero, count: 0 })
    }

    fn set(&mut self, k: usize, locked: [f32; 2], free: [f32; 2]) {
        [self.locked_re[k], self.locked_im[k]] = locked;
        [self.free_re[k], self.free_im[k]] = free;
    }

    /// Zeroes what lies beyond `count` partials.
    fn shorten(&mut self, count: usize) {
        for k in count..self.count {
            self.set(k, [0.0; 2], [0.0; 2]);
        }
        self.count = count;
    }
}

/// The bank. Allocates in `new` only.
#[derive(Debug)]
pub struct OscillatorBank {
    sample_rate_hz: f32,
    noise_gain: f32,
    /// Frequencies of the envelope's knots in Hz.
    knots_hz: [f32; ENVELOPE_KNOTS],
    /// e^{i c_k}: [MAX_PARTIALS].
    phases: Vec<[f32; 2]>,
    /// Complex Gaussians of unit power: [GAUSSIANS].
    gaussians: Vec<[f32; 2]>,
    noise: Noise,
    seed: u64,
    /// Glottal phase in cycles, [0, 1).
    theta_cycles: f64,
    f0_hz: f32,
    /// Amplitudes at the last knot. Boxed, so that the two change places by pointer.
    from: Box<Amplitudes>,
    /// Amplitudes at the coming knot.
    to: Box<Amplitudes>,
    groups: Vec<LaneGroup>,
    sums: Vec<[f32; LANES]>,
    high: HighBand,
    kernel: Kernel,
}

impl OscillatorBank {
    /// A silent bank for hops of at most `max_hop` samples.
    pub fn new(sample_rate_hz: f32, axis: KnotAxis, noise_gain: f32, max_hop: usize, seed: u64) -> Self {
        let mut draw = Noise::new(PHASE_SEED);
        let phases = (0..MAX_PARTIALS)
            .map(|_| (std::f32::consts::PI * draw.uniform()).sin_cos())
            .map(|(sin, cos)| [cos, sin])
            .collect();
        let gaussians = (0..GAUSSIANS).map(|_| complex_gaussian(&mut draw)).collect();
        let high = HighBand::new(sample_rate_hz);
        let mut bank = Self {
            sample_rate_hz,
            noise_gain,
            knots_hz: [0.0; ENVELOPE_KNOTS],
            phases,
            gaussians,
            noise: Noise::new(seed),
            seed,
            theta_cycles: 0.0,
            f0_hz: 150.0,
            from: Amplitudes::silent(),
            to: Amplitudes::silent(),
            groups: vec![LaneGroup::default(); MAX_PARTIALS.div_ceil(LANES) + high.groups()],
            sums: vec![[0.0; LANES]; max_hop],
            high,
            kernel: best_kernel(),
        };
        bank.set_voice(axis, noise_gain);
        bank
    }

    /// Adopts a voice's axis and noise gain.
    pub fn set_voice(&mut self, axis: KnotAxis, noise_gain: f32) {
        self.knots_hz = std::array::from_fn(|j| axis.knot_hz(j as f32));
        self.noise_gain = noise_gain;
    }

    /// Silence, phase 0, the noise from its start.
    pub fn reset(&mut self) {
        self.noise = Noise::new(self.seed);
        self.theta_cycles = 0.0;
        self.from.shorten(0);
        self.high.reset();
    }

    /// Starts over at an f0, silent, without rewinding the noise.
    pub fn restart(&mut self, f0_hz: f32) {
        self.f0_hz = limit_f0(f0_hz);
        self.from.shorten(0);
        self.high.silence();
    }

    /// Renders up to the knot into `out` (one hop, overwritten).
    pub fn render(&mut self, knot: &SoundKnot, out: &mut [f32]) {
        let f0_from = self.f0_hz;
        self.f0_hz = limit_f0(knot.f0_hz);
        self.aim(knot);
        let count = self.from.count.max(self.to.count);
        let partial_groups = count.div_ceil(LANES);
        let groups = partial_groups + self.high.groups();
        let high_amplitude = self.high_amplitude(knot);
        let half = out.len() / 2;
        let (first, second) = out.split_at_mut(half);
        for (index, part) in [first, second].into_iter().enumerate() {
            if part.is_empty() {
                continue;
            }
            // Mean f0 of this half of a linear glide.
            let f0 = f0_from + (self.f0_hz - f0_from) * (0.25 + 0.5 * index as f32);
            self.load_partials(index, count, f0, part.len());
            self.high.load(
                &mut self.groups[partial_groups..groups],
                high_amplitude,
                part.len(),
                &mut self.noise,
            );
            let sums = &mut self.sums[..part.len()];
            sums.fill([0.0; LANES]);
            (self.kernel)(&mut self.groups[..groups], sums);
            for (x, sum) in part.iter_mut().zip(sums.iter()) {
                *x = ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
            }
            let turned = self.theta_cycles + f0 as f64 * part.len() as f64 / self.sample_rate_hz as f64;
            self.theta_cycles = turned.fract();
        }
        std::mem::swap(&mut self.from, &mut self.to);
    }

    /// Fills `to` with the amplitudes of all partials at the knot.
    fn aim(&mut self, knot: &SoundKnot) {
        let f0 = self.f0_hz;
        let top = TOP_HZ.min(0.48 * self.sample_rate_hz);
        let count = ((top / f0) as usize).min(MAX_PARTIALS);
        let formant = knot.formant_ratio.clamp(0.5, 2.0);
        let (mut j, mut band) = (0, 0);
        for k in 0..count {
            let f = (k + 1) as f32 * f0;
            let place = f / formant;
            while j + 2 < ENVELOPE_KNOTS && self.knots_hz[j + 1] < place {
                j += 1;
            }
            let (a, b) = (self.knots_hz[j], self.knots_hz[j + 1]);
            let u = ((place - a) / (b - a)).clamp(0.0, 1.0);
            let level = knot.envelope[j] + u * (knot.envelope[j + 1] - knot.envelope[j]);
            while band < 3 && COHERENCE_HZ[band] < f {
                band += 1;
            }
            let h = coherence_at(f, band, &knot.coherence);
            let amplitude = knot.gain * fast_exp(level.clamp(-20.0, 6.0));
            let locked = amplitude * h.sqrt();
            let free = amplitude * self.noise_gain * (1.0 - h).max(0.0).sqrt();
            let z = self.gaussians[(self.noise.bits() >> 52) as usize % GAUSSIANS];
            self.to.set(k, self.phases[k].map(|part| part * locked), z.map(|part| part * free));
        }
        self.to.shorten(count);
    }

    /// Sets phasors, rotation and amplitudes of one half of the hop.
    fn load_partials(&mut self, half: usize, count: usize, f0: f32, samples: usize) {
        let turn = |cycles: f64| (TAU * cycles).sin_cos();
        let (q_sin, q_cos) = turn(self.theta_cycles);
        let (w_sin, w_cos) = turn(f0 as f64 / self.sample_rate_hz as f64);
        let (mut q, mut w) = ((q_cos, q_sin), (w_cos, w_sin));
        let per_sample = 1.0 / samples as f32;
        for (g, group) in self.groups[..count.div_ceil(LANES)].iter_mut().enumerate() {
            for l in 0..LANES {
                group.q_re[l] = q.0 as f32;
                group.q_im[l] = q.1 as f32;
                group.w_re[l] = w.0 as f32;
                group.w_im[l] = w.1 as f32;
                q = (q.0 * q_cos - q.1 * q_sin, q.0 * q_sin + q.1 * q_cos);
                w = (w.0 * w_cos - w.1 * w_sin, w.0 * w_sin + w.1 * w_cos);
            }
            let (from, to, at) = (&self.from, &self.to, g * LANES..(g + 1) * LANES);
            let re = (
                &from.locked_re[at.clone()],
                &from.free_re[at.clone()],
                &to.locked_re[at.clone()],
                &to.free_re[at.clone()],
            );
            (group.c_re, group.dc_re) = half_line(re, half, per_sample);
            let im = (
                &from.locked_im[at.clone()],
                &from.free_im[at.clone()],
                &to.locked_im[at.clone()],
                &to.free_im[at],
            );
            (group.c_im, group.dc_im) = half_line(im, half, per_sample);
        }
    }

    /// Amplitude of one oscillator of the high band before its spectral drop: the envelope between 9.5 and 11.4 kHz
    /// goes on, its power per Hz kept.
    fn high_amplitude(&self, knot: &SoundKnot) -> f32 {
        let (mut sum, mut count) = (0.0, 0.0f32);
        for j in 0..ENVELOPE_KNOTS {
            if (9_500.0..11_400.0).contains(&self.knots_hz[j]) {
                sum += knot.envelope[j];
                count += 1.0;
            }
        }
        let level = (sum / count.max(1.0)).clamp(-20.0, 6.0);
        knot.gain * self.noise_gain * fast_exp(level) * (HighBand::SPACING_HZ / self.f0_hz).sqrt()
    }
}

fn limit_f0(f0_hz: f32) -> f32 {
    if f0_hz.is_finite() { f0_hz.clamp(F0_MIN_HZ, F0_MAX_HZ) } else { 150.0 }
}

/// h at `f`: `band` is the first coherence frequency at or above it.
fn coherence_at(f: f32, band: usize, coherence: &[f32; 4]) -> f32 {
    if band == 0 {
        return coherence[0].clamp(0.0, 1.0);
    }
    let (a, b) = (COHERENCE_HZ[band - 1], COHERENCE_HZ[band]);
    let u = ((f - a) / (b - a)).clamp(0.0, 1.0);
    (coherence[band - 1] + u * (coherence[band] - coherence[band - 1])).clamp(0.0, 1.0)
}

/// Locked and free amplitudes of eight partials at the last knot and at the coming one.
type Ends<'a> = (&'a [f32], &'a [f32], &'a [f32], &'a [f32]);

/// (start, change per sample) over a half of the hop. Locked parts move linearly; free parts of two knots are
/// independent, so half-way they are joined with 1/sqrt(2) each, which keeps their power.
#[inline(always)]
fn half_line(
    (locked_from, free_from, locked_to, free_to): Ends,
    half: usize,
    per_sample: f32,
) -> ([f32; LANES], [f32; LANES]) {
    let (mut start, mut change) = ([0.0; LANES], [0.0; LANES]);
    for l in 0..LANES {
        let middle = 0.5 * (locked_from[l] + locked_to[l])
            + std::f32::consts::FRAC_1_SQRT_2 * (free_from[l] + free_to[l]);
        let (first, last) = (locked_from[l] + free_from[l], locked_to[l] + free_to[l]);
        let (a, b) = if half == 0 { (first, middle) } else { (middle, last) };
        start[l] = a;
        change[l] = (b - a) * per_sample;
    }
    (start, change)
}

/// Complex Gaussian with E|z|^2 = 1, by Box and Muller.
fn complex_gaussian(noise: &mut Noise) -> [f32; 2] {
    let u = (0.5 * (noise.uniform() + 1.0)).max(1e-7);
    let (sin, cos) = (std::f32::consts::PI * noise.uniform()).sin_cos();
    let r = (-u.ln()).sqrt();
    [r * cos, r * sin]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::reference;

    const AXIS: KnotAxis = KnotAxis { base_hz: 1500.0, ratio: 9.0 };

    fn knot(f0_hz: f32, h: f32) -> SoundKnot {
        SoundKnot {
            f0_hz,
            envelope: std::array::from_fn(|j| -3.0 - 0.05 * j as f32),
            coherence: [h; 4],
            formant_ratio: 1.0,
            gain: 1.0,
        }
    }

    fn play(bank: &mut OscillatorBank, knot: &SoundKnot, hops: usize, hop: usize) -> Vec<f32> {
        let mut out = vec![0.0; hops * hop];
        for part in out.chunks_mut(hop) {
            bank.render(knot, part);
        }
        out
    }

    /// Amplitude of a frequency by correlation over whole periods.
    fn amplitude(x: &[f32], f_hz: f64, rate: f64) -> f64 {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, v) in x.iter().enumerate() {
            let (sin, cos) = (TAU * f_hz * n as f64 / rate).sin_cos();
            re += *v as f64 * cos;
            im += *v as f64 * sin;
        }
        2.0 * re.hypot(im) / x.len() as f64
    }

    #[test]
    fn locked_partials_have_the_envelope_s_amplitudes() {
        let mut bank = OscillatorBank::new(48_000.0, AXIS, 1.15, 200, 1);
        let steady = knot(240.0, 1.0);
        let x = play(&mut bank, &steady, 60, 200);
        // 240 Hz at 48 kHz: 200 samples a period, so ten hops are ten periods.
        let tail = &x[40 * 200..50 * 200];
        for k in [1usize, 5, 20, 45] {
            let f = k as f32 * 240.0;
            let j = AXIS.index(f);
            let expected = (-3.0 - 0.05 * j).exp() as f64;
            let found = amplitude(tail, f as f64, 48_000.0);
            assert!((found / expected - 1.0).abs() < 0.03, "partial {k}: {found} against {expected}");
        }
        assert!(amplitude(tail, 360.0, 48_000.0) < 1e-4, "nothing between the partials");
    }

    #[test]
    fn letting_go_keeps_the_power_and_loses_the_tone() {
        let rms = |x: &[f32]| (x.iter().map(|v| v * v).sum::<f32>() / x.len() as f32).sqrt();
        // Gain 1 on the free parts: the same power as locked ones.
        let mut locked = OscillatorBank::new(16_000.0, AXIS, 1.0, 67, 1);
        let mut free = OscillatorBank::new(16_000.0, AXIS, 1.0, 67, 1);
        let tone = play(&mut locked, &knot(200.0, 1.0), 400, 67);
        let hiss = play(&mut free, &knot(200.0, 0.0), 400, 67);
        let ratio_db = 20.0 * (rms(&hiss) / rms(&tone)).log10();
        assert!(ratio_db.abs() < 1.0, "power changes by {ratio_db} dB");
        let share = |x: &[f32]| amplitude(&x[8_000..24_000], 200.0, 16_000.0) / rms(x) as f64;
        assert!(share(&hiss) < 0.15 * share(&tone));
    }

    /// The fast bank against the equation evaluated sample by sample in f64.
    #[test]
    fn agrees_with_the_reference() {
        let mut bank = OscillatorBank::new(44_100.0, AXIS, 1.15, 184, 1);
        // A steep envelope: the free noise of the high band is not part of the reference.
        let steep = std::array::from_fn(|j| -3.0 - 0.2 * j as f32);
        let knots: Vec<SoundKnot> =
            (0..40).map(|i| SoundKnot { envelope: steep, ..knot(180.0 + i as f32, 1.0) }).collect();
        let fast: Vec<f32> = knots
            .iter()
            .flat_map(|knot| {
                let mut out = vec![0.0; 184];
                bank.render(knot, &mut out);
                out
            })
            .collect();
        let phases: Vec<f64> = bank.phases.iter().map(|p| (p[1] as f64).atan2(p[0] as f64)).collect();
        let slow = reference::locked_partials(&knots, &AXIS, &phases, 44_100.0, 184);
        // Skip the first hop: the fast bank fades in from silence.
        let error = |range: std::ops::Range<usize>| {
            let (mut e, mut s) = (0.0, 0.0);
            for i in range {
                e += (fast[i] as f64 - slow[i]).powi(2);
                s += slow[i].powi(2);
            }
            10.0 * (e / s).log10()
        };
        assert!(error(184..184 * 40) < -40.0, "{} dB", error(184..184 * 40));
    }

    #[test]
    fn absurd_knots_stay_finite() {
        let mut bank = OscillatorBank::new(192_000.0, AXIS, 1.15, 800, 1);
        for f0_hz in [f32::NAN, 0.0, -5.0, 1e9] {
            let mut odd = knot(f0_hz, 2.0);
            odd.envelope = [1e9; ENVELOPE_KNOTS];
            odd.formant_ratio = 0.0;
            assert!(play(&mut bank, &odd, 3, 800).iter().all(|x| x.is_finite()));
        }
    }
}
