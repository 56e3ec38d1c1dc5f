//! The standard clips of VRM models, derived from blendshapes and emotion.
//!
//! For models without the 52 ARKit clips. All results lie in 0..=1. VRM 0 has twelve; VRM 1 has the same under other names
//! and a thirteenth, `surprised`.
//!
//! Vowels. With the aperture `o` of the lips, their rounding `r` and spreading `s` (`r + s <= 1`):
//!
//! ```text
//! A = (1 - r - s) o     I = s (1 - o)     U = r (1 - o)     E = s o     O = r o
//! ```
//!
//! so that A + I + U + E + O = r + s + (1 - r - s) o <= 1: vowels blend and never pile up. Closed lips at
//! rest give 0 everywhere; wide open, neither rounded nor spread, gives A = 1.
//!
//! Emotions. (valence, arousal) times intensity is a point in a plane; its distance from the origin is
//! shared between the two neighbouring clips by the angle, as cos^2 and sin^2, so their sum is that
//! distance. VRM knows no fear: what is angry in place but submissive shows as Sorrow. VRM 0 knows no surprise either;
//! in VRM 1 the mode of that name is `surprised`, and the other four share what it leaves.

use crate::Moment;
use crate::moment::aperture;
use crate::target::{Clips, Group};
use psivox_core::emotion::{Mode, Moods};
use psivox_core::face::{BlendshapeFrame, Shape};
use psivox_core::phone::{VISEME_COUNT, Viseme};
use std::f32::consts::{FRAC_PI_2, TAU};

/// Names of the clips in the order of [`vrm0`], spelled as VRM 0 does.
pub const VRM0_NAMES: [&str; 12] =
    ["Joy", "Angry", "Sorrow", "Fun", "A", "I", "U", "E", "O", "Blink", "Blink_L", "Blink_R"];

/// Names of the clips in the order of [`vrm1`], spelled as VRM 1 does.
pub const VRM1_NAMES: [&str; 13] = [
    "happy",
    "angry",
    "sad",
    "relaxed",
    "surprised",
    "aa",
    "ih",
    "ou",
    "ee",
    "oh",
    "blink",
    "blinkLeft",
    "blinkRight",
];

/// Angles of Joy, Angry, Sorrow and Fun in the (valence, arousal) plane, in rad, ascending: the usual places
/// of happy (.8, .5), angry (-.6, .7), sad (-.7, -.4) and calm (.3, -.7).
const EMOTION_ANGLES_RAD: [f32; 4] = [0.559, 2.279, 3.661, 5.117];

/// Strengths of the clips of [`VRM0_NAMES`] for one face.
pub fn vrm0(frame: &BlendshapeFrame) -> [f32; 12] {
    let [joy, angry, sorrow, fun] = emotions(frame.emotion);
    let [a, i, u, e, o] = vowels(frame);
    let [both, left, right] = blinks(frame);
    [joy, angry, sorrow, fun, a, i, u, e, o, both, left, right].map(unit)
}

/// Strengths of the clips of [`VRM1_NAMES`] for one face.
pub fn vrm1(frame: &BlendshapeFrame, moods: &Moods) -> [f32; 13] {
    let surprised = unit(moods.of(Mode::Surprised));
    let [joy, angry, sorrow, fun] = emotions(frame.emotion).map(|clip| clip * (1.0 - surprised));
    let [a, i, u, e, o] = vowels(frame);
    let [both, left, right] = blinks(frame);
    [joy, angry, sorrow, fun, surprised, a, i, u, e, o, both, left, right].map(unit)
}

