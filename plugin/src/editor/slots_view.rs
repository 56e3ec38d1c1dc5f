//! Between the page of memories and the parameters, the project and the worker: what it shows and what it asks for.

use super::bar::{self, Board};
use super::memory_board::MemoryBoard;
use super::memory_trace::MemoryTrace;
use super::memory_view::MemoryPage;
use super::memory_wish::{MemoryWish, PadMove};
use super::wish::Wish;
use crate::performance_state::{MAX_NAME, Slot};
use crate::remote::{self, Parameter, parameter};
use egui::Ui;
use psivox_core::memory::Course;

/// Bars of the page: id and hint. Those that this build does not have are left out.
const BARS: [(&str, &str); 6] = [
    ("memory_slot", "the slot that acts; the pad lies between it and the three after it"),
    ("memory_blend", "how much of it replaces the present manner"),
    ("memory_voice", "how much of a memory the voice takes over"),
    ("memory_face", "how much of a memory the face takes over"),
    ("memory_glide", "time of the way into a remembered manner"),
    ("memory_topic", "how much of its manner a subject brings back when it is spoken of again"),
];

/// What the page shows: the worker's board, and what the parameters and the project say.
pub fn page<'a>(board: &Board<'a>, memory: &'a MemoryBoard, trace: &'a MemoryTrace) -> MemoryPage<'a> {
    let lines = plain(board, "course_lines").map_or(1, |lines| lines.max(1.0) as u32);
    MemoryPage {
        board: memory,
        slots: &board.performance.slots,
        trace,
        slot: present_slot(board),
        pad: plain(board, "memory_x").zip(plain(board, "memory_y")).map(|(x, y)| [x, y]),
        course: plain(board, "course").map(|course| match course as i32 {
            0 => Course::Free,
            1 => Course::Same,
            _ => Course::Calm { lines },
        }),
    }
}

/// What memory does: which slot acts, whether, how much, and where.
pub fn controls(ui: &mut Ui, board: &Board, wishes: &mut Vec<Wish>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        bar::tick(ui, board, "memory_on", "Remember all", "what is said leaves a memory");
        bar::tick(ui, board, "memory_recall", "Recall", "what is in the slot acts");
        bar::tick(
            ui,
            board,
            "memory_replay",
            "Notes replay",
            "a note says the slot's memory again, bit by bit",
        );
    });
    for (id, hint) in BARS {
        bar::named(ui, board, id, hint, wishes);
    }
}

/// Does what the page asks for. What only the worker can do goes on as [`Wish::Memory`].
pub fn obey(board: &Board, memory: &MemoryBoard, wish: MemoryWish, wishes: &mut Vec<Wish>) {
    let mut performance = board.performance.clone();
    let slots = &mut performance.slots;
    match wish {
        MemoryWish::CallSlot(slot) => {
            // A second time ends it: the same tile is the way back.
            let acts = acts(board) && present_slot(board) == slot;
            set(board, "memory_slot", slot as f32 + 1.0);
            set(board, "memory_recall", if acts { 0.0 } else { 1.0 });
            return;
        }
        MemoryWish::Recall(id) => {
            if acts(board) && memory.weight(id) > 0.0 {
                set(board, "memory_recall", 0.0);
                return;
            }
            wishes.push(Wish::Memory(MemoryWish::ToSlot { id, slot: present_slot(board) }));
            wishes.push(Wish::Memory(MemoryWish::Recall(id)));
            set(board, "memory_recall", 1.0);
            return;
        }
        MemoryWish::Blend { .. } => {
            wishes.push(Wish::Memory(wish));
            if !acts(board) {
                set(board, "memory_recall", 1.0);
            }
            return;
        }
        MemoryWish::Pad(one) => return pad(board, one),
        MemoryWish::Course(course) => {
            let (kind, lines) = match course {
                Course::Free => (0.0, None),
                Course::Same => (1.0, None),
                Course::Calm { lines } => (2.0, Some(lines)),
            };
            if let Some(lines) = lines {
                set(board, "course_lines", lines as f32);
            }
            set(board, "course", kind);
            return;
        }
        MemoryWish::KeepValues(slot) => {
            slots.resize(slots.len().max(slot + 1), Slot::default());
            let name = std::mem::take(&mut slots[slot].name);
            slots[slot] = Slot::of(&name, board.params);
        }
        MemoryWish::EmptySlot(slot) => {
            if let Some(own) = slots.get_mut(slot) {
                *own = Slot::default();
            }
            while slots.last().is_some_and(|last| *last == Slot::default()) {
                slots.pop();
            }
        }
        MemoryWish::NameSlot(slot, name) => {
            if let Some(own) = slots.get_mut(slot) {
                own.name = name.chars().take(MAX_NAME).collect();
            }
        }
        other => {
            wishes.push(Wish::Memory(other));
            return;
        }
    }
    wishes.push(Wish::Performance(Box::new(performance)));
}

fn present_slot(board: &Board) -> usize {
    (board.params.performance.memory_slot.value() - 1).max(0) as usize
}

fn acts(board: &Board) -> bool {
    board.params.performance.memory_recall.value()
}

/// The value of a parameter in its own unit, if this build has it.
fn plain(board: &Board, id: &str) -> Option<f32> {
    remote::index_of(id).map(|index| parameter(board.params, index).now())
}

fn of<'a>(board: &Board<'a>, id: &str) -> Option<&'a dyn Parameter> {
    remote::index_of(id).map(|index| parameter(board.params, index))
}

fn set(board: &Board, id: &str, plain: f32) {
    if let Some(param) = of(board, id) {
        board.set(param, param.normalized_of(plain));
    }
}

/// What the hand does on the pad becomes a gesture of the host on both parameters.
fn pad(board: &Board, one: PadMove) {
    let [Some(right), Some(up)] = ["memory_x", "memory_y"].map(|id| of(board, id)) else { return };
    match one {
        PadMove::Begin => [right, up].iter().for_each(|param| param.begin(board.setter)),
        PadMove::Set { x, y } => {
            right.set(right.normalized_of(x), board.setter);
            up.set(up.normalized_of(y), board.setter);
        }
        PadMove::End => [right, up].iter().for_each(|param| param.end(board.setter)),
    }
}
