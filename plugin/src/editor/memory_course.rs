//! The course of the session: valence, arousal and dominance over time, with marks where something was remembered.

use super::key_steps::KeySteps;
use super::memory_board::{HistoryDot, MemoryBoard};
use super::memory_chosen::Chosen;
use super::memory_sign::{self, feeling};
use super::memory_wish::MemoryWish;
use super::memory_words::age;
use super::theme::{self, Palette};
use egui::{
    Align2, Color32, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

/// Room for names above the curves.
const HEAD: f32 = 15.0;
/// Room for times below.
const FOOT: f32 = 17.0;
/// Room for the curves' letters on the right.
const LETTERS: f32 = 14.0;
/// How near a click must be to a mark.
const REACH: f32 = 9.0;
/// Most points that are drawn: more are not told apart.
const MOST: usize = 600;

/// Colour, letter and whether it is dashed, of the three curves.
fn curves(palette: &Palette) -> [(Color32, &'static str, Option<[f32; 2]>); 3] {
    [
        (palette.voice, "V", None),
        (palette.field, "A", Some([6.0, 3.0])),
        (palette.series[1], "D", Some([1.5, 3.0])),
    ]
}

/// Shows it in `size`. A click on a mark recalls that memory; arrows go from mark to mark.
pub fn show(
    ui: &mut Ui,
    board: &MemoryBoard,
    chosen: &mut Chosen,
    size: Vec2,
    wishes: &mut Vec<MemoryWish>,
) -> Response {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let response = ui.interact(rect, ui.scope_id().with("session"), Sense::click());
    let history = &board.history;
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Image, true, "Session");
        info.current_text_value = Some(history.last().map_or("nothing said yet".to_owned(), |last| {
            format!("{} lines, now {}", history.len(), feeling(last.felt))
        }));
        info
    });
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::CORNER, palette.well);
    let inside = Rect::from_min_max(
        rect.min + vec2(8.0, HEAD),
        pos2(rect.right() - LETTERS - 4.0, rect.bottom() - FOOT),
    );
    if history.is_empty() {
        let font = theme::font(theme::size::SMALL);
        let words = "How the session felt is drawn here.";
        painter.text(rect.center(), Align2::CENTER_CENTER, words, font, palette.muted);
    } else {
        let axis = Axis::of(history, inside);
        let marks = axis.marks(history);
        let near = response.hover_pos().and_then(|at| nearest(&marks, at.x));
        act(ui, &response, board, &marks, chosen, wishes);
        axis.paint(&painter, history, palette);
        paint_marks(&painter, rect, inside, board, &marks, chosen, palette);
        painter.text(
            rect.left_bottom() + vec2(8.0, -2.0),
            Align2::LEFT_BOTTOM,
            age(board.now_s - axis.from_s),
            theme::font(theme::size::TINY),
            palette.muted,
        );
        painter.text(
            pos2(inside.right(), rect.bottom() - 2.0),
            Align2::RIGHT_BOTTOM,
            age(board.now_s - axis.to_s),
            theme::font(theme::size::TINY),
            palette.muted,
        );
        if let Some(point) = near.map(|(_, index)| &history[index]) {
            let name = if point.name.is_empty() { "no name" } else { &point.name };
            let when = age(board.now_s - point.at_s);
            let told = format!("{name}: {}, {when}. Click: recall it", feeling(point.felt));
            response.clone().on_hover_text_at_pointer(told);
        }
    }
    painter.rect_stroke(rect, theme::CORNER, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    theme::focus_ring(ui, &response);
    response
}

/// From session time to places.
struct Axis {
    inside: Rect,
    from_s: f64,
    to_s: f64,
}

impl Axis {
    fn of(history: &[HistoryDot], inside: Rect) -> Self {
        let times = || history.iter().map(|point| point.at_s).filter(|at| at.is_finite());
        let (from_s, to_s) = (times().fold(f64::MAX, f64::min), times().fold(f64::MIN, f64::max));
        if from_s <= to_s { Self { inside, from_s, to_s } } else { Self { inside, from_s: 0.0, to_s: 0.0 } }
    }

