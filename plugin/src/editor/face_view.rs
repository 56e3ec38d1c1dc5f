//! The live head: every shape of the newest face, and how the head is held, for dark and light and any size.

use super::face_parts::{Parts, Side};
use super::head::{Edge, Head, Softness};
use super::theme::{self, Skin};
use egui::{Painter, Rect, Response, Sense, Shape as Paint, Stroke, Ui, Vec2, WidgetInfo, pos2};
use psivox_core::BlendshapeFrame;
use psivox_core::face::Shape;

/// Half heads on show, from above the hair to the shoulders.
const HEIGHT: f32 = 2.75;
/// Half heads from the left to the right.
const WIDTH: f32 = 2.15;

/// Draws the face in `size` logical pixels.
pub fn show(ui: &mut Ui, face: &BlendshapeFrame, size: Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, words(face)));
    if ui.is_rect_visible(rect) {
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        draw(&painter, rect, face, &theme::palette(ui).skin);
    }
    response.on_hover_text("The face as it is sent: jaw, lips, lids, brows, gaze, cheeks, tongue and head")
}

/// What the face does, for those who do not see it.
fn words(face: &BlendshapeFrame) -> String {
    let mut strong: Vec<(f32, Shape)> = Shape::ALL
        .into_iter()
        .map(|shape| (face.get(shape), shape))
        .filter(|(value, _)| *value > 0.2)
        .collect();
    strong.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<&str> = strong.iter().take(3).map(|(_, shape)| shape.name()).collect();
    if names.is_empty() { "Face at rest".to_owned() } else { format!("Face: {}", names.join(", ")) }
}

/// Paints the head into a rectangle.
fn draw(painter: &Painter, rect: Rect, face: &BlendshapeFrame, skin: &Skin) {
    let scale = (rect.height() / HEIGHT).min(rect.width() / WIDTH);
    let center = pos2(rect.center().x, rect.center().y - 0.13 * scale);
    let get = |shape: Shape| if face.get(shape).is_finite() { face.get(shape).clamp(0.0, 1.0) } else { 0.0 };
    let soft = Softness {
        drop: 0.26 * get(Shape::JawOpen),
        aside: 0.10 * (get(Shape::JawLeft) - get(Shape::JawRight)),
        forward: 0.10 * get(Shape::JawForward),
        puff: get(Shape::CheekPuff),
    };
    let head = Head::new(painter, center, scale, face.head_rad, soft);
    shoulders(painter, &head, rect, skin);
    for side in Side::BOTH {
        ear(&head, side, skin);
    }
    head.shell(1.0, |_| -1.0, [skin.light, skin.middle, skin.shade], Edge::Silhouette);
    // An ear that is turned to the viewer lies on the head.
    for side in Side::BOTH.into_iter().filter(|side| head.depth([0.74 * side.sign(), 0.0, -0.05]) > 0.1) {
        ear(&head, side, skin);
    }
    Parts { head: &head, face, skin }.draw();
    let shade = skin.hair.lerp_to_gamma(skin.dark, 0.5);
    head.shell(1.07, hairline, [skin.hair_light, skin.hair, shade], Edge::Rim);
}

/// Height of the hair's rim at an angle from the front, rad: high on the forehead, low at the nape.
fn hairline(angle: f32) -> f32 {
    let away = angle.abs().to_degrees();
    let steps = [
        (0.0, 0.60),
        (25.0, 0.61),
        (45.0, 0.52),
        (62.0, 0.34),
        (76.0, 0.10),
        (88.0, -0.02),
        (100.0, -0.12),
        (125.0, -0.5),
        (180.0, -0.62),
    ];
    let next = steps.iter().position(|(degrees, _)| *degrees >= away).unwrap_or(steps.len() - 1).max(1);
    let ((from, high), (to, low)) = (steps[next - 1], steps[next]);
    let share = super::head::ease(from, to, away);
    // A parting on the viewer's left.
    let parting = 0.05 * (-((angle + 0.35) / 0.22).powi(2)).exp();
    high + (low - high) * share + parting
}

fn ear(head: &Head<'_>, side: Side, skin: &Skin) {
    let sign = side.sign();
    let outline = |size: f32| {
        (0..20)
            .map(|step| {
                let (sin, cos) = (step as f32 / 20.0 * std::f32::consts::TAU).sin_cos();
                let lobe = if sin < 0.0 { 0.75 } else { 1.0 };
                head.point([
                    sign * (0.735 + size * 0.085 * cos * lobe),
                    0.02 + size * 0.19 * sin,
                    -0.05 - size * 0.06 * cos,
                ])
            })
            .collect()
    };
    head.fill(outline(1.0), skin.middle.lerp_to_gamma(skin.shade, 0.35));
    head.fill(outline(0.6), skin.shade.lerp_to_gamma(skin.middle, 0.35));
}

