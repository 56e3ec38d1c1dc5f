//! Worker: eigenvalues with right and left eigenvectors of a real matrix, from its real Schur form.
//!
//! `A = Q T Q^T` with `T` quasi upper triangular; each eigenvector solves `(T - lambda) y = 0` by back substitution and
//! is `Q y` (Golub and Van Loan, Matrix Computations, section 7.6.4). Real eigenvalues get real vectors and complex ones
//! exact conjugates, because nothing complex enters before the back substitution.

use super::error::KoopmanError;
use nalgebra::{Complex, DMatrix, DVector};

/// An eigenvalue and its right vector.
type RightVector = (Complex<f64>, DVector<Complex<f64>>);

/// One eigenvalue; of a conjugate pair the one with the positive imaginary part.
pub(super) struct Eigenpair {
    pub value: Complex<f64>,
    /// Unit length.
    pub right: Vec<Complex<f64>>,
    /// `left . right = 1`, no conjugate taken.
    pub left: Vec<Complex<f64>>,
    /// Whether it stands for itself and its conjugate.
    pub is_pair: bool,
}

/// What the condition number of an eigenvalue may be: the audio thread's f32 then errs by 1e-3 standard deviations.
const MAX_CONDITION: f64 = 1e4;
/// Leaks a step that are tried in turn where there is no usable set of eigenvectors.
const LEAKS: [f64; 6] = [0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2];
/// Iterations of the QR algorithm; it needs about three an eigenvalue.
const MAX_ITERATIONS: usize = 10_000;
/// What the spectrum may miss of the matrix, relative to its norm.
const MAX_RESIDUAL: f64 = 1e-8;

/// The modes of a matrix, with the smallest leak that makes them independent.
pub(super) fn independent_modes(matrix: &DMatrix<f64>) -> Result<Vec<Eigenpair>, KoopmanError> {
    let n = matrix.nrows();
    let mut best = f64::INFINITY;
    for leak in LEAKS {
        let mut matrix = matrix.clone();
        (0..n).for_each(|i| matrix[(i, i)] -= leak * (i + 1) as f64 / n as f64);
        if let Some((modes, condition)) = decompose(&matrix) {
            if condition <= MAX_CONDITION {
                return Ok(modes);
            }
            best = best.min(condition);
        }
    }
    Err(KoopmanError::NotDiagonalisable { found: best, limit: MAX_CONDITION })
}

/// The spectrum of a square matrix and the largest condition number `|left| |right|` of an eigenvalue.
///
/// None where the matrix has no full set of eigenvectors in double precision.
fn decompose(matrix: &DMatrix<f64>) -> Option<(Vec<Eigenpair>, f64)> {
    let n = matrix.nrows();
    let (q, t) = matrix.clone().try_schur(f64::EPSILON, MAX_ITERATIONS)?.unpack();
    let right = right_vectors(&q, &t)?;
    let all = DMatrix::from_columns(
        &right
            .iter()
            .flat_map(|(value, v)| {
                let pair = value.im != 0.0;
                std::iter::once(v.clone()).chain(pair.then(|| v.conjugate()))
            })
            .collect::<Vec<_>>(),
    );
    if all.ncols() != n {
        return None;
    }
    let left = all.try_inverse()?;
    let mut pairs = Vec::with_capacity(right.len());
    let (mut row, mut condition) = (0, 0.0f64);
    for (value, v) in right {
        let w: Vec<_> = left.row(row).iter().copied().collect();
        condition = condition.max(w.iter().map(|w| w.norm_sqr()).sum::<f64>().sqrt());
        let is_pair = value.im != 0.0;
        row += if is_pair { 2 } else { 1 };
        pairs.push(Eigenpair { value, right: v.iter().copied().collect(), left: w, is_pair });
    }
    (condition.is_finite() && residual(matrix, &pairs) <= MAX_RESIDUAL).then_some((pairs, condition))
}

/// How far the sum of the modes is from the matrix, relative to its norm (at least 1).
fn residual(matrix: &DMatrix<f64>, pairs: &[Eigenpair]) -> f64 {
    let mut rest = matrix.clone();
    for pair in pairs {
        let weight = if pair.is_pair { 2.0 } else { 1.0 };
        for (i, v) in pair.right.iter().enumerate() {
            for (j, w) in pair.left.iter().enumerate() {
                rest[(i, j)] -= weight * (pair.value * v * w).re;
            }
        }
    }
    rest.norm() / matrix.norm().max(1.0)
}

/// Eigenvalues and right eigenvectors of `q t q^T`, of a conjugate pair the upper one. None where `t` is no Schur form.
fn right_vectors(q: &DMatrix<f64>, t: &DMatrix<f64>) -> Option<Vec<RightVector>> {
    let n = t.nrows();
    let norm = t.norm().max(f64::MIN_POSITIVE);
    let joined = |i: usize| i + 1 < n && t[(i + 1, i)].abs() > f64::EPSILON * norm;
    let mut vectors = Vec::with_capacity(n);
    let mut start = 0;
    while start < n {
        let size = if joined(start) { 2 } else { 1 };
        if size == 2 && joined(start + 1) {
            return None;
        }
        for (value, y) in block_vectors(t, start, size) {
            let y = back_substitute(t, value, y, start, &joined, norm);
            let v =
                DVector::from_fn(n, |i, _| (0..start + size).map(|j| y[j] * q[(i, j)]).sum::<Complex<f64>>());
            let length = v.norm();
            if !(length.is_finite() && length > 0.0) {
                return None;
            }
            vectors.push((value, v.unscale(length)));
        }
        start += size;
    }
    Some(vectors)
}

