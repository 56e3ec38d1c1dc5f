//! A look at a datagram before an OSC library reads it: nothing that could cost more than the datagram is worth.
//!
//! Decoders recurse into bundles and arrays and trust lengths. Here every length is checked against what is there, nesting
//! is bounded, and nothing is allocated. OSC 1.0 (Wright & Freed), "OSC Packets" to "OSC Bundles".

/// What is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest datagram, bytes.
    pub bytes: usize,
    /// How deep bundles may lie in each other.
    pub depth: usize,
    /// Most messages and bundles of a datagram.
    pub elements: usize,
    /// Most arguments of a message.
    pub arguments: usize,
    /// Longest address, bytes.
    pub address_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 8_192, depth: 8, elements: 512, arguments: 64, address_bytes: 256 }
    }
}

/// Why a datagram is not read.
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
    /// Neither an address nor `#bundle` at its beginning.
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
    /// A type tag outside `i f s b T F d h t N I`.
    #[error("type tag '{found}', expected i f s b T F (or d h t N I)")]
    Tag {
        /// The tag.
        found: char,
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

/// Whether the datagram is sound OSC within the limits. Allocates nothing; its time grows with the bytes times the depth.
///
/// # Errors
/// The first fault found.
pub fn check(packet: &[u8], limits: Limits) -> Result<(), OscFault> {
    if packet.len() > limits.bytes {
        return Err(OscFault::Large { found: packet.len(), most: limits.bytes });
    }
    let mut left = limits.elements;
    element(packet, &limits, 0, &mut left)
}

fn element(bytes: &[u8], limits: &Limits, depth: usize, left: &mut usize) -> Result<(), OscFault> {
    *left = left.checked_sub(1).ok_or(OscFault::Elements { most: limits.elements })?;
    if !bytes.len().is_multiple_of(4) {
        return Err(OscFault::Alignment { found: bytes.len() });
    }
    match bytes.first() {
        Some(b'/') => message(bytes, limits),
        Some(b'#') if bytes.starts_with(b"#bundle\0") => {
            if depth >= limits.depth {
                return Err(OscFault::Deep { most: limits.depth });
            }
            let mut rest = bytes.get(16..).ok_or(OscFault::Short)?;
            while !rest.is_empty() {
                let (inner, after) = sized(rest)?;
                element(inner, limits, depth + 1, left)?;
                rest = after;
            }
            Ok(())
        }
        _ => Err(OscFault::Start),
    }
}

fn message(bytes: &[u8], limits: &Limits) -> Result<(), OscFault> {
    let (address, rest) = text(bytes)?;
    if address.len() > limits.address_bytes || !address.iter().all(u8::is_ascii_graphic) {
        return Err(OscFault::Address);
    }
    // A message of very old senders has no tags at all; nobody can say what its arguments are.
    let (tags, mut rest) = text(rest).map_err(|_| OscFault::Tags)?;
    let Some((b',', tags)) = tags.split_first() else { return Err(OscFault::Tags) };
    if tags.len() > limits.arguments {
        return Err(OscFault::Arguments { most: limits.arguments });
    }
    for tag in tags {
        rest = match tag {
            b'i' | b'f' => rest.get(4..).ok_or(OscFault::Short)?,
            b'd' | b'h' | b't' => rest.get(8..).ok_or(OscFault::Short)?,
            b's' => text(rest)?.1,
            b'b' => blob(rest)?,
            b'T' | b'F' | b'N' | b'I' => rest,
            other => {
                return Err(OscFault::Tag {
                    found: if other.is_ascii_graphic() { *other as char } else { '?' },
                });
            }
        };
    }
    if rest.is_empty() { Ok(()) } else { Err(OscFault::Rest { found: rest.len() }) }
}

/// A length, what it measures, and what follows.
fn sized(bytes: &[u8]) -> Result<(&[u8], &[u8]), OscFault> {
    let (head, rest) = bytes.split_first_chunk::<4>().ok_or(OscFault::Short)?;
    let length = usize::try_from(u32::from_be_bytes(*head)).map_err(|_| OscFault::Short)?;
    rest.split_at_checked(length).ok_or(OscFault::Short)
}

fn blob(bytes: &[u8]) -> Result<&[u8], OscFault> {
    let (inner, _) = sized(bytes)?;
    bytes.get(4 + inner.len().next_multiple_of(4)..).ok_or(OscFault::Short)
}

/// A text up to its first zero, and what follows its padding.
fn text(bytes: &[u8]) -> Result<(&[u8], &[u8]), OscFault> {
    let end = bytes.iter().position(|byte| *byte == 0).ok_or(OscFault::Text)?;
    let padded = (end + 1).next_multiple_of(4);
    let (all, rest) = bytes.split_at_checked(padded).ok_or(OscFault::Text)?;
    if all[end..].iter().any(|byte| *byte != 0) || std::str::from_utf8(&all[..end]).is_err() {
        return Err(OscFault::Text);
    }
    Ok((&all[..end], rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(packet: &[u8]) -> Result<(), OscFault> {
        check(packet, Limits::default())
    }

    fn bundle(inner: &[u8]) -> Vec<u8> {
        let mut bytes = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
        bytes.extend((inner.len() as u32).to_be_bytes());
        bytes.extend(inner);
        bytes
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
        for (packet, fault) in [
            (b"".as_slice(), Start),
            (b"abc\0", Start),
            (b"/a\0\0,i\0\0\0\0\x01", Alignment { found: 11 }),
            (b"/a\0\0", Tags),
            (b"/a\0\0i\0\0\0", Tags),
            (b"/\x07\0\0,\0\0\0", Address),
            (b"/abc", Text),
            (b"/a\0\0,i\0\0", Short),
            (b"/a\0\0,[]\0", Tag { found: '[' }),
            (b"/a\0\0,b\0\0\xff\xff\xff\xff", Short),
            (b"/a\0\0,s\0\0\xff\xfe\0\0", Text),
            (b"/a\0\0,\0\0\0\0\0\0\0", Rest { found: 4 }),
            (b"#bundle\0\0\0\0\0", Short),
            (b"#bundle\0\0\0\0\0\0\0\0\x01\0\0\0\x40/a\0\0", Short),
            (b"#bundle\0\0\0\0\0\0\0\0\x01\0\0\0\0", Start),
            (&many, Arguments { most: 64 }),
            (&[b'/'; 8_196], Large { found: 8_196, most: 8_192 }),
        ] {
            assert_eq!(found(packet), Err(fault), "{packet:?}");
        }
    }

    #[test]
    fn nesting_and_number_are_bounded() {
        let nested = |depth: usize| (0..depth).fold(b"/a\0\0,\0\0\0".to_vec(), |inner, _| bundle(&inner));
        assert_eq!(found(&nested(8)), Ok(()));
        assert_eq!(found(&nested(9)), Err(OscFault::Deep { most: 8 }));
        assert_eq!(found(&nested(400)), Err(OscFault::Deep { most: 8 }));
        let mut wide = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
        for _ in 0..512 {
            wide.extend(b"\0\0\0\x08/a\0\0,\0\0\0");
        }
        assert_eq!(found(&wide), Err(OscFault::Elements { most: 512 }));
    }
}
