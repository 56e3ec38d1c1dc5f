//! The worker of one instance: the only thread that plans. It ends, joined, with its instance.
//!
//! A text is planned unit by unit; what is ready goes to the audio thread at once, the rest follows.
//!
//! The audio thread cannot wake it without calling the OS, so it looks for work every 5 ms while the instance
//! is active; everybody else wakes it at once.

mod memory_board;
mod memory_desk;
mod midi_desk;
mod plans;

use crate::channels::{AudioMessage, Prepared, RemoteOrder, Shared, WorkerEnds};
use crate::face_link::FaceLink;
use crate::params::PsivoxParams;
use crate::performance::{Mode, Unit};
use crate::remote::RemoteDesk;
use crate::repertoire::Repertoire;
use crate::state::{LineCell, LineState};
use crate::wire_state::WireState;
use memory_desk::{Around, MemoryDesk};
use plans::Plans;
use psivox_core::PlannedWord;
use psivox_core::engine::Shelf;
use psivox_core::field::{FieldSetup, FieldSpec};
use rtrb::{Consumer, Producer};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle, park_timeout};
use std::time::Duration;

/// How often an active instance looks for text that came by MIDI: below one video frame.
const POLL_ACTIVE: Duration = Duration::from_millis(5);
/// The same while inactive and deaf: nothing can come but by [`Shared::wake`].
const POLL_IDLE: Duration = Duration::from_millis(500);

/// Longest time that is planned before something else gets its turn.
const SLICE: Duration = Duration::from_millis(20);

/// What the editor shows about the line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanReport {
    /// The generation that this is about.
    pub generation: u64,
    /// Why nothing of the text can be spoken.
    pub error: Option<String>,
    /// Why it cannot be sung.
    pub song_error: Option<String>,
    /// Units that are planned, and how many there are.
    pub progress: (usize, usize),
    /// What the reader of the text should know.
    pub notices: Vec<String>,
    /// Words to be spoken.
    pub words: usize,
    /// Duration at the voice's own pace, in s.
    pub duration_s: f32,
    /// Why the last text that came by MIDI was refused.
    pub midi_error: Option<String>,
    /// The units of the text, in order, as far as they are planned.
    pub units: Vec<UnitReport>,
}

impl PlanReport {
    /// Whether it is another report, by what changes with every one of them.
    pub fn is_other(&self, other: &Self) -> bool {
        let told = |report: &Self| (report.generation, report.words, report.progress, report.notices.len());
        let errors =
            |report: &Self| [&report.error, &report.song_error, &report.midi_error].map(Option::clone);
        told(self) != told(other) || errors(self) != errors(other)
    }
}

/// What the editor shows about one unit of the text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnitReport {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// The key that speaks it in cue mode.
    pub key: Option<u8>,
    /// Where it stands in follow mode, in bars counted from 1.
    pub bar: Option<f64>,
    /// Duration at the voice's own pace, s.
    pub duration_s: f32,
    /// Its words; their sources are bytes of the whole text.
    pub words: Vec<PlannedWord>,
    /// What its reader should know, and the bytes of the text that it is about.
    pub notices: Vec<(Range<usize>, String)>,
    /// Why it cannot be spoken.
    pub error: Option<String>,
}

/// Where the newest report lies. Locked by worker and editor only.
pub type ReportCell = Arc<Mutex<PlanReport>>;

/// The running thread. Dropping it stops and joins it.
#[derive(Debug)]
pub struct Worker {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the worker.
    ///
    /// # Errors
    /// The operating system gives no thread.
    pub fn spawn(
        shared: Arc<Shared>,
        ends: WorkerEnds,
        params: Arc<PsivoxParams>,
        link: Arc<FaceLink>,
        report: ReportCell,
        remote: RemoteDesk,
    ) -> std::io::Result<Self> {
        let WorkerEnds { prepared, messages, orders, memory } = ends;
        let mut desk = Desk {
            shared: Arc::clone(&shared),
            prepared,
            messages,
            orders,
            memory: MemoryDesk::new(params.memory.clone(), memory),
            published: None,
            line: params.line.clone(),
            params,
            link,
            report,
            plans: Plans::default(),
            shelf: Shelf::default(),
            fields: Shelf::default(),
            field: None,
            unsent: None,
            wire: None,
            midi_error: None,
            shown_generation: 0,
            remote,
        };
        let thread = Builder::new().name("psivox-plan".to_owned()).spawn(move || desk.run())?;
        shared.set_worker(thread.thread().clone());
        Ok(Self { shared, thread: Some(thread) })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.set_stopping(true);
        self.shared.wake();
        if let Some(thread) = self.thread.take() {
            // A worker that panicked has nothing left to say; its instance goes away either way.
            let _ = thread.join();
        }
    }
}

/// Everything the thread works with.
struct Desk {
    shared: Arc<Shared>,
    /// To the audio thread: what is performed.
    prepared: Producer<Prepared>,
    /// From it: what came by MIDI.
    messages: Consumer<AudioMessage>,
    /// To it: orders that came by OSC.
    orders: Producer<RemoteOrder>,
    /// What was said and can be recalled.
    memory: MemoryDesk,
    /// What was handed over last.
    published: Option<(u64, Arc<Repertoire>)>,
    line: LineCell,
    params: Arc<PsivoxParams>,
    link: Arc<FaceLink>,
    report: ReportCell,
    /// What is planned.
    plans: Plans,
    /// Keeps what is performed alive for the audio thread.
    shelf: Shelf<Repertoire>,
    /// And fields.
    fields: Shelf<FieldSetup>,
    /// The field as it was asked for last, and made ready.
    field: Option<(FieldSpec, Arc<FieldSetup>)>,
    /// What found the queue full.
    unsent: Option<Prepared>,
    /// The network as it was set last.
    wire: Option<WireState>,
    /// Why the last message by MIDI was refused.
    midi_error: Option<String>,
    /// The generation that the report is about.
    shown_generation: u64,
    /// Orders that come by OSC.
    remote: RemoteDesk,
}

