//! What the editor shows, as plain data: built and tested without a window.

use super::coupling_view::OWN;
use super::emotion_trail::EmotionTrail;
use super::memory_board::MemoryBoard;
use super::preset_bar::PresetBar;
use super::views::Views;
use crate::channels::FaceView;
use crate::face_link::LinkStatus;
use crate::performance_state::PerformanceState;
use crate::remote::RemoteReport;
use crate::state::LineState;
use crate::wire_state::{RemoteState, WireState};
use crate::worker::PlanReport;
use psivox_core::engine::ObservableFrame;
use psivox_core::face::Shape;
use psivox_core::field::{FieldError, FieldSpec};
use psivox_core::{BlendshapeFrame, Persona, PlannedWord, Planner};
use std::ops::Range;
use std::sync::Arc;

pub use super::activity::{Activity, Flags};
pub use super::page::Page;

/// Everything on show.
pub struct EditorModel {
    /// Text in the box.
    pub text: String,
    /// Name of the chosen persona.
    pub persona: String,
    /// Name of the second voice, if there is one.
    pub voice_b: Option<String>,
    /// Name, manner of every voice.
    pub voices: Vec<(String, String)>,
    /// Names and descriptions to choose from.
    pub personas: Vec<(String, String)>,
    /// Who gets the face.
    pub wire: WireState,
    /// Which target's settings are on show.
    pub chosen: usize,
    /// Its name and address as typed.
    pub name_draft: String,
    /// See `name_draft`.
    pub address_draft: String,
    /// Path of a bounce's face as typed.
    pub bounce_draft: String,
    /// The shape whose calibration is on show.
    pub shape: Shape,
    /// How it listened when it last did.
    pub remote_draft: RemoteState,
    /// Its port while the mouse moves it: every step on the way would be another socket.
    pub port_draft: Option<u16>,
    /// Whether what is sent is on show, and what that is.
    pub monitor: bool,
    /// See `monitor`.
    pub messages: Vec<String>,
    /// The newest face.
    pub face: BlendshapeFrame,
    /// The field at the same instant.
    pub field: ObservableFrame,
    /// Which page is on show.
    pub page: Page,
    /// The presets, the field that ships first.
    pub fields: Vec<FieldSpec>,
    /// Who pulls whom.
    pub field_spec: FieldSpec,
    /// What the worker says about the text.
    pub report: PlanReport,
    /// How the network is doing.
    pub link: LinkStatus,
    /// How listening for orders is doing.
    pub remote: RemoteReport,
    /// What is going on, in a word.
    pub activity: Activity,
    /// Why the last edit was refused.
    pub edit_error: Option<String>,
    /// Text messages lost on the way from the audio thread.
    pub lost_chunks: u32,
    /// Where the emotion has been.
    pub trail: EmotionTrail,
    /// The row of sounds.
    pub presets: PresetBar,
    /// Why the host's last state was refused.
    pub refusal: Option<String>,
    /// The memories, as the page was last shown.
    pub memory: Arc<MemoryBoard>,
    /// What the drawn views remember.
    pub views: Views,
    /// The unit that began last.
    pub unit: Option<usize>,
    /// Whether the report is about the text on show.
    pub is_report_fresh: bool,
    /// The unit that is being spoken, and which of its words.
    pub speaking: Option<(usize, Option<usize>)>,
    /// Where the caret stands in the text, in bytes.
    pub caret: usize,
    /// What was selected in it last, in letters.
    pub selected: Range<usize>,
    /// Whether the path of a file is asked for, and that path.
    pub load_open: bool,
    /// See `load_open`.
    pub load_path: String,
    /// The file in which the text is edited elsewhere.
    pub outside: Option<String>,
    /// Controllers and remembered manners.
    pub performance: PerformanceState,
    /// Who speaks, in full.
    pub speaker: Persona,
    /// Whether that is no longer the factory's.
    pub own_persona: bool,
    /// What became of the last change or file of a persona.
    pub persona_error: Option<String>,
    /// Path of a persona as typed.
    pub persona_path: String,
    /// Whether the list of keys is on show.
    pub help_open: bool,
    /// Whether the hint of the first run is on show.
    pub hint_open: bool,
    /// Dark or light.
    pub dark: bool,
    /// Own zoom of the window.
    pub zoom: f32,
}

