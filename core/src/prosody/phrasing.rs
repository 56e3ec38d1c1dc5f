//! Long sentences are broken at clauses, where a reader takes breath.
//!
//! Readers pause every 10 to 15 words, before conjunctions, relative clauses and prepositional phrases, and never inside
//! a noun phrase or after a word that leans on the next one (Gee & Grosjean 1983; Bachenko & Fitzpatrick 1990). Only runs
//! without a mark that are longer than [`LONGEST_RUN_WORDS`] are touched. A break is a comma to the voice, which then
//! speaks the continuation tone it knows, and a breath to the durations.

use super::contour::{Frame, PER_ST, PITCH, within};
use super::reading::{Reading, SpokenWord};
use super::timeline::Timeline;
use crate::text::{Phrase, Place, Token, Word};
use std::ops::Range;

/// Words without a mark that are spoken in one breath.
pub const LONGEST_RUN_WORDS: usize = 14;
/// No shorter piece is cut off.
const SHORTEST_PIECE_WORDS: usize = 4;
/// A run is broken at a weak place only if it is this much longer than the longest run.
const WEAK_RUN_RATIO: f32 = 1.5;
/// Merit of a place that any long run may be broken at.
const GOOD: f32 = 0.5;
/// Least merit of a place for a break.
const POOR: f32 = 0.2;
/// What being far from the middle costs.
const IMBALANCE_COST: f32 = 0.8;
/// Tokens of a phrase's first part, at least, when it is split so that it sounds soon.
const SHORTEST_PART_TOKENS: usize = 30;

/// Lowest pitch before a breath, relative to the speaker's mean.
const LOWEST_AT_BREATH_ST: f32 = -3.5;

const SUBORDINATORS: [&str; 16] = [
    "because", "although", "though", "while", "whereas", "unless", "until", "since", "when", "whenever",
    "if", "before", "after", "wherever", "whether", "till",
];
const ADVERSATIVES: [&str; 4] = ["but", "so", "yet", "nor"];
/// Forms that lean on a verb or complement after them.
const AUXILIARIES: [&str; 27] = [
    "am", "is", "are", "was", "were", "be", "been", "being", "do", "does", "did", "have", "has", "had",
    "can", "could", "will", "would", "shall", "should", "may", "might", "must", "not", "'s", "'re", "n't",
];
/// Verbs that take a clause at once.
const CLAUSE_VERBS: [&str; 12] =
    ["said", "say", "says", "think", "thought", "know", "knew", "told", "believe", "hope", "wish", "see"];

/// Whether a word can end a piece: it leans on nothing that follows.
fn may_end(word: &SpokenWord) -> bool {
    let tag = word.tag;
    let full =
        tag.starts_with("NN") || tag.starts_with("RB") || tag.starts_with("VB") || tag == "CD" || tag == "RP";
    let object = matches!(
        word.text.as_str(),
        "me" | "him" | "them" | "us" | "it" | "you" | "her" | "himself" | "herself"
    );
    let leans = AUXILIARIES.contains(&word.text.as_str()) || word.text.ends_with("n't");
    (full || tag.starts_with("JJ") || object) && !leans
}

/// Whether the words from `at` begin a clause of their own: a subject and a verb soon after it.
fn begins_clause(words: &[SpokenWord], at: usize) -> bool {
    let subject =
        words.get(at).is_some_and(|w| matches!(w.tag, "PRP" | "DT" | "EX" | "NNP" | "PRP$" | "NNS" | "WP"));
    let verb = |w: &SpokenWord| matches!(w.tag, "VBD" | "VBZ" | "VBP" | "MD");
    subject && words.get(at + 1..).unwrap_or(&[]).iter().take(5).any(verb)
}

