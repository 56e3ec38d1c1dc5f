//! Phones of one English word in its sentence: function words, initialisms, endings, unknown words.
//!
//! The rules are those of misaki's English, American and British (function words weaken by what follows them, a
//! capital gives a weak word a secondary stress, capitals without a reading are spelled), so that the
//! phones are the ones the voice was taught with.

use super::dialect::Dialect;
use super::error::TextError;
use super::inflect;
use super::letter_to_sound::LetterToSound;
use super::lexicon::{Lexicon, Reading, part_of_speech};
use super::stress::{self, PRIMARY, SECONDARY, Stress};

/// What is spoken after a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Following {
    /// Whether the next sound is a vowel; `None` before a pause.
    pub(crate) vowel: Option<bool>,
    /// Whether the next word is "to".
    pub(crate) to: bool,
}

impl Following {
    /// The view from before a word (or mark) with these phones.
    pub(crate) fn before(self, phones: &str, text: &str, tag: &str) -> Self {
        let sound = phones.chars().find_map(|c| match c {
            ';' | ':' | ',' | '.' | '!' | '?' | '—' | '…' => Some(None),
            c if stress::is_vowel(c) => Some(Some(true)),
            c if stress::is_consonant(c) => Some(Some(false)),
            _ => None,
        });
        let to = matches!(text, "to" | "To") || (text == "TO" && matches!(tag, "TO" | "IN"));
        Self { vowel: sound.unwrap_or(self.vowel), to }
    }
}

/// A word's phones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spoken {
    pub(crate) phones: String,
    /// Its letters were named one by one.
    pub(crate) spelled: bool,
}

impl Spoken {
    pub(super) fn plain(phones: impl Into<String>) -> Self {
        Self { phones: phones.into(), spelled: false }
    }
}

/// Reads words.
#[derive(Debug)]
pub(crate) struct English {
    pub(super) dialect: Dialect,
    pub(super) lexicon: Lexicon,
    pub(super) letters: LetterToSound,
}

fn is_upper(word: &str) -> bool {
    !word.chars().any(char::is_lowercase)
}

fn is_lower(word: &str) -> bool {
    !word.chars().any(char::is_uppercase)
}

fn tail_is_upper(word: &str) -> bool {
    word.char_indices().nth(1).is_none_or(|(at, _)| is_upper(&word[at..]))
}

fn tail_is_lower(word: &str) -> bool {
    word.char_indices().nth(1).is_none_or(|(at, _)| is_lower(&word[at..]))
}

/// From this length on, capitals are a word said loudly rather than initials, if the word exists.
const SHORTEST_SHOUTED: usize = 4;

impl English {
    /// Opens the embedded data of a dialect.
    pub(crate) fn embedded(dialect: Dialect) -> Result<Self, TextError> {
        let (lexicon, letters) = (Lexicon::embedded(dialect)?, LetterToSound::embedded(dialect)?);
        Ok(Self { dialect, lexicon, letters })
    }

    /// Names the letters, the last one stressed: "ˌɛfbˌiˈI".
    pub(super) fn spell_out(&self, word: &str) -> Option<Spoken> {
        let mut phones = String::new();
        for c in word.chars().filter(|c| c.is_alphabetic()) {
            let name = self.lexicon.gold(&c.to_uppercase().to_string())?;
            let Some(Reading::Phones(letter)) = name.reading(None, false) else { return None };
            phones.push_str(&letter);
        }
        let mut phones = stress::apply(&phones, Stress::LowerOrMark);
        if let Some(at) = phones.rfind(SECONDARY) {
            phones.replace_range(at..at + SECONDARY.len_utf8(), "ˈ");
        }
        (!phones.is_empty()).then_some(Spoken { phones, spelled: true })
    }

    fn gold(&self, word: &str) -> Option<String> {
        match self.lexicon.gold(word)?.reading(None, false)? {
            Reading::Phones(phones) => Some(phones),
            Reading::SpellOut => None,
        }
    }

