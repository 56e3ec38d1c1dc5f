//! What is spoken: the box, the buttons, and what the planner says about it.

use super::app::Wish;
use super::model::{Activity, EditorModel};
use super::theme;
use crate::channels::Request;
use egui::{Align, Button, Layout, RichText, ScrollArea, TextEdit, Ui};

/// Id of the text box, to know whether it has the focus.
pub const ID: &str = "psivox text";
/// Height of the buttons below the box, with the gaps around them.
const BUTTONS: f32 = 46.0;
/// Height of the messages below the buttons, if there are any.
const MESSAGES: f32 = 44.0;

/// Shows the text with its buttons in `height` logical pixels.
pub fn show(ui: &mut Ui, model: &mut EditorModel, height: f32, wishes: &mut Vec<Wish>) {
    theme::group().show(ui, |ui| {
        let inside = height - 16.0;
        ui.set_min_size(egui::vec2(ui.available_width(), inside));
        let said = model.messages();
        let below = BUTTONS + if said.is_empty() { 0.0 } else { MESSAGES + 8.0 };
        let box_height = (inside - below).max(40.0);
        ScrollArea::vertical()
            .id_salt("text scroll")
            .max_height(box_height)
            .min_scrolled_height(box_height)
            .show(ui, |ui| {
                let field = TextEdit::multiline(&mut model.text)
                    .id(egui::Id::unique(ID))
                    .hint_text("Type or paste what shall be spoken")
                    .desired_width(f32::INFINITY)
                    .desired_rows(1)
                    .min_size(egui::vec2(0.0, box_height));
                if ui.add(field).changed() {
                    wishes.push(Wish::Text);
                }
            });
        buttons(ui, model, wishes);
        if !said.is_empty() {
            messages(ui, said);
        }
    });
}

fn buttons(ui: &mut Ui, model: &mut EditorModel, wishes: &mut Vec<Wish>) {
    ui.horizontal(|ui| {
        let can_speak = !matches!(model.activity, Activity::Inactive | Activity::Faulted);
        let speak = Button::new(RichText::new("Speak").color(theme::GROUND).strong()).fill(theme::VOICE);
        if ui.add_enabled(can_speak, speak).clicked() {
            wishes.push(Wish::Request(Request::Speak));
        }
        if ui.add_enabled(can_speak, Button::new("Stop")).clicked() {
            wishes.push(Wish::Request(Request::Stop));
        }
        let paste = Button::new("Paste").fill(theme::PANEL);
        if ui.add(paste).on_hover_text("Replace the text by the clipboard's").clicked() {
            match clipboard() {
                Ok(text) => {
                    model.text = text;
                    wishes.push(Wish::Text);
                }
                Err(reason) => model.edit_error = Some(reason),
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(model.summary()).small().color(theme::MUTED));
        });
    });
}

fn messages(ui: &mut Ui, said: Vec<(bool, String)>) {
    ScrollArea::vertical().id_salt("messages").max_height(MESSAGES).auto_shrink([false, false]).show(
        ui,
        |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (hard, message) in said {
                let colour = if hard { theme::ALARM } else { theme::MUTED };
                ui.label(RichText::new(message).small().color(colour));
            }
        },
    );
}

/// The clipboard's text. On Linux hosts often keep the keyboard to themselves, so a button must do it.
fn clipboard() -> Result<String, String> {
    use copypasta::ClipboardProvider;
    let mut clipboard = copypasta::ClipboardContext::new().map_err(|error| no_clipboard(&*error))?;
    clipboard.get_contents().map_err(|error| no_clipboard(&*error))
}

fn no_clipboard(error: &dyn std::error::Error) -> String {
    format!("the clipboard has no text to paste ({error}); copy some text first")
}
