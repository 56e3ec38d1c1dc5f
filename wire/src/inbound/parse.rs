//! Datagrams read as orders: pure, bounded, all or nothing.

use super::{Cue, Inbound, InboundError, MemoryCommand, ParameterInfo, TargetName};
use crate::osc_guard::{self, Limits, OscFault, Unsound};
use crate::shown::shorten;
use rosc::{OscPacket, OscType};

/// Longest datagram that is read, in bytes.
pub const MAX_DATAGRAM_BYTES: usize = 8_192;
/// How many bundles may stand inside each other.
pub const MAX_DEPTH: usize = 4;
/// Most messages of one datagram, bundles inside it counted too.
pub const MAX_MESSAGES: usize = 64;

/// What orders need. Addresses of any length get so far, so that the answer can say which there are.
const LIMITS: Limits = Limits {
    bytes: MAX_DATAGRAM_BYTES,
    depth: MAX_DEPTH,
    elements: MAX_MESSAGES,
    arguments: 8,
    address_bytes: MAX_DATAGRAM_BYTES,
    tags: b"ifdhsTFIN",
    tagless: true,
};

/// Letters of an address or text that an error shows.
const SHOWN: usize = 60;

/// The orders in a datagram. A button that is let go is none, so there may be none at all. A bundle is acted on as a
/// whole or not at all, whatever its time tag says.
///
/// # Errors
/// [`InboundError`], in words, for the first message that cannot be acted on.
pub fn read(datagram: &[u8], parameters: &[ParameterInfo]) -> Result<Vec<Inbound>, InboundError> {
    let mut orders = Vec::new();
    for message in osc_guard::messages(datagram, &LIMITS).map_err(refused)? {
        let (address, arguments) = decode(message)?;
        orders.extend(Message { address: &address, arguments: &arguments }.order(parameters)?);
    }
    Ok(orders)
}

/// Longest datagram that is taken for nothing but an end, in bytes: a few messages in a bundle.
const MAX_END_BYTES: usize = 128;

/// Whether a datagram that would not be looked at should be all the same: it is short and begins, as a message or as the
/// first of a bundle, with the address of what ends something.
pub(super) fn may_end(datagram: &[u8]) -> bool {
    let message = if datagram.starts_with(b"#bundle\0") { datagram.get(20..) } else { Some(datagram) };
    let ends = |address: &[u8]| message.is_some_and(|message| message.starts_with(address));
    datagram.len() <= MAX_END_BYTES && (ends(b"/psivox/stop\0") || ends(b"/psivox/panic\0"))
}

/// A fault in words that say what to send instead.
fn refused(Unsound { fault, at }: Unsound) -> InboundError {
    match fault {
        OscFault::Large { most, .. } => InboundError::Long { most },
        OscFault::Deep { most } => InboundError::Deep { most },
        OscFault::Elements { most } => InboundError::Many { most },
        OscFault::Tag { found, .. } => InboundError::Tag { tag: found },
        fault => InboundError::Malformed { fault, at },
    }
}

/// A flat message whose bytes have been checked, decoded by the OSC library.
fn decode(message: &[u8]) -> Result<(String, Vec<OscType>), InboundError> {
    if !message.contains(&b',') {
        // Without type tags, which the library insists on.
        let end = message.iter().position(|byte| *byte == 0).unwrap_or(message.len());
        return Ok((String::from_utf8_lossy(&message[..end]).into_owned(), Vec::new()));
    }
    match rosc::decoder::decode_udp(message) {
        Ok((_, OscPacket::Message(message))) => Ok((message.addr, message.args)),
        _ => Err(InboundError::Undecodable),
    }
}

/// One message and what it may mean.
struct Message<'a> {
    address: &'a str,
    arguments: &'a [OscType],
}

