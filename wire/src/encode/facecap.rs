//! Face Cap: one face as OSC messages (Face Cap, "Live mode", bannaflak.com/face-cap/livemode.html, sections 2.1 and 2.2).
//!
//! | Address | Arguments | |
//! |---|---|---|
//! | `/HT` | `fff` | position of the head: 0, there is no camera to measure it from |
//! | `/HR` | `fff` degrees | turn of the head about x, y, z |
//! | `/HRQ` | `ffff` | the same as a quaternion xyzw |
//! | `/ELR`, `/ERR` | `ff` degrees | turn of the left and of the right eye about x, y |
//! | `/W` | `i` index, `f` 0..=1 | a shape, in the order of [`SHAPES`] |
//!
//! Axes are right-handed, x to the person's left, y up, z ahead: x is positive downwards, y to the person's left, z to the
//! right shoulder. Face Cap's example for Unity mirrors x, which turns y and z round there. What the mask leaves out is not
//! sent: the head's three messages, the eyes' two, shapes one by one.

use super::reach::Reach;
use super::rotation::quaternion;
use super::{Encoder, OscBatch, Packets};
use crate::target::{FacecapOptions, Group};
use crate::{Moment, WireError};
use psivox_core::face::Shape;
use rosc::OscType;

/// The shapes by Face Cap's index (section 2.2): the order of the morph targets of the head that it exports.
pub const SHAPES: [Shape; 52] = [
    Shape::BrowInnerUp,
    Shape::BrowDownLeft,
    Shape::BrowDownRight,
    Shape::BrowOuterUpLeft,
    Shape::BrowOuterUpRight,
    Shape::EyeLookUpLeft,
    Shape::EyeLookUpRight,
    Shape::EyeLookDownLeft,
    Shape::EyeLookDownRight,
    Shape::EyeLookInLeft,
    Shape::EyeLookInRight,
    Shape::EyeLookOutLeft,
    Shape::EyeLookOutRight,
    Shape::EyeBlinkLeft,
    Shape::EyeBlinkRight,
    Shape::EyeSquintLeft,
    Shape::EyeSquintRight,
    Shape::EyeWideLeft,
    Shape::EyeWideRight,
    Shape::CheekPuff,
    Shape::CheekSquintLeft,
    Shape::CheekSquintRight,
    Shape::NoseSneerLeft,
    Shape::NoseSneerRight,
    Shape::JawOpen,
    Shape::JawForward,
    Shape::JawLeft,
    Shape::JawRight,
    Shape::MouthFunnel,
    Shape::MouthPucker,
    Shape::MouthLeft,
    Shape::MouthRight,
    Shape::MouthRollUpper,
    Shape::MouthRollLower,
    Shape::MouthShrugUpper,
    Shape::MouthShrugLower,
    Shape::MouthClose,
    Shape::MouthSmileLeft,
    Shape::MouthSmileRight,
    Shape::MouthFrownLeft,
    Shape::MouthFrownRight,
    Shape::MouthDimpleLeft,
    Shape::MouthDimpleRight,
    Shape::MouthUpperUpLeft,
    Shape::MouthUpperUpRight,
    Shape::MouthLowerDownLeft,
    Shape::MouthLowerDownRight,
    Shape::MouthPressLeft,
    Shape::MouthPressRight,
    Shape::MouthStretchLeft,
    Shape::MouthStretchRight,
    Shape::TongueOut,
];

/// Writes Face Cap.
#[derive(Debug)]
pub struct FacecapEncoder {
    options: FacecapOptions,
    reach: Reach,
}

impl FacecapEncoder {
    /// As the receiver takes it.
    pub fn new(options: FacecapOptions) -> Self {
        Self { options, reach: Reach::default() }
    }
}

impl Encoder for FacecapEncoder {
    fn face(&mut self, moment: &Moment, out: &mut Packets) -> Result<(), WireError> {
        let moment = self.reach.cover(moment);
        let mut batch = OscBatch::default();
        if moment.mask.has(Group::Head) {
            let turn_rad = right_handed(moment.face.head_rad);
            floats(&mut batch, "/HT", &[0.0; 3]);
            floats(&mut batch, "/HR", &turn_rad.map(f32::to_degrees));
            floats(&mut batch, "/HRQ", &quaternion(turn_rad));
        }
        if moment.mask.has(Group::Eyes) {
            for (address, [yaw, pitch]) in ["/ELR", "/ERR"].into_iter().zip(moment.gaze_rad()) {
                let [x, y, _] = right_handed([yaw, pitch, 0.0]).map(f32::to_degrees);
                floats(&mut batch, address, &[x, y]);
            }
        }
        for (index, shape) in SHAPES.into_iter().enumerate().filter(|(_, shape)| moment.mask.sends(*shape)) {
            batch.add("/W", vec![OscType::Int(index as i32), OscType::Float(moment.face.get(shape))]);
        }
        batch.write(self.options.bundles, out)
    }
}

