//! From lyrics to a score whose syllables wait for notes.
//!
//! The lyrics are sung once through on a template: every syllable on a note of its own, of the same comfortable length and
//! at the middle of the voice. So durations, formants, loudness and the crossing from one syllable to the next are those of a
//! song. f0 is that of the same words in speech; a note brings its own.

use super::SongError;
use super::lyric::{SungPhrase, SungSyllable, SungText, WordSyllable, sounds_of, word_syllables};
use super::lyrics::{self, Breath, LyricWord, More};
use super::melody::Melody;
use super::note::{Lyric, Note, Song};
use super::singer::{A4_HZ, A4_MIDI, Placed, Singer, sing_text};
use crate::score::{Score, ScoreSyllable};
use crate::text::{MAX_TEXT_BYTES, Notice, TextError, Token};
use std::ops::Range;

/// Most syllables of one sheet.
pub const MAX_SYLLABLES: usize = 512;

/// Length of a template's note, s; what each further syllable on the same note adds.
const NOTE_S: f32 = 0.56;
const FURTHER_S: f32 = 0.3;
/// Silence between two breaths, s.
const BREATH_S: f32 = 0.3;
/// Longest template, s.
const LONGEST_S: f32 = 290.0;
/// The voice speaks no more than so many syllables and symbols in one go.
const MOST_IN_A_BREATH: usize = 40;
const MOST_SYMBOLS: usize = 300;
/// What the template sings at the end of each breath, on no note: the voice lets the last vowel before a silence come early and
/// die away. No consonant leaves less of itself in the vowel before than h.
const AFTER: [char; 2] = ['h', 'ə'];
const AFTER_S: f32 = 0.3;
/// How strongly the template is sung: what ordinary notes are.
const VELOCITY: f32 = 0.8;

/// Lyrics, ready to be sung note by note.
#[derive(Debug, Clone)]
pub struct SheetPlan {
    /// What the engine sings: every note takes one of its [`Score::syllables`].
    pub score: Score,
    /// What the reader of the lyrics should know.
    pub notices: Vec<Notice>,
}

/// What a note takes: syllables of a phrase with their first and last symbol, or the vowel before.
#[derive(Debug, Clone, PartialEq)]
enum Taken {
    Syllables { phrase: usize, syllables: Range<usize>, first: usize, last: usize, word: u32 },
    Hold,
}

/// The template as it is built.
struct Template {
    text: SungText,
    taken: Vec<Taken>,
    at_s: f32,
    notices: Vec<Notice>,
    /// Whether the next word begins a phrase.
    breathes: bool,
}

/// Plans lyrics.
///
/// # Errors
/// Nothing can be sung, or the text cannot be read.
pub(crate) fn sheet(singer: &Singer, text: &str) -> Result<SheetPlan, SongError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(TextError::TooLong { bytes: text.len(), limit: MAX_TEXT_BYTES }.into());
    }
    let lyrics = lyrics::read(text)?;
    let mut template = Template {
        text: SungText { phrases: Vec::new(), words: Vec::new() },
        taken: Vec::new(),
        at_s: 0.0,
        notices: lyrics.notices,
        breathes: true,
    };
    for breath in &lyrics.breaths {
        if !template.breath(singer, breath, text.len()) {
            break;
        }
    }
    template.close();
    if template.taken.is_empty() {
        return Err(SongError::NoLyrics);
    }
    let Template { text, taken, mut notices, .. } = template;
    notices.sort_by_key(|notice| notice.source.start);
    let middle_midi = A4_MIDI + 12.0 * (singer.person.f0_mean_hz / A4_HZ).log2();
    let (mut sung, placed) =
        sing_text(singer, &one_note(middle_midi), text, &Melody::steady(middle_midi), true);
    sung.score.syllables = places(&taken, &placed);
    Ok(SheetPlan { score: sung.score, notices })
}

/// A song in s, of which only the strength is looked at.
fn one_note(pitch_midi: f32) -> Song {
    let note = Note {
        pitch_midi,
        start_beats: 0.0,
        length_beats: 1.0,
        velocity: VELOCITY,
        lyric: Lyric::Word(String::new()),
        line: 0,
    };
    Song { title: String::new(), tempo_bpm: 60.0, notes: vec![note] }
}

