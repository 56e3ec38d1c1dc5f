//! The row of sounds: which preset is in force, the list of them, undo, A and B, the dice.

use super::model::EditorModel;
use super::persona_view::label_combo;
use super::theme;
use super::wish::Wish;
use crate::history::Side;
use crate::preset::{Entry, Library};
use crate::randomise::Groups;
use egui::{Button, ComboBox, RichText, ScrollArea, Slider, TextEdit, Ui};

/// What is asked of the sounds.
#[derive(Debug, Clone, PartialEq)]
pub enum PresetWish {
    /// Load this one.
    Load(Box<Entry>),
    /// The one before (-1) or after (+1) the one in force.
    Step(i32),
    /// Keep the present sound under this name, in place of another one if that is wanted.
    Save(String, bool),
    /// Remove the user's own.
    Delete(Box<Entry>),
    /// Another name for the user's own.
    Rename(Box<Entry>, String),
    /// Take a file into the user's folder.
    Import(String),
    /// Write the present sound into a file.
    Export(String),
    /// Look into the folder again.
    Refresh,
    /// Back and forth.
    Undo,
    /// See [`PresetWish::Undo`].
    Redo,
    /// The other of the two sounds.
    Switch,
    /// Make the other one the same.
    Copy,
    /// Draw a sound near the present one.
    Random,
}

/// What the row shows.
pub struct PresetBar {
    /// The presets; read when the window opens.
    pub library: Library,
    /// The name of the one that was loaded last.
    pub name: String,
    /// Whether the sound is still that one.
    pub in_force: bool,
    /// Letters that a name in the list must hold.
    pub search: String,
    /// The name or path as typed.
    pub draft: String,
    /// A name that stands already and may be replaced.
    pub replace: Option<String>,
    /// How far the dice move, 0..=1.
    pub amount: f32,
    /// What they move.
    pub groups: Groups,
    /// What can be taken back and brought back, in words.
    pub undo: Option<String>,
    /// See `undo`.
    pub redo: Option<String>,
    /// Which of the two sounds is heard.
    pub side: Side,
    /// Why the last thing that was asked for was not done.
    pub error: Option<String>,
}

impl Default for PresetBar {
    fn default() -> Self {
        Self {
            library: Library::default(),
            name: "Default".to_owned(),
            in_force: true,
            search: String::new(),
            draft: String::new(),
            replace: None,
            amount: 0.35,
            groups: Groups::ALL,
            undo: None,
            redo: None,
            side: Side::A,
            error: None,
        }
    }
}

/// Least width for everything.
const ROOMY: f32 = 640.0;

/// Shows the row.
pub fn show(ui: &mut Ui, model: &mut EditorModel, wishes: &mut Vec<Wish>) {
    let bar = &mut model.presets;
    let mut asked = Vec::new();
    ui.spacing_mut().item_spacing.x = 3.0;
    // A small window has the list for the way from sound to sound.
    let roomy = ui.available_width() > ROOMY;
    if roomy {
        step(ui, "◀", "Previous sound", -1, &mut asked);
    }
    list(ui, bar, if roomy { 150.0 } else { 110.0 }, &mut asked);
    if roomy {
        step(ui, "▶", "Next sound", 1, &mut asked);
    }
    keep(ui, bar, &mut asked);
    ui.add_space(4.0);
    button(ui, bar.undo.is_some(), "Undo", &hint("Undo", &bar.undo), PresetWish::Undo, &mut asked);
    button(ui, bar.redo.is_some(), "Redo", &hint("Redo", &bar.redo), PresetWish::Redo, &mut asked);
    ui.add_space(4.0);
    let (here, there) = if bar.side == Side::A { ("A", "B") } else { ("B", "A") };
    button(
        ui,
        true,
        here,
        &format!("Sound {here} is heard; change to {there}"),
        PresetWish::Switch,
        &mut asked,
    );
    if roomy {
        let copy = format!("Make {there} the same as {here}");
        button(ui, true, &format!("{here}>{there}"), &copy, PresetWish::Copy, &mut asked);
    }
    ui.add_space(4.0);
    dice(ui, bar, &mut asked);
    wishes.extend(asked.into_iter().map(|one| Wish::Preset(Box::new(one))));
}

fn hint(verb: &str, what: &Option<String>) -> String {
    what.as_ref().map_or(format!("Nothing to {}", verb.to_lowercase()), |what| format!("{verb}: {what}"))
}

fn button(
    ui: &mut Ui,
    enabled: bool,
    words: &str,
    hint: &str,
    wish: PresetWish,
    asked: &mut Vec<PresetWish>,
) {
    let button = ui.add_enabled(enabled, Button::new(RichText::new(words).small()));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, enabled, hint));
    if button.on_hover_text(hint).clicked() {
        asked.push(wish);
    }
}

fn step(ui: &mut Ui, sign: &str, name: &str, by: i32, asked: &mut Vec<PresetWish>) {
    button(ui, true, sign, name, PresetWish::Step(by), asked);
}

