//! The picture of a performance: spectrogram with the jaw as received over it, phones and words below, then
//! measured f0 and automated arousal. All on one time axis.

use crate::canvas::{Anchor, Canvas, Rgba, Style};
use crate::pitch::Pitch;
use crate::reference::{Reference, Span};
use crate::script::{SAMPLE_RATE_HZ, time_s};
use crate::spectrogram;
use anyhow::Result;
use std::path::Path;

const SIZE: (u32, u32) = (1_920, 1_080);
const BACKGROUND: Rgba = [14, 15, 22, 255];
const PANEL: Rgba = [22, 24, 34, 255];
const TEXT: Rgba = [226, 228, 236, 255];
const FAINT: Rgba = [150, 155, 172, 255];
const GRID: Rgba = [255, 255, 255, 26];
const JAW: Rgba = [94, 234, 212, 255];
const F0: Rgba = [250, 204, 21, 255];
const AROUSAL: Rgba = [244, 114, 182, 255];

/// Left and right edge of every panel in pixels.
const EDGES: (f32, f32) = (110.0, 1_810.0);
/// Top and height of each panel in pixels.
const SPECTRUM: (f32, f32) = (104.0, 540.0);
const PHONES: (f32, f32) = (652.0, 34.0);
const WORDS: (f32, f32) = (688.0, 34.0);
const LANES: (f32, f32) = (746.0, 240.0);

/// Highest frequency shown, in Hz.
const TOP_HZ: f32 = 8_000.0;
/// Level at which the spectrogram turns black, in dB.
const FLOOR_DB: f32 = -75.0;

/// What is drawn.
pub struct Scene<'a> {
    /// The plugin's sound.
    pub sound: &'a [f32],
    /// Jaw opening as received: time in s and value 0..=1.
    pub jaw: &'a [(f32, f32)],
    /// Measured f0.
    pub pitch: &'a [Pitch],
    /// Phones, words and automation.
    pub reference: &'a Reference,
    /// What is said.
    pub text: &'a str,
}

