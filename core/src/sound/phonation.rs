//! Phonation: how the glottis works, as seen from the partials.
//!
//! Tension goes from lax (abducted, steep) to pressed (adducted, flat): spectral tilt, the region of 2-4 kHz, the
//! strength of the first harmonic (H1-H2) and the partials' locking move together (Klatt & Klatt 1990; Gobl & Ni Chasaide
//! 2003). Breath lets partials go from the highest down, as turbulence masks them, and lifts the noise within the
//! vowel's own envelope. Tilt is a plain slope about 1 kHz. All of it is level-compensated over the long-term average
//! spectrum of speech (Byrne et al. 1994), so that timbre is not heard as loudness.
//! Sanity: [`Phonation::MODAL`] changes nothing.

use super::SoundKnot;
use crate::voice::{DB_TO_NEPER, ENVELOPE_KNOTS, KnotAxis, fast_exp};

/// Pivot of the tilt.
const PIVOT_HZ: f32 = 1_000.0;
/// The tilt is full between these, which is where glottises differ, and goes no further outside: more is heard as a
/// band that is lost (dark by 3 dB per octave costs 0.2 DistMOS so, 0.3 over the whole band).
const TILTED_HZ: [f32; 2] = [300.0, 4_000.0];
/// No partial is lower.
const LOWEST_HZ: f32 = 80.0;
/// 2-4 kHz against below 500 Hz at full tension, dB.
const PRESS_DB: f32 = 7.0;
/// First harmonic at full tension, dB; at full breath, dB.
const FIRST_HARMONIC_DB: [f32; 2] = [-4.0, 2.5];
/// Loudness that is meant to come with full tension, dB.
const TENSION_LEVEL_DB: f32 = 1.5;
/// ln kappa at full tension.
const TENSION_PULL: f32 = 1.2;
/// Noise within the vowel's envelope above 2.5 kHz at full breath, dB.
const ASPIRATION_DB: f32 = 5.0;
/// Breath from which the partials at 800, 1200, 3500 and 7500 Hz let go. A little noise in the low harmonics is heard as
/// hoarseness, so they are the last.
const BREATH_ONSET: [f32; 4] = [0.65, 0.35, 0.0, 0.0];
/// ln kappa that full breath takes away there.
const BREATH_PULL: [f32; 4] = [5.5, 7.0, 6.5, 6.0];

/// The performer's settings of the glottis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phonation {
    /// Lax -1 .. +1 pressed.
    pub tension: f32,
    /// Loss of coherence, 0..=1.
    pub breath: f32,
    /// Slope in dB per octave between 300 Hz and 4 kHz, -6..=6.
    pub tilt_db_per_octave: f32,
}

impl Phonation {
    /// The voice's own.
    pub const MODAL: Self = Self { tension: 0.0, breath: 0.0, tilt_db_per_octave: 0.0 };

    /// What it adds to ln kappa at the four frequencies of [`SoundKnot::coherence`].
    pub fn pull(&self) -> [f32; 4] {
        std::array::from_fn(|band| {
            let onset = BREATH_ONSET[band];
            let let_go = ((self.breath - onset) / (1.0 - onset)).max(0.0);
            TENSION_PULL * self.tension - BREATH_PULL[band] * let_go
        })
    }
}

/// What depends on the voice's axis only.
#[derive(Debug, Clone)]
pub struct PhonationCurves {
    /// Frequencies of the knots in Hz.
    knots_hz: [f32; ENVELOPE_KNOTS],
    /// Octaves from the pivot.
    octaves: [f32; ENVELOPE_KNOTS],
    /// Share of [`PRESS_DB`], 0..=1.
    press: [f32; ENVELOPE_KNOTS],
    /// Share of [`ASPIRATION_DB`], 0..=1.
    aspiration: [f32; ENVELOPE_KNOTS],
    /// Share of each knot in the loudness of average speech; they sum to 1.
    loudness: [f32; ENVELOPE_KNOTS],
}

