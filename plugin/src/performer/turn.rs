//! Whose turn it is: the unit that the next note speaks.

use crate::performance::Advance;

/// Where the shuffle begins, so that a bounce is the same twice.
const SEED: u64 = 0x7073_6976_6f78_0001;

/// The place in the text.
#[derive(Debug)]
pub(super) struct Turn {
    /// The unit that comes next.
    next: usize,
    /// The parameter `line` as it was seen last: only a change moves the place.
    line: i32,
    last: Option<usize>,
    random: u64,
}

impl Default for Turn {
    fn default() -> Self {
        Self { next: 0, line: 1, last: None, random: SEED }
    }
}

impl Turn {
    /// From the start.
    pub fn reset(&mut self) {
        *self = Self { next: (self.line.max(1) - 1) as usize, line: self.line, ..Self::default() };
    }

    /// The parameter `line`, counted from 1; where it moves, the next turn is its.
    pub fn hear(&mut self, line: i32) {
        if line != self.line {
            self.line = line;
            self.next = (line.max(1) - 1) as usize;
        }
    }

    /// The unit of a note among `count` of them.
    pub fn take(&mut self, advance: Advance, count: usize) -> Option<usize> {
        let last = count.checked_sub(1)?;
        let unit = match advance {
            Advance::Next => self.next % count,
            Advance::Stay => ((self.line.max(1) - 1) as usize).min(last),
            Advance::Shuffle => self.any(count),
        };
        self.next = unit + 1;
        self.last = Some(unit);
        Some(unit)
    }

    /// Any unit but the last one.
    fn any(&mut self, count: usize) -> usize {
        // Marsaglia's xorshift, 64 bits (2003, "Xorshift RNGs").
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let draw = |among: usize| (self.random % among as u64) as usize;
        match self.last.filter(|last| count > 1 && *last < count) {
            Some(last) => (last + 1 + draw(count - 1)) % count,
            None => draw(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(turn: &mut Turn, advance: Advance, count: usize, notes: usize) -> Vec<usize> {
        (0..notes).map(|_| turn.take(advance, count).expect("units")).collect()
    }

    #[test]
    fn notes_go_through_the_text() {
        let mut turn = Turn::default();
        assert_eq!(turns(&mut turn, Advance::Next, 3, 5), [0, 1, 2, 0, 1]);
        turn.hear(3);
        assert_eq!(turns(&mut turn, Advance::Next, 3, 2), [2, 0]);
        turn.hear(3);
        assert_eq!(turns(&mut turn, Advance::Next, 3, 1), [1], "only a change moves the place");
        assert_eq!(turns(&mut turn, Advance::Stay, 3, 2), [2, 2]);
        assert_eq!(turns(&mut turn, Advance::Stay, 2, 1), [1], "the last one stands for those that are gone");
        turn.reset();
        assert_eq!(turns(&mut turn, Advance::Next, 9, 1), [2]);
        assert_eq!(turn.take(Advance::Next, 0), None);
    }

    #[test]
    fn a_shuffle_repeats_nothing_at_once_and_itself_after_a_reset() {
        let mut turn = Turn::default();
        let first = turns(&mut turn, Advance::Shuffle, 4, 200);
        assert!(first.windows(2).all(|pair| pair[0] != pair[1]));
        assert!((0..4).all(|unit| first.contains(&unit)));
        turn.reset();
        assert_eq!(turns(&mut turn, Advance::Shuffle, 4, 200), first);
        assert_eq!(turns(&mut turn, Advance::Shuffle, 1, 2), [0, 0]);
    }
}
