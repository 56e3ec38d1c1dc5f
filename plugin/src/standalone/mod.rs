//! Psivox without a host: a small CLAP host of its own around the same entry point, so that the program is no third code
//! path beside CLAP and VST3.
//!
//! ```text
//! sound card ─► Player ─► clap_entry ─► Psivox
//! MIDI ports ─────┘           ▲
//! window ─ values ────────────┤   RemoteValues, as from OSC
//! standard input ─ lines ─────┘   RemoteHub
//! ```
//!
//! Threads: the main one runs the window (macOS allows no other), one is the host's "main thread" in CLAP's sense and owns
//! the instance, the sound card's calls `process`.

mod audio;
mod devices;
mod host;
mod midi;
mod options;
mod player;
mod session;
mod settings;
mod stdin;
mod window;

use crate::editor::Sources;
use host::{Command, Host};
use options::Options;
use settings::Settings;
use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::mpsc;

thread_local! {
    /// What the editor of the instance that was made last in this thread looks at.
    static MADE: RefCell<Option<Sources>> = const { RefCell::new(None) };
}

/// Leaves what an editor looks at for the program that makes the instance: CLAP offers no window of its own.
pub fn leave(sources: &Sources) {
    MADE.with(|made| *made.borrow_mut() = Some(sources.clone()));
}

fn take() -> Option<Sources> {
    MADE.with(|made| made.borrow_mut().take())
}

/// Runs the program with the arguments of the command line.
pub fn main() -> ExitCode {
    let options = match Options::parse(lexopt::Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print(options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(error) => return fail(&error),
    };
    if options.list_devices {
        print(&devices::listing());
        return ExitCode::SUCCESS;
    }
    match run(options) {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

/// Prints for a reader who may have gone already.
fn print(text: &str) {
    _ = writeln!(std::io::stdout(), "{}", text.trim_end());
}

fn fail(error: &str) -> ExitCode {
    eprintln!("psivox: {error}");
    ExitCode::FAILURE
}

fn run(options: Options) -> Result<ExitCode, String> {
    let mut settings = Settings::load(options.forget);
    settings.take(&options);
    if let Err(error) = settings.save() {
        eprintln!("psivox: what was chosen is not remembered: {error}");
    }
    let (commands, inbox) = mpsc::sync_channel::<Command>(64);
    let at_signal = commands.clone();
    // Ctrl-C, and where there are such, SIGTERM and SIGHUP. A second one ends the program whatever it is doing.
    let mut asked = false;
    let handler = ctrlc::set_handler(move || {
        if std::mem::replace(&mut asked, true) || at_signal.try_send(Command::Quit).is_err() {
            crate::face_link::close_all();
            std::process::exit(130);
        }
    });
    if let Err(error) = handler {
        eprintln!("psivox: signals end the program without putting faces to rest: {error}");
    }
    if !std::io::stdin().is_terminal() {
        stdin::read_lines(commands.clone(), options.quit_at_end)?;
    }
    let with_window = !options.no_gui;
    let (made, ready) = mpsc::channel();
    let host = std::thread::Builder::new()
        .name("psivox-host".to_owned())
        .spawn(move || {
            let outcome = Host::run(&options, &settings, &inbox, &made);
            // A window that is open runs in the main thread, which nobody else can wake.
            match outcome {
                Ok(host::End::Asked) => std::process::exit(0),
                Ok(host::End::Closed) => Ok(()),
                Err(error) => Err(error),
            }
        })
        .map_err(|error| format!("no thread: {error}"))?;
    if let Ok(window) = ready.recv()
        && with_window
    {
        match window::run(window) {
            Ok(()) => _ = commands.send(Command::Closed),
            Err(error) => eprintln!(
                "psivox: no window: {error}\npsivox: going on without one; Ctrl-C ends the program, --no-gui says nothing"
            ),
        }
    }
    let outcome = host.join().map_err(|_| "the host met a defect of Psivox".to_owned())?;
    outcome.map(|()| ExitCode::SUCCESS)
}
