//! A WebSocket that never blocks for long and never grows.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use tungstenite::handshake::HandshakeError;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, Message, WebSocket};

/// Time to connect, and once more to shake hands.
const CONNECT: Duration = Duration::from_millis(400);

/// Largest message in either direction.
const MAX_MESSAGE_BYTES: usize = 256 << 10;

/// Most messages that are read at a time.
pub(super) const MAX_MESSAGES: usize = 128;

/// A connection.
#[derive(Debug)]
pub(super) struct Socket(WebSocket<TcpStream>);

/// What was read.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    Text(String),
    /// A ping or the like; it has been answered.
    Control,
    /// Something that is not text.
    Nonsense,
    /// Nothing more for now.
    Nothing,
}

impl Socket {
    /// Connects within a second.
    pub(super) fn open(address: SocketAddr, place: &str) -> Result<Self, String> {
        let stream = TcpStream::connect_timeout(&address, CONNECT).map_err(|error| error.to_string())?;
        stream
            .set_nodelay(true)
            .and_then(|()| stream.set_nonblocking(true))
            .map_err(|error| error.to_string())?;
        let config = WebSocketConfig::default()
            .read_buffer_size(16 << 10)
            .write_buffer_size(0)
            .max_write_buffer_size(2 * MAX_MESSAGE_BYTES)
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_MESSAGE_BYTES));
        let end = Instant::now() + CONNECT;
        let mut step =
            tungstenite::client::client_with_config(format!("ws://{place}/"), stream, Some(config));
        loop {
            match step {
                Ok((socket, _)) => return Ok(Self(socket)),
                Err(HandshakeError::Interrupted(_)) if Instant::now() >= end => {
                    return Err("it does not speak WebSocket".to_owned());
                }
                Err(HandshakeError::Interrupted(middle)) => {
                    std::thread::sleep(Duration::from_millis(2));
                    step = middle.handshake();
                }
                Err(HandshakeError::Failure(error)) => return Err(error.to_string()),
            }
        }
    }

    /// Sends without waiting; bytes of the text.
    pub(super) fn send(&mut self, text: String) -> Result<usize, String> {
        let size = text.len();
        match self.0.send(Message::text(text)) {
            Ok(()) => Ok(size),
            Err(error) if is_later(&error) => Ok(size),
            Err(Error::WriteBufferFull(_)) => Err("it does not read what it is sent".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// What has arrived. Pings are answered on the way.
    pub(super) fn read(&mut self) -> Result<Incoming, String> {
        match self.0.read() {
            Ok(Message::Text(text)) => Ok(Incoming::Text(text.to_string())),
            Ok(Message::Ping(_) | Message::Pong(_)) => Ok(Incoming::Control),
            Ok(Message::Close(_)) => Err("it has closed the connection".to_owned()),
            Ok(_) => Ok(Incoming::Nonsense),
            Err(error) if is_later(&error) => Ok(Incoming::Nothing),
            Err(Error::ConnectionClosed | Error::AlreadyClosed) => {
                Err("it has closed the connection".to_owned())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// Sends what still waits.
    pub(super) fn flush(&mut self) {
        // A failure shows in the next read.
        let _ = self.0.flush();
    }

    /// Says goodbye, without waiting for an answer.
    pub(super) fn close(mut self) {
        let _ = self.0.close(None);
        let _ = self.0.flush();
    }
}

fn is_later(error: &Error) -> bool {
    matches!(error, Error::Io(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted))
}
