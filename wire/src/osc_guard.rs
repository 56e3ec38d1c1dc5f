//! A look at a datagram before an OSC library reads it: nothing that could cost more than the datagram is worth.
//!
//! The OSC library follows bundles in bundles and arrays by calling itself, trusts lengths, and drops what stands behind an
//! error. So the packet is cut into its messages here, without recursion, each of them checked to its last byte (OSC 1.0,
//! Wright & Freed, "OSC Packets" to "OSC Bundles"); the library only ever sees single, flat messages.

/// What a bundle begins with.
const BUNDLE: &[u8] = b"#bundle\0";

/// What is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest datagram, bytes.
    pub bytes: usize,
    /// How deep bundles may lie in each other.
    pub depth: usize,
    /// Most messages and bundles inside a datagram.
    pub elements: usize,
    /// Most arguments of a message.
    pub arguments: usize,
    /// Longest address, bytes.
    pub address_bytes: usize,
    /// The type tags that are taken, of `ifsbdhtTFNI`.
    pub tags: &'static [u8],
    /// Whether a message without arguments may lack its type tags, as those of the oldest senders do.
    pub tagless: bool,
}

impl Limits {
    /// For faces: whatever a sender of them could mean.
    pub const FACES: Self = Self {
        bytes: 8_192,
        depth: 8,
        elements: 512,
        arguments: 64,
        address_bytes: 256,
        tags: b"ifsbdhtTFNI",
        tagless: false,
    };
}

/// Why a datagram is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at byte {at}")]
pub struct Unsound {
    /// What is wrong.
    pub fault: OscFault,
    /// Where, in bytes from the beginning of the datagram.
    pub at: usize,
}

/// What can be wrong with a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OscFault {
    /// Larger than allowed.
    #[error("{found} bytes, at most {most} are read")]
    Large {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// Not a multiple of four bytes.
    #[error("{found} bytes, expected a multiple of 4")]
    Alignment {
        /// Bytes found.
        found: usize,
    },
    /// Nothing, or neither an address nor `#bundle` at its beginning.
    #[error("neither an address with '/' in front nor '#bundle'")]
    Start,
    /// An address that is too long or not printable ASCII.
    #[error("an address that is no OSC address")]
    Address,
    /// A text without the zeros at its end.
    #[error("a text that does not end")]
    Text,
    /// No type tags behind the address.
    #[error("no type tags behind the address")]
    Tags,
    /// A type tag that is not taken.
    #[error("type tag '{found}', expected one of {taken}")]
    Tag {
        /// The tag.
        found: char,
        /// Those that are taken.
        taken: &'static str,
    },
    /// More arguments than allowed.
    #[error("more than {most} arguments")]
    Arguments {
        /// Arguments allowed.
        most: usize,
    },
    /// Arguments, a blob or an element of a bundle end behind the datagram.
    #[error("cut short")]
    Short,
    /// Bytes behind the last argument.
    #[error("{found} bytes behind the last argument")]
    Rest {
        /// Bytes found.
        found: usize,
    },
    /// Bundles in bundles in bundles.
    #[error("bundles more than {most} deep")]
    Deep {
        /// Depth allowed.
        most: usize,
    },
    /// Too many messages.
    #[error("more than {most} messages")]
    Elements {
        /// Messages allowed.
        most: usize,
    },
}

/// The messages of a packet in their order, each of them sound and flat. Allocates no more than [`Limits::elements`] places.
///
/// # Errors
/// The first fault found, and where.
pub fn messages<'a>(packet: &'a [u8], limits: &Limits) -> Result<Vec<&'a [u8]>, Unsound> {
    let unsound = |fault, at| Unsound { fault, at };
    if packet.len() > limits.bytes {
        return Err(unsound(OscFault::Large { found: packet.len(), most: limits.bytes }, 0));
    }
    let mut found = Vec::new();
    let mut left = limits.elements;
    // Parts still to be looked at, the next one last: where they begin and end, and in how many bundles they are.
    let mut open = vec![(0, packet.len(), 0)];
    while let Some((start, end, depth)) = open.pop() {
        let part = &packet[start..end];
        if !part.len().is_multiple_of(4) {
            return Err(unsound(OscFault::Alignment { found: part.len() }, start));
        }
        if part.starts_with(BUNDLE) {
            if depth == limits.depth {
                return Err(unsound(OscFault::Deep { most: limits.depth }, start));
            }
            let more = OscFault::Elements { most: limits.elements };
            let elements = elements(part, left, more).map_err(|(fault, at)| unsound(fault, start + at))?;
            left -= elements.len();
            open.extend(elements.iter().rev().map(|(from, to)| (start + from, start + to, depth + 1)));
        } else if part.first() == Some(&b'/') {
            message(part, limits).map_err(|(fault, at)| unsound(fault, start + at))?;
            found.push(part);
        } else {
            return Err(unsound(OscFault::Start, start));
        }
    }
    Ok(found)
}

