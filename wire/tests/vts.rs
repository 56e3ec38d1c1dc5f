//! VTube Studio, played by a server in the test that follows the documentation of its public API.

mod vts_studio;

use psivox_core::face::Shape;
use psivox_wire::target::{Dialect, Mask, VtsOptions};
use psivox_wire::vts::{TokenStore, VtsLink};
use psivox_wire::{Moment, Target};
use serde_json::json;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use vts_studio::{Server, TOKEN, error, lawful};

fn face(time_s: f64) -> Moment {
    let mut moment = Moment { rest: false, ..Moment::rest(time_s, 1, Mask::default()) };
    moment.face.set(Shape::JawOpen, 0.25);
    moment
}

/// Shows faces on a clock of its own until something is so; the errors on the way.
fn drive(link: &mut VtsLink, time_s: &mut f64, what: &str, is_so: impl Fn(&VtsLink) -> bool) -> Vec<String> {
    let mut errors = Vec::new();
    for _ in 0..4_000 {
        *time_s += 0.001;
        if let Err(error) = link.show(&face(*time_s)) {
            errors.push(error.to_string());
        }
        if is_so(link) {
            return errors;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("{what}: {}, {errors:?}", link.status());
}

#[test]
fn from_the_first_hello_to_the_face_at_rest() {
    let server = Server::start("whole", lawful);
    let studio = &server.studio;
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions::default());
    drive(&mut link, &mut time_s, "a face", |_| studio.count("InjectParameterDataRequest") > 3);
    assert_eq!(studio.count("AuthenticationTokenRequest"), 1);
    assert_eq!(studio.count("ParameterCreationRequest"), 55);
    assert_eq!(server.token().as_deref(), Some(TOKEN));
    assert!(link.status().contains("connected"), "{}", link.status());
    let data = studio.last("InjectParameterDataRequest");
    assert_eq!((&data["faceFound"], &data["mode"]), (&json!(true), &json!("set")));
    let values = data["parameterValues"].as_array().expect("values");
    let value = |id: &str| values.iter().find(|one| one["id"] == id).map(|one| one["value"].clone());
    assert_eq!(value("MouthOpen"), Some(json!(0.5)));
    assert_eq!(value("PsivoxJawOpen"), Some(json!(0.25)));
    assert_eq!(value("MouthSmile"), Some(json!(0.5)));
    // Only what this VTube Studio has.
    assert_eq!(value("EyeOpenLeft"), None);
    assert_eq!(values.len(), 3 + 55);

    assert!(link.rest(time_s + 0.01).expect("a live link").is_some());
    let before = loop {
        let data = studio.last("InjectParameterDataRequest");
        let jaw = data["parameterValues"].as_array().and_then(|all| {
            all.iter().find(|one| one["id"] == "PsivoxJawOpen").map(|one| one["value"].clone())
        });
        if jaw == Some(json!(0.0)) {
            break studio.count("InjectParameterDataRequest");
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    for step in 0..20 {
        let at_s = time_s + 0.1 + 0.2 * f64::from(step);
        assert_eq!(link.rest(at_s).expect("a live link"), Some(0));
        assert!(link.tend(at_s).expect("a live link").is_none());
    }
    std::thread::sleep(Duration::from_millis(60));
    assert_eq!(studio.count("InjectParameterDataRequest"), before);
}

#[test]
fn the_user_is_asked_once_and_a_face_is_kept_alive() {
    let server = Server::start("once", lawful);
    TokenStore::at(&server.store).set(&server.place(), TOKEN).expect("writes");
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions { custom: false, ..VtsOptions::default() });
    drive(&mut link, &mut time_s, "a face", |_| server.studio.count("InjectParameterDataRequest") > 0);
    assert_eq!(server.studio.count("AuthenticationTokenRequest"), 0);
    assert_eq!(server.studio.count("ParameterCreationRequest"), 0);
    assert!(link.tend(time_s + 0.1).expect("live").is_none());
    assert!(link.tend(time_s + 0.6).expect("live").is_some());
    drop(link);
    let mut link = server.link(VtsOptions { token: TOKEN.to_owned(), ..VtsOptions::default() });
    TokenStore::at(&server.store).forget(&server.place()).expect("writes");
    drive(&mut link, &mut time_s, "a face", VtsLink::is_live);
    assert_eq!(server.studio.count("AuthenticationTokenRequest"), 0);
}

#[test]
fn a_token_that_is_refused_is_forgotten_and_asked_for_again() {
    let server = Server::start("refused", lawful);
    TokenStore::at(&server.store).set(&server.place(), "old").expect("writes");
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions { token: "older".to_owned(), ..VtsOptions::default() });
    let errors = drive(&mut link, &mut time_s, "a face", VtsLink::is_live);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(server.studio.count("AuthenticationRequest"), 2);
    assert_eq!(server.studio.count("AuthenticationTokenRequest"), 1);
    assert_eq!(server.token().as_deref(), Some(TOKEN));
}

#[test]
fn a_user_who_takes_minutes_is_not_asked_again() {
    let allow = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&allow);
    let server = Server::start("minutes", move |studio, request| {
        if request["messageType"] == "AuthenticationTokenRequest" {
            // The answer comes with the next message of the script below.
            while !asked.load(Ordering::Relaxed) && !studio.stop.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        lawful(studio, request)
    });
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions::default());
    drive(&mut link, &mut time_s, "the question", |link| link.status().contains("press Allow"));
    for _ in 0..300 {
        time_s += 1.0;
        assert!(link.show(&face(time_s)).expect("no error").is_none());
    }
    assert!(link.status().contains("press Allow"), "{}", link.status());
    allow.store(true, Ordering::Relaxed);
    drive(&mut link, &mut time_s, "a face", VtsLink::is_live);
    assert_eq!(server.studio.count("AuthenticationTokenRequest"), 1);
}

