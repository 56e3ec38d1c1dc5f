//! Level and long-term spectrum of speech.

use realfft::RealFftPlanner;

/// Length of a window.
const WINDOW_S: f64 = 0.025;
/// Windows further below the loudest one are no speech.
const ACTIVE_DB: f64 = 35.0;
/// Above hum and offsets.
const LOW_HZ: f64 = 50.0;
/// Where the two bands of the balance meet, and where the upper one ends.
const MIDDLE_HZ: f64 = 1_000.0;
const HIGH_HZ: f64 = 5_000.0;

/// Rms in dB of the windows that are speech; full scale is 0 dB. None of silence.
pub fn active_level_db(sound: &[f32], rate_hz: f64) -> Option<f64> {
    let length = ((WINDOW_S * rate_hz).round() as usize).max(1);
    let power = |window: &[f32]| {
        window.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / window.len() as f64
    };
    let powers: Vec<f64> = sound.chunks(length).map(power).collect();
    let loudest = powers.iter().fold(0.0f64, |loudest, power| loudest.max(*power));
    let floor = loudest * 10f64.powf(-0.1 * ACTIVE_DB);
    let active: Vec<f64> = powers.into_iter().filter(|power| *power > floor).collect();
    let mean = active.iter().sum::<f64>() / active.len().max(1) as f64;
    (mean > 0.0).then(|| 10.0 * mean.log10())
}

/// Power from 1 to 5 kHz against that below 1 kHz in dB, over the whole sound. None of silence.
pub fn balance_db(sound: &[f32], rate_hz: f64) -> Option<f64> {
    let length = 2 * ((WINDOW_S * rate_hz).round() as usize).max(1);
    let fft = RealFftPlanner::<f64>::new().plan_fft_forward(length);
    let window = crate::window::hann(length);
    let (mut input, mut spectrum) = (fft.make_input_vec(), fft.make_output_vec());
    let (mut low, mut high) = (0.0, 0.0);
    for start in (0..sound.len()).step_by(length / 2) {
        let sample = |index: usize| sound.get(start + index).map_or(0.0, |sample| f64::from(*sample));
        (0..length).for_each(|index| input[index] = sample(index) * window[index]);
        if fft.process(&mut input, &mut spectrum).is_err() {
            // Only lengths that do not fit are refused.
            return None;
        }
        for (index, bin) in spectrum.iter().enumerate() {
            let hz = index as f64 * rate_hz / length as f64;
            if (LOW_HZ..MIDDLE_HZ).contains(&hz) {
                low += bin.norm_sqr();
            } else if (MIDDLE_HZ..HIGH_HZ).contains(&hz) {
                high += bin.norm_sqr();
            }
        }
    }
    (low > 0.0 && high > 0.0).then(|| 10.0 * (high / low).log10())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    const RATE_HZ: f64 = 48_000.0;

    fn tones(parts: &[(f64, f64)]) -> Vec<f32> {
        let sample = |i: i32| {
            let turn = TAU * f64::from(i) / RATE_HZ;
            parts.iter().map(|(hz, gain)| gain * (hz * turn).sin()).sum::<f64>() as f32
        };
        (0..48_000).map(sample).collect()
    }

    #[test]
    fn pauses_do_not_lower_the_level() {
        let mut sound = tones(&[(200.0, 0.1)]);
        let level = |sound: &[f32]| active_level_db(sound, RATE_HZ).expect("a sound");
        assert!((level(&sound) - 10.0 * 0.005f64.log10()).abs() < 0.01, "{}", level(&sound));
        let before = level(&sound);
        sound.extend(vec![0.0; 48_000]);
        assert!((level(&sound) - before).abs() < 0.01);
        assert_eq!(active_level_db(&[0.0; 100], RATE_HZ), None);
    }

    #[test]
    fn the_balance_is_that_of_the_powers() {
        let found = |parts: &[(f64, f64)]| balance_db(&tones(parts), RATE_HZ).expect("both bands sound");
        assert!((found(&[(300.0, 0.1), (2_000.0, 0.01)]) + 20.0).abs() < 0.1);
        assert!((found(&[(300.0, 0.1), (700.0, 0.1), (2_000.0, 0.1), (4_000.0, 0.1)])).abs() < 0.1);
        // What is above 5 kHz counts nowhere.
        assert!((found(&[(300.0, 0.1), (2_000.0, 0.1), (8_000.0, 0.3)])).abs() < 0.1);
        assert_eq!(balance_db(&[0.0; 4_800], RATE_HZ), None);
    }
}
