//! What can be typed about the field of a voice: which one, and the beat that it follows.

use crate::error::CliError;
use crate::numbers::{number, share};
use clap::Args;
use psivox_core::engine::Control;
use psivox_core::field::{FIELD_LIMIT_BYTES, FieldSpec, Transport};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Which field speaks, and what it follows.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Field")]
pub struct FieldArgs {
    /// The field that speaks: default, tight, loose, alone, or a file such as `psivox field set` writes
    #[arg(long, value_name = "NAME|FILE.json")]
    pub field: Option<String>,
    /// A beat of so many beats a minute that runs from the start of the sound
    #[arg(long, value_parser = tempo, value_name = "20..400")]
    pub bpm: Option<f32>,
    /// How much the syllables are drawn to the beat [default: 1 with --bpm]
    #[arg(long, requires = "bpm", allow_negative_numbers = true, value_parser = share, value_name = "0..1")]
    pub beat: Option<f32>,
    /// Syllables' places in a beat; 0 takes what suits speech best at this tempo [default: 0]
    #[arg(long, requires = "bpm", value_parser = clap::value_parser!(u8).range(0..=8), value_name = "0..8")]
    pub beat_division: Option<u8>,
}

impl FieldArgs {
    /// The field that was asked for.
    ///
    /// # Errors
    /// No preset of that name, or a file that cannot be read or breaks a rule.
    pub fn spec(&self) -> Result<Option<FieldSpec>, CliError> {
        self.field.as_deref().map(read_field).transpose()
    }

    /// The beat from the start of the sound.
    pub fn transport(&self) -> Option<Transport> {
        self.bpm.map(|tempo_bpm| Transport { tempo_bpm, beats: 0.0, playing: true })
    }

    /// The controls that follow from what was given.
    pub fn controls(&self) -> impl Iterator<Item = (Control, f32)> + use<> {
        let coupling = self.bpm.map(|_| (Control::BeatCoupling, self.beat.unwrap_or(1.0)));
        let division = self.beat_division.map(|lines| (Control::BeatDivision, f32::from(lines)));
        [coupling, division].into_iter().flatten()
    }
}

/// A preset by its name, or a file: what has an ending or a folder is one.
///
/// # Errors
/// No preset of that name, or a file that cannot be read or breaks a rule.
pub fn read_field(name: &str) -> Result<FieldSpec, CliError> {
    let path = Path::new(name);
    if path.extension().is_none() && path.components().count() <= 1 {
        return Ok(FieldSpec::named(name)?);
    }
    let failed = |reason: String| CliError::Input { path: path.to_owned(), reason };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(FIELD_LIMIT_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| {
            failed(format!("{error}; give the path of a field file, or the name of a preset"))
        })?;
    let json =
        String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8 text; convert it first".to_owned()))?;
    FieldSpec::from_json(&json).map_err(|error| failed(error.to_string()))
}

fn tempo(text: &str) -> Result<f32, String> {
    number(text, 20.0, 400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_presets_and_endings_are_files() {
        assert_eq!(read_field("tight").expect("a preset").name, "tight");
        let message = |name: &str| read_field(name).expect_err("refused").to_string();
        assert!(message("nothing").contains("default"));
        assert!(message("nothing.json").starts_with("nothing.json cannot be read"));
    }

    #[test]
    fn a_tempo_draws_fully_unless_told_otherwise() {
        let controls = |beat| -> Vec<_> {
            FieldArgs { bpm: Some(120.0), beat, ..FieldArgs::default() }.controls().collect()
        };
        assert_eq!(controls(None), [(Control::BeatCoupling, 1.0)]);
        assert_eq!(controls(Some(0.25)), [(Control::BeatCoupling, 0.25)]);
        assert_eq!(FieldArgs::default().controls().count(), 0);
        assert!(number("nan", 0.0, 1.0).is_err() && number("400", 20.0, 400.0).is_ok());
    }
}
