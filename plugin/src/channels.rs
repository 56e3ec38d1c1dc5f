//! Every channel between the threads of one instance, and every message on them.
//!
//! | Channel | From | To | When it is full |
//! |---|---|---|---|
//! | [`Prepared`] | worker | audio | the worker keeps the newest and tries again |
//! | [`AudioMessage`] | audio | worker | it is counted in [`Shared::lost_chunks`] and dropped |
//! | [`Request`] | editor | audio | the click is lost |
//! | [`RemoteOrder`] | worker | audio | texts wait with the worker, a stop is tried again |
//! | [`FaceView`] | audio | editor, only while it is open | the newest is dropped |
//! | [`crate::memory::MemoryTap`] | audio | worker | the line is not remembered |
//! | [`crate::scope_tap`] | audio | editor, only while it is open | the newest is dropped |
//!
//! Both ends of every queue are wait-free; the audio thread never waits, locks or frees.

use crate::memory::{self, Again, MemoryEnds, MemoryTap, Remembered};
use crate::repertoire::Repertoire;
use crate::scope_tap::{self, ScopeEnd, ScopeTap};
use psivox_core::engine::ObservableFrame;
use psivox_core::field::FieldSetup;
use psivox_core::grammar::Tally;
use psivox_core::{BlendshapeFrame, Score};
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{Thread, sleep};
use std::time::{Duration, Instant};

/// Worker -> audio: what became of the text that was current at `generation`.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The value of [`Shared::requested`] that this answers.
    pub generation: u64,
    /// What is performed. The worker keeps a twin of it, of its scores, and of the field.
    pub repertoire: Arc<Repertoire>,
    /// The field that speaks it.
    pub field: Arc<FieldSetup>,
    /// What can be recalled.
    pub remembered: Arc<Remembered>,
}

/// Longest payload of one text message in bytes.
pub const CHUNK_BYTES: usize = 480;

/// What a text that came by MIDI is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkUse {
    /// It replaces the text.
    Replace,
    /// It goes to the text's end.
    Append,
    /// It replaces that line, counted from 1.
    Line(u16),
    /// It becomes the line of that key in cue mode.
    Cue(u8),
    /// A parameter's id and value, or a tag that is acted on at once.
    Tag,
}

/// The undecoded payload of one text message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextChunk {
    /// What it is for.
    pub purpose: ChunkUse,
    /// How many of `bytes` count.
    pub len: u16,
    /// The payload as it came, escapes and all.
    pub bytes: [u8; CHUNK_BYTES],
}

/// Audio -> worker.
#[derive(Debug, Clone, Copy, PartialEq)]
// Boxing the text would be an allocation on the audio thread.
#[allow(clippy::large_enum_variant)]
pub enum AudioMessage {
    /// Text by MIDI.
    Text(TextChunk),
    /// Another persona, by its number.
    Program(u8),
    /// A controller that was moved while the editor waits for one.
    Controller {
        /// 0..=15.
        channel: u8,
        /// 0..=119.
        controller: u8,
    },
}

impl TextChunk {
    /// The bytes that count.
    pub fn payload(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len).min(CHUNK_BYTES)]
    }
}

/// Editor -> audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Speak the unit whose turn it is.
    Speak,
    /// Speak this unit.
    Unit(u16),
    /// Fall silent.
    Stop,
}

/// Worker -> audio: what somebody asked for by OSC.
#[derive(Debug, Clone)]
pub enum RemoteOrder {
    /// Speak this line, which is not the project's.
    Say {
        /// The line.
        score: Arc<Score>,
        /// Whether what is being said ends for it; else it waits for its turn.
        now: bool,
    },
    /// Speak the project's line from its start.
    Trigger {
        /// How hard, 0..=1.
        velocity: f32,
    },
    /// Fall silent.
    Stop,
    /// Say this again.
    Again(Again),
    /// Fall silent; the face rests until the next line.
    Panic,
}

/// Audio -> editor: the face and the field at one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceView {
    /// The face as it was sent.
    pub face: BlendshapeFrame,
    /// The field at the same instant.
    pub field: ObservableFrame,
    /// How often each rule of the grammar had acted by the start of the block.
    pub rules: Tally,
    /// Samples a second of the times in `face` and `field`.
    pub sample_rate_hz: f32,
}

/// The audio thread's ends.
pub struct AudioEnds {
    /// What is performed.
    pub prepared: Consumer<Prepared>,
    /// What came by MIDI and is for the worker.
    pub messages: Producer<AudioMessage>,
    /// Clicks of the editor.
    pub requests: Consumer<Request>,
    /// Orders that came by OSC.
    pub orders: Consumer<RemoteOrder>,
    /// Faces for the editor.
    pub faces: Producer<FaceView>,
    /// Sound, phones and phases for the editor.
    pub scope: ScopeTap,
    /// What is said, for memory.
    pub memory: MemoryTap,
}

