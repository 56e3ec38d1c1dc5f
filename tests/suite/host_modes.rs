//! What notes do: speak, cue, sing, follow; voices, controllers, programs, memory slots. In a CLAP host of this process.

use psivox_tests::clap_rig::{ClapAudio, ClapRig, Cue, Song};
use psivox_tests::measure::{median_f0_hz, onset, peak, rms};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const RATE_HZ: f64 = 48_000.0;
const SECOND: usize = 48_000;
/// Below this a sample counts as silence.
const FLOOR: f32 = 1e-4;

const SPEAK: f64 = 0.0;
const CUE: f64 = 1.0;
const SING: f64 = 2.0;
const FOLLOW: f64 = 3.0;

fn on(key: u8) -> Cue {
    Cue::Midi([0x90, key, 100])
}

fn off(key: u8) -> Cue {
    Cue::Midi([0x80, key, 0])
}

fn sysex(command: u8, payload: &[u8]) -> Cue {
    Cue::SysEx([&[0xf0, 0x7d, 0x50, 0x53, command], payload, &[0xf7]].concat())
}

/// An instance with a text and parameters as a host sets them before it plays, offline.
struct Stage {
    rig: ClapRig,
    before: Vec<(String, f64)>,
    song: Option<Song>,
}

impl Stage {
    fn new(text: &str) -> Self {
        let mut rig = ClapRig::new();
        rig.set_offline(true);
        assert!(rig.load_line(&[("text", text)]));
        Self { rig, before: Vec::new(), song: None }
    }

    fn with(mut self, name: &str, value: f64) -> Self {
        self.before.push((name.to_owned(), value));
        self
    }

    fn at(mut self, tempo_bpm: f64, start_beats: f64) -> Self {
        self.song = Some(Song { tempo_bpm, start_beats, playing: true });
        self
    }

    /// The parameters are part of the state, so that the plug-in has them when it is activated.
    fn start(&mut self, max_block: u32) -> ClapAudio {
        let mut state = self.rig.state_json();
        for (name, value) in &self.before {
            state["params"][name] = typed(&state["params"][name], *value);
        }
        assert!(self.rig.load(&psivox_tests::clap_rig::blob_of(&state)), "{:?}", self.before);
        let mut audio = self.rig.start(RATE_HZ, max_block);
        audio.song = self.song;
        audio
    }

    fn render(mut self, samples: usize, block: usize, cues: &[(usize, Cue)]) -> Vec<f32> {
        let mut audio = self.start(block as u32);
        let sound = audio.render(samples, block, cues);
        self.rig.stop(audio);
        sound
    }
}

/// A value as the state writes it: choices go by their id.
fn typed(old: &Value, value: f64) -> Value {
    const MODES: [&str; 4] = ["speak", "cue", "sing", "follow"];
    const UNITS: [&str; 4] = ["line", "sentence", "word", "text"];
    const ADVANCES: [&str; 3] = ["next", "stay", "shuffle"];
    let index = value as usize;
    match old {
        old if old.get("f32").is_some() => json!({ "f32": value }),
        old if old.get("i32").is_some() => json!({ "i32": index }),
        old if old.get("bool").is_some() => json!({ "bool": value > 0.5 }),
        old => {
            let known = old["string"].as_str().expect("a choice");
            let all: &[&str] = [&MODES[..], &UNITS[..], &ADVANCES[..]]
                .into_iter()
                .find(|names| names.contains(&known))
                .expect("one of ours");
            json!({ "string": all[index] })
        }
    }
}

/// Seconds of sound in a stretch.
fn spoken_s(sound: &[f32]) -> f64 {
    let windows = sound.chunks(480).filter(|window| rms(window) > 2e-3).count();
    windows as f64 / 100.0
}

const LINES: &str = "Yes.\nThis line is a good deal longer than the others are.\nMaybe not.";

