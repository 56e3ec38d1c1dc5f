//! Personas as files: saved into the user's folder, written and read anywhere.

use super::model::EditorModel;
use super::outside::read_text;
use super::persona_view::IDS;
use egui::{Id, TextEdit, Ui};
use psivox_core::Persona;
use psivox_wire::{UserFolder, write_whole};
use std::fs;
use std::path::{Path, PathBuf};

/// Save, and a path to write to and read from.
pub fn buttons(ui: &mut Ui, model: &mut EditorModel, persona: &mut Persona) {
    let hint = "Into the personas of your own folder";
    if ui.button("Save persona").on_hover_text(hint).clicked() {
        told(model, save(persona));
    }
    let saved = saved();
    if !saved.is_empty() {
        ui.menu_button("Open", |ui| {
            for path in saved {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                if ui.button(name).clicked() {
                    take(model, persona, &path);
                }
            }
        });
    }
    let field = TextEdit::singleline(&mut model.persona_path)
        .id(Id::unique(IDS[2]))
        .hint_text("/home/me/persona.json")
        .desired_width(150.0);
    let field = ui.add(field);
    field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Path of a persona"));
    let path = PathBuf::from(model.persona_path.trim());
    let named = !path.as_os_str().is_empty();
    if ui.add_enabled(named, egui::Button::new("Export")).clicked() {
        told(model, write(persona, &path).map(|()| path.clone()));
    }
    if ui.add_enabled(named, egui::Button::new("Import")).clicked() {
        take(model, persona, &path);
    }
}

fn take(model: &mut EditorModel, persona: &mut Persona, path: &Path) {
    match read(path) {
        Ok(read) => *persona = read,
        Err(error) => model.persona_error = Some(error),
    }
}

fn told(model: &mut EditorModel, outcome: Result<PathBuf, String>) {
    model.persona_error = match outcome {
        Ok(path) => Some(format!("written to {}", path.display())),
        Err(error) => Some(error),
    };
}

fn folder() -> Option<PathBuf> {
    Some(UserFolder::Data.path()?.join("personas"))
}

/// The personas of the user's folder, by name, at most 200.
fn saved() -> Vec<PathBuf> {
    let Some(entries) = folder().and_then(|folder| fs::read_dir(folder).ok()) else { return Vec::new() };
    let paths = entries.take(200).filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    paths.sort();
    paths
}

fn save(persona: &Persona) -> Result<PathBuf, String> {
    let folder = folder().ok_or("there is no folder of your own on this system; use Export")?;
    fs::create_dir_all(&folder).map_err(|error| format!("'{}' cannot be made: {error}", folder.display()))?;
    let path = folder.join(format!("{}.json", file_name(&persona.name)));
    write(persona, &path).map(|()| path)
}

/// Letters that every file system takes.
fn file_name(name: &str) -> String {
    let kept: String = name
        .trim()
        .chars()
        .map(|letter| if letter.is_alphanumeric() || letter == '-' { letter } else { '_' })
        .collect();
    if kept.is_empty() { "persona".to_owned() } else { kept }
}

fn write(persona: &Persona, path: &Path) -> Result<(), String> {
    let wrong = |error: String| format!("the persona cannot be written to '{}': {error}", path.display());
    let json = serde_json::to_string_pretty(persona).map_err(|error| wrong(error.to_string()))?;
    // A full disk must not cost the persona that is there.
    write_whole(path, (json + "\n").as_bytes()).map_err(|error| wrong(error.to_string()))
}

fn read(path: &Path) -> Result<Persona, String> {
    let text = read_text(path)?;
    Persona::from_json(&text).map_err(|error| format!("'{}': {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persona_goes_to_its_file_and_back() {
        let path = std::env::temp_dir().join(format!("psivox-persona-{}.json", std::process::id()));
        for persona in Persona::factory() {
            write(&persona, &path).expect("written");
            assert_eq!(read(&path).expect("read"), persona);
        }
        fs::write(&path, "{\"version\":2}").expect("written");
        assert!(read(&path).expect_err("no persona").contains("not a persona"));
        fs::remove_file(&path).expect("there");
        assert!(read(&path).expect_err("gone").contains("cannot be read"));
        assert!(write(&Persona::factory()[0], Path::new("/nonexistent/x.json")).is_err());
        assert_eq!((file_name("../a b"), file_name("  ")), ("___a_b".to_owned(), "persona".to_owned()));
    }
}
