//! A take as the audio thread keeps it: fixed in size.

use super::act::{Act, Logged};
use super::recollection::{BLENDED, Recollection};
use super::streams::{FACE_OBSERVABLES, HARMONICS, Harmonics, VOICE_OBSERVABLES};
use super::{FieldPattern, MannerCoefficients};
use crate::engine::EngineConfig;
use crate::field::{FieldSetup, MAX_EDGES, SLOTS};
use std::sync::Arc;

/// Most events of a take.
pub(crate) const MAX_EVENTS: usize = 4096;
/// Longest take, s.
pub(crate) const MAX_TAKE_S: f32 = 180.0;
/// Words of any engine's state, and some more.
pub(crate) const ROOM_WORDS: usize = 1 << 14;
/// Most recollections that are called for in a take.
pub(super) const MAX_RECALLS: usize = 12;
/// A recollection as numbers: share of the melody and lengths of its pattern, the manner, phasors, couplings.
pub(super) const RECALL_NUMBERS: usize = COUPLINGS_AT + MAX_EDGES;
const MANNER_AT: usize = 3;
const PHASORS_AT: usize = MANNER_AT + (VOICE_OBSERVABLES + FACE_OBSERVABLES + 1) * HARMONICS;
const COUPLINGS_AT: usize = PHASORS_AT + 2 * SLOTS;

/// Why something that was said cannot be said again bit by bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It took too long or too much happened.
    TooLong,
    /// The field became another one meanwhile.
    Field,
    /// It was planned without an id.
    Nameless,
    /// Too many manners were recalled.
    Recalls,
}

/// All that is needed to say something again: the engine's state when it began, and all that happened until it was over
/// and [`RawTake`]'s rest after it had passed. Copied from [`crate::Engine::finished_take`].
#[derive(Debug, Clone)]
pub struct RawTake {
    pub(crate) config: EngineConfig,
    /// The engine's sample at which it begins.
    pub(crate) now: u64,
    pub(crate) layout: u32,
    pub(crate) words: Vec<u32>,
    pub(crate) setup: Box<FieldSetup>,
    pub(crate) log: Vec<Logged>,
    pub(super) recalls: Vec<[f32; RECALL_NUMBERS]>,
    /// What was recalled when it began, by its place among them.
    pub(super) standing: [Option<u8>; BLENDED],
    pub(crate) length_samples: u64,
    /// Lines that have left an impression in it.
    pub(crate) lines: u32,
    pub(crate) flaw: Option<Flaw>,
}

impl RawTake {
    /// Room for a take of an engine whose state has so many words. Allocates.
    pub(crate) fn new(config: &EngineConfig, words: usize, layout: u32) -> Self {
        Self {
            config: *config,
            now: 0,
            layout,
            words: vec![0; words],
            setup: Box::default(),
            log: Vec::with_capacity(MAX_EVENTS),
            recalls: Vec::with_capacity(MAX_RECALLS),
            standing: [None; BLENDED],
            length_samples: 0,
            lines: 0,
            flaw: None,
        }
    }

    /// Nothing, with room for a take of any engine. Allocates.
    pub fn empty() -> Self {
        let mut own = Self::new(&EngineConfig::new(48_000.0), ROOM_WORDS, 0);
        own.words.clear();
        own
    }

    /// Becomes a copy of another take.
    ///
    /// # Realtime
    /// Safe for a take that was made [`RawTake::empty`].
    pub fn copy_from(&mut self, other: &Self) {
        let Self { config, now, layout, words, setup, log, recalls, standing, length_samples, lines, flaw } =
            other;
        (self.config, self.now, self.layout) = (*config, *now, *layout);
        (self.standing, self.length_samples) = (*standing, *length_samples);
        (self.lines, self.flaw) = (*lines, *flaw);
        self.words.clone_from(words);
        (*self.setup).clone_from(setup);
        self.log.clone_from(log);
        self.recalls.clone_from(recalls);
    }

    /// [`crate::Score::id`] of the first line.
    pub fn first_score(&self) -> u64 {
        self.log.iter().find_map(|logged| logged.act.score()).unwrap_or(0)
    }

    /// Lines that have left an impression in it: without one it is nobody's.
    pub fn lines(&self) -> u32 {
        self.lines
    }

