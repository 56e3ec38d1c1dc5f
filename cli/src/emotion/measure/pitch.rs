//! Pitch of a sound by autocorrelation (Boersma 1993, "Accurate short-term analysis of the fundamental
//! frequency and the harmonics-to-noise ratio of a sampled sound").

use super::harmonicity::Bounds;
use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// Where voices are looked for.
const RANGE_HZ: [f64; 2] = [60.0, 600.0];
/// A voice keeps between these multiples of the quartiles of its pitches (after Hirst 2011): what is found elsewhere at
/// first are octave errors.
const LOW_QUARTILE: f64 = 0.75;
const HIGH_QUARTILE: f64 = 1.75;
/// Fewer voiced frames tell no range.
const LEAST_FRAMES: usize = 10;
/// Time between two frames.
pub const HOP_S: f64 = 0.01;
/// Length of a window in periods of the lowest pitch.
const WINDOW_PERIODS: f64 = 3.0;
/// Strength of the candidate "unvoiced" in a loud frame.
const VOICING_THRESHOLD: f64 = 0.45;
/// Frames this far below the sound's peak are unvoiced.
const SILENCE_THRESHOLD: f64 = 0.03;
/// Per octave: favours higher pitches, else every period's double is as good.
const OCTAVE_COST: f64 = 0.01;
/// Per octave between two frames.
const OCTAVE_JUMP_COST: f64 = 0.35;
/// Of a change between voiced and unvoiced.
const VOICING_COST: f64 = 0.14;
/// Candidates of a frame, the unvoiced one among them.
const CANDIDATES: usize = 15;
/// Samples to either side that an autocorrelation is interpolated from.
const SINC_DEPTH: usize = 32;
/// Pitch about one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PitchFrame {
    /// Centre of the window.
    pub time_s: f64,
    /// Fundamental frequency; none where the sound is not voiced.
    pub f0_hz: Option<f64>,
    /// Power of what repeats over that of what does not, voiced or not; none where it is quiet, and in a sound that is
    /// hardly voiced at all.
    pub hnr_db: Option<f64>,
}

/// One way to hear a frame.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// None: unvoiced.
    lag: Option<f64>,
    strength: f64,
}

/// Candidates of a frame and what they were found in.
struct Heard {
    correlation: Vec<f64>,
    candidates: Vec<Candidate>,
}

/// Pitch every [`HOP_S`] from the sound's start, between bounds that suit the voice that is heard.
pub fn follow(sound: &[f32], rate_hz: f64) -> Vec<PitchFrame> {
    let peak = sound.iter().fold(0.0f64, |peak, sample| peak.max(f64::from(sample.abs())));
    let first = PitchMeter::new(rate_hz, RANGE_HZ).follow(sound, peak);
    let mut found: Vec<f64> = first.iter().filter_map(|frame| frame.f0_hz).collect();
    if found.len() < LEAST_FRAMES {
        return first;
    }
    found.sort_by(f64::total_cmp);
    let quartile = |part: f64| found[(part * (found.len() - 1) as f64).round() as usize];
    let low = (LOW_QUARTILE * quartile(0.25)).max(50.0);
    let high = (HIGH_QUARTILE * quartile(0.75)).min(700.0);
    let mut frames = PitchMeter::new(rate_hz, [low, high]).follow(sound, peak);
    let bounds = Bounds::new(rate_hz, [low, high], peak);
    frames
        .iter_mut()
        .for_each(|frame| frame.hnr_db = bounds.hnr_db(sound, (frame.time_s * rate_hz).round() as usize));
    frames
}

/// Follows the pitch of sounds of one sample rate between two bounds.
struct PitchMeter {
    rate_hz: f64,
    range_hz: [f64; 2],
    window: Vec<f64>,
    /// Autocorrelation of the window, 1 at lag 0.
    window_correlation: Vec<f64>,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
}

impl PitchMeter {
    fn new(rate_hz: f64, range_hz: [f64; 2]) -> Self {
        let length = (WINDOW_PERIODS / range_hz[0] * rate_hz).round() as usize;
        let size = (2 * length).next_power_of_two();
        let mut planner = RealFftPlanner::new();
        let mut meter = Self {
            rate_hz,
            range_hz,
            window: crate::window::hann(length),
            window_correlation: Vec::new(),
            forward: planner.plan_fft_forward(size),
            inverse: planner.plan_fft_inverse(size),
        };
        meter.window_correlation = meter.correlate(&meter.window);
        meter
    }

    /// Without harmonicity.
    fn follow(&self, sound: &[f32], peak: f64) -> Vec<PitchFrame> {
        let count = (sound.len() as f64 / (HOP_S * self.rate_hz)) as usize;
        let time_s = |index: usize| index as f64 * HOP_S;
        if peak <= 0.0 {
            let silent = |index| PitchFrame { time_s: time_s(index), f0_hz: None, hnr_db: None };
            return (0..count).map(silent).collect();
        }
        let centre = |index: usize| (time_s(index) * self.rate_hz).round() as usize;
        let heard: Vec<Heard> = (0..count).map(|index| self.hear(sound, centre(index), peak)).collect();
        let path = best_path(&heard);
        let frame = |(index, (heard, choice)): (usize, (&Heard, usize))| PitchFrame {
            time_s: time_s(index),
            f0_hz: heard.candidates[choice].lag.map(|lag| self.rate_hz / refine(&heard.correlation, lag)),
            hnr_db: None,
        };
        heard.iter().zip(path).enumerate().map(frame).collect()
    }

