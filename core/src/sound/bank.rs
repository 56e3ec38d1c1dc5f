//! The one bank of oscillators.
//!
//! ```text
//! x(t) = sum_k A(k f0) Re{ [ sqrt(h_k) e^{i c_k} + g sqrt(1 - h_k) z_k(t) ] e^{i k theta(t)} },   theta' = 2 pi f0
//! ```
//! A: amplitude envelope; h: coherence with the glottal oscillator (the squared order parameter of
//! [`super::coherence_after_pull`]); z_k: complex Gaussian noise renewed at every knot and joined at constant power;
//! c_k: fixed constants; g makes up for the analysis window. f0 never stops: unvoiced sound is the same partials
//! with h near 0. Knots come once a control tick; between them amplitudes are linear in two halves and f0 is
//! constant in each half, so all partials stay exact multiples of one phase. Irregular cycles ([`Glottis`]) move f0 from
//! half to half and the amplitude from cycle to cycle.
//! Sanity: h = 1 and a flat envelope give a pulse train's spectrum with constant phases; h = 0 gives noise of the same
//! mean power.

use super::glottis::{GlottalCycle, Glottis};
use super::high_band::{HIGH_OSCILLATORS, HalfHop, HighBand};
use super::kernel::{Phasors, Row, Sums};
use super::noise::Noise;
use crate::carry::{Carried, Ledger, named};
use crate::voice::{ENVELOPE_KNOTS, KnotAxis, fast_exp};
use crate::wide::widest;
use std::f64::consts::TAU;

/// Lowest f0 that the bank plays, in Hz: below it a pulse train falls apart into clicks.
pub const F0_MIN_HZ: f32 = 50.0;
/// Highest f0 that the bank plays, in Hz.
pub const F0_MAX_HZ: f32 = 1_100.0;
/// The bank's partials end here; above it the high band takes over.
const TOP_HZ: f32 = 12_000.0;
const MAX_PARTIALS: usize = 240;
/// Frequencies in Hz at which coherence is given.
pub(super) const COHERENCE_HZ: [f32; 4] = [800.0, 1_200.0, 3_500.0, 7_500.0];
/// Drawn once and for all; random constants score better than any regular phase law.
const PHASE_SEED: u64 = 3;
const GAUSSIANS: usize = 4096;
/// What is softer, -110 dB against full scale, is not played: 100 such partials stay 90 dB below it.
const INAUDIBLE: f32 = 3e-6;

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
    /// Linear gain of each oscillator above the partials, on top of the envelope's level.
    pub high_gain: [f32; HIGH_OSCILLATORS],
    /// How irregular the glottal cycles are.
    pub glottis: Glottis,
}

impl SoundKnot {
    /// Silence.
    pub const SILENT: Self = Self {
        f0_hz: 150.0,
        envelope: [-20.0; ENVELOPE_KNOTS],
        coherence: [0.0; 4],
        formant_ratio: 1.0,
        gain: 0.0,
        high_gain: [1.0; HIGH_OSCILLATORS],
        glottis: Glottis::STEADY,
    };
}

/// A number for every partial.
type Partials = [f32; MAX_PARTIALS];

/// Complex amplitudes of all partials at one knot, struct of arrays; beyond `count` all are zero.
#[derive(Debug, Clone)]
struct Amplitudes {
    locked_re: Partials,
    locked_im: Partials,
    free_re: Partials,
    free_im: Partials,
    count: usize,
}

impl Amplitudes {
    fn silent() -> Box<Self> {
        let zero = [0.0; MAX_PARTIALS];
        Box::new(Self { locked_re: zero, locked_im: zero, free_re: zero, free_im: zero, count: 0 })
    }

    /// Zeroes what lies beyond `count` partials.
    fn shorten(&mut self, count: usize) {
        if count < self.count {
            for part in [&mut self.locked_re, &mut self.locked_im, &mut self.free_re, &mut self.free_im] {
                part[count..self.count].fill(0.0);
            }
        }
        self.count = count;
    }
}

