//! The window as people use it: everything found by its label, moved by mouse and keys, and nothing out of reach.

use super::app::EditorApp;
use super::harness::Instance;
use super::model::Page;
use super::pictures::{SIZES, TEXT, page, speaking};
use super::theme::Theme;
use crate::channels::Request;
use crate::params::PARAMETER_RANGES;
use crate::performance::Mode;
use crate::remote::{index_of, parameter};
use egui::{Event, Key, Modifiers, Rect, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use psivox_core::Control;

const SIZE: (f32, f32) = (960.0, 680.0);

fn open(instance: &Instance, kind: Page) -> Harness<'static, EditorApp> {
    page(instance, kind, SIZE, Theme::Dark)
}

fn press(harness: &mut Harness<'static, EditorApp>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(2);
}

fn click(harness: &mut Harness<'static, EditorApp>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

fn value(instance: &Instance, id: &str) -> f32 {
    parameter(&instance.sources.params, index_of(id).expect(id)).now_normalized()
}

#[test]
fn every_page_is_found_by_its_tab_and_its_key() {
    let instance = speaking();
    let mut harness = open(&instance, Page::Persona);
    let keys = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];
    for (kind, key) in Page::ALL.into_iter().zip(keys) {
        harness.get_by_role_and_label(Role::Button, kind.name()).click();
        harness.run_steps(2);
        assert_eq!(harness.state_mut().model().page, kind);
        harness.state_mut().model().page = Page::Persona;
        press(&mut harness, Modifiers::COMMAND, key);
        assert_eq!(harness.state_mut().model().page, kind, "by key");
    }
}

#[test]
fn every_control_moves_by_keys_and_every_move_is_a_gesture() {
    let instance = Instance::new();
    for kind in [Page::Mood, Page::Voice] {
        let mut harness = page(&instance, kind, (1_600.0, 1_000.0), Theme::Dark);
        for (index, (id, ..)) in PARAMETER_RANGES.into_iter().enumerate() {
            let param = parameter(&instance.sources.params, index);
            // The pad beside has two axes of the same name: the bars stand on the left.
            let bars = harness.query_all_by_role_and_label(Role::Slider, param.shown_name());
            let Some(bar) = bars.min_by(|a, b| a.rect().left().total_cmp(&b.rect().left())) else { continue };
            bar.focus();
            harness.run_steps(2);
            instance.host.take();
            let far = if param.now_normalized() < 0.5 { Key::End } else { Key::Home };
            press(&mut harness, Modifiers::NONE, far);
            assert_eq!(value(&instance, id), f32::from(u8::from(far == Key::End)), "{id}");
            let told: Vec<Option<f32>> = instance.host.take().into_iter().map(|(_, value)| value).collect();
            assert!(matches!(told[..], [None, Some(_), None]), "{id}: {told:?}");
            let back = if far == Key::End { Key::ArrowLeft } else { Key::ArrowRight };
            press(&mut harness, Modifiers::NONE, back);
            let inside = value(&instance, id);
            assert!(
                param.steps() == Some(1)
                    || (0.0..=1.0).contains(&inside) && inside != f32::from(u8::from(far == Key::End)),
                "{id}: {inside}"
            );
            press(&mut harness, Modifiers::NONE, Key::Delete);
            assert_eq!(value(&instance, id), param.normalized_of(param.first()), "{id}");
        }
    }
    let pages = [Page::Mood, Page::Voice].map(|kind| {
        let harness = page(&instance, kind, (1_600.0, 1_000.0), Theme::Dark);
        Control::ALL.map(|control| {
            let name = parameter(&instance.sources.params, control as usize).shown_name();
            harness.query_all_by_role_and_label(Role::Slider, name).next().is_some()
        })
    });
    for control in Control::ALL {
        assert!(pages.iter().any(|page| page[control as usize]), "{control:?} has no bar");
    }
}

