//! What is remembered acts, and what is done is noted.

use super::Engine;
use crate::emotion::{EmotionState, MODE_COUNT, Moods, STYLE_COUNT, Styles, VoiceSignature};
use crate::engine::control::Control;
use crate::engine::gains::face_gains;
use crate::engine::line::Line;
use crate::engine::performing::{DRIVE, Driven, PACE, Pace};
use crate::engine::telemetry::Telemetry;
use crate::engine::temper::Tempered;
use crate::engine::tuning::VoiceDrive;
use crate::face::FaceGains;
use crate::memory::Recall;
use crate::memory::streams::{FACE_OBSERVABLES, FaceObservable, FaceStream};

/// Time constant with which the couplings move to the remembered ones, s.
const LEAN_S: f32 = 0.4;
/// While a line is younger than this its slow oscillators are drawn to the remembered phases, s.
const DRAWN_S: f32 = 1.0;
/// How strongly, 1/s.
const DRAWN_PER_S: f32 = 5.0;

/// What the face is to show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub moods: Moods,
    pub acted: Styles,
    pub emotion: EmotionState,
    pub gains: FaceGains,
}

impl Engine {
    /// Takes over what shall be remembered.
    pub(super) fn recall(&mut self, recall: &Recall) {
        if !self.config.ablation.memory {
            self.remembering.recall(recall, self.line.is_some());
        }
    }

    /// Where the line is, as a share of it.
    pub(super) fn along(&self) -> f32 {
        let Some(line) = &self.line else { return 0.0 };
        (line.clock.position_s(&line.score) / line.score.duration_s().max(1e-3)).clamp(0.0, 1.0)
    }

    /// What drives clock and field, if memory has a say in it.
    pub(super) fn remembered_pace(
        &mut self,
        end: u64,
        (temper, signature): (&Tempered, &VoiceSignature),
        (coupling_gain, lag_gain): (f32, f32),
    ) -> Option<Pace> {
        let at = |control| self.controls.at(control, end);
        let live = Pace {
            rate_ratio: at(Control::RateRatio)
                * signature.rate_ratio
                * temper.manner.rate_ratio
                * temper.shape.rate_ratio,
            pause_ratio: signature.pause_ratio,
            articulation: at(Control::Articulation) + signature.articulation + temper.shape.articulation
                - 1.0,
            attack: temper.emotion.shown()[1],
            coupling_gain,
            lag_gain,
        };
        let mut stream = live.observed();
        if !self.remembering.is_active() {
            self.remembering.note_voice(PACE.start, &stream);
            return None;
        }
        self.remembering.voice(PACE, &mut stream);
        self.draw_field();
        Some(Pace::of(&stream))
    }

    /// The field itself leans towards what it was: couplings as they had been learned, slow phases as they stood.
    fn draw_field(&mut self) {
        let Some((own, share)) = self.remembering.recollection() else { return };
        let Some(line) = &self.line else { return };
        let line_s = line.clock.position_s(&line.score);
        self.field.lean(&own.field.learned, share * self.hop_s / LEAN_S);
        if line_s < DRAWN_S {
            self.field.draw(&own.field.phasors, line_s, share * DRAWN_PER_S * self.hop_s);
        }
    }

    /// What drives the voice.
    pub(super) fn remembered_drive(
        &mut self,
        end: u64,
        temper: &Tempered,
        signature: &VoiceSignature,
    ) -> (VoiceSignature, VoiceDrive) {
        let driven: Driven = self.voice_drive(end, temper, signature);
        let throat = self.speaker.throat;
        let mut stream = driven.observed(&throat);
        if !self.remembering.is_active() {
            self.remembering.note_voice(DRIVE.start, &stream);
            return (driven.signature, driven.drive);
        }
        self.remembering.voice(DRIVE, &mut stream);
        let finality = self.line.as_ref().map_or(0.0, Line::finality);
        let spoken = self.line.as_ref().is_some_and(|line| !line.is_led() && !line.score.speaker.keeps_time);
        let shape_st = if spoken { self.remembering.shape_st() } else { 0.0 };
        driven.redriven(&stream, &throat, finality, shape_st)
    }

