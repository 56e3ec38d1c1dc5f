//! The controllers that move parameters.

use super::bar::Board;
use super::perform_view::title;
use super::theme;
use super::wish::Wish;
use crate::performance_state::{CcLink, MAX_CC_LINKS};
use crate::remote::{self, PARAMETER_COUNT, parameter};
use egui::{ComboBox, DragValue, Label, RichText, Ui};

/// Shows them below each other.
pub fn show(ui: &mut Ui, board: &Board, wishes: &mut Vec<Wish>) {
    ui.spacing_mut().item_spacing.y = 4.0;
    title(ui, "Controllers");
    let mut performance = board.performance.clone();
    let mut away = None;
    for (index, link) in performance.cc.iter_mut().enumerate() {
        if row(ui, board, index, link) {
            away = Some(index);
        }
    }
    if let Some(index) = away {
        performance.cc.remove(index);
    }
    if performance.cc.is_empty() {
        let words = "Right-click a bar, choose Learn controller, and move a knob of your keyboard.";
        ui.horizontal_wrapped(|ui| ui.label(RichText::new(words).small().color(theme::palette(ui).muted)));
    }
    ui.horizontal_wrapped(|ui| {
        ui.add_enabled_ui(performance.cc.len() < MAX_CC_LINKS, |ui| learn(ui, board, wishes));
        if let Some(waiting) = board.learning {
            let name = parameter(board.params, waiting).shown_name();
            ui.label(
                RichText::new(format!("{name}: move a controller")).small().color(theme::palette(ui).field),
            );
            if ui.button("Stop learning").clicked() {
                wishes.push(Wish::Learn(None));
            }
        }
    });
    if performance != *board.performance {
        wishes.push(Wish::Performance(Box::new(performance)));
    }
}

/// Also for parameters that stand on no page, such as the switches.
fn learn(ui: &mut Ui, board: &Board, wishes: &mut Vec<Wish>) {
    ComboBox::from_id_salt("learn").width(130.0).selected_text("Learn for").show_ui(ui, |ui| {
        for index in 0..PARAMETER_COUNT {
            let name = parameter(board.params, index).shown_name();
            if ui.selectable_label(board.learning == Some(index), name).clicked() {
                wishes.push(Wish::Learn(Some(index)));
            }
        }
    });
}

/// One controller; whether it shall go.
fn row(ui: &mut Ui, board: &Board, index: usize, link: &mut CcLink) -> bool {
    let name = remote::index_of(&link.parameter)
        .map_or(link.parameter.as_str(), |index| parameter(board.params, index).shown_name())
        .to_owned();
    let mut away = false;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0;
        let hint = format!("Remove controller {} of {name}", link.controller);
        let button = ui.small_button("\u{d7}");
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &hint));
        away = button.on_hover_text(&hint).clicked();
        ui.label(RichText::new(format!("CC {}", link.controller)).small());
        let channel =
            |channel: Option<u8>| channel.map_or("any".to_owned(), |channel| format!("ch {}", channel + 1));
        ComboBox::from_id_salt(("channel", index)).width(48.0).selected_text(channel(link.channel)).show_ui(
            ui,
            |ui| {
                for choice in std::iter::once(None).chain((0..16).map(Some)) {
                    ui.selectable_value(&mut link.channel, choice, channel(choice));
                }
            },
        );
        for (end, value) in [("from", &mut link.low), ("to", &mut link.high)] {
            let mut percent = *value * 100.0;
            let drag =
                DragValue::new(&mut percent).speed(0.5).range(0.0..=100.0).suffix("%").fixed_decimals(0);
            let drag = ui.add(drag).on_hover_text(format!("{end}: where this end of the controller puts it"));
            if drag.changed() {
                *value = (percent / 100.0).clamp(0.0, 1.0);
            }
        }
        ui.add(Label::new(RichText::new(&name).small()).truncate());
    });
    away
}
