//! Orders by OSC and questions by OSCQuery to the plugin in a host of this process.

use psivox_tests::clap_rig::{ClapAudio, ClapRig, Cue, Told, blob_of, json_of};
use psivox_tests::measure::{peak, rms};
use psivox_tests::osc_ear::{Heard, OscEar};
use psivox_tests::surface::{Surface, eventually};
use psivox_tests::vst3_rig::{Vst3Block, Vst3Rig};
use rosc::OscType;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const RATE_HZ: f64 = 48_000.0;
const SECOND: usize = 48_000;
const FLOOR: f32 = 1e-4;
const TEXT: &str = "First of all.\nSecond comes this much longer line, which goes on for a while.\n\nYes.";

/// An instance that listens.
fn listening() -> (ClapRig, Surface) {
    let (mut rig, surface) = (ClapRig::new(), Surface::new());
    let wire = surface.wire(json!([]));
    assert!(rig.load_line_values(&[("text", TEXT.into()), ("wire", wire)]));
    assert!(eventually(|| surface.get("/psivox/wire").is_some()), "nobody listens");
    (rig, surface)
}

/// Seconds from the first to the last sound, until one second has been silent; none within ten seconds of silence.
fn spoken_s(audio: &mut ClapAudio) -> f64 {
    let (mut total, mut first, mut last) = (0usize, None, 0usize);
    loop {
        let sound = audio.render(4_800, 480, &[]);
        total += sound.len();
        if peak(&sound) > 0.003 {
            first.get_or_insert(total);
            last = total;
        }
        let since = total - last;
        match first {
            Some(first) if since > SECOND => return (last - first) as f64 / RATE_HZ,
            None if since > 10 * SECOND => return 0.0,
            _ => {}
        }
        assert!(total < 120 * SECOND, "it does not end");
    }
}

fn until_heard(audio: &mut ClapAudio) {
    assert!(eventually(|| peak(&audio.render(2_400, 480, &[])) > 0.01), "nothing is heard");
}

#[test]
fn a_value_acts_and_is_told_as_a_gesture() {
    let (mut rig, surface) = listening();
    let (arousal, gain) = (rig.param("Arousal"), rig.param("Gain"));
    let mut audio = rig.start(RATE_HZ, 512);
    audio.render(512, 512, &[]);
    surface.send("/psivox/param/arousal", &[OscType::Float(0.5)]);
    assert!(eventually(|| {
        audio.render(512, 512, &[]);
        !audio.told.is_empty()
    }));
    assert_eq!(audio.told, [Told::Begin(arousal), Told::Value(arousal, 0.75), Told::End(arousal)]);
    assert!((rig.value(arousal) - 0.75).abs() < 1e-6);
    surface.send("/psivox/param/gain", &[OscType::Int(-60)]);
    surface.done(2);
    assert!(rms(&audio.render(SECOND, 512, &[(1, Cue::On(1.0))])) < 0.001, "as quiet as it can be");
    assert_eq!(rig.value(gain), 0.0);
    surface.send("/psivox/param/gain", &[OscType::Float(0.0)]);
    surface.done(3);
    assert!(rms(&audio.render(SECOND, 512, &[(1, Cue::On(1.0))])) > 0.003, "and loud again");
    rig.stop(audio);
}

/// The numbers under which values are told are those that the host knows.
#[test]
fn every_parameter_can_be_moved() {
    let (mut rig, surface) = listening();
    let facts = rig.param_facts();
    let mut audio = rig.start(RATE_HZ, 512);
    let tree = surface.get("/psivox/param").expect("a tree");
    let ids: Vec<String> = tree["CONTENTS"].as_object().expect("parameters").keys().cloned().collect();
    assert_eq!(ids.len(), facts.len());
    for id in &ids {
        surface.send(&format!("/psivox/param/{id}/normalized"), &[OscType::Float(1.0)]);
    }
    surface.done(ids.len() as u64);
    audio.render(2 * 512, 512, &[]);
    for one in &facts {
        assert!(audio.told.contains(&Told::Value(one.id, one.range[2])), "{one:?} in {:?}", audio.told);
        assert!((rig.value(one.id) - one.range[2]).abs() < 1e-6, "{one:?}");
    }
    assert_eq!(audio.told.len(), 3 * facts.len());
    rig.stop(audio);
}

