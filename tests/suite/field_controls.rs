//! What scales field and face: each control acts on what it names, more the more it is turned, and on nothing else; the
//! ends of its range are lawful and smooth.

use psivox_core::face::{Shape, lips_are_closed};
use psivox_core::grammar::{FaceState, face_violations};
use psivox_core::{BlendshapeFrame, Control, EngineConfig, Event, Score, TimedEvent};
use psivox_tests::listener::{Heard, at, engine, plan, run, set};
use psivox_tests::measure::rms;
use std::f32::consts::{PI, TAU};
use std::sync::{Arc, LazyLock};

const RATE: f32 = 16_000.0;
const FACES_HZ: f32 = 60.0;
/// Most that a shape moves from one face to the next.
const LARGEST_STEP: f32 = 0.35;

static SCORE: LazyLock<Arc<Score>> = LazyLock::new(|| {
    plan(
        "Bob may map a big farm, and my mother found a bottle of water behind the old house above the river.",
    )
});

const LIDS: [Shape; 2] = [Shape::EyeBlinkLeft, Shape::EyeBlinkRight];
const GAZE: [Shape; 8] = [
    Shape::EyeLookInLeft,
    Shape::EyeLookOutLeft,
    Shape::EyeLookUpLeft,
    Shape::EyeLookDownLeft,
    Shape::EyeLookInRight,
    Shape::EyeLookOutRight,
    Shape::EyeLookUpRight,
    Shape::EyeLookDownRight,
];
/// What opens the mouth.
const OPENING: [Shape; 6] = [
    Shape::JawOpen,
    Shape::MouthClose,
    Shape::MouthUpperUpLeft,
    Shape::MouthUpperUpRight,
    Shape::MouthLowerDownLeft,
    Shape::MouthLowerDownRight,
];

fn config() -> EngineConfig {
    EngineConfig { face_rate_hz: FACES_HZ, seed: 5, ..EngineConfig::new(RATE) }
}

/// Half a second of silence, then the line.
fn said(controls: &[(Control, f32)]) -> Heard {
    let mut events: Vec<TimedEvent> =
        controls.iter().map(|(control, value)| at(0, set(*control, *value))).collect();
    events.push(at(0, Event::Load(Arc::clone(&SCORE))));
    events.push(at(8_000, Event::Speak { velocity: 1.0 }));
    run(&mut engine(config()), &events, 8_000 + (1.15 * SCORE.duration_s() * RATE) as usize, &[512])
}

/// Nobody speaks for `seconds`.
fn silent(controls: &[(Control, f32)], seconds: f32) -> Heard {
    let events: Vec<TimedEvent> =
        controls.iter().map(|(control, value)| at(0, set(*control, *value))).collect();
    run(&mut engine(config()), &events, (seconds * RATE) as usize, &[1024])
}

/// Faces after the controls have arrived.
fn settled(heard: &Heard) -> &[BlendshapeFrame] {
    &heard.faces[(1.0 * FACES_HZ) as usize..]
}

fn mean_of(faces: &[BlendshapeFrame], read: impl Fn(&BlendshapeFrame) -> f32) -> f32 {
    faces.iter().map(read).sum::<f32>() / faces.len() as f32
}

/// Root of the mean square distance from the mean.
fn swing(faces: &[BlendshapeFrame], read: impl Fn(&BlendshapeFrame) -> f32) -> f32 {
    let mean = mean_of(faces, &read);
    mean_of(faces, |face| (read(face) - mean).powi(2)).sqrt()
}

fn most(faces: &[BlendshapeFrame], shape: Shape) -> f32 {
    faces.iter().map(|face| face.get(shape)).fold(0.0, f32::max)
}

fn largest_step(faces: &[BlendshapeFrame]) -> (f32, Shape) {
    let steps = faces.windows(2).flat_map(|pair| {
        let shapes = Shape::ALL.into_iter().filter(|shape| !LIDS.contains(shape));
        shapes.map(|shape| ((pair[1].get(shape) - pair[0].get(shape)).abs(), shape))
    });
    steps.fold((0.0, Shape::JawOpen), |a, b| if b.0 > a.0 { b } else { a })
}

