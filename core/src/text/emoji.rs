//! Spoken names of emoji: single characters, flags, and sequences joined by zero-width joiners.
//!
//! The names are the short names of Unicode's emoji list (`core/data/emoji.tsv`, sorted by bytes, without skin tones
//! and variation selectors). A sequence that the list lacks is called by its parts.

static NAMES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/emoji.tsv"));

const JOINER: char = '\u{200D}';
/// Longest sequence in characters; the list's longest has eight.
const LONGEST: usize = 12;

/// An emoji at the start of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Emoji {
    /// Bytes that it takes.
    pub(crate) length: usize,
    /// Its name, or the names of its parts; empty where it has none.
    pub(crate) names: Vec<&'static str>,
}

/// The name of a sequence, by bisection over the lines of the list.
fn find(key: &str) -> Option<&'static str> {
    let (mut low, mut high) = (0, NAMES.len());
    while low < high {
        let middle = (low + high) / 2;
        let start = NAMES.as_bytes()[..middle].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let end =
            NAMES.as_bytes()[start..].iter().position(|&b| b == b'\n').map_or(NAMES.len(), |at| start + at);
        let (emoji, name) = NAMES[start..end].split_once('\t')?;
        match emoji.cmp(key) {
            std::cmp::Ordering::Equal => return Some(name),
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

/// Whether a character is drawn as a picture.
pub(crate) fn is_emoji(c: char) -> bool {
    matches!(c as u32, 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0x2300..=0x23FF | 0x25A0..=0x25FF
        | 0x2900..=0x297F | 0x2194..=0x21FF | 0x2139 | 0x203C | 0x2049 | 0x3030 | 0x303D | 0x3297 | 0x3299
        | 0x24C2)
}

/// Skin tones and the selectors of the picture form.
fn is_modifier(c: char) -> bool {
    matches!(c as u32, 0x1F3FB..=0x1F3FF | 0xFE0E | 0xFE0F | 0x20E3)
}

fn is_regional(c: char) -> bool {
    matches!(c as u32, 0x1F1E6..=0x1F1FF)
}

/// Letters of the flags of England, Scotland and Wales.
fn is_tag(c: char) -> bool {
    matches!(c as u32, 0xE0020..=0xE007F)
}

/// The emoji that `text` begins with; its first character is one.
pub(crate) fn read(text: &str) -> Emoji {
    let mut key = String::new();
    let mut length = 0;
    let mut joined = true;
    let mut rest = text.chars().take(LONGEST).peekable();
    while let Some(c) = rest.next() {
        let first = key.is_empty();
        if is_modifier(c) && !first {
        } else if c == JOINER && !first && rest.peek().is_some_and(|&next| is_emoji(next)) {
            joined = true;
            key.push(c);
        } else if is_tag(c) && !first {
            key.push(c);
        } else if is_emoji(c) && joined {
            joined = first && is_regional(c) && rest.peek().is_some_and(|&next| is_regional(next));
            key.push(c);
        } else {
            break;
        }
        length += c.len_utf8();
    }
    let names = match find(&key) {
        Some(name) => vec![name],
        None => key.split(JOINER).filter_map(|part| find(part).or_else(|| find(first_of(part)))).collect(),
    };
    Emoji { length, names }
}

fn first_of(part: &str) -> &str {
    &part[..part.chars().next().map_or(0, char::len_utf8)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_found_and_read_whole() {
        for line in NAMES.lines() {
            let (emoji, name) = line.split_once('\t').expect("two columns");
            assert_eq!(find(emoji), Some(name));
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b" -'".contains(&b)), "{name}");
            assert!(emoji.starts_with(is_emoji), "{emoji} {name}");
            assert_eq!(read(emoji), Emoji { length: emoji.len(), names: vec![name] }, "{emoji}");
        }
        assert!(NAMES.lines().zip(NAMES.lines().skip(1)).all(|(a, b)| a < b), "sorted");
        assert_eq!(find("x"), None);
    }

    #[test]
    fn sequences_are_read_as_one() {
        let names = |text| read(text).names;
        assert_eq!(names("👨‍👩‍👧 x"), ["family man woman girl"]);
        assert_eq!(names("👩🏾‍⚕️"), ["woman health worker"]);
        assert_eq!(names("🇫🇷🇩🇪"), ["flag France"]);
        assert_eq!(names("👍🏽👍🏽"), ["thumbs up"]);
        assert_eq!(names("🐶‍🔥"), ["dog face", "fire"]);

        assert_eq!(read("👍🏽👍").length, "👍🏽".len());
    }
}
