//! The whole grammar: every rule is broken, seen, repaired and switched off; gradients against differences.

use super::*;
use crate::face::{BLENDSHAPE_COUNT, BlendshapeFrame, Shape, lips_are_closed};
use crate::sound::{Noise, SoundKnot};
use proptest::prelude::*;

const F0_RANGE_HZ: [f32; 2] = [50.0, 1_000.0];

fn face(closure: f32, labiodental: f32, shapes: &[(Shape, f32)]) -> FaceState {
    let mut state = FaceState { closure, labiodental, ..FaceState::NEUTRAL };
    for (shape, strength) in shapes {
        state.pose[*shape as usize] = *strength;
    }
    state
}

fn only(rule: RuleId) -> Weights {
    let mut weights = [0.0; RULE_COUNT];
    weights[rule as usize] = rule.default_weight();
    Weights::from_array(weights)
}

fn without(rule: RuleId) -> Weights {
    let mut weights = Weights::default();
    weights.set(rule.name(), 0.0).unwrap();
    weights
}

/// Faces that break this rule and no other, with the rule's excess.
fn unlawful_faces(rule: RuleId) -> Vec<(FaceState, f32)> {
    use Shape::*;
    let open = |shapes: &[(Shape, f32)]| face(0.0, 0.0, shapes);
    match rule {
        RuleId::Range => vec![
            (open(&[(NoseSneerLeft, 1.5)]), 0.5),
            (open(&[(JawForward, -0.3)]), 0.3),
            (open(&[(NoseSneerLeft, f32::NAN)]), 1.0),
            (open(&[(NoseSneerLeft, f32::NEG_INFINITY)]), 1.0),
        ],
        RuleId::ClosedLips => vec![
            (face(1.0, 0.0, &[(MouthUpperUpLeft, 0.3)]), 0.3),
            (face(1.0, 0.0, &[(MouthFunnel, 0.4)]), 0.4),
            (face(0.5, 0.0, &[(MouthLowerDownRight, 0.7)]), 0.2),
            (face(1.0, 0.0, &[(JawOpen, 0.05)]), 0.05),
            (face(1.0, 0.0, &[(JawOpen, 0.5), (MouthClose, 0.5)]), 0.42),
            (face(1.0, 1.0, &[(MouthUpperUpLeft, 0.3)]), 0.3),
        ],
        RuleId::TeethOnLip => vec![
            (face(0.0, 1.0, &[(MouthUpperUpLeft, 0.2), (MouthUpperUpRight, 0.2)]), 0.4),
            (face(0.0, 1.0, &[(MouthRollLower, 0.5), (MouthUpperUpRight, 0.2)]), 0.08),
            (
                face(
                    0.0,
                    1.0,
                    &[
                        (MouthRollLower, 0.5),
                        (MouthUpperUpLeft, 0.2),
                        (MouthUpperUpRight, 0.2),
                        (MouthPucker, 0.8),
                    ],
                ),
                0.5,
            ),
        ],
        RuleId::JawOverLips => vec![(open(&[(JawOpen, 0.2), (MouthClose, 0.6)]), 0.4)],
        RuleId::JawWithLips => vec![
            (open(&[(MouthUpperUpLeft, 0.8), (MouthLowerDownLeft, 0.7)]), 0.5),
            (
                open(&[
                    (JawOpen, 0.3),
                    (MouthClose, 0.2),
                    (MouthUpperUpRight, 0.9),
                    (MouthLowerDownRight, 0.9),
                ]),
                0.7,
            ),
        ],
        RuleId::TongueNeedsGap => vec![
            (open(&[(TongueOut, 0.6)]), 0.6),
            (open(&[(TongueOut, 0.9), (JawOpen, 0.1)]), 0.5),
            (open(&[(TongueOut, 0.3), (JawOpen, 0.4), (MouthClose, 0.4)]), 0.3),
        ],
        RuleId::PuffedCheeks => vec![(open(&[(CheekPuff, 0.9), (JawOpen, 0.2)]), 0.5)],
        RuleId::RoundingOverSmile => vec![
            (open(&[(MouthPucker, 0.8), (MouthSmileLeft, 0.9)]), 0.5),
            (open(&[(MouthFunnel, 1.0), (MouthPucker, 1.0), (MouthStretchRight, 0.5)]), 0.25),
        ],
        RuleId::OneCornerDirection => vec![(open(&[(MouthSmileLeft, 0.5), (MouthFrownLeft, 0.3)]), 0.3)],
        RuleId::OneSide => vec![(open(&[(JawLeft, 0.5), (JawRight, 0.4)]), 0.4)],
        RuleId::OneGaze => vec![
            (open(&[(EyeLookInLeft, 0.5), (EyeLookOutLeft, 0.2)]), 0.2),
            (open(&[(EyeLookOutLeft, 0.5), (EyeLookOutRight, 0.2)]), 0.2),
            (open(&[(EyeLookUpLeft, 0.5), (EyeLookDownRight, 0.2)]), 0.2),
        ],
        RuleId::Lids => vec![
            (open(&[(EyeBlinkLeft, 1.0), (EyeWideLeft, 0.4)]), 0.4),
            (open(&[(EyeBlinkRight, 0.4), (EyeWideRight, 0.8)]), 0.4),
            (open(&[(EyeBlinkRight, 0.8), (EyeSquintRight, 0.8)]), 0.6),
        ],
        RuleId::Brows => vec![(open(&[(BrowDownLeft, 1.0), (BrowInnerUp, 1.0)]), 0.4)],
        RuleId::HeadRange => vec![
            (FaceState { head_rad: [2.0, 0.0, 0.0], ..FaceState::NEUTRAL }, 0.8),
            (FaceState { head_rad: [0.0, -1.0, 0.0], ..FaceState::NEUTRAL }, 0.2),
            (FaceState { head_rad: [0.0, 0.0, f32::INFINITY], ..FaceState::NEUTRAL }, 1.0),
        ],
        _ => vec![],
    }
}