#[test]
fn notes_speak_line_after_line() {
    let notes: Vec<(usize, Cue)> = (0..4).map(|i| (i * 5 * SECOND, on(60))).collect();
    let sound = Stage::new(LINES).render(20 * SECOND, 512, &notes);
    let lengths: Vec<f64> = sound.chunks(5 * SECOND).map(spoken_s).collect();
    assert!(lengths[1] > 2.0 * lengths[0] && lengths[1] > 2.0 * lengths[2], "{lengths:?}");
    assert!((lengths[3] - lengths[0]).abs() < 0.3 * lengths[0], "from the first again: {lengths:?}");
    let stay = Stage::new(LINES).with("advance", 1.0).with("line", 2.0);
    let sound = stay.render(10 * SECOND, 512, &notes[..2]);
    let again: Vec<f64> = sound.chunks(5 * SECOND).map(spoken_s).collect();
    assert!(again.iter().all(|length| (length - lengths[1]).abs() < 0.5), "{again:?} of {lengths:?}");
    let whole = Stage::new(LINES).with("phrase", 3.0).render(8 * SECOND, 512, &notes[..1]);
    assert!(spoken_s(&whole) > lengths[0] + lengths[1], "all of it: {}", spoken_s(&whole));
    let word = Stage::new(LINES).with("phrase", 2.0).with("line", 3.0).render(3 * SECOND, 512, &notes[..1]);
    assert!((0.05..0.8).contains(&spoken_s(&word)), "one word: {}", spoken_s(&word));
}

#[test]
fn the_line_parameter_moves_the_place() {
    let mut stage = Stage::new(LINES);
    let mut audio = stage.start(512);
    let line = stage.rig.param("Line");
    // Hosts count the steps of a whole number from its first one.
    let to_second = 1.0;
    let sound = audio.render(5 * SECOND, 512, &[(0, Cue::Param(line, to_second)), (100, on(60))]);
    assert!(spoken_s(&sound) > 1.5, "the second line: {}", spoken_s(&sound));
    stage.rig.stop(audio);
}

#[test]
fn every_key_has_its_line() {
    let text = "Yes.\n[key C5] This line is a good deal longer than the others are.\nMaybe not.";
    let cue = |key: u8| Stage::new(text).with("mode", CUE).render(4 * SECOND, 512, &[(7, on(key))]);
    let (first, named, third) = (cue(36), cue(72), cue(37));
    assert!(spoken_s(&named) > 2.0 * spoken_s(&first) && spoken_s(&third) > 0.2);
    assert!(peak(&cue(38)) < FLOOR && peak(&cue(35)) < FLOOR, "keys without a line are silent");
    let spoken = Stage::new("Yes.").render(4 * SECOND, 512, &[(7, on(60))]);
    assert_eq!(onset(&first, FLOOR), onset(&spoken, FLOOR), "within the same samples as a line of its own");
    let moved = Stage::new(text).with("mode", CUE).with("cue_key", 60.0);
    assert!(spoken_s(&moved.render(4 * SECOND, 512, &[(7, on(60))])) > 0.2);
}

#[test]
fn voices_sound_together_and_block_sizes_do_not_matter() {
    let notes: Vec<(usize, Cue)> = (0..12)
        .flat_map(|i| {
            let (at, key) = (i * 9_001, 36 + (i * 5 % 3) as u8);
            [(at, on(key)), (at + 20_000, off(key))]
        })
        .collect();
    let mut notes = notes;
    notes.sort_by_key(|(at, _)| *at);
    let render = |voices: f64, block: usize| {
        let stage = Stage::new(LINES).with("mode", CUE).with("voices", voices);
        stage.render(6 * SECOND, block, &notes)
    };
    let choir = render(8.0, 512);
    assert!(choir.iter().all(|sample| sample.is_finite()) && peak(&choir) < 1.0);
    assert!(choir == render(8.0, 512), "the same twice");
    for block in [64, 1_000, 4_096] {
        assert!(choir == render(8.0, block), "in blocks of {block}");
    }
    // One voice is cut short by each new cue; eight speak to their ends.
    assert!(spoken_s(&choir) >= spoken_s(&render(1.0, 512)));
    let tail = |sound: &[f32]| rms(&sound[11 * 9_001 + SECOND..11 * 9_001 + 2 * SECOND]);
    assert!(tail(&choir) > 1e-3);
}

