//! Units after a number: "68 kg", "20°C", "8%", "60 km/h", "3 m²".

use super::line::Line;
use super::numeral::Numeral;

/// Symbol, one, many.
const UNITS: [(&str, &str, &str); 100] = [
    ("km", "kilometer", "kilometers"),
    ("cm", "centimeter", "centimeters"),
    ("mm", "millimeter", "millimeters"),
    ("nm", "nanometer", "nanometers"),
    ("µm", "micrometer", "micrometers"),
    ("m", "meter", "meters"),
    ("kg", "kilogram", "kilograms"),
    ("mg", "milligram", "milligrams"),
    ("mcg", "microgram", "micrograms"),
    ("µg", "microgram", "micrograms"),
    ("g", "gram", "grams"),
    ("lb", "pound", "pounds"),
    ("lbs", "pound", "pounds"),
    ("oz", "ounce", "ounces"),
    ("ft", "foot", "feet"),
    ("yd", "yard", "yards"),
    ("yds", "yard", "yards"),
    ("mi", "mile", "miles"),
    ("ml", "milliliter", "milliliters"),
    ("mL", "milliliter", "milliliters"),
    ("cl", "centiliter", "centiliters"),
    ("l", "liter", "liters"),
    ("L", "liter", "liters"),
    ("gal", "gallon", "gallons"),
    ("tsp", "teaspoon", "teaspoons"),
    ("tbsp", "tablespoon", "tablespoons"),
    ("mph", "mile per hour", "miles per hour"),
    ("kph", "kilometer per hour", "kilometers per hour"),
    ("kmh", "kilometer per hour", "kilometers per hour"),
    ("Hz", "hertz", "hertz"),
    ("kHz", "kilohertz", "kilohertz"),
    ("MHz", "megahertz", "megahertz"),
    ("GHz", "gigahertz", "gigahertz"),
    ("dB", "decibel", "decibels"),
    ("kB", "kilobyte", "kilobytes"),
    ("KB", "kilobyte", "kilobytes"),
    ("MB", "megabyte", "megabytes"),
    ("GB", "gigabyte", "gigabytes"),
    ("TB", "terabyte", "terabytes"),
    ("kb", "kilobit", "kilobits"),
    ("Mb", "megabit", "megabits"),
    ("Gb", "gigabit", "gigabits"),
    ("kbps", "kilobit per second", "kilobits per second"),
    ("Mbps", "megabit per second", "megabits per second"),
    ("Gbps", "gigabit per second", "gigabits per second"),
    ("hr", "hour", "hours"),
    ("hrs", "hour", "hours"),
    ("h", "hour", "hours"),
    ("min", "minute", "minutes"),
    ("mins", "minute", "minutes"),
    ("sec", "second", "seconds"),
    ("secs", "second", "seconds"),
    ("ms", "millisecond", "milliseconds"),
    ("µs", "microsecond", "microseconds"),
    ("ns", "nanosecond", "nanoseconds"),
    ("W", "watt", "watts"),
    ("kW", "kilowatt", "kilowatts"),
    ("MW", "megawatt", "megawatts"),
    ("GW", "gigawatt", "gigawatts"),
    ("kWh", "kilowatt hour", "kilowatt hours"),
    ("V", "volt", "volts"),
    ("kV", "kilovolt", "kilovolts"),
    ("mA", "milliamp", "milliamps"),
    ("mAh", "milliamp hour", "milliamp hours"),
    ("fps", "frame per second", "frames per second"),
    ("rpm", "revolution per minute", "revolutions per minute"),
    ("cc", "cubic centimeter", "cubic centimeters"),
    ("bpm", "beat per minute", "beats per minute"),
    ("cal", "calorie", "calories"),
    ("kcal", "kilocalorie", "kilocalories"),
    ("pct", "percent", "percent"),
    ("Ω", "ohm", "ohms"),
    ("kΩ", "kilohm", "kilohms"),
    ("MΩ", "megohm", "megohms"),
    ("psi", "pound per square inch", "pounds per square inch"),
    ("mpg", "mile per gallon", "miles per gallon"),
    ("mW", "milliwatt", "milliwatts"),
    ("mV", "millivolt", "millivolts"),
    ("kJ", "kilojoule", "kilojoules"),
    ("kPa", "kilopascal", "kilopascals"),
    ("hPa", "hectopascal", "hectopascals"),
    ("kN", "kilonewton", "kilonewtons"),
    ("Nm", "newton meter", "newton meters"),
    ("dl", "deciliter", "deciliters"),
    ("tbsps", "tablespoon", "tablespoons"),
    ("tsps", "teaspoon", "teaspoons"),
    ("qt", "quart", "quarts"),
    ("PB", "petabyte", "petabytes"),
    ("GiB", "gibibyte", "gibibytes"),
    ("MiB", "mebibyte", "mebibytes"),
    ("KiB", "kibibyte", "kibibytes"),
    ("MP", "megapixel", "megapixels"),
    ("px", "pixel", "pixels"),
    ("dpi", "dot per inch", "dots per inch"),
    ("ppm", "part per million", "parts per million"),
    ("yr", "year", "years"),
    ("yrs", "year", "years"),
    ("wk", "week", "weeks"),
    ("wks", "week", "weeks"),
    ("mos", "month", "months"),
];

