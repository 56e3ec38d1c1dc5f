//! The remembered manners as tiles to call up, and the course of the session below.

use super::emotion_pad::{tint, word};
use super::key_steps::KeySteps;
use super::memory_trace::MemoryTrace;
use super::theme::{self, Palette};
use crate::params::PARAMETER_RANGES;
use crate::performance::SLOT_COUNT;
use crate::performance_state::Slot;
use egui::{
    Align2, Button, Id, Painter, Pos2, Rect, Response, RichText, Role, Sense, Shape, Stroke, StrokeKind,
    TextEdit, Ui, Vec2, WidgetInfo, pos2, vec2,
};

/// Tiles beside each other.
const COLUMNS: usize = 4;
/// Height of the course.
const COURSE: f32 = 76.0;
/// Bars of a tile: id and letter.
const BARS: [(&str, &str); 6] = [
    ("valence", "V"),
    ("arousal", "A"),
    ("dominance", "D"),
    ("intensity", "I"),
    ("rate", "R"),
    ("pitch", "P"),
];
/// Longest name, letters; as the state allows.
const NAME_LETTERS: usize = 60;

/// What a hand wants of a slot.
#[derive(Debug, Clone, PartialEq)]
pub enum MemoryWish {
    /// Keep the present manner there.
    Remember(usize),
    /// Bring it back.
    Recall(usize),
    /// Empty it.
    Forget(usize),
    /// Another name.
    Rename(usize, String),
}

/// Which name is being typed, kept between pictures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MemoryState {
    /// Slot and letters so far.
    pub draft: Option<(usize, String)>,
}

/// Shows the slots and the course in `size`; what is asked for is added to `wishes`.
pub fn show(
    ui: &mut Ui,
    slots: &[Slot],
    trace: &MemoryTrace,
    state: &mut MemoryState,
    size: Vec2,
    wishes: &mut Vec<MemoryWish>,
) -> Response {
    let gap = theme::SMALL_GAP;
    let rows = SLOT_COUNT.div_ceil(COLUMNS);
    let height = (size.y - COURSE - gap * rows as f32) / rows as f32;
    let tile = vec2((size.x - gap * (COLUMNS - 1) as f32) / COLUMNS as f32, height.max(60.0));
    let empty = Slot::default();
    let (all, response) = ui.allocate_exact_size(size, Sense::hover());
    for index in 0..SLOT_COUNT {
        let step = vec2((index % COLUMNS) as f32, (index / COLUMNS) as f32) * (tile + Vec2::splat(gap));
        let place = Rect::from_min_size(all.min + step, tile);
        one(ui, index, slots.get(index).unwrap_or(&empty), state, place, wishes);
    }
    let below = Rect::from_min_max(pos2(all.left(), all.bottom() - COURSE), all.max);
    course(&mut within(ui, below), trace, below.size());
    response
}

/// A part of the view that does not move what comes after it.
fn within(ui: &mut Ui, place: Rect) -> Ui {
    ui.new_child(egui::UiBuilder::new().max_rect(place).id_salt((place.min.x as i32, place.min.y as i32)))
}

/// Name of a slot on show.
fn title(index: usize, slot: &Slot) -> String {
    if slot.name.is_empty() { format!("Memory {}", index + 1) } else { slot.name.clone() }
}

fn one(
    ui: &mut Ui,
    index: usize,
    slot: &Slot,
    state: &mut MemoryState,
    rect: Rect,
    wishes: &mut Vec<MemoryWish>,
) {
    let response = ui.interact(rect, ui.scope_id().with(("memory", index)), Sense::click());
    let emotion = emotion_of(slot);
    let feeling = if slot.is_empty() { "empty" } else { word(emotion) };
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Button, true, title(index, slot));
        info.current_text_value = Some(feeling.to_owned());
        info
    });
    let keys = KeySteps::take(ui, &response);
    if keys.delete && !slot.is_empty() {
        wishes.push(MemoryWish::Forget(index));
    }
    if response.clicked() {
        wishes.push(if slot.is_empty() { MemoryWish::Remember(index) } else { MemoryWish::Recall(index) });
    }
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    let hot = response.hovered() || response.has_focus();
    painter.rect_filled(rect, theme::CORNER, if hot { palette.button_hot } else { palette.button });
    if !slot.is_empty() {
        let stripe = rect.with_max_x(rect.left() + 6.0);
        painter.rect_filled(stripe, 2.0, tint(palette, [emotion[0], emotion[1]]));
        bars(&painter, bars_in(rect), slot, palette);
    }
    theme::focus_ring(ui, &response);
    let hint = if slot.is_empty() {
        "Click: remember the present manner here"
    } else {
        "Click: bring it back. Delete: forget it"
    };
    response.on_hover_text(hint);
    name(ui, index, slot, state, rect, wishes);
    let below = Rect::from_min_max(pos2(rect.left() + 10.0, rect.bottom() - 24.0), rect.max - vec2(4.0, 4.0));
    buttons(&mut within(ui, below), index, slot, feeling, wishes);
}

