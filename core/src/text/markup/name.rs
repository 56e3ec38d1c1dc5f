//! The names that tags go by.

use crate::emotion::{FaceGesture, Mode, Style, VoiceGesture};

/// What a name in brackets stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Mood(Mode),
    Style(Style),
    /// A style where it is closed, else the gesture that stands alone.
    Both(Style, VoiceGesture),
    Voice(VoiceGesture),
    Face(FaceGesture),
    /// Part of a joke.
    Joke,
    Pause,
    Rate,
    Pitch,
    Volume,
    Range,
}

/// Names that are no mood, style or gesture.
const VALUES: [(&str, Name); 15] = [
    ("joke", Name::Joke),
    ("pause", Name::Pause),
    ("break", Name::Pause),
    ("silence", Name::Pause),
    ("wait", Name::Pause),
    ("rate", Name::Rate),
    ("speed", Name::Rate),
    ("tempo", Name::Rate),
    ("pace", Name::Rate),
    ("pitch", Name::Pitch),
    ("volume", Name::Volume),
    ("level", Name::Volume),
    ("loudness", Name::Volume),
    ("range", Name::Range),
    ("melody", Name::Range),
];

impl Name {
    /// The meaning of a name; case and what joins its words do not matter.
    pub(super) fn read(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        if name.is_empty() {
            return None;
        }
        let value = VALUES.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
        let spoken = || match (Style::by_name(&name), VoiceGesture::by_name(&name)) {
            (Some(style), Some(gesture)) => Some(Name::Both(style, gesture)),
            (Some(style), None) => Some(Name::Style(style)),
            (None, Some(gesture)) => Some(Name::Voice(gesture)),
            (None, None) => None,
        };
        value
            .or_else(|| Mode::by_name(&name).map(Name::Mood))
            .or_else(spoken)
            .or_else(|| FaceGesture::by_name(&name).map(Name::Face))
    }

    /// Whether a closing tag of this name ends what `other` began.
    pub(super) fn closes(self, other: Self) -> bool {
        let style = |name: Name| match name {
            Name::Style(style) | Name::Both(style, _) => Some(style),
            _ => None,
        };
        self == other || style(self).is_some() && style(self) == style(other)
    }
}

/// The names that are worth suggesting.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    let moods = Mode::ALL.into_iter().map(Mode::name);
    let styles = Style::ALL.into_iter().map(Style::name);
    let voice = VoiceGesture::ALL.into_iter().map(VoiceGesture::name);
    let face = FaceGesture::ALL.into_iter().map(FaceGesture::name);
    let values = ["joke", "pause", "rate", "pitch", "volume", "range"].into_iter();
    moods.chain(styles).chain(voice).chain(face).chain(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suggested_name_means_something() {
        for name in all() {
            assert!(Name::read(name).is_some(), "{name}");
        }
        assert_eq!(Name::read("LAUGH"), Some(Name::Both(Style::Laugh, VoiceGesture::Laugh)));
        assert_eq!(Name::read("roll eyes"), Some(Name::Face(FaceGesture::RollEyes)));
        assert_eq!(Name::read(""), None);
        assert!(Name::Style(Style::Laugh).closes(Name::Both(Style::Laugh, VoiceGesture::Laugh)));
        assert!(!Name::Mood(Mode::Sad).closes(Name::Mood(Mode::Happy)));
    }
}
