//! A bank as a file: chunks behind marks, so that reading goes on behind what is damaged.

use super::assembly::Assembly;
use super::bank::MemoryBank;
use super::chunk::{MAX_CHUNK_BYTES, VERSION, open};
use super::error::MemoryError;

/// How a file begins; the digit is the version of the layout.
pub const MAGIC: [u8; 8] = *b"PSIVOXM1";
/// Before every chunk: no text and no deflated block is likely to hold it.
const MARK: [u8; 4] = [0xf5, b'p', b's', 0xfa];
/// Marks without a whole record behind them after which nothing more is looked for: a file of marks alone would take hours.
const MAX_FALSE_MARKS: usize = 4096;
/// The largest file that is read, bytes. Ask for a file's size before reading it.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

impl MemoryBank {
    /// The bank as the bytes of a file; without `texts` as [`super::Memory::to_chunk`] has it.
    pub fn to_bytes(&self, texts: bool) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for chunk in self.chunks(texts) {
            bytes.extend(MARK);
            bytes.extend((chunk.len() as u32).to_le_bytes());
            bytes.extend(chunk);
        }
        bytes
    }

    /// Refuses a file by its size, before it is read.
    ///
    /// # Errors
    /// It is larger than [`MAX_FILE_BYTES`].
    pub fn check_file_size(bytes: u64) -> Result<(), MemoryError> {
        if bytes > MAX_FILE_BYTES { Err(MemoryError::TooLarge { bytes }) } else { Ok(()) }
    }

    /// The bank of a file's bytes, and what could not be read of it.
    ///
    /// # Errors
    /// It is no memory file, empty, of a newer version, or too large.
    pub fn from_bytes(bytes: &[u8]) -> Result<(Self, Vec<MemoryError>), MemoryError> {
        Self::check_file_size(bytes.len() as u64)?;
        if bytes.is_empty() {
            return Err(MemoryError::Empty);
        }
        let named = bytes.starts_with(&MAGIC);
        let mut assembly = Assembly::default();
        let (mut at, mut damage) = (if named { MAGIC.len() } else { 0 }, None);
        let (mut found, mut searches) = (0, 0);
        while at < bytes.len() {
            match frame(&bytes[at..]) {
                Some(chunk) => {
                    tell(&mut assembly, damage.take(), at);
                    assembly.add(chunk, format!("the record at byte {at}"));
                    at += MARK.len() + 4 + chunk.len();
                    found += 1;
                }
                None => {
                    damage.get_or_insert(at);
                    searches += 1;
                    at = if searches > MAX_FALSE_MARKS { bytes.len() } else { next_mark(bytes, at + 1) };
                }
            }
        }
        if found == 0 && !named {
            return Err(foreign(bytes));
        }
        tell(&mut assembly, damage, bytes.len());
        let (bank, mut errors) = assembly.finish();
        if bytes == MAGIC {
            // A bank that never held anything has no session either.
            errors.clear();
        }
        Ok((bank, errors))
    }
}

fn tell(assembly: &mut Assembly, damage: Option<usize>, end: usize) {
    if let Some(from) = damage {
        let place = format!("the file from byte {from} to {}", end - 1);
        assembly.lost(MemoryError::damaged(&place, "no record with its checksum stands there"));
    }
}

/// The chunk behind a mark, if it is whole.
fn frame(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.strip_prefix(&MARK)?.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let chunk = rest.get(..length).filter(|_| length <= MAX_CHUNK_BYTES)?;
    (!matches!(open(chunk), Err(MemoryError::Damaged { .. }))).then_some(chunk)
}

fn next_mark(bytes: &[u8], from: usize) -> usize {
    let found = bytes[from..].windows(MARK.len()).position(|window| window == MARK);
    found.map_or(bytes.len(), |offset| from + offset)
}

