//! Texts that are to be read in a way of their own: letter by letter, digit by digit, as a number or an ordinal.

use crate::text::address::finish;
use crate::text::fold;
use crate::text::line::{Line, Pieces};
use crate::text::number::{self, Words};

/// Stands in the cleaned text for what is read so.
pub(crate) const PLACEHOLDER: char = '\u{E002}';

/// How something is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Characters,
    Digits,
    Cardinal,
    Ordinal,
    Telephone,
    /// As the rules read it anyhow: dates, times, money.
    Usual,
}

impl Manner {
    /// By the value of `interpret-as`.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "characters" | "character" | "spell-out" | "spell" | "letters" | "verbatim" => Manner::Characters,
            "digits" | "digit" => Manner::Digits,
            "cardinal" | "number" | "integer" => Manner::Cardinal,
            "ordinal" => Manner::Ordinal,
            "telephone" | "phone" => Manner::Telephone,
            "date" | "time" | "currency" | "unit" | "fraction" | "address" | "name" | "net" => Manner::Usual,
            _ => return None,
        })
    }
}

/// A part of a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Letters(String),
    Number(Words),
    Word(String),
    Comma,
}

/// A reading and the place in the source that its placeholder stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(super) start: u32,
    parts: Vec<Part>,
}

/// Letters in a row that are one word to the voice.
const LONGEST_RUN: usize = 6;

/// Names of signs.
const SIGNS: [(char, &str); 22] = [
    ('.', "dot"),
    (',', "comma"),
    ('-', "dash"),
    ('–', "dash"),
    ('_', "underscore"),
    ('@', "at"),
    ('/', "slash"),
    ('\\', "backslash"),
    (':', "colon"),
    (';', "semicolon"),
    ('#', "hash"),
    ('*', "star"),
    ('+', "plus"),
    ('=', "equals"),
    ('&', "and"),
    ('%', "percent"),
    ('$', "dollar"),
    ('!', "exclamation mark"),
    ('?', "question mark"),
    ('\'', "apostrophe"),
    ('(', "open bracket"),
    (')', "close bracket"),
];

fn characters(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for c in text.chars() {
        let folded: String =
            if c.is_ascii() { c.to_string() } else { fold::to_ascii(c).unwrap_or("").to_owned() };
        for c in folded.chars().chain((folded.is_empty()).then_some(c)) {
            if c.is_ascii_alphabetic() {
                match parts.last_mut() {
                    Some(Part::Letters(run)) if run.len() < LONGEST_RUN => run.push(c.to_ascii_uppercase()),
                    _ => parts.push(Part::Letters(c.to_ascii_uppercase().to_string())),
                }
            } else if c.is_ascii_digit() {
                parts.push(Part::Number(number::digits(&c.to_string())));
            } else if let Some((_, name)) = SIGNS.iter().find(|(sign, _)| *sign == c) {
                parts.push(Part::Word((*name).to_owned()));
            }
        }
    }
    parts
}

/// Whether a text is a whole number, spaces and thousands marks aside; its digits and whether it is negative.
fn whole_number(text: &str) -> Option<(String, bool)> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let good = |c: char| c.is_ascii_digit() || matches!(c, ',' | ' ' | '\'' | '’');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (text.chars().all(good) && !digits.is_empty()).then_some((digits, negative))
}

/// The digits at the start of "3rd".
fn ordinal_digits(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let bare = ["st", "nd", "rd", "th"].into_iter().find_map(|end| text.strip_suffix(end)).unwrap_or(&text);
    whole_number(bare).filter(|(_, negative)| !negative).map(|(digits, _)| digits)
}

fn telephone(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    if text.trim_start().starts_with('+') {
        parts.push(Part::Word("plus".into()));
    }
    let groups = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|group| !group.is_empty());
    for (i, group) in groups.enumerate() {
        if i > 0 {
            parts.push(Part::Comma);
        }
        parts.extend(characters(group));
    }
    parts
}

impl Said {
    /// How `text` is read; `None` where it is left to the rules.
    pub(super) fn new(manner: Manner, text: &str, start: u32) -> Option<Self> {
        let parts = match manner {
            Manner::Characters => characters(text),
            Manner::Digits => text
                .split(|c: char| !c.is_ascii_digit())
                .filter(|group| !group.is_empty())
                .map(|group| Part::Number(number::digits(group)))
                .collect(),
            Manner::Cardinal => {
                let (digits, negative) = whole_number(text)?;
                let minus = negative.then(|| Part::Word("minus".into()));
                minus.into_iter().chain([Part::Number(number::cardinal(&digits))]).collect()
            }
            Manner::Ordinal => vec![Part::Number(number::ordinal(&ordinal_digits(text)?))],
            Manner::Telephone => telephone(text),
            Manner::Usual => return None,
        };
        (!parts.is_empty()).then_some(Self { start, parts })
    }
}

/// A reading that stands in the text.
pub(crate) fn said(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if line.at(i) != PLACEHOLDER {
        return None;
    }
    let source = line.source(i..i + 1);
    let found = line.said.binary_search_by_key(&source.start, |said| said.start).ok()?;
    for part in &line.said[found].parts {
        match part {
            Part::Letters(run) => {
                let dotted: String = run.chars().flat_map(|c| [c, '.']).collect();
                pieces.words(&dotted, &source);
            }
            Part::Number(words) => pieces.number(words.clone(), "0", &source),
            Part::Word(word) => pieces.words(word, &source),
            Part::Comma => pieces.mark(',', &source),
        }
    }
    Some(finish(line, pieces, i + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_the_manner() {
        let of = |manner, text| Said::new(manner, text, 0).map(|said| said.parts);
        let number = |words: &[&str]| Part::Number(words.iter().map(|w| (*w).to_owned()).collect());
        assert_eq!(
            of(Manner::Characters, "ab-1"),
            Some(vec![Part::Letters("AB".into()), Part::Word("dash".into()), number(&["one"])])
        );
        assert_eq!(of(Manner::Digits, "a12"), Some(vec![number(&["one", "two"])]));
        assert_eq!(
            of(Manner::Cardinal, "1,900"),
            Some(vec![number(&["one", "thousand", "nine", "hundred"])])
        );
        assert_eq!(of(Manner::Cardinal, "-3"), Some(vec![Part::Word("minus".into()), number(&["three"])]));
        assert_eq!(of(Manner::Cardinal, "many"), None);
        assert_eq!(of(Manner::Ordinal, "23rd"), Some(vec![number(&["twenty", "third"])]));
        assert_eq!(of(Manner::Usual, "12/31/1999"), None);
        assert_eq!(of(Manner::Characters, "北"), None);
        let phone = of(Manner::Telephone, "+1 55").expect("digits");
        assert_eq!(phone.len(), 5);
        assert!(
            Manner::by_name(" Spell-Out ") == Some(Manner::Characters) && Manner::by_name("song").is_none()
        );
    }
}
