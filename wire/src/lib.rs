//! The face on the network: one stream of faces to many receivers, each in its own language.
//!
//! ```text
//! audio thread ─ FaceFeed ─► rings ─► FaceSender: timeline on the clock of the sound
//!                                        ├─► lane: Shaper ─► Encoder ─► UDP ─► receiver
//!                                        └─► lane ...
//! ```
//!
//! [`encode`] is pure: a face goes in, datagrams come out, no socket is needed to test it. [`stream`] owns the threads and
//! sockets; [`FaceFeed`] is the only part that the audio thread touches.

pub mod decode;
mod draft;
pub mod encode;
mod error;
pub mod event;
pub mod inbound;
mod moment;
#[cfg(test)]
mod mutate;
pub mod osc_guard;
pub mod oscquery;
pub mod record;
mod remote;
mod shown;
pub mod stream;
pub mod subtitle;
pub mod target;
pub mod unified;
mod user_folder;
pub mod vts;

pub use draft::{Draft, write_whole};
pub use error::{TargetError, WireError};
pub use moment::{Moment, Shaper, WireFrame};
pub use remote::{RemoteConfig, RemoteServer, RemoteStatus};
pub use stream::{FaceFeed, FaceSender, PlaybackClock, SenderConfig, TargetStatus, WireReport};
pub use target::{Rig, Target};
pub use user_folder::UserFolder;
