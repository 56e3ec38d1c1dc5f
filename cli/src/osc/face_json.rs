//! A received face as JSON.

use psivox_core::face::Shape;
use psivox_core::phone::Viseme;
use psivox_wire::decode::ReceivedFace;
use serde_json::{Map, Value, json};

/// What has ever come of it; the rest is left out.
pub fn face_json(face: &ReceivedFace) -> Value {
    let mut out = Map::new();
    let shapes = Shape::ALL.into_iter().filter_map(|shape| {
        face.shapes[shape as usize].map(|value| (shape.name().to_owned(), rounded(value)))
    });
    out.insert("shapes".to_owned(), Value::Object(shapes.collect()));
    if let Some([yaw, pitch, roll]) = face.head_deg {
        let head = json!({"yaw": rounded(yaw), "pitch": rounded(pitch), "roll": rounded(roll)});
        out.insert("head_deg".to_owned(), head);
    }
    let visemes = Viseme::ALL.into_iter().filter_map(|viseme| {
        face.visemes[viseme as usize].map(|value| (viseme.name().to_owned(), rounded(value)))
    });
    let named = |map: &std::collections::BTreeMap<String, f32>| {
        map.iter().map(|(name, value)| (name.clone(), rounded(*value))).collect::<Map<_, _>>()
    };
    for (name, values) in [
        ("visemes", visemes.collect::<Map<_, _>>()),
        ("clips", named(&face.clips)),
        ("emotion", named(&face.emotion)),
    ] {
        if !values.is_empty() {
            out.insert(name.to_owned(), Value::Object(values));
        }
    }
    let said = &face.said;
    let viseme = face.viseme.and_then(|index| Viseme::ALL.get(index)).map(|viseme| viseme.name());
    for (name, value) in [
        ("viseme", viseme.map(Value::from)),
        ("subject", face.subject.clone().map(Value::from)),
        ("line", said.line.clone().map(Value::from)),
        ("word", said.word.clone().map(Value::from)),
        ("phone", said.phone.clone().map(Value::from)),
        ("mark", said.mark.clone().map(Value::from)),
        ("surprises", (said.surprises > 0).then(|| said.surprises.into())),
        ("sender_time_s", face.time_s.map(rounded)),
        ("ready", face.ready.map(Value::from)),
    ] {
        if let Some(value) = value {
            out.insert(name.to_owned(), value);
        }
    }
    Value::Object(out)
}

/// Four digits are more than any protocol here carries.
fn rounded(value: f32) -> Value {
    Value::from((f64::from(value) * 1e4).round() / 1e4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_come_is_told() {
        let mut face = ReceivedFace::default();
        assert_eq!(face_json(&face), json!({"shapes": {}}));
        face.shapes[Shape::JawOpen as usize] = Some(0.123_456);
        face.head_deg = Some([1.0, -2.0, 0.5]);
        face.viseme = Some(10);
        face.visemes[0] = Some(0.25);
        face.clips.insert("Joy".to_owned(), 1.0);
        face.said.word = Some("hi".to_owned());
        face.ready = Some(true);
        let expected = json!({
            "shapes": {"jawOpen": 0.1235}, "head_deg": {"yaw": 1.0, "pitch": -2.0, "roll": 0.5},
            "viseme": "aa", "visemes": {"sil": 0.25}, "clips": {"Joy": 1.0}, "word": "hi", "ready": true,
        });
        assert_eq!(face_json(&face), expected);
    }
}
