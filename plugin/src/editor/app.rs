//! The open editor: brings the model up to date, lays out the views, passes on what they ask for.

use super::bar::Board;
use super::keys::KeyBridge;
use super::model::{Activity, EditorModel, Flags, Page};
use super::outside::{self, Outside};
use super::settings::Settings;
use super::sounds::Sounds;
pub use super::wish::Wish;
use super::{
    Sources, bounce_view, controls_view, fonts, header_view, help_view, hint_view, pages, shortcuts,
    target_view, text_view, theme, transport_view,
};
use crate::state::EditorState;
use egui::{Align, CentralPanel, Layout, Margin, ScrollArea, Ui, vec2};
use nice_plug::context::gui::GuiContext;
use nice_plug_egui::baseview::{HandlerError, WindowSize};
use nice_plug_egui::{Frame, NiceEguiApp};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// Title of a window of our own.
pub const TITLE: &str = "Psivox";
/// Pictures per second while open: half of the face's 60, smooth enough for a small drawing.
const REPAINT: Duration = Duration::from_millis(33);
/// Around everything, logical pixels.
const MARGIN: f32 = 10.0;

/// The editor while it is open.
pub struct EditorApp {
    sources: Sources,
    keys: Arc<KeyBridge>,
    model: EditorModel,
    gui: Option<GuiContext>,
    /// Generation of the line on show.
    shown: u64,
    /// What the user's machine keeps, and where; nowhere in tests.
    settings: Settings,
    /// See `settings`.
    settings_path: Option<PathBuf>,
    /// The text while it is edited elsewhere.
    outside: Option<Outside>,
    /// Presets, undo, A and B.
    sounds: Sounds,
    /// Time of the present picture.
    now: Duration,
}

impl EditorApp {
    /// An editor of an instance.
    pub fn new(sources: Sources, keys: Arc<KeyBridge>, settings_path: Option<PathBuf>) -> Self {
        let settings = settings_path.as_deref().map(Settings::read).unwrap_or_default();
        let mut model = EditorModel::new(sources.params.line.get());
        model.dark = settings.dark;
        model.hint_open = settings_path.is_some() && !settings.hint_seen;
        Self {
            sources,
            keys,
            model,
            gui: None,
            shown: 0,
            settings,
            settings_path,
            outside: None,
            sounds: Sounds::default(),
            now: Duration::ZERO,
        }
    }

    /// What is on show.
    #[cfg(test)]
    pub fn model(&mut self) -> &mut EditorModel {
        &mut self.model
    }

    /// Takes over whatever has changed since the last picture.
    fn refresh(&mut self, ui: &Ui) {
        self.look(ui);
        self.model.zoom = ui.ctx().zoom_factor();
        self.now = ui.input(|input| Duration::from_secs_f64(input.time.max(0.0)));
        let hand = ui.input(|input| {
            let pointer = &input.pointer;
            pointer.any_down() || pointer.any_released() || input.events.iter().any(is_by_hand)
        });
        self.sounds.watch(&self.sources, &mut self.model.presets, hand, self.now);
        self.follow();
    }

    fn look(&mut self, ui: &Ui) {
        let Sources { params, shared, link, remote, report, memory, ends, .. } = &self.sources;
        let generation = shared.requested();
        if generation != self.shown {
            let typing = |id: &str| ui.memory(|memory| memory.has_focus(egui::Id::unique(id)));
            self.model.adopt(
                params.line.get(),
                typing(text_view::ID),
                target_view::IDS.into_iter().chain([bounce_view::ID]).any(typing),
            );
            self.shown = generation;
        }
        let mut ends = ends.lock().unwrap_or_else(PoisonError::into_inner);
        self.model.unit = shared.unit();
        while let Ok(view) = ends.faces.pop() {
            self.model.see(&view);
        }
        self.model.views.hear(&mut ends.scope);
        let report = report.lock().unwrap_or_else(PoisonError::into_inner);
        // A report of a whole page is long: it is copied when it is another one.
        if self.model.report.is_other(&report) {
            self.model.report = report.clone();
            self.model.follow_speech();
        }
        self.model.is_report_fresh = report.generation == generation;
        drop(report);
        self.model.link = link.status();
        let sent = self.model.link.report.frames_sent();
        self.model.views.faces.see(sent, ui.input(|input| input.time));
        shared.set_phases_shown(self.model.page == Page::Field);
        let looked_at = self.model.page == Page::Memory;
        memory.set_shown(looked_at);
        if looked_at {
            self.model.memory = memory.board();
        }
        self.model.remote = remote.report();
        if !remote.values.is_hosted()
            && let Some(gui) = &self.gui
        {
            controls_view::take_remote(&remote.values, params, &gui.param_setter());
        }
        if self.model.monitor && self.model.page == Page::Receivers {
            self.model.messages = link.messages(self.model.chosen);
        }
        self.model.refusal = remote.values.refusal();
        self.model.lost_chunks = shared.lost_chunks();
        self.model.watch(Flags {
            active: shared.active(),
            waiting: shared.waiting(),
            faulted: shared.faulted(),
        });
        if self.model.hint_open && self.model.activity == Activity::Speaking {
            // By a note, a key or another button: it was found.
            drop(ends);
            self.keep(|settings| settings.hint_seen = true);
        }
    }

