//! How much of each part of a face is shown: what a performer scales while everything else goes on.

/// Factors on the parts of a face; [`FaceGains::PLAIN`] changes nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceGains {
    /// On all shapes about the persona's resting face, 0..=2.
    pub strength: f32,
    /// On the opening of jaw and lips, 0..=2. Lips that must touch do: what closes them shrinks and grows along.
    pub jaw: f32,
    /// On what is shown of feelings and styles, 0..=2.
    pub expression: f32,
    /// On how far the eyes turn, 0..=2.
    pub gaze: f32,
    /// On blinks per minute, 0..=3; 0 is none.
    pub blink_rate: f32,
    /// On how far the head turns, 0..=2.
    pub head: f32,
    /// On breath, sways, darts and swallows, 0..=2.
    pub idle: f32,
    /// How much the grammar acts, 0..=1.
    pub grammar: f32,
    /// Tremor of the larynx in semitones, 0..=2, which chin and head follow.
    pub tremor_st: f32,
}

impl FaceGains {
    /// The face as it is.
    pub const PLAIN: Self = Self {
        strength: 1.0,
        jaw: 1.0,
        expression: 1.0,
        gaze: 1.0,
        blink_rate: 1.0,
        head: 1.0,
        idle: 1.0,
        grammar: 1.0,
        tremor_st: 0.0,
    };
}

impl Default for FaceGains {
    fn default() -> Self {
        Self::PLAIN
    }
}
