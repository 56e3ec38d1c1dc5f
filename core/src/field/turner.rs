//! Counts the turns of an oscillator, for what happens now and then.

use super::{FieldNetwork, Role};
use std::f32::consts::TAU;

/// How far an oscillator has turned since it was last asked. Noise that takes a phase back and forth over the end of a turn
/// counts once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turner {
    /// Phase in rad as it was.
    last: Option<f32>,
    /// Turns that noise has taken back and that have to be made again, at most 0.
    behind: f32,
}

impl Turner {
    pub(crate) const fn new() -> Self {
        Self { last: None, behind: 0.0 }
    }

    /// Turns since the last call, 0..=1/2; none at the first one.
    pub(crate) fn advance(&mut self, network: &FieldNetwork, role: Role) -> f32 {
        let theta = network.theta(role);
        let gone = (theta - self.last.unwrap_or(theta)) / TAU;
        self.last = Some(theta);
        let ahead = self.behind + gone - gone.round();
        self.behind = ahead.min(0.0);
        ahead.max(0.0)
    }
}

crate::carry::carried!(Turner { last, behind } but {});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{FieldSetup, NetworkDrive};

    #[test]
    fn what_it_counts_is_what_the_oscillator_turns() {
        let mut network = FieldNetwork::new(&FieldSetup::default(), 4);
        let (mut turner, mut sum) = (Turner::new(), 0.0f32);
        let drive = NetworkDrive {
            coupling_gain: 1.0,
            lag_gain: 1.0,
            syllable_omega: 0.0,
            prominence: 0.0,
            onset: 0.0,
        };
        for _ in 0..240 * 60 {
            network.step(1.0 / 240.0, &drive);
            sum += turner.advance(&network, Role::Lid);
        }
        // 0.283 Hz, as far as noise and couplings let it.
        assert!((12.0..22.0).contains(&sum), "{sum} turns in a minute");
        network.reset();
        assert!(turner.advance(&network, Role::Lid) <= 0.5);
    }
}