impl Scene<'_> {
    /// Draws and writes a PNG file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn draw(&self, path: &Path) -> Result<()> {
        let mut canvas = Canvas::new(SIZE.0, SIZE.1, BACKGROUND)?;
        self.heading(&mut canvas);
        self.spectrum(&mut canvas)?;
        self.jaw(&mut canvas);
        self.row(&mut canvas, PHONES, &self.reference.phones, 17.0);
        self.row(&mut canvas, WORDS, &self.reference.words, 18.0);
        self.lanes(&mut canvas);
        self.seconds(&mut canvas);
        canvas.save(path)
    }

    fn duration_s(&self) -> f32 {
        time_s(self.sound.len()).max(f32::EPSILON)
    }

    fn x(&self, time_s: f32) -> f32 {
        EDGES.0 + (time_s / self.duration_s()).clamp(0.0, 1.0) * (EDGES.1 - EDGES.0)
    }

    fn heading(&self, canvas: &mut Canvas) {
        canvas.text(EDGES.0, 36.0, "Psivox", Style::new(34.0, TEXT, Anchor::Start));
        let quoted = format!("\u{201c}{}\u{201d}", self.text);
        canvas.text(EDGES.0 + 140.0, 38.0, &quoted, Style::new(22.0, FAINT, Anchor::Start));
        let parts = [
            (JAW, "jaw opening, received over OSC"),
            (F0, "f0, measured from the sound"),
            (AROUSAL, "arousal, automated by the host"),
        ];
        let mut x = EDGES.0;
        for (ink, label) in parts {
            canvas.line(&[(x, 78.0), (x + 28.0, 78.0)], 4.0, ink);
            canvas.text(x + 38.0, 78.0, label, Style::new(19.0, TEXT, Anchor::Start));
            x += 38.0 + canvas.text_width(label, 19.0) + 44.0;
        }
        self.colour_bar(canvas);
    }

    /// What the colours of the spectrogram mean, at the right end of the legend.
    fn colour_bar(&self, canvas: &mut Canvas) {
        let (width, x, y) = (160usize, EDGES.1 as usize - 222, 71usize);
        for column in 0..width {
            for row in 0..14 {
                canvas.dot(x + column, y + row, heat(column as f32 / width as f32));
            }
        }
        let (left, right) = (x as f32 - 10.0, (x + width) as f32 + 10.0);
        canvas.text(left, 78.0, &format!("level {FLOOR_DB:.0}"), Style::new(19.0, TEXT, Anchor::End));
        canvas.text(right, 78.0, "0 dB", Style::new(19.0, TEXT, Anchor::Start));
    }

    fn spectrum(&self, canvas: &mut Canvas) -> Result<()> {
        let (top, height) = SPECTRUM;
        let (columns, rows) = ((EDGES.1 - EDGES.0) as usize, height as usize);
        let spectrum = spectrogram::analyse(self.sound, SAMPLE_RATE_HZ as f32, columns, rows, TOP_HZ)?;
        for (column, levels) in spectrum.levels_db.iter().enumerate() {
            for (row, level) in levels.iter().enumerate() {
                let y = top as usize + rows - 1 - row;
                canvas.dot(EDGES.0 as usize + column, y, heat(1.0 - level / FLOOR_DB));
            }
        }
        for khz in 0..=8u8 {
            let y = top + height * (1.0 - f32::from(khz) * 1_000.0 / TOP_HZ);
            canvas.line(&[(EDGES.0 - 6.0, y), (EDGES.0, y)], 1.5, FAINT);
            canvas.text(EDGES.0 - 12.0, y, &khz.to_string(), Style::new(18.0, TEXT, Anchor::End));
        }
        let middle = top + 0.5 * height;
        canvas.text(40.0, middle, "frequency in kHz", Style::new(19.0, TEXT, Anchor::Middle).upright());
        Ok(())
    }

    fn jaw(&self, canvas: &mut Canvas) {
        let (top, height) = SPECTRUM;
        let widest = self.jaw.iter().fold(0.1f32, |widest, (_, value)| widest.max(*value));
        let steps = (20.0 * widest).ceil().min(20.0);
        let full = steps / 20.0;
        let y = |value: f32| top + height * (1.0 - value / full);
        let curve: Vec<(f32, f32)> =
            self.jaw.iter().map(|(time, value)| (self.x(*time), y(*value))).collect();
        // A dark rim keeps the curve readable where the sound is bright.
        canvas.line(&curve, 7.0, [0, 0, 0, 150]);
        canvas.line(&curve, 3.0, JAW);
        for step in 0..=steps as u8 {
            let value = f32::from(step) / 20.0;
            canvas.line(&[(EDGES.1, y(value)), (EDGES.1 + 6.0, y(value))], 1.5, JAW);
            canvas.text(
                EDGES.1 + 12.0,
                y(value),
                &format!("{value:.2}"),
                Style::new(18.0, JAW, Anchor::Start),
            );
        }
        let middle = top + 0.5 * height;
        canvas.text(1_888.0, middle, "jawOpen, 0 to 1", Style::new(19.0, JAW, Anchor::Middle).upright());
    }

    /// Labels in boxes between their start and end.
    fn row(&self, canvas: &mut Canvas, (top, height): (f32, f32), spans: &[Span], size: f32) {
        for span in spans.iter().filter(|span| !span.label.is_empty()) {
            let (start, end) = (self.x(span.start_s), self.x(span.end_s));
            canvas.area([start + 0.5, top, (end - start - 1.0).max(1.0), height], PANEL);
            // Short phones get smaller letters rather than none.
            let fitting = size * ((end - start - 2.0) / canvas.text_width(&span.label, size)).min(1.0);
            let middle = (0.5 * (start + end), top + 0.5 * height);
            let style = Style::new(fitting.max(9.0), TEXT, Anchor::Middle);
            canvas.text(middle.0, middle.1, &span.label, style);
        }
    }

    fn lanes(&self, canvas: &mut Canvas) {
        let (top, height) = LANES;
        canvas.area([EDGES.0, top, EDGES.1 - EDGES.0, height], PANEL);
        let low_hz = self.pitch.iter().fold(f32::INFINITY, |low, pitch| low.min(pitch.f0_hz)).min(300.0);
        let high_hz = self.pitch.iter().fold(0.0f32, |high, pitch| high.max(pitch.f0_hz)).max(100.0);
        let (low_hz, high_hz) = (50.0 * (low_hz / 50.0).floor(), 50.0 * (high_hz / 50.0).ceil());
        let y_hz = |hz: f32| top + height * (1.0 - (hz - low_hz) / (high_hz - low_hz).max(1.0));
        let y_arousal = |arousal: f32| top + height * 0.5 * (1.0 - arousal);
        for step in 0..=((high_hz - low_hz) / 50.0) as u8 {
            let hz = low_hz + 50.0 * f32::from(step);
            canvas.line(&[(EDGES.0, y_hz(hz)), (EDGES.1, y_hz(hz))], 1.0, GRID);
            canvas.text(EDGES.0 - 12.0, y_hz(hz), &format!("{hz:.0}"), Style::new(18.0, F0, Anchor::End));
        }
        for arousal in [-1.0f32, -0.5, 0.0, 0.5, 1.0] {
            let label = format!("{arousal:+.1}");
            canvas.text(EDGES.1 + 12.0, y_arousal(arousal), &label, Style::new(18.0, AROUSAL, Anchor::Start));
        }
        let middle = top + 0.5 * height;
        canvas.text(40.0, middle, "f0 in Hz", Style::new(19.0, F0, Anchor::Middle).upright());
        canvas.text(1_888.0, middle, "arousal", Style::new(19.0, AROUSAL, Anchor::Middle).upright());
        let steps = (EDGES.1 - EDGES.0) as usize;
        let arousal = |step: usize| {
            let time = self.duration_s() * step as f32 / steps as f32;
            (self.x(time), y_arousal(self.reference.rise.arousal(time)))
        };
        canvas.line(&(0..=steps).map(arousal).collect::<Vec<_>>(), 3.0, AROUSAL);
        for pitch in self.pitch {
            canvas.circle(self.x(pitch.time_s), y_hz(pitch.f0_hz), 3.2, F0);
        }
    }

    fn seconds(&self, canvas: &mut Canvas) {
        let bottom = LANES.0 + LANES.1;
        let mut half = 0u16;
        while 0.5 * f32::from(half) <= self.duration_s() {
            let time = 0.5 * f32::from(half);
            let x = self.x(time);
            canvas.line(&[(x, LANES.0), (x, bottom)], 1.0, GRID);
            canvas.line(&[(x, bottom), (x, bottom + 7.0)], 1.5, FAINT);
            let label = format!("{time:.1}");
            canvas.text(x, bottom + 24.0, &label, Style::new(18.0, TEXT, Anchor::Middle));
            half += 1;
        }
        let middle = 0.5 * (EDGES.0 + EDGES.1);
        canvas.text(middle, bottom + 58.0, "time in seconds", Style::new(19.0, TEXT, Anchor::Middle));
    }
}

/// Black over violet and orange to pale yellow, even in lightness; `heat` in 0..=1.
fn heat(heat: f32) -> [u8; 3] {
    const STOPS: [[f32; 3]; 7] = [
        [8.0, 8.0, 18.0],
        [40.0, 14.0, 82.0],
        [98.0, 20.0, 112.0],
        [164.0, 40.0, 100.0],
        [222.0, 76.0, 66.0],
        [250.0, 144.0, 40.0],
        [252.0, 240.0, 178.0],
    ];
    let place = heat.clamp(0.0, 1.0) * (STOPS.len() - 1) as f32;
    let below = (place as usize).min(STOPS.len() - 2);
    let way = place - below as f32;
    let mix = |index: usize| STOPS[below][index] + way * (STOPS[below + 1][index] - STOPS[below][index]);
    [mix(0) as u8, mix(1) as u8, mix(2) as u8]
}