/// What the partials at a knot are made of, struct of arrays.
#[derive(Debug, Clone)]
struct Aim {
    /// ln amplitude, then amplitude.
    level: Partials,
    /// Coherence.
    h: Partials,
    /// Noise of unit power.
    z_re: Partials,
    z_im: Partials,
}

/// The bank. Allocates in `new` only.
#[derive(Debug)]
pub struct OscillatorBank {
    sample_rate_hz: f32,
    noise_gain: f32,
    /// Frequencies of the envelope's knots in Hz.
    knots_hz: [f32; ENVELOPE_KNOTS],
    /// 1 / distance to the next knot in Hz.
    per_hz: [f32; ENVELOPE_KNOTS],
    /// e^{i c_k}, real and imaginary parts: [MAX_PARTIALS].
    phases: [Vec<f32>; 2],
    /// Complex Gaussians of unit power: [GAUSSIANS].
    gaussians: Vec<[f32; 2]>,
    noise: Noise,
    seed: u64,
    /// Glottal phase in cycles, [0, 1).
    theta_cycles: f64,
    f0_hz: f32,
    cycle: GlottalCycle,
    /// Amplitudes at the last knot. Boxed, so that the two change places by pointer.
    from: Box<Amplitudes>,
    /// Amplitudes at the coming knot.
    to: Box<Amplitudes>,
    aim: Box<Aim>,
    /// From each partial to the next.
    phasors: Phasors,
    row: Box<Row<MAX_PARTIALS>>,
    sums: Sums,
    high: HighBand,
}

impl OscillatorBank {
    /// A silent bank for hops of at most `max_hop` samples.
    pub fn new(sample_rate_hz: f32, axis: KnotAxis, noise_gain: f32, max_hop: usize, seed: u64) -> Self {
        let mut draw = Noise::new(PHASE_SEED);
        let (sin, cos) = (0..MAX_PARTIALS).map(|_| (std::f32::consts::PI * draw.uniform()).sin_cos()).unzip();
        let gaussians = centred((0..GAUSSIANS).map(|_| complex_gaussian(&mut draw)).collect());
        let zero = [0.0; MAX_PARTIALS];
        let mut bank = Self {
            sample_rate_hz,
            noise_gain,
            knots_hz: [0.0; ENVELOPE_KNOTS],
            per_hz: [0.0; ENVELOPE_KNOTS],
            phases: [cos, sin],
            gaussians,
            noise: Noise::new(seed),
            seed,
            theta_cycles: 0.0,
            f0_hz: 150.0,
            cycle: GlottalCycle::new(seed),
            from: Amplitudes::silent(),
            to: Amplitudes::silent(),
            aim: Box::new(Aim { level: zero, h: zero, z_re: zero, z_im: zero }),
            phasors: Phasors::new(max_hop),
            row: Box::new(Row::SILENT),
            sums: Sums::new(max_hop),
            high: HighBand::new(sample_rate_hz, max_hop, seed),
        };
        bank.set_voice(axis, noise_gain);
        bank
    }

    /// Adopts a voice's axis and noise gain.
    pub fn set_voice(&mut self, axis: KnotAxis, noise_gain: f32) {
        self.knots_hz = std::array::from_fn(|j| axis.knot_hz(j as f32));
        self.per_hz = std::array::from_fn(|j| 1.0 / (axis.knot_hz((j + 1) as f32) - self.knots_hz[j]));
        self.high.set_knots(&self.knots_hz);
        self.noise_gain = noise_gain;
    }

