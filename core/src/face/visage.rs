//! Composes the face of one control tick: mouth, expression, eyes, head, and the grammar over all.

use super::eyes::Eyes;
use super::head::{Head, HeadDrive};
use super::one_shot::{Gesticulation, OneShots};
use super::stir::{Stir, StirDrive};
use super::timing::Expression;
use super::{BLENDSHAPE_COUNT, BlendshapeFrame, FaceGains, Pose, Shape, mouth_pose};
use crate::emotion::{EmotionState, FaceGesture, Moods, Style, Styles};
use crate::field::{FieldNetwork, Role};
use crate::grammar::{FaceState, Tally, Weights, descend, project_partly};
use crate::score::{Articulator, ScoreFrame};

/// Time constant with which an expression comes back to where it gave way to a rule, s.
const RECOVERY_S: f32 = 0.22;

/// Time in which one line's mouth gives way to the next line's, s: a mouth that jumps looks like a cut in a film.
const HANDOVER_S: f32 = 0.06;

/// Fastest that a shape of the speaking mouth moves, 1/s: lips that hurry are late, they do not tear.
const MOUTH_PER_S: f32 = 17.0;

/// Farthest that feelings let the lids droop: a sleepy eye still sees.
const MOST_DROOP: f32 = 0.7;

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
    /// The modes that are felt.
    pub moods: &'a Moods,
    /// How the words are spoken.
    pub styles: &'a Styles,
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
    /// How much of each part is shown.
    pub gains: &'a FaceGains,
}

/// State of the face between ticks.
#[derive(Debug, Clone)]
pub struct Visage {
    expression: Expression,
    /// What the expression has given way to rules of the grammar.
    yielded: Pose,
    /// The speaking mouth of the last tick.
    mouth: Pose,
    /// Where the mouth was when the line changed.
    mouth_before: Pose,
    /// Share of `mouth_before` that is still seen, 0..=1.
    handover: f32,
    eyes: Eyes,
    head: Head,
    stir: Stir,
    gestures: OneShots,
    tally: Tally,
    grammar_energy: f32,
}

impl Visage {
    /// A resting face.
    pub fn new(seed: u64) -> Self {
        let still = [0.0; BLENDSHAPE_COUNT];
        Self {
            expression: Expression::new(seed),
            yielded: still,
            mouth: still,
            mouth_before: still,
            handover: 0.0,
            eyes: Eyes::new(seed),
            head: Head::default(),
            stir: Stir::new(),
            gestures: OneShots::default(),
            tally: Tally::default(),
            grammar_energy: 0.0,
        }
    }

    /// Back to rest.
    pub fn reset(&mut self) {
        self.expression.reset();
        self.yielded = [0.0; BLENDSHAPE_COUNT];
        self.mouth = [0.0; BLENDSHAPE_COUNT];
        self.handover = 0.0;
        self.eyes.reset();
        self.head = Head::default();
        self.stir = Stir::new();
        self.gestures = OneShots::default();
        self.tally = Tally::default();
        self.grammar_energy = 0.0;
    }

    /// Begins a gesture over whatever the face does; `strength` in 0..=1. At most four go on at a time: one more takes the
    /// place of the oldest.
    ///
    /// # Realtime
    /// Safe.
    pub fn gesture(&mut self, gesture: FaceGesture, strength: f32) {
        self.gestures.start(gesture, strength);
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
        let network = drive.network;
        let effort = drive.mouth[Articulator::Effort.channel()].clamp(0.0, 1.0);
        self.expression.step(dt_s, drive.moods, drive.styles, effort);
        let (moods, styles) = (self.expression.moods(), self.expression.styles());
        let gains = drive.gains;
        let felt = self.recover(dt_s, shown(self.expression.pose(), gains));
        self.speak(dt_s, drive, &styles);
        let made = self.gestures.step(dt_s);
        let smile = felt[Shape::MouthSmileLeft as usize];
        let (closure, labiodental, brow_raise) = (drive.closure, drive.labiodental, drive.brow_raise);
        let (moods, styles) = (&moods, &styles);
        let stir = StirDrive { network, moods, styles, arousal, effort, closure, brow_raise, smile, gains };
        let stirred = self.stir.step(dt_s, &stir);
        let (bounce, gesture_rad) = (self.stir.bounce(), made.head_rad);
        let tremble_st = gains.tremor_st * self.stir.tremble();
        let head = HeadDrive { network, moods, styles, arousal, bounce, gesture_rad, tremble_st, gains };
        let head_rad = self.head.step(dt_s, &head);
        self.eyes.step(dt_s, network, &moods.scaled(gains.expression), effort, &head_rad, gains);
        let pose = self.compose(&felt, &stirred, &made, drive, effort);
        let mut state = FaceState { pose, closure, labiodental, head_rad };
        if drive.grammar {
            self.give_way(&mut state, &felt, drive, dt_s, effort);
            self.tally.add(project_partly(&mut state, drive.weights, gains.grammar));
        }
        let emotion =
            [drive.emotion.valence, drive.emotion.arousal, drive.emotion.dominance, drive.emotion.intensity];
        BlendshapeFrame { time_samples: 0, shapes: state.pose, head_rad: state.head_rad, emotion }
    }

