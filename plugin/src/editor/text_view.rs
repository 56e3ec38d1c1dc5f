//! What is spoken: the box with its colours and its gutter, the buttons, and what the planner says about it.

use super::model::EditorModel;
use super::tag_menu::{self, Tag};
use super::text_paint;
use super::text_place::{self, Places};
use super::theme;
use super::wish::Wish;
use super::{bring_in, phones_view};
use crate::performance::Mode;
use egui::text::{CCursor, CCursorRange};
use egui::text_edit::{TextEditOutput, TextEditState};
use egui::{Align, FontId, Id, Label, Layout, RichText, ScrollArea, TextEdit, Ui, vec2};
use std::ops::Range;

/// Id of the text box, to know whether it has the focus.
pub const ID: &str = "psivox text";
/// Id of the path of a file to load.
pub const PATH_ID: &str = "psivox text path";
/// Size of the letters, logical pixels.
const LETTERS: f32 = 15.0;
/// Height of the messages, if there are any.
const MESSAGES: f32 = 46.0;
/// Height of the buttons.
const BUTTONS: f32 = 30.0;

/// Shows the text with all that belongs to it in `height` logical pixels.
pub fn show(ui: &mut Ui, model: &mut EditorModel, mode: Mode, height: f32, wishes: &mut Vec<Wish>) {
    theme::group(ui).show(ui, |ui| {
        let inside = height - 16.0;
        ui.set_min_size(vec2(ui.available_width(), inside));
        ui.set_max_height(inside);
        buttons(ui, model, wishes);
        if model.load_open {
            bring_in::prompt(ui, model, wishes);
        }
        let said = model.messages(mode);
        let gap = ui.spacing().item_spacing.y;
        let mut below = phones_view::HEIGHT + gap;
        if !said.is_empty() {
            below += MESSAGES + gap;
        }
        let room = (inside - BUTTONS - below - if model.load_open { BUTTONS } else { 0.0 }).max(40.0);
        text_box(ui, model, mode, room, wishes);
        phones_view::show(ui, model);
        if !said.is_empty() {
            messages(ui, said);
        }
    });
}

fn text_box(ui: &mut Ui, model: &mut EditorModel, mode: Mode, height: f32, wishes: &mut Vec<Wish>) {
    ScrollArea::vertical().id_salt("text scroll").max_height(height).min_scrolled_height(height).show(
        ui,
        |ui| {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let gutter = ui.allocate_space(vec2(text_place::GUTTER, height)).1;
                let output = edit(ui, model, height);
                if output.response.changed() {
                    wishes.push(Wish::Text);
                }
                if let Some(range) = output.cursor_range {
                    model.caret = text_place::byte_of(&model.text, range.primary.index.0);
                    let letters = range.as_sorted_char_range();
                    model.selected = letters.start.0..letters.end.0;
                }
                let places = Places::of(ui, model, &output);
                places.gutter(ui, model, mode, gutter, wishes);
                places.ticks(ui);
                notices_under_pointer(model, &output);
            });
        },
    );
}

fn edit(ui: &mut Ui, model: &mut EditorModel, height: f32) -> TextEditOutput {
    let mut text = std::mem::take(&mut model.text);
    let font = FontId::proportional(LETTERS);
    let mut layouter = |ui: &Ui, buffer: &dyn egui::TextBuffer, width: f32| {
        let mut job = text_paint::job(model, theme::palette(ui), buffer.as_str(), &font);
        job.wrap.max_width = width;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let output = TextEdit::multiline(&mut text)
        .id(Id::unique(ID))
        .hint_text("Type or paste what shall be spoken")
        .font(font.clone())
        .desired_width(f32::INFINITY)
        .desired_rows(1)
        .min_size(vec2(0.0, height))
        .layouter(&mut layouter)
        .show(ui);
    output.response.widget_info(|| {
        let mut info = egui::WidgetInfo::text_edit(true, &text, &text, "Type or paste what shall be spoken");
        info.label = Some("Text".to_owned());
        info
    });
    model.text = text;
    output
}

/// What is wrong there, in the words of whoever found it.
fn notices_under_pointer(model: &EditorModel, output: &TextEditOutput) {
    let Some(pointer) = output.response.hover_pos() else { return };
    if !model.is_report_fresh {
        return;
    }
    let letter = output.galley.cursor_from_pos(pointer - output.galley_pos).index.0;
    let at = text_place::byte_of(&model.text, letter);
    let said: Vec<&str> =
        notices(model).filter(|(range, _)| range.contains(&at)).map(|(_, said)| said).collect();
    if !said.is_empty() {
        (*output.response).clone().on_hover_text_at_pointer(said.join("\n"));
    }
}

/// Everything that is said about a place in the text.
fn notices(model: &EditorModel) -> impl Iterator<Item = (Range<usize>, &str)> {
    model.report.units.iter().flat_map(|unit| {
        let error = unit.error.as_ref().map(|error| (unit.range.clone(), error.as_str()));
        unit.notices.iter().map(|(range, said)| (range.clone(), said.as_str())).chain(error)
    })
}

fn buttons(ui: &mut Ui, model: &mut EditorModel, wishes: &mut Vec<Wish>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let tags = ui.menu_button("Tags", tag_menu::show).inner.flatten();
        if let Some(tag) = tags {
            put(ui, model, &tag);
            wishes.push(Wish::Text);
        }
        if ui.button("Paste").on_hover_text("Replace the text by the clipboard's").clicked() {
            match clipboard() {
                Ok(text) => {
                    model.text = text;
                    wishes.push(Wish::Text);
                }
                Err(reason) => model.edit_error = Some(reason),
            }
        }
        let hint = "Replace the text by that of a file";
        let load = egui::Button::new("Load\u{2026}").selected(model.load_open);
        if ui.add(load).on_hover_text(hint).clicked() {
            model.load_open = !model.load_open;
        }
        match &model.outside {
            None => {
                let hint = "Opens the text in the system's own editor and follows it there: every way of typing works";
                if ui.button("Own window").on_hover_text(hint).clicked() {
                    wishes.push(Wish::Outside(true));
                }
            }
            Some(path) => {
                if ui.button("End own window").on_hover_text(format!("following {path}")).clicked() {
                    wishes.push(Wish::Outside(false));
                }
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let summary = model.summary();
            ui.add(Label::new(RichText::new(&summary).small().color(theme::palette(ui).muted)).truncate());
        });
    });
}

/// Puts a tag around what is selected in the box, also while the menu has the focus.
fn put(ui: &Ui, model: &mut EditorModel, tag: &Tag) {
    let id = Id::unique(ID);
    let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let end = model.text.chars().count();
    let range = model.selected.start.min(end)..model.selected.end.min(end);
    let selected = tag.put(&mut model.text, range);
    let cursors = CCursorRange::two(CCursor::new(selected.start), CCursor::new(selected.end));
    state.cursor.set_char_range(Some(cursors));
    state.store(ui.ctx(), id);
    ui.memory_mut(|memory| memory.request_focus(id));
}

fn messages(ui: &mut Ui, said: Vec<(bool, String)>) {
    ScrollArea::vertical().id_salt("messages").max_height(MESSAGES).auto_shrink([false, false]).show(
        ui,
        |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (hard, message) in said {
                let colour = if hard { theme::palette(ui).alarm } else { theme::palette(ui).muted };
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
