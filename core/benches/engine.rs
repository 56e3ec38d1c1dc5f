//! Named scenarios: what a sentence costs from text to sound, and its parts. `cargo bench -p psivox-core` prints times;
//! the sentence lasts about 3.5 s, so 17 ms in all are 200 times real time.

use divan::{Bencher, black_box};
use psivox_core::engine::NoTelemetry;
use psivox_core::face::{Visage, VisageDrive};
use psivox_core::field::{FieldNetwork, MicroBand, NetworkDrive};
use psivox_core::score::{Speaker, read};
use psivox_core::sound::{OscillatorBank, SoundKnot};
use psivox_core::text::{Dialect, Frontend};
use psivox_core::voice::{KnotAxis, Unshaped, VoiceModel};
use psivox_core::{EmotionState, Engine, EngineConfig, Event, Persona, Planner, Score, TimedEvent};
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

/// One second of what stands between score and sound: reading, micro band, network.
#[divan::bench]
fn field_second(bencher: Bencher) {
    let score = score();
    let (mut micro, mut network) = (MicroBand::default(), FieldNetwork::new(1));
    let drive = NetworkDrive {
        coupling_gain: 1.0,
        lag_gain: 1.0,
        syllable_omega: 25.0,
        prominence: 1.0,
        micro_mean: (0.1, 0.0),
    };
    bencher.bench_local(|| {
        for tick in 0..240 {
            let time_s = tick as f32 / 240.0;
            network.step(1.0 / 240.0, &drive);
            micro.step(&read(&score, time_s), 1.0 / 240.0, 25.0 * time_s, 1.0);
        }
    });
}

/// One second of the speaking face.
#[divan::bench]
fn face_second(bencher: Bencher) {
    let score = score();
    let (mut visage, network) = (Visage::new(1), FieldNetwork::new(1));
    let Speaker { resting_shapes, .. } = score.speaker;
    let emotion = EmotionState { valence: 0.5, arousal: 0.3, dominance: 0.0, intensity: 1.0 };
    bencher.bench_local(|| {
        for tick in 0..240 {
            let mouth = read(&score, tick as f32 / 240.0);
            let drive = VisageDrive {
                mouth: &mouth,
                closure: 0.0,
                network: &network,
                emotion: &emotion,
                resting: &resting_shapes,
                grammar: true,
            };
            black_box(visage.step(1.0 / 240.0, &drive));
        }
    });
}
