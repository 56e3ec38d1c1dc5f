//! A take ready to be said again: its state at length, its events, and the scores that they are about.

use super::act::Logged;
use super::error::MemoryError;
use super::recollection::{BLENDED, Recollection};
use super::take::Take;
use crate::engine::{Engine, EngineConfig};
use crate::field::FieldSetup;
use crate::score::Score;
use std::sync::Arc;

/// What [`crate::Event::Replay`] replays. Immutable; keep it alive as long as an engine may hold it.
#[derive(Debug)]
pub struct Rendition {
    config: EngineConfig,
    pub(crate) now: u64,
    pub(crate) words: Vec<u32>,
    pub(crate) log: Vec<Logged>,
    pub(crate) length_samples: u64,
    pub(crate) setup: Arc<FieldSetup>,
    pub(crate) recollections: Vec<Arc<Recollection>>,
    /// What is recalled when it begins, by its place among them.
    pub(crate) standing: [Option<u8>; BLENDED],
    scores: Vec<Arc<Score>>,
}

impl Rendition {
    /// A take with the scores that it names and the field that it was made with. Some ms; allocates.
    ///
    /// # Errors
    /// A score is missing, the field is another one, or the state is none that an engine can have.
    pub fn new(take: &Take, scores: Vec<Arc<Score>>, setup: Arc<FieldSetup>) -> Result<Self, MemoryError> {
        let missing = take.scores().iter().find(|id| !scores.iter().any(|score| score.id == **id));
        if missing.is_some() {
            let said = scores.first().map(|score| score.words.join(" ")).unwrap_or_default();
            return Err(MemoryError::OtherScore { text: shortened(&said) });
        }
        let words = take.state(&setup)?;
        let rendition = Self {
            config: *take.config(),
            now: take.now,
            words,
            log: take.log.clone(),
            length_samples: take.length_samples,
            setup,
            recollections: take.recollections(),
            standing: take.standing,
            scores,
        };
        // In an engine that nobody hears.
        let mut engine = Engine::new(rendition.config)
            .map_err(|error| MemoryError::DamagedTake { what: error.to_string() })?;
        if engine.stand_as(&rendition) {
            return Ok(rendition);
        }
        Err(MemoryError::DamagedTake { what: "its state holds numbers that no engine has".to_owned() })
    }

    /// Whether an engine of this configuration can replay it bit by bit.
    ///
    /// # Errors
    /// Sample rate, face rate or the mechanisms that are switched off differ.
    pub fn fits(&self, config: &EngineConfig) -> Result<(), MemoryError> {
        let own = &self.config;
        let same = |what, found: f32, expected: f32| {
            (found == expected).then_some(()).ok_or(MemoryError::Misfit { what, found, expected })
        };
        same("a sample rate in Hz of", own.sample_rate_hz, config.sample_rate_hz)?;
        same("a face rate in Hz of", own.face_rate_hz, config.face_rate_hz)?;
        if own.ablation == config.ablation {
            return Ok(());
        }
        Err(MemoryError::Unreplayable { why: "other mechanisms are switched off" })
    }

    /// Its length, with the rest after its last sound.
    pub fn length_samples(&self) -> u64 {
        self.length_samples
    }

    /// All that is said.
    pub fn scores(&self) -> &[Arc<Score>] {
        &self.scores
    }

    /// What is recalled at these places.
    pub(crate) fn recalled(&self, places: &[Option<u8>; BLENDED]) -> [Option<Arc<Recollection>>; BLENDED] {
        std::array::from_fn(|part| self.recollections.get(usize::from(places[part]?)).cloned())
    }

    /// What is said, line by line.
    pub fn texts(&self) -> Vec<String> {
        self.scores.iter().map(|score| score.words.join(" ")).collect()
    }

    /// The score of this [`Score::id`].
    pub(crate) fn score(&self, id: u64) -> Option<&Arc<Score>> {
        self.scores.iter().find(|score| score.id == id)
    }
}

/// The first words of a text.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
