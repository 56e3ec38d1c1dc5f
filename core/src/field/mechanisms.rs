//! The mechanisms of the field that can be switched off, to measure what each does.

/// Which mechanisms of the field work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mechanisms {
    /// The micro, meso and macro band move.
    pub bands: [bool; 3],
    /// Couplings learn.
    pub learning: bool,
    /// Koopman's operator foretells, and errors surprise.
    pub prediction: bool,
    /// The slow manifold colours what is said next.
    pub memory: bool,
}

impl Default for Mechanisms {
    fn default() -> Self {
        Self { bands: [true; 3], learning: true, prediction: true, memory: true }
    }
}
