//! How the map of memories is drawn.

use super::memory_board::{MemoryBoard, MemoryDot};
use super::memory_labels::{self, MOST_LABELS};
use super::memory_map::MapState;
use super::memory_sign;
use super::theme::{self, Palette};
use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Galley, Pos2, Rect, Shape, Stroke, Ui, Vec2, vec2};
use std::sync::Arc;

/// Radius of the handle.
pub const HANDLE: f32 = 10.0;
/// Memories without a name that still show their words.
const FEW: usize = 40;
/// Most letters of a name beside its dot.
const LETTERS: usize = 24;
/// Points of a line that names keep clear of.
const LINE_STEPS: usize = 9;

/// What a picture of the map is made from.
pub struct Seen<'a> {
    /// The memories.
    pub board: &'a MemoryBoard,
    /// Where they are, and their radii.
    pub spots: &'a [(Pos2, f32)],
    /// Which of them answer a search.
    pub lit: Option<&'a [bool]>,
    /// The one under the pointer.
    pub over: Option<usize>,
    /// The chosen one.
    pub chosen: Option<u64>,
    /// What the handle blends; empty while it does not act.
    pub parts: &'a [(u64, f32)],
}

impl Seen<'_> {
    fn is_lit(&self, index: usize) -> bool {
        self.lit.is_none_or(|lit| lit.get(index).copied().unwrap_or(false))
    }

    /// Paints all of it.
    pub fn paint(&self, ui: &Ui, rect: Rect, state: &MapState) {
        let palette = theme::palette(ui);
        let painter = ui.painter_at(rect.shrink(1.0));
        let zero = state.view.place(rect, [0.0; 2]);
        let thin = Stroke::new(1.0, palette.line.gamma_multiply(0.6));
        painter.hline(rect.x_range(), zero.y, thin);
        painter.vline(zero.x, rect.y_range(), thin);
        let spot = rect.shrink(HANDLE + 2.0).clamp(state.view.place(rect, state.handle));
        for (at, weight) in self.ends() {
            painter.line_segment([spot, at], Stroke::new(1.0 + 7.0 * weight, palette.field_dim));
        }
        for (index, dot) in self.board.dots.iter().enumerate() {
            self.dot(&painter, index, dot, rect, palette);
        }
        self.handle(&painter, spot, palette, state.blending && self.board.dots.len() > 1);
        self.names(&painter, rect, palette, spot);
        self.foot(&painter, rect, palette);
    }

    /// Weight of a memory in the blend; 0 if it is no part of it.
    fn share(&self, id: u64) -> f32 {
        self.parts.iter().find(|(own, _)| *own == id).map_or(0.0, |(_, weight)| *weight)
    }

    /// Where the parts of the blend are, and their weights.
    fn ends(&self) -> impl Iterator<Item = (Pos2, f32)> {
        self.parts.iter().filter_map(|(id, weight)| {
            let index = self.board.dots.iter().position(|dot| dot.id == *id)?;
            Some((self.spots[index].0, *weight))
        })
    }

    fn dot(&self, painter: &egui::Painter, index: usize, dot: &MemoryDot, rect: Rect, palette: &Palette) {
        let (at, radius) = self.spots[index];
        if !rect.expand(12.0).contains(at) {
            return;
        }
        let shown = if self.is_lit(index) { 0.4 + 0.6 * dot.strength.clamp(0.0, 1.0) } else { 0.16 };
        let fill = memory_sign::colour(palette, dot.felt).gamma_multiply(shown);
        let edge =
            if dot.pinned { Stroke::new(1.5, palette.text.gamma_multiply(shown)) } else { Stroke::NONE };
        memory_sign::paint(painter, at, radius, dot.felt, fill, edge);
        let weight = self.board.weight(dot.id);
        if weight > 0.0 {
            painter.circle_stroke(at, radius + 5.0, Stroke::new(1.0 + 1.5 * weight, palette.voice));
        }
        if self.chosen == Some(dot.id) {
            painter.circle_stroke(at, radius + 8.0, Stroke::new(1.5, palette.text));
        }
        if self.over == Some(index) {
            painter.circle_stroke(at, radius + 3.0, Stroke::new(1.0, palette.muted));
        }
    }

    fn handle(&self, painter: &egui::Painter, at: Pos2, palette: &Palette, acts: bool) {
        if self.board.dots.len() < 2 {
            return;
        }
        let colour = if acts { palette.field } else { palette.muted };
        painter.circle(at, HANDLE - 1.0, palette.panel.gamma_multiply(0.8), Stroke::new(2.0, colour));
        for way in [vec2(1.0, 0.0), vec2(0.0, 1.0)] {
            painter.add(Shape::line(vec![at - way * 4.0, at + way * 4.0], Stroke::new(1.5, colour)));
        }
        if !acts {
            let font = theme::font(theme::size::TINY);
            let beside = at + vec2(HANDLE + 4.0, 0.0);
            painter.text(beside, Align2::LEFT_CENTER, "drag to blend", font, palette.muted);
        }
    }

    /// Names where there is room: what is chosen first, then what acts, then names, then words; parts of a blend with their shares.
    fn names(&self, painter: &egui::Painter, rect: Rect, palette: &Palette, spot: Pos2) {
        let dots = &self.board.dots;
        let words = dots.len() <= FEW;
        let mut wanted: Vec<(f32, usize)> = (0..dots.len())
            .filter(|index| rect.contains(self.spots[*index].0) && self.is_lit(*index))
            .filter_map(|index| {
                let dot = &dots[index];
                let marked = self.chosen == Some(dot.id) || self.over == Some(index);
                let weight = self.board.weight(dot.id).max(self.share(dot.id));
                let shown = marked || weight > 0.0 || !dot.name.is_empty() || words || self.lit.is_some();
                let rank = f32::from(u8::from(marked)) * 8.0
                    + if weight > 0.0 { 3.0 + weight } else { 0.0 }
                    + if dot.name.is_empty() { 0.0 } else { 1.5 }
                    + dot.strength;
                shown.then_some((rank, index))
            })
            .collect();
        // Only the foremost are looked at more closely.
        let most = MOST_LABELS.min(wanted.len());
        if most < wanted.len() {
            wanted.select_nth_unstable_by(most, |a, b| b.0.total_cmp(&a.0));
            wanted.truncate(most);
        }
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let font = theme::font(theme::size::SMALL);
        let mut labels: Vec<(usize, Arc<Galley>)> = Vec::new();
        for (_, index) in &wanted {
            let dot = &dots[*index];
            let colour = if dot.name.is_empty() { palette.muted } else { palette.text };
            let mut words = LayoutJob::simple_singleline(short(&dot.title()), font.clone(), colour);
            let share = self.share(dot.id);
            if share > 0.0 {
                let format = TextFormat::simple(font.clone(), palette.field);
                let alone = format!("{:.0} %", 100.0 * share);
                words.append(&alone, 5.0, format.clone());
                labels.push((*index, painter.layout_job(words)));
                // Where the name has no room the share may have some.
                labels.push((*index, painter.layout_no_wrap(alone, font.clone(), palette.field)));
            } else {
                labels.push((*index, painter.layout_job(words)));
            }
        }
        let sizes: Vec<(usize, Vec2)> =
            labels.iter().map(|(index, galley)| (*index, galley.size())).collect();
        // Rings, the handle and the lines to it are in the way like dots.
        let ring = |(dot, (at, radius)): (&MemoryDot, &(Pos2, f32))| {
            let rings = if self.chosen == Some(dot.id) { 9.0 } else { 6.0 };
            let marked = self.chosen == Some(dot.id) || self.board.weight(dot.id) > 0.0;
            (*at, if marked { radius + rings } else { *radius })
        };
        let mut obstacles: Vec<(Pos2, f32)> = dots.iter().zip(self.spots).map(ring).collect();
        obstacles.push((spot, HANDLE + 3.0));
        for (end, weight) in self.ends() {
            let steps = (1..LINE_STEPS).map(|step| spot.lerp(end, step as f32 / LINE_STEPS as f32));
            obstacles.extend(steps.map(|at| (at, 1.0 + 4.0 * weight)));
        }
        let inside = rect.shrink(3.0).with_max_y(rect.bottom() - 16.0);
        for (label, place) in memory_labels::place(inside, &obstacles, &sizes) {
            painter.galley(place.min, labels[label].1.clone(), palette.text);
        }
    }

    fn foot(&self, painter: &egui::Painter, rect: Rect, palette: &Palette) {
        let font = theme::font(theme::size::TINY);
        let seen: f32 = self.board.explained.iter().map(|share| share.clamp(0.0, 1.0)).sum();
        let base = rect.bottom() - 9.0;
        if seen > 0.0 && rect.width() > 330.0 {
            let words = format!("shows {:.0} % of what differs", 100.0 * seen.min(1.0));
            let at = egui::pos2(rect.left() + 7.0, base);
            painter.text(at, Align2::LEFT_CENTER, words, font.clone(), palette.muted);
        }
        memory_sign::legend(painter, egui::pos2(rect.right() - 7.0, base), palette, &font);
    }
}

/// A name short enough for the map.
fn short(title: &str) -> String {
    let letters = title.chars().count();
    if letters <= LETTERS {
        return title.to_owned();
    }
    let kept: String = title.chars().take(LETTERS - 1).collect();
    format!("{}…", kept.trim_end())
}
