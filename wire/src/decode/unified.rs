//! Unified Expressions back to ARKit: base shapes, simple and combined ones, binary parameters.

use super::ReceivedFace;
use super::received::{MAX_NAMES, label, shape_named};
use crate::unified::{BASE_COUNT, Base};
use psivox_core::face::Shape::{self, *};
use std::collections::BTreeMap;

/// What has come so far.
#[derive(Debug)]
pub(super) struct Unified {
    base: [Option<f32>; BASE_COUNT],
    /// The ARKit shape that a base shape belongs to.
    targets: [Option<Shape>; BASE_COUNT],
    binary: BTreeMap<String, Binary>,
}

/// A number in the making: its bits, the highest that has come, its sign.
#[derive(Debug, Default, Clone, Copy)]
struct Binary {
    bits: u32,
    highest: u32,
    negative: bool,
}

impl Default for Unified {
    fn default() -> Self {
        Self { base: [None; BASE_COUNT], targets: Base::ALL.map(Base::source), binary: BTreeMap::new() }
    }
}

impl Unified {
    /// VRChat's native face: a byte for each shape.
    pub(super) fn blob(&mut self, bytes: &[u8; BASE_COUNT], face: &mut ReceivedFace) {
        for (value, byte) in self.base.iter_mut().zip(bytes) {
            *value = Some(f32::from(*byte) / 255.0);
        }
        for shape in Shape::ALL {
            self.refresh(shape, face);
        }
    }

    /// A float parameter by its last name; whether there is one of that name.
    pub(super) fn float(&mut self, name: &str, value: f32, face: &mut ReceivedFace) -> bool {
        if let Some(index) = index_of(name) {
            self.base[index] = Some(value.clamp(0.0, 1.0));
            if let Some(shape) = self.targets[index] {
                self.refresh(shape, face);
            }
            return true;
        }
        let Some(moved) = combined(name, value) else { return false };
        for (shape, value) in moved {
            // What is known more exactly stays.
            if !self.is_known(shape) {
                face.set(shape, value);
            }
        }
        true
    }

    /// A bit of a parameter (`JawOpen4`) or its sign (`JawXNegative`); whether there is one of that name.
    pub(super) fn bit(&mut self, name: &str, on: bool, face: &mut ReceivedFace) -> bool {
        let (stem, bit) = match name.strip_suffix("Negative") {
            Some(stem) => (stem, 0),
            None => {
                let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
                match name[stem.len()..].parse::<u32>() {
                    Ok(bit) if bit.is_power_of_two() && bit <= 128 => (stem, bit),
                    _ => return false,
                }
            }
        };
        let known = index_of(stem).is_some() || combined(stem, 0.0).is_some();
        if !known || (self.binary.len() >= MAX_NAMES && !self.binary.contains_key(stem)) {
            return false;
        }
        let number = self.binary.entry(label(stem)).or_default();
        if bit == 0 {
            number.negative = on;
        } else {
            number.highest = number.highest.max(bit);
            number.bits = if on { number.bits | bit } else { number.bits & !bit };
        }
        let whole = (2 * number.highest).saturating_sub(1).max(1);
        let size = number.bits as f32 / whole as f32;
        let value = if number.negative { -size } else { size };
        self.float(stem, value, face)
    }

    fn is_known(&self, shape: Shape) -> bool {
        self.of(shape).next().is_some()
    }

    fn of(&self, shape: Shape) -> impl Iterator<Item = f32> + '_ {
        let all = self.targets.iter().zip(&self.base);
        all.filter(move |(target, _)| **target == Some(shape)).filter_map(|(_, value)| *value)
    }

    /// An ARKit shape is the mean of the base shapes that it moves.
    fn refresh(&self, shape: Shape, face: &mut ReceivedFace) {
        let (sum, count) =
            self.of(shape).fold((0.0, 0.0f32), |(sum, count), value| (sum + value, count + 1.0));
        if count > 0.0 {
            face.set(shape, sum / count);
        }
    }
}

/// The byte of a base shape in the native face blob.
fn index_of(name: &str) -> Option<usize> {
    Base::ALL.iter().position(|base| base.name() == name)
}

