//! Who speaks: a voice, its resting pitch, pace and throat, a resting face and mood, a field, and trademark gestures. One
//! readable JSON file each.

mod rule;
mod throat;

pub use rule::{GestureRule, Occasion};
pub use throat::{Ensemble, MAX_ENSEMBLE, Throat};

use crate::emotion::{FaceGesture, VoiceGesture};
use crate::face::{BLENDSHAPE_COUNT, BLENDSHAPE_NAMES};
use crate::field::{FieldError, FieldSpec};
use crate::sound::{Voiceprint, VoiceprintError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A speaker. Unknown keys are refused, so that a typing error is noticed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Version of this layout: 2; 1 has none of `throat`, `ensemble_st`, `field`, `couplings` and `gestures`.
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
    /// How the throat is set.
    #[serde(default)]
    pub throat: Throat,
    /// Voices that speak along, each so many semitones from the voice, at most [`MAX_ENSEMBLE`], -24..=24.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ensemble_st: Vec<f32>,
    /// Name of the field that ships and suits it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is different in that field, by path, such as `K.jaw.syllable`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub couplings: BTreeMap<String, f32>,
    /// Trademark gestures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gestures: Vec<GestureRule>,
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
    /// A field or a coupling that cannot be.
    #[error("persona '{name}': {reason}")]
    Field {
        /// The persona's name.
        name: String,
        /// What is wrong.
        reason: FieldError,
    },
    /// A gesture that does not exist.
    #[error("persona '{name}': there is no gesture '{gesture}'; choose one of: {known}")]
    Gesture {
        /// The persona's name.
        name: String,
        /// What was found.
        gesture: String,
        /// The names that exist.
        known: String,
    },
    /// More voices than can speak along.
    #[error("persona '{name}': ensemble_st has {found} voices, expected at most {MAX_ENSEMBLE}")]
    Ensemble {
        /// The persona's name.
        name: String,
        /// What was found.
        found: usize,
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

/// Newest layout.
const VERSION: u32 = 2;

/// Name and file of each persona that ships.
const FACTORY: [(&str, &str); 16] = [
    ("heart", include_str!("../../../presets/factory/heart.json")),
    ("ember", include_str!("../../../presets/factory/ember.json")),
    ("spark", include_str!("../../../presets/factory/spark.json")),
    ("michael", include_str!("../../../presets/factory/michael.json")),
    ("emma", include_str!("../../../presets/factory/emma.json")),
    ("george", include_str!("../../../presets/factory/george.json")),
    ("nicole", include_str!("../../../presets/factory/nicole.json")),
    ("alloy", include_str!("../../../presets/factory/alloy.json")),
    ("presenter", include_str!("../../../presets/factory/presenter.json")),
    ("narrator", include_str!("../../../presets/factory/narrator.json")),
    ("elder", include_str!("../../../presets/factory/elder.json")),
    ("creature", include_str!("../../../presets/factory/creature.json")),
    ("choir", include_str!("../../../presets/factory/choir.json")),
    ("ghost", include_str!("../../../presets/factory/ghost.json")),
    ("anxious", include_str!("../../../presets/factory/anxious.json")),
    ("singer", include_str!("../../../presets/factory/singer.json")),
];

impl Persona {
    /// Reads and checks a persona file.
    ///
    /// # Errors
    /// Malformed JSON, an unknown version, numbers out of range, unknown blendshapes.
    pub fn from_json(json: &str) -> Result<Self, PersonaError> {
        let persona: Self = serde_json::from_str(json)?;
        persona.check()?;
        Ok(persona)
    }

    /// Whether everything is in its range.
    ///
    /// # Errors
    /// An unknown version, numbers out of range, unknown blendshapes, gestures, couplings.
    pub fn check(&self) -> Result<(), PersonaError> {
        let persona = self;
        if !(1..=VERSION).contains(&persona.version) {
            return Err(PersonaError::Version { found: persona.version, supported: VERSION });
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
        for (field, value, low, high) in persona.throat.ranges() {
            check(field, value, low, high)?;
        }
        for shift in &persona.ensemble_st {
            check("ensemble_st", *shift, -24.0, 24.0)?;
        }
        if persona.ensemble_st.len() > MAX_ENSEMBLE {
            let (name, found) = (persona.name.clone(), persona.ensemble_st.len());
            return Err(PersonaError::Ensemble { name, found });
        }
        for rule in &persona.gestures {
            check("strength of a gesture", rule.strength, 0.0, 1.0)?;
            if rule.inserted().is_none() {
                let face = FaceGesture::ALL.iter().map(|gesture| gesture.name());
                let voice = VoiceGesture::ALL.iter().map(|gesture| gesture.name());
                let known: Vec<&str> = face.chain(voice).collect();
                let (name, gesture) = (persona.name.clone(), rule.gesture.clone());
                return Err(PersonaError::Gesture { name, gesture, known: known.join(", ") });
            }
        }
        persona.field_spec().map(|_| ())
    }

    /// The field that suits the persona; none if it has no wish.
    ///
    /// # Errors
    /// The field or one of its couplings does not exist, or a value is out of range.
    pub fn field_spec(&self) -> Result<Option<FieldSpec>, PersonaError> {
        if self.field.is_none() && self.couplings.is_empty() {
            return Ok(None);
        }
        let wrong = |reason| PersonaError::Field { name: self.name.clone(), reason };
        let mut spec = FieldSpec::named(self.field.as_deref().unwrap_or("default")).map_err(wrong)?;
        for (path, value) in &self.couplings {
            spec.set(path, &value.to_string()).map_err(wrong)?;
        }
        Ok(Some(spec))
    }

    /// The voices that speak along.
    pub fn ensemble(&self) -> Ensemble {
        Ensemble::of(&self.ensemble_st)
    }

    /// The personas that ship, the default one first.
    pub fn factory() -> Vec<Self> {
        FACTORY.iter().filter_map(|(_, json)| Self::from_json(json).ok()).collect()
    }

    /// The factory persona of that name (case does not matter).
    ///
    /// # Errors
    /// [`PersonaError::Unknown`] lists the names that exist.
    pub fn named(name: &str) -> Result<Self, PersonaError> {
        let (_, json) =
            FACTORY.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).ok_or_else(|| {
                let known: Vec<&str> = FACTORY.iter().map(|(name, _)| *name).collect();
                PersonaError::Unknown { name: name.to_owned(), known: known.join(", ") }
            })?;
        Self::from_json(json)
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
        for (name, json) in FACTORY {
            assert_eq!(Persona::from_json(json).expect("lawful").name, name);
        }
        let names: Vec<String> = Persona::factory().into_iter().map(|persona| persona.name).collect();
        assert_eq!(
            names,
            [
                "heart",
                "ember",
                "spark",
                "michael",
                "emma",
                "george",
                "nicole",
                "alloy",
                "presenter",
                "narrator",
                "elder",
                "creature",
                "choir",
                "ghost",
                "anxious",
                "singer"
            ]
        );
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
