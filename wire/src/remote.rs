//! All that listens, as one: orders by OSC, the tree that describes them, and the announcement of both.

use crate::WireError;
use crate::inbound::{Allowance, InboundConfig, InboundServer, InboundStatus, OrderReceiver, ParameterBoard};
use crate::oscquery::{AdvertiseConfig, Advertisement, Monitor, QueryConfig, QueryServer, QueryStatus};
use std::sync::Arc;

/// With the port behind it a name fits one label of the DNS, 63 bytes.
const MAX_NAME_LETTERS: usize = 40;

/// How to listen.
#[derive(Debug, Clone, PartialEq)]
pub struct RemoteConfig {
    /// What other programs show; the OSC port is put behind it, as in `Psivox-9010`. ASCII letters, digits
    /// and `-`, at most 40: host names have no others, the rest is left away.
    pub name: String,
    /// UDP port of the orders; 0 lets the system choose.
    pub osc_port: u16,
    /// TCP port of the tree; 0 lets the system choose, and OSCQuery finds it by the announcement.
    pub http_port: u16,
    /// Whether other machines may send and ask.
    pub open_to_network: bool,
    /// Whether it is announced by mDNS.
    pub advertise: bool,
    /// What is let through.
    pub allowance: Allowance,
}

impl Default for RemoteConfig {
    /// This machine alone, ports of the system's choice, not announced.
    fn default() -> Self {
        Self {
            name: "Psivox".to_owned(),
            osc_port: 0,
            http_port: 0,
            open_to_network: false,
            advertise: false,
            allowance: Allowance::default(),
        }
    }
}

/// What has come in and been asked.
#[derive(Debug, Clone, PartialEq)]
pub struct RemoteStatus {
    /// The name with the port behind it.
    pub name: String,
    /// The orders.
    pub inbound: InboundStatus,
    /// The questions, and the port of the tree.
    pub query: QueryStatus,
    /// How the announcement stands, in words; `None` where none was wanted.
    pub announced: Option<String>,
}

/// Listens until it is dropped, which takes about a second at most. Its own threads are joined then; the announcement's
/// belongs to a library that gives no handle to join: it is told to end, and waited for until it says that it does.
pub struct RemoteServer {
    name: String,
    // In the order in which they end: nobody is sent to a server that is gone.
    advertisement: Option<Advertisement>,
    query: QueryServer,
    inbound: InboundServer,
}

impl RemoteServer {
    /// Opens both ports. The orders come by the receiver, at most 1,024 of them waiting and a stop or a
    /// panic before all others; take them often, and not in the audio thread, since there are texts among them.
    ///
    /// # Errors
    /// [`WireError::Listen`] where a port cannot be had, [`WireError::Thread`] where no thread starts. An announcement
    /// that cannot be made is a text in [`RemoteStatus::announced`].
    pub fn open(
        config: &RemoteConfig,
        board: Arc<ParameterBoard>,
        monitor: Monitor,
    ) -> Result<(RemoteServer, OrderReceiver), WireError> {
        let open_to_network = config.open_to_network;
        let wanted = InboundConfig { port: config.osc_port, open_to_network, allowance: config.allowance };
        let (inbound, orders) = InboundServer::open(&wanted, Arc::clone(&board))?;
        let letter = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        let base: String = config.name.chars().filter(letter).take(MAX_NAME_LETTERS).collect();
        let (osc_port, name) = (inbound.port(), format!("{base}-{}", inbound.port()));
        let wanted = QueryConfig { name: name.clone(), port: config.http_port, osc_port, open_to_network };
        let query = QueryServer::open(wanted, board, monitor)?;
        let advertisement = config.advertise.then(|| {
            let http_port = query.port();
            Advertisement::start(&AdvertiseConfig {
                name: name.clone(),
                osc_port,
                http_port,
                open_to_network,
            })
        });
        Ok((Self { name, advertisement, query, inbound }, orders))
    }

    /// What has come in and been asked.
    pub fn status(&self) -> RemoteStatus {
        RemoteStatus {
            name: self.name.clone(),
            inbound: self.inbound.status(),
            query: self.query.status(),
            announced: self.advertisement.as_ref().map(Advertisement::status),
        }
    }
}
