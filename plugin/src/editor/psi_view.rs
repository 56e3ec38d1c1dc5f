//! The field at work: phase wheels, order and energy with their short history, couplings to drag, eigenvalues.

use super::eigen_view::{self, EigenPoint};
use super::matrix_view::{self, CouplingMove, MatrixState};
use super::psi_trace::{HISTORY_S, PsiTrace};
use super::theme::{self, Palette};
use super::wheels_view;
use egui::{Align2, Painter, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};
use psivox_core::field::{FieldSpec, expectation};

/// Share of the height for the wheels.
const WHEELS: f32 = 0.36;
/// Share of the width for the couplings.
const COUPLINGS: f32 = 0.66;
/// Least span of V on show, rad/s: a field at rest is a line, not noise blown up.
const LEAST_SPAN: f32 = 10.0;

/// What the page keeps between pictures.
#[derive(Default)]
pub struct PsiState {
    matrix: MatrixState,
    /// Read when the page is first shown.
    eigenvalues: Option<Vec<EigenPoint>>,
}

/// Shows the whole page in `size`; what a hand wants changed is added to `moves`.
pub fn show(
    ui: &mut Ui,
    trace: &PsiTrace,
    spec: &FieldSpec,
    state: &mut PsiState,
    size: Vec2,
    moves: &mut Vec<CouplingMove>,
) -> Response {
    let gap = theme::SMALL_GAP;
    let top = vec2(size.x, WHEELS * size.y);
    let bottom = vec2(size.x, size.y - top.y - gap);
    ui.allocate_ui(size, |ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(gap);
        ui.horizontal_top(|ui| {
            let wheels = vec2(COUPLINGS * top.x, top.y);
            wheels_view::show(ui, trace.picture(), trace.order(), wheels);
            meters(ui, trace, vec2(top.x - wheels.x - gap, top.y));
        });
        ui.horizontal_top(|ui| {
            let matrix = vec2(COUPLINGS * bottom.x, bottom.y);
            matrix_view::show(ui, spec, &mut state.matrix, matrix, moves);
            let points = state.eigenvalues.get_or_insert_with(|| eigen_view::points(&expectation::shipped()));
            eigen_view::show(ui, points, vec2(bottom.x - matrix.x - gap, bottom.y));
        });
    })
    .response
}

/// Order of the bands and energy with what they were in the last seconds.
pub fn meters(ui: &mut Ui, trace: &PsiTrace, size: Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let [micro, meso, slow] = trace.order();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Meter, true, "Order and energy");
        info.current_text_value = Some(format!(
            "micro {micro:.2}, meso {meso:.2}, macro {slow:.2}, voice and face {:.2}, V {:.0}",
            trace.voice_face_order(),
            trace.energy()
        ));
        info
    });
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    let row = rect.height() / 5.0;
    for index in 0..5 {
        let place = Rect::from_min_size(rect.min + vec2(0.0, row * index as f32), vec2(rect.width(), row));
        let (name, figure, range) = match index {
            0..=2 => {
                (["R micro", "R meso", "R macro"][index], format!("{:.2}", trace.order()[index]), (0.0, 1.0))
            }
            3 => ("voice\u{2013}face", format!("{:.2}", trace.voice_face_order()), (0.0, 1.0)),
            _ => ("V rad/s", format!("{:.0}", trace.energy()), trace.energy_range(LEAST_SPAN)),
        };
        history(&painter, place.shrink2(vec2(0.0, 1.0)), name, &figure, trace.history(index), range, palette);
    }
    response.on_hover_text(format!(
        "Order R: 0 scattered, 1 in phase. Energy V: the lower, the more the couplings have their way. Last {HISTORY_S:.0} s"
    ))
}

fn history(
    painter: &Painter,
    place: Rect,
    name: &str,
    figure: &str,
    values: impl Iterator<Item = (f32, f32)>,
    (low, high): (f32, f32),
    palette: &Palette,
) {
    let font = theme::font(theme::size::SMALL);
    painter.text(place.left_center(), Align2::LEFT_CENTER, name, font.clone(), palette.muted);
    painter.text(place.right_center(), Align2::RIGHT_CENTER, figure, font, palette.text);
    let well = Rect::from_min_max(
        pos2(place.left() + 66.0, place.top()),
        pos2((place.right() - 38.0).max(place.left() + 76.0), place.bottom()),
    );
    painter.rect_filled(well, 3.0, palette.well);
    let points: Vec<_> = values
        .filter(|(_, value)| value.is_finite())
        .map(|(age, value)| {
            let share = ((value - low) / (high - low).max(1e-6)).clamp(0.0, 1.0);
            pos2(well.right() - age * well.width(), well.bottom() - 2.0 - share * (well.height() - 4.0))
        })
        .collect();
    painter.add(Shape::line(points, Stroke::new(1.5, palette.field)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn the_page_has_all_its_parts_and_wishes_nothing_by_itself() {
        let spec = FieldSpec::factory().swap_remove(0);
        let mut harness = Harness::builder().with_size(vec2(720.0, 520.0)).build_ui_state(
            |ui, (state, moves): &mut (PsiState, Vec<CouplingMove>)| {
                show(ui, &PsiTrace::default(), &spec, state, vec2(700.0, 500.0), moves);
            },
            (PsiState::default(), Vec::new()),
        );
        harness.run();
        for label in ["Phases", "Order and energy", "Couplings"] {
            assert!(harness.get_by_label(label).rect().is_positive(), "{label}");
        }
        assert!(harness.state().1.is_empty());
        assert!(harness.state().0.eigenvalues.as_ref().is_some_and(|points| !points.is_empty()));
    }
}
