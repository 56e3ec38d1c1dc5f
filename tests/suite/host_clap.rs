//! The plugin as CLAP in a host of this process.

use psivox_core::field::FieldSpec;
use psivox_tests::clap_rig::{ClapAudio, ClapRig, Cue, Song, blob_of};
use psivox_tests::measure::{median_f0_hz, onset, peak, rms};
use psivox_tests::osc_ear::{Heard, OscEar};
use psivox_tests::parameters::PARAMETERS;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const RATE_HZ: f64 = 48_000.0;
const SECOND: usize = 48_000;
/// Below this a sample counts as silence.
const FLOOR: f32 = 1e-4;

/// Renders a note from a fresh instance, offline, so that nothing leaves the machine.
fn spoken(
    prepare: impl FnOnce(&mut ClapRig),
    cues: impl FnOnce(&mut ClapRig) -> Vec<(usize, Cue)>,
) -> Vec<f32> {
    let mut rig = ClapRig::new();
    rig.set_offline(true);
    prepare(&mut rig);
    let mut audio = rig.start(RATE_HZ, 512);
    let cues = cues(&mut rig);
    let sound = audio.render(3 * SECOND, 512, &cues);
    rig.stop(audio);
    sound
}

fn sysex(command: u8, payload: &[u8]) -> Cue {
    Cue::SysEx([&[0xf0, 0x7d, 0x50, 0x53, command], payload, &[0xf7]].concat())
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

/// Processes until something is heard, for at most 20 s; the samples that it took.
fn until_heard(audio: &mut ClapAudio) -> Option<usize> {
    let mut samples = 0;
    let heard = eventually(|| {
        let sound = audio.render(4_096, 512, &[]);
        samples += sound.len();
        peak(&sound) > 0.01
    });
    heard.then_some(samples)
}

/// Frozen: projects and automation refer to these. The number is the hash of the string id.
#[test]
fn the_parameters_are_the_agreed_ones() {
    let mut rig = ClapRig::new();
    let agreed = PARAMETERS;
    let facts = rig.param_facts();
    assert_eq!(facts.len(), agreed.len());
    let state = rig.state_json();
    for (facts, (name, id, range, _)) in facts.iter().zip(agreed) {
        assert_eq!(facts.name, *name);
        assert!(state["params"].get(id).is_some(), "{id} in {}", state["params"]);
        for (found, expected) in facts.range.iter().zip(range) {
            assert!((found - expected).abs() < 1e-6 * expected.max(1.0), "{id}: {:?}", facts.range);
        }
    }
    assert_eq!(state["params"].as_object().map(|params| params.len()), Some(agreed.len()));
    let texts: Vec<String> = facts.iter().map(|facts| rig.value_text(facts.id, facts.range[2])).collect();
    assert_eq!(texts[..7], ["+1.00", "+1.00", "+1.00", "100%", "2.00x", "+12.00 st", "+12.0 dB"]);
    assert_eq!(texts[21..24], ["100%", "1/32", "100%"]);
    assert_eq!(texts[24], "2.00 st");
    assert_eq!(texts[25..].iter().filter(|text| *text == "100%").count(), 29);
    assert_eq!((texts[45].as_str(), texts[56].as_str()), ("5.00 s", "300%"));
    assert_eq!(texts[25..].iter().filter(|text| *text == "200%").count(), 10);
    let grid = rig.param("Beat Grid");
    let names = ["Auto", "1/4", "1/8", "1/8T", "1/16", "1/16T", "1/32"];
    for (step, name) in names.into_iter().enumerate() {
        assert_eq!(rig.value_text(grid, step as f64), name);
        let name = std::ffi::CString::new(name).expect("no zero");
        let value = rig.value_of_text(grid, &name).expect("its own text");
        assert!((value - step as f64).abs() < 1e-6, "{name:?} is {value}");
    }
}

#[test]
fn it_is_an_instrument_that_never_sleeps() {
    let mut rig = ClapRig::new();
    assert_eq!(rig.port_counts(), [0, 1, 1, 0]);
    let mut audio = rig.start(RATE_HZ, 512);
    audio.render(512, 512, &[]);
    assert!(audio.tail_is_infinite(), "a face breathes while nobody speaks");
    rig.stop(audio);
}

#[test]
fn a_note_speaks_at_its_sample_and_the_line_ends_by_itself() {
    let at = |time: usize| spoken(|_| {}, |_| vec![(time, Cue::On(0.8)), (time + 4_000, Cue::Off)]);
    let (early, late) = (at(100), at(1_037));
    assert_eq!(peak(&early[..100]), 0.0, "silent before the note");
    assert!(rms(&early) > 0.005 && peak(&early) < 1.0, "rms {} peak {}", rms(&early), peak(&early));
    let start = onset(&early, FLOOR).expect("sound");
    assert_eq!(onset(&late, FLOOR), Some(start + 937), "the note moves the sound by as many samples");

    let mut rig = ClapRig::new();
    rig.set_offline(true);
    assert!(rig.load_line(&[("text", "Yes.")]));
    let mut audio = rig.start(RATE_HZ, 512);
    let sound = audio.render(6 * SECOND, 512, &[(0, Cue::On(0.8))]);
    assert!(rms(&sound[..SECOND]) > 0.003 && rms(&sound[5 * SECOND..]) < FLOOR);
    rig.stop(audio);
}

#[test]
fn choke_all_notes_off_and_sysex_stop_the_line() {
    let stops = [Cue::Choke, Cue::Midi([0xb0, 123, 0]), Cue::Midi([0xb0, 120, 0]), sysex(4, &[])];
    for stop in stops {
        let sound = spoken(|_| {}, |_| vec![(0, Cue::On(0.8)), (SECOND, stop.clone())]);
        assert!(rms(&sound[..SECOND]) > 0.005, "{stop:?}");
        // 20 ms of fade and a little for the room of filters.
        assert!(rms(&sound[SECOND + 2_400..]) < FLOOR, "{stop:?} leaves {}", rms(&sound[SECOND + 2_400..]));
    }
}

#[test]
fn automation_moves_the_voice() {
    let with = |name: &'static str, value: f64| {
        spoken(|_| {}, move |rig| vec![(0, Cue::Param(rig.param(name), value)), (0, Cue::On(1.0))])
    };
    let f0_hz = |sound: &[f32]| median_f0_hz(sound, RATE_HZ as f32).expect("a voice");
    let (calm, excited) = (with("Arousal", 0.0), with("Arousal", 1.0));
    let shift_st = 12.0 * (f0_hz(&excited) / f0_hz(&calm)).log2();
    assert!(shift_st > 2.0, "arousal moved f0 by {shift_st} st");
    let gain_db = 20.0 * (rms(&with("Gain", 48.0 / 72.0)) / rms(&with("Gain", 60.0 / 72.0))).log10();
    assert!((gain_db + 12.0).abs() < 1.5, "12 dB less asked for, {gain_db} dB measured");
}

