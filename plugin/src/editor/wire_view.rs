//! Who gets the face: a list of targets, the settings of the chosen one, and what goes over the wire; who may give
//! orders.

use super::app::Wish;
use super::bounce_view;
use super::model::EditorModel;
use super::target_view;
use super::theme;
use egui::{Align, Checkbox, ComboBox, DragValue, Label, Layout, RichText, ScrollArea, Ui, vec2};
use psivox_wire::stream::MAX_LATENCY_MS;
use psivox_wire::target::{Dialect, MAX_TARGETS};
use psivox_wire::{Rig, Target, TargetStatus};

const ROW_HEIGHT: f32 = 22.0;
/// Rows of the list that are seen at once.
const ROWS: f32 = 4.0;

/// The page in `height` logical pixels.
pub fn show(ui: &mut Ui, model: &mut EditorModel, height: f32, wishes: &mut Vec<Wish>) {
    theme::group(ui).show(ui, |ui| {
        ui.set_min_size(vec2(ui.available_width(), height - 16.0));
        ui.spacing_mut().item_spacing.y = 4.0;
        head(ui, model, wishes);
        bounce_view::show(ui, model, wishes);
        remote(ui, model, wishes);
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
                            .color(theme::palette(ui).muted),
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
                        add(model, rig.target.clone(), wishes);
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
            ui.label(RichText::new("Sound is late by").small().color(theme::palette(ui).muted)).on_hover_text(hint);
        });
    });
}

/// Whether orders by OSC are taken, from whom, and how that goes.
fn remote(ui: &mut Ui, model: &mut EditorModel, wishes: &mut Vec<Wish>) {
    let before = model.wire.remote.clone();
    ui.horizontal_wrapped(|ui| {
        let mut listens = before.is_some();
        let hint = "Other programs may then speak texts, cue lines, stop, and move every parameter; docs/OSC.md has the addresses.";
        ui.checkbox(&mut listens, "Listen for OSC").on_hover_text(hint);
        // Switched off and on again it listens as it did.
        let mut state = before.clone().unwrap_or_else(|| model.remote_draft.clone());
        ui.add_enabled_ui(listens, |ui| port(ui, &mut model.port_draft, &mut state.port));
        let open = Checkbox::new(&mut state.open_to_network, "open to the network");
        let warning = "Anybody on your network can then make this voice speak and move its parameters: there is no password. Off, only programs on this machine can.";
        ui.add_enabled(listens, open).on_hover_text(warning);
        let announce = Checkbox::new(&mut state.advertise, "announce");
        let hint = "By mDNS, so that programs with OSCQuery find it without an address.";
        ui.add_enabled(listens, announce).on_hover_text(hint);
        model.remote_draft = state.clone();
        model.wire.remote = listens.then_some(state);
    });
    if model.wire.remote.is_some() {
        let (bad, words) = model.remote_words();
        let colour = if bad { theme::palette(ui).alarm } else { theme::palette(ui).muted };
        ui.add(Label::new(RichText::new(&words).small().color(colour)).truncate()).on_hover_text(words);
    }
    if model.wire.remote != before {
        wishes.push(Wish::Wire(Box::new(model.wire.clone())));
    }
}

/// Taken over when the mouse lets go of it, or when it is typed.
fn port(ui: &mut Ui, draft: &mut Option<u16>, port: &mut u16) {
    let mut shown = draft.unwrap_or(*port);
    let field = DragValue::new(&mut shown).speed(0.1).range(1..=u16::MAX).update_while_editing(false);
    if ui.add(field).on_hover_text("UDP port").dragged() {
        *draft = Some(shown);
    } else {
        (*draft, *port) = (None, shown);
    }
}

