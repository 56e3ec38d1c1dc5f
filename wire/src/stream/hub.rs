//! What the lanes share: the timeline, the clock, and whether the face rests.

use super::clock::{BlockClock, Heard, PlaybackClock};
use super::feed::BlockMark;
use super::timeline::{Happening, Timeline};
use crate::WireFrame;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A face stands this long after the last one that came; then somebody has stopped without a word, and it rests.
const PATIENCE_S: f64 = 0.5;

/// How far back faces are kept for lanes that are late on purpose, s.
const HISTORY_S: f64 = 2.5;

/// What a lane sees.
#[derive(Debug)]
pub(crate) struct Look {
    /// How often the face has been put to rest so far.
    pub rests: u64,
    /// The face of the sample that was asked for; none while nothing plays.
    pub frame: Option<WireFrame>,
    /// How much later than asked for it is, because the host makes it no earlier, s.
    pub short_s: f64,
    /// What has happened by then and was not told yet.
    pub events: Vec<Happening>,
    /// Time until the next thing happens, s.
    pub next_event_s: Option<f64>,
    /// Number of the event after all that there are.
    pub newest_event: u64,
}

#[derive(Debug, Default)]
struct Inner {
    timeline: Timeline,
    blocks: BlockClock,
    rests: u64,
}

/// Shared by the intake and the lanes; the audio thread never touches it.
#[derive(Debug)]
pub(crate) struct Hub {
    /// Zero of the sender's clock.
    start: Instant,
    inner: Mutex<Inner>,
    /// The device's own clock, where it is known.
    playback: Option<PlaybackClock>,
    /// From the end of the host's block to the ear, s, as bits.
    latency_bits: AtomicU64,
}

/// How the clock is doing.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, Default)]
pub struct ClockReport {
    /// What the host renders at once, ms; 0 where the device's own clock is known.
    pub block_ms: f64,
    /// Device latency as set, ms.
    pub latency_ms: f64,
    /// How much faster than it says the device runs, in millionths.
    pub drift_ppm: f64,
    /// Times that the face was put to rest.
    pub rests: u64,
}

impl Hub {
    pub fn new(playback: Option<PlaybackClock>, latency_s: f64) -> Self {
        Self {
            start: Instant::now(),
            inner: Mutex::default(),
            playback,
            latency_bits: AtomicU64::new(latency_s.to_bits()),
        }
    }

    /// Seconds on the sender's clock.
    pub fn now_s(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    pub fn set_latency_s(&self, latency_s: f64) {
        self.latency_bits.store(latency_s.to_bits(), Ordering::Relaxed);
    }

    fn latency_s(&self) -> f64 {
        f64::from_bits(self.latency_bits.load(Ordering::Relaxed))
    }

    /// Takes what came from the audio thread.
    pub fn take(&self, blocks: &[BlockMark], now_s: f64, fill: impl FnOnce(&mut Timeline)) {
        let mut inner = self.lock();
        if inner.blocks.hear(blocks, now_s) == Heard::Restarted {
            // What waits belongs to a time that will never come.
            inner.timeline.forget();
        }
        fill(&mut inner.timeline);
        if let Some(sample) = self.heard(&inner, now_s - HISTORY_S) {
            inner.timeline.trim(sample);
        }
    }

    /// Puts the face to rest: all that waits is forgotten.
    pub fn rest(&self) {
        let mut inner = self.lock();
        inner.timeline.forget();
        inner.rests += 1;
    }

    /// What is heard `ahead_s` after `time_s` on the sender's clock; events from number `from` on.
    pub fn look(&self, time_s: f64, ahead_s: f64, from: u64) -> Look {
        let inner = self.lock();
        let (rests, newest_event) = (inner.rests, inner.timeline.next_event());
        let nothing =
            Look { rests, frame: None, short_s: 0.0, events: Vec::new(), next_event_s: None, newest_event };
        let Some(sample) = self.heard(&inner, time_s + ahead_s) else { return nothing };
        let rate_hz = self.rate_hz(&inner);
        let past_s = |newest: u64| (sample - newest as f64) / rate_hz;
        // A target may want faces that are not made yet; only those that were due by now are missed.
        let starved = |newest: u64| past_s(newest) - ahead_s.max(0.0) > PATIENCE_S;
        let short_s = inner.timeline.newest().map_or(0.0, past_s).clamp(0.0, ahead_s.max(0.0));
        let frame = inner.timeline.at(sample).filter(|_| !inner.timeline.newest().is_some_and(starved));
        let events: Vec<Happening> = inner.timeline.events_until(from, sample).cloned().collect();
        let next = events.last().map_or(from, |last| last.number + 1);
        let ahead = |at: u64| ((at as f64 - sample) / rate_hz).max(0.0);
        let next_event_s = inner.timeline.next_event_at(next).map(ahead);
        Look { rests, frame, short_s, events, next_event_s, newest_event }
    }

    pub fn report(&self) -> ClockReport {
        let inner = self.lock();
        ClockReport {
            block_ms: 1e3 * inner.blocks.block_s(),
            latency_ms: 1e3 * self.latency_s(),
            drift_ppm: inner.blocks.drift_ppm(),
            rests: inner.rests,
        }
    }

    /// The sample that is heard at `time_s`.
    fn heard(&self, inner: &Inner, time_s: f64) -> Option<f64> {
        match &self.playback {
            Some(clock) => clock.position_in(time_s - self.now_s() - self.latency_s()),
            None => inner.blocks.sample_at(time_s - inner.blocks.block_s() - self.latency_s()),
        }
    }

    fn rate_hz(&self, inner: &Inner) -> f64 {
        self.playback.as_ref().map_or_else(|| inner.blocks.sample_rate_hz(), PlaybackClock::sample_rate_hz)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
