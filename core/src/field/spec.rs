//! The field as people write it down: a JSON preset with the keys `bands` and `coupling`, checked to the last number.
//!
//! Couplings are shares of the target's own rate: `K` of 1 locks any detuning up to the target's own frequency. What a
//! preset leaves out is as in the field that ships. Reading a preset either succeeds whole or changes nothing; the message
//! names the line and the rule.
//!
//! ```
//! use psivox_core::field::{FieldSpec, Pair, Role};
//!
//! let json = r#"{"name": "tight", "bands": {"meso": {"period_ms": 240, "count": 48}},
//!                "coupling": {"upward_gain": 0.2, "K": {"jaw.syllable": 1.5}, "alpha": {"jaw.syllable": 0}}}"#;
//! let mut spec = FieldSpec::from_json(json)?;
//! assert_eq!(spec.k(Pair::of(Role::Jaw, Role::Syllable)), 1.5);
//! spec.set("K.brow.stress", "0.4")?;
//! assert!(spec.set("K.jaw.syllable", "1e9").is_err());
//! # Ok::<(), psivox_core::field::FieldError>(())
//! ```

mod bands;
mod change;
mod coupling;
mod sections;
mod values;

pub use bands::{BandSpec, Bands};
pub use coupling::CouplingSpec;
pub use sections::{LearningSpec, MemorySpec, MoodSpec, OscillatorSpec, SurpriseSpec};

use super::roles::{Pair, Role};
use crate::grammar::Weights;
use coupling::{SHIPPED, Strength};
use sections::Numbers;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::f32::consts::PI;
use values::{GAIN_RANGE, HZ_RANGE, K_RANGE, NOISE_RANGE, at_line, by_role, oscillators, within};

/// Layout version of a preset.
pub const FIELD_VERSION: u32 = 1;
/// Longest preset in bytes.
pub const FIELD_LIMIT_BYTES: usize = 256 << 10;

/// Why a field was refused. Whatever was in force before stays.
#[derive(Debug, thiserror::Error)]
pub enum FieldError {
    /// Not the JSON of a field, or a number outside its range; names the line.
    #[error("field preset: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Too long to be a preset.
    #[error("field preset: {found} bytes, a preset has at most {FIELD_LIMIT_BYTES}")]
    TooLong {
        /// Length in bytes.
        found: usize,
    },
    /// A version that this build does not know.
    #[error(
        "field preset: version {found} is newer than this build understands ({FIELD_VERSION}); update Psivox"
    )]
    Version {
        /// Version in the file.
        found: u32,
    },
    /// A value that breaks a rule.
    #[error("field: {0}")]
    Rule(String),
    /// No preset of that name.
    #[error("there is no field preset '{name}'; choose one of: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that exist.
        known: String,
    },
}

/// A field as it is written down. All values are what the field that ships has, unless given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldSpec {
    /// Layout version, [`FIELD_VERSION`].
    pub version: u32,
    /// Short name.
    pub name: String,
    /// One sentence for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Periods and sizes of the three bands.
    pub bands: Bands,
    /// Who pulls whom.
    pub coupling: CouplingSpec,
    /// Named oscillators that differ.
    #[serde(
        deserialize_with = "oscillators",
        serialize_with = "by_role",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub oscillators: BTreeMap<Role, OscillatorSpec>,
    /// How couplings learn.
    pub learning: LearningSpec,
    /// How emotion acts on couplings.
    pub emotion: MoodSpec,
    /// The answer to surprise.
    pub surprise: SurpriseSpec,
    /// The slow manifold.
    pub memory: MemorySpec,
    /// Weights of the grammar's rules that differ, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub grammar: BTreeMap<String, f32>,
}

