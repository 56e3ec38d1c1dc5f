//! Words that neither the lexicon nor the endings know: by their parts, their spelling or their letters.

use super::english::{English, Following, Spoken};
use super::inflect;
use super::lexicon::Reading;
use super::stress::{self, PRIMARY, Stress};

/// Endings that leave their stem as it is, with the length the stem must have.
const SUFFIXES: [(&str, &str, usize); 12] = [
    ("ness", "nəs", 3),
    ("less", "ləs", 3),
    ("lessly", "ləsli", 3),
    ("ly", "li", 4),
    ("ful", "fᵊl", 4),
    ("ish", "ɪʃ", 4),
    ("like", "lˌIk", 3),
    ("ship", "ʃˌɪp", 4),
    ("hood", "hˌʊd", 3),
    ("wise", "wˌIz", 4),
    ("ment", "mənt", 4),
    ("proof", "pɹˌuf", 3),
];

/// Beginnings before a word of its own.
const PREFIXES: [(&str, &str); 14] = [
    ("un", "ˌʌn"),
    ("non", "nˌɑn"),
    ("mis", "mˌɪs"),
    ("over", "ˌOvəɹ"),
    ("under", "ˌʌndəɹ"),
    ("super", "sˌupəɹ"),
    ("anti", "ˌænti"),
    ("inter", "ˌɪntəɹ"),
    ("counter", "kˌWntəɹ"),
    ("pre", "pɹˌi"),
    ("out", "ˌWt"),
    ("sub", "sˌʌb"),
    ("semi", "sˌɛmi"),
    ("multi", "mˌʌlti"),
];

impl English {
    /// A stem of an unknown word that is itself a word.
    fn stem(&self, word: &str) -> Option<String> {
        let entry = self.lexicon.gold(word).or_else(|| self.lexicon.silver(word))?;
        match entry.reading(None, false)? {
            Reading::Phones(phones) if phones.contains(PRIMARY) => Some(phones),
            _ => None,
        }
    }

    /// An unknown word built of known parts: stem and suffix, prefix and stem, two words.
    fn derived(&self, word: &str) -> Option<String> {
        for (suffix, phones, least) in SUFFIXES {
            if let Some(stem) = word.strip_suffix(suffix).filter(|s| s.len() >= least) {
                let base = self.stem(stem).or_else(|| {
                    let y = stem.strip_suffix('i').map(|s| format!("{s}y"))?;
                    self.stem(&y)
                });
                if let Some(base) = base {
                    return Some(base + phones);
                }
            }
        }
        for (prefix, phones) in PREFIXES {
            if let Some(stem) = word.strip_prefix(prefix).filter(|s| s.len() >= 4).and_then(|s| self.stem(s))
            {
                return Some(format!("{phones}{stem}"));
            }
        }
        (4..=word.len().saturating_sub(4)).filter(|&at| word.is_char_boundary(at)).find_map(|at| {
            let (first, second) = (self.stem(&word[..at])?, self.stem(&word[at..])?);
            Some(first + &stress::apply(&second, Stress::Lower))
        })
    }

    /// An American spelling of a British one that the lexicon lacks.
    fn respelled(&self, word: &str) -> Option<String> {
        const PAIRS: [(&str, &str); 12] = [
            ("our", "or"),
            ("isation", "ization"),
            ("ise", "ize"),
            ("ising", "izing"),
            ("yse", "yze"),
            ("ae", "e"),
            ("oe", "e"),
            ("ogue", "og"),
            ("lled", "led"),
            ("lling", "ling"),
            ("lful", "llful"),
            ("tre", "ter"),
        ];
        PAIRS.into_iter().filter(|(british, _)| word.contains(british)).find_map(|(british, american)| {
            let respelled = word.replace(british, american);
            self.known(&respelled, "NN", Following::default()).filter(|s| !s.spelled).map(|s| s.phones)
        })
    }

    /// Letter-to-sound alone.
    pub(crate) fn sound_out(&self, word: &str) -> String {
        self.letters.read(word)
    }

    /// Any other word: by its parts, by its letters' names if it cannot be pronounced, else letter by letter.
    pub(crate) fn unknown(&self, word: &str) -> Spoken {
        let lower: String = word.to_lowercase().chars().filter(|c| c.is_alphabetic() || *c == '\'').collect();
        if let Some(stem) =
            lower.strip_suffix("'s").or_else(|| lower.strip_suffix("s'")).filter(|s| !s.is_empty())
        {
            let spoken = self.unknown(stem);
            return Spoken { phones: inflect::with_s(&spoken.phones), ..spoken };
        }
        let letters: String = lower.chars().filter(char::is_ascii_alphabetic).collect();
        if !letters.contains(|c: char| "aeiouy".contains(c)) && letters.len() <= 6 {
            return self.spell_out(&letters).unwrap_or_else(|| Spoken::plain(""));
        }
        let phones = if letters.len() < 32 {
            self.respelled(&letters).or_else(|| self.derived(&letters))
        } else {
            None
        };
        if let Some(phones) = phones {
            return Spoken::plain(phones);
        }
        Spoken::plain(self.letters.read(&letters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> English {
        English::embedded().expect("embedded")
    }

    #[test]
    fn unknown_words_always_sound() {
        let english = english();
        for word in ["Psivox", "xkcd", "Przybylski", "q", "zzzzz", "rosetree", "incredibleness"] {
            assert!(english.unknown(word).phones.contains(PRIMARY), "{word}");
        }
        assert_eq!(english.unknown("'").phones, "");
    }

    #[test]
    fn parts_and_british_spellings_are_recognised() {
        let english = english();
        let favourite = english.known("favorite", "NN", Following::default()).expect("known").phones;
        assert_eq!(english.unknown("favourite").phones, favourite);
        assert!(english.unknown("incredibleness").phones.ends_with("nəs"));
        assert_eq!(english.unknown("blicks'").phones, "blˈɪks");
    }
}
