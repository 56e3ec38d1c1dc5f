//! Tests of the slow manifold: closed forms first, then what it remembers.

use super::bias::{MAX_MOOD, MAX_PITCH_ST, MAX_RATE};
use super::*;
use crate::text::{TOPICS, meaning_of, utterance_meaning};

const CALM: [f32; 3] = [0.0; 3];

fn wait(memory: &mut SlowManifold, seconds: f32, emotion: [f32; 3]) {
    for _ in 0..(seconds * 240.0).round() as usize {
        memory.step(1.0 / 240.0, emotion);
    }
}

/// Speaks a line at 2.5 words/s with an emotion.
fn say(memory: &mut SlowManifold, line: &str, emotion: [f32; 3]) {
    for word in line.split(' ') {
        memory.hear(&meaning_of(word), 0.8);
        wait(memory, 0.4, emotion);
    }
}

fn meaning(line: &str) -> Meaning {
    utterance_meaning(line.split(' '))
}

fn close(a: f32, b: f32, tolerance: f32) -> bool {
    (a - b).abs() <= tolerance
}

#[test]
fn the_centroid_is_the_leaky_mean_in_closed_form() {
    let (mut memory, river, mill) = (SlowManifold::new(), meaning_of("river"), meaning_of("mill"));
    memory.hear(&river, 1.0);
    wait(&mut memory, 3.0, [0.5, 0.0, -0.5]);
    memory.hear(&mill, 0.5);
    wait(&mut memory, 4.0, [0.5, 0.0, -0.5]);
    let (a, b) = ((-7.0f32 / CENTROID_TAU_S).exp(), 0.5 * (-4.0f32 / CENTROID_TAU_S).exp());
    let centroid = memory.centroid();
    for i in 0..MEANING {
        let expected = (a * river[i] + b * mill[i]) / (a + b);
        assert!(close(centroid.meaning[i], expected, 1e-4), "{i}");
    }
    assert!(close(centroid.strength, (a + b) / (a + b + HALF_STRENGTH), 1e-4));
    let felt = 0.5 * (1.0 - (-1.0f32).exp());
    assert!(close(centroid.emotion[0], felt, 1e-4) && close(centroid.emotion[2], -felt, 1e-4));
    assert_eq!(centroid.emotion[1], 0.0);
}

#[test]
fn the_rhythm_starts_with_the_first_word_and_turns_five_times_in_25_s() {
    let mut memory = SlowManifold::new();
    wait(&mut memory, 1.3, CALM);
    memory.hear(&meaning_of("river"), 1.0);
    assert_eq!(memory.theta(), 0.0);
    let mut turns = 0;
    for _ in 0..26 * 240 {
        let before = memory.theta();
        memory.step(1.0 / 240.0, CALM);
        turns += usize::from(memory.theta() < before);
    }
    assert_eq!(turns, 5);
    assert!(close(memory.theta(), 0.2 * TAU, 1e-2), "{}", memory.theta());
}

#[test]
fn a_record_is_stored_every_two_seconds_while_there_is_something_to_store() {
    let mut memory = SlowManifold::new();
    wait(&mut memory, 9.0, CALM);
    assert_eq!(memory.records().count(), 0, "nothing was said");
    for i in 0..10 {
        memory.hear(&meaning_of("river"), 1.0);
        wait(&mut memory, 2.0, CALM);
        assert_eq!(memory.records().count(), i + 1);
    }
    let ages: Vec<f32> = memory.records().map(|record| record.age_s).collect();
    assert!(ages.iter().enumerate().all(|(i, age)| close(*age, 1.0 + 2.0 * i as f32, 1e-3)), "{ages:?}");
    wait(&mut memory, 40.0, CALM);
    let silent = memory.records().next().expect("a record").age_s;
    assert!(silent > 10.0, "the last word is forgotten, and silence is not recorded: {silent}");
}

