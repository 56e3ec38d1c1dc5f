//! Period marks of voiced sound by waveform matching, and how they vary from one to the next: local jitter and shimmer.

use super::pitch::{HOP_S, PitchFrame};

/// The next period is looked for between these parts of the expected one.
const SEARCH: [f64; 2] = [0.8, 1.25];
/// A mark where the waveforms agree less is none.
const LEAST_AGREEMENT: f64 = 0.3;
/// Neighbours that differ by more are not of one voice.
const LARGEST_RATIO: f64 = 1.3;
const LARGEST_AMPLITUDE_RATIO: f64 = 1.6;

/// One period.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Period {
    samples: f64,
    /// From peak to peak.
    amplitude: f64,
}

/// Variation of the periods.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Variation {
    /// Mean difference of neighbouring periods over the mean period.
    pub jitter_percent: Option<f64>,
    /// The same of their amplitudes.
    pub shimmer_percent: Option<f64>,
}

/// Variation of the periods of a sound whose pitch is known.
pub fn variation(sound: &[f32], pitch: &[PitchFrame], rate_hz: f64) -> Variation {
    let (mut jitter, mut shimmer) = (Shift::default(), Shift::default());
    for run in voiced_runs(pitch) {
        for pair in periods(sound, run, rate_hz).windows(2) {
            jitter.add(pair[0].samples, pair[1].samples, LARGEST_RATIO);
            shimmer.add(pair[0].amplitude, pair[1].amplitude, LARGEST_AMPLITUDE_RATIO);
        }
    }
    Variation { jitter_percent: jitter.percent(), shimmer_percent: shimmer.percent() }
}

/// Sum of differences and of values.
#[derive(Debug, Default)]
struct Shift {
    difference: f64,
    value: f64,
}

impl Shift {
    fn add(&mut self, a: f64, b: f64, largest_ratio: f64) {
        if a > 0.0 && b > 0.0 && (a / b).max(b / a) <= largest_ratio {
            self.difference += (a - b).abs();
            self.value += 0.5 * (a + b);
        }
    }

    fn percent(&self) -> Option<f64> {
        (self.value > 0.0).then(|| 100.0 * self.difference / self.value)
    }
}

/// Stretches of frames that are all voiced.
fn voiced_runs(pitch: &[PitchFrame]) -> impl Iterator<Item = &[PitchFrame]> {
    let runs = pitch.chunk_by(|a, b| a.f0_hz.is_some() == b.f0_hz.is_some());
    runs.filter(|run| run.len() >= 3 && run[0].f0_hz.is_some())
}

/// Period at a time of a run, in samples.
fn expected(run: &[PitchFrame], at: f64, rate_hz: f64) -> Option<f64> {
    let index = (at / rate_hz - run.first()?.time_s) / HOP_S;
    let index = index.round().clamp(0.0, run.len() as f64 - 1.0) as usize;
    run[index].f0_hz.map(|f0_hz| rate_hz / f0_hz)
}

/// The periods of a run, from the largest peak in its middle to both sides.
fn periods(sound: &[f32], run: &[PitchFrame], rate_hz: f64) -> Vec<Period> {
    let half = 0.5 * HOP_S;
    let (start, end) = ((run[0].time_s - half) * rate_hz, (run[run.len() - 1].time_s + half) * rate_hz);
    let middle = 0.5 * (start + end);
    let Some(period) = expected(run, middle, rate_hz) else { return Vec::new() };
    let reach = |from: f64, to: f64| from.max(0.0) as usize..(to.max(0.0) as usize).min(sound.len());
    let peak = reach(middle - 0.5 * period, middle + 0.5 * period)
        .max_by(|a, b| sound[*a].abs().total_cmp(&sound[*b].abs()));
    let Some(peak) = peak else { return Vec::new() };
    let walk = |direction: f64| {
        let mut found = Vec::new();
        let mut at = peak as f64;
        while (start..=end).contains(&at) {
            let Some(step) = expected(run, at, rate_hz)
                .and_then(|period| step(sound, at.round() as i64, direction, period))
            else {
                break;
            };
            let next = at + direction * step;
            // That of the pulse that it starts with.
            let start = at.min(next);
            let amplitude = swing(&sound[reach(start - 0.5 * step, start + 0.5 * step)]);
            found.push(Period { samples: step, amplitude });
            at = next;
        }
        found
    };
    let mut all = walk(-1.0);
    all.reverse();
    all.extend(walk(1.0));
    all
}

/// From peak to peak.
fn swing(cut: &[f32]) -> f64 {
    let (low, high) =
        cut.iter().fold((0.0f32, 0.0f32), |(low, high), sample| (low.min(*sample), high.max(*sample)));
    f64::from(high - low)
}

