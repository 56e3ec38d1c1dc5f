//! The VMC wire: golden packet, what an independent decoder reads, and the sender on real sockets.

use psivox_core::face::{BLENDSHAPE_NAMES, BlendshapeFrame, Shape, pascal_case};
use psivox_core::field::{SurpriseEvent, SurpriseSource};
use psivox_tests::heap::{CountingHeap, operations_of};
use psivox_wire::vmc::{MAX_DATAGRAM_BYTES, encode};
use psivox_wire::vrm0::CLIP_NAMES;
use psivox_wire::{FaceFeed, FaceSender, SenderConfig, Target, VmcOptions};
use rosc::{OscMessage, OscPacket, OscType, decoder};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// One face as hexadecimal, a datagram a line; written by an encoder that shares no code with this one.
const GOLDEN_FACE: &str = include_str!("../data/vmc_face.hex");

#[global_allocator]
static HEAP: CountingHeap = CountingHeap;

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
    encode(frame, 1.5, options).expect("a face can be written")
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

fn value(messages: &[OscMessage], name: &str) -> f32 {
    let found = values(messages).into_iter().find(|(found, _)| found == name);
    found.unwrap_or_else(|| panic!("{name} was not sent")).1
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
        let messages = read_all(&datagrams(&golden_face(), VmcOptions { bundles, vrm0_clips: true }));
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
    let plain = datagrams(&golden_face(), VmcOptions { bundles: false, vrm0_clips: false });
    assert_eq!(plain.len(), 52 + 3);
    assert!(plain.iter().all(|datagram| !datagram.starts_with(b"#bundle")));
}

#[test]
fn without_vrm0_clips_the_52_alone_are_sent() {
    let found =
        values(&read_all(&datagrams(&golden_face(), VmcOptions { bundles: true, vrm0_clips: false })));
    assert_eq!(found.len(), 52);
    assert_eq!(found[0].0, "EyeBlinkLeft");
}

#[test]
fn broken_faces_are_sent_in_range() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0, 7.0] {
        let frame = BlendshapeFrame { shapes: [bad; 52], emotion: [bad; 4], ..BlendshapeFrame::NEUTRAL };
        let messages = read_all(&encode(&frame, bad, VmcOptions::default()).expect("encodes"));
        let found = values(&messages);
        assert_eq!(found.len(), 64);
        assert!(found.iter().all(|(_, value)| (0.0..=1.0).contains(value)), "{bad}");
        let Some(OscType::Float(time_s)) = messages.last().map(|message| message.args[0].clone()) else {
            panic!("T carries no float");
        };
        assert!(time_s.is_finite() && time_s >= 0.0);
    }
}

/// A receiver on the loopback interface.
struct Listener {
    socket: UdpSocket,
}

impl Listener {
    fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        socket.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
        Self { socket }
    }

    fn target(&self) -> Target {
        format!("vmc:{}", self.socket.local_addr().expect("bound")).parse().expect("a target")
    }

    /// The next face, up to and with `T`, and where it came from.
    fn face(&self) -> (Vec<OscMessage>, SocketAddr) {
        let mut buffer = [0; 2048];
        let mut messages = Vec::new();
        loop {
            let (size, source) = self.socket.recv_from(&mut buffer).expect("a face within 5 s");
            messages.extend(read(&buffer[..size]));
            if messages.last().is_some_and(|message| message.addr == "/VMC/Ext/T") {
                return (messages, source);
            }
        }
    }

    fn is_quiet(&self) -> bool {
        self.socket.set_nonblocking(true).expect("non-blocking");
        self.socket.recv(&mut [0; 2048]).is_err()
    }
}

fn spawn(target: Option<Target>) -> (FaceFeed, FaceSender) {
    FaceSender::spawn(SenderConfig { target, ..SenderConfig::default() }).expect("a thread")
}

fn open_mouth(jaw: f32) -> BlendshapeFrame {
    let mut frame = BlendshapeFrame::NEUTRAL;
    frame.set(Shape::JawOpen, jaw);
    frame
}

