//! Remembered manners in the engine: they are taken over in the stated time, without a click and without an unlawful face;
//! lanes act at their own sample; nothing that a memory may hold does harm.

use proptest::prelude::*;
use psivox_core::emotion::Mode;
use psivox_core::engine::{Ablation, ObservableFrame};
use psivox_core::field::{MAX_EDGES, SLOTS};
use psivox_core::grammar::{FaceState, Tally, face_violations};
use psivox_core::memory::streams::{FACE_OBSERVABLES, HARMONICS, VOICE_OBSERVABLES};
use psivox_core::memory::{FieldPattern, Impression, MannerCoefficients, Recall, Recollection, Weights};
use psivox_core::score::Score;
use psivox_core::sound::Noise;
use psivox_core::{BlendshapeFrame, Control, EngineConfig, Event, Telemetry, TimedEvent};
use psivox_tests::listener::{Heard, at, engine, plan, run, set};
use psivox_tests::measure::median_f0_hz;
use std::sync::{Arc, OnceLock};

const RATE: usize = 24_000;

/// Keeps the last impression.
#[derive(Default)]
struct Impressed(Option<Impression>);

impl Telemetry for Impressed {
    fn face(&mut self, _frame: &BlendshapeFrame, _field: &ObservableFrame) {}
    fn impression(&mut self, impression: &Impression, _time_samples: u64) {
        self.0 = Some(impression.clone());
    }
}

fn spoken(score: &Arc<Score>, events: Vec<TimedEvent>) -> Vec<TimedEvent> {
    let begin = [at(0, Event::Load(Arc::clone(score))), at(0, Event::Speak { velocity: 0.9 })];
    let mut all: Vec<TimedEvent> = events.into_iter().chain(begin).collect();
    all.sort_by_key(|event| event.offset_samples);
    all
}

/// What a line leaves that is said with these controls.
fn remembered(controls: &[(Control, f32)]) -> Arc<Recollection> {
    let score = plan("They came over the hill before anybody had thought of them.");
    let mut engine = engine(EngineConfig::new(RATE as f32));
    let events = controls.iter().map(|(control, value)| at(0, set(*control, *value))).collect();
    let mut told = Impressed::default();
    engine.process(&spoken(&score, events), &mut vec![0.0; 8 * RATE], &mut told);
    let impression = told.0.expect("the line has come to its end");
    Arc::new(Recollection {
        manner: MannerCoefficients::of(&impression),
        field: FieldPattern { phasors: impression.phasors.to_vec(), learned: impression.learned.to_vec() },
        melody: 0.5,
    })
}

/// Manners that are as far from each other as can be.
fn extremes() -> &'static [Arc<Recollection>; 5] {
    static OWN: OnceLock<[Arc<Recollection>; 5]> = OnceLock::new();
    OWN.get_or_init(|| {
        [
            remembered(&[(Control::Happy, 1.0), (Control::PitchSt, 4.0), (Control::RateRatio, 1.3)]),
            remembered(&[(Control::Sad, 1.0), (Control::PitchSt, -4.0), (Control::Breath, 0.5)]),
            remembered(&[(Control::Angry, 1.0), (Control::Tension, 0.8), (Control::GainDb, 4.0)]),
            remembered(&[(Control::Afraid, 1.0), (Control::Whisper, 1.0)]),
            remembered(&[(Control::Disgusted, 1.0), (Control::Creak, 0.8), (Control::SizePercent, 15.0)]),
        ]
    })
}

fn line() -> Arc<Score> {
    static OWN: OnceLock<Arc<Score>> = OnceLock::new();
    let text = "Bob and I were moving along the river, where few people live and nothing much ever happens.";
    Arc::clone(OWN.get_or_init(|| plan(text)))
}

fn unlawful(heard: &Heard) -> u32 {
    let mut broken = Tally::default();
    for (face, field) in heard.faces.iter().zip(&heard.fields) {
        let [closure, labiodental] = field.lip_demands;
        let state = FaceState { pose: face.shapes, closure, labiodental, head_rad: face.head_rad };
        broken.add(face_violations(&state));
    }
    broken.total()
}

