//! Named scenarios: what a sentence costs from text to sound. `cargo bench -p psivox-core` prints times;
//! the sentence lasts about 3.5 s, so 35 ms are 100 times real time.

use divan::{Bencher, black_box};
use psivox_core::engine::NoTelemetry;
use psivox_core::text::Frontend;
use psivox_core::{Engine, EngineConfig, Event, Persona, Planner, Score, TimedEvent};
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
    let frontend = Frontend::new().expect("embedded data");
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
