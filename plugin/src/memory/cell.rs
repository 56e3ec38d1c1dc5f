//! Where the threads meet over memory.

use super::order::MemoryOrder;
use super::saved::{MEMORY_VERSION, SavedMemory};
use crate::channels::Shared;
use crate::editor::WindowDesk;
use crate::state::PLAN_PATIENCE;
use nice_plug::params::persist::PersistentField;
use psivox_core::memory::MemoryBank;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Orders that may wait.
const MAX_ORDERS: usize = 64;

/// What the project keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct MemoryState {
    /// The memories.
    pub bank: MemoryBank,
    /// Whether what was said is kept.
    pub keeps_texts: bool,
    /// What the user should know of the last thing that was done.
    pub message: Option<String>,
}

impl Default for MemoryState {
    fn default() -> Self {
        Self { bank: MemoryBank::default(), keeps_texts: true, message: None }
    }
}

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<MemoryState>,
    orders: Mutex<VecDeque<MemoryOrder>>,
    desk: WindowDesk,
    shared: Arc<Shared>,
    /// Counts the changes from outside the worker.
    changes: AtomicU64,
    /// Counts the projects that were loaded.
    loads: AtomicU64,
}

/// A handle of an instance's memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryCell(Arc<Inner>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MemoryCell {
    /// An empty memory of an instance.
    pub fn new(shared: Arc<Shared>) -> Self {
        Self(Arc::new(Inner { shared, ..Inner::default() }))
    }

    /// The memory itself. Not for the audio thread.
    pub fn lock(&self) -> MutexGuard<'_, MemoryState> {
        lock(&self.0.state)
    }

    /// What the window shows, and what it asks for.
    pub fn desk(&self) -> &WindowDesk {
        &self.0.desk
    }

    /// Asks the worker for something; false if too much waits.
    pub fn order(&self, order: MemoryOrder) -> bool {
        let mut orders = lock(&self.0.orders);
        let room = orders.len() < MAX_ORDERS;
        if room {
            orders.push_back(order);
            self.0.changes.fetch_add(1, Ordering::AcqRel);
        }
        drop(orders);
        self.0.shared.wake();
        room
    }

    /// The next order.
    pub(crate) fn next_order(&self) -> Option<MemoryOrder> {
        lock(&self.0.orders).pop_front()
    }

    /// Changes and orders from outside the worker so far.
    pub(crate) fn changes(&self) -> u64 {
        self.0.changes.load(Ordering::Acquire)
    }

    /// Projects loaded so far.
    pub(crate) fn loads(&self) -> u64 {
        self.0.loads.load(Ordering::Acquire)
    }

    /// What would be saved now.
    pub fn saved(&self) -> SavedMemory {
        let state = self.lock();
        SavedMemory {
            version: MEMORY_VERSION,
            keeps_texts: state.keeps_texts,
            records: state.bank.to_texts(state.keeps_texts),
        }
    }
}

impl<'a> PersistentField<'a, SavedMemory> for MemoryCell {
    /// The host loads a state; as with the line, what is said next while active can rely on it.
    fn set(&self, saved: SavedMemory) {
        let (bank, losses) = MemoryBank::from_texts(saved.records.iter().map(String::as_str));
        let message = losses.first().map(|first| {
            format!(
                "{} of {} memories could not be read and are gone ({first}); the others are here",
                losses.len(),
                saved.records.len()
            )
        });
        *self.lock() = MemoryState { bank, keeps_texts: saved.keeps_texts, message };
        lock(&self.0.orders).clear();
        self.0.loads.fetch_add(1, Ordering::AcqRel);
        self.0.changes.fetch_add(1, Ordering::AcqRel);
        let generation = self.0.shared.request();
        self.0.shared.wake();
        if self.0.shared.active() {
            self.0.shared.wait_for(generation, PLAN_PATIENCE);
        }
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&SavedMemory) -> R,
    {
        f(&self.saved())
    }
}
