//! The ledger: the state of whatever moves as a row of 32-bit words, written and read back by one and the same function.
//!
//! What is [`Carried`] visits its state in a fixed order. So what is written can never be read back in another order, and
//! a structure that gains a field without saying whether it is carried does not compile ([`carried`]). A number that its
//! owner could not have written (outside its range, an index beyond its list) is not taken over and makes the ledger
//! unsound: words from outside are read into an engine that nobody hears before one that is heard takes them.

/// Larger numbers do not occur in a state of the engine.
const MOST: f32 = 1e6;
const MOST_F64: f64 = 1e12;
/// Counters that count further have been tampered with: at 768 kHz it is eleven years of samples.
const MOST_COUNT: u64 = 1 << 48;

/// State that can be written into a ledger and read back.
pub(crate) trait Carried {
    /// Writes the state into the ledger, or reads it back. Neither allocates nor fails.
    fn carry(&mut self, ledger: &mut Ledger<'_>);
}

#[derive(Debug)]
enum Words<'a> {
    /// Only counts them.
    None,
    Written(&'a mut [u32]),
    Read(&'a [u32]),
}

/// A row of words and the place in it.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    words: Words<'a>,
    at: usize,
    sound: bool,
    /// Digest of the kinds of numbers in their order.
    layout: u32,
}

impl<'a> Ledger<'a> {
    fn over(words: Words<'a>) -> Self {
        Self { words, at: 0, sound: true, layout: 0x811c_9dc5 }
    }

    /// Counts words, keeps none.
    pub(crate) fn counting() -> Self {
        Self::over(Words::None)
    }

    /// Writes states.
    pub(crate) fn writing(words: &'a mut [u32]) -> Self {
        Self::over(Words::Written(words))
    }

    /// Reads states back.
    pub(crate) fn reading(words: &'a [u32]) -> Self {
        Self::over(Words::Read(words))
    }

    /// Whether states are read back.
    pub(crate) fn is_reading(&self) -> bool {
        matches!(self.words, Words::Read(_))
    }

    /// Words so far.
    pub(crate) fn len(&self) -> usize {
        self.at
    }

    /// Whether there was a word for every number, and every number was one that could have been written.
    pub(crate) fn is_sound(&self) -> bool {
        self.sound
    }

    /// Digest of what was visited in which order.
    pub(crate) fn layout(&self) -> u32 {
        self.layout
    }

    /// Something does not fit together.
    pub(crate) fn doubt(&mut self) {
        self.sound = false;
    }

    fn kind(&mut self, kind: u8) {
        if matches!(self.words, Words::None) {
            // FNV-1a.
            self.layout = (self.layout ^ u32::from(kind)).wrapping_mul(0x0100_0193);
        }
    }

    fn word(&mut self, own: u32) -> u32 {
        let at = self.at;
        self.at += 1;
        match &mut self.words {
            Words::None => own,
            Words::Written(words) => {
                match words.get_mut(at) {
                    Some(slot) => *slot = own,
                    None => self.sound = false,
                }
                own
            }
            Words::Read(words) => words.get(at).copied().unwrap_or_else(|| {
                self.sound = false;
                own
            }),
        }
    }

    fn words(&mut self, own: u64) -> u64 {
        let low = self.word(own as u32);
        let high = self.word((own >> 32) as u32);
        u64::from(high) << 32 | u64::from(low)
    }

    fn take<T>(&mut self, own: &mut T, carried: T, good: bool) {
        if !self.is_reading() {
            return;
        }
        if good {
            *own = carried;
        } else {
            self.sound = false;
        }
    }

    /// Any number at all: where none and endless mean something.
    pub(crate) fn any_f32(&mut self, own: &mut f32) {
        self.kind(b'a');
        let carried = f32::from_bits(self.word(own.to_bits()));
        self.take(own, carried, true);
    }

    /// A number in a range.
    pub(crate) fn f32_within(&mut self, own: &mut f32, low: f32, high: f32) {
        self.kind(b'f');
        let carried = f32::from_bits(self.word(own.to_bits()));
        self.take(own, carried, (low..=high).contains(&carried));
    }

    /// A number in a range.
    pub(crate) fn f64_within(&mut self, own: &mut f64, low: f64, high: f64) {
        self.kind(b'd');
        let carried = f64::from_bits(self.words(own.to_bits()));
        self.take(own, carried, (low..=high).contains(&carried));
    }

    /// A pattern of bits.
    pub(crate) fn bits(&mut self, own: &mut u64) {
        self.kind(b'b');
        let carried = self.words(*own);
        self.take(own, carried, true);
    }

    /// A counter below a bound.
    pub(crate) fn below(&mut self, own: &mut u64, bound: u64) {
        self.kind(b'c');
        let carried = self.words(*own);
        self.take(own, carried, carried < bound);
    }

    /// An index or a length below a bound.
    pub(crate) fn index(&mut self, own: &mut usize, bound: usize) {
        self.kind(b'i');
        let carried = self.word(*own as u32) as usize;
        self.take(own, carried, carried < bound);
    }

    /// One of a list.
    pub(crate) fn one_of<T: Copy + PartialEq>(&mut self, own: &mut T, all: &[T]) {
        let mut index = all.iter().position(|one| one == own).unwrap_or(0);
        self.index(&mut index, all.len());
        if self.is_reading()
            && let Some(one) = all.get(index)
        {
            *own = *one;
        }
    }