    /// Takes over what has been typed elsewhere.
    fn follow(&mut self) {
        match self.outside.as_mut().and_then(Outside::poll) {
            Some(Ok(text)) => self.take_text(text),
            Some(Err(error)) => self.model.edit_error = Some(error),
            None => {}
        }
    }

    fn take_text(&mut self, text: String) {
        self.model.text = text;
        self.grant(Wish::Text, None);
    }

    /// Opens the text in the system's own editor, or ends that.
    fn edit_outside(&mut self, begin: bool) {
        let ended = self.outside.take().and_then(Outside::end);
        if let Some(text) = ended {
            self.take_text(text);
        }
        if begin {
            match Outside::begin(&self.model.text, outside::open_with_system) {
                Ok(outside) => self.outside = Some(outside),
                Err(error) => self.model.edit_error = Some(error),
            }
        }
        self.model.outside = self.outside.as_ref().map(|outside| outside.path().display().to_string());
    }

    /// Keeps what the user's machine keeps; a machine that cannot keep it only forgets it.
    fn keep(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.model.dark = self.settings.dark;
        self.model.hint_open &= !self.settings.hint_seen;
        if let Some(path) = &self.settings_path {
            let _ = self.settings.write(path);
        }
    }

    fn grant(&mut self, wish: Wish, context: Option<&egui::Context>) {
        let line = &self.sources.params.line;
        let edited = match wish {
            Wish::Request(request) => {
                let mut ends = self.sources.ends.lock().unwrap_or_else(PoisonError::into_inner);
                // A full queue means that nobody plays: a click may be lost then.
                let _ = ends.requests.push(request);
                return;
            }
            Wish::Preset(wish) => {
                let Some(gui) = self.gui.clone() else { return };
                let bar = &mut self.model.presets;
                return self.sounds.grant(*wish, &self.sources, &gui, bar, self.now);
            }
            Wish::Memory(wish) => {
                // The worker is far behind if it has no room: a hand sees that nothing happens and tries again.
                let _ = self.sources.memory.order(wish);
                return self.sources.shared.wake();
            }
            Wish::Learn(index) => return self.sources.shared.set_learning(index),
            Wish::Outside(begin) => return self.edit_outside(begin),
            Wish::HintSeen => return self.keep(|settings| settings.hint_seen = true),
            Wish::Dark(dark) => {
                self.keep(|settings| settings.dark = dark);
                context.inspect(|context| theme::apply(context, self.theme()));
                return;
            }
            Wish::Zoom(zoom) => {
                let zoom = zoom.clamp(EditorState::MIN.scale, 2.0);
                context.inspect(|context| context.set_zoom_factor(zoom));
                let mut kept =
                    self.sources.params.editor_size.write().unwrap_or_else(PoisonError::into_inner);
                kept.scale = zoom;
                return;
            }
            Wish::Text => line.edit(|line| line.text.clone_from(&self.model.text)),
            Wish::Persona(name) => line.edit(|line| (line.persona, line.own_persona) = (name, None)),
            Wish::OwnPersona(own) => line.edit(|line| line.own_persona = own),
            Wish::Performance(performance) => line.edit(|line| line.performance = *performance),
            Wish::SecondVoice(name) => line.edit(|line| line.voice_b = name),
            Wish::Field(spec) => line.edit(|line| line.field = spec.map(|spec| *spec)),
            Wish::Coupling(path, value) => match self.model.field_with(&path, value) {
                Ok(spec) => line.edit(|line| line.field = Some(spec)),
                Err(error) => Err(error.into()),
            },
            Wish::Wire(wire) => line.edit(|line| line.wire = Some(*wire)),
        };
        self.model.edit_error = edited.err().map(|error| error.to_string());
    }