    /// Silence, phase 0, the noise from its start.
    pub fn reset(&mut self) {
        self.noise = Noise::new(self.seed);
        self.theta_cycles = 0.0;
        self.cycle.reset();
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
        self.high.aim(knot, self.f0_hz, self.noise_gain);
        self.cycle.aim(&knot.glottis);
        let half = out.len() / 2;
        let (first, second) = out.split_at_mut(half);
        for (index, part) in [first, second].into_iter().enumerate() {
            if part.is_empty() {
                continue;
            }
            // Mean f0 of this half of a linear glide.
            let f0 = f0_from + (self.f0_hz - f0_from) * (0.25 + 0.5 * index as f32);
            let own_cycles = f0 as f64 / self.sample_rate_hz as f64;
            let step_cycles = self.cycle.wander(index, own_cycles, part.len());
            self.sums.clear(part.len());
            if count > 0 {
                self.load_partials(index, count, step_cycles, part.len());
                self.phasors.set(step_cycles, part.len());
                self.row.add_to(count, &self.phasors, &self.phasors, &mut self.sums);
            }
            self.sums.write(part);
            self.high.add_half(HalfHop { index, theta_cycles: self.theta_cycles, step_cycles }, part);
            self.cycle.shape(index, self.theta_cycles, step_cycles, part);
            self.theta_cycles = (self.theta_cycles + step_cycles * part.len() as f64).fract();
        }
        std::mem::swap(&mut self.from, &mut self.to);
    }

    /// Fills `to` with the amplitudes of all partials at the knot.
    fn aim(&mut self, knot: &SoundKnot) {
        let count = self.aim_levels(knot);
        for k in 0..count {
            let z = self.gaussians[(self.noise.bits() >> 52) as usize % GAUSSIANS];
            (self.aim.z_re[k], self.aim.z_im[k]) = (z[0], z[1]);
        }
        let [cos, sin] = &self.phases;
        set_amplitudes(&self.aim, (cos, sin), self.noise_gain, count, &mut self.to);
        self.to.shorten(count);
    }

    /// Amplitude and coherence of the partials up to the last that can be heard; returns how many these are.
    fn aim_levels(&mut self, knot: &SoundKnot) -> usize {
        let f0 = self.f0_hz;
        let top = TOP_HZ.min(0.48 * self.sample_rate_hz);
        let count = ((top / f0) as usize).min(MAX_PARTIALS);
        let per_formant = 1.0 / knot.formant_ratio.clamp(0.5, 2.0);
        let (mut j, mut band) = (0, 0);
        for k in 0..count {
            let f = (k + 1) as f32 * f0;
            let place = f * per_formant;
            while j + 2 < ENVELOPE_KNOTS && self.knots_hz[j + 1] < place {
                j += 1;
            }
            let u = ((place - self.knots_hz[j]) * self.per_hz[j]).clamp(0.0, 1.0);
            self.aim.level[k] = knot.envelope[j] + u * (knot.envelope[j + 1] - knot.envelope[j]);
            while band < 3 && COHERENCE_HZ[band] < f {
                band += 1;
            }
            self.aim.h[k] = coherence_at(f, band, &knot.coherence);
        }
        raise_levels(&mut self.aim.level[..count], knot.gain);
        let floor = INAUDIBLE / self.noise_gain.max(1.0);
        self.aim.level[..count].iter().rposition(|amplitude| *amplitude > floor).map_or(0, |last| last + 1)
    }

    /// Sets the row's amplitudes for one half of the hop, turned to its middle.
    fn load_partials(&mut self, half: usize, count: usize, step_cycles: f64, samples: usize) {
        let middle = self.theta_cycles + 0.5 * (samples - 1) as f64 * step_cycles;
        turn_partials((&self.from, &self.to), half, count, samples, (TAU * middle).sin_cos(), &mut self.row);
    }
}

widest! {
    /// ln amplitudes to amplitudes.
    fn raise_levels(levels: &mut [f32], gain: f32) {
        for level in levels {
            *level = gain * fast_exp(level.clamp(-20.0, 6.0));
        }
    }
}

widest! {
    /// Locked and free parts of the first `count` partials; `phases` are the constants (cos c_k, sin c_k).
    fn set_amplitudes(aim: &Aim, phases: (&[f32], &[f32]), noise_gain: f32, count: usize, to: &mut Amplitudes) {
        let (cos, sin) = (&phases.0[..count], &phases.1[..count]);
        for k in 0..count.min(MAX_PARTIALS) {
            let (amplitude, h) = (aim.level[k], aim.h[k]);
            let locked = amplitude * h.sqrt();
            let free = amplitude * noise_gain * (1.0 - h).max(0.0).sqrt();
            (to.locked_re[k], to.locked_im[k]) = (cos[k] * locked, sin[k] * locked);
            (to.free_re[k], to.free_im[k]) = (aim.z_re[k] * free, aim.z_im[k] * free);
        }
    }
}