/// What a simple or combined shape moves.
fn combined(name: &str, value: f32) -> Option<Vec<(Shape, f32)>> {
    let (plus, minus) = (value.max(0.0), (-value).max(0.0));
    let (shut, wide) = (1.0 - value / 0.75, (value - 0.75) / 0.25);
    let left_x = [(EyeLookInLeft, plus), (EyeLookOutLeft, minus)];
    let right_x = [(EyeLookOutRight, plus), (EyeLookInRight, minus)];
    let left_y = [(EyeLookUpLeft, plus), (EyeLookDownLeft, minus)];
    let right_y = [(EyeLookUpRight, plus), (EyeLookDownRight, minus)];
    let left_lid = [(EyeBlinkLeft, shut), (EyeWideLeft, wide)];
    let right_lid = [(EyeBlinkRight, shut), (EyeWideRight, wide)];
    let left_smile = [(MouthSmileLeft, plus), (MouthFrownLeft, minus)];
    let right_smile = [(MouthSmileRight, plus), (MouthFrownRight, minus)];
    let left_brow = [(BrowOuterUpLeft, plus), (BrowDownLeft, minus)];
    let right_brow = [(BrowOuterUpRight, plus), (BrowDownRight, minus)];
    Some(match name {
        "EyeX" => [left_x, right_x].concat(),
        "EyeLeftX" => left_x.to_vec(),
        "EyeRightX" => right_x.to_vec(),
        "EyeY" => [left_y, right_y].concat(),
        "EyeLeftY" => left_y.to_vec(),
        "EyeRightY" => right_y.to_vec(),
        "EyeLid" => [left_lid, right_lid].concat(),
        "EyeLidLeft" => left_lid.to_vec(),
        "EyeLidRight" => right_lid.to_vec(),
        "SmileFrown" | "SmileSad" => [left_smile, right_smile].concat(),
        "SmileFrownLeft" | "SmileSadLeft" => left_smile.to_vec(),
        "SmileFrownRight" | "SmileSadRight" => right_smile.to_vec(),
        "BrowExpression" => [left_brow, right_brow].concat(),
        "BrowExpressionLeft" => left_brow.to_vec(),
        "BrowExpressionRight" => right_brow.to_vec(),
        "BrowUp" => vec![(BrowOuterUpLeft, plus), (BrowOuterUpRight, plus)],
        "BrowUpLeft" => vec![(BrowOuterUpLeft, plus)],
        "BrowUpRight" => vec![(BrowOuterUpRight, plus)],
        "BrowDown" => vec![(BrowDownLeft, plus), (BrowDownRight, plus)],
        "BrowDownLeft" => vec![(BrowDownLeft, plus)],
        "BrowDownRight" => vec![(BrowDownRight, plus)],
        "MouthSmile" => vec![(MouthSmileLeft, plus), (MouthSmileRight, plus)],
        "MouthSmileLeft" => vec![(MouthSmileLeft, plus)],
        "MouthSmileRight" => vec![(MouthSmileRight, plus)],
        "MouthSad" => vec![(MouthFrownLeft, plus), (MouthFrownRight, plus)],
        "MouthSadLeft" => vec![(MouthFrownLeft, plus)],
        "MouthSadRight" => vec![(MouthFrownRight, plus)],
        "JawX" => vec![(JawRight, plus), (JawLeft, minus)],
        "JawZ" => vec![(JawForward, plus)],
        "MouthX" => vec![(MouthRight, plus), (MouthLeft, minus)],
        "CheekPuffSuck" | "CheekPuffSuckLeft" | "CheekPuffSuckRight" => vec![(CheekPuff, plus)],
        "LipFunnel" => vec![(MouthFunnel, plus)],
        "LipPucker" => vec![(MouthPucker, plus)],
        "LipSuck" => vec![(MouthRollUpper, plus), (MouthRollLower, plus)],
        "LipSuckUpper" => vec![(MouthRollUpper, plus)],
        "LipSuckLower" => vec![(MouthRollLower, plus)],
        "LipPuckerLeft" | "LipPuckerRight" => vec![(MouthPucker, plus)],
        "LipSuckFunnelUpper" | "LipSuckFunnelUpperLeft" | "LipSuckFunnelUpperRight" => {
            vec![(MouthRollUpper, plus), (MouthFunnel, minus)]
        }
        "LipSuckFunnelLower" | "LipSuckFunnelLowerLeft" | "LipSuckFunnelLowerRight" => {
            vec![(MouthRollLower, plus), (MouthFunnel, minus)]
        }
        _ => return both_sides(name, plus),
    })
}

