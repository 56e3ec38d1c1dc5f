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
mod late_events;
pub mod link_board;
pub mod midi;
pub mod migrate;
pub mod mood_params;
pub mod params;
pub mod performer;
pub mod remote;
pub mod remote_events;
pub mod state;
pub mod wire_state;
pub mod worker;

use channels::{EditorEnds, Shared};
use editor::PsivoxEditor;
use face_link::FaceLink;
use nice_plug::prelude::*;
use params::PsivoxParams;
use performer::Performer;
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
    /// The editor's ends of the channels; locked by the editor only.
    editor_ends: Arc<Mutex<EditorEnds>>,
    /// Everything on the audio thread.
    performer: Performer,
}

impl Default for Psivox {
    fn default() -> Self {
        let shared = Arc::new(Shared::default());
        let (audio, worker, editor) = channels::open();
        let line = LineCell::new(Arc::clone(&shared));
        let link = Arc::new(FaceLink::default());
        #[cfg(feature = "standalone")]
        face_link::remember(&link);
        let report = ReportCell::default();
        let params = Arc::new(PsivoxParams::new(line.clone()));
        let remote = RemoteHub::new(&params);
        remote::hand_over(&remote.values);
        let desk =
            RemoteDesk::new(Arc::clone(&remote), Arc::clone(&params), Arc::clone(&shared), Arc::clone(&link));
        let spawned =
            Worker::spawn(Arc::clone(&shared), worker, line, Arc::clone(&link), Arc::clone(&report), desk);
        if let (Err(error), Ok(mut report)) = (&spawned, report.lock()) {
            report.error =
                Some(format!("no thread to plan on: {error}; close other programs and load again"));
        }
        Self {
            _worker: spawned.ok(),
            params,
            performer: Performer::new(audio, Arc::clone(&shared)),
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
        migrate::complete(state);
    }

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        Some(PsivoxEditor::new(editor::Sources {
            params: Arc::clone(&self.params),
            shared: Arc::clone(&self.shared),
            link: Arc::clone(&self.link),
            remote: Arc::clone(&self.remote),
            report: Arc::clone(&self.report),
            ends: Arc::clone(&self.editor_ends),
        }))
    }

    fn activate(
        &mut self,
        _layout: &AudioIOLayout,
        config: &BufferConfig,
        _context: &mut impl ActivateContext<Self>,
    ) -> bool {
        if let Err(error) = self.performer.prepare(config.sample_rate) {
            nice_error!("{error}");
            return false;
        }
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
fn place_of(transport: &nice_plug::context::process::Transport) -> Option<psivox_core::field::Transport> {
    Some(psivox_core::field::Transport {
        tempo_bpm: transport.tempo? as f32,
        beats: transport.pos_beats()?,
        playing: transport.playing,
    })
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
        let params = &self.params;
        context.add_section("Psivox", |section| {
            section.add_page("Emotion and voice", |page| {
                for param in [&params.valence, &params.arousal, &params.dominance, &params.intensity] {
                    page.add_param(param);
                }
                for param in [&params.rate, &params.pitch, &params.gain] {
                    page.add_param(param);
                }
                page.add_param(&params.osc_on);
            });
            section.add_page("Time", |page| {
                for param in [&params.rate, &params.hold, &params.beat_coupling, &params.partner_coupling] {
                    page.add_param(param);
                }
                page.add_param(&params.beat_division);
            });
        });
    }
}

pub use entry::clap_entry;
// VST3: wraps `clap_entry`, exports `GetPluginFactory`, `ModuleEntry` and `ModuleExit`.
clap_wrapper::export_vst3!();
