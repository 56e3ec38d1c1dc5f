//! The files beside the sound: faces, subtitles, mouth pictures.

mod common;

use common::{Folder, number, succeeded, table};
use serde_json::Value;
use std::fs;

#[test]
fn faces_are_written_in_every_format_and_at_every_rate() {
    let folder = Folder::new();
    let say = |more: &[&str]| {
        succeeded(&folder.run(&[&["say", "Good morning.", "--seed", "3"][..], more].concat()));
    };
    say(&["--face", "a.csv"]);
    say(&["--face", "b.out", "--face-format", "csv"]);
    assert_eq!(fs::read(folder.path("a.csv")).expect("a"), fs::read(folder.path("b.out")).expect("b"));
    let (_, rows) = table(&folder.path("a.csv"), ',');
    say(&["--face", "a.jsonl", "--face-rate", "120"]);
    let text = fs::read_to_string(folder.path("a.jsonl")).expect("text");
    let faces: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(faces.len().abs_diff(2 * rows.len()) <= 2, "{} and {}", faces.len(), rows.len());
    for (index, face) in faces.iter().enumerate() {
        assert!((face["time_s"].as_f64().expect("a time") - index as f64 / 120.0).abs() < 1e-3);
        assert_eq!(face["shapes"].as_object().map(serde_json::Map::len), Some(52));
    }
    say(&["--face", "live.csv", "--face-format", "livelink-csv", "--face-rate", "30"]);
    let (header, rows_30) = table(&folder.path("live.csv"), ',');
    assert_eq!((header.len(), header[0].as_str(), header[1].as_str()), (63, "Timecode", "BlendShapeCount"));
    assert!(rows_30.len().abs_diff(rows.len() / 2) <= 2);
    assert!(rows_30[30][0].starts_with("00:00:01:00"), "{}", rows_30[30][0]);
}

/// Seconds of `00:00:01,250` and its like.
fn seconds(clock: &str) -> f64 {
    let parts: Vec<f64> = clock.split(':').map(|part| number(&part.replace(',', "."))).collect();
    parts.iter().fold(0.0, |sum, part| 60.0 * sum + part)
}

#[test]
fn subtitles_have_the_words_and_their_times() {
    let folder = Folder::new();
    let text = "Hello there, my friend. It is late: 42 stars are out!";
    for name in ["a.srt", "a.vtt", "a.lrc"] {
        succeeded(&folder.run(&["say", text, "-o", "a.wav", "--phones", "a.tsv", "--subtitles", name]));
    }
    let (_, phones) = table(&folder.path("a.tsv"), '\t');
    let words = phones.iter().filter(|row| !row[3].is_empty());
    let end_s = words.map(|row| number(&row[1])).fold(0.0, f64::max);

    let srt = fs::read_to_string(folder.path("a.srt")).expect("text");
    let cues: Vec<Vec<&str>> = srt.trim_end().split("\n\n").map(|cue| cue.lines().collect()).collect();
    let mut last_s = 0.0;
    for (index, cue) in cues.iter().enumerate() {
        assert_eq!(cue[0], (index + 1).to_string());
        let (from, to) = cue[1].split_once(" --> ").expect("times");
        assert!(seconds(from) >= last_s && seconds(to) > seconds(from), "{srt}");
        last_s = seconds(to);
    }
    assert!((last_s - end_s).abs() < 0.002, "{last_s} of {end_s}: {srt}");
    let words = cues.iter().flat_map(|cue| cue[2..].iter()).copied().collect::<Vec<_>>().join(" ");
    assert_eq!(words, text);
    assert!(cues.len() >= 2 && cues[0].last().is_some_and(|line| line.ends_with("friend.")), "{srt}");

    let first = phones.iter().find(|row| row[3].eq_ignore_ascii_case("there")).expect("a word");
    let vtt = fs::read_to_string(folder.path("a.vtt")).expect("text");
    let before = vtt.split(">there,").next().expect("a word").rsplit('<').next().expect("its time");
    assert!((seconds(before) - number(&first[0])).abs() < 0.002, "{vtt}");
    assert!(vtt.starts_with("WEBVTT\n\n"));
    let lrc = fs::read_to_string(folder.path("a.lrc")).expect("text");
    assert!(lrc.starts_with('[') && lrc.contains("> there, <"), "{lrc}");
}

