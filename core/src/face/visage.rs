//! Composes the face of one control tick: mouth, expression, idle life, head, and the grammar over all.

use super::{BLENDSHAPE_COUNT, BlendshapeFrame, IdleLife, Pose, Shape, expression_pose, mouth_pose};
use crate::emotion::EmotionState;
use crate::field::{Band, FieldNetwork, Role};
use crate::grammar::{FaceState, Tally, Weights, descend, project};
use crate::score::{Articulator, ScoreFrame};

/// Rise and fall of an expression in s: onsets of felt expressions take 0.3-0.7 s, offsets longer
/// (Hess & Kleck 1990); arousal shortens both.
const ONSET_S: f32 = 0.22;
const OFFSET_S: f32 = 0.45;

/// Raise of the brows at a full surprise.
const SURPRISED_BROW: f32 = 0.5;

/// Time in which one line's mouth gives way to the next line's, s: a mouth that jumps looks like a cut in a film.
const HANDOVER_S: f32 = 0.06;

/// What the face reads in one tick.
#[derive(Debug, Clone, Copy)]
pub struct VisageDrive<'a> {
    /// Channels of the score as the micro band plays them.
    pub mouth: &'a ScoreFrame,
    /// How firmly the lips must touch now, 0..=1, straight from the score.
    pub closure: f32,
    /// How firmly the lower lip must lie at the upper teeth now, 0..=1.
    pub labiodental: f32,
    /// The slow bands.
    pub network: &'a FieldNetwork,
    /// The emotion in force.
    pub emotion: &'a EmotionState,
    /// Resting strength of each shape.
    pub resting: &'a Pose,
    /// What each rule of the grammar weighs.
    pub weights: &'a Weights,
    /// Whether the grammar acts.
    pub grammar: bool,
    /// How far a surprise raises the brows, 0..=1.
    pub brow_raise: f32,
    /// Factor on the movements of the speaking mouth, 1 unless one surprise follows the other.
    pub mouth_gain: f32,
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
    tally: Tally,
    grammar_energy: f32,
}

impl Visage {
    /// A resting face.
    pub fn new(seed: u64) -> Self {
        let still = [0.0; BLENDSHAPE_COUNT];
        let idle = IdleLife::new(seed);
        Self {
            expression: still,
            mouth: still,
            mouth_before: still,
            handover: 0.0,
            idle,
            tally: Tally::default(),
            grammar_energy: 0.0,
        }
    }

    /// Back to rest.
    pub fn reset(&mut self) {
        self.expression = [0.0; BLENDSHAPE_COUNT];
        self.mouth = [0.0; BLENDSHAPE_COUNT];
        self.handover = 0.0;
        self.idle.reset();
        self.tally = Tally::default();
        self.grammar_energy = 0.0;
    }

    /// How often a rule of the grammar had to act since `reset`.
    pub fn corrections(&self) -> u32 {
        self.tally.total()
    }

    /// How often each rule had to act since `reset`.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// G of the last face before the grammar acted on it.
    pub fn grammar_energy(&self) -> f32 {
        self.grammar_energy
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
        self.mouth = std::array::from_fn(|i| {
            let own = mouth[i] * drive.mouth_gain;
            own + before * (self.mouth_before[i] - own)
        });
        let mouth = self.mouth;
        let idle = self.idle.step(dt_s, network, arousal);
        let effort = drive.mouth[Articulator::Effort.channel()].clamp(0.0, 1.0);
        let mut pose: Pose = std::array::from_fn(|i| {
            drive.resting[i] + mouth[i] + idle[i] + self.expression[i] * share_while_speaking(i, effort)
        });
        self.beat(&mut pose, network, arousal, drive.brow_raise);
        let (closure, labiodental) = (drive.closure, drive.labiodental);
        let mut state = FaceState { pose, closure, labiodental, head_rad: head(network) };
        if drive.grammar {
            self.give_way(&mut state, drive.weights, dt_s, effort);
            self.tally.add(project(&mut state, drive.weights));
        }
        let emotion =
            [drive.emotion.valence, drive.emotion.arousal, drive.emotion.dominance, drive.emotion.intensity];
        BlendshapeFrame { time_samples: 0, shapes: state.pose, head_rad: state.head_rad, emotion }
    }

