//! Unreal's Live Link Face: one face as one binary datagram, version 6 of the format, big-endian.
//!
//! | Bytes | |
//! |---|---|
//! | `u8` | version: 6 |
//! | `i32`, then as many bytes | 36 and the device's identity, here made of the subject's name |
//! | `i32`, then as many bytes | the subject's name |
//! | `i32`, `f32` | frame and part of a frame since the sender started |
//! | `i32`, `i32` | frames a second: numerator, denominator |
//! | `u8` | 61 |
//! | 61 x `f32` | the 52 shapes in frame order, then yaw, pitch, roll of head, left eye, right eye, in rad |
//!
//! Rotations have the signs of Unreal's rotator for ARKit's transforms: yaw is positive to the person's right, pitch
//! downwards, roll to the left shoulder. Recordings of Live Link Face bear this out: where `eyeLookUp` grows, the eyes' pitch
//! falls, and where the left eye looks outwards, its yaw falls. What the mask leaves out is 0: the layout is fixed.

use super::{Encoder, Packets};
use crate::target::LivelinkOptions;
use crate::{Moment, WireError};

const VERSION: u8 = 6;

/// Shapes and rotations.
const VALUE_COUNT: u8 = 61;

/// Writes Live Link Face.
#[derive(Debug)]
pub struct LivelinkEncoder {
    /// Version, identity and name: the same in every packet.
    head: Vec<u8>,
    rate_hz: u32,
}

impl LivelinkEncoder {
    /// For a subject of `rate_hz` faces a second.
    pub fn new(options: &LivelinkOptions, rate_hz: u32) -> Self {
        let mut head = vec![VERSION];
        for text in [identity(&options.subject).as_str(), &options.subject] {
            head.extend((text.len() as i32).to_be_bytes());
            head.extend(text.as_bytes());
        }
        Self { head, rate_hz: rate_hz.max(1) }
    }
}

impl Encoder for LivelinkEncoder {
    fn face(&mut self, moment: &Moment, out: &mut Packets) -> Result<(), WireError> {
        let mut packet = self.head.clone();
        // To the thousandth: a third of a second times sixty is a whole number of frames.
        let frames = (1e3 * moment.time_s.max(0.0) * f64::from(self.rate_hz)).round() / 1e3;
        packet.extend((frames as i32).to_be_bytes());
        packet.extend((frames.fract() as f32).min(1.0 - f32::EPSILON).to_be_bytes());
        packet.extend((self.rate_hz as i32).to_be_bytes());
        packet.extend(1i32.to_be_bytes());
        packet.push(VALUE_COUNT);
        let [left, right] = moment.gaze_rad().map(|[yaw, pitch]| [yaw, pitch, 0.0]);
        let turns = [moment.face.head_rad, left, right].map(rotator).concat();
        for value in moment.face.shapes.into_iter().chain(turns) {
            packet.extend(if value.is_finite() { value } else { 0.0 }.to_be_bytes());
        }
        out.push(packet);
        Ok(())
    }
}

/// Yaw, pitch and roll as Unreal counts them, of ours: + to the left, + up, + to the left shoulder.
fn rotator([yaw, pitch, roll]: [f32; 3]) -> [f32; 3] {
    [0.0 - yaw, 0.0 - pitch, roll]
}

