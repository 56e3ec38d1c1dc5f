//! A receiver of faces on a free UDP port.

use rosc::{OscMessage, OscPacket, OscType};
use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

/// Listens on 127.0.0.1.
pub struct OscEar {
    socket: UdpSocket,
}

/// What came in one datagram: shape values by name, and how many messages of each address.
#[derive(Debug, Default, Clone)]
pub struct Heard {
    /// Value of each blendshape that was named.
    pub shapes: BTreeMap<String, f32>,
    /// Messages by address.
    pub addresses: BTreeMap<String, usize>,
}

impl OscEar {
    /// Opens a free port.
    ///
    /// # Panics
    /// If the machine has no loopback.
    pub fn open() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a loopback port");
        socket.set_read_timeout(Some(Duration::from_millis(20))).expect("a read timeout");
        Self { socket }
    }

    /// The target to type into the plugin.
    ///
    /// # Panics
    /// If the socket has lost its address.
    pub fn target(&self) -> String {
        format!("vmc:{}", self.socket.local_addr().expect("an address"))
    }

    /// Everything that comes until nothing has come for `quiet`, at most ten seconds.
    pub fn listen(&self, quiet: Duration) -> Vec<Heard> {
        let start = Instant::now();
        let mut last = Instant::now();
        let mut all = Vec::new();
        let mut buffer = vec![0; 65_536];
        while last.elapsed() < quiet && start.elapsed() < Duration::from_secs(10) {
            if let Ok(size) = self.socket.recv(&mut buffer)
                && let Ok((_, packet)) = rosc::decoder::decode_udp(&buffer[..size])
            {
                let mut heard = Heard::default();
                gather(&packet, &mut heard);
                all.push(heard);
                last = Instant::now();
            }
        }
        all
    }
}

fn gather(packet: &OscPacket, heard: &mut Heard) {
    match packet {
        OscPacket::Bundle(bundle) => bundle.content.iter().for_each(|inner| gather(inner, heard)),
        OscPacket::Message(OscMessage { addr, args }) => {
            *heard.addresses.entry(addr.clone()).or_default() += 1;
            if let (true, [OscType::String(name), OscType::Float(value)]) =
                (addr == "/VMC/Ext/Blend/Val", args.as_slice())
            {
                heard.shapes.insert(name.clone(), *value);
            }
        }
    }
}
