//! The ψ field: 168 coupled oscillators on three time scales that sound and face both read.
//!
//! Phases obey Kuramoto-Sakaguchi with noise,
//! `dtheta_i/dt = omega_i + g sum_j K_ij r_j sin(theta_j - theta_i - alpha_ij) + sigma_i xi_i(t)`,
//! with `K` in rad/s, lags `alpha` in rad and a common gain `g` that emotion moves. One step is a coupling kick
//! followed by an exact rotation (Lie splitting): the rotation, which is fast, has no error at any step, and the
//! kick, which is slow (K dt < 0.1), is first order.
//!
//! | band | period | oscillators | what reads it |
//! |---|---|---|---|
//! | micro | 25 ms | 128: two modes for each channel of the score | spectral envelope, coherence, f0, lips |
//! | meso | 250 ms | 32 | syllable clock, jaw, nods, brows, tremor |
//! | macro | 2 s and longer | 8 | breath, phrase drift, cheeks, head sway, gaze, lids |

mod clock;
mod coupling;
mod micro;
mod network;
pub mod reference;
mod roles;

pub use clock::SyllableClock;
pub use coupling::{Coupling, MeanFieldCoupling, default_couplings, default_mean_fields};
pub use micro::{MicroBand, MicroTuning};
pub use network::{FieldNetwork, NetworkDrive};
pub use roles::{Band, MACRO, MESO, MICRO, Role, SLOW_OSCILLATORS, intrinsic_hz, noise_rad_per_sqrt_s};
