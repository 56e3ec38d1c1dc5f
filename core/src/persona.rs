//! Who speaks: a voice, its resting pitch and pace, and a resting face. One readable JSON file each.

use crate::face::{BLENDSHAPE_COUNT, BLENDSHAPE_NAMES};
use crate::sound::{Voiceprint, VoiceprintError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A speaker. Unknown keys are refused, so that a typing error is noticed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Version of this layout; 1.
    pub version: u32,
    /// Short stable name, as typed after `--persona`.
    pub name: String,
    /// One sentence for people.
    pub description: String,
    /// Whose voice, such as `af_heart`.
    pub voice: String,
    /// A second voice to blend with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice_b: Option<String>,
    /// How much of the second voice, 0..=1.
    #[serde(default)]
    pub voice_mix: f32,
    /// Transposition in semitones, -12..=12.
    #[serde(default)]
    pub pitch_st: f32,
    /// Speaking rate relative to the voice's own, 0.5..=2.
    #[serde(default = "one")]
    pub rate_ratio: f32,
    /// Factor on the vocal-tract resonances (below 1: a larger person), 0.8..=1.2.
    #[serde(default = "one")]
    pub formant_ratio: f32,
    /// Equaliser and formant bandwidth; neutral if left out.
    #[serde(default)]
    pub voiceprint: Voiceprint,
    /// Emotional resting point: valence, arousal, dominance, each -1..=1.
    #[serde(default)]
    pub resting_emotion: [f32; 3],
    /// Resting strength of blendshapes by camelCase name, 0..=1.
    #[serde(default)]
    pub resting_face: BTreeMap<String, f32>,
}

fn one() -> f32 {
    1.0
}

/// Why a persona was refused.
#[derive(Debug, thiserror::Error)]
pub enum PersonaError {
    /// The file is not the JSON of a persona.
    #[error("this is not a persona file: {0}")]
    Malformed(#[from] serde_json::Error),
    /// A version that this build does not know.
    #[error("persona version {found} is newer than this build understands ({supported}); update Psivox")]
    Version {
        /// Version in the file.
        found: u32,
        /// Newest version understood.
        supported: u32,
    },
    /// A number outside its range.
    #[error("persona '{name}': {field} is {value}, expected {low} to {high}")]
    Range {
        /// The persona's name.
        name: String,
        /// Which value.
        field: String,
        /// What was found.
        value: f32,
        /// Smallest value allowed.
        low: f32,
        /// Largest value allowed.
        high: f32,
    },
    /// A voiceprint out of its range.
    #[error("persona '{name}': {reason}")]
    Voiceprint {
        /// The persona's name.
        name: String,
        /// What is wrong.
        reason: VoiceprintError,
    },
    /// A blendshape that does not exist.
    #[error(
        "persona '{name}': there is no blendshape '{shape}'; use ARKit's camelCase names such as mouthSmileLeft"
    )]
    Shape {
        /// The persona's name.
        name: String,
        /// What was found.
        shape: String,
    },
    /// No persona of that name.
    #[error("there is no persona '{name}'; choose one of: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that exist.
        known: String,
    },
}

const FACTORY: [&str; 8] = [
    include_str!("../../presets/factory/heart.json"),
    include_str!("../../presets/factory/ember.json"),
    include_str!("../../presets/factory/spark.json"),
    include_str!("../../presets/factory/michael.json"),
    include_str!("../../presets/factory/emma.json"),
    include_str!("../../presets/factory/george.json"),
    include_str!("../../presets/factory/nicole.json"),
    include_str!("../../presets/factory/alloy.json"),
];

