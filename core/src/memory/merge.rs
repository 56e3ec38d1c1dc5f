//! Two banks become one.

use super::bank::{Kept, MemoryBank};
use super::error::MemoryError;
use super::fading::{MAX_BYTES, MAX_MEMORIES, strength};
use super::record::Memory;
use crate::text::MEANING;

/// What became of the other bank's memories.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MergeReport {
    /// How many were taken in.
    pub taken: usize,
    /// How many were known already; what the own one lacked (text, take, name) was added.
    pub known: usize,
    /// Names that were taken: the other's, and what it is called now.
    pub renamed: Vec<(String, String)>,
    /// How many of those taken had to leave their takes behind.
    pub without_take: usize,
    /// How many did not fit.
    pub left_out: usize,
}

impl MemoryBank {
    /// Takes another bank's memories in, in their order and as old as they are. Nothing of the own bank is lost: where
    /// there is too little room, the other's weakest do without their takes or stay outside. The session is the own.
    pub fn merge(&mut self, other: MemoryBank) -> MergeReport {
        let mut report = MergeReport::default();
        let later_s = self.now_s() - other.now_s();
        let mut new = Vec::new();
        for kept in other.kept {
            match self.twin_of(&kept.memory) {
                Some(at) => {
                    report.known += 1;
                    self.complete(at, kept.memory);
                }
                None => new.push(kept.memory),
            }
        }
        for memory in &mut new {
            memory.at_s = whole_ms(memory.at_s + later_s);
            memory.used_s = whole_ms(memory.used_s + later_s);
        }
        for memory in self.fitting(new, &mut report) {
            self.last_id += 1;
            let mut memory = Memory { id: self.last_id, ..memory };
            if self.check_name(&memory.name, None).is_err() {
                let name = self.free_name(&memory.name);
                report.renamed.push((std::mem::replace(&mut memory.name, name.clone()), name));
            }
            self.kept.push(Kept::new(memory));
            report.taken += 1;
        }
        report
    }

    /// Those for which there is room, the strongest first served, in their order.
    fn fitting(&self, new: Vec<Memory>, report: &mut MergeReport) -> Vec<Memory> {
        let (mut bytes, mut count) = (self.bytes(), self.len());
        let mut order: Vec<usize> = (0..new.len()).collect();
        let strength = |at: &usize| (new[*at].pinned, strength(&new[*at], self.now_s()));
        order.sort_by(|a, b| {
            let (a, b) = (strength(a), strength(b));
            b.0.cmp(&a.0).then(b.1.total_cmp(&a.1))
        });
        let mut place = vec![None; new.len()];
        for at in order {
            // Room for a longer id and a changed name.
            let whole = new[at].to_chunk(true).len() + 16;
            let take = new[at].take.as_ref().map_or(0, Vec::len);
            for (size, with_take) in [(whole, true), (whole - take, false)] {
                if place[at].is_none() && bytes + size <= MAX_BYTES && count < MAX_MEMORIES {
                    (bytes, count) = (bytes + size, count + 1);
                    place[at] = Some(with_take);
                }
            }
        }
        report.left_out += place.iter().filter(|place| place.is_none()).count();
        let mut fitted = Vec::new();
        for (mut memory, place) in new.into_iter().zip(place) {
            let Some(with_take) = place else { continue };
            if !with_take {
                report.without_take += usize::from(memory.take.take().is_some());
            }
            fitted.push(memory);
        }
        fitted
    }

    /// The own memory of the same utterance.
    fn twin_of(&self, other: &Memory) -> Option<usize> {
        self.kept.iter().position(|kept| same_utterance(&kept.memory, other))
    }

    /// Adds to an own memory what only the other one still has, if there is room.
    fn complete(&mut self, at: usize, other: Memory) {
        let own = &self.kept[at].memory;
        let mut whole = own.clone();
        whole.text = whole.text.or(other.text);
        whole.take = whole.take.or(other.take);
        if whole.meaning == [0.0; MEANING] {
            whole.meaning = other.meaning;
        }
        if whole.name.is_empty() && self.check_name(&other.name, None).is_ok() {
            whole.pinned |= other.pinned;
            whole.name = other.name;
        }
        if whole == *own {
            return;
        }
        let kept = Kept::new(whole);
        if self.bytes() + kept.bytes() - self.kept[at].bytes() <= MAX_BYTES {
            self.kept[at] = kept;
        }
    }
}

