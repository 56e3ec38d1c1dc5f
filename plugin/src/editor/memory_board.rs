//! What the page of memories shows, as plain data, and the desk over which editor and worker talk about it.

use super::memory_wish::MemoryWish;
use crate::performance::SLOT_COUNT;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most orders that wait: what a hand does while the worker plans a long text.
const MOST_ORDERS: usize = 256;

/// A memory on the map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemoryDot {
    /// What tells it from the others.
    pub id: u64,
    /// Its name; empty if it has none.
    pub name: String,
    /// The beginning of what was said; empty if that was not kept.
    pub text: String,
    /// Place on the map: its two principal Koopman coefficients, -1..=1.
    pub at: [f32; 2],
    /// Valence, arousal and dominance as they showed, -1..=1.
    pub felt: [f32; 3],
    /// What is left of it, 0..=1.
    pub strength: f32,
    /// It never fades.
    pub pinned: bool,
    /// It can be said again, bit by bit.
    pub replayable: bool,
    /// How often it was called back.
    pub uses: u32,
    /// The user's tags.
    pub tags: Vec<String>,
    /// How long it took, s.
    pub duration_s: f32,
    /// When it ended, in s of session time.
    pub at_s: f64,
}

impl MemoryDot {
    /// What it is called on show: its name, else the words, else its number.
    pub fn title(&self) -> String {
        match (self.name.is_empty(), self.text.is_empty()) {
            (false, _) => self.name.clone(),
            (true, false) => self.text.clone(),
            (true, true) => format!("memory {}", self.id),
        }
    }

    /// Whether every word is in its name, its text or its tags. `words` are lower case.
    pub fn has(&self, words: &str) -> bool {
        let all = format!("{} {} {}", self.name, self.text, self.tags.join(" ")).to_lowercase();
        words.split_whitespace().all(|word| all.contains(word))
    }
}

/// A point of the session's course.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HistoryDot {
    /// Session time, s.
    pub at_s: f64,
    /// Valence, arousal and dominance, -1..=1.
    pub felt: [f32; 3],
    /// The memory that was made then, if it is still there.
    pub id: Option<u64>,
    /// Its name; empty if it has none.
    pub name: String,
}

/// Everything on the page of memories. Made by the worker, read by the editor.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemoryBoard {
    /// All memories, oldest first.
    pub dots: Vec<MemoryDot>,
    /// Shares of the variance that the two directions of the map show, 0..=1.
    pub explained: [f32; 2],
    /// The course of the session, oldest first.
    pub history: Vec<HistoryDot>,
    /// What acts now, with weights.
    pub active: Vec<(u64, f32)>,
    /// The memory of each slot; none where the slot is empty or holds values.
    pub slots: [Option<u64>; SLOT_COUNT],
    /// How many bytes the memories take.
    pub bytes: usize,
    /// How many they may take.
    pub most_bytes: usize,
    /// Whether what is said is kept.
    pub keeps_text: bool,
    /// Session time now, s.
    pub now_s: f64,
    /// What was looked for last, as it came in [`MemoryWish::Find`].
    pub search: String,
    /// What was found, best first.
    pub found: Vec<u64>,
    /// What became of the last order, if there is something to tell.
    pub message: Option<String>,
}

impl MemoryBoard {
    /// The memory of this id.
    pub fn get(&self, id: u64) -> Option<&MemoryDot> {
        self.dots.iter().find(|dot| dot.id == id)
    }

    /// Its weight in what acts now; 0 if it does not.
    pub fn weight(&self, id: u64) -> f32 {
        self.active.iter().find(|(own, _)| *own == id).map_or(0.0, |(_, weight)| *weight)
    }

    /// How full it is, in words.
    pub fn fullness(&self) -> String {
        let kb = |bytes: usize| bytes.div_ceil(1_000);
        let count = self.dots.len();
        let noun = if count == 1 { "memory" } else { "memories" };
        format!("{} of {} kB, {count} {noun}", kb(self.bytes), kb(self.most_bytes))
    }

    /// Which memories answer a search, in the order of `dots`; none is asked for where nothing is looked for.
    pub fn lit(&self, search: &str) -> Option<Vec<bool>> {
        let words = search.trim().to_lowercase();
        if words.is_empty() {
            return None;
        }
        // What the worker found by meaning counts if it is about these very words.
        let found: &[u64] = if self.search.trim() == search.trim() { &self.found } else { &[] };
        Some(self.dots.iter().map(|dot| dot.has(&words) || found.contains(&dot.id)).collect())
    }
}

#[derive(Debug, Default)]
struct Desk {
    board: Mutex<Arc<MemoryBoard>>,
    orders: Mutex<Vec<MemoryWish>>,
    shown: AtomicBool,
}

