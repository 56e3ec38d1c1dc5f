//! Where the face goes: receivers, rigs, files of targets.

use crate::error::CliError;
use clap::Args;
use psivox_wire::target::MAX_TARGETS;
use psivox_wire::{Rig, Target, TargetError};
use std::path::{Path, PathBuf};

/// No list of targets is larger; what is, is something else.
const MAX_LIST_BYTES: u64 = 1 << 20;

/// Receivers.
#[derive(Debug, Args)]
pub struct WireArgs {
    /// Send the face to a receiver in real time, such as vmc:127.0.0.1:39539 or vrchat:127.0.0.1; protocols are vmc, vrchat,
    /// livelink, ifacialmocap, facecap, osc, vts. Settings follow a question mark: "vmc:stage?rate_hz=30&clips=vrm1". May
    /// be given several times
    #[arg(long = "osc", value_name = "PROTOCOL:HOST[:PORT][?KEY=VALUE&...]")]
    pub osc: Vec<Target>,
    /// Send the face to a program with the settings that work there, such as vseeface or vrchat@192.168.0.7; `psivox osc
    /// rigs` lists them. May be given several times
    #[arg(long, value_name = "NAME[@HOST[:PORT]]", value_parser = rig)]
    pub rig: Vec<Target>,
    /// Send the face to every target of a file: a JSON list
    #[arg(long, value_name = "FILE.json")]
    pub targets: Option<PathBuf>,
    /// How long your speakers or headphones take beyond what the system knows, in milliseconds: faces wait for them
    #[arg(long, default_value_t = 0.0, value_parser = latency, value_name = "MS")]
    pub latency_ms: f32,
}

impl WireArgs {
    /// Whether a face is sent anywhere.
    pub fn sends(&self) -> bool {
        !self.osc.is_empty() || !self.rig.is_empty() || self.targets.is_some()
    }

    /// All targets.
    ///
    /// # Errors
    /// A file that cannot be read, and options that would do nothing.
    pub fn targets(&self) -> Result<Vec<Target>, CliError> {
        let listed = self.targets.as_deref().map(read_list).transpose()?.unwrap_or_default();
        if let (Some(path), true) = (&self.targets, listed.is_empty()) {
            let reason =
                "it lists no target; add one, as docs/OSC.md shows, or leave --targets out".to_owned();
            return Err(CliError::Input { path: path.clone(), reason });
        }
        let targets = [self.osc.clone(), self.rig.clone(), listed].concat();
        if targets.is_empty() && self.latency_ms != 0.0 {
            let needs = "--latency-ms needs a receiver: --osc, --rig or --targets";
            return Err(CliError::Usage(needs.to_owned()));
        }
        if !targets.is_empty() && targets.iter().all(|target| !target.on) {
            let off = "every receiver is switched off; set \"on\": true for one, or leave them out";
            return Err(CliError::Usage(off.to_owned()));
        }
        Ok(targets)
    }
}

/// The targets of a JSON file.
///
/// # Errors
/// [`CliError::Input`]: a file that cannot be read, or a target that cannot be.
pub fn read_list(path: &Path) -> Result<Vec<Target>, CliError> {
    let wrong = |reason: String| CliError::Input { path: path.to_owned(), reason };
    let bytes = crate::render::read(path, MAX_LIST_BYTES)
        .map_err(|error| wrong(format!("{error}; give the path of a JSON file")))?;
    let targets: Vec<Target> = serde_json::from_slice(&bytes)
        .map_err(|error| wrong(format!("{error}; write a list of targets, as docs/OSC.md shows")))?;
    if targets.len() > MAX_TARGETS {
        return Err(wrong(TargetError::TooMany { found: targets.len(), most: MAX_TARGETS }.to_string()));
    }
    for (number, target) in (1..).zip(&targets) {
        target.check().map_err(|error| wrong(format!("target {number} ({}): {error}", target.label())))?;
    }
    Ok(targets)
}

/// What `--osc` or what `--rig` takes.
///
/// # Errors
/// Neither; where it has a protocol, what is wrong with the rest.
pub fn target_or_rig(text: &str) -> Result<Target, TargetError> {
    text.parse().or_else(|error| rig(text).map_err(|no_rig| if text.contains(':') { error } else { no_rig }))
}

/// `vseeface` or `vseeface@HOST[:PORT]`.
fn rig(text: &str) -> Result<Target, TargetError> {
    let (id, place) = text.split_once('@').map_or((text, None), |(id, place)| (id, Some(place)));
    let target = Rig::named(id)?.target.clone();
    let Some(place) = place else { return Ok(target) };
    // The reader of targets knows all about hosts and ports.
    let elsewhere: Target = format!("{}:{place}", target.dialect.name()).parse()?;
    let port = if names_port(place) { elsewhere.port } else { target.port };
    Ok(Target { host: elsewhere.host, port, ..target })
}

/// Whether a sound `HOST[:PORT]` has its port; an IPv6 address stands in brackets.
fn names_port(place: &str) -> bool {
    let place = place.split('?').next().unwrap_or(place);
    place.rsplit(']').next().is_some_and(|after| after.contains(':'))
}

/// Milliseconds that a device takes.
///
/// # Errors
/// No such time, in words.
pub fn latency(text: &str) -> Result<f32, String> {
    let most = psivox_wire::stream::MAX_LATENCY_MS;
    let number = text.parse().ok().filter(|value| (0.0..=most).contains(value));
    number.ok_or(format!("expected milliseconds from 0 to {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rigs_are_named_and_moved() {
        assert_eq!(rig("vseeface").expect("ships").to_string(), "vmc:127.0.0.1:39539");
        assert_eq!(rig("vmc-performer@stage").expect("ships").to_string(), "vmc:stage:39540");
        assert_eq!(rig("vmc-performer@stage:39539").expect("ships").to_string(), "vmc:stage:39539");
        assert_eq!(rig("vmc-performer@[::1]").expect("ships").to_string(), "vmc:[::1]:39540");
        assert_eq!(rig("vmc-performer@[::1]:39539").expect("ships").to_string(), "vmc:[::1]:39539");
        assert_eq!(rig("unreal@10.0.0.2:11112").expect("ships").to_string(), "livelink:10.0.0.2:11112");
        assert!(rig("vseeface@").is_err() && rig("hologram").is_err());
    }
}
