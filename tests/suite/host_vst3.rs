//! The plugin as VST3 in a host of this process.

use psivox_tests::clap_rig::{blob_of, json_of};
use psivox_tests::measure::{median_f0_hz, onset, peak, rms};
use psivox_tests::parameters;
use psivox_tests::vst3_rig::{Vst3Block, Vst3Rig};
use serde_json::{Value, json};
use std::sync::Mutex;

/// The class id as hosts see it (`PsivoxVoiceFace1` in COM byte order): it is in every project and never changes.
const CLASS_ID: [u8; 16] = *b"visPxooViceFace1";
const RATE_HZ: f64 = 48_000.0;
/// Blocks of 512 that make three seconds.
const LONG: usize = 280;

/// VST3 hosts create and destroy on one thread.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn note(sample: i32) -> Vst3Block {
    Vst3Block { notes: vec![(sample, 60, 0.8)], ..Vst3Block::default() }
}

fn alone() -> std::sync::MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[test]
fn it_loads_under_its_frozen_id_with_few_parameters() {
    let _alone = alone();
    let rig = Vst3Rig::new();
    assert_eq!(Vst3Rig::class_id(), CLASS_ID);
    let names: Vec<String> = rig.params().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, parameters::names(), "no hidden controller parameters");
}

#[test]
fn a_note_speaks_at_its_sample() {
    let _alone = alone();
    let rig = Vst3Rig::new();
    rig.start(RATE_HZ, true);
    let sound = rig.render(&note(100), LONG);
    assert!(peak(&sound[..100]) == 0.0, "silent before the note");
    assert!(peak(&sound).is_finite() && rms(&sound) > 0.005, "{}", rms(&sound));
    let late = rig.render(&Vst3Block::default(), LONG * 4);
    assert!(rms(&late[late.len() - 48_000..]) < 1e-4, "the line ends by itself");
    rig.stop();

    rig.start(RATE_HZ, true);
    let shifted = rig.render(&note(137), LONG);
    let start = onset(&sound, 1e-4).expect("sound");
    assert_eq!(onset(&shifted, 1e-4), Some(start + 37), "the note moves the sound by as many samples");
    rig.stop();
}

/// Two seconds of a note with Beat at a value, the host at a place of a song.
fn in_a_song(beat: f64, tempo_bpm: Option<f64>, block: usize) -> Vec<f32> {
    let rig = Vst3Rig::new();
    let id = rig.param("Beat");
    rig.start(RATE_HZ, true);
    let mut sound = Vec::new();
    while sound.len() < 96_000 {
        let beats = |tempo_bpm: f64| sound.len() as f64 / RATE_HZ * tempo_bpm / 60.0;
        let place = tempo_bpm.map(|tempo_bpm| (tempo_bpm, beats(tempo_bpm)));
        let first = if sound.is_empty() { note(64) } else { Vst3Block::default() };
        let automation = if sound.is_empty() { vec![(id, 0, beat)] } else { Vec::new() };
        let length = block.min(96_000 - sound.len());
        sound.extend(rig.block(length, &Vst3Block { automation, place, ..first }));
    }
    rig.stop();
    sound
}

#[test]
fn the_host_s_beat_arrives() {
    let _alone = alone();
    let plain = in_a_song(0.0, None, 512);
    assert!(rms(&plain) > 0.003);
    assert!(in_a_song(1.0, None, 512) == plain, "a host that tells nothing");
    let drawn = in_a_song(1.0, Some(150.0), 512);
    assert!(drawn != plain, "the beat moves the syllables");
    assert!(in_a_song(1.0, Some(150.0), 441) == drawn, "in other blocks too");
}

#[test]
fn a_bus_arrangement_without_inputs_is_accepted() {
    let _alone = alone();
    assert_eq!(Vst3Rig::new().arrange_without_inputs(), vst3::Steinberg::kResultOk);
}

#[test]
fn automation_moves_the_voice() {
    let _alone = alone();
    let f0_hz = |pitch: f64| {
        let rig = Vst3Rig::new();
        let id = rig.param("Pitch");
        rig.start(RATE_HZ, true);
        let first = Vst3Block { automation: vec![(id, 0, pitch)], ..note(64) };
        let sound = rig.render(&first, LONG);
        rig.stop();
        median_f0_hz(&sound, RATE_HZ as f32).expect("a voice")
    };
    let (low, high) = (f0_hz(0.25), f0_hz(0.75));
    let semitones = 12.0 * (high / low).log2();
    assert!((9.0..15.0).contains(&semitones), "12 st asked for, {semitones} heard ({low} to {high} Hz)");
}

