//! A bank as chunks, and chunks as a bank again, whatever became of some of them.

use super::bank::{Kept, MemoryBank, same_name};
use super::chunk::{Kind, from_text, open, seal, to_text};
use super::codec::{MAX_ID, milliseconds};
use super::course::{Course, CourseState, Tone};
use super::error::MemoryError;
use super::fading::{MAX_MEMORIES, MAX_NAME};
use super::pack::{Reader, Writer};
use super::record::Memory;
use super::session::{MAX_HISTORY, Past, Session};
use super::streams::{FACE_OBSERVABLES, VOICE_OBSERVABLES};

/// What a session's chunk holds.
struct SessionRecord {
    session: Session,
    last_id: u64,
    /// Of the memories that belong to it.
    ids: Vec<u64>,
}

impl MemoryBank {
    /// The session's chunk, then the memories', oldest first; nothing for a bank that never held anything.
    pub(super) fn chunks(&self, texts: bool) -> impl Iterator<Item = Vec<u8>> {
        let session = (*self != Self::default()).then(|| self.session_chunk());
        let memories = self
            .kept
            .iter()
            .map(move |kept| if texts { kept.chunk.to_vec() } else { kept.memory.to_chunk(false) });
        session.into_iter().chain(memories)
    }

    /// The bank as texts of which each can be read without the others: the session's, then one for each memory. Without
    /// `texts` nothing of what was said is in them ([`Memory::to_chunk`]).
    pub fn to_texts(&self, texts: bool) -> Vec<String> {
        self.chunks(texts).map(|chunk| to_text(&chunk)).collect()
    }

    /// The bank of such texts, and what could not be read of it.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> (Self, Vec<MemoryError>) {
        let mut assembly = Assembly::default();
        for (index, text) in texts.into_iter().enumerate() {
            let place = format!("record {}", index + 1);
            match from_text(text) {
                Ok(chunk) => assembly.add(&chunk, place),
                Err(error) => assembly.lost(error.at(place)),
            }
        }
        assembly.finish()
    }

    fn session_chunk(&self) -> Vec<u8> {
        let mut body = Writer::default();
        body.f64(self.session.now_s);
        body.whole(self.last_id);
        body.whole(self.kept.len() as u64);
        let mut before = 0;
        for memory in self.iter() {
            body.whole(memory.id - before);
            before = memory.id;
        }
        write_course(&mut body, &self.session.course);
        write_past(&mut body, self.session.past.iter());
        seal(Kind::Session, &body.bytes, &[])
    }
}

fn write_course(body: &mut Writer, state: &CourseState) {
    let (kind, lines) = match state.course {
        Course::Free => (0, 0),
        Course::Same => (1, 0),
        Course::Calm { lines } => (2, lines),
    };
    body.byte(kind);
    body.whole(u64::from(lines));
    body.whole(u64::from(state.said));
    body.byte(u8::from(state.from.is_some()));
    if let Some(tone) = &state.from {
        body.whole(tone.id);
        body.halves(&tone.voice);
        body.halves(&tone.face);
    }
}

fn read_course(body: &mut Reader) -> Option<CourseState> {
    let kind = body.byte()?;
    let lines = u32::try_from(body.whole()?).ok()?;
    let course = match kind {
        0 => Course::Free,
        1 => Course::Same,
        2 => Course::Calm { lines },
        _ => return None,
    };
    let said = u32::try_from(body.whole()?).ok()?;
    let from = match body.byte()? {
        0 => None,
        1 => Some(Tone {
            id: body.whole()?,
            voice: body.halves(VOICE_OBSERVABLES)?.try_into().ok()?,
            face: body.halves(FACE_OBSERVABLES)?.try_into().ok()?,
        }),
        _ => return None,
    };
    Some(CourseState { course, said, from })
}

