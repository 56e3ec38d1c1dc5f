//! The emotion as a place: valence to the right, arousal up, dominance beside, intensity below and around the handle.
//!
//! Shows where the parameters are, where automation and modulation have them, and where the shown emotion has been.

use super::emotion_bar::bar;
use super::emotion_trail::EmotionTrail;
use super::key_steps::{KeySteps, STEP};
use super::theme::{self, Palette};
use egui::{
    Align2, Color32, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2,
    remap, vec2,
};
use psivox_core::emotion::{Mode, Moods};

/// Width of the bar of dominance and height of that of intensity, with the gap to the pad.
const BAR: f32 = 30.0;
const BAR_INSIDE: f32 = 20.0;
/// Wheel points for a whole step.
const WHEEL_STEP: f32 = 40.0;

/// A parameter of the emotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmotionAxis {
    /// Unpleasant to pleasant, -1..=1.
    Valence,
    /// Drowsy to excited, -1..=1.
    Arousal,
    /// Submissive to in charge, -1..=1.
    Dominance,
    /// How much of it shows, 0..=1.
    Intensity,
}

/// What a hand does to a parameter: every set lies between a begin and an end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EmotionMove {
    /// A gesture begins.
    Begin(EmotionAxis),
    /// The parameter goes there, in its own units.
    Set(EmotionAxis, f32),
    /// The gesture ends.
    End(EmotionAxis),
}

/// Where the parameters are: valence, arousal, dominance and intensity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmotionPlace {
    /// As set by hand.
    pub own: [f32; 4],
    /// With automation and modulation.
    pub moved: [f32; 4],
}

/// Shows the pad with both bars in `size`; what the hand did is added to `moves`.
pub fn show(
    ui: &mut Ui,
    place: &EmotionPlace,
    trail: &EmotionTrail,
    size: Vec2,
    moves: &mut Vec<EmotionMove>,
) -> Response {
    let (all, _) = ui.allocate_exact_size(size, Sense::hover());
    let pad = Rect::from_min_max(all.min, all.max - vec2(BAR, BAR));
    let response = pad_of(ui, pad, place, trail, moves);
    let beside =
        Rect::from_min_max(pos2(all.right() - BAR_INSIDE, all.top()), pos2(all.right(), pad.bottom()));
    bar(ui, beside, place, EmotionAxis::Dominance, moves);
    let below =
        Rect::from_min_max(pos2(all.left(), all.bottom() - BAR_INSIDE), pos2(pad.right(), all.bottom()));
    bar(ui, below, place, EmotionAxis::Intensity, moves);
    response
}

fn pad_of(
    ui: &mut Ui,
    rect: Rect,
    place: &EmotionPlace,
    trail: &EmotionTrail,
    moves: &mut Vec<EmotionMove>,
) -> Response {
    let response = ui.interact(rect, ui.scope_id().with("emotion pad"), Sense::click_and_drag());
    let [valence, arousal, ..] = place.own;
    move_pad(ui, &response, place, moves);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(egui::Role::Slider, true, "Emotion pad");
        info.current_text_value =
            Some(format!("valence {valence:.2}, arousal {arousal:.2}, {}", word(place.own)));
        info
    });
    if ui.is_rect_visible(rect) {
        paint_pad(ui, rect, place, trail, response.hovered() || response.dragged());
        theme::focus_ring(ui, &response);
    }
    response.on_hover_text_at_pointer(
        "Drag: pleasant to the right, excited up. Wheel: dominance. Double click: neutral. Arrows step, with shift finely",
    )
}

