//! The audio thread's half of an instance: what happens between the host's events and the engine.
//!
//! Everything from [`Performer::begin`] down is real-time safe; what prepares it (`prepare`, `await_line`)
//! says so.

use crate::bounce::{self, BounceTap};
use crate::channels::{AudioEnds, PlannedLine, RemoteOrder, Request, Shared, TextChunk};
use crate::controls::{CC_ALL_SOUND_OFF, ControlWatch, controller_event};
use crate::face_link::FaceTap;
use crate::link_board::{Ear, Seat};
use crate::midi::TextSysEx;
use crate::params::PsivoxParams;
use nice_plug::prelude::NoteEvent;
use psivox_core::engine::{EngineError, Event, TimedEvent};
use psivox_core::field::{FieldSetup, Transport};
use psivox_core::{Control, Engine, EngineConfig, Score};
use psivox_wire::FaceFeed;
use rtrb::{Consumer, Producer};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// Events handed to the engine at once. More in one block are no loss: the block is then rendered in pieces.
const EVENT_CAPACITY: usize = 256;
/// How long a bypassed instance still lets the engine's fade-out be heard, in s (the engine needs 20 ms).
const BYPASS_FADE_S: f32 = 0.05;

/// Drives one engine.
pub struct Performer {
    /// The engine of the current sample rate; none before the first `prepare`.
    engine: Option<Engine>,
    /// Sample rate of the engine in Hz.
    sample_rate_hz: f32,
    /// Events of the piece that is being collected; never grows beyond its capacity.
    events: Vec<TimedEvent>,
    /// What the engine knows of the parameters.
    watch: ControlWatch,
    /// Takes the faces.
    tap: FaceTap,
    /// Lines from the worker.
    lines: Consumer<PlannedLine>,
    /// MIDI text for the worker.
    chunks: Producer<TextChunk>,
    /// Clicks of the editor.
    requests: Consumer<Request>,
    /// Orders that came by OSC.
    orders: Consumer<RemoteOrder>,
    /// How many lines have come among them.
    lines_taken: u64,
    /// Flags shared with the other threads.
    shared: Arc<Shared>,
    /// The line that a note speaks; none if the text cannot be spoken.
    line: Option<Arc<Score>>,
    /// The generation that `line` answers.
    line_generation: u64,
    /// Whether the engine still has to be given `line`.
    load_line: bool,
    /// The field of the line; none before the worker's first answer.
    field: Option<Arc<FieldSetup>>,
    /// Whether the engine still has to be given `field`.
    load_field: bool,
    /// Samples rendered since the engine's last reset.
    position_samples: u64,
    /// Whether no block has been rendered since the last reset.
    fresh: bool,
    /// Whether the engine was told that the host moves.
    transport_told: bool,
    /// The place on the board where the other instances look; none while offline or inactive.
    seat: Option<Seat>,
    /// What was heard of the other instances.
    ear: Ear,
    /// Velocity of the note that waits for its line.
    pending: Option<f32>,
    /// Samples since bypass was switched on; none while it is off.
    bypassed_samples: Option<u64>,
}

impl Performer {
    /// A performer without an engine.
    pub fn new(ends: AudioEnds, shared: Arc<Shared>) -> Self {
        Self {
            engine: None,
            sample_rate_hz: 0.0,
            events: Vec::with_capacity(EVENT_CAPACITY),
            watch: ControlWatch::default(),
            tap: FaceTap::new(ends.faces, Arc::clone(&shared)),
            lines: ends.lines,
            chunks: ends.chunks,
            requests: ends.requests,
            orders: ends.orders,
            lines_taken: 0,
            shared,
            line: None,
            line_generation: 0,
            load_line: false,
            field: None,
            load_field: false,
            position_samples: 0,
            fresh: true,
            transport_told: false,
            seat: None,
            ear: Ear::default(),
            pending: None,
            bypassed_samples: None,
        }
    }

    /// Builds the engine for a sample rate. Allocates.
    ///
    /// # Errors
    /// A rate that the engine refuses.
    pub fn prepare(&mut self, sample_rate_hz: f32) -> Result<(), EngineError> {
        if self.engine.is_none() || self.sample_rate_hz != sample_rate_hz {
            let config = EngineConfig::new(sample_rate_hz);
            self.engine =
                Some(Engine::new(EngineConfig { face_rate_hz: bounce::ENGINE_RATE_HZ as f32, ..config })?);
            self.sample_rate_hz = sample_rate_hz;
            self.load_field = true;
            self.tap.set_sample_rate(sample_rate_hz);
        }
        Ok(())
    }

    /// Takes a place where the other instances of the process see this one, or leaves it. An instance that finds all
    /// places taken is not seen and sees the others. Wait-free.
    pub fn sit(&mut self, wanted: bool) {
        match (wanted, &self.seat) {
            (true, None) => self.seat = Seat::claim(),
            (false, _) => self.seat = None,
            (true, Some(_)) => {}
        }
        self.ear = Ear::default();
    }

    /// Connects the network. Not real-time safe.
    pub fn connect(&mut self, feed: FaceFeed) {
        self.tap.connect(feed);
    }

    /// Writes a bounce's faces from now on, or no longer. Not real-time safe.
    pub fn connect_bounce(&mut self, bounce: Option<BounceTap>) {
        self.tap.connect_bounce(bounce);
    }