/// The block is split at automation: a gain that falls at sample 24,000 leaves all before it alone.
#[test]
fn automation_acts_from_its_own_sample() {
    let plain = spoken(|_| {}, |_| vec![(0, Cue::On(0.8))]);
    let cut = SECOND / 2 + 101;
    let cut_off = spoken(|_| {}, |rig| vec![(0, Cue::On(0.8)), (cut, Cue::Param(rig.param("Gain"), 0.0))]);
    let first = plain.iter().zip(&cut_off).position(|(a, b)| a != b).expect("the gain is heard");
    assert!(first >= cut && first < cut + 480, "first difference at {first}, gain at {cut}");
    assert!(rms(&cut_off[SECOND..]) < 0.01 * rms(&plain[SECOND..]));
}

/// VST3 hosts put the value that a lane reaches at the end of a block at an offset of the block's length.
#[test]
fn a_change_at_the_end_of_a_block_is_not_lost() {
    let mut rig = ClapRig::new();
    rig.set_offline(true);
    let gain = rig.param("Gain");
    let mut audio = rig.start(RATE_HZ, 512);
    let mut events = clack_host::prelude::EventBuffer::new();
    Cue::On(0.8).push(&mut events, 0);
    Cue::Param(gain, 0.0).push(&mut events, 512);
    audio.block(512, &events);
    let sound = audio.render(SECOND, 512, &[]);
    rig.stop(audio);
    assert!(rms(&sound) < 0.001, "gain at its lowest is not heard: {}", rms(&sound));
}

