//! Parentheses: lower, narrower, quieter and faster than what they interrupt.
//!
//! Figures: Local 1992; Dehé 2014, "Parentheticals in Spoken English", chapter 4 (1 to 2 st lower, reduced range,
//! raised tempo).

use super::contour::Frame;
use super::reading::Reading;
use super::register::Register;
use super::rules::ProsodyRules;
use super::timeline::Timeline;

const STEP_DOWN: Register = Register { shift_st: -2.0, range_ratio: 0.75, energy: -0.15 };
/// Factor on the speaking rate.
const FASTER: f32 = 1.1;

/// Shortens what stands in parentheses.
pub(super) fn hurry(reading: &Reading, rules: &ProsodyRules, ratios: &mut [f32]) {
    for words in reading.runs(|word| word.aside) {
        for symbol in reading.symbols_of(&words) {
            ratios[symbol] *= FASTER.powf(-rules.parenthesis);
        }
    }
}

/// Applies the rule to a phrase's contours.
pub(super) fn shape(reading: &Reading, rules: &ProsodyRules, timeline: &Timeline, frames: &mut [Frame]) {
    if rules.parenthesis > 0.0 {
        for words in reading.runs(|word| word.aside) {
            STEP_DOWN.apply(rules.parenthesis, &timeline.frames(&reading.symbols_of(&words)), frames);
        }
    }
}