#[test]
fn notes_sing_in_tune_and_hold() {
    let melody = [57u8, 60, 64, 69];
    let mut cues = Vec::new();
    for (i, key) in melody.into_iter().enumerate() {
        cues.push((i * SECOND, on(key)));
        cues.push((i * SECOND + SECOND - 4_000, off(key)));
    }
    let stage = Stage::new("la la la la").with("mode", SING).with("sing_lead", 100.0);
    let sound = stage.render(5 * SECOND, 512, &cues);
    let late = 4_800;
    for (i, key) in melody.into_iter().enumerate() {
        let from = i * SECOND + late;
        let middle = &sound[from + 12_000..from + 40_000];
        let f0_hz = median_f0_hz(middle, RATE_HZ as f32).expect("a voice");
        let wanted_hz = 440.0 * 2f32.powf((f32::from(key) - 69.0) / 12.0);
        let cents = 1_200.0 * (f0_hz / wanted_hz).log2();
        assert!(cents.abs() < 25.0, "key {key}: {f0_hz} Hz is {cents} cents off");
    }
    assert!(rms(&sound[4 * SECOND + SECOND / 2..]) < FLOOR, "silent after the last note");
    let again = Stage::new("la la la la").with("mode", SING).with("sing_lead", 100.0);
    assert!(again.render(5 * SECOND, 333, &cues) == sound, "in blocks of 333");
    let silent = Stage::new("la la la la").with("mode", SING).render(SECOND, 512, &[]);
    assert!(peak(&silent) < FLOOR);
}

#[test]
fn chords_sing_one_syllable_and_the_wheel_bends_them() {
    let chord = [(0, on(57)), (200, on(61)), (400, on(64))];
    let stage = |voices: f64| {
        Stage::new("ah oh ee").with("mode", SING).with("voices", voices).with("bend_range", 12.0)
    };
    let sound = stage(8.0).render(2 * SECOND, 512, &chord);
    let one = stage(8.0).render(2 * SECOND, 512, &chord[..1]);
    assert!(rms(&sound[SECOND / 2..SECOND]) > 1.2 * rms(&one[SECOND / 2..SECOND]));
    let bent = [(0, on(57)), (SECOND / 4, Cue::Midi([0xe0, 0x7f, 0x7f]))];
    let up = stage(1.0).render(2 * SECOND, 512, &bent);
    let f0 =
        |sound: &[f32]| median_f0_hz(&sound[SECOND..SECOND + SECOND / 2], RATE_HZ as f32).expect("a voice");
    let semitones = 12.0 * (f0(&up) / f0(&one)).log2();
    assert!((semitones - 12.0).abs() < 0.5, "{semitones}");
}

#[test]
fn the_same_bar_says_the_same_words() {
    let text = "One two three four five six seven.\nEight nine ten eleven twelve thirteen.";
    let follow = |start_beats: f64, block: usize| {
        let stage = Stage::new(text).with("mode", FOLLOW).with("follow_bars", 1.0).at(120.0, start_beats);
        stage.render(4 * SECOND, block, &[])
    };
    let whole = follow(0.0, 512);
    assert!(spoken_s(&whole[..2 * SECOND]) > 0.8 && spoken_s(&whole[2 * SECOND..]) > 0.8);
    assert!(whole == follow(0.0, 97) && whole == follow(0.0, 4_096), "whatever the blocks");
    // Entering at the second bar, the second line begins at once.
    let second = follow(4.0, 512);
    let level = |sound: &[f32]| -> Vec<f32> { sound.chunks(2_400).map(rms).collect() };
    let (a, b) = (level(&whole[2 * SECOND..3 * SECOND]), level(&second[..SECOND]));
    let alike = a.iter().zip(&b).filter(|(a, b)| (*a - *b).abs() < 0.02).count();
    assert!(alike >= 16, "{alike} of {} stretches are as loud", a.len());
    let standing = {
        let mut stage = Stage::new(text).with("mode", FOLLOW);
        stage.song = Some(Song { tempo_bpm: 120.0, start_beats: 0.0, playing: false });
        stage.render(SECOND, 512, &[])
    };
    assert!(peak(&standing) < FLOOR, "a host that stands says nothing");
}

#[test]
fn a_remembered_manner_comes_back_by_its_slot() {
    let mut stage = Stage::new("We will all go on together from here to there.");
    let performance = json!({ "slots": [{ "name": "deep", "values": { "pitch": -8.0, "size": 10.0 } }] });
    assert!(stage.rig.load_line_values(&[("performance", performance)]));
    let f0 = |recall: f64, blend: f64| {
        let mut stage = Stage::new("x");
        let performance = json!({ "slots": [{ "name": "deep", "values": { "pitch": -8.0, "size": 10.0 } }] });
        let text = json!("We will all go on together from here to there.");
        assert!(stage.rig.load_line_values(&[("performance", performance), ("text", text)]));
        let stage = stage.with("memory_recall", recall).with("memory_blend", blend);
        let sound = stage.render(3 * SECOND, 512, &[(0, on(60))]);
        median_f0_hz(&sound, RATE_HZ as f32).expect("a voice")
    };
    let (plain, half, all) = (f0(0.0, 1.0), f0(1.0, 0.5), f0(1.0, 1.0));
    let st = |a: f32, b: f32| 12.0 * (a / b).log2();
    assert!(
        (st(all, plain) + 8.0).abs() < 1.0 && (st(half, plain) + 4.0).abs() < 1.0,
        "{plain} {half} {all}"
    );
}

