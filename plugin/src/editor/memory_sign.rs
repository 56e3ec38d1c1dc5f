//! The sign of a memory: its shape says pleasant or not, its hat excited or drowsy, its colour both.

use super::emotion_pad::{tint, word};
use super::theme::Palette;
use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

/// Valence beyond which a memory is no longer neutral.
const CLEAR: f32 = 0.15;
/// Arousal beyond which a sign has a hat.
const STIRRED: f32 = 0.3;

/// Shape of a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A circle.
    Pleasant,
    /// A diamond.
    Neutral,
    /// A square.
    Unpleasant,
}

impl Sign {
    /// All, as the legend shows them.
    pub const ALL: [Self; 3] = [Self::Pleasant, Self::Neutral, Self::Unpleasant];

    /// That of an emotion.
    pub fn of(felt: [f32; 3]) -> Self {
        match felt[0] {
            valence if valence > CLEAR => Self::Pleasant,
            valence if valence < -CLEAR => Self::Unpleasant,
            _ => Self::Neutral,
        }
    }

    /// In the legend.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pleasant => "pleasant",
            Self::Neutral => "neutral",
            Self::Unpleasant => "unpleasant",
        }
    }
}

/// Colour of an emotion, as on the emotion pad.
pub fn colour(palette: &Palette, felt: [f32; 3]) -> Color32 {
    tint(palette, [felt[0], felt[1]])
}

/// The emotion in a word.
pub fn feeling(felt: [f32; 3]) -> &'static str {
    word([felt[0], felt[1], felt[2], 1.0])
}

/// Paints a sign of this radius.
pub fn paint(painter: &Painter, at: Pos2, radius: f32, felt: [f32; 3], fill: Color32, edge: Stroke) {
    match Sign::of(felt) {
        Sign::Pleasant => {
            painter.circle(at, radius, fill, edge);
        }
        Sign::Neutral => {
            let reach = 1.2 * radius;
            let ends = [vec2(0.0, -reach), vec2(reach, 0.0), vec2(0.0, reach), vec2(-reach, 0.0)];
            painter.add(Shape::convex_polygon(ends.map(|end| at + end).to_vec(), fill, edge));
        }
        Sign::Unpleasant => {
            let square = Rect::from_center_size(at, Vec2::splat(1.75 * radius));
            painter.rect(square, 1.0, fill, edge, StrokeKind::Middle);
        }
    }
    let hat = if felt[1] > STIRRED {
        -1.0
    } else if felt[1] < -STIRRED {
        1.0
    } else {
        return;
    };
    let (wide, away) = (0.6 * radius + 1.0, 1.25 * radius + 2.0);
    let tip = at + vec2(0.0, hat * (away + 2.5));
    let ends = [-wide, wide].map(|x| at + vec2(x, hat * away));
    painter.add(Shape::line(vec![ends[0], tip, ends[1]], Stroke::new(1.3, fill)));
}

/// The three shapes with their words, right-aligned on a line through `right`.
pub fn legend(painter: &Painter, right: Pos2, palette: &Palette, font: &egui::FontId) {
    let mut x = right.x;
    for sign in Sign::ALL.into_iter().rev() {
        let felt = match sign {
            Sign::Pleasant => [0.6, 0.0, 0.0],
            Sign::Neutral => [0.0; 3],
            Sign::Unpleasant => [-0.6, 0.0, 0.0],
        };
        let words =
            painter.text(pos2(x, right.y), Align2::RIGHT_CENTER, sign.name(), font.clone(), palette.muted);
        let at = pos2(words.left() - 8.0, right.y);
        paint(painter, at, 3.5, felt, colour(palette, felt), Stroke::NONE);
        x = at.x - 12.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shape_follows_valence() {
        let signs = [-0.9, -0.1, 0.1, 0.9].map(|valence| Sign::of([valence, 1.0, 0.0]));
        assert_eq!(signs, [Sign::Unpleasant, Sign::Neutral, Sign::Neutral, Sign::Pleasant]);
        assert_eq!(Sign::of([f32::NAN, 0.0, 0.0]), Sign::Neutral);
    }
}
