//! Says a take again. Its engine's clock is taken over with its state, so every number that was a function of the sample
//! is the same number again; what is told is told on this engine's own clock.

use super::Engine;
use crate::engine::config::EngineConfig;
use crate::engine::controls::Controls;
use crate::engine::event::{Event, Place, SungNote};
use crate::engine::express::Bending;
use crate::engine::line::Line;
use crate::face::BlendshapeFrame;
use crate::field::{BeatClock, FieldSetup, Role, RoleDrive};
use crate::memory::{Act, Recall, Rendition};
use crate::score::Speaker;
use std::sync::Arc;

/// Time in which the face goes over from where it was, s.
const CROSSING_S: f32 = 0.12;
/// Time in which what is recalled live is there again, s.
const RECALL_S: f32 = 0.3;
/// Faces that differ by less are the same to all who see them.
const SAME: f32 = 1e-6;

/// A replay under way, or the last one.
#[derive(Debug)]
pub(super) struct Replaying {
    /// Kept until nothing of it is in use any more.
    rendition: Option<Arc<Rendition>>,
    on: bool,
    /// Of what was logged.
    next: usize,
    held: Held,
    crossing: Option<FaceCrossing>,
}

/// What is in force again afterwards.
#[derive(Debug)]
struct Held {
    controls: Controls,
    bending: Bending,
    setup: Box<FieldSetup>,
    drives: [RoleDrive; Role::ALL.len()],
    beat: BeatClock,
    speaker: Speaker,
    /// What is recalled live.
    recall: Recall,
    /// What the engine's clock was ahead of the take's, samples (wrapping).
    ahead: u64,
}

/// From a face that was shown to those of a take.
#[derive(Debug, Clone, Copy)]
struct FaceCrossing {
    from: BlendshapeFrame,
    /// Sample at which it begins.
    start: u64,
}

/// How the controls come back.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Return {
    Gliding,
    AtOnce,
}

impl Replaying {
    /// None. Allocates.
    pub fn new(config: &EngineConfig, speaker: &Speaker) -> Self {
        Self {
            rendition: None,
            on: false,
            next: 0,
            held: Held {
                controls: Controls::new(config.sample_rate_hz),
                bending: Bending::new(config.sample_rate_hz),
                setup: Box::default(),
                drives: [RoleDrive::default(); Role::ALL.len()],
                beat: BeatClock::default(),
                speaker: *speaker,
                recall: Recall::none(RECALL_S),
                ahead: 0,
            },
            crossing: None,
        }
    }

    /// Whether a take is being said.
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// Goes over from the face that was shown before, for the face of sample `due`.
    pub fn cross(&self, frame: &mut BlendshapeFrame, due: u64, sample_rate_hz: f32) {
        let Some(crossing) = &self.crossing else { return };
        let along = due.saturating_sub(crossing.start) as f32 / (CROSSING_S * sample_rate_hz);
        if along >= 1.0 {
            return;
        }
        // Minimum jerk (Flash & Hogan 1985).
        let share = along * along * along * (10.0 + along * (6.0 * along - 15.0));
        let mix = |from: f32, to: f32| from + share * (to - from);
        for (own, from) in frame.shapes.iter_mut().zip(crossing.from.shapes) {
            *own = mix(from, *own);
        }
        for (own, from) in frame.head_rad.iter_mut().zip(crossing.from.head_rad) {
            *own = mix(from, *own);
        }
    }
}

impl Engine {
    /// Begins to say a take.
    pub(super) fn replay(&mut self, rendition: &Arc<Rendition>) {
        if rendition.fits(&self.config).is_err() {
            return;
        }
        if self.replaying.on {
            self.leave_take(Return::AtOnce);
        }
        if let Some(recorder) = self.recorder.as_deref_mut() {
            recorder.abandon();
        }
        self.keep_tail();
        self.taken = self.hop;
        self.hold_back();
        let (shown, before) = ((!self.faces.is_first()).then_some(self.face), self.now);
        // The scores of a take before this one are let go before it is.
        self.line = None;
        self.queue.clear();
        self.sung = None;
        self.stand_as(rendition);
        let ahead = before.wrapping_sub(self.now);
        self.replaying.held.ahead = ahead;
        self.shift = self.shift.wrapping_add(ahead);
        self.probes.shift(ahead.wrapping_neg());
        if let Some(event) = &mut self.observables.surprise {
            event.time_samples = event.time_samples.wrapping_sub(ahead);
        }
        self.replaying.crossing = shown.and_then(|from| self.crossing_from(from));
        (self.replaying.on, self.replaying.next) = (true, 0);
        self.replaying.rendition = Some(Arc::clone(rendition));
    }

