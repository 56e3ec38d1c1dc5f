//! Phones written into the text, `{ˈsIvɑks}`, and the alphabet that they are written in.

use std::ops::Range;

use super::dialect::Dialect;
use super::inflect;
use super::line::{Line, Pieces};
use super::utterance::Notice;

/// Stands in the cleaned text where phones were written.
pub(crate) const PLACEHOLDER: char = '\u{E000}';

/// Symbols of both dialects.
const SHARED: &str = "AIWYbdfhijklmnpstuvwzðŋɑɐɔəɛɜɡɪɹʃʊʌʒʤʧˈˌθᵊ";
const AMERICAN: &str = "OTæɾᵻʔ";
const BRITISH: &str = "Qaɒː";

/// Symbols of other alphabets by the one that sounds or looks most like them.
const LOOKALIKES: [(char, &str); 43] = [
    ('ˈ', "'’‘ʼ´`′"),
    ('ˌ', ",‚"),
    ('ɡ', "gɢɣɠG"),
    ('ɹ', "rɻʀʁɽRɾ"),
    ('æ', "aɶ"),
    ('a', "æɶ"),
    ('ɛ', "eéè3E"),
    ('O', "oɵɤøQóò"),
    ('Q', "oɵɤøOóò"),
    ('ɑ', "ɒ"),
    ('ɒ', "ɔ"),
    ('ə', "ɚɘ@ɐᵻ"),
    ('ɜ', "ɝɞœ"),
    ('ɪ', "ɨʏᵻ"),
    ('ʊ', "ɷU"),
    ('u', "ʉɯü"),
    ('i', "yí"),
    ('ʌ', "V^"),
    ('θ', "Θϑ"),
    ('ð', "đÐ"),
    ('ʃ', "šʂɕS∫"),
    ('ʒ', "žʐʑZ"),
    ('ʧ', "cčʨC"),
    ('ʤ', "ʥǰJ"),
    ('ŋ', "ɲɴN"),
    ('j', "ʝʎɟ"),
    ('h', "xχħɦçH"),
    ('w', "ʍɰ"),
    ('v', "βʋ"),
    ('f', "ɸF"),
    ('k', "qKX"),
    ('l', "ɫɬʟɭL"),
    ('m', "ɱM"),
    ('n', "ɳñ"),
    ('t', "ʈ"),
    ('t', "ɾʔT"),
    ('d', "ɖɗD"),
    ('p', "P"),
    ('b', "ɓB"),
    ('s', "ß"),
    ('ɔ', "ɒ0"),
    ('ˌ', "ˑ"),
    ('ɐ', "ä"),
];

/// Whether the voice of a dialect knows a symbol.
pub(crate) fn is_known(symbol: char, dialect: Dialect) -> bool {
    SHARED.contains(symbol) || dialect.choose(AMERICAN, BRITISH).contains(symbol)
}

/// Whether a symbol of the alphabet is heard by itself: neither a stress mark nor the mark of length.
pub(crate) fn sounds(symbol: char) -> bool {
    !matches!(symbol, 'ˈ' | 'ˌ' | 'ː' | ' ')
}

/// The symbol of the alphabet that is nearest to one that is not in it.
pub(crate) fn nearest(symbol: char, dialect: Dialect) -> Option<char> {
    let known = |c: &char| is_known(*c, dialect);
    let alike = LOOKALIKES.iter().filter(|(_, others)| others.contains(symbol)).map(|&(c, _)| c);
    alike.chain(symbol.to_lowercase()).chain(symbol.to_uppercase()).find(known)
}

/// What to write instead of an unknown symbol.
pub(crate) fn advice(symbol: char, dialect: Dialect) -> String {
    match nearest(symbol, dialect) {
        Some(near) => format!("the nearest is \"{near}\""),
        None => format!("none is near it; known are {SHARED}{}", dialect.choose(AMERICAN, BRITISH)),
    }
}

/// Phones found in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inline {
    /// Where the markup begins, in bytes of the source.
    pub(crate) start: u32,
    pub(crate) phones: String,
}

