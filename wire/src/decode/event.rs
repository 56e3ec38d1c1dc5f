//! `/psivox/...`: what is said, see [`crate::encode::event`].

use super::received::{label, sentence};
use super::{ReceivedFace, number, text};
use psivox_core::phone::VISEME_COUNT;
use rosc::OscType;

/// Whether the face changed (never); `None` for what is not understood.
pub(super) fn read(address: &str, args: &[OscType], face: &mut ReceivedFace) -> Option<bool> {
    let said = &mut face.said;
    match address {
        "/psivox/line" => {
            said.line = Some(sentence(text(args.first())?));
            said.word = None;
        }
        "/psivox/word" => said.word = Some(sentence(text(args.first())?)),
        "/psivox/phone" => said.phone = Some(label(text(args.first())?)),
        "/psivox/viseme" => {
            let index = number(args.first())?;
            let known = (0..VISEME_COUNT).find(|viseme| *viseme as f32 == index)?;
            face.viseme = Some(known);
        }
        "/psivox/mark" => said.mark = Some(label(text(args.first())?)),
        "/psivox/surprise" => {
            text(args.first())?;
            said.surprises += 1;
        }
        "/psivox/end" => {
            said.line = None;
            said.word = None;
            said.phone = None;
        }
        _ => return None,
    }
    Some(false)
}