/// Frames whose shape, demands of the phones included, no face may have.
fn broken(heard: &Heard) -> usize {
    let unlawful = heard.faces.iter().zip(&heard.fields).filter(|(face, field)| {
        let [closure, labiodental] = field.lip_demands;
        let state = FaceState { pose: face.shapes, closure, labiodental, head_rad: face.head_rad };
        !face_violations(&state).is_empty()
    });
    unlawful.count()
}

fn rising(values: &[f32], by: f32) -> bool {
    values.windows(2).all(|pair| pair[1] > by * pair[0])
}

/// Which shapes differ anywhere, and whether the head does.
fn changed(a: &Heard, b: &Heard) -> (Vec<Shape>, bool) {
    let pairs = || a.faces.iter().zip(&b.faces);
    let shapes = Shape::ALL.into_iter().filter(|shape| pairs().any(|(a, b)| a.get(*shape) != b.get(*shape)));
    (shapes.collect(), pairs().any(|(a, b)| a.head_rad != b.head_rad))
}

fn takes(control: Control, values: [f32; 3], more: &[(Control, f32)]) -> [Heard; 3] {
    values.map(|value| {
        let mut controls = more.to_vec();
        controls.push((control, value));
        said(&controls)
    })
}

/// The first vowel, held at 120 Hz.
fn held(tremor_st: f32) -> Heard {
    let events = [
        at(0, Event::Load(Arc::clone(&SCORE))),
        at(0, set(Control::Hold, 1.0)),
        at(0, set(Control::F0Hz, 120.0)),
        at(0, set(Control::TremorSt, tremor_st)),
        at(1, Event::Speak { velocity: 1.0 }),
    ];
    run(&mut engine(config()), &events, (6.0 * RATE) as usize, &[512])
}

#[test]
fn tremor_shakes_pitch_level_chin_and_head_together() {
    let takes = [0.0, 0.5, 1.0, 2.0].map(held);
    let st = |heard: &Heard| -> Vec<f32> {
        heard.fields[120..].iter().map(|field| 12.0 * (field.f0_hz / 120.0).log2()).collect()
    };
    let deviation = |values: &[f32]| {
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        (values.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / values.len() as f32).sqrt()
    };
    let pitch: Vec<f32> = takes.iter().map(|heard| deviation(&st(heard))).collect();
    // Levels of 25 ms: three periods of 120 Hz.
    let level = |heard: &Heard| {
        let levels: Vec<f32> =
            heard.sound[32_000..].chunks_exact(400).map(|part| 20.0 * rms(part).log10()).collect();
        deviation(&levels)
    };
    let levels: Vec<f32> = takes.iter().map(level).collect();
    let chin: Vec<f32> =
        takes.iter().map(|heard| swing(settled(heard), |face| face.get(Shape::MouthShrugLower))).collect();
    let jerk = |heard: &Heard| {
        let faces = settled(heard);
        let steps: Vec<f32> =
            faces.windows(2).map(|pair| pair[1].head_rad[1] - pair[0].head_rad[1]).collect();
        deviation(&steps)
    };
    let head: Vec<f32> = takes.iter().map(jerk).collect();
    println!("pitch {pitch:?} st, level {levels:?} dB, chin {chin:?}, head {head:?} rad");
    // A sine of amplitude a deviates by a / sqrt 2.
    assert!((pitch[2] - 0.707).abs() < 0.12 && (pitch[3] - 1.414).abs() < 0.2, "{pitch:?}");
    assert!(rising(&pitch, 1.5) && rising(&levels, 1.1) && levels[3] > 1.2, "{pitch:?} {levels:?}");
    assert!(rising(&chin[1..], 1.5) && chin[1] > chin[0] + 0.002 && rising(&head, 1.2), "{chin:?} {head:?}");
    // Its pace: crossings of the middle in 4 s.
    let wave = st(&takes[3]);
    let turns = wave.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count() as f32 / 4.0;
    assert!((4.0..12.0).contains(&turns), "{turns} Hz");
    assert!(takes.iter().all(|heard| broken(heard) == 0 && largest_step(&heard.faces).0 < LARGEST_STEP));
}