fn write_past<'a>(body: &mut Writer, past: impl ExactSizeIterator<Item = &'a Past> + Clone) {
    body.whole(past.len() as u64);
    let mut before = 0;
    for point in past.clone() {
        body.signed(point.at_ms.wrapping_sub(before));
        body.whole(point.id.unwrap_or(0));
        before = point.at_ms;
    }
    body.halves(&past.flat_map(|point| point.felt.into_iter().chain(point.mean)).collect::<Vec<f32>>());
}

fn read_past(body: &mut Reader) -> Option<Vec<Past>> {
    let count = body.count(MAX_HISTORY)?;
    let (mut past, mut at_ms) = (Vec::with_capacity(count), 0_i64);
    for _ in 0..count {
        at_ms = at_ms.wrapping_add(body.signed()?);
        let id = Some(body.whole()?).filter(|id| *id > 0);
        past.push(Past { at_ms, felt: [0.0; 3], mean: [0.0; 3], id });
    }
    let values = body.halves(6 * count)?;
    for (point, values) in past.iter_mut().zip(values.as_chunks::<6>().0) {
        let [v, a, d, mean @ ..] = values;
        (point.felt, point.mean) = ([*v, *a, *d], *mean);
    }
    Some(past)
}

fn read_session(body: &[u8]) -> Option<SessionRecord> {
    let mut body = Reader { rest: body };
    let now_s = body.f64()?;
    let last_id = body.whole().filter(|id| *id <= MAX_ID)?;
    let count = body.count(body.rest.len())?;
    let (mut ids, mut id) = (Vec::with_capacity(count), 0_u64);
    for _ in 0..count {
        id = id.checked_add(body.whole()?).filter(|id| *id <= MAX_ID)?;
        ids.push(id);
    }
    let course = read_course(&mut body)?;
    let past = read_past(&mut body)?.into();
    let session = Session { now_s, past, course };
    body.rest.is_empty().then_some(SessionRecord { session, last_id, ids })
}

/// A bank under construction.
#[derive(Default)]
pub(super) struct Assembly {
    found: Vec<Kept>,
    record: Option<SessionRecord>,
    errors: Vec<MemoryError>,
}

impl Assembly {
    /// What could not be read.
    pub fn lost(&mut self, error: MemoryError) {
        self.errors.push(error);
    }

    /// Takes in a chunk, or notes what is wrong with it.
    pub fn add(&mut self, chunk: &[u8], place: String) {
        if let Err(error) = self.read(chunk) {
            self.lost(error.at(place));
        }
    }

    fn read(&mut self, chunk: &[u8]) -> Result<(), MemoryError> {
        let (kind, body, tail) = open(chunk)?;
        if kind == Kind::Memory {
            let memory = Memory::from_body(&body, tail)?;
            self.found.push(Kept { memory, chunk: chunk.into() });
            return Ok(());
        }
        let record = read_session(&body);
        let record = record.ok_or_else(|| MemoryError::damaged("a record", "its session does not add up"))?;
        match self.record.replace(record) {
            None => Ok(()),
            Some(_) => Err(MemoryError::damaged("a record", "there are two sessions; the last one counts")),
        }
    }

    /// The bank, and all that it was not possible to read.
    pub fn finish(mut self) -> (MemoryBank, Vec<MemoryError>) {
        self.found.sort_by_key(|kept| kept.memory.id);
        // A record that stands there twice is one memory.
        self.found.dedup();
        self.tell_missing();
        let mut bank = MemoryBank::default();
        if let Some(record) = self.record {
            (bank.session, bank.last_id) = (record.session, record.last_id);
        }
        let highest = self.found.last().map_or(0, |kept| kept.memory.id);
        bank.last_id = bank.last_id.max(highest);
        let mut left_out = bounded(&mut self.found);
        for kept in self.found {
            let (kept, renamed) = bank.distinct(kept);
            self.errors.extend(renamed);
            if kept.memory.pinned && bank.check_room(&kept).is_err() {
                left_out += 1;
            } else {
                bank.kept.push(kept);
            }
        }
        bank.kept.sort_by_key(|kept| kept.memory.id);
        left_out += bank.fade();
        if left_out > 0 {
            self.errors.push(MemoryError::NoRoom { count: left_out });
        }
        bank.session.faded_but(&bank.iter().map(|memory| memory.id).collect::<Vec<_>>());
        (bank, self.errors)
    }

