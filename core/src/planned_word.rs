//! What an editor can show of a planned text.

use crate::emotion::Manner;
use crate::score::Score;
use crate::text::{Utterance, Word};
use std::ops::Range;

/// A word of a planned text, as an editor shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedWord {
    /// Bytes of the source text.
    pub source: Range<usize>,
    /// Its phones and stress marks in the voice's alphabet.
    pub phones: String,
    /// Where its first phone begins in the score, nominal s; none where it is silent.
    pub start_s: Option<f32>,
    /// How it is said: tags, and what the words themselves suggest.
    pub manner: Manner,
}

impl PlannedWord {
    pub(crate) fn all(utterance: &Utterance, score: &Score) -> Vec<Self> {
        let starts_s = score.word_starts_s();
        let mut phones = vec![String::new(); utterance.words.len()];
        for token in utterance.phrases.iter().flat_map(|phrase| &phrase.tokens) {
            if let Some(own) = token.word.and_then(|word| phones.get_mut(word as usize)) {
                own.push(token.symbol);
            }
        }
        let planned = |(index, (word, phones)): (usize, (&Word, String))| Self {
            source: word.source.clone(),
            phones,
            start_s: starts_s.get(index).copied().flatten(),
            manner: word.manner,
        };
        utterance.words.iter().zip(phones).enumerate().map(planned).collect()
    }
}
