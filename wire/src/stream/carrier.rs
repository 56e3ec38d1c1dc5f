//! The way to one receiver: its address, its one socket, its language.

use super::discovery::DiscoveringVrchat;
use super::status::Trail;
use crate::encode::{Encoder, Packets, encoder_of};
use crate::event::WireEvent;
use crate::target::{Dialect, Target, resolve};
use crate::vts::VtsLink;
use crate::{Moment, WireError};
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// First and longest wait before a name is asked for or a socket opened again: soon enough for a receiver that is just
/// starting, rare enough not to bother a name server.
pub(crate) const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// A send that blocks this long is given up: the next face is newer anyway.
const WRITE_TIMEOUT: Duration = Duration::from_millis(50);

/// After so many datagrams in a row that the system would not send, its interface may be gone: the socket is opened anew.
const MOST_FAILURES: u32 = 90;

/// Most datagrams that are read at once from those who ask.
const MOST_QUESTIONS: usize = 16;

/// Brings a target what it is shown and told. Runs on the target's own thread, so it may wait a little.
pub(crate) trait Carrier: Send {
    /// Sends one face; `Ok(false)` while it waits to try again.
    fn show(&mut self, moment: &Moment, trail: &mut Trail) -> Result<bool, WireError>;
    /// Sends an event, if the protocol has a word for it.
    fn tell(&mut self, event: &WireEvent, time_s: f64, trail: &mut Trail) -> Result<(), WireError>;
    /// Looks after what goes on between faces; about ten times a second.
    fn tend(&mut self, time_s: f64, trail: &mut Trail) -> Result<(), WireError>;
    /// The same place in the same language, but other options.
    fn become_target(&mut self, target: &Target);
    /// What goes on, in words; empty where all is as usual.
    fn note(&self) -> String {
        String::new()
    }
}

/// The way to a target.
pub(crate) fn carrier_of(target: &Target) -> Box<dyn Carrier> {
    match datagram_encoder(target) {
        Some(encoder) => Box::new(UdpCarrier::new(target, encoder)),
        // The one language without datagrams.
        None => Box::new(VtsCarrier(VtsLink::new(target))),
    }
}

fn datagram_encoder(target: &Target) -> Option<Box<dyn Encoder>> {
    match &target.dialect {
        Dialect::Vrchat(options) => Some(Box::new(DiscoveringVrchat::new(options.clone()))),
        _ => encoder_of(target),
    }
}

/// VTube Studio's WebSocket.
struct VtsCarrier(VtsLink);

impl VtsCarrier {
    fn note_sent(&self, sent: Option<usize>, trail: &mut Trail) {
        if let Some(bytes) = sent.filter(|bytes| *bytes > 0) {
            trail.message(bytes, self.0.last_message().unwrap_or_default());
        }
    }
}

impl Carrier for VtsCarrier {
    fn show(&mut self, moment: &Moment, trail: &mut Trail) -> Result<bool, WireError> {
        let sent = if moment.rest { self.0.rest(moment.time_s)? } else { self.0.show(moment)? };
        self.note_sent(sent, trail);
        Ok(sent.is_some())
    }

    fn tell(&mut self, _event: &WireEvent, _time_s: f64, _trail: &mut Trail) -> Result<(), WireError> {
        Ok(())
    }

    fn tend(&mut self, time_s: f64, trail: &mut Trail) -> Result<(), WireError> {
        let sent = self.0.tend(time_s)?;
        self.note_sent(sent, trail);
        Ok(())
    }

    fn become_target(&mut self, target: &Target) {
        self.0 = VtsLink::new(target);
    }

    fn note(&self) -> String {
        self.0.status()
    }
}

