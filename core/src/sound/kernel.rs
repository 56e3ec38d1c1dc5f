//! The inner loop of the bank: equally spaced oscillators with linearly moving complex amplitudes.
//!
//! Oscillator k of a row has the amplitude `C_k + m D_k` and the phasor `q_k(m) = e^{i m omega_k}` at m samples from
//! the middle of the stretch, so at the two instants that lie m to either side of the middle
//!
//! ```text
//! x(+-m) = E(m) +- O(m),   E = sum_k Re C cos - m Im D sin,   O = sum_k m Re D cos - Im C sin   (of m omega_k)
//! ```
//! One rotation serves both. The lanes are instants: going from one oscillator to the next turns every lane by the
//! same `e^{i m delta}`. Each lane adds in the order of the oscillators, whatever the width of the machine's vectors.

use crate::wide::widest;
use std::f64::consts::TAU;

/// Instants that are computed together.
const LANES: usize = 16;

/// `e^{i m omega}` at the instants m of half a stretch, struct of arrays in whole tiles of lanes.
#[derive(Debug, Clone)]
pub(super) struct Phasors {
    re: Vec<f32>,
    im: Vec<f32>,
}

impl Phasors {
    /// Room for stretches of at most `max_samples`; all phasors at 1.
    pub(super) fn new(max_samples: usize) -> Self {
        let length = max_samples.div_ceil(2).next_multiple_of(LANES);
        Self { re: vec![1.0; length], im: vec![0.0; length] }
    }

    /// Sets them for a stretch of `samples` at `step_cycles` per sample.
    pub(super) fn set(&mut self, step_cycles: f64, samples: usize) {
        let length = samples.div_ceil(2).next_multiple_of(LANES).min(self.re.len());
        let first = TAU * step_cycles * f64::from(first_instant(samples));
        fill_phasors(
            first.sin_cos(),
            (TAU * step_cycles).sin_cos(),
            &mut self.re[..length],
            &mut self.im[..length],
        );
    }
}

/// Distance of the instants next to the middle of a stretch from it, in samples: 1/2, or 0 if one lies on it.
fn first_instant(samples: usize) -> f32 {
    if samples.is_multiple_of(2) { 0.5 } else { 0.0 }
}

widest! {
    /// Powers of `step` times `first`, both (sin, cos), by a recursion over blocks of eight.
    fn fill_phasors(first: (f64, f64), step: (f64, f64), re: &mut [f32], im: &mut [f32]) {
        const BLOCK: usize = 8;
        let (mut block_re, mut block_im) = ([0.0; BLOCK], [0.0; BLOCK]);
        let (mut q, mut leap) = ((first.1, first.0), (1.0, 0.0));
        for l in 0..BLOCK {
            (block_re[l], block_im[l]) = q;
            q = (q.0 * step.1 - q.1 * step.0, q.0 * step.0 + q.1 * step.1);
            leap = (leap.0 * step.1 - leap.1 * step.0, leap.0 * step.0 + leap.1 * step.1);
        }
        for (re, im) in re.as_chunks_mut::<BLOCK>().0.iter_mut().zip(im.as_chunks_mut::<BLOCK>().0) {
            for l in 0..BLOCK {
                (re[l], im[l]) = (block_re[l] as f32, block_im[l] as f32);
                (block_re[l], block_im[l]) = (
                    block_re[l] * leap.0 - block_im[l] * leap.1,
                    block_re[l] * leap.1 + block_im[l] * leap.0,
                );
            }
        }
    }
}

/// Amplitudes of a row of oscillators about the middle of a stretch, struct of arrays.
#[derive(Debug, Clone)]
pub(super) struct Row<const N: usize> {
    /// Re C: [N].
    pub(super) c_re: [f32; N],
    /// Im C.
    pub(super) c_im: [f32; N],
    /// Re D, per sample.
    pub(super) d_re: [f32; N],
    /// Im D, per sample.
    pub(super) d_im: [f32; N],
}

impl<const N: usize> Row<N> {
    /// Silence.
    pub(super) const SILENT: Self = Self { c_re: [0.0; N], c_im: [0.0; N], d_re: [0.0; N], d_im: [0.0; N] };

    /// Adds the first `count` oscillators to a stretch. `first` turns the first oscillator, `step` leads from each to
    /// the next.
    pub(super) fn add_to(&self, count: usize, first: &Phasors, step: &Phasors, sums: &mut Sums) {
        let at = ..count;
        let amplitudes = (&self.c_re[at], &self.c_im[at], &self.d_re[at], &self.d_im[at]);
        add_row(amplitudes, (&first.re, &first.im), (&step.re, &step.im), sums);
    }
}

/// E and O of a stretch.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    even: Vec<f32>,
    odd: Vec<f32>,
    samples: usize,
}

