//! The emotion and the voice: one bar per parameter, with its name and its value in it.

use super::theme;
use crate::params::{Knob, PsivoxParams};
use crate::remote::{Handle, RemoteValues, handle};
use egui::{Align2, FontId, Rect, Response, RichText, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use nice_plug::prelude::{Param, ParamSetter};
use psivox_core::Control;

/// Height of the whole group.
pub const HEIGHT: f32 = 316.0;
const BAR_HEIGHT: f32 = 20.0;
/// Between two bars.
const BAR_GAP: f32 = 4.0;
/// Share of a bar that one pixel of a shift-drag moves.
const FINE_STEP: f32 = 0.0015;

/// Shows all bars in two columns, in four groups.
pub fn show(ui: &mut Ui, params: &PsivoxParams, setter: &ParamSetter) {
    use Control::{
        Arousal, Articulation, BeatCoupling, BeatDivision, Breath, Dominance, F0Hz, F0Weight, GainDb, Hold,
        Intensity, PartnerCoupling, PitchRangeRatio, PitchSt, RateRatio, SizePercent, Tension,
        TiltDbPerOctave, Valence, VibratoHz, VibratoSt, VoiceMix,
    };
    let left: [Group; 2] = [
        ("Emotion", &[Valence, Arousal, Dominance, Intensity]),
        ("Voice", &[SizePercent, Tension, Breath, TiltDbPerOctave, Articulation, VoiceMix, GainDb]),
    ];
    let right: [Group; 2] = [
        ("Pitch", &[PitchSt, PitchRangeRatio, F0Hz, F0Weight, VibratoHz, VibratoSt]),
        ("Time", &[RateRatio, Hold, BeatCoupling, BeatDivision, PartnerCoupling]),
    ];
    columns(ui, params, setter, [&left, &right]);
}

/// Shows the bars of moods and styles in two columns.
pub fn show_moods(ui: &mut Ui, params: &PsivoxParams, setter: &ParamSetter) {
    use Control::{
        Afraid, Angry, Bored, Calm, Contempt, Creak, Disgusted, EmotionFromText, EmotionGlideS, Excited,
        Falsetto, Happy, Hum, Laugh, MoodCarry, Murmur, Sad, Shout, Sob, Surprised, Tender, Whisper,
    };
    let modes = &[Happy, Sad, Angry, Afraid, Disgusted, Surprised, Calm, Tender, Bored, Contempt, Excited];
    let left: [Group; 1] = [("Mood", modes)];
    let right: [Group; 2] = [
        ("Style", &[Whisper, Murmur, Shout, Laugh, Sob, Hum, Creak, Falsetto]),
        ("How moods move", &[EmotionFromText, EmotionGlideS, MoodCarry]),
    ];
    columns(ui, params, setter, [&left, &right]);
}

/// Sets the parameters that somebody has moved by OSC, as if by hand: where no host does it.
pub fn take_remote(values: &RemoteValues, params: &PsivoxParams, setter: &ParamSetter) {
    fn set<P: Param>(param: &P, normalized: f32, setter: &ParamSetter) {
        setter.begin_set_parameter(param);
        setter.set_parameter_normalized(param, normalized);
        setter.end_set_parameter(param);
    }
    for (index, normalized) in values.take() {
        match handle(params, index) {
            Handle::Number(param) => set(param, normalized, setter),
            Handle::Grid(param) => set(param, normalized, setter),
            Handle::Switch(param) => set(param, normalized, setter),
        }
    }
}

/// A title and what stands below it.
type Group<'a> = (&'a str, &'a [Control]);

fn columns(ui: &mut Ui, params: &PsivoxParams, setter: &ParamSetter, groups: [&[Group]; 2]) {
    theme::group().show(ui, |ui| {
        ui.set_min_size(vec2(ui.available_width(), HEIGHT - 16.0));
        ui.columns(2, |columns| {
            for (ui, groups) in columns.iter_mut().zip(groups) {
                for (title, controls) in groups {
                    bars(ui, params, setter, title, controls);
                }
            }
        });
    });
}

fn bars(ui: &mut Ui, params: &PsivoxParams, setter: &ParamSetter, title: &str, controls: &[Control]) {
    ui.spacing_mut().item_spacing.y = BAR_GAP;
    ui.label(RichText::new(title).small().color(theme::MUTED));
    for control in controls {
        match params.of(*control) {
            Knob::Number(param) => bar(ui, param, setter, hint(*control)),
            Knob::Grid(param) => bar(ui, param, setter, hint(*control)),
        };
    }
}

fn hint(control: Control) -> &'static str {
    match control {
        Control::Valence => "unpleasant to pleasant",
        Control::Arousal => "drowsy to excited",
        Control::Dominance => "submissive to in charge",
        Control::Intensity => "how much of the emotion shows",
        Control::RateRatio => "pace relative to the voice's own",
        Control::PitchSt => "transposition in semitones",
        Control::GainDb => "output level",
        Control::PitchRangeRatio => "how far the melody moves",
        Control::SizePercent => "length of the vocal tract: longer is a larger person",
        Control::Tension => "lax to pressed",
        Control::Breath => "breath in the voice",
        Control::TiltDbPerOctave => "dark to bright",
        Control::Articulation => "mumbled to over-articulated, voice and mouth",
        Control::F0Hz => "pitch from outside, for singing",
        Control::F0Weight => "how much of it replaces the spoken melody",
        Control::VibratoHz => "pace of the vibrato",
        Control::VibratoSt => "depth of the vibrato to either side",
        Control::VoiceMix => "share of the second voice, where the line has one",
        Control::Hold => "rests in the present or next vowel while on",
        Control::BeatCoupling => "how much the host's beat draws the syllables",
        Control::BeatDivision => "which lines of the beat draw them",
        Control::PartnerCoupling => "how much the other instances draw the syllables, while they speak",
        Control::Happy => "joy, pleasure",
        Control::Sad => "sorrow",
        Control::Angry => "anger",
        Control::Afraid => "fear",
        Control::Disgusted => "disgust",
        Control::Surprised => "surprise",
        Control::Calm => "at rest",
        Control::Tender => "affection",
        Control::Bored => "boredom",
        Control::Contempt => "contempt",
        Control::Excited => "elation",
        Control::Whisper => "without voice",
        Control::Murmur => "low and half swallowed",
        Control::Shout => "at the top of the voice",
        Control::Laugh => "laughing while the words go on",
        Control::Sob => "crying while the words go on",
        Control::Hum => "lips closed: the melody of the words",
        Control::Creak => "vocal fry",
        Control::Falsetto => "the thin register above the modal one",
        Control::EmotionFromText => "how much of the emotion that the words suggest is taken",
        Control::EmotionGlideS => "how slowly moods change",
        Control::MoodCarry => "how much the mood of earlier lines carries over",
    }
}

