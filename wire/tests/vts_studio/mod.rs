//! A VTube Studio to test against: a server that follows the documentation of its public API.

use psivox_wire::Target;
use psivox_wire::target::{Dialect, VtsOptions};
use psivox_wire::vts::{TokenStore, VtsLink};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tungstenite::Message;

/// What a server does with a request: answers, or ends the connection.
type Script = dyn Fn(&Studio, &Value) -> Option<Vec<String>> + Send + Sync;

/// What a studio remembers.
#[derive(Default)]
pub struct Studio {
    pub requests: Mutex<Vec<Value>>,
    pub connections: AtomicU32,
    pub stop: AtomicBool,
}

impl Studio {
    pub fn count(&self, kind: &str) -> usize {
        self.requests.lock().expect("no panic").iter().filter(|one| one["messageType"] == kind).count()
    }

    pub fn last(&self, kind: &str) -> Value {
        let requests = self.requests.lock().expect("no panic");
        requests.iter().rev().find(|one| one["messageType"] == kind).expect(kind)["data"].clone()
    }
}

pub struct Server {
    pub port: u16,
    pub studio: Arc<Studio>,
    thread: Option<JoinHandle<()>>,
    pub store: PathBuf,
}

impl Server {
    pub fn start(
        name: &str,
        script: impl Fn(&Studio, &Value) -> Option<Vec<String>> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let port = listener.local_addr().expect("an address").port();
        let studio = Arc::new(Studio::default());
        let told = Arc::clone(&studio);
        let thread = std::thread::spawn(move || {
            while !told.stop.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((stream, _)) => serve(stream, &told, &script),
                    Err(_) => std::thread::sleep(Duration::from_millis(2)),
                }
            }
        });
        let store = std::env::temp_dir().join(format!("psivox-vts-{}-{name}.json", std::process::id()));
        let _ = std::fs::remove_file(&store);
        Self { port, studio, thread: Some(thread), store }
    }

    pub fn link(&self, options: VtsOptions) -> VtsLink {
        let target = Target::new(Dialect::Vts(options), "127.0.0.1", self.port);
        VtsLink::with_store(&target, TokenStore::at(&self.store))
    }

    pub fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn token(&self) -> Option<String> {
        TokenStore::at(&self.store).get(&self.place())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.studio.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
        let _ = std::fs::remove_file(&self.store);
    }
}

fn serve(stream: TcpStream, studio: &Studio, script: &Script) {
    stream.set_nonblocking(false).expect("a socket");
    stream.set_read_timeout(Some(Duration::from_millis(20))).expect("a socket");
    studio.connections.fetch_add(1, Ordering::Relaxed);
    let Ok(mut socket) = tungstenite::accept(stream) else { return };
    while !studio.stop.load(Ordering::Relaxed) {
        let text = match socket.read() {
            Ok(Message::Text(text)) => text,
            Ok(_) => continue,
            Err(tungstenite::Error::Io(error))
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) =>
            {
                continue;
            }
            Err(_) => return,
        };
        let request: Value = serde_json::from_str(&text).expect("JSON");
        studio.requests.lock().expect("no panic").push(request.clone());
        let Some(answers) = script(studio, &request) else {
            let _ = socket.close(None);
            let _ = socket.flush();
            return;
        };
        for answer in answers {
            if socket.send(Message::text(answer)).is_err() {
                return;
            }
        }
    }
}

pub fn answer(request: &Value, kind: &str, data: Value) -> String {
    json!({"apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0", "timestamp": 1_625_405_710_728u64,
        "requestID": request["requestID"], "messageType": kind, "data": data})
    .to_string()
}

pub fn error(request: &Value, id: i64, message: &str) -> Option<Vec<String>> {
    Some(vec![answer(request, "APIError", json!({"errorID": id, "message": message}))])
}

pub const TOKEN: &str = "adcd-123-ef09-some-token-string-abcd";

/// A VTube Studio whose user presses Allow, with four parameters of its own.
pub fn lawful(_: &Studio, request: &Value) -> Option<Vec<String>> {
    assert_eq!(request["apiName"], "VTubeStudioPublicAPI");
    assert_eq!(request["apiVersion"], "1.0");
    assert!(request["requestID"].as_str().is_some_and(|id| (1..=64).contains(&id.len()) && id.is_ascii()));
    let data = &request["data"];
    let known = data["pluginName"] == "Psivox" && data["pluginDeveloper"] == "Psivox";
    Some(vec![match request["messageType"].as_str().expect("a type") {
        "APIStateRequest" => answer(
            request,
            "APIStateResponse",
            json!({"active": true, "vTubeStudioVersion": "1.9.0", "currentSessionAuthenticated": false}),
        ),
        "AuthenticationTokenRequest" => {
            assert!(known);
            answer(request, "AuthenticationTokenResponse", json!({"authenticationToken": TOKEN}))
        }
        "AuthenticationRequest" => {
            let good = known && data["authenticationToken"] == TOKEN;
            answer(request, "AuthenticationResponse", json!({"authenticated": good, "reason": "so"}))
        }
        "InputParameterListRequest" => {
            let own =
                ["FaceAngleX", "MouthOpen", "MouthSmile", "MousePositionX"].map(|name| json!({"name": name}));
            answer(
                request,
                "InputParameterListResponse",
                json!({"customParameters": [], "defaultParameters": own}),
            )
        }
        "ParameterCreationRequest" => {
            assert_eq!((&data["min"], &data["max"]), (&json!(0), &json!(1)));
            answer(request, "ParameterCreationResponse", json!({"parameterName": data["parameterName"]}))
        }
        "InjectParameterDataRequest" => answer(request, "InjectParameterDataResponse", json!({})),
        other => panic!("{other}"),
    }])
}
