//! The chosen memory: what is known of it, and what can be done with it; questions that are asked before forgetting.

use super::key_steps::KeySteps;
use super::memory_board::{MemoryBoard, MemoryDot};
use super::memory_sign::feeling;
use super::memory_wish::MemoryWish;
use super::memory_words;
use super::theme;
use crate::performance::SLOT_COUNT;
use crate::performance_state::MAX_NAME;
use egui::{Button, Id, Key, Label, Modifiers, Response, RichText, Role, TextEdit, Ui, WidgetInfo, vec2};

/// Height of both rows, logical pixels.
pub const HEIGHT: f32 = 46.0;
const ROW: f32 = 22.0;
/// Most letters of all tags together.
const MOST_TAGS: usize = 400;

/// What is asked before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// This memory.
    Forget(u64),
    /// All memories.
    ForgetAll,
    /// The course of the session.
    ResetSession,
}

/// What is being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The name.
    Name,
    /// The tags.
    Tags,
}

/// Which memory is chosen, what is typed for it, and what is asked. Kept between pictures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chosen {
    /// The memory.
    pub id: Option<u64>,
    /// What is asked.
    pub ask: Option<Ask>,
    /// What is typed, for which memory, and the letters so far.
    pub draft: Option<(u64, Field, String)>,
}

impl Chosen {
    /// Chooses another one; what was begun for the last one ends.
    pub fn choose(&mut self, id: Option<u64>) {
        if self.id != id {
            *self = Self { id, ..Self::default() };
        }
    }

    /// The chosen memory, if it is still there.
    pub fn of<'a>(&self, board: &'a MemoryBoard) -> Option<&'a MemoryDot> {
        self.id.and_then(|id| board.get(id))
    }

    fn edit(&mut self, dot: &MemoryDot, field: Field) {
        let now = match field {
            Field::Name => dot.name.clone(),
            Field::Tags => dot.tags.join(", "),
        };
        self.draft = Some((dot.id, field, now));
    }
}

/// What keys on the map or the list do to the chosen memory.
pub fn keys(
    ui: &Ui,
    keys: KeySteps,
    response: &Response,
    board: &MemoryBoard,
    chosen: &mut Chosen,
    wishes: &mut Vec<MemoryWish>,
) {
    let Some(dot) = chosen.of(board) else { return };
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    // Enter and space come as a click without a pointer as well.
    let clicked = response.clicked() && response.interact_pointer_pos().is_none();
    if keys.enter || clicked {
        wishes.push(MemoryWish::Recall(dot.id));
    }
    if pressed(Key::R) && dot.replayable {
        wishes.push(MemoryWish::Replay(dot.id));
    }
    if pressed(Key::P) {
        wishes.push(MemoryWish::Pin { id: dot.id, pinned: !dot.pinned });
    }
    if pressed(Key::F2) {
        chosen.edit(dot, Field::Name);
    }
    if keys.delete {
        chosen.ask = Some(Ask::Forget(dot.id));
    }
}

/// Shows both rows: a question, or the chosen memory.
pub fn show(
    ui: &mut Ui,
    board: &MemoryBoard,
    chosen: &mut Chosen,
    slot_names: &[String],
    wishes: &mut Vec<MemoryWish>,
) {
    let width = ui.available_width();
    ui.allocate_ui(vec2(width, HEIGHT), |ui| {
        ui.set_min_size(vec2(width, HEIGHT));
        ui.spacing_mut().item_spacing = vec2(4.0, 2.0);
        ui.spacing_mut().interact_size.y = ROW;
        ui.spacing_mut().button_padding = vec2(7.0, 2.0);
        if let Some(ask) = chosen.ask {
            return question(ui, board, ask, chosen, wishes);
        }
        match chosen.of(board) {
            Some(dot) => known(ui, board, dot, chosen, slot_names, wishes),
            None => {
                let words = match board.dots.is_empty() {
                    true => "What is remembered appears on the map.",
                    false => {
                        "Click a memory to speak in its manner; drag the ring to blend those around it. Wheel: zoom."
                    }
                };
                ui.add(Label::new(RichText::new(words).small().color(theme::palette(ui).muted)).wrap());
            }
        }
    });
}

/// A small button, known by a name of its own.
pub fn button(ui: &mut Ui, enabled: bool, words: &str, name: &str, hint: &str) -> bool {
    let button = ui.add_enabled(enabled, Button::new(RichText::new(words).small()));
    button.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    button.on_hover_text(hint).on_disabled_hover_text(hint).clicked()
}

fn question(ui: &mut Ui, board: &MemoryBoard, ask: Ask, chosen: &mut Chosen, wishes: &mut Vec<MemoryWish>) {
    let (words, verb, wish) = match ask {
        Ask::Forget(id) => {
            let title = board.get(id).map_or_else(|| format!("memory {id}"), MemoryDot::title);
            (format!("Forget \"{title}\"? Nothing of it stays."), "Forget it", MemoryWish::Forget(id))
        }
        Ask::ForgetAll => (
            format!("Forget all {} memories? Nothing of them stays.", board.dots.len()),
            "Forget all of them",
            MemoryWish::ForgetAll,
        ),
        Ask::ResetSession => (
            "Forget how the session went? Memories stay.".to_owned(),
            "Forget the course",
            MemoryWish::ResetSession,
        ),
    };
    let alarm = theme::palette(ui).alarm;
    ui.add(Label::new(RichText::new(words).color(alarm)).truncate());
    ui.horizontal(|ui| {
        if button(ui, true, verb, verb, "This cannot be taken back") {
            wishes.push(wish);
            chosen.ask = None;
        }
        if button(ui, true, "Keep it", "Keep it", "Nothing happens") {
            chosen.ask = None;
        }
    });
}

