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

/// An error beyond this, s, for so many bursts in a row is no jitter: the host has stumbled and goes on from there.
const STUMBLE: (f64, u32) = (0.02, 4);

/// What blocks that came have done to the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// They follow from the ones before.
    Steady,
    /// Time has jumped; the samples go on.
    Stalled,
    /// The samples begin anew.
    Restarted,
}

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
    /// Bursts in a row that were far from what was foretold.
    stumbles: u32,
    /// The sample after the last block, and when that block came.
    end: u64,
    came_s: f64,
    /// The burst that is coming, and the last ones, s; how many there have been.
    burst_s: f64,
    bursts_s: [f64; BURSTS],
    bursts: usize,
}

impl BlockClock {
    /// Takes note of blocks that were found at `now_s`, in order.
    pub fn hear(&mut self, blocks: &[BlockMark], now_s: f64) -> Heard {
        let mut heard = Heard::Steady;
        // What the host renders at once may be seen in several pieces, and in several blocks.
        let mut run: Option<(u64, u64, f64)> = None;
        for block in blocks.iter().filter(|block| block.length_samples > 0) {
            let nominal_s = 1.0 / f64::from(block.sample_rate_hz.max(1.0));
            let end = block.start_samples + u64::from(block.length_samples);
            run = match run {
                Some((start, until, rate_s)) if until == block.start_samples && rate_s == nominal_s => {
                    Some((start, end, nominal_s))
                }
                Some(before) => {
                    heard = heard.worse(self.burst(before, now_s));
                    Some((block.start_samples, end, nominal_s))
                }
                None => Some((block.start_samples, end, nominal_s)),
            };
        }
        run.map_or(heard, |last| heard.worse(self.burst(last, now_s)))
    }

    fn burst(&mut self, (start, end, nominal_s): (u64, u64, f64), now_s: f64) -> Heard {
        let burst_s = (end - start) as f64 * nominal_s;
        let begun = Locked {
            sample: start,
            time_s: now_s,
            period_s: nominal_s,
            nominal_s,
            since_s: now_s,
            stumbles: 0,
            end,
            came_s: now_s,
            burst_s,
            bursts_s: [burst_s; BURSTS],
            bursts: 0,
        };
        let Some(locked) = &mut self.state else {
            self.state = Some(begun);
            return Heard::Restarted;
        };
        if locked.nominal_s != nominal_s || start < locked.end {
            self.state = Some(begun);
            return Heard::Restarted;
        }
        // The rest of what is being rendered at once comes faster than it is played, and tells nothing about time.
        if start == locked.end && now_s - locked.came_s < 0.6 * burst_s {
            (locked.end, locked.came_s, locked.burst_s) = (end, now_s, locked.burst_s + burst_s);
            return Heard::Steady;
        }
        locked.bursts_s[locked.bursts % BURSTS] = locked.burst_s;
        locked.bursts += 1;
        (locked.end, locked.came_s, locked.burst_s) = (end, now_s, burst_s);
        if locked.turn(start, now_s) {
            return Heard::Steady;
        }
        let Locked { bursts_s, bursts, .. } = *locked;
        self.state = Some(Locked { bursts_s, bursts, ..begun });
        Heard::Stalled
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

impl Heard {
    fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Restarted, _) | (_, Self::Restarted) => Self::Restarted,
            (Self::Stalled, _) | (_, Self::Stalled) => Self::Stalled,
            _ => Self::Steady,
        }
    }
}

impl Locked {
    /// One turn of the loop; false if the block came when nobody could foretell it.
    fn turn(&mut self, start_samples: u64, now_s: f64) -> bool {
        let passed = start_samples.saturating_sub(self.sample).max(1);
        let foretold_s = self.time_s + passed as f64 * self.period_s;
        let error_s = now_s - foretold_s;
        if error_s.abs() > JUMP_S {
            return false;
        }
        self.stumbles = if error_s.abs() > STUMBLE.0 { self.stumbles + 1 } else { 0 };
        if self.stumbles >= STUMBLE.1 {
            (self.since_s, self.stumbles) = (now_s, 0);
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
        for (length, jitter_s) in [(32, 0.000_25), (512, 0.004), (8_192, 0.004)] {
            for (drift, settled_s) in [(0.0, 8.0), (2e-4, 12.0)] {
                let error_s = error_s(length, jitter_s, drift, settled_s);
                assert!(error_s < 1e-3, "{length} samples, drift {drift}: {error_s} s");
            }
        }
    }

    #[test]
    fn a_reset_restarts_and_a_pause_only_stalls() {
        let mut clock = BlockClock::default();
        assert_eq!(clock.hear(&[block(0, 512)], 1.0), Heard::Restarted);
        assert_eq!(clock.hear(&[block(512, 512)], 1.0107), Heard::Steady);
        assert_eq!(clock.hear(&[block(1_024, 0)], 1.0207), Heard::Steady, "an empty block is no event");
        assert_eq!(clock.hear(&[block(0, 512)], 1.022), Heard::Restarted, "the engine was reset");
        assert!((clock.sample_at(1.022).expect("runs")).abs() < 1e-6);
        assert_eq!(clock.hear(&[block(512, 512)], 5.0), Heard::Stalled, "the host has paused");
        assert!((clock.sample_at(5.0).expect("runs") - 512.0).abs() < 1e-6);
        assert_eq!(clock.hear(&[block(1_024, 512), block(0, 512)], 5.01), Heard::Restarted);
    }

    /// A device buffer of 1,024 samples that the host renders in pieces of 64, over 4 ms.
    #[test]
    fn what_is_rendered_at_once_is_one_block_however_it_is_seen() {
        let mut clock = BlockClock::default();
        for buffer in 0..100u64 {
            let now_s = buffer as f64 * 1_024.0 / 48_000.0;
            for (look, pieces) in [(0.0, 0..6), (0.002, 6..11), (0.004, 11..16)] {
                let marks: Vec<BlockMark> =
                    pieces.map(|piece| block(buffer * 1_024 + piece * 64, 64)).collect();
                clock.hear(&marks, now_s + look);
            }
        }
        assert!((clock.block_s() - 1_024.0 / 48_000.0).abs() < 1e-9, "{}", clock.block_s());
        let heard = clock.sample_at(99.0 * 1_024.0 / 48_000.0).expect("runs");
        assert!((heard - 99.0 * 1_024.0).abs() < 48.0, "{heard}");
    }

    /// A host that loses 100 ms of time (an overload) is followed again within half a second.
    #[test]
    fn a_stumble_is_followed_soon() {
        let mut clock = BlockClock::default();
        let mut lost_s = 0.0;
        for index in 0..2_000u64 {
            if index == 1_000 {
                lost_s = 0.1;
            }
            let now_s = index as f64 * 512.0 / 48_000.0 + lost_s;
            clock.hear(&[block(index * 512, 512)], now_s);
            if index == 1_050 {
                let error = clock.sample_at(now_s).expect("runs") - (index * 512) as f64;
                assert!(error.abs() < 0.01 * 48_000.0, "{} ms", error / 48.0);
            }
        }
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
