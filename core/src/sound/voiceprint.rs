//! The post-stage of a voice: equaliser and formant bandwidth, as gains on the partials.
//!
//! Every oscillator knows its frequency, so an equaliser is a gain on its amplitude: the magnitude response of the
//! analogue bell and shelves (Bristow-Johnson, "Audio EQ cookbook", the prototypes before the bilinear transform). It
//! has neither phase nor latency. Bandwidth moves the envelope along its difference from its own blur over frequency.
//! A worker compiles a [`Voiceprint`] to [`VoiceprintGains`], which travel with the score.
//! Sanity: no band and bandwidth 1 change nothing.

use super::high_band::HIGH_OSCILLATORS_HZ;
use super::{HIGH_OSCILLATORS, SoundKnot};
use crate::voice::{DB_TO_NEPER, ENVELOPE_KNOTS, KnotAxis, fast_exp};
use serde::{Deserialize, Serialize};

/// Most bands of an equaliser.
pub const EQ_BANDS_MAX: usize = 8;
/// Taps of half of the blur, middle included.
const BLUR_TAPS: usize = 8;
/// Sharpening at bandwidth 1/2; bandwidth 2 blurs half as much.
const SHARPEN: f32 = 0.7;
/// Middle of the band from which the level of the oscillators above the partials is taken.
const JOINT_HZ: f32 = 10_450.0;

/// How a band of an equaliser acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EqShape {
    /// Lifts or lowers around its frequency.
    #[default]
    Bell,
    /// Lifts or lowers everything below its frequency.
    LowShelf,
    /// Lifts or lowers everything above its frequency.
    HighShelf,
}

/// One band of an equaliser.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EqBand {
    /// How it acts.
    #[serde(default)]
    pub shape: EqShape,
    /// Middle of a bell, corner of a shelf, Hz, 40..=20000.
    pub hz: f32,
    /// Gain in dB, -18..=18.
    pub gain_db: f32,
    /// Quality, 0.3..=6: the higher, the narrower a bell and the steeper a shelf.
    #[serde(default = "gentle")]
    pub q: f32,
}

fn gentle() -> f32 {
    std::f32::consts::FRAC_1_SQRT_2
}

fn one() -> f32 {
    1.0
}

/// A voiceprint as a persona file has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voiceprint {
    /// Bands of the equaliser, at most [`EQ_BANDS_MAX`].
    #[serde(default)]
    pub eq: Vec<EqBand>,
    /// Width of the formants against the voice's own, 0.5..=2: below 1 they are sharper.
    #[serde(default = "one")]
    pub formant_bandwidth: f32,
}

impl Default for Voiceprint {
    fn default() -> Self {
        Self { eq: Vec::new(), formant_bandwidth: 1.0 }
    }
}

/// Why a voiceprint was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum VoiceprintError {
    /// A number outside its range.
    #[error("{field} is {value}, expected {low} to {high}")]
    Range {
        /// Which value.
        field: String,
        /// What was found.
        value: f32,
        /// Smallest value allowed.
        low: f32,
        /// Largest value allowed.
        high: f32,
    },
    /// More bands than an equaliser has.
    #[error("the equaliser has {found} bands, at most {EQ_BANDS_MAX} are allowed; join some")]
    Bands {
        /// How many were found.
        found: usize,
    },
}

impl Voiceprint {
    /// Whether every number is in its range.
    ///
    /// # Errors
    /// Names the first one that is not.
    pub fn check(&self) -> Result<(), VoiceprintError> {
        if self.eq.len() > EQ_BANDS_MAX {
            return Err(VoiceprintError::Bands { found: self.eq.len() });
        }
        within("formant_bandwidth".to_owned(), self.formant_bandwidth, 0.5, 2.0)?;
        for (i, band) in self.eq.iter().enumerate() {
            let field = |name: &str| format!("{name} of equaliser band {}", i + 1);
            within(field("hz"), band.hz, 40.0, 20_000.0)?;
            within(field("gain_db"), band.gain_db, -18.0, 18.0)?;
            within(field("q"), band.q, 0.3, 6.0)?;
        }
        Ok(())
    }

    /// Gain of the equaliser at a frequency, dB.
    pub fn eq_db(&self, f_hz: f32) -> f32 {
        self.eq.iter().map(|band| band.gain_at_db(f_hz)).sum()
    }

    /// What the audio thread needs, for a voice's axis.
    pub fn compile(&self, axis: &KnotAxis) -> VoiceprintGains {
        let envelope = std::array::from_fn(|j| DB_TO_NEPER * self.eq_db(axis.knot_hz(j as f32)));
        // The level above the partials continues the envelope's, which has the equaliser in it.
        let joint_db = self.eq_db(JOINT_HZ);
        let high = HIGH_OSCILLATORS_HZ.map(|f_hz| 10f32.powf((self.eq_db(f_hz) - joint_db) / 20.0));
        let width = self.formant_bandwidth;
        let sharpen =
            if width < 1.0 { SHARPEN * (1.0 / width - 1.0) } else { -SHARPEN * (1.0 - 1.0 / width) };
        VoiceprintGains { envelope, high, sharpen, axis: *axis, flat: self.eq.is_empty() }
    }
}

