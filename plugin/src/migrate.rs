//! States of earlier builds: parameters that they do not know get a value, or an instance would keep what it had.

use crate::params::{BEAT_DIVISION, PARAMETER_RANGES};
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::PluginState;
use psivox_core::Control;

/// What an earlier build did where a parameter's default would change how its projects sound.
fn as_before(control: Control) -> f32 {
    match control {
        // Texts suggested nothing.
        Control::EmotionFromText => 0.0,
        control => control.default_value(),
    }
}

/// Gives every parameter that a state leaves out the value with which the state sounds as it did.
pub fn complete(state: &mut PluginState) {
    for (control, (id, _, _)) in Control::ALL.into_iter().zip(PARAMETER_RANGES) {
        if !state.params.contains_key(id) {
            let value = match id {
                BEAT_DIVISION => ParamValue::String("auto".to_owned()),
                _ => ParamValue::F32(as_before(control)),
            };
            state.params.insert(id.to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays_and_what_is_missing_comes() {
        let mut state =
            PluginState { version: String::new(), params: Default::default(), fields: Default::default() };
        state.params.insert("arousal".to_owned(), ParamValue::F32(0.25));
        complete(&mut state);
        assert_eq!(state.params.len(), Control::ALL.len());
        let value = |id: &str| match state.params.get(id) {
            Some(ParamValue::F32(value)) => *value,
            other => panic!("{id}: {other:?}"),
        };
        assert_eq!((value("arousal"), value("happy"), value("rate")), (0.25, 0.0, 1.0));
        assert_eq!((value("emotion_from_text"), value("mood_carry")), (0.0, 1.0));
    }
}
