//! The field: how ordered each band is, voice and face together, and the clocks that voice and face share.

use super::theme;
use egui::{Align2, FontId, Pos2, Rect, Stroke, Ui, pos2, vec2};
use psivox_core::engine::ObservableFrame;

/// Height of the group.
pub const HEIGHT: f32 = 94.0;

/// Shows the order parameters of the bands and between voice and face, f0 and the two slow clocks.
pub fn show(ui: &mut Ui, field: &ObservableFrame) {
    theme::group().show(ui, |ui| {
        let size = vec2(ui.available_width(), HEIGHT - 16.0);
        let rect = ui.allocate_space(size).1;
        let dial_side = rect.height();
        let dial =
            Rect::from_min_size(pos2(rect.right() - dial_side, rect.top()), vec2(dial_side, dial_side));
        let meters = Rect::from_min_max(rect.min, pos2(dial.left() - 10.0, rect.bottom()));
        let [micro, meso, slow] = field.order;
        let orders =
            [("micro", micro), ("meso", meso), ("macro", slow), ("v\u{2013}face", field.voice_face_order)];
        let row = meters.height() / orders.len() as f32;
        for (index, (name, order)) in orders.into_iter().enumerate() {
            let top = meters.top() + row * index as f32;
            let line = Rect::from_min_size(pos2(meters.left(), top), vec2(meters.width(), row));
            meter(ui, line, name, order);
        }
        clocks(ui, dial, field);
    });
}

fn meter(ui: &Ui, line: Rect, name: &str, order: f32) {
    let painter = ui.painter();
    let font = FontId::proportional(11.5);
    painter.text(line.left_center(), Align2::LEFT_CENTER, name, font.clone(), theme::MUTED);
    let well = Rect::from_center_size(
        pos2((line.left() + 44.0 + line.right() - 30.0) / 2.0, line.center().y),
        vec2((line.width() - 74.0).max(10.0), 7.0),
    );
    painter.rect_filled(well, 3.0, theme::WELL);
    let order = if order.is_finite() { order.clamp(0.0, 1.0) } else { 0.0 };
    let filled = Rect::from_min_size(well.min, vec2(well.width() * order, well.height()));
    painter.rect_filled(filled, 3.0, theme::FIELD);
    painter.text(line.right_center(), Align2::RIGHT_CENTER, format!("{order:.2}"), font, theme::TEXT);
}

/// The syllable clock and the jaw on one circle, f0 in its middle.
fn clocks(ui: &Ui, dial: Rect, field: &ObservableFrame) {
    let painter = ui.painter();
    let radius = dial.width() / 2.0 - 5.0;
    painter.circle_stroke(dial.center(), radius, Stroke::new(1.0, theme::LINE));
    painter.circle_filled(on_circle(dial.center(), radius, field.syllable_theta), 4.5, theme::FIELD);
    painter.circle_filled(on_circle(dial.center(), radius, field.jaw_theta), 4.5, theme::VOICE);
    let pitch = if field.f0_hz > 0.0 { format!("{:.0}\nHz", field.f0_hz) } else { "f0".to_owned() };
    painter.text(dial.center(), Align2::CENTER_CENTER, pitch, FontId::proportional(11.5), theme::MUTED);
}

/// Phase 0 is up, a growing phase goes clockwise.
fn on_circle(center: Pos2, radius: f32, theta: f32) -> Pos2 {
    center + radius * vec2(theta.sin(), -theta.cos())
}
