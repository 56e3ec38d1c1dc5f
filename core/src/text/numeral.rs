//! Numbers as written: signs, grouping, decimals, fractions, ordinals, decades, ranges, measures.

use super::date;
use super::line::{Line, Pieces};
use super::number::{self, Words};
use super::unit;

/// A number as it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numeral {
    /// Digits of the whole part, without separators; empty in ".5".
    pub(crate) whole: String,
    /// Digits after the point.
    pub(crate) fraction: Option<String>,
    /// Whether the thousands were set off by commas.
    pub(crate) grouped: bool,
    /// Position after it.
    pub(crate) end: usize,
}

impl Numeral {
    /// Reads the number that starts at `i`.
    pub(crate) fn parse(line: &Line<'_>, i: usize) -> Option<Self> {
        let mut end = line.digits(i);
        let mut whole = line.text(i..end);
        let mut grouped = false;
        while (1..=3).contains(&(end - i)) | grouped && line.at(end) == ',' && line.digits(end + 1) == end + 4
        {
            whole.push_str(&line.text(end + 1..end + 4));
            end += 4;
            grouped = true;
        }
        let mut fraction = None;
        if line.at(end) == '.' && line.digits(end + 1) > end + 1 {
            let stop = line.digits(end + 1);
            fraction = Some(line.text(end + 1..stop));
            end = stop;
        }
        (!whole.is_empty() || fraction.is_some()).then_some(Self { whole, fraction, grouped, end })
    }

    /// In words; four bare digits are read as a year, a leading zero digit by digit.
    pub(crate) fn words(&self) -> Words {
        match &self.fraction {
            Some(fraction) => number::decimal(&self.whole, fraction),
            None if self.whole.len() > 1 && self.whole.starts_with('0') => number::digits(&self.whole),
            None if self.whole.len() == 4 && !self.grouped => number::year(&self.whole),
            None => number::cardinal(&self.whole),
        }
    }

    /// In words, as an amount: never a year.
    pub(crate) fn amount(&self) -> Words {
        match &self.fraction {
            Some(fraction) => number::decimal(&self.whole, fraction),
            None => number::cardinal(&self.whole),
        }
    }

    /// Whether exactly one thing is counted.
    pub(crate) fn is_one(&self) -> bool {
        self.whole == "1" && self.fraction.is_none()
    }
}

/// A number may start here: not inside a number, nor after a point that belongs to one.
pub(crate) fn starts(line: &Line<'_>, i: usize) -> bool {
    let digit = line.at(i).is_ascii_digit()
        || (line.at(i) == '.' && line.at(i + 1).is_ascii_digit() && !is_wordlike(line.before(i)));
    digit && !line.before(i).is_ascii_digit()
}

fn is_wordlike(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '.'
}

/// Spoken sign before a number, and the position after it.
pub(crate) fn sign(line: &Line<'_>, i: usize) -> Option<(&'static str, usize)> {
    let free = matches!(line.before(i), ' ' | '(' | '[' | '“' | '‘' | '\'' | '—' | '=' | '$');
    let word = match line.at(i) {
        '-' if free => "minus",
        '–' if free && line.before(i) == ' ' => "minus",
        '+' if free => "plus",
        '±' => "plus or minus",
        '~' | '≈' => "about",
        _ => return None,
    };
    let next = i + 1;
    let amount = line.at(next).is_ascii_digit() || line.at(next) == '.' && line.at(next + 1).is_ascii_digit();
    (amount || matches!(line.at(next), '$' | '£' | '€')).then_some((word, next))
}

/// Adds a number and the "to" of a range that goes on after it; returns the position to go on from.
pub(crate) fn finish(line: &Line<'_>, pieces: &mut Pieces, end: usize) -> usize {
    let gap = line.spaces(end);
    let dash = line.at(gap);
    let tight = gap == end && line.at(gap + 1).is_ascii_digit();
    let loose = dash == '–' && line.at(line.spaces(gap + 1)).is_ascii_digit();
    let money = matches!(line.at(gap + 1), '$' | '£' | '€') && gap == end;
    if matches!(dash, '-' | '–') && (tight || loose || money) {
        pieces.words("to", &line.source(gap..gap + 1));
        return line.spaces(gap + 1);
    }
    // "20-year-old": the hyphens after a number are spaces to the ear.
    if line.at(end) == '-' && line.at(end + 1).is_ascii_alphabetic() {
        pieces.space();
        pieces.loose = true;
        return end + 1;
    }
    pieces.space();
    // What follows at once ("3D", "4:") keeps its marks tied to the number.
    if !line.at(end).is_ascii_alphanumeric()
        && let Some(last) = pieces.list.last_mut()
    {
        last.space_after = false;
    }
    end
}