/// How closely the jaw's oscillator keeps to the syllables: the length of the mean phasor of their difference, and its
/// angle in rad.
fn jaw_phase(heard: &Heard) -> (f32, f32) {
    let (mut re, mut im, mut count) = (0.0f32, 0.0f32, 0.0f32);
    for field in heard.fields.iter().filter(|field| field.speaking).skip(30) {
        let (sin, cos) = (field.syllable_theta - field.jaw_theta).sin_cos();
        (re, im, count) = (re + cos, im + sin, count + 1.0);
    }
    (re.hypot(im) / count, im.atan2(re))
}

#[test]
fn coupling_locks_the_jaw_to_the_syllables_and_lag_makes_it_trail() {
    let locked = takes(Control::FieldCoupling, [0.0, 1.0, 2.0], &[]).map(|heard| {
        assert_eq!(broken(&heard), 0);
        (jaw_phase(&heard).0, heard.fields.iter().map(|field| field.voice_face_order).fold(0.0, f32::max))
    });
    println!("locking of the jaw and of the face: {locked:?}");
    assert!(locked[0].0 < 0.5 && locked[1].0 > locked[0].0 + 0.2 && locked[2].0 > locked[1].0, "{locked:?}");
    let behind = takes(Control::FieldLag, [0.0, 1.0, 2.0], &[]).map(|heard| {
        assert_eq!(broken(&heard), 0);
        jaw_phase(&heard).1
    });
    println!("the jaw is behind by {behind:?} rad");
    assert!(behind[1] > behind[0] + 0.1 && behind[2] > behind[1] + 0.1, "{behind:?}");
    assert!(behind.iter().all(|rad| rad.abs() < PI));
}

#[test]
fn the_grammar_gives_way_by_its_share_and_ranges_hold() {
    let smiling = [(Control::Happy, 1.0), (Control::Articulation, 2.0), (Control::Shout, 1.0)];
    let takes = takes(Control::FieldGrammar, [1.0, 0.5, 0.0], &smiling);
    let counts: Vec<usize> = takes.iter().map(broken).collect();
    println!("{counts:?} of {} faces are unlawful", takes[0].faces.len());
    assert_eq!(counts[0], 0);
    assert!(counts[1] > 5 && counts[2] >= counts[1], "{counts:?}");
    // How far they are off: the smile about rounded lips.
    let worst = |heard: &Heard| {
        let over = heard.faces.iter().map(|face| {
            let taken = 0.75 * face.get(Shape::MouthPucker) + 0.525 * face.get(Shape::MouthFunnel);
            face.get(Shape::MouthSmileLeft) - (1.0 - taken).max(0.25)
        });
        over.fold(0.0f32, f32::max)
    };
    let excess: Vec<f32> = takes.iter().map(worst).collect();
    println!("smiles beyond what rounding leaves: {excess:?}");
    assert!(excess[0] < 1e-3 && excess[1] > excess[0] && excess[2] > excess[1], "{excess:?}");
    for heard in &takes {
        assert!(heard.faces.iter().all(|face| face.shapes.iter().all(|x| (0.0..=1.0).contains(x))));
        assert!(heard.sound.iter().all(|x| x.is_finite() && x.abs() < 1.0));
    }
}

#[test]
fn the_grammar_s_share_bounds_the_larynx() {
    // Far above the voice.
    let high = [(Control::PitchSt, 12.0), (Control::PitchRangeRatio, 2.0), (Control::Falsetto, 1.0)];
    let more = [(Control::F0Hz, 1_500.0)];
    let controls: Vec<(Control, f32)> = high.into_iter().chain(more).collect();
    let takes = takes(Control::FieldGrammar, [1.0, 0.5, 0.0], &controls);
    let tops: Vec<f32> =
        takes.iter().map(|heard| heard.fields.iter().map(|field| field.f0_hz).fold(0.0, f32::max)).collect();
    println!("highest f0 {tops:?} Hz");
    assert!(rising(&tops, 1.03), "{tops:?}");
    assert_eq!(takes[0].fields.last().map(|field| field.sound_violations), Some(0));
    assert!(takes[2].fields.last().is_some_and(|field| field.sound_violations > 0));
}

