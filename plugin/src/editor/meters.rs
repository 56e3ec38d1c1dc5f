//! How loud the sound is, and how many faces a second are sent.

use super::theme;
use egui::{Align2, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, lerp, pos2};

/// Levels on show, dB relative to full scale.
const FLOOR_DB: f32 = -60.0;
const TOP_DB: f32 = 3.0;
/// How long a peak stands, and how fast it then sinks.
const HOLD_S: f32 = 1.2;
const FALL_DB_PER_S: f32 = 24.0;
/// Time constant of the mean, s.
const MEAN_S: f32 = 0.3;

/// The level of the sound in dB relative to full scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Highest peak of the last second or so.
    pub peak_db: f32,
    /// Root mean square over 0.3 s.
    pub rms_db: f32,
    /// Whether full scale was passed since the last [`Self::forgive`].
    pub over: bool,
    /// Mean square.
    power: f32,
    /// Seconds since the standing peak.
    age_s: f32,
}

impl Default for Levels {
    fn default() -> Self {
        Self { peak_db: FLOOR_DB, rms_db: FLOOR_DB, over: false, power: 0.0, age_s: 0.0 }
    }
}

impl Levels {
    /// Takes a piece of the sound.
    pub fn hear(&mut self, samples: &[f32], rate_hz: f32) {
        let long_s = samples.len() as f32 / rate_hz.max(1.0);
        let finite = || samples.iter().filter(|sample| sample.is_finite());
        let peak = finite().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let mean = finite().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32;
        self.power += (mean - self.power) * (1.0 - (-long_s / MEAN_S).exp());
        self.rms_db = db(self.power.sqrt());
        self.over |= peak > 1.0;
        self.age_s += long_s;
        if self.age_s > HOLD_S {
            self.peak_db = (self.peak_db - FALL_DB_PER_S * long_s).max(FLOOR_DB);
        }
        if db(peak) >= self.peak_db {
            (self.peak_db, self.age_s) = (db(peak), 0.0);
        }
    }

    /// Forgets that full scale was passed.
    pub fn forgive(&mut self) {
        self.over = false;
    }
}

fn db(amplitude: f32) -> f32 {
    (20.0 * amplitude.max(1e-6).log10()).max(FLOOR_DB)
}

/// Counts faces a second from a growing total.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct FaceRate {
    since_s: f64,
    counted: u64,
    per_s: Option<f32>,
}

impl FaceRate {
    /// Takes the total at a time of any clock, s; a new figure comes once a second.
    pub fn see(&mut self, total: u64, now_s: f64) {
        let passed = now_s - self.since_s;
        if total < self.counted || !(0.0..5.0).contains(&passed) {
            *self = Self { since_s: now_s, counted: total, per_s: None };
        } else if passed >= 1.0 {
            let per_s = (total - self.counted) as f64 / passed;
            *self = Self { since_s: now_s, counted: total, per_s: Some(per_s as f32) };
        }
    }

    /// Faces a second, once that is known.
    pub fn per_s(&self) -> Option<f32> {
        self.per_s
    }
}

/// Shows level and rate in `size`; a click forgives.
pub fn show(ui: &mut Ui, levels: &Levels, faces_per_s: Option<f32>, size: Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let words = format!("peak {}, mean {}", figure(levels.peak_db), figure(levels.rms_db));
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Meter, true, "Output level");
        info.current_text_value = Some(words.clone());
        info
    });
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    let font = theme::font(theme::size::SMALL);
    let second = rect.height() >= 32.0;
    let line = if second { 0.5 * rect.height() } else { rect.height() };
    let text = |at, align, words: &str, colour| painter.text(at, align, words, font.clone(), colour);
    let row = Rect::from_min_size(rect.min, egui::vec2(rect.width(), line));
    let name = text(row.left_center(), Align2::LEFT_CENTER, "Out", palette.muted);
    let told = if levels.over { "over!".to_owned() } else { figure(levels.peak_db) };
    let colour = if levels.over { palette.alarm } else { palette.text };
    text(row.right_center(), Align2::RIGHT_CENTER, &told, colour);
    let well = Rect::from_min_max(
        pos2(name.right() + 6.0, row.center().y - 4.0),
        pos2((row.right() - 58.0).max(name.right() + 16.0), row.center().y + 4.0),
    );
    painter.rect_filled(well, 3.0, palette.well);
    let x = |level: f32| {
        lerp(well.left()..=well.right(), ((level - FLOOR_DB) / (TOP_DB - FLOOR_DB)).clamp(0.0, 1.0))
    };
    painter.rect_filled(well.with_max_x(x(levels.rms_db)), 3.0, palette.voice);
    for mark in [-40.0, -20.0, 0.0] {
        painter.vline(x(mark), well.y_range(), Stroke::new(1.0, palette.line));
    }
    if levels.peak_db > FLOOR_DB {
        painter.vline(x(levels.peak_db), well.expand(1.0).y_range(), Stroke::new(2.0, colour));
    }
    if second {
        let below = row.translate(egui::vec2(0.0, line));
        text(below.left_center(), Align2::LEFT_CENTER, "Faces sent", palette.muted);
        let rate = faces_per_s.map_or("none".to_owned(), |rate| format!("{rate:.0} a second"));
        text(below.right_center(), Align2::RIGHT_CENTER, &rate, palette.text);
    }
    theme::focus_ring(ui, &response);
    response.on_hover_text(format!("{words}, relative to full scale. A click forgives what went over"))
}

fn figure(level_db: f32) -> String {
    if level_db <= FLOOR_DB { "silent".to_owned() } else { format!("{level_db:.1} dB") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(amplitude: f32) -> Vec<f32> {
        (0..48_000).map(|n| amplitude * (std::f32::consts::TAU * n as f32 / 48.0).sin()).collect()
    }

    #[test]
    fn a_sine_has_its_peak_and_three_db_less() {
        let mut levels = Levels::default();
        for piece in sine(0.5).chunks(128).cycle().take(1_125) {
            levels.hear(piece, 48_000.0);
        }
        assert!((levels.peak_db + 6.02).abs() < 0.05 && (levels.rms_db + 9.03).abs() < 0.1, "{levels:?}");
        assert!(!levels.over);
    }

    #[test]
    fn a_peak_stands_and_then_sinks() {
        let mut levels = Levels::default();
        levels.hear(&[1.2], 48_000.0);
        let silence = [0.0; 480];
        let mut after = |seconds: f32| {
            (0..(100.0 * seconds) as usize).for_each(|_| levels.hear(&silence, 48_000.0));
            (levels.peak_db, levels.over)
        };
        let (peak, over) = after(1.0);
        assert!((peak - 1.58).abs() < 0.05 && over);
        assert!((after(1.2).0 - (1.58 - 24.0)).abs() < 1.0);
        assert_eq!(after(5.0), (FLOOR_DB, true));
        levels.forgive();
        levels.hear(&[f32::NAN], 48_000.0);
        assert!(!levels.over && levels.rms_db.is_finite());
    }

    #[test]
    fn faces_are_counted_by_the_second() {
        let mut rate = FaceRate::default();
        for picture in 0..=90u64 {
            rate.see(2 * picture, 100.0 + picture as f64 / 30.0);
        }
        assert!(rate.per_s().is_some_and(|per_s| (per_s - 60.0).abs() < 0.5));
        rate.see(0, 104.0);
        assert_eq!(rate.per_s(), None, "another sender");
    }
}
