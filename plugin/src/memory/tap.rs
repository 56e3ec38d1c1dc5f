//! What the audio thread tells of what it has said. Wait-free; what finds no room is not remembered.

use psivox_core::Engine;
use psivox_core::memory::{Impression, RawTake};
use rtrb::{Consumer, Producer, RingBuffer};

/// Lines that may wait for the worker.
const IMPRESSIONS: usize = 16;
/// Takes that may be on their way.
const TAKES: usize = 2;

/// The audio thread's end.
pub struct MemoryTap {
    impressions: Producer<(u64, Impression)>,
    takes: Producer<(u64, Box<RawTake>)>,
    empty: Consumer<Box<RawTake>>,
    /// Counts the lines: a take belongs to the last one in it.
    lines: u64,
    on: bool,
}

/// The worker's end.
pub struct MemoryEnds {
    /// What lines have left, each with its number.
    pub impressions: Consumer<(u64, Impression)>,
    /// All that is needed to say them again, with the number of the line.
    pub takes: Consumer<(u64, Box<RawTake>)>,
    /// Back to the audio thread, to be filled again.
    pub empty: Producer<Box<RawTake>>,
}

/// Both ends. Allocates.
pub fn open() -> (MemoryTap, MemoryEnds) {
    let (impressions_tx, impressions) = RingBuffer::new(IMPRESSIONS);
    let (takes_tx, takes) = RingBuffer::new(TAKES);
    let (mut empty, empty_rx) = RingBuffer::new(TAKES);
    for _ in 0..TAKES {
        // There is room: the ring is as long as this.
        _ = empty.push(Box::new(RawTake::empty()));
    }
    let tap =
        MemoryTap { impressions: impressions_tx, takes: takes_tx, empty: empty_rx, lines: 0, on: false };
    (tap, MemoryEnds { impressions, takes, empty })
}

impl MemoryTap {
    /// Whether anything is told.
    pub fn set_on(&mut self, on: bool) {
        self.on = on;
    }

    /// A line has left this.
    pub fn impression(&mut self, impression: &Impression) {
        self.lines += 1;
        if self.on {
            _ = self.impressions.push((self.lines, impression.clone()));
        }
    }

    /// Takes what the engine has kept of something that has come to its end.
    pub fn collect(&mut self, engine: &mut Engine) {
        let Some(take) = engine.finished_take() else { return };
        if self.on
            && take.lines() > 0
            && let Ok(mut empty) = self.empty.pop()
        {
            empty.copy_from(take);
            // As many are on their way as there are places.
            _ = self.takes.push((self.lines, empty));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::engine::{Event, ObservableFrame, SungNote, Telemetry, TimedEvent};
    use psivox_core::{BlendshapeFrame, EngineConfig, Persona, Planner, Score};
    use std::sync::Arc;

    struct Ear(MemoryTap);

    impl Telemetry for Ear {
        fn face(&mut self, _frame: &BlendshapeFrame, _field: &ObservableFrame) {}
        fn impression(&mut self, impression: &Impression, _time_samples: u64) {
            self.0.impression(impression);
        }
    }

    fn play(engine: &mut Engine, ear: &mut Ear, events: &[Event], seconds: f32) {
        let mut events: Vec<TimedEvent> =
            events.iter().map(|event| TimedEvent { offset_samples: 7, event: event.clone() }).collect();
        for _ in 0..(seconds * 100.0) as usize {
            engine.process(&std::mem::take(&mut events), &mut [0.0; 480], ear);
            ear.0.collect(engine);
        }
    }

    /// However late the worker looks: two takes wait, and lines that came after the first one.
    #[test]
    fn a_take_names_its_line() {
        let (mut tap, mut ends) = open();
        tap.set_on(true);
        let mut ear = Ear(tap);
        let mut engine = Engine::new(EngineConfig { keeps_takes: true, ..EngineConfig::new(48_000.0) })
            .expect("common rates");
        let planner = Planner::new(&Persona::named("heart").expect("ships")).expect("ships");
        let line: Arc<Score> = Arc::new(planner.plan("Yes.").expect("a text").score);
        let speak = [Event::Load(Arc::clone(&line)), Event::Speak { velocity: 1.0 }];
        play(&mut engine, &mut ear, &speak, 2.0);
        play(&mut engine, &mut ear, &speak, 2.0);
        let mut lines = Vec::new();
        while let Ok((number, impression)) = ends.impressions.pop() {
            assert_eq!(impression.score, line.id, "the scores do not tell them apart");
            lines.push(number);
        }
        assert_eq!(lines, [1, 2]);
        for number in [1, 2] {
            let (own, take) = ends.takes.pop().expect("a take");
            assert_eq!((own, take.lines()), (number, 1));
            ends.empty.push(take).expect("room");
        }
        // What leaves no impression has no memory that its take could belong to.
        let sheet = Arc::new(planner.sheet("la").expect("a syllable").score);
        let note = SungNote {
            score: sheet,
            syllable: 0,
            f0_hz: 220.0,
            velocity: 1.0,
            lead_samples: 0,
            glide_s: 0.0,
        };
        play(&mut engine, &mut ear, &[Event::Sing(note)], 1.0);
        play(&mut engine, &mut ear, &[Event::Release { after_samples: 0 }], 2.0);
        let sung = ends.impressions.pop().map(|(number, _)| number).ok();
        let take = ends.takes.pop().map(|(number, take)| (number, take.lines())).ok();
        assert_eq!(take.map(|(number, _)| number), sung, "{take:?}");
    }
}
