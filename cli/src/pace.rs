//! The clock that a live face follows: the wall's, or that of the sound as it is heard.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// Position on the sample clock, from an instant at which sample 0 is heard.
///
/// The audio callback moves that instant ([`SoundClock::anchor`]); between callbacks time runs on by itself,
/// so faces are paced finer than the device's buffer.
#[derive(Debug, Clone)]
pub struct SoundClock {
    /// Reference for the nanoseconds below.
    epoch: Instant,
    /// When sample 0 is heard, in ns after `epoch`; `i64::MAX` until the clock runs.
    zero_ns: Arc<AtomicI64>,
    sample_rate_hz: f64,
}

impl SoundClock {
    /// A clock that stands still.
    pub fn new(sample_rate_hz: u32) -> Self {
        let (epoch, zero_ns) = (Instant::now(), Arc::new(AtomicI64::new(i64::MAX)));
        Self { epoch, zero_ns, sample_rate_hz: f64::from(sample_rate_hz) }
    }

    /// Starts the clock now, unless it runs.
    pub fn start(&self) {
        if self.zero_ns.load(Ordering::Relaxed) == i64::MAX {
            self.anchor(0, 0.0);
        }
    }

    /// Sample `position` will be heard in `latency_s`. Wait-free.
    pub fn anchor(&self, position: u64, latency_s: f64) {
        let played_s = position as f64 / self.sample_rate_hz;
        let zero_s = self.epoch.elapsed().as_secs_f64() + latency_s - played_s;
        self.zero_ns.store((1e9 * zero_s) as i64, Ordering::Relaxed);
    }

    /// The sample that is heard now; below 0 before the first one. `None` while the clock stands.
    pub fn position(&self) -> Option<f64> {
        let zero_ns = self.zero_ns.load(Ordering::Relaxed);
        let running = zero_ns != i64::MAX;
        running.then(|| (self.epoch.elapsed().as_secs_f64() - 1e-9 * zero_ns as f64) * self.sample_rate_hz)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_until_started_and_then_follows_its_anchor() {
        let clock = SoundClock::new(48_000);
        assert_eq!(clock.position(), None);
        clock.start();
        let first = clock.position().expect("runs");
        assert!(first >= 0.0);
        clock.anchor(48_000, 1.0);
        let position = clock.position().expect("runs");
        assert!((0.0..48_000.0).contains(&position), "heard in a second, so at most just begun: {position}");
        clock.anchor(480_000, 0.0);
        assert!(clock.position().expect("runs") >= 480_000.0 - 1.0);
    }
}
