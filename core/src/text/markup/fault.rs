//! What is wrong with the markup of a text, and how it is told: with its place, what was done and what to write instead.

use std::ops::Range;

use super::name;
use super::suggestion::nearest;
use crate::text::utterance::Notice;

/// Most notices about markup that one text gives; the others are counted.
pub(super) const MOST_NOTICES: usize = 50;
/// Letters of a tag that a message shows.
const SHOWN: usize = 40;

/// What is wrong.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A word in brackets that is no tag.
    UnknownTag { word: String },
    /// A number in brackets.
    Citation,
    /// A bracket that begins like a tag and has no end.
    OpenBracket,
    /// An amount that cannot be read.
    BadAmount { found: String, expected: &'static str, used: &'static str },
    /// An amount beyond the limits.
    OutOfRange { found: String, limits: &'static str, used: String },
    /// A closing tag without its opening one.
    ClosesNothing,
    /// A tag that should be closed.
    NeverClosed { effect: &'static str },
    /// Tags in tags beyond reason.
    TooDeep,
    /// `<foo>`.
    UnknownElement { word: String },
    /// An element of SSML that does nothing here.
    Unsupported { element: String },
    /// An element without its `>`.
    OpenElement,
    /// Something about an attribute.
    Attribute { element: &'static str, message: String },
}

/// Something wrong at a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    pub(super) source: Range<u32>,
    pub(super) kind: Kind,
}

/// The tag as a message shows it.
fn shown(text: &str, source: &Range<u32>) -> String {
    let tag = text.get(source.start as usize..source.end as usize).unwrap_or_default();
    let short: String = tag.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if tag.chars().nth(SHOWN).is_some() { format!("{short}…") } else { short }
}

impl Fault {
    fn message(&self, text: &str) -> String {
        let tag = shown(text, &self.source);
        let place = text.get(..self.source.start as usize).map_or(0, |before| before.chars().count()) + 1;
        match &self.kind {
            Kind::UnknownTag { word } => {
                let word: String = word.chars().take(SHOWN).collect();
                let advice = match nearest(&word, name::all()) {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => format!("write '\\{tag}' to have it spoken"),
                };
                format!("there is no tag '{tag}' (character {place}), it is left out; {advice}")
            }
            Kind::Citation => format!(
                "left out '{tag}' (character {place}), a number in brackets; write '\\{tag}' to have it spoken"
            ),
            Kind::OpenBracket => {
                format!(
                    "'{tag}' (character {place}) has no ']' on its line: it is read as text, not as a tag"
                )
            }
            Kind::BadAmount { found, expected, used } => format!(
                "'{tag}' (character {place}): expected {expected}, found '{}'; {used}",
                found.chars().take(SHOWN).collect::<String>()
            ),
            Kind::OutOfRange { found, limits, used } => {
                format!("'{tag}' (character {place}): {found} is out of the range {limits}; {used} is taken")
            }
            Kind::ClosesNothing => {
                format!("'{tag}' (character {place}) closes nothing: no such tag is open there")
            }
            Kind::NeverClosed { effect } => format!("'{tag}' (character {place}) is never closed: {effect}"),
            Kind::TooDeep => format!(
                "'{tag}' (character {place}) is left out: more than {} tags are open there; close some with '[/]'",
                super::span::DEEPEST
            ),
            Kind::UnknownElement { word } => {
                let word: String = word.chars().take(SHOWN).collect();
                let advice = match nearest(&word, super::ssml::names()) {
                    Some(near) => format!("; did you mean '<{near}>'?"),
                    None => String::new(),
                };
                format!("there is no tag '{tag}' (character {place}), it is left out{advice}")
            }
            Kind::Unsupported { element } => format!(
                "the tag '<{element}>' (character {place}) is not supported: what stands inside it is spoken as usual"
            ),
            Kind::OpenElement => {
                format!("'{tag}' (character {place}) has no '>': it is taken as if it had one")
            }
            Kind::Attribute { element, message } => format!("'<{element}>' (character {place}): {message}"),
        }
    }
}

/// The notices of all faults in order of their places, at most [`MOST_NOTICES`] and one that counts the others.
pub(super) fn notices(mut faults: Vec<Fault>, text: &str) -> Vec<Notice> {
    faults.sort_by_key(|fault| fault.source.start);
    let told = faults.iter().take(MOST_NOTICES);
    let place = |fault: &Fault| fault.source.start as usize..fault.source.end as usize;
    let mut out: Vec<Notice> =
        told.map(|fault| Notice { source: place(fault), message: fault.message(text) }).collect();
    if let Some(next) = faults.get(MOST_NOTICES) {
        let more = faults.len() - MOST_NOTICES;
        out.push(Notice {
            source: place(next),
            message: format!("and {more} more like these, from here on"),
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_place_and_the_way_out() {
        let fault = |source, kind| Fault { source, kind };
        let text = "é [hapy] you";
        let told = notices(vec![fault(3..9, Kind::UnknownTag { word: "hapy".into() })], text);
        assert_eq!(
            told[0].message,
            "there is no tag '[hapy]' (character 3), it is left out; did you mean 'happy'?"
        );
        assert_eq!(&text[told[0].source.clone()], "[hapy]");
    }

    #[test]
    fn many_faults_are_counted() {
        let faults = (0..60).rev().map(|i| Fault { source: i..i + 1, kind: Kind::ClosesNothing }).collect();
        let told = notices(faults, &"]".repeat(60));
        assert_eq!(told.len(), MOST_NOTICES + 1);
        assert_eq!(told[MOST_NOTICES].message, "and 10 more like these, from here on");
        assert!(told.windows(2).all(|pair| pair[0].source.start < pair[1].source.start));
    }
}
