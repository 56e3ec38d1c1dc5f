//! Control frames: what the oscillator bank is told, 240 times a second of the voice's own time.

use super::math::fast_exp;
use crate::wide::widest;

/// Points of the amplitude envelope.
pub const ENVELOPE_KNOTS: usize = 48;
/// Coherence channels: the voiced gate G and three factors H.
pub const COHERENCE_BANDS: usize = 4;
/// Channels of one control frame.
pub const CHANNELS: usize = ENVELOPE_KNOTS + COHERENCE_BANDS;

/// `[E_0 .. E_47, G, H_1, H_2, H_3]`: natural log of a partial's amplitude at each knot; coherence in 0..=1.
pub type ControlFrame = [f32; CHANNELS];

/// Where the envelope's knots lie: `f_j = base_hz (ratio^{j / 47} - 1)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KnotAxis {
    /// Scale of the axis in Hz: nearly linear below it, logarithmic above.
    pub base_hz: f32,
    /// `1 + top / base`.
    pub ratio: f32,
}

impl KnotAxis {
    /// Frequency of knot `j` in Hz.
    pub fn knot_hz(&self, j: f32) -> f32 {
        self.base_hz * (self.ratio.powf(j / (ENVELOPE_KNOTS - 1) as f32) - 1.0)
    }

    /// Fractional knot index of a frequency in Hz, held inside the axis.
    pub fn index(&self, frequency_hz: f32) -> f32 {
        let top = (ENVELOPE_KNOTS - 1) as f32;
        ((1.0 + frequency_hz.max(0.0) / self.base_hz).ln() / self.ratio.ln() * top).clamp(0.0, top)
    }

    /// Highest frequency of the axis in Hz.
    pub fn top_hz(&self) -> f32 {
        self.base_hz * (self.ratio - 1.0)
    }
}

/// `E += amount (E - gauss(E))` along the knots of every frame: undoes what analysis and regression blur.
/// The Gaussian is cut at 4 sigma and the ends are held.
pub fn sharpen(frames: &mut [ControlFrame], amount: f32, sigma_points: f32) {
    if amount == 0.0 || sigma_points <= 0.0 {
        return;
    }
    let radius = ((4.0 * sigma_points + 0.5) as usize).min(4 * ENVELOPE_KNOTS);
    let offset = |i: usize| i as f32 - radius as f32;
    let weights: Vec<f32> =
        (0..=2 * radius).map(|i| fast_exp(-0.5 * (offset(i) / sigma_points).powi(2))).collect();
    let norm: f32 = weights.iter().sum();
    let weights: Vec<f32> = weights.iter().map(|weight| weight / norm).collect();
    let mut held = vec![0.0; ENVELOPE_KNOTS + 2 * radius];
    for frame in frames {
        held[..radius].fill(frame[0]);
        held[radius..radius + ENVELOPE_KNOTS].copy_from_slice(&frame[..ENVELOPE_KNOTS]);
        held[radius + ENVELOPE_KNOTS..].fill(frame[ENVELOPE_KNOTS - 1]);
        lift(frame, &held, &weights, amount);
    }
}

widest! {
    /// `E += amount (E - blur(E))`, where knot j's blur is the weighted sum of `held` from j on.
    fn lift(frame: &mut ControlFrame, held: &[f32], weights: &[f32], amount: f32) {
        let mut blurred = [0.0f32; ENVELOPE_KNOTS];
        for (window, weight) in held.windows(ENVELOPE_KNOTS).zip(weights) {
            for j in 0..ENVELOPE_KNOTS {
                blurred[j] += window[j] * weight;
            }
        }
        for j in 0..ENVELOPE_KNOTS {
            frame[j] += amount * (frame[j] - blurred[j]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_inverts_itself() {
        let axis = KnotAxis { base_hz: 1500.0, ratio: 9.0 };
        assert_eq!(axis.top_hz(), 12_000.0);
        for j in 0..ENVELOPE_KNOTS {
            assert!((axis.index(axis.knot_hz(j as f32)) - j as f32).abs() < 1e-3);
        }
        assert_eq!(axis.index(1e9), 47.0);
        assert_eq!(axis.index(-5.0), 0.0);
    }

    #[test]
    fn sharpening_keeps_flat_envelopes_and_lifts_peaks() {
        let mut flat = [[-3.0; CHANNELS]];
        sharpen(&mut flat, 0.4, 3.0);
        assert!(flat[0].iter().all(|value| (value + 3.0).abs() < 1e-5));
        let mut peak = [[-3.0; CHANNELS]];
        peak[0][20] = 0.0;
        sharpen(&mut peak, 0.4, 3.0);
        // The centre weight of the normalised kernel is 1 / (3 sqrt(2 pi)) = 0.133.
        assert!((peak[0][20] - 0.4 * 3.0 * (1.0 - 0.133)).abs() < 0.01 && peak[0][18] < -3.0);
    }
}
