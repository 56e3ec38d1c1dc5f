//! The plugin's audio thread touches no heap: every operation of this thread is counted while blocks are played.

use psivox_core::field::{FieldSpec, Pulse, Transport};
use psivox_plugin::channels::{Request, Shared, open};
use psivox_plugin::face_link::FaceLink;
use psivox_plugin::link_board::Seat;
use psivox_plugin::midi::TextSysEx;
use psivox_plugin::params::PsivoxParams;
use psivox_plugin::performer::Performer;
use psivox_plugin::state::LineCell;
use psivox_plugin::worker::{ReportCell, Worker};
use psivox_tests::heap::{CountingHeap, operations_of};
use psivox_tests::measure::rms;
use psivox_tests::note_event::{Channel, FloatParam, FloatRange, Key, NoteEvent, SysExMessage, VoiceID};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[global_allocator]
static HEAP: CountingHeap = CountingHeap;

fn note_on(timing: u32) -> NoteEvent<TextSysEx> {
    let (voice_id, channel, key) = (VoiceID::Wildcard, Channel::Number(0), Key::Number(60));
    NoteEvent::NoteOn { timing, voice_id, channel, key, velocity: 0.8 }
}

#[test]
fn a_planted_allocation_is_operations_of() {
    assert!(operations_of(|| drop(std::hint::black_box(Vec::<u8>::with_capacity(100)))) >= 2);
}

#[test]
fn blocks_with_every_kind_of_event_use_no_heap() {
    let shared = Arc::new(Shared::default());
    let (audio, worker_ends, mut editor) = open();
    let line = LineCell::new(Arc::clone(&shared));
    let link = Arc::new(FaceLink::default());
    let report = ReportCell::default();
    let worker = Worker::spawn(Arc::clone(&shared), worker_ends, line.clone(), Arc::clone(&link), report);
    let worker = worker.expect("a worker");
    let mut params = PsivoxParams::new(line.clone());
    let full = |name| FloatParam::new(name, 1.0, FloatRange::Linear { min: 0.0, max: 1.0 });
    (params.beat_coupling, params.partner_coupling) = (full("Beat"), full("Link"));
    let mut performer = Performer::new(audio, Arc::clone(&shared));
    performer.prepare(48_000.0).expect("a common rate");
    performer.connect(link.start().expect("a feed"));
    shared.set_active(true);
    shared.set_editor_open(true);
    performer.await_line(Duration::from_secs(20));
    performer.sit(true);
    let other = Seat::claim().expect("a free seat");
    // Another field every few blocks, as from an editor.
    let done = Arc::new(AtomicBool::new(false));
    let editing = {
        let done = Arc::clone(&done);
        std::thread::spawn(move || {
            for name in ["tight", "loose", "alone", "default"].into_iter().cycle() {
                if done.load(Ordering::Acquire) {
                    break;
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
        for block in 0..400u32 {
            if block % 100 == 50 {
                performer.reset();
            }
            let seconds = f64::from(block) * 512.0 / 48_000.0;
            other.publish(
                Pulse { theta: 0.1, omega: 25.0, pace_hz: 4.0, speaking: true },
                Some(2.0 * seconds),
            );
            let song = Transport { tempo_bpm: 120.0, beats: 2.0 * seconds, playing: block % 30 < 25 };
            let transport = (block % 60 < 55).then_some(song);
            let mut piece = performer.begin(&mut sound, &params, transport);
            if block % 40 == 0 {
                piece.host_event(note_on(block % 512));
            }
            if block == 120 {
                piece.host_event(NoteEvent::MidiSysEx { timing: 3, message: text });
            }
            // More events than fit at once: the block is rendered in pieces.
            let turns = if block % 7 == 0 { 600 } else { 1 };
            for turn in 0..turns {
                let value = (turn % 128) as f32 / 127.0;
                piece.host_event(NoteEvent::MidiCC { timing: turn.min(511), channel: 0, cc: 1, value });
            }
            piece.finish();
            heard = heard.max(rms(&sound));
        }
    });
    done.store(true, Ordering::Release);
    editing.join().expect("the editing thread ends");
    assert!(heard > 0.003, "it spoke: {heard}");
    assert_eq!(operations, 0, "heap operations on the audio thread");
    drop(worker);
}