    /// What the face is to show.
    pub(super) fn remembered_face(&mut self, end: u64, temper: &Tempered) -> Shown {
        let gains = face_gains(&self.controls, end);
        let live = Shown { moods: temper.moods, acted: temper.acted, emotion: temper.emotion, gains };
        let mut stream = live.observed();
        if !self.remembering.is_active() {
            self.remembering.note_face(&stream);
            return live;
        }
        self.remembering.face(&mut stream, self.temper.valley(), self.hop_s);
        live.changed(&stream)
    }

    /// A line has begun.
    pub(super) fn begin_impression(&mut self, follows: bool) {
        let Some(line) = &self.line else { return };
        self.remembering.begin(line.score.id, line.score.melody, follows);
        self.remembering.impression_mut().phasors = self.field.network().all_phasors();
    }

    /// The line has come to its end.
    pub(super) fn leave_impression(&mut self, end: u64, telemetry: &mut dyn Telemetry) {
        if self.replaying.is_on() {
            // It is remembered already.
            return;
        }
        let Some(line) = &self.line else { return };
        let said = line.score.beats.iter().take(line.clock.beat_index() + 1);
        let syllables = said.filter(|beat| beat.prominence > 0.0).count() as u32;
        let centroid = self.field.manifold().centroid();
        let impression = self.remembering.impression_mut();
        impression.syllables = syllables;
        impression.learned = self.field.network().learned();
        impression.meaning = centroid.meaning;
        impression.felt = centroid.emotion;
        telemetry.impression(impression, end);
        if let Some(recorder) = self.recorder.as_deref_mut() {
            recorder.count_line();
        }
    }
}

impl Shown {
    fn observed(&self) -> FaceStream {
        let mut stream = [0.0; FACE_OBSERVABLES];
        stream[..MODE_COUNT].copy_from_slice(self.moods.degrees());
        stream[MODE_COUNT..MODE_COUNT + STYLE_COUNT].copy_from_slice(self.acted.degrees());
        let rest = &mut stream[FaceObservable::Valence as usize..];
        let gains = &self.gains;
        rest[..3].copy_from_slice(&self.emotion.shown());
        rest[3..].copy_from_slice(&[
            gains.jaw,
            gains.expression,
            gains.gaze,
            gains.blink_rate,
            gains.head,
            gains.idle,
        ]);
        stream
    }

    /// The same with what a stream says.
    fn changed(&self, stream: &FaceStream) -> Self {
        let mut moods = Moods::NONE;
        moods.degrees_mut().copy_from_slice(&stream[..MODE_COUNT]);
        let acted: [f32; STYLE_COUNT] = std::array::from_fn(|i| stream[MODE_COUNT + i].clamp(0.0, 1.0));
        let of = |observable: FaceObservable| stream[observable as usize];
        let axis = |observable| of(observable).clamp(-1.0, 1.0);
        let gain = |observable, high: f32| of(observable).clamp(0.0, high);
        Self {
            moods,
            acted: Styles::of_degrees(acted),
            emotion: EmotionState {
                valence: axis(FaceObservable::Valence),
                arousal: axis(FaceObservable::Arousal),
                dominance: axis(FaceObservable::Dominance),
                intensity: 1.0,
            },
            gains: FaceGains {
                jaw: gain(FaceObservable::Jaw, 2.0),
                expression: gain(FaceObservable::Expression, 2.0),
                gaze: gain(FaceObservable::Gaze, 2.0),
                blink_rate: gain(FaceObservable::BlinkRate, 3.0),
                head: gain(FaceObservable::Head, 2.0),
                idle: gain(FaceObservable::Idle, 2.0),
                ..self.gains
            },
        }
    }
}
