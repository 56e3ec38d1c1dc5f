//! `psivox ablate` as a user meets it: every mechanism in a row of numbers that say what it does.

mod common;

use common::{Folder, succeeded};
use serde_json::Value;
use std::fs;

const MECHANISMS: [&str; 11] = [
    "coupling",
    "lags",
    "micro",
    "locking",
    "grammar",
    "emotion",
    "meso",
    "macro",
    "learning",
    "prediction",
    "memory",
];

/// Figures that tell a difference from the reference.
const CHANGES: [&str; 9] = [
    "log_spectral_distance_db",
    "band_distance_db",
    "sample_difference_percent",
    "duration_change_percent",
    "onset_shift_ms",
    "f0_change_st",
    "level_change_db",
    "face_change",
    "head_change_deg",
];

/// A folder with two sentences in it.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("two.tsv", "a\tBob may buy a big map.\nb\tReally? Five puffy mops!\n");
    folder
}

fn rows(folder: &Folder, arguments: &[&str]) -> Vec<Value> {
    let output = folder.run(&[&["ablate", "two.tsv", "--json", "--rounds", "1"], arguments].concat());
    succeeded(&output);
    serde_json::from_slice(&output.stdout).expect("a list")
}

fn number(rows: &[Value], mechanism: &str, key: &str) -> f64 {
    let row =
        rows.iter().find(|row| row["mechanism"] == mechanism).unwrap_or_else(|| panic!("no {mechanism}"));
    row[key].as_f64().unwrap_or_else(|| panic!("{mechanism} {key}: {} is no number", row[key]))
}

#[test]
fn every_mechanism_does_its_own_work() {
    let folder = folder();
    let rows = rows(&folder, &["-o", "table.md"]);
    let at = |mechanism: &str, key: &str| number(&rows, mechanism, key);

    assert_eq!((rows[0]["mechanism"].as_str(), rows.len()), (Some("none"), MECHANISMS.len() + 2));
    for key in CHANGES {
        assert_eq!(at("none", key), 0.0, "the reference differs from itself in {key}");
        for mechanism in MECHANISMS {
            assert!(at(mechanism, key).is_finite());
        }
    }
    let above = |mechanism: &str, key: &str, floor: f64| {
        assert!(at(mechanism, key) > floor, "{mechanism} {key}: {} is not above {floor}", at(mechanism, key));
    };
    above("coupling", "onset_shift_ms", 1.0);
    above("coupling", "jaw_voice_jitter_rad", 0.3 + at("none", "jaw_voice_jitter_rad"));
    above("lags", "sample_difference_percent", 0.1);
    above("micro", "band_distance_db", 0.2);
    above("meso", "f0_change_st", 0.05);
    above("meso", "jaw_voice_jitter_rad", 0.3 + at("none", "jaw_voice_jitter_rad"));
    above("macro", "head_change_deg", 0.5);
    above("locking", "band_distance_db", 0.2);
    above("emotion", "face_change", 0.5);
    above("emotion", "f0_change_st", 0.5);
    above("grammar", "grammar_violations", 5.0);
    above("grammar", "face_change", 0.003);
    // What recurs is shown as before, by those who learn.
    above("learning", "repeat_head_deg", 1.0 + 1.6 * at("none", "repeat_head_deg"));
    above("learning", "repeat_face", 1.15 * at("none", "repeat_face"));

    // What a mechanism has no hand in stays to the bit.
    assert_eq!(at("none", "grammar_violations"), 0.0);
    assert!(at("none", "repeat_head_deg") > 0.0, "nobody moves twice in the same way to the bit");
    assert_eq!(at("locking", "repeat_head_deg"), at("none", "repeat_head_deg"));
    assert_eq!(at("locking", "face_change"), 0.0);
    assert_eq!(at("locking", "onset_shift_ms"), 0.0);
    assert_eq!(at("grammar", "f0_change_st"), 0.0);
    let row = rows.iter().find(|row| row["mechanism"] == "prediction").expect("a row");
    assert!(row["prediction_error"].is_null(), "nothing is foretold, so nothing is wrong");
    assert!(at("none", "prediction_error") > 0.0);

    let table = fs::read_to_string(folder.path("table.md")).expect("the table");
    for mechanism in MECHANISMS {
        assert!(table.contains(&format!("\n| {mechanism} ")), "{mechanism} is not in:\n{table}");
    }
}

#[test]
fn what_is_off_anyway_has_no_row() {
    let folder = folder();
    let without: Vec<&str> = MECHANISMS.into_iter().filter(|name| *name != "lags").collect();
    let without = without.join(",");
    let rows = rows(&folder, &["--still", "--without", &without]);
    let names: Vec<&str> = rows.iter().filter_map(|row| row["mechanism"].as_str()).collect();
    assert_eq!(names, ["none", "lags", "seed"]);
    // Without couplings there is nothing to lag.
    for key in CHANGES {
        assert_eq!(number(&rows, "lags", key), 0.0, "{key}");
    }
}

#[test]
fn mistakes_are_one_sentence_each() {
    let folder = folder();
    folder.write("contour.txt", "0 200\n1 200\n");
    folder.write("bad.tsv", "a\tHello.\nno tab\n");
    for (arguments, word) in [
        (&["none.tsv"][..], "does not exist"),
        (&["bad.tsv"], "line 2"),
        (&["two.tsv", "--f0", "contour.txt"], "--f0"),
        (&["two.tsv", "--rounds", "0"], "--rounds"),
        (&["two.tsv", "--persona", "nobody"], "nobody"),
        (&["two.tsv", "-o", "no/table.md"], "folder"),
        (&["two.tsv", "-o", "./two.tsv"], "sentences"),
    ] {
        folder.refused(&[&["ablate"], arguments].concat(), word);
    }
}