/// `5'11"` and `6' 2"`.
pub(crate) fn feet_and_inches(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if !starts(line, i) {
        return None;
    }
    let feet = line.digits(i);
    let inches = line.spaces(feet + 1);
    let end = line.digits(inches);
    let marks = line.at(feet) == '\'' && matches!(line.at(end), '"' | '”');
    if !marks || end == inches || feet == i || end - inches > 2 {
        return None;
    }
    let source = line.source(i..end + 1);
    for (range, one, many) in [(i..feet, "foot", "feet"), (inches..end, "inch", "inches")] {
        let text = line.text(range);
        pieces.number(number::cardinal(&text), &text, &source);
        pieces.words(if text == "1" { one } else { many }, &source);
    }
    Some(finish(line, pieces, end + 1))
}

fn vulgar(c: char) -> Option<(&'static str, bool)> {
    Some(match c {
        '½' => ("half", false),
        '¼' => ("quarter", false),
        '¾' => ("three quarters", true),
        '⅓' => ("third", false),
        '⅔' => ("two thirds", true),
        '⅛' => ("eighth", false),
        '⅜' => ("three eighths", true),
        '⅝' => ("five eighths", true),
        '⅞' => ("seven eighths", true),
        _ => return None,
    })
}

fn part_name(n: u32) -> Option<String> {
    match n {
        2 => Some("half".into()),
        4 => Some("quarter".into()),
        3..=10 | 12 | 16 | 20 | 32 | 64 | 100 => Some(number::ordinal(&n.to_string()).join(" ")),
        _ => None,
    }
}

fn parts(a: u32, b: u32, after_whole: bool) -> Option<String> {
    let name = part_name(b)?;
    Some(match (a, after_whole) {
        (1, true) => format!("a {name}"),
        (1, false) => format!("one {name}"),
        _ if b == 2 => format!("{} halves", number::small(a).join(" ")),
        _ => format!("{} {}", number::small(a).join(" "), number::plural(&name)),
    })
}

/// `1/2`, `1 1/2`, `2½`, `24/7`, and other digits with a slash.
pub(crate) fn fraction(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if let Some((name, several)) = vulgar(line.at(i)) {
        let source = line.source(i..i + 1);
        pieces.words(&if several { name.to_owned() } else { format!("one {name}") }, &source);
        return Some(finish(line, pieces, i + 1));
    }
    if !starts(line, i) {
        return None;
    }
    let first = line.digits(i);
    let after_space = line.spaces(first);
    if let Some((name, several)) = vulgar(line.at(first)).or_else(|| vulgar(line.at(after_space))) {
        let end = if vulgar(line.at(first)).is_some() { first + 1 } else { after_space + 1 };
        let source = line.source(i..end);
        pieces.number(number::cardinal(&line.text(i..first)), &line.text(i..first), &source);
        pieces.words(&if several { format!("and {name}") } else { format!("and a {name}") }, &source);
        return Some(finish(line, pieces, end));
    }
    if line.at(first) == '/' {
        return slashed(line, i, i, pieces);
    }
    let second = line.digits(after_space);
    let mixed = after_space > first && second > after_space && line.at(second) == '/';
    if mixed { slashed(line, i, after_space, pieces) } else { None }
}

fn slashed(line: &Line<'_>, start: usize, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let middle = line.digits(i);
    let end = line.digits(middle + 1);
    if end == middle + 1
        || middle - i > 3
        || end - middle > 4
        || line.at(end) == '/'
        || !line.is_boundary(end)
    {
        return None;
    }
    let (a, b): (u32, u32) = (line.text(i..middle).parse().ok()?, line.text(middle + 1..end).parse().ok()?);
    let whole = start < i;
    let source = line.source(start..end);
    let special = matches!((a, b), (24, 7) | (9, 11) | (50, 50));
    let announced = date::announces_date(&pieces.last_word(0));
    let date_like = !whole && !special && (announced || parts(a, b, whole).is_none());
    if date_like && date::without_year(a, b, pieces, &source) {
        return Some(finish(line, pieces, end));
    }
    match parts(a, b, whole).filter(|_| !special && a > 0 && (a < b || !whole)) {
        Some(words) => {
            if whole {
                let count = line.text(start..line.digits(start));
                pieces.number(number::cardinal(&count), &count, &source);
                pieces.words("and", &source);
            }
            pieces.words(&words, &source);
        }
        None if whole => return None,
        None => {
            pieces.number(number::small(a), &a.to_string(), &source);
            if !special {
                pieces.words("slash", &source);
            }
            pieces.number(number::small(b), &b.to_string(), &source);
        }
    }
    Some(finish(line, pieces, end))
}

