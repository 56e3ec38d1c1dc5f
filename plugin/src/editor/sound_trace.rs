//! The last seconds of the sound, with its spectrum, the phones in it and the line of f0.

use crate::scope_tap::{SoundChunk, SpokenPhone};
use psivox_core::engine::ObservableFrame;
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::collections::VecDeque;
use std::sync::Arc;

/// Seconds on show.
pub const TRACE_S: f64 = 4.0;
/// Samples of one spectrum, and from one to the next.
const WINDOW: usize = 1_024;
/// See [`WINDOW`].
pub const HOP: usize = 384;
/// Rows of the picture of the spectrum, from 0 to [`TOP_HZ`].
pub const ROWS: usize = 96;
/// Highest frequency on show, Hz.
pub const TOP_HZ: f32 = 8_000.0;
/// Levels on show, dB relative to a full sine.
const FLOOR_DB: f32 = -90.0;
const TOP_DB: f32 = -20.0;
/// Place of the voicing in an observation.
const VOICING: usize = 3;
/// A gap of more than this is a new beginning, s.
const LONGEST_GAP_S: f64 = 1.0;

/// One column of the spectrum: the level of every row, 0..=1, lowest frequency first.
pub type Column = [f32; ROWS];

/// The recent past of the sound. Times are in s on the engine's clock.
pub struct SoundTrace {
    rate_hz: f32,
    samples: VecDeque<f32>,
    /// Time at which the newest sample ends.
    end_s: f64,
    phones: VecDeque<SpokenPhone>,
    f0: VecDeque<(f64, f32)>,
    columns: VecDeque<Column>,
    /// Samples since the newest column's window ended.
    waiting: usize,
    transform: Arc<dyn RealToComplex<f32>>,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
}

impl Default for SoundTrace {
    fn default() -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(WINDOW);
        Self {
            rate_hz: 48_000.0,
            samples: VecDeque::new(),
            end_s: 0.0,
            phones: VecDeque::new(),
            f0: VecDeque::new(),
            columns: VecDeque::new(),
            waiting: 0,
            input: transform.make_input_vec(),
            output: transform.make_output_vec(),
            transform,
        }
    }
}

impl SoundTrace {
    /// Takes a piece of the sound; what was missed in between is silence.
    pub fn hear(&mut self, chunk: &SoundChunk) {
        let gap_s = chunk.start_s - self.end_s;
        let rate = f64::from(chunk.rate_hz.max(1.0));
        if !(-2.0 / rate..LONGEST_GAP_S).contains(&gap_s) || chunk.rate_hz != self.rate_hz {
            self.restart(chunk.rate_hz);
        } else {
            self.append(std::iter::repeat_n(0.0, (gap_s * rate).round().max(0.0) as usize));
        }
        self.append(chunk.samples.iter().map(|sample| if sample.is_finite() { *sample } else { 0.0 }));
        self.end_s = chunk.start_s + chunk.samples.len() as f64 / rate;
        let oldest = self.end_s - TRACE_S;
        // The phone that reaches into the picture stays.
        while self.phones.get(1).is_some_and(|next| next.start_s < oldest) {
            self.phones.pop_front();
        }
        while self.f0.front().is_some_and(|(s, _)| *s < oldest) {
            self.f0.pop_front();
        }
    }

    fn restart(&mut self, rate_hz: f32) {
        self.rate_hz = rate_hz.max(1.0);
        self.samples.clear();
        self.columns.clear();
        self.phones.clear();
        self.f0.clear();
        self.waiting = 0;
    }

    fn append(&mut self, samples: impl Iterator<Item = f32>) {
        let before = self.samples.len();
        self.samples.extend(samples);
        self.waiting += self.samples.len() - before;
        let most = (TRACE_S * f64::from(self.rate_hz)) as usize;
        let over = self.samples.len().saturating_sub(most);
        self.samples.drain(..over);
    }

    /// Takes a phone that begins.
    pub fn speak(&mut self, phone: SpokenPhone) {
        if self.phones.back().is_some_and(|last| last.start_s > phone.start_s + LONGEST_GAP_S) {
            self.phones.clear();
        }
        self.phones.push_back(phone);
        if self.phones.len() > 256 {
            self.phones.pop_front();
        }
    }

    /// Takes f0 at a time.
    pub fn sing(&mut self, second: f64, field: &ObservableFrame) {
        if self.f0.back().is_some_and(|(last, _)| *last > second) {
            self.f0.clear();
        }
        let voiced = field.observation[VOICING] > 0.5;
        self.f0.push_back((second, if voiced { field.f0_hz } else { 0.0 }));
    }

    /// Samples a second.
    pub fn rate_hz(&self) -> f32 {
        self.rate_hz
    }

    /// The samples on show, oldest first.
    pub fn samples(&self) -> &VecDeque<f32> {
        &self.samples
    }

    /// Age of a time as a share of the picture: 0 is its right edge, 1 its left.
    pub fn age(&self, second: f64) -> f32 {
        ((self.end_s - second) / TRACE_S) as f32
    }

    /// Start, end and phone, oldest first; the ages are shares of the picture.
    pub fn phones(&self) -> impl Iterator<Item = (f32, f32, &SpokenPhone)> {
        let end = |index: usize| self.phones.get(index + 1).map_or(self.end_s, |next| next.start_s);
        self.phones
            .iter()
            .enumerate()
            .map(move |(index, phone)| (self.age(phone.start_s), self.age(end(index)), phone))
    }

