//! What notes do: mode, units, voices, song, controllers, and the keys that speak.

use super::bar::{self, Board};
use super::keyboard_view;
use super::links_view;
use super::model::EditorModel;
use super::theme;
use super::wish::Wish;
use egui::{RichText, ScrollArea, Ui, vec2};

/// The page in `height` logical pixels.
pub fn show(ui: &mut Ui, model: &mut EditorModel, board: &Board, height: f32, wishes: &mut Vec<Wish>) {
    let gap = ui.spacing().item_spacing.y;
    theme::group(ui).show(ui, |ui| {
        let inside = height - 16.0 - keyboard_view::HEIGHT - 16.0 - gap;
        ui.set_min_size(vec2(ui.available_width(), inside));
        ScrollArea::vertical().id_salt("perform").max_height(inside).auto_shrink([false, false]).show(
            ui,
            |ui| {
                ui.columns(2, |columns| {
                    notes(&mut columns[0], board, wishes);
                    let last = &mut columns[1];
                    last.spacing_mut().item_spacing.y = 4.0;
                    title(last, "Face");
                    bar::named(
                        last,
                        board,
                        "face_lead",
                        "how much earlier than its sound the face is shown",
                        wishes,
                    );
                    links_view::show(last, board, wishes);
                });
            },
        );
    });
    theme::group(ui).show(ui, |ui| keyboard_view::show(ui, model, board, wishes));
}

fn notes(ui: &mut Ui, board: &Board, wishes: &mut Vec<Wish>) {
    ui.spacing_mut().item_spacing.y = 4.0;
    title(ui, "A note");
    bar::choose(
        ui,
        board,
        "mode",
        &[
            "speaks the next unit of the text",
            "speaks the unit of its key",
            "sings the next syllable at its pitch",
            "is not needed: speech is locked to the song's position",
        ],
    );
    title(ui, "A unit is");
    bar::choose(ui, board, "phrase", &[]);
    title(ui, "After a unit");
    bar::choose(ui, board, "advance", &["the one after it", "the same again", "any other one"]);
    ui.add_space(4.0);
    bar::named(ui, board, "line", "the unit that is spoken next", wishes);
    bar::named(ui, board, "voices", "voices that may sound at once", wishes);
    bar::named(ui, board, "cue_key", "the key of the first unit in cue mode", wishes);
    bar::named(
        ui,
        board,
        "follow_bars",
        "bars from unit to unit in follow mode, where the text names none",
        wishes,
    );
    title(ui, "Song");
    bar::named(
        ui,
        board,
        "sing_lead",
        "time for consonants before the beat; the plug-in's latency in sing mode",
        wishes,
    );
    bar::named(ui, board, "portamento", "time from note to note; 0 is a singer's own", wishes);
    bar::named(ui, board, "talk_to_sing", "from the melody of speech to that of the notes", wishes);
    bar::named(ui, board, "bend_range", "reach of the pitch wheel", wishes);
    bar::tick(ui, board, "mpe", "MPE", "every channel is a note of its own");
}

/// A small heading.
pub fn title(ui: &mut Ui, words: &str) {
    ui.label(RichText::new(words).small().color(theme::palette(ui).muted));
}
