//! Orders over OSC: their bytes, what is refused and in which words, and the server that listens.

use psivox_wire::WireError;
use psivox_wire::inbound::{
    Allowance, Cue, Inbound, InboundConfig, InboundServer, InboundStatus, OrderReceiver, ParameterBoard,
    ParameterInfo, TargetName, parse,
};
use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};
use std::sync::mpsc::TryRecvError;
use std::time::Duration;

/// Longest that a test waits for what must come: only a failure takes as long.
const PATIENCE: Duration = Duration::from_secs(10);

fn parameters() -> Vec<ParameterInfo> {
    let pitch = ParameterInfo {
        id: "pitch".into(),
        name: "Pitch".into(),
        unit: "st".into(),
        min: -12.0,
        max: 12.0,
        default: 0.0,
        choices: None,
    };
    let choices = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    let on = ParameterInfo {
        id: "bypass".into(),
        min: 0.0,
        max: 1.0,
        unit: String::new(),
        choices: choices(&["off", "on"]),
        ..pitch.clone()
    };
    let beat = ParameterInfo {
        id: "beat".into(),
        max: 2.0,
        choices: choices(&["Auto", "Quarter", "Eighth"]),
        ..on.clone()
    };
    let tiny = ParameterInfo { id: "tiny".into(), max: 0.1, choices: None, ..on.clone() };
    vec![pitch, on, beat, tiny]
}

/// A string as OSC 1.0 has it: at least one zero, filled up to four bytes.
fn string(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize((text.len() / 4 + 1) * 4, 0);
    bytes
}

fn message(address: &str, tags: &str, arguments: &[&[u8]]) -> Vec<u8> {
    [string(address), string(&format!(",{tags}")), arguments.concat()].concat()
}

fn one(address: &str, tags: &str, arguments: &[&[u8]]) -> Option<Inbound> {
    let mut orders = parse::read(&message(address, tags, arguments), &parameters()).expect("an order");
    assert!(orders.len() <= 1);
    orders.pop()
}

fn float(address: &str, value: f32) -> Option<Inbound> {
    one(address, "f", &[&value.to_be_bytes()])
}

fn words(address: &str, tags: &str, arguments: &[&[u8]]) -> String {
    parse::read(&message(address, tags, arguments), &parameters()).expect_err("a refusal").to_string()
}

fn set(id: &str, value: f32) -> Option<Inbound> {
    Some(Inbound::Set { id: id.into(), value })
}

#[test]
fn a_text_by_its_bytes() {
    let bytes = b"/psivox/speak\0\0\0,s\0\0Gr\xc3\xbc\xc3\x9fe!\0\0\0\0";
    let speak = Inbound::Speak { text: "Grüße!".into(), now: false };
    assert_eq!(parse::read(bytes, &[]), Ok(vec![speak]));
    let bytes = b"/psivox/speak/now\0\0\0,s\0\0Hi\0\0";
    assert_eq!(parse::read(bytes, &[]), Ok(vec![Inbound::Speak { text: "Hi".into(), now: true }]));
    let bytes = b"/psivox/speak_now\0\0\0,s\0\0Hi\0\0";
    assert_eq!(parse::read(bytes, &[]), Ok(vec![Inbound::Speak { text: "Hi".into(), now: true }]));
    let bytes = b"/psivox/line\0\0\0\0,s\0\0\0\0\0\0";
    assert_eq!(parse::read(bytes, &[]), Ok(vec![Inbound::Line { text: String::new() }]));
}

#[test]
fn a_bundle_by_its_bytes_acts_at_once_and_as_a_whole() {
    let start = b"#bundle\0\xea\0\0\0\0\0\0\0";
    let cut = [start.as_slice(), b"\0\0\0\x18/psivox/param/pitch\0,f\0\0"].concat();
    let mut bytes = [start.as_slice(), b"\0\0\0\x1c/psivox/param/pitch\0,f\0\0\xc0\x60\0\0"].concat();
    bytes.extend_from_slice(b"\0\0\0\x14/psivox/stop\0\0\0\0,T\0\0");
    let expected = vec![Inbound::Set { id: "pitch".into(), value: -3.5 }, Inbound::Stop];
    assert_eq!(parse::read(&bytes, &parameters()), Ok(expected));
    let error = parse::read(&cut, &parameters()).unwrap_err().to_string();
    assert_eq!(error, "not an OSC packet: cut short at byte 44");
    // One order in it that cannot be, and the other does not act either.
    assert!(parse::read(&bytes, &[]).is_err());
}

