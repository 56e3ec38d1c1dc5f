//! Who speaks: every property of the persona, checked while it is changed.

use super::model::EditorModel;
use super::perform_view::title;
use super::persona_file;
use super::persona_lists as lists;
use super::slide::number;
use super::theme;
use super::wish::Wish;
use egui::{Button, ComboBox, Id, RichText, ScrollArea, TextEdit, Ui, vec2};
use psivox_core::Persona;

/// Ids of the fields that are typed in.
pub const IDS: [&str; 3] = ["psivox persona name", "psivox persona description", "psivox persona path"];

/// The page in `height` logical pixels.
pub fn show(ui: &mut Ui, model: &mut EditorModel, height: f32, wishes: &mut Vec<Wish>) {
    let before = model.speaker.clone();
    let mut persona = before.clone();
    theme::group(ui).show(ui, |ui| {
        ui.set_min_size(vec2(ui.available_width(), height - 16.0));
        head(ui, model, &mut persona, wishes);
        ui.separator();
        let rest = ui.available_height().max(60.0);
        ScrollArea::vertical().id_salt("persona").max_height(rest).auto_shrink([false, false]).show(
            ui,
            |ui| {
                let count = ((ui.available_width() / 260.0) as usize).clamp(1, 3);
                ui.columns(count, |columns| {
                    columns.iter_mut().for_each(|ui| ui.spacing_mut().item_spacing.y = 4.0);
                    voice(&mut columns[0], model, &mut persona);
                    throat(&mut columns[1 % count], &mut persona);
                    let last = &mut columns[count - 1];
                    mood(last, &mut persona);
                    lists::face(last, &mut persona);
                    lists::gestures(last, &mut persona);
                    lists::equaliser(&mut columns[0], &mut persona);
                    lists::couplings(&mut columns[1 % count], model, &mut persona);
                });
            },
        );
    });
    if persona != before {
        match persona.check() {
            Ok(()) => {
                model.persona_error = None;
                model.speaker = persona.clone();
                wishes.push(Wish::OwnPersona(Some(Box::new(persona))));
            }
            Err(error) => model.persona_error = Some(error.to_string()),
        }
    }
}

fn head(ui: &mut Ui, model: &mut EditorModel, persona: &mut Persona, wishes: &mut Vec<Wish>) {
    ui.horizontal_wrapped(|ui| {
        choose(ui, model, "persona page", wishes);
        let back = Button::new("Back to the factory's");
        if ui.add_enabled(model.own_persona, back).on_hover_text("Undo all changes to the persona").clicked()
        {
            wishes.push(Wish::OwnPersona(None));
        }
        persona_file::buttons(ui, model, persona);
    });
    ui.horizontal(|ui| {
        let name = TextEdit::singleline(&mut persona.name)
            .id(Id::unique(IDS[0]))
            .char_limit(40)
            .desired_width(120.0);
        let field = ui.add(name).on_hover_text("its name");
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Name of the persona"));
        let words = TextEdit::singleline(&mut persona.description)
            .id(Id::unique(IDS[1]))
            .char_limit(200)
            .hint_text("one sentence about who speaks")
            .desired_width(f32::INFINITY);
        let field = ui.add(words);
        field.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Description of the persona")
        });
    });
    if let Some(error) = &model.persona_error {
        ui.label(RichText::new(error).small().color(theme::palette(ui).alarm));
    }
}

/// The personas that ship; `salt` tells one such box from another.
pub fn choose(ui: &mut Ui, model: &EditorModel, salt: &str, wishes: &mut Vec<Wish>) {
    let shown = match model.own_persona {
        true => format!("{} *", model.speaker.name),
        false => model.persona.clone(),
    };
    let combo = ComboBox::from_id_salt(salt).width(104.0).selected_text(shown);
    let response = combo.show_ui(ui, |ui| {
        for (name, description) in &model.personas {
            let chosen = *name == model.persona;
            if ui.selectable_label(chosen, name).on_hover_text(description).clicked()
                && (!chosen || model.own_persona)
            {
                wishes.push(Wish::Persona(name.clone()));
            }
        }
    });
    label_combo(&response.response, "Persona");
}

/// Names a box of choices for those who do not see what stands beside it.
pub fn label_combo(response: &egui::Response, name: &str) {
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name));
}

