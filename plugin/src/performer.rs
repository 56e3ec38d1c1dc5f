//! The audio thread's half of an instance: what happens between the host's events and the engines.
//!
//! Everything from [`Performer::begin`] down is real-time safe; what prepares it (`prepare`, `await_line`)
//! says so.

mod block;
mod delay;
mod ensemble;
mod following;
mod mouths;
mod notes;
mod rules;
mod turn;

pub use block::Block;
pub(crate) use ensemble::engine_config;
pub use following::SongPlace;

use crate::bounce::BounceTap;
use crate::channels::{AudioEnds, AudioMessage, Prepared, RemoteOrder, Request, Shared};
use crate::controls::ControlWatch;
use crate::face_link::FaceTap;
use crate::link_board::{Ear, Seat};
use crate::memory::Remembered;
use crate::params::PsivoxParams;
use crate::performance::Mode;
use crate::remote::RemoteValues;
use crate::repertoire::Repertoire;
use block::Recalled;
use delay::Delay;
use ensemble::Ensemble;
use following::Following;
use notes::Notes;
use psivox_core::engine::EngineError;
use psivox_core::field::FieldSetup;
use psivox_core::{Control, Engine};
use psivox_wire::FaceFeed;
use rtrb::{Consumer, Producer};
use rules::Rules;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use turn::Turn;

/// Events handed to an engine at once. More in one block are no loss: the block is then rendered in pieces.
const EVENT_CAPACITY: usize = 256;

/// What shall be spoken.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Asked {
    /// The unit whose turn it is.
    Next,
    /// This unit.
    Unit(usize),
    /// The unit of this key.
    Key(u8),
}

/// Drives the engines of one instance.
pub struct Performer {
    /// The voices at the current sample rate; none before the first `prepare`.
    ensemble: Option<Ensemble>,
    /// What the engines know of the parameters.
    watch: ControlWatch,
    /// How notes are taken, as of the present block.
    rules: Rules,
    /// What notes did in the block before.
    mode: Mode,
    /// Whose turn it is.
    turn: Turn,
    /// What is held and how it is bent.
    notes: Notes,
    /// The syllable that the next note takes, and when the last one was taken.
    syllable: u32,
    syllable_taken: Option<u64>,
    /// What the host's place asks for.
    following: Following,
    /// Events that act later.
    delay: Delay,
    /// By how much everything is late, samples: told to the host when it activates the instance.
    latency_samples: u32,
    /// Takes the faces.
    tap: FaceTap,
    /// What the worker makes ready.
    prepared: Consumer<Prepared>,
    /// What came by MIDI and is for the worker.
    messages: Producer<AudioMessage>,
    /// Clicks of the editor.
    requests: Consumer<Request>,
    /// Orders that came by OSC.
    orders: Consumer<RemoteOrder>,
    /// How many lines have come among them.
    lines_taken: u64,
    /// Flags shared with the other threads.
    shared: Arc<Shared>,
    /// Values on their way to the host.
    values: Arc<RemoteValues>,
    /// What is performed.
    repertoire: Arc<Repertoire>,
    /// What can be recalled.
    remembered: Arc<Remembered>,
    /// What the engines were told of it.
    recalled: Recalled,
    /// The generation that it answers.
    generation: u64,
    /// Whether the first engine still has to be given who speaks.
    load_line: bool,
    /// The field of the line; none before the worker's first answer.
    field: Option<Arc<FieldSetup>>,
    /// Whether the engines still have to be given `field`.
    load_field: bool,
    /// Samples rendered since the engines' last reset.
    position_samples: u64,
    /// Whether no block has been rendered since the last reset.
    fresh: bool,
    /// Whether the engines were told that the host moves.
    transport_told: bool,
    /// The place on the board where the other instances look; none while offline or inactive.
    seat: Option<Seat>,
    /// What was heard of the other instances.
    ear: Ear,
    /// What waits for its unit to be planned, and its velocity.
    pending: Option<(Asked, f32)>,
    /// Samples since bypass was switched on; none while it is off.
    bypassed_samples: Option<u64>,
}

