//! The laws of the face as excesses with their slopes: energy, gradient and check read this one table.

use super::TOLERANCE;
use super::rule::{RULE_COUNT, RuleId, Violations, Weights};
use crate::face::{BLENDSHAPE_COUNT, Pose, Shape};

/// Largest yaw, pitch and roll of a head in rad: necks reach about 70, 45 and 35 degrees each way (Ferrario et al. 2002).
pub(super) const HEAD_LIMIT_RAD: [f32; 3] = [1.2, 0.8, 0.6];
/// What f and v demand: least roll of the lower lip, least rise of the upper one, and what is taken from the rest.
pub(super) const LIP_UNDER_TEETH: f32 = 0.4;
pub(super) const TEETH_BARED: f32 = 0.08;
pub(super) const NOT_ROUND: f32 = 0.7;
pub(super) const LIP_NEAR_TEETH: f32 = 0.6;
/// Opening of the jaw that p b m leave.
pub(super) const JAW_IN_CLOSURE: f32 = 0.08;
/// Parting of the lips with clenched teeth, and what each share of an opening adds.
pub(super) const BARED: f32 = 1.0;
pub(super) const BARED_PER_JAW: f32 = 1.0;
/// Tongue that any opening lets out, and how an opening that is blown through empties the cheeks.
pub(super) const TONGUE_PER_GAP: f32 = 4.0;
pub(super) const PUFF_PER_GAP: f32 = 3.0;
/// What full pucker and full funnel take from drawn-back lips, and what is always left of these.
pub(super) const PUCKER_TAKES: f32 = 0.75;
pub(super) const FUNNEL_TAKES: f32 = 0.525;
pub(super) const DRAWN_LEFT: f32 = 0.25;
/// How fast a closing lid takes the wide eye away.
pub(super) const WIDE_PER_BLINK: f32 = 1.5;
/// Reach of corrugator and frontalis together, and the weight of the frontalis' inner and outer parts.
pub(super) const BROW_REACH: f32 = 1.2;
pub(super) const FRONTALIS: f32 = 0.6;

/// Pairs of which the smaller one must be 0.
pub(super) const CORNERS: [(Shape, Shape); 2] =
    [(Shape::MouthSmileLeft, Shape::MouthFrownLeft), (Shape::MouthSmileRight, Shape::MouthFrownRight)];
pub(super) const SIDES: [(Shape, Shape); 2] =
    [(Shape::JawLeft, Shape::JawRight), (Shape::MouthLeft, Shape::MouthRight)];
pub(super) const GAZES: [(Shape, Shape); 7] = [
    (Shape::EyeLookInLeft, Shape::EyeLookOutLeft),
    (Shape::EyeLookInRight, Shape::EyeLookOutRight),
    (Shape::EyeLookOutLeft, Shape::EyeLookOutRight),
    (Shape::EyeLookUpLeft, Shape::EyeLookDownLeft),
    (Shape::EyeLookUpRight, Shape::EyeLookDownRight),
    (Shape::EyeLookUpLeft, Shape::EyeLookDownRight),
    (Shape::EyeLookUpRight, Shape::EyeLookDownLeft),
];
/// Shapes that open the lips.
pub(super) const OPENERS: [Shape; 7] = [
    Shape::MouthUpperUpLeft,
    Shape::MouthUpperUpRight,
    Shape::MouthLowerDownLeft,
    Shape::MouthLowerDownRight,
    Shape::MouthFunnel,
    Shape::MouthShrugUpper,
    Shape::TongueOut,
];
/// Shapes that draw the corners back.
pub(super) const DRAWN: [Shape; 6] = [
    Shape::MouthSmileLeft,
    Shape::MouthSmileRight,
    Shape::MouthStretchLeft,
    Shape::MouthStretchRight,
    Shape::MouthDimpleLeft,
    Shape::MouthDimpleRight,
];
/// Lips of each side: upper, lower.
pub(super) const LIPS: [(Shape, Shape); 2] = [
    (Shape::MouthUpperUpLeft, Shape::MouthLowerDownLeft),
    (Shape::MouthUpperUpRight, Shape::MouthLowerDownRight),
];
/// Lids of each side: blink, wide, squint.
pub(super) const LIDS: [(Shape, Shape, Shape); 2] = [
    (Shape::EyeBlinkLeft, Shape::EyeWideLeft, Shape::EyeSquintLeft),
    (Shape::EyeBlinkRight, Shape::EyeWideRight, Shape::EyeSquintRight),
];
/// Brows of each side: down, outer up.
pub(super) const BROWS: [(Shape, Shape); 2] =
    [(Shape::BrowDownLeft, Shape::BrowOuterUpLeft), (Shape::BrowDownRight, Shape::BrowOuterUpRight)];

