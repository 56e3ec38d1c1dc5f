//! Amounts of money: $1,249.99, £5, €3.50, $2m, $3 billion, 20 USD.

use super::line::{Line, Pieces};
use super::number;
use super::numeral::{self, Numeral};
use super::unit::counts_a_noun;

/// A currency: one, many, one and many of its hundredth (where it has one).
struct Currency {
    one: &'static str,
    many: &'static str,
    cents: Option<(&'static str, &'static str)>,
}

const CENTS: Option<(&str, &str)> = Some(("cent", "cents"));

const fn currency(
    one: &'static str,
    many: &'static str,
    cents: Option<(&'static str, &'static str)>,
) -> Currency {
    Currency { one, many, cents }
}

fn by_symbol(c: char) -> Option<Currency> {
    Some(match c {
        '$' => currency("dollar", "dollars", CENTS),
        '€' => currency("euro", "euros", CENTS),
        '£' => currency("pound", "pounds", Some(("penny", "pence"))),
        '¥' => currency("yen", "yen", None),
        '₹' => currency("rupee", "rupees", None),
        '₩' => currency("won", "won", None),
        _ => return None,
    })
}

fn by_code(code: &str) -> Option<Currency> {
    Some(match code {
        "USD" => currency("U.S. dollar", "U.S. dollars", CENTS),
        "EUR" => currency("euro", "euros", CENTS),
        "GBP" => currency("British pound", "British pounds", Some(("penny", "pence"))),
        "CAD" => currency("Canadian dollar", "Canadian dollars", CENTS),
        "AUD" => currency("Australian dollar", "Australian dollars", CENTS),
        "JPY" => currency("yen", "yen", None),
        "CHF" => currency("Swiss franc", "Swiss francs", None),
        "INR" => currency("rupee", "rupees", None),
        _ => return None,
    })
}

/// "million" after an amount, as a word or a letter, and where it ends.
fn magnitude(line: &Line<'_>, i: usize) -> Option<(&'static str, usize)> {
    let start = line.spaces(i);
    let end = line.word(start);
    let word = match line.text(start..end).as_str() {
        "hundred" => "hundred",
        "thousand" => "thousand",
        "million" | "mn" => "million",
        "billion" | "bn" => "billion",
        "trillion" | "tn" => "trillion",
        "k" | "K" if start == i => "thousand",
        "m" | "M" if start == i => "million",
        "b" | "B" if start == i => "billion",
        _ => return None,
    };
    line.is_boundary(end).then_some((word, end))
}

fn emit(
    line: &Line<'_>,
    pieces: &mut Pieces,
    start: usize,
    numeral: &Numeral,
    end: usize,
    money: &Currency,
) -> usize {
    let written = line.text(start..numeral.end);
    if let Some((word, stop)) = magnitude(line, end) {
        let source = line.source(start.saturating_sub(1)..stop);
        pieces.number(numeral.amount(), &written, &source);
        pieces.words(word, &source);
        pieces.words(if counts_a_noun(line, stop) { money.one } else { money.many }, &source);
        return stop;
    }
    let source = line.source(start.saturating_sub(1)..end);
    let hundredths = numeral.fraction.as_deref().filter(|f| f.len() == 2).and_then(|f| f.parse::<u32>().ok());
    let whole_is_zero = numeral.whole.trim_start_matches('0').is_empty();
    let single = numeral.whole == "1" || counts_a_noun(line, end);
    match (hundredths, money.cents) {
        (Some(cents), Some((one, many))) => {
            if !whole_is_zero || cents == 0 {
                pieces.number(number::cardinal(&numeral.whole), &written, &source);
                pieces.words(if single { money.one } else { money.many }, &source);
            }
            if cents > 0 {
                if !whole_is_zero {
                    pieces.words("and", &source);
                }
                pieces.number(number::small(cents), &cents.to_string(), &source);
                pieces.words(if cents == 1 { one } else { many }, &source);
            }
        }
        _ => {
            pieces.number(numeral.amount(), &written, &source);
            let one = numeral.is_one() || counts_a_noun(line, end);
            pieces.words(if one { money.one } else { money.many }, &source);
        }
    }
    end
}

/// A currency sign (with an optional country before it) and an amount.
pub(crate) fn amount(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if line.before(i).is_ascii_alphabetic() {
        return None;
    }
    let (sign, i) = numeral::sign(line, i).map_or((None, i), |(word, at)| (Some((word, i)), at));
    let prefix = if line.has(i, "US$") { 2 } else { 0 };
    let money = by_symbol(line.at(i + prefix))?;
    let start = line.spaces(i + prefix + 1);
    let numeral = Numeral::parse(line, start)?;
    if let Some((word, at)) = sign {
        pieces.words(word, &line.source(at..at + 1));
    }
    let end = emit(line, pieces, start, &numeral, numeral.end, &money);
    Some(numeral::finish(line, pieces, end))
}

/// An amount and a code: `20 USD`, `EUR 5`.
pub(crate) fn code_after(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if line.before(i).is_ascii_alphanumeric() {
        return None;
    }
    if line.at(i).is_ascii_uppercase() {
        let end = line.word(i);
        let money = by_code(&line.text(i..end))?;
        let start = line.spaces(end);
        let numeral = Numeral::parse(line, start)?;
        let end = emit(line, pieces, start, &numeral, numeral.end, &money);
        return Some(numeral::finish(line, pieces, end));
    }
    if !numeral::starts(line, i) {
        return None;
    }
    let numeral = Numeral::parse(line, i)?;
    let code = line.spaces(numeral.end);
    let end = line.word(code);
    let money = by_code(&line.text(code..end))
        .or_else(|| (line.at(code) == '€').then(|| by_symbol('€')).flatten())?;
    let end = if line.at(code) == '€' { code + 1 } else { end };
    let source = line.source(i..end);
    pieces.number(numeral.amount(), &line.text(i..numeral.end), &source);
    pieces.words(if numeral.is_one() { money.one } else { money.many }, &source);
    Some(numeral::finish(line, pieces, end))
}
