//! Vibrato: one oscillator of the larynx that a performer sets the pace and the depth of.
//!
//! `theta' = 2 pi f + sigma xi(t)`: sung vibrato keeps time to within some percent of its period (Prame 1994).

use crate::sound::Noise;
use std::f32::consts::TAU;

/// Phase noise in rad per square root of a second: about 4 % of a period at 5.5 Hz.
const SIGMA: f32 = 0.6;

/// Phase of the vibrato.
#[derive(Debug, Clone)]
pub(super) struct Vibrato {
    theta: f32,
    noise: Noise,
    seed: u64,
}

impl Vibrato {
    /// At phase 0: it starts upwards.
    pub fn new(seed: u64) -> Self {
        Self { theta: 0.0, noise: Noise::new(seed ^ 0x7669_6272), seed }
    }

    /// Back to phase 0, the noise from its start.
    pub fn reset(&mut self) {
        *self = Self::new(self.seed);
    }

    /// Excursion in semitones after `dt_s` more; 0 at depth 0.
    pub fn step(&mut self, rate_hz: f32, depth_st: f32, dt_s: f32) -> f32 {
        let turned = self.theta + TAU * rate_hz * dt_s + SIGMA * dt_s.sqrt() * self.noise.gaussian();
        self.theta = turned.rem_euclid(TAU);
        depth_st * self.theta.sin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_turns_at_its_rate_with_its_depth() {
        let mut vibrato = Vibrato::new(1);
        let path: Vec<f32> = (0..2400).map(|_| vibrato.step(6.0, 0.5, 1.0 / 240.0)).collect();
        let upward = path.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        assert!((56..=64).contains(&upward), "{upward} cycles in 10 s");
        let deepest = path.iter().fold(0.0f32, |deepest, st| deepest.max(st.abs()));
        assert!((0.49..=0.5).contains(&deepest));
        assert_eq!(vibrato.step(6.0, 0.0, 1.0 / 240.0).abs(), 0.0);
    }
}
