//! Stress of a phone string: the marks ˈ and ˌ stand before the vowel they belong to.

pub(crate) const PRIMARY: char = 'ˈ';
pub(crate) const SECONDARY: char = 'ˌ';

/// How a word's stress is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stress {
    /// No marks at all.
    Remove,
    /// Primary becomes secondary, secondary goes.
    Lower,
    /// As `Lower` where there is a primary stress; a word without marks stays as it is.
    LowerPrimary,
    /// As `LowerPrimary`, and a word without marks gets a secondary stress.
    LowerOrMark,
    /// A word without marks gets a secondary stress (a function word with a capital).
    Mark,
    /// A word ends up with a primary stress (a function word in capitals).
    Raise,
}

pub(crate) fn is_vowel(c: char) -> bool {
    "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ".contains(c)
}

pub(crate) fn is_consonant(c: char) -> bool {
    "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ".contains(c)
}

fn has_mark(phones: &str) -> bool {
    phones.contains([PRIMARY, SECONDARY])
}

/// Puts `mark` before the first vowel; a string without a vowel cannot bear stress.
fn mark_first_vowel(phones: &str, mark: char) -> String {
    match phones.find(is_vowel) {
        Some(at) => format!("{}{mark}{}", &phones[..at], &phones[at..]),
        None => phones.to_owned(),
    }
}

fn lowered(phones: &str) -> String {
    phones.chars().filter(|&c| c != SECONDARY).map(|c| if c == PRIMARY { SECONDARY } else { c }).collect()
}

/// Changes the stress of one word.
pub(crate) fn apply(phones: &str, stress: Stress) -> String {
    match stress {
        Stress::Remove => phones.chars().filter(|&c| c != PRIMARY && c != SECONDARY).collect(),
        Stress::Lower => lowered(phones),
        Stress::LowerPrimary | Stress::LowerOrMark if phones.contains(PRIMARY) => lowered(phones),
        Stress::LowerOrMark | Stress::Mark if !has_mark(phones) => mark_first_vowel(phones, SECONDARY),
        Stress::Raise if !has_mark(phones) => mark_first_vowel(phones, PRIMARY),
        Stress::Raise if !phones.contains(PRIMARY) => phones.replace(SECONDARY, "ˈ"),
        _ => phones.to_owned(),
    }
}

/// How heavy a part of a compound is: its symbols, diphthongs and affricates counting twice.
pub(crate) fn weight(phones: &str) -> usize {
    phones.chars().map(|c| if "AIOQWYʤʧ".contains(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_before_the_vowel() {
        assert_eq!(apply("ɪt", Stress::Mark), "ˌɪt");
        assert_eq!(apply("ðɪs", Stress::Raise), "ðˈɪs");
        assert_eq!(apply("hˌu", Stress::Raise), "hˈu");
        assert_eq!(apply("mm", Stress::Raise), "mm");
        assert_eq!(apply("kˈæt", Stress::Mark), "kˈæt");
    }

    #[test]
    fn lowering() {
        assert_eq!(apply("bˈækɡɹˌWnd", Stress::Lower), "bˌækɡɹWnd");
        assert_eq!(apply("pˈYnt", Stress::Remove), "pYnt");
        assert_eq!(apply("mˌi", Stress::LowerPrimary), "mˌi");
        assert_eq!(apply("it", Stress::LowerOrMark), "ˌit");
    }
}