/// The list by tag, with a search.
fn list(ui: &mut Ui, bar: &mut PresetBar, width: f32, asked: &mut Vec<PresetWish>) {
    let changed = if bar.in_force { "" } else { " *" };
    let combo = ComboBox::from_id_salt("sounds").width(width).height(420.0);
    let response = combo.selected_text(format!("{}{changed}", bar.name)).show_ui(ui, |ui| {
        ui.set_min_width(240.0);
        let search = ui.add(TextEdit::singleline(&mut bar.search).hint_text("search").desired_width(220.0));
        search.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Search sounds"));
        ScrollArea::vertical().max_height(360.0).show(ui, |ui| entries(ui, bar, asked));
    });
    label_combo(&response.response, "Sound");
}

fn entries(ui: &mut Ui, bar: &PresetBar, asked: &mut Vec<PresetWish>) {
    let search = bar.search.to_lowercase();
    let fits = |entry: &Entry| {
        let words = format!("{} {} {}", entry.name, entry.description, entry.tags.join(" ")).to_lowercase();
        words.contains(&search)
    };
    let palette = theme::palette(ui);
    let mut groups: Vec<(&str, Vec<&Entry>)> = vec![("Own", Vec::new())];
    for entry in bar.library.entries.iter().filter(|entry| fits(entry)) {
        let tag = if entry.is_own() { "Own" } else { entry.tags.first().map_or("Other", String::as_str) };
        match groups.iter_mut().find(|(name, _)| *name == tag) {
            Some((_, own)) => own.push(entry),
            None => groups.push((tag, vec![entry])),
        }
    }
    for (tag, own) in groups.iter().filter(|(_, own)| !own.is_empty()) {
        ui.label(RichText::new(*tag).small().color(palette.muted));
        for entry in own {
            match &entry.result {
                Ok(()) => {
                    let row = ui.selectable_label(entry.name == bar.name, &entry.name);
                    if row.on_hover_text(&entry.description).clicked() {
                        asked.push(PresetWish::Load(Box::new((*entry).clone())));
                    }
                }
                Err(error) => {
                    ui.add_enabled(false, Button::new(&entry.name).small()).on_disabled_hover_text(error);
                }
            }
        }
    }
}

/// Save, delete, rename, import, export.
fn keep(ui: &mut Ui, bar: &mut PresetBar, asked: &mut Vec<PresetWish>) {
    let menu = ui.menu_button(RichText::new("Save").small(), |ui| {
        ui.set_min_width(260.0);
        ui.label(RichText::new("Name, or the whole path of a file").small());
        let field = TextEdit::singleline(&mut bar.draft).char_limit(1_000).desired_width(240.0);
        let field = ui.add(field);
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Name of the sound"));
        let draft = bar.draft.trim().to_owned();
        let named = !draft.is_empty();
        let own = bar.library.entries.iter().find(|entry| entry.is_own() && entry.name == bar.name).cloned();
        let replaces = bar.replace.as_ref() == Some(&draft);
        let words = if replaces { "Replace it" } else { "Save" };
        button(ui, named, words, "Keep the present sound", PresetWish::Save(draft.clone(), replaces), asked);
        button(ui, named, "Import file", "Take a preset file over", PresetWish::Import(draft.clone()), asked);
        button(
            ui,
            named,
            "Export file",
            "Write the sound into a file",
            PresetWish::Export(draft.clone()),
            asked,
        );
        if let Some(own) = own {
            let rename = PresetWish::Rename(Box::new(own.clone()), draft);
            button(ui, named, "Rename", &format!("Another name for {}", own.name), rename, asked);
            let delete = PresetWish::Delete(Box::new(own.clone()));
            button(ui, true, "Delete", &format!("Remove {}", own.name), delete, asked);
        }
        button(ui, true, "Look again", "Read the folder again", PresetWish::Refresh, asked);
        if let Some(folder) = &bar.library.folder {
            ui.label(RichText::new(folder.display().to_string()).small().color(theme::palette(ui).muted));
        }
        if let Some(said) = bar.error.as_ref().or(bar.library.notice.as_ref()) {
            ui.label(RichText::new(said).small().color(theme::palette(ui).alarm));
        }
    });
    menu.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Save and files"));
}

/// A sound near the present one.
fn dice(ui: &mut Ui, bar: &mut PresetBar, asked: &mut Vec<PresetWish>) {
    let menu = ui.menu_button(RichText::new("Random").small(), |ui| {
        ui.set_min_width(200.0);
        let amount = ui.add(Slider::new(&mut bar.amount, 0.0..=1.0).text("how far"));
        amount.on_hover_text("0 leaves everything as it is");
        let groups = &mut bar.groups;
        for (on, name) in [
            (&mut groups.voice, "Voice"),
            (&mut groups.emotion, "Emotion"),
            (&mut groups.mood, "Moods and styles"),
            (&mut groups.field, "Field"),
            (&mut groups.face, "Face"),
        ] {
            ui.checkbox(on, name);
        }
        button(ui, true, "Draw", "Draw a sound near the present one", PresetWish::Random, asked);
    });
    menu.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Random sound"));
}
