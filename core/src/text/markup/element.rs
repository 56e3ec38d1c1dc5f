//! An element of SSML as it is written: name, attributes, and how it begins and ends.

use std::borrow::Cow;
use std::ops::Range;

use super::entity;

/// Longest tag in bytes.
const LONGEST: usize = 2_000;

/// One tag between `<` and `>`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tag<'t> {
    /// As written.
    pub(super) name: &'t str,
    /// `</name>`.
    pub(super) closes: bool,
    /// `<name/>`.
    pub(super) empty: bool,
    pub(super) attributes: Vec<Attribute<'t>>,
    /// Bytes that the tag takes.
    pub(super) length: usize,
    /// Whether its `>` is there.
    pub(super) ended: bool,
}

/// An attribute, its place counted from the start of the tag.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attribute<'t> {
    pub(super) name: &'t str,
    value: &'t str,
    pub(super) at: Range<usize>,
}

impl Tag<'_> {
    /// An attribute by its name; case does not matter.
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute<'_>> {
        self.attributes.iter().find(|own| own.name.eq_ignore_ascii_case(name))
    }

    /// The value of an attribute, its entities read.
    pub(super) fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        self.attribute(name).map(|own| entity::decode(own.value.trim()))
    }
}

/// Bytes of the name at the start of `text`.
fn name_length(text: &str) -> usize {
    let good = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':');
    let length = text.bytes().take_while(good).count();
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) { length } else { 0 }
}

fn spaces(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Length of a comment, a declaration or a processing instruction: `<!-- -->`, `<!DOCTYPE >`, `<?xml ?>`.
pub(super) fn silent(text: &str) -> Option<usize> {
    let near = &text[..text.floor_char_boundary(LONGEST)];
    let to = |end: &str| near.find(end).map(|at| at + end.len());
    if text.starts_with("<!--") {
        to("-->")
    } else if text.starts_with("<?xml") {
        to("?>")
    } else if text.starts_with("<!DOCTYPE") || text.starts_with("<!doctype") {
        to(">")
    } else {
        None
    }
}

/// One attribute at the start of `text` and its length; `None` where none stands there.
fn attribute(text: &str, at: usize) -> Option<(Attribute<'_>, usize)> {
    let end = name_length(text);
    let name = text.get(..end).filter(|name| !name.is_empty())?;
    let mut value = end + spaces(&text[end..]);
    if !text[value..].starts_with('=') {
        return None;
    }
    value += 1;
    value += spaces(&text[value..]);
    let quote = text[value..].chars().next().filter(|c| matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’'));
    let Some(quote) = quote else {
        let rest = &text[value..];
        let stop = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '<')).unwrap_or(rest.len());
        let stop = if rest[..stop].ends_with('/') && rest[stop..].starts_with('>') { stop - 1 } else { stop };
        let range = at + value..at + value + stop;
        return Some((Attribute { name, value: &rest[..stop], at: range }, value + stop));
    };
    let from = value + quote.len_utf8();
    let same = |c: char| match quote {
        '"' | '\'' => c == quote,
        '“' | '”' => matches!(c, '“' | '”'),
        _ => matches!(c, '‘' | '’'),
    };
    let stop = from + text[from..].find(|c: char| same(c) || matches!(c, '<' | '\n'))?;
    let close = text[stop..].chars().next().filter(|c| same(*c))?;
    let range = at + from..at + stop;
    Some((Attribute { name, value: &text[from..stop], at: range }, stop + close.len_utf8()))
}

/// The tag that `text` begins with, if it has the form of one.
pub(super) fn read(text: &str) -> Option<Tag<'_>> {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let closes = text.starts_with("</");
    let start = if closes { 2 } else { 1 };
    let end = start + name_length(text.get(start..)?);
    let name = text.get(start..end).filter(|name| !name.is_empty())?;
    let mut tag = Tag { name, closes, empty: false, attributes: Vec::new(), length: end, ended: false };
    let mut at = end;
    loop {
        let gap = spaces(&text[at..]);
        let rest = &text[at + gap..];
        if rest.starts_with('>') || rest.starts_with("/>") {
            tag.empty = rest.starts_with('/');
            tag.length = at + gap + if tag.empty { 2 } else { 1 };
            tag.ended = true;
            return Some(tag);
        }
        match attribute(rest, at + gap).filter(|_| gap > 0) {
            Some((found, length)) => {
                tag.attributes.push(found);
                at += gap + length;
                tag.length = at;
            }
            // No more attributes and no end: a tag only if it is broken off here.
            None if rest.is_empty() || rest.starts_with('<') || text[at..at + gap].contains('\n') => {
                return Some(tag);
            }
            None => return (!tag.attributes.is_empty()).then_some(tag),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_in_any_spelling() {
        for text in [
            "<break time=\"1s\"/>",
            "<BREAK TIME='1s' />",
            "<break time=1s>",
            "<break time = “1s” >",
            "<break time=1s/>",
            "<break\n  time='1s'",
        ] {
            let tag = read(text).unwrap_or_else(|| panic!("{text}"));
            assert!(
                tag.name.eq_ignore_ascii_case("break") && tag.value("time").as_deref() == Some("1s"),
                "{text}"
            );
            assert_eq!((tag.length, tag.ended), (text.len(), text.ends_with('>')), "{text}");
            assert_eq!(&text[tag.attributes[0].at.clone()], "1s");
        }
        assert!(read("</prosody >").is_some_and(|tag| tag.closes && tag.ended));
        assert_eq!(
            read("<sub alias='a &amp; b'>").and_then(|t| t.value("alias").map(|v| v.into_owned())),
            Some("a & b".into())
        );
    }

    #[test]
    fn other_angles_are_no_tags() {
        for text in ["<3", "<-", "< b", "<", "<b and c>", "<std::ptr<Foo>>", "<=", "<é>"] {
            let tag = read(text).filter(|tag| tag.ended);
            assert!(tag.is_none(), "{text}: {tag:?}");
        }
        assert_eq!(silent("<!-- a --> b"), Some(10));
        assert_eq!(silent("<!-- a"), None);
    }
}
