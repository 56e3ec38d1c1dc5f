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
        if self.delivery.rate_ratio != 1.0 {
            units.iter_mut().for_each(|units| *units /= self.delivery.rate_ratio);
        }
    }

    fn contours(&mut self, token_source: &[usize], units: &[u32], frames: &mut [[f32; 3]]) {
        self.shaping.contours(token_source, units, frames);
    }

    fn transposition_st(&self) -> f32 {
        self.delivery.pitch_st + self.shaping.transposition_st()
    }
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
        let mut units = [3.3, 7.0];
        delivered.durations(&[], &mut units);
        assert_eq!(units, [3.3, 7.0]);
        delivered.delivery.rate_ratio = 2.0;
        delivered.durations(&[], &mut units);
        assert_eq!(units, [1.65, 3.5]);
    }
}
