//! How a memory is named on the command line.

use crate::error::CliError;
use psivox_core::memory::{Memory, MemoryBank, MemoryError};

/// The memory of a name, or of # and a number. What is called so comes before what is numbered so.
///
/// # Errors
/// There is none.
pub fn choose<'a>(bank: &'a MemoryBank, choice: &str) -> Result<&'a Memory, CliError> {
    let named = bank.by_name(choice);
    let number = choice.strip_prefix('#').and_then(|digits| digits.parse().ok());
    match (named, number) {
        (Ok(memory), _) => Ok(memory),
        (Err(_), Some(id)) => Ok(bank.get(id).ok_or(MemoryError::Gone { id })?),
        (Err(error), None) => Err(error.into()),
    }
}

/// The ids of several.
///
/// # Errors
/// There is none of one of them.
pub fn choose_all(bank: &MemoryBank, choices: &[String]) -> Result<Vec<u64>, CliError> {
    let mut ids = choices
        .iter()
        .map(|choice| choose(bank, choice).map(|memory| memory.id))
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
    fn names_and_numbers_name_memories() {
        let mut bank = MemoryBank::default();
        for name in ["one", "#1", ""] {
            let memory = Memory::of(&Impression::default(), "Text.", &[0.0; MEANING], "heart");
            bank.keep(Memory { name: name.into(), ..memory }).expect("kept");
        }
        let id = |choice: &str| choose(&bank, choice).map(|memory| memory.id);
        assert_eq!(id("ONE").expect("there"), 1);
        assert_eq!(id("#1").expect("there"), 2, "a name comes first");
        assert_eq!(id("#3").expect("there"), 3);
        let message = |choice: &str| id(choice).expect_err("refused").to_string();
        assert!(message("two").contains("there are: one, #1") && message("#9").contains("9 is gone"));
        let twice = choose_all(&bank, &["#3".into(), "one".into(), "#3".into()]).expect("all there");
        assert_eq!(twice, [1, 3]);
    }
}
