//! From the notes of a file to a song that can be sung: one voice, one tempo, words whole, room to breathe.

use super::tempo::one_tempo;
use super::{ImportError, ImportedSong, fit};
use crate::song::note::{LENGTH_BEATS, PITCH_MIDI};
use crate::song::{Lyric, Note, Song};

/// Most notes of a part.
const MAX_NOTES: usize = 20_000;
/// Notes without a rest that a singer has breath for, and what is taken for one, in beats.
const MOST_NOTES: usize = 60;
const BREATH_BEATS: f32 = 0.25;
/// Gaps below this are how somebody touched the keys and no rest, beats; within a word shorter rests are none.
const LEGATO_BEATS: f32 = 0.2;
const WITHIN_WORD_BEATS: f32 = 1.0;

/// What a file says of one note's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Words {
    /// A word or a part of one: whether it goes on with the word before, and whether the next one goes on with it.
    Syllable {
        /// As written.
        text: String,
        /// It belongs to the word before.
        continues: bool,
        /// The word is not over.
        goes_on: bool,
    },
    /// The next syllable of a word that was written whole.
    Next,
    /// The vowel is held.
    Hold,
    /// Phonemes of the voice's alphabet.
    Phonemes(String),
    /// Nothing is written.
    None,
}

/// A note as a file has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawNote {
    /// In quarter notes from the start of the piece.
    pub start: f64,
    pub length: f64,
    /// MIDI note number.
    pub pitch: f64,
    /// 0..=1.
    pub velocity: f32,
    pub words: Words,
}

/// A part: notes in any order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct RawPart {
    pub name: String,
    pub notes: Vec<RawNote>,
    /// What the reader left out.
    pub notices: Vec<String>,
}

impl RawPart {
    pub fn has_words(&self) -> bool {
        self.notes.iter().any(|note| note.words != Words::None)
    }
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Piece {
    pub title: String,
    /// Quarter notes from the start, and quarter notes a minute from there on.
    pub tempos: Vec<(f64, f64)>,
    pub parts: Vec<RawPart>,
    pub notices: Vec<String>,
}

/// Makes a song of one part.
pub(super) fn assemble(
    piece: Piece,
    part: Option<usize>,
    format: &'static str,
) -> Result<ImportedSong, ImportError> {
    let Piece { title, tempos, mut parts, mut notices } = piece;
    parts.retain(|part| !part.notes.is_empty());
    if parts.is_empty() {
        return Err(ImportError::Silent { format });
    }
    let names: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
    let index = part.unwrap_or_else(|| parts.iter().position(RawPart::has_words).unwrap_or(0));
    if index >= parts.len() {
        return Err(ImportError::NoPart { asked: index.saturating_add(1), names });
    }
    let RawPart { mut notes, notices: of_part, name } = parts.swap_remove(index);
    notices.extend(of_part);
    if names.len() > 1 {
        notices.push(format!("part {} of {}, '{name}', is sung", index + 1, names.len()));
    }
    if notes.len() > MAX_NOTES {
        let problem = format!("the part has {} notes, at most {MAX_NOTES} are read", notes.len());
        return Err(ImportError::Broken { format, problem });
    }
    let finite = |note: &RawNote| note.start.is_finite() && note.length.is_finite() && note.pitch.is_finite();
    notes.retain(finite);
    one_voice(&mut notes, &mut notices);
    let tempo_bpm = one_tempo(&mut notes, tempos, &mut notices);
    let sung = words(notes, &mut notices);
    let mut song = Song { title: title.clone(), tempo_bpm: tempo_bpm as f32, notes: sung };
    in_range(&mut song, &mut notices);
    fit::fit(&mut song, &mut notices);
    breathe(&mut song, &mut notices);
    song.check().map_err(|error| match error {
        crate::song::SongError::Empty => ImportError::Silent { format },
        error => ImportError::Song(error.to_string()),
    })?;
    Ok(ImportedSong { song, title, parts: names, part: index, notices })
}

fn told(count: usize, what: &str, notices: &mut Vec<String>) {
    if count > 0 {
        let plural = if count == 1 { "" } else { "s" };
        notices.push(format!("{count} note{plural} {what}"));
    }
}

/// Of notes that start together the highest one is kept; one that lasts into the next is cut there.
fn one_voice(notes: &mut Vec<RawNote>, notices: &mut Vec<String>) {
    notes.sort_by(|a, b| a.start.total_cmp(&b.start).then(b.pitch.total_cmp(&a.pitch)));
    let before = notes.len();
    let mut kept: Vec<RawNote> = Vec::with_capacity(before);
    for note in notes.drain(..) {
        match kept.last_mut() {
            Some(last) if note.start - last.start < 1e-6 => {
                // Whichever of them has the words: one mouth says them.
                if last.words == Words::None {
                    last.words = note.words;
                }
            }
            _ => kept.push(note),
        }
    }
    told(before - kept.len(), "of chords were left out; the highest one is sung", notices);
    let mut cut = 0;
    for i in 1..kept.len() {
        let room = kept[i].start - kept[i - 1].start;
        if kept[i - 1].length > room + 1e-6 {
            kept[i - 1].length = room;
            cut += 1;
        }
    }
    told(cut, "overlapped the next one and were cut", notices);
    *notes = kept;
}

/// A word of letters, digits, apostrophes and inner hyphens; what else there is is no sound.
fn clean(text: &str) -> String {
    let text = text.replace(['’', '‘', '`'], "'");
    let kept: String = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '\'' | '-')).collect();
    kept.trim_matches('-').trim_end_matches('\'').to_owned()
}

