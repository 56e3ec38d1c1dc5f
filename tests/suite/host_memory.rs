//! Memory in a host: every parameter of it is heard or seen, projects carry it, and replays that do not fit are told.

use psivox_tests::host::{Act, Format, Host, Project};
use psivox_tests::measure::{median_f0_hz, peak, rms};
use psivox_tests::remembering::{self, RATE_HZ};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The project with parameters at other values.
fn with(changes: &[(&str, &str, Value)]) -> Project {
    let mut project = remembering::project();
    changes.iter().for_each(|(id, kind, value)| project.set(id, kind, value.clone()));
    project
}

/// What a bounce of three seconds gives: its sound, and the numbers of its faces with their samples.
fn bounced(project: &Project, block: usize, acts: &[(usize, Act)]) -> (Vec<f32>, Vec<(usize, Vec<f64>)>) {
    bounced_as(Format::Clap, project, block, acts)
}

fn bounced_as(
    format: Format,
    project: &Project,
    block: usize,
    acts: &[(usize, Act)],
) -> (Vec<f32>, Vec<(usize, Vec<f64>)>) {
    let file = temporary("faces.jsonl");
    let mut project = project.clone();
    let bounce = json!({"path": file.to_string_lossy(), "format": "jsonl", "rate_hz": 120});
    project.line["wire"]["bounce"] = bounce;
    let mut host = Host::new(format);
    assert!(host.load(&project.blob()));
    host.start(RATE_HZ, true);
    let mut all = vec![(480, Act::Note(0.8))];
    all.extend_from_slice(acts);
    let sound = host.play_until(144_000, block, &all);
    drop(host);
    let text = std::fs::read_to_string(&file).expect("the faces");
    _ = std::fs::remove_file(&file);
    let face = |line: &str| {
        let face: Value = serde_json::from_str(line).expect("JSON");
        let shapes = face["shapes"].as_object().expect("shapes").values();
        let numbers = shapes.map(|shape| shape.as_f64().expect("a number")).collect();
        (face["sample"].as_u64().expect("a sample") as usize, numbers)
    };
    (sound, text.lines().map(face).collect())
}

fn temporary(name: &str) -> PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("psivox-memory-{}-{number}-{name}", std::process::id()))
}

fn parting(a: &[f32], b: &[f32]) -> Option<usize> {
    a.iter().zip(b).position(|(a, b)| a.to_bits() != b.to_bits())
}

