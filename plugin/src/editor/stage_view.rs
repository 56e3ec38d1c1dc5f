//! Who is heard: the face above, the emotion as a place below.

use super::bar::Board;
use super::emotion_pad::{self, EmotionAxis, EmotionMove, EmotionPlace};
use super::face_view;
use super::model::EditorModel;
use super::theme;
use egui::{Ui, Vec2, vec2};
use nice_plug::prelude::{FloatParam, Param};

/// Share of the height for the emotion.
const PAD_SHARE: f32 = 0.44;
/// Least height of the emotion, logical pixels.
const LEAST_PAD: f32 = 150.0;
/// Inside a group, both sides.
const MARGINS: f32 = 2.0 * theme::MARGIN;

/// Shows both in `size` logical pixels.
pub fn show(ui: &mut Ui, model: &EditorModel, board: &Board, size: Vec2) {
    let pad = (size.y * PAD_SHARE).max(LEAST_PAD);
    face(ui, model, vec2(size.x, size.y - pad - theme::GAP));
    ui.add_space(theme::GAP - ui.spacing().item_spacing.y);
    theme::group(ui).show(ui, |ui| {
        let inside = vec2(size.x, pad) - vec2(MARGINS, MARGINS);
        let mut moves = Vec::new();
        emotion_pad::show(ui, &place(board), &model.trail, inside, &mut moves);
        for one in moves {
            pass_on(board, one);
        }
    });
}

/// The face alone.
pub fn face(ui: &mut Ui, model: &EditorModel, size: Vec2) {
    theme::group(ui).show(ui, |ui| {
        face_view::show(ui, &model.face, size - vec2(MARGINS, MARGINS));
    });
}

fn axes<'a>(board: &Board<'a>) -> [&'a FloatParam; 4] {
    let params = board.params;
    [&params.valence, &params.arousal, &params.dominance, &params.intensity]
}

fn place(board: &Board) -> EmotionPlace {
    let axes = axes(board);
    EmotionPlace {
        own: axes.map(Param::unmodulated_plain_value),
        moved: axes.map(Param::modulated_plain_value),
    }
}

/// What the hand does on the pad becomes a gesture of the host.
fn pass_on(board: &Board, one: EmotionMove) {
    let of = |axis: EmotionAxis| axes(board)[axis as usize];
    match one {
        EmotionMove::Begin(axis) => board.setter.begin_set_parameter(of(axis)),
        EmotionMove::Set(axis, value) => board.setter.set_parameter(of(axis), value),
        EmotionMove::End(axis) => board.setter.end_set_parameter(of(axis)),
    }
}
