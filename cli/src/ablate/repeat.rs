//! Lines that come back: how alike one and the same engine shows a line that it has just shown.

use super::compare::Mean;
use super::place::{Course, PLACES_HZ};
use super::take::Take;
use psivox_core::face::Shape;

/// The first lines come back, no more than so many.
pub const LINES: usize = 6;
/// A line is said so often in a row.
pub const TIMES: usize = 4;

/// Differences of takes from the take of the same line before.
#[derive(Debug, Default)]
pub struct Repeats {
    head: Mean,
    face: Mean,
}

impl Repeats {
    /// Adds a line that was said `before` and comes `again`.
    pub fn add(&mut self, before: &Take, again: &Take) {
        let (a, b) = (Course::of(before), Course::of(again));
        let end_s = a.end_s().min(b.end_s());
        let places = (0..).map(|index| f64::from(index) / PLACES_HZ).take_while(|place_s| *place_s <= end_s);
        for (a, b) in places.filter_map(|place_s| a.face(place_s).zip(b.face(place_s))) {
            self.head.add(a.head_rad.iter().zip(b.head_rad).map(|(a, b)| (a - b).abs()).sum());
            let counted = Shape::ALL.into_iter().filter(|shape| !is_eye(*shape)).map(|shape| shape as usize);
            self.face.add(counted.map(|shape| (a.shapes[shape] - b.shapes[shape]).abs()).sum());
        }
    }

    /// Change of yaw, pitch and roll, summed; mean over places.
    pub fn head_deg(&self) -> f64 {
        self.head.value().to_degrees()
    }

    /// Sum over the 38 shapes that are not the eyes' of the change; mean over places.
    pub fn face(&self) -> f64 {
        self.face.value()
    }
}

/// Glances and blinks fall when they are drawn, whatever is said: they would hide the rest.
fn is_eye(shape: Shape) -> bool {
    shape.name().starts_with("eye")
}

#[cfg(test)]
mod tests {
    use super::super::place::tests::steady;
    use super::*;

    fn take(pace: f64, head_rad: [f32; 3], brow: f32, lid: f32) -> Take {
        let mut take = steady(pace, 48_000.0, 2.0, |_| lid);
        for frame in &mut take.frames {
            frame.head_rad = head_rad;
            frame.shapes[Shape::BrowInnerUp as usize] = brow;
        }
        take
    }

    fn repeats(before: &Take, again: &Take) -> Repeats {
        let mut repeats = Repeats::default();
        repeats.add(before, again);
        repeats
    }

    #[test]
    fn a_take_that_comes_back_as_it_was_differs_by_nothing() {
        let plain = take(1.0, [0.1, -0.2, 0.05], 0.5, 0.0);
        let same = repeats(&plain, &plain);
        assert_eq!((same.head_deg(), same.face()), (0.0, 0.0));
        assert_eq!(Shape::ALL.into_iter().filter(|shape| is_eye(*shape)).count(), 14);
        assert_eq!((Repeats::default().head_deg(), Repeats::default().face()), (0.0, 0.0));
    }

    #[test]
    fn angles_and_shapes_are_summed_at_equal_places_and_eyes_do_not_count() {
        let before = take(1.0, [0.1, 0.0, 0.0], 0.5, 0.0);
        let again = take(0.8, [0.0, 0.2, -0.3], 0.25, 1.0);
        let found = repeats(&before, &again);
        assert!((found.head_deg() - 0.6f64.to_degrees()).abs() < 1e-5, "{}", found.head_deg());
        assert!((found.face() - 0.25).abs() < 1e-6, "{}", found.face());
        let moving = |pace| steady(pace, 48_000.0, 2.0, |place_s| place_s as f32 * 0.3);
        let found = repeats(&moving(1.0), &moving(0.8));
        assert!(found.head_deg() < 1e-4, "another pace is no other face: {}", found.head_deg());
    }
}
