//! A pitch contour from a file: what `--f0` imposes on the voice.

use crate::error::CliError;
use psivox_core::engine::{Control, Event, TimedEvent};
use std::path::Path;

/// How often the engine is told, Hz: it smooths with a time constant of 5 ms.
const STEP_HZ: f64 = 400.0;
/// f0 that is taken, Hz.
const F0_HZ: std::ops::RangeInclusive<f32> = 20.0..=2_000.0;
/// Longest file that is read, bytes: an hour at 100 lines a second.
const MAX_BYTES: u64 = 16 << 20;

/// f0 over time: straight in octaves between points, none after a point with f0 0 and after the last one.
#[derive(Debug, Clone, PartialEq)]
pub struct Contour {
    /// (time in s, f0 in Hz), in order of time, at least one.
    points: Vec<(f64, f32)>,
}

impl Contour {
    /// Reads lines of `time_s f0_hz`; empty ones and those that begin with `#` are left out.
    ///
    /// # Errors
    /// The file cannot be read, or a line holds something else: the message names it.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let input = |reason: String| CliError::Input { path: path.to_owned(), reason };
        let length = std::fs::metadata(path).map_err(|error| input(error.to_string()))?.len();
        if length > MAX_BYTES {
            return Err(input(format!("it has {length} bytes, at most {MAX_BYTES} are read; split it")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| input(error.to_string()))?;
        let mut points: Vec<(f64, f32)> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = |reason: String| CliError::Line { path: path.to_owned(), line: index + 1, reason };
            let point = point(line).map_err(bad)?;
            if points.last().is_some_and(|last| last.0 >= point.0) {
                return Err(bad(format!(
                    "time {} s is not after the line before; put the lines in order",
                    point.0
                )));
            }
            points.push(point);
        }
        if points.is_empty() {
            return Err(input("it holds no line of time in s and f0 in Hz, such as '0.25 220'".to_owned()));
        }
        Ok(Self { points })
    }

    /// f0 at a time, 0 for none.
    pub fn f0_hz(&self, time_s: f64) -> f32 {
        let after = self.points.partition_point(|(at, _)| *at <= time_s);
        let Some(before) = after.checked_sub(1).map(|index| self.points[index]) else { return 0.0 };
        let Some(next) = self.points.get(after) else { return 0.0 };
        if before.1 == 0.0 || next.1 == 0.0 {
            return before.1;
        }
        let along = ((time_s - before.0) / (next.0 - before.0)) as f32;
        (before.1.ln() + along * (next.1.ln() - before.1.ln())).exp()
    }

    /// The engine's events for a block that starts at sample `start`.
    pub fn events(&self, start: u64, samples: usize, rate_hz: f64) -> impl Iterator<Item = TimedEvent> {
        let step = rate_hz / STEP_HZ;
        let place = move |index: u64| (index as f64 * step).round() as u64;
        // A step that rounds up may lie in this block although its exact place is before it.
        let near = (start as f64 / step) as u64;
        (near..)
            .map(move |index| (index, place(index)))
            .skip_while(move |(_, at)| *at < start)
            .take_while(move |(_, at)| *at < start + samples as u64)
            .map(move |(index, at)| {
                let value = self.f0_hz(index as f64 / STEP_HZ);
                let event = Event::Set { control: Control::F0Hz, value };
                TimedEvent { offset_samples: (at - start) as u32, event }
            })
    }
}

fn point(line: &str) -> Result<(f64, f32), String> {
    let expected = || format!("'{line}' is not a time in s and an f0 in Hz, such as '0.25 220'");
    let mut cells = line.split([' ', '\t', ',', ';']).filter(|cell| !cell.is_empty());
    let (Some(time), Some(f0), None) = (cells.next(), cells.next(), cells.next()) else {
        return Err(expected());
    };
    let time: f64 = time.parse().map_err(|_| expected())?;
    let f0: f32 = f0.parse().map_err(|_| expected())?;
    if !(0.0..1e6).contains(&time) {
        return Err(format!("the time is {time} s, expected 0 or more"));
    }
    if f0 != 0.0 && !F0_HZ.contains(&f0) {
        return Err(format!("f0 is {f0} Hz, expected 20 to 2000, or 0 for the voice's own"));
    }
    Ok((time, f0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contour() -> Contour {
        Contour { points: vec![(0.5, 100.0), (1.0, 400.0), (1.5, 0.0), (2.0, 200.0), (3.0, 200.0)] }
    }

    #[test]
    fn octaves_are_straight_and_gaps_are_gaps() {
        let contour = contour();
        assert_eq!(contour.f0_hz(0.2), 0.0);
        assert!((contour.f0_hz(0.75) - 200.0).abs() < 0.01);
        assert!((contour.f0_hz(1.2) - 400.0).abs() < 0.01, "held up to the gap");
        assert_eq!((contour.f0_hz(1.7), contour.f0_hz(9.0)), (0.0, 0.0));
    }

    #[test]
    fn events_do_not_depend_on_blocks() {
        let contour = contour();
        let of = |blocks: &[usize]| -> Vec<(u64, f32)> {
            let (mut start, mut all) = (0, Vec::new());
            for block in blocks.iter().cycle() {
                for timed in contour.events(start, *block, 44_100.0) {
                    let Event::Set { value, .. } = timed.event else { continue };
                    all.push((start + u64::from(timed.offset_samples), value));
                }
                start += *block as u64;
                if start >= 44_100 {
                    break;
                }
            }
            all.retain(|(at, _)| *at < 44_100);
            all
        };
        assert_eq!(of(&[64]), of(&[4_410, 1, 7]));
        assert_eq!(of(&[512]).len(), 400);
    }

    #[test]
    fn lines_are_read_or_refused() {
        assert_eq!(point("0.25\t220.5"), Ok((0.25, 220.5)));
        assert_eq!(point("1, 0"), Ok((1.0, 0.0)));
        for (bad, word) in [
            ("x 1", "such as"),
            ("1", "such as"),
            ("-1 200", "0 or more"),
            ("1 5", "20 to 2000"),
            ("1 nan", "20 to"),
        ] {
            assert!(point(bad).is_err_and(|error| error.contains(word)), "{bad}");
        }
    }
}