#[test]
fn records_count_in_full_for_a_minute_then_fade_and_go() {
    let mut memory = SlowManifold::new();
    memory.hear(&meaning_of("river"), 0.06);
    wait(&mut memory, 1.0, CALM);
    memory.step(1.0, CALM);
    assert_eq!(memory.records().count(), 0, "a breath of a word is not worth a record");
    memory.reset();
    memory.hear(&meaning_of("river"), 0.068);
    wait(&mut memory, 2.0, CALM);
    let weight = |memory: &SlowManifold| memory.records().map(|record| record.weight).collect::<Vec<_>>();
    assert_eq!(weight(&memory), [1.0]);
    wait(&mut memory, 60.0, CALM);
    assert!(close(weight(&memory)[0], 1.0, 1e-4));
    wait(&mut memory, 30.0, CALM);
    assert!(close(weight(&memory)[0], (-1.0f32).exp(), 1e-3));
    wait(&mut memory, 59.5, CALM);
    assert!(close(weight(&memory)[0], (-89.5f32 / 30.0).exp(), 1e-3));
    wait(&mut memory, 0.5, CALM);
    assert!(weight(&memory).is_empty(), "under 5 % at 150 s");
}

#[test]
fn an_hour_of_talk_fits() {
    let mut memory = SlowManifold::new();
    for i in 0..3600 {
        memory.hear(&meaning_of(["river", "mill", "boat"][i % 3]), 1.0);
        memory.step(1.0, CALM);
        assert!(memory.records().count() <= 75);
    }
    assert_eq!(memory.records().count(), 75);
    assert!(memory.records().zip(memory.records().skip(1)).all(|(a, b)| a.age_s < b.age_s));
    memory.step(3600.0, CALM);
    assert_eq!(memory.records().count(), 0);
    assert_eq!(memory.bias(&meaning_of("river")), Bias::NEUTRAL);
}

#[test]
fn the_first_line_is_neutral() {
    let mut memory = SlowManifold::new();
    wait(&mut memory, 5.0, [-1.0, 1.0, 1.0]);
    assert_eq!(memory.bias(&meaning("the river rose")), Bias::NEUTRAL);
    say(&mut memory, "and so it was", CALM);
    assert_eq!(memory.bias(&meaning("the river rose")), Bias::NEUTRAL, "function words leave no trace");
}

#[test]
fn what_was_said_is_given_and_what_was_not_is_new() {
    let mut memory = SlowManifold::new();
    say(&mut memory, "The river flooded the old mill last night.", CALM);
    say(&mut memory, "My sister bought a telescope for her birthday.", CALM);
    let given = memory.bias(&meaning("Nobody had seen the river that high at the mill."));
    let new = memory.bias(&meaning("The committee rejected the budget."));
    assert!(given.familiarity > new.familiarity + 0.2, "{given:?} {new:?}");
    assert!(given.pitch_st < 0.0 && given.rate_ratio > 1.0, "{given:?}");
    assert!(new.pitch_st > 0.1 && new.rate_ratio < 0.995, "{new:?}");
    let empty = memory.bias(&[0.0; MEANING]);
    assert_eq!((empty.familiarity, empty.pitch_st, empty.rate_ratio), (0.0, 0.0, 1.0));
}

fn mean_and_deviation(values: &[f32]) -> (f32, f32) {
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / values.len() as f32;
    (mean, variance.sqrt())
}

/// Mean and deviation of the pitch shift of lines that go on with the last, with the fourth last and with none of
/// four lines.
fn colours() -> [(f32, f32); 3] {
    let count = TOPICS.len();
    let mut shifts = [const { Vec::new() }; 3];
    for first in 0..count {
        let mut memory = SlowManifold::new();
        for k in 0..4 {
            say(&mut memory, TOPICS[(first + k) % count][0], CALM);
        }
        let shift = |topic: usize| memory.bias(&meaning(TOPICS[topic % count][1])).pitch_st;
        shifts[0].push(shift(first + 3));
        shifts[1].push(shift(first));
        shifts[2].extend((4..count).map(|k| shift(first + k)));
    }
    shifts.map(|shifts| mean_and_deviation(&shifts))
}

#[test]
fn in_a_conversation_the_given_is_low_and_the_new_is_high() {
    let [last, earlier, new] = colours();
    assert!(last.0 < new.0 - 0.2 && earlier.0 < new.0 - 0.1, "{last:?} {earlier:?} {new:?}");
    assert!(new.0 > 0.1, "{new:?}");
}

