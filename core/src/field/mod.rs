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

mod association;
mod clock;
pub mod expectation;
mod foresight;
mod manifold;
mod mechanisms;
mod micro;
mod network;
mod observable;
mod observation;
mod pacemaker;
mod psi_field;
pub mod reference;
mod roles;
mod setup;
mod spec;
mod surprise;
mod transient;
mod turner;

pub use clock::SyllableClock;
pub use manifold::{Bias, Centroid, Record, SlowManifold};
pub use mechanisms::Mechanisms;
pub use micro::{MicroBand, MicroTuning};
pub use network::{FieldNetwork, NetworkDrive, RoleDrive};
pub use observable::Observable;
pub use observation::{OBSERVABLE_NAMES, OBSERVABLES, OBSERVATION_HZ, Observation, Performed};
pub use pacemaker::{BeatClock, Grid, Pacemaker, PartnerClock, Pulse, Syllable, Transport};
pub use psi_field::{PsiField, Turning};
pub use roles::{Band, MACRO_CAPACITY, MESO_CAPACITY, MICRO, Pair, Role, SLOTS, Sink, Source};
pub use setup::{ClockPull, Edge, FieldSetup, MAX_EDGES, MAX_PULLS, MicroSetup, Pull};
pub use spec::{
    BandSpec, Bands, CouplingSpec, FIELD_LIMIT_BYTES, FIELD_VERSION, FieldError, FieldSpec, LearningSpec,
    MemorySpec, MoodSpec, OscillatorSpec, SurpriseSpec,
};
pub use surprise::{EventRing, SurpriseEvent, SurpriseMonitor, SurpriseResponse, SurpriseSource};
pub use transient::Transient;
pub(crate) use turner::Turner;
