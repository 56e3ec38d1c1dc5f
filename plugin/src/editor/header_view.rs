//! The top of the window: what is loaded, who speaks, how it looks, and the pages.

use super::model::{EditorModel, Page};
use super::persona_view::{choose, label_combo};
use super::preset_bar;
use super::theme;
use super::wish::Wish;
use egui::{Align, ComboBox, Layout, RichText, Ui};

/// Steps of the window's own zoom, percent.
pub const ZOOMS: [u16; 7] = [75, 90, 100, 125, 150, 175, 200];

/// Below this width tabs stand closer.
const NARROW: f32 = 640.0;

/// Shows both rows.
pub fn show(ui: &mut Ui, model: &mut EditorModel, wishes: &mut Vec<Wish>) {
    ui.horizontal(|ui| {
        if ui.available_width() > 700.0 {
            ui.label(RichText::new("Psivox").heading().color(theme::palette(ui).voice));
        }
        preset_bar::show(ui, model, wishes);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            looks(ui, model, wishes);
        });
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        if ui.available_width() < NARROW {
            ui.spacing_mut().button_padding.x = 5.0;
        }
        for page in Page::ALL {
            let hint = format!("{}, Ctrl+{}", page.hint(), page as usize + 1);
            let tab = ui.selectable_label(model.page == page, page.name());
            if tab.on_hover_text(hint).clicked() {
                model.page = page;
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            second_voice(ui, model, wishes);
            if ui.available_width() > 110.0 {
                choose(ui, model, "persona", wishes);
            }
        });
    });
}

/// Light or dark, larger or smaller, help.
fn looks(ui: &mut Ui, model: &mut EditorModel, wishes: &mut Vec<Wish>) {
    let help = ui.selectable_label(model.help_open, "?");
    help.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Keys"));
    if help.on_hover_text("Keys, F1").clicked() {
        model.help_open = !model.help_open;
    }
    let (name, other) = if model.dark { ("Light", "Light theme") } else { ("Dark", "Dark theme") };
    let switch = ui.button(RichText::new(name).small());
    switch.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, other));
    if switch.on_hover_text(other).clicked() {
        wishes.push(Wish::Dark(!model.dark));
    }
    let combo =
        ComboBox::from_id_salt("zoom").width(56.0).selected_text(format!("{:.0}%", model.zoom * 100.0));
    let response = combo.show_ui(ui, |ui| {
        for percent in ZOOMS {
            let zoom = f32::from(percent) / 100.0;
            if ui.selectable_label(model.zoom == zoom, format!("{percent}%")).clicked() {
                wishes.push(Wish::Zoom(zoom));
            }
        }
    });
    label_combo(&response.response, "Zoom");
}

/// Whose voice Voice Mix blends in.
fn second_voice(ui: &mut Ui, model: &EditorModel, wishes: &mut Vec<Wish>) {
    let chosen = model.voice_b.as_deref();
    let shown = chosen.map_or("+ no mix".to_owned(), |name| format!("+ {name}"));
    let combo = ComboBox::from_id_salt("voice_b").width(84.0).selected_text(shown);
    let response = combo.show_ui(ui, |ui| {
        let none = ("none".to_owned(), "one voice only".to_owned());
        for (name, manner) in std::iter::once(&none).chain(&model.voices) {
            let own = (name != "none").then_some(name.as_str());
            if ui.selectable_label(own == chosen, name).on_hover_text(manner).clicked() && own != chosen {
                wishes.push(Wish::SecondVoice(own.map(str::to_owned)));
            }
        }
    });
    label_combo(&response.response, "Mix with");
}
