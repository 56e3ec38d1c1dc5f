//! The HTTP server of the tree: one thread, a few connections at a time, none of which can hold up the others.

use super::http::{self, Head, MAX_HEAD_BYTES, Request, Status};
use super::{HostInfo, tree};
use crate::WireError;
use crate::inbound::ParameterBoard;
use serde_json::Value;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Connections that are served at once; the system keeps a few more waiting.
const MAX_CONNECTIONS: usize = 8;
/// Longest that a request may take to come, and again an answer to be taken.
const PATIENCE: Duration = Duration::from_millis(500);
/// Longest that a connection is kept after its answer, so that the answer is not lost with what was left unread.
const LINGER: Duration = Duration::from_millis(200);
/// Between two looks at the connections; and while there are none.
const LOOK: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(25));
/// The address whose answer is the wire monitor's.
pub(super) const MONITOR_PATH: &str = "/psivox/wire";

/// What the wire does now, as JSON; called in the server's thread.
pub type Monitor = Arc<dyn Fn() -> Value + Send + Sync>;

/// Where to listen and what to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryConfig {
    /// The name in `HOST_INFO`.
    pub name: String,
    /// TCP port; 0 lets the system choose.
    pub port: u16,
    /// The UDP port that OSC comes in by.
    pub osc_port: u16,
    /// Whether other machines may ask: all IPv4 interfaces instead of 127.0.0.1.
    pub open_to_network: bool,
}

/// What has been asked since the server was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryStatus {
    /// The TCP port.
    pub port: u16,
    /// Requests answered, those for attributes that an address lacks among them.
    pub answered: u64,
    /// Requests refused, or that never became one.
    pub refused: u64,
    /// Who asked last.
    pub last_from: Option<SocketAddr>,
}

/// Answers until it is dropped, which takes at most about 0.1 s.
#[derive(Debug)]
pub struct QueryServer {
    port: u16,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    ends: AtomicBool,
    answered: AtomicU64,
    refused: AtomicU64,
    last_from: Mutex<Option<SocketAddr>>,
}

