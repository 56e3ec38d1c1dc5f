//! VMC: clips wait until `Apply`; bones give the head.

use super::received::{keep, shape_named};
use super::{ReceivedFace, number, numbers, text};
use psivox_core::face::{BLENDSHAPE_COUNT, Shape};
use rosc::OscType;
use std::collections::BTreeMap;

/// Values that have come and not yet been applied.
#[derive(Debug)]
pub(super) struct Pending {
    shapes: [Option<f32>; BLENDSHAPE_COUNT],
    clips: BTreeMap<String, f32>,
    /// Yaw, pitch, roll of head and neck in degrees.
    bones: [[f32; 3]; 2],
}

impl Default for Pending {
    fn default() -> Self {
        Self { shapes: [None; BLENDSHAPE_COUNT], clips: BTreeMap::new(), bones: [[0.0; 3]; 2] }
    }
}

/// Whether a face took effect; `None` for what is not understood.
pub(super) fn read(
    address: &str,
    args: &[OscType],
    pending: &mut Pending,
    face: &mut ReceivedFace,
) -> Option<bool> {
    match address {
        "/VMC/Ext/Blend/Val" => {
            let (name, value) = (text(args.first())?, number(args.get(1))?);
            match shape_named(name).filter(|_| !name.contains('_')) {
                Some(shape) => pending.shapes[shape as usize] = Some(value.clamp(0.0, 1.0)),
                None => keep(&mut pending.clips, name, value),
            }
            Some(false)
        }
        "/VMC/Ext/Blend/Apply" => {
            apply(pending, face);
            Some(true)
        }
        "/VMC/Ext/OK" => {
            face.ready = Some(number(args.first())? != 0.0);
            Some(false)
        }
        "/VMC/Ext/T" => {
            face.time_s = Some(number(args.first())?);
            Some(false)
        }
        "/VMC/Ext/Bone/Pos" => bone(args, pending, face),
        "/VMC/Ext/Root/Pos" => text(args.first()).and(numbers::<7>(args.get(1..)?)).map(|_| false),
        "/VMC/Ext/Set/Eye" => numbers::<4>(args).map(|_| false),
        _ => thru(address.strip_prefix("/VMC/Thru/")?, args, face),
    }
}

fn apply(pending: &mut Pending, face: &mut ReceivedFace) {
    for (shape, value) in Shape::ALL.into_iter().zip(&mut pending.shapes) {
        if let Some(value) = value.take() {
            face.set(shape, value);
        }
    }
    for (name, value) in std::mem::take(&mut pending.clips) {
        keep(&mut face.clips, &name, value);
    }
}

/// Head and neck add up.
fn bone(args: &[OscType], pending: &mut Pending, face: &mut ReceivedFace) -> Option<bool> {
    let name = text(args.first())?;
    let [_, _, _, x, y, z, w] = numbers::<7>(args.get(1..)?)?;
    let index = match name {
        "Head" => 0,
        "Neck" => 1,
        _ => return Some(false),
    };
    pending.bones[index] = angles_deg([x, y, z, w])?;
    let [head, neck] = pending.bones;
    face.set_head_deg([head[0] + neck[0], head[1] + neck[1], head[2] + neck[2]]);
    Some(false)
}

/// Yaw (+ to the person's left), pitch (+ up), roll (+ to the left shoulder) of a quaternion in Unity's left-handed space
/// (x right, y up, z ahead), whose angles are applied roll first, yaw last.
fn angles_deg(quaternion: [f32; 4]) -> Option<[f32; 3]> {
    let length = quaternion.iter().map(|part| part * part).sum::<f32>().sqrt();
    if !(1e-3..1e3).contains(&length) {
        return None;
    }
    let [x, y, z, w] = quaternion.map(|part| part / length);
    let pitch = (2.0 * (w * x - y * z)).clamp(-1.0, 1.0).asin();
    let yaw = (2.0 * (w * y + x * z)).atan2(1.0 - 2.0 * (x * x + y * y));
    let roll = (2.0 * (w * z + x * y)).atan2(1.0 - 2.0 * (x * x + z * z));
    Some([-yaw, -pitch, roll].map(f32::to_degrees))
}

/// `/VMC/Thru/vendor/x`: a name alone, or a name with a number. Where the name is not the address's own last part, it is
/// one choice of several and takes the place of the last.
fn thru(path: &str, args: &[OscType], face: &mut ReceivedFace) -> Option<bool> {
    let name = text(args.first())?;
    let value = if args.len() > 1 { number(args.get(1))? } else { 1.0 };
    let part = path.rsplit('/').next().unwrap_or(path);
    if part == name {
        face.set_emotion(name, value);
    } else {
        let before = format!("{}/", super::received::label(part));
        face.emotion.retain(|key, _| !key.starts_with(&before));
        face.set_emotion(&format!("{before}{name}"), value);
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quaternions_turn_as_in_unity() {
        let near = |found: [f32; 3], expected: [f32; 3]| {
            found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 0.01)
        };
        let (sine, cosine) = 15f32.to_radians().sin_cos();
        for (quaternion, expected) in [
            ([0.0, sine, 0.0, cosine], [-30.0, 0.0, 0.0]),
            ([sine, 0.0, 0.0, cosine], [0.0, -30.0, 0.0]),
            ([0.0, 0.0, sine, cosine], [0.0, 0.0, 30.0]),
            ([0.0, 0.0, 0.0, -2.0], [0.0; 3]),
        ] {
            let found = angles_deg(quaternion).expect("a turn");
            assert!(near(found, expected), "{found:?} instead of {expected:?}");
        }
        assert_eq!(angles_deg([0.0; 4]), None);
    }
}
