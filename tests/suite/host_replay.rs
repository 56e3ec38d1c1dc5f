//! What was said in a host is said again in another process: sound and faces to the bit, from the saved project alone, as
//! CLAP and as VST3 and from one to the other.

use psivox_tests::child;
use psivox_tests::host::{Act, Format, Host, Project};
use psivox_tests::measure::peak;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const RATE_HZ: f64 = 48_000.0;
/// Slot that holds the line, counted from 0, and its place in the range of `Memory Slot`.
const SLOT: usize = 2;
/// When the line begins that is said again: on no block's and no tick's edge.
const THIRD: usize = 420_013;
/// When the session ends: the third line is over.
const END: usize = 660_000;
const TEXT: &str = "Good evening, my dear friends, I am so happy that you came!\nBut hush, be careful now.\n\
                    Somebody broke the old window, and nobody wants to say who did it!";

/// What happens in the session: two lines before the one that counts, and lanes that move.
fn session() -> Vec<(usize, Act)> {
    vec![
        (0, Act::Move("Happy", 0.6)),
        (0, Act::Move("Tremor", 0.4)),
        (480, Act::Note(0.8)),
        (60_001, Act::Move("Arousal", 0.9)),
        (240_007, Act::Note(1.0)),
        (260_003, Act::Move("Angry", 0.7)),
        (THIRD, Act::Note(0.7)),
        (THIRD + 1, Act::Move("Pitch", 0.6)),
        (430_011, Act::Move("Rate", 0.6)),
        (440_123, Act::Move("Memory Blend", 0.3)),
        (460_777, Act::Move("Vibrato Depth", 0.5)),
    ]
}

/// The project before anything was said: three lines, a field of its own, a slot of values that acts.
fn project() -> Vec<u8> {
    let mut host = Host::new(Format::Clap);
    host.change(|project| {
        project.line["text"] = TEXT.into();
        project.line["wire"] = json!({"targets": [], "latency_ms": 0.0});
        let values = json!({"breath": 0.4, "sad": 0.5, "pitch": 2.0});
        project.line["performance"] = json!({"slots": [{"name": "low", "values": values}]});
        project.set("memory_recall", "bool", true);
        project.set("arousal", "f32", 0.2);
        project.set("creak", "f32", 0.3);
    });
    host.save()
}

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("psivox-replay-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What was said once.
struct Session {
    sound: Vec<f32>,
    faces: Vec<Value>,
    /// The project with the third line on a slot that notes replay.
    blob: Vec<u8>,
    began: usize,
    length: usize,
}

/// Says all of it live, so that it is remembered, and once more offline for the file of its faces.
fn said(format: Format, folder: &Folder) -> Session {
    let project = project();
    let mut host = Host::new(format);
    assert!(host.load(&project));
    host.start(RATE_HZ, false);
    let mut sound = Vec::new();
    for (takes, end) in [(1, 239_900), (2, THIRD), (3, END)] {
        let acts: Vec<_> = session().into_iter().filter(|(at, _)| (host.now()..end).contains(at)).collect();
        sound.extend(host.play_until(end, 512, &acts));
        host.await_saved(|project| project.takes() == takes);
    }
    let saved = Project::of(&host.save());
    let memory = saved.bank().latest().expect("a memory").id;
    let take = saved.take(memory).take;
    host.change(|project| {
        project.put(SLOT, memory);
        project.set("memory_slot", "i32", SLOT as i32 + 1);
        project.set("memory_replay", "bool", true);
    });
    let blob = host.save();
    drop(host);
    let (again, faces) = bounced(format, &project, &folder.file("session.jsonl"), END, &session());
    assert!(again == sound, "live and offline are the same");
    Session { sound, faces, blob, began: take.began_at() as usize, length: take.length_samples() as usize }
}

/// Sound and faces of an offline bounce.
fn bounced(
    format: Format,
    blob: &[u8],
    file: &Path,
    length: usize,
    acts: &[(usize, Act)],
) -> (Vec<f32>, Vec<Value>) {
    let mut host = Host::new(format);
    assert!(host.load(blob));
    host.change(|project| {
        let bounce = json!({"path": file.to_string_lossy(), "format": "jsonl", "rate_hz": 120});
        project.line["wire"]["bounce"] = bounce;
    });
    host.start(RATE_HZ, true);
    let sound = host.play_until(length, 333, acts);
    drop(host);
    (sound, faces_in(file))
}

fn faces_in(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).expect("the faces");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// What a process of its own is to play.
struct Order<'a> {
    format: Format,
    blob: &'a [u8],
    offline: bool,
    block: usize,
    /// Sample of the note.
    at: usize,
    length: usize,
}