    /// The mouth that makes the phones of this tick.
    fn speak(&mut self, dt_s: f32, drive: &VisageDrive<'_>, styles: &Styles) {
        let network = drive.network;
        let jaw_swing = 0.5 - 0.5 * network.cos(Role::Jaw);
        let mut mouth =
            mouth_pose(drive.mouth, jaw_swing * network.r(Role::Jaw) + 0.5 * (1.0 - network.r(Role::Jaw)));
        opened(&mut mouth, drive.gains.jaw);
        styled(&mut mouth, styles, drive.closure);
        let gain = drive.mouth_gain * drive.gains.strength;
        self.handover = (self.handover - dt_s / HANDOVER_S).max(0.0);
        let before = self.handover * self.handover * (3.0 - 2.0 * self.handover);
        let most = MOUTH_PER_S * dt_s;
        self.mouth = std::array::from_fn(|i| {
            let own = mouth[i] * gain;
            let to = own + before * (self.mouth_before[i] - own);
            // What is no number moves nothing.
            let by = to - self.mouth[i];
            self.mouth[i] + if by.is_finite() { by.clamp(-most, most) } else { 0.0 }
        });
    }

    /// Everything together, not yet judged by the grammar. Only what a persona rests in is added as it is: the rest is made
    /// by muscles that know of each other.
    fn compose(
        &self,
        felt: &Pose,
        stirred: &Pose,
        made: &Gesticulation,
        drive: &VisageDrive<'_>,
        effort: f32,
    ) -> Pose {
        let FaceGains { strength, jaw, gaze, .. } = *drive.gains;
        let gaze = self.eyes.pose(made.gaze.map(|angle| strength * gaze * angle));
        let mut pose: Pose = std::array::from_fn(|i| {
            let gain = if i == Shape::JawOpen as usize { strength * jaw } else { strength };
            let shown = felt[i] * share_while_speaking(i, effort);
            (self.mouth[i] + gaze[i] + stirred[i] * gain + shown).max(0.0)
        });
        made.add_to(&mut pose, strength);
        for (smile, frown) in
            [(Shape::MouthSmileLeft, Shape::MouthFrownLeft), (Shape::MouthSmileRight, Shape::MouthFrownRight)]
        {
            let both = pose[smile as usize].min(pose[frown as usize]);
            pose[smile as usize] -= both;
            pose[frown as usize] -= both;
        }
        let most = strength.min(1.0);
        let blink = most * self.eyes.closure().max(made.lids);
        close(&mut pose, [Shape::EyeBlinkLeft, Shape::EyeWideLeft, Shape::EyeSquintLeft], blink);
        let wink = blink.max(most * made.wink);
        close(&mut pose, [Shape::EyeBlinkRight, Shape::EyeWideRight, Shape::EyeSquintRight], 0.98 * wink);
        std::array::from_fn(|i| pose[i] + drive.resting[i])
    }

    /// What is left of an expression that has given way, and comes back.
    fn recover(&mut self, dt_s: f32, raw: Pose) -> Pose {
        let back = (-dt_s / RECOVERY_S).exp();
        std::array::from_fn(|i| {
            self.yielded[i] = (self.yielded[i] * back).min(raw[i].max(0.0));
            raw[i] - self.yielded[i]
        })
    }

    /// The gradient of the grammar's G acts on the slow part of the face: an expression that the whole face cannot hold,
    /// such as a smile about a rounded vowel, gives way as it came, before the projection has to cut it. It gives way
    /// only: no rule makes a feeling.
    fn give_way(
        &mut self,
        state: &mut FaceState,
        felt: &Pose,
        drive: &VisageDrive<'_>,
        dt_s: f32,
        effort: f32,
    ) {
        let mut moved = *state;
        self.grammar_energy = descend(&mut moved, drive.weights, dt_s);
        if self.grammar_energy <= 0.0 {
            return;
        }
        for (index, yielded) in self.yielded.iter_mut().enumerate() {
            let given = drive.gains.grammar * (state.pose[index] - moved.pose[index]);
            // What is no number is left to the projection.
            let given = if given > 0.0 { given.min(felt[index].max(0.0)) } else { 0.0 };
            *yielded += given;
            state.pose[index] -= given * share_while_speaking(index, effort);
        }
    }
}

