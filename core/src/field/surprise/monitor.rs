//! Decides, syllable by syllable, which forecast error is out of the ordinary for its source.
//!
//! Errors arrive at 60 Hz. A window's error `p` is its strongest 50 ms, the length of the forecast: a mean over the
//! window would halve a jump that falls between two syllables and lose one in a held vowel. Each source remembers the
//! running mean `m` and the running mean deviation `d` of `p` (8 s). With the scale `s = max(floor, m)`,
//! `epsilon = p / s` and `tau = max(2.5, (m + 3 d) / s)`; the 3 is more until 8 s are known. What is learnt from a
//! surprise is limited, so that one does not deafen the monitor to the next.
//!
//! Floors are in the units of the observables, in which 1 is half the range of an emotion axis or 6 st of pitch: a jump
//! of 0.5 (or 3 st) within 100 ms has an error of 0.25 in a forecast that persists, over the 0.125 that fires; the
//! same way in 2 s has one of 0.0125, and even the full range in 2 s (0.05) stays below.

use super::event::{EventRing, SurpriseEvent, SurpriseSource};

/// Rate at which errors are handed over.
pub const OBSERVE_HZ: f32 = 60.0;

/// Errors in 50 ms.
const SPAN: usize = 3;
/// Time constant of the running scale.
const SCALE_TAU_S: f32 = 8.0;
/// Deviations over the mean that are out of the ordinary.
const DEVIATIONS: f32 = 3.0;
/// How much wider the threshold is while there is little to go by: the spread of a few windows is found too small more
/// often than too large (Student 1908). Seconds, over the time learnt from.
const DOUBT_S: f32 = 1.0;
/// Least threshold for epsilon.
const LEAST_TAU: f32 = 2.5;
/// How many thresholds a window may count for when the scale learns from it.
const LEARNT_TAUS: f32 = 2.0;
/// Time after reset in which sources without a fixed scale only learn: 1.5 s.
const WARM_UP_TICKS: u32 = 90;
/// Time after an event in which there is no other: 1 s.
const REFRACTORY_TICKS: u32 = 60;
/// Largest error that counts: what is further off is no further a surprise.
const MOST_ERROR: f32 = 1e3;

/// Least scale of a source, in the observables' units.
fn floor(source: SurpriseSource) -> f32 {
    match source {
        SurpriseSource::Automation | SurpriseSource::Prosody | SurpriseSource::Listening => 0.05,
        // Phases in rad: a partner who keeps time within 3 % of a 200 ms syllable is off by 0.2 rad.
        SurpriseSource::Partner => 0.2,
    }
}

/// Whether the floor is a scale to begin with: controls rest, and partners keep time.
fn has_fixed_scale(source: SurpriseSource) -> bool {
    matches!(source, SurpriseSource::Automation | SurpriseSource::Partner)
}

/// One source's window and history.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Track {
    /// The last errors, ring.
    recent: [f32; SPAN],
    /// Errors in the present window.
    count: u32,
    /// Mean error of the strongest 50 ms of the window.
    peak: f32,
    /// Running mean of `peak`.
    mean: f32,
    /// Running mean of `|peak - mean|`.
    deviation: f32,
    /// Time learnt from.
    learnt_s: f32,
}

impl Track {
    fn observe(&mut self, error: f32) {
        self.recent.rotate_left(1);
        self.recent[SPAN - 1] = error;
        self.count = self.count.saturating_add(1);
        self.peak = self.peak.max(self.recent.iter().sum::<f32>() / SPAN as f32);
    }

    /// (epsilon, tau) of the window.
    fn judge(&self, source: SurpriseSource) -> (f32, f32) {
        let scale = self.mean.max(floor(source));
        let learnt_s =
            if has_fixed_scale(source) { SCALE_TAU_S } else { self.learnt_s.max(0.1 * SCALE_TAU_S) };
        let doubt = 1.0 + DOUBT_S * (1.0 / learnt_s - 1.0 / SCALE_TAU_S);
        (self.peak / scale, LEAST_TAU.max((self.mean + DEVIATIONS * doubt * self.deviation) / scale))
    }

