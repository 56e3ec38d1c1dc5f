//! Worker: what an operator is made of, as it is checked and stored.

use super::error::KoopmanError;
use super::operator::{MAX_OBSERVABLES, Operator};
use crate::digest::fnv_1a;
use serde::{Deserialize, Serialize};

/// Version of the JSON format.
const VERSION: u32 = 1;
/// The longest JSON that is read: four matrices of 64 x 64 numbers take a quarter of it.
const MAX_JSON_BYTES: usize = 1 << 20;
/// No number of an operator, and no observable, may be larger: products of two stay finite in f32.
pub(super) const MAX_NUMBER: f64 = 1e12;
/// What products of modes and functionals may be off: f32 at the worst condition that a fit accepts.
const DUALITY: f64 = 0.05;

/// Eigenvalues, rest, modes and eigenfunctionals; every matrix has a row per mode and a column per observable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parts {
    pub names: Vec<String>,
    pub dt_s: f64,
    pub decay_per_s: Vec<f64>,
    pub omega_rad_per_s: Vec<f64>,
    pub rest: Vec<f32>,
    pub mode_re: Vec<f32>,
    pub mode_im: Vec<f32>,
    pub functional_re: Vec<f32>,
    pub functional_im: Vec<f32>,
}

/// A file of the format; the version stands first, and is read first.
#[derive(Serialize, Deserialize)]
struct Stored<T> {
    version: u32,
    operator: T,
}

impl Operator {
    /// As JSON on one line, numbers as short as they can be without loss.
    pub fn to_json(&self) -> String {
        // Strings and finite numbers always have a JSON form.
        serde_json::to_string(&Stored { version: VERSION, operator: self.parts() }).unwrap_or_default()
    }

    /// Reads what [`Operator::to_json`] wrote, bit by bit the same.
    ///
    /// # Errors
    /// If it is longer than 1 MiB, no JSON of this format and version, or if its lists do not fit together, hold
    /// numbers that are not finite or grow in time, or functionals that do not belong to the modes.
    pub fn from_json(json: &str) -> Result<Self, KoopmanError> {
        if json.len() > MAX_JSON_BYTES {
            return Err(KoopmanError::TooLong { found: json.len(), limit: MAX_JSON_BYTES });
        }
        let header: Stored<serde::de::IgnoredAny> = serde_json::from_str(json)?;
        if header.version != VERSION {
            return Err(KoopmanError::Version { found: header.version, expected: VERSION });
        }
        let stored: Stored<Parts> = serde_json::from_str(json)?;
        Self::new(stored.operator)
    }
}

/// Names are 1 to 64, each its own, neither empty nor longer than 64 characters.
pub(super) fn check_names<S: AsRef<str>>(names: &[S]) -> Result<(), KoopmanError> {
    if !(1..=MAX_OBSERVABLES).contains(&names.len()) {
        return Err(KoopmanError::Count { found: names.len() });
    }
    for (index, name) in names.iter().map(AsRef::as_ref).enumerate() {
        let reason = if name.trim().is_empty() {
            "empty"
        } else if name.chars().count() > 64 {
            "too long"
        } else if names[..index].iter().any(|other| other.as_ref() == name) {
            "there twice"
        } else {
            continue;
        };
        return Err(KoopmanError::Name { index, name: name.chars().take(64).collect(), reason });
    }
    Ok(())
}

/// A step is from 1e-6 to 1e6 s.
pub(super) fn check_step(dt_s: f64) -> Result<(), KoopmanError> {
    if (1e-6..=1e6).contains(&dt_s) { Ok(()) } else { Err(KoopmanError::Step { dt_s }) }
}

/// A list has the length expected, and no number beyond 1e12.
pub(super) fn check_numbers(
    what: &'static str,
    numbers: impl ExactSizeIterator<Item = f64>,
    expected: usize,
) -> Result<(), KoopmanError> {
    if numbers.len() != expected {
        return Err(KoopmanError::Length { what, expected, found: numbers.len() });
    }
    check_range(what, numbers, -MAX_NUMBER, "a finite number from -1e12 to 1e12")
}

