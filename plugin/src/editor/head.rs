//! The head that the face is drawn on: its surface, how it is turned, and what paints on it.
//!
//! Lengths are in half heads: x to the viewer's right (the person's left), y up, z to the viewer. A feature is given by
//! x and y of the face at rest; the surface puts it in its depth, so that it turns with the head.

use egui::epaint::Mesh;
use egui::{Color32, Painter, Pos2, Shape, Stroke, vec2};

/// Heights of the profile, its half widths and its depths, from the crown to the chin.
const PROFILE: [(f32, f32, f32); 14] = [
    (1.0, 0.0, 0.0),
    (0.97, 0.22, 0.26),
    (0.88, 0.43, 0.47),
    (0.70, 0.61, 0.67),
    (0.45, 0.705, 0.78),
    (0.20, 0.73, 0.80),
    (0.0, 0.72, 0.80),
    (-0.20, 0.695, 0.80),
    (-0.40, 0.65, 0.78),
    (-0.60, 0.56, 0.75),
    (-0.78, 0.43, 0.70),
    (-0.90, 0.29, 0.62),
    (-0.97, 0.16, 0.50),
    (-1.0, 0.0, 0.40),
];
/// Farthest turn on show, rad.
const FARTHEST_RAD: f32 = 0.7;
/// Where the light comes from.
const LIGHT: [f32; 3] = [-0.42, 0.52, 0.74];

/// How the soft parts have moved the surface.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Softness {
    /// How far the chin has sunk.
    pub drop: f32,
    /// How far the chin has moved to the viewer's right.
    pub aside: f32,
    /// How far the chin stands forward.
    pub forward: f32,
    /// How far the cheeks are blown up.
    pub puff: f32,
}

/// Where a thin line smooths the hard edge of a mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Around what is seen.
    Silhouette,
    /// Along the lower rim.
    Rim,
}

/// Half width and depth at a height.
pub fn profile(y: f32) -> (f32, f32) {
    let below = PROFILE.iter().position(|(height, ..)| *height <= y).unwrap_or(PROFILE.len() - 1);
    if below == 0 {
        return (0.0, 0.0);
    }
    let at = |index: usize| PROFILE[index.min(PROFILE.len() - 1)];
    let (upper, lower) = (at(below - 1), at(below));
    let share = ((upper.0 - y) / (upper.0 - lower.0)).clamp(0.0, 1.0);
    // The ends are round: width grows with the root of the way.
    if below == 1 || below == PROFILE.len() - 1 {
        let bend = if below == 1 { share.sqrt() } else { 1.0 - (1.0 - share).sqrt() };
        return (upper.1 + (lower.1 - upper.1) * bend, upper.2 + (lower.2 - upper.2) * bend);
    }
    let (before, after) = (at(below - 2), at(below + 1));
    // Hermite's cubic with the slopes of the neighbours: no kinks.
    let smooth = |read: fn((f32, f32, f32)) -> f32| {
        let long = lower.0 - upper.0;
        let slope = |a: (f32, f32, f32), b: (f32, f32, f32)| (read(b) - read(a)) / (b.0 - a.0) * long;
        let (t2, t3) = (share * share, share * share * share);
        (2.0 * t3 - 3.0 * t2 + 1.0) * read(upper)
            + (t3 - 2.0 * t2 + share) * slope(before, lower)
            + (3.0 * t2 - 2.0 * t3) * read(lower)
            + (t3 - t2) * slope(upper, after)
    };
    (smooth(|row| row.1), smooth(|row| row.2))
}

/// 0 below `low`, 1 above `high`, smooth in between.
pub fn ease(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A turned head on the screen, and the painter on it.
pub struct Head<'a> {
    painter: &'a Painter,
    center: Pos2,
    /// Pixels per half head.
    pub scale: f32,
    /// Sine and cosine of yaw, pitch and roll.
    turn: [(f32, f32); 3],
    soft: Softness,
}

