//! How memory colours what is said next: the mood lasts, the given is low and fast, the new is high and slow.
//!
//! Words that were said before are shortened (Fowler & Housum 1987), and utterances that open a topic start higher and
//! wider than those that go on with one (Swerts & Geluykens 1994; Swerts 1997). The amounts here are a small part of
//! what is measured between paragraphs: memory colours a line, it does not read it.

use super::record::{LEAST_WEIGHT, Record};
use crate::text::{MEANING, Meaning};

/// Largest lasting mood per axis.
pub const MAX_MOOD: f32 = 0.15;
/// Largest shift of an utterance's pitch, either way.
pub const MAX_PITCH_ST: f32 = 0.4;
/// Largest change of its rate, either way, as a share.
pub const MAX_RATE: f32 = 0.03;
/// Share of memory's emotion that lasts as a mood, before it saturates at [`MAX_MOOD`].
const MOOD_SHARE: f32 = 0.4;
/// Evidence that memory must outweigh before it calls anything familiar.
const LEAST_EVIDENCE: f32 = 1e-3;
/// Familiarity at which an utterance is neither given nor new, and the distance from there to fully given or new.
const HALF_GIVEN: f32 = 0.2;

/// How memory colours the next utterance. [`Bias::NEUTRAL`] when nothing was said before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bias {
    /// Mood that lasts, to be added to the emotion shown: within ±0.15 per axis.
    pub emotion: [f32; 3],
    /// Likeness of the utterance to what was said, -1..=1; 0 for what shares nothing with it.
    pub familiarity: f32,
    /// Shift of its pitch: up for a new topic, down for a given one; within ±`MAX_PITCH_ST`.
    pub pitch_st: f32,
    /// Factor on its rate, above 1 is faster: within 1 ± `MAX_RATE`.
    pub rate_ratio: f32,
}

impl Bias {
    /// No memory, no colour.
    pub const NEUTRAL: Self = Self { emotion: [0.0; 3], familiarity: 0.0, pitch_st: 0.0, rate_ratio: 1.0 };

    /// The colour that `records` give to an utterance. One whose numbers are not finite counts as one without content
    /// words: it has a mood but is neither given nor new.
    pub(super) fn of(records: impl Iterator<Item = Record>, next: &Meaning) -> Self {
        let next = if length(next).is_finite() { next } else { &[0.0; MEANING] };
        let mut evidence = 0.0;
        let mut mood = [0.0; 3];
        // A record that matches counts by how well it does: the mean of the cosines c weighted with c^2. It is led by
        // the best matches as a maximum is, but, unlike a maximum, it is 0 on average where nothing matches.
        let (mut cubes, mut squares) = (0.0, LEAST_EVIDENCE);
        for record in records {
            let share = acting(record.weight) * record.centroid.strength;
            let cosine = cosine(&record.centroid.meaning, next);
            evidence += share;
            cubes += share * cosine * cosine * cosine;
            squares += share * cosine * cosine;
            for (mood, axis) in mood.iter_mut().zip(record.centroid.emotion) {
                *mood += share * axis;
            }
        }
        if evidence == 0.0 {
            return Self::NEUTRAL;
        }
        // How sure memory is of itself, 0..1: less the less was said, and the longer ago.
        let trust = evidence / (evidence + 1.0);
        let familiarity = (cubes / squares).clamp(-1.0, 1.0);
        let newness = trust * length(next).min(1.0) * (1.0 - familiarity / HALF_GIVEN).clamp(-1.0, 1.0);
        Self {
            emotion: mood.map(|axis| MAX_MOOD * (MOOD_SHARE * trust * axis / (evidence * MAX_MOOD)).tanh()),
            familiarity,
            pitch_st: MAX_PITCH_ST * newness,
            rate_ratio: 1.0 - MAX_RATE * newness,
        }
    }
}

/// A weight as it acts: 0 where the record is dropped, so that dropping it changes nothing.
fn acting(weight: f32) -> f32 {
    ((weight - LEAST_WEIGHT) / (1.0 - LEAST_WEIGHT)).max(0.0)
}

/// Euclidean length.
pub(super) fn length(meaning: &Meaning) -> f32 {
    meaning.iter().map(|x| x * x).sum::<f32>().sqrt()
}

/// Cosine of two meanings, 0 where one of them is zero.
fn cosine(a: &Meaning, b: &Meaning) -> f32 {
    let dot: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
    dot / (length(a) * length(b)).max(1e-6)
}

crate::carry::carried!(Bias { emotion, familiarity, pitch_st, rate_ratio } but {});