/// Datagrams from one source port, which some receivers take for the sender's identity.
pub(crate) struct UdpCarrier {
    host: String,
    port: u16,
    encoder: Box<dyn Encoder>,
    packets: Packets,
    /// Open socket and where it is connected to; `None` until the host has been found.
    socket: Option<(UdpSocket, SocketAddr)>,
    /// Where receivers ask, if the language has them ask.
    ear: Ear,
    /// No attempt to open the socket before this instant.
    next_attempt: Instant,
    /// Wait after the next failure.
    retry: Duration,
    /// Datagrams in a row that the system would not send.
    failures: u32,
}

impl UdpCarrier {
    pub fn new(target: &Target, encoder: Box<dyn Encoder>) -> Self {
        Self {
            host: target.host.clone(),
            port: target.port,
            encoder,
            packets: Packets::default(),
            socket: None,
            ear: Ear::default(),
            next_attempt: Instant::now(),
            retry: RETRY.0,
            failures: 0,
        }
    }

    /// Sends all that has been written; `Ok(false)` while it waits to try an unreachable host again.
    fn flush(&mut self, trail: &mut Trail) -> Result<bool, WireError> {
        let opened = self.open();
        let Some((socket, address)) = &self.socket else {
            self.packets.clear();
            return opened.map(|()| false);
        };
        let mut outcome = Ok(true);
        // All of it goes out whatever an earlier part met: the Apply at the end is what lets a face rest.
        for (asker, datagram) in self.packets.iter() {
            if let Some(asker) = asker {
                if self.ear.answer(asker, datagram) {
                    trail.add(datagram);
                }
                continue;
            }
            match send_datagram(socket, datagram) {
                Ok(()) => {
                    trail.add(datagram);
                    (self.failures, self.retry) = (0, RETRY.0);
                }
                Err(source) => {
                    let refused = source.kind() == ErrorKind::ConnectionRefused;
                    self.failures = if refused { 0 } else { self.failures + 1 };
                    outcome = Err(send_error(*address, source));
                }
            }
        }
        self.packets.clear();
        if self.failures > MOST_FAILURES {
            self.give_up();
        }
        outcome
    }

    /// Opens the socket if it is time to try.
    fn open(&mut self) -> Result<(), WireError> {
        if self.socket.is_some() || Instant::now() < self.next_attempt {
            return Ok(());
        }
        match connect(&self.host, self.port) {
            Ok(socket) => {
                self.encoder.aims_at(socket.1);
                self.ear.follow(self.encoder.listens_on(), socket.1);
                (self.socket, self.failures) = (Some(socket), 0);
                Ok(())
            }
            Err(error) => {
                self.give_up();
                Err(error)
            }
        }
    }

    fn give_up(&mut self) {
        self.socket = None;
        self.failures = 0;
        self.next_attempt = Instant::now() + self.retry;
        self.retry = (2 * self.retry).min(RETRY.1);
    }
}

impl Carrier for UdpCarrier {
    fn show(&mut self, moment: &Moment, trail: &mut Trail) -> Result<bool, WireError> {
        self.encoder.face(moment, &mut self.packets)?;
        if moment.rest && self.socket.is_none() {
            // Nothing stands there, and a name server must not hold up who leaves.
            self.packets.clear();
            return Ok(false);
        }
        self.flush(trail)
    }

    fn tell(&mut self, event: &WireEvent, time_s: f64, trail: &mut Trail) -> Result<(), WireError> {
        self.encoder.event(event, time_s, &mut self.packets)?;
        if self.packets.is_empty() { Ok(()) } else { self.flush(trail).map(drop) }
    }

    fn tend(&mut self, time_s: f64, trail: &mut Trail) -> Result<(), WireError> {
        // Receivers may ask before there is a face.
        self.open()?;
        self.ear.hear(&mut *self.encoder);
        let tended = self.encoder.tend(time_s, &mut self.packets);
        if !self.packets.is_empty() {
            self.flush(trail)?;
        }
        tended
    }

    fn become_target(&mut self, target: &Target) {
        let Some(encoder) = datagram_encoder(target) else { return };
        self.encoder = encoder;
        if let Some((_, address)) = &self.socket {
            self.encoder.aims_at(*address);
            self.ear.follow(self.encoder.listens_on(), *address);
        }
    }