#[test]
fn learning_moves_couplings_by_its_factor() {
    let moved = |factor: f32| {
        let mut engine = engine(config());
        let first: Vec<f32> = engine.field().network().edges().map(|edge| edge.k_rad_per_s).collect();
        let events = [
            at(0, set(Control::FieldLearning, factor)),
            at(0, Event::Load(Arc::clone(&SCORE))),
            at(8_000, Event::Speak { velocity: 1.0 }),
        ];
        let heard = run(&mut engine, &events, (1.5 * RATE) as usize, &[512]);
        let learned =
            engine.field().network().edges().zip(first).map(|(edge, k)| (edge.k_rad_per_s - k).abs());
        (learned.sum::<f32>(), engine.field().network().familiarity(), heard.sound)
    };
    let [none, once, twice] = [0.0, 1.0, 2.0].map(moved);
    println!("couplings move by {} {} {} rad/s", none.0, once.0, twice.0);
    assert!(none.0 == 0.0 && none.1 < 1e-6, "{} {}", none.0, none.1);
    assert!(once.0 > 0.01 && (1.4..2.1).contains(&(twice.0 / once.0)), "{} {}", once.0, twice.0);
    assert!(once.1 > 0.0 && twice.1 > once.1, "{} {}", once.1, twice.1);
    assert!(none.2.iter().all(|x| x.is_finite()));
}

/// A jump of valence in mid-speech, which surprises.
fn jumped(prediction: f32) -> Heard {
    let events = [
        at(0, set(Control::FieldPrediction, prediction)),
        at(0, Event::Load(Arc::clone(&SCORE))),
        at(0, Event::Speak { velocity: 1.0 }),
        at((2.0 * RATE) as usize, set(Control::Valence, 0.5)),
    ];
    run(&mut engine(config()), &events, (1.2 * SCORE.duration_s() * RATE) as usize, &[512])
}

#[test]
fn prediction_scales_the_answer_to_a_surprise_and_not_the_surprise() {
    let takes = [0.0, 0.5, 1.0, 2.0].map(jumped);
    let [none, ..] = &takes;
    let first = none.surprises.first().expect("a surprise");
    assert!(takes.iter().all(|heard| heard.surprises.first() == Some(first)));
    let from = first.time_samples as f32 / RATE;
    let brow = |heard: &Heard| {
        let inside = heard.faces.iter().zip(&none.faces).filter(|(face, _)| {
            let time_s = face.time_samples as f32 / RATE - from;
            (0.02..0.13).contains(&time_s)
        });
        inside
            .map(|(face, plain)| face.get(Shape::BrowOuterUpLeft) - plain.get(Shape::BrowOuterUpLeft))
            .fold(0.0, f32::max)
    };
    let brows: Vec<f32> = takes.iter().map(brow).collect();
    println!("the brows rise by {brows:?}");
    assert_eq!(brows[0], 0.0);
    assert!(brows[1] > 0.05 && brows[2] > brows[1] + 0.05 && brows[3] > brows[2] + 0.05, "{brows:?}");
    // The pause: later phones are late.
    let passed = |heard: &Heard, phone: u32| {
        heard.phones.iter().find(|mark| mark.phone == phone).map(|mark| mark.time_samples)
    };
    let later =
        none.phones.iter().find(|mark| mark.time_samples as f32 / RATE > from + 0.2).expect("it goes on");
    let pauses = takes.each_ref().map(|heard| {
        (passed(heard, later.phone).expect("the same") as f32 - later.time_samples as f32) / RATE
    });
    println!("it pauses for {pauses:?} s");
    assert!(pauses[1] > 0.008 && pauses[2] > pauses[1] + 0.008, "{pauses:?}");
    assert!(takes.iter().all(|heard| broken(heard) == 0 && largest_step(&heard.faces).0 < LARGEST_STEP));
}