impl Template {
    /// Adds what is sung in one breath; false if there is no room for more.
    fn breath(&mut self, singer: &Singer, breath: &Breath, text_end: usize) -> bool {
        for (word, sound) in breath.words.iter().zip(sounds(singer, breath)) {
            let syllables = sound.as_deref().map(word_syllables).unwrap_or_default();
            let (Ok(sound), false) = (&sound, syllables.is_empty() || syllables.len() > MOST_IN_A_BREATH)
            else {
                self.leave_out(word, sound.err());
                continue;
            };
            let notes = self.notes(word, syllables.len());
            let length_s = length_s(&notes, syllables.len());
            if self.taken.len() + notes.len() > MAX_SYLLABLES || self.at_s + length_s > LONGEST_S {
                let (sung, name) = (self.taken.len(), &word.written);
                self.notices.push(Notice {
                    source: word.source.start..text_end,
                    message: format!(
                        "a sheet holds {MAX_SYLLABLES} notes or {LONGEST_S} s, {sung} notes are sung up to '{name}'; \
                         put the rest into other lyrics"
                    ),
                });
                return false;
            }
            self.word(word, sound, &syllables, &notes);
        }
        if let Some(phrase) = self.text.phrases.last_mut().filter(|_| !self.breathes) {
            phrase.mark = breath.mark;
        }
        self.close();
        true
    }

    fn leave_out(&mut self, word: &LyricWord, error: Option<TextError>) {
        let name: String = word.written.chars().take(40).collect();
        let why = match error {
            Some(error) => error.to_string(),
            None => "it has no syllable that can be sung".to_owned(),
        };
        self.notices
            .push(Notice { source: word.source.clone(), message: format!("'{name}' is left out: {why}") });
    }

    /// What the notes of a word with `count` syllables take: their syllables, or nothing for a hold.
    fn notes(&mut self, word: &LyricWord, count: usize) -> Vec<Option<Range<usize>>> {
        let asked = word.more.iter().filter(|more| **more == More::NextSyllable).count();
        if asked == 0 {
            let own = (0..count).map(|i| Some(i..i + 1));
            return own.chain(word.more.iter().map(|_| None)).collect();
        }
        let mut notes = vec![Some(0..1)];
        let (mut next, mut last) = (1, 0);
        for more in &word.more {
            notes.push((*more == More::NextSyllable && next < count).then(|| {
                (next, last) = (next + 1, notes.len());
                next - 1..next
            }));
        }
        if let Some(Some(rest)) = notes.get_mut(last) {
            rest.end = count;
        }
        if asked >= count {
            let (name, wanted) = (&word.written, asked + 1);
            let message = format!(
                "'+' asks for syllable {wanted} of '{name}', which has {count}; its last vowel is held"
            );
            self.notices.push(Notice { source: word.source.clone(), message });
        }
        notes
    }

    /// Adds a word to the phrase, or to the next one if this one is full.
    fn word(
        &mut self,
        word: &LyricWord,
        sound: &[char],
        syllables: &[WordSyllable],
        notes: &[Option<Range<usize>>],
    ) {
        if self.text.phrases.last().is_some_and(|phrase| {
            phrase.syllables.len() + syllables.len() > MOST_IN_A_BREATH
                || phrase.tokens.len() + sound.len() > MOST_SYMBOLS
        }) {
            self.close();
        }
        if std::mem::replace(&mut self.breathes, false) {
            self.text.phrases.push(SungPhrase {
                tokens: Vec::new(),
                syllables: Vec::new(),
                mark: ',',
                spoken: 0,
            });
        }
        let index = self.text.words.len() as u32;
        self.text.words.push(word.written.clone());
        let number = self.text.phrases.len() - 1;
        let phrase = &mut self.text.phrases[number];
        if !phrase.tokens.is_empty() {
            phrase.tokens.push(Token { symbol: ' ', word: None });
        }
        let (from, before) = (phrase.tokens.len(), phrase.syllables.len());
        phrase.tokens.extend(sound.iter().map(|symbol| Token { symbol: *symbol, word: Some(index) }));
        for note in notes {
            let Some(own) = note else {
                self.taken.push(Taken::Hold);
                continue;
            };
            let share_s = (NOTE_S + FURTHER_S * (own.len() as f32 - 1.0)) / own.len() as f32;
            for syllable in &syllables[own.clone()] {
                phrase.syllables.push(SungSyllable {
                    nucleus: from + syllable.nucleus,
                    start_beats: self.at_s,
                    end_beats: self.at_s + share_s,
                    velocity: VELOCITY,
                });
                self.at_s += share_s;
            }
            self.taken.push(Taken::Syllables {
                phrase: number,
                syllables: before + own.start..before + own.end,
                first: from + syllables[own.start].first,
                last: from + syllables[own.end - 1].last,
                word: index,
            });
        }
    }

