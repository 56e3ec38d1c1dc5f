//! The simple and combined parameters, as a table.

use super::base::Base::{self, *};
use super::{FIRST_PARAMETER, Kind, Parameter, Term};
use std::sync::LazyLock;

const fn t(weight: f32, of: &'static [Base]) -> Term {
    Term { weight, of }
}

/// In 0..=1.
const fn one(name: &'static str, terms: &'static [Term]) -> Parameter {
    Parameter { name, kind: Kind::Combined, signed: false, offset: 0.0, terms }
}

/// In -1..=1.
const fn both(name: &'static str, terms: &'static [Term]) -> Parameter {
    Parameter { name, kind: Kind::Combined, signed: true, offset: 0.0, terms }
}

/// In 0..=1, and not 0 at rest.
const fn open(name: &'static str, offset: f32, terms: &'static [Term]) -> Parameter {
    Parameter { name, kind: Kind::Combined, signed: false, offset, terms }
}

/// A term for each shape, so that base shapes are parameters like the others.
static SINGLE: [[Term; 1]; super::BASE_COUNT] = {
    let mut single = [[Term { weight: 1.0, of: &[] }]; super::BASE_COUNT];
    let mut index = 0;
    while index < single.len() {
        single[index][0].of = std::slice::from_ref(&Base::ALL[index]);
        index += 1;
    }
    single
};

/// Every parameter: the 88 base shapes, then the simple and combined ones.
pub fn all() -> &'static [Parameter] {
    static ALL: LazyLock<Vec<Parameter>> = LazyLock::new(|| {
        let base = Base::ALL.into_iter().skip(FIRST_PARAMETER).map(|base| Parameter {
            name: base.name(),
            kind: Kind::Base,
            signed: false,
            offset: 0.0,
            terms: &SINGLE[base as usize],
        });
        base.chain(COMBINED).collect()
    });
    &ALL
}

