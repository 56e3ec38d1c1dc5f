//! Edits of pitch and energy contours: smooth, in semitones, on the frames between the networks.
//!
//! A contour frame is `[voicing logit, 3 ln(f0 / reference), energy]` at 80 Hz. An edit of `s` semitones adds
//! `s ln(2) / 4` to the second channel, whatever the reference.

use std::f32::consts::{LN_2, PI};
use std::ops::Range;

/// One frame.
pub(super) type Frame = [f32; 3];

/// Frames per second.
pub(super) const RATE_HZ: f32 = 80.0;
/// The channel of pitch, in units of [`PER_ST`].
pub(super) const PITCH: usize = 1;
/// The channel of energy.
pub(super) const ENERGY: usize = 2;
/// Step of the pitch channel per semitone.
pub(super) const PER_ST: f32 = LN_2 / 4.0;

/// Pitch of a frame in semitones above the reference.
pub(super) fn pitch_st(frame: &Frame) -> f32 {
    frame[PITCH] / PER_ST
}

/// Whether the frame is voiced.
pub(super) fn voiced(frame: &Frame) -> bool {
    frame[0] > 0.0
}

/// A range kept inside the frames.
pub(super) fn within(frames: &[Frame], range: &Range<usize>) -> Range<usize> {
    let end = range.end.min(frames.len());
    range.start.min(end)..end
}

/// Number of frames in a time.
pub(super) fn frames_in(time_s: f32) -> usize {
    (time_s * RATE_HZ).round() as usize
}

/// 0 to 1 along half a cosine.
pub(super) fn ease(x: f32) -> f32 {
    0.5 - 0.5 * (PI * x.clamp(0.0, 1.0)).cos()
}

/// 1 inside a range, falling to 0 over `edge` frames on either side of it.
pub(super) fn plateau(range: &Range<usize>, edge: usize, frame: usize) -> f32 {
    let outside =
        if frame < range.start { range.start - frame } else { (frame + 1).saturating_sub(range.end) };
    1.0 - ease(outside as f32 / (edge + 1) as f32)
}

/// The frames over which [`plateau`] is above 0.
fn reach(frames: &[Frame], range: &Range<usize>, edge: usize) -> Range<usize> {
    within(frames, &(range.start.saturating_sub(edge)..range.end + edge))
}

/// Adds to one channel over a range, with soft edges.
pub(super) fn add(frames: &mut [Frame], range: &Range<usize>, edge: usize, channel: usize, amount: f32) {
    for f in reach(frames, range, edge) {
        frames[f][channel] += amount * plateau(range, edge, f);
    }
}

/// Transposes a range, with soft edges.
pub(super) fn shift(frames: &mut [Frame], range: &Range<usize>, edge: usize, by_st: f32) {
    add(frames, range, edge, PITCH, by_st * PER_ST);
}

/// Mean pitch of the voiced frames of a range in semitones.
pub(super) fn mean_st(frames: &[Frame], range: &Range<usize>) -> Option<f32> {
    let pitches: Vec<f32> =
        frames[within(frames, range)].iter().filter(|f| voiced(f)).map(pitch_st).collect();
    (!pitches.is_empty()).then(|| pitches.iter().sum::<f32>() / pitches.len() as f32)
}

/// Scales the distance of a range's pitch from `centre_st`, with soft edges.
pub(super) fn scale_range(
    frames: &mut [Frame],
    range: &Range<usize>,
    edge: usize,
    centre_st: f32,
    ratio: f32,
) {
    for f in reach(frames, range, edge) {
        let apart = frames[f][PITCH] - centre_st * PER_ST;
        frames[f][PITCH] += apart * (ratio - 1.0) * plateau(range, edge, f);
    }
}

/// First and last voiced frame of a range, as a range.
pub(super) fn voiced_span(frames: &[Frame], range: &Range<usize>) -> Option<Range<usize>> {
    let range = within(frames, range);
    let first = range.clone().find(|f| voiced(&frames[*f]))?;
    let last = range.rev().find(|f| voiced(&frames[*f]))?;
    Some(first..last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semitones_are_semitones() {
        // An octave is 12 st: 3 ln 2 in the channel.
        let mut frames = vec![[1.0, 0.0, 0.0]; 100];
        shift(&mut frames, &(40..60), 5, 12.0);
        assert!((frames[50][PITCH] - 3.0 * LN_2).abs() < 1e-6);
        assert_eq!((frames[30][PITCH], frames[70][PITCH]), (0.0, 0.0));
        assert!((pitch_st(&frames[50]) - 12.0).abs() < 1e-5);
        let steps = frames.windows(2).map(|pair| pitch_st(&pair[1]) - pitch_st(&pair[0]));
        assert!(steps.map(f32::abs).fold(0.0, f32::max) < 4.0, "the edges are soft");
    }

    #[test]
    fn ranges_shrink_about_their_centre() {
        let mut frames: Vec<Frame> = (0..20).map(|f| [1.0, f as f32 * PER_ST, 0.0]).collect();
        let mean = mean_st(&frames, &(0..20)).expect("voiced");
        assert!((mean - 9.5).abs() < 1e-4);
        scale_range(&mut frames, &(0..20), 0, mean, 0.5);
        assert!((pitch_st(&frames[19]) - (9.5 + 9.5 / 2.0)).abs() < 1e-4);
        assert!((mean_st(&frames, &(0..20)).expect("voiced") - 9.5).abs() < 1e-4);
        assert_eq!(voiced_span(&[[-1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]], &(0..9)), Some(1..2));
    }
}
