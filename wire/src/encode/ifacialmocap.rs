//! iFacialMocap: one face as one line of text (the specification for developers on ifacialmocap.com).
//!
//! ```text
//! hapihapi-0|eyeBlink_L-12|...|=head#x,y,z,px,py,pz|rightEye#x,y,z|leftEye#x,y,z|
//! ```
//!
//! Shapes are whole numbers from 0 to 100, under ARKit's names with `_L` and `_R` in place of `Left` and `Right`, but for
//! jawLeft, jawRight, mouthLeft and mouthRight; version 2 writes `&` for `-`. The first field is one that nobody uses, as some
//! receivers drop it; browInnerUp goes out whole and once for each side, as some read those.
//!
//! Angles are degrees with the signs of ARKit, about the axes of the face: x to the person's left, y up, z ahead. So x is
//! positive downwards, y to the person's left, z to the right shoulder. In the specification's own example both eyes look
//! down (`eyeLookDown` 17) at x = +6, the right eye inwards at y = +2.4 and the left eye inwards at y = -1.7. Positions are
//! those of a phone's camera; there is none, so they are 0. What the mask leaves out of the shapes is not written; the turns
//! are always there, as receivers find them by their place, and 0 where the mask leaves them out.
//!
//! A receiver asks by a datagram to port 49983, and is answered on its own port 49983, for as long as the encoder lives:
//! receivers ask once and never say that they go.

use super::reach::Reach;
use super::{Encoder, Packets};
use crate::target::IfacialmocapOptions;
use crate::{Moment, WireError};
use psivox_core::face::Shape;
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

/// Where senders are asked and receivers listen.
pub const ASK_PORT: u16 = 49983;

/// What a receiver asks with.
pub const REQUEST: &[u8] = b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719";

/// What follows [`REQUEST`] for version 2.
const VERSION_2: &[u8] = b"|sendDataVersion=v2";

/// Most receivers that are answered; the oldest makes room.
const MAX_ASKERS: usize = 8;

/// One that asked.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Asker {
    ip: IpAddr,
    version: u8,
}

/// Writes iFacialMocap.
#[derive(Debug)]
pub struct IfacialmocapEncoder {
    options: IfacialmocapOptions,
    reach: Reach,
    /// The latest last.
    askers: Vec<Asker>,
    target: Option<SocketAddr>,
}

impl IfacialmocapEncoder {
    /// As the receiver takes it.
    pub fn new(options: IfacialmocapOptions) -> Self {
        Self { options, reach: Reach::default(), askers: Vec::new(), target: None }
    }

    /// Whether an asker is the target, which is sent to anyway.
    fn is_target(&self, asker: &Asker) -> bool {
        let same = |target: SocketAddr| target.ip().to_canonical() == asker.ip && target.port() == ASK_PORT;
        self.options.push && self.target.is_some_and(same)
    }
}

impl Encoder for IfacialmocapEncoder {
    fn face(&mut self, moment: &Moment, out: &mut Packets) -> Result<(), WireError> {
        let moment = self.reach.cover(moment);
        if self.options.push {
            let asked = self.askers.iter().find(|asker| self.is_target(asker));
            let version = asked.map_or(self.options.version, |asker| asker.version);
            out.push(line(&moment, version).into_bytes());
        }
        for asker in self.askers.iter().filter(|asker| !self.is_target(asker)) {
            let receiver = SocketAddr::new(asker.ip, ASK_PORT);
            out.push_to(receiver, line(&moment, asker.version).into_bytes());
        }
        Ok(())
    }

    fn hear(&mut self, datagram: &[u8], from: SocketAddr) {
        if !self.options.answer {
            return;
        }
        let Some(rest) = datagram.trim_ascii_end().strip_prefix(REQUEST) else { return };
        let version = match rest {
            b"" => 1,
            VERSION_2 => 2,
            _ => return,
        };
        let ip = from.ip().to_canonical();
        self.askers.retain(|asker| asker.ip != ip);
        if self.askers.len() == MAX_ASKERS {
            self.askers.remove(0);
        }
        self.askers.push(Asker { ip, version });
    }