#[test]
fn the_newest_value_waits_for_a_host_that_does_not_play() {
    let (mut rig, surface) = listening();
    let grid = rig.param("Beat Grid");
    surface.say("/psivox/param/beat_division", "quarter");
    surface.say("/psivox/param/beat_division", "sixteenth");
    surface.done(2);
    let mut told = Vec::new();
    assert!(eventually(|| {
        told.extend(rig.flush_if_asked());
        (rig.value(grid) - 4.0).abs() < 1e-6
    }));
    assert_eq!(told[told.len() - 3..], [Told::Begin(grid), Told::Value(grid, 4.0), Told::End(grid)]);
}

#[test]
fn a_vst3_host_gets_values_as_output_changes() {
    let (rig, surface) = (Vst3Rig::new(), Surface::new());
    let mut state: Value = json_of(&rig.save());
    let mut line: Value =
        serde_json::from_str(state["fields"]["line"].as_str().expect("a line")).expect("a line is JSON");
    line["wire"] = surface.wire(json!([]));
    state["fields"]["line"] = Value::from(line.to_string());
    assert!(rig.load(&blob_of(&state)));
    assert!(eventually(|| surface.get("/psivox/wire").is_some()), "nobody listens");
    rig.start(RATE_HZ, false);
    surface.send("/psivox/param/arousal", &[OscType::Float(-0.5)]);
    surface.say("/psivox/param/beat_division", "sixteenth");
    surface.done(2);
    rig.block(512, &Vst3Block::default());
    let written = rig.written.borrow().clone();
    let value = |title| written.iter().find(|one| one.0 == rig.param(title)).map(|one| (one.1, one.2));
    assert_eq!(written.len(), 2, "{written:?}");
    assert_eq!(value("Arousal"), Some((0, 0.25)));
    let (at, grid) = value("Beat Grid").expect("written");
    assert!(at == 0 && (grid - 4.0 / 6.0).abs() < 1e-6, "{grid}");
    rig.stop();
}

#[test]
fn a_text_is_heard_and_the_project_keeps_its_own() {
    let (mut rig, surface) = listening();
    let before = rig.state_json();
    let mut audio = rig.start(RATE_HZ, 480);
    assert_eq!(peak(&audio.render(SECOND, 480, &[])), 0.0);
    surface.say("/psivox/speak", "Welcome to the stream.");
    until_heard(&mut audio);
    surface.done(1);
    assert_eq!(rig.state_json(), before);
    spoken_s(&mut audio);
    let own = rms(&audio.render(SECOND, 480, &[(0, Cue::On(0.8))]));
    assert!(own > 0.003, "a note still speaks the project's text");
    rig.stop(audio);
}

#[test]
fn texts_follow_each_other_and_one_may_come_first() {
    let (mut rig, surface) = listening();
    let mut audio = rig.start(RATE_HZ, 480);
    let long = "This sentence takes its time before it comes to an end.";
    surface.say("/psivox/speak", long);
    surface.done(1);
    let one_s = spoken_s(&mut audio);
    assert!(one_s > 1.5, "{one_s}");
    surface.say("/psivox/speak", long);
    surface.say("/psivox/speak", long);
    surface.say("/psivox/speak", long);
    surface.done(4);
    let three_s = spoken_s(&mut audio);
    assert!((2.5..3.5).contains(&(three_s / one_s)), "{three_s} s against {one_s} s");
    surface.say("/psivox/speak", long);
    surface.say("/psivox/speak", long);
    surface.done(6);
    until_heard(&mut audio);
    surface.say("/psivox/speak/now", "Yes.");
    surface.done(7);
    let last_s = spoken_s(&mut audio);
    assert!(last_s < 0.7 * one_s, "{last_s} s are left of {one_s} s");
    rig.stop(audio);
}

