//! `psivox emotion-table` as a user meets it: what every mode and style does to voice and face, in numbers.

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
    let found = rows.iter().find(|row| row["name"] == mode && row["intensity"] == intensity);
    found.unwrap_or_else(|| panic!("no {mode} {intensity}"))
}

fn change(row: &Value, figure: &str) -> f64 {
    let change = &row["figures"][figure]["change"];
    change.as_f64().unwrap_or_else(|| panic!("{} {figure}: {change} is no number", row["name"]))
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
fn styles_change_voice_and_face() {
    let folder = folder();
    let asked = ["--styles", "whisper,shout,hum,falsetto", "-o", "table.md", "--keep", "kept"];
    let report = report(&folder, &asked);
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(8), "four styles and no modes");
    let at = |style: &str, degree: f64, figure: &str| change(row(&report, style, degree), figure);
    for style in ["whisper", "shout", "hum", "falsetto"] {
        let row = row(&report, style, 1.0);
        assert_eq!(row["kind"], "style");
        let none = |figure: &str| row["figures"][figure]["band"].is_null();
        assert!(none("level_db") && row["face"]["expected"].is_null(), "nobody was measured");
    }
    // Without voice there is nothing to measure of a voice, and nothing is invented.
    assert!(at("whisper", 1.0, "level_db") < -3.0 && at("whisper", 1.0, "balance_db") > 3.0);
    for figure in ["f0_mean_st", "f0_sd_ratio", "hnr_db", "jitter_ratio", "shimmer_ratio"] {
        let found = &row(&report, "whisper", 1.0)["figures"][figure];
        assert!(found["change"].is_null() && found["monotonic"].is_null(), "{figure}: {found}");
    }
    assert!(at("shout", 1.0, "level_db") > 5.0 && at("shout", 1.0, "f0_mean_st") > 4.0);
    assert!(at("shout", 1.0, "level_db") > at("shout", 0.5, "level_db"));
    assert!(at("falsetto", 1.0, "balance_db") < 0.0);
    let jaw = |style: &str| row(&report, style, 1.0)["face"]["jaw_open_p95"].as_f64().expect("a number");
    let plain = report["neutral_face"]["jaw_open_p95"].as_f64().expect("a number");
    assert!(jaw("shout") > plain && jaw("hum") < plain, "{plain} {} {}", jaw("shout"), jaw("hum"));
    assert_eq!(row(&report, "shout", 1.0)["face"]["jaw_open_limit"], 0.8);
    assert!(report["recognition"].is_null(), "styles are not told apart");

    let table = fs::read_to_string(folder.path("table.md")).expect("the table");
    let whisper = table.lines().find(|line| line.starts_with("| whisper ") && line.contains("| 1 "));
    let cells: Vec<&str> = whisper.expect("a whisper").split('|').map(str::trim).collect();
    assert_eq!((cells[3], cells[4]), ("-", "-"), "{cells:?}");
    assert!(!table.contains("| human") && !table.contains("of 0 "), "{table}");
    let folders = common::names(&folder.path("kept"));
    assert_eq!(folders.len(), 9, "{folders:?}");
    assert_eq!(common::names(&folder.path("kept/whisper_1")), ["a.face.csv", "a.wav", "b.face.csv", "b.wav"]);
}

#[test]
fn named_lists_leave_the_others_out() {
    let folder = folder();
    folder.write("two.tsv", "a\tMay I?\n");
    let names = |arguments: &[&str]| -> Vec<String> {
        let found = report(&folder, &[&["--intensities", "1"], arguments].concat());
        let rows = found["rows"].as_array().expect("rows");
        rows.iter().map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&["--modes", "happy"]), ["happy"]);
    assert_eq!(names(&["--modes", "happy", "--styles", "creak,whisper"]), ["happy", "whisper", "creak"]);
    let modes = names(&["--styles", "none"]);
    assert!(modes.len() == 11 && !modes.iter().any(|name| name == "shout"), "{modes:?}");
    let styles = ["whisper", "murmur", "shout", "laugh", "sob", "hum", "creak", "falsetto"];
    assert_eq!(names(&["--modes", "none"]), styles);
    assert_eq!(names(&[]), [&modes.iter().map(String::as_str).collect::<Vec<_>>()[..], &styles].concat());
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
        (&["two.tsv", "--modes", "whisper"], "--styles whisper"),
        (&["two.tsv", "--styles", "purple"], "whisper, murmur"),
        (&["two.tsv", "--styles", "none,shout"], "none alone"),
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
