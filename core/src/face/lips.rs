//! The speaking mouth: articulators of the score, through the field, to shapes.

use super::{BLENDSHAPE_COUNT, BlendshapeFrame, Pose, Shape};
use crate::score::{Articulator, FIRST_ARTICULATOR, ScoreFrame};

/// Mouth shapes for the articulators of a frame. `jaw_swing` in 0..=1 is how far the jaw oscillator stands open:
/// it carries a third of the movement, so a jaw that has lost the syllable clock is out of step.
pub fn mouth_pose(frame: &ScoreFrame, jaw_swing: f32) -> Pose {
    let value = |articulator: Articulator| frame[FIRST_ARTICULATOR + articulator as usize].clamp(0.0, 1.0);
    let mut pose = [0.0; BLENDSHAPE_COUNT];
    let mut add = |shape: Shape, strength: f32| pose[shape as usize] += strength;
    let (closure, labiodental) = (value(Articulator::Closure), value(Articulator::Labiodental));
    let open = 1.0 - closure;
    let jaw = value(Articulator::Jaw) * (0.7 + 0.6 * jaw_swing) * (1.0 - 0.85 * closure);
    add(Shape::JawOpen, jaw);
    // Lips may touch while the jaw is not quite up: mouthClose takes the lips back by the jaw's own opening.
    add(Shape::MouthClose, jaw * closure);
    add(Shape::MouthPressLeft, 0.25 * closure);
    add(Shape::MouthPressRight, 0.25 * closure);
    add(Shape::MouthPucker, value(Articulator::Pucker));
    add(Shape::MouthFunnel, value(Articulator::Funnel) * open);
    let stretch = value(Articulator::Stretch) * (1.0 - 0.6 * closure);
    add(Shape::MouthStretchLeft, 0.5 * stretch);
    add(Shape::MouthStretchRight, 0.5 * stretch);
    add(Shape::MouthSmileLeft, 0.25 * stretch);
    add(Shape::MouthSmileRight, 0.25 * stretch);
    let upper = value(Articulator::UpperUp) * open;
    add(Shape::MouthUpperUpLeft, upper + 0.15 * labiodental);
    add(Shape::MouthUpperUpRight, upper + 0.15 * labiodental);
    let lower = value(Articulator::LowerDown) * open * (1.0 - labiodental);
    add(Shape::MouthLowerDownLeft, lower);
    add(Shape::MouthLowerDownRight, lower);
    add(Shape::MouthRollLower, 0.55 * labiodental + 0.15 * closure);
    add(Shape::MouthRollUpper, 0.12 * closure);
    add(Shape::TongueOut, 0.25 * value(Articulator::Tongue) * open);
    pose
}

/// Whether the lips touch: what is left of the jaw's opening, and both lips at rest.
pub fn lips_are_closed(frame: &BlendshapeFrame) -> bool {
    let gap = frame.get(Shape::JawOpen) - frame.get(Shape::MouthClose);
    let lips = [
        Shape::MouthUpperUpLeft,
        Shape::MouthUpperUpRight,
        Shape::MouthLowerDownLeft,
        Shape::MouthLowerDownRight,
        Shape::MouthFunnel,
    ];
    gap < 0.02 && lips.iter().all(|shape| frame.get(*shape) < 0.06)
}
