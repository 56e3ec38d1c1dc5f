//! A small live drawing of the newest face. Lengths are in units of half the head's height.

use super::theme;
use egui::{Color32, Mesh, Painter, Pos2, Rect, Sense, Shape as Paint, Stroke, Ui, Vec2, vec2};
use psivox_core::BlendshapeFrame;
use psivox_core::face::Shape;

const HEAD: Color32 = Color32::from_rgb(0x2c, 0x32, 0x42);
const BROW: Color32 = Color32::from_rgb(0xb9, 0xbe, 0xcd);
const EYE: Color32 = Color32::from_rgb(0xea, 0xe7, 0xe0);
const LIP: Color32 = Color32::from_rgb(0xd4, 0x83, 0x70);
const MOUTH: Color32 = Color32::from_rgb(0x0c, 0x0d, 0x12);
/// Points per curve.
const STEPS: usize = 24;

/// Draws the face in `height` logical pixels.
pub fn show(ui: &mut Ui, face: &BlendshapeFrame, height: f32) {
    theme::group().show(ui, |ui| {
        let size = vec2(ui.available_width(), (height - 16.0).max(40.0));
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.on_hover_text("The face as it is sent: jaw, lips, lids, brows, gaze and head");
        let painter = ui.painter().with_clip_rect(rect);
        Sketch::new(&painter, rect, face).draw();
    });
}

/// One picture.
struct Sketch<'a> {
    painter: &'a Painter,
    face: &'a BlendshapeFrame,
    /// Middle of the head on screen.
    center: Pos2,
    /// Pixels per unit.
    scale: f32,
    /// Where the features lie because the head is turned, in units.
    turn: Vec2,
}

impl<'a> Sketch<'a> {
    fn new(painter: &'a Painter, rect: Rect, face: &'a BlendshapeFrame) -> Self {
        let scale = (rect.height() / 2.1).min(rect.width() / 1.8);
        let [yaw, pitch, _] = face.head_rad;
        // The person's left is the viewer's right; up on screen is negative.
        let turn = vec2(yaw.clamp(-0.8, 0.8) * 0.6, -pitch.clamp(-0.8, 0.8) * 0.6);
        Self { painter, face, center: rect.center(), scale, turn }
    }

    fn get(&self, shape: Shape) -> f32 {
        self.face.get(shape)
    }

    /// From face units to the screen, with the head's roll.
    fn at(&self, x: f32, y: f32) -> Pos2 {
        let (sine, cosine) = self.face.head_rad[2].clamp(-1.0, 1.0).sin_cos();
        self.center + self.scale * vec2(x * cosine - y * sine, x * sine + y * cosine)
    }

    fn draw(&self) {
        self.head();
        for side in [Side::Left, Side::Right] {
            self.eye(&side);
            self.brow(&side);
        }
        self.nose();
        self.mouth();
    }

    fn head(&self) {
        let jaw = 0.10 * self.get(Shape::JawOpen);
        let puff = 0.05 * self.get(Shape::CheekPuff);
        let outline: Vec<Pos2> = (0..64)
            .map(|step| {
                let (sine, cosine) = (step as f32 / 64.0 * std::f32::consts::TAU).sin_cos();
                // Narrower below: a chin. Only the lower half follows the jaw.
                let down = sine.max(0.0);
                let width = 0.74 - 0.16 * down * down + puff * down;
                self.at(cosine * width + 0.3 * self.turn.x, sine * (0.95 + jaw * down))
            })
            .collect();
        self.painter.add(Paint::convex_polygon(outline, HEAD, Stroke::new(1.5, theme::LINE)));
    }

    fn nose(&self) {
        let sneer = self.get(Shape::NoseSneerLeft).max(self.get(Shape::NoseSneerRight));
        let x = self.turn.x * 1.25;
        let y = self.turn.y + 0.16 - 0.03 * sneer;
        let points = vec![self.at(x - 0.09, y), self.at(x, y + 0.035), self.at(x + 0.09, y)];
        self.painter.add(Paint::line(points, Stroke::new(2.0, theme::MUTED)));
    }

