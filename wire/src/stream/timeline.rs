//! The last seconds of the performance, on the clock of the sound: what every lane reads at its own pace.

use crate::WireFrame;
use crate::event::{Notice, TimedNotice, WireEvent};
use psivox_core::Score;
use psivox_core::face::BLENDSHAPE_COUNT;
use psivox_core::phone::Viseme;
use std::collections::VecDeque;
use std::sync::Arc;

/// Most faces that are kept: 8 s at 240 a second.
const MOST_FRAMES: usize = 2_048;

/// Most events that are kept.
const MOST_EVENTS: usize = 512;

/// An event in the order in which it came.
#[derive(Debug, Clone)]
pub(crate) struct Happening {
    /// Counts all events of the stream.
    pub number: u64,
    /// Samples since the engine's `reset`.
    pub time_samples: u64,
    pub event: WireEvent,
}

/// Faces and events, in order of time.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    frames: VecDeque<WireFrame>,
    events: VecDeque<Happening>,
    /// Number of the next event.
    next_event: u64,
    /// What phones and marks count in.
    score: Option<Arc<Score>>,
    /// The last word that was told.
    word: Option<u32>,
}

impl Timeline {
    /// Adds a face; time that goes back forgets what was before.
    pub fn push(&mut self, frame: WireFrame) {
        if self.frames.back().is_some_and(|last| last.face.time_samples > frame.face.time_samples) {
            self.forget();
        }
        if self.frames.len() == MOST_FRAMES {
            self.frames.pop_front();
        }
        self.frames.push_back(frame);
    }

    /// Adds what a notice means.
    pub fn note(&mut self, timed: TimedNotice) {
        let time_samples = timed.time_samples;
        match timed.notice {
            Notice::Line(score) => {
                let (text, duration_s) = (score.words.join(" "), score.duration_s());
                self.add(time_samples, WireEvent::Line { text, duration_s });
                (self.score, self.word) = (Some(score), None);
            }
            Notice::Phone(index) => self.note_phone(time_samples, index),
            Notice::Mark(index) => {
                let mark = self.score.as_ref().and_then(|score| score.marks.get(index as usize));
                if let Some(name) = mark.map(|mark| mark.name.clone()) {
                    self.add(time_samples, WireEvent::Mark { name });
                }
            }
            Notice::Surprise(surprise) => self.add(time_samples, WireEvent::Surprise(surprise)),
            Notice::Finished => {
                self.add(time_samples, WireEvent::Finished);
                (self.score, self.word) = (None, None);
            }
        }
    }

    fn note_phone(&mut self, time_samples: u64, index: u32) {
        let Some(score) = self.score.clone() else { return };
        let Some(phone) = score.phones.get(index as usize) else { return };
        if let Some(word) = phone.word.filter(|word| self.word.is_none_or(|last| *word > last)) {
            self.word = Some(word);
            let phones = score.phones[index as usize..].iter();
            let end_s =
                phones.take_while(|next| next.word == Some(word)).last().map_or(0.0, |last| last.end_s);
            if let Some(text) = score.words.get(word as usize) {
                let duration_s = (end_s - phone.start_s).max(0.0);
                self.add(time_samples, WireEvent::Word { word: text.clone(), index: word, duration_s });
            }
        }
        let duration_s = (phone.end_s - phone.start_s).max(0.0);
        self.add(time_samples, WireEvent::Phone { symbol: phone.symbol, viseme: phone.viseme, duration_s });
    }

    fn add(&mut self, time_samples: u64, event: WireEvent) {
        if self.events.len() == MOST_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(Happening { number: self.next_event, time_samples, event });
        self.next_event += 1;
    }

    /// Forgets every face and all that has not been told.
    pub fn forget(&mut self) {
        self.frames.clear();
        self.events.clear();
        (self.score, self.word) = (None, None);
    }

    /// Forgets faces that nobody will ask for any more; one before `sample` stays, to go on from.
    pub fn trim(&mut self, sample: f64) {
        while self.frames.len() > 1 && (self.frames[1].face.time_samples as f64) < sample {
            self.frames.pop_front();
        }
        while self.events.front().is_some_and(|event| (event.time_samples as f64) < sample) {
            self.events.pop_front();
        }
    }

    /// The newest face's time in samples.
    pub fn newest(&self) -> Option<u64> {
        self.frames.back().map(|frame| frame.face.time_samples)
    }

    /// The face at a sample: between two of the engine's, or the newest one if it is not there yet. None before the
    /// first.
    pub fn at(&self, sample: f64) -> Option<WireFrame> {
        let after = self.frames.partition_point(|frame| frame.face.time_samples as f64 <= sample);
        let before = self.frames.get(after.checked_sub(1)?)?;
        let Some(next) = self.frames.get(after) else { return Some(*before) };
        let start = before.face.time_samples as f64;
        let span = next.face.time_samples as f64 - start;
        Some(between(before, next, ((sample - start) / span.max(1.0)) as f32))
    }

