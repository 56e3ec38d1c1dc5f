//! The hard projection of a face: once through the rules, each moving only what none before it has read.
//!
//! Order: every shape into its range; what phones demand of jaw, lips and rounding; what follows from these (how far
//! lips part, tongue, cheeks, corners); then pairs, lids and brows. So causes stand before what yields to them, and one
//! pass is enough.

use super::face::{
    BARED, BARED_PER_JAW, BROW_REACH, BROWS, CORNERS, DRAWN, DRAWN_LEFT, FRONTALIS, FUNNEL_TAKES, FaceState,
    GAZES, HEAD_LIMIT_RAD, JAW_IN_CLOSURE, LIDS, LIP_NEAR_TEETH, LIP_UNDER_TEETH, LIPS, NOT_ROUND, OPENERS,
    PUCKER_TAKES, PUFF_PER_GAP, SIDES, TEETH_BARED, TONGUE_PER_GAP, WIDE_PER_BLINK,
};
use super::rule::{RuleId, Violations, Weights};
use crate::face::{BlendshapeFrame, Pose, Shape};

/// Makes a face lawful and tells which rules had to act. Idempotent; a lawful face passes bit-unchanged.
pub fn project(state: &mut FaceState, weights: &Weights) -> Violations {
    let mut acted = Violations::NONE;
    let (closure, teeth) = state.demands();
    let pose = &mut state.pose;
    macro_rules! act {
        ($rule:ident, $apply:expr) => {
            if weights.acts(RuleId::$rule) {
                acted.note(RuleId::$rule, $apply);
            }
        };
    }
    act!(HeadRange, head_range(&mut state.head_rad));
    act!(Range, range(pose));
    act!(ClosedLips, closure > 0.0 && closed_lips(pose, closure));
    act!(TeethOnLip, teeth > 0.0 && teeth_on_lip(pose, teeth));
    act!(JawOverLips, limit(pose, Shape::MouthClose, at(pose, Shape::JawOpen)));
    act!(JawWithLips, jaw_with_lips(pose));
    act!(TongueNeedsGap, limit(pose, Shape::TongueOut, (TONGUE_PER_GAP * gap(pose)).max(0.0)));
    act!(PuffedCheeks, limit(pose, Shape::CheekPuff, (1.0 - PUFF_PER_GAP * gap(pose)).max(0.0)));
    act!(RoundingOverSmile, rounding_over_smile(pose));
    act!(OneCornerDirection, exclude(pose, &CORNERS));
    act!(OneSide, exclude(pose, &SIDES));
    act!(OneGaze, exclude(pose, &GAZES));
    act!(Lids, lids(pose));
    act!(Brows, brows(pose));
    acted
}

/// Brings a face a share of the way to the lawful one, 0..=1, and tells which rules were broken. The ranges of shapes and
/// head are those of the format that faces are told in: they hold whatever the share.
pub fn project_partly(state: &mut FaceState, weights: &Weights, share: f32) -> Violations {
    if share >= 1.0 {
        return project(state, weights);
    }
    let mut free = *state;
    range(&mut free.pose);
    head_range(&mut free.head_rad);
    if share <= 0.0 {
        *state = free;
        return Violations::NONE;
    }
    let acted = project(state, weights);
    // Both lie in their ranges, and so does what lies between them.
    range(&mut state.pose);
    head_range(&mut state.head_rad);
    let between = |free: f32, lawful: f32| free + share * (lawful - free);
    state.pose = std::array::from_fn(|i| between(free.pose[i], state.pose[i]));
    state.head_rad = std::array::from_fn(|i| between(free.head_rad[i], state.head_rad[i]));
    acted
}

/// Makes a told face lawful, such as one between two lawful ones; demands as in [`FaceState`].
pub fn lawful(frame: &mut BlendshapeFrame, closure: f32, labiodental: f32, weights: &Weights) -> Violations {
    let mut state = FaceState { pose: frame.shapes, closure, labiodental, head_rad: frame.head_rad };
    let acted = project(&mut state, weights);
    (frame.shapes, frame.head_rad) = (state.pose, state.head_rad);
    acted
}

#[inline(always)]
fn at(pose: &Pose, shape: Shape) -> f32 {
    pose[shape as usize]
}

/// Opening that the jaw leaves between the lips.
#[inline(always)]
fn gap(pose: &Pose) -> f32 {
    at(pose, Shape::JawOpen) - at(pose, Shape::MouthClose)
}

