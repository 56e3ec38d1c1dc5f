//! Psivox as an instrument: CLAP, VST3 and standalone around [`psivox_core`]. The only crate that knows hosts.
//!
//! ```text
//! host ─ notes, automation, SysEx ─► Performer ─► Engine ─► sound
//!                                        ▲            └───► faces ─► FaceSender ─► OSC
//!            state, editor ─► Worker ────┘ scores              └──► editor
//!             OSC, OSCQuery ─►    │ orders, values (`remote`)
//! ```
//!
//! Threads of one instance: the host's audio thread ([`performer`]), the worker that plans ([`worker`]), the
//! sender of faces (`psivox_wire`), the editor. All channels between them stand in [`channels`].

pub mod beat_grid;
pub mod bounce;
pub mod channels;
pub mod controls;
pub mod editor;
pub mod entry;
pub mod face_link;
pub mod face_params;
pub mod field_params;
pub mod history;
pub mod link_board;
pub mod memory;
pub mod midi;
pub mod mood_params;
pub mod parameter_groups;
pub mod parameter_kinds;
pub mod params;
pub mod performance;
pub mod performance_state;
pub mod performer;
pub mod preset;
pub mod randomise;
pub mod remote;
pub mod remote_events;
mod remote_pages;
pub mod repertoire;
pub mod scope_tap;
pub mod script;
#[cfg(feature = "standalone")]
pub mod standalone;
pub mod state;
pub mod wire_state;
pub mod worker;

use channels::{EditorEnds, Shared};
use editor::PsivoxEditor;
use face_link::FaceLink;
use nice_plug::prelude::*;
use parameter_groups::Grouped;
use params::PsivoxParams;
use performer::{Performer, SongPlace};
use remote::{RemoteDesk, RemoteHub};
use state::{LineCell, PLAN_PATIENCE};
use std::sync::{Arc, Mutex};
use worker::{ReportCell, Worker};

/// One instance.
pub struct Psivox {
    /// First, so that it is joined before anything it uses goes away.
    _worker: Option<Worker>,
    /// What the project keeps.
    params: Arc<PsivoxParams>,
    /// Flags of all threads.
    shared: Arc<Shared>,
    /// The way of the face into the network.
    link: Arc<FaceLink>,
    /// Orders from outside.
    remote: Arc<RemoteHub>,
    /// What the worker says about the line.
    report: ReportCell,
    /// What can be taken back; it outlives the window.
    history: history::HistoryCell,
    /// The editor's ends of the channels; locked by the editor only.
    editor_ends: Arc<Mutex<EditorEnds>>,
    /// Everything on the audio thread.
    performer: Performer,
}

impl Default for Psivox {
    fn default() -> Self {
        let shared = Arc::new(Shared::default());
        let (audio, worker, editor) = channels::open(&shared);
        let line = LineCell::new(Arc::clone(&shared));
        let link = Arc::new(FaceLink::default());
        #[cfg(feature = "standalone")]
        face_link::remember(&link);
        let report = ReportCell::default();
        let params = Arc::new(PsivoxParams::new(line));
        let remote = RemoteHub::new(&params);
        remote::hand_over(&remote.values);
        let desk =
            RemoteDesk::new(Arc::clone(&remote), Arc::clone(&params), Arc::clone(&shared), Arc::clone(&link));
        let spawned = Worker::spawn(
            Arc::clone(&shared),
            worker,
            Arc::clone(&params),
            Arc::clone(&link),
            Arc::clone(&report),
            desk,
        );
        if let (Err(error), Ok(mut report)) = (&spawned, report.lock()) {
            report.error =
                Some(format!("no thread to plan on: {error}; close other programs and load again"));
        }
        Self {
            _worker: spawned.ok(),
            params,
            performer: Performer::new(audio, Arc::clone(&shared), Arc::clone(&remote.values)),
            history: history::HistoryCell::default(),
            editor_ends: Arc::new(Mutex::new(editor)),
            shared,
            link,
            remote,
            report,
        }
    }
}