/// Length of the phone markup that `text` begins with, in bytes; other things in braces are text.
///
/// Phones are told from a word in braces by a stress mark or a letter that only the phone alphabet has.
pub(crate) fn length(text: &str) -> Option<usize> {
    const LONGEST: usize = 200;
    let inner = text.strip_prefix('{')?;
    let special =
        |c: char| !c.is_ascii() && (is_known(c, Dialect::American) || is_known(c, Dialect::British));
    let mut found = false;
    for (at, c) in inner.char_indices().take(LONGEST) {
        match c {
            '}' => return found.then_some(at + 2),
            '{' | '\n' => return None,
            c => found |= special(c),
        }
    }
    None
}

/// Reads the markup at `source`; what the voice does not know is left out with a notice.
pub(crate) fn read(text: &str, source: &Range<u32>, dialect: Dialect, notices: &mut Vec<Notice>) -> Inline {
    let from = source.start as usize + 1;
    let inner = text.get(from..source.end as usize - 1).unwrap_or("");
    let (phones, found) = known_phones(inner, dialect, |at, symbol| Notice {
        source: from + at..from + at + symbol.len_utf8(),
        message: format!(
            "left out {symbol:?} (character {} of the text), which is no phone symbol of this voice; {}",
            text[..from + at].chars().count() + 1,
            advice(symbol, dialect)
        ),
    });
    notices.extend(found);
    Inline { start: source.start, phones }
}

/// The phones that the voice knows, nothing if none of them is heard, and what `left_out` says about each of the others,
/// given its place and itself.
pub(crate) fn known_phones(
    symbols: &str,
    dialect: Dialect,
    left_out: impl Fn(usize, char) -> Notice,
) -> (String, Vec<Notice>) {
    let mut phones = String::new();
    let mut notices = Vec::new();
    for (at, symbol) in symbols.char_indices() {
        if symbol.is_whitespace() {
            phones.push(' ');
        } else if is_known(symbol, dialect) {
            phones.push(symbol);
        } else {
            notices.push(left_out(at, symbol));
        }
    }
    let phones = if phones.chars().any(sounds) { phones } else { String::new() };
    (phones.split_whitespace().collect::<Vec<_>>().join(" "), notices)
}

/// Phones that stand in the text, with a possessive 's after them.
pub(crate) fn inline(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if line.at(i) != PLACEHOLDER {
        return None;
    }
    let start = line.letters[i].start;
    let found = line.inline.binary_search_by_key(&start, |inline| inline.start).ok()?;
    let phones = &line.inline[found].phones;
    let possessive = line.has(i + 1, "'s") && line.is_boundary(i + 3);
    let end = if possessive { i + 3 } else { i + 1 };
    if phones.is_empty() {
        pieces.space();
        return Some(i + 1);
    }
    let phones = if possessive { inflect::with_s(phones, line.user.dialect()) } else { phones.clone() };
    pieces.sounded("it", phones, &line.source(i..end));
    pieces.close(line.at(end) == ' ');
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lookalike_leads_to_a_known_symbol() {
        for (known, others) in LOOKALIKES {
            assert!(is_known(known, Dialect::American) || is_known(known, Dialect::British), "{known}");
            for other in others.chars() {
                for dialect in [Dialect::American, Dialect::British] {
                    let near = nearest(other, dialect);
                    assert!(
                        is_known(other, dialect) || near.is_some_and(|c| is_known(c, dialect)),
                        "{other}"
                    );
                }
            }
        }
        assert_eq!(nearest('r', Dialect::American), Some('ɹ'));
        assert_eq!(nearest('o', Dialect::British), Some('Q'));
        assert_eq!(nearest('9', Dialect::American), None);
    }

    #[test]
    fn markup_is_told_from_braces() {
        assert_eq!(length("{ˈsIvɑks} x"), Some("{ˈsIvɑks}".len()));
        for text in ["{name}", "{}", "{ˈs", "{a\nˈb}", "{a {ˈb}", "x", "{1, 2}", "{café}"] {
            assert_eq!(length(text), None, "{text}");
        }
    }
}
