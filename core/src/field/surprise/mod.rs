//! Surprise: a forecast that fails beyond expectation makes the field pull together and the speaker check.
//!
//! Every 50 ms forecast of the field's observables has an error `epsilon = |psi_pred - psi_obs|`. The
//! [`SurpriseMonitor`] measures it, per source and syllable, against the source's own history; the
//! [`SurpriseResponse`] is what one does: the coupling gain rises, the brows go up for 120 ms, the clock
//! loses 40 ms, and a speaker who is surprised again and again slows down and speaks out. The model is the N400, the
//! brain's answer to a word, which grows with how unexpected the word was (Kutas & Hillyard 1980, 1984).

mod event;
mod monitor;
mod response;

pub use event::{EventRing, SurpriseEvent, SurpriseSource};
pub use monitor::SurpriseMonitor;
pub use response::SurpriseResponse;
