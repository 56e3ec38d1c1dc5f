//! What is being spoken, and what waits to be spoken after it.

use super::follow::Following;
use super::sung::Singing;
use crate::emotion::Manner;
use crate::field::{PsiField, SyllableClock};
use crate::score::{FaceCue, Score};
use std::sync::Arc;

/// Lines that may wait behind the present one.
pub const QUEUE_CAPACITY: usize = 8;

/// Before a silence this much of what is said is its end, nominal s.
const FINAL_S: f32 = 0.35;
/// A shorter rest ends nothing, nominal s.
const SILENCE_S: f32 = 0.12;

/// What is being spoken.
#[derive(Debug)]
pub(super) struct Line {
    pub score: Arc<Score>,
    pub clock: SyllableClock,
    /// Sample from which it fades.
    pub stopped_at: Option<u64>,
    /// Whether it was told that it has begun.
    pub told: bool,
    /// The notes that lead its clock, if it is sung.
    pub singing: Option<Singing>,
    /// The outer time that leads its clock, if it is followed.
    pub following: Option<Following>,
    /// Linear gain that comes with being led: 1 for a line that is spoken.
    pub gain: f32,
    /// Words whose first phone has begun.
    words: usize,
    /// Phones that were looked at for words.
    phones: usize,
    /// Cues, gestures and marks that were reached.
    cues: usize,
    gestures: usize,
    marks: usize,
}

impl Line {
    /// A line at its start.
    pub fn new(score: Arc<Score>) -> Self {
        Self {
            score,
            clock: SyllableClock::new(),
            stopped_at: None,
            told: false,
            singing: None,
            following: None,
            gain: 1.0,
            words: 0,
            phones: 0,
            cues: 0,
            gestures: 0,
            marks: 0,
        }
    }

    /// Goes to a place in nominal s: what lies before it counts as passed.
    pub fn go_to(&mut self, place_s: f32) {
        let score = &self.score;
        self.clock.go_to(score, place_s);
        // A phone that begins here is told; places are told to less than a ms.
        self.clock.cursor.skip_phones(score, place_s - 1e-3);
        self.phones = self.clock.cursor.phones_passed();
        let before = score.phones.get(..self.phones).unwrap_or(&[]);
        self.words = before.iter().rev().find_map(|phone| phone.word).map_or(0, |word| word as usize + 1);
        self.cues = score.cues.partition_point(|cue| cue.start_s <= place_s);
        self.gestures = score.gestures.partition_point(|cue| cue.start_s < place_s - 1e-3);
        self.marks = score.marks.partition_point(|mark| mark.start_s < place_s - 1e-3);
    }

    /// Whether its clock is led from outside.
    pub fn is_led(&self) -> bool {
        self.singing.is_some() || self.following.is_some()
    }

    /// Place in nominal s to which it is led at a sample.
    pub fn led_s(&self, sample: f64) -> f32 {
        match (&self.singing, &self.following) {
            (Some(singing), _) => singing.place_s(sample),
            (None, Some(following)) => following.place_s(sample).max(0.0) as f32,
            (None, None) => self.clock.position_s(&self.score),
        }
    }

    /// Lets the field hear the words that have begun since the last time.
    pub fn tell_words(&mut self, field: &mut PsiField) {
        let prominence = self.clock.cursor.beat(&self.score).map_or(0.0, |beat| beat.prominence);
        let begun = self.clock.cursor.phones_passed();
        for phone in self.score.phones.get(self.phones..begun).unwrap_or(&[]) {
            let Some(word) = phone.word.map(|word| word as usize).filter(|word| *word >= self.words) else {
                continue;
            };
            self.words = word + 1;
            if let Some(meaning) = self.score.meanings.get(word) {
                field.hear_word(meaning, prominence);
            }
        }
        self.phones = begun.max(self.phones);
    }

    /// How near the end of what is said before the next silence is, 0 until [`FINAL_S`] before it, 1 at it.
    pub fn finality(&self) -> f32 {
        let beats = &self.score.beats;
        let place_s = self.clock.position_s(&self.score);
        let ahead = beats
            .iter()
            .skip(self.clock.cursor.beat_index())
            .take_while(|beat| beat.start_s < place_s + FINAL_S);
        let rest =
            ahead.into_iter().find(|beat| beat.prominence == 0.0 && beat.end_s - beat.start_s >= SILENCE_S);
        rest.map_or(0.0, |rest| (1.0 - (rest.start_s - place_s) / FINAL_S).clamp(0.0, 1.0))
    }

