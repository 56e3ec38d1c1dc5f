//! The channels of a score: sound and mouth in one row, 240 times a second of nominal time.

use crate::voice::CHANNELS;

/// Frames per nominal second.
pub const SCORE_RATE_HZ: f32 = 240.0;
/// Channel of ln f0 (f0 in Hz).
pub const LN_F0: usize = CHANNELS;
/// First of the articulators' channels.
pub const FIRST_ARTICULATOR: usize = LN_F0 + 1;
/// How many articulators the mouth has.
pub const ARTICULATORS: usize = 10;
/// Channel of the beat's prominence.
pub const PROMINENCE: usize = FIRST_ARTICULATOR + ARTICULATORS;
/// Channels of one frame: 52 of sound, ln f0, 10 articulators, prominence.
pub const SCORE_CHANNELS: usize = PROMINENCE + 1;

/// One frame of a score.
pub type ScoreFrame = [f32; SCORE_CHANNELS];

/// What moves in a speaking mouth, each 0..=1. `as usize` counts from [`FIRST_ARTICULATOR`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Articulator {
    /// Opening of the jaw.
    Jaw,
    /// Lips touching (p b m).
    Closure,
    /// Lower lip under the upper teeth (f v).
    Labiodental,
    /// Protrusion, small opening.
    Pucker,
    /// Protrusion, flared.
    Funnel,
    /// Spread corners.
    Stretch,
    /// Raised upper lip.
    UpperUp,
    /// Lowered lower lip.
    LowerDown,
    /// Tongue in sight.
    Tongue,
    /// Whether a phone is being made at all (0 in pauses).
    Effort,
}

impl Articulator {
    /// Its channel in a [`ScoreFrame`].
    pub const fn channel(self) -> usize {
        FIRST_ARTICULATOR + self as usize
    }
}

const _: () = assert!(SCORE_CHANNELS == 64, "the micro band has two modes for each of 64 channels");
