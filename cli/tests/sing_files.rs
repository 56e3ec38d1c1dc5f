//! `psivox sing` with songs of other programs.

mod common;

use common::Folder;
use psivox_core::song::Song;
use std::fs;
use std::path::PathBuf;

fn data(name: &str) -> String {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/songs")).join(name);
    path.to_str().expect("a plain path").to_owned()
}

#[test]
fn other_programs_songs_are_sung_and_written() {
    let folder = Folder::new();
    for (name, notes) in
        [("twinkle.musicxml", 10), ("twinkle.mxl", 10), ("row.ustx", 8), ("twinkle.mid", 12), ("row.kar", 8)]
    {
        let output = folder.run(&["sing", &data(name), "--to-song", "out.song"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = fs::read_to_string(folder.path("out.song")).expect("a song file");
        assert_eq!(Song::parse(&text).expect("it can be read").notes.len(), notes, "{name}");
    }
    assert_eq!(folder.names(), ["out.song"], "nothing is sung");
    let output = folder.run(&["sing", &data("row.kar"), "--part", "1", "-o", "row.wav"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fs::metadata(folder.path("row.wav")).is_ok_and(|file| file.len() > 100_000));
}

#[test]
fn what_cannot_be_sung_is_refused() {
    let folder = Folder::new();
    folder.write("song.txt", "C4 1 la\n");
    folder.write("broken.xml", "<score-partwise><part>");
    folder.refused(&["sing", &data("row.ustx"), "--part", "9"], "no part 9");
    folder.refused(&["sing", &data("row.ustx"), "--part", "0"], "counts from 1");
    folder.refused(&["sing", "song.txt", "--part", "1"], "--part");
    folder.refused(&["sing", "broken.xml"], "MusicXML");
}