/// How good a break before word `at` would be, 0..=1.
fn merit(words: &[SpokenWord], at: usize) -> f32 {
    let (before, word) = (&words[at - 1], &words[at]);
    let text = word.text.as_str();
    // "a fast and friendly dog": nothing inside a noun phrase.
    let inside_noun_phrase = before.tag.starts_with("JJ")
        && (word.tag.starts_with("NN") || word.tag.starts_with("JJ"))
        || before.tag.starts_with("NN") && word.tag.starts_with("NN")
        || before.tag == "CD";
    if !may_end(before) || inside_noun_phrase {
        return 0.0;
    }
    let noun_before = before.tag.starts_with("NN");
    match word.tag {
        "CC" if ADVERSATIVES.contains(&text) => 1.0,
        "CC" if begins_clause(words, at + 1) => 0.95,
        "CC" if words.get(at + 1).is_some_and(|next| next.tag.starts_with("VB")) => 0.6,
        "CC" => 0.3,
        _ if SUBORDINATORS.contains(&text) && begins_clause(words, at + 1) => 0.95,
        _ if SUBORDINATORS.contains(&text) => 0.6,
        "WDT" | "WP" | "WP$" | "WRB" if noun_before => {
            if text == "that" {
                0.45
            } else {
                0.7
            }
        }
        "IN" if text == "that" => {
            if CLAUSE_VERBS.contains(&before.text.as_str()) {
                0.25
            } else {
                0.45
            }
        }
        "IN" if text == "of" => 0.0,
        "IN" => 0.4,
        "TO" if noun_before => 0.4,
        "TO" => 0.25,
        "VBG" if noun_before => 0.4,
        "VBD" | "VBZ" | "VBP" | "MD" if noun_before && at >= SHORTEST_PIECE_WORDS => 0.35,
        _ => 0.0,
    }
}

/// Keeps the pitch up before a breath: the sentence goes on, and a fall into creak would end it.
pub(super) fn shape(
    reading: &Reading,
    breaths: &[usize],
    timeline: &Timeline,
    mean: f32,
    frames: &mut [Frame],
) {
    for breath in breaths {
        let Some(word) = reading.words.iter().rev().find(|word| word.symbols.end <= *breath) else {
            continue;
        };
        for f in within(frames, &timeline.frames(&(word.symbols.start..breath + 1))) {
            frames[f][PITCH] = frames[f][PITCH].max((mean + LOWEST_AT_BREATH_ST) * PER_ST);
        }
    }
}

/// The best place to break a run of words, if it deserves a break.
fn best_break(words: &[SpokenWord], run: &Range<usize>, longest: f32) -> Option<usize> {
    let length = run.len() as f32;
    let score = |at: usize| {
        let off_centre = ((at - run.start) as f32 / length - 0.5).abs();
        (merit(words, at), merit(words, at) - IMBALANCE_COST * off_centre * off_centre)
    };
    let places = run.start + SHORTEST_PIECE_WORDS..(run.end + 1).saturating_sub(SHORTEST_PIECE_WORDS);
    let least = if length > longest * WEAK_RUN_RATIO { POOR } else { GOOD };
    places.filter(|at| score(*at).0 >= least).max_by(|a, b| score(*a).1.total_cmp(&score(*b).1))
}

fn break_run(words: &[SpokenWord], run: Range<usize>, longest: f32, breaks: &mut Vec<usize>) {
    if run.len() as f32 <= longest {
        return;
    }
    if let Some(at) = best_break(words, &run, longest) {
        break_run(words, run.start..at, longest, breaks);
        breaks.push(at);
        break_run(words, at..run.end, longest, breaks);
    }
}

/// Runs of words with no mark between them that the voice pauses at.
fn runs(reading: &Reading) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    for word in 0..reading.words.len() {
        let pauses = reading.mark_after(word).is_some_and(|mark| !matches!(mark, '“' | '”'));
        if pauses || word + 1 == reading.words.len() {
            out.push(start..word + 1);
            start = word + 1;
        }
    }
    out
}

/// Words before which a breath is taken, in order. `strength` 2 breathes twice as often, 0 never.
fn breaths(reading: &Reading, strength: f32) -> Vec<usize> {
    let mut breaks = Vec::new();
    if strength > 0.0 {
        for run in runs(reading) {
            break_run(&reading.words, run, LONGEST_RUN_WORDS as f32 / strength, &mut breaks);
        }
    }
    breaks
}

/// The phrase with a comma at every breath, and where these stand among its tokens.
pub fn with_breaths(phrase: &Phrase, words: &[Word], strength: f32) -> (Phrase, Vec<usize>) {
    let reading = Reading::new(phrase, words);
    let mut out = phrase.clone();
    let mut at = Vec::new();
    for word in breaths(&reading, strength) {
        let place = reading.words[word - 1].symbols.end + at.len();
        out.tokens.insert(place, Token { symbol: ',', word: None });
        at.push(place);
    }
    (out, at)
}

