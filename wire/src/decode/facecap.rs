//! Face Cap: head, eyes, and shapes by Face Cap's own numbers.

use super::{ReceivedFace, number, numbers};
use psivox_core::face::Shape::{self, *};
use rosc::OscType;

/// The shapes in the order of Face Cap's numbers.
const ORDER: [Shape; 52] = [
    BrowInnerUp,
    BrowDownLeft,
    BrowDownRight,
    BrowOuterUpLeft,
    BrowOuterUpRight,
    EyeLookUpLeft,
    EyeLookUpRight,
    EyeLookDownLeft,
    EyeLookDownRight,
    EyeLookInLeft,
    EyeLookInRight,
    EyeLookOutLeft,
    EyeLookOutRight,
    EyeBlinkLeft,
    EyeBlinkRight,
    EyeSquintLeft,
    EyeSquintRight,
    EyeWideLeft,
    EyeWideRight,
    CheekPuff,
    CheekSquintLeft,
    CheekSquintRight,
    NoseSneerLeft,
    NoseSneerRight,
    JawOpen,
    JawForward,
    JawLeft,
    JawRight,
    MouthFunnel,
    MouthPucker,
    MouthLeft,
    MouthRight,
    MouthRollUpper,
    MouthRollLower,
    MouthShrugUpper,
    MouthShrugLower,
    MouthClose,
    MouthSmileLeft,
    MouthSmileRight,
    MouthFrownLeft,
    MouthFrownRight,
    MouthDimpleLeft,
    MouthDimpleRight,
    MouthUpperUpLeft,
    MouthUpperUpRight,
    MouthLowerDownLeft,
    MouthLowerDownRight,
    MouthPressLeft,
    MouthPressRight,
    MouthStretchLeft,
    MouthStretchRight,
    TongueOut,
];

/// Whether the face changed; `None` for what is not understood.
pub(super) fn read(address: &str, args: &[OscType], face: &mut ReceivedFace) -> Option<bool> {
    match address {
        "/W" => {
            let [index, value] = numbers::<2>(args)?;
            let shape = ORDER.get(usize::try_from(index as i64).ok()?)?;
            face.set(*shape, value);
        }
        "/HR" => {
            // x is positive downwards, y to the person's left, z to the right shoulder.
            let [x, y, z] = numbers::<3>(args)?;
            face.set_head_deg([y, -x, -z]);
        }
        "/HT" => return numbers::<3>(args).map(|_| false),
        "/HRQ" => return numbers::<4>(args).map(|_| false),
        "/ELR" | "/ERR" => return number(args.first()).and(number(args.get(1))).map(|_| false),
        _ => return None,
    }
    Some(true)
}
