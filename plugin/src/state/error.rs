//! Why a state is refused.

use super::{LINE_VERSION, TEXT_LIMIT_BYTES};
use psivox_core::field::FieldError;
use psivox_core::persona::PersonaError;
use psivox_wire::TargetError;

/// Why a state was refused. The state before it stays in force.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The length in front does not fit the data.
    #[error("the state says it has {said} bytes but {found} follow; it was cut off or is not a Psivox state")]
    Length {
        /// Bytes announced.
        said: u64,
        /// Bytes found.
        found: usize,
    },
    /// The checksum does not fit.
    #[error(
        "the state was damaged since it was saved: its checksum does not fit; take a copy of the project if there is one"
    )]
    Seal,
    /// No JSON at all.
    #[error("the state is not readable: {0}; save the project again from a working instance")]
    Unreadable(serde_json::Error),
    /// Not the JSON that was expected.
    #[error("the state is not readable: {0}; save the project again from a working instance")]
    Malformed(#[from] serde_json::Error),
    /// A required part is missing.
    #[error("the state has no '{0}'; it is not a Psivox state")]
    Missing(&'static str),
    /// Written by a newer build.
    #[error("the state has version {found}, this build understands {LINE_VERSION}; update Psivox")]
    Version {
        /// Version found.
        found: u64,
    },
    /// More text than is planned.
    #[error("the text has {found} bytes, at most {TEXT_LIMIT_BYTES} are allowed; shorten it")]
    TextTooLong {
        /// Bytes found.
        found: usize,
    },
    /// A field that cannot be.
    #[error("{0}")]
    Field(#[from] FieldError),
    /// A target that cannot be.
    #[error("{0}")]
    Wire(#[from] TargetError),
    /// A persona that cannot be.
    #[error("{0}")]
    Persona(#[from] PersonaError),
    /// A controller or a remembered manner that cannot be.
    #[error("{0}")]
    Performance(String),
    /// A memory of a newer build.
    #[error("{0}")]
    Memory(String),
    /// A choice that does not exist.
    #[error("parameter '{id}' is '{found}', expected one of: {known}")]
    Choice {
        /// The parameter's id.
        id: String,
        /// What was found.
        found: String,
        /// What there is.
        known: String,
    },
    /// A parameter of another kind.
    #[error("parameter '{id}' is {found}, expected a number of its kind")]
    Kind {
        /// The parameter's id.
        id: String,
        /// What was found.
        found: String,
    },
    /// A parameter outside its range.
    #[error("parameter '{id}' is {value}, expected {low} to {high}")]
    Parameter {
        /// The parameter's id.
        id: String,
        /// What was found.
        value: f64,
        /// Smallest value allowed.
        low: f32,
        /// Largest value allowed.
        high: f32,
    },
}

impl StateError {
    /// Whether the state was damaged on its way, in place of having been written wrong: then parts of it may be whole.
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Length { .. } | Self::Seal | Self::Unreadable(_))
    }
}