    fn eye(&self, side: &Side) {
        let of = |name: fn(&Side) -> Shape| self.get(name(side));
        let x = side.sign() * 0.31 + self.turn.x;
        let y = -0.16 + self.turn.y;
        let open = (1.0 - of(Side::blink) + 0.35 * of(Side::wide) - 0.3 * of(Side::squint)).clamp(0.0, 1.4);
        let (upper, lower) = (0.105 * open, 0.07 * open.min(1.0));
        let lid = |lift: f32| self.curve(vec2(x, y), 0.155, 0.0, lift);
        let (top, bottom) = (lid(-upper), lid(lower));
        self.band(&top, &bottom, EYE);
        if open > 0.12 {
            let gaze = vec2(
                side.sign() * (of(Side::look_out) - of(Side::look_in)),
                of(Side::look_down) - of(Side::look_up),
            );
            let middle = self.at(x + 0.07 * gaze.x, y - 0.01 + 0.06 * gaze.y);
            let half = self.scale * 0.16;
            let clip = Rect::from_x_y_ranges(
                middle.x - half..=middle.x + half,
                self.at(x, y - upper).y..=self.at(x, y + lower).y,
            );
            let inside = self.painter.with_clip_rect(clip.intersect(self.painter.clip_rect()));
            inside.circle_filled(middle, self.scale * 0.075, theme::FIELD);
            inside.circle_filled(middle, self.scale * 0.034, MOUTH);
        }
        self.painter.add(Paint::line(top, Stroke::new(2.5, MOUTH)));
        self.painter.add(Paint::line(bottom, Stroke::new(1.0, MOUTH)));
    }

    fn brow(&self, side: &Side) {
        let of = |name: fn(&Side) -> Shape| self.get(name(side));
        let down = 0.09 * of(Side::brow_down);
        let inner = -0.40 + self.turn.y - 0.10 * self.get(Shape::BrowInnerUp) + 1.2 * down;
        let outer = -0.39 + self.turn.y - 0.10 * of(Side::brow_outer) + 0.5 * down;
        let middle = 0.5 * (inner + outer) - 0.06;
        let x = |along: f32| side.sign() * (0.15 + 0.33 * along) + self.turn.x;
        let points = quadratic([vec2(x(0.0), inner), vec2(x(0.5), middle), vec2(x(1.0), outer)])
            .map(|point| self.at(point.x, point.y))
            .collect();
        self.painter.add(Paint::line(points, Stroke::new((0.055 * self.scale).max(2.0), BROW)));
    }

    fn mouth(&self) {
        let both = |left: Shape, right: Shape| 0.5 * (self.get(left) + self.get(right));
        let smile = both(Shape::MouthSmileLeft, Shape::MouthSmileRight);
        let frown = both(Shape::MouthFrownLeft, Shape::MouthFrownRight);
        let stretch = both(Shape::MouthStretchLeft, Shape::MouthStretchRight);
        let press = both(Shape::MouthPressLeft, Shape::MouthPressRight);
        let round = self.get(Shape::MouthPucker).max(self.get(Shape::MouthFunnel));
        let closed = 1.0 - self.get(Shape::MouthClose).min(1.0);
        let lower_down = both(Shape::MouthLowerDownLeft, Shape::MouthLowerDownRight);
        let upper_up = both(Shape::MouthUpperUpLeft, Shape::MouthUpperUpRight);
        let half_width = 0.27 + 0.09 * smile + 0.07 * stretch - 0.13 * round;
        // Corners rise with a smile and sink with a frown, while the middle stays.
        let corners = -0.11 * smile + 0.10 * frown;
        let gap_up = 0.06 * upper_up + 0.04 * self.get(Shape::MouthFunnel);
        let gap_down = 0.42 * self.get(Shape::JawOpen) * closed + 0.08 * lower_down + gap_up;
        let rolled = self.get(Shape::MouthRollUpper).max(self.get(Shape::MouthRollLower)).max(press);
        let lip = 0.055 + 0.03 * round - 0.035 * rolled.min(1.0);
        let middle = vec2(
            self.turn.x + 0.05 * (self.get(Shape::MouthLeft) - self.get(Shape::MouthRight)),
            self.turn.y + 0.46,
        );
        let edge = |bend: f32| self.curve(middle, half_width, corners, bend);
        let (upper, lower) = (edge(-gap_up), edge(gap_down));
        self.band(&edge(-gap_up - lip), &upper, LIP);
        self.band(&lower, &edge(gap_down + 1.25 * lip), LIP);
        self.band(&upper, &lower, MOUTH);
        self.painter.add(Paint::line(upper, Stroke::new(1.0, MOUTH)));
    }

