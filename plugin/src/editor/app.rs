//! The open editor: brings the model up to date, lays out the views, passes on what they ask for.

use super::keys::KeyBridge;
use super::model::{EditorModel, Flags, Page};
use super::{
    Sources, bounce_view, controls_view, coupling_view, face_view, field_view, osc_view, target_view,
    text_view, theme, trace_view, wire_view,
};
use crate::channels::Request;
use crate::state::EditorSize;
use crate::wire_state::WireState;
use egui::{Align, CentralPanel, Label, Layout, Margin, RichText, Ui, vec2};
use nice_plug::context::gui::GuiContext;
use nice_plug_egui::baseview::{HandlerError, WindowSize};
use nice_plug_egui::{Frame, NiceEguiApp};
use psivox_core::field::FieldSpec;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// Title of a window of our own.
pub const TITLE: &str = "Psivox";
/// Pictures per second while open: half of the face's 60, smooth enough for a small drawing.
const REPAINT: Duration = Duration::from_millis(33);
/// Share of the width for the left column.
const LEFT_SHARE: f32 = 0.62;
const GAP: f32 = 10.0;
/// Height of the text on the field's page.
const SHORT_TEXT: f32 = 116.0;
/// Share of the field's page for the couplings.
const COUPLINGS_SHARE: f32 = 0.63;

/// What a view asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// Speak or stop.
    Request(Request),
    /// The text has changed in the box.
    Text,
    /// Another persona.
    Persona(String),
    /// Another second voice, or none.
    SecondVoice(Option<String>),
    /// Another network: targets, latency.
    Wire(Box<WireState>),
    /// Another field, or the one that ships.
    Field(Option<Box<FieldSpec>>),
    /// Another number in the field: its path and value.
    Coupling(String, f32),
}

/// The editor while it is open.
pub struct EditorApp {
    sources: Sources,
    keys: Arc<KeyBridge>,
    model: EditorModel,
    gui: Option<GuiContext>,
    /// Generation of the line on show.
    shown: u64,
}

impl EditorApp {
    /// An editor of an instance.
    pub fn new(sources: Sources, keys: Arc<KeyBridge>) -> Self {
        let model = EditorModel::new(sources.params.line.get());
        Self { sources, keys, model, gui: None, shown: 0 }
    }

    /// Takes over whatever has changed since the last picture.
    fn refresh(&mut self, ui: &Ui) {
        let Sources { params, shared, link, remote, report, ends } = &self.sources;
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
        while let Ok(view) = ends.faces.pop() {
            self.model.see(&view);
        }
        self.model.report = report.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.model.link = link.status();
        self.model.remote = remote.report();
        if !remote.values.is_hosted()
            && let Some(gui) = &self.gui
        {
            controls_view::take_remote(&remote.values, params, &gui.param_setter());
        }
        if self.model.monitor && self.model.page == Page::Wire {
            self.model.messages = link.messages(self.model.chosen);
        }
        self.model.lost_chunks = shared.lost_chunks();
        self.model.watch(Flags {
            active: shared.active(),
            waiting: shared.waiting(),
            faulted: shared.faulted(),
        });
    }

    fn grant(&mut self, wish: Wish) {
        let line = &self.sources.params.line;
        let edited = match wish {
            Wish::Request(request) => {
                let mut ends = self.sources.ends.lock().unwrap_or_else(PoisonError::into_inner);
                // A full queue means that nobody plays: a click may be lost then.
                let _ = ends.requests.push(request);
                return;
            }
            Wish::Text => line.edit(|line| line.text.clone_from(&self.model.text)),
            Wish::Persona(name) => line.edit(|line| line.persona = name),
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

    fn lay_out(&mut self, ui: &mut Ui, wishes: &mut Vec<Wish>) {
        let Some(gui) = self.gui.clone() else { return };
        let setter = gui.param_setter();
        let params = Arc::clone(&self.sources.params);
        self.header(ui, wishes);
        ui.add_space(4.0);
        let all = ui.available_size();
        let left = vec2((all.x - GAP) * LEFT_SHARE, all.y);
        let right = vec2(all.x - GAP - left.x, all.y);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            column(ui, left, |ui| match self.model.page {
                Page::Voice => {
                    text_view::show(ui, &mut self.model, left.y - controls_view::HEIGHT - GAP, wishes);
                    ui.add_space(GAP - ui.spacing().item_spacing.y);
                    controls_view::show(ui, &params, &setter);
                }
                Page::Mood => {
                    text_view::show(ui, &mut self.model, left.y - controls_view::HEIGHT - GAP, wishes);
                    ui.add_space(GAP - ui.spacing().item_spacing.y);
                    controls_view::show_moods(ui, &params, &setter);
                }
                Page::Wire => {
                    text_view::show(ui, &mut self.model, SHORT_TEXT, wishes);
                    ui.add_space(GAP - ui.spacing().item_spacing.y);
                    wire_view::show(ui, &mut self.model, left.y - SHORT_TEXT - GAP, wishes);
                }
                Page::Field => {
                    text_view::show(ui, &mut self.model, SHORT_TEXT, wishes);
                    ui.add_space(GAP - ui.spacing().item_spacing.y);
                    field_page(ui, &self.model, left.y - SHORT_TEXT - GAP, wishes);
                }
            });
            column(ui, right, |ui| {
                let face_height = right.y - field_view::HEIGHT - osc_view::HEIGHT - 2.0 * GAP;
                face_view::show(ui, &self.model.face, face_height);
                ui.add_space(GAP - ui.spacing().item_spacing.y);
                field_view::show(ui, &self.model.field);
                ui.add_space(GAP - ui.spacing().item_spacing.y);
                osc_view::show(ui, &mut self.model, &params, &setter);
            });
        });
    }