#[test]
fn a_user_who_says_no_is_left_alone() {
    let server = Server::start("no", |studio, request| match request["messageType"].as_str() {
        Some("AuthenticationTokenRequest") => {
            error(request, 50, "User has denied API access for your plugin.")
        }
        _ => lawful(studio, request),
    });
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions::default());
    drive(&mut link, &mut time_s, "the no", |link| link.status().contains("denied"));
    for _ in 0..100 {
        time_s += 10.0;
        assert!(link.show(&face(time_s)).expect("no error").is_none());
        assert!(link.tend(time_s).expect("no error").is_none());
    }
    assert_eq!(server.studio.count("AuthenticationTokenRequest"), 1);
    assert_eq!(server.studio.connections.load(Ordering::Relaxed), 1);
}

#[test]
fn a_question_that_stands_already_is_repeated_later() {
    let server = Server::start("ongoing", |studio, request| match request["messageType"].as_str() {
        Some("AuthenticationTokenRequest") if studio.count("AuthenticationTokenRequest") == 1 => {
            error(request, 51, "Token request already ongoing.")
        }
        _ => lawful(studio, request),
    });
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions::default());
    drive(&mut link, &mut time_s, "the question", |_| server.studio.count("AuthenticationTokenRequest") == 1);
    for _ in 0..100 {
        time_s += 0.05;
        link.show(&face(time_s)).expect("no error");
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(server.studio.count("AuthenticationTokenRequest"), 1);
    time_s += 10.0;
    drive(&mut link, &mut time_s, "a face", VtsLink::is_live);
    assert_eq!(server.studio.count("AuthenticationTokenRequest"), 2);
}

#[test]
fn another_plug_in_may_hold_the_studio_s_own_parameters() {
    let server = Server::start("other", |studio, request| {
        let values = request["data"]["parameterValues"].as_array();
        if values.is_some_and(|all| all.iter().any(|one| one["id"] == "MouthOpen")) {
            return error(request, 454, "Parameter MouthOpen is controlled by another plugin.");
        }
        lawful(studio, request)
    });
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions::default());
    let own = || {
        let data = server.studio.last("InjectParameterDataRequest");
        data["parameterValues"].as_array().is_some_and(|all| all.iter().any(|one| one["id"] == "MouthOpen"))
    };
    drive(&mut link, &mut time_s, "another", |link| link.status().contains("another plug-in"));
    drive(&mut link, &mut time_s, "less", |_| !own());
    time_s += 31.0;
    drive(&mut link, &mut time_s, "another try", |_| own());
}