/// Lowers a shape to a ceiling and tells whether it stood above.
#[inline(always)]
fn limit(pose: &mut Pose, shape: Shape, ceiling: f32) -> bool {
    let x = &mut pose[shape as usize];
    let above = *x > ceiling;
    *x = if above { ceiling } else { *x };
    above
}

/// Raises a shape to a floor and tells whether it lay below.
#[inline(always)]
fn lift(pose: &mut Pose, shape: Shape, floor: f32) -> bool {
    let x = &mut pose[shape as usize];
    let below = *x < floor;
    *x = if below { floor } else { *x };
    below
}

fn range(pose: &mut Pose) -> bool {
    let lawful = pose.iter().fold(true, |lawful, x| lawful & (0.0..=1.0).contains(x));
    if !lawful {
        *pose = pose.map(|x| if x.is_finite() { x.clamp(0.0, 1.0) } else { 0.0 });
    }
    !lawful
}

fn head_range(head_rad: &mut [f32; 3]) -> bool {
    let mut acted = false;
    for (x, limit) in head_rad.iter_mut().zip(HEAD_LIMIT_RAD) {
        if !(-limit..=limit).contains(x) {
            *x = if x.is_finite() { x.clamp(-limit, limit) } else { 0.0 };
            acted = true;
        }
    }
    acted
}

fn closed_lips(pose: &mut Pose, closure: f32) -> bool {
    let open = 1.0 - closure;
    let mut acted = limit(pose, Shape::JawOpen, JAW_IN_CLOSURE * closure + open);
    for shape in OPENERS {
        acted |= limit(pose, shape, open);
    }
    acted | lift(pose, Shape::MouthClose, closure * at(pose, Shape::JawOpen))
}

fn teeth_on_lip(pose: &mut Pose, teeth: f32) -> bool {
    let mut acted = limit(pose, Shape::JawOpen, 1.0 - LIP_NEAR_TEETH * teeth);
    for shape in [Shape::MouthPucker, Shape::MouthFunnel, Shape::MouthRollUpper] {
        acted |= limit(pose, shape, 1.0 - NOT_ROUND * teeth);
    }
    for (upper, lower) in LIPS {
        acted |= limit(pose, lower, 1.0 - teeth);
        acted |= lift(pose, upper, TEETH_BARED * teeth);
    }
    acted | lift(pose, Shape::MouthRollLower, LIP_UNDER_TEETH * teeth)
}

/// The lower lip yields: the upper one may be bound to show the teeth.
fn jaw_with_lips(pose: &mut Pose) -> bool {
    let parting = BARED + BARED_PER_JAW * gap(pose);
    let mut acted = false;
    for (upper, lower) in LIPS {
        acted |= limit(pose, lower, (parting - at(pose, upper)).max(0.0));
    }
    acted
}

fn rounding_over_smile(pose: &mut Pose) -> bool {
    let taken = PUCKER_TAKES * at(pose, Shape::MouthPucker) + FUNNEL_TAKES * at(pose, Shape::MouthFunnel);
    let mut acted = false;
    for shape in DRAWN {
        acted |= limit(pose, shape, (1.0 - taken).max(DRAWN_LEFT));
    }
    acted
}

/// Takes from both of each pair what the smaller one has.
fn exclude(pose: &mut Pose, pairs: &[(Shape, Shape)]) -> bool {
    let mut acted = false;
    for &(a, b) in pairs {
        let both = at(pose, a).min(at(pose, b));
        if both > 0.0 {
            pose[a as usize] -= both;
            pose[b as usize] -= both;
            acted = true;
        }
    }
    acted
}

fn lids(pose: &mut Pose) -> bool {
    let mut acted = false;
    for (blink, wide, squint) in LIDS {
        let shut = at(pose, blink);
        acted |= limit(pose, wide, (1.0 - WIDE_PER_BLINK * shut).max(0.0));
        acted |= limit(pose, squint, 1.0 - shut);
    }
    acted
}

/// The corrugator yields: brows that beat are heard as stress.
fn brows(pose: &mut Pose) -> bool {
    let mut acted = false;
    for (down, outer) in BROWS {
        let up = FRONTALIS * (at(pose, Shape::BrowInnerUp) + at(pose, outer));
        acted |= limit(pose, down, (BROW_REACH - up).max(0.0));
    }
    acted
}
