//! The slots as tiles to call up, each with values of parameters or a memory, and the live course below.

use super::emotion_pad::{tint, word};
use super::key_steps::KeySteps;
use super::memory_board::{MemoryBoard, MemoryDot};
use super::memory_labels::fitted;
use super::memory_live;
use super::memory_sign;
use super::memory_trace::MemoryTrace;
use super::memory_wish::MemoryWish;
use super::theme::{self, Palette};
use crate::params::PARAMETER_RANGES;
use crate::performance::SLOT_COUNT;
use crate::performance_state::Slot;
use egui::{
    Align2, Button, Id, Painter, Rect, Response, RichText, Role, Sense, Stroke, TextEdit, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

/// Tiles beside each other, and where that is too narrow.
const COLUMNS: [usize; 2] = [4, 2];
/// Width from which on there are four.
const ROOMY: f32 = 480.0;
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

/// Which name is being typed, kept between pictures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SlotDraft {
    /// Slot and letters so far.
    pub draft: Option<(usize, String)>,
}

/// What a slot holds.
#[derive(Clone, Copy)]
enum Content<'a> {
    Nothing,
    Values(&'a Slot),
    Memory(&'a MemoryDot),
    /// A memory that is gone.
    Gone(u64),
}

impl<'a> Content<'a> {
    fn of(index: usize, slots: &'a [Slot], board: &'a MemoryBoard) -> Self {
        match (board.slots.get(index).copied().flatten(), slots.get(index)) {
            (Some(id), _) => board.get(id).map_or(Self::Gone(id), Self::Memory),
            (None, Some(slot)) if !slot.values.is_empty() => Self::Values(slot),
            _ => Self::Nothing,
        }
    }

    const fn is_nothing(self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// Its name on show.
    fn title(self, index: usize) -> String {
        match self {
            Self::Memory(dot) => dot.title(),
            Self::Values(slot) if !slot.name.is_empty() => slot.name.clone(),
            _ => format!("Memory {}", index + 1),
        }
    }

    /// Valence, arousal, dominance and intensity.
    fn emotion(self) -> Option<[f32; 4]> {
        match self {
            Self::Memory(dot) => Some([dot.felt[0], dot.felt[1], dot.felt[2], 1.0]),
            Self::Values(slot) => Some(emotion_of(slot)),
            Self::Nothing | Self::Gone(_) => None,
        }
    }

    /// What it is, in words.
    fn kind(self) -> String {
        match self {
            Self::Nothing => "empty".to_owned(),
            Self::Gone(id) => format!("memory {id} is forgotten"),
            Self::Values(_) => format!("values, {}", self.emotion().map_or("", word)),
            Self::Memory(_) => format!("memory, {}", self.emotion().map_or("", word)),
        }
    }
}

/// Name of every slot's content; empty where nothing is.
pub fn names(slots: &[Slot], board: &MemoryBoard) -> [Option<String>; SLOT_COUNT] {
    std::array::from_fn(|index| {
        let content = Content::of(index, slots, board);
        (!content.is_nothing()).then(|| content.title(index))
    })
}

/// Shows the slots and the course in `size`; what is asked for is added to `wishes`.
pub fn show(
    ui: &mut Ui,
    slots: &[Slot],
    board: &MemoryBoard,
    trace: &MemoryTrace,
    state: &mut SlotDraft,
    size: Vec2,
    wishes: &mut Vec<MemoryWish>,
) -> Response {
    let gap = theme::SMALL_GAP;
    let columns = COLUMNS[usize::from(size.x < ROOMY)];
    let rows = SLOT_COUNT.div_ceil(columns);
    let height = (size.y - COURSE - gap * rows as f32) / rows as f32;
    let tile = vec2((size.x - gap * (columns - 1) as f32) / columns as f32, height.max(56.0));
    let (all, response) = ui.allocate_exact_size(size, Sense::hover());
    for index in 0..SLOT_COUNT {
        let step = vec2((index % columns) as f32, (index / columns) as f32) * (tile + Vec2::splat(gap));
        let place = Rect::from_min_size(all.min + step, tile);
        one(ui, index, Content::of(index, slots, board), state, place, wishes);
    }
    let below = Rect::from_min_max(pos2(all.left(), all.bottom() - COURSE), all.max);
    memory_live::show(&mut within(ui, below), trace, below.size());
    response
}

/// A part of the view that does not move what comes after it.
fn within(ui: &mut Ui, place: Rect) -> Ui {
    ui.new_child(egui::UiBuilder::new().max_rect(place).id_salt((place.min.x as i32, place.min.y as i32)))
}

fn one(
    ui: &mut Ui,
    index: usize,
    content: Content,
    state: &mut SlotDraft,
    rect: Rect,
    wishes: &mut Vec<MemoryWish>,
) {
    let response = ui.interact(rect, ui.scope_id().with(("memory", index)), Sense::click());
    let (empty, kind) = (content.is_nothing(), content.kind());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Button, true, content.title(index));
        info.current_text_value = Some(kind.clone());
        info
    });
    let keys = KeySteps::take(ui, &response);
    if keys.delete && !empty {
        wishes.push(MemoryWish::EmptySlot(index));
    }
    if response.clicked() {
        wishes.push(if empty { MemoryWish::KeepValues(index) } else { MemoryWish::CallSlot(index) });
    }
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    let hot = response.hovered() || response.has_focus();
    painter.rect_filled(rect, theme::CORNER, if hot { palette.button_hot } else { palette.button });
    if let Some(emotion) = content.emotion() {
        let stripe = rect.with_max_x(rect.left() + 6.0);
        painter.rect_filled(stripe, 2.0, tint(palette, [emotion[0], emotion[1]]));
    }
    match content {
        Content::Values(slot) => bars(&painter, bars_in(rect), slot, palette),
        Content::Memory(dot) => memory(&painter, bars_in(rect), dot, palette),
        Content::Nothing | Content::Gone(_) => {}
    }
    theme::focus_ring(ui, &response);
    let hint = if empty {
        "Click: remember the present manner here"
    } else {
        "Click: bring it back. Delete: empty the slot"
    };
    response.on_hover_text(hint);
    name(ui, index, content, state, rect, wishes);
    let below = Rect::from_min_max(pos2(rect.left() + 10.0, rect.bottom() - 24.0), rect.max - vec2(4.0, 4.0));
    buttons(&mut within(ui, below), index, content, &kind, wishes);
}