impl Order<'_> {
    /// Plays it in another process: the sound from the note on, and the faces if it is a bounce.
    fn played(&self, folder: &Folder) -> (Vec<f32>, Vec<Value>) {
        let [state, sound, faces] = ["state.bin", "sound.f32", "faces.jsonl"].map(|name| folder.file(name));
        std::fs::write(&state, self.blob).expect("written");
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let Self { format, offline, block, at, length, .. } = self;
        let order = json!({
            "vst3": *format == Format::Vst3, "state": path(&state), "sound": path(&sound), "faces": path(&faces),
            "offline": offline, "block": block, "at": at, "length": length,
        });
        child::run("the_other_process", &[("PSIVOX_REPLAY", order.to_string())]);
        let bytes = std::fs::read(&sound).expect("the sound");
        let samples =
            bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).skip(*at).collect();
        (samples, if *offline { faces_in(&faces) } else { Vec::new() })
    }
}

#[test]
#[ignore = "a part of the others, in a process of its own"]
fn the_other_process() {
    // Without an order nobody is waiting for it.
    let Ok(order) = std::env::var("PSIVOX_REPLAY") else { return };
    let order: Value = serde_json::from_str(&order).expect("JSON");
    let path = |key: &str| PathBuf::from(order[key].as_str().expect("a path"));
    let number = |key: &str| order[key].as_u64().expect("a number") as usize;
    let blob = std::fs::read(path("state")).expect("the state");
    let mut host = Host::new(if order["vst3"] == true { Format::Vst3 } else { Format::Clap });
    assert!(host.load(&blob), "the state of the other process is refused");
    let offline = order["offline"] == true;
    if offline {
        host.change(|project| {
            let bounce = json!({"path": order["faces"], "format": "jsonl", "rate_hz": 120});
            project.line["wire"]["bounce"] = bounce;
        });
    }
    host.start(RATE_HZ, offline);
    let at = number("at");
    let sound = host.play_until(at + number("length"), number("block"), &[(at, Act::Note(0.3))]);
    drop(host);
    let bytes: Vec<u8> = sound.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    std::fs::write(path("sound"), bytes).expect("written");
}

/// Where two sounds part; zeros of either sign are the same.
fn parting(was: &[f32], is: &[f32]) -> Option<usize> {
    assert_eq!(was.len(), is.len());
    was.iter().zip(is).position(|(a, b)| a.to_bits() != b.to_bits() && (*a != 0.0 || *b != 0.0))
}

/// Faces of so many samples from a sample on, their times counted from it.
fn faces_from(faces: &[Value], from: usize, length: usize) -> Vec<Value> {
    let time = |face: &Value| face["sample"].as_u64().expect("a sample") as usize;
    let inside = faces.iter().filter(|face| (from..from + length).contains(&time(face)));
    let shifted = |face: &Value| {
        let keys = ["shapes", "head_deg", "emotion"].map(|key| face[key].clone());
        json!([time(face) - from, keys])
    };
    inside.map(shifted).collect()
}

fn assert_replays(was: &Session, format: Format, folder: &Folder) {
    let said = &was.sound[was.began..was.began + was.length];
    assert!(peak(said) > 0.05 && was.length > 60_000, "something was said: {}", was.length);
    let order = Order { format, blob: &was.blob, offline: true, block: 333, at: 0, length: was.length };
    let (sound, faces) = order.played(folder);
    assert_eq!(parting(said, &sound), None, "{format:?}: the sound of a bounce");
    let (told, again) = (faces_from(&was.faces, was.began, was.length), faces_from(&faces, 0, was.length));
    assert!(told.len() > 100, "{} faces", told.len());
    let differs = told.iter().zip(&again).position(|(a, b)| a != b);
    assert_eq!((again.len(), differs), (told.len(), None), "{format:?}: the faces of a bounce");
    for (block, at) in [(512, 0), (64, 0), (4096, 0), (512, 7_777)] {
        let (sound, _) = Order { offline: false, block, at, ..order }.played(folder);
        assert_eq!(parting(said, &sound), None, "{format:?}, blocks of {block}, at {at}");
    }
}

#[test]
fn a_line_of_a_saved_project_is_said_again_in_another_process() {
    for format in Format::ALL {
        let folder = Folder::new(format.name());
        let was = said(format, &folder);
        assert_eq!(was.began, THIRD, "the take begins with its note");
        for other in Format::ALL {
            assert_replays(&was, other, &folder);
        }
    }
}