/// Words over the notes that sing them.
fn words(notes: Vec<RawNote>, notices: &mut Vec<String>) -> Vec<Note> {
    let mute = notes.iter().all(|note| note.words == Words::None);
    if mute {
        notices.push("the part has no words; it is sung on 'la'".to_owned());
    }
    let mut out: Vec<Note> = Vec::with_capacity(notes.len());
    // The note that the word under way was written on.
    let mut open: Option<usize> = None;
    let (mut lost, mut short, mut split) = (0, 0, 0);
    for raw in notes {
        let (start_beats, mut length_beats) = (raw.start as f32, raw.length as f32);
        if length_beats < LENGTH_BEATS.0 || start_beats < 0.0 {
            short += 1;
            continue;
        }
        let goes_on = match &raw.words {
            Words::Syllable { continues, .. } => *continues && open.is_some(),
            Words::Next | Words::Hold => true,
            Words::Phonemes(_) | Words::None => false,
        };
        let gap_beats = if goes_on { WITHIN_WORD_BEATS } else { LEGATO_BEATS };
        let follows = out.last().is_some_and(|last| start_beats - last.end_beats() < gap_beats);
        if let Some(last) = out.last_mut().filter(|_| follows) {
            // Gaps that nobody hears are closed, and rounding does not make notes overlap.
            last.length_beats = start_beats - last.start_beats;
            if last.length_beats < LENGTH_BEATS.0 {
                short += 1;
                continue;
            }
        }
        let push = |out: &mut Vec<Note>, start_beats: f32, length_beats: f32, lyric: Lyric| {
            let pitch_midi = raw.pitch as f32;
            let velocity = if raw.velocity.is_finite() { raw.velocity.clamp(0.0, 1.0) } else { 0.8 };
            out.push(Note { pitch_midi, start_beats, length_beats, velocity, lyric, line: 0 });
        };
        let lyric = match raw.words {
            Words::None | Words::Hold if mute => Lyric::Word("la".to_owned()),
            Words::None | Words::Hold if follows => Lyric::Hold,
            Words::Next if follows => Lyric::NextSyllable,
            Words::None | Words::Hold | Words::Next => {
                lost += 1;
                open = None;
                Lyric::Word("ah".to_owned())
            }
            Words::Phonemes(phonemes) => {
                open = None;
                Lyric::Phonemes(phonemes)
            }
            Words::Syllable { text, continues, goes_on } => {
                let mut all: Vec<String> =
                    text.split_whitespace().map(clean).filter(|word| !word.is_empty()).collect();
                let last = all.pop();
                // Several words on one note share it.
                let share = length_beats / (all.len() + 1) as f32;
                if share < 2.0 * LENGTH_BEATS.0 {
                    all.clear();
                }
                let mut at = start_beats;
                for word in all {
                    push(&mut out, at, share, Lyric::Word(word));
                    split += 1;
                    (at, length_beats) = (at + share, length_beats - share);
                }
                let first = at == start_beats;
                let (before, here) = (open.filter(|_| continues && follows && first), out.len());
                let lyric = match (last, before.and_then(|index| out.get_mut(index))) {
                    (None, _) if follows => Lyric::Hold,
                    (None, _) => Lyric::Word("ah".to_owned()),
                    (Some(text), Some(Note { lyric: Lyric::Word(word), .. })) => {
                        word.push_str(&text);
                        Lyric::NextSyllable
                    }
                    (Some(text), _) => Lyric::Word(text),
                };
                if let Lyric::Word(_) = lyric {
                    open = goes_on.then_some(here);
                } else if lyric == Lyric::NextSyllable && !goes_on {
                    open = None;
                }
                push(&mut out, at, length_beats, lyric);
                continue;
            }
        };
        push(&mut out, start_beats, length_beats, lyric);
    }
    told(short, "shorter than a fiftieth of a beat were left out", notices);
    told(lost, "after a rest had no word and are sung on 'ah'", notices);
    told(split, "carry several words and were divided", notices);
    out
}

