//! Three octaves that show which key speaks which unit; a click on a key speaks it.

use super::bar::Board;
use super::model::EditorModel;
use super::theme;
use super::wish::Wish;
use crate::channels::Request;
use crate::performance::Mode;
use crate::script::key_name;
use egui::{Align2, Color32, FontId, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// Height of the keys, logical pixels.
pub const HEIGHT: f32 = 64.0;
/// Keys on show.
const KEYS: u8 = 37;
/// Share of the height that a black key takes.
const BLACK: f32 = 0.6;
/// Letters of a unit that a key tells.
const LETTERS: usize = 60;

/// The unit that a key speaks in cue mode: the text's own address goes first.
pub fn unit_of(model: &EditorModel, first: u8, key: u8) -> Option<usize> {
    let units = &model.report.units;
    let named = units.iter().position(|unit| unit.key == Some(key));
    let counted = || {
        let index = usize::from(key.checked_sub(first)?);
        units.get(index).filter(|unit| unit.key.is_none()).map(|_| index)
    };
    named.or_else(counted)
}

fn is_black(key: u8) -> bool {
    matches!(key % 12, 1 | 3 | 6 | 8 | 10)
}

/// Every key and where it lies, white ones first: black ones lie over them.
fn keys(rect: Rect, lowest: u8) -> Vec<(u8, Rect)> {
    let all = lowest..=lowest.saturating_add(KEYS - 1).min(127);
    let whites = all.clone().filter(|key| !is_black(*key)).count();
    let width = rect.width() / whites as f32;
    let place = |key: u8| {
        let before = all.clone().take_while(|other| *other < key).filter(|key| !is_black(*key)).count();
        let left = rect.left() + before as f32 * width;
        match is_black(key) {
            true => Rect::from_min_size(
                pos2(left - 0.3 * width, rect.top()),
                vec2(0.6 * width, rect.height() * BLACK),
            ),
            false => Rect::from_min_size(pos2(left, rect.top()), vec2(width - 1.0, rect.height())),
        }
    };
    let mut keys: Vec<(u8, Rect)> = all.clone().map(|key| (key, place(key))).collect();
    keys.sort_by_key(|(key, _)| is_black(*key));
    keys
}

/// Shows the keys over the whole width.
pub fn show(ui: &mut Ui, model: &EditorModel, board: &Board, wishes: &mut Vec<Wish>) {
    let rect = ui.allocate_space(vec2(ui.available_width(), HEIGHT)).1;
    let first = board.params.performance.cue_key.value().clamp(0, 127) as u8;
    let cue = board.params.performance.mode.value() == Mode::Cue;
    let lowest = (first / 12 * 12).min(127 - KEYS + 1) / 12 * 12;
    for (key, place) in keys(rect, lowest) {
        let unit = unit_of(model, first, key);
        let response = ui.interact(place, Id::unique(("psivox key", key)), Sense::click());
        let words = unit.map(|unit| words_of(model, unit));
        let name = match (&words, unit) {
            (Some(words), Some(unit)) => format!("Key {}: unit {}, {words}", key_name(key), unit + 1),
            _ => format!("Key {}", key_name(key)),
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, unit.is_some(), &name));
        let speaks = unit.is_some() && model.speaking.map(|(unit, _)| unit) == unit;
        let fill = match (is_black(key), speaks, unit.is_some() && cue) {
            (_, true, _) => theme::palette(ui).voice,
            (_, _, true) => theme::palette(ui).voice_dim,
            (true, ..) => theme::palette(ui).ground,
            (false, ..) => Color32::from_gray(200).gamma_multiply(0.9),
        };
        ui.painter().rect_filled(place, 2.0, fill);
        let edge = if response.has_focus() || response.hovered() {
            theme::palette(ui).text
        } else {
            theme::palette(ui).line
        };
        ui.painter().rect_stroke(place, 2.0, Stroke::new(1.0, edge), StrokeKind::Inside);
        if let Some(unit) = unit {
            let at = place.center_bottom() - vec2(0.0, 3.0);
            let ink = if speaks { theme::palette(ui).ground } else { theme::palette(ui).text };
            let ink = if cue || is_black(key) || speaks { ink } else { theme::palette(ui).ground };
            ui.painter().text(at, Align2::CENTER_BOTTOM, unit + 1, FontId::proportional(10.5), ink);
        } else if key % 12 == 0 {
            let at = place.center_bottom() - vec2(0.0, 3.0);
            ui.painter().text(
                at,
                Align2::CENTER_BOTTOM,
                key_name(key),
                FontId::proportional(10.0),
                theme::palette(ui).muted,
            );
        }
        if response.on_hover_text(name).clicked()
            && let Some(unit) = unit
        {
            wishes.push(Wish::Request(Request::Unit(unit as u16)));
        }
    }
}

/// The beginning of a unit.
fn words_of(model: &EditorModel, unit: usize) -> String {
    let range = model.report.units[unit].range.clone();
    model.text.get(range).unwrap_or_default().chars().take(LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::harness::plan;
    use crate::state::LineState;

    #[test]
    fn addresses_go_before_counting() {
        let text = "[key C3] Boo!\nOne.\nTwo.";
        let mut model = EditorModel::new(LineState { text: text.to_owned(), ..LineState::default() });
        model.report = plan(text, 1);
        let of = |key| unit_of(&model, 36, key);
        assert_eq!((of(48), of(36), of(37), of(38), of(39)), (Some(0), None, Some(1), Some(2), None));
    }

    #[test]
    fn keys_lie_side_by_side() {
        let all = Rect::from_min_size(pos2(0.0, 0.0), vec2(440.0, 60.0));
        for lowest in [0, 36, 84] {
            let keys = keys(all, lowest);
            assert_eq!(keys.len(), usize::from(KEYS));
            assert!(keys.iter().all(|(_, place)| all.expand(0.01).contains_rect(*place)));
            let whites: Vec<Rect> =
                keys.iter().filter(|(key, _)| !is_black(*key)).map(|(_, place)| *place).collect();
            assert!(whites.windows(2).all(|pair| pair[0].right() <= pair[1].left()));
        }
    }
}