/// `'90s`, `'99`.
pub(crate) fn short_year(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let end = line.digits(i + 1);
    let opens = matches!(line.at(i), '\'' | '‘') && end == i + 3 && !line.before(i).is_ascii_alphanumeric();
    if !opens {
        return None;
    }
    let text = line.text(i + 1..end);
    let mut words = if text.starts_with('0') { number::digits(&text) } else { number::cardinal(&text) };
    let decade = line.at(end) == 's' && line.is_boundary(end + 1);
    if !decade && !line.is_boundary(end) {
        return None;
    }
    let end = end + usize::from(decade);
    if decade && let Some(last) = words.last_mut() {
        *last = number::plural(last);
    }
    pieces.number(words, &text, &line.source(i..end));
    Some(finish(line, pieces, end))
}

/// A number with a unit, a percent or a degree sign after it.
pub(crate) fn measured(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let (sign, start) = sign(line, i).map_or((None, i), |(word, at)| (Some(word), at));
    if !(starts(line, start) || sign.is_some()) || line.before(i).is_ascii_alphabetic() {
        return None;
    }
    let numeral = Numeral::parse(line, start)?;
    let unit = unit::after(line, &numeral)?;
    if let Some(word) = sign {
        pieces.words(word, &line.source(i..start));
    }
    pieces.number(numeral.amount(), &line.text(start..numeral.end), &line.source(start..numeral.end));
    // "2h 45m".
    let after_hours = unit.spoken == "meters" && pieces.last_word(1).starts_with("hour");
    let spoken = if after_hours { "minutes" } else { &unit.spoken };
    pieces.words(spoken, &line.source(line.spaces(numeral.end)..unit.end));
    Some(finish(line, pieces, unit.end))
}

/// What stands right after a bare number: an ordinal ending, a plural, nothing.
fn with_ending(line: &Line<'_>, numeral: &Numeral) -> Option<(Words, usize)> {
    let end = line.word(numeral.end);
    let ending = line.text(numeral.end..end);
    if numeral.fraction.is_some() {
        return None;
    }
    match ending.as_str() {
        "st" | "nd" | "rd" | "th" | "ST" | "ND" | "RD" | "TH" => Some((number::ordinal(&numeral.whole), end)),
        "s" => {
            let mut words = numeral.words();
            let last = words.last_mut()?;
            *last = number::plural(last);
            Some((words, end))
        }
        _ => None,
    }
}

/// Any other number; digits glued to letters are read one by one when there are more than two.
pub(crate) fn plain(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if let Some((word, at)) = sign(line, i) {
        pieces.words(word, &line.source(i..at));
        return Some(at);
    }
    if !starts(line, i) {
        return None;
    }
    let numeral = Numeral::parse(line, i)?;
    let glued = line.before(i).is_ascii_alphabetic();
    let (mut words, mut end) = with_ending(line, &numeral).unwrap_or_else(|| (numeral.words(), numeral.end));
    if glued && numeral.fraction.is_none() && numeral.whole.len() > 2 && end == numeral.end {
        words = number::digits(&numeral.whole);
    }
    // Versions and addresses: "1.2.3", "192.168.0.1".
    while line.at(end) == '.' && line.digits(end + 1) > end + 1 {
        let stop = line.digits(end + 1);
        words.push("point".into());
        words.extend(number::cardinal(&line.text(end + 1..stop)));
        end = stop;
    }
    if line.has(end, "'s")
        && line.is_boundary(end + 2)
        && let Some(last) = words.last_mut()
    {
        last.push_str("'s");
        end += 2;
    }
    pieces.number(words, &line.text(i..end), &line.source(i..end));
    Some(finish(line, pieces, end))
}
