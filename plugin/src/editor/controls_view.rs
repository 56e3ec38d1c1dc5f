//! Emotion and voice: one bar per parameter, in groups.

use super::bar::{self, Board};
use super::theme;
use super::wish::Wish;
use crate::params::PsivoxParams;
use crate::remote::{RemoteValues, parameter};
use egui::{RichText, ScrollArea, Ui, vec2};
use nice_plug::prelude::ParamSetter;
use psivox_core::Control;

/// Between two bars.
const BAR_GAP: f32 = 4.0;
/// Least width of a column of bars.
const LEAST_COLUMN: f32 = 200.0;

/// A title and what stands below it.
type Group = (&'static str, &'static [Control]);

/// The groups of the voice's page.
const VOICE: [Group; 5] = {
    use Control::{
        Articulation, BeatCoupling, BeatDivision, BlinkRate, Breath, F0Hz, F0Weight, FaceExpression,
        FaceGaze, FaceHead, FaceIdle, FaceJaw, FaceStrength, FieldCoupling, FieldGrammar, FieldLag,
        FieldLearning, FieldPrediction, GainDb, Hold, PartnerCoupling, PitchRangeRatio, PitchSt, RateRatio,
        SizePercent, Tension, TiltDbPerOctave, TremorSt, VibratoHz, VibratoSt, VoiceMix,
    };
    [
        ("Voice", &[SizePercent, Tension, Breath, TiltDbPerOctave, Articulation, VoiceMix, GainDb]),
        ("Pitch", &[PitchSt, PitchRangeRatio, F0Hz, F0Weight, VibratoHz, VibratoSt, TremorSt]),
        ("Time", &[RateRatio, Hold, BeatCoupling, BeatDivision, PartnerCoupling]),
        ("Field", &[FieldCoupling, FieldLag, FieldGrammar, FieldLearning, FieldPrediction]),
        ("Face", &[FaceStrength, FaceJaw, FaceExpression, FaceGaze, BlinkRate, FaceHead, FaceIdle]),
    ]
};

/// The groups of the page of moods.
const MOODS: [Group; 4] = {
    use Control::{
        Afraid, Angry, Arousal, Bored, Calm, Contempt, Creak, Disgusted, Dominance, EmotionFromText,
        EmotionGlideS, Excited, Falsetto, Happy, Hum, Intensity, Laugh, MoodCarry, Murmur, Sad, Shout, Sob,
        Surprised, Tender, Valence, Whisper,
    };
    [
        ("Emotion", &[Valence, Arousal, Dominance, Intensity]),
        ("Mood", &[Happy, Sad, Angry, Afraid, Disgusted, Surprised, Calm, Tender, Bored, Contempt, Excited]),
        ("Style", &[Whisper, Murmur, Shout, Laugh, Sob, Hum, Creak, Falsetto]),
        ("How moods move", &[EmotionFromText, EmotionGlideS, MoodCarry]),
    ]
};

/// Every control that stands on no other page: those that come with later builds are seen too.
fn others() -> impl Iterator<Item = Control> {
    let shown = |control: &Control| VOICE.iter().chain(&MOODS).any(|(_, group)| group.contains(control));
    Control::ALL.into_iter().filter(move |control| !shown(control))
}

/// Shows the bars of the voice in `height` logical pixels.
pub fn show(ui: &mut Ui, board: &Board, height: f32, wishes: &mut Vec<Wish>) {
    let more: Vec<Control> = others().collect();
    let mut groups: Vec<(&str, &[Control])> = VOICE.to_vec();
    if !more.is_empty() {
        groups.push(("More", &more));
    }
    columns(ui, board, &groups, height, wishes);
}

/// Shows the bars of moods and styles in `height` logical pixels.
pub fn show_moods(ui: &mut Ui, board: &Board, height: f32, wishes: &mut Vec<Wish>) {
    columns(ui, board, &MOODS, height, wishes);
}

/// Shows the bars of some controls below each other.
pub fn bars(ui: &mut Ui, board: &Board, title: &str, controls: &[Control], wishes: &mut Vec<Wish>) {
    ui.spacing_mut().item_spacing.y = BAR_GAP;
    ui.label(RichText::new(title).small().color(theme::palette(ui).muted));
    for control in controls {
        bar::show(ui, board, *control as usize, hint(*control), wishes);
    }
}

