//! All memories of an instance.

use super::error::MemoryError;
use super::fading::{MAX_TAKE_BYTES, check_names, check_tags, fitted};
use super::manner::{FieldPattern, MannerCoefficients};
use super::recollection::Recollection;
use super::record::Memory;
use super::session::Session;
use crate::text::MEANING;
use std::sync::Arc;

/// Share of a melody's shape that a recollection puts on what is said: words keep the rest of their own.
const MELODY_SHARE: f32 = 0.6;

/// A memory and its chunk, which is made once: states are saved far more often than memories change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    pub memory: Memory,
    pub chunk: Arc<[u8]>,
}

impl Kept {
    pub fn new(memory: Memory) -> Self {
        let chunk = memory.to_chunk(true).into();
        Self { memory, chunk }
    }

    pub fn bytes(&self) -> usize {
        self.chunk.len()
    }

    pub fn take_bytes(&self) -> usize {
        self.memory.take.as_ref().map_or(0, Vec::len)
    }
}

/// Memories in the order in which they were made, bounded in number and bytes, and the session that they belong to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemoryBank {
    pub(super) kept: Vec<Kept>,
    pub(super) last_id: u64,
    pub(super) session: Session,
}

impl MemoryBank {
    /// Takes a memory in, at the present session time; returns its id. A named one is pinned. Its text is cut at
    /// [`super::MAX_TEXT_BYTES`], and a take above [`super::MAX_TAKE_BYTES`] is left out. If there is no room, weaker ones fade.
    ///
    /// # Errors
    /// There is one of this name already, a number of it is none, its name or tags are too long, or pinned ones fill the
    /// bank.
    pub fn keep(&mut self, memory: Memory) -> Result<u64, MemoryError> {
        let memory = fitted(memory)?;
        self.check_name(&memory.name, None)?;
        let (id, now_s) = (self.last_id + 1, self.session.stamp_s());
        let kept = Kept::new(Memory { id, at_s: now_s, used_s: now_s, ..memory });
        self.check_room(&kept)?;
        self.last_id = id;
        self.session.note(&kept.memory);
        self.kept.push(kept);
        self.fade();
        Ok(id)
    }

    /// Lets session time go on.
    pub fn advance(&mut self, dt_s: f64) {
        self.session.advance(dt_s);
    }

    /// Session time, s: all that [`Self::advance`] was told, over all sessions.
    pub fn now_s(&self) -> f64 {
        self.session.now_s
    }

    /// All, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Memory> + ExactSizeIterator {
        self.kept.iter().map(|kept| &kept.memory)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The newest of this session that is still there; without one the newest of all.
    pub fn latest(&self) -> Option<&Memory> {
        let said = self.session.ids().rev().find_map(|id| self.get(id));
        said.or_else(|| self.iter().next_back())
    }

    /// The newest, newest first.
    pub fn recent(&self, count: usize) -> impl Iterator<Item = &Memory> {
        self.iter().rev().take(count)
    }

    /// The one with this id.
    pub fn get(&self, id: u64) -> Option<&Memory> {
        self.at(id).ok().map(|at| &self.kept[at].memory)
    }

    pub(super) fn at(&self, id: u64) -> Result<usize, MemoryError> {
        self.kept.binary_search_by_key(&id, |kept| kept.memory.id).map_err(|_| MemoryError::Gone { id })
    }

    /// Changes a memory, or leaves everything as it is.
    pub(super) fn change(&mut self, id: u64, change: impl FnOnce(&mut Memory)) -> Result<(), MemoryError> {
        let at = self.at(id)?;
        let mut memory = self.kept[at].memory.clone();
        change(&mut memory);
        let kept = Kept::new(memory);
        if kept.memory.pinned {
            self.check_room(&kept)?;
        }
        self.kept[at] = kept;
        self.fade();
        Ok(())
    }

    /// The one with this name; letters' case does not matter.
    ///
    /// # Errors
    /// There is none; tells what names there are.
    pub fn by_name(&self, name: &str) -> Result<&Memory, MemoryError> {
        let named = |memory: &&Memory| !name.is_empty() && same_name(&memory.name, name);
        self.iter().find(named).ok_or_else(|| MemoryError::Unknown {
            name: name.to_owned(),
            known: self.iter().map(|memory| memory.name.clone()).filter(|own| !own.is_empty()).collect(),
        })
    }

