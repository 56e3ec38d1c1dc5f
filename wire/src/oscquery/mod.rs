//! OSCQuery (proposal by VIDVOX): what can be sent here, told over HTTP and announced on the network; and the search for
//! VRChat's tree, and for other instances of Psivox.

mod advertise;
mod agent;
mod avatar;
mod client;
pub mod http;
mod mdns;
mod model;
mod monitor;
mod read;
mod server;
mod tree;

pub use advertise::{AdvertiseConfig, Advertisement};
pub use avatar::{Avatar, AvatarParameter, ParameterType};
pub use client::{AvatarClient, AvatarReader};
pub use model::{Access, Extensions, HostInfo, Node, Range};
pub use monitor::{FoundPsivox, MonitorClient, find_psivox, monitor_json};
pub use read::{MAX_TREE_BYTES, TreeError, read_tree};
pub use server::{Monitor, QueryConfig, QueryServer, QueryStatus};
pub use tree::tree;