/// After a number in front of one of these, the unit is singular: "a ten pound bag".
const COUNTED: [&str; 34] = [
    "bag", "bags", "bill", "bills", "box", "boxes", "coin", "coins", "dash", "deal", "drive", "fee", "fence",
    "fine", "gift", "hike", "jug", "limit", "man", "meal", "note", "notes", "prize", "race", "radius",
    "ride", "run", "speech", "stretch", "ticket", "tickets", "trip", "walk", "wall",
];

/// A unit and where it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) spoken: String,
    pub(crate) end: usize,
}

/// Whether the word after position `i` is a thing that is counted by what stands before it.
pub(crate) fn counts_a_noun(line: &Line<'_>, i: usize) -> bool {
    let start = line.spaces(i);
    start > i && COUNTED.contains(&line.text(start..line.word(start)).as_str())
}

fn find(text: &str) -> Option<(&'static str, &'static str)> {
    UNITS.iter().find(|&&(symbol, ..)| symbol == text).map(|&(_, one, many)| (one, many))
}

fn is_unit_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, 'µ' | 'Ω')
}

/// "in" is a unit only where "inches" could stand.
fn inches(line: &Line<'_>, end: usize) -> bool {
    let next = line.spaces(end);
    let word = line.text(next..line.word(next));
    let dimension =
        ["tall", "wide", "long", "high", "deep", "thick", "across", "by", "x"].contains(&word.as_str());
    dimension || (word.is_empty() && !line.at(next).is_ascii_digit() && line.at(next) != '$')
}

/// The unit that follows a number, if any.
pub(crate) fn after(line: &Line<'_>, numeral: &Numeral) -> Option<Unit> {
    let start = line.spaces(numeral.end);
    let one = numeral.is_one();
    let pick = |end: usize, one_name: &str, many: &str| {
        let single = one || counts_a_noun(line, end);
        Some(Unit { spoken: if single { one_name } else { many }.to_owned(), end })
    };
    match line.at(start) {
        '%' => return Some(Unit { spoken: "percent".into(), end: start + 1 }),
        '¢' => return pick(start + 1, "cent", "cents"),
        '°' => return Some(degrees(line, start, one)),
        // A quotation mark that closes nothing stands for inches.
        '"' | '”' if start == numeral.end && !is_quoted(line, start) => {
            return pick(start + 1, "inch", "inches");
        }
        _ => {}
    }
    if let Some(unit) = spelled_power(line, start, one) {
        return Some(unit);
    }
    let end = line.run(start, is_unit_letter);
    let symbol = line.text(start..end);
    let goes_on = line.at(end) == '\'' && line.at(end + 1).is_ascii_alphabetic();
    let closed = !line.at(end).is_ascii_digit() && !goes_on;
    if !closed || (line.at(end) == '.' && line.at(end + 1).is_ascii_alphanumeric()) {
        return None;
    }
    if symbol == "in" && inches(line, dot(line, end)) {
        return pick(dot(line, end), "inch", "inches");
    }
    let (single, many) = match symbol.as_str() {
        // "38.1 s", but "80s" is a decade.
        "s" if start > numeral.end => ("second", "seconds"),
        _ => find(&symbol)?,
    };
    if start > numeral.end && symbol == "h" {
        return None;
    }
    let power = match line.at(end) {
        '²' => "square ",
        '³' => "cubic ",
        _ => "",
    };
    let stop = end + usize::from(!power.is_empty());
    if line.at(stop) == '/' {
        let per = line.run(stop + 1, is_unit_letter);
        let symbol = line.text(stop + 1..per);
        let below = if symbol == "s" {
            Some("second")
        } else {
            find(&symbol).map(|u| u.0).or_else(|| period(&symbol))
        };
        if let Some(below) = below {
            let above = if one { single } else { many };
            let (squared, end) = match line.at(per) {
                '²' if symbol == "s" => (" squared", per + 1),
                '³' if symbol != "s" => {
                    return Some(Unit { spoken: format!("{above} per cubic {below}"), end: per + 1 });
                }
                '²' => return Some(Unit { spoken: format!("{above} per square {below}"), end: per + 1 }),
                _ => ("", per),
            };
            return Some(Unit { spoken: format!("{power}{above} per {below}{squared}"), end });
        }
    }
    let mut unit = pick(if power.is_empty() { dot(line, stop) } else { stop }, single, many)?;
    unit.spoken.insert_str(0, power);
    Some(unit)
}