    /// Keeps what is in force now for the time afterwards.
    fn hold_back(&mut self) {
        let held = &mut self.replaying.held;
        held.controls.clone_from(&self.controls);
        held.bending.clone_from(&self.bending);
        (*held.setup).clone_from(self.field.setup());
        held.beat = self.field.beat();
        held.speaker = self.speaker;
        held.recall = self.remembering.as_recall(RECALL_S);
        let network = self.field.network();
        // Vibrato is driven by its control and the tremor by laughing and sobbing.
        held.drives = Role::ALL.map(|role| match role {
            Role::Vibrato | Role::Tremor => RoleDrive::default(),
            _ => network.driven(role),
        });
    }

    /// The way from a face that was shown to the present one, if they differ.
    fn crossing_from(&self, from: BlendshapeFrame) -> Option<FaceCrossing> {
        let now = &self.face;
        let shapes = from.shapes.iter().zip(&now.shapes);
        let differ = shapes.chain(from.head_rad.iter().zip(&now.head_rad)).any(|(a, b)| (a - b).abs() > SAME);
        differ.then_some(FaceCrossing { from, start: self.now })
    }

    /// Does what was logged for the present sample; returns for how many samples of the next `most` nothing is.
    pub(super) fn follow_take(&mut self, most: usize) -> usize {
        while self.replaying.on {
            let Some(rendition) = self.replaying.rendition.clone() else { break };
            let passed = self.now - rendition.now;
            let left = |until: u64| usize::try_from(until - passed).unwrap_or(most).min(most);
            match rendition.log.get(self.replaying.next) {
                Some(logged) if logged.sample <= passed => {
                    self.replaying.next += 1;
                    self.perform(&logged.act, &rendition);
                }
                _ if passed >= rendition.length_samples => self.leave_take(Return::Gliding),
                Some(logged) => return left(logged.sample.min(rendition.length_samples)),
                None => return left(rendition.length_samples),
            }
        }
        most
    }

    fn perform(&mut self, act: &Act, rendition: &Rendition) {
        let score = act.score().and_then(|id| rendition.score(id));
        match *act {
            Act::Load { .. } => {
                if let Some(score) = score.filter(|_| self.line.is_none()) {
                    self.speaker = score.speaker;
                }
            }
            Act::Speak { velocity, .. } => {
                let Some(score) = score else { return };
                self.queue.clear();
                self.trigger(Arc::clone(score), velocity);
            }
            Act::Queue { .. } => {
                let Some(score) = score else { return };
                if self.line.is_none() {
                    self.trigger(Arc::clone(score), 1.0);
                } else {
                    self.queue.push(score);
                }
            }
            Act::Stop => self.stop(),
            Act::Set { control, value } => self.controls.set(control, value, self.now),
            Act::Drive { role, drive } => self.field.drive(role, &drive),
            Act::Inject(transient) => self.field.inject(&transient),
            Act::Transport(transport) => {
                self.field.hear_transport(transport, self.now, self.config.sample_rate_hz);
            }
            Act::Partner(pulse) => self.field.hear_partner(pulse),
            Act::Sing { syllable, f0_hz, velocity, lead_samples, glide_s, .. } => {
                let Some(score) = score.map(Arc::clone) else { return };
                self.sing(&SungNote { score, syllable, f0_hz, velocity, lead_samples, glide_s });
            }
            Act::Release { after_samples } => self.release(after_samples),
            Act::Express(expression) => self.bending.set(&expression, self.now),
            Act::Follow { at_s, rate, .. } => {
                let Some(score) = score.map(Arc::clone) else { return };
                self.go_along(&Place { score, at_s, rate });
            }
            Act::Recall { parts, weights, over_s } => {
                self.recall(&Recall { parts: rendition.recalled(&parts), weights, over_s });
            }
            Act::Weigh(weights) => self.remembering.weigh(&weights),
        }
    }

