//! Walks through a text from mark to mark and collects what its tags say.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Markup;
use super::bracket::{self, Bracket, Item};
use super::cut::{Cut, Instead, Joint};
use super::element::{self, Tag};
use super::entity;
use super::fault::{self, Fault, Kind};
use super::name::Name;
use super::setting::Setting;
use super::span::{self, Act, Change, Element, Event};
use super::ssml::{self, Meaning};
use crate::emotion::Moods;
use crate::text::dialect::Dialect;
use crate::text::phone_markup;
use crate::text::utterance::{Inserted, Notice};

/// Longest name of a place, in bytes.
const LONGEST_MARK: usize = 200;

/// Characters that markup begins with.
const SPECIAL: [char; 5] = ['[', '<', '\\', '&', '{'];

pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) dialect: Dialect,
    /// Whether the text holds SSML: then `&amp;` is an entity.
    is_ssml: bool,
    pub(super) markup: Markup,
    events: Vec<Event>,
    faults: Vec<Fault>,
    /// Notices about phones, which are told as those in braces are.
    pub(super) phone_notices: Vec<Notice>,
    /// Elements that were said to be unsupported.
    unsupported: Vec<&'static str>,
    /// Names of elements that do not exist.
    unknown: BTreeSet<String>,
}

/// Whether a text holds an element of SSML.
fn holds_ssml(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if element::read(rest).is_some_and(|tag| tag.ended && ssml::meaning(tag.name).is_some()) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, dialect: Dialect) -> Self {
        Self {
            text,
            dialect,
            is_ssml: false,
            markup: Markup::default(),
            events: Vec::new(),
            faults: Vec::new(),
            phone_notices: Vec::new(),
            unsupported: Vec::new(),
            unknown: BTreeSet::new(),
        }
    }

    /// Whether there is nothing to be read.
    pub(super) fn is_idle(&self) -> bool {
        !self.text.contains(['[', '<', '\\'])
    }

    pub(super) fn read(mut self) -> Markup {
        self.is_ssml = holds_ssml(self.text);
        let mut at = 0;
        while let Some(offset) = self.text.get(at..).and_then(|rest| rest.find(SPECIAL)) {
            at = self.mark(at + offset);
        }
        let length = self.text.len() as u32;
        let (held, insertions, faults) = span::resolve(self.events, length);
        self.faults.extend(faults);
        self.phone_notices.extend(fault::notices(self.faults, self.text));
        let notices = self.phone_notices;
        Markup { held, insertions, notices, ..self.markup }
    }

    /// Reads what stands at `i` and returns where to go on.
    fn mark(&mut self, i: usize) -> usize {
        let rest = &self.text[i..];
        match rest.as_bytes()[0] {
            b'{' => i + phone_markup::length(rest).unwrap_or(1),
            b'\\' if rest[1..].starts_with(['[', ']', '<']) => {
                self.cut(i..i + 1, Instead::Nothing(Joint::None));
                i + 2
            }
            b'&' if self.is_ssml => match entity::read(rest) {
                Some((c, length)) => {
                    let source = (i as u32)..(i + length) as u32;
                    self.cut(i..i + length, Instead::Text(c.to_string(), source));
                    i + length
                }
                None => i + 1,
            },
            b'[' => self.bracket(i),
            b'<' => self.angle(i),
            _ => i + 1,
        }
    }

    pub(super) fn cut(&mut self, source: Range<usize>, instead: Instead) {
        if !source.is_empty() {
            self.markup.cuts.push(Cut { source: place(&source), instead });
        }
    }

    pub(super) fn fault(&mut self, source: &Range<usize>, kind: Kind) {
        self.faults.push(Fault { source: place(source), kind });
    }

    fn event(&mut self, source: &Range<usize>, act: Act) {
        self.events.push(Event { source: place(source), act });
    }

    fn bracket(&mut self, i: usize) -> usize {
        let inside = &self.text[i + 1..];
        let length = inside.find(['[', ']', '\n']).unwrap_or(inside.len());
        let inner = &inside[..length];
        let end = i + length + 2;
        if !inside[length..].starts_with(']') {
            if bracket::begins_like_a_tag(inner) {
                let word = 1 + inner.find(|c: char| c.is_whitespace() && c != ' ').unwrap_or(length);
                self.fault(&(i..i + word), Kind::OpenBracket);
            }
            return i + 1;
        }
        // The text of a link: "[here](https://...)".
        if self.text[end..].starts_with('(') {
            return i + 1;
        }
        let source = i..end;
        match bracket::read(inner) {
            Bracket::Text => return i + 1,
            Bracket::Citation => self.fault(&source, Kind::Citation),
            Bracket::Close(name) => self.event(&source, Act::Close(name)),
            Bracket::CloseUnknown { word } => self.fault(&source, Kind::UnknownTag { word }),
            Bracket::Tags(items) => self.tags(&source, &items),
        }
        self.cut(source, Instead::Nothing(Joint::Apart));
        end
    }

    /// The value of an item, its faults told.
    fn value(&mut self, source: &Range<usize>, setting: Setting, value: Option<&str>) -> f32 {
        let Some(value) = value else { return setting.rest() };
        let (read, fault) = setting.read(value);
        if let Some(fault) = fault {
            self.fault(source, fault);
        }
        read
    }

    /// The tags of one bracket: some stand between words, the others hold from here on together.
    fn tags(&mut self, source: &Range<usize>, items: &[Item]) {
        let mut change = Change::default();
        let mut names = Vec::new();
        let mut alone = None;
        let single = items.len() == 1;
        for item in items {
            let (name, value) = match item {
                Item::Known { name, value } => (*name, value.as_deref()),
                Item::Unknown { word } => {
                    self.fault(source, Kind::UnknownTag { word: word.clone() });
                    continue;
                }
            };
            let missing = value.is_none();
            let value = self.value(source, bracket::setting(name), value);
            match name {
                Name::Mood(mode) => change.moods.get_or_insert(Moods::NONE).set(mode, value),
                Name::Style(style) => change.styles.push((style, value)),
                Name::Joke => change.joke = true,
                Name::Both(style, gesture) if single => {
                    change.styles.push((style, value));
                    alone = Some((gesture, value));
                }
                Name::Both(_, gesture) | Name::Voice(gesture) => {
                    self.event(source, Act::Insert(Inserted::Voice(gesture, value)));
                    continue;
                }
                Name::Face(gesture) => {
                    self.event(source, Act::Insert(Inserted::Face(gesture, value)));
                    continue;
                }
                Name::Pause => {
                    self.event(source, Act::Insert(Inserted::Pause(value)));
                    continue;
                }
                Name::Rate | Name::Pitch | Name::Volume | Name::Range if missing => {
                    let (_, fault) = bracket::setting(name).read("nothing");
                    self.faults.extend(fault.map(|kind| Fault { source: place(source), kind }));
                }
                Name::Rate => change.rate_ratio = value,
                Name::Pitch => change.pitch_st = value,
                Name::Volume => change.level_db = value,
                Name::Range => change.range_ratio = value,
            }
            names.push(name);
        }
        if !names.is_empty() {
            self.event(source, Act::Open { names, change, alone });
        }
    }

    fn angle(&mut self, i: usize) -> usize {
        let rest = &self.text[i..];
        if let Some(length) = element::silent(rest) {
            self.cut(i..i + length, Instead::Nothing(Joint::Tight));
            return i + length;
        }
        let Some(tag) = element::read(rest) else { return i + 1 };
        let end = i + tag.length;
        let source = i..end;
        let bare = !tag.ended && tag.attributes.is_empty() && (tag.name.len() < 4 || tag.closes);
        match ssml::meaning(tag.name) {
            Some((name, meaning)) if !bare => {
                if !tag.ended {
                    self.fault(&source, Kind::OpenElement);
                }
                self.element(&source, &tag, name, meaning)
            }
            None if tag.ended && (tag.closes || tag.empty || self.is_ssml || !self.follows_a_word(i)) => {
                let known = !self.unknown.insert(tag.name.to_ascii_lowercase());
                if !(known && tag.closes) {
                    self.fault(&source, Kind::UnknownElement { word: tag.name.to_owned() });
                }
                self.cut(source, Instead::Nothing(Joint::Apart));
                end
            }
            _ => i + 1,
        }
    }

    /// Whether a letter stands right before `i`, as in `Vec<T>`.
    fn follows_a_word(&self, i: usize) -> bool {
        self.text[..i].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':'))
    }

    fn element(
        &mut self,
        source: &Range<usize>,
        tag: &Tag<'_>,
        name: &'static str,
        meaning: Meaning,
    ) -> usize {
        let mut instead = Instead::Nothing(Joint::Tight);
        let held = |change| (!tag.closes && !tag.empty).then_some(change);
        match meaning {
            Meaning::Plain => self.markup.folds_lines |= name == "speak",
            Meaning::Paragraph => instead = Instead::Paragraph,
            Meaning::Sentence | Meaning::Line => instead = Instead::Sentence,
            Meaning::Break => {
                instead = Instead::Nothing(Joint::Apart);
                if !tag.closes {
                    let (seconds, fault) = ssml::pause_s(tag);
                    self.faults.extend(fault.map(|kind| Fault { source: place(source), kind }));
                    self.event(source, Act::Insert(Inserted::Pause(seconds)));
                }
            }
            Meaning::Prosody | Meaning::Emphasis => {
                let (read, element): (fn(&Tag<'_>) -> _, _) = match meaning {
                    Meaning::Prosody => (ssml::prosody, Element::Prosody),
                    _ => (ssml::emphasis, Element::Emphasis),
                };
                if tag.closes {
                    self.event(source, Act::CloseElement(element));
                } else {
                    let (change, faults) = read(tag);
                    faults.into_iter().for_each(|kind| self.fault(source, kind));
                    if let Some(change) = held(change) {
                        self.event(source, Act::OpenElement(element, change));
                    }
                }
            }
            Meaning::Mark => {
                instead = Instead::Nothing(Joint::Apart);
                self.named_place(source, tag);
            }
            Meaning::SayAs | Meaning::Phoneme | Meaning::Sub if !tag.closes => {
                self.cut(source.clone(), Instead::Nothing(Joint::Tight));
                return self.content(source, tag, meaning);
            }
            Meaning::SayAs | Meaning::Phoneme | Meaning::Sub => {}
            Meaning::Unsupported => {
                if !self.unsupported.contains(&name) {
                    self.unsupported.push(name);
                    self.fault(source, Kind::Unsupported { element: name.to_owned() });
                }
            }
        }
        self.cut(source.clone(), instead);
        source.end
    }

    fn named_place(&mut self, source: &Range<usize>, tag: &Tag<'_>) {
        if tag.closes {
            return;
        }
        let name = tag.value("name").unwrap_or_default();
        if name.is_empty() || name.len() > LONGEST_MARK {
            let message =
                format!("expected a name of 1 to {LONGEST_MARK} bytes, found {}: it is left out", name.len());
            self.fault(source, Kind::Attribute { element: "mark", message });
        } else {
            let name = name.into_owned();
            self.event(source, Act::Insert(Inserted::Mark(name)));
        }
    }
}

pub(super) fn place(source: &Range<usize>) -> Range<u32> {
    source.start as u32..source.end as u32
}
