//! What recurs becomes an attractor: words call back the phases that the slow bands had when they were said before.
//!
//! A linear associator with phasors (Kohonen 1972; oscillatory: Hoppensteadt & Izhikevich 1997, chapter 11): a word with
//! meaning `m` recalls `p = W m`, one phasor per oscillator, and teaches `dW = rate (1 - |p|) (e^{i theta} - p) m^T`: what is
//! new is learned, what is known stays. `|p|` <= 1 is how well it is known. For a tenth of a second the recalled phases,
//! turning on at each oscillator's own rate, pull with strength `recall |p|`.
//! Sanity: before anything was learned nothing is pulled, to the bit.

use super::roles::{Role, SLOTS};
use crate::text::{MEANING, Meaning};
use crate::voice::fast_sin_cos;
use crate::wide::widest;

/// Time constant of a recall's pull, s.
const PULL_TAU_S: f32 = 0.1;
/// After so many time constants nothing is left of it.
const PULL_TAUS: f32 = 5.0;

/// Weights from meanings to the phases of the slow bands, and the recall under way.
#[derive(Debug, Clone)]
pub(super) struct Association {
    /// W: [SLOTS][MEANING], real and imaginary part.
    re: Box<[[f32; MEANING]; SLOTS]>,
    im: Box<[[f32; MEANING]; SLOTS]>,
    /// The recalled phasors p: [SLOTS].
    recalled_re: [f32; SLOTS],
    recalled_im: [f32; SLOTS],
    /// Time since the word, s.
    age_s: f32,
    learned: bool,
}

impl Association {
    /// Nothing learned. Allocates.
    pub fn new() -> Self {
        Self {
            re: Box::new([[0.0; MEANING]; SLOTS]),
            im: Box::new([[0.0; MEANING]; SLOTS]),
            recalled_re: [0.0; SLOTS],
            recalled_im: [0.0; SLOTS],
            age_s: f32::INFINITY,
            learned: false,
        }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        if self.learned {
            *self.re = [[0.0; MEANING]; SLOTS];
            *self.im = [[0.0; MEANING]; SLOTS];
        }
        (self.age_s, self.learned) = (f32::INFINITY, false);
    }

    /// A word is said while the slots' phases have these sines and cosines. Words without a meaning of their own neither
    /// recall nor teach.
    pub fn hear(&mut self, meaning: &Meaning, sin: &[f32; SLOTS], cos: &[f32; SLOTS], rate: f32) {
        let length = meaning.iter().map(|x| x * x).sum::<f32>().sqrt();
        if !length.is_finite() || length < 1e-3 {
            return;
        }
        let unit = meaning.map(|x| x / length);
        for slot in 0..SLOTS {
            let dot = |row: &[f32; MEANING]| row.iter().zip(&unit).map(|(w, m)| w * m).sum::<f32>();
            (self.recalled_re[slot], self.recalled_im[slot]) = (dot(&self.re[slot]), dot(&self.im[slot]));
        }
        self.age_s = if self.learned { 0.0 } else { f32::INFINITY };
        if rate <= 0.0 {
            return;
        }
        self.learned = true;
        for slot in (0..SLOTS).filter(|slot| remembers(*slot)) {
            let (p_re, p_im) = (self.recalled_re[slot], self.recalled_im[slot]);
            let share = rate * (1.0 - p_re.hypot(p_im)).max(0.0);
            let (a, b) = (share * (cos[slot] - p_re), share * (sin[slot] - p_im));
            for (d, m) in unit.iter().enumerate() {
                self.re[slot][d] = (self.re[slot][d] + a * m).clamp(-1.0, 1.0);
                self.im[slot][d] = (self.im[slot][d] + b * m).clamp(-1.0, 1.0);
            }
        }
    }

    /// Adds the pull of what is recalled to the kicks, rad/s.
    pub fn pull(
        &mut self,
        dt_s: f32,
        recall: f32,
        rates: &[f32; SLOTS],
        (sin, cos): (&[f32; SLOTS], &[f32; SLOTS]),
        kicks: &mut [f32; SLOTS],
    ) {
        if self.age_s > PULL_TAUS * PULL_TAU_S || recall == 0.0 {
            return;
        }
        let strength = recall / PULL_TAU_S * (-self.age_s / PULL_TAU_S).exp();
        let recalled = (&self.recalled_re, &self.recalled_im);
        draw(recalled, rates, (self.age_s, strength), sin, cos, kicks);
        self.age_s += dt_s;
    }

    /// How well the last word was known, 0..=1: the mean of |p|.
    pub fn familiarity(&self) -> f32 {
        let known = (0..SLOTS).filter(|slot| remembers(*slot));
        let (sum, count) = known.fold((0.0, 0), |(sum, count), slot| {
            (sum + self.recalled_re[slot].hypot(self.recalled_im[slot]), count + 1)
        });
        if self.learned { (sum / count as f32).min(1.0) } else { 0.0 }
    }
}

