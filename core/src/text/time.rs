//! Times of day: 3:30 p.m., 15:05, 9:00, 7 a.m.

use super::line::{Line, Pieces};
use super::number;
use super::numeral;

/// "A.M." or "P.M." at a position (after optional spaces), and where it ends.
fn half_day(line: &Line<'_>, i: usize) -> Option<(&'static str, usize)> {
    let at = line.spaces(i);
    let letters = match line.at(at) {
        'a' | 'A' => "A.M.",
        'p' | 'P' => "P.M.",
        _ => return None,
    };
    let dotted = line.at(at + 1) == '.';
    let m = at + 1 + usize::from(dotted);
    if !matches!(line.at(m), 'm' | 'M') || !line.is_boundary(m + 1) {
        return None;
    }
    // "7 am" may be the verb: "at 7 am I ..." is told from "the 7 am ..." by nothing but use; times win.
    Some((letters, m + 1 + usize::from(dotted && line.at(m + 1) == '.')))
}

fn emit_half_day(
    line: &Line<'_>,
    pieces: &mut Pieces,
    letters: &str,
    end: usize,
    source: &std::ops::Range<u32>,
) -> usize {
    pieces.words(letters, source);
    // The full stop of "p.m." is also the sentence's.
    if line.before(end) == '.' && line.is_end(end) {
        pieces.mark('.', source);
        return end;
    }
    numeral::finish(line, pieces, end)
}

/// Whether hours, minutes and seconds after this word are a stretch of time rather than a time of day.
fn lasts(word: &str) -> bool {
    ["in", "took", "takes", "lasted", "lasts", "of", "for", "ran", "runs", "time", "under", "clocked"]
        .contains(&word)
}

/// `3:30`, `3:30 p.m.`, `15:05`, `1:02:03`.
pub(crate) fn clock(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let h = line.digits(i);
    let m = line.digits(h + 1);
    if !numeral::starts(line, i) || line.at(h) != ':' || h - i > 2 || m != h + 3 {
        return None;
    }
    let hour: u32 = line.text(i..h).parse().ok()?;
    let minute: u32 = line.text(h + 1..m).parse().ok()?;
    let s = line.digits(m + 1);
    let second: Option<u32> =
        (line.at(m) == ':' && s == m + 3).then(|| line.text(m + 1..s).parse().ok()).flatten();
    let end = if second.is_some() { s } else { m };
    if hour > 24 || minute > 59 || second.is_some_and(|s| s > 59) || line.at(end).is_ascii_digit() {
        return None;
    }
    // "1:50,000" is a scale.
    if line.at(end) == ',' && line.digits(end + 1) == end + 4 {
        return None;
    }
    let half = half_day(line, end);
    let source = line.source(i..half.map_or(end, |(_, stop)| stop));
    if let Some(second) = second.filter(|_| half.is_none() && lasts(&pieces.last_word(0))) {
        for (count, name) in [(hour, "hour"), (minute, "minute"), (second, "second")] {
            if name == "second" {
                pieces.words("and", &source);
            }
            pieces.number(number::small(count), &count.to_string(), &source);
            pieces.words(&format!("{name}{}", if count == 1 { "" } else { "s" }), &source);
        }
        return Some(numeral::finish(line, pieces, end));
    }
    let mut words = number::small(hour);
    match minute {
        0 => {}
        1..=9 => words.extend(["oh".to_owned(), number::small(minute).join(" ")]),
        _ => words.extend(number::small(minute)),
    }
    pieces.number(words, &line.text(i..m), &source);
    if let Some(second) = second {
        pieces.words("and", &source);
        pieces.number(number::small(second), &second.to_string(), &source);
        pieces.words(if second == 1 { "second" } else { "seconds" }, &source);
    } else if minute == 0 && half.is_none() {
        pieces.words("o'clock", &source);
    }
    match half {
        Some((letters, stop)) => Some(emit_half_day(line, pieces, letters, stop, &source)),
        None => Some(numeral::finish(line, pieces, end)),
    }
}

/// `7 a.m.`, `10pm`.
pub(crate) fn hour(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let h = line.digits(i);
    if !numeral::starts(line, i) || h - i > 2 || line.before(i).is_ascii_alphabetic() {
        return None;
    }
    let hour: u32 = line.text(i..h).parse().ok().filter(|n| (1..=12).contains(n))?;
    let (letters, end) = half_day(line, h)?;
    let source = line.source(i..end);
    pieces.number(number::small(hour), &line.text(i..h), &source);
    Some(emit_half_day(line, pieces, letters, end, &source))
}
