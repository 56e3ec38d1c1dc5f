//! What can be asked for from outside.

use std::fmt::{self, Display, Formatter};

/// One order. Plain data: nothing has been done about it yet.
#[derive(Debug, Clone, PartialEq)]
pub enum Inbound {
    /// A text to be spoken.
    Speak {
        /// What to say, never empty.
        text: String,
        /// Before what is being said has ended.
        now: bool,
    },
    /// The project's text becomes this one; nothing is spoken. An empty text clears it.
    Line {
        /// The text.
        text: String,
    },
    /// One line of the project's text is spoken; see [`Cue::find`].
    Cue(Cue),
    /// The project's text is spoken.
    Trigger {
        /// How hard the key was struck, above 0, at most 1; 1 where nothing was said about it.
        velocity: f32,
    },
    /// What is being said ends.
    Stop,
    /// All ends at once and the face goes to rest.
    Panic,
    /// A parameter's value.
    Set {
        /// The parameter's stable name.
        id: String,
        /// Its value in its own unit, inside its range; the number of a choice from its minimum.
        value: f32,
    },
    /// A parameter's place in its range.
    SetNormalized {
        /// The parameter's stable name.
        id: String,
        /// 0 to 1.
        value: f32,
    },
    /// Something about what is remembered.
    Memory(MemoryCommand),
    /// A target is switched.
    TargetOn {
        /// Which one.
        target: TargetName,
        /// Whether faces go to it.
        on: bool,
    },
}

/// What was asked for, in words, as people read it.
impl Display for Inbound {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Speak { text, now: false } => write!(out, "speak \"{text}\""),
            Self::Speak { text, now: true } => write!(out, "speak at once \"{text}\""),
            Self::Line { text } => write!(out, "take the text \"{text}\""),
            Self::Cue(Cue::Number(number)) => write!(out, "speak line {number}"),
            Self::Cue(Cue::Text(start)) => write!(out, "speak the line that begins \"{start}\""),
            Self::Trigger { velocity } => write!(out, "speak the project's text, {:.0} %", velocity * 100.0),
            Self::Stop => write!(out, "stop"),
            Self::Panic => write!(out, "silence at once"),
            Self::Set { id, value } => write!(out, "set {id} to {value}"),
            Self::SetNormalized { id, value } => {
                write!(out, "set {id} to {:.0} % of its range", value * 100.0)
            }
            Self::Memory(MemoryCommand::Remember(name)) => {
                write!(out, "remember the last line as \"{name}\"")
            }
            Self::Memory(MemoryCommand::Recall { words, .. }) if words.is_empty() => {
                write!(out, "recall nothing any more")
            }
            Self::Memory(MemoryCommand::Recall { words, share }) => {
                write!(out, "speak like \"{words}\", {:.0} %", share * 100.0)
            }
            Self::Memory(MemoryCommand::Replay(words)) => write!(out, "say \"{words}\" again"),
            Self::Memory(MemoryCommand::Forget(words)) => write!(out, "forget \"{words}\""),
            Self::TargetOn { target, on } => {
                let switch = if *on { "on" } else { "off" };
                match target {
                    TargetName::Number(number) => write!(out, "switch receiver {number} {switch}"),
                    TargetName::Name(name) => write!(out, "switch receiver \"{name}\" {switch}"),
                }
            }
        }
    }
}

/// What can be asked of memory. Words are a memory's name, or what was said.
#[derive(Debug, Clone, PartialEq)]
pub enum MemoryCommand {
    /// The last line is remembered under this name.
    Remember(String),
    /// What is said from now on is said like this; empty words let go.
    Recall {
        /// Which one.
        words: String,
        /// How much, 0..=1.
        share: f32,
    },
    /// This is said again, bit by bit.
    Replay(String),
    /// Nothing of it stays.
    Forget(String),
}

/// Which line of the project's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cue {
    /// The N-th line that is not empty, from 1, as people count.
    Number(u32),
    /// The first line that begins so; capitals and small letters are the same.
    Text(String),
}

impl Cue {
    /// The line that is meant, without the blanks around it; `None` where the text has no such line.
    pub fn find<'a>(&self, text: &'a str) -> Option<&'a str> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        match self {
            Cue::Number(number) => lines.nth(usize::try_from(*number).ok()?.checked_sub(1)?),
            Cue::Text(start) => {
                let start = start.trim().to_lowercase();
                lines.find(|line| line.to_lowercase().starts_with(&start))
            }
        }
    }
}

