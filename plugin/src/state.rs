//! What a project keeps besides the parameters: the line, who speaks it, where the face goes, the editor's size.
//!
//! The host's blob is `u64` little-endian length + JSON `{version, params, fields}`; `fields.line` and
//! `fields.editor` are JSON texts of [`LineState`] and [`EditorSize`]. [`check_blob`] looks at a blob before
//! anything is taken over, so that a malformed one changes nothing.

use crate::beat_grid::BeatGrid;
use crate::channels::Shared;
use crate::params::{BEAT_DIVISION, PARAMETER_RANGES};
use crate::wire_state::WireState;
use nice_plug::params::persist::PersistentField;
use nice_plug::prelude::Enum;
use psivox_core::Persona;
use psivox_core::field::{FieldError, FieldSetup, FieldSpec};
use psivox_wire::TargetError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Longest text in bytes; the planner's own limit.
pub const TEXT_LIMIT_BYTES: usize = 65_536;
/// Layout version of [`LineState`].
pub const LINE_VERSION: u32 = 1;
/// Longest state blob in bytes: a text of the limit, escaped twice, fits four times over.
pub const BLOB_LIMIT_BYTES: usize = 4 << 20;

/// How long loading a state or activating waits for the worker. Planning a page takes well under a second;
/// after this the line simply speaks when it is ready.
pub const PLAN_PATIENCE: Duration = Duration::from_secs(5);

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
        }
    }
}

/// Size of the editor in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EditorSize {
    /// Width, 600 to 4096.
    pub width: f32,
    /// Height, 520 to 4096.
    pub height: f32,
}

impl EditorSize {
    /// Smallest size at which nothing is cut off.
    pub const MIN: Self = Self { width: 600.0, height: 520.0 };

    /// The size within sensible bounds; nonsense becomes the default.
    pub fn sane(self) -> Self {
        let bound =
            |value: f32, low: f32, or: f32| if value.is_finite() { value.clamp(low, 4096.0) } else { or };
        Self {
            width: bound(self.width, Self::MIN.width, 680.0),
            height: bound(self.height, Self::MIN.height, 600.0),
        }
    }
}