/// Waits for the sender's thread to come to a state; the bound only keeps a failure from hanging.
fn eventually(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !condition() {
        assert!(Instant::now() < deadline, "the sender never came to the expected state");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn assert_neutral(messages: &[OscMessage]) {
    let values = values(messages);
    assert_eq!(values.len(), 64);
    assert!(values.iter().all(|(_, value)| *value == 0.0));
    assert!(messages.iter().any(|message| message.addr == "/VMC/Ext/Blend/Apply"));
}

#[test]
fn faces_arrive_in_order_from_one_port_and_a_neutral_one_ends_them() {
    let listener = Listener::new();
    let (mut feed, sender) = spawn(Some(listener.target()));
    let mut sources = Vec::new();
    for step in 1..=5 {
        assert!(feed.push(&open_mouth(step as f32 / 8.0)));
        let (messages, source) = listener.face();
        assert_eq!(value(&messages, "JawOpen"), step as f32 / 8.0);
        sources.push(source);
    }
    let status = sender.finish();
    assert_eq!((status.frames_sent, status.frames_dropped, status.last_error), (6, 0, None));
    let (messages, source) = listener.face();
    assert_neutral(&messages);
    sources.push(source);
    assert!(sources.windows(2).all(|pair| pair[0] == pair[1]), "one source port: {sources:?}");
    assert!(listener.is_quiet(), "one neutral face, no more");
}

#[test]
fn surprises_travel_alone_and_not_too_often() {
    let listener = Listener::new();
    let (mut feed, sender) = spawn(Some(listener.target()));
    let surprise = |epsilon: f32| SurpriseEvent {
        time_samples: 1,
        source: SurpriseSource::Automation,
        epsilon,
        tau: 2.5,
    };
    let taken = (0..40).filter(|count| feed.push_surprise(&surprise(3.0 + *count as f32))).count();
    assert!(taken >= psivox_wire::SURPRISE_CAPACITY, "{taken} fitted");
    feed.push(&open_mouth(0.5));
    let mut buffer = [0; 2048];
    let size = listener.socket.recv(&mut buffer).expect("the surprise comes first");
    let (_, packet) = decoder::decode_udp(&buffer[..size]).expect("OSC");
    let OscPacket::Message(message) = packet else { panic!("no bundle") };
    assert_eq!(message.addr, "/psivox/surprise");
    let [OscType::String(source), OscType::Float(epsilon), OscType::Float(tau), OscType::Float(time_s)] =
        message.args.as_slice()
    else {
        panic!("{message:?}")
    };
    assert_eq!((source.as_str(), *epsilon, *tau), ("automation", 3.0, 2.5));
    assert!((0.0..60.0).contains(time_s), "{time_s}");
    // What came within a tenth of a second of it was left out.
    assert_eq!(value(&listener.face().0, "JawOpen"), 0.5);
    std::thread::sleep(Duration::from_millis(150));
    feed.push_surprise(&surprise(9.0));
    let size = listener.socket.recv(&mut buffer).expect("a later one comes");
    assert_eq!(buffer[..17], *b"/psivox/surprise\0");
    assert!(size < 64);
    let operations = operations_of(|| _ = feed.push_surprise(&surprise(4.0)));
    assert_eq!(operations, 0);
    drop(sender);
}

#[test]
fn a_sender_that_showed_no_face_leaves_without_one() {
    let listener = Listener::new();
    drop(spawn(Some(listener.target())));
    assert!(listener.is_quiet());
}

#[test]
fn a_new_target_gets_the_face_and_the_old_one_rest() {
    let (old, new) = (Listener::new(), Listener::new());
    let (mut feed, sender) = spawn(None);
    sender.set_target(Some(old.target()));
    feed.push(&open_mouth(0.5));
    assert_eq!(value(&old.face().0, "JawOpen"), 0.5);
    sender.set_target(Some(old.target()));
    sender.set_target(Some(new.target()));
    assert_neutral(&old.face().0);
    feed.push(&open_mouth(0.25));
    assert_eq!(value(&new.face().0, "JawOpen"), 0.25);
    sender.set_target(None);
    assert_neutral(&new.face().0);
    assert!(old.is_quiet());
}

#[test]
fn rest_is_asked_for_from_either_side() {
    let listener = Listener::new();
    let (mut feed, sender) = spawn(Some(listener.target()));
    for ask in [true, false] {
        feed.push(&open_mouth(0.5));
        if ask {
            feed.request_neutral()
        } else {
            sender.send_neutral()
        }
        assert_eq!(value(&listener.face().0, "JawOpen"), 0.5);
        assert_neutral(&listener.face().0);
    }
    drop(sender);
    assert!(listener.is_quiet(), "the face rests already");
}

#[test]
fn options_change_while_it_runs() {
    let listener = Listener::new();
    let (mut feed, sender) = spawn(Some(listener.target()));
    feed.push(&open_mouth(0.5));
    assert_eq!(values(&listener.face().0).len(), 64);
    sender.set_options(VmcOptions { bundles: false, vrm0_clips: false });
    assert_neutral(&listener.face().0);
    feed.push(&open_mouth(0.5));
    assert_eq!(values(&listener.face().0).len(), 52);
}

#[test]
fn a_late_burst_is_cut_to_its_newest_face() {
    let listener = Listener::new();
    let (mut feed, sender) = spawn(Some(listener.target()));
    let burst = 500u64;
    for step in 0..burst {
        assert!(feed.push(&open_mouth(step as f32 / 512.0)));
    }
    let newest = (burst - 1) as f32 / 512.0;
    let mut seen = 0;
    while value(&listener.face().0, "JawOpen") != newest {
        seen += 1;
    }
    assert!(seen < 500, "no face may be sent twice");
    eventually(|| sender.status().frames_sent + sender.status().frames_dropped == burst);
}

#[test]
fn an_absent_receiver_is_shown_and_a_later_one_is_served() {
    let reserved = Listener::new();
    let target = reserved.target();
    let address = reserved.socket.local_addr().expect("bound");
    drop(reserved);
    let (mut feed, sender) = spawn(Some(target));
    let deadline = Instant::now() + Duration::from_secs(10);
    while sender.status().last_error.is_none() && Instant::now() < deadline {
        feed.push(&open_mouth(0.5));
        std::thread::sleep(Duration::from_millis(5));
    }
    if cfg!(target_os = "linux") {
        let error = sender.status().last_error.expect("a closed port is noticed");
        assert!(error.contains("start the receiver"), "{error}");
        assert!(sender.status().frames_dropped > 0);
    }
    let socket = UdpSocket::bind(address).expect("the port is free again");
    socket.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    let listener = Listener { socket };
    feed.push(&open_mouth(0.25));
    while value(&listener.face().0, "JawOpen") != 0.25 {}
    drop(sender);
    assert_neutral(&listener.face().0);
}

#[test]
fn an_unknown_host_is_reported_and_costs_nothing() {
    let (mut feed, sender) = spawn("vmc:no-such-host.invalid:39539".parse().ok());
    feed.push(&open_mouth(0.5));
    eventually(|| sender.status().last_error.is_some());
    let status = sender.status();
    assert_eq!(status.frames_sent, 0);
    assert!(status.last_error.is_some_and(|error| error.contains("no-such-host.invalid")));
}

#[test]
fn senders_come_and_go_in_any_order() {
    let listener = Listener::new();
    let mut pairs: Vec<_> = (0..8).map(|_| spawn(Some(listener.target()))).collect();
    for (feed, _) in &mut pairs {
        feed.push(&open_mouth(0.5));
    }
    for index in [3, 0, 4, 1] {
        let (mut feed, sender) = pairs.remove(index);
        drop(sender);
        // The audio thread may outlive its sender for a while.
        feed.push(&open_mouth(1.0));
    }
    for (feed, sender) in pairs {
        drop(feed);
        drop(sender);
    }
    let mut neutral = 0;
    while neutral < 8 {
        neutral += usize::from(values(&listener.face().0).iter().all(|(_, value)| *value == 0.0));
    }
}

#[test]
fn the_audio_side_never_touches_the_heap() {
    let (mut feed, sender) = spawn(None);
    let frame = open_mouth(0.5);
    let mut taken = 0;
    let operations = operations_of(|| {
        taken = (0..2_000).filter(|_| feed.push(&frame)).count();
        feed.request_neutral();
    });
    assert_eq!(operations, 0);
    assert!(taken >= psivox_wire::FEED_CAPACITY);
    assert!(operations_of(|| drop(std::hint::black_box(Box::new(taken)))) > 0, "the counter counts");
    drop(sender);
}
