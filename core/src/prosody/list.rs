//! Lists: every item but the last ends with a small rise, which says that more is to come; the last one falls, as the
//! voice has it.
//!
//! The continuation rise H-L% or L-H% on list items: Ladd 2008, section 3.1. Only what the voice lacks is added.

use super::contour::{Frame, PER_ST, PITCH, ease, frames_in, pitch_st, voiced_span};
use super::reading::Reading;
use super::rules::ProsodyRules;
use super::timeline::Timeline;

/// How far an item rises from its accent's lowest point to its end, st.
const RISE_ST: f32 = 3.0;
/// Most that is added.
const MOST_ST: f32 = 4.0;
/// A lack that nobody hears.
const NEGLIGIBLE_ST: f32 = 0.2;
/// Words of one item, at most: longer stretches between commas are clauses.
const LONGEST_ITEM: usize = 4;
/// Words after the conjunction in which the last item must have come.
const LONGEST_TAIL: usize = 8;
const CONJUNCTIONS: [&str; 4] = ["and", "or", "nor", "&"];

/// Words that end the items of a list, the last item left out; empty if there is no list.
pub(super) fn item_ends(reading: &Reading) -> Vec<usize> {
    let mut out = Vec::new();
    let conjunctions =
        (1..reading.words.len()).filter(|i| CONJUNCTIONS.contains(&reading.words[*i].text.as_str()));
    for conjunction in conjunctions {
        out.extend(items_before(reading, conjunction));
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Kind of word: what two items of one list have in common.
fn class(tag: &str) -> &str {
    match tag {
        "NNP" | "NNPS" | "PRP" | "CD" => "NN",
        tag => tag.get(..2).unwrap_or(tag),
    }
}

/// Ends of the items before a conjunction, the nearest first.
fn items_before(reading: &Reading, conjunction: usize) -> Vec<usize> {
    let has_comma = |word: usize| reading.mark_after(word) == Some(',');
    let tail = reading.words.len() - conjunction - 1;
    let nearest = conjunction - 1;
    if !(1..=LONGEST_TAIL).contains(&tail) && !has_comma(nearest) {
        return Vec::new();
    }
    let kind = class(reading.words[nearest].tag);
    let mut ends = vec![nearest];
    let mut at = nearest;
    while let Some(end) = (at.saturating_sub(LONGEST_ITEM)..at).rev().find(|word| has_comma(*word)) {
        if class(reading.words[end].tag) != kind {
            break;
        }
        ends.push(end);
        at = end;
    }
    // "A, B and C" or "A, B, and C": two items at least before the conjunction.
    if ends.len() < 2 { Vec::new() } else { ends }
}

/// Applies the rule to a phrase's contours.
pub(super) fn shape(reading: &Reading, rules: &ProsodyRules, timeline: &Timeline, frames: &mut [Frame]) {
    if rules.lists == 0.0 {
        return;
    }
    for end in item_ends(reading) {
        let word = &reading.words[end];
        let Some(nucleus) = word.nucleus else { continue };
        let Some(span) = voiced_span(frames, &timeline.frames(&(nucleus..word.symbols.end))) else {
            continue;
        };
        let low = span.clone().map(|f| pitch_st(&frames[f])).fold(f32::MAX, f32::min);
        let has_st = pitch_st(&frames[span.end - 1]) - low;
        let lacking_st = (RISE_ST * rules.lists - has_st).clamp(0.0, MOST_ST);
        if lacking_st < NEGLIGIBLE_ST {
            continue;
        }
        // A short item begins to climb before its vowel, so that the step stays gentle.
        let start = span.start.min(span.end.saturating_sub(frames_in(0.12)));
        for f in start..span.end {
            let along = (f + 1 - start) as f32 / (span.end - start) as f32;
            frames[f][PITCH] += lacking_st * PER_ST * ease(along);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prosody::reading::tests::readings;

    fn ends(text: &str) -> Vec<String> {
        let reading = readings(text).remove(0);
        item_ends(&reading).into_iter().map(|word| reading.words[word].text.clone()).collect()
    }

    #[test]
    fn lists_are_found() {
        assert_eq!(ends("We need apples, pears, bananas, and oranges."), ["apples", "pears", "bananas"]);
        assert_eq!(ends("Tom, Ben and Charlotte flew to Dublin."), ["tom", "ben"]);
        assert_eq!(ends("It snowed, rained, and hailed."), ["snowed", "rained"]);
    }

    #[test]
    fn clauses_and_pairs_are_no_lists() {
        assert!(ends("When he came, John and Mary left.").is_empty());
        assert!(ends("He came, and she left.").is_empty());
        assert!(ends("Salt and pepper are on the table.").is_empty());
        assert!(ends("However, the plan failed.").is_empty());
    }

    #[test]
    fn items_climb_by_what_they_lack() {
        let reading = readings("We need apples, pears, and oranges.").remove(0);
        let count = reading.symbols.len();
        let source: Vec<usize> = (0..count).collect();
        let timeline = Timeline::new(count, &source, &vec![4; count + 2]);
        let flat = vec![[1.0, 0.0, 0.0]; 8 * (count + 2)];
        let mut frames = flat.clone();
        shape(&reading, &ProsodyRules::default(), &timeline, &mut frames);
        let last = |word: usize| timeline.start(reading.words[word].symbols.end) - 1;
        assert!((pitch_st(&frames[last(2)]) - RISE_ST).abs() < 1e-3);
        assert!((pitch_st(&frames[last(3)]) - RISE_ST).abs() < 1e-3);
        assert_eq!(frames[last(5)], flat[0], "the last item is the voice's own");
        let mut twice = frames.clone();
        shape(&reading, &ProsodyRules::default(), &timeline, &mut twice);
        assert!(twice == frames, "what rises enough is left alone");
    }
}
