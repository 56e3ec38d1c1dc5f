//! A song as the text of a song file: what [`Song::parse`] reads back as the same song.

use super::note::{LENGTH_BEATS, VELOCITY};
use super::{Lyric, Note, Song};
use std::fmt::Write;

impl Song {
    /// The song in the format of `docs/SONG.md`. [`Song::parse`] gives the same song again, but for gaps that are shorter
    /// than the shortest rest: these close.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let title = plain(&self.title);
        if !title.is_empty() {
            let _ = writeln!(out, "title: {title}");
        }
        let _ = writeln!(out, "tempo: {}", self.tempo_bpm);
        // Where a reader of the text stands: it adds lengths up.
        let mut at_beats = 0.0f32;
        for note in &self.notes {
            let mut gap = note.start_beats - at_beats;
            while gap >= LENGTH_BEATS.0 {
                let rest = gap.min(LENGTH_BEATS.1);
                let _ = writeln!(out, "r {rest}");
                at_beats += rest;
                gap = note.start_beats - at_beats;
            }
            let _ = writeln!(out, "{}", line(note));
            at_beats += note.length_beats;
        }
        out
    }
}

/// A title on one line, without what begins a comment.
fn plain(title: &str) -> String {
    let one = title.split_whitespace().collect::<Vec<_>>().join(" ");
    one.replace(" #", " ").trim_start_matches('#').trim().to_owned()
}

fn line(note: &Note) -> String {
    let lyric = match &note.lyric {
        Lyric::NextSyllable => "+".to_owned(),
        Lyric::Hold => "-".to_owned(),
        Lyric::Phonemes(symbols) => format!("{{{symbols}}}"),
        // A hyphen at the end is not read: it keeps signs from being taken for what they mean alone.
        Lyric::Word(word) if word.is_empty() => "--".to_owned(),
        Lyric::Word(word) if word == "+" => "+-".to_owned(),
        Lyric::Word(word) => word.clone(),
    };
    let mut text = format!("{} {} {lyric}", pitch(note.pitch_midi), note.length_beats);
    if note.velocity != VELOCITY || lyric.contains('!') {
        let _ = write!(text, " !{}", note.velocity);
    }
    text
}

/// A name for a whole semitone, else the number.
fn pitch(midi: f32) -> String {
    const NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    if midi.fract() != 0.0 || !(12.0..=127.0).contains(&midi) {
        return midi.to_string();
    }
    let number = midi as usize;
    format!("{}{}", NAMES[number % 12], number / 12 - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_text_is_the_one_that_one_would_write() {
        let text =
            "title: Row\ntempo: 100\nG3 1 Row\nr 0.5\nF#3 0.5 gently !1\n60.5 1 +\nC4 2 {ɹˈid}\nC4 1 -\n";
        let song = Song::parse(text).expect("a song");
        assert_eq!(song.to_text(), text);
        let scale = Song::scale(57.0);
        let again = Song::parse(&scale.to_text()).expect("a song");
        assert_eq!(again.notes.len(), scale.notes.len());
        assert!(
            again
                .notes
                .iter()
                .zip(&scale.notes)
                .all(|(a, b)| a.lyric == b.lyric && a.start_beats == b.start_beats)
        );
    }

    fn lyric() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-zA-Zé'’:!#{}.-]{1,8}",
            Just("+".to_owned()),
            Just("-".to_owned()),
            Just("+-".to_owned()),
            Just("--".to_owned()),
            Just("{r iy1 d}".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn what_can_be_read_is_written_and_read_again(
            title in ".{0,20}",
            tempo in 20.0f32..=400.0,
            lines in prop::collection::vec(
                (28.0f32..=96.0, 0.02f32..64.0, lyric(), 0.0f32..=1.0, any::<[bool; 3]>(), 0.02f32..64.0), 1..30),
        ) {
            let mut text = format!("title: {}\ntempo: {tempo}\n", title.replace(['\n', '\r'], " "));
            for (pitch, length, lyric, velocity, [whole, loud, rest], rest_beats) in lines {
                let pitch = if whole { pitch.round() } else { pitch };
                text.push_str(&format!("{pitch} {length} {lyric}"));
                text.push_str(&if loud { format!(" !{velocity}\n") } else { "\n".to_owned() });
                if rest {
                    text.push_str(&format!("r {rest_beats}\n"));
                }
            }
            if let Ok(song) = Song::parse(&text) {
                let again = Song::parse(&song.to_text()).expect("its own text");
                prop_assert_eq!(again.notes.len(), song.notes.len());
                prop_assert_eq!(again.tempo_bpm, song.tempo_bpm);
                for (a, b) in again.notes.iter().zip(&song.notes) {
                    prop_assert_eq!((&a.lyric, a.pitch_midi, a.length_beats, a.velocity), (&b.lyric, b.pitch_midi, b.length_beats, b.velocity));
                    prop_assert!((a.start_beats - b.start_beats).abs() <= 1e-3, "{} {}", a.start_beats, b.start_beats);
                }
            }
        }
    }
}
