//! Blends of two memories: does every measure move one way from one end to the other, and does nothing jump?

use super::manner::SOURCES;
use super::profile::{Profile, VOICE_MEASURES};
use super::{Bench, Said};
use crate::ablate::spectrum::{SpectrumMeter, log_spectral_distance_db};
use crate::emotion::take::Take;
use crate::emotion::units::UNITS;
use crate::error::CliError;
use psivox_core::Score;
use std::sync::Arc;

/// Weights of the second between the ends.
const WEIGHTS: [f32; 3] = [0.25, 0.5, 0.75];
/// Sentences that each blend says; what is told is their mean. With only four, the chances of each outweigh small differences.
const TEXTS: usize = 12;
/// Ends that differ by less tell nothing of an order: about what one and the same manner differs by from seed to seed.
const LEAST: [f64; VOICE_MEASURES.len()] = [0.4, 0.3, 1.5, 0.4, 0.7, 0.6];
const LEAST_UNIT: f64 = 0.03;
/// A step back is chance if it is smaller than this share of the whole way, or of the least difference that tells anything.
const SLACK: f64 = 0.08;
const CHANCE: f64 = 0.33;
/// Apart of spectra that are compared, and of the places at which they are, s.
const STEP_S: f64 = 0.01;
const PLACES_S: f64 = 0.0025;
/// What is below this share of the line's mean power is silence. Of the mean, since the loudest window is only one vowel's, and
/// where a harmonic happens to lie in it.
const FLOOR: f64 = 1e-4;
/// Of the steps so many are smaller than what is told: the very largest is that of one burst, and where a window happens to
/// lie about it.
const SHARE_BELOW: f64 = 0.995;

/// How often something is said.
pub fn work() -> usize {
    let sources = SOURCES.len();
    (sources + sources * (sources - 1) / 2 * WEIGHTS.len()) * TEXTS
}

/// What became of one pair.
#[derive(Debug)]
pub struct Blended {
    /// Names of the two.
    pub ends: [&'static str; 2],
    /// Measures that differ between the ends, and how many of them move one way only.
    pub measures: [usize; 2],
    /// Those that do not, with their way from end to end.
    pub turning: Vec<String>,
    /// Large steps of the spectrum from one window to the next, dB: at the end that has the larger ones, and in between.
    pub jumps_db: [f64; 2],
}

/// What all texts in one manner have in common.
struct Spoken {
    mean: Profile,
    jump_db: f64,
}

impl Bench<'_> {
    /// Every pair of sources.
    pub fn blend(&mut self, said: &Said, others: &[Arc<Score>]) -> Result<Vec<Blended>, CliError> {
        let meter = SpectrumMeter::new(f64::from(self.voice.rate));
        let mut ends = Vec::new();
        for source in 0..SOURCES.len() {
            ends.push(self.speak_blend(said, &[(source, 1.0)], others, &meter)?);
        }
        let mut blends = Vec::new();
        for a in 0..SOURCES.len() {
            for b in a + 1..SOURCES.len() {
                let mut between = Vec::new();
                for weight in WEIGHTS {
                    between.push(self.speak_blend(
                        said,
                        &[(a, 1.0 - weight), (b, weight)],
                        others,
                        &meter,
                    )?);
                }
                blends.push(judge([a, b].map(|index| SOURCES[index].name), [&ends[a], &ends[b]], &between));
            }
        }
        Ok(blends)
    }

    fn speak_blend(
        &mut self,
        said: &Said,
        parts: &[(usize, f32)],
        others: &[Arc<Score>],
        meter: &SpectrumMeter,
    ) -> Result<Spoken, CliError> {
        let recollection = said.recollection(parts)?;
        let (mut lines, mut steps_db) = (Vec::new(), Vec::new());
        for (index, score) in others.iter().take(TEXTS).enumerate() {
            let take = self.say_like(index, &recollection, score)?;
            steps_db.extend(steps(&take, f64::from(self.voice.rate), meter));
            lines.push(Profile::of(&take, self.voice.rate));
        }
        steps_db.sort_by(f64::total_cmp);
        let at = (SHARE_BELOW * steps_db.len() as f64) as usize;
        Ok(Spoken { mean: mean_of(&lines), jump_db: steps_db.get(at).copied().unwrap_or(0.0) })
    }
}