    fn x(&self, at_s: f64) -> f32 {
        let length = self.to_s - self.from_s;
        let share = if length > 0.0 { ((at_s - self.from_s) / length) as f32 } else { 1.0 };
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        self.inside.left() + share * self.inside.width()
    }

    fn y(&self, felt: f32) -> f32 {
        let felt = if felt.is_finite() { felt.clamp(-1.0, 1.0) } else { 0.0 };
        self.inside.center().y - 0.5 * felt * self.inside.height()
    }

    /// Where memories are: x and index.
    fn marks(&self, history: &[HistoryDot]) -> Vec<(f32, usize)> {
        let there = history.iter().enumerate().filter(|(_, point)| point.id.is_some());
        there.map(|(index, point)| (self.x(point.at_s), index)).collect()
    }

    fn paint(&self, painter: &Painter, history: &[HistoryDot], palette: &Palette) {
        let inside = self.inside;
        painter.hline(
            inside.x_range(),
            inside.center().y,
            Stroke::new(1.0, palette.line.gamma_multiply(0.7)),
        );
        let stride = history.len().div_ceil(MOST).max(1);
        let mut letters: Vec<(f32, usize)> = Vec::new();
        for (axis, (colour, _, dash)) in curves(palette).into_iter().enumerate() {
            let mut points: Vec<Pos2> = history
                .iter()
                .step_by(stride)
                .map(|point| pos2(self.x(point.at_s), self.y(point.felt[axis])))
                .collect();
            if let [only] = points[..] {
                points.insert(0, pos2(inside.left(), only.y));
            }
            letters.push((points.last().map_or(inside.center().y, |last| last.y), axis));
            let stroke = Stroke::new(1.6, colour);
            match dash {
                None => {
                    painter.add(Shape::line(points, stroke));
                }
                Some([dash, gap]) => painter.extend(Shape::dashed_line(&points, stroke, dash, gap)),
            }
        }
        // Letters at the ends, pushed apart.
        letters.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut least = inside.top() - 8.0;
        for (y, axis) in letters {
            let at = y.max(least);
            least = at + 11.0;
            let (colour, letter, _) = curves(palette)[axis];
            let font = theme::font(theme::size::TINY);
            painter.text(pos2(inside.right() + 5.0, at), Align2::LEFT_CENTER, letter, font, colour);
        }
    }
}

/// The mark at an x, within reach.
fn nearest(marks: &[(f32, usize)], x: f32) -> Option<(usize, usize)> {
    let near = marks.iter().enumerate().map(|(mark, (at, index))| (mark, *index, (at - x).abs()));
    near.filter(|(.., away)| *away < REACH)
        .min_by(|a, b| a.2.total_cmp(&b.2))
        .map(|(mark, index, _)| (mark, index))
}

fn act(
    ui: &Ui,
    response: &Response,
    board: &MemoryBoard,
    marks: &[(f32, usize)],
    chosen: &mut Chosen,
    wishes: &mut Vec<MemoryWish>,
) {
    let history = &board.history;
    if response.clicked() {
        response.request_focus();
        let mark = response.interact_pointer_pos().and_then(|at| nearest(marks, at.x));
        if let Some(id) = mark.and_then(|(_, index)| history[index].id) {
            chosen.choose(Some(id));
            wishes.push(MemoryWish::Recall(id));
        }
    }
    let keys = KeySteps::take(ui, response);
    let here = marks.iter().rposition(|(_, index)| history[*index].id == chosen.id && chosen.id.is_some());
    if keys.right != 0 && !marks.is_empty() {
        let last = marks.len() as i32 - 1;
        let to = here.map_or(last, |here| (here as i32 + keys.right).clamp(0, last)) as usize;
        chosen.choose(history[marks[to].1].id);
    }
    if keys.enter
        && let Some(id) = chosen.id
    {
        wishes.push(MemoryWish::Recall(id));
    }
}