    /// An arc from corner to corner: its ends lie `corners` below `middle`, its middle `bend` below.
    fn curve(&self, middle: Vec2, half_width: f32, corners: f32, bend: f32) -> Vec<Pos2> {
        let end = |sign: f32| middle + vec2(sign * half_width, corners);
        // A quadratic passes half-way between its control point and its chord.
        let control = middle + vec2(0.0, 2.0 * bend - corners);
        quadratic([end(-1.0), control, end(1.0)]).map(|point| self.at(point.x, point.y)).collect()
    }

    /// Fills between two curves of the same number of points, convex or not.
    fn band(&self, upper: &[Pos2], lower: &[Pos2], colour: Color32) {
        let mut mesh = Mesh::default();
        for (above, below) in upper.iter().zip(lower) {
            let next = mesh.vertices.len() as u32;
            mesh.colored_vertex(*above, colour);
            mesh.colored_vertex(*below, colour);
            if next >= 2 {
                mesh.add_triangle(next - 2, next - 1, next);
                mesh.add_triangle(next - 1, next, next + 1);
            }
        }
        self.painter.add(Paint::mesh(mesh));
        // A mesh has hard edges; a thin line of its colour smooths them.
        self.painter.add(Paint::line(upper.to_vec(), Stroke::new(1.0, colour)));
        self.painter.add(Paint::line(lower.to_vec(), Stroke::new(1.0, colour)));
    }
}

/// Points along a quadratic Bézier curve.
fn quadratic([start, control, end]: [Vec2; 3]) -> impl Iterator<Item = Vec2> {
    (0..=STEPS).map(move |step| {
        let t = step as f32 / STEPS as f32;
        (1.0 - t) * (1.0 - t) * start + 2.0 * t * (1.0 - t) * control + t * t * end
    })
}

/// The person's own left or right; the viewer sees the left on the right.
enum Side {
    Left,
    Right,
}

macro_rules! sides {
    ($($name:ident: $left:ident, $right:ident;)*) => {
        impl Side {
            $(fn $name(&self) -> Shape {
                match self {
                    Side::Left => Shape::$left,
                    Side::Right => Shape::$right,
                }
            })*
        }
    };
}

sides! {
    blink: EyeBlinkLeft, EyeBlinkRight;
    wide: EyeWideLeft, EyeWideRight;
    squint: EyeSquintLeft, EyeSquintRight;
    look_in: EyeLookInLeft, EyeLookInRight;
    look_out: EyeLookOutLeft, EyeLookOutRight;
    look_up: EyeLookUpLeft, EyeLookUpRight;
    look_down: EyeLookDownLeft, EyeLookDownRight;
    brow_down: BrowDownLeft, BrowDownRight;
    brow_outer: BrowOuterUpLeft, BrowOuterUpRight;
}

impl Side {
    fn sign(&self) -> f32 {
        match self {
            Side::Left => 1.0,
            Side::Right => -1.0,
        }
    }
}
