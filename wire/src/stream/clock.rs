//! When a sample is heard: the clock of the sound against the clock of the wall.
//!
//! In a host, blocks come when the host pleases: at once for a whole buffer of 8,192 samples, unevenly under load. A
//! delay-locked loop (Adriaensen, "Using a DLL to filter time", LAC 2005) makes an even clock of their arrivals:
//! with e the arrival less what was foretold and w = 2 pi B dt,
//!
//! ```text
//! t <- t + sqrt(2) w e      period <- period + w^2 e / samples
//! ```
//!
//! A player knows better: it anchors a [`PlaybackClock`] to its device.

use super::feed::BlockMark;
use std::f64::consts::{SQRT_2, TAU};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// Bandwidth of the loop at first and once it has settled, Hz: quick to find the host's beat, then deaf to its jitter.
const BANDWIDTH_HZ: (f64, f64) = (2.0, 0.1);

/// Time in which the bandwidth narrows, s.
const SETTLING_S: f64 = 4.0;

/// A block that comes this much earlier or later than foretold is a new beginning (a jump, a pause of the host), s.
const JUMP_S: f64 = 0.25;

/// Farthest that a device's sample rate is from what it says.
const MOST_DRIFT: f64 = 0.01;

/// How many bursts of blocks are remembered: their median is what the host renders at once, whatever a late look saw.
const BURSTS: usize = 31;

/// The even clock of an uneven host.
#[derive(Debug, Clone, Default)]
pub(crate) struct BlockClock {
    state: Option<Locked>,
}

#[derive(Debug, Clone)]
struct Locked {
    /// A sample and when it was rendered, filtered.
    sample: u64,
    time_s: f64,
    /// Seconds of a sample, filtered.
    period_s: f64,
    nominal_s: f64,
    /// When the loop was closed.
    since_s: f64,
    /// The last bursts of blocks, s; how many there have been.
    bursts_s: [f64; BURSTS],
    heard: usize,
}

impl BlockClock {
    /// Takes note of blocks that were found at `now_s`, in order; true if the clock had to begin anew.
    pub fn hear(&mut self, blocks: &[BlockMark], now_s: f64) -> bool {
        let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else { return false };
        let nominal_s = 1.0 / f64::from(last.sample_rate_hz.max(1.0));
        let run = last.start_samples + u64::from(last.length_samples);
        let burst_s = run.saturating_sub(first.start_samples) as f64 * nominal_s;
        let again = match &mut self.state {
            Some(locked) if locked.nominal_s == nominal_s => !locked.turn(first.start_samples, now_s),
            _ => true,
        };
        // Blocks that jump within one look tell nothing about time: the last one counts.
        let jumped = last.start_samples < first.start_samples;
        if again || jumped {
            let sample = if jumped { last.start_samples } else { first.start_samples };
            self.state = Some(Locked {
                sample,
                time_s: now_s,
                period_s: nominal_s,
                nominal_s,
                since_s: now_s,
                bursts_s: [burst_s; BURSTS],
                heard: 0,
            });
        }
        if let Some(locked) = self.state.as_mut().filter(|_| !jumped) {
            locked.bursts_s[locked.heard % BURSTS] = burst_s;
            locked.heard += 1;
        }
        again || jumped
    }

    /// The sample that was being rendered at a time of the wall, s; none before the first block.
    pub fn sample_at(&self, time_s: f64) -> Option<f64> {
        self.state.as_ref().map(|locked| locked.sample as f64 + (time_s - locked.time_s) / locked.period_s)
    }

    /// Length of what the host renders at once, s: what is rendered now is heard after what was rendered before.
    pub fn block_s(&self) -> f64 {
        self.state.as_ref().map_or(0.0, |locked| {
            let mut sorted = locked.bursts_s;
            sorted.sort_unstable_by(f64::total_cmp);
            sorted[BURSTS / 2]
        })
    }

    /// How much faster than it says the device runs, in millionths.
    pub fn drift_ppm(&self) -> f64 {
        self.state.as_ref().map_or(0.0, |locked| 1e6 * (locked.nominal_s / locked.period_s - 1.0))
    }

    /// Samples a second as the host says.
    pub fn sample_rate_hz(&self) -> f64 {
        self.state.as_ref().map_or(48_000.0, |locked| 1.0 / locked.nominal_s)
    }
}

