//! Worker: a mode of a step made one of continuous time that never grows, with its point of rest.

use super::spectrum::Eigenpair;
use nalgebra::{Complex, DVector};

/// How many standard deviations from the data the point of rest of a mode may be.
const MAX_REST_DEVIATIONS: f64 = 100.0;
/// A mode that is smaller after a step is gone.
const GONE: f64 = 1e-12;

/// A mode in continuous time, with the value at which it rests.
pub(super) struct SettledMode {
    pub pair: Eigenpair,
    pub decay_per_s: f64,
    pub omega_rad_per_s: f64,
    /// Its eigenfunction there, measured from the means.
    pub rest: Complex<f64>,
}

impl SettledMode {
    /// `drift` is the mean change a step of the standardised observables.
    pub fn new(mut pair: Eigenpair, drift: &DVector<f64>, dt_s: f64) -> Self {
        turn_to_largest(&mut pair);
        let drift: Complex<f64> = pair.left.iter().zip(drift.iter()).map(|(w, b)| w * b).sum();
        let one = Complex::new(1.0, 0.0);
        let mut value = pair.value;
        // Near-parallel modes have long functionals and drift far against each other; what counts is the direction.
        let length = pair.left.iter().map(|w| w.norm_sqr()).sum::<f64>().sqrt();
        let least_gap = drift.norm() / length / MAX_REST_DEVIATIONS;
        if (one - value).norm() < least_gap {
            value.re = 1.0 - least_gap.min(0.5);
        }
        let gap = one - value;
        let rest = if gap.norm() < 1e-13 { Complex::new(0.0, 0.0) } else { drift / gap };
        let decay_per_s = if value.norm() < 1.0 { -value.norm().max(GONE).ln() / dt_s } else { 0.0 };
        Self { pair, decay_per_s, omega_rad_per_s: value.arg().abs() / dt_s, rest }
    }

    /// What a value `z` of the mode, and its conjugate if there is one, adds to standardised observable `i`.
    pub fn weight(&self, i: usize, z: Complex<f64>) -> Complex<f64> {
        self.pair.right[i] * z * if self.pair.is_pair { 2.0 } else { 1.0 }
    }

    /// Decays that differ by rounding alone are equal, so that the order stays from fit to fit.
    pub fn order(&self) -> (f64, f64) {
        ((self.decay_per_s * 1e6).round(), self.omega_rad_per_s)
    }
}

/// Phase is free: the observable that swings most gets phase 0, so that modes compare from fit to fit.
fn turn_to_largest(pair: &mut Eigenpair) {
    let largest = pair
        .right
        .iter()
        .copied()
        .fold(Complex::new(0.0, 0.0), |a, b| if b.norm() > a.norm() { b } else { a });
    let turn = largest.conj() / largest.norm();
    pair.right.iter_mut().for_each(|v| *v *= turn);
    pair.left.iter_mut().for_each(|w| *w *= turn.conj());
}
