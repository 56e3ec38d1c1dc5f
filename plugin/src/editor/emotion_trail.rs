//! Where the shown emotion has been in the last seconds.

use psivox_core::BlendshapeFrame;
use std::collections::VecDeque;

/// Length of the trail, s.
pub const TRAIL_S: f64 = 6.0;
/// Most places: 30 a second.
const PLACES: usize = 180;

/// The course of the emotion as it shows: valence, arousal and dominance by intensity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EmotionTrail {
    now_s: f64,
    places: VecDeque<(f64, [f32; 3])>,
}

impl EmotionTrail {
    /// Takes note of the newest face.
    pub fn see(&mut self, face: &BlendshapeFrame, sample_rate_hz: f32) {
        let now_s = face.time_samples as f64 / f64::from(sample_rate_hz.max(1.0));
        if now_s < self.now_s {
            self.places.clear();
        }
        self.now_s = now_s;
        let [valence, arousal, dominance, intensity] = face.emotion;
        let place = [valence, arousal, dominance].map(|axis| axis * intensity);
        if place.iter().all(|axis| axis.is_finite()) {
            self.places.push_back((now_s, place));
        }
        while self.places.len() > PLACES || self.places.front().is_some_and(|(s, _)| *s < now_s - TRAIL_S) {
            self.places.pop_front();
        }
    }

    /// Age as a share of the trail, and place; oldest first.
    pub fn places(&self) -> impl Iterator<Item = (f32, [f32; 3])> {
        self.places.iter().map(|(s, place)| (((self.now_s - s) / TRAIL_S) as f32, *place))
    }

    /// The newest place.
    pub fn newest(&self) -> Option<[f32; 3]> {
        self.places.back().map(|(_, place)| *place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_places_go_and_a_reset_begins_anew() {
        let mut trail = EmotionTrail::default();
        let face = |second: f64, valence: f32| BlendshapeFrame {
            time_samples: (48_000.0 * second) as u64,
            emotion: [valence, 0.5, 0.0, 0.5],
            ..BlendshapeFrame::NEUTRAL
        };
        for frame in 0..600 {
            trail.see(&face(f64::from(frame) / 30.0, 0.8), 48_000.0);
        }
        let ages: Vec<f32> = trail.places().map(|(age, _)| age).collect();
        assert!(ages.len() <= PLACES && ages[0] <= 1.0 && ages[0] > 0.95);
        assert_eq!(trail.newest(), Some([0.4, 0.25, 0.0]));
        trail.see(&face(0.0, f32::NAN), 48_000.0);
        assert_eq!(trail.places().count(), 0);
    }
}
