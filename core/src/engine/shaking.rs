//! Laughing and sobbing through words: the field's tremor is driven to their pace, never quite regular.

use crate::emotion::Shake;
use crate::field::{FieldNetwork, Role, RoleDrive};
use crate::sound::Noise;
use std::f32::consts::PI;

/// Who drives the tremor.
#[derive(Debug, Clone)]
pub(super) struct Shaking {
    noise: Noise,
    seed: u64,
    /// Deviation of the present pulse's rate, relative, in standard deviations.
    deviation: f32,
    theta: f32,
    /// Whether the tremor is driven.
    driven: bool,
}

impl Shaking {
    /// Nobody.
    pub fn new(seed: u64) -> Self {
        let noise = Noise::new(seed ^ 0x73_68_61_6b_65);
        Self { noise, seed, deviation: 0.0, theta: 0.0, driven: false }
    }

    /// Back to the start.
    pub fn reset(&mut self) {
        *self = Self::new(self.seed);
    }

    /// What is to be told to the tremor, if anything has changed.
    pub fn drive(&mut self, shake: &Shake, network: &FieldNetwork) -> Option<RoleDrive> {
        let Shake { rate_hz, irregularity, f0_st, level_db, breath } = *shake;
        let theta = network.theta(Role::Tremor);
        let turned = self.theta - theta > PI;
        self.theta = theta;
        if f0_st == 0.0 && level_db == 0.0 && breath == 0.0 {
            let was = std::mem::take(&mut self.driven);
            return was.then(RoleDrive::default);
        }
        if turned || !self.driven {
            self.deviation = self.noise.gaussian().clamp(-1.5, 1.5);
        }
        self.driven = true;
        let hz = rate_hz * (1.0 + irregularity * self.deviation).max(0.3);
        Some(RoleDrive { hz: Some(hz), amplitude: Some(1.0), over_s: 0.0 })
    }

    /// The shake at this instant, -1..=1; 0 if there is none.
    pub fn now(&self, network: &FieldNetwork) -> f32 {
        if self.driven { network.sin(Role::Tremor) } else { 0.0 }
    }

    /// The trembling at this instant, -1..=1: a tremor that nobody drives trembles as strongly as it swings.
    pub fn tremor(&self, network: &FieldNetwork) -> f32 {
        let own = if self.driven { 1.0 } else { network.r(Role::Tremor) };
        own * network.tremble()
    }
}

crate::carry::carried!(Shaking { noise, deviation, theta, driven } but { seed });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emotion::{Style, Styles, style_shape};
    use crate::field::{FieldSetup, NetworkDrive};

    #[test]
    fn the_tremor_is_taken_and_given_back() {
        let mut network = FieldNetwork::new(&FieldSetup::default(), 1);
        let mut shaking = Shaking::new(1);
        assert!(shaking.drive(&Shake::NONE, &network).is_none());
        let mut laughing = Styles::NONE;
        laughing.set(Style::Laugh, 1.0);
        let shape = style_shape(&laughing);
        let drive = NetworkDrive {
            coupling_gain: 0.0,
            lag_gain: 0.0,
            syllable_omega: 0.0,
            prominence: 0.0,
            onset: 0.0,
        };
        let mut pulses = 0;
        let mut below = true;
        for _ in 0..240 * 4 {
            let role = shaking.drive(&shape.shake, &network).expect("driven");
            network.drive(Role::Tremor, &role);
            network.step(1.0 / 240.0, &drive);
            let now = shaking.now(&network);
            // The field's noise may carry the phase back over zero.
            pulses += usize::from(below && now > 0.5);
            below = if below { now <= 0.5 } else { now < -0.5 };
        }
        assert!((17..=23).contains(&pulses), "{pulses} pulses in 4 s");
        assert_eq!(shaking.drive(&Shake::NONE, &network), Some(RoleDrive::default()));
        assert!(shaking.drive(&Shake::NONE, &network).is_none());
        assert_eq!(shaking.now(&network), 0.0);
    }
}
