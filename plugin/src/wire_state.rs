//! What a project keeps of the network: who gets the face, what a bounce writes, who may give orders.

use psivox_wire::record::FaceFormat;
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
    /// Where an offline bounce writes the face; nowhere if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounce: Option<BounceState>,
}

/// The file of a bounce's face.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BounceState {
    /// Its whole path.
    pub path: String,
    /// `csv`, `jsonl` or `livelink-csv`.
    pub format: String,
    /// Faces a second: 30, 60 or 120.
    pub rate_hz: u32,
}

impl Default for BounceState {
    fn default() -> Self {
        Self { path: String::new(), format: FaceFormat::Csv.name().to_owned(), rate_hz: 60 }
    }
}

impl BounceState {
    /// Faces a second that can be chosen.
    pub const RATES_HZ: [u32; 3] = [30, 60, 120];

    /// Longest path.
    const MAX_PATH_BYTES: usize = 4_096;

    /// How the face is written down.
    pub fn format(&self) -> FaceFormat {
        self.format.parse().unwrap_or(FaceFormat::Csv)
    }

    fn check(&self) -> Result<(), TargetError> {
        self.format.parse::<FaceFormat>()?;
        let option = |name, found: String, expected| TargetError::Option { name, found, expected };
        if !Self::RATES_HZ.contains(&self.rate_hz) {
            return Err(option("bounce rate_hz", self.rate_hz.to_string(), "30, 60 or 120"));
        }
        if self.path.len() > Self::MAX_PATH_BYTES {
            let found = self.path.chars().take(40).collect();
            return Err(option("bounce path", found, "at most 4,096 bytes"));
        }
        Ok(())
    }
}

impl WireState {
    /// What states of builds with one target mean; one that cannot be read is left out and told.
    pub fn of_one(target: &str) -> (Self, Option<TargetError>) {
        let read = target.parse::<Target>();
        let error = read.as_ref().err().cloned();
        (Self { targets: read.into_iter().collect(), latency_ms: 0.0, bounce: None }, error)
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
        self.bounce.as_ref().map_or(Ok(()), BounceState::check)?;
        self.targets.iter().try_for_each(Target::check)
    }
}
