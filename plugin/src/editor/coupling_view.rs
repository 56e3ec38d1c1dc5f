//! Who pulls whom: a preset to choose.

use super::app::Wish;
use super::model::EditorModel;
use super::theme;
use egui::{ComboBox, Label, RichText, Ui};

/// Name of a field that is no preset any more.
pub const OWN: &str = "own";

/// The presets to choose from.
pub fn choose(ui: &mut Ui, model: &EditorModel, wishes: &mut Vec<Wish>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Preset").color(theme::palette(ui).muted));
        let chosen = model.preset_name();
        ComboBox::from_id_salt("field preset").width(96.0).selected_text(chosen).show_ui(ui, |ui| {
            let hint = "the field that suits the persona; the project keeps none of its own";
            if ui.selectable_label(false, "Persona's").on_hover_text(hint).clicked() {
                wishes.push(Wish::Field(None));
            }
            for spec in &model.fields {
                let is_chosen = spec.name == chosen;
                let label = ui.selectable_label(is_chosen, &spec.name).on_hover_text(&spec.description);
                if label.clicked() && !is_chosen {
                    wishes.push(Wish::Field(Some(Box::new(spec.clone()))));
                }
            }
        });
        let said = if chosen == OWN { "Changed by hand." } else { &model.field_spec.description };
        ui.add(Label::new(RichText::new(said).small().color(theme::palette(ui).muted)).truncate())
            .on_hover_text(said);
    });
}
