//! The engine itself: events in, control ticks of about 4 ms, sound and faces out.
//!
//! Every quantity is a function of the sample count: an event acts from its own sample on, a tick reads only events
//! that came before it, and the sound of a tick is rendered whole. So the output does not depend on block sizes.

mod carry;
mod crossing;
mod led;
mod recall;
mod recording;
mod replay;
mod tick;
mod told;

use super::choir::Choir;
use super::config::{EngineConfig, EngineError};
use super::control::{Control, Smoothed};
use super::controls::Controls;
use super::event::{Event, TimedEvent};
use super::express::Bending;
use super::hold::Hold;
use super::line::{Line, LineQueue};
use super::remembering::Remembering;
use super::schedule::{Due, Probes};
use super::shaking::Shaking;
use super::telemetry::{ObservableFrame, Telemetry};
use super::temper::Temper;
use super::tuning::SpeakerCurves;
use crate::face::{BLENDSHAPE_COUNT, BlendshapeFrame, Visage};
use crate::field::{Band, FieldSetup, Observable, PsiField, Pulse, Role, SurpriseEvent};
use crate::grammar::Tally;
use crate::persona::{Ensemble, MAX_ENSEMBLE, Throat};
use crate::score::{Score, ScoreFrame, Speaker, read_mixed};
use crate::sound::{OscillatorBank, OutputGuard, VoiceprintGains};
use crate::voice::KnotAxis;
pub use carry::ENGINE_LAYOUT;
use crossing::Crossing;
use recording::Recorder;
use replay::Replaying;
use std::sync::Arc;
use told::Told;

/// Control ticks per second: the rate of the voice's own frames.
const TICK_HZ: f32 = 240.0;
/// The whole instrument from score to sound and face.
#[derive(Debug)]
pub struct Engine {
    config: EngineConfig,
    hop: usize,
    hop_s: f32,
    /// Samples given out since `reset`.
    now: u64,
    controls: Controls,
    /// Velocity of the last trigger; scales intensity.
    velocity: Smoothed,
    bending: Bending,
    loaded: Option<Arc<Score>>,
    line: Option<Line>,
    /// What is spoken after the line.
    queue: LineQueue,
    speaker: Speaker,
    curves: SpeakerCurves,
    hold: Hold,
    temper: Temper,
    /// How it is remembered, and what will be.
    remembering: Remembering,
    shaking: Shaking,
    field: PsiField,
    /// Control ticks since `reset`.
    ticks: u64,
    /// What was read of the score for the last tick: while the clock is held nothing has to be read again.
    reading: Reading,
    /// From what was said to what is said elsewhere, after a jump of the clock.
    crossing: Crossing,
    /// The score that was told last because it was sung: each is told once.
    sung: Option<Arc<Score>>,
    visage: Visage,
    bank: OscillatorBank,
    choir: Choir,
    /// Whether the bank still has amplitudes to fade.
    sounding: bool,
    /// Whether the present tick and all after it are silent, as long as nothing is said.
    quiet: bool,
    guard: OutputGuard,
    /// The sound of the present tick: [hop].
    sound: Vec<f32>,
    /// How much of it has been given out.
    taken: usize,
    /// What was left of a tick that a new trigger cut short, fading: [hop].
    tail: Vec<f32>,
    tail_taken: usize,
    face: BlendshapeFrame,
    faces: Due,
    probes: Probes,
    /// How often each rule of the sound had to act.
    sound_tally: Tally,
    observables: ObservableFrame,
    /// What is added to the engine's own time in all that is told (wrapping).
    shift: u64,
    /// When the last face was told.
    last_face: Option<u64>,
    /// Keeps takes, if it is to.
    recorder: Option<Box<Recorder>>,
    replaying: Replaying,
}

/// A frame of the score and where it was read.
#[derive(Debug, Clone, Copy)]
struct Reading {
    place_s: f32,
    voice_mix: f32,
    target: ScoreFrame,
}

const NOTHING_READ: Reading =
    Reading { place_s: f32::NAN, voice_mix: 0.0, target: [0.0; crate::score::SCORE_CHANNELS] };

