//! What a preset keeps, what it refuses, and what ships.

use super::*;
use std::path::PathBuf;
use std::sync::Arc;

fn params() -> PsivoxParams {
    PsivoxParams::default()
}

fn json(rest: &str) -> String {
    format!(r#"{{"psivox":"preset","version":1,"name":"x","persona":"heart"{rest}}}"#)
}

fn plain(preset: &Preset, name: &str) -> f32 {
    let params = params();
    let wanted = index_of(name).expect("a parameter");
    let found = preset.values(&params).into_iter().find(|(index, _)| *index == wanted);
    parameter(&params, wanted).plain_of(found.expect("governed").1)
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("psivox-presets-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

#[test]
fn every_kind_of_value_is_read_and_the_rest_is_the_default() {
    let preset = Preset::from_json(&json(
        r#","params":{"pitch":-3.5,"mpe":true,"hold":false,"mode":"sing","voices":8,"beat_division":"eighth"}"#,
    ))
    .expect("lawful");
    assert!((plain(&preset, "pitch") + 3.5).abs() < 1e-4);
    assert_eq!(["mpe", "hold", "mode", "voices"].map(|id| plain(&preset, id)), [1.0, 0.0, 2.0, 8.0]);
    assert_eq!((plain(&preset, "beat_division"), plain(&preset, "rate")), (2.0, 1.0));
    let governed: Vec<&str> = preset.values(&params()).into_iter().map(|(index, _)| id(index)).collect();
    assert_eq!(governed.len(), PARAMETER_COUNT - 17);
    for left in [
        "osc_on",
        "bypass",
        "line",
        "gain",
        "memory_slot",
        "memory_recall",
        "memory_blend",
        "memory_on",
        "course",
    ] {
        assert!(!governed.contains(&left), "{left}");
    }
}

#[test]
fn every_fault_is_named() {
    let long = "a".repeat(TEXT_LIMIT_BYTES + 1);
    let cases = [
        ("nonsense".to_owned(), "not readable"),
        ("{}".to_owned(), "no sound preset"),
        (r#"{"psivox":"song"}"#.to_owned(), "no sound preset"),
        (r#"{"psivox":"preset","name":"x"}"#.to_owned(), "'version'"),
        (json("").replace("\"version\":1", "\"version\":9"), "update"),
        (json("").replace("heart", "nobody"), "nobody"),
        (json("").replace(r#","persona":"heart""#, ""), "'persona'"),
        (json("").replace(r#""name":"x""#, r#""name":" ""#), "name has 0 letters"),
        (json(r#","parms":{}"#), "parms"),
        (json(r#","params":[]"#), "'params' is []"),
        (json(r#","params":{"pich":1}"#), "'pich'"),
        (json(r#","params":{"gain":1}"#), "'gain' cannot be part"),
        (json(r#","params":{"pitch":13}"#), "13, expected -12 to 12"),
        (json(r#","params":{"pitch":1e300}"#), "expected -12 to 12"),
        (json(r#","params":{"pitch":"low"}"#), "'low', expected a number"),
        (json(r#","params":{"pitch":null}"#), "null, expected a number"),
        (json(r#","params":{"pitch":true}"#), "true, expected a number"),
        (json(r#","params":{"mode":2}"#), "speak, cue, sing, follow"),
        (json(r#","params":{"mode":"dance"}"#), "'dance'"),
        (json(r#","params":{"mpe":1}"#), "true or false"),
        (json(r#","params":{"voices":2.5}"#), "whole number"),
        (json(r#","voice_b":"zz_top""#), "zz_top"),
        (json(r#","field":"sticky""#), "sticky"),
        (json(&format!(r#","text":"{long}""#)), "65536"),
        (json(&format!(r#","description":"{}""#, "a".repeat(PRESET_LIMIT_BYTES))), "at most 262144"),
    ];
    for (text, word) in cases {
        let message = Preset::from_json(&text).expect_err(word).to_string();
        assert!(message.contains(word), "{message} does not say {word}");
    }
}

#[test]
fn what_is_taken_goes_round_and_leaves_the_place_alone() {
    let params = params();
    let line = LineState {
        text: "Mine.".into(),
        persona: "spark".into(),
        voice_b: Some("bm_george".into()),
        field: FieldSpec::named("tight").ok(),
        own_persona: Persona::named("elder").ok().map(Box::new),
        ..LineState::default()
    };
    let mut preset = Preset::of("  My sound ", &params, &line);
    preset.params.insert("arousal".into(), Setting::Number(0.25));
    let json = preset.to_json();
    assert!(json.contains(r#""field": "tight""#), "{json}");
    let read = Preset::from_json(&json).expect("its own text");
    assert_eq!(read, preset);
    let other = LineState { osc_target: "vmc:10.0.0.1:1".into(), ..LineState::default() };
    let mut changed = other.clone();
    read.change(&mut changed);
    assert_eq!(changed, LineState { osc_target: other.osc_target, ..line.clone() });
    let mute = Preset { text: None, ..read };
    mute.change(&mut changed);
    assert_eq!(changed.text, "Mine.");
    assert!(!mute.is_in_force(&params, &line), "arousal is elsewhere");
    assert!(Preset { params: BTreeMap::new(), ..mute }.is_in_force(&params, &line));
}

/// What was saved must not look changed a moment later, and no value may drift by saving.
#[test]
fn values_survive_the_file() {
    let params = params();
    for index in (0..PARAMETER_COUNT).filter(|index| is_governed(*index)) {
        let (param, place) = (parameter(&params, index), Place::of(index));
        for step in 0..=97 {
            let value = match id(index) {
                "hold" => (step % 2) as f32,
                _ => param.plain_of(step as f32 / 97.0),
            };
            let back = place.plain(&place.setting(value)).expect("in range");
            assert!(place.same(back, value), "{}: {value} became {back}", id(index));
            assert_eq!(place.setting(back), place.setting(value), "{}", id(index));
        }
    }
}

#[test]
fn what_ships_is_lawful_and_different() {
    let params = params();
    let defaults: Vec<(usize, f32)> =
        Preset::of("default", &params, &LineState::default()).values(&params).into_iter().collect();
    let mut names = std::collections::BTreeSet::new();
    let known = ["Voices", "Characters", "Moods", "Singing", "Machines & creatures", "Choirs", "Performance"];
    for (file, json) in FACTORY_PRESETS {
        let preset = Preset::from_json(json).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(names.insert(preset.name.to_lowercase()), "{file}: the name is taken");
        assert!(
            preset.tags.iter().all(|tag| known.contains(&tag.as_str())) && !preset.tags.is_empty(),
            "{file}"
        );
        assert!(!preset.description.is_empty() && preset.text.is_some(), "{file} shows nothing");
        let values = preset.values(&params);
        let moved = values.iter().zip(&defaults).filter(|(own, default)| own != default).count();
        assert!(moved >= preset.params.len().min(2), "{file} is the default");
        assert_eq!(
            moved,
            preset.params.iter().filter(|(id, value)| !is_default(id, value)).count(),
            "{file}"
        );
    }
    assert!(names.len() >= 28, "{}", names.len());
}

fn is_default(name: &str, value: &Setting) -> bool {
    let place = Place::named(name).expect("a parameter");
    let params = params();
    place.plain(value).expect("in range") == parameter(&params, index_of(name).expect("known")).first()
}

#[test]
fn a_library_keeps_renames_deletes() {
    let folder = folder("keeps");
    let mut library = Library::scan_in(Some(folder.clone()));
    let shipped = library.entries.len();
    assert_eq!((shipped, &library.notice), (FACTORY_PRESETS.len(), &None));
    assert!(library.entries.iter().all(|entry| entry.result.is_ok() && !entry.is_own()));
    let mut preset = Preset::of("A/B: loud?", &params(), &LineState::default());
    let path = library.save(&preset, false).expect("a new one");
    assert_eq!(path, folder.join("A_B_ loud_.json"));
    assert!(matches!(library.save(&preset, false), Err(PresetError::Exists(_))));
    preset.description = "Second.".into();
    library.save(&preset, true).expect("replaced");
    let entry = library.entries.last().expect("the user's").clone();
    assert_eq!((entry.name.as_str(), entry.description.as_str()), ("A/B: loud?", "Second."));
    assert_eq!(library.load(&entry).expect("readable"), preset);
    let renamed = library.rename(&entry, "Quiet").expect("free");
    assert!(renamed.ends_with("Quiet.json") && !path.exists());
    assert!(library.import(&renamed).is_err(), "it is there already");
    let entry = library.entries.last().expect("the user's").clone();
    library.delete(&entry).expect("deleted");
    assert_eq!(library.entries.len(), shipped);
    let factory = library.entries[0].clone();
    assert!(matches!(library.delete(&factory), Err(PresetError::ReadOnly)));
    assert!(matches!(library.rename(&factory, "x"), Err(PresetError::ReadOnly)));
    assert!(std::fs::read_dir(&folder).expect("there").next().is_none(), "nothing half-written stays");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn bad_files_are_listed_with_their_fault() {
    let folder = folder("bad");
    std::fs::create_dir_all(folder.join("deep.json")).expect("a folder");
    std::fs::write(folder.join("broken.json"), "{").expect("written");
    std::fs::write(folder.join("huge.json"), vec![b' '; PRESET_LIMIT_BYTES + 1]).expect("written");
    std::fs::write(folder.join("latin.json"), [0xff, 0xfe]).expect("written");
    std::fs::write(folder.join("notes.txt"), "no preset").expect("written");
    std::fs::write(folder.join("good.json"), json("")).expect("written");
    let library = Library::scan_in(Some(folder.clone()));
    let own: Vec<&Entry> = library.entries.iter().filter(|entry| entry.is_own()).collect();
    let words = |name: &str| {
        let entry = own.iter().find(|entry| entry.name == name).expect(name);
        entry.result.clone().err().unwrap_or_default()
    };
    assert_eq!(own.len(), 4);
    assert!(words("broken").contains("not readable") && words("huge").contains("262145"));
    assert!(words("latin").contains("UTF-8") && words("x").is_empty());
    let _ = std::fs::remove_dir_all(folder);
    assert!(Library::scan_in(None).notice.expect("told").contains("PSIVOX_PRESETS"));
}

#[test]
fn file_names_suit_every_system() {
    let name = super::folder::file_name;
    assert_eq!(name("../../etc/passwd"), "______etc_passwd.json");
    assert_eq!(name("con"), "con_.json");
    assert_eq!(name("Café 2"), "Café 2.json");
    assert_eq!(name("   "), "preset.json");
    assert!(name(&"日".repeat(400)).len() < 255);
}

/// Every preset speaks its own text: all of it can be planned, and the first seconds are sound.
#[test]
fn what_ships_sounds() {
    use psivox_core::engine::NoTelemetry;
    use psivox_core::{Control, Engine, EngineConfig, Event, Planner, TimedEvent};
    let params = params();
    for (file, json) in FACTORY_PRESETS {
        let preset = Preset::from_json(json).expect(file);
        let mut line = LineState::default();
        preset.change(&mut line);
        let text = line.text.lines().next().unwrap_or_default();
        let text = text.strip_prefix("[bar 1] ").unwrap_or(text);
        let plan = Planner::new(&line.speaker().expect(file)).expect(file).plan(text).expect(file);
        assert!(plan.notices.is_empty(), "{file}: {:?}", plan.notices);
        let values = preset.values(&params).into_iter().filter_map(|(index, place)| {
            let control = *Control::ALL.get(index)?;
            Some(Event::Set { control, value: parameter(&params, index).plain_of(place) })
        });
        let start = [Event::Load(Arc::new(plan.score)), Event::Speak { velocity: 1.0 }];
        let event = |event| TimedEvent { offset_samples: 0, event };
        let events: Vec<TimedEvent> = values.chain(start).map(event).collect();
        let mut engine = Engine::new(EngineConfig::new(48_000.0)).expect(file);
        let mut sound = vec![0.0f32; 48_000];
        engine.process(&events, &mut sound, &mut NoTelemetry);
        let peak = sound.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let power = sound.iter().map(|sample| sample * sample).sum::<f32>() / 48_000.0;
        assert!(peak < 1.0 && power > 1e-7, "{file}: peak {peak}, power {power}");
    }
}