#[test]
fn controllers_one_and_two_move_emotion() {
    let with = |cc: u8, value: u8| {
        let setup = move |rig: &mut ClapRig| vec![(0, Cue::Param(rig.param("Arousal"), 1.0))];
        let cues = move |rig: &mut ClapRig| {
            let mut cues = if cc == 2 { setup(rig) } else { Vec::new() };
            // One sample later: what comes last counts.
            cues.extend([(1, Cue::Midi([0xb0, cc, value])), (2, Cue::On(1.0))]);
            cues
        };
        median_f0_hz(&spoken(|_| {}, cues), RATE_HZ as f32).expect("a voice")
    };
    let wheel_st = 12.0 * (with(1, 127) / with(1, 0)).log2();
    assert!(wheel_st > 2.0, "the wheel moved f0 by {wheel_st} st");
    let breath_st = 12.0 * (with(2, 127) / with(2, 0)).log2();
    assert!(breath_st > 1.0, "breath moved f0 by {breath_st} st");
}

#[test]
fn the_sound_does_not_depend_on_block_sizes() {
    let render = |rate_hz: f64, block: usize| {
        let mut rig = ClapRig::new();
        rig.set_offline(true);
        let arousal = rig.param("Arousal");
        let mut audio = rig.start(rate_hz, block as u32);
        let cues =
            [(33, Cue::On(0.7)), (9_001, Cue::Param(arousal, 0.9)), (20_000, Cue::Midi([0xb0, 2, 30]))];
        let sound = audio.render(60_001, block, &cues);
        rig.stop(audio);
        sound
    };
    for rate_hz in [44_100.0, 48_000.0, 96_000.0] {
        let reference = render(rate_hz, 512);
        assert!(rms(&reference) > 0.003);
        for block in [7, 64, 441, 4_096] {
            assert!(render(rate_hz, block) == reference, "{rate_hz} Hz in blocks of {block}");
        }
    }
}

/// Twelve syllables with a closure before each; `beat` is the value of the parameter Beat.
fn syllables(beat: f64, song: Option<Song>, block: usize) -> Vec<f32> {
    let mut rig = ClapRig::new();
    rig.set_offline(true);
    assert!(rig.load_line(&[("text", "Ba ba ba ba ba ba ba ba ba ba ba ba.")]));
    let id = rig.param("Beat");
    let mut audio = rig.start(RATE_HZ, block as u32);
    audio.song = song;
    let sound = audio.render(5 * SECOND, block, &[(0, Cue::Param(id, beat)), (4_800, Cue::On(0.8))]);
    rig.stop(audio);
    sound
}

/// Seconds at which the level rises out of a closure; what follows within 120 ms is the same syllable.
fn onsets_s(sound: &[f32]) -> Vec<f64> {
    let levels: Vec<f32> = sound.chunks(240).map(rms).collect();
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    let mut closed = true;
    let mut onsets: Vec<f64> = Vec::new();
    for (index, level) in levels.iter().enumerate() {
        let time_s = index as f64 * 240.0 / RATE_HZ;
        if closed && *level > 0.3 * loudest {
            if onsets.last().is_none_or(|last| time_s - last > 0.12) {
                onsets.push(time_s);
            }
            closed = false;
        } else if *level < 0.1 * loudest {
            closed = true;
        }
    }
    onsets
}

