//! What of a face VTube Studio's parameters get.
//!
//! Its own parameters, as its tracking would set them (a model's automatic set-up spreads 0..=1 of smile and brows over
//! -1..=1, so one half is at rest):
//!
//! | Parameter | Range | |
//! |---|---|---|
//! | `FaceAngleX`, `FaceAngleY`, `FaceAngleZ` | -30..=30 degrees | + to the person's left, up, to the left shoulder |
//! | `MouthOpen`, `VoiceVolumePlusMouthOpen` | 0..=1 | lips apart |
//! | `MouthSmile`, `VoiceFrequencyPlusMouthSmile` | 0..=1 | 0.5 at rest, 1 smile, 0 frown |
//! | `MouthX` | -1..=1 | + to the person's left |
//! | `CheekPuff`, `TongueOut`, `FaceAngry` | 0..=1 | |
//! | `EyeOpenLeft`, `EyeOpenRight` | 0..=1 | 1 at rest |
//! | `EyeLeftX`, `EyeLeftY`, `EyeRightX`, `EyeRightY` | -1..=1 | + to the person's left, up |
//! | `Brows`, `BrowLeftY`, `BrowRightY` | 0..=1 | 0.5 at rest |
//! | `VoiceVolume`, `VoiceFrequency` | 0..=1 | how much is being said; spread lips |
//!
//! And `PsivoxJawOpen` and so on for all 52 shapes (0..=1), with `PsivoxHeadYaw`, `PsivoxHeadPitch`, `PsivoxHeadRoll` in
//! 0..=1 (0.5 at rest, the ends at 45 degrees).

use crate::Moment;
use crate::target::Group;
use psivox_core::face::{Shape, pascal_case};
use std::f32::consts::FRAC_PI_4;

/// A value on its way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Injected {
    /// The parameter's name.
    pub(super) id: String,
    /// Its value.
    pub(super) value: f32,
}

/// What Psivox creates: name, what it is, and the value at rest.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Custom {
    /// Alphanumeric, 4 to 32 characters.
    pub(super) name: String,
    /// In words, for the user.
    pub(super) explanation: String,
    /// The value at rest.
    pub(super) default: f32,
}

/// Names of the head's parameters.
const HEAD: [&str; 3] = ["PsivoxHeadYaw", "PsivoxHeadPitch", "PsivoxHeadRoll"];

/// The parameter of a shape: `PsivoxJawOpen`.
fn custom_name(shape: Shape) -> String {
    format!("Psivox{}", pascal_case(shape.name()))
}

/// All 55.
pub(super) fn custom_parameters() -> Vec<Custom> {
    let shapes = Shape::ALL.into_iter().map(|shape| Custom {
        name: custom_name(shape),
        explanation: format!("Psivox: ARKit {}", shape.name()),
        default: 0.0,
    });
    let head = HEAD.into_iter().map(|name| Custom {
        name: name.to_owned(),
        explanation: "Psivox: the head, 0 to 1 is -45 to 45 degrees".to_owned(),
        default: 0.5,
    });
    shapes.chain(head).collect()
}

/// The values of a moment: VTube Studio's own parameters if `own`, Psivox's if `custom`; what the mask leaves out is left
/// to whoever else moves it.
pub(super) fn injected(moment: &Moment, own: bool, custom: bool) -> Vec<Injected> {
    let mut values = Vec::new();
    if own {
        own_values(moment, &mut values);
    }
    if custom {
        values.extend(moment.shapes().map(|(shape, value)| Injected { id: custom_name(shape), value }));
        if moment.mask.has(Group::Head) {
            let turned = HEAD.iter().zip(moment.face.head_rad);
            values.extend(turned.map(|(name, angle)| Injected {
                id: (*name).to_owned(),
                value: 0.5 + 0.5 * (angle / FRAC_PI_4).clamp(-1.0, 1.0),
            }));
        }
    }
    for one in &mut values {
        one.value = if one.value.is_finite() { one.value } else { 0.0 };
    }
    values
}

