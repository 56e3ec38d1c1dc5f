//! Lyrics as they are typed: words, `-`, `+`, phonemes in braces, and the marks at which one breathes.
//!
//! ```text
//! Twinkle, twin -  kle + lit + tle {s t aa r} -
//! ```

use super::note::Lyric;
use super::{SongError, phonemes};
use crate::text::Notice;
use std::ops::Range;

/// What follows a word on notes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum More {
    /// `+`
    NextSyllable,
    /// `-`
    Hold,
}

/// A word with what follows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LyricWord {
    /// [`Lyric::Word`] or [`Lyric::Phonemes`].
    pub(super) lyric: Lyric,
    /// As written.
    pub(super) written: String,
    /// Bytes of the text.
    pub(super) source: Range<usize>,
    pub(super) more: Vec<More>,
}

/// What is sung in one breath.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Breath {
    pub(super) words: Vec<LyricWord>,
    /// The mark that ends it: one of `, . ? !`.
    pub(super) mark: char,
}

/// Lyrics in breaths, and what was left out of them.
#[derive(Debug, Default)]
pub(super) struct Lyrics {
    pub(super) breaths: Vec<Breath>,
    pub(super) notices: Vec<Notice>,
    /// Whether the next word begins a breath.
    breathes: bool,
}

/// Reads lyrics.
///
/// # Errors
/// Phonemes in braces that cannot be read; names the line.
pub(super) fn read(text: &str) -> Result<Lyrics, SongError> {
    let mut lyrics = Lyrics { breathes: true, ..Lyrics::default() };
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match c {
            '{' => lyrics.braces(text, at)?,
            // Tags say how a text is spoken; a note says how it is sung.
            '[' | '<' => tag(rest, c).unwrap_or(1),
            '\n' | '\r' => {
                lyrics.breathe(',');
                1
            }
            c if c.is_whitespace() || is_wrapping(c) => c.len_utf8(),
            c => match mark(c) {
                Some(mark) => {
                    lyrics.breathe(mark);
                    c.len_utf8()
                }
                None => {
                    let length = word(rest);
                    lyrics.item(at..at + length, &rest[..length]);
                    length
                }
            },
        };
        at += length;
    }
    Ok(lyrics)
}

/// The mark of speech that a breath at a character stands for.
fn mark(c: char) -> Option<char> {
    match c {
        ',' | ';' | ':' | '—' | '–' | '…' | '،' | '、' => Some(','),
        '.' | '。' => Some('.'),
        '?' | '¿' => Some('?'),
        '!' | '¡' => Some('!'),
        _ => None,
    }
}

fn is_wrapping(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '(' | ')' | '*' | '_' | ']' | '>' | '}' | '|' | '/')
}

/// Length in bytes of the tag that a text begins with, if it ends on its line.
fn tag(text: &str, opening: char) -> Option<usize> {
    const LONGEST: usize = 200;
    let closing = if opening == '[' { ']' } else { '>' };
    let line = text.lines().next().unwrap_or("");
    line.char_indices().take(LONGEST).find(|(_, c)| *c == closing).map(|(i, _)| i + 1)
}

/// Length in bytes of the word that a text begins with: marks inside numbers and abbreviations belong to it.
fn word(text: &str) -> usize {
    let mut before = ' ';
    for (i, c) in text.char_indices() {
        let after = text[i + c.len_utf8()..].chars().next().unwrap_or(' ');
        let inside = match c {
            ',' | ':' => before.is_ascii_digit() && after.is_ascii_digit(),
            '.' => before.is_alphanumeric() && after.is_alphanumeric(),
            _ => false,
        };
        let ends = c.is_whitespace() || matches!(c, '{' | '[' | '<') || is_wrapping(c) || mark(c).is_some();
        if ends && !inside {
            return i;
        }
        before = c;
    }
    text.len()
}

impl Lyrics {
    fn breathe(&mut self, mark: char) {
        if let Some(last) = self.breaths.last_mut().filter(|_| !self.breathes) {
            last.mark = mark;
        }
        self.breathes = true;
    }

    fn notice(&mut self, source: Range<usize>, message: String) {
        self.notices.push(Notice { source, message });
    }

