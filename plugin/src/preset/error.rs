//! Why a preset was refused, or could not be kept.

use super::{MAX_TAGS, PRESET_LIMIT_BYTES, PRESET_VERSION};
use crate::state::TEXT_LIMIT_BYTES;
use psivox_core::field::FieldError;
use psivox_core::persona::PersonaError;
use std::path::PathBuf;

/// Why a preset was refused. What was in force before stays.
#[derive(Debug, thiserror::Error)]
pub enum PresetError {
    /// More than is read.
    #[error("the preset has {found} bytes, at most {PRESET_LIMIT_BYTES} are read; shorten its text")]
    TooLong {
        /// Bytes found.
        found: u64,
    },
    /// Not the JSON that was expected.
    #[error("the preset is not readable: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Some other file.
    #[error("this is no sound preset: expected a JSON object with \"psivox\": \"preset\"")]
    NotAPreset,
    /// A required part is missing.
    #[error("the preset has no '{0}'")]
    Missing(&'static str),
    /// Written by a newer build.
    #[error("the preset has version {found}, this build understands {PRESET_VERSION}; update Psivox")]
    Version {
        /// Version found.
        found: u64,
    },
    /// No parameter of that name.
    #[error("there is no parameter '{id}'; correct or remove it")]
    Unknown {
        /// What was found.
        id: String,
    },
    /// A parameter that belongs to the moment or to the place.
    #[error("parameter '{id}' cannot be part of a preset; remove it")]
    NotGoverned {
        /// The parameter's id.
        id: String,
    },
    /// A value of the wrong kind.
    #[error("'{id}' is {found}, expected {expected}")]
    Type {
        /// The parameter's id.
        id: String,
        /// What is allowed.
        expected: String,
        /// What was found.
        found: String,
    },
    /// A value out of range.
    #[error("parameter '{id}' is {value}, expected {low} to {high}")]
    Range {
        /// The parameter's id.
        id: String,
        /// What was found.
        value: f32,
        /// Smallest value allowed.
        low: f32,
        /// Largest value allowed.
        high: f32,
    },
    /// A word that is too short, too long, or has letters that cannot be shown.
    #[error("the {what} has {found} letters, expected {low} to {high} that can be shown")]
    Letters {
        /// Which one.
        what: &'static str,
        /// Letters found.
        found: usize,
        /// Fewest allowed.
        low: usize,
        /// Most allowed.
        high: usize,
    },
    /// More tags than are kept.
    #[error("the preset has {found} tags, at most {MAX_TAGS} are kept; remove some")]
    Tags {
        /// Tags found.
        found: usize,
    },
    /// More text than is planned.
    #[error("the text has {found} bytes, at most {TEXT_LIMIT_BYTES} are allowed; shorten it")]
    TextTooLong {
        /// Bytes found.
        found: usize,
    },
    /// No voice of that name.
    #[error("there is no voice '{name}'; choose one of: {known}")]
    Voice {
        /// What was found.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// A persona that cannot be.
    #[error("{0}")]
    Persona(#[from] PersonaError),
    /// A field that cannot be.
    #[error("{0}")]
    Field(#[from] FieldError),
    /// A file of that name is there.
    #[error("'{}' is there already; choose another name or replace it", .0.display())]
    Exists(PathBuf),
    /// Factory presets stay as they are.
    #[error("a factory preset cannot be changed; save a copy of it")]
    ReadOnly,
    /// Nowhere to keep presets.
    #[error("there is no folder for presets on this system; set PSIVOX_PRESETS to one")]
    NoFolder,
    /// The folder has as many files as are read.
    #[error("the folder has {found} presets, at most {most} are read; delete some")]
    Full {
        /// Files found.
        found: usize,
        /// Most that are read.
        most: usize,
    },
    /// The system refused.
    #[error("cannot {doing} '{}': {reason}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
}
