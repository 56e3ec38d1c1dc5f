//! What can be typed to shape a voice: pitch contour, size, phonation, articulation, voiceprint.

use crate::contour::Contour;
use crate::error::CliError;
use crate::numbers::number;
use clap::Args;
use psivox_core::engine::Control;
use psivox_core::sound::{EqBand, EqShape, Voiceprint};
use std::path::PathBuf;

/// How the voice is shaped; everything left out stays with the persona.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Shape of the voice")]
pub struct ShapeArgs {
    /// Pitch movement: 0 is a monotone, 1 the voice's own, 2 twice as lively
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::PitchRangeRatio), value_name = "0..2")]
    pub range: Option<f32>,
    /// Length of the vocal tract in percent: +20 is a giant, -20 a child
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::SizePercent), value_name = "-20..20")]
    pub size: Option<f32>,
    /// Lax and soft -1 to +1 pressed and bright
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::Tension), value_name = "-1..1")]
    pub tension: Option<f32>,
    /// How much breath is in the voice
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::Breath), value_name = "0..1")]
    pub breath: Option<f32>,
    /// Dark -6 to +6 bright, in dB per octave about 1 kHz
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::TiltDbPerOctave), value_name = "-4..4")]
    pub tilt: Option<f32>,
    /// 0 mumbles, 1 is neutral, 2 over-articulates, with voice and mouth
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::Articulation), value_name = "0..2")]
    pub articulation: Option<f32>,
    /// Vibrato: cycles a second [default: 5.5]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::VibratoHz), value_name = "3..9")]
    pub vibrato_hz: Option<f32>,
    /// Vibrato: semitones to either side [default: 0]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::VibratoSt), value_name = "0..2")]
    pub vibrato_st: Option<f32>,
    /// Pitch from a file: lines of time in s and f0 in Hz (20 to 2000; 0 leaves the voice its own)
    #[arg(long, value_name = "FILE")]
    pub f0: Option<PathBuf>,
    /// How much of the pitch from the file replaces the voice's own [default: 1]
    #[arg(long, allow_negative_numbers = true, requires = "f0", value_parser = control(Control::F0Weight), value_name = "0..1")]
    pub f0_weight: Option<f32>,
    /// Equaliser: up to 8 bands HZ:DB or HZ:DB:Q, separated by commas; low:HZ:DB and high:HZ:DB are shelves
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = band, value_name = "HZ:DB:Q,...")]
    pub eq: Vec<EqBand>,
    /// Width of the formants: below 1 sharper, above 1 softer [default: the persona's own]
    #[arg(long, allow_negative_numbers = true, value_parser = bandwidth, value_name = "0.5..2")]
    pub formant_bandwidth: Option<f32>,
}

impl ShapeArgs {
    /// The controls that were given.
    pub fn controls(&self) -> impl Iterator<Item = (Control, f32)> {
        let given = [
            (Control::PitchRangeRatio, self.range),
            (Control::SizePercent, self.size),
            (Control::Tension, self.tension),
            (Control::Breath, self.breath),
            (Control::TiltDbPerOctave, self.tilt),
            (Control::Articulation, self.articulation),
            (Control::VibratoHz, self.vibrato_hz),
            (Control::VibratoSt, self.vibrato_st),
            (Control::F0Weight, self.f0_weight),
        ];
        given.into_iter().filter_map(|(control, value)| Some((control, value?)))
    }

    /// The contour from outside, if one is asked for.
    ///
    /// # Errors
    /// The file cannot be read or holds something else.
    pub fn contour(&self) -> Result<Option<Contour>, CliError> {
        self.f0.as_deref().map(Contour::read).transpose()
    }

    /// Adds the bands to a persona's voiceprint and sets its bandwidth.
    pub fn imprint(&self, voiceprint: &mut Voiceprint) {
        voiceprint.eq.extend(&self.eq);
        if let Some(width) = self.formant_bandwidth {
            voiceprint.formant_bandwidth = width;
        }
    }
}

/// A number inside a control's range.
pub(crate) fn control(
    control: Control,
) -> impl Fn(&str) -> Result<f32, String> + Clone + Send + Sync + 'static {
    let (low, high) = control.range();
    move |text| number(text, low, high)
}

fn bandwidth(text: &str) -> Result<f32, String> {
    let value = text.parse().ok().filter(|value| (0.5..=2.0).contains(value));
    value.ok_or_else(|| "expected a number from 0.5 (half as wide) to 2 (twice as wide)".to_owned())
}

fn band(text: &str) -> Result<EqBand, String> {
    let expected =
        "expected HZ:DB or HZ:DB:Q such as 3000:4:1.5, or low:HZ:DB or high:HZ:DB such as low:200:-3";
    let (shape, rest) = match text.split_once(':') {
        Some(("low", rest)) => (EqShape::LowShelf, rest),
        Some(("high", rest)) => (EqShape::HighShelf, rest),
        _ => (EqShape::Bell, text),
    };
    let numbers: Option<Vec<f32>> = rest.split(':').map(|part| part.trim().parse().ok()).collect();
    let band = match numbers.as_deref() {
        Some([hz, gain_db]) => EqBand { shape, hz: *hz, gain_db: *gain_db, q: 0.707 },
        Some([hz, gain_db, q]) => EqBand { shape, hz: *hz, gain_db: *gain_db, q: *q },
        _ => return Err(expected.to_owned()),
    };
    let print = Voiceprint { eq: vec![band], ..Voiceprint::default() };
    print.check().map(|()| band).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_read() {
        let plain = EqBand { shape: EqShape::Bell, hz: 3000.0, gain_db: 4.0, q: 1.5 };
        assert_eq!(band("3000:4:1.5"), Ok(plain));
        assert_eq!(
            band("low:200:-3"),
            Ok(EqBand { shape: EqShape::LowShelf, hz: 200.0, gain_db: -3.0, q: 0.707 })
        );
        assert_eq!(band("high:8000:2:0.5").map(|band| band.shape), Ok(EqShape::HighShelf));
        for (bad, word) in [
            ("3000", "HZ:DB"),
            ("a:b", "HZ:DB"),
            ("10:3", "40 to 20000"),
            ("1000:99", "-18 to 18"),
            ("1000:nan", "gain_db"),
        ] {
            assert!(band(bad).is_err_and(|error| error.contains(word)), "{bad}: {:?}", band(bad));
        }
    }
}
