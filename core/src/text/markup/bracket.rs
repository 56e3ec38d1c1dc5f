//! What stands in square brackets: a tag, several of them, a closing tag, or ordinary text.
//!
//! A bracket is a tag if it holds names of tags with at most one value each, in any order and case, or a single word or a
//! whole number, which then is no tag that exists and is left out. Everything else (several plain words, a function word,
//! signs, a link's text) is text.

use super::amount;
use super::name::Name;
use super::setting::Setting;
use crate::text::function_words::is_function_word;

/// Longest bracket that may be a tag, in bytes.
const LONGEST: usize = 120;

/// A name with its value, as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Known { name: Name, value: Option<String> },
    Unknown { word: String },
}

/// A bracket, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Bracket {
    Tags(Vec<Item>),
    /// `[/]` or `[/name]`; the name is missing where it is unknown, too.
    Close(Option<Name>),
    /// A closing tag of a name that does not exist.
    CloseUnknown {
        word: String,
    },
    /// Whole numbers.
    Citation,
    Text,
}

fn is_plain(word: &str) -> bool {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'' | '’' | '?' | '!');
    word.chars().all(good) && word.contains(char::is_alphanumeric)
}

/// Numbers with commas and dashes between them, as of notes and sources.
fn is_citation(text: &str) -> bool {
    let good = |c: char| c.is_ascii_digit() || matches!(c, ' ' | ',' | ';' | '-' | '–');
    text.chars().all(good) && text.starts_with(|c: char| c.is_ascii_digit())
}

/// The value that belongs to a name.
pub(super) const fn setting(name: Name) -> Setting {
    match name {
        Name::Pause => Setting::Pause,
        Name::Rate => Setting::Rate,
        Name::Pitch => Setting::Pitch,
        Name::Volume => Setting::Volume,
        Name::Range => Setting::Range,
        _ => Setting::Degree,
    }
}

/// Splits at commas, plus signs before a name and semicolons; a comma between digits is a decimal one.
fn items(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut rest = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        let decimal = c == ',' && before.is_ascii_digit() && next.is_ascii_digit();
        let name_follows = || rest.clone().find(|c| *c != ' ').is_some_and(char::is_alphabetic);
        let parts = matches!(c, ',' | ';' | '|' | '&') || c == '+' && name_follows();
        if let Some(last) = out.last_mut() {
            match (decimal, parts) {
                (true, _) => last.push('.'),
                (false, true) => out.push(String::new()),
                (false, false) => last.push(c),
            }
        }
        before = c;
    }
    out.retain(|item| !item.trim().is_empty());
    out
}

/// One item's words; a unit is joined to the number before it.
fn words(item: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in item.split([' ', '\t', ':', '=', '\u{A0}']).filter(|word| !word.is_empty()) {
        match out.last_mut() {
            Some(last) if amount::is_unit(word) && amount::read(last).is_some() => last.push_str(word),
            Some(last) if matches!(last.as_str(), "+" | "-" | "−") => last.push_str(word),
            _ => out.push(word.to_owned()),
        }
    }
    out
}

/// Reads one item; `None` if it is text.
fn item(text: &str) -> Option<Item> {
    let words = words(text);
    let known = |name: &[String]| Name::read(&name.join(" "));
    if let Some(name) = known(&words) {
        return Some(Item::Known { name, value: None });
    }
    let (first, last) = (words.first()?, words.last()?);
    let (before, after) = (known(&words[..words.len() - 1]), known(&words[1..]));
    if let Some(name) = before.filter(|name| setting(*name).knows(last)) {
        return Some(Item::Known { name, value: Some(last.clone()) });
    }
    if let Some(name) = after.filter(|name| setting(*name).knows(first)) {
        return Some(Item::Known { name, value: Some(first.clone()) });
    }
    match words.as_slice() {
        // "[pause soon]": the name alone tells that a value was meant.
        [name, value] => match Name::read(name) {
            Some(name @ (Name::Pause | Name::Rate | Name::Pitch | Name::Volume | Name::Range)) => {
                Some(Item::Known { name, value: Some(value.clone()) })
            }
            _ if is_plain(name) && amount::read(value).is_some() => {
                Some(Item::Unknown { word: name.clone() })
            }
            _ => None,
        },
        // "[He] left": an editor's word, and never a tag.
        [word] if is_plain(word) && !is_function_word(&word.to_lowercase()) => {
            Some(Item::Unknown { word: word.clone() })
        }
        _ => None,
    }
}

