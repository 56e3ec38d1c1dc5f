//! Syllables on notes: what the words of a song are made of, and which note each syllable belongs to.

use super::SongError;
use super::note::{Lyric, Note, Song};
use crate::phone::{Phone, syllabify};
use crate::text::{Frontend, TextError, Token};
use std::ops::Range;

/// Notes that are sung in one breath, at most: the length that the voice speaks in one go.
const MOST_NOTES: usize = 60;
/// Gap that makes a rest, in beats.
const REST_BEATS: f32 = 1e-3;

/// One sung syllable.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SungSyllable {
    /// Its nucleus among the phrase's symbols.
    pub(super) nucleus: usize,
    /// When its vowel starts, in beats.
    pub(super) start_beats: f32,
    /// When its last note ends, in beats.
    pub(super) end_beats: f32,
    /// How strongly it is sung, 0..=1.
    pub(super) velocity: f32,
}

/// What is sung in one breath.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SungPhrase {
    /// The symbols with their words, a comma at the end.
    pub(super) tokens: Vec<Token>,
    /// The syllables in order; never empty.
    pub(super) syllables: Vec<SungSyllable>,
    /// The mark that it would end with in speech, and how many of the symbols come before it there.
    pub(super) mark: char,
    pub(super) spoken: usize,
}

/// The phrases of a song and its words as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SungText {
    pub(super) phrases: Vec<SungPhrase>,
    pub(super) words: Vec<String>,
}

/// A word with its notes.
struct SungWord<'s> {
    lyric: &'s Lyric,
    /// Notes of each syllable, held ones included.
    syllables: Vec<Range<usize>>,
}

/// Reads the words of a song.
pub(super) fn read(frontend: &Frontend, song: &Song) -> Result<SungText, SongError> {
    let mut text = SungText { phrases: Vec::new(), words: Vec::new() };
    for breath in breaths(song) {
        if breath.len() > MOST_NOTES {
            let note = breath.start + MOST_NOTES;
            let problem =
                format!("more than {MOST_NOTES} notes without a rest; let the singer breathe: add 'r 0.5'");
            return Err(SongError::Note { note: note + 1, line: song.notes[note].line, problem });
        }
        phrase(frontend, song, breath, &mut text)?;
    }
    Ok(text)
}

/// Runs of notes without a rest between them.
fn breaths(song: &Song) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for (i, note) in song.notes.iter().enumerate() {
        match out.last_mut() {
            Some(last) if note.start_beats - song.notes[i - 1].end_beats() < REST_BEATS => last.end = i + 1,
            _ => out.push(i..i + 1),
        }
    }
    out
}

fn words_of(song: &Song, breath: Range<usize>) -> Vec<SungWord<'_>> {
    let mut words: Vec<SungWord> = Vec::new();
    for i in breath {
        let lyric = &song.notes[i].lyric;
        match (lyric, words.last_mut()) {
            (Lyric::NextSyllable, Some(word)) => word.syllables.push(i..i + 1),
            (Lyric::Hold, Some(word)) => {
                if let Some(held) = word.syllables.last_mut() {
                    held.end = i + 1;
                }
            }
            _ => words.push(SungWord { lyric, syllables: std::iter::once(i..i + 1).collect() }),
        }
    }
    words
}

fn phrase(
    frontend: &Frontend,
    song: &Song,
    breath: Range<usize>,
    text: &mut SungText,
) -> Result<(), SongError> {
    let words = words_of(song, breath);
    let sounds = sounds(frontend, song, &words)?;
    let mut out = SungPhrase { tokens: Vec::new(), syllables: Vec::new(), mark: ',', spoken: 0 };
    for (word, sound) in words.iter().zip(sounds) {
        let index = text.words.len() as u32;
        text.words.push(match word.lyric {
            Lyric::Word(word) => word.clone(),
            Lyric::Phonemes(phonemes) => format!("{{{phonemes}}}"),
            Lyric::NextSyllable | Lyric::Hold => String::new(),
        });
        if !out.tokens.is_empty() {
            out.tokens.push(Token { symbol: ' ', word: None });
        }
        let first = out.tokens.len();
        out.tokens.extend(sound.iter().map(|symbol| Token { symbol: *symbol, word: Some(index) }));
        let nuclei = nuclei(&sound).into_iter().map(|nucleus| first + nucleus).collect::<Vec<_>>();
        out.syllables.extend(syllables(song, word, &nuclei)?);
    }
    out.spoken = out.tokens.len();
    out.tokens.push(Token { symbol: ',', word: None });
    text.phrases.push(out);
    Ok(())
}

