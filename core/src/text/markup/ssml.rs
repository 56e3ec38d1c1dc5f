//! What the elements of SSML mean here (W3C, Speech Synthesis Markup Language 1.1), and a few of HTML that mean the same.

use super::element::Tag;
use super::fault::Kind;
use super::setting::Setting;
use super::span::Change;

/// What an element is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Holds others and says nothing itself.
    Plain,
    Paragraph,
    Sentence,
    Break,
    /// A line's end.
    Line,
    Prosody,
    Emphasis,
    SayAs,
    Phoneme,
    Sub,
    Mark,
    Unsupported,
}

const ELEMENTS: [(&str, Meaning); 31] = [
    ("speak", Meaning::Plain),
    ("p", Meaning::Paragraph),
    ("s", Meaning::Sentence),
    ("break", Meaning::Break),
    ("prosody", Meaning::Prosody),
    ("emphasis", Meaning::Emphasis),
    ("say-as", Meaning::SayAs),
    ("phoneme", Meaning::Phoneme),
    ("sub", Meaning::Sub),
    ("mark", Meaning::Mark),
    ("w", Meaning::Plain),
    ("token", Meaning::Plain),
    ("paragraph", Meaning::Paragraph),
    ("sentence", Meaning::Sentence),
    ("em", Meaning::Emphasis),
    ("strong", Meaning::Emphasis),
    ("b", Meaning::Emphasis),
    ("i", Meaning::Emphasis),
    ("br", Meaning::Line),
    ("voice", Meaning::Unsupported),
    ("audio", Meaning::Unsupported),
    ("lang", Meaning::Unsupported),
    ("lexicon", Meaning::Unsupported),
    ("lookup", Meaning::Unsupported),
    ("meta", Meaning::Unsupported),
    ("metadata", Meaning::Unsupported),
    ("desc", Meaning::Unsupported),
    ("par", Meaning::Unsupported),
    ("seq", Meaning::Unsupported),
    ("media", Meaning::Unsupported),
    ("express-as", Meaning::Unsupported),
];

/// The meaning of an element, and its name in small letters; a namespace before the name does not matter.
pub(super) fn meaning(name: &str) -> Option<(&'static str, Meaning)> {
    let local = name.rsplit(':').next().unwrap_or(name);
    ELEMENTS.iter().find(|(own, _)| own.eq_ignore_ascii_case(local)).copied()
}

/// The names of all elements that are worth suggesting.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ELEMENTS
        .iter()
        .filter(|(name, meaning)| *meaning != Meaning::Unsupported && name.len() > 1)
        .map(|(name, _)| *name)
}

/// What `<prosody>` changes, and what is wrong with its attributes.
pub(super) fn prosody(tag: &Tag<'_>) -> (Change, Vec<Kind>) {
    let mut change = Change::default();
    let mut faults = Vec::new();
    for attribute in &tag.attributes {
        let Some(value) = tag.value(attribute.name) else { continue };
        let (setting, slot) = match attribute.name.to_ascii_lowercase().as_str() {
            "rate" => (Setting::Rate, &mut change.rate_ratio),
            "pitch" => (Setting::Pitch, &mut change.pitch_st),
            "volume" => (Setting::Volume, &mut change.level_db),
            "range" => (Setting::Range, &mut change.range_ratio),
            name => {
                let message =
                    format!("the attribute '{name}' is not supported; rate, pitch, volume and range are");
                faults.push(Kind::Attribute { element: "prosody", message });
                continue;
            }
        };
        let (read, fault) = setting.read(&value);
        *slot = read;
        faults.extend(fault);
    }
    (change, faults)
}

/// What `<emphasis>` changes. A reduced word is said somewhat lower and flatter.
pub(super) fn emphasis(tag: &Tag<'_>) -> (Change, Vec<Kind>) {
    let level = tag.value("level").unwrap_or_default().to_ascii_lowercase();
    let plain = Change::default();
    match level.as_str() {
        "" | "strong" | "moderate" => (Change { emphasis: Some(true), ..plain }, vec![]),
        "none" => (Change { emphasis: Some(false), ..plain }, vec![]),
        "reduced" => (Change { emphasis: Some(false), level_db: -2.0, range_ratio: 0.8, ..plain }, vec![]),
        other => {
            let short: String = other.chars().take(24).collect();
            let message = format!(
                "expected a level of strong, moderate, reduced or none, found '{short}'; moderate is taken"
            );
            (Change { emphasis: Some(true), ..plain }, vec![Kind::Attribute { element: "emphasis", message }])
        }
    }
}

/// The seconds of `<break>`.
pub(super) fn pause_s(tag: &Tag<'_>) -> (f32, Option<Kind>) {
    match tag.value("time").or_else(|| tag.value("strength")) {
        Some(value) => Setting::Pause.read(&value),
        None => (Setting::Pause.rest(), None),
    }
}
