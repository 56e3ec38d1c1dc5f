//! The ports that orders come in by: opened when the project says so, tried again while somebody else has them.

use super::{RemoteHub, monitor};
use crate::face_link::FaceLink;
use crate::wire_state::RemoteState;
use psivox_wire::inbound::{Allowance, Inbound, OrderReceiver};
use psivox_wire::{RemoteConfig, RemoteServer, RemoteStatus, WireError};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Between two attempts to open a port that somebody else has: the first and the longest pause.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Who listens, if anybody does. Dropping it closes the ports, which takes below a second.
pub struct Ears {
    hub: Arc<RemoteHub>,
    link: Arc<FaceLink>,
    /// How to listen; none for not at all.
    wanted: Option<RemoteState>,
    server: Option<(RemoteServer, OrderReceiver)>,
    /// When to try again.
    retry: Option<Instant>,
    /// How long to wait after that.
    pause: Duration,
    trouble: Option<String>,
}

impl Ears {
    /// Nobody listens yet.
    pub fn new(hub: Arc<RemoteHub>, link: Arc<FaceLink>) -> Self {
        Self { hub, link, wanted: None, server: None, retry: None, pause: PAUSES.0, trouble: None }
    }

    /// How to listen, if at all.
    pub fn wanted(&self) -> Option<&RemoteState> {
        self.wanted.as_ref()
    }

    /// Listens so from now on; what listened otherwise is closed first. False if nothing has changed.
    pub fn listen(&mut self, wanted: Option<RemoteState>) -> bool {
        if self.wanted == wanted {
            return false;
        }
        (self.server, self.trouble) = (None, None);
        (self.retry, self.pause) = (wanted.as_ref().map(|_| Instant::now()), PAUSES.0);
        self.wanted = wanted;
        true
    }

    /// Opens the ports when it is time; whether it was.
    pub fn open_if_due(&mut self) -> bool {
        let due = self.retry.is_some_and(|at| Instant::now() >= at);
        let Some(wanted) = self.wanted.clone().filter(|_| due) else { return false };
        match self.open(&wanted) {
            Ok(server) => {
                self.server = Some(server);
                (self.retry, self.trouble) = (None, None);
            }
            Err(error) => {
                self.trouble = Some(format!("{error}; tried again in {} s", self.pause.as_secs()));
                self.retry = Some(Instant::now() + self.pause);
                self.pause = (self.pause * 2).min(PAUSES.1);
            }
        }
        true
    }

    fn open(&self, wanted: &RemoteState) -> Result<(RemoteServer, OrderReceiver), WireError> {
        let attempt = |http_port| {
            let config = RemoteConfig {
                name: "Psivox".to_owned(),
                osc_port: wanted.port,
                http_port,
                open_to_network: wanted.open_to_network,
                advertise: wanted.advertise,
                allowance: Allowance::default(),
            };
            let monitor = monitor(Arc::clone(&self.hub), Arc::clone(&self.link));
            RemoteServer::open(&config, Arc::clone(&self.hub.board), monitor)
        };
        // The same number is the one that people guess; the announcement tells any other.
        attempt(wanted.port).or_else(|_| attempt(0))
    }

    /// The next order that has come.
    pub fn next(&self) -> Option<Inbound> {
        self.server.as_ref()?.1.try_recv().ok()
    }

    /// What has come in and been asked; none while nobody listens.
    pub fn status(&self) -> Option<RemoteStatus> {
        self.server.as_ref().map(|(server, _)| server.status())
    }

    /// Whether the ports are open.
    pub fn are_open(&self) -> bool {
        self.server.is_some()
    }

    /// Why nobody listens although somebody should.
    pub fn trouble(&self) -> Option<&String> {
        self.trouble.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::PsivoxParams;
    use std::net::UdpSocket;

    fn ears() -> Ears {
        let params = PsivoxParams::default();
        Ears::new(RemoteHub::new(&params), Arc::new(FaceLink::default()))
    }

    #[test]
    fn a_taken_port_is_told_and_tried_again_ever_more_rarely() {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        let port = socket.local_addr().expect("an address").port();
        drop(socket);
        let wanted = Some(RemoteState { port, ..RemoteState::default() });
        let (mut first, mut second) = (ears(), ears());
        assert!(first.listen(wanted.clone()) && !first.listen(wanted.clone()));
        assert!(first.open_if_due() && first.are_open() && !first.open_if_due());
        assert!(second.listen(wanted));
        for seconds in [1, 2, 4, 8, 16, 30, 30] {
            second.retry = Some(Instant::now());
            assert!(second.open_if_due() && !second.are_open());
            let trouble = second.trouble().expect("the port is taken");
            assert!(trouble.contains(&format!("port {port}")), "{trouble}");
            assert!(trouble.ends_with(&format!("again in {seconds} s")), "{trouble}");
        }
        assert!(!second.open_if_due(), "not before its time");
        drop(first);
        second.retry = Some(Instant::now());
        assert!(second.open_if_due() && second.are_open());
        assert_eq!(second.trouble(), None);
        assert!(second.listen(None) && !second.are_open() && second.status().is_none());
    }

    #[test]
    fn ears_are_open_as_far_as_they_were_asked_to_be() {
        for open_to_network in [false, true] {
            let mut ears = ears();
            let port = UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
            let port = port.expect("a free port").port();
            ears.listen(Some(RemoteState { port, open_to_network, advertise: open_to_network }));
            assert!(ears.open_if_due() && ears.are_open(), "{:?}", ears.trouble());
            let status = ears.status().expect("open");
            let loopback = status.inbound.addresses.iter().all(|address| address.ip().is_loopback());
            assert_eq!((loopback, status.announced.is_some()), (!open_to_network, open_to_network));
        }
    }
}
