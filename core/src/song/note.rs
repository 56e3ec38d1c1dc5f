//! A song: a tempo and notes with a syllable each.

use super::SongError;

/// Fastest and slowest tempo in beats a minute.
pub(super) const TEMPO_BPM: (f32, f32) = (20.0, 400.0);
/// Lowest and highest pitch as MIDI note numbers: E1 and C7, beyond any singer.
pub(super) const PITCH_MIDI: (f32, f32) = (28.0, 96.0);
/// Shortest and longest note in beats.
pub(super) const LENGTH_BEATS: (f32, f32) = (0.02, 64.0);

/// What is sung on a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lyric {
    /// A word, or its first syllable.
    Word(String),
    /// A word in phonemes of the voice's alphabet.
    Phonemes(String),
    /// The next syllable of the same word (`+`).
    NextSyllable,
    /// The vowel of the note before is held on (`-`).
    Hold,
}

/// One note.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// MIDI note number; 69 is A4 at 440 Hz, fractions are allowed.
    pub pitch_midi: f32,
    /// When it starts, in beats from the start of the song.
    pub start_beats: f32,
    /// How long it lasts, in beats.
    pub length_beats: f32,
    /// How strongly it is sung, 0..=1; 0.8 is ordinary.
    pub velocity: f32,
    /// What is sung.
    pub lyric: Lyric,
    /// The line of the song file it stands on, counted from 1; 0 if it comes from no file.
    pub line: usize,
}

impl Note {
    /// When it ends, in beats.
    pub fn end_beats(&self) -> f32 {
        self.start_beats + self.length_beats
    }
}

/// A song. Notes are in order and do not overlap; what lies between them is rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Song {
    /// Its name.
    pub title: String,
    /// Beats a minute.
    pub tempo_bpm: f32,
    /// The notes.
    pub notes: Vec<Note>,
}

/// A note's usual strength.
pub(super) const VELOCITY: f32 = 0.8;

impl Song {
    /// A major scale up and down on "la", from a MIDI note, half a second a note.
    pub fn scale(from_midi: f32) -> Self {
        const STEPS_ST: [f32; 15] =
            [0.0, 2.0, 4.0, 5.0, 7.0, 9.0, 11.0, 12.0, 11.0, 9.0, 7.0, 5.0, 4.0, 2.0, 0.0];
        let note = |(i, step): (usize, &f32)| Note {
            pitch_midi: from_midi + step,
            start_beats: i as f32,
            length_beats: if i + 1 == STEPS_ST.len() { 3.0 } else { 1.0 },
            velocity: VELOCITY,
            lyric: Lyric::Phonemes("lˈɑ".into()),
            line: 0,
        };
        let notes = STEPS_ST.iter().enumerate().map(note).collect();
        Self { title: "Scale".into(), tempo_bpm: 100.0, notes }
    }

    /// Seconds a beat.
    pub fn beat_s(&self) -> f32 {
        60.0 / self.tempo_bpm
    }

    /// Length in s, from the first beat to the end of the last note.
    pub fn duration_s(&self) -> f32 {
        self.notes.last().map_or(0.0, |note| note.end_beats() * self.beat_s())
    }

    /// The song moved by whole octaves so that its middle comes nearest to `middle_hz`, and by how many.
    #[must_use]
    pub fn in_octave_of(&self, middle_hz: f32) -> (Self, i32) {
        let mut pitches: Vec<f32> = self.notes.iter().map(|note| note.pitch_midi).collect();
        pitches.sort_by(f32::total_cmp);
        let middle_midi = 69.0 + 12.0 * (middle_hz / 440.0).log2();
        let own = pitches.get(pitches.len() / 2).copied().unwrap_or(middle_midi);
        let octaves = ((middle_midi - own) / 12.0).round();
        (self.transposed(12.0 * octaves), octaves as i32)
    }

    /// The song, moved by semitones.
    #[must_use]
    pub fn transposed(&self, by_st: f32) -> Self {
        let notes = self
            .notes
            .iter()
            .map(|note| Note { pitch_midi: note.pitch_midi + by_st, ..note.clone() })
            .collect();
        Self { notes, ..self.clone() }
    }

    /// Refuses what nobody can sing.
    ///
    /// # Errors
    /// A number out of range, notes that overlap or go back, a `+` or `-` with nothing before it, no notes at all.
    pub fn check(&self) -> Result<(), SongError> {
        if self.notes.is_empty() {
            return Err(SongError::Empty);
        }
        let within = |value: f32, (low, high): (f32, f32)| value >= low && value <= high;
        if !within(self.tempo_bpm, TEMPO_BPM) {
            let (low, high) = TEMPO_BPM;
            let problem = format!("the tempo is {} beats a minute, expected {low} to {high}", self.tempo_bpm);
            return Err(SongError::Note { note: 1, line: 0, problem });
        }
        let mut end_beats = 0.0;
        for (i, note) in self.notes.iter().enumerate() {
            let refuse = |problem: String| Err(SongError::Note { note: i + 1, line: note.line, problem });
            let range = |what: &str, value: f32, (low, high): (f32, f32)| {
                (!within(value, (low, high))).then(|| format!("{what} is {value}, expected {low} to {high}"))
            };
            let wrong = range("the pitch (MIDI)", note.pitch_midi, PITCH_MIDI)
                .or_else(|| range("the length in beats", note.length_beats, LENGTH_BEATS))
                .or_else(|| range("the velocity", note.velocity, (0.0, 1.0)));
            if let Some(problem) = wrong {
                return refuse(problem);
            }
            if !(note.start_beats.is_finite() && note.start_beats >= end_beats - 1e-3) {
                return refuse(format!(
                    "it starts at beat {}, but the note before it lasts until beat {end_beats}",
                    note.start_beats
                ));
            }
            if matches!(note.lyric, Lyric::NextSyllable | Lyric::Hold) {
                let mark = if note.lyric == Lyric::Hold { '-' } else { '+' };
                if i == 0 {
                    return refuse(format!("'{mark}' goes on with a word, but there is none before it"));
                }
                if note.start_beats > end_beats + 1e-3 {
                    return refuse(format!("'{mark}' cannot follow a rest; write a word"));
                }
            }
            end_beats = note.end_beats();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn songs_are_checked() {
        let good = Song::scale(60.0);
        assert!(good.check().is_ok());
        assert_eq!(good.duration_s(), 17.0 * 0.6);
        let broken = |change: fn(&mut Song)| {
            let mut song = good.clone();
            change(&mut song);
            song.check().expect_err("refused").to_string()
        };
        assert!(broken(|song| song.notes.clear()).contains("no notes"));
        assert!(broken(|song| song.tempo_bpm = f32::NAN).contains("20 to 400"));
        assert!(broken(|song| song.notes[2].pitch_midi = 500.0).contains("note 3"));
        assert!(broken(|song| song.notes[4].start_beats = 1.0).contains("until beat 4"));
        assert!(broken(|song| song.notes[0].lyric = Lyric::Hold).contains("'-'"));
        assert!(broken(|song| song.notes[1].velocity = -1.0).contains("velocity"));
    }

    #[test]
    fn octaves_follow_the_singer() {
        let (low, octaves) = Song::scale(72.0).in_octave_of(110.0);
        // The middle of the scale is G5; A2 is 110 Hz, so the nearest G is G2.
        assert_eq!((low.notes[0].pitch_midi, octaves), (36.0, -3));
    }
}
