//! The recording format of the app Live Link Face: a timecode, a count, 52 shapes and nine angles in rad.
//!
//! Its columns have an order of their own: jaw and mouth go right before left, other than in the app's packets.

use super::{bounded, signed};
use crate::Moment;
use crate::target::Mask;
use psivox_core::BlendshapeFrame;
use psivox_core::face::{Shape, pascal_case};
use std::io::{self, Write};

/// Shapes and angles of a row.
const COUNT: usize = 61;

const ANGLES: [&str; 9] = [
    "HeadYaw",
    "HeadPitch",
    "HeadRoll",
    "LeftEyeYaw",
    "LeftEyePitch",
    "LeftEyeRoll",
    "RightEyeYaw",
    "RightEyePitch",
    "RightEyeRoll",
];

/// The shapes in the order of the columns.
fn columns() -> [Shape; 52] {
    let mut order = Shape::ALL;
    order.swap(Shape::JawLeft as usize, Shape::JawRight as usize);
    order.swap(Shape::MouthLeft as usize, Shape::MouthRight as usize);
    order
}

pub(super) fn write_head(out: &mut impl Write) -> io::Result<()> {
    write!(out, "Timecode,BlendShapeCount")?;
    for shape in columns() {
        write!(out, ",{}", pascal_case(shape.name()))?;
    }
    writeln!(out, ",{}", ANGLES.join(","))
}

pub(super) fn write_face(
    out: &mut impl Write,
    face: &BlendshapeFrame,
    sample_rate_hz: u32,
    rate_hz: u32,
) -> io::Result<()> {
    write!(out, "{},{COUNT}", timecode(face.time_samples, sample_rate_hz, rate_hz))?;
    for shape in columns() {
        write!(out, ",{}", signed(bounded(face.get(shape), 0.0, 1.0), 7))?;
    }
    for angle in angles_rad(face) {
        write!(out, ",{}", signed(bounded(angle, -3.2, 3.2), 7))?;
    }
    writeln!(out)
}

/// Head and eyes: yaw (+ to the person's right), pitch (+ down), roll (+ to the left shoulder) each, as in the app's own
/// recordings, where the eyes' pitch falls as `EyeLookUp` grows.
fn angles_rad(face: &BlendshapeFrame) -> [f32; 9] {
    let mut finite = *face;
    finite.shapes = face.shapes.map(|shape| bounded(shape, 0.0, 1.0));
    let moment = Moment { face: finite, ..Moment::rest(0.0, 0, Mask::default()) };
    let [yaw, pitch, roll] = face.head_rad;
    let [left, right] = moment.gaze_rad();
    [-yaw, -pitch, roll, -left[0], -left[1], 0.0, -right[0], -right[1], 0.0]
}

/// `HH:MM:SS:FF.sub`: full frames and thousandths of one, counted without rounding so that no frame has two codes.
fn timecode(samples: u64, sample_rate_hz: u32, rate_hz: u32) -> String {
    let sample_rate = u64::from(sample_rate_hz);
    let (seconds, rest) = (samples / sample_rate, samples % sample_rate);
    let scaled = rest * u64::from(rate_hz);
    let (frame, thousandth) = (scaled / sample_rate, scaled % sample_rate * 1_000 / sample_rate);
    let (minutes, hours) = (seconds / 60 % 60, seconds / 3_600);
    format!("{hours:02}:{minutes:02}:{:02}:{frame:02}.{thousandth:03}", seconds % 60)
}
