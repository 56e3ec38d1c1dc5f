//! Pointwise functions that the compiler can vectorise (the ones of libm are calls), and what is done row by row.

use crate::wide::widest;

/// Nepers (natural log of amplitude) in a dB: ln 10 / 20.
pub const DB_TO_NEPER: f32 = 0.115_129_25;

/// e^x by splitting off 2^n and a degree-6 Taylor polynomial of the rest on |r| <= ln 2 / 2: relative error below 2e-7.
/// Clamped to the range of normal f32, so it never yields infinity or a denormal.
#[inline(always)]
pub fn fast_exp(x: f32) -> f32 {
    // 1.5 * 2^23: adding it rounds a float of moderate size to an integer held in the low mantissa bits.
    const ROUNDER: f32 = 12_582_912.0;
    let scaled = x.clamp(-87.0, 88.0) * std::f32::consts::LOG2_E + ROUNDER;
    let whole = scaled - ROUNDER;
    // ln 2 in two parts, so that the reduction keeps all bits of x.
    let r = (x.clamp(-87.0, 88.0) - whole * 0.693_359_4) - whole * -2.121_944_4e-4;
    let poly = 1.0
        + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    let exponent = scaled.to_bits().wrapping_add(127) << 23;
    poly * f32::from_bits(exponent)
}

/// (sin x, cos x) by taking off quarter turns and Taylor polynomials of the rest on |r| <= pi / 4: error below 2e-7 for
/// |x| <= 100.
#[inline(always)]
pub fn fast_sin_cos(x: f32) -> (f32, f32) {
    // 1.5 * 2^23, as in `fast_exp`.
    const ROUNDER: f32 = 12_582_912.0;
    let scaled = x * std::f32::consts::FRAC_2_PI + ROUNDER;
    let (whole, quarter) = (scaled - ROUNDER, scaled.to_bits());
    // pi / 2 in two parts, the first so short that its products with few quarters are exact.
    let r = (x - whole * 1.570_312_5) - whole * 4.838_268e-4;
    let r2 = r * r;
    let sin =
        r * (1.0 - r2 * (1.0 / 6.0 - r2 * (1.0 / 120.0 - r2 * (1.0 / 5_040.0 - r2 * (1.0 / 362_880.0)))));
    let cos = 1.0 - r2 * (0.5 - r2 * (1.0 / 24.0 - r2 * (1.0 / 720.0 - r2 * (1.0 / 40_320.0))));
    let odd = quarter & 1 != 0;
    let (sin, cos) = if odd { (cos, sin) } else { (sin, cos) };
    let sign = |flip: u32| (flip & 2) << 30;
    (
        f32::from_bits(sin.to_bits() ^ sign(quarter)),
        f32::from_bits(cos.to_bits() ^ sign(quarter.wrapping_add(1))),
    )
}

/// 1 / (1 + e^-x).
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + fast_exp(-x))
}

/// GELU in its tanh form, a/2 (1 + tanh(sqrt(2/pi)(a + 0.044715 a^3))) = a sigmoid(2 sqrt(2/pi)(...)).
#[inline(always)]
pub fn gelu(a: f32) -> f32 {
    a * sigmoid(1.595_769 * (a + 0.044_715 * a * a * a))
}

/// Partial sums of one row: that many additions can be under way at once.
const LANES: usize = 16;

/// Sum of `term` over a row.
#[inline(always)]
fn sum_of(row: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0f32; LANES];
    let parts = row.chunks_exact(LANES);
    let rest: f32 = parts.remainder().iter().map(|x| term(*x)).sum();
    for part in parts {
        for l in 0..LANES {
            sums[l] += term(part[l]);
        }
    }
    sums.iter().sum::<f32>() + rest
}

