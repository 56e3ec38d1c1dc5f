//! The lips of the drawn face.

use super::face_parts::{COLUMNS, Parts, Side};
use super::head::ease;
use psivox_core::face::Shape;

/// The contours of the lips.
pub(super) struct Lips {
    left: [f32; 2],
    right: [f32; 2],
    /// Lowest point of the upper lip's inner edge, and how far the lower lip's is below it.
    seam: f32,
    gap: f32,
    /// How far each half is drawn up or down, viewer's left first.
    up: [f32; 2],
    down: [f32; 2],
    thick: [f32; 2],
    /// How round the opening is.
    round: f32,
}

impl Lips {
    pub fn of(parts: &Parts<'_>) -> Self {
        let get = |shape| parts.get(shape);
        let both = |name: fn(Side) -> Shape| [get(name(Side::Right)), get(name(Side::Left))];
        let (pucker, funnel) = (get(Shape::MouthPucker), get(Shape::MouthFunnel));
        let (open, close) = (get(Shape::JawOpen), get(Shape::MouthClose));
        let press = both(Side::press).iter().sum::<f32>() / 2.0;
        // Lips may close over an open jaw: both go half the way.
        let closed = close.min(open);
        let shrug = [get(Shape::MouthShrugUpper), get(Shape::MouthShrugLower)];
        Self {
            left: parts.corner(Side::Left),
            right: parts.corner(Side::Right),
            seam: -0.462 - 0.11 * closed + 0.03 * funnel + 0.025 * shrug[0] + 0.02 * shrug[1]
                - 0.015 * press
                - 0.03 * (close - closed),
            gap: 0.38 * (open - closed) + 0.055 * funnel,
            up: both(Side::upper_up).map(|up| 0.055 * up),
            down: both(Side::lower_down).map(|down| 0.06 * down),
            thick: [
                0.062
                    * (1.0 + 0.2 * pucker + 0.35 * funnel)
                    * (1.0 - 0.8 * get(Shape::MouthRollUpper))
                    * (1.0 - 0.4 * press)
                    + 0.012 * shrug[0],
                0.085
                    * (1.0 + 0.15 * pucker + 0.3 * funnel)
                    * (1.0 - 0.8 * get(Shape::MouthRollLower))
                    * (1.0 - 0.4 * press)
                    + 0.014 * shrug[1]
                    + 0.02 * get(Shape::JawForward),
            ],
            round: (0.8 * pucker + funnel + 0.5 * open).min(1.0),
        }
    }

    /// From the person's right corner to the left, dense at the corners.
    pub fn columns(&self) -> impl Iterator<Item = f32> {
        (0..=COLUMNS).map(|step| -(step as f32 / COLUMNS as f32 * std::f32::consts::PI).cos())
    }

    pub fn x(&self, t: f32) -> f32 {
        0.5 * (self.left[0] + self.right[0]) + 0.5 * t * (self.left[0] - self.right[0])
    }

    /// The straight way from corner to corner.
    fn chord(&self, t: f32) -> f32 {
        0.5 * (self.left[1] + self.right[1]) + 0.5 * t * (self.left[1] - self.right[1])
    }

    fn side(&self, halves: [f32; 2], t: f32) -> f32 {
        let share = ease(-0.6, 0.6, t);
        halves[0] + share * (halves[1] - halves[0])
    }

    /// 1 in the middle, 0 at the corners; fuller for a round mouth.
    fn weight(&self, t: f32) -> f32 {
        let flat = bow(t);
        flat + self.round * (flat.max(0.0).sqrt() - flat)
    }

    pub fn upper_inner(&self, t: f32) -> f32 {
        let raised = self.side(self.up, t) * (1.0 - t * t).max(0.0).sqrt();
        self.chord(t) + (self.seam - self.chord(t)) * self.weight(t) + raised
    }

    pub fn lower_inner(&self, t: f32) -> f32 {
        let drawn = self.side(self.down, t) * (1.0 - t * t).max(0.0).sqrt();
        let seam = self.chord(t) + (self.seam - self.chord(t)) * self.weight(t);
        seam - self.gap * self.weight(t) - drawn
    }

    pub fn upper_outer(&self, t: f32) -> f32 {
        // The bow of Cupid: a dip in the middle.
        let dip = 0.2 * (-(t / 0.16).powi(2)).exp();
        self.upper_inner(t) + self.thick[0] * bow(t).max(0.0).powf(0.6) * (1.0 - dip)
    }

    pub fn lower_outer(&self, t: f32) -> f32 {
        self.lower_inner(t) - self.thick[1] * bow(t).max(0.0).powf(0.6)
    }
}

/// 1 in the middle, 0 at -1 and 1.
pub(super) fn bow(t: f32) -> f32 {
    (1.0 - t * t).max(0.0)
}