    fn listens_on(&self) -> Option<u16> {
        self.options.answer.then_some(ASK_PORT)
    }

    fn aims_at(&mut self, target: SocketAddr) {
        self.target = Some(target);
    }
}

/// One face. Writing into a `String` cannot fail.
fn line(moment: &Moment, version: u8) -> String {
    let between = if version == 2 { '&' } else { '-' };
    let mut text = format!("hapihapi{between}0|");
    for (shape, value) in moment.shapes() {
        let percent = if value.is_finite() { (100.0 * value.clamp(0.0, 1.0)).round() as u8 } else { 0 };
        let name = short(shape);
        let sides: &[&str] = if shape == Shape::BrowInnerUp { &["", "_L", "_R"] } else { &[""] };
        for side in sides {
            let _ = write!(text, "{name}{side}{between}{percent}|");
        }
    }
    let [left, right] = moment.gaze_rad().map(|[yaw, pitch]| degrees([yaw, pitch, 0.0]));
    let _ = write!(text, "=head#{},0,0,0|", degrees(moment.face.head_rad));
    let _ = write!(text, "rightEye#{right}|leftEye#{left}|");
    text
}

/// `eyeBlinkLeft` -> `eyeBlink_L`; where a whole part moves to a side, the side is part of the name.
pub(super) fn short(shape: Shape) -> String {
    let name = shape.name();
    if matches!(shape, Shape::JawLeft | Shape::JawRight | Shape::MouthLeft | Shape::MouthRight) {
        return name.to_owned();
    }
    let side = |word: &str, letter: &str| name.strip_suffix(word).map(|stem| format!("{stem}{letter}"));
    side("Left", "_L").or_else(|| side("Right", "_R")).unwrap_or_else(|| name.to_owned())
}

