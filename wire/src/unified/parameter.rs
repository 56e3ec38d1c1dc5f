//! One parameter of an avatar: its name, its range and how it follows from the base shapes.

use super::{Base, Weights};
use crate::target::Mask;

/// A part of a formula: `weight` times the strongest of some shapes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// Factor.
    pub weight: f32,
    /// The shapes; one or more.
    pub of: &'static [Base],
}

/// Which list of parameters one belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A base shape.
    Base,
    /// A simple or combined shape.
    Combined,
}

/// A parameter: `offset + sum of terms`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// What stands behind `v2/`.
    pub name: &'static str,
    /// Which list it belongs to.
    pub kind: Kind,
    /// Whether the range is -1..=1; else it is 0..=1.
    pub signed: bool,
    /// The value of a face at rest.
    pub offset: f32,
    /// What moves it.
    pub terms: &'static [Term],
}

impl Parameter {
    /// Its value, in its range.
    pub fn value(&self, weights: &Weights) -> f32 {
        let strongest = |of: &[Base]| of.iter().map(|base| weights.get(*base)).fold(0.0, f32::max);
        let sum: f32 = self.terms.iter().map(|term| term.weight * strongest(term.of)).sum();
        (self.offset + sum).clamp(if self.signed { -1.0 } else { 0.0 }, 1.0)
    }

    /// Whether anything of what a mask lets through moves it.
    pub fn is_moved(&self, mask: &Mask) -> bool {
        let sources = self.terms.iter().flat_map(|term| term.of).filter_map(|base| base.source());
        sources.into_iter().any(|shape| mask.sends(shape))
    }
}
