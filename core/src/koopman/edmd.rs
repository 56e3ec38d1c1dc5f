//! Worker: snapshot pairs of named observables, and the operator that fits them best.

use super::error::KoopmanError;
use super::operator::Operator;
use super::parts::{MAX_NUMBER, Parts, check_names, check_numbers, check_step};
use super::settled_mode::SettledMode;
use super::spectrum::{Eigenpair, independent_modes};
use nalgebra::{Complex, DMatrix, DVector, SymmetricEigen};

/// A mean and a slope need two pairs.
const MIN_PAIRS: f64 = 2.0;
/// What the condition number of the correlation may be: half the digits of f64 are left to the operator.
const MAX_GRAM_CONDITION: f64 = 1e10;

/// Accumulates snapshot pairs of named observables and fits the operator.
///
/// Keeps means and co-moments (Welford 1962), not the pairs, so its size depends on the number of observables alone.
/// Worker: allocates, may fail.
#[derive(Debug, Clone)]
pub struct Edmd {
    names: Vec<String>,
    dt_s: f64,
    /// The sum of the weights of all pairs.
    pairs: f64,
    /// Means of `x` and of `next - x`.
    mean: Vec<f64>,
    drift: Vec<f64>,
    /// Co-moments about the means, row by row: of `x` with `x`, of `next - x` with `x`.
    state: Vec<f64>,
    change: Vec<f64>,
}

impl Edmd {
    /// Nothing seen yet; `dt_s` is the time between the snapshots of a pair.
    ///
    /// # Errors
    /// If there are not 1 to 64 names, one is empty, longer than 64 characters or there twice, or the step is not from
    /// 1e-6 to 1e6 s.
    pub fn new(names: &[&str], dt_s: f64) -> Result<Self, KoopmanError> {
        check_names(names)?;
        check_step(dt_s)?;
        let n = names.len();
        Ok(Self {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            dt_s,
            pairs: 0.0,
            mean: vec![0.0; n],
            drift: vec![0.0; n],
            state: vec![0.0; n * n],
            change: vec![0.0; n * n],
        })
    }

    /// Adds the observables at some moment and those one step later, in the order of the names.
    ///
    /// # Errors
    /// If a list is longer or shorter than the names, or a number is not finite or beyond 1e12. Nothing changes then.
    pub fn add(&mut self, x: &[f64], next: &[f64]) -> Result<(), KoopmanError> {
        let n = self.names.len();
        check_numbers("x", x.iter().copied(), n)?;
        check_numbers("next", next.iter().copied(), n)?;
        let share = self.pairs / (self.pairs + 1.0);
        self.pairs += 1.0;
        let from: Vec<f64> = (0..n).map(|i| x[i] - self.mean[i]).collect();
        let moved: Vec<f64> = (0..n).map(|i| next[i] - x[i] - self.drift[i]).collect();
        for i in 0..n {
            self.mean[i] += from[i] / self.pairs;
            self.drift[i] += moved[i] / self.pairs;
            for j in 0..n {
                self.state[i * n + j] += share * from[i] * from[j];
                self.change[i * n + j] += share * moved[i] * from[j];
            }
        }
        Ok(())
    }

    /// How many pairs count, those half forgotten by half.
    pub fn pairs(&self) -> f64 {
        self.pairs
    }

    /// The operator of least squared error, drawn towards persistence by the ridge.
    ///
    /// Observables are standardised, so a ridge of 1 weighs as much as the data: 0 trusts them alone, 1e-4 suits clean
    /// ones, 1e-2 noisy ones or ones that say the same. The mean drift is not drawn to 0. What the fit does beyond that:
    ///
    /// - An observable that never moved predicts nothing, and persists.
    /// - Growing modes are pulled to the unit circle, so that no forecast explodes.
    /// - A steady drift rests nowhere; it is taken for a slow decay to a point 100 standard deviations ahead.
    /// - Where modes coincide and share an eigenvector (a velocity that is never slowed), or nearly so, each observable
    ///   leaks a little and all by different shares, at most 1e-6 of its deviation a step, or the first power of ten
    ///   up to 1e-2 that tells them apart.
    /// - A real mode that changes sign every step gets the frequency `pi / dt`, and swings as a cosine in between.
    ///
    /// # Errors
    /// If the ridge is not from 0 to 1e6, fewer than two pairs count, the observables are too alike for a ridge this
    /// small (condition above 1e10), no leak yields independent modes, or a number of the operator is beyond 1e12.
    pub fn fit(&self, ridge: f64) -> Result<Operator, KoopmanError> {
        if !(0.0..=1e6).contains(&ridge) {
            return Err(KoopmanError::Ridge { found: ridge });
        }
        if self.pairs < MIN_PAIRS {
            return Err(KoopmanError::TooFewPairs { found: self.pairs, expected: MIN_PAIRS });
        }
        let (scale, matrix) = self.least_squares(ridge)?;
        let modes = independent_modes(&matrix)?;
        Operator::new(self.parts(&scale, modes))
    }

