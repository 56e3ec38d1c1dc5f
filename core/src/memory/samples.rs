//! Memories to test with: as rich as real ones, the same every time.

use super::bank::MemoryBank;
use super::impression::Impression;
use super::manner::half;
use super::record::Memory;
use super::streams::{FACE_OBSERVABLES, HARMONICS, VOICE_OBSERVABLES};
use crate::sound::Noise;
use crate::text::utterance_meaning;
use proptest::prelude::*;

/// A line that was said in a manner that the seed draws.
pub(super) fn said(seed: u64, text: &str) -> Memory {
    let mut noise = Noise::new(seed + 1);
    let mut draw = |scale: f32| scale * noise.gaussian();
    let (tones, turns) =
        ([0; VOICE_OBSERVABLES].map(|_| draw(1.0)), [0; FACE_OBSERVABLES].map(|_| draw(0.3)));
    let mut impression = Impression::default();
    let ticks: u8 = 60;
    for tick in 0..ticks {
        let along = f32::from(tick) / f32::from(ticks - 1);
        // Half of what could be done is not done in an ordinary line.
        let course = |own: f32| if own > 0.0 { own * (1.0 + (3.0 * along + own).cos()) } else { 0.0 };
        impression.add(0.04, along, &tones.map(course), &turns.map(course));
    }
    impression.melody = [0; HARMONICS].map(|_| draw(2.0));
    impression.felt = [0; 3].map(|_| draw(0.4).clamp(-1.0, 1.0));
    impression.phasors.iter_mut().take(40).for_each(|phasor| *phasor = (draw(1.5), 1.0));
    impression.learned.iter_mut().take(24).for_each(|k| *k = draw(0.2));
    impression.syllables = 7;
    let meaning = utterance_meaning(text.split_whitespace());
    Memory::of(&impression, text, &meaning, "heart")
}

/// A bank of lines, said 3 s after each other.
pub(super) fn bank_of(count: u64) -> MemoryBank {
    let mut bank = MemoryBank::default();
    for seed in 0..count {
        bank.advance(3.0);
        let text = format!("The quick fox number {seed} jumps.");
        bank.keep(Memory { take: Some(noise_bytes(seed, 50)), ..said(seed, &text) }).expect("kept");
    }
    bank
}

/// Bytes that cannot be packed.
pub(super) fn noise_bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut noise = Noise::new(seed + 77);
    (0..count).map(|_| (noise.gaussian() * 1e4) as i64 as u8).collect()
}

/// Any that a bank can hold.
pub(super) fn any_memory() -> impl Strategy<Value = Memory> {
    let names =
        (".{0,60}", prop::collection::vec("\\PC{0,15}", 0..8), prop::option::of("\\PC{0,90}"), "[a-z]{0,9}");
    let numbers =
        (0..1_u64 << 53, any::<i64>(), any::<u32>(), any::<bool>(), -1_000_000_000..1_000_000_000_i64);
    let bytes = prop::option::of(prop::collection::vec(any::<u8>(), 0..300));
    (any::<u32>(), names, numbers, bytes, -900.0..900.0_f32).prop_map(|(seed, names, numbers, take, wild)| {
        let (name, tags, text, persona) = names;
        let (id, unix_s, uses, pinned, ms) = numbers;
        let at_s = ms as f64 / 1e3;
        let mut own = said(u64::from(seed), text.as_deref().unwrap_or(""));
        own.manner.face[3][2] = half(wild);
        own.field.learned.truncate(seed as usize % 97);
        Memory { id, name, tags, text, persona, unix_s, uses, pinned, take, at_s, used_s: -at_s, ..own }
    })
}
