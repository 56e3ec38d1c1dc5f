//! The spectrum of the operator that foretells the prosody: its eigenvalues in the unit circle.
//!
//! `mu = e^{s dt}` over one step of the operator: the angle is the frequency, the distance from the circle the decay.

use super::theme;
use egui::{Align2, Pos2, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2};
use psivox_core::koopman::Operator;

/// How close the pointer has to be, pixels.
const NEAR: f32 = 10.0;

/// One eigenvalue; of a conjugate pair the one with positive frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EigenPoint {
    /// Real and imaginary part of mu.
    pub mu: [f32; 2],
    /// Frequency, Hz.
    pub hz: f32,
    /// Decay, 1/s.
    pub decay_per_s: f32,
}

/// The eigenvalues of an operator, the constant's left out.
pub fn points(operator: &Operator) -> Vec<EigenPoint> {
    let dt_s = operator.dt_s();
    operator.eigenvalues()[..operator.mode_count()]
        .iter()
        .map(|s| {
            let (size, angle) = ((-s.decay_per_s * dt_s).exp(), s.omega_rad_per_s * dt_s);
            EigenPoint {
                mu: [(size * angle.cos()) as f32, (size * angle.sin()) as f32],
                hz: (s.omega_rad_per_s / std::f64::consts::TAU) as f32,
                decay_per_s: s.decay_per_s as f32,
            }
        })
        .collect()
}

/// Shows them in `size`.
pub fn show(ui: &mut Ui, points: &[EigenPoint], size: Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("{} eigenvalues", points.len())));
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::CORNER, palette.well);
    let circle = circle_in(rect);
    let (center, radius) = (circle.center(), 0.5 * circle.width());
    painter.hline(circle.x_range(), center.y, Stroke::new(1.0, palette.line));
    painter.vline(center.x, circle.y_range(), Stroke::new(1.0, palette.line));
    painter.circle_stroke(center, radius, Stroke::new(1.0, palette.muted));
    let hot = response.hover_pos().and_then(|pointer| nearest(points, rect, pointer));
    for (index, point) in points.iter().enumerate() {
        let chosen = hot == Some(index);
        // What swings is round, what only dies away is square.
        let colour = if chosen { palette.voice } else { palette.field };
        for at in places(point, rect) {
            if point.hz > 0.0 {
                painter.circle_filled(at, if chosen { 5.0 } else { 3.5 }, colour);
            } else {
                painter.rect_filled(
                    Rect::from_center_size(at, Vec2::splat(if chosen { 9.0 } else { 6.0 })),
                    0.0,
                    colour,
                );
            }
        }
    }
    let font = theme::font(theme::size::TINY);
    painter.text(
        rect.left_top() + vec2(5.0, 4.0),
        Align2::LEFT_TOP,
        "Eigenvalues",
        font.clone(),
        palette.muted,
    );
    let said = hot.map(|index| words(&points[index]));
    if let Some(said) = &said {
        painter.text(rect.left_bottom() + vec2(5.0, -4.0), Align2::LEFT_BOTTOM, said, font, palette.text);
    }
    response.on_hover_text_at_pointer(said.unwrap_or_else(|| {
        "The modes of the forecast: the angle is the frequency, the nearer to the circle the longer they last".to_owned()
    }))
}

/// Frequency and decay in words.
fn words(point: &EigenPoint) -> String {
    let falls = if point.decay_per_s > 0.0 {
        format!("falls to a third in {:.2} s", 1.0 / point.decay_per_s)
    } else {
        "stays".to_owned()
    };
    if point.hz > 0.0 { format!("{:.2} Hz, {falls}", point.hz) } else { falls }
}

fn circle_in(rect: Rect) -> Rect {
    Rect::from_center_size(rect.center(), Vec2::splat((rect.width().min(rect.height()) - 22.0).max(10.0)))
}

fn places(point: &EigenPoint, rect: Rect) -> impl Iterator<Item = Pos2> {
    let circle = circle_in(rect);
    let [re, im] = point.mu;
    let signs = if im > 0.0 { &[1.0f32, -1.0][..] } else { &[1.0] };
    signs.iter().map(move |sign| circle.center() + 0.5 * circle.width() * vec2(re, -sign * im))
}

fn nearest(points: &[EigenPoint], rect: Rect, pointer: Pos2) -> Option<usize> {
    let apart =
        |point: &EigenPoint| places(point, rect).map(|at| at.distance(pointer)).fold(f32::MAX, f32::min);
    let all = points.iter().enumerate().map(|(index, point)| (index, apart(point)));
    all.filter(|(_, apart)| *apart < NEAR).min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;
    use psivox_core::field::expectation;

    #[test]
    fn the_shipped_operator_lies_inside_the_circle() {
        let operator = expectation::shipped();
        let points = points(&operator);
        assert_eq!(points.len(), operator.mode_count());
        for (point, s) in points.iter().zip(operator.eigenvalues()) {
            let [re, im] = point.mu;
            assert!(re.hypot(im) <= 1.0 + 1e-6 && im >= 0.0, "{point:?}");
            let dt_s = operator.dt_s() as f32;
            assert!((-re.hypot(im).ln() / dt_s - point.decay_per_s).abs() < 1e-2 * (1.0 + point.decay_per_s));
            assert!((f64::from(point.hz) * std::f64::consts::TAU - s.omega_rad_per_s).abs() < 1e-3);
        }
    }

    #[test]
    fn the_pointer_finds_both_of_a_pair() {
        let rect = Rect::from_min_size(pos2(10.0, 20.0), vec2(200.0, 160.0));
        let pair = EigenPoint { mu: [0.0, 1.0], hz: 2.0, decay_per_s: 0.0 };
        let real = EigenPoint { mu: [0.5, 0.0], hz: 0.0, decay_per_s: 4.0 };
        let both: Vec<Pos2> = places(&pair, rect).collect();
        assert!(both.len() == 2 && both[0].y < rect.center().y && both[1].y > rect.center().y);
        assert_eq!(nearest(&[pair, real], rect, both[1] + vec2(3.0, 0.0)), Some(0));
        assert_eq!(places(&real, rect).count(), 1);
        assert_eq!(nearest(&[pair, real], rect, rect.left_top()), None);
        assert_eq!(words(&real), "falls to a third in 0.25 s");
    }
}
