//! From a place in the valence-arousal-dominance space to the modes that resonate with it.
//!
//! Every mode m is tuned to a direction `u_m` of the space. A drive `x = |x| u` excites it the more the closer the two
//! directions are, `w_m ~ 1 / |u - u_m|^4` (Shepard 1968), normalised over the modes; their common amplitude is `|x|` over
//! the mean distance of those modes from neutral. So the place of a mode excites that mode alone and fully, half of it
//! half, and in between neighbours share.

use super::mode::MOST;
use super::{Mode, Moods};

/// Share of all resonance that is taken from each mode's.
const TRACE: f32 = 0.02;
/// Directions closer than this are the same.
const SAME: f32 = 1e-4;
/// How fast an amplitude over 1 is taken back: lanes go on to do something, but nobody over-acts by accident.
const KNEE: f32 = 0.25;

impl Moods {
    /// The modes that a place excites: valence, arousal and dominance in -1..=1 each. What is no number counts as 0.
    pub fn at(place: [f32; 3]) -> Self {
        let place = place.map(|axis| if axis.is_finite() { axis.clamp(-1.0, 1.0) } else { 0.0 });
        let distance = norm(place);
        if distance <= 0.0 {
            return Self::NONE;
        }
        let direction = place.map(|axis| axis / distance);
        let mut resonance = [0.0f32; Mode::ALL.len()];
        let (mut sum, mut reach) = (0.0, 0.0);
        for mode in &Mode::ALL[1..] {
            let own = norm(mode.place());
            let apart2: f32 = (0..3)
                .map(|axis| (direction[axis] - mode.place()[axis] / own).powi(2))
                .sum::<f32>()
                .max(SAME * SAME);
            let tuned = 1.0 / (apart2 * apart2);
            resonance[*mode as usize] = tuned;
            sum += tuned;
        }
        // A trace of everything is nothing in particular.
        let least = TRACE * sum;
        sum = 0.0;
        for (tuned, mode) in resonance.iter_mut().zip(Mode::ALL) {
            *tuned = (*tuned - least).max(0.0);
            sum += *tuned;
            reach += *tuned * norm(mode.place());
        }
        let amplitude = bounded(distance * sum / reach);
        let mut moods = Self::NONE;
        for (degree, tuned) in moods.degrees_mut().iter_mut().zip(resonance) {
            *degree = amplitude * tuned / sum;
        }
        moods
    }
}

fn norm(x: [f32; 3]) -> f32 {
    x.iter().map(|axis| axis * axis).sum::<f32>().sqrt()
}

/// The amplitude itself up to 1, at most `MOST`, smooth in between.
fn bounded(amplitude: f32) -> f32 {
    if amplitude <= 1.0 {
        return amplitude;
    }
    1.0 + (MOST - 1.0) * (1.0 - (-(amplitude - 1.0) / KNEE).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_mode_is_that_mode() {
        for mode in &Mode::ALL[1..] {
            for degree in [0.25f32, 0.5, 1.0] {
                let moods = Moods::at(mode.place().map(|axis| degree * axis));
                assert!((moods.of(*mode) - degree).abs() < 2e-3, "{mode:?} at {degree}: {moods:?}");
                assert!(moods.total() - moods.of(*mode) < 1e-3);
            }
        }
        assert_eq!(Moods::at([0.0; 3]), Moods::NONE);
        assert_eq!(Moods::at([f32::NAN, f32::INFINITY, 0.0]), Moods::NONE);
    }

    #[test]
    fn neighbours_share_and_nothing_jumps() {
        let mut last = Moods::at([1.0, 0.0, 0.0]);
        for step in 1..=2_000 {
            let angle = step as f32 * std::f32::consts::TAU / 2_000.0;
            let now = Moods::at([angle.cos(), angle.sin(), 0.3 * (2.0 * angle).sin()]);
            assert!(now.total() <= MOST + 1e-3 && now.total() > 0.5);
            let apart =
                now.degrees().iter().zip(last.degrees()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(apart < 0.05, "{apart} at {angle}");
            last = now;
        }
    }
}
