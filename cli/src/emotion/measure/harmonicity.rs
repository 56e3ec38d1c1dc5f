//! Harmonics-to-noise ratio of short pieces of sound by normalised cross-correlation: how well a period repeats itself.
//! What repeats exactly is told exactly, whatever its pitch does elsewhere.

/// Quieter pieces, against the sound's peak, are left out: as Boersma's unvoiced candidate wins over them.
const SILENCE_THRESHOLD: f64 = 0.1;
/// What is 60 dB above or below the other is not resolved.
const LEAST_CORRELATION: f64 = 1e-6;
/// Sums in so many lanes are as fast as the machine.
const LANES: usize = 8;

/// Where a voice may be.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Shortest and longest period, in samples.
    lags: [usize; 2],
    /// Largest sample of the whole sound.
    peak: f64,
}

impl Bounds {
    /// For a voice between two pitches in a sound with that peak.
    pub fn new(rate_hz: f64, range_hz: [f64; 2], peak: f64) -> Self {
        let lags = [(rate_hz / range_hz[1]).floor().max(2.0), (rate_hz / range_hz[0]).ceil().max(4.0)];
        Self { lags: lags.map(|lag| lag as usize), peak }
    }

    /// Harmonics-to-noise ratio in dB about a sample; none where it is quiet, at the ends of the sound, and where nothing
    /// repeats at all.
    pub fn hnr_db(&self, sound: &[f32], centre: usize) -> Option<f64> {
        let [shortest, longest] = self.lags;
        // The longest period, and the place for it to come back.
        let piece = sound.get(centre.checked_sub(longest)?..centre + longest + 2)?;
        let mean = piece.iter().map(|sample| f64::from(*sample)).sum::<f64>() / piece.len() as f64;
        let piece: Vec<f64> = piece.iter().map(|sample| f64::from(*sample) - mean).collect();
        let here = &piece[..longest];
        let own = dot(here, here);
        let agreement = |lag: usize| {
            let there = &piece[lag..lag + longest];
            dot(here, there) / (own * dot(there, there)).sqrt().max(f64::MIN_POSITIVE)
        };
        let agreements: Vec<f64> = (shortest - 1..=longest + 1).map(agreement).collect();
        let peaks = agreements.windows(3).filter(|around| around[1] > around[0] && around[1] >= around[2]);
        let heights = peaks.map(|around| super::vertex(around[0], around[1], around[2]).1);
        let height = heights.max_by(f64::total_cmp)?.clamp(LEAST_CORRELATION, 1.0 - LEAST_CORRELATION);
        let loudest = piece.iter().fold(0.0f64, |loudest, sample| loudest.max(sample.abs()));
        let silence = 2.0 - loudest / self.peak / SILENCE_THRESHOLD;
        (height > silence).then(|| 10.0 * (height / (1.0 - height)).log10())
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f64 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
    let mut lanes = [0.0; LANES];
    for (a, b) in a.zip(b) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    rest + lanes.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::sound::Noise;
    use std::f64::consts::TAU;

    const RATE_HZ: f64 = 48_000.0;

    /// Ten harmonics of 0.1, whose power is 0.05, and noise.
    fn tone(f0_hz: f64, noise: impl FnMut() -> f64) -> Vec<f32> {
        let mut noise = noise;
        let sample = |i: i32| {
            let theta = TAU * f0_hz * f64::from(i) / RATE_HZ;
            let harmonics =
                (1..=10).map(|k| 0.1 * (f64::from(k) * theta + f64::from(k * k)).sin()).sum::<f64>();
            (harmonics + noise()) as f32
        };
        (0..48_000).map(sample).collect()
    }

    fn mean_db(sound: &[f32]) -> f64 {
        let peak = sound.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let bounds = Bounds::new(RATE_HZ, [120.0, 400.0], f64::from(peak));
        let found: Vec<f64> = (1..99).filter_map(|index| bounds.hnr_db(sound, index * 480)).collect();
        assert!(found.len() > 90, "{}", found.len());
        found.iter().sum::<f64>() / found.len() as f64
    }

    #[test]
    fn harmonics_alone_have_no_noise() {
        for f0_hz in [150.0, 222.22, 310.7] {
            let found = mean_db(&tone(f0_hz, || 0.0));
            assert!(found > 35.0, "{f0_hz}: {found}");
        }
    }

    #[test]
    fn noise_is_told_by_its_power() {
        for expected_db in [5.0, 10.0, 20.0] {
            let mut noise = Noise::new(5);
            let gain = (0.05 / 10f64.powf(expected_db / 10.0)).sqrt();
            let found = mean_db(&tone(180.0, || gain * f64::from(noise.gaussian())));
            assert!((found - expected_db).abs() < 1.0, "{expected_db}: {found}");
        }
    }

    #[test]
    fn silence_and_ends_tell_nothing() {
        let bounds = Bounds::new(RATE_HZ, [120.0, 400.0], 0.5);
        assert_eq!(bounds.hnr_db(&[0.0; 4_800], 2_400), None);
        assert_eq!(bounds.hnr_db(&tone(200.0, || 0.0), 10), None);
        let faint: Vec<f32> = tone(200.0, || 0.0).iter().map(|sample| 0.01 * sample).collect();
        assert_eq!(bounds.hnr_db(&faint, 24_000), None);
    }
}
