//! What a receiver sees: every language that is sent here, read back, so that anybody can look at a stream without a rig.
//!
//! Everything read is bounded: [`MAX_DATAGRAM_BYTES`] a datagram, [`osc_guard`] before the OSC library, limited numbers
//! and lengths of names. What cannot be read is counted and never acted on.

pub mod draw;
mod error;
mod event;
mod facecap;
mod generic;
mod ifacialmocap;
mod livelink;
mod received;
mod unified;
mod vmc;
mod vrchat;

pub use error::DecodeError;
pub use received::{MAX_NAMES, ReceivedFace, Said};

use crate::TargetError;
use crate::osc_guard;
use rosc::{OscMessage, OscPacket, OscType};
use std::str::FromStr;
use unified::Unified;
use vmc::Pending;

/// Largest datagram that is looked at.
pub const MAX_DATAGRAM_BYTES: usize = 8_192;

/// A language on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Protocol {
    /// `/VMC/...`.
    Vmc,
    /// `/avatar/...`, `/tracking/...`, `/chatbox/...`.
    Vrchat,
    /// Unreal's Live Link Face.
    Livelink,
    /// iFacialMocap's text.
    Ifacialmocap,
    /// `/W`, `/HR`, `/ELR` and so on.
    Facecap,
    /// Any other OSC address whose last part is a name of the face.
    Osc,
    /// `/psivox/...`: words, phones, marks. Comes along with others.
    Events,
}

impl Protocol {
    /// Every language, in index order.
    pub const ALL: [Self; 7] =
        [Self::Vmc, Self::Vrchat, Self::Livelink, Self::Ifacialmocap, Self::Facecap, Self::Osc, Self::Events];

    /// As in a target.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vmc => "vmc",
            Self::Vrchat => "vrchat",
            Self::Livelink => "livelink",
            Self::Ifacialmocap => "ifacialmocap",
            Self::Facecap => "facecap",
            Self::Osc => "osc",
            Self::Events => "events",
        }
    }
}

impl FromStr for Protocol {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(text)).ok_or_else(|| {
            TargetError::Option {
                name: "protocol",
                found: text.chars().take(40).collect(),
                expected: "vmc, vrchat, livelink, ifacialmocap, facecap, osc or events",
            }
        })
    }
}

/// What a datagram was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Its language; that of its last known message.
    pub protocol: Protocol,
    /// Messages in it that were understood.
    pub understood: u32,
    /// Messages in it that are nothing of a face; they are no fault.
    pub unknown: u32,
    /// Whether the face has changed as far as the viewer is concerned.
    pub applied: bool,
}

/// Reads datagrams and keeps the face that they describe.
#[derive(Debug)]
pub struct Decoder {
    only: Option<Protocol>,
    face: ReceivedFace,
    pending: Pending,
    unified: Unified,
    counts: [u64; Protocol::ALL.len()],
    unknown: u64,
    malformed: u64,
    last_fault: Option<DecodeError>,
}

impl Decoder {
    /// For one language, or for whatever comes (`None`), told apart datagram by datagram. Events are read in any case.
    pub fn new(only: Option<Protocol>) -> Self {
        Self {
            only,
            face: ReceivedFace::default(),
            pending: Pending::default(),
            unified: Unified::default(),
            counts: [0; Protocol::ALL.len()],
            unknown: 0,
            malformed: 0,
            last_fault: None,
        }
    }

    /// Reads a datagram. One that is malformed changes nothing but the count of those.
    ///
    /// # Errors
    /// What is wrong with it; also kept for [`Decoder::last_fault`].
    pub fn take(&mut self, datagram: &[u8]) -> Result<Taken, DecodeError> {
        let result = self.read(datagram);
        match &result {
            Ok(taken) => {
                self.counts[taken.protocol as usize] += 1;
                self.unknown += u64::from(taken.unknown);
                self.face.applied += u64::from(taken.applied);
            }
            Err(fault) => {
                self.malformed += 1;
                self.last_fault = Some(fault.clone());
            }
        }
        result
    }

    /// The face as it stands.
    pub fn face(&self) -> &ReceivedFace {
        &self.face
    }

    /// Datagrams of a language so far.
    pub fn count(&self, protocol: Protocol) -> u64 {
        self.counts[protocol as usize]
    }

    /// Well-formed messages that are nothing of a face.
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Datagrams that could not be read.
    pub fn malformed(&self) -> u64 {
        self.malformed
    }

    /// What was wrong with the last of those.
    pub fn last_fault(&self) -> Option<&DecodeError> {
        self.last_fault.as_ref()
    }

