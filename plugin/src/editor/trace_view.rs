//! What the field has done lately: V as a curve, the last surprises, the rules that act.

use super::theme;
use super::trace::{CURVE_S, FieldTrace, SURPRISES};
use egui::{Align2, FontId, Label, Pos2, Rect, RichText, Stroke, Ui, pos2, vec2};

const CURVE_HEIGHT: f32 = 84.0;
/// Least span of V on show, rad/s: a field at rest is a line, not noise blown up.
const LEAST_SPAN: f32 = 10.0;

/// Shows all three below each other.
pub fn show(ui: &mut Ui, trace: &FieldTrace) {
    ui.spacing_mut().item_spacing.y = 3.0;
    title(
        ui,
        "Energy V, last 10 s",
        "-1/2 of all K cos of the phase differences: the lower, the more in phase",
    );
    curve(ui, trace);
    ui.add_space(4.0);
    title(ui, "Surprises", "forecasts that failed: whose, how far over the threshold, how long ago");
    let mut rows = 0;
    for (age_s, event) in trace.surprises() {
        let over = event.epsilon / event.tau.max(1e-6);
        line(ui, event.source.name(), &format!("{over:.1} \u{3c4}, {age_s:.0} s"), theme::TEXT);
        rows += 1;
    }
    if rows == 0 {
        line(ui, "none yet", "", theme::MUTED);
        rows = 1;
    }
    // What is below keeps its place.
    ui.add_space((SURPRISES - rows) as f32 * 18.0);
    title(
        ui,
        "Rules acting",
        "rules of the grammar that corrected face or sound in the last seconds, and how often so far",
    );
    let mut any = false;
    for (rule, count) in trace.rules() {
        line(ui, rule.name(), &format!("{count}"), theme::TEXT).on_hover_text(rule.why());
        any = true;
    }
    if !any {
        line(ui, "none", "", theme::MUTED);
    }
}

fn title(ui: &mut Ui, text: &str, hint: &str) {
    ui.add(Label::new(RichText::new(text).small().color(theme::MUTED)).truncate()).on_hover_text(hint);
}

/// Name on the left, figure on the right.
fn line(ui: &mut Ui, name: &str, figure: &str, colour: egui::Color32) -> egui::Response {
    let response = ui.allocate_response(vec2(ui.available_width(), 15.0), egui::Sense::hover());
    let font = FontId::proportional(12.0);
    let figure = ui.painter().text(
        response.rect.right_center(),
        Align2::RIGHT_CENTER,
        figure,
        font.clone(),
        theme::MUTED,
    );
    let room = Rect::from_min_max(response.rect.min, pos2(figure.left() - 4.0, response.rect.bottom()));
    ui.painter_at(room).text(room.left_center(), Align2::LEFT_CENTER, name, font, colour);
    response
}

fn curve(ui: &mut Ui, trace: &FieldTrace) {
    let rect = ui.allocate_space(vec2(ui.available_width(), CURVE_HEIGHT)).1;
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::CORNER, theme::WELL);
    let finite = || trace.curve().filter(|(_, energy)| energy.is_finite());
    let (low, high) =
        finite().fold((f32::MAX, f32::MIN), |(low, high), (_, energy)| (low.min(energy), high.max(energy)));
    if low > high {
        return;
    }
    let inner = rect.shrink2(vec2(4.0, 6.0));
    let points: Vec<Pos2> = finite()
        .map(|(age_s, energy)| {
            let x = inner.right() - inner.width() * (age_s / CURVE_S) as f32;
            pos2(x, y_of(energy, low, high, inner))
        })
        .collect();
    painter.line(points, Stroke::new(1.5, theme::FIELD));
    let font = FontId::proportional(10.5);
    painter.text(inner.left_top(), Align2::LEFT_TOP, format!("{high:.0}"), font.clone(), theme::MUTED);
    painter.text(inner.left_bottom(), Align2::LEFT_BOTTOM, format!("{low:.0}"), font, theme::MUTED);
}

fn y_of(energy: f32, low: f32, high: f32, inner: Rect) -> f32 {
    let span = (high - low).max(LEAST_SPAN);
    let middle = 0.5 * (low + high);
    inner.center().y - inner.height() * (energy - middle) / span
}
