//! A point in the valence-arousal-dominance space (Russell & Mehrabian 1977) with an intensity.

/// Valence, arousal and dominance in -1..=1 and intensity in 0..=1. All zero is neutral.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EmotionState {
    /// Unpleasant -1 .. +1 pleasant.
    pub valence: f32,
    /// Drowsy -1 .. +1 excited.
    pub arousal: f32,
    /// Submissive -1 .. +1 in charge.
    pub dominance: f32,
    /// How much of it shows, 0..=1.
    pub intensity: f32,
}

impl EmotionState {
    /// Valence, arousal and dominance as they show: scaled by intensity.
    pub fn shown(&self) -> [f32; 3] {
        [self.valence, self.arousal, self.dominance].map(|axis| axis * self.intensity)
    }
}
