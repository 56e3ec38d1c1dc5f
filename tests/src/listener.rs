//! Drives an engine with events on an absolute clock and keeps everything it tells.

use psivox_core::engine::{ObservableFrame, PhoneMark};
use psivox_core::field::SurpriseEvent;
use psivox_core::{
    BlendshapeFrame, Control, Engine, EngineConfig, Event, Persona, Planner, Score, Telemetry, TimedEvent,
};
use std::sync::Arc;

/// Everything an engine told.
#[derive(Debug, Default)]
pub struct Heard {
    /// The sound.
    pub sound: Vec<f32>,
    /// The faces.
    pub faces: Vec<BlendshapeFrame>,
    /// The field at every face.
    pub fields: Vec<ObservableFrame>,
    /// The phones.
    pub phones: Vec<PhoneMark>,
    /// Where lines of the queue began.
    pub next_lines: Vec<u64>,
    /// Where the speech ended.
    pub finished: Vec<u64>,
    /// What came otherwise than foretold.
    pub surprises: Vec<SurpriseEvent>,
    /// Probed values: slot, sample, value.
    pub probes: Vec<(usize, u64, f32)>,
}

impl Telemetry for Heard {
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame) {
        self.faces.push(*frame);
        self.fields.push(*field);
    }
    fn phone(&mut self, mark: PhoneMark) {
        self.phones.push(mark);
    }
    fn next_line(&mut self, time_samples: u64) {
        self.next_lines.push(time_samples);
    }
    fn finished(&mut self, time_samples: u64) {
        self.finished.push(time_samples);
    }
    fn surprise(&mut self, event: &SurpriseEvent) {
        self.surprises.push(*event);
    }
    fn probe(&mut self, slot: usize, time_samples: u64, value: f32) {
        self.probes.push((slot, time_samples, value));
    }
}

/// The planner of the default persona.
///
/// # Panics
/// It does not load.
pub fn planner() -> Planner {
    Planner::new(&Persona::named("heart").expect("a factory persona")).expect("the voice that ships")
}

/// A planned text.
///
/// # Panics
/// It cannot be spoken.
pub fn plan(text: &str) -> Arc<Score> {
    Arc::new(planner().plan(text).expect("a text that can be spoken").score)
}

/// An event at a sample.
pub fn at(offset_samples: usize, event: Event) -> TimedEvent {
    TimedEvent { offset_samples: offset_samples as u32, event }
}

/// A control's move.
pub fn set(control: Control, value: f32) -> Event {
    Event::Set { control, value }
}

/// An engine.
///
/// # Panics
/// A rate is out of range.
pub fn engine(config: EngineConfig) -> Engine {
    Engine::new(config).expect("rates in range")
}

/// Runs `samples` of an engine with events on an absolute clock, in blocks of the given sizes in turn.
pub fn run(engine: &mut Engine, events: &[TimedEvent], samples: usize, blocks: &[usize]) -> Heard {
    run_with(engine, events, samples, blocks, |_| {})
}

/// The same; `after` sees the engine after every block.
pub fn run_with(
    engine: &mut Engine,
    events: &[TimedEvent],
    samples: usize,
    blocks: &[usize],
    mut after: impl FnMut(&mut Engine),
) -> Heard {
    let mut heard = Heard::default();
    let mut start = 0;
    for block in blocks.iter().cycle() {
        let end = (start + block).min(samples);
        let inside = |event: &&TimedEvent| (start..end).contains(&(event.offset_samples as usize));
        let local: Vec<TimedEvent> = events
            .iter()
            .filter(inside)
            .map(|event| at(event.offset_samples as usize - start, event.event.clone()))
            .collect();
        let mut sound = vec![f32::NAN; end - start];
        engine.process(&local, &mut sound, &mut heard);
        heard.sound.extend(sound);
        after(engine);
        start = end;
        if start == samples {
            break;
        }
    }
    heard
}
