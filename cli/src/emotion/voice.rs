//! What is measured of the sound of one spoken sentence.

use super::measure::{PitchFrame, Variation, active_level_db, balance_db, follow, variation};
use super::take::Take;

/// Pitches are told from here.
const REFERENCE_HZ: f64 = 100.0;

/// Where less of the frames is voiced, what was found in them is chance: in noise a few always look so. Speech has 0.4 to 0.8.
const LEAST_VOICED_SHARE: f64 = 0.2;

/// The sound of a sentence, from its first to its last phone. Where nothing is voiced, what tells of voice is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    /// Mean over voiced frames, in semitones above 100 Hz.
    pub f0_mean_st: Option<f64>,
    /// Standard deviation over voiced frames.
    pub f0_sd_st: Option<f64>,
    /// Slope of the straight line through the voiced frames.
    pub f0_slope_st_per_s: Option<f64>,
    /// Rms of the windows that are speech; full scale is 0.
    pub level_db: Option<f64>,
    /// From the start of the first to the end of the last phone.
    pub duration_s: f64,
    /// Phones a second, pauses left out.
    pub phones_per_s: f64,
    /// Share of the time that is pauses.
    pub pause_share: f64,
    /// Share of the frames that are voiced.
    pub voiced_share: f64,
    /// Mean of the harmonics-to-noise ratio over all frames that are not quiet.
    pub hnr_db: Option<f64>,
    /// Long-term power from 1 to 5 kHz against that below 1 kHz.
    pub balance_db: Option<f64>,
    /// Local jitter.
    pub jitter_percent: Option<f64>,
    /// Local shimmer.
    pub shimmer_percent: Option<f64>,
}

impl Voice {
    /// Measures a take.
    pub fn of(take: &Take, rate_hz: f64) -> Self {
        let sound = take.speech(rate_hz);
        let pitch = follow(sound, rate_hz);
        let found: Vec<(f64, f64)> = pitch.iter().filter_map(f0_point).collect();
        let voiced_share = found.len() as f64 / pitch.len().max(1) as f64;
        let is_voiced = voiced_share >= LEAST_VOICED_SHARE;
        let points = if is_voiced { found } else { Vec::new() };
        let hnr: Vec<f64> = pitch.iter().filter_map(|frame| frame.hnr_db.filter(|_| is_voiced)).collect();
        let f0_st: Vec<f64> = points.iter().map(|(_, st)| *st).collect();
        let varied = if is_voiced { variation(sound, &pitch, rate_hz) } else { Variation::default() };
        let [start_s, end_s] = take.span_s();
        let duration_s = end_s - start_s;
        let spoken: Vec<f64> =
            take.phones.iter().filter(|phone| !phone.is_pause()).map(|p| p.end_s - p.start_s).collect();
        let spoken_s = spoken.iter().sum::<f64>();
        Self {
            f0_mean_st: mean(&f0_st),
            f0_sd_st: deviation(&f0_st),
            f0_slope_st_per_s: slope(&points),
            level_db: active_level_db(sound, rate_hz),
            duration_s,
            phones_per_s: spoken.len() as f64 / spoken_s.max(1e-3),
            pause_share: (1.0 - spoken_s / duration_s.max(1e-3)).clamp(0.0, 1.0),
            voiced_share,
            hnr_db: mean(&hnr),
            balance_db: balance_db(sound, rate_hz),
            jitter_percent: varied.jitter_percent,
            shimmer_percent: varied.shimmer_percent,
        }
    }
}

fn f0_point(frame: &PitchFrame) -> Option<(f64, f64)> {
    Some((frame.time_s, 12.0 * (frame.f0_hz? / REFERENCE_HZ).log2()))
}

/// The mean; none of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The standard deviation; none of less than two.
pub fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values).filter(|_| values.len() > 1)?;
    Some((values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt())
}

/// Slope of the line of least squares.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let (x, y): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let (x0, y0) = (mean(&x)?, mean(&y)?);
    let square: f64 = x.iter().map(|x| (x - x0).powi(2)).sum();
    (square > 0.0).then(|| points.iter().map(|(x, y)| (x - x0) * (y - y0)).sum::<f64>() / square)
}

#[cfg(test)]
mod tests {
    use super::super::take::SpokenPhone;
    use super::*;
    use std::f64::consts::TAU;

    const RATE_HZ: f64 = 48_000.0;

    fn phone(symbol: char, start_s: f64, end_s: f64) -> SpokenPhone {
        SpokenPhone { symbol, start_s, end_s }
    }

    #[test]
    fn a_tone_between_pauses_is_measured_where_it_sounds() {
        // 200 Hz from 0.2 to 1 s with a pause in the middle, and a bang after the end that is no speech.
        let sample = |i: i32| {
            let time_s = f64::from(i) / RATE_HZ;
            let on = (0.2..0.5).contains(&time_s) || (0.7..1.0).contains(&time_s);
            if on {
                (0.1 * (TAU * 200.0 * time_s).sin()) as f32
            } else if time_s > 1.1 {
                1.0
            } else {
                0.0
            }
        };
        let phones = vec![
            phone('_', 0.0, 0.2),
            phone('a', 0.2, 0.5),
            phone('_', 0.5, 0.7),
            phone('m', 0.7, 0.85),
            phone('a', 0.85, 1.0),
            phone('_', 1.0, 1.2),
        ];
        let take = Take { sound: (0..57_600).map(sample).collect(), phones, faces: Vec::new() };
        let found = Voice::of(&take, RATE_HZ);
        assert!((found.f0_mean_st.expect("voiced") - 12.0).abs() < 0.1, "{found:?}");
        assert!(found.f0_sd_st.expect("voiced") < 0.2, "{found:?}");
        assert!(
            (found.duration_s - 0.8).abs() < 1e-9 && (found.pause_share - 0.25).abs() < 1e-9,
            "{found:?}"
        );
        assert!((found.phones_per_s - 5.0).abs() < 1e-9, "{found:?}");
        assert!((found.level_db.expect("sounds") + 23.0).abs() < 0.5, "{found:?}");
        assert!((found.voiced_share - 0.75).abs() < 0.1, "{found:?}");
    }

    #[test]
    fn lines_and_spreads() {
        assert_eq!(slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]), Some(2.0));
        assert_eq!(slope(&[(1.0, 1.0)]), None);
        assert_eq!(deviation(&[1.0, 3.0]), Some(2f64.sqrt()));
        assert_eq!((deviation(&[1.0]), mean(&[])), (None, None));
    }
}