/// Whether a quotation is open before position `i`.
fn is_quoted(line: &Line<'_>, i: usize) -> bool {
    let before = line.letters.get(..i).unwrap_or(&[]);
    before.iter().rev().find(|l| matches!(l.c, '“' | '”')).is_some_and(|l| l.c == '“')
}

/// `sq ft`, `cu. in.`, `sq km`.
fn spelled_power(line: &Line<'_>, start: usize, one: bool) -> Option<Unit> {
    let end = line.word(start);
    let power = match line.text(start..end).as_str() {
        "sq" => "square",
        "cu" => "cubic",
        _ => return None,
    };
    let below = line.spaces(end + usize::from(line.at(end) == '.'));
    let stop = line.word(below);
    let symbol = line.text(below..stop);
    let (single, many) = if symbol == "in" { ("inch", "inches") } else { find(&symbol)? };
    let end = dot(line, stop);
    let many = if one || counts_a_noun(line, end) { single } else { many };
    line.is_boundary(stop).then(|| Unit { spoken: format!("{power} {many}"), end })
}

/// A stretch of time, a head, a measure that something is counted per, in full.
pub(crate) fn period(word: &str) -> Option<&'static str> {
    const PERIODS: [(&str, &str); 21] = [
        ("second", "second"),
        ("sec", "second"),
        ("minute", "minute"),
        ("min", "minute"),
        ("hour", "hour"),
        ("hr", "hour"),
        ("day", "day"),
        ("week", "week"),
        ("wk", "week"),
        ("month", "month"),
        ("mo", "month"),
        ("year", "year"),
        ("yr", "year"),
        ("night", "night"),
        ("person", "person"),
        ("head", "head"),
        ("lb", "pound"),
        ("oz", "ounce"),
        ("kg", "kilogram"),
        ("gal", "gallon"),
        ("gallon", "gallon"),
    ];
    PERIODS.iter().find(|(short, _)| *short == word).map(|&(_, full)| full)
}

/// Past the full stop of "5 ft. tall", but not past that of the sentence.
fn dot(line: &Line<'_>, end: usize) -> usize {
    let next = line.spaces(end + 1);
    if line.at(end) == '.' && next > end + 1 && line.at(next).is_ascii_lowercase() { end + 1 } else { end }
}

fn degrees(line: &Line<'_>, sign: usize, one: bool) -> Unit {
    let degrees = if one { "degree" } else { "degrees" };
    let at = line.spaces(sign + 1);
    let scale = match line.at(at) {
        'C' => " Celsius",
        'F' => " Fahrenheit",
        'K' => " Kelvin",
        _ => "",
    };
    if scale.is_empty() || !line.is_boundary(at + 1) {
        return Unit { spoken: degrees.into(), end: sign + 1 };
    }
    Unit { spoken: format!("{degrees}{scale}"), end: at + 1 }
}
