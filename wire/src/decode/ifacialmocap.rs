//! iFacialMocap: `name-number|...|=head#...|rightEye#...|leftEye#...|`, in version 2 `name&number`.

use super::received::shape_named;
use super::{DecodeError, ReceivedFace};
use crate::encode::ifacialmocap::REQUEST;
use psivox_core::face::Shape;

/// Most fields that are looked at.
const MAX_FIELDS: usize = 256;

/// Whether it could be a frame or a request.
pub(super) fn looks_so(datagram: &[u8]) -> bool {
    datagram.contains(&b'|') || datagram.starts_with(REQUEST)
}

/// Whether it was a face; a request is none. A frame with anything malformed is taken over not at all.
pub(super) fn read(datagram: &[u8], face: &mut ReceivedFace) -> Result<bool, DecodeError> {
    let text = std::str::from_utf8(datagram)
        .map_err(|_| DecodeError::text(&String::from_utf8_lossy(datagram), "UTF-8"))?;
    if datagram.starts_with(REQUEST) {
        // What a receiver asks with; senders that look at themselves see it too.
        return Ok(false);
    }
    let mut next = face.clone();
    let mut known = 0;
    for (index, field) in text.split('|').enumerate() {
        if index >= MAX_FIELDS {
            return Err(DecodeError::text(field, "among the first 256 fields"));
        }
        known += usize::from(read_field(field.trim(), &mut next)?);
    }
    if known == 0 {
        return Err(DecodeError::text(text, "a frame with a shape or a head in it"));
    }
    *face = next;
    Ok(true)
}

/// Whether the field says something of the face.
fn read_field(field: &str, face: &mut ReceivedFace) -> Result<bool, DecodeError> {
    if let Some((name, angles)) = field.split_once('#') {
        let angles = degrees(angles)?;
        if name.trim_start_matches('=') == "head" {
            // x is positive downwards, y to the person's left, z to the right shoulder.
            let [x, y, z] = angles;
            face.set_head_deg([y, -x, -z]);
            return Ok(true);
        }
        return Ok(matches!(name.trim_start_matches('='), "leftEye" | "rightEye"));
    }
    let Some((name, number)) = field.split_once('&').or_else(|| field.split_once('-')) else {
        return Ok(false);
    };
    let percent = finite(number)?;
    // Both halves of the inner brows are one shape of ARKit.
    let shape = match name {
        "browInnerUp_L" | "browInnerUp_R" => Some(Shape::BrowInnerUp),
        "cheekPuff_L" | "cheekPuff_R" => Some(Shape::CheekPuff),
        _ => shape_named(name),
    };
    if let Some(shape) = shape {
        face.set(shape, percent / 100.0);
    }
    Ok(shape.is_some())
}

/// The first three of the numbers of a field.
fn degrees(text: &str) -> Result<[f32; 3], DecodeError> {
    let mut parts = text.split(',');
    let mut next = || parts.next().map_or_else(|| Err(DecodeError::text(text, "three numbers")), finite);
    Ok([next()?, next()?, next()?])
}

fn finite(text: &str) -> Result<f32, DecodeError> {
    let value = text.trim().parse::<f32>().ok().filter(|value| value.is_finite());
    value.ok_or_else(|| DecodeError::text(text, "a number"))
}
