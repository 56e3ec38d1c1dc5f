//! Numbers that belong together: ratios (2:1), chapter and verse (John 3:16), sides (3x4).

use super::line::{Line, Pieces};
use super::numeral::{Numeral, finish, starts};

/// Books that a chapter and a verse are quoted from.
const BOOKS: [&str; 22] = [
    "Genesis",
    "Exodus",
    "Leviticus",
    "Numbers",
    "Deuteronomy",
    "Joshua",
    "Samuel",
    "Kings",
    "Psalm",
    "Psalms",
    "Proverbs",
    "Isaiah",
    "Jeremiah",
    "Matthew",
    "Mark",
    "Luke",
    "John",
    "Acts",
    "Romans",
    "Corinthians",
    "Hebrews",
    "Revelation",
];

/// `2:1`, `16:9`, `1:50,000`: what is no time of day. Chapter and verse have no "to".
pub(crate) fn ratio(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if !starts(line, i) || line.before(i).is_ascii_alphabetic() {
        return None;
    }
    let mut numerals = vec![Numeral::parse(line, i)?];
    let mut end = numerals[0].end;
    while line.at(end) == ':' && line.at(end + 1).is_ascii_digit() {
        let next = Numeral::parse(line, end + 1)?;
        end = next.end;
        numerals.push(next);
    }
    if numerals.len() < 2 || !line.is_boundary(end) {
        return None;
    }
    let link = if BOOKS.contains(&pieces.last_word(0).as_str()) { "" } else { "to" };
    let mut from = i;
    for numeral in numerals {
        if from > i {
            pieces.words(link, &line.source(from - 1..from));
        }
        let source = line.source(from..numeral.end);
        pieces.number(numeral.amount(), &line.text(from..numeral.end), &source);
        from = numeral.end + 1;
    }
    Some(finish(line, pieces, end))
}

/// `3x4`, `1920x1080`: sides.
pub(crate) fn sides(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if !starts(line, i) || line.before(i).is_ascii_alphabetic() || line.has(i, "0x") {
        return None;
    }
    let mut from = i;
    let mut end = i;
    while let Some(numeral) = Numeral::parse(line, from) {
        let cross = matches!(line.at(numeral.end), 'x' | 'X') && line.at(numeral.end + 1).is_ascii_digit();
        if !cross && from == i {
            return None;
        }
        if from > i {
            pieces.words("by", &line.source(from - 1..from));
        }
        let source = line.source(from..numeral.end);
        pieces.number(numeral.words(), &line.text(from..numeral.end), &source);
        end = numeral.end;
        from = end + 1;
        if !cross {
            break;
        }
    }
    Some(finish(line, pieces, end))
}
