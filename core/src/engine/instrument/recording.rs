//! Keeps takes: the state when something begins to be said out of idleness, and all that happens until it is over.

use super::Engine;
use crate::carry::Ledger;
use crate::engine::config::EngineConfig;
use crate::engine::event::Event;
use crate::engine::follow::Following;
use crate::engine::sung::Note;
use crate::memory::{Act, Flaw, MAX_TAKE_S, RawTake};

/// Rest after the last sound that still belongs to a take, s: the face comes to rest.
const REST_S: f32 = 0.25;

/// The take under way and the last one that is over.
#[derive(Debug)]
pub(super) struct Recorder {
    present: RawTake,
    finished: RawTake,
    on: bool,
    told: bool,
    /// Since when nothing is said or sounds.
    rests_since: Option<u64>,
}

impl Recorder {
    fn new(config: &EngineConfig, words: usize, layout: u32) -> Self {
        let blank = || RawTake::new(config, words, layout);
        Self { present: blank(), finished: blank(), on: false, told: true, rests_since: None }
    }

    fn finish(&mut self, now: u64) {
        if std::mem::take(&mut self.on) {
            self.present.length_samples = now - self.present.now;
            std::mem::swap(&mut self.present, &mut self.finished);
            self.told = false;
        }
    }

    /// A line has left its impression.
    pub fn count_line(&mut self) {
        self.present.lines += u32::from(self.on);
    }

    /// What is under way is not kept.
    pub fn abandon(&mut self) {
        self.on = false;
    }
}

impl Engine {
    /// Makes room for takes. Allocates.
    pub(super) fn keep_takes(mut self) -> Self {
        if self.config.keeps_takes {
            let (words, layout) = self.layout();
            self.recorder = Some(Box::new(Recorder::new(&self.config, words, layout)));
        }
        self
    }

    /// The last utterance, a quarter of a second after its last sound; each is told once. Always `None` unless the engine
    /// keeps takes.
    ///
    /// # Realtime
    /// Safe.
    pub fn finished_take(&mut self) -> Option<&RawTake> {
        let recorder = self.recorder.as_deref_mut()?;
        (!std::mem::replace(&mut recorder.told, true)).then_some(&recorder.finished)
    }

    /// The engine will not be asked for its silence any more: what has been said is a take, however short its rest was.
    ///
    /// # Realtime
    /// Safe.
    pub fn close_take(&mut self) {
        let idle = self.is_idle();
        if let Some(recorder) = self.recorder.as_deref_mut().filter(|_| idle) {
            recorder.finish(self.now);
        }
    }

    /// Notes an event, before it acts.
    pub(super) fn record(&mut self, event: &Event) {
        let Some(mut recorder) = self.recorder.take() else { return };
        if self.is_idle() && self.is_begun_by(event) {
            recorder.finish(self.now);
            recorder.present.begin(self.now, self.field.setup(), self.remembering.parts());
            self.carry(&mut Ledger::writing(&mut recorder.present.words));
            (recorder.on, recorder.rests_since) = (true, None);
        }
        if recorder.on {
            self.log(event, &mut recorder.present);
        }
        self.recorder = Some(recorder);
    }

    /// Whether something is said once this has acted on an idle engine.
    fn is_begun_by(&self, event: &Event) -> bool {
        let rate_hz = self.config.sample_rate_hz;
        match event {
            Event::Speak { .. } => self.loaded.is_some(),
            Event::Queue(_) => true,
            Event::Sing(note) => Note::of(note, rate_hz).is_some(),
            Event::Follow(Some(place)) => Following::new(place, self.now, rate_hz, 0.0)
                .is_some_and(|new| new.place_s(self.now as f64) < f64::from(place.score.duration_s())),
            _ => false,
        }
    }

    fn log(&self, event: &Event, take: &mut RawTake) {
        let idle = match event {
            // What hosts say again and again changes nothing.
            Event::Set { control, value } => self.controls.rests_at(*control, *value),
            Event::Express(expression) => self.bending.wanted() == *expression,
            Event::Transport(transport) => {
                let mut beat = self.field.beat();
                beat.hear(*transport, self.now, self.config.sample_rate_hz);
                beat == self.field.beat()
            }
            Event::Field(_) => {
                take.flaw.get_or_insert(Flaw::Field);
                true
            }
            _ => false,
        };
        if idle {
            return;
        }
        let Some(mut act) = Act::of(event, self.loaded.as_deref()) else { return };
        if let (Event::Recall(recall), Act::Recall { parts, .. }) = (event, &mut act) {
            *parts = take.keep_recalls(&recall.parts);
        }
        take.log(self.now - take.now, act);
    }

    /// Between two ticks: a take is over once it has rested.
    pub(super) fn watch_take(&mut self) {
        let idle = self.is_idle();
        let (now, rate_hz) = (self.now, self.config.sample_rate_hz);
        let Some(recorder) = self.recorder.as_deref_mut().filter(|recorder| recorder.on) else { return };
        if (now - recorder.present.now) as f32 > MAX_TAKE_S * rate_hz {
            recorder.present.flaw.get_or_insert(Flaw::TooLong);
        }
        if !idle {
            recorder.rests_since = None;
            return;
        }
        let since = *recorder.rests_since.get_or_insert(now);
        if (now - since) as f32 >= REST_S * rate_hz {
            recorder.finish(now);
        }
    }
}
