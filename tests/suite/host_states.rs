//! States of every layout that was ever written load in a host, and damaged ones cost no more than what was hit.

use psivox_core::sound::Noise;
use psivox_tests::clap_rig::{ClapRig, blob_of, json_of};
use psivox_tests::vst3_rig::Vst3Rig;
use serde_json::{Value, json};

/// Name, text of every file of `data/states`, the oldest first.
const LAYOUTS: [(&str, &str); 8] = [
    ("01_text", include_str!("../data/states/01_text.json")),
    ("02_second_voice", include_str!("../data/states/02_second_voice.json")),
    ("03_field", include_str!("../data/states/03_field.json")),
    ("04_moods", include_str!("../data/states/04_moods.json")),
    ("05_targets", include_str!("../data/states/05_targets.json")),
    ("06_bounce", include_str!("../data/states/06_bounce.json")),
    ("07_orders", include_str!("../data/states/07_orders.json")),
    ("08_performance", include_str!("../data/states/08_performance.json")),
];

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("a state is JSON")
}

fn line_of(state: &Value) -> Value {
    read(state["fields"]["line"].as_str().expect("a line"))
}

/// Whether everything that `old` says is said by `new`, which may say more.
fn holds(new: &Value, old: &Value) -> bool {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            old.iter().all(|(key, old)| new.get(key).is_some_and(|new| holds(new, old)))
        }
        (Value::Array(new), Value::Array(old)) => {
            new.len() == old.len() && new.iter().zip(old).all(|(new, old)| holds(new, old))
        }
        (Value::Number(new), Value::Number(old)) => match (new.as_f64(), old.as_f64()) {
            (Some(new), Some(old)) => (new - old).abs() <= 1e-4 * old.abs().max(1.0),
            _ => false,
        },
        _ => new == old,
    }
}

#[test]
fn every_layout_loads_with_all_that_it_holds() {
    for (name, text) in LAYOUTS {
        let old = read(text);
        let mut rig = ClapRig::new();
        assert!(rig.load(&blob_of(&old)), "{name} is refused");
        let new = rig.state_json();
        for (id, value) in old["params"].as_object().expect("parameters") {
            assert!(holds(&new["params"][id], value), "{name}: {id} is {}", new["params"][id]);
        }
        let (mut was, is) = (line_of(&old), rig.line_json());
        was.as_object_mut().expect("a line").remove("version");
        assert!(holds(&is, &was), "{name}: the line was {was} and is {is}");
        let mut again = ClapRig::new();
        assert!(again.load(&rig.save()), "{name} does not go round");
        assert_eq!(again.state_json(), new, "{name}");
    }
}

/// A note spoke the whole text from its start, and texts suggested nothing.
#[test]
fn what_a_layout_does_not_know_is_as_it_was_then() {
    for (name, text) in &LAYOUTS[..7] {
        let mut rig = ClapRig::new();
        // What stood there before must not shine through.
        let (_, newest) = LAYOUTS[7];
        assert!(rig.load(&blob_of(&read(newest))));
        let old = read(text);
        assert!(rig.load(&blob_of(&old)), "{name}");
        let params = rig.state_json()["params"].clone();
        for (id, value) in [("mode", "speak"), ("phrase", "text"), ("advance", "stay")] {
            assert_eq!(params[id], json!({ "string": value }), "{name}: {id}");
        }
        assert_eq!(params["voices"], json!({ "i32": 1 }), "{name}");
        if old["params"].get("emotion_from_text").is_none() {
            assert_eq!(params["emotion_from_text"], json!({ "f32": 0.0 }), "{name}");
            assert_eq!(params["whisper"], json!({ "f32": 0.0 }), "{name}");
        }
        let line = rig.line_json();
        assert!(line.get("performance").is_none() && line.get("own_persona").is_none(), "{name}: {line}");
    }
}

#[test]
fn a_state_of_a_newer_build_is_refused_and_the_good_one_stays() {
    let mut rig = ClapRig::new();
    let (_, text) = LAYOUTS[3];
    assert!(rig.load(&blob_of(&read(text))));
    let good = rig.state_json();
    for (key, value) in [("version", json!(99)), ("version", json!("1")), ("feelings", json!(true))] {
        assert!(!rig.load_line_values(&[(key, value.clone())]), "{key}: {value}");
        assert_eq!(rig.state_json(), good, "{key}: {value}");
    }
    for (id, value) in [
        ("mode", json!({ "string": "dance" })),
        ("voices", json!({ "i32": 9 })),
        ("mpe", json!({ "f32": 1.0 })),
        ("pitch", json!({ "string": "high" })),
        ("breath", json!({ "f32": 7.0 })),
    ] {
        let mut wrong = good.clone();
        wrong["params"][id] = value;
        assert!(!rig.load(&blob_of(&wrong)), "{id}");
        assert_eq!(rig.state_json(), good, "{id}");
    }
}

