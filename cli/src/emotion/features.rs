//! A spoken sentence as two lists of numbers: what is heard of it, and what is seen.

use super::face::{closing, speaking};
use super::take::Take;
use super::voice::{Voice, deviation, mean};
use psivox_core::BlendshapeFrame;
use psivox_core::emotion::Mode;
use psivox_core::face::Shape;

/// A sentence in a mode.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The mode.
    pub mode: Mode,
    /// Which sentence.
    pub sentence: usize,
    /// What is heard.
    pub sound: Vec<f64>,
    /// What is seen.
    pub face: Vec<f64>,
}

impl Sample {
    /// Of a take and its measures.
    pub fn of(mode: Mode, sentence: usize, voice: &Voice, take: &Take) -> Self {
        Self { mode, sentence, sound: sound(voice), face: face(take) }
    }
}

/// Pitch, its range and fall, level, pace, pauses, voicing, noise, balance, jitter and shimmer. What cannot be measured for
/// want of voice is 0.
fn sound(voice: &Voice) -> Vec<f64> {
    let or_none = |value: Option<f64>| value.unwrap_or(0.0);
    vec![
        or_none(voice.f0_mean_st),
        or_none(voice.f0_sd_st),
        or_none(voice.f0_slope_st_per_s),
        voice.level_db.unwrap_or(-100.0),
        voice.phones_per_s,
        voice.pause_share,
        voice.voiced_share,
        or_none(voice.hnr_db),
        or_none(voice.balance_db),
        or_none(voice.jitter_percent),
        or_none(voice.shimmer_percent),
    ]
}

/// Mean and standard deviation of every shape and of the head's angles while speaking, and the share of the time that the
/// eyes are closed.
fn face(take: &Take) -> Vec<f64> {
    let faces: Vec<&BlendshapeFrame> = speaking(take).map(|(_, face)| face).collect();
    let shapes =
        Shape::ALL.iter().map(|shape| faces.iter().map(|face| f64::from(face.get(*shape))).collect());
    let angles = (0..3).map(|axis| faces.iter().map(|face| f64::from(face.head_rad[axis])).collect());
    let courses: Vec<Vec<f64>> = shapes.chain(angles).collect();
    let spread = |course: &Vec<f64>| [mean(course).unwrap_or(0.0), deviation(course).unwrap_or(0.0)];
    let closed: Vec<f64> = faces.iter().map(|face| if closing(face) > 0.5 { 1.0 } else { 0.0 }).collect();
    courses.iter().flat_map(spread).chain(mean(&closed)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::row::tests::voice;
    use super::super::take::SpokenPhone;
    use super::*;

    #[test]
    fn all_that_moves_is_told() {
        let phones = vec![SpokenPhone { symbol: 'a', start_s: 0.0, end_s: 0.5 }];
        let mut turned = BlendshapeFrame::NEUTRAL;
        turned.head_rad[2] = 0.2;
        let faces = vec![(0.0, BlendshapeFrame::NEUTRAL), (0.1, turned), (0.9, BlendshapeFrame::NEUTRAL)];
        let take = Take { phones, faces, sound: Vec::new() };
        let found = Sample::of(Mode::Happy, 3, &voice(), &take);
        assert_eq!((found.sound.len(), found.face.len(), found.sentence), (11, 111, 3));
        // Roll: mean and deviation of 0 and 0.2.
        assert!((found.face[108] - 0.1).abs() < 1e-6 && (found.face[109] - 0.02f64.sqrt()).abs() < 1e-6);
        assert_eq!(found.sound[0], 12.0);
    }
}
