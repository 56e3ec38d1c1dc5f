//! Who pulls whom as a table: rows are pulled, columns pull. A cell is dragged up or down to change K, with shift the lag.

use super::key_steps::{KeySteps, STEP};
use super::theme::{self, Palette};
use egui::{
    Align2, Id, Painter, Pos2, Rect, Response, Role as Kind, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};
use psivox_core::field::{FieldSpec, Pair, Role, Sink, Source};
use std::f32::consts::{PI, TAU};

/// Room for the names of rows and columns.
const NAMES: Vec2 = vec2(66.0, 62.0);
/// Height of the line below that says what is chosen.
const LINE: f32 = 20.0;
/// Largest K and lag by hand.
const K_MOST: f32 = 4.0;
/// K that fills its cell.
const K_FULL: f32 = 1.0;
/// Change of K, and of the lag in rad, per pixel of a drag.
const DRAG: f32 = 0.01;

/// A number of the field that a hand wants changed: its path, as `K.jaw.syllable`, and value.
#[derive(Debug, Clone, PartialEq)]
pub struct CouplingMove {
    /// Path for `FieldSpec::set`.
    pub path: String,
    /// The value.
    pub value: f32,
}

/// What is chosen by keyboard or mouse, kept between pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MatrixState {
    row: usize,
    column: usize,
    /// Whether arrows change the cell instead of moving on.
    changing: bool,
}

/// What is pulled, from the top.
fn sinks() -> Vec<Sink> {
    let pulled = Role::ALL.into_iter().filter(|role| !role.is_placed() || *role == Role::Syllable);
    pulled.map(Sink::Role).chain([Sink::Population, Sink::Tide, Sink::Micro]).collect()
}

/// What pulls, from the left.
fn sources() -> Vec<Source> {
    Role::ALL.into_iter().map(Source::Role).chain([Source::Micro, Source::Meso, Source::Macro]).collect()
}

/// The pair of a cell, if there can be one.
fn pair_at(row: usize, column: usize) -> Option<Pair> {
    let pair = Pair { target: *sinks().get(row)?, source: *sources().get(column)? };
    Pair::parse(&pair.to_string()).ok()
}

/// Shows the couplings of `spec` in `size`; what a hand wants changed is added to `moves`.
pub fn show(
    ui: &mut Ui,
    spec: &FieldSpec,
    state: &mut MatrixState,
    size: Vec2,
    moves: &mut Vec<CouplingMove>,
) -> Response {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let cells = Rect::from_min_max(rect.min + NAMES, rect.max - vec2(0.0, LINE));
    let response = ui.interact(cells, ui.scope_id().with("couplings"), Sense::click_and_drag());
    act(ui, &response, spec, state, moves);
    let pair = pair_at(state.row, state.column);
    let told = pair.map_or("nothing can pull here".to_owned(), |pair| words(spec, pair));
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Kind::Slider, true, "Couplings");
        info.current_text_value = Some(told.clone());
        info
    });
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect.expand(1.0));
    paint(&painter, cells, spec, state, response.has_focus() || response.hovered(), palette);
    if state.changing && response.has_focus() {
        let hint = pos2(rect.right(), rect.bottom());
        painter.text(
            hint,
            Align2::RIGHT_BOTTOM,
            "arrows change it, Enter ends",
            theme::font(theme::size::SMALL),
            palette.voice,
        );
    }
    painter.text(
        rect.left_bottom(),
        Align2::LEFT_BOTTOM,
        &told,
        theme::font(theme::size::CONTROL),
        palette.text,
    );
    theme::focus_ring(ui, &response);
    drag_label(ui, &response, spec, state, palette);
    response.on_hover_text(
        "Rows are pulled, columns pull. Drag a cell up or down: K; with shift: the lag. Double click: none. \
         Arrows choose, Enter changes",
    )
}