/// Turns about x, y and z in degrees, of yaw (+ left), pitch (+ up) and roll (+ to the left shoulder) in rad.
fn degrees([yaw, pitch, roll]: [f32; 3]) -> String {
    // Adding 0 takes the sign from a zero.
    let turns = [-pitch, yaw, -roll].map(|angle| (angle.to_degrees() * 1e4).round() / 1e4 + 0.0);
    let [x, y, z] = turns.map(|angle| if angle.is_finite() { angle } else { 0.0 });
    format!("{x:.4},{y:.4},{z:.4}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Mask;

    fn options(version: u8, answer: bool, push: bool) -> IfacialmocapOptions {
        IfacialmocapOptions { version, answer, push }
    }

    fn sent(encoder: &mut IfacialmocapEncoder) -> Vec<(Option<SocketAddr>, String)> {
        let mut out = Packets::default();
        encoder.face(&Moment::rest(0.0, 0, Mask::default()), &mut out).expect("encodes");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        out.iter().map(|(to, bytes)| (to, text(bytes))).collect()
    }

    /// Typed from the specification.
    #[test]
    fn a_whole_line_of_either_version() {
        let mask = Mask { mouth: false, eyes: false, tongue: false, cheeks: false, ..Mask::default() };
        let mut moment = Moment::rest(0.0, 0, mask);
        moment.face.set(Shape::BrowDownLeft, 0.5);
        moment.face.set(Shape::BrowInnerUp, 0.254);
        moment.face.set(Shape::BrowOuterUpRight, 1.0);
        moment.face.head_rad = [0.1, 0.2, -0.05];
        let first = "hapihapi-0|browDown_L-50|browDown_R-0|browInnerUp-25|browInnerUp_L-25|browInnerUp_R-25|\
            browOuterUp_L-0|browOuterUp_R-100|=head#-11.4592,5.7296,2.8648,0,0,0|\
            rightEye#0.0000,0.0000,0.0000|leftEye#0.0000,0.0000,0.0000|";
        assert_eq!(line(&moment, 1), first);
        let second = "hapihapi&0|browDown_L&50|browDown_R&0|browInnerUp&25|browInnerUp_L&25|browInnerUp_R&25|\
            browOuterUp_L&0|browOuterUp_R&100|=head#-11.4592,5.7296,2.8648,0,0,0|\
            rightEye#0.0000,0.0000,0.0000|leftEye#0.0000,0.0000,0.0000|";
        assert_eq!(line(&moment, 2), second);
    }

    #[test]
    fn every_shape_has_the_name_that_receivers_know() {
        let names = Shape::ALL.map(short);
        for name in
            ["jawLeft", "jawRight", "mouthLeft", "mouthRight", "mouthSmile_R", "eyeLookIn_L", "cheekPuff"]
        {
            assert!(names.iter().any(|found| found == name), "{name}");
        }
        assert_eq!(names.iter().filter(|name| name.ends_with("_L")).count(), 18);
        assert_eq!(names.iter().filter(|name| name.ends_with("_R")).count(), 18);
    }

    #[test]
    fn eyes_have_the_signs_of_the_specification_s_example() {
        let mut moment = Moment::rest(0.0, 0, Mask::default());
        for (shape, value) in [
            (Shape::EyeLookDownLeft, 0.17),
            (Shape::EyeLookDownRight, 0.17),
            (Shape::EyeLookInRight, 0.06),
            (Shape::EyeLookInLeft, 0.04),
        ] {
            moment.face.set(shape, value);
        }
        let text = line(&moment, 1);
        assert!(text.ends_with("|rightEye#5.0649,1.7876,0.0000|leftEye#5.0649,-1.1918,0.0000|"), "{text}");
    }

    #[test]
    fn who_asks_is_answered_in_the_version_asked_for() {
        let mut encoder = IfacialmocapEncoder::new(options(1, true, false));
        assert_eq!(encoder.listens_on(), Some(49983));
        assert!(sent(&mut encoder).is_empty());
        encoder.hear(REQUEST, "10.0.0.1:5000".parse().expect("address"));
        encoder.hear(&[REQUEST, VERSION_2, b"\n"].concat(), "10.0.0.2:49983".parse().expect("address"));
        let found = sent(&mut encoder);
        let to = |index: usize| found[index].0.expect("an asker").to_string();
        assert_eq!((found.len(), to(0), to(1)), (2, "10.0.0.1:49983".into(), "10.0.0.2:49983".into()));
        assert!(found[0].1.contains("jawOpen-0|") && found[1].1.contains("jawOpen&0|"));
        encoder.hear(&[REQUEST, VERSION_2].concat(), "10.0.0.1:6000".parse().expect("address"));
        let again = sent(&mut encoder);
        assert!(again.len() == 2 && again.iter().all(|(_, text)| text.contains("jawOpen&0|")));
    }

    #[test]
    fn garbage_is_not_answered_and_the_oldest_makes_room() {
        let mut encoder = IfacialmocapEncoder::new(options(1, true, false));
        let from = |last: u8| SocketAddr::from(([10, 0, 0, last], 1));
        for garbage in
            [&b""[..], b"iFacialMocap", &[REQUEST, b"|sendDataVersion=v3"].concat(), &[0xff; 2_000]]
        {
            encoder.hear(garbage, from(1));
        }
        assert!(sent(&mut encoder).is_empty());
        for last in 1..=100 {
            encoder.hear(REQUEST, from(last));
        }
        let found = sent(&mut encoder);
        assert_eq!(found.len(), MAX_ASKERS);
        assert_eq!(found[0].0, Some(SocketAddr::from(([10, 0, 0, 93], 49983))));
        let mut deaf = IfacialmocapEncoder::new(options(1, false, true));
        deaf.hear(REQUEST, from(1));
        assert_eq!((deaf.listens_on(), sent(&mut deaf).len()), (None, 1));
    }

    #[test]
    fn the_target_is_not_sent_to_twice() {
        let mut encoder = IfacialmocapEncoder::new(options(1, true, true));
        encoder.aims_at("127.0.0.1:49983".parse().expect("address"));
        encoder.hear(&[REQUEST, VERSION_2].concat(), "[::ffff:127.0.0.1]:4000".parse().expect("address"));
        let found = sent(&mut encoder);
        assert_eq!(found.len(), 1);
        assert!(found[0].0.is_none() && found[0].1.starts_with("hapihapi&0|"));
        encoder.aims_at("127.0.0.1:5000".parse().expect("address"));
        assert_eq!(sent(&mut encoder).len(), 2);
    }
}
