//! The bank's equation evaluated sample by sample in f64: slow, and the test of the fast path.

use super::SoundKnot;
use crate::voice::{ENVELOPE_KNOTS, KnotAxis};
use std::f64::consts::TAU;

/// The locked part of the sound, `sum_k A(k f0) cos(c_k + k theta)`, below 12 kHz. Knot `i` is reached at the end of
/// hop `i`; phases: `[partials]` in rad.
pub fn locked_partials(
    knots: &[SoundKnot],
    axis: &KnotAxis,
    phases: &[f64],
    rate_hz: f64,
    hop: usize,
) -> Vec<f64> {
    let mut out = Vec::with_capacity(knots.len() * hop);
    let mut theta = 0.0;
    let mut from = None;
    for knot in knots {
        let start = *from.get_or_insert(SoundKnot { f0_hz: 150.0, ..*knot });
        for n in 0..hop {
            let u = n as f64 / hop as f64;
            let sound = |k: usize| {
                let at = |knot: &SoundKnot| amplitude(knot, axis, (k + 1) as f64 * knot.f0_hz as f64);
                (at(&start) * (1.0 - u) + at(knot) * u) * (phases[k] + (k + 1) as f64 * theta).cos()
            };
            out.push((0..phases.len()).map(sound).sum());
            // Midpoint rule: exact for the linear glide of f0.
            let middle = (n as f64 + 0.5) / hop as f64;
            theta += TAU * (start.f0_hz as f64 + (knot.f0_hz - start.f0_hz) as f64 * middle) / rate_hz;
        }
        from = Some(*knot);
    }
    out
}

fn amplitude(knot: &SoundKnot, axis: &KnotAxis, f_hz: f64) -> f64 {
    if f_hz > 12_000.0 {
        return 0.0;
    }
    let place = f_hz / knot.formant_ratio as f64;
    let knot_hz = |j: usize| axis.knot_hz(j as f32) as f64;
    let j = (0..ENVELOPE_KNOTS - 2).find(|j| knot_hz(j + 1) >= place).unwrap_or(ENVELOPE_KNOTS - 2);
    let u = ((place - knot_hz(j)) / (knot_hz(j + 1) - knot_hz(j))).clamp(0.0, 1.0);
    let level = knot.envelope[j] as f64 * (1.0 - u) + knot.envelope[j + 1] as f64 * u;
    knot.gain as f64 * level.exp() * (knot.coherence[0] as f64).sqrt()
}
