//! What a surprise does: the field pulls together, the brows rise, the clock hesitates, and, again and again, it slows.
//!
//! All of it is in closed form of the time since the event. At rest every factor is exactly 1 and the brow exactly 0.

use super::event::SurpriseEvent;
use std::f32::consts::PI;

/// How much the coupling gain rises.
const GAIN_RISE: f32 = 0.8;
/// Time constant of its return.
const GAIN_TAU_S: f32 = 0.4;
/// Length of the brow's raise.
const BROW_S: f32 = 0.12;
/// Rise of the brow, and its fall.
const BROW_EDGE_S: f32 = 0.04;
/// Length of the dip in the clock's rate.
const DIP_S: f32 = 0.06;
/// Each edge of the dip. Between them the clock stands: 60 ms less one edge are lost.
const DIP_EDGE_S: f32 = 0.02;
/// Smallest raise of the brow.
const LEAST_RAISE: f32 = 0.3;
/// Epsilon over tau at which the raise is full.
const FULL_RAISE: f32 = 3.0;
/// Events that are too many to go on as before, and the time they fall in.
const SPELL_EVENTS: usize = 3;
const SPELL_S: f32 = 6.0;
/// Share of what is missing to full care that each event of a spell adds.
const CARE_STEP: f32 = 0.5;
/// How fast care takes effect, and how fast it wears off.
const CARE_RISE_S: f32 = 0.3;
const CARE_TAU_S: f32 = 5.0;
/// What full care does to rate and mouth.
const CARE_SLOWER: f32 = 0.06;
const CARE_WIDER: f32 = 0.15;
/// What is too small to act.
const NOTHING: f32 = 1e-4;

/// The response to the surprises so far.
#[derive(Debug, Clone, PartialEq)]
pub struct SurpriseResponse {
    /// Time since the event that brow and clock answer to.
    since_s: f32,
    /// Height of its raise of the brow.
    raise: f32,
    /// Coupling gain over 1.
    gain: f32,
    /// Mean rate factor of the last step.
    pace: f32,
    /// Ages of the last events, newest first.
    ages_s: [f32; SPELL_EVENTS],
    /// What the spells ask for, decaying, and how far it has taken effect.
    demand: f32,
    care: f32,
}

impl Default for SurpriseResponse {
    fn default() -> Self {
        Self::new()
    }
}

impl SurpriseResponse {
    /// At rest.
    pub fn new() -> Self {
        Self {
            since_s: f32::INFINITY,
            raise: 0.0,
            gain: 0.0,
            pace: 1.0,
            ages_s: [f32::INFINITY; SPELL_EVENTS],
            demand: 0.0,
            care: 0.0,
        }
    }

    /// At rest again.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// An event happens now. While the brow still answers to the one before, it and the clock go on as they are. An
    /// event without a threshold, or with numbers that are not finite, is ignored.
    pub fn fire(&mut self, event: &SurpriseEvent) {
        let excess = event.epsilon / event.tau;
        if !excess.is_finite() || event.tau <= 0.0 || excess < 0.0 {
            return;
        }
        self.gain = GAIN_RISE;
        if self.since_s >= BROW_S {
            self.since_s = 0.0;
            let full = ((excess - 1.0) / (FULL_RAISE - 1.0)).clamp(0.0, 1.0);
            self.raise = LEAST_RAISE + (1.0 - LEAST_RAISE) * full;
        }
        self.ages_s.rotate_right(1);
        self.ages_s[0] = 0.0;
        if self.ages_s[SPELL_EVENTS - 1] <= SPELL_S {
            self.demand += CARE_STEP * (1.0 - self.demand);
        }
    }

    /// Advances by `dt_s`; a time that is not finite or not positive is ignored.
    pub fn step(&mut self, dt_s: f32) {
        if !dt_s.is_finite() || dt_s <= 0.0 {
            return;
        }
        if self.rests() {
            return;
        }
        let before = lost_s(self.since_s);
        self.since_s += dt_s;
        self.pace = (1.0 - (lost_s(self.since_s) - before) / dt_s).clamp(0.0, 1.0);
        self.ages_s = self.ages_s.map(|age_s| age_s + dt_s);
        self.gain = fade(self.gain, dt_s, GAIN_TAU_S);
        // care' = (demand - care) / rise, demand' = -demand / tau.
        let (rise, wear) = ((-dt_s / CARE_RISE_S).exp(), (-dt_s / CARE_TAU_S).exp());
        let share = CARE_TAU_S / (CARE_TAU_S - CARE_RISE_S);
        self.care = self.care * rise + self.demand * share * (wear - rise);
        self.demand = fade(self.demand, dt_s, CARE_TAU_S);
        if self.demand == 0.0 && self.care < NOTHING {
            self.care = 0.0;
        }
    }

