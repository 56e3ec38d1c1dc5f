//! The plugin's audio thread touches no heap: every operation of this thread is counted while blocks are played.

use clap_sys::events::{clap_event_header, clap_output_events};
use psivox_core::field::{FieldSpec, Pulse, Transport};
use psivox_plugin::channels::{Request, Shared, open};
use psivox_plugin::face_link::FaceLink;
use psivox_plugin::link_board::Seat;
use psivox_plugin::memory::{MemoryOrder, Which};
use psivox_plugin::midi::TextSysEx;
use psivox_plugin::params::PsivoxParams;
use psivox_plugin::performance::Mode;
use psivox_plugin::performance_state::Slot;
use psivox_plugin::performer::{Performer, SongPlace};
use psivox_plugin::remote::{PARAMETER_COUNT, RemoteDesk, RemoteHub, RemoteValues};
use psivox_plugin::remote_events::Arrived;
use psivox_plugin::state::LineCell;
use psivox_plugin::wire_state::{RemoteState, WireState};
use psivox_plugin::worker::{ReportCell, Worker};
use psivox_tests::heap::{CountingHeap, operations_of};
use psivox_tests::measure::rms;
use psivox_tests::note_event::{
    Channel, EnumParam, FloatParam, FloatRange, IntParam, IntRange, Key, NoteEvent, ParamPtr, Params,
    PersistentField, SysExMessage, VoiceID,
};
use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[global_allocator]
static HEAP: CountingHeap = CountingHeap;

fn note_on(timing: u32, key: u8) -> NoteEvent<TextSysEx> {
    let (voice_id, channel, key) = (VoiceID::Wildcard, Channel::Number(0), Key::Number(key));
    NoteEvent::NoteOn { timing, voice_id, channel, key, velocity: 0.8 }
}

fn note_off(timing: u32, key: u8) -> NoteEvent<TextSysEx> {
    let (voice_id, channel, key) = (VoiceID::Wildcard, Channel::Number(0), Key::Number(key));
    NoteEvent::NoteOff { timing, voice_id, channel, key, velocity: 0.0 }
}

/// OSC messages, byte by byte: address, type tags, text.
const SPEAK: &[u8] = b"/psivox/speak\0\0\0,s\0\0Good evening all.\0\0\0";
const SPEAK_NOW: &[u8] = b"/psivox/speak/now\0\0\0,s\0\0Hold on a moment.\0\0\0";
const STOP: &[u8] = b"/psivox/stop\0\0\0\0,\0\0\0";