impl PhonationCurves {
    /// The curves of an axis.
    pub fn new(axis: &KnotAxis) -> Self {
        let knots_hz: [f32; ENVELOPE_KNOTS] = std::array::from_fn(|j| axis.knot_hz(j as f32));
        let rise = |f_hz: f32, from_hz: f32, to_hz: f32| {
            ((f_hz.max(LOWEST_HZ) / from_hz).log2() / (to_hz / from_hz).log2()).clamp(0.0, 1.0)
        };
        let octaves = knots_hz.map(|f_hz| (f_hz.clamp(TILTED_HZ[0], TILTED_HZ[1]) / PIVOT_HZ).log2());
        let press = knots_hz.map(|f_hz| rise(f_hz, 500.0, 2_500.0) - 0.3 * rise(f_hz, 4_000.0, 8_000.0));
        let aspiration = knots_hz.map(|f_hz| rise(f_hz, 1_000.0, 2_500.0));
        let power: [f32; ENVELOPE_KNOTS] = std::array::from_fn(|j| {
            let width_hz = axis.knot_hz(j as f32 + 0.5) - axis.knot_hz(j as f32 - 0.5).max(0.0);
            heard_power(knots_hz[j]) * width_hz
        });
        let sum: f32 = power.iter().sum();
        Self { knots_hz, octaves, press, aspiration, loudness: power.map(|power| power / sum.max(1e-12)) }
    }

    /// Shapes the envelope and the gain of a knot whose sound is voiced to a degree of `gate` in 0..=1. Coherence is left
    /// to [`Phonation::pull`].
    pub fn shape(&self, phonation: &Phonation, gate: f32, knot: &mut SoundKnot) {
        if *phonation == Phonation::MODAL {
            return;
        }
        let Phonation { tension, breath, tilt_db_per_octave } = *phonation;
        let aspiration_db = ASPIRATION_DB * breath * gate;
        let first_db = gate * (FIRST_HARMONIC_DB[0] * tension + FIRST_HARMONIC_DB[1] * breath);
        let corner_hz = 1.4 * knot.f0_hz;
        let mut loudness = 0.0;
        for j in 0..ENVELOPE_KNOTS {
            let slope_db = tilt_db_per_octave * self.octaves[j] + PRESS_DB * tension * self.press[j];
            let aspirated_db = slope_db + aspiration_db * self.aspiration[j];
            loudness += self.loudness[j] * fast_exp(2.0 * DB_TO_NEPER * aspirated_db);
            let first = 1.0 / (1.0 + (self.knots_hz[j] / corner_hz).powi(4));
            knot.envelope[j] += DB_TO_NEPER * (aspirated_db + first_db * first);
        }
        knot.gain *= fast_exp(DB_TO_NEPER * TENSION_LEVEL_DB * tension) / loudness.max(1e-6).sqrt();
    }
}