    /// Something that need not be there; `rest` stands in for it in the row of words.
    pub(crate) fn maybe<T: Carried>(&mut self, own: &mut Option<T>, rest: T) {
        let mut there = own.is_some();
        there.carry(self);
        let mut carried = own.take().unwrap_or(rest);
        carried.carry(self);
        *own = there.then_some(carried);
    }
}

impl Carried for f32 {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        ledger.f32_within(self, -MOST, MOST);
    }
}

impl Carried for f64 {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        ledger.f64_within(self, -MOST_F64, MOST_F64);
    }
}

impl Carried for u64 {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        ledger.below(self, MOST_COUNT);
    }
}

impl Carried for u32 {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        ledger.kind(b'u');
        let carried = ledger.word(*self);
        ledger.take(self, carried, carried <= u32::MAX / 2);
    }
}

impl Carried for bool {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        ledger.kind(b'y');
        let carried = ledger.word(u32::from(*self));
        ledger.take(self, carried == 1, carried <= 1);
    }
}

impl<T: Carried, const N: usize> Carried for [T; N] {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        self.iter_mut().for_each(|own| own.carry(ledger));
    }
}

impl<A: Carried, B: Carried> Carried for (A, B) {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        self.0.carry(ledger);
        self.1.carry(ledger);
    }
}

impl<T: Carried + Default> Carried for Option<T> {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        ledger.maybe(self, T::default());
    }
}

impl<T: Carried> Carried for Box<T> {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        self.as_mut().carry(ledger);
    }
}

/// Has a structure carry the fields in the first braces, in that order. Those in the second ones need not be carried:
/// they never change, follow from others, or are set before they are read. All have to be named.
macro_rules! carried {
    ($type:ty { $($own:ident),* $(,)? } but { $($rest:ident),* $(,)? }) => {
        impl $crate::carry::Carried for $type {
            fn carry(&mut self, ledger: &mut $crate::carry::Ledger<'_>) {
                let Self { $($own,)* $($rest: _,)* } = self;
                $($crate::carry::Carried::carry($own, ledger);)*
            }
        }
    };
}
pub(crate) use carried;

/// What [`carried`] asks of a structure that carries its fields by hand: all have to be named. Does nothing.
macro_rules! named {
    ($whole:expr, { $($own:ident),* $(,)? } but { $($rest:ident),* $(,)? }) => {
        let Self { $($own: _,)* $($rest: _,)* } = $whole;
    };
}
pub(crate) use named;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Thing {
        level: f32,
        phase: f64,
        count: u64,
        on: bool,
        list: [(f32, bool); 3],
        goal: Option<f32>,
        seed: u64,
    }

    carried!(Thing { level, phase, count, on, list, goal } but { seed });

    fn thing() -> Thing {
        Thing {
            level: -0.0,
            phase: 1.0 / 3.0,
            count: 1 << 40,
            on: true,
            list: [(1.5, false), (f32::MIN_POSITIVE / 4.0, true), (-7.25e-5, false)],
            goal: Some(0.1),
            seed: 3,
        }
    }

    fn written(own: &mut Thing) -> Vec<u32> {
        let mut counting = Ledger::counting();
        own.carry(&mut counting);
        let mut words = vec![0; counting.len()];
        let mut ledger = Ledger::writing(&mut words);
        own.carry(&mut ledger);
        assert!(ledger.is_sound());
        words
    }

    #[test]
    fn what_is_written_is_read_to_the_bit_and_the_rest_stays() {
        let words = written(&mut thing());
        let mut other = Thing {
            level: 9.0,
            phase: 9.0,
            count: 9,
            on: false,
            list: [(9.0, true); 3],
            goal: None,
            seed: 9,
        };
        let mut ledger = Ledger::reading(&words);
        other.carry(&mut ledger);
        assert!(ledger.is_sound() && ledger.len() == words.len());
        assert_eq!(other, Thing { seed: 9, ..thing() });
        assert!(other.level.is_sign_negative());
        let none = written(&mut Thing { goal: None, ..thing() });
        assert_eq!(none.len(), words.len(), "what is not there takes as many words");
        Ledger::reading(&none).maybe(&mut other.goal, 0.0);
        other.carry(&mut Ledger::reading(&none));
        assert_eq!(other.goal, None);
    }

    #[test]
    fn what_nobody_can_have_written_is_told_and_left_out() {
        let words = written(&mut thing());
        for (at, bad) in
            [(0, f32::NAN.to_bits()), (0, 1e30f32.to_bits()), (2, u32::MAX), (4, u32::MAX), (5, 2)]
        {
            let mut damaged = words.clone();
            damaged[at] = bad;
            let mut own = thing();
            let mut ledger = Ledger::reading(&damaged);
            own.carry(&mut ledger);
            assert!(!ledger.is_sound(), "word {at} is {bad:x}");
            assert_eq!(own, thing());
        }
        let mut ledger = Ledger::reading(&words[..4]);
        thing().carry(&mut ledger);
        assert!(!ledger.is_sound(), "too short");
        let mut index = 4;
        Ledger::reading(&[9]).index(&mut index, 9);
        assert_eq!(index, 4);
    }

    #[test]
    fn the_layout_tells_orders_apart() {
        let layout = |visit: fn(&mut Ledger<'_>)| {
            let mut ledger = Ledger::counting();
            visit(&mut ledger);
            ledger.layout()
        };
        let one = layout(|ledger| (1.0f32, true).carry(ledger));
        let other = layout(|ledger| (true, 1.0f32).carry(ledger));
        assert_ne!(one, other);
    }
}
