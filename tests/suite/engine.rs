//! The engine as its users see it: exact, bounded, in sync, and every mechanism of the field doing work.

use proptest::prelude::*;
use psivox_core::engine::{Ablation, NoTelemetry};
use psivox_core::face::{Shape, lips_are_closed};
use psivox_core::phone::Viseme;
use psivox_core::score::Score;
use psivox_core::{BlendshapeFrame, Control, Engine, EngineConfig, EngineError, Event, TimedEvent};
use psivox_tests::listener::{Heard, at, engine, plan, planner, run, set};
use psivox_tests::measure::{median_f0_hz, onset, peak, rms};
use std::sync::{Arc, OnceLock};

const RATE: f32 = 48_000.0;
const TEXT: &str = "Bob may buy a big map. Really? Yes!";

fn score() -> Arc<Score> {
    static SCORE: OnceLock<Arc<Score>> = OnceLock::new();
    Arc::clone(SCORE.get_or_init(|| plan(TEXT)))
}

fn speak(config: EngineConfig, score: &Arc<Score>, controls: &[(Control, f32)]) -> Heard {
    let mut events = vec![at(0, Event::Load(score.clone()))];
    events.extend(controls.iter().map(|(control, value)| at(0, set(*control, *value))));
    events.push(at((0.1 * config.sample_rate_hz) as usize, Event::Speak { velocity: 1.0 }));
    let slowest =
        controls.iter().filter(|(c, _)| *c == Control::RateRatio).map(|(_, rate)| *rate).fold(1.0, f32::min);
    // Calm speech takes a fifth longer.
    let samples = ((1.25 * score.duration_s() / slowest + 0.5) * config.sample_rate_hz) as usize;
    run(&mut engine(config), &events, samples, &[512])
}

fn neutral() -> Heard {
    speak(EngineConfig::new(RATE), &score(), &[])
}

fn busy_events() -> Vec<TimedEvent> {
    vec![
        at(0, Event::Load(score())),
        at(777, Event::Speak { velocity: 0.8 }),
        at(9_001, set(Control::Arousal, 0.7)),
        at(14_003, set(Control::PitchSt, -3.0)),
        at(20_011, set(Control::RateRatio, 1.3)),
        at(30_000, Event::Speak { velocity: 0.5 }),
        at(30_001, set(Control::GainDb, -6.0)),
        at(52_345, Event::Stop),
        at(60_000, Event::Speak { velocity: 1.0 }),
    ]
}

#[test]
fn the_same_sound_and_faces_whatever_the_block_sizes() {
    let reference = run(&mut engine(EngineConfig::new(RATE)), &busy_events(), 96_000, &[4096]);
    assert!(peak(&reference.sound) > 0.05 && reference.faces.len() == 120 && reference.phones.len() > 20);
    for blocks in [&[1][..], &[7], &[64], &[441], &[512], &[13, 4096, 1, 512]] {
        let other = run(&mut engine(EngineConfig::new(RATE)), &busy_events(), 96_000, blocks);
        assert!(reference.sound == other.sound, "sound differs at block sizes {blocks:?}");
        assert_eq!(reference.faces, other.faces, "faces differ at block sizes {blocks:?}");
        assert_eq!(reference.phones, other.phones);
        assert_eq!(reference.finished, other.finished);
    }
}

#[test]
fn reset_is_a_new_engine() {
    let mut used = engine(EngineConfig::new(RATE));
    let first = run(&mut used, &busy_events(), 70_000, &[512]);
    used.reset();
    for control in Control::ALL {
        used.process(&[at(0, set(control, control.default_value()))], &mut [], &mut NoTelemetry);
    }
    used.reset();
    let second = run(&mut used, &busy_events(), 70_000, &[512]);
    assert!(first.sound == second.sound && first.faces == second.faces);
    let seeded = EngineConfig { seed: 5, ..EngineConfig::new(RATE) };
    assert!(
        first.sound != run(&mut engine(seeded), &busy_events(), 70_000, &[512]).sound,
        "the seed is heard"
    );
}

