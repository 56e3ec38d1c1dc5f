//! States of earlier builds: every layout that was ever written is read, step by step.

use super::StateError;
use super::blob::defaults;
use crate::memory::SavedMemory;
use crate::remote::{PARAMETER_COUNT, id, parameter};
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::PluginState;
use serde_json::Value;

/// Layout version of [`super::LineState`].
pub const LINE_VERSION: u32 = 2;

/// One step from a version to the next.
type Step = fn(&mut serde_json::Map<String, Value>);

/// The step from version `i + 1` stands at `i`.
const STEPS: [Step; LINE_VERSION as usize - 1] = [from_1];

/// Version 1 knew one target, as a text, besides the whole network: where it has no network it gets one. A text that is no
/// target stays, so that its user is told.
fn from_1(line: &mut serde_json::Map<String, Value>) {
    let target = line.get("osc_target").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (wire, unread) = crate::wire_state::WireState::of_one(&target);
    if line.get("wire").is_none_or(Value::is_null)
        && unread.is_none()
        && let Ok(wire) = serde_json::to_value(wire)
    {
        line.insert("wire".to_owned(), wire);
    }
}

/// Brings a line to the present layout.
///
/// # Errors
/// No version, or one from a newer build.
pub(super) fn migrate(value: &mut Value) -> Result<(), StateError> {
    let line = value.as_object_mut().ok_or(StateError::Missing("version"))?;
    let found = line.get("version").and_then(Value::as_u64).ok_or(StateError::Missing("version"))?;
    if found == 0 || found > u64::from(LINE_VERSION) {
        return Err(StateError::Version { found });
    }
    for step in &STEPS[found as usize - 1..] {
        step(line);
    }
    line.insert("version".to_owned(), LINE_VERSION.into());
    Ok(())
}

/// What an earlier build did where a parameter's default would change how its projects sound.
fn as_before(id: &str, default: ParamValue) -> ParamValue {
    match id {
        // Texts suggested nothing.
        "emotion_from_text" => ParamValue::F32(0.0),
        // A note spoke the whole text from its start.
        "phrase" => ParamValue::String("text".to_owned()),
        "advance" => ParamValue::String("stay".to_owned()),
        _ => default,
    }
}

/// Gives every parameter that a state leaves out the value with which the state sounds as it did; without one an instance
/// would keep what it had.
pub fn complete(state: &mut PluginState) {
    for index in 0..PARAMETER_COUNT {
        let param = parameter(defaults(), index);
        let default = || as_before(id(index), param.as_state(param.first()));
        state.params.entry(id(index).to_owned()).or_insert_with(default);
    }
    // A project that remembers nothing yet remembers nothing, whatever the instance did.
    let nothing = || serde_json::to_string(&SavedMemory::default()).unwrap_or_default();
    state.fields.entry("memory".to_owned()).or_insert_with(nothing);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_there_stays_and_what_is_missing_comes() {
        let mut state =
            PluginState { version: String::new(), params: Default::default(), fields: Default::default() };
        state.params.insert("arousal".to_owned(), ParamValue::F32(0.25));
        complete(&mut state);
        assert_eq!(state.params.len(), PARAMETER_COUNT);
        let value = |id: &str| match state.params.get(id) {
            Some(ParamValue::F32(value)) => *value,
            other => panic!("{id}: {other:?}"),
        };
        assert_eq!((value("arousal"), value("happy"), value("rate")), (0.25, 0.0, 1.0));
        assert_eq!((value("emotion_from_text"), value("mood_carry")), (0.0, 1.0));
        let word = |id: &str| match state.params.get(id) {
            Some(ParamValue::String(word)) => word.clone(),
            other => panic!("{id}: {other:?}"),
        };
        assert_eq!([word("mode"), word("phrase"), word("advance")], ["speak", "text", "stay"]);
        assert!(matches!(state.params.get("voices"), Some(ParamValue::I32(1))));
        assert!(matches!(state.params.get("osc_on"), Some(ParamValue::Bool(true))));
    }

    #[test]
    fn versions_go_step_by_step_and_newer_ones_are_refused() {
        let mut line = json!({ "version": 1, "osc_target": "vmc:10.0.0.1:39539" });
        migrate(&mut line).expect("an old one");
        assert_eq!(
            (line["version"].as_u64(), line["wire"]["targets"].as_array().map(Vec::len)),
            (Some(2), Some(1))
        );
        let mut newer = json!({ "version": 3 });
        assert!(matches!(migrate(&mut newer), Err(StateError::Version { found: 3 })));
        for broken in [json!({}), json!([1]), json!({ "version": "1" }), json!({ "version": 0 })] {
            assert!(migrate(&mut broken.clone()).is_err(), "{broken}");
        }
    }
}
