//! The last seconds of the sound as a waveform or as a spectrum, with f0 over it, phones and words under it.

use super::phone_sign::phone_sign;
use super::sound_trace::{HOP, ROWS, SoundTrace, TOP_HZ, TRACE_S};
use super::theme::{self, Palette};
use egui::{
    Align2, Color32, ColorImage, Mesh, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke,
    TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo, pos2, remap_clamp, vec2,
};
use psivox_core::phone::PAUSE;

/// Height of the row of phones, and of words.
const ROW: f32 = 17.0;
/// Rows and switch fit only in this height.
const LEAST_HEIGHT: f32 = 70.0;
/// Lowest and highest f0 on show, Hz.
const F0_HZ: [f32; 2] = [60.0, 1_000.0];
/// Loudness at which the waveform fills the well.
const FULL: f32 = 0.7;

/// How the sound is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScopeKind {
    /// Its pressure.
    #[default]
    Waveform,
    /// Its spectrum over time.
    Spectrum,
}

/// What the view keeps between pictures.
#[derive(Default)]
pub struct ScopeState {
    /// What is shown.
    pub kind: ScopeKind,
    texture: Option<TextureHandle>,
}

/// Shows the sound in `size`.
pub fn show(ui: &mut Ui, trace: &mut SoundTrace, state: &mut ScopeState, size: Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let newest = trace.phones().last().map(|(_, _, phone)| *phone);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Image, true, "Sound");
        info.current_text_value =
            newest.map(|phone| format!("{} {}", phone_sign(phone.symbol), phone.text()));
        info
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let palette = theme::palette(ui);
    let rows = if size.y >= LEAST_HEIGHT { 2.0 * ROW } else { 0.0 };
    let well = Rect::from_min_max(rect.min, pos2(rect.right(), rect.bottom() - rows));
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::CORNER, palette.well);
    match state.kind {
        ScopeKind::Waveform => waveform(&painter, well, trace, palette),
        ScopeKind::Spectrum => spectrum(ui, &painter, well, trace, state),
    }
    f0_line(&painter, well, trace, palette);
    if rows > 0.0 {
        text_rows(
            &painter,
            Rect::from_min_max(pos2(rect.left(), well.bottom()), rect.max),
            well,
            trace,
            palette,
        );
        switch(ui, well, state);
    }
    tell(response, rect, trace)
}

/// Which of both is shown; the words lie in a corner of the picture.
fn switch(ui: &mut Ui, well: Rect, state: &mut ScopeState) {
    let place = Rect::from_min_max(
        pos2(well.right() - 150.0, well.top() + 3.0),
        pos2(well.right() - 3.0, well.top() + 21.0),
    );
    // A part of its own: what comes after the view stays where it is.
    let layout = egui::Layout::right_to_left(egui::Align::Min);
    let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(place).layout(layout));
    ui.spacing_mut().item_spacing.x = 2.0;
    ui.spacing_mut().button_padding = vec2(6.0, 1.0);
    ui.spacing_mut().interact_size.y = 18.0;
    for (kind, name) in [(ScopeKind::Spectrum, "Spectrum"), (ScopeKind::Waveform, "Waveform")] {
        let text = egui::RichText::new(name).size(theme::size::SMALL);
        let chosen = state.kind == kind;
        let fill = if chosen { theme::palette(&ui).voice_dim } else { theme::palette(&ui).panel };
        if ui.add(egui::Button::selectable(chosen, text).fill(fill)).clicked() {
            state.kind = kind;
        }
    }
}

fn waveform(painter: &Painter, well: Rect, trace: &SoundTrace, palette: &Palette) {
    painter.hline(well.x_range(), well.center().y, Stroke::new(1.0, palette.line));
    let extremes = extremes(trace, well.width().max(1.0) as usize);
    let mut mesh = Mesh::default();
    for (column, (low, high)) in extremes {
        let x = well.left() + column as f32;
        let y = |value: f32| well.center().y - 0.48 * well.height() * (value / FULL).clamp(-1.0, 1.0);
        let bar = Rect::from_min_max(pos2(x, y(high) - 0.5), pos2(x + 1.0, y(low) + 0.5));
        mesh.add_colored_rect(bar, palette.voice);
    }
    painter.add(Shape::mesh(mesh));
}

