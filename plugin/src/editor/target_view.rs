//! The settings of the chosen target.

use super::app::Wish;
use super::model::EditorModel;
use super::theme;
use egui::{ComboBox, DragValue, Grid, RichText, TextEdit, Ui};
use psivox_core::face::Shape;
use psivox_wire::Target;
use psivox_wire::target::{Dialect, Group, Mask, RATES_HZ};
use serde_json::Value;

/// Ids of the fields that are typed in.
pub const IDS: [&str; 2] = ["psivox target name", "psivox target address"];

/// Shows all of it; every change is one wish.
pub fn show(ui: &mut Ui, model: &mut EditorModel, wishes: &mut Vec<Wish>) {
    let Some(mut target) = model.wire.targets.get(model.chosen).cloned() else { return };
    let before = target.clone();
    Grid::new("target").num_columns(2).spacing([8.0, 4.0]).show(ui, |ui| {
        place(ui, model, &mut target);
        timing(ui, &mut target);
        row(ui, "Parts", |ui| groups(ui, &mut target.mask));
        row(ui, "", |ui| speech(ui, &mut target.mask));
        row(ui, "Strength", |ui| {
            ui.add(DragValue::new(&mut target.strength).speed(0.01).range(0.0..=2.0).fixed_decimals(2));
            ui.checkbox(&mut target.idle, "lives between lines")
                .on_hover_text("Breath, blinks and gaze go on while nobody speaks; off, the face rests.");
        });
        calibration(ui, model, &mut target);
        options(ui, &mut target);
    });
    if target != before && target.check().is_ok() {
        model.wire.targets[model.chosen] = target;
        wishes.push(Wish::Wire(Box::new(model.wire.clone())));
    }
}

fn row(ui: &mut Ui, name: &str, fill: impl FnOnce(&mut Ui)) {
    ui.label(RichText::new(name).small().color(theme::palette(ui).muted));
    ui.horizontal_wrapped(fill);
    ui.end_row();
}

/// Name and address are taken over when done: every letter on the way would be another wrong host.
fn place(ui: &mut Ui, model: &mut EditorModel, target: &mut Target) {
    row(ui, "Name", |ui| {
        let edit =
            TextEdit::singleline(&mut model.name_draft).id(egui::Id::unique(IDS[0])).desired_width(180.0);
        if ui.add(edit).lost_focus() {
            target.name = model.name_draft.chars().take(64).collect();
        }
        let setup = psivox_wire::Rig::all().iter().find(|rig| rig.target.name == target.name);
        if let Some(rig) = setup {
            ui.label(RichText::new("how to set it up").small().underline()).on_hover_text(&rig.setup);
        }
    });
    row(ui, "Address", |ui| {
        let edit = TextEdit::singleline(&mut model.address_draft)
            .id(egui::Id::unique(IDS[1]))
            .hint_text("vmc:127.0.0.1:39539")
            .desired_width(220.0);
        if !ui.add(edit).lost_focus() {
            return;
        }
        match model.address_draft.parse::<Target>() {
            Ok(read) => {
                if read.dialect.name() != target.dialect.name() {
                    target.dialect = read.dialect;
                }
                (target.host, target.port) = (read.host, read.port);
                model.edit_error = None;
            }
            Err(error) => model.edit_error = Some(error.to_string()),
        }
    });
}

fn timing(ui: &mut Ui, target: &mut Target) {
    row(ui, "Faces", |ui| {
        let rate = format!("{} /s", target.rate_hz);
        ComboBox::from_id_salt("rate").width(70.0).selected_text(rate).show_ui(ui, |ui| {
            for rate_hz in RATES_HZ {
                ui.selectable_value(&mut target.rate_hz, rate_hz, format!("{rate_hz} /s"));
            }
        });
        let lead = DragValue::new(&mut target.lead_ms).speed(0.5).range(0.0..=500.0).suffix(" ms");
        ui.label("early by");
        ui.add(lead)
            .on_hover_text("How long before its sound a face is sent: the receiver takes time to draw.");
        let offset = DragValue::new(&mut target.offset_ms).speed(0.5).range(-1_000.0..=1_000.0).suffix(" ms");
        ui.label("offset");
        ui.add(offset).on_hover_text("Your own correction, later is more: `psivox osc calibrate` finds it.");
    });
}

