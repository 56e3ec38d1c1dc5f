//! Datagrams that wait to be sent, and OSC messages on their way into them.

use crate::WireError;
use rosc::{OscMessage, OscPacket, OscType, encoder};
use std::net::SocketAddr;

/// Largest UDP payload of an Ethernet packet: 1,500 bytes less 20 of IP and 8 of UDP.
pub const MAX_DATAGRAM_BYTES: usize = 1472;

/// `#bundle`, its terminating zero and the timetag "immediate": receivers ignore others, so timing is the sender's task.
const BUNDLE_HEAD: &[u8; BUNDLE_HEAD_BYTES] = b"#bundle\0\0\0\0\0\0\0\0\x01";
const BUNDLE_HEAD_BYTES: usize = 16;

/// The length that stands before each message of a bundle.
const ELEMENT_HEAD_BYTES: usize = 4;

/// Datagrams in the order in which they go out.
#[derive(Debug, Default)]
pub struct Packets {
    datagrams: Vec<(Option<SocketAddr>, Vec<u8>)>,
}

impl Packets {
    /// Adds a datagram for the target; one that would be split on its way is a defect of its encoder and is left out.
    pub fn push(&mut self, datagram: Vec<u8>) {
        self.add(None, datagram);
    }

    /// Adds a datagram for somebody else, such as one who asked.
    pub fn push_to(&mut self, receiver: SocketAddr, datagram: Vec<u8>) {
        self.add(Some(receiver), datagram);
    }

    fn add(&mut self, receiver: Option<SocketAddr>, datagram: Vec<u8>) {
        debug_assert!(datagram.len() <= MAX_DATAGRAM_BYTES, "{} bytes", datagram.len());
        if datagram.len() <= MAX_DATAGRAM_BYTES {
            self.datagrams.push((receiver, datagram));
        }
    }

    /// The datagrams, and whom they are for: none means the target itself.
    pub fn iter(&self) -> impl Iterator<Item = (Option<SocketAddr>, &[u8])> {
        self.datagrams.iter().map(|(receiver, datagram)| (*receiver, datagram.as_slice()))
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.datagrams.clear();
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.datagrams.is_empty()
    }
}

/// Messages that belong together. Type tags are `i f s b T F` only: a receiver may lose its place in a packet at others.
#[derive(Debug, Default)]
pub struct OscBatch {
    messages: Vec<OscPacket>,
}

impl OscBatch {
    /// Adds a message.
    pub fn add(&mut self, address: impl Into<String>, args: Vec<OscType>) {
        self.messages.push(OscPacket::Message(OscMessage { addr: address.into(), args }));
    }

    /// Adds a message with one number.
    pub fn float(&mut self, address: impl Into<String>, value: f32) {
        self.add(address, vec![OscType::Float(if value.is_finite() { value } else { 0.0 })]);
    }

    /// Writes the messages: in as few bundles as their order and [`MAX_DATAGRAM_BYTES`] allow, or each in a datagram of its
    /// own for receivers that cannot read bundles.
    ///
    /// # Errors
    /// Those of the OSC library.
    pub fn write(self, bundles: bool, out: &mut Packets) -> Result<(), WireError> {
        if !bundles {
            for message in self.messages {
                out.push(encoder::encode(&message)?);
            }
            return Ok(());
        }
        let mut bundle = Vec::new();
        for message in self.messages {
            let element = encoder::encode(&message)?;
            let size = ELEMENT_HEAD_BYTES + element.len();
            if bundle.len() + size > MAX_DATAGRAM_BYTES && bundle.len() > BUNDLE_HEAD_BYTES {
                out.push(std::mem::take(&mut bundle));
            }
            if bundle.is_empty() {
                bundle.reserve(MAX_DATAGRAM_BYTES);
                bundle.extend_from_slice(BUNDLE_HEAD);
            }
            bundle.extend_from_slice(&(element.len() as u32).to_be_bytes());
            bundle.extend_from_slice(&element);
        }
        if !bundle.is_empty() {
            out.push(bundle);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(batch: OscBatch, bundles: bool) -> Vec<Vec<u8>> {
        let mut out = Packets::default();
        batch.write(bundles, &mut out).expect("encodes");
        out.iter().map(|(_, datagram)| datagram.to_vec()).collect()
    }

    #[test]
    fn an_immediate_bundle_as_osc_writes_it() {
        let mut batch = OscBatch::default();
        batch.add("/VMC/Ext/OK", vec![OscType::Int(1)]);
        let expected = b"#bundle\0\0\0\0\0\0\0\0\x01\0\0\0\x14/VMC/Ext/OK\0,i\0\0\0\0\0\x01";
        assert_eq!(written(batch, true), [expected]);
    }

    #[test]
    fn no_bundle_is_larger_than_a_packet_and_none_is_lost() {
        let mut batch = OscBatch::default();
        for index in 0..200 {
            batch.float(format!("/face/{index}"), 0.5);
        }
        let datagrams = written(batch, true);
        assert!(datagrams.len() > 3 && datagrams.iter().all(|one| one.len() <= MAX_DATAGRAM_BYTES));
        let count = |bytes: &Vec<u8>| match rosc::decoder::decode_udp(bytes).expect("reads").1 {
            OscPacket::Bundle(bundle) => bundle.content.len(),
            OscPacket::Message(_) => 1,
        };
        assert_eq!(datagrams.iter().map(count).sum::<usize>(), 200);
    }

    #[test]
    fn what_is_no_number_is_zero() {
        let mut batch = OscBatch::default();
        batch.float("/x", f32::NAN);
        assert_eq!(written(batch, false), [b"/x\0\0,f\0\0\0\0\0\0"]);
    }
}