/// Column of the picture, lowest and highest sample in it; the newest sample is in the last column.
fn extremes(trace: &SoundTrace, width: usize) -> Vec<(usize, (f32, f32))> {
    let whole = (TRACE_S * f64::from(trace.rate_hz())) as usize;
    let samples = trace.samples();
    let missing = whole.saturating_sub(samples.len());
    let mut columns: Vec<(usize, (f32, f32))> = Vec::with_capacity(width);
    for (index, sample) in samples.iter().enumerate() {
        let column = (missing + index) * width / whole.max(1);
        match columns.last_mut().filter(|(last, _)| *last == column) {
            Some((_, (low, high))) => (*low, *high) = (low.min(*sample), high.max(*sample)),
            None => columns.push((column, (*sample, *sample))),
        }
    }
    columns
}

fn spectrum(ui: &Ui, painter: &Painter, well: Rect, trace: &mut SoundTrace, state: &mut ScopeState) {
    let palette = theme::palette(ui);
    let colours: [Color32; 65] = std::array::from_fn(|step| palette.ramp_at(step as f32 / 64.0));
    let columns = trace.columns();
    let width = columns.len();
    if width == 0 {
        return;
    }
    let mut image = ColorImage::filled([width, ROWS], colours[0]);
    for (x, column) in columns.iter().enumerate() {
        for (row, level) in column.iter().enumerate() {
            image.pixels[(ROWS - 1 - row) * width + x] = colours[(64.0 * level) as usize];
        }
    }
    let texture = state.texture.get_or_insert_with(|| {
        ui.ctx().load_texture("spectrum", ColorImage::filled([1, 1], colours[0]), TextureOptions::LINEAR)
    });
    texture.set(image, TextureOptions::LINEAR);
    let seconds = width as f32 * HOP as f32 / trace.rate_hz();
    let left = well.right() - well.width() * (seconds / TRACE_S as f32).min(1.0);
    let place = Rect::from_min_max(pos2(left, well.top()), well.max);
    painter.image(texture.id(), place, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), Color32::WHITE);
    for khz in [2.0, 4.0, 6.0] {
        let y = well.bottom() - well.height() * 1_000.0 * khz / TOP_HZ;
        painter.hline(well.left()..=well.left() + 6.0, y, Stroke::new(1.0, palette.muted));
        let font = theme::font(theme::size::TINY);
        painter.text(
            pos2(well.left() + 9.0, y),
            Align2::LEFT_CENTER,
            format!("{khz:.0} kHz"),
            font,
            palette.muted,
        );
    }
}

fn x_of(well: Rect, age: f32) -> f32 {
    well.right() - well.width() * age
}

/// f0 in octaves, broken where nothing is voiced.
fn f0_line(painter: &Painter, well: Rect, trace: &SoundTrace, palette: &Palette) {
    let mut run: Vec<Pos2> = Vec::new();
    let mut newest = None;
    let flush = |run: &mut Vec<Pos2>| {
        let points = std::mem::take(run);
        if points.len() > 1 {
            painter.add(Shape::line(points.clone(), Stroke::new(4.0, palette.well.gamma_multiply(0.7))));
            painter.add(Shape::line(points, Stroke::new(2.0, palette.field)));
        }
    };
    for (age, hz) in trace.f0() {
        if hz < F0_HZ[0] * 0.5 || !hz.is_finite() {
            flush(&mut run);
            continue;
        }
        let share = remap_clamp(hz.log2(), F0_HZ[0].log2()..=F0_HZ[1].log2(), 0.0..=1.0);
        run.push(pos2(x_of(well, age), well.bottom() - well.height() * share));
        newest = Some((age, hz));
    }
    flush(&mut run);
    let font = theme::font(theme::size::SMALL);
    let words = match newest {
        Some((age, hz)) if age < 0.05 => format!("f0 {hz:.0} Hz"),
        _ => "f0".to_owned(),
    };
    let galley = painter.layout_no_wrap(words, font, palette.field);
    let plate = Rect::from_min_size(well.left_top() + vec2(5.0, 3.0), galley.size()).expand2(vec2(4.0, 1.0));
    painter.rect_filled(plate, 3.0, palette.well.gamma_multiply(0.85));
    painter.galley(plate.min + vec2(4.0, 1.0), galley, palette.field);
}