fn name(
    ui: &mut Ui,
    index: usize,
    content: Content,
    state: &mut SlotDraft,
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
            if matches!(content, Content::Values(slot) if given != slot.name)
                && !ui.input(|input| input.key_pressed(egui::Key::Escape))
            {
                wishes.push(MemoryWish::NameSlot(index, given));
            }
            state.draft = None;
        } else {
            typed.request_focus();
        }
        return;
    }
    let Content::Values(slot) = content else {
        let ink = if matches!(content, Content::Memory(_)) { palette.text } else { palette.muted };
        let font = theme::font(theme::size::CONTROL);
        let galley = fitted(ui.painter(), content.title(index), font, ink, place.width());
        let at = place.left_center() - vec2(0.0, 0.5 * galley.size().y);
        ui.painter_at(place).galley(at, galley, ink);
        return;
    };
    let text = RichText::new(content.title(index)).size(theme::size::CONTROL).color(palette.text);
    let label =
        egui::Label::new(text).truncate().selectable(false).halign(egui::Align::Min).sense(Sense::click());
    let shown = within(ui, place).add(label);
    shown.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Rename {}", content.title(index))));
    if shown.on_hover_text("Click: another name").clicked() {
        state.draft = Some((index, slot.name.clone()));
    }
}

fn buttons(ui: &mut Ui, index: usize, content: Content, kind: &str, wishes: &mut Vec<MemoryWish>) {
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
        small("Keep", "Keep the present values here", MemoryWish::KeepValues(index));
        if !content.is_nothing() {
            small("Forget", "Empty this slot", MemoryWish::EmptySlot(index));
            let label = egui::Label::new(RichText::new(kind).size(theme::size::SMALL).color(palette.muted));
            ui.add(label.truncate().selectable(false));
        }
    });
}

fn emotion_of(slot: &Slot) -> [f32; 4] {
    let get = |id: &str, default: f32| slot.values.get(id).copied().unwrap_or(default);
    [get("valence", 0.0), get("arousal", 0.0), get("dominance", 0.0), get("intensity", 1.0)]
}

/// A memory in place of bars: its sign and how strong it is.
fn memory(painter: &Painter, rect: Rect, dot: &MemoryDot, palette: &Palette) {
    if rect.height() < 20.0 {
        return;
    }
    let radius = (0.18 * rect.height()).clamp(6.0, 16.0);
    let colour = tint(palette, [dot.felt[0], dot.felt[1]]);
    let at = rect.center() - vec2(0.0, 8.0);
    memory_sign::paint(painter, at, radius, dot.felt, colour, Stroke::NONE);
    let words = if dot.pinned {
        "never fades".to_owned()
    } else {
        format!("{:.0} % left", 100.0 * dot.strength.clamp(0.0, 1.0))
    };
    let font = theme::font(theme::size::TINY);
    painter.text(rect.center_bottom(), Align2::CENTER_BOTTOM, words, font, palette.muted);
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

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    type Page = (Vec<Slot>, SlotDraft, Vec<MemoryWish>);

    fn harness() -> Harness<'static, Page> {
        let glad = Slot {
            name: "Glad".to_owned(),
            values: [("valence".to_owned(), 0.8), ("arousal".to_owned(), 0.5), ("dominance".to_owned(), 0.4)]
                .into(),
            ..Slot::default()
        };
        let dot = MemoryDot { id: 9, name: "sorry".into(), felt: [-0.7, -0.3, -0.4], ..MemoryDot::default() };
        let mut board = MemoryBoard { dots: vec![dot], ..MemoryBoard::default() };
        (board.slots[4], board.slots[5]) = (Some(9), Some(77));
        Harness::builder().with_size(vec2(640.0, 360.0)).build_ui_state(
            move |ui, (slots, state, wishes): &mut Page| {
                show(ui, slots, &board, &MemoryTrace::default(), state, vec2(620.0, 340.0), wishes);
            },
            (vec![glad], SlotDraft::default(), Vec::new()),
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
        use MemoryWish::{CallSlot, EmptySlot, KeepValues};
        let asked = &harness.state().2;
        assert!(asked.starts_with(&[KeepValues(1), EmptySlot(0), KeepValues(2)]), "{asked:?}");
        assert_eq!(asked.last(), Some(&CallSlot(0)));
        assert_eq!(harness.get_by_label("Glad").value().as_deref(), Some("values, happy"));
        let kind = |label: &str| harness.query_all_by_label(label).next().and_then(|tile| tile.value());
        assert!(kind("sorry").is_some_and(|kind| kind.starts_with("memory, ")), "{:?}", kind("sorry"));
        assert_eq!(kind("Memory 6").as_deref(), Some("memory 77 is forgotten"));
        assert_eq!(kind("Memory 7").as_deref(), Some("empty"));
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
        assert_eq!(harness.state().2, [MemoryWish::NameSlot(0, "Gladder".to_owned())]);
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
