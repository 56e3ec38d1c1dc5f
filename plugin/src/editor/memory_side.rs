//! Beside the map: keeping the last utterance, the pad between slots, how the next line begins, what is kept.

use super::memory_board::MemoryBoard;
use super::memory_chosen::{Ask, Chosen, button};
use super::memory_pad::{self, Corners};
use super::memory_wish::MemoryWish;
use super::theme;
use crate::performance::MAX_CALM_LINES;
use crate::performance_state::MAX_NAME;
use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{
    Button, DragValue, Key, Label, PopupCloseBehavior, RichText, Role, TextEdit, Ui, WidgetInfo, vec2,
};
use psivox_core::memory::Course;

/// Lines over which a voice calms down at first.
const FIRST_LINES: u32 = 3;

/// What is typed beside the map, kept between pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct SideState {
    /// Name for the last utterance.
    pub name: String,
    /// Lines over which the voice is to calm down.
    pub lines: u32,
    /// Path of a file of memories.
    pub path: String,
    /// Whether what was said goes into that file.
    pub texts: bool,
}

impl Default for SideState {
    fn default() -> Self {
        Self { name: String::new(), lines: FIRST_LINES, path: String::new(), texts: true }
    }
}

/// The last utterance goes into memory.
pub fn remember(ui: &mut Ui, state: &mut SideState, wishes: &mut Vec<MemoryWish>) {
    ui.horizontal(|ui| {
        let room = ui.available_width() - 96.0;
        let field = TextEdit::singleline(&mut state.name)
            .id(egui::Id::unique("memory name"))
            .char_limit(MAX_NAME)
            .hint_text("a name for it")
            .desired_width(room.max(50.0));
        let field = ui.add(field);
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Name for the last utterance"));
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let button = ui.add(Button::new("Remember").fill(theme::palette(ui).voice_dim));
        if button.on_hover_text("Keep how the last utterance was said and shown").clicked() || entered {
            wishes.push(MemoryWish::Remember(state.name.trim().to_owned()));
            state.name.clear();
        }
    });
}

/// The pad between four slots.
pub fn pad(
    ui: &mut Ui,
    place: [f32; 2],
    corners: &Corners,
    first: usize,
    height: f32,
    wishes: &mut Vec<MemoryWish>,
) {
    let width = ui.available_width();
    memory_pad::show(ui, place, corners, first, vec2(width, height.min(width)), wishes);
}

/// How the next line begins.
pub fn course(
    ui: &mut Ui,
    course: Course,
    state: &mut SideState,
    chosen: &mut Chosen,
    wishes: &mut Vec<MemoryWish>,
) {
    title(ui, "The next line");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let mut choice = |ui: &mut Ui, own: Course, words: &str, hint: &str| {
            let same = std::mem::discriminant(&own) == std::mem::discriminant(&course);
            if ui.selectable_label(same, words).on_hover_text(hint).clicked() {
                wishes.push(MemoryWish::Course(own));
            }
        };
        choice(ui, Course::Free, "Free", "As parameters and text want it");
        choice(ui, Course::Same, "Same tone", "In the tone in which the last line ended");
        let lines = if let Course::Calm { lines } = course { lines } else { state.lines };
        let hint = "From the tone of the last line to the plain one, step by step";
        choice(ui, Course::Calm { lines }, "Calm down over", hint);
        let mut wanted = lines;
        let value = ui.add(DragValue::new(&mut wanted).speed(0.1).range(1..=MAX_CALM_LINES));
        value.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Lines to calm down over"));
        ui.label(RichText::new(if wanted == 1 { "line" } else { "lines" }).small());
        if wanted != lines {
            state.lines = wanted;
            if matches!(course, Course::Calm { .. }) {
                wishes.push(MemoryWish::Course(Course::Calm { lines: wanted }));
            }
        }
    });
    let hint = "The next line begins as a new session does; memories stay";
    if button(ui, true, "Forget the session", "Forget the session", hint) {
        chosen.ask = Some(Ask::ResetSession);
    }
}

/// How full it is, whether texts are kept, and the way to lose all of it.
pub fn keep(ui: &mut Ui, board: &MemoryBoard, chosen: &mut Chosen, wishes: &mut Vec<MemoryWish>) {
    title(ui, "What is kept");
    let palette = theme::palette(ui);
    let share = board.bytes as f32 / board.most_bytes.max(1) as f32;
    let bar = egui::ProgressBar::new(share.clamp(0.0, 1.0)).desired_height(6.0).fill(palette.field);
    let hint = "The weakest fade first; named and pinned ones stay";
    let bar = ui.add(bar).on_hover_text(hint);
    bar.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, "How full the memory is"));
    ui.add(Label::new(RichText::new(board.fullness()).small().color(palette.muted)).truncate());
    let mut keeps = board.keeps_text;
    let hint =
        "Off: only how it is said is kept, never what. Turning it off forgets no text that is kept already";
    if ui.checkbox(&mut keeps, "Keep what is said").on_hover_text(hint).changed() {
        wishes.push(MemoryWish::KeepTexts(keeps));
    }
    let any = !board.dots.is_empty();
    if button(ui, any, "Forget all", "Forget all memories", "Asks first. Nothing of any memory stays") {
        chosen.ask = Some(Ask::ForgetAll);
    }
}

/// Files of memories.
pub fn files(ui: &mut Ui, board: &MemoryBoard, state: &mut SideState, wishes: &mut Vec<MemoryWish>) {
    // Its fields are clicked into: only a click beside it closes it.
    let rule = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (menu, _) = MenuButton::new("File").config(rule).ui(ui, |ui| {
        ui.set_min_width(250.0);
        ui.label(RichText::new("Whole path of a file of memories").small());
        let field = TextEdit::singleline(&mut state.path)
            .char_limit(1_000)
            .hint_text("/home/me/voice.psimem")
            .desired_width(240.0);
        let field = ui.add(field);
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Path of the memories"));
        let path = std::path::PathBuf::from(state.path.trim());
        let named = !path.as_os_str().is_empty();
        ui.checkbox(&mut state.texts, "With what was said")
            .on_hover_text("Off: neither texts nor what they could be read from go into the file");
        ui.horizontal(|ui| {
            let hint = "Write all memories into the file";
            if button(ui, named && !board.dots.is_empty(), "Export", "Export memories", hint) {
                wishes.push(MemoryWish::Export { path: path.clone(), texts: state.texts });
                ui.close();
            }
            let hint = "Take the file's memories in; what is there stays";
            if button(ui, named, "Import", "Import memories", hint) {
                wishes.push(MemoryWish::Import { path });
                ui.close();
            }
        });
    });
    menu.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Files of memories"));
}

/// Above a group of controls.
pub fn title(ui: &mut Ui, words: &str) {
    ui.add_space(2.0);
    ui.label(RichText::new(words).small().color(theme::palette(ui).muted));
}