#[test]
fn a_mood_lasts_and_fades() {
    let mut memory = SlowManifold::new();
    say(&mut memory, "The river flooded the old mill last night.", [-1.0, 0.8, 0.0]);
    let mood = |memory: &SlowManifold| memory.bias(&meaning_of("boat")).emotion;
    let first = mood(&memory);
    assert!(first[0] < -0.01 && first[1] > 0.01 && first[2] == 0.0, "{first:?}");
    assert!(first.iter().all(|axis| axis.abs() <= MAX_MOOD));
    wait(&mut memory, 14.0, CALM);
    assert!(memory.centroid().emotion[0].abs() < 0.1, "the shown emotion itself is gone");
    assert!(mood(&memory)[0] < -0.01, "its trace is not: {:?}", mood(&memory));
    // Until the last word is forgotten, calm records still join those of the storm.
    wait(&mut memory, 30.0, CALM);
    let mut last = mood(&memory)[0];
    for _ in 0..14 {
        wait(&mut memory, 10.0, CALM);
        assert!(mood(&memory)[0] >= last - 5e-4, "{last}");
        last = mood(&memory)[0];
    }
    assert_eq!(mood(&memory), [0.0; 3]);
}

#[test]
fn the_step_size_does_not_matter() {
    let run = |steps_per_s: usize| {
        let mut memory = SlowManifold::new();
        for (i, word) in "river mill boat storm sea gold dragon".split(' ').enumerate() {
            memory.hear(&meaning_of(word), 0.7);
            for _ in 0..steps_per_s {
                memory.step(1.0 / steps_per_s as f32, [i as f32 / 10.0, -0.3, 0.9]);
            }
        }
        memory
    };
    let (fine, coarse) = (run(240), run(24));
    let (a, b) = (fine.centroid(), coarse.centroid());
    assert!(a.meaning.iter().zip(b.meaning).all(|(a, b)| close(*a, b, 1e-4)));
    assert!(a.emotion.iter().zip(b.emotion).all(|(a, b)| close(*a, b, 1e-4)));
    assert!(close(a.strength, b.strength, 1e-4) && close(fine.theta(), coarse.theta(), 1e-4));
    assert_eq!(fine.records().count(), coarse.records().count());
    let (a, b) = (fine.bias(&meaning_of("boat")), coarse.bias(&meaning_of("boat")));
    assert!(close(a.familiarity, b.familiarity, 1e-4) && close(a.pitch_st, b.pitch_st, 1e-4));
    assert!(close(a.emotion[2], b.emotion[2], 1e-4));
}

#[test]
fn what_is_not_a_number_is_ignored() {
    let mut memory = SlowManifold::new();
    say(&mut memory, "The river flooded the old mill.", [0.3, 0.2, 0.1]);
    let before = (memory.centroid(), memory.bias(&meaning_of("river")));
    memory.hear(&[f32::NAN; MEANING], 1.0);
    memory.hear(&[f32::MAX; MEANING], 1.0);
    memory.hear(&meaning_of("boat"), f32::INFINITY);
    memory.step(f32::NAN, CALM);
    memory.step(f32::INFINITY, CALM);
    memory.step(-1.0, CALM);
    assert_eq!((memory.centroid(), memory.bias(&meaning_of("river"))), before);
    let mut other = memory.clone();
    memory.step(0.1, [f32::NAN, 0.2, f32::NEG_INFINITY]);
    other.step(0.1, [0.3, 0.2, 0.1]);
    assert_eq!(memory.centroid(), other.centroid());
    assert_eq!(memory.bias(&[f32::NAN; MEANING]), memory.bias(&[0.0; MEANING]));
}

proptest::proptest! {
    #[test]
    fn every_bias_is_small_and_finite(
        steps in proptest::collection::vec((-0.5f32..30.0, "[a-e]{1,2}", -2.0f32..2.0, -9.0f32..9.0), 0..80),
        next in "[a-e]{1,2}",
    ) {
        let mut memory = SlowManifold::new();
        for (dt_s, word, weight, axis) in steps {
            memory.hear(&meaning_of(&word), weight);
            memory.step(dt_s, [axis, -axis, 0.1]);
            let bias = memory.bias(&meaning_of(&next));
            proptest::prop_assert!(bias.emotion.iter().all(|axis| axis.abs() <= MAX_MOOD));
            proptest::prop_assert!(bias.familiarity.abs() <= 1.0 && bias.pitch_st.abs() <= MAX_PITCH_ST);
            proptest::prop_assert!((bias.rate_ratio - 1.0).abs() <= MAX_RATE + 1e-6);
            proptest::prop_assert!(memory.theta().abs() <= PI + 1e-6);
        }
    }
}
