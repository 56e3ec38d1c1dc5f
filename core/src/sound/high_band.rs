//! The band above 12 kHz: free oscillators 1 kHz apart, level continued from below by what is being said.
//!
//! What the voices were fitted on ends at 12 kHz, so this band follows rules, measured on 48 kHz recordings (CC0) with
//! `tools/measure/high_band.py`. They show two slopes from the level at 9.5-11.3 kHz on: from 13 kHz, sibilants (s z sh
//! zh ch jh) are 6 dB lower than everything else, and the other classes lie within 5 dB of each other. Of what is known
//! at every tick, the rise of the envelope from below 1 kHz to 3-9.5 kHz tells the two apart best (20 dB and more in s
//! and sh, 5 dB in f and in z, which voicing sets apart, below 0 in all others), whatever level and speaker. And where
//! sound is voiced but not hissing, the band comes in glottal pulses: its power moves as `1 + cos theta` (measured depth
//! 1.0 in vowels, 0.8 in nasals and liquids, 0.4 in v, 0.1 in z, much as their coherence at 1.2 kHz).
//! The recordings end at 24 kHz; above it the band fades out by 28 kHz.
//! Sanity: at gain 0 it is silent; its mean power is that of its levels whatever the pulses' depth.

use super::SoundKnot;
use super::kernel::{Phasors, Row, Sums};
use super::noise::Noise;
use crate::carry::{Carried, Ledger, named};
use crate::voice::{DB_TO_NEPER, ENVELOPE_KNOTS, fast_exp};
use std::f64::consts::TAU;
use std::ops::Range;

/// Oscillators above the partials.
pub const HIGH_OSCILLATORS: usize = 16;
const FIRST_HZ: f32 = 12_500.0;
const SPACING_HZ: f32 = 1_000.0;
/// Stretches in half a hop, each from one draw of noise to the next: about 1 ms, so that the oscillators' spectra meet
/// and glottal pulses up to 300 Hz have room.
const STRETCHES: usize = 2;
/// A straight line between independent draws has 2/3 of their power.
const LINE_LOSS: f32 = 1.224_744_9;
/// What is softer, -110 dB against full scale, is not played.
const INAUDIBLE: f32 = 3e-6;

/// Level against 9.5-11.3 kHz in dB: frequency in Hz, all other sounds, sibilants. Measured up to 23 kHz.
const SLOPES: [(f32, f32, f32); 10] = [
    (11e3, 0.7, -0.5),
    (13e3, 1.2, -6.3),
    (15e3, -6.3, -12.7),
    (17e3, -9.9, -16.0),
    (19e3, -14.8, -20.2),
    (21e3, -15.0, -24.6),
    (23e3, -20.8, -29.5),
    (24e3, -24.0, -33.5),
    (26e3, -38.0, -47.5),
    (28e3, -70.0, -78.0),
];
/// Where the level is taken from: the last that the voices were fitted on, short of the edge of their analysis.
const JOINT_HZ: Range<f32> = 9_500.0..11_400.0;
/// Where voicing and where hiss has its peak.
const LOW_HZ: Range<f32> = 100.0..1_000.0;
const HISS_HZ: Range<f32> = 3_000.0..9_500.0;
/// Rise from the one peak to the other in dB, from which an unvoiced and a voiced sound begins to be a sibilant.
const SIBILANT_FROM_DB: [f32; 2] = [8.0, -2.0];
/// Further rise at which it is one.
const SIBILANT_SPAN_DB: f32 = 8.0;

/// Their frequencies in Hz, whatever the sample rate has room for.
pub(super) const HIGH_OSCILLATORS_HZ: [f32; HIGH_OSCILLATORS] = {
    let mut hz = [FIRST_HZ; HIGH_OSCILLATORS];
    let mut i = 1;
    while i < HIGH_OSCILLATORS {
        hz[i] = hz[i - 1] + SPACING_HZ;
        i += 1;
    }
    hz
};

/// What the band plays at one knot.
#[derive(Debug, Clone, Copy)]
struct Aim {
    /// Linear amplitude of each oscillator.
    level: [f32; HIGH_OSCILLATORS],
    /// Depth of the glottal pulses, 0..=1.
    pulse: f32,
    audible: bool,
}

