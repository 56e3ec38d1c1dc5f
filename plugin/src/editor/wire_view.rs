//! Who gets the face: a list of targets, the settings of the chosen one, and what goes over the wire.

use super::app::Wish;
use super::bounce_view;
use super::model::EditorModel;
use super::target_view;
use super::theme;
use egui::{Align, ComboBox, DragValue, Label, Layout, RichText, ScrollArea, Ui, vec2};
use psivox_wire::stream::MAX_LATENCY_MS;
use psivox_wire::target::{Dialect, MAX_TARGETS};
use psivox_wire::{Rig, Target, TargetStatus};

const ROW_HEIGHT: f32 = 22.0;
/// Rows of the list that are seen at once.
const ROWS: f32 = 4.0;

/// The page in `height` logical pixels.
pub fn show(ui: &mut Ui, model: &mut EditorModel, height: f32, wishes: &mut Vec<Wish>) {
    theme::group().show(ui, |ui| {
        ui.set_min_size(vec2(ui.available_width(), height - 16.0));
        ui.spacing_mut().item_spacing.y = 4.0;
        head(ui, model, wishes);
        bounce_view::show(ui, model, wishes);
        ScrollArea::vertical()
            .id_salt("targets")
            .max_height(ROWS * (ROW_HEIGHT + 4.0))
            .auto_shrink([false, true])
            .show(ui, |ui| {
                for index in 0..model.wire.targets.len() {
                    row(ui, model, index, wishes);
                }
            });
        ui.separator();
        let rest = ui.available_height();
        ScrollArea::vertical().id_salt("target").max_height(rest).auto_shrink([false, false]).show(
            ui,
            |ui| {
                if model.chosen < model.wire.targets.len() {
                    target_view::show(ui, model, wishes);
                    ui.separator();
                    messages(ui, model);
                } else {
                    ui.label(
                        RichText::new("Add the program that shows your face; its settings come with it.")
                            .color(theme::MUTED),
                    );
                }
            },
        );
    });
}

/// What can be added, and how late the sound is.
fn head(ui: &mut Ui, model: &mut EditorModel, wishes: &mut Vec<Wish>) {
    ui.horizontal(|ui| {
        ui.add_enabled_ui(model.wire.targets.len() < MAX_TARGETS, |ui| {
            ComboBox::from_id_salt("add a rig").width(150.0).selected_text("Add a receiver").show_ui(ui, |ui| {
                for rig in Rig::all() {
                    if ui.selectable_label(false, &rig.target.name).on_hover_text(&rig.setup).clicked() {
                        add(model, rig.target, wishes);
                    }
                }
                ui.separator();
                for dialect in Dialect::all() {
                    if ui.selectable_label(false, format!("{} ...", dialect.title())).clicked() {
                        let port = dialect.default_port();
                        add(model, Target::new(dialect, "127.0.0.1", port), wishes);
                    }
                }
            });
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let mut latency_ms = model.wire.latency_ms;
            let drag = DragValue::new(&mut latency_ms).speed(0.5).range(0.0..=MAX_LATENCY_MS).suffix(" ms");
            let hint = "How long your speakers or headphones take beyond the host's own buffer: faces wait for them.";
            if ui.add(drag).on_hover_text(hint).changed() {
                model.wire.latency_ms = latency_ms;
                wishes.push(Wish::Wire(Box::new(model.wire.clone())));
            }
            ui.label(RichText::new("Sound is late by").small().color(theme::MUTED)).on_hover_text(hint);
        });
    });
}

fn add(model: &mut EditorModel, target: Target, wishes: &mut Vec<Wish>) {
    model.wire.targets.push(target);
    model.choose(model.wire.targets.len() - 1);
    wishes.push(Wish::Wire(Box::new(model.wire.clone())));
}

fn row(ui: &mut Ui, model: &mut EditorModel, index: usize, wishes: &mut Vec<Wish>) {
    let Some(target) = model.wire.targets.get(index).cloned() else { return };
    let status = model.link.report.targets.get(index).cloned().unwrap_or_default();
    ui.horizontal(|ui| {
        let mut on = target.on;
        if ui.checkbox(&mut on, "").on_hover_text("send to it").changed() {
            model.wire.targets[index].on = on;
            wishes.push(Wish::Wire(Box::new(model.wire.clone())));
        }
        let chosen = model.chosen == index;
        let label = ui.selectable_label(chosen, target.label()).on_hover_text(target.address());
        if label.clicked() {
            model.choose(index);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.small_button("\u{2715}").on_hover_text("take it away").clicked() {
                model.wire.targets.remove(index);
                model.choose(model.chosen.min(model.wire.targets.len().saturating_sub(1)));
                wishes.push(Wish::Wire(Box::new(model.wire.clone())));
            }
            let (colour, words) = words(&status);
            ui.add(Label::new(RichText::new(&words).small().color(colour)).truncate()).on_hover_text(words);
        });
    });
}

/// How a target is doing.
fn words(status: &TargetStatus) -> (egui::Color32, String) {
    match (&status.last_error, status.on) {
        (Some(error), true) => (theme::ALARM, error.clone()),
        (None, true) if !status.note.is_empty() => (theme::MUTED, status.note.clone()),
        (None, true) => {
            let kilobytes = status.bytes_sent / 1_000;
            (theme::MUTED, format!("{:.0}/s, {} faces, {kilobytes} kB", status.rate_hz, status.frames_sent))
        }
        (_, false) => (theme::MUTED, "off".to_owned()),
    }
}

/// The last messages to the chosen target.
fn messages(ui: &mut Ui, model: &mut EditorModel) {
    ui.checkbox(&mut model.monitor, "Show what is sent");
    if !model.monitor {
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    for line in &model.messages {
        ui.add(Label::new(RichText::new(line).monospace().size(10.5).color(theme::MUTED)).truncate());
    }
}
