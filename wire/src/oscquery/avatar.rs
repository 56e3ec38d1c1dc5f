//! What VRChat's tree tells about the avatar that is worn.

use super::Node;
use serde_json::Value;

const PARAMETERS: &str = "/avatar/parameters/";

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterType {
    /// Type tag `f`.
    Float,
    /// Type tag `i`.
    Int,
    /// Type tag `T` or `F`.
    Bool,
}

/// A parameter that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvatarParameter {
    /// What stands behind `/avatar/parameters/`.
    pub name: String,
    /// Its type.
    pub kind: ParameterType,
}

/// An avatar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Avatar {
    /// `avtr_...`; empty if VRChat does not tell.
    pub id: String,
    /// Whether it takes the native face blob.
    pub full_face: bool,
    /// What can be sent to it, in the order of the names.
    pub parameters: Vec<AvatarParameter>,
}

impl Avatar {
    /// From the tree of `GET /`.
    pub fn of(tree: &Node) -> Self {
        let first = |path: &str| tree.find(path)?.value.as_ref()?.first();
        let id = first("/avatar/change").and_then(Value::as_str).unwrap_or_default();
        let mut parameters = Vec::new();
        if let Some(folder) = tree.find(PARAMETERS) {
            folder.walk(&mut |node| parameters.extend(parameter(node)));
        }
        Self {
            id: id.chars().filter(|letter| !letter.is_control()).take(64).collect(),
            full_face: first("/avatar/avatarfullfacetracking").is_some_and(is_true),
            parameters,
        }
    }

    /// How many of its parameters a face could move.
    pub fn face_parameters(&self) -> usize {
        let is_face = |one: &&AvatarParameter| {
            one.name.starts_with("v2/") || one.name.contains("/v2/") || one.name.contains("psivox/")
        };
        self.parameters.iter().filter(is_face).count()
    }
}

fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| value.as_f64().is_some_and(|number| number != 0.0))
}

fn parameter(node: &Node) -> Option<AvatarParameter> {
    let name = node.full_path.strip_prefix(PARAMETERS).filter(|name| !name.is_empty())?;
    let kind = match node.types.as_deref()? {
        "f" => ParameterType::Float,
        "i" => ParameterType::Int,
        "T" | "F" => ParameterType::Bool,
        _ => return None,
    };
    node.is_writable().then(|| AvatarParameter { name: name.to_owned(), kind })
}

#[cfg(test)]
mod tests {
    use super::super::read_tree;
    use super::*;

    #[test]
    fn an_avatar_is_what_can_be_sent_to_it() {
        let json = r#"{"FULL_PATH":"/","CONTENTS":{"avatar":{"FULL_PATH":"/avatar","CONTENTS":{
            "change":{"FULL_PATH":"/avatar/change","TYPE":"s","VALUE":["avtr_7"]},
            "avatarfullfacetracking":{"FULL_PATH":"/avatar/avatarfullfacetracking","TYPE":"T","VALUE":[true]},
            "parameters":{"FULL_PATH":"/avatar/parameters","CONTENTS":{
              "Viseme":{"FULL_PATH":"/avatar/parameters/Viseme","TYPE":"i","ACCESS":1,"VALUE":[0]},
              "FT":{"FULL_PATH":"/avatar/parameters/FT","CONTENTS":{"v2":{"CONTENTS":{
                "JawOpen":{"FULL_PATH":"/avatar/parameters/FT/v2/JawOpen","TYPE":"f","ACCESS":3,"VALUE":[0]},
                "JawX1":{"TYPE":"T","ACCESS":3}}}}},
              "Hat":{"FULL_PATH":"/avatar/parameters/Hat","TYPE":"F","ACCESS":3}}}}}}}"#;
        let avatar = Avatar::of(&read_tree(json).expect("lawful"));
        assert_eq!((avatar.id.as_str(), avatar.full_face), ("avtr_7", true));
        let found: Vec<_> = avatar.parameters.iter().map(|one| (one.name.as_str(), one.kind)).collect();
        let expected = [
            ("FT/v2/JawOpen", ParameterType::Float),
            ("FT/v2/JawX1", ParameterType::Bool),
            ("Hat", ParameterType::Bool),
        ];
        assert_eq!(found, expected);
        assert_eq!(avatar.face_parameters(), 2);
    }

    #[test]
    fn a_tree_without_an_avatar_has_none() {
        let avatar = Avatar::of(&read_tree(r#"{"FULL_PATH":"/"}"#).expect("lawful"));
        assert_eq!(avatar, Avatar::default());
    }

    #[test]
    fn broken_trees_do_no_harm() {
        let seeds = [
            r#"{"FULL_PATH":"/","CONTENTS":{"avatar":{"FULL_PATH":"/avatar","CONTENTS":{"change":{"VALUE":["avtr_7"]}}}}}"#,
            r#"{"CONTENTS":{"avatar":{"CONTENTS":{"parameters":{"CONTENTS":{"v2":{"CONTENTS":{"A":{"TYPE":"f","ACCESS":3}}}}}}}}}"#,
            r#"{"FULL_PATH":"/a","TYPE":"ff","ACCESS":2,"VALUE":[1,2],"DESCRIPTION":"two"}"#,
        ];
        let mut read = 0u32;
        crate::mutate::mutated(&seeds, |text| {
            if let Ok(tree) = read_tree(text) {
                read += 1;
                let avatar = Avatar::of(&tree);
                assert!(
                    avatar.id.chars().count() <= 64 && avatar.face_parameters() <= avatar.parameters.len()
                );
                assert!(avatar.parameters.iter().all(|one| one.name.len() <= 256));
            }
        });
        assert!(read > crate::mutate::inputs() / 100, "only {read} were trees");
    }
}
