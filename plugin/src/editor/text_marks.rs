//! Where markup stands in a text, as far as colours need to know. The planner alone decides what it means.

use psivox_core::emotion::{FaceGesture, Mode, Style, VoiceGesture};
use std::ops::Range;

/// A kind of markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `[happy 0.6]`, `[/]`.
    Tag,
    /// `[key C3]`, `[bar 5]`.
    Address,
    /// `<break/>`.
    Element,
    /// `{ˈsIvɑks}`.
    Phones,
    /// `*so*`.
    Emphasis,
}

/// Names in brackets that are no mood, style or gesture.
const VALUES: [&str; 16] = [
    "joke", "pause", "break", "silence", "wait", "rate", "speed", "tempo", "pace", "pitch", "volume",
    "level", "loudness", "range", "melody", "neutral",
];

/// Letters of the longest markup.
const LONGEST: usize = 400;

/// Every stretch of markup in order, in bytes.
pub fn marks(text: &str) -> Vec<(Range<usize>, Mark)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        let hit = match letter {
            '\\' => {
                at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                continue;
            }
            '[' => within(rest, ']').and_then(|length| Some((length, bracket(&rest[1..length - 1])?))),
            '{' => within(rest, '}').map(|length| (length, Mark::Phones)),
            '<' => element(rest).map(|length| (length, Mark::Element)),
            '*' => stars(text, at).map(|length| (length, Mark::Emphasis)),
            _ => None,
        };
        match hit {
            Some((length, mark)) => {
                found.push((at..at + length, mark));
                at += length;
            }
            None => at += letter.len_utf8(),
        }
    }
    found
}

/// Length up to and with `end`, if it stands on this line.
fn within(rest: &str, end: char) -> Option<usize> {
    let length = near(rest).find([end, '\n'])?;
    rest[length..].starts_with(end).then_some(length + end.len_utf8())
}

/// The beginning of a text: what is longer than that is no markup, and a page of openings costs no more than a page.
fn near(rest: &str) -> &str {
    &rest[..rest.char_indices().nth(LONGEST).map_or(rest.len(), |(at, _)| at)]
}

fn bracket(inner: &str) -> Option<Mark> {
    let inner = inner.trim();
    if inner.starts_with('/') {
        return Some(Mark::Tag);
    }
    let mut words = inner.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
    let first = words.next()?.to_ascii_lowercase();
    if matches!(first.as_str(), "key" | "bar") {
        return Some(Mark::Address);
    }
    let known = |word: &str| {
        let word = word.to_ascii_lowercase();
        VALUES.contains(&word.as_str())
            || Mode::by_name(&word).is_some()
            || Style::by_name(&word).is_some()
            || VoiceGesture::by_name(&word).is_some()
            || FaceGesture::by_name(&word).is_some()
            || word == "roll"
    };
    // "very calm", "0.6 happy": any word of it may be the name.
    (known(&first) || words.any(known)).then_some(Mark::Tag)
}

fn element(rest: &str) -> Option<usize> {
    let name = rest[1..].trim_start_matches('/');
    name.starts_with(|letter: char| letter.is_ascii_alphabetic()).then(|| within(rest, '>'))?
}

/// `*so*`: a star that opens before a letter and closes after one, on the same line.
fn stars(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at + 1..];
    let inner = &rest[..near(rest).find(['*', '\n'])?];
    let before = text[..at].chars().next_back().is_none_or(|letter| !letter.is_alphanumeric());
    let closed = rest[inner.len()..].starts_with('*');
    let words = inner.contains(char::is_alphanumeric) && inner.trim() == inner;
    (before && closed && words).then_some(inner.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Mark)> {
        marks(text).into_iter().map(|(range, mark)| (&text[range], mark)).collect()
    }

    #[test]
    fn every_kind_is_found_where_it_stands() {
        use Mark::{Address, Element, Emphasis, Phones, Tag};
        let text =
            "[key C3] [HAPPY 60%]It <break time=\"1s\"/>*really* is {ˈsIvɑks}[/] [very calm][roll eyes]";
        let expected = [
            ("[key C3]", Address),
            ("[HAPPY 60%]", Tag),
            ("<break time=\"1s\"/>", Element),
            ("*really*", Emphasis),
            ("{ˈsIvɑks}", Phones),
            ("[/]", Tag),
            ("[very calm]", Tag),
            ("[roll eyes]", Tag),
        ];
        assert_eq!(found(text), expected);
    }

    #[test]
    fn what_only_looks_like_markup_is_text() {
        for text in
            ["a < b <3 [the man] 2*3*4 [ [\n] {open\n} \\[happy] \\<b> * so *", "<", "*", "[", "{", "\\", ""]
        {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn ranges_are_whole_letters_in_any_text() {
        let text = "日本 [happy]🙂\\é*é* {é} שלום [sad] \\🙂";
        for (range, _) in marks(text) {
            assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
        }
        assert_eq!(marks(&"[[[{{<*\\".repeat(8_000)), []);
    }
}
