//! Composes the face of one control tick: mouth, expression, idle life, head, and the grammar over all.

use super::{BLENDSHAPE_COUNT, BlendshapeFrame, IdleLife, Pose, Shape, expression_pose, mouth_pose, project};
use crate::emotion::EmotionState;
use crate::field::{Band, FieldNetwork, Role};
use crate::score::{Articulator, ScoreFrame};

/// Rise and fall of an expression in s: onsets of felt expressions take 0.3-0.7 s, offsets longer
/// (Hess & Kleck 1990); arousal shortens both.
const ONSET_S: f32 = 0.22;
const OFFSET_S: f32 = 0.45;

/// Time in which one line's mouth gives way to the next line's, s: a mouth that jumps looks like a cut in a film.
const HANDOVER_S: f32 = 0.06;

/// What the face reads in one tick.
#[derive(Debug, Clone, Copy)]
pub struct VisageDrive<'a> {
    /// Channels of the score as the micro band plays them.
    pub mouth: &'a ScoreFrame,
    /// How firmly the lips must touch now, 0..=1, straight from the score.
    pub closure: f32,
    /// The slow bands.
    pub network: &'a FieldNetwork,
    /// The emotion in force.
    pub emotion: &'a EmotionState,
    /// Resting strength of each shape.
    pub resting: &'a Pose,
    /// Whether the grammar acts.
    pub grammar: bool,
}

/// State of the face between ticks.
#[derive(Debug, Clone)]
pub struct Visage {
    expression: Pose,
    /// The speaking mouth of the last tick.
    mouth: Pose,
    /// Where the mouth was when the line changed.
    mouth_before: Pose,
    /// Share of `mouth_before` that is still seen, 0..=1.
    handover: f32,
    idle: IdleLife,
    corrections: u32,
}

impl Visage {
    /// A resting face.
    pub fn new(seed: u64) -> Self {
        let still = [0.0; BLENDSHAPE_COUNT];
        let idle = IdleLife::new(seed);
        Self { expression: still, mouth: still, mouth_before: still, handover: 0.0, idle, corrections: 0 }
    }

    /// Back to rest.
    pub fn reset(&mut self) {
        self.expression = [0.0; BLENDSHAPE_COUNT];
        self.mouth = [0.0; BLENDSHAPE_COUNT];
        self.handover = 0.0;
        self.idle.reset();
        self.corrections = 0;
    }

    /// How often a rule of the grammar had to act since `reset`.
    pub fn corrections(&self) -> u32 {
        self.corrections
    }

    /// A line begins, is begun anew or ends: the mouth moves there from where it is.
    pub fn hand_over(&mut self) {
        self.mouth_before = self.mouth;
        self.handover = 1.0;
    }

    /// The face after `dt_s` more.
    pub fn step(&mut self, dt_s: f32, drive: &VisageDrive<'_>) -> BlendshapeFrame {
        let [_, arousal, _] = drive.emotion.shown();
        self.ease(dt_s, &expression_pose(drive.emotion), arousal);
        let network = drive.network;
        let jaw_swing = 0.5 - 0.5 * network.cos(Role::Jaw);
        let mouth =
            mouth_pose(drive.mouth, jaw_swing * network.r(Role::Jaw) + 0.5 * (1.0 - network.r(Role::Jaw)));
        self.handover = (self.handover - dt_s / HANDOVER_S).max(0.0);
        let before = self.handover * self.handover * (3.0 - 2.0 * self.handover);
        self.mouth = std::array::from_fn(|i| mouth[i] + before * (self.mouth_before[i] - mouth[i]));
        let mouth = self.mouth;
        let idle = self.idle.step(dt_s, network, arousal);
        let effort = drive.mouth[Articulator::Effort.channel()].clamp(0.0, 1.0);
        let mut pose: Pose = std::array::from_fn(|i| {
            drive.resting[i] + mouth[i] + idle[i] + self.expression[i] * share_while_speaking(i, effort)
        });
        self.beat(&mut pose, network, arousal);
        if drive.grammar {
            self.corrections += project(&mut pose, drive.closure);
        }
        let emotion =
            [drive.emotion.valence, drive.emotion.arousal, drive.emotion.dominance, drive.emotion.intensity];
        BlendshapeFrame { time_samples: 0, shapes: pose, head_rad: head(network), emotion }
    }

    fn ease(&mut self, dt_s: f32, target: &Pose, arousal: f32) {
        let haste = (0.7 * arousal).exp();
        let rate = |tau_s: f32| 1.0 - (-dt_s * haste / tau_s).exp();
        let (onset, offset) = (rate(ONSET_S), rate(OFFSET_S));
        for (now, to) in self.expression.iter_mut().zip(target) {
            *now += if to > now { onset } else { offset } * (to - *now);
        }
    }

    /// Brows on stressed syllables, cheeks in happy speech: strengths from amplitudes and phases of the field.
    fn beat(&self, pose: &mut Pose, network: &FieldNetwork, arousal: f32) {
        let swing = |role: Role| 0.5 - 0.5 * network.cos(role);
        let brow = 0.10 * (1.0 + arousal.max(0.0)) * network.r(Role::Brow) * swing(Role::Brow);
        for shape in [Shape::BrowOuterUpLeft, Shape::BrowOuterUpRight, Shape::BrowInnerUp] {
            pose[shape as usize] += brow;
        }
        let smile = self.expression[Shape::MouthSmileLeft as usize];
        let cheek = 0.15 * smile * swing(Role::Cheek);
        pose[Shape::CheekSquintLeft as usize] += cheek;
        pose[Shape::CheekSquintRight as usize] += cheek;
    }
}

/// A speaking mouth is not a posing one: while phones are made, expressions keep half of the mouth and all the rest.
fn share_while_speaking(index: usize, effort: f32) -> f32 {
    let mouth = (Shape::JawForward as usize..=Shape::MouthUpperUpRight as usize).contains(&index);
    if mouth { 1.0 - 0.45 * effort } else { 1.0 }
}

/// Yaw, pitch and roll in rad: sway, breath, and nods that grow with the synchrony of the rhythmic population.
fn head(network: &FieldNetwork) -> [f32; 3] {
    let (re, im) = network.mean_field(Band::Meso);
    let engagement = re.hypot(im);
    let nod = network.r(Role::Nod) * engagement * (0.5 - 0.5 * network.cos(Role::Nod));
    let breath = 0.006 * network.cos(Role::Breath);
    [
        0.035 * network.sin(Role::SwayYaw),
        0.018 * network.sin(Role::SwayPitch) + breath - 0.06 * nod,
        0.022 * network.sin(Role::SwayRoll),
    ]
}
