//! Words that neither the lexicon nor the endings know: by their parts, their spelling or their letters.

use super::dialect::Dialect;
use super::english::{English, Following, Spoken};
use super::inflect;
use super::lexicon::Reading;
use super::stress::{self, PRIMARY, Stress};

/// Endings that leave their stem as it is, in American phones, with the length the stem must have.
const SUFFIXES: [(&str, &str, usize); 14] = [
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
    ("man", "mən", 4),
    ("men", "mən", 4),
];

/// Endings of comparison in American phones.
const DEGREES: [(&str, &str); 2] = [("er", "əɹ"), ("est", "ᵻst")];

/// Beginnings before a word of its own, in American phones.
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

    /// "Humbler", "prettiest": an adjective's comparative or superlative.
    fn compared(&self, word: &str) -> Option<String> {
        DEGREES.into_iter().find_map(|(ending, phones)| {
            let stem = word.strip_suffix(ending).filter(|s| s.len() >= 3)?;
            let y = stem.strip_suffix('i').map(|s| format!("{s}y"));
            let stems = [y, Some(stem.to_owned()), Some(format!("{stem}e")), inflect::undoubled(stem)];
            let adjective = |stem: &String| self.lexicon.gold(stem).is_some();
            let stem = stems.into_iter().flatten().find(adjective)?;
            let base = self.stem(&stem)?;
            let link = self.dialect.linking_r(&stem, &base);
            // "Happy" ends in a vowel that makes one glide with the ending's.
            let joined =
                match base.strip_suffix('i').filter(|_| self.dialect == Dialect::British && ending == "er") {
                    Some(root) => format!("{root}ɪ"),
                    None => base,
                };
            Some(joined + link + &self.dialect.localised(phones))
        })
    }

    /// An unknown word built of known parts: stem and suffix, prefix and stem, two words.
    fn derived(&self, word: &str) -> Option<String> {
        if let Some(phones) = self.compared(word) {
            return Some(phones);
        }
        for (suffix, phones, least) in SUFFIXES {
            if let Some(stem) = word.strip_suffix(suffix).filter(|s| s.len() >= least) {
                let base = self.stem(stem).or_else(|| {
                    let y = stem.strip_suffix('i').map(|s| format!("{s}y"))?;
                    self.stem(&y)
                });
                if let Some(base) = base {
                    let link = if suffix == "ish" { self.dialect.linking_r(stem, &base) } else { "" };
                    return Some(base + link + &self.dialect.localised(phones));
                }
            }
        }
        for (prefix, phones) in PREFIXES {
            if let Some(stem) = word.strip_prefix(prefix).filter(|s| s.len() >= 4).and_then(|s| self.stem(s))
            {
                return Some(self.prefixed(phones, &stem));
            }
        }
        (4..=word.len().saturating_sub(4)).filter(|&at| word.is_char_boundary(at)).find_map(|at| {
            let (first, second) = (self.stem(&word[..at])?, self.stem(&word[at..])?);
            Some(first + &stress::apply(&second, Stress::Lower))
        })
    }

    /// A prefix in American phones before a stem: its r is heard before a vowel in any dialect.
    fn prefixed(&self, prefix: &str, stem: &str) -> String {
        let vowel = stem.trim_start_matches(['ˈ', 'ˌ']).starts_with(stress::is_vowel);
        let link = if vowel && prefix.ends_with('ɹ') { self.dialect.choose("", "ɹ") } else { "" };
        format!("{}{link}{stem}", self.dialect.localised(prefix))
    }

    /// The other dialect's spelling of a word that the lexicon lacks.
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
        let pairs = PAIRS
            .into_iter()
            .map(|(british, american)| self.dialect.choose((british, american), (american, british)));
        pairs.filter(|(theirs, _)| word.contains(theirs)).find_map(|(theirs, ours)| {
            let respelled = word.replace(theirs, ours);
            self.known(&respelled, "NN", Following::default()).filter(|s| !s.spelled).map(|s| s.phones)
        })
    }

    /// Letter-to-sound alone.
    pub(crate) fn sound_out(&self, word: &str) -> String {
        self.letters.read(word)
    }

    /// A word with a verb leaning on it ("Dinah'll").
    fn contracted(&self, lower: &str) -> Option<Spoken> {
        let (stem, verb) = lower.split_once('\'').filter(|(stem, _)| !stem.is_empty())?;
        if !matches!(verb, "ll" | "ve" | "d") {
            return None;
        }
        let spoken = self.known(stem, "NN", Following::default()).unwrap_or_else(|| self.unknown(stem));
        let verb = match verb {
            "ll" if spoken.phones.ends_with('ə') => "l",
            "ll" => "əl",
            "ve" => "əv",
            _ if spoken.phones.ends_with(['t', 'd']) => "əd",
            _ => "d",
        };
        Some(Spoken { phones: spoken.phones + verb, ..spoken })
    }

    /// Any other word: by its parts, by its letters' names if it cannot be pronounced, else letter by letter.
    pub(crate) fn unknown(&self, word: &str) -> Spoken {
        let lower: String = word.to_lowercase().chars().filter(|c| c.is_alphabetic() || *c == '\'').collect();
        if let Some(stem) =
            lower.strip_suffix("'s").or_else(|| lower.strip_suffix("s'")).filter(|s| !s.is_empty())
        {
            let spoken = self.unknown(stem);
            return Spoken { phones: inflect::with_s(&spoken.phones, self.dialect), ..spoken };
        }
        if let Some(spoken) = self.contracted(&lower) {
            return spoken;
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
        English::embedded(Dialect::American).expect("embedded")
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
        assert_eq!(english.compared("humblest").as_deref(), Some("hˈʌmbᵊlᵻst"));
        let british = English::embedded(Dialect::British).expect("embedded");
        assert_eq!(british.unknown("prettier").phones, "pɹˈɪtɪə");
        assert_eq!(british.unknown("pleasanter").phones, "plˈɛzᵊntə");
        assert_eq!(british.unknown("baggageman").phones, "bˈaɡɪʤmən");
        assert_eq!(english.unknown("Dinah'll").phones, "dˈInəl");
        assert_eq!(english.unknown("blicks'").phones, "blˈɪks");
    }
}
