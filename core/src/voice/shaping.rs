//! The seam between the networks: what a text, a performer or a melody wants of durations and contours.

/// Changes what the prosody net proposes before the decoder sees it. Tokens are bos, the symbols that the voice knows,
/// eos; `token_source[i]` is the index among the symbols of token `i + 1`.
pub trait Shaping {
    /// Durations in units of 25 ms per token, before they are rounded to whole units. The rounding error of a token that
    /// was changed is carried on to the next one, so that tempo is kept.
    fn durations(&mut self, _token_source: &[usize], _units: &mut [f32]) {}

    /// After the pace is set: silences that keep their length at any pace.
    fn pauses(&mut self, _token_source: &[usize], _units: &mut [f32]) {}

    /// Per 80 Hz frame: voicing logit, `3 ln(f0 / 200 Hz)`, energy / 2. `units` are the durations as rounded; a token
    /// has two frames a unit.
    fn contours(&mut self, _token_source: &[usize], _units: &[u32], _frames: &mut [[f32; 3]]) {}

    /// Semitones by which the renderer will transpose the whole phrase: the decoder colours for that pitch, f0 itself is
    /// not changed.
    fn transposition_st(&self) -> f32 {
        0.0
    }
}

/// Leaves everything as the voice has it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unshaped;

impl Shaping for Unshaped {}