fn say(events: Vec<TimedEvent>, config: EngineConfig) -> Heard {
    run(&mut engine(config), &spoken(&line(), events), 6 * RATE, &[512])
}

/// Bends of the sound: where something breaks off, they are as large as the sound itself.
fn bends(sound: &[f32]) -> impl Iterator<Item = f32> + '_ {
    sound.windows(3).map(|three| (three[0] - 2.0 * three[1] + three[2]).abs())
}

fn plain() -> EngineConfig {
    EngineConfig::new(RATE as f32)
}

#[test]
fn no_way_from_one_manner_to_another_clicks_or_shows_what_no_face_can() {
    let extremes = extremes();
    let alone: Vec<f32> = extremes
        .iter()
        .map(|own| {
            let heard = say(vec![at(0, Event::Recall(Recall::one(Arc::clone(own), 1.0, 0.0)))], plain());
            assert_eq!(unlawful(&heard), 0);
            bends(&heard.sound).fold(0.0, f32::max)
        })
        .collect();
    let (mut ways, mut largest) = (0, 0.0f32);
    for from in 0..extremes.len() {
        for to in (0..extremes.len()).filter(|to| *to != from) {
            // In vowels, in stops, on borders; there and back.
            let over_s = [0.0, 0.02, 0.3, 1.5][(from + to) % 4];
            let recall = |index: usize, sample: usize| {
                at(sample, Event::Recall(Recall::one(Arc::clone(&extremes[index]), 1.0, over_s)))
            };
            let mut events = vec![recall(from, 0)];
            for turn in 0..7 {
                events.push(recall(if turn % 2 == 0 { to } else { from }, 9_000 + 7_919 * turn));
            }
            events.push(at(9_000 + 7_919 * 7, Event::Recall(Recall::none(over_s))));
            let heard = say(events, plain());
            assert_eq!(unlawful(&heard), 0, "{from} to {to} over {over_s} s");
            assert!(heard.fields.iter().all(|field| field.silenced_samples == 0));
            let bend = bends(&heard.sound).fold(0.0, f32::max);
            largest = largest.max(bend / alone[from].max(alone[to]));
            ways += 1;
        }
    }
    println!("{ways} ways, eight turns each: the largest bend is {largest:.2} of the larger end's");
    assert!(largest < 1.25, "{largest}");
}

#[test]
fn a_step_of_memory_is_no_step_of_sound() {
    // The same with nothing remembered: what a click would be is told from what the voice does anyhow.
    let [happy, sad, ..] = extremes();
    let turn = 30_011;
    let events = |over_s: f32| {
        vec![
            at(0, Event::Recall(Recall::one(Arc::clone(happy), 1.0, 0.0))),
            at(turn, Event::Recall(Recall::one(Arc::clone(sad), 1.0, over_s))),
        ]
    };
    let [stays, goes] = [vec![events(0.0).remove(0)], events(0.4)].map(|events| say(events, plain()).sound);
    assert_eq!(stays[..turn], goes[..turn], "before the order nothing is another");
    let apart = |from: usize, to: usize| {
        let differences = stays[from..to].iter().zip(&goes[from..to]).map(|(a, b)| (a - b).abs());
        differences.fold(0.0f32, f32::max)
    };
    let loud = stays.iter().fold(0.0f32, |most, x| most.max(x.abs()));
    // 5 ms after the order hardly anything has happened, half a second later all of it.
    assert!(apart(turn, turn + RATE / 200) < 0.02 * loud, "{}", apart(turn, turn + RATE / 200));
    assert!(apart(turn + RATE / 2, turn + RATE) > 0.2 * loud);
}

