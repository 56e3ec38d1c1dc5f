//! The harmonic grammar: what no face and no sound may do, as a sum of soft penalties and a hard projection.
//!
//! ```text
//! G = sum_c w_c max(0, g_c(obs))^2          energy, and its gradient as part of the dynamics: descend
//! obs -> the lawful obs that the phones want projection at the output: project, lawful, project_sound
//! ```
//! Each g_c is the excess of an observable over its law, linear in pieces (a least of linear forms), so that the
//! gradient is exact and a step of it can be bounded. The projection goes through the rules once, what the phones demand
//! first: each rule moves only what no rule before it has read, so that a lawful state passes bit-unchanged and
//! projecting twice changes nothing. [`face_violations`] and [`sound_violations`] read the laws without projecting.
//! Sanity: a weight of 0 takes one rule out of all three; at rest G is 0.

mod face;
mod face_projection;
mod rule;
mod sound;
#[cfg(test)]
mod tests;

pub use face::{FaceState, descend, energy, face_violations};
pub use face_projection::{lawful, project, project_partly};
pub use rule::{RULE_COUNT, RuleId, Tally, Violations, WeightError, Weights};
pub use sound::{SoundState, project_sound, project_sound_partly, sound_violations};

/// An excess that the checks let pass: what rounding and a mix of two floats may leave.
pub const TOLERANCE: f32 = 1e-4;
