//! What a target is shown at one instant: the face as masked and calibrated for it, and what belongs to it.

use crate::target::{Gain, Group, Mask, Target};
use psivox_core::emotion::Moods;
use psivox_core::engine::ObservableFrame;
use psivox_core::face::{BLENDSHAPE_COUNT, BlendshapeFrame, Shape};
use psivox_core::phone::VISEME_COUNT;

/// What crosses from the audio thread with every face. Small and `Copy`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WireFrame {
    /// The face, stamped on the clock of the sound.
    pub face: BlendshapeFrame,
    /// What is felt: the modes as they show, 0..=1.15 each.
    pub moods: Moods,
    /// Fundamental frequency in Hz; 0 while unvoiced or silent.
    pub f0_hz: f32,
    /// Whether a line is being spoken.
    pub speaking: bool,
}

impl WireFrame {
    /// Nobody speaks, nothing moves.
    pub const REST: Self =
        Self { face: BlendshapeFrame::NEUTRAL, moods: Moods::NONE, f0_hz: 0.0, speaking: false };

    /// A face of the engine with what the engine tells along with it.
    ///
    /// # Realtime
    /// Safe.
    pub fn of(face: &BlendshapeFrame, field: &ObservableFrame) -> Self {
        Self { face: *face, moods: field.moods, f0_hz: field.f0_hz, speaking: field.speaking }
    }
}

/// One picture for one target. Every number is finite and in its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Seconds since the sender started, on the sender's clock.
    pub time_s: f64,
    /// Counts the faces of the target.
    pub frame: u64,
    /// The face: what the mask leaves out is 0.
    pub face: BlendshapeFrame,
    /// Which parts are sent. Where a protocol names its values, what is not sent is left out; where it has a fixed layout,
    /// it is 0.
    pub mask: Mask,
    /// What is felt.
    pub moods: Moods,
    /// Weight of each of the fifteen visemes, 0..=1; the sum is 1.
    pub visemes: [f32; VISEME_COUNT],
    /// Fundamental frequency in Hz; 0 while unvoiced or silent.
    pub f0_hz: f32,
    /// Whether a line is being spoken.
    pub speaking: bool,
    /// Whether this is the face at rest that ends a performance.
    pub rest: bool,
}

impl Moment {
    /// The face at rest.
    pub fn rest(time_s: f64, frame: u64, mask: Mask) -> Self {
        let mut visemes = [0.0; VISEME_COUNT];
        visemes[0] = 1.0;
        Self {
            time_s,
            frame,
            face: BlendshapeFrame::NEUTRAL,
            mask,
            moods: Moods::NONE,
            visemes,
            f0_hz: 0.0,
            speaking: false,
            rest: true,
        }
    }

    /// The blendshapes that are sent, with their strengths.
    pub fn shapes(&self) -> impl Iterator<Item = (Shape, f32)> + '_ {
        Shape::ALL
            .into_iter()
            .filter(|shape| self.mask.sends(*shape))
            .map(|shape| (shape, self.face.get(shape)))
    }

    /// How far the lips are apart, 0..=1; fully at an open vowel of normal loudness.
    pub fn aperture(&self) -> f32 {
        aperture(self.face.get(Shape::JawOpen), self.face.get(Shape::MouthClose))
    }

    /// How much is being said, 0..=1: nothing without a line and in its silences; else more the wider the lips are open.
    pub fn voice(&self) -> f32 {
        if !self.speaking {
            return 0.0;
        }
        let sounding = 1.0 - self.visemes[0];
        (sounding * (0.3 + 0.7 * self.aperture())).clamp(0.0, 1.0)
    }

    /// Yaw (+ to the person's left) and pitch (+ up) of the left and of the right eye in rad, from the shapes of gaze:
    /// ARKit's end at about 30 degrees.
    pub fn gaze_rad(&self) -> [[f32; 2]; 2] {
        const RANGE_RAD: f32 = 0.52;
        let of = |shape| self.face.get(shape);
        let left = [
            of(Shape::EyeLookOutLeft) - of(Shape::EyeLookInLeft),
            of(Shape::EyeLookUpLeft) - of(Shape::EyeLookDownLeft),
        ];
        let right = [
            of(Shape::EyeLookInRight) - of(Shape::EyeLookOutRight),
            of(Shape::EyeLookUpRight) - of(Shape::EyeLookDownRight),
        ];
        [left, right].map(|eye| eye.map(|part| RANGE_RAD * part))
    }
}

