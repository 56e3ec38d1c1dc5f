//! Every parameter by its stable name, as it is shown to others and as values are read into it.

use crate::params::{Knob, PARAMETER_RANGES, PsivoxParams};
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::{BoolParam, Enum, EnumParam, FloatParam, IntParam, Param, ParamSetter};
use psivox_core::Control;
use psivox_wire::inbound::ParameterInfo;

/// The parameters that move no control of the engine; they stand behind the others.
const OTHERS: [&str; 15] = [
    "osc_on",
    "bypass",
    "mode",
    "line",
    "advance",
    "phrase",
    "voices",
    "sing_lead",
    "portamento",
    "talk_to_sing",
    "bend_range",
    "mpe",
    "cue_key",
    "follow_bars",
    "face_lead",
];
/// Those of memory; they stand last.
pub const MEMORY: [&str; 13] = [
    "memory_slot",
    "memory_recall",
    "memory_blend",
    "memory_on",
    "memory_replay",
    "memory_voice",
    "memory_face",
    "memory_x",
    "memory_y",
    "memory_glide",
    "memory_topic",
    "course",
    "course_lines",
];
/// How many parameters there are.
pub const PARAMETER_COUNT: usize = PARAMETER_RANGES.len() + OTHERS.len() + MEMORY.len();

/// A parameter of any kind.
pub trait Parameter {
    /// Its name on show.
    fn shown_name(&self) -> &str;
    /// Where a value in its own unit (or the number of a choice) lies for hosts, 0..=1.
    fn normalized_of(&self, plain: f32) -> f32;
    /// The value in its own unit at a place of 0..=1.
    fn plain_of(&self, normalized: f32) -> f32;
    /// Its value now in its own unit; the number of a choice.
    fn now(&self) -> f32;
    /// The same for hosts, 0..=1, modulation included.
    fn now_normalized(&self) -> f32;
    /// The same without modulation: where the hand or the host put it.
    fn set_normalized(&self) -> f32;
    /// Its value at first, in its own unit.
    fn first(&self) -> f32;
    /// Steps from one end to the other; none for those that move freely.
    fn steps(&self) -> Option<usize>;
    /// The value in words at a place of 0..=1.
    fn words(&self, normalized: f32) -> String;
    /// The place of a value in words.
    fn of_words(&self, words: &str) -> Option<f32>;
    /// The unit on show.
    fn shown_unit(&self) -> &'static str;
    /// Ids of the choices, for one of several.
    fn choices(&self) -> Option<Vec<String>>;
    /// A value as a state writes it.
    fn as_state(&self, plain: f32) -> ParamValue;
    /// Begins, makes, ends a move by hand.
    fn begin(&self, setter: &ParamSetter);
    /// See [`Parameter::begin`].
    fn set(&self, normalized: f32, setter: &ParamSetter);
    /// See [`Parameter::begin`].
    fn end(&self, setter: &ParamSetter);
}

/// What of a kind of parameter is not the same for all.
trait Kind: Param {
    fn to_number(value: Self::Plain) -> f32;
    fn in_its_kind(&self, number: f32) -> Self::Plain;
    fn names(&self) -> Option<Vec<String>>;
    fn written(&self, number: f32) -> ParamValue;
}

fn off_on() -> Option<Vec<String>> {
    Some(vec!["off".to_owned(), "on".to_owned()])
}

impl Kind for FloatParam {
    fn to_number(value: f32) -> f32 {
        value
    }
    fn in_its_kind(&self, number: f32) -> f32 {
        number
    }
    fn names(&self) -> Option<Vec<String>> {
        // The one number with steps is a switch that the engine reads.
        self.step_count().and_then(|_| off_on())
    }
    fn written(&self, number: f32) -> ParamValue {
        ParamValue::F32(number)
    }
}

impl Kind for IntParam {
    fn to_number(value: i32) -> f32 {
        value as f32
    }
    fn in_its_kind(&self, number: f32) -> i32 {
        number.round() as i32
    }
    fn names(&self) -> Option<Vec<String>> {
        None
    }
    fn written(&self, number: f32) -> ParamValue {
        ParamValue::I32(number.round() as i32)
    }
}

