//! OSC with any addresses: the last part names a shape, an angle of the head, an emotion or a viseme.

use super::received::shape_named;
use super::{ReceivedFace, number};
use crate::target::Names;
use psivox_core::phone::Viseme;
use rosc::OscType;

/// What the last part of an address names.
enum Part {
    Shape(psivox_core::face::Shape),
    Head(usize),
    Viseme(usize),
    Emotion,
    /// How the voice sounds: understood, but nothing of a face.
    Voice,
}

fn part(address: &str) -> Option<Part> {
    let (before, name) = address.rsplit_once('/')?;
    if let Some(shape) = shape_named(name) {
        return Some(Part::Shape(shape));
    }
    if let Some(index) = Names::HEAD.iter().position(|part| part.eq_ignore_ascii_case(name)) {
        return Some(Part::Head(index));
    }
    // "E" and "aa" alone could be anything.
    if before.contains("viseme") {
        return Viseme::ALL.into_iter().position(|viseme| viseme.name() == name).map(Part::Viseme);
    }
    if before.contains("voice") && Names::VOICE.contains(&name) {
        return Some(Part::Voice);
    }
    Names::emotion().contains(&name).then_some(Part::Emotion)
}

/// Whether an address is one of a face.
pub(super) fn is_face(address: &str) -> bool {
    part(address).is_some()
}

/// Whether the face changed; `None` for what is not understood.
pub(super) fn read(address: &str, args: &[OscType], face: &mut ReceivedFace) -> Option<bool> {
    let [argument] = args else { return None };
    let value = number(Some(argument))?;
    match part(address)? {
        Part::Shape(shape) => {
            face.set(shape, value);
            return Some(true);
        }
        Part::Head(index) => {
            let mut angles = face.head_deg.unwrap_or_default();
            angles[index] = value;
            face.set_head_deg(angles);
        }
        Part::Viseme(index) => face.visemes[index] = Some(super::received::unit(value)),
        Part::Voice => {}
        Part::Emotion => {
            let name = address.rsplit('/').next().unwrap_or_default().to_owned();
            face.set_emotion(&name, value);
        }
    }
    Some(false)
}
