//! Questions: yes/no ones rise at their end, alternative ones rise on the first choice, tags rise a little; wh-questions
//! fall, as the voice has them.
//!
//! The rise is the low accent and high boundary L* H-H% of American English (Pierrehumbert 1980): pitch sits low on the
//! nuclear syllable and climbs to the last voiced sound. The voice's teacher ends every sentence with a fall and creak,
//! so the end is written anew rather than bent, and is kept voiced and audible.

use super::contour::{
    ENERGY, Frame, PER_ST, PITCH, ease, frames_in, pitch_st, plateau, shift, voiced, within,
};
use super::reading::Reading;
use super::rules::ProsodyRules;
use super::timeline::Timeline;
use crate::phone::{Manner, Phone};
use crate::text::SentenceKind;
use std::ops::Range;

/// Where a yes/no question ends, above the speaker's mean, st.
const YES_NO_END_ST: f32 = 6.5;
/// Where a tag question ends.
const TAG_END_ST: f32 = 3.5;
/// Where the first choice of an alternative question ends.
const CHOICE_END_ST: f32 = 4.5;
/// Highest pitch of the nuclear syllable itself: the accent is low.
const LOW_ST: f32 = 0.5;
/// Lowest pitch of the nuclear syllable.
const FLOOR_ST: f32 = -3.0;
/// Share of the climb during which pitch stays low.
const DELAY: f32 = 0.3;
/// Shortest time in which the voice can climb: 6 st in 120 ms is near the limit of human speakers (Xu & Sun 2002).
const SHORTEST_RISE_S: f32 = 0.14;
/// Token boundaries run late by about this much.
const LATE_S: f32 = 0.03;
/// Time over which the end joins what comes before it.
const JOIN_S: f32 = 0.06;
/// How far the energy of a rise may lie below that of its first syllable, in the energy channel's units.
const ENERGY_DROP: f32 = 0.5;

/// A stretch that ends high.
struct Rise {
    /// From the nuclear vowel to the last voiced frame.
    frames: Range<usize>,
    /// The frame that reaches the top.
    top: usize,
    end_st: f32,
}

/// Applies the rule to a phrase's contours. `mean_st` is the speaker's mean pitch on the contours' scale.
pub(super) fn shape(
    reading: &Reading,
    rules: &ProsodyRules,
    timeline: &Timeline,
    mean_st: f32,
    frames: &mut [Frame],
) {
    if !reading.place.ends_sentence {
        return;
    }
    let all = 0..reading.words.len();
    match reading.kind {
        SentenceKind::YesNo => end(reading, timeline, frames, all, mean_st + YES_NO_END_ST, rules.questions),
        SentenceKind::Tag => {
            let tag = (0..reading.words.len()).rev().find(|word| reading.mark_after(*word) == Some(','));
            let words = tag.map_or(0, |comma| comma + 1)..reading.words.len();
            end(reading, timeline, frames, words, mean_st + TAG_END_ST, rules.tags);
        }
        SentenceKind::Alternative => {
            if let Some(or) = reading.words.iter().rposition(|word| word.text == "or") {
                end(reading, timeline, frames, 0..or, mean_st + CHOICE_END_ST, rules.questions);
            }
        }
        SentenceKind::Wh | SentenceKind::Statement | SentenceKind::Exclamation => {}
    }
}

/// Makes the last accent of some words rise to `end_st` at their end.
fn end(
    reading: &Reading,
    timeline: &Timeline,
    frames: &mut [Frame],
    words: Range<usize>,
    end_st: f32,
    strength: f32,
) {
    if strength == 0.0 || words.is_empty() {
        return;
    }
    // What stands behind the question proper, such as "she asked" after a quotation, is not part of it.
    let Some(nuclear) = reading.nuclear_word(words.clone()) else { return };
    let Some(vowel) = reading.words[nuclear].nucleus else { return };
    let last = reading.words[words.end - 1].symbols.end;
    keep_voiced(reading, timeline, frames, vowel..last);
    let late = frames_in(LATE_S);
    let from = timeline.start(vowel).saturating_sub(late);
    let span = within(frames, &(from..timeline.start(last)));
    let Some(end) = span.clone().rev().find(|f| voiced(&frames[*f])) else { return };
    // The climb is over where the last vowel or sonorant is: what is voiced of a stop after it stays high.
    let held =
        (vowel..last).rev().find(|i| is_sonorant(reading.symbols[*i])).map_or(last, |symbol| symbol + 1);
    let top = end.min(timeline.start(held).saturating_sub(late + 1)).max(from + 1);
    let start = from.min(top.saturating_sub(frames_in(SHORTEST_RISE_S)));
    write(&Rise { frames: start..(end.max(top) + 1).min(frames.len()), top, end_st }, strength, frames);
}

fn is_sonorant(symbol: char) -> bool {
    Phone::of(symbol)
        .is_some_and(|phone| matches!(phone.manner, Manner::Vowel | Manner::Approximant | Manner::Nasal))
}

