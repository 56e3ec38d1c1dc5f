//! Sound presets: how a voice is set up, as a readable JSON file that can be passed on.
//!
//! A preset says what the voice is: persona, field, and every parameter that is not the moment's. Parameters that it
//! leaves out have their defaults, so that the same preset always sounds the same.

mod catalog;
mod error;
mod factory;
mod folder;
mod library;

pub use catalog::is_governed;
pub use error::PresetError;
pub use factory::{FACTORY_PRESETS, shipped};
pub use folder::{read, user_folder};
pub use library::{Entry, Library, MAX_FILES, Source};

use crate::params::PsivoxParams;
use crate::remote::{PARAMETER_COUNT, id, index_of, parameter};
use crate::state::{LineState, TEXT_LIMIT_BYTES};
use catalog::Place;
use nice_plug::prelude::ParamSetter;
use psivox_core::Persona;
use psivox_core::field::FieldSpec;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Newest layout.
pub const PRESET_VERSION: u32 = 1;
/// Longest file in bytes.
pub const PRESET_LIMIT_BYTES: usize = 256 << 10;
/// Longest name, author or tag in letters.
pub const MAX_NAME: usize = 60;
/// Longest description in letters.
pub const MAX_DESCRIPTION: usize = 500;
/// Most tags.
pub const MAX_TAGS: usize = 12;
/// What stands at `psivox` in every preset.
const KIND: &str = "preset";

/// Value of a parameter as it stands in the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// A switch.
    Switch(bool),
    /// In the parameter's own unit.
    Number(f32),
    /// Id of a choice.
    Choice(String),
}

/// A sound preset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// What this file is: `preset`.
    psivox: String,
    /// Layout version, [`PRESET_VERSION`].
    version: u32,
    /// Its name on show, at most [`MAX_NAME`] letters.
    pub name: String,
    /// Who made it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub author: String,
    /// One or two sentences for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where it is listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Name of the factory persona that speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
    /// Who speaks, where no factory persona does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_persona: Option<Box<Persona>>,
    /// The voice that `voice_mix` blends in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice_b: Option<String>,
    /// What is spoken; none leaves the text alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Who pulls whom; none for the field that suits the persona.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_field",
        deserialize_with = "read_field"
    )]
    pub field: Option<FieldSpec>,
    /// Values by the parameter's id; what is missing has its default.
    #[serde(default)]
    pub params: BTreeMap<String, Setting>,
}

impl Preset {
    /// The sound as it is now, its text included: set [`Preset::text`] to `None` to leave it out.
    pub fn of(name: &str, params: &PsivoxParams, line: &LineState) -> Self {
        let mut settings = BTreeMap::new();
        for index in (0..PARAMETER_COUNT).filter(|index| is_governed(*index)) {
            let param = parameter(params, index);
            let plain = param.plain_of(param.set_normalized());
            if plain != param.first() {
                settings.insert(id(index).to_owned(), Place::of(index).setting(plain));
            }
        }
        Self {
            psivox: KIND.to_owned(),
            version: PRESET_VERSION,
            name: name.trim().chars().take(MAX_NAME).collect(),
            author: String::new(),
            description: String::new(),
            tags: Vec::new(),
            persona: Some(line.persona.clone()),
            own_persona: line.own_persona.clone(),
            voice_b: line.voice_b.clone(),
            text: Some(line.text.clone()),
            field: line.field.clone(),
            params: settings,
        }
    }

    /// Reads and checks a preset.
    ///
    /// # Errors
    /// See [`PresetError`]: each names what was found and what was expected.
    pub fn from_json(json: &str) -> Result<Self, PresetError> {
        if json.len() > PRESET_LIMIT_BYTES {
            return Err(PresetError::TooLong { found: json.len() as u64 });
        }
        let value: Value = serde_json::from_str(json.trim_start_matches('\u{feff}'))?;
        let object = value.as_object().ok_or(PresetError::NotAPreset)?;
        if object.get("psivox").and_then(Value::as_str) != Some(KIND) {
            return Err(PresetError::NotAPreset);
        }
        match object.get("version").and_then(Value::as_u64) {
            Some(found) if found == u64::from(PRESET_VERSION) => {}
            Some(found) => return Err(PresetError::Version { found }),
            None => return Err(PresetError::Missing("version")),
        }
        check_types(object)?;
        let preset: Self = serde_json::from_value(value)?;
        preset.check()?;
        Ok(preset)
    }