impl Aim {
    const SILENT: Self = Self { level: [0.0; HIGH_OSCILLATORS], pulse: 0.0, audible: false };
}

/// Where in the hop and in the glottal cycle half a hop lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct HalfHop {
    /// 0 or 1.
    pub(super) index: usize,
    /// Glottal phase at its start in cycles.
    pub(super) theta_cycles: f64,
    /// Glottal cycles per sample.
    pub(super) step_cycles: f64,
}

/// Indices of an envelope's knots in the three bands that are looked at.
#[derive(Debug, Default)]
struct Places {
    joint: Range<usize>,
    low: Range<usize>,
    hiss: Range<usize>,
}

/// Free oscillators at fixed frequencies, with noise of their own.
#[derive(Debug)]
pub(super) struct HighBand {
    /// Oscillators that the sample rate has room for.
    count: usize,
    /// Of the first oscillator and from each to the next, per sample.
    step_cycles: [f64; 2],
    /// At the start of the coming stretch, likewise; in 0..1.
    phase_cycles: [f64; 2],
    /// Level in dB against the joint: other sounds, sibilants.
    drop_db: [[f32; 2]; HIGH_OSCILLATORS],
    places: Places,
    noise: Noise,
    seed: u64,
    from: Aim,
    to: Aim,
    /// Amplitudes where the last stretch ended.
    last: [[f32; 2]; HIGH_OSCILLATORS],
    /// Of the first oscillator and from each to the next, for each stretch of a hop, and the samples they hold for.
    phasors: [([Phasors; 2], usize); 2 * STRETCHES],
    row: Row<HIGH_OSCILLATORS>,
    sums: Sums,
    sound: Vec<f32>,
}

impl HighBand {
    /// A silent band for stretches of at most `max_samples`.
    pub(super) fn new(sample_rate_hz: f32, max_samples: usize, seed: u64) -> Self {
        let room_hz = 0.48 * sample_rate_hz;
        let seed = seed ^ 0x6869_6768;
        Self {
            count: HIGH_OSCILLATORS_HZ.iter().take_while(|f_hz| **f_hz < room_hz).count(),
            step_cycles: [FIRST_HZ, SPACING_HZ].map(|f_hz| f64::from(f_hz) / f64::from(sample_rate_hz)),
            phase_cycles: [0.0; 2],
            drop_db: HIGH_OSCILLATORS_HZ.map(drop_db),
            places: Places::default(),
            noise: Noise::new(seed),
            seed,
            from: Aim::SILENT,
            to: Aim::SILENT,
            last: [[0.0; 2]; HIGH_OSCILLATORS],
            phasors: std::array::from_fn(|_| ([Phasors::new(max_samples), Phasors::new(max_samples)], 0)),
            row: Row::SILENT,
            sums: Sums::new(max_samples),
            sound: vec![0.0; max_samples],
        }
    }

    /// Adopts the frequencies of a voice's knots.
    pub(super) fn set_knots(&mut self, knots_hz: &[f32; ENVELOPE_KNOTS]) {
        let inside = |hz: Range<f32>| {
            let from = knots_hz.partition_point(|f_hz| *f_hz < hz.start).min(ENVELOPE_KNOTS - 1);
            from..knots_hz.partition_point(|f_hz| *f_hz < hz.end).max(from + 1)
        };
        self.places = Places { joint: inside(JOINT_HZ), low: inside(LOW_HZ), hiss: inside(HISS_HZ) };
    }

    /// Silence, phases 0, the noise from its start.
    pub(super) fn reset(&mut self) {
        self.noise = Noise::new(self.seed);
        self.phase_cycles = [0.0; 2];
        self.silence();
    }

    /// Silence without rewinding the noise.
    pub(super) fn silence(&mut self) {
        self.to = Aim::SILENT;
        self.last = [[0.0; 2]; HIGH_OSCILLATORS];
    }