#[test]
fn a_parameter_that_cannot_be_made_is_left_out() {
    let server = Server::start("limit", |studio, request| {
        if request["data"]["parameterName"] == "PsivoxJawOpen" {
            return error(request, 352, "Already created by another plugin.");
        }
        lawful(studio, request)
    });
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions::default());
    drive(&mut link, &mut time_s, "a face", |_| server.studio.count("InjectParameterDataRequest") > 0);
    assert!(link.status().contains("PsivoxJawOpen could not be created"), "{}", link.status());
    let data = server.studio.last("InjectParameterDataRequest");
    let values = data["parameterValues"].as_array().expect("values");
    assert_eq!(values.len(), 3 + 54);
    assert!(values.iter().all(|one| one["id"] != "PsivoxJawOpen"));
}

#[test]
fn a_connection_that_breaks_comes_back_without_a_question() {
    let server = Server::start("breaks", |studio, request| {
        let first = studio.connections.load(Ordering::Relaxed) == 1;
        if first && request["messageType"] == "InjectParameterDataRequest" {
            return None;
        }
        lawful(studio, request)
    });
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions::default());
    drive(&mut link, &mut time_s, "a face", VtsLink::is_live);
    let errors = drive(&mut link, &mut time_s, "the end", |link| !link.is_live());
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("closed the connection") && errors[0].contains("Start API"), "{}", errors[0]);
    assert!(link.show(&face(time_s + 0.5)).expect("waiting").is_none());
    assert_eq!(server.studio.connections.load(Ordering::Relaxed), 1);
    time_s += 1.1;
    drive(&mut link, &mut time_s, "a face", VtsLink::is_live);
    assert_eq!(server.studio.count("AuthenticationTokenRequest"), 1);
    assert_eq!(server.studio.connections.load(Ordering::Relaxed), 2);
}

#[test]
fn a_permission_that_is_taken_back_ends_the_faces() {
    let server = Server::start("revoked", |studio, request| match request["messageType"].as_str() {
        Some("InjectParameterDataRequest") => error(request, 8, "Authentication required."),
        _ => lawful(studio, request),
    });
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions::default());
    drive(&mut link, &mut time_s, "a face", VtsLink::is_live);
    let errors = drive(&mut link, &mut time_s, "the end", |link| !link.is_live());
    assert!(errors[0].contains("no longer allowed in"), "{errors:?}");
}

#[test]
fn a_studio_that_falls_silent_is_left() {
    let server = Server::start("silent", |studio, request| match request["messageType"].as_str() {
        Some("InjectParameterDataRequest") => Some(Vec::new()),
        _ => lawful(studio, request),
    });
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions::default());
    drive(&mut link, &mut time_s, "a face", VtsLink::is_live);
    let mut error = None;
    for _ in 0..200 {
        time_s += 0.1;
        error = error.or(link.show(&face(time_s)).err());
    }
    assert!(error.expect("an end").to_string().contains("no face any more"));
}

#[test]
fn after_a_pause_an_answer_has_its_time() {
    let mute = Arc::new(AtomicBool::new(false));
    let silent = Arc::clone(&mute);
    let server = Server::start("pause", move |studio, request| {
        let face = request["messageType"] == "InjectParameterDataRequest";
        if face && silent.load(Ordering::Relaxed) { Some(Vec::new()) } else { lawful(studio, request) }
    });
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions::default());
    drive(&mut link, &mut time_s, "a face", |_| server.studio.count("InjectParameterDataRequest") > 3);
    let sent = link.rest(time_s).expect("a live link").expect("sent");
    assert!(sent > 2_048);
    let shown = link.last_message().expect("a message");
    assert!(shown.len() == 2_048 && shown.contains("parameterValues"));
    // Answers to all of them, within the pause.
    for _ in 0..100 {
        time_s += 0.01;
        link.tend(time_s).expect("a live link");
        std::thread::sleep(Duration::from_millis(1));
    }
    mute.store(true, Ordering::Relaxed);
    time_s += 100.0;
    assert!(link.show(&face(time_s)).expect("a live link").is_some());
    for after_s in [0.01, 1.0, 4.9] {
        assert!(link.show(&face(time_s + after_s)).expect("it still has time").is_some());
    }
    let error = link.show(&face(time_s + 5.1)).expect_err("silent for too long").to_string();
    assert!(error.contains("no face any more"), "{error}");
}

