//! The bytes of takes: what is wrong with them is told, and lengths are checked before anything is made of them.

use super::error::MemoryError;
use super::pack::{self, Writer};

/// Bytes that are being read. As [`pack::Reader`], but it says what is missing.
#[derive(Debug)]
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], MemoryError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(|| {
            let left = self.0.len();
            MemoryError::DamagedTake { what: format!("{count} bytes expected, {left} are left") }
        })?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MemoryError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub fn byte(&mut self) -> Result<u8, MemoryError> {
        Ok(self.array::<1>()?[0])
    }

    pub fn whole(&mut self) -> Result<u64, MemoryError> {
        let mut plain = pack::Reader { rest: self.0 };
        let found = plain.whole().ok_or_else(|| MemoryError::DamagedTake {
            what: "a number is cut off, or has more than 64 bits".to_owned(),
        })?;
        self.0 = plain.rest;
        Ok(found)
    }

    /// A number that may be at most so large; `what` names it.
    pub fn at_most(&mut self, most: u64, what: &str) -> Result<u64, MemoryError> {
        let found = self.whole()?;
        if found <= most {
            return Ok(found);
        }
        Err(MemoryError::DamagedTake { what: format!("{what} is {found}, expected at most {most}") })
    }

    /// An index in a list of `count`.
    pub fn index(&mut self, count: usize, what: &str) -> Result<usize, MemoryError> {
        self.at_most(count.saturating_sub(1) as u64, what).map(|index| index as usize)
    }

    pub fn f32(&mut self) -> Result<f32, MemoryError> {
        self.array().map(f32::from_le_bytes)
    }

    pub fn f64(&mut self) -> Result<f64, MemoryError> {
        self.array().map(f64::from_le_bytes)
    }

    pub fn u64(&mut self) -> Result<u64, MemoryError> {
        self.array().map(u64::from_le_bytes)
    }

    pub fn block(&mut self) -> Result<&'a [u8], MemoryError> {
        let length = self.at_most(self.0.len() as u64, "the length of a block")?;
        self.take(length as usize)
    }

    /// That nothing is left.
    pub fn end(&self) -> Result<(), MemoryError> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(MemoryError::DamagedTake { what: format!("{} bytes too many", self.0.len()) })
    }
}

/// Deflated bytes with their own length before them.
pub(super) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.whole(bytes.len() as u64);
    writer.bytes.extend(miniz_oxide::deflate::compress_to_vec(bytes, 9));
    writer.bytes
}

/// What [`deflated`] made, of at most `most` bytes.
pub(super) fn inflated(bytes: &[u8], most: usize) -> Result<Vec<u8>, MemoryError> {
    let mut reader = Reader(bytes);
    let length = reader.at_most(most as u64, "the length of what is packed")? as usize;
    let found = miniz_oxide::inflate::decompress_to_vec_with_limit(reader.0, length).map_err(|error| {
        MemoryError::DamagedTake { what: format!("it cannot be unpacked ({})", error.status as i8) }
    })?;
    if found.len() == length {
        return Ok(found);
    }
    Err(MemoryError::DamagedTake { what: format!("{} bytes are packed, expected {length}", found.len()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_lengths_are_checked() {
        let mut writer = Writer::default();
        for x in [0, 127, 128, 300, u64::MAX] {
            writer.whole(x);
        }
        writer.f32(-0.1);
        writer.f64(1e-300);
        writer.block(b"abc");
        let mut reader = Reader(&writer.bytes);
        assert_eq!([0; 5].map(|_| reader.whole().unwrap()), [0, 127, 128, 300, u64::MAX]);
        assert_eq!((reader.f32().unwrap(), reader.f64().unwrap()), (-0.1, 1e-300));
        assert_eq!(reader.block().unwrap(), b"abc");
        assert!(reader.end().is_ok() && reader.byte().is_err());
        assert!(Reader(&[0xff; 11]).whole().is_err());
        assert!(Reader(&[200, 1, 7]).block().is_err(), "no room is made for what is not there");
        assert!(Reader(&[1]).end().unwrap_err().to_string().contains("1 bytes too many"));
    }

    #[test]
    fn what_is_packed_is_unpacked_within_bounds() {
        let bytes = vec![7u8; 10_000];
        let packed = deflated(&bytes);
        assert!(packed.len() < 100);
        assert_eq!(inflated(&packed, 10_000).unwrap(), bytes);
        assert!(inflated(&packed, 9_999).is_err());
        assert!(inflated(&packed[..packed.len() - 3], 10_000).is_err());
    }
}
