//! The line of an instance: text, who speaks it, field, network, performance.

use super::StateError;
use super::migration::{self, LINE_VERSION};
use crate::performance_state::PerformanceState;
use crate::wire_state::WireState;
use psivox_core::Persona;
use psivox_core::field::{FieldError, FieldSetup, FieldSpec};
use psivox_core::persona::PersonaError;
use psivox_wire::TargetError;
use serde::{Deserialize, Serialize};

/// Longest text in bytes; the planner's own limit.
pub const TEXT_LIMIT_BYTES: usize = 65_536;

/// The line of an instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineState {
    /// Layout version, [`LINE_VERSION`].
    pub version: u32,
    /// What is spoken.
    pub text: String,
    /// Name of the factory persona that speaks.
    pub persona: String,
    /// A second voice that the parameter `voice_mix` blends in, such as `bf_emma`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice_b: Option<String>,
    /// Where the face goes, such as `vmc:127.0.0.1:39539`.
    ///
    /// Where builds with one target keep it; [`LineState::wire`] goes first.
    #[serde(default)]
    pub osc_target: String,
    /// The network, once somebody has changed it; none for the one target above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<WireState>,
    /// Who pulls whom in the field; none for the field that ships. States without it are from builds that had no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldSpec>,
    /// Who speaks, where the project has changed the persona; else the one that `persona` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_persona: Option<Box<Persona>>,
    /// Controllers and remembered manners.
    #[serde(default, skip_serializing_if = "PerformanceState::is_default")]
    pub performance: PerformanceState,
}

impl Default for LineState {
    fn default() -> Self {
        Self {
            version: LINE_VERSION,
            text: "Hello. I am Psivox, a voice and a face from one field.".to_owned(),
            persona: "heart".to_owned(),
            voice_b: None,
            osc_target: "vmc:127.0.0.1:39539".to_owned(),
            wire: None,
            field: None,
            own_persona: None,
            performance: PerformanceState::default(),
        }
    }
}

impl LineState {
    /// Reads and checks a line.
    ///
    /// # Errors
    /// Not JSON, a newer version, unknown or missing keys, too much text.
    pub fn from_json(json: &str) -> Result<Self, StateError> {
        let mut value: serde_json::Value = serde_json::from_str(json)?;
        migration::migrate(&mut value)?;
        let line: Self = serde_json::from_value(value)?;
        line.check()?;
        Ok(line)
    }

    /// The field made ready for the audio thread. Allocates.
    ///
    /// # Errors
    /// A number out of range, or couplings that are too many or too strong together.
    pub fn field_setup(&self) -> Result<FieldSetup, FieldError> {
        let spec = self.field_spec();
        spec.check()?;
        FieldSetup::compile(&spec)
    }

    /// The project's own field; else the one that suits the persona; else the one that ships.
    pub fn field_spec(&self) -> FieldSpec {
        let persona = || self.speaker().ok()?.field_spec().ok().flatten();
        let shipped = || FieldSpec::named("default").unwrap_or_default();
        self.field.clone().or_else(persona).unwrap_or_else(shipped)
    }

    /// Who speaks.
    ///
    /// # Errors
    /// There is no persona of that name.
    pub fn speaker(&self) -> Result<Persona, PersonaError> {
        self.own_persona.as_deref().cloned().map_or_else(|| Persona::named(&self.persona), Ok)
    }

    /// The network, and what its user should know about how it was read.
    pub fn network(&self) -> (WireState, Option<TargetError>) {
        match &self.wire {
            Some(wire) => (wire.clone(), None),
            None => WireState::of_one(&self.osc_target),
        }
    }

    pub(super) fn check(&self) -> Result<(), StateError> {
        if let Some(wire) = &self.wire {
            wire.check()?;
        }
        let found = self.text.len();
        if found > TEXT_LIMIT_BYTES {
            return Err(StateError::TextTooLong { found });
        }
        if self.field.is_some() {
            self.field_setup()?;
        }
        if let Some(own) = &self.own_persona {
            own.check()?;
        }
        self.performance.check().map_err(StateError::Performance)
    }
}
