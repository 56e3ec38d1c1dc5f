//! From the audio thread to the receivers: one timeline, one clock, one thread for each target.
//!
//! ```text
//! audio thread ─ FaceFeed: faces, notices, blocks ─► rings ─► intake ─► Hub: timeline + clock
//!                                                                         │ read at each target's own rate and time
//!                                              lane ◄────────────────────┴──► lane ...
//!                                       mask, calibration,
//!                                       encoder, socket
//! ```

mod carrier;
mod clock;
mod discovery;
mod feed;
mod hub;
mod lane;
mod sender;
mod status;
mod timeline;

pub use clock::PlaybackClock;
pub use feed::{FEED_CAPACITY, FaceFeed, NOTICE_CAPACITY};
pub use hub::ClockReport;
pub use sender::{FaceSender, MAX_LATENCY_MS, SenderConfig};
pub use status::{TargetStatus, WireReport, spell};