fn act(
    ui: &Ui,
    response: &Response,
    spec: &FieldSpec,
    state: &mut MatrixState,
    moves: &mut Vec<CouplingMove>,
) {
    let (rows, columns) = (sinks().len(), sources().len());
    if let Some(pointer) = response.interact_pointer_pos()
        && (response.drag_started() || response.clicked() || response.double_clicked())
    {
        // Where the drag began, not where the pointer has come to since.
        let begun = ui.input(|input| input.pointer.press_origin()).unwrap_or(pointer);
        let share = (begun - response.rect.min) / response.rect.size();
        let index = |share: f32, count: usize| ((share * count as f32).max(0.0) as usize).min(count - 1);
        (state.row, state.column) = (index(share.y, rows), index(share.x, columns));
        state.changing = false;
        response.request_focus();
    }
    let keys = KeySteps::take(ui, response);
    if keys.enter {
        state.changing = !state.changing;
    }
    if !state.changing {
        let moved = |at: usize, by: i32, count: usize| at.saturating_add_signed(by as isize).min(count - 1);
        state.row = moved(state.row, -keys.up, rows);
        state.column = moved(state.column, keys.right, columns);
        if keys.home {
            state.column = 0;
        } else if keys.end {
            state.column = columns - 1;
        }
    }
    let Some(pair) = pair_at(state.row, state.column) else { return };
    let lag = ui.input(|input| input.modifiers.shift);
    let (path, now, most) = if lag {
        (format!("alpha.{pair}"), spec.alpha(pair), PI)
    } else {
        (format!("K.{pair}"), spec.k(pair), K_MOST)
    };
    let mut wanted = now;
    if response.dragged() {
        wanted -= DRAG * response.drag_delta().y;
    }
    if state.changing {
        wanted += STEP * (keys.up + keys.right) as f32;
    }
    if response.double_clicked() || keys.delete {
        wanted = 0.0;
    }
    let wanted = wanted.clamp(-most, most);
    if (wanted - now).abs() > 1e-6 {
        moves.push(CouplingMove { path, value: wanted });
    }
}

fn words(spec: &FieldSpec, pair: Pair) -> String {
    let (k, alpha) = (spec.k(pair), spec.alpha(pair));
    format!("{} \u{203a} {}: K {k:+.2}, lag {alpha:.2} rad", pair.source.name(), pair.target.name())
}

fn cell(cells: Rect, row: usize, column: usize) -> Rect {
    let size = vec2(cells.width() / sources().len() as f32, cells.height() / sinks().len() as f32);
    Rect::from_min_size(cells.min + vec2(column as f32 * size.x, row as f32 * size.y), size)
}

fn paint(
    painter: &Painter,
    cells: Rect,
    spec: &FieldSpec,
    state: &MatrixState,
    marked: bool,
    palette: &Palette,
) {
    painter.rect_filled(cells, 3.0, palette.well);
    let font = theme::font(theme::size::TINY);
    for (row, sink) in sinks().into_iter().enumerate() {
        let at = cell(cells, row, 0).left_center() - vec2(5.0, 0.0);
        let colour = if marked && row == state.row { palette.text } else { palette.muted };
        painter.text(at, Align2::RIGHT_CENTER, sink.name(), font.clone(), colour);
    }
    for (column, source) in sources().into_iter().enumerate() {
        let at = cell(cells, 0, column).center_top() - vec2(0.0, 4.0);
        let colour = if marked && column == state.column { palette.text } else { palette.muted };
        let text = painter.layout_no_wrap(source.name().to_owned(), font.clone(), colour);
        // Upright, read from below.
        let place = pos2(at.x - 0.5 * text.size().y, at.y);
        painter.add(egui::epaint::TextShape::new(place, text, colour).with_angle(-TAU / 4.0));
    }
    for row in 0..sinks().len() {
        for column in 0..sources().len() {
            let place = cell(cells, row, column).shrink(0.75);
            match pair_at(row, column) {
                Some(pair) => coupling(painter, place, spec.k(pair), spec.alpha(pair), palette),
                // Nothing can pull here.
                None => _ = painter.rect_filled(place, 1.0, palette.line.gamma_multiply(0.55)),
            }
        }
    }
    if marked {
        let stroke = Stroke::new(2.0, if state.changing { palette.voice } else { palette.focus });
        painter.rect_stroke(cell(cells, state.row, state.column), 2.0, stroke, StrokeKind::Middle);
    }
}

/// One cell: an area by strength, a sign, and a hand for the lag.
fn coupling(painter: &Painter, place: Rect, k: f32, alpha: f32, palette: &Palette) {
    if k == 0.0 {
        painter.circle_filled(place.center(), 1.0, palette.muted.gamma_multiply(0.6));
        return;
    }
    let colour = if k > 0.0 { palette.field } else { palette.alarm };
    let strength = (k.abs() / K_FULL).min(1.0).sqrt();
    painter.rect_filled(place, 1.0, palette.well.lerp_to_gamma(colour, 0.25 + 0.75 * strength));
    let sign = palette.on(palette.well.lerp_to_gamma(colour, 0.25 + 0.75 * strength));
    let arm = (0.22 * place.width().min(place.height())).min(4.0);
    let middle = place.center();
    painter.line_segment([middle - vec2(arm, 0.0), middle + vec2(arm, 0.0)], Stroke::new(1.5, sign));
    if k > 0.0 {
        painter.line_segment([middle - vec2(0.0, arm), middle + vec2(0.0, arm)], Stroke::new(1.5, sign));
    }
    if alpha.abs() > 0.01 {
        // The lag fills the lower edge from the middle.
        let half = 0.5 * place.width() * (alpha / PI).clamp(-1.0, 1.0);
        let y = place.bottom() - 1.5;
        painter.line_segment([pos2(middle.x, y), pos2(middle.x + half, y)], Stroke::new(2.0, palette.voice));
    }
}

