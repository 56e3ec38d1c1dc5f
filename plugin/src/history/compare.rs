//! Two sounds side by side: A and B.

use super::Snapshot;
use crate::params::PsivoxParams;
use crate::preset::Preset;
use crate::state::LineState;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which of the two is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Side {
    /// The first.
    #[default]
    A,
    /// The second.
    B,
}

impl Side {
    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// The two sounds: one is in force, the other one waits. What belongs to the place (network, controllers, output) is
/// the same for both.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Compare {
    side: Side,
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<Preset>,
}

impl Compare {
    /// Which one is in force.
    pub fn side(&self) -> Side {
        self.side
    }

    /// Whether the other one has been set; else it is as this one.
    pub fn has_other(&self) -> bool {
        self.other.is_some()
    }

    /// Whether the other side is a sound that can be.
    pub fn is_lawful(&self) -> bool {
        self.other.as_ref().is_none_or(|other| other.check().is_ok())
    }

    /// Goes to the other side: how everything is to be then. At the first time it is as it is.
    pub fn switch(&mut self, params: &PsivoxParams) -> Snapshot {
        let mut there = Snapshot::of(params);
        let here = Preset::of(self.name(), params, &there.line);
        if let Some(other) = self.other.replace(here).filter(|other| other.check().is_ok()) {
            for (index, place) in other.values(params) {
                there.params[index] = place;
            }
            other.change(Arc::make_mut(&mut there.line));
        }
        self.side = self.side.other();
        there
    }

    /// Makes the other side the same as what is in force.
    pub fn copy(&mut self, params: &PsivoxParams, line: &LineState) {
        self.other = Some(Preset::of(self.name(), params, line));
    }

    /// Whether the two sides differ.
    pub fn differs(&self, params: &PsivoxParams, line: &LineState) -> bool {
        self.other.as_ref().is_some_and(|other| !other.is_in_force(params, line))
    }

    fn name(&self) -> &'static str {
        match self.side {
            Side::A => "A",
            Side::B => "B",
        }
    }
}