/// What an older build wrote has no checksum: what is no JSON any more is read in part, the rest is refused or read.
#[test]
fn two_thousand_flipped_bits_are_refused_or_read_but_never_half() {
    let (_, text) = LAYOUTS[3];
    let blob = blob_of(&read(text));
    let mut rig = ClapRig::new();
    assert!(rig.load(&blob));
    let (mut noise, mut refused) = (Noise::new(20), 0);
    let mut before = rig.state_json();
    for turn in 0..2_000 {
        let mut damaged = blob.clone();
        let at = noise.below(damaged.len());
        damaged[at] ^= 1 << noise.below(8);
        if rig.load(&damaged) {
            before = rig.state_json();
        } else {
            refused += 1;
            assert_eq!(rig.state_json(), before, "turn {turn}: a refused state has changed something");
        }
    }
    assert!(refused > 50, "only {refused} of 2000 were refused");
    assert!(rig.load(&blob), "it still takes a good one");
}

/// How many members of `saved` stand in `now`, of how many.
fn kept(now: &Value, saved: &Value) -> (usize, usize) {
    let members = saved.as_object().expect("an object");
    (members.iter().filter(|(key, value)| now.get(key.as_str()) == Some(value)).count(), members.len())
}

/// In a CLAP host: what is sealed and damaged loads but for the damaged place, what is cut off in front is refused.
#[test]
fn a_damaged_state_of_this_build_costs_what_was_hit_and_nothing_else() {
    let (_, text) = LAYOUTS[7];
    let mut rig = ClapRig::new();
    assert!(rig.load(&blob_of(&read(text))));
    let saved = rig.save();
    let (state, line) = (rig.state_json(), rig.line_json());
    let place = |mark: &str| {
        saved.windows(mark.len()).position(|window| window == mark.as_bytes()).expect(mark) + mark.len()
    };
    // The kind of a value, a letter of the text, a brace of the performance, the checksum.
    let places =
        [place(r#""rate":{""#), place(r#"\"text\":\"I"#), place(r#"\"performance\":"#), saved.len() - 1];
    for (at, cost) in places.into_iter().zip([1, 1, 1, 0]) {
        let mut damaged = saved.clone();
        damaged[at] ^= 0x10;
        let mut fresh = ClapRig::new();
        assert!(fresh.load(&damaged), "byte {at}");
        let (params, parts) =
            (kept(&fresh.state_json()["params"], &state["params"]), kept(&fresh.line_json(), &line));
        assert!(params.0 + parts.0 + cost >= params.1 + parts.1, "byte {at}");
        // What the instance has now is whole again.
        let again = fresh.save();
        assert!(ClapRig::new().load(&again));
    }
    let mut fresh = ClapRig::new();
    let first = fresh.state_json();
    assert!(!fresh.load(&saved[..40]), "nothing can be read of that");
    assert_eq!(fresh.state_json(), first);
    assert!(fresh.load(&saved[..saved.len() / 2]), "half of it");
    assert!(kept(&fresh.state_json()["params"], &state["params"]).0 > 50);
}

/// The same through the wrapper's component.
#[test]
fn a_damaged_state_is_salvaged_in_vst3() {
    let rig = Vst3Rig::new();
    let mut state = json_of(&rig.save());
    state["params"]["rate"] = json!({ "f32": 1.5 });
    state["params"]["pitch"] = json!({ "f32": 4.0 });
    assert!(rig.load(&blob_of(&state)));
    let saved = rig.save();
    let mark = br#""rate":{""#;
    let at = saved.windows(mark.len()).position(|window| window == mark).expect("a rate") + mark.len();
    let mut damaged = saved.clone();
    damaged[at] ^= 1;
    let other = Vst3Rig::new();
    assert!(other.load(&damaged));
    let params = json_of(&other.save())["params"].clone();
    assert_eq!((&params["rate"], &params["pitch"]), (&json!({ "f32": 1.0 }), &json!({ "f32": 4.0 })));
    assert!(!other.load(&saved[..20]));
}
