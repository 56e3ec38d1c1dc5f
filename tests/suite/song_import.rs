//! Songs out of other programs' files: what is read of each format, what is told, and that no input breaks a reader.
//!
//! `PSIVOX_FUZZ_INPUTS` sets how many inputs each format gets (20,000 without it).

use psivox_core::song::import::{ImportError, ImportedSong, MAX_IMPORT_BYTES, import, is_foreign};
use psivox_core::song::{Lyric, Song};
use psivox_core::sound::Noise;
use psivox_tests::listener::planner;

const MUSICXML: &[u8] = include_bytes!("../data/songs/twinkle.musicxml");
const MXL: &[u8] = include_bytes!("../data/songs/twinkle.mxl");
const USTX: &[u8] = include_bytes!("../data/songs/row.ustx");
const MIDI: &[u8] = include_bytes!("../data/songs/twinkle.mid");
const KARAOKE: &[u8] = include_bytes!("../data/songs/row.kar");

fn sung(bytes: &[u8], part: Option<usize>) -> ImportedSong {
    assert!(is_foreign(bytes));
    import(bytes, part).expect("a song")
}

/// Pitch, start and length of a note, and its lyric as a song file has it.
fn lines(song: &Song) -> Vec<(f32, f32, f32, String)> {
    let shown = |lyric: &Lyric| match lyric {
        Lyric::Word(word) => word.clone(),
        Lyric::Phonemes(symbols) => format!("{{{symbols}}}"),
        Lyric::NextSyllable => "+".to_owned(),
        Lyric::Hold => "-".to_owned(),
    };
    let round = |x: f32| (x * 1_000.0).round() / 1_000.0;
    song.notes
        .iter()
        .map(|note| (note.pitch_midi, round(note.start_beats), round(note.length_beats), shown(&note.lyric)))
        .collect()
}

fn agreed(notes: &[(f32, f32, f32, &str)]) -> Vec<(f32, f32, f32, String)> {
    notes.iter().map(|(pitch, start, length, lyric)| (*pitch, *start, *length, (*lyric).to_owned())).collect()
}

fn tells(song: &ImportedSong, part: &str) -> bool {
    song.notices.iter().any(|notice| notice.contains(part))
}

#[test]
fn musicxml_has_ties_chords_tuplets_melismas_pickups_and_transpositions() {
    let found = sung(MUSICXML, None);
    assert_eq!((found.title.as_str(), found.part), ("Twinkle", 1));
    assert_eq!(found.parts, ["Piano", "Voice"]);
    assert_eq!(found.song.tempo_bpm, 90.0);
    assert_eq!(
        lines(&found.song),
        agreed(&[
            (67.0, 0.0, 1.0, "Oh"),
            (64.0, 1.0, 1.0, "twinkle"),
            (68.0, 2.0, 0.5, "+"),
            (69.0, 2.5, 0.5, "-"),
            (70.0, 3.0, 0.333, "little"),
            (69.0, 3.333, 0.333, "+"),
            (67.0, 4.0, 3.0, "star"),
            (65.0, 7.0, 0.5, "how"),
            (65.0, 7.5, 0.5, "I"),
            (64.0, 8.0, 1.0, "wonder"),
        ])
    );
    for part in ["chord", "repeats", "verses", "2 voices", "several words", "part 2 of 2, 'Voice'"] {
        assert!(tells(&found, part), "{part} in {:?}", found.notices);
    }
}

#[test]
fn compressed_and_wide_musicxml_are_the_same_song() {
    let plain = sung(MUSICXML, None);
    assert_eq!(sung(MXL, None), plain);
    let text = std::str::from_utf8(MUSICXML).expect("UTF-8").replace("UTF-8", "UTF-16");
    let mut wide = vec![0xff, 0xfe];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(sung(&wide, None), plain);
}

#[test]
fn ustx_has_tracks_of_parts_and_its_own_marks() {
    let found = sung(USTX, None);
    assert_eq!((found.title.as_str(), found.part, found.song.tempo_bpm), ("Row", 1, 100.0));
    assert_eq!(found.parts, ["Choir", "Lead"]);
    assert_eq!(
        lines(&found.song),
        agreed(&[
            (55.0, 1.0, 1.0, "Row"),
            (59.0, 2.0, 0.5, "gently"),
            (59.0, 2.5, 0.5, "+"),
            (62.0, 3.0, 1.0, "-"),
            (64.0, 5.0, 1.0, "{dɹˈim}"),
            // From beat 8 on the piece goes at half the tempo.
            (62.0, 8.0, 2.0, "merrily"),
            (60.0, 10.0, 2.0, "+"),
            (59.0, 12.0, 2.0, "+"),
        ])
    );
    assert!(tells(&found, "overlapped") && tells(&found, "tempo changes 1 time"), "{:?}", found.notices);
    let choir = sung(USTX, Some(0));
    assert_eq!(lines(&choir.song), agreed(&[(48.0, 0.0, 2.0, "la")]));
    assert!(tells(&choir, "no words"));
}