impl Locked {
    /// One turn of the loop; false if the block does not follow from the ones before it.
    fn turn(&mut self, start_samples: u64, now_s: f64) -> bool {
        let Some(passed) = start_samples.checked_sub(self.sample).filter(|passed| *passed > 0) else {
            return false;
        };
        let foretold_s = self.time_s + passed as f64 * self.period_s;
        let error_s = now_s - foretold_s;
        if error_s.abs() > JUMP_S {
            return false;
        }
        let share = ((now_s - self.since_s) / SETTLING_S).clamp(0.0, 1.0);
        let bandwidth_hz = BANDWIDTH_HZ.0 * (BANDWIDTH_HZ.1 / BANDWIDTH_HZ.0).powf(share);
        let w = (TAU * bandwidth_hz * passed as f64 * self.nominal_s).min(0.5);
        self.sample = start_samples;
        self.time_s = foretold_s + (SQRT_2 * w).min(1.0) * error_s;
        let drifted_s = self.period_s + w * w * error_s / passed as f64;
        let (low, high) = (self.nominal_s * (1.0 - MOST_DRIFT), self.nominal_s * (1.0 + MOST_DRIFT));
        self.period_s = drifted_s.clamp(low, high);
        true
    }
}

/// Position on the sample clock, from an instant at which sample 0 is heard.
///
/// The audio callback moves that instant ([`PlaybackClock::anchor`]); between callbacks time runs on by itself, so faces
/// are paced finer than the device's buffer.
#[derive(Debug, Clone)]
pub struct PlaybackClock {
    /// Reference for the nanoseconds below.
    epoch: Instant,
    /// When sample 0 is heard, in ns after `epoch`; `i64::MAX` until the clock runs.
    zero_ns: Arc<AtomicI64>,
    sample_rate_hz: f64,
}

impl PlaybackClock {
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
        self.position_in(0.0)
    }

    /// The sample that will be heard in `ahead_s`.
    pub(crate) fn position_in(&self, ahead_s: f64) -> Option<f64> {
        let zero_ns = self.zero_ns.load(Ordering::Relaxed);
        let running = zero_ns != i64::MAX;
        let now_s = self.epoch.elapsed().as_secs_f64() + ahead_s;
        running.then_some((now_s - 1e-9 * zero_ns as f64) * self.sample_rate_hz)
    }

    /// Samples a second.
    pub(crate) fn sample_rate_hz(&self) -> f64 {
        self.sample_rate_hz
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f32 = 48_000.0;

    fn block(start_samples: u64, length_samples: u32) -> BlockMark {
        BlockMark { start_samples, length_samples, sample_rate_hz: RATE }
    }

    /// Largest error in s after `settled_s` of a clock that hears blocks of `length` with `jitter_s` of lateness and a
    /// device that runs `drift` fast.
    fn error_s(length: u32, jitter_s: f64, drift: f64, settled_s: f64) -> f64 {
        let mut clock = BlockClock::default();
        let real_s = 1.0 / (f64::from(RATE) * (1.0 + drift));
        let (mut seed, mut worst) = (7u64, 0.0f64);
        let mut start = 0u64;
        let mut mean = (0.0, 0.0);
        while (start as f64) * real_s < 30.0 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let late_s = jitter_s * ((seed >> 33) as f64 / f64::from(1u32 << 31));
            let now_s = start as f64 * real_s + late_s;
            clock.hear(&[block(start, length)], now_s);
            let heard = clock.sample_at(now_s).expect("runs");
            let error = heard * real_s - (now_s - 0.5 * jitter_s);
            if now_s > settled_s {
                worst = worst.max(error.abs());
                mean = (mean.0 + error, mean.1 + 1.0);
            }
            start += u64::from(length);
        }
        assert!((mean.0 / mean.1).abs() < 2e-4, "no bias: {mean:?}");
        worst
    }

    #[test]
    fn an_even_host_is_followed_to_the_microsecond() {
        for length in [32, 512, 8_192] {
            assert!(error_s(length, 0.0, 0.0, 0.0) < 1e-6);
        }
    }

    #[test]
    fn jitter_is_filtered_and_drift_followed() {
        for length in [32, 512, 8_192] {
            assert!(
                error_s(length, 0.004, 0.0, 8.0) < 1e-3,
                "{length}: {}",
                error_s(length, 0.004, 0.0, 8.0)
            );
            assert!(
                error_s(length, 0.002, 2e-4, 12.0) < 1e-3,
                "{length}: {}",
                error_s(length, 0.002, 2e-4, 12.0)
            );
        }
    }

    #[test]
    fn a_jump_begins_anew_and_a_burst_is_one_block() {
        let mut clock = BlockClock::default();
        assert!(clock.hear(&[block(0, 512)], 1.0));
        assert!(!clock.hear(&[block(512, 512)], 1.0107));
        assert!(clock.hear(&[block(0, 512)], 1.02), "the engine was reset");
        assert!((clock.sample_at(1.02).expect("runs")).abs() < 1e-6);
        assert!(clock.hear(&[block(512, 512)], 5.0), "the host has paused");
        let mut clock = BlockClock::default();
        clock.hear(&[block(0, 64), block(64, 64), block(128, 64)], 0.0);
        assert!((clock.block_s() - 192.0 / 48_000.0).abs() < 1e-9);
    }

    #[test]
    fn a_player_stands_until_started_and_then_follows_its_anchor() {
        let clock = PlaybackClock::new(48_000);
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
