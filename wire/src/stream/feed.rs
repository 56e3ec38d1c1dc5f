//! The audio thread's end of the wire: it pushes faces, notices and the place of every block, and never waits.

use crate::WireFrame;
use crate::event::{Notice, TimedNotice};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Faces that fit between the audio thread and the stream: 8 s at 120 a second, more than any pause of the stream's thread
/// that is worth bridging.
pub const FEED_CAPACITY: usize = 1_024;

/// Lines, phones, marks and surprises that fit: several seconds of the fastest speech.
pub const NOTICE_CAPACITY: usize = 256;

/// Blocks that fit: the smallest that hosts use, 16 samples at 192 kHz, for a fifth of a second.
const BLOCK_CAPACITY: usize = 2_400;

/// Where a block lies on the clock of the sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BlockMark {
    /// Its first sample since the engine's `reset`.
    pub start_samples: u64,
    /// Its length.
    pub length_samples: u32,
    /// Samples a second.
    pub sample_rate_hz: f32,
}

/// What the audio thread says without a message: flags and counts.
#[derive(Debug, Default)]
pub(crate) struct FeedSignals {
    /// The audio thread wants the face at rest (bypass, stop), after what it had pushed by then: so many faces, so many
    /// notices.
    pub neutral_wanted: AtomicBool,
    pub faces_before: AtomicU64,
    pub notices_before: AtomicU64,
    /// Somebody else wants the face at rest, after all that there is.
    pub neutral_now: AtomicBool,
    /// Faces and notices that did not fit.
    pub overflowed: AtomicU64,
}

/// The stream's ends of the rings.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub faces: rtrb::Consumer<WireFrame>,
    pub notices: rtrb::Consumer<TimedNotice>,
    pub blocks: rtrb::Consumer<BlockMark>,
    pub signals: Arc<FeedSignals>,
}

/// Pushes faces and notices to the stream. Held by the audio thread; created and dropped elsewhere, as both allocate or
/// free.
#[derive(Debug)]
pub struct FaceFeed {
    faces: rtrb::Producer<WireFrame>,
    notices: rtrb::Producer<TimedNotice>,
    blocks: rtrb::Producer<BlockMark>,
    signals: Arc<FeedSignals>,
    /// Faces and notices that have been pushed.
    pushed: (u64, u64),
}

impl FaceFeed {
    pub(crate) fn new() -> (Self, Outgoing) {
        let (faces, faces_out) = rtrb::RingBuffer::new(FEED_CAPACITY);
        let (notices, notices_out) = rtrb::RingBuffer::new(NOTICE_CAPACITY);
        let (blocks, blocks_out) = rtrb::RingBuffer::new(BLOCK_CAPACITY);
        let signals = Arc::new(FeedSignals::default());
        let outgoing = Outgoing {
            faces: faces_out,
            notices: notices_out,
            blocks: blocks_out,
            signals: Arc::clone(&signals),
        };
        (Self { faces, notices, blocks, signals, pushed: (0, 0) }, outgoing)
    }

    /// Tells that a block is being rendered now: the stream learns from it when a sample will be heard.
    ///
    /// # Realtime
    /// Wait-free: no allocation, lock or call of the operating system. The stream polls instead of being woken.
    pub fn begin_block(&mut self, start_samples: u64, length_samples: u32, sample_rate_hz: f32) {
        // One that does not fit is not missed: the clock goes on by itself.
        let _ = self.blocks.push(BlockMark { start_samples, length_samples, sample_rate_hz });
    }

    /// Hands a face to the stream; `false` if it had to be dropped because the ring is full.
    ///
    /// # Realtime
    /// Wait-free, as [`FaceFeed::begin_block`].
    pub fn push(&mut self, frame: &WireFrame) -> bool {
        let taken = self.faces.push(*frame).is_ok();
        self.pushed.0 += u64::from(taken);
        if !taken {
            self.signals.overflowed.fetch_add(1, Ordering::Relaxed);
        }
        taken
    }

    /// Hands a notice to the stream; `false` if it had to be dropped because the ring is full. The caller must keep a
    /// twin of a [`Notice::Line`]'s score, so that one that is dropped here frees nothing.
    ///
    /// # Realtime
    /// Wait-free, as [`FaceFeed::begin_block`].
    pub fn notice(&mut self, time_samples: u64, notice: Notice) -> bool {
        let taken = self.notices.push(TimedNotice { time_samples, notice }).is_ok();
        self.pushed.1 += u64::from(taken);
        if !taken {
            self.signals.overflowed.fetch_add(1, Ordering::Relaxed);
        }
        taken
    }

    /// Asks for the face at rest, now: what was pushed before is forgotten, what is pushed after it is not. No expression
    /// stays stuck on bypass or stop.
    ///
    /// # Realtime
    /// Wait-free.
    pub fn request_neutral(&self) {
        self.signals.faces_before.store(self.pushed.0, Ordering::Relaxed);
        self.signals.notices_before.store(self.pushed.1, Ordering::Relaxed);
        self.signals.neutral_wanted.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_ring_drops_and_counts() {
        let (mut feed, Outgoing { faces, signals, .. }) = FaceFeed::new();
        for _ in 0..FEED_CAPACITY {
            assert!(feed.push(&WireFrame::REST));
        }
        assert!(!feed.push(&WireFrame::REST));
        assert_eq!(signals.overflowed.load(Ordering::Relaxed), 1);
        assert_eq!(faces.slots(), FEED_CAPACITY);
    }
}
