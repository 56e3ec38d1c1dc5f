//! The course of the session: what was felt and how much of it the slow manifold remembers.

use psivox_core::BlendshapeFrame;
use psivox_core::engine::ObservableFrame;

/// Most points; when they are there, every second one goes and the next ones come half as often.
const POINTS: usize = 512;

/// One point of the course.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MemoryPoint {
    /// Valence as it shows, -1..=1.
    pub valence: f32,
    /// Strength of what is remembered.
    pub memory: f32,
    /// Error of the forecast as a share of what surprises.
    pub surprise: f32,
}

/// The whole session since the editor opened, in at most 512 points.
#[derive(Debug, Clone, PartialEq)]
pub struct MemoryTrace {
    points: Vec<MemoryPoint>,
    /// Seconds from one point to the next.
    step_s: f64,
    /// Time at which the newest point was taken, on the engine's clock.
    taken_s: f64,
}

impl Default for MemoryTrace {
    fn default() -> Self {
        Self { points: Vec::new(), step_s: 0.25, taken_s: f64::MIN }
    }
}

impl MemoryTrace {
    /// Takes note of the newest face and field at a time. A reset of the engine goes on where it was: a session has many.
    pub fn see(&mut self, second: f64, face: &BlendshapeFrame, field: &ObservableFrame) {
        let newest = MemoryPoint {
            valence: finite(face.emotion[0] * face.emotion[3]),
            memory: finite(field.memory),
            surprise: finite(field.epsilon / field.tau.max(1e-6)),
        };
        if second < self.taken_s {
            self.taken_s = second;
        }
        if second - self.taken_s < self.step_s {
            // The highest error of a step is the one that is remembered.
            if let Some(last) = self.points.last_mut() {
                last.surprise = last.surprise.max(newest.surprise);
            }
            return;
        }
        self.taken_s = second;
        self.points.push(newest);
        if self.points.len() >= POINTS {
            let mut index = 0;
            self.points.retain(|_| {
                index += 1;
                index % 2 == 0
            });
            self.step_s *= 2.0;
        }
    }

    /// The points, oldest first.
    pub fn points(&self) -> &[MemoryPoint] {
        &self.points
    }

    /// Length of the course, s.
    pub fn length_s(&self) -> f64 {
        self.points.len() as f64 * self.step_s
    }
}

fn finite(value: f32) -> f32 {
    if value.is_finite() { value } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_fit_and_stay_in_order() {
        let mut trace = MemoryTrace::default();
        for frame in 0..40_000 {
            let valence = frame as f32 / 40_000.0;
            let face = BlendshapeFrame { emotion: [valence, 0.0, 0.0, 1.0], ..BlendshapeFrame::NEUTRAL };
            trace.see(
                f64::from(frame) / 10.0,
                &face,
                &ObservableFrame { tau: 1.0, ..ObservableFrame::default() },
            );
        }
        let points = trace.points();
        assert!(points.len() < POINTS && points.len() > POINTS / 3, "{}", points.len());
        assert!(points.windows(2).all(|pair| pair[1].valence > pair[0].valence));
        assert!((trace.length_s() - 4_000.0).abs() < 150.0, "{}", trace.length_s());
    }

    #[test]
    fn a_reset_goes_on_and_what_is_no_number_is_none() {
        let mut trace = MemoryTrace::default();
        let face = BlendshapeFrame { emotion: [f32::NAN; 4], ..BlendshapeFrame::NEUTRAL };
        for second in [0.0, 1.0, 2.0, 0.0, 0.5, 1.0] {
            trace.see(second, &face, &ObservableFrame::default());
        }
        assert_eq!(trace.points().len(), 5);
        assert!(trace.points().iter().all(|point| point.valence == 0.0));
    }
}
