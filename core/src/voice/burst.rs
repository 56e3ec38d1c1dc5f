//! Bursts made sharp again: the release of a stop lasts a millisecond or two, the analysis looks through two glottal
//! periods, so the fitted frames rise over three of them and miss the click that comes first.
//!
//! A release is a steep rise of what has let go between 1.5 and 9 kHz, out of a closure and onto a plateau. There the two
//! frames before it are taken back to the closure and its own frame is raised. Measured on the teacher: `tools/measure/timbre.py`.

use super::frames::{ControlFrame, ENVELOPE_KNOTS, KnotAxis};

/// Rise over three frames that makes a release, nepers.
const RISE: f32 = 1.4;
/// What may still be to come after the plateau's first frame, as a share of the rise and in nepers.
const STILL_RISING: f32 = 1.0 / 6.0;
const STILL_TO_COME: f32 = 0.5;
/// How far above the lowest of the frames before it the closure may lie, nepers.
const CLOSURE_ROOM: f32 = 0.5;
/// Share of the early rise that is taken back, and the click's gain in nepers (4.3 dB).
const DEPTH: f32 = 0.9;
const CLICK: f32 = 0.5;
/// Frames between two releases at least (33 ms).
const APART: usize = 8;

/// Sharpens every release in `frames`, 240 a second.
pub(super) fn sharpen_bursts(frames: &mut [ControlFrame], axis: &KnotAxis) {
    let knots: [f32; ENVELOPE_KNOTS] = std::array::from_fn(|j| axis.knot_hz(j as f32));
    let loud: Vec<f32> = frames.iter().map(|frame| level(frame, &knots)).collect();
    let weight = knots.map(|hz| ((hz - 500.0) / 700.0).clamp(0.0, 1.0));
    let mut next = 6;
    for c in 6..frames.len().saturating_sub(4) {
        let free = freedom(&frames[c]);
        if c < next || free < 0.5 || !is_release(&loud, c) {
            continue;
        }
        let floor: [f32; ENVELOPE_KNOTS] = std::array::from_fn(|j| frames[c - 3][j].min(frames[c - 4][j]));
        for early in [c - 1, c - 2] {
            for j in 0..ENVELOPE_KNOTS {
                let risen = (frames[early][j] - floor[j]).max(0.0);
                frames[early][j] -= DEPTH * weight[j] * risen;
            }
        }
        for (knot, weight) in frames[c].iter_mut().zip(&weight) {
            *knot += CLICK * weight * free;
        }
        next = c + APART;
    }
}

/// Mean ln amplitude between 1.5 and 9 kHz.
fn level(frame: &ControlFrame, knots: &[f32; ENVELOPE_KNOTS]) -> f32 {
    let (mut sum, mut count) = (0.0, 0.0f32);
    for (value, hz) in frame.iter().zip(knots) {
        if (1_500.0..9_000.0).contains(hz) {
            sum += value;
            count += 1.0;
        }
    }
    sum / count.max(1.0)
}

/// How far the partials at 3.5 kHz have let go, 0..=1.
fn freedom(frame: &ControlFrame) -> f32 {
    1.0 - frame[ENVELOPE_KNOTS].clamp(0.0, 1.0) * frame[ENVELOPE_KNOTS + 2].clamp(0.0, 1.0)
}

/// Whether frame `c` is the first of a plateau after a steep rise out of a closure.
fn is_release(loud: &[f32], c: usize) -> bool {
    let rise = loud[c] - loud[c - 3];
    let lowest = |range: std::ops::Range<usize>| loud[range].iter().copied().fold(f32::MAX, f32::min);
    let highest = loud[c + 1..c + 4].iter().copied().fold(f32::MIN, f32::max);
    rise >= RISE
        && loud[c + 1] - loud[c] <= STILL_RISING * rise
        && highest - loud[c] <= STILL_TO_COME
        && loud[c - 3] <= lowest(c.saturating_sub(9)..c - 2) + CLOSURE_ROOM
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::CHANNELS;

    const AXIS: KnotAxis = KnotAxis { base_hz: 1500.0, ratio: 9.0 };

    /// Frames with these levels at all knots and a coherence.
    fn frames(levels: &[f32], gate: f32) -> Vec<ControlFrame> {
        let frame = |level: &f32| {
            let mut frame = [*level; CHANNELS];
            frame[ENVELOPE_KNOTS..].fill(gate);
            frame
        };
        levels.iter().map(frame).collect()
    }

    fn stop() -> Vec<f32> {
        let mut levels = vec![-9.0; 12];
        levels.extend([-8.5, -7.5, -6.5, -6.3, -6.3, -6.4, -6.5, -6.6, -6.7]);
        levels
    }

    #[test]
    fn a_release_becomes_a_step_with_a_click() {
        let mut release = frames(&stop(), 0.0);
        sharpen_bursts(&mut release, &AXIS);
        let at = |c: usize| release[c][30];
        assert!(at(13) < -8.6 && at(12) < -8.9, "the early rise is gone: {} {}", at(12), at(13));
        assert!((at(14) - (-6.5 + CLICK)).abs() < 1e-5, "the click: {}", at(14));
        assert_eq!(at(15), -6.3);
        assert_eq!(release[14][0], -6.5, "nothing below 500 Hz");
    }

    #[test]
    fn voiced_onsets_and_slow_swells_stay() {
        let mut voiced = frames(&stop(), 1.0);
        let before = voiced.clone();
        sharpen_bursts(&mut voiced, &AXIS);
        assert_eq!(voiced, before);
        let swell: Vec<f32> = (0..40).map(|i| -9.0 + 0.2 * i as f32).collect();
        let mut swell = frames(&swell, 0.0);
        let before = swell.clone();
        sharpen_bursts(&mut swell, &AXIS);
        assert_eq!(swell, before);
    }
}