fn voice(ui: &mut Ui, model: &EditorModel, persona: &mut Persona) {
    title(ui, "Voice");
    ui.horizontal_wrapped(|ui| {
        let combo = ComboBox::from_id_salt("persona voice").width(100.0).selected_text(persona.voice.clone());
        let response = combo.show_ui(ui, |ui| {
            for (name, manner) in &model.voices {
                ui.selectable_value(&mut persona.voice, name.clone(), name).on_hover_text(manner);
            }
        });
        label_combo(&response.response, "Voice of the persona");
        ui.label(RichText::new("and").small().color(theme::palette(ui).muted));
        let second = persona.voice_b.clone().unwrap_or_else(|| "none".to_owned());
        let combo = ComboBox::from_id_salt("persona voice b").width(100.0).selected_text(second);
        let response = combo.show_ui(ui, |ui| {
            ui.selectable_value(&mut persona.voice_b, None, "none");
            for (name, manner) in &model.voices {
                ui.selectable_value(&mut persona.voice_b, Some(name.clone()), name).on_hover_text(manner);
            }
        });
        label_combo(&response.response, "Second voice of the persona");
    });
    let id = |name: &str| Id::unique(("psivox persona", name));
    number(ui, id("mix"), "Mix", &mut persona.voice_mix, 0.0..=1.0, 0.0, "", "share of the second voice");
    number(
        ui,
        id("pitch"),
        "Resting pitch",
        &mut persona.pitch_st,
        -12.0..=12.0,
        0.0,
        " st",
        "transposition",
    );
    number(
        ui,
        id("rate"),
        "Pace",
        &mut persona.rate_ratio,
        0.5..=2.0,
        1.0,
        "x",
        "relative to the voice's own",
    );
    let hint = "below 1 is a larger person";
    number(ui, id("formants"), "Formants", &mut persona.formant_ratio, 0.8..=1.2, 1.0, "x", hint);
    let width = &mut persona.voiceprint.formant_bandwidth;
    number(ui, id("bandwidth"), "Formant width", width, 0.5..=2.0, 1.0, "x", "below 1 formants are sharper");
    lists::ensemble(ui, persona);
}

fn throat(ui: &mut Ui, persona: &mut Persona) {
    title(ui, "Throat at rest");
    let throat = &mut persona.throat;
    for (name, value, range, rest, unit, hint) in [
        ("Melody", &mut throat.pitch_range, 0.0..=2.0, 1.0, "x", "how far the melody moves"),
        ("Tension at rest", &mut throat.tension, -1.0..=1.0, 0.0, "", "lax to pressed"),
        ("Breath at rest", &mut throat.breath, 0.0..=1.0, 0.0, "", "breath in the voice"),
        ("Tilt at rest", &mut throat.tilt_db_per_octave, -4.0..=4.0, 0.0, " dB/oct", "dark to bright"),
        ("Articulation at rest", &mut throat.articulation, 0.0..=2.0, 1.0, "", "mumbled to over-articulated"),
        ("Whisper at rest", &mut throat.whisper, 0.0..=1.0, 0.0, "", "without voice"),
        ("Creak at rest", &mut throat.creak, 0.0..=1.0, 0.0, "", "vocal fry"),
        ("Falsetto at rest", &mut throat.falsetto, 0.0..=1.0, 0.0, "", "the thin register"),
        ("Vibrato at rest", &mut throat.vibrato_st, 0.0..=2.0, 0.0, " st", "depth of the vibrato"),
        ("Tremor at rest", &mut throat.tremor_st, 0.0..=1.0, 0.0, " st", "depth of the 8 to 10 Hz tremor"),
        ("Level at rest", &mut throat.level_db, -24.0..=18.0, 0.0, " dB", "so that who whispers is as near"),
    ] {
        number(ui, Id::unique(("psivox throat", name)), name, value, range, rest, unit, hint);
    }
}

fn mood(ui: &mut Ui, persona: &mut Persona) {
    title(ui, "Resting emotion");
    let [valence, arousal, dominance] = &mut persona.resting_emotion;
    for (name, value, hint) in [
        ("Valence at rest", valence, "unpleasant to pleasant"),
        ("Arousal at rest", arousal, "drowsy to excited"),
        ("Dominance at rest", dominance, "submissive to in charge"),
    ] {
        number(ui, Id::unique(("psivox rest", name)), name, value, -1.0..=1.0, 0.0, "", hint);
    }
}