#[test]
fn midi_has_lyrics_hyphens_and_tempos() {
    let found = sung(MIDI, None);
    assert_eq!((found.title.as_str(), found.song.tempo_bpm), ("Twinkle", 120.0));
    assert_eq!(found.parts, ["Bass", "Melody"]);
    let lyrics: Vec<String> = lines(&found.song).into_iter().map(|line| line.3).collect();
    assert_eq!(
        lyrics,
        ["Twinkle", "+", "twinkle", "+", "little", "+", "star", "-", "How", "I", "wonder", "+"]
    );
    let starts: Vec<f32> = lines(&found.song).into_iter().map(|line| line.1).collect();
    assert_eq!(starts, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 14.0]);
    assert!((found.song.notes[0].velocity - 100.0 / 127.0).abs() < 1e-6);
    assert_eq!(sung(MIDI, Some(0)).song.notes.len(), 3);
}

#[test]
fn karaoke_finds_the_channel_that_its_words_lie_on() {
    let found = sung(KARAOKE, None);
    assert_eq!((found.title.as_str(), found.part), ("Row", 0));
    assert_eq!(found.parts, ["Band, channel 3", "Band, channel 4"]);
    let lyrics: Vec<String> = lines(&found.song).into_iter().map(|line| line.3).collect();
    assert_eq!(lyrics, ["Row", "row", "gently", "+", "down", "Merrily", "+", "+"]);
}

#[test]
fn what_is_imported_can_be_saved_read_and_sung() {
    for bytes in [MUSICXML, USTX, MIDI, KARAOKE] {
        let found = sung(bytes, None);
        let again = Song::parse(&found.song.to_text()).expect("its own text");
        assert_eq!(again.notes.len(), found.song.notes.len());
        for (a, b) in again.notes.iter().zip(&found.song.notes) {
            assert_eq!((&a.lyric, a.pitch_midi), (&b.lyric, b.pitch_midi));
            // Gaps of a fiftieth of a beat have closed.
            assert!((a.start_beats - b.start_beats).abs() < 0.05, "{} {}", a.start_beats, b.start_beats);
        }
        let score = planner().sing(&again).expect("it is sung").score;
        assert!((score.duration_s() - found.song.duration_s()).abs() < 2.0);
    }
}

#[test]
fn errors_say_what_is_wrong_and_what_to_do() {
    let message = |bytes: &[u8], part| import(bytes, part).expect_err("refused").to_string();
    assert!(message(b"C4 1 la", None).contains("export one of these"));
    assert!(!is_foreign(b"C4 1 la") && !is_foreign(b""));
    assert!(matches!(
        import(&vec![b' '; MAX_IMPORT_BYTES + 1], None),
        Err(ImportError::TooLarge { limit: MAX_IMPORT_BYTES, .. })
    ));
    assert!(message(MIDI, Some(7)).contains("no part 8; the file has 1: 'Bass', 2: 'Melody'"));
    assert!(message(b"<score-timewise/>", None).contains("part by part"));
    assert!(message(b"<html></html>", None).contains("<html>"));
    assert!(message(b"<score-partwise><part>", None).contains("MusicXML"));
    assert!(message(b"<score-partwise/>", None).contains("no part"));
    assert!(message(b"MThd\0\0\0\x06\0\x01\0\0\0\0", None).contains("division"));
    assert!(message(b"ustx_version: 0.6\nvoice_parts: [", None).contains("USTX"));
    assert!(message(b"PK\x03\x04 nothing", None).contains("archive"));
}

