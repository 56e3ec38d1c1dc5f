//! How each target is doing, as data: for the editor, for `psivox osc monitor`, for tests.

use super::hub::ClockReport;
use crate::target::Target;
use rosc::{OscPacket, OscType};
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most messages of events that are kept for the monitor.
const MOST_EVENTS: usize = 16;

/// Most messages of a face that are spelled out.
const MOST_LINES: usize = 96;

/// An error is shown until the network has been quiet for this long: a closed port reports every second datagram only.
const ERROR_MEMORY_S: f64 = 2.0;

/// How one target is doing.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct TargetStatus {
    /// What the user calls it.
    pub label: String,
    /// `PROTOCOL:HOST:PORT`.
    pub address: String,
    /// Whether it is sent to.
    pub on: bool,
    /// Whether a face stands there.
    pub stands: bool,
    /// Faces that went out whole, those at rest included.
    pub frames_sent: u64,
    /// Faces that were lost: too late, or the network refused them.
    pub frames_dropped: u64,
    /// Events that went out.
    pub events_sent: u64,
    /// Datagrams (or messages of a WebSocket) that went out.
    pub packets_sent: u64,
    /// Bytes of them.
    pub bytes_sent: u64,
    /// Faces in the last second.
    pub rate_hz: f32,
    /// What goes on, in words; empty where all is as usual.
    pub note: String,
    /// What the network complains about at present.
    pub last_error: Option<String>,
    /// How often something went wrong.
    pub errors: u64,
}

/// How the whole stream is doing.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct WireReport {
    /// Target by target, in their order.
    pub targets: Vec<TargetStatus>,
    /// Faces and events that the audio thread found no room for.
    pub overflowed: u64,
    /// The clock.
    pub clock: ClockReport,
}

impl WireReport {
    /// The first complaint, with the target's name where there are several.
    pub fn complaint(&self) -> Option<String> {
        let target = self.targets.iter().find(|target| target.last_error.is_some())?;
        let error = target.last_error.clone()?;
        Some(if self.targets.len() > 1 { format!("{}: {error}", target.label) } else { error })
    }

    /// Faces sent to all targets together.
    pub fn frames_sent(&self) -> u64 {
        self.targets.iter().map(|target| target.frames_sent).sum()
    }

    /// Faces lost on the way to all targets together, and before.
    pub fn frames_dropped(&self) -> u64 {
        self.overflowed + self.targets.iter().map(|target| target.frames_dropped).sum::<u64>()
    }
}

/// What a carrier has sent.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    pub packets: u64,
    pub bytes: u64,
    /// The packets themselves.
    pub content: Vec<Vec<u8>>,
}

impl Trail {
    /// A message of which only the beginning is kept.
    pub fn message(&mut self, bytes: usize, beginning: &str) {
        self.packets += 1;
        self.bytes += bytes as u64;
        self.content.push(beginning.as_bytes().to_vec());
    }

    pub fn add(&mut self, packet: &[u8]) {
        self.packets += 1;
        self.bytes += packet.len() as u64;
        self.content.push(packet.to_vec());
    }
}

/// The lane's record; locked by it and by whoever asks, never by the audio thread.
#[derive(Debug, Default)]
pub(crate) struct Record {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    status: TargetStatus,
    /// When the last faces went out, s.
    times_s: VecDeque<f64>,
    /// When the error on show was last seen, s.
    error_s: f64,
    face: Vec<Vec<u8>>,
    events: VecDeque<Vec<u8>>,
}

impl Record {
    pub fn new(target: &Target) -> Self {
        let record = Self::default();
        record.name(target);
        record
    }

    /// What it is called from now on.
    pub fn name(&self, target: &Target) {
        let mut inner = self.lock();
        (inner.status.label, inner.status.address) = (target.label(), target.address());
        inner.status.on = target.on;
    }

    /// A face has gone out.
    pub fn face(&self, trail: Trail, time_s: f64, stands: bool) {
        let mut inner = self.lock();
        inner.count(&trail);
        inner.status.frames_sent += 1;
        inner.status.stands = stands;
        inner.times_s.push_back(time_s);
        while inner.times_s.len() > 512 || inner.times_s.front().is_some_and(|first| *first < time_s - 1.0) {
            inner.times_s.pop_front();
        }
        inner.face = trail.content;
        if time_s - inner.error_s > ERROR_MEMORY_S {
            inner.status.last_error = None;
        }
    }

