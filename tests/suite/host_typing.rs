//! The window in a foreign host under X11, worked with real keys and clicks: XTEST events of the server, as a keyboard's.
#![cfg(target_os = "linux")]

use psivox_tests::clap_rig::{ClapAudio, ClapRig};
use psivox_tests::measure::peak;
use psivox_tests::x11_window::X11Window;
use std::process::Command;
use std::time::{Duration, Instant};

const RATE_HZ: f64 = 48_000.0;
const BLOCK: usize = 480;
const TYPED: &str = "Typed in a foreign host, with 3 kinds of keys!";

/// A host with an open window.
struct Session {
    rig: ClapRig,
    audio: ClapAudio,
    window: X11Window,
    /// Loudest sample so far.
    loudest: f32,
}

impl Session {
    /// The host goes on: audio in real time, the main thread's callbacks.
    fn run(&mut self, seconds: f64) {
        let start = Instant::now();
        let mut blocks = 0;
        while start.elapsed().as_secs_f64() < seconds {
            while (blocks * BLOCK) as f64 / RATE_HZ < start.elapsed().as_secs_f64() {
                let sound = self.audio.render(BLOCK, BLOCK, &[]);
                self.loudest = self.loudest.max(peak(&sound));
                blocks += 1;
            }
            self.rig.idle();
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn xdotool(&mut self, arguments: &[&str]) {
        let mut child = Command::new("xdotool").args(arguments).spawn().expect("xdotool");
        while child.try_wait().expect("it runs").is_none() {
            self.run(0.02);
        }
        self.run(0.3);
    }

    /// Runs until the project's text is that, for at most 20 s.
    fn has_text(&mut self, text: &str) -> bool {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            if self.rig.line_json()["text"] == text {
                return true;
            }
            self.run(0.1);
        }
        false
    }
}

#[test]
fn real_keys_type_speak_and_stop() {
    let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if std::env::var_os("DISPLAY").is_none() || !has("xdotool") {
        println!("left out: it needs a display (Xvfb will do) and xdotool");
        return;
    }
    let mut rig = ClapRig::with_windows();
    let audio = rig.start(RATE_HZ, BLOCK as u32);
    let window = X11Window::open("typing", 960, 680).expect("a display");
    window.focus().expect("the keyboard");
    rig.open_window(window.id).expect("a window");
    _ = rig.resize_window(960, 680);
    let id = window.id.to_string();
    let mut session = Session { rig, audio, window, loudest: 0.0 };
    session.run(2.0);
    // Into the middle of the text box, then all of it is replaced.
    session.xdotool(&["mousemove", "--window", &id, "300", "380"]);
    session.xdotool(&["click", "1"]);
    session.xdotool(&["key", "ctrl+a"]);
    session.xdotool(&["type", "--delay", "25", "--", TYPED]);
    let typed = session.has_text(TYPED);
    assert!(typed, "the text is {}", session.rig.line_json()["text"]);
    assert!(session.loudest < 1e-4, "nothing has spoken yet: {}", session.loudest);
    session.xdotool(&["key", "ctrl+Return"]);
    session.run(1.0);
    assert!(session.loudest > 0.01, "Ctrl+Enter speaks: {}", session.loudest);
    let Session { mut rig, audio, window, .. } = session;
    rig.close_window();
    rig.stop(audio);
    drop(window);
}