#[test]
fn mouth_pictures_cover_the_sound_in_every_set() {
    let folder = Folder::new();
    let rows = |set: &str| {
        let arguments = ["say", "Mama, show me.", "-o", "a.wav", "--visemes", "a.tsv", "--viseme-set", set];
        succeeded(&folder.run(&arguments));
        fs::read_to_string(folder.path("a.tsv")).expect("text")
    };
    for (set, silence, lips) in [("oculus", "sil", "PP"), ("sapi", "0", "21")] {
        let text = rows(set);
        let cells: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
        assert_eq!(cells[0], ["start_s", "end_s", "viseme"]);
        assert_eq!((cells[1][0], cells[1][2], cells[cells.len() - 1][2]), ("0.00000", silence, silence));
        for pair in cells[1..].windows(2) {
            assert_eq!(pair[0][1], pair[1][0], "no gaps");
            assert!(number(pair[0][0]) < number(pair[0][1]) && pair[0][2] != pair[1][2]);
        }
        assert_eq!(cells.iter().filter(|row| row[2] == lips).count(), 3, "three times m: {text}");
    }
    let text = rows("rhubarb");
    let cells: Vec<(&str, &str)> =
        text.lines().map(|line| line.split_once('\t').expect("two cells")).collect();
    assert_eq!((cells[0], cells[cells.len() - 1].1), (("0.00", "X"), "X"));
    assert!(cells.iter().all(|(time, shape)| time.split_once('.').is_some_and(|(_, d)| d.len() == 2)
        && shape.len() == 1
        && "ABCDEFGHX".contains(shape)));
    assert_eq!(cells.iter().filter(|(_, shape)| *shape == "A").count(), 3, "{text}");
}

#[test]
fn batches_and_songs_have_the_same_files() {
    let folder = Folder::new();
    folder.write("list.tsv", "one\tGood day.\ntwo\tAnd good night!\n");
    let arguments = ["batch", "list.tsv", "out", "--face-format", "jsonl", "--face-rate", "30"];
    let more = ["--subtitles", "vtt", "--visemes", "rhubarb"];
    succeeded(&folder.run(&[&arguments[..], &more].concat()));
    let endings = ["face.jsonl", "phones.tsv", "visemes.tsv", "vtt", "wav"];
    let expected: Vec<String> =
        ["one", "two"].iter().flat_map(|name| endings.map(|ending| format!("{name}.{ending}"))).collect();
    assert_eq!(common::names(&folder.path("out")), expected);
    let vtt = fs::read_to_string(folder.path("out/two.vtt")).expect("text");
    assert!(vtt.trim_end().ends_with("night!"), "{vtt}");
    folder.write("a.song", "C4 1 la\nD4 1 la\n");
    let arguments = ["sing", "a.song", "-o", "a.wav", "--subtitles", "a.lrc", "--visemes", "a.tsv"];
    succeeded(&folder.run(&arguments));
    let lrc = fs::read_to_string(folder.path("a.lrc")).expect("text");
    assert_eq!(lrc.matches("> la").count(), 2, "{lrc}");
}

#[test]
fn mistakes_are_one_sentence_each() {
    let folder = Folder::new();
    for (arguments, word) in [
        (&["say", "hi", "--face-format", "csv"][..], "--face"),
        (&["say", "hi", "--face", "a.csv", "--face-format", "xml"], "livelink-csv"),
        (&["say", "hi", "--face-rate", "50"], "30, 60, 90 or 120"),
        (&["say", "hi", "--face-rate", "30"], "--face-rate needs --face"),
        (&["sing", "--scale", "-o", "a", "--face-rate", "30"], "--face-rate needs --face"),
        (&["say", "hi", "--latency-ms", "30"], "--latency-ms needs a receiver"),
        (&["say", "hi", "--osc", "vmc:127.0.0.1?on=false"], "switched off"),
        (&["say", "hi", "--subtitles", "a.txt"], "--subtitle-format"),
        (&["say", "hi", "--subtitle-format", "srt"], "--subtitles"),
        (&["say", "hi", "--viseme-set", "sapi"], "--visemes"),
        (&["say", "hi", "--visemes", "a", "--viseme-set", "x"], "rhubarb"),
        (&["say", "hi", "--visemes", "a", "--phones", "a"], "twice"),
        (&["sing", "--scale", "-o", "a", "--subtitles", "a", "--subtitle-format", "srt"], "twice"),
    ] {
        folder.refused(arguments, word);
    }
}
