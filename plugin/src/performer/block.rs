//! One block of sound: the events that belong into it, in their order, and what they become.

use super::{EVENT_CAPACITY, Performer};
use crate::channels::{RemoteOrder, Request};
use crate::controls::{CC_ALL_SOUND_OFF, controller_event};
use crate::midi::TextSysEx;
use crate::params::PsivoxParams;
use nice_plug::prelude::NoteEvent;
use psivox_core::engine::{Event, TimedEvent};
use psivox_core::field::Transport;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How long a bypassed instance still lets the engine's fade-out be heard, in s (the engine needs 20 ms).
const BYPASS_FADE_S: f32 = 0.05;

/// A block that is being filled. Events must come in order of time; [`Block::finish`] renders the rest.
pub struct Block<'a> {
    performer: &'a mut Performer,
    sound: &'a mut [f32],
    /// Samples rendered so far: more than none only if the events did not fit at once.
    rendered: usize,
    /// Place of the host at the end of the block in beats, while it moves.
    end_beats: Option<f64>,
}

impl<'a> Block<'a> {
    /// Nothing of it is rendered yet.
    pub(super) fn of(performer: &'a mut Performer, sound: &'a mut [f32], end_beats: Option<f64>) -> Self {
        Self { performer, sound, rendered: 0, end_beats }
    }

    /// Collects what belongs to the block's first sample; `link` is how strongly other instances are heard.
    pub(super) fn start(
        &mut self,
        params: &PsivoxParams,
        transport: Option<Transport>,
        bypass: bool,
        link: f32,
    ) {
        self.switch_bypass(bypass);
        self.load_field();
        self.move_controls(params);
        self.settle();
        self.hear_transport(transport);
        self.hear_others(link, transport);
        self.load();
        self.speak_pending();
        self.take_requests();
        self.take_orders();
    }

    /// Takes one event of the host.
    pub fn host_event(&mut self, event: NoteEvent<TextSysEx>) {
        let offset = event.timing() as usize;
        match event {
            NoteEvent::NoteOn { velocity, .. } => self.speak(offset, velocity),
            // A line is finished, not cut: a note is a trigger.
            NoteEvent::NoteOff { .. } => {}
            NoteEvent::Choke { .. } => self.stop(offset),
            NoteEvent::MidiCC { cc, value, .. } => match controller_event(cc, value) {
                Some(Event::Stop) => {
                    // The host's panic button: no expression may be left either.
                    if cc == CC_ALL_SOUND_OFF { self.panic(offset) } else { self.stop(offset) }
                }
                Some(event) => self.add(offset, event),
                None => {}
            },
            NoteEvent::MidiSysEx { message, .. } => self.message(offset, message),
            _ => {}
        }
    }

    /// Renders what is left and ends the block.
    pub fn finish(mut self) {
        let end = self.sound.len();
        self.render_to(end);
        self.silence_bypassed();
        self.performer.publish(self.end_beats);
        if let Some(engine) = &self.performer.engine {
            self.performer.shared.note_queue(self.performer.lines_taken, engine.lines_waiting());
        }
    }

    fn message(&mut self, offset: usize, message: TextSysEx) {
        match message {
            TextSysEx::Text(chunk) => match self.performer.chunks.push(chunk) {
                // In this order: who sees the request finds the text in the queue.
                Ok(()) => _ = self.performer.shared.request(),
                Err(_) => self.performer.shared.count_lost_chunk(),
            },
            TextSysEx::Speak(velocity) => self.speak(offset, f32::from(velocity) / 127.0),
            TextSysEx::Stop => self.stop(offset),
        }
    }

    /// Speaks the line, or as soon as it is planned.
    fn speak(&mut self, offset: usize, velocity: f32) {
        if self.performer.bypassed_samples.is_some() {
            return;
        }
        if !self.performer.line_is_current() {
            self.performer.set_pending(Some(velocity));
        } else if self.performer.line.is_some() {
            self.add(offset, Event::Speak { velocity });
        }
    }

    fn stop(&mut self, offset: usize) {
        self.performer.set_pending(None);
        self.add(offset, Event::Stop);
    }

    /// Falls silent; the face rests until the next line. What came before in the block is rendered first: a line of
    /// it that began later would end the rest.
    fn panic(&mut self, offset: usize) {
        self.stop(offset);
        self.render_to(offset.clamp(self.rendered, self.sound.len()));
        self.performer.tap.hold_at_rest();
    }

    /// Speaks for the note that came before its line.
    fn speak_pending(&mut self) {
        if let Some(velocity) = self.performer.pending
            && self.performer.line_is_current()
        {
            self.performer.set_pending(None);
            self.speak(0, velocity);
        }
    }

    fn take_requests(&mut self) {
        while let Ok(request) = self.performer.requests.pop() {
            match request {
                Request::Speak => self.speak(0, 1.0),
                Request::Stop => self.stop(0),
            }
        }
    }

