//! YAML as a tree, bounded: no aliases, no deep nests, no endless lists.

use saphyr_parser::{Event, Parser};

/// Most nodes of a file, and how deep they may nest.
const MOST_NODES: usize = 1_500_000;
const DEEPEST: usize = 64;

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Yaml {
    Text(String),
    List(Vec<Yaml>),
    /// Keys and values in order.
    Map(Vec<(Yaml, Yaml)>),
}

impl Yaml {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(name, _)| matches!(name, Self::Text(name) if name == key)).map(|(_, value)| value)
    }

    /// The members of a list; none for anything else.
    pub fn list(&self) -> &[Self] {
        if let Self::List(members) = self { members } else { &[] }
    }

    /// A scalar of a map.
    pub fn text(&self, key: &str) -> Option<&str> {
        if let Some(Self::Text(text)) = self.get(key) { Some(text) } else { None }
    }

    /// A number of a map.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.text(key)?.parse().ok().filter(|x: &f64| x.is_finite())
    }
}

/// Parses the first document.
pub(super) fn parse(text: &str) -> Result<Yaml, String> {
    // Lists and maps under way; of a map what has been read, keys and values in turn.
    let mut open: Vec<(bool, Vec<Yaml>)> = Vec::new();
    let mut count = 0usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let line = span.start.line();
        count += 1;
        if count > MOST_NODES {
            return Err(format!("line {line}: there are more than {MOST_NODES} values"));
        }
        let done = match event {
            Event::Scalar(text, ..) => Yaml::Text(text.into_owned()),
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() >= DEEPEST {
                    return Err(format!("line {line}: values nest deeper than {DEEPEST}"));
                }
                open.push((matches!(event, Event::MappingStart(..)), Vec::new()));
                continue;
            }
            Event::SequenceEnd => Yaml::List(open.pop().map(|(_, members)| members).unwrap_or_default()),
            Event::MappingEnd => {
                let mut pairs = Vec::new();
                let mut members = open.pop().map(|(_, members)| members).unwrap_or_default().into_iter();
                while let (Some(key), Some(value)) = (members.next(), members.next()) {
                    pairs.push((key, value));
                }
                Yaml::Map(pairs)
            }
            Event::Alias(_) => return Err(format!("line {line}: aliases (*name) are not read")),
            _ => continue,
        };
        match open.last_mut() {
            Some((_, members)) => members.push(done),
            None => return Ok(done),
        }
    }
    Err("it is empty".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_and_lists_are_read_and_bombs_refused() {
        let tree =
            parse("name: Row\nnotes:\n- {tone: 60, lyric: \"+\"}\n- tone: 62\n  lyric: la\n").expect("YAML");
        assert_eq!(tree.text("name"), Some("Row"));
        let notes = tree.get("notes").expect("notes").list();
        assert_eq!((notes[0].text("lyric"), notes[1].number("tone")), (Some("+"), Some(62.0)));
        assert!(parse("a: &x [1]\nb: *x\n").expect_err("alias").contains("aliases"));
        let deep = "[".repeat(DEEPEST + 1) + &"]".repeat(DEEPEST + 1);
        assert!(parse(&deep).expect_err("deep").contains("deeper"));
        assert!(parse(&"[".repeat(10_000)).is_err());
        assert!(parse("").is_err() && parse("a: [").is_err());
    }
}