#[test]
fn a_bar_is_dragged_typed_and_learnt() {
    let instance = Instance::new();
    let mut harness = open(&instance, Page::Voice);
    let rect = harness.get_by_role_and_label(Role::Slider, "Size").rect();
    let at = |share: f32| egui::pos2(rect.left() + rect.width() * share, rect.center().y);
    harness.hover_at(at(0.5));
    harness.drag_at(at(0.5));
    harness.run_steps(1);
    harness.hover_at(at(0.75));
    harness.run_steps(2);
    harness.drop_at(at(0.75));
    harness.run_steps(2);
    assert!((value(&instance, "size") - 0.75).abs() < 0.01);
    harness.get_by_role_and_label(Role::Slider, "Breath").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    harness.event(Event::Text("40".into()));
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!((value(&instance, "breath") - 0.4).abs() < 1e-3, "{}", value(&instance, "breath"));
    harness.get_by_role_and_label(Role::Slider, "Tension").click_secondary();
    harness.run_steps(3);
    click(&mut harness, "Learn controller");
    assert_eq!(instance.sources.shared.learning(), index_of("tension"));
    let line = &instance.sources.params.line;
    let link = serde_json::from_str(r#"{"controller":74,"parameter":"tension"}"#).expect("a link");
    line.edit(|line| line.performance.cc = vec![link]).expect("lawful");
    instance.sources.shared.set_learning(None);
    press(&mut harness, Modifiers::COMMAND, Key::Num5);
    click(&mut harness, "Remove controller 74 of Tension");
    assert!(line.get().performance.cc.is_empty());
}

#[test]
fn speaking_and_stopping_reach_the_audio_thread() {
    let mut instance = Instance::new();
    instance.say(TEXT);
    let mut harness = open(&instance, Page::Script);
    click(&mut harness, "Speak unit 2");
    press(&mut harness, Modifiers::COMMAND, Key::Enter);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    click(&mut harness, "Stop");
    let asked: Vec<Request> = std::iter::from_fn(|| instance.audio.requests.pop().ok()).collect();
    assert_eq!(asked, [Request::Unit(1), Request::Speak, Request::Stop, Request::Stop]);
    press(&mut harness, Modifiers::NONE, Key::F1);
    assert!(harness.query_by_label("type the value of a bar").is_some());
}

#[test]
fn what_is_typed_becomes_the_text_and_tags_go_around_it() {
    let instance = Instance::new();
    instance.say("");
    let mut harness = open(&instance, Page::Script);
    harness.get_by_label("Text").focus();
    harness.run_steps(2);
    harness.event(Event::Text("Good day".into()));
    harness.run_steps(2);
    assert_eq!(instance.sources.params.line.get().text, "Good day");
    press(&mut harness, Modifiers::COMMAND, Key::A);
    click(&mut harness, "Tags");
    click(&mut harness, "Emphasis");
    assert_eq!(instance.sources.params.line.get().text, "*Good day*");
}

#[test]
fn keys_of_the_keyboard_speak_their_units() {
    let mut instance = Instance::new();
    instance.say("One.\n[key G2] Two.\nThree.");
    let mut harness = open(&instance, Page::Perform);
    harness.get_by_role_and_label(Role::Button, "Cue").click();
    harness.run_steps(2);
    assert_eq!(instance.sources.params.performance.mode.value(), Mode::Cue);
    click(&mut harness, "Key G2: unit 2, Two.");
    click(&mut harness, "Key D2: unit 3, Three.");
    let asked: Vec<Request> = std::iter::from_fn(|| instance.audio.requests.pop().ok()).collect();
    assert_eq!(asked, [Request::Unit(1), Request::Unit(2)]);
}

#[test]
fn why_a_text_cannot_be_sung_is_told_where_it_would_be() {
    let instance = Instance::new();
    instance.say("One.");
    let mut harness = open(&instance, Page::Perform);
    let told = "it cannot be sung: bar 3 has no end";
    instance.sources.report.lock().expect("unpoisoned").song_error = Some("bar 3 has no end".to_owned());
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, "Sing").click();
    harness.run_steps(2);
    assert_eq!(instance.sources.params.performance.mode.value(), Mode::Sing);
    harness.state_mut().model().page = Page::Script;
    harness.run_steps(3);
    harness.get_by_label(told);
    harness.state_mut().model().page = Page::Perform;
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, "Cue").click();
    harness.run_steps(2);
    harness.state_mut().model().page = Page::Script;
    harness.run_steps(3);
    assert!(harness.query_by_label(told).is_none(), "nobody wants to sing");
}

