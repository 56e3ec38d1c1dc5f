//! Faces and events as packets: one file per protocol, pure, tested without a socket.

pub mod clips;
pub mod event;
pub mod facecap;
pub mod generic;
pub mod ifacialmocap;
pub mod livelink;
mod packets;
mod reach;
mod rotation;
pub mod vmc;
mod vmc_bones;
pub mod vrchat;

pub use facecap::FacecapEncoder;
pub use generic::GenericEncoder;
pub use ifacialmocap::IfacialmocapEncoder;
pub use livelink::LivelinkEncoder;
pub use packets::{MAX_DATAGRAM_BYTES, OscBatch, Packets};
pub use vmc::VmcEncoder;

use crate::event::WireEvent;
use crate::target::Dialect;
use crate::{Moment, Target, WireError};
use std::net::SocketAddr;

/// Turns what a target is shown and told into datagrams. One for each target: it may keep what it has sent.
pub trait Encoder: Send {
    /// One face. A [`Moment::rest`] must leave nothing standing on the receiver's model.
    ///
    /// # Errors
    /// Those of the OSC library; none of the values sent here causes one.
    fn face(&mut self, moment: &Moment, out: &mut Packets) -> Result<(), WireError>;

    /// Something that happened at `time_s` on the sender's clock. Most protocols have no word for it.
    ///
    /// # Errors
    /// As [`Encoder::face`].
    fn event(&mut self, _event: &WireEvent, _time_s: f64, _out: &mut Packets) -> Result<(), WireError> {
        Ok(())
    }

    /// Looks after what the protocol does between faces (discovery, text that waits for its turn); called about ten
    /// times a second, never blocks.
    ///
    /// # Errors
    /// What the user should know; the faces go on.
    fn tend(&mut self, _time_s: f64, _out: &mut Packets) -> Result<(), WireError> {
        Ok(())
    }

    /// What goes on, in words; empty where all is as usual.
    fn note(&self) -> String {
        String::new()
    }

    /// Told where the target was found, once for each address that it has had: who asks from there is not sent to twice.
    fn aims_at(&mut self, _target: SocketAddr) {}

    /// A datagram that came in at [`Encoder::listens_on`]; what is not understood is ignored.
    fn hear(&mut self, _datagram: &[u8], _from: SocketAddr) {}

    /// The UDP port at which receivers ask, if the protocol has one.
    fn listens_on(&self) -> Option<u16> {
        None
    }
}

/// The encoder of a target whose language is plain datagrams.
pub fn encoder_of(target: &Target) -> Option<Box<dyn Encoder>> {
    match &target.dialect {
        Dialect::Vmc(options) => Some(Box::new(VmcEncoder::new(options.clone()))),
        Dialect::Livelink(options) => Some(Box::new(LivelinkEncoder::new(options, target.rate_hz))),
        Dialect::Ifacialmocap(options) => Some(Box::new(IfacialmocapEncoder::new(options.clone()))),
        Dialect::Facecap(options) => Some(Box::new(FacecapEncoder::new(options.clone()))),
        Dialect::Osc(options) => Some(Box::new(GenericEncoder::new(options))),
        Dialect::Vrchat(_) | Dialect::Vts(_) => None,
    }
}
