//! Sixteen sums in registers: what a tile of a matrix product is made of, per kind of machine.
//!
//! The compiler keeps plain arrays of sums in memory, so the vectors are written out here.

/// Sums in one panel.
pub(super) const PANEL: usize = 16;

/// Weights or biases of one panel, on a cache line of their own.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Slots(pub(super) [f32; PANEL]);

/// Sixteen sums. The functions must only run on machines that have the vectors.
pub(super) trait Panel: Copy {
    fn load(from: &Slots) -> Self;
    /// `self + x w`.
    fn plus_product(self, x: f32, w: Self) -> Self;
    fn store(self, to: &mut [f32; PANEL]);
}

/// Sums that the compiler may hold as it likes: SSE2, NEON and others.
#[derive(Clone, Copy)]
pub(super) struct Plain([[f32; 4]; 4]);

impl Panel for Plain {
    #[inline(always)]
    fn load(from: &Slots) -> Self {
        Self(std::array::from_fn(|q| std::array::from_fn(|l| from.0[4 * q + l])))
    }

    #[inline(always)]
    fn plus_product(mut self, x: f32, w: Self) -> Self {
        for (sums, w) in self.0.iter_mut().zip(w.0) {
            for l in 0..4 {
                // Where the instruction is missing, a fused multiply-add is a slow call.
                let fused = cfg!(target_arch = "aarch64");
                sums[l] = if fused { x.mul_add(w[l], sums[l]) } else { sums[l] + x * w[l] };
            }
        }
        self
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; PANEL]) {
        to.copy_from_slice(self.0.as_flattened());
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) mod x86 {
    use super::{PANEL, Panel, Slots};
    use std::arch::x86_64::*;

    /// One 512-bit register. Needs `avx512f`.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx512(__m512);

    impl Panel for Avx512 {
        #[inline(always)]
        fn load(from: &Slots) -> Self {
            // SAFETY: sixteen aligned floats; the machine has the feature.
            Self(unsafe { _mm512_load_ps(from.0.as_ptr()) })
        }

        #[inline(always)]
        fn plus_product(self, x: f32, w: Self) -> Self {
            // SAFETY: the machine has the feature.
            Self(unsafe { _mm512_fmadd_ps(_mm512_set1_ps(x), w.0, self.0) })
        }

        #[inline(always)]
        fn store(self, to: &mut [f32; PANEL]) {
            // SAFETY: sixteen floats; the machine has the feature.
            unsafe { _mm512_storeu_ps(to.as_mut_ptr(), self.0) }
        }
    }

    /// Two 256-bit registers. Needs `avx2` and `fma`.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx2(__m256, __m256);

    impl Panel for Avx2 {
        #[inline(always)]
        fn load(from: &Slots) -> Self {
            // SAFETY: two times eight aligned floats; the machine has the features.
            unsafe { Self(_mm256_load_ps(from.0.as_ptr()), _mm256_load_ps(from.0[8..].as_ptr())) }
        }

        #[inline(always)]
        fn plus_product(self, x: f32, w: Self) -> Self {
            // SAFETY: the machine has the features.
            unsafe {
                let x = _mm256_set1_ps(x);
                Self(_mm256_fmadd_ps(x, w.0, self.0), _mm256_fmadd_ps(x, w.1, self.1))
            }
        }

        #[inline(always)]
        fn store(self, to: &mut [f32; PANEL]) {
            // SAFETY: two times eight floats; the machine has the features.
            unsafe {
                _mm256_storeu_ps(to.as_mut_ptr(), self.0);
                _mm256_storeu_ps(to[8..].as_mut_ptr(), self.1);
            }
        }
    }
}