fn known(
    ui: &mut Ui,
    board: &MemoryBoard,
    dot: &MemoryDot,
    chosen: &mut Chosen,
    slot_names: &[String],
    wishes: &mut Vec<MemoryWish>,
) {
    if chosen.draft.as_ref().is_some_and(|(id, ..)| *id == dot.id) {
        typed(ui, dot, chosen, wishes);
    } else {
        let palette = theme::palette(ui);
        let rest = format!("  {}", memory_words::brief(dot, board.now_s));
        ui.horizontal(|ui| {
            let title = RichText::new(dot.title()).color(palette.text);
            let room = (ui.available_width() - 150.0).max(60.0);
            ui.scope(|ui| {
                ui.set_max_width(room);
                ui.add(Label::new(title).truncate());
            });
            ui.add(Label::new(RichText::new(rest).small().color(palette.muted)).truncate());
        })
        .response
        .on_hover_text(memory_words::lines(dot, board.now_s).join("\n"));
    }
    let title = dot.title();
    let acts = board.weight(dot.id) > 0.0;
    ui.horizontal(|ui| {
        let hint = if acts { "End it. Key: Enter" } else { "Speak in this manner. Key: Enter" };
        if button(ui, true, if acts { "End" } else { "Recall" }, &format!("Recall {title}"), hint) {
            wishes.push(MemoryWish::Recall(dot.id));
        }
        let hint = match dot.replayable {
            true => "Say it again exactly as it was. Key: R",
            false => "It has faded too far to be said again exactly; its manner is still there",
        };
        if button(ui, dot.replayable, "Replay", &format!("Replay {title}"), hint) {
            wishes.push(MemoryWish::Replay(dot.id));
        }
        let (words, hint) = match dot.pinned {
            true => ("Unpin", "Let it fade with time. Key: P"),
            false => ("Pin", "Keep it from fading. Key: P"),
        };
        if button(ui, true, words, &format!("{words} {title}"), hint) {
            wishes.push(MemoryWish::Pin { id: dot.id, pinned: !dot.pinned });
        }
        if button(ui, true, "Name", &format!("Name {title}"), "Another name. Key: F2") {
            chosen.edit(dot, Field::Name);
        }
        if button(ui, true, "Tags", &format!("Tags of {title}"), "Words to find it by, with commas between") {
            chosen.edit(dot, Field::Tags);
        }
        let menu = ui.menu_button(RichText::new("Slot").small(), |ui| {
            for slot in 0..SLOT_COUNT {
                let name = slot_names.get(slot).map_or("", String::as_str);
                if ui.button(format!("{} {name}", slot + 1)).clicked() {
                    wishes.push(MemoryWish::ToSlot { id: dot.id, slot });
                }
            }
        });
        let into = format!("Put {title} into a slot");
        menu.response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &into));
        if button(ui, true, "Forget", &format!("Forget {title}"), "Asks first. Key: Delete") {
            chosen.ask = Some(Ask::Forget(dot.id));
        }
    });
}

fn typed(ui: &mut Ui, dot: &MemoryDot, chosen: &mut Chosen, wishes: &mut Vec<MemoryWish>) {
    let Some((id, field, draft)) = chosen.draft.as_mut() else { return };
    let (id, field) = (*id, *field);
    let (name, hint, most) = match field {
        Field::Name => ("Name of the memory", "a name; a named memory never fades", MAX_NAME),
        Field::Tags => ("Tags of the memory", "home, quiet", MOST_TAGS),
    };
    let edit = TextEdit::singleline(draft)
        .id(Id::unique(("memory draft", id)))
        .char_limit(most)
        .hint_text(hint)
        .desired_width(f32::INFINITY)
        .font(theme::font(theme::size::CONTROL));
    let typed = ui.add(edit);
    typed.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
    if !typed.lost_focus() {
        typed.request_focus();
        return;
    }
    if !ui.input(|input| input.key_pressed(Key::Escape)) {
        match field {
            Field::Name if draft.trim() != dot.name => {
                wishes.push(MemoryWish::Rename { id, name: draft.trim().to_owned() });
            }
            Field::Tags if memory_words::tags_of(draft) != dot.tags => {
                wishes.push(MemoryWish::Tag { id, tags: memory_words::tags_of(draft) });
            }
            _ => {}
        }
    }
    chosen.draft = None;
}

/// A dot's title with its emotion, for those who hear the page.
pub fn spoken(dot: &MemoryDot) -> String {
    format!("{}, {}", dot.title(), feeling(dot.felt))
}