    /// The gradient of the grammar's G acts on the slow part of the face: an expression that the whole face cannot hold,
    /// such as a smile about a rounded vowel, gives way as it came, before the projection has to cut it. It gives way
    /// only: no rule makes a feeling.
    fn give_way(&mut self, state: &mut FaceState, weights: &Weights, dt_s: f32, effort: f32) {
        let mut moved = *state;
        self.grammar_energy = descend(&mut moved, weights, dt_s);
        if self.grammar_energy <= 0.0 {
            return;
        }
        for (index, slow) in self.expression.iter_mut().enumerate() {
            let given = state.pose[index] - moved.pose[index];
            // What is no number is left to the projection.
            let given = if given > 0.0 { given.min(slow.max(0.0)) } else { 0.0 };
            *slow -= given;
            state.pose[index] -= given * share_while_speaking(index, effort);
        }
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
    fn beat(&self, pose: &mut Pose, network: &FieldNetwork, arousal: f32, brow_raise: f32) {
        let swing = |role: Role| 0.5 - 0.5 * network.cos(role);
        let beat = 0.10 * (1.0 + arousal.max(0.0)) * network.r(Role::Brow) * swing(Role::Brow);
        let brow = beat + SURPRISED_BROW * brow_raise;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldSetup;
    use crate::grammar::RuleId;
    use crate::score::SCORE_CHANNELS;

    /// The smile that is seen after 2 s of joy on a rounded mouth, and the tick after the mouth lets go of the rounding.
    fn smiles(pucker: f32, resting: &Pose, grammar: bool) -> ([f32; 2], Visage) {
        let (network, weights) = (FieldNetwork::new(&FieldSetup::default(), 1), Weights::default());
        let emotion = EmotionState { valence: 1.0, arousal: 0.5, dominance: 0.0, intensity: 1.0 };
        let mut visage = Visage::new(1);
        let mut smile_after = |ticks: usize, pucker: f32| {
            let mut mouth = [0.0; SCORE_CHANNELS];
            mouth[Articulator::Pucker.channel()] = pucker;
            let drive = VisageDrive {
                mouth: &mouth,
                closure: 0.0,
                labiodental: 0.0,
                network: &network,
                emotion: &emotion,
                resting,
                weights: &weights,
                grammar,
                brow_raise: 0.0,
                mouth_gain: 1.0,
            };
            (0..ticks).fold(0.0, |_, _| visage.step(1.0 / 240.0, &drive).get(Shape::MouthSmileLeft))
        };
        let smiles = [smile_after(480, pucker), smile_after(1, 0.0)];
        (smiles, visage)
    }

    #[test]
    fn a_feeling_gives_way_to_a_rounded_mouth_instead_of_being_cut() {
        const REST: Pose = [0.0; BLENDSHAPE_COUNT];
        let (free, visage) = smiles(0.0, &REST, true);
        assert_eq!((visage.tally().total(), visage.grammar_energy()), (0, 0.0));
        let (rounded, visage) = smiles(1.0, &REST, true);
        assert!(visage.tally().of(RuleId::RoundingOverSmile) > 100);
        assert!((rounded[0] - 0.25).abs() < 1e-6 && free[0] > 0.5, "{rounded:?} {free:?}");
        // What was only cut would be back at once.
        assert!(rounded[1] < 0.6 * free[1] && rounded[1] >= rounded[0], "{rounded:?} {free:?}");
        assert_eq!(smiles(1.0, &REST, false).0[1], free[1], "without the grammar nothing gives way");
    }

    #[test]
    fn a_resting_face_that_is_no_number_does_not_reach_the_expression() {
        let mut resting = [0.0; BLENDSHAPE_COUNT];
        resting[Shape::MouthSmileRight as usize] = f32::NAN;
        resting[Shape::CheekSquintLeft as usize] = f32::INFINITY;
        let (smiles, visage) = smiles(0.0, &resting, true);
        assert!(smiles[1] > 0.5 && visage.expression.iter().all(|x| x.is_finite()));
        assert!(visage.tally().of(RuleId::Range) > 400 && visage.grammar_energy().is_finite());
    }
}
