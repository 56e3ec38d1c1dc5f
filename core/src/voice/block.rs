//! One block of Koopman modes: norm, drive, damped complex oscillators, readout, gate, residual.
//!
//! ```text
//! h = LayerNorm(x);  u_k = sqrt(1 - |lambda_k|^2) (B h)_k;  z_k[t] = lambda_k z_k[t -+ 1] + u_k[t]
//! y = gelu(C [Re z, Im z] + D h);  (a, b) = W y;  x += a sigmoid(b)
//! ```
//! The first half of the modes runs forward in time, the second half backward.
//! Sanity: with a constant drive u a mode settles at u / (1 - lambda).

use super::file::{VoiceFile, VoiceFileError};
use super::math::{gelu, sigmoid};

/// `y[rows x out] = x[rows x in] W^T (+ bias)`.
#[derive(Debug)]
pub(super) struct Linear {
    /// [out x in], row-major.
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    inputs: usize,
    outputs: usize,
}

impl Linear {
    pub(super) fn load(
        file: &mut VoiceFile,
        name: &str,
        outputs: usize,
        inputs: usize,
        biased: bool,
    ) -> Result<Self, VoiceFileError> {
        let weight = file.take(&format!("{name}.weight"), &[outputs, inputs])?;
        let bias = biased.then(|| file.take(&format!("{name}.bias"), &[outputs])).transpose()?;
        Ok(Self { weight, bias, inputs, outputs })
    }

    /// Applies the map to `rows` rows.
    pub(super) fn apply(&self, x: &[f32], rows: usize) -> Vec<f32> {
        let mut y = match &self.bias {
            Some(bias) => bias.repeat(rows),
            None => vec![0.0; rows * self.outputs],
        };
        assert_eq!(x.len(), rows * self.inputs, "rows of the linear map's input");
        let (inputs, outputs) = (self.inputs as isize, self.outputs as isize);
        // SAFETY: x is [rows x inputs], weight [outputs x inputs] read transposed, y [rows x outputs]; the
        // lengths were checked above and on load.
        unsafe {
            matrixmultiply::sgemm(
                rows,
                self.inputs,
                self.outputs,
                1.0,
                x.as_ptr(),
                inputs,
                1,
                self.weight.as_ptr(),
                1,
                inputs,
                1.0,
                y.as_mut_ptr(),
                outputs,
                1,
            );
        }
        y
    }
}

/// Layer normalisation over the last axis, eps 1e-5, biased variance.
#[derive(Debug)]
pub(super) struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Norm {
    pub(super) fn load(file: &mut VoiceFile, name: &str, width: usize) -> Result<Self, VoiceFileError> {
        let weight = file.take(&format!("{name}.weight"), &[width])?;
        let bias = file.take(&format!("{name}.bias"), &[width])?;
        Ok(Self { weight, bias })
    }

    pub(super) fn apply(&self, x: &[f32]) -> Vec<f32> {
        let width = self.weight.len();
        let mut y = vec![0.0; x.len()];
        for (row, out) in x.chunks_exact(width).zip(y.chunks_exact_mut(width)) {
            let mean = row.iter().sum::<f32>() / width as f32;
            let variance = row.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / width as f32;
            let scale = 1.0 / (variance + 1e-5).sqrt();
            for k in 0..width {
                out[k] = (row[k] - mean) * scale * self.weight[k] + self.bias[k];
            }
        }
        y
    }
}

/// A bank of damped complex oscillators with a real drive and a real readout.
#[derive(Debug)]
pub(super) struct Modes {
    drive: Linear,
    read: Linear,
    /// Re and Im of the eigenvalues, [n] each.
    lambda: (Vec<f32>, Vec<f32>),
    /// sqrt(max(1 - |lambda|^2, 1e-4)), [n].
    gain: Vec<f32>,
}

impl Modes {
    fn load(file: &mut VoiceFile, name: &str, width: usize, n: usize) -> Result<Self, VoiceFileError> {
        let nu = file.take(&format!("{name}.nu"), &[n])?;
        let omega = file.take(&format!("{name}.omega"), &[n])?;
        let radius: Vec<f32> = nu.iter().map(|nu| (-nu.exp()).exp()).collect();
        let polar = |part: fn(f32) -> f32| radius.iter().zip(&omega).map(|(r, w)| r * part(*w)).collect();
        Ok(Self {
            drive: Linear::load(file, &format!("{name}.drive"), n, width, false)?,
            read: Linear::load(file, &format!("{name}.read"), width, 2 * n, true)?,
            lambda: (polar(f32::cos), polar(f32::sin)),
            gain: radius.iter().map(|r| (1.0 - r * r).max(1e-4).sqrt()).collect(),
        })
    }

    fn apply(&self, h: &[f32], rows: usize) -> Vec<f32> {
        let n = self.gain.len();
        let mut u = self.drive.apply(h, rows);
        for row in u.chunks_exact_mut(n) {
            for k in 0..n {
                row[k] *= self.gain[k];
            }
        }
        let mut z = vec![0.0; rows * 2 * n];
        let half = n / 2;
        self.run(&u, &mut z, 0..half, 0..rows);
        self.run(&u, &mut z, half..n, (0..rows).rev());
        self.read.apply(&z, rows)
    }

    /// z[t] = lambda z[before t] + u[t] for the modes `range`, visiting the rows in the given order.
    fn run(
        &self,
        u: &[f32],
        z: &mut [f32],
        range: std::ops::Range<usize>,
        rows: impl Iterator<Item = usize>,
    ) {
        let (n, count) = (self.gain.len(), range.len());
        let (re, im) = (&self.lambda.0[range.clone()], &self.lambda.1[range.clone()]);
        let (mut state_re, mut state_im) = (vec![0.0f32; count], vec![0.0f32; count]);
        for t in rows {
            let drive = &u[t * n + range.start..t * n + range.end];
            for k in 0..count {
                let (a, b) = (state_re[k], state_im[k]);
                state_re[k] = re[k] * a - im[k] * b + drive[k];
                state_im[k] = re[k] * b + im[k] * a;
            }
            let row = &mut z[t * 2 * n..(t + 1) * 2 * n];
            row[range.clone()].copy_from_slice(&state_re);
            row[n + range.start..n + range.end].copy_from_slice(&state_im);
        }
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
    pub(super) fn apply(&self, x: &mut [f32], rows: usize) {
        let width = self.skip.len();
        let h = self.norm.apply(x);
        let mut y = self.modes.apply(&h, rows);
        for (y, h) in y.chunks_exact_mut(width).zip(h.chunks_exact(width)) {
            for k in 0..width {
                y[k] = gelu(y[k] + self.skip[k] * h[k]);
            }
        }
        let p = self.gate.apply(&y, rows);
        for (x, p) in x.chunks_exact_mut(width).zip(p.chunks_exact(2 * width)) {
            let (a, b) = p.split_at(width);
            for k in 0..width {
                x[k] += a[k] * sigmoid(b[k]);
            }
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
        let linear = |weight: Vec<f32>, inputs, outputs| Linear { weight, bias: None, inputs, outputs };
        let (re, im) = (0.5f32, 0.3f32);
        let modes = Modes {
            drive: linear(identity(2), 2, 2),
            read: linear(identity(4), 4, 4),
            lambda: (vec![re; 2], vec![im; 2]),
            gain: vec![1.0; 2],
        };
        let rows = 60;
        let out = modes.apply(&vec![1.0; rows * 2], rows);
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
