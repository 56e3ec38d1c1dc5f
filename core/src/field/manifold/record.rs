//! Records of the centroid: one every 2 s, in a bounded ring, each fading with its age.

use crate::carry::{Carried, Ledger};
use crate::text::{MEANING, Meaning};

/// Time between two records.
pub const RECORD_EVERY_S: f32 = 2.0;
/// Age up to which a record counts in full.
pub const FULL_AGE_S: f32 = 60.0;
/// Time constant of its decay after that.
pub const FADE_TAU_S: f32 = 30.0;
/// Weight below which a record is dropped.
pub const LEAST_WEIGHT: f32 = 0.05;
/// Most records kept: 150 s of them, one every 2 s.
pub const MAX_RECORDS: usize = 76;

/// What the last seconds were about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Centroid {
    /// Mean of the words' directions, weighted by prominence and recency; at most 1 long, shorter the more
    /// diverse the words are. Zero before the first word.
    pub meaning: Meaning,
    /// Mean of valence, arousal and dominance as shown.
    pub emotion: [f32; 3],
    /// How much was said, 0..1: the amplitude of the rhythm.
    pub strength: f32,
}

/// A centroid as it was stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record {
    /// Time since it was stored.
    pub age_s: f32,
    /// What its age leaves of it, `LEAST_WEIGHT`..=1.
    pub weight: f32,
    /// The centroid.
    pub centroid: Centroid,
}

impl Centroid {
    /// What stands where nothing was said.
    pub(super) const NOTHING: Self = Self { meaning: [0.0; MEANING], emotion: [0.0; 3], strength: 0.0 };
}

/// What a record's age leaves of it.
fn weight_at(age_s: f32) -> f32 {
    (-(age_s - FULL_AGE_S).max(0.0) / FADE_TAU_S).exp()
}

/// The last [`MAX_RECORDS`] centroids, on a clock of its own.
#[derive(Debug, Clone)]
pub(super) struct RecordRing {
    /// Centroids with the tick they were stored at.
    slots: [(u64, Centroid); MAX_RECORDS],
    /// Slot of the next record.
    next: usize,
    count: usize,
    /// Multiples of [`RECORD_EVERY_S`] since reset.
    ticks: u64,
    /// Time since the last of them. f64: exact through long sessions of short steps.
    since_tick_s: f64,
}

const TICK_S: f64 = RECORD_EVERY_S as f64;

impl RecordRing {
    pub(super) fn new() -> Self {
        Self { slots: [(0, Centroid::NOTHING); MAX_RECORDS], next: 0, count: 0, ticks: 0, since_tick_s: 0.0 }
    }

    /// Time until a record is due.
    pub(super) fn until_tick_s(&self) -> f64 {
        TICK_S - self.since_tick_s
    }

    /// The time of a record has come: `centroid` is stored, if there is one.
    pub(super) fn tick(&mut self, centroid: Option<Centroid>) {
        self.since_tick_s = 0.0;
        self.ticks += 1;
        if let Some(centroid) = centroid {
            self.slots[self.next] = (self.ticks, centroid);
            self.next = (self.next + 1) % MAX_RECORDS;
            self.count = (self.count + 1).min(MAX_RECORDS);
        }
    }

    /// Lets time pass in which nothing is stored, and drops what has faded: always the oldest.
    pub(super) fn age(&mut self, dt_s: f64) {
        self.since_tick_s += dt_s;
        let ticks = (self.since_tick_s / TICK_S).floor();
        self.ticks += ticks as u64;
        self.since_tick_s -= ticks * TICK_S;
        while self.count > 0 && self.at(self.count - 1).weight < LEAST_WEIGHT {
            self.count -= 1;
        }
    }

    /// The record before which `newer` ones stand.
    fn at(&self, newer: usize) -> Record {
        let (tick, centroid) = self.slots[(self.next + MAX_RECORDS - 1 - newer) % MAX_RECORDS];
        let age_s = (self.ticks - tick) as f32 * RECORD_EVERY_S + self.since_tick_s as f32;
        Record { age_s, weight: weight_at(age_s), centroid }
    }

    /// The records, newest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = Record> + '_ {
        (0..self.count).map(|newer| self.at(newer))
    }
}

crate::carry::carried!(Centroid { meaning, emotion, strength } but {});

impl Carried for RecordRing {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let Self { slots, next, count, ticks, since_tick_s } = self;
        ledger.index(next, MAX_RECORDS);
        ledger.index(count, MAX_RECORDS + 1);
        ticks.carry(ledger);
        ledger.f64_within(since_tick_s, 0.0, TICK_S);
        for (index, slot) in slots.iter_mut().enumerate() {
            // What has faded is not read again.
            let newer = (*next + MAX_RECORDS - 1 - index) % MAX_RECORDS;
            if newer >= *count {
                *slot = (0, Centroid::NOTHING);
            }
            slot.carry(ledger);
            if slot.0 > *ticks {
                slot.0 = 0;
                ledger.doubt();
            }
        }
    }
}
