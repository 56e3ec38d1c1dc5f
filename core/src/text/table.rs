//! A read-only table of byte strings, front-coded in blocks, read in place from embedded data.
//!
//! The layout is that of `tools/lexicon/tables.py`. A lookup is a binary search over the first keys of
//! the blocks, then a walk along one block of 16 entries; nothing is unpacked at load, so a table costs
//! no memory beyond the pages it touches.

use super::error::TextError;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    offsets: &'static [u8],
    blocks: &'static [u8],
    entries: usize,
    block_entries: usize,
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// One entry while a block is walked: the shared length, the further key bytes, the payload.
struct Entry {
    shared: usize,
    suffix: &'static [u8],
    payload: &'static [u8],
    next: usize,
}

impl Table {
    /// Takes the table that fills `bytes`; `file` names it in errors.
    pub(crate) fn open(file: &'static str, bytes: &'static [u8]) -> Result<Self, TextError> {
        let bad = |expected, found: String| TextError::BadData { file, expected, found };
        if bytes.get(..4) != Some(b"PVXT") {
            return Err(bad("the mark PVXT", format!("{:?}", bytes.get(..4))));
        }
        let field = |i: usize| u32_at(bytes, 4 + 4 * i).map(|v| v as usize);
        let (Some(entries), Some(block_entries), Some(count)) = (field(0), field(1), field(2)) else {
            return Err(bad("a header of 16 bytes", format!("{} bytes", bytes.len())));
        };
        let body = 16 + 4 * count;
        if bytes.len() < body || block_entries == 0 || count != entries.div_ceil(block_entries) {
            return Err(bad("block offsets for all entries", format!("{count} blocks, {entries} entries")));
        }
        Ok(Self { offsets: &bytes[16..body], blocks: &bytes[body..], entries, block_entries })
    }

    fn entry(&self, at: usize) -> Option<Entry> {
        let shared = *self.blocks.get(at)? as usize;
        let length = *self.blocks.get(at + 1)? as usize;
        let suffix = self.blocks.get(at + 2..at + 2 + length)?;
        let mut payload_at = at + 3 + length;
        let mut size = *self.blocks.get(payload_at - 1)? as usize;
        if size == 255 {
            size = u16_at(self.blocks, payload_at)? as usize;
            payload_at += 2;
        }
        let payload = self.blocks.get(payload_at..payload_at + size)?;
        Some(Entry { shared, suffix, payload, next: payload_at + size })
    }

    fn block_start(&self, block: usize) -> Option<usize> {
        u32_at(self.offsets, 4 * block).map(|v| v as usize)
    }

    /// The last block whose first key is not after `key`.
    fn block_of(&self, key: &[u8]) -> Option<usize> {
        let (mut low, mut high) = (0, self.offsets.len() / 4);
        while low < high {
            let middle = (low + high) / 2;
            let first = self.entry(self.block_start(middle)?)?.suffix;
            if first <= key { low = middle + 1 } else { high = middle }
        }
        low.checked_sub(1)
    }

    /// The payload of `key`.
    pub(crate) fn get(&self, key: &[u8]) -> Option<&'static [u8]> {
        let block = self.block_of(key)?;
        let mut at = self.block_start(block)?;
        let mut matched = 0;
        let first_entry = block * self.block_entries;
        for _ in 0..self.block_entries.min(self.entries - first_entry) {
            let entry = self.entry(at)?;
            at = entry.next;
            // `matched` bytes of the entry before agree with the key, and that entry sorts before it.
            if entry.shared > matched {
                continue;
            }
            if entry.shared < matched {
                return None;
            }
            let rest = &key[matched..];
            let common = entry.suffix.iter().zip(rest).take_while(|(a, b)| a == b).count();
            if common == entry.suffix.len() && common == rest.len() {
                return Some(entry.payload);
            }
            if entry.suffix[common..] > rest[common..] {
                return None;
            }
            matched += common;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two blocks of two: "a" -> 1, "ab" -> 2 | "abc" -> 3, "b" -> "".
    static SMALL: &[u8] = b"PVXT\x04\0\0\0\x02\0\0\0\x02\0\0\0\0\0\0\0\x0a\0\0\0\
        \0\x01a\x01\x01\x01\x01b\x01\x02\0\x03abc\x01\x03\0\x01b\0";

    #[test]
    fn finds_every_key_and_no_other() {
        let table = Table::open("small", SMALL).expect("well formed");
        assert_eq!(table.entries, 4);
        assert_eq!(table.get(b"a"), Some(&[1u8][..]));
        assert_eq!(table.get(b"ab"), Some(&[2u8][..]));
        assert_eq!(table.get(b"abc"), Some(&[3u8][..]));
        assert_eq!(table.get(b"b"), Some(&[][..]));
        for absent in [&b""[..], b"A", b"aa", b"abb", b"abcd", b"c", b"ba"] {
            assert_eq!(table.get(absent), None, "{absent:?}");
        }
    }

    #[test]
    fn refuses_a_cut_header() {
        assert!(matches!(Table::open("cut", b"PVXT\x01"), Err(TextError::BadData { .. })));
        assert!(matches!(Table::open("other", b"ABCD"), Err(TextError::BadData { .. })));
    }
}
