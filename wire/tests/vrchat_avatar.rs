//! The avatar that VRChat tells about by OSCQuery, from a server in the test.

mod vrchat_sent;

use psivox_wire::encode::vrchat::VrchatEncoder;
use psivox_wire::oscquery::AvatarClient;
use psivox_wire::target::VrchatOptions;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use vrchat_sent::{moment, parameter, sent};

/// Answers every request with what stands in `body` until it is dropped.
struct Server {
    port: u16,
    body: Arc<Mutex<Vec<u8>>>,
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    fn start(body: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let port = listener.local_addr().expect("an address").port();
        let body = Arc::new(Mutex::new(body.as_bytes().to_vec()));
        let stop = Arc::new(AtomicBool::new(false));
        let (told, stopped) = (Arc::clone(&body), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let Ok((mut stream, _)) = listener.accept() else {
                    std::thread::sleep(Duration::from_millis(5));
                    continue;
                };
                stream.set_nonblocking(false).expect("a socket");
                stream.set_read_timeout(Some(Duration::from_millis(200))).expect("a socket");
                let mut request = [0; 2_048];
                let size = stream.read(&mut request).unwrap_or(0);
                assert!(size == 0 || request.starts_with(b"GET / HTTP/1.1\r\n"));
                let body = told.lock().expect("no panic").clone();
                let head =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
            }
        });
        Self { port, body, stop, thread: Some(thread) }
    }

    fn client(&self) -> AvatarClient {
        let options =
            VrchatOptions { oscquery: format!("localhost:{}", self.port), ..VrchatOptions::default() };
        AvatarClient::start(&options, IpAddr::V4(Ipv4Addr::LOCALHOST)).expect("a thread")
    }

    fn tell(&self, body: &str) {
        *self.body.lock().expect("no panic") = body.as_bytes().to_vec();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

/// Waits until something is so; much longer than it takes.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn tree(id: &str, parameters: &str) -> String {
    format!(
        r#"{{"FULL_PATH":"/","ACCESS":0,"CONTENTS":{{"avatar":{{"FULL_PATH":"/avatar","CONTENTS":{{
        "change":{{"FULL_PATH":"/avatar/change","ACCESS":3,"TYPE":"s","VALUE":["{id}"]}},
        "parameters":{{"FULL_PATH":"/avatar/parameters","CONTENTS":{{{parameters}}}}}}}}}}}}}"#
    )
}

#[test]
fn an_avatar_is_found_and_its_change_is_noticed() {
    let jaw = r#""v2":{"CONTENTS":{"JawOpen":{"TYPE":"f","ACCESS":3,"VALUE":[0.0]}}}"#;
    let server = Server::start(&tree("avtr_one", jaw));
    let client = server.client();
    let reader = client.reader();
    until("no avatar", || reader.avatar().is_some());
    assert_eq!(reader.status(), "avatar with 1 face parameter found");
    let mut encoder =
        VrchatEncoder::new(&VrchatOptions { eyes: false, ..VrchatOptions::default() }, Some(reader.clone()));
    let found = sent(&mut encoder, &moment(0.0, &[]));
    assert_eq!(found.into_keys().collect::<Vec<_>>(), [parameter("v2/JawOpen")]);
    let generation = reader.generation();
    server.tell(&tree("avtr_two", r#""v2":{"CONTENTS":{"JawX":{"TYPE":"f","ACCESS":3}}}"#));
    until("no change", || reader.generation() != generation);
    let found = sent(&mut encoder, &moment(0.1, &[]));
    assert_eq!(found.into_keys().collect::<Vec<_>>(), [parameter("v2/JawX")]);
}

#[test]
fn nonsense_is_told_and_all_is_sent() {
    let server = Server::start("[[[[");
    for (body, word) in [
        ("[[[[".to_owned(), "not JSON"),
        ("{}".to_owned(), "no tree"),
        (r#"{"FULL_PATH":"/"}"#.to_owned(), "no avatar yet"),
        ("[".repeat(100_000), "not JSON"),
        (format!("\"{}\"", "x".repeat(2 << 20)), "does not answer"),
    ] {
        server.tell(&body);
        let client = server.client();
        let reader = client.reader();
        until(word, || reader.status().contains(word));
        assert!(reader.status().contains("all parameters are sent"), "{}", reader.status());
        assert!(reader.status().len() < 300 && reader.avatar().is_none());
    }
}