/// Where the newest board and the orders lie. Locked by worker and editor only.
#[derive(Debug, Clone, Default)]
pub struct WindowDesk(Arc<Desk>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl WindowDesk {
    /// Worker: puts a new board on show.
    pub fn show(&self, board: MemoryBoard) {
        *lock(&self.0.board) = Arc::new(board);
    }

    /// Editor: the newest board.
    pub fn board(&self) -> Arc<MemoryBoard> {
        Arc::clone(&lock(&self.0.board))
    }

    /// Editor: leaves an order; wake the worker after it. Returns false if too many wait.
    pub fn order(&self, wish: MemoryWish) -> bool {
        let mut orders = lock(&self.0.orders);
        // A hand that drags asks many times a second: the last word counts.
        let overtaken = |last: &MemoryWish| {
            matches!((last, &wish), (MemoryWish::Blend { .. }, MemoryWish::Blend { .. }))
                || matches!((last, &wish), (MemoryWish::Find(_), MemoryWish::Find(_)))
        };
        if orders.last().is_some_and(overtaken) {
            orders.pop();
        }
        let room = orders.len() < MOST_ORDERS;
        if room {
            orders.push(wish);
        }
        room
    }

    /// Worker: takes the orders that wait, oldest first.
    pub fn take_orders(&self) -> Vec<MemoryWish> {
        std::mem::take(&mut lock(&self.0.orders))
    }

    /// Editor: whether anybody looks at the page.
    pub fn set_shown(&self, shown: bool) {
        self.0.shown.store(shown, Ordering::Relaxed);
    }

    /// Worker: whether anybody looks; nobody needs a new board otherwise.
    pub fn is_shown(&self) -> bool {
        self.0.shown.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(id: u64, name: &str, text: &str) -> MemoryDot {
        MemoryDot { id, name: name.into(), text: text.into(), ..MemoryDot::default() }
    }

    #[test]
    fn a_memory_is_called_by_what_is_known_of_it() {
        assert_eq!(dot(1, "sorry", "I am so sorry").title(), "sorry");
        assert_eq!(dot(1, "", "I am so sorry").title(), "I am so sorry");
        assert_eq!(dot(7, "", "").title(), "memory 7");
    }

    #[test]
    fn a_search_lights_words_and_what_the_worker_found_for_them() {
        let mut board = MemoryBoard {
            dots: vec![dot(1, "sorry", "I am so sorry"), dot(2, "", "Good night"), dot(3, "", "Thank you")],
            ..MemoryBoard::default()
        };
        board.dots[2].tags = vec!["Polite".to_owned()];
        assert_eq!(board.lit("  "), None);
        assert_eq!(board.lit("SO sorry"), Some(vec![true, false, false]));
        assert_eq!(board.lit("polite"), Some(vec![false, false, true]));
        (board.search, board.found) = ("bedtime".into(), vec![2]);
        assert_eq!(board.lit("bedtime"), Some(vec![false, true, false]));
        assert_eq!(board.lit("bed"), Some(vec![false, false, false]), "that was about other words");
    }

    #[test]
    fn fullness_is_told_in_kilobytes() {
        let board = MemoryBoard {
            bytes: 311_200,
            most_bytes: 600_000,
            dots: vec![dot(1, "", "")],
            ..Default::default()
        };
        assert_eq!(board.fullness(), "312 of 600 kB, 1 memory");
    }

    #[test]
    fn orders_come_out_as_they_went_in_and_a_drag_counts_once() {
        let desk = WindowDesk::default();
        let blend = |weight| MemoryWish::Blend { parts: vec![(1, weight), (2, 1.0 - weight)] };
        for wish in [MemoryWish::Replay(3), blend(0.1), blend(0.2), blend(0.3), MemoryWish::ForgetAll] {
            assert!(desk.order(wish));
        }
        assert_eq!(desk.take_orders(), [MemoryWish::Replay(3), blend(0.3), MemoryWish::ForgetAll]);
        assert!(desk.take_orders().is_empty());
        for id in 0..MOST_ORDERS as u64 {
            assert!(desk.order(MemoryWish::Forget(id)));
        }
        assert!(!desk.order(MemoryWish::ForgetAll), "no more than that waits");
        assert_eq!(desk.take_orders().len(), MOST_ORDERS);
    }

    #[test]
    fn the_board_on_show_is_the_newest() {
        let desk = WindowDesk::default();
        desk.show(MemoryBoard { bytes: 5, ..MemoryBoard::default() });
        assert_eq!(desk.clone().board().bytes, 5);
        desk.set_shown(true);
        assert!(desk.is_shown());
    }
}