impl Plugin for Psivox {
    const NAME: &'static str = "Psivox";
    const VENDOR: &'static str = "Psivox";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
        main_input_channels: None,
        main_output_channels: NonZeroU32::new(2),
        ..AudioIOLayout::const_default()
    }];
    const MIDI_INPUT: MidiConfig = MidiConfig::MidiCCs;
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = PsivoxEditor;
    type SysExMessage = midi::TextSysEx;
    type BackgroundTask = ();

    fn filter_state(state: &mut PluginState) {
        state::complete(state);
    }

    fn params(&self) -> Arc<dyn Params> {
        Arc::new(Grouped(Arc::clone(&self.params)))
    }

    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        let sources = editor::Sources {
            params: Arc::clone(&self.params),
            shared: Arc::clone(&self.shared),
            link: Arc::clone(&self.link),
            remote: Arc::clone(&self.remote),
            report: Arc::clone(&self.report),
            memory: self.params.memory.desk().clone(),
            history: Arc::clone(&self.history),
            ends: Arc::clone(&self.editor_ends),
        };
        #[cfg(feature = "standalone")]
        standalone::leave(&sources);
        Some(PsivoxEditor::new(sources))
    }

    fn activate(
        &mut self,
        _layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        if let Err(error) = self.performer.prepare(config.sample_rate, &self.params) {
            nice_error!("{error}");
            return false;
        }
        context.set_latency_samples(self.performer.latency_samples());
        if let Some(feed) = self.link.start() {
            self.performer.connect(feed);
        }
        let offline = config.process_mode == ProcessMode::Offline;
        self.shared.set_offline(offline);
        self.performer.sit(!offline);
        self.shared.set_active(true);
        // A note in the first block speaks at its own sample, offline too.
        self.performer.await_line(PLAN_PATIENCE);
        // After the worker has read where the project wants it.
        let bounce = offline.then(|| self.link.start_bounce(config.sample_rate)).flatten();
        self.performer.connect_bounce(bounce);
        true
    }

    fn reset(&mut self) {
        self.performer.reset();
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        if let Some((mono, others)) = buffer.as_slice().split_first_mut() {
            let transport = place_of(context.transport());
            let mut block = self.performer.begin(mono, &self.params, transport);
            while let Some(event) = context.next_event() {
                block.host_event(event);
            }
            block.finish();
            // A host activates anew for another latency; until then the one that it knows stays true.
            context.set_latency_samples(self.performer.wanted_latency_samples());
            for other in others {
                other.copy_from_slice(mono);
            }
        }
        // A face breathes and blinks when nobody speaks: never put to sleep.
        ProcessStatus::KeepAlive
    }

    fn stop_processing(&mut self) {
        self.performer.rest();
    }

    fn deactivate(&mut self) {
        self.shared.set_active(false);
        self.performer.rest();
        self.performer.sit(false);
        self.performer.connect_bounce(None);
        self.link.finish_bounce();
    }
}

/// Where the host is, if it tells tempo and position.
fn place_of(transport: &nice_plug::context::process::Transport) -> Option<SongPlace> {
    let (above, below) = (transport.time_sig_numerator, transport.time_sig_denominator);
    let bar_beats = match (above, below) {
        (Some(above), Some(below)) if above > 0 && below > 0 => 4.0 * f64::from(above) / f64::from(below),
        _ => 4.0,
    };
    let transport = psivox_core::field::Transport {
        tempo_bpm: transport.tempo? as f32,
        beats: transport.pos_beats()?,
        playing: transport.playing,
    };
    let told = transport.tempo_bpm.is_finite() && transport.tempo_bpm > 0.0 && transport.beats.is_finite();
    told.then_some(SongPlace { transport, bar_beats })
}

impl ClapPlugin for Psivox {
    const CLAP_ID: &'static str = "org.psivox.psivox";
    const CLAP_DESCRIPTION: Option<&'static str> =
        Some("Text and emotion become a voice and the face that belongs to it");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] =
        &[ClapFeature::Instrument, ClapFeature::Synthesizer, ClapFeature::Stereo];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        remote_pages::add(&self.params, context);
    }
}

pub use entry::clap_entry;
// VST3: wraps `clap_entry`, exports `GetPluginFactory`, `ModuleEntry` and `ModuleExit`.
clap_wrapper::export_vst3!();