fn shoulders(painter: &Painter, head: &Head<'_>, rect: Rect, skin: &Skin) {
    let neck: Vec<_> = (0..=12)
        .map(|step| {
            let t = step as f32 / 12.0;
            (0.36 + 0.10 * t * t + 0.05 * (1.0 - t) * (1.0 - t), -0.55 - 0.95 * t)
        })
        .collect();
    let left: Vec<_> = neck.iter().map(|(x, y)| head.fixed(-x, *y)).collect();
    let middle: Vec<_> = neck.iter().map(|(_, y)| head.fixed(0.0, *y)).collect();
    let right: Vec<_> = neck.iter().map(|(x, y)| head.fixed(*x, *y)).collect();
    let chin = skin.shade;
    head.band(
        &left,
        &middle,
        skin.middle.lerp_to_gamma(skin.shade, 0.3),
        skin.middle.lerp_to_gamma(skin.shade, 0.45),
    );
    head.band(&middle, &right, skin.middle.lerp_to_gamma(skin.shade, 0.45), chin);
    painter.add(Paint::line(left, Stroke::new(1.0, skin.middle.lerp_to_gamma(skin.shade, 0.3))));
    painter.add(Paint::line(right, Stroke::new(1.0, chin)));
    let collar: Vec<_> = (0..=24)
        .map(|step| {
            let t = step as f32 / 12.0 - 1.0;
            let slope = 0.10 * (t.abs() - 0.34).max(0.0) + 0.22 * (t.abs() - 0.34).max(0.0).powi(2);
            let dip = 0.16 * (1.0 - (t / 0.36).powi(2)).max(0.0).sqrt();
            head.fixed(1.35 * t, -1.22 - slope - dip)
        })
        .collect();
    let bottom: Vec<_> = collar.iter().map(|point| pos2(point.x, rect.bottom().max(point.y))).collect();
    head.band(&collar, &bottom, skin.cloth, skin.cloth.lerp_to_gamma(skin.dark, 0.25));
    painter.add(Paint::line(collar, Stroke::new(1.0, skin.cloth.lerp_to_gamma(skin.dark, 0.3))));
    // The head's shadow on the neck.
    let shade = |share: f32| skin.dark.gamma_multiply(0.45 * (1.0 - share));
    let rows = [-0.78f32, -0.95, -1.16];
    for pair in rows.windows(2).enumerate() {
        let (index, [upper, lower]) = (pair.0, [pair.1[0], pair.1[1]]);
        let row = |y: f32| -> Vec<_> {
            (0..=8)
                .map(|step| {
                    head.fixed((step as f32 / 4.0 - 1.0) * 0.38, y + 0.06 * (step as f32 / 4.0 - 1.0).powi(2))
                })
                .collect()
        };
        head.band(&row(upper), &row(lower), shade(index as f32 * 0.5), shade((index + 1) as f32 * 0.5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Context, RawInput, vec2};

    /// Corners of everything that is painted, 300 pixels high.
    fn painted(face: &BlendshapeFrame) -> Vec<(f32, f32, [u8; 4])> {
        let context = Context::default();
        let mut output = context.run_ui(RawInput::default(), |ui| {
            show(ui, face, vec2(260.0, 300.0));
        });
        output.textures_delta.clear();
        let mut corners = Vec::new();
        for clipped in &output.shapes {
            collect(&clipped.shape, &mut corners);
        }
        corners
    }

    fn collect(shape: &Paint, corners: &mut Vec<(f32, f32, [u8; 4])>) {
        match shape {
            Paint::Mesh(mesh) => {
                corners.extend(mesh.vertices.iter().map(|v| (v.pos.x, v.pos.y, v.color.to_array())));
            }
            Paint::Path(path) => corners.extend(path.points.iter().map(|point| (point.x, point.y, [0; 4]))),
            Paint::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, corners)),
            _ => {}
        }
    }

    #[test]
    fn every_shape_does_something_that_is_seen() {
        let rest = painted(&BlendshapeFrame::NEUTRAL);
        for shape in Shape::ALL {
            let mut face = BlendshapeFrame::NEUTRAL;
            // Lips close only over an open jaw.
            if shape == Shape::MouthClose {
                face.set(Shape::JawOpen, 0.6);
            }
            let before = if shape == Shape::MouthClose { painted(&face) } else { rest.clone() };
            face.set(shape, 1.0);
            let after = painted(&face);
            if shape == Shape::TongueOut {
                assert!(after.len() > before.len() + 50, "a tongue that is not there at rest");
                continue;
            }
            assert_eq!(before.len(), after.len(), "{shape:?}: points cannot be compared");
            let moved = before
                .iter()
                .zip(&after)
                .filter(|(a, b)| (a.0 - b.0).abs().max((a.1 - b.1).abs()) > 1.5)
                .count();
            assert!(moved >= 4, "{shape:?} moves {moved} points");
        }
    }

    #[test]
    fn left_and_right_mirror_each_other() {
        let corners = |smile: Shape| {
            let mut face = BlendshapeFrame::NEUTRAL;
            face.set(smile, 1.0);
            painted(&face)
        };
        let (rest, left) = (painted(&BlendshapeFrame::NEUTRAL), corners(Shape::MouthSmileLeft));
        let moved: Vec<f32> =
            rest.iter().zip(&left).filter(|(a, b)| (a.1 - b.1).abs() > 4.0).map(|(a, _)| a.0).collect();
        let middle = rest.iter().map(|point| point.0).sum::<f32>() / rest.len() as f32;
        assert!(
            !moved.is_empty() && moved.iter().all(|x| *x > middle - 15.0),
            "the person's left is on the right"
        );
    }

    #[test]
    fn a_broken_face_is_drawn_as_far_as_it_goes() {
        let mut face = BlendshapeFrame { head_rad: [f32::NAN, 9.0, -9.0], ..BlendshapeFrame::NEUTRAL };
        face.shapes[3] = f32::INFINITY;
        face.shapes[17] = 40.0;
        assert!(painted(&face).iter().all(|(x, y, _)| x.is_finite() && y.is_finite()));
        assert_eq!(words(&BlendshapeFrame::NEUTRAL), "Face at rest");
    }
}
