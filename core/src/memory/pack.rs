//! Bytes of numbers and texts: whole numbers in as few bytes as they need, fractions as half floats.

use half::f16;

/// What is being written.
#[derive(Debug, Default)]
pub(super) struct Writer {
    /// So far.
    pub bytes: Vec<u8>,
}

impl Writer {
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// LEB128: seven bits a byte, the lowest first.
    pub fn whole(&mut self, mut x: u64) {
        while x >= 0x80 {
            self.bytes.push((x & 0x7f) as u8 | 0x80);
            x >>= 7;
        }
        self.bytes.push(x as u8);
    }

    /// A number of either sign, small ones in few bytes (zigzag).
    pub fn signed(&mut self, x: i64) {
        self.whole(((x << 1) ^ (x >> 63)) as u64);
    }

    pub fn f32(&mut self, x: f32) {
        self.bytes.extend(x.to_le_bytes());
    }

    pub fn f64(&mut self, x: f64) {
        self.bytes.extend(x.to_le_bytes());
    }

    /// Eight bytes, whatever the number: for those that are seldom small.
    pub fn u64(&mut self, x: u64) {
        self.bytes.extend(x.to_le_bytes());
    }

    /// Bytes with their length before them.
    pub fn block(&mut self, bytes: &[u8]) {
        self.whole(bytes.len() as u64);
        self.bytes.extend(bytes);
    }

    pub fn text(&mut self, text: &str) {
        self.block(text.as_bytes());
    }

    /// Half floats: lengths of runs of zeros and of others, then the others' high bytes, then their low ones (which
    /// deflate better apart). Their number is not written.
    pub fn halves(&mut self, values: &[f32]) {
        let bits: Vec<u16> = values.iter().map(|x| f16::from_f32(*x).to_bits()).collect();
        let mut rest = bits.as_slice();
        while !rest.is_empty() {
            let zeros = rest.iter().take_while(|bits| **bits == 0).count();
            let others = rest[zeros..].iter().take_while(|bits| **bits != 0).count();
            self.whole(zeros as u64);
            if zeros < rest.len() {
                self.whole(others as u64);
            }
            rest = &rest[zeros + others..];
        }
        let others = || bits.iter().filter(|bits| **bits != 0);
        self.bytes.extend(others().map(|bits| (bits >> 8) as u8));
        self.bytes.extend(others().map(|bits| *bits as u8));
    }
}

/// What is left to read. `None` of every function: it is not there, or is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    /// Not read yet.
    pub rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    pub fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    pub fn whole(&mut self) -> Option<u64> {
        let mut x = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if (bits << shift) >> shift != bits {
                return None;
            }
            x |= bits << shift;
            if byte < 0x80 {
                return Some(x);
            }
        }
        None
    }

    pub fn signed(&mut self) -> Option<i64> {
        self.whole().map(|x| (x >> 1) as i64 ^ -((x & 1) as i64))
    }

    pub fn f64(&mut self) -> Option<f64> {
        let bytes = self.take(8)?;
        let x = f64::from_bits(u64::from_le_bytes(bytes.try_into().ok()?));
        x.is_finite().then_some(x)
    }

    /// A whole number up to `most`.
    pub fn count(&mut self, most: usize) -> Option<usize> {
        usize::try_from(self.whole()?).ok().filter(|count| *count <= most)
    }

    pub fn text(&mut self, most_bytes: usize) -> Option<String> {
        let length = self.count(most_bytes)?;
        std::str::from_utf8(self.take(length)?).ok().map(str::to_owned)
    }

    /// `count` half floats, all finite. Allocates for no more than `count`, which the caller has bounded.
    pub fn halves(&mut self, count: usize) -> Option<Vec<f32>> {
        let (mut values, mut others) = (Vec::with_capacity(count), Vec::new());
        while values.len() < count {
            let zeros = self.count(count - values.len())?;
            values.resize(values.len() + zeros, 0.0);
            if values.len() < count {
                let run = self.count(count - values.len())?;
                if zeros + run == 0 {
                    return None;
                }
                others.extend(values.len()..values.len() + run);
                values.resize(values.len() + run, 0.0);
            }
        }
        let (high, low) = (self.take(others.len())?, self.take(others.len())?);
        for ((at, high), low) in others.into_iter().zip(high).zip(low) {
            let value = f16::from_bits(u16::from(*high) << 8 | u16::from(*low));
            values[at] = Some(value.to_f32()).filter(|value| value.is_finite())?;
        }
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_numbers_and_zeros_are_short() {
        let length = |write: &dyn Fn(&mut Writer)| {
            let mut writer = Writer::default();
            write(&mut writer);
            writer.bytes.len()
        };
        assert_eq!(length(&|w| w.whole(127)), 1);
        assert_eq!(length(&|w| w.signed(-64)), 1);
        assert_eq!(length(&|w| w.whole(u64::MAX)), 10);
        assert_eq!(length(&|w| w.halves(&[0.0; 100])), 1);
        assert_eq!(length(&|w| w.halves(&[])), 0);
        assert_eq!(length(&|w| w.halves(&[1.0; 100])), 2 + 200);
    }

    #[test]
    fn what_no_writer_writes_is_refused() {
        let reader = |bytes| Reader { rest: bytes };
        assert_eq!(reader(&[0xff; 10]).whole(), None, "more than 64 bits");
        assert_eq!(reader(&[0, 0, 0, 0]).halves(4), None, "runs of nothing");
        assert_eq!(reader(&[200]).halves(4), None, "more than there are");
        assert_eq!(reader(&[0, 1, 0x7c, 0]).halves(1), None, "infinity");
        assert_eq!(reader(&[2, 0xff, 0xff]).text(9), None, "not UTF-8");
        assert_eq!(reader(&[5, b'a']).text(9), None, "cut off");
        assert_eq!(reader(&[5; 9]).text(4), None, "too long");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            x in any::<u64>(), y in any::<i64>(), z in -1e300..1e300, text in "\\PC{0,20}",
            values in prop::collection::vec(prop_oneof![Just(0.0_f32), -900.0..900.0_f32], 0..60),
        ) {
            let values: Vec<f32> = values.into_iter().map(|x| f16::from_f32(x).to_f32()).collect();
            let mut writer = Writer::default();
            writer.whole(x);
            writer.signed(y);
            writer.f64(z);
            writer.text(&text);
            writer.halves(&values);
            let mut reader = Reader { rest: &writer.bytes };
            prop_assert_eq!(reader.whole(), Some(x));
            prop_assert_eq!(reader.signed(), Some(y));
            prop_assert_eq!(reader.f64(), Some(z));
            prop_assert_eq!(reader.text(100), Some(text));
            prop_assert_eq!(reader.halves(values.len()), Some(values));
            prop_assert!(reader.rest.is_empty());
        }
    }
}
