//! VMC as it is written: a golden packet, and what an independent decoder reads.

use psivox_core::face::{BLENDSHAPE_NAMES, BlendshapeFrame, Shape, pascal_case};
use psivox_wire::encode::clips::VRM0_NAMES as CLIP_NAMES;
use psivox_wire::encode::vmc::VmcEncoder;
use psivox_wire::encode::{Encoder, MAX_DATAGRAM_BYTES, Packets};
use psivox_wire::target::{Clips, Dialect, VmcOptions};
use psivox_wire::{Moment, Shaper, Target};
use rosc::{OscMessage, OscPacket, OscType, decoder};

/// One face as hexadecimal, a datagram a line; written by an encoder that shares no code with this one.
const GOLDEN_FACE: &str = include_str!("../data/vmc_face.hex");

/// Every shape different, and halves and quarters only, which are exact in binary.
fn golden_face() -> BlendshapeFrame {
    let mut frame = BlendshapeFrame { emotion: [-0.5, 0.25, 0.0, 0.0], ..BlendshapeFrame::NEUTRAL };
    for (index, shape) in frame.shapes.iter_mut().enumerate() {
        *shape = index as f32 / 64.0;
    }
    frame.set(Shape::MouthFunnel, 0.5);
    frame.set(Shape::MouthPucker, 0.25);
    frame.set(Shape::MouthClose, 0.0);
    frame.set(Shape::JawOpen, 0.25);
    frame.set(Shape::MouthStretchLeft, 0.5);
    frame.set(Shape::MouthStretchRight, 0.5);
    frame.set(Shape::MouthSmileLeft, 0.25);
    frame.set(Shape::MouthSmileRight, 0.25);
    frame.set(Shape::EyeBlinkLeft, 0.75);
    frame.set(Shape::EyeBlinkRight, 0.5);
    frame
}

fn datagrams(frame: &BlendshapeFrame, options: VmcOptions) -> Vec<Vec<u8>> {
    at(frame, 1.5, options)
}

fn at(frame: &BlendshapeFrame, time_s: f64, options: VmcOptions) -> Vec<Vec<u8>> {
    let target = Target::new(Dialect::Vmc(options.clone()), "localhost", 39539);
    let shaper = Shaper::new(&target);
    let face = shaper.shape(frame);
    let moment = Moment { face, rest: false, ..Moment::rest(time_s, 0, shaper.mask()) };
    let mut out = Packets::default();
    VmcEncoder::new(options).face(&moment, &mut out).expect("a face can be written");
    out.iter().map(|(_, datagram)| datagram.to_vec()).collect()
}

fn without_clips(bundles: bool) -> VmcOptions {
    VmcOptions { bundles, clips: Clips::None, ..VmcOptions::default() }
}

fn read(datagram: &[u8]) -> Vec<OscMessage> {
    let (rest, packet) = decoder::decode_udp(datagram).expect("a datagram can be read");
    assert!(rest.is_empty(), "{} bytes are left over", rest.len());
    match packet {
        OscPacket::Message(message) => vec![message],
        OscPacket::Bundle(bundle) => {
            assert_eq!((bundle.timetag.seconds, bundle.timetag.fractional), (0, 1), "immediate");
            let message = |packet| match packet {
                OscPacket::Message(message) => message,
                OscPacket::Bundle(_) => panic!("a bundle in a bundle"),
            };
            bundle.content.into_iter().map(message).collect()
        }
    }
}

fn read_all(datagrams: &[Vec<u8>]) -> Vec<OscMessage> {
    datagrams.iter().flat_map(|datagram| read(datagram)).collect()
}

/// Names and values of the `Blend/Val` messages.
fn values(messages: &[OscMessage]) -> Vec<(String, f32)> {
    let blends = messages.iter().filter(|message| message.addr == "/VMC/Ext/Blend/Val");
    blends
        .map(|message| match message.args.as_slice() {
            [OscType::String(name), OscType::Float(value)] => (name.clone(), *value),
            other => panic!("expected a name and a value, found {other:?}"),
        })
        .collect()
}

#[test]
fn golden_packet() {
    let hex = |datagram: &Vec<u8>| datagram.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let found: Vec<String> = datagrams(&golden_face(), VmcOptions::default()).iter().map(hex).collect();
    let expected: Vec<&str> = GOLDEN_FACE.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_decoder_reads_every_name_once_and_in_order() {
    let frame = golden_face();
    let found = values(&read_all(&datagrams(&frame, VmcOptions::default())));
    let shapes = BLENDSHAPE_NAMES.iter().map(|name| pascal_case(name));
    let names: Vec<String> = CLIP_NAMES.iter().map(|name| (*name).to_owned()).chain(shapes).collect();
    assert_eq!(found.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(), names);
    for (index, (name, value)) in found[CLIP_NAMES.len()..].iter().enumerate() {
        assert_eq!(*value, frame.shapes[index], "{name}");
    }
}

#[test]
fn the_order_of_a_tick() {
    for bundles in [true, false] {
        let messages = read_all(&datagrams(&golden_face(), VmcOptions { bundles, ..VmcOptions::default() }));
        let addresses: Vec<&str> = messages.iter().map(|message| message.addr.as_str()).collect();
        let (head, tail) = addresses.split_at(addresses.len() - 3);
        assert!(head.iter().all(|address| *address == "/VMC/Ext/Blend/Val"));
        assert_eq!(tail, ["/VMC/Ext/Blend/Apply", "/VMC/Ext/OK", "/VMC/Ext/T"]);
        let arguments: Vec<&[OscType]> = messages.iter().rev().take(3).map(|m| m.args.as_slice()).collect();
        assert_eq!(arguments, [&[OscType::Float(1.5)][..], &[OscType::Int(1)], &[]]);
    }
}

#[test]
fn datagrams_fit_a_packet_and_apply_ends_the_face() {
    let sent = datagrams(&golden_face(), VmcOptions::default());
    assert_eq!(sent.len(), 4, "Val | Val | Val Apply | OK T");
    assert!(sent.iter().all(|datagram| datagram.len() <= MAX_DATAGRAM_BYTES));
    let last = |datagram: &Vec<u8>| read(datagram).last().map(|message| message.addr.clone());
    assert_eq!(last(&sent[2]).as_deref(), Some("/VMC/Ext/Blend/Apply"));
    let plain = datagrams(&golden_face(), without_clips(false));
    assert_eq!(plain.len(), 52 + 3);
    assert!(plain.iter().all(|datagram| !datagram.starts_with(b"#bundle")));
}

#[test]
fn without_vrm0_clips_the_52_alone_are_sent() {
    let found = values(&read_all(&datagrams(&golden_face(), without_clips(true))));
    assert_eq!(found.len(), 52);
    assert_eq!(found[0].0, "EyeBlinkLeft");
}

#[test]
fn broken_faces_are_sent_in_range() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0, 7.0] {
        let frame = BlendshapeFrame { shapes: [bad; 52], emotion: [bad; 4], ..BlendshapeFrame::NEUTRAL };
        let messages = read_all(&at(&frame, f64::from(bad), VmcOptions::default()));
        let found = values(&messages);
        assert_eq!(found.len(), 64);
        assert!(found.iter().all(|(_, value)| (0.0..=1.0).contains(value)), "{bad}");
        let Some(OscType::Float(time_s)) = messages.last().map(|message| message.args[0].clone()) else {
            panic!("T carries no float");
        };
        assert!(time_s.is_finite() && time_s >= 0.0);
    }
}