/// Largest difference of any shape from a sample on.
fn apart(a: &[(usize, Vec<f64>)], b: &[(usize, Vec<f64>)], from: usize) -> f64 {
    let pairs = a.iter().zip(b).filter(|(a, _)| a.0 >= from);
    pairs.flat_map(|(a, b)| a.1.iter().zip(&b.1)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn f0_hz(sound: &[f32]) -> f32 {
    median_f0_hz(sound, RATE_HZ as f32).expect("a voice")
}

fn st(a: f32, b: f32) -> f32 {
    12.0 * (a / b).log2()
}

/// A line that the project says bit by bit at the rate at which it was recorded is said in its manner at another one.
#[test]
fn a_replay_at_another_rate_says_the_words_in_their_manner() {
    let project = with(&[("memory_replay", "bool", json!(true))]);
    let at = |rate_hz: f64, project: &Project, offline: bool| {
        let mut host = Host::new(Format::Clap);
        assert!(host.load(&project.blob()));
        host.start(rate_hz, offline);
        let sound = host.play_until(150_000, 512, &[(480, Act::Note(0.8))]);
        (median_f0_hz(&sound, rate_hz as f32).expect("a voice"), sound)
    };
    let mut first = with(&[("line", "i32", json!(1))]);
    let (plain_hz, plain) = at(44_100.0, &first, true);
    let (again_hz, again) = at(44_100.0, &project, true);
    assert!(peak(&again) > 0.02 && st(again_hz, plain_hz) > 2.0, "{again_hz} of {plain_hz} Hz");
    assert!(parting(&again, &plain).is_some());
    let (live_hz, _) = at(44_100.0, &project, false);
    assert!(st(live_hz, plain_hz) > 2.0, "live: {live_hz} of {plain_hz} Hz");
    // Nearly what the line is with its memory recalled: the same words, the same manner.
    first.set("memory_recall", "bool", true);
    let (recalled_hz, _) = at(44_100.0, &first, true);
    assert!(st(again_hz, recalled_hz).abs() < 1.0, "{again_hz} and {recalled_hz} Hz");
    // Back at its rate the same instance replays.
    let mut host = Host::new(Format::Clap);
    assert!(host.load(&project.blob()));
    host.start(44_100.0, true);
    host.play_until(50_000, 512, &[(480, Act::Note(0.8))]);
    host.stop();
    host.start(RATE_HZ, true);
    let back = host.play_until(150_000, 512, &[(480, Act::Note(0.8))]);
    assert_eq!(parting(&back, &at(RATE_HZ, &project, true).1), None);
}

const RECALL: (&str, &str, Value) = ("memory_recall", "bool", Value::Bool(true));

#[test]
fn a_slot_s_memory_is_heard_and_seen_as_far_as_its_shares_say() {
    let plain = bounced(&with(&[]), 512, &[]);
    let full = bounced(&with(&[RECALL]), 512, &[]);
    assert!(peak(&plain.0) > 0.02 && peak(&full.0) > 0.02);
    let moved = st(f0_hz(&full.0), f0_hz(&plain.0));
    assert!(moved > 3.0, "the first line was said high: {moved} st");
    let seen = apart(&full.1, &plain.1, 0);
    assert!(seen > 0.15, "and with a smile: {seen}");
    // The voice alone, the face alone.
    let voice = bounced(&with(&[RECALL, ("memory_face", "f32", json!(0.0))]), 512, &[]);
    let face = bounced(&with(&[RECALL, ("memory_voice", "f32", json!(0.0))]), 512, &[]);
    let half = bounced(&with(&[RECALL, ("memory_voice", "f32", json!(0.5))]), 512, &[]);
    let [voice_st, half_st, face_st] = [&voice, &half, &face].map(|own| st(f0_hz(&own.0), f0_hz(&plain.0)));
    assert!(voice_st > 0.8 * moved, "{voice_st} st of {moved}");
    assert!((0.2 * moved..0.8 * moved).contains(&half_st), "{half_st} st of {moved}");
    assert!(face_st.abs() < 0.3 * moved, "{face_st} st of {moved}");
    assert!(apart(&face.1, &plain.1, 0) > 0.1, "the face alone: {}", apart(&face.1, &plain.1, 0));
    let smile = |own: &[(usize, Vec<f64>)]| apart(own, &full.1, 0);
    assert!(smile(&voice.1) > 0.1, "without the face: {}", smile(&voice.1));
    // Another slot, another manner.
    let low = bounced(&with(&[RECALL, ("memory_slot", "i32", json!(2))]), 512, &[]);
    assert!(st(f0_hz(&full.0), f0_hz(&low.0)) > 3.0);
}

#[test]
fn lanes_of_the_pad_and_the_shares_act_at_their_sample_whatever_the_block() {
    const AT: usize = 40_013;
    let base = with(&[RECALL]);
    let still = bounced(&base, 512, &[]);
    for (name, place) in [("Blend X", 1.0), ("Blend Y", 1.0), ("Memory Voice", 0.1), ("Memory Blend", 0.2)] {
        let acts = [(AT, Act::Move(name, place))];
        let moved = bounced(&base, 512, &acts);
        let at = parting(&still.0, &moved.0).unwrap_or_else(|| panic!("{name} is not heard"));
        assert!((AT..AT + 2_400).contains(&at), "{name} is heard from {at} on");
        for block in [64, 333, 4096] {
            assert_eq!(parting(&moved.0, &bounced(&base, block, &acts).0), None, "{name}, blocks of {block}");
        }
    }
    let acts = [(AT, Act::Move("Memory Face", 0.0))];
    let moved = bounced(&base, 512, &acts);
    let before: Vec<_> = moved.1.iter().filter(|face| face.0 < AT).collect();
    assert!(before.iter().zip(&still.1).all(|(a, b)| *a == b), "nothing is seen before");
    assert!(apart(&moved.1, &still.1, AT) > 0.1, "Memory Face is seen: {}", apart(&moved.1, &still.1, AT));
    assert!(moved.1 == bounced(&base, 333, &acts).1, "whatever the block");
}

#[test]
fn the_glide_is_the_time_of_the_way() {
    const AT: usize = 30_001;
    let recalled = |place: f64| {
        let acts = [(0, Act::Move("Memory Glide", place)), (AT, Act::Move("Recall", 1.0))];
        let sound = bounced(&with(&[]), 512, &acts).0;
        assert_eq!(parting(&sound, &bounced(&with(&[]), 333, &acts).0), None, "whatever the block");
        sound
    };
    let [at_once, slow] = [0.0, 0.75].map(recalled);
    let early = |sound: &[f32]| f0_hz(&sound[AT + 4_000..AT + 16_000]);
    let ahead = st(early(&at_once), early(&slow));
    assert!(ahead > 1.5, "at once is {ahead} st ahead of a slow way");
}

#[test]
fn replay_is_switched_at_its_sample() {
    let base = with(&[]);
    let off = bounced(&base, 512, &[]).0;
    let on = |block| bounced(&base, block, &[(0, Act::Move("Replay", 1.0))]).0;
    let replayed = on(512);
    let take = base.take(1).take;
    assert!(peak(&replayed) > 0.02, "{}", peak(&replayed));
    assert!(parting(&off, &replayed).is_some());
    assert!(take.length_samples() > 40_000);
    assert_eq!(parting(&replayed, &on(333)), None, "whatever the block");
    // The lane falls behind the first note: the second one says the project's line.
    let acts =
        [(0, Act::Move("Replay", 1.0)), (100_003, Act::Move("Replay", 0.0)), (100_005, Act::Note(0.8))];
    let both = bounced(&base, 512, &acts).0;
    assert_eq!(parting(&both[..100_000], &replayed[..100_000]), None);
    assert!(parting(&both, &replayed).is_some_and(|at| at >= 100_003));
    assert_eq!(parting(&both, &bounced(&base, 64, &acts).0), None);
}

#[test]
fn a_subject_brings_its_manner_back() {
    let plain = bounced(&with(&[]), 512, &[]);
    let [half, full] =
        [0.5, 1.0].map(|share| bounced(&with(&[("memory_topic", "f32", json!(share))]), 512, &[]));
    let [half_st, full_st] = [&half, &full].map(|own| st(f0_hz(&own.0), f0_hz(&plain.0)));
    assert!(full_st > 2.0, "the line about the river is said as the one before: {full_st} st");
    assert!((0.15 * full_st..0.85 * full_st).contains(&half_st), "{half_st} of {full_st} st");
    // What is about something else is said plainly.
    let other = |share: f64| {
        let mut project = with(&[("memory_topic", "f32", json!(share))]);
        project.line["text"] = "A sentence on quite another matter.".into();
        project.set("line", "i32", 1);
        bounced(&project, 512, &[]).0
    };
    assert_eq!(parting(&other(0.0), &other(1.0)), None);
}

#[test]
fn a_course_goes_on_in_the_tone_of_the_line_before() {
    let said = |course: &str, lines: i32| {
        let course = ("course", "string", json!(course));
        bounced(&with(&[course, ("course_lines", "i32", json!(lines))]), 512, &[])
    };
    let (free, same) = (said("free", 3), said("same", 3));
    assert!(parting(&free.0, &same.0).is_some() && apart(&free.1, &same.1, 0) > 0.02);
    // Of two lines of calm the first is half as far away, of eight hardly nearer than the same tone.
    let [two, eight] = [2, 8].map(|lines| said("calm", lines));
    let from_free = |own: &[f32]| rms(&own.iter().zip(&free.0).map(|(a, b)| a - b).collect::<Vec<_>>());
    let [same_f0, two_f0, eight_f0, free_f0] = [&same, &two, &eight, &free].map(|own| f0_hz(&own.0));
    println!("free {free_f0}, same {same_f0}, two {two_f0}, eight {eight_f0} Hz");
    assert!(from_free(&same.0) > 0.0 && from_free(&two.0) > 0.0 && parting(&two.0, &eight.0).is_some());
    let away = |hz: f32| st(hz, free_f0).abs();
    assert!(away(same_f0) > 0.5, "{} st", away(same_f0));
    assert!(away(two_f0) < 0.8 * away(same_f0), "{} of {} st", away(two_f0), away(same_f0));
    assert!(away(eight_f0) > away(two_f0), "{} and {} st", away(eight_f0), away(two_f0));
}

#[test]
fn nothing_is_remembered_while_remember_is_off() {
    let mut host = Host::new(Format::Clap);
    assert!(host.load(&with(&[]).blob()));
    host.start(RATE_HZ, false);
    host.play_until(200_000, 512, &[(0, Act::Move("Remember", 0.0)), (480, Act::Note(0.8))]);
    host.play_until(400_000, 512, &[(200_001, Act::Move("Remember", 1.0)), (200_480, Act::Note(0.8))]);
    let saved = host.await_saved(|project| project.takes() == 4);
    assert_eq!(saved.bank().len(), 4, "the second line only");
}

/// A bounce leaves no memory, and is the same twice.
#[test]
fn a_bounce_with_memory_is_the_same_twice() {
    let acts = [
        (9_001, Act::Move("Recall", 1.0)),
        (20_011, Act::Move("Blend X", 0.7)),
        (60_013, Act::Move("Memory Slot", 3.0 / 7.0)),
        (90_017, Act::Move("Topic Recall", 1.0)),
        (95_003, Act::Move("Replay", 1.0)),
        (100_019, Act::Note(1.0)),
    ];
    let project = with(&[("course", "string", json!("same"))]);
    let first = bounced(&project, 512, &acts);
    for (format, block) in [(Format::Clap, 512), (Format::Clap, 64), (Format::Vst3, 512), (Format::Vst3, 100)]
    {
        let again = bounced_as(format, &project, block, &acts);
        assert_eq!(parting(&first.0, &again.0), None, "{format:?}, blocks of {block}");
        assert!(first.1 == again.1, "{format:?}, blocks of {block}");
    }
    assert!(peak(&first.0[..90_000]) > 0.02 && peak(&first.0[100_100..]) > 0.02);
    let mut host = Host::new(Format::Clap);
    assert!(host.load(&project.blob()));
    host.start(RATE_HZ, true);
    host.play_until(144_000, 512, &[(480, Act::Note(0.8))]);
    host.stop();
    assert_eq!(Project::of(&host.save()).bank().len(), 3);
}