    fn tell_missing(&mut self) {
        let Some(record) = &self.record else {
            if !self.found.is_empty() || !self.errors.is_empty() {
                self.errors.push(MemoryError::NoSession);
            }
            return;
        };
        let here = |id: &u64| self.found.binary_search_by_key(id, |kept| kept.memory.id).is_ok();
        let missing = record.ids.iter().filter(|id| !here(id)).count();
        if missing > 0 {
            self.errors.push(MemoryError::Missing { missing, all: record.ids.len() });
        }
    }
}

/// Leaves no more than a bank can hold: those that are pinned, then those that were used last. Returns how many went.
fn bounded(found: &mut Vec<Kept>) -> usize {
    let count = found.len();
    if count > MAX_MEMORIES {
        let key = |kept: &Kept| (!kept.memory.pinned, std::cmp::Reverse(milliseconds(kept.memory.used_s)));
        found.sort_by_key(key);
        found.truncate(MAX_MEMORIES);
        found.sort_by_key(|kept| kept.memory.id);
    }
    count - found.len()
}

impl MemoryBank {
    /// A memory with an id and a name that no other has here; tells of a change of name. Ids ascend.
    pub(super) fn distinct(&mut self, mut kept: Kept) -> (Kept, Option<MemoryError>) {
        let taken = self.kept.iter().rev().any(|own| own.memory.id == kept.memory.id);
        let name = kept.memory.name.clone();
        let renamed = self.check_name(&name, None).is_err();
        if !taken && !renamed && kept.memory.id > 0 {
            return (kept, None);
        }
        if taken || kept.memory.id == 0 {
            self.last_id += 1;
            kept.memory.id = self.last_id;
        }
        if !renamed {
            return (Kept::new(kept.memory), None);
        }
        kept.memory.name = self.free_name(&name);
        let error = MemoryError::Renamed { name, renamed: kept.memory.name.clone() };
        (Kept::new(kept.memory), Some(error))
    }

