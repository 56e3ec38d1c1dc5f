//! What remembering costs the worker after ten thousand lines: keeping, finding, recalling, saving, drawing.
//! `cargo bench -p psivox-core --bench memory` prints times.

use divan::{Bencher, black_box};
use psivox_core::memory::streams::{FACE_OBSERVABLES, VOICE_OBSERVABLES};
use psivox_core::memory::{Impression, Memory, MemoryBank};
use psivox_core::sound::Noise;
use psivox_core::text::utterance_meaning;

fn main() {
    divan::main();
}

/// Repeatable and without a pattern, -1..1.
fn draw(seed: u64) -> f32 {
    Noise::new(seed).uniform()
}

fn said(seed: u64) -> Memory {
    let mut impression = Impression::default();
    for tick in 0..12_u8 {
        let along = f32::from(tick) / 11.0;
        let value = |row: usize| draw(seed * 131 + row as u64) * (1.0 + along);
        let (voice, face): ([f32; VOICE_OBSERVABLES], [f32; FACE_OBSERVABLES]) =
            (std::array::from_fn(value), std::array::from_fn(|row| value(row + 50)));
        impression.add(0.2, along, &voice, &face);
    }
    let text = format!("word{} word{} and word{}", seed % 97, seed % 89, seed % 1013);
    let meaning = utterance_meaning(text.split_whitespace());
    let take = (0..3000).map(|byte| (128.0 * draw(seed * 3001 + byte)) as i8 as u8).collect();
    Memory { take: Some(take), ..Memory::of(&impression, &text, &meaning, "heart") }
}

fn bank(lines: u64) -> MemoryBank {
    let mut bank = MemoryBank::default();
    for seed in 0..lines {
        bank.keep(said(seed)).expect("kept");
        bank.advance(4.0);
    }
    bank
}

/// Finding by meaning and the blend of the four best: a recall.
#[divan::bench]
fn recall(bencher: Bencher) {
    let bank = bank(10_000);
    let meaning = utterance_meaning(["word3", "word7"]);
    bencher.bench_local(|| bank.recollect(&bank.like(black_box(&meaning), 4)));
}

#[divan::bench]
fn said_like(bencher: Bencher) {
    let bank = bank(10_000);
    bencher.bench_local(|| bank.said_like(black_box("word3 and word7"), Some([0.3, 0.1, 0.0]), 4));
}

#[divan::bench]
fn topic(bencher: Bencher) {
    let bank = bank(10_000);
    let meaning = utterance_meaning(["word3", "word7"]);
    bencher.bench_local(|| bank.topic(black_box(&meaning)));
}

#[divan::bench]
fn keep(bencher: Bencher) {
    let mut bank = bank(10_000);
    let memory = said(20_000);
    bencher.bench_local(|| bank.keep(black_box(memory.clone())));
}

#[divan::bench]
fn save(bencher: Bencher) {
    let bank = bank(10_000);
    bencher.bench_local(|| black_box(&bank).to_texts(true));
}

#[divan::bench]
fn load(bencher: Bencher) {
    let texts = bank(10_000).to_texts(true);
    bencher.bench_local(|| MemoryBank::from_texts(black_box(&texts).iter().map(String::as_str)));
}

/// Without takes more memories fit.
#[divan::bench(args = [200, 10_000])]
fn map(bencher: Bencher, lines: u64) {
    let bank = bank(lines);
    bencher.bench_local(|| black_box(&bank).map());
}