    fn hear(&self, sound: &[f32], centre: usize, peak: f64) -> Heard {
        let first = centre as i64 - self.window.len() as i64 / 2;
        let sample = |index: usize| {
            let at = usize::try_from(first + index as i64).ok().and_then(|at| sound.get(at));
            at.map_or(0.0, |sample| f64::from(*sample))
        };
        let mut cut: Vec<f64> = (0..self.window.len()).map(sample).collect();
        // Under the window, else what is left of a low tone's cut periods would count as an offset.
        let weighted = cut.iter().zip(&self.window).map(|(sample, weight)| sample * weight).sum::<f64>();
        let mean = weighted / self.window.iter().sum::<f64>();
        cut.iter_mut().for_each(|sample| *sample -= mean);
        let local = cut.iter().fold(0.0f64, |peak, sample| peak.max(sample.abs()));
        cut.iter_mut().zip(&self.window).for_each(|(sample, weight)| *sample *= weight);
        let mut correlation = self.correlate(&cut);
        correlation.iter_mut().zip(&self.window_correlation).for_each(|(sound, window)| *sound /= window);
        let quiet = 2.0 - (local / peak) / (SILENCE_THRESHOLD / (1.0 + VOICING_THRESHOLD));
        let unvoiced = Candidate { lag: None, strength: VOICING_THRESHOLD + quiet.max(0.0) };
        let mut candidates = self.peaks(&correlation);
        candidates.sort_by(|a, b| b.strength.total_cmp(&a.strength));
        candidates.truncate(CANDIDATES - 1);
        candidates.push(unvoiced);
        Heard { correlation, candidates }
    }

    /// Maxima of the autocorrelation where voices are.
    fn peaks(&self, correlation: &[f64]) -> Vec<Candidate> {
        let lowest = (self.rate_hz / self.range_hz[1]).floor().max(1.0) as usize;
        let highest = ((self.rate_hz / self.range_hz[0]).ceil() as usize).min(correlation.len() - 2);
        let is_peak = |lag: &usize| {
            let [before, at, after] = [correlation[lag - 1], correlation[*lag], correlation[lag + 1]];
            at > 0.5 * VOICING_THRESHOLD && at > before && at >= after
        };
        let candidate = |lag: usize| {
            let (offset, height) =
                super::vertex(correlation[lag - 1], correlation[lag], correlation[lag + 1]);
            let lag = lag as f64 + offset;
            let octaves = (self.range_hz[0] * lag / self.rate_hz).log2();
            Candidate { lag: Some(lag), strength: reflected(height) - OCTAVE_COST * octaves }
        };
        (lowest..=highest).filter(is_peak).map(candidate).collect()
    }

    /// Autocorrelation up to half of the window, 1 at lag 0; of silence 0.
    fn correlate(&self, cut: &[f64]) -> Vec<f64> {
        let mut input = self.forward.make_input_vec();
        input[..cut.len()].copy_from_slice(cut);
        let mut spectrum = self.forward.make_output_vec();
        let mut output = self.inverse.make_output_vec();
        let done = self.forward.process(&mut input, &mut spectrum).and_then(|()| {
            spectrum.iter_mut().for_each(|bin| *bin = Complex::new(bin.norm_sqr(), 0.0));
            self.inverse.process(&mut spectrum, &mut output)
        });
        output.truncate(self.window.len() / 2);
        let power = output[0];
        if done.is_err() || power <= f64::MIN_POSITIVE {
            // Only lengths that do not fit are refused; a power of nothing has no shape.
            return vec![0.0; self.window.len() / 2];
        }
        output.iter().map(|value| value / power).collect()
    }
}

/// The maximum about a lag, between the samples.
fn refine(correlation: &[f64], lag: f64) -> f64 {
    let (mut low, mut high) = ((lag - 1.0).max(1.0), lag + 1.0);
    for _ in 0..30 {
        let (a, b) = (low + 0.382 * (high - low), high - 0.382 * (high - low));
        if interpolate(correlation, a) < interpolate(correlation, b) { low = a } else { high = b }
    }
    0.5 * (low + high)
}

/// What the window's correction lifts above 1 is as good as its inverse.
fn reflected(height: f64) -> f64 {
    if height > 1.0 { 1.0 / height } else { height }
}