impl Persona {
    /// Reads and checks a persona file.
    ///
    /// # Errors
    /// Malformed JSON, an unknown version, numbers out of range, unknown blendshapes.
    pub fn from_json(json: &str) -> Result<Self, PersonaError> {
        let persona: Self = serde_json::from_str(json)?;
        if persona.version != 1 {
            return Err(PersonaError::Version { found: persona.version, supported: 1 });
        }
        let check = |field: &str, value: f32, low: f32, high: f32| {
            let good = value.is_finite() && (low..=high).contains(&value);
            let field = field.to_owned();
            good.then_some(()).ok_or(PersonaError::Range {
                name: persona.name.clone(),
                field,
                value,
                low,
                high,
            })
        };
        check("pitch_st", persona.pitch_st, -12.0, 12.0)?;
        check("voice_mix", persona.voice_mix, 0.0, 1.0)?;
        check("rate_ratio", persona.rate_ratio, 0.5, 2.0)?;
        check("formant_ratio", persona.formant_ratio, 0.8, 1.2)?;
        persona
            .voiceprint
            .check()
            .map_err(|reason| PersonaError::Voiceprint { name: persona.name.clone(), reason })?;
        for axis in persona.resting_emotion {
            check("resting_emotion", axis, -1.0, 1.0)?;
        }
        for (shape, value) in &persona.resting_face {
            check(shape, *value, 0.0, 1.0)?;
            if !BLENDSHAPE_NAMES.contains(&shape.as_str()) {
                return Err(PersonaError::Shape { name: persona.name.clone(), shape: shape.clone() });
            }
        }
        Ok(persona)
    }

    /// The personas that ship, the default one first.
    pub fn factory() -> Vec<Self> {
        FACTORY.iter().filter_map(|json| Self::from_json(json).ok()).collect()
    }

    /// The factory persona of that name (case does not matter).
    ///
    /// # Errors
    /// [`PersonaError::Unknown`] lists the names that exist.
    pub fn named(name: &str) -> Result<Self, PersonaError> {
        let all = Self::factory();
        all.iter().find(|persona| persona.name.eq_ignore_ascii_case(name)).cloned().ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(|persona| persona.name.as_str()).collect();
            PersonaError::Unknown { name: name.to_owned(), known: known.join(", ") }
        })
    }

    /// Resting strengths in frame order.
    pub fn resting_shapes(&self) -> [f32; BLENDSHAPE_COUNT] {
        let strength = |name: &&str| self.resting_face.get(*name).copied().unwrap_or(0.0);
        let mut shapes = [0.0; BLENDSHAPE_COUNT];
        for (slot, name) in shapes.iter_mut().zip(BLENDSHAPE_NAMES.iter()) {
            *slot = strength(name);
        }
        shapes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_factory_file_loads() {
        let names: Vec<String> = Persona::factory().into_iter().map(|persona| persona.name).collect();
        assert_eq!(names, ["heart", "ember", "spark", "michael", "emma", "george", "nicole", "alloy"]);
    }

    #[test]
    fn errors_say_what_to_do() {
        let unknown = Persona::named("nobody").unwrap_err().to_string();
        assert!(unknown.contains("heart") && unknown.contains("nobody"), "{unknown}");
        let json = r#"{"version":1,"name":"x","description":"","voice":"af_heart","pitch_st":99}"#;
        assert!(Persona::from_json(json).unwrap_err().to_string().contains("-12"));
        let json = r#"{"version":1,"name":"x","description":"","voice":"v","resting_face":{"smile":1}}"#;
        assert!(Persona::from_json(json).unwrap_err().to_string().contains("camelCase"));
        assert!(Persona::from_json("{").is_err());
        let json = r#"{"version":1,"name":"x","description":"","voice":"v","voiceprint":{"eq":[{"hz":5,"gain_db":1}]}}"#;
        let message = Persona::from_json(json).unwrap_err().to_string();
        assert!(message.contains("hz of equaliser band 1 is 5, expected 40 to 20000"), "{message}");
        let json = r#"{"version":1,"name":"x","description":"","voice":"v","voiceprint":{"formants":1.0}}"#;
        assert!(Persona::from_json(json).unwrap_err().to_string().contains("formants"));
    }

    #[test]
    fn a_voiceprint_is_read_and_neutral_if_left_out() {
        let json = r#"{"version":1,"name":"x","description":"","voice":"v","voiceprint":{"eq":[
            {"shape":"low_shelf","hz":200,"gain_db":-3},{"hz":3000,"gain_db":4,"q":2}],"formant_bandwidth":0.8}}"#;
        let persona = Persona::from_json(json).expect("a persona");
        assert_eq!(persona.voiceprint.eq.len(), 2);
        assert_eq!((persona.voiceprint.eq[1].q, persona.voiceprint.formant_bandwidth), (2.0, 0.8));
        let json = r#"{"version":1,"name":"x","description":"","voice":"v"}"#;
        assert_eq!(Persona::from_json(json).expect("a persona").voiceprint, Voiceprint::default());
    }
}
