//! The page of memories: map, list or slots, the chosen memory, the session; beside them what is kept and blended.

use super::memory_board::MemoryBoard;
use super::memory_chosen::{self, Chosen};
use super::memory_map::{self, MapState};
use super::memory_side::{self, SideState};
use super::memory_slots::{self, SlotDraft};
use super::memory_trace::MemoryTrace;
use super::memory_wish::MemoryWish;
use super::{memory_course, memory_list, theme};
use crate::performance::SLOT_COUNT;
use crate::performance_state::Slot;
use egui::{Align, Label, Layout, RichText, Role, ScrollArea, TextEdit, Ui, Vec2, WidgetInfo, vec2};
use psivox_core::memory::Course;

/// Memories from which on the list stands beside the map where there is room.
const MANY: usize = 200;
/// Width from which on there is.
const ROOMY: f32 = 700.0;
/// Share of the height for the session, and its bounds.
const SESSION: f32 = 0.17;
const SESSION_LEAST: f32 = 58.0;
const SESSION_MOST: f32 = 130.0;
/// Most letters of a search.
const SEARCH_LETTERS: usize = 200;

/// What fills the left side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// All memories by how they were said.
    #[default]
    Map,
    /// All of them, newest first.
    List,
    /// The eight slots.
    Slots,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Map, Self::List, Self::Slots];

    const fn name(self) -> &'static str {
        match self {
            Self::Map => "Map",
            Self::List => "List",
            Self::Slots => "Slots",
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Map => "Memories that were said alike lie near each other",
            Self::List => "All memories, the newest first",
            Self::Slots => "Eight places that notes, controllers and automation can call up",
        }
    }
}

/// What the page keeps between pictures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemoryState {
    /// What is on show.
    pub tab: Tab,
    /// How the map is looked at.
    pub map: MapState,
    /// The chosen memory.
    pub chosen: Chosen,
    /// What is looked for.
    pub search: String,
    /// What is typed beside the map.
    pub side: SideState,
    /// The name of a slot while it is typed.
    pub slot_draft: SlotDraft,
}

/// What the page shows, as plain data.
#[derive(Debug, Clone, Copy)]
pub struct MemoryPage<'a> {
    /// What the worker says.
    pub board: &'a MemoryBoard,
    /// Values that slots hold.
    pub slots: &'a [Slot],
    /// The live course, for as long as the window is open.
    pub trace: &'a MemoryTrace,
    /// The slot that `memory_slot` names, from 0.
    pub slot: usize,
    /// Place of the pad between that slot and the three after it, 0..=1; none if there is no such pad.
    pub pad: Option<[f32; 2]>,
    /// How the next line begins; none if that cannot be chosen.
    pub course: Option<Course>,
}

/// The left side in `size`: tabs and search, what the tab names, the chosen memory, the session.
pub fn left(
    ui: &mut Ui,
    page: &MemoryPage,
    state: &mut MemoryState,
    size: Vec2,
    wishes: &mut Vec<MemoryWish>,
) {
    let top = ui.cursor().top();
    ui.spacing_mut().item_spacing.y = 5.0;
    head(ui, page.board, state, wishes);
    if let Some(message) = &page.board.message {
        let words = RichText::new(message).small().color(theme::palette(ui).voice);
        ui.add(Label::new(words).truncate()).on_hover_text(message);
    }
    let rest = vec2(size.x, size.y - (ui.cursor().top() - top));
    let gap = ui.spacing().item_spacing.y;
    let session = (SESSION * size.y).clamp(SESSION_LEAST, SESSION_MOST);
    let body = vec2(rest.x, rest.y - session - memory_chosen::HEIGHT - 2.0 * gap);
    let lit = page.board.lit(&state.search);
    let lit = lit.as_deref();
    match state.tab {
        Tab::Slots => {
            let draft = &mut state.slot_draft;
            memory_slots::show(ui, page.slots, page.board, page.trace, draft, rest, wishes);
            return;
        }
        Tab::List => memory_list::show(ui, page.board, lit, &mut state.chosen, body, wishes),
        Tab::Map if page.board.dots.len() > MANY && body.x > ROOMY => {
            let list = vec2((0.36 * body.x).round(), body.y);
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = theme::GAP;
                let map = vec2(body.x - list.x - theme::GAP, body.y);
                memory_map::show(ui, page.board, lit, &mut state.map, &mut state.chosen, map, wishes);
                memory_list::show(ui, page.board, lit, &mut state.chosen, list, wishes);
            });
        }
        Tab::Map => {
            memory_map::show(ui, page.board, lit, &mut state.map, &mut state.chosen, body, wishes);
        }
    }
    let names = slot_names(page);
    memory_chosen::show(ui, page.board, &mut state.chosen, &names, wishes);
    memory_course::show(ui, page.board, &mut state.chosen, vec2(size.x, session), wishes);
}

/// The right side: `controls` adds the bars of the parameters below the pad.
pub fn right(
    ui: &mut Ui,
    page: &MemoryPage,
    state: &mut MemoryState,
    size: Vec2,
    wishes: &mut Vec<MemoryWish>,
    controls: impl FnOnce(&mut Ui),
) {
    let area = ScrollArea::vertical().max_height(size.y).auto_shrink([false, false]);
    area.show(ui, |ui| {
        ui.set_max_width(ui.available_width().min(size.x));
        ui.spacing_mut().item_spacing.y = 5.0;
        let MemoryState { side, chosen, .. } = state;
        memory_side::remember(ui, side, wishes);
        if let Some(place) = page.pad {
            memory_side::title(ui, "Between four slots");
            let names = memory_slots::names(page.slots, page.board);
            let corners = std::array::from_fn(|corner| names[(page.slot + corner) % SLOT_COUNT].clone());
            let height = (0.32 * size.y).clamp(104.0, 240.0);
            memory_side::pad(ui, place, &corners, page.slot, height, wishes);
        }
        controls(ui);
        if let Some(course) = page.course {
            memory_side::course(ui, course, side, chosen, wishes);
        }
        memory_side::keep(ui, page.board, chosen, wishes);
    });
}

fn head(ui: &mut Ui, board: &MemoryBoard, state: &mut MemoryState, wishes: &mut Vec<MemoryWish>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for tab in Tab::ALL {
            let chosen = state.tab == tab;
            if ui.selectable_label(chosen, tab.name()).on_hover_text(tab.hint()).clicked() {
                state.tab = tab;
            }
        }
        memory_side::files(ui, board, &mut state.side, wishes);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let found = board.lit(&state.search).map(|lit| lit.iter().filter(|lit| **lit).count());
            if let Some(found) = found {
                ui.label(RichText::new(format!("{found} found")).small().color(theme::palette(ui).muted));
            }
            let field = TextEdit::singleline(&mut state.search)
                .char_limit(SEARCH_LETTERS)
                .hint_text("find words")
                .desired_width(ui.available_width().clamp(50.0, 240.0) - 16.0);
            let field = ui.add(field).on_hover_text("Memories with these words, or about the like, are lit");
            field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Find memories"));
            if field.changed() {
                wishes.push(MemoryWish::Find(state.search.trim().to_owned()));
            }
        });
    });
}

fn slot_names(page: &MemoryPage) -> Vec<String> {
    let names = memory_slots::names(page.slots, page.board);
    names.into_iter().map(|name| name.unwrap_or_else(|| "empty".to_owned())).collect()
}
