//! Live Link Face, version 6: a fixed layout, big-endian.

use super::received::label;
use super::{DecodeError, ReceivedFace};
use psivox_core::face::{BLENDSHAPE_COUNT, Shape};

const VERSION: u8 = 6;
/// Bytes of the device's identifier, and numbers of a face.
const UUID_BYTES: i32 = 36;
const VALUES: usize = 61;
/// Most bytes of a subject's name.
const MAX_NAME_BYTES: i32 = 256;

/// Whether the head is that of a packet.
pub(super) fn looks_so(datagram: &[u8]) -> bool {
    datagram.starts_with(&[VERSION, 0, 0, 0, UUID_BYTES as u8])
}

/// Bytes that are read from the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, name: &'static str, count: usize) -> Result<&'a [u8], DecodeError> {
        let short = || fault(name, self.0.len() as i64, "more bytes");
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn word(&mut self, name: &'static str) -> Result<[u8; 4], DecodeError> {
        let bytes = self.bytes(name, 4)?;
        Ok([bytes[0], bytes[1], bytes[2], bytes[3]])
    }

    fn integer(&mut self, name: &'static str) -> Result<i32, DecodeError> {
        self.word(name).map(i32::from_be_bytes)
    }
}

fn fault(name: &'static str, found: i64, expected: &'static str) -> DecodeError {
    DecodeError::Livelink { name, found, expected }
}

/// A packet's face, taken over as a whole or not at all.
pub(super) fn read(datagram: &[u8], face: &mut ReceivedFace) -> Result<(), DecodeError> {
    let mut reader = Reader(datagram);
    let version = reader.bytes("version", 1)?[0];
    if version != VERSION {
        return Err(fault("version", i64::from(version), "6"));
    }
    let identifier = reader.integer("length of the identifier")?;
    if identifier != UUID_BYTES {
        return Err(fault("length of the identifier", i64::from(identifier), "36"));
    }
    reader.bytes("identifier", UUID_BYTES as usize)?;
    let length = reader.integer("length of the name")?;
    if !(0..=MAX_NAME_BYTES).contains(&length) {
        return Err(fault("length of the name", i64::from(length), "0 to 256"));
    }
    let subject = String::from_utf8_lossy(reader.bytes("name", length as usize)?).into_owned();
    let (frame, subframe) = (reader.integer("frame")?, f32::from_be_bytes(reader.word("subframe")?));
    let (rate, per) = (reader.integer("rate")?, reader.integer("rate's denominator")?);
    let count = reader.bytes("number of values", 1)?[0];
    if usize::from(count) != VALUES {
        return Err(fault("number of values", i64::from(count), "61"));
    }
    let mut values = [0.0; VALUES];
    for value in &mut values {
        *value = f32::from_be_bytes(reader.word("values")?);
    }
    if !reader.0.is_empty() {
        return Err(fault("bytes behind the values", reader.0.len() as i64, "0"));
    }
    if let Some(index) = values.iter().position(|value| !value.is_finite()) {
        return Err(fault("value that is no number", index as i64, "numbers"));
    }
    for (shape, value) in Shape::ALL.into_iter().zip(values) {
        face.set(shape, value);
    }
    let [yaw, pitch, roll] = [0, 1, 2].map(|part| values[BLENDSHAPE_COUNT + part].to_degrees());
    // Unreal counts yaw to the person's right and pitch downwards.
    face.set_head_deg([-yaw, -pitch, roll]);
    face.subject = Some(label(&subject));
    let time_s = (frame as f32 + subframe) * per as f32 / rate as f32;
    face.time_s = Some(time_s).filter(|time| time.is_finite());
    Ok(())
}