/// The worker's ends.
pub struct WorkerEnds {
    /// What is performed.
    pub prepared: Producer<Prepared>,
    /// What came by MIDI.
    pub messages: Consumer<AudioMessage>,
    /// Orders that came by OSC.
    pub orders: Producer<RemoteOrder>,
    /// What was said.
    pub memory: MemoryEnds,
}

/// The editor's ends.
pub struct EditorEnds {
    /// Clicks.
    pub requests: Producer<Request>,
    /// Faces.
    pub faces: Consumer<FaceView>,
    /// Sound, phones and phases.
    pub scope: ScopeEnd,
}

/// Opens the channels of one instance.
pub fn open(shared: &Arc<Shared>) -> (AudioEnds, WorkerEnds, EditorEnds) {
    // 8 lines: the worker plans one at a time and sends only the newest, so more never wait.
    let (line_tx, line_rx) = RingBuffer::new(8);
    // 64 chunks of 480 bytes: a whole 30 kB text may arrive within one block.
    let (chunk_tx, chunk_rx) = RingBuffer::new(64);
    let (request_tx, request_rx) = RingBuffer::new(16);
    // As many as come within the pause between two blocks of a slow host; lines are held back long before.
    let (order_tx, order_rx) = RingBuffer::new(64);
    // A second of faces: an editor that hangs for longer only misses some.
    let (face_tx, face_rx) = RingBuffer::new(64);
    let (scope_tx, scope_rx) = scope_tap::open(Arc::clone(shared));
    let (memory_tx, memory_rx) = memory::open();
    (
        AudioEnds {
            prepared: line_rx,
            messages: chunk_tx,
            requests: request_rx,
            orders: order_rx,
            faces: face_tx,
            scope: scope_tx,
            memory: memory_tx,
        },
        WorkerEnds { prepared: line_tx, messages: chunk_rx, orders: order_tx, memory: memory_rx },
        EditorEnds { requests: request_tx, faces: face_rx, scope: scope_rx },
    )
}

/// Flags and counters that every thread of an instance sees.
#[derive(Debug, Default)]
pub struct Shared {
    /// Counts the changes of text or persona; 0 = nothing was asked for yet. Bumped by whoever changes them.
    requested: AtomicU64,
    /// The newest generation that the worker has answered.
    answered: AtomicU64,
    /// The worker, to be woken by threads that may call the OS.
    worker: OnceLock<Thread>,
    /// Asks the worker to end.
    stopping: AtomicBool,
    /// Whether the host has activated the instance.
    active: AtomicBool,
    /// Whether the instance bounces faster than real time.
    offline: AtomicBool,
    /// Whether the editor is open.
    editor_open: AtomicBool,
    /// Whether the editor shows the field's phases.
    phases_shown: AtomicBool,
    /// Whether a note waits for its line to be planned.
    waiting: AtomicBool,
    /// Text messages that were dropped because the worker was behind.
    lost_chunks: AtomicU32,
    /// Whether the engine panicked; it then stays silent until the next reset.
    faulted: AtomicBool,
    /// How many lines by OSC the audio thread has taken, and in the low byte how many of them wait in the engine.
    queue: AtomicU64,
    /// Index of the parameter that the next controller shall move, plus 1; 0 for none.
    learning: AtomicUsize,
    /// The unit that began last, plus 1; 0 for none since the reset.
    unit: AtomicUsize,
    /// Samples a second, as the bits of a number; 0 before the host has told it.
    sample_rate: AtomicU32,
}

