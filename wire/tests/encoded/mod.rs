//! The numbers in the datagrams of every language but VRChat's, by their names.

use psivox_wire::target::Dialect;
use rosc::{OscMessage, OscPacket, OscType, decoder};
use std::collections::BTreeMap;

fn read(datagram: &[u8]) -> Vec<OscMessage> {
    let (rest, packet) = decoder::decode_udp(datagram).expect("a datagram can be read");
    assert!(rest.is_empty(), "{} bytes are left over", rest.len());
    let message = |packet| match packet {
        OscPacket::Message(message) => message,
        OscPacket::Bundle(_) => panic!("a bundle in a bundle"),
    };
    match packet {
        OscPacket::Message(message) => vec![message],
        OscPacket::Bundle(bundle) => {
            assert_eq!((bundle.timetag.seconds, bundle.timetag.fractional), (0, 1), "immediate");
            bundle.content.into_iter().map(message).collect()
        }
    }
}

/// Every number of a face by its name: the address with the texts and whole numbers in front, and the place after them.
pub fn numbers(dialect: &Dialect, datagrams: &[Vec<u8>]) -> BTreeMap<String, f32> {
    let mut found = BTreeMap::new();
    let mut put = |name: String, value: f32| {
        assert!(found.insert(name.clone(), value).is_none(), "{name} twice in a face");
    };
    for datagram in datagrams {
        match dialect {
            Dialect::Livelink(_) => livelink(datagram).into_iter().for_each(|(name, value)| put(name, value)),
            Dialect::Ifacialmocap(options) => {
                let between = if options.version == 2 { '&' } else { '-' };
                ifacialmocap(datagram, between).into_iter().for_each(|(name, value)| put(name, value));
            }
            _ => {
                for message in read(datagram) {
                    osc(&message).into_iter().for_each(|(name, value)| put(name, value));
                }
            }
        }
    }
    found
}

fn osc(message: &OscMessage) -> Vec<(String, f32)> {
    assert!(message.addr.starts_with('/') && message.addr.bytes().all(|byte| byte.is_ascii_graphic()));
    let mut key = message.addr.clone();
    let mut all = Vec::new();
    for (place, part) in message.args.iter().enumerate() {
        match part {
            OscType::String(text) => key = format!("{key} {text}"),
            OscType::Int(index) if message.addr == "/W" => key = format!("{key} {index}"),
            OscType::Int(value) => all.push((format!("{key} {place}"), *value as f32)),
            OscType::Float(value) => all.push((format!("{key} {place}"), *value)),
            other => panic!("{other:?} in {}", message.addr),
        }
    }
    all
}

fn livelink(datagram: &[u8]) -> Vec<(String, f32)> {
    let word = |at: usize| -> [u8; 4] { std::array::from_fn(|i| datagram[at + i]) };
    let number = |at: usize| f32::from_be_bytes(word(at));
    assert_eq!((datagram[0], i32::from_be_bytes(word(1))), (6, 36));
    let length = i32::from_be_bytes(word(41)) as usize;
    assert_eq!(datagram.len(), 306 + length);
    let time = 45 + length;
    assert!(i32::from_be_bytes(word(time)) >= 0 && (0.0..1.0).contains(&number(time + 4)));
    assert_eq!((i32::from_be_bytes(word(time + 8)), i32::from_be_bytes(word(time + 12))), (60, 1));
    assert_eq!(datagram[time + 16], 61);
    (0..61).map(|index| (format!("{index:02}"), number(time + 17 + 4 * index))).collect()
}

fn ifacialmocap(datagram: &[u8], between: char) -> Vec<(String, f32)> {
    let text = std::str::from_utf8(datagram).expect("text");
    let (shapes, turns) = text.split_once('=').expect("shapes, then turns");
    let number = |text: &str| text.parse::<f32>().unwrap_or_else(|_| panic!("'{text}' in {datagram:?}"));
    // The first field is dropped by some receivers.
    let fields = shapes.split('|').skip(1).filter(|field| !field.is_empty());
    let mut all: Vec<(String, f32)> = fields
        .map(|field| {
            let (name, value) = field.split_once(between).expect("a name and a value");
            assert!((0..=100).contains(&value.parse::<i32>().expect("a whole number")), "{field}");
            (name.to_owned(), number(value))
        })
        .collect();
    for (turn, count) in turns.split('|').zip([6, 3, 3, 0]) {
        if count == 0 {
            assert_eq!(turn, "");
            continue;
        }
        let (name, values) = turn.split_once('#').expect("a name and its turn");
        let values: Vec<f32> = values.split(',').map(number).collect();
        assert_eq!(values.len(), count, "{turn}");
        all.extend(values.into_iter().enumerate().map(|(place, value)| (format!("{name} {place}"), value)));
    }
    all
}
