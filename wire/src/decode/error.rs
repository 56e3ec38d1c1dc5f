//! Why a datagram is not read, in words short enough for a status line.

use crate::osc_guard::Unsound;
use crate::shown::shorten;

/// Most letters of somebody else's text that are shown.
const SHOWN_LETTERS: usize = 32;

/// A datagram that is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Larger than any face.
    #[error("{found} bytes, at most {most} are read")]
    Large {
        /// Bytes found.
        found: usize,
        /// Most that are read.
        most: usize,
    },
    /// No language that is known here.
    #[error("no language of faces; it begins with {found}")]
    Unknown {
        /// Its first bytes.
        found: String,
    },
    /// Unsound OSC.
    #[error("OSC: {0}")]
    Osc(#[from] Unsound),
    /// What the OSC library refuses.
    #[error("OSC: {reason}")]
    Library {
        /// Its words, shortened.
        reason: String,
    },
    /// A Live Link packet of another shape.
    #[error("Live Link: {name} is {found}, expected {expected}")]
    Livelink {
        /// Which field.
        name: &'static str,
        /// What was there.
        found: i64,
        /// What should be there.
        expected: &'static str,
    },
    /// A text that is no iFacialMocap frame.
    #[error("iFacialMocap: '{found}' is not {expected}")]
    Text {
        /// What was there, shortened.
        found: String,
        /// What should be there.
        expected: &'static str,
    },
}

impl DecodeError {
    pub(super) fn osc(error: &rosc::OscError) -> Self {
        Self::Library { reason: shorten(&error.to_string(), SHOWN_LETTERS) }
    }

    pub(super) fn unknown(datagram: &[u8]) -> Self {
        let hex: Vec<String> = datagram.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self::Unknown { found: if hex.is_empty() { "nothing".to_owned() } else { hex.join(" ") } }
    }

    pub(super) fn text(found: &str, expected: &'static str) -> Self {
        Self::Text { found: shorten(found, SHOWN_LETTERS), expected }
    }
}
