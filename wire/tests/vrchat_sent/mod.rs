//! Faces for VRChat, and what is in the datagrams that are made of them.

use psivox_core::face::{BlendshapeFrame, Shape};
use psivox_wire::Moment;
use psivox_wire::encode::vrchat::VrchatEncoder;
use psivox_wire::encode::{Encoder, MAX_DATAGRAM_BYTES, Packets};
use psivox_wire::target::Mask;
use rosc::{OscMessage, OscPacket, OscType};
use std::collections::BTreeMap;

pub fn moment(time_s: f64, shapes: &[(Shape, f32)]) -> Moment {
    let mut face = BlendshapeFrame::NEUTRAL;
    for (shape, value) in shapes {
        face.set(*shape, *value);
    }
    Moment { face, rest: false, ..Moment::rest(time_s, 1, Mask::default()) }
}

pub fn datagrams(encoder: &mut VrchatEncoder, moment: &Moment) -> Vec<Vec<u8>> {
    let mut out = Packets::default();
    encoder.face(moment, &mut out).expect("encodes");
    out.iter().map(|(_, datagram)| datagram.to_vec()).collect()
}

pub fn messages(datagrams: &[Vec<u8>]) -> Vec<OscMessage> {
    let mut found = Vec::new();
    for datagram in datagrams {
        assert!(datagram.len() <= MAX_DATAGRAM_BYTES);
        let (rest, packet) = rosc::decoder::decode_udp(datagram).expect("OSC");
        assert!(rest.is_empty());
        let packets = match packet {
            OscPacket::Bundle(bundle) => bundle.content,
            single => vec![single],
        };
        for packet in packets {
            let OscPacket::Message(message) = packet else { panic!("a bundle in a bundle") };
            found.push(message);
        }
    }
    found
}

pub fn sent(encoder: &mut VrchatEncoder, moment: &Moment) -> BTreeMap<String, Vec<OscType>> {
    let all = messages(&datagrams(encoder, moment));
    let count = all.len();
    let map: BTreeMap<_, _> = all.into_iter().map(|message| (message.addr, message.args)).collect();
    assert_eq!(map.len(), count, "an address was sent twice");
    map
}

pub fn parameter(name: &str) -> String {
    format!("/avatar/parameters/{name}")
}
