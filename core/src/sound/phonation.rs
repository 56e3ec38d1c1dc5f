//! Phonation: how the glottis works, as seen from the partials.
//!
//! Tension goes from lax (abducted, steep) to pressed (adducted, flat): spectral tilt, the region of 2-4 kHz, the
//! strength of the first harmonic (H1-H2) and the partials' locking move together (Klatt & Klatt 1990; Gobl & Ni Chasaide
//! 2003). Breath lets partials go from the highest down, as turbulence masks them, and lifts the noise within the
//! vowel's own envelope. Tilt is a plain slope about 1 kHz. All of it is level-compensated over the long-term average
//! spectrum of speech (Byrne et al. 1994), so that timbre is not heard as loudness.
//!
//! Whisper lets go of every partial, the lowest last, and takes the glottal pulse's low frequencies away: a whispered
//! vowel lacks 20 dB around its first formant and nearly nothing above 4 kHz (Tartter 1989; Jovicic 1998; Ito, Takeda &
//! Itakura 2005). Falsetto has thin, hardly closing folds: a source 4 dB per octave steeper, a strong first harmonic,
//! loose partials above 3 kHz, some breath (Childers & Lee 1991). Creak is the oscillator locked 1:2
//! ([`Glottis`]), slow, irregular and soft (Hollien & Michel 1968; Blomgren et al. 1998; Keating et al. 2015). Jitter,
//! shimmer and the harmonics-to-noise ratio come on top of the voice's own.
//! Sanity: [`Phonation::MODAL`] changes nothing.

use super::bank::COHERENCE_HZ;
use super::harmonicity::{PartialPower, shift_hnr};
use super::{Glottis, SoundKnot};
use crate::voice::{DB_TO_NEPER, ENVELOPE_KNOTS, KnotAxis, fast_exp};

/// Pivot of the tilt.
const PIVOT_HZ: f32 = 1_000.0;
/// The tilt is full between these, which is where glottises differ, and goes no further outside: more is heard as a
/// band that is lost (dark by 3 dB per octave costs 0.2 DistMOS so, 0.3 over the whole band).
const TILTED_HZ: [f32; 2] = [300.0, 4_000.0];
/// How much of tilt and press reaches sounds that are not made at the glottis: effort is heard in fricatives, too, but
/// less.
const UNVOICED_SHARE: f32 = 0.25;
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

/// Whisper from which they let go, and ln kappa that full whisper takes away: nothing is left of the tightest locking.
const WHISPER_ONSET: [f32; 4] = [0.3, 0.15, 0.0, 0.0];
const WHISPER_PULL: f32 = 15.0;
/// What a whisper lacks: all of it below, none of it above, straight over the octaves between; dB, Hz.
const WHISPER_DB: f32 = -20.0;
const WHISPER_HZ: [f32; 2] = [450.0, 4_500.0];
/// No partials are heard in a whisper; at this distance in Hz they are close enough to be noise. At full creak, twice the
/// pulse rate of fry, which is the same in men and women.
const WHISPER_F0_HZ: f32 = 120.0;
const CREAK_F0_HZ: f32 = 96.0;
/// Slope of full falsetto in dB per octave above f0, over so many octaves; its first harmonic and level in dB; ln kappa
/// at the four frequencies; its breath.
const FALSETTO_DB_PER_OCTAVE: f32 = -4.0;
const FALSETTO_OCTAVES: f32 = 4.0;
const FALSETTO_FIRST_DB: f32 = 3.0;
const FALSETTO_LEVEL_DB: f32 = -2.0;
const FALSETTO_PULL: [f32; 4] = [0.0, 0.0, -1.2, -2.0];
/// First harmonic and level at full creak, dB; its jitter and shimmer.
const CREAK_FIRST_DB: f32 = -4.0;
const CREAK_LEVEL_DB: f32 = -4.0;
const CREAK_JITTER: f32 = 0.025;
const CREAK_SHIMMER_DB: f32 = 1.2;

