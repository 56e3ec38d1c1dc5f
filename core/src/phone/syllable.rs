//! Syllables: the beats that the field's clock counts.

use super::Phone;
use std::ops::Range;

/// One syllable as a range of phone indices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyllableSpan {
    /// Phones, in order.
    pub phones: Range<usize>,
    /// Index of the nucleus.
    pub nucleus: usize,
}

/// Splits the phones of one word into syllables: each vowel is a nucleus and takes as many of the consonants
/// before it as an English onset can hold. A word without
/// a vowel ("hmm") is one syllable around its most sonorous phone. The British diphthongs of "near" and "cure" are
/// written with two vowels and are one nucleus.
pub fn syllabify(phones: &[Phone]) -> Vec<SyllableSpan> {
    let nuclei: Vec<usize> = (0..phones.len()).filter(|i| is_nucleus(phones, *i)).collect();
    if nuclei.is_empty() {
        let loudest = (0..phones.len()).max_by_key(|i| (phones[*i].sonority(), std::cmp::Reverse(*i)));
        return loudest
            .map(|nucleus| SyllableSpan { phones: 0..phones.len(), nucleus })
            .into_iter()
            .collect();
    }
    let mut starts = vec![0];
    for pair in nuclei.windows(2) {
        starts.push(onset_start(phones, pair[0] + 1, pair[1]));
    }
    let ends = starts.iter().skip(1).copied().chain([phones.len()]);
    starts
        .iter()
        .zip(ends)
        .zip(&nuclei)
        .map(|((start, end), n)| SyllableSpan { phones: *start..end, nucleus: *n })
        .collect()
}

/// Whether a syllable is built on phone `i`: a vowel that is not the second half of ɪə or ʊə.
fn is_nucleus(phones: &[Phone], i: usize) -> bool {
    let centring = phones[i].symbol == 'ə' && i > 0 && matches!(phones[i - 1].symbol, 'ɪ' | 'ʊ');
    phones[i].is_vowel() && !centring
}

/// Where the onset of the vowel at `nucleus` begins, not before `earliest`.
fn onset_start(phones: &[Phone], earliest: usize, nucleus: usize) -> usize {
    let mut start = nucleus;
    while start > earliest && may_precede(&phones[start - 1], &phones[start]) {
        start -= 1;
    }
    start
}

/// Whether an English onset may hold `first` right before `next`: any consonant but ng before the vowel, an
/// obstruent before an approximant (play, quick), m or n before j (new), s before anything less sonorous than a vowel.
fn may_precede(first: &Phone, next: &Phone) -> bool {
    match (first.sonority(), next.sonority()) {
        (_, 5) => first.symbol != 'ŋ' && !first.is_vowel(),
        (1 | 2, 4) => true,
        (3, 4) => next.symbol == 'j' && first.symbol != 'ŋ',
        (_, 1 | 3) => first.symbol == 's',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(word: &str) -> Vec<String> {
        let phones: Vec<Phone> = word.chars().filter_map(Phone::of).collect();
        syllabify(&phones)
            .iter()
            .map(|s| phones[s.phones.clone()].iter().map(|p| p.symbol).collect())
            .collect()
    }

    #[test]
    fn onsets_are_as_long_as_english_allows() {
        assert_eq!(split("ɛkstɹə"), ["ɛk", "stɹə"]);
        assert_eq!(split("sɪŋɪŋ"), ["sɪŋ", "ɪŋ"]);
        assert_eq!(split("wɔTəɹ"), ["wɔ", "Təɹ"]);
        assert_eq!(split("stɹɪŋ"), ["stɹɪŋ"]);
        assert_eq!(split("ɑɹt"), ["ɑɹt"]);
        assert_eq!(split("nɪəli"), ["nɪə", "li"]);
        assert_eq!(split("mɪstɪəɹɪəs"), ["mɪ", "stɪə", "ɹɪəs"]);
        assert_eq!(split("kjʊə"), ["kjʊə"]);
        assert_eq!(split("fIə"), ["fI", "ə"]);
        assert_eq!(split("hm"), ["hm"]);
        assert!(split("").is_empty());
    }

    #[test]
    fn every_phone_is_in_exactly_one_syllable() {
        let phones: Vec<Phone> = "ɪmplIɪɾəksɛnʤəɹ".chars().filter_map(Phone::of).collect();
        let covered: Vec<usize> = syllabify(&phones).into_iter().flat_map(|s| s.phones).collect();
        assert_eq!(covered, (0..phones.len()).collect::<Vec<_>>());
    }
}
