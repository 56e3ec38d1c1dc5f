//! One memory as a chunk. `docs/MEMORY.md` tells the layout byte by byte.

use super::chunk::{Kind, open, seal};
use super::error::MemoryError;
use super::fading::{MAX_NAME, MAX_PERSONA_BYTES, MAX_TAGS, MAX_TAKE_BYTES, MAX_TEXT_BYTES};
use super::manner::{FieldPattern, MannerCoefficients};
use super::pack::{Reader, Writer};
use super::record::Memory;
use super::streams::{FACE_OBSERVABLES, HARMONICS, Harmonics, VOICE_OBSERVABLES};
use crate::field::{MAX_EDGES, SLOTS};
use crate::text::{MEANING, Meaning};

/// The highest id: what a number of JSON can hold.
pub(super) const MAX_ID: u64 = 1 << 53;

const PINNED: u8 = 1;
const HAS_TEXT: u8 = 2;
const HAS_TAKE: u8 = 4;

impl Memory {
    /// The memory as a sealed chunk. Without `texts`, what was said is not in it, nor anything from which it could be
    /// read back: neither the take, which holds the text, nor the meaning, whose sum of words a dictionary would undo.
    pub fn to_chunk(&self, texts: bool) -> Vec<u8> {
        let text = self.text.as_deref().filter(|_| texts);
        let take = self.take.as_deref().filter(|_| texts);
        let mut body = Writer::default();
        let flag = |bit: u8, on: bool| if on { bit } else { 0 };
        body.byte(
            flag(PINNED, self.pinned) | flag(HAS_TEXT, text.is_some()) | flag(HAS_TAKE, take.is_some()),
        );
        body.whole(self.id);
        body.signed(milliseconds(self.at_s));
        body.signed(milliseconds(self.used_s));
        body.signed(self.unix_s);
        body.whole(u64::from(self.uses));
        body.whole(u64::from(self.syllables));
        body.text(&self.name);
        body.whole(self.tags.len() as u64);
        self.tags.iter().for_each(|tag| body.text(tag));
        body.text(&self.persona);
        if let Some(text) = text {
            body.text(text);
        }
        body.halves(&[&[self.duration_s], self.felt.as_slice()].concat());
        body.halves(if texts { &self.meaning } else { &[0.0; MEANING] });
        write_observables(&mut body, &self.manner.voice);
        write_observables(&mut body, &self.manner.face);
        body.halves(&self.manner.melody);
        write_field(&mut body, &self.field);
        seal(Kind::Memory, &body.bytes, take.unwrap_or_default())
    }

    /// The memory of a chunk.
    ///
    /// # Errors
    /// It is damaged, or was sealed by a newer version.
    pub fn from_chunk(chunk: &[u8]) -> Result<Self, MemoryError> {
        match open(chunk)? {
            (Kind::Memory, body, take) => Self::from_body(&body, take),
            (Kind::Session, ..) => Err(MemoryError::damaged("a record", "it holds no memory")),
        }
    }

    pub(super) fn from_body(body: &[u8], take: &[u8]) -> Result<Self, MemoryError> {
        let mut reader = Reader { rest: body };
        read(&mut reader, take)
            .filter(|_| reader.rest.is_empty())
            .filter(Self::is_sound)
            .ok_or_else(|| MemoryError::damaged("a record", "a value is missing or not one that is kept"))
    }
}

