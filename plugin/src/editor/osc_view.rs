//! Where the face goes.

use super::app::Wish;
use super::model::EditorModel;
use super::theme;
use crate::params::PsivoxParams;
use egui::{Label, RichText, TextEdit, Ui, vec2};
use nice_plug::prelude::ParamSetter;

/// Height of the group.
pub const HEIGHT: f32 = 94.0;
/// Id of the target field, to know whether it has the focus.
pub const ID: &str = "psivox osc target";

/// Shows switch, target and status.
pub fn show(
    ui: &mut Ui,
    model: &mut EditorModel,
    params: &PsivoxParams,
    setter: &ParamSetter,
    wishes: &mut Vec<Wish>,
) {
    theme::group().show(ui, |ui| {
        ui.set_min_size(vec2(ui.available_width(), HEIGHT - 16.0));
        ui.spacing_mut().item_spacing.y = 4.0;
        let mut sending = params.osc_on.value();
        if ui.checkbox(&mut sending, "Send the face over OSC").changed() {
            setter.begin_set_parameter(&params.osc_on);
            setter.set_parameter(&params.osc_on, sending);
            setter.end_set_parameter(&params.osc_on);
        }
        let field = TextEdit::singleline(&mut model.osc_target)
            .id(egui::Id::unique(ID))
            .hint_text("vmc:127.0.0.1:39539")
            .desired_width(f32::INFINITY);
        // Taken over when done: every letter on the way would be another wrong host.
        if ui.add(field).lost_focus() {
            wishes.push(Wish::Target);
        }
        let (bad, words) = model.link_words(sending);
        let colour = if bad { theme::ALARM } else { theme::MUTED };
        let status = Label::new(RichText::new(&words).small().color(colour)).truncate();
        ui.add(status).on_hover_text(words);
    });
}
