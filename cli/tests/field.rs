//! The field as a user meets it: shown, changed, fitted, read, on a beat, and two of them in a duet.

mod common;

use common::{Folder, number, succeeded, table};
use psivox_core::field::{FieldSpec, Pair, Role};
use serde_json::Value;
use std::fs;

fn printed(output: &std::process::Output) -> String {
    succeeded(output);
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn show_prints_the_field_and_draws_it() {
    let folder = Folder::new();
    let text = printed(&folder.run(&["field", "show", "Every stress can nod.", "-o", "f.svg"]));
    for word in ["Bands", "sway_yaw", "R.voice_face", "closed-lips", "Memory", "cos_syllable"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let cells = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let jaw = text.lines().map(cells).find(|cells| cells.starts_with(&["jaw".into(), "syllable".into()]));
    let spec = FieldSpec::named("default").expect("the field that ships");
    let pair = Pair::of(Role::Jaw, Role::Syllable);
    let rad_per_s = spec.k(pair) * std::f32::consts::TAU * spec.hz(Role::Jaw);
    let expected =
        [format!("{:.3}", spec.k(pair)), format!("{rad_per_s:.2}"), format!("{:.2}", spec.alpha(pair))];
    assert_eq!(jaw.expect("a coupling")[2..5], expected);
    let svg = fs::read_to_string(folder.path("f.svg")).expect("a picture");
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    for word in ["jaw against syllable", "Order R", "Energy V", "stress", "sway yaw"] {
        assert!(svg.contains(word), "{word}");
    }
    assert!(svg.matches("<circle").count() > 300, "three portraits of more than a second at 100 Hz");
    assert_eq!(folder.names(), ["f.svg"]);
}

#[test]
fn show_tells_one_field_from_another_as_json() {
    let folder = Folder::new();
    let show = |field: &str| {
        let line =
            ["field", "show", "The jaw follows the voice on every syllable.", "--json", "--field", field];
        let text = printed(&folder.run(&line));
        assert_eq!(text.lines().count(), 1);
        json(&text)
    };
    let (default, alone) = (show("default"), show("alone"));
    let order = |report: &Value, name: &str| {
        let series = report["order"].as_array().expect("series").iter().find(|series| series["name"] == name);
        series.expect("a series").clone()
    };
    let mean = |report: &Value| order(report, "R.voice_face")["mean"].as_f64().expect("a number");
    assert!(mean(&default) > mean(&alone) + 0.1, "{} {}", mean(&default), mean(&alone));
    let (values, speech_s) =
        (order(&default, "V")["values"].clone(), default["speech_s"].as_f64().expect("s"));
    let count = values.as_array().expect("values").len() as f64;
    assert!((count - 100.0 * speech_s).abs() <= 2.0, "100 readings a second: {count} in {speech_s} s");
    let learned = default["couplings"].as_array().expect("couplings").iter();
    let moved =
        learned.filter(|pair| (pair["k_learned"].as_f64().unwrap_or(0.15) - 0.15).abs() > 1e-4).count();
    assert!(moved > 2, "couplings learn while it speaks");
    assert_eq!(default["rules"].as_array().map(Vec::len), Some(psivox_core::grammar::RULE_COUNT));
    assert!(default["memory"]["strength"].as_f64().expect("a number") > 0.2);
}

#[test]
fn set_writes_a_field_that_speaks_differently() {
    let folder = Folder::new();
    let set = ["field", "set", "K.jaw.syllable=0.1", "alpha.jaw.syllable=1", "name=mine", "-o", "my.json"];
    assert_eq!(printed(&folder.run(&set)), "");
    let written = json(&fs::read_to_string(folder.path("my.json")).expect("a field"));
    assert!((written["coupling"]["K"]["jaw.syllable"].as_f64().expect("a number") - 0.1).abs() < 1e-6);
    // What is printed is what would be written, and a file can be changed again.
    let again = printed(&folder.run(&["field", "set", "K.jaw.syllable=0.1", "--from", "my.json"]));
    assert_eq!(json(&again), written);
    for (name, field) in [("a.csv", &[][..]), ("b.csv", &["--field", "my.json"])] {
        succeeded(&folder.run(&[&["say", "Nine lions.", "--face", name][..], field].concat()));
    }
    assert_ne!(
        fs::read(folder.path("a.csv")).expect("faces"),
        fs::read(folder.path("b.csv")).expect("faces")
    );
}

#[test]
fn mistakes_about_the_field_are_refused_in_one_sentence() {
    let folder = Folder::new();
    folder.write("bad.json", "{\n  \"coupling\": {\"K\": {\"jaw.tail\": 1}}\n}");
    folder.write("s.tsv", "a\tHello.\n");
    let nine = ["V"; 9].join(",");
    for (arguments, word) in [
        (&["field", "set", "K.jaw.tail=1"][..], "syllable"),
        (&["field", "set", "K.jaw.syllable=99"], "-4 to 4"),
        (&["field", "set", "K.jaw.syllable"], "PATH=VALUE"),
        (&["field", "set", "nothing=1", "-o", "x.json"], "upward_gain"),
        (&["field", "set", "name=x", "-o", "no/such.json"], "does not exist"),
        (&["field", "show", "hi", "--field", "nothing"], "default"),
        (&["field", "show", "hi", "--field", "none.json"], "none.json"),
        (&["field", "show", "hi", "--field", "bad.json"], "line 2"),
        (&["field", "show", ""], "text"),
        (&["field", "fit", "none.tsv"], "does not exist"),
        (&["field", "fit", "s.tsv", "--personas", "heart,nobody", "-o", "x.json"], "nobody"),
        (&["say", "hi", "--observe", "theta.tail", "--observe-output", "x.tsv"], "theta.ROLE"),
        (&["say", "hi", "--observe", "V"], "--observe-output"),
        (&["say", "hi", "--observe", &nine, "--observe-output", "x.tsv"], "at most 8"),
        (&["say", "hi", "--observe", "V", "--observe-output", "x", "--events", "x"], "twice"),
        (&["say", "hi", "--bpm", "5"], "20 to 400"),
        (&["say", "hi", "--beat", "1"], "--bpm"),
        (&["say", "hi", "--bpm", "120", "--beat-division", "9"], "8"),
        (&["duet", "hi", "-o", "x.wav"], "TEXT_B"),
        (&["duet", "hi", "ho", "-o", "x.wav", "--coupling", "2"], "0 to 1"),
        (&["duet", "hi", "", "-o", "x.wav"], "text"),
    ] {
        folder.refused(arguments, word);
    }
}

#[test]
fn fit_foretells_better_than_persistence() {
    let folder = Folder::new();
    folder.write(
        "s.tsv",
        "a\tThe old man walked along the quiet river.\nb\tThe boats went slowly by in the evening.\n",
    );
    let text =
        printed(&folder.run(&["field", "fit", "s.tsv", "-o", "op.json", "--personas", "heart,michael"]));
    assert!(text.starts_with("4 lines, 2 speakers"), "{text}");
    let syllable =
        text.lines().find(|line| line.contains("cos_syllable") && line.ends_with('%')).expect("a row");
    let change = syllable.split_whitespace().nth(3).expect("a change");
    assert!(number(change.trim_start_matches('+')) < -30.0, "{syllable}");
    let operator = fs::read_to_string(folder.path("op.json")).expect("an operator");
    let operator = psivox_core::koopman::Operator::from_json(&operator).expect("an operator");
    assert!(operator.names().iter().eq(psivox_core::field::OBSERVABLE_NAMES.iter()));
    assert!(
        operator.eigenvalues().iter().any(|mode| mode.period_s().is_some_and(|s| (0.15..0.4).contains(&s)))
    );
}

#[test]
fn observables_are_read_at_their_rate_and_surprises_are_rows() {
    let folder = Folder::new();
    let line = ["say", "Hello there, my friend.", "--observe", "theta.jaw,R.meso", "--observe-rate", "250"];
    let files = ["--observe-output", "o.tsv", "--events", "e.tsv", "-o", "a.wav"];
    succeeded(&folder.run(&[&line[..], &files].concat()));
    let (header, rows) = table(&folder.path("o.tsv"), '\t');
    assert_eq!(header, ["time_s", "theta.jaw", "R.meso"]);
    for (index, row) in rows.iter().enumerate() {
        assert!((number(&row[0]) - index as f64 / 250.0).abs() < 1e-4, "row {index}: {row:?}");
        assert!(
            number(&row[1]).abs() <= std::f64::consts::PI + 1e-4 && (0.0..=1.0).contains(&number(&row[2]))
        );
    }
    let turned = rows.windows(2).filter(|pair| number(&pair[0][1]) - number(&pair[1][1]) > 4.0).count();
    assert!((3..=12).contains(&turned), "the jaw turned {turned} times");
    let (header, _) = table(&folder.path("e.tsv"), '\t');
    assert_eq!(header, ["time_s", "source", "epsilon", "tau"]);
}

/// How well the syllables begin on the lines of a grid, 0..=1: the length of the mean of their places as angles.
fn on_grid(folder: &Folder, name: &str, period_s: f64) -> f64 {
    let (_, rows) = table(&folder.path(name), '\t');
    let begins = |pair: &&[Vec<String>]| {
        let (before, after) = (number(&pair[0][1]), number(&pair[1][1]));
        before < 0.0 && (0.0..1.0).contains(&after)
    };
    let starts_s: Vec<f64> = rows.windows(2).filter(begins).map(|pair| number(&pair[1][0])).collect();
    assert!(starts_s.len() > 20, "{starts_s:?}");
    let angles = starts_s.iter().map(|start_s| std::f64::consts::TAU * start_s / period_s);
    let (re, im) = angles.fold((0.0, 0.0), |(re, im), angle| (re + angle.cos(), im + angle.sin()));
    f64::hypot(re, im) / starts_s.len() as f64
}

#[test]
fn a_beat_draws_the_syllables() {
    let folder = Folder::new();
    let text = "Every little syllable is taken by the beat and carried on and on and on until the end.";
    let say = |name: &str, options: &[&str]| {
        let line =
            ["say", text, "--observe", "theta.syllable", "--observe-rate", "500", "--observe-output", name];
        succeeded(&folder.run(&[&line[..], options].concat()));
        fs::read(folder.path(name)).expect("readings")
    };
    let free = say("free.tsv", &[]);
    assert!(
        free == say("none.tsv", &["--bpm", "130", "--beat", "0"]),
        "a beat that does not draw changes nothing"
    );
    say("beat.tsv", &["--bpm", "130", "--beat-division", "2"]);
    let period_s = 60.0 / 130.0 / 2.0;
    let (free, drawn) = (on_grid(&folder, "free.tsv", period_s), on_grid(&folder, "beat.tsv", period_s));
    assert!(drawn > 0.8 && free < 0.5, "on the beat {drawn}, free {free}");
}

#[test]
fn mechanisms_can_be_left_out() {
    let folder = Folder::new();
    let face = |name: &str, without: &str| {
        succeeded(&folder.run(&["say", "Nine lions lie here.", "--face", name, "--without", without]));
        fs::read(folder.path(name)).expect("faces")
    };
    let (meso, slow) = (face("a.csv", "meso"), face("b.csv", "macro,learning,prediction,memory"));
    assert_ne!(meso, slow);
}

#[test]
fn a_duet_meets_and_strangers_do_not() {
    let folder = Folder::new();
    let a = "The north wind and the sun were arguing about which of them was stronger.";
    let b = "A very old man walked slowly down the hill and sat beside the river.";
    let speeds = ["--speed-a", "1.2", "--speed-b", "0.9"];
    let run = |name: &str, coupling: &str| {
        let line = ["duet", a, b, "-o", name, "--coupling", coupling];
        printed(&folder.run(&[&line[..], &speeds].concat()))
    };
    let (close, apart) = (run("close.wav", "1"), run("apart.wav", "0"));
    let row = |text: &str, name: &str| -> Vec<f64> {
        let line =
            text.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name} in {text}"));
        let cells: Vec<&str> = line.split_whitespace().collect();
        cells[cells.len() - 4..].iter().map(|cell| number(cell)).collect()
    };
    let locked = row(&close, "clocks locked");
    assert!(locked[1] > locked[3] + 0.1, "together {} and alone {}", locked[1], locked[3]);
    let strangers = row(&apart, "clocks locked");
    assert_eq!(strangers[..2], strangers[2..], "without coupling nobody is heard");

    let reader = hound::WavReader::open(folder.path("close.wav")).expect("a WAV file");
    assert_eq!((reader.spec().channels, reader.spec().sample_rate), (2, 48_000));
    let samples: Vec<i16> = reader.into_samples().map(|sample| sample.expect("a sample")).collect();
    for side in 0..2 {
        let loudest = samples.iter().skip(side).step_by(2).map(|sample| sample.unsigned_abs()).max();
        assert!(loudest > Some(1_000), "side {side}: {loudest:?}");
    }
    assert!(samples.chunks_exact(2).any(|pair| pair[0] != pair[1]));
    assert_ne!(
        fs::read(folder.path("close.wav")).expect("sound"),
        fs::read(folder.path("apart.wav")).expect("sound")
    );
}
