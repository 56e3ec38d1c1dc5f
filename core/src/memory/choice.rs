//! How somebody says which memory is meant.

use super::bank::MemoryBank;
use super::error::MemoryError;
use super::record::Memory;

impl MemoryBank {
    /// The memory of this name; else by its number, `#12`, or by how long ago it was said, `#-1` being the newest and
    /// `#-2` the one before it.
    ///
    /// # Errors
    /// There is none; tells what names there are.
    pub fn choose(&self, choice: &str) -> Result<&Memory, MemoryError> {
        let unknown = match self.by_name(choice) {
            Ok(memory) => return Ok(memory),
            Err(error) => error,
        };
        let Some(number) = choice.trim().strip_prefix('#') else { return Err(unknown) };
        if let Some(back) = number.strip_prefix('-') {
            let back = back.parse::<usize>().ok().and_then(|back| back.checked_sub(1));
            return back.and_then(|back| self.recent(back.saturating_add(1)).nth(back)).ok_or(unknown);
        }
        let id = number.parse().map_err(|_| unknown)?;
        self.get(id).ok_or(MemoryError::Gone { id })
    }

    /// The same; else the way in which these words were said last, if they were, or something that is like them beyond
    /// chance ([`MemoryBank::said_like`]). For what can be taken back: who deletes has to name what.
    ///
    /// # Errors
    /// There is none.
    pub fn choose_or_said(&self, choice: &str) -> Result<&Memory, MemoryError> {
        let unknown = match self.choose(choice) {
            Err(error @ MemoryError::Unknown { .. }) => error,
            done => return done,
        };
        let least = self.chance_likeness();
        let found =
            self.said_like(choice, None, 1).into_iter().find(|found| found.said || found.likeness > least);
        found.and_then(|found| self.get(found.id)).ok_or(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::said;
    use super::*;

    fn bank() -> MemoryBank {
        let mut bank = MemoryBank::default();
        for (name, text) in [("one", "The rain fell."), ("#1", "I am sorry."), ("", "Come to the harbour.")] {
            bank.keep(Memory { name: name.into(), ..said(7, text) }).expect("kept");
        }
        bank
    }

    #[test]
    fn by_name_then_number_then_how_long_ago() {
        let bank = bank();
        let id = |choice: &str| bank.choose(choice).map(|memory| memory.id);
        assert_eq!(id("ONE"), Ok(1));
        assert_eq!(id("#1"), Ok(2), "a name comes first");
        assert_eq!((id("#3"), id("#-1"), id("#-3")), (Ok(3), Ok(3), Ok(1)));
        assert_eq!(id("#9"), Err(MemoryError::Gone { id: 9 }));
        for choice in ["", "#", "#-", "#-0", "#-4", "#-99999999999999999999", "#x", "sorry"] {
            assert!(matches!(id(choice), Err(MemoryError::Unknown { .. })), "{choice:?}");
        }
    }

    #[test]
    fn by_words_only_if_they_were_said() {
        let bank = bank();
        let id = |choice: &str| bank.choose_or_said(choice).map(|memory| memory.id);
        assert_eq!((id("sorry"), id("harbours"), id("one")), (Ok(2), Ok(3), Ok(1)));
        for choice in ["", "elephant", "tomorrow's weather", "#-9"] {
            assert!(matches!(id(choice), Err(MemoryError::Unknown { .. })), "{choice:?}");
        }
        assert_eq!(MemoryBank::default().choose_or_said("sorry").ok(), None);
    }
}