/// A fault and its place in the part that is looked at.
type Placed<T> = Result<T, (OscFault, usize)>;

/// Where the elements of a bundle begin and end, at most `left` of them; `more` is the fault where there are more.
fn elements(part: &[u8], left: usize, more: OscFault) -> Placed<Vec<(usize, usize)>> {
    let short = |at| (OscFault::Short, at);
    // Behind the time tag.
    let mut at = BUNDLE.len() + 8;
    if at > part.len() {
        return Err(short(part.len()));
    }
    let mut found = Vec::new();
    while at < part.len() {
        if found.len() == left {
            return Err((more, at));
        }
        let size = length(part, at).ok_or(short(at))?;
        let start = at + 4;
        at = start.checked_add(size).filter(|end| *end <= part.len()).ok_or(short(at))?;
        found.push((start, at));
    }
    Ok(found)
}

/// Checks a message to its last byte.
fn message(part: &[u8], limits: &Limits) -> Placed<()> {
    let mut at = text(part, 0)?;
    let address = part[..at].split(|byte| *byte == 0).next().unwrap_or_default();
    if address.len() > limits.address_bytes || !address.iter().all(u8::is_ascii_graphic) {
        return Err((OscFault::Address, 0));
    }
    if at == part.len() && limits.tagless {
        return Ok(());
    }
    if part.get(at) != Some(&b',') {
        return Err((OscFault::Tags, at));
    }
    let first = at + 1;
    at = text(part, at).map_err(|(_, at)| (OscFault::Tags, at))?;
    let tags = part[first..].split(|byte| *byte == 0).next().unwrap_or_default();
    if tags.len() > limits.arguments {
        return Err((OscFault::Arguments { most: limits.arguments }, first));
    }
    for (place, tag) in (first..).zip(tags) {
        if !limits.tags.contains(tag) {
            let found = if tag.is_ascii_graphic() { *tag as char } else { '?' };
            let taken = std::str::from_utf8(limits.tags).unwrap_or_default();
            return Err((OscFault::Tag { found, taken }, place));
        }
        at = match tag {
            b'i' | b'f' => behind(part, at, 4)?,
            b'd' | b'h' | b't' => behind(part, at, 8)?,
            b's' => text(part, at)?,
            b'b' => {
                let size = length(part, at).ok_or((OscFault::Short, at))?;
                let padded = size.checked_next_multiple_of(4).ok_or((OscFault::Short, at))?;
                behind(part, at + 4, padded)?
            }
            // T, F, N and I have no bytes.
            _ => at,
        };
    }
    if at == part.len() { Ok(()) } else { Err((OscFault::Rest { found: part.len() - at }, at)) }
}

/// The place `size` bytes behind `at`, if it is still in the part.
fn behind(part: &[u8], at: usize, size: usize) -> Placed<usize> {
    at.checked_add(size).filter(|end| *end <= part.len()).ok_or((OscFault::Short, at))
}

/// The length that stands at `at`.
fn length(part: &[u8], at: usize) -> Option<usize> {
    let bytes = part.get(at..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_be_bytes(*bytes)).ok()
}

