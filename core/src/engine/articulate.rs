//! Articulation: the contrast of sound and mouth against their own neighbourhood.
//!
//! Careful speakers move further from the mean of what surrounds a phone, mumbling ones less far (Lindblom 1990,
//! "Explaining phonetic variation: a sketch of the H&H theory"). The envelope is moved along its difference from a
//! running mean of the score, `E' = E + c (E - mean E)`; the mean looks both ways, so it neither lags nor depends on the
//! clock's pace. The mouth's gestures grow and shrink along with it; closures stay closures.
//! Sanity: 1 changes nothing; a steady vowel is its own mean and stays what it is.

use crate::field::MicroTuning;
use crate::score::{Articulator, SCORE_RATE_HZ, Score, ScoreFrame};
use crate::voice::ENVELOPE_KNOTS;
use std::f32::consts::PI;

/// Half of the neighbourhood, nominal s: a syllable to either side.
const REACH_S: f32 = 0.15;
/// Every so many frames of the neighbourhood are read.
const STRIDE: usize = 3;
/// Contrast c at 2; at 0 it is the negative of it.
const CONTRAST: f32 = 0.5;
/// Largest difference that counts, nepers: pauses are not articulation.
const FURTHEST: f32 = 1.5;
/// How far the mouth's gestures are taken back when mumbling and carried on when over-articulating.
const MOUTH: [f32; 2] = [0.6, 0.45];

/// Articulators that grow and shrink; contacts (closure, lip on teeth) and effort do not.
const GESTURES: [Articulator; 7] = [
    Articulator::Jaw,
    Articulator::Pucker,
    Articulator::Funnel,
    Articulator::Stretch,
    Articulator::UpperUp,
    Articulator::LowerDown,
    Articulator::Tongue,
];

/// Moves a frame read at `position_s` of the score. `articulation` in 0..=2.
pub(super) fn articulate(frame: &mut ScoreFrame, score: &Score, position_s: f32, articulation: f32) {
    let excess = articulation - 1.0;
    if excess == 0.0 {
        return;
    }
    if let Some(mean) = neighbourhood(score, position_s) {
        for (level, mean) in frame[..ENVELOPE_KNOTS].iter_mut().zip(mean) {
            *level += CONTRAST * excess * (*level - mean).clamp(-FURTHEST, FURTHEST);
        }
    }
    let amplitude = 1.0 + MOUTH[usize::from(excess > 0.0)] * excess;
    for gesture in GESTURES {
        frame[gesture.channel()] *= amplitude;
    }
}

/// The micro band's part: careful speech has sharper attacks and quicker lips.
pub(super) fn sharpened(tuning: MicroTuning, articulation: f32) -> MicroTuning {
    let excess = articulation - 1.0;
    if excess == 0.0 || tuning == MicroTuning::FROZEN {
        return tuning;
    }
    MicroTuning {
        sound_onset: tuning.sound_onset + 0.08 * excess,
        sound_release: tuning.sound_release + 0.05 * excess,
        mouth_release: (tuning.mouth_release + 0.25 * excess).min(0.0),
    }
}

/// Mean envelope of what is sounding around a place, by a Hann window; `None` where there is nothing.
fn neighbourhood(score: &Score, position_s: f32) -> Option<[f32; ENVELOPE_KNOTS]> {
    let middle = position_s * SCORE_RATE_HZ;
    let reach = REACH_S * SCORE_RATE_HZ;
    let first = (middle - reach).max(0.0) as usize;
    let end = ((middle + reach) as usize + 1).min(score.frames.len());
    let (mut mean, mut total) = ([0.0; ENVELOPE_KNOTS], 0.0);
    // Always the same frames, so that the mean moves evenly: 80 a second are enough for so wide a window.
    let first = first.next_multiple_of(STRIDE);
    for (i, frame) in score.frames.iter().enumerate().take(end).skip(first).step_by(STRIDE) {
        let away = ((i as f32 - middle) / reach).clamp(-1.0, 1.0);
        let level = frame[..ENVELOPE_KNOTS].iter().sum::<f32>() / ENVELOPE_KNOTS as f32;
        // Silence has a spectrum too, but nobody articulates it.
        let weight = (0.5 + 0.5 * (PI * away).cos()) * ((level + 10.0) / 6.0).clamp(0.02, 1.0);
        for (mean, level) in mean.iter_mut().zip(frame) {
            *mean += weight * level;
        }
        total += weight;
    }
    (total > 1e-6).then(|| mean.map(|sum| sum / total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::SCORE_CHANNELS;

    /// Knot 10 steps from -4 to -2 at 0.5 s, all else is -3; the jaw is at 0.4, the lips touch.
    fn score() -> Score {
        let frame = |i: usize| {
            let mut frame = [0.0; SCORE_CHANNELS];
            frame[..ENVELOPE_KNOTS].fill(-3.0);
            frame[10] = if i < 120 { -4.0 } else { -2.0 };
            frame[Articulator::Jaw.channel()] = 0.4;
            frame[Articulator::Closure.channel()] = 1.0;
            frame
        };
        let speaker = crate::engine::Engine::resting_speaker();
        Score { frames: (0..240).map(frame).collect(), ..Score::empty(speaker) }
    }

    fn at(position_s: f32, articulation: f32) -> ScoreFrame {
        let score = score();
        let mut frame = crate::score::read(&score, position_s);
        articulate(&mut frame, &score, position_s, articulation);
        frame
    }

    #[test]
    fn neutral_changes_no_bit_and_steady_sound_stays() {
        assert_eq!(at(0.48, 1.0), crate::score::read(&score(), 0.48));
        assert!((at(0.2, 2.0)[10] + 4.0).abs() < 1e-4, "far from the step there is no contrast");
        assert!((at(0.48, 2.0)[20] + 3.0).abs() < 1e-4, "other knots are steady");
    }

    #[test]
    fn contrast_grows_with_articulation() {
        let step = |articulation| at(0.53, articulation)[10] - at(0.47, articulation)[10];
        assert!((step(1.0) - 2.0).abs() < 0.01);
        assert!(step(0.0) < step(0.5) && step(0.5) < step(1.0) && step(1.0) < step(1.5));
        assert!(step(0.0) > 0.9 && step(2.0) < 3.1);
    }

    #[test]
    fn the_mouth_goes_along_and_closures_stay() {
        let (mumbled, careful) = (at(0.2, 0.0), at(0.2, 2.0));
        let jaw = Articulator::Jaw.channel();
        assert!(mumbled[jaw] < 0.2 && careful[jaw] > 0.5);
        assert_eq!(mumbled[Articulator::Closure.channel()], 1.0);
    }

    #[test]
    fn an_empty_score_is_left_alone() {
        let empty = Score { frames: vec![], ..score() };
        let mut frame = [1.0; SCORE_CHANNELS];
        articulate(&mut frame, &empty, 0.3, 2.0);
        assert_eq!(frame[..ENVELOPE_KNOTS], [1.0; ENVELOPE_KNOTS]);
    }
}