    /// Something has gone out between faces that is no event, such as a sign of life.
    pub fn upkeep(&self, trail: &Trail) {
        self.lock().count(trail);
    }

    /// An event has gone out.
    pub fn event(&self, trail: Trail) {
        if trail.packets == 0 {
            return;
        }
        let mut inner = self.lock();
        inner.count(&trail);
        inner.status.events_sent += 1;
        for packet in trail.content {
            if inner.events.len() == MOST_EVENTS {
                inner.events.pop_front();
            }
            inner.events.push_back(packet);
        }
    }

    /// Faces were lost.
    pub fn dropped(&self, count: u64) {
        self.lock().status.frames_dropped += count;
    }

    pub fn note(&self, words: String) {
        self.lock().status.note = words;
    }

    pub fn complain(&self, error: String, time_s: f64) {
        let mut inner = self.lock();
        inner.status.errors += 1;
        (inner.status.last_error, inner.error_s) = (Some(error), time_s);
    }

    /// Nothing was tried, so the error on show still holds.
    pub fn keep_error(&self, time_s: f64) {
        self.lock().error_s = time_s;
    }

    pub fn status(&self, now_s: f64) -> TargetStatus {
        let mut inner = self.lock();
        while inner.times_s.front().is_some_and(|first| *first < now_s - 1.0) {
            inner.times_s.pop_front();
        }
        let rate_hz = inner.times_s.len() as f32;
        TargetStatus { rate_hz, ..inner.status.clone() }
    }

    /// The last events and the last face, one message a line.
    pub fn messages(&self) -> Vec<String> {
        let (events, face) = {
            let inner = self.lock();
            (inner.events.clone(), inner.face.clone())
        };
        let mut lines: Vec<String> = events.iter().flat_map(|packet| spell(packet)).collect();
        lines.extend(face.iter().flat_map(|packet| spell(packet)));
        lines.truncate(MOST_LINES);
        lines
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn count(&mut self, trail: &Trail) {
        self.status.packets_sent += trail.packets;
        self.status.bytes_sent += trail.bytes;
    }
}

/// A packet in words: its OSC messages, its text, or its length and first bytes.
pub fn spell(packet: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    if matches!(packet.first(), Some(b'/' | b'#'))
        && let Ok((_, content)) = rosc::decoder::decode_udp(packet)
    {
        spell_osc(&content, &mut lines);
        return lines;
    }
    match std::str::from_utf8(packet) {
        Ok(text) if text.chars().all(|letter| !letter.is_control()) => {
            lines.push(text.chars().take(160).collect());
        }
        _ => {
            let first: Vec<String> = packet.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
            lines.push(format!("{} bytes: {} ...", packet.len(), first.join(" ")));
        }
    }
    lines
}

fn spell_osc(packet: &OscPacket, lines: &mut Vec<String>) {
    match packet {
        OscPacket::Message(message) => {
            let args: Vec<String> = message.args.iter().map(spell_arg).collect();
            lines.push(format!("{} {}", message.addr, args.join(" ")).trim_end().to_owned());
        }
        OscPacket::Bundle(bundle) => bundle.content.iter().for_each(|inner| spell_osc(inner, lines)),
    }
}

fn spell_arg(arg: &OscType) -> String {
    match arg {
        OscType::Float(value) => format!("{value:.3}"),
        OscType::Int(value) => value.to_string(),
        OscType::Bool(value) => value.to_string(),
        OscType::String(text) => format!("\"{text}\""),
        OscType::Blob(bytes) => format!("[{} bytes]", bytes.len()),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_spelled_out() {
        assert_eq!(spell(b"/x\0\0,sf\0a\0\0\0\x3f\0\0\0"), ["/x \"a\" 0.500"]);
        assert_eq!(spell(b"mouthClose-5|"), ["mouthClose-5|"]);
        assert_eq!(spell(&[6, 0, 0]), ["3 bytes: 06 00 00 ..."]);
    }

    #[test]
    fn an_error_is_shown_until_the_network_has_been_quiet() {
        let record = Record::default();
        record.complain("no".into(), 1.0);
        record.face(Trail::default(), 2.0, true);
        assert_eq!(record.status(2.0).last_error.as_deref(), Some("no"));
        record.face(Trail::default(), 3.5, true);
        let status = record.status(3.5);
        assert_eq!((status.last_error, status.errors, status.rate_hz), (None, 1, 1.0));
    }
}
