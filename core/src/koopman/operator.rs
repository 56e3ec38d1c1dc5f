//! A fitted operator: what the audio thread applies.

use super::error::KoopmanError;
use super::parts::Parts;
use crate::wide::widest;

/// As many observables as an operator may have: bounds what the audio thread keeps on its stack.
pub const MAX_OBSERVABLES: usize = 64;

/// One number for each mode or observable.
pub(super) type Row = [f32; MAX_OBSERVABLES];

/// Every observable's weight in the imaginary part of the constant's mode.
const NOTHING: Row = [0.0; MAX_OBSERVABLES];

/// A continuous-time eigenvalue `s = -decay + i omega`; of a conjugate pair the one with positive frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eigenvalue {
    /// How fast the mode dies away, 1/s; never negative.
    pub decay_per_s: f64,
    /// Its angular frequency, rad/s; never negative, at most `pi / dt`.
    pub omega_rad_per_s: f64,
}

impl Eigenvalue {
    /// What comes back for ever: the constant.
    pub const CONSTANT: Self = Self { decay_per_s: 0.0, omega_rad_per_s: 0.0 };

    /// Seconds of one cycle; none if the mode does not oscillate.
    pub fn period_s(&self) -> Option<f64> {
        (self.omega_rad_per_s > 0.0).then(|| std::f64::consts::TAU / self.omega_rad_per_s)
    }

    /// Seconds in which the mode falls to `1/e`; none if it does not fall.
    pub fn decay_time_s(&self) -> Option<f64> {
        (self.decay_per_s > 0.0).then(|| 1.0 / self.decay_per_s)
    }

    /// `e^{s delta_t}` as real and imaginary part; 1 for a time that is negative or not finite.
    #[inline]
    pub(super) fn factor(self, delta_t_s: f32) -> (f64, f64) {
        if !(delta_t_s.is_finite() && delta_t_s > 0.0) {
            return (1.0, 0.0);
        }
        // In f64, so that the phase of a fast mode is still right after hours.
        let t = f64::from(delta_t_s);
        let size = (-self.decay_per_s * t).exp();
        if self.omega_rad_per_s == 0.0 {
            return (size, 0.0);
        }
        let (sin, cos) = (self.omega_rad_per_s * t).sin_cos();
        (size * cos, size * sin)
    }
}

/// One mode's complex weight on every observable: moving its eigenfunction by 1 moves observable `i` by `re[i]`, a
/// quarter period later by `-im[i]`. In the observables' units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mode<'a> {
    /// Real parts.
    pub re: &'a [f32],
    /// Imaginary parts.
    pub im: &'a [f32],
}

impl Mode<'_> {
    /// How far the mode swings observable `index`; 0 for one that is not there.
    pub fn amplitude(&self, index: usize) -> f32 {
        self.re.get(index).zip(self.im.get(index)).map_or(0.0, |(re, im)| re.hypot(*im))
    }

    /// Its phase there, rad in -pi to pi; 0 for one that is not there.
    pub fn phase_rad(&self, index: usize) -> f32 {
        self.re.get(index).zip(self.im.get(index)).map_or(0.0, |(re, im)| im.atan2(*re))
    }
}

/// Eigenvalues, modes and eigenfunctionals of a fitted operator; conjugate pairs are stored once. Immutable.
///
/// [`Operator::predict`] belongs to the audio thread, everything that returns a `String` or a `Result` to the worker.
/// See [the module](super) for the equations.
#[derive(Debug, Clone, PartialEq)]
pub struct Operator {
    names: Vec<String>,
    dt_s: f64,
    /// Of the modes in order, then the constant's.
    spectrum: Vec<Eigenvalue>,
    rest: Vec<f32>,
    /// Row per mode: its weights on the observables, those of a pair doubled. Rows of both matrices are filled up with zeros
    /// to whole vectors: remainders would cost as much as all the rest.
    mode_re: Vec<f32>,
    mode_im: Vec<f32>,
    /// Row per observable: what it adds to every eigenfunction. So both products run along contiguous sums.
    functional_re: Vec<f32>,
    functional_im: Vec<f32>,
    fingerprint: u64,
}

