//! A small CLAP host in this process: loads the bundle as a DAW would and plays it in real time.

use anyhow::{Context, Result, bail, ensure};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamInfoBuffer,
    ParamRescanFlags, PluginParams,
};
use clack_extensions::render::{PluginRender, RenderMode};
use clack_extensions::state::{HostState, HostStateImpl, PluginState};
use clack_host::events::event_types::{NoteOnEvent, ParamValueEvent};
use clack_host::prelude::*;
use clack_host::process::StartedPluginAudioProcessor;
use clack_host::utils::ClapId;
use serde_json::Value;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the plugin may call from any thread.
struct Shared {
    /// Whether it asked to be called on the main thread.
    callback: AtomicBool,
}

impl SharedHandler<'_> for Shared {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback.store(true, Ordering::SeqCst);
    }
}

impl HostParamsImplShared for Shared {
    fn request_flush(&self) {}
}

/// What the plugin may call on the main thread.
struct Main;

impl MainThreadHandler<'_> for Main {}

impl HostParamsImplMainThread for Main {
    fn rescan(&self, _flags: ParamRescanFlags) {}
    fn clear(&self, _id: ClapId, _flags: ParamClearFlags) {}
}

impl HostStateImpl for Main {
    fn mark_dirty(&self) {}
}

struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Shared;
    type MainThread<'a> = Main;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Shared) {
        builder.register::<HostParams>().register::<HostState>();
    }
}

/// One instance of the plugin.
pub struct Host {
    instance: PluginInstance<Handlers>,
}

/// A parameter and its range as the host counts.
#[derive(Debug, Clone, Copy)]
pub struct Lane {
    id: ClapId,
    min: f64,
    max: f64,
}

impl Host {
    /// Loads a CLAP file and makes an instance of the first plugin in it.
    ///
    /// # Errors
    /// The file is missing, is no CLAP library or refuses to work.
    pub fn load(clap: &Path) -> Result<Self> {
        ensure!(clap.exists(), "{} does not exist; run `cargo xtask bundle` first", clap.display());
        // SAFETY: a library runs code when it is loaded; this one was built from this repository.
        let entry = unsafe { PluginEntry::load(clap) }
            .with_context(|| format!("{} does not load", clap.display()))?;
        let factory = entry.get_plugin_factory().context("the library has no CLAP plugin factory")?;
        let descriptor = factory.plugin_descriptors().next().context("the library has no plugin")?;
        let id = descriptor.id().context("the plugin has no id")?.to_owned();
        let info =
            HostInfo::new("Psivox demo", "Psivox", "", env!("CARGO_PKG_VERSION")).context("host info")?;
        let shared = |_: &()| Shared { callback: AtomicBool::new(false) };
        let instance = PluginInstance::<Handlers>::new(shared, |_| Main, &entry, &id, &info);
        let instance = instance.context("the plugin makes no instance")?;
        Ok(Self { instance })
    }

