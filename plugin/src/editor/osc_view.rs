//! Whether the face is sent, and how that goes.

use super::model::{EditorModel, Page};
use super::theme;
use crate::params::PsivoxParams;
use egui::{Label, RichText, Ui, vec2};
use nice_plug::prelude::ParamSetter;

/// Height of the group.
pub const HEIGHT: f32 = 94.0;
/// Targets that fit.
const MOST_LINES: usize = 2;

/// Shows switch, targets and status.
pub fn show(ui: &mut Ui, model: &mut EditorModel, params: &PsivoxParams, setter: &ParamSetter) {
    theme::group(ui).show(ui, |ui| {
        ui.set_min_size(vec2(ui.available_width(), HEIGHT - 16.0));
        ui.spacing_mut().item_spacing.y = 3.0;
        let mut sending = params.osc_on.value();
        ui.horizontal(|ui| {
            if ui.checkbox(&mut sending, "Send the face").changed() {
                setter.begin_set_parameter(&params.osc_on);
                setter.set_parameter(&params.osc_on, sending);
                setter.end_set_parameter(&params.osc_on);
            }
            if model.page != Page::Wire && ui.small_button("Receivers \u{2026}").clicked() {
                model.page = Page::Wire;
            }
        });
        let targets = &model.wire.targets;
        let names: Vec<String> = targets.iter().filter(|target| target.on).map(|one| one.label()).collect();
        let told = match names.len() {
            0 => "no receiver yet: add one under Receivers".to_owned(),
            count if count <= MOST_LINES => names.join(", "),
            count => format!("{} and {} more", names[..MOST_LINES - 1].join(", "), count + 1 - MOST_LINES),
        };
        ui.add(Label::new(RichText::new(&told).small()).truncate()).on_hover_text(names.join("\n"));
        let (bad, words) = model.link_words(sending);
        let colour = if bad { theme::palette(ui).alarm } else { theme::palette(ui).muted };
        ui.add(Label::new(RichText::new(&words).small().color(colour)).truncate()).on_hover_text(words);
    });
}
