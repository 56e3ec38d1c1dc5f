//! The way to one target: its address, its one socket, and whether a face stands there.

use crate::{Target, VmcOptions, WireError, event, vmc};
use psivox_core::BlendshapeFrame;
use psivox_core::field::SurpriseEvent;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// First and longest wait before a name is asked for or a socket opened again: soon enough for a receiver
/// that is just starting, rare enough not to bother a name server.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// A send that blocks this long is given up: the next face is newer anyway.
const WRITE_TIMEOUT: Duration = Duration::from_millis(50);

/// Sends faces to one target from one source port, which some receivers take for the sender's identity.
#[derive(Debug)]
pub(crate) struct Outlet {
    target: Target,
    options: VmcOptions,
    /// Open socket and where it is connected to; `None` until the host has been found.
    socket: Option<(UdpSocket, SocketAddr)>,
    /// No attempt to open the socket before this instant.
    next_attempt: Instant,
    /// Wait after the next failure.
    retry: Duration,
    /// Whether the last face sent was another than the neutral one.
    face_stands: bool,
}

impl Outlet {
    pub fn new(target: Target, options: VmcOptions) -> Self {
        Self {
            target,
            options,
            socket: None,
            next_attempt: Instant::now(),
            retry: RETRY.0,
            face_stands: false,
        }
    }

    pub fn target(&self) -> &Target {
        &self.target
    }

    /// What the receiver can take, from the next face on.
    pub fn set_options(&mut self, options: VmcOptions) {
        self.options = options;
    }

    /// Whether the receiver still shows a face that was sent.
    pub fn face_stands(&self) -> bool {
        self.face_stands
    }

    /// Sends one face; `Ok(false)` while it waits to try an unreachable host again.
    pub fn send(&mut self, frame: &BlendshapeFrame, time_s: f32) -> Result<bool, WireError> {
        let options = self.options;
        let Some((socket, address)) = self.open()? else { return Ok(false) };
        let mut outcome = Ok(true);
        // All of it goes out whatever an earlier part met: the Apply at the end is what lets a face rest.
        for datagram in vmc::encode(frame, time_s, options)? {
            if let Err(source) = send_datagram(socket, &datagram) {
                outcome = Err(send_error(*address, source));
            }
        }
        self.face_stands = true;
        outcome
    }

    /// Sends a surprise in a datagram of its own; `Ok(false)` while it waits to try an unreachable host again.
    pub fn send_surprise(&mut self, surprise: &SurpriseEvent, time_s: f32) -> Result<bool, WireError> {
        let datagram = event::encode(surprise, time_s)?;
        let Some((socket, address)) = self.open()? else { return Ok(false) };
        send_datagram(socket, &datagram).map_err(|source| send_error(*address, source))?;
        Ok(true)
    }

    /// Sends the face at rest.
    pub fn send_neutral(&mut self, time_s: f32) -> Result<bool, WireError> {
        let sent = self.send(&BlendshapeFrame::NEUTRAL, time_s)?;
        self.face_stands = false;
        Ok(sent)
    }

    /// The socket, opened if it is time to try.
    fn open(&mut self) -> Result<Option<&(UdpSocket, SocketAddr)>, WireError> {
        if self.socket.is_none() && Instant::now() >= self.next_attempt {
            match connect(&self.target) {
                Ok(socket) => self.socket = Some(socket),
                Err(error) => {
                    self.next_attempt = Instant::now() + self.retry;
                    self.retry = (2 * self.retry).min(RETRY.1);
                    return Err(error);
                }
            }
        }
        Ok(self.socket.as_ref())
    }
}

fn connect(target: &Target) -> Result<(UdpSocket, SocketAddr), WireError> {
    let not_found = |source| WireError::Resolve { host: target.host.clone(), source };
    let address = target.resolve().map_err(not_found)?;
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