impl<'a> Head<'a> {
    /// A head about `center`; `head_rad` as in a face's frame.
    pub fn new(painter: &'a Painter, center: Pos2, scale: f32, head_rad: [f32; 3], soft: Softness) -> Self {
        let turn = head_rad.map(|angle| {
            let angle = if angle.is_finite() { angle } else { 0.0 };
            angle.clamp(-FARTHEST_RAD, FARTHEST_RAD).sin_cos()
        });
        Self { painter, center, scale, turn, soft }
    }

    /// A place on the surface moved by the soft parts; `angle` 0 is the front, positive to the viewer's right.
    fn surface(&self, angle: f32, y: f32) -> [f32; 3] {
        let (width, depth) = profile(y);
        let (sin, cos) = angle.sin_cos();
        self.softened([width * sin, y, depth * cos])
    }

    fn softened(&self, [x, y, z]: [f32; 3]) -> [f32; 3] {
        let jaw = ease(-0.05, -0.75, y) * ease(-0.6, 0.3, z);
        let cheek = ease(0.02, -0.3, y) * ease(-0.85, -0.5, y) * ease(0.15, 0.45, x.abs());
        let puff = self.soft.puff * cheek;
        [
            x * (1.0 + 0.16 * puff) + self.soft.aside * jaw,
            y - self.soft.drop * jaw,
            z * (1.0 + 0.12 * puff) + self.soft.forward * jaw,
        ]
    }

    /// Turned by yaw and pitch; roll comes on the screen.
    fn turned(&self, [x, y, z]: [f32; 3]) -> [f32; 3] {
        let [(yaw_sin, yaw_cos), (pitch_sin, pitch_cos), _] = self.turn;
        let (x, z) = (x * yaw_cos + z * yaw_sin, z * yaw_cos - x * yaw_sin);
        [x, y * pitch_cos + z * pitch_sin, z * pitch_cos - y * pitch_sin]
    }

    fn on_screen(&self, x: f32, y: f32) -> Pos2 {
        let (sin, cos) = self.turn[2];
        // About the neck, so that a tilted head stays on it.
        let (up, pivot) = (y + 0.6, -0.6);
        self.center + self.scale * vec2(x * cos + up * sin, -(up * cos - x * sin + pivot))
    }

    /// A point in space.
    pub fn point(&self, place: [f32; 3]) -> Pos2 {
        let [x, y, _] = self.turned(place);
        self.on_screen(x, y)
    }

    /// A point that does not turn: neck and shoulders.
    pub fn fixed(&self, x: f32, y: f32) -> Pos2 {
        self.center + self.scale * vec2(x, -y)
    }

    /// A feature `out` above the skin.
    pub fn at(&self, x: f32, y: f32, out: f32) -> Pos2 {
        let (width, depth) = profile(y.clamp(-0.95, 0.95));
        let across = (x / width.max(0.1)).clamp(-0.98, 0.98);
        let z = depth * (1.0 - across * across).sqrt() + out;
        self.point([x, y, z])
    }

    /// Depth of a place after turning: above 0 it is on the viewer's side.
    pub fn depth(&self, place: [f32; 3]) -> f32 {
        self.turned(place)[2]
    }

