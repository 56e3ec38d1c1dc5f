//! Syllables as scores divide them against those that are spoken: "ev-er-y" has three notes and two vowels.

use crate::phone::{Phone, syllabify};
use crate::song::{Lyric, Song};
use crate::text::{Dialect, Frontend};
use std::collections::HashMap;

/// Lets notes beyond a word's last syllable hold its vowel, and tells which words it concerns.
pub(super) fn fit(song: &mut Song, notices: &mut Vec<String>) {
    // Where the lexicon cannot be read, nothing can be sung either: that is told then.
    let Ok(frontend) = Frontend::new(Dialect::American) else { return };
    let mut known: HashMap<String, usize> = HashMap::new();
    let (mut left, mut words) = (0usize, Vec::new());
    let mut word = String::new();
    for note in &mut song.notes {
        match &note.lyric {
            Lyric::Word(text) => {
                word.clone_from(text);
                let count = *known.entry(text.clone()).or_insert_with(|| syllables(&frontend, text));
                if count == 0 {
                    words.push(text.clone());
                    note.lyric = Lyric::Word("la".to_owned());
                }
                left = count.saturating_sub(1);
            }
            Lyric::Phonemes(symbols) => left = vowels(symbols.chars()).saturating_sub(1),
            Lyric::NextSyllable if left == 0 => {
                note.lyric = Lyric::Hold;
                words.push(word.clone());
            }
            Lyric::NextSyllable => left -= 1,
            Lyric::Hold => {}
        }
    }
    words.sort_unstable();
    words.dedup();
    if !words.is_empty() {
        let shown = words.iter().take(8).map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
        let more = if words.len() > 8 { " and others" } else { "" };
        notices.push(format!("{shown}{more}: written with other syllables than they are spoken with"));
    }
}

fn vowels(symbols: impl Iterator<Item = char>) -> usize {
    let phones: Vec<Phone> = symbols.filter_map(Phone::of).collect();
    if phones.is_empty() { 0 } else { syllabify(&phones).len() }
}

/// Syllables of a word as it is spoken alone; 0 if it cannot be spoken.
fn syllables(frontend: &Frontend, word: &str) -> usize {
    let Ok(utterance) = frontend.analyse(word) else { return 0 };
    let tokens = utterance.phrases.iter().flat_map(|phrase| &phrase.tokens);
    vowels(tokens.filter(|token| token.word.is_some()).map(|token| token.symbol))
}
