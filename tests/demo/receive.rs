//! The receiver of the face: a UDP socket and an OSC decoder that know nothing of the sender's code.

use anyhow::{Context, Result, bail, ensure};
use rosc::{OscMessage, OscPacket, OscType};
use std::io::ErrorKind;
use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How many names of a face are ARKit's; the stream names twelve clips of older avatars besides.
pub const SHAPE_COUNT: usize = 52;
/// How long nothing must have come before the stream counts as over.
const QUIET: Duration = Duration::from_millis(300);

/// Collects datagrams on a thread of its own, so that each one is stamped as it comes.
pub struct Receiver {
    port: u16,
    stopping: Arc<AtomicBool>,
    thread: JoinHandle<std::io::Result<Vec<Datagram>>>,
}

/// What came, undecoded.
struct Datagram {
    time: Instant,
    bytes: Vec<u8>,
}

/// One face as received.
#[derive(Debug, Clone)]
pub struct Face {
    /// When its last value came, in s since the sound began.
    pub time_s: f32,
    /// Values in the order of [`Heard::names`].
    pub values: [f32; SHAPE_COUNT],
}

/// Everything that was received.
pub struct Heard {
    /// ARKit names as they were sent.
    pub names: Vec<String>,
    /// The faces in the order in which they came.
    pub faces: Vec<Face>,
    /// Number of datagrams.
    pub datagrams: usize,
    /// Size of the largest one.
    pub largest_bytes: usize,
}

impl Receiver {
    /// Listens on a free port of this machine.
    ///
    /// # Errors
    /// There is no loopback network.
    pub fn listen() -> Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")
            .context("no UDP port on 127.0.0.1; is the loopback network up?")?;
        socket.set_read_timeout(Some(Duration::from_millis(20))).context("no timeout on the UDP port")?;
        let port = socket.local_addr().context("the UDP port has no number")?.port();
        let stopping = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stopping);
        let thread = std::thread::spawn(move || collect(&socket, &flag));
        Ok(Self { port, stopping, thread })
    }

    /// The target as typed into the plugin.
    pub fn target(&self) -> String {
        format!("vmc:127.0.0.1:{}", self.port)
    }

    /// Waits until the stream is over and decodes it; times count from `sound_began`.
    ///
    /// # Errors
    /// The network failed, or something came that is not a face.
    pub fn finish(self, sound_began: Instant) -> Result<Heard> {
        self.stopping.store(true, Ordering::Release);
        let Ok(datagrams) = self.thread.join() else { bail!("the receiving thread panicked") };
        decode(&datagrams.context("the UDP port failed")?, sound_began)
    }
}

fn collect(socket: &UdpSocket, stopping: &AtomicBool) -> std::io::Result<Vec<Datagram>> {
    let mut datagrams = Vec::new();
    let mut buffer = vec![0; 65_536];
    let mut last = Instant::now();
    while !stopping.load(Ordering::Acquire) || last.elapsed() < QUIET {
        match socket.recv(&mut buffer) {
            Ok(size) => {
                last = Instant::now();
                datagrams.push(Datagram { time: last, bytes: buffer[..size].to_vec() });
            }
            Err(error) if is_nothing(error.kind()) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(datagrams)
}

/// Whether an error only says that nothing has come yet.
fn is_nothing(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

fn decode(datagrams: &[Datagram], sound_began: Instant) -> Result<Heard> {
    let largest_bytes = datagrams.iter().map(|datagram| datagram.bytes.len()).max().unwrap_or(0);
    let mut heard = Heard { names: Vec::new(), faces: Vec::new(), datagrams: datagrams.len(), largest_bytes };
    let mut values = Vec::new();
    for datagram in datagrams {
        let (rest, packet) = rosc::decoder::decode_udp(&datagram.bytes).context("a datagram is not OSC")?;
        ensure!(rest.is_empty(), "a datagram has {} bytes after its OSC packet", rest.len());
        let mut messages = Vec::new();
        flatten(packet, &mut messages);
        let time_s = datagram.time.saturating_duration_since(sound_began).as_secs_f32();
        for OscMessage { addr, args } in messages {
            match (addr.as_str(), args.as_slice()) {
                ("/VMC/Ext/Blend/Val", [OscType::String(name), OscType::Float(value)]) => {
                    values.push((name.clone(), *value));
                }
                ("/VMC/Ext/Blend/Apply", []) => heard.apply(&std::mem::take(&mut values), time_s)?,
                ("/VMC/Ext/OK" | "/VMC/Ext/T", [_]) => {}
                (addr, args) => bail!("unexpected message {addr} {args:?}"),
            }
        }
    }
    Ok(heard)
}

fn flatten(packet: OscPacket, messages: &mut Vec<OscMessage>) {
    match packet {
        OscPacket::Message(message) => messages.push(message),
        OscPacket::Bundle(bundle) => bundle.content.into_iter().for_each(|inner| flatten(inner, messages)),
    }
}

impl Heard {
    /// Takes the values named since the last `Apply` as one face.
    fn apply(&mut self, values: &[(String, f32)], time_s: f32) -> Result<()> {
        if self.names.is_empty() {
            self.names = values.iter().map(|(name, _)| name.clone()).filter(|name| is_arkit(name)).collect();
            ensure!(
                self.names.len() == SHAPE_COUNT,
                "a face has {} ARKit shapes, expected {SHAPE_COUNT}",
                self.names.len()
            );
        }
        let mut face = Face { time_s, values: [0.0; SHAPE_COUNT] };
        for (name, slot) in self.names.iter().zip(&mut face.values) {
            let found = values.iter().find(|(other, _)| other == name);
            let (_, value) = found.with_context(|| format!("a face at {time_s:.2} s lacks '{name}'"))?;
            ensure!((0.0..=1.0).contains(value), "{name} is {value} at {time_s:.2} s, expected 0 to 1");
            *slot = *value;
        }
        self.faces.push(face);
        Ok(())
    }

    /// Time and value of one shape in every face.
    pub fn curve(&self, name: &str) -> Vec<(f32, f32)> {
        let index = self.names.iter().position(|other| other.eq_ignore_ascii_case(name));
        index.map_or_else(Vec::new, |index| {
            self.faces.iter().map(|face| (face.time_s, face.values[index])).collect()
        })
    }

    /// Whether the last face is at rest.
    pub fn ends_neutral(&self) -> bool {
        self.faces.last().is_some_and(|face| face.values.iter().all(|value| *value == 0.0))
    }

    /// Table of all faces: `time_s` and the names as received, one line per face.
    pub fn to_csv(&self) -> String {
        let mut csv = format!("time_s,{}\n", self.names.join(","));
        for face in &self.faces {
            let values: Vec<String> = face.values.iter().map(|value| format!("{value:.5}")).collect();
            csv += &format!("{:.4},{}\n", face.time_s, values.join(","));
        }
        csv
    }
}

/// Whether a name is one of ARKit's 52, however it is capitalised.
fn is_arkit(name: &str) -> bool {
    psivox_core::face::BLENDSHAPE_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}