impl Operator {
    /// Checks parts and arranges them for the audio thread.
    pub(super) fn new(parts: Parts) -> Result<Self, KoopmanError> {
        parts.check()?;
        let (n, m) = (parts.names.len(), parts.decay_per_s.len());
        let by_observable = |rows: &[f32]| {
            let turned: Vec<f32> = (0..n * m).map(|at| rows[at % m * n + at / m]).collect();
            padded(&turned, m)
        };
        let mut spectrum: Vec<_> = parts
            .decay_per_s
            .iter()
            .zip(&parts.omega_rad_per_s)
            .map(|(&decay_per_s, &omega_rad_per_s)| Eigenvalue { decay_per_s, omega_rad_per_s })
            .collect();
        spectrum.push(Eigenvalue::CONSTANT);
        Ok(Self {
            fingerprint: parts.fingerprint(),
            functional_re: by_observable(&parts.functional_re),
            functional_im: by_observable(&parts.functional_im),
            names: parts.names,
            dt_s: parts.dt_s,
            spectrum,
            rest: parts.rest,
            mode_re: padded(&parts.mode_re, n),
            mode_im: padded(&parts.mode_im, n),
        })
    }

    /// What it is made of, as it is stored.
    pub(super) fn parts(&self) -> Parts {
        let (n, m) = (self.names.len(), self.mode_count());
        let stride = stride(m);
        let by_mode = |rows: &[f32]| (0..n * m).map(|at| rows[at % n * stride + at / n]).collect();
        Parts {
            names: self.names.clone(),
            dt_s: self.dt_s,
            decay_per_s: self.spectrum[..m].iter().map(|s| s.decay_per_s).collect(),
            omega_rad_per_s: self.spectrum[..m].iter().map(|s| s.omega_rad_per_s).collect(),
            rest: self.rest.clone(),
            mode_re: unpadded(&self.mode_re, n),
            mode_im: unpadded(&self.mode_im, n),
            functional_re: by_mode(&self.functional_re),
            functional_im: by_mode(&self.functional_im),
        }
    }

    /// The observables, in the order of every slice.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The step between the snapshots of a pair, s.
    pub fn dt_s(&self) -> f64 {
        self.dt_s
    }

    /// The spectrum, slowest decay first (of decays equal to 1e-6 per second the lower frequency); last the constant's
    /// eigenvalue, 0.
    pub fn eigenvalues(&self) -> &[Eigenvalue] {
        &self.spectrum
    }

    /// How many modes there are besides the constant, a conjugate pair counted once; 1 to [`MAX_OBSERVABLES`].
    pub fn mode_count(&self) -> usize {
        self.spectrum.len() - 1
    }

    /// The mode of `eigenvalues()[index]`; the last, the constant's, is the point of rest. None beyond that.
    pub fn mode(&self, index: usize) -> Option<Mode<'_>> {
        let n = self.names.len();
        if index == self.mode_count() {
            return Some(Mode { re: &self.rest, im: &NOTHING[..n] });
        }
        let start = index.checked_mul(stride(n))?;
        let row = start..start.checked_add(n)?;
        Some(Mode { re: self.mode_re.get(row.clone())?, im: self.mode_im.get(row)? })
    }

    /// Where the observables stand still, in their units.
    pub fn rest(&self) -> &[f32] {
        &self.rest
    }

    /// Tells operators apart.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Where observables that stand at `x` will be in `delta_t_s` seconds.
    ///
    /// Closed form, any time from 0, which gives `x` back bit by bit; a time that is negative or not finite counts as 0.
    /// An entry of `x` that is missing or not finite counts as at rest; entries of `out` beyond the names stay as they
    /// are. Real-time safe: no heap, no panic, and what it writes is finite.
    pub fn predict(&self, x: &[f32], delta_t_s: f32, out: &mut [f32]) {
        let (mut from, mut deviation) = ([0.0; MAX_OBSERVABLES], [0.0; MAX_OBSERVABLES]);
        for (i, &rest) in self.rest.iter().enumerate() {
            from[i] = x.get(i).copied().filter(|x| x.is_finite()).unwrap_or(rest);
            deviation[i] = from[i] - rest;
        }
        let (mut re, mut im) = ([0.0; MAX_OBSERVABLES], [0.0; MAX_OBSERVABLES]);
        project(self, &deviation, &mut re, &mut im);
        for (k, eigenvalue) in self.spectrum[..self.mode_count()].iter().enumerate() {
            let factor = eigenvalue.factor(delta_t_s);
            let (by_re, by_im) = ((factor.0 - 1.0) as f32, factor.1 as f32);
            (re[k], im[k]) = (re[k] * by_re - im[k] * by_im, re[k] * by_im + im[k] * by_re);
        }
        self.forecast(&from, &re, &im, out);
    }

    /// `out = from + sum_k Re{ v_k z_k }`; an entry that overflows stays at `from`.
    pub(super) fn forecast(&self, from: &[f32], re: &Row, im: &Row, out: &mut [f32]) {
        let mut to = [0.0; MAX_OBSERVABLES];
        let n = self.names.len().min(from.len());
        to[..n].copy_from_slice(&from[..n]);
        lift(self, re, im, &mut to);
        for ((out, to), from) in out.iter_mut().zip(&to[..n]).zip(from) {
            *out = if to.is_finite() { *to } else { *from };
        }
    }
}

