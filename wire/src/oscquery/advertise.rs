//! The announcement on the network (mDNS, RFC 6762): `_oscjson._tcp` for the tree, `_osc._udp` for the orders.

use super::mdns::{self, SERVICE};
use crate::shown::shorten;
use mdns_sd::{DaemonEvent, IfKind, Receiver, ServiceDaemon, ServiceInfo};
use std::sync::Mutex;
use std::time::Duration;

/// Longest that the end waits for each farewell.
const FAREWELL: Duration = Duration::from_millis(200);

/// What is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvertiseConfig {
    /// The name that other programs show; unique on this machine by its port.
    pub name: String,
    /// The UDP port of the orders.
    pub osc_port: u16,
    /// The TCP port of the tree.
    pub http_port: u16,
    /// Whether it is announced on all interfaces, or on the loopback alone.
    pub open_to_network: bool,
}

/// An announcement that stands until it is dropped. One that could not be made is a text in its status, never an error:
/// those who know the port do without it.
pub struct Advertisement {
    daemon: Option<ServiceDaemon>,
    /// Full names of what is announced.
    services: Vec<String>,
    events: Option<Receiver<DaemonEvent>>,
    words: Mutex<String>,
}

impl Advertisement {
    /// Announces both services.
    pub fn start(config: &AdvertiseConfig) -> Self {
        let mut advertisement =
            Self { daemon: None, services: Vec::new(), events: None, words: Mutex::new(String::new()) };
        let words = match advertisement.announce(config) {
            Ok(()) => format!("announced as {}", config.name),
            Err(error) => trouble(&error),
        };
        if let Ok(mut shown) = advertisement.words.lock() {
            *shown = words;
        }
        advertisement
    }

    fn announce(&mut self, config: &AdvertiseConfig) -> Result<(), mdns_sd::Error> {
        let daemon = self.daemon.insert(ServiceDaemon::new()?);
        self.events = Some(daemon.monitor()?);
        if !config.open_to_network {
            daemon.disable_interface(IfKind::All)?;
            daemon.enable_interface(IfKind::LoopbackV4)?;
        }
        for (kind, port) in [(SERVICE, config.http_port), ("_osc._udp.local.", config.osc_port)] {
            let service = service(config, kind, port)?;
            self.services.push(service.get_fullname().to_owned());
            daemon.register(service)?;
        }
        Ok(())
    }

    /// In words: under which name it is announced, or why it is not.
    pub fn status(&self) -> String {
        let Ok(mut words) = self.words.lock() else { return String::new() };
        for event in self.events.iter().flat_map(Receiver::try_iter) {
            match event {
                DaemonEvent::Error(error) => *words = trouble(&error),
                DaemonEvent::NameChange(change) => {
                    *words = format!("announced as {}", shorten(&change.new_name, 60))
                }
                _ => {}
            }
        }
        words.clone()
    }
}

fn service(config: &AdvertiseConfig, kind: &str, port: u16) -> Result<ServiceInfo, mdns_sd::Error> {
    let host = format!("{}.local.", config.name.to_lowercase());
    let properties: &[(&str, &str)] = &[("txtvers", "1")];
    if config.open_to_network {
        return Ok(ServiceInfo::new(kind, &config.name, &host, "", port, properties)?.enable_addr_auto());
    }
    ServiceInfo::new(kind, &config.name, &host, "127.0.0.1", port, properties)
}

fn trouble(error: &mdns_sd::Error) -> String {
    let reason = shorten(&error.to_string(), 100);
    format!("not announced: {reason}; give the other program the address and port by hand")
}

impl Drop for Advertisement {
    fn drop(&mut self) {
        let Some(daemon) = self.daemon.take() else { return };
        let farewells: Vec<_> =
            self.services.iter().filter_map(|name| daemon.unregister(name).ok()).collect();
        for farewell in farewells {
            // One that does not come is not worth a longer wait: the announcement ends by its lifetime.
            let _ = farewell.recv_timeout(FAREWELL);
        }
        mdns::end(&daemon);
    }
}
