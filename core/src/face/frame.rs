//! One picture of the face: 52 blendshapes and the head, stamped on the clock of the sound.

use super::{BLENDSHAPE_COUNT, Shape};

/// Blendshapes at one instant. Small and `Copy`: it crosses threads by value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlendshapeFrame {
    /// Samples since the engine's `reset` at which this face belongs to the sound.
    pub time_samples: u64,
    /// Strength of each shape in 0..=1, ordered as [`super::BLENDSHAPE_NAMES`].
    pub shapes: [f32; BLENDSHAPE_COUNT],
    /// Head yaw (+ to the person's left), pitch (+ up) and roll (+ to the person's left shoulder), in rad.
    pub head_rad: [f32; 3],
    /// Valence, arousal, dominance and intensity in force at this instant.
    pub emotion: [f32; 4],
}

impl BlendshapeFrame {
    /// The face at rest: every shape zero, the head straight.
    pub const NEUTRAL: Self =
        Self { time_samples: 0, shapes: [0.0; BLENDSHAPE_COUNT], head_rad: [0.0; 3], emotion: [0.0; 4] };

    /// Strength of one shape in 0..=1.
    pub fn get(&self, shape: Shape) -> f32 {
        self.shapes[shape as usize]
    }

    /// Sets one shape, clamped to 0..=1; a value that is not finite counts as 0.
    pub fn set(&mut self, shape: Shape, value: f32) {
        self.shapes[shape as usize] = if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 };
    }
}

impl crate::carry::Carried for BlendshapeFrame {
    fn carry(&mut self, ledger: &mut crate::carry::Ledger<'_>) {
        let Self { time_samples: _, shapes, head_rad, emotion } = self;
        shapes.iter_mut().for_each(|shape| ledger.f32_within(shape, 0.0, 1.0));
        head_rad.iter_mut().for_each(|angle| ledger.f32_within(angle, -2.0, 2.0));
        emotion.iter_mut().for_each(|axis| ledger.f32_within(axis, -1.0, 1.0));
    }
}
