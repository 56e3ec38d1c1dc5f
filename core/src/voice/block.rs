//! One block of Koopman modes: norm, drive, damped complex oscillators, readout, gate, residual.
//!
//! ```text
//! h = LayerNorm(x);  u_k = sqrt(1 - |lambda_k|^2) (B h)_k;  z_k[t] = lambda_k z_k[t -+ 1] + u_k[t]
//! y = gelu(C [Re z, Im z] + D h);  (a, b) = W y;  x += a sigmoid(b)
//! ```
//! The first half of the modes runs forward in time, the second half backward.
//! Sanity: with a constant drive u a mode settles at u / (1 - lambda).

use super::file::{VoiceFile, VoiceFileError};
use super::linear::{CHUNK, Linear};
use super::math::{gated_add, gelu_of_sum, normalise, propagate};
use super::person::{Person, VoiceTable};
use std::cell::Cell;

thread_local! {
    static SCRATCH: Cell<Scratch> = Cell::default();
}

/// Intermediate results, kept from phrase to phrase: fresh memory costs as much as what is computed in it.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    h: Vec<f32>,
    u: Vec<f32>,
    z: Vec<f32>,
    /// Of a few rows at a time.
    y: Vec<f32>,
    gates: Vec<f32>,
}

impl Scratch {
    /// Lends the scratch of this thread.
    pub(super) fn lend<R>(to: impl FnOnce(&mut Self) -> R) -> R {
        let mut scratch = SCRATCH.take();
        let result = to(&mut scratch);
        SCRATCH.set(scratch);
        result
    }
}

/// The first `length` values, whatever they are.
fn room(buffer: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
    &mut buffer[..length]
}

/// Layer normalisation over the last axis, eps 1e-5, biased variance. Scale and shift depend on who speaks.
#[derive(Debug)]
pub(super) struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    /// What each voice adds to (weight, bias).
    voices: VoiceTable,
}

impl Norm {
    pub(super) fn load(file: &mut VoiceFile, name: &str, width: usize) -> Result<Self, VoiceFileError> {
        let weight = file.take(&format!("{name}.weight"), &[width])?;
        let bias = file.take(&format!("{name}.bias"), &[width])?;
        Ok(Self { weight, bias, voices: VoiceTable::load(file, name, 2 * width)? })
    }

    /// x: [rows x width] -> the same shape, as `person` has it.
    pub(super) fn apply(&self, x: &[f32], person: &Person) -> Vec<f32> {
        let mut y = vec![0.0; x.len()];
        self.apply_into(x, person, &mut y);
        y
    }

    fn apply_into(&self, x: &[f32], person: &Person, y: &mut [f32]) {
        let width = self.weight.len();
        let own = self.voices.of(person);
        let (scales, shifts) = own.split_at(width);
        let weight: Vec<f32> = self.weight.iter().zip(scales).map(|(shared, own)| shared + own).collect();
        let bias: Vec<f32> = self.bias.iter().zip(shifts).map(|(shared, own)| shared + own).collect();
        normalise(x, &weight, &bias, y);
    }
}

/// A bank of damped complex oscillators with a real drive and a real readout. The drive carries the gain
/// sqrt(max(1 - |lambda|^2, 1e-4)).
#[derive(Debug)]
pub(super) struct Modes {
    drive: Linear,
    read: Linear,
    /// Re and Im of the eigenvalues, [n] each.
    lambda: (Vec<f32>, Vec<f32>),
}

impl Modes {
    fn load(file: &mut VoiceFile, name: &str, width: usize, n: usize) -> Result<Self, VoiceFileError> {
        let nu = file.take(&format!("{name}.nu"), &[n])?;
        let omega = file.take(&format!("{name}.omega"), &[n])?;
        let radius: Vec<f32> = nu.iter().map(|nu| (-nu.exp()).exp()).collect();
        let polar = |part: fn(f32) -> f32| radius.iter().zip(&omega).map(|(r, w)| r * part(*w)).collect();
        let gain: Vec<f32> = radius.iter().map(|r| (1.0 - r * r).max(1e-4).sqrt()).collect();
        let mut drive = Linear::load(file, &format!("{name}.drive"), n, width, false)?;
        drive.scale_outputs(&gain);
        Ok(Self {
            drive,
            read: Linear::load(file, &format!("{name}.read"), width, 2 * n, true)?,
            lambda: (polar(f32::cos), polar(f32::sin)),
        })
    }

