//! Words and phrases that excite emotions: a list of our own for the modes, VADER's for the valence of the rest.

use std::collections::HashMap;

use crate::emotion::Mode;
use crate::text::stem;

static MODES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/emotion_words.tsv"));
static VALENCES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/valence.tsv"));

/// Words up to this length are looked up as they stand: `has` is no `ha`.
const SHORTEST_INFLECTED: usize = 4;
/// Endings of words derived from adjectives and verbs, and what stands for them in the base.
const DERIVATIONS: [(&str, &str); 11] = [
    ("iness", "y"),
    ("ness", ""),
    ("ily", "y"),
    ("fully", "ful"),
    ("ly", ""),
    ("ier", "y"),
    ("iest", "y"),
    ("est", ""),
    ("est", "e"),
    ("er", ""),
    ("er", "e"),
];

/// What a word excites, and on what condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    /// The mode; none keeps the word from any meaning.
    pub(super) mode: Option<Mode>,
    /// 0..=1.
    pub(super) strength: f32,
    /// First letter that the word's tag must have.
    pub(super) tag: Option<char>,
    /// Only in an exclamation.
    pub(super) exclaimed: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    exact: HashMap<&'static str, Vec<Entry>>,
    stems: HashMap<String, Vec<Entry>>,
    /// Words of the longest phrase that begins with a word.
    openers: HashMap<&'static str, usize>,
    valence: HashMap<&'static str, f32>,
}

/// The lines that hold something.
fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// One entry as written: its words, whether it stands for this form only, its conditions.
fn read(written: &'static str, mode: Option<Mode>, strength: f32) -> (&'static str, bool, Entry) {
    let (words, condition) = written.trim().rsplit_once('/').unwrap_or((written.trim(), ""));
    let form = words.strip_prefix('=');
    let exclaimed = condition == "!";
    let tag = condition.chars().next().filter(|_| !exclaimed);
    (form.unwrap_or(words), form.is_some(), Entry { mode, strength, tag, exclaimed })
}

impl Lexicon {
    pub(super) fn embedded() -> Self {
        let mut lexicon = Self::default();
        for line in lines(MODES) {
            let mut columns = line.split('\t');
            let (Some(mode), Some(strength), Some(words)) = (columns.next(), columns.next(), columns.next())
            else {
                continue;
            };
            let mode = Mode::by_name(mode).filter(|mode| *mode != Mode::Neutral);
            let strength = strength.parse().unwrap_or(0.0);
            words.split('|').for_each(|written| lexicon.add(read(written, mode, strength)));
        }
        for (valence, words) in lines(VALENCES).filter_map(|line| line.split_once('\t')) {
            let valence = valence.parse().unwrap_or(0.0);
            lexicon.valence.extend(words.split(' ').map(|word| (word, valence)));
        }
        lexicon
    }

    fn add(&mut self, (words, this_form, entry): (&'static str, bool, Entry)) {
        self.exact.entry(words).or_default().push(entry);
        if let Some((opener, _)) = words.split_once(' ') {
            let longest = self.openers.entry(opener).or_default();
            *longest = words.split(' ').count().max(*longest);
        } else if !this_form {
            self.stems.entry(stem(words)).or_default().push(entry);
        }
    }

    /// Words of the longest phrase that begins with a word; 0 where none does.
    pub(super) fn longest_phrase(&self, opener: &str) -> usize {
        self.openers.get(opener).copied().unwrap_or(0)
    }

    /// What a phrase, or the name of an emoji, excites.
    pub(super) fn phrase(&self, words: &str) -> Option<&[Entry]> {
        self.exact.get(words).map(Vec::as_slice)
    }

    /// What a word in small letters excites, itself or as a form of another.
    pub(super) fn word(&self, word: &str) -> Option<&[Entry]> {
        let exact = self.exact.get(word);
        if word.len() < SHORTEST_INFLECTED || exact.is_some() {
            return exact.map(Vec::as_slice);
        }
        self.inflected(word).or_else(|| {
            DERIVATIONS.iter().find_map(|(ending, instead)| {
                let base = word.strip_suffix(ending).filter(|base| base.len() >= SHORTEST_INFLECTED - 1)?;
                self.inflected(&format!("{base}{instead}")).or_else(|| self.inflected(undoubled(base)?))
            })
        })
    }

    fn inflected(&self, word: &str) -> Option<&[Entry]> {
        self.stems.get(&stem(word)).map(Vec::as_slice)
    }

    /// VADER's valence of a word in small letters, -4..=4; 0 where it has none.
    pub(super) fn valence(&self, word: &str) -> f32 {
        self.valence.get(word).copied().unwrap_or(0.0)
    }
}

/// `sad` of the `sadd` in `sadder`.
fn undoubled(base: &str) -> Option<&str> {
    let mut last = base.chars().rev();
    let doubled = last.next().is_some_and(|c| c.is_ascii_alphabetic() && last.next() == Some(c));
    doubled.then(|| &base[..base.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_well_formed() {
        let mut count = 0;
        for line in lines(MODES) {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns.len(), 3, "{line}");
            assert!(
                columns[0] == "none" || Mode::by_name(columns[0]).is_some_and(|m| m.name() == columns[0]),
                "{line}"
            );
            let strength: f32 = columns[1].parse().expect(line);
            assert!((0.0..=1.0).contains(&strength) && (strength > 0.0) == (columns[0] != "none"), "{line}");
            for written in columns[2].split('|') {
                let (words, _, entry) = read(written, Some(Mode::Happy), strength);
                assert!(words.split(' ').count() <= 8, "{words}");
                assert!(
                    !words.is_empty() && words.bytes().all(|b| b.is_ascii_lowercase() || b" '-".contains(&b)),
                    "{words}"
                );
                assert!(entry.tag.is_none_or(|tag| "JNVRU".contains(tag)), "{written}");
                count += 1;
            }
        }
        assert!((500..2500).contains(&count), "{count} entries");
        for line in lines(VALENCES) {
            let (valence, words) = line.split_once('\t').expect(line);
            assert!(valence.parse::<f32>().expect(line).abs() <= 4.0 && !words.is_empty(), "{line}");
        }
    }

    #[test]
    fn words_are_found_in_their_forms() {
        let lexicon = Lexicon::embedded();
        let mode = |word| lexicon.word(word).and_then(|entries| entries[0].mode);
        for word in ["happy", "happily", "happier", "happiness"] {
            assert_eq!(mode(word), Some(Mode::Happy), "{word}");
        }
        for word in ["sad", "sadder", "saddest", "sadly", "sadness", "grieving", "grieved"] {
            assert_eq!(mode(word), Some(Mode::Sad), "{word}");
        }
        for word in ["has", "tire", "bore", "gents", "table", "content", "has", ""] {
            assert!(
                lexicon.word(word).is_none_or(|entries| entries.iter().all(|e| e.tag.is_some())),
                "{word}"
            );
        }
        assert!(lexicon.valence("terrific") > 1.0 && lexicon.valence("scandal") < -1.0);
        assert_eq!(lexicon.valence("table"), 0.0);
    }
}
