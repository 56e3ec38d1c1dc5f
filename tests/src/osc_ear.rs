//! A receiver of faces on a free UDP port.

use rosc::{OscMessage, OscPacket, OscType};
use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, Ordering};
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

    /// Everything that comes while `act` runs, and afterwards until it is `enough` and nothing has come for 300 ms, at
    /// most 30 s. It is read meanwhile: so many faces would fill the socket.
    ///
    /// # Panics
    /// If reading does.
    pub fn hear(&self, act: impl FnOnce(), enough: impl Fn(&[Heard]) -> bool + Sync) -> Vec<Heard> {
        let acted = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let reading = scope.spawn(|| {
                let (mut all, mut over): (Vec<Heard>, Option<Instant>) = (Vec::new(), None);
                let mut last = Instant::now();
                loop {
                    if let Some(heard) = self.next() {
                        all.push(heard);
                        last = Instant::now();
                    }
                    if over.is_none() && acted.load(Ordering::Acquire) {
                        over = Some(Instant::now());
                        last = Instant::now();
                    }
                    let Some(over) = over else { continue };
                    let quiet = last.elapsed() >= Duration::from_millis(300);
                    if over.elapsed() >= Duration::from_secs(30) || quiet && enough(&all) {
                        return all;
                    }
                }
            });
            let end = Set(&acted);
            act();
            drop(end);
            reading.join().expect("the reading ends")
        })
    }

    /// The next datagram, if one comes within 20 ms.
    fn next(&self) -> Option<Heard> {
        let mut buffer = [0; 65_536];
        let size = self.socket.recv(&mut buffer).ok()?;
        let (_, packet) = rosc::decoder::decode_udp(&buffer[..size]).ok()?;
        let mut heard = Heard::default();
        gather(&packet, &mut heard);
        Some(heard)
    }

    /// Everything that comes until nothing has come for `quiet`, at most ten seconds.
    pub fn listen(&self, quiet: Duration) -> Vec<Heard> {
        let start = Instant::now();
        let mut last = Instant::now();
        let mut all = Vec::new();
        while last.elapsed() < quiet && start.elapsed() < Duration::from_secs(10) {
            if let Some(heard) = self.next() {
                all.push(heard);
                last = Instant::now();
            }
        }
        all
    }
}

/// Set when it is dropped, so that nobody waits for what has panicked.
struct Set<'a>(&'a AtomicBool);

impl Drop for Set<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
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
