//! A small CLAP host in this process: the render path that real hosts take, and on X11 a window too.

mod audio;
mod window;

use audio::told;
pub use audio::{ClapAudio, Cue, Song, Told};

use clack_extensions::audio_ports::PluginAudioPorts;
use clack_extensions::gui::HostGui;
use clack_extensions::note_ports::PluginNotePorts;
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamInfoBuffer,
    ParamRescanFlags, PluginParams,
};
use clack_extensions::render::{PluginRender, RenderMode};
use clack_extensions::state::{HostState, HostStateImpl, PluginState};
use clack_extensions::tail::PluginTail;
use clack_host::prelude::*;
use clack_host::utils::ClapId;
use serde_json::Value;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The host's side that any thread may call.
pub struct Shared {
    callback: AtomicBool,
    flush: AtomicBool,
    /// Whether the host offers windows.
    windows: bool,
    /// How often the plugin asked for another size or told that its window is gone.
    window_calls: AtomicU32,
}

impl SharedHandler<'_> for Shared {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback.store(true, Ordering::SeqCst);
    }
}

impl HostParamsImplShared for Shared {
    fn request_flush(&self) {
        self.flush.store(true, Ordering::SeqCst);
    }
}

/// The host's side of the main thread.
#[derive(Default)]
pub struct Main {
    rescans: Cell<u32>,
    dirty: Cell<u32>,
}

impl MainThreadHandler<'_> for Main {}

impl HostParamsImplMainThread for Main {
    fn rescan(&self, _flags: ParamRescanFlags) {
        self.rescans.set(self.rescans.get() + 1);
    }
    fn clear(&self, _id: ClapId, _flags: ParamClearFlags) {}
}

impl HostStateImpl for Main {
    fn mark_dirty(&self) {
        self.dirty.set(self.dirty.get() + 1);
    }
}

/// Names the host to the library.
pub struct Host;

impl HostHandlers for Host {
    type Shared<'a> = Shared;
    type MainThread<'a> = Main;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, shared: &Shared) {
        builder.register::<HostParams>().register::<HostState>();
        if shared.windows {
            builder.register::<HostGui>();
        }
    }
}

/// What a host learns about a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamFacts {
    /// Name on show.
    pub name: String,
    /// The host's number for it: a hash of the string id.
    pub id: ClapId,
    /// Smallest, default and largest value as the host counts.
    pub range: [f64; 3],
}

/// One instance.
pub struct ClapRig {
    instance: PluginInstance<Host>,
    params: PluginParams,
    state: PluginState,
    render: PluginRender,
    tail: PluginTail,
}

impl ClapRig {
    /// An instance of the plugin that is linked into this binary, or of the bundle named by `PSIVOX_CLAP`.
    ///
    /// # Panics
    /// If it does not load.
    pub fn new() -> Self {
        Self::of(std::env::var("PSIVOX_CLAP").ok().as_deref(), false)
    }

    /// An instance in a host that offers windows.
    ///
    /// # Panics
    /// If it does not load.
    pub fn with_windows() -> Self {
        Self::of(std::env::var("PSIVOX_CLAP").ok().as_deref(), true)
    }

    /// An instance of the CLAP file at a path, or of the plugin that is linked into this binary.
    ///
    /// # Panics
    /// If it does not load.
    pub fn of(path: Option<&str>, windows: bool) -> Self {
        let entry = match path {
            // SAFETY: whoever names a path names a sound CLAP file.
            Some(path) => unsafe { PluginEntry::load(path) },
            // SAFETY: the entry is a static of this binary.
            None => unsafe { PluginEntry::load_from_raw(&psivox_plugin::clap_entry, c"/linked/Psivox.clap") },
        }
        .expect("the entry loads");
        let info = HostInfo::new("psivox-tests", "psivox", "", "0").expect("host info");
        let factory = entry.get_plugin_factory().expect("a factory");
        let descriptor = factory.plugin_descriptors().next().expect("a plugin");
        let id = descriptor.id().expect("an id").to_owned();
        let mut instance = PluginInstance::<Host>::new(
            |()| Shared {
                callback: AtomicBool::new(false),
                flush: AtomicBool::new(false),
                windows,
                window_calls: AtomicU32::new(0),
            },
            |_| Main::default(),
            &entry,
            &id,
            &info,
        )
        .expect("an instance");
        let handle = instance.plugin_handle();
        Self {
            params: handle.get_extension().expect("parameters"),
            state: handle.get_extension().expect("state"),
            render: handle.get_extension().expect("render modes"),
            tail: handle.get_extension().expect("tail"),
            instance,
        }
    }

