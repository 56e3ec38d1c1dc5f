//! Finds members of JSON objects in a text whose structure may be damaged.

use serde::de::DeserializeOwned;
use serde_json::Value;
use std::ops::Range;

/// Places that are tried for one key: no state has more, and a text made for it would take long.
const MAX_PLACES: usize = 64;
/// Elements of a list that are looked at.
const MAX_ELEMENTS: usize = 256;

/// What stands behind each place of a key, if it reads, and where it ends.
pub(super) fn values<'a, T: DeserializeOwned + 'a>(
    text: &'a str,
    key: &str,
) -> impl Iterator<Item = (T, usize)> + 'a {
    places(text, key).into_iter().filter_map(|(_, at)| value_at(text, at))
}

/// Where a key stands, and where its value begins.
pub(super) fn places(text: &str, key: &str) -> Vec<(usize, usize)> {
    let member = format!("\"{key}\":");
    text.match_indices(&member).map(|(at, _)| (at, at + member.len())).take(MAX_PLACES).collect()
}

/// The value that begins there, and where it ends.
pub(super) fn value_at<T: DeserializeOwned>(text: &str, at: usize) -> Option<(T, usize)> {
    let rest = text.get(at..)?;
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<T>();
    let value = values.next()?.ok()?;
    let end = at + values.byte_offset();
    // A number or a text that something else than the next member follows has lost its end.
    let is_closed = rest.trim_start().starts_with(['{', '[']);
    let follows = text.get(end..)?.trim_start();
    (is_closed || follows.starts_with([',', '}', ']'])).then_some((value, end))
}

/// How deep every byte of a text lies in braces and brackets, counted from both ends: damage falsifies what lies behind it.
pub(super) struct Depths {
    from_start: Vec<u16>,
    from_end: Vec<u16>,
}

/// Within a string, where nothing has a depth.
const IN_STRING: u16 = u16::MAX;

impl Depths {
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut escaped = false;
        let is_quote: Vec<bool> = bytes
            .iter()
            .map(|byte| {
                let quote = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                quote
            })
            .collect();
        let count = |order: &mut dyn Iterator<Item = usize>, opens: &[u8; 2], closes: &[u8; 2]| -> Vec<u16> {
            let (mut quoted, mut depth) = (false, 0i32);
            let mut step = |at: usize| {
                if is_quote[at] {
                    quoted = !quoted;
                } else if !quoted {
                    depth += i32::from(opens.contains(&bytes[at])) - i32::from(closes.contains(&bytes[at]));
                }
                if quoted { IN_STRING } else { depth.clamp(0, 1_000) as u16 }
            };
            order.map(&mut step).collect()
        };
        let from_start = count(&mut (0..bytes.len()), b"{[", b"}]");
        // Without an end there is nothing to count from.
        let known = if text.trim_end().ends_with('}') { bytes.len() } else { 0 };
        let mut from_end = count(&mut (0..known).rev(), b"}]", b"{[");
        from_end.reverse();
        Self { from_start, from_end }
    }

    /// How many of the two counts say that the byte before a key (a brace or a comma) lies that deep.
    fn agree(&self, key: usize, depth: u16) -> usize {
        let before = key.checked_sub(1).and_then(|at| self.from_start.get(at));
        let behind = self.from_end.get(key);
        usize::from(before == Some(&depth)) + usize::from(behind == Some(&depth))
    }
}

/// Where a key's value may begin: in this range, at this depth, the likeliest first.
pub(super) fn likely(text: &str, depths: &Depths, key: &str, depth: u16, within: Range<usize>) -> Vec<usize> {
    let mut found: Vec<(usize, usize)> = places(text, key)
        .into_iter()
        .filter(|(key, _)| within.contains(key))
        .map(|(key, value)| (depths.agree(key, depth), value))
        .filter(|(agreed, _)| *agreed > 0)
        .collect();
    found.sort_by_key(|(agreed, _)| std::cmp::Reverse(*agreed));
    found.into_iter().map(|(_, value)| value).collect()
}

/// The objects of the list that begins there; none for each one that does not read.
pub(super) fn elements(text: &str, at: usize, is_one: impl Fn(&Value) -> bool) -> Vec<Option<Value>> {
    let mut found = Vec::new();
    let Some(mut end) = text.get(at..).and_then(|rest| rest.starts_with('[').then_some(at + 1)) else {
        return found;
    };
    while found.len() < MAX_ELEMENTS {
        let Some(rest) = text.get(end..) else { break };
        if rest.starts_with(']') {
            break;
        }
        let next = rest.match_indices('{').map(|(place, _)| end + place).take(MAX_PLACES).find_map(|place| {
            // Behind a colon it is the value of a member.
            let is_inner = text.as_bytes().get(place.wrapping_sub(1)) == Some(&b':');
            let (value, end) = value_at::<Value>(text, place).filter(|_| !is_inner)?;
            is_one(&value).then_some((place, value, end))
        });
        let Some((place, value, behind)) = next else {
            found.push(None);
            break;
        };
        // What lies between two of them but a comma was one.
        if text[end..place].trim().len() > 1 {
            found.push(None);
        }
        found.push(Some(value));
        end = behind;
    }
    found
}

/// Undoes one escaping of JSON, whatever stands there.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        match rest.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('b') => plain.push('\u{8}'),
            Some('f') => plain.push('\u{c}'),
            Some('u') => plain.push(unit(&mut rest)),
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

/// The letter of one or two UTF-16 units, or U+FFFD.
fn unit(rest: &mut std::str::Chars<'_>) -> char {
    let take = |rest: &mut std::str::Chars<'_>| {
        let unit = rest.as_str().get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok())?;
        *rest = rest.as_str()[4..].chars();
        Some(unit)
    };
    let Some(first) = take(rest) else { return char::REPLACEMENT_CHARACTER };
    let mut units = vec![first];
    if (0xd800..0xdc00).contains(&first) && rest.as_str().starts_with("\\u") {
        *rest = rest.as_str()[2..].chars();
        units.extend(take(rest));
    }
    char::decode_utf16(units).next().and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER)
}
