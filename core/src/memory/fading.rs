//! How much is remembered, and what goes first when it is too much.
//!
//! A memory is as strong as on its first day for 60 s of session time (the span of working memory), then its strength
//! decays exponentially; every recall renews it and makes it decay more slowly. Session time is told by the caller and
//! stands still between sessions. When a bank is over its bounds the weakest fade in two stages: their takes first, so
//! that they cannot be replayed any more but their manner stays, then all of them. Pinned ones never fade.

use super::bank::{Kept, MemoryBank};
use super::error::MemoryError;
use super::record::Memory;

/// Memories of a bank at most. Those of ordinary speech reach [`MAX_BYTES`] first.
pub const MAX_MEMORIES: usize = 4000;
/// Bytes of all memories' chunks at most: as texts in a project's state they stay below 1 MB with all that is around them.
pub const MAX_BYTES: usize = 600_000;
/// Bytes that takes of memories which are not pinned may hold while there is no room: a third, so that the last lines can
/// be replayed and the manners of far more are known. Never more than a third of what pinned ones leave.
pub const MAX_TAKES_BYTES: usize = 200_000;
/// Characters of a name or tag.
pub const MAX_NAME: usize = 60;
/// Tags of a memory.
pub const MAX_TAGS: usize = 8;
/// Bytes of a text that are kept; it is cut at a character's border.
pub const MAX_TEXT_BYTES: usize = 4096;
/// Bytes of a take; a longer one is not kept.
pub const MAX_TAKE_BYTES: usize = 64 * 1024;
/// Bytes of the persona's name.
pub(super) const MAX_PERSONA_BYTES: usize = 200;
/// How long a memory stays as it is, s of session time.
pub const HOLD_S: f64 = 60.0;
/// Time constant of the decay after that, s: within half an hour's work a matter may come back; a line from an hour ago
/// is at a seventh, one from yesterday's three hours at nothing unless it was called back or pinned.
pub const DECAY_S: f64 = 1800.0;

/// How strong a memory is at the session time `now_s`, 0..=1.
pub(super) fn strength(memory: &Memory, now_s: f64) -> f32 {
    if memory.pinned {
        return 1.0;
    }
    let fading_s = (now_s - memory.used_s - HOLD_S).max(0.0);
    (-fading_s / (DECAY_S * (1.0 + f64::from(memory.uses)))).exp() as f32
}

/// A text of at most so many bytes, cut where a character ends.
pub(super) fn cut(text: &mut String, bytes: usize) {
    text.truncate(text.floor_char_boundary(bytes));
}

/// Makes a new memory fit for keeping.
///
/// # Errors
/// A number in it is none, or a name or the tags are too long.
pub(super) fn fitted(mut memory: Memory) -> Result<Memory, MemoryError> {
    if !memory.is_sound() {
        return Err(MemoryError::Unsound);
    }
    check_names(std::slice::from_ref(&memory.name))?;
    check_tags(&memory.tags)?;
    if let Some(text) = &mut memory.text {
        cut(text, MAX_TEXT_BYTES);
    }
    cut(&mut memory.persona, MAX_PERSONA_BYTES);
    memory.take = memory.take.filter(|take| take.len() <= MAX_TAKE_BYTES);
    memory.pinned |= !memory.name.is_empty();
    Ok(memory.rounded())
}

pub(super) fn check_names(names: &[String]) -> Result<(), MemoryError> {
    let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    if longest > MAX_NAME { Err(MemoryError::LongName { chars: longest }) } else { Ok(()) }
}

pub(super) fn check_tags(tags: &[String]) -> Result<(), MemoryError> {
    if tags.len() > MAX_TAGS {
        return Err(MemoryError::ManyTags { count: tags.len() });
    }
    check_names(tags)
}

impl MemoryBank {
    /// How strong a memory is now, 0..=1: 1 for 60 s and for pinned ones, then decaying.
    pub fn strength(&self, memory: &Memory) -> f32 {
        strength(memory, self.now_s())
    }

    /// Bytes of all memories as they are saved, before base64; at most [`MAX_BYTES`].
    pub fn bytes(&self) -> usize {
        self.kept.iter().map(Kept::bytes).sum()
    }

    /// Whether a memory has a place among the pinned ones, whatever has to fade for it.
    ///
    /// # Errors
    /// It has none.
    pub(super) fn check_room(&self, new: &Kept) -> Result<(), MemoryError> {
        let others = || self.kept.iter().filter(|kept| kept.memory.pinned && kept.memory.id != new.memory.id);
        // What is not pinned can do without its take.
        let own = if new.memory.pinned { new.bytes() } else { new.bytes() - new.take_bytes() };
        let bytes = own + others().map(Kept::bytes).sum::<usize>();
        let memories = 1 + others().count();
        if bytes > MAX_BYTES || memories > MAX_MEMORIES {
            return Err(MemoryError::Full { memories, bytes });
        }
        Ok(())
    }

