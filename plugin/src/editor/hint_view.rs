//! The first run: one button that makes it speak, or what has to be done first.

use super::model::{Activity, EditorModel};
use super::theme;
use super::wish::Wish;
use crate::channels::Request;
use egui::{Button, RichText, Ui, vec2};

/// Height of the hint, logical pixels.
pub const HEIGHT: f32 = 58.0;

/// What somebody who has never used it should do now.
pub fn words(activity: Activity) -> &'static str {
    match activity {
        Activity::Inactive => {
            "Your host is not running its audio yet: switch the track on, or start the audio engine."
        }
        Activity::Faulted => "The voice has stopped by a defect: reset the host's audio, then click here.",
        _ => "Click, and hear what stands in the text. Notes from a keyboard do the same.",
    }
}

/// Shows the hint over the whole width.
pub fn show(ui: &mut Ui, model: &EditorModel, wishes: &mut Vec<Wish>) {
    theme::group(ui).show(ui, |ui| {
        ui.set_min_size(vec2(ui.available_width(), HEIGHT - 16.0));
        ui.set_max_height(HEIGHT - 16.0);
        ui.horizontal_centered(|ui| {
            let can = !matches!(model.activity, Activity::Inactive | Activity::Faulted);
            let words_on_it = RichText::new("Speak for the first time")
                .color(theme::palette(ui).ground)
                .strong()
                .size(16.0);
            let button = Button::new(words_on_it).fill(theme::palette(ui).voice).min_size(vec2(210.0, 38.0));
            if ui.add_enabled(can, button).clicked() {
                wishes.push(Wish::Request(Request::Speak));
                wishes.push(Wish::HintSeen);
            }
            ui.add(
                egui::Label::new(RichText::new(words(model.activity)).color(theme::palette(ui).text)).wrap(),
            );
        });
    });
}
