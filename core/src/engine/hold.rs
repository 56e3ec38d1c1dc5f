//! The held vowel: the syllable clock comes to rest in it, and the voice stays alive.
//!
//! A throat that holds a note is never still: f0 wanders by some cents within half a second and jitters by about half
//! a percent from period to period, level and resonances wander too (Titze 1994, "Principles of Voice Production",
//! chapter 11). Without that a held vowel is heard as a loop.

use crate::phone::Phone;
use crate::score::{Score, ScorePhone};
use crate::sound::Noise;

/// Nominal time before the resting point over which the clock slows down, s.
const BRAKE_S: f32 = 0.05;
/// Time constant with which the clock takes up its pace again, s.
const RELEASE_S: f32 = 0.025;
/// Time constant of the wandering, s.
const WANDER_S: f32 = 0.35;
/// Standard deviations of the wandering: f0 in semitones, level in dB, resonances as a ratio.
const WANDER: [f32; 3] = [0.12, 0.7, 0.006];
/// Standard deviation of the jitter in semitones: half a percent.
const JITTER_ST: f32 = 0.086;

/// What holding adds to a voice; all zero while the clock turns freely.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Sway {
    /// Shift of f0 in semitones.
    pub f0_st: f32,
    /// Change of level in dB.
    pub level_db: f32,
    /// Change of the vocal tract's resonances, relative.
    pub formants: f32,
}

/// The brake of the syllable clock.
#[derive(Debug, Clone)]
pub(super) struct Hold {
    /// Factor on the clock's rate, 0..=1.
    pace: f32,
    wander: [f32; 3],
    noise: Noise,
    seed: u64,
}

impl Hold {
    /// A free clock.
    pub fn new(seed: u64) -> Self {
        // Its own stream of noise: holding must not change what others draw.
        Self { pace: 1.0, wander: [0.0; 3], noise: Noise::new(seed ^ 0x686f_6c64), seed }
    }

    /// A free clock, the noise from its start.
    pub fn reset(&mut self) {
        *self = Self::new(self.seed);
    }

    /// Factor on the clock's rate for the next `dt_s`, 0..=1, at a place of the score in nominal s.
    pub fn pace(&mut self, on: bool, score: &Score, position_s: f32, dt_s: f32) -> f32 {
        if !on && self.pace == 1.0 {
            return 1.0;
        }
        let released = 1.0 + (self.pace - 1.0) * (-dt_s / RELEASE_S).exp();
        // Close to the end of an exponential nobody can tell it from its end.
        let released = if released > 0.999 { 1.0 } else { released };
        let brake = if on { brake(score, position_s) } else { 1.0 };
        self.pace = released.min(brake);
        self.pace
    }

    /// Tells how fast the clock is led from outside, relative to the score's own pace.
    pub fn lead(&mut self, pace: f32, dt_s: f32) {
        let to = if pace.is_finite() { pace.clamp(0.0, 1.0) } else { 1.0 };
        self.pace = to + (self.pace - to) * (-dt_s / RELEASE_S).exp();
    }

    /// Lets go of the clock at once: another line begins.
    pub fn free(&mut self) {
        self.pace = 1.0;
    }

    /// How much the clock is held, 0..=1.
    pub fn strength(&self) -> f32 {
        1.0 - self.pace
    }

    /// The voice's life while it is held.
    pub fn sway(&mut self, dt_s: f32) -> Sway {
        let strength = self.strength();
        if strength == 0.0 {
            self.wander = [0.0; 3];
            return Sway::default();
        }
        // Ornstein-Uhlenbeck in closed form: stationary with unit variance at any step.
        let keep = (-dt_s / WANDER_S).exp();
        let kick = (1.0 - keep * keep).sqrt();
        for value in &mut self.wander {
            *value = keep * *value + kick * self.noise.gaussian();
        }
        let [f0, level, formants] = [0, 1, 2].map(|i| strength * WANDER[i] * self.wander[i].clamp(-2.5, 2.5));
        let jitter = strength * JITTER_ST * self.noise.gaussian();
        Sway { f0_st: f0 + jitter, level_db: level, formants }
    }
}

