//! The face on the network: blendshapes as VMC over OSC/UDP, fed from the audio thread without waiting.
//!
//! ```text
//! audio thread ─ FaceFeed::push ─► ring ─► sender thread ─► vmc::encode ─► UDP
//!              └ push_surprise ──► ring ───────┘      └──► event::encode ─► UDP
//! any other thread ─ FaceSender::set_target, send_neutral ─────┘
//! ```
//!
//! [`vmc`], [`vrm0`] and [`event`] are pure: a face goes in, datagrams come out, no socket is needed to test them.
//! [`FaceSender`] owns the one thread that opens sockets; [`FaceFeed`] is the only part that the audio
//! thread touches.

mod error;
pub mod event;
mod feed;
mod outlet;
mod sender;
mod target;
pub mod vmc;
pub mod vrm0;

pub use error::{TargetError, WireError};
pub use feed::{FEED_CAPACITY, FaceFeed, SURPRISE_CAPACITY};
pub use sender::{FaceSender, SenderConfig, SenderStatus};
pub use target::{DEFAULT_VMC_PORT, Protocol, Target};
pub use vmc::VmcOptions;