    /// Lets the weakest fade until the bounds hold; returns how many were forgotten.
    pub(super) fn fade(&mut self) -> usize {
        let mut bytes = self.bytes();
        if bytes <= MAX_BYTES && self.kept.len() <= MAX_MEMORIES {
            return 0;
        }
        let now_s = self.now_s();
        let mut weakest: Vec<usize> =
            (0..self.kept.len()).filter(|at| !self.kept[*at].memory.pinned).collect();
        let key = |at: &usize| (strength(&self.kept[*at].memory, now_s), self.kept[*at].memory.id);
        weakest.sort_by(|a, b| key(a).0.total_cmp(&key(b).0).then(key(a).1.cmp(&key(b).1)));
        let mut takes: usize = weakest.iter().map(|at| self.kept[*at].take_bytes()).sum();
        let pinned: usize = self.kept.iter().filter(|kept| kept.memory.pinned).map(Kept::bytes).sum();
        let most_takes = MAX_TAKES_BYTES.min(MAX_BYTES.saturating_sub(pinned) / 3);
        for at in &weakest {
            if bytes > MAX_BYTES && takes > most_takes {
                takes -= self.kept[*at].take_bytes();
                bytes -= self.drop_take(*at);
            }
        }
        let (mut left, mut gone) = (self.kept.len(), Vec::new());
        let strongest = weakest.last().copied();
        for at in weakest {
            if bytes > MAX_BYTES || left > MAX_MEMORIES {
                if Some(at) == strongest && left <= MAX_MEMORIES {
                    // What was said just now stays at least as a manner, if that has a place.
                    bytes -= self.drop_take(at);
                    if bytes <= MAX_BYTES {
                        continue;
                    }
                }
                bytes -= self.kept[at].bytes();
                left -= 1;
                gone.push(self.kept[at].memory.id);
            }
        }
        gone.sort_unstable();
        self.kept.retain(|kept| gone.binary_search(&kept.memory.id).is_err());
        self.session.faded(&gone);
        gone.len()
    }

