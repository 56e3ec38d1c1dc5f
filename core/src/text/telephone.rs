//! Telephone numbers.

use super::address::finish;
use super::line::{Line, Pieces};
use super::number;

/// What a number's groups of digits look like.
struct Groups {
    texts: Vec<String>,
    /// The signs between and before them.
    marks: String,
    end: usize,
}

/// Groups of digits with one dash, point or space between, the area code in brackets or not.
fn groups(line: &Line<'_>, i: usize) -> Option<Groups> {
    let mut at = i;
    let mut texts: Vec<String> = Vec::new();
    let mut marks = String::new();
    if line.at(at) == '+' {
        at += 1;
        marks.push('+');
    }
    const MOST: usize = 7;
    for _ in 0..MOST {
        let open = line.at(at) == '(';
        let from = at + usize::from(open);
        let end = line.digits(from);
        if end == from {
            break;
        }
        texts.push(line.text(from..end));
        at = end;
        let mut next = end;
        if open {
            if line.at(next) != ')' {
                return None;
            }
            marks.push('(');
            next += 1;
            at = next;
            next = line.spaces(next);
        }
        let mark = line.at(next);
        let marked = matches!(mark, '-' | '.' | ' ') && !open;
        next += usize::from(marked);
        if !(line.at(next).is_ascii_digit() || line.at(next) == '(') {
            break;
        }
        if marked {
            marks.push(mark);
        }
        at = next;
    }
    Some(Groups { texts, marks, end: at })
}

impl Groups {
    /// The American shapes 3-4, 3-3-4 and 1-3-3-4; with a plus, any of eight to fifteen digits; with a leading zero,
    /// two or three groups of nine to eleven.
    fn is_telephone(&self) -> bool {
        let sizes: Vec<usize> = self.texts.iter().map(String::len).collect();
        let total: usize = sizes.iter().sum();
        let international =
            self.marks.starts_with('+') && (8..=15).contains(&total) && !self.marks.contains("..");
        let national = self.texts.first().is_some_and(|t| t.starts_with('0') && t.len() > 2)
            && (9..=11).contains(&total)
            && (2..=3).contains(&sizes.len())
            && !self.marks.contains('.');
        match sizes.as_slice() {
            [3, 4] => self.marks.starts_with('-'),
            [3, 3, 4] => true,
            [1..=3, 3, 3, 4] => true,
            _ => international || national,
        }
    }
}

/// Any telephone number, digit by digit.
pub(crate) fn telephone(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if matches!(line.before(i), '.' | '-' | '/' | '$') || line.before(i).is_ascii_alphanumeric() {
        return None;
    }
    let groups = groups(line, i)?;
    let at = groups.end;
    let goes_on = matches!(line.at(at), '-' | '.') && line.at(at + 1).is_ascii_digit();
    if !groups.is_telephone() || line.at(at).is_ascii_alphanumeric() || goes_on {
        return None;
    }
    let source = line.source(i..at);
    if groups.marks.starts_with('+') {
        pieces.words("plus", &source);
    }
    let count = groups.texts.len();
    for (k, group) in groups.texts.iter().enumerate() {
        if k > 0 {
            pieces.mark(',', &source);
        }
        let toll_free = group == "800" && (k == 0 || count == 4 && k == 1);
        let words = if toll_free { number::cardinal(group) } else { number::digits(group) };
        pieces.number(words, group, &source);
    }
    Some(finish(line, pieces, at))
}
