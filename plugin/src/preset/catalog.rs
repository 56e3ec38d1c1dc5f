//! What presets may say about each parameter: its kind, its range, its choices.

use super::{PresetError, Setting, governed_index};
use crate::params::PsivoxParams;
use crate::remote::{MEMORY, PARAMETER_COUNT, id, info, parameter};
use psivox_core::Planner;
use psivox_wire::inbound::ParameterInfo;
use std::sync::LazyLock;

/// What belongs to the moment, to the mix or to the place rather than to the sound; so does all that is remembered.
const LEFT_ALONE: [&str; 4] = ["osc_on", "bypass", "line", "gain"];

/// What is told about each parameter, and whether it counts.
static PARAMETERS: LazyLock<Vec<(ParameterInfo, bool)>> = LazyLock::new(|| {
    let params = PsivoxParams::default();
    let row = |index| {
        let mut row = (info(&params, index), parameter(&params, index).steps().is_some());
        // A number for hosts, but it knows on and off only.
        if row.0.id == "hold" {
            row.0.choices = Some(["off", "on"].map(str::to_owned).to_vec());
        }
        row
    };
    (0..PARAMETER_COUNT).map(row).collect()
});

static VOICES: LazyLock<Vec<String>> =
    LazyLock::new(|| Planner::people().unwrap_or_default().into_iter().map(|who| who.name).collect());

/// Whether presets set this parameter.
pub fn is_governed(index: usize) -> bool {
    let id = id(index);
    !LEFT_ALONE.contains(&id) && !MEMORY.contains(&id)
}

/// Whether there is such a voice.
pub fn check_voice(name: &str) -> Result<(), PresetError> {
    match VOICES.iter().any(|known| known == name) {
        true => Ok(()),
        false => Err(PresetError::Voice { name: name.to_owned(), known: VOICES.join(", ") }),
    }
}

/// What may stand at one parameter.
#[derive(Clone, Copy)]
pub struct Place(&'static ParameterInfo, bool);

impl Place {
    /// That of the parameter.
    pub fn of(index: usize) -> Self {
        let (info, counts) = &PARAMETERS[index];
        Self(info, *counts)
    }

    /// That of the parameter's name.
    pub fn named(name: &str) -> Result<Self, PresetError> {
        governed_index(name).map(Self::of)
    }

    /// Whether it goes in whole steps.
    fn counts(self) -> bool {
        self.1
    }

    fn is_switch(self) -> bool {
        self.0.choices.as_deref().is_some_and(|choices| choices == ["off", "on"])
    }

    /// What is allowed, in words.
    pub fn expected(self) -> String {
        match &self.0.choices {
            Some(_) if self.is_switch() => "true or false".to_owned(),
            Some(choices) => format!("one of: {}", choices.join(", ")),
            None if self.counts() => format!("a whole number from {} to {}", self.0.min, self.0.max),
            None => format!("a number from {} to {}", self.0.min, self.0.max),
        }
    }

    /// A value (the number of a choice) as it is written.
    pub fn setting(self, plain: f32) -> Setting {
        match &self.0.choices {
            Some(_) if self.is_switch() => Setting::Switch(plain > 0.5),
            Some(choices) => {
                let last = choices.len().saturating_sub(1);
                Setting::Choice(choices[(plain.max(0.0) as usize).min(last)].clone())
            }
            // What hosts counted from 0 to 1 comes back with a tail of digits that nobody set.
            None => Setting::Number(self.rounded(plain)),
        }
    }

    /// The value (the number of a choice) that is written.
    pub fn plain(self, setting: &Setting) -> Result<f32, PresetError> {
        let wrong =
            |found: String| PresetError::Type { id: self.0.id.clone(), expected: self.expected(), found };
        match (setting, &self.0.choices) {
            (Setting::Switch(on), Some(_)) if self.is_switch() => Ok(f32::from(u8::from(*on))),
            (Setting::Choice(word), Some(choices)) if !self.is_switch() => {
                let index = choices.iter().position(|choice| choice == word);
                index.map(|index| index as f32).ok_or_else(|| wrong(format!("'{word}'")))
            }
            (Setting::Number(value), None) if self.counts() && value.fract() != 0.0 => {
                Err(wrong(value.to_string()))
            }
            (Setting::Number(value), None) => self.in_range(*value),
            (Setting::Switch(on), _) => Err(wrong(on.to_string())),
            (Setting::Choice(word), _) => Err(wrong(format!("'{word}'"))),
            (Setting::Number(value), _) => Err(wrong(value.to_string())),
        }
    }

    /// To the power of ten next below a millionth of the range: finer than hosts hand values back, and than can be heard.
    fn rounded(self, value: f32) -> f32 {
        let steps_per_unit = 10f64.powi(6 - f64::from(self.0.max - self.0.min).log10().floor() as i32);
        ((f64::from(value) * steps_per_unit).round() / steps_per_unit) as f32
    }

    /// Whether two values are the same as far as a file tells them apart.
    pub fn same(self, one: f32, other: f32) -> bool {
        (one - other).abs() <= 2e-6 * (self.0.max - self.0.min)
    }

    fn in_range(self, value: f32) -> Result<f32, PresetError> {
        let (low, high) = (self.0.min, self.0.max);
        // The ends of a skewed range are not always the round numbers that stand in a file.
        match (low..=high).contains(&value) || self.same(value, value.clamp(low, high)) {
            true => Ok(value.clamp(low, high)),
            false => Err(PresetError::Range { id: self.0.id.clone(), value, low, high }),
        }
    }
}
