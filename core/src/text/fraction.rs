//! Fractions: 1/2, 1 1/2, 2½, ¾ tsp, 24/7.

use super::date;
use super::line::{Line, Pieces};
use super::number;
use super::numeral::{Numeral, finish, starts};
use super::unit;

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
        (1, true) => article("", &name),
        (1, false) => format!("one {name}"),
        _ if b == 2 => format!("{} halves", number::small(a).join(" ")),
        _ => format!("{} {}", number::small(a).join(" "), number::plural(&name)),
    })
}

/// "and a half", "an eighth".
fn article(before: &str, name: &str) -> String {
    let article = if name.starts_with("eigh") { "an" } else { "a" };
    format!("{before} {article} {name}").trim_start().to_owned()
}

/// How much a fraction comes to: less than one in one part, in several, or more than one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    Part,
    Parts,
    Mixed,
}

/// Adds the unit after a fraction: "one half teaspoon", "three quarters of an inch", "two and a half cups".
fn measured(line: &Line<'_>, pieces: &mut Pieces, end: usize, size: Size) -> usize {
    let whole = if size == Size::Mixed { "2" } else { "1" };
    let numeral = Numeral { whole: whole.into(), fraction: None, grouped: false, end };
    let Some(unit) = unit::after(line, &numeral) else { return finish(line, pieces, end) };
    let source = line.source(line.spaces(end)..unit.end);
    if size == Size::Parts && unit.spoken != "percent" {
        let vowel = unit.spoken.starts_with(['a', 'e', 'i', 'o']);
        pieces.words(if vowel { "of an" } else { "of a" }, &source);
    }
    pieces.words(&unit.spoken, &source);
    finish(line, pieces, unit.end)
}

/// `1/2`, `1 1/2`, `2½`, `24/7`, and other digits with a slash.
pub(crate) fn fraction(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if let Some((name, several)) = vulgar(line.at(i)) {
        let source = line.source(i..i + 1);
        pieces.words(&if several { name.to_owned() } else { format!("one {name}") }, &source);
        return Some(measured(line, pieces, i + 1, if several { Size::Parts } else { Size::Part }));
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
        pieces.words(&if several { format!("and {name}") } else { article("and", name) }, &source);
        return Some(measured(line, pieces, end, Size::Mixed));
    }
    if line.at(first) == '/' {
        return slashed(line, i, i, pieces);
    }
    // "1 1/2" and "1-1/2".
    let at = if line.at(first) == '-' { first + 1 } else { after_space };
    let second = line.digits(at);
    let mixed = at > first && second > at && line.at(second) == '/';
    if mixed { slashed(line, i, at, pieces) } else { None }
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
    if whole && a >= b {
        return None;
    }
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
            let size = match (whole, a) {
                (true, _) => Size::Mixed,
                (false, 1) => Size::Part,
                _ => Size::Parts,
            };
            return Some(measured(line, pieces, end, size));
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
