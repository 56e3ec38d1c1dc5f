//! The options on who speaks and how.

use crate::args::sample_rate;
use crate::field::FieldArgs;
use crate::gains::GainArgs;
use crate::mechanism::Mechanism;
use crate::mood::MoodArgs;
use crate::numbers::within;
use crate::shape::ShapeArgs;
use clap::Args;
use psivox_core::engine::{Ablation, Control};
use psivox_core::{Delivery, Persona};
use std::path::PathBuf;

/// Who speaks and how.
#[derive(Debug, Args)]
pub struct VoiceArgs {
    /// Who speaks (heart, ember, spark, michael, emma, george, nicole, alloy, presenter, narrator, elder, creature, choir,
    /// ghost, anxious, singer)
    #[arg(long, default_value = "heart", value_name = "NAME")]
    pub persona: String,
    /// Whose voice, in place of the persona's own (af_heart, am_michael, bf_emma, bm_george, af_nicole), or a voice
    /// file such as one fitted with tools/fit
    #[arg(long, value_name = "NAME|FILE.psv")]
    pub voice: Option<VoiceChoice>,
    /// A second voice to blend with
    #[arg(long, value_name = "NAME")]
    pub voice_b: Option<String>,
    /// How much of the second voice [default: 0.5 with --voice-b]
    #[arg(long, requires = "voice_b", allow_negative_numbers = true, value_parser = within::<0, 1>, value_name = "0..1")]
    pub mix: Option<f32>,
    /// Unpleasant -1 to +1 pleasant, added to the persona's own [default: 0]
    #[arg(long, allow_negative_numbers = true, value_parser = within::<-1, 1>, value_name = "-1..1")]
    pub valence: Option<f32>,
    /// Drowsy -1 to +1 excited, added to the persona's own [default: 0]
    #[arg(long, allow_negative_numbers = true, value_parser = within::<-1, 1>, value_name = "-1..1")]
    pub arousal: Option<f32>,
    /// Submissive -1 to +1 in charge, added to the persona's own [default: 0]
    #[arg(long, allow_negative_numbers = true, value_parser = within::<-1, 1>, value_name = "-1..1")]
    pub dominance: Option<f32>,
    /// How much of the emotion shows [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = within::<0, 1>, value_name = "0..1")]
    pub intensity: Option<f32>,
    /// Transposition in semitones, added to the persona's own [default: 0]
    #[arg(long, allow_negative_numbers = true, value_parser = within::<-12, 12>, value_name = "-12..12")]
    pub pitch: Option<f32>,
    /// Speaking rate, times the persona's own [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = speed, value_name = "0.5..2")]
    pub speed: Option<f32>,
    /// Switch mechanisms of the field off, to hear and see what each does: a list such as coupling,micro
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAMES")]
    pub without: Vec<Mechanism>,
    /// Samples per second of the sound, 44100 to 192000
    #[arg(long, default_value_t = 48_000, allow_negative_numbers = true, value_parser = sample_rate, value_name = "HZ")]
    pub rate: u32,
    /// Another number gives another, equally repeatable take
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub seed: u64,
    /// Your own pronunciations: a word, a tab, and its phones or =respelling, such as GIF and =jif
    #[arg(long, value_name = "FILE")]
    pub lexicon: Option<PathBuf>,
    /// How the voice is shaped.
    #[command(flatten)]
    pub shape: ShapeArgs,
    /// Moods and styles.
    #[command(flatten)]
    pub mood: MoodArgs,
    /// Strength of field and face.
    #[command(flatten)]
    pub gains: GainArgs,
    /// Which field speaks, and what it follows.
    #[command(flatten)]
    pub field: FieldArgs,
}

/// What `--voice` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceChoice {
    /// One of the people that ship.
    Person(String),
    /// A voice file.
    File(PathBuf),
}

impl std::str::FromStr for VoiceChoice {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let path = PathBuf::from(text);
        let is_file = path.extension().is_some() || path.components().count() > 1;
        Ok(if is_file { Self::File(path) } else { Self::Person(text.to_owned()) })
    }
}

impl VoiceArgs {
    /// The persona as changed by `--voice`, `--voice-b` and `--mix`.
    pub fn cast(&self, mut persona: Persona) -> Persona {
        if let Some(VoiceChoice::Person(name)) = &self.voice {
            persona.voice.clone_from(name);
            (persona.voice_b, persona.voice_mix) = (None, 0.0);
        }
        if let Some(name) = &self.voice_b {
            persona.voice_b = Some(name.clone());
            persona.voice_mix = self.mix.unwrap_or(0.5);
        }
        persona
    }

    /// Pace and pitch as known before the text is planned.
    pub fn delivery(&self) -> Delivery {
        let own = Delivery::default();
        Delivery {
            rate_ratio: self.speed.unwrap_or(own.rate_ratio),
            pitch_st: self.pitch.unwrap_or(own.pitch_st),
        }
    }

    /// The mechanisms that are switched off.
    pub fn ablation(&self) -> Ablation {
        Mechanism::ablation(&self.without)
    }

    /// The controls that were given; the others stay with the persona.
    pub fn controls(&self) -> Vec<(Control, f32)> {
        let given = [
            (Control::Valence, self.valence),
            (Control::Arousal, self.arousal),
            (Control::Dominance, self.dominance),
            (Control::Intensity, self.intensity),
            (Control::PitchSt, self.pitch),
            (Control::RateRatio, self.speed),
        ];
        let given = given.into_iter().filter_map(|(control, value)| Some((control, value?)));
        let given = given.chain(self.shape.controls()).chain(self.mood.controls());
        given.chain(self.gains.controls()).chain(self.field.controls()).collect()
    }
}

fn speed(text: &str) -> Result<f32, String> {
    text.parse()
        .ok()
        .filter(|value| (0.5..=2.0).contains(value))
        .ok_or("expected a number from 0.5 (half as fast) to 2 (twice as fast)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voices_are_names_or_files() {
        let choice = |text: &str| text.parse::<VoiceChoice>().expect("any text is a choice");
        assert_eq!(choice("bf_emma"), VoiceChoice::Person("bf_emma".into()));
        assert_eq!(choice("my/own"), VoiceChoice::File("my/own".into()));
        assert_eq!(choice("own.psv"), VoiceChoice::File("own.psv".into()));
    }
}
