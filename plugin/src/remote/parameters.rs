//! Every parameter by its stable name, as it is shown to others and as values are read into it.

use crate::beat_grid::BeatGrid;
use crate::params::{Knob, PARAMETER_RANGES, PsivoxParams};
use nice_plug::prelude::{BoolParam, Enum, EnumParam, FloatParam, Param};
use psivox_core::Control;
use psivox_wire::inbound::ParameterInfo;

/// The switches, which move no control of the engine; they stand behind the others.
const SWITCHES: [&str; 2] = ["osc_on", "bypass"];
/// How many parameters there are.
pub const PARAMETER_COUNT: usize = PARAMETER_RANGES.len() + SWITCHES.len();

/// A parameter of any kind.
#[derive(Clone, Copy)]
pub enum Handle<'a> {
    /// A number in its own unit.
    Number(&'a FloatParam),
    /// The choice of a grid.
    Grid(&'a EnumParam<BeatGrid>),
    /// On or off.
    Switch(&'a BoolParam),
}

impl Handle<'_> {
    /// Where a value lies for hosts, 0..=1.
    pub fn normalized(self, plain: f32) -> f32 {
        match self {
            Self::Number(param) => param.preview_normalized(plain),
            Self::Grid(param) => param.preview_normalized(BeatGrid::from_index(plain.max(0.0) as usize)),
            Self::Switch(param) => param.preview_normalized(plain > 0.5),
        }
    }

    /// Hosts of CLAP count stepped parameters in steps: how many of them, 1 for the others.
    pub fn clap_scale(self) -> f32 {
        let steps = match self {
            Self::Number(param) => param.step_count(),
            Self::Grid(param) => param.step_count(),
            Self::Switch(param) => param.step_count(),
        };
        steps.unwrap_or(1) as f32
    }
}

/// The stable name of a parameter.
pub fn id(index: usize) -> &'static str {
    PARAMETER_RANGES.get(index).map_or_else(|| SWITCHES[index - PARAMETER_RANGES.len()], |row| row.0)
}

/// The parameter of that name.
pub fn index_of(name: &str) -> Option<usize> {
    (0..PARAMETER_COUNT).find(|index| id(*index) == name)
}

/// The parameter itself.
pub fn handle(params: &PsivoxParams, index: usize) -> Handle<'_> {
    match Control::ALL.get(index).map(|control| params.of(*control)) {
        Some(Knob::Number(param)) => Handle::Number(param),
        Some(Knob::Grid(param)) => Handle::Grid(param),
        None if id(index) == SWITCHES[0] => Handle::Switch(&params.osc_on),
        None => Handle::Switch(&params.bypass),
    }
}

/// Its value now, in its own unit; the number of a choice.
pub fn plain(params: &PsivoxParams, index: usize) -> f32 {
    match handle(params, index) {
        Handle::Number(param) => param.value(),
        Handle::Grid(param) => param.value().to_index() as f32,
        Handle::Switch(param) => f32::from(u8::from(param.value())),
    }
}

/// What others are told about it.
pub fn info(params: &PsivoxParams, index: usize) -> ParameterInfo {
    let id = id(index);
    let (low, high) = PARAMETER_RANGES.get(index).map_or((0.0, 1.0), |row| (row.1, row.2));
    let choice = |name: &str, default: f32, choices: &[&str]| ParameterInfo {
        id: id.to_owned(),
        name: name.to_owned(),
        unit: String::new(),
        min: 0.0,
        max: choices.len().saturating_sub(1) as f32,
        default,
        choices: Some(choices.iter().map(|choice| (*choice).to_owned()).collect()),
    };
    const OFF_ON: [&str; 2] = ["off", "on"];
    match handle(params, index) {
        Handle::Number(param) if param.step_count().is_some() => {
            choice(param.name(), param.default_plain_value(), &OFF_ON)
        }
        Handle::Number(param) => ParameterInfo {
            id: id.to_owned(),
            name: param.name().to_owned(),
            unit: unit(id, param),
            min: low,
            max: high,
            default: param.default_plain_value(),
            choices: None,
        },
        Handle::Grid(param) => {
            let default = param.default_plain_value().to_index() as f32;
            choice(param.name(), default, BeatGrid::ids().unwrap_or(BeatGrid::variants()))
        }
        Handle::Switch(param) => {
            choice(param.name(), f32::from(u8::from(param.default_plain_value())), &OFF_ON)
        }
    }
}

/// The unit of the values themselves: shares are shown in percent but count from 0 to 1.
fn unit(id: &str, param: &FloatParam) -> String {
    match (id, param.unit().trim()) {
        ("f0", _) => "Hz".to_owned(),
        ("size", unit) => unit.to_owned(),
        (_, "%") => String::new(),
        (_, unit) => unit.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Shared;
    use crate::params::BEAT_DIVISION;
    use crate::state::LineCell;
    use nice_plug::prelude::Params;
    use std::sync::Arc;

    fn params() -> PsivoxParams {
        PsivoxParams::new(LineCell::new(Arc::new(Shared::default())))
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
            let (info, handle) = (info(&params, index), handle(&params, index));
            assert!((handle.normalized(info.min)).abs() < 1e-6, "{}", info.id);
            assert!((handle.normalized(info.max) - 1.0).abs() < 1e-6, "{}", info.id);
            assert_eq!(plain(&params, index), info.default, "{}", info.id);
            let steps = info.choices.as_ref().map_or(1, |choices| choices.len() - 1);
            assert_eq!(handle.clap_scale(), steps as f32, "{}", info.id);
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