fn within(field: String, value: f32, low: f32, high: f32) -> Result<(), VoiceprintError> {
    let good = value.is_finite() && (low..=high).contains(&value);
    good.then_some(()).ok_or(VoiceprintError::Range { field, value, low, high })
}

impl EqBand {
    /// Gain at a frequency, dB.
    pub fn gain_at_db(&self, f_hz: f32) -> f32 {
        let w = f64::from(f_hz / self.hz);
        let (w2, q) = (w * w, f64::from(self.q));
        let a = 10f64.powf(f64::from(self.gain_db) / 40.0);
        // |c0 + i c1 w - c2 w^2|^2
        let power = |c0: f64, c1: f64, c2: f64| (c0 - c2 * w2).powi(2) + c1 * c1 * w2;
        let root = a.sqrt() / q;
        let ratio = match self.shape {
            EqShape::Bell => power(1.0, a / q, 1.0) / power(1.0, 1.0 / (a * q), 1.0),
            EqShape::LowShelf => a * a * power(a, root, 1.0) / power(1.0, root, a),
            EqShape::HighShelf => a * a * power(1.0, root, a) / power(a, root, 1.0),
        };
        (10.0 * ratio.log10()) as f32
    }
}

/// A voiceprint as gains, fixed in size: no heap on the audio thread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoiceprintGains {
    /// ln gain at the knots.
    envelope: [f32; ENVELOPE_KNOTS],
    /// Linear gain of the oscillators above the partials.
    high: [f32; HIGH_OSCILLATORS],
    /// Factor on the envelope's difference from its blur.
    sharpen: f32,
    axis: KnotAxis,
    /// Whether there is no equaliser.
    flat: bool,
}

impl VoiceprintGains {
    /// No change.
    pub const NEUTRAL: Self = Self {
        envelope: [0.0; ENVELOPE_KNOTS],
        high: [1.0; HIGH_OSCILLATORS],
        sharpen: 0.0,
        axis: KnotAxis { base_hz: 1500.0, ratio: 9.0 },
        flat: true,
    };

    /// Shapes what the bank plays.
    pub fn shape(&self, knot: &mut SoundKnot) {
        if self.sharpen != 0.0 {
            self.narrow(&mut knot.envelope);
        }
        if self.flat {
            return;
        }
        knot.high_gain = self.high;
        if knot.formant_ratio == 1.0 {
            for (level, gain) in knot.envelope.iter_mut().zip(self.envelope) {
                *level += gain;
            }
            return;
        }
        // The equaliser stands behind the vocal tract: its frequencies do not move with the speaker's size.
        for (j, level) in knot.envelope.iter_mut().enumerate() {
            let heard_hz = self.axis.knot_hz(j as f32) * knot.formant_ratio;
            let at = self.axis.index(heard_hz);
            let left = (at as usize).min(ENVELOPE_KNOTS - 2);
            let (a, b) = (self.envelope[left], self.envelope[left + 1]);
            *level += a + (b - a) * (at - left as f32);
        }
    }

    /// Sharpens or broadens the formants at equal power of the whole.
    fn narrow(&self, envelope: &mut [f32; ENVELOPE_KNOTS]) {
        let before = *envelope;
        let last = ENVELOPE_KNOTS as isize - 1;
        let at = |j: isize| before[j.clamp(0, last) as usize];
        let (mut power_before, mut power_after) = (1e-30, 1e-30);
        for (j, level) in envelope.iter_mut().enumerate() {
            let (mut sum, mut total) = (before[j], 1.0);
            for tap in 1..BLUR_TAPS {
                let weight = BLUR[tap];
                sum += weight * (at(j as isize - tap as isize) + at(j as isize + tap as isize));
                total += 2.0 * weight;
            }
            *level += self.sharpen * (before[j] - sum / total);
            // Partials per knot grow with its frequency's distance to the next.
            let width = 1.0 + j as f32 * 0.15;
            power_before += width * fast_exp(2.0 * before[j]);
            power_after += width * fast_exp(2.0 * *level);
        }
        let back = 0.5 * (power_before / power_after).ln();
        for level in envelope {
            *level += back;
        }
    }
}

/// Half of a Gaussian with a standard deviation of 2.5 knots, a formant's width.
const BLUR: [f32; BLUR_TAPS] =
    [1.0, 0.923_116_4, 0.726_149, 0.486_752_3, 0.278_037_3, 0.135_335_3, 0.056_134_8, 0.019_841_1];

#[cfg(test)]
mod tests {
    use super::*;

    const AXIS: KnotAxis = KnotAxis { base_hz: 1500.0, ratio: 9.0 };

