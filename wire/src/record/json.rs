//! JSON Lines: one object per face, its numbers with as many digits as they are worth.

use super::{bounded, signed};
use crate::target::{EMOTION_NAMES, Names};
use psivox_core::BlendshapeFrame;
use psivox_core::face::Shape;
use std::io::{self, Write};

/// `{"time_s", "sample", "shapes": {52 names}, "head_deg": {yaw, pitch, roll}, "emotion": {...}}`.
pub(super) fn write_face(
    out: &mut impl Write,
    face: &BlendshapeFrame,
    sample_rate_hz: u32,
) -> io::Result<()> {
    let time_s = face.time_samples as f64 / f64::from(sample_rate_hz);
    write!(out, r#"{{"time_s":{time_s:.5},"sample":{},"shapes":"#, face.time_samples)?;
    let shape = |shape: Shape| (shape.name(), signed(bounded(face.get(shape), 0.0, 1.0), 4));
    object(out, Shape::ALL.into_iter().map(shape))?;
    write!(out, r#","head_deg":"#)?;
    let angle = |rad: f32| signed(bounded(rad.to_degrees(), -180.0, 180.0), 3);
    object(out, Names::HEAD.into_iter().zip(face.head_rad.map(angle)))?;
    write!(out, r#","emotion":"#)?;
    object(out, EMOTION_NAMES.into_iter().zip(face.emotion.map(|part| signed(bounded(part, -1.0, 1.0), 4))))?;
    writeln!(out, "}}")
}

fn object(out: &mut impl Write, pairs: impl Iterator<Item = (&'static str, String)>) -> io::Result<()> {
    for (index, (name, number)) in pairs.enumerate() {
        let before = if index == 0 { '{' } else { ',' };
        write!(out, r#"{before}"{name}":{number}"#)?;
    }
    write!(out, "}}")
}