fn paint_marks(
    painter: &Painter,
    rect: Rect,
    inside: Rect,
    board: &MemoryBoard,
    marks: &[(f32, usize)],
    chosen: &Chosen,
    palette: &Palette,
) {
    let font = theme::font(theme::size::TINY);
    let mut wanted = Vec::new();
    for (mark, (x, index)) in marks.iter().enumerate().rev() {
        let point = &board.history[*index];
        let own = chosen.id.is_some() && point.id == chosen.id;
        let named = !point.name.is_empty();
        if named || own {
            let colour = memory_sign::colour(palette, point.felt);
            let line =
                Stroke::new(if own { 1.5 } else { 1.0 }, colour.gamma_multiply(if own { 1.0 } else { 0.5 }));
            painter.vline(*x, inside.y_range(), line);
            memory_sign::paint(
                painter,
                pos2(*x, inside.bottom()),
                3.0,
                [point.felt[0], 0.0, 0.0],
                colour,
                Stroke::NONE,
            );
        }
        if named {
            let galley = painter.layout_no_wrap(point.name.clone(), font.clone(), palette.text);
            wanted.push((mark, galley));
        }
    }
    // The chosen one's name first, then the newest.
    wanted.sort_by_key(|(mark, _)| chosen.id.is_none() || board.history[marks[*mark].1].id != chosen.id);
    let mut placed: Vec<Rect> = Vec::new();
    for (mark, galley) in wanted {
        let size = galley.size();
        // Beside its line, on the left where the edge is near.
        let left = (marks[mark].0 - 3.0).min(rect.right() - 4.0 - size.x).max(rect.left() + 3.0);
        let place = Rect::from_min_size(pos2(left, rect.top() + 1.0), size);
        if placed.iter().all(|other| !other.expand(3.0).intersects(place)) {
            painter.galley(place.min, galley, palette.text);
            placed.push(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    fn board() -> MemoryBoard {
        let point = |at_s: f64, id: u64, name: &str| HistoryDot {
            at_s,
            felt: [0.5, -0.2, 0.1],
            id: Some(id),
            name: name.into(),
        };
        let history = vec![point(0.0, 1, "sorry"), point(50.0, 2, ""), point(100.0, 3, "bedtime")];
        MemoryBoard { history, now_s: 120.0, ..MemoryBoard::default() }
    }

    type State = (Chosen, Vec<MemoryWish>);

    fn harness(board: MemoryBoard) -> Harness<'static, State> {
        Harness::builder().with_size(vec2(440.0, 120.0)).build_ui_state(
            move |ui, (chosen, wishes): &mut State| {
                show(ui, &board, chosen, vec2(400.0, 80.0), wishes);
            },
            State::default(),
        )
    }

    #[test]
    fn time_runs_to_the_right_and_pleasant_is_up() {
        let inside = Rect::from_min_size(pos2(10.0, 10.0), vec2(100.0, 50.0));
        let axis = Axis::of(&board().history, inside);
        assert_eq!([0.0, 50.0, 100.0].map(|at| axis.x(at)), [10.0, 60.0, 110.0]);
        assert_eq!([1.0, 0.0, -1.0, f32::NAN].map(|felt| axis.y(felt)), [10.0, 35.0, 60.0, 35.0]);
        let still = Axis::of(&board().history[..1], inside);
        assert_eq!(still.x(0.0), 110.0);
    }

    #[test]
    fn a_click_on_a_mark_recalls_and_arrows_walk() {
        let mut harness = harness(board());
        harness.run();
        let rect = harness.get_by_label("Session").rect();
        let at = pos2(rect.left() + 9.0, rect.center().y);
        harness.hover_at(at);
        harness.drag_at(at);
        harness.drop_at(at);
        harness.run();
        assert_eq!(harness.state().1, [MemoryWish::Recall(1)]);
        harness.get_by_label("Session").focus();
        harness.run();
        harness.key_press(egui::Key::ArrowRight);
        harness.run();
        assert_eq!(harness.state().0.id, Some(2));
        harness.key_press(egui::Key::Enter);
        harness.run();
        assert_eq!(harness.state().1.last(), Some(&MemoryWish::Recall(2)));
    }

    #[test]
    fn an_empty_or_odd_session_is_shown() {
        let mut odd = board();
        odd.history[1].at_s = f64::NAN;
        odd.history[2].felt = [f32::INFINITY; 3];
        for board in [MemoryBoard::default(), odd] {
            harness(board).run();
        }
    }
}