/// What the grammar reads of a face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceState {
    /// Strength of each shape.
    pub pose: Pose,
    /// How firmly the lips must touch (p b m), 0..=1.
    pub closure: f32,
    /// How firmly the lower lip must lie at the upper teeth (f v), 0..=1.
    pub labiodental: f32,
    /// Yaw, pitch and roll of the head in rad.
    pub head_rad: [f32; 3],
}

impl FaceState {
    /// A face at rest with nothing demanded.
    pub const NEUTRAL: Self =
        Self { pose: [0.0; BLENDSHAPE_COUNT], closure: 0.0, labiodental: 0.0, head_rad: [0.0; 3] };

    /// Closure and the teeth that f or v must show, both 0..=1: closing lips hide the teeth.
    #[inline]
    pub(super) fn demands(&self) -> (f32, f32) {
        let share = |x: f32| if x.is_finite() { x.clamp(0.0, 1.0) } else { 0.0 };
        let closure = share(self.closure);
        (closure, (share(self.labiodental) - closure).max(0.0))
    }
}

/// Variables of a face: the shapes, then the head's angles.
pub(super) const VARIABLES: usize = BLENDSHAPE_COUNT + 3;

/// A linear form: which variables it reads, and how strongly.
type Slope<'a> = &'a [(usize, f32)];