    /// Events from number `from` on whose time has come by `sample`.
    pub fn events_until(&self, from: u64, sample: f64) -> impl Iterator<Item = &Happening> {
        let due = move |event: &&Happening| event.number >= from && event.time_samples as f64 <= sample;
        self.events.iter().filter(due)
    }

    /// The sample of the first event from number `from` on.
    pub fn next_event_at(&self, from: u64) -> Option<u64> {
        self.events.iter().find(|event| event.number >= from).map(|event| event.time_samples)
    }

    /// Number of the next event.
    pub fn next_event(&self) -> u64 {
        self.next_event
    }
}

/// A face `share` of the way from one to the next.
fn between(before: &WireFrame, next: &WireFrame, share: f32) -> WireFrame {
    let mix = |a: f32, b: f32| a + (b - a) * share;
    let mut frame = if share < 0.5 { *before } else { *next };
    for index in 0..BLENDSHAPE_COUNT {
        frame.face.shapes[index] = mix(before.face.shapes[index], next.face.shapes[index]);
    }
    for axis in 0..3 {
        frame.face.head_rad[axis] = mix(before.face.head_rad[axis], next.face.head_rad[axis]);
    }
    for part in 0..4 {
        frame.face.emotion[part] = mix(before.face.emotion[part], next.face.emotion[part]);
    }
    frame
}

/// Weights of the fifteen visemes as lips take them: each new phone takes over within [`Visemes::TIME_S`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visemes {
    wanted: Viseme,
    weights: [f32; psivox_core::phone::VISEME_COUNT],
}

impl Visemes {
    /// Time constant of the change, s.
    const TIME_S: f32 = 0.025;

    pub fn new() -> Self {
        let mut weights = [0.0; psivox_core::phone::VISEME_COUNT];
        weights[0] = 1.0;
        Self { wanted: Viseme::Sil, weights }
    }

    /// The picture that is wanted from now on.
    pub fn want(&mut self, viseme: Viseme) {
        self.wanted = viseme;
    }

    /// The weights after `dt_s` more.
    pub fn step(&mut self, dt_s: f32) -> [f32; psivox_core::phone::VISEME_COUNT] {
        let share = 1.0 - (-dt_s / Self::TIME_S).exp();
        for (index, weight) in self.weights.iter_mut().enumerate() {
            let goal = if index == self.wanted as usize { 1.0 } else { 0.0 };
            *weight += (goal - *weight) * share;
        }
        self.weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::face::Shape;

    fn frame(time_samples: u64, jaw: f32) -> WireFrame {
        let mut frame = WireFrame::REST;
        frame.face.time_samples = time_samples;
        frame.face.set(Shape::JawOpen, jaw);
        frame
    }

    fn jaw(timeline: &Timeline, sample: f64) -> Option<f32> {
        timeline.at(sample).map(|frame| frame.face.get(Shape::JawOpen))
    }

    #[test]
    fn faces_are_read_between_their_times_and_the_newest_waits() {
        let mut timeline = Timeline::default();
        timeline.push(frame(100, 0.0));
        timeline.push(frame(200, 1.0));
        assert_eq!(jaw(&timeline, 99.0), None);
        assert_eq!(jaw(&timeline, 100.0), Some(0.0));
        assert_eq!(jaw(&timeline, 150.0), Some(0.5));
        assert_eq!(jaw(&timeline, 900.0), Some(1.0));
        timeline.trim(180.0);
        assert_eq!(jaw(&timeline, 180.0), Some(0.8), "the face to go on from stays");
    }

    #[test]
    fn time_that_goes_back_is_a_new_beginning() {
        let mut timeline = Timeline::default();
        timeline.push(frame(100, 1.0));
        timeline.push(frame(50, 0.25));
        assert_eq!((timeline.newest(), jaw(&timeline, 60.0)), (Some(50), Some(0.25)));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut timeline = Timeline::default();
        for time in 0..10_000 {
            timeline.push(frame(time, 0.0));
            timeline.note(TimedNotice { time_samples: time, notice: Notice::Finished });
        }
        assert_eq!((timeline.frames.len(), timeline.events.len()), (MOST_FRAMES, MOST_EVENTS));
        assert_eq!(timeline.next_event(), 10_000);
        assert_eq!(timeline.events_until(9_998, 9_998.0).count(), 1);
    }

    #[test]
    fn visemes_take_over_from_each_other_and_sum_to_one() {
        let mut visemes = Visemes::new();
        visemes.want(Viseme::Aa);
        let mut last = 0.0;
        for _ in 0..20 {
            let weights = visemes.step(0.01);
            assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5 && weights[Viseme::Aa as usize] >= last);
            last = weights[Viseme::Aa as usize];
        }
        assert!(last > 0.99);
    }
}
