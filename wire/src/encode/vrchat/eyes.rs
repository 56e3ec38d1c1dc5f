//! Gaze and lids on VRChat's own addresses. VRChat forgets them after ten seconds without a message.

use crate::Moment;
use crate::encode::OscBatch;
use psivox_core::face::Shape;
use rosc::OscType;

/// Smallest turn that is sent, degrees.
const TURN_DEG: f32 = 0.1;

/// Smallest movement of the lids that is sent.
const LID_STEP: f32 = 1.0 / 512.0;

/// Without a face for so long the last one is sent again, s.
const KEEP_S: f64 = 5.0;

/// What was sent, and whether.
#[derive(Debug, Default)]
pub(super) struct Eyes {
    gaze: bool,
    lids: bool,
    /// Pitch and yaw of the left eye, then of the right, degrees; then how far the lids are closed.
    last: Option<([f32; 4], f32)>,
    sent_s: f64,
    rest: bool,
}

impl Eyes {
    pub(super) fn new(gaze: bool, lids: bool) -> Self {
        Self { gaze, lids, ..Self::default() }
    }

    /// What of a face has moved, or all of it.
    pub(super) fn face(&mut self, moment: &Moment, refresh: bool, batch: &mut OscBatch) {
        let look = look_deg(moment);
        let closed = 0.5
            * (moment.face.get(Shape::EyeBlinkLeft) + moment.face.get(Shape::EyeBlinkRight)).clamp(0.0, 2.0);
        let (last_look, last_closed) = self.last.unwrap_or(([f32::INFINITY; 4], f32::INFINITY));
        let turned = look.iter().zip(last_look).any(|(now, last)| (now - last).abs() > TURN_DEG);
        let blinked = (closed - last_closed).abs() > LID_STEP;
        let looks = refresh || turned;
        let blinks = refresh || blinked;
        self.rest = moment.rest;
        self.last = Some((if looks { look } else { last_look }, if blinks { closed } else { last_closed }));
        self.write(looks, blinks, batch);
        if looks && blinks {
            self.sent_s = moment.time_s;
        }
    }

    /// Keeps the eyes of a face alive that nobody has shown for a while.
    pub(super) fn tend(&mut self, time_s: f64, batch: &mut OscBatch) {
        if !self.rest && time_s - self.sent_s > KEEP_S {
            self.write(true, true, batch);
            self.sent_s = time_s;
        }
    }

    fn write(&self, looks: bool, blinks: bool, batch: &mut OscBatch) {
        let Some((look, closed)) = self.last else { return };
        if self.lids && blinks {
            batch.float("/tracking/eye/EyesClosedAmount", closed);
        }
        if self.gaze && looks {
            batch.add("/tracking/eye/LeftRightPitchYaw", look.map(OscType::Float).to_vec());
        }
    }
}

/// Degrees, + down and + to the right.
fn look_deg(moment: &Moment) -> [f32; 4] {
    let [[left_yaw, left_pitch], [right_yaw, right_pitch]] = moment.gaze_rad();
    // Adding 0 turns -0 into 0.
    [left_pitch, left_yaw, right_pitch, right_yaw].map(|angle| 0.0 - angle.to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Mask;

    #[test]
    fn down_and_right_are_positive() {
        let mut moment = Moment::rest(0.0, 0, Mask::default());
        moment.face.set(Shape::EyeLookDownLeft, 1.0);
        moment.face.set(Shape::EyeLookInLeft, 1.0);
        moment.face.set(Shape::EyeLookUpRight, 1.0);
        moment.face.set(Shape::EyeLookInRight, 0.5);
        let [left_pitch, left_yaw, right_pitch, right_yaw] = look_deg(&moment);
        assert!(left_pitch > 29.0 && left_yaw > 29.0 && right_pitch < -29.0);
        assert!((right_yaw + 14.9).abs() < 0.1, "{right_yaw}");
    }
}