fn read(body: &mut Reader, take: &[u8]) -> Option<Memory> {
    let flags = body.byte().filter(|flags| *flags <= PINNED | HAS_TEXT | HAS_TAKE)?;
    let id = body.whole().filter(|id| *id <= MAX_ID)?;
    let at_s = seconds(body.signed()?);
    let used_s = seconds(body.signed()?);
    let unix_s = body.signed()?;
    let uses = u32::try_from(body.whole()?).ok()?;
    let syllables = u32::try_from(body.whole()?).ok()?;
    let name = read_name(body)?;
    let tags = (0..body.count(MAX_TAGS)?).map(|_| read_name(body)).collect::<Option<_>>()?;
    let persona = body.text(MAX_PERSONA_BYTES)?;
    let text = if flags & HAS_TEXT > 0 { Some(body.text(MAX_TEXT_BYTES)?) } else { None };
    let times = body.halves(4)?;
    let meaning: Meaning = body.halves(MEANING)?.try_into().ok()?;
    let manner = MannerCoefficients {
        voice: read_observables(body, VOICE_OBSERVABLES)?,
        face: read_observables(body, FACE_OBSERVABLES)?,
        melody: body.halves(HARMONICS)?.try_into().ok()?,
    };
    let field = read_field(body)?;
    let has_take = flags & HAS_TAKE > 0;
    if take.len() > MAX_TAKE_BYTES || (!has_take && !take.is_empty()) {
        return None;
    }
    Some(Memory {
        id,
        name,
        tags,
        text,
        persona,
        unix_s,
        at_s,
        used_s,
        duration_s: times[0],
        syllables,
        meaning,
        manner,
        field,
        felt: [times[1], times[2], times[3]],
        take: has_take.then(|| take.to_vec()),
        uses,
        pinned: flags & PINNED > 0,
    })
}

fn read_name(body: &mut Reader) -> Option<String> {
    body.text(4 * MAX_NAME).filter(|name| name.chars().count() <= MAX_NAME)
}

/// Time at the precision at which it is kept.
pub(super) fn milliseconds(s: f64) -> i64 {
    (s * 1e3).round() as i64
}

pub(super) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1e3
}

/// How many there are goes along: the streams of a version may have more than those of another.
fn write_observables(body: &mut Writer, observables: &[Harmonics]) {
    body.whole(observables.len() as u64);
    body.halves(observables.as_flattened());
}

fn read_observables(body: &mut Reader, expected: usize) -> Option<Vec<Harmonics>> {
    if body.count(expected)? != expected {
        return None;
    }
    let values = body.halves(expected * HARMONICS)?;
    Some(values.as_chunks::<HARMONICS>().0.to_vec())
}

fn write_field(body: &mut Writer, field: &FieldPattern) {
    let column = |of: fn(&(f32, f32)) -> f32| field.phasors.iter().map(of).collect::<Vec<f32>>();
    body.whole(field.phasors.len() as u64);
    body.halves(&column(|phasor| phasor.0));
    body.halves(&column(|phasor| phasor.1));
    body.whole(field.learned.len() as u64);
    body.halves(&field.learned);
}

fn read_field(body: &mut Reader) -> Option<FieldPattern> {
    let count = body.count(SLOTS)?;
    let (theta, r) = (body.halves(count)?, body.halves(count)?);
    let edges = body.count(MAX_EDGES)?;
    let learned = body.halves(edges)?;
    Some(FieldPattern { phasors: theta.into_iter().zip(r).collect(), learned })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{any_memory, said};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn without_texts_nothing_of_them_is_left() {
        let memory =
            Memory { take: Some(b"recipe: the heron waits".to_vec()), ..said(3, "The heron waits.") };
        let bare = Memory::from_chunk(&memory.to_chunk(false)).expect("sound");
        assert_eq!((bare.text, bare.take, bare.meaning), (None, None, [0.0; MEANING]));
        assert_eq!((bare.manner, bare.field), (memory.manner, memory.field));
    }

    #[test]
    fn what_is_plain_costs_next_to_nothing() {
        let mut memory = said(3, "");
        memory.manner = MannerCoefficients::default();
        memory.field = FieldPattern::default();
        let length = memory.to_chunk(true).len();
        assert!(length < 60, "{length}");
        let full = said(3, "The heron waits.").to_chunk(true).len();
        assert!((400..1100).contains(&full), "{full}");
    }

    #[test]
    fn another_shape_is_refused() {
        let mut memory = said(3, "The heron waits.");
        memory.manner.voice.pop();
        assert!(Memory::from_chunk(&memory.to_chunk(true)).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_memory_comes_back_bit_by_bit(memory in any_memory()) {
            let chunk = memory.to_chunk(true);
            prop_assert_eq!(Memory::from_chunk(&chunk).expect("sound"), memory);
        }

        #[test]
        fn any_sealed_body_is_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Memory::from_chunk(&seal(Kind::Memory, &body, &[]));
        }
    }
}
