//! The emotion that the lines are spoken with: lanes that wander slowly and now and then jump.
//!
//! They are written over the text's own time, so that a syllable meets the same emotion whatever the rhythm; else a
//! change of rhythm would be counted as one of timbre.

use psivox_core::sound::Noise;

/// Of the walks, whatever the seed of the voice: every table is made with the same performance.
const SEED: u64 = 8;
/// Time between two knots of the walks; straight lines between them.
const KNOT_S: f64 = 0.5;
/// Time constant with which a walk comes back, and its standard deviation.
const WALK_TAU_S: f64 = 4.0;
const WALK: f32 = 0.12;
/// One lane jumps every so often, for the first time after half of that.
const STEP_EVERY_S: f64 = 10.0;
/// Distance of a lane from its centre between jumps: a jump goes from one side to the other.
const SIDE: f32 = 0.35;

/// Valence, arousal and dominance over time.
#[derive(Debug, Clone)]
pub struct Lanes {
    centre: [f32; 3],
    /// Offsets of the walks, one set every [`KNOT_S`]; none keeps the lanes where they are.
    knots: Vec<[f32; 3]>,
}

impl Lanes {
    /// Lanes that stay.
    pub fn still(centre: [f32; 3]) -> Self {
        Self { centre, knots: Vec::new() }
    }

    /// Lanes that move for so long.
    pub fn moving(centre: [f32; 3], duration_s: f64) -> Self {
        let mut noise = Noise::new(SEED);
        let keep = (-KNOT_S / WALK_TAU_S).exp() as f32;
        let kick = WALK * (1.0 - keep * keep).sqrt();
        let mut walk = [0.0; 3];
        let knots = (0..=(duration_s / KNOT_S).ceil() as usize + 1).map(|_| {
            walk = walk.map(|x| keep * x + kick * noise.gaussian());
            walk
        });
        Self { centre, knots: knots.collect() }
    }

    /// The same lanes, kept at their centres.
    pub fn held(&self) -> Self {
        Self::still(self.centre)
    }

    /// Whether they ever move.
    pub fn are_still(&self) -> bool {
        self.knots.is_empty()
    }

    /// The lanes at a time of the text, -1..=1 each.
    pub fn at(&self, time_s: f64) -> [f32; 3] {
        let Some(last) = self.knots.len().checked_sub(1) else { return self.centre };
        let place = (time_s / KNOT_S).clamp(0.0, last as f64);
        let (index, along) = (place as usize, place.fract() as f32);
        let (from, to) = (self.knots[index], self.knots[(index + 1).min(last)]);
        let jumps = (time_s / STEP_EVERY_S + 0.5).max(0.0) as usize;
        std::array::from_fn(|lane| {
            let walk = from[lane] + (to[lane] - from[lane]) * along;
            (self.centre[lane] + walk + side(lane, jumps)).clamp(-1.0, 1.0)
        })
    }
}

/// The side of its centre that a lane is on: the lanes take turns in changing it.
fn side(lane: usize, jumps: usize) -> f32 {
    let own = (jumps + 2 - lane) / 3;
    if (own + lane).is_multiple_of(2) { -SIDE } else { SIDE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn still_lanes_stay() {
        let lanes = Lanes::still([0.5, 0.4, 0.3]);
        assert!(lanes.are_still());
        assert_eq!(lanes.at(0.0), lanes.at(1e6));
        let held = Lanes::moving([0.5, 0.4, 0.3], 30.0).held();
        assert!(held.are_still() && held.at(17.0) == [0.5, 0.4, 0.3]);
    }

    #[test]
    fn lanes_wander_slowly_and_one_jumps_every_ten_seconds() {
        let lanes = Lanes::moving([0.1, 0.0, -0.1], 125.0);
        let mut jumps = [0; 3];
        for frame in 0..120 * 60 {
            let (from, to) = (lanes.at(f64::from(frame) / 60.0), lanes.at(f64::from(frame + 1) / 60.0));
            for lane in 0..3 {
                let moved = (to[lane] - from[lane]).abs();
                let expected = f64::from(frame + 1).rem_euclid(600.0) == 300.0;
                assert!(moved < 0.02 || (expected && (0.6..0.8).contains(&moved)), "{frame} {lane} {moved}");
                jumps[lane] += usize::from(moved > 0.5);
            }
        }
        assert_eq!(jumps, [4; 3]);
    }

    #[test]
    fn lanes_keep_to_their_range_at_any_time() {
        let lanes = Lanes::moving([1.0, -1.0, 0.9], 3.0);
        for time_s in [-1.0, 0.0, 3.0, 1e9] {
            assert!(lanes.at(time_s).iter().all(|x| (-1.0..=1.0).contains(x)));
        }
    }
}
