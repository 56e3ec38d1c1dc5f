//! A take: what it needs to say something again bit by bit, as few bytes as can be.
//!
//! The engine's state is kept as what differs from an engine that was just built: bit patterns joined by exclusive or, in
//! four planes of bytes, because the high bytes of numbers resemble each other and the low ones nothing.

use super::act::{Act, Logged};
use super::bytes::{Reader, deflated, inflated};
use super::error::MemoryError;
use super::pack::Writer;
use super::raw_take::{Flaw, MAX_EVENTS, MAX_RECALLS, MAX_TAKE_S, RECALL_NUMBERS, RawTake, recollection};
use super::recollection::{BLENDED, Recollection};
use crate::digest::fnv_1a;
use crate::engine::{Ablation, ENGINE_LAYOUT, Engine, EngineConfig};
use crate::field::FieldSetup;
use std::sync::Arc;

/// Layout of the bytes.
const VERSION: u8 = 1;
/// Most bytes that a take unpacks to: a state of all that there is and the longest log.
const MOST_BYTES: usize = 1 << 20;
/// Most words of a state, far more than there are.
const MOST_WORDS: u64 = 1 << 17;

/// One utterance, ready to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Take {
    pub(super) config: EngineConfig,
    /// Of the engine's state, [`Engine::layout`].
    pub(super) layout: u32,
    /// Digest of the field in force.
    pub(super) setup: u64,
    pub(super) now: u64,
    words: u64,
    /// Places in the state and what is to be joined there.
    changed: Vec<(u32, u32)>,
    scores: Vec<u64>,
    pub(super) log: Vec<Logged>,
    recalls: Vec<[f32; RECALL_NUMBERS]>,
    pub(super) standing: [Option<u8>; BLENDED],
    pub(super) length_samples: u64,
}

impl Take {
    /// The compact form of what the audio thread kept. Some ms; allocates.
    ///
    /// # Errors
    /// It took too long, the field changed meanwhile, or it was spoken from a score without an id.
    pub fn of(raw: &RawTake) -> Result<Self, MemoryError> {
        if let Some(flaw) = raw.flaw {
            return Err(MemoryError::Unreplayable { why: told(flaw) });
        }
        let config = EngineConfig { keeps_takes: false, ..raw.config };
        let rest = rest(&config, &raw.setup)?;
        let differs = |(at, (own, rest)): (usize, (&u32, &u32))| {
            (own != rest).then_some((u32::try_from(at).unwrap_or(u32::MAX), own ^ rest))
        };
        let mut scores: Vec<u64> = Vec::new();
        for id in raw.log.iter().filter_map(|logged| logged.act.score()) {
            if !scores.contains(&id) {
                scores.push(id);
            }
        }
        Ok(Self {
            config,
            layout: raw.layout,
            setup: digest_of(&raw.setup),
            now: raw.now,
            words: raw.words.len() as u64,
            changed: raw.words.iter().zip(&rest).enumerate().filter_map(differs).collect(),
            scores,
            log: raw.log.clone(),
            recalls: raw.recalls.clone(),
            standing: raw.standing,
            length_samples: raw.length_samples,
        })
    }

    /// [`crate::Score::id`] of all that is said, in the order of its first mention.
    pub fn scores(&self) -> &[u64] {
        &self.scores
    }

    /// The sample at which it began, on the clock of the engine that kept it.
    pub fn began_at(&self) -> u64 {
        self.now
    }

    /// Samples from its first one until a quarter of a second after its last sound.
    pub fn length_samples(&self) -> u64 {
        self.length_samples
    }

    /// The same in s.
    pub fn length_s(&self) -> f32 {
        self.length_samples as f32 / self.config.sample_rate_hz
    }

    /// How an engine has to be configured that says it; the seed does not matter.
    pub fn config(&self) -> &EngineConfig {
        &self.config
    }

