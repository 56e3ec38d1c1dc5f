//! Spectra and levels of short windows of sound.

use crate::window::hann;
use realfft::{RealFftPlanner, RealToComplex};
use std::ops::Range;
use std::sync::Arc;

/// Length of a window.
const WINDOW_S: f64 = 0.025;
/// What is compared: above hum, and up to where voices end.
const RANGE_HZ: [f64; 2] = [50.0, 12_000.0];
/// Bands are thirds of an octave, but wide enough for a harmonic each.
const BAND_RATIO: f64 = 1.26;
const LEAST_BAND_HZ: f64 = 200.0;

/// Looks at a sound through a Hann window.
pub struct SpectrumMeter {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    /// Bins that are compared.
    bins: Range<usize>,
    /// Bands of them, counted from the first one.
    bands: Vec<Range<usize>>,
}

impl SpectrumMeter {
    /// For a sample rate.
    pub fn new(rate_hz: f64) -> Self {
        let length = 2 * (0.5 * WINDOW_S * rate_hz).round() as usize;
        let bin = |hz: f64| (hz * length as f64 / rate_hz).ceil() as usize;
        let bins = bin(RANGE_HZ[0])..bin(RANGE_HZ[1]).min(length / 2 + 1);
        let next = |low_hz: &f64| Some((low_hz * BAND_RATIO).max(low_hz + LEAST_BAND_HZ));
        let edges: Vec<usize> = std::iter::successors(Some(RANGE_HZ[0]), next)
            .map(|hz| bin(hz).min(bins.end) - bins.start)
            .take_while(|edge| *edge < bins.len())
            .chain([bins.len()])
            .collect();
        Self {
            fft: RealFftPlanner::new().plan_fft_forward(length),
            window: hann(length).into_iter().map(|weight| weight as f32).collect(),
            bins,
            bands: edges.windows(2).map(|edges| edges[0]..edges[1]).collect(),
        }
    }

    /// Powers of the bins of a window about sample `centre`; beyond its ends a sound is silent.
    pub fn powers(&self, sound: &[f32], centre: f64) -> Vec<f64> {
        let mut input: Vec<f32> =
            self.cut(sound, centre).zip(&self.window).map(|(sample, weight)| sample * weight).collect();
        let mut spectrum = self.fft.make_output_vec();
        if self.fft.process(&mut input, &mut spectrum).is_err() {
            // Only lengths that do not fit are refused.
            return Vec::new();
        }
        spectrum[self.bins.clone()].iter().map(|bin| f64::from(bin.norm_sqr())).collect()
    }

    /// Mean powers of bands of the bins: what is left of a spectrum without its harmonics and most of what is chance.
    pub fn bands(&self, powers: &[f64]) -> Vec<f64> {
        let band = |bins: &Range<usize>| powers.get(bins.clone()).unwrap_or_default().iter().sum::<f64>();
        self.bands.iter().map(|bins| band(bins) / bins.len() as f64).collect()
    }

    /// Root of the mean square of a window.
    pub fn rms(&self, sound: &[f32], centre: f64) -> f64 {
        let square: f64 = self.cut(sound, centre).map(|sample| f64::from(sample).powi(2)).sum();
        (square / self.window.len() as f64).sqrt()
    }

    fn cut<'a>(&self, sound: &'a [f32], centre: f64) -> impl Iterator<Item = f32> + use<'a> {
        let (first, length) =
            (centre.round() as i64 - self.window.len() as i64 / 2, self.window.len() as i64);
        let sample = |index: i64| usize::try_from(index).ok().and_then(|index| sound.get(index)).copied();
        (first..first + length).map(move |index| sample(index).unwrap_or(0.0))
    }
}

/// Root of the mean square of the difference of two spectra in dB (Gray & Markel 1976); what is below `floor` counts as
/// the floor. `None` where both are below it everywhere: two silences tell nothing.
pub fn log_spectral_distance_db(a: &[f64], b: &[f64], floor: f64) -> Option<f64> {
    if a.iter().chain(b).all(|power| *power <= floor) {
        return None;
    }
    let db = |power: &f64| 10.0 * power.max(floor).log10();
    let square: f64 = a.iter().zip(b).map(|(a, b)| (db(a) - db(b)).powi(2)).sum();
    Some((square / a.len().min(b.len()) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::sound::Noise;

    const RATE_HZ: f64 = 48_000.0;

    fn noise(gain: f32) -> Vec<f32> {
        let mut noise = Noise::new(3);
        (0..4_800).map(|_| gain * noise.gaussian()).collect()
    }

    #[test]
    fn a_gain_is_as_far_away_in_every_bin() {
        let meter = SpectrumMeter::new(RATE_HZ);
        let powers = |gain| meter.powers(&noise(gain), 2_400.0);
        assert_eq!(powers(0.1).len(), 298, "40 Hz apart, from 80 to 11 960 Hz");
        let distance = |gain| log_spectral_distance_db(&powers(0.1), &powers(gain), 1e-12).expect("a sound");
        for db in [6.0, -6.0, 20.0] {
            let gain = 0.1 * 10f32.powf(db / 20.0);
            assert!((distance(gain) - f64::from(db.abs())).abs() < 1e-3, "{db}: {}", distance(gain));
        }
        assert_eq!(distance(0.1), 0.0);
    }

    #[test]
    fn bands_cover_the_bins_and_are_less_of_chance() {
        let meter = SpectrumMeter::new(RATE_HZ);
        let ends: Vec<usize> = meter.bands.iter().flat_map(|band| [band.start, band.end]).collect();
        assert_eq!((ends[0], ends[ends.len() - 1]), (0, 298));
        assert!(ends.is_sorted() && meter.bands.iter().all(|band| band.len() >= 3), "{:?}", meter.bands);
        let at = |centre| meter.powers(&noise(0.1), centre);
        let (a, b) = (at(1_200.0), at(3_600.0));
        let fine = log_spectral_distance_db(&a, &b, 1e-12).expect("a sound");
        let coarse = log_spectral_distance_db(&meter.bands(&a), &meter.bands(&b), 1e-12).expect("a sound");
        // Two log powers of noise differ by 5.57 sqrt(2) dB rms.
        assert!((fine - 7.9).abs() < 1.0 && coarse < 0.6 * fine, "{fine} {coarse}");
    }

    #[test]
    fn silences_are_left_out_and_floors_bound_the_distance() {
        assert_eq!(log_spectral_distance_db(&[0.0, 1e-9], &[1e-7, 0.0], 1e-6), None);
        let found = log_spectral_distance_db(&[1.0, 0.0], &[0.0, 0.0], 1e-6).expect("one sounds");
        assert!((found - 60.0 / 2f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn a_sine_is_where_it_is_and_as_loud_as_it_is() {
        let sine: Vec<f32> = (0..4_800)
            .map(|i| (std::f64::consts::TAU * 1_000.0 * f64::from(i) / RATE_HZ).sin() as f32)
            .collect();
        let meter = SpectrumMeter::new(RATE_HZ);
        let powers = meter.powers(&sine, 2_400.0);
        let peak = (0..powers.len()).max_by(|a, b| powers[*a].total_cmp(&powers[*b])).expect("bins");
        assert_eq!(peak, 1_000 / 40 - 2);
        assert!((meter.rms(&sine, 2_400.0) - 0.5f64.sqrt()).abs() < 1e-3);
        assert!((meter.rms(&sine, 0.0) - 0.5).abs() < 1e-3, "half of the window lies before the sound");
        assert_eq!(meter.rms(&sine, -1e4), 0.0);
    }
}
