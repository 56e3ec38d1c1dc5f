//! Symbols and emoticons: what they are called, or that they are passed over.

use super::line::{Line, Pieces};
use super::unit;

/// Typed faces; those with a letter or a digit in them have a name, the others no sound.
const EMOTICONS: [(&str, &str); 18] = [
    (":)", ""),
    (":-)", ""),
    (":(", ""),
    (":-(", ""),
    (";)", ""),
    (";-)", ""),
    (":/", ""),
    (":'(", ""),
    ("=)", ""),
    ("<3", "heart"),
    ("</3", "broken heart"),
    (":D", "grin"),
    (":-D", "grin"),
    ("xD", "grin"),
    ("XD", "grin"),
    (":P", "tongue out"),
    (":-P", "tongue out"),
    (":p", "tongue out"),
];

/// A typed face between spaces.
pub(crate) fn emoticon(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    const LONGEST: usize = 3;
    if line.before(i) != ' ' || !matches!(line.at(i), ':' | ';' | '=' | '<' | 'x' | 'X') {
        return None;
    }
    let end = line.run(i, |c| c != ' ');
    if end - i > LONGEST {
        return None;
    }
    let text = line.text(i..end);
    let &(_, name) = EMOTICONS.iter().find(|(face, _)| *face == text)?;
    pieces.space();
    pieces.words(name, &line.source(i..end));
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

/// Operators of two signs or more, longest first.
const OPERATORS: [(&str, &str); 14] = [
    ("===", "equals"),
    ("!==", "is not equal to"),
    ("==", "equals"),
    ("!=", "is not equal to"),
    ("<=", "less than or equal to"),
    (">=", "greater than or equal to"),
    ("=>", "to"),
    ("->", "to"),
    ("&&", "and"),
    ("||", "or"),
    ("+=", "plus equals"),
    ("-=", "minus equals"),
    ("::", ""),
    ("++", "plus plus"),
];

/// `a != b`, `x <= 5`, `i++`.
pub(crate) fn operator(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let &(sign, name) = OPERATORS.iter().find(|(sign, _)| line.has(i, sign))?;
    let end = i + sign.len();
    let (before, next) = (line.before(i), line.at(end));
    let part =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, ')' | '(' | '“' | '”' | '\'' | '-' | '_' | '.');
    let spaced = before == ' ' && next == ' ' && end < line.letters.len();
    let tight = part(before) && part(next);
    let after = sign == "++" && before.is_ascii_alphanumeric() && !part(next);
    if !(spaced || tight || after) || matches!(before, '!' | '=' | '<' | '>') {
        return None;
    }
    let source = line.source(i..end);
    if name.is_empty() {
        pieces.space();
    } else {
        pieces.words(name, &source);
    }
    Some(end)
}

/// `x^2`, `10^-3`; a raised figure after a word is a footnote, only a number.
pub(crate) fn power(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let before = line.before(i);
    if line.at(i) != '^' || !(before.is_ascii_alphanumeric() || before == ')') {
        return None;
    }
    let source = line.source(i..i + 1);
    let footnote = i >= 2 && before.is_ascii_lowercase() && line.at(i - 2).is_ascii_alphabetic();
    let closed = line.is_boundary(i + 2);
    if footnote {
        pieces.space();
        return Some(i + 1);
    }
    match line.at(i + 1) {
        '2' if closed => pieces.words("squared", &line.source(i..i + 2)),
        '3' if closed => pieces.words("cubed", &line.source(i..i + 2)),
        '-' if line.at(i + 2).is_ascii_digit() => {
            pieces.words("to the power of minus", &source);
            return Some(i + 2);
        }
        c if c.is_ascii_alphanumeric() || matches!(c, '(' | '{') => {
            pieces.words("to the power of", &source);
            return Some(i + 1);
        }
        _ => return None,
    }
    Some(i + 2)
}

/// Whether a lone hyphen at `i` is a minus: an equation of single letters and numbers.
fn subtracts(line: &Line<'_>, i: usize) -> bool {
    let before = i.checked_sub(2).map_or(' ', |at| line.at(at));
    let short = i < 3 || !line.at(i - 3).is_ascii_alphabetic();
    let operand = before.is_ascii_digit() || before == ')' || before.is_ascii_alphabetic() && short;
    const REACH: usize = 80;
    let near = line.letters.get(i.saturating_sub(REACH)..line.letters.len().min(i + REACH)).unwrap_or(&[]);
    let lone = line.before(i) == ' ' && line.at(i + 1) == ' ';
    lone && operand && near.iter().any(|l| l.c == '=')
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
        '/' if digits && before == ' ' && between => "divided by",
        '/' if digits && between => "slash",
        '@' if next.is_ascii_alphanumeric() || between => "at",
        '-' if subtracts(line, i) => "minus",
        '#' if matches!(before, 'A'..='G') && !next.is_ascii_alphanumeric() => "sharp",
        '#' if next.is_ascii_digit() => "number",
        '#' if next.is_ascii_alphabetic() => "hashtag",
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
        'Ω' => "omega",
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

/// `/hour` after a word or a number.
fn per(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if line.at(i) != '/' || !line.before(i).is_ascii_alphanumeric() {
        return None;
    }
    let stop = line.word(i + 1);
    let period = unit::period(&line.text(i + 1..stop))?;
    pieces.words("per", &line.source(i..i + 1));
    pieces.words(period, &line.source(i + 1..stop));
    Some(stop)
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
    if let Some(stop) = per(line, i, pieces) {
        return Some(stop);
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