    /// Takes the host to talk to.
    pub fn attend(&mut self, gui: GuiContext) {
        self.gui = Some(gui);
    }

    /// One picture: everything on show, and what it asks for.
    pub fn picture(&mut self, ui: &mut Ui) {
        self.refresh(ui);
        let mut wishes = Vec::new();
        let frame =
            egui::Frame::new().fill(theme::palette(ui).ground).inner_margin(Margin::same(MARGIN as i8));
        CentralPanel::default().frame(frame).show(ui, |ui| self.in_reach(ui, &mut wishes));
        for wish in wishes {
            self.grant(wish, Some(ui.ctx()));
        }
    }

    fn theme(&self) -> theme::Theme {
        if self.model.dark { theme::Theme::Dark } else { theme::Theme::Light }
    }

    /// What a window that is too small for it cannot show is scrolled to.
    fn in_reach(&mut self, ui: &mut Ui, wishes: &mut Vec<Wish>) {
        let least = vec2(EditorState::MIN.width, EditorState::MIN.height) - vec2(2.0, 2.0) * MARGIN;
        let size = ui.available_size();
        if size.x + 0.5 >= least.x && size.y + 0.5 >= least.y {
            return self.lay_out(ui, wishes);
        }
        ScrollArea::both().auto_shrink([false, false]).show(ui, |ui| {
            ui.set_min_size(least.max(size));
            ui.set_max_size(least.max(size));
            self.lay_out(ui, wishes);
        });
    }

    fn lay_out(&mut self, ui: &mut Ui, wishes: &mut Vec<Wish>) {
        let Some(gui) = self.gui.clone() else { return };
        let setter = gui.param_setter();
        let params = Arc::clone(&self.sources.params);
        let performance = self.model.performance.clone();
        let learning = self.sources.shared.learning();
        let board = Board { params: &params, setter: &setter, performance: &performance, learning };
        let model = &mut self.model;
        shortcuts::serve(ui, model, wishes);
        header_view::show(ui, model, wishes);
        if model.hint_open {
            hint_view::show(ui, model, wishes);
        }
        let below = transport_view::HEIGHT + ui.spacing().item_spacing.y;
        let size = vec2(ui.available_width(), ui.available_height() - below);
        ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
            ui.set_min_size(size);
            pages::show(ui, model, &board, wishes);
        });
        transport_view::show(ui, model, &board, wishes);
        help_view::show(ui.ctx(), &mut model.help_open);
    }
}

/// Whether it comes from keys or the clipboard.
fn is_by_hand(event: &egui::Event) -> bool {
    matches!(event, egui::Event::Key { .. } | egui::Event::Text(_) | egui::Event::Paste(_) | egui::Event::Cut)
}

impl NiceEguiApp for EditorApp {
    fn build(
        &mut self,
        context: egui::Context,
        gui: GuiContext,
        _frame: &mut Frame,
    ) -> Result<(), HandlerError> {
        fonts::install(&context);
        theme::apply(&context, self.theme());
        let kept = self.sources.params.editor_size.read().unwrap_or_else(PoisonError::into_inner).sane();
        context.set_zoom_factor(kept.scale);
        self.keys.connect(Some(context));
        self.attend(gui);
        self.model.presets.library = crate::preset::Library::scan();
        self.sources.shared.set_editor_open(true);
        // The text's notices are wanted even if the host never plays.
        self.sources.shared.request_first();
        self.sources.shared.wake();
        Ok(())
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        let keys = self.keys.take();
        if !keys.is_empty() {
            ui.ctx().input_mut(|input| input.events.extend(keys));
        }
        self.picture(ui);
        ui.ctx().request_repaint_after(REPAINT);
    }

    fn resized(&mut self, size: WindowSize) {
        let mut stored = self.sources.params.editor_size.write().unwrap_or_else(PoisonError::into_inner);
        (stored.width, stored.height) = (size.logical.width as f32, size.logical.height as f32);
        *stored = stored.sane();
    }

    fn editor_closed(&mut self) {
        self.sources.shared.set_editor_open(false);
        self.sources.shared.set_phases_shown(false);
        self.sources.memory.set_shown(false);
        self.keys.connect(None);
    }
}
