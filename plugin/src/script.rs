//! The text of an instance as units: what one note speaks, on which key, at which bar.

use crate::performance::Unit;
use std::ops::Range;

/// Most units that are planned; what comes after them is told and left out.
pub const MAX_UNITS: usize = 256;

/// One unit of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Bytes of the text that are spoken; addresses are left out.
    pub range: Range<usize>,
    /// The key that speaks it in cue mode, if the text names one: `[key C3]`, `[key 60]`.
    pub key: Option<u8>,
    /// Where it stands in the song, in bars counted from 1, if the text says so: `[bar 5]`, `[bar 5.5]`.
    pub bar: Option<f64>,
}

/// Cuts a text into units. Units without anything in them are left out; there are at most [`MAX_UNITS`], and the flag says
/// whether there were more.
pub fn split(text: &str, unit: Unit) -> (Vec<Span>, bool) {
    let mut spans = Vec::new();
    match unit {
        Unit::Text => push(text, 0..text.len(), &mut spans),
        Unit::Line => lines(text).for_each(|range| push(text, range, &mut spans)),
        Unit::Sentence => {
            lines(text).for_each(|line| {
                sentences(text, line).into_iter().for_each(|range| push(text, range, &mut spans));
            });
        }
        Unit::Word => {
            lines(text).for_each(|line| {
                words(text, line).into_iter().for_each(|range| push(text, range, &mut spans));
            });
        }
    }
    let more = spans.len() > MAX_UNITS;
    spans.truncate(MAX_UNITS);
    (spans, more)
}

/// Byte ranges of the lines.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let range = start..start + line.len();
        start = range.end + 1;
        range
    })
}

/// Whether the byte at `at` lies inside brackets, so that nothing is cut there.
fn depth_after(depth: usize, letter: char) -> usize {
    match letter {
        '[' | '{' | '<' => depth + 1,
        ']' | '}' | '>' => depth.saturating_sub(1),
        _ => depth,
    }
}

fn sentences(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let own = &text[line.clone()];
    let mut out = Vec::new();
    let (mut start, mut depth) = (0, 0);
    let mut letters = own.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        depth = depth_after(depth, letter);
        let ends = matches!(letter, '.' | '!' | '?' | '…');
        let before_space = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
        if ends && before_space && depth == 0 && !abbreviates(&own[start..at]) {
            out.push(line.start + start..line.start + at + letter.len_utf8());
            start = at + letter.len_utf8();
        }
    }
    out.push(line.start + start..line.end);
    out
}

/// Whether the full stop after this text is that of an abbreviation or an initial, and ends no sentence.
fn abbreviates(before: &str) -> bool {
    const SHORT: [&str; 12] =
        ["mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g", "i.e", "no", "approx"];
    let last = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let letter = last.chars().count() == 1 && last.chars().all(char::is_uppercase) && last != "I";
    letter || SHORT.contains(&last.to_lowercase().as_str())
}

fn words(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let own = &text[line.clone()];
    let mut out: Vec<Range<usize>> = Vec::new();
    let (mut start, mut depth) = (None, 0);
    for (at, letter) in own.char_indices() {
        if letter.is_whitespace() && depth == 0 {
            out.extend(start.take().map(|start: usize| line.start + start..line.start + at));
        } else {
            start.get_or_insert(at);
        }
        depth = depth_after(depth, letter);
    }
    out.extend(start.map(|start| line.start + start..line.end));
    // A tag belongs to the word after it: alone it would be a unit that says nothing.
    let mut joined: Vec<Range<usize>> = Vec::new();
    let mut waiting: Option<usize> = None;
    for range in out {
        let begin = waiting.take().unwrap_or(range.start);
        let bare = text[range.clone()].starts_with('[') && text[range.clone()].ends_with(']');
        match bare {
            true => waiting = Some(begin),
            false => joined.push(begin..range.end),
        }
    }
    match (waiting, joined.last_mut()) {
        (Some(_), Some(last)) => last.end = line.end,
        (Some(begin), None) => joined.push(begin..line.end),
        (None, _) => {}
    }
    joined
}

/// Takes a unit over, its addresses read and left out.
fn push(text: &str, range: Range<usize>, spans: &mut Vec<Span>) {
    let mut span = Span { range, key: None, bar: None };
    loop {
        let own = &text[span.range.clone()];
        span.range.start += own.len() - own.trim_start().len();
        let Some((address, length)) = address(&text[span.range.clone()]) else { break };
        match address {
            Address::Key(key) => span.key = Some(key),
            Address::Bar(bar) => span.bar = Some(bar),
        }
        span.range.start += length;
    }
    let own = &text[span.range.clone()];
    span.range.end -= own.len() - own.trim_end().len();
    if !span.range.is_empty() {
        spans.push(span);
    }
}