fn own_values(moment: &Moment, values: &mut Vec<Injected>) {
    let mask = moment.mask;
    let of = |shape| moment.face.get(shape);
    let pair = |left, right| 0.5 * (of(left) + of(right));
    let mut put = |id: &str, value: f32, low: f32, high: f32| {
        values.push(Injected { id: id.to_owned(), value: value.clamp(low, high) });
    };
    if mask.has(Group::Head) {
        for (name, angle) in ["FaceAngleX", "FaceAngleY", "FaceAngleZ"].into_iter().zip(moment.face.head_rad)
        {
            put(name, angle.to_degrees(), -30.0, 30.0);
        }
    }
    if mask.sends(Shape::JawOpen) {
        put("MouthOpen", moment.aperture(), 0.0, 1.0);
        put("VoiceVolumePlusMouthOpen", moment.aperture(), 0.0, 1.0);
        put("VoiceVolume", moment.voice(), 0.0, 1.0);
        put("VoiceFrequency", pair(Shape::MouthStretchLeft, Shape::MouthStretchRight), 0.0, 1.0);
    }
    if mask.sends(Shape::MouthSmileLeft) {
        let smile = pair(Shape::MouthSmileLeft, Shape::MouthSmileRight)
            - pair(Shape::MouthFrownLeft, Shape::MouthFrownRight);
        for name in ["MouthSmile", "VoiceFrequencyPlusMouthSmile"] {
            put(name, 0.5 + 0.5 * smile, 0.0, 1.0);
        }
        put("MouthX", of(Shape::MouthLeft) - of(Shape::MouthRight), -1.0, 1.0);
    }
    if mask.has(Group::Cheeks) {
        put("CheekPuff", of(Shape::CheekPuff), 0.0, 1.0);
    }
    if mask.has(Group::Tongue) {
        put("TongueOut", of(Shape::TongueOut), 0.0, 1.0);
    }
    if mask.has(Group::Eyes) {
        put("EyeOpenLeft", 1.0 - of(Shape::EyeBlinkLeft), 0.0, 1.0);
        put("EyeOpenRight", 1.0 - of(Shape::EyeBlinkRight), 0.0, 1.0);
        put("EyeLeftX", of(Shape::EyeLookOutLeft) - of(Shape::EyeLookInLeft), -1.0, 1.0);
        put("EyeLeftY", of(Shape::EyeLookUpLeft) - of(Shape::EyeLookDownLeft), -1.0, 1.0);
        put("EyeRightX", of(Shape::EyeLookInRight) - of(Shape::EyeLookOutRight), -1.0, 1.0);
        put("EyeRightY", of(Shape::EyeLookUpRight) - of(Shape::EyeLookDownRight), -1.0, 1.0);
    }
    if mask.has(Group::Brows) {
        let brow = |outer, down| 0.5 + 0.5 * (0.5 * (of(Shape::BrowInnerUp) + of(outer)) - of(down));
        let left = brow(Shape::BrowOuterUpLeft, Shape::BrowDownLeft);
        let right = brow(Shape::BrowOuterUpRight, Shape::BrowDownRight);
        put("Brows", 0.5 * (left + right), 0.0, 1.0);
        put("BrowLeftY", left, 0.0, 1.0);
        put("BrowRightY", right, 0.0, 1.0);
        put("FaceAngry", pair(Shape::BrowDownLeft, Shape::BrowDownRight), 0.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Mask;
    use std::collections::BTreeSet;

    fn value(moment: &Moment, id: &str) -> Option<f32> {
        injected(moment, true, true).into_iter().find(|one| one.id == id).map(|one| one.value)
    }

    #[test]
    fn names_are_what_the_api_takes() {
        let all = custom_parameters();
        let names: BTreeSet<_> = all.iter().map(|one| one.name.as_str()).collect();
        assert_eq!((names.len(), all.len()), (55, 55));
        for one in &all {
            assert!((4..=32).contains(&one.name.len()), "{}", one.name);
            assert!(one.name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            assert!(one.explanation.len() < 256);
        }
        assert_eq!(custom_name(Shape::JawOpen), "PsivoxJawOpen");
    }

    #[test]
    fn a_face_at_rest_has_open_eyes_and_a_straight_mouth() {
        let rest = Moment::rest(0.0, 0, Mask::default());
        for (id, expected) in [
            ("MouthOpen", 0.0),
            ("MouthSmile", 0.5),
            ("EyeOpenLeft", 1.0),
            ("Brows", 0.5),
            ("FaceAngleX", 0.0),
            ("PsivoxHeadYaw", 0.5),
            ("PsivoxJawOpen", 0.0),
        ] {
            assert_eq!(value(&rest, id), Some(expected), "{id}");
        }
    }

    #[test]
    fn a_face_moves_what_it_is_named_after() {
        let mut moment = Moment::rest(0.0, 0, Mask::default());
        moment.face.set(Shape::JawOpen, 0.4);
        moment.face.set(Shape::MouthClose, 0.1);
        moment.face.set(Shape::MouthFrownLeft, 1.0);
        moment.face.set(Shape::MouthFrownRight, 1.0);
        moment.face.set(Shape::MouthLeft, 0.5);
        moment.face.set(Shape::EyeLookOutLeft, 0.5);
        moment.face.set(Shape::EyeBlinkRight, 1.0);
        moment.face.set(Shape::BrowInnerUp, 1.0);
        moment.face.set(Shape::BrowOuterUpLeft, 1.0);
        moment.face.head_rad = [0.1, -1.0, f32::NAN];
        for (id, expected) in [
            ("MouthOpen", 0.6),
            ("MouthSmile", 0.0),
            ("MouthX", 0.5),
            ("EyeLeftX", 0.5),
            ("EyeOpenRight", 0.0),
            ("BrowLeftY", 1.0),
            ("BrowRightY", 0.75),
            ("FaceAngleX", 0.1f32.to_degrees()),
            ("FaceAngleY", -30.0),
            ("FaceAngleZ", 0.0),
            ("PsivoxHeadPitch", 0.0),
            ("PsivoxJawOpen", 0.4),
        ] {
            let found = value(&moment, id).expect(id);
            assert!((found - expected).abs() < 1e-6, "{id}: {found} instead of {expected}");
        }
    }

    #[test]
    fn a_mask_leaves_the_rest_to_a_camera() {
        let moment = Moment::rest(0.0, 0, Mask::VOICE_OWNS_THE_MOUTH);
        assert!(value(&moment, "MouthOpen").is_some() && value(&moment, "PsivoxTongueOut").is_some());
        for id in ["MouthSmile", "EyeOpenLeft", "Brows", "FaceAngleX", "PsivoxHeadYaw", "PsivoxBrowInnerUp"] {
            assert_eq!(value(&moment, id), None, "{id}");
        }
        assert!(injected(&moment, false, false).is_empty());
    }
}
