//! The audio thread's end of the wire: it pushes faces and never waits.

use psivox_core::BlendshapeFrame;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Faces that fit between the audio thread and the sender: 8 s at 60 per second, more than any pause of the
/// sender's thread that is worth bridging.
pub const FEED_CAPACITY: usize = 512;

/// What the audio thread says without a message: flags and counts.
#[derive(Debug, Default)]
pub(crate) struct FeedSignals {
    /// The audio thread wants the face at rest (bypass, stop).
    pub neutral_wanted: AtomicBool,
    /// Faces that did not fit.
    pub overflowed: AtomicU64,
}

/// Pushes faces to the sender's thread. Held by the audio thread; created and dropped elsewhere, as both
/// allocate or free.
#[derive(Debug)]
pub struct FaceFeed {
    faces: rtrb::Producer<BlendshapeFrame>,
    signals: Arc<FeedSignals>,
}

impl FaceFeed {
    pub(crate) fn new() -> (Self, rtrb::Consumer<BlendshapeFrame>, Arc<FeedSignals>) {
        let (faces, outgoing) = rtrb::RingBuffer::new(FEED_CAPACITY);
        let signals = Arc::new(FeedSignals::default());
        (Self { faces, signals: Arc::clone(&signals) }, outgoing, signals)
    }

    /// Hands a face to the sender; `false` if it had to be dropped because the ring is full.
    ///
    /// # Realtime
    /// Wait-free: no allocation, lock or call of the operating system. The sender polls instead of being woken.
    pub fn push(&mut self, frame: &BlendshapeFrame) -> bool {
        let taken = self.faces.push(*frame).is_ok();
        if !taken {
            self.signals.overflowed.fetch_add(1, Ordering::Relaxed);
        }
        taken
    }

    /// Asks for one neutral face after those already pushed, so that no expression stays stuck on bypass or stop.
    ///
    /// # Realtime
    /// Wait-free.
    pub fn request_neutral(&self) {
        self.signals.neutral_wanted.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_ring_drops_and_counts() {
        let (mut feed, outgoing, signals) = FaceFeed::new();
        for _ in 0..FEED_CAPACITY {
            assert!(feed.push(&BlendshapeFrame::NEUTRAL));
        }
        assert!(!feed.push(&BlendshapeFrame::NEUTRAL));
        assert_eq!(signals.overflowed.load(Ordering::Relaxed), 1);
        assert_eq!(outgoing.slots(), FEED_CAPACITY);
    }
}