fn move_pad(ui: &Ui, response: &Response, place: &EmotionPlace, moves: &mut Vec<EmotionMove>) {
    use EmotionAxis::{Arousal, Dominance, Valence};
    let both = |moves: &mut Vec<EmotionMove>, make: fn(EmotionAxis) -> EmotionMove| {
        moves.extend([make(Valence), make(Arousal)])
    };
    let [valence, arousal, dominance, _] = place.own;
    if response.drag_started() {
        both(moves, EmotionMove::Begin);
    }
    let target = response.interact_pointer_pos().map(|at| value_at(response.rect, at));
    if response.double_clicked() {
        both(moves, EmotionMove::Begin);
        moves.extend([EmotionMove::Set(Valence, 0.0), EmotionMove::Set(Arousal, 0.0)]);
        both(moves, EmotionMove::End);
    } else if let Some([x, y]) = target.filter(|_| response.dragged() || response.clicked()) {
        if response.clicked() {
            both(moves, EmotionMove::Begin);
        }
        moves.extend([EmotionMove::Set(Valence, x), EmotionMove::Set(Arousal, y)]);
        if response.clicked() {
            both(moves, EmotionMove::End);
        }
    }
    if response.drag_stopped() {
        both(moves, EmotionMove::End);
    }
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if response.hovered() {
        let wheel = ui.input_mut(|input| std::mem::take(&mut input.smooth_scroll_delta.y));
        if wheel != 0.0 {
            set_once(moves, Dominance, dominance, dominance + STEP * wheel / WHEEL_STEP);
        }
    }
    let keys = KeySteps::take(ui, response);
    set_once(moves, Valence, valence, keys.moved(valence, keys.right, STEP));
    set_once(moves, Arousal, arousal, keys.moved(arousal, keys.up, STEP));
    if keys.home {
        set_once(moves, Valence, valence, 0.0);
        set_once(moves, Arousal, arousal, 0.0);
    }
}

/// A whole gesture, if it changes anything.
pub(super) fn set_once(moves: &mut Vec<EmotionMove>, axis: EmotionAxis, from: f32, to: f32) {
    let low = if axis == EmotionAxis::Intensity { 0.0 } else { -1.0 };
    let to = to.clamp(low, 1.0);
    if (to - from).abs() > 1e-6 {
        moves.extend([EmotionMove::Begin(axis), EmotionMove::Set(axis, to), EmotionMove::End(axis)]);
    }
}

/// The part of the pad where values are.
fn inside(rect: Rect) -> Rect {
    rect.shrink((0.06 * rect.width().min(rect.height())).clamp(6.0, 16.0))
}

/// Where valence and arousal are on the pad.
fn place_on(rect: Rect, valence: f32, arousal: f32) -> Pos2 {
    let inside = inside(rect);
    pos2(
        remap(valence.clamp(-1.0, 1.0), -1.0..=1.0, inside.left()..=inside.right()),
        remap(arousal.clamp(-1.0, 1.0), -1.0..=1.0, inside.bottom()..=inside.top()),
    )
}

/// Valence and arousal at a place on the pad.
fn value_at(rect: Rect, at: Pos2) -> [f32; 2] {
    let inside = inside(rect);
    let share = (at - inside.min) / inside.size();
    [(2.0 * share.x - 1.0).clamp(-1.0, 1.0), (1.0 - 2.0 * share.y).clamp(-1.0, 1.0)]
}

/// The emotion's colour; a word stands beside it wherever it is used.
pub fn tint(palette: &Palette, [valence, arousal]: [f32; 2]) -> Color32 {
    let side = if valence < 0.0 { palette.series[4] } else { palette.series[2] };
    let strength = valence.abs().max(0.6 * arousal.abs()).min(1.0);
    let warm = palette.muted.lerp_to_gamma(side, strength);
    if arousal > 0.0 { warm.lerp_to_gamma(palette.voice, 0.6 * arousal.min(1.0)) } else { warm }
}

/// The strongest mode at a place.
pub fn word([valence, arousal, dominance, intensity]: [f32; 4]) -> &'static str {
    let shown = [valence, arousal, dominance].map(|axis| axis * intensity);
    Moods::at(shown)
        .strongest()
        .filter(|(_, degree)| *degree > 0.1)
        .map_or(Mode::Neutral, |(mode, _)| mode)
        .name()
}