#[test]
fn what_scales_the_face_leaves_the_sound_alone() {
    let plain = said(&[(Control::Happy, 0.4)]);
    for control in [
        Control::FaceStrength,
        Control::FaceJaw,
        Control::FaceExpression,
        Control::FaceGaze,
        Control::BlinkRate,
        Control::FaceHead,
        Control::FaceIdle,
    ] {
        for value in [0.0, control.range().1] {
            let heard = said(&[(control, value), (Control::Happy, 0.4)]);
            assert!(heard.sound == plain.sound, "{control:?} at {value} is heard");
            assert!(heard.faces != plain.faces, "{control:?} at {value} is seen");
            assert_eq!(broken(&heard), 0, "{control:?} at {value}");
            let (step, shape) = largest_step(&heard.faces);
            assert!(step < LARGEST_STEP, "{control:?} at {value}: {shape:?} jumps by {step}");
        }
    }
}

#[test]
fn strength_scales_every_shape_about_the_persona_s_rest() {
    let happy = [(Control::Happy, 0.4)];
    let takes = takes(Control::FaceStrength, [0.0, 1.0, 2.0], &happy);
    let rest = SCORE.speaker.resting_shapes;
    for face in settled(&takes[0]) {
        for shape in Shape::ALL {
            assert!((face.get(shape) - rest[shape as usize]).abs() < 0.01, "{shape:?}: {}", face.get(shape));
        }
    }
    for shape in [Shape::JawOpen, Shape::MouthSmileLeft, Shape::MouthPucker, Shape::BrowOuterUpLeft] {
        let means = takes.each_ref().map(|heard| mean_of(settled(heard), |face| face.get(shape)));
        assert!(means[1] > means[0] + 0.005 && means[2] > 1.3 * means[1], "{shape:?}: {means:?}");
    }
    assert!(changed(&takes[1], &takes[2]).0.len() > 20);
    assert!(!changed(&takes[0], &takes[2]).1, "the head is no shape");
}

#[test]
fn jaw_opens_the_mouth_further_and_lips_still_close() {
    let takes = takes(Control::FaceJaw, [0.0, 1.0, 2.0], &[]);
    let means = takes.each_ref().map(|heard| mean_of(settled(heard), |face| face.get(Shape::JawOpen)));
    println!("mean opening {means:?}");
    assert!(means[0] < 1e-3 && means[1] > 0.03 && (1.5..2.2).contains(&(means[2] / means[1])), "{means:?}");
    for heard in &takes {
        let closed = heard.faces.iter().zip(&heard.fields).filter(|(_, field)| field.lip_demands[0] > 0.97);
        let (mut seen, mut shut) = (0, 0);
        for (face, _) in closed {
            (seen, shut) = (seen + 1, shut + usize::from(lips_are_closed(face)));
        }
        assert!(seen > 5 && shut == seen, "{shut} of {seen}");
    }
    // What the grammar binds to the opening may follow it.
    let bound = [Shape::TongueOut, Shape::MouthSmileLeft, Shape::MouthSmileRight];
    let (shapes, head) = changed(&takes[1], &takes[2]);
    assert!(shapes.iter().all(|shape| OPENING.contains(shape) || bound.contains(shape)), "{shapes:?}");
    assert!(!head);
}