/// More than the engine keeps: they wait with the worker; what is over that is counted.
#[test]
fn many_texts_wait_and_too_many_are_told() {
    let (mut rig, surface) = listening();
    let mut audio = rig.start(RATE_HZ, 480);
    // Twenty a second are let through.
    let one_more = || {
        surface.say("/psivox/speak", "One more.");
        std::thread::sleep(Duration::from_millis(50));
    };
    let told = || {
        one_more();
        surface.report()["last_error"].as_str().is_some_and(|error| error.contains("32 texts"))
    };
    assert!(eventually(told), "{}", surface.report());
    assert_eq!(surface.count("waiting"), 32);
    assert!(surface.count("limited") > 0, "{}", surface.report());
    assert!(eventually(|| {
        surface.send("/psivox/stop", &[]);
        surface.count("waiting") == 0
    }));
    audio.render(SECOND, 480, &[]);
    assert!(rms(&audio.render(SECOND, 480, &[])) < FLOOR, "a stop forgets all that wait");
    rig.stop(audio);
}

#[test]
fn the_text_is_changed_and_its_lines_are_called() {
    let (mut rig, surface) = listening();
    let mut audio = rig.start(RATE_HZ, 480);
    surface.send("/psivox/cue", &[OscType::Int(2)]);
    surface.done(1);
    let second_s = spoken_s(&mut audio);
    surface.say("/psivox/cue", "yes");
    surface.done(2);
    let third_s = spoken_s(&mut audio);
    assert!(third_s > 0.1 && second_s > 3.0 * third_s, "{second_s} s and {third_s} s");
    surface.send("/psivox/cue", &[OscType::Int(9)]);
    surface.refused(1, "no line 9; it has 3");
    surface.say("/psivox/cue", "nowhere");
    surface.refused(2, "begins so");

    surface.say("/psivox/speak", "\u{65e5}\u{672c}");
    surface.refused(3, "");
    assert_ne!(surface.report()["last_error"], json!(null), "what cannot be spoken is told");

    surface.say("/psivox/line", "Now it is this.");
    surface.done(3);
    assert!(eventually(|| rig.line_json()["text"] == "Now it is this."));
    assert!(eventually(|| {
        rig.idle();
        rig.times_dirty() == 1
    }));
    assert_eq!(peak(&audio.render(SECOND, 480, &[])), 0.0, "without a sound");
    surface.send("/psivox/trigger", &[OscType::Float(0.6)]);
    surface.done(4);
    until_heard(&mut audio);
    rig.stop(audio);
}

#[test]
fn receivers_are_switched() {
    let (mut rig, surface) = (ClapRig::new(), Surface::new());
    let ear = OscEar::open();
    let line = json!({"version": 1, "text": "Hi.", "persona": "heart", "osc_target": ear.target(),
        "wire": null});
    let mut state = rig.state_json();
    state["fields"]["line"] = Value::from(line.to_string());
    assert!(rig.load(&blob_of(&state)));
    let mut wire: Value = json!({"targets": [], "remote": surface.listened_to()});
    let target = psivox_target(&ear);
    wire["targets"] = json!([target]);
    assert!(rig.load_line_values(&[("wire", wire)]));
    assert!(eventually(|| surface
        .get("/psivox/target/1/on")
        .is_some_and(|node| node["VALUE"] == json!([true]))));
    surface.send("/psivox/target/1/on", &[OscType::Bool(false)]);
    surface.done(1);
    assert_eq!(rig.line_json()["wire"]["targets"][0]["on"], json!(false));
    assert!(eventually(|| surface
        .get("/psivox/target/1/on")
        .is_some_and(|node| node["VALUE"] == json!([false]))));
    surface.send("/psivox/target/7/on", &[OscType::Bool(true)]);
    surface.refused(1, "no receiver 7; there are 1");
}