    /// The whole state, under the field in force.
    pub(super) fn state(&self, setup: &FieldSetup) -> Result<Vec<u32>, MemoryError> {
        if digest_of(setup) != self.setup {
            let what = "its field is another one than it was made with".to_owned();
            return Err(MemoryError::DamagedTake { what });
        }
        let mut words = rest(&self.config, setup)?;
        if words.len() as u64 != self.words {
            let (found, known) = (self.words, words.len());
            return Err(MemoryError::DamagedTake {
                what: format!("a state of {found} words, expected {known}"),
            });
        }
        for (at, joined) in &self.changed {
            if let Some(word) = words.get_mut(*at as usize) {
                *word ^= joined;
            }
        }
        Ok(words)
    }

    /// What is recalled in it.
    pub(super) fn recollections(&self) -> Vec<Arc<Recollection>> {
        self.recalls.iter().map(recollection).collect()
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::default();
        to.f32(self.config.sample_rate_hz);
        to.f32(self.config.face_rate_hz);
        to.u64(self.config.seed);
        to.whole(switches(&self.config.ablation));
        to.u64(self.setup);
        to.whole(self.now);
        self.write_state(&mut to);
        to.whole(self.length_samples);
        to.whole(self.scores.len() as u64);
        self.scores.iter().for_each(|id| to.u64(*id));
        to.whole(self.recalls.len() as u64);
        self.recalls.iter().flatten().for_each(|x| to.f32(*x));
        self.standing.iter().for_each(|place| to.byte(place.map_or(0, |place| place + 1)));
        to.whole(self.log.len() as u64);
        let mut last = 0;
        for logged in &self.log {
            to.whole(logged.sample - last);
            last = logged.sample;
            logged.act.write(&self.scores, &mut to);
        }
        let mut bytes = vec![VERSION];
        bytes.extend(self.layout.to_le_bytes());
        bytes.extend(deflated(&to.bytes));
        bytes
    }

    fn write_state(&self, to: &mut Writer) {
        to.whole(self.words);
        to.whole(self.changed.len() as u64);
        let mut next = 0;
        for (at, _) in &self.changed {
            to.whole(u64::from(at - next));
            next = at + 1;
        }
        for plane in (0..4).rev() {
            self.changed.iter().for_each(|(_, joined)| to.byte(joined.to_le_bytes()[plane]));
        }
    }

    /// Reads it back.
    ///
    /// # Errors
    /// The bytes are damaged, or a build wrote them whose engine has another state.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MemoryError> {
        let mut head = Reader(bytes);
        let version = head.byte()?;
        let mut layout = [0; 4];
        layout.copy_from_slice(head.take(4)?);
        let layout = u32::from_le_bytes(layout);
        if version != VERSION || layout != ENGINE_LAYOUT {
            return Err(MemoryError::OtherVersion { found: layout, known: ENGINE_LAYOUT });
        }
        let bytes = inflated(head.0, MOST_BYTES)?;
        let mut from = Reader(&bytes);
        let (sample_rate_hz, face_rate_hz, seed) = (from.f32()?, from.f32()?, from.u64()?);
        let ablation = ablation(from.at_most((1 << SWITCHES) - 1, "the set of mechanisms")?);
        let config = EngineConfig { sample_rate_hz, face_rate_hz, seed, ablation, keeps_takes: false };
        config.check().map_err(|error| MemoryError::DamagedTake { what: error.to_string() })?;
        let (setup, now) = (from.u64()?, from.at_most(1 << 47, "the time")?);
        let (words, changed) = read_state(&mut from)?;
        let most = (MAX_TAKE_S + 60.0) * sample_rate_hz;
        let length_samples = from.at_most(most as u64, "the length")?;
        let count = from.at_most(MAX_EVENTS as u64, "the number of scores")?;
        let scores = (0..count).map(|_| from.u64()).collect::<Result<Vec<_>, _>>()?;
        let recalls = read_recalls(&mut from)?;
        let mut standing = [None; BLENDED];
        for part in &mut standing {
            let place = from.at_most(recalls.len() as u64, "the number of a recollection")?;
            *part = (place as u8).checked_sub(1);
        }
        let log = read_log(&scores, recalls.len(), length_samples, &mut from)?;
        from.end()?;
        Ok(Self {
            config,
            layout,
            setup,
            now,
            words,
            changed,
            scores,
            log,
            recalls,
            standing,
            length_samples,
        })
    }
}