impl EditorModel {
    /// A model of the given line.
    pub fn new(line: LineState) -> Self {
        let fields = FieldSpec::factory();
        let (wire, _) = line.network();
        let (speaker, field_spec) = (speaker(&line), line.field_spec());
        Self {
            trail: EmotionTrail::default(),
            presets: PresetBar::default(),
            refusal: None,
            memory: Arc::default(),
            views: Views::default(),
            unit: None,
            is_report_fresh: false,
            speaking: None,
            caret: 0,
            selected: 0..0,
            load_open: false,
            load_path: String::new(),
            outside: None,
            own_persona: line.own_persona.is_some(),
            field_spec,
            performance: line.performance,
            speaker,
            persona_error: None,
            persona_path: String::new(),
            help_open: false,
            hint_open: false,
            dark: true,
            zoom: 1.0,
            page: Page::default(),
            fields,
            text: line.text,
            persona: line.persona,
            voice_b: line.voice_b,
            voices: Planner::people()
                .unwrap_or_default()
                .into_iter()
                .map(|who| (who.name, format!("{}, {}: {}", who.display_name, who.language, who.manner)))
                .collect(),
            personas: Persona::factory().into_iter().map(|who| (who.name, who.description)).collect(),
            name_draft: wire.targets.first().map(|target| target.name.clone()).unwrap_or_default(),
            address_draft: wire.targets.first().map(ToString::to_string).unwrap_or_default(),
            bounce_draft: bounce_path(&wire),
            wire,
            chosen: 0,
            shape: Shape::JawOpen,
            remote_draft: RemoteState::default(),
            port_draft: None,
            monitor: false,
            messages: Vec::new(),
            face: BlendshapeFrame::NEUTRAL,
            field: ObservableFrame::default(),
            report: PlanReport::default(),
            link: LinkStatus::default(),
            remote: RemoteReport::default(),
            activity: Activity::Inactive,
            edit_error: None,
            lost_chunks: 0,
        }
    }

    /// Takes over a line that came from elsewhere (the host, MIDI); what is being typed stays.
    pub fn adopt(&mut self, line: LineState, typing_text: bool, typing_target: bool) {
        self.field_spec = line.field_spec();
        let (wire, _) = line.network();
        let speaker = speaker(&line);
        if !typing_text {
            self.text = line.text;
        }
        if self.wire != wire {
            let (path, kept) = (bounce_path(&wire), bounce_path(&self.wire));
            let place = |wire: &WireState| {
                wire.targets.get(self.chosen).map(|target| (target.name.clone(), target.to_string()))
            };
            let moved = place(&wire) != place(&self.wire);
            // Only what is typed waits: the next edit writes the whole of the network back.
            self.wire = wire;
            if !typing_target || path != kept {
                self.bounce_draft = path;
            }
            if !typing_target || moved {
                self.choose(self.chosen);
            }
        }
        if self.speaker != speaker {
            self.persona_error = None;
        }
        (self.speaker, self.own_persona) = (speaker, line.own_persona.is_some());
        self.performance = line.performance;
        self.persona = line.persona;
        self.voice_b = line.voice_b;
    }

    /// Name of the preset that the field is, or that it is none.
    pub fn preset_name(&self) -> &str {
        let preset = self.fields.iter().find(|preset| **preset == self.field_spec);
        preset.map_or(OWN, |preset| preset.name.as_str())
    }

    /// The field with one number changed.
    ///
    /// # Errors
    /// A number out of range, or couplings that are too strong together.
    pub fn field_with(&self, path: &str, value: f32) -> Result<FieldSpec, FieldError> {
        let mut spec = self.field_spec.clone();
        spec.set(path, &value.to_string())?;
        (spec.name, spec.description) = (OWN.to_owned(), String::new());
        Ok(spec)
    }

    /// Takes over the newest face.
    pub fn see(&mut self, view: &FaceView) {
        self.face = view.face;
        self.field = view.field;
        self.trail.see(&view.face, view.sample_rate_hz);
        self.views.see(view);
        self.follow_speech();
    }

    /// Looks up which unit and which of its words the newest face belongs to.
    pub fn follow_speech(&mut self) {
        self.speaking = self.spoken();
    }

    fn spoken(&self) -> Option<(usize, Option<usize>)> {
        let unit = self.unit.filter(|_| self.field.speaking)?;
        let begun = |word: &PlannedWord| word.start_s.is_some_and(|start_s| start_s <= self.field.position_s);
        Some((unit, self.report.units.get(unit)?.words.iter().rposition(begun)))
    }

    /// Takes over what the instance is doing.
    pub fn watch(&mut self, flags: Flags) {
        self.activity = match flags {
            Flags { faulted: true, .. } => Activity::Faulted,
            Flags { active: false, .. } => Activity::Inactive,
            Flags { waiting: true, .. } => Activity::Planning,
            _ if self.field.speaking => Activity::Speaking,
            _ => Activity::Ready,
        };
    }

    /// Shows another target's settings.
    pub fn choose(&mut self, index: usize) {
        self.chosen = index;
        let target = self.wire.targets.get(index);
        self.name_draft = target.map(|target| target.name.clone()).unwrap_or_default();
        self.address_draft = target.map(ToString::to_string).unwrap_or_default();
    }
}

