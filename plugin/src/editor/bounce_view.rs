//! Where an offline bounce writes the face.

use super::app::Wish;
use super::model::EditorModel;
use super::theme;
use crate::wire_state::BounceState;
use egui::{ComboBox, RichText, TextEdit, Ui};
use psivox_wire::record::FaceFormat;

/// Id of the path field, to know whether it has the focus.
pub const ID: &str = "psivox bounce path";

/// Shows path, format and rate in one row.
pub fn show(ui: &mut Ui, model: &mut EditorModel, wishes: &mut Vec<Wish>) {
    let mut bounce = model.wire.bounce.clone().unwrap_or_default();
    ui.horizontal(|ui| {
        let hint = "The whole path of a file. An offline bounce writes the face there, beside the host's sound, on the same \
                    clock. Empty: none.";
        ui.label(RichText::new("Bounce into").small().color(theme::palette(ui).muted)).on_hover_text(hint);
        let field = TextEdit::singleline(&mut model.bounce_draft)
            .id(egui::Id::unique(ID))
            .hint_text("/home/me/face.csv")
            .desired_width(190.0);
        // Taken over when done: every letter on the way would be another file.
        if ui.add(field).on_hover_text(hint).lost_focus() {
            model.bounce_draft.trim().clone_into(&mut bounce.path);
        }
        let format = bounce.format();
        ComboBox::from_id_salt("bounce format").width(90.0).selected_text(format.name()).show_ui(ui, |ui| {
            for format in FaceFormat::ALL {
                ui.selectable_value(&mut bounce.format, format.name().to_owned(), format.name());
            }
        });
        ComboBox::from_id_salt("bounce rate").width(60.0).selected_text(format!("{} /s", bounce.rate_hz)).show_ui(
            ui,
            |ui| {
                for rate_hz in BounceState::RATES_HZ {
                    ui.selectable_value(&mut bounce.rate_hz, rate_hz, format!("{rate_hz} /s"));
                }
            },
        );
        if let Some(outcome) = &model.link.bounced {
            let (colour, words) = match outcome {
                Ok(words) => (theme::palette(ui).muted, words),
                Err(words) => (theme::palette(ui).alarm, words),
            };
            ui.add(egui::Label::new(RichText::new(words).small().color(colour)).truncate()).on_hover_text(words);
        }
    });
    let wanted = (bounce != BounceState::default()).then_some(bounce);
    if wanted != model.wire.bounce {
        model.wire.bounce = wanted;
        wishes.push(Wish::Wire(Box::new(model.wire.clone())));
    }
}
