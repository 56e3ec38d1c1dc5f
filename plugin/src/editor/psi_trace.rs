//! What the field's page shows: its newest phases, and order and energy over the last seconds.

use crate::scope_tap::FieldPicture;
use psivox_core::engine::ObservableFrame;
use std::collections::VecDeque;

/// Length of the history, s.
pub const HISTORY_S: f64 = 8.0;
/// Most values: 60 faces a second.
const VALUES: usize = 500;

/// The recent past of the field; times in s on the engine's clock.
#[derive(Debug, Clone, PartialEq)]
pub struct PsiTrace {
    picture: FieldPicture,
    now_s: f64,
    /// Time; R of micro, meso, macro, of voice and face, and V.
    values: VecDeque<(f64, [f32; 5])>,
}

impl Default for PsiTrace {
    fn default() -> Self {
        Self { picture: FieldPicture::NONE, now_s: 0.0, values: VecDeque::new() }
    }
}

impl PsiTrace {
    /// Takes the newest face's field.
    pub fn see(&mut self, second: f64, field: &ObservableFrame) {
        if second < self.now_s {
            self.values.clear();
        }
        self.now_s = second;
        let [micro, meso, slow] = field.order;
        self.values.push_back((second, [micro, meso, slow, field.voice_face_order, field.energy]));
        while self.values.len() > VALUES || self.values.front().is_some_and(|(s, _)| *s < second - HISTORY_S)
        {
            self.values.pop_front();
        }
    }

    /// Takes the newest phases.
    pub fn see_phases(&mut self, picture: FieldPicture) {
        self.picture = picture;
    }

    /// The newest phases.
    pub fn picture(&self) -> &FieldPicture {
        &self.picture
    }

    fn newest(&self) -> [f32; 5] {
        self.values.back().map(|(_, values)| *values).unwrap_or_default()
    }

    /// R of micro, meso and macro.
    pub fn order(&self) -> [f32; 3] {
        let [micro, meso, slow, ..] = self.newest();
        [micro, meso, slow]
    }

    /// How locked face and voice are.
    pub fn voice_face_order(&self) -> f32 {
        self.newest()[3]
    }

    /// V in rad/s.
    pub fn energy(&self) -> f32 {
        self.newest()[4]
    }

    /// Age as a share of the history, and value, oldest first; in the order of R micro, meso, macro, voice and face, V.
    pub fn history(&self, index: usize) -> impl Iterator<Item = (f32, f32)> {
        self.values
            .iter()
            .map(move |(s, values)| (((self.now_s - s) / HISTORY_S) as f32, values[index.min(4)]))
    }

    /// Lowest and highest V on show, at least `span` apart.
    pub fn energy_range(&self, span: f32) -> (f32, f32) {
        let finite = self.history(4).map(|(_, energy)| energy).filter(|energy| energy.is_finite());
        let (low, high) = finite.fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)));
        if low > high {
            return (-0.5 * span, 0.5 * span);
        }
        let more = (0.5 * (span - (high - low))).max(0.0);
        (low - more, high + more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_is_eight_seconds_and_a_reset_begins_anew() {
        let mut trace = PsiTrace::default();
        for frame in 0..900 {
            let field = ObservableFrame {
                order: [0.1, 0.2, 0.3],
                energy: frame as f32,
                ..ObservableFrame::default()
            };
            trace.see(f64::from(frame) / 60.0, &field);
        }
        let ages: Vec<f32> = trace.history(4).map(|(age, _)| age).collect();
        assert!(ages[0] > 0.98 && ages[0] <= 1.0 && ages.last() == Some(&0.0));
        assert_eq!((trace.order(), trace.energy()), ([0.1, 0.2, 0.3], 899.0));
        assert_eq!(trace.energy_range(10.0).1, 899.0);
        trace.see(0.0, &ObservableFrame::default());
        assert_eq!((trace.history(0).count(), trace.energy_range(10.0)), (1, (-5.0, 5.0)));
    }
}
