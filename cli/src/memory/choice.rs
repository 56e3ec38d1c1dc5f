//! How a memory is named on the command line.

use crate::error::CliError;
use psivox_core::memory::{Memory, MemoryBank};

/// The ids of several.
///
/// # Errors
/// There is none of one of them.
pub fn choose_all(bank: &MemoryBank, choices: &[String]) -> Result<Vec<u64>, CliError> {
    let mut ids = choices
        .iter()
        .map(|choice| bank.choose(choice).map(|memory| memory.id))
        .collect::<Result<Vec<_>, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// A memory in a few words.
pub fn title(memory: &Memory) -> String {
    match memory.name.as_str() {
        "" => format!("#{}", memory.id),
        name => format!("'{}' (#{})", printable(name), memory.id),
    }
}

/// A text from a file on one line, without anything that a terminal would obey.
pub fn printable(text: &str) -> String {
    let plain = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    plain.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::memory::Impression;
    use psivox_core::text::MEANING;

    #[test]
    fn nothing_is_printed_that_a_terminal_obeys() {
        assert_eq!(printable("one\u{1b}[2Jtwo \n\t three"), "one [2Jtwo three");
    }

    #[test]
    fn several_are_chosen_once_each() {
        let mut bank = MemoryBank::default();
        for name in ["one", ""] {
            let memory = Memory::of(&Impression::default(), "Text.", &[0.0; MEANING], "heart");
            bank.keep(Memory { name: name.into(), ..memory }).expect("kept");
        }
        let twice = choose_all(&bank, &["#-1".into(), "one".into(), "#2".into()]).expect("all there");
        assert_eq!(twice, [1, 2]);
        let message = choose_all(&bank, &["one".into(), "two".into()]).expect_err("refused").to_string();
        assert!(message.contains("there are: one"), "{message}");
    }
}
