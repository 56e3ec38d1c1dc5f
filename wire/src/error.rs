//! What can go wrong on the way to a receiver, in words that say what to do.

use std::net::SocketAddr;

/// A target that cannot be read. See [`crate::Target`] for the grammar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Nothing in front of the host.
    #[error("'{found}' does not name a protocol; write vmc:HOST:PORT, for example vmc:127.0.0.1:39539")]
    NoProtocol {
        /// What was given.
        found: String,
    },
    /// A protocol that is not spoken here.
    #[error("'{found}' is not a protocol that Psivox sends; use vmc, for example vmc:127.0.0.1:39539")]
    Protocol {
        /// What stood before the first colon.
        found: String,
    },
    /// Nothing between the protocol and the port.
    #[error("'{found}' names no host; write vmc:HOST:PORT, for example vmc:127.0.0.1:39539")]
    NoHost {
        /// What was given.
        found: String,
    },
    /// A host that no resolver could accept.
    #[error("'{host}' is not a host name or address; use letters, digits, '.', '-' and '_', or [IPv6]")]
    Host {
        /// What stood at the host's place.
        host: String,
    },
    /// A port that is not a number from 1 to 65535.
    #[error("'{port}' is not a port; expected a number from 1 to 65535 (VMC receivers listen on 39539)")]
    Port {
        /// What stood at the port's place.
        port: String,
    },
    /// An IPv6 address whose colons cannot be told from the port's.
    #[error("write an IPv6 address in brackets: vmc:[{address}]:39539")]
    BareIpv6 {
        /// The address as given.
        address: String,
    },
    /// A bracket that never closes, or text between the bracket and the port.
    #[error("'{found}' has unbalanced brackets; write vmc:[IPv6]:PORT, for example vmc:[::1]:39539")]
    Brackets {
        /// What was given.
        found: String,
    },
}

/// A failure of the sender. Those of the network are shown in [`crate::SenderStatus`] and never fatal.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The operating system gave no thread.
    #[error("the thread that sends the face could not be started: {0}; close other programs and try again")]
    Thread(#[source] std::io::Error),
    /// The name has no address.
    #[error("the host '{host}' was not found: {source}; check the name, or write its IP address")]
    Resolve {
        /// The host as given.
        host: String,
        /// The resolver's reason.
        source: std::io::Error,
    },
    /// No socket could be opened towards the target.
    #[error("no UDP socket towards {address} could be opened: {source}; check the network")]
    Socket {
        /// Where it should have led.
        address: SocketAddr,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A datagram did not go out.
    #[error("a face for {address} was not sent: {source}; {advice}")]
    Send {
        /// Where it should have gone.
        address: SocketAddr,
        /// The operating system's reason.
        source: std::io::Error,
        /// What the user can do.
        advice: &'static str,
    },
    /// A message that OSC cannot express.
    #[error("a face could not be written as OSC: {0}")]
    Encode(#[from] rosc::OscError),
}
