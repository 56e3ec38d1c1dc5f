//! A phrase as the rules see it: its words with their place among the symbols, and the marks between them.

use crate::phone::Phone;
use crate::text::{Phrase, Place, SentenceKind, Word};
use std::ops::Range;

/// A word of a phrase.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SpokenWord {
    /// Its symbols, stress marks included.
    pub(super) symbols: Range<usize>,
    /// The vowel under primary stress, else the first vowel.
    pub(super) nucleus: Option<usize>,
    /// Whether it has a primary stress.
    pub(super) accented: bool,
    /// Part of speech, a Penn Treebank tag.
    pub(super) tag: &'static str,
    /// As written, in small letters.
    pub(super) text: String,
    /// Between marks of emphasis.
    pub(super) emphasis: bool,
    /// Inside a quotation.
    pub(super) quoted: bool,
    /// Inside a parenthesis.
    pub(super) aside: bool,
}

/// A phrase, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    pub(super) symbols: Vec<char>,
    pub(super) words: Vec<SpokenWord>,
    pub(super) kind: SentenceKind,
    pub(super) place: Place,
}

fn is_vowel(symbol: char) -> bool {
    Phone::of(symbol).is_some_and(|phone| phone.is_vowel())
}

/// The vowel under primary stress and whether there is one.
fn nucleus(symbols: &[char], range: &Range<usize>) -> (Option<usize>, bool) {
    let stress = range.clone().rev().find(|i| symbols[*i] == 'ˈ');
    let from = stress.unwrap_or(range.start);
    ((from..range.end).find(|i| is_vowel(symbols[*i])), stress.is_some())
}

impl Reading {
    /// Reads a phrase of an utterance whose words are `words`.
    pub(super) fn new(phrase: &Phrase, words: &[Word]) -> Self {
        let symbols: Vec<char> = phrase.tokens.iter().map(|token| token.symbol).collect();
        let mut read: Vec<(u32, SpokenWord)> = Vec::new();
        for (i, token) in phrase.tokens.iter().enumerate() {
            let Some(index) = token.word else { continue };
            match read.last_mut() {
                Some((last, word)) if *last == index => word.symbols.end = i + 1,
                _ => read.push((index, spoken_word(i, words.get(index as usize)))),
            }
        }
        for (_, word) in &mut read {
            (word.nucleus, word.accented) = nucleus(&symbols, &word.symbols);
        }
        let words = read.into_iter().map(|(_, word)| word).collect();
        Self { symbols, words, kind: phrase.kind, place: phrase.place }
    }

    /// The mark right after a word, if one is there.
    pub(super) fn mark_after(&self, word: usize) -> Option<char> {
        let end = self.words.get(word)?.symbols.end;
        let next = self.words.get(word + 1).map_or(self.symbols.len(), |next| next.symbols.start);
        self.symbols[end..next].iter().copied().find(|symbol| *symbol != ' ')
    }

    /// The last word that carries an accent: the emphasised one, else the last stressed one.
    pub(super) fn nuclear_word(&self, words: Range<usize>) -> Option<usize> {
        let last = |test: fn(&SpokenWord) -> bool| words.clone().rev().find(|i| test(&self.words[*i]));
        last(|word| word.emphasis && word.nucleus.is_some())
            .or_else(|| last(|word| word.accented && word.nucleus.is_some()))
            .or_else(|| last(|word| word.nucleus.is_some()))
    }

    /// Runs of words for which `test` holds, as ranges of words.
    pub(super) fn runs(&self, test: impl Fn(&SpokenWord) -> bool) -> Vec<Range<usize>> {
        let mut out: Vec<Range<usize>> = Vec::new();
        for (i, _) in self.words.iter().enumerate().filter(|(_, word)| test(word)) {
            match out.last_mut() {
                Some(last) if last.end == i => last.end = i + 1,
                _ => out.push(i..i + 1),
            }
        }
        out
    }

    /// The symbols of a run of words, what stands between them included.
    pub(super) fn symbols_of(&self, words: &Range<usize>) -> Range<usize> {
        match self.words.get(words.clone()).unwrap_or(&[]) {
            [] => 0..0,
            [first, .., last] => first.symbols.start..last.symbols.end,
            [one] => one.symbols.clone(),
        }
    }
}

fn spoken_word(start: usize, word: Option<&Word>) -> SpokenWord {
    SpokenWord {
        symbols: start..start + 1,
        nucleus: None,
        accented: false,
        tag: word.map_or("", |word| word.tag),
        text: word.map(|word| word.text.to_lowercase()).unwrap_or_default(),
        emphasis: word.is_some_and(|word| word.emphasis),
        quoted: word.is_some_and(|word| word.quoted),
        aside: word.is_some_and(|word| word.aside),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::text::{Dialect, Frontend};

    /// The readings of a text's phrases.
    pub(in crate::prosody) fn readings(text: &str) -> Vec<Reading> {
        let utterance = Frontend::new(Dialect::American).and_then(|f| f.analyse(text)).expect("readable");
        utterance.phrases.iter().map(|phrase| Reading::new(phrase, &utterance.words)).collect()
    }

    #[test]
    fn words_keep_their_place() {
        let reading = &readings("He said *yes* (twice), and left.")[0];
        let texts: Vec<&str> = reading.words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["he", "said", "yes", "twice", "and", "left"]);
        assert!(reading.words[2].emphasis && !reading.words[1].emphasis);
        assert!(reading.words[3].aside && !reading.words[4].aside);
        assert_eq!(reading.mark_after(2), Some('('));
        assert_eq!(reading.mark_after(3), Some(')'));
        assert_eq!(reading.mark_after(5), Some('.'));
        assert_eq!(reading.nuclear_word(0..6), Some(2));
        assert_eq!(reading.nuclear_word(3..6), Some(5));
        assert_eq!(reading.runs(|word| word.aside), std::slice::from_ref(&(3..4)));
        let nucleus = reading.words[5].nucleus.expect("a vowel");
        assert_eq!(reading.symbols[nucleus], 'ɛ');
    }
}
