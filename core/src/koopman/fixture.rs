//! Test data: seeded noise and linear systems with known eigenvalues, mixed so that no observable is a mode.

use nalgebra::DMatrix;

/// Seeded random numbers (splitmix64).
pub(super) struct Noise(pub u64);

impl Noise {
    /// Uniform in -1..1.
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    /// Gaussian of unit variance (Box and Muller 1958).
    pub fn gauss(&mut self) -> f64 {
        let (u, v) = (0.5 + 0.5 * self.uniform(), self.uniform());
        (-2.0 * u.max(1e-300).ln()).sqrt() * (std::f64::consts::PI * v).cos()
    }
}

/// The affine map `x' = k x + b` of a step.
pub(super) struct System {
    pub k: DMatrix<f64>,
    pub b: Vec<f64>,
}

impl System {
    /// Modes `(decay_per_s, omega_rad_per_s)`, omega 0 for a real one, mixed by a seeded well-conditioned matrix.
    pub fn mixed(modes: &[(f64, f64)], dt_s: f64, seed: u64) -> Self {
        let n = modes.iter().map(|m| if m.1 == 0.0 { 1 } else { 2 }).sum();
        let mut blocks = DMatrix::zeros(n, n);
        let mut at = 0;
        for &(decay, omega) in modes {
            let size = (-decay * dt_s).exp();
            let (sin, cos) = (omega * dt_s).sin_cos();
            blocks[(at, at)] = size * cos;
            if omega != 0.0 {
                blocks[(at, at + 1)] = -size * sin;
                blocks[(at + 1, at)] = size * sin;
                blocks[(at + 1, at + 1)] = size * cos;
                at += 1;
            }
            at += 1;
        }
        let mut noise = Noise(seed);
        let mix = DMatrix::from_fn(n, n, |i, j| if i == j { 2.0 } else { 0.5 * noise.uniform() });
        let inverse = mix.clone().try_inverse().expect("a well-conditioned matrix");
        Self { k: &mix * blocks * inverse, b: vec![0.0; n] }
    }

    pub fn step(&self, x: &[f64]) -> Vec<f64> {
        (0..x.len()).map(|i| self.b[i] + (0..x.len()).map(|j| self.k[(i, j)] * x[j]).sum::<f64>()).collect()
    }

    /// Names for its observables.
    pub fn names(&self) -> Vec<String> {
        (0..self.b.len()).map(|i| format!("x{i}")).collect()
    }

    /// Where `runs` seeded starts go in `steps` steps each: pairs of snapshots.
    pub fn pairs(&self, runs: usize, steps: usize, seed: u64) -> Vec<(Vec<f64>, Vec<f64>)> {
        let mut noise = Noise(seed);
        let mut pairs = Vec::new();
        for _ in 0..runs {
            let mut x: Vec<f64> = self.b.iter().map(|_| 3.0 * noise.uniform()).collect();
            for _ in 0..steps {
                let next = self.step(&x);
                pairs.push((x, next.clone()));
                x = next;
            }
        }
        pairs
    }
}
