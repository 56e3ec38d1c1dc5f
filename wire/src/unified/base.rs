//! The shapes of Unified Expressions that everything else is made of, and what moves them.
//!
//! The order is that of the native face blob of VRChat: what the eyes do, then the 88 base shapes.

use psivox_core::face::{BlendshapeFrame, Shape};

/// How many shapes there are, those of the eyes among them.
pub const BASE_COUNT: usize = 102;

/// Where the 88 base shapes begin: those before have no parameter of their own name.
pub(super) const FIRST_PARAMETER: usize = 14;

macro_rules! shapes {
    ($($name:ident $index:literal $source:ident,)*) => {
        /// A shape of Unified Expressions; the number is its byte in the native face blob.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(usize)]
        #[expect(missing_docs, reason = "the names are those of the standard and say what moves")]
        pub enum Base {
            $($name = $index,)*
        }

        impl Base {
            /// All, in the order of the blob.
            pub const ALL: [Self; BASE_COUNT] = [$(Self::$name,)*];

            /// As the standard spells it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// The ARKit shape that moves it; ARKit has none for some (pupils, throat, most of the tongue).
            pub const fn source(self) -> Option<Shape> {
                match self {
                    $(Self::$name => source!($source),)*
                }
            }
        }
    };
}

macro_rules! source {
    (none) => {
        None
    };
    ($shape:ident) => {
        Some(Shape::$shape)
    };
}

// Name, byte in the blob, ARKit shape.
shapes! {
    EyeLookOutRight 0 EyeLookOutRight,
    EyeLookInRight 1 EyeLookInRight,
    EyeLookUpRight 2 EyeLookUpRight,
    EyeLookDownRight 3 EyeLookDownRight,
    EyeLookOutLeft 4 EyeLookOutLeft,
    EyeLookInLeft 5 EyeLookInLeft,
    EyeLookUpLeft 6 EyeLookUpLeft,
    EyeLookDownLeft 7 EyeLookDownLeft,
    EyeClosedRight 8 EyeBlinkRight,
    EyeClosedLeft 9 EyeBlinkLeft,
    EyeDilationRight 10 none,
    EyeDilationLeft 11 none,
    EyeConstrictRight 12 none,
    EyeConstrictLeft 13 none,
    EyeSquintRight 14 EyeSquintRight,
    EyeSquintLeft 15 EyeSquintLeft,
    EyeWideRight 16 EyeWideRight,
    EyeWideLeft 17 EyeWideLeft,
    BrowPinchRight 18 BrowDownRight,
    BrowPinchLeft 19 BrowDownLeft,
    BrowLowererRight 20 BrowDownRight,
    BrowLowererLeft 21 BrowDownLeft,
    BrowInnerUpRight 22 BrowInnerUp,
    BrowInnerUpLeft 23 BrowInnerUp,
    BrowOuterUpRight 24 BrowOuterUpRight,
    BrowOuterUpLeft 25 BrowOuterUpLeft,
    NasalDilationRight 26 none,
    NasalDilationLeft 27 none,
    NasalConstrictRight 28 none,
    NasalConstrictLeft 29 none,
    CheekSquintRight 30 CheekSquintRight,
    CheekSquintLeft 31 CheekSquintLeft,
    CheekPuffRight 32 CheekPuff,
    CheekPuffLeft 33 CheekPuff,
    CheekSuckRight 34 none,
    CheekSuckLeft 35 none,
    JawOpen 36 JawOpen,
    JawRight 37 JawRight,
    JawLeft 38 JawLeft,
    JawForward 39 JawForward,
    JawBackward 40 none,
    JawClench 41 none,
    JawMandibleRaise 42 none,
    MouthClosed 43 MouthClose,
    LipSuckUpperRight 44 MouthRollUpper,
    LipSuckUpperLeft 45 MouthRollUpper,
    LipSuckLowerRight 46 MouthRollLower,
    LipSuckLowerLeft 47 MouthRollLower,
    LipSuckCornerRight 48 none,
    LipSuckCornerLeft 49 none,
    LipFunnelUpperRight 50 MouthFunnel,
    LipFunnelUpperLeft 51 MouthFunnel,
    LipFunnelLowerRight 52 MouthFunnel,
    LipFunnelLowerLeft 53 MouthFunnel,
    LipPuckerUpperRight 54 MouthPucker,
    LipPuckerUpperLeft 55 MouthPucker,
    LipPuckerLowerRight 56 MouthPucker,
    LipPuckerLowerLeft 57 MouthPucker,
    MouthUpperUpRight 58 MouthUpperUpRight,
    MouthUpperUpLeft 59 MouthUpperUpLeft,
    MouthUpperDeepenRight 60 MouthUpperUpRight,
    MouthUpperDeepenLeft 61 MouthUpperUpLeft,
    NoseSneerRight 62 NoseSneerRight,
    NoseSneerLeft 63 NoseSneerLeft,
    MouthLowerDownRight 64 MouthLowerDownRight,
    MouthLowerDownLeft 65 MouthLowerDownLeft,
    MouthUpperRight 66 MouthRight,
    MouthUpperLeft 67 MouthLeft,
    MouthLowerRight 68 MouthRight,
    MouthLowerLeft 69 MouthLeft,
    MouthCornerPullRight 70 MouthSmileRight,
    MouthCornerPullLeft 71 MouthSmileLeft,
    MouthCornerSlantRight 72 MouthSmileRight,
    MouthCornerSlantLeft 73 MouthSmileLeft,
    MouthFrownRight 74 MouthFrownRight,
    MouthFrownLeft 75 MouthFrownLeft,
    MouthStretchRight 76 MouthStretchRight,
    MouthStretchLeft 77 MouthStretchLeft,
    MouthDimpleRight 78 MouthDimpleRight,
    MouthDimpleLeft 79 MouthDimpleLeft,
    MouthRaiserUpper 80 MouthShrugUpper,
    MouthRaiserLower 81 MouthShrugLower,
    MouthPressRight 82 MouthPressRight,
    MouthPressLeft 83 MouthPressLeft,
    MouthTightenerRight 84 none,
    MouthTightenerLeft 85 none,
    TongueOut 86 TongueOut,
    TongueUp 87 none,
    TongueDown 88 none,
    TongueRight 89 none,
    TongueLeft 90 none,
    TongueRoll 91 none,
    TongueBendDown 92 none,
    TongueCurlUp 93 none,
    TongueSquish 94 none,
    TongueFlat 95 none,
    TongueTwistRight 96 none,
    TongueTwistLeft 97 none,
    SoftPalateClose 98 none,
    ThroatSwallow 99 none,
    NeckFlexRight 100 none,
    NeckFlexLeft 101 none,
}