    /// How the words at the clock's place are to be said.
    pub fn manner(&mut self) -> Manner {
        let place_s = self.clock.position_s(&self.score);
        let cues = &self.score.cues;
        while cues.get(self.cues).is_some_and(|cue| cue.start_s <= place_s) {
            self.cues += 1;
        }
        self.cues.checked_sub(1).map_or(Manner::PLAIN, |last| cues[last].manner)
    }

    /// The next gesture of the face that the clock has come to.
    pub fn pass_gesture(&mut self) -> Option<FaceCue> {
        let place_s = self.clock.position_s(&self.score);
        let cue = self.score.gestures.get(self.gestures).filter(|cue| cue.start_s <= place_s)?;
        self.gestures += 1;
        Some(*cue)
    }

    /// The next mark that the clock has come to: its index.
    pub fn pass_mark(&mut self) -> Option<usize> {
        let place_s = self.clock.position_s(&self.score);
        self.score.marks.get(self.marks).filter(|mark| mark.start_s <= place_s)?;
        self.marks += 1;
        Some(self.marks - 1)
    }

    /// How far it has faded at `end` if a stop takes `stop_samples`, 0..=1.
    pub fn faded(&self, end: u64, stop_samples: f32) -> f32 {
        self.stopped_at.map_or(0.0, |at| ((end - at) as f32 / stop_samples).min(1.0))
    }

    /// Whether it has been spoken to its end, at sample `end`.
    pub fn is_spoken(&self, end: u64) -> bool {
        match &self.singing {
            Some(singing) => singing.is_over(end as f64),
            None => self.clock.finished(&self.score),
        }
    }

    /// Whether it has come to its end or has faded.
    pub fn is_over(&self, end: u64, stop_samples: f32) -> bool {
        self.is_spoken(end) || self.faded(end, stop_samples) >= 1.0
    }
}

/// Lines in the order in which they will be spoken. Bounded, never allocates.
#[derive(Debug, Default)]
pub(super) struct LineQueue {
    waiting: [Option<Arc<Score>>; QUEUE_CAPACITY],
    refused: u32,
}

impl LineQueue {
    /// Puts a line at the end; one that finds no room is refused and counted.
    pub fn push(&mut self, score: &Arc<Score>) {
        match self.waiting.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => *slot = Some(Arc::clone(score)),
            None => self.refused = self.refused.saturating_add(1),
        }
    }

    /// Takes the line at the front.
    pub fn pop(&mut self) -> Option<Arc<Score>> {
        let first = self.waiting[0].take();
        self.waiting.rotate_left(1);
        first
    }

    /// Forgets all lines.
    pub fn clear(&mut self) {
        self.waiting = Default::default();
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.iter().all(Option::is_none)
    }

    /// How many lines wait.
    pub fn len(&self) -> u32 {
        self.waiting.iter().flatten().count() as u32
    }

    /// How many lines found no room.
    pub fn refused(&self) -> u32 {
        self.refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(beats: usize) -> Arc<Score> {
        let beat = crate::score::Beat { start_s: 0.0, end_s: 1.0, prominence: 0.0 };
        let speaker = crate::engine::Engine::resting_speaker();
        Arc::new(Score { beats: vec![beat; beats], ..Score::empty(speaker) })
    }

    #[test]
    fn first_come_first_served_and_bounded() {
        let mut queue = LineQueue::default();
        for beats in 0..10 {
            queue.push(&line(beats));
        }
        assert_eq!((queue.len(), queue.refused()), (8, 2));
        let order: Vec<usize> = std::iter::from_fn(|| queue.pop()).map(|score| score.beats.len()).collect();
        assert_eq!(order, [0, 1, 2, 3, 4, 5, 6, 7]);
        queue.push(&line(1));
        queue.clear();
        assert!(queue.pop().is_none());
    }
}