fn text_rows(painter: &Painter, rows: Rect, well: Rect, trace: &SoundTrace, palette: &Palette) {
    painter.hline(rows.x_range(), rows.top(), Stroke::new(1.0, palette.line));
    let mut word: Option<(u32, f32, f32, String)> = None;
    let mut words = Vec::new();
    for (from, to, phone) in trace.phones() {
        let range = x_of(well, from.min(1.0))..=x_of(well, to.max(0.0));
        if phone.symbol != PAUSE {
            let cell = Rect::from_x_y_ranges(*range.start()..=*range.end(), rows.top()..=rows.top() + ROW);
            painter.vline(
                cell.left(),
                well.top()..=cell.bottom(),
                Stroke::new(1.0, palette.line.gamma_multiply(0.6)),
            );
            put(painter, cell, phone_sign(phone.symbol), theme::font(theme::size::SMALL), palette.voice);
        }
        match (&mut word, phone.word) {
            (Some((index, _, end, _)), Some(new)) if *index == new => *end = to,
            (_, new) => {
                words.extend(word.take());
                word = new.map(|index| (index, from, to, phone.text().to_owned()));
            }
        }
    }
    words.extend(word);
    for (_, from, to, text) in words {
        let (left, right) = (x_of(well, from.min(1.0)), x_of(well, to.max(0.0)));
        let cell = Rect::from_min_max(pos2(left, rows.top() + ROW), pos2(right, rows.bottom()));
        painter.rect_filled(cell.shrink(1.0), 3.0, palette.panel);
        put(painter, cell, &text, theme::font(theme::size::SMALL), palette.text);
    }
}

/// Text in the middle of a cell, if it fits.
fn put(painter: &Painter, cell: Rect, text: &str, font: egui::FontId, colour: Color32) {
    let galley = painter.layout_no_wrap(text.to_owned(), font, colour);
    // Half a letter says nothing.
    if galley.size().x <= cell.width() + 2.0 {
        painter.galley(cell.center() - 0.5 * galley.size(), galley, colour);
    }
}

/// What lies under the pointer.
fn tell(response: Response, rect: Rect, trace: &SoundTrace) -> Response {
    let Some(pointer) = response.hover_pos() else { return response };
    let age = (rect.right() - pointer.x) / rect.width().max(1.0);
    let ago = f64::from(age) * TRACE_S;
    let said = trace
        .phones()
        .find(|(from, to, phone)| *from >= age && age >= *to && phone.symbol != PAUSE)
        .map(|(from, to, phone)| {
            let ms = f64::from(from - to) * TRACE_S * 1_000.0;
            format!(
                "{} in \u{201c}{}\u{201d}, {ms:.0} ms; {ago:.1} s ago",
                phone_sign(phone.symbol),
                phone.text()
            )
        });
    response.on_hover_text_at_pointer(said.unwrap_or_else(|| format!("{ago:.1} s ago")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope_tap::{CHUNK, SoundChunk, SpokenPhone};
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn every_peak_is_in_its_column() {
        let mut trace = SoundTrace::default();
        for index in 0..1_500 {
            let mut samples = [0.0; CHUNK];
            if index == 750 {
                samples[0] = 0.9;
            }
            let start_s = (index * CHUNK) as f64 / 48_000.0;
            trace.hear(&SoundChunk { start_s, rate_hz: 48_000.0, samples });
        }
        let columns = extremes(&trace, 400);
        assert_eq!(columns.len(), 400);
        let peaks: Vec<usize> =
            columns.iter().filter(|(_, (_, high))| *high > 0.5).map(|(x, _)| *x).collect();
        assert_eq!(peaks, [200], "2 s of 4 s");
    }

    #[test]
    fn a_click_shows_the_spectrum() {
        let mut trace = SoundTrace::default();
        trace.speak(SpokenPhone::new(0.0, 'a', Some((0, "ah"))));
        let mut harness = Harness::builder().with_size(vec2(420.0, 200.0)).build_ui_state(
            |ui, (trace, state): &mut (SoundTrace, ScopeState)| {
                show(ui, trace, state, vec2(400.0, 180.0));
            },
            (trace, ScopeState::default()),
        );
        harness.run();
        harness.get_by_label("Spectrum").click();
        harness.run();
        assert_eq!(harness.state().1.kind, ScopeKind::Spectrum);
        assert_eq!(harness.get_by_label("Sound").value().as_deref(), Some("a ah"));
    }
}
