//! Where a face goes: `vmc:HOST[:PORT]`, as typed by a user and stored in a project.
//!
//! HOST is a name, an IPv4 address or an IPv6 address in brackets; without PORT it is 39539, where VMC
//! receivers listen.

use crate::TargetError;
use std::fmt;
use std::net::{Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::str::FromStr;

/// Where the VMC specification lets a receiver ("Marionette") listen.
pub const DEFAULT_VMC_PORT: u16 = 39539;

/// A language that receivers understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Virtual Motion Capture protocol: OSC over UDP.
    Vmc,
}

/// A receiver. `Display` writes what [`FromStr`] reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The language spoken to it.
    pub protocol: Protocol,
    /// Name or address, an IPv6 address without its brackets.
    pub host: String,
    /// UDP port, never 0.
    pub port: u16,
}

impl Target {
    /// The first address of the host, IPv4 before IPv6: most receivers listen on IPv4 only, while
    /// `localhost` often resolves to `::1` first and UDP would then vanish without an error.
    ///
    /// # Errors
    /// The resolver's, or "no address" where it answers with none. May block for seconds on a name server.
    pub fn resolve(&self) -> std::io::Result<SocketAddr> {
        let addresses: Vec<SocketAddr> = (self.host.as_str(), self.port).to_socket_addrs()?.collect();
        let first_ipv4 = addresses.iter().find(|address| address.is_ipv4());
        let none = || std::io::Error::new(std::io::ErrorKind::NotFound, "it has no address");
        first_ipv4.or(addresses.first()).copied().ok_or_else(none)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Protocol::Vmc = self.protocol;
        if self.host.contains(':') {
            write!(out, "vmc:[{}]:{}", self.host, self.port)
        } else {
            write!(out, "vmc:{}:{}", self.host, self.port)
        }
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let text = text.trim();
        let no_protocol = || TargetError::NoProtocol { found: text.to_owned() };
        let (protocol, place) = text.split_once(':').ok_or_else(no_protocol)?;
        let protocol = read_protocol(protocol, text)?;
        let (host, port) = match place.strip_prefix('[') {
            Some(rest) => split_bracketed(rest, text)?,
            None => split_plain(place, text)?,
        };
        let port = port.map_or(Ok(DEFAULT_VMC_PORT), read_port)?;
        Ok(Self { protocol, host: host.to_owned(), port })
    }
}

fn read_protocol(name: &str, whole: &str) -> Result<Protocol, TargetError> {
    if name.eq_ignore_ascii_case("vmc") {
        return Ok(Protocol::Vmc);
    }
    // "localhost:39539" or "192.168.0.7:39539": the protocol was forgotten, not misspelt.
    if name.is_empty() || name.contains(['.', '[']) || name.eq_ignore_ascii_case("localhost") {
        return Err(TargetError::NoProtocol { found: whole.to_owned() });
    }
    Err(TargetError::Protocol { found: name.to_owned() })
}

/// `::1]:39539` -> (`::1`, Some(`39539`)).
fn split_bracketed<'a>(rest: &'a str, whole: &str) -> Result<(&'a str, Option<&'a str>), TargetError> {
    let brackets = || TargetError::Brackets { found: whole.to_owned() };
    let (host, after) = rest.split_once(']').ok_or_else(brackets)?;
    // A zone such as %eth0 is for the resolver to judge.
    let address = host.split('%').next().unwrap_or_default();
    if address.parse::<Ipv6Addr>().is_err() || host.chars().any(char::is_whitespace) {
        return Err(TargetError::Host { host: host.to_owned() });
    }
    match after.strip_prefix(':') {
        Some(port) => Ok((host, Some(port))),
        None if after.is_empty() => Ok((host, None)),
        None => Err(brackets()),
    }
}

/// `localhost:39539` -> (`localhost`, Some(`39539`)).
fn split_plain<'a>(place: &'a str, whole: &str) -> Result<(&'a str, Option<&'a str>), TargetError> {
    if place.matches(':').count() > 1 {
        return Err(match place.parse::<Ipv6Addr>() {
            Ok(_) => TargetError::BareIpv6 { address: place.to_owned() },
            Err(_) => TargetError::Host { host: place.to_owned() },
        });
    }
    let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
    if host.is_empty() {
        return Err(TargetError::NoHost { found: whole.to_owned() });
    }
    let sound = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
    if !host.chars().all(sound) || host.len() > 253 {
        return Err(TargetError::Host { host: host.to_owned() });
    }
    Ok((host, port))
}

fn read_port(text: &str) -> Result<u16, TargetError> {
    let bad = || TargetError::Port { port: text.to_owned() };
    // `parse` alone would take "+39539".
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad());
    }
    text.parse().ok().filter(|port| *port != 0).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(host: &str, port: u16) -> Result<Target, TargetError> {
        Ok(Target { protocol: Protocol::Vmc, host: host.to_owned(), port })
    }

    #[test]
    fn every_spelling_of_a_target() {
        assert_eq!("vmc:127.0.0.1:39540".parse(), target("127.0.0.1", 39540));
        assert_eq!("VMC:localhost".parse(), target("localhost", 39539));
        assert_eq!(" vmc:my-pc.local:1 ".parse(), target("my-pc.local", 1));
        assert_eq!("vmc:[::1]:65535".parse(), target("::1", 65535));
        assert_eq!("vmc:[fe80::1%eth0]".parse(), target("fe80::1%eth0", 39539));
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["vmc:127.0.0.1:39539", "vmc:[::1]:39540", "vmc:stage:9000"] {
            assert_eq!(text.parse::<Target>().map(|target| target.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn errors_name_what_was_found_and_what_to_write() {
        let message = |text: &str| text.parse::<Target>().expect_err(text).to_string();
        for (text, expected) in [
            ("", "vmc:HOST:PORT"),
            ("localhost", "vmc:HOST:PORT"),
            ("localhost:39539", "vmc:HOST:PORT"),
            ("192.168.0.7:39539", "vmc:HOST:PORT"),
            ("osc:localhost:1", "'osc'"),
            ("vmc:", "no host"),
            ("vmc::39539", "no host"),
            ("vmc:local host:1", "'local host'"),
            ("vmc:http://x:1", "'http://x:1'"),
            ("vmc:localhost:0", "1 to 65535"),
            ("vmc:localhost:65536", "'65536'"),
            ("vmc:localhost:+1", "'+1'"),
            ("vmc:localhost:", "''"),
            ("vmc:::1", "vmc:[::1]:39539"),
            ("vmc:[::1", "brackets"),
            ("vmc:[::1]9", "brackets"),
            ("vmc:[stage]:1", "'stage'"),
        ] {
            assert!(message(text).contains(expected), "{text}: {}", message(text));
        }
    }

    #[test]
    fn literals_resolve_without_a_name_server() {
        let resolved = |text: &str| text.parse::<Target>().ok().and_then(|target| target.resolve().ok());
        assert_eq!(resolved("vmc:127.0.0.1:7"), "127.0.0.1:7".parse().ok());
        assert_eq!(resolved("vmc:[::1]:7"), "[::1]:7".parse().ok());
    }
}
