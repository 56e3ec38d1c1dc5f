//! The course of a paragraph: its first sentence starts high, later ones lower, the last one lowest; a new paragraph
//! starts anew.
//!
//! Pitch resets and their decay over a paragraph: Sluijter & Terken 1993, "Beyond sentence prosody: paragraph intonation
//! in Dutch" (first sentences about 1 st above the middle ones, last ones about 1 st below). A sentence that is its
//! paragraph is left alone: this is where most short texts are.

use super::contour::{Frame, PER_ST, PITCH};
use super::rules::ProsodyRules;
use crate::text::Place;

/// How far above its usual height the first sentence of several lies.
const FIRST_ST: f32 = 0.8;
/// What each further sentence loses.
const STEP_ST: f32 = -0.4;
/// Where the loss ends.
const LOWEST_ST: f32 = -0.8;
/// What the last one loses besides.
const LAST_ST: f32 = -0.3;

/// How far a sentence is moved by its place.
pub(super) fn shift_st(place: &Place) -> f32 {
    let last = if place.last_sentence { LAST_ST } else { 0.0 };
    match (place.sentence, place.last_sentence) {
        (0, true) => 0.0,
        (0, false) => FIRST_ST,
        (n, _) => (STEP_ST * n as f32).max(LOWEST_ST) + last,
    }
}

/// Applies the rule to a phrase's contours.
pub(super) fn shape(place: &Place, rules: &ProsodyRules, frames: &mut [Frame]) {
    let by = shift_st(place) * rules.declination;
    if by != 0.0 {
        frames.iter_mut().for_each(|frame| frame[PITCH] += by * PER_ST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_come_down_and_start_anew() {
        let at = |sentence, last_sentence| shift_st(&Place { sentence, last_sentence, ..Place::default() });
        assert_eq!(at(0, true), 0.0, "a lone sentence is the voice's own");
        let course = [at(0, false), at(1, false), at(2, false), at(3, true)];
        assert!(course.windows(2).all(|pair| pair[1] < pair[0]), "{course:?}");
        assert!(at(500, true) >= LOWEST_ST + LAST_ST);
    }
}