    /// Takes the window into the history and opens the next one.
    fn learn(&mut self, source: SurpriseSource) {
        let (_, tau) = self.judge(source);
        let most = LEARNT_TAUS * tau * self.mean.max(floor(source));
        let span_s = self.count as f32 / OBSERVE_HZ;
        self.learnt_s = (self.learnt_s + span_s).min(SCALE_TAU_S);
        // A source without a fixed scale begins with the plain mean of what it has seen.
        let share = if has_fixed_scale(source) {
            -(-span_s / SCALE_TAU_S).exp_m1()
        } else {
            (span_s / self.learnt_s).min(1.0)
        };
        let known = self.learnt_s > span_s || has_fixed_scale(source);
        let peak = if known { self.peak.min(most) } else { self.peak };
        let off = if known { (peak - self.mean).abs() } else { 0.0 };
        self.mean += share * (peak - self.mean);
        self.deviation += share * (off - self.deviation);
        self.count = 0;
        self.peak = 0.0;
    }
}

/// Watches all sources. No allocation; time is counted in observations.
#[derive(Debug, Clone, PartialEq)]
pub struct SurpriseMonitor {
    tracks: [Track; SurpriseSource::ALL.len()],
    /// Ticks observed since reset.
    observed: u32,
    /// Ticks observed since the last event; before the first one, as if it were long ago.
    quiet: u32,
    events: EventRing,
}

impl Default for SurpriseMonitor {
    fn default() -> Self {
        Self::new()
    }
}

impl SurpriseMonitor {
    /// A monitor that has seen nothing.
    pub fn new() -> Self {
        Self {
            tracks: [Track::default(); SurpriseSource::ALL.len()],
            observed: 0,
            quiet: REFRACTORY_TICKS,
            events: EventRing::default(),
        }
    }

    /// Forgets everything, the events included.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// One tick of `OBSERVE_HZ` of one source: `error = |psi_pred - psi_obs| >= 0` of its 50 ms forecast. An error
    /// that is not finite is ignored.
    pub fn observe(&mut self, source: SurpriseSource, error: f32) {
        if error.is_finite() {
            self.tracks[source as usize].observe(error.abs().min(MOST_ERROR));
        }
    }

    /// The syllable, or another span of 0.1 to 0.5 s where nobody speaks, is over: the source that is farthest over its
    /// threshold, if one is, in an event at `time_samples`. A window in which nothing was observed changes nothing.
    pub fn close_window(&mut self, time_samples: u64) -> Option<SurpriseEvent> {
        let ticks = self.tracks.iter().map(|track| track.count).max().unwrap_or(0);
        self.observed = self.observed.saturating_add(ticks);
        self.quiet = self.quiet.saturating_add(ticks);
        let event = self.strongest(time_samples).filter(|_| self.quiet >= REFRACTORY_TICKS);
        for (track, source) in self.tracks.iter_mut().zip(SurpriseSource::ALL) {
            if track.count > 0 {
                track.learn(source);
            }
        }
        if let Some(event) = event {
            self.quiet = 0;
            self.events.push(event);
        }
        event
    }

    /// The source with the largest epsilon / tau over 1.
    fn strongest(&self, time_samples: u64) -> Option<SurpriseEvent> {
        let warm = self.observed > WARM_UP_TICKS;
        let mut strongest: Option<SurpriseEvent> = None;
        for (track, source) in self.tracks.iter().zip(SurpriseSource::ALL) {
            let (epsilon, tau) = track.judge(source);
            let heard = track.count > 0 && (warm || has_fixed_scale(source));
            let least = strongest.map_or(1.0, |event| event.epsilon / event.tau);
            if heard && epsilon / tau > least {
                strongest = Some(SurpriseEvent { time_samples, source, epsilon, tau });
            }
        }
        strongest
    }

    /// Threshold of a source's epsilon as it stands.
    pub fn tau(&self, source: SurpriseSource) -> f32 {
        self.tracks[source as usize].judge(source).1
    }

    /// The last events.
    pub fn events(&self) -> &EventRing {
        &self.events
    }
}

