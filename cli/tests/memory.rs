//! Files of memories as a user meets them: listed, shown, merged, changed, forgotten, damaged.

mod common;

use common::{Folder, succeeded};
use psivox_core::memory::streams::{FACE_OBSERVABLES, FaceObservable, VOICE_OBSERVABLES};
use psivox_core::memory::{Impression, Memory, MemoryBank};
use psivox_core::text::utterance_meaning;
use serde_json::Value;
use std::fs;

/// A line with a pitch and a valence of its own.
fn said(text: &str, name: &str, pitch_st: f32, valence: f32) -> Memory {
    let mut impression = Impression::default();
    let (mut voice, mut face) = ([0.0; VOICE_OBSERVABLES], [0.0; FACE_OBSERVABLES]);
    voice[0] = pitch_st;
    face[FaceObservable::Valence as usize] = valence;
    for tick in 0..50_u8 {
        impression.add(0.04, f32::from(tick) / 49.0, &voice, &face);
    }
    impression.felt = [valence, 0.0, 0.0];
    let meaning = utterance_meaning(text.split_whitespace());
    let take = Some(format!("take of {text}").into_bytes());
    Memory { name: name.into(), take, ..Memory::of(&impression, text, &meaning, "heart") }
}

fn bank(memories: impl IntoIterator<Item = Memory>) -> MemoryBank {
    let mut bank = MemoryBank::default();
    for memory in memories {
        bank.keep(memory).expect("kept");
        bank.advance(5.0);
    }
    bank
}

fn three() -> MemoryBank {
    bank([
        said("I am so sorry about the heron.", "sorry", -3.0, -0.6),
        said("What a wonderful morning!", "", 4.0, 0.7),
        said("The ferry leaves at noon.", "", 0.0, 0.0),
    ])
}

fn put(folder: &Folder, name: &str, bank: &MemoryBank) {
    fs::write(folder.path(name), bank.to_bytes(true)).expect("written");
}

fn get(folder: &Folder, name: &str) -> MemoryBank {
    let (bank, errors) = MemoryBank::from_bytes(&fs::read(folder.path(name)).expect("there")).expect("read");
    assert!(errors.is_empty(), "{errors:?}");
    bank
}

