//! What an emotion does to a face: EMFACS action units as blendshapes.
//!
//! Joy 6+12, sadness 1+4+15(+17), anger 4+5+7+23(+9), fear 1+2+4+5+20, surprise and alertness 1+2+5, drowsiness
//! drooping lids (43). A real face is not symmetric: the left side of most people's faces shows more
//! (Sackeim et al. 1978), here by a tenth.

use super::{BLENDSHAPE_COUNT, Pose, Shape};
use crate::emotion::EmotionState;

const LEFT_BIAS: f32 = 1.05;
const RIGHT_BIAS: f32 = 0.95;

/// Strengths of the shapes for an emotional state; zero when neutral.
pub fn expression_pose(emotion: &EmotionState) -> Pose {
    let [valence, arousal, dominance] = emotion.shown();
    let up = |x: f32| x.max(0.0);
    let joy = up(valence) * (0.75 + 0.25 * up(arousal) - 0.25 * up(-arousal));
    let sorrow = up(-valence) * (0.35 + 0.65 * up(-arousal)) * (1.0 - 0.6 * up(arousal));
    let heat = up(-valence) * up(arousal);
    let anger = heat * (0.5 + 0.5 * dominance);
    let fear = heat * (0.5 - 0.5 * dominance);
    let alert = up(arousal) * (1.0 - anger.min(1.0));
    let drowsy = up(-arousal);
    let frown = 0.25 * up(-valence);

    let mut pose = [0.0; BLENDSHAPE_COUNT];
    let mut add = |shape: Shape, strength: f32| pose[shape as usize] += strength;
    let mut pair = |left: Shape, right: Shape, strength: f32| {
        add(left, strength * LEFT_BIAS);
        add(right, strength * RIGHT_BIAS);
    };
    pair(Shape::MouthSmileLeft, Shape::MouthSmileRight, 0.6 * joy);
    pair(Shape::CheekSquintLeft, Shape::CheekSquintRight, 0.45 * joy);
    pair(Shape::EyeSquintLeft, Shape::EyeSquintRight, 0.2 * joy + 0.35 * anger);
    pair(Shape::MouthFrownLeft, Shape::MouthFrownRight, frown + 0.4 * sorrow);
    pair(Shape::BrowDownLeft, Shape::BrowDownRight, 0.15 * up(-valence) * (1.0 - fear) + 0.7 * anger);
    pair(Shape::NoseSneerLeft, Shape::NoseSneerRight, 0.3 * anger);
    pair(Shape::MouthPressLeft, Shape::MouthPressRight, 0.25 * anger);
    pair(Shape::MouthStretchLeft, Shape::MouthStretchRight, 0.4 * fear);
    pair(Shape::EyeWideLeft, Shape::EyeWideRight, 0.3 * alert + 0.4 * fear + 0.2 * anger);
    pair(Shape::BrowOuterUpLeft, Shape::BrowOuterUpRight, 0.3 * alert + 0.15 * fear + 0.1 * joy);
    pair(Shape::EyeBlinkLeft, Shape::EyeBlinkRight, 0.3 * drowsy + 0.1 * sorrow);
    add(Shape::BrowInnerUp, 0.55 * sorrow + 0.6 * fear + 0.2 * alert);
    add(Shape::MouthShrugLower, 0.25 * sorrow);
    add(Shape::JawForward, 0.1 * anger);
    pose
}

/// The pose of a mode.
pub fn mode_pose(mode: crate::emotion::Mode) -> Pose {
    let [valence, arousal, dominance] = mode.place();
    expression_pose(&EmotionState { valence, arousal, dominance, intensity: 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pose(valence: f32, arousal: f32, dominance: f32) -> Pose {
        expression_pose(&EmotionState { valence, arousal, dominance, intensity: 1.0 })
    }

    #[test]
    fn neutral_is_still_and_each_emotion_has_its_action_units() {
        assert!(pose(0.0, 0.0, 0.0).iter().all(|strength| *strength == 0.0));
        let of = |pose: &Pose, shape: Shape| pose[shape as usize];
        let (joy, sad) = (pose(0.8, 0.4, 0.3), pose(-0.7, -0.5, -0.4));
        let (anger, fear) = (pose(-0.6, 0.7, 0.7), pose(-0.6, 0.7, -0.8));
        assert!(of(&joy, Shape::MouthSmileLeft) > 0.3 && of(&joy, Shape::CheekSquintLeft) > 0.2);
        assert!(of(&sad, Shape::BrowInnerUp) > 0.2 && of(&sad, Shape::MouthFrownLeft) > 0.2);
        assert!(of(&anger, Shape::BrowDownLeft) > 0.3 && of(&anger, Shape::BrowInnerUp) < 0.2);
        assert!(of(&fear, Shape::EyeWideLeft) > 0.3 && of(&fear, Shape::BrowInnerUp) > 0.2);
        assert!(of(&pose(0.0, -1.0, 0.0), Shape::EyeBlinkLeft) > 0.25, "drowsy lids droop");
        assert!(
            of(&joy, Shape::MouthSmileLeft) > of(&joy, Shape::MouthSmileRight),
            "faces are not symmetric"
        );
    }
}
