//! Markup in a text: tags in square brackets and a subset of SSML, read forgivingly.
//!
//! Markup is taken out before the text is cleaned. What stays are [`Cut`]s (stretches of the source that are not read as
//! they stand), how the text is to be said from where on, what stands between its words, and one notice for everything
//! that was not understood. A text without markup passes as it is.

mod amount;
mod bracket;
mod content;
mod cut;
mod element;
mod entity;
mod fault;
mod ipa;
mod name;
mod reader;
mod say_as;
mod setting;
mod span;
mod ssml;
mod suggestion;

pub(crate) use cut::{Cut, Instead, Joint, SENTENCE_BREAK, end_sentence, join};
pub(crate) use say_as::{Said, said};

use std::ops::Range;

use super::dialect::Dialect;
use super::phone_markup::Inline;
use super::utterance::{Inserted, Insertion, Notice, Word};
use span::{Held, Inserting};

/// The markup of a text.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    /// In order, one behind the other.
    pub(crate) cuts: Vec<Cut>,
    /// Phones that SSML gives.
    pub(crate) inline: Vec<Inline>,
    /// What is read in a way of its own.
    pub(crate) said: Vec<Said>,
    pub(crate) notices: Vec<Notice>,
    /// Whether line ends are spaces, as in XML.
    pub(crate) folds_lines: bool,
    held: Vec<Held>,
    insertions: Vec<Inserting>,
}

/// Reads the markup of a text; never fails.
pub(crate) fn read(text: &str, dialect: Dialect) -> Markup {
    let reader = reader::Reader::new(text, dialect);
    if reader.is_idle() { Markup::default() } else { reader.read() }
}

/// A text without its markup, its words apart by single spaces: for people to read.
///
/// ```
/// let text = "[sad 0.9]I am so <emphasis>sorry</emphasis>.[/] Is 1 < 2?";
/// assert_eq!(psivox_core::text::without_markup(text), "I am so sorry. Is 1 < 2?");
/// ```
pub fn without_markup(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut at = 0;
    for Cut { source, instead } in read(text, Dialect::default()).cuts {
        bare.push_str(text.get(at..source.start as usize).unwrap_or_default());
        match instead {
            Instead::Nothing(Joint::None | Joint::Tight) | Instead::Placeholder(..) => (),
            Instead::Text(own, _) => bare.push_str(&own),
            Instead::Nothing(_) | Instead::Sentence | Instead::Paragraph => bare.push(' '),
        }
        at = source.end as usize;
    }
    bare.push_str(text.get(at..).unwrap_or_default());
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Markup {
    /// Whether the voice does something that is no word.
    pub(crate) fn has_voice_gesture(&self) -> bool {
        self.insertions.iter().any(|own| matches!(own.what, Inserted::Voice(..)))
    }

    /// Tells the words how they are to be said.
    pub(crate) fn tell(&self, words: &mut [Word]) {
        for word in words {
            let start = word.source.start as u32;
            let after = self.held.partition_point(|held| held.from <= start);
            if let Some(held) = after.checked_sub(1).and_then(|last| self.held.get(last)) {
                word.manner = held.manner;
                word.emphasis |= held.emphasis;
            }
        }
    }

    /// What stands between those words.
    pub(crate) fn insertions(&self, words: &[Word]) -> Vec<Insertion> {
        let range = |source: &Range<u32>| source.start as usize..source.end as usize;
        self.insertions
            .iter()
            .map(|own| Insertion {
                before_word: words.partition_point(|word| word.source.start < own.source.start as usize)
                    as u32,
                source: range(&own.source),
                what: own.what.clone(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
