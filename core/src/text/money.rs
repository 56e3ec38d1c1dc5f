//! Amounts of money: $1,249.99, £5, €3.50, $2m, $3 billion, 20 USD.

use super::line::{Line, Pieces};
use super::magnitude;
use super::number;
use super::numeral::{self, Numeral};
use super::unit::{self, counts_a_noun};

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
        '₽' => currency("ruble", "rubles", None),
        '₿' => currency("bitcoin", "bitcoins", None),
        '₺' => currency("lira", "lira", None),
        '₴' => currency("hryvnia", "hryvnias", None),
        '₦' => currency("naira", "naira", None),
        '₫' => currency("dong", "dong", None),
        '₱' => currency("peso", "pesos", None),
        '₪' => currency("shekel", "shekels", None),
        '฿' => currency("baht", "baht", None),
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
        "NZD" => currency("New Zealand dollar", "New Zealand dollars", CENTS),
        "HKD" => currency("Hong Kong dollar", "Hong Kong dollars", CENTS),
        "SGD" => currency("Singapore dollar", "Singapore dollars", CENTS),
        "MXN" => currency("Mexican peso", "Mexican pesos", None),
        "BRL" => currency("real", "reais", None),
        "CNY" | "RMB" => currency("yuan", "yuan", None),
        "KRW" => currency("won", "won", None),
        "RUB" => currency("ruble", "rubles", None),
        "TRY" => currency("lira", "lira", None),
        "ZAR" => currency("rand", "rand", None),
        "SEK" => currency("Swedish krona", "Swedish kronor", None),
        "NOK" => currency("Norwegian krone", "Norwegian kroner", None),
        "DKK" => currency("Danish krone", "Danish kroner", None),
        "PLN" => currency("zloty", "zlotys", None),
        "BTC" => currency("bitcoin", "bitcoins", None),
        _ => return None,
    })
}

/// The country that the letters before a sign name, and how many letters they are: "US$", "A$".
fn by_country(line: &Line<'_>, i: usize) -> Option<(Currency, usize)> {
    let end = line.run(i, |c| c.is_ascii_uppercase());
    let code = match (line.text(i..end).as_str(), line.at(end)) {
        ("US", '$') => "USD",
        ("C" | "CA" | "CAD" | "CDN", '$') => "CAD",
        ("A" | "AU" | "AUD", '$') => "AUD",
        ("NZ", '$') => "NZD",
        ("HK", '$') => "HKD",
        ("S" | "SG", '$') => "SGD",
        ("MX" | "MEX", '$') => "MXN",
        ("R", '$') => "BRL",
        ("CN" | "RMB", '¥') => "CNY",
        _ => return None,
    };
    Some((by_code(code)?, end - i))
}

/// Adds what an amount is paid per: "$15/hr".
fn per(line: &Line<'_>, pieces: &mut Pieces, end: usize) -> usize {
    let stop = line.word(end + 1);
    match unit::period(&line.text(end + 1..stop)).filter(|_| line.at(end) == '/') {
        Some(period) => {
            pieces.words("per", &line.source(end..end + 1));
            pieces.words(period, &line.source(end + 1..stop));
            stop
        }
        None => end,
    }
}

/// The first number of `$10-15 million`, whose sign and size stand for both; returns where the second begins.
fn lower_bound(line: &Line<'_>, pieces: &mut Pieces, start: usize, numeral: &Numeral) -> Option<usize> {
    let second = numeral.end + 1;
    let range = matches!(line.at(numeral.end), '-' | '–') && line.at(second).is_ascii_digit();
    let upper = range.then(|| Numeral::parse(line, second))??;
    if matches!(line.at(upper.end), '-' | '–' | '/')
        || !line.is_boundary(upper.end) && !magnitude_follows(line, &upper)
    {
        return None;
    }
    pieces.number(numeral.amount(), &line.text(start..numeral.end), &line.source(start..numeral.end));
    pieces.words("to", &line.source(numeral.end..second));
    Some(second)
}

fn magnitude_follows(line: &Line<'_>, numeral: &Numeral) -> bool {
    magnitude::after_money(line, numeral.end).is_some()
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
    if let Some((word, stop)) = magnitude::after_money(line, end) {
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

/// An amount whose currency stands after it, up to `end`.
fn emit_before(
    line: &Line<'_>,
    pieces: &mut Pieces,
    i: usize,
    numeral: &Numeral,
    end: usize,
    money: &Currency,
) {
    let source = line.source(i..end);
    let cents = numeral.fraction.as_deref().filter(|f| f.len() == 2 && !numeral.whole.is_empty());
    let one = counts_a_noun(line, end);
    match cents.and_then(|c| c.parse::<u32>().ok()).zip(money.cents) {
        Some((cents, (cent, many))) => {
            pieces.number(number::cardinal(&numeral.whole), &numeral.whole, &source);
            pieces.words(if one || numeral.whole == "1" { money.one } else { money.many }, &source);
            if cents > 0 {
                pieces.words("and", &source);
                pieces.number(number::small(cents), &cents.to_string(), &source);
                pieces.words(if cents == 1 { cent } else { many }, &source);
            }
        }
        None => {
            pieces.number(numeral.amount(), &line.text(i..numeral.end), &source);
            pieces.words(if one || numeral.is_one() { money.one } else { money.many }, &source);
        }
    }
}

/// A currency sign (with an optional country before it) and an amount.
pub(crate) fn amount(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if line.before(i).is_ascii_alphabetic() {
        return None;
    }
    let (sign, i) = numeral::sign(line, i).map_or((None, i), |(word, at)| (Some((word, i)), at));
    let (money, prefix) = by_country(line, i).or_else(|| Some((by_symbol(line.at(i))?, 0)))?;
    let mut start = line.spaces(i + prefix + 1);
    let mut numeral = Numeral::parse(line, start)?;
    if let Some((word, at)) = sign {
        pieces.words(word, &line.source(at..at + 1));
    }
    if let Some(second) = lower_bound(line, pieces, start, &numeral) {
        start = second;
        numeral = Numeral::parse(line, second)?;
    }
    let end = emit(line, pieces, start, &numeral, numeral.end, &money);
    let end = per(line, pieces, end);
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
    let symbol =
        by_symbol(line.at(code)).filter(|_| line.at(code) != '$' && !line.at(code + 1).is_ascii_digit());
    let (money, end) = match symbol {
        Some(money) => (money, code + 1),
        None => (by_code(&line.text(code..end))?, end),
    };
    emit_before(line, pieces, i, &numeral, end, &money);
    Some(numeral::finish(line, pieces, end))
}