fn paint_pad(ui: &Ui, rect: Rect, place: &EmotionPlace, trail: &EmotionTrail, hot: bool) {
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect.expand(1.0));
    painter.rect_filled(rect, theme::CORNER, palette.well);
    let middle = place_on(rect, 0.0, 0.0);
    let thin = Stroke::new(1.0, palette.line);
    let within = inside(rect);
    painter.hline(within.x_range(), middle.y, thin);
    painter.vline(middle.x, within.y_range(), thin);
    let small = theme::font(theme::size::TINY);
    let room = rect.width() > 150.0;
    // In a small pad the names of the moods say which way is which.
    if rect.width() > 230.0 {
        let ends = [
            (pos2(within.left(), middle.y), Align2::LEFT_BOTTOM, "unpleasant"),
            (pos2(within.right(), middle.y), Align2::RIGHT_BOTTOM, "pleasant"),
            (pos2(middle.x + 4.0, rect.top() + 3.0), Align2::LEFT_TOP, "excited"),
            (pos2(middle.x + 4.0, rect.bottom() - 3.0), Align2::LEFT_BOTTOM, "drowsy"),
        ];
        for (at, align, text) in ends {
            painter.text(at, align, text, small.clone(), palette.muted.gamma_multiply(0.8));
        }
    }
    for mode in &Mode::ALL[1..] {
        let [valence, arousal, dominance] = mode.place();
        let at = place_on(rect, valence, arousal);
        // The closer in dominance, the plainer.
        let near = 1.0 - 0.3 * (dominance - place.moved[2]).abs();
        let colour = tint(palette, [valence, arousal]).gamma_multiply(near.clamp(0.45, 1.0));
        painter.circle_filled(at, 3.0, colour);
        // Anger and fear differ in dominance alone: one is written above the place, one below.
        let (align, shift) =
            if dominance > -0.3 { (Align2::CENTER_BOTTOM, -5.0) } else { (Align2::CENTER_TOP, 5.0) };
        if room {
            let faint = palette.text.gamma_multiply(0.35 + 0.45 * near.clamp(0.0, 1.0));
            painter.text(at + vec2(0.0, shift), align, mode.name(), small.clone(), faint);
        }
    }
    let points: Vec<(f32, Pos2)> =
        trail.places().map(|(age, [valence, arousal, _])| (age, place_on(rect, valence, arousal))).collect();
    for pair in points.windows(2) {
        let fresh = 1.0 - pair[1].0;
        let stroke = Stroke::new(1.0 + 2.0 * fresh, palette.field.gamma_multiply(0.15 + 0.85 * fresh));
        painter.line_segment([pair[0].1, pair[1].1], stroke);
    }
    if let Some((_, at)) = points.last() {
        painter.circle_filled(*at, 4.0, palette.field);
    }
    let own = place_on(rect, place.own[0], place.own[1]);
    let moved = place_on(rect, place.moved[0], place.moved[1]);
    if own.distance(moved) > 2.0 {
        painter.add(Shape::dashed_line(&[own, moved], Stroke::new(1.0, palette.voice), 4.0, 3.0));
        painter.circle_stroke(moved, 7.0, Stroke::new(1.5, palette.voice.gamma_multiply(0.8)));
    }
    painter.circle_filled(own, 7.0, palette.voice);
    painter.circle_stroke(own, 7.0, Stroke::new(1.5, palette.well));
    painter.circle_stroke(own, 12.0, Stroke::new(1.0, palette.line));
    painter.add(Shape::line(arc(own, 12.0, place.moved[3]), Stroke::new(3.0, palette.voice)));
    let edge = if hot { palette.muted } else { palette.line };
    painter.rect_stroke(rect, theme::CORNER, Stroke::new(1.0, edge), StrokeKind::Inside);
}