    /// Lets a memory's take fade; returns the bytes that this sets free.
    fn drop_take(&mut self, at: usize) -> usize {
        let kept = &mut self.kept[at];
        let before = kept.bytes();
        if kept.memory.take.is_some() {
            *kept = Kept::new(Memory { take: None, ..kept.memory.clone() });
        }
        before - kept.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{noise_bytes, said};
    use super::*;

    fn taking(seed: u64, bytes: usize) -> Memory {
        Memory { take: Some(noise_bytes(seed, bytes)), ..said(seed, "Something of no weight was said.") }
    }

    #[test]
    fn strength_decays_exponentially_after_a_minute() {
        let memory = said(1, "Hello.");
        let at = |now_s: f64, uses: u32| strength(&Memory { uses, ..memory.clone() }, now_s);
        for (now_s, uses, expected) in [
            (0.0, 0, 1.0),
            (60.0, 0, 1.0),
            (60.0 + 1800.0, 0, (-1.0_f32).exp()),
            (60.0 + 3600.0, 0, (-2.0_f32).exp()),
            (60.0 + 3600.0, 1, (-1.0_f32).exp()),
            (60.0 + 5400.0, 2, (-1.0_f32).exp()),
        ] {
            assert!((at(now_s, uses) - expected).abs() < 1e-6, "{now_s} {uses}: {}", at(now_s, uses));
        }
        assert_eq!(strength(&Memory { pinned: true, ..memory }, 1e9), 1.0);
    }

    #[test]
    fn a_recall_renews_a_memory() {
        let mut bank = MemoryBank::default();
        let id = bank.keep(said(1, "Hello.")).expect("kept");
        bank.advance(600.0);
        let before = bank.strength(bank.get(id).expect("kept"));
        bank.touch(id).expect("there");
        assert!(before < 0.75 && bank.strength(bank.get(id).expect("kept")) == 1.0);
        bank.advance(f64::NAN);
        bank.advance(-5.0);
        assert_eq!(bank.now_s(), 600.0);
    }

    #[test]
    fn takes_fade_before_manners_and_the_weakest_first() {
        let mut bank = MemoryBank::default();
        let old = bank.keep(taking(1, 60_000)).expect("kept");
        let used = bank.keep(taking(2, 60_000)).expect("kept");
        let named = Memory { name: "named".into(), ..taking(3, 60_000) };
        let named = bank.keep(named).expect("kept");
        bank.advance(3600.0);
        bank.touch(used).expect("there");
        bank.advance(120.0);
        let mut ids = Vec::new();
        for seed in 4..11 {
            ids.push(bank.keep(taking(seed, 60_000)).expect("kept"));
        }
        let without = |bank: &MemoryBank| {
            assert!(bank.bytes() <= MAX_BYTES);
            let ids = bank.iter().filter(|memory| memory.take.is_none()).map(|memory| memory.id);
            ids.collect::<Vec<u64>>()
        };
        assert_eq!(without(&bank), [old], "a pinned one stays, one that was called back too");
        ids.push(bank.keep(taking(11, 60_000)).expect("kept"));
        assert_eq!(without(&bank), [old, used]);
        bank.keep(taking(12, 60_000)).expect("kept");
        assert_eq!(without(&bank), [old, used, ids[0]], "the oldest of the fresh ones");
        assert!(bank.get(named).expect("pinned").take.is_some() && bank.len() == 12);
    }

    #[test]
    fn what_is_pinned_has_its_bound_and_nothing_is_lost_at_it() {
        let mut bank = MemoryBank::default();
        let mut pinned = 0;
        let error = loop {
            let memory = Memory { name: format!("n{pinned}"), ..taking(pinned, 60_000) };
            match bank.keep(memory) {
                Ok(_) => pinned += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, MemoryError::Full { memories: 10, .. }) && pinned == 9, "{error}");
        let plain = bank.keep(taking(99, 60_000)).expect("its manner has a place");
        assert_eq!((bank.len(), bank.get(plain).map(|memory| &memory.take)), (10, Some(&None)));
        let small = bank.keep(taking(100, 2000)).expect("kept");
        assert!(bank.get(small).expect("kept").take.is_some() && bank.bytes() <= MAX_BYTES);
        for seed in 101..150 {
            bank.keep(said(seed, &"word ".repeat(800))).expect("kept");
        }
        let last = bank.keep(taking(200, 40_000)).expect("kept");
        assert!(bank.get(last).is_some() && bank.bytes() <= MAX_BYTES);
        assert_eq!(bank.iter().filter(|memory| memory.pinned).count(), 9);
        // Pinned memory by memory, until one more is refused: all that were pinned are there.
        let mut count = 9;
        let error = loop {
            match bank.keep(Memory { name: format!("n{count}"), ..said(count, "") }) {
                Ok(_) => count += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, MemoryError::Full { .. }), "{error}");
        let names = |bank: &MemoryBank| bank.iter().filter(|memory| memory.pinned).count() as u64;
        assert!(names(&bank) == count && count > 20 && bank.bytes() <= MAX_BYTES);
    }

    #[test]
    fn names_tags_and_texts_are_bounded() {
        let mut bank = MemoryBank::default();
        let long = Memory { name: "ä".repeat(MAX_NAME + 1), ..said(1, "") };
        assert_eq!(bank.keep(long), Err(MemoryError::LongName { chars: MAX_NAME + 1 }));
        let tags = vec!["tag".to_owned(); MAX_TAGS + 1];
        assert_eq!(
            bank.keep(Memory { tags: tags.clone(), ..said(1, "") }),
            Err(MemoryError::ManyTags { count: 9 })
        );
        let id = bank.keep(Memory { take: Some(vec![0; MAX_TAKE_BYTES + 1]), ..said(1, &"é".repeat(9999)) });
        let id = id.expect("kept");
        assert!(bank.tag(id, tags).is_err() && bank.rename(id, &"x".repeat(61)).is_err());
        let memory = bank.get(id).expect("kept");
        assert_eq!((memory.text.as_ref().map(String::len), &memory.take), (Some(MAX_TEXT_BYTES), &None));
    }

    #[test]
    fn ten_thousand_utterances_stay_below_a_megabyte() {
        let mut bank = MemoryBank::default();
        let named = bank.keep(Memory { name: "first".into(), ..taking(0, 3000) }).expect("kept");
        for seed in 1..=10_000 {
            bank.keep(taking(seed, 3000)).expect("kept");
            bank.advance(4.0);
        }
        let texts = bank.to_texts(true);
        // As a state holds them: JSON strings in a list, itself in a JSON string.
        let total: usize = texts.iter().map(|text| text.len() + r#"\"\","#.len()).sum();
        let takes = bank.iter().filter(|memory| memory.take.is_some()).count();
        println!("{} memories, {takes} with takes, {} bytes, {total} as texts", bank.len(), bank.bytes());
        assert!(total < 1_000_000 && bank.bytes() <= MAX_BYTES, "{total} {}", bank.bytes());
        assert!(bank.len() > 400 && takes > 50, "{} {takes}", bank.len());
        assert!(bank.get(named).expect("pinned").take.is_some());
        assert_eq!(bank.latest().map(|memory| memory.id), Some(10_001));
        assert!(bank.history().count() <= 500);
        let ids: Vec<u64> = bank.iter().map(|memory| memory.id).collect();
        assert!(ids[1..].windows(2).all(|pair| pair[1] == pair[0] + 1), "the oldest go first");
    }
}