/// Reads what stands between the brackets.
pub(super) fn read(inner: &str) -> Bracket {
    let text = inner.trim();
    if text.is_empty() || text.len() > LONGEST {
        return Bracket::Text;
    }
    if let Some(name) = text.strip_prefix('/') {
        let name = name.trim();
        return match Name::read(name) {
            None if name.is_empty() => Bracket::Close(None),
            None if is_plain(name) => Bracket::CloseUnknown { word: name.to_owned() },
            None => Bracket::Text,
            known => Bracket::Close(known),
        };
    }
    if is_citation(text) {
        return Bracket::Citation;
    }
    let items: Option<Vec<Item>> = items(text).iter().map(|text| item(text)).collect();
    let known = |item: &Item| matches!(item, Item::Known { .. });
    match items {
        Some(items) if items.len() == 1 || items.iter().any(known) => Bracket::Tags(items),
        _ => Bracket::Text,
    }
}

/// Whether a bracket without an end begins like a tag.
pub(super) fn begins_like_a_tag(inner: &str) -> bool {
    let word: String =
        inner.trim_start().chars().take(24).take_while(|c| c.is_alphanumeric() || *c == '-').collect();
    Name::read(&word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emotion::{FaceGesture, Mode, Style, VoiceGesture};

    fn known(name: Name, value: &str) -> Item {
        Item::Known { name, value: (!value.is_empty()).then(|| value.to_owned()) }
    }

    #[test]
    fn tags_are_forgiving() {
        let happy = Name::Mood(Mode::Happy);
        for (text, items) in [
            ("happy", vec![known(happy, "")]),
            (" Happy ", vec![known(happy, "")]),
            ("HAPPY 60 %", vec![known(happy, "60%")]),
            ("0.6 happy", vec![known(happy, "0.6")]),
            ("happy: 0,6", vec![known(happy, "0.6")]),
            ("very happy", vec![known(happy, "very")]),
            ("happy -5", vec![known(happy, "-5")]),
            ("happy nan", vec![known(happy, "nan")]),
            ("happy 0.4,surprised 0.3", vec![known(happy, "0.4"), known(Name::Mood(Mode::Surprised), "0.3")]),
            ("happy + sad", vec![known(happy, ""), known(Name::Mood(Mode::Sad), "")]),
            ("pause 1.5 s", vec![known(Name::Pause, "1.5s")]),
            ("300 ms pause", vec![known(Name::Pause, "300ms")]),
            ("pause soon", vec![known(Name::Pause, "soon")]),
            ("pitch + 2 st", vec![known(Name::Pitch, "+2st")]),
            ("volume=-6 dB", vec![known(Name::Volume, "-6dB")]),
            ("rate slow", vec![known(Name::Rate, "slow")]),
            ("whisper", vec![known(Name::Style(Style::Whisper), "")]),
            ("laugh", vec![known(Name::Both(Style::Laugh, VoiceGesture::Laugh), "")]),
            ("roll eyes 0.5", vec![known(Name::Face(FaceGesture::RollEyes), "0.5")]),
            ("hapy 0.6", vec![Item::Unknown { word: "hapy".into() }]),
            ("sic", vec![Item::Unknown { word: "sic".into() }]),
        ] {
            assert_eq!(read(text), Bracket::Tags(items), "{text}");
        }
        assert_eq!(read("/"), Bracket::Close(None));
        assert_eq!(read(" / Glad"), Bracket::Close(Some(happy)));
        assert_eq!(read("/polka"), Bracket::CloseUnknown { word: "polka".into() });
    }

    #[test]
    fn other_brackets_are_text_or_citations() {
        for text in [
            "the man",
            "He",
            "",
            "1.2, 3.4",
            "a, b",
            "\"a\"",
            "cs.SD",
            "A-Za-z0-9._",
            "the happy man",
            "and so on",
            "/usr/bin",
        ] {
            assert_eq!(read(text), Bracket::Text, "{text}");
        }
        for text in ["1", "12, 13", "3–5", "0,1"] {
            assert_eq!(read(text), Bracket::Citation, "{text}");
        }
        assert!(begins_like_a_tag("happy so glad") && !begins_like_a_tag("the"));
        assert_eq!(read(&"x ".repeat(200)), Bracket::Text);
    }
}
