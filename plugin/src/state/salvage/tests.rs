//! Real states, damaged in every way, against what was in them.

use super::*;
use crate::params::PsivoxParams;
use crate::performance_state::{CcLink, PerformanceState, Slot};
use crate::preset::Preset;
use crate::state::{prepare_blob, seal};
use crate::wire_state::WireState;
use nice_plug::prelude::Params;
use psivox_core::Persona;
use psivox_core::field::FieldSpec;
use psivox_core::sound::Noise;

const TEXT: &str = "Zäh \"und\" 日本 🙂\n[key C2] A back\\slash, {braces} and \"text\":\"inside\".\n\u{1}end";

/// A state with something in every part.
fn state() -> Blob {
    let slot = |name: &str, arousal: f32| Slot {
        name: name.to_owned(),
        values: [("arousal".to_owned(), arousal), ("valence".to_owned(), 0.25)].into(),
        memory: (arousal > 0.3).then_some(7),
    };
    let link =
        |controller| CcLink { controller, channel: None, parameter: "gain".to_owned(), low: 0.0, high: 0.75 };
    let (wire, _) = WireState::of_one("vmc:127.0.0.1:39539");
    let (other, _) = WireState::of_one("vmc:10.0.0.7:39540");
    let line = LineState {
        text: TEXT.to_owned(),
        persona: "spark".to_owned(),
        voice_b: Some("bf_emma".to_owned()),
        wire: Some(WireState {
            targets: [wire.targets, other.targets].concat(),
            latency_ms: 12.0,
            ..WireState::of_one("").0
        }),
        field: Some(FieldSpec::named("tight").expect("a preset")),
        own_persona: Some(Box::new(Persona::named("spark").expect("a persona"))),
        performance: PerformanceState {
            cc: vec![link(7), link(11), link(20)],
            slots: vec![slot("one", 0.1), slot("two", 0.5), slot("three", -0.5)],
        },
        ..LineState::default()
    };
    line.check().expect("lawful");
    let mut state = present();
    for index in 0..PARAMETER_COUNT {
        let param = parameter(defaults(), index);
        let value =
            serde_json::to_value(param.as_state(param.plain_of(if index % 2 == 0 { 0.25 } else { 0.5 })));
        state.params.insert(id(index).to_owned(), value.expect("JSON"));
    }
    let params = PsivoxParams::default();
    let mut compare = Compare::default();
    compare.copy(&params, &LineState { text: "the other side".to_owned(), ..LineState::default() });
    assert!(compare.is_lawful() && Preset::of("x", &params, &line).check().is_ok());
    let text = |value: serde_json::Result<String>| value.expect("JSON");
    state.fields.insert("line".to_owned(), text(serde_json::to_string(&line)));
    state.fields.insert("compare".to_owned(), text(serde_json::to_string(&compare)));
    state.fields.insert("editor".to_owned(), r#"{"width":800.0,"height":601.0,"scale":1.25}"#.to_owned());
    state
}

/// What the instance has: all defaults.
fn present() -> Blob {
    let params = PsivoxParams::default();
    let value = |index: usize| {
        let param = parameter(defaults(), index);
        (id(index).to_owned(), serde_json::to_value(param.as_state(param.first())).expect("JSON"))
    };
    let mut fields = params.serialize_fields();
    fields.remove("nothing");
    serde_json::from_value(serde_json::json!({
        "version": "0.1.0",
        "params": (0..PARAMETER_COUNT).map(value).collect::<serde_json::Map<_, _>>(),
        "fields": fields,
    }))
    .expect("a state")
}

/// What a host loads of a damaged blob: the state and, if it was damaged, what is told.
fn loaded(blob: &[u8], present: &[u8]) -> Result<(Blob, Option<Salvaged>), StateError> {
    let read = |blob: &[u8]| serde_json::from_slice(seal::json_of(blob).expect("whole")).expect("a state");
    match prepare_blob(blob) {
        Ok(blob) => Ok((read(&blob), None)),
        Err(error) if error.is_damage() => {
            let found = salvage(blob, present)?;
            let blob = prepare_blob(&found.blob).expect("what was salvaged can be loaded");
            Ok((read(&blob), Some(found)))
        }
        Err(error) => Err(error),
    }
}

fn line_of(state: &Blob) -> LineState {
    LineState::from_json(&state.fields["line"]).expect("a line")
}

/// Of parameters, parts of the line and fields: how many are as they were saved.
fn kept(state: &Blob, saved: &Blob) -> (usize, usize) {
    let same = saved.params.iter().filter(|(id, value)| state.params.get(*id) == Some(value)).count();
    let fields =
        ["compare", "editor"].into_iter().filter(|name| state.fields.get(*name) == saved.fields.get(*name));
    let parts = |state: &Blob| serde_json::to_value(line_of(state)).expect("JSON");
    let (is, was) = (parts(state), parts(saved));
    let was = was.as_object().expect("a line");
    let same_parts = was.iter().filter(|(key, value)| is.get(key.as_str()) == Some(value)).count();
    (same + fields.count() + same_parts, saved.params.len() + 2 + was.len())
}

#[test]
fn a_whole_state_comes_back_from_its_pieces() {
    let (saved, present) = (state(), present());
    let blob = saved.to_bytes().expect("JSON");
    let found = salvage(&blob, &present.to_bytes().expect("JSON")).expect("readable");
    assert_eq!((found.values, found.text), (PARAMETER_COUNT, TextFound::Whole));
    let read: Blob = serde_json::from_slice(seal::json_of(&found.blob).expect("whole")).expect("a state");
    assert_eq!((&read.params, line_of(&read)), (&saved.params, line_of(&saved)));
    assert!(
        found.to_string().contains(&format!("{PARAMETER_COUNT} of {PARAMETER_COUNT} values and the text"))
    );
}

/// One to eight flipped bits, ten thousand times.
#[test]
fn flipped_bits_never_pass_and_never_cost_what_they_do_not_touch() {
    let (saved, present) = (state(), present().to_bytes().expect("JSON"));
    let blob = seal(saved.to_bytes().expect("JSON"));
    let (mut noise, mut refused) = (Noise::new(9), 0);
    let mut shares = [(0usize, 0usize); 2];
    for turn in 0..10_000 {
        let mut damaged = blob.clone();
        let flips = 1 + noise.below(8);
        for _ in 0..flips {
            let at = noise.below(damaged.len());
            damaged[at] ^= 1 << noise.below(8);
        }
        if damaged == blob {
            continue;
        }
        match loaded(&damaged, &present) {
            Err(error) => {
                refused += 1;
                assert!(error.to_string().len() > 20, "turn {turn}");
            }
            Ok((state, told)) => {
                assert!(told.is_some(), "turn {turn}: {flips} flips passed");
                let (same, all) = kept(&state, &saved);
                let share = &mut shares[usize::from(flips > 1)];
                *share = (share.0 + same, share.1 + all);
                assert!(
                    same + 3 * flips + 8 >= all,
                    "turn {turn}: {flips} flips cost {} of {all}",
                    all - same
                );
            }
        }
    }
    let share = |(same, all): (usize, usize)| same as f64 / all.max(1) as f64;
    println!(
        "kept after one flip: {:.5}; after two to eight: {:.5}; refused: {refused}",
        share(shares[0]),
        share(shares[1])
    );
    assert!(share(shares[0]) > 0.98 && share(shares[1]) > 0.95);
    assert!(refused < 20, "{refused} were refused");
}

/// Every bit of one parameter's value and of one part: all else is as it was.
#[test]
fn damage_within_one_place_stays_there() {
    let (saved, present) = (state(), present().to_bytes().expect("JSON"));
    let blob = seal(saved.to_bytes().expect("JSON"));
    let whole = String::from_utf8_lossy(&blob).into_owned();
    let place = |text: &str| {
        let bytes = text.as_bytes();
        blob.windows(bytes.len())
            .position(|window| window == bytes)
            .unwrap_or_else(|| panic!("{text} in {whole}"))
            + bytes.len()
    };
    // What stands in front, bytes that are damaged, and how much that may cost.
    let places = [
        (r#""arousal":"#, 11, 1),
        (r#""mode":"#, 12, 1),
        (r#"\"persona\":"#, 9, 1),
        (r#"\"voice_b\":"#, 11, 1),
        (r#"\"text\":"#, 30, 1),
        (r#"\"latency_ms\":"#, 4, 1),
        (r#"\"slots\":["#, 30, 1),
        (r#""editor":"#, 20, 1),
    ];
    for (mark, length, cost) in places {
        let start = place(mark);
        for bit in 8 * start..8 * (start + length) {
            let mut damaged = blob.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let (state, told) = loaded(&damaged, &present).expect("readable");
            assert!(told.is_some());
            let (same, all) = kept(&state, &saved);
            assert!(
                same + cost >= all,
                "{mark} bit {bit} cost {}: {:?}",
                all - same,
                told.map(|told| told.parts)
            );
        }
    }
}

/// A lost slot leaves the others where they are; a lost link only itself.
#[test]
fn elements_of_lists_are_read_on_their_own() {
    let (saved, present) = (state(), present().to_bytes().expect("JSON"));
    let damage = |from: &str, to: &str| {
        let text = json_text(&saved);
        let (state, told) = loaded(&seal_over(&text, from, to), &present).expect("readable");
        assert!(told.is_some());
        line_of(&state)
    };
    let was = line_of(&saved).performance;
    let slots = damage(r#"\"name\":\"two\""#, r#"\"nqme\":\"two\""#).performance;
    assert_eq!((&slots.slots[0], &slots.slots[2]), (&was.slots[0], &was.slots[2]));
    assert_eq!((&slots.slots[1], slots.cc), (&Slot::default(), was.cc.clone()));
    let links = damage(r#"\"controller\":11"#, r#"\"controller\":x1"#).performance;
    assert_eq!((links.cc, links.slots), (vec![was.cc[0].clone(), was.cc[2].clone()], was.slots));
    let wire = damage(r#"\"port\":39540"#, r#"\"pork\":39540"#).wire.expect("a network");
    assert_eq!((wire.targets.len(), wire.latency_ms), (1, 12.0));
}

fn json_text(state: &Blob) -> String {
    serde_json::to_string(state).expect("JSON")
}

/// A sealed blob in which a piece of the text was replaced by one of the same length.
fn seal_over(text: &str, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let sealed = seal([&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat());
    let at = sealed.windows(from.len()).position(|window| window == from.as_bytes()).expect("there");
    [&sealed[..at], to.as_bytes(), &sealed[at + to.len()..]].concat()
}

#[test]
fn what_is_cut_off_is_read_as_far_as_it_goes() {
    let (saved, present) = (state(), present().to_bytes().expect("JSON"));
    for blob in [saved.to_bytes().expect("JSON"), seal(saved.to_bytes().expect("JSON"))] {
        let (mut before, mut loads) = (0, 0);
        for length in (0..blob.len()).step_by(100) {
            let Ok((state, told)) = loaded(&blob[..length], &present) else { continue };
            let told = told.expect("told");
            assert!(told.values >= before, "{length} bytes hold fewer values than before");
            (before, loads) = (told.values, loads + 1);
            for (id, value) in &state.params {
                let own = parameter(defaults(), crate::remote::index_of(id).expect("a parameter"));
                let first = serde_json::to_value(own.as_state(own.first())).expect("JSON");
                let is = |other: &Value| match (value["f32"].as_f64(), other["f32"].as_f64()) {
                    (Some(value), Some(other)) => (value - other).abs() <= 1e-6 * other.abs().max(1.0),
                    _ => value == other,
                };
                assert!(is(&saved.params[id]) || is(&first), "{id} at {length} bytes: {value}");
            }
        }
        assert_eq!(before, PARAMETER_COUNT);
        assert!(loads > blob.len() / 100 - 4, "{loads}");
    }
}

#[test]
fn splices_of_two_states_are_told() {
    let (one, present) = (seal(state().to_bytes().expect("JSON")), present().to_bytes().expect("JSON"));
    let other = seal(present.clone());
    let mut noise = Noise::new(4);
    for _ in 0..300 {
        let (from, to) = (noise.below(one.len()), noise.below(other.len()));
        let spliced = [&one[..from], &other[to..]].concat();
        if spliced == one || spliced == other {
            continue;
        }
        if let Ok((_, told)) = loaded(&spliced, &present) {
            assert!(told.is_some(), "{from} of one and from {to} on of the other");
        }
    }
}

#[test]
fn what_is_none_of_ours_or_newer_is_refused() {
    let present = present().to_bytes().expect("JSON");
    for strange in [&b""[..], b"abc", &[0xff; 64], b"{\"params\":{\"volume\":{\"f32\":1}}}", &[0; 5_000]] {
        assert!(matches!(salvage(strange, &present), Err(StateError::Seal)), "{strange:?}");
    }
    let newer = json_text(&state()).replace(r#"{\"version\":2,\"text"#, r#"{\"version\":9,\"text"#);
    assert!(matches!(
        salvage(&newer.as_bytes()[..newer.len() - 9], &present),
        Err(StateError::Version { found: 9 })
    ));
    let (_, told) =
        loaded(&seal_over(&newer, r#"\"version\":9,\"text"#, r#"\"version\":8,\"text"#), &present)
            .expect("a flip");
    assert!(told.is_some(), "the seal knows the layout");
}

#[test]
fn what_is_made_to_take_long_does_not() {
    let present = present().to_bytes().expect("JSON");
    for piece in
        ["\"text\":[", "\"line\":\"{", "{\\\"version\\\":", "\\\"slots\\\":[{", "\"gain\":{\"f32\":", "psm1:"]
    {
        let long = piece.repeat(1_000_000 / piece.len());
        _ = salvage(long.as_bytes(), &present);
        _ = memory_texts(long.as_bytes());
    }
}

#[test]
fn memories_are_found_in_any_rubble() {
    let blob = b"xx\"memory\":\"[\\\"psm1:AbC-_9\\\",\\\"psm1:\\\",\\\"psm1:QQ\xffpsm1:zz\\u0041";
    assert_eq!(memory_texts(blob), ["psm1:AbC-_9", "psm1:QQ", "psm1:zz"]);
    assert_eq!(memory_texts(b"psm1:ab psm1"), ["psm1:ab"]);
    assert!(memory_texts(b"").is_empty());
}