    fn band(shape: EqShape, hz: f32, gain_db: f32, q: f32) -> EqBand {
        EqBand { shape, hz, gain_db, q }
    }

    fn print(eq: Vec<EqBand>, formant_bandwidth: f32) -> Voiceprint {
        Voiceprint { eq, formant_bandwidth }
    }

    #[test]
    fn the_blur_is_a_gaussian() {
        for (i, tap) in BLUR.iter().enumerate() {
            assert!((tap - (-0.5 * (i as f32 / 2.5).powi(2)).exp()).abs() < 1e-6, "tap {i}: {tap}");
        }
    }

    /// Values that follow from the prototypes: full gain at the middle of a bell and far along a shelf, half of it at a
    /// shelf's corner.
    #[test]
    fn bands_have_the_gains_of_their_prototypes() {
        let bell = band(EqShape::Bell, 1_000.0, 6.0, 1.0);
        assert!((bell.gain_at_db(1_000.0) - 6.0).abs() < 1e-4);
        assert!(bell.gain_at_db(50.0).abs() < 0.05 && bell.gain_at_db(20_000.0).abs() < 0.05);
        assert!((bell.gain_at_db(500.0) - bell.gain_at_db(2_000.0)).abs() < 1e-3, "symmetric in octaves");
        let low = band(EqShape::LowShelf, 300.0, -9.0, 0.7);
        assert!((low.gain_at_db(300.0) + 4.5).abs() < 1e-3 && (low.gain_at_db(5.0) + 9.0).abs() < 0.05);
        assert!(low.gain_at_db(10_000.0).abs() < 0.05);
        let high = band(EqShape::HighShelf, 4_000.0, 12.0, 0.7);
        assert!((high.gain_at_db(4_000.0) - 6.0).abs() < 1e-3);
        assert!((high.gain_at_db(200_000.0) - 12.0).abs() < 0.05 && high.gain_at_db(50.0).abs() < 0.05);
    }

    fn knot() -> SoundKnot {
        let mut knot = SoundKnot { envelope: [-4.0; ENVELOPE_KNOTS], gain: 1.0, ..SoundKnot::SILENT };
        for (j, level) in knot.envelope.iter_mut().enumerate() {
            *level += 2.0 * (-0.5 * ((j as f32 - 20.0) / 2.0).powi(2)).exp();
        }
        knot
    }

    #[test]
    fn neutral_changes_no_bit() {
        let mut shaped = knot();
        Voiceprint::default().compile(&AXIS).shape(&mut shaped);
        VoiceprintGains::NEUTRAL.shape(&mut shaped);
        assert_eq!((shaped.envelope, shaped.high_gain), (knot().envelope, knot().high_gain));
    }

    #[test]
    fn bandwidth_sharpens_and_broadens_at_equal_power() {
        let peak = |width: f32| {
            let mut shaped = knot();
            print(vec![], width).compile(&AXIS).shape(&mut shaped);
            shaped.envelope[20] - shaped.envelope[26]
        };
        assert!(peak(0.5) > peak(0.8) && peak(0.8) > peak(1.0) && peak(1.0) > peak(2.0));
        assert!(peak(0.5) > 2.5 && peak(2.0) < 1.75, "{} {}", peak(0.5), peak(2.0));
    }

    #[test]
    fn the_equaliser_does_not_move_with_the_speaker_s_size() {
        let gains = print(vec![band(EqShape::Bell, 2_000.0, 12.0, 1.0)], 1.0).compile(&AXIS);
        for ratio in [0.8, 1.0, 1.25] {
            let mut shaped = SoundKnot { formant_ratio: ratio, ..knot() };
            gains.shape(&mut shaped);
            let gain = |j: usize| shaped.envelope[j] - knot().envelope[j];
            let loudest = (0..ENVELOPE_KNOTS).max_by(|a, b| gain(*a).total_cmp(&gain(*b))).unwrap_or(0);
            let heard_hz = AXIS.knot_hz(loudest as f32) * ratio;
            assert!((heard_hz / 2_000.0 - 1.0).abs() < 0.06, "peak at {heard_hz} Hz at ratio {ratio}");
        }
    }

    #[test]
    fn numbers_out_of_range_are_named() {
        let message = |print: Voiceprint| print.check().expect_err("refused").to_string();
        assert!(message(print(vec![], 3.0)).contains("formant_bandwidth is 3, expected 0.5 to 2"));
        let wrong =
            print(vec![band(EqShape::Bell, 100.0, 0.0, 1.0), band(EqShape::Bell, 10.0, 0.0, 1.0)], 1.0);
        assert!(message(wrong).contains("hz of equaliser band 2"));
        assert!(message(print(vec![band(EqShape::Bell, 100.0, f32::NAN, 1.0)], 1.0)).contains("gain_db"));
        assert!(message(print(vec![band(EqShape::Bell, 100.0, 0.0, 1.0); 9], 1.0)).contains("at most 8"));
    }
}