    /// Scales of the observables, and the matrix of a step in standardised ones.
    fn least_squares(&self, ridge: f64) -> Result<(Vec<f64>, DMatrix<f64>), KoopmanError> {
        let n = self.names.len();
        let deviation: Vec<f64> = (0..n).map(|i| (self.state[i * n + i] / self.pairs).sqrt()).collect();
        let moves: Vec<bool> = (0..n).map(|i| deviation[i] > 1e-9 * self.mean[i].abs()).collect();
        let scale: Vec<f64> = (0..n)
            .map(|i| match (moves[i], self.mean[i].abs()) {
                (true, _) => deviation[i],
                (false, 0.0) => 1.0,
                (false, size) => size,
            })
            .collect();
        let standard =
            |sums: &[f64], i: usize, j: usize| sums[i * n + j] / (self.pairs * scale[i] * scale[j]);
        let gram = DMatrix::from_fn(n, n, |i, j| match (moves[i] && moves[j], i == j) {
            (true, _) => standard(&self.state, i, j),
            (false, same) => f64::from(u8::from(same)),
        });
        let change = DMatrix::from_fn(n, n, |i, j| if moves[j] { standard(&self.change, i, j) } else { 0.0 });
        let ill = |found| KoopmanError::IllConditioned { found, limit: MAX_GRAM_CONDITION };
        let axes = SymmetricEigen::try_new(gram, f64::EPSILON, 10_000).ok_or(ill(f64::INFINITY))?;
        let (least, most) = (axes.eigenvalues.min().max(0.0) + ridge, axes.eigenvalues.max() + ridge);
        let condition = most / least;
        if condition.is_nan() || condition > MAX_GRAM_CONDITION {
            return Err(ill(condition));
        }
        let inverse = DMatrix::from_diagonal(&axes.eigenvalues.map(|x| 1.0 / (x + ridge)));
        let slope = change * &axes.eigenvectors * inverse * axes.eigenvectors.transpose();
        Ok((scale, DMatrix::identity(n, n) + slope))
    }