/// A syllable of a word: places among its symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WordSyllable {
    /// Its first phone.
    pub(super) first: usize,
    pub(super) nucleus: usize,
    /// Its last phone.
    pub(super) last: usize,
}

/// The syllables of a word.
pub(super) fn word_syllables(symbols: &[char]) -> Vec<WordSyllable> {
    let (at, phones): (Vec<usize>, Vec<Phone>) =
        symbols.iter().enumerate().filter_map(|(i, symbol)| Some((i, Phone::of(*symbol)?))).unzip();
    let own = |syllable: &crate::phone::SyllableSpan| WordSyllable {
        first: at[syllable.phones.start],
        nucleus: at[syllable.nucleus],
        last: at[syllable.phones.end - 1],
    };
    syllabify(&phones).iter().filter(|syllable| !syllable.phones.is_empty()).map(own).collect()
}

/// The nucleus of each syllable of a word, among its symbols.
fn nuclei(symbols: &[char]) -> Vec<usize> {
    word_syllables(symbols).iter().map(|syllable| syllable.nucleus).collect()
}

/// The symbols of words that are sung in one breath, each one's or why it has none. They are read in their sentence.
pub(super) fn sounds_of(frontend: &Frontend, words: &[&str]) -> Vec<Result<Vec<char>, TextError>> {
    let mut text = String::new();
    let mut places = Vec::with_capacity(words.len());
    for word in words {
        let start = text.len();
        text.push_str(word);
        places.push(start..text.len());
        text.push(' ');
    }
    match read_together(frontend, &text, &places) {
        Some(together) => together.into_iter().map(Ok).collect(),
        None => words.iter().map(|word| alone(frontend, word)).collect(),
    }
}

/// Gives the syllables of a word their notes; what is left over shares the last one.
fn syllables(song: &Song, word: &SungWord, nuclei: &[usize]) -> Result<Vec<SungSyllable>, SongError> {
    let refuse = |note: usize, problem: String| {
        Err(SongError::Note { note: note + 1, line: song.notes[note].line, problem })
    };
    let first = word.syllables[0].start;
    let name = match word.lyric {
        Lyric::Word(text) | Lyric::Phonemes(text) => text.as_str(),
        _ => "",
    };
    if nuclei.is_empty() {
        return refuse(first, format!("'{name}' has nothing that can be sung; write a word or {{phonemes}}"));
    }
    if let Some(extra) = word.syllables.get(nuclei.len()) {
        let (found, wanted) = (nuclei.len(), nuclei.len() + 1);
        return refuse(
            extra.start,
            format!(
                "'+' asks for syllable {wanted} of '{name}', which has {found}; write '-' to hold the vowel"
            ),
        );
    }
    let mut out = Vec::with_capacity(nuclei.len());
    for (i, notes) in word.syllables.iter().enumerate() {
        let own: &[Note] = &song.notes[notes.clone()];
        let last = i + 1 == word.syllables.len();
        let sharing = if last { &nuclei[i..] } else { &nuclei[i..=i] };
        // Syllables without a note of their own divide the first note between them; holds belong to the last.
        let share_beats = own[0].length_beats / sharing.len() as f32;
        for (k, nucleus) in sharing.iter().enumerate() {
            let start_beats = own[0].start_beats + k as f32 * share_beats;
            let ends = k + 1 == sharing.len();
            let end_beats = if ends { own[own.len() - 1].end_beats() } else { start_beats + share_beats };
            out.push(SungSyllable { nucleus: *nucleus, start_beats, end_beats, velocity: own[0].velocity });
        }
    }
    Ok(out)
}

