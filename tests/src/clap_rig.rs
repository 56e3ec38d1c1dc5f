//! A small CLAP host in this process: the render path that real hosts take, without a window.

use clack_extensions::audio_ports::PluginAudioPorts;
use clack_extensions::note_ports::PluginNotePorts;
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamInfoBuffer,
    ParamRescanFlags, PluginParams,
};
use clack_extensions::render::{PluginRender, RenderMode};
use clack_extensions::state::{HostState, HostStateImpl, PluginState};
use clack_extensions::tail::PluginTail;
use clack_host::events::EventFlags;
use clack_host::events::event_types::*;
use clack_host::prelude::*;
use clack_host::process::StartedPluginAudioProcessor;
use clack_host::utils::{BeatTime, ClapId, SecondsTime};
use serde_json::Value;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

/// The host's side that any thread may call.
pub struct Shared {
    callback: AtomicBool,
    flush: AtomicBool,
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

    fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Shared) {
        builder.register::<HostParams>().register::<HostState>();
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
        let entry = match std::env::var("PSIVOX_CLAP") {
            // SAFETY: whoever sets the variable names a sound CLAP file.
            Ok(path) => unsafe { PluginEntry::load(path) },
            // SAFETY: the entry is a static of this binary.
            Err(_) => unsafe {
                PluginEntry::load_from_raw(&psivox_plugin::clap_entry, c"/linked/Psivox.clap")
            },
        }
        .expect("the entry loads");
        let info = HostInfo::new("psivox-tests", "psivox", "", "0").expect("host info");
        let factory = entry.get_plugin_factory().expect("a factory");
        let descriptor = factory.plugin_descriptors().next().expect("a plugin");
        let id = descriptor.id().expect("an id").to_owned();
        let mut instance = PluginInstance::<Host>::new(
            |()| Shared { callback: AtomicBool::new(false), flush: AtomicBool::new(false) },
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
        serde_json::from_slice(&self.save()[8..]).expect("state is JSON")
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
        ClapAudio {
            processor: Some(started),
            tail: self.tail,
            steady: 0,
            sample_rate_hz,
            song: None,
            told: Vec::new(),
        }
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

/// A state as the plugin reads it: length and JSON.
pub fn blob_of(state: &Value) -> Vec<u8> {
    let json = state.to_string();
    let mut blob = (json.len() as u64).to_le_bytes().to_vec();
    blob.extend_from_slice(json.as_bytes());
    blob
}

/// The audio thread's side of a running instance.
pub struct ClapAudio {
    processor: Option<StartedPluginAudioProcessor<Host>>,
    tail: PluginTail,
    steady: u64,
    sample_rate_hz: f64,
    /// What the host tells of its song; nothing if there is none.
    pub song: Option<Song>,
    /// What the plugin has told of its parameters.
    pub told: Vec<Told>,
}

/// What a plugin tells of a parameter that it moves itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Told {
    /// A gesture begins.
    Begin(ClapId),
    /// A value, as the host counts.
    Value(ClapId, f64),
    /// The gesture ends.
    End(ClapId),
}

fn told(events: &EventBuffer) -> Vec<Told> {
    use clack_host::events::spaces::CoreEventSpace;
    let read = |event: &UnknownEvent| match event.as_core_event()? {
        CoreEventSpace::ParamGestureBegin(event) => Some(Told::Begin(event.param_id()?)),
        CoreEventSpace::ParamValue(event) => Some(Told::Value(event.param_id()?, event.value())),
        CoreEventSpace::ParamGestureEnd(event) => Some(Told::End(event.param_id()?)),
        _ => None,
    };
    events.iter().filter_map(read).collect()
}

/// A song of one tempo.
#[derive(Debug, Clone, Copy)]
pub struct Song {
    /// Beats a minute.
    pub tempo_bpm: f64,
    /// Place in beats when processing started.
    pub start_beats: f64,
    /// Whether it moves.
    pub playing: bool,
}

impl Song {
    /// Place after so many samples, as hosts write it.
    fn event(&self, steady: u64, sample_rate_hz: f64) -> TransportEvent {
        let elapsed_s = if self.playing { steady as f64 / sample_rate_hz } else { 0.0 };
        let mut flags = TransportFlags::HAS_TEMPO | TransportFlags::HAS_BEATS_TIMELINE;
        flags.set(TransportFlags::IS_PLAYING, self.playing);
        TransportEvent {
            header: EventHeader::new_core(0, EventFlags::empty()),
            flags,
            song_pos_beats: BeatTime::from_float(self.start_beats + elapsed_s * self.tempo_bpm / 60.0),
            song_pos_seconds: SecondsTime::from_float(0.0),
            tempo: self.tempo_bpm,
            tempo_inc: 0.0,
            loop_start_beats: BeatTime::from_float(0.0),
            loop_end_beats: BeatTime::from_float(0.0),
            loop_start_seconds: SecondsTime::from_float(0.0),
            loop_end_seconds: SecondsTime::from_float(0.0),
            bar_start: BeatTime::from_float(0.0),
            bar_number: 0,
            time_signature_numerator: 4,
            time_signature_denominator: 4,
        }
    }
}

impl ClapAudio {
    /// Whether the plugin wants to be called for ever.
    ///
    /// # Panics
    /// If it was stopped.
    pub fn tail_is_infinite(&mut self) -> bool {
        let processor = self.processor.as_mut().expect("started");
        format!("{:?}", self.tail.get(&processor.plugin_handle())).contains("Infinite")
    }

    /// Processes one block and returns left and right.
    ///
    /// # Panics
    /// If the plugin fails.
    pub fn block(&mut self, samples: usize, events: &EventBuffer) -> [Vec<f32>; 2] {
        // NaN shows where the plugin writes nothing.
        let mut sound = [vec![f32::NAN; samples], vec![f32::NAN; samples]];
        let mut ports = AudioPorts::with_capacity(2, 1);
        {
            let channels = sound.iter_mut().map(Vec::as_mut_slice);
            let mut outputs = ports.with_output_buffers([AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_output_only(channels),
            }]);
            let mut out_events = EventBuffer::new();
            let song = self.song.map(|song| song.event(self.steady, self.sample_rate_hz));
            let processor = self.processor.as_mut().expect("started");
            processor
                .process(
                    &InputAudioBuffers::empty(),
                    &mut outputs,
                    &events.as_input(),
                    &mut out_events.as_output(),
                    Some(self.steady),
                    song.as_ref(),
                )
                .expect("processed");
            self.told.extend(told(&out_events));
        }
        self.steady += samples as u64;
        sound
    }

    /// Left channel of `samples` samples in blocks of `block`, the events at their times from the start.
    ///
    /// # Panics
    /// If the plugin fails or the channels differ.
    pub fn render(&mut self, samples: usize, block: usize, events: &[(usize, Cue)]) -> Vec<f32> {
        let mut sound = Vec::with_capacity(samples);
        while sound.len() < samples {
            let length = block.min(samples - sound.len());
            let window = sound.len()..sound.len() + length;
            let mut buffer = EventBuffer::new();
            for (time, cue) in events.iter().filter(|(time, _)| window.contains(time)) {
                cue.push(&mut buffer, (time - window.start) as u32);
            }
            let [left, right] = self.block(length, &buffer);
            assert_eq!(left, right, "the voice is mono");
            sound.extend_from_slice(&left);
        }
        sound
    }
}