/// Strengths of all shapes, 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights([f32; BASE_COUNT]);

impl Weights {
    /// Of a face.
    pub fn of(face: &BlendshapeFrame) -> Self {
        let strength = |shape| {
            let value = face.get(shape);
            if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 }
        };
        Self(Base::ALL.map(|base| base.source().map_or(0.0, strength)))
    }

    /// Of one shape.
    pub fn get(&self, base: Base) -> f32 {
        self.0[base as usize]
    }

    /// As the native face blob has them: a byte each, rounded down.
    pub fn bytes(&self) -> [u8; BASE_COUNT] {
        self.0.map(|value| (value * 255.0) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_blob() {
        for (index, base) in Base::ALL.into_iter().enumerate() {
            assert_eq!(base as usize, index, "{}", base.name());
        }
        let at = [0, 8, 14, 36, 43, 58, 70, 86, 101].map(|index: usize| Base::ALL[index].name());
        let expected = [
            "EyeLookOutRight",
            "EyeClosedRight",
            "EyeSquintRight",
            "JawOpen",
            "MouthClosed",
            "MouthUpperUpRight",
            "MouthCornerPullRight",
            "TongueOut",
            "NeckFlexLeft",
        ];
        assert_eq!(at, expected);
    }

    #[test]
    fn every_arkit_shape_moves_something() {
        for shape in Shape::ALL {
            assert!(Base::ALL.iter().any(|base| base.source() == Some(shape)), "{}", shape.name());
        }
    }

    #[test]
    fn shapes_that_move_several() {
        let moved = |shape: Shape| {
            let mut face = BlendshapeFrame::NEUTRAL;
            face.set(shape, 1.0);
            let weights = Weights::of(&face);
            Base::ALL.into_iter().filter(|base| weights.get(*base) == 1.0).map(Base::name).collect::<Vec<_>>()
        };
        assert_eq!(moved(Shape::BrowDownLeft), ["BrowPinchLeft", "BrowLowererLeft"]);
        assert_eq!(moved(Shape::MouthFunnel).len(), 4);
        assert_eq!(moved(Shape::MouthRight), ["MouthUpperRight", "MouthLowerRight"]);
        assert_eq!(moved(Shape::MouthRollUpper), ["LipSuckUpperRight", "LipSuckUpperLeft"]);
        assert_eq!(moved(Shape::MouthSmileLeft), ["MouthCornerPullLeft", "MouthCornerSlantLeft"]);
    }

    #[test]
    fn bytes_are_rounded_down() {
        let mut face = BlendshapeFrame::NEUTRAL;
        face.set(Shape::JawOpen, 0.5);
        face.set(Shape::TongueOut, 1.0);
        let bytes = Weights::of(&face).bytes();
        assert_eq!((bytes[36], bytes[86]), (127, 255));
    }
}