impl Sums {
    /// Room for stretches of at most `max_samples`.
    pub(super) fn new(max_samples: usize) -> Self {
        let length = max_samples.div_ceil(2).next_multiple_of(LANES);
        Self { even: vec![0.0; length], odd: vec![0.0; length], samples: 0 }
    }

    /// Begins a stretch of `samples`.
    pub(super) fn clear(&mut self, samples: usize) {
        self.samples = samples;
        let length = samples.div_ceil(2).next_multiple_of(LANES);
        self.even[..length].fill(0.0);
        self.odd[..length].fill(0.0);
    }

    /// Writes the stretch.
    pub(super) fn write(&self, out: &mut [f32]) {
        let half = out.len().div_ceil(2);
        let middle = out.len() / 2;
        for (x, (even, odd)) in out[middle..].iter_mut().zip(self.even.iter().zip(&self.odd)) {
            *x = even + odd;
        }
        for (x, (even, odd)) in out[..half].iter_mut().rev().zip(self.even.iter().zip(&self.odd)) {
            *x = even - odd;
        }
    }
}

type Amplitudes<'a> = (&'a [f32], &'a [f32], &'a [f32], &'a [f32]);

widest! {
    fn add_row(amplitudes: Amplitudes<'_>, first: (&[f32], &[f32]), step: (&[f32], &[f32]), sums: &mut Sums) {
        let tiles = sums.samples.div_ceil(2).div_ceil(LANES);
        let tile_of = |x: &[f32], tile: usize| -> [f32; LANES] { x.as_chunks::<LANES>().0[tile] };
        for tile in 0..tiles {
            let (mut q_re, mut q_im) = (tile_of(first.0, tile), tile_of(first.1, tile));
            let (w_re, w_im) = (tile_of(step.0, tile), tile_of(step.1, tile));
            let [mut c_cos, mut d_sin, mut d_cos, mut c_sin] = [[0.0f32; LANES]; 4];
            let (c_re, c_im, d_re, d_im) = amplitudes;
            for (((c_re, c_im), d_re), d_im) in c_re.iter().zip(c_im).zip(d_re).zip(d_im) {
                for l in 0..LANES {
                    c_cos[l] += c_re * q_re[l];
                    d_cos[l] += d_re * q_re[l];
                    c_sin[l] += c_im * q_im[l];
                    d_sin[l] += d_im * q_im[l];
                    let re = q_re[l] * w_re[l] - q_im[l] * w_im[l];
                    q_im[l] = q_re[l] * w_im[l] + q_im[l] * w_re[l];
                    q_re[l] = re;
                }
            }
            let from = (tile * LANES) as f32 + first_instant(sums.samples);
            let even = &mut sums.even.as_chunks_mut::<LANES>().0[tile];
            let odd = &mut sums.odd.as_chunks_mut::<LANES>().0[tile];
            for l in 0..LANES {
                let m = from + l as f32;
                even[l] += c_cos[l] - m * d_sin[l];
                odd[l] += m * d_cos[l] - c_sin[l];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stretches of even and odd length against the equation evaluated in f64.
    #[test]
    fn a_row_is_the_sum_it_stands_for() {
        const N: usize = 40;
        let mut noise = crate::sound::Noise::new(3);
        let mut row = Row::<N>::SILENT;
        for k in 0..N {
            (row.c_re[k], row.c_im[k]) = (noise.uniform(), noise.uniform());
            (row.d_re[k], row.d_im[k]) = (1e-2 * noise.uniform(), 1e-2 * noise.uniform());
        }
        for samples in [1, 2, 33, 92, 100, 183] {
            let (first_cycles, step_cycles) = (0.013, 0.011);
            let (mut first, mut step) = (Phasors::new(200), Phasors::new(200));
            first.set(first_cycles, samples);
            step.set(step_cycles, samples);
            let (mut sums, mut found) = (Sums::new(200), vec![f32::NAN; samples]);
            sums.clear(samples);
            row.add_to(N, &first, &step, &mut sums);
            sums.write(&mut found);
            for (n, found) in found.iter().enumerate() {
                let m = n as f64 - 0.5 * (samples - 1) as f64;
                let expected: f64 = (0..N)
                    .map(|k| {
                        let (sin, cos) = (TAU * m * (first_cycles + k as f64 * step_cycles)).sin_cos();
                        let re = row.c_re[k] as f64 + m * row.d_re[k] as f64;
                        let im = row.c_im[k] as f64 + m * row.d_im[k] as f64;
                        re * cos - im * sin
                    })
                    .sum();
                assert!((*found as f64 - expected).abs() < 1e-4, "{n} of {samples}: {found} for {expected}");
            }
        }
    }
}