/// The eigenvalues of a diagonal block of size 1 or 2, each with the block's part of the vector.
fn block_vectors(t: &DMatrix<f64>, start: usize, size: usize) -> Vec<RightVector> {
    let mut y = DVector::from_element(t.nrows(), Complex::new(0.0, 0.0));
    if size == 1 {
        y[start] = Complex::new(1.0, 0.0);
        return vec![(Complex::new(t[(start, start)], 0.0), y)];
    }
    let (a, b) = (t[(start, start)], t[(start, start + 1)]);
    let (c, d) = (t[(start + 1, start)], t[(start + 1, start + 1)]);
    let (middle, half) = (0.5 * (a + d), 0.5 * (a - d));
    let discriminant = half * half + b * c;
    let root = discriminant.abs().sqrt();
    let values = if discriminant < 0.0 {
        vec![Complex::new(middle, root)]
    } else {
        vec![Complex::new(middle + root, 0.0), Complex::new(middle - root, 0.0)]
    };
    let with = |value: Complex<f64>| {
        let mut y = y.clone();
        y[start] = value - d;
        y[start + 1] = Complex::new(c, 0.0);
        (value, y)
    };
    values.into_iter().map(with).collect()
}

/// Solves `(t - value) y = 0` for the entries above `start`; those of the block at `start` are given.
fn back_substitute(
    t: &DMatrix<f64>,
    value: Complex<f64>,
    mut y: DVector<Complex<f64>>,
    start: usize,
    joined: &impl Fn(usize) -> bool,
    norm: f64,
) -> DVector<Complex<f64>> {
    let n = t.nrows();
    // A divisor that vanishes belongs to a repeated eigenvalue; the smallest that counts keeps the quotient finite.
    let guard = |x: Complex<f64>, least: f64| if x.norm() < least { Complex::new(least, 0.0) } else { x };
    let least = f64::EPSILON * norm;
    let mut i = start;
    while i > 0 {
        let row = i - 1;
        let of = |row: usize, y: &DVector<Complex<f64>>| -> Complex<f64> {
            -(i..n).map(|l| y[l] * t[(row, l)]).sum::<Complex<f64>>()
        };
        if row > 0 && joined(row - 1) {
            let (first, second) = (of(row - 1, &y), of(row, &y));
            let (a, b) = (Complex::new(t[(row - 1, row - 1)], 0.0) - value, t[(row - 1, row)]);
            let (c, d) = (t[(row, row - 1)], Complex::new(t[(row, row)], 0.0) - value);
            let determinant = guard(a * d - b * c, least * norm);
            y[row - 1] = (first * d - second * b) / determinant;
            y[row] = (a * second - first * c) / determinant;
            i -= 2;
        } else {
            y[row] = of(row, &y) / guard(Complex::new(t[(row, row)], 0.0) - value, least);
            i -= 1;
        }
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(rows: usize, numbers: &[f64]) -> Option<(Vec<Complex<f64>>, f64)> {
        let (pairs, condition) = decompose(&DMatrix::from_row_slice(rows, rows, numbers))?;
        Some((pairs.iter().map(|p| p.value).collect(), condition))
    }

    #[test]
    fn a_rotation_has_one_pair() {
        let (values, condition) = values(2, &[0.0, -1.0, 1.0, 0.0]).expect("a spectrum");
        assert_eq!(values.len(), 1);
        assert!((values[0] - Complex::new(0.0, 1.0)).norm() < 1e-14);
        assert!((condition - 1.0).abs() < 1e-12);
    }

    #[test]
    fn blocks_above_blocks_are_solved() {
        // Eigenvalues 1 +- 2i, 3, 4 +- 5i, all coupled upwards.
        #[rustfmt::skip]
        let numbers = [
            1.0, -2.0, 0.3, 0.7, 1.1,
            2.0, 1.0, -0.4, 0.2, 0.9,
            0.0, 0.0, 3.0, 0.6, -0.8,
            0.0, 0.0, 0.0, 4.0, -5.0,
            0.0, 0.0, 0.0, 5.0, 4.0,
        ];
        let (mut found, _) = values(5, &numbers).expect("a spectrum");
        found.sort_by(|a, b| a.re.total_cmp(&b.re));
        for (found, (re, im)) in found.iter().zip([(1.0, 2.0), (3.0, 0.0), (4.0, 5.0)]) {
            assert!((found - Complex::new(re, im)).norm() < 1e-12, "{found}");
        }
    }

    #[test]
    fn repeated_eigenvalues_with_own_vectors_are_no_trouble() {
        let identity = DMatrix::<f64>::identity(6, 6);
        let (pairs, condition) = decompose(&identity).expect("a spectrum");
        assert!(pairs.len() == 6 && pairs.iter().all(|p| p.value == Complex::new(1.0, 0.0)));
        assert!((condition - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_jordan_block_has_no_usable_vectors() {
        for numbers in [[1.0, 1.0, 0.0, 1.0], [0.5, 1.0, 0.0, 0.5], [3.0, 1.0, -1.0, 1.0]] {
            assert!(values(2, &numbers).is_none_or(|(_, condition)| condition > 1e6), "{numbers:?}");
        }
    }
}
