//! Keys that act wherever the focus is.

use super::model::{EditorModel, Page};
use super::preset_bar::PresetWish;
use super::wish::Wish;
use crate::channels::Request;
use egui::{Key, KeyboardShortcut, Modifiers, Popup, Ui};

/// Keys of the pages, in order.
const PAGES: [Key; 8] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];

/// Takes the keys out of the input, so that nothing else acts on them.
pub fn serve(ui: &Ui, model: &mut EditorModel, wishes: &mut Vec<Wish>) {
    let pressed =
        |modifiers, key| ui.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(modifiers, key)));
    for (page, key) in Page::ALL.into_iter().zip(PAGES) {
        if pressed(Modifiers::COMMAND, key) {
            model.page = page;
        }
    }
    if pressed(Modifiers::COMMAND, Key::Enter) {
        wishes.push(Wish::Request(Request::Speak));
    }
    if pressed(Modifiers::NONE, Key::F1) {
        model.help_open = !model.help_open;
    }
    let typing = ui.ctx().text_edit_focused();
    if typing || Popup::is_any_open(ui.ctx()) {
        return;
    }
    // The box of the text has an undo of its own.
    if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z) {
        wishes.push(Wish::Preset(Box::new(PresetWish::Redo)));
    }
    if pressed(Modifiers::COMMAND, Key::Z) {
        wishes.push(Wish::Preset(Box::new(PresetWish::Undo)));
    }
    if pressed(Modifiers::NONE, Key::Escape) {
        match model.help_open {
            true => model.help_open = false,
            false => wishes.push(Wish::Request(Request::Stop)),
        }
    }
}
