//! Orders to memory by OSC, and projects that are copied, loaded again and forgotten in.

use psivox_tests::host::{Act, Format, Host, Project};
use psivox_tests::measure::{median_f0_hz, peak};
use psivox_tests::remembering::{self, RATE_HZ};
use psivox_tests::surface::{Surface, eventually};
use rosc::OscType;
use serde_json::json;

/// An instance that plays and listens.
fn listening(project: &Project) -> (Host, Surface) {
    let surface = Surface::new();
    let mut project = project.clone();
    project.line["wire"] = surface.wire(json!([]));
    let mut host = Host::new(Format::Clap);
    assert!(host.load(&project.blob()));
    host.start(RATE_HZ, false);
    assert!(eventually(|| surface.get("/psivox/wire").is_some()), "nobody listens");
    (host, surface)
}

/// What is saved of memory and slots.
fn kept(host: &mut Host) -> Project {
    let project = Project::of(&host.save());
    let (memory, slots) = (&project.state["fields"]["memory"], &project.line["performance"]);
    Project { state: json!({ "memory": memory }), line: slots.clone() }
}

/// Pitch of the line that a note says now.
fn said_hz(host: &mut Host) -> f32 {
    let now = host.now();
    let sound = host.play_until(now + 200_000, 512, &[(now + 5, Act::Note(0.8))]);
    median_f0_hz(&sound, RATE_HZ as f32).expect("a voice")
}

/// Plays until something is heard, and so many samples from its first one.
fn heard(host: &mut Host, samples: usize) -> Vec<f32> {
    let mut sound = Vec::new();
    assert!(eventually(|| {
        let block = host.play(512);
        let first = block.iter().position(|sample| *sample != 0.0);
        sound = first.map_or(Vec::new(), |first| block[first..].to_vec());
        !sound.is_empty()
    }));
    sound.extend(host.play(samples));
    sound.truncate(samples);
    sound
}

#[test]
fn a_line_is_named_recalled_replayed_and_forgotten() {
    let mut blank = remembering::project();
    blank.state["fields"]["memory"] =
        Project::of(&Host::new(Format::Clap).save()).state["fields"]["memory"].clone();
    blank.line["performance"] = json!({});
    blank.set("line", "i32", 1);
    blank.set("advance", "string", "stay");
    let (mut host, surface) = listening(&blank);
    surface.say("/psivox/memory/remember", "too early");
    surface.refused(1, "speak first");
    let acts = [(host.now(), Act::Move("Pitch", 0.8)), (host.now() + 1, Act::Note(0.8))];
    let begin = host.now();
    let first = host.play_until(begin + 220_000, 512, &acts);
    host.await_saved(|project| project.takes() == 1);
    surface.say("/psivox/memory/remember", "the shore");
    let saved = host.await_saved(|project| project.bank().by_name("the shore").is_ok());
    let memory = saved.bank().by_name("the shore").expect("named").clone();
    assert!(memory.pinned && memory.text.as_deref() == Some("The river was cold and we went home."));
    // Said again to the bit.
    host.play_until(host.now() + 1_000, 512, &[(host.now(), Act::Move("Pitch", 0.5))]);
    host.play(30_000);
    surface.say("/psivox/memory/replay", "The Shore");
    let onset = first.iter().position(|sample| *sample != 0.0).expect("sound");
    let length = saved.take(memory.id).take.length_samples() as usize - onset;
    let again = heard(&mut host, length);
    let differs = first[onset..].iter().zip(&again).position(|(a, b)| a != b);
    assert_eq!(differs, None, "of {length}");
    host.play(30_000);
    // Spoken like that, then half as much, then as if nothing had been.
    let plain = said_hz(&mut host);
    let mut orders = 2;
    // How far the pitch goes; the manner comes some blocks after the order.
    let mut recall = |host: &mut Host, args: &[OscType], wanted: &dyn Fn(f32) -> bool| {
        surface.send("/psivox/memory/recall", args);
        orders += 1;
        surface.done(orders);
        let mut st = 0.0;
        let arrives = eventually(|| {
            host.play(2_000);
            st = 12.0 * (said_hz(host) / plain).log2();
            wanted(st)
        });
        assert!(arrives, "{args:?}: {st} st");
        st
    };
    let text = |words: &str| OscType::String(words.to_owned());
    let full = recall(&mut host, &[text("the shore")], &|st| st > 3.0);
    let half = [text("the cold river"), OscType::Float(0.5)];
    recall(&mut host, &half, &|st| (0.2 * full..0.85 * full).contains(&st));
    recall(&mut host, &[text("")], &|st| st.abs() < 0.5);
    // Gone from the project.
    surface.say("/psivox/memory/forget", "the shore");
    let after = host.await_saved(|project| project.bank().by_name("the shore").is_err());
    assert!(after.bank().get(memory.id).is_none());
    surface.say("/psivox/memory/replay", "the shore");
    surface.refused(2, "the shore");
}