/// Points of an arc from the top clockwise over a share of the circle.
fn arc(center: Pos2, radius: f32, share: f32) -> Vec<Pos2> {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let steps = (1.0 + 40.0 * share) as usize;
    let turn = |step: usize| share * step as f32 / steps as f32 * std::f32::consts::TAU;
    (0..=steps).map(|step| center + radius * vec2(turn(step).sin(), -turn(step).cos())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    const REST: EmotionPlace = EmotionPlace { own: [0.0, 0.0, 0.0, 1.0], moved: [0.0, 0.0, 0.0, 1.0] };

    /// The pad as a shell would have it: moves are applied at once.
    fn harness() -> Harness<'static, (EmotionPlace, Vec<EmotionMove>)> {
        Harness::builder().with_size(vec2(330.0, 330.0)).build_ui_state(
            |ui, (place, all): &mut (EmotionPlace, Vec<EmotionMove>)| {
                let mut moves = Vec::new();
                show(ui, place, &EmotionTrail::default(), vec2(300.0, 300.0), &mut moves);
                for one in &moves {
                    if let EmotionMove::Set(axis, value) = one {
                        place.own[*axis as usize] = *value;
                    }
                }
                all.extend(moves);
            },
            (REST, Vec::new()),
        )
    }

    #[test]
    fn places_and_values_are_inverse() {
        let rect = Rect::from_min_size(pos2(20.0, 30.0), vec2(300.0, 200.0));
        for value in [[0.0, 0.0], [1.0, -1.0], [-0.3, 0.7]] {
            let back = value_at(rect, place_on(rect, value[0], value[1]));
            assert!(
                (back[0] - value[0]).abs() < 1e-3 && (back[1] - value[1]).abs() < 1e-3,
                "{value:?} {back:?}"
            );
        }
        assert_eq!(value_at(rect, pos2(-900.0, 900.0)), [-1.0, -1.0]);
        assert!(place_on(rect, 0.0, 1.0).y < place_on(rect, 0.0, -1.0).y, "excited is up");
    }

    #[test]
    fn words_are_those_of_the_modes() {
        assert_eq!(word([0.0, 0.0, 0.0, 1.0]), "neutral");
        for mode in &Mode::ALL[1..] {
            let [valence, arousal, dominance] = mode.place();
            assert_eq!(word([valence, arousal, dominance, 1.0]), mode.name());
        }
    }

    #[test]
    fn a_drag_is_one_gesture_of_both_parameters() {
        let mut harness = harness();
        harness.run();
        let rect = harness.get_by_label("Emotion pad").rect();
        let (from, to) = (rect.center(), place_on(rect, 0.5, 0.5));
        harness.drag_at(from);
        harness.run();
        harness.hover_at(to);
        harness.run();
        harness.drop_at(to);
        harness.run();
        let (place, moves) = harness.state();
        assert!((place.own[0] - 0.5).abs() < 0.02 && (place.own[1] - 0.5).abs() < 0.02, "{place:?}");
        for axis in [EmotionAxis::Valence, EmotionAxis::Arousal] {
            let count = |wanted: EmotionMove| moves.iter().filter(|one| **one == wanted).count();
            assert_eq!((count(EmotionMove::Begin(axis)), count(EmotionMove::End(axis))), (1, 1));
        }
        assert!(matches!(moves.last(), Some(EmotionMove::End(_))));
    }

    #[test]
    fn keys_step_and_home_is_neutral() {
        let mut harness = harness();
        harness.run();
        harness.get_by_label("Emotion pad").focus();
        harness.run();
        harness.key_press(egui::Key::ArrowRight);
        harness.key_press(egui::Key::ArrowUp);
        harness.key_press(egui::Key::ArrowUp);
        harness.run();
        let own = harness.state().0.own;
        assert!((own[0] - 0.05).abs() < 1e-5 && (own[1] - 0.10).abs() < 1e-5, "{own:?}");
        harness.key_press(egui::Key::Home);
        harness.run();
        assert_eq!(harness.state().0.own, [0.0, 0.0, 0.0, 1.0]);
        harness.get_by_label("Intensity").focus();
        harness.run();
        harness.key_press(egui::Key::Home);
        harness.run();
        assert_eq!(harness.state().0.own[3], 0.0);
    }
}
