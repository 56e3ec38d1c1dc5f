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

/// What two poles at `corner_hz` let through.
pub fn low_passed(sound: &[f32], sample_rate_hz: f32, corner_hz: f32) -> Vec<f32> {
    let keep = (-std::f32::consts::TAU * corner_hz / sample_rate_hz).exp();
    let (mut one, mut two) = (0.0, 0.0);
    let pass = |x: &f32| {
        one = keep * one + (1.0 - keep) * x;
        two = keep * two + (1.0 - keep) * one;
        two
    };
    sound.iter().map(pass).collect()
}

/// By how much later than its beat a sound sets in, s; `None` if nothing quiet lies between it and the one before.
/// Measured from behind, because the note before may sound until shortly before the consonant.
pub fn late_s(sound: &[f32], sample_rate_hz: f32, beat_s: f32) -> Option<f32> {
    let level = |time_s: f32| {
        rms(&sound
            [((time_s - 0.005) * sample_rate_hz) as usize..((time_s + 0.005) * sample_rate_hz) as usize])
    };
    let steady = level(beat_s + 0.12);
    let quiet = |t: &f32| level(*t) <= 0.35 * steady;
    let onset_s = (-60..100).rev().map(|ms| beat_s + ms as f32 * 1e-3).find(quiet)?;
    Some(onset_s - beat_s)
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

/// Mean power density in dB of the bands between neighbouring `edges_hz`, over Hann windows of 4096 samples.
pub fn bands_db(sound: &[f32], sample_rate_hz: f32, edges_hz: &[f32]) -> Vec<f32> {
    const WINDOW: usize = 4096;
    let transform = realfft::RealFftPlanner::<f32>::new().plan_fft_forward(WINDOW);
    let mut power = vec![0.0f64; WINDOW / 2 + 1];
    let mut spectrum = transform.make_output_vec();
    for part in sound.windows(WINDOW).step_by(WINDOW / 2) {
        let hann = |n: usize| 0.5 - 0.5 * (std::f32::consts::TAU * n as f32 / WINDOW as f32).cos();
        let mut windowed: Vec<f32> = part.iter().enumerate().map(|(n, x)| x * hann(n)).collect();
        if transform.process(&mut windowed, &mut spectrum).is_ok() {
            power.iter_mut().zip(&spectrum).for_each(|(sum, value)| *sum += f64::from(value.norm_sqr()));
        }
    }
    let bin = |f_hz: f32| ((f_hz / sample_rate_hz * WINDOW as f32) as usize).min(WINDOW / 2);
    let mean = |edges: &[f32]| {
        let (low, high) = (bin(edges[0]), bin(edges[1]).max(bin(edges[0]) + 1));
        let bins = &power[low..high.min(power.len())];
        (10.0 * (bins.iter().sum::<f64>() / bins.len().max(1) as f64 + 1e-20).log10()) as f32
    };
    edges_hz.windows(2).map(mean).collect()
}

/// Harmonics-to-noise ratio in dB at a known f0, by the normalised autocorrelation at one period (Boersma 1993), mean
/// over windows of 60 ms.
pub fn hnr_db(sound: &[f32], sample_rate_hz: f32, f0_hz: f32) -> f32 {
    let window = (0.06 * sample_rate_hz) as usize;
    let lag = sample_rate_hz / f0_hz;
    let around = (0.97 * lag) as usize..=(1.03 * lag) as usize + 1;
    let ratios: Vec<f32> = sound
        .windows(window + around.end())
        .step_by(window)
        .map(|part| {
            let at = |lag: usize| correlate(&part[..window], &part[lag..lag + window]);
            let best = around.clone().map(at).fold(0.0, f32::max).clamp(1e-3, 0.9999);
            10.0 * (best / (1.0 - best)).log10()
        })
        .collect();
    ratios.iter().sum::<f32>() / ratios.len().max(1) as f32
}

/// Largest change from one sample to the next.
pub fn largest_step(sound: &[f32]) -> f32 {
    sound.windows(2).fold(0.0, |largest, pair| largest.max((pair[1] - pair[0]).abs()))
}

/// By how many samples `b` comes after `a`, up to `most` either way: the maximum of their cross-correlation, means taken
/// out, between samples by a parabola.
pub fn lag_samples(a: &[f32], b: &[f32], most: usize) -> f32 {
    let centred = |x: &[f32]| {
        let mean = x.iter().sum::<f32>() / x.len().max(1) as f32;
        x.iter().map(|x| x - mean).collect::<Vec<f32>>()
    };
    let (a, b) = (centred(a), centred(b));
    let most = most as isize;
    let at = |lag: isize| -> f32 {
        let inside = |i: isize| usize::try_from(i).ok();
        (0..a.len() as isize).filter_map(|i| Some(a[i as usize] * b.get(inside(i + lag)?)?)).sum()
    };
    let best = (-most..=most).max_by(|x, y| at(*x).total_cmp(&at(*y))).unwrap_or(0);
    let (left, middle, right) = (at(best - 1), at(best), at(best + 1));
    let bend = left - 2.0 * middle + right;
    best as f32 + if bend < 0.0 { 0.5 * (left - right) / bend } else { 0.0 }
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
    fn a_known_lag_is_measured() {
        let bump = |at: f32| (0..200).map(|i| (-((i as f32 - at) / 8.0).powi(2)).exp()).collect::<Vec<f32>>();
        for lag in [-7.3, 0.0, 4.5] {
            let found = lag_samples(&bump(100.0), &bump(100.0 + lag), 20);
            assert!((found - lag).abs() < 0.05, "{found} for {lag}");
        }
    }

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
