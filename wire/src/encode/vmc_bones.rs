//! Head, neck and eyes for VMC, in the axes of Unity.
//!
//! Unity's axes are left-handed: x to the right of the model, y up, z ahead. A positive turn about y leads from z to x, to
//! the model's right; about x from y to z, which lowers the face; about z from x to y, which tips the head to the left
//! shoulder. So a yaw to the person's own left is negative about y, a pitch upwards is negative about x, and a roll to the
//! left shoulder is positive about z.
//!
//! VMC asks for the local positions of bones too, which only somebody with the model can know. Sent are those of an average
//! adult, in m: receivers that take them over keep a neck, and those that do not keep their own.

use super::OscBatch;
use super::rotation::quaternion;
use crate::Moment;
use crate::target::Group;
use rosc::OscType;

/// Shares of the neck and of the head in the head's turn.
const SHARES: [f32; 2] = [0.4, 0.6];

/// Where the neck stands on the chest, the head on the neck, the eyes in the head; m.
const NECK_M: [f32; 3] = [0.0, 0.1, 0.0];
const HEAD_M: [f32; 3] = [0.0, 0.08, 0.0];
const EYES_M: [[f32; 3]; 2] = [[-0.03, 0.06, 0.08], [0.03, 0.06, 0.08]];

/// How far ahead the target of a gaze lies, m: far enough for parallel eyes.
const GAZE_M: f32 = 10.0;

/// Root and bones as far as the mask sends them; those of the eyes only where `eyes` says so.
pub(super) fn root_and_bones(moment: &Moment, eyes: bool, batch: &mut OscBatch) {
    place(batch, "/VMC/Ext/Root/Pos", "root", [0.0; 3], [0.0; 3]);
    if moment.mask.has(Group::Head) {
        let [neck, head] = SHARES.map(|share| moment.face.head_rad.map(|angle| share * angle));
        place(batch, "/VMC/Ext/Bone/Pos", "Neck", NECK_M, unity(neck));
        place(batch, "/VMC/Ext/Bone/Pos", "Head", HEAD_M, unity(head));
    }
    if eyes && moment.mask.has(Group::Eyes) {
        for ((name, place_m), [yaw, pitch]) in
            ["LeftEye", "RightEye"].into_iter().zip(EYES_M).zip(moment.gaze_rad())
        {
            place(batch, "/VMC/Ext/Bone/Pos", name, place_m, unity([yaw, pitch, 0.0]));
        }
    }
}

/// Where both eyes look, seen from the head; at rest the Performer looks where it likes again.
pub(super) fn eye_target(moment: &Moment, batch: &mut OscBatch) {
    let [left, right] = moment.gaze_rad();
    let [yaw, pitch] = [0, 1].map(|axis| 0.5 * (left[axis] + right[axis]));
    let target_m = [-GAZE_M * yaw.tan(), GAZE_M * pitch.tan(), GAZE_M];
    let mut args = vec![OscType::Int(i32::from(!moment.rest))];
    // Adding 0 takes the sign from a zero.
    args.extend(target_m.map(|part| OscType::Float(part + 0.0)));
    batch.add("/VMC/Ext/Set/Eye", args);
}

/// Turns about Unity's x, y and z, of yaw (+ left), pitch (+ up) and roll (+ to the left shoulder).
fn unity([yaw, pitch, roll]: [f32; 3]) -> [f32; 3] {
    [-pitch, -yaw, roll]
}

fn place(batch: &mut OscBatch, address: &str, name: &str, place_m: [f32; 3], turn_rad: [f32; 3]) {
    let mut args = vec![OscType::String(name.to_owned())];
    args.extend(place_m.into_iter().chain(quaternion(turn_rad)).map(|part| OscType::Float(part + 0.0)));
    batch.add(address, args);
}

#[cfg(test)]
mod tests {
    use super::super::rotation::tests::{near, turned};
    use super::*;
    use crate::target::Mask;
    use psivox_core::face::Shape;
    use std::f32::consts::FRAC_PI_6;

    const AHEAD: [f32; 3] = [0.0, 0.0, 1.0];
    const UP: [f32; 3] = [0.0, 1.0, 0.0];