fn await_ears(hub: &RemoteHub) {
    for _ in 0..2_000 {
        if hub.report().listening {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{:?}", hub.report());
}

unsafe extern "C" fn take_event(list: *const clap_output_events, _event: *const clap_event_header) -> bool {
    // SAFETY: the test's own list, whose context is its counter.
    unsafe { *(*list).ctx.cast::<u32>() += 1 };
    true
}

#[test]
fn values_by_the_network_use_no_heap() {
    let params = PsivoxParams::new(LineCell::new(Arc::new(Shared::default())));
    let values = RemoteValues::new(&params);
    let mut told = 0u32;
    let out = clap_output_events { ctx: (&raw mut told).cast(), try_push: Some(take_event) };
    let mut seen = 0;
    let operations = operations_of(|| {
        for block in 0..1_000usize {
            values.post(block % PARAMETER_COUNT, 0.5);
            values.post(7, 0.25);
            // SAFETY: the lists outlive the block.
            unsafe {
                let arrived = Arrived::of(&values, std::ptr::null()).expect("values wait");
                arrived.tell(&raw const out);
                let list = arrived.list();
                seen += list.size.map_or(0, |size| size(&raw const list));
                assert!(list.get.is_some_and(|get| !get(&raw const list, 0).is_null()));
                assert!(Arrived::of(&values, std::ptr::null()).is_none());
            }
        }
    });
    assert_eq!(operations, 0, "heap operations on the audio thread");
    assert_eq!(told, 3 * seen, "each value within a gesture");
    assert!((1_900..2_000).contains(&seen), "one or two a block: {seen}");
}

#[test]
fn a_planted_allocation_is_operations_of() {
    assert!(operations_of(|| drop(std::hint::black_box(Vec::<u8>::with_capacity(100)))) >= 2);
}

#[test]
fn blocks_with_every_kind_of_event_use_no_heap() {
    for (mode, voices) in
        [(Mode::Speak, 1), (Mode::Cue, 8), (Mode::Sing, 8), (Mode::Sing, 1), (Mode::Follow, 1)]
    {
        perform(mode, voices);
    }
}

fn perform(mode: Mode, voices: i32) {
    let shared = Arc::new(Shared::default());
    let (audio, worker_ends, mut editor) = open(&shared);
    let line = LineCell::new(Arc::clone(&shared));
    let link = Arc::new(FaceLink::default());
    let report = ReportCell::default();
    let mut params = PsivoxParams::new(line.clone());
    let full = |name| FloatParam::new(name, 1.0, FloatRange::Linear { min: 0.0, max: 1.0 });
    (params.beat_coupling, params.partner_coupling) = (full("Beat"), full("Link"));
    params.performance.mode = EnumParam::new("Mode", mode);
    params.performance.voices = IntParam::new("Voices", voices, IntRange::Linear { min: 1, max: 8 });
    params.performance.follow_bars = IntParam::new("Bars", 1, IntRange::Linear { min: 1, max: 8 });
    let params = Arc::new(params);
    let hub = RemoteHub::new(&params);
    let desk = RemoteDesk::new(Arc::clone(&hub), Arc::clone(&params), Arc::clone(&shared), Arc::clone(&link));
    let worker =
        Worker::spawn(Arc::clone(&shared), worker_ends, Arc::clone(&params), Arc::clone(&link), report, desk);
    let worker = worker.expect("a worker");
    let port = UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
    let remote = Some(RemoteState { port, ..RemoteState::default() });
    let wire = WireState { targets: Vec::new(), latency_ms: 0.0, bounce: None, remote };
    line.edit(|line| line.wire = Some(wire)).expect("a lawful network");
    let mut performer = Performer::new(audio, Arc::clone(&shared), Arc::clone(&hub.values));
    performer.prepare(48_000.0, &params).expect("a common rate");
    performer.connect(link.start().expect("a feed"));
    shared.set_active(true);
    shared.set_editor_open(true);
    performer.await_line(Duration::from_secs(20));
    performer.sit(true);
    let other = Seat::claim().expect("a free seat");
    await_ears(&hub);
    // Another field every few blocks, as from an editor, and texts, values and a stop as from the network.
    let done = Arc::new(AtomicBool::new(false));
    let editing = {
        let done = Arc::clone(&done);
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        std::thread::spawn(move || {
            for (turn, order) in [SPEAK, SPEAK_NOW, SPEAK, STOP].into_iter().cycle().enumerate().take(16) {
                socket.send_to(order, ("127.0.0.1", port)).expect("sent");
                std::thread::sleep(Duration::from_millis(3 * (turn as u64 % 3)));
            }
            for (turn, name) in ["tight", "loose", "alone", "default"].into_iter().cycle().enumerate() {
                if done.load(Ordering::Acquire) {
                    break;
                }
                // A slow machine has come to few of the texts before they were stopped.
                if turn % 64 == 63 {
                    socket.send_to(SPEAK, ("127.0.0.1", port)).expect("sent");
                }
                line.edit(|line| line.field = FieldSpec::named(name).ok()).expect("a lawful field");
                std::thread::sleep(Duration::from_millis(1));
            }
        })
    };
    let text =
        TextSysEx::from_buffer(b"\xf0\x7d\x50\x53\x01Another line to speak.\xf7").expect("well-formed");
    editor.requests.push(Request::Speak).expect("room");

    let mut sound = vec![0.0; 512];
    let mut heard = 0.0f32;
    let operations = operations_of(|| {
        let mut block = 0u32;
        // Long enough for lines from the network to come, too.
        while block < 400 || (shared.queue().0 < 2 && block < 100_000) {
            if block % 100 == 50 {
                performer.reset();
            }
            let seconds = f64::from(block) * 512.0 / 48_000.0;
            other.publish(
                Pulse { theta: 0.1, omega: 25.0, pace_hz: 4.0, speaking: true },
                Some(2.0 * seconds),
            );
            let song = Transport { tempo_bpm: 120.0, beats: 2.0 * seconds, playing: block % 30 < 25 };
            let transport = (block % 60 < 55).then_some(SongPlace { transport: song, bar_beats: 4.0 });
            let mut piece = performer.begin(&mut sound, &params, transport);
            let key = 40 + (block % 31) as u8;
            if block.is_multiple_of(10) {
                piece.host_event(note_on(block % 256, key));
            }
            if block % 10 == 6 {
                piece.host_event(note_off(block % 256, 40 + ((block - 6) % 31) as u8));
            }
            let channel = Channel::Number(0);
            piece.host_event(NoteEvent::PolyTuning {
                timing: 300,
                voice_id: VoiceID::Wildcard,
                channel,
                key: Key::Wildcard,
                tuning: (block % 24) as f32 - 12.0,
            });
            piece.host_event(NoteEvent::MidiPitchBend { timing: 301, channel: 0, value: 0.7 });
            if block == 120 {
                piece.host_event(NoteEvent::MidiSysEx { timing: 3, message: text });
            }
            // More events than fit at once: the block is rendered in pieces.
            let turns = if block.is_multiple_of(7) { 600 } else { 1 };
            for turn in 0..turns {
                let value = (turn % 128) as f32 / 127.0;
                piece.host_event(NoteEvent::MidiCC { timing: turn.min(511), channel: 0, cc: 1, value });
            }
            piece.finish();
            heard = heard.max(rms(&sound));
            block += 1;
        }
    });
    done.store(true, Ordering::Release);
    editing.join().expect("the editing thread ends");
    assert!(heard > 0.003, "{mode:?}: it spoke: {heard}");
    assert_eq!(operations, 0, "{mode:?}, {voices} voices: heap operations on the audio thread");
    assert!(shared.queue().0 >= 2, "lines came by the network: {:?}", shared.queue());
    drop(worker);
}

/// An instance without a host: it speaks lines and remembers them.
struct Alone {
    shared: Arc<Shared>,
    params: Arc<PsivoxParams>,
    performer: Performer,
    // Stops and joins the worker.
    _worker: Worker,
    sound: Vec<f32>,
}

impl Alone {
    fn new(text: &str) -> Self {
        let shared = Arc::new(Shared::default());
        let (audio, worker_ends, _) = open(&shared);
        let line = LineCell::new(Arc::clone(&shared));
        let wire = WireState { targets: Vec::new(), latency_ms: 0.0, bounce: None, remote: None };
        let text = text.to_owned();
        line.edit(|line| (line.text, line.wire) = (text, Some(wire))).expect("a lawful line");
        let params = Arc::new(PsivoxParams::new(line));
        let hub = RemoteHub::new(&params);
        let link = Arc::new(FaceLink::default());
        let desk =
            RemoteDesk::new(Arc::clone(&hub), Arc::clone(&params), Arc::clone(&shared), Arc::clone(&link));
        let report = ReportCell::default();
        let worker = Worker::spawn(Arc::clone(&shared), worker_ends, Arc::clone(&params), link, report, desk)
            .expect("a thread");
        let performer = Performer::new(audio, Arc::clone(&shared), Arc::clone(&hub.values));
        let mut own = Self { shared, params, performer, _worker: worker, sound: vec![0.0; 512] };
        own.activate(48_000.0);
        own
    }

    /// As a host does, at a sample rate.
    fn activate(&mut self, rate_hz: f32) {
        self.performer.prepare(rate_hz, &self.params).expect("a common rate");
        self.shared.set_active(true);
        self.performer.await_line(Duration::from_secs(20));
        self.performer.reset();
    }

    fn block(&mut self, note: bool) -> f32 {
        let mut piece = self.performer.begin(&mut self.sound, &self.params, None);
        if note {
            piece.host_event(note_on(100, 60));
        }
        piece.finish();
        rms(&self.sound)
    }

    /// Says a line and waits until it is remembered with all that a replay takes.
    fn remember(&mut self) {
        let takes = |own: &Self| {
            let state = own.params.memory.lock();
            state.bank.iter().filter(|memory| memory.take.is_some()).count()
        };
        let before = takes(self);
        self.block(true);
        for _ in 0..4_000 {
            self.block(false);
            if takes(self) > before {
                return;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        panic!("it was not remembered: {:?}", self.params.memory.lock().message);
    }

    fn put(&self, memories: &[u64]) {
        let slot = |id: &u64| Slot { memory: Some(*id), ..Slot::default() };
        let slots = memories.iter().map(slot).collect();
        self.params.line.edit(|line| line.performance.slots = slots).expect("lawful slots");
    }
}

/// A parameter, which hosts move at any time.
fn knob(params: &PsivoxParams, id: &str) -> ParamPtr {
    let map = params.param_map();
    map.into_iter().find(|(own, ..)| own == id).unwrap_or_else(|| panic!("no '{id}'")).1
}

#[test]
fn memory_in_all_its_ways_uses_no_heap() {
    let mut own = Alone::new("Somebody broke the window.\nNobody knows who did it.\nWe all went home.");
    (0..3).for_each(|_| own.remember());
    own.put(&[1, 2, 3, 1]);
    let ids = [
        "memory_x",
        "memory_y",
        "memory_voice",
        "memory_face",
        "memory_blend",
        "memory_slot",
        "memory_recall",
        "memory_replay",
        "memory_topic",
        "course",
        "memory_glide",
    ];
    let knobs = ids.map(|id| knob(&own.params, id));
    let place = |knob: usize, value: f32| {
        // SAFETY: the parameters outlive the test's body.
        unsafe { knobs[knob]._internal_set_normalized_value(value) };
    };
    let (done, params) = (Arc::new(AtomicBool::new(false)), Arc::clone(&own.params));
    let ordering = {
        let done = Arc::clone(&done);
        std::thread::spawn(move || {
            let cell = &params.memory;
            let (saved, slots) = (cell.saved(), params.line.get().performance.slots);
            for turn in 0u64.. {
                if done.load(Ordering::Acquire) {
                    break;
                }
                let id = 1 + turn % 3;
                let order = match turn % 6 {
                    0 => MemoryOrder::Blend(vec![(Which::Id(id), 0.7), (Which::Id(1 + id % 3), 0.3)], 0.9),
                    1 => MemoryOrder::Replay(Which::Id(id)),
                    2 => MemoryOrder::Remember(format!("line {turn}")),
                    3 => MemoryOrder::Recall(id),
                    4 => MemoryOrder::Forget(Which::Id(id)),
                    _ => {
                        // A project is loaded: what was forgotten is there again, in other handles.
                        PersistentField::set(cell, saved.clone());
                        params.line.edit(|line| line.performance.slots.clone_from(&slots)).expect("lawful");
                        MemoryOrder::Blend(Vec::new(), 0.0)
                    }
                };
                cell.order(order);
                std::thread::sleep(Duration::from_millis(9));
            }
        })
    };
    let mut heard = 0.0f32;
    let (mut replays, shared) = (0, Arc::clone(&own.shared));
    let operations = operations_of(|| {
        for block in 0..3_000u32 {
            for lane in 0..5 {
                place(lane, (block * (lane as u32 + 3) % 101) as f32 / 100.0);
            }
            place(5, (block / 50 % 4) as f32 / 7.0);
            place(6, f32::from(block / 70 % 3 > 0));
            place(7, f32::from(block / 90 % 2 == 1));
            place(8, f32::from(block / 200 % 2 == 1));
            place(9, (block / 300 % 3) as f32 / 2.0);
            place(10, (block / 120 % 4) as f32 / 9.0);
            heard = heard.max(own.block(block % 60 == 0));
            std::thread::sleep(Duration::from_micros(300));
            // A replay is nobody's unit.
            replays += u32::from(block % 60 == 0 && shared.unit().is_none());
        }
    });
    done.store(true, Ordering::Release);
    ordering.join().expect("the ordering thread ends");
    assert!(heard > 0.003, "it spoke: {heard}");
    assert!(replays > 5, "{replays} notes were replays");
    assert_eq!(operations, 0, "heap operations on the audio thread");
}

/// What the window's line of messages says.
#[test]
fn a_replay_that_does_not_fit_is_told() {
    let mut own = Alone::new("Somebody broke the window.");
    own.remember();
    own.put(&[1]);
    let replay = knob(&own.params, "memory_replay");
    // SAFETY: the parameters outlive the call.
    unsafe { replay._internal_set_normalized_value(1.0) };
    let message = |own: &Alone| own.params.memory.lock().message.clone();
    own.activate(48_000.0);
    assert_eq!(message(&own), None, "at its own rate");
    own.activate(44_100.0);
    let told = message(&own).expect("a message");
    for words in ["48000", "44100", "in the remembered manner", "say it anew"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let loudest = (0..200).map(|block| own.block(block == 0)).fold(0.0, f32::max);
    assert!(loudest > 0.003, "and its words are said: {loudest}");
    // Told once, not whenever something is made ready: what is told later stays.
    own.params.memory.lock().message = None;
    own.activate(44_100.0);
    assert_eq!(message(&own), None);
    // An order is answered each time.
    for _ in 0..2 {
        own.params.memory.lock().message = None;
        own.params.memory.order(MemoryOrder::Replay(Which::Id(1)));
        assert!(own.shared.wait_until(Duration::from_secs(20), || message(&own).is_some()));
        assert_eq!(message(&own).as_ref(), Some(&told));
    }
}