/// Sums of several shapes, of which each has a parameter of its own: known, but nothing of ARKit follows from them alone.
const SUMS: [&str; 13] = [
    "EyeOpen",
    "EyeOpenLeft",
    "EyeOpenRight",
    "MouthOpen",
    "MouthUpperX",
    "MouthLowerX",
    "MouthCornerY",
    "MouthCornerYLeft",
    "MouthCornerYRight",
    "MouthTightenerStretch",
    "MouthTightenerStretchLeft",
    "MouthTightenerStretchRight",
    "MouthTightener",
];

/// `CheekSquint` and its like: a shape of ARKit without its side moves both.
fn both_sides(name: &str, value: f32) -> Option<Vec<(Shape, f32)>> {
    if SUMS.contains(&name) {
        return Some(Vec::new());
    }
    let name = if name == "EyesSquint" { "EyeSquint" } else { name };
    let side = |end: &str| shape_named(&format!("{name}{end}"));
    // "Mouth" and "Jaw" are followed by a direction, not by a side.
    if matches!(name, "Mouth" | "Jaw") {
        return None;
    }
    Some(vec![(side("Left")?, value), (side("Right")?, value)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_arkit_comes_from_somewhere() {
        for shape in Shape::ALL {
            assert!(Base::ALL.iter().any(|base| base.source() == Some(shape)), "{}", shape.name());
        }
    }

    #[test]
    fn combined_shapes_give_way_to_their_parts() {
        let (mut unified, mut face) = (Unified::default(), ReceivedFace::default());
        assert!(unified.float("SmileFrownLeft", -0.5, &mut face));
        assert_eq!((face.get(MouthSmileLeft), face.get(MouthFrownLeft)), (0.0, 0.5));
        assert!(unified.float("MouthCornerPullLeft", 0.8, &mut face));
        assert!(unified.float("MouthCornerSlantLeft", 0.4, &mut face));
        assert!((face.get(MouthSmileLeft) - 0.6).abs() < 1e-6);
        unified.float("SmileFrownLeft", 1.0, &mut face);
        assert!((face.get(MouthSmileLeft) - 0.6).abs() < 1e-6);
        assert!(unified.float("EyeLidRight", 0.75, &mut face));
        assert_eq!((face.get(EyeBlinkRight), face.get(EyeWideRight)), (0.0, 0.0));
        assert!(unified.float("NoseSneer", 0.5, &mut face));
        assert_eq!((face.get(NoseSneerLeft), face.get(NoseSneerRight)), (0.5, 0.5));
        let before = face.clone();
        assert!(unified.float("MouthCornerY", 1.0, &mut face), "known, but it says nothing");
        assert!(!unified.float("Hat", 1.0, &mut face) && !unified.float("Jaw", 1.0, &mut face));
        assert_eq!(face, before);
    }

    #[test]
    fn bits_make_a_number() {
        let (mut unified, mut face) = (Unified::default(), ReceivedFace::default());
        for (name, on) in [("JawOpen1", true), ("JawOpen2", false), ("JawOpen4", true)] {
            assert!(unified.bit(name, on, &mut face));
        }
        assert!((face.get(JawOpen) - 5.0 / 7.0).abs() < 1e-6);
        for (name, on) in [("JawX1", true), ("JawXNegative", true)] {
            assert!(unified.bit(name, on, &mut face));
        }
        assert_eq!((face.get(JawLeft), face.get(JawRight)), (1.0, 0.0));
        for bad in ["JawOpen3", "JawOpen256", "Hat1", "JawOpen99999999999", "1", "Negative", ""] {
            assert!(!unified.bit(bad, true, &mut face), "{bad}");
        }
    }
}
