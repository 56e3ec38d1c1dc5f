//! The live course since the window opened: what was felt, what the slow manifold keeps, where a forecast failed.

use super::memory_trace::MemoryTrace;
use super::theme;
use egui::{
    Align2, Pos2, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

/// Shows it: valence as a line about its middle, what is remembered dashed, surprises as ticks.
pub fn show(ui: &mut Ui, trace: &MemoryTrace, size: Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let points = trace.points();
    let newest = points.last().copied().unwrap_or_default();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Image, true, "Course of the session");
        info.current_text_value = Some(format!("valence {:.2}, memory {:.2}", newest.valence, newest.memory));
        info
    });
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::CORNER, palette.well);
    let inside = rect.shrink2(vec2(6.0, 15.0));
    painter.hline(inside.x_range(), inside.center().y, Stroke::new(1.0, palette.line));
    let x = |index: usize| {
        inside.left() + inside.width() * index as f32 / points.len().max(2).saturating_sub(1) as f32
    };
    let valence_y = |value: f32| inside.center().y - 0.5 * inside.height() * value.clamp(-1.0, 1.0);
    let strongest = points.iter().map(|point| point.memory).fold(0.05, f32::max);
    let memory_y = |value: f32| inside.bottom() - inside.height() * (value / strongest).clamp(0.0, 1.0);
    let line = |y: &dyn Fn(usize) -> f32| -> Vec<Pos2> {
        (0..points.len()).map(|index| pos2(x(index), y(index))).collect()
    };
    painter
        .add(Shape::line(line(&|index| valence_y(points[index].valence)), Stroke::new(2.0, palette.voice)));
    let remembered = line(&|index| memory_y(points[index].memory));
    painter.extend(Shape::dashed_line(&remembered, Stroke::new(1.5, palette.field), 5.0, 3.0));
    for (index, _) in points.iter().enumerate().filter(|(_, point)| point.surprise > 1.0) {
        let at = pos2(x(index), rect.bottom() - 4.0);
        painter.add(Shape::convex_polygon(
            vec![at, at + vec2(-3.0, -6.0), at + vec2(3.0, -6.0)],
            palette.alarm,
            Stroke::NONE,
        ));
    }
    let font = theme::font(theme::size::TINY);
    let length_s = trace.length_s();
    let long =
        if length_s < 120.0 { format!("{length_s:.0} s") } else { format!("{:.0} min", length_s / 60.0) };
    painter.text(
        rect.left_top() + vec2(6.0, 2.0),
        Align2::LEFT_TOP,
        "valence, line",
        font.clone(),
        palette.voice,
    );
    painter.text(
        rect.center_top() + vec2(0.0, 2.0),
        Align2::CENTER_TOP,
        "memory, dashed",
        font.clone(),
        palette.field,
    );
    painter.text(
        rect.right_top() + vec2(-6.0, 2.0),
        Align2::RIGHT_TOP,
        format!("last {long}"),
        font,
        palette.muted,
    );
    painter.rect_stroke(rect, theme::CORNER, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    response.on_hover_text(
        "How the session has felt, how much of it the slow manifold keeps, and where a forecast of the melody failed",
    )
}