/// Knots that break this rule and no other.
fn unlawful_knots(rule: RuleId) -> Vec<SoundKnot> {
    const NONE: [f32; 0] = [];
    let with = |values: &[f32], change: fn(&mut SoundKnot, f32)| -> Vec<SoundKnot> {
        let mut knots = vec![SoundKnot::SILENT; values.len()];
        knots.iter_mut().zip(values).for_each(|(knot, value)| change(knot, *value));
        knots
    };
    match rule {
        RuleId::F0Range => with(&[2_000.0, 10.0, f32::NAN, -5.0], |knot, x| knot.f0_hz = x),
        RuleId::TractSize => with(&[0.5, 1.6, f32::INFINITY], |knot, x| knot.formant_ratio = x),
        RuleId::LevelCeiling => with(&[20.0, -1.0, f32::NAN], |knot, x| knot.gain = x),
        RuleId::Coherence => with(&[1.2, -0.1, f32::NAN], |knot, x| knot.coherence[2] = x),
        RuleId::Envelope => {
            let levels = with(&[9.0, f32::NAN, f32::NEG_INFINITY], |knot, x| knot.envelope[7] = x);
            [levels, with(&[1e6, f32::NAN, -0.5], |knot, x| knot.high_gain[2] = x)].concat()
        }
        _ => with(&NONE, |_, _| ()),
    }
}

fn seen(knot: &SoundKnot) -> Violations {
    sound_violations(&SoundState { knot, f0_range_hz: F0_RANGE_HZ })
}

#[test]
fn every_rule_is_broken_seen_repaired_and_switched_off_alone() {
    for rule in RuleId::ALL {
        let (faces, knots) = (unlawful_faces(rule), unlawful_knots(rule));
        assert!(faces.len() + knots.len() > 0, "no case breaks {}", rule.name());
        assert_eq!(rule.is_of_face(), knots.is_empty());
        for (broken, excess) in faces {
            let name = rule.name();
            assert_eq!(face_violations(&broken).iter().collect::<Vec<_>>(), [rule], "{name}: {broken:?}");
            assert!(
                (rule.penalty(&broken) - excess).abs() < 1e-3,
                "{name}: {} not {excess}",
                rule.penalty(&broken)
            );
            assert!(energy(&broken, &only(rule)) > 0.0 && energy(&broken, &without(rule)) == 0.0);
            let mut kept = broken;
            let acted = project(&mut kept, &without(rule));
            assert!(acted.is_empty() && format!("{kept:?}") == format!("{broken:?}"), "{name} is off");
            let mut repaired = broken;
            assert_eq!(project(&mut repaired, &only(rule)).iter().collect::<Vec<_>>(), [rule]);
            project(&mut repaired, &Weights::default());
            assert!(face_violations(&repaired).is_empty(), "{name}: {repaired:?}");
            assert!(rule.penalty(&repaired) <= TOLERANCE);
        }
        for broken in knots {
            assert_eq!(seen(&broken).iter().collect::<Vec<_>>(), [rule], "{broken:?}");
            let mut kept = broken;
            assert!(
                project_sound(&mut kept, F0_RANGE_HZ, &without(rule)).is_empty() && !seen(&kept).is_empty()
            );
            let mut repaired = broken;
            let acted = project_sound(&mut repaired, F0_RANGE_HZ, &Weights::default());
            assert_eq!(acted.iter().collect::<Vec<_>>(), [rule]);
            assert!(seen(&repaired).is_empty(), "{repaired:?}");
            let once = format!("{repaired:?}");
            assert!(project_sound(&mut repaired, F0_RANGE_HZ, &Weights::default()).is_empty());
            assert_eq!(once, format!("{repaired:?}"), "projecting twice changes nothing");
        }
    }
}