#[test]
fn a_trigger_is_answered_on_its_sample() {
    let heard = neutral();
    assert!(heard.sound[..4_800].iter().all(|x| *x == 0.0), "silence before the trigger");
    assert!(onset(&heard.sound, 0.0).unwrap() <= 4_802);
    let audible = onset(&heard.sound, 0.02).unwrap();
    assert!(audible < 4_800 + 5_760, "the first phone is heard within 120 ms: {audible}");
    let later = run(
        &mut engine(EngineConfig::new(RATE)),
        &[at(0, Event::Load(score())), at(4_801, Event::Speak { velocity: 1.0 })],
        9_600,
        &[512],
    );
    assert_eq!(onset(&later.sound, 0.0).unwrap(), onset(&heard.sound, 0.0).unwrap() + 1);
}

#[test]
fn automation_counts_from_its_own_sample() {
    let moved = |sample: usize| {
        let events = [
            at(0, Event::Load(score())),
            at(0, Event::Speak { velocity: 1.0 }),
            at(sample, set(Control::GainDb, -40.0)),
        ];
        run(&mut engine(EngineConfig::new(RATE)), &events, 48_000, &[512]).sound
    };
    let (a, b) = (moved(20_000), moved(20_001));
    let first = a.iter().zip(&b).position(|(x, y)| x != y).unwrap();
    assert!((20_000..20_000 + 2 * 200).contains(&first), "one sample later is another sound from {first} on");
    assert!(rms(&a[24_000..]) < 0.05 * rms(&a[..20_000]));
}

#[test]
fn stop_fades_and_everything_comes_to_rest() {
    let events =
        [at(0, Event::Load(score())), at(0, Event::Speak { velocity: 1.0 }), at(30_000, Event::Stop)];
    let heard = run(&mut engine(EngineConfig::new(RATE)), &events, 96_000, &[512]);
    assert!(rms(&heard.sound[..30_000]) > 0.01);
    assert!(heard.sound[30_000 + 1_400..].iter().all(|x| *x == 0.0), "silent within 30 ms");
    assert_eq!(heard.finished.len(), 1);
    let last = heard.faces.last().unwrap();
    assert!(last.get(Shape::JawOpen) < 0.02 && !heard.fields.last().unwrap().speaking);
}

/// Captured jaws move at most 2.9 a second (95th percentile); lines that begin, restart or stop may not cut.
#[test]
fn the_mouth_never_jumps() {
    let events = [
        at(0, Event::Load(score())),
        at(5_000, Event::Speak { velocity: 1.0 }),
        at(24_321, Event::Speak { velocity: 1.0 }),
        at(50_007, Event::Stop),
    ];
    let heard = run(&mut engine(EngineConfig::new(RATE)), &events, 72_000, &[512]);
    let shapes = [Shape::JawOpen, Shape::MouthFunnel, Shape::MouthPucker, Shape::MouthLowerDownLeft];
    let speed = |shape: Shape| {
        let jumps = heard.faces.windows(2).map(|w| (w[1].get(shape) - w[0].get(shape)).abs() * 60.0);
        jumps.fold(0.0, f32::max)
    };
    for shape in shapes {
        assert!(speed(shape) < 12.0, "{shape:?} moves {} a second", speed(shape));
    }
    assert!(speed(Shape::JawOpen) > 0.5, "the jaw moves");
    let start = heard.faces.iter().position(|face| face.time_samples >= 5_000).expect("faces go on");
    let step = heard.faces[start + 1].get(Shape::JawOpen) - heard.faces[start - 1].get(Shape::JawOpen);
    assert!(step < 0.02, "the jaw steps by {step} at the trigger");
}

#[test]
fn idle_life_never_freezes() {
    let heard = run(&mut engine(EngineConfig::new(RATE)), &[], 20 * 48_000, &[4096]);
    assert!(heard.sound.iter().all(|x| *x == 0.0));
    assert_eq!(heard.faces.len(), 20 * 60);
    let blinks = heard
        .faces
        .windows(2)
        .filter(|w| w[0].get(Shape::EyeBlinkLeft) < 0.5 && w[1].get(Shape::EyeBlinkLeft) >= 0.5)
        .count();
    assert!((2..=12).contains(&blinks), "{blinks} blinks in 20 s");
    assert!(heard.faces.windows(2).all(|w| w[0].head_rad != w[1].head_rad), "the head breathes");
    assert!(heard.faces.iter().all(|face| face.get(Shape::JawOpen) < 0.02));
}

