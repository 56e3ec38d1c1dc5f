//! The host's blob: looked at, and brought up to date, before anything is taken over.

use super::{EditorState, LineState, StateError, seal};
use crate::history::Compare;
use crate::memory::SavedMemory;
use crate::params::PsivoxParams;
use crate::preset::Preset;
use crate::remote::{PARAMETER_COUNT, Parameter, id, parameter};
use nice_plug::plugin::ParamValue;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Longest state blob in bytes: a text of the limit, escaped twice, fits four times over.
pub const BLOB_LIMIT_BYTES: usize = 4 << 20;

/// What the framework writes.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Blob {
    #[serde(default)]
    version: Value,
    #[serde(default)]
    pub params: BTreeMap<String, Value>,
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

impl Blob {
    /// As the framework reads it.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let json = serde_json::to_vec(self)?;
        Ok([&(json.len() as u64).to_le_bytes(), json.as_slice()].concat())
    }
}

/// The parameters at their defaults: their ranges and choices are the same in every instance.
pub(super) fn defaults() -> &'static PsivoxParams {
    static DEFAULTS: OnceLock<PsivoxParams> = OnceLock::new();
    DEFAULTS.get_or_init(PsivoxParams::default)
}

/// Looks at a host's state blob without taking anything over, and gives it back in the present layout.
///
/// # Errors
/// Whatever would leave the instance half-loaded: see [`StateError`].
pub fn prepare_blob(blob: &[u8]) -> Result<Vec<u8>, StateError> {
    let json = seal::open(blob)?;
    let json: Value = serde_json::from_slice(json).map_err(StateError::Unreadable)?;
    let mut state: Blob = serde_json::from_value(json)?;
    for index in 0..PARAMETER_COUNT {
        if let Some(value) = state.params.get(id(index)) {
            check_value(id(index), parameter(defaults(), index), value)?;
        }
    }
    let line = state.fields.get("line").ok_or(StateError::Missing("line"))?;
    let line = LineState::from_json(line)?;
    state.fields.insert("line".to_owned(), serde_json::to_string(&line)?);
    if let Some(memory) = state.fields.get("memory") {
        serde_json::from_str::<SavedMemory>(memory)?.check().map_err(StateError::Memory)?;
    }
    if let Some(compare) = state.fields.get("compare") {
        serde_json::from_str::<Compare>(compare)?;
    }
    if let Some(editor) = state.fields.get("editor") {
        serde_json::from_str::<EditorState>(editor)?;
    }
    Ok(state.to_bytes()?)
}

/// Whether a blob was damaged since it was written, in place of being whole or no state of ours.
pub fn is_damaged(blob: &[u8]) -> bool {
    prepare_blob(blob).is_err_and(|error| error.is_damage())
}

/// A blob with a preset's values in place of its own; everything that a preset does not govern stays.
///
/// # Errors
/// The blob is none of ours.
pub fn with_preset(blob: &[u8], preset: &Preset) -> Result<Vec<u8>, String> {
    let json = seal::json_of(blob).ok_or("the state is too short")?;
    let mut state: Blob = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    for (index, normalized) in preset.values(defaults()) {
        let param = parameter(defaults(), index);
        let value = serde_json::to_value(param.as_state(param.plain_of(normalized)));
        state.params.insert(id(index).to_owned(), value.map_err(|error| error.to_string())?);
    }
    let line = state.fields.get("line").ok_or("the state has no line")?;
    let mut line = LineState::from_json(line).map_err(|error| error.to_string())?;
    preset.change(&mut line);
    line.check().map_err(|error| error.to_string())?;
    let line = serde_json::to_string(&line).map_err(|error| error.to_string())?;
    state.fields.insert("line".to_owned(), line);
    state.to_bytes().map_err(|error| error.to_string())
}

/// Whether a value is one of the parameter's.
pub(super) fn check_value(id: &'static str, param: &dyn Parameter, value: &Value) -> Result<(), StateError> {
    let wrong = || StateError::Choice {
        id: id.to_owned(),
        found: value.to_string(),
        known: param.choices().unwrap_or_default().join(", "),
    };
    let number = match param.as_state(param.first()) {
        ParamValue::String(_) => {
            let known = param.choices().unwrap_or_default();
            let named = value.get("string").and_then(Value::as_str);
            return named.filter(|name| known.iter().any(|one| one == name)).map(|_| ()).ok_or_else(wrong);
        }
        ParamValue::Bool(_) => {
            return value.get("bool").and_then(Value::as_bool).map(|_| ()).ok_or_else(wrong);
        }
        ParamValue::F32(_) => value.get("f32").and_then(Value::as_f64),
        ParamValue::I32(_) => value.get("i32").and_then(Value::as_i64).map(|number| number as f64),
    };
    let (low, high) = (param.plain_of(0.0), param.plain_of(1.0));
    let number = number.ok_or_else(|| StateError::Kind { id: id.to_owned(), found: value.to_string() })?;
    // One part in ten thousand: hosts hand back what went through 32-bit normalisation.
    let slack = f64::from(high - low) * 1e-4;
    if !(f64::from(low) - slack..=f64::from(high) + slack).contains(&number) {
        return Err(StateError::Parameter { id: id.to_owned(), value: number, low, high });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Shared;
    use crate::state::{LineCell, TEXT_LIMIT_BYTES};
    use psivox_core::field::{FieldSetup, FieldSpec};
    use std::sync::Arc;

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
            prepare_blob(&state_with(line, r#""arousal":{"f32":0.5},"voice_mix":{"f32":0.25}"#)).expect(line);
            let read = LineState::from_json(line).expect(line);
            assert_eq!((read.text.as_str(), read.voice_b.as_deref(), &read.field), ("Hi.", voice_b, &None));
            assert_eq!(read.network().0.targets.len(), 1, "its target is the network now");
            let again = LineState::from_json(&line_json(&read)).expect("its own text");
            assert_eq!((again, read.version), (read, 2));
        }
    }

    #[test]
    fn a_good_blob_passes() {
        let line = line_json(&LineState { text: "zäh 日本 🙂".into(), ..Default::default() });
        prepare_blob(&state_with(
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
            (state_with(&good.replace("\"version\":2", "\"version\":7"), ""), "version 7"),
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
            let message = prepare_blob(&bytes).expect_err(word).to_string();
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
}
