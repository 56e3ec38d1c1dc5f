//! The place of a receiver: HOST, an IPv4 address or an IPv6 address in brackets, and a port.

use crate::TargetError;
use std::net::{Ipv6Addr, SocketAddr, ToSocketAddrs};

/// The first address of a host, IPv4 before IPv6: most receivers listen on IPv4 only, while `localhost` often resolves to
/// `::1` first and UDP would then vanish without an error.
///
/// # Errors
/// The resolver's, or "no address" where it answers with none. May block for seconds on a name server.
pub fn resolve(host: &str, port: u16) -> std::io::Result<SocketAddr> {
    let addresses: Vec<SocketAddr> = (host, port).to_socket_addrs()?.collect();
    let first_ipv4 = addresses.iter().find(|address| address.is_ipv4());
    let none = || std::io::Error::new(std::io::ErrorKind::NotFound, "it has no address");
    first_ipv4.or(addresses.first()).copied().ok_or_else(none)
}

/// `HOST:PORT`, an IPv6 address in brackets.
pub(crate) fn write_place(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// Host and port of `HOST[:PORT]`; `whole` and the `usual` port are for errors.
pub(super) fn split_place<'a>(
    place: &'a str,
    whole: &str,
    usual: u16,
) -> Result<(&'a str, Option<u16>), TargetError> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => split_bracketed(rest, whole)?,
        None => split_plain(place, whole)?,
    };
    Ok((host, port.map(|port| read_port(port, usual)).transpose()?))
}

/// Host and port of `HOST:PORT`, if it is a sound one.
pub(crate) fn split_whole(place: &str) -> Option<(&str, u16)> {
    let (host, port) = split_place(place, place, 0).ok()?;
    check_host(host).ok()?;
    Some((host, port?))
}

/// Whether a text is `HOST:PORT`.
pub(super) fn is_place(text: &str) -> bool {
    split_whole(text).is_some()
}

/// Whether a host, an IPv6 address without its brackets, is one that a resolver could take.
pub(super) fn check_host(host: &str) -> Result<(), TargetError> {
    if host.contains(':') {
        // A zone such as %eth0 is for the resolver to judge.
        let address = host.split('%').next().unwrap_or_default();
        let sound = address.parse::<Ipv6Addr>().is_ok() && !host.chars().any(char::is_whitespace);
        return if sound { Ok(()) } else { Err(TargetError::Host { host: host.to_owned() }) };
    }
    if host.is_empty() {
        return Err(TargetError::NoHost { found: host.to_owned() });
    }
    let sound = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
    if !host.chars().all(sound) || host.len() > 253 {
        return Err(TargetError::Host { host: host.to_owned() });
    }
    Ok(())
}

/// `::1]:39539` -> (`::1`, Some(`39539`)).
fn split_bracketed<'a>(rest: &'a str, whole: &str) -> Result<(&'a str, Option<&'a str>), TargetError> {
    let brackets = || TargetError::Brackets { found: whole.to_owned() };
    let (host, after) = rest.split_once(']').ok_or_else(brackets)?;
    if !host.contains(':') {
        return Err(TargetError::Host { host: host.to_owned() });
    }
    check_host(host)?;
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
    check_host(host)?;
    Ok((host, port))
}

fn read_port(text: &str, usual: u16) -> Result<u16, TargetError> {
    let bad = || TargetError::Port { port: text.to_owned(), usual };
    // `parse` alone would take "+39539".
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad());
    }
    text.parse().ok().filter(|port| *port != 0).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_resolve_without_a_name_server() {
        assert_eq!(resolve("127.0.0.1", 7).ok(), "127.0.0.1:7".parse().ok());
        assert_eq!(resolve("::1", 7).ok(), "[::1]:7".parse().ok());
    }
}
