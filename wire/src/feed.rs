//! The audio thread's end of the wire: it pushes faces and surprises and never waits.

use psivox_core::BlendshapeFrame;
use psivox_core::field::SurpriseEvent;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Faces that fit between the audio thread and the sender: 8 s at 60 per second, more than any pause of the
/// sender's thread that is worth bridging.
pub const FEED_CAPACITY: usize = 512;

/// Surprises that fit: the field has at most one a second.
pub const SURPRISE_CAPACITY: usize = 16;

/// What the audio thread says without a message: flags and counts.
#[derive(Debug, Default)]
pub(crate) struct FeedSignals {
    /// The audio thread wants the face at rest (bypass, stop).
    pub neutral_wanted: AtomicBool,
    /// Faces that did not fit.
    pub overflowed: AtomicU64,
}

/// The sender's ends of the rings.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub faces: rtrb::Consumer<BlendshapeFrame>,
    pub surprises: rtrb::Consumer<SurpriseEvent>,
    pub signals: Arc<FeedSignals>,
}

/// Pushes faces and surprises to the sender's thread. Held by the audio thread; created and dropped elsewhere, as both
/// allocate or free.
#[derive(Debug)]
pub struct FaceFeed {
    faces: rtrb::Producer<BlendshapeFrame>,
    surprises: rtrb::Producer<SurpriseEvent>,
    signals: Arc<FeedSignals>,
}

impl FaceFeed {
    pub(crate) fn new() -> (Self, Outgoing) {
        let (faces, faces_out) = rtrb::RingBuffer::new(FEED_CAPACITY);
        let (surprises, surprises_out) = rtrb::RingBuffer::new(SURPRISE_CAPACITY);
        let signals = Arc::new(FeedSignals::default());
        let outgoing = Outgoing { faces: faces_out, surprises: surprises_out, signals: Arc::clone(&signals) };
        (Self { faces, surprises, signals }, outgoing)
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

    /// Hands a surprise to the sender; `false` if it had to be dropped because the ring is full.
    ///
    /// # Realtime
    /// Wait-free, as [`FaceFeed::push`].
    pub fn push_surprise(&mut self, event: &SurpriseEvent) -> bool {
        self.surprises.push(*event).is_ok()
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
        let (mut feed, Outgoing { faces, signals, .. }) = FaceFeed::new();
        for _ in 0..FEED_CAPACITY {
            assert!(feed.push(&BlendshapeFrame::NEUTRAL));
        }
        assert!(!feed.push(&BlendshapeFrame::NEUTRAL));
        assert_eq!(signals.overflowed.load(Ordering::Relaxed), 1);
        assert_eq!(faces.slots(), FEED_CAPACITY);
    }
}