impl Desk {
    fn run(&mut self) {
        let (mut begun, mut answered) = (0, 0);
        let mut cut = self.cut();
        while !self.shared.stopping() {
            let now = self.cut();
            if begun > 0 && now != cut {
                // Another way to cut the text: the same as another text.
                self.shared.request();
            }
            cut = now;
            // Read before the queue: a message whose request is seen here is then sure to be in the queue.
            let generation = self.shared.requested();
            self.take_messages();
            if generation != begun {
                self.begin(generation, cut);
                begun = generation;
            }
            let line = (!self.plans.is_complete()).then(|| self.line.get());
            let planned = line.is_some_and(|line| self.plans.work(SLICE, &line));
            let Self { memory, params, shared, line, plans, .. } = self;
            let recalls = memory.turn(&Around { params, shared, line, plans });
            if memory.take_changed() {
                self.remote.mark_dirty();
            }
            if planned {
                self.publish(begun);
            } else if recalls {
                self.publish_memory();
            }
            self.send();
            self.serve_remote();
            self.shelf.tidy();
            self.fields.tidy();
            self.plans.tidy();
            if self.plans.is_complete() && self.unsent.is_none() {
                answered = begun;
            }
            self.shared.answer(answered);
            if self.plans.is_complete() {
                let often = self.shared.active() || self.remote.is_wanted();
                park_timeout(if often { POLL_ACTIVE } else { POLL_IDLE });
            }
        }
    }

    /// What counts as a unit.
    fn cut(&self) -> Unit {
        self.params.performance.phrase.value()
    }

    /// Takes over a new text, persona, field or network.
    fn begin(&mut self, generation: u64, unit: Unit) {
        let line = self.line.get();
        let (wire, unread) = line.network();
        if self.wire.as_ref() != Some(&wire) {
            self.link.retarget(wire.clone(), unread.map(|error| error.to_string()));
            self.remote.listen(wire.remote.clone());
            self.wire = Some(wire);
        }
        self.field_of(&line);
        // The song first where it is wanted first; both are planned in every mode.
        let sings = self.params.performance.mode.value() == Mode::Sing;
        self.plans.begin(&line, unit, sings);
        self.publish(generation);
    }

    /// Hands over what is ready, and tells about it.
    fn publish(&mut self, generation: u64) {
        let Some((_, field)) = &self.field else { return };
        let state = self.line.get().performance;
        let repertoire = self.plans.fill(Repertoire::of(&state, &self.params));
        let repertoire = self.shelf.share(repertoire);
        self.published = Some((generation, Arc::clone(&repertoire)));
        let (field, remembered) = (Arc::clone(field), self.memory.prepare(&self.plans));
        self.unsent = Some(Prepared { generation, repertoire, field, remembered });
        self.shown_generation = generation;
        self.tell();
    }

    /// Hands over what can be recalled, with all else as it was.
    fn publish_memory(&mut self) {
        let (Some((generation, repertoire)), Some((_, field))) = (&self.published, &self.field) else {
            return;
        };
        let (generation, repertoire, field) = (*generation, Arc::clone(repertoire), Arc::clone(field));
        let remembered = self.memory.prepare(&self.plans);
        self.unsent = Some(Prepared { generation, repertoire, field, remembered });
    }

    fn tell(&self) {
        let midi_error = self.midi_error.clone();
        let report = PlanReport { generation: self.shown_generation, midi_error, ..self.plans.report() };
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = report;
    }

    /// The line's field, made ready once.
    fn field_of(&mut self, line: &LineState) {
        let spec = line.field_spec();
        if self.field.as_ref().is_some_and(|(known, _)| *known == spec) {
            return;
        }
        // The line was checked when it was taken over, so the field that ships only stands in for a defect.
        let setup = self.fields.share(line.field_setup().unwrap_or_default());
        self.field = Some((spec, setup));
    }

    /// Does what came by OSC; of the texts one at a time, so that a stop never waits for more than one plan.
    fn serve_remote(&mut self) {
        self.remote.turn(&mut self.orders);
        if let Some(error) = self.memory.take_refusal() {
            self.remote.refuse(&error);
        }
        if let Some(again) = self.memory.take_replay() {
            self.remote.replay(again, &mut self.orders);
        }
        if let Some(spoken) = self.remote.next_text() {
            let speaker = self.line.get();
            match self.plans.one(&speaker, &spoken.text) {
                Ok(score) => self.remote.say(score, spoken.now, &mut self.orders),
                Err(error) => self.remote.refuse(&error),
            }
        }
    }

    /// Hands the newest over, or keeps it if the audio thread is not taking any.
    fn send(&mut self) {
        if let Some(prepared) = self.unsent.take()
            && let Err(rtrb::PushError::Full(prepared)) = self.prepared.push(prepared)
        {
            self.unsent = Some(prepared);
        }
    }
}
