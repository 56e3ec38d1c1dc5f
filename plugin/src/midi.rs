//! Text by MIDI: `F0 7D 50 53 <command> <payload> F7`. docs/MIDI.md is the contract.
//!
//! The audio thread only copies bytes ([`TextSysEx`]); the worker reads the escapes ([`decode`]).

use crate::channels::{CHUNK_BYTES, ChunkUse, TextChunk};
use nice_plug::midi::sysex::SysExMessage;

/// `7D` is MIDI's "non-commercial" manufacturer, `50 53` spells PS.
const HEADER: [u8; 4] = [0xf0, 0x7d, 0x50, 0x53];
const END: u8 = 0xf7;
const SET: u8 = 0x01;
const APPEND: u8 = 0x02;
const SPEAK: u8 = 0x03;
const STOP: u8 = 0x04;
const SET_LINE: u8 = 0x05;
const SPEAK_LINE: u8 = 0x06;
const SET_CUE: u8 = 0x07;
const FIRE_CUE: u8 = 0x08;
const TAG: u8 = 0x09;
/// Longest message: header, command, line number, text, end.
const MESSAGE_BYTES: usize = CHUNK_BYTES + HEADER.len() + 4;
/// Velocity of a `speak` without one: MIDI's customary 100.
const DEFAULT_VELOCITY: u8 = 100;

/// One Psivox message as it travels through the host's event queue: plain bytes, no heap.
#[derive(Debug, Clone, Copy, PartialEq)]
// Boxing the text would be an allocation on the audio thread.
#[allow(clippy::large_enum_variant)]
pub enum TextSysEx {
    /// `01`, `02`, `05`, `07` and `09`: text for the worker.
    Text(TextChunk),
    /// `03`: speak now, with this velocity (0..=127).
    Speak(u8),
    /// `06`: speak that unit, counted from 1, with this velocity.
    SpeakLine(u16, u8),
    /// `08`: speak the unit of that key, with this velocity.
    Cue(u8, u8),
    /// `04`: fall silent.
    Stop,
}

impl SysExMessage for TextSysEx {
    type Buffer = [u8; MESSAGE_BYTES];

    /// `None` for anything that is not a well-formed Psivox message; called on the audio thread.
    fn from_buffer(buffer: &[u8]) -> Option<Self> {
        let (&command, payload) = buffer.strip_prefix(&HEADER)?.strip_suffix(&[END])?.split_first()?;
        match (command, payload) {
            (SET, text) => chunk(ChunkUse::Replace, text),
            (APPEND, text) => chunk(ChunkUse::Append, text),
            (TAG, text) if !text.is_empty() => chunk(ChunkUse::Tag, text),
            (SET_LINE, [high, low, text @ ..]) => chunk(ChunkUse::Line(number(*high, *low)?), text),
            (SET_CUE, [key, text @ ..]) if *key < 0x80 => chunk(ChunkUse::Cue(*key), text),
            (SPEAK, []) => Some(Self::Speak(DEFAULT_VELOCITY)),
            (SPEAK, &[velocity]) if velocity < 0x80 => Some(Self::Speak(velocity)),
            (SPEAK_LINE, &[high, low]) => Some(Self::SpeakLine(number(high, low)?, DEFAULT_VELOCITY)),
            (SPEAK_LINE, &[high, low, velocity]) if velocity < 0x80 => {
                Some(Self::SpeakLine(number(high, low)?, velocity))
            }
            (FIRE_CUE, &[key]) if key < 0x80 => Some(Self::Cue(key, DEFAULT_VELOCITY)),
            (FIRE_CUE, &[key, velocity]) if key < 0x80 && velocity < 0x80 => Some(Self::Cue(key, velocity)),
            (STOP, []) => Some(Self::Stop),
            _ => None,
        }
    }

    fn as_buffer(&self) -> (Self::Buffer, usize) {
        let mut buffer = [0; MESSAGE_BYTES];
        buffer[..4].copy_from_slice(&HEADER);
        let mut length = 4;
        let mut put = |bytes: &[u8]| {
            buffer[length..length + bytes.len()].copy_from_slice(bytes);
            length += bytes.len();
        };
        match self {
            Self::Text(chunk) => {
                match chunk.purpose {
                    ChunkUse::Replace => put(&[SET]),
                    ChunkUse::Append => put(&[APPEND]),
                    ChunkUse::Tag => put(&[TAG]),
                    ChunkUse::Line(line) => put(&[SET_LINE, (line >> 7) as u8 & 0x7f, line as u8 & 0x7f]),
                    ChunkUse::Cue(key) => put(&[SET_CUE, key & 0x7f]),
                }
                put(chunk.payload());
            }
            Self::Speak(velocity) => put(&[SPEAK, *velocity]),
            Self::SpeakLine(line, velocity) => {
                put(&[SPEAK_LINE, (line >> 7) as u8 & 0x7f, *line as u8 & 0x7f, *velocity]);
            }
            Self::Cue(key, velocity) => put(&[FIRE_CUE, *key, *velocity]),
            Self::Stop => put(&[STOP]),
        }
        put(&[END]);
        (buffer, length)
    }
}

/// A number of 14 bits, 1 and up.
fn number(high: u8, low: u8) -> Option<u16> {
    (high < 0x80 && low < 0x80).then(|| u16::from(high) << 7 | u16::from(low)).filter(|number| *number > 0)
}

/// A text of 7 bits that fits.
fn chunk(purpose: ChunkUse, text: &[u8]) -> Option<TextSysEx> {
    if text.len() > CHUNK_BYTES || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; CHUNK_BYTES];
    bytes[..text.len()].copy_from_slice(text);
    Some(TextSysEx::Text(TextChunk { purpose, len: text.len() as u16, bytes }))
}

