//! Reads the tree of another program (OSCQueryProposal, "Core Functionality"): `FULL_PATH`, `TYPE`, `ACCESS`, `VALUE`,
//! `CONTENTS`. Bounded: what is larger than any lawful tree is refused.

use super::Node;
use crate::shown::shorten;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Longest answer that is read.
pub const MAX_TREE_BYTES: usize = 1 << 20;

/// Deepest node.
const MAX_DEPTH: usize = 16;

/// Most nodes.
const MAX_NODES: usize = 8_192;

/// Longest address.
const MAX_PATH_BYTES: usize = 256;

/// Letters of a text from it that is shown.
const SHOWN: usize = 160;

/// What is wrong with a tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// More than [`MAX_TREE_BYTES`].
    #[error("its OSCQuery tree has {found} bytes, at most {MAX_TREE_BYTES} are read")]
    Long {
        /// Bytes found.
        found: usize,
    },
    /// Not JSON.
    #[error("its OSCQuery answer is not JSON: {0}")]
    Json(String),
    /// JSON, but no object.
    #[error("its OSCQuery answer is no tree of addresses")]
    NoTree,
    /// Deeper than any lawful tree.
    #[error("its OSCQuery tree is deeper than {MAX_DEPTH} levels")]
    Deep,
    /// Larger than any lawful tree.
    #[error("its OSCQuery tree has more than {MAX_NODES} addresses")]
    Large,
}

/// Reads a tree. What is not needed is passed over, what is of the wrong kind counts as absent.
///
/// # Errors
/// No JSON, no tree, or one that is too large to be true.
pub fn read_tree(json: &str) -> Result<Node, TreeError> {
    if json.len() > MAX_TREE_BYTES {
        return Err(TreeError::Long { found: json.len() });
    }
    // The reader itself goes no deeper than 128 levels.
    let value: Value =
        serde_json::from_str(json).map_err(|error| TreeError::Json(shorten(&error.to_string(), SHOWN)))?;
    let root = value.as_object().ok_or(TreeError::NoTree)?;
    if !["FULL_PATH", "CONTENTS", "TYPE"].iter().any(|key| root.contains_key(*key)) {
        return Err(TreeError::NoTree);
    }
    let mut left = MAX_NODES;
    read_node(root, "", 0, &mut left)
}

fn read_node(
    object: &Map<String, Value>,
    above: &str,
    depth: usize,
    left: &mut usize,
) -> Result<Node, TreeError> {
    if depth > MAX_DEPTH {
        return Err(TreeError::Deep);
    }
    *left = left.checked_sub(1).ok_or(TreeError::Large)?;
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let told = text("FULL_PATH");
    let full_path = if is_path(told) { told } else { above }.to_owned();
    let mut contents = BTreeMap::new();
    if let Some(Value::Object(below)) = object.get("CONTENTS") {
        for (name, value) in below {
            let Value::Object(node) = value else { continue };
            let path = format!("{}/{name}", full_path.trim_end_matches('/'));
            if is_path(&path) {
                contents.insert(name.clone(), read_node(node, &path, depth + 1, left)?);
            }
        }
    }
    let value = match object.get("VALUE") {
        Some(Value::Array(values)) => values.iter().take(16).cloned().collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(single) => vec![single.clone()],
    };
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(Node {
        full_path,
        types: some(text("TYPE").chars().take(16).collect()),
        access: object.get("ACCESS").and_then(Value::as_u64).and_then(|access| u8::try_from(access).ok()),
        value: Some(value).filter(|values| !values.is_empty()),
        description: some(shorten(text("DESCRIPTION"), SHOWN)),
        contents: Some(contents).filter(|contents| !contents.is_empty()),
        ..Node::default()
    })
}

/// Whether OSC can carry it as an address.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && text.len() <= MAX_PATH_BYTES && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tree_as_the_proposal_has_it() {
        let json = r#"{"DESCRIPTION":"root node","FULL_PATH":"/","ACCESS":0,"CONTENTS":{
            "avatar":{"FULL_PATH":"/avatar","ACCESS":0,"CONTENTS":{
              "change":{"FULL_PATH":"/avatar/change","ACCESS":3,"TYPE":"s","VALUE":["avtr_1"]}}},
            "bad":7,"nameless":{"TYPE":"f","VALUE":0.5}}}"#;
        let tree = read_tree(json).expect("lawful");
        let change = tree.find("/avatar/change").expect("there");
        assert_eq!((change.types.as_deref(), change.is_writable()), (Some("s"), true));
        assert_eq!(change.value, Some(vec![json!("avtr_1")]));
        let nameless = tree.find("nameless").expect("there");
        assert_eq!((nameless.full_path.as_str(), &nameless.value), ("/nameless", &Some(vec![json!(0.5)])));
        assert!(tree.find("/bad").is_none() && tree.find("/avatar/nothing").is_none());
        let mut paths = Vec::new();
        tree.walk(&mut |node| paths.push(node.full_path.clone()));
        assert_eq!(paths, ["/", "/avatar", "/avatar/change", "/nameless"]);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let json = r#"{"FULL_PATH":"/","CONTENTS":{"a":{"FULL_PATH":"/a","TYPE":"ff","ACCESS":2,"VALUE":[1,2],
            "DESCRIPTION":"two"}}}"#;
        let tree = read_tree(json).expect("lawful");
        assert_eq!(read_tree(&serde_json::to_string(&tree).expect("writes")), Ok(tree));
    }

    #[test]
    fn what_is_hostile_is_refused() {
        let nested = |levels: usize| {
            format!("{}{}{}", r#"{"CONTENTS":{"a":"#.repeat(levels), r#"{"TYPE":"f"}"#, "}}".repeat(levels))
        };
        assert!(read_tree(&nested(8)).is_ok());
        assert_eq!(read_tree(&nested(20)), Err(TreeError::Deep));
        assert!(matches!(read_tree(&nested(20_000)), Err(TreeError::Json(_))));
        assert!(matches!(read_tree(&"[".repeat(100_000)), Err(TreeError::Json(_))));
        let many: Vec<String> = (0..9_000).map(|index| format!(r#""p{index}":{{}}"#)).collect();
        assert_eq!(read_tree(&format!(r#"{{"CONTENTS":{{{}}}}}"#, many.join(","))), Err(TreeError::Large));
        let long = " ".repeat(MAX_TREE_BYTES + 1);
        assert_eq!(read_tree(&long), Err(TreeError::Long { found: MAX_TREE_BYTES + 1 }));
        for nonsense in ["", "null", "7", "[]", "\"x\"", "{}", "{\"error\":404}"] {
            assert!(read_tree(nonsense).is_err(), "{nonsense}");
        }
        let odd = r#"{"FULL_PATH":7,"TYPE":[],"ACCESS":"x","VALUE":{},"CONTENTS":{"a\u0000b":{},"":{}}}"#;
        let tree = read_tree(odd).expect("a tree of sorts");
        assert!(tree.contents.iter().flatten().all(|(name, _)| !name.contains('\0')));
    }
}