fn groups(ui: &mut Ui, mask: &mut Mask) {
    for group in Group::ALL {
        let part = match group {
            Group::Mouth => &mut mask.mouth,
            Group::Brows => &mut mask.brows,
            Group::Eyes => &mut mask.eyes,
            Group::Cheeks => &mut mask.cheeks,
            Group::Tongue => &mut mask.tongue,
            Group::Head => &mut mask.head,
        };
        ui.checkbox(part, group.name());
    }
}

fn speech(ui: &mut Ui, mask: &mut Mask) {
    let mut owns = *mask == Mask::VOICE_OWNS_THE_MOUTH;
    let hint = "Only what speech moves is sent; a camera keeps smile, eyes and brows.";
    if ui.checkbox(&mut owns, "voice owns the mouth").on_hover_text(hint).changed() {
        *mask = if owns { Mask::VOICE_OWNS_THE_MOUTH } else { Mask::default() };
    }
}

/// How strongly one shape of the model answers.
fn calibration(ui: &mut Ui, model: &mut EditorModel, target: &mut Target) {
    row(ui, "Shape", |ui| {
        let shape = model.shape;
        ComboBox::from_id_salt("shape").width(128.0).selected_text(shape.name()).show_ui(ui, |ui| {
            for other in Shape::ALL {
                let changed = target.shapes.get(other) != Default::default();
                let name = if changed { format!("{} *", other.name()) } else { other.name().to_owned() };
                ui.selectable_value(&mut model.shape, other, name);
            }
        });
        let mut gain = target.shapes.get(shape);
        for (name, value, range) in [
            ("min", &mut gain.min, 0.0..=1.0),
            ("max", &mut gain.max, 0.0..=2.0),
            ("curve", &mut gain.curve, 0.2..=5.0),
        ] {
            ui.label(name);
            ui.add(DragValue::new(value).speed(0.01).range(range).fixed_decimals(2));
        }
        // The ranges above are those of the calibration, so nothing is refused.
        let _ = target.shapes.set(shape, gain);
    });
}

/// What the language lets choose, whatever that is.
fn options(ui: &mut Ui, target: &mut Target) {
    let Ok(Value::Object(mut own)) = serde_json::to_value(&target.dialect) else { return };
    let mut changed = false;
    row(ui, target.dialect.title(), |ui| {
        for (key, value) in own.iter_mut().filter(|(key, _)| *key != "protocol") {
            changed |= option(ui, key, value);
        }
    });
    if changed && let Ok(dialect) = serde_json::from_value::<Dialect>(Value::Object(own)) {
        target.dialect = dialect;
    }
}

fn option(ui: &mut Ui, key: &str, value: &mut Value) -> bool {
    let name = key.replace('_', " ");
    match value {
        Value::Bool(on) => ui.checkbox(on, name).changed(),
        Value::String(text) if key == "clips" => {
            let before = text.clone();
            ui.label(name);
            ComboBox::from_id_salt("clips").width(70.0).selected_text(before.as_str()).show_ui(ui, |ui| {
                for choice in ["vrm0", "vrm1", "none"] {
                    ui.selectable_value(text, choice.to_owned(), choice);
                }
            });
            *text != before
        }
        Value::String(text) => {
            ui.label(name);
            ui.add(TextEdit::singleline(text).desired_width(110.0).password(key == "token")).changed()
        }
        Value::Number(number) => {
            let mut count = number.as_u64().unwrap_or(0);
            ui.label(name);
            let changed = ui.add(DragValue::new(&mut count).range(0..=8)).changed();
            *number = count.into();
            changed
        }
        _ => false,
    }
}
