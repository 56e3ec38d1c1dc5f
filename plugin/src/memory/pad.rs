//! The pad between four slots.

use crate::performance::SLOT_COUNT;
use psivox_core::memory::Weights;

/// The four slots around a place of the pad and the weight of each; behind the last slot comes the first.
pub fn corners(slot: usize, at: [f32; 2]) -> [(usize, f32); 4] {
    let weights = Weights::of_pad(at, 1.0).parts;
    std::array::from_fn(|corner| ((slot + corner) % SLOT_COUNT, weights[corner]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pad_blends_four_slots() {
        assert_eq!(corners(0, [0.0, 0.0]), [(0, 1.0), (1, 0.0), (2, 0.0), (3, 0.0)]);
        assert_eq!(
            corners(6, [1.0, 1.0]),
            [(6, 0.0), (7, 0.0), (0, 0.0), (1, 1.0)],
            "the first follows the last"
        );
        assert_eq!(corners(2, [1.0, 0.0])[1], (3, 1.0));
        assert_eq!(corners(2, [0.0, 1.0])[2], (4, 1.0));
        for step in 0..=100 {
            let at = [step as f32 / 100.0, (step * 37 % 101) as f32 / 100.0];
            let sum: f32 = corners(0, at).iter().map(|(_, weight)| weight).sum();
            assert!((sum - 1.0).abs() < 1e-6, "{at:?}");
        }
    }
}
