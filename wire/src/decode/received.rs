//! The face that a stream describes, in the terms of ARKit, with all that comes along.

use psivox_core::face::{BLENDSHAPE_COUNT, Shape};
use psivox_core::phone::VISEME_COUNT;
use std::collections::BTreeMap;

/// Most names that are remembered of each kind.
pub const MAX_NAMES: usize = 128;
/// Longest name, and longest text, in bytes.
const MAX_NAME_BYTES: usize = 64;
const MAX_TEXT_BYTES: usize = 512;
/// Largest angle in degrees, and largest value of a clip, that is believed.
const MOST_DEG: f32 = 180.0;
const MOST_VALUE: f32 = 10.0;

/// What was last told in words.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Said {
    /// The line: `/psivox/line`, or the chatbox.
    pub line: Option<String>,
    /// The word within it.
    pub word: Option<String>,
    /// Symbol of the phone.
    pub phone: Option<String>,
    /// Name of the last mark.
    pub mark: Option<String>,
    /// Surprises so far.
    pub surprises: u64,
}

/// A received face.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceivedFace {
    /// Strengths by ARKit's index ([`Shape`]), 0..=1; `None` for what has never come.
    pub shapes: [Option<f32>; BLENDSHAPE_COUNT],
    /// Yaw (+ to the person's left), pitch (+ up) and roll (+ to the left shoulder) in degrees.
    pub head_deg: Option<[f32; 3]>,
    /// Named clips that are no ARKit shapes, such as `Joy`; at most [`MAX_NAMES`].
    pub clips: BTreeMap<String, f32>,
    /// Weights of the fifteen visemes, 0..=1.
    pub visemes: [Option<f32>; VISEME_COUNT],
    /// The viseme that an event or an index has named last.
    pub viseme: Option<usize>,
    /// Emotions and what was passed through (`/VMC/Thru/...`), by name; at most [`MAX_NAMES`].
    pub emotion: BTreeMap<String, f32>,
    /// Name that the sender gives itself.
    pub subject: Option<String>,
    /// What is said.
    pub said: Said,
    /// The sender's clock, s.
    pub time_s: Option<f32>,
    /// Whether the sender calls itself ready.
    pub ready: Option<bool>,
    /// Faces that took effect.
    pub applied: u64,
}

impl Default for ReceivedFace {
    fn default() -> Self {
        Self {
            shapes: [None; BLENDSHAPE_COUNT],
            head_deg: None,
            clips: BTreeMap::new(),
            visemes: [None; VISEME_COUNT],
            viseme: None,
            emotion: BTreeMap::new(),
            subject: None,
            said: Said::default(),
            time_s: None,
            ready: None,
            applied: 0,
        }
    }
}

impl ReceivedFace {
    /// Strength of a shape in 0..=1; 0 where it has never come.
    pub fn get(&self, shape: Shape) -> f32 {
        unit(self.shapes[shape as usize].unwrap_or(0.0))
    }

    pub(super) fn set(&mut self, shape: Shape, value: f32) {
        self.shapes[shape as usize] = Some(unit(value));
    }

    pub(super) fn set_head_deg(&mut self, angles: [f32; 3]) {
        self.head_deg = Some(angles.map(|angle| angle.clamp(-MOST_DEG, MOST_DEG)));
    }

    pub(super) fn set_emotion(&mut self, name: &str, value: f32) {
        keep(&mut self.emotion, name, value);
    }
}

pub(super) fn unit(value: f32) -> f32 {
    if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 }
}

/// Remembers a value of a name unless there are too many names.
pub(super) fn keep(map: &mut BTreeMap<String, f32>, name: &str, value: f32) {
    let name = clean(name, MAX_NAME_BYTES);
    let value = if value.is_finite() { value.clamp(-MOST_VALUE, MOST_VALUE) } else { 0.0 };
    if map.len() < MAX_NAMES || map.contains_key(&name) {
        map.insert(name, value);
    }
}

/// A text to show, bounded and without control characters.
pub(super) fn sentence(text: &str) -> String {
    clean(text, MAX_TEXT_BYTES)
}

pub(super) fn label(text: &str) -> String {
    clean(text, MAX_NAME_BYTES)
}

fn clean(text: &str, most_bytes: usize) -> String {
    let cut = text.floor_char_boundary(most_bytes);
    text[..cut].chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// The shape of ARKit's name, in camelCase or PascalCase, or with `_L` and `_R` for its sides.
pub(super) fn shape_named(name: &str) -> Option<Shape> {
    Shape::ALL.into_iter().find(|shape| {
        let own = shape.name();
        let stem = |side: &str| own.strip_suffix(side);
        let sided = |end: &str, side: &str| {
            name.strip_suffix(end).is_some_and(|name| stem(side).is_some_and(|own| same(name, own)))
        };
        same(name, own) || sided("_L", "Left") || sided("_R", "Right")
    })
}

/// Equal but for the case of the first letter.
fn same(name: &str, own: &str) -> bool {
    let (Some(first), Some(own_first)) = (name.as_bytes().first(), own.as_bytes().first()) else {
        return false;
    };
    first.eq_ignore_ascii_case(own_first) && name.as_bytes()[1..] == own.as_bytes()[1..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_found_by_every_spelling() {
        for (name, shape) in [
            ("jawOpen", Some(Shape::JawOpen)),
            ("JawOpen", Some(Shape::JawOpen)),
            ("eyeBlink_L", Some(Shape::EyeBlinkLeft)),
            ("mouthSmile_R", Some(Shape::MouthSmileRight)),
            ("jawLeft", Some(Shape::JawLeft)),
            ("jawopen", None),
            ("", None),
            ("_L", None),
        ] {
            assert_eq!(shape_named(name), shape, "{name}");
        }
    }

    #[test]
    fn names_are_bounded_in_number_and_length() {
        let mut map = BTreeMap::new();
        for index in 0..1_000 {
            keep(&mut map, &format!("{index}{}", "ä".repeat(500)), f32::INFINITY);
        }
        assert_eq!(map.len(), MAX_NAMES);
        assert!(map.iter().all(|(name, value)| name.len() <= MAX_NAME_BYTES && *value == 0.0));
    }
}