impl Default for FieldSpec {
    fn default() -> Self {
        Self {
            version: FIELD_VERSION,
            name: "default".to_owned(),
            description: String::new(),
            bands: Bands::default(),
            coupling: CouplingSpec::default(),
            oscillators: BTreeMap::new(),
            learning: LearningSpec::default(),
            emotion: MoodSpec::default(),
            surprise: SurpriseSpec::default(),
            memory: MemorySpec::default(),
            grammar: BTreeMap::new(),
        }
    }
}

impl FieldSpec {
    /// Reads and checks a preset.
    ///
    /// # Errors
    /// See [`FieldError`].
    pub fn from_json(json: &str) -> Result<Self, FieldError> {
        if json.len() > FIELD_LIMIT_BYTES {
            return Err(FieldError::TooLong { found: json.len() });
        }
        let spec: Self = serde_json::from_str(json)?;
        spec.check().map_err(|error| match (error, json) {
            (FieldError::Rule(rule), json) => FieldError::Rule(at_line(&rule, json)),
            (other, _) => other,
        })?;
        Ok(spec)
    }

    /// The preset as text.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// K of a pair as a share of the target's own rate; 0 where there is none.
    pub fn k(&self, pair: Pair) -> f32 {
        let own = self.coupling.k.get(&pair).copied();
        own.or_else(|| self.shipped(pair)).unwrap_or(0.0)
    }

    fn shipped(&self, pair: Pair) -> Option<f32> {
        let (_, strength, _) = SHIPPED.iter().find(|(known, ..)| *known == pair)?;
        Some(match strength {
            Strength::Own(share) => *share,
            Strength::Band if pair.is_upward() => self.coupling.upward_gain,
            Strength::Band => self.coupling.downward_gain,
        })
    }

    /// Lag of a pair in rad.
    pub fn alpha(&self, pair: Pair) -> f32 {
        let shipped = || SHIPPED.iter().find(|(known, ..)| *known == pair).map(|(.., alpha)| *alpha);
        self.coupling.alpha.get(&pair).copied().or_else(shipped).unwrap_or(0.0)
    }

    /// Every pair that has a K or could have: the ones that ship, then the preset's own.
    pub fn pairs(&self) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = SHIPPED.iter().map(|(pair, ..)| *pair).collect();
        pairs.extend(self.coupling.k.keys().filter(|pair| !SHIPPED.iter().any(|(known, ..)| known == *pair)));
        pairs
    }

    /// Intrinsic frequency of a named oscillator in Hz.
    pub fn hz(&self, role: Role) -> f32 {
        let own = self.oscillators.get(&role).and_then(|oscillator| oscillator.hz);
        own.unwrap_or_else(|| role.intrinsic_hz(self.bands.of(role.band()).period_ms / 1e3))
    }

    /// Phase noise of a named oscillator in rad per square root of a second.
    pub fn noise(&self, role: Role) -> f32 {
        let own = self.oscillators.get(&role).and_then(|oscillator| oscillator.noise);
        own.unwrap_or_else(|| role.noise_rad_per_sqrt_s())
    }

    /// Whether every number is lawful by itself. [`super::FieldSetup::compile`] also looks at what they add up to.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), FieldError> {
        if self.version > FIELD_VERSION {
            return Err(FieldError::Version { found: self.version });
        }
        self.bands.check().map_err(FieldError::Rule)?;
        let mut copy = self.clone();
        let gains =
            [("upward_gain", self.coupling.upward_gain), ("downward_gain", self.coupling.downward_gain)];
        for (name, value) in gains {
            within(name, value, GAIN_RANGE).map_err(FieldError::Rule)?;
        }
        for (pair, k) in &self.coupling.k {
            within(&format!("K of {pair}"), *k, K_RANGE).map_err(FieldError::Rule)?;
        }
        for (pair, alpha) in &self.coupling.alpha {
            within(&format!("alpha of {pair}"), *alpha, (-PI, PI)).map_err(FieldError::Rule)?;
        }
        for (role, OscillatorSpec { hz, noise }) in &self.oscillators {
            within(&format!("hz of {}", role.name()), hz.unwrap_or(1.0), HZ_RANGE)
                .map_err(FieldError::Rule)?;
            within(&format!("noise of {}", role.name()), noise.unwrap_or(1.0), NOISE_RANGE)
                .map_err(FieldError::Rule)?;
        }
        for (_, numbers) in copy.sections() {
            for (name, value, low, high) in numbers {
                within(name, *value, (low, high)).map_err(FieldError::Rule)?;
            }
        }
        super::setup::FieldSetup::compile(self).map(|_| ())
    }

    /// The sections that hold plain numbers.
    pub(super) fn sections(&mut self) -> [(&'static str, Numbers<'_>); 4] {
        [
            ("learning", self.learning.numbers()),
            ("emotion", self.emotion.numbers()),
            ("surprise", self.surprise.numbers()),
            ("memory", self.memory.numbers()),
        ]
    }

    /// The weights of the grammar's rules.
    ///
    /// # Errors
    /// A rule that does not exist, or a weight outside its range.
    pub fn grammar_weights(&self) -> Result<Weights, FieldError> {
        let mut weights = Weights::default();
        for (name, weight) in &self.grammar {
            weights.set(name, *weight).map_err(|error| FieldError::Rule(error.to_string()))?;
        }
        Ok(weights)
    }

    /// The fields that ship, the default one first.
    pub fn factory() -> Vec<Self> {
        FACTORY.iter().filter_map(|(_, json)| Self::from_json(json).ok()).collect()
    }

    /// The factory field of that name (case does not matter).
    ///
    /// # Errors
    /// [`FieldError::Unknown`] lists the names that exist.
    pub fn named(name: &str) -> Result<Self, FieldError> {
        let (_, json) =
            FACTORY.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).ok_or_else(|| {
                let known: Vec<&str> = FACTORY.iter().map(|(name, _)| *name).collect();
                FieldError::Unknown { name: name.to_owned(), known: known.join(", ") }
            })?;
        Self::from_json(json)
    }
}

