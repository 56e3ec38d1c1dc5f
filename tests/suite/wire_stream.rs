//! The stream on real sockets: several receivers at once, each at its own rate; nothing stays stuck.

use psivox_core::face::{BlendshapeFrame, Shape};
use psivox_core::field::{SurpriseEvent, SurpriseSource};
use psivox_tests::heap::{CountingHeap, operations_of};
use psivox_wire::event::Notice;
use psivox_wire::stream::{FEED_CAPACITY, NOTICE_CAPACITY};
use psivox_wire::target::{Dialect, Gain, Mask};
use psivox_wire::{FaceFeed, FaceSender, SenderConfig, Target, WireFrame, WireReport};
use rosc::{OscMessage, OscPacket, OscType, decoder};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

#[global_allocator]
static HEAP: CountingHeap = CountingHeap;

const RATE_HZ: f32 = 48_000.0;
/// Samples between two faces of the engine: 120 a second.
const FACE_SAMPLES: u64 = 400;

/// A receiver on the loopback interface.
struct Listener {
    socket: UdpSocket,
}

impl Listener {
    fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        socket.set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout");
        Self { socket }
    }

    fn target(&self) -> Target {
        format!("vmc:{}", self.socket.local_addr().expect("bound")).parse().expect("a target")
    }

    /// The messages that have come and come until nothing comes for 0.3 s, and where they came from.
    fn messages(&self) -> Vec<(OscMessage, SocketAddr)> {
        let mut buffer = [0; 2048];
        let mut messages = Vec::new();
        while let Ok((size, source)) = self.socket.recv_from(&mut buffer) {
            messages.extend(read(&buffer[..size]).into_iter().map(|message| (message, source)));
        }
        messages
    }

    /// The faces among them: names and values.
    fn faces(&self) -> Vec<Vec<(String, f32)>> {
        let mut faces = Vec::new();
        let mut face = Vec::new();
        for (message, _) in self.messages() {
            match message.args.as_slice() {
                [OscType::String(name), OscType::Float(value)] if message.addr.ends_with("Blend/Val") => {
                    face.push((name.clone(), *value));
                }
                _ if message.addr.ends_with("Blend/Apply") => faces.push(std::mem::take(&mut face)),
                _ => {}
            }
        }
        faces
    }
}

fn read(datagram: &[u8]) -> Vec<OscMessage> {
    let (rest, packet) = decoder::decode_udp(datagram).expect("a datagram can be read");
    assert!(rest.is_empty());
    match packet {
        OscPacket::Message(message) => vec![message],
        OscPacket::Bundle(bundle) => {
            let flat = |packet| match packet {
                OscPacket::Message(message) => message,
                OscPacket::Bundle(_) => panic!("a bundle in a bundle"),
            };
            bundle.content.into_iter().map(flat).collect()
        }
    }
}

fn value(face: &[(String, f32)], name: &str) -> f32 {
    face.iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("{name} was not sent")).1
}

fn is_neutral(face: &[(String, f32)]) -> bool {
    !face.is_empty() && face.iter().all(|(_, value)| *value == 0.0)
}

fn spawn(targets: Vec<Target>) -> (FaceFeed, FaceSender) {
    FaceSender::spawn(SenderConfig { targets, ..SenderConfig::default() }).expect("a thread")
}

/// A host that renders blocks in real time; the mouth's opening is the jaw of every face.
struct Host {
    feed: FaceFeed,
    position: u64,
    next_face: u64,
    start: Instant,
    played: u64,
}

impl Host {
    fn new(feed: FaceFeed) -> Self {
        Self { feed, position: 0, next_face: 0, start: Instant::now(), played: 0 }
    }

