//! The harmonic grammar in the engine: no automation gets an unlawful face or sound through, and speech needs no repair.

use psivox_core::engine::{Ablation, NoTelemetry, ObservableFrame};
use psivox_core::face::Shape;
use psivox_core::field::{FieldSetup, FieldSpec};
use psivox_core::grammar::{FaceState, RuleId, Tally, face_violations};
use psivox_core::score::Score;
use psivox_core::song::Song;
use psivox_core::sound::Noise;
use psivox_core::{BlendshapeFrame, Control, EngineConfig, Event, Persona, Planner, Telemetry, TimedEvent};
use psivox_tests::listener::{at, engine, plan, planner, run, set};
use std::sync::Arc;

const RATE: f32 = 8_000.0;
/// Samples between two sets of new targets: 50 ms.
const STEP: usize = 400;

/// Counts unlawful faces, with what the phones demanded when they were told.
#[derive(Default)]
struct Watch {
    faces: u32,
    broken: Tally,
    last: ObservableFrame,
}

impl Telemetry for Watch {
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame) {
        let [closure, labiodental] = field.lip_demands;
        let state = FaceState { pose: frame.shapes, closure, labiodental, head_rad: frame.head_rad };
        self.broken.add(face_violations(&state));
        self.faces += 1;
        self.last = *field;
    }
}

/// A mouth that fights with everything it says, in a voice at the end of its range.
const CONTRARY_MOUTH: [Shape; 9] = [
    Shape::MouthSmileLeft,
    Shape::MouthFrownRight,
    Shape::MouthUpperUpLeft,
    Shape::MouthLowerDownLeft,
    Shape::EyeLookOutLeft,
    Shape::JawLeft,
    Shape::JawRight,
    Shape::MouthClose,
    Shape::TongueOut,
];
/// Brows, lids and cheeks that cannot be held together with what else a face does.
const CONTRARY_REST: [Shape; 7] = [
    Shape::BrowDownLeft,
    Shape::BrowInnerUp,
    Shape::BrowOuterUpLeft,
    Shape::EyeWideLeft,
    Shape::EyeSquintRight,
    Shape::CheekPuff,
    Shape::MouthPucker,
];

fn contrary(score: &Score, shapes: &[Shape], strength: f32) -> Arc<Score> {
    let mut score = score.clone();
    for shape in shapes {
        score.speaker.resting_shapes[*shape as usize] = strength;
    }
    score.speaker.formant_ratio = 1.2;
    Arc::new(score)
}

fn lines() -> Vec<Arc<Score>> {
    let texts = [
        "Five brave wolves move above the quiet village, and a fox follows them over the snow.",
        "Bob may buy a big map. Who found the thirty-three thin feathers? You do!",
    ];
    let plain: Vec<Arc<Score>> = texts.map(plan).into();
    let contrary = [contrary(&plain[0], &CONTRARY_REST, 0.8), contrary(&plain[1], &CONTRARY_MOUTH, 0.5)];
    plain.into_iter().chain(contrary).collect()
}

/// Speaks for `seconds` while every control jumps to a new place of its range again and again.
fn walk(grammar_off: bool, lines: &[Arc<Score>], seconds: usize, seed: u64) -> Watch {
    let ablation = Ablation { grammar: grammar_off, ..Ablation::default() };
    let mut engine = engine(EngineConfig { ablation, ..EngineConfig::new(RATE) });
    let mut noise = Noise::new(seed);
    let (mut watch, mut sound, mut spoken) = (Watch::default(), [0.0; STEP], 0);
    let mut events: Vec<TimedEvent> = Vec::new();
    for _ in 0..seconds * RATE as usize / STEP {
        events.clear();
        for (index, control) in Control::ALL.into_iter().enumerate() {
            if control == Control::FieldGrammar {
                // Who turns the grammar down wants it broken.
                continue;
            }
            let (low, high) = control.range();
            let u = 0.5 + 0.5 * noise.uniform();
            // The ends of a range are where laws are broken.
            let u = if noise.uniform() > 0.5 { u.round() } else { u };
            events.push(at(index * 20, set(control, low + u * (high - low))));
        }
        if watch.last.lines_waiting < 2 {
            events.push(at(STEP - 1, Event::Queue(Arc::clone(&lines[spoken % lines.len()]))));
            spoken += 1;
        }
        engine.process(&events, &mut sound, &mut watch);
        assert!(sound.iter().all(|x| x.is_finite() && x.abs() < 1.0));
    }
    assert!(spoken * 40 > seconds, "the speech goes on: {spoken} lines");
    watch
}

#[test]
fn ten_minutes_of_adversarial_automation_let_nothing_unlawful_through() {
    let watch = walk(false, &lines(), 600, 17);
    assert!(watch.faces > 35_990, "{} faces", watch.faces);
    assert_eq!(watch.broken, Tally::default());
    assert_eq!(watch.last.sound_violations, 0);
    assert!(watch.last.grammar_corrections > 1_000 && watch.last.sound_corrections > 100);
}

