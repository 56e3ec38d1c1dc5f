//! The editor without a host and without a window, for tests: clicks and keys go in by label, pictures come out.

use super::app::EditorApp;
use super::fonts;
use super::raster::Raster;
use super::theme::{self, Theme};
use super::{Sources, keys::KeyBridge};
use crate::channels::{self, AudioEnds, FaceView, Shared};
use crate::face_link::FaceLink;
use crate::params::PsivoxParams;
use crate::remote::RemoteHub;
use crate::state::LineCell;
use crate::worker::{PlanReport, ReportCell, UnitReport};
use egui::Vec2;
use egui_kittest::Harness;
use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::prelude::{ParamPtr, PluginApi, PluginState};
use psivox_core::engine::{Engine, EngineConfig, Event, ObservableFrame, PhoneMark, Telemetry, TimedEvent};
use psivox_core::grammar::Tally;
use psivox_core::{BlendshapeFrame, Persona, Planner, Score};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// A host that does what the editor asks and writes it down: begin (none), value, end (none).
#[derive(Default)]
pub struct Host(Mutex<Vec<(ParamPtr, Option<f32>)>>);

impl Host {
    /// What has come since the last call.
    pub fn take(&self) -> Vec<(ParamPtr, Option<f32>)> {
        std::mem::take(&mut self.0.lock().expect("unpoisoned"))
    }

    fn add(&self, param: ParamPtr, value: Option<f32>) {
        self.0.lock().expect("unpoisoned").push((param, value));
    }
}

impl GuiContextInner for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }
    unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
        self.add(param, None);
    }
    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        // SAFETY: the parameters outlive the editor.
        unsafe { param._internal_set_normalized_value(normalized) };
        self.add(param, Some(normalized));
    }
    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.add(param, None);
    }
    fn get_state(&self) -> PluginState {
        PluginState { version: String::new(), params: Default::default(), fields: Default::default() }
    }
    fn set_state(&self, _state: PluginState) {}
    fn request_restart(&self) {}
}

/// An instance that nobody plays: the other ends of what the editor holds.
pub struct Instance {
    /// What the editor was given.
    pub sources: Sources,
    /// What the editor asked of the host.
    pub host: Arc<Host>,
    /// Where its clicks arrive and faces come from.
    pub audio: AudioEnds,
}

impl Instance {
    /// As a host makes one, without worker and engine.
    pub fn new() -> Self {
        let shared = Arc::new(Shared::default());
        let (audio, _, editor) = channels::open(&shared);
        let params = Arc::new(PsivoxParams::new(LineCell::new(Arc::clone(&shared))));
        let sources = Sources {
            remote: RemoteHub::new(&params),
            params,
            shared,
            link: Arc::new(FaceLink::default()),
            report: ReportCell::default(),
            memory: Default::default(),
            history: Default::default(),
            ends: Arc::new(Mutex::new(editor)),
        };
        sources.shared.set_active(true);
        Self { sources, host: Arc::default(), audio }
    }

    /// Sets the text and plans it as the worker does, a line a unit.
    pub fn say(&self, text: &str) {
        let line = &self.sources.params.line;
        let generation = line.edit(|line| text.clone_into(&mut line.text)).expect("a lawful text");
        *self.sources.report.lock().expect("unpoisoned") = plan(text, generation);
    }

    /// What a running engine would have sent after speaking for so long, s.
    pub fn speak_for(&mut self, seconds: f32) {
        const BLOCK: usize = 800;
        let planner = Planner::new(&Persona::factory()[0]).expect("a planner");
        let text = self.sources.params.line.get().text;
        let score = Arc::new(planner.plan(&text).expect("a plan").score);
        let mut engine = Engine::new(EngineConfig::new(RATE_HZ)).expect("an engine");
        let now = |event| TimedEvent { offset_samples: 0, event };
        let mut events = vec![now(Event::Load(score)), now(Event::Speak { velocity: 0.8 })];
        let mut sound = [0.0; BLOCK];
        self.sources.shared.set_editor_open(true);
        self.sources.shared.set_phases_shown(true);
        self.sources.shared.note_unit(Some(0));
        self.audio.scope.set_sample_rate(RATE_HZ);
        for block in 1..=(seconds * RATE_HZ) as usize / BLOCK {
            engine.process(&events, &mut sound, &mut Seen(&mut self.audio));
            events.clear();
            self.audio.scope.hear(&sound, (block * BLOCK) as u64);
            self.audio.scope.look(engine.field(), BLOCK);
        }
    }

    /// An editor of the instance in a window of `size` logical pixels, for a user who has settings at that path.
    pub fn open(
        &self,
        size: impl Into<Vec2>,
        theme: Theme,
        settings: Option<PathBuf>,
    ) -> Harness<'static, EditorApp> {
        let mut app = EditorApp::new(self.sources.clone(), Arc::new(KeyBridge::default()), settings);
        app.model().dark = theme == Theme::Dark;
        app.attend(GuiContext::new(Arc::clone(&self.host) as Arc<dyn GuiContextInner>));
        let mut harness = Harness::builder()
            .with_size(size)
            .with_max_steps(8)
            .allow_missing_glyphs()
            .with_theme(match theme {
                Theme::Dark => egui::Theme::Dark,
                Theme::Light => egui::Theme::Light,
            })
            .renderer(Raster::default())
            .with_context_setup(move |context| {
                fonts::install(context);
                theme::apply(context, theme);
            })
            .build_ui_state(
                |ui, app: &mut EditorApp| {
                    // A window has no margin around it.
                    let all = ui.ctx().content_rect();
                    let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(all));
                    ui.set_clip_rect(all);
                    app.picture(&mut ui);
                },
                app,
            );
        harness.run_steps(3);
        harness
    }
}

const RATE_HZ: f32 = 48_000.0;

/// Sends the editor every face, as the performer does.
struct Seen<'a>(&'a mut AudioEnds);

impl Telemetry for Seen<'_> {
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame) {
        if self.0.faces.is_full() {
            return;
        }
        let view = FaceView { face: *frame, field: *field, rules: Tally::default(), sample_rate_hz: RATE_HZ };
        // There is room.
        let _ = self.0.faces.push(view);
    }

    fn line(&mut self, score: &Arc<Score>, _time_samples: u64) {
        self.0.scope.line(score);
    }

    fn phone(&mut self, mark: PhoneMark) {
        self.0.scope.phone(mark);
    }
}

/// A report as the worker writes it, every line a unit.
pub fn plan(text: &str, generation: u64) -> PlanReport {
    let planner = Planner::new(&Persona::factory()[0]).expect("a planner");
    let mut report = PlanReport { generation, ..PlanReport::default() };
    for span in crate::script::split(text, crate::performance::Unit::Line).0 {
        let mut unit =
            UnitReport { range: span.range.clone(), key: span.key, bar: span.bar, ..Default::default() };
        match planner.plan(&text[span.range.clone()]) {
            Ok(plan) => {
                let moved = |range: std::ops::Range<usize>| {
                    range.start + span.range.start..range.end + span.range.start
                };
                unit.duration_s = plan.score.duration_s();
                unit.notices = plan.notices.into_iter().map(|one| (moved(one.source), one.message)).collect();
                unit.words = plan.words;
                unit.words.iter_mut().for_each(|word| word.source = moved(word.source.clone()));
                report.words += unit.words.len();
                report.duration_s += unit.duration_s;
            }
            Err(error) => unit.error = Some(error.to_string()),
        }
        report.units.push(unit);
    }
    report
}