impl Performer {
    /// A performer without an engine.
    pub fn new(ends: AudioEnds, shared: Arc<Shared>, values: Arc<RemoteValues>) -> Self {
        Self {
            ensemble: None,
            watch: ControlWatch::default(),
            rules: Rules::default(),
            mode: Mode::Speak,
            turn: Turn::default(),
            notes: Notes::default(),
            syllable: 0,
            syllable_taken: None,
            following: Following::default(),
            delay: Delay::default(),
            latency_samples: 0,
            tap: FaceTap::new(ends.faces, ends.scope, ends.memory, Arc::clone(&shared)),
            prepared: ends.prepared,
            messages: ends.messages,
            requests: ends.requests,
            orders: ends.orders,
            lines_taken: 0,
            shared,
            values,
            repertoire: nothing(),
            remembered: nothing_remembered(),
            recalled: Recalled::default(),
            generation: 0,
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

    /// Builds the engines for a sample rate and takes over the latency that the parameters ask for. Allocates.
    ///
    /// # Errors
    /// A rate that the engine refuses.
    pub fn prepare(&mut self, sample_rate_hz: f32, params: &PsivoxParams) -> Result<(), EngineError> {
        if self.ensemble.as_ref().is_none_or(|own| own.sample_rate_hz() != sample_rate_hz) {
            self.ensemble = Some(Ensemble::new(sample_rate_hz)?);
            self.recalled = Recalled::default();
            self.load_field = true;
            self.tap.set_sample_rate(sample_rate_hz);
        }
        self.shared.set_sample_rate_hz(sample_rate_hz);
        self.latency_samples = Rules::of(params).wanted_latency_samples(sample_rate_hz);
        Ok(())
    }

    /// By how much everything is late, samples.
    pub fn latency_samples(&self) -> u32 {
        self.latency_samples
    }

    /// The latency that the parameters ask for now; the host is to activate the instance anew where it is another one.
    pub fn wanted_latency_samples(&self) -> u32 {
        let rate = self.ensemble.as_ref().map(Ensemble::sample_rate_hz);
        rate.map_or(self.latency_samples, |rate| self.rules.wanted_latency_samples(rate))
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

    /// Waits until everything that is current now is here. Not real-time safe.
    pub fn await_line(&mut self, patience: Duration) {
        // Anew: memory, slots and the rate at which they are replayed may have changed since the last answer.
        let generation = self.shared.request();
        let shared = Arc::clone(&self.shared);
        shared.wait_until(patience, || {
            self.take_prepared();
            self.generation >= generation && self.repertoire.complete
        });
    }

    /// Back to the first sample: silent, the face at rest, the line loaded.
    pub fn reset(&mut self) {
        if let Some(ensemble) = &mut self.ensemble {
            ensemble.reset();
        }
        self.position_samples = 0;
        self.watch.forget();
        self.tap.rest();
        self.load_line = true;
        self.fresh = true;
        self.transport_told = false;
        self.ear = Ear::default();
        self.turn.reset();
        self.notes.reset();
        self.rewind_song();
        self.following.reset();
        self.delay.clear();
        self.set_pending(None);
        self.bypassed_samples = None;
        self.shared.set_faulted(false);
        self.shared.note_unit(None);
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

    /// Starts a block; `sound` is mono and will be overwritten. `song` is what the host tells of its place at the
    /// block's first sample, if it tells all of it.
    pub fn begin<'a>(
        &'a mut self,
        sound: &'a mut [f32],
        params: &PsivoxParams,
        song: Option<SongPlace>,
    ) -> Block<'a> {
        self.take_prepared();
        self.rules = Rules::of(params);
        let bypass = params.bypass.value();
        self.tap.set_sending(params.osc_on.value() && !bypass && !self.shared.offline());
        self.tap.memory().set_on(self.rules.memory.remembers && !bypass && !self.shared.offline());
        self.tap.set_lead(params.performance.face_lead_ms.value());
        let link = params.of(Control::PartnerCoupling).value();
        let end_beats =
            song.map(|song| song.transport).filter(|transport| transport.playing).map(|transport| {
                let beats_per_sample =
                    f64::from(transport.tempo_bpm) / 60.0 / f64::from(self.sample_rate_hz());
                transport.beats + sound.len() as f64 * beats_per_sample
            });
        self.tap.begin_block(self.position_samples, sound.len());
        let start_samples = self.position_samples;
        self.position_samples += sound.len() as u64;
        let mut block = Block::of(self, sound, start_samples, end_beats);
        block.start(params, song, bypass, link);
        block
    }

    fn sample_rate_hz(&self) -> f32 {
        self.ensemble.as_ref().map_or(48_000.0, Ensemble::sample_rate_hz)
    }

    /// The engine that shows the face.
    fn first_engine(&self) -> Option<&Engine> {
        self.ensemble.as_ref().map(Ensemble::first)
    }

    /// Takes what the worker has made ready; the newest wins.
    fn take_prepared(&mut self) {
        while let Ok(prepared) = self.prepared.pop() {
            // Only a count goes down here: the worker's shelves keep a twin of everything.
            if !Arc::ptr_eq(&prepared.repertoire, &self.repertoire) {
                self.load_line |= !same_first(&self.repertoire, &prepared.repertoire);
                self.repertoire = prepared.repertoire;
                self.following.reset();
            }
            self.generation = prepared.generation;
            self.remembered = prepared.remembered;
            if !self.field.as_ref().is_some_and(|old| Arc::ptr_eq(old, &prepared.field)) {
                self.field = Some(prepared.field);
                self.load_field = true;
            }
        }
    }

    /// The next note takes the first syllable.
    fn rewind_song(&mut self) {
        (self.syllable, self.syllable_taken) = (0, None);
    }

    /// Tells the other instances where the clock is, if this one has a place where they look.
    fn publish(&mut self, beats: Option<f64>) {
        let Some(seat) = &self.seat else { return };
        let live = !self.shared.faulted() && !self.shared.offline();
        let pulse = self.first_engine().filter(|_| live).map(Engine::pulse);
        seat.publish(pulse.unwrap_or_default(), beats);
    }

    fn set_pending(&mut self, pending: Option<(Asked, f32)>) {
        self.pending = pending;
        self.shared.set_waiting(pending.is_some());
    }

    /// Whether what is here is of the current text.
    fn is_current(&self) -> bool {
        self.generation >= self.shared.requested()
    }
}

/// A repertoire with nothing in it, which nobody frees: the audio thread drops its first handle.
fn nothing() -> Arc<Repertoire> {
    static NOTHING: OnceLock<Arc<Repertoire>> = OnceLock::new();
    Arc::clone(NOTHING.get_or_init(Arc::default))
}

/// Nothing that could be recalled, which nobody frees either.
fn nothing_remembered() -> Arc<Remembered> {
    static NOTHING: OnceLock<Arc<Remembered>> = OnceLock::new();
    Arc::clone(NOTHING.get_or_init(Arc::default))
}

/// Whether both would be spoken by the same person, as far as the first unit tells.
fn same_first(a: &Repertoire, b: &Repertoire) -> bool {
    match (rules::first_score(a), rules::first_score(b)) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}