/// Notes that a song file can hold: long ones are divided, those out of reach moved by octaves.
fn in_range(song: &mut Song, notices: &mut Vec<String>) {
    let (low, high) = PITCH_MIDI;
    let mut moved = 0;
    let mut out = Vec::with_capacity(song.notes.len());
    for mut note in song.notes.drain(..) {
        if !(low..=high).contains(&note.pitch_midi) {
            moved += 1;
            // Far off is as good as just off: the loops below end.
            note.pitch_midi = note.pitch_midi.clamp(-128.0, 256.0);
            while note.pitch_midi < low {
                note.pitch_midi += 12.0;
            }
            while note.pitch_midi > high {
                note.pitch_midi -= 12.0;
            }
        }
        // Nobody holds a note for longer than ten of these, and no song is as long.
        let mut left = note.length_beats.min(10.0 * LENGTH_BEATS.1);
        let (mut at, mut lyric) = (note.start_beats, note.lyric.clone());
        while left > LENGTH_BEATS.1 {
            let part = Note { start_beats: at, length_beats: 0.5 * LENGTH_BEATS.1, lyric, ..note.clone() };
            (at, left, lyric) = (at + part.length_beats, left - part.length_beats, Lyric::Hold);
            out.push(part);
        }
        out.push(Note { start_beats: at, length_beats: left, lyric, ..note });
    }
    song.notes = out;
    told(moved, "out of reach (E1 to C7) were moved by octaves", notices);
}