    #[test]
    fn the_person_turns_left_looks_up_and_leans_left() {
        let of = |turn| quaternion(unity(turn));
        // sin 15 degrees and cos 15 degrees.
        assert!(near(&of([FRAC_PI_6, 0.0, 0.0]), &[0.0, -0.258_819, 0.0, 0.965_926]));
        assert!(near(&of([0.0, FRAC_PI_6, 0.0]), &[-0.258_819, 0.0, 0.0, 0.965_926]));
        assert!(near(&of([0.0, 0.0, FRAC_PI_6]), &[0.0, 0.0, 0.258_819, 0.965_926]));
        let (half, most) = (0.5, 0.866_025_4);
        assert!(near(&turned(of([FRAC_PI_6, 0.0, 0.0]), AHEAD), &[-half, 0.0, most]), "left is -x");
        assert!(near(&turned(of([0.0, FRAC_PI_6, 0.0]), AHEAD), &[0.0, half, most]), "up is +y");
        assert!(near(&turned(of([0.0, 0.0, FRAC_PI_6]), UP), &[-half, most, 0.0]), "the crown goes to -x");
    }

    fn bones(moment: &Moment) -> Vec<(String, Vec<f32>)> {
        let mut batch = OscBatch::default();
        root_and_bones(moment, true, &mut batch);
        let message = |packet| match packet {
            rosc::OscPacket::Message(message) => message,
            rosc::OscPacket::Bundle(_) => panic!("no bundles here"),
        };
        let mut out = super::super::Packets::default();
        batch.write(false, &mut out).expect("encodes");
        let read = out.iter().map(|(_, bytes)| message(rosc::decoder::decode_udp(bytes).expect("reads").1));
        read.map(|message| {
            let mut args = message.args.into_iter();
            let name = args.next().and_then(OscType::string).expect("a name");
            (name, args.map(|part| part.float().expect("a number")).collect())
        })
        .collect()
    }

    #[test]
    fn neck_and_head_share_the_turn_and_eyes_have_their_own() {
        let mut moment = Moment::rest(0.0, 0, Mask::default());
        moment.face.head_rad = [0.5, 0.0, 0.0];
        moment.face.set(Shape::EyeLookOutLeft, 1.0);
        moment.face.set(Shape::EyeLookDownRight, 1.0);
        let found = bones(&moment);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["root", "Neck", "Head", "LeftEye", "RightEye"]);
        assert!(found.iter().all(|(_, numbers)| numbers.len() == 7));
        let turn = |index: usize| &found[index].1[3..];
        assert_eq!(turn(0), [0.0, 0.0, 0.0, 1.0]);
        assert!(near(turn(1), &[0.0, -(0.1f32.sin()), 0.0, 0.1f32.cos()]));
        assert!(near(turn(2), &[0.0, -(0.15f32.sin()), 0.0, 0.15f32.cos()]));
        assert!(near(turn(3), &[0.0, -(0.26f32.sin()), 0.0, 0.26f32.cos()]));
        assert!(near(turn(4), &[0.26f32.sin(), 0.0, 0.0, 0.26f32.cos()]));
    }

    #[test]
    fn the_target_of_the_gaze_lies_where_the_eyes_look() {
        let mut moment = Moment { rest: false, ..Moment::rest(0.0, 0, Mask::default()) };
        for shape in
            [Shape::EyeLookOutLeft, Shape::EyeLookInRight, Shape::EyeLookUpLeft, Shape::EyeLookUpRight]
        {
            moment.face.set(shape, 1.0);
        }
        let target = |moment: &Moment| {
            let mut batch = OscBatch::default();
            eye_target(moment, &mut batch);
            let mut out = super::super::Packets::default();
            batch.write(false, &mut out).expect("encodes");
            let bytes = out.iter().next().expect("one").1.to_vec();
            assert!(bytes.starts_with(b"/VMC/Ext/Set/Eye\0\0\0\0,ifff\0\0\0\0\0\0"));
            let rest = &bytes[28..];
            let number = |at: usize| f32::from_be_bytes(std::array::from_fn(|i| rest[at + i]));
            (rest[3], [4, 8, 12].map(number))
        };
        let (on, place) = target(&moment);
        // 10 m times the tangent of 0.52 rad.
        assert!(on == 1 && near(&place, &[-5.725_618, 5.725_618, 10.0]), "{place:?}");
        assert_eq!(target(&Moment::rest(0.0, 0, Mask::default())), (0, [0.0, 0.0, 10.0]));
    }
}