    /// Waits until the line that is current now is here. Not real-time safe.
    pub fn await_line(&mut self, patience: Duration) {
        let generation = self.shared.request_first();
        let shared = Arc::clone(&self.shared);
        shared.wait_until(patience, || {
            self.take_lines();
            self.line_generation >= generation
        });
    }

    /// Back to the first sample: silent, the face at rest, the line loaded.
    pub fn reset(&mut self) {
        if let Some(engine) = &mut self.engine {
            engine.reset();
        }
        self.position_samples = 0;
        self.events.clear();
        self.watch.forget();
        self.tap.rest();
        self.load_line = true;
        self.fresh = true;
        self.transport_told = false;
        self.ear = Ear::default();
        self.set_pending(None);
        self.bypassed_samples = None;
        self.shared.set_faulted(false);
        while self.requests.pop().is_ok() {}
        while let Ok(order) = self.orders.pop() {
            self.lines_taken += u64::from(matches!(order, RemoteOrder::Say { .. }));
        }
        self.shared.note_queue(self.lines_taken, 0);
    }

    /// Puts the receiver's face to rest because the host stops calling.
    pub fn rest(&mut self) {
        self.tap.set_sending(false);
        self.tap.rest();
        self.publish(None);
    }

    /// Starts a block; `sound` is mono and will be overwritten. `transport` is what the host tells of its place at the
    /// block's first sample, if it tells all of it.
    pub fn begin<'a>(
        &'a mut self,
        sound: &'a mut [f32],
        params: &PsivoxParams,
        transport: Option<Transport>,
    ) -> Block<'a> {
        self.take_lines();
        self.events.clear();
        let bypass = params.bypass.value();
        self.tap.set_sending(params.osc_on.value() && !bypass && !self.shared.offline());
        let link = params.of(Control::PartnerCoupling).value();
        let end_beats = transport.filter(|transport| transport.playing).map(|transport| {
            let beats_per_sample = f64::from(transport.tempo_bpm) / 60.0 / f64::from(self.sample_rate_hz);
            transport.beats + sound.len() as f64 * beats_per_sample
        });
        self.tap.begin_block(self.position_samples, sound.len());
        self.position_samples += sound.len() as u64;
        let mut block = Block { performer: self, sound, rendered: 0, end_beats };
        block.switch_bypass(bypass);
        block.load_field();
        block.move_controls(params);
        block.settle();
        block.hear_transport(transport);
        block.hear_others(link, transport);
        block.load();
        block.speak_pending();
        block.take_requests();
        block.take_orders();
        block
    }

    /// Takes what the worker has planned; the newest wins.
    fn take_lines(&mut self) {
        while let Ok(planned) = self.lines.pop() {
            let same = match (&planned.score, &self.line) {
                (Some(new), Some(old)) => Arc::ptr_eq(new, old),
                _ => false,
            };
            self.line_generation = planned.generation;
            if !same {
                // Only a count goes down here: the worker's shelf keeps a twin of every score.
                self.line = planned.score;
                self.load_line = true;
            }
            if !self.field.as_ref().is_some_and(|old| Arc::ptr_eq(old, &planned.field)) {
                self.field = Some(planned.field);
                self.load_field = true;
            }
        }
    }

    /// Tells the other instances where the clock is, if this one has a place where they look.
    fn publish(&mut self, beats: Option<f64>) {
        let Some(seat) = &self.seat else { return };
        let live = !self.shared.faulted() && !self.shared.offline();
        let pulse = self.engine.as_ref().filter(|_| live).map(Engine::pulse);
        seat.publish(pulse.unwrap_or_default(), beats);
    }

    fn set_pending(&mut self, velocity: Option<f32>) {
        self.pending = velocity;
        self.shared.set_waiting(velocity.is_some());
    }

    /// Whether the line is that of the current text.
    fn line_is_current(&self) -> bool {
        self.line_generation >= self.shared.requested()
    }
}

/// A block that is being filled. Events must come in order of time; [`Block::finish`] renders the rest.
pub struct Block<'a> {
    performer: &'a mut Performer,
    sound: &'a mut [f32],
    /// Samples rendered so far: more than none only if the events did not fit at once.
    rendered: usize,
    /// Place of the host at the end of the block in beats, while it moves.
    end_beats: Option<f64>,
}

impl Block<'_> {
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
                    self.stop(offset);
                    // The host's panic button: no expression may be left either.
                    if cc == CC_ALL_SOUND_OFF {
                        self.performer.tap.hold_at_rest();
                    }
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

    /// What came by OSC, in its order. A line is only counted down here: the worker's shelf keeps a twin.
    fn take_orders(&mut self) {
        while let Ok(order) = self.performer.orders.pop() {
            match order {
                RemoteOrder::Say { score, now } => {
                    self.performer.lines_taken += 1;
                    if now {
                        self.stop(0);
                    }
                    if self.performer.bypassed_samples.is_none() {
                        self.add(0, Event::Queue(score));
                    }
                }
                RemoteOrder::Trigger { velocity } => self.speak(0, velocity),
                RemoteOrder::Stop => self.stop(0),
                RemoteOrder::Panic => {
                    self.stop(0);
                    self.performer.tap.hold_at_rest();
                }
            }
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
