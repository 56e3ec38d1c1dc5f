//! What the engine is given to remember by.

use super::manner::{FieldPattern, MannerCoefficients};
use std::sync::Arc;

/// A manner to speak in: one memory, or a blend of several.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recollection {
    /// How.
    pub manner: MannerCoefficients,
    /// The field that goes with it.
    pub field: FieldPattern,
    /// How much of its melody's shape is put on what is said, 0..=1.
    pub melody: f32,
}

/// Memories that the engine can blend while it speaks.
pub const BLENDED: usize = 4;

/// What the engine shall remember from now on.
#[derive(Debug, Clone)]
pub struct Recall {
    /// The manners between which [`Weights::parts`] blends; all none lets go of the last ones.
    pub parts: [Option<Arc<Recollection>>; BLENDED],
    /// How much of each, and of all.
    pub weights: Weights,
    /// Time of the way from how it is said now to there, s, 0..=30.
    pub over_s: f32,
}

impl Recall {
    /// One manner, to a share of voice and face.
    pub fn one(recollection: Arc<Recollection>, share: f32, over_s: f32) -> Self {
        let weights = Weights { parts: [1.0, 0.0, 0.0, 0.0], voice: share, face: share };
        Self { parts: [Some(recollection), None, None, None], weights, over_s }
    }

    /// No manner but the live one.
    pub fn none(over_s: f32) -> Self {
        Self { parts: [None, None, None, None], weights: Weights::NONE, over_s }
    }
}

/// How much of what is remembered acts. Moved while it acts, it is followed within some 50 ms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Of each part; their sum counts as 1. Parts that are not there count as 0.
    pub parts: [f32; BLENDED],
    /// Share of the remembered voice in what is heard, 0..=1.
    pub voice: f32,
    /// Share of the remembered face in what is shown, 0..=1.
    pub face: f32,
}

impl Weights {
    /// Nothing acts.
    pub const NONE: Self = Self { parts: [0.0; BLENDED], voice: 0.0, face: 0.0 };

    /// Bilinear weights of the corners of a pad, both places in 0..=1: the first corner at (0, 0), then (1, 0), (0, 1),
    /// (1, 1).
    pub fn of_pad([x, y]: [f32; 2], share: f32) -> Self {
        let tame = |v: f32| if v.is_finite() { v.clamp(0.0, 1.0) } else { 0.0 };
        let (x, y) = (tame(x), tame(y));
        let parts = [(1.0 - x) * (1.0 - y), x * (1.0 - y), (1.0 - x) * y, x * y];
        Self { parts, voice: share, face: share }
    }
}