#[test]
fn expression_scales_what_is_felt() {
    let sad = [(Control::Sad, 0.6)];
    let takes = takes(Control::FaceExpression, [0.0, 1.0, 2.0], &sad);
    for shape in [Shape::BrowInnerUp, Shape::MouthFrownLeft, Shape::MouthShrugLower] {
        let means = takes.each_ref().map(|heard| mean_of(settled(heard), |face| face.get(shape)));
        assert!(means[1] > 1.5 * means[0] + 0.02 && means[2] > 1.3 * means[1], "{shape:?}: {means:?}");
    }
    let bowed = takes.each_ref().map(|heard| mean_of(settled(heard), |face| -face.head_rad[1]));
    assert!(bowed[1] > bowed[0] + 0.02 && bowed[2] > bowed[1] + 0.02, "{bowed:?}");
    let jaws = takes.each_ref().map(|heard| mean_of(settled(heard), |face| face.get(Shape::JawOpen)));
    assert!((jaws[2] - jaws[0]).abs() < 0.3 * jaws[1], "the words' own movements stay: {jaws:?}");
}

fn gaze(face: &BlendshapeFrame) -> [f32; 2] {
    let yaw = face.get(Shape::EyeLookOutLeft) - face.get(Shape::EyeLookInLeft);
    [yaw, face.get(Shape::EyeLookUpLeft) - face.get(Shape::EyeLookDownLeft)]
}

#[test]
fn gaze_scales_where_the_eyes_turn_and_nothing_else() {
    let [still, own, wide] = [0.0, 1.0, 2.0].map(|value| silent(&[(Control::FaceGaze, value)], 30.0));
    let swings = [&still, &own, &wide].map(|heard| swing(settled(heard), |face| gaze(face)[0]));
    println!("the eyes swing by {swings:?}");
    assert!(
        swings[0] < 1e-3 && swings[1] > 0.02 && (1.5..2.1).contains(&(swings[2] / swings[1])),
        "{swings:?}"
    );
    let (shapes, head) = changed(&still, &wide);
    assert!(shapes.iter().all(|shape| GAZE.contains(shape)) && !head, "{shapes:?}");
    // Saccades are no faster than eyes are: 14 looks a second.
    let fastest = wide.faces.windows(2).map(|pair| (gaze(&pair[1])[0] - gaze(&pair[0])[0]).abs());
    assert!(fastest.fold(0.0, f32::max) < 14.5 / FACES_HZ + 0.02);
}

#[test]
fn blinks_come_as_often_as_told() {
    let count = |rate: f32| {
        let heard = silent(&[(Control::BlinkRate, rate)], 120.0);
        assert_eq!(broken(&heard), 0);
        let shut = |face: &BlendshapeFrame| face.get(Shape::EyeBlinkLeft) > 0.5;
        let blinks = heard.faces.windows(2).filter(|pair| !shut(&pair[0]) && shut(&pair[1])).count();
        let lids = heard
            .faces
            .windows(2)
            .map(|pair| pair[1].get(Shape::EyeBlinkLeft) - pair[0].get(Shape::EyeBlinkLeft));
        assert!(lids.fold(0.0f32, |a, b| a.max(b.abs())) < 0.5, "lids never jump");
        (blinks as f32, heard)
    };
    let [none, half, once, thrice] = [0.0, 0.5, 1.0, 3.0].map(count);
    println!("blinks in two minutes: {} {} {} {}", none.0, half.0, once.0, thrice.0);
    assert_eq!(none.0, 0.0);
    let about = |found: f32, expected: f32| (found - expected).abs() < 0.15 * expected + 1.0;
    assert!(once.0 >= 20.0 && about(half.0, 0.5 * once.0) && about(thrice.0, 3.0 * once.0));
    let (shapes, head) = changed(&none.1, &thrice.1);
    let eyes = [Shape::EyeSquintLeft, Shape::EyeSquintRight, Shape::EyeWideLeft, Shape::EyeWideRight];
    assert!(shapes.iter().all(|shape| LIDS.contains(shape) || eyes.contains(shape)) && !head, "{shapes:?}");
    // While somebody speaks, too: no phrase's end brings one.
    let spoken = said(&[(Control::BlinkRate, 0.0)]);
    assert!(most(&spoken.faces, Shape::EyeBlinkLeft) < 0.2);
}