    /// An event from outside while a take is said; true if that is all that it does.
    pub(super) fn meet_replay(&mut self, event: &Event) -> bool {
        if !self.replaying.on {
            return false;
        }
        let live = self.now.wrapping_add(self.replaying.held.ahead);
        let held = &mut self.replaying.held;
        match event {
            Event::Load(score) => {
                held.speaker = score.speaker;
                self.loaded = Some(Arc::clone(score));
            }
            Event::Set { control, value } => held.controls.set(*control, *value, live),
            Event::Express(expression) => held.bending.set(expression, live),
            Event::Field(setup) => (*held.setup).clone_from(setup),
            Event::Drive { role, drive } => {
                if let Some(index) = Role::ALL.iter().position(|own| own == role) {
                    held.drives[index] = *drive;
                }
            }
            Event::Transport(transport) => held.beat.hear(*transport, live, self.config.sample_rate_hz),
            Event::Recall(recall) => held.recall = recall.clone(),
            Event::Weigh(weights) => held.recall.weights = *weights,
            Event::Inject(_) | Event::Partner(_) | Event::Release { .. } => {}
            Event::Probe { .. } | Event::Replay(_) => return false,
            Event::Stop | Event::Follow(None) => {
                self.leave_take(Return::Gliding);
                return false;
            }
            Event::Queue(score) => {
                self.queue.clear();
                let led = self.line.as_ref().is_some_and(Line::is_led);
                self.leave_take(if led { Return::AtOnce } else { Return::Gliding });
                // Nobody leads a led line to its end any more.
                if led {
                    self.trigger(Arc::clone(score), 1.0);
                }
                return led;
            }
            Event::Speak { .. } if self.loaded.is_none() => {}
            Event::Speak { .. } | Event::Sing(_) | Event::Follow(Some(_)) => {
                self.leave_take(Return::AtOnce);
                return false;
            }
        }
        true
    }

    /// From here on the engine is played live again.
    fn leave_take(&mut self, how: Return) {
        self.replaying.on = false;
        let (now, held) = (self.now, &mut self.replaying.held);
        if how == Return::Gliding {
            self.controls.go_to(&held.controls, now);
            self.bending.set(&held.bending.wanted(), now);
        } else {
            self.controls.clone_from(&held.controls);
            self.controls.settle_at(now);
            self.bending.clone_from(&held.bending);
            self.bending.settle_at(now);
        }
        for (role, drive) in Role::ALL.into_iter().zip(&held.drives) {
            let own = !matches!(role, Role::Vibrato | Role::Tremor) || *drive != RoleDrive::default();
            if own && self.field.network().driven(role) != *drive {
                self.field.drive(role, drive);
            }
        }
        let live = now.wrapping_add(held.ahead);
        *self.field.beat_mut() = held.beat.moved(live, now, self.config.sample_rate_hz);
        if self.field.setup() != &*held.setup {
            self.temper.adopt(&held.setup.grammar);
            self.field.adopt(&held.setup);
        }
        let (recall, speaker) = (std::mem::replace(&mut held.recall, Recall::none(RECALL_S)), held.speaker);
        self.recall(&recall);
        if self.line.is_none() && self.speaker != speaker {
            self.replaying.crossing = Some(FaceCrossing { from: self.face, start: now });
            self.speaker = speaker;
        }
    }

    /// Between two ticks: what is out of hand ends, what is not used any more is let go.
    pub(super) fn watch_replay(&mut self) {
        if self.replaying.rendition.is_none() {
            return;
        }
        if !self.field.is_finite() {
            if self.replaying.on {
                self.leave_take(Return::AtOnce);
            }
            self.start_over();
        }
        if !self.replaying.on && self.line.is_none() && self.queue.is_empty() {
            self.sung = None;
            self.replaying.rendition = None;
        }
    }

    /// No replay, as after `reset`.
    pub(super) fn forget_replay(&mut self) {
        if self.replaying.on {
            self.leave_take(Return::AtOnce);
        }
        self.line = None;
        self.queue.clear();
        self.sung = None;
        self.replaying.rendition = None;
        self.replaying.crossing = None;
    }
}