#[test]
fn lips_close_in_every_p_b_m() {
    let score = score();
    let heard = neutral();
    let mut closures = 0;
    for pair in heard.phones.windows(2) {
        if score.phones[pair[0].phone as usize].viseme != Viseme::Pp {
            continue;
        }
        let inside = |face: &&BlendshapeFrame| {
            (pair[0].time_samples..pair[1].time_samples).contains(&face.time_samples)
        };
        let faces: Vec<&BlendshapeFrame> = heard.faces.iter().filter(inside).collect();
        assert!(!faces.is_empty());
        for face in faces {
            assert!(lips_are_closed(face), "open lips at sample {}: {:?}", face.time_samples, face.shapes);
        }
        closures += 1;
    }
    assert!(closures >= 6, "{closures} closures in {TEXT:?}");
}

/// 95th percentile of jawOpen in captured speech is 0.24, the maximum 0.76: synthetic faces gape.
#[test]
fn the_jaw_moves_as_far_as_people_s() {
    let heard = speak(
        EngineConfig::new(RATE),
        &plan("The quick brown fox jumps over the lazy dog, doesn't it?"),
        &[],
    );
    let mut jaw: Vec<f32> = heard.faces.iter().map(|face| face.get(Shape::JawOpen)).collect();
    jaw.sort_by(f32::total_cmp);
    let (p95, top) = (jaw[jaw.len() * 95 / 100], jaw[jaw.len() - 1]);
    assert!((0.12..0.40).contains(&p95) && top < 0.6, "95th percentile {p95}, maximum {top}");
}

fn mean(heard: &Heard, shape: Shape) -> f32 {
    heard.faces.iter().map(|face| face.get(shape)).sum::<f32>() / heard.faces.len() as f32
}

#[test]
fn emotion_is_heard_and_seen() {
    let score = plan("The ship will leave the harbour early in the morning.");
    let said = |v, a, d| {
        let controls = [(Control::Valence, v), (Control::Arousal, a), (Control::Dominance, d)];
        speak(EngineConfig::new(RATE), &score, &controls)
    };
    let f0 = |heard: &Heard| median_f0_hz(&heard.sound, RATE).unwrap();
    let length = |heard: &Heard| heard.finished[0];
    let (calm, neutral, excited) = (said(0.2, -0.8, 0.0), said(0.0, 0.0, 0.0), said(0.3, 0.8, 0.2));
    assert!(f0(&calm) < 0.95 * f0(&neutral) && f0(&excited) > 1.08 * f0(&neutral), "pitch");
    assert!(length(&calm) > length(&neutral) && length(&excited) < length(&neutral), "rate");
    let level = |heard: &Heard| 20.0 * rms(&heard.sound).log10();
    assert!(level(&excited) > level(&neutral) + 1.5 && level(&calm) < level(&neutral) - 1.5, "level");
    let (glad, sad) = (said(0.9, 0.2, 0.2), said(-0.8, -0.6, -0.5));
    assert!(mean(&glad, Shape::MouthSmileLeft) > mean(&neutral, Shape::MouthSmileLeft) + 0.1, "smile");
    assert!(mean(&sad, Shape::BrowInnerUp) > mean(&neutral, Shape::BrowInnerUp) + 0.1, "brows");
    assert!(mean(&calm, Shape::EyeBlinkLeft) > mean(&neutral, Shape::EyeBlinkLeft) + 0.1, "lids");
    let hidden = speak(
        EngineConfig::new(RATE),
        &score,
        &[(Control::Valence, 0.9), (Control::Arousal, 0.8), (Control::Intensity, 0.0)],
    );
    // The trigger finds the controls half-way: 100 ms of smoothing is over before the first vowel.
    assert!((f0(&hidden) / f0(&neutral) - 1.0).abs() < 0.02, "intensity 0 hides it");
}

