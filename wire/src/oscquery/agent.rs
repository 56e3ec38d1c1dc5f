//! Asks another program over HTTP, without a thread of the library's: its own resolver starts one for each question and
//! leaves it behind.

use crate::target::resolve;
use std::net::IpAddr;
use std::time::Duration;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

/// Time for a whole answer; with the end of a search it keeps the end of whoever asks within about a second. A name
/// server may take longer.
const ANSWER: Duration = Duration::from_millis(700);

/// Asks without redirections and proxies.
pub(super) fn agent() -> Agent {
    let config = Agent::config_builder();
    let config =
        config.timeout_global(Some(ANSWER)).max_redirects(0).proxy(None).max_response_header_size(16 << 10);
    let config = config.max_idle_connections(1).user_agent("Psivox").build();
    Agent::with_parts(config, DefaultConnector::default(), OwnResolver)
}

/// Finds a host as targets do, in the thread of whoever asks.
#[derive(Debug)]
struct OwnResolver;

impl Resolver for OwnResolver {
    fn resolve(&self, uri: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().ok_or(Error::HostNotFound)?;
        // An IPv6 address has its brackets here.
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = uri.port_u16().unwrap_or(80);
        let address = match host.parse::<IpAddr>() {
            Ok(ip) => (ip, port).into(),
            Err(_) => resolve(host, port)?,
        };
        let mut found = self.empty();
        found.push(address);
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener};

    #[test]
    fn a_host_is_found_as_targets_find_it() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a question");
            let mut request = [0; 1_024];
            let length = stream.read(&mut request).expect("a question");
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").expect("an answer");
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        // IPv4 before IPv6, on which nobody listens here.
        let url = format!("http://localhost:{port}/");
        let mut answer = agent().get(url).call().expect("an answer");
        assert_eq!(answer.body_mut().read_to_string().expect("a text"), "{}");
        assert!(server.join().expect("no panic").to_lowercase().contains(&format!("host: localhost:{port}")));
    }
}
