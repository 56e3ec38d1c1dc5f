//! What a persona has any number of: voices that speak along, shapes, gestures, bands, couplings.

use super::model::EditorModel;
use super::perform_view::title;
use super::persona_view::label_combo;
use super::slide::number;
use super::theme;
use egui::{Button, ComboBox, DragValue, Id, Label, RichText, Ui};
use psivox_core::Persona;
use psivox_core::emotion::{FaceGesture, VoiceGesture};
use psivox_core::face::BLENDSHAPE_NAMES;
use psivox_core::field::FieldSpec;
use psivox_core::persona::{GestureRule, MAX_ENSEMBLE, Occasion};
use psivox_core::sound::{EQ_BANDS_MAX, EqBand, EqShape};

/// Every occasion and its words.
const OCCASIONS: [(Occasion, &str); 7] = [
    (Occasion::Question, "question"),
    (Occasion::Exclamation, "exclamation"),
    (Occasion::Joke, "joke"),
    (Occasion::BadNews, "bad news"),
    (Occasion::GoodNews, "good news"),
    (Occasion::Emphasis, "emphasis"),
    (Occasion::Beginning, "beginning"),
];

/// Every shape and its words.
const SHAPES: [(EqShape, &str); 3] =
    [(EqShape::Bell, "bell"), (EqShape::LowShelf, "low shelf"), (EqShape::HighShelf, "high shelf")];

fn remove(ui: &mut Ui, what: &str) -> bool {
    let button = ui.small_button("\u{d7}");
    let name = format!("Remove {what}");
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    button.on_hover_text(name).clicked()
}

/// Voices that speak along.
pub fn ensemble(ui: &mut Ui, persona: &mut Persona) {
    title(ui, "Voices that speak along");
    let mut away = None;
    for (index, shift) in persona.ensemble_st.iter_mut().enumerate() {
        ui.horizontal(|ui| {
            if remove(ui, &format!("voice {}", index + 2)) {
                away = Some(index);
            }
            let name = format!("Voice {}", index + 2);
            number(
                ui,
                Id::unique(("psivox ensemble", index)),
                &name,
                shift,
                -24.0..=24.0,
                0.0,
                " st",
                "distance",
            );
        });
    }
    if let Some(index) = away {
        persona.ensemble_st.remove(index);
    }
    let room = persona.ensemble_st.len() < MAX_ENSEMBLE;
    if ui.add_enabled(room, Button::new("Add voice")).clicked() {
        persona.ensemble_st.push(0.1);
    }
}

/// Shapes that the resting face holds.
pub fn face(ui: &mut Ui, persona: &mut Persona) {
    title(ui, "Resting face");
    let mut away = None;
    for (shape, value) in &mut persona.resting_face {
        ui.horizontal(|ui| {
            if remove(ui, shape) {
                away = Some(shape.clone());
            }
            number(
                ui,
                Id::unique(("psivox shape", shape)),
                shape,
                value,
                0.0..=1.0,
                0.0,
                "",
                "strength at rest",
            );
        });
    }
    if let Some(shape) = away {
        persona.resting_face.remove(&shape);
    }
    let mut added = None;
    let combo = ComboBox::from_id_salt("add shape").width(120.0).selected_text("Add shape");
    let response = combo.show_ui(ui, |ui| {
        for shape in BLENDSHAPE_NAMES.iter().filter(|name| !persona.resting_face.contains_key(**name)) {
            if ui.selectable_label(false, *shape).clicked() {
                added = Some((*shape).to_owned());
            }
        }
    });
    label_combo(&response.response, "Add shape");
    if let Some(shape) = added {
        persona.resting_face.insert(shape, 0.1);
    }
}

/// Trademark gestures.
pub fn gestures(ui: &mut Ui, persona: &mut Persona) {
    title(ui, "Gestures");
    let mut away = None;
    for (index, rule) in persona.gestures.iter_mut().enumerate() {
        ui.horizontal_wrapped(|ui| {
            if remove(ui, &format!("gesture {}", index + 1)) {
                away = Some(index);
            }
            let shown = OCCASIONS.iter().find(|(when, _)| *when == rule.when).map_or("", |(_, words)| words);
            let combo = ComboBox::from_id_salt(("when", index)).width(78.0).selected_text(shown);
            let response = combo.show_ui(ui, |ui| {
                for (when, words) in OCCASIONS {
                    ui.selectable_value(&mut rule.when, when, words);
                }
            });
            label_combo(&response.response, &format!("Occasion of gesture {}", index + 1));
            let combo =
                ComboBox::from_id_salt(("gesture", index)).width(64.0).selected_text(rule.gesture.clone());
            let response = combo.show_ui(ui, |ui| {
                let face = FaceGesture::ALL.map(FaceGesture::name);
                for name in face.into_iter().chain(VoiceGesture::ALL.map(VoiceGesture::name)) {
                    ui.selectable_value(&mut rule.gesture, name.to_owned(), name);
                }
            });
            label_combo(&response.response, &format!("Gesture {}", index + 1));
            ui.add(DragValue::new(&mut rule.strength).speed(0.01).range(0.0..=1.0).fixed_decimals(2))
                .on_hover_text("strength");
        });
    }
    if let Some(index) = away {
        persona.gestures.remove(index);
    }
    if ui.button("Add gesture").clicked() {
        persona.gestures.push(GestureRule {
            when: Occasion::Question,
            gesture: "brows".to_owned(),
            strength: 0.5,
        });
    }
}