/// The clips that a target gets, with their names. Vowels belong to the mouth and blinks to the eyes; a mood shows in mouth
/// and brows, so it is sent where both are, and not where the mouth is the voice's alone.
///
/// Where the mouth is the voice's alone, smile and stretch are the camera's, so the vowels are read off the visemes.
pub fn sent(spelling: Clips, moment: &Moment) -> Vec<(&'static str, f32)> {
    let Moment { mask, face, moods, visemes, .. } = moment;
    let (mouth, eyes) = (mask.has(Group::Mouth), mask.has(Group::Eyes));
    let mood = mouth && mask.has(Group::Brows) && !mask.speech_only;
    let allowed = |moods: usize, index: usize| match index.checked_sub(moods) {
        None => mood,
        Some(0..5) => mouth,
        Some(_) => eyes,
    };
    let named = |names: &[&'static str], values: &[f32], moods: usize| {
        let all = names.iter().copied().zip(values.iter().copied()).enumerate();
        all.filter(|(index, _)| allowed(moods, *index)).map(|(_, clip)| clip).collect()
    };
    let voiced = |values: &mut [f32]| {
        if mask.speech_only {
            values.copy_from_slice(&spoken(visemes));
        }
    };
    match spelling {
        Clips::Vrm0 => {
            let mut values = vrm0(face);
            voiced(&mut values[4..9]);
            named(&VRM0_NAMES, &values, 4)
        }
        Clips::Vrm1 => {
            let mut values = vrm1(face, moods);
            voiced(&mut values[5..10]);
            named(&VRM1_NAMES, &values, 5)
        }
        Clips::None => Vec::new(),
    }
}

/// A, I, U, E, O of what is being said; consonants close the mouth.
fn spoken(visemes: &[f32; VISEME_COUNT]) -> [f32; 5] {
    [Viseme::Aa, Viseme::Ih, Viseme::Ou, Viseme::E, Viseme::Oh].map(|viseme| unit(visemes[viseme as usize]))
}

/// `value` in 0..=1; what is not finite counts as 0.
pub(crate) fn unit(value: f32) -> f32 {
    if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 }
}

fn pair(frame: &BlendshapeFrame, left: Shape, right: Shape) -> f32 {
    0.5 * (unit(frame.get(left)) + unit(frame.get(right)))
}

/// A, I, U, E, O.
fn vowels(frame: &BlendshapeFrame) -> [f32; 5] {
    let o = aperture(unit(frame.get(Shape::JawOpen)), unit(frame.get(Shape::MouthClose)));
    let r = unit(frame.get(Shape::MouthFunnel)).max(unit(frame.get(Shape::MouthPucker)));
    // A smile spreads the lips of an open mouth only: a silent smile is not an "ee".
    let smile = pair(frame, Shape::MouthSmileLeft, Shape::MouthSmileRight) * unit(2.0 * o);
    let spread = pair(frame, Shape::MouthStretchLeft, Shape::MouthStretchRight).max(smile);
    let s = spread * (1.0 - r);
    [(1.0 - r - s) * o, s * (1.0 - o), r * (1.0 - o), s * o, r * o]
}

/// Blink, Blink_L, Blink_R: clips add up on the model, so what both eyes share is sent once.
fn blinks(frame: &BlendshapeFrame) -> [f32; 3] {
    let left = unit(frame.get(Shape::EyeBlinkLeft));
    let right = unit(frame.get(Shape::EyeBlinkRight));
    let both = left.min(right);
    [both, left - both, right - both]
}