    fn note(&self) -> String {
        match self.encoder.note() {
            words if words.is_empty() => self.ear.note.clone(),
            words => words,
        }
    }
}

/// The socket at which receivers ask for the face.
#[derive(Default)]
struct Ear {
    socket: Option<UdpSocket>,
    /// Why nobody can ask.
    note: String,
}

impl Ear {
    /// Listens where the language has its receivers ask, or no longer.
    fn follow(&mut self, port: Option<u16>, target: SocketAddr) {
        // Before another one is opened: it may be the same port.
        self.socket = None;
        self.note.clear();
        if let Some(port) = port {
            self.open(port, target);
        }
    }

    /// Opens the port: for this machine alone if the target is on it. Somebody else may have it, such as the receiver
    /// itself; the face is then sent without being asked for.
    fn open(&mut self, port: u16, target: SocketAddr) {
        let local = match target {
            SocketAddr::V4(address) if address.ip().is_loopback() => {
                SocketAddr::from((Ipv4Addr::LOCALHOST, port))
            }
            SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)),
            SocketAddr::V6(address) if address.ip().is_loopback() => {
                SocketAddr::from((Ipv6Addr::LOCALHOST, port))
            }
            SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)),
        };
        let opened = UdpSocket::bind(local).and_then(|socket| {
            socket.set_nonblocking(true)?;
            Ok(socket)
        });
        self.note = match &opened {
            Ok(_) => String::new(),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                format!("sent without being asked: port {port} belongs to another program")
            }
            Err(error) => format!("sent without being asked: port {port}: {error}"),
        };
        self.socket = opened.ok();
    }

    fn hear(&self, encoder: &mut dyn Encoder) {
        let Some(socket) = &self.socket else { return };
        let mut buffer = [0; 512];
        for _ in 0..MOST_QUESTIONS {
            let Ok((size, from)) = socket.recv_from(&mut buffer) else { return };
            encoder.hear(&buffer[..size], from);
        }
    }

    fn answer(&self, asker: SocketAddr, datagram: &[u8]) -> bool {
        self.socket.as_ref().is_some_and(|socket| socket.send_to(datagram, asker).is_ok())
    }
}

fn connect(host: &str, port: u16) -> Result<(UdpSocket, SocketAddr), WireError> {
    let not_found = |source| WireError::Resolve { host: host.to_owned(), source };
    let address = resolve(host, port).map_err(not_found)?;
    let socket = open_socket(address).map_err(|source| WireError::Socket { address, source })?;
    Ok((socket, address))
}

fn open_socket(address: SocketAddr) -> io::Result<UdpSocket> {
    let local = match address {
        SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
    };
    let socket = UdpSocket::bind(local)?;
    socket.set_write_timeout(Some(WRITE_TIMEOUT))?;
    // A studio may send to all its machines at once: 192.168.0.255.
    socket.set_broadcast(true)?;
    // A connected socket reports a port where nobody listens.
    socket.connect(address)?;
    Ok(socket)
}

/// A refusal reports the fate of an earlier datagram and swallows this one, so this one is sent again: else
/// a receiver that has just started would miss the last face.
fn send_datagram(socket: &UdpSocket, datagram: &[u8]) -> io::Result<()> {
    match socket.send(datagram) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            let _ = socket.send(datagram);
            Err(error)
        }
        Err(error) if error.kind() == ErrorKind::Interrupted => socket.send(datagram).map(drop),
        outcome => outcome.map(drop),
    }
}

fn send_error(address: SocketAddr, source: io::Error) -> WireError {
    let advice = match source.kind() {
        ErrorKind::ConnectionRefused => "start the receiver, or check its port",
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => "check the network and the address",
        ErrorKind::PermissionDenied => "let Psivox through the firewall",
        _ => "check the receiver and the network",
    };
    WireError::Send { address, source, advice }
}
