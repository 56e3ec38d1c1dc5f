//! The host's thread: owns the instance, keeps sound card and MIDI port, and does what it is told.

use super::audio::{Drive, Plan, Stage};
use super::midi::Ports;
use super::options::Options;
use super::player::Plugin;
use super::session::Session;
use super::settings::Settings;
use super::window::Ready;
use crate::editor::Sources;
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_host_params};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_host_state};
use clap_sys::host::clap_host;
use clap_sys::id::clap_id;
use clap_sys::version::CLAP_VERSION;
use std::ffi::{CStr, c_char, c_void};
use std::ptr::null;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, sync_channel};
use std::time::{Duration, Instant};

/// How often the thread looks around.
const TURN: Duration = Duration::from_millis(10);
/// How often it looks whether a device is back.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Silence after which everything that was typed is spoken.
const SPOKEN_AFTER_S: f64 = 1.5;

/// What the host's thread is told.
pub(super) enum Command {
    /// Speak a line.
    Say(String),
    /// End, by a signal.
    Quit,
    /// End: the window is closed.
    Closed,
    /// End when all lines are spoken.
    QuitWhenSpoken,
    /// Stop and start the instance.
    Restart,
    /// Do something with the instance.
    Do(Box<dyn FnOnce(&Plugin) + Send>),
}

/// How it ended.
pub(super) enum End {
    /// By a signal, or all is spoken.
    Asked,
    /// The window was closed.
    Closed,
}

/// What the instance asks of its host.
#[derive(Default)]
struct Asked {
    callback: AtomicBool,
}

/// The host while it runs.
pub(super) struct Host {
    plugin: Plugin,
    stage: Arc<Stage>,
    drive: Option<Drive>,
    rate_hz: u32,
    /// Whether a sound card is wanted that is not there.
    lacking: bool,
    ports: Ports,
    sources: Sources,
    looked: Instant,
    /// When the last line was typed, once no more will come.
    ending: Option<Instant>,
}

impl Host {
    /// Runs until it is told to end; hands out what a window needs as soon as there is an instance.
    ///
    /// # Errors
    /// The instance does not start, or the project cannot be loaded.
    pub(super) fn run(
        options: &Options,
        settings: &Settings,
        inbox: &Receiver<Command>,
        made: &Sender<Ready>,
    ) -> Result<End, String> {
        let asked = Arc::new(Asked::default());
        let plugin = Plugin::new(Box::new(table(&asked)))?;
        let sources = super::take().ok_or("the instrument has no editor")?;
        let session = Session::new(options.project.clone());
        session.load(&plugin)?;
        let (ports, messages) = Ports::open();
        // SAFETY: `stop` drops the drive before it stops the instance.
        let player = unsafe { plugin.player(messages) };
        let mut host = Self {
            plugin,
            stage: Stage::new(player),
            drive: None,
            rate_hz: 0,
            lacking: false,
            ports,
            sources,
            looked: Instant::now(),
            ending: None,
        };
        host.start(settings)?;
        if host.ports.has_virtual() {
            eprintln!("psivox: other programs find the MIDI port 'Psivox'");
        }
        host.look_for_notes(settings);
        let (forward, own) = sync_channel(64);
        // A main thread that has gone needs no window.
        _ = made.send(Ready { sources: host.sources.clone(), commands: forward });
        let end = host.turn_until_told(settings, inbox, &own, &asked);
        session.save(&host.plugin);
        host.stop();
        crate::face_link::close_all();
        Ok(end)
    }

    fn turn_until_told(
        &mut self,
        settings: &Settings,
        inbox: &Receiver<Command>,
        own: &Receiver<Command>,
        asked: &Asked,
    ) -> End {
        loop {
            // A full desk makes the one who types wait.
            let told = if self.sources.remote.has_room() {
                inbox.recv_timeout(TURN)
            } else {
                std::thread::sleep(TURN);
                Err(RecvTimeoutError::Timeout)
            };
            for command in told.into_iter().chain(own.try_iter()) {
                match command {
                    Command::Say(text) => self.sources.remote.type_text(text),
                    Command::Quit => return End::Asked,
                    Command::Closed => return End::Closed,
                    Command::QuitWhenSpoken => self.ending = Some(Instant::now()),
                    Command::Restart => self.restart(settings),
                    Command::Do(work) => work(&self.plugin),
                }
            }
            if asked.callback.swap(false, Ordering::AcqRel) {
                self.plugin.on_main_thread();
            }
            if self.is_all_spoken() {
                return End::Asked;
            }
            if self.stage.has_failed() {
                (self.drive, self.lacking) = (None, true);
                self.play_to_nobody();
            }
            if self.looked.elapsed() >= LOOK_EVERY {
                self.looked = Instant::now();
                self.look_for_notes(settings);
                if self.lacking && Plan::new(settings).is_ok() {
                    self.restart(settings);
                }
            }
        }
    }