/// Joy, Angry, Sorrow, Fun from valence, arousal, dominance and intensity.
fn emotions([valence, arousal, dominance, intensity]: [f32; 4]) -> [f32; 4] {
    let strength = unit(valence.hypot(arousal).min(1.0) * intensity);
    let mut clips = [0.0; 4];
    if strength == 0.0 {
        return clips;
    }
    let angle = arousal.atan2(valence).rem_euclid(TAU);
    let below = EMOTION_ANGLES_RAD.iter().rposition(|anchor| *anchor <= angle).unwrap_or(3);
    let above = (below + 1) % 4;
    let gap = (EMOTION_ANGLES_RAD[above] - EMOTION_ANGLES_RAD[below]).rem_euclid(TAU);
    let way = (angle - EMOTION_ANGLES_RAD[below]).rem_euclid(TAU) / gap;
    let (sine, cosine) = (FRAC_PI_2 * way).sin_cos();
    clips[below] = strength * cosine * cosine;
    clips[above] = strength * sine * sine;
    let fear = clips[1] * unit(-dominance);
    clips[1] -= fear;
    clips[2] += fear;
    clips
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Mask;

    fn face(shapes: &[(Shape, f32)]) -> BlendshapeFrame {
        let mut frame = BlendshapeFrame::NEUTRAL;
        for (shape, value) in shapes {
            frame.set(*shape, *value);
        }
        frame
    }

    fn near(found: &[f32], expected: &[f32]) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-3, "{found} instead of {expected}");
        }
    }

    #[test]
    fn vowels_of_a_mouth_that_is_the_voices_alone_are_those_that_are_said() {
        let mask = Mask::VOICE_OWNS_THE_MOUTH;
        let mut moment = Moment { rest: false, ..Moment::rest(0.0, 0, mask) };
        moment.visemes = [0.0; VISEME_COUNT];
        moment.visemes[Viseme::Ih as usize] = 0.75;
        moment.visemes[Viseme::Pp as usize] = 0.25;
        for (spelling, name) in [(Clips::Vrm0, "I"), (Clips::Vrm1, "ih")] {
            let sounding: Vec<_> =
                sent(spelling, &moment).into_iter().filter(|(_, value)| *value > 0.0).collect();
            assert_eq!(sounding, [(name, 0.75)]);
        }
    }

    #[test]
    fn rest_is_rest() {
        assert_eq!(vrm0(&BlendshapeFrame::NEUTRAL), [0.0; 12]);
        assert_eq!(vrm1(&BlendshapeFrame::NEUTRAL, &Moods::NONE), [0.0; 13]);
    }

    #[test]
    fn corners_of_the_vowel_chart() {
        use Shape::{JawOpen, MouthClose, MouthFunnel, MouthPucker, MouthStretchLeft, MouthStretchRight};
        near(&vowels(&face(&[(JawOpen, 0.5)])), &[1.0, 0.0, 0.0, 0.0, 0.0]);
        near(
            &vowels(&face(&[(MouthStretchLeft, 1.0), (MouthStretchRight, 1.0)])),
            &[0.0, 1.0, 0.0, 0.0, 0.0],
        );
        near(&vowels(&face(&[(MouthPucker, 1.0)])), &[0.0, 0.0, 1.0, 0.0, 0.0]);
        let wide = [(MouthStretchLeft, 1.0), (MouthStretchRight, 1.0), (JawOpen, 0.5)];
        near(&vowels(&face(&wide)), &[0.0, 0.0, 0.0, 1.0, 0.0]);
        near(&vowels(&face(&[(MouthFunnel, 1.0), (JawOpen, 0.5)])), &[0.0, 0.0, 0.0, 0.0, 1.0]);
        near(&vowels(&face(&[(JawOpen, 0.3), (MouthClose, 0.3)])), &[0.0; 5]);
    }

    #[test]
    fn a_silent_smile_is_no_vowel() {
        let smile = face(&[(Shape::MouthSmileLeft, 1.0), (Shape::MouthSmileRight, 1.0)]);
        assert_eq!(vowels(&smile), [0.0; 5]);
    }

    #[test]
    fn vowels_never_pile_up() {
        let grid = [0.0, 0.2, 0.5, 0.9, 1.0];
        let mut largest = 0.0f32;
        for jaw in grid {
            for round in grid {
                for stretch in grid {
                    let sum: f32 = vowels(&face(&[
                        (Shape::JawOpen, jaw),
                        (Shape::MouthFunnel, round),
                        (Shape::MouthStretchLeft, stretch),
                        (Shape::MouthStretchRight, stretch),
                    ]))
                    .iter()
                    .sum();
                    largest = largest.max(sum);
                    assert!(sum <= 1.0 + 1e-6);
                }
            }
        }
        assert!(largest > 0.99);
    }

    #[test]
    fn each_emotion_has_its_place() {
        let at = |v: f32, a: f32| emotions([v, a, 0.0, 1.0]);
        let names = |clips: [f32; 4]| clips.iter().position(|clip| *clip > 0.8);
        assert_eq!(names(at(0.8, 0.5)), Some(0));
        assert_eq!(names(at(-0.6, 0.7)), Some(1));
        assert_eq!(names(at(-0.85, -0.5)), Some(2));
        assert_eq!(names(at(0.4, -0.9)), Some(3));
        assert_eq!(emotions([1.0, 1.0, 1.0, 0.0]), [0.0; 4]);
    }

    #[test]
    fn emotions_share_the_distance_from_neutral() {
        for step in 0..360 {
            let (sine, cosine) = (step as f32).to_radians().sin_cos();
            for dominance in [-1.0, 0.0, 1.0] {
                let sum: f32 = emotions([0.6 * cosine, 0.6 * sine, dominance, 0.5]).iter().sum();
                assert!((sum - 0.3).abs() < 1e-5, "{step} degrees: {sum}");
            }
        }
    }

    #[test]
    fn fear_is_not_anger() {
        let [_, angry, sorrow, _] = emotions([-0.6, 0.7, -1.0, 1.0]);
        assert!(angry == 0.0 && sorrow > 0.8);
    }

    #[test]
    fn vrm_1_has_surprise_and_the_others_share_what_it_leaves() {
        let mut frame = face(&[(Shape::JawOpen, 0.5)]);
        frame.emotion = [0.8, 0.5, 0.0, 1.0];
        let [old, calm] = [vrm0(&frame), vrm0(&face(&[(Shape::JawOpen, 0.5)]))];
        let new = vrm1(&frame, &Moods::one(Mode::Surprised, 0.75));
        near(&new[..4], &[0.25 * old[0], 0.25 * old[1], 0.25 * old[2], 0.25 * old[3]]);
        near(&new[4..], &[&[0.75], &calm[4..]].concat());
        assert!(old[0] > 0.9);
    }

    #[test]
    fn each_clip_belongs_to_a_part_of_the_face() {
        let names = |spelling, mask: &Mask| -> Vec<&str> {
            let all = sent(spelling, &Moment::rest(0.0, 0, *mask));
            all.into_iter().map(|(name, _)| name).collect()
        };
        let all = Mask::default();
        assert_eq!(names(Clips::Vrm0, &all), VRM0_NAMES);
        assert_eq!(names(Clips::Vrm1, &all), VRM1_NAMES);
        assert!(names(Clips::None, &all).is_empty());
        assert_eq!(names(Clips::Vrm0, &Mask::VOICE_OWNS_THE_MOUTH), ["A", "I", "U", "E", "O"]);
        let eyes = Mask { mouth: false, ..all };
        assert_eq!(names(Clips::Vrm1, &eyes), ["blink", "blinkLeft", "blinkRight"]);
        assert_eq!(names(Clips::Vrm1, &Mask { eyes: false, brows: false, ..all })[0], "aa");
    }

    #[test]
    fn eyes_add_up_to_what_they_are() {
        let [both, left, right] = blinks(&face(&[(Shape::EyeBlinkLeft, 0.9), (Shape::EyeBlinkRight, 0.4)]));
        near(&[both + left, both + right], &[0.9, 0.4]);
        assert_eq!(right, 0.0);
    }

    #[test]
    fn broken_input_stays_in_range() {
        let mut frame = BlendshapeFrame::NEUTRAL;
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30] {
            frame.shapes = [bad; 52];
            frame.emotion = [bad; 4];
            let all = [&vrm0(&frame)[..], &vrm1(&frame, &Moods::one(Mode::Surprised, bad))[..]].concat();
            assert!(all.iter().all(|clip| (0.0..=1.0).contains(clip)), "{bad}");
        }
    }
}
