//! The map of memories: each a dot where its manner lies, a handle to drag between them.

use super::key_steps::{KeySteps, STEP};
use super::memory_blend::weights;
use super::memory_board::{MemoryBoard, MemoryDot};
use super::memory_chosen::{self, Chosen};
use super::memory_paint::{HANDLE, Seen};
use super::memory_place::{MapView, at, next, radius, under, way};
use super::memory_wish::MemoryWish;
use super::memory_words;
use super::theme;
use egui::{
    Align2, CursorIcon, Key, Modifiers, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo,
};

/// Wheel points for a zoom of e.
const WHEEL: f32 = 250.0;
/// Zoom of a key.
const KEY_ZOOM: f32 = 1.25;

/// How the map is looked at, kept between pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MapState {
    /// Which part is on show.
    pub view: MapView,
    /// Where the handle is, -1..=1.
    pub handle: [f32; 2],
    /// Whether the handle acts.
    pub blending: bool,
}

impl Default for MapState {
    fn default() -> Self {
        // Out of the way until it is wanted.
        Self { view: MapView::default(), handle: [-1.0, 1.0], blending: false }
    }
}

/// Shows the map in `size`. `lit` are the memories that answer a search, in the order of the board's dots.
pub fn show(
    ui: &mut Ui,
    board: &MemoryBoard,
    lit: Option<&[bool]>,
    state: &mut MapState,
    chosen: &mut Chosen,
    size: Vec2,
    wishes: &mut Vec<MemoryWish>,
) -> Response {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let response = ui.interact(rect, ui.scope_id().with("memory map"), Sense::click_and_drag());
    let own = chosen.of(board);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ListBox, true, "Memory map");
        info.current_text_value = Some(own.map_or_else(
            || board.fullness(),
            |dot| format!("{}, {}", dot.title(), memory_words::brief(dot, board.now_s)),
        ));
        info
    });
    let palette = theme::palette(ui);
    ui.painter_at(rect).rect_filled(rect, theme::CORNER, palette.well);
    if board.dots.is_empty() {
        let words = "Speak something, then press Remember.";
        let font = theme::font(theme::size::BODY);
        ui.painter_at(rect).text(rect.center(), Align2::CENTER_CENTER, words, font, palette.muted);
    } else {
        look_around(ui, &response, &mut state.view);
        let count = board.dots.len();
        let spot = |dot| (state.view.place(rect, at(dot)), radius(dot, count));
        let spots: Vec<(Pos2, f32)> = board.dots.iter().map(spot).collect();
        let over = response.hover_pos().and_then(|pos| under(&spots, pos));
        point(&response, board, &spots, state, chosen, wishes);
        keys(ui, &response, board, &spots, state, chosen, wishes);
        let parts = handle(ui, rect, board, state, wishes);
        if ui.is_rect_visible(rect) {
            let seen = Seen { board, spots: &spots, lit, over, chosen: chosen.id, parts: &parts };
            seen.paint(ui, rect, state);
        }
        if let Some(dot) = over.map(|index| &board.dots[index]) {
            response.clone().on_hover_cursor(CursorIcon::PointingHand).on_hover_ui_at_pointer(|ui| {
                ui.set_max_width(260.0);
                for line in memory_words::lines(dot, board.now_s) {
                    ui.label(line);
                }
            });
        }
    }
    let edge = Stroke::new(1.0, palette.line);
    ui.painter_at(rect).rect_stroke(rect, theme::CORNER, edge, StrokeKind::Inside);
    theme::focus_ring(ui, &response);
    response
}

/// Wheel and drag.
fn look_around(ui: &Ui, response: &Response, view: &mut MapView) {
    if let Some(about) = response.hover_pos() {
        let (wheel, pinch) =
            ui.input_mut(|input| (std::mem::take(&mut input.smooth_scroll_delta.y), input.zoom_delta()));
        let by = pinch * (wheel / WHEEL).exp();
        if by != 1.0 && by.is_finite() {
            view.magnify(response.rect, about, by);
        }
    }
    if response.dragged() {
        view.pan(response.rect, response.drag_delta());
    }
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
}

