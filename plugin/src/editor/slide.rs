//! A number as a bar: its name and value in it, moved by mouse, keys or typing. What it moves is the caller's affair.

use super::theme;
use egui::accesskit::Action;
use egui::{
    Align2, EventFilter, FontId, Id, Key, Popup, Rect, Response, Role, Sense, SetOpenCommand, Stroke,
    StrokeKind, TextEdit, Ui, WidgetInfo, pos2, vec2,
};

/// Height of a bar, logical pixels.
pub const HEIGHT: f32 = 22.0;
/// Share of a bar that one pixel of a shift-drag moves.
const FINE_PIXEL: f32 = 0.0015;
/// Share of a bar that an arrow key moves.
const STEP: f32 = 0.01;
/// The same with shift.
const FINE_STEP: f32 = 0.001;
/// How long a press opens the menu, s.
const LONG_PRESS_S: f64 = 0.6;

/// A number to show. Places are 0..=1 from end to end.
pub struct Slide<'a> {
    /// Stays the same from picture to picture.
    pub id: Id,
    /// On show.
    pub name: &'a str,
    /// Its place.
    pub now: f32,
    /// Where it is unless somebody moves it.
    pub rest: f32,
    /// Steps from end to end, if it moves in steps.
    pub steps: Option<usize>,
    /// A place in words.
    pub words: &'a dyn Fn(f32) -> String,
    /// The place of words.
    pub of_words: &'a dyn Fn(&str) -> Option<f32>,
    /// Something else than the value to show in its place, and a frame around it.
    pub calls: Option<&'a str>,
    /// Whether something else moves it too.
    pub linked: bool,
    /// More about it.
    pub hint: &'a str,
}

/// What was done to it in this picture.
pub struct Moved {
    /// Of the whole bar.
    pub response: Response,
    /// A move begins.
    pub begun: bool,
    /// Where it shall go.
    pub wanted: Option<f32>,
    /// The move ends.
    pub ended: bool,
}

impl Moved {
    fn of(response: Response) -> Self {
        Self { response, begun: false, wanted: None, ended: false }
    }

    /// A move of its own.
    fn jump(&mut self, place: f32) {
        self.wanted = Some(place.clamp(0.0, 1.0));
        (self.begun, self.ended) = (true, true);
    }
}

