//! Broken input of every kind for all that reads from outside: no panic, and nothing larger than what came in.
//!
//! `PSIVOX_FUZZ_INPUTS` says how many inputs each reader gets.

use psivox_core::sound::Noise;
use psivox_wire::inbound::{Inbound, MAX_MESSAGES, ParameterInfo, parse};
use psivox_wire::oscquery::Node;
use psivox_wire::oscquery::http::{Head, read_head};

fn inputs() -> usize {
    std::env::var("PSIVOX_FUZZ_INPUTS").map_or(50_000, |count| count.parse().expect("a number of inputs"))
}

/// A seed with a few of its bytes changed, cut, doubled, moved or replaced by a telling number.
fn mutate(seeds: &[Vec<u8>], most: usize, random: &mut Noise) -> Vec<u8> {
    const TELLING: [[u8; 4]; 7] = [
        [0; 4],
        [0xff; 4],
        [0x7f, 0xff, 0xff, 0xff],
        [0x80, 0, 0, 0],
        [0x7f, 0xc0, 0, 0],
        *b"#bun",
        *b",[[s",
    ];
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..random.below(6) {
        let at = random.below(bytes.len());
        match random.below(8) {
            0 if !bytes.is_empty() => bytes[at] = random.bits() as u8,
            1 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
            2 => bytes.truncate(at),
            3 => {
                let end = at + random.below(bytes.len() - at);
                let part = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, part);
            }
            4 => {
                let other = &seeds[random.below(seeds.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[random.below(other.len())..]);
            }
            5 if bytes.len() >= 4 => {
                let at = random.below(bytes.len() / 4) * 4;
                bytes[at..at + 4].copy_from_slice(&TELLING[random.below(TELLING.len())]);
            }
            6 => {
                // Wrapped into a bundle, as deep as it comes.
                let mut bundle = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
                bundle.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
                bundle.append(&mut bytes);
                bytes = bundle;
            }
            7 if !bytes.is_empty() => {
                bytes.remove(at);
            }
            _ => {}
        }
    }
    bytes.truncate(most);
    bytes
}

fn message(address: &str, tags: &str, arguments: &[u8]) -> Vec<u8> {
    let string = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize((text.len() / 4 + 1) * 4, 0);
        bytes
    };
    [string(address), string(&format!(",{tags}")), arguments.to_vec()].concat()
}

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
    let choices = Some(vec!["off".into(), "on".into()]);
    let beat = ParameterInfo { id: "beat".into(), min: 0.0, max: 1.0, choices, ..pitch.clone() };
    vec![pitch, beat]
}

#[test]
fn no_datagram_breaks_the_reader() {
    let bundle = [
        b"#bundle\0\0\0\0\0\0\0\0\x01\0\0\0\x14".to_vec(),
        message("/psivox/stop", "T", &[]),
        b"\0\0\0\x1c".to_vec(),
        message("/psivox/param/pitch", "f", &1.0_f32.to_be_bytes()),
    ]
    .concat();
    let seeds = [
        bundle.clone(),
        [b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec(), (bundle.len() as u32).to_be_bytes().to_vec(), bundle]
            .concat(),
        message("/psivox/speak", "s", b"Hello, world\0\0\0\0"),
        message("/psivox/cue", "i", &[0, 0, 0, 3]),
        message("/psivox/trigger", "f", &0.5_f32.to_be_bytes()),
        message("/psivox/param/beat", "s", b"on\0\0"),
        message("/psivox/param/pitch/normalized", "d", &0.5_f64.to_be_bytes()),
        message("/psivox/target/2/on", "F", &[]),
        message("/psivox/param/pitch", "[[[[]]]]b", &[0xff; 4]),
        b"/psivox/panic\0\0\0".to_vec(),
    ];
    let (parameters, mut random) = (parameters(), Noise::new(1));
    let (mut acted, mut refused) = (0, 0);
    for _ in 0..inputs() {
        let bytes = mutate(&seeds, 9_000, &mut random);
        match parse::read(&bytes, &parameters) {
            Ok(orders) => {
                assert!(orders.len() <= MAX_MESSAGES);
                for order in orders {
                    assert!(fits(&order, bytes.len()), "{order:?} of {bytes:?}");
                    acted += 1;
                }
            }
            Err(error) => {
                assert!(error.to_string().len() < 600, "{error}");
                refused += 1;
            }
        }
    }
    // Both ways were gone often, or the inputs are not worth much.
    assert!(acted > inputs() / 100 && refused > inputs() / 10, "{acted} orders, {refused} refused");
}

/// Whether an order keeps to its ranges and is no longer than what it came in.
fn fits(order: &Inbound, length: usize) -> bool {
    match order {
        Inbound::Speak { text, .. } => !text.is_empty() && text.len() < length,
        Inbound::Line { text } => text.len() < length,
        Inbound::Trigger { velocity } => *velocity > 0.0 && *velocity <= 1.0,
        Inbound::Set { id, value } if id == "pitch" => (-12.0..=12.0).contains(value),
        Inbound::Set { id, value } => id == "beat" && (*value == 0.0 || *value == 1.0),
        Inbound::SetNormalized { value, .. } => (0.0..=1.0).contains(value),
        _ => true,
    }
}

#[test]
fn no_head_breaks_the_reader() {
    let seeds = [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n".to_vec(),
        b"GET /psivox/param/pitch?VALUE HTTP/1.1\r\nHost: [::1]:80\r\nAccept: */*\r\n\r\n".to_vec(),
        b"POST /%41%e2%82%ac HTTP/1.0\r\nContent-Length: 4\r\n\r\nabcd".to_vec(),
        b"GET /%41%e2%82%ac?HOST_INFO HTTP/1.1\n\n".to_vec(),
        [b"GET / HTTP/1.1\r\n".to_vec(), b"a: b\r\n".repeat(70)].concat(),
    ];
    let mut random = Noise::new(2);
    let (mut got, mut refused, mut more) = (0, 0, 0);
    for _ in 0..inputs() {
        let bytes = mutate(&seeds, 9_000, &mut random);
        match read_head(&bytes) {
            Head::Get(request) => {
                assert!(request.path.starts_with('/') && request.path.len() < bytes.len());
                let _ = request.is_local();
                got += 1;
            }
            Head::Refused(_) => refused += 1,
            Head::More => more += 1,
        }
    }
    let least = inputs() / 100;
    assert!(got > least && refused > least && more > least, "{got} got, {refused} refused, {more} open");
}

#[test]
fn no_tree_breaks_the_reader() {
    let tree = br#"{"FULL_PATH":"/","CONTENTS":{"a":{"FULL_PATH":"/a","TYPE":"f","ACCESS":3,"VALUE":[0.5],
        "RANGE":[{"MIN":0,"MAX":1},null],"UNIT":["st",null],"CONTENTS":{"b":{"VALUE":["x",true,null,1e9]}}}}}"#;
    let deep = [br#"{"CONTENTS":{"a":"#.repeat(300), b"{}".to_vec(), b"}}".repeat(300)].concat();
    let seeds = [tree.to_vec(), br#"{"RANGE":[{"VALS":["auto","on"]}],"DESCRIPTION":"d"}"#.to_vec(), deep];
    let mut random = Noise::new(3);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..inputs() {
        let bytes = mutate(&seeds, 9_000, &mut random);
        match serde_json::from_slice::<Node>(&bytes) {
            Ok(node) => {
                let _ = (node.find("/a/b"), node.attribute("RANGE"));
                read += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(read > inputs() / 100 && refused > inputs() / 100, "{read} read, {refused} refused");
}
