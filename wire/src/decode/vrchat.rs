//! VRChat: avatar parameters, eyes, the native face, the chatbox.

use super::received::{keep, sentence, unit};
use super::unified::Unified;
use super::{ReceivedFace, number, numbers, text};
use psivox_core::face::Shape;
use psivox_core::phone::{VISEME_COUNT, Viseme};
use rosc::OscType;

/// Angle at which ARKit's shapes of gaze end, degrees.
const GAZE_DEG: f32 = 29.8;

/// Whether the face changed; `None` for what is not understood.
pub(super) fn read(
    address: &str,
    args: &[OscType],
    unified: &mut Unified,
    face: &mut ReceivedFace,
) -> Option<bool> {
    match address {
        "/chatbox/input" => {
            face.said.line = Some(sentence(text(args.first())?));
            Some(false)
        }
        "/chatbox/typing" => matches!(args.first(), Some(OscType::Bool(_))).then_some(false),
        "/avatar/change" => {
            text(args.first())?;
            Some(false)
        }
        "/tracking/face/v1" => {
            let Some(OscType::Blob(bytes)) = args.first() else { return None };
            unified.blob(bytes.as_slice().try_into().ok()?, face);
            Some(true)
        }
        "/tracking/eye/EyesClosedAmount" => {
            let closed = number(args.first())?;
            face.set(Shape::EyeBlinkLeft, closed);
            face.set(Shape::EyeBlinkRight, closed);
            Some(true)
        }
        "/tracking/eye/CenterPitchYaw" => {
            let look = numbers::<2>(args)?;
            gaze(face, look, look);
            Some(true)
        }
        "/tracking/eye/LeftRightPitchYaw" => {
            let [left_pitch, left_yaw, right_pitch, right_yaw] = numbers::<4>(args)?;
            gaze(face, [left_pitch, left_yaw], [right_pitch, right_yaw]);
            Some(true)
        }
        _ => parameter(address.strip_prefix("/avatar/parameters/")?, args, unified, face),
    }
}

/// Pitch (+ down) and yaw (+ to the right) of both eyes in degrees.
fn gaze(face: &mut ReceivedFace, left: [f32; 2], right: [f32; 2]) {
    use Shape::*;
    let eyes = [
        (left, [EyeLookDownLeft, EyeLookUpLeft, EyeLookInLeft, EyeLookOutLeft]),
        (right, [EyeLookDownRight, EyeLookUpRight, EyeLookOutRight, EyeLookInRight]),
    ];
    for ([pitch, yaw], [down, up, to_right, to_left]) in eyes {
        face.set(down, pitch / GAZE_DEG);
        face.set(up, -pitch / GAZE_DEG);
        face.set(to_right, yaw / GAZE_DEG);
        face.set(to_left, -yaw / GAZE_DEG);
    }
}

/// A parameter: `[prefix/]v2/Name`, or one of `psivox/`.
fn parameter(path: &str, args: &[OscType], unified: &mut Unified, face: &mut ReceivedFace) -> Option<bool> {
    let [argument] = args else { return None };
    let (before, name) = path.rsplit_once('/').unwrap_or(("", path));
    if before.rsplit('/').next() == Some("psivox") {
        return own(name, number(Some(argument))?, face);
    }
    if matches!(name, "EyeTrackingActive" | "ExpressionTrackingActive" | "LipTrackingActive") {
        return Some(false);
    }
    let known = match argument {
        OscType::Bool(on) => unified.bit(name, *on, face),
        _ => unified.float(name, number(Some(argument))?, face),
    };
    known.then_some(true)
}

/// `viseme_aa`, `Viseme`, `Voice`.
fn own(name: &str, value: f32, face: &mut ReceivedFace) -> Option<bool> {
    if let Some(viseme) = name.strip_prefix("viseme_") {
        face.visemes[viseme_named(viseme)?] = Some(unit(value));
    } else if name == "Viseme" {
        face.viseme = Some((0..VISEME_COUNT).find(|index| *index as f32 == value)?);
    } else if name == "Voice" {
        keep(&mut face.clips, name, value);
    } else {
        return None;
    }
    Some(false)
}

/// By Oculus' name or VRChat's, which calls the close vowels i, o and u.
fn viseme_named(name: &str) -> Option<usize> {
    let oculus = match name {
        "i" => "ih",
        "o" => "oh",
        "u" => "ou",
        other => other,
    };
    Viseme::ALL.into_iter().position(|viseme| viseme.name().eq_ignore_ascii_case(oculus))
}