/// The symbols of each word. Words are read in their sentence, so that "live" and "the" come out right.
fn sounds(frontend: &Frontend, song: &Song, words: &[SungWord]) -> Result<Vec<Vec<char>>, SongError> {
    let mut text = String::new();
    let mut places = Vec::new();
    for word in words {
        if let Lyric::Word(written) = word.lyric {
            let start = text.len();
            text.push_str(written);
            places.push(start..text.len());
            text.push(' ');
        }
    }
    let together = if text.is_empty() { Some(Vec::new()) } else { read_together(frontend, &text, &places) };
    let mut together = together.map(Vec::into_iter);
    let mut out = Vec::with_capacity(words.len());
    for word in words {
        out.push(match word.lyric {
            Lyric::Phonemes(phonemes) => phonemes.chars().collect(),
            Lyric::Word(written) => match together.as_mut().and_then(Iterator::next) {
                Some(sound) => sound,
                None => alone(frontend, written).map_err(|error| {
                    let note = word.syllables[0].start;
                    let problem = format!("'{written}' cannot be sung: {error}");
                    SongError::Note { note: note + 1, line: song.notes[note].line, problem }
                })?,
            },
            Lyric::NextSyllable | Lyric::Hold => Vec::new(),
        });
    }
    Ok(out)
}

/// The words of a phrase read as one text; `None` if they do not come out one for one.
fn read_together(frontend: &Frontend, text: &str, places: &[Range<usize>]) -> Option<Vec<Vec<char>>> {
    let utterance = frontend.analyse(text).ok()?;
    let inside = |(word, place): (&crate::text::Word, &Range<usize>)| {
        word.source.start >= place.start && word.source.end <= place.end
    };
    if utterance.words.len() != places.len() || !utterance.words.iter().zip(places).all(inside) {
        return None;
    }
    let mut out = vec![Vec::new(); places.len()];
    for token in utterance.phrases.iter().flat_map(|phrase| &phrase.tokens) {
        if let Some(word) = token.word {
            out[word as usize].push(token.symbol);
        }
    }
    out.iter().all(|sound| !sound.is_empty()).then_some(out)
}

fn alone(frontend: &Frontend, word: &str) -> Result<Vec<char>, TextError> {
    let utterance = frontend.analyse(word)?;
    let tokens = utterance.phrases.iter().flat_map(|phrase| &phrase.tokens);
    Ok(tokens.filter(|token| token.word.is_some()).map(|token| token.symbol).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Dialect;

    fn sung(song: &str) -> Result<SungText, SongError> {
        let frontend = Frontend::new(Dialect::American).expect("embedded");
        read(&frontend, &Song::parse(song).expect("a song that can be read"))
    }

    #[test]
    fn syllables_find_their_notes() {
        let text = sung("C4 1 Twin\nC4 1 +\nG4 1 little\nr 1\nC4 1 star\nD4 1 -\n")
            .expect_err("Twin has one syllable");
        assert!(text.to_string().contains("note 2 (line 2)") && text.to_string().contains("'-'"), "{text}");
        let text = sung("C4 1 Twinkle\nC4 1 +\nG4 1 little\nr 1\nC4 1 star\nD4 1 -\n").expect("sung");
        assert_eq!(text.words, ["Twinkle", "little", "star"]);
        assert_eq!(text.phrases.len(), 2);
        let starts: Vec<f32> = text.phrases[0].syllables.iter().map(|s| s.start_beats).collect();
        assert_eq!(starts, [0.0, 1.0, 2.0, 2.5], "little shares one note");
        assert_eq!(text.phrases[1].syllables[0].end_beats, 6.0, "a held vowel");
        for phrase in &text.phrases {
            assert_eq!(phrase.tokens.last().map(|token| token.symbol), Some(','));
            for syllable in &phrase.syllables {
                assert!(Phone::of(phrase.tokens[syllable.nucleus].symbol).is_some_and(|p| p.is_vowel()));
            }
        }
    }

    #[test]
    fn breaths_are_bounded() {
        let endless = "C4 0.5 la\n".repeat(70);
        assert!(sung(&endless).expect_err("no rest").to_string().contains("breathe"));
    }
}
