//! Focus: the emphasised word is longer, higher and louder; what follows it is low and flat.
//!
//! On-focus expansion and post-focus compression: Xu & Xu 2005, "Phonetic realization of focus in English declarative
//! intonation": duration x 1.2-1.3, peak +2 to +4 st, then a range of less than half.

use super::contour::{
    ENERGY, Frame, PER_ST, PITCH, add, ease, frames_in, mean_st, pitch_st, plateau, scale_range, shift,
    within,
};
use super::reading::Reading;
use super::rules::ProsodyRules;
use super::timeline::Timeline;
use crate::text::SentenceKind;
use std::ops::Range;

/// Lengthening of the focused word.
const LONGER: f32 = 0.22;
/// Further lengthening of its stressed vowel.
const VOWEL_LONGER: f32 = 0.1;
/// How far its peak rises.
const PEAK_ST: f32 = 3.5;
/// Lowest peak above the speaker's mean: a word that the voice would have swallowed becomes an accent.
const LEAST_PEAK_ST: f32 = 4.0;
/// Highest peak above the speaker's mean.
const HIGHEST_ST: f32 = 11.0;
/// How much louder, in the energy channel's units.
const LOUDER: f32 = 0.35;
/// What is left of the range after the focus.
const RANGE_AFTER: f32 = 0.45;
/// How much lower the stretch after it lies.
const LOWER_AFTER_ST: f32 = -1.5;
/// How much quieter.
const QUIETER_AFTER: f32 = -0.2;

/// Lengthens the focused words.
pub(super) fn stretch(reading: &Reading, rules: &ProsodyRules, ratios: &mut [f32]) {
    for word in reading.words.iter().filter(|word| word.emphasis) {
        for symbol in word.symbols.clone() {
            let vowel = if word.nucleus == Some(symbol) { VOWEL_LONGER } else { 0.0 };
            ratios[symbol] *= 1.0 + rules.focus * (LONGER + vowel);
        }
    }
}

/// Applies the rule to a phrase's contours. `mean` is the speaker's mean pitch on the contours' scale, st.
pub(super) fn shape(
    reading: &Reading,
    rules: &ProsodyRules,
    timeline: &Timeline,
    mean: f32,
    frames: &mut [Frame],
) {
    if rules.focus == 0.0 {
        return;
    }
    let focused = reading.runs(|word| word.emphasis);
    for (i, words) in focused.iter().enumerate() {
        let next = focused.get(i + 1).map_or(reading.words.len(), |next| next.start);
        let word = timeline.frames(&reading.symbols_of(words));
        lift(reading, words, timeline, mean, rules.focus, frames);
        add(frames, &word, frames_in(0.03), ENERGY, LOUDER * rules.focus);
        // The rise of a question goes on over what follows.
        let asks = matches!(reading.kind, SentenceKind::YesNo | SentenceKind::Tag);
        if !asks && words.end < next {
            let after = timeline.frames(&reading.symbols_of(&(words.end..next)));
            compress(&after, mean, rules.focus.min(1.0), frames);
        }
    }
}

/// A hump over the stressed syllable of each focused word, and its fall.
fn lift(
    reading: &Reading,
    words: &Range<usize>,
    timeline: &Timeline,
    mean: f32,
    strength: f32,
    frames: &mut [Frame],
) {
    for word in words.clone() {
        let Some(nucleus) = reading.words[word].nucleus else { continue };
        let vowel = within(frames, &timeline.frames(&(nucleus..nucleus + 1)));
        let top = vowel.clone().map(|f| pitch_st(&frames[f])).fold(f32::MIN, f32::max);
        if vowel.is_empty() {
            continue;
        }
        let wanted = (top + PEAK_ST * strength)
            .max(mean + LEAST_PEAK_ST * strength.min(1.0))
            .min(top.max(mean + HIGHEST_ST));
        // The peak stands in the first half of the vowel; what comes later has begun to fall.
        let edge = frames_in(0.09);
        let crest = vowel.start..vowel.start + (vowel.len() / 2).max(1);
        for f in crest.start.saturating_sub(edge)..(crest.end + edge).min(frames.len()) {
            frames[f][PITCH] += (wanted - top) * PER_ST * plateau(&crest, edge, f);
            frames[f][PITCH] = frames[f][PITCH].min((mean + HIGHEST_ST) * PER_ST);
        }
    }
}

/// Low and flat: pitch drawn together about a point below its mean, with a start that falls rather than jumps.
fn compress(after: &Range<usize>, mean: f32, strength: f32, frames: &mut [Frame]) {
    let Some(own) = mean_st(frames, after) else { return };
    let centre = own.min(mean);
    let ratio = 1.0 - strength * (1.0 - RANGE_AFTER);
    let inner = (after.start + frames_in(0.08)).min(after.end)..after.end;
    scale_range(frames, &inner, frames_in(0.08), centre, ratio);
    shift(frames, &inner, frames_in(0.08), strength * LOWER_AFTER_ST * ease(1.0));
    add(frames, &inner, frames_in(0.05), ENERGY, strength * QUIETER_AFTER);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prosody::reading::tests::readings;

    #[test]
    fn the_focused_word_grows_and_the_rest_shrinks() {
        let reading = readings("I said the *red* car, not yours.").remove(0);
        let rules = ProsodyRules::default();
        let mut ratios = vec![1.0; reading.symbols.len()];
        stretch(&reading, &rules, &mut ratios);
        let red = reading.words[3].symbols.clone();
        assert!(ratios[red.clone()].iter().all(|ratio| (1.2..=1.4).contains(ratio)));
        assert!(ratios[..red.start].iter().chain(&ratios[red.end..]).all(|ratio| *ratio == 1.0));

        let count = ratios.len();
        let timeline = Timeline::new(count, &(0..count).collect::<Vec<_>>(), &vec![4; count + 2]);
        let wave = |f: usize| [1.0, 2.0 * PER_ST * (f as f32 / 9.0).sin(), 0.0];
        let before: Vec<Frame> = (0..8 * (count + 2)).map(wave).collect();
        let mut after = before.clone();
        shape(&reading, &rules, &timeline, 0.0, &mut after);
        let nucleus = timeline.frames(&(reading.words[3].nucleus.expect("a vowel")..red.end));
        let top = |frames: &[Frame]| nucleus.clone().map(|f| pitch_st(&frames[f])).fold(f32::MIN, f32::max);
        assert!(top(&after) >= top(&before) + 2.0, "{} {}", top(&before), top(&after));
        let rest = timeline.frames(&(red.end + 6..count));
        let range = |frames: &[Frame]| {
            let pitches = rest.clone().map(|f| pitch_st(&frames[f]));
            pitches.clone().fold(f32::MIN, f32::max) - pitches.fold(f32::MAX, f32::min)
        };
        assert!(range(&after) < 0.6 * range(&before), "{} {}", range(&before), range(&after));
        assert_eq!(after[..timeline.start(red.start - 4)], before[..timeline.start(red.start - 4)]);
    }
}