#[test]
fn pitch_rate_and_gain_do_what_they_say() {
    let score = plan("Nine lions are lying in the long yellow meadow.");
    let said = |control, value| speak(EngineConfig::new(RATE), &score, &[(control, value)]);
    let plain = speak(EngineConfig::new(RATE), &score, &[]);
    let f0 = |heard: &Heard| median_f0_hz(&heard.sound, RATE).unwrap();
    let ratio = f0(&said(Control::PitchSt, 5.0)) / f0(&plain);
    assert!((ratio.log2() * 12.0 - 5.0).abs() < 0.7, "five semitones up is a factor of {ratio}");
    let spoken = |heard: &Heard| (heard.finished[0] - 4_800) as f32;
    let stretch = spoken(&said(Control::RateRatio, 0.5)) / spoken(&plain);
    assert!((stretch - 2.0).abs() < 0.06, "half the rate takes {stretch} times as long");
    let quieter = rms(&said(Control::GainDb, -12.0).sound) / rms(&plain.sound);
    assert!((quieter - 0.251).abs() < 0.02, "-12 dB is a factor of {quieter}");
}

#[test]
fn every_sample_rate_says_the_same() {
    let score = score();
    let reference = speak(EngineConfig::new(RATE), &score, &[]);
    for rate in [44_100.0, 88_200.0, 96_000.0, 192_000.0] {
        let other = speak(EngineConfig::new(rate), &score, &[]);
        let seconds = |heard: &Heard, rate: f32| heard.finished[0] as f32 / rate;
        // Ticks are whole samples, so at 44.1 kHz they are 0.1 % longer than at 48 kHz.
        let apart = seconds(&other, rate) - seconds(&reference, RATE);
        assert!(apart.abs() < 0.03, "the line ends {apart} s later at {rate} Hz");
        let level = 20.0 * (rms(&other.sound) / rms(&reference.sound)).log10();
        assert!(level.abs() < 0.5, "{level} dB at {rate} Hz");
    }
}

/// The clock leans on the rhythmic population: that moves syllables by some ms and leaves the tempo.
#[test]
fn the_clock_keeps_the_score_s_time() {
    let heard = neutral();
    let spoken_s = (heard.finished[0] - 4_800) as f32 / RATE;
    let stretch = spoken_s / score().duration_s();
    assert!((stretch - 1.0).abs() < 0.03, "spoken in {stretch} of the nominal time");
    let free = Ablation { coupling: true, ..Ablation::default() };
    // What the words suggest has a pace of its own.
    let plain = [(Control::EmotionFromText, 0.0)];
    let heard = speak(EngineConfig { ablation: free, ..EngineConfig::new(RATE) }, &score(), &plain);
    let spoken_s = (heard.finished[0] - 4_800) as f32 / RATE;
    assert!((spoken_s - score().duration_s()).abs() < 0.01, "K = 0 gives the nominal time back");
}

/// Switches one mechanism off and tells how much the sound and the face change (relative rms, mean over shapes).
fn without(ablation: Ablation, controls: &[(Control, f32)]) -> (f32, f32) {
    let score = score();
    let whole = speak(EngineConfig::new(RATE), &score, controls);
    let part = speak(EngineConfig { ablation, ..EngineConfig::new(RATE) }, &score, controls);
    let difference: Vec<f32> = whole.sound.iter().zip(&part.sound).map(|(a, b)| a - b).collect();
    let faces = whole.faces.iter().zip(&part.faces);
    let apart = faces
        .map(|(a, b)| a.shapes.iter().zip(&b.shapes).map(|(x, y)| (x - y).abs()).sum::<f32>())
        .sum::<f32>();
    (rms(&difference) / rms(&whole.sound), apart / whole.faces.len() as f32)
}