/// Why the payload of a text message was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EscapeError {
    /// A backslash and something that is no escape.
    #[error("'\\{found}' is no escape; use \\n, \\t, \\\\ or \\uXXXX (see docs/MIDI.md)")]
    Unknown {
        /// What followed the backslash.
        found: String,
    },
    /// The message ends within an escape.
    #[error("the message ends within an escape; keep each \\uXXXX within one message")]
    CutOff,
}

/// Reads the escapes of a 7-bit payload: `\n`, `\t`, `\\`, and `\uXXXX` as UTF-16 units (a lone surrogate
/// becomes U+FFFD).
///
/// # Errors
/// Unknown or cut-off escapes.
pub fn decode(payload: &[u8]) -> Result<String, EscapeError> {
    let mut units: Vec<u16> = Vec::with_capacity(payload.len());
    let mut rest = payload;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'\\' {
            units.push(u16::from(byte));
            continue;
        }
        let (&kind, tail) = rest.split_first().ok_or(EscapeError::CutOff)?;
        rest = tail;
        units.push(match kind {
            b'n' => u16::from(b'\n'),
            b't' => u16::from(b'\t'),
            b'\\' => u16::from(b'\\'),
            b'u' => {
                let (digits, tail) = rest.split_first_chunk::<4>().ok_or(EscapeError::CutOff)?;
                rest = tail;
                hex(digits)?
            }
            other => return Err(EscapeError::Unknown { found: char::from(other).to_string() }),
        });
    }
    Ok(String::from_utf16_lossy(&units))
}

fn hex(digits: &[u8; 4]) -> Result<u16, EscapeError> {
    let text = String::from_utf8_lossy(digits);
    let plain = digits.iter().all(u8::is_ascii_hexdigit);
    let unit = u16::from_str_radix(&text, 16).ok().filter(|_| plain);
    unit.ok_or_else(|| EscapeError::Unknown { found: format!("u{text}") })
}

/// The counterpart of [`decode`] for senders: any text as 7-bit payload.
pub fn encode(text: &str) -> Vec<u8> {
    let mut payload = Vec::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match unit {
            0x0a => payload.extend_from_slice(b"\\n"),
            0x09 => payload.extend_from_slice(b"\\t"),
            0x5c => payload.extend_from_slice(b"\\\\"),
            0x20..=0x7e => payload.push(unit as u8),
            other => payload.extend_from_slice(format!("\\u{other:04x}").as_bytes()),
        }
    }
    payload
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(command: u8, payload: &[u8]) -> Vec<u8> {
        [&HEADER, [command].as_slice(), payload, &[END]].concat()
    }

    #[test]
    fn messages_survive_the_way_through_bytes() {
        for bytes in [
            message(SET, b"Hello"),
            message(APPEND, b""),
            message(SPEAK, &[64]),
            message(STOP, &[]),
            message(SET_LINE, b"\x01\x02Hello"),
            message(SPEAK_LINE, &[0, 3, 90]),
            message(SET_CUE, b"\x24Boo"),
            message(FIRE_CUE, &[36, 127]),
            message(TAG, b"happy 0.5"),
        ] {
            let read = TextSysEx::from_buffer(&bytes).expect("well-formed");
            let (buffer, len) = read.as_buffer();
            assert_eq!(&buffer[..len], bytes.as_slice());
        }
        assert_eq!(TextSysEx::from_buffer(&message(SPEAK, &[])), Some(TextSysEx::Speak(100)));
    }

    #[test]
    fn strangers_are_ignored() {
        let too_long = message(SET, &[b'a'; CHUNK_BYTES + 1]);
        for bytes in [
            &b""[..],
            &[0xf0, 0xf7],
            &[0xf0, 0x7d, 0x50, 0x53, 0xf7],
            &[0xf0, 0x7e, 0x50, 0x53, 1, b'a', 0xf7],
            &[0xf0, 0x7d, 0x50, 0x53, 1, b'a'],
            &[0xf0, 0x7d, 0x50, 0x53, 1, 0xff, 0xf7],
            &[0xf0, 0x7d, 0x50, 0x53, 9, 0xf7],
            &[0xf0, 0x7d, 0x50, 0x53, 10, 0xf7],
            &[0xf0, 0x7d, 0x50, 0x53, 5, 0, 0, b'a', 0xf7],
            &[0xf0, 0x7d, 0x50, 0x53, 7, 0xf7],
            &too_long,
        ] {
            assert_eq!(TextSysEx::from_buffer(bytes), None, "{bytes:x?}");
        }
    }

    #[test]
    fn any_text_goes_through_seven_bits() {
        for text in ["plain", "two\nlines\tand a \\ mark", "zäh 日本 🙂", ""] {
            let payload = encode(text);
            assert!(payload.iter().all(|byte| *byte < 0x80));
            assert_eq!(decode(&payload).as_deref(), Ok(text));
        }
    }

    #[test]
    fn bad_escapes_say_what_is_allowed() {
        assert!(decode(b"a\\qb").expect_err("no such escape").to_string().contains("\\uXXXX"));
        assert_eq!(decode(b"a\\u12"), Err(EscapeError::CutOff));
        assert_eq!(decode(b"a\\"), Err(EscapeError::CutOff));
        assert!(decode(b"\\u+123").is_err(), "a sign is no digit");
        assert_eq!(decode(b"\\ud83d").as_deref(), Ok("\u{fffd}"));
    }
}
