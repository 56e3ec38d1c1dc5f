//! Named scenarios: what a sentence costs from text to sound, and its parts. `cargo bench -p psivox-core` prints times;
//! the sentence lasts about 3.5 s, so 17 ms in all are 200 times real time.

use divan::{Bencher, black_box};
use psivox_core::emotion::{Mode, Moods, Styles};
use psivox_core::engine::NoTelemetry;
use psivox_core::face::{FaceGains, Shape, Visage, VisageDrive, mouth_pose};
use psivox_core::field::{
    FieldNetwork, FieldSetup, MicroBand, NetworkDrive, Performed, PsiField, SyllableClock,
};
use psivox_core::grammar::{
    FaceState, SoundState, Weights, descend, project, project_sound, sound_violations,
};
use psivox_core::score::{Articulator, Speaker, read};
use psivox_core::sound::{OscillatorBank, SoundKnot};
use psivox_core::text::{Dialect, Frontend};
use psivox_core::voice::{KnotAxis, Unshaped, VoiceModel};
use psivox_core::{Control, EmotionState, Engine, EngineConfig, Event, Persona, Planner, Score, TimedEvent};
use std::sync::Arc;

const SENTENCE: &str = "The children were still playing in the garden when it began to rain.";

fn main() {
    divan::main();
}

fn planner() -> Planner {
    Planner::new(&Persona::named("heart").expect("a factory persona")).expect("the voice that ships")
}

fn score() -> Arc<Score> {
    Arc::new(planner().plan(SENTENCE).expect("a sentence").score)
}

fn at_start(event: Event) -> TimedEvent {
    TimedEvent { offset_samples: 0, event }
}

#[divan::bench]
fn load_planner() -> Planner {
    planner()
}

#[divan::bench]
fn text_to_phones(bencher: Bencher) {
    let frontend = Frontend::new(Dialect::American).expect("embedded data");
    bencher.bench_local(|| frontend.analyse(black_box(SENTENCE)).expect("a sentence"));
}

#[divan::bench]
fn text_to_score(bencher: Bencher) {
    let planner = planner();
    bencher.bench_local(|| planner.plan(black_box(SENTENCE)).expect("a sentence"));
}

/// The whole sentence through `process` in blocks of 512.
#[divan::bench(args = [44_100.0, 48_000.0, 96_000.0, 192_000.0])]
fn score_to_sound_and_face(bencher: Bencher, sample_rate_hz: f32) {
    let score = score();
    let mut engine = Engine::new(EngineConfig::new(sample_rate_hz)).expect("a rate in range");
    let blocks = (score.duration_s() * sample_rate_hz / 512.0) as usize;
    let mut sound = [0.0f32; 512];
    bencher.bench_local(|| {
        engine.reset();
        let start = [at_start(Event::Load(score.clone())), at_start(Event::Speak { velocity: 1.0 })];
        engine.process(&start, &mut sound, &mut NoTelemetry);
        for _ in 1..blocks {
            engine.process(&[], &mut sound, &mut NoTelemetry);
        }
        black_box(sound[0])
    });
}

/// One second of idle face without sound.
#[divan::bench]
fn idle_second(bencher: Bencher) {
    let mut engine = Engine::new(EngineConfig::new(48_000.0)).expect("a rate in range");
    let mut sound = [0.0f32; 480];
    bencher.bench_local(|| {
        for _ in 0..100 {
            engine.process(&[], &mut sound, &mut NoTelemetry);
        }
    });
}

/// The voice's networks alone: a phrase of 3 s from symbols to control frames.
#[divan::bench]
fn plan_phrase(bencher: Bencher) {
    let voice = VoiceModel::from_bytes(include_bytes!("../voices/people.psv")).expect("the voices that ship");
    let symbols: Vec<char> =
        "ðə tʃˈɪldɹən wɜː stˈɪl plˈeɪɪŋ ɪn ðə ɡˈɑːdən wɛn ɪt bɪɡˈæn tə ɹˈeɪn.".chars().collect();
    let person = voice.first_person();
    bencher.bench_local(|| voice.speak(black_box(&symbols), &person, &mut Unshaped));
}

/// One second of the bank alone, half-way between tone and noise: f0 in Hz, sample rate in Hz.
#[divan::bench(args = [(100.0, 48_000.0), (190.0, 48_000.0), (300.0, 48_000.0), (100.0, 96_000.0), (190.0, 96_000.0), (300.0, 96_000.0)])]
fn bank_second(bencher: Bencher, (f0_hz, sample_rate_hz): (f32, f32)) {
    let hop = (sample_rate_hz / 240.0) as usize;
    let mut bank =
        OscillatorBank::new(sample_rate_hz, KnotAxis { base_hz: 1500.0, ratio: 9.0 }, 1.15, hop, 1);
    let envelope = std::array::from_fn(|j| -3.0 - 0.08 * j as f32);
    let knot = SoundKnot { f0_hz, envelope, coherence: [0.5; 4], gain: 1.0, ..SoundKnot::SILENT };
    let mut sound = vec![0.0; hop];
    bencher.bench_local(|| {
        for _ in 0..240 {
            bank.render(black_box(&knot), &mut sound);
        }
    });
}

fn speaking() -> NetworkDrive {
    NetworkDrive { coupling_gain: 1.0, lag_gain: 1.0, syllable_omega: 25.0, prominence: 1.0, onset: 0.1 }
}