/// 1 far before the next resting point, 0 on it, and 1 if no vowel is left.
fn brake(score: &Score, position_s: f32) -> f32 {
    let first = score.phones.partition_point(|phone| phone.end_s <= position_s);
    for phone in &score.phones[first..] {
        let Some((rest_s, last_s)) = resting_span(phone) else { continue };
        if position_s <= last_s {
            return ((rest_s - position_s) / BRAKE_S).clamp(0.0, 1.0);
        }
    }
    1.0
}

/// From the middle of a vowel to where its end begins, nominal s; for a diphthong from the end of its first half.
fn resting_span(phone: &ScorePhone) -> Option<(f32, f32)> {
    let known = Phone::of(phone.symbol).filter(Phone::is_vowel)?;
    let length_s = phone.end_s - phone.start_s;
    let along = if known.glide.is_some() { 0.35 } else { 0.45 };
    Some((phone.start_s + along * length_s, phone.start_s + 0.75 * length_s))
}

crate::carry::carried!(Hold { pace, wander, noise } but { seed });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Viseme;

    const DT: f32 = 1.0 / 240.0;

    /// m a m a m, 100 ms each.
    fn score() -> Score {
        let phone = |(i, symbol): (usize, char)| ScorePhone {
            symbol,
            start_s: 0.1 * i as f32,
            end_s: 0.1 * (i + 1) as f32,
            word: None,
            viseme: Viseme::Aa,
        };
        let phones = "mɑmɑm".chars().enumerate().map(phone).collect();
        let speaker = crate::engine::Engine::resting_speaker();
        Score { phones, ..Score::empty(speaker) }
    }

    fn advance(hold: &mut Hold, on: bool, from_s: f32, seconds: f32, rate: f32) -> f32 {
        let score = score();
        let mut position_s = from_s;
        for _ in 0..(seconds / DT) as usize {
            position_s += rate * hold.pace(on, &score, position_s, DT) * DT;
        }
        position_s
    }

    #[test]
    fn the_clock_rests_in_the_next_vowel_and_goes_on() {
        for rate in [0.5, 1.0, 4.0] {
            let mut hold = Hold::new(1);
            let rested = advance(&mut hold, true, 0.0, 1.0, rate);
            assert!((rested - 0.145).abs() < 1e-3, "rests at {rested} at rate {rate}");
            assert!(hold.strength() > 0.99);
            let later = advance(&mut hold, false, rested, 0.3 / rate, rate);
            assert!((later - rested - 0.3).abs() < 0.04 * rate, "goes on to {later}");
            advance(&mut hold, false, later, 0.2, rate);
            assert_eq!(hold.strength(), 0.0);
        }
    }

    #[test]
    fn a_vowel_that_is_nearly_over_is_not_taken() {
        let mut hold = Hold::new(1);
        assert!((advance(&mut hold, true, 0.16, 1.0, 1.0) - 0.16).abs() < 1e-3, "the present vowel");
        assert!((advance(&mut Hold::new(1), true, 0.18, 1.0, 1.0) - 0.345).abs() < 1e-3, "the next one");
        assert!(advance(&mut Hold::new(1), true, 0.38, 1.0, 1.0) > 0.6, "none is left: the line ends");
    }

    #[test]
    fn sway_is_small_alive_and_absent_when_free() {
        let mut hold = Hold::new(1);
        assert_eq!(hold.sway(DT), Sway::default());
        advance(&mut hold, true, 0.0, 1.0, 1.0);
        let sways: Vec<Sway> = (0..2400).map(|_| hold.sway(DT)).collect();
        let deviation = |value: fn(&Sway) -> f32| {
            (sways.iter().map(|sway| value(sway).powi(2)).sum::<f32>() / sways.len() as f32).sqrt()
        };
        assert!((0.08..0.25).contains(&deviation(|sway| sway.f0_st)));
        assert!((0.3..1.2).contains(&deviation(|sway| sway.level_db)));
        assert!((0.002..0.01).contains(&deviation(|sway| sway.formants)));
        hold.reset();
        assert_eq!(hold.sway(DT), Sway::default());
    }
}
