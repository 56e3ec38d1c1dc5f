//! The slow f64 form of the network, written as the equation stands: it tests the fast path.

use super::coupling::Coupling;
use super::roles::{SLOW_OSCILLATORS, intrinsic_hz};
use std::f64::consts::TAU;

/// Kuramoto-Sakaguchi with dense matrices, no noise, no mean fields.
#[derive(Debug, Clone)]
pub struct ReferenceNetwork {
    /// Phases in rad.
    pub theta: Vec<f64>,
    /// Amplitudes.
    pub r: Vec<f64>,
    /// coupling: [n x n] in rad/s, row = target, column = source.
    k: Vec<Vec<f64>>,
    /// Lags in rad, same shape.
    alpha: Vec<Vec<f64>>,
}

impl ReferenceNetwork {
    /// From sparse couplings; phases zero, amplitudes one.
    pub fn new(couplings: &[Coupling]) -> Self {
        let n = SLOW_OSCILLATORS;
        let mut reference = Self {
            theta: vec![0.0; n],
            r: vec![1.0; n],
            k: vec![vec![0.0; n]; n],
            alpha: vec![vec![0.0; n]; n],
        };
        for c in couplings {
            reference.k[c.target][c.source] += c.k_rad_per_s as f64;
            reference.alpha[c.target][c.source] = c.alpha_rad as f64;
        }
        reference
    }

    /// One step of `dt_s`, all targets from the same old phases.
    pub fn step(&mut self, dt_s: f64) {
        let old = self.theta.clone();
        for i in 0..old.len() {
            let pull = |j: usize| self.k[i][j] * self.r[j] * (old[j] - old[i] - self.alpha[i][j]).sin();
            let rate = TAU * intrinsic_hz(i) as f64 + (0..old.len()).map(pull).sum::<f64>();
            self.theta[i] = old[i] + rate * dt_s;
        }
    }
}
