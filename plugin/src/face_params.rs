//! The parameters of the face. Their string ids are frozen like all others.

use crate::parameter_kinds::percent;
use nice_plug::prelude::*;
use psivox_core::Control;

/// Factors on the parts of the face.
#[derive(Params)]
pub struct FaceParams {
    /// Factor on all shapes about the persona's resting face.
    #[id = "face_strength"]
    pub strength: FloatParam,
    /// Factor on how far the mouth opens.
    #[id = "face_jaw"]
    pub jaw: FloatParam,
    /// Factor on what is shown of feelings and styles.
    #[id = "face_expression"]
    pub expression: FloatParam,
    /// Factor on how far the eyes turn.
    #[id = "face_gaze"]
    pub gaze: FloatParam,
    /// Factor on blinks per minute.
    #[id = "blink_rate"]
    pub blink_rate: FloatParam,
    /// Factor on how far the head turns.
    #[id = "face_head"]
    pub head: FloatParam,
    /// Factor on breath, sways, darts and swallows.
    #[id = "face_idle"]
    pub idle: FloatParam,
}

impl Default for FaceParams {
    fn default() -> Self {
        Self {
            strength: percent("Face", Control::FaceStrength),
            jaw: percent("Jaw", Control::FaceJaw),
            expression: percent("Expression", Control::FaceExpression),
            gaze: percent("Gaze", Control::FaceGaze),
            blink_rate: percent("Blinks", Control::BlinkRate),
            head: percent("Head", Control::FaceHead),
            idle: percent("Idle Life", Control::FaceIdle),
        }
    }
}

impl FaceParams {
    /// The parameter of a control that is one of these.
    pub fn of(&self, control: Control) -> Option<&FloatParam> {
        Some(match control {
            Control::FaceStrength => &self.strength,
            Control::FaceJaw => &self.jaw,
            Control::FaceExpression => &self.expression,
            Control::FaceGaze => &self.gaze,
            Control::BlinkRate => &self.blink_rate,
            Control::FaceHead => &self.head,
            Control::FaceIdle => &self.idle,
            _ => return None,
        })
    }
}
