//! Learning, and the measure of locking: what happens at the slower rate of observation.

use super::FieldNetwork;
use crate::field::roles::{Band, Pair, Role, Sink, Source};
use crate::field::setup::{Edge, MAX_EDGES};
use crate::text::Meaning;
use crate::voice::fast_sin_cos;

/// Memory of the measure of locking, s: a few syllables.
const LOCKING_TAU_S: f32 = 0.6;

impl FieldNetwork {
    /// Whether couplings learn; switching it off keeps what has been learned.
    pub fn set_learning(&mut self, learns: bool) {
        self.learns = learns;
    }

    /// Factor on the pace of learning, 0..=2; 0 keeps what has been learned.
    pub fn set_learning_gain(&mut self, gain: f32) {
        self.learning_gain = gain;
    }

    /// What happens at the slower rate of observation: couplings learn, locking is measured. `dt_s` since the last time.
    ///
    /// Hebb with decay: `dK/dt = r_s r_t (K_max cos(p theta_s - q theta_t - alpha) - K) / tau`, K in 0..=K_max, and the lag
    /// follows the difference that it meets, `dalpha/dt = r_s r_t sin(...) / tau`, within its reach: what recurs in phase
    /// becomes an attractor, what does not is forgotten (Hoppensteadt & Izhikevich 1997, chapter 11). Silence teaches
    /// nothing: neither a source nor a target without amplitude moves a coupling.
    pub fn learn(&mut self, dt_s: f32) {
        let share = dt_s / LOCKING_TAU_S;
        let learning = self.setup.learning;
        let pace =
            if self.learns && learning.time_constant_s > 0.0 { dt_s / learning.time_constant_s } else { 0.0 };
        let pace = self.learning_gain * pace * self.r[Role::Syllable as usize];
        for i in 0..self.edges.len() {
            let Some(edge) = self.edges.get(i) else { break };
            let (watched, learns) = (joins_voice_and_face(edge), edge.learns && pace > 0.0);
            if !watched && !learns {
                continue;
            }
            let (re, im) = self.phasor(edge.source, edge.p);
            let (sin, cos) = self.turned(edge.target, edge.q);
            let (re, im) = (re * cos + im * sin, im * cos - re * sin);
            let length = re.hypot(im).max(1e-6);
            if watched {
                let locking = &mut self.locking[i];
                locking.0 += share * (re / length - locking.0);
                locking.1 += share * (im / length - locking.1);
            }
            if learns {
                let (lag_sin, lag_cos) = self.lags[i];
                let met = ((re * lag_cos + im * lag_sin) / length, (im * lag_cos - re * lag_sin) / length);
                self.teach(i, met, (pace * length * self.r[edge.target]).min(1.0));
            }
        }
        if pace > 0.0 {
            self.learn_population(pace);
        }
    }

    /// Moves one coupling by a share of the way to what it has met, (cos, sin) of the difference beyond its lag.
    fn teach(&mut self, index: usize, (cos, sin): (f32, f32), share: f32) {
        let learning = self.setup.learning;
        let Some(own_rad) = self.setup.edges.get(index).map(|own| own.alpha_rad) else { return };
        let Some(edge) = self.edges.get_mut(index) else { return };
        let k_max = learning.k_max * self.setup.rates[edge.target];
        edge.k_rad_per_s = hebb(edge.k_rad_per_s, cos, k_max, share);
        let reach = learning.alpha_reach;
        edge.alpha_rad = (edge.alpha_rad + share * sin).clamp(own_rad - reach, own_rad + reach);
        self.lags[index] = fast_sin_cos(edge.alpha_rad * self.lag_gain);
    }

    fn learn_population(&mut self, pace: f32) {
        let learning = self.setup.learning;
        let (mean_re, mean_im) = self.mean_field(Band::Meso);
        for i in 0..self.population.len() {
            let Some(pull) = self.population.get_mut(i).filter(|pull| pull.learns) else { continue };
            let (re, im) = (self.re[pull.source], self.im[pull.source]);
            let (lag_sin, lag_cos) = self.lags[MAX_EDGES + i];
            let (re, im) = (re * lag_cos + im * lag_sin, im * lag_cos - re * lag_sin);
            let length = re.hypot(im);
            let cos = (re * mean_re + im * mean_im) / length.max(1e-6);
            pull.share = hebb(pull.share, cos, learning.k_max, (pace * length).min(1.0));
        }
    }

    /// A word is said: it calls back the phases that it was said at before, and what is new in it is learned.
    pub fn hear_word(&mut self, meaning: &Meaning) {
        if self.learns {
            let rate = (self.learning_gain * self.setup.learning.rate).min(1.0);
            self.association.hear(meaning, &self.sin, &self.cos, rate);
        }
    }

    /// How well the last word was known, 0..=1.
    pub fn familiarity(&self) -> f32 {
        self.association.familiarity()
    }

    /// How locked the face's oscillators are to the voice's, 0..=1: the running mean of the phase-locking values of all
    /// couplings from voice to face (Lachaux et al. 1999, over time).
    pub fn voice_face_order(&self) -> f32 {
        let (mut sum, mut count) = (0.0, 0);
        for (edge, (re, im)) in self.edges.iter().zip(&self.locking) {
            if joins_voice_and_face(edge) {
                sum += re.hypot(*im);
                count += 1;
            }
        }
        if count == 0 { 0.0 } else { sum / count as f32 }
    }

    /// K of a pair as it stands, as a share of the target's own rate.
    pub fn k(&self, target: Sink, source: Source) -> Option<f32> {
        let pair = Pair { target, source };
        let edge = self.edges.iter().find(|edge| edge.pair == pair);
        let own = |edge: &Edge| edge.k_rad_per_s / self.setup.rates[edge.target].max(1e-6);
        let pull = || self.pulls().find(|pull| pull.pair == pair).map(|pull| pull.share);
        edge.map(own).or_else(pull)
    }
}

/// A K from the preset above the bound stays where it is until what is learned pulls it down; one below 0 is left alone.
fn hebb(k: f32, coherence: f32, k_max: f32, share: f32) -> f32 {
    if k < 0.0 {
        return k;
    }
    (k + share * (coherence.clamp(-1.0, 1.0) * k_max - k)).clamp(0.0, k_max.max(k))
}

fn joins_voice_and_face(edge: &Edge) -> bool {
    match (edge.pair.target, edge.pair.source) {
        (Sink::Role(target), Source::Role(source)) => {
            target.is_of_the_face() && !source.is_of_the_face() && target.band() == Band::Meso
        }
        _ => false,
    }
}
