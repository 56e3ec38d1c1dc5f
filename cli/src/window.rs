//! Windows for spectra.

/// A Hann window.
pub fn hann(length: usize) -> Vec<f64> {
    let turn = std::f64::consts::TAU / length as f64;
    (0..length).map(|i| 0.5 - 0.5 * ((i as f64 + 0.5) * turn).cos()).collect()
}