/// Distance in samples to the place where the waveform of one period about `at` comes back.
fn step(sound: &[f32], at: i64, direction: f64, period: f64) -> Option<f64> {
    let half = (0.5 * period).round() as i64;
    let window = |centre: i64| {
        let first = usize::try_from(centre - half).ok()?;
        sound.get(first..first + 2 * half as usize + 1)
    };
    let here = window(at)?;
    let agreement = |lag: i64| -> Option<f64> {
        let there = window(at + direction as i64 * lag)?;
        let (mut both, mut own, mut other) = (0.0f64, 0.0f64, 0.0f64);
        for (a, b) in here.iter().zip(there) {
            let (a, b) = (f64::from(*a), f64::from(*b));
            both += a * b;
            own += a * a;
            other += b * b;
        }
        Some(both / (own * other).sqrt().max(f64::MIN_POSITIVE))
    };
    let [first, last] = SEARCH.map(|part| (part * period).round() as i64);
    let found: Vec<f64> = (first..=last).map_while(agreement).collect();
    let best = (0..found.len()).max_by(|a, b| found[*a].total_cmp(&found[*b]))?;
    // At the edge of the search there is no maximum.
    if found[best] < LEAST_AGREEMENT || best == 0 || best + 1 >= found.len() {
        return None;
    }
    let (offset, _) = super::vertex(found[best - 1], found[best], found[best + 1]);
    Some((first + best as i64) as f64 + offset)
}

#[cfg(test)]
mod tests {
    use super::super::pitch::follow;
    use super::*;
    use psivox_core::sound::Noise;

    const RATE_HZ: f64 = 48_000.0;

    /// Smooth pulses at times that step by `period(n)` samples, as high as `height(n)`.
    fn pulses(period: impl Fn(usize) -> f64, height: impl Fn(usize) -> f64) -> Vec<f32> {
        let mut sound = vec![0.0f32; 48_000];
        let (mut at, mut number) = (300.0, 0);
        while at < 47_700.0 {
            for index in (at as usize - 60)..(at as usize + 60) {
                let x = (index as f64 - at) / 8.0;
                sound[index] += (height(number) * (1.0 - x * x) * (-0.5 * x * x).exp()) as f32;
            }
            at += period(number);
            number += 1;
        }
        sound
    }

    fn measured(sound: &[f32]) -> Variation {
        variation(sound, &follow(sound, RATE_HZ), RATE_HZ)
    }

    #[test]
    fn regular_pulses_do_not_vary() {
        for period in [240.0, 301.37, 480.5] {
            let found = measured(&pulses(|_| period, |_| 0.5));
            assert!(found.jitter_percent.expect("voiced") < 0.03, "{period}: {found:?}");
            assert!(found.shimmer_percent.expect("voiced") < 1.0, "{period}: {found:?}");
        }
    }

    /// What varies by chance, for what alternates is as regular at half the pitch.
    fn varied(part: f64) -> impl Fn(usize) -> f64 {
        let mut noise = Noise::new(6);
        let draws: Vec<f64> = (0..300).map(|_| 1.0 + part * f64::from(noise.gaussian())).collect();
        move |number| draws[number]
    }

    /// Mean difference of neighbours over the mean.
    fn local_percent(values: &[f64]) -> f64 {
        let difference = values.windows(2).map(|pair| (pair[0] - pair[1]).abs()).sum::<f64>();
        100.0 * difference / (values.len() - 1) as f64 / (values.iter().sum::<f64>() / values.len() as f64)
    }

    #[test]
    fn jitter_is_the_mean_difference_of_neighbours() {
        for part in [0.003, 0.01, 0.02] {
            let factor = varied(part);
            let periods: Vec<f64> = (0..157).map(|number| 300.0 * factor(number)).collect();
            let expected = local_percent(&periods);
            let found = measured(&pulses(|number| 300.0 * factor(number), |_| 0.5)).jitter_percent;
            let found = found.expect("voiced");
            assert!((found / expected - 1.0).abs() < 0.1, "{part}: {found} {expected}");
        }
    }

    #[test]
    fn shimmer_is_the_same_of_heights() {
        for part in [0.02, 0.05] {
            let height = varied(part);
            let heights: Vec<f64> = (0..157).map(&height).collect();
            let expected = local_percent(&heights);
            let found = measured(&pulses(|_| 300.0, |number| 0.5 * height(number))).shimmer_percent;
            let found = found.expect("voiced");
            assert!((found / expected - 1.0).abs() < 0.1, "{part}: {found} {expected}");
        }
    }

    #[test]
    fn silence_has_no_periods() {
        assert_eq!(measured(&vec![0.0; 48_000]), Variation::default());
    }
}
