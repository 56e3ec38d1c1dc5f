//! A stretch of the source that is not read as it stands, and how what is left and right of it is joined.

use std::ops::Range;

use crate::text::scan::Letter;

/// Ends a sentence where no mark does. A line end that the text has may be a space; this one never is.
pub(crate) const SENTENCE_BREAK: char = '\u{E001}';

/// How two stretches meet where markup stood between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Joint {
    /// As if nothing had been there.
    None,
    /// Letters go on as one word, but sentences stay apart.
    Tight,
    /// Words stay apart.
    Apart,
    /// Sentences stay apart.
    Break,
}

/// What is read in place of a cut.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Instead {
    Nothing(Joint),
    /// Other text; the bytes that it stands for.
    Text(String, Range<u32>),
    /// A placeholder; the bytes that it stands for.
    Placeholder(char, Range<u32>),
    Sentence,
    Paragraph,
}

/// Bytes of the source that are not read as they stand.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cut {
    pub(crate) source: Range<u32>,
    pub(crate) instead: Instead,
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | SENTENCE_BREAK)
}

fn opens(c: char) -> bool {
    matches!(c, '(' | '[' | '“' | '‘' | '"' | '\'' | '-' | '—' | '–' | '/' | '*' | '_')
}

/// Makes the letters before a cut and the character after it meet; whether that character is left out.
pub(crate) fn join(letters: &mut Vec<Letter>, joint: &mut Joint, next: char, at: u32) -> bool {
    let last = letters.last().map(|letter| letter.c);
    let blank = last.is_none_or(|c| c.is_whitespace() || is_line_end(c));
    if next == '\n' {
        let skip = last.is_none_or(is_line_end);
        if !(skip && *joint == Joint::Break) {
            *joint = Joint::None;
        }
        return skip;
    }
    if next.is_whitespace() {
        if !blank {
            *joint = Joint::None;
        }
        return blank;
    }
    if matches!(next, '.' | ',' | ';' | ':' | '!' | '?' | '…' | ')' | ']' | '”') {
        while letters.last().is_some_and(|letter| letter.c == ' ') {
            letters.pop();
        }
    } else if let Some(last) = last.filter(|_| !blank) {
        let begins = next.is_alphanumeric() || !next.is_ascii() || "\"“‘(*_{<[$£€#@&".contains(next);
        let apart = match joint {
            Joint::None => false,
            Joint::Tight => ".!?…,;:".contains(last) && next.is_alphabetic(),
            Joint::Apart | Joint::Break => begins && !opens(last) && !"’".contains(next),
        };
        if apart {
            letters.push(Letter { c: ' ', start: at, end: at });
        }
    }
    *joint = Joint::None;
    false
}

/// Ends the sentence, or the paragraph, that the letters hold.
pub(crate) fn end_sentence(letters: &mut Vec<Letter>, source: &Range<u32>, paragraph: bool) {
    while letters.last().is_some_and(|letter| letter.c == ' ') {
        letters.pop();
    }
    let wanted = if paragraph { 2 } else { 1 };
    let there = letters.iter().rev().take(wanted).take_while(|letter| is_line_end(letter.c)).count();
    if there < letters.len() {
        let end = Letter { c: SENTENCE_BREAK, start: source.start, end: source.end };
        letters.extend(std::iter::repeat_n(end, wanted - there));
    }
}
