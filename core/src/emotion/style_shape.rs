//! What the styles of speaking do to a voice.
//!
//! Sources, all relative to the speaker's own neutral:
//! - whisper: no voice, 15-20 dB softer (see [`crate::sound::Phonation`]), 5-15 % slower, more careful articulation
//!   (Tartter 1989, "What's in a whisper?"; Ito, Takeda & Itakura 2005);
//! - murmur: soft, breathy, steep, a narrow range, undershot articulation (Gobl & Ni Chasaide 2003; Lindblom 1990);
//! - shout: f0 and first formant rise with vocal effort, vowels lengthen, the spectrum flattens, the folds press
//!   (Traunmueller & Eriksson 2000; Rostolland 1982). Talkers reach an octave and 25 dB; here the level stops at what an
//!   output has room for;
//! - laughing: pulses at 5 Hz of breath, level and f0 on words that go on, a raised and wide f0, the smile's short tract
//!   (Provine 2000; Bachorowski, Smoski & Owren 2001; Nwokah et al. 1999 on speech-laughs);
//! - sobbing: slow convulsive breaths at 2-3 Hz, never regular, a 9 Hz tremor, a tight, creaking and breaking voice, slow
//!   (Erickson et al. 2006);
//! - hum: lips closed, the melody only (see [`crate::sound::hum_shape`]).
//!
//! Sanity: no style changes nothing; every quantity moves evenly with each degree.

use super::{Style, Styles};

/// A shaking of the voice that words go on through. One oscillator of the field gives its course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shake {
    /// Pulses a second.
    pub rate_hz: f32,
    /// Standard deviation of the rate from pulse to pulse, relative.
    pub irregularity: f32,
    /// Peak shift of f0 at a shake of +1, in semitones; at -1 the negative of it.
    pub f0_st: f32,
    /// Distance in dB from the strongest (+1) to the weakest (-1) instant.
    pub level_db: f32,
    /// Breath between the pulses, at -1; none at +1.
    pub breath: f32,
}

impl Shake {
    /// A still voice.
    pub const NONE: Self =
        Self { rate_hz: LAUGH.rate_hz, irregularity: 0.0, f0_st: 0.0, level_db: 0.0, breath: 0.0 };
}

/// Laughing at degree 1.
const LAUGH: Shake = Shake { rate_hz: 5.0, irregularity: 0.06, f0_st: 0.9, level_db: 9.0, breath: 0.45 };
/// Sobbing at degree 1.
const SOB: Shake = Shake { rate_hz: 2.5, irregularity: 0.35, f0_st: 1.4, level_db: 7.0, breath: 0.4 };

/// Changes of a voice relative to its own neutral.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StyleShape {
    /// Of [`crate::sound::Phonation`], to be added: 0..=1.
    pub whisper: f32,
    /// Likewise.
    pub creak: f32,
    /// Likewise.
    pub falsetto: f32,
    /// Likewise, -1..=1.
    pub tension: f32,
    /// Likewise, 0..=1.
    pub breath: f32,
    /// Likewise.
    pub tilt_db_per_octave: f32,
    /// Likewise.
    pub jitter_percent: f32,
    /// Likewise.
    pub shimmer_db: f32,
    /// Shift of the mean f0 in semitones.
    pub f0_shift_st: f32,
    /// Factor on f0's excursions.
    pub f0_range_ratio: f32,
    /// Change of level in dB, besides what phonation does to it.
    pub level_db: f32,
    /// Factor on the speaking rate.
    pub rate_ratio: f32,
    /// To be added to the articulation of 0..=2.
    pub articulation: f32,
    /// Factor on the resonances of the vocal tract.
    pub formant_ratio: f32,
    /// How far the lips are closed to a hum, 0..=1.
    pub hum: f32,
    /// Depth of the 8-10 Hz tremor of f0 in semitones.
    pub tremor_st: f32,
    /// What laughing and sobbing add in time.
    pub shake: Shake,
}

impl StyleShape {
    /// Plain speech.
    pub const NONE: Self = Self {
        whisper: 0.0,
        creak: 0.0,
        falsetto: 0.0,
        tension: 0.0,
        breath: 0.0,
        tilt_db_per_octave: 0.0,
        jitter_percent: 0.0,
        shimmer_db: 0.0,
        f0_shift_st: 0.0,
        f0_range_ratio: 1.0,
        level_db: 0.0,
        rate_ratio: 1.0,
        articulation: 0.0,
        formant_ratio: 1.0,
        hum: 0.0,
        tremor_st: 0.0,
        shake: Shake::NONE,
    };

