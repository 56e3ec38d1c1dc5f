//! Both ends of the wire on the command line.

mod common;

use common::{Folder, succeeded};
use psivox_core::face::Shape;
use psivox_wire::decode::Decoder;
use psivox_wire::inbound::ParameterBoard;
use psivox_wire::oscquery::{QueryConfig, QueryServer, monitor_json};
use psivox_wire::{Rig, Target, TargetStatus, WireReport};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Lines, Write};
use std::net::UdpSocket;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// `psivox osc listen` at a port of the system's choice.
struct Listener {
    child: Child,
    place: String,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Listener {
    fn start(folder: &Folder, more: &[&str]) -> Self {
        let arguments = [&["osc", "listen", "0", "--json", "--seconds", "120"], more].concat();
        let mut child = folder
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut first = String::new();
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        stderr.read_line(&mut first).expect("its first words");
        child.stderr = Some(stderr.into_inner());
        let place = first.split([' ', ';']).nth(2).expect("an address").to_owned();
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, place, lines }
    }

    /// The first line of JSON that is as it should be.
    fn told(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = self.lines.next().expect("it goes on").expect("text");
            let value: Value = serde_json::from_str(&line).expect("JSON");
            if wanted(&value) {
                return value;
            }
        }
    }

    /// Exit code and what was said after Ctrl-C.
    #[cfg(unix)]
    fn end(self) -> (Option<i32>, String) {
        let stop = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(stop.expect("kill runs").success());
        drop(self.lines);
        let output = self.child.wait_with_output().expect("ended");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[cfg(unix)]
#[test]
fn a_spoken_line_is_heard_and_told() {
    let folder = Folder::new();
    let mut listener = Listener::start(&folder, &["--strict"]);
    let target = format!("vmc:{}?lead_ms=0", listener.place);
    succeeded(&folder.run(&["say", "Hello there, my friends.", "--osc", &target]));
    // The face at rest has come: all clips are 0, and a second later nothing comes any more.
    let told = listener.told(|told| told["faces"].as_u64() > Some(10) && told["datagrams_per_s"] == 0.0);
    assert_eq!((&told["malformed"], &told["last_fault"]), (&json!(0), &Value::Null));
    assert!(told["protocols"]["vmc"].as_u64() > Some(10), "{told}");
    assert_eq!(told["sources"].as_array().map(Vec::len), Some(1), "one source port");
    assert_eq!(told["several_ports"], json!([]));
    assert_eq!((&told["ready"], &told["clips"]["A"]), (&json!(true), &json!(0.0)));
    let (code, words) = listener.end();
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("0 malformed") && words.contains("vmc") && words.contains("faces/s"), "{words}");
}

