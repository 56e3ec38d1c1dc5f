//! Exclamations: a wider range and a little more height and strength than the statement that the voice makes of them.

use super::contour::Frame;
use super::reading::Reading;
use super::register::Register;
use super::rules::ProsodyRules;
use super::timeline::Timeline;
use crate::text::SentenceKind;

const STEP_UP: Register = Register { shift_st: 0.5, range_ratio: 1.12, energy: 0.1 };

/// Applies the rule to a phrase's contours.
pub(super) fn shape(reading: &Reading, rules: &ProsodyRules, timeline: &Timeline, frames: &mut [Frame]) {
    if rules.exclamations > 0.0 && reading.kind == SentenceKind::Exclamation {
        STEP_UP.apply(rules.exclamations, &timeline.frames(&(0..reading.symbols.len())), frames);
    }
}
