//! VTube Studio over its public API (DenchiSoft/VTubeStudio, version 1.0): JSON over WebSocket.
//!
//! A link connects, asks for a token (VTube Studio asks its user), authenticates, creates parameters of Psivox's own and
//! then injects values. It comes back by itself after whatever breaks it.

mod link;
mod message;
mod parameters;
mod socket;
mod token;

pub use link::VtsLink;
pub use token::TokenStore;