/// Power density of average speech as it is heard: third-octave levels of Byrne et al. (1994, table II, combined, 70 dB)
/// over their bandwidth, K-weighted.
fn heard_power(f_hz: f32) -> f32 {
    const LEVELS: [(f32, f32); 9] = [
        (63.0, 38.6),
        (125.0, 57.7),
        (250.0, 60.3),
        (500.0, 62.1),
        (1_000.0, 53.7),
        (2_000.0, 48.7),
        (4_000.0, 45.6),
        (8_000.0, 43.7),
        (16_000.0, 40.0),
    ];
    let f_hz = f_hz.max(LOWEST_HZ);
    let next = LEVELS.iter().position(|(at, _)| *at >= f_hz).unwrap_or(LEVELS.len() - 1).max(1);
    let ((a, low), (b, high)) = (LEVELS[next - 1], LEVELS[next]);
    let level_db = low + (high - low) * ((f_hz / a).ln() / (b / a).ln()).clamp(0.0, 1.0);
    // ITU-R BS.1770: a high-pass at 38 Hz and a shelf of 4 dB above 1.5 kHz.
    let pass = f_hz * f_hz / (f_hz * f_hz + 38.0 * 38.0);
    let over = (f_hz / 1_500.0).powi(4);
    let shelf = (1.0 + 2.51 * over) / (1.0 + over);
    10f32.powf(level_db / 10.0) / f_hz * pass * pass * shelf
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXIS: KnotAxis = KnotAxis { base_hz: 1500.0, ratio: 9.0 };

    fn shaped(phonation: Phonation) -> SoundKnot {
        let mut knot =
            SoundKnot { f0_hz: 200.0, envelope: [-3.0; ENVELOPE_KNOTS], gain: 1.0, ..SoundKnot::SILENT };
        PhonationCurves::new(&AXIS).shape(&phonation, 1.0, &mut knot);
        knot
    }

    /// Envelope and gain together at a frequency, dB against the unshaped knot.
    fn change_db(knot: &SoundKnot, f_hz: f32) -> f32 {
        let at = AXIS.index(f_hz);
        let (left, u) = (at as usize, at.fract());
        let right = (left + 1).min(ENVELOPE_KNOTS - 1);
        let level = knot.envelope[left] + u * (knot.envelope[right] - knot.envelope[left]);
        (level + 3.0 + knot.gain.ln()) / DB_TO_NEPER
    }

    #[test]
    fn modal_changes_no_bit() {
        let knot = shaped(Phonation::MODAL);
        assert_eq!((knot.envelope, knot.gain), ([-3.0; ENVELOPE_KNOTS], 1.0));
        assert_eq!(Phonation::MODAL.pull(), [0.0; 4]);
    }

    #[test]
    fn tilt_is_a_slope_in_db_per_octave() {
        for tilt in [-6.0, -1.0, 3.0] {
            let knot = shaped(Phonation { tilt_db_per_octave: tilt, ..Phonation::MODAL });
            for f_hz in [350.0, 1_000.0, 1_900.0] {
                let slope = change_db(&knot, 2.0 * f_hz) - change_db(&knot, f_hz);
                assert!((slope - tilt).abs() < 0.15, "{slope} dB per octave at {f_hz} Hz for {tilt}");
            }
        }
    }

    /// Loudness of average speech, dB: what the compensation keeps.
    fn loudness_db(knot: &SoundKnot) -> f32 {
        let curves = PhonationCurves::new(&AXIS);
        let power: f32 =
            (0..ENVELOPE_KNOTS).map(|j| curves.loudness[j] * (2.0 * (knot.envelope[j] + 3.0)).exp()).sum();
        10.0 * power.log10() + 20.0 * knot.gain.log10()
    }

    #[test]
    fn timbre_is_not_loudness() {
        for step in -10..=10 {
            let along = step as f32 / 10.0;
            let tilted = shaped(Phonation { tilt_db_per_octave: 6.0 * along, ..Phonation::MODAL });
            assert!(loudness_db(&tilted).abs() < 0.2);
            let tense = shaped(Phonation { tension: along, ..Phonation::MODAL });
            assert!(loudness_db(&tense).abs() < 3.0, "{} dB", loudness_db(&tense));
            let breathy = shaped(Phonation { breath: along.abs(), ..Phonation::MODAL });
            assert!(loudness_db(&breathy).abs() < 2.0);
        }
    }

    #[test]
    fn tension_flattens_and_takes_the_first_harmonic_back() {
        let (lax, tense) = (
            shaped(Phonation { tension: -1.0, ..Phonation::MODAL }),
            shaped(Phonation { tension: 1.0, ..Phonation::MODAL }),
        );
        let balance = |knot: &SoundKnot| change_db(knot, 3_000.0) - change_db(knot, 500.0);
        assert!(balance(&tense) > 5.0 && balance(&lax) < -5.0);
        let first = |knot: &SoundKnot| change_db(knot, 200.0) - change_db(knot, 400.0);
        assert!(first(&lax) > 2.0 && first(&tense) < -2.0, "H1-H2 {} and {}", first(&lax), first(&tense));
    }

    #[test]
    fn breath_lets_the_highest_go_first_and_the_lowest_near_the_end() {
        let pull = |breath| Phonation { breath, ..Phonation::MODAL }.pull();
        assert_eq!(pull(0.5)[0], 0.0);
        assert!(pull(0.5)[1] > -2.0 && pull(0.5)[3] < -2.5);
        assert!(pull(1.0)[0] < -3.0);
        for pair in (0..=10).map(|i| pull(i as f32 / 10.0)).collect::<Vec<_>>().windows(2) {
            assert!(pair[0].iter().zip(pair[1]).all(|(a, b)| b <= *a), "monotone");
        }
    }

    #[test]
    fn unvoiced_sound_is_not_aspirated() {
        let mut knot = SoundKnot { gain: 1.0, ..SoundKnot::SILENT };
        let before = knot.envelope;
        PhonationCurves::new(&AXIS).shape(&Phonation { breath: 1.0, ..Phonation::MODAL }, 0.0, &mut knot);
        assert_eq!(knot.envelope, before);
    }
}