/// How well events fall on one place of a grid: length of the mean of their phases, 0..=1.
fn on_grid(times_s: &[f64], period_s: f64) -> f64 {
    let mean = |of: fn(f64) -> f64| {
        times_s.iter().map(|time| of(std::f64::consts::TAU * time / period_s)).sum::<f64>()
            / times_s.len() as f64
    };
    mean(f64::cos).hypot(mean(f64::sin))
}

#[test]
fn syllables_fall_on_the_host_s_beat() {
    let song = Some(Song { tempo_bpm: 150.0, start_beats: 3.3, playing: true });
    // At 150 beats a minute eighths suit syllables best.
    let period_s = 60.0 / 150.0 / 2.0;
    let (free, drawn) = (onsets_s(&syllables(0.0, song, 512)), onsets_s(&syllables(1.0, song, 512)));
    assert!(free.len() >= 10 && drawn.len() >= 10, "{} and {} onsets", free.len(), drawn.len());
    // The first syllables still settle, and the level of the last ones falls away.
    let middle = |onsets: &[f64]| on_grid(&onsets[2..onsets.len() - 2], period_s);
    let (free, drawn) = (middle(&free), middle(&drawn));
    assert!(drawn > 0.95, "with the beat the onsets keep one place of the grid: {drawn}");
    assert!(free < 0.8, "without they do not: {free}");
}

#[test]
fn the_beat_is_the_same_in_any_block_size() {
    let song = Some(Song { tempo_bpm: 150.0, start_beats: 3.3, playing: true });
    let reference = syllables(1.0, song, 512);
    for block in [64, 441, 4_096] {
        assert!(syllables(1.0, song, block) == reference, "in blocks of {block}");
    }
}

#[test]
fn without_a_moving_song_the_beat_draws_nothing() {
    let standing = Some(Song { tempo_bpm: 150.0, start_beats: 3.3, playing: false });
    let plain = syllables(0.0, None, 512);
    assert!(rms(&plain) > 0.003);
    assert!(syllables(1.0, None, 512) == plain, "a host that tells nothing");
    assert!(syllables(1.0, standing, 512) == plain, "a host that stands");
}

#[test]
fn the_field_of_the_state_is_the_one_that_speaks() {
    let speak = |rig: &mut ClapRig| {
        let mut audio = rig.start(RATE_HZ, 512);
        let sound = audio.render(2 * SECOND, 512, &[(0, Cue::On(0.8))]);
        rig.stop(audio);
        sound
    };
    let loose = FieldSpec::named("loose").expect("a preset");
    let spec = serde_json::to_value(&loose).expect("a preset is JSON");
    let kept =
        |rig: &mut ClapRig| FieldSpec::from_json(&rig.line_json()["field"].to_string()).expect("a field");
    let mut rig = ClapRig::new();
    rig.set_offline(true);
    let shipped = speak(&mut rig);
    assert!(rig.load_line_values(&[("field", spec)]));
    let saved = rig.save();
    let drawled = speak(&mut rig);
    assert!(drawled != shipped, "other couplings sound otherwise");
    let mut other = ClapRig::new();
    other.set_offline(true);
    assert!(other.load(&saved));
    assert_eq!(kept(&mut other), loose);
    assert!(speak(&mut other) == drawled, "a new instance with the same state");

    let absurd = json!({"coupling": {"K": {"jaw.syllable": 1e9}}});
    assert!(!rig.load_line_values(&[("field", absurd)]));
    assert_eq!(kept(&mut rig), loose, "the good one stays");
    assert!(rig.load_line_values(&[("field", Value::Null)]));
    assert!(rig.line_json().get("field").is_none());
    assert!(speak(&mut rig) == shipped, "back to the field that ships");
}