#[test]
fn manners_are_stored_called_up_and_forgotten() {
    let instance = Instance::new();
    let mut harness = open(&instance, Page::Memory);
    let line = || instance.sources.params.line.get().performance;
    let own = &instance.sources.params.performance;
    click(&mut harness, "Slots");
    click(&mut harness, "Keep 2");
    assert_eq!(line().slots[1].values["intensity"], instance.sources.params.intensity.value());
    assert!(!line().slots[1].values.contains_key("gain"));
    click(&mut harness, "Memory 2");
    assert_eq!((own.memory_slot.value(), own.memory_recall.value()), (2, true));
    click(&mut harness, "Memory 2");
    assert!(!own.memory_recall.value(), "a second time ends it");
    click(&mut harness, "Forget 2");
    assert!(line().slots.is_empty());
}

#[test]
fn sounds_are_loaded_taken_back_compared_and_drawn() {
    let instance = Instance::new();
    let mut harness = open(&instance, Page::Script);
    harness.state_mut().model().presets.library = crate::preset::Library::scan_in(None);
    let params = &instance.sources.params;
    let before = params.line.get();
    harness.run_steps(4);
    click(&mut harness, "Next sound");
    let first = harness.state_mut().model().presets.name.clone();
    click(&mut harness, "Next sound");
    assert_ne!(harness.state_mut().model().presets.name, first);
    assert_ne!(params.line.get(), before, "another persona or text");
    assert!(harness.state_mut().model().presets.in_force);
    let pitch = params.size.value();
    click(&mut harness, "Random sound");
    click(&mut harness, "Draw a sound near the present one");
    assert_ne!(params.size.value(), pitch);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    for _ in 0..8 {
        press(&mut harness, Modifiers::COMMAND, Key::Z);
        harness.run_steps(8);
    }
    assert_eq!(params.line.get().text, before.text, "all of it is taken back");
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_ne!(params.line.get().text, before.text, "and comes again");
}

#[test]
fn a_persona_is_changed_and_goes_back() {
    let instance = Instance::new();
    let mut harness = open(&instance, Page::Persona);
    let own = || instance.sources.params.line.get().own_persona;
    harness.get_by_role_and_label(Role::Slider, "Resting pitch").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::End);
    assert_eq!(own().expect("changed").pitch_st, 12.0);
    click(&mut harness, "Add voice");
    click(&mut harness, "Add gesture");
    click(&mut harness, "Add band");
    let changed = own().expect("changed");
    assert_eq!((changed.ensemble_st.len(), changed.voiceprint.eq.len()), (1, 1));
    click(&mut harness, "Remove voice 2");
    assert!(own().expect("changed").ensemble_st.is_empty());
    click(&mut harness, "Back to the factory's");
    assert!(own().is_none());
}

#[test]
fn the_first_run_needs_one_click() {
    let folder = std::env::temp_dir().join(format!("psivox-first-{}", std::process::id()));
    let path = folder.join("window.json");
    let mut instance = Instance::new();
    let mut harness = instance.open(SIZES[0], Theme::Dark, Some(path.clone()));
    click(&mut harness, "Speak for the first time");
    assert_eq!(instance.audio.requests.pop(), Ok(Request::Speak));
    assert!(harness.query_by_label("Speak for the first time").is_none());
    click(&mut harness, "Light theme");
    assert!(!harness.ctx.global_style().visuals.dark_mode);
    let again = instance.open(SIZES[0], Theme::Dark, Some(path));
    assert!(again.query_by_label("Speak for the first time").is_none(), "never again");
    std::fs::remove_dir_all(folder).expect("there");
}

