//! The memories as a list, newest first: for those who search, and where there are too many for the map.

use super::key_steps::KeySteps;
use super::memory_board::{MemoryBoard, MemoryDot};
use super::memory_chosen::{self, Chosen};
use super::memory_labels::fitted;
use super::memory_sign;
use super::memory_wish::MemoryWish;
use super::memory_words;
use super::theme;
use egui::{
    Align, Align2, Galley, Layout, Response, Role, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};
use std::sync::Arc;

/// Height of a row.
const ROW: f32 = 24.0;
/// Width of the sign.
const SIGN: f32 = 26.0;
/// Width from which on a row tells more than its age.
const ROOMY: f32 = 420.0;

/// Shows the list in `size`; with a search only what answers it. Only rows in sight are made.
pub fn show(
    ui: &mut Ui,
    board: &MemoryBoard,
    lit: Option<&[bool]>,
    chosen: &mut Chosen,
    size: Vec2,
    wishes: &mut Vec<MemoryWish>,
) {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let palette = theme::palette(ui);
    ui.painter_at(rect).rect_filled(rect, theme::CORNER, palette.well);
    let rows: Vec<&MemoryDot> = (0..board.dots.len())
        .rev()
        .filter(|index| lit.is_none_or(|lit| lit[*index]))
        .map(|index| &board.dots[index])
        .collect();
    if rows.is_empty() {
        let words = match lit {
            Some(_) => "Nothing remembered has these words.",
            None => "Speak something, then press Remember.",
        };
        let font = theme::font(theme::size::BODY);
        ui.painter_at(rect).text(rect.center(), Align2::CENTER_CENTER, words, font, palette.muted);
        return;
    }
    let down = Layout::top_down(Align::Min);
    let mut inner =
        ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink(4.0)).id_salt("memory list").layout(down));
    inner.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().auto_shrink([false, false]);
    area.show_rows(&mut inner, ROW, rows.len(), |ui, range| {
        for index in range {
            let row = row(ui, board, rows[index], chosen);
            if row.clicked() && row.interact_pointer_pos().is_some() {
                chosen.choose(Some(rows[index].id));
                wishes.push(MemoryWish::Recall(rows[index].id));
            }
            if row.has_focus() {
                chosen.choose(Some(rows[index].id));
                let taken = KeySteps::take_acts(ui);
                memory_chosen::keys(ui, taken, &row, board, chosen, wishes);
            }
        }
    });
}

fn row(ui: &mut Ui, board: &MemoryBoard, dot: &MemoryDot, chosen: &Chosen) -> Response {
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), ROW));
    let response = ui.interact(rect, ui.scope_id().with(("memory row", dot.id)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, memory_chosen::spoken(dot)));
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    if chosen.id == Some(dot.id) {
        painter.rect_filled(rect, theme::CORNER, palette.voice_dim);
    } else if response.hovered() {
        painter.rect_filled(rect, theme::CORNER, palette.button);
    }
    let colour = memory_sign::colour(palette, dot.felt);
    let at = pos2(rect.left() + 0.5 * SIGN, rect.center().y);
    let edge = if dot.pinned { Stroke::new(1.5, palette.text) } else { Stroke::NONE };
    memory_sign::paint(&painter, at, 5.0, dot.felt, colour, edge);
    let font = theme::font(theme::size::SMALL);
    let roomy = rect.width() > ROOMY;
    let told = match roomy {
        true => memory_words::brief(dot, board.now_s),
        false => memory_words::age(board.now_s - dot.at_s),
    };
    let told = painter.layout_no_wrap(told, font.clone(), palette.muted);
    let right = rect.right() - 6.0 - told.size().x;
    let line = |x: f32, galley: Arc<Galley>| {
        let at = pos2(x, rect.center().y - 0.5 * galley.size().y);
        painter.galley(at, galley, palette.text);
    };
    line(right, told);
    let left = rect.left() + SIGN;
    let width = right - left - 10.0;
    if dot.name.is_empty() {
        line(left, fitted(&painter, dot.title(), font, palette.muted, width));
    } else {
        let share = if roomy { 0.36 } else { 0.5 };
        let (name, ink) = (theme::font(theme::size::CONTROL), palette.text);
        line(left, fitted(&painter, dot.title(), name, ink, share * width - 8.0));
        let words = fitted(&painter, dot.text.clone(), font, palette.muted, (1.0 - share) * width);
        line(left + share * width, words);
    }
    theme::focus_ring(ui, &response);
    response.on_hover_ui_at_pointer(|ui| {
        ui.set_max_width(260.0);
        for line in memory_words::lines(dot, board.now_s) {
            ui.label(line);
        }
    })
}