/// A symmetric sequence between its samples: sinc under a Hann window.
fn interpolate(values: &[f64], at: f64) -> f64 {
    use std::f64::consts::PI;
    let nearest = at.round();
    let offset = at - nearest;
    if offset.abs() < 1e-9 {
        return values.get(nearest as usize).copied().unwrap_or(0.0);
    }
    let sine = (PI * offset).sin();
    let depth = SINC_DEPTH as i64;
    let term = |step: i64| {
        let index = (nearest as i64 + step).unsigned_abs() as usize;
        let distance = offset - step as f64;
        let sign = if step % 2 == 0 { 1.0 } else { -1.0 };
        let window = 0.5 + 0.5 * (PI * distance / (depth as f64 + 1.0)).cos();
        values.get(index).map_or(0.0, |value| value * sign * sine / (PI * distance) * window)
    };
    (-depth..=depth).map(term).sum()
}

/// The choice of candidates that together are strongest and jump least (Viterbi).
fn best_path(heard: &[Heard]) -> Vec<usize> {
    let Some(first) = heard.first() else { return Vec::new() };
    let mut scores: Vec<f64> = first.candidates.iter().map(|candidate| candidate.strength).collect();
    let mut origins: Vec<Vec<usize>> = Vec::with_capacity(heard.len());
    for pair in heard.windows(2) {
        let (from, to) = (&pair[0].candidates, &pair[1].candidates);
        let best = |candidate: &Candidate| {
            let reach = |origin: usize| scores[origin] - jump_cost(from[origin], *candidate);
            let origin = (0..from.len()).max_by(|a, b| reach(*a).total_cmp(&reach(*b))).unwrap_or(0);
            (origin, reach(origin) + candidate.strength)
        };
        let (origin, score): (Vec<usize>, Vec<f64>) = to.iter().map(best).unzip();
        origins.push(origin);
        scores = score;
    }
    let last = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap_or(0);
    let mut path = vec![last];
    for origin in origins.iter().rev() {
        path.push(origin[path[path.len() - 1]]);
    }
    path.reverse();
    path
}

fn jump_cost(from: Candidate, to: Candidate) -> f64 {
    match (from.lag, to.lag) {
        (None, None) => 0.0,
        (Some(a), Some(b)) => OCTAVE_JUMP_COST * (a / b).log2().abs(),
        _ => VOICING_COST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::sound::Noise;
    use std::f64::consts::TAU;

    const RATE_HZ: f64 = 48_000.0;

    fn sound(sample: impl FnMut(usize) -> f64) -> Vec<f32> {
        (0..48_000).map(sample).map(|sample| sample as f32).collect()
    }

    /// Frames whose windows lie within the sound.
    fn inner(sound: &[f32]) -> Vec<PitchFrame> {
        let frames = follow(sound, RATE_HZ);
        assert_eq!(frames.len(), 100);
        frames[3..97].to_vec()
    }

    #[test]
    fn sines_and_harmonics_have_their_pitch() {
        for f0_hz in [90.0, 147.3, 222.22, 510.0] {
            for harmonics in [1, 10] {
                let tone = sound(|i| {
                    let theta = TAU * f0_hz * i as f64 / RATE_HZ;
                    (1..=harmonics).map(|k| 0.1 * (f64::from(k) * theta).sin()).sum()
                });
                for frame in inner(&tone) {
                    let found = frame.f0_hz.expect("a tone is voiced");
                    assert!((found / f0_hz - 1.0).abs() < 1e-3, "{f0_hz} {harmonics}: {frame:?}");
                }
            }
        }
    }

    #[test]
    fn noise_and_silence_are_not_voiced() {
        let mut noise = Noise::new(9);
        let hiss = sound(|_| 0.1 * f64::from(noise.gaussian()));
        let voiced = inner(&hiss).iter().filter(|frame| frame.f0_hz.is_some()).count();
        assert!(voiced < 5, "{voiced} of 94");
        assert!(inner(&vec![0.0; 48_000]).iter().all(|frame| frame.f0_hz.is_none()));
        // Where the tone is 40 dB down it counts as silence.
        let fading =
            sound(|i| (if i < 24_000 { 0.5 } else { 0.001 }) * (TAU * 200.0 * i as f64 / RATE_HZ).sin());
        let frames = inner(&fading);
        assert!(frames[..40].iter().all(|frame| frame.f0_hz.is_some()));
        assert!(frames[60..].iter().all(|frame| frame.f0_hz.is_none()));
    }

    #[test]
    fn a_glide_is_followed_without_octave_errors() {
        // 120 to 240 Hz in a second, linear in the logarithm, with a weak fundamental.
        let f0_hz = |time_s: f64| 120.0 * 2f64.powf(time_s);
        let mut theta = 0.0;
        let glide = sound(|i| {
            theta += TAU * f0_hz(i as f64 / RATE_HZ) / RATE_HZ;
            0.02 * theta.sin() + (2..=8).map(|k| 0.1 * (f64::from(k) * theta).sin()).sum::<f64>()
        });
        for frame in inner(&glide) {
            let found = frame.f0_hz.expect("voiced");
            assert!((found / f0_hz(frame.time_s)).log2().abs() < 0.02, "{} s: {found}", frame.time_s);
        }
    }
}
