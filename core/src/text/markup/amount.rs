//! Amounts as people write them into tags: `0.6`, `60%`, `300ms`, `1.5 s`, `+2st`, `-6 dB`, `x1.2`.

/// What an amount is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    None,
    Percent,
    Millisecond,
    Second,
    Semitone,
    Decibel,
    Times,
}

/// A number with its unit. The value may be anything that a float can hold, infinities included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount {
    pub(super) value: f32,
    pub(super) unit: Unit,
    /// Whether a sign was written: it then is a change rather than a value.
    pub(super) signed: bool,
}

fn unit_of(text: &str) -> Option<Unit> {
    Some(match text.trim().to_ascii_lowercase().as_str() {
        "" => Unit::None,
        "%" | "percent" => Unit::Percent,
        "ms" | "msec" | "milliseconds" => Unit::Millisecond,
        "s" | "sec" | "secs" | "second" | "seconds" => Unit::Second,
        "st" | "semitone" | "semitones" => Unit::Semitone,
        "db" => Unit::Decibel,
        "x" | "×" | "times" => Unit::Times,
        _ => return None,
    })
}

/// Whether a word is a unit that may stand apart from its number.
pub(super) fn is_unit(word: &str) -> bool {
    !word.is_empty() && unit_of(word).is_some()
}

/// Bytes that the number at the start of `text` takes: digits with a point and an exponent, no sign.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(0);
    let mut end = whole;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if whole + fraction == 0 {
            return 0;
        }
        end += 1 + fraction;
    }
    if end > 0 && matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = if end + 1 + sign <= bytes.len() { digits(end + 1 + sign) } else { 0 };
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}

/// Reads one amount; `None` for anything else.
pub(super) fn read(text: &str) -> Option<Amount> {
    let text = text.trim();
    let (times, text) = match text.strip_prefix(['x', 'X', '×']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let minus = text.starts_with(['-', '−', '–']);
    let signed = minus || text.starts_with('+');
    let text = if signed { text.trim_start_matches(['+', '-', '−', '–']).trim_start() } else { text };
    let sign = if minus { -1.0 } else { 1.0 };
    if matches!(text.to_ascii_lowercase().as_str(), "nan" | "inf" | "infinity") {
        let value = sign * text.parse::<f32>().ok()?;
        return Some(Amount { value, unit: Unit::None, signed });
    }
    let (number, rest) = text.split_at(number_length(text));
    let value = sign * number.parse::<f32>().ok()?;
    let unit = if times && rest.is_empty() { Unit::Times } else { unit_of(rest)? };
    Some(Amount { value, unit, signed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_their_units() {
        let cases = [
            ("0.6", 0.6, Unit::None, false),
            ("60%", 60.0, Unit::Percent, false),
            (".5", 0.5, Unit::None, false),
            ("300ms", 300.0, Unit::Millisecond, false),
            ("1.5 s", 1.5, Unit::Second, false),
            ("+2", 2.0, Unit::None, true),
            ("−6dB", -6.0, Unit::Decibel, true),
            ("-3 st", -3.0, Unit::Semitone, true),
            ("x1.2", 1.2, Unit::Times, false),
            ("1.2x", 1.2, Unit::Times, false),
            ("2e1", 20.0, Unit::None, false),
        ];
        for (text, value, unit, signed) in cases {
            assert_eq!(read(text), Some(Amount { value, unit, signed }), "{text}");
        }
    }

    #[test]
    fn absurd_numbers_are_numbers_and_words_are_none() {
        assert_eq!(read("1e999").map(|a| a.value), Some(f32::INFINITY));
        assert!(read("NaN").is_some_and(|a| a.value.is_nan()));
        assert_eq!(read("-5").map(|a| a.value), Some(-5.0));
        for text in ["", ".", "-", "x", "e5", "slow", "5 apples", "1.2.3", "é", "5é", "1e", "+", "1e+"] {
            let unread = read(text);
            assert!(unread.is_none(), "{text}: {unread:?}");
        }
    }
}
