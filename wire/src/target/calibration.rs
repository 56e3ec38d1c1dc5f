//! How strongly a model's shapes answer: smallest, largest and in between, shape by shape.

use psivox_core::face::{BLENDSHAPE_COUNT, Shape};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// What becomes of one shape: `min + (max - min) value^curve`, in 0..=1. At rest (0) nothing is sent but 0, unless `min` is
/// what the model needs at rest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gain {
    /// What 0 becomes, 0..=1.
    pub min: f32,
    /// What 1 becomes, 0..=2: more than 1 reaches the end of the model's range sooner.
    pub max: f32,
    /// Exponent, 0.2..=5: below 1 small movements show more.
    pub curve: f32,
}

impl Default for Gain {
    fn default() -> Self {
        Self { min: 0.0, max: 1.0, curve: 1.0 }
    }
}

impl Gain {
    /// Ranges of the three numbers.
    const RANGES: [(&'static str, f32, f32); 3] = [("min", 0.0, 1.0), ("max", 0.0, 2.0), ("curve", 0.2, 5.0)];

    /// The value as the model needs it.
    pub fn apply(&self, value: f32) -> f32 {
        (self.min + (self.max - self.min) * value.powf(self.curve)).clamp(0.0, 1.0)
    }

    fn check(&self) -> Result<(), String> {
        for ((name, low, high), value) in Self::RANGES.into_iter().zip([self.min, self.max, self.curve]) {
            if !(low..=high).contains(&value) {
                return Err(format!("{name} is {value}, expected {low} to {high}"));
            }
        }
        Ok(())
    }
}

/// The gains of a model, by ARKit's camelCase names; shapes that are not named stay as they are.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(transparent)]
pub struct Calibration(BTreeMap<String, Gain>);

impl Calibration {
    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A shape's gain.
    pub fn get(&self, shape: Shape) -> Gain {
        self.0.get(shape.name()).copied().unwrap_or_default()
    }

    /// Sets a shape's gain, or takes it out again if it changes nothing.
    ///
    /// # Errors
    /// A number outside its range.
    pub fn set(&mut self, shape: Shape, gain: Gain) -> Result<(), String> {
        gain.check().map_err(|reason| format!("{}: {reason}", shape.name()))?;
        if gain == Gain::default() {
            self.0.remove(shape.name());
        } else {
            self.0.insert(shape.name().to_owned(), gain);
        }
        Ok(())
    }

    /// All shapes' gains in frame order.
    pub fn gains(&self) -> [Gain; BLENDSHAPE_COUNT] {
        Shape::ALL.map(|shape| self.get(shape))
    }
}

impl<'de> Deserialize<'de> for Calibration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = BTreeMap::<String, Gain>::deserialize(deserializer)?;
        let mut calibration = Self::default();
        for (name, gain) in given {
            let unknown =
                || D::Error::custom(format!("'{name}' is no blendshape; use ARKit's names such as jawOpen"));
            let shape = Shape::ALL.into_iter().find(|shape| shape.name() == name).ok_or_else(unknown)?;
            calibration.set(shape, gain).map_err(D::Error::custom)?;
        }
        Ok(calibration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_moves_ends_and_middle() {
        let gain = Gain { min: 0.1, max: 0.5, curve: 2.0 };
        assert_eq!([0.0, 0.5, 1.0].map(|value| gain.apply(value)), [0.1, 0.2, 0.5]);
        assert_eq!(Gain { max: 2.0, ..Gain::default() }.apply(0.8), 1.0);
    }

    #[test]
    fn what_is_read_is_checked() {
        let read = |text: &str| serde_json::from_str::<Calibration>(text);
        let good = read(r#"{"jawOpen":{"max":0.7}}"#).expect("lawful");
        assert_eq!(good.get(Shape::JawOpen), Gain { max: 0.7, ..Gain::default() });
        for (text, word) in [
            (r#"{"jawopen":{}}"#, "jawOpen"),
            (r#"{"jawOpen":{"max":9}}"#, "expected 0 to 2"),
            (r#"{"jawOpen":{"gain":1}}"#, "gain"),
        ] {
            let message = read(text).expect_err(text).to_string();
            assert!(message.contains(word), "{message}");
        }
    }
}