    fn is_known(&self, word: &str) -> bool {
        if self.lexicon.contains(word) {
            return true;
        }
        if word.is_empty() || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
            return false;
        }
        word.len() == 1
            || (is_upper(word) && self.lexicon.gold(&word.to_lowercase()).is_some())
            || tail_is_upper(word)
    }

    /// The lexicon's reading of a word, stressed as asked.
    fn lookup(
        &self,
        word: &str,
        tag: Option<&str>,
        how: Option<Stress>,
        next: Option<Following>,
    ) -> Option<Spoken> {
        let lower;
        let (mut word, mut name) = (word, false);
        if is_upper(word) && self.lexicon.gold(word).is_none() {
            lower = word.to_lowercase();
            word = &lower;
            name = tag == Some("NNP") && word.len() < SHORTEST_SHOUTED;
        }
        let gold = self.lexicon.gold(word);
        let entry = if name { gold } else { gold.or_else(|| self.lexicon.silver(word)) };
        let pause = next.is_some_and(|n| n.vowel.is_none());
        match entry.and_then(|e| e.reading(tag, pause)) {
            Some(Reading::Phones(phones)) if !name || phones.contains(PRIMARY) => {
                Some(Spoken::plain(how.map_or(phones.clone(), |h| stress::apply(&phones, h))))
            }
            _ => self.spell_out(word),
        }
    }

    /// Function words whose sound hangs on the word after them.
    fn special(&self, word: &str, tag: &str, how: Option<Stress>, next: Following) -> Option<Spoken> {
        let vowel = next.vowel;
        let noun = tag.starts_with("NN");
        Some(match word {
            "a" | "A" => Spoken::plain(if tag == "DT" { "ɐ" } else { "ˈA" }),
            "am" | "Am" | "AM" if noun => self.spell_out(word)?,
            "am" if vowel.is_some() && how != Some(Stress::Raise) => Spoken::plain("ɐm"),
            "am" | "Am" | "AM" => Spoken::plain(self.gold("am")?),
            "AN" if noun => self.spell_out(word)?,
            "an" | "An" | "AN" => Spoken::plain("ɐn"),
            "I" if tag == "PRP" => Spoken::plain("ˌI"),
            "by" | "By" | "BY" if part_of_speech(tag) == Some("ADV") => Spoken::plain("bˈI"),
            "TO" if !matches!(tag, "TO" | "IN") => return None,
            "to" | "To" | "TO" => Spoken::plain(match vowel {
                None => self.gold("to")?,
                Some(false) => "tə".into(),
                Some(true) => "tʊ".into(),
            }),
            "IN" if tag == "NNP" => return None,
            "in" | "In" | "IN" => Spoken::plain(if vowel.is_none() || tag != "IN" { "ˈɪn" } else { "ɪn" }),
            "THE" if tag != "DT" => return None,
            "the" | "The" | "THE" => Spoken::plain(if vowel == Some(true) { "ði" } else { "ðə" }),
            "used" | "Used" | "USED" => {
                let entry = self.lexicon.gold("used")?;
                let past = matches!(tag, "VBD" | "JJ") && next.to;
                let Some(Reading::Phones(phones)) = entry.reading(past.then_some("VBD"), false) else {
                    return None;
                };
                Spoken::plain(phones)
            }
            _ => return None,
        })
    }

    fn inflected(&self, word: &str, tag: &str, how: Option<Stress>, next: Following) -> Option<Spoken> {
        let stem = |stems: Vec<String>, how: Option<Stress>| {
            let stem = stems.into_iter().find(|s| self.is_known(s))?;
            let spoken = self.lookup(&stem, Some(tag), how, Some(next)).filter(|s| !s.phones.is_empty())?;
            Some((stem, spoken))
        };
        if let Some((_, spoken)) = stem(inflect::stems_of_s(word), how) {
            return Some(Spoken { phones: inflect::with_s(&spoken.phones, self.dialect), ..spoken });
        }
        if let Some((_, spoken)) = stem(inflect::stems_of_ed(word), how) {
            return Some(Spoken { phones: inflect::with_ed(&spoken.phones, self.dialect), ..spoken });
        }
        let (stem, spoken) = stem(inflect::stems_of_ing(word), how.or(Some(Stress::Mark)))?;
        Some(Spoken { phones: inflect::with_ing(&spoken.phones, &stem, self.dialect), ..spoken })
    }

    /// A capital letter that means nothing: the word is known in lower case.
    fn is_capitalised_word(
        &self,
        word: &str,
        lower: &str,
        tag: &str,
        how: Option<Stress>,
        next: Following,
    ) -> bool {
        let shape =
            word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'\'') && !is_lower(word);
        shape
            && (tag != "NNP" || word.len() > 7 || (is_upper(word) && word.len() >= SHORTEST_SHOUTED))
            && !self.lexicon.contains(word)
            && (is_upper(word) || tail_is_lower(word))
            && (self.lexicon.contains(lower) || self.inflected(lower, tag, how, next).is_some())
    }

    /// A word that the lexicon and the rules know; `None` for any other.
    pub(crate) fn known(&self, word: &str, tag: &str, next: Following) -> Option<Spoken> {
        let how = if is_lower(word) {
            None
        } else {
            Some(if is_upper(word) { Stress::Raise } else { Stress::Mark })
        };
        if is_initials(word) {
            return self.spell_out(word);
        }
        if let Some(spoken) = self.special(word, tag, how, next) {
            return Some(spoken);
        }
        let lower = word.to_lowercase();
        if let Some(phones) = elided(&lower) {
            return Some(Spoken::plain(self.dialect.localised(phones)));
        }
        let word = if self.is_capitalised_word(word, &lower, tag, how, next) { &lower } else { word };
        let possessive =
            || word.strip_suffix("s'").map(|stem| format!("{stem}'s")).filter(|w| self.is_known(w));
        let clipped = || word.strip_suffix('\'').filter(|w| self.is_known(w));
        if self.is_known(word) {
            self.lookup(word, Some(tag), how, Some(next))
        } else if let Some(possessive) = possessive() {
            self.lookup(&possessive, Some(tag), how, Some(next))
        } else if let Some(clipped) = clipped() {
            self.lookup(clipped, Some(tag), how, Some(next))
        } else {
            self.inflected(word, tag, how, next)
        }
    }

    /// Whether a word in capitals has a reading of its own as such ("NASA").
    pub(crate) fn is_acronym(&self, word: &str) -> bool {
        self.lexicon.gold(word).is_some()
    }

    /// Whether the phones of a word in capitals are the names of its letters, as the lexicon has them for "AI".
    pub(crate) fn is_named_by_letters(&self, word: &str, phones: &str) -> bool {
        let plain = |phones: &str| stress::apply(phones, Stress::Remove);
        (2..6).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_uppercase())
            && self.spell_out(word).is_some_and(|spelled| plain(&spelled.phones) == plain(phones))
    }

    /// Whether the lexicon or the endings know a word in lower case.
    pub(crate) fn is_word(&self, lower: &str) -> bool {
        self.lexicon.contains(lower) || self.inflected(lower, "NN", None, Following::default()).is_some()
    }

    /// One word of a number.
    pub(crate) fn number_word(&self, word: &str) -> Spoken {
        let how = (word == "point").then_some(Stress::Remove);
        let lookup = if word == "oh" { "O" } else { word };
        if let Some(stem) = word.strip_suffix("'s") {
            return Spoken::plain(inflect::with_s(&self.number_word(stem).phones, self.dialect));
        }
        self.lookup(lookup, None, how, None)
            .filter(|s| !s.spelled || lookup.len() == 1)
            .or_else(|| self.inflected(word, "NN", None, Following::default()))
            .map_or_else(|| Spoken::plain(self.letters.read(word)), |s| Spoken::plain(s.phones))
    }
}

