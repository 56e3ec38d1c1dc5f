//! Weights of a blend from a place on the map.

use super::memory_board::MemoryDot;

/// Most memories of a blend.
pub const MOST_PARTS: usize = 4;
/// Weights below this are left out: nobody hears them.
const LEAST: f32 = 0.005;
/// Least distance on the map, so that a place upon a memory has a weight that is a number.
const LEAST_DISTANCE: f32 = 1e-3;

/// The nearest memories to a place and their weights, heaviest first; the sum is 1. None if there is no memory.
///
/// Inverse distances squared, tapered so that a memory's weight is 0 where the next one takes its place: weights have no
/// jump anywhere (Franke and Little's form of Shepard's interpolation; Franke 1982, Math. Comp. 38, 181-200).
pub fn weights(dots: &[MemoryDot], at: [f32; 2]) -> Vec<(u64, f32)> {
    let distance = |dot: &MemoryDot| (dot.at[0] - at[0]).hypot(dot.at[1] - at[1]);
    let mut near: Vec<(u64, f32)> = Vec::with_capacity(MOST_PARTS + 2);
    for dot in dots {
        let own = distance(dot);
        if !own.is_finite() {
            continue;
        }
        let own = own.max(LEAST_DISTANCE);
        let place = near.partition_point(|(_, other)| *other <= own);
        if place <= MOST_PARTS {
            near.insert(place, (dot.id, own));
            near.truncate(MOST_PARTS + 1);
        }
    }
    let reach = near.get(MOST_PARTS).map_or(f32::INFINITY, |(_, distance)| *distance);
    near.truncate(MOST_PARTS);
    let raw = |distance: f32| (1.0 / distance - 1.0 / reach).max(0.0).powi(2);
    let sum: f32 = near.iter().map(|(_, distance)| raw(*distance)).sum();
    if sum <= 0.0 {
        // All are equally far, the one beyond too.
        let even = 1.0 / near.len().max(1) as f32;
        return near.into_iter().map(|(id, _)| (id, even)).collect();
    }
    let mut parts: Vec<(u64, f32)> =
        near.into_iter().map(|(id, distance)| (id, raw(distance) / sum)).collect();
    parts.retain(|(_, weight)| *weight >= LEAST);
    let kept: f32 = parts.iter().map(|(_, weight)| weight).sum();
    parts.iter_mut().for_each(|(_, weight)| *weight /= kept);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dots(places: &[[f32; 2]]) -> Vec<MemoryDot> {
        let dot =
            |(index, at): (usize, &[f32; 2])| MemoryDot { id: index as u64, at: *at, ..Default::default() };
        places.iter().enumerate().map(dot).collect()
    }

    fn weight(parts: &[(u64, f32)], id: u64) -> f32 {
        parts.iter().find(|part| part.0 == id).map_or(0.0, |part| part.1)
    }

    #[test]
    fn between_two_the_nearer_one_weighs_more() {
        let two = dots(&[[-1.0, 0.0], [1.0, 0.0]]);
        assert_eq!(weights(&two, [0.0, 0.0]), [(0, 0.5), (1, 0.5)]);
        // Squared inverse distances: 1 / 0.5^2 against 1 / 1.5^2.
        let parts = weights(&two, [-0.5, 0.0]);
        assert!((weight(&parts, 0) - 0.9).abs() < 1e-5, "{parts:?}");
        assert!(weight(&weights(&two, [-1.0, 0.0]), 0) > 0.999);
        assert!(weights(&[], [0.0, 0.0]).is_empty());
        assert_eq!(weights(&two[..1], [0.3, 0.3]), [(0, 1.0)]);
    }

    #[test]
    fn weights_sum_to_one_and_never_jump() {
        let many: Vec<[f32; 2]> =
            (0..60).map(|i| [(i as f32 * 2.4).sin() * 0.9, (i as f32 * 1.7).cos() * 0.9]).collect();
        let many = dots(&many);
        let at = |step: usize| [step as f32 * 1e-3 - 1.0, (step as f32 * 2e-3).sin() * 0.5];
        let mut before: Option<Vec<(u64, f32)>> = None;
        for step in 0..2_000 {
            let parts = weights(&many, at(step));
            assert!((1..=MOST_PARTS).contains(&parts.len()));
            let sum: f32 = parts.iter().map(|part| part.1).sum();
            assert!((sum - 1.0).abs() < 1e-5, "{parts:?}");
            if let Some(before) = before {
                for dot in &many {
                    let moved = (weight(&parts, dot.id) - weight(&before, dot.id)).abs();
                    assert!(moved < 0.12, "{moved} at step {step}");
                }
            }
            before = Some(parts);
        }
    }

    #[test]
    fn ties_and_odd_numbers_are_survived() {
        let ring: Vec<[f32; 2]> =
            (0..6).map(|i| (i as f32).to_radians()).map(|a| [a.cos(), a.sin()]).collect();
        let same = dots(&[[0.2, 0.2]; 7]);
        for (dots, at) in [(dots(&ring), [0.0, 0.0]), (same, [0.2, 0.2])] {
            let parts = weights(&dots, at);
            assert!((parts.iter().map(|part| part.1).sum::<f32>() - 1.0).abs() < 1e-4, "{parts:?}");
        }
        let odd = dots(&[[f32::NAN, 0.0], [0.5, 0.5]]);
        assert_eq!(weights(&odd, [0.0, 0.0]), [(1, 1.0)]);
    }
}
