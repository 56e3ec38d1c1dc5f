//! What is measured of the faces of sentences that were spoken in one mood.

use super::take::Take;
use super::units::UNITS;
use psivox_core::BlendshapeFrame;
use psivox_core::face::{BLENDSHAPE_COUNT, Shape};

/// From here on an eye counts as closed.
const BLINK: f32 = 0.5;
/// Lids that move further in a frame blink.
const LID_MOVES: f32 = 0.1;
/// Units that come up by less are no expression.
const LEAST_WEIGHT: f64 = 0.01;

/// A jump of a shape from one frame to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jump {
    /// How far.
    pub height: f64,
    /// Of which shape.
    pub shape: Shape,
}

/// Sums over faces.
#[derive(Debug, Clone)]
pub struct Faces {
    sums: [f64; BLENDSHAPE_COUNT],
    speaking: usize,
    jaws: Vec<f32>,
    blinks: usize,
    watched_s: f64,
    jump: Option<Jump>,
}

impl Default for Faces {
    fn default() -> Self {
        Self {
            sums: [0.0; BLENDSHAPE_COUNT],
            speaking: 0,
            jaws: Vec::new(),
            blinks: 0,
            watched_s: 0.0,
            jump: None,
        }
    }
}

impl Faces {
    /// Adds a sentence.
    pub fn add(&mut self, take: &Take) {
        for (_, face) in speaking(take) {
            self.sums.iter_mut().zip(face.shapes).for_each(|(sum, shape)| *sum += f64::from(shape));
            self.jaws.push(face.get(Shape::JawOpen));
            self.speaking += 1;
        }
        for pair in take.faces.windows(2) {
            let [(from_s, from), (to_s, to)] = [&pair[0], &pair[1]];
            self.watched_s += to_s - from_s;
            self.blinks += usize::from(closing(from) < BLINK && closing(to) >= BLINK);
            let bursting = take.bursts_at(*from_s) || take.bursts_at(*to_s);
            let lid_moves = (closing(to) - closing(from)).abs() > LID_MOVES;
            for shape in Shape::ALL {
                if !(blinks(shape, lid_moves) || bursting && is_of_mouth(shape)) {
                    self.add_jump(shape, f64::from((to.get(shape) - from.get(shape)).abs()));
                }
            }
        }
    }

    fn add_jump(&mut self, shape: Shape, height: f64) {
        if self.jump.is_none_or(|jump| height > jump.height) {
            self.jump = Some(Jump { height, shape });
        }
    }

    /// Mean of each shape while speaking.
    pub fn means(&self) -> [f64; BLENDSHAPE_COUNT] {
        self.sums.map(|sum| sum / self.speaking.max(1) as f64)
    }