    /// Modes in the observables' units, sorted; the means' drift decides where each mode rests.
    fn parts(&self, scale: &[f64], modes: Vec<Eigenpair>) -> Parts {
        let n = self.names.len();
        let drift = DVector::from_fn(n, |i, _| self.drift[i] / scale[i]);
        let mut modes: Vec<_> =
            modes.into_iter().map(|mode| SettledMode::new(mode, &drift, self.dt_s)).collect();
        modes.sort_by(|a, b| a.order().0.total_cmp(&b.order().0).then(a.order().1.total_cmp(&b.order().1)));
        let mut rest = self.mean.clone();
        for mode in &modes {
            for (i, rest) in rest.iter_mut().enumerate() {
                *rest += scale[i] * mode.weight(i, mode.rest).re;
            }
        }
        let one = Complex::new(1.0, 0.0);
        let table = |entry: &dyn Fn(&SettledMode, usize) -> f64| -> Vec<f32> {
            modes.iter().flat_map(|mode| (0..n).map(|i| entry(mode, i) as f32).collect::<Vec<_>>()).collect()
        };
        Parts {
            names: self.names.clone(),
            dt_s: self.dt_s,
            decay_per_s: modes.iter().map(|mode| mode.decay_per_s).collect(),
            omega_rad_per_s: modes.iter().map(|mode| mode.omega_rad_per_s).collect(),
            mode_re: table(&|mode, i| scale[i] * mode.weight(i, one).re),
            mode_im: table(&|mode, i| scale[i] * mode.weight(i, one).im),
            functional_re: table(&|mode, i| mode.pair.left[i].re / scale[i]),
            functional_im: table(&|mode, i| mode.pair.left[i].im / scale[i]),
            rest: rest.into_iter().map(|x| x.clamp(-MAX_NUMBER, MAX_NUMBER) as f32).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Noise, System};
    use super::*;

    const DT_S: f64 = 1.0 / 60.0;

    fn edmd(names: &[String], dt_s: f64) -> Edmd {
        Edmd::new(&names.iter().map(String::as_str).collect::<Vec<_>>(), dt_s).expect("names")
    }

    fn fed(system: &System, runs: usize, steps: usize) -> Edmd {
        let mut edmd = edmd(&system.names(), DT_S);
        for (x, next) in system.pairs(runs, steps, 11) {
            edmd.add(&x, &next).expect("a pair");
        }
        edmd
    }

    /// Fits one observable that goes from `start` by `step`.
    fn single(start: f64, count: usize, step: impl Fn(f64) -> f64) -> Operator {
        let mut edmd = Edmd::new(&["x"], 0.1).expect("a name");
        let mut x = start;
        for _ in 0..count {
            edmd.add(&[x], &[step(x)]).expect("a pair");
            x = step(x);
        }
        edmd.fit(0.0).expect("an operator")
    }

    fn ahead(operator: &Operator, x: &[f32], delta_t_s: f32) -> Vec<f32> {
        let mut out = vec![0.0; x.len()];
        operator.predict(x, delta_t_s, &mut out);
        out
    }

    #[test]
    fn the_eigenvalues_of_a_known_system_come_back() {
        let sets: [&[(f64, f64)]; 3] = [
            &[(0.0, 5.0), (0.5, 12.0), (1.5, 31.4), (4.0, 80.0)],
            &[(0.2, 0.0), (0.7, 9.0), (2.0, 0.0), (3.0, 55.0)],
            &[(0.1, 0.0), (0.3, 0.0), (1.0, 0.0), (3.0, 0.0), (9.0, 0.0), (20.0, 0.0), (40.0, 0.0)],
        ];
        for (seed, modes) in sets.into_iter().enumerate() {
            let operator =
                fed(&System::mixed(modes, DT_S, seed as u64), 40, 30).fit(0.0).expect("an operator");
            assert_eq!(operator.mode_count(), modes.len());
            for (found, (decay, omega)) in operator.eigenvalues().iter().zip(modes) {
                assert!((found.decay_per_s - decay).abs() < 1e-8, "{found:?} {decay}");
                assert!((found.omega_rad_per_s - omega).abs() < 1e-8, "{found:?} {omega}");
            }
        }
    }

    #[test]
    fn noise_shrinks_a_rotation_by_its_share_and_no_more() {
        // A unit circle of variance 1/2, noise of variance 1e-4 on each observable: regression on noisy x shrinks the
        // operator by rho = 2e-4 (errors in variables), and 20 000 pairs leave an error of sigma sqrt(2 / N) / s = 1.4e-4.
        let (sigma, count, omega) = (0.01, 20_000, 9.0);
        let mut noise = Noise(77);
        let mut edmd = edmd(&["a".into(), "b".into()], DT_S);
        let mut seen = |step: usize| {
            let (sin, cos) = (omega * DT_S * step as f64).sin_cos();
            [cos + sigma * noise.gauss(), sin + sigma * noise.gauss()]
        };
        let mut x = seen(0);
        for step in 1..=count {
            let next = seen(step);
            edmd.add(&x, &next).expect("a pair");
            x = next;
        }
        let found = edmd.fit(0.0).expect("an operator").eigenvalues()[0];
        let rho = sigma * sigma / 0.5;
        let margin = 5.0 * sigma * (2.0 / count as f64).sqrt() / 0.5f64.sqrt();
        let shrunk = (-found.decay_per_s * DT_S).exp();
        assert!((shrunk - 1.0 / (1.0 + rho)).abs() < margin, "{shrunk}");
        assert!((found.omega_rad_per_s - omega).abs() * DT_S < margin, "{found:?}");
    }

    #[test]
    fn an_affine_offset_is_exact() {
        let mut system = System::mixed(&[(0.6, 8.0), (2.0, 20.0), (1.0, 0.0)], DT_S, 4);
        system.b = vec![0.4, -0.3, 0.2, 0.1, -0.5];
        let operator = fed(&system, 40, 30).fit(0.0).expect("an operator");
        let inverse = (DMatrix::identity(5, 5) - &system.k).try_inverse().expect("no mode persists");
        let rest = inverse * DVector::from_vec(system.b.clone());
        for (found, rest) in operator.rest().iter().zip(rest.iter()) {
            assert!((f64::from(*found) - rest).abs() < 1e-6 * rest.abs().max(1.0), "{found} {rest}");
        }
        assert!((operator.eigenvalues()[0].decay_per_s - 0.6).abs() < 1e-8);
    }

    #[test]
    fn a_growing_system_does_not_explode() {
        let operator = single(1.0, 50, |x| 1.1 * x - 0.05);
        assert_eq!(operator.eigenvalues()[0].decay_per_s, 0.0);
        assert!((ahead(&operator, &[3.0], 1e6)[0] - 3.0).abs() < 1e-5);
        let spiral =
            fed(&System::mixed(&[(-3.0, 20.0), (-0.5, 0.0)], DT_S, 8), 20, 40).fit(0.0).expect("an operator");
        assert!(spiral.eigenvalues().iter().all(|s| s.decay_per_s == 0.0));
        assert!(ahead(&spiral, &[1.0, -1.0, 2.0], 1e6).iter().all(|x| x.abs() < 20.0));
    }

    #[test]
    fn a_steady_drift_goes_on_for_a_while() {
        let operator = single(4.0, 100, |x| x + 0.25);
        // The gap is the drift in deviations over 100: 3.5e-4 a step, so half of 50 steps of it are missing in the end.
        for steps in [1.0, 10.0, 50.0] {
            let gone = ahead(&operator, &[20.0], 0.1 * steps)[0] - 20.0;
            assert!((gone / (0.25 * steps) - 1.0).abs() < 0.015, "{steps}: {gone}");
        }
        assert!(ahead(&operator, &[20.0], 1e9)[0].is_finite());
    }

    #[test]
    fn modes_that_share_an_eigenvector_are_told_apart_by_a_leak() {
        // Place and speed, the speed slowed as fast as the place decays: a Jordan block.
        let step = |x: [f64; 2]| [0.9 * x[0] + 0.1 * x[1], 0.9 * x[1]];
        let mut noise = Noise(5);
        let mut edmd = edmd(&["place".into(), "speed".into()], 0.1);
        for _ in 0..200 {
            let x = [noise.uniform(), noise.uniform()];
            edmd.add(&x, &step(x)).expect("a pair");
        }
        let operator = edmd.fit(0.0).expect("an operator");
        let mut x = [1.0, 2.0];
        for steps in 1..40 {
            x = step(x);
            let found = ahead(&operator, &[1.0, 2.0], 0.1 * steps as f32);
            // The smallest leak that parts them is 1e-4 a step.
            let leaked = 2e-4 * f64::from(steps) + 1e-4;
            assert!((0..2).all(|i| (f64::from(found[i]) - x[i]).abs() < leaked), "{steps}: {found:?} {x:?}");
        }
    }

    #[test]
    fn a_speed_that_is_never_slowed_carries_the_place_along() {
        let mut edmd = edmd(&["place".into(), "speed".into()], 0.1);
        for i in 0..200 {
            let (t, speed) = (0.1 * f64::from(i % 20), f64::from(i / 20) - 3.0);
            edmd.add(&[speed * t, speed], &[speed * (t + 0.1), speed]).expect("a pair");
        }
        let operator = edmd.fit(0.0).expect("an operator");
        for steps in [1.0, 5.0, 20.0] {
            let found = ahead(&operator, &[0.5, 2.0], 0.1 * steps);
            assert!((found[0] - (0.5 + 0.2 * steps)).abs() < 0.01, "{steps}: {found:?}");
            assert!((found[1] - 2.0).abs() < 0.01, "{steps}: {found:?}");
        }
    }

    #[test]
    fn a_mode_that_alternates_is_right_at_every_step() {
        let operator = single(2.0, 20, |x| -0.9 * x);
        assert!((operator.eigenvalues()[0].omega_rad_per_s - std::f64::consts::PI / 0.1).abs() < 1e-6);
        assert!((ahead(&operator, &[1.0], 0.3)[0] + 0.729).abs() < 1e-5);
    }

    #[test]
    fn what_never_moved_persists_and_disturbs_nothing() {
        let mut edmd = edmd(&["x".into(), "still".into(), "zero".into()], 0.1);
        for i in 0..20 {
            edmd.add(&[0.8f64.powi(i), 7.0, 0.0], &[0.8f64.powi(i + 1), 7.0, 0.0]).expect("a pair");
        }
        let found = ahead(&edmd.fit(0.0).expect("an operator"), &[1.0, 9.0, -2.0], 0.2);
        assert!((found[0] - 0.64).abs() < 1e-6 && found[1..] == [9.0, -2.0], "{found:?}");
    }

    #[test]
    fn a_large_ridge_is_persistence() {
        let system = System::mixed(&[(0.6, 8.0), (2.0, 20.0)], DT_S, 4);
        let edmd = fed(&system, 40, 30);
        let x = [1.0f32, -2.0, 0.5, 1.5];
        let moved = |ridge: f64| -> f32 {
            let found = ahead(&edmd.fit(ridge).expect("an operator"), &x, DT_S as f32);
            found.iter().zip(x).map(|(a, b)| (a - b).abs()).sum()
        };
        // Ridges on a correlation with eigenvalues of about 1 halve, then end, what moves; the mean drift stays.
        let drift: f64 = edmd.drift.iter().map(|x| x.abs()).sum();
        assert!(moved(1.0) < 0.6 * moved(0.0));
        assert!((f64::from(moved(1e6)) - drift).abs() < 1e-4, "{} {drift}", moved(1e6));
    }

    #[test]
    fn twins_need_a_ridge() {
        let mut edmd = edmd(&["a".into(), "b".into()], 0.1);
        (0..30).for_each(|i| edmd.add(&[0.9f64.powi(i); 2], &[0.9f64.powi(i + 1); 2]).expect("a pair"));
        let error = edmd.fit(0.0).expect_err("alike").to_string();
        assert!(error.contains("ridge") && error.contains("leave out"), "{error}");
        let found = ahead(&edmd.fit(1e-6).expect("an operator"), &[0.5; 2], 0.1);
        assert!(found.iter().all(|x| (x - 0.45).abs() < 1e-4), "{found:?}");
    }

    #[test]
    fn a_large_mean_costs_no_digits_that_matter() {
        let mut system = System::mixed(&[(0.5, 9.0)], DT_S, 3);
        let mean = DVector::from_vec(vec![1e6, -2e6]);
        system.b = (&mean - &system.k * &mean).iter().copied().collect();
        let mut edmd = edmd(&system.names(), DT_S);
        let mut x = vec![1e6 + 1.0, -2e6 + 1.0];
        for _ in 0..300 {
            let next = system.step(&x);
            edmd.add(&x, &next).expect("a pair");
            x = next;
        }
        let found = edmd.fit(0.0).expect("an operator").eigenvalues()[0];
        assert!(
            (found.omega_rad_per_s - 9.0).abs() < 1e-5 && (found.decay_per_s - 0.5).abs() < 1e-5,
            "{found:?}"
        );
    }

    #[test]
    fn what_is_wrong_is_refused_and_changes_nothing() {
        for dt_s in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-9, 1e9] {
            assert!(matches!(Edmd::new(&["x"], dt_s), Err(KoopmanError::Step { .. })));
        }
        let refused = |names: &[&str]| Edmd::new(names, 0.1).expect_err("an error").to_string();
        assert!(refused(&["a", "b", "a"]).contains("'a', which is there twice"));
        assert!(refused(&["a", " "]).contains("empty"));
        assert!(refused(&[&"n".repeat(65)]).contains("too long"));
        assert!(refused(&[]).contains("0 observables") && refused(&["x"; 65]).contains("65 observables"));

        let mut edmd = Edmd::new(&["a", "b"], 0.1).expect("names");
        edmd.add(&[1.0, 2.0], &[0.5, 1.0]).expect("a pair");
        edmd.add(&[0.0, 2.0], &[0.5, 1.5]).expect("a pair");
        let before = format!("{edmd:?}");
        assert!(matches!(
            edmd.add(&[1.0], &[1.0, 1.0]),
            Err(KoopmanError::Length { expected: 2, found: 1, .. })
        ));
        assert!(edmd.add(&[1.0, 1.0], &[1.0; 3]).is_err());
        for wrong in [f64::NAN, f64::INFINITY, -1e13] {
            let error = edmd.add(&[1.0, 1.0], &[1.0, wrong]).expect_err("an error").to_string();
            assert!(error.contains("next[1]"), "{error}");
        }
        for ridge in [-1e-9, f64::NAN, f64::INFINITY] {
            assert!(matches!(edmd.fit(ridge), Err(KoopmanError::Ridge { .. })));
        }
        assert_eq!(format!("{edmd:?}"), before);
    }

    #[test]
    fn any_data_give_an_operator_or_a_reason() {
        let mut noise = Noise(123);
        for n in [1, 2, 5, 24, 64] {
            let names: Vec<_> = (0..n).map(|i| format!("x{i}")).collect();
            let mut edmd = edmd(&names, DT_S);
            for count in 1..=3 * n {
                let mut random = || (0..n).map(|_| noise.gauss()).collect::<Vec<_>>();
                edmd.add(&random(), &random()).expect("a pair");
                if count % n == 0 && count >= 2 {
                    let operator = edmd.fit(1e-2).expect("an operator");
                    assert!(ahead(&operator, &vec![1.0; n], 0.5).iter().all(|x| x.is_finite()));
                }
            }
        }
    }
}