    /// The preset as a file, with a line end.
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }

    /// Whether everything is in its range.
    ///
    /// # Errors
    /// See [`PresetError`].
    pub fn check(&self) -> Result<(), PresetError> {
        check_letters("name", &self.name, 1, MAX_NAME)?;
        check_letters("author", &self.author, 0, MAX_NAME)?;
        check_letters("description", &self.description, 0, MAX_DESCRIPTION)?;
        if self.tags.len() > MAX_TAGS {
            return Err(PresetError::Tags { found: self.tags.len() });
        }
        for tag in &self.tags {
            check_letters("tag", tag, 1, MAX_NAME)?;
        }
        if let Some(text) = self.text.as_ref().filter(|text| text.len() > TEXT_LIMIT_BYTES) {
            return Err(PresetError::TextTooLong { found: text.len() });
        }
        self.check_speaker()?;
        for (id, setting) in &self.params {
            Place::named(id)?.plain(setting)?;
        }
        let mut line = LineState::default();
        self.change(&mut line);
        line.field_setup()?;
        Ok(())
    }

    fn check_speaker(&self) -> Result<(), PresetError> {
        match (&self.persona, &self.own_persona) {
            (None, None) => return Err(PresetError::Missing("persona")),
            (Some(name), None) => Persona::named(name).map(|_| ())?,
            (_, Some(own)) => own.check()?,
        }
        self.voice_b.as_deref().map_or(Ok(()), catalog::check_voice)
    }

    /// Every parameter that presets govern: its index and its place of 0..=1.
    pub fn values(&self, params: &PsivoxParams) -> Vec<(usize, f32)> {
        let governed = (0..PARAMETER_COUNT).filter(|index| is_governed(*index));
        let value = |index| {
            let param = parameter(params, index);
            let own = self.params.get(id(index)).and_then(|own| Place::of(index).plain(own).ok());
            (index, param.normalized_of(own.unwrap_or_else(|| param.first())))
        };
        governed.map(value).collect()
    }

    /// Who speaks, what and in which field.
    pub fn change(&self, line: &mut LineState) {
        if let Some(persona) = &self.persona {
            line.persona.clone_from(persona);
        }
        line.own_persona.clone_from(&self.own_persona);
        line.voice_b.clone_from(&self.voice_b);
        line.field.clone_from(&self.field);
        if let Some(text) = &self.text {
            line.text.clone_from(text);
        }
    }

    /// Moves the parameters as a hand would: only those that are elsewhere, so that a host notes no more than what changed.
    pub fn apply(&self, params: &PsivoxParams, setter: &ParamSetter) {
        set_all(self.values(params), params, setter);
    }

    /// Whether parameters and speaker are those of the preset: not so once somebody has changed something.
    pub fn is_in_force(&self, params: &PsivoxParams, line: &LineState) -> bool {
        let mut changed = line.clone();
        self.change(&mut changed);
        let same = |(index, to): (usize, f32)| {
            let param = parameter(params, index);
            Place::of(index).same(param.plain_of(to), param.plain_of(param.set_normalized()))
        };
        changed == *line && self.values(params).into_iter().all(same)
    }
}

/// Moves parameters to places of 0..=1 as a hand would; those that are there already are left alone.
pub fn set_all(values: impl IntoIterator<Item = (usize, f32)>, params: &PsivoxParams, setter: &ParamSetter) {
    for (index, to) in values.into_iter().filter(|(index, to)| !is_at(params, *index, *to)) {
        let param = parameter(params, index);
        param.begin(setter);
        param.set(to, setter);
        param.end(setter);
    }
}

/// Whether a parameter is there, as near as hosts count.
fn is_at(params: &PsivoxParams, index: usize, place: f32) -> bool {
    (parameter(params, index).set_normalized() - place).abs() < 1e-6
}

/// A value of the wrong kind is told by the parameter's name, which serde would not.
fn check_types(object: &Map<String, Value>) -> Result<(), PresetError> {
    let Some(params) = object.get("params") else { return Ok(()) };
    let expected = || "an object of values by parameter id".to_owned();
    let wrong = |id: &str, expected, found: &Value| PresetError::Type {
        id: id.to_owned(),
        expected,
        found: found.to_string().chars().take(MAX_NAME).collect(),
    };
    for (id, value) in params.as_object().ok_or_else(|| wrong("params", expected(), params))? {
        let place = Place::named(id)?;
        if value.is_null() || value.is_array() || value.is_object() {
            return Err(wrong(id, place.expected(), value));
        }
    }
    Ok(())
}

/// A field that ships stands in a preset by its name.
fn write_field<S: Serializer>(field: &Option<FieldSpec>, serializer: S) -> Result<S::Ok, S::Error> {
    let shipped = |spec: &&FieldSpec| FieldSpec::named(&spec.name).is_ok_and(|shipped| shipped == **spec);
    match field.as_ref().filter(shipped) {
        Some(spec) => serializer.serialize_str(&spec.name),
        None => field.serialize(serializer),
    }
}

fn read_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<FieldSpec>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(name) => FieldSpec::named(&name).map(Some).map_err(D::Error::custom),
        spec => serde_json::from_value(spec).map(Some).map_err(D::Error::custom),
    }
}

fn check_letters(what: &'static str, text: &str, low: usize, high: usize) -> Result<(), PresetError> {
    let found = text.trim().chars().count();
    match (low..=high).contains(&found) && !text.chars().any(|letter| letter.is_control() && letter != '\n') {
        true => Ok(()),
        false => Err(PresetError::Letters { what, found, low, high }),
    }
}

/// The parameter of that name, if presets govern it.
fn governed_index(name: &str) -> Result<usize, PresetError> {
    match index_of(name) {
        Some(index) if is_governed(index) => Ok(index),
        Some(_) => Err(PresetError::NotGoverned { id: name.to_owned() }),
        None => Err(PresetError::Unknown { id: name.chars().take(MAX_NAME).collect() }),
    }
}

#[cfg(test)]
mod tests;