#[test]
fn cues_by_number_and_by_beginning() {
    let number = |n| Some(Inbound::Cue(Cue::Number(n)));
    assert_eq!(one("/psivox/cue", "i", &[&3_i32.to_be_bytes()]), number(3));
    assert_eq!(float("/psivox/cue", 2.0), number(2));
    assert_eq!(one("/psivox/cue", "s", &[b"12\0\0"]), number(12));
    assert_eq!(
        one("/psivox/cue", "s", &[b" Once upon\0\0"]),
        Some(Inbound::Cue(Cue::Text("Once upon".into())))
    );
    let refusal = words("/psivox/cue", "i", &[&0_i32.to_be_bytes()]);
    assert_eq!(refusal, "/psivox/cue takes 1 to 1000000 (whole), not 0");
}

#[test]
fn a_button_acts_when_pressed_and_not_when_let_go() {
    for (address, order) in [
        ("/psivox/stop", Inbound::Stop),
        ("/psivox/panic", Inbound::Panic),
        ("/psivox/trigger", Inbound::Trigger { velocity: 1.0 }),
    ] {
        for tags in ["", "T", "I", "N"] {
            assert_eq!(one(address, tags, &[]).as_ref(), Some(&order), "{address} {tags}");
        }
        assert_eq!(one(address, "i", &[&1_i32.to_be_bytes()]).as_ref(), Some(&order));
        assert_eq!(one(address, "i", &[&127_i32.to_be_bytes()]).as_ref(), Some(&order));
        assert_eq!(float(address, 1.0).as_ref(), Some(&order));
        assert_eq!(one(address, "F", &[]), None);
        assert_eq!(one(address, "i", &[&0_i32.to_be_bytes()]), None);
        assert_eq!(float(address, 0.0), None);
        // Without type tags, as the oldest senders write it.
        assert_eq!(parse::read(&string(address), &[]), Ok(vec![order]));
    }
    assert_eq!(float("/psivox/trigger", 0.25), Some(Inbound::Trigger { velocity: 0.25 }));
    let refusal = words("/psivox/trigger", "f", &[&1.5_f32.to_be_bytes()]);
    assert_eq!(refusal, "/psivox/trigger takes 0 to 1, not 1.5");
    let refusal = words("/psivox/stop", "s", &[b"x\0\0\0"]);
    let expected = "/psivox/stop takes nothing, a button (T, F, 0, 1) or a velocity from 0 to 1, not 's'";
    assert_eq!(refusal, expected);
}

#[test]
fn parameters_take_numbers_of_every_kind() {
    assert_eq!(float("/psivox/param/pitch", 12.0), set("pitch", 12.0));
    assert_eq!(one("/psivox/param/pitch", "i", &[&(-4_i32).to_be_bytes()]), set("pitch", -4.0));
    assert_eq!(one("/psivox/param/pitch", "d", &[&0.5_f64.to_be_bytes()]), set("pitch", 0.5));
    assert_eq!(one("/psivox/param/pitch", "h", &[&7_i64.to_be_bytes()]), set("pitch", 7.0));
    assert_eq!(one("/psivox/param/tiny", "d", &[&0.1_f64.to_be_bytes()]), set("tiny", 0.1));
    assert_eq!(one("/psivox/param/bypass", "T", &[]), set("bypass", 1.0));
    assert_eq!(one("/psivox/param/bypass", "F", &[]), set("bypass", 0.0));
    assert_eq!(one("/psivox/param/beat", "s", &[b"quarter\0"]), set("beat", 1.0));
    assert_eq!(float("/psivox/param/beat", 2.0), set("beat", 2.0));
    let share = |value| Some(Inbound::SetNormalized { id: "pitch".into(), value });
    assert_eq!(float("/psivox/param/pitch/normalized", 0.75), share(0.75));
    assert_eq!(float("/psivox/normalized/pitch", 0.75), share(0.75));
    assert_eq!(one("/psivox/param/pitch/normalized", "i", &[&1_i32.to_be_bytes()]), share(1.0));
}

#[test]
fn what_a_parameter_cannot_be_is_refused_with_what_it_can() {
    let pitch = |value: f32| words("/psivox/param/pitch", "f", &[&value.to_be_bytes()]);
    assert_eq!(pitch(12.5), "/psivox/param/pitch takes -12 to 12 st, not 12.5");
    assert_eq!(pitch(f32::NAN), "/psivox/param/pitch takes -12 to 12 st, not NaN");
    assert_eq!(pitch(f32::INFINITY), "/psivox/param/pitch takes -12 to 12 st, not inf");
    let share = words("/psivox/param/pitch/normalized", "f", &[&(-0.5_f32).to_be_bytes()]);
    assert_eq!(share, "/psivox/param/pitch/normalized takes 0 to 1, not -0.5");
    assert_eq!(words("/psivox/param/pitch", "T", &[]), "/psivox/param/pitch takes one number (f), not 'T'");
    assert_eq!(words("/psivox/param/pitch", "", &[]), "/psivox/param/pitch takes one value, not ''");
    let half = words("/psivox/param/beat", "s", &[b"half\0\0\0\0"]);
    assert_eq!(half, "/psivox/param/beat takes one of Auto, Quarter, Eighth, not 'half'");
    let half = words("/psivox/param/beat", "f", &[&0.5_f32.to_be_bytes()]);
    assert_eq!(half, "/psivox/param/beat takes 0 to 2 (whole steps), not 0.5");
    let unknown = words("/psivox/param/nothing", "f", &[&[0; 4]]);
    assert!(unknown.starts_with("there is no parameter 'nothing'; ask"), "{unknown}");
}

