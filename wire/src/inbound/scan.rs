//! The shape of an OSC packet, walked without recursion before any of it is decoded.
//!
//! The decoder of the OSC library follows bundles in bundles by calling itself, nests arrays without end and drops
//! what stands behind an error. So the packet is cut into its messages here, each of them checked to its last byte
//! (OSC 1.0, "OSC Packets", "OSC Type Tag String"), and the library only ever sees single, flat messages.

use super::InboundError;

/// Longest datagram that is read, in bytes.
pub const MAX_DATAGRAM_BYTES: usize = 8_192;
/// How many bundles may stand inside each other.
pub const MAX_DEPTH: usize = 4;
/// Most messages of one datagram.
pub const MAX_MESSAGES: usize = 64;
/// Most arguments of one message: more than any address takes.
const MAX_ARGUMENTS: usize = 8;

const BUNDLE: &[u8] = b"#bundle\0";

/// The messages of a packet, in their order.
///
/// # Errors
/// [`InboundError`] for what is no OSC, and for what is too much of it.
pub(super) fn messages(packet: &[u8]) -> Result<Vec<&[u8]>, InboundError> {
    if packet.len() > MAX_DATAGRAM_BYTES {
        return Err(InboundError::Long { most: MAX_DATAGRAM_BYTES });
    }
    let mut found = Vec::new();
    // Parts still to be looked at, the next one last: where they begin and end, and in how many bundles they are.
    let mut open = vec![(0, packet.len(), 0)];
    while let Some((start, end, depth)) = open.pop() {
        let part = &packet[start..end];
        if !part.starts_with(BUNDLE) {
            if found.len() == MAX_MESSAGES {
                return Err(InboundError::Many { most: MAX_MESSAGES });
            }
            message(part).map_err(|(reason, at)| InboundError::Malformed { reason, at: start + at })?;
            tags(part)?;
            found.push(part);
            continue;
        }
        if depth == MAX_DEPTH {
            return Err(InboundError::Deep { most: MAX_DEPTH });
        }
        let mut elements = elements(packet, start + BUNDLE.len(), end)?;
        if open.len() + found.len() + elements.len() > MAX_MESSAGES {
            return Err(InboundError::Many { most: MAX_MESSAGES });
        }
        while let Some((start, end)) = elements.pop() {
            open.push((start, end, depth + 1));
        }
    }
    Ok(found)
}

/// Where the elements of a bundle begin and end. `at` is the place of its time tag.
fn elements(packet: &[u8], at: usize, end: usize) -> Result<Vec<(usize, usize)>, InboundError> {
    let wrong = |reason, at| InboundError::Malformed { reason, at };
    let mut at = at + 8;
    if at > end {
        return Err(wrong("a bundle without its time tag", end));
    }
    let mut found = Vec::new();
    while at < end {
        let size = word(&packet[at..end]).ok_or_else(|| wrong("a bundle that ends in a size", at))?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        at += 4;
        if size == 0 || !size.is_multiple_of(4) {
            return Err(wrong("an element whose size is no multiple of 4", at - 4));
        }
        if size > end - at {
            return Err(wrong("an element longer than its bundle", at - 4));
        }
        if found.len() == MAX_MESSAGES {
            return Err(InboundError::Many { most: MAX_MESSAGES });
        }
        found.push((at, at + size));
        at += size;
    }
    Ok(found)
}

/// Checks a message to its last byte; the error is its place in the message.
fn message(part: &[u8]) -> Result<(), (&'static str, usize)> {
    if part.is_empty() {
        return Err(("nothing", 0));
    }
    if !part.len().is_multiple_of(4) {
        return Err(("a length that is no multiple of 4", part.len()));
    }
    if part[0] != b'/' {
        return Err(("neither an address nor a bundle", 0));
    }
    let mut at = string(part, 0)?;
    // The oldest senders leave the type tags away where there are no arguments.
    if at == part.len() {
        return Ok(());
    }
    if part[at] != b',' {
        return Err(("no type tags", at));
    }
    let first = at + 1;
    at = string(part, at)?;
    for tag in part[first..].iter().take_while(|byte| **byte != 0) {
        let left = part.len() - at;
        at = match tag {
            b'i' | b'f' if left >= 4 => at + 4,
            b'd' | b'h' if left >= 8 => at + 8,
            b's' => string(part, at)?,
            b'i' | b'f' | b'd' | b'h' => return Err(("a number that is cut off", at)),
            // T, F, I and N have no bytes. What is not taken at all is told apart by `tags`.
            b'T' | b'F' | b'I' | b'N' => at,
            _ => return Ok(()),
        };
    }
    if at == part.len() { Ok(()) } else { Err(("bytes behind the last argument", at)) }
}

/// Refuses arguments that no address takes: arrays, blobs, and more of them than any address has.
fn tags(part: &[u8]) -> Result<(), InboundError> {
    let Ok(at) = string(part, 0) else { return Ok(()) };
    let tags = part.get(at + 1..).unwrap_or_default().split(|byte| *byte == 0).next().unwrap_or_default();
    if let Some(tag) = tags.iter().find(|tag| !b"ifdhsTFIN".contains(tag)) {
        let tag = if tag.is_ascii_graphic() { char::from(*tag) } else { '\u{fffd}' };
        return Err(InboundError::Tag { tag });
    }
    if tags.len() > MAX_ARGUMENTS {
        return Err(InboundError::Malformed { reason: "more than 8 arguments", at });
    }
    Ok(())
}

