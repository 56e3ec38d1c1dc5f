//! The way of the syllable clock through a score while notes are sung: straight legs, rests between them.

/// Legs that are kept.
const LEGS: usize = 32;

/// A stretch of time in which the clock goes from one place to another.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Leg {
    /// First and last sample.
    pub from: f64,
    pub to: f64,
    /// Places in nominal s.
    pub from_s: f32,
    pub to_s: f32,
    /// The syllable that it belongs to.
    pub syllable: u32,
    /// Whether the clock jumps to its beginning.
    pub jump: bool,
    /// Whether it and all after it lie in the score that waits.
    pub other_score: bool,
}

/// Legs in order of time. Bounded, never allocates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path {
    legs: [Leg; LEGS],
    count: usize,
    /// Where the clock is before the first leg.
    rest_s: f32,
    syllable: u32,
}

impl Path {
    /// At rest at a place of a syllable.
    pub fn at(rest_s: f32, syllable: u32) -> Self {
        Self { legs: [Leg::default(); LEGS], count: 0, rest_s, syllable }
    }

    fn legs(&self) -> &[Leg] {
        &self.legs[..self.count]
    }

    /// Place in nominal s at a sample.
    pub fn place_s(&self, sample: f64) -> f32 {
        let Some(leg) = self.legs().iter().rev().find(|leg| leg.from <= sample) else { return self.rest_s };
        if sample >= leg.to {
            return leg.to_s;
        }
        leg.from_s + (leg.to_s - leg.from_s) * ((sample - leg.from) / (leg.to - leg.from)) as f32
    }

    /// The syllable that is sung at a sample.
    pub fn syllable(&self, sample: f64) -> u32 {
        self.legs().iter().rev().find(|leg| leg.from <= sample).map_or(self.syllable, |leg| leg.syllable)
    }

    /// Forgets what lies after a sample.
    pub fn cut(&mut self, sample: f64) {
        let place_s = self.place_s(sample);
        self.count = self.legs().iter().take_while(|leg| leg.from < sample).count();
        if let Some(last) = self.legs[..self.count].last_mut().filter(|leg| leg.to > sample) {
            (last.to, last.to_s) = (sample, place_s);
        }
    }

    /// Goes on to a place, from where the last leg ends or later. A full path forgets its oldest leg.
    pub fn push(&mut self, leg: Leg) {
        if self.count == LEGS {
            self.forget_first();
        }
        let earliest = self.legs().last().map_or(f64::NEG_INFINITY, |last| last.to);
        let from = leg.from.max(earliest);
        self.legs[self.count] = Leg { from, to: leg.to.max(from), ..leg };
        self.count += 1;
    }

    /// The next leg that the clock has to jump to before a sample, once each.
    pub fn take_jump(&mut self, before: f64) -> Option<Leg> {
        let leg = self.legs[..self.count].iter_mut().find(|leg| leg.jump && leg.from < before)?;
        leg.jump = false;
        let taken = *leg;
        if taken.other_score {
            // From here on that is the score that is sung.
            self.legs.iter_mut().for_each(|leg| leg.other_score = false);
        }
        Some(taken)
    }

    /// Forgets the jumps that were planned to a score that waits no longer.
    pub fn stay(&mut self) {
        if let Some(first) = self.legs().iter().position(|leg| leg.other_score) {
            self.count = first;
        }
    }

    /// Forgets legs that are over at a sample.
    pub fn forget(&mut self, sample: f64) {
        while self.count > 1 && self.legs[0].to <= sample && self.legs[1].from <= sample {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        (self.rest_s, self.syllable) = (self.legs[0].to_s, self.legs[0].syllable);
        self.legs.copy_within(1..self.count, 0);
        self.count -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(from: f64, to: f64, from_s: f32, to_s: f32) -> Leg {
        Leg { from, to, from_s, to_s, ..Leg::default() }
    }

    #[test]
    fn it_goes_and_rests() {
        let mut path = Path::at(0.5, 3);
        assert_eq!((path.place_s(-9.0), path.syllable(7.0)), (0.5, 3));
        path.push(leg(100.0, 200.0, 0.5, 1.0));
        path.push(leg(300.0, 400.0, 1.0, 2.0));
        for (sample, place_s) in [(0.0, 0.5), (150.0, 0.75), (250.0, 1.0), (350.0, 1.5), (900.0, 2.0)] {
            assert!((path.place_s(sample) - place_s).abs() < 1e-6);
        }
        path.forget(310.0);
        assert!((path.place_s(350.0) - 1.5).abs() < 1e-6);
        path.cut(350.0);
        assert!((path.place_s(900.0) - 1.5).abs() < 1e-6);
    }

    #[test]
    fn it_is_bounded_and_jumps_once() {
        let mut path = Path::at(0.0, 0);
        for i in 0..100 {
            let at = f64::from(i);
            path.push(Leg {
                jump: i == 99,
                syllable: i as u32,
                ..leg(at, at + 1.0, i as f32, i as f32 + 0.5)
            });
        }
        assert_eq!(path.legs().len(), LEGS);
        assert_eq!((path.place_s(99.5), path.syllable(99.5)), (99.25, 99));
        assert!(path.take_jump(99.0).is_none());
        assert_eq!(path.take_jump(99.5).map(|leg| leg.from_s), Some(99.0));
        assert!(path.take_jump(1e9).is_none());
    }
}