    pub(super) fn check_name(&self, name: &str, own: Option<u64>) -> Result<(), MemoryError> {
        let taken = |memory: &&Memory| Some(memory.id) != own && same_name(&memory.name, name);
        match self.iter().find(|memory| !name.is_empty() && taken(memory)) {
            Some(memory) => Err(MemoryError::NameTaken { name: memory.name.clone() }),
            None => Ok(()),
        }
    }

    /// Gives a memory a name, or none; a named one is pinned.
    ///
    /// # Errors
    /// It is gone, the name is too long or another one's, or pinned ones fill the bank.
    pub fn rename(&mut self, id: u64, name: &str) -> Result<(), MemoryError> {
        check_names(&[name.to_owned()])?;
        self.check_name(name, Some(id))?;
        self.change(id, |memory| {
            memory.pinned |= !name.is_empty();
            name.clone_into(&mut memory.name);
        })
    }

    /// Replaces a memory's tags.
    ///
    /// # Errors
    /// It is gone, there are too many or too long ones, or pinned ones fill the bank.
    pub fn tag(&mut self, id: u64, tags: Vec<String>) -> Result<(), MemoryError> {
        check_tags(&tags)?;
        self.change(id, |memory| memory.tags = tags)
    }

    /// Keeps a memory from fading, or no longer.
    ///
    /// # Errors
    /// It is gone, or pinned ones fill the bank.
    pub fn pin(&mut self, id: u64, pinned: bool) -> Result<(), MemoryError> {
        self.change(id, |memory| memory.pinned = pinned)
    }

    /// Gives a memory what it needs to be said again; too much of it is left out.
    ///
    /// # Errors
    /// It is gone.
    pub fn give_take(&mut self, id: u64, take: Vec<u8>) -> Result<(), MemoryError> {
        self.change(id, |memory| memory.take = Some(take).filter(|take| take.len() <= MAX_TAKE_BYTES))?;
        self.fade();
        Ok(())
    }

    /// Notes that a memory was called back: it is as strong as new, and fades more slowly.
    ///
    /// # Errors
    /// It is gone.
    pub fn touch(&mut self, id: u64) -> Result<(), MemoryError> {
        let (at, now_s) = (self.at(id)?, self.session.stamp_s());
        let memory = self.kept[at].memory.clone();
        self.kept[at] = Kept::new(Memory { uses: memory.uses.saturating_add(1), used_s: now_s, ..memory });
        self.fade();
        Ok(())
    }

    /// Forgets a memory: no byte of it stays, nor its point in the history.
    ///
    /// # Errors
    /// It is gone already.
    pub fn forget(&mut self, id: u64) -> Result<(), MemoryError> {
        let at = self.at(id)?;
        self.kept.remove(at);
        self.session.forget(id);
        Ok(())
    }

    /// Forgets all, and the session's history.
    pub fn clear(&mut self) {
        self.kept.clear();
        self.session.reset();
    }

    /// Forgets what was said but not how: texts, takes (which hold them) and meanings (from which they could be guessed).
    /// Names and tags stay.
    pub fn forget_texts(&mut self) {
        for kept in &mut self.kept {
            let memory = kept.memory.clone();
            *kept = Kept::new(Memory { text: None, take: None, meaning: [0.0; MEANING], ..memory });
        }
    }

    /// A bank of some of the memories, without a session.
    ///
    /// # Errors
    /// One of them is gone.
    pub fn subset(&self, ids: &[u64]) -> Result<Self, MemoryError> {
        let mut at = ids.iter().map(|id| self.at(*id)).collect::<Result<Vec<_>, _>>()?;
        at.sort_unstable();
        at.dedup();
        let kept = at.into_iter().map(|at| self.kept[at].clone()).collect();
        Ok(Self {
            kept,
            last_id: self.last_id,
            session: Session { now_s: self.now_s(), ..Session::default() },
        })
    }