impl Message<'_> {
    fn order(&self, parameters: &[ParameterInfo]) -> Result<Option<Inbound>, InboundError> {
        if self.address.contains(['*', '?', '[', ']', '{', '}']) {
            return Err(InboundError::Pattern { address: self.shown() });
        }
        let unknown = || InboundError::Address { address: self.shown() };
        let path = self.address.strip_prefix("/psivox/").ok_or_else(unknown)?;
        match path {
            "speak" => Ok(Some(Inbound::Speak { text: self.words()?, now: false })),
            "speak/now" | "speak_now" => Ok(Some(Inbound::Speak { text: self.words()?, now: true })),
            "line" => Ok(Some(Inbound::Line { text: self.text()?.to_owned() })),
            "cue" => self.cue().map(|cue| Some(Inbound::Cue(cue))),
            "trigger" => Ok(self.press()?.map(|velocity| Inbound::Trigger { velocity })),
            "stop" => Ok(self.press()?.map(|_| Inbound::Stop)),
            "panic" => Ok(self.press()?.map(|_| Inbound::Panic)),
            "memory/remember" => Ok(Some(Inbound::Memory(MemoryCommand::Remember(self.words()?)))),
            "memory/recall" => self.recall().map(|recall| Some(Inbound::Memory(recall))),
            "memory/replay" => Ok(Some(Inbound::Memory(MemoryCommand::Replay(self.words()?)))),
            "memory/forget" => Ok(Some(Inbound::Memory(MemoryCommand::Forget(self.words()?)))),
            _ => {
                if let Some(id) = path.strip_prefix("normalized/") {
                    self.parameter(id, true, parameters).map(Some)
                } else if let Some(rest) = path.strip_prefix("param/") {
                    let share = rest.strip_suffix("/normalized");
                    self.parameter(share.unwrap_or(rest), share.is_some(), parameters).map(Some)
                } else {
                    let rest = path.strip_prefix("target/").ok_or_else(unknown)?;
                    self.target(rest.strip_suffix("/on").ok_or_else(unknown)?).map(Some)
                }
            }
        }
    }

    /// A text, which may be empty.
    fn text(&self) -> Result<&str, InboundError> {
        match self.arguments {
            [OscType::String(text)] => Ok(text),
            _ => Err(self.expected("one text (s)")),
        }
    }

    /// A text with something to say in it.
    fn words(&self) -> Result<String, InboundError> {
        let text = self.text()?;
        if text.chars().any(char::is_alphanumeric) {
            return Ok(text.to_owned());
        }
        Err(InboundError::Empty { address: self.shown() })
    }

    /// What to speak like, and how much.
    fn recall(&self) -> Result<MemoryCommand, InboundError> {
        let expected = || self.expected("a name or words (s), and a share from 0 to 1 (f) if it is not all");
        let (text, share) = match self.arguments {
            [OscType::String(text)] => (text, 1.0),
            [OscType::String(text), share] => {
                (text, self.within(number(share).ok_or_else(expected)?, 0.0, 1.0, "")?)
            }
            _ => return Err(expected()),
        };
        Ok(MemoryCommand::Recall { words: text.trim().to_owned(), share })
    }

    fn cue(&self) -> Result<Cue, InboundError> {
        let [argument] = self.arguments else {
            return Err(self.expected("a number from 1, or a beginning (i or s)"));
        };
        let found = match argument {
            OscType::String(text) => match text.trim().parse::<f64>() {
                Ok(number) => number,
                Err(_) if text.trim().is_empty() => {
                    return Err(InboundError::Empty { address: self.shown() });
                }
                Err(_) => return Ok(Cue::Text(text.trim().to_owned())),
            },
            other => {
                number(other).ok_or_else(|| self.expected("a number from 1, or a beginning (i or s)"))?
            }
        };
        Ok(Cue::Number(self.count(found)?))
    }

    /// A whole number from 1.
    fn count(&self, found: f64) -> Result<u32, InboundError> {
        let most = 1_000_000.0;
        if found.fract() == 0.0 && (1.0..=most).contains(&found) {
            return Ok(found as u32);
        }
        Err(self.outside(found, 1.0, most as f32, " (whole)"))
    }

    /// How hard a button is pressed, above 0 to 1; `None` where it is let go.
    fn press(&self) -> Result<Option<f32>, InboundError> {
        let expected = || self.expected("nothing, a button (T, F, 0, 1) or a velocity from 0 to 1");
        let argument = match self.arguments {
            [] => return Ok(Some(1.0)),
            [argument] => argument,
            _ => return Err(expected()),
        };
        match argument {
            OscType::Bool(pressed) => Ok(pressed.then_some(1.0)),
            OscType::Nil | OscType::Inf => Ok(Some(1.0)),
            // Integers are 0 and 1, or, from a keyboard, 0 to 127: any above 0 is a press.
            OscType::Int(value) => Ok((*value > 0).then_some(1.0)),
            OscType::Long(value) => Ok((*value > 0).then_some(1.0)),
            other => {
                let found = number(other).ok_or_else(expected)?;
                if !(0.0..=1.0).contains(&found) {
                    return Err(self.outside(found, 0.0, 1.0, ""));
                }
                let velocity = found as f32;
                Ok((velocity > 0.0).then_some(velocity))
            }
        }
    }

    /// A parameter in its own unit, or as a share of its range.
    fn parameter(
        &self,
        id: &str,
        normalized: bool,
        parameters: &[ParameterInfo],
    ) -> Result<Inbound, InboundError> {
        let info = parameters
            .iter()
            .find(|info| info.id == id)
            .ok_or_else(|| InboundError::Parameter { id: shorten(id, SHOWN) })?;
        let [argument] = self.arguments else { return Err(self.expected("one value")) };
        let id = id.to_owned();
        if normalized {
            let found = number(argument).ok_or_else(|| self.expected("one number (f) from 0 to 1"))?;
            return Ok(Inbound::SetNormalized { id, value: self.within(found, 0.0, 1.0, "")? });
        }
        let value = match (argument, &info.choices) {
            (OscType::Bool(on), _) => self.switch(*on, info)?,
            (OscType::String(name), Some(choices)) => self.choice(name, choices, info)?,
            (other, choices) => {
                let found = number(other).ok_or_else(|| self.expected(kind(info)))?;
                let unit = if info.unit.is_empty() { String::new() } else { format!(" {}", info.unit) };
                let value = self.within(found, info.min, info.max, &unit)?;
                if choices.is_some() && (value - info.min).fract() != 0.0 {
                    return Err(self.outside(found, info.min, info.max, " (whole steps)"));
                }
                value
            }
        };
        Ok(Inbound::Set { id, value })
    }

    /// On or off, where a parameter is no more than that.
    fn switch(&self, on: bool, info: &ParameterInfo) -> Result<f32, InboundError> {
        let two = match &info.choices {
            Some(choices) => choices.len() == 2,
            None => info.min == 0.0 && info.max == 1.0,
        };
        if !two {
            return Err(self.expected(kind(info)));
        }
        Ok(if on { info.max } else { info.min })
    }

    /// The step of that name, in the parameter's values.
    fn choice(&self, name: &str, choices: &[String], info: &ParameterInfo) -> Result<f32, InboundError> {
        let wanted = name.trim().to_lowercase();
        match choices.iter().position(|choice| choice.to_lowercase() == wanted) {
            Some(step) => Ok(info.min + step as f32),
            None => Err(InboundError::Choice {
                address: self.shown(),
                found: shorten(name, SHOWN),
                known: choices.join(", "),
            }),
        }
    }

    fn target(&self, name: &str) -> Result<Inbound, InboundError> {
        let target = match name.parse::<f64>() {
            Ok(found) => TargetName::Number(self.count(found)?),
            Err(_) if name.is_empty() => return Err(InboundError::Address { address: self.shown() }),
            Err(_) => TargetName::Name(name.to_owned()),
        };
        let expected = || self.expected("on or off (T, F, 1, 0)");
        let on = match self.arguments {
            [OscType::Bool(on)] => *on,
            [argument] => self.within(number(argument).ok_or_else(expected)?, 0.0, 1.0, "")? > 0.5,
            _ => return Err(expected()),
        };
        Ok(Inbound::TargetOn { target, on })
    }

    /// A number inside its range, as the parameters are kept.
    fn within(&self, found: f64, low: f32, high: f32, unit: &str) -> Result<f32, InboundError> {
        // Compared as f32: 0.1 sent as a double is not above an upper end of 0.1.
        let value = found as f32;
        if value >= low && value <= high { Ok(value) } else { Err(self.outside(found, low, high, unit)) }
    }

    fn outside(&self, found: f64, low: f32, high: f32, unit: &str) -> InboundError {
        InboundError::Range { address: self.shown(), found, low, high, unit: unit.to_owned() }
    }

    fn expected(&self, expected: &str) -> InboundError {
        let found = self.arguments.iter().map(tag).collect();
        InboundError::Arguments { address: self.shown(), expected: expected.to_owned(), found }
    }

    fn shown(&self) -> String {
        shorten(self.address, SHOWN)
    }
}

/// What a parameter takes, in words.
fn kind(info: &ParameterInfo) -> &'static str {
    match &info.choices {
        Some(choices) if choices.len() == 2 => "a choice by name (s), or on and off (T, F, 1, 0)",
        Some(_) => "a choice by name (s) or number (i)",
        None => "one number (f)",
    }
}

/// A number of any kind. What is not finite stays so: no range lets it through.
fn number(argument: &OscType) -> Option<f64> {
    match argument {
        OscType::Float(value) => Some(f64::from(*value)),
        OscType::Double(value) => Some(*value),
        OscType::Int(value) => Some(f64::from(*value)),
        OscType::Long(value) => Some(*value as f64),
        _ => None,
    }
}

fn tag(argument: &OscType) -> char {
    match argument {
        OscType::Int(_) => 'i',
        OscType::Float(_) => 'f',
        OscType::Double(_) => 'd',
        OscType::Long(_) => 'h',
        OscType::String(_) => 's',
        OscType::Bool(true) => 'T',
        OscType::Bool(false) => 'F',
        OscType::Inf => 'I',
        _ => 'N',
    }
}
