//! Texts from files.

use super::model::EditorModel;
use super::outside::read_text;
use super::text_view::PATH_ID;
use super::theme;
use super::wish::Wish;
use egui::{Align, Id, Key, Layout, TextEdit, Ui};
use psivox_core::song::import::{MAX_IMPORT_BYTES, import, is_foreign};
use std::path::Path;

/// The row that asks for a path.
pub fn prompt(ui: &mut Ui, model: &mut EditorModel, wishes: &mut Vec<Wish>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let load = ui.button("Load").on_hover_text("Replace the text by the file's");
        let field = TextEdit::singleline(&mut model.load_path)
            .id(Id::unique(PATH_ID))
            .hint_text("whole path of a text, MusicXML, USTX or MIDI file")
            .text_color(theme::palette(ui).text)
            .desired_width(f32::INFINITY);
        let field = ui.add(field);
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Path of the file"));
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if load.clicked() || entered {
            match text_of(Path::new(model.load_path.trim())) {
                Ok(text) => {
                    model.text = text;
                    (model.load_open, model.edit_error) = (false, None);
                    wishes.push(Wish::Text);
                }
                Err(error) => model.edit_error = Some(error),
            }
        }
    });
}

/// The text of a file.
///
/// # Errors
/// It cannot be read, is too long, or is not what its name says.
pub fn text_of(path: &Path) -> Result<String, String> {
    if path.as_os_str().is_empty() {
        return Err("type the whole path of a file first, such as /home/me/line.txt".to_owned());
    }
    let long = std::fs::metadata(path).map(|meta| meta.len()).unwrap_or_default();
    if long > MAX_IMPORT_BYTES as u64 {
        return Err(format!("{} has {long} bytes, at most {MAX_IMPORT_BYTES} are read", path.display()));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    if is_foreign(&bytes) {
        let song = import(&bytes, None).map_err(|error| format!("{}: {error}", path.display()))?;
        return Ok(song.song.to_text());
    }
    read_text(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_from_its_file() {
        let path = std::env::temp_dir().join(format!("psivox-bring-in-{}.txt", std::process::id()));
        std::fs::write(&path, "One.\r\nTwo.").expect("written");
        assert_eq!(text_of(&path), Ok("One.\nTwo.".to_owned()));
        std::fs::remove_file(&path).expect("there");
        assert!(text_of(&path).expect_err("gone").contains("cannot be read"));
        assert!(text_of(Path::new("")).expect_err("none").contains("whole path"));
    }
}
