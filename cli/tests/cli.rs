//! The program as a user meets it: files, exit codes, one sentence per mistake, and the live face.

mod common;

use common::{Folder, names, number, succeeded, table};
use std::fs;
use std::io::Write;
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn wav_length_s(path: &Path, rate_hz: u32) -> f64 {
    let mut reader = hound::WavReader::open(path).expect("a WAV file");
    let spec = reader.spec();
    assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (1, rate_hz, 16));
    let samples: Vec<i16> = reader.samples().map(|sample| sample.expect("a sample")).collect();
    let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
    assert!(loudest > 1_000, "the speech is silent: peak {loudest}");
    samples.len() as f64 / f64::from(rate_hz)
}

#[test]
fn say_writes_psivox_wav_and_says_so() {
    let folder = Folder::new();
    let output = folder.run(&["say", "Hello there."]);
    succeeded(&output);
    assert_eq!(folder.names(), ["psivox.wav"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("psivox.wav"));
    assert!(output.stdout.is_empty());
    assert!(wav_length_s(&folder.path("psivox.wav"), 48_000) > 0.4);
}

#[test]
fn the_three_files_share_one_clock() {
    let folder = Folder::new();
    let command = ["say", "Good morning, my friend.", "-o", "a.wav", "--face", "a.csv", "--phones", "a.tsv"];
    succeeded(&folder.run(&command));
    assert_eq!(folder.names(), ["a.csv", "a.tsv", "a.wav"]);
    let length_s = wav_length_s(&folder.path("a.wav"), 48_000);

    let (header, rows) = table(&folder.path("a.csv"), ',');
    assert_eq!((header.len(), header[0].as_str(), header[18].as_str()), (53, "time_s", "jawOpen"));
    assert!(rows.len() > 30 && rows.iter().all(|row| row.len() == 53));
    for (index, row) in rows.iter().enumerate() {
        assert!((number(&row[0]) - index as f64 / 60.0).abs() < 1e-3, "row {index}: {}", row[0]);
        assert!(row[1..].iter().all(|cell| (0.0..=1.0).contains(&number(cell))));
    }
    let last_face_s = number(&rows[rows.len() - 1][0]);
    assert!(last_face_s <= length_s && length_s - last_face_s < 1.0 / 60.0 + 1e-3);
    assert!(rows.iter().any(|row| number(&row[18]) > 0.05), "the jaw never opens");

    let (header, rows) = table(&folder.path("a.tsv"), '\t');
    assert_eq!(header, ["start_s", "end_s", "phone", "word", "viseme"]);
    assert!(rows.len() > 3 && rows.iter().all(|row| row.len() == 5));
    for pair in rows.windows(2) {
        assert_eq!(pair[0][1], pair[1][0], "phones follow each other without gaps");
        assert!(number(&pair[0][0]) <= number(&pair[0][1]));
    }
    let end_s = number(&rows[rows.len() - 1][1]);
    assert!((length_s - end_s - 0.1).abs() < 0.02, "100 ms of rest follow the line: {end_s} of {length_s}");
    for row in &rows {
        assert_eq!(row[2].chars().count(), 1, "one symbol a phone");
        assert_eq!(row[2] == "_", row[3].is_empty(), "pauses, and only they, have no word: {row:?}");
    }
}

#[test]
fn the_same_words_give_the_same_bytes_at_any_rate() {
    let folder = Folder::new();
    for name in ["1.wav", "2.wav"] {
        let command = ["say", "Again.", "-o", name, "--rate", "44100", "--seed", "7", "--valence", "-0.5"];
        succeeded(&folder.run(&command));
    }
    assert!(wav_length_s(&folder.path("1.wav"), 44_100) > 0.2);
    assert_eq!(fs::read(folder.path("1.wav")).expect("read"), fs::read(folder.path("2.wav")).expect("read"));
}

#[test]
fn text_comes_from_the_standard_input() {
    let folder = Folder::new();
    let mut child = folder
        .command(&["say", "-", "-o", "in.wav"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("a pipe").write_all(b"Hello from a pipe.").expect("written");
    assert!(child.wait().expect("ended").success());
    assert!(wav_length_s(&folder.path("in.wav"), 48_000) > 0.4);
}

#[test]
fn mistakes_are_refused_in_one_sentence() {
    let folder = Folder::new();
    folder.write("file", "");
    for (arguments, word) in [
        (&["say", ""][..], "psivox"),
        (&["say", "  \n"], "psivox"),
        (&["say", "hi", "--persona", "nobody"], "heart"),
        (&["say", "hi", "--osc", "localhost:39539"], "vmc:HOST:PORT"),
        (&["say", "hi", "--osc", "vmc:localhost:99999"], "1 to 65535"),
        (&["say", "hi", "--valence", "2"], "-1 to 1"),
        (&["say", "hi", "--intensity", "-0.5"], "0 to 1"),
        (&["say", "hi", "--rate", "22050"], "44100 to 192000"),
        (&["say", "hi", "-o", "no/such/folder.wav"], "does not exist"),
        (&["say", "hi", "-o", "."], "folder"),
        (&["say", "hi", "-o", "x", "--face", "x"], "twice"),
        (&["say", "hi", "-o", "good.wav", "--phones", "no/such.tsv"], "does not exist"),
        (&["say", "hi", "--osc-no-bundles"], "--osc"),
        (&["say"], "TEXT"),
        (&["dance", "hi"], "dance"),
        (&["batch", "missing.tsv", "out"], "does not exist"),
        (&["batch", "file", "out"], "no sentences"),
        (&["batch", ".", "out"], "folder"),
    ] {
        folder.refused(arguments, word);
    }
    folder.write("good.tsv", "a\tHello.\n");
    folder.refused(&["batch", "good.tsv", "file"], "another folder");
    for (line, word) in
        [("x", "no tab"), ("../x\tHello.", "../x"), ("A\tTwice.", "line 1"), ("b\t", "no text")]
    {
        folder.write("bad.tsv", &format!("a\tHello.\n{line}\n"));
        folder.refused(&["batch", "bad.tsv", "out"], "line 2");
        folder.refused(&["batch", "bad.tsv", "out"], word);
    }
}

#[test]
fn too_long_a_text_is_refused() {
    let folder = Folder::new();
    for bytes in [100_000, 1 << 21] {
        let mut child = folder
            .command(&["say", "-", "-o", "long.wav"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        // The program may close the pipe before it has read all of it.
        let _ = child.stdin.take().expect("a pipe").write_all("word ".repeat(bytes / 5).as_bytes());
        let output = child.wait_with_output().expect("ended");
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim_end().lines().count(), 1);
        assert!(folder.names().is_empty());
    }
}

#[test]
fn batch_writes_three_files_a_line_and_one_line_of_json() {
    let folder = Folder::new();
    folder.write("s.tsv", "one\tHello there.\ntwo\tGood night.||Sleep well.\n");
    let output = folder.run(&["batch", "s.tsv", "out/deep"]);
    succeeded(&output);
    let expected = ["one.face.csv", "one.phones.tsv", "one.wav", "two.face.csv", "two.phones.tsv", "two.wav"];
    assert_eq!(names(&folder.path("out/deep")), expected);

    let printed = String::from_utf8(output.stdout).expect("text");
    assert_eq!(printed.lines().count(), 1);
    let report: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    let figure = |key: &str| report[key].as_f64().unwrap_or_else(|| panic!("{key} in {printed}"));
    let written_s: f64 = ["one", "two"]
        .iter()
        .map(|name| wav_length_s(&folder.path(&format!("out/deep/{name}.wav")), 48_000))
        .sum();
    assert!((figure("audio_s") - written_s).abs() < 2e-3);
    assert!((figure("x_realtime") - figure("audio_s") / figure("cpu_s")).abs() < 0.01 * figure("x_realtime"));
    assert!(figure("first_sample_ms") > 0.0 && figure("cpu_s") > 0.0);
    if cfg!(target_os = "linux") {
        assert!(figure("rss_mb") > 1.0);
    }
}

#[test]
fn batch_speaks_a_line_as_say_does() {
    let folder = Folder::new();
    folder.write("s.tsv", "zero\tSomething else first.\none\tHello there.\n");
    let emotion = ["--valence", "0.7", "--arousal", "0.6"];
    succeeded(&folder.run(&[&["batch", "s.tsv", "out"][..], &emotion].concat()));
    succeeded(&folder.run(&[&["say", "Hello there.", "-o", "say.wav"][..], &emotion].concat()));
    succeeded(&folder.run(&["say", "Hello there.", "-o", "calm.wav"]));
    let bytes = |name: &str| fs::read(folder.path(name)).expect("a file");
    assert!(bytes("say.wav") == bytes("out/one.wav"), "no line may depend on the one before it");
    assert!(bytes("say.wav") != bytes("calm.wav"), "the emotion must be heard");
}

/// Values of `/VMC/Ext/Blend/Val` and the addresses of one datagram.
fn read(datagram: &[u8]) -> Vec<(String, Option<f32>)> {
    let (_, packet) = rosc::decoder::decode_udp(datagram).expect("OSC");
    let rosc::OscPacket::Bundle(bundle) = packet else { panic!("a bundle") };
    let message = |packet| match packet {
        rosc::OscPacket::Message(message) => message,
        rosc::OscPacket::Bundle(_) => panic!("a bundle in a bundle"),
    };
    let value = |message: rosc::OscMessage| match message.args.as_slice() {
        [rosc::OscType::String(name), rosc::OscType::Float(value)] => (name.clone(), Some(*value)),
        _ => (message.addr, None),
    };
    bundle.content.into_iter().map(message).map(value).collect()
}

#[test]
fn the_face_is_sent_in_real_time_and_rests_at_the_end() {
    let receiver = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    receiver.set_read_timeout(Some(Duration::from_millis(50))).expect("a timeout");
    let folder = Folder::new();
    let target = format!("vmc:{}", receiver.local_addr().expect("bound"));
    let arguments = ["say", "Hello there, my friend.", "--osc", &target, "--face", "face.csv"];
    let mut child = folder.command(&arguments).spawn().expect("the program runs");
    let start = Instant::now();
    let (mut faces, mut last_values, mut jaw) = (0, Vec::new(), 0.0f32);
    let mut ended = false;
    let mut buffer = [0; 2048];
    loop {
        match receiver.recv(&mut buffer) {
            Ok(size) => {
                for (name, value) in read(&buffer[..size]) {
                    match value {
                        Some(value) => {
                            if name == "JawOpen" {
                                jaw = jaw.max(value);
                            }
                            last_values.push(value);
                        }
                        None if name == "/VMC/Ext/Blend/Apply" => faces += 1,
                        None if name == "/VMC/Ext/T" && faces > 0 => last_values.drain(..).for_each(drop),
                        None => {}
                    }
                    if name == "/VMC/Ext/Blend/Apply" {
                        assert_eq!(last_values.len(), 64);
                        ended = last_values.iter().all(|value| *value == 0.0);
                    }
                }
            }
            Err(_) if child.try_wait().expect("a state").is_some() => break,
            Err(_) => assert!(start.elapsed() < Duration::from_secs(120), "the program hangs"),
        }
    }
    let elapsed_s = start.elapsed().as_secs_f64();
    assert!(child.wait().expect("ended").success());
    let (_, rows) = table(&folder.path("face.csv"), ',');
    let spoken_s = number(&rows[rows.len() - 1][0]);
    assert!(elapsed_s >= spoken_s, "{spoken_s} s of face within {elapsed_s} s");
    // A loaded machine may be late and skip faces; the last one stands for a moment, and those at rest come on top.
    assert!(faces > rows.len() / 2 && faces <= rows.len() + 8, "{faces} faces sent of {}", rows.len());
    assert!(jaw > 0.05 && ended, "the mouth opened to {jaw}; at rest in the end: {ended}");
}

/// The voice that ships, given as a file, sounds as it does from inside; a damaged one is refused.
#[test]
fn a_voice_comes_from_a_file() {
    let folder = Folder::new();
    let voice =
        fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../core/voices/people.psv")).expect("the voice");
    fs::write(folder.path("good.psv"), &voice).expect("written");
    let mut damaged = voice;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(folder.path("damaged.psv"), damaged).expect("written");
    for (name, voice) in [("a.wav", vec![]), ("b.wav", vec!["--voice", "good.psv"])] {
        let output = folder.run(&[&["say", "Hello.", "-o", name][..], &voice].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(fs::read(folder.path("a.wav")).expect("sound") == fs::read(folder.path("b.wav")).expect("sound"));
    folder.refused(&["say", "hi", "-o", "x.wav", "--voice", "damaged.psv"], "checksum");
    folder.refused(&["say", "hi", "-o", "x.wav", "--voice", "a.wav"], "PSIVOICE");
    folder.refused(&["say", "hi", "-o", "x.wav", "--voice", "nowhere.psv"], "nowhere.psv");
}

#[cfg(unix)]
#[test]
fn a_stopped_program_leaves_nothing_behind() {
    let folder = Folder::new();
    let receiver = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    receiver.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    let target = format!("vmc:{}", receiver.local_addr().expect("bound"));
    let text = "This goes on for quite a while. ".repeat(20);
    let child =
        folder.command(&["say", &text, "--osc", &target, "-o", "x.wav"]).spawn().expect("the program runs");
    // A signal for a program that has just ended may interrupt the wait.
    let first = loop {
        match receiver.recv(&mut [0; 2048]) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            other => break other,
        }
    };
    first.expect("the first face");
    let stop = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(stop.success());
    let output = child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(130));
    assert!(folder.names().is_empty());
}

#[cfg(not(feature = "play"))]
#[test]
fn a_build_without_audio_says_how_to_get_one() {
    Folder::new().refused(&["say", "hi", "--play", "-o", "x.wav"], "--features play");
}

#[test]
fn help_shows_examples() {
    for arguments in [&["--help"][..], &["say", "--help"]] {
        let output = Folder::new().run(arguments);
        succeeded(&output);
        assert!(String::from_utf8_lossy(&output.stdout).contains("psivox say \"Hello there.\""));
    }
}

#[test]
fn a_voice_is_shaped_and_neutral_values_change_no_bit() {
    let folder = Folder::new();
    let said = |name: &str, options: &[&str]| {
        let line = [&["say", "Nine lions lie in the long meadow.", "-o", name][..], options].concat();
        succeeded(&folder.run(&line));
        fs::read(folder.path(name)).expect("a WAV file")
    };
    let plain = said("plain.wav", &[]);
    let neutral = ["--range", "1", "--size=0", "--tension", "0", "--breath", "0", "--tilt", "0"];
    assert!(plain == said("neutral.wav", &neutral));
    assert!(
        plain == said("more.wav", &["--articulation", "1", "--vibrato-hz", "4", "--formant-bandwidth", "1"])
    );
    folder.write("melody.txt", "# s  Hz\n0 220\n0.5 330\n\n2 220\n");
    for options in [&["--range", "0.5"][..], &["--eq", "low:200:-3,3000:4:1.5"], &["--f0", "melody.txt"]] {
        assert!(plain != said("shaped.wav", options), "{options:?}");
    }
}

#[test]
fn shapes_that_cannot_be_are_refused() {
    let folder = Folder::new();
    folder.write("late.txt", "0 200\n1 210\n0.5 220\n");
    folder.write("words.txt", "la la\n");
    folder.write("empty.txt", "# nothing\n");
    let nine = ["1000:1"; 9].join(",");
    for (options, word) in [
        (["--f0", "none.txt"], "none.txt"),
        (["--f0", "late.txt"], "late.txt line 3"),
        (["--f0", "words.txt"], "such as"),
        (["--f0", "empty.txt"], "no line"),
        (["--eq", "10:3"], "40 to 20000"),
        (["--eq", &nine], "at most 8"),
        (["--size", "30"], "-20 to 20"),
        (["--breath", "2"], "0 to 1"),
        (["--lexicon", "none.txt"], "none.txt"),
        (["--lexicon", "words.txt"], "line 1"),
    ] {
        folder.refused(&[&["say", "hi"][..], &options].concat(), word);
    }
}

#[test]
fn a_lexicon_is_heard() {
    let folder = Folder::new();
    folder.write("own.txt", "Psivox\t=zee vocks\n");
    succeeded(&folder.run(&["say", "Psivox speaks.", "--phones", "a.tsv"]));
    succeeded(&folder.run(&["say", "Psivox speaks.", "--phones", "b.tsv", "--lexicon", "own.txt"]));
    let phones = |name: &str| -> Vec<String> {
        table(&folder.path(name), '\t').1.into_iter().map(|row| row[2].clone()).collect()
    };
    assert_ne!(phones("a.tsv"), phones("b.tsv"));
}