fn printed(output: &std::process::Output) -> String {
    succeeded(output);
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn told(output: &std::process::Output) -> String {
    succeeded(output);
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn lists_are_in_order_or_best_first() {
    let folder = Folder::new();
    put(&folder, "a.psm", &three());
    let text = printed(&folder.run(&["memory", "list", "a.psm"]));
    assert_eq!(text.lines().count(), 5, "{text}");
    for word in ["'sorry' (#1)", "The ferry leaves", "3 memories", "can be replayed"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let ids = |arguments: &[&str]| {
        let line = [&["memory", "list", "a.psm", "--json"], arguments].concat();
        let json: Value = serde_json::from_str(&printed(&folder.run(&line))).expect("JSON");
        let memories = json["memories"].as_array().expect("memories").clone();
        memories.iter().map(|memory| memory["id"].as_u64().expect("an id")).collect::<Vec<_>>()
    };
    assert_eq!(ids(&[]), [1, 2, 3]);
    assert_eq!(ids(&["--like", "ferries", "--limit", "1"]), [3]);
    assert_eq!(ids(&["--emotion", "0.7,0,0"]), [2, 3, 1]);
    assert_eq!(ids(&["--emotion", "-0.7,0,0", "--limit", "2"]), [1, 3]);
    folder.refused(&["memory", "list", "a.psm", "--emotion", "7,0,0"], "0.6,0.4,0");
    assert_eq!(folder.names(), ["a.psm"]);
}

#[test]
fn one_memory_is_shown_whole() {
    let folder = Folder::new();
    put(&folder, "a.psm", &three());
    let text = printed(&folder.run(&["memory", "show", "a.psm", "SORRY"]));
    for word in [
        "sorry about the heron",
        "never fades",
        "bit by bit",
        "valence",
        "-0.60",
        "pitch st",
        "-3.00",
        "heart",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert!(printed(&folder.run(&["memory", "show", "a.psm", "#2"])).contains("wonderful"));
    folder.refused(&["memory", "show", "a.psm", "joy"], "there are: sorry");
    folder.refused(&["memory", "show", "a.psm", "#9"], "memory 9 is gone");
}

#[test]
fn exported_memories_come_in_again() {
    let folder = Folder::new();
    put(&folder, "a.psm", &three());
    told(&folder.run(&["memory", "export", "a.psm", "sorry", "#3", "-o", "b.psm"]));
    told(&folder.run(&["memory", "export", "a.psm", "sorry", "-o", "quiet.psm", "--no-text"]));
    let quiet = get(&folder, "quiet.psm");
    let memory = quiet.by_name("sorry").expect("its name stays");
    assert!(memory.text.is_none() && memory.take.is_none());
    assert_eq!(get(&folder, "b.psm").len(), 2);
    let report = told(&folder.run(&["memory", "import", "new.psm", "b.psm", "a.psm"]));
    assert!(
        report.contains("b.psm: 2 taken in") && report.contains("a.psm: 1 taken in, 2 known"),
        "{report}"
    );
    let new = get(&folder, "new.psm");
    assert_eq!(
        new.by_name("sorry").map(|memory| memory.text.clone()),
        Ok(Some("I am so sorry about the heron.".into()))
    );
    put(&folder, "c.psm", &bank([said("Sorry again.", "Sorry", 1.0, 0.1)]));
    let report = told(&folder.run(&["memory", "import", "new.psm", "c.psm"]));
    assert!(report.contains("'Sorry (2)'") && get(&folder, "new.psm").len() == 4, "{report}");
    folder.refused(&["memory", "export", "a.psm", "sorry", "-o", "a.psm"], "choose another name");
    folder.refused(&["memory", "import", "z.psm", "none.psm"], "no such file");
}

#[test]
fn memories_are_renamed_pinned_and_tagged() {
    let folder = Folder::new();
    put(&folder, "a.psm", &three());
    told(&folder.run(&["memory", "rename", "a.psm", "#2", "morning"]));
    told(&folder.run(&["memory", "pin", "a.psm", "#3"]));
    told(&folder.run(&["memory", "tag", "a.psm", "morning", "good", "bright"]));
    let bank = get(&folder, "a.psm");
    let morning = bank.by_name("morning").expect("named");
    assert!(morning.pinned && morning.tags == ["good", "bright"] && bank.get(3).expect("there").pinned);
    told(&folder.run(&["memory", "pin", "a.psm", "#3", "--off"]));
    told(&folder.run(&["memory", "tag", "a.psm", "morning"]));
    let bank = get(&folder, "a.psm");
    assert!(!bank.get(3).expect("there").pinned && bank.by_name("morning").expect("named").tags.is_empty());
    folder.refused(&["memory", "rename", "a.psm", "#3", "SORRY"], "there is a memory 'sorry' already");
    folder.refused(&["memory", "rename", "a.psm", "#3", &"x".repeat(61)], "60 characters");
    let many: Vec<&str> = ["memory", "tag", "a.psm", "#3"].into_iter().chain(["t"; 9]).collect();
    folder.refused(&many, "8 tags");
    assert_eq!(get(&folder, "a.psm"), bank);
}

#[test]
fn what_is_forgotten_is_gone_from_the_file() {
    let folder = Folder::new();
    let holds = |part: &str| {
        let texts = get(&folder, "a.psm");
        texts.iter().any(|memory| format!("{memory:?}").contains(part))
    };
    put(&folder, "a.psm", &three());
    told(&folder.run(&["memory", "forget", "a.psm", "sorry"]));
    assert!(!holds("heron") && !holds("sorry") && holds("ferry"));
    told(&folder.run(&["memory", "forget", "a.psm", "--texts"]));
    assert!(!holds("ferry") && get(&folder, "a.psm").len() == 2);
    told(&folder.run(&["memory", "forget", "a.psm", "--all"]));
    assert!(get(&folder, "a.psm").is_empty());
    folder.refused(&["memory", "forget", "a.psm"], "--all");
    folder.refused(&["memory", "forget", "a.psm", "#1", "--all"], "--all");
    folder.refused(&["memory", "forget", "a.psm", "#1"], "gone");
    assert_eq!(folder.names(), ["a.psm"]);
}

#[test]
fn a_damaged_file_is_told_and_kept() {
    let folder = Folder::new();
    let mut bytes = three().to_bytes(true);
    let at = bytes.len() - 30;
    bytes[at] ^= 4;
    fs::write(folder.path("a.psm"), &bytes).expect("written");
    let output = folder.run(&["memory", "list", "a.psm"]);
    let note = told(&output);
    assert!(note.contains("is damaged") && note.contains("1 of 3 memories are missing"), "{note}");
    assert!(printed(&output).contains("2 memories") && folder.names() == ["a.psm"], "reading writes nothing");
    let note = told(&folder.run(&["memory", "rename", "a.psm", "#2", "morning"]));
    assert!(note.contains("kept in a.psm.damaged"), "{note}");
    assert_eq!(fs::read(folder.path("a.psm.damaged")).expect("kept"), bytes);
    assert_eq!(get(&folder, "a.psm").len(), 2);
    fs::write(folder.path("a.psm"), &bytes).expect("written");
    let note = told(&folder.run(&["memory", "forget", "a.psm", "#2"]));
    assert!(note.contains("a.psm.damaged2; delete that too"), "{note}");
}

#[test]
fn other_files_are_refused_with_advice() {
    let folder = Folder::new();
    folder.write("empty.psm", "");
    folder.write("song.psm", "RIFF and so on");
    folder.write("newer.psm", "PSIVOXM4 and so on");
    fs::create_dir(folder.path("folder")).expect("made");
    let large = fs::File::create(folder.path("large.psm")).expect("made");
    large.set_len(100 << 20).expect("a sparse file");
    for (name, word) in [
        ("empty.psm", "the file is empty"),
        ("song.psm", "expected PSIVOXM1"),
        ("newer.psm", "update Psivox"),
        ("folder", "it is a folder"),
        ("large.psm", "104857600 bytes"),
        ("missing.psm", "no such file"),
    ] {
        folder.refused(&["memory", "list", name], word);
        folder.refused(&["memory", "import", "new.psm", name], word);
    }
}
