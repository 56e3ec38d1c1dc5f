//! Voices that speak along: the same knots on banks of their own, a little later, transposed.
//!
//! People in a choir are never together to the millisecond; 8 to 25 ms and some cents apart they are heard as many, exactly
//! together as one strange voice (Ternström 2003).

use crate::carry::{Carried, Ledger, named};
use crate::persona::{Ensemble, MAX_ENSEMBLE};
use crate::sound::{OscillatorBank, SoundKnot};
use crate::voice::KnotAxis;

/// How many ticks each voice comes late: 8, 17 and 25 ms.
const LATE_TICKS: [usize; MAX_ENSEMBLE] = [2, 4, 6];
/// Knots that are kept.
const KEPT: usize = 8;
/// How much each voice's tract differs.
const TRACTS: [f32; MAX_ENSEMBLE] = [1.025, 0.98, 1.04];

/// The other voices. Allocates in `new` only.
#[derive(Debug)]
pub(super) struct Choir {
    banks: Vec<OscillatorBank>,
    /// The last knots, ring.
    knots: Box<[SoundKnot; KEPT]>,
    at: usize,
    /// One voice's hop.
    sound: Vec<f32>,
    /// Ticks for which the banks still have something to play.
    ringing: usize,
}

impl Choir {
    /// Silent voices for hops of at most `max_hop` samples.
    pub fn new(sample_rate_hz: f32, axis: KnotAxis, noise_gain: f32, max_hop: usize, seed: u64) -> Self {
        let bank = |index: usize| {
            let own = seed ^ (0x0063_686f_6972_0000 + index as u64);
            OscillatorBank::new(sample_rate_hz, axis, noise_gain, max_hop, own)
        };
        Self {
            banks: (0..MAX_ENSEMBLE).map(bank).collect(),
            knots: Box::new([SoundKnot::SILENT; KEPT]),
            at: 0,
            sound: vec![0.0; max_hop],
            ringing: 0,
        }
    }

    /// Silence.
    pub fn reset(&mut self) {
        self.banks.iter_mut().for_each(OscillatorBank::reset);
        *self.knots = [SoundKnot::SILENT; KEPT];
        self.ringing = 0;
    }

    /// Whether no voice has anything left to play.
    pub fn is_quiet(&self) -> bool {
        self.ringing == 0
    }

    /// Adopts a voice's axis and noise gain.
    pub fn set_voice(&mut self, axis: KnotAxis, noise_gain: f32) {
        self.banks.iter_mut().for_each(|bank| bank.set_voice(axis, noise_gain));
    }

    /// Adds the other voices to `out`, and takes the first one back so that all together are as loud as one.
    pub fn join(&mut self, knot: &SoundKnot, ensemble: &Ensemble, out: &mut [f32]) {
        let count = ensemble.count.min(MAX_ENSEMBLE);
        let quiet = count == 0 || knot.gain == 0.0;
        if quiet && self.ringing == 0 {
            return;
        }
        self.at = (self.at + 1) % KEPT;
        self.knots[self.at] = if count == 0 { SoundKnot { gain: 0.0, ..*knot } } else { *knot };
        self.ringing = if quiet { self.ringing - 1 } else { KEPT };
        let share = 1.0 / (1.0 + count as f32).sqrt();
        out.iter_mut().for_each(|x| *x *= share);
        for (index, bank) in self.banks.iter_mut().enumerate() {
            let mut knot = self.knots[(self.at + KEPT - LATE_TICKS[index]) % KEPT];
            knot.f0_hz *= (ensemble.shifts_st[index] / 12.0).exp2();
            knot.formant_ratio *= TRACTS[index];
            knot.gain *= if index < count { share } else { 0.0 };
            let sound = &mut self.sound[..out.len()];
            bank.render(&knot, sound);
            out.iter_mut().zip(&*sound).for_each(|(x, y)| *x += y);
        }
    }
}

impl Carried for Choir {
    /// Of a choir that is silent: what its knots were still tells where the pitch of each voice comes from.
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        named!(self, { banks, knots, at, ringing } but { sound });
        self.banks.iter_mut().for_each(|bank| bank.carry(ledger));
        self.knots.carry(ledger);
        ledger.index(&mut self.at, KEPT);
        if ledger.is_reading() {
            self.ringing = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXIS: KnotAxis = KnotAxis { base_hz: 1500.0, ratio: 9.0 };

    #[test]
    fn alone_nothing_is_touched_and_together_it_is_as_loud() {
        let mut choir = Choir::new(48_000.0, AXIS, 1.15, 200, 1);
        let mut bank = OscillatorBank::new(48_000.0, AXIS, 1.15, 200, 1);
        let knot = SoundKnot {
            f0_hz: 150.0,
            envelope: [-4.0; crate::voice::ENVELOPE_KNOTS],
            coherence: [1.0; 4],
            gain: 1.0,
            ..SoundKnot::SILENT
        };
        let (mut alone, mut together) = (0.0f32, 0.0f32);
        let three = Ensemble { shifts_st: [-12.0, 0.1, 7.0], count: 3 };
        let mut out = [0.0; 200];
        for tick in 0..240 {
            bank.render(&knot, &mut out);
            let before = out;
            choir.join(&knot, &Ensemble::default(), &mut out);
            assert_eq!(before, out);
            choir.join(&knot, &three, &mut out);
            choir.ringing = 0;
            if tick > 20 {
                alone += before.iter().map(|x| x * x).sum::<f32>();
                together += out.iter().map(|x| x * x).sum::<f32>();
            }
        }
        let db = 10.0 * (together / alone).log10();
        assert!(db.abs() < 3.0, "{db} dB");
    }
}
