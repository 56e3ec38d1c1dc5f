//! A target: who gets the face, in which language, how often, how early, and which parts of it.
//!
//! Written as `PROTOCOL:HOST[:PORT][?KEY=VALUE&...]`, or as JSON:
//!
//! ```json
//! {"name": "VSeeFace", "host": "127.0.0.1", "port": 39539, "rate_hz": 60, "lead_ms": 20,
//!  "mask": {"eyes": false}, "shapes": {"jawOpen": {"max": 0.8}}, "dialect": {"protocol": "vmc", "clips": "vrm1"}}
//! ```

mod address;
mod calibration;
mod dialect;
mod mask;
mod place;
mod rig;
mod text;

pub(crate) use address::{EMOTION_NAMES, Names, addresses};
pub use calibration::{Calibration, Gain};
pub use dialect::{
    Clips, Dialect, FacecapOptions, GenericOptions, IfacialmocapOptions, LivelinkOptions, VmcOptions,
    VrchatOptions, VtsOptions,
};
pub use mask::{Group, Mask, SPEECH_SHAPES};
pub use place::resolve;
pub(crate) use place::{split_whole, write_place};
pub use rig::Rig;

use crate::TargetError;
use serde::{Deserialize, Serialize};

/// Most targets of one stream.
pub const MAX_TARGETS: usize = 8;

/// Faces a second that can be chosen.
pub const RATES_HZ: [u32; 4] = [30, 60, 90, 120];

/// One receiver and what it gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What the user calls it; may be empty.
    #[serde(default)]
    pub name: String,
    /// Whether it is sent to.
    #[serde(default = "yes")]
    pub on: bool,
    /// Name or address, an IPv6 address without its brackets.
    pub host: String,
    /// Port, never 0.
    pub port: u16,
    /// Faces a second, one of [`RATES_HZ`].
    #[serde(default = "sixty")]
    pub rate_hz: u32,
    /// How long before its sound a face is sent, ms, 0..=500: receivers take time to draw.
    #[serde(default = "twenty")]
    pub lead_ms: f32,
    /// Added to the time of every face, ms, -1000..=1000: what the user has measured.
    #[serde(default)]
    pub offset_ms: f32,
    /// Factor on all shapes and on the head's movement, 0..=2.
    #[serde(default = "one")]
    pub strength: f32,
    /// Whether the face lives on between lines: breath, blinks, gaze. Off, it rests.
    #[serde(default = "yes")]
    pub idle: bool,
    /// Which parts are sent.
    #[serde(default)]
    pub mask: Mask,
    /// How strongly the model's shapes answer.
    #[serde(default, skip_serializing_if = "Calibration::is_empty")]
    pub shapes: Calibration,
    /// The language.
    pub dialect: Dialect,
}

fn yes() -> bool {
    true
}

fn sixty() -> u32 {
    60
}

fn twenty() -> f32 {
    20.0
}

fn one() -> f32 {
    1.0
}

impl Target {
    /// A target with everything else as usual.
    pub fn new(dialect: Dialect, host: &str, port: u16) -> Self {
        Self {
            name: String::new(),
            on: true,
            host: host.to_owned(),
            port,
            rate_hz: sixty(),
            lead_ms: twenty(),
            offset_ms: 0.0,
            strength: one(),
            idle: true,
            mask: Mask::default(),
            shapes: Calibration::default(),
            dialect,
        }
    }

    /// Whether everything is in its range.
    ///
    /// # Errors
    /// What is not, and what was expected.
    pub fn check(&self) -> Result<(), TargetError> {
        place::check_host(&self.host)?;
        if self.port == 0 {
            return Err(TargetError::Port { port: "0".to_owned(), usual: self.dialect.default_port() });
        }
        let range = |name, value: f32, low: f32, high: f32| {
            let good = (low..=high).contains(&value);
            if good { Ok(()) } else { Err(TargetError::Range { name, found: value, low, high }) }
        };
        range("lead_ms", self.lead_ms, 0.0, 500.0)?;
        range("offset_ms", self.offset_ms, -1_000.0, 1_000.0)?;
        range("strength", self.strength, 0.0, 2.0)?;
        if !RATES_HZ.contains(&self.rate_hz) {
            return Err(TargetError::Rate { found: self.rate_hz });
        }
        self.check_dialect()
    }

    fn check_dialect(&self) -> Result<(), TargetError> {
        let option = |name, found: &str, expected| {
            Err(TargetError::Option { name, found: found.to_owned(), expected })
        };
        match &self.dialect {
            Dialect::Vrchat(own) if own.binary_bits > 8 => {
                option("binary_bits", &own.binary_bits.to_string(), "0 to 8")
            }
            Dialect::Vrchat(own) if !own.oscquery.is_empty() && !place::is_place(&own.oscquery) => {
                option("oscquery", &own.oscquery, "HOST:PORT such as 127.0.0.1:49152, or nothing")
            }
            Dialect::Vrchat(own) if own.prefix.len() > 64 || !own.prefix.bytes().all(address::is_plain) => {
                option("prefix", &own.prefix, "at most 64 printable characters but space # * , ? [ ]")
            }
            Dialect::Ifacialmocap(own) if !(1..=2).contains(&own.version) => {
                option("version", &own.version.to_string(), "1 or 2")
            }
            Dialect::Livelink(own) if own.subject.is_empty() || own.subject.len() > 64 => {
                option("subject", &own.subject, "a name of 1 to 64 bytes")
            }
            Dialect::Osc(own) => address::check(own),
            _ => Ok(()),
        }
    }

    /// How the user sees it: its name, or its address.
    pub fn label(&self) -> String {
        if self.name.is_empty() { self.address() } else { self.name.clone() }
    }
}