/// A target as the state keeps it.
fn psivox_target(ear: &OscEar) -> Value {
    let target: psivox_wire::Target = ear.target().parse().expect("a target");
    serde_json::to_value(target).expect("JSON")
}

#[test]
fn a_stop_ends_it_and_forgets_what_waits() {
    let (mut rig, surface) = listening();
    let mut audio = rig.start(RATE_HZ, 480);
    for _ in 0..3 {
        surface.say("/psivox/speak", "This sentence takes its time before it comes to an end.");
    }
    surface.done(3);
    until_heard(&mut audio);
    surface.send("/psivox/stop", &[OscType::Bool(false)]);
    assert!(eventually(|| surface.count("received") == 4));
    assert!(rms(&audio.render(SECOND / 4, 480, &[])) > FLOOR, "a button that is let go does nothing");
    surface.send("/psivox/stop", &[OscType::Bool(true)]);
    surface.done(4);
    audio.render(4_800, 480, &[]);
    assert!(rms(&audio.render(3 * SECOND, 480, &[])) < FLOOR);
    rig.stop(audio);
}

/// Plays in real time for a while.
fn play(audio: &mut ClapAudio, blocks: usize) {
    let start = Instant::now();
    for block in 1..=blocks {
        audio.render(512, 512, &[]);
        let due = Duration::from_secs_f64((block * 512) as f64 / RATE_HZ);
        std::thread::sleep(due.saturating_sub(start.elapsed()));
    }
}

/// Faces that come while `act` runs, and afterwards until there are `enough`.
fn faces(ear: &OscEar, act: impl FnOnce(), enough: impl Fn(&[Heard]) -> bool + Sync) -> Vec<Heard> {
    ear.hear(act, enough).into_iter().filter(|heard| !heard.shapes.is_empty()).collect()
}

fn at_rest(heard: &[Heard]) -> bool {
    let last = heard.iter().rev().find(|heard| !heard.shapes.is_empty());
    last.is_some_and(|last| last.shapes.values().all(|value| *value == 0.0))
}

#[test]
fn a_panic_leaves_the_face_at_rest_until_the_next_line() {
    let (mut rig, surface, ear) = (ClapRig::new(), Surface::new(), OscEar::open());
    let wire = surface.wire(json!([psivox_target(&ear)]));
    assert!(rig.load_line_values(&[("text", TEXT.into()), ("wire", wire)]));
    assert!(eventually(|| surface.get("/psivox/wire").is_some()), "nobody listens");
    let mut audio = rig.start(RATE_HZ, 512);
    surface.say("/psivox/speak", "This sentence takes its time before it comes to an end.");
    surface.done(1);
    let open = |heard: &Heard| heard.shapes.values().any(|value| *value > 0.1);
    let heard = faces(
        &ear,
        || {
            play(&mut audio, 60);
            surface.send("/psivox/panic", &[]);
            surface.done(2);
            play(&mut audio, 60);
        },
        at_rest,
    );
    assert!(heard.iter().any(open), "it spoke");
    assert!(at_rest(&heard), "{:?}", heard.last());
    let idle = faces(&ear, || play(&mut audio, 30), |_| true);
    assert!(idle.iter().all(|heard| heard.shapes.values().all(|value| *value == 0.0)), "it stays there");
    surface.say("/psivox/speak", "And on we go, as this sentence takes its time before it comes to an end.");
    surface.done(3);
    let moved = || faces(&ear, || play(&mut audio, 60), |_| true).iter().any(open);
    assert!(eventually(moved), "the next line moves it");
    rig.stop(audio);
}

