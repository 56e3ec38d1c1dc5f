//! What a row of the table is spoken in, and the one place that tells the engine.

use psivox_core::Control;
use psivox_core::emotion::{Mode, Style};

/// What speech is coloured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// A mode of emotion; neutral is none.
    Mode(Mode),
    /// A style that the words keep going through.
    Style(Style),
    /// The register of vocal fry.
    Creak,
    /// The register above the modal one.
    Falsetto,
}

impl Colour {
    /// Every mode but neutral, which all others are counted from.
    pub fn modes() -> impl Iterator<Item = Self> {
        Mode::ALL.into_iter().filter(|mode| *mode != Mode::Neutral).map(Self::Mode)
    }

    /// Every style, the registers at the end.
    pub fn styles() -> impl Iterator<Item = Self> {
        Style::ALL.into_iter().map(Self::Style).chain([Self::Creak, Self::Falsetto])
    }

    /// The mode of that name, or of a word that people use for it.
    pub fn mode_by_name(name: &str) -> Option<Self> {
        Mode::by_name(name).map(Self::Mode)
    }

    /// The style or register of that name, or of a word that people use for it.
    pub fn style_by_name(name: &str) -> Option<Self> {
        let register = match name.trim().to_ascii_lowercase().as_str() {
            "creak" | "creaky" | "fry" => Some(Self::Creak),
            "falsetto" => Some(Self::Falsetto),
            _ => None,
        };
        register.or_else(|| Style::by_name(name).map(Self::Style))
    }

    /// As written in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mode(mode) => mode.name(),
            Self::Style(style) => style.name(),
            Self::Creak => "creak",
            Self::Falsetto => "falsetto",
        }
    }

    /// Which of the two lists it is of.
    pub fn kind(self) -> &'static str {
        if self.mode().is_some() { "mode" } else { "style" }
    }

    /// The mode, if it is one.
    pub fn mode(self) -> Option<Mode> {
        match self {
            Self::Mode(mode) => Some(mode),
            Self::Style(_) | Self::Creak | Self::Falsetto => None,
        }
    }

    /// What brings it about; none for neutral.
    fn control(self) -> Option<Control> {
        match self {
            Self::Mode(mode) => Control::of_mode(mode),
            Self::Style(style) => Some(Control::of_style(style)),
            Self::Creak => Some(Control::Creak),
            Self::Falsetto => Some(Control::Falsetto),
        }
    }
}

/// A colour to a degree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mood {
    /// Which one.
    pub colour: Colour,
    /// How much of it, 0..=1.
    pub intensity: f32,
}

impl Mood {
    /// What the others are counted from.
    pub const NEUTRAL: Self = Self { colour: Colour::Mode(Mode::Neutral), intensity: 0.0 };

    /// Name of the row.
    pub fn name(self) -> &'static str {
        self.colour.name()
    }

    /// Name of the folder of its files.
    pub fn folder(self) -> String {
        if self.colour == Self::NEUTRAL.colour {
            self.name().to_owned()
        } else {
            format!("{}_{}", self.name(), self.intensity)
        }
    }

    /// The controls that make the engine speak so.
    pub fn settings(self) -> Vec<(Control, f32)> {
        // A mode is felt in full and shown to a degree; a style is nothing that is felt, and has its degree itself.
        let (degree, shown) = match self.colour {
            Colour::Mode(_) => (1.0, self.intensity),
            Colour::Style(_) | Colour::Creak | Colour::Falsetto => (self.intensity, Self::NEUTRAL.intensity),
        };
        let own = self.colour.control().map(|control| (control, degree));
        // The words themselves are to add nothing.
        own.into_iter().chain([(Control::Intensity, shown), (Control::EmotionFromText, 0.0)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_tell_moods_apart() {
        let folder = |colour, intensity| Mood { colour, intensity }.folder();
        assert_eq!(Mood::NEUTRAL.folder(), "neutral");
        assert_eq!(folder(Colour::Mode(Mode::Happy), 0.5), "happy_0.5");
        assert_eq!(folder(Colour::Mode(Mode::Angry), 1.0), "angry_1");
        assert_eq!(folder(Colour::Style(Style::Whisper), 1.0), "whisper_1");
        assert_eq!(folder(Colour::Creak, 0.5), "creak_0.5");
    }

    #[test]
    fn every_name_is_found_again() {
        for colour in Colour::modes() {
            assert_eq!((Colour::mode_by_name(colour.name()), colour.kind()), (Some(colour), "mode"));
        }
        for colour in Colour::styles() {
            assert_eq!((Colour::style_by_name(colour.name()), colour.kind()), (Some(colour), "style"));
        }
        assert_eq!(Colour::style_by_name(" Creaky "), Some(Colour::Creak));
        assert_eq!((Colour::style_by_name("happy"), Colour::mode_by_name("shout")), (None, None));
    }

    #[test]
    fn a_style_has_its_degree_and_no_emotion() {
        let settings = |colour| Mood { colour, intensity: 0.5 }.settings();
        let quiet = [(Control::Intensity, 0.0), (Control::EmotionFromText, 0.0)];
        let whisper = settings(Colour::Style(Style::Whisper));
        assert_eq!((whisper[0], &whisper[1..]), ((Control::Whisper, 0.5), &quiet[..]));
        assert_eq!(settings(Colour::Falsetto)[0], (Control::Falsetto, 0.5));
        assert_eq!(settings(Colour::Mode(Mode::Sad))[..2], [(Control::Sad, 1.0), (Control::Intensity, 0.5)]);
        assert_eq!(Mood::NEUTRAL.settings(), quiet);
    }
}
