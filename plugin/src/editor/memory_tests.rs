//! The page of memories as people use it: everything found by its label, moved by mouse and keys.

use super::app::EditorApp;
use super::harness::Instance;
use super::memory_blend;
use super::memory_board::MemoryBoard;
use super::memory_labels::MOST_LABELS;
use super::memory_place::{MapView, at};
use super::memory_sample::{board, crowd};
use super::memory_view::Tab;
use super::memory_wish::MemoryWish;
use super::model::Page;
use super::pictures::page;
use super::theme::Theme;
use egui::{Event, Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

fn open(shown: MemoryBoard) -> (Instance, Harness<'static, EditorApp>) {
    let instance = Instance::new();
    instance.sources.memory.show(shown);
    let harness = page(&instance, Page::Memory, (960.0, 680.0), Theme::Dark);
    (instance, harness)
}

fn press(harness: &mut Harness<'static, EditorApp>, key: Key) {
    harness.key_press_modifiers(Modifiers::NONE, key);
    harness.run_steps(2);
}

fn click(harness: &mut Harness<'static, EditorApp>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

fn click_at(harness: &mut Harness<'static, EditorApp>, at: Pos2) {
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run_steps(3);
}

fn type_in(harness: &mut Harness<'static, EditorApp>, words: &str) {
    harness.run_steps(2);
    harness.event(Event::Text(words.to_owned()));
    harness.run_steps(2);
}

fn orders(instance: &Instance) -> Vec<MemoryWish> {
    instance.sources.memory.take_orders()
}

/// Where a memory is on the screen.
fn spot(harness: &Harness<'static, EditorApp>, shown: &MemoryBoard, name: &str) -> Pos2 {
    let dot = shown.dots.iter().find(|dot| dot.name == name).expect("a memory");
    MapView::default().place(harness.get_by_label("Memory map").rect(), at(dot))
}

fn recalls(instance: &Instance) -> bool {
    instance.sources.params.performance.memory_recall.value()
}

#[test]
fn an_empty_memory_says_what_to_do() {
    let (instance, mut harness) = open(MemoryBoard { most_bytes: 600_000, ..MemoryBoard::default() });
    harness.get_by_label("0 of 600 kB, 0 memories");
    for key in [Key::ArrowRight, Key::Enter, Key::Delete, Key::R, Key::F2] {
        harness.get_by_label("Memory map").focus();
        press(&mut harness, key);
    }
    let middle = harness.get_by_label("Memory map").rect().center();
    click_at(&mut harness, middle);
    assert!(orders(&instance).is_empty());
    assert!(harness.query_by_label("Blend handle").is_none(), "nothing to blend");
}

#[test]
fn a_click_on_a_memory_recalls_it_into_the_present_slot_and_a_second_ends_it() {
    let (instance, mut harness) = open(MemoryBoard { active: Vec::new(), ..board() });
    let at = spot(&harness, &board(), "bedtime");
    click_at(&mut harness, at);
    let both = [MemoryWish::ToSlot { id: 10, slot: 0 }, MemoryWish::Recall(10)];
    assert_eq!(orders(&instance), both);
    assert!(recalls(&instance));
    instance.sources.memory.show(MemoryBoard { active: vec![(10, 1.0)], ..board() });
    harness.run_steps(2);
    click_at(&mut harness, at);
    assert!(orders(&instance).is_empty() && !recalls(&instance));
    let told = harness.get_by_label("Memory map").value().expect("a value");
    assert!(told.starts_with("bedtime, calm"), "{told}");
}

#[test]
fn arrows_go_from_memory_to_memory_and_keys_act_on_it() {
    let (instance, mut harness) = open(MemoryBoard { active: Vec::new(), ..board() });
    let at = spot(&harness, &board(), "thank you");
    click_at(&mut harness, at);
    orders(&instance);
    let chosen = |harness: &mut Harness<'static, EditorApp>| {
        harness.state_mut().model().views.memory_state.chosen.id.expect("one")
    };
    press(&mut harness, Key::ArrowDown);
    assert_eq!(chosen(&mut harness), 11, "the story below it");
    press(&mut harness, Key::R);
    press(&mut harness, Key::P);
    press(&mut harness, Key::Enter);
    let asked = orders(&instance);
    assert_eq!(asked[..2], [MemoryWish::Replay(11), MemoryWish::Pin { id: 11, pinned: false }]);
    assert_eq!(asked.iter().filter(|one| **one == MemoryWish::Recall(11)).count(), 1, "{asked:?}");
    press(&mut harness, Key::F2);
    type_in(&mut harness, " or twice");
    press(&mut harness, Key::Enter);
    let name = "once upon a time or twice".to_owned();
    assert_eq!(orders(&instance), [MemoryWish::Rename { id: 11, name }]);
    harness.get_by_label("Memory map").focus();
    press(&mut harness, Key::Delete);
    assert!(orders(&instance).is_empty(), "it asks first");
    click(&mut harness, "Keep it");
    harness.get_by_label("Memory map").focus();
    press(&mut harness, Key::Delete);
    click(&mut harness, "Forget it");
    assert_eq!(orders(&instance), [MemoryWish::Forget(11)]);
}

#[test]
fn the_blend_handle_gives_weights_that_sum_to_one() {
    let (instance, mut harness) = open(board());
    let from = harness.get_by_label("Blend handle").rect().center();
    let to = spot(&harness, &board(), "sorry") + vec2(12.0, 8.0);
    harness.hover_at(from);
    harness.drag_at(from);
    harness.run_steps(1);
    for step in 1..=10 {
        harness.hover_at(from + (to - from) * (step as f32 / 10.0));
        harness.run_steps(1);
    }
    harness.drop_at(to);
    harness.run_steps(2);
    let asked = orders(&instance);
    let [MemoryWish::Blend { parts }] = &asked[..] else { panic!("{asked:?}") };
    assert!((2..=memory_blend::MOST_PARTS).contains(&parts.len()), "{parts:?}");
    assert!((parts.iter().map(|part| part.1).sum::<f32>() - 1.0).abs() < 1e-5);
    assert_eq!(parts[0].0, 4, "the nearest is heaviest: {parts:?}");
    assert!(recalls(&instance), "and it is heard");
    let told = harness.get_by_label("Blend handle").value().expect("a value");
    assert!(told.starts_with("sorry ") && told.contains(" %"), "{told}");
    harness.get_by_label("Blend handle").focus();
    press(&mut harness, Key::ArrowRight);
    assert!(matches!(orders(&instance)[..], [MemoryWish::Blend { .. }]));
}

#[test]
fn the_map_is_zoomed_by_wheel_and_panned_by_drag() {
    let (instance, mut harness) = open(board());
    let rect = harness.get_by_label("Memory map").rect();
    let ground = rect.left_center() + vec2(20.0, 12.0);
    let view =
        |harness: &mut Harness<'static, EditorApp>| harness.state_mut().model().views.memory_state.map.view;
    harness.get_by_label("Memory map").focus();
    press(&mut harness, Key::Plus);
    assert!(view(&mut harness).zoom > 1.2);
    let before = view(&mut harness).middle;
    harness.hover_at(ground);
    harness.drag_at(ground);
    harness.run_steps(1);
    harness.hover_at(ground + vec2(60.0, 0.0));
    harness.run_steps(2);
    harness.drop_at(ground + vec2(60.0, 0.0));
    harness.run_steps(2);
    assert!(view(&mut harness).middle[0] < before[0], "what is seen follows the hand");
    press(&mut harness, Key::Home);
    assert_eq!(view(&mut harness), MapView::default());
    harness.hover_at(ground);
    harness.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        source: egui::MouseWheelSource::Unknown,
        delta: vec2(0.0, 80.0),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(4);
    assert!(view(&mut harness).zoom > 1.05, "{}", view(&mut harness).zoom);
    assert!(orders(&instance).is_empty(), "looking around changes nothing");
}

#[test]
fn what_is_known_of_the_chosen_memory_has_its_buttons() {
    let (instance, mut harness) = open(MemoryBoard { active: Vec::new(), ..board() });
    let at = spot(&harness, &board(), "the toast");
    click_at(&mut harness, at);
    orders(&instance);
    click(&mut harness, "Replay the toast");
    click(&mut harness, "Unpin the toast");
    click(&mut harness, "Put the toast into a slot");
    click(&mut harness, "3 bedtime");
    click(&mut harness, "Tags of the toast");
    type_in(&mut harness, ", friends");
    press(&mut harness, Key::Enter);
    let tags = vec!["party".to_owned(), "friends".to_owned()];
    let expected = [
        MemoryWish::Replay(13),
        MemoryWish::Pin { id: 13, pinned: false },
        MemoryWish::ToSlot { id: 13, slot: 2 },
        MemoryWish::Tag { id: 13, tags },
    ];
    assert_eq!(orders(&instance), expected);
}

#[test]
fn searching_lights_and_lists_what_is_found() {
    let (instance, mut harness) = open(board());
    harness.get_by_label("Find memories").focus();
    type_in(&mut harness, "story");
    assert_eq!(orders(&instance), [MemoryWish::Find("story".into())]);
    assert!(harness.query_by_label("2 found").is_some());
    click(&mut harness, "List");
    assert!(harness.query_by_label("sorry, sad").is_none());
    click(&mut harness, "bedtime, calm");
    assert_eq!(orders(&instance).last(), Some(&MemoryWish::Recall(10)));
    instance.sources.memory.show(MemoryBoard { search: "story".into(), found: vec![1], ..board() });
    harness.run_steps(3);
    assert!(harness.query_by_label("3 found").is_some(), "the worker found one more");
}

#[test]
fn remembering_keeping_and_forgetting_all_reach_the_worker() {
    let (instance, mut harness) = open(board());
    harness.get_by_label("Name for the last utterance").focus();
    type_in(&mut harness, "the joke");
    click(&mut harness, "Remember");
    // They may be scrolled out of sight: the keyboard finds them.
    for (label, key) in [("Keep what is said", Key::Space), ("Forget all memories", Key::Enter)] {
        harness.get_by_label(label).focus();
        press(&mut harness, key);
    }
    click(&mut harness, "Forget all of them");
    let expected =
        [MemoryWish::Remember("the joke".into()), MemoryWish::KeepTexts(false), MemoryWish::ForgetAll];
    assert_eq!(orders(&instance), expected);
}

#[test]
fn memories_go_to_files_and_come_from_them() {
    let (instance, mut harness) = open(board());
    for (act, texts) in [("Export memories", false), ("Import memories", true)] {
        click(&mut harness, "Files of memories");
        if !texts {
            harness.get_by_label("Path of the memories").focus();
            type_in(&mut harness, "/tmp/voice.psimem");
            click(&mut harness, "With what was said");
        }
        click(&mut harness, act);
    }
    let path = std::path::PathBuf::from("/tmp/voice.psimem");
    let expected = [MemoryWish::Export { path: path.clone(), texts: false }, MemoryWish::Import { path }];
    assert_eq!(orders(&instance), expected);
}

#[test]
fn a_message_of_the_worker_is_shown_and_a_closed_page_asks_for_nothing() {
    let (instance, mut harness) = open(MemoryBoard { message: Some("the name is taken".into()), ..board() });
    assert!(harness.query_by_label("the name is taken").is_some());
    assert!(instance.sources.memory.is_shown());
    harness.state_mut().model().page = Page::Voice;
    harness.run_steps(2);
    assert!(!instance.sources.memory.is_shown());
    instance.sources.memory.show(crowd(5));
    harness.run_steps(2);
    assert_eq!(harness.state_mut().model().memory.dots.len(), 14, "nobody looks");
}

#[test]
fn a_crowd_is_shown_with_few_names_and_rows() {
    let (_instance, mut harness) = open(crowd(2_000));
    harness.run_steps(2);
    for tab in ["Map", "List"] {
        click(&mut harness, tab);
        let nodes = harness.root().children_recursive().count();
        assert!(nodes < 300, "{tab}: {nodes} nodes");
    }
    assert_eq!(harness.state_mut().model().views.memory_state.tab, Tab::List);
    const { assert!(MOST_LABELS <= 64) };
}
