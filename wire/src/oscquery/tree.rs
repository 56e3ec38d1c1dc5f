//! The addresses that orders come in by, as a tree with the values of now.
//!
//! Each address either acts or holds others (OSC 1.0), and each that acts shows a value, be it an empty one: there are
//! clients that read no other tree.

use super::{Access, Node, Range};
use crate::inbound::{ParameterBoard, ParameterInfo};
use serde_json::{Number, Value};

/// The whole address space from `/` on, with the values that the board holds now.
pub fn tree(board: &ParameterBoard) -> Node {
    let mut root = Node::container("/", "Psivox");
    let mut psivox = Node::container("/psivox", "A voice and its face");
    let text = || Value::from("");
    psivox.add(command("speak", "s", text(), "Speaks a text, after what is being said"));
    psivox.add(command("speak_now", "s", text(), "Speaks a text at once"));
    psivox.add(command("line", "s", text(), "Becomes the project's text; nothing is spoken"));
    let mut cue = command("cue", "i", 1.into(), "Speaks a line of the project's text, counted from 1");
    cue.range = Some(vec![Some(Range { min: Some(1.into()), ..Range::default() })]);
    psivox.add(cue);
    let mut trigger = command("trigger", "f", number(0.0), "Speaks the project's text; 0 is a button let go");
    trigger.range = Some(vec![Some(between(0.0, 1.0))]);
    psivox.add(trigger);
    psivox.add(command("stop", "I", Value::Null, "Ends what is being said"));
    psivox.add(command("panic", "I", Value::Null, "Ends all at once; the face rests"));
    let mut memory = Node::container("/psivox/memory", "What is remembered, by name or by what was said");
    memory.add(command("memory/remember", "s", text(), "Keeps the last line under a name"));
    memory.add(command("memory/recall", "s", text(), "Speaks like it from now on; an empty text lets go"));
    memory.add(command("memory/replay", "s", text(), "Says it again, bit by bit"));
    memory.add(command("memory/forget", "s", text(), "Forgets it"));
    psivox.add(memory);
    let mut parameters = Node::container("/psivox/param", "Parameters, by their stable names");
    let mut shares = Node::container("/psivox/normalized", "Parameters as shares of their ranges");
    for (index, info) in board.parameters().iter().enumerate() {
        let value = board.get(index).unwrap_or(info.default);
        parameters.add(parameter(info, value));
        shares.add(share(info, value));
    }
    psivox.add(parameters);
    psivox.add(shares);
    psivox.add(targets(&board.targets()));
    root.add(psivox);
    root
}

/// An order: it has no value to be asked for, `empty` stands in its place.
fn command(name: &str, types: &str, empty: Value, description: &str) -> Node {
    let mut node = Node::method(&format!("/psivox/{name}"), types, description);
    node.value = Some(vec![empty]);
    node
}

fn share(info: &ParameterInfo, value: f32) -> Node {
    let mut node = Node::method(&format!("/psivox/normalized/{}", info.id), "f", &info.name);
    let width = info.max - info.min;
    let share = if width > 0.0 { ((value - info.min) / width).clamp(0.0, 1.0) } else { 0.0 };
    node.access = Some(Access::ReadWrite as u8);
    node.value = Some(vec![number(share)]);
    node.range = Some(vec![Some(between(0.0, 1.0))]);
    node
}

fn targets(on: &[bool]) -> Node {
    let mut all = Node::container("/psivox/target", "Receivers of the face, counted from 1");
    for (index, on) in on.iter().enumerate() {
        let path = format!("/psivox/target/{}", index + 1);
        let mut one = Node::container(&path, "A receiver of the face");
        let mut switch = Node::method(&format!("{path}/on"), "T", "Whether faces go to it");
        switch.access = Some(Access::ReadWrite as u8);
        switch.value = Some(vec![Value::Bool(*on)]);
        one.add(switch);
        all.add(one);
    }
    all
}

fn parameter(info: &ParameterInfo, value: f32) -> Node {
    let path = format!("/psivox/param/{}", info.id);
    let mut node = Node::method(&path, "f", &info.name);
    node.access = Some(Access::ReadWrite as u8);
    match &info.choices {
        Some(choices) => {
            let step = (value - info.min).round().max(0.0) as usize;
            let names = choices.iter().map(|name| Value::from(name.as_str())).collect();
            node.types = Some("s".to_owned());
            node.value = choices.get(step).map(|name| vec![Value::from(name.as_str())]);
            node.range = Some(vec![Some(Range { vals: Some(names), ..Range::default() })]);
        }
        None => {
            node.value = Some(vec![number(value)]);
            node.range = Some(vec![Some(between(info.min, info.max))]);
        }
    }
    if !info.unit.is_empty() {
        node.unit = Some(vec![Some(info.unit.clone())]);
    }
    node
}

