//! What stands beside the drawn face.

use crate::decode::ReceivedFace;
use psivox_core::face::Shape;
use psivox_core::phone::Viseme;

/// How many shapes are shown, and the length of their bars.
const STRONGEST: usize = 6;
const BAR: usize = 10;

/// The strongest shapes, what is felt, who sends.
pub(super) fn lines(face: &ReceivedFace, notes: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = strongest(face).into_iter().map(|(name, value)| bar(&name, value)).collect();
    lines.resize(STRONGEST, String::new());
    lines.push(String::new());
    let mut felt: Vec<(&String, &f32)> =
        face.emotion.iter().filter(|(_, value)| value.abs() >= 0.01).collect();
    felt.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
    lines.extend(felt.into_iter().take(4).map(|(name, value)| format!("{name:.18} {value:+.2}")));
    if let Some([yaw, pitch, roll]) = face.head_deg {
        lines.push(format!("head {yaw:+.0} {pitch:+.0} {roll:+.0} deg"));
    }
    if let Some(viseme) = viseme(face) {
        let phone = face.said.phone.as_deref().unwrap_or_default();
        lines.push(format!("viseme {} {phone}", viseme.name()));
    }
    if let Some(subject) = &face.subject {
        lines.push(format!("from {subject}"));
    }
    lines.push(format!("faces {}", face.applied));
    lines.extend(notes.iter().cloned());
    lines
}

fn viseme(face: &ReceivedFace) -> Option<Viseme> {
    let weights = face.visemes.iter().enumerate().filter_map(|(index, weight)| Some((index, (*weight)?)));
    let loudest = weights.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index);
    face.viseme.or(loudest).and_then(|index| Viseme::ALL.get(index).copied())
}

/// Shapes and clips that show, the strongest first.
fn strongest(face: &ReceivedFace) -> Vec<(String, f32)> {
    let shapes = Shape::ALL.into_iter().map(|shape| (shape.name().to_owned(), face.get(shape)));
    let clips = face.clips.iter().map(|(name, value)| (name.clone(), *value));
    let mut all: Vec<(String, f32)> = shapes.chain(clips).filter(|(_, value)| *value >= 0.01).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all.truncate(STRONGEST);
    all
}

fn bar(name: &str, value: f32) -> String {
    let full = (value.clamp(0.0, 1.0) * BAR as f32).round() as usize;
    format!("{name:<17.17} {}{}", "█".repeat(full), "░".repeat(BAR - full))
}