crate::carry::carried!(Track { recent, count, peak, mean, deviation, learnt_s } but {});
crate::carry::carried!(SurpriseMonitor { tracks, observed, quiet, events } but {});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::Noise;
    use SurpriseSource::{Automation, Listening, Partner, Prosody};

    /// 12 ticks to a window: 200 ms.
    const WINDOW: usize = 12;

    /// Feeds errors at 60 Hz and closes a window every `window` ticks; all events, with their ticks as times.
    fn feed(
        monitor: &mut SurpriseMonitor,
        source: SurpriseSource,
        window: usize,
        errors: impl IntoIterator<Item = f32>,
    ) -> Vec<SurpriseEvent> {
        let close = |(tick, error): (usize, f32)| {
            monitor.observe(source, error);
            ((tick + 1) % window == 0).then(|| monitor.close_window(tick as u64)).flatten()
        };
        errors.into_iter().enumerate().filter_map(close).collect()
    }

    /// Errors of a forecast that persists, of an observable that goes from 0 to `height` in `rise_s` after `after_s`.
    fn persistence(height: f32, rise_s: f32, after_s: f32) -> Vec<f32> {
        let value = |t: f32| height * ((t - after_s) / rise_s).clamp(0.0, 1.0);
        (0..600).map(|i| i as f32 / OBSERVE_HZ).map(|t| (value(t) - value(t - 0.05)).abs()).collect()
    }

    /// A forecast that is off by chance.
    fn noisy(seed: u64, level: f32, count: usize) -> Vec<f32> {
        let mut noise = Noise::new(seed);
        (0..count).map(|_| level * noise.gaussian().abs()).collect()
    }

    #[test]
    fn a_steady_error_never_fires() {
        for source in SurpriseSource::ALL {
            for level in [0.0, 1e-3, 0.1] {
                let mut monitor = SurpriseMonitor::new();
                assert!(
                    feed(&mut monitor, source, WINDOW, vec![level; 3600]).is_empty(),
                    "{source:?} {level}"
                );
            }
        }
        let mut monitor = SurpriseMonitor::new();
        assert!(feed(&mut monitor, Prosody, WINDOW, vec![7.0; 3600]).is_empty());
    }

    /// A jump of 0.5 of an emotion axis or 3 st of pitch within 100 ms, whatever the window and its phase.
    #[test]
    fn an_abrupt_automation_fires_once_with_its_source() {
        for window in [6, 12, 18, 60] {
            for phase in 0..20 {
                let errors = persistence(0.5, 0.1, 3.0 + phase as f32 / 100.0);
                let events = feed(&mut SurpriseMonitor::new(), Automation, window, errors);
                assert_eq!(events.len(), 1, "window {window} phase {phase}: {events:?}");
                assert_eq!(events[0].source, Automation);
                let late_ticks = events[0].time_samples as f32 - OBSERVE_HZ * (3.0 + phase as f32 / 100.0);
                assert!((1.0..window as f32 + 6.0).contains(&late_ticks), "{late_ticks}");
            }
        }
    }

    #[test]
    fn a_ramp_over_two_seconds_does_not_fire() {
        for height in [0.5, 1.0, 2.0] {
            let errors = persistence(height, 2.0, 3.0);
            assert!(feed(&mut SurpriseMonitor::new(), Automation, WINDOW, errors).is_empty(), "{height}");
        }
    }

    #[test]
    fn the_source_farthest_over_its_threshold_is_named() {
        let mut monitor = SurpriseMonitor::new();
        for _ in 0..WINDOW {
            monitor.observe(Automation, 0.3);
            monitor.observe(Partner, 3.0);
        }
        assert_eq!(monitor.close_window(9).map(|event| event.source), Some(Partner));
        assert_eq!(monitor.events().iter().next().map(|event| event.time_samples), Some(9));
    }

    #[test]
    fn a_noisier_source_becomes_the_ordinary() {
        let mut monitor = SurpriseMonitor::new();
        let calm = feed(&mut monitor, Prosody, WINDOW, noisy(1, 0.05, 1200));
        assert!(calm.is_empty(), "{calm:?}");
        let mut step = monitor.clone();
        assert_eq!(feed(&mut step, Prosody, WINDOW, vec![0.5; WINDOW]).len(), 1);
        let change = feed(&mut monitor, Prosody, WINDOW, noisy(2, 0.3, 720));
        assert!((1..=8).contains(&change.len()), "{change:?}");
        let after = feed(&mut monitor, Prosody, WINDOW, noisy(3, 0.3, 3600));
        assert!(after.is_empty(), "{after:?}");
        assert!(feed(&mut monitor, Prosody, WINDOW, vec![0.5; WINDOW]).is_empty(), "no longer a surprise");
    }

    /// Ten minutes of errors of the everyday kind: by chance, in swells, in windows of all lengths.
    #[test]
    fn everyday_errors_are_no_surprise() {
        let mut events = 0;
        for seed in 0..10 {
            let mut noise = Noise::new(seed);
            let (mut swell, mut monitor) = (0.0, SurpriseMonitor::new());
            for _ in 0..300 {
                for _ in 0..6 + noise.bits() % 13 {
                    swell += 0.1 * (noise.gaussian() - swell);
                    monitor.observe(Prosody, 0.2 * (noise.gaussian() + 2.0 * swell).abs());
                }
                events += usize::from(monitor.close_window(0).is_some());
            }
        }
        assert!(events <= 2, "{events} in ten minutes");
    }

    #[test]
    fn one_surprise_does_not_hide_the_next() {
        let mut monitor = SurpriseMonitor::new();
        let jump = persistence(0.5, 0.1, 3.0);
        for _ in 0..6 {
            assert_eq!(feed(&mut monitor, Automation, WINDOW, jump.iter().copied()).len(), 1);
        }
    }

    #[test]
    fn there_is_a_second_between_two_events() {
        let mut monitor = SurpriseMonitor::new();
        let events =
            feed(&mut monitor, Automation, 6, (0..600).map(|i| if i % 12 == 5 { 50.0 } else { 0.0 }));
        assert!(events.len() > 1);
        let apart = events.windows(2).all(|pair| pair[1].time_samples - pair[0].time_samples >= 60);
        assert!(apart, "{events:?}");
    }

    #[test]
    fn only_sources_with_a_fixed_scale_fire_before_they_are_warm() {
        for source in SurpriseSource::ALL {
            let late = |ticks: usize| {
                let mut monitor = SurpriseMonitor::new();
                assert!(feed(&mut monitor, source, WINDOW, vec![0.02; ticks]).is_empty());
                feed(&mut monitor, source, WINDOW, vec![2.0; WINDOW]).len()
            };
            let fixed = usize::from(source == Automation || source == Partner);
            assert_eq!(late(0), fixed, "{source:?}");
            assert_eq!(late(72), fixed, "{source:?} after 1.2 s");
            assert_eq!(late(96), 1, "{source:?} after 1.6 s");
        }
    }

    #[test]
    fn what_is_not_a_number_is_ignored() {
        let mut monitor = SurpriseMonitor::new();
        let errors: Vec<f32> = noisy(4, 0.05, 600);
        feed(&mut monitor, Listening, WINDOW, errors.iter().copied());
        let mut other = SurpriseMonitor::new();
        for (tick, error) in errors.into_iter().enumerate() {
            other.observe(Listening, f32::NAN);
            other.observe(Partner, f32::INFINITY);
            other.observe(Listening, error);
            if (tick + 1) % WINDOW == 0 {
                other.close_window(tick as u64);
            }
        }
        assert_eq!(monitor, other);
        assert_eq!(SurpriseMonitor::new().close_window(0), None);
    }

    proptest::proptest! {
        #[test]
        fn any_errors_leave_it_finite_and_the_same_errors_give_the_same_events(
            errors in proptest::collection::vec((0usize..4, proptest::num::f32::ANY, 0u8..8), 0..400),
        ) {
            let run = || {
                let mut monitor = SurpriseMonitor::new();
                for (time, &(source, error, close)) in errors.iter().enumerate() {
                    monitor.observe(SurpriseSource::ALL[source], error);
                    if close == 0 {
                        monitor.close_window(time as u64);
                    }
                }
                monitor
            };
            let monitor = run();
            proptest::prop_assert!(SurpriseSource::ALL.iter().all(|source| monitor.tau(*source).is_finite()));
            proptest::prop_assert!(monitor.events().iter().all(|e| e.epsilon.is_finite() && e.epsilon > e.tau));
            proptest::prop_assert_eq!(monitor, run());
        }
    }
}