/// Sets the parameters that somebody has moved by OSC, as if by hand: where no host does it.
pub fn take_remote(values: &RemoteValues, params: &PsivoxParams, setter: &ParamSetter) {
    for (index, normalized) in values.take() {
        let param = parameter(params, index);
        param.begin(setter);
        param.set(normalized, setter);
        param.end(setter);
    }
}

/// Groups in as many columns as there is room for, each in the shortest one so far.
fn columns(ui: &mut Ui, board: &Board, groups: &[(&str, &[Control])], height: f32, wishes: &mut Vec<Wish>) {
    theme::group(ui).show(ui, |ui| {
        ui.set_min_size(vec2(ui.available_width(), height - 16.0));
        ScrollArea::vertical().id_salt("bars").max_height(height - 16.0).auto_shrink([false, true]).show(
            ui,
            |ui| {
                let count = ((ui.available_width() / LEAST_COLUMN) as usize).clamp(1, groups.len());
                let filled = share_out(groups, count);
                ui.columns(count, |columns| {
                    for (ui, own) in columns.iter_mut().zip(&filled) {
                        for index in own {
                            let (title, controls) = groups[*index];
                            bars(ui, board, title, controls, wishes);
                            ui.add_space(6.0);
                        }
                    }
                });
            },
        );
    });
}

/// Which groups stand in which column.
fn share_out(groups: &[(&str, &[Control])], count: usize) -> Vec<Vec<usize>> {
    let mut columns = vec![(0, Vec::new()); count];
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(groups[*index].1.len()));
    for index in order {
        if let Some(column) = columns.iter_mut().min_by_key(|column| column.0) {
            column.0 += groups[index].1.len() + 2;
            column.1.push(index);
        }
    }
    for (_, own) in &mut columns {
        own.sort_unstable();
    }
    columns.sort_by_key(|(_, own)| own.first().copied());
    columns.into_iter().map(|(_, own)| own).collect()
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
        Control::TremorSt => "shaking of the voice, and of chin and head with it",
        Control::FieldCoupling => "how strongly all rhythms pull at each other",
        Control::FieldLag => "how far they trail each other",
        Control::FieldGrammar => "how much the rules of voice and face act",
        Control::FieldLearning => "how fast couplings learn from what recurs",
        Control::FieldPrediction => "how strongly surprises are answered",
        Control::FaceStrength => "all of the face about its rest",
        Control::FaceJaw => "how far the mouth opens",
        Control::FaceExpression => "how much of the feeling the face shows",
        Control::FaceGaze => "how far the eyes turn",
        Control::BlinkRate => "blinks per minute against the usual",
        Control::FaceHead => "how far the head turns",
        Control::FaceIdle => "breath, sways, darts of the eyes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::editor::harness::Host;
    use crate::remote::index_of;

    use nice_plug::prelude::{Param, ParamPtr};

    #[test]
    fn without_a_host_the_editor_sets_what_came_by_osc() {
        let params = PsivoxParams::default();
        let (values, host) = (RemoteValues::new(&params), Host::default());
        assert!(!values.is_hosted());
        for (id, value) in [("arousal", 0.75), ("beat_division", 0.5), ("bypass", 1.0)] {
            values.post(index_of(id).expect("a parameter"), value);
        }
        take_remote(&values, &params, &ParamSetter { raw_context: &host });
        let moved = [
            (params.arousal.as_ptr(), 0.75),
            (params.beat_division.as_ptr(), 0.5),
            (params.bypass.as_ptr(), 1.0),
        ];
        let expected: Vec<(ParamPtr, Option<f32>)> = moved
            .into_iter()
            .flat_map(|(param, value)| [(param, None), (param, Some(value)), (param, None)])
            .collect();
        assert_eq!(host.take(), expected);
        take_remote(&values, &params, &ParamSetter { raw_context: &host });
        assert!(host.take().is_empty(), "once");
    }

    #[test]
    fn every_control_has_its_place_and_columns_are_even() {
        let mut seen: Vec<Control> = others().collect();
        seen.extend(VOICE.iter().chain(&MOODS).flat_map(|(_, group)| *group));
        assert_eq!(seen.len(), Control::ALL.len());
        assert!(Control::ALL.into_iter().all(|control| seen.contains(&control)));
        for count in 1..=4 {
            let columns = share_out(&MOODS, count);
            let mut all: Vec<usize> = columns.iter().flatten().copied().collect();
            all.sort_unstable();
            assert_eq!((columns.len(), all), (count, vec![0, 1, 2, 3]));
        }
        assert_eq!(share_out(&MOODS, 2), [vec![0, 2], vec![1, 3]]);
    }
}
