//! Always in sight: speak, stop, what is going on, and whether the face is sent.

use super::bar::{self, Board};
use super::model::{Activity, EditorModel, Page};
use super::theme::{self, Palette};
use super::wish::Wish;
use crate::channels::Request;
use egui::{Align, Button, Label, Layout, RichText, Ui, vec2};

/// Height of the row, logical pixels.
pub const HEIGHT: f32 = 48.0;

/// Shows the row over the whole width.
pub fn show(ui: &mut Ui, model: &mut EditorModel, board: &Board, wishes: &mut Vec<Wish>) {
    theme::group(ui).show(ui, |ui| {
        ui.set_min_size(vec2(ui.available_width(), HEIGHT - 16.0));
        ui.set_max_height(HEIGHT - 16.0);
        ui.horizontal_centered(|ui| {
            let can = !matches!(model.activity, Activity::Inactive | Activity::Faulted);
            let speak = Button::new(RichText::new("Speak").color(theme::palette(ui).ground).strong())
                .fill(theme::palette(ui).voice);
            let speak = speak.min_size(vec2(76.0, 30.0));
            if ui.add_enabled(can, speak).on_hover_text("Ctrl+Enter").clicked() {
                wishes.push(Wish::Request(Request::Speak));
            }
            let stop = Button::new("Stop").min_size(vec2(54.0, 30.0));
            if ui.add_enabled(can, stop).on_hover_text("Escape").clicked() {
                wishes.push(Wish::Request(Request::Stop));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                sending(ui, model, board);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let (colour, words) = now(theme::palette(ui), model);
                    ui.add(Label::new(RichText::new(&words).color(colour)).truncate()).on_hover_text(words);
                });
            });
        });
    });
}

/// What is being said, else what is going on.
fn now(p: &Palette, model: &EditorModel) -> (egui::Color32, String) {
    if let Some((unit, _)) = model.speaking.filter(|_| model.is_report_fresh)
        && let Some(unit) = model.report.units.get(unit)
    {
        let words = model.text.get(unit.range.clone()).unwrap_or_default();
        return (p.voice, words.chars().take(160).collect());
    }
    match model.activity {
        Activity::Faulted => (p.alarm, model.activity.word().to_owned()),
        Activity::Speaking => (p.voice, model.activity.word().to_owned()),
        _ => (p.muted, model.activity.word().to_owned()),
    }
}

/// Whether the face is sent, how that goes, and the way to its receivers.
fn sending(ui: &mut Ui, model: &mut EditorModel, board: &Board) {
    let (bad, words) = model.link_words(board.params.osc_on.value());
    let names: Vec<String> = model.wire.targets.iter().filter(|one| one.on).map(|one| one.label()).collect();
    let hover = match names.is_empty() {
        true => format!("no receiver yet\n{words}"),
        false => format!("{}\n{words}", names.join("\n")),
    };
    if model.page != Page::Receivers {
        let receivers = ui.button(RichText::new("Receivers\u{2026}").small());
        if receivers.on_hover_text(&hover).clicked() {
            model.page = Page::Receivers;
        }
    }
    bar::tick(ui, board, "osc_on", "Send the face", &hover);
    if bad {
        ui.label(RichText::new("!").color(theme::palette(ui).alarm)).on_hover_text(words);
    }
}