#[test]
fn a_linked_controller_moves_its_parameter() {
    let mut stage = Stage::new("We will all go on together.");
    let link = json!({ "cc": [{ "controller": 21, "parameter": "pitch", "low": 0.5, "high": 1.0 }] });
    assert!(stage.rig.load_line_values(&[("performance", link)]));
    let sound = |value: u8, mut stage: Stage| {
        let mut audio = stage.start(512);
        let sound = audio.render(3 * SECOND, 512, &[(0, Cue::Midi([0xb0, 21, value])), (10, on(60))]);
        stage.rig.stop(audio);
        median_f0_hz(&sound, RATE_HZ as f32).expect("a voice")
    };
    let high = sound(127, stage);
    let plain = sound(127, Stage::new("We will all go on together."));
    let st = 12.0 * (high / plain).log2();
    assert!((st - 12.0).abs() < 1.0, "{st}");
    let mut bad = Stage::new("x");
    let unknown = json!({ "cc": [{ "controller": 21, "parameter": "nothing" }] });
    assert!(!bad.rig.load_line_values(&[("performance", unknown)]), "refused");
}

/// Looks every 10 ms, for at most 20 s.
fn eventually(mut done: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !done() {
        if start.elapsed() > Duration::from_secs(20) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

#[test]
fn midi_changes_lines_cues_persona_and_parameters() {
    let mut stage = Stage::new("Yes.");
    let mut audio = stage.start(512);
    let cues = [
        (0, sysex(5, b"\x00\x02Second line.")),
        (1, sysex(7, b"\x30By key.")),
        (2, Cue::Midi([0xc0, 4, 0])),
        (3, sysex(9, b"breath 0.4")),
    ];
    audio.render(512, 512, &cues);
    assert!(eventually(|| stage.rig.line_json()["text"] == "Yes.\nSecond line.\n[key C3] By key."));
    assert!(eventually(|| stage.rig.line_json()["persona"] != "heart"));
    assert!(eventually(|| {
        audio.render(512, 512, &[]);
        stage.rig.state_json()["params"]["breath"]["f32"]
            .as_f64()
            .is_some_and(|value| (value - 0.4).abs() < 1e-4)
    }));
    let long = eventually(|| {
        let sound = audio.render(2 * SECOND, 512, &[(0, sysex(6, &[0, 2])), (1, sysex(4, &[]))]);
        let spoken = audio.render(2 * SECOND, 512, &[(0, sysex(8, &[0x30, 100]))]);
        peak(&sound) < 0.5 && spoken_s(&spoken) > 0.2
    });
    assert!(long, "the key's line is spoken");
    stage.rig.stop(audio);
}

#[test]
fn storms_end_in_silence() {
    let mut cues: Vec<(usize, Cue)> = Vec::new();
    let mut random = 88_172_645_463_325_252u64;
    for _ in 0..3_000 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let at = (random % (2 * SECOND as u64)) as usize;
        let [status, a, b] = [(random >> 20) as u8, (random >> 30) as u8 & 0x7f, (random >> 40) as u8 & 0x7f];
        cues.push((at, Cue::Midi([0x80 | (status & 0x7f), a, b])));
    }
    cues.sort_by_key(|(at, _)| *at);
    for mode in [SPEAK, CUE, SING, FOLLOW] {
        let mut stage = Stage::new(LINES).with("mode", mode).with("voices", 8.0).at(140.0, 2.0);
        let mut audio = stage.start(4_096);
        let sound = audio.render(2 * SECOND, 4_096, &cues);
        assert!(sound.iter().all(|sample| sample.is_finite()) && peak(&sound) < 4.0, "mode {mode}");
        audio.song = None;
        let stop: Vec<(usize, Cue)> = (0..16)
            .flat_map(|channel| {
                [(0, Cue::Midi([0xb0 | channel, 123, 0])), (1, Cue::Midi([0xb0 | channel, 120, 0]))]
            })
            .collect();
        audio.render(SECOND, 512, &stop);
        let after = audio.render(SECOND, 512, &[]);
        assert!(peak(&after) < 1e-3, "mode {mode}: {}", peak(&after));
        stage.rig.stop(audio);
    }
}
