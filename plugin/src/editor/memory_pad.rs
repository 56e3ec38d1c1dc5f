//! The pad between four slots: their manners are blended by its place.

use super::key_steps::{KeySteps, STEP};
use super::memory_labels::fitted;
use super::memory_wish::{MemoryWish, PadMove};
use super::theme;
use egui::{Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};
use psivox_core::memory::Weights;

/// Between the pad's edge and where its values end.
const EDGE: f32 = 12.0;
/// From the edge to a corner's name, past the knob.
const NAME: f32 = 24.0;

/// What stands at the corners: lower left, lower right, upper left, upper right. None is an empty slot.
pub type Corners = [Option<String>; 4];

/// Weights of the corners at a place, in the order of [`Corners`]; the sum is 1.
fn weights(place: [f32; 2]) -> [f32; 4] {
    Weights::of_pad(place, 1.0).parts
}

/// Shows the pad in `size`; `place` is to the right and up, 0..=1. `first` is the slot of the lower left corner, from 0.
pub fn show(
    ui: &mut Ui,
    place: [f32; 2],
    corners: &Corners,
    first: usize,
    size: Vec2,
    wishes: &mut Vec<MemoryWish>,
) -> Response {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let response = ui.interact(rect, ui.scope_id().with("memory pad"), Sense::click_and_drag());
    let name = |corner: usize| {
        let slot = (first + corner) % crate::performance::SLOT_COUNT + 1;
        corners[corner].as_ref().map_or(format!("{slot} empty"), |name| format!("{slot} {name}"))
    };
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Slider, true, "Blend pad");
        let shares: Vec<String> = weights(place)
            .into_iter()
            .enumerate()
            .map(|(corner, weight)| format!("{} {:.0} %", name(corner), 100.0 * weight))
            .collect();
        info.current_text_value = Some(shares.join(", "));
        info
    });
    hand(ui, &response, place, wishes);
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::CORNER, palette.well);
    let spot = on(rect, place);
    let font = theme::font(theme::size::SMALL);
    let room = 0.5 * rect.width() - NAME - 4.0;
    let ends = [rect.left_bottom(), rect.right_bottom(), rect.left_top(), rect.right_top()];
    for (corner, (end, weight)) in ends.into_iter().zip(weights(place)).enumerate() {
        if corners[corner].is_some() && weight > 0.01 {
            let inner = on(rect, [(corner % 2) as f32, (corner / 2) as f32]);
            painter.line_segment([spot, inner], Stroke::new(0.5 + 5.0 * weight, palette.field_dim));
        }
        let ink = if corners[corner].is_some() { palette.text } else { palette.muted };
        let galley = fitted(&painter, name(corner), font.clone(), ink, room);
        let (right, up) = (corner % 2 == 1, corner / 2 == 1);
        let x = if right { end.x - NAME - galley.size().x } else { end.x + NAME };
        let y = if up { end.y + 4.0 } else { end.y - 4.0 - galley.size().y };
        painter.galley(pos2(x, y), galley, ink);
    }
    painter.circle_filled(spot, 7.0, palette.field);
    painter.circle_stroke(spot, 7.0, Stroke::new(1.5, palette.well));
    painter.rect_stroke(rect, theme::CORNER, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    theme::focus_ring(ui, &response);
    response.on_hover_text_at_pointer(
        "Drag: the four slots' manners are blended by how near they are. Double click: the first alone",
    )
}

fn inside(rect: Rect) -> Rect {
    rect.shrink(EDGE)
}

fn on(rect: Rect, [x, y]: [f32; 2]) -> Pos2 {
    let inside = inside(rect);
    inside.left_bottom() + vec2(x.clamp(0.0, 1.0) * inside.width(), -y.clamp(0.0, 1.0) * inside.height())
}

fn value(rect: Rect, at: Pos2) -> [f32; 2] {
    let inside = inside(rect);
    let away = (at - inside.left_bottom()) / inside.size();
    [away.x.clamp(0.0, 1.0), (-away.y).clamp(0.0, 1.0)]
}

fn hand(ui: &Ui, response: &Response, place: [f32; 2], wishes: &mut Vec<MemoryWish>) {
    let mut pad = |one| wishes.push(MemoryWish::Pad(one));
    let set = |[x, y]: [f32; 2]| PadMove::Set { x, y };
    if response.drag_started() {
        pad(PadMove::Begin);
    }
    let target = response.interact_pointer_pos().map(|at| value(response.rect, at));
    let keys = KeySteps::take(ui, response);
    let stepped = [keys.moved(place[0], keys.right, STEP), keys.moved(place[1], keys.up, STEP)]
        .map(|place| place.clamp(0.0, 1.0));
    let whole = if response.double_clicked() || keys.home {
        Some([0.0; 2])
    } else if response.clicked() && target.is_some() {
        target
    } else {
        (stepped != place).then_some(stepped)
    };
    if let Some(whole) = whole {
        [PadMove::Begin, set(whole), PadMove::End].into_iter().for_each(&mut pad);
    } else if let Some(target) = target.filter(|_| response.dragged()) {
        pad(set(target));
    }
    if response.drag_stopped() {
        pad(PadMove::End);
    }
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn corners_share_one() {
        assert_eq!(weights([0.0, 0.0]), [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(weights([1.0, 0.0]), [0.0, 1.0, 0.0, 0.0]);
        assert_eq!(weights([0.5, 0.5]), [0.25; 4]);
        for place in [[0.2, 0.9], [f32::NAN, 7.0]] {
            assert!((weights(place).iter().sum::<f32>() - 1.0).abs() < 1e-6);
        }
    }

    type State = ([f32; 2], Vec<PadMove>);

    fn harness() -> Harness<'static, State> {
        let corners = [Some("sorry".to_owned()), Some("bedtime".to_owned()), None, None];
        Harness::builder().with_size(vec2(260.0, 260.0)).build_ui_state(
            move |ui, (place, moves): &mut State| {
                let mut wishes = Vec::new();
                show(ui, *place, &corners, 6, vec2(200.0, 200.0), &mut wishes);
                for wish in wishes {
                    let MemoryWish::Pad(one) = wish else { panic!("{wish:?}") };
                    if let PadMove::Set { x, y } = one {
                        *place = [x, y];
                    }
                    moves.push(one);
                }
            },
            ([0.0; 2], Vec::new()),
        )
    }

    #[test]
    fn a_drag_is_one_gesture_and_keys_step() {
        let mut harness = harness();
        harness.run();
        let rect = harness.get_by_label("Blend pad").rect();
        let to = on(rect, [0.75, 0.25]);
        harness.drag_at(rect.center());
        harness.run();
        harness.hover_at(to);
        harness.run();
        harness.drop_at(to);
        harness.run();
        let (place, moves) = harness.state();
        assert!((place[0] - 0.75).abs() < 0.02 && (place[1] - 0.25).abs() < 0.02, "{place:?}");
        let count = |wanted: PadMove| moves.iter().filter(|one| **one == wanted).count();
        assert_eq!((count(PadMove::Begin), count(PadMove::End)), (1, 1), "{moves:?}");
        let value = harness.get_by_label("Blend pad").value().expect("a value");
        assert!(value.contains("8 bedtime 56 %") && value.contains("1 empty"), "{value}");
        harness.get_by_label("Blend pad").focus();
        harness.run();
        harness.key_press(egui::Key::Home);
        harness.key_press(egui::Key::ArrowUp);
        harness.run();
        assert!(harness.state().0[0] < 0.8);
    }
}