    /// A word, or signs for what follows one.
    fn item(&mut self, source: Range<usize>, item: &str) {
        match item {
            "-" => self.more(More::Hold, source),
            "--" | "---" => self.breathe(','),
            item if item.chars().all(|c| c == '+') => {
                for _ in 0..item.len() {
                    self.more(More::NextSyllable, source.clone());
                }
            }
            item => {
                // A hyphen at the end is how scores show that a word goes on.
                let word = item.trim_end_matches('-');
                self.add(Lyric::Word(word.to_owned()), item, source);
            }
        }
    }

    fn more(&mut self, more: More, source: Range<usize>) {
        let word = self.breaths.last_mut().and_then(|breath| breath.words.last_mut());
        match word {
            Some(word) => word.more.push(more),
            None => {
                let sign = if more == More::Hold { '-' } else { '+' };
                self.notice(
                    source,
                    format!("'{sign}' goes on with a word, but there is none before it; left out"),
                );
            }
        }
    }

    fn add(&mut self, lyric: Lyric, written: &str, source: Range<usize>) {
        if std::mem::replace(&mut self.breathes, false) {
            self.breaths.push(Breath { words: Vec::new(), mark: ',' });
        }
        let word = LyricWord { lyric, written: written.to_owned(), source, more: Vec::new() };
        if let Some(breath) = self.breaths.last_mut() {
            breath.words.push(word);
        }
    }

    /// Phonemes in braces from `at` on; returns their length in bytes.
    fn braces(&mut self, text: &str, at: usize) -> Result<usize, SongError> {
        let refuse = |problem| Err(SongError::Line { line: 1 + text[..at].matches('\n').count(), problem });
        let line = text[at..].lines().next().unwrap_or("");
        let Some(end) = line.find('}') else {
            return refuse("a brace '{' is opened and not closed on its line; write {r iy d}".to_owned());
        };
        match phonemes::read(&line[1..end]) {
            Ok(symbols) => {
                self.add(Lyric::Phonemes(symbols), &line[..=end], at..at + end + 1);
                Ok(end + 1)
            }
            Err(problem) => refuse(problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        let lyrics = read(text).expect("lyrics");
        let names = |breath: &Breath| breath.words.iter().map(|word| word.written.clone()).collect();
        lyrics.breaths.iter().map(names).collect()
    }

    #[test]
    fn words_breaths_and_signs_are_read() {
        let lyrics = read("Twinkle + twinkle, lit - tle star! -\nHow {r iy d}?").expect("lyrics");
        let first = &lyrics.breaths[0].words;
        assert_eq!(first[0].more, [More::NextSyllable]);
        assert_eq!((lyrics.breaths.len(), lyrics.breaths[1].mark, lyrics.breaths[2].mark), (3, '!', '?'));
        assert_eq!(lyrics.breaths[1].words[0].more, [More::Hold]);
        assert_eq!(lyrics.breaths[1].words[2].more, [More::Hold], "a sign after a mark belongs to its word");
        assert_eq!(lyrics.breaths[2].words[1].lyric, Lyric::Phonemes("ɹˈid".into()));
        assert_eq!(&"Twinkle + twinkle, lit"[first[1].source.clone()], "twinkle");
    }

    #[test]
    fn tags_and_wrappings_are_no_words_and_numbers_stay_whole() {
        assert_eq!(words("[happy]la[/] <b>la</b> \"la\" (la)"), [vec!["la"; 4]]);
        assert_eq!(
            words("3.5 at 10:30, U.S.A. gent- ly"),
            [vec!["3.5", "at", "10:30"], vec!["U.S.A"], vec!["gent-", "ly"]]
        );
        assert_eq!(words("la,la -- la"), [vec!["la"], vec!["la"], vec!["la"]]);
        assert_eq!(words(" ,.!\n\n").len(), 0);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let lyrics = read("- la ++").expect("lyrics");
        assert!(lyrics.notices[0].message.contains("none before"));
        assert_eq!(lyrics.breaths[0].words[0].more.len(), 2);
        let refused = |text: &str| read(text).expect_err(text).to_string();
        assert!(refused("la\n{r iy").contains("line 2"));
        assert!(refused("la\nla {r qq d}").contains("'qq'"));
    }
}
