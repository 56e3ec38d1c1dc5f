//! The pronunciation lexicon: word and sense to phones, from `core/data/en_us.lex` or `en_gb.lex`.
//!
//! Two tiers as in misaki: gold (checked by hand) is asked before silver. A lower-case key answers to
//! its capitalised form and the other way round, unless the other form has an entry of its own.

use super::dialect::Dialect;
use super::error::TextError;
use super::table::{Table, u16_at};

static AMERICAN: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/en_us.lex"));
static BRITISH: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/en_gb.lex"));

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
    /// What the numbers in the table stand for: single phones and frequent runs of them.
    units: Vec<&'static str>,
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

/// The units that a file begins with, and what comes after them.
fn units(data: &'static [u8]) -> Option<(Vec<&'static str>, &'static [u8])> {
    let mut at = 2;
    let units = (0..u16_at(data, 0)?).map(|_| {
        let start = at + 1;
        at = start + usize::from(*data.get(at)?);
        std::str::from_utf8(data.get(start..at)?).ok()
    });
    let units = units.collect::<Option<Vec<_>>>()?;
    Some((units, data.get(at..)?))
}

impl Lexicon {
    /// Opens the embedded file of a dialect.
    pub(crate) fn embedded(dialect: Dialect) -> Result<Self, TextError> {
        let (file, data) = dialect.choose(("en_us.lex", AMERICAN), ("en_gb.lex", BRITISH));
        let (units, table) = units(data).ok_or_else(|| TextError::BadData {
            file,
            expected: "a list of phones and runs of phones in UTF-8",
            found: format!("{} bytes that end early or say otherwise", data.len()),
        })?;
        Ok(Self { units, table: Table::open(file, table)? })
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
        numbers.iter().filter_map(|&n| self.lexicon.units.get(n as usize).copied()).collect()
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
        phones_in(Dialect::American, word, tag)
    }

    fn phones_in(dialect: Dialect, word: &str, tag: Option<&str>) -> Option<String> {
        let lexicon = Lexicon::embedded(dialect).expect("embedded");
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
    fn the_british_lexicon_knows_british_spellings() {
        let british = |word| phones_in(Dialect::British, word, None);
        assert_eq!(british("colour").as_deref(), Some("kˈʌlə"));
        assert_eq!(british("organise").as_deref(), Some("ˈɔːɡənIz"));
        assert_eq!(british("tomato").as_deref(), Some("təmˈɑːtQ"));
        assert_eq!(british("Z").as_deref(), Some("zˈɛd"));
        assert_eq!(phones_in(Dialect::British, "record", Some("VB")).as_deref(), Some("ɹɪkˈɔːd"));
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