fn read_state(from: &mut Reader<'_>) -> Result<(u64, Vec<(u32, u32)>), MemoryError> {
    let words = from.at_most(MOST_WORDS, "the length of the state")?;
    let count = from.at_most(words, "the number of changes")? as usize;
    let mut changed = Vec::with_capacity(count.min(from.0.len()));
    let mut next = 0;
    for _ in 0..count {
        let at = next + from.at_most(words, "the place of a change")?;
        if at >= words {
            return Err(MemoryError::DamagedTake { what: format!("word {at} of a state of {words}") });
        }
        changed.push((at as u32, 0));
        next = at + 1;
    }
    for plane in (0..4).rev() {
        let bytes = from.take(count)?;
        changed.iter_mut().zip(bytes).for_each(|(change, byte)| change.1 |= u32::from(*byte) << (8 * plane));
    }
    Ok((words, changed))
}

fn read_recalls(from: &mut Reader<'_>) -> Result<Vec<[f32; RECALL_NUMBERS]>, MemoryError> {
    let count = from.at_most(MAX_RECALLS as u64, "the number of recollections")?;
    let mut recalls = vec![[0.0; RECALL_NUMBERS]; count as usize];
    for x in recalls.iter_mut().flatten() {
        *x = from.f32()?;
    }
    if recalls.iter().flatten().all(|x| x.is_finite()) {
        return Ok(recalls);
    }
    Err(MemoryError::Unsound)
}

fn read_log(
    scores: &[u64],
    recollections: usize,
    length_samples: u64,
    from: &mut Reader<'_>,
) -> Result<Vec<Logged>, MemoryError> {
    let count = from.at_most(MAX_EVENTS as u64, "the number of events")?;
    let mut log = Vec::with_capacity((count as usize).min(from.0.len()));
    let mut sample = 0;
    for _ in 0..count {
        sample += from.at_most(length_samples - sample, "the time to an event")?;
        log.push(Logged { sample, act: Act::read(scores, recollections, from)? });
    }
    Ok(log)
}

/// The state of an engine that was just built, under a field.
fn rest(config: &EngineConfig, setup: &FieldSetup) -> Result<Vec<u32>, MemoryError> {
    let mut engine =
        Engine::new(*config).map_err(|error| MemoryError::DamagedTake { what: error.to_string() })?;
    Ok(engine.rest_under(setup))
}

/// Tells fields apart.
pub(super) fn digest_of(setup: &FieldSetup) -> u64 {
    fnv_1a(format!("{setup:?}").into_bytes())
}

fn told(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::TooLong => "it took more than 180 s, or more than 4096 things happened meanwhile",
        Flaw::Field => "the field became another one while it was said",
        Flaw::Nameless => "it was spoken while it was still being planned",
        Flaw::Recalls => "more than 12 manners were recalled while it was said",
    }
}

const SWITCHES: u32 = 11;

fn as_list(ablation: &mut Ablation) -> [&mut bool; SWITCHES as usize] {
    let Ablation {
        coupling,
        lags,
        micro,
        locking,
        grammar,
        emotion,
        meso,
        slow,
        learning,
        prediction,
        memory,
    } = ablation;
    [coupling, lags, micro, locking, grammar, emotion, meso, slow, learning, prediction, memory]
}

fn switches(ablation: &Ablation) -> u64 {
    let mut own = *ablation;
    as_list(&mut own).into_iter().enumerate().map(|(bit, on)| u64::from(*on) << bit).sum()
}

fn ablation(switches: u64) -> Ablation {
    let mut own = Ablation::default();
    as_list(&mut own).into_iter().enumerate().for_each(|(bit, on)| *on = switches >> bit & 1 == 1);
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_come_back() {
        for set in [0, 1, 1 << 10, 0b101_0101_0101] {
            assert_eq!(switches(&ablation(set)), set);
        }
        assert!(ablation(1).coupling && ablation(1 << 10).memory);
    }
}