/// Clocks are placed, the jaw follows its clock closely, tremor and vibrato are the larynx's own, and blinks are needs.
fn remembers(slot: usize) -> bool {
    let own = [Role::Jaw, Role::Tremor, Role::Vibrato, Role::Lid];
    !Role::ALL.iter().any(|role| *role as usize == slot && (role.is_placed() || own.contains(role)))
}

widest! {
    fn draw(
        recalled: (&[f32; SLOTS], &[f32; SLOTS]),
        rates: &[f32; SLOTS],
        age_and_strength: (f32, f32),
        sin: &[f32; SLOTS],
        cos: &[f32; SLOTS],
        kicks: &mut [f32; SLOTS],
    ) {
        let (age_s, strength) = age_and_strength;
        for i in 0..SLOTS {
            let (turn_sin, turn_cos) = fast_sin_cos(rates[i] * age_s);
            let (a, b) = (recalled.0[i], recalled.1[i]);
            let (re, im) = (a * turn_cos - b * turn_sin, b * turn_cos + a * turn_sin);
            kicks[i] += strength * (im * cos[i] - re * sin[i]);
        }
    }
}

impl crate::carry::Carried for Association {
    fn carry(&mut self, ledger: &mut crate::carry::Ledger<'_>) {
        let Self { re, im, recalled_re, recalled_im, age_s, learned } = self;
        learned.carry(ledger);
        re.carry(ledger);
        im.carry(ledger);
        recalled_re.carry(ledger);
        recalled_im.carry(ledger);
        // Endless before the first word.
        ledger.any_f32(age_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::meaning_of;

    const NOD: usize = Role::Nod as usize;

    fn phases(theta: f32) -> ([f32; SLOTS], [f32; SLOTS]) {
        ([theta.sin(); SLOTS], [theta.cos(); SLOTS])
    }

    /// Turns a slot from a phase under the recall alone.
    fn drawn(memory: &mut Association, mut theta: f32) -> f32 {
        let rates = [0.0; SLOTS];
        for _ in 0..240 {
            let (sin, cos) = phases(theta);
            let mut kicks = [0.0; SLOTS];
            memory.pull(1.0 / 240.0, 2.0, &rates, (&sin, &cos), &mut kicks);
            theta += kicks[NOD] / 240.0;
        }
        theta
    }

    #[test]
    fn a_word_calls_back_the_phase_it_was_said_at() {
        let mut memory = Association::new();
        let (sin, cos) = phases(1.0);
        memory.hear(&meaning_of("garden"), &sin, &cos, 0.8);
        assert_eq!(drawn(&mut memory, 0.0), 0.0, "the first time there is nothing to recall");
        let (sin, cos) = phases(0.0);
        memory.hear(&meaning_of("garden"), &sin, &cos, 0.8);
        assert!(memory.familiarity() > 0.75);
        let found = drawn(&mut memory, 0.0);
        assert!((0.7..=1.01).contains(&found), "{found}");
        memory.hear(&meaning_of("taxes"), &sin, &cos, 0.0);
        assert!(memory.familiarity() < 0.5, "another word is hardly known: {}", memory.familiarity());
        memory.reset();
        memory.hear(&meaning_of("garden"), &sin, &cos, 0.0);
        assert_eq!(drawn(&mut memory, 0.0), 0.0);
    }

    #[test]
    fn what_is_known_stays_and_weights_are_bounded() {
        let mut memory = Association::new();
        let word = meaning_of("garden");
        for turn in 0..2_000 {
            let (sin, cos) = phases(turn as f32);
            memory.hear(&word, &sin, &cos, 1.0);
        }
        assert!(memory.re.iter().flatten().chain(memory.im.iter().flatten()).all(|w| w.abs() <= 1.0));
        let mut first = Association::new();
        let (sin, cos) = phases(1.0);
        first.hear(&word, &sin, &cos, 1.0);
        let kept = (first.re[NOD], first.im[NOD]);
        let (sin, cos) = phases(-2.0);
        first.hear(&word, &sin, &cos, 1.0);
        let moved = first.re[NOD].iter().zip(kept.0).fold(0.0f32, |most, (a, b)| most.max((a - b).abs()));
        assert!(moved < 1e-4, "known by heart it is not unlearned: {moved}");
        first.hear(&[f32::NAN; MEANING], &sin, &cos, 1.0);
        first.hear(&[0.0; MEANING], &sin, &cos, 1.0);
        assert!(first.re[NOD].iter().all(|w| w.is_finite()));
    }
}