fn check_range(
    what: &'static str,
    numbers: impl Iterator<Item = f64>,
    least: f64,
    expected: &'static str,
) -> Result<(), KoopmanError> {
    for (index, found) in numbers.enumerate() {
        if !(least..=MAX_NUMBER).contains(&found) {
            return Err(KoopmanError::Value { what, index, found, expected });
        }
    }
    Ok(())
}

impl Parts {
    /// That names, shapes and numbers are lawful, nothing grows, and the functionals are dual to the modes.
    pub fn check(&self) -> Result<(), KoopmanError> {
        check_names(&self.names)?;
        check_step(self.dt_s)?;
        let (n, m) = (self.names.len(), self.decay_per_s.len());
        if !(1..=n).contains(&m) {
            return Err(KoopmanError::Length { what: "decay_per_s", expected: n, found: m });
        }
        check_numbers("omega_rad_per_s", self.omega_rad_per_s.iter().copied(), m)?;
        let spectrum = [("decay_per_s", &self.decay_per_s), ("omega_rad_per_s", &self.omega_rad_per_s)];
        for (what, numbers) in spectrum {
            check_range(what, numbers.iter().copied(), 0.0, "a finite number from 0 to 1e12")?;
        }
        check_numbers("rest", self.rest.iter().map(|x| f64::from(*x)), n)?;
        for (what, matrix) in [
            ("mode_re", &self.mode_re),
            ("mode_im", &self.mode_im),
            ("functional_re", &self.functional_re),
            ("functional_im", &self.functional_im),
        ] {
            check_numbers(what, matrix.iter().map(|x| f64::from(*x)), n * m)?;
        }
        self.check_duality()
    }

    /// `w_k v_j` is 0 for different modes, 1 for a real mode with itself and 2 for a pair, whose mode is stored doubled;
    /// counted so, there are as many modes as observables.
    fn check_duality(&self) -> Result<(), KoopmanError> {
        let (n, m) = (self.names.len(), self.decay_per_s.len());
        let mut total = 0.0;
        for functional in 0..m {
            for mode in 0..m {
                let (re, im) = self.product(functional, mode, 1.0);
                let found = re.hypot(im);
                let error = |expected| KoopmanError::NotDual { functional, mode, found, expected };
                if functional != mode {
                    let conjugate = self.product(functional, mode, -1.0);
                    if found.max(conjugate.0.hypot(conjugate.1)) > DUALITY {
                        return Err(error("0"));
                    }
                    continue;
                }
                let weight = if re < 1.5 { 1.0 } else { 2.0 };
                if (re - weight).hypot(im) > DUALITY {
                    return Err(error("1, or 2 for a pair"));
                }
                total += weight;
            }
        }
        if total != n as f64 {
            return Err(KoopmanError::Length {
                what: "the spectrum, pairs counted twice,",
                expected: n,
                found: total as usize,
            });
        }
        Ok(())
    }

    /// Functional times mode, or its conjugate for a `sign` of -1.
    fn product(&self, functional: usize, mode: usize, sign: f64) -> (f64, f64) {
        let n = self.names.len();
        let (mut re, mut im) = (0.0, 0.0);
        for i in 0..n {
            let (w, v) = (functional * n + i, mode * n + i);
            let (w_re, w_im) = (f64::from(self.functional_re[w]), f64::from(self.functional_im[w]));
            let (v_re, v_im) = (f64::from(self.mode_re[v]), sign * f64::from(self.mode_im[v]));
            re += w_re * v_re - w_im * v_im;
            im += w_re * v_im + w_im * v_re;
        }
        (re, im)
    }

