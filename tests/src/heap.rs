//! Counts the heap operations of a thread, and what the whole process holds. A test binary installs it with
//! `#[global_allocator] static HEAP: CountingHeap = CountingHeap;`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicI64, Ordering};

thread_local! {
    /// Heap operations of this thread: other tests of the harness run beside it.
    static OPERATIONS: Cell<u64> = const { Cell::new(0) };
    /// Bytes that this thread has taken and not given back.
    static BYTES: Cell<i64> = const { Cell::new(0) };
}

/// Bytes that all threads have taken and not given back.
static LIVE: AtomicI64 = AtomicI64::new(0);

/// The system's allocator with a counter for each thread.
#[derive(Debug)]
pub struct CountingHeap;

fn count(bytes: i64) {
    LIVE.fetch_add(bytes, Ordering::Relaxed);
    // Not available while a thread ends; nothing is measured then.
    let _ = OPERATIONS.try_with(|operations| operations.set(operations.get() + 1));
    let _ = BYTES.try_with(|held| held.set(held.get() + bytes));
}

// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for CountingHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as i64);
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as i64));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as i64 - layout.size() as i64);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Heap operations of this thread during `work`.
pub fn operations_of(work: impl FnOnce()) -> u64 {
    let before = OPERATIONS.get();
    work();
    OPERATIONS.get() - before
}

/// Bytes of the heap that are still held after `work`, by what it returns.
pub fn bytes_of<T>(work: impl FnOnce() -> T) -> (T, i64) {
    let before = BYTES.get();
    let made = work();
    (made, BYTES.get() - before)
}

/// Bytes of the heap that the process holds: what Rust code has taken, not what C libraries did.
pub fn live_bytes() -> i64 {
    LIVE.load(Ordering::Relaxed)
}
