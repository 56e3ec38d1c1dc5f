//! The parameters that can be set and asked for from outside, and their values now.

use crate::target::MAX_TARGETS;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What is known about one parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterInfo {
    /// Its stable name: what stands in the address. Only letters, digits, `_`, `-` and `.` can be reached.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The unit of its values, empty where there is none.
    pub unit: String,
    /// Smallest value, in the unit.
    pub min: f32,
    /// Largest value, in the unit.
    pub max: f32,
    /// Its value before anybody touched it.
    pub default: f32,
    /// The names of its steps, from `min` on in steps of 1; `None` for a number.
    pub choices: Option<Vec<String>>,
}

/// The values as they are now, written by whoever owns the parameters and read by the servers. No locks.
#[derive(Debug)]
pub struct ParameterBoard {
    parameters: Vec<ParameterInfo>,
    values: Vec<AtomicU32>,
    /// How many targets there are, and in the high half which of them are on.
    targets: AtomicU32,
}

impl ParameterBoard {
    /// All values at their defaults, no targets.
    pub fn new(parameters: Vec<ParameterInfo>) -> Arc<Self> {
        let values = parameters.iter().map(|p| AtomicU32::new(p.default.to_bits())).collect();
        Arc::new(Self { parameters, values, targets: AtomicU32::new(0) })
    }

    /// What was given to [`ParameterBoard::new`], in its order.
    pub fn parameters(&self) -> &[ParameterInfo] {
        &self.parameters
    }

    /// Notes a value, in the parameter's unit. A place that does not exist is ignored. Safe in the audio thread.
    pub fn set(&self, index: usize, value: f32) {
        if let Some(slot) = self.values.get(index) {
            slot.store(value.to_bits(), Ordering::Relaxed);
        }
    }

    /// The value now, in the parameter's unit.
    pub fn get(&self, index: usize) -> Option<f32> {
        Some(f32::from_bits(self.values.get(index)?.load(Ordering::Relaxed)))
    }

    /// Notes which targets are on; those beyond [`MAX_TARGETS`] are ignored.
    pub fn set_targets(&self, on: &[bool]) {
        let on = &on[..on.len().min(MAX_TARGETS)];
        let bits = on.iter().enumerate().fold(0, |bits, (n, on)| bits | (u32::from(*on) << n));
        self.targets.store(bits << 16 | on.len() as u32, Ordering::Relaxed);
    }

    /// Whether each target is on, in their order.
    pub fn targets(&self) -> Vec<bool> {
        let packed = self.targets.load(Ordering::Relaxed);
        (0..packed & 0xffff).map(|n| packed >> (16 + n) & 1 == 1).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate() -> ParameterInfo {
        ParameterInfo {
            id: "rate".into(),
            name: "Rate".into(),
            unit: "x".into(),
            min: 0.5,
            max: 2.0,
            default: 1.0,
            choices: None,
        }
    }

    #[test]
    fn a_board_shows_what_was_noted() {
        let board = ParameterBoard::new(vec![rate()]);
        assert_eq!(board.get(0), Some(1.0));
        board.set(0, 1.5);
        board.set(1, 9.0);
        assert_eq!((board.get(0), board.get(1)), (Some(1.5), None));
    }

    #[test]
    fn targets_keep_their_order_and_number() {
        let board = ParameterBoard::new(Vec::new());
        assert!(board.targets().is_empty());
        board.set_targets(&[true, false, true]);
        assert_eq!(board.targets(), [true, false, true]);
        board.set_targets(&[true; 40]);
        assert_eq!(board.targets(), [true; MAX_TARGETS]);
    }
}
