//! Symbols and emoticons: what they are called, or that they are passed over.

use super::line::{Line, Pieces};
use super::unit;

const EMOTICONS: [&str; 16] =
    [":)", ":-)", ":(", ":-(", ";)", ";-)", ":D", ":-D", ":P", ":-P", ":p", "<3", ":/", ":'(", "=)", "xD"];

/// A typed face between spaces has no sound.
pub(crate) fn emoticon(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if line.before(i) != ' ' {
        return None;
    }
    let end = line.run(i, |c| c != ' ');
    if end - i > 3 || !EMOTICONS.contains(&line.text(i..end).as_str()) {
        return None;
    }
    pieces.space();
    Some(end)
}

/// Elisions that begin with an apostrophe and are told as another word.
const ELIDED: [(&str, &str); 5] =
    [("'n'", "and"), ("'n", "and"), ("'cause", "because"), ("'cos", "because"), ("'bout", "about")];

fn elided(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if !matches!(line.at(i), '\'' | '‘') || line.before(i).is_ascii_alphanumeric() {
        return None;
    }
    let end = line.word(i + 1);
    let closed = end + usize::from(line.at(end) == '\'' && end == i + 2);
    for stop in [closed, end] {
        let text = line.text(i + 1..stop).to_ascii_lowercase();
        if let Some(&(_, full)) = ELIDED.iter().find(|(short, _)| short[1..] == text) {
            pieces.words(full, &line.source(i..stop));
            return Some(stop);
        }
    }
    None
}

/// What a symbol between two things says; `None`: it has no rule here.
fn name(line: &Line<'_>, i: usize) -> Option<&'static str> {
    let (before, next) = (line.before(i), line.at(i + 1));
    let between = line.spaces(i + 1) > i + 1 && before == ' '
        || before.is_ascii_alphanumeric() && next.is_ascii_alphanumeric();
    let beyond = line.at(line.spaces(i + 1));
    let digits = before.is_ascii_digit() || next.is_ascii_digit() || (between && beyond.is_ascii_digit());
    Some(match line.at(i) {
        '&' => "and",
        '%' => "percent",
        '+' if next == '+' || before == '+' || between || before.is_ascii_alphanumeric() => "plus",
        '=' if between || digits => "equals",
        '<' if between => "less than",
        '>' if between => "greater than",
        '/' if unit::period(&line.text(i + 1..line.word(i + 1))).is_some()
            && before.is_ascii_alphanumeric() =>
        {
            "per"
        }
        '/' if digits && before == ' ' && between => "divided by",
        '/' if digits && between => "slash",
        '@' if next.is_ascii_alphanumeric() || between => "at",
        '#' if next.is_ascii_digit() => "number",
        '#' if next.is_ascii_alphabetic() => "hashtag",
        '^' if between => "to the power of",
        '~' | '≈' if digits || next == ' ' => "about",
        '≤' => "less than or equal to",
        '≥' => "greater than or equal to",
        '≠' => "not equal to",
        '±' => "plus or minus",
        '×' => "times",
        '*' if between && digits => "times",
        '÷' => "divided by",
        '→' => "to",
        '§' => "section",
        '¶' => "paragraph",
        '°' => "degrees",
        '¢' => "cents",
        '²' => "squared",
        '³' => "cubed",
        'µ' => "micro",
        '$' => "dollars",
        '£' => "pounds",
        '€' => "euros",
        '¥' => "yen",
        '₹' => "rupees",
        '₩' => "won",
        'x' if before == ' ' && next == ' ' && crosses(line, i) => "by",
        _ => return None,
    })
}

/// "3 x 4": between two numbers.
fn crosses(line: &Line<'_>, i: usize) -> bool {
    let after = line.at(line.spaces(i + 1));
    i >= 2 && line.at(i - 2).is_ascii_digit() && after.is_ascii_digit()
}

/// Symbols that only separate.
fn separates(c: char) -> bool {
    matches!(
        c,
        '<' | '>'
            | '='
            | '+'
            | '/'
            | '\\'
            | '*'
            | '_'
            | '~'
            | '^'
            | '|'
            | '#'
            | '@'
            | '{'
            | '}'
            | '←'
            | '¿'
            | '¡'
            | '≈'
            | '"'
    )
}

/// Any symbol; a known one by its name, another one as a space.
pub(crate) fn symbol(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if let Some(end) = elided(line, i, pieces) {
        return Some(end);
    }
    let c = line.at(i);
    // Three marks say as much as thirty.
    if matches!(c, '!' | '?' | '.' | '…' | ',') && (1..=3).all(|back| i >= back && line.at(i - back) == c) {
        return Some(i + 1);
    }
    if let Some(name) = name(line, i) {
        pieces.words(name, &line.source(i..i + 1));
        return Some(i + 1);
    }
    if separates(c) {
        pieces.space();
        return Some(i + 1);
    }
    None
}
