//! Who pulls whom: a preset to choose, and a table of the couplings to drag.

use super::app::Wish;
use super::model::EditorModel;
use super::theme;
use egui::{Align, ComboBox, DragValue, Grid, Label, Layout, RichText, ScrollArea, TextStyle, Ui, vec2};
use psivox_core::field::{FieldSpec, Pair};
use std::f32::consts::PI;
use std::ops::RangeInclusive;

/// Name of a field that is no preset any more.
pub const OWN: &str = "own";
const K_RANGE: RangeInclusive<f32> = -4.0..=4.0;
const ALPHA_RANGE: RangeInclusive<f32> = -PI..=PI;
/// Change per pixel of a drag.
const DRAG_SPEED: f32 = 0.01;
const NUMBER_WIDTH: f32 = 46.0;
const ROW_HEIGHT: f32 = 19.0;

/// The presets to choose from.
pub fn choose(ui: &mut Ui, model: &EditorModel, wishes: &mut Vec<Wish>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Preset").color(theme::MUTED));
        let chosen = model.preset_name();
        ComboBox::from_id_salt("field preset").width(96.0).selected_text(chosen).show_ui(ui, |ui| {
            let hint = "the field that suits the persona; the project keeps none of its own";
            if ui.selectable_label(false, "Persona's").on_hover_text(hint).clicked() {
                wishes.push(Wish::Field(None));
            }
            for spec in &model.fields {
                let is_chosen = spec.name == chosen;
                let label = ui.selectable_label(is_chosen, &spec.name).on_hover_text(&spec.description);
                if label.clicked() && !is_chosen {
                    wishes.push(Wish::Field(Some(Box::new(spec.clone()))));
                }
            }
        });
        let said = if chosen == OWN { "Changed by hand." } else { &model.field_spec.description };
        ui.add(Label::new(RichText::new(said).small().color(theme::MUTED)).truncate()).on_hover_text(said);
    });
}

/// The table of all pairs in `height` logical pixels.
pub fn table(ui: &mut Ui, model: &EditorModel, height: f32, wishes: &mut Vec<Wish>) {
    let width = ui.available_width();
    let name_width = (width - 2.0 * (NUMBER_WIDTH + 8.0) - 12.0).max(60.0);
    ui.horizontal(|ui| {
        let title = |ui: &mut Ui, width: f32, text: &str, hint: &str| {
            ui.allocate_ui_with_layout(vec2(width, 16.0), Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_width(width);
                ui.label(RichText::new(text).small().color(theme::MUTED)).on_hover_text(hint);
            });
        };
        title(ui, name_width, "who pulls whom", "what pulls \u{203a} what is pulled");
        title(ui, NUMBER_WIDTH, "K", "strength, a share of the rate of what is pulled; 0 is none");
        title(ui, NUMBER_WIDTH, "\u{3b1} rad", "lag: what is pulled settles this far behind");
    });
    ScrollArea::vertical().id_salt("couplings").max_height(height - 22.0).auto_shrink([false, false]).show(
        ui,
        |ui| {
            ui.spacing_mut().interact_size.y = ROW_HEIGHT;
            ui.spacing_mut().button_padding = vec2(4.0, 1.0);
            ui.style_mut().drag_value_text_style = TextStyle::Small;
            Grid::new("coupling grid").num_columns(3).spacing(vec2(8.0, 3.0)).show(ui, |ui| {
                for pair in model.field_spec.pairs() {
                    row(ui, &model.field_spec, pair, name_width, wishes);
                    ui.end_row();
                }
            });
        },
    );
}

fn row(ui: &mut Ui, spec: &FieldSpec, pair: Pair, name_width: f32, wishes: &mut Vec<Wish>) {
    let (mut k, mut alpha) = (spec.k(pair), spec.alpha(pair));
    let words = format!("{} \u{203a} {}", pair.source.name(), pair.target.name());
    let colour = if k == 0.0 { theme::MUTED } else { theme::TEXT };
    ui.allocate_ui_with_layout(vec2(name_width, ROW_HEIGHT), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(name_width);
        ui.add(Label::new(RichText::new(&words).size(12.0).color(colour)).truncate()).on_hover_text(&words);
    });
    let mut changed = number(ui, &mut k, K_RANGE).then(|| (format!("K.{pair}"), k));
    changed = number(ui, &mut alpha, ALPHA_RANGE).then(|| (format!("alpha.{pair}"), alpha)).or(changed);
    if let Some((path, value)) = changed {
        wishes.push(Wish::Coupling(path, value));
    }
}

fn number(ui: &mut Ui, value: &mut f32, range: RangeInclusive<f32>) -> bool {
    let drag = DragValue::new(value).speed(DRAG_SPEED).range(range).fixed_decimals(2);
    ui.add_sized(vec2(NUMBER_WIDTH, ROW_HEIGHT), drag).changed()
}