/// Who an engine is before its first line.
const REST: Speaker = Speaker {
    pitch_st: 0.0,
    rate_ratio: 1.0,
    formant_ratio: 1.0,
    resting_emotion: [0.0; 3],
    resting_shapes: [0.0; BLENDSHAPE_COUNT],
    f0_mean_hz: 190.0,
    f0_mean_b_hz: 190.0,
    axis: KnotAxis { base_hz: 1500.0, ratio: 9.0 },
    noise_gain: 1.154_700_5,
    voiceprint: VoiceprintGains::NEUTRAL,
    keeps_time: false,
    throat: Throat::PLAIN,
    ensemble: Ensemble { shifts_st: [0.0; MAX_ENSEMBLE], count: 0 },
};

impl Engine {
    /// Builds a silent engine. Allocates.
    ///
    /// # Errors
    /// A rate is outside its range.
    pub fn new(config: EngineConfig) -> Result<Self, EngineError> {
        config.check()?;
        let hop = (config.sample_rate_hz / TICK_HZ).round() as usize;
        let engine = Self {
            config,
            hop,
            hop_s: hop as f32 / config.sample_rate_hz,
            now: 0,
            controls: Controls::new(config.sample_rate_hz),
            velocity: Smoothed::new(1.0, 0.03 * config.sample_rate_hz),
            bending: Bending::new(config.sample_rate_hz),
            loaded: None,
            line: None,
            queue: LineQueue::default(),
            speaker: REST,
            curves: SpeakerCurves::new(&REST.axis),
            hold: Hold::new(config.seed),
            temper: Temper::new(&FieldSetup::default().grammar),
            remembering: Remembering::default(),
            shaking: Shaking::new(config.seed),
            field: field(&config),
            ticks: 0,
            reading: NOTHING_READ,
            crossing: Crossing::default(),
            sung: None,
            visage: Visage::new(config.seed),
            bank: OscillatorBank::new(config.sample_rate_hz, REST.axis, REST.noise_gain, hop, config.seed),
            choir: Choir::new(config.sample_rate_hz, REST.axis, REST.noise_gain, hop, config.seed),
            sounding: false,
            quiet: true,
            guard: OutputGuard::default(),
            sound: vec![0.0; hop],
            taken: hop,
            tail: vec![0.0; hop],
            tail_taken: hop,
            face: BlendshapeFrame::NEUTRAL,
            faces: Due::every(config.face_rate_hz),
            probes: Probes::default(),
            sound_tally: Tally::default(),
            observables: ObservableFrame::default(),
            shift: 0,
            last_face: None,
            recorder: None,
            replaying: Replaying::new(&config, &REST),
        };
        Ok(engine.keep_takes())
    }

    /// Silence, time 0, all noise from its start, nothing learned, remembered or driven. The loaded line, the field's
    /// setup, the probes and the controls' targets stay.
    ///
    /// # Realtime
    /// Safe.
    pub fn reset(&mut self) {
        self.forget_replay();
        if let Some(recorder) = self.recorder.as_deref_mut() {
            recorder.abandon();
        }
        (self.now, self.shift, self.last_face) = (0, 0, None);
        self.controls.settle();
        self.velocity.jump(1.0, 0);
        self.bending.settle();
        self.line = None;
        self.crossing = Crossing::default();
        self.sung = None;
        self.queue = LineQueue::default();
        self.hold.reset();
        self.temper.reset();
        self.remembering.reset();
        self.shaking.reset();
        self.field.reset();
        self.ticks = 0;
        self.reading = NOTHING_READ;
        self.visage.reset();
        self.bank.reset();
        self.choir.reset();
        self.sounding = false;
        self.quiet = true;
        self.guard = OutputGuard::default();
        self.taken = self.hop;
        self.tail_taken = self.hop;
        self.face = BlendshapeFrame::NEUTRAL;
        self.faces.restart();
        self.probes.restart();
        self.sound_tally = Tally::default();
        self.observables = ObservableFrame::default();
    }