/// Numbers that the widest vector holds.
const LANES: usize = 16;

/// Length of a row of `width` numbers in whole vectors.
#[inline(always)]
fn stride(width: usize) -> usize {
    width.next_multiple_of(LANES)
}

/// Rows of `width` numbers, each filled up to its stride.
fn padded(rows: &[f32], width: usize) -> Vec<f32> {
    let zeros = stride(width) - width;
    rows.chunks_exact(width)
        .flat_map(|row| row.iter().copied().chain(std::iter::repeat_n(0.0, zeros)))
        .collect()
}

fn unpadded(rows: &[f32], width: usize) -> Vec<f32> {
    rows.chunks_exact(stride(width)).flat_map(|row| row[..width].iter().copied()).collect()
}

widest! {
/// Eigenfunctions: `z_k += sum_i w_ki deviation_i`.
pub(super) fn project(operator: &Operator, deviation: &Row, re: &mut Row, im: &mut Row) {
    let stride = stride(operator.mode_count());
    let rows = operator.functional_re.chunks_exact(stride).zip(operator.functional_im.chunks_exact(stride));
    for ((row_re, row_im), &x) in rows.zip(deviation) {
        for (z, w) in re.iter_mut().zip(row_re) {
            *z += w * x;
        }
        for (z, w) in im.iter_mut().zip(row_im) {
            *z += w * x;
        }
    }
}
}

widest! {
/// Observables: `out_i += sum_k Re{ v_ki z_k }`.
fn lift(operator: &Operator, re: &Row, im: &Row, out: &mut Row) {
    let stride = stride(operator.names.len());
    let rows = operator.mode_re.chunks_exact(stride).zip(operator.mode_im.chunks_exact(stride));
    for ((row_re, row_im), (&re, &im)) in rows.zip(re.iter().zip(im)) {
        for ((x, v_re), v_im) in out.iter_mut().zip(row_re).zip(row_im) {
            *x += v_re * re - v_im * im;
        }
    }
}
}

#[cfg(test)]
mod tests {
    use super::super::{edmd::Edmd, fixture::System};
    use super::*;
    use proptest::prelude::*;

    const DT_S: f64 = 1.0 / 60.0;

    fn system() -> System {
        let mut system = System::mixed(&[(0.4, 6.0), (2.0, 31.0), (0.1, 0.0), (5.0, 0.0)], DT_S, 3);
        system.b.iter_mut().enumerate().for_each(|(i, b)| *b = 0.05 * i as f64 - 0.1);
        system
    }

    fn fitted(system: &System) -> Operator {
        let names = system.names();
        let mut edmd = Edmd::new(&names.iter().map(String::as_str).collect::<Vec<_>>(), DT_S).expect("names");
        for (x, next) in system.pairs(40, 20, 9) {
            edmd.add(&x, &next).expect("a pair");
        }
        edmd.fit(0.0).expect("an operator")
    }

    #[test]
    fn predicting_is_the_power_of_the_matrix() {
        let system = system();
        let operator = fitted(&system);
        let start = [1.0, -2.0, 0.5, 3.0, -1.0, 0.25];
        let mut x = start.map(f64::from).to_vec();
        let mut out = [0.0f32; 6];
        for step in 0..=600 {
            operator.predict(&start, (f64::from(step) * DT_S) as f32, &mut out);
            for (out, x) in out.iter().zip(&x) {
                assert!((f64::from(*out) - x).abs() < 2e-5, "step {step}: {out} {x}");
            }
            x = system.step(&x);
        }
    }

