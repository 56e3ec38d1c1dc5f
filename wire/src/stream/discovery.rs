//! VRChat with the search for the avatar's parameters, which begins when the receiver has been found.

use crate::encode::vrchat::VrchatEncoder;
use crate::encode::{Encoder, Packets};
use crate::event::WireEvent;
use crate::oscquery::AvatarClient;
use crate::target::VrchatOptions;
use crate::{Moment, WireError};
use std::net::{IpAddr, SocketAddr};

/// An encoder that learns what the avatar has.
pub(crate) struct DiscoveringVrchat {
    options: VrchatOptions,
    encoder: VrchatEncoder,
    /// Where the client looks, and the client.
    client: Option<(IpAddr, AvatarClient)>,
    /// Why there is no client.
    trouble: String,
}

impl DiscoveringVrchat {
    pub fn new(options: VrchatOptions) -> Self {
        let encoder = VrchatEncoder::new(&options, None);
        Self { options, encoder, client: None, trouble: String::new() }
    }
}

impl Encoder for DiscoveringVrchat {
    fn face(&mut self, moment: &Moment, out: &mut Packets) -> Result<(), WireError> {
        self.encoder.face(moment, out)
    }

    fn event(&mut self, event: &WireEvent, time_s: f64, out: &mut Packets) -> Result<(), WireError> {
        self.encoder.event(event, time_s, out)
    }

    fn tend(&mut self, time_s: f64, out: &mut Packets) -> Result<(), WireError> {
        self.encoder.tend(time_s, out)
    }

    fn note(&self) -> String {
        match &self.client {
            Some((_, client)) => client.reader().status(),
            None => self.trouble.clone(),
        }
    }

    fn aims_at(&mut self, target: SocketAddr) {
        let known = self.client.as_ref().is_some_and(|(address, _)| *address == target.ip());
        if !self.options.discover || known {
            return;
        }
        match AvatarClient::start(&self.options, target.ip()) {
            Ok(client) => {
                self.encoder = VrchatEncoder::new(&self.options, Some(client.reader()));
                self.client = Some((target.ip(), client));
            }
            Err(error) => self.trouble = error.to_string(),
        }
    }
}