impl Slide<'_> {
    /// Shows the bar over the whole width; `more` fills the rest of its menu.
    pub fn show(&self, ui: &mut Ui, more: impl FnOnce(&mut Ui)) -> Moved {
        let rect = ui.allocate_space(vec2(ui.available_width(), HEIGHT)).1;
        if let Some(draft) = ui.data(|data| data.get_temp::<String>(self.typed())) {
            return self.type_in(ui, rect, draft);
        }
        let response = ui.interact(rect, self.id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::slider(true, f64::from(self.now), self.name));
        let mut moved = Moved::of(response);
        self.menu(ui, &mut moved, more);
        self.by_mouse(ui, &mut moved);
        self.by_keys(ui, &mut moved);
        if ui.is_rect_visible(rect) {
            self.paint(ui, &moved.response);
        }
        if !self.hint.is_empty() {
            moved.response = moved.response.on_hover_text(self.hint);
        }
        moved
    }

    fn typed(&self) -> Id {
        self.id.with("typed")
    }

    fn by_mouse(&self, ui: &Ui, moved: &mut Moved) {
        let response = &moved.response;
        if response.clicked() || response.drag_started() {
            response.request_focus();
        }
        if response.double_clicked() {
            moved.jump(self.rest);
            return;
        }
        moved.begun |= response.drag_started();
        moved.ended |= response.drag_stopped();
        if response.dragged()
            && let Some(pointer) = response.interact_pointer_pos()
        {
            let wanted = if ui.input(|input| input.modifiers.shift) {
                self.now + response.drag_delta().x * FINE_PIXEL
            } else {
                (pointer.x - response.rect.left()) / response.rect.width()
            };
            let wanted = wanted.clamp(0.0, 1.0);
            moved.wanted = (wanted != self.now).then_some(wanted);
        }
    }

    /// Arrows move it, Home and End go to the ends, Delete to its rest, Enter types.
    fn by_keys(&self, ui: &Ui, moved: &mut Moved) {
        let id = moved.response.id;
        let asked = |action: Action| ui.input(|input| input.num_accesskit_action_requests(id, action)) as f32;
        let (mut up, mut down) = (asked(Action::Increment), asked(Action::Decrement));
        let mut wanted = None;
        let shift = ui.input(|input| input.modifiers.shift);
        if moved.response.has_focus() {
            let own =
                EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, own));
            let count = |key: Key| ui.input(|input| input.num_presses(key)) as f32;
            up += count(Key::ArrowRight) + count(Key::ArrowUp);
            down += count(Key::ArrowLeft) + count(Key::ArrowDown);
            wanted =
                [(Key::Home, 0.0), (Key::End, 1.0), (Key::Delete, self.rest), (Key::Backspace, self.rest)]
                    .into_iter()
                    .find(|(key, _)| count(*key) > 0.0)
                    .map(|(_, place)| place);
            if count(Key::Enter) > 0.0 {
                self.begin_typing(ui);
            }
        }
        let step = match self.steps {
            Some(steps) => 1.0 / steps.max(1) as f32,
            None if shift => FINE_STEP,
            None => STEP,
        };
        let wanted = wanted.unwrap_or((self.now + (up - down) * step).clamp(0.0, 1.0));
        if wanted != self.now && moved.wanted.is_none() && !moved.response.dragged() {
            moved.jump(wanted);
        }
    }

    fn begin_typing(&self, ui: &Ui) {
        let words = (self.words)(self.now);
        ui.data_mut(|data| data.insert_temp(self.typed(), words));
    }

    /// The bar while its value is typed: Enter takes it over, Escape or a click elsewhere does not.
    fn type_in(&self, ui: &mut Ui, rect: Rect, mut draft: String) -> Moved {
        let field = self.typed().with("field");
        let good = (self.of_words)(&draft);
        let colour = if good.is_some() { theme::palette(ui).text } else { theme::palette(ui).alarm };
        let edit = TextEdit::singleline(&mut draft).id(field).text_color(colour).char_limit(40);
        let response = ui.put(rect, edit);
        let name = format!("Value of {}", self.name);
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &name));
        let mut moved = Moved::of(response);
        if moved.response.lost_focus() {
            if let (true, Some(place)) =
                (ui.input(|input| input.key_pressed(Key::Enter)), (self.of_words)(&draft))
            {
                moved.jump(place);
            }
            ui.data_mut(|data| data.remove::<String>(self.typed()));
            ui.memory_mut(|memory| memory.request_focus(self.id));
            return moved;
        }
        if !moved.response.has_focus() {
            moved.response.request_focus();
            select_all(ui, field, &draft);
        }
        ui.data_mut(|data| data.insert_temp(self.typed(), draft));
        moved
    }

    /// Opens with the right button, with a long press, and with Shift+F10.
    fn menu(&self, ui: &Ui, moved: &mut Moved, more: impl FnOnce(&mut Ui)) {
        let response = moved.response.clone();
        let pressed_long = response.is_pointer_button_down_on()
            && ui.input(|input| {
                let since = input.pointer.press_start_time().map_or(0.0, |start| input.time - start);
                since > LONG_PRESS_S && input.pointer.could_any_button_be_click()
            });
        let asked =
            response.has_focus() && ui.input(|input| input.modifiers.shift && input.key_pressed(Key::F10));
        let popup = Popup::context_menu(&response);
        let popup = match pressed_long || asked {
            true => popup.open_memory(SetOpenCommand::Bool(true)),
            false => popup,
        };
        popup.show(|ui| {
            if ui.button("Type a value").clicked() {
                self.begin_typing(ui);
            }
            if ui.button("Default").clicked() {
                moved.jump(self.rest);
            }
            more(ui);
        });
    }

    fn paint(&self, ui: &Ui, response: &Response) {
        let painter = ui.painter();
        let rect = response.rect;
        painter.rect_filled(rect, theme::CORNER, theme::palette(ui).well);
        let x_of = |place: f32| rect.left() + rect.width() * place;
        // A rest at the end is "all of it": the bar then fills from the left like a level.
        let rest = x_of(if self.rest < 1.0 { self.rest } else { 0.0 });
        let at = x_of(self.now);
        let filled = Rect::from_min_max(pos2(at.min(rest), rect.top()), pos2(at.max(rest), rect.bottom()));
        let inside_bar = painter.with_clip_rect(filled.intersect(ui.clip_rect()));
        inside_bar.rect_filled(rect, theme::CORNER, theme::palette(ui).voice_dim);
        let mark = at.clamp(rect.left() + 3.0, rect.right() - 3.0);
        painter.vline(mark, rect.shrink(3.0).y_range(), Stroke::new(2.0, theme::palette(ui).voice));
        let (width, edge) = if self.calls.is_some() {
            (2.0, theme::palette(ui).field)
        } else if response.has_focus() {
            (2.0, theme::palette(ui).text)
        } else if response.hovered() || response.dragged() {
            (1.0, theme::palette(ui).muted)
        } else {
            (1.0, theme::palette(ui).line)
        };
        painter.rect_stroke(rect, theme::CORNER, Stroke::new(width, edge), StrokeKind::Inside);
        let font = FontId::proportional(13.0);
        let inside = rect.shrink2(vec2(8.0, 0.0));
        let words = self.calls.map_or_else(|| (self.words)(self.now), str::to_owned);
        let figure = painter.text(
            inside.right_center(),
            Align2::RIGHT_CENTER,
            words,
            font.clone(),
            theme::palette(ui).text,
        );
        let mut left = inside.left();
        if self.linked {
            painter.circle_filled(pos2(left + 2.0, rect.center().y), 3.0, theme::palette(ui).field);
            left += 10.0;
        }
        let room = Rect::from_min_max(pos2(left, rect.top()), pos2(figure.left() - 4.0, rect.bottom()));
        let painter = painter.with_clip_rect(room.intersect(ui.clip_rect()));
        painter.text(room.left_center(), Align2::LEFT_CENTER, self.name, font, theme::palette(ui).text);
    }
}

