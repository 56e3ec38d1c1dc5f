//! What is left of a damaged state, taken over piece by piece; what cannot be read stays as it is in the instance.
//!
//! Nothing of the structure is trusted. A parameter counts where its id stands and a value of its kind and range behind it; a
//! field where its text reads and passes its check; of the line every part for itself, of lists every element.

mod line;
mod scan;
#[cfg(test)]
mod tests;

use super::blob::{Blob, check_value, defaults};
use super::{EditorState, LineState, StateError, seal};
use crate::history::Compare;
use crate::memory::SavedMemory;
use crate::remote::{PARAMETER_COUNT, id, parameter};
use psivox_core::memory::MemoryBank;
use serde_json::Value;

/// What was found of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFound {
    /// All of it.
    Whole,
    /// Some letters are missing or stand as U+FFFD.
    Part,
    /// Nothing: the text of the instance stays.
    Nothing,
}

/// A state made of what could be read and of what the instance had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// It, as the framework reads it.
    pub blob: Vec<u8>,
    /// Parameters that could be read.
    pub values: usize,
    /// Of the text.
    pub text: TextFound,
    /// Other parts that could be read: of the line by its key, of the fields by their name.
    pub parts: Vec<&'static str>,
}

impl std::fmt::Display for Salvaged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (values, text) = (self.values, self.text);
        write!(f, "the project's state was damaged: {values} of {PARAMETER_COUNT} values")?;
        match text {
            TextFound::Whole => write!(f, " and the text could be read")?,
            TextFound::Part => write!(f, " and a part of the text could be read")?,
            TextFound::Nothing => write!(f, " could be read, but not the text")?,
        }
        write!(f, ", the rest was left as it was; save it under another name")
    }
}

/// Reads what can be read of a damaged blob; `present` is the instance's own state, unsealed.
///
/// # Errors
/// Nothing could be read, the blob is of a newer build, or `present` is no state.
pub fn salvage(damaged: &[u8], present: &[u8]) -> Result<Salvaged, StateError> {
    let json = seal::json_of(present).ok_or(StateError::Missing("line"))?;
    let mut state: Blob = serde_json::from_slice(json)?;
    // Letters that are none any more become U+FFFD, and whatever they stand in does not read.
    let raw = String::from_utf8_lossy(damaged);
    let values = values(&raw, &mut state);
    let own = state.fields.get("line").ok_or(StateError::Missing("line"))?;
    let found = line::read(&raw, seal::layout(damaged), LineState::from_json(own)?)?;
    state.fields.insert("line".to_owned(), serde_json::to_string(&found.line)?);
    let mut parts = found.parts;
    for (name, is_one) in [("compare", is_compare as fn(&str) -> bool), ("editor", is_editor)] {
        if let Some(text) = scan::values::<String>(&raw, name).map(|(text, _)| text).find(|text| is_one(text))
        {
            state.fields.insert(name.to_owned(), text);
            parts.push(name);
        }
    }
    if let Some(memory) = memory(damaged) {
        state.fields.insert("memory".to_owned(), serde_json::to_string(&memory)?);
        parts.push("memory");
    }
    if values == 0 && parts.is_empty() && found.text == TextFound::Nothing {
        return Err(StateError::Seal);
    }
    Ok(Salvaged { blob: state.to_bytes()?, values, text: found.text, parts })
}

/// Takes over the parameters that can be read: how many.
fn values(raw: &str, state: &mut Blob) -> usize {
    let one = |index: usize| {
        let is_lawful = |value: &Value| check_value(id(index), parameter(defaults(), index), value).is_ok();
        scan::values::<Value>(raw, id(index)).map(|(value, _)| value).find(is_lawful)
    };
    let mut count = 0;
    for index in 0..PARAMETER_COUNT {
        if let Some(value) = one(index) {
            state.params.insert(id(index).to_owned(), value);
            count += 1;
        }
    }
    count
}

/// All memories that can be read, if there is one.
fn memory(damaged: &[u8]) -> Option<SavedMemory> {
    let texts = memory_texts(damaged);
    let (bank, _) = MemoryBank::from_texts(texts.iter().map(String::as_str));
    let keeps_texts = bank.is_empty() || bank.iter().any(|memory| memory.text.is_some());
    let saved = || SavedMemory { keeps_texts, records: bank.to_texts(true), ..SavedMemory::default() };
    (!bank.is_empty()).then(saved)
}

fn is_compare(text: &str) -> bool {
    serde_json::from_str::<Compare>(text).is_ok_and(|compare| compare.is_lawful())
}

fn is_editor(text: &str) -> bool {
    serde_json::from_str::<EditorState>(text).is_ok()
}

/// Every text of a memory that stands in a state, damaged or not: `psm1:` and the letters of base 64 for addresses behind it.
/// Each has a checksum of its own, which is not looked at here.
pub fn memory_texts(blob: &[u8]) -> Vec<String> {
    const START: &[u8] = b"psm1:";
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let mut texts = Vec::new();
    let mut at = 0;
    while let Some(found) = blob[at..].windows(START.len()).position(|window| window == START) {
        let from = at + found;
        let behind = from + START.len();
        // The next one may begin within a damaged one.
        let length = blob[behind..].iter().take_while(|byte| is_letter(byte)).count();
        if length > 0 {
            texts.push(String::from_utf8_lossy(&blob[from..behind + length]).into_owned());
        }
        at = behind;
    }
    texts
}
