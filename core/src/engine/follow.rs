//! A line that is locked to a time from outside: its place in the score as a function of the sample.

use super::event::Place;

/// A new place that lies no farther from the present one is steered to; any other is gone to at once, s.
const STEERED_S: f64 = 0.03;
/// Time in which it is steered there, s.
const STEERING_S: f64 = 0.1;
/// Slowest and fastest, nominal s per s.
const RATES: (f64, f64) = (0.25, 4.0);
/// Longest place that means something: later ones are beyond the end of any score, s.
const FARTHEST_S: f64 = 1e6;
/// Time in which a voice comes in in the middle of a line, s.
const FADE_IN_S: f32 = 0.01;

/// The outer time, and how far the voice still is from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Following {
    /// Sample at which the place is `at_s`.
    from: f64,
    at_s: f64,
    /// Nominal s per sample.
    per_sample: f64,
    sample_rate_hz: f64,
    /// What the voice is ahead at `from`, s: it is made up for within [`STEERING_S`].
    ahead_s: f64,
    /// How much of the voice is heard, 0..=1.
    level: f32,
}

impl Following {
    /// Locked to a place from sample `now` on; `None` if it is no number.
    pub fn new(place: &Place, now: u64, sample_rate_hz: f32, level: f32) -> Option<Self> {
        let (from, sample_rate_hz) = (now as f64, f64::from(sample_rate_hz));
        let known = place.at_s.is_finite() && place.rate.is_finite();
        let at_s = place.at_s.clamp(-FARTHEST_S, FARTHEST_S);
        let per_sample = place.rate.clamp(RATES.0, RATES.1) / sample_rate_hz;
        known.then_some(Self { from, at_s, per_sample, sample_rate_hz, ahead_s: 0.0, level })
    }

    /// This one, steered from where another one is; `None` if that is too far away.
    pub fn steered_from(self, before: &Self) -> Option<Self> {
        let ahead_s = before.place_s(self.from) - self.at_s;
        (ahead_s.abs() <= STEERED_S).then_some(Self { ahead_s, level: before.level, ..self })
    }

    /// Place in nominal s at a sample; before 0 the voice waits.
    pub fn place_s(&self, sample: f64) -> f64 {
        let passed = sample - self.from;
        let left = 1.0 - passed / (STEERING_S * self.sample_rate_hz);
        let left = left.clamp(0.0, 1.0);
        // Along half a cosine, so that no pace is jumped to.
        let ahead_s = self.ahead_s * (0.5 - 0.5 * (std::f64::consts::PI * left).cos());
        self.at_s + self.per_sample * passed + ahead_s
    }

    /// Moves the level on to a sample; returns the gain.
    pub fn step(&mut self, sample: f64, dt_s: f32) -> f32 {
        let heard = self.place_s(sample) >= 0.0;
        self.level = if heard { (self.level + dt_s / FADE_IN_S).min(1.0) } else { 0.0 };
        self.level
    }

    /// Whether the voice waits for the line's beginning.
    pub fn waits(&self, sample: f64) -> bool {
        self.place_s(sample) < 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::score::Score;
    use std::sync::Arc;

    fn following(at_s: f64, rate: f64, now: u64) -> Option<Following> {
        let score = Arc::new(Score::empty(Engine::resting_speaker()));
        Following::new(&Place { score, at_s, rate }, now, 48_000.0, 1.0)
    }

    #[test]
    fn the_place_is_the_outer_time() {
        let following = following(2.0, 0.5, 1_000).expect("a place");
        assert!((following.place_s(49_000.0) - 2.5).abs() < 1e-9);
        assert!(super::tests::following(f64::NAN, 1.0, 0).is_none());
        assert!(super::tests::following(0.0, f64::INFINITY, 0).is_none());
    }

    #[test]
    fn small_corrections_are_steered_and_large_ones_are_not() {
        let before = following(1.0, 1.0, 0).expect("a place");
        let after = following(2.02, 1.0, 48_000).and_then(|new| new.steered_from(&before)).expect("near");
        assert!((after.place_s(48_000.0) - 2.0).abs() < 1e-9, "from where it is");
        assert!((after.place_s(48_000.0 * 1.1) - 2.12).abs() < 1e-6, "arrived after 100 ms");
        let places = (0..200).map(|i| after.place_s(48_000.0 + 48.0 * f64::from(i)));
        assert!(places.clone().zip(places.skip(1)).all(|(a, b)| b > a), "never back");
        assert!(following(2.1, 1.0, 48_000).and_then(|new| new.steered_from(&before)).is_none());
    }
}