macro_rules! flag {
    ($($(#[$doc:meta])* $get:ident, $set:ident, $field:ident;)*) => { $(
        $(#[$doc])*
        pub fn $get(&self) -> bool {
            self.$field.load(Ordering::Acquire)
        }
        /// Sets the flag of the same name. Wait-free.
        pub fn $set(&self, value: bool) {
            self.$field.store(value, Ordering::Release);
        }
    )* };
}

impl Shared {
    flag! {
        /// Whether the worker shall end.
        stopping, set_stopping, stopping;
        /// Whether the host has activated the instance.
        active, set_active, active;
        /// Whether the instance bounces faster than real time: no face leaves it then.
        offline, set_offline, offline;
        /// Whether anybody looks at the editor.
        editor_open, set_editor_open, editor_open;
        /// Whether anybody looks at the field's phases.
        phases_shown, set_phases_shown, phases_shown;
        /// Whether a note waits for its line.
        waiting, set_waiting, waiting;
        /// Whether the engine has failed and stays silent.
        faulted, set_faulted, faulted;
    }

    /// The newest generation asked for. Wait-free.
    pub fn requested(&self) -> u64 {
        self.requested.load(Ordering::Acquire)
    }

    /// Asks for a new plan and returns its generation. Wait-free; the worker sees it within 5 ms.
    pub fn request(&self) -> u64 {
        self.requested.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Asks for a first plan if there never was one.
    pub fn request_first(&self) -> u64 {
        match self.requested.compare_exchange(0, 1, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => 1,
            Err(current) => current,
        }
    }

    /// Counts a text message that found the queue full. Wait-free.
    pub fn count_lost_chunk(&self) {
        self.lost_chunks.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes how many lines by OSC have been taken since the instance was made, and how many lines wait. Wait-free.
    pub fn note_queue(&self, taken: u64, waiting: u32) {
        self.queue.store(taken << 8 | u64::from(waiting.min(0xff)), Ordering::Release);
    }

    /// What was noted last: lines taken, lines waiting.
    pub fn queue(&self) -> (u64, u64) {
        let noted = self.queue.load(Ordering::Acquire);
        (noted >> 8, noted & 0xff)
    }

    /// Waits for a controller that shall move this parameter, or for none any more. Wait-free.
    pub fn set_learning(&self, parameter: Option<usize>) {
        self.learning.store(parameter.map_or(0, |index| index + 1), Ordering::Release);
    }

    /// The parameter that waits for a controller. Wait-free.
    pub fn learning(&self) -> Option<usize> {
        self.learning.load(Ordering::Acquire).checked_sub(1)
    }

    /// Notes which unit of the text has begun. Wait-free.
    pub fn note_unit(&self, unit: Option<usize>) {
        self.unit.store(unit.map_or(0, |index| index + 1), Ordering::Release);
    }

    /// The unit that began last. Wait-free.
    pub fn unit(&self) -> Option<usize> {
        self.unit.load(Ordering::Acquire).checked_sub(1)
    }

    /// Notes the host's sample rate. Wait-free.
    pub fn set_sample_rate_hz(&self, rate_hz: f32) {
        self.sample_rate.store(rate_hz.to_bits(), Ordering::Release);
    }

    /// The host's sample rate; none before it was told. Wait-free.
    pub fn sample_rate_hz(&self) -> Option<f32> {
        Some(f32::from_bits(self.sample_rate.load(Ordering::Acquire))).filter(|rate_hz| *rate_hz > 0.0)
    }

    /// How many text messages were lost.
    pub fn lost_chunks(&self) -> u32 {
        self.lost_chunks.load(Ordering::Relaxed)
    }

    /// Makes `thread` the one that [`Shared::wake`] wakes.
    pub fn set_worker(&self, thread: Thread) {
        // A second worker of the same instance cannot exist, so the first one stays.
        let _ = self.worker.set(thread);
    }

    /// Wakes the worker at once. Calls the OS: not for the audio thread.
    pub fn wake(&self) {
        if let Some(worker) = self.worker.get() {
            worker.unpark();
        }
    }

    /// Notes that the worker has answered `generation`.
    pub fn answer(&self, generation: u64) {
        self.answered.store(generation, Ordering::Release);
    }

    /// Waits until the worker has answered `generation`; false if there is no worker or it took too long.
    /// Sleeps: not for the audio thread.
    pub fn wait_for(&self, generation: u64, patience: Duration) -> bool {
        self.wait_until(patience, || self.answered.load(Ordering::Acquire) >= generation)
    }

    /// Looks every millisecond whether `done`, waking the worker each time. Not for the audio thread.
    pub fn wait_until(&self, patience: Duration, mut done: impl FnMut() -> bool) -> bool {
        let deadline = Instant::now() + patience;
        while !done() {
            if self.worker.get().is_none() || Instant::now() >= deadline {
                return false;
            }
            self.wake();
            sleep(Duration::from_millis(1));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_request_is_made_once() {
        let shared = Shared::default();
        assert_eq!(shared.request_first(), 1);
        assert_eq!(shared.request_first(), 1);
        assert_eq!(shared.request(), 2);
        assert_eq!(shared.request_first(), 2);
    }

    #[test]
    fn waiting_ends_with_the_answer_or_with_patience() {
        let shared = Arc::new(Shared::default());
        let generation = shared.request();
        let long = Duration::from_secs(30);
        assert!(!shared.wait_for(generation, long), "nobody will answer without a worker");
        shared.set_worker(std::thread::current());
        assert!(!shared.wait_for(generation, Duration::from_millis(3)));
        let worker = {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || shared.answer(generation))
        };
        assert!(shared.wait_for(generation, long));
        worker.join().expect("the worker ends");
    }
}
