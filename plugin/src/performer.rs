//! The audio thread's half of an instance: what happens between the host's events and the engine.
//!
//! Everything from [`Performer::begin`] down is real-time safe; what prepares it (`prepare`, `await_line`)
//! says so.

mod block;

pub use block::Block;

use crate::bounce::{self, BounceTap};
use crate::channels::{AudioEnds, PlannedLine, RemoteOrder, Request, Shared, TextChunk};
use crate::controls::ControlWatch;
use crate::face_link::FaceTap;
use crate::link_board::{Ear, Seat};
use crate::params::PsivoxParams;
use psivox_core::engine::{EngineError, TimedEvent};
use psivox_core::field::{FieldSetup, Transport};
use psivox_core::{Control, Engine, EngineConfig, Score};
use psivox_wire::FaceFeed;
use rtrb::{Consumer, Producer};
use std::sync::Arc;
use std::time::Duration;

/// Events handed to the engine at once. More in one block are no loss: the block is then rendered in pieces.
const EVENT_CAPACITY: usize = 256;
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
        let mut block = Block::of(self, sound, end_beats);
        block.start(params, transport, bypass, link);
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
