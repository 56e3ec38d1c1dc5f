//! What the performer's controls scale in the field and in the face.

use super::control::Control;
use super::controls::Controls;
use crate::face::FaceGains;

/// Change of level for each semitone that a larynx trembles, dB: tremulous voices shake in both (Dromey et al. 2002).
pub(super) const TREMOR_DB_PER_ST: f32 = 1.5;

/// Factors on the face's parts at a sample.
pub(super) fn face_gains(controls: &Controls, sample: u64) -> FaceGains {
    let at = |control| controls.at(control, sample);
    FaceGains {
        strength: at(Control::FaceStrength),
        jaw: at(Control::FaceJaw),
        expression: at(Control::FaceExpression),
        gaze: at(Control::FaceGaze),
        blink_rate: at(Control::BlinkRate),
        head: at(Control::FaceHead),
        idle: at(Control::FaceIdle),
        grammar: at(Control::FieldGrammar),
        tremor_st: at(Control::TremorSt),
    }
}