enum Address {
    Key(u8),
    Bar(f64),
}

/// The address that a text begins with, and its length in bytes.
fn address(text: &str) -> Option<(Address, usize)> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(']')?;
    let (name, value) = inner[..end].trim().split_once(char::is_whitespace)?;
    let address = match name.to_ascii_lowercase().as_str() {
        "key" => Address::Key(key_of(value.trim())?),
        "bar" => Address::Bar(value.trim().parse().ok().filter(|bar: &f64| (1.0..=9_999.0).contains(bar))?),
        _ => return None,
    };
    Some((address, end + 2))
}

/// A key by number (0..=127) or name; C4 is 60, `#` and `b` move it.
pub fn key_of(text: &str) -> Option<u8> {
    if let Ok(number) = text.parse::<u8>() {
        return (number < 128).then_some(number);
    }
    let mut letters = text.chars();
    let semitone = match letters.next()?.to_ascii_uppercase() {
        'C' => 0,
        'D' => 2,
        'E' => 4,
        'F' => 5,
        'G' => 7,
        'A' => 9,
        'B' => 11,
        _ => return None,
    };
    let rest = letters.as_str();
    let (shift, octave) = match rest.chars().next()? {
        '#' | '♯' => (1, rest.trim_start_matches(['#', '♯'])),
        'b' | '♭' => (-1, rest.trim_start_matches(['b', '♭'])),
        _ => (0, rest),
    };
    let octave: i32 = octave.parse().ok().filter(|octave| (-1..=9).contains(octave))?;
    u8::try_from((octave + 1) * 12 + semitone + shift).ok().filter(|key| *key < 128)
}

/// The name of a key; 60 is C4.
pub fn key_name(key: u8) -> String {
    const NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    format!("{}{}", NAMES[usize::from(key % 12)], i32::from(key / 12) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, unit: Unit) -> Vec<&str> {
        split(text, unit).0.into_iter().map(|span| &text[span.range]).collect()
    }

    #[test]
    fn a_text_is_cut_where_its_unit_ends() {
        let text = "Hello there. How are you?\n\n  Dr. Who said: \"It's 3.5 km.\" Right!  \n";
        assert_eq!(texts(text, Unit::Text).len(), 1);
        assert_eq!(
            texts(text, Unit::Line),
            ["Hello there. How are you?", "Dr. Who said: \"It's 3.5 km.\" Right!"]
        );
        assert_eq!(
            texts(text, Unit::Sentence),
            ["Hello there.", "How are you?", "Dr. Who said: \"It's 3.5 km.\" Right!"]
        );
        assert_eq!(texts("One  two\nthree", Unit::Word), ["One", "two", "three"]);
        assert_eq!(texts("[happy 0.6] Well [pause 200ms] done [laugh]", Unit::Word).len(), 2);
        assert!(texts(" \n\n", Unit::Line).is_empty());
    }

    #[test]
    fn addresses_are_read_and_not_spoken() {
        let text = "[key C#3] Boo!\n[bar 5.5][key 7]  Late.\nPlain [bar 9] inside.\n[key H2] what";
        let (spans, more) = split(text, Unit::Line);
        let found: Vec<_> = spans.iter().map(|s| (&text[s.range.clone()], s.key, s.bar)).collect();
        assert_eq!(
            found,
            [
                ("Boo!", Some(49), None),
                ("Late.", Some(7), Some(5.5)),
                ("Plain [bar 9] inside.", None, None),
                ("[key H2] what", None, None),
            ]
        );
        assert!(!more);
    }

    #[test]
    fn keys_go_by_name_and_number() {
        for key in 0..128 {
            assert_eq!(key_of(&key_name(key)), Some(key));
            assert_eq!(key_of(&key.to_string()), Some(key));
        }
        assert_eq!(
            (key_of("Bb3"), key_of("C4"), key_of("128"), key_of("G#9")),
            (Some(58), Some(60), None, None)
        );
    }

    #[test]
    fn there_is_an_end_to_units() {
        let text = "word ".repeat(MAX_UNITS + 5);
        let (spans, more) = split(&text, Unit::Word);
        assert!(more && spans.len() == MAX_UNITS);
        let odd = "[[[{{<".repeat(2_000);
        assert_eq!(split(&odd, Unit::Word).0.len(), 1);
    }
}