fn random_face(noise: &mut Noise, reach: f32) -> FaceState {
    FaceState {
        pose: std::array::from_fn(|_| reach * noise.uniform()),
        closure: (1.5 * noise.uniform()).max(0.0),
        labiodental: (1.5 * noise.uniform()).max(0.0),
        head_rad: std::array::from_fn(|_| reach * noise.uniform()),
    }
}

#[test]
fn any_pose_becomes_lawful_and_stays_so() {
    let weights = Weights::default();
    let mut noise = Noise::new(11);
    for trial in 0..2_000 {
        let mut state = random_face(&mut noise, 3.0);
        state.pose[trial % BLENDSHAPE_COUNT] = [f32::NAN, f32::INFINITY, -1e30][trial % 3];
        assert!(!project(&mut state, &weights).is_empty());
        let once = state;
        assert!(project(&mut state, &weights).is_empty());
        assert_eq!(once, state, "projecting twice changes nothing");
        assert_eq!(face_violations(&state), Violations::NONE);
        assert!(energy(&state, &weights) < 1e-9);
        if state.closure >= 1.0 {
            let frame = BlendshapeFrame { shapes: state.pose, ..BlendshapeFrame::NEUTRAL };
            assert!(lips_are_closed(&frame));
        }
    }
}

#[test]
fn a_lawful_face_passes_bit_unchanged() {
    let smile = [(Shape::JawOpen, 0.3), (Shape::MouthSmileLeft, 0.4), (Shape::EyeSquintLeft, -0.0)];
    let state = face(0.0, 0.0, &smile);
    let (mut projected, mut descended) = (state, state);
    assert!(project(&mut projected, &Weights::default()).is_empty());
    assert_eq!(descend(&mut descended, &Weights::default(), 0.1), 0.0);
    for (index, x) in state.pose.iter().enumerate() {
        assert_eq!(x.to_bits(), projected.pose[index].to_bits());
        assert_eq!(x.to_bits(), descended.pose[index].to_bits());
    }
}

#[test]
fn a_mix_of_lawful_faces_is_made_lawful() {
    let weights = Weights::default();
    let mut frame = BlendshapeFrame::NEUTRAL;
    frame.set(Shape::MouthSmileLeft, 0.3);
    frame.set(Shape::MouthFrownLeft, 0.2);
    assert!(lawful(&mut frame, 0.0, 0.0, &weights).contains(RuleId::OneCornerDirection));
    assert_eq!(frame.get(Shape::MouthFrownLeft), 0.0);
    assert!(lawful(&mut frame, 0.0, 0.0, &weights).is_empty());
    frame.set(Shape::MouthUpperUpLeft, 0.5);
    assert!(lawful(&mut frame, 1.0, 0.0, &weights).contains(RuleId::ClosedLips));
}

/// What one descent moves per second of a step so short that no bound holds it back, against -rate dG/dx by differences.
#[test]
fn the_gradient_agrees_with_differences() {
    const DT_S: f32 = 1e-3;
    let mut noise = Noise::new(5);
    for rule in RuleId::ALL.into_iter().filter(|rule| rule.is_of_face()) {
        let weights = only(rule);
        let (mut compared, mut kinks, mut largest) = (0, 0, 0.0f32);
        for _ in 0..60 {
            let state = random_face(&mut noise, 1.2);
            let mut moved = state;
            let before = descend(&mut moved, &weights, DT_S);
            assert!((before - energy(&state, &weights)).abs() <= 1e-5 * before);
            for index in 0..BLENDSHAPE_COUNT {
                let slope = |h: f32| {
                    let mut state = state;
                    state.pose[index] += h;
                    (energy(&state, &weights) - before) / h
                };
                let (forward, backward) = (slope(1e-3), slope(-1e-3));
                let found = (state.pose[index] - moved.pose[index]) / (DT_S * 8.66);
                largest = largest.max(found.abs());
                compared += 1;
                // At a kink of G's slope the two sides differ by more than its curvature does.
                kinks += u32::from((0.5 * (forward + backward) - found).abs() > 0.02);
            }
        }
        let name = rule.name();
        assert!(kinks * 100 < compared, "{name}: {kinks} of {compared} slopes differ");
        assert!(rule == RuleId::HeadRange || largest > 0.1, "{name} has no slope");
    }
}