    /// Whether nothing is left to answer to.
    fn rests(&self) -> bool {
        let quiet = self.since_s >= BROW_S && self.gain == 0.0 && self.pace == 1.0;
        quiet && self.demand == 0.0 && self.care == 0.0 && self.ages_s.iter().all(|age_s| *age_s > SPELL_S)
    }

    /// Factor on all K: 1.8 at an event, back to 1 with 0.4 s.
    pub fn lyapunov_gain(&self) -> f32 {
        1.0 + self.gain
    }

    /// Raise of the inner and outer brows, 0..=1: up in 40 ms, held, down again by 120 ms.
    pub fn brow(&self) -> f32 {
        self.raise * brow(self.since_s)
    }

    /// Factor on the syllable clock's rate, 0..=1, as a mean over the last step: an event takes 40 ms from the clock
    /// whatever the steps are.
    pub fn pace(&self) -> f32 {
        self.pace
    }

    /// How much care three surprises within 6 s ask for, 0..=1; it wears off with 5 s.
    pub fn comprehension(&self) -> f32 {
        self.care.clamp(0.0, 1.0)
    }

    /// Factor on the rate of speech by [`Self::comprehension`]: down to 0.94. [`Self::pace`] is not in it.
    pub fn rate_ratio(&self) -> f32 {
        1.0 - CARE_SLOWER * self.comprehension()
    }

    /// Factor on the size of the mouth's movements by [`Self::comprehension`]: up to 1.15.
    pub fn mouth_gain(&self) -> f32 {
        1.0 + CARE_WIDER * self.comprehension()
    }
}

/// Exponential decay that ends.
fn fade(value: f32, dt_s: f32, tau_s: f32) -> f32 {
    let faded = value * (-dt_s / tau_s).exp();
    if faded < NOTHING { 0.0 } else { faded }
}

/// The brow's envelope: raised cosines around a hold.
fn brow(t_s: f32) -> f32 {
    let edge = (t_s.min(BROW_S - t_s) / BROW_EDGE_S).clamp(0.0, 1.0);
    0.5 - 0.5 * (PI * edge).cos()
}

/// Time that the clock has lost `t_s` after an event: the integral of a dip with raised-cosine edges.
fn lost_s(t_s: f32) -> f32 {
    // Integral of 0.5 - 0.5 cos(pi u / w) from 0 to t.
    let edge = |t_s: f32| 0.5 * t_s - 0.5 * DIP_EDGE_S / PI * (PI * t_s / DIP_EDGE_S).sin();
    let t_s = t_s.min(DIP_S);
    let rising = edge(t_s.min(DIP_EDGE_S));
    let standing = (t_s - DIP_EDGE_S).clamp(0.0, DIP_S - 2.0 * DIP_EDGE_S);
    // The last edge mirrors the first.
    let falling = if t_s > DIP_S - DIP_EDGE_S { edge(DIP_EDGE_S) - edge(DIP_S - t_s) } else { 0.0 };
    rising + standing + falling
}

