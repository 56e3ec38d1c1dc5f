//! Phonemes typed by hand: ARPAbet as in dictionaries (`r iy1 d`), or the voice's own alphabet (`ɹˈid`).

use crate::phone::{Phone, is_length_mark, is_stress_mark};

/// ARPAbet (CMU's set, small letters) and the voice's symbols.
const ARPABET: [(&str, &str); 40] = [
    ("aa", "ɑ"),
    ("ae", "æ"),
    ("ah", "ʌ"),
    ("ao", "ɔ"),
    ("aw", "W"),
    ("ax", "ə"),
    ("ay", "I"),
    ("b", "b"),
    ("ch", "ʧ"),
    ("d", "d"),
    ("dh", "ð"),
    ("eh", "ɛ"),
    ("er", "ɜɹ"),
    ("ey", "A"),
    ("f", "f"),
    ("g", "ɡ"),
    ("hh", "h"),
    ("ih", "ɪ"),
    ("iy", "i"),
    ("jh", "ʤ"),
    ("k", "k"),
    ("l", "l"),
    ("m", "m"),
    ("n", "n"),
    ("ng", "ŋ"),
    ("ow", "O"),
    ("oy", "Y"),
    ("p", "p"),
    ("r", "ɹ"),
    ("s", "s"),
    ("sh", "ʃ"),
    ("t", "t"),
    ("th", "θ"),
    ("uh", "ʊ"),
    ("uw", "u"),
    ("v", "v"),
    ("w", "w"),
    ("y", "j"),
    ("z", "z"),
    ("zh", "ʒ"),
];

fn arpabet(name: &str) -> Option<&'static str> {
    ARPABET.iter().find(|(own, _)| *own == name).map(|(_, symbols)| *symbols)
}

/// One phoneme in small letters, perhaps with a stress digit after it.
fn phoneme(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let bare = lower.trim_end_matches(['0', '1', '2']);
    let stress = match &lower[bare.len()..] {
        "1" => "ˈ",
        "2" => "ˌ",
        _ => "",
    };
    arpabet(bare).map(|symbols| format!("{stress}{symbols}"))
}

fn is_symbol(c: char) -> bool {
    Phone::of(c).is_some_and(|phone| phone.symbol != crate::phone::PAUSE)
        || is_stress_mark(c)
        || is_length_mark(c)
}

/// The name of the ARPAbet phoneme most like a mistyped one.
fn nearest(name: &str) -> &'static str {
    let unlike = |own: &str| {
        let same = own.chars().filter(|c| name.to_ascii_lowercase().contains(*c)).count();
        (std::cmp::Reverse(same), own.len().abs_diff(name.len()))
    };
    ARPABET.iter().map(|(own, _)| *own).min_by_key(|own| unlike(own)).unwrap_or("ah")
}

/// The voice's symbols for what stands in braces. A word without a stress gets one on its first vowel.
pub(super) fn read(text: &str) -> Result<String, String> {
    let mut symbols = String::new();
    for (i, name) in text.split_whitespace().enumerate() {
        match phoneme(name) {
            Some(found) => symbols.push_str(&found),
            None if name.chars().all(is_symbol) => symbols.push_str(name),
            None => {
                return Err(format!(
                    "phoneme {} of {{{text}}} is '{name}', which is neither ARPAbet nor of the voice's alphabet; \
                     the nearest is '{}'",
                    i + 1,
                    nearest(name)
                ));
            }
        }
    }
    let is_vowel = |c: char| Phone::of(c).is_some_and(|phone| phone.is_vowel());
    let Some(vowel) = symbols.find(is_vowel) else {
        return Err(format!("{{{text}}} has no vowel to sing; add one, such as 'ah'"));
    };
    if !symbols.contains(is_stress_mark) {
        symbols.insert(vowel, 'ˈ');
    }
    Ok(symbols)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_are_read() {
        assert_eq!(read("r iy d").as_deref(), Ok("ɹˈid"));
        assert_eq!(read("HH AH0 L OW1").as_deref(), Ok("hʌlˈO"));
        assert_eq!(read("lˈɑ").as_deref(), Ok("lˈɑ"));
        assert!(ARPABET.iter().all(|(_, symbols)| symbols.chars().all(is_symbol)));
    }

    #[test]
    fn what_is_unknown_is_named_with_its_place() {
        let message = read("r iyy d").expect_err("iyy");
        assert!(message.contains("phoneme 2") && message.contains("'iy'"), "{message}");
        assert!(read("s t").expect_err("no vowel").contains("no vowel"));
        assert!(read("").is_err());
    }
}
