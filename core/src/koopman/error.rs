//! What can be wrong with snapshots, a fit or a stored operator.

use super::operator::MAX_OBSERVABLES;

/// Why observables, snapshot pairs, a fit or a stored operator cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KoopmanError {
    /// Too few or too many observables.
    #[error("{found} observables; expected 1 to {MAX_OBSERVABLES}: choose the ones that matter")]
    Count {
        /// How many there are.
        found: usize,
    },
    /// A name is empty, overlong or there twice.
    #[error(
        "observable {index} is named '{name}', which is {reason}; give each a name of its own, 1 to 64 characters"
    )]
    Name {
        /// Its place in the list.
        index: usize,
        /// The name, cut at 64 characters.
        name: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The step is no step.
    #[error(
        "a step of {dt_s} s; expected a finite one from 1e-6 to 1e6 s: give the time between the snapshots of a pair"
    )]
    Step {
        /// The step, s.
        dt_s: f64,
    },
    /// A list has the wrong length.
    #[error("{what} has {found} numbers; expected {expected}: give one for each, in the order of the names")]
    Length {
        /// Which list.
        what: &'static str,
        /// How many numbers it should have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// A number is not finite or out of range.
    #[error("{what}[{index}] is {found}; expected {expected}: leave out what was not measured, or scale it")]
    Value {
        /// Which list.
        what: &'static str,
        /// Its place in the list.
        index: usize,
        /// The number.
        found: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// The ridge is negative or not finite.
    #[error(
        "a ridge of {found}; expected 0 to 1e6, in variances of an observable: 1e-4 suits clean data, 1e-2 noisy"
    )]
    Ridge {
        /// The ridge.
        found: f64,
    },
    /// There is nothing to fit.
    #[error("{found:.3} snapshot pairs; expected at least {expected}: add more")]
    TooFewPairs {
        /// How many there are, those half forgotten counted by half.
        found: f64,
        /// How many a fit needs.
        expected: f64,
    },
    /// The observables do not determine the operator.
    #[error(
        "the observables are too alike to tell apart (condition {found:.1e}; expected at most {limit:.0e}): \
         use a ridge of 1e-6 or more, add more varied snapshots, or leave out an observable that follows from others"
    )]
    IllConditioned {
        /// The condition number of their correlation.
        found: f64,
        /// What the fit accepts.
        limit: f64,
    },
    /// The operator has no usable set of eigenvectors, not even with a leak.
    #[error(
        "the fitted operator has no independent modes (worst condition {found:.1e}; expected at most {limit:.0e}): \
         use a larger ridge, more snapshots or fewer observables"
    )]
    NotDiagonalisable {
        /// The largest condition number of an eigenvalue; infinite where there was none.
        found: f64,
        /// What the fit accepts.
        limit: f64,
    },
    /// Stored eigenfunctionals do not belong to the stored modes.
    #[error(
        "the stored eigenfunctionals are not the inverse of the modes (functional {functional} on mode {mode} gives \
         {found:.3}; expected {expected}): the file is damaged, fit and store the operator again"
    )]
    NotDual {
        /// Which eigenfunctional.
        functional: usize,
        /// Which mode.
        mode: usize,
        /// The modulus of their product.
        found: f64,
        /// What it has to be.
        expected: &'static str,
    },
    /// Written by another version of the format.
    #[error(
        "the operator has format version {found}; expected {expected}: fit and store it again with this version"
    )]
    Version {
        /// The file's version.
        found: u32,
        /// The version that this program reads.
        expected: u32,
    },
    /// No operator is as long as this.
    #[error("the operator's JSON has {found} bytes; expected at most {limit}: is it an operator?")]
    TooLong {
        /// How long it is.
        found: usize,
        /// How long it may be.
        limit: usize,
    },
    /// It is not the JSON of an operator.
    #[error("this is not the JSON of an operator: {0}; store one with `Operator::to_json`")]
    Json(#[from] serde_json::Error),
}
