//! Movement over the pose: brow beats, cheeks that bounce, lips that quiver, laughter that shakes, breath.

use super::{BLENDSHAPE_COUNT, FaceGains, Pose, Shape};
use crate::emotion::{Mode, Moods, Style, Styles};
use crate::field::{FieldNetwork, Role, Turner};
use std::f32::consts::PI;

/// Raise of the brows at a full surprise of the field.
const SURPRISED_BROW: f32 = 0.5;
/// Fastest that a surprise moves the brows, in full raises a second: 80 ms up.
const RAISES_PER_S: f32 = 12.0;
/// Swing of chin and lower lip in sadness, and in sobbing.
const QUIVER_SAD: f32 = 0.05;
const QUIVER_SOB: f32 = 0.13;
/// Swing for each semitone that the larynx trembles.
const QUIVER_PER_ST: f32 = 0.06;
/// Smoothing of the shaking muscles, s: flesh does not follow the tremor's noise.
const FLESH_S: f32 = 0.016;
/// Longest look of a swallow, s, and how often one follows a breath while nobody speaks.
const SWALLOW_S: f32 = 0.7;
const BREATHS_PER_SWALLOW: f32 = 5.0;

/// What stirs a face in one tick.
pub(super) struct StirDrive<'a> {
    pub(super) network: &'a FieldNetwork,
    pub(super) moods: &'a Moods,
    pub(super) styles: &'a Styles,
    /// Drowsy -1 .. +1 excited.
    pub(super) arousal: f32,
    /// How much is being spoken, 0..=1.
    pub(super) effort: f32,
    /// How firmly the lips must touch, 0..=1.
    pub(super) closure: f32,
    /// How far a surprise raises the brows, 0..=1.
    pub(super) brow_raise: f32,
    /// The smile that is felt.
    pub(super) smile: f32,
    pub(super) gains: &'a FaceGains,
}

/// State of what stirs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stir {
    /// The shaking of the breath muscles and the trembling on it, as flesh shows them: -1..=1.
    bounce: f32,
    tremble: f32,
    /// How far a surprise has raised the brows, 0..=1.
    raised: f32,
    /// Breaths since the last swallow.
    breaths: f32,
    breath_turner: Turner,
    /// Seconds since the last swallow began.
    swallow_s: f32,
}

impl Stir {
    pub(super) const fn new() -> Self {
        Self {
            bounce: 0.0,
            tremble: 0.0,
            raised: 0.0,
            breaths: 0.0,
            breath_turner: Turner::new(),
            swallow_s: SWALLOW_S,
        }
    }

    /// Bounce of the breath muscles, -1..=1: the tremor at the pace to which laughing and sobbing drive it, so that head
    /// and cheeks shake with the voice.
    pub(super) const fn bounce(&self) -> f32 {
        self.bounce
    }

    /// The trembling of the flesh, -1..=1.
    pub(super) const fn tremble(&self) -> f32 {
        self.tremble
    }

    /// Advances by `dt_s` and returns what is added to the pose; strengths may be below 0.
    pub(super) fn step(&mut self, dt_s: f32, drive: &StirDrive<'_>) -> Pose {
        let network = drive.network;
        let follow = 1.0 - (-dt_s / FLESH_S).exp();
        self.bounce += follow * (network.sin(Role::Tremor) - self.bounce);
        self.tremble += follow * (network.tremble() - self.tremble);
        let mut pose = [0.0; BLENDSHAPE_COUNT];
        self.shake(&mut pose, drive);
        let most = RAISES_PER_S * dt_s;
        let raise = if drive.brow_raise.is_finite() { drive.brow_raise } else { 0.0 };
        self.raised += (raise - self.raised).clamp(-most, most);
        beat(&mut pose, drive, self.raised);
        breathe(&mut pose, drive);
        self.swallow(&mut pose, dt_s, drive);
        pose
    }