    /// The parameter of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn lane(&mut self, name: &str) -> Result<Lane> {
        let handle = self.instance.plugin_handle();
        let params: PluginParams = handle.get_extension().context("the plugin has no parameters")?;
        for index in 0..params.count(&handle) {
            let mut buffer = ParamInfoBuffer::new();
            if let Some(info) = params.get_info(&handle, index, &mut buffer)
                && info.name == name.as_bytes()
            {
                return Ok(Lane { id: info.id, min: info.min_value, max: info.max_value });
            }
        }
        bail!("the plugin has no parameter '{name}'");
    }

    /// Sets entries of the line (text, persona, where the face goes) through the saved state, as a project does.
    ///
    /// # Errors
    /// The state is not as expected or is refused.
    pub fn set_line(&mut self, line: [(&str, &str); 3]) -> Result<()> {
        let handle = self.instance.plugin_handle();
        let state: PluginState = handle.get_extension().context("the plugin has no state")?;
        let mut blob = Vec::new();
        state.save(&handle, &mut blob).context("the plugin does not save its state")?;
        let blob = edit_line(&blob, line)?;
        state.load(&handle, &mut blob.as_slice()).context("the plugin refuses the state")
    }

    /// Activates in real time; the face is only sent in real time.
    ///
    /// # Errors
    /// The plugin refuses.
    pub fn start(&mut self, sample_rate_hz: f64, block_samples: u32) -> Result<Player> {
        let handle = self.instance.plugin_handle();
        let render: PluginRender = handle.get_extension().context("the plugin has no render modes")?;
        render.set(&handle, RenderMode::Realtime).context("the plugin refuses to play in real time")?;
        let config = PluginAudioConfiguration {
            sample_rate: sample_rate_hz,
            min_frames_count: 1,
            max_frames_count: block_samples,
        };
        let stopped = self.instance.activate(|_, _| (), config).context("the plugin does not activate")?;
        let Ok(processor) = stopped.start_processing() else { bail!("the plugin does not start to process") };
        Ok(Player { processor, steady_samples: 0 })
    }

    /// Stops and deactivates.
    pub fn stop(&mut self, player: Player) {
        self.instance.deactivate(player.processor.stop_processing());
        self.idle();
    }

    /// What a host does between blocks on its main thread.
    pub fn idle(&mut self) {
        if self.instance.access_shared_handler(|shared| shared.callback.swap(false, Ordering::SeqCst)) {
            self.instance.call_on_main_thread_callback();
        }
    }
}

/// The saved state, `u64` length and JSON, with other entries in its line.
fn edit_line(blob: &[u8], entries: [(&str, &str); 3]) -> Result<Vec<u8>> {
    // A checksum stands behind the JSON.
    let length = blob.first_chunk::<8>().map(|length| u64::from_le_bytes(*length) as usize);
    let json = length.and_then(|length| blob[8..].get(..length)).context("the saved state is cut off")?;
    let mut state: Value = serde_json::from_slice(json).context("the saved state is no JSON")?;
    let line = state["fields"]["line"].as_str().context("the saved state has no line")?;
    let mut line: Value = serde_json::from_str(line).context("the saved line is no JSON")?;
    for (key, value) in entries {
        line[key] = value.into();
    }
    state["fields"]["line"] = line.to_string().into();
    let json = state.to_string();
    let mut blob = (json.len() as u64).to_le_bytes().to_vec();
    blob.extend_from_slice(json.as_bytes());
    Ok(blob)
}

/// A running instance.
pub struct Player {
    processor: StartedPluginAudioProcessor<Handlers>,
    steady_samples: u64,
}

impl Player {
    /// Plays one block and returns its left channel. `speak` is a note-on at this sample, at full velocity;
    /// `automation` holds from the block's start and is in the parameter's own unit, `range` wide.
    ///
    /// # Errors
    /// The plugin fails, or its channels differ though the voice is mono.
    pub fn block(
        &mut self,
        samples: usize,
        speak: Option<u32>,
        automation: (Lane, [f64; 2], f64),
    ) -> Result<Vec<f32>> {
        let (lane, [low, high], value) = automation;
        let counted = lane.min + (value - low) / (high - low) * (lane.max - lane.min);
        let mut events = EventBuffer::new();
        events.push(&ParamValueEvent::new(0, lane.id, Pckn::match_all(), counted));
        if let Some(time) = speak {
            events.push(&NoteOnEvent::new(time, Pckn::new(0u16, 0u16, 60u16, 1u32), 1.0));
        }
        // NaN shows where the plugin writes nothing.
        let mut sound = [vec![f32::NAN; samples], vec![f32::NAN; samples]];
        let mut ports = AudioPorts::with_capacity(2, 1);
        let mut outputs = ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(sound.iter_mut().map(Vec::as_mut_slice)),
        }]);
        self.processor
            .process(
                &InputAudioBuffers::empty(),
                &mut outputs,
                &events.as_input(),
                &mut EventBuffer::new().as_output(),
                Some(self.steady_samples),
                None,
            )
            .context("the plugin fails to process a block")?;
        self.steady_samples += samples as u64;
        let [left, right] = sound;
        ensure!(left == right, "left and right differ; a mono voice, or a NaN, was expected to be neither");
        Ok(left)
    }
}