    /// The skin or, from `rim(angle)` up and `out` times as far, the hair, with a line of `edge` around it.
    pub fn shell(&self, out: f32, rim: impl Fn(f32) -> f32, colours: [Color32; 3], edge: Edge) {
        const ROWS: usize = 32;
        const COLUMNS: usize = 72;
        let mut places = Vec::with_capacity((ROWS + 1) * (COLUMNS + 1));
        for row in 0..=ROWS {
            for column in 0..=COLUMNS {
                let angle = (column as f32 / COLUMNS as f32 - 0.5) * std::f32::consts::TAU;
                let low = rim(angle);
                // Dense at the ends, where the surface bends.
                let along = 0.5 - 0.5 * (row as f32 / ROWS as f32 * std::f32::consts::PI).cos();
                let y = 1.0 + (low - 1.0) * along;
                let [x, y, z] = self.surface(angle, y);
                places.push(self.turned([out * x, out * y, out * z]));
            }
        }
        let mut mesh = Mesh::default();
        let width = COLUMNS + 1;
        for (index, place) in places.iter().enumerate() {
            let (row, column) = (index / width, index % width);
            let across = [
                places[row * width + (column + COLUMNS - 1) % COLUMNS],
                places[row * width + (column + 1) % COLUMNS],
            ];
            let along = [
                places[row.saturating_sub(1) * width + column],
                places[(row + 1).min(ROWS) * width + column],
            ];
            mesh.colored_vertex(self.on_screen(place[0], place[1]), lit(normal(across, along), colours));
        }
        let mut near = Vec::new();
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                let first = row * width + column;
                let corners = [first, first + 1, first + width, first + width + 1];
                // Each half by itself: a quad at the silhouette may be half turned away.
                for half in [[corners[0], corners[2], corners[1]], [corners[1], corners[2], corners[3]]] {
                    let [a, b, c] = half.map(|index| places[index]);
                    if (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0.0 {
                        near.push(((a[2] + b[2] + c[2]), half));
                    }
                }
            }
        }
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, [a, b, c]) in near {
            mesh.add_triangle(a as u32, b as u32, c as u32);
        }
        self.painter.add(Shape::mesh(mesh));
        match edge {
            Edge::Silhouette => self.rim_line(&places, width, colours[2]),
            Edge::Rim => {
                let front = |column: &usize| (column.abs_diff(COLUMNS / 2) as f32) < 0.26 * COLUMNS as f32;
                let rim = (0..=COLUMNS).filter(front).map(|column| places[ROWS * width + column]);
                let rim = rim.filter(|place| place[2] > 0.0).map(|[x, y, _]| self.on_screen(x, y)).collect();
                self.painter.add(Shape::line(rim, Stroke::new(1.5, colours[1])));
            }
        }
    }

    /// A thin line around the silhouette: meshes have hard edges.
    fn rim_line(&self, places: &[[f32; 3]], width: usize, colour: Color32) {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for row in places.chunks(width) {
            let by_x = |a: &&[f32; 3], b: &&[f32; 3]| a[0].total_cmp(&b[0]);
            // Crown and chin are seen from their ends: their rows are no silhouette.
            if let (Some(low), Some(high)) = (row.iter().min_by(by_x), row.iter().max_by(by_x))
                && high[0] - low[0] > 0.75
            {
                left.push(self.on_screen(low[0], low[1]));
                right.push(self.on_screen(high[0], high[1]));
            }
        }
        let stroke = Stroke::new(1.2, colour);
        self.painter.add(Shape::line(left, stroke));
        self.painter.add(Shape::line(right, stroke));
    }

    /// Fills between two rows of points, from one colour to the other.
    pub fn band(&self, upper: &[Pos2], lower: &[Pos2], from: Color32, to: Color32) {
        let mut mesh = Mesh::default();
        for (above, below) in upper.iter().zip(lower) {
            let next = mesh.vertices.len() as u32;
            mesh.colored_vertex(*above, from);
            mesh.colored_vertex(*below, to);
            if next >= 2 {
                mesh.add_triangle(next - 2, next - 1, next);
                mesh.add_triangle(next - 1, next, next + 1);
            }
        }
        self.painter.add(Shape::mesh(mesh));
    }

    /// A line of `width` half heads.
    pub fn line(&self, points: Vec<Pos2>, width: f32, colour: Color32) {
        self.painter.add(Shape::line(points, Stroke::new((width * self.scale).max(0.6), colour)));
    }

    /// A soft spot of colour on the skin, `radius` half heads wide and high.
    pub fn glow(&self, [x, y]: [f32; 2], radius: [f32; 2], colour: Color32, strength: f32) {
        let strength = strength.clamp(0.0, 1.0);
        const STEPS: u32 = 20;
        let mut mesh = Mesh::default();
        mesh.colored_vertex(self.at(x, y, 0.0), colour.gamma_multiply(strength));
        // Two rings: a straight fall to nothing would show its edge.
        for (reach, share) in [(0.5, 0.55), (1.0, 0.0)] {
            for step in 0..STEPS {
                let (sin, cos) = (step as f32 / STEPS as f32 * std::f32::consts::TAU).sin_cos();
                let place = self.at(x + reach * radius[0] * cos, y + reach * radius[1] * sin, 0.0);
                mesh.colored_vertex(place, colour.gamma_multiply(strength * share));
            }
        }
        for step in 0..STEPS {
            let next = (step + 1) % STEPS;
            mesh.add_triangle(0, 1 + step, 1 + next);
            mesh.add_triangle(1 + step, 1 + STEPS + step, 1 + STEPS + next);
            mesh.add_triangle(1 + step, 1 + STEPS + next, 1 + next);
        }
        self.painter.add(Shape::mesh(mesh));
    }

    /// A filled convex outline.
    pub fn fill(&self, outline: Vec<Pos2>, colour: Color32) {
        self.painter.add(Shape::convex_polygon(outline, colour, Stroke::NONE));
    }
}