#[test]
fn the_token_is_not_shown() {
    let server = Server::start("secret", |studio, request| match request["messageType"].as_str() {
        Some("AuthenticationRequest") => Some(Vec::new()),
        _ => lawful(studio, request),
    });
    let mut time_s = 0.0;
    let mut link = server.link(VtsOptions::default());
    assert_eq!(link.last_message(), None);
    drive(&mut link, &mut time_s, "the token", |_| server.studio.count("AuthenticationRequest") > 0);
    let shown = link.last_message().expect("a message");
    assert!(shown.contains("AuthenticationRequest") && !shown.contains(TOKEN), "{shown}");
}

#[test]
fn what_is_not_vtube_studio_is_told_and_left() {
    let huge = format!("\"{}\"", "x".repeat(1 << 20));
    for (name, reply, word) in [
        ("off", r#"{"messageType":"APIStateResponse","data":{"active":false}}"#.to_owned(), "switched off"),
        (
            "error",
            r#"{"messageType":"APIError","data":{"errorID":1,"message":"off"}}"#.to_owned(),
            "switched off",
        ),
        (
            "strange",
            r#"{"messageType":"APIError","data":{"errorID":2,"message":"bad\u0007 JSON"}}"#.to_owned(),
            "error 2",
        ),
        ("nonsense", "hello".to_owned(), "nonsense"),
        ("deep", "[".repeat(10_000), "nonsense"),
        ("huge", huge, "too long"),
    ] {
        let server = Server::start(name, move |_, _| Some(vec![reply.clone(); 3]));
        let mut time_s = 0.0;
        let mut link = server.link(VtsOptions::default());
        let errors = drive(&mut link, &mut time_s, name, |link| {
            link.status().contains("tried again") && !link.status().contains("not connected")
        });
        assert_eq!(errors.len(), 1, "{name}");
        assert!(errors[0].to_lowercase().contains(word), "{name}: {}", errors[0]);
        assert!(errors[0].len() < 400 && !errors[0].contains('\u{7}'));
    }
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let server = Server::start("mute", |_, _| Some(Vec::new()));
    let mut link = server.link(VtsOptions::default());
    link.show(&face(0.0)).expect("connects");
    assert!(link.show(&face(4.0)).expect("waits").is_none());
    let error = link.show(&face(5.5)).expect_err("no more").to_string();
    assert!(error.contains("APIStateRequest"), "{error}");
}

#[test]
fn nobody_there_is_told_once_and_tried_ever_less_often() {
    let port =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket").local_addr().expect("a socket").port();
    let target = Target::new(Dialect::Vts(VtsOptions::default()), "127.0.0.1", port);
    let mut link = VtsLink::with_store(&target, TokenStore::default());
    let mut tries = Vec::new();
    for step in 0..1_000 {
        let time_s = f64::from(step) * 0.1;
        if let Err(error) = link.show(&face(time_s)) {
            assert!(error.to_string().contains("start VTube Studio"), "{error}");
            tries.push(time_s.round() as i32);
        }
    }
    assert_eq!(tries, [0, 1, 3, 7, 15, 31, 61, 91]);
}

#[test]
fn what_speaks_no_websocket_is_told() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
    let port = listener.local_addr().expect("a socket").port();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a socket");
        let _ = stream.read(&mut [0; 1_024]);
        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    });
    let target = Target::new(Dialect::Vts(VtsOptions::default()), "127.0.0.1", port);
    let mut link = VtsLink::with_store(&target, TokenStore::default());
    let error = link.show(&face(0.0)).expect_err("no WebSocket").to_string();
    assert!(error.contains("404"), "{error}");
    thread.join().expect("a socket");
}
