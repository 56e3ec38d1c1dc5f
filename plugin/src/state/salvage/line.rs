//! What is left of the line: every part for itself.

use super::TextFound;
use super::scan::{self, Depths, elements, likely, unescape};
use crate::performance::SLOT_COUNT;
use crate::state::migration::migrate;
use crate::state::{LINE_VERSION, LineState, StateError, TEXT_LIMIT_BYTES};
use psivox_core::Persona;
use serde_json::{Map, Value, json};
use std::ops::Range;

/// Parts of the line besides its version and text, in the order in which they are written.
const PARTS: [&str; 7] = ["persona", "voice_b", "osc_target", "wire", "field", "own_persona", "performance"];
/// Parts that have parts of their own, lists among them.
const NESTED: [(&str, &[&str], &[&str]); 2] =
    [("wire", &["latency_ms", "bounce", "remote"], &["targets"]), ("performance", &[], &["cc", "slots"])];

/// What was read.
pub(super) struct Found {
    pub line: LineState,
    pub text: TextFound,
    pub parts: Vec<&'static str>,
}

/// Reads the line of a damaged state; what cannot be read is as in `own`. `layout` is what a seal says of the version.
///
/// # Errors
/// The state is of a newer build.
pub(super) fn read(raw: &str, layout: Option<u32>, own: LineState) -> Result<Found, StateError> {
    let whole = scan::values::<String>(raw, "line").find_map(|(text, _)| LineState::from_json(&text).ok());
    if let Some(line) = whole.filter(|line| is_person(&line.persona)) {
        return Ok(Found { line, text: TextFound::Whole, parts: PARTS.to_vec() });
    }
    let Some(region) = region(raw) else {
        return Ok(Found { line: own, text: TextFound::Nothing, parts: Vec::new() });
    };
    let view = View::of(unescape(&raw[region]));
    let version =
        view.value("version", 1, view.all(), |value| value.is_u64()).and_then(|value| value.as_u64());
    let newer = |version: u64| version > u64::from(LINE_VERSION);
    if let Some(found) = version.filter(|found| newer(*found))
        && layout.is_none_or(|layout| newer(u64::from(layout)))
    {
        return Err(StateError::Version { found });
    }
    let version = version.filter(|version| (1..=u64::from(LINE_VERSION)).contains(version));
    let mut pieces = Map::new();
    pieces.insert("version".to_owned(), json!(version.unwrap_or(u64::from(LINE_VERSION))));
    for part in PARTS {
        if let Some(value) = view.part(part, &own) {
            pieces.insert(part.to_owned(), value);
        }
    }
    let (text, text_found) = view.text();
    let mut pieces = Value::Object(pieces);
    migrate(&mut pieces)?;
    Ok(put_together(pieces, text, text_found, own))
}

/// The line of the pieces, each of which is good for itself, and of the instance's own parts.
fn put_together(pieces: Value, text: Option<String>, text_found: TextFound, own: LineState) -> Found {
    let mut line = own;
    let mut parts = Vec::new();
    for part in PARTS {
        let Some(value) = pieces.get(part) else { continue };
        let with = with_part(&line, part, value.clone());
        if let Some(with) = with {
            line = with;
            parts.push(part);
        }
    }
    if let Some(text) = text {
        line.text = text;
    }
    Found { line, text: text_found, parts }
}

/// A line with another part, if it is lawful.
fn with_part(line: &LineState, part: &str, value: Value) -> Option<LineState> {
    let mut with = serde_json::to_value(line).ok()?;
    with[part] = value;
    let with: LineState = serde_json::from_value(with).ok()?;
    with.check().is_ok().then_some(with)
}

/// Whether the part can stand in a line.
fn is_lawful(part: &str, value: &Value) -> bool {
    let known = part != "persona" || value.as_str().is_some_and(is_person);
    known && !value.is_null() && with_part(&LineState::default(), part, value.clone()).is_some()
}

fn is_person(name: &str) -> bool {
    Persona::named(name).is_ok()
}

/// Where the line stands, once escaped.
fn region(raw: &str) -> Option<Range<usize>> {
    let named = scan::places(raw, "line").into_iter().find(|(_, at)| raw[*at..].starts_with('"'));
    let start = named.map(|(_, at)| at + 1).or_else(|| {
        // The text stands behind the version, and nowhere else behind a digit.
        let places = raw.match_indices(",\\\"text\\\":\\\"").map(|(at, _)| at);
        places.filter(|at| *at > 0 && raw.as_bytes()[at - 1].is_ascii_digit()).last()
    })?;
    let ends = ["}\"}", "}\",\""].map(|end| raw[start..].find(end).map(|at| start + at + 1));
    Some(start..ends.into_iter().flatten().min().unwrap_or(raw.len()))
}

