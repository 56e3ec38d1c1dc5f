//! Numbers as written: signs, grouping, decimals, ordinals, decades, ranges, ratios, measures.

use super::line::{Line, Pieces};
use super::magnitude;
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
        if let Some(stop) = spaced_groups(line, i, end) {
            whole = line.text(i..stop).replace(' ', "");
            end = stop;
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

/// Past the groups of three that spaces set off ("10 000"), where they can be nothing else.
fn spaced_groups(line: &Line<'_>, i: usize, end: usize) -> Option<usize> {
    if !(1..=3).contains(&(end - i)) || line.at(i) == '0' {
        return None;
    }
    let mut stop = end;
    while line.at(stop) == ' ' && line.digits(stop + 1) == stop + 4 {
        stop += 4;
    }
    let round = stop == end + 4 && line.text(stop - 3..stop) == "000";
    (round || stop > end + 4).then_some(stop)
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

/// Whether the number at `i`, after a hyphen, goes on into a sum or an equation.
fn is_subtraction(line: &Line<'_>, mut i: usize) -> bool {
    const LONGEST: usize = 8;
    for _ in 0..LONGEST {
        let Some(numeral) = Numeral::parse(line, i) else { return false };
        let after = line.spaces(numeral.end);
        match line.at(after) {
            '=' | '+' | '×' | '÷' | '*' => return true,
            '-' | '–' => i = line.spaces(after + 1),
            _ => return false,
        }
    }
    false
}

/// Adds a number and the "to" of a range that goes on after it; returns the position to go on from.
pub(crate) fn finish(line: &Line<'_>, pieces: &mut Pieces, end: usize) -> usize {
    let gap = line.spaces(end);
    let dash = line.at(gap);
    let tight = gap == end && line.at(gap + 1).is_ascii_digit();
    let loose = dash == '–' && line.at(line.spaces(gap + 1)).is_ascii_digit();
    let money = matches!(line.at(gap + 1), '$' | '£' | '€') && gap == end;
    let second = line.spaces(gap + 1);
    if matches!(dash, '-' | '–') && line.at(second).is_ascii_digit() && is_subtraction(line, second) {
        pieces.words("minus", &line.source(gap..gap + 1));
        return second;
    }
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

/// Words after which digits are keyed in one by one.
const KEYED: [&str; 10] =
    ["zip", "code", "pin", "passcode", "postcode", "password", "dial", "dialed", "dialled", "dialing"];
/// Numbers that are never called anything but their digits, after these words or before those.
const HELP_LINES: [&str; 10] = ["911", "999", "112", "111", "101", "988", "411", "311", "811", "000"];
const CALLED: [&str; 8] = ["call", "called", "calling", "calls", "ring", "rang", "phone", "text"];
const CALLS: [&str; 6] = ["call", "calls", "caller", "operator", "dispatcher", "emergency"];

/// Whether a bare number is a string of digits here: dialled, a code, a postal code after a state.
fn is_keyed(line: &Line<'_>, numeral: &Numeral, pieces: &Pieces) -> bool {
    let joined = ["or", "and"].contains(&pieces.last_word(0).as_str());
    let before = pieces.last_word(if joined { 2 } else { 0 });
    let word = before.to_ascii_lowercase();
    let after = line.spaces(numeral.end);
    let next = line.text(after..line.word(after));
    let length = numeral.whole.len();
    let help = HELP_LINES.contains(&numeral.whole.as_str())
        && (CALLED.contains(&word.as_str()) || CALLS.contains(&next.as_str()));
    let state = length == 5 && before.len() == 2 && before.bytes().all(|b| b.is_ascii_uppercase());
    !numeral.grouped && (help || state || length > 2 && KEYED.contains(&word.as_str()))
}

/// Parts of a number with two points or more ("1.2.3", "192.168.0.1") and where it ends.
fn dotted(line: &Line<'_>, i: usize) -> Option<(Words, usize)> {
    let mut parts = Vec::new();
    let mut end = i;
    loop {
        let stop = line.digits(end);
        parts.push(line.text(end..stop));
        end = stop;
        if line.at(end) != '.' || !line.at(end + 1).is_ascii_digit() {
            break;
        }
        end += 1;
    }
    if parts.len() < 3 || parts[0].is_empty() {
        return None;
    }
    let address = parts.len() == 4 && parts.iter().all(|p| p.parse::<u8>().is_ok());
    let mut words = Words::new();
    for (k, part) in parts.iter().enumerate() {
        if k > 0 {
            words.push(if address { "dot" } else { "point" }.to_owned());
        }
        let spelled = part.len() > 3 || part.len() > 1 && part.starts_with('0');
        words.extend(if spelled { number::digits(part) } else { number::cardinal(part) });
    }
    Some((words, end))
}

/// A number with at most one point, with what is glued to it.
fn bare(line: &Line<'_>, numeral: &Numeral, glued: bool, pieces: &Pieces) -> (Words, usize) {
    if let Some(found) = with_ending(line, numeral) {
        return found;
    }
    let year = numeral.whole.len() == 4 && ["19", "20"].contains(&&numeral.whole[..2]);
    let glued_digits = glued && numeral.fraction.is_none() && numeral.whole.len() > 2 && !year;
    let words = if glued_digits || is_keyed(line, numeral, pieces) {
        number::digits(&numeral.whole)
    } else {
        numeral.words()
    };
    match magnitude::after_count(line, numeral).filter(|_| !glued) {
        Some((word, end)) => (numeral.amount().into_iter().chain([word.to_owned()]).collect(), end),
        None => (words, numeral.end),
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
    let glued = line.before(i).is_ascii_alphabetic();
    let (mut words, mut end) = match dotted(line, i) {
        Some(dotted) => dotted,
        None => bare(line, &Numeral::parse(line, i)?, glued, pieces),
    };
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