/// The performer's settings of the glottis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phonation {
    /// Lax -1 .. +1 pressed.
    pub tension: f32,
    /// Loss of coherence, 0..=1.
    pub breath: f32,
    /// Slope in dB per octave between 300 Hz and 4 kHz, -6..=6.
    pub tilt_db_per_octave: f32,
    /// Voice lost, 0..=1: at 1 nothing is periodic.
    pub whisper: f32,
    /// Vocal fry, 0..=1: at 1 every second pulse is gone and f0 has fallen.
    pub creak: f32,
    /// Thin register, 0..=1. f0 stays: who wants it high raises it.
    pub falsetto: f32,
    /// Local jitter beyond the voice's own in percent of the period, 0..=10.
    pub jitter_percent: f32,
    /// Local shimmer beyond the voice's own in dB, 0..=6.
    pub shimmer_db: f32,
    /// Change of the harmonics-to-noise ratio against the voice's own in dB, -6..=6. Upwards only as far as the voice has
    /// noise to lose.
    pub hnr_db: f32,
}

impl Phonation {
    /// The voice's own.
    pub const MODAL: Self = Self {
        tension: 0.0,
        breath: 0.0,
        tilt_db_per_octave: 0.0,
        whisper: 0.0,
        creak: 0.0,
        falsetto: 0.0,
        jitter_percent: 0.0,
        shimmer_db: 0.0,
        hnr_db: 0.0,
    };

    /// What it adds to ln kappa at the four frequencies of [`SoundKnot::coherence`].
    pub fn pull(&self) -> [f32; 4] {
        std::array::from_fn(|band| {
            let onset = BREATH_ONSET[band];
            let let_go = ((self.breath - onset) / (1.0 - onset)).max(0.0);
            let own = TENSION_PULL * self.tension - BREATH_PULL[band] * let_go;
            let onset = WHISPER_ONSET[band];
            let unvoiced = ((self.whisper - onset) / (1.0 - onset)).max(0.0);
            own + FALSETTO_PULL[band] * self.falsetto - WHISPER_PULL * unvoiced
        })
    }

    /// How far f0 comes down to where the register has it, in ln Hz, 0 or less; `ln_f0` is what it would be.
    pub fn fall(&self, ln_f0: f32) -> f32 {
        let down = |share: f32, to_hz: f32| share * (to_hz.ln() - ln_f0).min(0.0);
        let (creak, whisper) = (self.creak, self.whisper);
        if creak == 0.0 && whisper == 0.0 {
            return 0.0;
        }
        down(creak * creak, CREAK_F0_HZ).min(down(whisper * whisper, WHISPER_F0_HZ))
    }

    /// How irregular the cycles are of a sound that is voiced to a degree of `gate` in 0..=1.
    pub fn glottis(&self, gate: f32) -> Glottis {
        let rough = self.creak * self.creak;
        Glottis {
            subharmonic: gate * self.creak,
            jitter: gate * (0.01 * self.jitter_percent + CREAK_JITTER * rough),
            shimmer_db: gate * (self.shimmer_db + CREAK_SHIMMER_DB * rough),
        }
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
    /// What a whisper lacks, dB.
    whisper_db: [f32; ENVELOPE_KNOTS],
    /// log2 of the knots' frequencies in Hz.
    log2_hz: [f32; ENVELOPE_KNOTS],
    /// Distance of the knots in Hz, shared out among the four frequencies of [`SoundKnot::coherence`].
    band_hz: [[f32; 4]; ENVELOPE_KNOTS],
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
        let width_hz: [f32; ENVELOPE_KNOTS] =
            std::array::from_fn(|j| axis.knot_hz(j as f32 + 0.5) - axis.knot_hz(j as f32 - 0.5).max(0.0));
        let power: [f32; ENVELOPE_KNOTS] = std::array::from_fn(|j| heard_power(knots_hz[j]) * width_hz[j]);
        let sum: f32 = power.iter().sum();
        Self {
            knots_hz,
            octaves,
            press,
            aspiration,
            loudness: power.map(|power| power / sum.max(1e-12)),
            whisper_db: knots_hz.map(|f_hz| WHISPER_DB * (1.0 - rise(f_hz, WHISPER_HZ[0], WHISPER_HZ[1]))),
            log2_hz: knots_hz.map(|f_hz| f_hz.max(1.0).log2()),
            band_hz: std::array::from_fn(|j| band_shares(knots_hz[j]).map(|share| share * width_hz[j])),
        }
    }

    /// Everything that [`Phonation`] does to a knot whose coherence it has pulled: envelope, gain, glottal cycles and the
    /// harmonics-to-noise ratio. `gate` in 0..=1 is how voiced the sound is.
    pub fn phonate(&self, phonation: &Phonation, gate: f32, knot: &mut SoundKnot) {
        self.shape(phonation, gate, knot);
        knot.glottis = phonation.glottis(gate);
        if phonation.hnr_db != 0.0 {
            shift_hnr(&self.band_power(knot), &mut knot.coherence, gate * phonation.hnr_db);
        }
    }

