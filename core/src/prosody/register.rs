//! What a stretch of speech lies on: a register, that is a height, a range and a loudness.

use super::contour::{ENERGY, Frame, add, frames_in, mean_st, scale_range, shift};
use std::ops::Range;

/// Time over which one register goes over into another.
const EDGE_S: f32 = 0.06;

/// A step to another register.
#[derive(Debug, Clone, Copy)]
pub(super) struct Register {
    /// Height in semitones.
    pub(super) shift_st: f32,
    /// Factor on the range.
    pub(super) range_ratio: f32,
    /// Loudness, in the energy channel's units.
    pub(super) energy: f32,
}

impl Register {
    /// Moves a stretch into this register, `strength` 1 being the whole step.
    pub(super) fn apply(&self, strength: f32, stretch: &Range<usize>, frames: &mut [Frame]) {
        let Some(centre) = mean_st(frames, stretch) else { return };
        let edge = frames_in(EDGE_S);
        scale_range(frames, stretch, edge, centre, self.range_ratio.powf(strength));
        shift(frames, stretch, edge, self.shift_st * strength);
        add(frames, stretch, edge, ENERGY, self.energy * strength);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prosody::contour::{PER_ST, pitch_st};

    #[test]
    fn a_stretch_steps_down_and_the_rest_stays() {
        let wave = |f: usize| [1.0, 3.0 * PER_ST * (f as f32 / 5.0).sin(), 1.0];
        let before: Vec<Frame> = (0..200).map(wave).collect();
        let mut after = before.clone();
        let down = Register { shift_st: -1.5, range_ratio: 0.75, energy: -0.2 };
        down.apply(1.0, &(60..140), &mut after);
        let mean = |frames: &[Frame]| mean_st(frames, &(60..140)).expect("voiced");
        assert!((mean(&after) - mean(&before) + 1.5).abs() < 0.1);
        let top = |frames: &[Frame]| frames[70..130].iter().map(pitch_st).fold(f32::MIN, f32::max);
        assert!((top(&after) - (0.75 * top(&before) - 1.5)).abs() < 0.2);
        assert!((after[100][ENERGY] - 0.8).abs() < 1e-6);
        assert_eq!(after[..50], before[..50]);
        assert_eq!(after[150..], before[150..]);
    }
}