#[test]
fn targets_by_number_and_by_name() {
    let target = |target, on| Some(Inbound::TargetOn { target, on });
    assert_eq!(one("/psivox/target/2/on", "F", &[]), target(TargetName::Number(2), false));
    assert_eq!(one("/psivox/target/1/on", "i", &[&1_i32.to_be_bytes()]), target(TargetName::Number(1), true));
    assert_eq!(float("/psivox/target/VSeeFace/on", 0.0), target(TargetName::Name("VSeeFace".into()), false));
    assert!(words("/psivox/target/0/on", "T", &[]).contains("takes 1 to"));
    assert!(words("/psivox/target/1/on", "i", &[&2_i32.to_be_bytes()]).contains("takes 0 to 1, not 2"));
    assert!(words("/psivox/target//on", "T", &[]).starts_with("nothing listens to"));
}

#[test]
fn addresses_that_nothing_listens_to_are_named() {
    assert!(
        words("/accxyz", "fff", &[&[0; 12]])
            .starts_with("nothing listens to '/accxyz'; there are /psivox/speak")
    );
    assert!(words("/psivox/spek", "s", &[b"a\0\0\0"]).starts_with("nothing listens to '/psivox/spek'"));
    assert_eq!(words("/psivox/*", "", &[]), "'/psivox/*' is a pattern; write each address out");
    let long = words(&format!("/\u{1b}{}", "x".repeat(2_000)), "", &[]);
    assert!(long.len() < 400 && !long.contains('\u{1b}'), "{long}");
    assert_eq!(
        words("/psivox/speak", "s", &[b" .\0\0"]),
        "/psivox/speak needs a text with at least one letter"
    );
    assert_eq!(
        words("/psivox/speak", "b", &[&[0; 4]]),
        "the type tag 'b' is not taken; send i, f, s, T or F"
    );
}

fn config(port: u16) -> InboundConfig {
    InboundConfig { port, open_to_network: false, allowance: Allowance::default() }
}

fn open() -> (InboundServer, OrderReceiver) {
    InboundServer::open(&config(0), ParameterBoard::new(parameters())).expect("a free port")
}

fn send(port: u16, bytes: &[u8]) {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    socket.send_to(bytes, (Ipv4Addr::LOCALHOST, port)).expect("the loopback");
}

