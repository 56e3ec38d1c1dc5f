//! What is due when: faces, observations and probes, each at its own rate, on the one clock of samples.
//!
//! Times are `count / rate` from the start, so that no rate drifts; what is due between two control ticks is read between
//! them. Sanity: a rate equal to the sample rate is due at every sample.

use super::config::EngineConfig;
use super::telemetry::Telemetry;
use crate::carry::{Carried, Ledger};
use crate::field::{Observable, PsiField};
use std::f32::consts::{PI, TAU};

/// Something that is due again and again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    rate_hz: f32,
    start: u64,
    count: u64,
}

impl Due {
    /// From sample 0 on.
    pub fn every(rate_hz: f32) -> Self {
        Self { rate_hz, start: 0, count: 0 }
    }

    /// From sample 0 on again.
    pub fn restart(&mut self) {
        *self = Self::every(self.rate_hz);
    }

    /// Whether nothing was due yet.
    pub fn is_first(&self) -> bool {
        self.count == 0
    }

    /// The next sample that it is due at, if that lies before `end`.
    pub fn next_before(&mut self, end: u64, sample_rate_hz: f32) -> Option<u64> {
        // Wraps round where the clock of samples was set back under it.
        let passed = (self.count as f64 * sample_rate_hz as f64 / self.rate_hz as f64) as u64;
        let due = self.start.wrapping_add(passed);
        if due >= end {
            return None;
        }
        self.count += 1;
        Some(due)
    }
}

/// How many observables can be probed at once.
pub const MAX_PROBES: usize = 8;

/// An observable that is told again and again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probe {
    /// What is read.
    pub observable: Observable,
    /// How often, in Hz; from 0.1 to the sample rate.
    pub rate_hz: f32,
}

/// The probes of an engine.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Probes {
    slots: [Option<(Probe, Due, f32)>; MAX_PROBES],
}

impl Probes {
    /// Sets or takes out a probe, from sample `now` on. A slot that does not exist is ignored, rates are clamped.
    pub fn set(&mut self, slot: usize, probe: Option<Probe>, now: u64, config: &EngineConfig) {
        let Some(place) = self.slots.get_mut(slot) else { return };
        *place = probe.filter(|probe| probe.rate_hz.is_finite()).map(|probe| {
            let rate_hz = probe.rate_hz.clamp(0.1, config.sample_rate_hz);
            let due = Due { start: now, ..Due::every(rate_hz) };
            (Probe { rate_hz, ..probe }, due, f32::NAN)
        });
    }

    /// From sample 0 on again.
    pub fn restart(&mut self) {
        for (_, due, last) in self.slots.iter_mut().flatten() {
            due.restart();
            *last = f32::NAN;
        }
    }

    /// Tells what is due from `span.0` to before `span.1`; the field stands at `span.1`.
    pub fn tell(
        &mut self,
        span: (u64, u64),
        field: &PsiField,
        sample_rate_hz: f32,
        telemetry: &mut dyn Telemetry,
    ) {
        for (slot, entry) in self.slots.iter_mut().enumerate() {
            let Some((probe, due, last)) = entry else { continue };
            let value = field.read(probe.observable);
            let from = if last.is_nan() { value } else { *last };
            while let Some(at) = due.next_before(span.1, sample_rate_hz) {
                let along = at.saturating_sub(span.0) as f32 / (span.1 - span.0).max(1) as f32;
                telemetry.probe(slot, at, mix(from, value, along.min(1.0), probe.observable.is_angle()));
            }
            *last = value;
        }
    }
}

fn mix(from: f32, to: f32, along: f32, angle: bool) -> f32 {
    if !angle {
        return from + (to - from) * along;
    }
    let way = (to - from + PI).rem_euclid(TAU) - PI;
    let mixed = from + way * along;
    if mixed > PI {
        mixed - TAU
    } else if mixed <= -PI {
        mixed + TAU
    } else {
        mixed
    }
}

impl Due {
    /// Carries the count; `now` is the sample at which it is carried.
    pub fn carry(&mut self, now: u64, sample_rate_hz: f32, ledger: &mut Ledger<'_>) {
        self.start.carry(ledger);
        self.count.carry(ledger);
        let period = f64::from(sample_rate_hz) / f64::from(self.rate_hz);
        let next = self.start as f64 + self.count as f64 * period;
        // Two ticks and a period: nothing is due earlier or later than that.
        if (next - now as f64).abs() > period + f64::from(sample_rate_hz) / 100.0 {
            ledger.doubt();
        }
    }
}

impl Probes {
    /// The clock of samples jumps ahead by so many (wrapping round: also back).
    pub fn shift(&mut self, by_samples: u64) {
        for (_, due, _) in self.slots.iter_mut().flatten() {
            due.start = due.start.wrapping_add(by_samples);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_do_not_drift() {
        let mut due = Due::every(60.0);
        let times: Vec<u64> = std::iter::from_fn(|| due.next_before(44_100 * 3600, 44_100.0)).collect();
        assert_eq!(times.len(), 60 * 3600);
        assert_eq!(times[60 * 1800], 44_100 * 1800);
        let mut every = Due::every(48_000.0);
        let first: Vec<u64> = (0..4).filter_map(|_| every.next_before(10, 48_000.0)).collect();
        assert_eq!(first, [0, 1, 2, 3]);
    }

    #[test]
    fn angles_go_the_short_way() {
        assert!((mix(3.0, -3.0, 0.5, true).abs() - PI).abs() < 1e-5);
        assert_eq!(mix(1.0, 3.0, 0.25, false), 1.5);
    }
}