#[test]
fn oscquery_shows_ranges_and_the_values_of_now() {
    let (mut rig, surface) = listening();
    let arousal = rig.param("Arousal");
    let node = surface.get("/psivox/param/arousal").expect("a node");
    assert_eq!((&node["RANGE"], &node["VALUE"]), (&json!([{"MIN": -1.0, "MAX": 1.0}]), &json!([0.0])));
    let grid = surface.get("/psivox/param/beat_division").expect("a node");
    assert_eq!(grid["VALUE"], json!(["auto"]));
    assert_eq!(grid["RANGE"][0]["VALS"].as_array().map(Vec::len), Some(7));
    assert_eq!(surface.get("/psivox/param/pitch").expect("a node")["UNIT"], json!(["st"]));
    let mut audio = rig.start(RATE_HZ, 512);
    audio.render(512, 512, &[(0, Cue::Param(arousal, 0.25))]);
    assert!(
        eventually(|| surface
            .get("/psivox/param/arousal")
            .is_some_and(|node| node["VALUE"] == json!([-0.5]))),
        "what the host moves is seen"
    );
    rig.stop(audio);
}

#[test]
fn a_second_instance_takes_the_port_when_the_first_has_gone() {
    let (first, surface) = listening();
    let mut second = ClapRig::new();
    let wire = surface.wire(json!([]));
    assert!(second.load_line_values(&[("text", "I am the second.".into()), ("wire", wire)]));
    drop(first);
    surface.say("/psivox/line", "nobody has to hear this");
    assert!(eventually(|| surface.get("/psivox/wire").is_some()), "the port is not taken over");
    surface.say("/psivox/line", "I was spoken to.");
    assert!(eventually(|| second.line_json()["text"] == "I was spoken to."));
}

#[test]
fn states_with_and_without_ears_go_round() {
    let mut rig = ClapRig::new();
    assert!(rig.line_json().get("wire").is_none());
    let silent = json!({"targets": [], "latency_ms": 3.0});
    assert!(rig.load_line_values(&[("wire", silent.clone())]));
    assert_eq!(rig.line_json()["wire"], silent);
    let surface = Surface::new();
    let wire = json!({"targets": [], "latency_ms": 0.0,
        "remote": {"port": surface.port, "open_to_network": false, "advertise": false}});
    assert!(rig.load_line_values(&[("wire", wire.clone())]));
    let saved = rig.save();
    assert_eq!(rig.line_json()["wire"], wire);
    for bad in [json!({"port": 0}), json!({"port": 70_000}), json!({"prot": 1})] {
        assert!(!rig.load_line_values(&[("wire", json!({"targets": [], "remote": bad}))]));
        assert_eq!(rig.line_json()["wire"], wire, "the good one stays");
    }
    assert!(eventually(|| surface.get("/psivox/wire").is_some()));
    assert!(rig.load_line_values(&[("wire", silent)]));
    assert!(eventually(|| surface.get("/psivox/wire").is_none()), "it no longer listens");
    let mut other = ClapRig::new();
    assert!(other.load(&saved));
    assert_eq!(other.line_json()["wire"], wire);
    assert!(eventually(|| surface.get("/psivox/wire").is_some()), "a loaded project listens");
}

#[test]
fn a_flood_of_garbage_does_nothing() {
    let (mut rig, surface) = listening();
    let before = rig.state_json();
    let mut audio = rig.start(RATE_HZ, 480);
    let mut seed = 1u64;
    for round in 0..3_000usize {
        let bytes: Vec<u8> = (0..round % 97)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (seed >> 56) as u8
            })
            .collect();
        surface.raw(&bytes);
        if round % 100 == 0 {
            surface.send("/psivox/param/arousal", &[OscType::Float(f32::NAN)]);
            surface.send("/psivox/speak", &[OscType::Int(1)]);
            assert_eq!(peak(&audio.render(480, 480, &[])), 0.0);
        }
    }
    assert!(eventually(|| surface.count("refused") > 100), "{}", surface.report());
    assert_eq!(surface.count("acted"), 0);
    assert_eq!((rig.state_json(), audio.told.len()), (before, 0));
    assert!(rms(&audio.render(SECOND, 480, &[(0, Cue::On(0.8))])) > 0.003, "and it still speaks");
    rig.stop(audio);
}