fn judge(names: [&'static str; 2], ends: [&Spoken; 2], between: &[Spoken]) -> Blended {
    let way = std::iter::once(ends[0]).chain(between).chain([ends[1]]);
    let means: Vec<Profile> = way.map(|spoken| spoken.mean.clone()).collect();
    let turning = turning(&means);
    let largest = between.iter().map(|spoken| spoken.jump_db).fold(0.0, f64::max);
    Blended {
        ends: names,
        measures: [differing(&means), differing(&means) - turning.len()],
        turning,
        jumps_db: [ends[0].jump_db.max(ends[1].jump_db), largest],
    }
}

fn mean_of(lines: &[Profile]) -> Profile {
    let count = lines.len().max(1) as f64;
    Profile {
        voice: std::array::from_fn(|i| {
            let all: Option<Vec<f64>> = lines.iter().map(|line| line.voice[i]).collect();
            all.map(|all| all.iter().sum::<f64>() / count)
        }),
        units: std::array::from_fn(|i| lines.iter().map(|line| line.units[i]).sum::<f64>() / count),
    }
}

/// A measure's course over the weights, if its ends differ.
fn courses(means: &[Profile]) -> impl Iterator<Item = (String, Vec<f64>, f64)> + '_ {
    let voice = (0..VOICE_MEASURES.len()).filter_map(|i| {
        let course: Option<Vec<f64>> = means.iter().map(|mean| mean.voice[i]).collect();
        course.map(|course| (VOICE_MEASURES[i].to_owned(), course, LEAST[i]))
    });
    let units = (0..UNITS.len()).map(|i| {
        let course = means.iter().map(|mean| mean.units[i]).collect();
        (format!("AU {}", UNITS[i].name), course, LEAST_UNIT)
    });
    let differs = |(name, course, least): (String, Vec<f64>, f64)| {
        let whole = course.last()? - course.first()?;
        (whole.abs() >= least).then_some((name, course, least))
    };
    voice.chain(units).filter_map(differs)
}

fn differing(means: &[Profile]) -> usize {
    courses(means).count()
}

/// Measures that go back on their way, and the way.
fn turning(means: &[Profile]) -> Vec<String> {
    let goes_back = |course: &Vec<f64>, least: f64| {
        let whole = course[course.len() - 1] - course[0];
        let slack = (SLACK * whole.abs()).max(CHANCE * least);
        course.windows(2).any(|pair| (pair[1] - pair[0]) * whole.signum() < -slack)
    };
    let told = |(name, course, _): (String, Vec<f64>, f64)| {
        let way: Vec<String> = course.iter().map(|value| format!("{value:.2}")).collect();
        format!("{name} ({})", way.join(", "))
    };
    courses(means).filter(|(_, course, least)| goes_back(course, *least)).map(told).collect()
}

/// Steps of the spectrum's bands from one window to the next while it is heard, dB.
fn steps(take: &Take, rate_hz: f64, meter: &SpectrumMeter) -> Vec<f64> {
    let sound = take.speech(rate_hz);
    let count = (sound.len() as f64 / (PLACES_S * rate_hz)) as usize;
    let place = |index: usize| index as f64 * PLACES_S * rate_hz;
    let bands: Vec<Vec<f64>> =
        (0..count).map(|index| meter.bands(&meter.powers(sound, place(index)))).collect();
    let mean = bands.iter().flatten().sum::<f64>() / (bands.iter().flatten().count().max(1)) as f64;
    let apart = (STEP_S / PLACES_S).round() as usize;
    let pairs = bands.iter().zip(bands.iter().skip(apart));
    pairs.filter_map(|(a, b)| log_spectral_distance_db(a, b, FLOOR * mean)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(f0: f64) -> Profile {
        Profile { voice: [Some(f0), None, None, None, None, None], units: [0.0; UNITS.len()] }
    }

    #[test]
    fn a_course_that_turns_is_told_and_one_that_stays_is_not_counted() {
        let course = |values: [f64; 5]| values.map(at).to_vec();
        assert_eq!(
            (
                differing(&course([0.0, 1.0, 2.0, 3.0, 4.0])),
                turning(&course([0.0, 1.0, 2.0, 3.0, 4.0])).len()
            ),
            (1, 0)
        );
        assert_eq!(
            turning(&course([0.0, 3.0, 2.0, 3.0, 4.0])),
            ["f0 mean, st (0.00, 3.00, 2.00, 3.00, 4.00)"]
        );
        assert_eq!(differing(&course([0.0, 3.0, 2.0, 3.0, 0.1])), 0);
    }
}