fn name(
    ui: &mut Ui,
    index: usize,
    slot: &Slot,
    state: &mut MemoryState,
    rect: Rect,
    wishes: &mut Vec<MemoryWish>,
) {
    let palette = theme::palette(ui);
    let place = Rect::from_min_max(rect.min + vec2(10.0, 3.0), pos2(rect.right() - 6.0, rect.top() + 23.0));
    if let Some((_, draft)) = state.draft.as_mut().filter(|(which, _)| *which == index) {
        let id = Id::unique(("memory name", index));
        let field = TextEdit::singleline(draft)
            .id(id)
            .char_limit(NAME_LETTERS)
            .font(theme::font(theme::size::CONTROL));
        let typed = within(ui, place).add(field);
        if typed.lost_focus() {
            let given = draft.trim().to_owned();
            if given != slot.name && !ui.input(|input| input.key_pressed(egui::Key::Escape)) {
                wishes.push(MemoryWish::Rename(index, given));
            }
            state.draft = None;
        } else {
            typed.request_focus();
        }
        return;
    }
    if slot.is_empty() {
        let font = theme::font(theme::size::CONTROL);
        ui.painter_at(place).text(
            place.left_center(),
            Align2::LEFT_CENTER,
            title(index, slot),
            font,
            palette.muted,
        );
        return;
    }
    let text = RichText::new(title(index, slot)).size(theme::size::CONTROL).color(palette.text);
    let label =
        egui::Label::new(text).truncate().selectable(false).halign(egui::Align::Min).sense(Sense::click());
    let shown = within(ui, place).add(label);
    shown.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Rename {}", title(index, slot))));
    if shown.on_hover_text("Click: another name").clicked() {
        state.draft = Some((index, slot.name.clone()));
    }
}

fn buttons(ui: &mut Ui, index: usize, slot: &Slot, feeling: &str, wishes: &mut Vec<MemoryWish>) {
    let palette = theme::palette(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0;
        ui.spacing_mut().button_padding = vec2(5.0, 1.0);
        ui.spacing_mut().interact_size.y = 18.0;
        let mut small = |words: &str, hint: &str, wish: MemoryWish| {
            let button = Button::new(RichText::new(words).size(theme::size::SMALL)).fill(palette.panel);
            let response = ui.add(button).on_hover_text(hint);
            // Eight tiles have the same words: the name tells them apart.
            response
                .widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{words} {}", index + 1)));
            if response.clicked() {
                wishes.push(wish);
            }
        };
        small("Keep", "Remember the present manner here", MemoryWish::Remember(index));
        if !slot.is_empty() {
            small("Forget", "Empty this memory", MemoryWish::Forget(index));
            let label =
                egui::Label::new(RichText::new(feeling).size(theme::size::SMALL).color(palette.muted));
            ui.add(label.truncate().selectable(false));
        }
    });
}

fn emotion_of(slot: &Slot) -> [f32; 4] {
    let get = |id: &str, default: f32| slot.values.get(id).copied().unwrap_or(default);
    [get("valence", 0.0), get("arousal", 0.0), get("dominance", 0.0), get("intensity", 1.0)]
}

fn bars_in(rect: Rect) -> Rect {
    Rect::from_min_max(rect.min + vec2(12.0, 27.0), rect.max - vec2(8.0, 28.0))
}

/// Where a remembered value lies in its range, 0..=1; none if it is not remembered.
fn share(slot: &Slot, id: &str) -> Option<f32> {
    let value = slot.values.get(id)?;
    let (_, low, high) = PARAMETER_RANGES.iter().find(|row| row.0 == id)?;
    Some(((value - low) / (high - low).max(1e-6)).clamp(0.0, 1.0))
}

fn bars(painter: &Painter, rect: Rect, slot: &Slot, palette: &Palette) {
    if rect.height() < 20.0 {
        return;
    }
    let width = rect.width() / BARS.len() as f32;
    let font = theme::font(theme::size::TINY);
    for (index, (id, letter)) in BARS.iter().enumerate() {
        let left = rect.left() + width * index as f32;
        let well =
            Rect::from_min_max(pos2(left + 1.5, rect.top()), pos2(left + width - 1.5, rect.bottom() - 13.0));
        painter.rect_filled(well, 2.0, palette.well);
        if let Some(share) = share(slot, id) {
            let top = well.bottom() - share * well.height();
            painter.rect_filled(well.with_min_y(top.min(well.bottom() - 2.0)), 2.0, palette.voice);
        }
        painter.text(
            pos2(well.center().x, rect.bottom()),
            Align2::CENTER_BOTTOM,
            *letter,
            font.clone(),
            palette.muted,
        );
    }
}