#[test]
fn descending_comes_to_a_lawful_face() {
    let weights = Weights::default();
    let mut noise = Noise::new(8);
    for _ in 0..100 {
        let mut state = random_face(&mut noise, 1.5);
        let before = energy(&state, &weights);
        for _ in 0..240 * 20 {
            descend(&mut state, &weights, 1.0 / 240.0);
        }
        let after = energy(&state, &weights);
        assert!(after < 1e-5 * before, "{before} only falls to {after}");
    }
}

#[test]
fn a_smile_gives_way_smoothly_before_it_is_cut() {
    let weights = Weights::default();
    let mut state = face(0.0, 0.0, &[(Shape::MouthPucker, 0.8), (Shape::MouthSmileLeft, 0.9)]);
    let mut smiles = vec![state.pose[Shape::MouthSmileLeft as usize]];
    for _ in 0..120 {
        descend(&mut state, &weights, 1.0 / 240.0);
        state.pose[Shape::MouthPucker as usize] = 0.8;
        smiles.push(state.pose[Shape::MouthSmileLeft as usize]);
    }
    assert!(smiles.windows(2).all(|w| w[1] <= w[0] && w[0] - w[1] < 0.1), "no jump: {smiles:?}");
    assert!((smiles[120] - 0.4).abs() < 0.01, "it stops at the law: {}", smiles[120]);
}

#[test]
fn walks_on_poses_stay_lawful() {
    let weights = Weights::default();
    let mut noise = Noise::new(21);
    let mut state = FaceState::NEUTRAL;
    for step in 0..20_000 {
        for x in &mut state.pose {
            *x += 0.2 * noise.uniform();
        }
        for x in &mut state.head_rad {
            *x += 0.1 * noise.uniform();
        }
        if step % 50 == 0 {
            (state.closure, state.labiodental) = (noise.uniform().max(0.0), noise.uniform().max(0.0));
        }
        project(&mut state, &weights);
        assert_eq!(face_violations(&state), Violations::NONE, "step {step}");
    }
}

fn faces() -> impl Strategy<Value = FaceState> {
    let pose = proptest::collection::vec(-2.0f32..3.0, BLENDSHAPE_COUNT);
    let head = proptest::array::uniform3(-3.0f32..3.0);
    (pose, 0.0f32..1.0, 0.0f32..1.0, head).prop_map(|(shapes, closure, labiodental, head_rad)| {
        let mut pose = [0.0; BLENDSHAPE_COUNT];
        pose.copy_from_slice(&shapes);
        FaceState { pose, closure, labiodental, head_rad }
    })
}

proptest! {
    #[test]
    fn descending_never_raises_energy(
        state in faces(),
        weights in proptest::collection::vec(0.0f32..10.0, RULE_COUNT),
        dt_s in prop_oneof![Just(1.0 / 240.0), 0.0f32..1e3],
    ) {
        let weights = Weights::from_array(std::array::from_fn(|i| weights[i]));
        let mut state = state;
        for _ in 0..20 {
            let before = energy(&state, &weights);
            descend(&mut state, &weights, dt_s);
            let after = energy(&state, &weights);
            prop_assert!(after <= before * (1.0 + 1e-5) + 1e-9, "{before} rises to {after}");
        }
    }

    #[test]
    fn with_any_rules_off_projecting_is_idempotent(state in faces(), off in proptest::collection::vec(any::<bool>(), RULE_COUNT)) {
        let weights = Weights::from_array(std::array::from_fn(|i| if off[i] { 0.0 } else { 1.0 }));
        let mut once = state;
        project(&mut once, &weights);
        let mut twice = once;
        project(&mut twice, &weights);
        prop_assert_eq!(once, twice);
    }
}
