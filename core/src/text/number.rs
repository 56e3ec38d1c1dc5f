//! Numbers in words, American style: no "and", years in pairs, decimals digit by digit.

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [&str; 12] = [
    "",
    "thousand",
    "million",
    "billion",
    "trillion",
    "quadrillion",
    "quintillion",
    "sextillion",
    "septillion",
    "octillion",
    "nonillion",
    "decillion",
];

/// Words of a number, in order.
pub(crate) type Words = Vec<String>;

fn below_hundred(n: usize, out: &mut Words) {
    if n < 20 {
        out.push(ONES[n].into());
    } else {
        out.push(TENS[n / 10].into());
        if !n.is_multiple_of(10) {
            out.push(ONES[n % 10].into());
        }
    }
}

fn below_thousand(n: usize, out: &mut Words) {
    if n >= 100 {
        out.push(ONES[n / 100].into());
        out.push("hundred".into());
    }
    if !n.is_multiple_of(100) || n == 0 {
        below_hundred(n % 100, out);
    }
}

/// Digit by digit.
pub(crate) fn digits(text: &str) -> Words {
    text.bytes().filter(u8::is_ascii_digit).map(|b| ONES[(b - b'0') as usize].to_owned()).collect()
}

/// A string of decimal digits as a cardinal; one too long for a name is read digit by digit.
pub(crate) fn cardinal(text: &str) -> Words {
    let trimmed = text.trim_start_matches('0');
    if trimmed.is_empty() {
        return vec!["zero".into()];
    }
    if trimmed.len() > 3 * SCALES.len() || !trimmed.bytes().all(|b| b.is_ascii_digit()) {
        return digits(text);
    }
    let mut out = Words::new();
    let groups = trimmed.len().div_ceil(3);
    for group in (0..groups).rev() {
        let end = trimmed.len() - 3 * group;
        let value = trimmed[end.saturating_sub(3)..end].bytes().fold(0, |v, b| 10 * v + (b - b'0') as usize);
        if value > 0 {
            below_thousand(value, &mut out);
            if group > 0 {
                out.push(SCALES[group].into());
            }
        }
    }
    out
}

/// As [`cardinal`], of a small number.
pub(crate) fn small(n: u32) -> Words {
    cardinal(&n.to_string())
}

fn ordinal_word(word: &str) -> String {
    match word {
        "one" => "first".into(),
        "two" => "second".into(),
        "three" => "third".into(),
        "five" => "fifth".into(),
        "eight" => "eighth".into(),
        "nine" => "ninth".into(),
        "twelve" => "twelfth".into(),
        _ => match word.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{word}th"),
        },
    }
}

/// "twenty third".
pub(crate) fn ordinal(text: &str) -> Words {
    let mut words = cardinal(text);
    if let Some(last) = words.last_mut() {
        *last = ordinal_word(last);
    }
    words
}

/// Plural of a number word: hundreds, nineties, sixes.
pub(crate) fn plural(word: &str) -> String {
    if let Some(stem) = word.strip_suffix('y') {
        format!("{stem}ies")
    } else if word.ends_with('x') {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

/// Four digits as a year: "nineteen oh five", "two thousand five", "twenty ten".
pub(crate) fn year(text: &str) -> Words {
    let value = text.bytes().fold(0usize, |v, b| 10 * v + (b.saturating_sub(b'0')) as usize);
    let (high, low) = (value / 100, value % 100);
    if text.len() != 4 || high == 0 || (high % 10 == 0 && low < 10) {
        return cardinal(text);
    }
    let mut out = Words::new();
    below_hundred(high, &mut out);
    match low {
        0 => out.push("hundred".into()),
        1..=9 => out.extend(["oh".to_owned(), ONES[low].to_owned()]),
        _ => below_hundred(low, &mut out),
    }
    out
}

/// A decimal: whole part as a cardinal, then "point" and the digits as written.
pub(crate) fn decimal(whole: &str, fraction: &str) -> Words {
    let mut out = if whole.is_empty() { Words::new() } else { cardinal(whole) };
    out.push("point".into());
    out.extend(digits(fraction));
    out
}

/// Value of a Roman numeral in its regular form below 4000.
pub(crate) fn roman(text: &str) -> Option<u32> {
    let value = |c| match c {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        'L' => Some(50),
        'C' => Some(100),
        'D' => Some(500),
        'M' => Some(1000),
        _ => None,
    };
    let values: Vec<u32> = text.chars().map(value).collect::<Option<_>>()?;
    if values.is_empty() || values.len() > 15 {
        return None;
    }
    let total = values.iter().enumerate().fold(0i64, |sum, (i, &v)| {
        let less = values.get(i + 1).is_some_and(|&next| next > v);
        sum + if less { -i64::from(v) } else { i64::from(v) }
    });
    let total = u32::try_from(total).ok()?;
    (to_roman(total) == text).then_some(total)
}

fn to_roman(mut n: u32) -> String {
    const STEPS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut out = String::new();
    for (value, letters) in STEPS {
        while n >= value {
            out.push_str(letters);
            n -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(words: Words) -> String {
        words.join(" ")
    }

    #[test]
    fn cardinals() {
        assert_eq!(spoken(cardinal("0")), "zero");
        assert_eq!(spoken(cardinal("110")), "one hundred ten");
        assert_eq!(spoken(cardinal("1000000")), "one million");
        assert_eq!(spoken(cardinal("1000001")), "one million one");
        assert_eq!(spoken(cardinal(&"9".repeat(37))).split(' ').count(), 37);
    }

    #[test]
    fn every_number_below_ten_thousand_is_said_and_heard() {
        let value = |words: &Words| {
            let (mut total, mut part) = (0, 0);
            for w in words {
                if let Some(i) = ONES.iter().position(|o| o == w) {
                    part += i;
                } else if let Some(i) = TENS.iter().position(|t| t == w) {
                    part += 10 * i;
                } else if w == "hundred" {
                    part *= 100;
                } else {
                    total += 1000 * part;
                    part = 0;
                }
            }
            total + part
        };
        for n in 0..10_000 {
            assert_eq!(value(&small(n)), n as usize);
        }
    }

    #[test]
    fn ordinals_and_years() {
        assert_eq!(spoken(ordinal("21")), "twenty first");
        assert_eq!(spoken(ordinal("40")), "fortieth");
        assert_eq!(spoken(year("1900")), "nineteen hundred");
        assert_eq!(spoken(year("2000")), "two thousand");
        assert_eq!(spoken(year("2024")), "twenty twenty four");
        assert_eq!(spoken(year("1066")), "ten sixty six");
    }

    #[test]
    fn roman_numerals_are_read_back() {
        for n in 1..4000 {
            assert_eq!(roman(&to_roman(n)), Some(n));
        }
        assert_eq!(roman("IIII"), None);
        assert_eq!(roman(""), None);
        assert_eq!(roman("MIX"), Some(1009));
    }
}