    /// Quivering chin and lips (Darwin 1872, chapter 6), laughter, sobs.
    fn shake(&self, pose: &mut Pose, drive: &StirDrive<'_>) {
        let mut add = |shape: Shape, strength: f32| pose[shape as usize] += strength;
        let (sad, sob) = (drive.moods.of(Mode::Sad), drive.styles.of(Style::Sob));
        // The deeper the sadness the more it shakes: a slight one does not.
        let (felt, tremor_st) = (drive.gains.expression, drive.gains.tremor_st);
        let quiver = felt * (QUIVER_SAD * sad * sad + QUIVER_SOB * sob) + QUIVER_PER_ST * tremor_st;
        let quiver = quiver * self.tremble;
        let open = 1.0 - drive.closure;
        add(Shape::MouthShrugLower, quiver);
        add(Shape::MouthLowerDownLeft, (-0.5 * quiver).max(0.0) * open);
        add(Shape::MouthLowerDownRight, (-0.5 * quiver).max(0.0) * open);
        let burst = 0.5 + 0.5 * self.bounce;
        let laugh = felt * (drive.styles.of(Style::Laugh) * burst);
        add(Shape::CheekSquintLeft, 0.1 * laugh);
        add(Shape::CheekSquintRight, 0.1 * laugh);
        add(Shape::JawOpen, (0.07 * laugh + felt * (0.03 * sob * burst)) * open);
        add(Shape::NoseSneerLeft, 0.06 * laugh);
        add(Shape::NoseSneerRight, 0.06 * laugh);
    }

    /// Lips that nobody uses are pressed together now and then, as in swallowing.
    fn swallow(&mut self, pose: &mut Pose, dt_s: f32, drive: &StirDrive<'_>) {
        self.breaths += self.breath_turner.advance(drive.network, Role::Breath);
        self.swallow_s += dt_s;
        if self.breaths >= BREATHS_PER_SWALLOW && drive.effort < 0.05 {
            (self.swallow_s, self.breaths) = (0.0, 0.0);
        }
        if self.swallow_s >= SWALLOW_S {
            return;
        }
        let swing = (PI * self.swallow_s / SWALLOW_S).sin();
        let press = drive.gains.idle * (swing * swing * (1.0 - drive.effort));
        for (shape, strength) in [
            (Shape::MouthPressLeft, 0.14),
            (Shape::MouthPressRight, 0.12),
            (Shape::MouthRollLower, 0.08),
            (Shape::MouthShrugLower, 0.06),
        ] {
            pose[shape as usize] += strength * press;
        }
    }
}

/// Brows on stressed syllables, cheeks in happy speech: strengths from amplitudes and phases of the field.
fn beat(pose: &mut Pose, drive: &StirDrive<'_>, raised: f32) {
    let network = drive.network;
    let swing = |role: Role| 0.5 - 0.5 * network.cos(role);
    let beat = 0.10 * (1.0 + drive.arousal.max(0.0)) * network.r(Role::Brow) * swing(Role::Brow);
    let brow = beat + SURPRISED_BROW * raised;
    for shape in [Shape::BrowOuterUpLeft, Shape::BrowOuterUpRight, Shape::BrowInnerUp] {
        pose[shape as usize] += brow;
    }
    let cheek = 0.15 * drive.smile * swing(Role::Cheek);
    pose[Shape::CheekSquintLeft as usize] += cheek;
    pose[Shape::CheekSquintRight as usize] += cheek;
}

/// Nostrils widen with the breath in, more so in arousal; lips that are not speaking part by a trace.
fn breathe(pose: &mut Pose, drive: &StirDrive<'_>) {
    let breath = 0.5 + 0.5 * drive.network.cos(Role::Breath);
    let idle = drive.gains.idle;
    let depth = idle * (0.02 + 0.03 * drive.arousal.max(0.0));
    pose[Shape::NoseSneerLeft as usize] += depth * breath;
    pose[Shape::NoseSneerRight as usize] += depth * breath;
    pose[Shape::JawOpen as usize] += idle
        * ((0.008 + 0.02 * drive.arousal.max(0.0)) * breath * (1.0 - drive.effort) * (1.0 - drive.closure));
}

crate::carry::carried!(Stir { bounce, tremble, raised, breaths, breath_turner, swallow_s } but {});
