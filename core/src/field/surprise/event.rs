//! What a surprise is: when, from where, how far over the threshold; and the last few of them.

use crate::carry::{Carried, Ledger};

/// Whose forecast failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SurpriseSource {
    /// The performer's controls: emotion, pitch, rate.
    Automation,
    /// The line's own prosody: pitch, level, prominence.
    Prosody,
    /// A partner's rhythm that the clock listens to.
    Partner,
    /// Incoming sound. Nothing feeds it yet.
    Listening,
}

impl SurpriseSource {
    /// All sources, in the order of their `as usize`.
    pub const ALL: [Self; 4] = [Self::Automation, Self::Prosody, Self::Partner, Self::Listening];

    /// Name in small letters, for events and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Automation => "automation",
            Self::Prosody => "prosody",
            Self::Partner => "partner",
            Self::Listening => "listening",
        }
    }
}

/// A forecast that failed beyond what its source's history lets expect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurpriseEvent {
    /// When its window closed, on the caller's sample clock.
    pub time_samples: u64,
    /// Whose forecast it was.
    pub source: SurpriseSource,
    /// Error of the window over the source's running scale.
    pub epsilon: f32,
    /// Threshold it passed.
    pub tau: f32,
}

/// The last [`EventRing::CAPACITY`] surprises.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EventRing {
    slots: [Option<SurpriseEvent>; Self::CAPACITY],
    /// Events since reset, the forgotten ones included.
    total: u64,
}

impl EventRing {
    /// Most events kept.
    pub const CAPACITY: usize = 16;

    /// Adds an event; the oldest makes room for it.
    pub fn push(&mut self, event: SurpriseEvent) {
        self.slots[(self.total % Self::CAPACITY as u64) as usize] = Some(event);
        self.total += 1;
    }

    /// Events since reset, the forgotten ones included: a reader that remembers it knows how many are new.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The events kept, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &SurpriseEvent> {
        let newest = self.total + Self::CAPACITY as u64 - 1;
        (0..Self::CAPACITY as u64)
            .filter_map(move |back| self.slots[((newest - back) % Self::CAPACITY as u64) as usize].as_ref())
    }
}

impl Carried for SurpriseEvent {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let Self { time_samples, source, epsilon, tau } = self;
        time_samples.carry(ledger);
        ledger.one_of(source, &SurpriseSource::ALL);
        epsilon.carry(ledger);
        tau.carry(ledger);
    }
}

impl Carried for EventRing {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let Self { slots, total } = self;
        for slot in slots {
            let rest =
                SurpriseEvent { time_samples: 0, source: SurpriseSource::Automation, epsilon: 0.0, tau: 0.0 };
            ledger.maybe(slot, rest);
        }
        total.carry(ledger);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_keeps_the_last_sixteen() {
        let mut ring = EventRing::default();
        assert_eq!(ring.iter().count(), 0);
        for time_samples in 0..40 {
            ring.push(SurpriseEvent {
                time_samples,
                source: SurpriseSource::Prosody,
                epsilon: 4.0,
                tau: 2.0,
            });
            let kept: Vec<u64> = ring.iter().map(|event| event.time_samples).collect();
            let expected: Vec<u64> = (0..=time_samples).rev().take(16).collect();
            assert_eq!(kept, expected);
        }
        assert_eq!(ring.total(), 40);
    }

    #[test]
    fn sources_stand_in_order_and_have_names_of_their_own() {
        assert!(SurpriseSource::ALL.iter().enumerate().all(|(i, source)| *source as usize == i));
        let names: std::collections::BTreeSet<_> = SurpriseSource::ALL.map(SurpriseSource::name).into();
        assert_eq!(names.len(), 4);
    }
}