#[test]
fn every_mechanism_does_work() {
    let feeling = [(Control::Valence, 0.8), (Control::Arousal, 0.6), (Control::Dominance, 0.6)];
    let off = Ablation::default();
    let cases = [
        ("coupling", Ablation { coupling: true, ..off }, 0.05, 0.02),
        ("lags", Ablation { lags: true, ..off }, 0.0, 0.002),
        ("micro", Ablation { micro: true, ..off }, 0.03, 0.005),
        ("locking", Ablation { locking: true, ..off }, 0.15, 0.0),
        ("grammar", Ablation { grammar: true, ..off }, 0.0, 0.004),
        ("emotion", Ablation { emotion: true, ..off }, 0.3, 0.1),
        // What the slow bands do to the sound is a drift of some cents, and the clock's leaning on the population.
        ("meso", Ablation { meso: true, ..off }, 0.05, 0.02),
        ("macro", Ablation { slow: true, ..off }, 0.005, 0.005),
    ];
    for (name, ablation, least_sound, least_face) in cases {
        let (sound, face) = without(ablation, &feeling);
        println!("without {name}: sound changes by {:.1} %, face by {face:.4} a frame", 100.0 * sound);
        assert!(sound >= least_sound, "without {name} the sound changes by {sound}");
        assert!(face >= least_face, "without {name} the face changes by {face}");
    }
}

/// The jaw follows the clock: their phases keep a distance; without coupling they drift.
#[test]
fn coupling_keeps_jaw_and_syllables_together() {
    let score = plan("Peter and Paul are walking along the river on a sunny winter morning.");
    let locking = |coupling: bool| {
        let ablation = Ablation { coupling, ..Ablation::default() };
        let heard = speak(EngineConfig { ablation, ..EngineConfig::new(RATE) }, &score, &[]);
        let (mut re, mut im, mut count) = (0.0f32, 0.0, 0.0);
        for field in heard.fields.iter().filter(|field| field.speaking) {
            let (sin, cos) = (field.jaw_theta - field.syllable_theta).sin_cos();
            re += cos;
            im += sin;
            count += 1.0;
        }
        assert!(count > 100.0);
        (re * re + im * im).sqrt() / count
    };
    let (coupled, alone) = (locking(false), locking(true));
    assert!(coupled > alone + 0.2, "phase-locking value {coupled} coupled, {alone} alone");
}

#[test]
fn configuration_errors_say_what_is_expected() {
    for sample_rate_hz in [0.0, -1.0, f32::NAN, 1e9] {
        let error = Engine::new(EngineConfig::new(sample_rate_hz)).unwrap_err();
        assert!(matches!(error, EngineError::Rate { .. }) && error.to_string().contains("8000"));
    }
    let config = EngineConfig { face_rate_hz: 1e6, ..EngineConfig::new(RATE) };
    assert!(Engine::new(config).unwrap_err().to_string().contains("face rate"));
}

#[test]
fn texts_that_cannot_be_spoken_say_why() {
    let planner = planner();
    for (text, word) in
        [("", "nothing to say"), (" \n\t", "nothing to say"), ("こんにちは", "nothing to say")]
    {
        let error = planner.plan(text).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    let huge = "word ".repeat(200_000);
    assert!(planner.plan(&huge).unwrap_err().to_string().contains("split it"));
    let mixed = planner.plan("hello こんにちは \u{1b}[31m world 🎉").unwrap();
    assert!(mixed.score.duration_s() > 0.5 && !mixed.notices.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Any values, any moments: sound within full scale, faces within range, lips closed where they must be.
    #[test]
    fn absurd_automation_stays_lawful(
        moves in prop::collection::vec((0usize..40_000, 0usize..Control::ALL.len(), prop::num::f32::ANY), 0..60),
        velocity in prop::num::f32::ANY,
    ) {
        let mut moves = moves;
        moves.sort_by_key(|(sample, _, _)| *sample);
        let mut events = vec![at(0, Event::Load(score())), at(1, Event::Speak { velocity })];
        events.extend(moves.into_iter().map(|(sample, control, value)| at(sample + 1, set(Control::ALL[control], value))));
        let heard = run(&mut engine(EngineConfig::new(RATE)), &events, 48_000, &[333]);
        prop_assert!(heard.sound.iter().all(|x| x.is_finite() && x.abs() <= 1.0));
        for face in &heard.faces {
            prop_assert!(face.shapes.iter().all(|x| (0.0..=1.0).contains(x)));
            prop_assert!(face.head_rad.iter().all(|x| x.is_finite() && x.abs() < 0.5));
        }
        prop_assert_eq!(heard.fields.last().unwrap().silenced_samples, 0);
    }
}