#[test]
fn state_carries_text_and_parameters() {
    let _alone = alone();
    let first = Vst3Rig::new();
    let arousal = first.param("Arousal");
    first.start(RATE_HZ, false);
    first.block(512, &Vst3Block { automation: vec![(arousal, 0, 0.9)], ..Vst3Block::default() });
    let text = b"\xf0\x7d\x50\x53\x01Gr\\u00fc\\u00dfe from VST3\xf7".to_vec();
    first.block(512, &Vst3Block { sysex: vec![(0, text)], ..Vst3Block::default() });
    let saved = saved_with(&first, "Grüße from VST3");
    first.stop();
    let second = Vst3Rig::new();
    assert!(second.load(&saved));
    assert!(second.restarts() > 0, "the host is told to read the parameters again");
    assert!((second.value(second.param("Arousal")) - 0.9).abs() < 1e-4, "the host sees the loaded value");
    assert!(String::from_utf8_lossy(&second.save()).contains("Grüße from VST3"));
    assert!(!second.load(b"nonsense"));
    assert!(String::from_utf8_lossy(&second.save()).contains("Grüße from VST3"), "the good state stays");
}

/// Saves again and again until the worker has taken the text over.
fn saved_with(rig: &Vst3Rig, text: &str) -> Vec<u8> {
    for _ in 0..500 {
        let saved = rig.save();
        if String::from_utf8_lossy(&saved).contains(text) {
            return saved;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("'{text}' never arrived");
}

/// An abort shows as the death of a child.
#[test]
fn instances_come_and_go_in_any_order_while_busy() {
    let _alone = alone();
    if std::env::var_os("PSIVOX_CHURN").is_some() {
        return churn();
    }
    let child = std::process::Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "instances_come_and_go_in_any_order_while_busy", "--nocapture"])
        .env("PSIVOX_CHURN", "1")
        .output()
        .expect("a child");
    let words = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "the host died: {} {words}", child.status);
    assert!(words.contains("churned 40"), "{words}");
}

fn churn() {
    let keep = Vst3Rig::new();
    keep.start(RATE_HZ, false);
    let mut alive: Vec<Vst3Rig> = Vec::new();
    for round in 0..40 {
        let rig = Vst3Rig::new();
        rig.start(RATE_HZ, round % 3 == 0);
        let id = rig.param("Arousal");
        let automation = (0..64).map(|step| (id, step * 8, f64::from(step % 2))).collect();
        let text =
            [b"\xf0\x7d\x50\x53\x01text number ".as_slice(), round.to_string().as_bytes(), b"\xf7"].concat();
        rig.block(512, &Vst3Block { automation, sysex: vec![(0, text)], ..note(0) });
        alive.push(rig);
        // Drop from the front, the middle and the back, with workers still planning.
        if alive.len() > 4 {
            let gone = alive.remove([0, 2, 4][round % 3]);
            if round % 2 == 0 {
                gone.stop();
            }
        }
    }
    drop(alive);
    let sound = keep.render(&note(0), LONG);
    assert!(rms(&sound) > 0.005, "the one that stayed still speaks");
    keep.stop();
    eprintln!("churned 40");
}

#[test]
fn offline_and_real_time_sound_the_same() {
    let _alone = alone();
    let sound = |offline: bool| {
        let rig = Vst3Rig::new();
        rig.start(RATE_HZ, offline);
        let sound = rig.render(&note(7), 100);
        rig.stop();
        sound
    };
    let (bounced, live) = (sound(true), sound(false));
    assert!(rms(&bounced) > 0.003);
    assert_eq!(bounced, live);
}

/// The framework's own VST3 side is one call late here: a bounce would begin as if it were live.
#[test]
fn the_offline_flag_counts_at_once() {
    let _alone = alone();
    let path = std::env::temp_dir().join(format!("psivox-vst3-bounce-{}.jsonl", std::process::id()));
    let rig = Vst3Rig::new();
    let saved = rig.save();
    let mut state: Value = json_of(&saved);
    let mut line: Value =
        serde_json::from_str(state["fields"]["line"].as_str().expect("a line")).expect("the line is JSON");
    let bounce = json!({"path": path.to_string_lossy(), "format": "jsonl", "rate_hz": 60});
    line["wire"] = json!({"targets": [], "bounce": bounce});
    state["fields"]["line"] = Value::from(line.to_string());
    assert!(rig.load(&blob_of(&state)));
    let faces = |offline: bool| {
        rig.start(RATE_HZ, offline);
        rig.render(&note(0), 94);
        rig.stop();
        let text = std::fs::read_to_string(&path);
        _ = std::fs::remove_file(&path);
        text.map_or(0, |text| text.lines().count())
    };
    assert_eq!(faces(false), 0, "live: no file");
    assert!((55..=65).contains(&faces(true)), "the first bounce after it writes a second of faces");
    assert_eq!(faces(false), 0, "live again at once");
    assert!(faces(true) > 0);
}
