//! What can go wrong on the way to a receiver, in words that say what to do.

use std::net::SocketAddr;

/// A target that cannot be read. See [`crate::Target`] for the grammar.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TargetError {
    /// Nothing in front of the host.
    #[error("'{found}' does not name a protocol; write vmc:HOST:PORT, for example vmc:127.0.0.1:39539")]
    NoProtocol {
        /// What was given.
        found: String,
    },
    /// A protocol that is not spoken here.
    #[error(
        "'{found}' is not a protocol that Psivox sends; use one of vmc, vrchat, livelink, ifacialmocap, facecap, osc, vts, for example vmc:127.0.0.1:39539"
    )]
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
    #[error(
        "'{port}' is not a port; expected a number from 1 to 65535 (receivers of this kind listen on {usual})"
    )]
    Port {
        /// What stood at the port's place.
        port: String,
        /// Where receivers of the protocol listen.
        usual: u16,
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
    /// More than a target can be.
    #[error("a target of {found} bytes is too long; at most {most} are read")]
    Long {
        /// Bytes found.
        found: usize,
        /// Most that are read.
        most: usize,
    },
    /// A key behind `?` that no target of this protocol has.
    #[error("'{found}' is nothing that this target has; it has {known}")]
    Key {
        /// The key.
        found: String,
        /// The keys that there are.
        known: String,
    },
    /// A value behind `?` of the wrong kind.
    #[error("the target cannot be read: {reason}")]
    Query {
        /// What the reader says.
        reason: String,
    },
    /// A part of the face that does not exist.
    #[error(
        "'{found}' is no part of a face; join mouth, brows, eyes, cheeks, tongue, head by '+', or write speech"
    )]
    Mask {
        /// What was found.
        found: String,
    },
    /// A number outside its range.
    #[error("{name} is {found}, expected {low} to {high}")]
    Range {
        /// Which number.
        name: &'static str,
        /// What was found.
        found: f32,
        /// Smallest allowed.
        low: f32,
        /// Largest allowed.
        high: f32,
    },
    /// Faces a second that cannot be chosen.
    #[error("rate_hz is {found}, expected 30, 60, 90 or 120")]
    Rate {
        /// What was found.
        found: u32,
    },
    /// A choice that the protocol does not have.
    #[error("{name} is '{found}', expected {expected}")]
    Option {
        /// Which option.
        name: &'static str,
        /// What was found.
        found: String,
        /// What can be chosen.
        expected: &'static str,
    },
    /// Too many at once.
    #[error("{found} targets are too many, at most {most} are sent to; take some away")]
    TooMany {
        /// How many there were.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A rig that does not exist.
    #[error("'{found}' is no rig; there are {known}")]
    Rig {
        /// What was asked for.
        found: String,
        /// What there is.
        known: String,
    },
}

/// A failure of the sender. Those of the network are shown in [`crate::TargetStatus`] and never fatal.
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
    /// A receiver that answered something else than expected.
    #[error("{who} answered {what}; {advice}")]
    Answer {
        /// The receiver.
        who: String,
        /// What it said, shortened.
        what: String,
        /// What the user can do.
        advice: &'static str,
    },
    /// A port that somebody else has, or that may not be opened.
    #[error(
        "port {port} could not be opened: {source}; choose another port, or close the program that has it"
    )]
    Listen {
        /// The port.
        port: u16,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A target that cannot be.
    #[error("{0}")]
    Target(#[from] TargetError),
    /// A message that OSC cannot express.
    #[error("a face could not be written as OSC: {0}")]
    Encode(#[from] rosc::OscError),
}