#[test]
fn head_scales_its_turns_in_proportion() {
    let takes = takes(Control::FaceHead, [0.0, 1.0, 2.0], &[]);
    for face in settled(&takes[0]) {
        assert!(face.head_rad.iter().all(|angle| angle.abs() < 1e-4));
    }
    for (one, two) in settled(&takes[1]).iter().zip(settled(&takes[2])) {
        for axis in 0..3 {
            let (a, b) = (one.head_rad[axis], two.head_rad[axis]);
            assert!((b - 2.0 * a).abs() < 1e-3, "{a} {b}");
        }
    }
    // Eyes hold what they look at: only they answer to the head.
    let shapes = changed(&takes[0], &takes[2]).0;
    assert!(shapes.iter().all(|shape| GAZE.contains(shape)), "{shapes:?}");
}

#[test]
fn idle_life_scales_what_nothing_asks_for() {
    let takes = [0.0, 1.0, 2.0].map(|value| silent(&[(Control::FaceIdle, value)], 40.0));
    for (name, read) in [
        ("sway", (|face: &BlendshapeFrame| face.head_rad[0]) as fn(&BlendshapeFrame) -> f32),
        ("breath", |face| face.get(Shape::NoseSneerLeft)),
        ("parting", |face| face.get(Shape::JawOpen)),
        ("darts", |face| gaze(face)[0] + face.head_rad[0] / 0.6),
    ] {
        let swings = takes.each_ref().map(|heard| swing(settled(heard), read));
        println!("{name}: {swings:?}");
        assert!(swings[0] < 2e-3 && swings[1] > 1e-3, "{name}: {swings:?}");
        assert!((1.6..2.2).contains(&(swings[2] / swings[1])), "{name}: {swings:?}");
    }
    let pressed = takes.each_ref().map(|heard| most(&heard.faces, Shape::MouthPressLeft));
    assert!(pressed[0] == 0.0 && pressed[1] > 0.05 && pressed[2] > 1.5 * pressed[1], "{pressed:?}");
    // Blinks are needs, not life that could be left out.
    let blinks =
        |heard: &Heard| heard.faces.iter().filter(|face| face.get(Shape::EyeBlinkLeft) > 0.5).count();
    assert_eq!(blinks(&takes[0]), blinks(&takes[1]));
}

/// Every control of field and face jumps between its ends ten times a second while somebody speaks.
#[test]
fn jumps_of_all_controls_neither_break_a_law_nor_tear_the_face() {
    let controls = [
        Control::TremorSt,
        Control::FieldCoupling,
        Control::FieldLag,
        Control::FieldLearning,
        Control::FieldPrediction,
        Control::FaceStrength,
        Control::FaceJaw,
        Control::FaceExpression,
        Control::FaceGaze,
        Control::BlinkRate,
        Control::FaceHead,
        Control::FaceIdle,
    ];
    let mut events = vec![at(0, Event::Load(Arc::clone(&SCORE))), at(0, Event::Speak { velocity: 1.0 })];
    events.push(at(0, set(Control::Happy, 0.8)));
    let samples = (1.3 * SCORE.duration_s() * RATE) as usize;
    for (step, sample) in (0..samples).step_by(1_600).enumerate() {
        for (index, control) in controls.into_iter().enumerate() {
            // Each in a rhythm of its own.
            let high = (TAU * (index + 3) as f32 * step as f32 / 17.0).sin() > 0.0;
            let (low, top) = control.range();
            events.push(at(sample + 3 * index, set(control, if high { top } else { low })));
        }
    }
    events.sort_by_key(|event| event.offset_samples);
    let heard = run(&mut engine(config()), &events, samples, &[512]);
    assert_eq!(broken(&heard), 0);
    let (step, shape) = largest_step(&heard.faces);
    println!("largest step {step} of {shape:?}");
    assert!(step < LARGEST_STEP, "{shape:?} jumps by {step}");
    assert!(heard.sound.iter().all(|x| x.is_finite() && x.abs() < 1.0));
    let other = run(&mut engine(config()), &events, samples, &[77, 1_024, 1]);
    assert!(heard.sound == other.sound && heard.faces == other.faces, "blocks are not heard");
}