#[test]
fn who_has_heard_it_by_a_note_needs_no_hint() {
    let folder = std::env::temp_dir().join(format!("psivox-heard-{}", std::process::id()));
    let path = folder.join("window.json");
    let hint = "Speak for the first time";
    let instance = Instance::new();
    assert!(instance.open(SIZES[0], Theme::Dark, Some(path.clone())).query_by_label(hint).is_some());
    let mut harness = speaking().open(SIZES[0], Theme::Dark, Some(path.clone()));
    harness.run_steps(2);
    assert!(harness.query_by_label(hint).is_none());
    assert!(instance.open(SIZES[0], Theme::Dark, Some(path)).query_by_label(hint).is_none(), "never again");
    std::fs::remove_dir_all(folder).expect("there");
}

/// What can be operated, and where it is.
fn operated(harness: &Harness<'static, EditorApp>) -> Vec<(String, Rect)> {
    let acts = |role: Role| {
        matches!(
            role,
            Role::Button
                | Role::CheckBox
                | Role::Slider
                | Role::SpinButton
                | Role::ComboBox
                | Role::TextInput
                | Role::MultilineTextInput
        )
    };
    let found = harness.root().children_recursive().filter(|node| acts(node.accesskit_node().role()));
    found
        .map(|node| {
            let own = node.accesskit_node();
            (format!("{:?} {}", own.role(), own.label().unwrap_or_default()), node.rect())
        })
        .collect()
}

/// Widgets that lie upon each other by design: black keys, units beside the box, what stands on a memory's tile.
fn is_layered(name: &str) -> bool {
    ["Key ", "Speak unit", "Button Memory "].iter().any(|layered| name.contains(layered))
}

/// Whether it stands in the row at the bottom.
fn is_foot(name: &str) -> bool {
    ["Button Speak", "Button Stop", "CheckBox Send the face", "Button Receivers…"].contains(&name)
}

fn check_reach(harness: &Harness<'static, EditorApp>, (width, height): (f32, f32), told: &str) {
    let window = Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(width, height)).expand(0.6);
    let all = operated(harness);
    assert!(all.len() > 15, "{told}: {}", all.len());
    for (name, rect) in &all {
        let across = rect.left() >= window.left() && rect.right() <= window.right();
        assert!(across, "{told}: {name} at {rect:?} is cut off");
    }
    let seen: Vec<&(String, Rect)> = all.iter().filter(|(_, rect)| window.contains_rect(*rect)).collect();
    for (index, (name, rect)) in seen.iter().enumerate() {
        for (other, place) in &seen[index + 1..] {
            let shared = rect.intersect(*place);
            let over = shared.width() > 1.5 && shared.height() > 1.5;
            let below = |rect: &Rect| rect.center().y > height - 58.0;
            // What is scrolled out of sight lies below the row at the bottom.
            let hidden = below(rect) != below(place)
                || below(rect) && (rect.height() != place.height() || is_foot(name) != is_foot(other));
            assert!(
                !over || hidden || is_layered(name) || is_layered(other),
                "{told}: {name} {rect:?} over {other} {place:?}"
            );
        }
    }
}

#[test]
fn nothing_is_cut_off_or_covered_at_any_size() {
    let instance = speaking();
    for size in SIZES {
        for kind in Page::ALL {
            let harness = page(&instance, kind, size, Theme::Light);
            check_reach(&harness, size, &format!("{kind:?} at {size:?}"));
        }
    }
}

#[test]
fn odd_texts_are_shown() {
    let instance = Instance::new();
    let long = "A line that is long enough to be wrapped, [happy]with a tag[/]. ".repeat(1_000);
    let texts = ["", "\n\n\n", "שלום עולם, مرحبا", "👩‍👩‍👧‍👦🙂👍🏽 日本語", "[happy [[{<*\\ </ <b [/", &long];
    for text in texts {
        instance.say(text);
        let mut harness = page(&instance, Page::Script, SIZES[0], Theme::Dark);
        check_reach(&harness, SIZES[0], &text.chars().take(20).collect::<String>());
        harness.state_mut().model().caret = text.len();
        harness.run_steps(2);
    }
}
