//! The checksum behind a state: it tells a whole state from a damaged one, and both from one that has none.
//!
//! A sealed state is `u64` length, JSON, a line feed that the length counts, then 16 bytes that it does not count: a mark,
//! the layout and a CRC-32 of all before it. Builds that know no seal stop at the length and see JSON.

use super::{LINE_VERSION, StateError};

/// What begins a seal. Half of its bits are set, so that zeros or ones that a host pads with are far from it.
const MARK: [u8; 8] = [0xb7, 0x9c, 0xd3, 0x6e, 0xc5, 0x5a, 0x35, 0xe2];
/// Bytes behind the JSON.
const SEAL_BYTES: usize = MARK.len() + 4 + 4;
/// Ends the JSON of a sealed state: a seal that was cut off is missed.
const SEALED_END: u8 = b'\n';

/// What a state's seal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// There is none: an older build wrote it, or somebody by hand.
    None,
    /// Every bit is as it was written.
    Whole,
    /// Something was changed or cut off since.
    Broken,
}

/// Puts a seal behind what the framework has written; what has no length and JSON stays as it is.
pub fn seal(blob: Vec<u8>) -> Vec<u8> {
    let Some(json) = json_of(&blob) else { return blob };
    let mut sealed = (json.len() as u64 + 1).to_le_bytes().to_vec();
    sealed.extend_from_slice(json);
    sealed.push(SEALED_END);
    sealed.extend_from_slice(&MARK);
    sealed.extend_from_slice(&LINE_VERSION.to_le_bytes());
    let checksum = crc32fast::hash(&sealed);
    sealed.extend_from_slice(&checksum.to_le_bytes());
    sealed
}

/// The JSON of a state, whatever stands behind it; none if the length in front does not fit.
pub fn json_of(blob: &[u8]) -> Option<&[u8]> {
    split(blob).map(|(json, _)| json)
}

/// JSON, and what stands behind it.
fn split(blob: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = blob.split_first_chunk::<8>()?;
    // Some hosts pad what they hand back, so more than was said is fine.
    rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)
}

/// Looks at a state's seal.
pub fn inspect(blob: &[u8]) -> Seal {
    let Some((json, rest)) = split(blob) else { return Seal::Broken };
    if !json.ends_with(&[SEALED_END]) {
        // A length that is one too short leaves the line feed behind the JSON.
        let late =
            rest.split_first().is_some_and(|(first, rest)| *first == SEALED_END || resembles_mark(rest));
        return if late || resembles_mark(rest) { Seal::Broken } else { Seal::None };
    }
    let sealed = || {
        let (body, checksum) = rest.get(..SEAL_BYTES)?.split_last_chunk::<4>()?;
        let all = blob.get(..8 + json.len() + body.len())?;
        Some(body.starts_with(&MARK) && crc32fast::hash(all) == u32::from_le_bytes(*checksum))
    };
    if sealed() == Some(true) { Seal::Whole } else { Seal::Broken }
}

/// Whether it may have been a mark before some of its bits were changed.
fn resembles_mark(rest: &[u8]) -> bool {
    let compared = rest.len().min(MARK.len()) as u32;
    let wrong: u32 = rest.iter().zip(MARK).map(|(found, mark)| (found ^ mark).count_ones()).sum();
    // Of 64 bits a quarter: by chance once in 30,000 times.
    compared > 0 && wrong <= 2 * compared
}

/// The layout that the seal at the end names, if there is something like a seal.
pub(super) fn layout(blob: &[u8]) -> Option<u32> {
    let (_, seal) = blob.split_at_checked(blob.len().checked_sub(SEAL_BYTES)?)?;
    let (mark, rest) = seal.split_first_chunk::<8>()?;
    let layout = rest.first_chunk::<4>()?;
    resembles_mark(mark).then(|| u32::from_le_bytes(*layout))
}

/// The JSON of a state that may be read.
///
/// # Errors
/// The length does not fit, or the seal is broken.
pub(super) fn open(blob: &[u8]) -> Result<&[u8], StateError> {
    let Some(json) = json_of(blob) else {
        let (said, found) = match blob.split_first_chunk::<8>() {
            Some((length, rest)) => (u64::from_le_bytes(*length), rest.len()),
            None => (8, blob.len()),
        };
        return Err(StateError::Length { said, found });
    };
    match inspect(blob) {
        Seal::Broken => Err(StateError::Seal),
        Seal::None | Seal::Whole => Ok(json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(json: &str) -> Vec<u8> {
        [&(json.len() as u64).to_le_bytes(), json.as_bytes()].concat()
    }

    #[test]
    fn a_seal_is_whole_and_what_has_none_is_told_apart() {
        let bare = plain(r#"{"params":{}}"#);
        assert_eq!(inspect(&bare), Seal::None);
        let sealed = seal(bare.clone());
        assert_eq!((inspect(&sealed), sealed.len()), (Seal::Whole, bare.len() + 1 + SEAL_BYTES));
        assert_eq!(json_of(&sealed), Some(&b"{\"params\":{}}\n"[..]));
        assert_eq!(layout(&sealed), Some(LINE_VERSION));
        for padding in [vec![0; 7], vec![0; 4_096], vec![0xff; 64]] {
            assert_eq!(inspect(&[sealed.clone(), padding.clone()].concat()), Seal::Whole, "a host pads");
            assert_eq!(inspect(&[bare.clone(), padding].concat()), Seal::None, "an old one, too");
        }
    }

    /// Every bit, and every length.
    #[test]
    fn no_flip_and_no_cut_passes() {
        let sealed = seal(plain(r#"{"version":"0.1.0","params":{"gain":{"f32":-6.0}},"fields":{}}"#));
        let passes = |blob: &[u8]| {
            open(blob).is_ok_and(|json| serde_json::from_slice::<serde_json::Value>(json).is_ok())
        };
        assert!(passes(&sealed));
        for bit in 0..8 * sealed.len() {
            let mut damaged = sealed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(!passes(&damaged), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(!passes(&sealed[..length]), "{length} bytes");
        }
    }
}