/// The place behind a text that begins at `at` and is filled up to four bytes with zeros.
fn text(part: &[u8], at: usize) -> Placed<usize> {
    let fault = |at| (OscFault::Text, at);
    let bytes = part.get(at..).ok_or(fault(at))?;
    let size = bytes.iter().position(|byte| *byte == 0).ok_or(fault(at))?;
    if std::str::from_utf8(&bytes[..size]).is_err() {
        return Err(fault(at));
    }
    let padded = (size + 1).next_multiple_of(4);
    let filling = bytes.get(size..padded).ok_or(fault(at))?;
    if filling.iter().any(|byte| *byte != 0) {
        return Err(fault(at + size));
    }
    Ok(at + padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small, so that every limit is met.
    const SMALL: Limits =
        Limits { depth: 4, elements: 64, arguments: 8, tags: b"ifdhsTFIN", tagless: true, ..Limits::FACES };

    fn found(packet: &[u8]) -> Result<(), OscFault> {
        messages(packet, &Limits::FACES).map(drop).map_err(|unsound| unsound.fault)
    }

    fn bundle(parts: &[&[u8]]) -> Vec<u8> {
        let mut bytes = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
        for part in parts {
            bytes.extend((part.len() as u32).to_be_bytes());
            bytes.extend(*part);
        }
        bytes
    }

    #[test]
    fn messages_come_in_their_order_from_nested_bundles() {
        let (a, b, c) = (b"/a\0\0,\0\0\0".as_slice(), b"/b\0\0".as_slice(), b"/c\0\0,T\0\0".as_slice());
        let packet = bundle(&[a, &bundle(&[b, &bundle(&[])]), c]);
        assert_eq!(messages(&packet, &SMALL), Ok(vec![a, b, c]));
        assert_eq!(messages(a, &SMALL), Ok(vec![a]));
        assert_eq!(found(&packet), Err(OscFault::Tags), "only some take messages without tags");
    }

    #[test]
    fn sound_messages_pass() {
        for packet in [
            b"/a\0\0,\0\0\0".as_slice(),
            b"/a\0\0,f\0\0\x3f\x80\0\0",
            b"/a\0\0,TFNI\0\0\0",
            b"/a\0\0,s\0\0abc\0",
            b"/a\0\0,b\0\0\0\0\0\x01x\0\0\0",
            b"#bundle\0\0\0\0\0\0\0\0\x01",
        ] {
            assert_eq!(found(packet), Ok(()), "{packet:?}");
            assert!(rosc::decoder::decode_udp(packet).is_ok());
        }
    }

    #[test]
    fn every_fault_has_its_name() {
        use OscFault::*;
        let many = [b"/a\0\0,".as_slice(), &[b'T'; 66], b"\0"].concat();
        let mut huge = bundle(&[b"/a\0\0,\0\0\0"]);
        huge[16..20].copy_from_slice(&0xffff_fffc_u32.to_be_bytes());
        for (packet, fault) in [
            (b"".as_slice(), Start),
            (b"abc\0", Start),
            (b"/a\0\0,i\0\0\0\0\x01", Alignment { found: 11 }),
            (b"/a\0\0", Tags),
            (b"/a\0\0i\0\0\0", Tags),
            (b"/\x07\0\0,\0\0\0", Address),
            (b"/\xff\0\0,\0\0\0", Text),
            (b"/abc", Text),
            (b"/a\0x,\0\0\0", Text),
            (b"/a\0\0,i\0\0", Short),
            (b"/a\0\0,[]\0", Tag { found: '[', taken: "ifsbdhtTFNI" }),
            (b"/a\0\0,b\0\0\xff\xff\xff\xff", Short),
            (b"/a\0\0,b\0\0\x7f\xff\xff\xff", Short),
            (b"/a\0\0,s\0\0\xff\xfe\0\0", Text),
            (b"/a\0\0,\0\0\0\0\0\0\0", Rest { found: 4 }),
            (b"#bundle\0\0\0\0\0", Short),
            (b"#bundle\0\0\0\0\0\0\0\0\x01\0\0\0\x40/a\0\0", Short),
            (b"#bundle\0\0\0\0\0\0\0\0\x01\0\0\0\0", Start),
            (&bundle(&[b"/a\0\0,\0\0", b"x"]), Alignment { found: 7 }),
            (&huge, Short),
            (&many, Arguments { most: 64 }),
            (&[b'/'; 8_196], Large { found: 8_196, most: 8_192 }),
        ] {
            assert_eq!(found(packet), Err(fault), "{packet:?}");
        }
        let taken = Err(Unsound { fault: Tag { found: 'b', taken: "ifdhsTFIN" }, at: 5 });
        assert_eq!(messages(b"/a\0\0,b\0\0\0\0\0\0", &SMALL), taken, "blobs are not taken everywhere");
    }

    #[test]
    fn the_place_of_a_fault_is_that_in_the_datagram() {
        let at = |packet: &[u8]| messages(packet, &SMALL).expect_err("unsound").at;
        assert_eq!(at(b"/a\0\0,f\0\0"), 8);
        assert_eq!(at(b"/a\0\0,\0\0\0abcd"), 8);
        assert_eq!(at(b"/a\0x,\0\0\0"), 2);
        assert_eq!(at(&bundle(&[b"/a\0\0", b"/a\0\0,f\0\0"])), 16 + 8 + 4 + 8);
        assert_eq!(at(&bundle(&[&bundle(&[b"/a\0\0f\0\0\0"])])), 20 + 20 + 4);
        assert_eq!(at(b"#bundle\0\0\0\0\0"), 12);
    }

    #[test]
    fn nesting_and_number_are_bounded() {
        let nested = |depth: usize| (0..depth).fold(b"/a\0\0,\0\0\0".to_vec(), |inner, _| bundle(&[&inner]));
        assert_eq!(found(&nested(8)), Ok(()));
        assert_eq!(found(&nested(9)), Err(OscFault::Deep { most: 8 }));
        assert_eq!(found(&nested(400)), Err(OscFault::Deep { most: 8 }));
        let wide = |count: usize| bundle(&vec![b"/a\0\0,\0\0\0".as_slice(); count]);
        assert_eq!(found(&wide(512)), Ok(()));
        assert_eq!(found(&wide(513)), Err(OscFault::Elements { most: 512 }));
        let many = |packet: &[u8]| messages(packet, &SMALL).map(|found| found.len()).map_err(|one| one.fault);
        let refused = Err(OscFault::Elements { most: 64 });
        assert_eq!((many(&wide(64)), many(&wide(65))), (Ok(64), refused));
        assert_eq!(many(&bundle(&[&wide(33), &wide(33)])), refused);
        assert_eq!(many(&bundle(&[bundle(&[]).as_slice(); 200])), refused);
    }
}
