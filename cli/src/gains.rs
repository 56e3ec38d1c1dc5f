//! What can be typed to scale the field and the face.

use crate::shape::control;
use clap::Args;
use psivox_core::engine::Control;

/// Factors on the field's mechanisms and on the parts of the face; everything left out is as it is.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Strength of field and face")]
pub struct GainArgs {
    /// Tremor of the voice in semitones to either side; chin and head shake along [default: 0]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::TremorSt), value_name = "0..2")]
    pub tremor: Option<f32>,
    /// Factor on all couplings of the field [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::FieldCoupling), value_name = "0..2")]
    pub coupling: Option<f32>,
    /// Factor on all lags of the field [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::FieldLag), value_name = "0..2")]
    pub lag: Option<f32>,
    /// How much the rules of voice and face act [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::FieldGrammar), value_name = "0..1")]
    pub grammar: Option<f32>,
    /// Factor on the pace at which couplings learn [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::FieldLearning), value_name = "0..2")]
    pub learning: Option<f32>,
    /// Factor on what surprises do [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::FieldPrediction), value_name = "0..2")]
    pub prediction: Option<f32>,
    /// Factor on all shapes of the face about its rest [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::FaceStrength), value_name = "0..2")]
    pub face_strength: Option<f32>,
    /// Factor on how far the mouth opens [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::FaceJaw), value_name = "0..2")]
    pub face_jaw: Option<f32>,
    /// Factor on what the face shows of feelings and styles [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::FaceExpression), value_name = "0..2")]
    pub face_expression: Option<f32>,
    /// Factor on how far the eyes turn [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::FaceGaze), value_name = "0..2")]
    pub face_gaze: Option<f32>,
    /// Factor on blinks per minute; 0 is none [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::BlinkRate), value_name = "0..3")]
    pub blink_rate: Option<f32>,
    /// Factor on how far the head turns [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::FaceHead), value_name = "0..2")]
    pub face_head: Option<f32>,
    /// Factor on breath, sways, darts of the eyes and swallows [default: 1]
    #[arg(long, allow_negative_numbers = true, value_parser = control(Control::FaceIdle), value_name = "0..2")]
    pub face_idle: Option<f32>,
}

impl GainArgs {
    /// The controls that were given.
    pub fn controls(&self) -> impl Iterator<Item = (Control, f32)> + use<> {
        let given = [
            (Control::TremorSt, self.tremor),
            (Control::FieldCoupling, self.coupling),
            (Control::FieldLag, self.lag),
            (Control::FieldGrammar, self.grammar),
            (Control::FieldLearning, self.learning),
            (Control::FieldPrediction, self.prediction),
            (Control::FaceStrength, self.face_strength),
            (Control::FaceJaw, self.face_jaw),
            (Control::FaceExpression, self.face_expression),
            (Control::FaceGaze, self.face_gaze),
            (Control::BlinkRate, self.blink_rate),
            (Control::FaceHead, self.face_head),
            (Control::FaceIdle, self.face_idle),
        ];
        given.into_iter().filter_map(|(control, value)| Some((control, value?)))
    }
}
