//! The song file: a line a note. See `docs/SONG.md`.
//!
//! ```text
//! title: Row
//! tempo: 100
//! G3  1    Row
//! B3  0.5  gent-      a rest is 'r 1', '+' is the next syllable, '-' holds the vowel
//! ```

use super::note::{LENGTH_BEATS, Lyric, Note, PITCH_MIDI, Song, TEMPO_BPM, VELOCITY};
use super::{SongError, phonemes};

/// Longest song file in bytes.
const MAX_BYTES: usize = 1 << 20;
/// Beats a minute if the file does not say.
const DEFAULT_TEMPO_BPM: f32 = 100.0;

impl Song {
    /// Reads a song file.
    ///
    /// # Errors
    /// Names the line, what was found and what is expected.
    pub fn parse(text: &str) -> Result<Self, SongError> {
        if text.len() > MAX_BYTES {
            let problem = format!("the file has {} bytes, at most {MAX_BYTES} are read", text.len());
            return Err(SongError::Line { line: 1, problem });
        }
        let mut song = Self { title: String::new(), tempo_bpm: DEFAULT_TEMPO_BPM, notes: Vec::new() };
        let mut at_beats = 0.0;
        for (i, text) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
            let text = without_comment(text).trim();
            if !text.is_empty() {
                line(&mut song, &mut at_beats, i + 1, text)
                    .map_err(|problem| SongError::Line { line: i + 1, problem })?;
            }
        }
        song.check()?;
        Ok(song)
    }
}

/// `#` begins a comment at the start of a line or after a space: `F#3` keeps its sharp.
fn without_comment(text: &str) -> &str {
    let start =
        text.char_indices().find(|(i, c)| *c == '#' && (*i == 0 || text[..*i].ends_with([' ', '\t'])));
    start.map_or(text, |(i, _)| &text[..i])
}

fn line(song: &mut Song, at_beats: &mut f32, number: usize, text: &str) -> Result<(), String> {
    if let Some((key, value)) = text.split_once(':')
        && key.chars().all(|c| c.is_ascii_alphabetic())
    {
        return header(song, key, value.trim());
    }
    let (first, rest) = field(text);
    let (length, rest) = field(rest);
    if length.is_empty() {
        return Err(format!("'{text}' has no length; a note is a line such as 'C4 1 la', a rest 'r 1'"));
    }
    let length_beats = beats(length)?;
    if matches!(first, "r" | "R" | "rest") {
        *at_beats += length_beats;
        return if rest.is_empty() { Ok(()) } else { Err(format!("a rest has no words, found '{rest}'")) };
    }
    let pitch_midi = pitch(first)?;
    let (rest, velocity) = match rest.rsplit_once('!') {
        Some((rest, velocity)) => (rest.trim(), strength(velocity.trim())?),
        None => (rest, VELOCITY),
    };
    let lyric = lyric(rest)?;
    song.notes.push(Note { pitch_midi, start_beats: *at_beats, length_beats, velocity, lyric, line: number });
    *at_beats += length_beats;
    Ok(())
}

/// The first field of a line and what follows it.
fn field(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once([' ', '\t']).map_or((text, ""), |(first, rest)| (first, rest.trim()))
}

fn header(song: &mut Song, key: &str, value: &str) -> Result<(), String> {
    match key {
        "title" => value.clone_into(&mut song.title),
        "tempo" => {
            let (low, high) = TEMPO_BPM;
            let tempo = value.parse().ok().filter(|tempo| (low..=high).contains(tempo));
            song.tempo_bpm =
                tempo.ok_or_else(|| format!("tempo '{value}': expected {low} to {high} beats a minute"))?;
        }
        // For the reader of the file.
        "origin" | "licence" | "words" | "melody" => {}
        _ => {
            return Err(format!(
                "unknown key '{key}'; known are title, tempo, words, melody, origin, licence"
            ));
        }
    }
    Ok(())
}

/// Beats as a number or a fraction such as `1/3`.
fn beats(text: &str) -> Result<f32, String> {
    let (low, high) = LENGTH_BEATS;
    let number = match text.split_once('/') {
        Some((a, b)) => a.parse::<f32>().ok().zip(b.parse::<f32>().ok()).map(|(a, b)| a / b),
        None => text.parse::<f32>().ok(),
    };
    number
        .filter(|beats| (low..=high).contains(beats))
        .ok_or_else(|| format!("length '{text}': expected {low} to {high} beats, such as 1, 0.5 or 1/3"))
}

