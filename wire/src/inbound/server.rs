//! The sockets that orders come in by, and what has come.

use super::limit::Limiter;
use super::orders::{OrderReceiver, OrderSender, orders};
use super::{Allowance, Inbound, MAX_DATAGRAM_BYTES, ParameterBoard, parse};
use crate::WireError;
use crate::shown::shorten;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often a thread that waits for a datagram looks whether it should end.
const LOOK: Duration = Duration::from_millis(100);
/// Letters of a message that the status shows.
const SHOWN: usize = 120;

/// Where to listen.
#[derive(Debug, Clone, PartialEq)]
pub struct InboundConfig {
    /// UDP port; 0 lets the system choose, which [`InboundServer::port`] tells.
    pub port: u16,
    /// Whether other machines may send: all interfaces instead of 127.0.0.1 and ::1.
    pub open_to_network: bool,
    /// What is let through.
    pub allowance: Allowance,
}

/// What has come in since the server was opened.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InboundStatus {
    /// Where it listens.
    pub addresses: Vec<SocketAddr>,
    /// Datagrams that came.
    pub received: u64,
    /// Orders passed on.
    pub acted: u64,
    /// Datagrams refused, each as a whole.
    pub refused: u64,
    /// Datagrams and orders over the rates, or that nobody took. A stop and a panic are never among them while anybody
    /// takes orders, if their message is alone in its datagram or the first of a short bundle.
    pub limited: u64,
    /// Why the last one was refused.
    pub last_error: Option<String>,
    /// Who sent the last one.
    pub last_from: Option<SocketAddr>,
    /// The last order passed on, shortened.
    pub last_message: Option<String>,
}

/// Listens until it is dropped, which takes at most about 0.2 s.
#[derive(Debug)]
pub struct InboundServer {
    port: u16,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    status: Mutex<InboundStatus>,
    limiter: Mutex<Limiter>,
    ends: AtomicBool,
}

impl InboundServer {
    /// Opens the port and starts to listen: on 127.0.0.1 and, where the system has it, ::1; opened to the network on
    /// all IPv4 interfaces, and on those of IPv6 where the system lets one port be both. The orders come by the
    /// receiver; a stop and a panic pass all limits and overtake the others.
    ///
    /// # Errors
    /// [`WireError::Listen`] where the port cannot be had, [`WireError::Thread`] where no thread starts.
    pub fn open(
        config: &InboundConfig,
        board: Arc<ParameterBoard>,
    ) -> Result<(InboundServer, OrderReceiver), WireError> {
        let sockets = bind(config).map_err(|source| WireError::Listen { port: config.port, source })?;
        let addresses: Vec<SocketAddr> = sockets.iter().filter_map(|s| s.local_addr().ok()).collect();
        let port = addresses.first().map_or(config.port, SocketAddr::port);
        let shared = Arc::new(Shared {
            status: Mutex::new(InboundStatus { addresses, ..InboundStatus::default() }),
            limiter: Mutex::new(Limiter::new(config.allowance)),
            ends: AtomicBool::new(false),
        });
        let (sender, receiver) = orders();
        let mut server = Self { port, shared, threads: Vec::new() };
        for socket in sockets {
            let listener = Listener {
                socket,
                shared: Arc::clone(&server.shared),
                board: Arc::clone(&board),
                sender: sender.clone(),
                start: Instant::now(),
            };
            let name = "psivox-osc-in".to_owned();
            let thread = thread::Builder::new().name(name).spawn(move || listener.run());
            server.threads.push(thread.map_err(WireError::Thread)?);
        }
        Ok((server, receiver))
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What has come in.
    pub fn status(&self) -> InboundStatus {
        held(&self.shared.status).clone()
    }
}

impl Drop for InboundServer {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A thread that failed has nothing left to say.
            let _ = thread.join();
        }
    }
}

/// The sockets, the first of which decides whether the port can be had.
fn bind(config: &InboundConfig) -> io::Result<Vec<UdpSocket>> {
    let (v4, v6) = if config.open_to_network {
        (Ipv4Addr::UNSPECIFIED, Ipv6Addr::UNSPECIFIED)
    } else {
        (Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST)
    };
    let first = listen(IpAddr::V4(v4), config.port)?;
    let port = first.local_addr()?.port();
    let mut sockets = vec![first];
    match listen(IpAddr::V6(v6), port) {
        Ok(second) => sockets.push(second),
        // Another program's ::1 of this port would swallow what is meant for this one, when the port was named.
        Err(error) if error.kind() == ErrorKind::AddrInUse && !config.open_to_network && config.port != 0 => {
            return Err(error);
        }
        // No IPv6 here.
        Err(_) => {}
    }
    Ok(sockets)
}

fn listen(address: IpAddr, port: u16) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((address, port))?;
    socket.set_read_timeout(Some(LOOK))?;
    Ok(socket)
}

/// What one thread needs.
struct Listener {
    socket: UdpSocket,
    shared: Arc<Shared>,
    board: Arc<ParameterBoard>,
    sender: OrderSender,
    start: Instant,
}

impl Listener {
    fn run(self) {
        // One byte more than is read, so that what was cut off by the system is seen to be too long.
        let mut buffer = vec![0; MAX_DATAGRAM_BYTES + 1];
        while !self.shared.ends.load(Ordering::Relaxed) {
            match self.socket.recv_from(&mut buffer) {
                Ok((length, from)) => self.datagram(&buffer[..length], from),
                Err(error) if nothing_came(error.kind()) => {}
                Err(error) => {
                    held(&self.shared.status).last_error =
                        Some(format!("nothing could be received: {error}"));
                    // An interface that is gone fails at once, again and again.
                    thread::sleep(LOOK);
                }
            }
        }
    }

    fn datagram(&self, bytes: &[u8], from: SocketAddr) {
        let now_s = self.start.elapsed().as_secs_f64();
        let looked_at = held(&self.shared.limiter).datagram(now_s);
        let orders = match (looked_at, parse::may_end(bytes)) {
            (false, false) => Ok(Vec::new()),
            (true, _) => parse::read(bytes, self.board.parameters()),
            // An end passes even where datagrams are too many to be read, and what stands behind it does not.
            (false, true) => Ok(self.ends(bytes)),
        };
        let mut status = held(&self.shared.status);
        status.received += 1;
        status.last_from = Some(from);
        status.limited += u64::from(!looked_at && !matches!(&orders, Ok(ends) if !ends.is_empty()));
        match orders {
            Ok(orders) => {
                for order in orders {
                    self.pass(order, now_s, &mut status);
                }
            }
            Err(error) => {
                status.refused += 1;
                status.last_error = Some(error.to_string());
            }
        }
    }

    /// Of a datagram, what ends something.
    fn ends(&self, bytes: &[u8]) -> Vec<Inbound> {
        let orders = parse::read(bytes, self.board.parameters()).unwrap_or_default();
        orders.into_iter().filter(Inbound::ends).collect()
    }

    fn pass(&self, order: Inbound, now_s: f64, status: &mut InboundStatus) {
        let shown = shorten(&order.to_string(), SHOWN);
        if held(&self.shared.limiter).order(&order, now_s) && self.sender.send(order) {
            status.acted += 1;
            status.last_message = Some(shown);
        } else {
            status.limited += 1;
        }
    }
}

/// Errors of a socket that only waits: the time is over, or a neighbour that was never asked has answered (Windows).
fn nothing_came(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted | ErrorKind::ConnectionReset
    )
}

/// The lock, also after a thread that held it has failed: counts are never half written.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
