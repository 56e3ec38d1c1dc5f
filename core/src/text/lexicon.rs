//! The pronunciation lexicon: word and sense to phones, from `core/data/en_us.lex`.
//!
//! Two tiers as in misaki: gold (checked by hand) is asked before silver. A lower-case key answers to
//! its capitalised form and the other way round, unless the other form has an entry of its own.

use super::error::TextError;
use super::table::{Table, u16_at};

const FILE: &str = "en_us.lex";
static DATA: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/en_us.lex"));

const SILVER: u8 = 0x80;
const SPELL_OUT: u8 = 0xFF;

/// The senses by which an entry may differ; the order is that of `tools/lexicon/build.py`.
const SENSES: [&str; 10] = ["DEFAULT", "NOUN", "VERB", "ADJ", "ADV", "DT", "VBD", "VBN", "VBP", "None"];

/// Reading of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// These phones.
    Phones(String),
    /// The names of its letters.
    SpellOut,
}

/// The embedded lexicon.
#[derive(Debug)]
pub(crate) struct Lexicon {
    alphabet: Vec<char>,
    table: Table,
}

/// One word's entry, read in place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    lexicon: &'a Lexicon,
    payload: &'static [u8],
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect()
    })
}

impl Lexicon {
    /// Opens the embedded file.
    pub(crate) fn embedded() -> Result<Self, TextError> {
        let bad = |found: String| TextError::BadData { file: FILE, expected: "an alphabet in UTF-8", found };
        let length = u16_at(DATA, 0).ok_or_else(|| bad("an empty file".into()))? as usize;
        let letters = DATA.get(2..2 + length).ok_or_else(|| bad(format!("{} bytes", DATA.len())))?;
        let alphabet = std::str::from_utf8(letters).map_err(|e| bad(e.to_string()))?.chars().collect();
        Ok(Self { alphabet, table: Table::open(FILE, &DATA[2 + length..])? })
    }

    fn exact(&self, word: &str) -> Option<Entry<'_>> {
        let payload = self.table.get(word.as_bytes()).filter(|p| !p.is_empty())?;
        Some(Entry { lexicon: self, payload })
    }

    /// The word in its other case, where the rule of the module allows it.
    fn other_case(&self, word: &str) -> Option<Entry<'_>> {
        word.chars().nth(1)?;
        let lower = word.to_lowercase();
        let capital = capitalised(word);
        if word == lower {
            (capital != word).then(|| self.exact(&capital)).flatten()
        } else {
            (word == capital).then(|| self.exact(&lower)).flatten()
        }
    }

    /// The gold entry of a word.
    pub(crate) fn gold(&self, word: &str) -> Option<Entry<'_>> {
        self.exact(word).filter(|e| !e.silver()).or_else(|| self.other_case(word).filter(|e| !e.silver()))
    }

    /// The silver entry of a word, asked when there is no gold one.
    pub(crate) fn silver(&self, word: &str) -> Option<Entry<'_>> {
        self.exact(word).filter(Entry::silver).or_else(|| self.other_case(word).filter(Entry::silver))
    }

    /// Whether either tier has the word.
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.exact(word).is_some() || self.other_case(word).is_some()
    }
}

impl Entry<'_> {
    fn silver(&self) -> bool {
        self.payload[0] & SILVER != 0
    }

    fn phones(&self, numbers: &[u8]) -> String {
        numbers.iter().filter_map(|&n| self.lexicon.alphabet.get(n as usize)).collect()
    }

    /// The reading of one sense, if the entry tells it apart.
    fn sense(&self, name: &str) -> Option<Reading> {
        let count = self.payload[0] & !SILVER;
        if count == 1 {
            return (name == SENSES[0]).then(|| Reading::Phones(self.phones(&self.payload[1..])));
        }
        let mut rest = &self.payload[1..];
        for _ in 0..count {
            let (&[sense, length], after) = rest.split_first_chunk::<2>()?;
            let size = if length == SPELL_OUT { 0 } else { length as usize };
            let phones = after.get(..size)?;
            if SENSES.get(sense as usize) == Some(&name) {
                return Some(if length == SPELL_OUT {
                    Reading::SpellOut
                } else {
                    Reading::Phones(self.phones(phones))
                });
            }
            rest = &after[size..];
        }
        None
    }

    /// The reading for a Penn tag: the tag itself, its part of speech, or the default.
    ///
    /// `at_end`: nothing is spoken after the word before the next pause (function words are then stressed).
    pub(crate) fn reading(&self, tag: Option<&str>, at_end: bool) -> Option<Reading> {
        let ending = at_end.then(|| self.sense("None")).flatten();
        ending
            .or_else(|| tag.and_then(|t| self.sense(t)))
            .or_else(|| tag.and_then(part_of_speech).and_then(|t| self.sense(t)))
            .or_else(|| self.sense(SENSES[0]))
    }
}

/// The lexicon's name for the part of speech of a Penn tag.
pub(crate) fn part_of_speech(tag: &str) -> Option<&'static str> {
    match tag.get(..2)? {
        "VB" => Some("VERB"),
        "NN" => Some("NOUN"),
        "RB" => Some("ADV"),
        "JJ" => Some("ADJ"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phones(word: &str, tag: Option<&str>) -> Option<String> {
        let lexicon = Lexicon::embedded().expect("embedded");
        match lexicon.gold(word).or_else(|| lexicon.silver(word))?.reading(tag, false)? {
            Reading::Phones(p) => Some(p),
            Reading::SpellOut => None,
        }
    }

    #[test]
    fn senses_follow_the_tag() {
        assert_eq!(phones("read", Some("VBD")).as_deref(), Some("ɹˈɛd"));
        assert_eq!(phones("read", Some("VB")).as_deref(), Some("ɹˈid"));
        assert_eq!(phones("record", Some("NN")).as_deref(), phones("Record", Some("NNS")).as_deref());
        assert_ne!(phones("record", Some("NN")), phones("record", Some("VBP")));
        assert_eq!(phones("AA", Some("NN")), None);
    }

    #[test]
    fn case_falls_back_but_own_entries_win() {
        assert_eq!(phones("Polish", None).as_deref(), Some("pˈOlɪʃ"));
        assert_eq!(phones("polish", None).as_deref(), Some("pˈɑlɪʃ"));
        assert_eq!(phones("Umbrella", None), phones("umbrella", None));
        assert_eq!(phones("paris", None), phones("Paris", None));
        assert!(phones("zzyzzxq", None).is_none());
    }
}