#[rustfmt::skip]
const COMBINED: [Parameter; 84] = [
    // The simple shapes: what most avatars have in place of several base shapes.
    one("BrowUpRight", &[t(0.6, &[BrowOuterUpRight]), t(0.4, &[BrowInnerUpRight])]),
    one("BrowUpLeft", &[t(0.6, &[BrowOuterUpLeft]), t(0.4, &[BrowInnerUpLeft])]),
    one("BrowDownRight", &[t(0.75, &[BrowLowererRight]), t(0.25, &[BrowPinchRight])]),
    one("BrowDownLeft", &[t(0.75, &[BrowLowererLeft]), t(0.25, &[BrowPinchLeft])]),
    one("MouthSmileRight", &[t(0.8, &[MouthCornerPullRight]), t(0.2, &[MouthCornerSlantRight])]),
    one("MouthSmileLeft", &[t(0.8, &[MouthCornerPullLeft]), t(0.2, &[MouthCornerSlantLeft])]),
    one("MouthSadRight", &[t(1.0, &[MouthFrownRight, MouthStretchRight])]),
    one("MouthSadLeft", &[t(1.0, &[MouthFrownLeft, MouthStretchLeft])]),
    // Gaze: + to the right and up; an eye turned as far as ARKit goes is 1.
    both("EyeX", &[t(0.5, &[EyeLookInLeft]), t(-0.5, &[EyeLookOutLeft]), t(0.5, &[EyeLookOutRight]), t(-0.5, &[EyeLookInRight])]),
    both("EyeY", &[t(0.5, &[EyeLookUpLeft]), t(-0.5, &[EyeLookDownLeft]), t(0.5, &[EyeLookUpRight]), t(-0.5, &[EyeLookDownRight])]),
    both("EyeLeftX", &[t(1.0, &[EyeLookInLeft]), t(-1.0, &[EyeLookOutLeft])]),
    both("EyeLeftY", &[t(1.0, &[EyeLookUpLeft]), t(-1.0, &[EyeLookDownLeft])]),
    both("EyeRightX", &[t(1.0, &[EyeLookOutRight]), t(-1.0, &[EyeLookInRight])]),
    both("EyeRightY", &[t(1.0, &[EyeLookUpRight]), t(-1.0, &[EyeLookDownRight])]),
    // Lids: open eyes are 1, and 0.75 where the rest of the range is for eyes torn open.
    open("EyeOpenLeft", 1.0, &[t(-1.0, &[EyeClosedLeft])]),
    one("EyeClosedLeft", &[t(1.0, &[EyeClosedLeft])]),
    open("EyeLidLeft", 0.75, &[t(-0.75, &[EyeClosedLeft]), t(0.25, &[EyeWideLeft])]),
    open("EyeOpenRight", 1.0, &[t(-1.0, &[EyeClosedRight])]),
    one("EyeClosedRight", &[t(1.0, &[EyeClosedRight])]),
    open("EyeLidRight", 0.75, &[t(-0.75, &[EyeClosedRight]), t(0.25, &[EyeWideRight])]),
    open("EyeOpen", 1.0, &[t(-0.5, &[EyeClosedRight]), t(-0.5, &[EyeClosedLeft])]),
    one("EyeClosed", &[t(0.5, &[EyeClosedRight]), t(0.5, &[EyeClosedLeft])]),
    open("EyeLid", 0.75, &[t(-0.375, &[EyeClosedRight]), t(-0.375, &[EyeClosedLeft]), t(0.125, &[EyeWideRight]), t(0.125, &[EyeWideLeft])]),
    one("EyeWide", &[t(1.0, &[EyeWideLeft, EyeWideRight])]),
    one("EyeSquint", &[t(1.0, &[EyeSquintLeft, EyeSquintRight])]),
    one("EyesSquint", &[t(1.0, &[EyeSquintLeft, EyeSquintRight])]),
    // Brows.
    one("BrowUp", &[t(0.3, &[BrowOuterUpRight]), t(0.2, &[BrowInnerUpRight]), t(0.3, &[BrowOuterUpLeft]), t(0.2, &[BrowInnerUpLeft])]),
    one("BrowDown", &[t(0.375, &[BrowLowererRight]), t(0.125, &[BrowPinchRight]), t(0.375, &[BrowLowererLeft]), t(0.125, &[BrowPinchLeft])]),
    one("BrowInnerUp", &[t(0.5, &[BrowInnerUpRight]), t(0.5, &[BrowInnerUpLeft])]),
    one("BrowOuterUp", &[t(0.5, &[BrowOuterUpRight]), t(0.5, &[BrowOuterUpLeft])]),
    both("BrowExpressionRight", &[t(0.5, &[BrowInnerUpRight]), t(0.5, &[BrowOuterUpRight]), t(-0.75, &[BrowLowererRight]), t(-0.25, &[BrowPinchRight])]),
    both("BrowExpressionLeft", &[t(0.5, &[BrowInnerUpLeft]), t(0.5, &[BrowOuterUpLeft]), t(-0.75, &[BrowLowererLeft]), t(-0.25, &[BrowPinchLeft])]),
    both("BrowExpression", &[t(0.25, &[BrowInnerUpRight]), t(0.25, &[BrowOuterUpRight]), t(-0.375, &[BrowLowererRight]), t(-0.125, &[BrowPinchRight]), t(0.25, &[BrowInnerUpLeft]), t(0.25, &[BrowOuterUpLeft]), t(-0.375, &[BrowLowererLeft]), t(-0.125, &[BrowPinchLeft])]),
    // Jaw and cheeks.
    both("JawX", &[t(1.0, &[JawRight]), t(-1.0, &[JawLeft])]),
    both("JawZ", &[t(1.0, &[JawForward]), t(-1.0, &[JawBackward])]),
    one("CheekSquint", &[t(0.5, &[CheekSquintRight]), t(0.5, &[CheekSquintLeft])]),
    both("CheekPuffSuckLeft", &[t(1.0, &[CheekPuffLeft]), t(-1.0, &[CheekSuckLeft])]),
    both("CheekPuffSuckRight", &[t(1.0, &[CheekPuffRight]), t(-1.0, &[CheekSuckRight])]),
    both("CheekPuffSuck", &[t(0.5, &[CheekPuffRight]), t(0.5, &[CheekPuffLeft]), t(-0.5, &[CheekSuckRight]), t(-0.5, &[CheekSuckLeft])]),
    one("CheekSuck", &[t(0.5, &[CheekSuckRight]), t(0.5, &[CheekSuckLeft])]),
    // Where the mouth is.
    both("MouthUpperX", &[t(1.0, &[MouthUpperRight]), t(-1.0, &[MouthUpperLeft])]),
    both("MouthLowerX", &[t(1.0, &[MouthLowerRight]), t(-1.0, &[MouthLowerLeft])]),
    both("MouthX", &[t(0.5, &[MouthUpperRight]), t(0.5, &[MouthLowerRight]), t(-0.5, &[MouthUpperLeft]), t(-0.5, &[MouthLowerLeft])]),
    // Lips.
    one("LipSuckUpper", &[t(0.5, &[LipSuckUpperRight]), t(0.5, &[LipSuckUpperLeft])]),
    one("LipSuckLower", &[t(0.5, &[LipSuckLowerRight]), t(0.5, &[LipSuckLowerLeft])]),
    one("LipSuck", &[t(0.25, &[LipSuckUpperRight]), t(0.25, &[LipSuckUpperLeft]), t(0.25, &[LipSuckLowerRight]), t(0.25, &[LipSuckLowerLeft])]),
    one("LipFunnelUpper", &[t(0.5, &[LipFunnelUpperRight]), t(0.5, &[LipFunnelUpperLeft])]),
    one("LipFunnelLower", &[t(0.5, &[LipFunnelLowerRight]), t(0.5, &[LipFunnelLowerLeft])]),
    one("LipFunnel", &[t(0.25, &[LipFunnelUpperRight]), t(0.25, &[LipFunnelUpperLeft]), t(0.25, &[LipFunnelLowerRight]), t(0.25, &[LipFunnelLowerLeft])]),
    one("LipPuckerUpper", &[t(0.5, &[LipPuckerUpperRight]), t(0.5, &[LipPuckerUpperLeft])]),
    one("LipPuckerLower", &[t(0.5, &[LipPuckerLowerRight]), t(0.5, &[LipPuckerLowerLeft])]),
    one("LipPucker", &[t(0.25, &[LipPuckerUpperRight]), t(0.25, &[LipPuckerUpperLeft]), t(0.25, &[LipPuckerLowerRight]), t(0.25, &[LipPuckerLowerLeft])]),
    one("LipPuckerRight", &[t(0.5, &[LipPuckerUpperRight]), t(0.5, &[LipPuckerLowerRight])]),
    one("LipPuckerLeft", &[t(0.5, &[LipPuckerUpperLeft]), t(0.5, &[LipPuckerLowerLeft])]),
    both("LipSuckFunnelUpper", &[t(0.5, &[LipSuckUpperRight]), t(0.5, &[LipSuckUpperLeft]), t(-0.5, &[LipFunnelUpperRight]), t(-0.5, &[LipFunnelUpperLeft])]),
    both("LipSuckFunnelUpperLeft", &[t(1.0, &[LipSuckUpperLeft]), t(-1.0, &[LipFunnelUpperLeft])]),
    both("LipSuckFunnelUpperRight", &[t(1.0, &[LipSuckUpperRight]), t(-1.0, &[LipFunnelUpperRight])]),
    both("LipSuckFunnelLower", &[t(0.5, &[LipSuckLowerRight]), t(0.5, &[LipSuckLowerLeft]), t(-0.5, &[LipFunnelLowerRight]), t(-0.5, &[LipFunnelLowerLeft])]),
    both("LipSuckFunnelLowerLeft", &[t(1.0, &[LipSuckLowerLeft]), t(-1.0, &[LipFunnelLowerLeft])]),
    both("LipSuckFunnelLowerRight", &[t(1.0, &[LipSuckLowerRight]), t(-1.0, &[LipFunnelLowerRight])]),
    // Mouth and nose.
    one("MouthUpperUp", &[t(0.5, &[MouthUpperUpRight]), t(0.5, &[MouthUpperUpLeft])]),
    one("MouthLowerDown", &[t(0.5, &[MouthLowerDownRight]), t(0.5, &[MouthLowerDownLeft])]),
    one("MouthOpen", &[t(0.25, &[MouthUpperUpRight]), t(0.25, &[MouthUpperUpLeft]), t(0.25, &[MouthLowerDownRight]), t(0.25, &[MouthLowerDownLeft])]),
    one("MouthStretch", &[t(0.5, &[MouthStretchRight]), t(0.5, &[MouthStretchLeft])]),
    one("MouthTightener", &[t(0.5, &[MouthTightenerRight]), t(0.5, &[MouthTightenerLeft])]),
    one("MouthPress", &[t(0.5, &[MouthPressRight]), t(0.5, &[MouthPressLeft])]),
    one("MouthDimple", &[t(0.5, &[MouthDimpleRight]), t(0.5, &[MouthDimpleLeft])]),
    one("NoseSneer", &[t(0.5, &[NoseSneerRight]), t(0.5, &[NoseSneerLeft])]),
    both("MouthTightenerStretch", &[t(0.5, &[MouthTightenerRight]), t(0.5, &[MouthTightenerLeft]), t(-0.5, &[MouthStretchRight]), t(-0.5, &[MouthStretchLeft])]),
    both("MouthTightenerStretchLeft", &[t(1.0, &[MouthTightenerLeft]), t(-1.0, &[MouthStretchLeft])]),
    both("MouthTightenerStretchRight", &[t(1.0, &[MouthTightenerRight]), t(-1.0, &[MouthStretchRight])]),
    // Corners of the mouth.
    both("MouthCornerYLeft", &[t(1.0, &[MouthCornerSlantLeft]), t(-1.0, &[MouthFrownLeft])]),
    both("MouthCornerYRight", &[t(1.0, &[MouthCornerSlantRight]), t(-1.0, &[MouthFrownRight])]),
    both("MouthCornerY", &[t(0.5, &[MouthCornerSlantRight]), t(0.5, &[MouthCornerSlantLeft]), t(-0.5, &[MouthFrownRight]), t(-0.5, &[MouthFrownLeft])]),
    both("SmileFrownRight", &[t(0.8, &[MouthCornerPullRight]), t(0.2, &[MouthCornerSlantRight]), t(-1.0, &[MouthFrownRight])]),
    both("SmileFrownLeft", &[t(0.8, &[MouthCornerPullLeft]), t(0.2, &[MouthCornerSlantLeft]), t(-1.0, &[MouthFrownLeft])]),
    both("SmileFrown", &[t(0.4, &[MouthCornerPullRight]), t(0.1, &[MouthCornerSlantRight]), t(0.4, &[MouthCornerPullLeft]), t(0.1, &[MouthCornerSlantLeft]), t(-0.5, &[MouthFrownRight]), t(-0.5, &[MouthFrownLeft])]),
    both("SmileSadRight", &[t(0.8, &[MouthCornerPullRight]), t(0.2, &[MouthCornerSlantRight]), t(-1.0, &[MouthFrownRight, MouthStretchRight])]),
    both("SmileSadLeft", &[t(0.8, &[MouthCornerPullLeft]), t(0.2, &[MouthCornerSlantLeft]), t(-1.0, &[MouthFrownLeft, MouthStretchLeft])]),
    both("SmileSad", &[t(0.4, &[MouthCornerPullRight]), t(0.1, &[MouthCornerSlantRight]), t(0.4, &[MouthCornerPullLeft]), t(0.1, &[MouthCornerSlantLeft]), t(-0.5, &[MouthFrownRight, MouthStretchRight]), t(-0.5, &[MouthFrownLeft, MouthStretchLeft])]),
    // Tongue; ARKit moves none of these.
    both("TongueX", &[t(1.0, &[TongueRight]), t(-1.0, &[TongueLeft])]),
    both("TongueY", &[t(1.0, &[TongueUp]), t(-1.0, &[TongueDown])]),
    both("TongueArchY", &[t(1.0, &[TongueCurlUp]), t(-1.0, &[TongueBendDown])]),
    both("TongueShape", &[t(1.0, &[TongueFlat]), t(-1.0, &[TongueSquish])]),
];

