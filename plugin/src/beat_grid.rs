//! The choices of the parameter Beat Grid.

use nice_plug::prelude::*;

/// Which lines of the host's beat draw the syllables. The names are those of note values; order and ids are frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum BeatGrid {
    /// The power of two whose period suits syllables best at the host's tempo.
    #[id = "auto"]
    #[name = "Auto"]
    Auto,
    /// One line per beat.
    #[id = "quarter"]
    #[name = "1/4"]
    Quarter,
    /// Two lines per beat.
    #[id = "eighth"]
    #[name = "1/8"]
    Eighth,
    /// Three lines per beat.
    #[id = "eighth_triplet"]
    #[name = "1/8T"]
    EighthTriplet,
    /// Four lines per beat.
    #[id = "sixteenth"]
    #[name = "1/16"]
    Sixteenth,
    /// Six lines per beat.
    #[id = "sixteenth_triplet"]
    #[name = "1/16T"]
    SixteenthTriplet,
    /// Eight lines per beat.
    #[id = "thirty_second"]
    #[name = "1/32"]
    ThirtySecond,
}

impl BeatGrid {
    /// Value of [`psivox_core::Control::BeatDivision`]: lines per beat, 0 for what suits.
    pub const fn lines_per_beat(self) -> u8 {
        match self {
            Self::Auto => 0,
            Self::Quarter => 1,
            Self::Eighth => 2,
            Self::EighthTriplet => 3,
            Self::Sixteenth => 4,
            Self::SixteenthTriplet => 6,
            Self::ThirtySecond => 8,
        }
    }
}