    /// What came by OSC, in its order; none of it is part of a bounce. A line is only counted down here: the worker's
    /// shelf keeps a twin.
    fn take_orders(&mut self) {
        let offline = self.performer.shared.offline();
        while let Ok(order) = self.performer.orders.pop() {
            self.performer.lines_taken += u64::from(matches!(order, RemoteOrder::Say { .. }));
            if !offline {
                self.obey(order);
            }
        }
    }

    fn obey(&mut self, order: RemoteOrder) {
        match order {
            RemoteOrder::Say { score, now } => {
                if now {
                    self.stop(0);
                }
                if self.performer.bypassed_samples.is_none() {
                    self.add(0, Event::Queue(score));
                }
            }
            RemoteOrder::Trigger { velocity } => self.speak(0, velocity),
            RemoteOrder::Stop => self.stop(0),
            RemoteOrder::Panic => self.panic(0),
        }
    }

    fn load(&mut self) {
        if std::mem::take(&mut self.performer.load_line)
            && let Some(score) = self.performer.line.clone()
        {
            self.add(0, Event::Load(score));
        }
    }

    /// Before the controls settle, so that a first block begins with its own field.
    fn load_field(&mut self) {
        if std::mem::take(&mut self.performer.load_field)
            && let Some(field) = self.performer.field.clone()
        {
            self.add(0, Event::Field(field));
        }
    }

    /// The engine itself ignores places that follow from the last one, so block sizes do not matter.
    fn hear_transport(&mut self, transport: Option<Transport>) {
        let told = self.performer.transport_told;
        // A host that tells nothing any more stands.
        let standing = Transport { tempo_bpm: 120.0, beats: 0.0, playing: false };
        if let Some(transport) = transport.or(told.then_some(standing)) {
            self.add(0, Event::Transport(transport));
        }
        self.performer.transport_told = transport.is_some_and(|transport| transport.playing);
    }

    /// The other instances of the process, as one clock. Never in a bounce: what they do is no part of the project.
    fn hear_others(&mut self, link: f32, transport: Option<Transport>) {
        if link <= 0.0 || self.performer.shared.offline() {
            return;
        }
        let block_s = self.sound.len() as f32 / self.performer.sample_rate_hz;
        let Performer { seat, ear, .. } = &mut *self.performer;
        let transport = transport.filter(|transport| transport.playing);
        if let Some(pulse) = ear.listen(seat.as_ref(), block_s, transport) {
            self.add(0, Event::Partner(pulse));
        }
    }

    fn move_controls(&mut self, params: &PsivoxParams) {
        let mut watch = std::mem::take(&mut self.performer.watch);
        for event in watch.moved(params) {
            self.add(0, event);
        }
        self.performer.watch = watch;
    }

    /// In the first block after a reset the controls are where the parameters are, without a glide from
    /// wherever they were: the engine's reset jumps to its controls' targets.
    fn settle(&mut self) {
        if std::mem::take(&mut self.performer.fresh) {
            self.render_to(0);
            if let Some(engine) = &mut self.performer.engine {
                engine.reset();
            }
        }
    }

    fn switch_bypass(&mut self, bypass: bool) {
        match (bypass, self.performer.bypassed_samples) {
            (true, None) => {
                self.stop(0);
                self.performer.bypassed_samples = Some(0);
            }
            (false, Some(_)) => self.performer.bypassed_samples = None,
            _ => {}
        }
    }

    /// Once the fade-out is over a bypassed instance is silent to the bit.
    fn silence_bypassed(&mut self) {
        let Some(samples) = &mut self.performer.bypassed_samples else { return };
        let fade = (BYPASS_FADE_S * self.performer.sample_rate_hz) as u64;
        let audible = (fade.saturating_sub(*samples) as usize).min(self.sound.len());
        self.sound[audible..].fill(0.0);
        *samples += self.sound.len() as u64;
    }

    /// Collects an event, rendering up to it first if there is no more room.
    fn add(&mut self, offset: usize, event: Event) {
        let offset = offset.clamp(self.rendered, self.sound.len());
        if self.performer.events.len() == EVENT_CAPACITY {
            self.render_to(offset);
        }
        let offset_samples = (offset - self.rendered) as u32;
        self.performer.events.push(TimedEvent { offset_samples, event });
    }

    /// Renders the samples from where the last piece ended to `end`.
    fn render_to(&mut self, end: usize) {
        let Performer { engine, events, tap, shared, .. } = &mut *self.performer;
        if let Some(engine) = engine {
            tap.note_rules(|| engine.grammar_tally());
        }
        let piece = &mut self.sound[self.rendered..end];
        match engine {
            Some(engine) if !shared.faulted() => {
                // A panic that reached the host's C code would end the host. The engine may be in any state
                // then, so it stays silent until it is reset.
                let attempt = catch_unwind(AssertUnwindSafe(|| engine.process(events, piece, tap)));
                if attempt.is_err() {
                    piece.fill(0.0);
                    shared.set_faulted(true);
                    tap.rest();
                }
            }
            _ => piece.fill(0.0),
        }
        events.clear();
        self.rendered = end;
    }
}