impl Default for EditorSize {
    fn default() -> Self {
        Self { width: 680.0, height: 600.0 }
    }
}

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
    /// A choice that does not exist.
    #[error("parameter '{id}' is '{found}', expected one of: {known}")]
    Choice {
        /// The parameter's id.
        id: &'static str,
        /// What was found.
        found: String,
        /// What there is.
        known: String,
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

impl LineState {
    /// Reads and checks a line.
    ///
    /// # Errors
    /// Not JSON, a newer version, unknown or missing keys, too much text.
    pub fn from_json(json: &str) -> Result<Self, StateError> {
        let value: serde_json::Value = serde_json::from_str(json)?;
        let version =
            value.get("version").and_then(serde_json::Value::as_u64).ok_or(StateError::Missing("version"))?;
        if version != u64::from(LINE_VERSION) {
            return Err(StateError::Version { found: version });
        }
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
        let persona = || Persona::named(&self.persona).ok()?.field_spec().ok().flatten();
        let shipped = || FieldSpec::named("default").unwrap_or_default();
        self.field.clone().or_else(persona).unwrap_or_else(shipped)
    }

    /// The network, and what its user should know about how it was read.
    pub fn network(&self) -> (WireState, Option<TargetError>) {
        match &self.wire {
            Some(wire) => (wire.clone(), None),
            None => WireState::of_one(&self.osc_target),
        }
    }

    fn check(&self) -> Result<(), StateError> {
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
        Ok(())
    }
}

#[derive(Deserialize)]
struct BlobJson {
    #[serde(default)]
    params: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// Looks at a host's state blob without taking anything over.
///
/// # Errors
/// Whatever would leave the instance half-loaded: see [`StateError`].
pub fn check_blob(blob: &[u8]) -> Result<(), StateError> {
    let Some((length, json)) = blob.split_first_chunk::<8>() else {
        return Err(StateError::Length { said: 8, found: blob.len() });
    };
    let said = u64::from_le_bytes(*length);
    // Some hosts pad what they hand back, so more than was said is fine.
    let json = usize::try_from(said).ok().and_then(|said| json.get(..said));
    let json = json.ok_or(StateError::Length { said, found: blob.len() - 8 })?;
    let state: BlobJson = serde_json::from_slice(json)?;
    for (id, low, high) in PARAMETER_RANGES {
        let value = state.params.get(id).and_then(|value| value.get("f32"));
        let Some(value) = value.and_then(serde_json::Value::as_f64) else { continue };
        // One part in ten thousand: hosts hand back what went through 32-bit normalisation.
        let slack = f64::from(high - low) * 1e-4;
        if !(f64::from(low) - slack..=f64::from(high) + slack).contains(&value) {
            return Err(StateError::Parameter { id: id.to_owned(), value, low, high });
        }
    }
    check_grid(&state.params)?;
    LineState::from_json(state.fields.get("line").ok_or(StateError::Missing("line"))?)?;
    if let Some(editor) = state.fields.get("editor") {
        serde_json::from_str::<EditorSize>(editor)?;
    }
    Ok(())
}

fn check_grid(params: &BTreeMap<String, serde_json::Value>) -> Result<(), StateError> {
    let Some(value) = params.get(BEAT_DIVISION) else { return Ok(()) };
    let known = BeatGrid::ids().unwrap_or_default();
    match value.get("string").and_then(serde_json::Value::as_str) {
        Some(id) if known.contains(&id) => Ok(()),
        _ => Err(StateError::Choice { id: BEAT_DIVISION, found: value.to_string(), known: known.join(", ") }),
    }
}

/// The line where threads meet: the host's load and save, the editor and the worker lock it; the audio thread
/// only ever reads [`Shared::requested`].
/// Clones are handles of the same line.
#[derive(Debug, Clone)]
pub struct LineCell {
    line: Arc<RwLock<LineState>>,
    shared: Arc<Shared>,
}

impl LineCell {
    /// A cell with the default line.
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { line: Arc::default(), shared }
    }

    /// A copy of the line.
    pub fn get(&self) -> LineState {
        self.line.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the line and asks for a new plan.
    ///
    /// # Errors
    /// Too much text, or a field that cannot be: nothing is changed.
    pub fn edit(&self, change: impl FnOnce(&mut LineState)) -> Result<u64, StateError> {
        self.amend(change)?;
        let generation = self.shared.request();
        self.shared.wake();
        Ok(generation)
    }

    /// Changes the line without asking for a plan: for the worker, which is about to make one.
    ///
    /// # Errors
    /// Too much text, or a field that cannot be: nothing is changed.
    pub fn amend(&self, change: impl FnOnce(&mut LineState)) -> Result<(), StateError> {
        let mut line = self.line.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = line.clone();
        change(&mut changed);
        changed.check()?;
        *line = changed;
        Ok(())
    }
}

impl<'a> PersistentField<'a, LineState> for LineCell {
    /// The host loads a state. While active the load waits for the plan, because no framework call follows
    /// after which a first note could rely on it.
    fn set(&self, new_value: LineState) {
        if let Ok(generation) = self.edit(|line| *line = new_value)
            && self.shared.active()
        {
            self.shared.wait_for(generation, PLAN_PATIENCE);
        }
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&LineState) -> R,
    {
        f(&self.line.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(json: &str) -> Vec<u8> {
        let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(json.as_bytes());
        bytes
    }

    fn line_json(line: &LineState) -> String {
        serde_json::to_string(line).expect("a line is JSON")
    }

    fn state_with(line: &str, params: &str) -> Vec<u8> {
        let line = serde_json::to_string(line).expect("a string is JSON");
        blob(&format!(r#"{{"version":"0","params":{{{params}}},"fields":{{"line":{line}}}}}"#))
    }

    fn with_field(field: &str) -> String {
        let good = line_json(&LineState::default());
        format!("{},\"field\":{field}}}", good.trim_end_matches('}'))
    }

    #[test]
    fn a_field_goes_round() {
        let spec = FieldSpec::named("tight").expect("a preset");
        let line = LineState { field: Some(spec), ..LineState::default() };
        assert_eq!(LineState::from_json(&line_json(&line)).expect("its own text"), line);
        assert_ne!(line.field_setup().expect("lawful"), FieldSetup::default());
    }

    /// Byte for byte what builds without a field wrote.
    #[test]
    fn states_of_earlier_layouts_load() {
        for (line, voice_b) in [
            (r#"{"version":1,"text":"Hi.","persona":"heart","osc_target":"vmc:127.0.0.1:39539"}"#, None),
            (
                r#"{"version":1,"text":"Hi.","persona":"heart","voice_b":"bf_emma","osc_target":"vmc:127.0.0.1:39539"}"#,
                Some("bf_emma"),
            ),
        ] {
            check_blob(&state_with(line, r#""arousal":{"f32":0.5},"voice_mix":{"f32":0.25}"#)).expect(line);
            let read = LineState::from_json(line).expect(line);
            assert_eq!((read.text.as_str(), read.voice_b.as_deref(), &read.field), ("Hi.", voice_b, &None));
            assert_eq!(line_json(&read), line, "and older builds can read what has no field");
        }
    }

    #[test]
    fn a_good_blob_passes() {
        let line = line_json(&LineState { text: "zäh 日本 🙂".into(), ..Default::default() });
        check_blob(&state_with(
            &line,
            r#""arousal":{"f32":0.5},"beat_division":{"string":"eighth"},"unknown":{"f32":9}"#,
        ))
        .expect("good");
    }

    #[test]
    fn every_malformed_blob_names_its_fault() {
        let good = line_json(&LineState::default());
        let long = line_json(&LineState { text: "a".repeat(TEXT_LIMIT_BYTES + 1), ..Default::default() });
        let cases = [
            (b"abc".to_vec(), "cut off"),
            (blob("{}")[..9].to_vec(), "cut off"),
            (blob("nonsense"), "not readable"),
            (blob("{}"), "'line'"),
            (state_with("{}", ""), "'version'"),
            (state_with(&good.replace("\"version\":1", "\"version\":7"), ""), "version 7"),
            (state_with(&good.replace("text", "txet"), ""), "txet"),
            (state_with(&long, ""), "65536"),
            (state_with(&good, r#""arousal":{"f32":3.0}"#), "arousal"),
            (state_with(&good, r#""pitch":{"f32":1e300}"#), "pitch"),
            (state_with(&good, r#""beat_division":{"string":"fifth"}"#), "eighth_triplet"),
            (state_with(&good, r#""beat_division":{"f32":2.0}"#), "beat_division"),
            (state_with(&with_field(r#"{"coupling":{"K":{"jaw.syllable":1e9}}}"#), ""), "-4 to 4"),
            (state_with(&with_field(r#"{"coupling":{"K":{"jaw.nod":4,"jaw.brow":4}}}"#), ""), "in all"),
            (state_with(&with_field(r#"{"couplings":{}}"#), ""), "couplings"),
            (state_with(&with_field(r#"{"version":9}"#), ""), "update"),
        ];
        for (bytes, word) in cases {
            let message = check_blob(&bytes).expect_err(word).to_string();
            assert!(message.contains(word), "{message} does not say {word}");
        }
    }

    #[test]
    fn a_change_counts_and_a_refused_one_does_not() {
        let shared = Arc::new(Shared::default());
        let cell = LineCell::new(Arc::clone(&shared));
        assert_eq!(cell.edit(|line| line.text = "one".into()).expect("short"), 1);
        assert!(cell.edit(|line| line.text = "x".repeat(TEXT_LIMIT_BYTES + 1)).is_err());
        let absurd = |line: &mut LineState| {
            let mut spec = FieldSpec::default();
            spec.learning.k_max = f32::NAN;
            line.field = Some(spec);
        };
        assert!(cell.edit(absurd).is_err());
        assert_eq!((shared.requested(), cell.get().text.as_str(), cell.get().field), (1, "one", None));
    }

    #[test]
    fn editor_sizes_are_bounded() {
        let absurd = EditorSize { width: f32::NAN, height: 1e9 }.sane();
        assert_eq!((absurd.width, absurd.height), (680.0, 4096.0));
    }
}