/// Receives the pieces of the laws.
trait Reader {
    /// A piece `excess <= 0`, whose gradient is `slope`.
    fn piece(&mut self, rule: RuleId, excess: f32, slope: Slope<'_>);

    /// A piece of which the lesser of two forms counts.
    #[inline(always)]
    fn least(&mut self, rule: RuleId, a: (f32, Slope<'_>), b: (f32, Slope<'_>)) {
        let (excess, slope) = if a.0 < b.0 { a } else { b };
        self.piece(rule, excess, slope);
    }

    /// Pieces -x <= 0 and x <= limit of one variable; what is no number exceeds them by 1 and has no slope.
    #[inline(always)]
    fn interval(&mut self, rule: RuleId, index: usize, x: f32, low: f32, high: f32) {
        if !x.is_finite() {
            self.piece(rule, 1.0, &[]);
        } else if x < low {
            self.piece(rule, low - x, &[(index, -1.0)]);
        } else if x > high {
            self.piece(rule, x - high, &[(index, 1.0)]);
        }
    }

    /// Whether lawful intervals have to be told as well.
    const WHOLE: bool = false;
}

/// Tells every piece of every law at a state.
#[inline(always)]
fn read_laws(state: &FaceState, reader: &mut impl Reader) {
    intervals(state, reader);
    demanded_laws(state, reader);
    mouth_laws(state, reader);
    pair_laws(state, reader);
    upper_face_laws(state, reader);
}

#[inline(always)]
fn intervals<R: Reader>(state: &FaceState, reader: &mut R) {
    let lawful = state.pose.iter().fold(true, |lawful, x| lawful & (0.0..=1.0).contains(x));
    if R::WHOLE || !lawful {
        for (index, x) in state.pose.iter().enumerate() {
            reader.interval(RuleId::Range, index, *x, 0.0, 1.0);
        }
    }
    for (index, (x, limit)) in state.head_rad.iter().zip(HEAD_LIMIT_RAD).enumerate() {
        reader.interval(RuleId::HeadRange, BLENDSHAPE_COUNT + index, *x, -limit, limit);
    }
}

#[inline(always)]
fn demanded_laws(state: &FaceState, reader: &mut impl Reader) {
    let at = |shape: Shape| state.pose[shape as usize];
    let (closure, teeth) = state.demands();
    let (jaw, close) = (at(Shape::JawOpen), at(Shape::MouthClose));
    let (jaw_i, close_i) = (Shape::JawOpen as usize, Shape::MouthClose as usize);
    if closure > 0.0 {
        let open = 1.0 - closure;
        for shape in OPENERS {
            reader.piece(RuleId::ClosedLips, at(shape) - open, &[(shape as usize, 1.0)]);
        }
        reader.piece(RuleId::ClosedLips, jaw - open - JAW_IN_CLOSURE * closure, &[(jaw_i, 1.0)]);
        reader.piece(RuleId::ClosedLips, closure * jaw - close, &[(jaw_i, closure), (close_i, -1.0)]);
    }
    if teeth > 0.0 {
        let mut at_most = |shape: Shape, limit: f32| {
            reader.piece(RuleId::TeethOnLip, at(shape) - limit, &[(shape as usize, 1.0)]);
        };
        at_most(Shape::JawOpen, 1.0 - LIP_NEAR_TEETH * teeth);
        at_most(Shape::MouthPucker, 1.0 - NOT_ROUND * teeth);
        at_most(Shape::MouthFunnel, 1.0 - NOT_ROUND * teeth);
        at_most(Shape::MouthRollUpper, 1.0 - NOT_ROUND * teeth);
        at_most(Shape::MouthLowerDownLeft, 1.0 - teeth);
        at_most(Shape::MouthLowerDownRight, 1.0 - teeth);
        let mut at_least = |shape: Shape, limit: f32| {
            reader.piece(RuleId::TeethOnLip, limit - at(shape), &[(shape as usize, -1.0)]);
        };
        at_least(Shape::MouthRollLower, LIP_UNDER_TEETH * teeth);
        at_least(Shape::MouthUpperUpLeft, TEETH_BARED * teeth);
        at_least(Shape::MouthUpperUpRight, TEETH_BARED * teeth);
    }
}

#[inline(always)]
fn mouth_laws(state: &FaceState, reader: &mut impl Reader) {
    let at = |shape: Shape| state.pose[shape as usize];
    let (jaw, close) = (at(Shape::JawOpen), at(Shape::MouthClose));
    let (jaw_i, close_i) = (Shape::JawOpen as usize, Shape::MouthClose as usize);
    reader.piece(RuleId::JawOverLips, close - jaw, &[(close_i, 1.0), (jaw_i, -1.0)]);
    let gap = jaw - close;
    for (upper, lower) in LIPS {
        let slope =
            [(upper as usize, 1.0), (lower as usize, 1.0), (jaw_i, -BARED_PER_JAW), (close_i, BARED_PER_JAW)];
        reader.piece(RuleId::JawWithLips, at(upper) + at(lower) - BARED - BARED_PER_JAW * gap, &slope);
    }
    let (tongue, tongue_i) = (at(Shape::TongueOut), Shape::TongueOut as usize);
    let slope = [(tongue_i, 1.0), (jaw_i, -TONGUE_PER_GAP), (close_i, TONGUE_PER_GAP)];
    reader.least(
        RuleId::TongueNeedsGap,
        (tongue, &[(tongue_i, 1.0)]),
        (tongue - TONGUE_PER_GAP * gap, &slope),
    );
    let (puff, puff_i) = (at(Shape::CheekPuff), Shape::CheekPuff as usize);
    let slope = [(puff_i, 1.0), (jaw_i, PUFF_PER_GAP), (close_i, -PUFF_PER_GAP)];
    reader.least(RuleId::PuffedCheeks, (puff, &[(puff_i, 1.0)]), (puff - 1.0 + PUFF_PER_GAP * gap, &slope));
    let taken = PUCKER_TAKES * at(Shape::MouthPucker) + FUNNEL_TAKES * at(Shape::MouthFunnel);
    for shape in DRAWN {
        let (drawn, own) = (at(shape), (shape as usize, 1.0));
        let slope =
            [own, (Shape::MouthPucker as usize, PUCKER_TAKES), (Shape::MouthFunnel as usize, FUNNEL_TAKES)];
        reader.least(RuleId::RoundingOverSmile, (drawn - DRAWN_LEFT, &[own]), (drawn - 1.0 + taken, &slope));
    }
}

#[inline(always)]
fn pair_laws(state: &FaceState, reader: &mut impl Reader) {
    let mut exclude = |rule: RuleId, pairs: &[(Shape, Shape)]| {
        for &(a, b) in pairs {
            let form = |shape: Shape| (state.pose[shape as usize], [(shape as usize, 1.0)]);
            let (a, b) = (form(a), form(b));
            reader.least(rule, (a.0, &a.1), (b.0, &b.1));
        }
    };
    exclude(RuleId::OneCornerDirection, &CORNERS);
    exclude(RuleId::OneSide, &SIDES);
    exclude(RuleId::OneGaze, &GAZES);
}

#[inline(always)]
fn upper_face_laws(state: &FaceState, reader: &mut impl Reader) {
    let at = |shape: Shape| state.pose[shape as usize];
    for (blink, wide, squint) in LIDS {
        let (shut, own) = (at(blink), (wide as usize, 1.0));
        reader.least(
            RuleId::Lids,
            (at(wide), &[own]),
            (at(wide) - 1.0 + WIDE_PER_BLINK * shut, &[own, (blink as usize, WIDE_PER_BLINK)]),
        );
        let slope = [(squint as usize, 1.0), (blink as usize, 1.0)];
        reader.piece(RuleId::Lids, at(squint) + shut - 1.0, &slope);
    }
    for (down, outer) in BROWS {
        let up = FRONTALIS * (at(Shape::BrowInnerUp) + at(outer));
        let slope =
            [(down as usize, 1.0), (Shape::BrowInnerUp as usize, FRONTALIS), (outer as usize, FRONTALIS)];
        reader.piece(RuleId::Brows, at(down) + up - BROW_REACH, &slope);
    }
}

struct Energy<'a> {
    weights: &'a Weights,
    sum: f32,
}

