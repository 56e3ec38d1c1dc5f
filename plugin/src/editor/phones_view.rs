//! The phones of the unit at the caret, or of the one that is being spoken: a word over its phones.

use super::model::EditorModel;
use super::text_place::tick;
use super::theme;
use crate::worker::UnitReport;
use egui::{FontId, Rect, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Height of the strip, logical pixels.
pub const HEIGHT: f32 = 46.0;
/// Words laid out at once; a unit of a whole page has thousands.
const MOST_WORDS: usize = 200;

/// Which unit and which of its words: what is spoken goes first.
pub fn looked_at(model: &EditorModel) -> Option<(usize, Option<usize>)> {
    if !model.is_report_fresh {
        return None;
    }
    let units = &model.report.units;
    if let Some((unit, word)) = model.speaking.filter(|(unit, _)| *unit < units.len()) {
        return Some((unit, word));
    }
    let unit =
        units.iter().rposition(|unit| unit.range.start <= model.caret).or((!units.is_empty()).then_some(0))?;
    let word = units[unit]
        .words
        .iter()
        .position(|word| (word.source.start..=word.source.end).contains(&model.caret));
    Some((unit, word))
}

/// Shows the strip over the whole width.
pub fn show(ui: &mut Ui, model: &EditorModel) {
    let size = vec2(ui.available_width(), HEIGHT);
    let rect = ui.allocate_space(size).1;
    ui.painter().rect_filled(rect, theme::CORNER, theme::palette(ui).well);
    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink2(vec2(6.0, 2.0))));
    let Some((unit, word)) = looked_at(model) else {
        inner.label(
            egui::RichText::new("The sounds of your words show here.")
                .small()
                .color(theme::palette(ui).muted),
        );
        return;
    };
    let spoken = model.speaking.is_some();
    ScrollArea::horizontal().id_salt("phones").auto_shrink([false, false]).show(&mut inner, |ui| {
        ui.horizontal(|ui| words(ui, model, &model.report.units[unit], word, spoken));
    });
}

fn words(ui: &mut Ui, model: &EditorModel, unit: &UnitReport, at: Option<usize>, spoken: bool) {
    // Of a long unit the words around the one that is looked at.
    let first = at.unwrap_or(0).saturating_sub(MOST_WORDS / 2);
    for (index, word) in unit.words.iter().enumerate().skip(first).take(MOST_WORDS) {
        let letters = model.text.get(word.source.clone()).unwrap_or_default();
        let looked_at = at == Some(index);
        let colour = if looked_at && spoken { theme::palette(ui).voice } else { theme::palette(ui).text };
        let small = FontId::proportional(11.5);
        let upper = ui.painter().layout_no_wrap(letters.to_owned(), small, theme::palette(ui).muted);
        let lower = ui.painter().layout_no_wrap(word.phones.clone(), FontId::proportional(14.0), colour);
        let width = upper.size().x.max(lower.size().x);
        let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT - 14.0), Sense::hover());
        let name = format!("{letters}: {}", word.phones);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
        if looked_at {
            ui.painter().rect_filled(rect.expand2(vec2(3.0, 1.0)), theme::CORNER, theme::palette(ui).panel);
        }
        let lower_top = rect.top() + upper.size().y;
        ui.painter().galley(rect.left_top(), upper, theme::palette(ui).muted);
        ui.painter().galley(pos2(rect.left(), lower_top), lower, colour);
        if let Some((colour, _)) = tick(theme::palette(ui), &word.manner) {
            let line = Rect::from_min_max(pos2(rect.left(), rect.bottom()), rect.right_bottom());
            ui.painter().line_segment([line.left_top(), line.right_top()], Stroke::new(2.0, colour));
        }
        if looked_at && spoken {
            response.scroll_to_me(Some(egui::Align::Center));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::harness::plan;
    use crate::state::LineState;

    #[test]
    fn the_caret_names_the_word_until_something_is_spoken() {
        let text = "One two.\nThree four.";
        let mut model = EditorModel::new(LineState { text: text.to_owned(), ..LineState::default() });
        assert_eq!(looked_at(&model), None, "nothing is planned yet");
        (model.report, model.is_report_fresh) = (plan(text, 1), true);
        model.caret = text.find("four").expect("there") + 1;
        assert_eq!(looked_at(&model), Some((1, Some(1))));
        model.caret = 0;
        assert_eq!(looked_at(&model), Some((0, Some(0))));
        model.speaking = Some((1, None));
        assert_eq!(looked_at(&model), Some((1, None)));
        model.speaking = Some((9, None));
        assert_eq!(looked_at(&model), Some((0, Some(0))), "a unit that is no more");
    }
}
