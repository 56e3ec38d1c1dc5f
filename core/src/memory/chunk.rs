//! A sealed piece of a bank: versioned, deflated where that pays, with a checksum; and the same as a text.

use super::error::MemoryError;
use super::pack::{Reader, Writer};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Layout of chunks that this version writes. It reads all up to it.
pub(super) const VERSION: u8 = 1;
/// Before the text of every chunk; the digit is [`VERSION`].
pub(super) const TEXT_PREFIX: &str = "psm1:";
/// The longest chunk, bytes.
pub(super) const MAX_CHUNK_BYTES: usize = 256 * 1024;
/// The longest body once it is inflated, bytes.
const MAX_BODY_BYTES: usize = 128 * 1024;
/// Bytes of the checksum at its end.
const CHECKSUM_BYTES: usize = 4;
/// How hard deflate tries: more gains less than a byte in a hundred.
const LEVEL: u8 = 6;

/// What is in a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// One memory.
    Memory = 1,
    /// What belongs to the bank as a whole.
    Session = 2,
}

/// Closes a chunk: its body deflated if that is shorter, its tail as it is.
pub(super) fn seal(kind: Kind, body: &[u8], tail: &[u8]) -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec(body, LEVEL);
    let (deflated, stored) = if packed.len() < body.len() { (1, packed.as_slice()) } else { (0, body) };
    let mut chunk = Writer { bytes: vec![VERSION, kind as u8, deflated] };
    chunk.whole(body.len() as u64);
    chunk.whole(stored.len() as u64);
    chunk.bytes.extend(stored);
    chunk.bytes.extend(tail);
    let checksum = crc32fast::hash(&chunk.bytes);
    chunk.bytes.extend(checksum.to_le_bytes());
    chunk.bytes
}

/// Opens a chunk: its kind, body and tail.
///
/// # Errors
/// The checksum is not that of the bytes, or it was sealed by a newer version.
pub(super) fn open(chunk: &[u8]) -> Result<(Kind, Vec<u8>, &[u8]), MemoryError> {
    let damaged = |reason: &str| MemoryError::damaged("a record", reason);
    let Some((sealed, checksum)) = chunk.split_last_chunk::<CHECKSUM_BYTES>() else {
        return Err(damaged("it is shorter than its own checksum"));
    };
    if crc32fast::hash(sealed) != u32::from_le_bytes(*checksum) {
        return Err(damaged("its checksum does not match its bytes"));
    }
    if sealed.first().is_some_and(|version| *version > VERSION) {
        let (found, expected) = (u32::from(sealed[0]), u32::from(VERSION));
        return Err(MemoryError::Newer { found, expected });
    }
    unpack(sealed).ok_or_else(|| damaged("its lengths contradict each other"))
}

fn unpack(sealed: &[u8]) -> Option<(Kind, Vec<u8>, &[u8])> {
    let mut reader = Reader { rest: sealed };
    reader.byte().filter(|version| *version == VERSION)?;
    let kind = match reader.byte()? {
        1 => Kind::Memory,
        2 => Kind::Session,
        _ => return None,
    };
    let deflated = reader.byte()?;
    let length = reader.count(MAX_BODY_BYTES)?;
    let stored_length = reader.count(reader.rest.len())?;
    let stored = reader.take(stored_length)?;
    let body = match deflated {
        0 => stored.to_vec(),
        1 => miniz_oxide::inflate::decompress_to_vec_with_limit(stored, length).ok()?,
        _ => return None,
    };
    (body.len() == length).then_some((kind, body, reader.rest))
}

/// A chunk as a text that any JSON string can hold unescaped.
pub(super) fn to_text(chunk: &[u8]) -> String {
    let mut text = TEXT_PREFIX.to_owned();
    URL_SAFE_NO_PAD.encode_string(chunk, &mut text);
    text
}

/// The chunk of a text.
///
/// # Errors
/// It is not the text of a chunk, or of a newer version's.
pub(super) fn from_text(text: &str) -> Result<Vec<u8>, MemoryError> {
    let Some(coded) = text.strip_prefix(TEXT_PREFIX) else {
        let digit = text.strip_prefix("psm").and_then(|rest| rest.split_once(':'));
        return Err(match digit.and_then(|(digits, _)| digits.parse().ok()) {
            Some(found) if found > u32::from(VERSION) => {
                MemoryError::Newer { found, expected: u32::from(VERSION) }
            }
            _ => MemoryError::damaged("a record", "it does not begin with psm1:"),
        });
    };
    if coded.len() > MAX_CHUNK_BYTES / 3 * 4 + 4 {
        return Err(MemoryError::damaged("a record", "it is longer than any that is written"));
    }
    URL_SAFE_NO_PAD
        .decode(coded)
        .map_err(|error| MemoryError::damaged("a record", &format!("it is not base64url ({error})")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_come_back_through_bytes_and_texts() {
        let zeros = vec![0; 3000];
        for (body, tail) in [(&b"body"[..], &b"tail"[..]), (&zeros, &[]), (&[], &[1, 2])] {
            let chunk = seal(Kind::Session, body, tail);
            assert_eq!(open(&chunk).expect("sound"), (Kind::Session, body.to_vec(), tail));
            assert_eq!(from_text(&to_text(&chunk)).expect("sound"), chunk);
        }
        assert!(seal(Kind::Memory, &zeros, &[]).len() < 60);
    }

    #[test]
    fn any_flipped_bit_is_noticed() {
        let chunk = seal(Kind::Memory, b"how it was said", b"as it was");
        for bit in 0..8 * chunk.len() {
            let mut flipped = chunk.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&flipped).is_err(), "{bit}");
        }
        for length in 0..chunk.len() {
            assert!(open(&chunk[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn a_sealed_lie_about_lengths_is_refused() {
        for (bytes, what) in [
            (vec![VERSION, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x7f, 0], "a body of gigabytes"),
            (vec![VERSION, 1, 0, 3, 200, 1], "more than there is"),
            (vec![VERSION, 9, 0, 0, 0], "a kind that is none"),
            (vec![VERSION, 1, 7, 0, 0], "a packing that is none"),
            (vec![0, 1, 0, 0, 0], "a version that never was"),
            (
                [vec![VERSION, 1, 1, 2, 4], miniz_oxide::deflate::compress_to_vec(&[0; 500], 6)].concat(),
                "a bomb",
            ),
        ] {
            let sealed = [bytes.clone(), crc32fast::hash(&bytes).to_le_bytes().to_vec()].concat();
            assert!(matches!(open(&sealed), Err(MemoryError::Damaged { .. })), "{what}");
        }
    }

    #[test]
    fn newer_versions_are_told_from_damage() {
        let mut newer = seal(Kind::Memory, b"", b"");
        newer.truncate(newer.len() - CHECKSUM_BYTES);
        newer[0] = 7;
        newer.extend(crc32fast::hash(&newer).to_le_bytes());
        assert_eq!(open(&newer), Err(MemoryError::Newer { found: 7, expected: 1 }));
        assert_eq!(from_text("psm12:abc"), Err(MemoryError::Newer { found: 12, expected: 1 }));
        for bad in ["", "psm", "psm1", "psm0:", "psm1:a", "psm1:====", "hello", "psm1:é"] {
            assert!(matches!(from_text(bad), Err(MemoryError::Damaged { .. })), "{bad}");
        }
    }
}
