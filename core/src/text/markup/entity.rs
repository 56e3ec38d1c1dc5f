//! Entities of XML, and those of HTML that texts hold most: `&amp;`, `&#8212;`, `&nbsp;`.

use std::borrow::Cow;

const NAMED: [(&str, char); 16] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("copy", '©'),
    ("reg", '®'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("deg", '°'),
];
/// Longest entity in bytes: `&#x10FFFF;`.
const LONGEST: usize = 12;

/// The character of the entity that `text` begins with, and its length in bytes.
pub(super) fn read(text: &str) -> Option<(char, usize)> {
    let near = text.as_bytes().get(1..)?.iter().take(LONGEST);
    let end = near.take_while(|b| b.is_ascii_alphanumeric() || **b == b'#').count() + 1;
    let name = text.get(1..end).filter(|_| text.as_bytes().get(end) == Some(&b';'))?;
    let number = name.strip_prefix('#').map(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    });
    let c = match number {
        Some(code) => char::from_u32(code?)?,
        None => NAMED.iter().find(|(own, _)| *own == name).map(|(_, c)| *c)?,
    };
    Some((c, end + 1))
}

/// A text with its entities read.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (c, length) = read(&rest[at..]).unwrap_or(('&', 1));
        out.push(c);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_read_and_others_left() {
        assert_eq!(
            decode("a &lt; b &amp;amp; &#x41;&#66; &nope; & c &#xFFFFFFF; &"),
            "a < b &amp; AB &nope; & c &#xFFFFFFF; &"
        );
        assert_eq!(read("&#0;"), Some(('\0', 4)));
        assert_eq!(read("&#55296;"), None, "a surrogate is no character");
        assert_eq!(read("&é;"), None);
    }
}