/// Turns about x, y and z, of yaw (+ left), pitch (+ up) and roll (+ to the left shoulder).
fn right_handed([yaw, pitch, roll]: [f32; 3]) -> [f32; 3] {
    // Subtracting from 0 leaves a zero its sign.
    [0.0 - pitch, yaw, 0.0 - roll]
}

fn floats(batch: &mut OscBatch, address: &str, values: &[f32]) {
    batch.add(address, values.iter().map(|value| OscType::Float(value + 0.0)).collect());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Mask;

    fn written(bundles: bool, moment: &Moment) -> Vec<Vec<u8>> {
        let mut out = Packets::default();
        FacecapEncoder::new(FacecapOptions { bundles }).face(moment, &mut out).expect("encodes");
        out.iter().map(|(_, bytes)| bytes.to_vec()).collect()
    }

    /// Typed from the morph targets of the head that Face Cap exports (facecap.glb).
    #[test]
    fn every_shape_has_face_cap_s_index() {
        let names = "browInnerUp browDown_L browDown_R browOuterUp_L browOuterUp_R eyeLookUp_L eyeLookUp_R \
            eyeLookDown_L eyeLookDown_R eyeLookIn_L eyeLookIn_R eyeLookOut_L eyeLookOut_R eyeBlink_L eyeBlink_R \
            eyeSquint_L eyeSquint_R eyeWide_L eyeWide_R cheekPuff cheekSquint_L cheekSquint_R noseSneer_L \
            noseSneer_R jawOpen jawForward jawLeft jawRight mouthFunnel mouthPucker mouthLeft mouthRight \
            mouthRollUpper mouthRollLower mouthShrugUpper mouthShrugLower mouthClose mouthSmile_L mouthSmile_R \
            mouthFrown_L mouthFrown_R mouthDimple_L mouthDimple_R mouthUpperUp_L mouthUpperUp_R mouthLowerDown_L \
            mouthLowerDown_R mouthPress_L mouthPress_R mouthStretch_L mouthStretch_R tongueOut";
        let short = super::super::ifacialmocap::short;
        assert_eq!(SHAPES.map(short).to_vec(), names.split_whitespace().collect::<Vec<_>>());
    }

    /// Typed from the documentation and the OSC 1.0 specification.
    #[test]
    fn a_whole_bundle() {
        let mask = Mask { mouth: false, eyes: false, cheeks: false, brows: false, ..Mask::default() };
        let mut moment = Moment::rest(0.0, 0, mask);
        moment.face.set(Shape::TongueOut, 0.5);
        let expected = b"#bundle\0\0\0\0\0\0\0\0\x01\
            \0\0\0\x18/HT\0,fff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
            \0\0\0\x18/HR\0,fff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
            \0\0\0\x20/HRQ\0\0\0\0,ffff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x3f\x80\0\0\
            \0\0\0\x10/W\0\0,if\0\0\0\0\x33\x3f\0\0\0";
        assert_eq!(written(true, &moment), [expected]);
    }

    #[test]
    fn turns_have_the_signs_of_right_handed_axes() {
        let mut moment = Moment::rest(0.0, 0, Mask { mouth: false, ..Mask::default() });
        moment.face.head_rad = [0.5, 0.25, 0.125];
        moment.face.set(Shape::EyeLookOutLeft, 1.0);
        moment.face.set(Shape::EyeLookUpRight, 1.0);
        let found = written(false, &moment);
        let numbers = |index: usize, head: usize| -> Vec<f32> {
            found[index][head..]
                .chunks(4)
                .map(|part| f32::from_be_bytes(part.try_into().expect("4")))
                .collect()
        };
        let near = super::super::rotation::tests::near;
        assert!(near(&numbers(1, 12), &[-14.323_945, 28.647_89, -7.161_972_4]), "{:?}", numbers(1, 12));
        assert!(near(&numbers(2, 16), &quaternion([-0.25, 0.5, -0.125])));
        assert!(near(&numbers(3, 12), &[0.0, 29.793_805]) && near(&numbers(4, 12), &[-29.793_805, 0.0]));
    }

    #[test]
    fn the_mask_takes_away_messages() {
        let count = |mask| written(false, &Moment::rest(0.0, 0, mask)).len();
        assert_eq!(count(Mask::default()), 57);
        assert_eq!(count(Mask { head: false, ..Mask::default() }), 54);
        assert_eq!(count(Mask { eyes: false, ..Mask::default() }), 57 - 2 - 14);
        assert_eq!(count(Mask::VOICE_OWNS_THE_MOUTH), 11);
    }
}
