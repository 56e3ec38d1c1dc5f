//! What chance may do.

use super::*;
use crate::remote::{PARAMETER_COUNT, id};
use psivox_core::engine::NoTelemetry;
use psivox_core::{Control, Engine, EngineConfig, Event, Persona, Planner, TimedEvent};
use std::collections::BTreeSet;
use std::sync::Arc;

fn params() -> PsivoxParams {
    PsivoxParams::default()
}

fn tables() -> impl Iterator<Item = Range> {
    VOICE.into_iter().chain(EMOTION).chain(MOODS).chain(STYLES).chain(MANNERS).chain(FIELD).chain(FACE)
}

#[test]
fn the_tables_name_parameters_within_their_ranges() {
    let params = params();
    let mut seen = BTreeSet::new();
    for (name, low, high, spread) in tables() {
        let param = parameter(&params, index_of(name).expect(name));
        assert!(seen.insert(name), "{name} twice");
        assert!(
            param.plain_of(0.0) <= low && low < high && high <= param.plain_of(1.0) && spread > 0.0,
            "{name}"
        );
        assert!((low..=high).contains(&param.first()), "{name} starts within taste");
    }
    for left in ["gain", "bypass", "osc_on", "mode", "line", "voices", "f0", "hold", "hum", "face_lead"] {
        assert!(!seen.contains(left), "{left}");
    }
}

#[test]
fn the_same_seed_gives_the_same_and_nothing_moves_at_nothing() {
    let params = params();
    let draw = |seed, amount| randomise(&params, seed, amount, Groups::ALL);
    assert_eq!(draw(7, 0.5), draw(7, 0.5));
    assert_ne!(draw(7, 0.5), draw(8, 0.5));
    for amount in [0.0, -1.0, f32::NAN] {
        for (index, place) in draw(7, amount) {
            assert!((place - parameter(&params, index).set_normalized()).abs() < 1e-6, "{}", id(index));
        }
    }
}

#[test]
fn draws_stay_within_taste_and_within_their_groups() {
    let params = params();
    let none = Groups { voice: false, emotion: false, mood: false, field: false, face: false };
    assert!(randomise(&params, 1, 1.0, none).is_empty());
    for seed in 0..300 {
        let values = randomise(&params, seed, 1.0, Groups::ALL);
        let plain = |name: &str| {
            let index = index_of(name).expect(name);
            let place = values.iter().find(|(own, _)| *own == index).expect(name).1;
            parameter(&params, index).plain_of(place)
        };
        for (name, low, high, _) in tables() {
            assert!((low - 1e-4..=high + 1e-4).contains(&plain(name)), "{name} is {}", plain(name));
        }
        let on = |table: &[Range]| table.iter().filter(|range| plain(range.0) > 0.001).count();
        assert!(on(&MOODS) <= MOODS_AT_ONCE && on(&STYLES) <= 1);
        assert!(values.len() < PARAMETER_COUNT - 28, "performance is left alone");
    }
    let voice = Groups { voice: true, ..none };
    assert_eq!(randomise(&params, 1, 1.0, voice).len(), VOICE.len());
}

#[test]
fn low_voices_tend_to_have_long_throats() {
    let params = params();
    let of = |values: &[(usize, f32)], name: &str| {
        let index = index_of(name).expect(name);
        parameter(&params, index).plain_of(values.iter().find(|(own, _)| *own == index).expect(name).1)
    };
    let draws: Vec<(f32, f32)> = (0..400)
        .map(|seed| randomise(&params, seed, 1.0, Groups::ALL))
        .map(|values| (of(&values, "pitch"), of(&values, "size")))
        .collect();
    let dot: f32 = draws.iter().map(|(pitch, size)| pitch * size).sum();
    let norm = |of: fn(&(f32, f32)) -> f32| draws.iter().map(|pair| of(pair).powi(2)).sum::<f32>().sqrt();
    let correlation = dot / (norm(|pair| pair.0) * norm(|pair| pair.1));
    assert!((-0.9..-0.3).contains(&correlation), "{correlation}");
}

#[test]
fn chance_sounds() {
    let params = params();
    let plan = Planner::new(&Persona::named("heart").expect("ships"))
        .expect("a voice")
        .plan("Hello.")
        .expect("a plan");
    let score = Arc::new(plan.score);
    for seed in 0..12 {
        let mut engine = Engine::new(EngineConfig::new(48_000.0)).expect("a rate");
        let event = |event| TimedEvent { offset_samples: 0, event };
        let sets = randomise(&params, seed, 1.0, Groups::ALL).into_iter().map(|(index, place)| {
            let value = parameter(&params, index).plain_of(place);
            event(Event::Set { control: Control::ALL[index], value })
        });
        let mut events: Vec<TimedEvent> = sets.collect();
        events.extend([Event::Load(Arc::clone(&score)), Event::Speak { velocity: 1.0 }].map(event));
        let (mut peak, mut energy) = (0.0f32, 0.0f32);
        let mut block = [0.0f32; 512];
        for round in 0..120 {
            engine.process(if round == 0 { &events } else { &[] }, &mut block, &mut NoTelemetry);
            assert!(block.iter().all(|sample| sample.is_finite()), "seed {seed}");
            peak = block.iter().fold(peak, |peak, sample| peak.max(sample.abs()));
            energy += block.iter().map(|sample| sample * sample).sum::<f32>();
        }
        assert!(peak < 1.0 && energy / 61_440.0 > 1e-7, "seed {seed}: peak {peak}, energy {energy}");
    }
}