/// Long runs without a rest get one before a word, out of the note before it.
fn breathe(song: &mut Song, notices: &mut Vec<String>) {
    let (mut run, mut added) = (0usize, 0);
    let mut i = 0;
    while i < song.notes.len() {
        let follows = i > 0 && song.notes[i].start_beats - song.notes[i - 1].end_beats() < 1e-3;
        run = if follows { run + 1 } else { 1 };
        if run > MOST_NOTES {
            // The longest note before a word among those of this run.
            let first = i + 1 - run;
            let may = |k: &usize| {
                matches!(song.notes[*k].lyric, Lyric::Word(_) | Lyric::Phonemes(_))
                    && song.notes[*k - 1].length_beats > 4.0 * LENGTH_BEATS.0
            };
            let length = |k: &usize| song.notes[*k - 1].length_beats;
            // No longer ago than a breath: looking back stays cheap.
            let from = (first + MOST_NOTES / 3).max(i.saturating_sub(MOST_NOTES));
            let best = (from..=i).filter(may).max_by(|a, b| length(a).total_cmp(&length(b)));
            let Some(best) = best else {
                i += 1;
                continue;
            };
            let before = &mut song.notes[best - 1];
            before.length_beats -= BREATH_BEATS.min(0.5 * before.length_beats);
            added += 1;
            (i, run) = (best, 1);
        }
        i += 1;
    }
    told(added, "were shortened so that the singer can breathe", notices);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(start: f64, length: f64, words: Words) -> RawNote {
        RawNote { start, length, pitch: 60.0, velocity: 0.8, words }
    }

    fn syllable(text: &str, continues: bool, goes_on: bool) -> Words {
        Words::Syllable { text: text.to_owned(), continues, goes_on }
    }

    fn sung(notes: Vec<RawNote>, tempos: Vec<(f64, f64)>) -> ImportedSong {
        let part = RawPart { name: "Voice".into(), notes, notices: Vec::new() };
        assemble(Piece { tempos, parts: vec![part], ..Piece::default() }, None, "MIDI").expect("a song")
    }

    #[test]
    fn syllables_become_words_and_rests_cut_them() {
        let found = sung(
            vec![
                note(0.0, 1.0, syllable("Twin", false, true)),
                note(1.0, 1.0, syllable("kle,", true, false)),
                note(2.0, 1.0, Words::None),
                note(4.0, 1.0, Words::Hold),
                note(5.0, 1.0, syllable("the end", false, false)),
            ],
            vec![(0.0, 90.0)],
        );
        let lyrics: Vec<Lyric> = found.song.notes.iter().map(|note| note.lyric.clone()).collect();
        let word = |text: &str| Lyric::Word(text.to_owned());
        assert_eq!(
            lyrics,
            [word("Twinkle"), Lyric::NextSyllable, Lyric::Hold, word("ah"), word("the"), word("end")]
        );
        assert_eq!(found.song.notes[5].start_beats, 5.5);
        assert_eq!(found.notices.len(), 2, "{:?}", found.notices);
    }

    #[test]
    fn chords_overlaps_and_tempos_are_settled_and_told() {
        let mut high = note(0.0, 2.0, Words::None);
        high.pitch = 64.0;
        let notes = vec![
            note(0.0, 2.0, syllable("la", false, false)),
            high,
            note(1.0, 1.0, syllable("lu", false, false)),
        ];
        let found = sung(notes, vec![(0.0, 60.0), (1.0, 120.0)]);
        assert_eq!(found.song.notes.len(), 2);
        assert_eq!((found.song.notes[0].pitch_midi, found.song.notes[0].length_beats), (64.0, 1.0));
        assert_eq!(found.song.notes[0].lyric, Lyric::Word("la".into()));
        assert_eq!((found.song.tempo_bpm, found.song.notes[1].length_beats), (60.0, 0.5));
        assert_eq!(found.notices.len(), 3, "{:?}", found.notices);
    }

    #[test]
    fn long_runs_get_room_to_breathe() {
        let notes = (0..200).map(|i| note(f64::from(i), 1.0, syllable("la", false, false))).collect();
        let found = sung(notes, Vec::new());
        let mut run = 0;
        for pair in found.song.notes.windows(2) {
            run = if pair[1].start_beats - pair[0].end_beats() < 1e-3 { run + 1 } else { 0 };
            assert!(run < MOST_NOTES);
        }
        assert!(found.notices.iter().any(|notice| notice.contains("breathe")));
    }
}
