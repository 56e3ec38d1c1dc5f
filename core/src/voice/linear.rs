//! Linear maps, their weights packed once in the order in which the vector unit reads them.
//!
//! A product is made of tiles: a few rows times one panel of 16 outputs, summed in registers over all inputs.

use super::file::{VoiceFile, VoiceFileError};
#[cfg(target_arch = "x86_64")]
use super::panel::x86::{Avx2, Avx512};
use super::panel::{PANEL, Panel, Plain, Slots};
use crate::wide::Width;

/// Rows that go through all panels before the next rows do: their inputs stay in the second-level cache.
pub(super) const CHUNK: usize = 48;

/// `y[rows x out] = x[rows x in] W^T (+ bias)`.
#[derive(Debug)]
pub(super) struct Linear {
    /// [panels x in]; outputs beyond the last are zero.
    weight: Vec<Slots>,
    /// [panels].
    bias: Vec<Slots>,
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
        Ok(Self::new(&weight, bias.as_deref(), outputs, inputs))
    }

    /// `weight`: [outputs x inputs], row-major.
    pub(super) fn new(weight: &[f32], bias: Option<&[f32]>, outputs: usize, inputs: usize) -> Self {
        assert_eq!(weight.len(), outputs * inputs, "weights of a linear map");
        let panels = outputs.div_ceil(PANEL);
        let mut packed = vec![Slots([0.0; PANEL]); panels * inputs];
        for (output, row) in weight.chunks_exact(inputs.max(1)).enumerate() {
            for (slots, w) in packed[output / PANEL * inputs..][..inputs].iter_mut().zip(row) {
                slots.0[output % PANEL] = *w;
            }
        }
        let mut biases = vec![Slots([0.0; PANEL]); panels];
        for (output, bias) in bias.into_iter().flatten().enumerate() {
            biases[output / PANEL].0[output % PANEL] = *bias;
        }
        Self { weight: packed, bias: biases, inputs, outputs }
    }

    /// Multiplies what comes out at output k by `gain[k]`.
    pub(super) fn scale_outputs(&mut self, gain: &[f32]) {
        let slots = self.weight.chunks_exact_mut(self.inputs.max(1)).zip(&mut self.bias);
        for ((panel, bias), gain) in slots.zip(gain.chunks(PANEL)) {
            for slots in panel.iter_mut().chain([bias]) {
                slots.0.iter_mut().zip(gain).for_each(|(w, gain)| *w *= gain);
            }
        }
    }

    /// Applies the map to `rows` rows.
    pub(super) fn apply(&self, x: &[f32], rows: usize) -> Vec<f32> {
        let mut y = vec![0.0; rows * self.outputs];
        self.apply_into(x, &mut y);
        y
    }

    /// Applies the map to all rows of `x` and overwrites `y`.
    pub(super) fn apply_into(&self, x: &[f32], y: &mut [f32]) {
        if x.is_empty() || y.is_empty() {
            return y.fill(0.0);
        }
        assert_eq!(x.len() / self.inputs, y.len() / self.outputs, "rows in and out of a linear map");
        for (x, y) in x.chunks(CHUNK * self.inputs).zip(y.chunks_mut(CHUNK * self.outputs)) {
            self.multiply(x, y);
        }
    }

    fn multiply(&self, x: &[f32], y: &mut [f32]) {
        #[cfg(target_arch = "x86_64")]
        {
            let fused = std::arch::is_x86_feature_detected!("fma");
            match Width::of_this_machine() {
                // SAFETY: the machine has these features.
                Width::Avx512 if fused => return unsafe { self.multiply_avx512(x, y) },
                // SAFETY: the machine has these features.
                Width::Avx2 if fused => return unsafe { self.multiply_avx2(x, y) },
                _ => {}
            }
        }
        self.multiply_tiles::<Plain, 3>(x, y);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
    fn multiply_avx512(&self, x: &[f32], y: &mut [f32]) {
        self.multiply_tiles::<Avx512, 8>(x, y);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn multiply_avx2(&self, x: &[f32], y: &mut [f32]) {
        self.multiply_tiles::<Avx2, 6>(x, y);
    }

    #[inline(always)]
    fn multiply_tiles<P: Panel, const ROWS: usize>(&self, x: &[f32], y: &mut [f32]) {
        let rows = x.len() / self.inputs;
        for p in 0..self.bias.len() {
            let mut row = 0;
            while row + ROWS <= rows {
                self.tile::<P, ROWS>(p, x, y, row);
                row += ROWS;
            }
            if row + 4 <= rows {
                self.tile::<P, 4>(p, x, y, row);
                row += 4;
            }
            while row < rows {
                self.tile::<P, 1>(p, x, y, row);
                row += 1;
            }
        }
    }

    /// Rows `row..row + ROWS` of `y` at panel `p`.
    #[inline(always)]
    fn tile<P: Panel, const ROWS: usize>(&self, p: usize, x: &[f32], y: &mut [f32], row: usize) {
        let inputs = self.inputs;
        let weight = &self.weight[p * inputs..(p + 1) * inputs];
        let x: [&[f32]; ROWS] = std::array::from_fn(|i| &x[(row + i) * inputs..(row + i + 1) * inputs]);
        let mut sums = [P::load(&self.bias[p]); ROWS];
        for (k, w) in weight.iter().enumerate() {
            let w = P::load(w);
            for i in 0..ROWS {
                // SAFETY: every row of x has `inputs` values, as many as `weight` has slots.
                sums[i] = sums[i].plus_product(unsafe { *x[i].get_unchecked(k) }, w);
            }
        }
        let (first, last) = (p * PANEL, self.outputs.min((p + 1) * PANEL));
        for (i, sums) in sums.iter().enumerate() {
            let y = &mut y[(row + i) * self.outputs..][first..last];
            if let Some(y) = y.as_mut_array::<PANEL>() {
                sums.store(y);
            } else {
                let mut whole = [0.0; PANEL];
                sums.store(&mut whole);
                y.copy_from_slice(&whole[..last - first]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::Noise;

    /// Every shape of tile against the sum written out in f64, on each path that this machine has.
    #[test]
    fn products_are_the_sums_they_stand_for() {
        let mut noise = Noise::new(5);
        for (rows, inputs, outputs) in [(1, 3, 1), (7, 10, 16), (9, 128, 3), (29, 33, 40), (131, 64, 48)] {
            let mut draw = |n: usize| (0..n).map(|_| noise.uniform()).collect::<Vec<f32>>();
            let (x, weight, bias) = (draw(rows * inputs), draw(outputs * inputs), draw(outputs));
            let map = Linear::new(&weight, Some(&bias), outputs, inputs);
            let mut portable = vec![f32::NAN; rows * outputs];
            map.multiply_tiles::<Plain, 3>(&x, &mut portable);
            for y in [map.apply(&x, rows), portable] {
                for (i, found) in y.iter().enumerate() {
                    let (row, output) = (i / outputs, i % outputs);
                    let products = (0..inputs)
                        .map(|k| x[row * inputs + k] as f64 * weight[output * inputs + k] as f64)
                        .sum::<f64>();
                    let expected = products + bias[output] as f64;
                    assert!((*found as f64 - expected).abs() < 1e-5, "[{row}, {output}] of {rows}x{inputs}");
                }
            }
        }
    }

    #[test]
    fn scaling_the_outputs_scales_them() {
        let mut map = Linear::new(&[1.0, 2.0, 3.0, 4.0], Some(&[0.5, 0.25]), 2, 2);
        map.scale_outputs(&[2.0, -1.0]);
        assert_eq!(map.apply(&[1.0, 1.0], 1), [7.0, -7.25]);
        assert!(map.apply(&[], 0).is_empty());
    }
}
