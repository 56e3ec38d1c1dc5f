//! The slow f64 form of the network, written as the equation stands: it tests the fast path.

use super::roles::SLOTS;
use super::setup::FieldSetup;

/// Kuramoto-Sakaguchi with dense matrices, no noise, no mean fields.
#[derive(Debug, Clone)]
pub struct ReferenceNetwork {
    /// Phases in rad.
    pub theta: Vec<f64>,
    /// Amplitudes.
    pub r: Vec<f64>,
    /// Intrinsic rates in rad/s.
    pub rates: Vec<f64>,
    /// coupling: [n x n] in rad/s, row = target, column = source.
    k: Vec<Vec<f64>>,
    /// Lags in rad, same shape.
    alpha: Vec<Vec<f64>>,
    /// Turns of source and target that meet, same shape.
    turns: Vec<Vec<(f64, f64)>>,
}

impl ReferenceNetwork {
    /// The couplings between named oscillators of a setup; phases zero, amplitudes one.
    pub fn new(setup: &FieldSetup) -> Self {
        let n = SLOTS;
        let mut reference = Self {
            theta: vec![0.0; n],
            r: vec![1.0; n],
            rates: setup.rates.iter().map(|rate| *rate as f64).collect(),
            k: vec![vec![0.0; n]; n],
            alpha: vec![vec![0.0; n]; n],
            turns: vec![vec![(1.0, 1.0); n]; n],
        };
        for edge in setup.edges.iter().filter(|edge| edge.source < SLOTS) {
            reference.k[edge.target][edge.source] += edge.k_rad_per_s as f64;
            reference.alpha[edge.target][edge.source] = edge.alpha_rad as f64;
            reference.turns[edge.target][edge.source] = (edge.p as f64, edge.q as f64);
        }
        reference
    }

    /// Rates of all phases.
    fn flow(&self, theta: &[f64]) -> Vec<f64> {
        let pull = |i: usize, j: usize| {
            let (p, q) = self.turns[i][j];
            self.k[i][j] * self.r[j] * (p * theta[j] - q * theta[i] - self.alpha[i][j]).sin()
        };
        (0..theta.len()).map(|i| self.rates[i] + (0..theta.len()).map(|j| pull(i, j)).sum::<f64>()).collect()
    }

    /// One step of `dt_s` by the classical Runge-Kutta scheme of fourth order.
    pub fn step(&mut self, dt_s: f64) {
        let old = self.theta.clone();
        let moved = |by: &[f64], h: f64| -> Vec<f64> {
            old.iter().zip(by).map(|(theta, rate)| theta + h * rate).collect()
        };
        let a = self.flow(&old);
        let b = self.flow(&moved(&a, 0.5 * dt_s));
        let c = self.flow(&moved(&b, 0.5 * dt_s));
        let d = self.flow(&moved(&c, dt_s));
        for i in 0..old.len() {
            self.theta[i] = old[i] + dt_s / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]);
        }
    }
}