/// The place behind a string that begins at `at` and is filled up to four bytes with zeros.
fn string(part: &[u8], at: usize) -> Result<usize, (&'static str, usize)> {
    let length = part[at..].iter().position(|byte| *byte == 0).ok_or(("a text without its end", at))?;
    if std::str::from_utf8(&part[at..at + length]).is_err() {
        return Err(("a text that is not UTF-8", at));
    }
    let behind = at + (length / 4 + 1) * 4;
    if behind > part.len() {
        return Err(("a text that is cut off", at));
    }
    if part[at + length..behind].iter().any(|byte| *byte != 0) {
        return Err(("a text not filled up with zeros", at + length));
    }
    Ok(behind)
}

fn word(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(parts: &[&[u8]]) -> Vec<u8> {
        let mut bytes = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u32).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }

    fn reason(bytes: &[u8]) -> (&'static str, usize) {
        match messages(bytes) {
            Err(InboundError::Malformed { reason, at }) => (reason, at),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn messages_come_in_their_order_from_nested_bundles() {
        let (a, b, c) = (b"/a\0\0,\0\0\0".as_slice(), b"/b\0\0".as_slice(), b"/c\0\0,T\0\0".as_slice());
        let packet = bundle(&[a, &bundle(&[b, &bundle(&[])]), c]);
        assert_eq!(messages(&packet).unwrap(), [a, b, c]);
        assert_eq!(messages(a).unwrap(), [a]);
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let mut packet = b"/a\0\0".to_vec();
        for depth in 1..=400 {
            packet = bundle(&[&packet]);
            let deep = Err(InboundError::Deep { most: MAX_DEPTH });
            assert_eq!(
                messages(&packet).map(|found| found.len()),
                if depth > MAX_DEPTH { deep } else { Ok(1) }
            );
        }
        let many = Err(InboundError::Many { most: MAX_MESSAGES });
        assert_eq!(messages(&bundle(&[b"/a\0\0".as_slice(); 64])).map(|found| found.len()), Ok(64));
        assert_eq!(messages(&bundle(&[b"/a\0\0".as_slice(); 65])).map(|found| found.len()), many);
        let half = bundle(&[b"/a\0\0".as_slice(); 33]);
        assert_eq!(messages(&bundle(&[&half, &half])).map(|found| found.len()), many);
        let empty = bundle(&[]);
        assert_eq!(messages(&bundle(&[empty.as_slice(); 200])).map(|found| found.len()), many);
    }

    #[test]
    fn sizes_are_checked_before_they_are_believed() {
        let mut huge = bundle(&[b"/a\0\0"]);
        huge[16..20].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(reason(&huge).0, "an element whose size is no multiple of 4");
        huge[16..20].copy_from_slice(&0xffff_fffc_u32.to_be_bytes());
        assert_eq!(reason(&huge), ("an element longer than its bundle", 16));
        assert_eq!(reason(&bundle(&[b""])).0, "an element whose size is no multiple of 4");
        assert_eq!(reason(b"#bundle\0\0\0\0\0"), ("a bundle without its time tag", 12));
        assert_eq!(reason(&bundle(&[])[..14]), ("a bundle without its time tag", 14));
    }

    #[test]
    fn each_break_in_a_message_is_named() {
        assert_eq!(reason(b""), ("nothing", 0));
        assert_eq!(reason(b"/a\0"), ("a length that is no multiple of 4", 3));
        assert_eq!(reason(b"abc\0"), ("neither an address nor a bundle", 0));
        assert_eq!(reason(b"/abc"), ("a text without its end", 0));
        assert_eq!(reason(b"/a\0\0f\0\0\0"), ("no type tags", 4));
        assert_eq!(reason(b"/a\0\0,f\0\0"), ("a number that is cut off", 8));
        assert_eq!(reason(b"/a\0\0,\0\0\0abcd"), ("bytes behind the last argument", 8));
        assert_eq!(reason(b"/a\0x,\0\0\0"), ("a text not filled up with zeros", 2));
        assert_eq!(reason(b"/\xff\0\0,\0\0\0"), ("a text that is not UTF-8", 0));
        assert_eq!(reason(b"/a\0\0,s\0\0\xc3\x28\0\0"), ("a text that is not UTF-8", 8));
        assert_eq!(reason(b"/a\0\0,TTTTTTTTT\0\0").0, "more than 8 arguments");
        assert_eq!(messages(b"/a\0\0,[[\0"), Err(InboundError::Tag { tag: '[' }));
        assert_eq!(messages(b"/a\0\0,b\0\0\x7f\xff\xff\xff"), Err(InboundError::Tag { tag: 'b' }));
    }

    #[test]
    fn a_long_datagram_is_not_looked_at() {
        assert_eq!(messages(&vec![b'/'; 8_193]), Err(InboundError::Long { most: 8_192 }));
    }
}