    fn read(&mut self, datagram: &[u8]) -> Result<Taken, DecodeError> {
        if datagram.len() > MAX_DATAGRAM_BYTES {
            return Err(DecodeError::Large { found: datagram.len(), most: MAX_DATAGRAM_BYTES });
        }
        let whole = |protocol| Taken { protocol, understood: 1, unknown: 0, applied: true };
        match kind(datagram, self.only)? {
            Kind::Osc => self.osc(datagram),
            Kind::Livelink => {
                livelink::read(datagram, &mut self.face)?;
                Ok(whole(Protocol::Livelink))
            }
            Kind::Text => {
                let applied = ifacialmocap::read(datagram, &mut self.face)?;
                Ok(Taken { applied, ..whole(Protocol::Ifacialmocap) })
            }
        }
    }

    fn osc(&mut self, datagram: &[u8]) -> Result<Taken, DecodeError> {
        let mut messages = Vec::new();
        for message in osc_guard::messages(datagram, &osc_guard::Limits::FACES)? {
            match rosc::decoder::decode_udp(message).map_err(|error| DecodeError::osc(&error))? {
                (_, OscPacket::Message(message)) => messages.push(message),
                (_, OscPacket::Bundle(_)) => {}
            }
        }
        let lone = self.only.filter(|only| !matches!(only, Protocol::Livelink | Protocol::Ifacialmocap));
        let protocol = lone.unwrap_or(Protocol::Osc);
        let mut taken = Taken { protocol, understood: 0, unknown: 0, applied: false };
        for message in &messages {
            match self.message(message) {
                Some((protocol, applied)) => {
                    taken.understood += 1;
                    taken.applied |= applied;
                    taken.protocol = protocol;
                }
                None => taken.unknown += 1,
            }
        }
        Ok(taken)
    }

    /// The language of a message that was understood, and whether the face changed; `None` for anything else.
    fn message(&mut self, message: &OscMessage) -> Option<(Protocol, bool)> {
        let (address, args) = (message.addr.as_str(), message.args.as_slice());
        let protocol = language(address, args);
        if protocol != Protocol::Events && self.only.is_some_and(|only| only != protocol) {
            return None;
        }
        let face = &mut self.face;
        let applied = match protocol {
            Protocol::Vmc => vmc::read(address, args, &mut self.pending, face)?,
            Protocol::Vrchat => vrchat::read(address, args, &mut self.unified, face)?,
            Protocol::Facecap => facecap::read(address, args, face)?,
            Protocol::Events => event::read(address, args, face)?,
            _ => generic::read(address, args, face)?,
        };
        Some((protocol, applied))
    }
}

/// How the bytes of a datagram are to be read.
enum Kind {
    Osc,
    Livelink,
    Text,
}

fn kind(datagram: &[u8], only: Option<Protocol>) -> Result<Kind, DecodeError> {
    let osc = matches!(datagram.first(), Some(b'/' | b'#'));
    // Events are OSC and come along with every language.
    match only {
        _ if osc => Ok(Kind::Osc),
        Some(Protocol::Livelink) => Ok(Kind::Livelink),
        Some(Protocol::Ifacialmocap) => Ok(Kind::Text),
        Some(_) => Ok(Kind::Osc),
        None if livelink::looks_so(datagram) => Ok(Kind::Livelink),
        None if ifacialmocap::looks_so(datagram) => Ok(Kind::Text),
        None => Err(DecodeError::unknown(datagram)),
    }
}

/// The language that an address belongs to.
fn language(address: &str, args: &[OscType]) -> Protocol {
    let first = address[1..].split('/').next().unwrap_or_default();
    match first {
        "VMC" => Protocol::Vmc,
        "avatar" | "tracking" | "chatbox" => Protocol::Vrchat,
        "psivox" if !generic::is_face(address) => Protocol::Events,
        "HT" | "HR" | "HRQ" | "ELR" | "ERR" => Protocol::Facecap,
        "W" if args.len() == 2 => Protocol::Facecap,
        _ => Protocol::Osc,
    }
}

/// A number of a message, finite: floats, integers and switches.
fn number(argument: Option<&OscType>) -> Option<f32> {
    let value = match argument? {
        OscType::Float(value) => *value,
        OscType::Double(value) => *value as f32,
        OscType::Int(value) => *value as f32,
        OscType::Bool(value) => f32::from(u8::from(*value)),
        _ => return None,
    };
    value.is_finite().then_some(value)
}

/// Exactly `N` numbers from the beginning of a message.
fn numbers<const N: usize>(args: &[OscType]) -> Option<[f32; N]> {
    let mut found = [0.0; N];
    for (index, value) in found.iter_mut().enumerate() {
        *value = number(args.get(index))?;
    }
    Some(found)
}

fn text(argument: Option<&OscType>) -> Option<&str> {
    match argument? {
        OscType::String(text) => Some(text),
        _ => None,
    }
}