/// What somebody sends while a project is bounced is no part of it.
#[test]
fn a_bounce_leaves_orders_alone() {
    let (mut rig, surface) = listening();
    let before = rig.state_json();
    rig.set_offline(true);
    let mut audio = rig.start(RATE_HZ, 480);
    surface.say("/psivox/speak", "Do not say this.");
    surface.send("/psivox/param/arousal", &[OscType::Float(1.0)]);
    surface.say("/psivox/line", "Nor this.");
    surface.refused(3, "bounces");
    assert_eq!(peak(&audio.render(SECOND, 480, &[])), 0.0);
    assert_eq!((rig.state_json(), audio.told.len()), (before, 0));
    rig.stop(audio);
}

/// Nor is what waited when the bounce began.
#[test]
fn a_text_that_waited_is_not_in_the_bounce() {
    let bounce = |rig: &mut ClapRig| {
        rig.set_offline(true);
        let mut audio = rig.start(RATE_HZ, 480);
        let sound = audio.render(4 * SECOND, 480, &[(SECOND, Cue::On(0.8))]);
        rig.stop(audio);
        sound
    };
    let mut undisturbed = ClapRig::new();
    assert!(undisturbed.load_line(&[("text", TEXT)]));
    let expected = bounce(&mut undisturbed);
    assert!(rms(&expected) > 0.003);
    let (mut rig, surface) = listening();
    let audio = rig.start(RATE_HZ, 480);
    assert!(eventually(|| {
        surface.say("/psivox/speak", "Do not say this.");
        surface.count("waiting") >= 4
    }));
    rig.stop(audio);
    assert!(bounce(&mut rig) == expected);
    assert!(eventually(|| surface.count("waiting") == 0));
}

/// `psivox osc monitor` reads what the plugin answers.
#[test]
fn a_monitor_understands_the_answer() {
    let (mut rig, surface, ear) = (ClapRig::new(), Surface::new(), OscEar::open());
    let wire = surface.wire(json!([psivox_target(&ear)]));
    assert!(rig.load_line_values(&[("text", TEXT.into()), ("wire", wire)]));
    let place = format!("127.0.0.1:{}", surface.port);
    let client = psivox_wire::oscquery::MonitorClient::new(&place).expect("a place");
    assert!(eventually(|| client.ask().is_ok()), "{:?}", client.ask());
    let mut audio = rig.start(RATE_HZ, 512);
    let mut answer = Value::Null;
    let sent = || {
        play(&mut audio, 10);
        answer = client.ask().expect("an answer");
        answer["messages"][0].as_array().is_some_and(|messages| !messages.is_empty())
    };
    assert!(eventually(sent), "{answer}");
    let target = &answer["report"]["targets"][0];
    assert!(target["frames_sent"].as_u64() > Some(0) && target["address"] == json!(ear.target()), "{answer}");
    assert!(answer["report"]["clock"]["block_ms"].as_f64() > Some(0.0), "{answer}");
    let spelled = answer["messages"][0].as_array().expect("messages").iter();
    assert!(spelled.filter_map(Value::as_str).any(|message| message.starts_with("/VMC/Ext/")), "{answer}");
    assert_eq!((&answer["remote"]["osc_port"], &answer["error"]), (&json!(surface.port), &Value::Null));
    rig.stop(audio);
}

#[test]
fn without_a_running_host_a_text_is_refused_in_words() {
    let (_rig, surface) = listening();
    surface.say("/psivox/speak", "Is anybody there?");
    surface.refused(1, "start its audio");
}
