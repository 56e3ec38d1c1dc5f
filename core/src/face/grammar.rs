//! The harmonic grammar of the face: what no face may do, as hard projections of a pose.
//!
//! Each rule has a name and a reason; [`project`] applies them in order and tells how many had to act. The rules are
//! idempotent: a lawful face passes unchanged.

use super::{Pose, Shape};

/// One rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Stable name.
    pub name: &'static str,
    /// Why it is there.
    pub why: &'static str,
    apply: fn(&mut Pose, f32),
}

const PAIRS: [(Shape, Shape); 2] =
    [(Shape::MouthSmileLeft, Shape::MouthFrownLeft), (Shape::MouthSmileRight, Shape::MouthFrownRight)];

/// All rules in the order in which they act; the second argument is how firmly the lips are closed, 0..=1.
pub const RULES: [Rule; 6] = [
    Rule {
        name: "range",
        why: "a blendshape is a share of a pose: below 0 and above 1 meshes tear",
        apply: |pose, _| {
            pose.iter_mut().for_each(|x| *x = if x.is_finite() { x.clamp(0.0, 1.0) } else { 0.0 })
        },
    },
    Rule {
        name: "rounding-over-smile",
        why: "lips cannot be protruded and drawn back at once; the phone wins",
        apply: |pose, _| {
            let rounded = (at(pose, Shape::MouthPucker) + 0.7 * at(pose, Shape::MouthFunnel)).min(1.0);
            for shape in [
                Shape::MouthSmileLeft,
                Shape::MouthSmileRight,
                Shape::MouthStretchLeft,
                Shape::MouthStretchRight,
            ] {
                limit(pose, shape, 1.0 - 0.75 * rounded);
            }
        },
    },
    Rule {
        name: "closed-lips",
        why: "in p b m the lips touch: no opening is left, whatever the expression wants",
        apply: |pose, closure| {
            if closure <= 0.0 {
                return;
            }
            let open = 1.0 - closure;
            for shape in [
                Shape::MouthUpperUpLeft,
                Shape::MouthUpperUpRight,
                Shape::MouthLowerDownLeft,
                Shape::MouthLowerDownRight,
                Shape::MouthFunnel,
                Shape::MouthShrugUpper,
                Shape::TongueOut,
            ] {
                limit(pose, shape, open);
            }
            let jaw = at(pose, Shape::JawOpen).min(0.08 * closure + open);
            set(pose, Shape::JawOpen, jaw);
            let close = at(pose, Shape::MouthClose).max(jaw * closure);
            set(pose, Shape::MouthClose, close);
        },
    },
    Rule {
        name: "jaw-over-lips",
        why: "mouthClose undoes an opening of the jaw; more than the opening turns the lips inside out",
        apply: |pose, _| {
            let jaw = at(pose, Shape::JawOpen);
            limit(pose, Shape::MouthClose, jaw);
        },
    },
    Rule {
        name: "one-corner-direction",
        why: "a mouth corner goes up or down, not both",
        apply: |pose, _| {
            for (up, down) in PAIRS {
                let both = at(pose, up).min(at(pose, down));
                set(pose, up, at(pose, up) - both);
                set(pose, down, at(pose, down) - both);
            }
        },
    },
    Rule {
        name: "lids",
        why: "an eye cannot be wide and closed, nor squint once it is shut",
        apply: |pose, _| {
            for (blink, wide, squint) in [
                (Shape::EyeBlinkLeft, Shape::EyeWideLeft, Shape::EyeSquintLeft),
                (Shape::EyeBlinkRight, Shape::EyeWideRight, Shape::EyeSquintRight),
            ] {
                let open = 1.0 - at(pose, blink);
                limit(pose, wide, open * open);
                limit(pose, squint, open);
            }
        },
    },
];

fn at(pose: &Pose, shape: Shape) -> f32 {
    pose[shape as usize]
}

fn set(pose: &mut Pose, shape: Shape, value: f32) {
    pose[shape as usize] = value;
}

fn limit(pose: &mut Pose, shape: Shape, ceiling: f32) {
    pose[shape as usize] = pose[shape as usize].min(ceiling);
}

/// Makes a pose lawful; `closure` in 0..=1 is how firmly the lips have to touch. Returns how many rules acted.
pub fn project(pose: &mut Pose, closure: f32) -> u32 {
    let mut acted = 0;
    for rule in &RULES {
        let before = *pose;
        (rule.apply)(pose, closure.clamp(0.0, 1.0));
        // Bit by bit and without a way out: a comparison of floats that stops at the first difference is slow.
        let changed = before.iter().zip(&*pose).fold(0, |seen, (a, b)| seen | (a.to_bits() ^ b.to_bits()));
        acted += u32::from(changed != 0);
    }
    acted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::{BLENDSHAPE_COUNT, BlendshapeFrame, lips_are_closed};
    use crate::sound::Noise;

    #[test]
    fn any_pose_becomes_lawful_and_stays_so() {
        let mut noise = Noise::new(11);
        for trial in 0..500 {
            let mut pose: Pose = std::array::from_fn(|_| 3.0 * noise.uniform());
            pose[trial % BLENDSHAPE_COUNT] = f32::NAN;
            assert!(project(&mut pose, 1.0) > 0);
            let once = pose;
            project(&mut pose, 1.0);
            assert_eq!(once, pose, "projecting twice changes nothing");
            let frame = BlendshapeFrame { shapes: pose, ..BlendshapeFrame::NEUTRAL };
            assert!(lips_are_closed(&frame));
            assert!(pose.iter().all(|x| (0.0..=1.0).contains(x)));
            assert!(at(&pose, Shape::EyeWideLeft) <= 1.0 - at(&pose, Shape::EyeBlinkLeft));
            assert_eq!(at(&pose, Shape::MouthSmileLeft).min(at(&pose, Shape::MouthFrownLeft)), 0.0);
        }
    }

    #[test]
    fn a_lawful_face_passes() {
        let mut pose = [0.0; BLENDSHAPE_COUNT];
        set(&mut pose, Shape::JawOpen, 0.3);
        set(&mut pose, Shape::MouthSmileLeft, 0.4);
        assert_eq!(project(&mut pose, 0.0), 0);
    }
}