    /// A style at degree 1.
    const fn of(style: Style) -> Self {
        match style {
            Style::Whisper => {
                Self { whisper: 1.0, level_db: -5.0, rate_ratio: 0.92, articulation: 0.25, ..Self::NONE }
            }
            Style::Murmur => Self {
                creak: 0.06,
                tension: -0.4,
                breath: 0.3,
                tilt_db_per_octave: -1.5,
                f0_shift_st: -1.5,
                f0_range_ratio: 0.6,
                level_db: -7.0,
                articulation: -0.45,
                ..Self::NONE
            },
            Style::Shout => Self {
                tension: 0.9,
                tilt_db_per_octave: 1.2,
                f0_shift_st: 7.0,
                f0_range_ratio: 1.3,
                level_db: 6.0,
                rate_ratio: 0.88,
                articulation: 0.5,
                formant_ratio: 1.03,
                ..Self::NONE
            },
            Style::Laugh => Self {
                breath: 0.2,
                f0_shift_st: 2.5,
                f0_range_ratio: 1.25,
                level_db: 1.0,
                rate_ratio: 0.95,
                formant_ratio: 1.03,
                shimmer_db: 0.4,
                shake: LAUGH,
                ..Self::NONE
            },
            Style::Sob => Self {
                creak: 0.06,
                falsetto: 0.15,
                tension: 0.25,
                breath: 0.2,
                f0_shift_st: 1.5,
                f0_range_ratio: 1.1,
                level_db: -1.0,
                rate_ratio: 0.85,
                articulation: -0.2,
                jitter_percent: 0.6,
                shimmer_db: 0.5,
                tremor_st: 0.35,
                shake: SOB,
                ..Self::NONE
            },
            Style::Hum => Self { f0_range_ratio: 0.9, level_db: -3.0, hum: 1.0, ..Self::NONE },
        }
    }

    /// Adds a style to a degree: differences grow with the degree, ratios with its power.
    fn add(&mut self, full: &Self, degree: f32) {
        let sums = [
            (&mut self.whisper, full.whisper),
            (&mut self.creak, full.creak),
            (&mut self.falsetto, full.falsetto),
            (&mut self.tension, full.tension),
            (&mut self.breath, full.breath),
            (&mut self.tilt_db_per_octave, full.tilt_db_per_octave),
            (&mut self.jitter_percent, full.jitter_percent),
            (&mut self.shimmer_db, full.shimmer_db),
            (&mut self.f0_shift_st, full.f0_shift_st),
            (&mut self.level_db, full.level_db),
            (&mut self.articulation, full.articulation),
            (&mut self.hum, full.hum),
            (&mut self.tremor_st, full.tremor_st),
            (&mut self.shake.irregularity, full.shake.irregularity),
            (&mut self.shake.f0_st, full.shake.f0_st),
            (&mut self.shake.level_db, full.shake.level_db),
            (&mut self.shake.breath, full.shake.breath),
        ];
        for (sum, full) in sums {
            *sum += degree * full;
        }
        let ratios = [
            (&mut self.f0_range_ratio, full.f0_range_ratio),
            (&mut self.rate_ratio, full.rate_ratio),
            (&mut self.formant_ratio, full.formant_ratio),
        ];
        for (ratio, full) in ratios {
            *ratio *= full.powf(degree);
        }
    }

    /// Within what a voice can do, however many styles come together.
    fn limited(mut self) -> Self {
        for share in [&mut self.whisper, &mut self.creak, &mut self.falsetto, &mut self.breath, &mut self.hum]
        {
            *share = share.clamp(0.0, 1.0);
        }
        self.tension = self.tension.clamp(-1.0, 1.0);
        self
    }
}

impl Default for StyleShape {
    fn default() -> Self {
        Self::NONE
    }
}

/// What styles at these degrees do.
///
/// # Realtime
/// Safe.
pub fn style_shape(styles: &Styles) -> StyleShape {
    let mut shape = StyleShape::NONE;
    if styles.is_none() {
        return shape;
    }
    for style in Style::ALL {
        let degree = styles.of(style);
        if degree > 0.0 {
            shape.add(&StyleShape::of(style), degree);
        }
    }
    // Who laughs and sobs at once shakes at a rate between the two.
    let (laugh, sob) = (styles.of(Style::Laugh), styles.of(Style::Sob));
    if laugh + sob > 0.0 {
        shape.shake.rate_hz = LAUGH.rate_hz + sob / (laugh + sob) * (SOB.rate_hz - LAUGH.rate_hz);
    }
    shape.limited()
}

/// What a shake does at one instant; all of it is to be added.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shaken {
    /// Shift of f0 in semitones.
    pub f0_st: f32,
    /// Change of level in dB, 0 on average over an even shake's power.
    pub level_db: f32,
    /// Of [`crate::sound::Phonation::breath`].
    pub breath: f32,
}