/// Name and file of each field that ships.
const FACTORY: [(&str, &str); 4] = [
    ("default", include_str!("../../../presets/fields/default.json")),
    ("tight", include_str!("../../../presets/fields/tight.json")),
    ("loose", include_str!("../../../presets/fields/loose.json")),
    ("alone", include_str!("../../../presets/fields/alone.json")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blueprint_s_file_is_read() {
        let json = r#"{
            "bands": {
                "micro": {"period_ms": 25, "count": 128},
                "meso": {"period_ms": 250, "count": 32},
                "macro": {"period_ms": 2000, "count": 8}
            },
            "coupling": {"upward_gain": 0.15, "downward_gain": 0.07}
        }"#;
        assert_eq!(FieldSpec::from_json(json).expect("a field"), FieldSpec::default());
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut spec = FieldSpec::default();
        for (path, value) in [
            ("K.jaw.syllable", "0.4"),
            ("K.gaze.nod", "0.1"),
            ("alpha.jaw.syllable", "-0.1"),
            ("bands.meso.count", "40"),
            ("bands.macro.period_ms", "3000"),
            ("hz.tremor", "8"),
            ("noise.lid", "0"),
            ("learning.k_max", "0.3"),
            ("emotion.K_arousal", "0"),
            ("name", "mine"),
        ] {
            spec.set(path, value).expect(path);
        }
        let again = FieldSpec::from_json(&spec.to_json()).expect("a field");
        assert_eq!(again, spec);
        assert_eq!(again.k(Pair::of(Role::Jaw, Role::Syllable)), 0.4);
        assert_eq!(again.hz(Role::Tremor), 8.0);
        assert!((again.hz(Role::Phrase) - 1.0 / 3.0).abs() < 1e-6);
        assert!(again.pairs().contains(&Pair::of(Role::Gaze, Role::Nod)));
    }

    #[test]
    fn the_factory_fields_load_and_the_default_is_the_default() {
        let names: Vec<String> = FieldSpec::factory().into_iter().map(|spec| spec.name).collect();
        assert_eq!(names, ["default", "tight", "loose", "alone"]);
        let shipped = FieldSpec::named("Default").expect("a field");
        assert_eq!(FieldSpec { description: String::new(), ..shipped }, FieldSpec::default());
        assert!(FieldSpec::named("x").unwrap_err().to_string().contains("alone"));
    }

    /// Line and rule.
    #[test]
    fn bad_presets_are_refused_with_line_and_rule() {
        for (json, line, rule) in [
            ("{\n\"coupling\": {\n\"K\": {\"jaw.syllable\": 1e9}}}", "line 3", "-4 to 4"),
            ("{\n\"coupling\": {\n\"K\": {\"jaw.syllable\": 1e999}}}", "line 3", "out of range"),
            ("{\n\"coupling\": {\n\"K\": {\"jaw.syllable\": NaN}}}", "line 3", "expected value"),
            ("{\n\"coupling\": {\n\"K\": {\"jaw.tail\": 1}}}", "line 3", "no oscillator 'tail'"),
            ("{\"coupling\": {\n\"K\": {\"jaw.nod\": 1,\n\"jaw.nod\": 2}}}", "line 3", "twice"),
            ("{\"coupling\": {\n\"alpha\": {\"jaw.nod\": 4}}}", "line 2", "3.14"),
            ("{\"bands\": {\n\"meso\": {\"period_ms\": 250,\n\"count\": -5}}}", "line 3", "0 to 128"),
            ("{\"bands\": {\n\"meso\": {\"period_ms\": 250,\n\"count\": 8.5}}}", "line 3", "whole"),
            ("{\"bands\": {\n\"meso\": {\"period_ms\": 250, \"count\": 3}}}", "line 2", "9 to 64"),
            ("{\n\"bands\": {\"meso\": {\"period_ms\": 1900, \"count\": 32}}}", "line 2", "circle"),
            ("{\n\"bands\": {\n\"mezzo\": {}}}", "line 3", "unknown field `mezzo`"),
            ("{\n\"upward\": 1}", "line 2", "unknown field"),
            ("{\"learning\": {\n\"k_max\": 99}}", "line 2", "0 to 2"),
            ("{\"oscillators\": {\n\"tail\": {}}}", "line 2", "'tail'"),
            ("{\"oscillators\": {\n\"lid\": {\"hz\": 0}}}", "line 2", "0.01 to 20"),
        ] {
            let message = FieldSpec::from_json(json).expect_err(json).to_string();
            assert!(message.contains(line) && message.contains(rule), "{json}: {message}");
        }
        assert!(FieldSpec::from_json(&" ".repeat(FIELD_LIMIT_BYTES + 1)).is_err());
        assert!(FieldSpec::from_json("{\"version\": 9}").unwrap_err().to_string().contains("update"));
    }

    #[test]
    fn a_bad_value_changes_nothing() {
        let mut spec = FieldSpec::default();
        for (path, value, word) in [
            ("K.jaw.syllable", "nan", "finite"),
            ("K.jaw.syllable", "inf", "finite"),
            ("K.jaw.syllable", "9", "-4 to 4"),
            ("K.jaw", "1", "target.source"),
            ("bands.meso.count", "-3", "not negative"),
            ("bands.meso.size", "3", "period_ms"),
            ("tempo", "3", "K.TARGET.SOURCE"),
            ("learning.k_max", "5", "0 to 2"),
            ("hz.tail", "1", "'tail'"),
        ] {
            let message = spec.set(path, value).expect_err(path).to_string();
            assert!(message.contains(word), "{path}={value}: {message}");
        }
        assert_eq!(spec, FieldSpec::default());
        spec.set("K.jaw.nod", "2").expect("within the range of one");
        assert!(
            spec.set("K.jaw.brow", "3").unwrap_err().to_string().contains("in all"),
            "too strong together"
        );
    }
}