/// What is felt as it is to be shown. Full expression is as far as a muscle goes.
fn shown(felt: Pose, gains: &FaceGains) -> Pose {
    let jaw = Shape::JawOpen as usize;
    std::array::from_fn(|i| {
        let gain = gains.strength * gains.expression * if i == jaw { gains.jaw } else { 1.0 };
        // A face may show more than it feels, but not less than a muscle at rest.
        if gain == 1.0 { felt[i] } else { (felt[i] * gain).min(1.0) }
    })
}

/// Scales the opening of the mouth. What closes lips over a jaw that is not quite up goes along with it.
fn opened(mouth: &mut Pose, gain: f32) {
    for shape in [
        Shape::JawOpen,
        Shape::MouthClose,
        Shape::MouthUpperUpLeft,
        Shape::MouthUpperUpRight,
        Shape::MouthLowerDownLeft,
        Shape::MouthLowerDownRight,
    ] {
        mouth[shape as usize] *= gain;
    }
}

/// Lids that shut by `closure` on top of what droops already: a shutting eye is neither wide nor narrow.
fn close(pose: &mut Pose, [blink, wide, squint]: [Shape; 3], closure: f32) {
    let droop = pose[blink as usize].clamp(0.0, MOST_DROOP);
    let shut = 1.0 - (1.0 - droop) * (1.0 - closure.clamp(0.0, 1.0));
    pose[blink as usize] = shut;
    pose[wide as usize] *= (1.0 - 1.5 * shut).max(0.0);
    pose[squint as usize] *= 1.0 - shut;
}

/// What styles do to the speaking mouth: a shout opens it, a murmur hardly does, a hum keeps the lips together over a jaw
/// that still follows the words.
fn styled(mouth: &mut Pose, styles: &Styles, closure: f32) {
    let (shout, murmur, hum) = (styles.of(Style::Shout), styles.of(Style::Murmur), styles.of(Style::Hum));
    let open = 1.0 - closure.clamp(0.0, 1.0);
    let jaw = &mut mouth[Shape::JawOpen as usize];
    *jaw *= (1.0 + 1.1 * shout * open) * (1.0 - 0.4 * murmur) * (1.0 - 0.75 * hum);
    *jaw = jaw.min(0.75);
    let jaw = *jaw;
    for shape in [
        Shape::MouthFunnel,
        Shape::MouthUpperUpLeft,
        Shape::MouthUpperUpRight,
        Shape::MouthLowerDownLeft,
        Shape::MouthLowerDownRight,
    ] {
        mouth[shape as usize] *= (1.0 + 0.2 * shout) * (1.0 - 0.3 * murmur) * (1.0 - hum);
    }
    mouth[Shape::TongueOut as usize] *= 1.0 - hum;
    let close = &mut mouth[Shape::MouthClose as usize];
    *close = (*close).max(hum * jaw).min(jaw).max(closure * jaw);
}

/// A speaking mouth is not a posing one: while phones are made, expressions keep half of the mouth, next to nothing of the jaw
/// and all the rest.
fn share_while_speaking(index: usize, effort: f32) -> f32 {
    if index == Shape::JawOpen as usize {
        return 1.0 - 0.85 * effort;
    }
    let mouth = (Shape::JawForward as usize..=Shape::MouthUpperUpRight as usize).contains(&index);
    if mouth { 1.0 - 0.45 * effort } else { 1.0 }
}

// A line that begins hands the mouth over from where it is, and what was counted goes on to be counted.
crate::carry::carried!(
    Visage { expression, yielded, mouth, eyes, head, stir, gestures, grammar_energy }
    but { mouth_before, handover, tally }
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emotion::Mode;
    use crate::field::FieldSetup;
    use crate::grammar::RuleId;
    use crate::score::SCORE_CHANNELS;

    /// The smile that is seen after 2 s of joy on a rounded mouth, and the tick after the mouth lets go of the rounding.
    fn smiles(pucker: f32, resting: &Pose, grammar: bool) -> ([f32; 2], Visage) {
        let (network, weights) = (FieldNetwork::new(&FieldSetup::default(), 1), Weights::default());
        let emotion = EmotionState { valence: 1.0, arousal: 0.5, dominance: 0.0, intensity: 1.0 };
        let moods = Moods::one(Mode::Happy, 1.0);
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
                moods: &moods,
                styles: &Styles::NONE,
                resting,
                weights: &weights,
                grammar,
                brow_raise: 0.0,
                mouth_gain: 1.0,
                gains: &FaceGains::PLAIN,
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
        assert!(smiles[1] > 0.5 && visage.yielded.iter().all(|x| x.is_finite()));
        assert!(visage.tally().of(RuleId::Range) > 400 && visage.grammar_energy().is_finite());
    }
}