impl Kind for BoolParam {
    fn to_number(value: bool) -> f32 {
        f32::from(u8::from(value))
    }
    fn in_its_kind(&self, number: f32) -> bool {
        number > 0.5
    }
    fn names(&self) -> Option<Vec<String>> {
        off_on()
    }
    fn written(&self, number: f32) -> ParamValue {
        ParamValue::Bool(number > 0.5)
    }
}

impl<T: Enum + PartialEq + 'static> Kind for EnumParam<T> {
    fn to_number(value: T) -> f32 {
        value.to_index() as f32
    }
    fn in_its_kind(&self, number: f32) -> T {
        T::from_index(number.max(0.0) as usize)
    }
    fn names(&self) -> Option<Vec<String>> {
        Some(T::ids().unwrap_or(T::variants()).iter().map(|name| (*name).to_owned()).collect())
    }
    fn written(&self, number: f32) -> ParamValue {
        let names = self.names().unwrap_or_default();
        let index = (number.max(0.0) as usize).min(names.len().saturating_sub(1));
        ParamValue::String(names.get(index).cloned().unwrap_or_default())
    }
}

impl<P: Kind> Parameter for P {
    fn shown_name(&self) -> &str {
        self.name()
    }
    fn normalized_of(&self, plain: f32) -> f32 {
        self.preview_normalized(self.in_its_kind(plain))
    }
    fn plain_of(&self, normalized: f32) -> f32 {
        Self::to_number(self.preview_plain(normalized))
    }
    fn now(&self) -> f32 {
        Self::to_number(self.modulated_plain_value())
    }
    fn now_normalized(&self) -> f32 {
        self.modulated_normalized_value()
    }
    fn set_normalized(&self) -> f32 {
        self.unmodulated_normalized_value()
    }
    fn first(&self) -> f32 {
        Self::to_number(self.default_plain_value())
    }
    fn steps(&self) -> Option<usize> {
        self.step_count()
    }
    fn words(&self, normalized: f32) -> String {
        self.normalized_value_to_string(normalized, true)
    }
    fn of_words(&self, words: &str) -> Option<f32> {
        self.string_to_normalized_value(words)
    }
    fn shown_unit(&self) -> &'static str {
        self.unit()
    }
    fn choices(&self) -> Option<Vec<String>> {
        self.names()
    }
    fn as_state(&self, plain: f32) -> ParamValue {
        self.written(plain)
    }
    fn begin(&self, setter: &ParamSetter) {
        setter.begin_set_parameter(self);
    }
    fn set(&self, normalized: f32, setter: &ParamSetter) {
        setter.set_parameter_normalized(self, normalized);
    }
    fn end(&self, setter: &ParamSetter) {
        setter.end_set_parameter(self);
    }
}

/// The stable name of a parameter.
pub fn id(index: usize) -> &'static str {
    if let Some((id, ..)) = PARAMETER_RANGES.get(index) {
        return id;
    }
    let rest = index - PARAMETER_RANGES.len();
    OTHERS.get(rest).copied().unwrap_or_else(|| MEMORY[rest - OTHERS.len()])
}

/// The parameter of that name.
pub fn index_of(name: &str) -> Option<usize> {
    (0..PARAMETER_COUNT).find(|index| id(*index) == name)
}