/// The session: valence as an area about its middle, what is remembered as a line, surprises as ticks.
pub fn course(ui: &mut Ui, trace: &MemoryTrace, size: Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let points = trace.points();
    let newest = points.last().copied().unwrap_or_default();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Image, true, "Course of the session");
        info.current_text_value = Some(format!("valence {:.2}, memory {:.2}", newest.valence, newest.memory));
        info
    });
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::CORNER, palette.well);
    let inside = rect.shrink2(vec2(6.0, 15.0));
    painter.hline(inside.x_range(), inside.center().y, Stroke::new(1.0, palette.line));
    let x = |index: usize| {
        inside.left() + inside.width() * index as f32 / points.len().max(2).saturating_sub(1) as f32
    };
    let valence_y = |value: f32| inside.center().y - 0.5 * inside.height() * value.clamp(-1.0, 1.0);
    let strongest = points.iter().map(|point| point.memory).fold(0.05, f32::max);
    let memory_y = |value: f32| inside.bottom() - inside.height() * (value / strongest).clamp(0.0, 1.0);
    let line = |y: &dyn Fn(usize) -> f32| -> Vec<Pos2> {
        (0..points.len()).map(|index| pos2(x(index), y(index))).collect()
    };
    painter
        .add(Shape::line(line(&|index| valence_y(points[index].valence)), Stroke::new(2.0, palette.voice)));
    let remembered = line(&|index| memory_y(points[index].memory));
    painter.extend(Shape::dashed_line(&remembered, Stroke::new(1.5, palette.field), 5.0, 3.0));
    for (index, _) in points.iter().enumerate().filter(|(_, point)| point.surprise > 1.0) {
        let at = pos2(x(index), rect.bottom() - 4.0);
        painter.add(Shape::convex_polygon(
            vec![at, at + vec2(-3.0, -6.0), at + vec2(3.0, -6.0)],
            palette.alarm,
            Stroke::NONE,
        ));
    }
    let font = theme::font(theme::size::TINY);
    let length_s = trace.length_s();
    let long =
        if length_s < 120.0 { format!("{length_s:.0} s") } else { format!("{:.0} min", length_s / 60.0) };
    painter.text(
        rect.left_top() + vec2(6.0, 2.0),
        Align2::LEFT_TOP,
        "valence, line",
        font.clone(),
        palette.voice,
    );
    painter.text(
        rect.center_top() + vec2(0.0, 2.0),
        Align2::CENTER_TOP,
        "memory, dashed",
        font.clone(),
        palette.field,
    );
    painter.text(
        rect.right_top() + vec2(-6.0, 2.0),
        Align2::RIGHT_TOP,
        format!("last {long}"),
        font,
        palette.muted,
    );
    painter.rect_stroke(rect, theme::CORNER, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    response.on_hover_text(
        "How the session has felt, how much of it the slow manifold keeps, and where a forecast of the melody failed",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    type Page = (Vec<Slot>, MemoryState, Vec<MemoryWish>);

    fn harness() -> Harness<'static, Page> {
        let glad = Slot {
            name: "Glad".to_owned(),
            values: [("valence".to_owned(), 0.8), ("arousal".to_owned(), 0.5), ("dominance".to_owned(), 0.4)]
                .into(),
        };
        Harness::builder().with_size(vec2(640.0, 360.0)).build_ui_state(
            |ui, (slots, state, wishes): &mut Page| {
                show(ui, slots, &MemoryTrace::default(), state, vec2(620.0, 340.0), wishes);
            },
            (vec![glad], MemoryState::default(), Vec::new()),
        )
    }

    #[test]
    fn tiles_ask_for_what_is_clicked() {
        let mut harness = harness();
        harness.run();
        for label in ["Keep 2", "Forget 1", "Memory 3"] {
            harness.get_by_label(label).click();
            harness.run();
        }
        harness.get_by_label("Glad").focus();
        harness.run();
        harness.key_press(egui::Key::Enter);
        harness.run();
        use MemoryWish::{Forget, Recall, Remember};
        let asked = &harness.state().2;
        assert!(asked.starts_with(&[Remember(1), Forget(0), Remember(2)]), "{asked:?}");
        assert_eq!(asked.last(), Some(&Recall(0)));
        assert_eq!(harness.get_by_label("Glad").value().as_deref(), Some("happy"));
    }

    #[test]
    fn a_name_is_typed_in_place() {
        let mut harness = harness();
        harness.run();
        harness.get_by_label("Rename Glad").click();
        harness.run_steps(3);
        harness.event(egui::Event::Text("der".to_owned()));
        harness.run_steps(2);
        harness.key_press(egui::Key::Enter);
        harness.run_steps(3);
        assert_eq!(harness.state().2, [MemoryWish::Rename(0, "Gladder".to_owned())]);
        assert_eq!(harness.state().1.draft, None);
    }

    #[test]
    fn bars_know_the_range_of_their_parameter() {
        let slot =
            Slot { values: [("valence".to_owned(), 0.0), ("odd".to_owned(), 1.0)].into(), ..Slot::default() };
        assert_eq!(
            (share(&slot, "valence"), share(&slot, "odd"), share(&slot, "arousal")),
            (Some(0.5), None, None)
        );
        for (id, _) in BARS {
            assert!(PARAMETER_RANGES.iter().any(|row| row.0 == id), "{id}");
        }
    }
}