fn between(min: f32, max: f32) -> Range {
    Range { min: Some(number(min)), max: Some(number(max)), vals: None }
}

/// The shortest decimal that is this number: 0.1 rather than the 0.10000000149 of its bits.
fn number(value: f32) -> Value {
    let decimal = value.to_string().parse().unwrap_or_default();
    Number::from_f64(decimal).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn board() -> std::sync::Arc<ParameterBoard> {
        let number = ParameterInfo {
            id: "pitch".into(),
            name: "Pitch".into(),
            unit: "st".into(),
            min: -12.0,
            max: 12.0,
            default: 0.0,
            choices: None,
        };
        let choices = Some(vec!["auto".into(), "quarter".into()]);
        let choice = ParameterInfo {
            id: "beat".into(),
            unit: String::new(),
            min: 0.0,
            max: 1.0,
            choices,
            ..number.clone()
        };
        ParameterBoard::new(vec![number, choice])
    }

    #[test]
    fn a_parameter_tells_its_unit_range_and_value() {
        let board = board();
        board.set(0, 0.1);
        let tree = tree(&board);
        let node = serde_json::to_value(tree.find("/psivox/param/pitch").unwrap()).unwrap();
        let expected = json!({
            "FULL_PATH": "/psivox/param/pitch", "TYPE": "f", "ACCESS": 3, "VALUE": [0.1],
            "RANGE": [{"MIN": -12.0, "MAX": 12.0}], "DESCRIPTION": "Pitch", "UNIT": ["st"],
        });
        assert_eq!(node, expected);
        board.set(0, -6.0);
        let node =
            serde_json::to_value(super::tree(&board).find("/psivox/normalized/pitch").unwrap()).unwrap();
        let expected = json!({
            "FULL_PATH": "/psivox/normalized/pitch", "TYPE": "f", "ACCESS": 3, "VALUE": [0.25],
            "RANGE": [{"MIN": 0.0, "MAX": 1.0}], "DESCRIPTION": "Pitch",
        });
        assert_eq!(node, expected);
    }

    #[test]
    fn every_address_acts_and_shows_a_value_or_holds_others() {
        fn check(node: &Node) {
            assert_ne!(node.types.is_some(), node.contents.is_some(), "{}", node.full_path);
            assert_eq!(node.types.is_some(), node.value.is_some(), "{}", node.full_path);
            assert_eq!(node.types.is_some(), node.access != Some(0), "{}", node.full_path);
            node.contents.iter().flatten().for_each(|(_, node)| check(node));
        }
        let board = board();
        board.set_targets(&[true]);
        check(&tree(&board));
    }

    #[test]
    fn a_choice_tells_its_names() {
        let board = board();
        board.set(1, 1.0);
        let tree = tree(&board);
        let node = tree.find("/psivox/param/beat").unwrap();
        assert_eq!(node.types.as_deref(), Some("s"));
        assert_eq!(node.value, Some(vec![json!("quarter")]));
        assert_eq!(node.attribute("RANGE"), Some(Some(json!([{"VALS": ["auto", "quarter"]}]))));
    }

    #[test]
    fn a_tree_survives_being_written_and_read() {
        let board = board();
        board.set_targets(&[true, false]);
        let tree = tree(&board);
        let read: Node = serde_json::from_str(&serde_json::to_string(&tree).unwrap()).unwrap();
        assert_eq!(read, tree);
        assert_eq!(read.find("/psivox/target/2/on").unwrap().value, Some(vec![json!(false)]));
        assert!(read.find("/psivox/target/3").is_none());
    }

    #[test]
    fn a_value_that_is_no_number_is_null() {
        let board = board();
        board.set(0, f32::NAN);
        assert_eq!(tree(&board).find("/psivox/param/pitch").unwrap().value, Some(vec![Value::Null]));
    }

    #[test]
    fn a_tree_of_another_server_may_leave_things_away() {
        let read: Node =
            serde_json::from_str(r#"{"CONTENTS":{"a":{"TYPE":"f","VALUE":[1],"EXTRA":{}}}}"#).unwrap();
        assert_eq!(read.find("/a").unwrap().types.as_deref(), Some("f"));
    }
}