/// Something that happens at a sample.
#[derive(Debug, Clone)]
pub enum Cue {
    /// A note-on with this velocity.
    On(f64),
    /// The note-off of the same note.
    Off,
    /// A choke of the same note.
    Choke,
    /// A parameter takes this value, as the host counts.
    Param(ClapId, f64),
    /// Three raw MIDI bytes.
    Midi([u8; 3]),
    /// A SysEx message with its frame.
    SysEx(Vec<u8>),
}

impl Cue {
    /// Adds the event at a time in the block.
    pub fn push(&self, buffer: &mut EventBuffer, time: u32) {
        let note = Pckn::new(0u16, 0u16, 60u16, 1u32);
        match self {
            Self::On(velocity) => buffer.push(&NoteOnEvent::new(time, note, *velocity)),
            Self::Off => buffer.push(&NoteOffEvent::new(time, note, 0.0)),
            Self::Choke => buffer.push(&NoteChokeEvent::new(time, note)),
            Self::Param(id, value) => {
                buffer.push(&ParamValueEvent::new(time, *id, Pckn::match_all(), *value))
            }
            Self::Midi(bytes) => buffer.push(&MidiEvent::new(time, 0, *bytes)),
            // SAFETY: the bytes live as long as the cue, which outlives the block.
            Self::SysEx(bytes) => buffer.push(&unsafe { MidiSysExEvent::new(time, 0, bytes) }),
        }
    }
}