/// The line's text with what is known of its structure.
struct View {
    text: String,
    depths: Depths,
}

impl View {
    fn of(text: String) -> Self {
        Self { depths: Depths::of(&text), text }
    }

    fn all(&self) -> Range<usize> {
        0..self.text.len()
    }

    fn value(
        &self,
        key: &str,
        depth: u16,
        within: Range<usize>,
        is_one: impl Fn(&Value) -> bool,
    ) -> Option<Value> {
        let places = likely(&self.text, &self.depths, key, depth, within);
        places
            .into_iter()
            .filter_map(|at| scan::value_at(&self.text, at))
            .map(|(value, _)| value)
            .find(is_one)
    }

    /// A part as a whole, else what is left of it.
    fn part(&self, part: &str, own: &LineState) -> Option<Value> {
        self.value(part, 1, self.all(), |value| is_lawful(part, value)).or_else(|| self.pieces(part, own))
    }

    /// A part of parts: those that read, the rest as in `own`.
    fn pieces(&self, part: &str, own: &LineState) -> Option<Value> {
        let (_, members, lists) = NESTED.iter().find(|(nested, ..)| *nested == part)?;
        let start = likely(&self.text, &self.depths, part, 1, self.all()).into_iter().next()?;
        let within = start..self.text.len();
        let mut all = serde_json::to_value(own).ok()?.get(part).cloned().unwrap_or_else(|| json!({}));
        let mut any = false;
        for member in *members {
            let one = |value: &Value| is_lawful(part, &json!({ *member: value }));
            if let Some(value) = self.value(member, 2, within.clone(), one) {
                all[*member] = value;
                any = true;
            }
        }
        for list in *lists {
            let one = |value: &Value| is_lawful(part, &json!({ *list: [value] }));
            let places = likely(&self.text, &self.depths, list, 2, within.clone());
            let Some(at) = places.into_iter().next() else { continue };
            let found = elements(&self.text, at, one);
            if found.iter().all(Option::is_none) {
                continue;
            }
            let kept =
                if *list == "slots" { in_place(found, own) } else { found.into_iter().flatten().collect() };
            all[*list] = Value::Array(kept);
            any = true;
        }
        any.then_some(all)
    }

    /// The text, with U+FFFD for what cannot be read.
    fn text(&self) -> (Option<String>, TextFound) {
        let short = |value: &Value| value.as_str().is_some_and(|text| text.len() <= TEXT_LIMIT_BYTES);
        if let Some(text) = self.value("text", 1, self.all(), short) {
            let text = text.as_str().unwrap_or_default();
            let whole = !text.contains(char::REPLACEMENT_CHARACTER);
            return (Some(text.to_owned()), if whole { TextFound::Whole } else { TextFound::Part });
        }
        let Some((_, at)) = scan::places(&self.text, "text").into_iter().next() else {
            return (None, TextFound::Nothing);
        };
        let rest = self.text[at..].trim_start_matches('"');
        let end = rest.find("\",\"persona\":").or_else(|| last_string(rest)).unwrap_or(rest.len());
        let is_shown = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
        let mut text: String = unescape(&rest[..end]).chars().filter(is_shown).collect();
        while text.len() > TEXT_LIMIT_BYTES {
            text.pop();
        }
        let found = if text.is_empty() { TextFound::Nothing } else { TextFound::Part };
        (Some(text).filter(|text| !text.is_empty()), found)
    }
}

/// Where a string ends that begins in front.
fn last_string(rest: &str) -> Option<usize> {
    let mut escaped = false;
    rest.bytes().position(|byte| {
        let quote = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        quote
    })
}

/// Slots have numbers: one that is lost stays as the instance has it, and those behind it keep their places.
fn in_place(found: Vec<Option<Value>>, own: &LineState) -> Vec<Value> {
    let present = |index: usize| {
        let slot = own.performance.slots.get(index);
        slot.and_then(|slot| serde_json::to_value(slot).ok()).unwrap_or_else(|| json!({}))
    };
    let slots = found.into_iter().take(SLOT_COUNT).enumerate();
    slots.map(|(index, slot)| slot.unwrap_or_else(|| present(index))).collect()
}