/// Words that begin with an elision, in American phones.
fn elided(word: &str) -> Option<&'static str> {
    Some(match word {
        "'em" => "əm",
        "'tis" => "tˈɪz",
        "'twas" => "twˈʌz",
        "'twere" => "twˈɜɹ",
        "'twill" => "twˈɪl",
        "'twould" => "twˈʊd",
        "'til" => "tˈɪl",
        "'round" => "ɹˈWnd",
        "'neath" => "nˈiθ",
        "d'you" => "ʤu",
        "d'ye" => "ʤi",
        _ => return None,
    })
}

/// "U.S.A.", "J.", "Ph.D": letters in ones and twos between full stops.
fn is_initials(word: &str) -> bool {
    let inner = word.trim_matches('.');
    let dotted = inner.contains('.') || (word.len() == 2 && word.ends_with('.'));
    dotted
        && word.bytes().all(|b| b == b'.' || b.is_ascii_alphabetic())
        && !inner.is_empty()
        && word.split('.').all(|part| part.len() < 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(word: &str, tag: &str, vowel: Option<bool>) -> Option<String> {
        known_in(Dialect::American, word, tag, vowel)
    }

    fn known_in(dialect: Dialect, word: &str, tag: &str, vowel: Option<bool>) -> Option<String> {
        let english = English::embedded(dialect).expect("embedded");
        english.known(word, tag, Following { vowel, to: false }).map(|s| s.phones)
    }

    #[test]
    fn function_words_follow_the_next_sound() {
        assert_eq!(known("the", "DT", Some(true)).as_deref(), Some("ði"));
        assert_eq!(known("the", "DT", Some(false)).as_deref(), Some("ðə"));
        assert_eq!(known("to", "TO", Some(true)).as_deref(), Some("tʊ"));
        assert_eq!(known("to", "TO", Some(false)).as_deref(), Some("tə"));
        assert_eq!(known("It", "PRP", Some(false)).as_deref(), Some("ˌɪt"));
        assert_eq!(known("a", "DT", Some(false)).as_deref(), Some("ɐ"));
    }

    #[test]
    fn initialisms_are_spelled_and_words_in_capitals_are_not() {
        assert_eq!(known("FBI", "NNP", None).as_deref(), Some("ˌɛfbˌiˈI"));
        assert_eq!(known("U.S.", "NNP", None).as_deref(), Some("jˌuˈɛs"));
        assert_eq!(known("NASA", "NNP", None).as_deref(), Some("nˈæsə"));
        assert_eq!(known("CAR", "NN", None).as_deref(), Some("kˈɑɹ"));
    }

    #[test]
    fn british_english_names_letters_and_drops_its_r() {
        let british = |word, tag| known_in(Dialect::British, word, tag, None);
        assert_eq!(british("BBC", "NNP").as_deref(), Some("bˌiːbˌiːsˈiː"));
        assert_eq!(british("NZ", "NNP").as_deref(), Some("ˌɛnzˈɛd"));
        assert_eq!(british("d'you", "NNP").as_deref(), Some("ʤuː"));
        assert_eq!(british("car", "NN").as_deref(), Some("kˈɑː"));
        assert_eq!(british("wickets", "NNS").as_deref(), Some("wˈɪkɪts"));
    }

    #[test]
    fn endings_are_added_to_known_stems() {
        assert_eq!(known("Bob's", "NNP", None).as_deref(), Some("bˈɑbz"));
    }
}
