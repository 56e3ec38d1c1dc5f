//! The worker of one instance: the only thread that plans. It ends, joined, with its instance.
//!
//! The audio thread cannot wake it without calling the OS, so it looks for work every 5 ms while the instance
//! is active; everybody else wakes it at once.

use crate::channels::{PlannedLine, Shared, TextChunk, WorkerEnds};
use crate::face_link::FaceLink;
use crate::midi;
use crate::remote::RemoteDesk;
use crate::state::{LineCell, LineState};
use crate::wire_state::WireState;
use psivox_core::engine::{ScoreShelf, Shelf};
use psivox_core::field::{FieldSetup, FieldSpec};
use psivox_core::{Persona, Planner, Score};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle, park_timeout};
use std::time::Duration;

/// How often an active instance looks for text that came by MIDI: below one video frame.
const POLL_ACTIVE: Duration = Duration::from_millis(5);
/// The same while inactive and deaf: nothing can come but by [`Shared::wake`].
const POLL_IDLE: Duration = Duration::from_millis(500);

/// What the editor shows about the line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanReport {
    /// The generation that this is about.
    pub generation: u64,
    /// Why the line cannot be spoken.
    pub error: Option<String>,
    /// What the reader of the text should know.
    pub notices: Vec<String>,
    /// Words to be spoken.
    pub words: usize,
    /// Duration at the voice's own pace, in s.
    pub duration_s: f32,
    /// Why the last text that came by MIDI was refused.
    pub midi_error: Option<String>,
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
        line: LineCell,
        link: Arc<FaceLink>,
        report: ReportCell,
        remote: RemoteDesk,
    ) -> std::io::Result<Self> {
        let mut desk = Desk {
            shared: Arc::clone(&shared),
            ends,
            line,
            link,
            report,
            planner: None,
            shelf: ScoreShelf::default(),
            fields: Shelf::default(),
            field: None,
            planned: None,
            unsent: None,
            wire: None,
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

/// What a text became, kept so that the same text is not planned twice.
struct Planned {
    text: String,
    persona: String,
    voice_b: Option<String>,
    score: Option<Arc<Score>>,
    report: PlanReport,
}

/// Everything the thread works with.
struct Desk {
    shared: Arc<Shared>,
    ends: WorkerEnds,
    line: LineCell,
    link: Arc<FaceLink>,
    report: ReportCell,
    /// The planner of the persona and the second voice that spoke last.
    planner: Option<(String, Option<String>, Planner)>,
    /// Keeps scores alive for the audio thread.
    shelf: ScoreShelf,
    /// And fields.
    fields: Shelf<FieldSetup>,
    /// The field as it was asked for last, and made ready.
    field: Option<(FieldSpec, Arc<FieldSetup>)>,
    planned: Option<Planned>,
    /// A line that found the queue full.
    unsent: Option<PlannedLine>,
    /// The network as it was set last.
    wire: Option<WireState>,
    /// Orders that come by OSC.
    remote: RemoteDesk,
}

impl Desk {
    fn run(&mut self) {
        let mut answered = 0;
        while !self.shared.stopping() {
            // Read before the queue: a message whose request is seen here is then sure to be in the queue.
            let generation = self.shared.requested();
            self.take_chunks();
            if generation != answered {
                self.answer(generation);
                answered = generation;
            }
            self.send();
            self.serve_remote();
            self.shelf.tidy();
            self.fields.tidy();
            self.shared.answer(answered);
            let often = self.shared.active() || self.remote.is_wanted();
            park_timeout(if often { POLL_ACTIVE } else { POLL_IDLE });
        }
    }

    /// Makes what came by MIDI the current text.
    fn take_chunks(&mut self) {
        while let Ok(chunk) = self.ends.chunks.pop() {
            let error = self.apply(&chunk).err();
            self.report.lock().unwrap_or_else(PoisonError::into_inner).midi_error = error;
        }
    }

    fn apply(&mut self, chunk: &TextChunk) -> Result<(), String> {
        let text = midi::decode(chunk.payload()).map_err(|error| error.to_string())?;
        let change = |line: &mut LineState| {
            if !chunk.append {
                line.text.clear();
            }
            line.text.push_str(&text);
        };
        self.line.amend(change).map_err(|error| error.to_string())
    }

    fn answer(&mut self, generation: u64) {
        let line = self.line.get();
        let (wire, unread) = line.network();
        if self.wire.as_ref() != Some(&wire) {
            self.link.retarget(wire.clone(), unread.map(|error| error.to_string()));
            self.remote.listen(wire.remote.clone());
            self.wire = Some(wire);
        }
        let field = self.field_of(&line);
        let known = self.planned.as_ref().is_some_and(|old| {
            old.text == line.text && old.persona == line.persona && old.voice_b == line.voice_b
        });
        if !known {
            self.planned = Some(self.plan(line));
        }
        let Some(planned) = &self.planned else { return };
        self.unsent = Some(PlannedLine { generation, score: planned.score.clone(), field });
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        let midi_error = report.midi_error.take();
        *report = PlanReport { generation, midi_error, ..planned.report.clone() };
    }

    /// The line's field, made ready once.
    fn field_of(&mut self, line: &LineState) -> Arc<FieldSetup> {
        let spec = line.field_spec();
        if let Some((known, setup)) = &self.field
            && *known == spec
        {
            return Arc::clone(setup);
        }
        // The line was checked when it was taken over, so the field that ships only stands in for a defect.
        let setup = self.fields.share(line.field_setup().unwrap_or_default());
        self.field = Some((spec, Arc::clone(&setup)));
        setup
    }

    /// Does what came by OSC; of the texts one at a time, so that a stop never waits for more than one plan.
    fn serve_remote(&mut self) {
        self.remote.turn(&mut self.ends.orders);
        if let Some(spoken) = self.remote.next_text() {
            let line = LineState { text: spoken.text.clone(), ..self.line.get() };
            match self.attempt(&line) {
                Ok((score, _)) => self.remote.say(score, spoken.now, &mut self.ends.orders),
                Err(error) => self.remote.refuse(&error),
            }
        }
    }

    /// Plans a line; whatever goes wrong is told in the report.
    fn plan(&mut self, line: LineState) -> Planned {
        let outcome = self.attempt(&line);
        let LineState { text, persona, voice_b, .. } = line;
        match outcome {
            Ok((score, report)) => Planned { text, persona, voice_b, score: Some(score), report },
            Err(error) => {
                let report = PlanReport { error: Some(error), ..PlanReport::default() };
                Planned { text, persona, voice_b, score: None, report }
            }
        }
    }

    fn attempt(&mut self, line: &LineState) -> Result<(Arc<Score>, PlanReport), String> {
        // A defect in the front-end must not silence the instance for good.
        let attempt = catch_unwind(AssertUnwindSafe(|| self.try_plan(line)));
        attempt.unwrap_or_else(|_| {
            self.planner = None;
            Err("the text met a defect of Psivox; change it a little, and please report it".to_owned())
        })
    }

    fn try_plan(&mut self, line: &LineState) -> Result<(Arc<Score>, PlanReport), String> {
        let other = |(persona, voice_b, _): &(String, Option<String>, Planner)| {
            *persona != line.persona || *voice_b != line.voice_b
        };
        if self.planner.as_ref().is_none_or(other) {
            let persona = Persona::named(&line.persona).map_err(|error| error.to_string())?;
            let mut planner = Planner::new(&persona).map_err(|error| error.to_string())?;
            if let Some(name) = &line.voice_b {
                planner = planner.with_partner(name).map_err(|error| error.to_string())?;
            }
            self.planner = Some((line.persona.clone(), line.voice_b.clone(), planner));
        }
        let Some((_, _, planner)) = &self.planner else { return Err("there is no planner".to_owned()) };
        let plan = planner.plan(&line.text).map_err(|error| error.to_string())?;
        let report = PlanReport {
            notices: plan.notices.into_iter().map(|notice| notice.message).collect(),
            words: plan.score.words.len(),
            duration_s: plan.score.duration_s(),
            ..PlanReport::default()
        };
        Ok((self.shelf.share(plan.score), report))
    }

    /// Hands the newest line over, or keeps it if the audio thread is not taking any.
    fn send(&mut self) {
        if let Some(line) = self.unsent.take()
            && let Err(rtrb::PushError::Full(line)) = self.ends.lines.push(line)
        {
            self.unsent = Some(line);
        }
    }
}