/// Amplitude at the middle of a half of the hop and its change, from (locked, free) at the hop's ends. Locked parts
/// move linearly; free parts of two knots are independent, so half-way they are joined with 1/sqrt(2) each, which
/// keeps their power.
#[inline(always)]
fn half_line(from: (f32, f32), to: (f32, f32), half: usize) -> (f32, f32) {
    let middle = 0.5 * (from.0 + to.0) + std::f32::consts::FRAC_1_SQRT_2 * (from.1 + to.1);
    if half == 0 { (from.0 + from.1, middle) } else { (middle, to.0 + to.1) }
}

widest! {
    /// Amplitudes of the partials of one half of the hop as its middle sees them, where the glottal oscillator's
    /// phasor is `glottis` (sin, cos).
    fn turn_partials(
        ends: (&Amplitudes, &Amplitudes),
        half: usize,
        count: usize,
        samples: usize,
        glottis: (f64, f64),
        row: &mut Row<MAX_PARTIALS>,
    ) {
        const BLOCK: usize = 8;
        let (from, to) = ends;
        let (per_sample, along) = (1.0 / samples as f32, 0.5 * (samples - 1) as f32 / samples as f32);
        let (mut q_re, mut q_im) = ([0.0f64; BLOCK], [0.0f64; BLOCK]);
        let mut leap = (1.0, 0.0);
        for l in 0..BLOCK {
            leap = (leap.0 * glottis.1 - leap.1 * glottis.0, leap.0 * glottis.0 + leap.1 * glottis.1);
            (q_re[l], q_im[l]) = leap;
        }
        for block in 0..count.div_ceil(BLOCK).min(MAX_PARTIALS / BLOCK) {
            for l in 0..BLOCK {
                let k = block * BLOCK + l;
                let (a_re, b_re) = half_line(
                    (from.locked_re[k], from.free_re[k]), (to.locked_re[k], to.free_re[k]), half);
                let (a_im, b_im) = half_line(
                    (from.locked_im[k], from.free_im[k]), (to.locked_im[k], to.free_im[k]), half);
                let (by_re, by_im) = (b_re - a_re, b_im - a_im);
                let (c_re, c_im) = (a_re + along * by_re, a_im + along * by_im);
                let (re, im) = (q_re[l] as f32, q_im[l] as f32);
                row.c_re[k] = c_re * re - c_im * im;
                row.c_im[k] = c_re * im + c_im * re;
                row.d_re[k] = (by_re * re - by_im * im) * per_sample;
                row.d_im[k] = (by_re * im + by_im * re) * per_sample;
                (q_re[l], q_im[l]) =
                    (q_re[l] * leap.0 - q_im[l] * leap.1, q_re[l] * leap.1 + q_im[l] * leap.0);
            }
        }
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

/// Draws without their mean, at unit power: what is left of a mean would be a tone in every whisper.
fn centred(mut draws: Vec<[f32; 2]>) -> Vec<[f32; 2]> {
    let count = draws.len().max(1) as f32;
    for part in 0..2 {
        let mean = draws.iter().map(|z| z[part]).sum::<f32>() / count;
        draws.iter_mut().for_each(|z| z[part] -= mean);
    }
    let power = draws.iter().map(|z| z[0] * z[0] + z[1] * z[1]).sum::<f32>() / count;
    let scale = 1.0 / power.max(1e-6).sqrt();
    draws.iter_mut().for_each(|z| *z = z.map(|x| x * scale));
    draws
}

/// Complex Gaussian with E|z|^2 = 1, by Box and Muller.
fn complex_gaussian(noise: &mut Noise) -> [f32; 2] {
    let u = (0.5 * (noise.uniform() + 1.0)).max(1e-7);
    let (sin, cos) = (std::f32::consts::PI * noise.uniform()).sin_cos();
    let r = (-u.ln()).sqrt();
    [r * cos, r * sin]
}

impl Carried for OscillatorBank {
    /// Of a bank that is silent: all amplitudes are zero, and a line brings its voice along.
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        named!(self, { noise, theta_cycles, f0_hz, cycle, high, from } but {
            sample_rate_hz, noise_gain, knots_hz, per_hz, phases, gaussians, seed, to, aim, phasors, row, sums,
        });
        self.noise.carry(ledger);
        ledger.f64_within(&mut self.theta_cycles, 0.0, 1.0);
        ledger.f32_within(&mut self.f0_hz, F0_MIN_HZ, F0_MAX_HZ);
        self.cycle.carry(ledger);
        self.high.carry(ledger);
        if ledger.is_reading() {
            self.from.shorten(0);
        }
    }
}

crate::carry::carried!(SoundKnot { f0_hz, envelope, coherence, formant_ratio, gain, high_gain, glottis } but {});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::coherence::order_of_kappa;
    use crate::sound::reference;

    const AXIS: KnotAxis = KnotAxis { base_hz: 1500.0, ratio: 9.0 };

    fn knot(f0_hz: f32, h: f32) -> SoundKnot {
        SoundKnot {
            f0_hz,
            envelope: std::array::from_fn(|j| -3.0 - 0.05 * j as f32),
            coherence: [h; 4],
            formant_ratio: 1.0,
            gain: 1.0,
            ..SoundKnot::SILENT
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

    /// As K is swept, the coherent share of a rendered partial is `h = R^2`, `R = I1(kappa) / I0(kappa)`, `kappa = 2 K / sigma^2`:
    /// demodulated by its own phase, mean amplitude squared over mean square.
    #[test]
    fn the_rendered_partials_are_as_coherent_as_kappa_says() {
        let (rate, f0_hz, hop, sigma) = (16_000.0, 200.0, 67, 8.0f32);
        for k in [0.0f32, 16.0, 48.0, 96.0, 200.0, 1_000.0] {
            let order = order_of_kappa(2.0 * k / (sigma * sigma));
            let h = order * order;
            let mut bank = OscillatorBank::new(rate, AXIS, 1.0, hop, 5);
            let sound = play(&mut bank, &knot(f0_hz, h), 24_000, hop);
            // Windows of five periods: shorter ones see the neighbours, longer ones average the free part away.
            let window = (5.0 * rate / f0_hz) as usize;
            for partial in [2.0, 5.0] {
                let (mut mean, mut square, mut count) = ((0.0f64, 0.0f64), 0.0, 0.0);
                for (n, part) in sound[window..].chunks_exact(window).enumerate() {
                    let (mut re, mut im) = (0.0, 0.0);
                    for (m, x) in part.iter().enumerate() {
                        let turn = TAU * (partial * f0_hz / rate) as f64 * ((n + 1) * window + m) as f64;
                        re += *x as f64 * turn.cos() / window as f64;
                        im -= *x as f64 * turn.sin() / window as f64;
                    }
                    mean = (mean.0 + re, mean.1 + im);
                    square += re * re + im * im;
                    count += 1.0;
                }
                let coherent = (mean.0 * mean.0 + mean.1 * mean.1) / (count * count) / (square / count);
                // What a window's mean leaves of the free part: N independent draws, each weighing 1/2 + 1/sqrt(2) hops.
                let passed = (0.5 + 0.5f64.sqrt()).powi(2) * hop as f64 / window as f64;
                let expected = h as f64 / (h as f64 + passed * (1.0 - h as f64));
                assert!(
                    (coherent - expected).abs() < 0.03,
                    "K = {k}, partial {partial}: {coherent:.3}, expected {expected:.3}"
                );
            }
        }
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
        let phases: Vec<f64> =
            (0..MAX_PARTIALS).map(|k| (bank.phases[1][k] as f64).atan2(bank.phases[0][k] as f64)).collect();
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