fn strength(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|velocity| (0.0..=1.0).contains(velocity));
    number.ok_or_else(|| format!("velocity '!{text}': expected !0 to !1, such as !0.8"))
}

/// A note name (`C4` is middle C, MIDI 60; `F#3`, `Bb2`) or a MIDI number.
fn pitch(text: &str) -> Result<f32, String> {
    let (low, high) = PITCH_MIDI;
    let named = || {
        let mut chars = text.chars();
        let step = match chars.next()?.to_ascii_uppercase() {
            'C' => 0.0,
            'D' => 2.0,
            'E' => 4.0,
            'F' => 5.0,
            'G' => 7.0,
            'A' => 9.0,
            'B' => 11.0,
            _ => return None,
        };
        let rest = chars.as_str();
        let (accidental, octave) = match rest.chars().next()? {
            '#' | '♯' => (1.0, &rest[rest.chars().next()?.len_utf8()..]),
            'b' | '♭' => (-1.0, &rest[rest.chars().next()?.len_utf8()..]),
            _ => (0.0, rest),
        };
        let octave: i8 = octave.parse().ok()?;
        Some(12.0 * (f32::from(octave) + 1.0) + step + accidental)
    };
    let number = text.parse::<f32>().ok().or_else(named);
    number.filter(|midi| (low..=high).contains(midi)).ok_or_else(|| {
        format!("pitch '{text}': expected E1 to C7, such as C4, F#3 or Bb3, or a MIDI number {low} to {high}")
    })
}

fn lyric(text: &str) -> Result<Lyric, String> {
    match text {
        "" => {
            Err("the note has no words; write a word, '+' for its next syllable or '-' to hold the vowel"
                .into())
        }
        "+" => Ok(Lyric::NextSyllable),
        "-" => Ok(Lyric::Hold),
        text if text.starts_with('{') => {
            let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let inner = inner.ok_or_else(|| format!("'{text}' opens a brace and does not close it"))?;
            phonemes::read(inner).map(Lyric::Phonemes)
        }
        text if text.contains([' ', '\t']) => {
            Err(format!("'{text}' is more than one word; give each word or syllable a note of its own"))
        }
        // A hyphen at the end is how scores show that a word goes on.
        text => Ok(Lyric::Word(text.trim_end_matches('-').to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn songs_are_read() {
        let song = Song::parse(
            "# a song\ntitle: Row\ntempo: 120\nC4 1 Row\nF#3 0.5 gent- # soft\nBb3 1/2 +\nr 2\n60.5 1 {r iy d} !0.5\n61 1 -\n",
        )
        .expect("a good song");
        assert_eq!((song.title.as_str(), song.tempo_bpm, song.notes.len()), ("Row", 120.0, 5));
        let pitches: Vec<f32> = song.notes.iter().map(|note| note.pitch_midi).collect();
        assert_eq!(pitches, [60.0, 54.0, 58.0, 60.5, 61.0]);
        assert_eq!(song.notes[3].start_beats, 4.0);
        assert_eq!(song.notes[3].velocity, 0.5);
        assert_eq!(song.notes[1].lyric, Lyric::Word("gent".into()));
        assert_eq!(song.notes[3].lyric, Lyric::Phonemes("ɹˈid".into()));
        assert_eq!((song.notes[2].lyric.clone(), song.notes[2].line), (Lyric::NextSyllable, 6));
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let cases = [
            ("", "no notes"),
            ("C4 1 la\nH4 1 la", "line 2: pitch 'H4'"),
            ("C4 x la", "length 'x'"),
            ("C4 0 la", "0.02 to 64"),
            ("C4 1", "no words"),
            ("C4", "no length"),
            ("tempo: 9000", "20 to 400"),
            ("tempi: 90", "unknown key 'tempi'"),
            ("C4 1 two words", "more than one word"),
            ("C4 1 {r iy d", "does not close"),
            ("C4 1 {r qq d}", "'qq'"),
            ("C4 1 la !7", "velocity"),
            ("r 1 la", "rest has no words"),
            ("+ 1 la", "pitch '+'"),
            ("C4 1 +", "'+'"),
            ("C9 1 la", "E1 to C7"),
            ("C4 1/0 la", "length '1/0'"),
        ];
        for (text, part) in cases {
            let message = Song::parse(text).expect_err(text).to_string();
            assert!(message.contains(part), "{text:?}: {message}");
        }
    }
}