/// The status once so many datagrams have come.
fn after(server: &InboundServer, received: u64) -> InboundStatus {
    let start = std::time::Instant::now();
    loop {
        let status = server.status();
        if status.received >= received {
            return status;
        }
        assert!(start.elapsed() < PATIENCE, "{status:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn orders_come_through_and_garbage_is_counted() {
    let (server, orders) = open();
    send(server.port(), &message("/psivox/speak", "s", &[b"Hello\0\0\0"]));
    assert_eq!(orders.recv_timeout(PATIENCE), Ok(Inbound::Speak { text: "Hello".into(), now: false }));
    send(server.port(), b"\x80\x00garbage");
    send(server.port(), &message("/psivox/stop", "F", &[]));
    send(server.port(), &vec![0; 9_000]);
    let status = after(&server, 4);
    assert_eq!((status.received, status.acted, status.refused, status.limited), (4, 1, 2, 0));
    assert_eq!(status.last_message.as_deref(), Some("speak \"Hello\""));
    assert!(status.last_error.unwrap().contains("more than 8192 bytes"));
    assert!(status.last_from.unwrap().ip().is_loopback());
    assert!(orders.try_recv().is_err());
}

#[test]
fn what_is_over_the_rate_is_counted_and_a_stop_is_not_held_back() {
    // Buckets that hold less than one order never let one through, however long the test takes.
    let allowance = Allowance { words_hz: 0.5, messages_hz: 0.5, ..Allowance::default() };
    let wanted = InboundConfig { allowance, ..config(0) };
    let (server, orders) = InboundServer::open(&wanted, ParameterBoard::new(parameters())).unwrap();
    for _ in 0..3 {
        send(server.port(), &message("/psivox/speak", "s", &[b"Hi\0\0"]));
    }
    send(server.port(), &message("/psivox/stop", "", &[]));
    let status = after(&server, 4);
    assert_eq!((status.acted, status.limited, status.refused), (1, 3, 0));
    assert_eq!(orders.recv_timeout(PATIENCE), Ok(Inbound::Stop));
}

#[test]
fn orders_that_nobody_takes_are_bounded() {
    let (server, orders) = open();
    let element = message("/psivox/param/pitch", "f", &[&1_f32.to_be_bytes()]);
    let mut bundle = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
    for _ in 0..64 {
        bundle.extend_from_slice(&(element.len() as u32).to_be_bytes());
        bundle.extend_from_slice(&element);
    }
    for sent in 1..=20 {
        send(server.port(), &bundle);
        after(&server, sent);
    }
    let status = server.status();
    assert_eq!((status.acted, status.limited), (1_024, 20 * 64 - 1_024));
    // A stop and a panic still get in, once each, before all others.
    for address in ["/psivox/stop", "/psivox/panic", "/psivox/stop"] {
        send(server.port(), &message(address, "", &[]));
    }
    let status = after(&server, 23);
    assert_eq!((status.acted, status.limited), (1_027, 20 * 64 - 1_024));
    assert_eq!(orders.try_recv(), Ok(Inbound::Panic));
    assert_eq!(orders.try_iter().filter(|order| matches!(order, Inbound::Set { .. })).count(), 1_024);
    assert!(orders.try_recv().is_err());
}

#[test]
fn a_stop_passes_where_datagrams_are_too_many() {
    let none = Allowance { datagrams_hz: 0.5, messages_hz: 0.5, words_hz: 0.5 };
    let wanted = InboundConfig { allowance: none, ..config(0) };
    let (server, orders) = InboundServer::open(&wanted, ParameterBoard::new(parameters())).unwrap();
    let bundled = |first: &[u8], second: &[u8]| {
        let mut bytes = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
        for element in [first, second] {
            bytes.extend_from_slice(&(element.len() as u32).to_be_bytes());
            bytes.extend_from_slice(element);
        }
        bytes
    };
    let (stop, panic) = (message("/psivox/stop", "", &[]), message("/psivox/panic", "T", &[]));
    let line = message("/psivox/line", "s", &[b"\0\0\0\0"]);
    send(server.port(), &stop);
    assert_eq!(orders.recv_timeout(PATIENCE), Ok(Inbound::Stop));
    send(server.port(), &bundled(&panic, &line));
    assert_eq!(orders.recv_timeout(PATIENCE), Ok(Inbound::Panic));
    // Let go, broken, another order, too long: nothing of it passes.
    send(server.port(), &message("/psivox/stop", "F", &[]));
    send(server.port(), b"/psivox/stop\0");
    send(server.port(), &line);
    send(server.port(), &bundled(&stop, &message("/psivox/line", "s", &[&[0; 128]])));
    let status = after(&server, 6);
    assert_eq!((status.acted, status.limited, status.refused), (2, 4, 0));
    assert!(orders.try_recv().is_err());
}

#[test]
fn a_port_in_use_is_told_in_words() {
    let taken = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = InboundServer::open(&config(port), ParameterBoard::new(Vec::new())).unwrap_err();
    assert!(matches!(error, WireError::Listen { port: named, .. } if named == port));
    assert!(error.to_string().contains("choose another port"), "{error}");
}

#[test]
fn ipv6_is_listened_to_where_there_is_one() {
    let Ok(socket) = UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)) else { return };
    let (server, orders) = open();
    if server.status().addresses.len() < 2 {
        // Somebody else has ::1 of this very port.
        return;
    }
    socket.send_to(&message("/psivox/panic", "", &[]), (Ipv6Addr::LOCALHOST, server.port())).unwrap();
    assert_eq!(orders.recv_timeout(PATIENCE), Ok(Inbound::Panic));
    assert!(after(&server, 1).last_from.unwrap().is_ipv6());
}

#[test]
fn only_this_machine_is_listened_to_unless_opened() {
    let (server, _orders) = open();
    assert!(server.status().addresses.iter().all(|address| address.ip().is_loopback()));
    let wanted = InboundConfig { open_to_network: true, ..config(0) };
    let (server, _orders) = InboundServer::open(&wanted, ParameterBoard::new(Vec::new())).unwrap();
    assert!(server.status().addresses.iter().all(|address| address.ip().is_unspecified()));
}

#[test]
fn a_port_is_free_again_once_the_server_is_gone() {
    let (server, orders) = open();
    let port = server.port();
    drop(server);
    assert_eq!(orders.try_recv(), Err(TryRecvError::Disconnected), "the threads have ended");
    UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
}