    /// A take begins while these are recalled.
    pub(crate) fn begin(
        &mut self,
        now: u64,
        setup: &FieldSetup,
        parts: &[Option<Arc<Recollection>>; BLENDED],
    ) {
        self.now = now;
        (*self.setup).clone_from(setup);
        self.log.clear();
        self.recalls.clear();
        (self.length_samples, self.lines, self.flaw) = (0, 0, None);
        self.standing = self.keep_recalls(parts);
    }

    /// Notes what happens so many samples after its beginning.
    pub(crate) fn log(&mut self, sample: u64, act: Act) {
        if act.score() == Some(0) {
            self.flaw.get_or_insert(Flaw::Nameless);
        }
        if self.log.len() < MAX_EVENTS {
            self.log.push(Logged { sample, act });
        } else {
            self.flaw.get_or_insert(Flaw::TooLong);
        }
    }

    /// Keeps what is recalled, each once; tells their places.
    pub(crate) fn keep_recalls(
        &mut self,
        parts: &[Option<Arc<Recollection>>; BLENDED],
    ) -> [Option<u8>; BLENDED] {
        std::array::from_fn(|part| {
            let numbers = numbers(parts[part].as_deref()?);
            if let Some(known) = self.recalls.iter().position(|own| *own == numbers) {
                return Some(known as u8);
            }
            if self.recalls.len() == MAX_RECALLS {
                self.flaw.get_or_insert(Flaw::Recalls);
                return None;
            }
            self.recalls.push(numbers);
            Some(self.recalls.len() as u8 - 1)
        })
    }
}

/// A recollection as numbers.
fn numbers(own: &Recollection) -> [f32; RECALL_NUMBERS] {
    let mut numbers = [0.0; RECALL_NUMBERS];
    let (phasors, learned) = (own.field.phasors.len().min(SLOTS), own.field.learned.len().min(MAX_EDGES));
    [numbers[0], numbers[1], numbers[2]] = [own.melody, phasors as f32, learned as f32];
    let manner = own.manner.all().take(PHASORS_AT - MANNER_AT);
    numbers[MANNER_AT..].iter_mut().zip(manner).for_each(|(to, from)| *to = from);
    let pattern = own.field.phasors[..phasors].iter().flat_map(|(theta, r)| [*theta, *r]);
    numbers[PHASORS_AT..].iter_mut().zip(pattern).for_each(|(to, from)| *to = from);
    let couplings = &own.field.learned[..learned];
    numbers[COUPLINGS_AT..][..learned].copy_from_slice(couplings);
    numbers
}

/// A recollection from its numbers.
pub(super) fn recollection(numbers: &[f32; RECALL_NUMBERS]) -> Arc<Recollection> {
    let count = |x: f32, most: usize| (x.max(0.0) as usize).min(most);
    let (phasors, learned) = (count(numbers[1], SLOTS), count(numbers[2], MAX_EDGES));
    let rows: Vec<Harmonics> = numbers[MANNER_AT..PHASORS_AT].as_chunks::<HARMONICS>().0.to_vec();
    let (voice, rest) = rows.split_at(VOICE_OBSERVABLES);
    let (face, melody) = rest.split_at(FACE_OBSERVABLES);
    let pattern = numbers[PHASORS_AT..][..2 * phasors].as_chunks::<2>().0;
    Arc::new(Recollection {
        manner: MannerCoefficients { voice: voice.to_vec(), face: face.to_vec(), melody: melody[0] },
        field: FieldPattern {
            phasors: pattern.iter().map(|[theta, r]| (*theta, *r)).collect(),
            learned: numbers[COUPLINGS_AT..][..learned].to_vec(),
        },
        melody: numbers[0],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recollection_comes_back_from_its_numbers() {
        let mut own = Recollection { melody: 0.6, ..Recollection::default() };
        own.manner.voice[2][1] = 0.25;
        own.manner.face[FACE_OBSERVABLES - 1][3] = -0.5;
        own.manner.melody = [1.0, 2.0, 3.0, 4.0];
        own.field.phasors = vec![(0.1, 0.2), (0.3, 0.4)];
        own.field.learned = vec![0.5; 7];
        assert_eq!(*recollection(&numbers(&own)), own);
        assert_eq!(*recollection(&numbers(&Recollection::default())), Recollection::default());
        let wild = recollection(&[f32::NAN; RECALL_NUMBERS]);
        assert!(wild.field.phasors.is_empty() && wild.manner.voice.len() == VOICE_OBSERVABLES);
    }
}