    /// A name that is nobody's: with a number behind it.
    pub(super) fn free_name(&self, name: &str) -> String {
        let numbered = |number: usize| {
            let suffix = format!(" ({number})");
            let room = MAX_NAME - suffix.len();
            name.chars().take(room).chain(suffix.chars()).collect::<String>()
        };
        let taken = |name: &String| self.iter().any(|memory| same_name(&memory.name, name));
        // One more than there are memories: one of these is free.
        let free = (2..self.len() + 3).map(numbered).find(|name| !taken(name));
        free.unwrap_or_else(|| numbered(self.len() + 3))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fading::MAX_BYTES;
    use super::super::samples::{bank_of, noise_bytes, said};
    use super::super::streams::VoiceObservable;
    use super::*;

    fn lively() -> MemoryBank {
        let mut bank = bank_of(12);
        bank.set_course(Course::Calm { lines: 5 });
        bank.next_line().expect("a tone");
        bank.forget(4).expect("there");
        bank
    }

    fn read(texts: &[String]) -> (MemoryBank, Vec<MemoryError>) {
        MemoryBank::from_texts(texts.iter().map(String::as_str))
    }

    #[test]
    fn a_bank_goes_on_as_it_was() {
        let mut bank = lively();
        let (mut again, errors) = read(&bank.to_texts(true));
        assert_eq!((&again, errors.as_slice()), (&bank, &[][..]));
        assert_eq!(again.next_line(), bank.next_line());
        assert_eq!(again.keep(said(99, "One more.")), bank.keep(said(99, "One more.")));
        let pitch = VoiceObservable::PitchSt as usize;
        assert!(again.next_line().expect("a tone").0.manner.voice[pitch][0].is_finite());
        assert_eq!(read(&[]), (MemoryBank::default(), Vec::new()));
        assert!(MemoryBank::default().to_texts(true).is_empty());
    }

    #[test]
    fn missing_double_and_strange_records_are_told() {
        let texts = lively().to_texts(true);
        let (bank, errors) = read(&[&texts[..3], &texts[4..]].concat());
        assert_eq!((bank.len(), errors), (10, vec![MemoryError::Missing { missing: 1, all: 11 }]));
        let (bank, errors) = read(&texts[1..]);
        assert_eq!((bank.len(), errors), (11, vec![MemoryError::NoSession]));
        let (bank, errors) = read(&[texts.clone(), texts[5..6].to_vec()].concat());
        assert_eq!((bank.len(), errors.len()), (11, 0), "a record that stands there twice is one memory");
        let (bank, errors) = read(&[texts.clone(), vec!["psm2:AAAA".into(), "junk".into()]].concat());
        assert_eq!((bank.len(), errors.len()), (11, 2));
        assert_eq!(errors[0], MemoryError::Newer { found: 2, expected: 1 });
        assert!(errors[1].to_string().starts_with("record 14 is damaged"), "{}", errors[1]);
    }

    #[test]
    fn two_of_one_name_or_id_are_told_apart() {
        let memory = |id: u64, seed: u64| {
            let memory = Memory { id, name: "Sorry".into(), pinned: true, ..said(seed, "Sorry.") };
            to_text(&memory.to_chunk(true))
        };
        let (bank, errors) = read(&[memory(3, 1), memory(3, 2), memory(7, 3)]);
        let names: Vec<_> = bank.iter().map(|memory| (memory.id, memory.name.as_str())).collect();
        assert_eq!(names, [(3, "Sorry"), (7, "Sorry (3)"), (8, "Sorry (2)")]);
        assert_eq!(errors.len(), 3, "{errors:?}");
        let long = "x".repeat(MAX_NAME);
        assert_eq!(bank.free_name(&long).chars().count(), MAX_NAME);
    }

    #[test]
    fn more_than_there_is_room_for_is_told() {
        let texts: Vec<String> = (1..20)
            .map(|id| {
                let take = Some(noise_bytes(id, 60_000));
                let memory = Memory { id, take, pinned: true, name: format!("n{id}"), ..said(id, "Long.") };
                to_text(&memory.to_chunk(true))
            })
            .collect();
        let (bank, errors) = read(&texts);
        assert_eq!((bank.len(), errors.last()), (9, Some(&MemoryError::NoRoom { count: 10 })));
        assert!(bank.bytes() <= MAX_BYTES);
    }

    #[test]
    fn flipped_bits_in_texts_are_told_and_the_rest_is_kept() {
        let bank = bank_of(8);
        let texts = bank.to_texts(true);
        let mut random = crate::sound::Noise::new(7);
        let mut kept = 0;
        for _ in 0..10_000 {
            let mut pick = |below: usize| ((random.uniform() * 0.5 + 0.5) * below as f32) as usize % below;
            let at = pick(texts.len());
            let mut bytes = texts[at].clone().into_bytes();
            let bit = pick(8 * bytes.len());
            bytes[bit / 8] ^= 1 << (bit % 8);
            let mut flipped = texts.clone();
            flipped[at] = String::from_utf8_lossy(&bytes).into_owned();
            let (again, errors) = read(&flipped);
            assert!(!errors.is_empty(), "bit {bit} of text {at}");
            assert!(again.len() >= bank.len() - 1);
            assert!(again.iter().all(|memory| bank.get(memory.id) == Some(memory)));
            kept += again.len();
        }
        println!("{} of {} memories kept", kept, 10_000 * bank.len());
    }
}