/// What the voice does where its shake stands at `shake` in -1..=1: at +1 the folds close and air is pushed, at -1 they
/// part. f0 and level move with the pressure, breath against it.
///
/// # Realtime
/// Safe.
pub fn shaken(shape: &StyleShape, shake: f32) -> Shaken {
    let Shake { f0_st, level_db, breath, .. } = shape.shake;
    if shake.is_nan() {
        return Shaken::default();
    }
    let shake = shake.clamp(-1.0, 1.0);
    // The mean power of a sine of so many dB is above that of its mean level: r^2 / 2 nepers of power, r its amplitude.
    let amplitude = 0.5 * level_db;
    let above_db = 0.5 * std::f32::consts::LN_10 / 20.0 * amplitude * amplitude;
    Shaken {
        f0_st: f0_st * shake,
        level_db: amplitude * shake - above_db,
        breath: breath * 0.5 * (1.0 - shake),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(style: Style, degree: f32) -> StyleShape {
        let mut styles = Styles::NONE;
        styles.set(style, degree);
        style_shape(&styles)
    }

    /// All numbers of a shape, in one row.
    fn row(shape: &StyleShape) -> Vec<f32> {
        let Shake { rate_hz, irregularity, f0_st, level_db, breath } = shape.shake;
        vec![
            shape.whisper,
            shape.creak,
            shape.falsetto,
            shape.tension,
            shape.breath,
            shape.tilt_db_per_octave,
            shape.jitter_percent,
            shape.shimmer_db,
            shape.f0_shift_st,
            shape.f0_range_ratio,
            shape.level_db,
            shape.rate_ratio,
            shape.articulation,
            shape.formant_ratio,
            shape.hum,
            shape.tremor_st,
            rate_hz,
            irregularity,
            f0_st,
            level_db,
            breath,
        ]
    }

    #[test]
    fn plain_speech_is_left_alone() {
        assert_eq!(style_shape(&Styles::NONE), StyleShape::NONE);
        assert_eq!(shaken(&StyleShape::NONE, 0.7), Shaken::default());
        assert_eq!(shaken(&only(Style::Shout, 1.0), -1.0), Shaken::default(), "a shout does not shake");
    }

    /// The shake's rate jumps in where the shake has no depth yet.
    #[test]
    fn continuous_and_monotone_in_every_degree() {
        const RATE: usize = 16;
        for style in Style::ALL {
            let rows: Vec<Vec<f32>> = (0..=50).map(|i| row(&only(style, i as f32 / 50.0))).collect();
            for field in (0..rows[0].len()).filter(|field| *field != RATE) {
                let whole = rows[50][field] - rows[0][field];
                for pair in rows.windows(2) {
                    let step = pair[1][field] - pair[0][field];
                    assert!(
                        step * whole >= 0.0 && step.abs() <= 0.03 * whole.abs() + 1e-6,
                        "{style:?} {field}"
                    );
                }
            }
        }
    }

    #[test]
    fn each_style_goes_the_human_way() {
        let shout = only(Style::Shout, 1.0);
        assert!(
            shout.f0_shift_st > 5.0 && shout.level_db > 5.0 && shout.tension > 0.5 && shout.rate_ratio < 1.0
        );
        let murmur = only(Style::Murmur, 1.0);
        assert!(murmur.level_db < -5.0 && murmur.breath > 0.0 && murmur.articulation < 0.0);
        assert!(murmur.f0_range_ratio < 0.8);
        assert_eq!(only(Style::Whisper, 1.0).whisper, 1.0);
        assert_eq!(only(Style::Hum, 1.0).hum, 1.0);
        let (laugh, sob) = (only(Style::Laugh, 1.0), only(Style::Sob, 1.0));
        assert!((4.5..5.5).contains(&laugh.shake.rate_hz) && laugh.f0_shift_st > 0.0);
        assert!(
            (2.0..=3.0).contains(&sob.shake.rate_hz) && sob.shake.irregularity > laugh.shake.irregularity
        );
        assert!(sob.rate_ratio < 0.9 && sob.tremor_st > 0.0);
    }

    #[test]
    fn all_at_once_stays_a_voice() {
        let mut styles = Styles::NONE;
        Style::ALL.iter().for_each(|style| styles.set(*style, 1.0));
        let shape = style_shape(&styles);
        assert!((2.5..5.0).contains(&shape.shake.rate_hz));
        for share in [shape.whisper, shape.creak, shape.falsetto, shape.breath, shape.hum] {
            assert!((0.0..=1.0).contains(&share));
        }
    }

    #[test]
    fn a_shake_keeps_the_mean_power_and_breathes_between_the_pulses() {
        let laugh = only(Style::Laugh, 1.0);
        let power = (0..360)
            .map(|i| {
                let at = shaken(&laugh, (i as f32).to_radians().sin());
                10f32.powf(at.level_db / 10.0)
            })
            .sum::<f32>()
            / 360.0;
        assert!((10.0 * power.log10()).abs() < 0.3, "{} dB", 10.0 * power.log10());
        let (strong, weak) = (shaken(&laugh, 1.0), shaken(&laugh, -1.0));
        assert!(strong.f0_st > 0.5 && weak.breath > 0.3 && strong.breath == 0.0);
        assert!((strong.level_db - weak.level_db - laugh.shake.level_db).abs() < 1e-4);
        assert_eq!(shaken(&laugh, f32::NAN), Shaken::default());
    }
}