fn select_all(ui: &Ui, field: Id, draft: &str) {
    use egui::text::{CCursor, CCursorRange};
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), field).unwrap_or_default();
    let end = CCursor::new(draft.chars().count());
    state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(0), end)));
    state.store(ui.ctx(), field);
}

/// A plain number as a bar; whether it was moved.
// A number needs all of these, and a struct for one call would only rename them.
#[allow(clippy::too_many_arguments)]
pub fn number(
    ui: &mut Ui,
    id: Id,
    name: &str,
    value: &mut f32,
    range: std::ops::RangeInclusive<f32>,
    rest: f32,
    unit: &str,
    hint: &str,
) -> bool {
    let (low, high) = (*range.start(), *range.end());
    let place_of = |value: f32| ((value - low) / (high - low)).clamp(0.0, 1.0);
    let decimals = if high - low > 30.0 { 1 } else { 2 };
    let slide = Slide {
        id,
        name,
        now: place_of(*value),
        rest: place_of(rest),
        steps: None,
        words: &|place| format!("{:.decimals$}{unit}", low + place * (high - low)),
        of_words: &|words| crate::parameter_kinds::number(words).map(place_of),
        calls: None,
        linked: false,
        hint,
    };
    let moved = slide.show(ui, |_| {});
    match moved.wanted {
        Some(place) => {
            // What is seen is what is kept.
            let scale = 10f32.powi(decimals as i32);
            *value = (((low + place * (high - low)) * scale).round() / scale).clamp(low, high);
            true
        }
        None => false,
    }
}
