//! Remembered manners: what their tiles ask for, and how they act.

use super::bar::{self, Board};
use super::memory_view::MemoryWish;
use super::wish::Wish;
use crate::performance_state::{MAX_NAME, Slot};
use crate::remote::{self, parameter};
use egui::Ui;

/// Which slot acts, whether, and how much.
pub fn rules(ui: &mut Ui, board: &Board, wishes: &mut Vec<Wish>) {
    bar::named(ui, board, "memory_slot", "the remembered manner that acts", wishes);
    bar::named(ui, board, "memory_blend", "how much of it replaces the present one", wishes);
    bar::tick(ui, board, "memory_recall", "Recall", "the remembered manner acts");
}

/// Does what a tile asks for.
pub fn obey(board: &Board, wish: MemoryWish, wishes: &mut Vec<Wish>) {
    let mut performance = board.performance.clone();
    let slots = &mut performance.slots;
    match wish {
        MemoryWish::Recall(slot) => {
            // A second time ends it: the same tile is the way back.
            let own = &board.params.performance;
            let acts = own.memory_recall.value() && own.memory_slot.value() == slot as i32 + 1;
            set(board, "memory_slot", slot as f32 + 1.0);
            set(board, "memory_recall", if acts { 0.0 } else { 1.0 });
            return;
        }
        MemoryWish::Remember(slot) => {
            slots.resize(slots.len().max(slot + 1), Slot::default());
            let name = std::mem::take(&mut slots[slot].name);
            slots[slot] = Slot::of(&name, board.params);
        }
        MemoryWish::Forget(slot) => {
            if let Some(own) = slots.get_mut(slot) {
                *own = Slot::default();
            }
            while slots.last().is_some_and(|last| *last == Slot::default()) {
                slots.pop();
            }
        }
        MemoryWish::Rename(slot, name) => {
            if let Some(own) = slots.get_mut(slot) {
                own.name = name.chars().take(MAX_NAME).collect();
            }
        }
    }
    wishes.push(Wish::Performance(Box::new(performance)));
}

fn set(board: &Board, id: &str, plain: f32) {
    if let Some(index) = remote::index_of(id) {
        let param = parameter(board.params, index);
        board.set(param, param.normalized_of(plain));
    }
}
