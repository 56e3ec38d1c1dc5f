//! Koopman prediction: learn how observables move from what they did, then say where they will be.
//!
//! A dynamical system, however nonlinear, moves every function of its state by a linear operator (Koopman 1931).
//! Restricted to `n` chosen observables `x` and a constant, that operator is an affine map over one step of `dt`
//! seconds, found by least squares over snapshot pairs: extended dynamic mode decomposition (Williams, Kevrekidis and
//! Rowley 2015, section 2.2; with the observables themselves as dictionary it is DMD, Schmid 2010, plus a constant).
//!
//! ```text
//! fit       x' = K x + b        K = I + argmin_D sum |x' - x - b - D x|^2 + ridge N |D|^2   (standardised x)
//! spectrum  K v_k = mu_k v_k    w_k K = mu_k w_k    w_k v_j = delta_kj      s_k = ln(mu_k) / dt = -sigma_k + i omega_k
//! observe   z_k = w_k (x - rest)                    rest = K rest + b, the constant's own mode
//! move      z_k(t + tau) = e^{s_k tau} z_k(t)       any tau, one multiplication: ten steps of tau are one of 10 tau
//! forecast  x(t + tau) = rest + sum_k Re{ v_k e^{s_k tau} z_k(t) }
//! correct   z_k <- z_k + gain (w_k (x_seen - rest) - z_k)                   (Luenberger's observer)
//! ```
//!
//! | Symbol | In the code | Unit |
//! |---|---|---|
//! | `x`, `rest` | observables, one slice in the order of the names | the caller's, one per observable |
//! | `dt`, `tau` | `dt_s`, `delta_t_s` | s |
//! | `sigma` | [`Eigenvalue::decay_per_s`], at least 0 | 1/s |
//! | `omega` | [`Eigenvalue::omega_rad_per_s`], 0 to `pi / dt` | rad/s |
//! | `z` | [`Observer`]'s state | standard deviations |
//! | `ridge` | argument of [`Edmd::fit`] | variances of a standardised observable (1 = as much as the data) |
//! | `gain` | argument of [`Observer::correct`] | 0 (blind) to 1 (believe what is seen) |
//!
//! | Part | Thread |
//! |---|---|
//! | [`Edmd`]: sums, least squares, spectrum; [`Operator::to_json`], [`Operator::from_json`] | worker: allocates, may fail |
//! | [`Operator::predict`], [`Observer`] | audio: no heap, no lock, cannot fail |
//!
//! An [`Operator`] is immutable: the worker fits one and hands it over behind an `Arc`, and keeps a twin of the `Arc` so
//! that the audio thread never frees.
//!
//! ```
//! use psivox_core::koopman::{Edmd, Observer};
//!
//! // A damped swing about 5, seen 60 times a second: frequency 1 Hz, decay 0.5 per second.
//! let swing = |t: f64| {
//!     let phase = std::f64::consts::TAU * t;
//!     let size = (-0.5 * t).exp();
//!     [5.0 + size * phase.cos(), size * phase.sin()]
//! };
//! let dt_s = 1.0 / 60.0;
//! let mut edmd = Edmd::new(&["height", "speed"], dt_s)?;
//! for step in 0..120 {
//!     edmd.add(&swing(step as f64 * dt_s), &swing((step + 1) as f64 * dt_s))?;
//! }
//! let operator = edmd.fit(0.0)?;
//! assert!((operator.eigenvalues()[0].decay_per_s - 0.5).abs() < 1e-6);
//! assert!((operator.eigenvalues()[0].period_s().unwrap_or(0.0) - 1.0).abs() < 1e-6);
//!
//! // 40 ms ahead of what is seen now.
//! let now = swing(2.0).map(|x| x as f32);
//! let mut ahead = [0.0; 2];
//! operator.predict(&now, 0.04, &mut ahead);
//! assert!((f64::from(ahead[0]) - swing(2.04)[0]).abs() < 1e-5);
//!
//! // The same from a state that runs along and is corrected by what is seen.
//! let mut observer = Observer::new();
//! observer.settle(&operator, &now);
//! observer.advance(&operator, 1.0 / 60.0);
//! observer.correct(&operator, &swing(2.0 + dt_s).map(|x| x as f32), 0.2);
//! observer.read(&operator, 0.04, &mut ahead);
//! assert!((f64::from(ahead[0]) - swing(2.04 + dt_s)[0]).abs() < 1e-5);
//! # Ok::<(), psivox_core::koopman::KoopmanError>(())
//! ```

mod edmd;
mod error;
#[cfg(test)]
mod fixture;
mod observer;
mod operator;
mod parts;
mod settled_mode;
mod spectrum;

pub use edmd::Edmd;
pub use error::KoopmanError;
pub use observer::Observer;
pub use operator::{Eigenvalue, MAX_OBSERVABLES, Mode, Operator};