    /// Has the coming hop lead to this knot, which is played at `f0_hz` by a voice of this gain on free parts.
    pub(super) fn aim(&mut self, knot: &SoundKnot, f0_hz: f32, noise_gain: f32) {
        self.from = std::mem::replace(&mut self.to, Aim::SILENT);
        if self.count == 0 {
            return;
        }
        let joint = &knot.envelope[self.places.joint.clone()];
        let level = (joint.iter().sum::<f32>() / joint.len() as f32).clamp(-20.0, 6.0);
        // One oscillator has the power of all partials that would lie around it.
        let amplitude = knot.gain * noise_gain * fast_exp(level) * (SPACING_HZ / f0_hz).sqrt();
        self.to.audible = amplitude > INAUDIBLE;
        if !self.to.audible {
            return;
        }
        let hiss = self.places.sibilance(knot);
        self.to.pulse = knot.coherence[1].clamp(0.0, 1.0) * (1.0 - hiss);
        for i in 0..self.count {
            let [other, sibilant] = self.drop_db[i];
            let drop = DB_TO_NEPER * (other + hiss * (sibilant - other));
            self.to.level[i] = amplitude * knot.high_gain[i] * fast_exp(drop);
        }
    }

    /// Adds half a hop to `out`.
    pub(super) fn add_half(&mut self, half: HalfHop, out: &mut [f32]) {
        if !(self.from.audible || self.to.audible) {
            self.last = [[0.0; 2]; HIGH_OSCILLATORS];
            self.turn(out.len());
            return;
        }
        let samples = out.len();
        for stretch in 0..STRETCHES {
            let (start, end) = (samples * stretch / STRETCHES, samples * (stretch + 1) / STRETCHES);
            if start == end {
                continue;
            }
            let index = half.index * STRETCHES + stretch;
            let theta_cycles = (half.theta_cycles + half.step_cycles * end as f64).fract() as f32;
            self.draw((index + 1) as f32 / (2 * STRETCHES) as f32, theta_cycles, end - start);
            self.play(index, &mut out[start..end]);
            self.turn(end - start);
        }
    }

    /// Sets the row for a stretch that leads from the last draw of noise to a new one at place `u` between the knots.
    fn draw(&mut self, u: f32, theta_cycles: f32, samples: usize) {
        let between = |from: f32, to: f32| from + u * (to - from);
        let pulse = between(self.from.pulse, self.to.pulse);
        // (1 + cos)^2 over its mean has depth 4/3; straight lines between the draws flatten it, and f0 moves.
        let opening = 1.0 + (std::f32::consts::TAU * theta_cycles).cos();
        let swell = (1.0 + pulse * (2.0 / 3.0 * opening * opening - 1.0)).max(0.0).sqrt();
        let scale = LINE_LOSS * std::f32::consts::FRAC_1_SQRT_2 * swell;
        let per_sample = 1.0 / samples as f32;
        let to_middle = 0.5 * (samples - 1) as f64;
        let [mut q, step] = [0, 1].map(|i| {
            let (sin, cos) = (TAU * (self.phase_cycles[i] + to_middle * self.step_cycles[i])).sin_cos();
            (cos, sin)
        });
        for i in 0..self.count {
            let level = between(self.from.level[i], self.to.level[i]) * scale;
            let to = [self.noise.gaussian() * level, self.noise.gaussian() * level];
            let from = std::mem::replace(&mut self.last[i], to);
            let d = [0, 1].map(|part| (to[part] - from[part]) * per_sample);
            let c = [0, 1].map(|part| from[part] + d[part] * to_middle as f32);
            let (re, im) = (q.0 as f32, q.1 as f32);
            (self.row.c_re[i], self.row.c_im[i]) = (c[0] * re - c[1] * im, c[0] * im + c[1] * re);
            (self.row.d_re[i], self.row.d_im[i]) = (d[0] * re - d[1] * im, d[0] * im + d[1] * re);
            q = (q.0 * step.0 - q.1 * step.1, q.0 * step.1 + q.1 * step.0);
        }
    }

    /// Adds the row to a stretch.
    fn play(&mut self, index: usize, out: &mut [f32]) {
        let samples = out.len();
        let (phasors, length) = &mut self.phasors[index];
        if *length != samples {
            for (phasors, step_cycles) in phasors.iter_mut().zip(self.step_cycles) {
                phasors.set(step_cycles, samples);
            }
            *length = samples;
        }
        let sound = &mut self.sound[..samples];
        self.sums.clear(samples);
        self.row.add_to(self.count, &phasors[0], &phasors[1], &mut self.sums);
        self.sums.write(sound);
        for (x, high) in out.iter_mut().zip(sound) {
            *x += *high;
        }
    }

