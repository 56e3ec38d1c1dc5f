//! Notes and texts by MIDI: the chosen port, and a virtual one where the system has such.

use super::player::{MESSAGE_BYTES, Message};
use midir::{Ignore, MidiInput, MidiInputConnection};
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::{Arc, Mutex, PoisonError};

/// Name under which other programs find this one.
const CLIENT: &str = "Psivox";
/// Messages that wait for the next block.
const CAPACITY: usize = 256;

/// One queue that several ports write to: their threads take turns, the sound card's only reads.
type Queue = Arc<Mutex<Producer<Message>>>;

/// What is connected. Dropping it closes the ports.
pub(super) struct Ports {
    queue: Queue,
    virtual_port: Option<MidiInputConnection<Queue>>,
    chosen: Option<(String, MidiInputConnection<Queue>)>,
}

/// Puts a message into the queue; what is too long or finds it full is lost.
fn take(_time: u64, bytes: &[u8], queue: &mut Queue) {
    if bytes.is_empty() || bytes.len() > MESSAGE_BYTES {
        return;
    }
    let mut message = Message { len: bytes.len() as u16, bytes: [0; MESSAGE_BYTES] };
    message.bytes[..bytes.len()].copy_from_slice(bytes);
    _ = queue.lock().unwrap_or_else(PoisonError::into_inner).push(message);
}

fn input() -> Result<MidiInput, String> {
    let mut input = MidiInput::new(CLIENT).map_err(|error| error.to_string())?;
    input.ignore(Ignore::TimeAndActiveSense);
    Ok(input)
}

/// The names of the ports that notes can come from.
pub(super) fn names() -> Vec<String> {
    let Ok(input) = input() else { return Vec::new() };
    input.ports().iter().filter_map(|port| input.port_name(port).ok()).collect()
}

impl Ports {
    /// Opens the virtual port.
    pub(super) fn open() -> (Self, Consumer<Message>) {
        let (producer, consumer) = RingBuffer::new(CAPACITY);
        let queue = Arc::new(Mutex::new(producer));
        let virtual_port = open_virtual(&queue);
        (Self { queue, virtual_port, chosen: None }, consumer)
    }

    /// Whether other programs find a port of this one.
    pub(super) fn has_virtual(&self) -> bool {
        self.virtual_port.is_some()
    }

    /// Connects the wanted port if it is there and lets go of one that is not any more; tells of a change.
    pub(super) fn look(&mut self, wanted: Option<&str>) -> Option<String> {
        let wanted = wanted.filter(|name| *name != "none")?;
        let input = input().ok()?;
        let found = input.ports().into_iter().find_map(|port| {
            let name = input.port_name(&port).ok()?;
            super::devices::matches(&name, wanted).then_some((port, name))
        });
        match (found, &self.chosen) {
            (Some((_, name)), Some((known, _))) if name == *known => None,
            (Some((port, name)), _) => {
                self.chosen = None;
                match input.connect(&port, "notes", take, Arc::clone(&self.queue)) {
                    Ok(connection) => {
                        self.chosen = Some((name.clone(), connection));
                        Some(format!("notes come from {name}"))
                    }
                    Err(error) => Some(format!("{name} cannot be opened: {error}")),
                }
            }
            (None, Some(_)) => {
                let (name, _) = self.chosen.take()?;
                Some(format!("{name} is gone; it is taken again when it is back"))
            }
            (None, None) => None,
        }
    }
}

#[cfg(unix)]
fn open_virtual(queue: &Queue) -> Option<MidiInputConnection<Queue>> {
    use midir::os::unix::VirtualInput;
    let opened = input().and_then(|input| {
        input.create_virtual(CLIENT, take, Arc::clone(queue)).map_err(|error| error.to_string())
    });
    opened.map_err(|error| eprintln!("psivox: no MIDI port for other programs: {error}")).ok()
}

#[cfg(not(unix))]
fn open_virtual(_queue: &Queue) -> Option<MidiInputConnection<Queue>> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_through_whole_or_not_at_all() {
        let (producer, mut consumer) = RingBuffer::new(4);
        let mut queue: Queue = Arc::new(Mutex::new(producer));
        take(0, &[0x90, 60, 100], &mut queue);
        take(0, &[], &mut queue);
        take(0, &[0xf0; MESSAGE_BYTES + 1], &mut queue);
        take(0, &[0xf0; MESSAGE_BYTES], &mut queue);
        let first = consumer.pop().expect("a note");
        assert_eq!((first.len, &first.bytes[..4]), (3, &[0x90, 60, 100, 0][..]));
        assert_eq!(usize::from(consumer.pop().expect("a text").len), MESSAGE_BYTES);
        assert!(consumer.pop().is_err());
    }
}
