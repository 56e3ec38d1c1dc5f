//! What stands on which page.

use super::bar::Board;
use super::model::{EditorModel, Page};
use super::wish::Wish;
use super::{
    controls_view, coupling_view, memory_view, meters, perform_view, persona_view, psi_view, scope_view,
    slots_view, stage_view, text_view, theme, wire_view,
};
use egui::{Align, Layout, Ui, Vec2, vec2};
use std::sync::Arc;

/// Between two groups.
pub const GAP: f32 = 8.0;
/// Share of the width for the left column.
const LEFT_SHARE: f32 = 0.6;
/// Width from which on the left of the memories gets more of it, and how much.
const WIDE: f32 = 1_200.0;
const WIDE_LEFT_SHARE: f32 = 0.7;
/// Least width for a page of forms with the face beside it.
const ROOMY: f32 = 860.0;
/// Least height of the sound, logical pixels.
const LEAST_SCOPE: f32 = 180.0;
/// Height of the meters.
const METERS: f32 = 30.0;
/// Inside a group, both sides.
const MARGINS: f32 = 2.0 * theme::MARGIN;

/// Fills what is left of the window.
pub fn show(ui: &mut Ui, model: &mut EditorModel, board: &Board, wishes: &mut Vec<Wish>) {
    let all = ui.available_size();
    let mode = board.params.performance.mode.value();
    match model.page {
        Page::Script => halves(ui, model, LEFT_SHARE, |ui, model, size, left| match left {
            true => text_view::show(ui, model, mode, size.y, wishes),
            false => stage_view::show(ui, model, board, size),
        }),
        Page::Mood => halves(ui, model, LEFT_SHARE, |ui, model, size, left| match left {
            true => controls_view::show_moods(ui, board, size.y, wishes),
            false => stage_view::show(ui, model, board, size),
        }),
        Page::Voice => halves(ui, model, LEFT_SHARE, |ui, model, size, left| match left {
            true => controls_view::show(ui, board, size.y, wishes),
            false => sound(ui, model, size),
        }),
        Page::Field => field(ui, model, all.y, wishes),
        Page::Perform => perform_view::show(ui, model, board, all.y, wishes),
        Page::Memory => memory(ui, model, board, wishes),
        // Its rows need the width.
        Page::Receivers if all.x < ROOMY => wire_view::show(ui, model, all.y, wishes),
        Page::Receivers => halves(ui, model, LEFT_SHARE, |ui, model, size, left| match left {
            true => wire_view::show(ui, model, size.y, wishes),
            false => stage_view::face(ui, model, size),
        }),
        Page::Persona => persona_view::show(ui, model, all.y, wishes),
    }
}

/// Face above, what is heard below.
fn sound(ui: &mut Ui, model: &mut EditorModel, size: Vec2) {
    let below = (0.5 * size.y).max(LEAST_SCOPE);
    stage_view::face(ui, model, vec2(size.x, size.y - below - GAP));
    ui.add_space(GAP - ui.spacing().item_spacing.y);
    theme::group(ui).show(ui, |ui| {
        let inside = vec2(size.x, below) - vec2(MARGINS, MARGINS);
        let views = &mut model.views;
        let scope = vec2(inside.x, inside.y - METERS - ui.spacing().item_spacing.y);
        scope_view::show(ui, &mut views.sound, &mut views.scope, scope);
        let meters = vec2(inside.x, METERS);
        if meters::show(ui, &views.levels, views.faces.per_s(), meters).clicked() {
            views.levels.forgive();
        }
    });
}

/// The memories, and what belongs to them.
fn memory(ui: &mut Ui, model: &mut EditorModel, board: &Board, wishes: &mut Vec<Wish>) {
    let shown = Arc::clone(&model.memory);
    let mut asked = Vec::new();
    let share = if ui.available_width() > WIDE { WIDE_LEFT_SHARE } else { LEFT_SHARE };
    halves(ui, model, share, |ui, model, size, left| {
        let inside = size - vec2(MARGINS, MARGINS);
        let views = &mut model.views;
        let (page, state) = (slots_view::page(board, &shown, &views.memory), &mut views.memory_state);
        theme::group(ui).show(ui, |ui| {
            ui.set_min_size(inside);
            ui.set_max_width(inside.x);
            match left {
                true => memory_view::left(ui, &page, state, inside, &mut asked),
                false => memory_view::right(ui, &page, state, inside, &mut asked, |ui| {
                    slots_view::controls(ui, board, wishes);
                }),
            }
        });
    });
    for one in asked {
        slots_view::obey(board, &shown, one, wishes);
    }
}

/// The field as it is: phases, orders, couplings to drag, eigenvalues.
fn field(ui: &mut Ui, model: &mut EditorModel, height: f32, wishes: &mut Vec<Wish>) {
    theme::group(ui).show(ui, |ui| {
        let inside = vec2(ui.available_width(), height - MARGINS);
        ui.set_min_size(inside);
        coupling_view::choose(ui, model, wishes);
        let rest = vec2(inside.x, ui.available_height().min(inside.y - 30.0));
        let mut moves = Vec::new();
        let EditorModel { views, field_spec, .. } = model;
        psi_view::show(ui, &views.psi, field_spec, &mut views.psi_state, rest, &mut moves);
        wishes.extend(moves.into_iter().map(|one| Wish::Coupling(one.path, one.value)));
    });
}

/// Two columns beside each other over the whole height; the last argument says which one is filled.
fn halves(
    ui: &mut Ui,
    model: &mut EditorModel,
    share: f32,
    mut fill: impl FnMut(&mut Ui, &mut EditorModel, Vec2, bool),
) {
    let all = ui.available_size();
    let left = vec2(((all.x - GAP) * share).round(), all.y);
    let right = vec2(all.x - GAP - left.x, all.y);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        column(ui, left, |ui| fill(ui, model, left, true));
        column(ui, right, |ui| fill(ui, model, right, false));
    });
}

/// A column of exactly this size.
fn column(ui: &mut Ui, size: Vec2, fill: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        ui.set_min_size(size);
        ui.set_max_width(size.x);
        fill(ui);
    });
}
