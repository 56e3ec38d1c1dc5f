//! A program that gives orders by OSC and asks by OSCQuery.

use rosc::{OscMessage, OscPacket, OscType};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

/// Looks every 10 ms, for at most 30 s.
pub fn eventually(mut done: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !done() {
        if start.elapsed() > Duration::from_secs(30) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

/// A program that gives orders to a port.
pub struct Surface {
    socket: UdpSocket,
    /// Where it sends.
    pub port: u16,
}

impl Surface {
    /// With a port that nobody has, of UDP as of TCP.
    ///
    /// # Panics
    /// None is free.
    pub fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        for _ in 0..100 {
            let udp = UdpSocket::bind("127.0.0.1:0").expect("a free port");
            let port = udp.local_addr().expect("an address").port();
            if TcpListener::bind(("127.0.0.1", port)).is_ok() && UdpSocket::bind(("::1", port)).is_ok() {
                return Self { socket, port };
            }
        }
        panic!("no port is free");
    }

    /// Sends a message.
    ///
    /// # Panics
    /// It cannot be sent.
    pub fn send(&self, address: &str, args: &[OscType]) {
        let message = OscMessage { addr: address.to_owned(), args: args.to_vec() };
        self.raw(&rosc::encoder::encode(&OscPacket::Message(message)).expect("OSC"));
    }

    /// Sends a message with one text.
    pub fn say(&self, address: &str, text: &str) {
        self.send(address, &[OscType::String(text.to_owned())]);
    }

    /// Sends bytes.
    ///
    /// # Panics
    /// They cannot be sent.
    pub fn raw(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, ("127.0.0.1", self.port)).expect("sent");
    }

    /// What OSCQuery answers; none where nobody does.
    pub fn get(&self, path: &str) -> Option<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    }

    /// How listening goes.
    pub fn report(&self) -> Value {
        self.get("/psivox/wire").map(|wire| wire["remote"].clone()).unwrap_or_default()
    }

    /// A number of the report; 0 if it is not there.
    pub fn count(&self, name: &str) -> u64 {
        self.report()[name].as_u64().unwrap_or(0)
    }

    /// Waits until so many orders have been acted on and none waits for its turn.
    ///
    /// # Panics
    /// They never are.
    pub fn done(&self, orders: u64) {
        let all = || {
            let report = self.report();
            report["acted"].as_u64() == Some(orders) && report["waiting"].as_u64() == Some(0)
        };
        assert!(eventually(all), "{}", self.report());
    }

    /// Waits until so many were refused, the last one for a reason with these words.
    ///
    /// # Panics
    /// They never are.
    pub fn refused(&self, times: u64, words: &str) {
        let told = || {
            let report = self.report();
            let error = report["last_error"].as_str().unwrap_or("").to_owned();
            report["refused"].as_u64() == Some(times) && error.contains(words)
        };
        assert!(eventually(told), "{}", self.report());
    }

    /// What an instance has to be told to listen.
    pub fn listened_to(&self) -> Value {
        json!({"port": self.port})
    }

    /// A network with these targets that listens.
    pub fn wire(&self, targets: Value) -> Value {
        json!({"targets": targets, "latency_ms": 0.0, "remote": self.listened_to()})
    }
}

impl Default for Surface {
    fn default() -> Self {
        Self::new()
    }
}