    /// Of all numbers (FNV-1a): tells operators apart.
    pub fn fingerprint(&self) -> u64 {
        let wide = self.decay_per_s.iter().chain(&self.omega_rad_per_s).map(|x| x.to_bits());
        let matrices = [&self.rest, &self.mode_re, &self.mode_im, &self.functional_re, &self.functional_im];
        let narrow = matrices.into_iter().flatten().map(|x| u64::from(x.to_bits()));
        fnv_1a(wide.chain(narrow).flat_map(u64::to_le_bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{edmd::Edmd, fixture::System};
    use super::*;

    fn operator() -> Operator {
        let mut system = System::mixed(&[(0.4, 6.0), (2.0, 31.0), (0.1, 0.0)], 0.02, 5);
        system.b[1] = 0.3;
        let names = system.names();
        let mut edmd = Edmd::new(&names.iter().map(String::as_str).collect::<Vec<_>>(), 0.02).expect("names");
        for (x, next) in system.pairs(20, 20, 1) {
            edmd.add(&x, &next).expect("a pair");
        }
        edmd.fit(1e-9).expect("an operator")
    }

    /// What is said about an operator after `change`.
    fn complaint(change: impl Fn(&mut Parts)) -> String {
        let mut parts = operator().parts();
        change(&mut parts);
        let json = serde_json::to_string(&Stored { version: VERSION, operator: parts }).expect("JSON");
        Operator::from_json(&json).expect_err("an error").to_string()
    }

    #[test]
    fn json_comes_back_bit_by_bit() {
        let operator = operator();
        let json = operator.to_json();
        assert!(json.len() < 2500 && !json.contains('\n'), "{}: {json}", json.len());
        let back = Operator::from_json(&json).expect("an operator");
        assert_eq!(back, operator);
        assert_eq!(back.to_json(), json);
        let (mut a, mut b) = ([0.0; 5], [0.0; 5]);
        operator.predict(&[1.0, 2.0, -1.0, 0.5, 3.0], 0.3, &mut a);
        back.predict(&[1.0, 2.0, -1.0, 0.5, 3.0], 0.3, &mut b);
        assert_eq!(a, b);
    }

    #[test]
    fn malformed_json_is_refused() {
        let json = operator().to_json();
        for broken in ["", "{", "[]", "null", &json[..json.len() / 2], &json.replace("rest", "rust")] {
            assert!(matches!(Operator::from_json(broken), Err(KoopmanError::Json(_))), "{broken}");
        }
        let other = json.replace("\"version\":1", "\"version\":2");
        assert!(matches!(Operator::from_json(&other), Err(KoopmanError::Version { found: 2, expected: 1 })));
        let long = json + &" ".repeat(MAX_JSON_BYTES);
        assert!(matches!(Operator::from_json(&long), Err(KoopmanError::TooLong { .. })));
    }

    #[test]
    fn numbers_that_are_undefined_or_grow_are_refused() {
        // JSON has no NaN: it is written as null, which is no number.
        assert!(complaint(|p| p.rest[2] = f32::NAN).contains("null"));
        assert!(complaint(|p| p.mode_re[3] = 1e30).contains("mode_re[3]"));
        assert!(complaint(|p| p.decay_per_s[1] = -0.1).contains("decay_per_s[1] is -0.1"));
        assert!(complaint(|p| p.omega_rad_per_s[0] = -1.0).contains("omega_rad_per_s[0]"));
        assert!(complaint(|p| p.dt_s = 0.0).contains("a step of 0 s"));
        let json = operator().to_json().replacen("\"rest\":[", "\"rest\":[1e999,", 1);
        assert!(Operator::from_json(&json).is_err());
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        assert!(complaint(|p| p.rest.truncate(4)).contains("rest has 4 numbers; expected 5"));
        assert!(complaint(|p| p.mode_im.push(0.0)).contains("mode_im"));
        assert!(complaint(|p| p.omega_rad_per_s.truncate(1)).contains("omega_rad_per_s"));
        assert!(complaint(|p| p.decay_per_s.clear()).contains("decay_per_s"));
        assert!(complaint(|p| p.names[1] = p.names[0].clone()).contains("there twice"));
        assert!(complaint(|p| p.names[4].clear()).contains("empty"));
        assert!(complaint(|p| p.names.clear()).contains("0 observables"));
    }

    #[test]
    fn functionals_of_other_modes_are_refused() {
        assert!(complaint(|p| p.functional_re.reverse()).contains("functional"));
        assert!(complaint(|p| p.mode_re.iter_mut().for_each(|v| *v *= 1.3)).contains("functional"));
        let drop_a_mode = |p: &mut Parts| {
            let (n, m) = (p.names.len(), p.decay_per_s.len() - 1);
            p.decay_per_s.truncate(m);
            p.omega_rad_per_s.truncate(m);
            for matrix in [&mut p.mode_re, &mut p.mode_im, &mut p.functional_re, &mut p.functional_im] {
                matrix.truncate(n * m);
            }
        };
        assert!(complaint(drop_a_mode).contains("pairs counted twice"));
    }
}
