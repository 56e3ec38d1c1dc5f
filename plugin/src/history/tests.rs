//! Steps back and forth, with and without other movers.

use super::*;
use crate::channels::Shared;
use crate::params::PsivoxParams;
use crate::remote::{PARAMETER_COUNT, index_of};
use crate::state::{LineCell, LineState};

fn at(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn first() -> Snapshot {
    Snapshot { params: vec![0.5; PARAMETER_COUNT], line: Arc::new(LineState::default()) }
}

fn with(before: &Snapshot, moves: &[(usize, f32)]) -> Snapshot {
    let mut after = before.clone();
    moves.iter().for_each(|(index, place)| after.params[*index] = *place);
    after
}

fn saying(before: &Snapshot, text: &str) -> Snapshot {
    let line = LineState { text: text.to_owned(), ..(*before.line).clone() };
    Snapshot { line: Arc::new(line), ..before.clone() }
}

fn opened() -> (History, Snapshot) {
    let (mut history, first) = (History::default(), first());
    history.note(first.clone(), at(0));
    assert!(!history.can_undo() && history.undo(at(0)).is_none() && history.redo(at(0)).is_none());
    (history, first)
}

#[test]
fn a_gesture_is_one_step_and_comes_back() {
    let (mut history, first) = opened();
    let mut last = first.clone();
    for step in 1..=20u64 {
        last = with(&first, &[(3, 0.5 + step as f32 * 0.01)]);
        history.note(last.clone(), at(1_000 + step * 100));
    }
    assert_eq!(history.undo_words(), Some(crate::remote::id(3).to_owned()));
    assert_eq!(history.undo(at(4_000)), Some(first.clone()));
    assert!(!history.can_undo());
    assert_eq!(history.redo(at(4_100)), Some(last));
    assert!(!history.can_redo());
}

#[test]
fn a_rest_or_another_kind_begins_a_step() {
    let (mut history, first) = opened();
    let one = with(&first, &[(3, 0.6)]);
    let two = with(&one, &[(3, 0.7)]);
    let three = with(&two, &[(9, 0.1)]);
    history.note(one.clone(), at(1_000));
    history.note(two.clone(), at(1_800));
    history.note(three, at(1_900));
    assert_eq!(history.undo(at(5_000)), Some(two));
    assert_eq!(history.undo(at(5_000)), Some(one));
    assert_eq!(history.undo(at(5_000)), Some(first));
}

#[test]
fn a_pad_moves_two_parameters_in_one_step_and_a_closed_step_stays_closed() {
    let (mut history, first) = opened();
    let mut now = first.clone();
    for (time, moves) in [(0, vec![(0, 0.6)]), (50, vec![(0, 0.7), (1, 0.3)]), (100, vec![(1, 0.2)])] {
        now = with(&now, &moves);
        history.note(now.clone(), at(1_000 + time));
    }
    history.close_step();
    history.note(with(&now, &[(1, 0.1)]), at(1_150));
    assert_eq!(history.undo(at(3_000)), Some(now));
    assert_eq!(history.undo(at(3_000)), Some(first));
}

#[test]
fn what_others_move_is_no_step_and_stays() {
    let (mut history, first) = opened();
    history.note(with(&first, &[(3, 0.6)]), at(1_000));
    let automated = with(&first, &[(3, 0.6), (7, 0.9)]);
    history.follow(automated.clone(), at(2_000));
    let told = saying(&automated, "from elsewhere");
    history.follow(told.clone(), at(2_100));
    assert_eq!(history.undo(at(3_000)), Some(with(&told, &[(3, 0.5)])));
    assert!(!history.can_undo());
}

/// Hosts hand a parameter's new value to the plug-in with the next block.
#[test]
fn values_that_arrive_late_belong_to_what_asked_for_them() {
    let (mut history, first) = opened();
    history.note(with(&first, &[(3, 0.6)]), at(1_000));
    let settled = with(&first, &[(3, 0.65)]);
    history.follow(settled.clone(), at(1_020));
    assert_eq!(history.undo(at(3_000)), Some(first.clone()));
    history.note(settled.clone(), at(3_010));
    history.note(first.clone(), at(3_030));
    assert!(!history.can_undo() && history.can_redo(), "an undo on its way is no step");
    assert_eq!(history.redo(at(4_000)), Some(settled));
}

#[test]
fn a_change_after_an_undo_forgets_the_way_forth() {
    let (mut history, first) = opened();
    history.note(saying(&first, "one"), at(1_000));
    assert_eq!(history.undo(at(2_000)).map(|back| back.line.text.clone()), Some(first.line.text.clone()));
    history.note(with(&first, &[(3, 0.1)]), at(3_000));
    assert!(!history.can_redo() && history.can_undo());
}

#[test]
fn long_typing_is_cut_and_the_whole_is_bounded() {
    let (mut history, first) = opened();
    for letter in 1..=100u64 {
        history.note(saying(&first, &"a".repeat(letter as usize)), at(letter * 100));
    }
    assert_eq!(history.undo.len(), 3, "ten seconds in steps of four");
    for step in 0..500u64 {
        history.note(with(&first, &[((step % 50) as usize, step as f32 / 600.0)]), at(20_000 + step * 1_000));
    }
    assert_eq!(history.undo.len(), MAX_STEPS);
    for step in 0..300u64 {
        let text = format!("{step}").repeat(20_000);
        history.note(saying(&first, &text), at(1_000_000 + step * 1_000));
    }
    assert!(history.bytes <= MAX_BYTES && history.undo.len() > 20, "{} bytes", history.bytes);
    let counted: usize = history.undo.iter().chain(&history.redo).map(Step::bytes).sum();
    assert_eq!(history.bytes, counted);
}

#[test]
fn two_sounds_take_turns_and_the_place_stays() {
    let line = LineCell::new(Arc::new(Shared::default()));
    let params = PsivoxParams::new(line.clone());
    let mut compare = Compare::default();
    let same = compare.switch(&params);
    assert_eq!((same, compare.side()), (Snapshot::of(&params), Side::B));
    let edit = |line: &mut LineState| {
        (line.text, line.persona) = ("B".into(), "spark".into());
        line.osc_target = "vmc:10.0.0.1:9".into();
    };
    line.edit(edit).expect("lawful");
    assert!(compare.differs(&params, &line.get()));
    let kept = serde_json::to_string(&compare).expect("JSON");
    assert_eq!(serde_json::from_str::<Compare>(&kept).expect("its own text"), compare);
    let first = compare.switch(&params);
    assert_eq!((first.line.persona.as_str(), compare.side()), ("heart", Side::A));
    assert_eq!(first.line.osc_target, "vmc:10.0.0.1:9", "the network is no part of a sound");
    line.edit(|line| line.clone_from(&first.line)).expect("lawful");
    assert_eq!(compare.switch(&params).line.text, "B");
    compare.copy(&params, &line.get());
    assert!(!compare.differs(&params, &line.get()));
    assert_eq!(serde_json::from_str::<Compare>("{}").expect("empty"), Compare::default());
    assert!(index_of("gain").is_some_and(|gain| !crate::preset::is_governed(gain)));
}
