//! Elements of SSML whose content is read in another way: `<say-as>`, `<phoneme>`, `<sub>`.

use std::borrow::Cow;
use std::ops::Range;

use super::cut::Instead;
use super::element::Tag;
use super::entity;
use super::fault::{self, Kind};
use super::ipa;
use super::reader::{Reader, place};
use super::say_as::{self, Said};
use super::ssml::Meaning;
use crate::text::phone_markup::{self, Inline};
use crate::text::utterance::Notice;

impl Reader<'_> {
    /// An element whose content is read in another way: the text from its end to the next tag.
    pub(super) fn content(&mut self, source: &Range<usize>, tag: &Tag<'_>, meaning: Meaning) -> usize {
        let rest = &self.text[source.end..];
        let length = if tag.empty { 0 } else { rest.find('<').unwrap_or(rest.len()) };
        let content = source.end..source.end + length;
        let inner = entity::decode(&rest[..length]);
        // An element without content stands for itself.
        let shown = if inner.trim().is_empty() { source.clone() } else { self.trimmed(&content) };
        let instead = match meaning {
            Meaning::SayAs => self.say_as(source, tag, &inner, &shown),
            Meaning::Phoneme => self.phoneme(source, tag, &shown),
            _ => self.substitute(source, tag, &shown),
        };
        let Some(instead) = instead else { return source.end };
        if shown == *source {
            self.markup.cuts.pop();
            self.cut(source.clone(), instead);
        } else {
            self.cut(content.clone(), instead);
        }
        content.end
    }

    /// A range of the text without the spaces at its ends.
    fn trimmed(&self, range: &Range<usize>) -> Range<usize> {
        let text = &self.text[range.clone()];
        let start = range.start + text.len() - text.trim_start().len();
        start..start + text.trim().len()
    }

    fn say_as(
        &mut self,
        source: &Range<usize>,
        tag: &Tag<'_>,
        inner: &str,
        shown: &Range<usize>,
    ) -> Option<Instead> {
        let asked = tag.value("interpret-as").or_else(|| tag.value("type")).unwrap_or_default();
        let Some(manner) = say_as::Manner::by_name(&asked) else {
            let short: String = asked.chars().take(24).collect();
            let message = format!(
                "expected interpret-as of characters, digits, cardinal, ordinal, telephone, date or time, \
                 found '{short}'; the text is read as usual"
            );
            self.fault(source, Kind::Attribute { element: "say-as", message });
            return None;
        };
        let said = Said::new(manner, inner, shown.start as u32);
        if said.is_none() && manner != say_as::Manner::Usual && !inner.trim().is_empty() {
            let message = format!("the text cannot be read as {asked}; it is read as usual");
            self.fault(source, Kind::Attribute { element: "say-as", message });
        }
        self.markup.said.push(said?);
        Some(Instead::Placeholder(say_as::PLACEHOLDER, place(shown)))
    }

    fn phoneme(&mut self, source: &Range<usize>, tag: &Tag<'_>, shown: &Range<usize>) -> Option<Instead> {
        let alphabet = tag.value("alphabet").unwrap_or(Cow::Borrowed("ipa")).to_ascii_lowercase();
        let phones = tag.value("ph").unwrap_or_default();
        if alphabet != "ipa" || phones.is_empty() {
            let message = if alphabet == "ipa" {
                "expected phones in the attribute 'ph', found none; the text is read as usual".to_owned()
            } else {
                let short: String = alphabet.chars().take(24).collect();
                format!("expected the alphabet ipa, found '{short}'; the text is read as usual")
            };
            self.fault(source, Kind::Attribute { element: "phoneme", message });
            return None;
        }
        let at = tag.attribute("ph").map_or(source.start, |own| source.start + own.at.start);
        let range = tag
            .attribute("ph")
            .map_or(source.clone(), |own| source.start + own.at.start..source.start + own.at.end);
        let symbols = ipa::read(&phones, self.dialect);
        let column = self.text[..at].chars().count() + 1;
        let phones = phone_markup::known_phones(&symbols, self.dialect, |_, symbol| Notice {
            source: range.clone(),
            message: format!(
                "left out {symbol:?} (character {column} of the text), which is no phone symbol of this voice; {}",
                phone_markup::advice(symbol, self.dialect)
            ),
        });
        let (phones, notices) = phones;
        let free = fault::MOST_NOTICES.saturating_sub(self.phone_notices.len());
        self.phone_notices.extend(notices.into_iter().take(free));
        if phones.is_empty() {
            return None;
        }
        self.markup.inline.push(Inline { start: shown.start as u32, phones });
        Some(Instead::Placeholder(phone_markup::PLACEHOLDER, place(shown)))
    }

    fn substitute(&mut self, source: &Range<usize>, tag: &Tag<'_>, shown: &Range<usize>) -> Option<Instead> {
        let alias = tag.value("alias").unwrap_or_default();
        if alias.is_empty() {
            let message = "expected an attribute 'alias', found none; the text is read as usual".to_owned();
            self.fault(source, Kind::Attribute { element: "sub", message });
            return None;
        }
        Some(Instead::Text(alias.into_owned(), place(shown)))
    }
}