/// How far lips are apart, 0..=1, of ARKit's `jawOpen` and `mouthClose`: the latter is the amount by which the lips make up
/// for the open jaw. An open vowel of normal loudness reaches about half of `jawOpen`, which ends at a yawn, and counts as
/// fully open.
pub(crate) fn aperture(jaw_open: f32, mouth_close: f32) -> f32 {
    const FULL: f32 = 0.5;
    ((jaw_open - mouth_close) / FULL).clamp(0.0, 1.0)
}

/// How a target's faces are made of the stream's: mask, calibration, strength.
#[derive(Debug, Clone)]
pub struct Shaper {
    mask: Mask,
    strength: f32,
    gains: [Gain; BLENDSHAPE_COUNT],
}

/// Farthest that a head turns in what is sent, rad.
const MOST_TURN_RAD: f32 = 1.2;

impl Shaper {
    /// For a target.
    pub fn new(target: &Target) -> Self {
        Self { mask: target.mask, strength: target.strength, gains: target.shapes.gains() }
    }

    /// The target's mask.
    pub fn mask(&self) -> Mask {
        self.mask
    }

    /// The face as the target gets it. What is not finite is 0.
    pub fn shape(&self, face: &BlendshapeFrame) -> BlendshapeFrame {
        self.shape_in_part(face, 1.0)
    }

    /// The face at rest as the target's model needs it.
    pub fn resting(&self) -> BlendshapeFrame {
        self.shape(&BlendshapeFrame::NEUTRAL)
    }

    /// The face with so much of it, 0..=1, on its way to rest.
    pub fn shape_in_part(&self, face: &BlendshapeFrame, presence: f32) -> BlendshapeFrame {
        let strength = self.strength * presence;
        let finite = |value: f32| if value.is_finite() { value } else { 0.0 };
        let mut shaped = *face;
        for (index, shape) in Shape::ALL.into_iter().enumerate() {
            let value = (finite(face.shapes[index]) * strength).clamp(0.0, 1.0);
            shaped.shapes[index] = if self.mask.sends(shape) { self.gains[index].apply(value) } else { 0.0 };
        }
        let head = self.mask.has(Group::Head);
        shaped.head_rad = face.head_rad.map(|angle| {
            let turned = (finite(angle) * strength).clamp(-MOST_TURN_RAD, MOST_TURN_RAD);
            if head { turned } else { 0.0 }
        });
        let [valence, arousal, dominance, intensity] = face.emotion.map(finite);
        let signed = [valence, arousal, dominance].map(|part| part.clamp(-1.0, 1.0));
        shaped.emotion = [signed[0], signed[1], signed[2], (intensity * presence).clamp(0.0, 1.0)];
        shaped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lips_are_open_as_far_as_they_do_not_make_up_for_the_jaw() {
        for (jaw, close, expected) in [
            (0.0, 0.0, 0.0),
            (0.25, 0.0, 0.5),
            (0.5, 0.0, 1.0),
            (1.0, 0.0, 1.0),
            (0.4, 0.15, 0.5),
            (0.2, 0.4, 0.0),
        ] {
            let mut moment = Moment::rest(0.0, 0, Mask::default());
            moment.face.set(Shape::JawOpen, jaw);
            moment.face.set(Shape::MouthClose, close);
            assert!((moment.aperture() - expected).abs() < 1e-6, "{jaw} {close}");
        }
    }

    #[test]
    fn voice_needs_speech_and_grows_with_the_mouth() {
        let mut moment = Moment::rest(0.0, 0, Mask::default());
        moment.face.set(Shape::JawOpen, 0.5);
        assert_eq!(moment.voice(), 0.0);
        moment.speaking = true;
        assert_eq!(moment.voice(), 0.0);
        moment.visemes[0] = 0.0;
        moment.visemes[10] = 1.0;
        assert_eq!(moment.voice(), 1.0);
        moment.face.set(Shape::JawOpen, 0.0);
        assert!((moment.voice() - 0.3).abs() < 1e-6);
    }
}