/// What is small and unpacks, expands or nests without end is refused within bounds.
#[test]
fn bombs_are_refused() {
    let entities: String = (1..9)
        .map(|i| {
            format!(
                "<!ENTITY a{i} \"&a{};&a{};&a{};&a{};&a{};&a{};&a{};&a{};\">",
                i - 1,
                i - 1,
                i - 1,
                i - 1,
                i - 1,
                i - 1,
                i - 1,
                i - 1
            )
        })
        .collect();
    let laughs = format!("<!DOCTYPE s [<!ENTITY a0 \"ha\">{entities}]><score-partwise>&a8;</score-partwise>");
    assert!(import(laughs.as_bytes(), None).is_err());
    let deep = "<score-partwise>".to_owned() + &"<part>".repeat(300_000);
    assert!(import(deep.as_bytes(), None).is_err());
    let closed = "<score-partwise>".to_owned()
        + &"<part>".repeat(200_000)
        + &"</part>".repeat(200_000)
        + "</score-partwise>";
    assert!(import(closed.as_bytes(), None).is_err());
    let many = "<score-partwise>".to_owned() + &"<a/>".repeat(1_200_000) + "</score-partwise>";
    assert!(import(many.as_bytes(), None).is_err());
    let nested = format!("ustx_version: 0.6\nvoice_parts: {}", "[".repeat(500_000));
    assert!(import(nested.as_bytes(), None).is_err());
    let mapped = format!("ustx_version: 0.6\nvoice_parts: {}", "{a: ".repeat(100_000));
    assert!(import(mapped.as_bytes(), None).is_err());
    let events: Vec<u8> = std::iter::repeat_n([0u8, 0x90, 60, 100], 1_000_000).flatten().collect();
    let mut midi = b"MThd\0\0\0\x06\0\0\0\x01\x01\xe0MTrk\x7f\xff\xff\xff".to_vec();
    midi.extend(events);
    assert!(import(&midi, None).is_err());
}

/// Pieces that mean something in one of the formats.
const TELLING: [&[u8]; 16] = [
    b"\xff\xff\xff\xff",
    b"\x80\x00\x00\x00",
    b"0",
    b"-1",
    b"1e300",
    b"nan",
    b"<chord/>",
    b"<backup><duration>1e9</duration></backup>",
    b"<divisions>0</divisions>",
    b"&amp;",
    b"\xff\x05\x01-",
    b"\xff\x51\x03\0\0\x01",
    b"duration: 0",
    b"lyric: '+'",
    b"\n- ",
    b"\xf0\x9f\x8e\xb5",
];

/// One to six changes: bits, bytes, cuts, copies, splices, digits, telling pieces.
fn mutate(seeds: &[&[u8]], random: &mut Noise) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len());
        match random.below(9) {
            0 if !bytes.is_empty() => bytes[at] = random.bits() as u8,
            1 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
            2 if random.below(4) == 0 => bytes.truncate(at),
            3 => {
                let end = at + random.below((bytes.len() - at).min(400));
                let part = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, part);
            }
            4 => {
                let other = seeds[random.below(seeds.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[random.below(other.len())..]);
            }
            5 => {
                let end = (at + random.below(60)).min(bytes.len());
                bytes.drain(at.min(end)..end);
            }
            6 => {
                let piece = TELLING[random.below(TELLING.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            _ => {
                // Another number where one stands.
                if let Some(digit) = bytes[at..].iter().position(u8::is_ascii_digit) {
                    bytes[at + digit] = b"0123456789.-"[random.below(12)];
                }
            }
        }
    }
    bytes
}

/// Mutated files of a format: none panics, and what comes out is a song that can be saved and read.
fn fuzz(seeds: &[&[u8]], seed: u64) {
    let inputs = std::env::var("PSIVOX_FUZZ_INPUTS").map_or(20_000, |count| count.parse().expect("a number"));
    let mut random = Noise::new(seed);
    let mut songs = 0;
    for _ in 0..inputs {
        let bytes = mutate(seeds, &mut random);
        let part = (random.below(3) == 0).then(|| random.below(4));
        if let Ok(found) = import(&bytes, part) {
            songs += 1;
            found.song.check().expect("what is imported is a song");
            let again = Song::parse(&found.song.to_text()).expect("what is written can be read");
            assert_eq!(again.notes.len(), found.song.notes.len());
        }
    }
    println!("{songs} of {inputs} inputs are songs");
    assert!(songs * 50 > inputs, "{songs} of {inputs}: mutations that break everything test little");
}

#[test]
fn no_musicxml_breaks_the_reader() {
    fuzz(&[MUSICXML], 1);
}

#[test]
fn no_archive_breaks_the_reader() {
    fuzz(&[MXL], 2);
}

#[test]
fn no_ustx_breaks_the_reader() {
    fuzz(&[USTX], 3);
}

#[test]
fn no_midi_file_breaks_the_reader() {
    fuzz(&[MIDI, KARAOKE], 4);
}