#[test]
fn without_the_grammar_the_same_automation_breaks_it() {
    let watch = walk(true, &lines(), 60, 17);
    for rule in RuleId::ALL.into_iter().filter(|rule| rule.is_of_face() && *rule != RuleId::HeadRange) {
        println!("{}: {} of {} faces", rule.name(), watch.broken.of(rule), watch.faces);
        assert!(watch.broken.of(rule) > 0, "{} is never in danger", rule.name());
    }
    assert!(watch.last.sound_violations > 100, "{} knots", watch.last.sound_violations);
    assert_eq!((watch.last.grammar_corrections, watch.last.sound_corrections), (0, 0));
}

/// Neither level, f0, tract, coherence nor envelope of a voice that nobody plays with is touched: not one bit.
#[test]
fn neutral_speech_needs_no_rule_of_the_sound() {
    for score in &lines()[..2] {
        let spoken = |ablation: Ablation| {
            let config = EngineConfig { ablation, ..EngineConfig::new(48_000.0) };
            let events = [at(0, Event::Load(Arc::clone(score))), at(0, Event::Speak { velocity: 1.0 })];
            let samples = (1.2 * score.duration_s() * 48_000.0) as usize;
            run(&mut engine(config), &events, samples, &[512])
        };
        let whole = spoken(Ablation::default());
        let last = whole.fields.last().expect("faces are told");
        assert_eq!((last.sound_violations, last.sound_corrections), (0, 0));
        assert!(whole.sound == spoken(Ablation { grammar: true, ..Ablation::default() }).sound);
    }
}

#[test]
fn the_songs_that_ship_lie_inside_the_voice_that_sings_them() {
    for text in [
        include_str!("../../presets/songs/twinkle.song"),
        include_str!("../../presets/songs/amazing_grace.song"),
    ] {
        let song = Song::parse(text).expect("a song that ships");
        let score = Arc::new(planner().sing(&song).expect("a song that can be sung").score);
        let sung = |ablation: Ablation| {
            let mut engine = engine(EngineConfig { ablation, ..EngineConfig::new(RATE) });
            let events = [at(0, Event::Load(Arc::clone(&score))), at(0, Event::Speak { velocity: 1.0 })];
            let heard = run(&mut engine, &events, (score.duration_s() * RATE) as usize, &[512]);
            (heard.sound, engine.observables().sound_corrections)
        };
        let (whole, corrections) = sung(Ablation::default());
        assert_eq!(corrections, 0, "{}", song.title);
        assert!(whole == sung(Ablation { grammar: true, ..Ablation::default() }).0);
    }
}

#[test]
fn no_voice_that_ships_breaks_a_rule_of_the_sound_when_it_speaks() {
    for persona in Persona::factory() {
        let planner = Planner::new(&persona).expect("the voice loads");
        let text = "Good morning. Six thick thistle sticks; we hope you'll stay for the evening, won't you?";
        let score = Arc::new(planner.plan(text).expect("a text that can be spoken").score);
        let mut sound = vec![0.0; (1.3 * score.duration_s() * RATE) as usize];
        let mut engine = engine(EngineConfig::new(RATE));
        let events = [at(0, Event::Load(score)), at(0, Event::Speak { velocity: 1.0 })];
        engine.process(&events, &mut sound, &mut NoTelemetry);
        let tally = engine.grammar_tally();
        for rule in RuleId::ALL.into_iter().filter(|rule| !rule.is_of_face()) {
            assert_eq!(tally.of(rule), 0, "{}: {}", persona.name, rule.name());
        }
        assert_eq!(engine.observables().sound_violations, 0);
    }
}

/// A weight of 0 takes one rule out of the engine and no other.
#[test]
fn a_weight_of_zero_lets_one_rule_be_broken() {
    let lines = lines();
    let mut spec = FieldSpec::default();
    spec.set("grammar.closed-lips", "0").expect("a rule");
    let field = Arc::new(FieldSetup::compile(&spec).expect("a field"));
    let mut watch = Watch::default();
    let mut engine = engine(EngineConfig::new(RATE));
    let mut sound = vec![0.0; (lines[3].duration_s() * RATE) as usize];
    let speak = Event::Speak { velocity: 1.0 };
    let events = [at(0, Event::Field(field)), at(0, Event::Load(Arc::clone(&lines[3]))), at(0, speak)];
    engine.process(&events, &mut sound, &mut watch);
    assert!(watch.broken.of(RuleId::ClosedLips) > 0);
    assert_eq!(watch.broken.total(), watch.broken.of(RuleId::ClosedLips));
    engine.process(&[], &mut sound, &mut NoTelemetry);
}