/// Who speaks a line; a name that is none stands for the first persona, and the report tells.
fn speaker(line: &LineState) -> Persona {
    let first = || Persona::factory().into_iter().next();
    line.speaker().ok().or_else(first).unwrap_or_else(|| unreachable!("a persona ships"))
}

/// Where a bounce's face goes; empty for nowhere.
fn bounce_path(wire: &WireState) -> String {
    wire.bounce.as_ref().map(|bounce| bounce.path.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::UnitReport;

    fn model() -> EditorModel {
        EditorModel::new(LineState::default())
    }

    fn view(field: ObservableFrame) -> FaceView {
        FaceView {
            face: BlendshapeFrame::NEUTRAL,
            field,
            rules: psivox_core::grammar::Tally::default(),
            sample_rate_hz: 48_000.0,
        }
    }

    #[test]
    fn what_is_typed_is_not_overwritten() {
        let mut model = model();
        model.text = "being typed".into();
        let other =
            LineState { text: "from the host".into(), persona: "spark".into(), ..LineState::default() };
        model.adopt(other.clone(), true, false);
        assert_eq!((model.text.as_str(), model.persona.as_str()), ("being typed", "spark"));
        model.adopt(other, false, false);
        assert_eq!(model.text, "from the host");
    }

    /// Else the next edit would undo what came from elsewhere.
    #[test]
    fn the_network_is_taken_over_while_a_name_is_typed() {
        let mut model = model();
        let target: psivox_wire::Target = "vmc:127.0.0.1:39539".parse().expect("a target");
        let line = |targets: &[psivox_wire::Target]| LineState {
            wire: Some(WireState { targets: targets.to_vec(), ..LineState::default().network().0 }),
            ..LineState::default()
        };
        model.adopt(line(std::slice::from_ref(&target)), false, false);
        model.name_draft = "half a na".into();
        let other = psivox_wire::Target { on: false, ..target.clone() };
        model.adopt(line(&[target.clone(), other.clone()]), false, true);
        assert_eq!((model.wire.targets.len(), model.name_draft.as_str()), (2, "half a na"));
        let renamed = psivox_wire::Target { name: "Stage".into(), ..target };
        model.adopt(line(&[renamed, other]), false, true);
        assert_eq!(model.name_draft, "Stage", "it is no longer the one that was being named");
    }

    #[test]
    fn activity_follows_flags_and_field() {
        let mut model = model();
        let active = Flags { active: true, ..Flags::default() };
        model.watch(Flags::default());
        assert_eq!(model.activity, Activity::Inactive);
        model.watch(active);
        assert_eq!(model.activity, Activity::Ready);
        model.watch(Flags { waiting: true, ..active });
        assert_eq!(model.activity, Activity::Planning);
        let field = ObservableFrame { speaking: true, ..ObservableFrame::default() };
        model.see(&view(field));
        model.watch(active);
        assert_eq!(model.activity, Activity::Speaking);
    }

    #[test]
    fn the_word_that_is_spoken_goes_with_the_voice() {
        let mut model = model();
        let word = |start_s| PlannedWord {
            source: 0..1,
            phones: String::new(),
            start_s,
            manner: psivox_core::emotion::Manner::PLAIN,
        };
        let words = vec![word(Some(0.1)), word(None), word(Some(0.6))];
        model.report.units = vec![UnitReport { words, ..UnitReport::default() }];
        model.unit = Some(0);
        let mut spoken = |position_s: f32| {
            model.see(&view(ObservableFrame { speaking: true, position_s, ..ObservableFrame::default() }));
            model.speaking
        };
        assert_eq!(spoken(0.0), Some((0, None)), "before the first");
        assert_eq!([0.1, 0.5, 0.6, 9.0].map(&mut spoken), [0, 0, 2, 2].map(|word| Some((0, Some(word)))));
        model.see(&view(ObservableFrame::default()));
        assert_eq!(model.speaking, None);
    }

    #[test]
    fn a_changed_coupling_makes_the_field_an_own_one() {
        let mut model = model();
        assert_eq!(model.preset_name(), "default");
        model.adopt(
            LineState { field: FieldSpec::named("tight").ok(), ..LineState::default() },
            false,
            false,
        );
        assert_eq!(model.preset_name(), "tight");
        let spec = model.field_with("K.jaw.syllable", 0.5).expect("in range");
        assert!(model.field_with("K.jaw.syllable", 50.0).is_err());
        let line = LineState { field: Some(spec), ..LineState::default() };
        let line = LineState::from_json(&serde_json::to_string(&line).expect("JSON")).expect("lawful");
        model.adopt(line, false, false);
        assert_eq!(model.preset_name(), OWN);
        model.adopt(LineState::default(), false, false);
        assert_eq!(model.preset_name(), "default");
    }
}
