//! What is known of the delivery before the networks speak: their pace and pitch.

use crate::voice::Shaping;

/// Pace and pitch at planning time. The networks then speak at that pace and colour for that pitch; what is asked for
/// later, while the line is spoken, only stretches and transposes what they said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delivery {
    /// Speaking rate relative to the persona's own, 0.5..=2.
    pub rate_ratio: f32,
    /// Transposition in semitones that the engine will add to the persona's own, -12..=12.
    pub pitch_st: f32,
}

impl Default for Delivery {
    fn default() -> Self {
        Self { rate_ratio: 1.0, pitch_st: 0.0 }
    }
}

impl Delivery {
    /// Inside the ranges; what is not a number is the default.
    pub(crate) fn tamed(self) -> Self {
        let tame =
            |value: f32, low, high, rest| if value.is_finite() { value.clamp(low, high) } else { rest };
        Self {
            rate_ratio: tame(self.rate_ratio, 0.5, 2.0, 1.0),
            pitch_st: tame(self.pitch_st, -12.0, 12.0, 0.0),
        }
    }
}

/// Another shaping at a pace and a pitch.
pub(crate) struct Delivered<'a> {
    pub(crate) shaping: &'a mut dyn Shaping,
    pub(crate) delivery: Delivery,
}

impl Shaping for Delivered<'_> {
    fn durations(&mut self, token_source: &[usize], units: &mut [f32]) {
        self.shaping.durations(token_source, units);
        // The silences at both ends are no speech: hurried, they would swallow the first sound.
        let last = units.len().saturating_sub(1);
        if let Some(units) = units.get_mut(1..last) {
            if self.delivery.rate_ratio > 1.0 {
                hurry(units, self.delivery.rate_ratio);
            } else if self.delivery.rate_ratio < 1.0 {
                units.iter_mut().for_each(|units| *units /= self.delivery.rate_ratio);
            }
        }
        self.shaping.pauses(token_source, units);
    }

    fn contours(&mut self, token_source: &[usize], units: &[u32], frames: &mut [[f32; 3]]) {
        self.shaping.contours(token_source, units, frames);
    }

    fn transposition_st(&self) -> f32 {
        self.delivery.pitch_st + self.shaping.transposition_st()
    }
}

/// Shortens the whole to `1 / rate_ratio`, what is long more than what is short: people who hurry cut vowels and pauses
/// and keep their consonants (incompressibility, Klatt 1976). A token of u units shrinks by `rate^(k w(u))`, w from 0.25 at
/// one unit to 1 at five; k makes the total right.
fn hurry(units: &mut [f32], rate_ratio: f32) {
    let yielding = |u: f32| (0.25 + 0.1875 * (u - 1.0)).clamp(0.25, 1.0);
    let total = |k: f32| units.iter().map(|u| u * rate_ratio.powf(-k * yielding(*u))).sum::<f32>();
    let wanted = total(0.0) / rate_ratio;
    let (mut low, mut high) = (0.0, 8.0);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if total(middle) > wanted { low = middle } else { high = middle }
    }
    units.iter_mut().for_each(|u| *u *= rate_ratio.powf(-low * yielding(*u)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::Unshaped;

    #[test]
    fn absurd_deliveries_are_tamed() {
        let wild = Delivery { rate_ratio: f32::NAN, pitch_st: 1e9 }.tamed();
        assert_eq!(wild, Delivery { rate_ratio: 1.0, pitch_st: 12.0 });
    }

    #[test]
    fn pace_divides_durations_and_the_own_pace_changes_nothing() {
        let mut plain = Unshaped;
        let mut delivered = Delivered { shaping: &mut plain, delivery: Delivery::default() };
        let mut units = [10.0, 3.3, 7.0, 2.0];
        delivered.durations(&[], &mut units);
        assert_eq!(units, [10.0, 3.3, 7.0, 2.0]);
        delivered.delivery.rate_ratio = 0.5;
        delivered.durations(&[], &mut units);
        assert_eq!(units, [10.0, 6.6, 14.0, 2.0]);
    }

    #[test]
    fn who_hurries_cuts_what_is_long() {
        let mut units = [1.0, 2.0, 6.0, 1.5, 9.0];
        hurry(&mut units, 1.4);
        assert!((units.iter().sum::<f32>() - 19.5 / 1.4).abs() < 1e-2, "{units:?}");
        assert!(units[0] > 0.85 && units[2] < 6.0 / 1.4, "{units:?}");
    }
}