/// One second of the slow bands alone.
#[divan::bench]
fn network_second(bencher: Bencher) {
    let mut network = FieldNetwork::new(&FieldSetup::default(), 1);
    bencher.bench_local(|| (0..240).for_each(|_| network.step(1.0 / 240.0, &speaking())));
}

/// One second of the voice's modes alone, on running speech.
#[divan::bench]
fn micro_second(bencher: Bencher) {
    let score = score();
    let mut micro = MicroBand::new(&FieldSetup::default().micro);
    let frames: Vec<_> = (0..240).map(|tick| read(&score, 0.5 + tick as f32 / 240.0)).collect();
    bencher.bench_local(|| {
        for (tick, frame) in frames.iter().enumerate() {
            micro.step(frame, 1.0 / 240.0, tick as f32 * 0.1, 1.0);
        }
    });
}

/// One second of the whole field: bands, learning, forecast, memory; without the reading of the score.
#[divan::bench]
fn field_second(bencher: Bencher) {
    let score = score();
    let mut field = PsiField::new(&FieldSetup::default(), 1);
    let mut clock = SyllableClock::new();
    let frames: Vec<_> = (0..240).map(|tick| read(&score, 0.5 + tick as f32 / 240.0)).collect();
    let performed = Performed { rate_ratio: 1.0, ..Performed::default() };
    bencher.bench_local(|| {
        for (tick, frame) in frames.iter().enumerate() {
            field.step(1.0 / 240.0, &speaking());
            field.follow(frame, &mut clock, &score, 1.0 / 240.0, 1.0);
            if tick % 4 == 3 {
                field.observe(Some(frame), 5.2, &performed);
            }
            if tick % 48 == 47 {
                field.judge(tick as u64);
            }
        }
    });
}

/// One second of a vowel that is held, sound and face, against the running speech of `score_to_sound_and_face`.
#[divan::bench]
fn held_vowel_second(bencher: Bencher) {
    let score = score();
    let mut engine = Engine::new(EngineConfig::new(48_000.0)).expect("a rate in range");
    let mut sound = [0.0f32; 480];
    let hold = Event::Set { control: Control::Hold, value: 1.0 };
    let start = [at_start(Event::Load(score)), at_start(Event::Speak { velocity: 1.0 }), at_start(hold)];
    engine.process(&start, &mut sound, &mut NoTelemetry);
    for _ in 0..200 {
        engine.process(&[], &mut sound, &mut NoTelemetry);
    }
    bencher.bench_local(|| {
        for _ in 0..100 {
            engine.process(&[], &mut sound, &mut NoTelemetry);
        }
        black_box(sound[0])
    });
}

/// One second of the speaking face.
#[divan::bench]
fn face_second(bencher: Bencher) {
    let score = score();
    let (mut visage, network) = (Visage::new(1), FieldNetwork::new(&FieldSetup::default(), 1));
    let Speaker { resting_shapes, .. } = score.speaker;
    let weights = Weights::default();
    let emotion = EmotionState { valence: 0.5, arousal: 0.3, dominance: 0.0, intensity: 1.0 };
    let moods = Moods::one(Mode::Happy, 0.6);
    bencher.bench_local(|| {
        for tick in 0..240 {
            let mouth = read(&score, tick as f32 / 240.0);
            let drive = VisageDrive {
                mouth: &mouth,
                closure: 0.0,
                labiodental: 0.0,
                network: &network,
                emotion: &emotion,
                moods: &moods,
                styles: &Styles::NONE,
                resting: &resting_shapes,
                weights: &weights,
                grammar: true,
                brow_raise: 0.0,
                mouth_gain: 1.0,
                gains: &FaceGains::PLAIN,
            };
            black_box(visage.step(1.0 / 240.0, &drive));
        }
    });
}

/// One second of the face's grammar, gradient and projection, on a speaking and smiling face that breaks rules.
#[divan::bench]
fn grammar_second(bencher: Bencher) {
    let score = score();
    let weights = Weights::default();
    let faces: Vec<FaceState> = (0..240)
        .map(|tick| {
            let frame = read(&score, tick as f32 / 240.0);
            let mut pose = mouth_pose(&frame, 0.5);
            for shape in
                [Shape::MouthSmileLeft, Shape::MouthSmileRight, Shape::EyeWideLeft, Shape::EyeBlinkLeft]
            {
                pose[shape as usize] += 0.6;
            }
            let demand = |articulator: Articulator| frame[articulator.channel()];
            let (closure, labiodental) = (demand(Articulator::Closure), demand(Articulator::Labiodental));
            FaceState { pose, closure, labiodental, head_rad: [0.0; 3] }
        })
        .collect();
    bencher.bench_local(|| {
        for face in &faces {
            let mut state = *black_box(face);
            black_box(descend(&mut state, &weights, 1.0 / 240.0));
            black_box(project(&mut state, &weights));
            black_box(&state);
        }
    });
}

/// One second of the sound's grammar: projection and check of a lawful knot.
#[divan::bench]
fn sound_grammar_second(bencher: Bencher) {
    let weights = Weights::default();
    let knot = SoundKnot { f0_hz: 200.0, gain: 1.0, ..SoundKnot::SILENT };
    bencher.bench_local(|| {
        for _ in 0..240 {
            let mut knot = *black_box(&knot);
            black_box(project_sound(&mut knot, [40.0, 1_000.0], &weights));
            black_box(sound_violations(&SoundState { knot: &knot, f0_range_hz: [40.0, 1_000.0] }));
        }
    });
}