    #[test]
    fn no_time_changes_nothing() {
        let operator = fitted(&system());
        let x = [1.0, -2.0, 0.123_456_7, 3e5, -1e-7, 0.25];
        for delta_t_s in [0.0, -0.0, -3.0, f32::NAN, f32::INFINITY] {
            let mut out = [0.0; 6];
            operator.predict(&x, delta_t_s, &mut out);
            assert_eq!(out, x);
        }
    }

    #[test]
    fn all_modes_that_decay_end_at_rest() {
        let operator = fitted(&system());
        let mut out = [0.0; 6];
        operator.predict(&[9.0; 6], 1e9, &mut out);
        for (out, rest) in out.iter().zip(operator.rest()) {
            assert!((out - rest).abs() < 1e-4);
        }
    }

    #[test]
    fn short_long_and_undefined_slices_are_taken() {
        let operator = fitted(&system());
        let (mut whole, mut part, mut more) = ([0.0; 6], [0.0; 2], [7.0; 9]);
        let mut x = [1.0, 2.0, 3.0, 0.0, 0.0, 0.0];
        x[3..].copy_from_slice(&operator.rest()[3..]);
        operator.predict(&x, 0.1, &mut whole);
        operator.predict(&[1.0, 2.0, 3.0], 0.1, &mut part);
        assert_eq!(part, whole[..2]);
        operator.predict(&[1.0, 2.0, 3.0, f32::NAN, f32::INFINITY], 0.1, &mut more);
        assert_eq!(more[..6], whole);
        assert_eq!(more[6..], [7.0; 3]);
    }

    #[test]
    fn the_spectrum_is_sorted_and_ends_with_the_constant() {
        let operator = fitted(&system());
        let spectrum = operator.eigenvalues();
        assert_eq!(spectrum.len(), operator.mode_count() + 1);
        assert_eq!(spectrum.last(), Some(&Eigenvalue::CONSTANT));
        assert!(spectrum[..4].windows(2).all(|w| w[0].decay_per_s <= w[1].decay_per_s));
        assert_eq!(operator.mode(4).expect("the constant's mode").re, operator.rest());
        assert!(operator.mode(5).is_none() && operator.mode(usize::MAX).is_none());
        assert!((spectrum[1].period_s().expect("a period") - std::f64::consts::TAU / 6.0).abs() < 1e-8);
        assert!((spectrum[0].decay_time_s().expect("a decay") - 10.0).abs() < 1e-6);
        assert_eq!((spectrum[0].period_s(), spectrum[4].decay_time_s()), (None, None));
    }

    #[test]
    fn a_mode_alone_moves_the_observables_along_itself() {
        let operator = fitted(&system());
        let mode = operator.mode(1).expect("a mode");
        let x: Vec<f32> = operator.rest().iter().zip(mode.re).map(|(rest, v)| rest + v).collect();
        // A quarter period later the real part has gone and the imaginary one is there, negative.
        let eigenvalue = operator.eigenvalues()[1];
        let quarter_s = eigenvalue.period_s().expect("a period") / 4.0;
        let left = (-eigenvalue.decay_per_s * quarter_s).exp() as f32;
        let mut out = [0.0; 6];
        operator.predict(&x, quarter_s as f32, &mut out);
        for i in 0..6 {
            assert!((out[i] - operator.rest()[i] + left * mode.im[i]).abs() < 1e-5);
            assert!((mode.amplitude(i) * mode.phase_rad(i).cos() - mode.re[i]).abs() < 1e-6);
        }
        assert_eq!((mode.amplitude(6), mode.phase_rad(6)), (0.0, 0.0));
    }

    proptest! {
        #[test]
        fn forecasts_are_finite_and_bounded(
            x in prop::collection::vec(-1e6f32..1e6, 6),
            delta_t_s in 0.0f32..1e6,
        ) {
            let operator = fitted(&system());
            let mut out = [f32::NAN; 6];
            operator.predict(&x, delta_t_s, &mut out);
            prop_assert!(out.iter().all(|x| x.is_finite() && x.abs() < 1e9));
        }
    }
}
