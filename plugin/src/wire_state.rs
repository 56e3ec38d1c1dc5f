//! What a project keeps of the network: who gets the face, what a bounce writes, who may give orders.

use psivox_wire::stream::MAX_LATENCY_MS;
use psivox_wire::target::MAX_TARGETS;
use psivox_wire::{Target, TargetError};
use serde::{Deserialize, Serialize};

/// Everything about the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WireState {
    /// Who gets the face.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// What the audio device takes beyond the host's own buffer, ms, 0..=1000.
    #[serde(default)]
    pub latency_ms: f32,
}

impl WireState {
    /// What states of builds with one target mean; one that cannot be read is left out and told.
    pub fn of_one(target: &str) -> (Self, Option<TargetError>) {
        let read = target.parse::<Target>();
        let error = read.as_ref().err().cloned();
        (Self { targets: read.into_iter().collect(), latency_ms: 0.0 }, error)
    }

    /// Whether everything is in its range.
    ///
    /// # Errors
    /// What is not, and what was expected.
    pub fn check(&self) -> Result<(), TargetError> {
        let found = self.targets.len();
        if found > MAX_TARGETS {
            return Err(TargetError::TooMany { found, most: MAX_TARGETS });
        }
        let latency = self.latency_ms;
        if !(0.0..=MAX_LATENCY_MS).contains(&latency) {
            let (name, low, high) = ("latency_ms", 0.0, MAX_LATENCY_MS);
            return Err(TargetError::Range { name, found: latency, low, high });
        }
        self.targets.iter().try_for_each(Target::check)
    }
}