    /// Power of a knot's partials.
    fn band_power(&self, knot: &SoundKnot) -> PartialPower {
        let mut power = PartialPower::default();
        for j in 0..ENVELOPE_KNOTS {
            // Half a partial below the first there is nothing.
            let order = self.knots_hz[j] / knot.f0_hz.max(1.0);
            if order > 0.6 {
                let here = fast_exp(2.0 * knot.envelope[j].clamp(-20.0, 6.0));
                power.add(self.band_hz[j].map(|width_hz| here * width_hz), order);
            }
        }
        power
    }

    /// Shapes the envelope and the gain of a knot whose sound is voiced to a degree of `gate` in 0..=1. Coherence is left
    /// to [`Phonation::pull`].
    pub fn shape(&self, phonation: &Phonation, gate: f32, knot: &mut SoundKnot) {
        if *phonation == Phonation::MODAL {
            return;
        }
        let Phonation { tension, breath, tilt_db_per_octave, .. } = *phonation;
        let aspiration_db = ASPIRATION_DB * breath * gate;
        let first_db = gate * (FIRST_HARMONIC_DB[0] * tension + FIRST_HARMONIC_DB[1] * breath);
        let corner_hz = 1.4 * knot.f0_hz;
        let source = UNVOICED_SHARE + (1.0 - UNVOICED_SHARE) * gate;
        let mut loudness = 0.0;
        for j in 0..ENVELOPE_KNOTS {
            let slope_db =
                source * (tilt_db_per_octave * self.octaves[j] + PRESS_DB * tension * self.press[j]);
            let aspirated_db = slope_db + aspiration_db * self.aspiration[j];
            loudness += self.loudness[j] * fast_exp(2.0 * DB_TO_NEPER * aspirated_db);
            let first = 1.0 / (1.0 + (self.knots_hz[j] / corner_hz).powi(4));
            knot.envelope[j] += DB_TO_NEPER * (aspirated_db + first_db * first);
        }
        knot.gain *= fast_exp(DB_TO_NEPER * TENSION_LEVEL_DB * tension) / loudness.max(1e-6).sqrt();
        if gate > 0.0 && (phonation.whisper, phonation.creak, phonation.falsetto) != (0.0, 0.0, 0.0) {
            self.shape_register(phonation, gate, knot);
        }
    }

    /// Whisper, creak and falsetto.
    fn shape_register(&self, phonation: &Phonation, gate: f32, knot: &mut SoundKnot) {
        let Phonation { whisper, creak, falsetto, .. } = *phonation;
        let log2_f0 = knot.f0_hz.max(1.0).log2();
        let corner_hz = 1.4 * knot.f0_hz;
        let mut loudness = 0.0;
        for j in 0..ENVELOPE_KNOTS {
            let octaves = (self.log2_hz[j] - log2_f0).clamp(0.0, FALSETTO_OCTAVES);
            let first = 1.0 / (1.0 + (self.knots_hz[j] / corner_hz).powi(4));
            let thin_db = gate * falsetto * (FALSETTO_DB_PER_OCTAVE * octaves + FALSETTO_FIRST_DB * first);
            loudness += self.loudness[j] * fast_exp(2.0 * DB_TO_NEPER * thin_db);
            let other_db = gate * (whisper * self.whisper_db[j] + creak * CREAK_FIRST_DB * first);
            knot.envelope[j] += DB_TO_NEPER * (thin_db + other_db);
        }
        let level_db = gate * (FALSETTO_LEVEL_DB * falsetto + CREAK_LEVEL_DB * creak);
        knot.gain *= fast_exp(DB_TO_NEPER * level_db) / loudness.max(1e-6).sqrt();
    }
}

/// How a frequency is shared out among the four at which coherence is given: straight lines, held outside.
fn band_shares(f_hz: f32) -> [f32; 4] {
    let mut shares = [0.0; 4];
    let next = COHERENCE_HZ.iter().position(|at| *at >= f_hz).unwrap_or(COHERENCE_HZ.len());
    if next == 0 || next == COHERENCE_HZ.len() {
        shares[next.min(COHERENCE_HZ.len() - 1)] = 1.0;
    } else {
        let u = (f_hz - COHERENCE_HZ[next - 1]) / (COHERENCE_HZ[next] - COHERENCE_HZ[next - 1]);
        (shares[next - 1], shares[next]) = (1.0 - u, u);
    }
    shares
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
mod tests;
