//! Dates: March 14th, 14 March, 3/14/2024, 2024-03-14.

use super::line::{Line, Pieces};
use super::number;
use super::numeral;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The month that a word names in full or by its first three letters (four for Sept).
pub(crate) fn month(word: &str) -> Option<&'static str> {
    MONTHS.into_iter().find(|name| {
        *name == word
            || (word.len() == 3 && name.starts_with(word))
            || (word == "Sept" && *name == "September")
    })
}

/// Whether a word is the name of a day or a month: after "p.m." the sentence then goes on.
pub(crate) fn is_weekday_or_month(word: &str) -> bool {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    DAYS.contains(&word) || MONTHS.contains(&word)
}

/// Adds `12/24` as a date, if it can be one.
pub(crate) fn without_year(
    first: u32,
    second: u32,
    pieces: &mut Pieces,
    source: &std::ops::Range<u32>,
) -> bool {
    let name = (first as usize).checked_sub(1).and_then(|m| MONTHS.get(m));
    let Some(name) = name.filter(|_| (1..=31).contains(&second)) else {
        return false;
    };
    emit(pieces, name, second, None, source);
    true
}

/// Words before a date.
pub(crate) fn announces_date(word: &str) -> bool {
    ["on", "by", "since", "until", "before", "after", "due", "dated"].contains(&word.to_lowercase().as_str())
}

fn day(text: &str) -> Option<u32> {
    text.parse().ok().filter(|d| (1..=31).contains(d))
}

/// Adds "March fourteenth" and, after a short pause, the year.
fn emit(pieces: &mut Pieces, month: &str, day: u32, year: Option<&str>, source: &std::ops::Range<u32>) {
    pieces.words(month, source);
    pieces.number(number::ordinal(&day.to_string()), &day.to_string(), source);
    if let Some(year) = year {
        pieces.mark(',', source);
        pieces.number(number::year(year), year, source);
    }
}

/// `2024-03-14`.
pub(crate) fn iso(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let (y, m) = (line.digits(i), line.digits(line.digits(i) + 1));
    let d = line.digits(m + 1);
    let shape = y == i + 4 && m == i + 7 && d == i + 10 && line.at(y) == '-' && line.at(m) == '-';
    if !shape || !numeral::starts(line, i) || !line.is_boundary(d) {
        return None;
    }
    let month: usize = line.text(y + 1..m).parse().ok()?;
    let name = MONTHS.get(month.checked_sub(1)?)?;
    emit(pieces, name, day(&line.text(m + 1..d))?, Some(&line.text(i..y)), &line.source(i..d));
    Some(numeral::finish(line, pieces, d))
}

/// `3/14/2024`, `25/12/1999`, `3-14-2024`: month first unless it cannot be one.
pub(crate) fn slashed(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let a = line.digits(i);
    let b = line.digits(a + 1);
    let y = line.digits(b + 1);
    let mark = line.at(a);
    let years = y.saturating_sub(b + 1);
    let shape =
        (1..=2).contains(&(a - i)) && (1..=2).contains(&(b.saturating_sub(a + 1))) && line.at(b) == mark;
    let year_shape = years == 4 || (years == 2 && mark == '/');
    if !shape
        || !year_shape
        || !matches!(mark, '/' | '-' | '.')
        || !numeral::starts(line, i)
        || !line.is_boundary(y)
    {
        return None;
    }
    let (first, second): (usize, usize) = (line.text(i..a).parse().ok()?, line.text(a + 1..b).parse().ok()?);
    let (month, date) = if (1..=12).contains(&first) { (first, second) } else { (second, first) };
    let name = MONTHS.get(month.checked_sub(1)?)?;
    let mut year = line.text(b + 1..y);
    if year.len() == 2 {
        year.insert_str(0, if year.as_str() > "30" { "19" } else { "20" });
    }
    emit(pieces, name, day(&date.to_string())?, Some(&year), &line.source(i..y));
    Some(numeral::finish(line, pieces, y))
}

fn skip_ordinal(line: &Line<'_>, i: usize) -> usize {
    let end = line.word(i);
    if matches!(line.text(i..end).as_str(), "st" | "nd" | "rd" | "th") { end } else { i }
}

/// Adds the second day of `June 3-7`, and returns where it ends.
fn last_day(line: &Line<'_>, pieces: &mut Pieces, end: usize) -> usize {
    let dash = line.spaces(end);
    let from = line.spaces(dash + 1);
    let digits = line.digits(from);
    let stop = skip_ordinal(line, digits);
    let tight = dash == end && from == dash + 1;
    let second = day(&line.text(from..digits)).filter(|_| {
        matches!(line.at(dash), '-' | '–')
            && (tight || line.at(dash) == '–')
            && (1..=2).contains(&(digits - from))
            && line.is_boundary(stop)
            && !matches!(line.at(stop), ':' | '/' | '-' | '%')
    });
    let Some(second) = second else { return end };
    pieces.words("to", &line.source(dash..dash + 1));
    pieces.number(number::ordinal(&second.to_string()), &line.text(from..digits), &line.source(from..stop));
    stop
}