fn normal([left, right]: [[f32; 3]; 2], [upper, lower]: [[f32; 3]; 2]) -> [f32; 3] {
    let u = [right[0] - left[0], right[1] - left[1], right[2] - left[2]];
    let v = [upper[0] - lower[0], upper[1] - lower[1], upper[2] - lower[2]];
    let cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    let length = cross.iter().map(|axis| axis * axis).sum::<f32>().sqrt().max(1e-6);
    cross.map(|axis| axis / length)
}

/// Light, middle or shade by how the surface lies.
fn lit(normal: [f32; 3], [light, middle, shade]: [Color32; 3]) -> Color32 {
    let amount: f32 = normal.iter().zip(LIGHT).map(|(a, b)| a * b).sum();
    // Light from everywhere lifts the shade; what is seen from the side is darker.
    let amount = (0.62 * amount + 0.25 + 0.18 * normal[2]).clamp(0.0, 1.0);
    if amount > 0.6 {
        middle.lerp_to_gamma(light, (amount - 0.6) / 0.4)
    } else {
        shade.lerp_to_gamma(middle, amount / 0.6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Context, LayerId, Rect, pos2};

    fn with_head<T>(head_rad: [f32; 3], soft: Softness, read: impl FnOnce(&Head<'_>) -> T) -> T {
        let context = Context::default();
        let painter = Painter::new(context, LayerId::background(), Rect::EVERYTHING);
        read(&Head::new(&painter, pos2(0.0, 0.0), 100.0, head_rad, soft))
    }

    #[test]
    fn the_profile_is_round_at_both_ends_and_widest_at_the_temples() {
        assert_eq!((profile(1.2).0, profile(-1.2).0), (0.0, 0.0));
        assert!(profile(0.995).0 > 0.05 && profile(-0.995).0 > 0.02);
        let widest =
            (-100..=100).map(|y| y as f32 / 100.0).max_by(|a, b| profile(*a).0.total_cmp(&profile(*b).0));
        assert!(widest.is_some_and(|y| (0.1..0.3).contains(&y)));
    }

    /// Yaw to the person's left is to the viewer's right, pitch up is up, roll to the left shoulder is to the right.
    #[test]
    fn the_head_turns_as_the_frame_says() {
        let nose = |head_rad| with_head(head_rad, Softness::default(), |head| head.at(0.0, 0.0, 0.1));
        let rest = nose([0.0; 3]);
        assert!(nose([0.3, 0.0, 0.0]).x > rest.x + 10.0);
        assert!(nose([0.0, 0.3, 0.0]).y < rest.y - 10.0);
        assert!(nose([0.0, 0.0, 0.3]).x > rest.x + 10.0);
        assert_eq!(nose([f32::NAN, f32::INFINITY, 0.0]), rest);
    }

    #[test]
    fn soft_parts_move_the_chin_and_not_the_brow() {
        let soft = Softness { drop: 0.2, aside: 0.1, ..Softness::default() };
        with_head([0.0; 3], soft, |head| {
            let [x, y, _] = head.surface(0.0, -0.9);
            assert!((x - 0.1).abs() < 0.01 && (y + 1.1).abs() < 0.01, "{x} {y}");
            assert_eq!(head.surface(0.0, 0.5)[1], 0.5);
        });
    }
}
