//! The pages of the editor by name.

/// The pages of the editor, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// What is spoken.
    #[default]
    Script,
    /// Emotion, named moods and styles.
    Mood,
    /// How the voice sounds.
    Voice,
    /// Who pulls whom, and what came of it.
    Field,
    /// What notes do.
    Perform,
    /// Remembered manners, and the course of the session.
    Memory,
    /// Who gets the face.
    Receivers,
    /// Who speaks.
    Persona,
}

impl Page {
    /// Every page.
    pub const ALL: [Self; 8] = [
        Self::Script,
        Self::Mood,
        Self::Voice,
        Self::Field,
        Self::Perform,
        Self::Memory,
        Self::Receivers,
        Self::Persona,
    ];

    /// On its tab.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Script => "Script",
            Self::Mood => "Mood",
            Self::Voice => "Voice",
            Self::Field => "Field",
            Self::Perform => "Perform",
            Self::Memory => "Memory",
            Self::Receivers => "Receivers",
            Self::Persona => "Persona",
        }
    }

    /// What is there.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Script => "What is spoken",
            Self::Mood => "Emotion, moods and styles",
            Self::Voice => "How the voice sounds",
            Self::Field => "Who pulls whom in the field",
            Self::Perform => "What notes and controllers do",
            Self::Memory => "Remembered manners, and how the session went",
            Self::Receivers => "Who gets the face",
            Self::Persona => "Who speaks",
        }
    }
}