#[cfg(test)]
mod tests {
    use super::super::Weights;
    use super::*;
    use crate::target::Mask;
    use psivox_core::face::{BlendshapeFrame, Shape};
    use std::collections::BTreeSet;

    fn value(name: &str, shapes: &[(Shape, f32)]) -> f32 {
        let mut face = BlendshapeFrame::NEUTRAL;
        for (shape, strength) in shapes {
            face.set(*shape, *strength);
        }
        let parameter = all().iter().find(|one| one.name == name).expect(name);
        parameter.value(&Weights::of(&face))
    }

    fn near(name: &str, shapes: &[(Shape, f32)], expected: f32) {
        let found = value(name, shapes);
        assert!((found - expected).abs() < 1e-6, "{name}: {found} instead of {expected}");
    }

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<_> = all().iter().map(|one| one.name).collect();
        assert_eq!((names.len(), all().len()), (all().len(), 88 + COMBINED.len()));
    }

    #[test]
    fn every_range_is_the_one_that_the_terms_reach() {
        for one in all() {
            let sum = |sign: f32| -> f32 {
                one.terms.iter().map(|term| term.weight).filter(|weight| weight * sign > 0.0).sum()
            };
            let (low, high) = (one.offset + sum(-1.0), one.offset + sum(1.0));
            assert!((high - 1.0).abs() < 1e-6, "{} ends at {high}", one.name);
            let expected = if one.signed { -1.0 } else { 0.0 };
            assert!((low - expected).abs() < 1e-6, "{} begins at {low}", one.name);
        }
    }

    #[test]
    fn formulas_as_documented() {
        use Shape::*;
        near("MouthSmileLeft", &[(MouthSmileLeft, 0.5)], 0.5);
        near("BrowUpRight", &[(BrowOuterUpRight, 1.0)], 0.6);
        near("BrowUpRight", &[(BrowInnerUp, 1.0)], 0.4);
        near("BrowDown", &[(BrowDownLeft, 1.0)], 0.5);
        near("MouthSadLeft", &[(MouthFrownLeft, 0.3), (MouthStretchLeft, 0.7)], 0.7);
        near("SmileSad", &[(MouthSmileLeft, 1.0), (MouthStretchRight, 0.4)], 0.3);
        near("SmileFrownLeft", &[(MouthFrownLeft, 0.25), (MouthSmileLeft, 1.0)], 0.75);
        near("EyeLidLeft", &[], 0.75);
        near("EyeLidLeft", &[(EyeWideLeft, 1.0)], 1.0);
        near("EyeLid", &[(EyeBlinkLeft, 1.0)], 0.375);
        near("EyeOpenRight", &[(EyeBlinkRight, 0.25)], 0.75);
        near("EyeSquint", &[(EyeSquintLeft, 0.2), (EyeSquintRight, 0.6)], 0.6);
        near("JawX", &[(JawLeft, 0.4)], -0.4);
        near("MouthX", &[(MouthRight, 0.4)], 0.4);
        near("CheekPuffSuck", &[(CheekPuff, 0.4)], 0.4);
        near("LipSuckFunnelUpper", &[(MouthRollUpper, 0.2), (MouthFunnel, 0.6)], -0.4);
        near("MouthOpen", &[(MouthLowerDownLeft, 1.0), (MouthUpperUpLeft, 1.0)], 0.5);
        near("BrowExpressionLeft", &[(BrowInnerUp, 1.0), (BrowDownLeft, 1.0)], -0.5);
        near("JawOpen", &[(JawOpen, 0.3)], 0.3);
    }

    #[test]
    fn eyes_that_look_right_are_positive() {
        use Shape::*;
        let right = [(EyeLookInLeft, 0.5), (EyeLookOutRight, 0.5)];
        for name in ["EyeX", "EyeLeftX", "EyeRightX"] {
            near(name, &right, 0.5);
        }
        near("EyeY", &[(EyeLookDownLeft, 0.5), (EyeLookDownRight, 0.5)], -0.5);
    }

    #[test]
    fn a_mask_takes_away_what_nothing_moves() {
        let speech = Mask::VOICE_OWNS_THE_MOUTH;
        let moved = |name: &str| all().iter().find(|one| one.name == name).expect(name).is_moved(&speech);
        assert!(moved("JawOpen") && moved("LipFunnel") && moved("MouthUpperUpLeft"));
        for name in ["SmileSad", "EyeX", "BrowUp", "CheekPuff", "JawBackward", "TongueX"] {
            let shown = all().iter().find(|one| one.name == name).is_some_and(|one| one.is_moved(&speech));
            assert!(!shown, "{name}");
        }
    }
}
