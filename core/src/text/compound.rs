//! Words written without a space between their parts: contractions, hyphenated and joined words.
//!
//! The longest run of parts that the lexicon knows is spoken as one word; parts spoken apart share
//! one primary stress as misaki's compounds do.

use super::dialect::Dialect;
use super::english::{English, Following, Spoken};
use super::inflect;
use super::stress::{self, PRIMARY, Stress};

/// A part of a word and its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) text: String,
    pub(crate) tag: &'static str,
}

/// Splits at hyphens and where the case changes ("McDonald", "iPhone", "JavaScript").
pub(crate) fn split(text: &str, tag: &'static str) -> Vec<Part> {
    let chars: Vec<char> = text.chars().collect();
    let mut parts: Vec<Part> = Vec::new();
    let mut run = String::new();
    let mut flush = |run: &mut String| {
        if !run.is_empty() {
            parts.push(Part { text: std::mem::take(run), tag });
        }
    };
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).map(|b| chars[b]);
        let next = chars.get(i + 1);
        let hyphen = c == '-' || before == Some('-');
        let rises = before.is_some_and(char::is_lowercase) && c.is_uppercase();
        let falls = before.is_some_and(char::is_uppercase)
            && c.is_uppercase()
            && next.is_some_and(|n| n.is_lowercase());
        if hyphen || rises || falls {
            flush(&mut run);
        }
        run.push(c);
    }
    flush(&mut run);
    parts
}

fn is_silent(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\'' | '-' | '.' | ',' | '_'))
}

/// The sound of a contracted word after the phones of its base.
fn clitic(text: &str, base: &str, dialect: Dialect) -> Option<String> {
    Some(match text.to_lowercase().as_str() {
        "'s" => inflect::with_s(base, dialect),
        "n't" => format!("{base}ᵊnt"),
        "'ll" => format!("{base}əl"),
        "'ve" => format!("{base}əv"),
        "'re" => format!("{base}{}", dialect.choose("əɹ", "ə")),
        "'m" => format!("{base}m"),
        "'d" if base.ends_with(['t', 'd']) => format!("{base}əd"),
        "'d" => format!("{base}d"),
        _ => return None,
    })
}

/// The tag of joined parts: that of the part with the most letters, capitals counting twice.
fn joint_tag(parts: &[Part]) -> &'static str {
    let weight = |p: &Part| p.text.chars().map(|c| if c.is_uppercase() { 2 } else { 1 }).sum::<usize>();
    let mut best: Option<(&Part, usize)> = None;
    for part in parts {
        if best.is_none_or(|(_, most)| weight(part) > most) {
            best = Some((part, weight(part)));
        }
    }
    best.map_or("NN", |(part, _)| part.tag)
}

/// A run of parts spoken as one.
struct Chunk {
    text: String,
    spoken: Spoken,
}

/// The chunks of a word, last first, each the longest that is known; parts no one knows stand alone.
fn chunks(english: &English, parts: &[Part], mut next: Following) -> (Vec<Chunk>, Following) {
    let mut out = Vec::new();
    let mut right = parts.len();
    // Whole words are tried with any number of parts up to this: longer runs are never in the lexicon.
    const LONGEST: usize = 8;
    while right > 0 {
        let found = (right.saturating_sub(LONGEST)..right).find_map(|left| {
            let run = &parts[left..right];
            let text: String = run.iter().map(|p| p.text.as_str()).collect();
            if is_silent(&text) {
                return None;
            }
            // "US-led": capitals in a word of parts are initials.
            let initials =
                parts.len() > 1 && (2..4).contains(&text.len()) && text.chars().all(char::is_uppercase);
            let tag = if initials { "NNP" } else { joint_tag(run) };
            if text == "Mc" && right < parts.len() {
                return Some((left, text, tag, Spoken { phones: "mək".into(), spelled: false }));
            }
            english.known(&text, tag, next).map(|spoken| (left, text, tag, spoken))
        });
        let last = &parts[right - 1].text;
        let ending = right > 1 && clitic(last, "", english.dialect).is_some();
        match found.filter(|(left, ..)| !(ending && left + 1 == right)) {
            Some((left, text, tag, spoken)) => {
                next = next.before(&spoken.phones, &text, tag);
                out.push(Chunk { text, spoken });
                right = left;
            }
            None => {
                let silent = is_silent(last) || ending;
                let spoken = if silent {
                    Spoken { phones: String::new(), spelled: false }
                } else {
                    english.unknown(last)
                };
                next = next.before(&spoken.phones, last, "NN");
                out.push(Chunk { text: last.clone(), spoken });
                right -= 1;
            }
        }
    }
    (out, next)
}

