//! Part-of-speech tagger: an averaged perceptron over a window of five words, Penn Treebank tags.
//!
//! Collins 2002; weights from `core/data/en_us.tag`. A word with one dominant tag is answered from a
//! dictionary, all others by the highest sum of feature weights. Decoding is greedy, left to right.

use super::error::TextError;
use super::table::Table;

const FILE: &str = "en_us.tag";
static DATA: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/en_us.tag"));

const BEFORE: [&str; 2] = ["-START2-", "-START-"];
const AFTER: [&str; 2] = ["-END-", "-END2-"];

/// The embedded tagger.
#[derive(Debug)]
pub(crate) struct Tagger {
    tags: Vec<&'static str>,
    table: Table,
}

/// Name of the look of a word: small, capitalised, all capitals, mixed, digits, or its first four signs.
fn shape(word: &str) -> String {
    let letters = word.chars().all(char::is_alphabetic);
    if letters && word.chars().all(char::is_lowercase) {
        return "x".into();
    }
    if letters && word.chars().all(char::is_uppercase) {
        return if word.chars().nth(1).is_some() { "XX" } else { "X1" }.into();
    }
    if letters {
        let mut rest = word.chars();
        let capital = rest.next().is_some_and(char::is_uppercase) && rest.all(char::is_lowercase);
        return if capital { "Xx" } else { "xX" }.into();
    }
    if word.chars().all(|c| c.is_ascii_digit()) {
        return "d".into();
    }
    word.chars()
        .take(4)
        .map(|c| {
            if c.is_numeric() {
                'd'
            } else if c.is_alphabetic() {
                'x'
            } else {
                c
            }
        })
        .collect()
}

/// A word as the features name it.
fn normal(word: &str) -> String {
    let first_digit = word.starts_with(|c: char| c.is_ascii_digit());
    if word.contains('-') && !word.starts_with('-') {
        "!HYPHEN".into()
    } else if word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) {
        "!YEAR".into()
    } else if first_digit {
        "!DIGITS".into()
    } else {
        word.to_lowercase()
    }
}

/// The last three characters.
fn ending(word: &str) -> &str {
    let start = word.char_indices().rev().nth(2).map_or(0, |(at, _)| at);
    &word[start..]
}

impl Tagger {
    /// Opens the embedded file.
    pub(crate) fn embedded() -> Result<Self, TextError> {
        let bad = |found: String| TextError::BadData { file: FILE, expected: "a list of tag names", found };
        let (&count, mut rest) = DATA.split_first().ok_or_else(|| bad("an empty file".into()))?;
        let mut tags = Vec::with_capacity(count as usize);
        for i in 0..count {
            let (&length, after) = rest.split_first().ok_or_else(|| bad(format!("{i} of {count} names")))?;
            let name = after.get(..length as usize).ok_or_else(|| bad(format!("{i} of {count} names")))?;
            tags.push(std::str::from_utf8(name).map_err(|e| bad(e.to_string()))?);
            rest = &after[length as usize..];
        }
        Ok(Self { tags, table: Table::open(FILE, rest)? })
    }

    fn known(&self, kind: u8, word: &str) -> Option<&'static [u8]> {
        let mut key = Vec::with_capacity(word.len() + 1);
        key.push(kind);
        key.extend_from_slice(word.as_bytes());
        self.table.get(&key)
    }

    /// The features' view of the words, two marks on either side; rare words are replaced by their shape.
    fn context(&self, words: &[&str]) -> Vec<String> {
        let middle = words.iter().map(|word| {
            let normal = normal(word);
            if self.known(b'v', &normal).is_some() { normal } else { format!("<{}>", shape(word)) }
        });
        BEFORE.map(String::from).into_iter().chain(middle).chain(AFTER.map(String::from)).collect()
    }

    fn add(&self, scores: &mut [i32], key: &mut String, parts: &[&str]) -> bool {
        key.truncate(1);
        parts.iter().for_each(|part| key.push_str(part));
        let Some(weights) = self.table.get(key.as_bytes()) else {
            return false;
        };
        for pair in weights.chunks_exact(3) {
            if let Some(score) = scores.get_mut(pair[0] as usize) {
                *score += i32::from(i16::from_le_bytes([pair[1], pair[2]]));
            }
        }
        true
    }

    fn predict(&self, word: &str, window: &[String], first: bool, before: [&str; 2]) -> &'static str {
        let mut scores = vec![0; self.tags.len()];
        let mut key = String::from("f");
        let initial = &word[..word.chars().next().map_or(0, char::len_utf8)];
        let [older, newer] = before;
        let shape = shape(word);
        let features: [&[&str]; 15] = [
            &["b"],
            &["s3=", ending(word)],
            &["p1=", initial],
            &["w=", &window[2]],
            &["sh=", &shape],
            &[if first { "i0" } else { "i+" }],
            &["t-1=", newer],
            &["t-2=", older],
            &["t-12=", newer, ",", older],
            &["w-1=", &window[1]],
            &["s3-1=", ending(&window[1])],
            &["w-2=", &window[0]],
            &["w+1=", &window[3]],
            &["s3+1=", ending(&window[3])],
            &["w+2=", &window[4]],
        ];
        let mut any = false;
        for parts in features {
            any |= self.add(&mut scores, &mut key, parts);
        }
        let best = (0..scores.len()).max_by_key(|&tag| scores[tag]).unwrap_or(0);
        if any { self.tags[best] } else { "NN" }
    }

    /// One tag per word; `fixed` tags are taken as they are.
    pub(crate) fn tag(&self, words: &[&str], fixed: &[Option<&'static str>]) -> Vec<&'static str> {
        let context = self.context(words);
        let mut before = BEFORE;
        let mut tags = Vec::with_capacity(words.len());
        for (i, word) in words.iter().enumerate() {
            let dictionary =
                || self.known(b'd', word).and_then(|p| self.tags.get(*p.first()? as usize).copied());
            let tag = fixed.get(i).copied().flatten().or_else(dictionary);
            let tag = tag.unwrap_or_else(|| self.predict(word, &context[i..i + 5], i == 0, before));
            before = [before[1], tag];
            tags.push(tag);
        }
        tags
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_and_nouns_are_told_apart() {
        let tagger = Tagger::embedded().expect("embedded");
        let tags = tagger.tag(&["They", "record", "a", "record", "."], &[]);
        assert!(tags[1].starts_with("VB") && tags[3].starts_with("NN"), "{tags:?}");
        assert_eq!(tags[4], ".");
    }

    #[test]
    fn empty_and_odd_words_are_tagged() {
        let tagger = Tagger::embedded().expect("embedded");
        assert!(tagger.tag(&[], &[]).is_empty());
        assert_eq!(tagger.tag(&["", "-", "é", "\u{1F600}"], &[]).len(), 4);
    }
}