impl crate::carry::Carried for SurpriseResponse {
    fn carry(&mut self, ledger: &mut crate::carry::Ledger<'_>) {
        let Self { since_s, raise, gain, pace, ages_s, demand, care } = self;
        // Endless before the first event.
        ledger.any_f32(since_s);
        ages_s.iter_mut().for_each(|age_s| ledger.any_f32(age_s));
        for part in [raise, gain, pace, demand, care] {
            part.carry(ledger);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::surprise::SurpriseSource;

    fn event(excess: f32) -> SurpriseEvent {
        SurpriseEvent { time_samples: 0, source: SurpriseSource::Prosody, epsilon: 2.5 * excess, tau: 2.5 }
    }

    fn run(response: &mut SurpriseResponse, seconds: f32) {
        for _ in 0..(seconds * 240.0).round() as usize {
            response.step(1.0 / 240.0);
        }
    }

    #[test]
    fn the_clock_loses_40_ms_by_any_steps_from_any_phase() {
        for hz in [60.0, 200.0, 240.0, 1000.0] {
            for phase in 0..10 {
                let mut response = SurpriseResponse::new();
                response.step(1.0 / hz);
                response.fire(&event(2.0));
                let first_s = (phase as f32 + 1.0) / 10.0 / hz;
                response.step(first_s);
                let mut lost = (1.0 - response.pace()) * first_s;
                for _ in 0..(0.1 * hz) as usize {
                    response.step(1.0 / hz);
                    assert!((0.0..=1.0).contains(&response.pace()));
                    lost += (1.0 - response.pace()) / hz;
                }
                assert!((lost - 0.04).abs() < 1e-5, "{hz} Hz, phase {phase}: {lost}");
                assert_eq!(response.pace(), 1.0);
            }
        }
    }

    #[test]
    fn the_dip_is_smooth_and_stands_in_the_middle() {
        let slope = |t_s: f32| (lost_s(t_s + 5e-4) - lost_s(t_s - 5e-4)) / 1e-3;
        assert!(slope(0.001) < 0.02 && slope(0.059) < 0.02);
        assert!((slope(0.03) - 1.0).abs() < 1e-3 && (slope(0.01) - 0.5).abs() < 1e-2);
        for i in 1..60 {
            let t_s = i as f32 / 1000.0;
            assert!((slope(t_s + 1e-3) - slope(t_s)).abs() < 0.09, "{t_s}");
            assert!((lost_s(t_s) + lost_s(DIP_S - t_s) - 0.04).abs() < 1e-6, "it is its own mirror: {t_s}");
        }
    }

    #[test]
    fn the_brow_rises_holds_and_is_back_after_120_ms() {
        let mut response = SurpriseResponse::new();
        response.fire(&event(9.0));
        assert_eq!(response.brow(), 0.0);
        response.step(0.02);
        assert!((response.brow() - 0.5).abs() < 1e-3);
        response.step(0.03);
        assert_eq!(response.brow(), 1.0);
        response.step(0.05);
        assert!((response.brow() - 0.5).abs() < 1e-3);
        response.step(0.02001);
        assert_eq!(response.brow(), 0.0);
        let height = |excess: f32| {
            let mut response = SurpriseResponse::new();
            response.fire(&event(excess));
            response.step(0.06);
            response.brow()
        };
        assert!((height(1.0) - 0.3).abs() < 1e-5 && (height(2.0) - 0.65).abs() < 1e-5);
        assert_eq!(height(100.0), 1.0);
    }

    #[test]
    fn the_gain_falls_back_with_400_ms() {
        let mut response = SurpriseResponse::new();
        assert_eq!(response.lyapunov_gain(), 1.0);
        response.fire(&event(2.0));
        assert_eq!(response.lyapunov_gain(), 1.8);
        run(&mut response, 0.4);
        assert!((response.lyapunov_gain() - 1.0 - 0.8 / std::f32::consts::E).abs() < 1e-4);
        run(&mut response, 4.0);
        assert_eq!(response.lyapunov_gain(), 1.0);
    }

    #[test]
    fn three_surprises_within_six_seconds_ask_for_care_and_two_do_not() {
        let mut response = SurpriseResponse::new();
        for gap_s in [2.0, 5.0, 5.0, 5.0] {
            response.fire(&event(2.0));
            run(&mut response, gap_s);
        }
        assert_eq!((response.comprehension(), response.rate_ratio(), response.mouth_gain()), (0.0, 1.0, 1.0));
        for _ in 0..3 {
            response.fire(&event(2.0));
            run(&mut response, 1.5);
        }
        let care = response.comprehension();
        assert!((0.3..0.6).contains(&care), "{care}");
        assert!((response.rate_ratio() - (1.0 - 0.06 * care)).abs() < 1e-6);
        assert!((response.mouth_gain() - (1.0 + 0.15 * care)).abs() < 1e-6);
        run(&mut response, 5.0);
        assert!((response.comprehension() / care - (-1.0f32).exp()).abs() < 0.02);
        run(&mut response, 60.0);
        let mut rest = SurpriseResponse::new();
        run(&mut rest, 1.0);
        assert_eq!((response.comprehension(), response.pace(), response.brow()), (0.0, 1.0, 0.0));
        assert_eq!(
            (response.lyapunov_gain(), response.rate_ratio()),
            (rest.lyapunov_gain(), rest.rate_ratio())
        );
    }

    #[test]
    fn an_event_during_the_raise_adds_no_second_pause() {
        let mut response = SurpriseResponse::new();
        let mut lost = 0.0;
        for i in 0..100 {
            if i < 20 {
                response.fire(&event(2.0));
            }
            response.step(1.0 / 240.0);
            lost += (1.0 - response.pace()) / 240.0;
        }
        assert!((lost - 0.04).abs() < 1e-5, "{lost}");
    }

    proptest::proptest! {
        #[test]
        fn any_events_leave_it_within_bounds(
            steps in proptest::collection::vec(
                (proptest::num::f32::ANY, 0.0f32..0.5, proptest::num::f32::ANY, proptest::num::f32::ANY), 0..200),
        ) {
            let mut response = SurpriseResponse::new();
            for (wild, dt_s, epsilon, tau) in steps {
                response.fire(&SurpriseEvent { epsilon, tau, ..event(1.0) });
                response.step(wild);
                response.step(dt_s);
                proptest::prop_assert!((1.0..=1.8).contains(&response.lyapunov_gain()));
                proptest::prop_assert!((0.0..=1.0).contains(&response.brow()));
                proptest::prop_assert!((0.0..=1.0).contains(&response.pace()));
                proptest::prop_assert!((0.94..=1.0).contains(&response.rate_ratio()));
                proptest::prop_assert!((1.0..=1.15).contains(&response.mouth_gain()));
            }
        }
    }
}
