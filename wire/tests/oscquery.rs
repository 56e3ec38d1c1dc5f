//! The tree over HTTP, asked with bare sockets.

use psivox_wire::inbound::{ParameterBoard, ParameterInfo};
use psivox_wire::oscquery::{HostInfo, Monitor, Node, find_psivox};
use psivox_wire::{RemoteConfig, RemoteServer, WireError};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

/// Longest that a test waits for what must come: only a failure takes as long.
const PATIENCE: Duration = Duration::from_secs(10);

fn board() -> Arc<ParameterBoard> {
    ParameterBoard::new(vec![ParameterInfo {
        id: "pitch".into(),
        name: "Pitch".into(),
        unit: "st".into(),
        min: -12.0,
        max: 12.0,
        default: 0.0,
        choices: None,
    }])
}

fn open(config: &RemoteConfig, board: &Arc<ParameterBoard>) -> RemoteServer {
    let monitor: Monitor = Arc::new(|| json!({"targets": [{"name": "one", "faces": 3}]}));
    RemoteServer::open(config, Arc::clone(board), monitor).expect("free ports").0
}

fn connect(server: &RemoteServer) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.status().query.port)).expect("a server");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time");
    stream
}

/// The status and body that a stream gets before it is closed.
fn answer(mut stream: TcpStream) -> (u16, String) {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    assert!(head.contains("\r\nConnection: close"), "{head}");
    (head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status"), body.to_owned())
}

fn ask(server: &RemoteServer, request: &[u8]) -> (u16, String) {
    let mut stream = connect(server);
    stream.write_all(request).expect("a server");
    answer(stream)
}

fn get(server: &RemoteServer, path: &str) -> (u16, Value) {
    let (status, body) = ask(server, format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").as_bytes());
    (status, serde_json::from_str(&body).unwrap_or(Value::Null))
}

#[test]
fn the_whole_tree_is_told_and_can_be_read_back() {
    let board = board();
    let server = open(&RemoteConfig::default(), &board);
    board.set(0, 2.5);
    board.set_targets(&[true]);
    let (status, json) = get(&server, "/");
    assert_eq!(status, 200);
    let root: Node = serde_json::from_value(json).unwrap();
    assert_eq!(root.full_path, "/");
    for (path, types, access) in [
        ("/psivox/speak", "s", 2),
        ("/psivox/speak_now", "s", 2),
        ("/psivox/line", "s", 2),
        ("/psivox/cue", "i", 2),
        ("/psivox/trigger", "f", 2),
        ("/psivox/stop", "I", 2),
        ("/psivox/panic", "I", 2),
        ("/psivox/param/pitch", "f", 3),
        ("/psivox/normalized/pitch", "f", 3),
        ("/psivox/target/1/on", "T", 3),
    ] {
        let node = root.find(path).unwrap_or_else(|| panic!("{path}"));
        assert_eq!(
            (node.full_path.as_str(), node.types.as_deref(), node.access),
            (path, Some(types), Some(access))
        );
    }
    assert_eq!(root.find("/psivox/param/pitch").unwrap().value, Some(vec![json!(2.5)]));
}

#[test]
fn attributes_are_told_one_at_a_time() {
    let board = board();
    let server = open(&RemoteConfig::default(), &board);
    board.set(0, -0.1);
    assert_eq!(get(&server, "/psivox/param/pitch?VALUE"), (200, json!({"VALUE": [-0.1]})));
    assert_eq!(get(&server, "/psivox/param/pitch?TYPE"), (200, json!({"TYPE": "f"})));
    assert_eq!(get(&server, "/psivox/param/pitch?UNIT"), (200, json!({"UNIT": ["st"]})));
    assert_eq!(get(&server, "/psivox/param/pitch?ACCESS"), (200, json!({"ACCESS": 3})));
    let range = json!({"RANGE": [{"MIN": -12.0, "MAX": 12.0}]});
    assert_eq!(get(&server, "/psivox/param/pitch?RANGE"), (200, range));
    assert_eq!(get(&server, "/psivox/stop?RANGE"), (204, Value::Null));
    assert_eq!(get(&server, "/psivox/stop?value").0, 400);
    assert_eq!(get(&server, "/psivox/nothing").0, 404);
    assert_eq!(get(&server, "/psivox/nothing?VALUE").0, 404);
    let status = server.status().query;
    assert_eq!((status.answered, status.refused), (6, 3));
}

#[test]
fn the_host_tells_where_osc_goes() {
    let server = open(&RemoteConfig::default(), &board());
    let port = server.status().inbound.addresses[0].port();
    let (status, json) = get(&server, "/?HOST_INFO");
    assert_eq!(status, 200);
    assert_eq!(json["NAME"], json!(format!("Psivox-{port}")));
    assert_eq!((&json["OSC_IP"], &json["OSC_TRANSPORT"]), (&json!("127.0.0.1"), &json!("UDP")));
    assert_eq!(json["EXTENSIONS"]["RANGE"], json!(true));
    assert_eq!(json["EXTENSIONS"]["LISTEN"], json!(false));
    let read: HostInfo = serde_json::from_value(json).unwrap();
    assert_eq!(read.osc_port, Some(port));
}

#[test]
fn a_name_is_made_fit_for_the_network() {
    let config = RemoteConfig { name: format!("Stage left.{}", "x".repeat(90)), ..RemoteConfig::default() };
    let status = open(&config, &board()).status();
    let port = status.inbound.addresses[0].port();
    assert_eq!(status.name, format!("Stageleft{}-{port}", "x".repeat(31)));
}

#[test]
fn the_monitor_is_told_as_it_is() {
    let server = open(&RemoteConfig::default(), &board());
    assert_eq!(get(&server, "/psivox/wire"), (200, json!({"targets": [{"name": "one", "faces": 3}]})));
}

#[test]
fn heads_that_are_none_are_refused_in_words() {
    let server = open(&RemoteConfig::default(), &board());
    assert_eq!(ask(&server, b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc").0, 405);
    assert_eq!(ask(&server, b"\x00\x01\x02\x03\r\n\r\n").0, 400);
    assert_eq!(ask(&server, b"GET / HTTP/9.9\r\n\r\n").0, 400);
    assert_eq!(ask(&server, b"GET /%f HTTP/1.1\r\n\r\n").0, 400);
    let (status, body) = ask(&server, b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    assert_eq!(status, 403);
    assert!(body.contains("not open to the network"), "{body}");
    let status = server.status().query;
    assert_eq!((status.answered, status.refused), (0, 5));
}

#[test]
fn a_huge_head_is_refused_and_the_refusal_arrives() {
    let server = open(&RemoteConfig::default(), &board());
    let head = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(60_000));
    assert_eq!(ask(&server, head.as_bytes()).0, 431);
    assert_eq!(get(&server, "/psivox/stop?TYPE").0, 200);
}

#[test]
fn a_slow_client_is_told_so_and_holds_nobody_up() {
    let server = open(&RemoteConfig::default(), &board());
    let mut slow: Vec<TcpStream> = (0..7).map(|_| connect(&server)).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HT").unwrap();
    }
    assert_eq!(get(&server, "/psivox/stop?TYPE").0, 200);
    for stream in slow {
        assert_eq!(answer(stream).0, 408);
    }
}

#[test]
fn many_connections_are_all_answered() {
    let server = open(&RemoteConfig::default(), &board());
    let streams: Vec<TcpStream> = (0..40)
        .map(|_| {
            let mut stream = connect(&server);
            stream.write_all(b"GET /psivox/panic?TYPE HTTP/1.0\r\n\r\n").unwrap();
            stream
        })
        .collect();
    for stream in streams {
        assert_eq!(answer(stream), (200, r#"{"TYPE":"I"}"#.to_owned()));
    }
}

#[test]
fn clients_that_leave_do_no_harm() {
    let server = open(&RemoteConfig::default(), &board());
    for _ in 0..20 {
        let mut stream = connect(&server);
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        // It may be answered and closed before this is done.
        let _ = stream.shutdown(Shutdown::Both);
        drop(connect(&server));
    }
    assert_eq!(get(&server, "/psivox/stop?TYPE").0, 200);
}

#[test]
fn a_port_in_use_is_told_in_words() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let config = RemoteConfig { http_port: port, ..RemoteConfig::default() };
    let error = RemoteServer::open(&config, board(), Arc::new(|| Value::Null)).err().unwrap();
    assert!(matches!(error, WireError::Listen { port: named, .. } if named == port), "{error}");
}

#[test]
fn the_ports_are_free_again_once_the_server_is_gone() {
    let config = RemoteConfig { advertise: true, ..RemoteConfig::default() };
    let server = open(&config, &board());
    let status = server.status();
    // Where a machine has no multicast it says so; either way it is a text.
    assert!(status.announced.unwrap().contains("announced"));
    drop(server);
    UdpSocket::bind(status.inbound.addresses[0]).unwrap();
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, status.query.port)).is_err());
}

#[test]
fn a_psivox_that_is_found_is_this_one_and_answers() {
    let config = RemoteConfig { advertise: true, ..RemoteConfig::default() };
    let server = open(&config, &board());
    let status = server.status();
    let found = find_psivox(Duration::from_secs(3), || true);
    // Where a machine has no multicast nothing is found.
    for one in found.iter().filter(|one| one.name == status.name) {
        assert_eq!(one.address.port(), status.query.port);
        assert!(TcpStream::connect(one.address).is_ok());
    }
    assert!(find_psivox(Duration::from_secs(60), || false).is_empty(), "the search ends when it is told to");
}
