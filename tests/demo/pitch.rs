//! Fundamental frequency measured from sound: normalised autocorrelation at 8 kHz.
//!
//! `r(lag) = <x_0, x_lag> / (|x_0| |x_lag|)` over 40 ms; the shortest lag that is nearly as good as the best
//! one is the period, since twice the period correlates as well. A parabola through the peak gives the part
//! of a sample.

/// The rate at which is measured, in Hz.
const RATE_HZ: f32 = 8_000.0;
/// Lags of 400 to 80 Hz.
const LAGS: std::ops::Range<usize> = 20..101;
/// 40 ms: two periods of the lowest voice.
const WINDOW: usize = 320;
/// 10 ms.
const HOP: usize = 80;
/// Least correlation of a voiced window.
const VOICED: f32 = 0.75;

/// f0 at one instant.
#[derive(Debug, Clone, Copy)]
pub struct Pitch {
    /// Middle of the window in s.
    pub time_s: f32,
    /// Fundamental frequency in Hz.
    pub f0_hz: f32,
}

/// f0 of every voiced window; unvoiced ones are left out.
pub fn track(sound: &[f32], sample_rate_hz: f32) -> Vec<Pitch> {
    let factor = (sample_rate_hz / RATE_HZ).round().max(1.0) as usize;
    let slow: Vec<f32> =
        sound.chunks_exact(factor).map(|part| part.iter().sum::<f32>() / factor as f32).collect();
    // Quieter than a tenth of the whole is a pause or a consonant.
    let floor = 0.1 * norm(&slow) / (slow.len().max(1) as f32).sqrt();
    slow.windows(WINDOW + LAGS.end)
        .step_by(HOP)
        .enumerate()
        .filter(|(_, part)| norm(&part[..WINDOW]) / (WINDOW as f32).sqrt() > floor)
        .filter_map(|(index, part)| {
            let time_s = (index * HOP + WINDOW / 2) as f32 / RATE_HZ;
            period(part).map(|lag| Pitch { time_s, f0_hz: RATE_HZ / lag })
        })
        .collect()
}

/// Median f0 of the windows within `[start_s, end_s]`; none if fewer than five are voiced.
pub fn median_hz(track: &[Pitch], start_s: f32, end_s: f32) -> Option<f32> {
    let within = track.iter().filter(|pitch| (start_s..=end_s).contains(&pitch.time_s));
    let mut found: Vec<f32> = within.map(|pitch| pitch.f0_hz).collect();
    found.sort_by(f32::total_cmp);
    (found.len() >= 5).then(|| found[found.len() / 2])
}

/// The period in samples of a voiced window.
fn period(part: &[f32]) -> Option<f32> {
    let start = &part[..WINDOW];
    let scores: Vec<f32> = LAGS.map(|lag| correlation(start, &part[lag..lag + WINDOW])).collect();
    let best = scores.iter().copied().fold(0.0, f32::max);
    let peak = (1..scores.len() - 1).find(|&index| {
        let [before, here, after] = [scores[index - 1], scores[index], scores[index + 1]];
        here >= before && here >= after && here > 0.9 * best
    })?;
    let [before, here, after] = [scores[peak - 1], scores[peak], scores[peak + 1]];
    let bend = before - 2.0 * here + after;
    let shift = if bend < 0.0 { 0.5 * (before - after) / bend } else { 0.0 };
    (best > VOICED).then(|| (LAGS.start + peak) as f32 + shift)
}

fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let dot: f32 = a.iter().zip(b).map(|(x, y)| x * y).sum();
    let size = norm(a) * norm(b);
    if size > 0.0 { dot / size } else { 0.0 }
}

fn norm(sound: &[f32]) -> f32 {
    sound.iter().map(|sample| sample * sample).sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_tone_is_measured_and_silence_is_unvoiced() {
        for f0_hz in [95.0f32, 187.3, 320.0] {
            let tone: Vec<f32> = (0..48_000)
                .map(|n| {
                    let phase = std::f32::consts::TAU * f0_hz * n as f32 / 48_000.0;
                    0.4 * phase.sin() + 0.3 * (2.0 * phase).sin() + 0.2 * (3.0 * phase).sin()
                })
                .collect();
            let found = median_hz(&track(&tone, 48_000.0), 0.0, 1.0).expect("a tone is voiced");
            assert!((found / f0_hz - 1.0).abs() < 0.01, "{found} instead of {f0_hz}");
        }
        assert!(track(&[0.0; 48_000], 48_000.0).is_empty());
    }
}