    /// Fills `sound` (mono, overwritten) and tells `telemetry` about the faces and phones of that stretch. `events`
    /// are taken in order; one that lies before its predecessor counts as simultaneous with it.
    ///
    /// # Realtime
    /// Neither allocates, frees, locks, logs, panics nor calls the OS, if `telemetry` does not.
    pub fn process(&mut self, events: &[TimedEvent], sound: &mut [f32], telemetry: &mut dyn Telemetry) {
        let mut done = 0;
        for timed in events {
            let at = (timed.offset_samples as usize).clamp(done, sound.len());
            self.fill(&mut sound[done..at], telemetry);
            done = at;
            self.apply(&timed.event);
        }
        self.fill(&mut sound[done..], telemetry);
    }

    /// The state of the field at the last tick.
    pub fn observables(&self) -> ObservableFrame {
        let order = |band| self.field.read(Observable::Order(band));
        let network = self.field.network();
        ObservableFrame {
            order: [order(Band::Micro), order(Band::Meso), order(Band::Macro)],
            voice_face_order: network.voice_face_order(),
            syllable_theta: network.theta(Role::Syllable),
            jaw_theta: network.theta(Role::Jaw),
            energy: self.field.read(Observable::Energy),
            epsilon: self.field.read(Observable::Epsilon),
            tau: self.field.read(Observable::Tau),
            memory: self.field.read(Observable::Memory),
            grammar_corrections: self.visage.corrections(),
            sound_corrections: self.sound_tally.total(),
            silenced_samples: self.guard.silenced(),
            speaking: self.line.is_some(),
            lines_waiting: self.queue.len(),
            lines_refused: self.queue.refused(),
            surprise: self.observables.surprise.map(|event| SurpriseEvent {
                time_samples: event.time_samples.wrapping_add(self.shift),
                ..event
            }),
            ..self.observables
        }
    }

    /// Whether nothing is said, waits or sounds any more: as long as no event comes, all that it would render is silence.
    pub fn is_idle(&self) -> bool {
        let silent = self.line.is_none() && self.queue.is_empty() && self.quiet;
        silent && self.tail_taken == self.hop && !self.replaying.is_on()
    }

    /// How many queued lines wait for their turn.
    pub fn lines_waiting(&self) -> u32 {
        self.queue.len()
    }

    /// How often each rule of the grammar had to act since `reset`, on faces and on sounds.
    pub fn grammar_tally(&self) -> Tally {
        self.visage.tally().joined(&self.sound_tally)
    }

    /// The field, to be read: phases, couplings as learned, memory, expectation.
    pub fn field(&self) -> &PsiField {
        &self.field
    }

    /// An observable as it is at the last tick.
    pub fn read(&self, observable: Observable) -> f32 {
        self.field.read(observable)
    }

    /// What another engine may hear of this one's clock; hand it over as [`Event::Partner`].
    pub fn pulse(&self) -> Pulse {
        self.field.pulse()
    }

    /// Samples from one control tick to the next: engines that listen to each other exchange their pulses so often.
    pub fn tick_samples(&self) -> usize {
        self.hop
    }

    /// The speaker that an engine starts with: a neutral face and no voice of its own.
    pub const fn resting_speaker() -> Speaker {
        REST
    }

    fn apply(&mut self, event: &Event) {
        if self.meet_replay(event) {
            return;
        }
        self.record(event);
        match event {
            Event::Load(score) => {
                if self.line.is_none() {
                    self.speaker = score.speaker;
                }
                self.loaded = Some(Arc::clone(score));
            }
            Event::Speak { velocity } => {
                let Some(score) = self.loaded.clone() else { return };
                self.queue.clear();
                self.trigger(score, *velocity);
            }
            Event::Queue(score) if self.line.is_none() => self.trigger(Arc::clone(score), 1.0),
            Event::Queue(score) => self.queue.push(score),
            Event::Stop => self.stop(),
            Event::Set { control, value } => self.controls.set(*control, *value, self.now),
            Event::Field(setup) => {
                self.temper.adopt(&setup.grammar);
                self.field.adopt(setup);
            }
            Event::Drive { role, drive } => self.field.drive(*role, drive),
            Event::Inject(transient) => self.field.inject(transient),
            Event::Transport(transport) => {
                self.field.hear_transport(*transport, self.now, self.config.sample_rate_hz);
            }
            Event::Partner(pulse) => self.field.hear_partner(*pulse),
            Event::Sing(note) => self.sing(note),
            Event::Release { after_samples } => self.release(*after_samples),
            Event::Express(expression) => self.bending.set(expression, self.now),
            Event::Follow(None) => self.stop(),
            Event::Follow(Some(place)) => self.go_along(place),
            Event::Recall(recall) => self.recall(recall),
            Event::Weigh(weights) => self.remembering.weigh(weights),
            Event::Replay(rendition) => self.replay(rendition),
            Event::Probe { slot, probe } => self.probes.set(*slot, *probe, self.now, &self.config),
        }
    }