#[test]
fn it_is_there_when_it_was_said_to_be() {
    let [happy, sad, ..] = extremes();
    let begin = 24_000;
    for over_s in [0.25, 1.0, 2.0] {
        let events = vec![
            at(0, Event::Recall(Recall::one(Arc::clone(happy), 1.0, 0.0))),
            at(begin, Event::Recall(Recall::one(Arc::clone(sad), 1.0, over_s))),
        ];
        let heard = say(events, plain());
        let happiness = |seconds: f32| {
            let sample = begin as f32 + seconds * RATE as f32;
            let frame =
                heard.faces.iter().position(|face| face.time_samples as f32 >= sample).expect("in time");
            [Mode::Happy, Mode::Sad].map(|mode| heard.fields[frame].moods.of(mode))
        };
        let (start, middle, end) = (happiness(0.0), happiness(0.4 * over_s), happiness(over_s + 0.05));
        println!("{over_s} s: {start:?} {middle:?} {end:?}");
        assert!(start[0] > 0.4 && start[1] < 0.05, "{over_s}: {start:?}");
        assert!(middle[0] + middle[1] > 0.1 && middle[0] < start[0], "{over_s}: on the way {middle:?}");
        assert!(end[0] < 0.05 && end[1] > 0.6, "{over_s}: {end:?}");
    }
}

#[test]
fn voice_and_face_are_remembered_apart() {
    let [happy, ..] = extremes();
    let with = |voice: f32, face: f32| {
        let weights = Weights { parts: [1.0, 0.0, 0.0, 0.0], voice, face };
        let parts = [Some(Arc::clone(happy)), None, None, None];
        let heard = say(vec![at(0, Event::Recall(Recall { parts, weights, over_s: 0.0 }))], plain());
        let middle = heard.fields[heard.fields.len() / 3].moods.of(Mode::Happy);
        (median_f0_hz(&heard.sound[..3 * RATE], RATE as f32).expect("voiced"), middle)
    };
    let (none, voice, face, half) = (with(0.0, 0.0), with(1.0, 0.0), with(0.0, 1.0), with(0.5, 0.5));
    let st = |own: f32| 12.0 * (own / none.0).log2();
    assert!(st(voice.0) > 3.0 && voice.1 < 0.05, "the voice alone: {voice:?} {none:?}");
    assert!(st(face.0).abs() < 0.5 && face.1 > 0.8, "the face alone: {face:?} {none:?}");
    assert!(st(half.0) > 0.3 * st(voice.0) && st(half.0) < 0.8 * st(voice.0), "half of it: {half:?}");
    assert!(half.1 > 0.3 && half.1 < 0.7, "half of it: {half:?}");
}

#[test]
fn a_blend_lies_between() {
    let [happy, sad, ..] = extremes();
    let pitch = |weight: f32| {
        let weights = Weights { parts: [1.0 - weight, weight, 0.0, 0.0], voice: 1.0, face: 1.0 };
        let parts = [Some(Arc::clone(happy)), Some(Arc::clone(sad)), None, None];
        let heard = say(vec![at(0, Event::Recall(Recall { parts, weights, over_s: 0.0 }))], plain());
        median_f0_hz(&heard.sound[..3 * RATE], RATE as f32).expect("voiced").log2() * 12.0
    };
    let way = [0.0, 0.25, 0.5, 0.75, 1.0].map(pitch);
    assert!(way.windows(2).all(|pair| pair[1] < pair[0] - 0.5), "{way:?}");
}

