//! A socket that is listened on in a thread of its own, so that drawing never delays the time stamp of a datagram.

use crate::error::CliError;
use psivox_wire::decode::MAX_DATAGRAM_BYTES;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver as Channel, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// Datagrams that wait to be looked at: seconds of the busiest sender, 8 MB at most.
const WAITING: usize = 1_024;

/// How often the thread asks whether it should go on.
const LOOK: Duration = Duration::from_millis(100);

/// Longest datagram there is.
const MAX_UDP_BYTES: usize = 65_536;

/// A datagram and how it came.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// When.
    pub at: Instant,
    /// From where.
    pub from: SocketAddr,
    /// How long it was.
    pub length: usize,
    /// Its content; where it is longer than any decoder reads, cut just behind that.
    pub bytes: Vec<u8>,
}

/// Listens until it is dropped.
#[derive(Debug)]
pub struct Receiver {
    socket: UdpSocket,
    address: SocketAddr,
    arrivals: Channel<Arrival>,
    ends: Arc<AtomicBool>,
    lost: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Opens a port; 0 lets the system choose.
    ///
    /// # Errors
    /// [`CliError::Listen`], [`CliError::Thread`].
    pub fn open(ip: IpAddr, port: u16) -> Result<Self, CliError> {
        let place = SocketAddr::new(ip, port);
        let refused = |error: std::io::Error| refused(place, &error);
        let socket = UdpSocket::bind(place).map_err(refused)?;
        let address = socket.local_addr().map_err(refused)?;
        let ear = socket.try_clone().map_err(refused)?;
        ear.set_read_timeout(Some(LOOK)).map_err(refused)?;
        let (sender, arrivals) = sync_channel(WAITING);
        let (ends, lost) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (stop, missed) = (Arc::clone(&ends), Arc::clone(&lost));
        let thread = Builder::new()
            .name("psivox-listen".to_owned())
            .spawn(move || listen(&ear, &sender, &stop, &missed))
            .map_err(|error| CliError::Listen { place: place.to_string(), reason: error.to_string() })?;
        Ok(Self { socket, address, arrivals, ends, lost, thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Datagrams that came faster than they were looked at.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Sends a datagram from the port that is listened on.
    ///
    /// # Errors
    /// The network's.
    pub fn send(&self, bytes: &[u8], to: SocketAddr) -> std::io::Result<()> {
        self.socket.send_to(bytes, to).map(drop)
    }

    /// The next datagram, if one comes before `until`.
    pub fn next(&self, until: Instant) -> Option<Arrival> {
        let wait = until.saturating_duration_since(Instant::now());
        match self.arrivals.recv_timeout(wait) {
            Ok(arrival) => Some(arrival),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(wait);
                None
            }
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn listen(socket: &UdpSocket, sender: &SyncSender<Arrival>, ends: &AtomicBool, lost: &AtomicU64) {
    let mut buffer = vec![0; MAX_UDP_BYTES];
    while !ends.load(Ordering::Relaxed) {
        match socket.recv_from(&mut buffer) {
            Ok((length, from)) => {
                let bytes = buffer[..length.min(MAX_DATAGRAM_BYTES + 1)].to_vec();
                if sender.try_send(Arrival { at: Instant::now(), from, length, bytes }).is_err() {
                    lost.fetch_add(1, Ordering::Relaxed);
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            // Such as the refusal of a question that was sent from here: not worth more than a moment's rest.
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

fn refused(place: SocketAddr, error: &std::io::Error) -> CliError {
    let reason = match error.kind() {
        ErrorKind::AddrInUse => {
            "another program has this port; close it, or let the sender send to another port".to_owned()
        }
        ErrorKind::AddrNotAvailable => {
            "this machine has no such address; use --bind 127.0.0.1, or --bind 0.0.0.0 for all of its networks"
                .to_owned()
        }
        ErrorKind::PermissionDenied => {
            "no permission; ports below 1024 belong to the system, choose a higher one".to_owned()
        }
        _ => format!("{error}; choose another port"),
    };
    CliError::Listen { place: place.to_string(), reason }
}