    fn stop(&mut self) {
        let now = self.now;
        self.queue.clear();
        if let Some(line) = &mut self.line {
            line.stopped_at.get_or_insert(now);
        }
    }

    /// Speaks a line from this sample on, whatever is being spoken.
    fn trigger(&mut self, score: Arc<Score>, velocity: f32) {
        self.keep_tail();
        let strength = if velocity.is_finite() { velocity.clamp(0.0, 1.0) } else { 1.0 };
        if self.line.is_none() {
            self.velocity.jump(strength, self.now);
        } else {
            self.velocity.set_target(strength, self.now);
        }
        self.begin(score);
        self.taken = self.hop;
    }

    /// Puts the field and the bank at the start of a line.
    fn begin(&mut self, score: Arc<Score>) {
        self.let_go();
        self.sung = None;
        self.adopt(&score.speaker);
        self.field
            .begin(&read_mixed(&score, 0.0, self.controls.at(Control::VoiceMix, self.now)), &score.topic);
        self.reading = NOTHING_READ;
        self.visage.hand_over();
        self.bank.restart(self.speaker.f0_mean_hz);
        self.line = Some(Line::new(score));
        self.begin_impression(false);
    }

    fn adopt(&mut self, speaker: &Speaker) {
        self.speaker = *speaker;
        self.curves = SpeakerCurves::new(&speaker.axis);
        self.bank.set_voice(speaker.axis, speaker.noise_gain);
        self.choir.set_voice(speaker.axis, speaker.noise_gain);
    }

    /// A new trigger cuts the present tick short: what is left of it fades under the new sound.
    fn keep_tail(&mut self) {
        let left = self.hop - self.taken;
        if left == 0 && self.tail_taken < self.hop {
            // Cut short at this sample already.
            return;
        }
        for i in 0..left {
            let old = self.tail.get(self.tail_taken + i).copied().unwrap_or(0.0);
            self.tail[i] = (self.sound[self.taken + i] + old) * (1.0 - (i + 1) as f32 / left as f32);
        }
        self.tail[left..].fill(0.0);
        self.tail_taken = 0;
    }

    fn fill(&mut self, out: &mut [f32], telemetry: &mut dyn Telemetry) {
        let (shift, last_face) = (self.shift, self.last_face);
        let mut told = Told { to: telemetry, shift, last_face };
        let mut done = 0;
        while done < out.len() {
            let room = self.follow_take(out.len() - done);
            if self.taken == self.hop {
                self.watch_take();
                self.watch_replay();
                self.tick(&mut told);
            }
            let count = (self.hop - self.taken).min(room);
            out[done..done + count].copy_from_slice(&self.sound[self.taken..self.taken + count]);
            for x in &mut out[done..done + count] {
                if self.tail_taken < self.hop {
                    *x += self.tail[self.tail_taken];
                    self.tail_taken += 1;
                }
            }
            self.taken += count;
            self.now += count as u64;
            done += count;
        }
        self.last_face = told.last_face;
    }
}

/// The field of a configuration.
fn field(config: &EngineConfig) -> PsiField {
    let mut field = PsiField::new(&FieldSetup::default(), config.seed);
    field.set_mechanisms(config.ablation.mechanisms());
    field
}
