//! Plain measures of sound.

/// Root mean square.
pub fn rms(sound: &[f32]) -> f32 {
    let energy: f64 = sound.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    (energy / sound.len().max(1) as f64).sqrt() as f32
}

/// Largest magnitude; NaN counts as infinite.
pub fn peak(sound: &[f32]) -> f32 {
    sound
        .iter()
        .fold(0.0, |peak, sample| if sample.is_nan() { f32::INFINITY } else { peak.max(sample.abs()) })
}

/// Index of the first sample above `floor`.
pub fn onset(sound: &[f32], floor: f32) -> Option<usize> {
    sound.iter().position(|sample| sample.abs() > floor)
}

/// Median f0 in Hz of the voiced 40 ms windows, by the highest peak of the normalised autocorrelation
/// between 60 and 500 Hz; `None` if fewer than five windows are voiced.
pub fn median_f0_hz(sound: &[f32], sample_rate_hz: f32) -> Option<f32> {
    let window = (0.04 * sample_rate_hz) as usize;
    let (shortest, longest) = ((sample_rate_hz / 500.0) as usize, (sample_rate_hz / 60.0) as usize);
    let loud = 0.3 * rms(sound);
    let mut found: Vec<f32> = sound
        .windows(window + longest)
        .step_by(window / 2)
        .filter(|part| rms(part) > loud)
        .filter_map(|part| {
            let correlation = |lag: usize| correlate(&part[..window], &part[lag..lag + window]);
            let best =
                (shortest..longest).map(|lag| (lag, correlation(lag))).max_by(|a, b| a.1.total_cmp(&b.1))?;
            // The shortest lag that is nearly as good: twice the period correlates as well.
            let lag = (shortest..=best.0).find(|lag| correlation(*lag) > 0.9 * best.1)?;
            let lag = (lag..longest).find(|lag| correlation(lag + 1) <= correlation(*lag)).unwrap_or(lag);
            (best.1 > 0.6).then(|| sample_rate_hz / lag as f32)
        })
        .collect();
    found.sort_by(f32::total_cmp);
    (found.len() >= 5).then(|| found[found.len() / 2])
}

fn correlate(a: &[f32], b: &[f32]) -> f32 {
    let dot: f32 = a.iter().zip(b).map(|(x, y)| x * y).sum();
    let norm = (a.iter().map(|x| x * x).sum::<f32>() * b.iter().map(|y| y * y).sum::<f32>()).sqrt();
    if norm > 0.0 { dot / norm } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_tone_is_measured() {
        let tone = |f0_hz: f32| -> Vec<f32> {
            (0..24_000)
                .map(|n| {
                    let phase = std::f32::consts::TAU * f0_hz * n as f32 / 48_000.0;
                    0.5 * phase.sin() + 0.3 * (2.0 * phase).sin()
                })
                .collect()
        };
        for f0_hz in [90.0, 180.0, 320.0] {
            let measured = median_f0_hz(&tone(f0_hz), 48_000.0).expect("a tone is voiced");
            assert!((measured / f0_hz - 1.0).abs() < 0.02, "{measured} for {f0_hz}");
        }
        assert!((rms(&tone(100.0)) - (0.34f32 / 2.0).sqrt()).abs() < 0.01);
        assert_eq!(median_f0_hz(&[0.0; 24_000], 48_000.0), None);
    }
}
