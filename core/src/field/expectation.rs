//! What the field expects of speech: a Koopman operator fitted to its own observations of spoken sentences.

use super::observation::{OBSERVABLE_NAMES, OBSERVATION_HZ, Observation};
use crate::koopman::{Edmd, KoopmanError, Operator};

/// The operator that ships, fitted by `psivox field fit` (see `core/data/README.md`).
const SHIPPED: &str = include_str!("../../data/expectation.json");
/// Ridge of the fit, in variances of the standardised observables.
const RIDGE: f64 = 1e-3;

/// The expectation that ships; persistence, if it cannot be read.
pub fn shipped() -> Operator {
    Operator::from_json(SHIPPED)
        .ok()
        .filter(|operator| operator.names().iter().eq(OBSERVABLE_NAMES.iter()))
        .unwrap_or_else(persistence)
}

/// Nothing changes: what is observed stays as it is.
pub fn persistence() -> Operator {
    let zero = [0.0; OBSERVABLE_NAMES.len()];
    let mut edmd = Edmd::new(&OBSERVABLE_NAMES, 1.0 / OBSERVATION_HZ as f64).expect("names are unique");
    for _ in 0..4 {
        edmd.add(&zero, &zero).expect("finite");
    }
    edmd.fit(1.0).expect("a ridge makes it well posed")
}

/// Fits an expectation to runs of consecutive observations.
///
/// # Errors
/// There is too little to fit.
pub fn fit(runs: &[Vec<Observation>]) -> Result<Operator, KoopmanError> {
    let mut edmd = Edmd::new(&OBSERVABLE_NAMES, 1.0 / OBSERVATION_HZ as f64)?;
    for run in runs {
        for pair in run.windows(2) {
            edmd.add(&pair[0].map(f64::from), &pair[1].map(f64::from))?;
        }
    }
    edmd.fit(RIDGE)
}