impl Reader for Energy<'_> {
    #[inline(always)]
    fn piece(&mut self, rule: RuleId, excess: f32, _: Slope<'_>) {
        if excess > 0.0 && self.weights.acts(rule) {
            self.sum += self.weights.of(rule) * excess * excess;
        }
    }
}

/// G of a face: 0 if it is lawful, never negative, finite for any finite state of human size.
pub fn energy(state: &FaceState, weights: &Weights) -> f32 {
    let mut reader = Energy { weights, sum: 0.0 };
    read_laws(state, &mut reader);
    reader.sum
}

impl RuleId {
    /// g_c of a face: by how much this rule is broken, the root of the squares of its pieces; 0 where all is lawful and
    /// for rules of the sound. Continuous over finite states.
    pub fn penalty(self, state: &FaceState) -> f32 {
        let mut rules = [0.0; RULE_COUNT];
        rules[self as usize] = 1.0;
        energy(state, &Weights::from_array(rules)).sqrt()
    }
}

struct Check(Violations);

impl Reader for Check {
    #[inline(always)]
    fn piece(&mut self, rule: RuleId, excess: f32, _: Slope<'_>) {
        self.0.note(rule, excess > TOLERANCE);
    }
}

/// The rules that a face breaks by more than [`TOLERANCE`], whatever their weights.
pub fn face_violations(state: &FaceState) -> Violations {
    let mut reader = Check(Violations::NONE);
    read_laws(state, &mut reader);
    reader.0
}