    /// Moves the modes by what drives them: h [rows x width] -> z [rows x 2n], by way of u [rows x n].
    fn run(&self, h: &[f32], u: &mut [f32], z: &mut [f32]) {
        let n = self.lambda.0.len();
        self.drive.apply_into(h, u);
        let half = n / 2;
        let lambda = |range: std::ops::Range<usize>| (&self.lambda.0[range.clone()], &self.lambda.1[range]);
        propagate(lambda(0..half), n, 0, false, u, z);
        propagate(lambda(half..n), n, half, true, u, z);
    }
}

/// One residual block.
#[derive(Debug)]
pub(super) struct Block {
    norm: Norm,
    modes: Modes,
    skip: Vec<f32>,
    gate: Linear,
}

impl Block {
    /// Loads the block `name` with `width` channels; the number of modes is what the file holds.
    pub(super) fn load(file: &mut VoiceFile, name: &str, width: usize) -> Result<Self, VoiceFileError> {
        let modes =
            file.shape(&format!("{name}.modes.nu")).and_then(|shape| shape.first().copied()).unwrap_or(0);
        if modes == 0 || !modes.is_multiple_of(2) {
            let problem = format!("has {modes} modes, expected an even number of them");
            return Err(VoiceFileError::Tensor { name: format!("{name}.modes.nu"), problem });
        }
        Ok(Self {
            norm: Norm::load(file, &format!("{name}.norm"), width)?,
            modes: Modes::load(file, &format!("{name}.modes"), width, modes)?,
            skip: file.take(&format!("{name}.skip"), &[width])?,
            gate: Linear::load(file, &format!("{name}.gate"), 2 * width, width, true)?,
        })
    }

    /// x: [rows x width], changed in place.
    pub(super) fn apply(&self, x: &mut [f32], rows: usize, person: &Person, scratch: &mut Scratch) {
        let (width, n) = (self.skip.len(), self.modes.lambda.0.len());
        let (h, z) = (room(&mut scratch.h, rows * width), room(&mut scratch.z, rows * 2 * n));
        self.norm.apply_into(x, person, h);
        self.modes.run(h, room(&mut scratch.u, rows * n), z);
        let y = room(&mut scratch.y, CHUNK * width);
        let gates = room(&mut scratch.gates, CHUNK * 2 * width);
        let parts = h.chunks(CHUNK * width).zip(z.chunks(CHUNK * 2 * n));
        for (x, (h, z)) in x.chunks_mut(CHUNK * width).zip(parts) {
            let (y, gates) = (&mut y[..x.len()], &mut gates[..2 * x.len()]);
            self.modes.read.apply_into(z, y);
            gelu_of_sum(y, &self.skip, h);
            self.gate.apply_into(y, gates);
            gated_add(x, gates, width);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A constant drive settles at the geometric series u / (1 - lambda), from either end.
    #[test]
    fn modes_settle_where_theory_says() {
        let identity =
            |n: usize| (0..n * n).map(|i| if i % (n + 1) == 0 { 1.0 } else { 0.0 }).collect::<Vec<f32>>();
        let linear = |n: usize| Linear::new(&identity(n), None, n, n);
        let (re, im) = (0.5f32, 0.3f32);
        let modes = Modes { drive: linear(2), read: linear(4), lambda: (vec![re; 2], vec![im; 2]) };
        let rows = 60;
        let (mut u, mut z) = (vec![0.0; rows * 2], vec![0.0; rows * 4]);
        modes.run(&vec![1.0; rows * 2], &mut u, &mut z);
        let out = modes.read.apply(&z, rows);
        let d = (1.0 - re) * (1.0 - re) + im * im;
        let (settled_re, settled_im) = ((1.0 - re) / d, im / d);
        let last = &out[(rows - 1) * 4..];
        assert!(
            (last[0] - settled_re).abs() < 1e-5 && (last[2] - settled_im).abs() < 1e-5,
            "forward: {last:?}"
        );
        assert!((out[1] - settled_re).abs() < 1e-5 && (out[3] - settled_im).abs() < 1e-5, "backward");
        assert!((last[1] - 1.0).abs() < 1e-6, "the backward mode has just begun at the last row");
    }
}