#[test]
fn state_goes_round_with_any_text() {
    let mut rig = ClapRig::new();
    let arousal = rig.param("Arousal");
    let text = "zäh \u{65e5}\u{672c} \u{1f642} \"quoted\" \\ back\nnext line";
    let mut state = rig.state_json();
    let line = json!({"version": 1, "text": text, "persona": "spark", "osc_target": "vmc:127.0.0.1:40000"});
    state["fields"]["line"] = Value::from(line.to_string());
    state["fields"]["editor"] = Value::from(r#"{"width":800.0,"height":600.0}"#);
    state["params"]["arousal"] = json!({"f32": 0.5});
    assert!(rig.load(&blob_of(&state)));
    assert!((rig.value(arousal) - 0.75).abs() < 1e-6);
    assert!(rig.rescans() > 0, "the host is told to read the parameters again");
    let saved = rig.save();
    let mut other = ClapRig::new();
    assert!(other.load(&saved));
    let now = other.line_json();
    for key in ["text", "persona", "osc_target"] {
        assert_eq!(now[key], line[key], "{key}");
    }
    assert_eq!((&now["version"], &now["wire"]["targets"][0]["port"]), (&json!(2), &json!(40_000)));
    assert_eq!(other.state_json(), rig.state_json());
}

/// A project that was saved before there were moods: an instance that felt something forgets it.
#[test]
fn a_state_without_the_newer_parameters_leaves_nothing_behind() {
    let mut rig = ClapRig::new();
    let (happy, from_text) = (rig.param("Happy"), rig.param("From Text"));
    let mut state = rig.state_json();
    state["params"]["happy"] = json!({"f32": 0.9});
    assert!(rig.load(&blob_of(&state)));
    assert!((rig.value(happy) - 0.9).abs() < 1e-6);
    for id in ["happy", "emotion_from_text", "mood_carry", "beat_division"] {
        state["params"].as_object_mut().expect("parameters").remove(id);
    }
    assert!(rig.load(&blob_of(&state)));
    assert_eq!((rig.value(happy), rig.value(from_text)), (0.0, 0.0));
}

#[test]
fn a_malformed_state_is_refused_and_the_good_one_stays() {
    let mut rig = ClapRig::new();
    assert!(rig.load_line(&[("text", "kept")]));
    let good = rig.state_json();
    let altered = |change: fn(&mut Value)| {
        let mut state = good.clone();
        change(&mut state);
        blob_of(&state)
    };
    let long = "x".repeat(65_537);
    let cases = [
        Vec::new(),
        b"garbage".to_vec(),
        vec![0xff; 64],
        blob_of(&good)[..40].to_vec(),
        altered(|state| state["fields"]["line"] = Value::from("{")),
        altered(|state| state["fields"]["line"] = Value::from(r#"{"version":9}"#)),
        altered(|state| state["fields"] = json!({})),
        altered(|state| state["params"]["pitch"] = json!({"f32": 1e9})),
        altered(|state| state["fields"]["editor"] = Value::from("[]")),
    ];
    for (index, blob) in cases.iter().enumerate() {
        assert!(!rig.load(blob), "case {index}");
        assert_eq!(rig.state_json(), good, "case {index}");
    }
    assert!(!rig.load_line(&[("text", long.as_str())]));
    assert_eq!(rig.state_json(), good);
}

#[test]
fn a_state_loaded_while_active_is_what_the_next_note_speaks() {
    let duration = |sound: &[f32]| sound.iter().rposition(|sample| sample.abs() > FLOOR).unwrap_or(0);
    let mut rig = ClapRig::new();
    rig.set_offline(true);
    assert!(rig.load_line(&[("text", "Yes.")]));
    let mut audio = rig.start(RATE_HZ, 512);
    let short = audio.render(6 * SECOND, 512, &[(0, Cue::On(0.8))]);
    assert!(rig.load_line(&[("text", "This is a much longer sentence than the one before it.")]));
    let long = audio.render(6 * SECOND, 512, &[(0, Cue::On(0.8))]);
    rig.stop(audio);
    assert!(onset(&long, FLOOR).is_some_and(|start| start < SECOND / 2), "the first note is not lost");
    assert!(duration(&long) > 2 * duration(&short), "{} against {}", duration(&long), duration(&short));
}

#[test]
fn text_by_sysex_is_spoken() {
    let mut rig = ClapRig::new();
    rig.set_offline(true);
    let mut audio = rig.start(RATE_HZ, 512);
    let cues = [(0, sysex(1, b"Caf\\u00e9 ")), (1, sysex(2, b"au lait")), (2, sysex(3, &[110]))];
    let first = audio.render(512, 512, &cues);
    assert!(peak(&first) < FLOOR, "not the old line");
    assert!(until_heard(&mut audio).is_some(), "the new line speaks as soon as it is planned");
    assert_eq!(rig.line_json()["text"], "Café au lait");
    let nothing = audio.render(SECOND, 512, &[(0, sysex(4, &[])), (1, Cue::Midi([0xb0, 7, 9]))]);
    assert!(rms(&nothing[SECOND / 2..]) < FLOOR);
    rig.stop(audio);
}

#[test]
fn a_text_that_cannot_be_spoken_is_silence_and_not_the_old_line() {
    let mut rig = ClapRig::new();
    rig.set_offline(true);
    assert!(rig.load_line(&[("text", "")]), "an empty text is no malformed state");
    let mut audio = rig.start(RATE_HZ, 512);
    assert_eq!(peak(&audio.render(SECOND, 512, &[(0, Cue::On(1.0))])), 0.0);
    assert!(rig.load_line(&[("text", "Now there is one.")]));
    assert!(rms(&audio.render(SECOND, 512, &[(0, Cue::On(1.0))])) > 0.003);
    rig.stop(audio);
}

#[test]
fn bypass_fades_to_silence_and_lets_no_note_through() {
    let sound = spoken(
        |_| {},
        |rig| {
            let bypass = rig.param("Bypass");
            vec![
                (0, Cue::On(0.8)),
                (SECOND, Cue::Param(bypass, 1.0)),
                (SECOND + 9_600, Cue::On(0.8)),
                (2 * SECOND, Cue::Param(bypass, 0.0)),
                (2 * SECOND + 480, Cue::On(0.8)),
            ]
        },
    );
    assert!(rms(&sound[..SECOND]) > 0.005);
    assert_eq!(peak(&sound[SECOND + 4_800..2 * SECOND]), 0.0, "silent to the bit");
    assert!(rms(&sound[2 * SECOND + 480..]) > 0.003, "it speaks again");
}

#[test]
fn instances_come_and_go_in_any_order_while_busy() {
    let mut keep = ClapRig::new();
    keep.set_offline(true);
    let mut keep_audio = keep.start(RATE_HZ, 512);
    let mut alive: Vec<(ClapRig, Option<ClapAudio>)> = Vec::new();
    for round in 0..30usize {
        let mut rig = ClapRig::new();
        rig.set_offline(round % 2 == 0);
        let mut audio = rig.start(RATE_HZ, 512);
        let text = format!("Text number {round}, with a few words to plan.");
        audio.render(512, 512, &[(0, sysex(1, text.as_bytes())), (1, Cue::On(0.5))]);
        alive.push((rig, Some(audio)));
        if alive.len() > 4 {
            // From the front, the middle and the back, while their workers plan.
            let (mut gone, audio) = alive.remove([0, 2, 4][round % 3]);
            gone.stop(audio.expect("running"));
        }
    }
    for (mut rig, audio) in alive.into_iter().rev() {
        rig.stop(audio.expect("running"));
    }
    assert!(rms(&keep_audio.render(SECOND, 512, &[(0, Cue::On(0.8))])) > 0.003, "the one that stayed speaks");
    keep.stop(keep_audio);
}

#[test]
fn the_audio_thread_may_be_another_one() {
    let mut rig = ClapRig::new();
    rig.set_offline(true);
    let mut audio = rig.start(RATE_HZ, 256);
    let render = move || {
        let sound = audio.render(SECOND, 256, &[(0, Cue::On(0.8))]);
        (audio, sound)
    };
    let (audio, sound) = std::thread::spawn(render).join().expect("the audio thread ends");
    rig.idle();
    assert!(rms(&sound) > 0.003);
    rig.stop(audio);
}

/// Plays in real time for a while.
fn play(audio: &mut ClapAudio, blocks: usize, cues: &[(usize, Cue)]) {
    let beginning = Instant::now();
    for block in 0..blocks {
        let start = block * 512;
        let here: Vec<(usize, Cue)> = cues
            .iter()
            .filter(|(time, _)| (start..start + 512).contains(time))
            .map(|(time, cue)| (time - start, cue.clone()))
            .collect();
        audio.render(512, 512, &here);
        let due = Duration::from_secs_f64((start + 512) as f64 / 48_000.0);
        std::thread::sleep(due.saturating_sub(beginning.elapsed()));
    }
}

fn is_neutral(heard: &Heard) -> bool {
    !heard.shapes.is_empty() && heard.shapes.values().all(|value| *value == 0.0)
}

/// Faces that come while `act` runs, and afterwards until there are `enough`.
fn faces(ear: &OscEar, act: impl FnOnce(), enough: impl Fn(&[Heard]) -> bool + Sync) -> Vec<Heard> {
    ear.hear(act, enough).into_iter().filter(|heard| !heard.shapes.is_empty()).collect()
}

/// Whether the last face is at rest.
fn at_rest(heard: &[Heard]) -> bool {
    heard.iter().rev().find(|heard| !heard.shapes.is_empty()).is_some_and(is_neutral)
}

#[test]
fn faces_are_sent_in_real_time_and_a_neutral_one_at_the_end() {
    let ear = OscEar::open();
    let mut rig = ClapRig::new();
    assert!(rig.load_line(&[("osc_target", &ear.target())]));
    let mut audio = rig.start(RATE_HZ, 512);
    let spoken = faces(&ear, || play(&mut audio, 94, &[(0, Cue::On(1.0))]), at_rest);
    assert!(spoken.len() >= 20, "{} faces in a second", spoken.len());
    let jaw = |heard: &Heard| {
        heard.shapes.iter().find(|(name, _)| name.eq_ignore_ascii_case("jawOpen")).map(|(_, value)| *value)
    };
    let widest = spoken.iter().filter_map(jaw).fold(0.0, f32::max);
    assert!(widest > 0.1, "the jaw opened to {widest}");
    assert!(at_rest(&spoken), "a host that stops calling leaves no face");
    let end = || {
        play(&mut audio, 30, &[]);
        rig.stop(audio);
    };
    assert!(at_rest(&faces(&ear, end, at_rest)), "deactivation puts the face to rest");

    let mut audio = rig.start(RATE_HZ, 512);
    let unload = || {
        play(&mut audio, 30, &[]);
        rig.stop(audio);
        drop(rig);
    };
    assert!(at_rest(&faces(&ear, unload, at_rest)), "and so does unloading");
}

#[test]
fn a_surprise_is_told_beside_the_face() {
    let ear = OscEar::open();
    let mut rig = ClapRig::new();
    assert!(rig.load_line(&[("osc_target", &format!("{}?events", ear.target()))]));
    let valence = rig.param("Valence");
    let mut audio = rig.start(RATE_HZ, 512);
    // From one end to the other in the middle of the line: nobody foretells that.
    let jump = |block: usize, value: f64| (block * 512, Cue::Param(valence, value));
    let surprised = |datagram: &Heard| datagram.addresses.contains_key("/psivox/surprise");
    let heard = ear.hear(
        || play(&mut audio, 170, &[(0, Cue::On(1.0)), jump(80, 0.0), jump(110, 1.0)]),
        |heard| heard.iter().any(surprised),
    );
    let surprises: Vec<&Heard> = heard.iter().filter(|datagram| surprised(datagram)).collect();
    assert!(!surprises.is_empty(), "in {} datagrams", heard.len());
    assert!(surprises.iter().all(|datagram| datagram.addresses.len() == 1), "each in a datagram of its own");
    rig.stop(audio);
}

#[test]
fn bypass_and_the_switch_put_the_face_to_rest() {
    for (name, value) in [("Bypass", 1.0), ("Send Face", 0.0)] {
        let ear = OscEar::open();
        let mut rig = ClapRig::new();
        assert!(rig.load_line(&[("osc_target", &ear.target())]));
        let id = rig.param(name);
        let mut audio = rig.start(RATE_HZ, 512);
        let cues = [(0, Cue::On(1.0)), (30 * 512, Cue::Param(id, value))];
        let heard = faces(&ear, || play(&mut audio, 60, &cues), at_rest);
        assert!(heard.len() > 5 && at_rest(&heard), "{name}: {} faces", heard.len());
        assert!(
            faces(&ear, || play(&mut audio, 30, &[]), |_| true).is_empty(),
            "{name}: nothing more is sent"
        );
        rig.stop(audio);
    }
}

/// "All sound off" is what a host's panic button sends: the face goes to rest and stays there until something is said.
#[test]
fn panic_of_the_host_puts_the_face_to_rest() {
    let ear = OscEar::open();
    let mut rig = ClapRig::new();
    assert!(rig.load_line(&[("osc_target", &ear.target())]));
    let mut audio = rig.start(RATE_HZ, 512);
    let panic = |time: usize| (time, Cue::Midi([0xb0, 120, 0]));
    let cues = [(0, Cue::On(1.0)), panic(30 * 512)];
    let heard = faces(&ear, || play(&mut audio, 60, &cues), at_rest);
    assert!(heard.len() > 5 && at_rest(&heard), "{} faces", heard.len());
    let moves = |heard: &[Heard]| heard.iter().any(|one| !one.shapes.is_empty() && !is_neutral(one));
    let heard = faces(&ear, || play(&mut audio, 30, &[(0, Cue::On(1.0))]), moves);
    assert!(moves(&heard), "the next line shows again");
    let block = || play(&mut audio, 30, &[(512, Cue::On(1.0)), panic(512 + 100)]);
    // The panic may come before the line has shown anything: then there is nothing to put to rest.
    let rests = |heard: &[Heard]| at_rest(heard) || !moves(heard);
    assert!(rests(&faces(&ear, block, rests)));
    let heard = faces(&ear, || play(&mut audio, 90, &[]), |_| true);
    assert!(!moves(&heard), "nor does a line that began in the same block before it");
    rig.stop(audio);
}

#[test]
fn an_offline_bounce_sends_nothing() {
    let ear = OscEar::open();
    let mut rig = ClapRig::new();
    rig.set_offline(true);
    assert!(rig.load_line(&[("osc_target", &ear.target())]));
    let mut audio = rig.start(RATE_HZ, 512);
    assert!(rms(&audio.render(SECOND, 512, &[(0, Cue::On(0.8))])) > 0.003);
    rig.stop(audio);
    assert!(ear.listen(Duration::from_millis(300)).is_empty());
}

/// A bounce writes the face that its sound has, from the first sample on.
#[test]
fn an_offline_bounce_writes_the_face_beside_the_sound() {
    let path = std::env::temp_dir().join(format!("psivox-host-bounce-{}.jsonl", std::process::id()));
    let bounce =
        json!({"targets": [], "bounce": {"path": path.to_string_lossy(), "format": "jsonl", "rate_hz": 60}});
    let mut rig = ClapRig::new();
    rig.set_offline(true);
    assert!(rig.load_line_values(&[("text", json!("Mama moved about.")), ("wire", bounce)]));
    let mut audio = rig.start(RATE_HZ, 512);
    audio.render(2 * SECOND, 512, &[(0, Cue::On(1.0))]);
    rig.stop(audio);
    let text = std::fs::read_to_string(&path).expect("the file stands once the host has deactivated");
    let faces: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!((118..=122).contains(&faces.len()), "{} faces of 2 s", faces.len());
    assert_eq!(faces[0]["sample"], 0, "from the first sample");
    let jaw = |face: &serde_json::Value| face["shapes"]["jawOpen"].as_f64().expect("a number");
    assert!(faces.iter().map(jaw).fold(0.0, f64::max) > 0.1);
    std::fs::remove_file(path).expect("removed");
}