/// A parameter as a bar: drag to move, shift-drag for fine steps, double click for the default.
fn bar<P: Param>(ui: &mut Ui, param: &P, setter: &ParamSetter, hint: &str) -> Response {
    let size = vec2(ui.available_width(), BAR_HEIGHT);
    let response = ui.allocate_response(size, Sense::click_and_drag());
    let value = f64::from(param.modulated_normalized_value());
    response.widget_info(|| WidgetInfo::slider(true, value, param.name()));
    move_param(ui, &response, param, setter);
    paint(ui, &response, param);
    response.on_hover_text(hint)
}

fn move_param<P: Param>(ui: &Ui, response: &Response, param: &P, setter: &ParamSetter) {
    if response.drag_started() {
        setter.begin_set_parameter(param);
    }
    if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let now = param.modulated_normalized_value();
        let wanted = if ui.input(|input| input.modifiers.shift) {
            now + response.drag_delta().x * FINE_STEP
        } else {
            (pointer.x - response.rect.left()) / response.rect.width()
        };
        if wanted != now {
            setter.set_parameter_normalized(param, wanted.clamp(0.0, 1.0));
        }
    }
    if response.drag_stopped() {
        setter.end_set_parameter(param);
    }
    if response.double_clicked() {
        setter.begin_set_parameter(param);
        setter.set_parameter(param, param.default_plain_value());
        setter.end_set_parameter(param);
    }
}