/// 36 characters that are the same for the same name: a UUID of version 8 (RFC 9562, "custom"). Unreal tells senders of one
/// name apart by it.
fn identity(name: &str) -> String {
    // FNV-1a, once for each half.
    let hash = |seed: u64| {
        name.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    };
    let (high, low) = (hash(0xcbf2_9ce4_8422_2325), hash(0x6c62_272e_07bb_0142));
    let high = (high & !0xf000) | 0x8000;
    let low = (low & (u64::MAX >> 2)) | (1 << 63);
    format!(
        "{:08X}-{:04X}-{:04X}-{:04X}-{:012X}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Mask;
    use psivox_core::face::Shape;

    fn written(subject: &str, rate_hz: u32, moment: &Moment) -> Vec<u8> {
        let mut out = Packets::default();
        let options = LivelinkOptions { subject: subject.to_owned() };
        LivelinkEncoder::new(&options, rate_hz).face(moment, &mut out).expect("encodes");
        assert_eq!(out.iter().count(), 1);
        out.iter().next().expect("one").1.to_vec()
    }

    /// Typed from the layout: every byte but the identity's.
    #[test]
    fn a_whole_packet() {
        let mut moment = Moment::rest(2.0125, 0, Mask::default());
        moment.face.set(Shape::EyeBlinkLeft, 1.0);
        moment.face.set(Shape::JawLeft, 0.25);
        moment.face.set(Shape::JawOpen, 0.5);
        moment.face.set(Shape::TongueOut, 0.75);
        moment.face.head_rad = [0.5, -0.25, 0.125];
        let found = written("Anna", 60, &moment);
        let mut expected = b"\x06\0\0\0\x24".to_vec();
        expected.extend(identity("Anna").bytes());
        expected.extend(b"\0\0\0\x04Anna\0\0\0\x78\x3f\x40\0\0\0\0\0\x3c\0\0\0\x01\x3d");
        expected.extend(b"\x3f\x80\0\0");
        expected.extend([0; 14 * 4]);
        expected.extend(b"\x3e\x80\0\0\0\0\0\0\x3f\0\0\0");
        expected.extend([0; 33 * 4]);
        expected.extend(b"\x3f\x40\0\0");
        expected.extend(b"\xbf\0\0\0\x3e\x80\0\0\x3e\0\0\0");
        expected.extend([0; 6 * 4]);
        assert_eq!(found.len(), 306 + 4);
        assert_eq!(found, expected);
    }

    #[test]
    fn eyes_turn_as_unreal_counts() {
        let mut moment = Moment::rest(0.0, 0, Mask::default());
        moment.face.set(Shape::EyeLookOutLeft, 1.0);
        moment.face.set(Shape::EyeLookUpLeft, 0.5);
        moment.face.set(Shape::EyeLookOutRight, 1.0);
        let found = written("x", 30, &moment);
        let number = |index: usize| {
            let at = found.len() - 4 * (9 - index);
            f32::from_be_bytes(std::array::from_fn(|i| found[at + i]))
        };
        assert_eq!([3, 4, 5, 6, 7, 8].map(number), [-0.52, -0.26, 0.0, 0.52, 0.0, 0.0]);
    }

    #[test]
    fn the_identity_belongs_to_the_name() {
        let one = identity("Psivox");
        assert_eq!(one, identity("Psivox"));
        assert_ne!(one, identity("Psivox 2"));
        assert_eq!(one.len(), 36);
        let dashes: Vec<usize> = one.match_indices('-').map(|(at, _)| at).collect();
        assert_eq!(dashes, [8, 13, 18, 23]);
        assert_eq!(&one[14..15], "8");
        assert!("89AB".contains(&one[19..20]));
        assert!(one.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit() || byte.is_ascii_uppercase()));
    }

    #[test]
    fn frames_are_counted_one_by_one() {
        for rate_hz in [30, 60, 90, 120] {
            for frame in 0..5_000i32 {
                let time_s = f64::from(frame) / f64::from(rate_hz);
                let found = written("x", rate_hz, &Moment::rest(time_s, 0, Mask::default()));
                let word = |at: usize| -> [u8; 4] { std::array::from_fn(|i| found[46 + at + i]) };
                assert_eq!((i32::from_be_bytes(word(0)), f32::from_be_bytes(word(4))), (frame, 0.0));
            }
        }
    }

    #[test]
    fn absurd_times_stay_frames() {
        for time_s in [-1.0, f64::NAN, f64::INFINITY, 1e300, 1.0 / 60.0 - 1e-17] {
            let found = written("x", 60, &Moment::rest(time_s, 0, Mask::default()));
            let part = f32::from_be_bytes(std::array::from_fn(|i| found[5 + 36 + 4 + 1 + 4 + i]));
            assert!((0.0..1.0).contains(&part), "{time_s}: {part}");
        }
    }
}
