//! Names beside the dots of the map: none upon another, none upon a dot.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Color32, FontId, Galley, Painter, Pos2, Rect, Vec2, vec2};
use std::sync::Arc;

/// Most names at once: more cannot be read.
pub const MOST_LABELS: usize = 48;
/// Between a dot and its name.
const GAP: f32 = 4.0;

/// A text in one line of at most this width; what does not fit ends in dots.
pub fn fitted(painter: &Painter, text: String, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
    let mut words = LayoutJob::simple_singleline(text, font, colour);
    words.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(words)
}

/// Finds a place for every name that has room. `dots` are middles and radii; `wanted` are a dot's index and the size of
/// its name, the most important first; a dot
/// that is wanted twice gets the first that has room. Returns what was wanted, by number, and places; work is bounded by
/// [`MOST_LABELS`] names.
pub fn place(inside: Rect, dots: &[(Pos2, f32)], wanted: &[(usize, Vec2)]) -> Vec<(usize, Rect)> {
    let mut placed: Vec<(usize, Rect)> = Vec::new();
    for (number, (index, size)) in wanted.iter().enumerate().take(MOST_LABELS) {
        if placed.iter().any(|(own, _)| wanted[*own].0 == *index) {
            continue;
        }
        let Some((at, radius)) = dots.get(*index).copied() else { continue };
        let found = sides(at, radius, *size).into_iter().find(|rect| {
            inside.contains_rect(*rect)
                && placed.iter().all(|(_, other)| !other.intersects(*rect))
                && dots
                    .iter()
                    .enumerate()
                    .all(|(other, (at, radius))| other == *index || rect.distance_to_pos(*at) > radius + 1.0)
        });
        if let Some(rect) = found {
            placed.push((number, rect));
        }
    }
    placed
}

/// Places of a name, the best first.
fn sides(at: Pos2, radius: f32, size: Vec2) -> [Rect; 6] {
    let away = radius + GAP;
    let slant = 0.7 * radius + 2.0;
    let middle = vec2(-0.5 * size.x, -0.5 * size.y);
    [
        at + vec2(away, middle.y),
        at + vec2(-away - size.x, middle.y),
        at + vec2(middle.x, away - 1.0),
        at + vec2(middle.x, 1.0 - away - size.y),
        at + vec2(slant, slant),
        at + vec2(slant, -slant - size.y),
    ]
    .map(|corner| Rect::from_min_size(corner, size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    const INSIDE: Rect = Rect { min: Pos2::ZERO, max: Pos2::new(400.0, 300.0) };

    #[test]
    fn nothing_lies_upon_anything() {
        let dots: Vec<(Pos2, f32)> = (0..2_000)
            .map(|i| (pos2((i * 37 % 400) as f32, (i * 53 % 300) as f32), 3.0 + (i % 5) as f32))
            .collect();
        let sparse: Vec<(Pos2, f32)> = dots.iter().step_by(60).copied().collect();
        for dots in [dots, sparse] {
            let wanted: Vec<(usize, Vec2)> = (0..dots.len()).map(|i| (i, vec2(50.0, 13.0))).collect();
            let placed = place(INSIDE, &dots, &wanted);
            assert!(placed.len() <= MOST_LABELS);
            for (index, (own, rect)) in placed.iter().enumerate() {
                assert!(INSIDE.contains_rect(*rect));
                assert!(placed[index + 1..].iter().all(|(_, other)| !other.intersects(*rect)));
                assert!(dots.iter().enumerate().all(|(dot, (at, _))| dot == *own || !rect.contains(*at)));
            }
        }
    }

    #[test]
    fn a_shorter_name_takes_the_place_of_one_without_room() {
        let dots = [(pos2(200.0, 150.0), 5.0)];
        let wanted = [(0, vec2(900.0, 12.0)), (0, vec2(20.0, 12.0)), (0, vec2(10.0, 12.0))];
        let placed = place(INSIDE, &dots, &wanted);
        assert_eq!(placed.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn a_lonely_dot_has_its_name_on_the_right_and_at_the_edge_on_the_left() {
        let size = vec2(40.0, 12.0);
        let right = place(INSIDE, &[(pos2(200.0, 150.0), 5.0)], &[(0, size)]);
        assert!(right[0].1.left() > 205.0);
        let left = place(INSIDE, &[(pos2(390.0, 150.0), 5.0)], &[(0, size)]);
        assert!(left[0].1.right() < 385.0);
    }
}
