//! Where memories are on the screen: zoom, pan, what lies under the pointer, the next one in a direction.

use super::memory_board::MemoryDot;
use egui::{Pos2, Rect, Vec2, vec2};

/// Between the outermost memories and the edge, logical pixels.
const EDGE: f32 = 26.0;
/// Room for the legend.
const LEGEND: f32 = 14.0;
/// How near the pointer must be to a dot's edge.
const REACH: f32 = 6.0;
/// Zoom: all of it with some room, and a twentieth.
const ZOOM: std::ops::RangeInclusive<f32> = 0.8..=20.0;

/// Memories that have room for dots of full size.
const CROWD: f32 = 150.0;
/// How far to the side a dot may be that an arrow goes to, for one ahead: four such fans leave no gap.
const WIDE: f32 = 1.2;

/// Which part of the map is on show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MapView {
    /// Times as large.
    pub zoom: f32,
    /// What is in the middle, -1..=1.
    pub middle: [f32; 2],
}

impl Default for MapView {
    fn default() -> Self {
        Self { zoom: 1.0, middle: [0.0; 2] }
    }
}

impl MapView {
    fn half(&self, rect: Rect) -> Vec2 {
        let room = rect.size() - Vec2::splat(2.0 * EDGE) - vec2(0.0, LEGEND);
        (0.5 * room).max(Vec2::splat(10.0)) * self.zoom
    }

    fn center(rect: Rect) -> Pos2 {
        rect.center() - vec2(0.0, 0.5 * LEGEND)
    }

    /// Where a place of the map is on the screen.
    pub fn place(&self, rect: Rect, at: [f32; 2]) -> Pos2 {
        let half = self.half(rect);
        Self::center(rect) + vec2((at[0] - self.middle[0]) * half.x, (self.middle[1] - at[1]) * half.y)
    }

    /// The place of the map at a place on the screen, -1..=1.
    pub fn value(&self, rect: Rect, at: Pos2) -> [f32; 2] {
        let away = (at - Self::center(rect)) / self.half(rect);
        [(self.middle[0] + away.x).clamp(-1.0, 1.0), (self.middle[1] - away.y).clamp(-1.0, 1.0)]
    }

    /// Moves what is seen by so many pixels.
    pub fn pan(&mut self, rect: Rect, by: Vec2) {
        let away = by / self.half(rect);
        self.middle = [self.middle[0] - away.x, self.middle[1] + away.y].map(|place| place.clamp(-1.0, 1.0));
    }

    /// Zooms; what is at `about` stays there as far as the map's ends allow.
    pub fn magnify(&mut self, rect: Rect, about: Pos2, by: f32) {
        let before = self.value(rect, about);
        self.zoom = (self.zoom * by).clamp(*ZOOM.start(), *ZOOM.end());
        self.pan(rect, about - self.place(rect, before));
    }

    /// Brings a place into sight.
    pub fn follow(&mut self, rect: Rect, at: [f32; 2]) {
        let place = self.place(rect, at);
        if !rect.shrink(EDGE * 0.5).contains(place) {
            self.pan(rect, rect.center() - place);
        }
    }
}

/// Where a memory lies on the map; what is no number lies in the middle.
pub fn at(dot: &MemoryDot) -> [f32; 2] {
    dot.at.map(|place| if place.is_finite() { place.clamp(-1.0, 1.0) } else { 0.0 })
}

/// Radius of a dot by what is left of it; dots of a crowd are smaller.
pub fn radius(dot: &MemoryDot, count: usize) -> f32 {
    let strength = if dot.strength.is_finite() { dot.strength.clamp(0.0, 1.0) } else { 0.0 };
    let crowd = (CROWD / count.max(1) as f32).sqrt().clamp(0.4, 1.0);
    (3.0 + 4.5 * strength.sqrt()) * crowd
}

/// The dot at a place on the screen: the nearest one in reach.
pub fn under(spots: &[(Pos2, f32)], at: Pos2) -> Option<usize> {
    let reach = |(spot, radius): &(Pos2, f32)| spot.distance(at) - radius;
    (0..spots.len())
        .filter(|index| reach(&spots[*index]) < REACH)
        .min_by(|a, b| reach(&spots[*a]).total_cmp(&reach(&spots[*b])))
}

/// The next dot in a direction: near ones straight ahead first. Without a start the one nearest the middle.
pub fn next(spots: &[(Pos2, f32)], from: Option<usize>, middle: Pos2, way: Vec2) -> Option<usize> {
    let least = |cost: &dyn Fn(usize) -> Option<f32>| {
        let costs = (0..spots.len()).filter_map(|index| Some((index, cost(index)?)));
        costs.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
    };
    let Some((start, _)) = from.and_then(|from| spots.get(from)).copied() else {
        return least(&|index| Some(spots[index].0.distance(middle)));
    };
    least(&|index| {
        let away = spots[index].0 - start;
        let along = away.dot(way);
        let across = (away - along * way).length();
        (along > 0.5 && across < WIDE * along).then_some(along + 2.0 * across)
    })
}

/// A direction of arrow keys as one on the screen.
pub fn way(right: i32, up: i32) -> Option<Vec2> {
    let way = vec2(right as f32, -up as f32);
    (way != Vec2::ZERO).then(|| way.normalized())
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    const RECT: Rect = Rect { min: Pos2::new(10.0, 20.0), max: Pos2::new(410.0, 320.0) };

    #[test]
    fn places_and_values_are_inverse() {
        let mut view = MapView::default();
        for zoom in [1.0, 1.7] {
            view.magnify(RECT, RECT.center(), zoom);
            for at in [[0.0, 0.0], [0.4, -0.3], [-0.5, 0.2]] {
                let back = view.value(RECT, view.place(RECT, at));
                assert!((back[0] - at[0]).abs() < 1e-4 && (back[1] - at[1]).abs() < 1e-4, "{back:?}");
            }
        }
        assert!(view.place(RECT, [0.0, 1.0]).y < view.place(RECT, [0.0, -1.0]).y, "up is up");
    }

    #[test]
    fn zoom_keeps_what_is_under_the_pointer() {
        let mut view = MapView::default();
        let about = view.place(RECT, [0.3, -0.2]);
        view.magnify(RECT, about, 2.5);
        assert!(view.place(RECT, [0.3, -0.2]).distance(about) < 0.1);
        view.magnify(RECT, about, 1e9);
        assert_eq!(view.zoom, *ZOOM.end());
    }

    #[test]
    fn arrows_go_to_the_nearest_ahead() {
        let spots =
            [(200.0, 150.0), (260.0, 155.0), (220.0, 240.0), (100.0, 150.0)].map(|(x, y)| (pos2(x, y), 5.0));
        let to = |from, right, up| next(&spots, from, RECT.center(), way(right, up).expect("a way"));
        assert_eq!(to(Some(0), 1, 0), Some(1));
        assert_eq!(to(Some(0), -1, 0), Some(3));
        assert_eq!(to(Some(0), 0, -1), Some(2));
        assert_eq!(to(Some(0), 0, 1), None);
        assert_eq!(to(None, 1, 0), Some(0), "the one nearest the middle");
        assert_eq!(way(1, 1).map(|way| way.length().round()), Some(1.0));
        assert_eq!(under(&spots, pos2(262.0, 150.0)), Some(1));
        assert_eq!(under(&spots, pos2(300.0, 300.0)), None);
    }
}
