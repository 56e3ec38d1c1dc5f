//! The inner loop of the bank: rotating phasors with linearly moving complex amplitudes.
//!
//! One lane is one oscillator: `x += Re(c q)`, then `q *= w`, `c += dc`. Plain arrays of eight, which the compiler
//! turns into SSE2 or, where the machine has it, AVX2 (chosen once at construction). Both do the same operations
//! in the same order without contraction, so they give the same bits.

/// Oscillators in one group.
pub const LANES: usize = 8;

/// Eight oscillators, struct of arrays.
#[derive(Debug, Clone, Copy, Default)]
pub struct LaneGroup {
    /// Phasor e^{i phase}.
    pub q_re: [f32; LANES],
    /// Its imaginary part.
    pub q_im: [f32; LANES],
    /// Rotation per sample.
    pub w_re: [f32; LANES],
    /// Its imaginary part.
    pub w_im: [f32; LANES],
    /// Complex amplitude.
    pub c_re: [f32; LANES],
    /// Its imaginary part.
    pub c_im: [f32; LANES],
    /// Change of the amplitude per sample.
    pub dc_re: [f32; LANES],
    /// Its imaginary part.
    pub dc_im: [f32; LANES],
}

/// Adds all groups to `sums`, one row of [`LANES`] partial sums per sample, and moves the groups on.
pub type Kernel = fn(&mut [LaneGroup], &mut [[f32; LANES]]);

/// The fastest kernel of this machine.
pub fn best_kernel() -> Kernel {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the feature was just detected.
        return |groups, sums| unsafe { run_avx2(groups, sums) };
    }
    run_portable
}

/// The kernel in portable code.
pub fn run_portable(groups: &mut [LaneGroup], sums: &mut [[f32; LANES]]) {
    run(groups, sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(groups: &mut [LaneGroup], sums: &mut [[f32; LANES]]) {
    run(groups, sums);
}

#[inline(always)]
fn run(groups: &mut [LaneGroup], sums: &mut [[f32; LANES]]) {
    for group in groups {
        let LaneGroup { mut q_re, mut q_im, w_re, w_im, mut c_re, mut c_im, dc_re, dc_im } = *group;
        for sum in sums.iter_mut() {
            for l in 0..LANES {
                sum[l] += c_re[l] * q_re[l] - c_im[l] * q_im[l];
                let re = q_re[l] * w_re[l] - q_im[l] * w_im[l];
                q_im[l] = q_re[l] * w_im[l] + q_im[l] * w_re[l];
                q_re[l] = re;
                c_re[l] += dc_re[l];
                c_im[l] += dc_im[l];
            }
        }
        (group.q_re, group.q_im, group.c_re, group.c_im) = (q_re, q_im, c_re, c_im);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kernels_give_the_same_bits() {
        let mut noise = crate::sound::Noise::new(3);
        let mut lane = || std::array::from_fn(|_| noise.uniform());
        let (sin, cos) = 0.1f32.sin_cos();
        let mut groups: Vec<LaneGroup> = (0..5)
            .map(|_| LaneGroup {
                q_re: lane(),
                q_im: lane(),
                w_re: [cos; LANES],
                w_im: [sin; LANES],
                c_re: lane(),
                c_im: lane(),
                dc_re: lane().map(|x: f32| x * 1e-3),
                dc_im: lane().map(|x: f32| x * 1e-3),
            })
            .collect();
        let mut twin = groups.clone();
        let (mut a, mut b) = (vec![[0.0; LANES]; 64], vec![[0.0; LANES]; 64]);
        run_portable(&mut groups, &mut a);
        best_kernel()(&mut twin, &mut b);
        assert_eq!(a, b);
        assert!(a.iter().flatten().any(|x| *x != 0.0));
    }
}