/// Leaves one primary stress to a compound: its lighter half is lowered.
fn share_stress(chunks: &mut [Chunk]) {
    let mut order: Vec<(bool, usize, usize)> = chunks
        .iter()
        .enumerate()
        .filter(|(_, c)| !c.spoken.phones.is_empty())
        .map(|(i, c)| (c.spoken.phones.contains(PRIMARY), stress::weight(&c.spoken.phones), i))
        .collect();
    let one_letter = order.first().is_some_and(|&(_, _, i)| chunks[i].text.chars().count() == 1);
    let mut lower = |i: usize| {
        let phones = &mut chunks[i].spoken.phones;
        *phones = stress::apply(phones, Stress::LowerPrimary);
    };
    let stressed = order.iter().filter(|o| o.0).count();
    match order.as_slice() {
        &[_, second] if one_letter => lower(second.2),
        _ if order.len() < 2 || stressed <= order.len().div_ceil(2) => {}
        _ => {
            order.sort_unstable();
            order[..order.len() / 2].iter().for_each(|o| lower(o.2));
        }
    }
}

/// Single letters, as an initialism is shown; an ending in small letters stays with the last: "C E Os", "B B C's".
fn letters_of(text: &str) -> String {
    let capital = |c: Option<char>| c.is_some_and(char::is_uppercase);
    let stem = text
        .strip_suffix("'s")
        .or_else(|| text.strip_suffix('s'))
        .filter(|stem| capital(stem.chars().last()) && stem.chars().count() > 1)
        .unwrap_or(text);
    let letters: Vec<String> =
        stem.chars().filter(|c| c.is_alphabetic()).map(|c| c.to_uppercase().to_string()).collect();
    letters.join(" ") + &text[stem.len()..]
}

/// A word as it is spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) phones: String,
    /// In letters: initials apart, the parts of an identifier apart, all else as written.
    pub(crate) shown: String,
}

/// Whether the parts of a word are those of an identifier ("getUserName") rather than of a name ("McDonald").
fn is_identifier(chunks: &[Chunk]) -> bool {
    let mut parts = chunks.iter().filter(|c| c.text.starts_with(char::is_alphabetic));
    let small = parts.clone().next().is_some_and(|c| c.text.starts_with(char::is_lowercase));
    small && parts.clone().count() > 1 || parts.clone().count() > 2 || parts.any(|c| c.spoken.spelled)
}

/// Phones and letters of a word given by its parts; with what follows seen from before it.
pub(crate) fn speak(english: &English, parts: &[Part], next: Following) -> (Said, Following) {
    let (mut chunks, before) = chunks(english, parts, next);
    chunks.reverse();
    share_stress(&mut chunks);
    let (mut phones, mut shown) = (String::new(), String::new());
    let apart = is_identifier(&chunks);
    for chunk in &chunks {
        let joined = clitic(&chunk.text, &phones, english.dialect).filter(|_| chunk.spoken.phones.is_empty());
        let meets = shown.ends_with(char::is_alphabetic) && chunk.text.starts_with(char::is_alphabetic);
        let continues = chunk.text.chars().all(char::is_lowercase) && !shown.ends_with(char::is_uppercase);
        if apart && joined.is_none() && meets && !continues {
            shown.push(' ');
        }
        match joined {
            Some(joined) => phones = joined,
            None => phones.push_str(&chunk.spoken.phones),
        }
        let spelled = chunk.spoken.spelled || english.is_named_by_letters(&chunk.text, &chunk.spoken.phones);
        shown.push_str(&if spelled { letters_of(&chunk.text) } else { chunk.text.clone() });
    }
    (Said { phones, shown }, before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phones(text: &str) -> String {
        let english = English::embedded(Dialect::American).expect("embedded");
        speak(&english, &split(text, "NN"), Following::default()).0.phones
    }

    #[test]
    fn parts() {
        let texts = |text| split(text, "NN").into_iter().map(|p| p.text).collect::<Vec<_>>();
        assert_eq!(texts("well-known"), ["well", "-", "known"]);
        assert_eq!(texts("JavaScript"), ["Java", "Script"]);
        assert_eq!(texts("HTMLBook"), ["HTML", "Book"]);
        assert_eq!(texts("don't"), ["don't"]);
        assert!(texts("").is_empty());
    }

    #[test]
    fn a_compound_has_one_primary_stress() {
        for word in ["treacle-well", "self-made", "half-forgotten"] {
            assert_eq!(phones(word).matches(PRIMARY).count(), 1, "{word}: {}", phones(word));
        }
    }
}