    /// A manner to speak in: these memories, each with its weight; the weights' sum counts as 1.
    ///
    /// # Errors
    /// One of them is gone, or no weight is above 0.
    pub fn recollect(&self, parts: &[(u64, f32)]) -> Result<Recollection, MemoryError> {
        let weight = |weight: f32| if weight.is_finite() { weight.max(0.0) } else { 0.0 };
        let total: f32 = parts.iter().map(|part| weight(part.1)).sum();
        if total <= 0.0 {
            return Err(MemoryError::Weightless);
        }
        let mut found = Vec::with_capacity(parts.len());
        for (id, own) in parts {
            let memory = self.get(*id).ok_or(MemoryError::Gone { id: *id })?;
            found.push((memory, weight(*own) / total));
        }
        let heaviest = found.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|part| part.0);
        let longest = found.iter().map(|part| part.0.field.learned.len()).max().unwrap_or(0);
        let mut learned = vec![0.0; longest];
        for (memory, weight) in &found {
            learned.iter_mut().zip(&memory.field.learned).for_each(|(sum, k)| *sum += weight * k);
        }
        Ok(Recollection {
            manner: MannerCoefficients::blend(found.iter().map(|(memory, weight)| (&memory.manner, *weight))),
            // Phases have no mean of which anything could be expected: those of the strongest memory count.
            field: FieldPattern {
                phasors: heaviest.map(|memory| memory.field.phasors.clone()).unwrap_or_default(),
                learned,
            },
            melody: MELODY_SHARE,
        })
    }
}

pub(super) fn same_name(a: &str, b: &str) -> bool {
    a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::super::samples::said;
    use super::*;

    #[test]
    fn names_are_one_memory_each() {
        let mut bank = MemoryBank::default();
        let sorry = bank.keep(Memory { name: "Sorry".into(), ..said(1, "I am so sorry.") }).expect("kept");
        let other = bank.keep(said(2, "Never mind.")).expect("kept");
        let again = bank.keep(Memory { name: "sorry".into(), ..said(3, "Sorry again.") });
        assert_eq!(again, Err(MemoryError::NameTaken { name: "Sorry".into() }));
        assert!(bank.rename(other, "SORRY").is_err() && bank.rename(sorry, "SORRY").is_ok());
        assert_eq!(bank.by_name("sorry").map(|memory| memory.id), Ok(sorry));
        assert_eq!(
            bank.by_name("joy"),
            Err(MemoryError::Unknown { name: "joy".into(), known: vec!["SORRY".into()] })
        );
        assert!(bank.by_name("").is_err(), "what has no name is not called so");
        assert!(bank.get(sorry).is_some_and(|memory| memory.pinned));
        assert!(bank.get(other).is_some_and(|memory| !memory.pinned));
        assert_eq!(bank.recent(1).map(|memory| memory.id).collect::<Vec<_>>(), [other]);
    }

    #[test]
    fn what_is_gone_is_told() {
        let mut bank = MemoryBank::default();
        let id = bank.keep(said(1, "Gone soon.")).expect("kept");
        bank.forget(id).expect("there");
        let gone = Err(MemoryError::Gone { id });
        assert_eq!(bank.forget(id), gone);
        assert_eq!(bank.touch(id), gone);
        assert_eq!(bank.rename(id, "x"), gone);
        assert_eq!(bank.pin(id, true), gone);
        assert_eq!(bank.recollect(&[(id, 1.0)]).err(), gone.err());
        assert!(bank.latest().is_none() && bank.history().next().is_none());
        assert_ne!(bank.keep(said(2, "Another.")), Ok(id), "ids are not given twice");
        let broken = Memory { felt: [f32::NAN; 3], ..said(3, "") };
        assert_eq!(bank.keep(broken), Err(MemoryError::Unsound));
    }

    #[test]
    fn blends_take_all_couplings_and_the_strongest_phases() {
        let mut bank = MemoryBank::default();
        let mut bare = said(1, "One.");
        bare.field = FieldPattern::default();
        let bare = bank.keep(bare).expect("kept");
        let full = bank.keep(said(2, "Two.")).expect("kept");
        let recollection = bank.recollect(&[(bare, 3.0), (full, 1.0)]).expect("both are there");
        let own = &bank.get(full).expect("kept").field;
        assert!(recollection.field.phasors.is_empty());
        assert_eq!(recollection.field.learned.len(), own.learned.len());
        assert!((recollection.field.learned[0] - own.learned[0] / 4.0).abs() < 1e-4);
        assert_eq!(bank.recollect(&[(full, f32::NAN), (bare, -1.0)]).err(), Some(MemoryError::Weightless));
        assert_eq!(bank.recollect(&[]).err(), Some(MemoryError::Weightless));
    }
}