/// Whether two memories are of one utterance, whatever they are called and whatever of them has faded.
fn same_utterance(a: &Memory, b: &Memory) -> bool {
    let same = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
    a.unix_s == b.unix_s
        && a.duration_s == b.duration_s
        && a.syllables == b.syllables
        && a.felt == b.felt
        && a.persona == b.persona
        && same(&a.text, &b.text)
        && a.manner == b.manner
        && a.field == b.field
}

fn whole_ms(s: f64) -> f64 {
    (s * 1e3).round() / 1e3
}

impl MergeReport {
    /// Whether nothing was left behind.
    pub fn is_whole(&self) -> bool {
        self.without_take == 0 && self.left_out == 0
    }

    /// What was left behind, as an error that says what to do.
    pub fn loss(&self) -> Option<MemoryError> {
        (self.left_out > 0).then_some(MemoryError::NoRoom { count: self.left_out })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bank_of, noise_bytes, said};
    use super::*;

    fn named(name: &str, seed: u64) -> Memory {
        Memory { name: name.into(), ..said(seed, "Something was said.") }
    }

    #[test]
    fn what_is_known_is_not_doubled() {
        let (mut bank, same) = (bank_of(6), bank_of(6));
        let before = bank.clone();
        assert_eq!(bank.merge(same), MergeReport { known: 6, ..MergeReport::default() });
        assert_eq!(bank, before);
        assert_eq!(bank.merge(MemoryBank::default()), MergeReport::default());
        assert_eq!(bank, before);
        let mut empty = MemoryBank::default();
        assert_eq!(empty.merge(before).taken, 6);
        assert_eq!(empty.merge(bank).known, 6);
    }

    #[test]
    fn an_own_memory_gets_back_what_it_lacks() {
        let (mut bank, whole) = (bank_of(3), bank_of(3));
        bank.forget_texts();
        let mut other = whole.clone();
        other.rename(2, "second").expect("there");
        assert_eq!(bank.merge(other).known, 3);
        let (own, its) = (bank.get(2).expect("there"), whole.get(2).expect("there"));
        assert_eq!((&own.text, &own.take, own.meaning), (&its.text, &its.take, its.meaning));
        assert!(own.name == "second" && own.pinned);
    }

    #[test]
    fn names_stay_one_memory_each() {
        let mut bank = MemoryBank::default();
        bank.keep(named("Sorry", 1)).expect("kept");
        bank.keep(named("sorry (2)", 2)).expect("kept");
        let mut other = MemoryBank::default();
        other.keep(named("sorry", 3)).expect("kept");
        other.keep(named("joy", 4)).expect("kept");
        let report = bank.merge(other);
        assert_eq!(report.renamed, [("sorry".to_owned(), "sorry (3)".to_owned())]);
        assert_eq!((report.taken, report.is_whole(), report.loss()), (2, true, None));
        let names: Vec<_> = bank.iter().map(|memory| memory.name.as_str()).collect();
        assert_eq!(names, ["Sorry", "sorry (2)", "sorry (3)", "joy"]);
    }

    #[test]
    fn memories_are_as_old_as_they_were() {
        let (mut bank, mut other) = (bank_of(2), bank_of(0));
        let id = other.keep(said(50, "Long ago.")).expect("kept");
        other.advance(660.0);
        let before = other.strength(other.get(id).expect("there"));
        bank.merge(other);
        let own = bank.iter().next_back().expect("taken");
        assert!((bank.strength(own) - before).abs() < 1e-5 && before < 0.8);
        assert_eq!(bank.latest().map(|memory| memory.id), Some(2), "the session is the own");
    }

    #[test]
    fn the_own_bank_stays_whole_where_room_is_short() {
        let large =
            |seed: u64| Memory { take: Some(noise_bytes(seed, 60_000)), ..named(&format!("n{seed}"), seed) };
        let (mut bank, mut other) = (MemoryBank::default(), MemoryBank::default());
        for seed in 0..6 {
            bank.keep(large(seed)).expect("kept");
            other.keep(large(seed + 20)).expect("kept");
        }
        let before = bank.clone();
        let report = bank.merge(other);
        assert_eq!((report.taken, report.left_out), (6, 0));
        assert!((2..=4).contains(&report.without_take), "{report:?}");
        assert!(bank.bytes() <= MAX_BYTES && before.iter().all(|own| bank.get(own.id) == Some(own)));
    }
}
