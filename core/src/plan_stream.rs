//! A text that is planned while it is spoken: one score a phrase, to be queued one behind the other.

use crate::delivery::Delivery;
use crate::planner::{Plan, Planner};
use crate::prosody::Part;
use crate::score::ScoreBuilder;
use crate::text::{Insertion, Notice, Utterance, Word};

/// Longest first phrase in tokens, some seven seconds of speech: a longer one is split at a clause, so that it sounds
/// soon.
pub(crate) const FIRST_PHRASE_TOKENS: usize = 110;

/// The scores of a text in order, each planned when it is asked for. Played without a gap they are the text as planned
/// whole, paragraph declination and pauses included; only a long first sentence is split.
#[derive(Debug)]
pub struct PlanStream<'p> {
    planner: &'p Planner,
    parts: std::vec::IntoIter<Part>,
    words: Vec<Word>,
    insertions: Vec<Insertion>,
    /// Words that earlier scores have said.
    said: u32,
    /// Whether a score was given out.
    begun: bool,
    /// Told with the first score.
    notices: Vec<Notice>,
    delivery: Delivery,
}

impl<'p> PlanStream<'p> {
    pub(crate) fn new(
        planner: &'p Planner,
        utterance: Utterance,
        parts: Vec<Part>,
        delivery: Delivery,
    ) -> Self {
        let Utterance { words, insertions, notices, .. } = utterance;
        Self {
            planner,
            parts: parts.into_iter(),
            words,
            insertions,
            said: 0,
            begun: false,
            notices,
            delivery,
        }
    }

    /// Index in the text of the next score's first word: scores count their own words from 0.
    pub fn next_word(&self) -> usize {
        self.said as usize
    }
}

impl Iterator for PlanStream<'_> {
    type Item = Plan;

    fn next(&mut self) -> Option<Plan> {
        let mut part = self.parts.next()?;
        let first = self.said;
        let last = match &part {
            Part::Speech(phrase) => phrase.tokens().iter().filter_map(|token| token.word).max(),
            Part::Gesture { .. } => None,
        };
        self.said = last.map_or(first, |last| last + 1).max(first);
        // What begins a text is answered at once; what goes on with it keeps its silence.
        let mut builder = if std::mem::replace(&mut self.begun, true) {
            ScoreBuilder::going_on(self.planner.speaker(self.delivery), first)
        } else {
            ScoreBuilder::new(self.planner.speaker(self.delivery))
        };
        let act = self.planner.add_part(&mut builder, &mut part, self.delivery);
        let words = self.words.get(first as usize..self.said as usize).unwrap_or(&[]);
        let words = words.iter().map(|word| word.text.clone()).collect();
        let is_last = self.parts.len() == 0;
        let mut score = if is_last { builder.finish(words) } else { builder.finish_open(words) };
        score.direct(&self.words, &self.insertions, first, is_last);
        if let Some(act) = act {
            score.act(&act);
        }
        Some(Plan { score, notices: std::mem::take(&mut self.notices), words: Vec::new() })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.parts.size_hint()
    }
}

impl ExactSizeIterator for PlanStream<'_> {}