    /// The units that come up against those of other faces, strongest first.
    pub fn units_above(&self, other: &Self) -> Vec<(&'static str, f64)> {
        let (own, other) = (self.means(), other.means());
        let change = std::array::from_fn(|shape| own[shape] - other[shape]);
        let mut units: Vec<(&'static str, f64)> =
            UNITS.iter().map(|unit| (unit.name, unit.weight(&change))).collect();
        units.retain(|(_, weight)| *weight >= LEAST_WEIGHT);
        units.sort_by(|a, b| b.1.total_cmp(&a.1));
        units
    }

    /// 95th percentile of `jawOpen` while speaking.
    pub fn jaw_open_p95(&self) -> f64 {
        let mut jaws = self.jaws.clone();
        jaws.sort_by(f32::total_cmp);
        let last = jaws.len().saturating_sub(1);
        jaws.get((0.95 * last as f64).round() as usize).map_or(0.0, |jaw| f64::from(*jaw))
    }

    /// Blinks a minute, speaking or not.
    pub fn blinks_per_min(&self) -> f64 {
        60.0 * self.blinks as f64 / self.watched_s.max(1e-3)
    }

    /// Largest jump from one frame to the next, blinks and the mouth in bursts left out.
    pub fn jump(&self) -> Option<Jump> {
        self.jump
    }
}

/// The faces from the first to the last phone.
pub fn speaking(take: &Take) -> impl Iterator<Item = &(f64, BlendshapeFrame)> {
    let [start_s, end_s] = take.span_s();
    take.faces.iter().filter(move |(time_s, _)| (start_s..end_s).contains(time_s))
}

/// How far both eyes are closed.
pub fn closing(face: &BlendshapeFrame) -> f32 {
    0.5 * (face.get(Shape::EyeBlinkLeft) + face.get(Shape::EyeBlinkRight))
}

/// Whether a shape is part of a blink: the lids, and how wide the eye was open or squinted while they move.
fn blinks(shape: Shape, lid_moves: bool) -> bool {
    use Shape::{EyeBlinkLeft, EyeBlinkRight, EyeSquintLeft, EyeSquintRight, EyeWideLeft, EyeWideRight};
    match shape {
        EyeBlinkLeft | EyeBlinkRight => true,
        EyeSquintLeft | EyeSquintRight | EyeWideLeft | EyeWideRight => lid_moves,
        _ => false,
    }
}

fn is_of_mouth(shape: Shape) -> bool {
    let name = shape.name();
    name.starts_with("mouth") || name.starts_with("jaw") || name.starts_with("tongue")
}

#[cfg(test)]
mod tests {
    use super::super::take::SpokenPhone;
    use super::*;

    /// A second of faces, all of it spoken as one vowel.
    fn take(face: impl Fn(usize, &mut BlendshapeFrame)) -> Take {
        let made = |index: usize| {
            let mut frame = BlendshapeFrame::NEUTRAL;
            face(index, &mut frame);
            (index as f64 / 60.0, frame)
        };
        let phones = vec![SpokenPhone { symbol: 'a', start_s: 0.0, end_s: 1.0 }];
        Take { faces: (0..61).map(made).collect(), phones, sound: Vec::new() }
    }

    fn faces(take: &Take) -> Faces {
        let mut faces = Faces::default();
        faces.add(take);
        faces
    }

    #[test]
    fn units_are_counted_from_neutral() {
        let neutral = faces(&take(|_, face| face.set(Shape::JawOpen, 0.2)));
        let happy = faces(&take(|_, face| {
            face.set(Shape::JawOpen, 0.2);
            face.set(Shape::MouthSmileLeft, 0.5);
            face.set(Shape::CheekSquintRight, 0.25);
        }));
        let found = happy.units_above(&neutral);
        assert_eq!(found.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["12", "6"]);
        assert!((found[0].1 - 0.5).abs() < 1e-6 && (found[1].1 - 0.25).abs() < 1e-6);
    }

    #[test]
    fn blinks_are_counted_and_no_jumps() {
        let found = faces(&take(|index, face| {
            let closed = if (20..26).contains(&index) { 1.0 } else { 0.0 };
            face.set(Shape::EyeBlinkLeft, closed);
            face.set(Shape::EyeBlinkRight, closed);
            face.set(Shape::BrowInnerUp, if index < 40 { 0.1 } else { 0.3 });
            face.set(Shape::JawOpen, index as f32 / 60.0);
        }));
        assert!((found.blinks_per_min() - 60.0).abs() < 0.1, "{}", found.blinks_per_min());
        let jump = found.jump().expect("faces");
        assert!(jump.shape == Shape::BrowInnerUp && (jump.height - 0.2).abs() < 1e-6, "{jump:?}");
        assert!((found.jaw_open_p95() - 0.95).abs() < 0.02, "{}", found.jaw_open_p95());
    }

    #[test]
    fn nothing_seen_is_nothing_told() {
        let found = Faces::default();
        assert_eq!((found.jump(), found.jaw_open_p95(), found.blinks_per_min()), (None, 0.0, 0.0));
        assert!(found.units_above(&Faces::default()).is_empty());
    }
}
