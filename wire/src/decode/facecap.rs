//! Face Cap: head, eyes, and shapes by Face Cap's own numbers.

use super::{ReceivedFace, number, numbers};
use crate::encode::facecap::SHAPES;
use rosc::OscType;

/// Whether the face changed; `None` for what is not understood.
pub(super) fn read(address: &str, args: &[OscType], face: &mut ReceivedFace) -> Option<bool> {
    match address {
        "/W" => {
            let [index, value] = numbers::<2>(args)?;
            let shape = SHAPES.get(usize::try_from(index as i64).ok()?)?;
            face.set(*shape, value);
        }
        "/HR" => {
            // x is positive downwards, y to the person's left, z to the right shoulder.
            let [x, y, z] = numbers::<3>(args)?;
            face.set_head_deg([y, -x, -z]);
        }
        "/HT" => return numbers::<3>(args).map(|_| false),
        "/HRQ" => return numbers::<4>(args).map(|_| false),
        "/ELR" | "/ERR" => return number(args.first()).and(number(args.get(1))).map(|_| false),
        _ => return None,
    }
    Some(true)
}