    /// The singer breathes.
    fn close(&mut self) {
        if let Some(phrase) = self.text.phrases.last_mut().filter(|_| !self.breathes) {
            phrase.spoken = phrase.tokens.len();
            phrase.tokens.extend([' ', AFTER[0], AFTER[1], ','].map(|symbol| Token { symbol, word: None }));
            phrase.syllables.push(SungSyllable {
                nucleus: phrase.tokens.len() - 2,
                start_beats: self.at_s,
                end_beats: self.at_s + AFTER_S,
                velocity: VELOCITY,
            });
            self.at_s += AFTER_S + BREATH_S;
        }
        self.breathes = true;
    }
}

/// The symbols of each word of a breath, words read together.
fn sounds(singer: &Singer, breath: &Breath) -> Vec<Result<Vec<char>, TextError>> {
    let written: Vec<&str> = breath
        .words
        .iter()
        .filter_map(|word| match &word.lyric {
            Lyric::Word(written) => Some(written.as_str()),
            _ => None,
        })
        .collect();
    let mut together = sounds_of(singer.frontend, &written).into_iter();
    let sound = |word: &LyricWord| match &word.lyric {
        Lyric::Phonemes(phonemes) => Ok(phonemes.chars().collect()),
        _ => together.next().unwrap_or_else(|| Err(TextError::NothingToSay { found: word.written.clone() })),
    };
    breath.words.iter().map(sound).collect()
}

/// How long the notes of a word last in the template.
fn length_s(notes: &[Option<Range<usize>>], syllables: usize) -> f32 {
    let own = notes.iter().flatten().count();
    own as f32 * NOTE_S + (syllables - own) as f32 * FURTHER_S
}

/// The places of what each note takes.
fn places(taken: &[Taken], placed: &[Placed]) -> Vec<ScoreSyllable> {
    let mut out: Vec<ScoreSyllable> = Vec::with_capacity(taken.len());
    for taken in taken {
        let place = match taken {
            Taken::Hold => out.last().map(|before| ScoreSyllable { hold: true, ..*before }),
            Taken::Syllables { phrase, syllables, first, last, word } => {
                placed.get(*phrase).and_then(|placed| place(placed, syllables, (*first, *last), *word))
            }
        };
        out.extend(place);
    }
    out
}

fn place(
    placed: &Placed,
    syllables: &Range<usize>,
    ends: (usize, usize),
    word: u32,
) -> Option<ScoreSyllable> {
    let held = |index: usize| placed.held.iter().find(|held| held.syllable == index);
    let (opening, closing) = (held(syllables.start)?, held(syllables.end - 1)?);
    let phone = |symbol: usize| placed.phones.iter().find(|phone| phone.source == Some(symbol));
    let vowel_s = opening.vowel_s.0;
    let start_s = phone(ends.0).map_or(vowel_s, |phone| phone.start_s).clamp(0.0, vowel_s);
    let (from_s, to_s) = closing.span_s;
    let rest_s = (0.5 * (from_s + to_s)).max(vowel_s);
    let release_s = to_s.max(rest_s);
    let coda_s = closing.vowel_s.1.max(release_s);
    let end_s = phone(ends.1).map_or(coda_s, |phone| phone.end_s).max(coda_s);
    Some(ScoreSyllable { start_s, vowel_s, rest_s, release_s, coda_s, end_s, word, hold: false })
}
