//! Pointwise functions that the compiler can vectorise (the ones of libm are calls).

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
    fn gelu_has_its_known_values() {
        assert_eq!(gelu(0.0), 0.0);
        assert!((gelu(1.0) - 0.841_192).abs() < 1e-5);
        assert!((gelu(-1.0) + 0.158_808).abs() < 1e-5);
    }
}
