//! `psivox emotion-table` as a user meets it: what every mode does to voice and face, in numbers.

mod common;

use common::{Folder, succeeded};
use serde_json::Value;
use std::fs;

/// A folder with two sentences in it.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("two.tsv", "a\tBob may buy a big map.\nb\tReally? Five puffy mops!\n");
    folder
}

fn report(folder: &Folder, arguments: &[&str]) -> Value {
    let output = folder.run(&[&["emotion-table", "two.tsv", "--json"], arguments].concat());
    succeeded(&output);
    serde_json::from_slice(&output.stdout).expect("an object")
}

fn row<'a>(report: &'a Value, mode: &str, intensity: f64) -> &'a Value {
    let rows = report["rows"].as_array().expect("rows");
    let found = rows.iter().find(|row| row["mode"] == mode && row["intensity"] == intensity);
    found.unwrap_or_else(|| panic!("no {mode} {intensity}"))
}

fn change(row: &Value, figure: &str) -> f64 {
    let change = &row["figures"][figure]["change"];
    change.as_f64().unwrap_or_else(|| panic!("{} {figure}: {change} is no number", row["mode"]))
}

#[test]
fn modes_differ_as_people_do() {
    let folder = folder();
    let report = report(&folder, &["--modes", "sad,angry,calm", "-o", "table.md", "--keep", "kept"]);
    assert_eq!((report["sentences"].as_u64(), report["rows"].as_array().map(Vec::len)), (Some(2), Some(6)));
    let at = |mode: &str, intensity: f64, figure: &str| change(row(&report, mode, intensity), figure);
    for mode in ["sad", "angry", "calm"] {
        for figure in [
            "f0_mean_st",
            "f0_sd_ratio",
            "level_db",
            "duration_ratio",
            "hnr_db",
            "balance_db",
            "jitter_ratio",
        ] {
            assert!(
                at(mode, 1.0, figure).is_finite() && report["neutral"][figure].is_number(),
                "{mode} {figure}"
            );
            assert!(row(&report, mode, 1.0)["figures"][figure]["within"].is_boolean(), "{mode} {figure}");
            assert!(row(&report, mode, 1.0)["figures"][figure]["monotonic"].is_boolean(), "{mode} {figure}");
            assert!(row(&report, mode, 0.5)["figures"][figure]["within"].is_null(), "{mode} {figure}");
        }
    }
    assert!(at("angry", 1.0, "level_db") > at("calm", 1.0, "level_db") + 3.0);
    assert!(at("angry", 1.0, "level_db") > at("angry", 0.5, "level_db"));
    assert!(at("angry", 1.0, "f0_mean_st") > at("sad", 1.0, "f0_mean_st") + 1.0);
    assert!(at("calm", 1.0, "duration_ratio") > at("angry", 1.0, "duration_ratio"));
    assert!(at("angry", 1.0, "balance_db") > at("calm", 1.0, "balance_db"));

    let units = row(&report, "angry", 1.0)["face"]["units"].as_array().expect("units");
    assert!(units.iter().any(|unit| unit["unit"] == "4"), "an angry brow is lowered: {units:?}");
    for mode in ["sad", "angry", "calm"] {
        let face = &row(&report, mode, 1.0)["face"];
        for key in ["jaw_open_p95", "blinks_per_min", "largest_jump"] {
            assert!(face[key].as_f64().is_some_and(|value| value >= 0.0), "{mode} {key}");
        }
    }
    assert!(report["recognition"].is_null(), "two sentences teach nothing");

    let table = fs::read_to_string(folder.path("table.md")).expect("the table");
    for mode in ["neutral", "sad", "angry", "calm"] {
        assert!(table.contains(&format!("\n| {mode} ")), "{mode} is not in:\n{table}");
    }
    let folders = common::names(&folder.path("kept"));
    assert_eq!(folders, ["angry_0.5", "angry_1", "calm_0.5", "calm_1", "neutral", "sad_0.5", "sad_1"]);
    assert_eq!(common::names(&folder.path("kept/angry_1")), ["a.face.csv", "a.wav", "b.face.csv", "b.wav"]);
    let (head, faces) = common::table(&folder.path("kept/neutral/a.face.csv"), ',');
    assert!(head.len() == 53 && faces.len() > 60, "{} {}", head.len(), faces.len());
    assert!(common::number(&faces[0][0]) < 0.02, "the face starts with the sound");
}

#[test]
fn modes_are_recognised_from_sound_and_face() {
    let folder = folder();
    let texts = [
        "Bob may buy a big map.",
        "We were away a year ago.",
        "Five puffy mops fell down.",
        "Take the last train home.",
        "The young girl gave no answer.",
        "It rained on the same morning.",
        "Read the lines out loud.",
        "Nobody knew where she went.",
    ];
    let lines: Vec<String> =
        texts.iter().enumerate().map(|(index, text)| format!("s{index}\t{text}\n")).collect();
    folder.write("two.tsv", &lines.concat());
    let report = report(&folder, &["--modes", "sad,excited", "--intensities", "1"]);
    let found = &report["recognition"];
    assert_eq!(found["modes"], serde_json::json!(["neutral", "sad", "excited"]));
    for stream in ["sound", "face"] {
        let accuracy = found[stream]["accuracy"].as_f64().expect("a number");
        assert!(accuracy > 0.5, "{stream}: {found}");
        let rows = found[stream]["confusion"].as_array().expect("rows");
        let counts: u64 =
            rows.iter().flat_map(|row| row.as_array().expect("a row")).filter_map(Value::as_u64).sum();
        assert_eq!((rows.len(), counts), (3, 12));
    }
    assert!(found["agreement"].is_number() && found["kappa"].is_number());
}

#[test]
fn the_same_is_said_twice() {
    let folder = folder();
    let line = ["--modes", "happy", "--intensities", "1", "--seed", "7"];
    assert_eq!(report(&folder, &line), report(&folder, &line));
}

#[test]
fn mistakes_are_one_sentence_each() {
    let folder = folder();
    folder.write("bad.tsv", "a\tHello.\nno tab\n");
    for (arguments, word) in [
        (&["none.tsv"][..], "does not exist"),
        (&["bad.tsv"], "line 2"),
        (&["two.tsv", "--modes", "purple"], "neutral, happy"),
        (&["two.tsv", "--intensities", "0"], "above 0"),
        (&["two.tsv", "--intensities", "nan"], "above 0"),
        (&["two.tsv", "--valence", "0.5"], "--valence"),
        (&["two.tsv", "--persona", "nobody"], "nobody"),
        (&["two.tsv", "-o", "no/table.md"], "folder"),
        (&["two.tsv", "-o", "./two.tsv"], "sentences"),
        (&["two.tsv", "--keep", "two.tsv"], "folder"),
    ] {
        folder.refused(&[&["emotion-table"], arguments].concat(), word);
    }
}