widest! {
    /// Layer normalisation of every row (eps 1e-5, biased variance): `y = (x - mean) / std weight + bias`.
    pub(super) fn normalise(x: &[f32], weight: &[f32], bias: &[f32], y: &mut [f32]) {
        let width = weight.len();
        for (row, out) in x.chunks_exact(width).zip(y.chunks_exact_mut(width)) {
            let mean = sum_of(row, |v| v) / width as f32;
            let variance = sum_of(row, |v| (v - mean) * (v - mean)) / width as f32;
            let scale = 1.0 / (variance + 1e-5).sqrt();
            for (((out, v), weight), bias) in out.iter_mut().zip(row).zip(weight).zip(bias) {
                *out = (v - mean) * scale * weight + bias;
            }
        }
    }
}

widest! {
    /// `y = gelu(y + skip h)` in every row; `skip` is one row.
    pub(super) fn gelu_of_sum(y: &mut [f32], skip: &[f32], h: &[f32]) {
        for (y, h) in y.chunks_exact_mut(skip.len()).zip(h.chunks_exact(skip.len())) {
            for ((y, skip), h) in y.iter_mut().zip(skip).zip(h) {
                *y = gelu(*y + skip * h);
            }
        }
    }
}

widest! {
    /// `x += a sigmoid(b)` in every row of `width`; a row of `gates` is `[a, b]`.
    pub(super) fn gated_add(x: &mut [f32], gates: &[f32], width: usize) {
        for (x, gates) in x.chunks_exact_mut(width).zip(gates.chunks_exact(2 * width)) {
            let (a, b) = gates.split_at(width);
            for ((x, a), b) in x.iter_mut().zip(a).zip(b) {
                *x += a * sigmoid(*b);
            }
        }
    }
}

widest! {
    /// `z[t] = lambda z[before t] + u[t]`, from the first row on or from the last one back, for the modes from `first`
    /// on that `lambda` (Re, Im) holds. A row of `u` is [n], a row of `z` [Re n, Im n].
    pub(super) fn propagate(lambda: (&[f32], &[f32]), n: usize, first: usize, backward: bool, u: &[f32], z: &mut [f32]) {
        let count = lambda.0.len();
        let (re, im) = (lambda.0, &lambda.1[..count]);
        let (mut state_re, mut state_im) = (vec![0.0f32; count], vec![0.0f32; count]);
        let rows = u.len() / n;
        for step in 0..rows {
            let t = if backward { rows - 1 - step } else { step };
            let drive = &u[t * n + first..][..count];
            let (z_re, z_im) = z[t * 2 * n..(t + 1) * 2 * n].split_at_mut(n);
            let (z_re, z_im) = (&mut z_re[first..][..count], &mut z_im[first..][..count]);
            let (state_re, state_im) = (&mut state_re[..count], &mut state_im[..count]);
            for k in 0..count {
                let (a, b) = (state_re[k], state_im[k]);
                let (a, b) = (re[k] * a - im[k] * b + drive[k], re[k] * b + im[k] * a);
                (state_re[k], state_im[k]) = (a, b);
                (z_re[k], z_im[k]) = (a, b);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_is_accurate_and_finite_everywhere() {
        for step in -8_700..8_800 {
            let x = step as f32 * 0.01;
            let exact = (x as f64).exp();
            let error = (fast_exp(x) as f64 / exact - 1.0).abs();
            assert!(error < 6e-7, "e^{x}: relative error {error}");
        }
        for x in [f32::NEG_INFINITY, -1e30, 1e30, f32::INFINITY] {
            assert!(fast_exp(x).is_finite());
        }
    }

    #[test]
    fn sine_and_cosine_are_accurate_on_all_quarters() {
        for step in -10_000..10_000 {
            let x = step as f32 * 0.01;
            let (sin, cos) = fast_sin_cos(x);
            let (exact_sin, exact_cos) = (x as f64).sin_cos();
            assert!((sin as f64 - exact_sin).abs() < 2e-7, "sin {x} = {sin}");
            assert!((cos as f64 - exact_cos).abs() < 2e-7, "cos {x} = {cos}");
        }
    }

    #[test]
    fn gelu_has_its_known_values() {
        assert_eq!(gelu(0.0), 0.0);
        assert!((gelu(1.0) - 0.841_192).abs() < 1e-5);
        assert!((gelu(-1.0) + 0.158_808).abs() < 1e-5);
    }
}