    /// Audio ports (in, out) and note ports (in, out).
    ///
    /// # Panics
    /// If an extension is missing.
    pub fn port_counts(&mut self) -> [u32; 4] {
        let handle = self.instance.plugin_handle();
        let audio: PluginAudioPorts = handle.get_extension().expect("audio ports");
        let notes: PluginNotePorts = handle.get_extension().expect("note ports");
        [
            audio.count(&handle, true),
            audio.count(&handle, false),
            notes.count(&handle, true),
            notes.count(&handle, false),
        ]
    }

    /// Every parameter in the plugin's order.
    ///
    /// # Panics
    /// If one cannot be asked.
    pub fn param_facts(&mut self) -> Vec<ParamFacts> {
        let handle = self.instance.plugin_handle();
        (0..self.params.count(&handle))
            .map(|index| {
                let mut buffer = ParamInfoBuffer::new();
                let info = self.params.get_info(&handle, index, &mut buffer).expect("facts");
                ParamFacts {
                    name: String::from_utf8_lossy(info.name).into_owned(),
                    id: info.id,
                    range: [info.min_value, info.default_value, info.max_value],
                }
            })
            .collect()
    }

    /// The host's number of a parameter.
    ///
    /// # Panics
    /// If there is none of that name.
    pub fn param(&mut self, name: &str) -> ClapId {
        let facts = self.param_facts();
        facts.iter().find(|facts| facts.name == name).unwrap_or_else(|| panic!("no '{name}' in {facts:?}")).id
    }

    /// A parameter's value as the host counts.
    ///
    /// # Panics
    /// If it does not exist.
    pub fn value(&mut self, id: ClapId) -> f64 {
        self.params.get_value(&self.instance.plugin_handle(), id).expect("a value")
    }

    /// A parameter's value in words.
    ///
    /// # Panics
    /// If it has none.
    pub fn value_text(&mut self, id: ClapId, value: f64) -> String {
        let mut buffer = [0u8; 128];
        let handle = self.instance.plugin_handle();
        let text = self.params.value_to_text(&handle, id, value, &mut buffer).expect("a text");
        String::from_utf8_lossy(text).into_owned()
    }

    /// Saves as a project does.
    ///
    /// # Panics
    /// If the plugin fails to.
    pub fn save(&mut self) -> Vec<u8> {
        let mut blob = Vec::new();
        self.state.save(&self.instance.plugin_handle(), &mut blob).expect("saved");
        blob
    }

    /// Loads; false if the plugin refuses.
    pub fn load(&mut self, blob: &[u8]) -> bool {
        let mut reader = blob;
        self.state.load(&self.instance.plugin_handle(), &mut reader).is_ok()
    }

    /// The saved state as JSON.
    ///
    /// # Panics
    /// If it is none.
    pub fn state_json(&mut self) -> Value {
        json_of(&self.save())
    }

    /// The line of the saved state.
    ///
    /// # Panics
    /// If there is none.
    pub fn line_json(&mut self) -> Value {
        let state = self.state_json();
        serde_json::from_str(state["fields"]["line"].as_str().expect("a line")).expect("the line is JSON")
    }

    /// The plugin's reading of a value in words, as the host counts; none if it understands none.
    pub fn value_of_text(&mut self, id: ClapId, text: &std::ffi::CStr) -> Option<f64> {
        self.params.text_to_value(&self.instance.plugin_handle(), id, text)
    }