/// How a target is named in an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetName {
    /// Its place in the list, from 1.
    Number(u32),
    /// Its name, as an address has it; see [`TargetName::find`].
    Name(String),
}

impl TargetName {
    /// Which of the names is meant, from 0. An address holds neither spaces nor `# * , / ? [ ] { }` nor letters beyond
    /// ASCII (OSC 1.0, "OSC Address Spaces"), so `_` stands for any of them; a name that is the same as it is written
    /// goes before one that is only meant.
    pub fn find<T: AsRef<str>>(&self, names: &[T]) -> Option<usize> {
        match self {
            Self::Number(number) => {
                usize::try_from(*number).ok()?.checked_sub(1).filter(|index| *index < names.len())
            }
            Self::Name(wanted) => {
                let written = names.iter().position(|name| name.as_ref() == wanted);
                let wanted = address_part(wanted);
                written.or_else(|| names.iter().position(|name| address_part(name.as_ref()) == wanted))
            }
        }
    }
}

/// A name as part of an OSC address.
fn address_part(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_graphic() && !"#*,/?[]{}".contains(letter);
    name.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect()
}

impl Inbound {
    /// Whether words go with it, or speech comes of it: what is let through more rarely than the rest.
    pub fn speaks(&self) -> bool {
        matches!(
            self,
            Inbound::Speak { .. }
                | Inbound::Line { .. }
                | Inbound::Cue(_)
                | Inbound::Trigger { .. }
                | Inbound::Memory(_)
        )
    }

    /// Whether speech comes of it.
    pub(super) fn brings_speech(&self) -> bool {
        let replays = matches!(self, Inbound::Memory(MemoryCommand::Replay(_)));
        replays || self.speaks() && !matches!(self, Inbound::Line { .. } | Inbound::Memory(_))
    }

    /// Whether it ends something: what is never held back for the sake of the others.
    pub fn ends(&self) -> bool {
        matches!(self, Inbound::Stop | Inbound::Panic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\n  First line.\n\n\tSecond one, ÄRGER.\nThird.\n";

    #[test]
    fn lines_are_counted_from_one_without_the_empty_ones() {
        assert_eq!(Cue::Number(0).find(TEXT), None);
        assert_eq!(Cue::Number(1).find(TEXT), Some("First line."));
        assert_eq!(Cue::Number(2).find(TEXT), Some("Second one, ÄRGER."));
        assert_eq!(Cue::Number(3).find(TEXT), Some("Third."));
        assert_eq!(Cue::Number(4).find(TEXT), None);
        assert_eq!(Cue::Number(1).find(" \n\n"), None);
    }

    #[test]
    fn lines_are_found_by_their_beginning() {
        assert_eq!(Cue::Text(" second one, är".into()).find(TEXT), Some("Second one, ÄRGER."));
        assert_eq!(Cue::Text("line".into()).find(TEXT), None);
    }

    #[test]
    fn targets_are_found_by_number_and_by_what_an_address_holds_of_their_names() {
        let names = ["VSeeFace", "Große Bühne, links", "VNyan (2/3)", "a_b", "a b", "vmc:127.0.0.1:39539"];
        let named = |name: &str| TargetName::Name(name.into()).find(&names);
        for (name, expected) in [
            ("VSeeFace", Some(0)),
            ("Gro_e_B_hne__links", Some(1)),
            ("Große Bühne, links", Some(1)),
            ("VNyan_(2_3)", Some(2)),
            ("a_b", Some(3)),
            ("a b", Some(4)),
            ("a#b", Some(3)),
            ("vmc:127.0.0.1:39539", Some(5)),
            ("vseeface", None),
            ("", None),
        ] {
            assert_eq!(named(name), expected, "{name}");
        }
        let number = |number| TargetName::Number(number).find(&names);
        assert_eq!([0, 1, 6, 7].map(number), [None, Some(0), Some(5), None]);
    }

    #[test]
    fn only_what_ends_is_never_held_back() {
        assert!(Inbound::Stop.ends() && Inbound::Panic.ends());
        assert!(!Inbound::Trigger { velocity: 1.0 }.ends() && Inbound::Trigger { velocity: 1.0 }.speaks());
        assert!(!Inbound::Set { id: "rate".into(), value: 1.0 }.speaks());
    }
}