struct Gradient<'a> {
    weights: &'a Weights,
    sum: f32,
    slope: [f32; VARIABLES],
}

impl Reader for Gradient<'_> {
    #[inline(always)]
    fn piece(&mut self, rule: RuleId, excess: f32, slope: Slope<'_>) {
        if excess > 0.0 && self.weights.acts(rule) {
            let weighted = self.weights.of(rule) * excess;
            self.sum += weighted * excess;
            for (index, factor) in slope {
                self.slope[*index] += 2.0 * weighted * factor;
            }
        }
    }
}

/// Rate of the descent in 1/s: an excess over one shape with weight 1 halves in 40 ms, faster than an expression comes.
const DESCENT_HZ: f32 = 8.66;
/// Farther out a state is not read: it is as unlawful here.
const FARTHEST: f32 = 1e3;

/// Lets a face follow `x' = -rate dG/dx` for `dt_s` and returns G before. Each variable moves at most by its gradient
/// over the bound of G's curvature, so that no step, however long, overshoots a law or raises G. What is no number
/// becomes 0.
pub fn descend(state: &mut FaceState, weights: &Weights, dt_s: f32) -> f32 {
    let number = |x: f32| if x.is_finite() { x.clamp(-FARTHEST, FARTHEST) } else { 0.0 };
    state.pose = state.pose.map(number);
    state.head_rad = state.head_rad.map(number);
    let mut reader = Gradient { weights, sum: 0.0, slope: [0.0; VARIABLES] };
    read_laws(state, &mut reader);
    if reader.sum > 0.0 {
        let step = DESCENT_HZ * dt_s.max(0.0);
        let variables = state.pose.iter_mut().chain(&mut state.head_rad);
        for ((x, slope), longest) in variables.zip(&reader.slope).zip(&weights.longest_step) {
            *x -= step.min(*longest) * slope;
        }
    }
    reader.sum
}

struct Curvature<'a> {
    weights: &'a [f32; RULE_COUNT],
    bound: [f32; VARIABLES],
}

impl Reader for Curvature<'_> {
    fn piece(&mut self, rule: RuleId, _: f32, slope: Slope<'_>) {
        let whole: f32 = slope.iter().map(|(_, factor)| factor.abs()).sum();
        for (index, factor) in slope {
            self.bound[*index] += 2.0 * self.weights[rule as usize] * factor.abs() * whole;
        }
    }

    fn least(&mut self, rule: RuleId, a: (f32, Slope<'_>), b: (f32, Slope<'_>)) {
        self.piece(rule, a.0, a.1);
        self.piece(rule, b.0, b.1);
    }

    fn interval(&mut self, rule: RuleId, index: usize, _: f32, _: f32, _: f32) {
        self.piece(rule, 0.0, &[(index, 1.0)]);
    }

    const WHOLE: bool = true;
}

/// Along each variable an upper bound of the curvature of G: the row sums of `2 sum_c w_c |a_c| |a_c|^T` over all
/// pieces (Gershgorin), which no sum of active pieces exceeds.
pub(super) fn curvature(weights: &[f32; RULE_COUNT]) -> [f32; VARIABLES] {
    let mut reader = Curvature { weights, bound: [0.0; VARIABLES] };
    // Closing lips and teeth exclude each other: what each demands is read of a face of its own.
    let closing = FaceState { closure: 1.0, ..FaceState::NEUTRAL };
    read_laws(&closing, &mut reader);
    let biting = FaceState { labiodental: 1.0, ..FaceState::NEUTRAL };
    demanded_laws(&biting, &mut reader);
    reader.bound
}
