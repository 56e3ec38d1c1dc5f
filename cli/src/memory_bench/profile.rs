//! What is measured of a line, from its sound and its faces alone.

use crate::emotion::face::speaking;
use crate::emotion::take::Take;
use crate::emotion::units::UNITS;
use crate::emotion::voice::{Voice, mean};
use psivox_core::BLENDSHAPE_COUNT;

/// Names of the measures of the voice.
pub const VOICE_MEASURES: [&str; 6] =
    ["f0 mean, st", "f0 deviation, st", "f0 slope, st/s", "phones/s", "HNR, dB", "tilt 1-5 kHz, dB"];

/// Measures of a line: of its voice, and the mean of each action unit while it speaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// See [`VOICE_MEASURES`]; what cannot be measured for want of voice is none.
    pub voice: [Option<f64>; VOICE_MEASURES.len()],
    /// In the order of [`UNITS`].
    pub units: [f64; UNITS.len()],
}

impl Profile {
    /// Measures a take.
    pub fn of(take: &Take, rate_hz: u32) -> Self {
        let voice = Voice::of(take, f64::from(rate_hz));
        let faces: Vec<[f64; BLENDSHAPE_COUNT]> =
            speaking(take).map(|(_, face)| face.shapes.map(f64::from)).collect();
        let unit = |index: usize| {
            let course: Vec<f64> = faces.iter().map(|face| UNITS[index].weight(face)).collect();
            mean(&course).unwrap_or(0.0)
        };
        Self {
            voice: [
                voice.f0_mean_st,
                voice.f0_sd_st,
                voice.f0_slope_st_per_s,
                Some(voice.phones_per_s),
                voice.hnr_db,
                voice.balance_db,
            ],
            units: std::array::from_fn(unit),
        }
    }

    /// By how much it differs from another one of the same words.
    pub fn beyond(&self, plain: &Self) -> Self {
        Self {
            voice: std::array::from_fn(|i| Some(self.voice[i]? - plain.voice[i]?)),
            units: std::array::from_fn(|i| self.units[i] - plain.units[i]),
        }
    }
}

/// Which source each line is nearest to.
#[derive(Debug)]
pub struct Ranking {
    sources: Vec<Profile>,
    /// What a measure varies by from source to source.
    spread: Profile,
    /// Lines by source said and source found.
    pub found: Vec<Vec<u32>>,
    /// The same, by the voice alone and by the face alone: only those that are right.
    pub right_by: [u32; 2],
}

impl Ranking {
    /// Nothing is ranked yet.
    pub fn new(sources: &[&Profile]) -> Self {
        let deviation = |values: Vec<f64>| {
            let centre = mean(&values).unwrap_or(0.0);
            let squares: Vec<f64> = values.iter().map(|value| (value - centre).powi(2)).collect();
            mean(&squares).unwrap_or(0.0).sqrt().max(1e-3)
        };
        let spread = Profile {
            voice: std::array::from_fn(|i| {
                Some(deviation(sources.iter().filter_map(|own| own.voice[i]).collect()))
            }),
            units: std::array::from_fn(|i| deviation(sources.iter().map(|own| own.units[i]).collect())),
        };
        let found = vec![vec![0; sources.len()]; sources.len()];
        Self { sources: sources.iter().map(|own| (*own).clone()).collect(), spread, found, right_by: [0; 2] }
    }

    /// Ranks a line that was said in the manner of a source.
    pub fn add(&mut self, source: usize, line: &Profile) {
        let distances: Vec<[f64; 2]> = self.sources.iter().map(|own| self.distance(own, line)).collect();
        let nearest = |key: &dyn Fn(&[f64; 2]) -> f64| {
            let order = |a: &usize, b: &usize| key(&distances[*a]).total_cmp(&key(&distances[*b]));
            (0..distances.len()).min_by(order).unwrap_or(0)
        };
        self.found[source][nearest(&|[voice, face]| voice + face)] += 1;
        self.right_by[0] += u32::from(nearest(&|own| own[0]) == source);
        self.right_by[1] += u32::from(nearest(&|own| own[1]) == source);
    }

    /// Mean squares of the differences of voice and face, in deviations between sources. One that has a voice and one that
    /// has none are three deviations apart.
    fn distance(&self, source: &Profile, line: &Profile) -> [f64; 2] {
        let voice = (0..VOICE_MEASURES.len()).map(|i| match (source.voice[i], line.voice[i]) {
            (Some(a), Some(b)) => ((a - b) / self.spread.voice[i].unwrap_or(1.0)).powi(2).min(25.0),
            (None, None) => 0.0,
            _ => 9.0,
        });
        // A unit that no source moves tells nothing.
        let moved = (0..UNITS.len()).filter(|i| self.spread.units[*i] > 0.01);
        let face =
            moved.map(|i| ((source.units[i] - line.units[i]) / self.spread.units[i]).powi(2).min(25.0));
        let of = |values: Vec<f64>| mean(&values).unwrap_or(0.0);
        [of(voice.collect()), of(face.collect())]
    }

    /// Lines that were ranked.
    pub fn total(&self) -> u32 {
        self.found.iter().flatten().sum()
    }

    /// Lines whose source came first.
    pub fn right(&self) -> u32 {
        (0..self.found.len()).map(|source| self.found[source][source]).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(f0: f64, unit: f64) -> Profile {
        let mut units = [0.0; UNITS.len()];
        units[0] = unit;
        Profile { voice: [Some(f0), Some(0.0), Some(0.0), Some(0.0), Some(0.0), Some(0.0)], units }
    }

    #[test]
    fn the_nearest_comes_first_and_chance_does_not() {
        let sources = [profile(0.0, 0.0), profile(4.0, 0.0), profile(0.0, 0.5)];
        let mut ranking = Ranking::new(&sources.iter().collect::<Vec<_>>());
        ranking.add(0, &profile(0.3, 0.02));
        ranking.add(1, &profile(3.6, 0.0));
        ranking.add(2, &profile(0.1, 0.4));
        assert_eq!((ranking.right(), ranking.total()), (3, 3));
        ranking.add(2, &profile(3.9, 0.0));
        assert_eq!((ranking.right(), ranking.total()), (3, 4), "a line like another source is not right");
    }

    #[test]
    fn no_voice_is_unlike_any() {
        let mut mute = profile(0.0, 0.0);
        mute.voice[0] = None;
        let sources = [profile(0.0, 0.0), mute.clone()];
        let mut ranking = Ranking::new(&sources.iter().collect::<Vec<_>>());
        ranking.add(1, &mute);
        assert_eq!(ranking.right(), 1);
    }
}
