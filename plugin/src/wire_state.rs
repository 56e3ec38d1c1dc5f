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
    /// Who may give orders by OSC; nobody listens without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<RemoteState>,
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

/// The port that Psivox listens on unless another one is chosen.
pub const REMOTE_PORT: u16 = 9010;

/// How a project listens for orders by OSC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoteState {
    /// UDP port, 1..=65535. OSCQuery answers on the TCP port of the same number if nobody has it.
    pub port: u16,
    /// Whether other machines may send and ask, too.
    pub open_to_network: bool,
    /// Whether it is announced by mDNS.
    pub advertise: bool,
}

impl Default for RemoteState {
    fn default() -> Self {
        Self { port: REMOTE_PORT, open_to_network: false, advertise: false }
    }
}

impl WireState {
    /// What states of builds with one target mean; one that cannot be read is left out and told.
    pub fn of_one(target: &str) -> (Self, Option<TargetError>) {
        let read = target.parse::<Target>();
        let error = read.as_ref().err().cloned();
        (Self { targets: read.into_iter().collect(), latency_ms: 0.0, bounce: None, remote: None }, error)
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
        if self.remote.as_ref().is_some_and(|remote| remote.port == 0) {
            return Err(TargetError::Range { name: "remote.port", found: 0.0, low: 1.0, high: 65_535.0 });
        }
        self.targets.iter().try_for_each(Target::check)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_listens_only_if_it_says_so() {
        let silent = r#"{"targets":[],"latency_ms":0.0}"#;
        let wire: WireState = serde_json::from_str(silent).expect("of builds without orders");
        assert_eq!(wire.remote, None);
        assert_eq!(serde_json::to_string(&wire).expect("JSON"), silent, "and such builds can read it");
        let wire: WireState = serde_json::from_str(r#"{"remote":{}}"#).expect("defaults");
        assert_eq!(wire.remote, Some(RemoteState::default()));
        let text = serde_json::to_string(&wire).expect("JSON");
        assert_eq!(serde_json::from_str::<WireState>(&text).expect("its own text"), wire);
    }

    #[test]
    fn a_port_must_be_one() {
        let with = |remote: &str| serde_json::from_str::<WireState>(&format!(r#"{{"remote":{remote}}}"#));
        assert!(with(r#"{"port":65536}"#).is_err() && with(r#"{"prot":9010}"#).is_err());
        let error = with(r#"{"port":0}"#).expect("a number").check().expect_err("no port").to_string();
        assert!(error.contains("remote.port") && error.contains("65535"), "{error}");
        assert_eq!(with(r#"{"port":1}"#).expect("a number").check(), Ok(()));
    }
}