/// A click on a dot, on the ground, or a double click there.
fn point(
    response: &Response,
    board: &MemoryBoard,
    spots: &[(Pos2, f32)],
    state: &mut MapState,
    chosen: &mut Chosen,
    wishes: &mut Vec<MemoryWish>,
) {
    let Some(pos) = response.interact_pointer_pos().filter(|_| response.clicked()) else { return };
    match under(spots, pos) {
        Some(index) => {
            let id = board.dots[index].id;
            chosen.choose(Some(id));
            state.blending = false;
            wishes.push(MemoryWish::Recall(id));
        }
        None if response.double_clicked() => state.view = MapView::default(),
        None => chosen.choose(None),
    }
}

fn keys(
    ui: &Ui,
    response: &Response,
    board: &MemoryBoard,
    spots: &[(Pos2, f32)],
    state: &mut MapState,
    chosen: &mut Chosen,
    wishes: &mut Vec<MemoryWish>,
) {
    if !response.has_focus() {
        return;
    }
    let rect = response.rect;
    let keys = KeySteps::take(ui, response);
    if let Some(way) = way(keys.right, keys.up) {
        let from = chosen.id.and_then(|id| board.dots.iter().position(|dot| dot.id == id));
        if let Some(index) = next(spots, from, rect.center(), way) {
            chosen.choose(Some(board.dots[index].id));
            state.view.follow(rect, at(&board.dots[index]));
        }
    }
    if keys.home {
        state.view = MapView::default();
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::Plus) || pressed(Key::Equals) {
        state.view.magnify(rect, rect.center(), KEY_ZOOM);
    }
    if pressed(Key::Minus) {
        state.view.magnify(rect, rect.center(), 1.0 / KEY_ZOOM);
    }
    let before = wishes.len();
    memory_chosen::keys(ui, keys, response, board, chosen, wishes);
    if wishes[before..].iter().any(|wish| matches!(wish, MemoryWish::Recall(_))) {
        state.blending = false;
    }
}

/// The handle of the blend: moved by hand or arrows. Returns the weights where it acts.
fn handle(
    ui: &Ui,
    rect: Rect,
    board: &MemoryBoard,
    state: &mut MapState,
    wishes: &mut Vec<MemoryWish>,
) -> Vec<(u64, f32)> {
    if board.dots.len() < 2 {
        state.blending = false;
        return Vec::new();
    }
    let inside = rect.shrink(HANDLE + 2.0);
    let spot = inside.clamp(state.view.place(rect, state.handle));
    let place = Rect::from_center_size(spot, Vec2::splat(2.0 * HANDLE));
    let response = ui.interact(place, ui.scope_id().with("blend handle"), Sense::drag());
    if response.drag_started() {
        response.request_focus();
    }
    let keys = KeySteps::take(ui, &response);
    let step = STEP / state.view.zoom;
    let mut to = [keys.moved(state.handle[0], keys.right, step), keys.moved(state.handle[1], keys.up, step)]
        .map(|place| place.clamp(-1.0, 1.0));
    if let Some(pos) = response.interact_pointer_pos().filter(|_| response.dragged()) {
        to = state.view.value(rect, pos);
    }
    if to != state.handle || keys.enter {
        (state.handle, state.blending) = (to, true);
        wishes.push(MemoryWish::Blend { parts: weights(&board.dots, to) });
    }
    let parts = if state.blending { weights(&board.dots, state.handle) } else { Vec::new() };
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Slider, true, "Blend handle");
        info.current_text_value = Some(told(board, &parts));
        info
    });
    theme::focus_ring(ui, &response);
    response.on_hover_cursor(CursorIcon::Grab).on_hover_text(
        "Drag between memories: the nearest ones are blended by their distance. Arrows step, Enter blends here",
    );
    parts
}

fn told(board: &MemoryBoard, parts: &[(u64, f32)]) -> String {
    let part = |(id, weight): &(u64, f32)| {
        let title = board.get(*id).map_or_else(|| format!("memory {id}"), MemoryDot::title);
        format!("{title} {:.0} %", 100.0 * weight)
    };
    if parts.is_empty() { "off".to_owned() } else { parts.iter().map(part).collect::<Vec<_>>().join(", ") }
}