    fn turn(&mut self, samples: usize) {
        for (phase, step) in self.phase_cycles.iter_mut().zip(self.step_cycles) {
            *phase = (*phase + step * samples as f64).fract();
        }
    }
}

impl Places {
    /// 0 for vowels, stops and weak fricatives, 1 for sibilants.
    fn sibilance(&self, knot: &SoundKnot) -> f32 {
        let peak = |place: &Range<usize>| knot.envelope[place.clone()].iter().copied().fold(-20.0, f32::max);
        let rise_db = (peak(&self.hiss) - peak(&self.low)) / DB_TO_NEPER;
        let [unvoiced, voiced] = SIBILANT_FROM_DB;
        let from_db = unvoiced + knot.coherence[0].clamp(0.0, 1.0) * (voiced - unvoiced);
        ((rise_db - from_db) / SIBILANT_SPAN_DB).clamp(0.0, 1.0)
    }
}

/// [other sounds, sibilants] in dB, linear between the points.
fn drop_db(f_hz: f32) -> [f32; 2] {
    let next = SLOPES.iter().position(|point| point.0 >= f_hz).unwrap_or(SLOPES.len() - 1).max(1);
    let (a, b) = (SLOPES[next - 1], SLOPES[next]);
    let u = ((f_hz - a.0) / (b.0 - a.0)).clamp(0.0, 1.0);
    [a.1 + u * (b.1 - a.1), a.2 + u * (b.2 - a.2)]
}

