//! The keys of the window.

use super::theme;
use egui::{Context, Grid, RichText, Window};

/// Key and what it does.
const KEYS: [(&str, &str); 14] = [
    ("Ctrl+1 ... Ctrl+8", "the pages"),
    ("Ctrl+Enter", "speak"),
    ("Escape", "stop; leave a box"),
    ("Tab, Shift+Tab", "from control to control"),
    ("Arrows", "move a bar by 1 %, with Shift by 0.1 %"),
    ("Home, End", "a bar to its ends"),
    ("Delete", "a bar to its default"),
    ("Enter", "type the value of a bar"),
    ("Right button, long press, Shift+F10", "the menu of a bar: value, default, controller"),
    ("Double click", "a bar to its default"),
    ("Ctrl+Z, Ctrl+Shift+Z", "in a box: undo, redo"),
    ("Ctrl+Plus, Ctrl+Minus, Ctrl+0", "larger, smaller, as it was"),
    ("Arrows, Enter, R, P, F2, Delete", "on the memory map: go, recall, replay, pin, name, forget"),
    ("F1", "this list"),
];

/// Shows the list above everything else while it is open.
pub fn show(context: &Context, open: &mut bool) {
    let size = context.content_rect().size();
    Window::new("Keys")
        .open(open)
        .collapsible(false)
        .resizable(false)
        .default_pos(((size.x - 460.0) * 0.5, 60.0))
        .max_height(size.y - 100.0)
        .show(context, |ui| {
            Grid::new("keys").num_columns(2).spacing([16.0, 5.0]).show(ui, |ui| {
                for (key, words) in KEYS {
                    ui.label(RichText::new(key).color(theme::palette(ui).voice));
                    ui.label(words);
                    ui.end_row();
                }
            });
        });
}