/// Splits a phrase of more than `longest_tokens` so that its first part sounds soon: after a mark, else at a breath.
/// `None` if it is short enough or has no good place.
pub fn first_part(phrase: &Phrase, words: &[Word], longest_tokens: usize) -> Option<(Phrase, Phrase)> {
    if phrase.tokens.len() <= longest_tokens {
        return None;
    }
    let reading = Reading::new(phrase, words);
    let fits =
        |word: &usize| (SHORTEST_PART_TOKENS..longest_tokens).contains(&reading.words[*word].symbols.end);
    let rest = |word: &usize| phrase.tokens.len() - reading.words[*word].symbols.end >= SHORTEST_PART_TOKENS;
    let candidates = (0..reading.words.len().saturating_sub(1)).filter(|word| fits(word) && rest(word));
    let marked = |word: &usize| matches!(reading.mark_after(*word), Some(',' | ';' | ':' | '—'));
    let broken = |word: &usize| merit(&reading.words, word + 1) >= GOOD;
    let last = candidates.clone().rev().find(marked).or_else(|| candidates.clone().rev().find(broken))?;
    Some(split_after(phrase, &reading, last))
}

/// Cuts a phrase after a word that is not its last one. The marks after the word stay with it, a comma where none is; the
/// sentence goes on in the second piece.
pub(super) fn split_after(phrase: &Phrase, reading: &Reading, last: usize) -> (Phrase, Phrase) {
    let end = reading.words[last].symbols.end;
    let next = reading.words[last + 1].symbols.start;
    let mark = phrase.tokens[end..next].iter().take_while(|token| token.symbol != ' ').count();
    let mut first = phrase.tokens[..end + mark].to_vec();
    if mark == 0 {
        first.push(Token { symbol: ',', word: None });
    }
    let opening = phrase.tokens[end + mark..next].iter().position(|token| token.symbol != ' ');
    let second = phrase.tokens[opening.map_or(next, |skipped| end + mark + skipped)..].to_vec();
    let place = Place { ends_sentence: false, ..phrase.place };
    (Phrase { tokens: first, kind: phrase.kind, place }, Phrase { tokens: second, ..phrase.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prosody::reading::tests::readings;
    use crate::text::{Dialect, Frontend};

    /// The words before which a breath is taken.
    fn breath_words(text: &str) -> Vec<String> {
        let reading = readings(text).remove(0);
        breaths(&reading, 1.0).into_iter().map(|word| reading.words[word].text.clone()).collect()
    }

    #[test]
    fn long_sentences_breathe_at_clauses() {
        let long = "The man who lives next door to us told me that he would not come to the meeting because he had to \
                    look after his children and their friends from school.";
        let breaths = breath_words(long);
        assert!(breaths.contains(&"because".into()), "{breaths:?}");
        let reading = readings(long).remove(0);
        let leaning = ["the", "a", "to", "of", "his", "their", "from", "he", "would", "not"];
        for word in super::breaths(&reading, 1.0) {
            assert!(
                !leaning.contains(&reading.words[word - 1].text.as_str()),
                "{}",
                reading.words[word].text
            );
        }
    }

    #[test]
    fn what_fits_one_breath_is_left_alone() {
        assert!(breath_words("The ship was torn apart on the sharp reef.").is_empty());
        assert!(
            breath_words("Although it was late, the children were still playing outside in the garden.")
                .is_empty()
        );
        let long = "She went to the old market in the town because she had to buy bread and milk for the whole week.";
        let utterance = Frontend::new(Dialect::American).and_then(|f| f.analyse(long)).expect("readable");
        let (same, none) = with_breaths(&utterance.phrases[0], &utterance.words, 0.0);
        assert!(none.is_empty() && same == utterance.phrases[0]);
        let (phrase, at) = with_breaths(&utterance.phrases[0], &utterance.words, 1.0);
        assert_eq!(at.len(), 1);
        assert_eq!(phrase.tokens[at[0]].symbol, ',');
        assert_eq!(phrase.tokens.len(), same.tokens.len() + 1);
        assert!(phrase.symbols().contains(", bəkˈʌz"), "{}", phrase.symbols());
    }

    #[test]
    fn a_first_part_is_short_and_nothing_is_lost() {
        let text = "She went to the old market in the town, where she had to buy bread and milk for the whole week, \
                    and then she walked home along the river.";
        let utterance = Frontend::new(Dialect::American).and_then(|f| f.analyse(text)).expect("readable");
        let whole = &utterance.phrases[0];
        let (first, second) = first_part(whole, &utterance.words, 60).expect("it is long");
        assert!(first.tokens.len() <= 61 && first.symbols().ends_with(','), "{}", first.symbols());
        assert!(!first.place.ends_sentence && second.place.ends_sentence);
        assert_eq!(format!("{} {}", first.symbols(), second.symbols()), whole.symbols());
        assert!(first_part(whole, &utterance.words, 400).is_none());
    }
}