#[test]
fn lanes_act_at_their_sample_whatever_the_blocks() {
    let extremes = extremes();
    let parts = [0, 1, 2, 3].map(|index| Some(Arc::clone(&extremes[index])));
    let start = Recall { parts, weights: Weights::of_pad([0.1, 0.9], 1.0), over_s: 0.2 };
    let mut events = vec![at(0, Event::Recall(start))];
    for step in 0..60 {
        let turn = step as f32 / 60.0;
        let weights = Weights { voice: 1.0 - 0.5 * turn, ..Weights::of_pad([turn, (3.0 * turn) % 1.0], 1.0) };
        events.push(at(5_003 + 1_237 * step, Event::Weigh(weights)));
    }
    let events = spoken(&line(), events);
    let takes: Vec<Heard> = [&[6 * RATE][..], &[1, 63, 512], &[480], &[997, 17]]
        .map(|blocks| run(&mut engine(plain()), &events, 6 * RATE, blocks))
        .into();
    for other in &takes[1..] {
        assert!(takes[0].sound.iter().zip(&other.sound).all(|(a, b)| a.to_bits() == b.to_bits()));
        assert_eq!(takes[0].faces, other.faces);
    }
    let late = at(5_003 + 1_237 * 30 + 400, events[31].event.clone());
    let mut moved = events.clone();
    // One of the lane's points a little later: what was before it stays.
    let index = moved.iter().position(|event| event.offset_samples == 5_003 + 1_237 * 30).expect("there");
    moved[index] = TimedEvent { offset_samples: late.offset_samples, ..moved[index].clone() };
    let moved = run(&mut engine(plain()), &moved, 6 * RATE, &[512]);
    let first = takes[0].sound.iter().zip(&moved.sound).position(|(a, b)| a != b).expect("another sound");
    assert!((5_003 + 1_237 * 30..5_003 + 1_237 * 30 + 1_200).contains(&first), "{first}");
}

#[test]
fn an_engine_without_memory_recalls_nothing() {
    let config = EngineConfig { ablation: Ablation { memory: true, ..Ablation::default() }, ..plain() };
    let recall = at(0, Event::Recall(Recall::one(Arc::clone(&extremes()[0]), 1.0, 0.0)));
    let [with, without] = [vec![recall.clone()], Vec::new()].map(|events| say(events, config));
    assert_eq!((with.sound, with.faces), (without.sound, without.faces));
    let [with, without] = [vec![recall], Vec::new()].map(|events| say(events, plain()));
    assert!(with.sound != without.sound && with.faces != without.faces);
}

/// Anything that a file with a lawful checksum may hold.
fn absurd(seed: u64, scale: f32) -> Recollection {
    let mut noise = Noise::new(seed);
    let mut row = || [0; HARMONICS].map(|_| scale * noise.gaussian());
    let manner = MannerCoefficients {
        voice: (0..VOICE_OBSERVABLES).map(|_| row()).collect(),
        face: (0..FACE_OBSERVABLES).map(|_| row()).collect(),
        melody: row(),
    };
    let field = FieldPattern {
        phasors: (0..SLOTS).map(|_| (row()[0], row()[0])).collect(),
        learned: (0..MAX_EDGES).map(|_| row()[0]).collect(),
    };
    Recollection { manner, field, melody: row()[0] }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_remembered_stays_a_voice_and_a_face(
        seed in any::<u64>(),
        scale in prop_oneof![Just(1.0f32), Just(100.0), Just(6e4), Just(1e30), Just(f32::INFINITY), Just(f32::NAN)],
        over_s in prop_oneof![Just(0.0f32), Just(0.1), Just(-3.0), Just(1e9), Just(f32::NAN)],
        share in prop_oneof![Just(1.0f32), Just(0.3), Just(-7.0), Just(1e9), Just(f32::NAN)],
    ) {
        let parts = [0, 1, 2, 3].map(|index| Some(Arc::new(absurd(seed.wrapping_add(index), scale))));
        let weights = Weights { parts: [share, 0.5, 2.0 - share, 1.0], voice: share, face: share };
        let short = Arc::new(Recollection { manner: MannerCoefficients { voice: Vec::new(), ..Default::default() }, ..Default::default() });
        let events = vec![
            at(100, Event::Recall(Recall { parts, weights, over_s })),
            at(20_000, Event::Weigh(Weights { voice: 1.0, face: 1.0, ..weights })),
            at(40_000, Event::Recall(Recall::one(short, share, over_s))),
            at(60_000, Event::Recall(Recall::none(over_s))),
        ];
        let heard = say(events, EngineConfig::new(8_000.0));
        prop_assert!(heard.sound.iter().all(|x| x.is_finite() && x.abs() <= 1.0));
        prop_assert_eq!(unlawful(&heard), 0);
        let end = heard.faces.last().expect("faces");
        prop_assert!(end.shapes.iter().all(|x| x.is_finite()));
    }
}