/// The parameter itself.
pub fn parameter(params: &PsivoxParams, index: usize) -> &dyn Parameter {
    if let Some(control) = Control::ALL.get(index) {
        return match params.of(*control) {
            Knob::Number(param) => param,
            Knob::Grid(param) => param,
        };
    }
    let own = &params.performance;
    match id(index) {
        "osc_on" => &params.osc_on,
        "mode" => &own.mode,
        "line" => &own.line,
        "advance" => &own.advance,
        "phrase" => &own.phrase,
        "voices" => &own.voices,
        "sing_lead" => &own.sing_lead_ms,
        "portamento" => &own.portamento_ms,
        "talk_to_sing" => &own.talk_to_sing,
        "bend_range" => &own.bend_range,
        "mpe" => &own.mpe,
        "cue_key" => &own.cue_key,
        "follow_bars" => &own.follow_bars,
        "face_lead" => &own.face_lead_ms,
        "memory_slot" => &own.memory_slot,
        "memory_recall" => &own.memory_recall,
        "memory_blend" => &own.memory_blend,
        "memory_on" => &own.memory_on,
        "memory_replay" => &own.memory_replay,
        "memory_voice" => &own.memory_voice,
        "memory_face" => &own.memory_face,
        "memory_x" => &own.memory_x,
        "memory_y" => &own.memory_y,
        "memory_glide" => &own.memory_glide_s,
        "memory_topic" => &own.memory_topic,
        "course" => &own.course,
        "course_lines" => &own.course_lines,
        _ => &params.bypass,
    }
}

/// Its value now, in its own unit; the number of a choice.
pub fn plain(params: &PsivoxParams, index: usize) -> f32 {
    parameter(params, index).now()
}

/// Hosts of CLAP count stepped parameters in steps: how many of them, 1 for the others.
pub fn clap_scale(params: &PsivoxParams, index: usize) -> f32 {
    parameter(params, index).steps().unwrap_or(1) as f32
}

/// What others are told about it.
pub fn info(params: &PsivoxParams, index: usize) -> ParameterInfo {
    let (id, param) = (id(index), parameter(params, index));
    ParameterInfo {
        id: id.to_owned(),
        name: param.shown_name().to_owned(),
        unit: unit(id, param.shown_unit()),
        min: param.plain_of(0.0),
        max: param.plain_of(1.0),
        default: param.first(),
        choices: param.choices(),
    }
}

/// The unit of the values themselves: shares are shown in percent but count from 0 to 1.
fn unit(id: &str, shown: &str) -> String {
    match (id, shown.trim()) {
        ("f0", _) => "Hz".to_owned(),
        ("size", unit) => unit.to_owned(),
        (_, "%") => String::new(),
        (_, unit) => unit.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::BEAT_DIVISION;
    use nice_plug::prelude::Params;

    fn params() -> PsivoxParams {
        PsivoxParams::default()
    }

    #[test]
    fn every_parameter_of_the_project_is_there_once() {
        let mut own: Vec<&str> = (0..PARAMETER_COUNT).map(id).collect();
        let mut all: Vec<String> = params().param_map().into_iter().map(|(id, _, _)| id).collect();
        own.sort_unstable();
        all.sort_unstable();
        assert_eq!(own, all);
        assert!((0..PARAMETER_COUNT).all(|index| index_of(id(index)) == Some(index)));
        assert_eq!(index_of("nothing"), None);
    }

    #[test]
    fn both_ends_and_the_default_are_where_hosts_have_them() {
        let params = params();
        for index in 0..PARAMETER_COUNT {
            let (info, param) = (info(&params, index), parameter(&params, index));
            assert!((param.normalized_of(info.min)).abs() < 1e-6, "{}", info.id);
            assert!((param.normalized_of(info.max) - 1.0).abs() < 1e-6, "{}", info.id);
            assert_eq!(plain(&params, index), info.default, "{}", info.id);
            if let Some(choices) = &info.choices {
                assert_eq!(clap_scale(&params, index), (choices.len() - 1) as f32, "{}", info.id);
            }
            let words = param.words(param.now_normalized());
            assert_eq!(param.of_words(&words).map(|at| param.words(at)), Some(words), "{}", info.id);
            assert!((info.min..=info.max).contains(&info.default), "{}", info.id);
        }
    }

    #[test]
    fn units_are_those_of_the_values() {
        let unit = |name| info(&params(), index_of(name).expect("a parameter")).unit;
        assert_eq!(
            ["pitch", "gain", "f0", "intensity", "size", "tilt", "emotion_glide", BEAT_DIVISION].map(unit),
            ["st", "dB", "Hz", "", "%", "dB/oct", "s", ""]
        );
        let grid = info(&params(), index_of(BEAT_DIVISION).expect("a parameter"));
        assert_eq!(grid.choices.expect("choices")[3], "eighth_triplet");
    }
}