    fn look_for_notes(&mut self, settings: &Settings) {
        if let Some(news) = self.ports.look(settings.midi_in.as_deref()) {
            eprintln!("psivox: {news}");
        }
    }

    /// Whether the last line has been spoken.
    fn is_all_spoken(&self) -> bool {
        let patience = Duration::from_secs_f64(SPOKEN_AFTER_S);
        let silent = self.stage.quiet_samples() as f64 > SPOKEN_AFTER_S * f64::from(self.rate_hz);
        let (_, waiting) = self.sources.shared.queue();
        self.ending.is_some_and(|since| since.elapsed() > patience)
            && silent
            && waiting == 0
            && self.sources.remote.is_idle()
    }

    /// Plays to the sound card, or to nobody.
    fn start(&mut self, settings: &Settings) -> Result<(), String> {
        self.lacking = settings.audio_device.as_deref() != Some("none");
        let plan = if self.lacking { Some(Plan::new(settings)) } else { None };
        let plan = plan.and_then(|plan| plan.map_err(|error| eprintln!("psivox: no sound: {error}")).ok());
        self.rate_hz = plan.as_ref().map_or(Drive::clock_rate_hz(), Plan::rate_hz);
        if !self.plugin.start(f64::from(self.rate_hz)) {
            return Err(format!("the instrument does not play at {} Hz", self.rate_hz));
        }
        if let Some(plan) = plan {
            let name = plan.name.clone();
            match plan.start(&self.stage) {
                Ok(drive) => {
                    eprintln!("psivox: plays to {name} at {} Hz", self.rate_hz);
                    (self.drive, self.lacking) = (Some(drive), false);
                    return Ok(());
                }
                Err(error) => eprintln!("psivox: no sound: {error}"),
            }
        }
        self.play_to_nobody();
        Ok(())
    }

    /// Goes on in real time without a sound card: faces are sent and orders are taken.
    fn play_to_nobody(&mut self) {
        match Drive::clock(&self.stage) {
            Ok(drive) => self.drive = Some(drive),
            Err(error) => eprintln!("psivox: nothing plays: {error}"),
        }
    }

    fn stop(&mut self) {
        self.drive = None;
        self.plugin.stop();
    }

    fn restart(&mut self, settings: &Settings) {
        self.stop();
        if let Err(error) = self.start(settings) {
            eprintln!("psivox: {error}");
        }
    }
}

/// This program as CLAP sees it.
fn table(asked: &Arc<Asked>) -> clap_host {
    // Never freed: the instance may ask until the program ends.
    let asked = Arc::into_raw(Arc::clone(asked));
    clap_host {
        clap_version: CLAP_VERSION,
        host_data: asked.cast_mut().cast(),
        name: c"Psivox".as_ptr(),
        vendor: c"Psivox".as_ptr(),
        url: null(),
        version: c"1".as_ptr(),
        get_extension: Some(extension),
        request_restart: Some(ignore),
        request_process: Some(ignore),
        request_callback: Some(note_callback),
    }
}

unsafe extern "C" fn ignore(_host: *const clap_host) {}

unsafe extern "C" fn note_callback(host: *const clap_host) {
    // SAFETY: `table` made the host; its data is never freed.
    unsafe { (*(*host).host_data.cast::<Asked>()).callback.store(true, Ordering::Release) };
}

unsafe extern "C" fn ignore_rescan(_host: *const clap_host, _flags: u32) {}
unsafe extern "C" fn ignore_clear(_host: *const clap_host, _id: clap_id, _flags: u32) {}

unsafe extern "C" fn extension(_host: *const clap_host, id: *const c_char) -> *const c_void {
    // `process` is always called and takes what a flush would.
    static PARAMS: clap_host_params = clap_host_params {
        rescan: Some(ignore_rescan),
        clear: Some(ignore_clear),
        request_flush: Some(ignore),
    };
    static STATE: clap_host_state = clap_host_state { mark_dirty: Some(ignore) };
    // SAFETY: the plugin passes a terminated string.
    match unsafe { CStr::from_ptr(id) } {
        id if id == CLAP_EXT_PARAMS => (&raw const PARAMS).cast(),
        id if id == CLAP_EXT_STATE => (&raw const STATE).cast(),
        _ => null(),
    }
}
