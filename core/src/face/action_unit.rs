//! Action units of the Facial Action Coding System (Ekman, Friesen & Hager 2002) as blendshapes.

use super::{Pose, Shape};

/// The side of most faces that shows more is the left one (Sackeim, Gur & Saucy 1978): here by a tenth.
const LEFT_BIAS: f32 = 1.05;
const RIGHT_BIAS: f32 = 0.95;

/// Where a shape lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Middle,
}

macro_rules! units {
    ($($variant:ident, $number:literal, $what:literal, $left:expr, $right:expr, $middle:expr;)*) => {
        /// One action unit; `as u8` is its number in FACS.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum ActionUnit {
            $(#[doc = $what] $variant = $number),*
        }

        impl ActionUnit {
            /// Every unit that the 52 shapes can show.
            pub const ALL: &'static [ActionUnit] = &[$(ActionUnit::$variant),*];

            const fn shapes(self) -> [&'static [(Shape, f32)]; 3] {
                match self {
                    $(ActionUnit::$variant => [&$left, &$right, &$middle]),*
                }
            }
        }
    };
}

const NO_SHAPE: [(Shape, f32); 0] = [];

units! {
    InnerBrowRaiser, 1, "Inner brow raiser (frontalis, medial part).",
        NO_SHAPE, NO_SHAPE, [(Shape::BrowInnerUp, 1.0)];
    OuterBrowRaiser, 2, "Outer brow raiser (frontalis, lateral part).",
        [(Shape::BrowOuterUpLeft, 1.0)], [(Shape::BrowOuterUpRight, 1.0)], NO_SHAPE;
    BrowLowerer, 4, "Brow lowerer (corrugator).",
        [(Shape::BrowDownLeft, 1.0)], [(Shape::BrowDownRight, 1.0)], NO_SHAPE;
    UpperLidRaiser, 5, "Upper lid raiser (levator palpebrae).",
        [(Shape::EyeWideLeft, 1.0)], [(Shape::EyeWideRight, 1.0)], NO_SHAPE;
    CheekRaiser, 6, "Cheek raiser (orbicularis oculi, orbital part).",
        [(Shape::CheekSquintLeft, 1.0)], [(Shape::CheekSquintRight, 1.0)], NO_SHAPE;
    LidTightener, 7, "Lid tightener (orbicularis oculi, palpebral part).",
        [(Shape::EyeSquintLeft, 1.0)], [(Shape::EyeSquintRight, 1.0)], NO_SHAPE;
    NoseWrinkler, 9, "Nose wrinkler.",
        [(Shape::NoseSneerLeft, 1.0)], [(Shape::NoseSneerRight, 1.0)], NO_SHAPE;
    UpperLipRaiser, 10, "Upper lip raiser.",
        [(Shape::MouthUpperUpLeft, 1.0)], [(Shape::MouthUpperUpRight, 1.0)], NO_SHAPE;
    LipCornerPuller, 12, "Lip corner puller (zygomaticus major): the smile.",
        [(Shape::MouthSmileLeft, 1.0)], [(Shape::MouthSmileRight, 1.0)], NO_SHAPE;
    Dimpler, 14, "Dimpler (buccinator).",
        [(Shape::MouthDimpleLeft, 1.0)], [(Shape::MouthDimpleRight, 1.0)], NO_SHAPE;
    LipCornerDepressor, 15, "Lip corner depressor.",
        [(Shape::MouthFrownLeft, 1.0)], [(Shape::MouthFrownRight, 1.0)], NO_SHAPE;
    ChinRaiser, 17, "Chin raiser (mentalis): the lower lip is pushed up.",
        NO_SHAPE, NO_SHAPE, [(Shape::MouthShrugLower, 1.0)];
    LipStretcher, 20, "Lip stretcher (risorius).",
        [(Shape::MouthStretchLeft, 1.0)], [(Shape::MouthStretchRight, 1.0)], NO_SHAPE;
    LipPressor, 24, "Lip tightener and pressor (23 and 24).",
        [(Shape::MouthPressLeft, 1.0)], [(Shape::MouthPressRight, 1.0)], NO_SHAPE;
    LipsPart, 25, "Lips part.",
        [(Shape::MouthLowerDownLeft, 1.0)], [(Shape::MouthLowerDownRight, 1.0)], NO_SHAPE;
    JawDrop, 26, "Jaw drop.",
        NO_SHAPE, NO_SHAPE, [(Shape::JawOpen, 1.0)];
    EyesClosed, 43, "Upper lids droop or close (levator relaxes).",
        [(Shape::EyeBlinkLeft, 1.0)], [(Shape::EyeBlinkRight, 1.0)], NO_SHAPE;
}

impl ActionUnit {
    /// Its number in FACS.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Whether it belongs to brows, lids and cheeks, where feelings leak.
    pub const fn is_of_the_upper_face(self) -> bool {
        matches!(self.number(), 1..=7)
    }

    /// Adds the unit to a pose, on both sides or on the person's right one only.
    pub fn add_to(self, pose: &mut Pose, strength: f32, right_only: bool) {
        let sides = [Side::Left, Side::Right, Side::Middle];
        for (side, shapes) in sides.into_iter().zip(self.shapes()) {
            let gain = match (side, right_only) {
                (Side::Left, true) => 0.0,
                (Side::Left, false) => LEFT_BIAS,
                (Side::Right, false) => RIGHT_BIAS,
                (Side::Middle, _) | (Side::Right, true) => 1.0,
            };
            for (shape, factor) in shapes {
                pose[*shape as usize] += strength * factor * gain;
            }
        }
    }

    /// How strongly a pose shows the unit: the mean of its shapes, or the stronger side where the other has less than half
    /// of it.
    pub fn seen_in(self, pose: &Pose) -> f32 {
        let [left, right, middle] = self.shapes().map(|shapes| {
            shapes.iter().fold(0.0f32, |most, (shape, factor)| most.max(pose[*shape as usize] / factor))
        });
        let (low, high) = (left.min(right), left.max(right));
        middle.max(if low < 0.5 * high { high } else { 0.5 * (left + right) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::BLENDSHAPE_COUNT;

    #[test]
    fn every_unit_is_seen_where_it_is_put_and_nowhere_else() {
        for unit in ActionUnit::ALL {
            let mut pose = [0.0; BLENDSHAPE_COUNT];
            unit.add_to(&mut pose, 0.4, false);
            for other in ActionUnit::ALL {
                let seen = other.seen_in(&pose);
                assert!(
                    (seen - if other == unit { 0.4 } else { 0.0 }).abs() < 1e-6,
                    "{unit:?} {other:?} {seen}"
                );
            }
        }
    }

    #[test]
    fn faces_are_not_symmetric_and_one_side_can_act_alone() {
        let mut pose = [0.0; BLENDSHAPE_COUNT];
        ActionUnit::LipCornerPuller.add_to(&mut pose, 0.5, false);
        assert!(pose[Shape::MouthSmileLeft as usize] > pose[Shape::MouthSmileRight as usize]);
        ActionUnit::Dimpler.add_to(&mut pose, 0.5, true);
        assert_eq!(
            (pose[Shape::MouthDimpleLeft as usize], pose[Shape::MouthDimpleRight as usize]),
            (0.0, 0.5)
        );
        assert_eq!(ActionUnit::Dimpler.seen_in(&pose), 0.5);
    }
}
