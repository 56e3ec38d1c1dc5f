//! The shape of a planned melody, as a memory keeps it.

use super::{Beat, LN_F0, SCORE_RATE_HZ, ScoreFrame};
use crate::memory::least_squares;
use crate::memory::streams::{HARMONICS, Harmonics, eigenfunctions};

/// Coefficients of f0 in st above `mean_hz` over what is said: rests have no melody.
pub(super) fn melody_of(frames: &[ScoreFrame], beats: &[Beat], mean_hz: f32) -> Harmonics {
    let end_s = beats.last().map_or(0.0, |beat| beat.end_s);
    let (mut gram, mut sums) = ([[0.0; HARMONICS]; HARMONICS], [0.0; HARMONICS]);
    for beat in beats.iter().filter(|beat| beat.prominence > 0.0) {
        let first = (beat.start_s * SCORE_RATE_HZ).max(0.0) as usize;
        let last = ((beat.end_s * SCORE_RATE_HZ).max(0.0) as usize).min(frames.len());
        for (index, frame) in frames.iter().enumerate().take(last).skip(first) {
            let phi = eigenfunctions(index as f32 / SCORE_RATE_HZ / end_s.max(1e-3));
            let st = 12.0 * (frame[LN_F0] - mean_hz.ln()) / std::f32::consts::LN_2;
            for (row, own) in phi.into_iter().enumerate() {
                gram[row].iter_mut().zip(phi).for_each(|(sum, other)| *sum += own * other / SCORE_RATE_HZ);
                sums[row] += st * own / SCORE_RATE_HZ;
            }
        }
    }
    least_squares(&gram, &sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::SCORE_CHANNELS;

    #[test]
    fn a_fall_is_a_fall_and_rests_are_none() {
        let mut frames = vec![[0.0; SCORE_CHANNELS]; 480];
        for (index, frame) in frames.iter_mut().enumerate() {
            let st = 4.0 * (std::f32::consts::PI * index as f32 / 480.0).cos() + 1.0;
            frame[LN_F0] = 200f32.ln() + st * std::f32::consts::LN_2 / 12.0;
        }
        let beat = |start_s, end_s, prominence| Beat { start_s, end_s, prominence };
        let said = [beat(0.0, 1.0, 0.4), beat(1.0, 2.0, 1.0)];
        let melody = melody_of(&frames, &said, 200.0);
        assert!((melody[0] - 1.0).abs() < 0.1 && (melody[1] - 4.0).abs() < 0.1, "{melody:?}");
        assert!(melody[2].abs() + melody[3].abs() < 0.1, "{melody:?}");
        assert_eq!(melody_of(&frames, &[beat(0.0, 2.0, 0.0)], 200.0), [0.0; HARMONICS]);
    }
}
