//! Quotations: the quoted voice stands a little higher and moves a little more than the one that quotes it
//! (Klewitz & Couper-Kuhlen 1999; Oliveira & Cunha 2004: reset and wider range at the border of direct speech).

use super::contour::Frame;
use super::reading::Reading;
use super::register::Register;
use super::rules::ProsodyRules;
use super::timeline::Timeline;

const STEP_UP: Register = Register { shift_st: 0.5, range_ratio: 1.1, energy: 0.0 };
/// A word or two between quotation marks are a name or a term, not speech.
const SHORTEST_WORDS: usize = 3;

/// Applies the rule to a phrase's contours.
pub(super) fn shape(reading: &Reading, rules: &ProsodyRules, timeline: &Timeline, frames: &mut [Frame]) {
    if rules.quotation > 0.0 {
        for words in
            reading.runs(|word| word.quoted).into_iter().filter(|words| words.len() >= SHORTEST_WORDS)
        {
            STEP_UP.apply(rules.quotation, &timeline.frames(&reading.symbols_of(&words)), frames);
        }
    }
}
