//! What the audio thread tells of what it has said. Wait-free; what finds no room is not remembered.

use psivox_core::Engine;
use psivox_core::memory::{Impression, RawTake};
use rtrb::{Consumer, Producer, RingBuffer};

/// Lines that may wait for the worker.
const IMPRESSIONS: usize = 16;
/// Takes that may be on their way.
const TAKES: usize = 2;

/// The audio thread's end.
pub struct MemoryTap {
    impressions: Producer<Impression>,
    takes: Producer<Box<RawTake>>,
    empty: Consumer<Box<RawTake>>,
    on: bool,
}

/// The worker's end.
pub struct MemoryEnds {
    /// What lines have left.
    pub impressions: Consumer<Impression>,
    /// All that is needed to say them again.
    pub takes: Consumer<Box<RawTake>>,
    /// Back to the audio thread, to be filled again.
    pub empty: Producer<Box<RawTake>>,
}

/// Both ends. Allocates.
pub fn open() -> (MemoryTap, MemoryEnds) {
    let (impressions_tx, impressions) = RingBuffer::new(IMPRESSIONS);
    let (takes_tx, takes) = RingBuffer::new(TAKES);
    let (mut empty, empty_rx) = RingBuffer::new(TAKES);
    for _ in 0..TAKES {
        // There is room: the ring is as long as this.
        _ = empty.push(Box::new(RawTake::empty()));
    }
    let tap = MemoryTap { impressions: impressions_tx, takes: takes_tx, empty: empty_rx, on: false };
    (tap, MemoryEnds { impressions, takes, empty })
}

impl MemoryTap {
    /// Whether anything is told.
    pub fn set_on(&mut self, on: bool) {
        self.on = on;
    }

    /// A line has left this.
    pub fn impression(&mut self, impression: &Impression) {
        if self.on {
            _ = self.impressions.push(impression.clone());
        }
    }

    /// Takes what the engine has kept of something that has come to its end.
    pub fn collect(&mut self, engine: &mut Engine) {
        let Some(take) = engine.finished_take() else { return };
        if self.on
            && let Ok(mut empty) = self.empty.pop()
        {
            empty.copy_from(take);
            // As many are on their way as there are places.
            _ = self.takes.push(empty);
        }
    }
}
