//! What a row of the table is spoken in, and the one place that tells the engine.

use psivox_core::Control;
use psivox_core::emotion::Mode;

/// A mode of emotion to a degree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mood {
    /// Which one.
    pub mode: Mode,
    /// How much of it, 0..=1.
    pub intensity: f32,
}

impl Mood {
    /// What the others are counted from.
    pub const NEUTRAL: Self = Self { mode: Mode::Neutral, intensity: 0.0 };

    /// Name of the row.
    pub fn name(self) -> &'static str {
        self.mode.name()
    }

    /// Name of the folder of its files.
    pub fn folder(self) -> String {
        if self.mode == Mode::Neutral {
            self.name().to_owned()
        } else {
            format!("{}_{}", self.name(), self.intensity)
        }
    }

    /// The controls that make the engine feel so.
    pub fn settings(self) -> Vec<(Control, f32)> {
        let felt = Control::of_mode(self.mode).map(|control| (control, 1.0));
        // The words themselves are to add nothing.
        let rest = [(Control::Intensity, self.intensity), (Control::EmotionFromText, 0.0)];
        felt.into_iter().chain(rest).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_tell_moods_apart() {
        let folder = |mode, intensity| Mood { mode, intensity }.folder();
        assert_eq!(Mood::NEUTRAL.folder(), "neutral");
        assert_eq!(folder(Mode::Happy, 0.5), "happy_0.5");
        assert_eq!(folder(Mode::Angry, 1.0), "angry_1");
    }
}