#[test]
fn bad_orders_are_refused_with_a_reason_and_change_nothing() {
    let (mut host, surface) = listening(&remembering::project());
    let before = kept(&mut host);
    let text = |words: &str| OscType::String(words.to_owned());
    let long = "name ".repeat(1_500);
    // A datagram holds 65,507 bytes at most: longer ones do not even leave.
    let longest = "x".repeat(60_000);
    let (nan, two) = (OscType::Float(f32::NAN), OscType::Float(2.0));
    let bad: Vec<(&str, Vec<OscType>, &str)> = vec![
        ("replay", vec![text("zebra")], "there is no memory 'zebra'"),
        ("recall", vec![text("#99")], "99"),
        ("forget", vec![text("xylophone")], "there is no memory"),
        // It was said, but who forgets has to name what.
        ("forget", vec![text("river")], "there is no memory"),
        ("forget", vec![text("")], "/psivox/memory/forget"),
        ("forget", vec![], "one text (s)"),
        ("remember", vec![OscType::Int(7)], "one text (s)"),
        ("remember", vec![text("a"), text("b")], "one text (s)"),
        ("remember", vec![text(" ... ")], "/psivox/memory/remember"),
        ("remember", vec![text(&long)], "7500"),
        ("recall", vec![text("river"), two], "0 to 1"),
        ("recall", vec![text("river"), nan], "0 to 1"),
        ("recall", vec![OscType::Blob(vec![0; 64])], ""),
        ("replay", vec![text(&longest)], "8192"),
        ("burn", vec![text("river")], "/psivox/memory/burn"),
    ];
    for (at, (name, args, words)) in bad.iter().enumerate() {
        surface.send(&format!("/psivox/memory/{name}"), args);
        surface.refused(at as u64 + 1, words);
        // Twenty orders with words are let through in a second.
        std::thread::sleep(std::time::Duration::from_millis(60));
    }
    assert_eq!(kept(&mut host), before);
    assert_eq!(peak(&host.play(48_000)), 0.0, "and nothing is said");
    let name = remembering::project().bank().iter().next().and_then(|own| own.text.clone()).expect("a text");
    surface.say("/psivox/memory/replay", &name);
    assert!(peak(&heard(&mut host, 20_000)) > 0.01, "a good one is still heeded");
}

#[test]
fn a_copied_track_goes_on_for_itself() {
    let project = remembering::project();
    let mut original = Host::new(Format::Clap);
    assert!(original.load(&project.blob()));
    let (mut copy, surface) = listening(&Project::of(&original.save()));
    original.start(RATE_HZ, false);
    for host in [&mut original, &mut copy] {
        host.play_until(200_000, 512, &[(host.now(), Act::Note(0.8))]);
        assert_eq!(host.await_saved(|project| project.takes() == 4).bank().len(), 4);
    }
    let before = kept(&mut original);
    surface.say("/psivox/memory/forget", "#1");
    let after = copy.await_saved(|project| project.bank().get(1).is_none());
    assert_eq!((after.bank().len(), after.takes()), (3, 3));
    assert_eq!(after.line["performance"]["slots"][0]["memory"], json!(null), "nor is it on a slot");
    assert_eq!(kept(&mut original), before, "the original has it still");
    let own = Project::of(&original.save());
    assert_eq!(own.take(1), project.take(1));
    assert_eq!(own.line["performance"]["slots"][0]["memory"], json!(1));
}

/// What a host's undo does.
#[test]
fn an_older_state_brings_back_what_was_forgotten() {
    let mut project = remembering::project();
    project.set("memory_replay", "bool", true);
    let (mut host, surface) = listening(&project);
    let (older, before) = (host.save(), kept(&mut host));
    let replayed = |host: &mut Host| {
        let now = host.now();
        host.play_until(now + 150_000, 512, &[(now + 480, Act::Note(0.8))])
    };
    let first = replayed(&mut host);
    surface.say("/psivox/memory/forget", "#1");
    host.await_saved(|project| project.bank().get(1).is_none());
    host.play(2_000);
    assert!(replayed(&mut host) != first, "it is not said any more");
    assert!(host.load(&older));
    assert_eq!(kept(&mut host), before, "memory and slots are as they were");
    host.play(40_000);
    let again = replayed(&mut host);
    assert_eq!(first.iter().zip(&again).position(|(a, b)| a != b), None, "at once, while it plays");
    // Another project in the same instance: its memory 1 is another one.
    let mut other = remembering::project();
    other.put(0, 3);
    other.set("memory_replay", "bool", true);
    assert!(host.load(&other.blob()));
    host.play(2_000);
    assert!(replayed(&mut host) != first);
}

/// A course counts lines, not how often its project is opened.
#[test]
fn opening_and_saving_changes_nothing_that_is_remembered() {
    for (course, lines) in [("calm", 4), ("same", 3), ("free", 3)] {
        let mut project = remembering::project();
        project.set("course", "string", course);
        project.set("course_lines", "i32", lines);
        let (mut host, _surface) = listening(&project);
        host.play(4_800);
        let mut last = kept(&mut host);
        for _ in 0..3 {
            let blob = host.save();
            drop(host);
            host = Host::new(Format::Clap);
            assert!(host.load(&blob));
            host.start(RATE_HZ, false);
            host.play(4_800);
            let now = kept(&mut host);
            assert_eq!(now, last, "{course}");
            last = now;
        }
    }
}
