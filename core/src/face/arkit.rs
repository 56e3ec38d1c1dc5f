//! The 52 ARKit blendshapes, in the order of Live Link Face's packets.

/// How many blendshapes a face has.
pub const BLENDSHAPE_COUNT: usize = 52;

macro_rules! shapes {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// One ARKit blendshape; `as usize` is its index in a frame.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(usize)]
        pub enum Shape {
            $(#[doc = concat!("ARKit `", $name, "`.")] $variant),*
        }

        impl Shape {
            /// Every shape in frame order.
            pub const ALL: [Shape; BLENDSHAPE_COUNT] = [$(Shape::$variant),*];
        }

        /// ARKit's camelCase names in frame order.
        pub const BLENDSHAPE_NAMES: [&str; BLENDSHAPE_COUNT] = [$($name),*];
    };
}

shapes! {
    EyeBlinkLeft = "eyeBlinkLeft", EyeLookDownLeft = "eyeLookDownLeft", EyeLookInLeft = "eyeLookInLeft",
    EyeLookOutLeft = "eyeLookOutLeft", EyeLookUpLeft = "eyeLookUpLeft", EyeSquintLeft = "eyeSquintLeft",
    EyeWideLeft = "eyeWideLeft", EyeBlinkRight = "eyeBlinkRight", EyeLookDownRight = "eyeLookDownRight",
    EyeLookInRight = "eyeLookInRight", EyeLookOutRight = "eyeLookOutRight", EyeLookUpRight = "eyeLookUpRight",
    EyeSquintRight = "eyeSquintRight", EyeWideRight = "eyeWideRight", JawForward = "jawForward",
    JawLeft = "jawLeft", JawRight = "jawRight", JawOpen = "jawOpen", MouthClose = "mouthClose",
    MouthFunnel = "mouthFunnel", MouthPucker = "mouthPucker", MouthLeft = "mouthLeft", MouthRight = "mouthRight",
    MouthSmileLeft = "mouthSmileLeft", MouthSmileRight = "mouthSmileRight", MouthFrownLeft = "mouthFrownLeft",
    MouthFrownRight = "mouthFrownRight", MouthDimpleLeft = "mouthDimpleLeft", MouthDimpleRight = "mouthDimpleRight",
    MouthStretchLeft = "mouthStretchLeft", MouthStretchRight = "mouthStretchRight",
    MouthRollLower = "mouthRollLower", MouthRollUpper = "mouthRollUpper", MouthShrugLower = "mouthShrugLower",
    MouthShrugUpper = "mouthShrugUpper", MouthPressLeft = "mouthPressLeft", MouthPressRight = "mouthPressRight",
    MouthLowerDownLeft = "mouthLowerDownLeft", MouthLowerDownRight = "mouthLowerDownRight",
    MouthUpperUpLeft = "mouthUpperUpLeft", MouthUpperUpRight = "mouthUpperUpRight", BrowDownLeft = "browDownLeft",
    BrowDownRight = "browDownRight", BrowInnerUp = "browInnerUp", BrowOuterUpLeft = "browOuterUpLeft",
    BrowOuterUpRight = "browOuterUpRight", CheekPuff = "cheekPuff", CheekSquintLeft = "cheekSquintLeft",
    CheekSquintRight = "cheekSquintRight", NoseSneerLeft = "noseSneerLeft", NoseSneerRight = "noseSneerRight",
    TongueOut = "tongueOut",
}

impl Shape {
    /// ARKit's camelCase name.
    pub const fn name(self) -> &'static str {
        BLENDSHAPE_NAMES[self as usize]
    }
}

/// `jawOpen` -> `JawOpen`, the spelling of Perfect Sync clips.
pub fn pascal_case(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_variants_agree() {
        for (index, shape) in Shape::ALL.iter().enumerate() {
            assert_eq!(*shape as usize, index);
            assert_eq!(pascal_case(shape.name()), format!("{shape:?}"));
        }
        assert_eq!(Shape::JawOpen as usize, 17, "jawOpen is the 18th of Live Link Face's order");
        assert_eq!(Shape::TongueOut as usize, 51);
    }
}