/// What a file is that holds no record and does not begin as it should.
fn foreign(bytes: &[u8]) -> MemoryError {
    let head = &bytes[..bytes.len().min(MAGIC.len())];
    let version = head.strip_prefix(&MAGIC[..7]).and_then(|digit| digit.first());
    match version.and_then(|digit| char::from(*digit).to_digit(10)) {
        Some(found) if found > u32::from(VERSION) => {
            MemoryError::Newer { found, expected: u32::from(VERSION) }
        }
        _ => MemoryError::Foreign { found: format!("\"{}\"", head.escape_ascii()) },
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::Memory;
    use super::super::samples::{bank_of, said};
    use super::*;

    fn read(bytes: &[u8]) -> (MemoryBank, Vec<MemoryError>) {
        MemoryBank::from_bytes(bytes).expect("a memory file")
    }

    fn holds(bytes: &[u8], part: &str) -> bool {
        bytes.windows(part.len()).any(|window| window == part.as_bytes())
    }

    /// All that is in a file once its chunks are inflated.
    fn inflated(bytes: &[u8]) -> Vec<u8> {
        let (mut all, mut at) = (bytes.to_vec(), MAGIC.len());
        while at < bytes.len() {
            let chunk = frame(&bytes[at..]).expect("sound");
            all.extend(open(chunk).expect("sound").1);
            at += MARK.len() + 4 + chunk.len();
        }
        all
    }

    #[test]
    fn files_come_back() {
        for count in [0, 1, 9] {
            let bank = bank_of(count);
            assert_eq!(read(&bank.to_bytes(true)), (bank, Vec::new()));
        }
        assert_eq!(MemoryBank::default().to_bytes(true), MAGIC);
    }

    #[test]
    fn other_files_are_told_apart() {
        let error = |bytes: &[u8]| MemoryBank::from_bytes(bytes).expect_err("refused");
        assert_eq!(error(b""), MemoryError::Empty);
        assert_eq!(error(b"PSIVOXM3 something newer"), MemoryError::Newer { found: 3, expected: 1 });
        assert_eq!(error(b"RIFF....WAVE"), MemoryError::Foreign { found: "\"RIFF....\"".into() });
        assert_eq!(error(b"\x00\xff"), MemoryError::Foreign { found: "\"\\x00\\xff\"".into() });
        assert!(MemoryBank::check_file_size(MAX_FILE_BYTES).is_ok());
        let large = MemoryBank::check_file_size(100 << 20).expect_err("refused");
        assert_eq!(large, MemoryError::TooLarge { bytes: 100 << 20 });
        assert!(large.to_string().contains("104857600") && large.to_string().contains("16777216"));
        assert_eq!(
            error(&vec![0; MAX_FILE_BYTES as usize + 1]),
            MemoryError::TooLarge { bytes: MAX_FILE_BYTES + 1 }
        );
    }

    #[test]
    fn flipped_bits_are_told_and_the_rest_is_kept() {
        let bank = bank_of(8);
        let bytes = bank.to_bytes(true);
        let mut random = crate::sound::Noise::new(3);
        let mut kept = 0;
        for _ in 0..10_000 {
            let bit =
                ((random.uniform() * 0.5 + 0.5) * 8.0 * bytes.len() as f32) as usize % (8 * bytes.len());
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let (again, errors) = read(&flipped);
            assert!(!errors.is_empty(), "bit {bit}");
            assert!(again.len() >= bank.len() - 1, "bit {bit}");
            assert!(again.iter().all(|memory| bank.get(memory.id) == Some(memory)));
            kept += again.len();
        }
        println!("{kept} of {} memories kept", 10_000 * bank.len());
    }

    #[test]
    fn cuts_holes_and_additions_are_told() {
        let bank = bank_of(5);
        let bytes = bank.to_bytes(true);
        for length in (1..bytes.len()).step_by(7) {
            match MemoryBank::from_bytes(&bytes[..length]) {
                Ok((again, errors)) => {
                    assert!(!errors.is_empty() || length == MAGIC.len(), "{length}");
                    assert!(again.iter().all(|memory| bank.get(memory.id) == Some(memory)));
                }
                Err(error) => assert!(length < MAGIC.len(), "{length}: {error}"),
            }
        }
        let third = bytes.len() / 3;
        let hole = [&bytes[..third], &[0; 40], &bytes[third + 100..]].concat();
        let (again, errors) = read(&hole);
        assert!(again.len() >= 3 && errors.len() == 2, "{errors:?}");
        let (again, errors) = read(&[&bytes, &b"and more"[..]].concat());
        assert_eq!((again.len(), errors.len()), (5, 1));
        let (again, errors) = read(&[b"PSIVOXM7", &bytes[8..]].concat());
        assert_eq!((again.len(), errors.len()), (5, 1), "what can be read is read");
    }

    #[test]
    fn what_is_forgotten_is_in_no_byte() {
        let secret = "The heron waits by the lock";
        let take = format!("a take that holds: {secret}");
        let memory = Memory { name: "Bluebell".into(), take: Some(take.into_bytes()), ..said(9, secret) };
        let mut bank = bank_of(3);
        let id = bank.keep(memory.clone()).expect("kept");
        let there = inflated(&bank.to_bytes(true));
        assert!(holds(&there, secret) && holds(&there, "Bluebell"));
        let bare = inflated(&bank.to_bytes(false));
        assert!(!holds(&bare, "heron") && !holds(&bare, "The quick") && holds(&bare, "Bluebell"));
        bank.forget(id).expect("there");
        let gone = inflated(&bank.to_bytes(true));
        assert!(!holds(&gone, "heron") && !holds(&gone, "Bluebell"));
        assert!(bank.history().all(|point| point.id != Some(id)));
        bank.keep(memory).expect("kept");
        bank.forget_texts();
        let quiet = inflated(&bank.to_bytes(true));
        assert!(!holds(&quiet, "heron") && holds(&quiet, "Bluebell"));
        assert!(bank.iter().all(|memory| memory.text.is_none() && memory.meaning.iter().all(|x| *x == 0.0)));
        bank.clear();
        assert!(bank.is_empty() && bank.to_bytes(true).len() < 60);
    }
}