const SHORT_DAYS: [(&str, &str); 10] = [
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Tues", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Thur", "Thursday"),
    ("Thurs", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
];

fn short_day(word: &str) -> Option<&'static str> {
    SHORT_DAYS.iter().find(|(short, _)| *short == word).map(|&(_, full)| full)
}

/// `Mon-Fri`, `Sat, 12 Jul`, `Tue 5pm`: a short name of a day without a full stop, next to another or to a date.
pub(crate) fn weekday(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if !line.at(i).is_ascii_uppercase() || line.before(i).is_ascii_alphanumeric() {
        return None;
    }
    let end = line.word(i);
    let name = short_day(&line.text(i..end))?;
    let source = line.source(i..end);
    let dash = line.spaces(end);
    let next = line.spaces(dash + usize::from(matches!(line.at(dash), '-' | '–' | ',' | '/' | '&')));
    let after = line.text(next..line.word(next));
    let dated = line.at(next).is_ascii_digit()
        || next > end && (short_day(&after).is_some() || month(&after).is_some());
    let ranged = SHORT_DAYS.iter().any(|(_, day)| pieces.last_word(1) == *day) && pieces.last_word(0) == "to";
    if !(ranged || dated && line.at(end) != '.') {
        return None;
    }
    pieces.words(name, &source);
    if matches!(line.at(dash), '-' | '–') && short_day(&after).is_some() {
        pieces.words("to", &line.source(dash..dash + 1));
        return Some(next);
    }
    if line.at(end) != ' '
        && let Some(last) = pieces.list.last_mut()
    {
        last.space_after = false;
    }
    Some(end)
}

/// `March 14th`, `Jan. 5, 2020`, `Jan.`
pub(crate) fn month_day(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if !line.at(i).is_ascii_uppercase() || line.before(i).is_ascii_alphanumeric() {
        return None;
    }
    let end = line.word(i);
    let name = month(&line.text(i..end))?;
    let dot = line.at(end) == '.' && end - i < 5;
    let after = line.spaces(end + usize::from(dot));
    let digits = line.digits(after);
    let stop = skip_ordinal(line, digits);
    let date = day(&line.text(after..digits)).filter(|_| {
        digits - after <= 2
            && after > end
            && line.is_boundary(stop)
            && !matches!(line.at(stop), ':' | '%' | '/')
            && !(line.at(stop) == '.' && line.at(stop + 1).is_ascii_digit())
    });
    match date {
        Some(date) => {
            pieces.words(name, &line.source(i..end + usize::from(dot)));
            let written = line.text(after..digits);
            pieces.number(number::ordinal(&date.to_string()), &written, &line.source(after..stop));
            let stop = last_day(line, pieces, stop);
            Some(numeral::finish(line, pieces, stop))
        }
        // "Mar" or "Jun" alone may be names; with a full stop they are months.
        None if dot && end - i < name.len() => {
            pieces.words(name, &line.source(i..end + 1));
            if line.is_end(end + 1) {
                pieces.mark('.', &line.source(end..end + 1));
            }
            Some(end + 1)
        }
        None => None,
    }
}

/// `14 March`, `the 14th of March`.
pub(crate) fn day_month(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if !numeral::starts(line, i) || line.before(i) == '-' {
        return None;
    }
    let digits = line.digits(i);
    let date = day(&line.text(i..digits)).filter(|_| digits - i <= 2)?;
    let stop = skip_ordinal(line, digits);
    let mut at = line.spaces(stop);
    let of = line.has(at, "of ");
    if of {
        at = line.spaces(at + 3);
    }
    let end = line.word(at);
    let word = line.text(at..end);
    let name = month(&word).filter(|_| at > stop && line.is_boundary(end))?;
    // "5 May" is a date, "5 may" is not; "the 3 March hares" is beyond a rule.
    let article = pieces.last_word(0).eq_ignore_ascii_case("the");
    let source = line.source(i..stop);
    if !article {
        pieces.words("the", &source);
    }
    pieces.number(number::ordinal(&date.to_string()), &line.text(i..digits), &source);
    pieces.words("of", &source);
    let dot = line.at(end) == '.' && word.len() < name.len() && !line.is_end(end);
    pieces.words(name, &line.source(at..end));
    Some(numeral::finish(line, pieces, end + usize::from(dot)))
}