/// A receiver that is there already is not sent to twice: its settings are taken over.
fn add(model: &mut EditorModel, target: Target, wishes: &mut Vec<Wish>) {
    let same = model.wire.targets.iter().position(|known| known.address() == target.address());
    match same {
        Some(index) => model.wire.targets[index] = target,
        None => model.wire.targets.push(target),
    }
    model.choose(same.unwrap_or(model.wire.targets.len() - 1));
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
            if ui.small_button("\u{d7}").on_hover_text("take it away").clicked() {
                model.wire.targets.remove(index);
                model.choose(model.chosen.min(model.wire.targets.len().saturating_sub(1)));
                wishes.push(Wish::Wire(Box::new(model.wire.clone())));
            }
            let (colour, words) = words(theme::palette(ui), &status);
            ui.add(Label::new(RichText::new(&words).small().color(colour)).truncate()).on_hover_text(words);
        });
    });
}

/// How a target is doing.
fn words(palette: &theme::Palette, status: &TargetStatus) -> (egui::Color32, String) {
    match (&status.last_error, status.on) {
        (Some(error), true) => (palette.alarm, error.clone()),
        (None, true) if !status.note.is_empty() => (palette.muted, status.note.clone()),
        (None, true) => {
            let kilobytes = status.bytes_sent / 1_000;
            (palette.muted, format!("{:.0}/s, {} faces, {kilobytes} kB", status.rate_hz, status.frames_sent))
        }
        (_, false) => (palette.muted, "off".to_owned()),
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
        ui.add(
            Label::new(RichText::new(line).monospace().size(10.5).color(theme::palette(ui).muted)).truncate(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::RemoteReport;
    use crate::state::LineState;
    use crate::wire_state::RemoteState;

    #[test]
    fn a_dragged_port_is_taken_over_when_it_is_let_go() {
        let context = egui::Context::default();
        let (mut draft, mut port, mut at) = (None, 9_010, egui::Pos2::ZERO);
        let mut frame = |events: Vec<egui::Event>| {
            let mut picture = context.run_ui(egui::RawInput { events, ..Default::default() }, |ui| {
                let shown = ui.scope(|ui| super::port(ui, &mut draft, &mut port));
                at = shown.response.rect.center();
            });
            picture.textures_delta.clear();
            (draft, port, at)
        };
        let (_, _, at) = frame(Vec::new());
        let moved = |right| egui::Event::PointerMoved(at + vec2(right, 0.0));
        let button = |pressed, right| egui::Event::PointerButton {
            pos: at + vec2(right, 0.0),
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        frame(vec![moved(0.0)]);
        frame(vec![button(true, 0.0)]);
        for right in [40.0, 80.0, 120.0] {
            let (_, port, _) = frame(vec![moved(right)]);
            assert_eq!(port, 9_010, "not on the way");
        }
        let (draft, before, _) = frame(Vec::new());
        assert!(draft.is_some_and(|draft| draft > 9_010) && before == 9_010, "{draft:?}");
        let (after, port, _) = frame(vec![button(false, 120.0)]);
        assert_eq!((after, Some(port)), (None, draft));
    }

    /// The smallest editor leaves the column 335 logical pixels.
    #[test]
    fn the_row_of_orders_fits_and_wishes_nothing_by_itself() {
        let context = egui::Context::default();
        let mut model = EditorModel::new(LineState::default());
        let mut wishes = Vec::new();
        for remote in [None, Some(RemoteState { port: 65_535, ..RemoteState::default() })] {
            model.wire.remote = remote;
            let long = Some("why it was refused, ".repeat(20));
            model.remote = RemoteReport { listening: true, last_error: long, ..RemoteReport::default() };
            let mut width = 0.0;
            let mut picture = context.run_ui(egui::RawInput::default(), |ui| {
                ui.set_max_width(335.0);
                ui.scope(|ui| {
                    super::remote(ui, &mut model, &mut wishes);
                    width = ui.min_rect().width();
                });
            });
            // Nobody looks at it.
            picture.textures_delta.clear();
            assert!(width > 100.0 && width <= 335.5, "{width}");
        }
        assert!(wishes.is_empty());
    }
}