/// Bands of the equaliser.
pub fn equaliser(ui: &mut Ui, persona: &mut Persona) {
    title(ui, "Equaliser");
    let bands = &mut persona.voiceprint.eq;
    let mut away = None;
    for (index, band) in bands.iter_mut().enumerate() {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 3.0;
            if remove(ui, &format!("band {}", index + 1)) {
                away = Some(index);
            }
            let shown = SHAPES.iter().find(|(shape, _)| *shape == band.shape).map_or("", |(_, words)| words);
            let combo = ComboBox::from_id_salt(("band", index)).width(70.0).selected_text(shown);
            let response = combo.show_ui(ui, |ui| {
                for (shape, words) in SHAPES {
                    ui.selectable_value(&mut band.shape, shape, words);
                }
            });
            label_combo(&response.response, &format!("Shape of band {}", index + 1));
            let hz = DragValue::new(&mut band.hz)
                .speed(10.0)
                .range(40.0..=20_000.0)
                .suffix(" Hz")
                .fixed_decimals(0);
            ui.add(hz);
            let gain = DragValue::new(&mut band.gain_db).speed(0.1).range(-18.0..=18.0).suffix(" dB");
            ui.add(gain.fixed_decimals(1));
            let q = DragValue::new(&mut band.q).speed(0.01).range(0.3..=6.0).prefix("Q ").fixed_decimals(2);
            ui.add(q);
        });
    }
    if let Some(index) = away {
        bands.remove(index);
    }
    let room = bands.len() < EQ_BANDS_MAX;
    if ui.add_enabled(room, Button::new("Add band")).clicked() {
        bands.push(EqBand { shape: EqShape::Bell, hz: 1_000.0, gain_db: 0.0, q: 1.0 });
    }
}

/// The field that suits the persona, and what is different in it.
pub fn couplings(ui: &mut Ui, model: &EditorModel, persona: &mut Persona) {
    title(ui, "Field");
    let shown = persona.field.clone().unwrap_or_else(|| "default".to_owned());
    let combo = ComboBox::from_id_salt("persona field").width(120.0).selected_text(shown);
    let response = combo.show_ui(ui, |ui| {
        for spec in &model.fields {
            let own = Some(spec.name.clone());
            ui.selectable_value(&mut persona.field, own, &spec.name).on_hover_text(&spec.description);
        }
    });
    label_combo(&response.response, "Field of the persona");
    let mut away = None;
    for (path, value) in &mut persona.couplings {
        ui.horizontal(|ui| {
            if remove(ui, path) {
                away = Some(path.clone());
            }
            ui.add(DragValue::new(value).speed(0.01).fixed_decimals(2));
            ui.add(Label::new(RichText::new(path).small().color(theme::palette(ui).muted)).truncate());
        });
    }
    if let Some(path) = away {
        persona.couplings.remove(&path);
    }
    let hint = "what the project's own field has changed becomes the persona's";
    let different = differences(model, persona);
    let take = Button::new("Take the field's changes");
    if ui.add_enabled(!different.is_empty(), take).on_hover_text(hint).clicked() {
        persona.couplings.extend(different);
    }
}

/// The couplings of the field on show that are not those of the persona's field.
fn differences(model: &EditorModel, persona: &Persona) -> Vec<(String, f32)> {
    let own = persona.field_spec().ok().flatten();
    let own = own.unwrap_or_else(|| FieldSpec::named("default").unwrap_or_default());
    let mut found = Vec::new();
    for pair in model.field_spec.pairs() {
        let (k, alpha) = (model.field_spec.k(pair), model.field_spec.alpha(pair));
        if k != own.k(pair) {
            found.push((format!("K.{pair}"), k));
        }
        if alpha != own.alpha(pair) {
            found.push((format!("alpha.{pair}"), alpha));
        }
    }
    found
}