impl QueryServer {
    /// Opens the port and starts to answer.
    ///
    /// # Errors
    /// [`WireError::Listen`] where the port cannot be had, [`WireError::Thread`] where no thread starts.
    pub fn open(
        config: QueryConfig,
        board: Arc<ParameterBoard>,
        monitor: Monitor,
    ) -> Result<QueryServer, WireError> {
        let ip = if config.open_to_network { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
        let refused = |source| WireError::Listen { port: config.port, source };
        let listener = TcpListener::bind((ip, config.port)).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let port = listener.local_addr().map_err(refused)?.port();
        let shared = Arc::new(Shared::default());
        let service = Service { config, board, monitor, shared: Arc::clone(&shared) };
        let name = "psivox-oscquery".to_owned();
        let thread = thread::Builder::new().name(name).spawn(move || service.run(&listener));
        Ok(Self { port, shared, thread: Some(thread.map_err(WireError::Thread)?) })
    }

    /// The TCP port it answers on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What has been asked.
    pub fn status(&self) -> QueryStatus {
        QueryStatus {
            port: self.port,
            answered: self.shared.answered.load(Ordering::Relaxed),
            refused: self.shared.refused.load(Ordering::Relaxed),
            last_from: *self.shared.last_from.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

impl Drop for QueryServer {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A thread that failed has nothing left to say.
            let _ = thread.join();
        }
    }
}

/// What the thread answers from.
struct Service {
    config: QueryConfig,
    board: Arc<ParameterBoard>,
    monitor: Monitor,
    shared: Arc<Shared>,
}

impl Service {
    fn run(&self, listener: &TcpListener) {
        let mut connections: Vec<Connection> = Vec::with_capacity(MAX_CONNECTIONS);
        while !self.shared.ends.load(Ordering::Relaxed) {
            self.accept(listener, &mut connections);
            let now = Instant::now();
            connections.retain_mut(|connection| connection.step(self, now));
            thread::sleep(if connections.is_empty() { LOOK.1 } else { LOOK.0 });
        }
    }

    fn accept(&self, listener: &TcpListener, connections: &mut Vec<Connection>) {
        while connections.len() < MAX_CONNECTIONS {
            // No more of them, or one that was gone before it was taken: the next look tells.
            let Ok((stream, from)) = listener.accept() else { return };
            if stream.set_nonblocking(true).is_ok() {
                *self.shared.last_from.lock().unwrap_or_else(PoisonError::into_inner) = Some(from);
                connections.push(Connection::new(stream));
            }
        }
    }

    /// The answer to a request that came in by the address `here`.
    fn answer(&self, request: &Request, here: Option<SocketAddr>) -> Vec<u8> {
        let (status, json) = if !self.config.open_to_network && !request.is_local() {
            (Status::Forbidden, Value::Null)
        } else if request.path == MONITOR_PATH && request.query.is_none() {
            (Status::Ok, (self.monitor)())
        } else {
            let ip = here.map(|here| here.ip().to_string());
            let host = HostInfo::new(&self.config.name, ip, self.config.osc_port);
            request.answer(&tree(&self.board), &host)
        };
        let count = match status {
            Status::Ok | Status::NoContent => &self.shared.answered,
            _ => &self.shared.refused,
        };
        count.fetch_add(1, Ordering::Relaxed);
        http::write(status, &json)
    }

    fn refuse(&self, status: Status) -> Vec<u8> {
        self.shared.refused.fetch_add(1, Ordering::Relaxed);
        http::write(status, &Value::Null)
    }
}

/// One connection and how far it has come.
struct Connection {
    stream: TcpStream,
    until: Instant,
    stage: Stage,
}

enum Stage {
    /// What has come of the request.
    Reads(Vec<u8>),
    /// The answer, and how much of it has gone.
    Writes(Vec<u8>, usize),
    /// All has gone; what still comes is read away.
    Lingers,
}

impl Connection {
    fn new(stream: TcpStream) -> Self {
        Self { stream, until: Instant::now() + PATIENCE, stage: Stage::Reads(Vec::new()) }
    }

    /// Goes on as far as it can without waiting; whether there is more to do.
    fn step(&mut self, service: &Service, now: Instant) -> bool {
        if let Stage::Reads(head) = &mut self.stage {
            let Some(answer) = read(&mut self.stream, head, service, now >= self.until) else {
                return true;
            };
            if answer.is_empty() {
                return false;
            }
            self.stage = Stage::Writes(answer, 0);
            self.until = now + PATIENCE;
        }
        if let Stage::Writes(answer, gone) = &mut self.stage {
            while *gone < answer.len() {
                match self.stream.write(&answer[*gone..]) {
                    Ok(0) => return false,
                    Ok(written) => *gone += written,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return now < self.until,
                    Err(_) => return false,
                }
            }
            if self.stream.shutdown(Shutdown::Write).is_err() {
                return false;
            }
            self.stage = Stage::Lingers;
            self.until = now + LINGER;
        }
        let waits = match self.stream.read(&mut [0; 1_024]) {
            Ok(length) => length > 0,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        };
        waits && now < self.until
    }
}

/// Takes what has come. The answer once there is one, empty where the other side has gone; `None` to go on waiting.
fn read(stream: &mut TcpStream, head: &mut Vec<u8>, service: &Service, late: bool) -> Option<Vec<u8>> {
    let mut part = [0; 2_048];
    loop {
        match stream.read(&mut part) {
            Ok(0) => {
                service.shared.refused.fetch_add(1, Ordering::Relaxed);
                return Some(Vec::new());
            }
            Ok(length) => head.extend_from_slice(&part[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                return late.then(|| service.refuse(Status::Timeout));
            }
            Err(_) => return Some(Vec::new()),
        }
        debug_assert!(head.len() <= MAX_HEAD_BYTES + part.len());
        match http::read_head(head) {
            Head::Get(request) => return Some(service.answer(&request, stream.local_addr().ok())),
            Head::Refused(status) => return Some(service.refuse(status)),
            Head::More => {}
        }
    }
}