impl Carried for HighBand {
    /// Of a band that is silent: what it plays is drawn from its noise at its phases.
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        named!(self, { noise, phase_cycles, from, to, last, phasors } but {
            count, step_cycles, drop_db, places, seed, row, sums, sound,
        });
        self.noise.carry(ledger);
        self.phase_cycles.iter_mut().for_each(|phase| ledger.f64_within(phase, 0.0, 1.0));
        if ledger.is_reading() {
            self.silence();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::KnotAxis;

    const AXIS: KnotAxis = KnotAxis { base_hz: 1500.0, ratio: 9.0 };
    const HOP: usize = 200;
    const RATE_HZ: f32 = 48_000.0;

    fn knot(coherence: f32, level: impl Fn(f32) -> f32) -> SoundKnot {
        SoundKnot {
            f0_hz: 200.0,
            envelope: std::array::from_fn(|j| level(AXIS.knot_hz(j as f32))),
            coherence: [coherence; 4],
            gain: 1.0,
            ..SoundKnot::SILENT
        }
    }

    fn vowel() -> SoundKnot {
        knot(1.0, |f_hz| if f_hz < 2_000.0 { -2.0 } else { -5.0 })
    }

    fn sibilant() -> SoundKnot {
        knot(0.0, |f_hz| if f_hz < 2_000.0 { -8.0 } else { -5.0 })
    }

    fn band(sample_rate_hz: f32) -> HighBand {
        let mut band = HighBand::new(sample_rate_hz, 2 * HOP, 1);
        band.set_knots(&std::array::from_fn(|j| AXIS.knot_hz(j as f32)));
        band
    }

    /// Hops of one knot at 200 Hz: one glottal cycle is 240 samples at 48 kHz.
    fn play(band: &mut HighBand, knot: &SoundKnot, hops: usize) -> Vec<f32> {
        let mut out = vec![0.0; hops * HOP];
        let step_cycles = 200.0 / f64::from(RATE_HZ);
        for (i, half) in out.chunks_mut(HOP / 2).enumerate() {
            if i % 2 == 0 {
                band.aim(knot, knot.f0_hz, 1.0);
            }
            let theta_cycles = i as f64 * step_cycles * (HOP / 2) as f64;
            band.add_half(HalfHop { index: i % 2, theta_cycles, step_cycles }, half);
        }
        out
    }

    /// Mean power at a frequency over windows of 10 ms.
    fn power(x: &[f32], f_hz: f64) -> f64 {
        let windows = x.chunks_exact(480);
        let count = windows.len() as f64;
        let one = |window: &[f32]| {
            let (mut re, mut im) = (0.0, 0.0);
            for (n, v) in window.iter().enumerate() {
                let hann = 1.0 - (TAU * (n as f64 + 0.5) / 480.0).cos();
                let (sin, cos) = (TAU * f_hz * n as f64 / f64::from(RATE_HZ)).sin_cos();
                re += f64::from(*v) * hann * cos;
                im += f64::from(*v) * hann * sin;
            }
            re * re + im * im
        };
        windows.map(one).sum::<f64>() / count
    }

    fn mean_square(x: &[f32]) -> f32 {
        x.iter().map(|v| v * v).sum::<f32>() / x.len() as f32
    }

    #[test]
    fn each_class_has_its_slope() {
        for (name, knot, column) in [("vowel", vowel(), 0), ("sibilant", sibilant(), 1)] {
            let sound = play(&mut band(RATE_HZ), &knot, 1_200);
            // Averaged over one distance of the oscillators, since their spectra ripple between them.
            let level = |f_hz: f64| {
                (-2..2).map(|i| power(&sound, f_hz + 250.0 * (f64::from(i) + 0.5))).sum::<f64>().log10()
                    * 10.0
            };
            for (low_hz, high_hz) in [(14e3, 17e3), (15e3, 20e3), (17e3, 22e3)] {
                let found = level(high_hz) - level(low_hz);
                let expected = drop_db(high_hz as f32)[column] - drop_db(low_hz as f32)[column];
                assert!((found - f64::from(expected)).abs() < 1.5, "{name}: {found} dB for {expected}");
            }
        }
    }

    #[test]
    fn pulses_keep_the_mean_power() {
        let steady = play(&mut band(RATE_HZ), &SoundKnot { coherence: [0.0; 4], ..vowel() }, 1_200);
        let pulsed = play(&mut band(RATE_HZ), &vowel(), 1_200);
        let ratio = mean_square(&pulsed) / mean_square(&steady);
        assert!((ratio - 1.0).abs() < 0.1, "power ratio {ratio}");
        let depth = |x: &[f32]| {
            let (mut re, mut im) = (0.0, 0.0);
            for (n, v) in x.iter().enumerate() {
                let (sin, cos) = (TAU * n as f64 / 240.0).sin_cos();
                re += f64::from(v * v) * cos;
                im += f64::from(v * v) * sin;
            }
            2.0 * f64::hypot(re, im) / x.iter().map(|v| f64::from(v * v)).sum::<f64>()
        };
        assert!(depth(&steady) < 0.1, "steady noise has no pulses: {}", depth(&steady));
        assert!((1.0..1.33).contains(&depth(&pulsed)), "4/3 less what lines flatten: {}", depth(&pulsed));
    }

    #[test]
    fn an_onset_is_complete_within_one_hop() {
        let mut band = band(RATE_HZ);
        let silent = SoundKnot { gain: 0.0, ..sibilant() };
        assert!(play(&mut band, &silent, 4).iter().all(|x| *x == 0.0), "gain 0 is silence");
        let sound = play(&mut band, &sibilant(), 600);
        let (first, settled) = (mean_square(&sound[HOP..2 * HOP]), mean_square(&sound[HOP..]));
        assert!(first > 0.2 * settled, "full level after 4 ms: {first} of {settled}");
    }

    #[test]
    fn the_sample_rate_sets_the_room() {
        let highest_hz = |rate_hz: f32| {
            let count = band(rate_hz).count;
            if count == 0 { 0.0 } else { HIGH_OSCILLATORS_HZ[count - 1] }
        };
        assert_eq!(highest_hz(24_000.0), 0.0);
        assert_eq!(highest_hz(44_100.0), 20_500.0);
        assert_eq!(highest_hz(48_000.0), 22_500.0);
        assert_eq!(highest_hz(192_000.0), 27_500.0);
        assert!(
            drop_db(27_500.0)[0] < drop_db(23e3)[0] - 30.0,
            "no wall where the recordings end, but an end"
        );
    }
}
