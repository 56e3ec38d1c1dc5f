//! The two Englishes that the front-end speaks.

/// Whose pronunciation is meant. Spelling is free: either reads "colour" and "color".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Dialect {
    /// General American.
    #[default]
    American,
    /// Southern British (no r before consonants).
    British,
}

/// American phone sequences and what British English has for them, longest first; the words that need more
/// than this are in the British lexicon.
const BRITISH_FOR: [(&str, &str); 18] = [
    ("ɑɹ", "ɑː"),
    ("ɔɹ", "ɔː"),
    ("ɜɹ", "ɜː"),
    ("ɛɹ", "ɛː"),
    ("ɪɹ", "ɪə"),
    ("ʊɹ", "ɔː"),
    ("əɹ", "ə"),
    ("Iɹ", "Iə"),
    ("Wɹ", "Wə"),
    ("ˈi", "ˈiː"),
    ("ˌi", "ˌiː"),
    ("u", "uː"),
    ("ɔ", "ɔː"),
    ("ɑ", "ɒ"),
    ("æ", "a"),
    ("O", "Q"),
    ("ᵻ", "ɪ"),
    ("ɾ", "t"),
];

impl Dialect {
    /// The dialect of a BCP 47 tag ("en-GB", in any case): British for en-GB, American for "en" and en-US; `None` for
    /// any other language.
    pub fn from_language(tag: &str) -> Option<Self> {
        match tag.to_ascii_lowercase().replace('_', "-").as_str() {
            "en" | "en-us" => Some(Self::American),
            "en-gb" => Some(Self::British),
            _ => None,
        }
    }

    /// One of two, American first.
    pub(super) fn choose<T>(self, american: T, british: T) -> T {
        match self {
            Self::American => american,
            Self::British => british,
        }
    }

    /// The r that British English speaks between a word written with a final r and an ending that begins with a vowel.
    pub(super) fn linking_r(self, word: &str, phones: &str) -> &'static str {
        let silent = phones.ends_with(['ə', 'ː']) && (word.ends_with('r') || word.ends_with("re"));
        if self == Self::British && silent { "ɹ" } else { "" }
    }

    /// Phones given in American English, in this dialect: by rule, for the few that stand in the program's own tables.
    pub(super) fn localised(self, american: &str) -> String {
        if self == Self::American {
            return american.to_owned();
        }
        let mut out = String::with_capacity(american.len() + 4);
        let mut rest = american;
        while let Some(first) = rest.chars().next() {
            let found = BRITISH_FOR.iter().find(|(from, _)| {
                let next =
                    rest.strip_prefix(from).map(|after| after.trim_start_matches(['ˈ', 'ˌ']).chars().next());
                match next {
                    None => false,
                    // A long vowel is British already; r stays before a vowel.
                    Some(Some('ː')) => false,
                    Some(Some(next)) => !(from.ends_with('ɹ') && super::stress::is_vowel(next)),
                    Some(None) => true,
                }
            });
            let taken = match found {
                Some((from, to)) => {
                    out.push_str(to);
                    from.len()
                }
                None => {
                    out.push(first);
                    first.len_utf8()
                }
            };
            rest = &rest[taken..];
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_languages() {
        assert_eq!(Dialect::from_language("en-GB"), Some(Dialect::British));
        assert_eq!(Dialect::from_language("en_gb"), Some(Dialect::British));
        assert_eq!(Dialect::from_language("en-US"), Some(Dialect::American));
        assert_eq!(Dialect::from_language("en"), Some(Dialect::American));
        assert_eq!(Dialect::from_language("de-DE"), None);
    }

    #[test]
    fn american_phones_become_british() {
        let british = |phones| Dialect::British.localised(phones);
        assert_eq!(british("kˈɑɹ"), "kˈɑː");
        assert_eq!(british("bˈɛɾəɹ"), "bˈɛtə");
        assert_eq!(british("sˈWɹi"), "sˈWɹi");
        assert_eq!(british("θˈɔɹOli"), "θˈɔːɹQli");
        assert_eq!(british("dˈOv"), "dˈQv");
        assert_eq!(british("ɹˈid"), "ɹˈiːd");
        assert_eq!(british("ɹˈiːd fɹəm juː"), "ɹˈiːd fɹəm juː", "British phones stay as they are");
        assert_eq!(Dialect::American.localised("bˈɛɾəɹ"), "bˈɛɾəɹ");
    }

    #[test]
    fn r_links_to_endings() {
        assert_eq!(Dialect::British.linking_r("hover", "hˈɒvə"), "ɹ");
        assert_eq!(Dialect::British.linking_r("store", "stˈɔː"), "ɹ");
        assert_eq!(Dialect::British.linking_r("see", "sˈiː"), "");
        assert_eq!(Dialect::American.linking_r("hover", "hˈʌvəɹ"), "");
    }
}