/// The vowels and voiced consonants of a rise stay voiced up to where they fall silent.
fn keep_voiced(reading: &Reading, timeline: &Timeline, frames: &mut [Frame], symbols: Range<usize>) {
    let loudest =
        within(frames, &timeline.frames(&symbols)).map(|f| frames[f][ENERGY]).fold(f32::MIN, f32::max);
    for i in symbols.filter(|i| is_sonorant(reading.symbols[*i])) {
        for f in within(frames, &timeline.frames(&(i..i + 1))) {
            // Quieter by so much than the loudest frame, the net has already let go: this is silence.
            if frames[f][ENERGY] > loudest - SILENCE_BELOW {
                frames[f][0] = frames[f][0].max(1.0);
            }
        }
    }
}

/// A frame whose energy lies this far below the loudest one is silent.
const SILENCE_BELOW: f32 = 3.5;

/// Replaces pitch by a low start and a climb.
fn write(rise: &Rise, strength: f32, frames: &mut [Frame]) {
    let Range { start, end } = rise.frames.clone();
    let before = pitch_st(&frames[start]);
    let floor = rise.end_st - YES_NO_END_ST + FLOOR_ST;
    let low = before.clamp(floor, floor - FLOOR_ST + LOW_ST);
    let length = rise.top.saturating_sub(start) as f32;
    let energy = frames[start..end].iter().map(|frame| frame[ENERGY]).fold(f32::MIN, f32::max);
    let joined = start.saturating_sub(frames_in(JOIN_S))..end;
    for f in joined {
        let along = f.saturating_sub(start) as f32 / length.max(1.0);
        let climb = ease((along - DELAY) / (1.0 - DELAY));
        let wanted_st = low + (rise.end_st - low) * climb;
        let share = strength.min(1.0) * plateau(&rise.frames, frames_in(JOIN_S), f);
        frames[f][PITCH] += share * (wanted_st * PER_ST - frames[f][PITCH]);
        if f >= start {
            let quiet = (energy - ENERGY_DROP * (1.0 + along) - frames[f][ENERGY]).clamp(0.0, 1.5);
            frames[f][ENERGY] += share * quiet * if voiced(&frames[f]) { 1.0 } else { 0.0 };
        }
    }
    if strength > 1.0 {
        shift(frames, &(start + (end - start) / 2..end), (end - start) / 2, 3.0 * (strength - 1.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prosody::reading::tests::readings;

    /// Two frames a unit, three units a symbol, all voiced and falling by 6 st.
    fn flat(reading: &Reading) -> (Timeline, Vec<Frame>) {
        let count = reading.symbols.len();
        let source: Vec<usize> = (0..count).collect();
        let timeline = Timeline::new(count, &source, &vec![3; count + 2]);
        let total = 6 * (count + 2);
        let frames = (0..total).map(|f| [1.0, -6.0 * PER_ST * f as f32 / total as f32, 0.0]).collect();
        (timeline, frames)
    }

    fn shaped(text: &str, rules: &ProsodyRules) -> (Reading, Timeline, Vec<Frame>, Vec<Frame>) {
        let reading = readings(text).remove(0);
        let (timeline, before) = flat(&reading);
        let mut after = before.clone();
        shape(&reading, rules, &timeline, 0.0, &mut after);
        (reading, timeline, before, after)
    }

    fn last_frame(reading: &Reading, timeline: &Timeline, word: usize) -> usize {
        timeline.start(reading.words[word].symbols.end) - 1
    }

    #[test]
    fn yes_no_questions_end_high_and_others_are_left_alone() {
        let on = ProsodyRules::default();
        let (reading, timeline, _, after) = shaped("Did she buy the red car?", &on);
        let end = last_frame(&reading, &timeline, 5);
        assert!((pitch_st(&after[end]) - YES_NO_END_ST).abs() < 0.2, "{}", pitch_st(&after[end]));
        for text in ["Who bought the car?", "She bought the car.", "What a car!"] {
            let (_, _, before, after) = shaped(text, &on);
            assert_eq!(before, after, "{text}");
        }
        let (_, _, before, after) = shaped("Did she buy the red car?", &ProsodyRules::OFF);
        assert_eq!(before, after);
    }

    #[test]
    fn of_two_choices_the_first_rises() {
        let (reading, timeline, before, after) =
            shaped("Would you like tea or coffee?", &ProsodyRules::default());
        let tea = last_frame(&reading, &timeline, 3);
        let coffee = last_frame(&reading, &timeline, 5);
        assert!(pitch_st(&after[tea]) > pitch_st(&before[tea]) + 4.0);
        assert_eq!(after[coffee], before[coffee]);
    }

    #[test]
    fn tags_rise_less() {
        let (reading, timeline, before, after) =
            shaped("You never called him, did you?", &ProsodyRules::default());
        let end = last_frame(&reading, &timeline, 5);
        let statement = last_frame(&reading, &timeline, 2);
        assert!((pitch_st(&after[end]) - TAG_END_ST).abs() < 0.2);
        assert_eq!(after[statement], before[statement]);
    }
}
