//! The slow manifold: a working memory of what was said and how it felt, carried by the field's 0.2 Hz rhythm.
//!
//! Every component c of meaning and emotion is a damped mode of one frequency,
//! `z_c' = (-1/tau + i omega) z_c + u_c e^{i theta}`, `theta' = omega = 2 pi 0.2 Hz`, `tau` = 7 s. The input enters in
//! the rhythm's own phase, so `z_c = m_c e^{i theta}` with `m_c' = -m_c / tau + u_c`: amplitudes are leaky sums and all
//! modes share one phase. (Entering at a fixed phase, words half a period apart would cancel: the mode would be a
//! band-pass and forget what was said 2.5 s ago.) Only `m` and `theta` are kept, each advanced in closed form.
//!
//! Every 2 s the centroid goes into a bounded ring; a record counts in full for 60 s, then fades by e every 30 s and is
//! dropped at 5 %, after 150 s. What is said next is coloured by it: the mood lasts, and what is given is said lower
//! and faster than what opens a topic (Fowler & Housum 1987; Swerts & Geluykens 1994; Swerts 1997).

mod bias;
mod record;

pub use bias::Bias;
pub use record::{Centroid, Record};

use crate::text::{MEANING, Meaning};
use bias::length;
use record::RecordRing;
use std::f32::consts::{PI, TAU};

/// Rate of the rhythm.
pub const SLOW_HZ: f32 = 0.2;
/// Time constant of the centroid.
pub const CENTROID_TAU_S: f32 = 7.0;
/// Words of full prominence at which the centroid has half its strength.
const HALF_STRENGTH: f32 = 2.0;
/// What a centroid must weigh to be worth a record, in words.
const RECORDED_MASS: f32 = 0.05;
/// What is left when the last word is forgotten.
const LEAST_MASS: f32 = 1e-4;
/// Most words the centroid weighs: nobody speaks 10 of them a second.
const MOST_MASS: f32 = 64.0;

/// The working memory. Nothing in it allocates; all of it is deterministic and independent of the step size.
#[derive(Debug, Clone)]
pub struct SlowManifold {
    /// Leaky sum of weighted word directions.
    sum: Meaning,
    /// Leaky sum of the weights.
    mass: f32,
    /// Leaky mean of the shown emotion.
    emotion: [f32; 3],
    /// The emotion shown last: it stands in for one that is not finite.
    shown: [f32; 3],
    /// Phase of the rhythm in (-pi, pi]; it starts at 0 with the first word.
    theta: f32,
    records: RecordRing,
}

impl Default for SlowManifold {
    fn default() -> Self {
        Self::new()
    }
}

impl SlowManifold {
    /// An empty memory.
    pub fn new() -> Self {
        Self {
            sum: [0.0; MEANING],
            mass: 0.0,
            emotion: [0.0; 3],
            shown: [0.0; 3],
            theta: 0.0,
            records: RecordRing::new(),
        }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// A word arrives. `weight` is its prominence in 0..=1; a function word (zero meaning) leaves no trace. Words whose
    /// numbers are not finite are ignored.
    pub fn hear(&mut self, meaning: &Meaning, weight: f32) {
        let length = length(meaning);
        if !length.is_finite() || !weight.is_finite() || length < 1e-6 {
            return;
        }
        let weight = weight.clamp(0.0, 1.0).min(MOST_MASS - self.mass);
        if self.mass == 0.0 && weight > 0.0 {
            self.theta = 0.0;
        }
        for (sum, x) in self.sum.iter_mut().zip(meaning) {
            *sum += weight * x / length;
        }
        self.mass += weight;
    }

    /// Advances by `dt_s`, during which `emotion` (valence, arousal, dominance as shown) is constant. An axis that is
    /// not finite keeps its last value; a time that is not finite or not positive is ignored.
    pub fn step(&mut self, dt_s: f32, emotion: [f32; 3]) {
        if !dt_s.is_finite() || dt_s <= 0.0 {
            return;
        }
        for (shown, now) in self.shown.iter_mut().zip(emotion) {
            *shown = if now.is_finite() { now.clamp(-1.0, 1.0) } else { *shown };
        }
        let mut left_s = f64::from(dt_s);
        while self.mass > 0.0 && left_s >= self.records.until_tick_s() {
            let until_tick_s = self.records.until_tick_s();
            self.flow(until_tick_s);
            left_s -= until_tick_s;
            let worth_it = self.mass >= RECORDED_MASS;
            self.records.tick(worth_it.then(|| self.centroid()));
        }
        // With nothing to record, any time passes at once.
        self.flow(left_s);
        self.records.age(left_s);
    }

    /// The closed form of the modes.
    fn flow(&mut self, dt_s: f64) {
        let dt_s = dt_s as f32;
        let keep = (-dt_s / CENTROID_TAU_S).exp();
        self.mass *= keep;
        self.sum = self.sum.map(|x| x * keep);
        if self.mass < LEAST_MASS {
            self.mass = 0.0;
            self.sum = [0.0; MEANING];
        }
        let towards = -(-dt_s / CENTROID_TAU_S).exp_m1();
        for (emotion, shown) in self.emotion.iter_mut().zip(self.shown) {
            *emotion += towards * (shown - *emotion);
        }
        let turned = self.theta + TAU * (SLOW_HZ * dt_s).fract();
        self.theta = if turned > PI { turned - TAU } else { turned };
    }

    /// What the last seconds were about.
    pub fn centroid(&self) -> Centroid {
        let mass = self.mass.max(LEAST_MASS);
        Centroid {
            meaning: self.sum.map(|x| x / mass),
            emotion: self.emotion,
            strength: self.mass / (self.mass + HALF_STRENGTH),
        }
    }

    /// Phase of the rhythm in rad, in (-pi, pi]. Its amplitude is [`Centroid::strength`].
    pub fn theta(&self) -> f32 {
        self.theta
    }

    /// The records, newest first.
    pub fn records(&self) -> impl Iterator<Item = Record> + '_ {
        self.records.iter()
    }

    /// How the next utterance is coloured by what was said: by the records and by the present centroid.
    pub fn bias(&self, next: &Meaning) -> Bias {
        let present = Record { age_s: 0.0, weight: 1.0, centroid: self.centroid() };
        Bias::of(std::iter::once(present).chain(self.records()), next)
    }
}

crate::carry::carried!(SlowManifold { sum, mass, emotion, shown, theta, records } but {});

#[cfg(test)]
mod tests;