fn paint<P: Param>(ui: &Ui, response: &Response, param: &P) {
    let painter = ui.painter();
    let rect = response.rect;
    painter.rect_filled(rect, theme::CORNER, theme::WELL);
    let x_of = |normalized: f32| rect.left() + rect.width() * normalized;
    let now = x_of(param.modulated_normalized_value());
    let default = param.preview_normalized(param.default_plain_value());
    // A default at the end is "all of it": the bar then fills from the left like a level.
    let rest = x_of(if default < 1.0 { default } else { 0.0 });
    let filled = Rect::from_min_max(pos2(now.min(rest), rect.top()), pos2(now.max(rest), rect.bottom()));
    painter.with_clip_rect(filled).rect_filled(rect, theme::CORNER, theme::VOICE_DIM);
    let mark = now.clamp(rect.left() + 3.0, rect.right() - 3.0);
    painter.vline(mark, rect.shrink(3.0).y_range(), egui::Stroke::new(2.0, theme::VOICE));
    let edge = if response.hovered() || response.dragged() { theme::MUTED } else { theme::LINE };
    painter.rect_stroke(rect, theme::CORNER, egui::Stroke::new(1.0, edge), StrokeKind::Inside);
    let font = FontId::proportional(13.0);
    let inside = rect.shrink2(vec2(8.0, 0.0));
    painter.text(inside.left_center(), Align2::LEFT_CENTER, param.name(), font.clone(), theme::TEXT);
    painter.text(inside.right_center(), Align2::RIGHT_CENTER, param.to_string(), font, theme::TEXT);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Shared;
    use crate::remote::index_of;
    use crate::state::LineCell;
    use nice_plug::context::gui::GuiContextInner;
    use nice_plug::prelude::{ParamPtr, PluginApi, PluginState};
    use std::sync::{Arc, Mutex};

    /// Writes down what a host would be told: a gesture's begin (none), value, end (none).
    #[derive(Default)]
    struct Notes(Mutex<Vec<(ParamPtr, Option<f32>)>>);

    impl Notes {
        fn add(&self, param: ParamPtr, value: Option<f32>) {
            self.0.lock().expect("unpoisoned").push((param, value));
        }
    }

    impl GuiContextInner for Notes {
        fn plugin_api(&self) -> PluginApi {
            PluginApi::Standalone
        }
        unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
            self.add(param, None);
        }
        unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
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

    #[test]
    fn without_a_host_the_editor_sets_what_came_by_osc() {
        let params = PsivoxParams::new(LineCell::new(Arc::new(Shared::default())));
        let (values, notes) = (RemoteValues::new(&params), Notes::default());
        assert!(!values.is_hosted());
        for (id, value) in [("arousal", 0.75), ("beat_division", 0.5), ("bypass", 1.0)] {
            values.post(index_of(id).expect("a parameter"), value);
        }
        take_remote(&values, &params, &ParamSetter::new(&notes));
        let moved = [
            (params.arousal.as_ptr(), 0.75),
            (params.beat_division.as_ptr(), 0.5),
            (params.bypass.as_ptr(), 1.0),
        ];
        let expected: Vec<(ParamPtr, Option<f32>)> = moved
            .into_iter()
            .flat_map(|(param, value)| [(param, None), (param, Some(value)), (param, None)])
            .collect();
        assert_eq!(*notes.0.lock().expect("unpoisoned"), expected);
        take_remote(&values, &params, &ParamSetter::new(&notes));
        assert_eq!(notes.0.lock().expect("unpoisoned").len(), 9, "once");
    }
}