/// The number while it moves, beside the cell.
fn drag_label(ui: &Ui, response: &Response, spec: &FieldSpec, state: &MatrixState, palette: &Palette) {
    let moving = response.dragged() || (state.changing && response.has_focus());
    let Some(pair) = pair_at(state.row, state.column).filter(|_| moving) else { return };
    let place = cell(response.rect, state.row, state.column);
    let layer = egui::LayerId::new(egui::Order::Tooltip, Id::unique("coupling number"));
    let painter = ui.ctx().layer_painter(layer);
    let words = format!("K {:+.2}  \u{3b1} {:.2}", spec.k(pair), spec.alpha(pair));
    let galley = painter.layout_no_wrap(words, theme::font(theme::size::CONTROL), palette.text);
    let room = ui.ctx().content_rect();
    let mut at: Pos2 = place.right_top() + vec2(6.0, -24.0);
    at.x = at.x.min(room.right() - galley.size().x - 8.0);
    at.y = at.y.max(room.top() + 4.0);
    let plate = Rect::from_min_size(at, galley.size()).expand2(vec2(5.0, 3.0));
    painter.rect_filled(plate, 4.0, palette.panel);
    painter.rect_stroke(plate, 4.0, Stroke::new(1.0, palette.voice), StrokeKind::Inside);
    painter.galley(at, galley, palette.text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Key;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    struct Page {
        spec: FieldSpec,
        state: MatrixState,
        all: Vec<CouplingMove>,
    }

    /// A shell that grants every wish.
    fn harness() -> Harness<'static, Page> {
        let page = Page {
            spec: FieldSpec::factory().swap_remove(0),
            state: MatrixState::default(),
            all: Vec::new(),
        };
        Harness::builder().with_size(vec2(520.0, 460.0)).build_ui_state(
            |ui, page: &mut Page| {
                let mut moves = Vec::new();
                show(ui, &page.spec, &mut page.state, vec2(500.0, 440.0), &mut moves);
                for one in &moves {
                    page.spec.set(&one.path, &one.value.to_string()).expect("a lawful path and value");
                }
                page.all.extend(moves);
            },
            page,
        )
    }

    #[test]
    fn every_coupling_that_there_is_has_a_cell() {
        let spec = FieldSpec::factory().swap_remove(0);
        let cells: Vec<Pair> = (0..sinks().len())
            .flat_map(|row| (0..sources().len()).filter_map(move |column| pair_at(row, column)))
            .collect();
        for pair in spec.pairs() {
            assert!(cells.contains(&pair), "{pair}");
        }
        assert_eq!(pair_at(99, 0), None);
    }

    #[test]
    fn a_cell_is_dragged_up_and_the_next_one_is_not() {
        let mut harness = harness();
        harness.run();
        let pair = Pair::of(Role::Jaw, Role::Syllable);
        let (row, column) = (1, 0);
        assert_eq!(pair_at(row, column), Some(pair));
        let before = harness.state().spec.k(pair);
        let from = cell(harness.get_by_label("Couplings").rect(), row, column).center();
        harness.drag_at(from);
        harness.run();
        harness.hover_at(from - vec2(0.0, 30.0));
        harness.run();
        harness.drop_at(from - vec2(0.0, 30.0));
        harness.run();
        let page = harness.state();
        assert!((page.spec.k(pair) - before - 0.3).abs() < 0.02, "{} after {before}", page.spec.k(pair));
        assert!(page.all.iter().all(|one| one.path == "K.jaw.syllable"), "{:?}", page.all);
    }

    #[test]
    fn keys_choose_and_change() {
        let mut harness = harness();
        harness.run();
        harness.get_by_label("Couplings").focus();
        harness.run();
        harness.key_press(Key::ArrowDown);
        harness.run();
        let pair = Pair::of(Role::Jaw, Role::Syllable);
        let before = harness.state().spec.k(pair);
        harness.key_press(Key::Enter);
        harness.run();
        harness.key_press(Key::ArrowUp);
        harness.run();
        assert!((harness.state().spec.k(pair) - before - 0.05).abs() < 1e-5);
        assert!(
            harness
                .get_by_label("Couplings")
                .value()
                .is_some_and(|value| value.starts_with("syllable \u{203a} jaw"))
        );
        harness.key_press(Key::Delete);
        harness.run();
        assert_eq!(harness.state().spec.k(pair), 0.0);
    }
}
