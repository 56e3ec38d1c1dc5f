//! The band above 12 kHz: 21 free oscillators 500 Hz apart, level continued from below.
//!
//! What the voice was fitted on ends at 12 kHz. Above it 48 kHz recordings of every phone class follow one slope
//! within 5 dB (0, -3, -9.5, -13, -17.5, -21, -27 dB at 11, 13 .. 23 kHz), and nothing there is harmonic.

use super::kernel::{LANES, LaneGroup};
use super::noise::Noise;
use std::f64::consts::TAU;

const FIRST_HZ: f32 = 12_250.0;
const OSCILLATORS: usize = 21;
const GROUPS: usize = OSCILLATORS.div_ceil(LANES);
/// A straight line between independent draws has 2/3 of their power.
const LINE_LOSS: f32 = 1.224_744_9;

/// Free oscillators at fixed frequencies.
#[derive(Debug)]
pub(super) struct HighBand {
    /// Cycles per sample; 0 where the sample rate has no room.
    step_cycles: [f64; GROUPS * LANES],
    /// e^{i 2 pi step}: [re, im].
    step: [[f32; 2]; GROUPS * LANES],
    phase_cycles: [f64; GROUPS * LANES],
    /// Linear factor of the spectral drop.
    drop: [f32; GROUPS * LANES],
    last: [[f32; 2]; GROUPS * LANES],
}

impl HighBand {
    /// Distance of the oscillators in Hz.
    pub(super) const SPACING_HZ: f32 = 500.0;

    pub(super) fn new(sample_rate_hz: f32) -> Self {
        let mut band = Self {
            step_cycles: [0.0; GROUPS * LANES],
            step: [[1.0, 0.0]; GROUPS * LANES],
            phase_cycles: [0.0; GROUPS * LANES],
            drop: [0.0; GROUPS * LANES],
            last: [[0.0; 2]; GROUPS * LANES],
        };
        for i in 0..OSCILLATORS {
            let f_hz = FIRST_HZ + Self::SPACING_HZ * i as f32;
            if f_hz < (0.48 * sample_rate_hz).min(22_500.0) {
                band.step_cycles[i] = f_hz as f64 / sample_rate_hz as f64;
                let (sin, cos) = (TAU * band.step_cycles[i]).sin_cos();
                band.step[i] = [cos as f32, sin as f32];
                band.drop[i] = 10f32.powf(drop_db(f_hz) / 20.0) * LINE_LOSS;
            }
        }
        band
    }

    pub(super) fn groups(&self) -> usize {
        GROUPS
    }

    pub(super) fn reset(&mut self) {
        self.phase_cycles = [0.0; GROUPS * LANES];
        self.silence();
    }

    pub(super) fn silence(&mut self) {
        self.last = [[0.0; 2]; GROUPS * LANES];
    }

    /// Sets the groups for the next `samples` samples at a new draw of noise.
    pub(super) fn load(
        &mut self,
        groups: &mut [LaneGroup],
        amplitude: f32,
        samples: usize,
        noise: &mut Noise,
    ) {
        let per_sample = 1.0 / samples as f32;
        for (g, group) in groups.iter_mut().enumerate() {
            for l in 0..LANES {
                let i = g * LANES + l;
                let level = amplitude * self.drop[i] * std::f32::consts::FRAC_1_SQRT_2;
                let to = [noise.gaussian() * level, noise.gaussian() * level];
                let (q_sin, q_cos) = (TAU * self.phase_cycles[i]).sin_cos();
                group.q_re[l] = q_cos as f32;
                group.q_im[l] = q_sin as f32;
                [group.w_re[l], group.w_im[l]] = self.step[i];
                group.c_re[l] = self.last[i][0];
                group.c_im[l] = self.last[i][1];
                group.dc_re[l] = (to[0] - self.last[i][0]) * per_sample;
                group.dc_im[l] = (to[1] - self.last[i][1]) * per_sample;
                self.last[i] = to;
                self.phase_cycles[i] = (self.phase_cycles[i] + self.step_cycles[i] * samples as f64).fract();
            }
        }
    }
}

/// Level against 11 kHz, linear between the measured points.
fn drop_db(f_hz: f32) -> f32 {
    const POINTS: [(f32, f32); 8] = [
        (11e3, 0.0),
        (13e3, -3.0),
        (15e3, -9.5),
        (17e3, -13.0),
        (19e3, -17.5),
        (21e3, -21.0),
        (23e3, -27.0),
        (24e3, -30.0),
    ];
    let next = POINTS.iter().position(|(at, _)| *at >= f_hz).unwrap_or(POINTS.len() - 1).max(1);
    let ((a, low), (b, high)) = (POINTS[next - 1], POINTS[next]);
    low + (high - low) * ((f_hz - a) / (b - a)).clamp(0.0, 1.0)
}