    /// Loads the present state with some keys of the line changed; false if the plugin refuses.
    ///
    /// # Panics
    /// If the state is not as documented.
    pub fn load_line(&mut self, changes: &[(&str, &str)]) -> bool {
        let values: Vec<(&str, Value)> =
            changes.iter().map(|(key, text)| (*key, Value::from(*text))).collect();
        self.load_line_values(&values)
    }

    /// As [`ClapRig::load_line`], with values of any kind.
    ///
    /// # Panics
    /// If the state is not as documented.
    pub fn load_line_values(&mut self, changes: &[(&str, Value)]) -> bool {
        let mut state = self.state_json();
        let mut line = self.line_json();
        for (key, value) in changes {
            line[*key] = value.clone();
        }
        state["fields"]["line"] = Value::from(line.to_string());
        self.load(&blob_of(&state))
    }

    /// Announces an offline bounce; takes effect at the next [`ClapRig::start`].
    ///
    /// # Panics
    /// If the plugin refuses.
    pub fn set_offline(&mut self, offline: bool) {
        let mode = if offline { RenderMode::Offline } else { RenderMode::Realtime };
        self.render.set(&self.instance.plugin_handle(), mode).expect("a render mode");
    }

    /// Activates and starts to process.
    ///
    /// # Panics
    /// If the plugin refuses.
    pub fn start(&mut self, sample_rate_hz: f64, max_block: u32) -> ClapAudio {
        let config = PluginAudioConfiguration {
            sample_rate: sample_rate_hz,
            min_frames_count: 1,
            max_frames_count: max_block,
        };
        let stopped = self.instance.activate(|_, _| (), config).expect("activated");
        let Ok(started) = stopped.start_processing() else { panic!("processing does not start") };
        ClapAudio::new(started, self.tail, sample_rate_hz)
    }

    /// Stops and deactivates.
    pub fn stop(&mut self, mut audio: ClapAudio) {
        if let Some(started) = audio.processor.take() {
            self.instance.deactivate(started.stop_processing());
        }
    }

    /// What a host does between blocks.
    pub fn idle(&mut self) {
        if self.instance.access_shared_handler(|shared| shared.callback.swap(false, Ordering::SeqCst)) {
            self.instance.call_on_main_thread_callback();
        }
    }

    /// Fetches parameter changes as a host does that is asked to while the plugin is inactive; none if it is not asked.
    ///
    /// # Panics
    /// If the plugin is active.
    pub fn flush_if_asked(&mut self) -> Vec<Told> {
        if !self.instance.access_shared_handler(|shared| shared.flush.swap(false, Ordering::SeqCst)) {
            return Vec::new();
        }
        let mut out = EventBuffer::new();
        let mut handle = self.instance.inactive_plugin_handle().expect("inactive");
        self.params.flush(&mut handle, &InputEvents::empty(), &mut out.as_output());
        told(&out)
    }

    /// How often the plugin told that the project has changed.
    pub fn times_dirty(&mut self) -> u32 {
        self.instance.access_handler(|main| main.dirty.get())
    }

    /// How often the plugin asked the host to read all parameters again.
    pub fn rescans(&mut self) -> u32 {
        self.instance.access_handler(|main| main.rescans.get())
    }
}

impl Default for ClapRig {
    fn default() -> Self {
        Self::new()
    }
}

/// The JSON of a saved state; what stands behind it is a checksum.
///
/// # Panics
/// If it is none.
pub fn json_of(blob: &[u8]) -> Value {
    let json = psivox_plugin::state::json_of(blob).expect("a length and JSON");
    serde_json::from_slice(json).expect("state is JSON")
}

/// A state as the plugin reads it: length and JSON.
pub fn blob_of(state: &Value) -> Vec<u8> {
    let json = state.to_string();
    let mut blob = (json.len() as u64).to_le_bytes().to_vec();
    blob.extend_from_slice(json.as_bytes());
    blob
}
