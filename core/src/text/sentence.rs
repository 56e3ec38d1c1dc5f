//! Cuts cleaned text into sentences.

use super::abbreviation;
use super::scan::Letter;

fn ends(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…')
}

fn closes(c: char) -> bool {
    matches!(c, '”' | '\'' | ')' | ']' | '’')
}

/// The letters (at most 12) or the single mark at a position.
fn word_at(letters: &[Letter], at: usize) -> String {
    let word: String =
        letters[at..].iter().take(12).map(|l| l.c).take_while(|c| c.is_ascii_alphabetic()).collect();
    if word.is_empty() { letters[at].c.to_string() } else { word }
}

/// The word that ends before `end`, without opening marks.
fn word_before(line: &[Letter], end: usize) -> String {
    const LONGEST: usize = 16;
    let near = end.saturating_sub(LONGEST);
    let start = line[near..end].iter().rposition(|l| l.c == ' ').map_or(near, |at| near + at + 1);
    line[start..end]
        .iter()
        .map(|l| l.c)
        .skip_while(|c| matches!(c, '(' | '"' | '“' | '\'' | '‘' | '['))
        .collect()
}

/// Whether the mark before `end` closes a sentence, `next` being the first word after the space.
fn is_end(line: &[Letter], end: usize, next: &str) -> bool {
    if next.starts_with(char::is_lowercase) {
        return false;
    }
    if line[end - 1].c != '.' {
        return true;
    }
    let word = word_before(line, end - 1);
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    !(initial || abbreviation::never_ends_sentence(&word, next))
}

/// Paragraph of each sentence, counted from 0: a blank line lies between two.
pub(crate) fn paragraphs(letters: &[Letter], sentences: &[std::ops::Range<usize>]) -> Vec<u32> {
    let mut paragraph = 0;
    let mut end = sentences.first().map_or(0, |first| first.start);
    sentences
        .iter()
        .map(|sentence| {
            let gap = letters.get(end..sentence.start).unwrap_or(&[]);
            // A sentence's range reaches up to its newline, not over it.
            let before = letters.get(..sentence.end).unwrap_or(&[]).get(sentence.start..).unwrap_or(&[]);
            let leading = before.iter().take_while(|l| l.c.is_whitespace()).filter(|l| l.c == '\n').count();
            let newlines = gap.iter().filter(|l| l.c == '\n').count() + leading;
            paragraph += u32::from(newlines > 1);
            end = sentence.end;
            paragraph
        })
        .collect()
}

/// Ranges of the sentences of one text; newlines end sentences too.
pub(crate) fn split(letters: &[Letter]) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut push = |start: usize, end: usize| {
        if letters[start..end].iter().any(|l| l.c != ' ' && l.c != '\n') {
            out.push(start..end);
        }
    };
    let mut line_start = 0;
    let mut i = 0;
    while i < letters.len() {
        if letters[i].c == '\n' {
            push(start, i);
            start = i + 1;
            line_start = start;
            i += 1;
            continue;
        }
        if !ends(letters[i].c) {
            i += 1;
            continue;
        }
        let mut after = i + 1;
        while letters.get(after).is_some_and(|l| closes(l.c)) {
            after += 1;
        }
        let gap = letters[after..].iter().take_while(|l| l.c == ' ').count();
        let more = letters.get(after + gap).is_some_and(|l| l.c != '\n');
        if gap > 0
            && more
            && is_end(&letters[line_start..], i + 1 - line_start, &word_at(letters, after + gap))
        {
            push(start, after);
            start = after + gap;
        }
        i = after;
    }
    push(start, letters.len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::scan::scan;

    fn paragraphs_of(text: &str) -> Vec<u32> {
        let letters = scan(text).letters;
        paragraphs(&letters, &split(&letters))
    }

    #[test]
    fn blank_lines_begin_paragraphs() {
        assert_eq!(paragraphs_of("One. Two.\nThree.\n\nFour. Five."), [0, 0, 0, 1, 1]);
        assert_eq!(paragraphs_of("\n\n\nOne.\n \n\nTwo."), [0, 1]);
        assert!(paragraphs_of(" \n\n").is_empty());
    }
}
