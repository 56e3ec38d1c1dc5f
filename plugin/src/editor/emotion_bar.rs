//! The bars of the emotion beside its pad: dominance and intensity.

use super::emotion_pad::{EmotionAxis, EmotionMove, EmotionPlace, set_once};
use super::key_steps::{KeySteps, STEP};
use super::theme;
use egui::{Align2, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, lerp, pos2, remap, vec2};

/// A bar of one parameter: upright for dominance, lying for intensity.
pub(super) fn bar(
    ui: &Ui,
    rect: Rect,
    place: &EmotionPlace,
    axis: EmotionAxis,
    moves: &mut Vec<EmotionMove>,
) {
    let upright = axis == EmotionAxis::Dominance;
    let (name, index, low, hint) = if upright {
        ("Dominance", 2, -1.0, "submissive below, in charge above")
    } else {
        ("Intensity", 3, 0.0, "how much of the emotion shows")
    };
    let response = ui.interact(rect, ui.scope_id().with(name), Sense::click_and_drag());
    let (own, moved) = (place.own[index], place.moved[index]);
    response.widget_info(|| WidgetInfo::slider(true, f64::from(own), name));
    if response.drag_started() {
        moves.push(EmotionMove::Begin(axis));
    }
    if let Some(at) = response.interact_pointer_pos() {
        let share = if upright {
            (rect.bottom() - at.y) / rect.height()
        } else {
            (at.x - rect.left()) / rect.width()
        };
        let value = lerp(low..=1.0, share.clamp(0.0, 1.0));
        if response.double_clicked() {
            set_once(moves, axis, own, if upright { 0.0 } else { 1.0 });
        } else if response.clicked() {
            set_once(moves, axis, own, value);
        } else if response.dragged() {
            moves.push(EmotionMove::Set(axis, value));
        }
    }
    if response.drag_stopped() {
        moves.push(EmotionMove::End(axis));
    }
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    let keys = KeySteps::take(ui, &response);
    set_once(moves, axis, own, keys.moved(own, keys.right + keys.up, STEP));
    match (keys.home, keys.end) {
        (true, _) => set_once(moves, axis, own, low),
        (_, true) => set_once(moves, axis, own, 1.0),
        _ => {}
    }
    paint_bar(
        ui,
        rect,
        [own, moved].map(|value| remap(value.clamp(low, 1.0), low..=1.0, 0.0..=1.0)),
        name,
        own,
    );
    theme::focus_ring(ui, &response);
    response.on_hover_text(format!("{name}: {hint}. Double click: default"));
}

fn paint_bar(ui: &Ui, rect: Rect, [own, moved]: [f32; 2], name: &str, value: f32) {
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::CORNER, palette.well);
    let upright = rect.height() > rect.width();
    let font = theme::font(theme::size::SMALL);
    if upright {
        let y = |share: f32| lerp(rect.bottom()..=rect.top(), share);
        let filled = Rect::from_x_y_ranges(rect.x_range(), y(own.max(0.5))..=y(own.min(0.5)));
        painter.rect_filled(filled, 2.0, palette.voice_dim);
        painter.hline(rect.x_range(), y(0.5), Stroke::new(1.0, palette.line));
        painter.hline(
            rect.shrink(4.0).x_range(),
            y(moved),
            Stroke::new(2.0, palette.voice.gamma_multiply(0.5)),
        );
        painter.hline(rect.shrink(3.0).x_range(), y(own), Stroke::new(3.0, palette.voice));
        let text = painter.layout_no_wrap(name.to_owned(), font, palette.text);
        let at = pos2(rect.center().x - 0.5 * text.size().y, rect.center().y + 0.5 * text.size().x);
        painter.add(
            egui::epaint::TextShape::new(at, text, palette.text).with_angle(-std::f32::consts::FRAC_PI_2),
        );
    } else {
        let x = |share: f32| lerp(rect.left()..=rect.right(), share);
        painter.rect_filled(
            Rect::from_x_y_ranges(rect.left()..=x(own), rect.y_range()),
            2.0,
            palette.voice_dim,
        );
        painter.vline(
            x(moved).clamp(rect.left() + 2.0, rect.right() - 2.0),
            rect.shrink(4.0).y_range(),
            Stroke::new(2.0, palette.voice.gamma_multiply(0.5)),
        );
        painter.vline(
            x(own).clamp(rect.left() + 2.0, rect.right() - 2.0),
            rect.shrink(3.0).y_range(),
            Stroke::new(3.0, palette.voice),
        );
        let inside = rect.shrink2(vec2(8.0, 0.0));
        painter.text(inside.left_center(), Align2::LEFT_CENTER, name, font.clone(), palette.text);
        painter.text(
            inside.right_center(),
            Align2::RIGHT_CENTER,
            format!("{:.0} %", 100.0 * value),
            font,
            palette.text,
        );
    }
    painter.rect_stroke(rect, theme::CORNER, Stroke::new(1.0, palette.line), StrokeKind::Inside);
}