#[cfg(unix)]
#[test]
fn what_is_malformed_is_counted_shown_and_never_drawn() {
    let folder = Folder::new();
    let mut listener = Listener::start(&folder, &["--strict"]);
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let other = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let face = b"/W\0\0,if\0\0\0\0\x18\x3f\0\0\0";
    for (socket, bytes) in [
        (&socket, &face[..]),
        (&socket, &b"/a\0\0,[]\0\x1b[2J"[..]),
        (&socket, &[0xff; 9_000][..]),
        (&other, &face[..]),
    ] {
        socket.send_to(bytes, &listener.place).expect("sent");
    }
    let told = listener.told(|told| told["datagrams"] == 4);
    assert_eq!((&told["malformed"], &told["shapes"]["jawOpen"]), (&json!(2), &json!(0.5)));
    assert!(told["last_fault"].as_str().is_some_and(|fault| fault.contains("8192")), "{told}");
    assert_eq!(told["bytes"], json!(2 * face.len() + 12 + 9_000));
    assert_eq!(told["several_ports"], json!(["127.0.0.1"]));
    let (code, words) = listener.end();
    assert_eq!(code, Some(1));
    assert!(words.contains("2 malformed") && words.contains("several ports"), "{words}");
    assert!(words.lines().last().is_some_and(|last| last.starts_with("psivox: 2 of 4 datagrams")), "{words}");
    assert!(!words.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn a_sender_is_asked_and_only_the_chosen_protocol_is_read() {
    let folder = Folder::new();
    let asked = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let place = asked.local_addr().expect("bound").to_string();
    let mut listener = Listener::start(&folder, &["--ask", &place, "--protocol", "ifacialmocap"]);
    asked.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    let mut question = [0; 256];
    let (length, from) = asked.recv_from(&mut question).expect("a question");
    assert_eq!(&question[..length], b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719");
    assert_eq!(from.to_string(), listener.place);
    asked.send_to(b"jawOpen-50|eyeBlink_L-100|=head#0,0,0,0,0,0|", from).expect("sent");
    let told = listener.told(|told| told["datagrams"] == 1);
    assert_eq!((&told["shapes"]["jawOpen"], &told["shapes"]["eyeBlinkLeft"]), (&json!(0.5), &json!(1.0)));
    assert_eq!(listener.end().0, Some(0));
}

#[test]
fn a_port_in_use_is_named() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let port = socket.local_addr().expect("bound").port().to_string();
    Folder::new().refused(&["osc", "listen", &port, "--seconds", "1"], "another program has this port");
}

#[test]
fn rigs_are_listed() {
    let folder = Folder::new();
    let output = folder.run(&["osc", "rigs"]);
    succeeded(&output);
    let text = String::from_utf8(output.stdout).expect("text");
    let output = folder.run(&["osc", "rigs", "--json"]);
    let list: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(list.len(), Rig::all().len());
    for (value, rig) in list.iter().zip(Rig::all()) {
        assert!(text.contains(&rig.id) && text.contains(&rig.target.address()), "{}", rig.id);
        assert_eq!((&value["id"], &value["setup"]), (&json!(rig.id), &json!(rig.setup)));
        let target: Target = serde_json::from_value(value["target"].clone()).expect("a target");
        assert_eq!(target, rig.target);
    }
}

#[test]
fn files_of_targets_are_checked() {
    let folder = Folder::new();
    let target: Target = "vmc:127.0.0.1:39539?rate_hz=30".parse().expect("a target");
    folder.write("good.json", &serde_json::to_string(&[&target]).expect("JSON"));
    let output = folder.run(&["osc", "targets", "good.json"]);
    succeeded(&output);
    assert!(String::from_utf8_lossy(&output.stdout).contains("vmc:127.0.0.1:39539?rate_hz=30"));
    assert!(folder.run(&["osc", "targets", "good.json", "--check"]).stdout.is_empty());
    let late = Target { lead_ms: 900.0, ..target.clone() };
    folder.write("late.json", &serde_json::to_string(&[&target, &late]).expect("JSON"));
    folder.refused(&["osc", "targets", "late.json", "--check"], "target 2");
    folder.write("many.json", &serde_json::to_string(&vec![target; 9]).expect("JSON"));
    folder.refused(&["osc", "targets", "many.json"], "8");
    folder.write("no.json", "{}");
    folder.refused(&["osc", "targets", "no.json"], "list of targets");
    folder.refused(&["osc", "targets", "nowhere.json"], "nowhere.json");
    folder.write("none.json", "[]");
    folder.refused(&["say", "hi", "--targets", "none.json"], "lists no target");
}

fn report(bytes_sent: u64) -> Value {
    let target = TargetStatus {
        label: "Stage".to_owned(),
        address: "vmc:127.0.0.1:39539".to_owned(),
        on: true,
        rate_hz: 60.0,
        bytes_sent,
        ..TargetStatus::default()
    };
    let report = WireReport { targets: vec![target], ..WireReport::default() };
    monitor_json(&report, &[vec!["/VMC/Ext/OK 1".to_owned()]], json!({"osc_port": 9010}), None)
}

#[test]
fn a_running_psivox_is_monitored() {
    let config = QueryConfig { name: "Psivox-1".to_owned(), port: 0, osc_port: 1, open_to_network: false };
    let monitor = Arc::new(|| report(4_711));
    let server = QueryServer::open(config, ParameterBoard::new(Vec::new()), monitor).expect("a server");
    let place = format!("127.0.0.1:{}", server.port());
    let folder = Folder::new();
    let output = folder.run(&["osc", "monitor", &place, "--json", "--seconds", "1.5"]);
    succeeded(&output);
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(!text.is_empty());
    for line in text.lines() {
        assert_eq!(serde_json::from_str::<Value>(line).expect("JSON"), report(4_711));
    }
}

#[test]
fn what_is_no_psivox_is_not_monitored() {
    let folder = Folder::new();
    let config = QueryConfig { name: "Psivox-1".to_owned(), port: 0, osc_port: 1, open_to_network: false };
    let monitor = Arc::new(|| json!({"report": 3}));
    let server = QueryServer::open(config, ParameterBoard::new(Vec::new()), monitor).expect("a server");
    let place = format!("127.0.0.1:{}", server.port());
    folder.refused(&["osc", "monitor", &place], "another program");
    drop(server);
    folder.refused(&["osc", "monitor", &place], "Listen for OSC");
    folder.refused(&["osc", "monitor", "somewhere"], "HOST:PORT");
}

#[test]
fn a_mouth_snaps_and_ends_at_rest() {
    let receiver = UdpSocket::bind("127.0.0.1:0").expect("a port");
    receiver.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    let place = receiver.local_addr().expect("bound");
    let folder = Folder::new();
    let target = format!("osc:{place}?rate_hz=120");
    let mut child = folder
        .command(&["osc", "calibrate", &target, "--no-play", "--offset-ms", "-40"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut keys = child.stdin.take().expect("a pipe");
    let (mut decoder, mut buffer, mut jaws) = (Decoder::new(None), [0; 2_048], Vec::new());
    // Until the mouth has opened and shut again.
    while !(jaws.contains(&1.0) && jaws.last() == Some(&0.0)) {
        let length = receiver.recv(&mut buffer).expect("faces");
        decoder.take(&buffer[..length]).expect("sound");
        jaws.push(decoder.face().get(Shape::JawOpen));
    }
    let between = jaws.iter().filter(|jaw| **jaw > 0.0 && **jaw < 1.0).count();
    assert!(between <= 8, "it snaps: {between} faces in between");
    keys.write_all(b"+20\n-5\n+\nq\n").expect("typed");
    let output = child.wait_with_output().expect("ended");
    succeeded(&output);
    receiver.set_nonblocking(true).expect("set");
    while let Ok(length) = receiver.recv(&mut buffer) {
        decoder.take(&buffer[..length]).expect("sound");
    }
    assert_eq!((decoder.face().get(Shape::JawOpen), decoder.malformed()), (0.0, 0));
    let text = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    let typed: Target = lines[0].parse().expect("a target as text");
    let stored: Target = serde_json::from_str(lines[1]).expect("a target as JSON");
    assert_eq!((lines.len(), typed.offset_ms, &typed), (2, -15.0, &stored));
}

#[cfg(unix)]
#[test]
fn a_calibration_that_is_stopped_leaves_no_open_mouth() {
    let receiver = UdpSocket::bind("127.0.0.1:0").expect("a port");
    receiver.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    let target = format!("osc:{}", receiver.local_addr().expect("bound"));
    let folder = Folder::new();
    let mut command = folder.command(&["osc", "calibrate", &target, "--no-play"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    let (mut decoder, mut buffer) = (Decoder::new(None), [0; 2_048]);
    while decoder.face().get(Shape::JawOpen) < 1.0 {
        let length = receiver.recv(&mut buffer).expect("faces");
        decoder.take(&buffer[..length]).expect("sound");
    }
    let stop = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(stop.success());
    let output = child.wait_with_output().expect("ended");
    succeeded(&output);
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().next(), Some(target.as_str()));
    receiver.set_nonblocking(true).expect("set");
    while let Ok(length) = receiver.recv(&mut buffer) {
        decoder.take(&buffer[..length]).expect("sound");
    }
    assert_eq!(decoder.face().get(Shape::JawOpen), 0.0);
}

#[test]
fn mistakes_are_one_sentence_each() {
    let folder = Folder::new();
    for (arguments, word) in [
        (&["osc", "listen", "99999"][..], "1 to 65535"),
        (&["osc", "listen", "0", "--bind", "here"], "127.0.0.1"),
        (&["osc", "listen", "0", "--bind", "192.0.2.1"], "--bind 127.0.0.1"),
        (&["osc", "listen", "0", "--protocol", "midi"], "ifacialmocap"),
        (&["osc", "listen", "0", "--seconds", "0"], "0.1"),
        (&["osc", "listen", "0", "--ask", "no host"], "--ask"),
        (&["osc", "monitor", "--target", "0"], "1..=8"),
        (&["osc", "calibrate", "hologram", "--no-play"], "vseeface"),
        (&["osc", "calibrate", "vmc:x:0", "--no-play"], "1 to 65535"),
        (&["osc", "calibrate", "vseeface", "--offset-ms", "1001"], "-1000 to 1000"),
    ] {
        folder.refused(arguments, word);
    }
}

#[cfg(not(feature = "play"))]
#[test]
fn calibration_without_audio_says_how_to_go_on() {
    Folder::new().refused(&["osc", "calibrate", "vseeface"], "--no-play");
}