    /// Renders `seconds` in blocks of `length`.
    fn play(&mut self, seconds: f32, length: u32, jaw: impl Fn(u64) -> f32) {
        let end = self.position + (seconds * RATE_HZ) as u64;
        while self.position < end {
            self.feed.begin_block(self.position, length, RATE_HZ);
            let block_end = self.position + u64::from(length);
            while self.next_face < block_end {
                let mut frame = WireFrame { speaking: true, ..WireFrame::REST };
                frame.face = open_mouth(jaw(self.next_face));
                frame.face.time_samples = self.next_face;
                self.feed.push(&frame);
                self.next_face += FACE_SAMPLES;
            }
            self.position = block_end;
            self.played += u64::from(length);
            let due = Duration::from_secs_f64(self.played as f64 / f64::from(RATE_HZ));
            std::thread::sleep(due.saturating_sub(self.start.elapsed()));
        }
    }

    /// The host resets the engine: time begins anew.
    fn reset(&mut self) {
        (self.position, self.next_face) = (0, 0);
    }
}

fn open_mouth(jaw: f32) -> BlendshapeFrame {
    let mut frame = BlendshapeFrame::NEUTRAL;
    frame.set(Shape::JawOpen, jaw);
    frame
}

/// Waits for the sender's threads to come to a state; the bound only keeps a failure from hanging.
fn eventually(sender: &FaceSender, condition: impl Fn(&WireReport) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !condition(&sender.report()) {
        assert!(Instant::now() < deadline, "never came to it: {:?}", sender.report());
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn each_receiver_has_its_rate_its_mask_and_its_port() {
    let listeners = [Listener::new(), Listener::new(), Listener::new()];
    let mut targets: Vec<Target> = listeners.iter().map(Listener::target).collect();
    targets[1].rate_hz = 30;
    targets[2].mask = Mask::VOICE_OWNS_THE_MOUTH;
    targets[2].shapes.set(Shape::JawOpen, Gain { max: 0.5, ..Gain::default() }).expect("lawful");
    let (feed, sender) = spawn(targets);
    let mut host = Host::new(feed);
    let heard = std::thread::scope(|scope| {
        let threads = listeners.each_ref().map(|listener| scope.spawn(|| listener.messages()));
        host.play(1.0, 512, |_| 0.5);
        drop(sender);
        threads.map(|thread| thread.join().expect("listens"))
    });
    let faces = heard.each_ref().map(|all| all.iter().filter(|(one, _)| one.addr.ends_with("Apply")).count());
    // A loaded machine may be late and skip faces; those at rest come on top.
    assert!(faces[0] <= 72 && faces[1] <= 40 && faces[1] > 5 && faces[0] > faces[1], "{faces:?}");
    for messages in &heard {
        assert!(messages.iter().all(|(_, source)| *source == messages[0].1), "one source port");
        let last = messages.iter().rev().find(|(one, _)| one.addr.ends_with("Val")).expect("a face");
        assert_eq!(last.0.args[1], OscType::Float(0.0), "it rests in the end");
    }
    let names = |messages: &[(OscMessage, SocketAddr)]| {
        let names = messages.iter().filter(|(one, _)| one.addr.ends_with("Val"));
        names.map(|(one, _)| one.args[0].clone()).collect::<Vec<_>>()
    };
    let sent = names(&heard[2]);
    let has = |name: &str| sent.contains(&OscType::String(name.to_owned()));
    assert!(has("JawOpen") && !has("BrowInnerUp") && !has("MouthSmileLeft") && !has("Joy"));
    let jaw = heard[2].iter().filter(|(one, _)| one.args.first() == Some(&OscType::String("JawOpen".into())));
    let widest = jaw.filter_map(|(one, _)| one.args[1].clone().float()).fold(0.0, f32::max);
    assert!((widest - 0.25).abs() < 1e-6, "half of what the voice says: {widest}");
}

#[test]
fn blocks_of_any_size_are_spread_over_the_time_of_the_sound() {
    for length in [32, 1_024, 8_192] {
        let listener = Listener::new();
        let (feed, sender) = spawn(vec![listener.target()]);
        let mut host = Host::new(feed);
        // The jaw tells the time.
        let ramp = |sample: u64| (sample as f32 / (2.0 * RATE_HZ)).min(1.0);
        let faces = std::thread::scope(|scope| {
            let listening = scope.spawn(|| listener.faces());
            host.play(1.2, length, ramp);
            drop(sender);
            listening.join().expect("listens")
        });
        let jaws: Vec<f32> =
            faces.iter().map(|face| value(face, "JawOpen")).filter(|jaw| *jaw > 0.0).collect();
        assert!(jaws.len() > 10, "{length}: {} faces", jaws.len());
        assert!(jaws.windows(2).all(|pair| pair[1] >= pair[0]), "{length}: time never goes back");
        // Whatever the machine does, faces of one block are not sent at once: no two are the same moment.
        let moved = jaws.windows(2).filter(|pair| pair[1] > pair[0]).count();
        assert!(moved * 2 > jaws.len(), "{length}: {moved} of {} faces are new", jaws.len());
    }
}

#[test]
fn a_sender_that_showed_no_face_leaves_without_one() {
    let listener = Listener::new();
    drop(spawn(vec![listener.target()]));
    assert!(listener.messages().is_empty());
}

#[test]
fn targets_come_and_go_while_it_runs() {
    let (old, new) = (Listener::new(), Listener::new());
    let (feed, sender) = spawn(vec![old.target()]);
    let mut host = Host::new(feed);
    host.play(0.3, 256, |_| 0.5);
    sender.set_targets(vec![new.target()]).expect("lawful");
    host.play(0.3, 256, |_| 0.25);
    sender.set_targets(Vec::new()).expect("lawful");
    let (before, after) = (old.faces(), new.faces());
    assert!(before.iter().any(|face| value(face, "JawOpen") == 0.5) && is_neutral(&before[before.len() - 1]));
    assert!(after.iter().any(|face| value(face, "JawOpen") == 0.25) && is_neutral(&after[after.len() - 1]));
    let mut bad = new.target();
    bad.rate_hz = 61;
    let message = sender.set_targets(vec![bad]).expect_err("refused").to_string();
    assert!(message.contains("30, 60, 90 or 120"), "{message}");
    assert!(sender.set_targets(vec![new.target(); 9]).is_err(), "too many");
}

#[test]
fn a_change_of_mask_rests_what_was_sent_and_keeps_the_port() {
    let listener = Listener::new();
    let (feed, sender) = spawn(vec![listener.target()]);
    let mut host = Host::new(feed);
    host.play(0.3, 256, |_| 0.5);
    let mut target = listener.target();
    let Dialect::Vmc(options) = &mut target.dialect else { panic!("vmc") };
    options.bundles = false;
    target.mask.mouth = false;
    sender.set_targets(vec![target]).expect("lawful");
    host.play(0.3, 256, |_| 0.5);
    drop(sender);
    let messages = listener.messages();
    assert!(messages.iter().all(|(_, source)| *source == messages[0].1), "one source port");
    let jaw = messages.iter().filter(|(one, _)| one.args.first() == Some(&OscType::String("JawOpen".into())));
    let jaws: Vec<f32> = jaw.filter_map(|(one, _)| one.args[1].clone().float()).collect();
    assert!(jaws.contains(&0.5) && jaws.last() == Some(&0.0), "the jaw is left at rest: {jaws:?}");
}

#[test]
fn rest_is_asked_for_from_either_side_and_life_goes_on() {
    let listener = Listener::new();
    let (feed, sender) = spawn(vec![listener.target()]);
    let mut host = Host::new(feed);
    for ask in [true, false] {
        host.play(0.25, 256, |_| 0.5);
        if ask {
            host.feed.request_neutral();
        } else {
            sender.send_neutral();
        }
        let faces = listener.faces();
        assert!(faces.iter().any(|face| value(face, "JawOpen") == 0.5));
        assert!(is_neutral(&faces[faces.len() - 1]));
        host.reset();
        host.start = Instant::now();
        host.played = 0;
    }
    drop(sender);
    assert!(listener.messages().is_empty(), "the face rests already");
}

/// What is pushed behind the request belongs to what comes next, however soon it is looked at.
#[test]
fn a_line_right_after_the_rest_is_told() {
    let listener = Listener::new();
    let mut target = listener.target();
    let Dialect::Vmc(options) = &mut target.dialect else { panic!("vmc") };
    options.events = true;
    let (feed, sender) = spawn(vec![target]);
    let mut host = Host::new(feed);
    host.play(0.2, 256, |_| 0.5);
    let time_samples = host.position;
    host.feed.notice(time_samples, Notice::Surprise(surprise(time_samples, 1.0)));
    host.feed.request_neutral();
    host.feed.notice(time_samples, Notice::Surprise(surprise(time_samples, 2.0)));
    host.play(0.3, 256, |_| 0.25);
    drop(sender);
    let told = listener.messages().into_iter().filter(|(one, _)| one.addr == "/psivox/surprise");
    let told: Vec<OscType> = told.map(|(one, _)| one.args[1].clone()).collect();
    assert_eq!(told, [OscType::Float(2.0)], "what came before is forgotten, what came after is not");
}

fn surprise(time_samples: u64, epsilon: f32) -> SurpriseEvent {
    SurpriseEvent { time_samples, source: SurpriseSource::Automation, epsilon, tau: 2.5 }
}

/// A host that stops calling without a word (it hangs, it is paused by a debugger) leaves no face standing.
#[test]
fn a_host_that_falls_silent_leaves_no_face() {
    let listener = Listener::new();
    let (feed, sender) = spawn(vec![listener.target()]);
    Host::new(feed).play(0.3, 512, |_| 0.5);
    eventually(&sender, |report| report.targets[0].frames_sent > 5 && !report.targets[0].stands);
    let faces = listener.faces();
    assert!(is_neutral(&faces[faces.len() - 1]));
}

/// The engine's time jumps back with every reset of the host; faces of before are forgotten.
#[test]
fn a_reset_of_the_host_is_a_new_beginning() {
    let listener = Listener::new();
    let (feed, sender) = spawn(vec![listener.target()]);
    let mut host = Host::new(feed);
    host.play(0.3, 512, |_| 0.75);
    host.reset();
    host.play(0.3, 512, |_| 0.25);
    drop(sender);
    let faces = listener.faces();
    let jaws: Vec<f32> = faces.iter().map(|face| value(face, "JawOpen")).collect();
    let first = jaws.iter().position(|jaw| *jaw == 0.25).expect("the new beginning is shown");
    assert!(jaws[first..].iter().all(|jaw| *jaw == 0.25 || *jaw == 0.0), "{jaws:?}");
}

#[test]
fn a_target_without_life_rests_between_lines() {
    let listener = Listener::new();
    let target = Target { idle: false, ..listener.target() };
    let (mut feed, sender) = spawn(vec![target]);
    let start = Instant::now();
    let mut position = 0;
    // Nobody speaks: breath and blinks go on in the engine.
    while start.elapsed() < Duration::from_millis(400) {
        feed.begin_block(position, 480, RATE_HZ);
        let mut frame = WireFrame::REST;
        frame.face = open_mouth(0.3);
        frame.face.time_samples = position;
        feed.push(&frame);
        position += 480;
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(sender);
    let faces = listener.faces();
    assert!(!faces.is_empty() && faces.iter().all(|face| is_neutral(face)));
}

#[test]
fn surprises_and_ends_are_told_to_those_who_want_them() {
    let (told, untold) = (Listener::new(), Listener::new());
    let mut target = told.target();
    let Dialect::Vmc(options) = &mut target.dialect else { panic!("vmc") };
    options.events = true;
    let (feed, sender) = spawn(vec![target, untold.target()]);
    let mut host = Host::new(feed);
    host.play(0.1, 256, |_| 0.5);
    let time_samples = host.position;
    host.feed.notice(time_samples, Notice::Surprise(surprise(time_samples, 3.0)));
    host.feed.notice(time_samples, Notice::Finished);
    host.play(0.2, 256, |_| 0.5);
    drop(sender);
    let of = |listener: &Listener| {
        let own = listener.messages().into_iter().filter(|(one, _)| one.addr.starts_with("/psivox/"));
        own.map(|(one, _)| one).collect::<Vec<_>>()
    };
    let heard = of(&told);
    let addresses: Vec<&str> = heard.iter().map(|one| one.addr.as_str()).collect();
    assert_eq!(addresses, ["/psivox/surprise", "/psivox/end"]);
    assert_eq!(
        heard[0].args[..3],
        [OscType::String("automation".into()), OscType::Float(3.0), OscType::Float(2.5)]
    );
    assert!(of(&untold).is_empty());
}

#[test]
fn an_absent_receiver_is_shown_and_a_later_one_is_served() {
    let reserved = Listener::new();
    let target = reserved.target();
    let address = reserved.socket.local_addr().expect("bound");
    drop(reserved);
    let present = Listener::new();
    let (feed, sender) = spawn(vec![target, present.target()]);
    let mut host = Host::new(feed);
    host.play(0.4, 512, |_| 0.5);
    if cfg!(target_os = "linux") {
        let report = sender.report();
        let error = report.targets[0].last_error.clone().expect("a closed port is noticed");
        assert!(error.contains("start the receiver"), "{error}");
        assert!(report.targets[0].frames_dropped > 0 && report.targets[1].last_error.is_none());
        assert!(report.targets[1].frames_sent > 0, "the others go on");
    }
    let socket = UdpSocket::bind(address).expect("the port is free again");
    socket.set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout");
    let listener = Listener { socket };
    host.play(0.3, 512, |_| 0.25);
    drop(sender);
    let faces = listener.faces();
    assert!(faces.iter().any(|face| value(face, "JawOpen") == 0.25) && is_neutral(&faces[faces.len() - 1]));
}

#[test]
fn an_unknown_host_is_reported_and_the_others_go_on() {
    let listener = Listener::new();
    let unknown = "vmc:no-such-host.invalid:39539".parse().expect("a target");
    let (feed, sender) = spawn(vec![unknown, listener.target()]);
    Host::new(feed).play(0.3, 512, |_| 0.5);
    eventually(&sender, |report| report.targets[0].last_error.is_some());
    let report = sender.report();
    assert_eq!(report.targets[0].frames_sent, 0);
    assert!(report.complaint().is_some_and(|error| error.contains("no-such-host.invalid")));
    assert!(listener.faces().iter().any(|face| value(face, "JawOpen") == 0.5));
}

#[test]
fn receivers_of_ipv6_are_reached() {
    let Ok(socket) = UdpSocket::bind("[::1]:0") else { return };
    socket.set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout");
    let listener = Listener { socket };
    let (feed, sender) = spawn(vec![listener.target()]);
    Host::new(feed).play(0.2, 512, |_| 0.5);
    drop(sender);
    assert!(listener.faces().iter().any(|face| value(face, "JawOpen") == 0.5));
}

#[test]
fn senders_come_and_go_in_any_order() {
    let listener = Listener::new();
    let mut pairs: Vec<_> = (0..8).map(|_| spawn(vec![listener.target()])).collect();
    for index in [3, 0, 4, 1] {
        let (mut feed, sender) = pairs.remove(index);
        drop(sender);
        // The audio thread may outlive its sender for a while.
        feed.push(&WireFrame::REST);
    }
    for (feed, sender) in pairs {
        drop(feed);
        drop(sender);
    }
}

#[test]
fn the_audio_side_never_touches_the_heap() {
    let (mut feed, sender) = spawn(Vec::new());
    let frame = WireFrame::REST;
    let mut taken = (0, 0);
    let operations = operations_of(|| {
        feed.begin_block(0, 512, RATE_HZ);
        taken.0 = (0..4_000).filter(|_| feed.push(&frame)).count();
        taken.1 = (0..4_000).filter(|index| feed.notice(*index, Notice::Phone(0))).count();
        feed.request_neutral();
    });
    assert_eq!(operations, 0);
    assert!(taken.0 >= FEED_CAPACITY && taken.1 >= NOTICE_CAPACITY, "{taken:?}");
    assert!(operations_of(|| drop(std::hint::black_box(Box::new(taken)))) > 0, "the counter counts");
    drop(sender);
}
