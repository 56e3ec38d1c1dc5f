//! Angles with their parts and points of the compass: 51°30'N, 48°51'24", 40.7128° N.

use super::line::{Line, Pieces};
use super::numeral::{self, Numeral};

/// The point of the compass at `i`, after optional spaces, and where it ends.
fn point(line: &Line<'_>, i: usize) -> Option<(&'static str, usize)> {
    let at = line.spaces(i);
    let end = line.word(at);
    let name = match line.text(at..end).as_str() {
        "N" => "north",
        "S" => "south",
        "E" => "east",
        "W" => "west",
        "NE" => "northeast",
        "NW" => "northwest",
        "SE" => "southeast",
        "SW" => "southwest",
        _ => return None,
    };
    line.is_boundary(end).then_some((name, end))
}

/// A number that one of `marks` follows at once: its words' source, and where the mark ends.
fn part(line: &Line<'_>, i: usize, marks: &[char]) -> Option<(Numeral, usize)> {
    let numeral = Numeral::parse(line, i)?;
    let mark = line.spaces(numeral.end);
    let near = mark == numeral.end || line.at(mark) == '°';
    (near && marks.contains(&line.at(mark))).then_some((numeral, mark + 1))
}

/// Degrees with minutes, seconds or a point of the compass; anything simpler is a measure.
pub(crate) fn angle(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let (sign, start) = numeral::sign(line, i).map_or((None, i), |(word, at)| (Some(word), at));
    if !numeral::starts(line, start) || line.before(i).is_ascii_alphabetic() {
        return None;
    }
    let (degrees, mut end) = part(line, start, &['°'])?;
    let mut parts = vec![(start, degrees, "degree", end)];
    for (name, marks) in [("minute", &['\''][..]), ("second", &['"', '”'][..])] {
        let at = line.spaces(end);
        if let Some((numeral, stop)) = part(line, at, marks) {
            parts.push((at, numeral, name, stop));
            end = stop;
        }
    }
    let point = point(line, end);
    if parts.len() == 1 && point.is_none() {
        return None;
    }
    if let Some(word) = sign {
        pieces.words(word, &line.source(i..start));
    }
    for (from, numeral, name, stop) in parts {
        let source = line.source(from..stop);
        pieces.number(numeral.amount(), &line.text(from..numeral.end), &source);
        pieces.words(&format!("{name}{}", if numeral.is_one() { "" } else { "s" }), &source);
    }
    if let Some((name, stop)) = point {
        pieces.words(name, &line.source(line.spaces(end)..stop));
        end = stop;
    }
    Some(numeral::finish(line, pieces, end))
}
