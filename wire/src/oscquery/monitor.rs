//! Looks for a running Psivox and asks what its wire does: the other end of [`super::Monitor`], and what that answers.

use super::agent::agent;
use super::client::words;
use super::mdns::{self, SERVICE};
use super::read::MAX_TREE_BYTES;
use super::server::MONITOR_PATH;
use crate::stream::WireReport;
use crate::target::{split_whole, write_place};
use mdns_sd::{ResolvedService, ServiceDaemon, ServiceEvent};
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// How Psivox calls itself before its port.
const INSTANCE: &str = "Psivox-";

/// Most of them that are remembered.
const MAX_FOUND: usize = 16;

/// Time for those that answer a little later than the first.
const STRAGGLERS: Duration = Duration::from_millis(300);

/// How often the answers to the search are read, and whoever waits is asked whether they still do.
const LOOK: Duration = Duration::from_millis(50);

/// A Psivox that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPsivox {
    /// As it is announced: `Psivox-` and its OSC port.
    pub name: String,
    /// Where its tree is asked for.
    pub address: SocketAddr,
}

/// Asks the network for every Psivox that listens, by mDNS. Returns soon after the first answer, after `patience` without
/// one, or when `goes_on` says so; in order of their names.
pub fn find_psivox(patience: Duration, mut goes_on: impl FnMut() -> bool) -> Vec<FoundPsivox> {
    let Ok(daemon) = ServiceDaemon::new() else { return Vec::new() };
    let mut found: Vec<FoundPsivox> = Vec::new();
    let mut until = Instant::now() + patience;
    if let Ok(events) = daemon.browse(SERVICE) {
        while Instant::now() < until && goes_on() {
            let Ok(event) = events.recv_timeout(LOOK) else { continue };
            let ServiceEvent::ServiceResolved(service) = event else { continue };
            let Some(one) = psivox_of(&service) else { continue };
            if found.is_empty() {
                until = until.min(Instant::now() + STRAGGLERS);
            }
            if found.len() < MAX_FOUND && !found.iter().any(|known| known.name == one.name) {
                found.push(one);
            }
        }
    }
    mdns::end(&daemon);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The Psivox behind an announcement, if it is one. IPv4, since that is what it listens on; the loopback where it is
/// announced.
fn psivox_of(service: &ResolvedService) -> Option<FoundPsivox> {
    let (name, _) = service.fullname.split_once('.')?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !name.starts_with(INSTANCE) || !plain || service.port == 0 {
        return None;
    }
    let ipv4 = service.addresses.iter().map(|address| address.to_ip_addr()).filter(IpAddr::is_ipv4);
    let ip = ipv4.min_by_key(|ip| (!ip.is_loopback(), *ip))?;
    Some(FoundPsivox { name: name.to_owned(), address: SocketAddr::new(ip, service.port) })
}

/// What a [`super::Monitor`] answers and [`MonitorClient::ask`] expects. `messages` are the last ones to each target of
/// the report, one a line; `remote` is an object of whatever tells how listening goes; `error` says why there is no
/// sender or why targets could not be read.
///
/// ```
/// # use psivox_wire::{WireReport, oscquery::monitor_json};
/// let answer = monitor_json(&WireReport::default(), &[], serde_json::json!({"acted": 2}), None);
/// assert_eq!((&answer["report"]["overflowed"], &answer["remote"]["acted"]), (&0.into(), &2.into()));
/// ```
pub fn monitor_json(
    report: &WireReport,
    messages: &[Vec<String>],
    remote: Value,
    error: Option<&str>,
) -> Value {
    json!({"report": report, "messages": messages, "remote": remote, "error": error})
}

/// Asks one Psivox again and again.
#[derive(Debug)]
pub struct MonitorClient {
    place: String,
    agent: ureq::Agent,
}

impl MonitorClient {
    /// For the Psivox at `HOST:PORT`; `None` if that is no such place.
    pub fn new(place: &str) -> Option<Self> {
        let (host, port) = split_whole(place)?;
        // The first answer of some resolvers is ::1, where Psivox does not listen.
        let host = if host == "localhost" { "127.0.0.1" } else { host };
        Some(Self { place: write_place(host, port), agent: agent() })
    }

    /// `HOST:PORT`.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What its wire does: [`monitor_json`]. Takes less than a second and at most a megabyte.
    ///
    /// # Errors
    /// No answer, or one that is nothing of this kind, in words.
    pub fn ask(&self) -> Result<Value, String> {
        let mut answer =
            self.agent.get(format!("http://{}{MONITOR_PATH}", self.place)).call().map_err(words)?;
        let limited = answer.body_mut().with_config().limit(MAX_TREE_BYTES as u64);
        let value: Value = serde_json::from_str(&limited.read_to_string().map_err(words)?)
            .map_err(|error| format!("its answer is not JSON: {}", words(error)))?;
        if !value.get("report").is_some_and(|report| report.get("targets").is_some_and(Value::is_array)) {
            return Err("its answer is no report of a wire; another program has this port".to_owned());
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(name: &str, addresses: &[&str], port: u16) -> ResolvedService {
        let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().expect("an address")).collect();
        let properties: &[(&str, &str)] = &[];
        let info = mdns_sd::ServiceInfo::new(SERVICE, name, "host.local.", &addresses[..], port, properties);
        info.expect("lawful").as_resolved_service()
    }

    #[test]
    fn only_a_psivox_is_asked_and_this_machine_first() {
        let found = psivox_of(&service("Psivox-9010", &["192.168.1.7", "127.0.0.1", "fe80::1"], 4_000));
        let expected =
            FoundPsivox { name: "Psivox-9010".to_owned(), address: "127.0.0.1:4000".parse().expect("one") };
        assert_eq!(found, Some(expected));
        assert_eq!(psivox_of(&service("VRChat-Client-1", &["127.0.0.1"], 4_000)), None);
        assert_eq!(psivox_of(&service("Psivox-1", &["::1"], 4_000)), None);
    }

    #[test]
    fn places_are_read() {
        assert_eq!(MonitorClient::new("localhost:80").expect("a place").place(), "127.0.0.1:80");
        for bad in ["", "host", "host:0", "host:x", ":80", "a/b:80"] {
            assert!(MonitorClient::new(bad).is_none(), "{bad}");
        }
    }
}
