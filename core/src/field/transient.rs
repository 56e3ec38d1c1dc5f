//! Transients that are put into the field from outside.

use super::roles::Role;

/// What is injected into the field: it shows at once and fades by the field's own dynamics.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Transient {
    /// Turns a phase, rad in -pi..=pi.
    Phase {
        /// Whose.
        role: Role,
        /// By how much.
        rad: f32,
    },
    /// Adds to an amplitude, -1..=1.
    Amplitude {
        /// Whose.
        role: Role,
        /// How much.
        amount: f32,
    },
    /// Throws the meso population apart by up to so many rad each.
    Scatter {
        /// Largest angle.
        rad: f32,
    },
    /// A decaying mode on one channel of the score (see [`crate::score`]), in that channel's unit.
    Mode {
        /// Which channel, 0..64.
        channel: usize,
        /// How much.
        amount: f32,
        /// Whether it decays in 22 ms instead of 8.
        slow: bool,
    },
}