    fn header(&mut self, ui: &mut Ui, wishes: &mut Vec<Wish>) {
        ui.horizontal(|ui| {
            ui.label(RichText::new("Psivox").heading().color(theme::VOICE));
            for (page, name) in [
                (Page::Voice, "Voice"),
                (Page::Mood, "Mood"),
                (Page::Field, "Field"),
                (Page::Wire, "Receivers"),
            ] {
                ui.selectable_value(&mut self.model.page, page, name);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                self.second_voice(ui, wishes);
                self.persona(ui, wishes);
                // In what is left between the two.
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let word = self.model.activity.word();
                    ui.add(Label::new(RichText::new(word).color(theme::MUTED)).truncate())
                        .on_hover_text(word);
                });
            });
        });
    }

    /// Who speaks.
    fn persona(&self, ui: &mut Ui, wishes: &mut Vec<Wish>) {
        egui::ComboBox::from_id_salt("persona").width(104.0).selected_text(&self.model.persona).show_ui(
            ui,
            |ui| {
                for (name, description) in &self.model.personas {
                    let chosen = *name == self.model.persona;
                    if ui.selectable_label(chosen, name).on_hover_text(description).clicked() && !chosen {
                        wishes.push(Wish::Persona(name.clone()));
                    }
                }
            },
        );
        ui.label(RichText::new("Persona").color(theme::MUTED));
    }

    /// Whose voice Voice Mix blends in.
    fn second_voice(&self, ui: &mut Ui, wishes: &mut Vec<Wish>) {
        let chosen = self.model.voice_b.as_deref();
        egui::ComboBox::from_id_salt("voice_b").width(96.0).selected_text(chosen.unwrap_or("none")).show_ui(
            ui,
            |ui| {
                let none = ("none".to_owned(), "one voice only".to_owned());
                for (name, manner) in std::iter::once(&none).chain(&self.model.voices) {
                    let own = (name != "none").then_some(name.as_str());
                    if ui.selectable_label(own == chosen, name).on_hover_text(manner).clicked()
                        && own != chosen
                    {
                        wishes.push(Wish::SecondVoice(own.map(str::to_owned)));
                    }
                }
            },
        );
        ui.label(RichText::new("Mix with").color(theme::MUTED));
    }
}

/// The couplings on the left, what came of them on the right.
fn field_page(ui: &mut Ui, model: &EditorModel, height: f32, wishes: &mut Vec<Wish>) {
    theme::group().show(ui, |ui| {
        let inside = vec2(ui.available_width(), height - 16.0);
        ui.set_min_size(inside);
        coupling_view::choose(ui, model, wishes);
        let rest = ui.available_height().min(inside.y - 30.0);
        let left = vec2((inside.x - GAP) * COUPLINGS_SHARE, rest);
        let right = vec2(inside.x - GAP - left.x, rest);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            column(ui, left, |ui| coupling_view::table(ui, model, rest, wishes));
            column(ui, right, |ui| trace_view::show(ui, &model.trace));
        });
    });
}

/// A column of exactly this size.
fn column(ui: &mut Ui, size: egui::Vec2, fill: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        ui.set_min_size(size);
        ui.set_max_width(size.x);
        fill(ui);
    });
}

impl NiceEguiApp for EditorApp {
    fn build(
        &mut self,
        context: egui::Context,
        gui: GuiContext,
        _frame: &mut Frame,
    ) -> Result<(), HandlerError> {
        theme::apply(&context);
        self.keys.connect(Some(context));
        self.gui = Some(gui);
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
        self.refresh(ui);
        let mut wishes = Vec::new();
        let frame = egui::Frame::new().fill(theme::GROUND).inner_margin(Margin::same(12));
        CentralPanel::default().frame(frame).show(ui, |ui| self.lay_out(ui, &mut wishes));
        for wish in wishes {
            self.grant(wish);
        }
        ui.ctx().request_repaint_after(REPAINT);
    }

    fn resized(&mut self, size: WindowSize) {
        let stored = EditorSize { width: size.logical.width as f32, height: size.logical.height as f32 };
        *self.sources.params.editor_size.write().unwrap_or_else(PoisonError::into_inner) = stored.sane();
    }

    fn editor_closed(&mut self) {
        self.sources.shared.set_editor_open(false);
        self.keys.connect(None);
    }
}