    /// Age as a share of the picture and f0 in Hz, oldest first; 0 where nothing is voiced.
    pub fn f0(&self) -> impl Iterator<Item = (f32, f32)> {
        self.f0.iter().map(|(s, hz)| (self.age(*s), *hz))
    }

    /// The spectrum on show, oldest first; what has come since the last call is transformed now.
    pub fn columns(&mut self) -> &VecDeque<Column> {
        let most = (TRACE_S * f64::from(self.rate_hz)) as usize / HOP;
        // After a while unseen the whole picture is made anew.
        while self.waiting >= HOP {
            self.waiting -= HOP;
            let end = self.samples.len() as isize - self.waiting as isize;
            if end >= WINDOW as isize {
                let column = self.column(end as usize);
                self.columns.push_back(column);
            }
        }
        while self.columns.len() > most {
            self.columns.pop_front();
        }
        &self.columns
    }

    /// The spectrum of the window that ends at a sample.
    fn column(&mut self, end: usize) -> Column {
        for (n, sample) in self.input.iter_mut().enumerate() {
            // Hann's window.
            let weight = 0.5 - 0.5 * (std::f32::consts::TAU * n as f32 / WINDOW as f32).cos();
            *sample = weight * self.samples[end - WINDOW + n];
        }
        let mut column = [0.0; ROWS];
        // The lengths are those of the plan, so nothing is refused.
        let _ = self.transform.process(&mut self.input, &mut self.output);
        let bin_hz = self.rate_hz / WINDOW as f32;
        for (row, level) in column.iter_mut().enumerate() {
            let from = (row as f32 * TOP_HZ / ROWS as f32 / bin_hz) as usize;
            let to = (((row + 1) as f32 * TOP_HZ / ROWS as f32 / bin_hz).ceil() as usize).max(from + 1);
            let bins = self.output.iter().skip(from).take(to - from);
            let power = bins.map(Complex::norm_sqr).fold(0.0, f32::max);
            // A full sine has a peak of a quarter of the window.
            let db = 10.0 * (power / (0.25 * WINDOW as f32).powi(2)).max(1e-12).log10();
            *level = ((db - FLOOR_DB) / (TOP_DB - FLOOR_DB)).clamp(0.0, 1.0);
        }
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope_tap::CHUNK;

    fn sine(hz: f32, rate_hz: f32, chunk: usize) -> SoundChunk {
        let start = chunk * CHUNK;
        let samples = std::array::from_fn(|n| {
            // 20 dB below full scale.
            0.1 * (std::f64::consts::TAU * f64::from(hz) * (start + n) as f64 / f64::from(rate_hz)).sin()
                as f32
        });
        SoundChunk { start_s: start as f64 / f64::from(rate_hz), rate_hz, samples }
    }

    #[test]
    fn a_sine_is_in_the_row_of_its_frequency() {
        for (hz, rate_hz) in [(440.0, 48_000.0), (3_100.0, 44_100.0), (7_900.0, 32_000.0)] {
            let mut trace = SoundTrace::default();
            for chunk in 0..40 {
                trace.hear(&sine(hz, rate_hz, chunk));
            }
            let column = *trace.columns().back().expect("a column");
            let loudest = (0..ROWS).max_by(|a, b| column[*a].total_cmp(&column[*b])).expect("rows");
            let row_hz = TOP_HZ / ROWS as f32;
            let about = (loudest as f32 + 0.5) * row_hz;
            assert!((about - hz).abs() < 1.1 * row_hz, "{hz} Hz is seen at {about}");
            assert!(column[loudest] > 0.97, "{} of what is on show", column[loudest]);
            let far = (loudest + ROWS / 2) % ROWS;
            assert!(column[far] < 0.2, "{}", column[far]);
        }
    }

    #[test]
    fn four_seconds_are_kept_and_gaps_are_silence() {
        let mut trace = SoundTrace::default();
        for chunk in (0..3_000).filter(|chunk| !(2_900..2_910).contains(chunk)) {
            trace.hear(&sine(440.0, 48_000.0, chunk));
        }
        assert_eq!(trace.samples().len(), 4 * 48_000);
        let silent = trace.samples().iter().filter(|sample| **sample == 0.0).count();
        assert!((10 * CHUNK..10 * CHUNK + 900).contains(&silent), "{silent}");
        let columns = trace.columns().len();
        assert!((480..=500).contains(&columns), "{columns}");
        trace.hear(&sine(440.0, 48_000.0, 0));
        assert_eq!(trace.samples().len(), CHUNK, "a reset begins anew");
    }

    #[test]
    fn phones_lie_between_their_starts() {
        let mut trace = SoundTrace::default();
        for chunk in 0..750 {
            trace.hear(&sine(440.0, 48_000.0, chunk));
        }
        trace.speak(SpokenPhone::new(1.0, 'a', Some((0, "ah"))));
        trace.speak(SpokenPhone::new(1.5, 'b', Some((0, "ah"))));
        let seen: Vec<(f32, f32, char)> =
            trace.phones().map(|(from, to, phone)| (from, to, phone.symbol)).collect();
        assert_eq!(seen, [(0.25, 0.125, 'a'), (0.125, 0.0, 'b')]);
        let mut field = ObservableFrame { f0_hz: 120.0, ..ObservableFrame::default() };
        trace.sing(0.9, &field);
        field.observation[VOICING] = 1.0;
        trace.sing(1.0, &field);
        assert_eq!(psivox_core::field::OBSERVABLE_NAMES[VOICING], "voicing");
        assert_eq!(trace.f0().collect::<Vec<_>>(), [(0.275, 0.0), (0.25, 120.0)]);
    }
}
