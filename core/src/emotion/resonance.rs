//! Semantic resonance: what the words of a text make a speaker feel.
//!
//! Every mode of emotion is a resonator without an oscillation of its own: what a clause says drives it, and what was
//! driven dies away. With `e` the energy that clause c gives to mode m, for its word k:
//!
//! ```text
//! E_m(k)   = B_m(c) exp(-2 k / WORDS) + e_m(c)            along the clause, e from its first word on
//! B_m(c+1) = (B_m(c) exp(-2 n_c / WORDS) + e_m(c)) d²     d = 1; SENTENCE after a sentence, PARAGRAPH after one
//! a_m      = CEILING tanh(sqrt(E_m) / CEILING)            impulses meet in no phase relation: energies add
//! ```
//! Pleasant and unpleasant modes compete for the face: each side keeps its share of the energy of both. The drive is
//! that of the words' modes and valences with the rules of VADER (Hutto & Gilbert 2014, "VADER: A Parsimonious
//! Rule-based Model for Sentiment Analysis of Social Media Text", ICWSM). Worker thread only: it allocates.

mod drive;
mod lexicon;
mod outline;
#[cfg(test)]
mod tests;

use super::{MODE_COUNT, Mode, Moods};
use crate::common::Common;
use crate::text::Utterance;
use drive::{Driver, Energy, sign};
use lexicon::Lexicon;
use outline::{Clause, Turn};
use std::convert::Infallible;
use std::sync::Arc;

/// Words after which a mode's amplitude is down to 1/e.
const WORDS: f32 = 8.0;
/// What is left of an amplitude after the end of a sentence, and of a paragraph.
const SENTENCE: f32 = 0.6;
const PARAGRAPH: f32 = 0.1;
/// What is left of it where the speaker turns: "But".
const TURNED: f32 = 0.5;
/// No text drives a mode, nor all of them together, any further.
const CEILING: f32 = 0.8;
/// Amplitudes below are none.
const FLOOR: f32 = 0.04;

/// The word lists, the same for all readers of the process.
static LISTS: Common<Lexicon> = Common::new();

/// Reads emotions out of texts. Holds its word lists; opening one takes a few milliseconds.
///
/// ```
/// use psivox_core::emotion::{Mode, Resonance};
/// use psivox_core::text::{Dialect, Frontend};
///
/// let utterance = Frontend::new(Dialect::American)?.analyse("I am so happy to see you!")?;
/// let moods = Resonance::embedded().suggest(&utterance);
/// assert_eq!(moods.len(), utterance.words.len());
/// assert_eq!(moods[0].strongest().map(|(mode, _)| mode), Some(Mode::Happy));
/// # Ok::<(), psivox_core::text::TextError>(())
/// ```
#[derive(Debug)]
pub struct Resonance {
    lexicon: Arc<Lexicon>,
}

impl Resonance {
    /// With the embedded word lists.
    pub fn embedded() -> Self {
        match LISTS.get(|| Ok::<_, Infallible>(Lexicon::embedded())) {
            Ok(lexicon) => Self { lexicon },
        }
    }

    /// What each word of an utterance suggests, in order: every degree at most 0.8, and so is their sum.
    pub fn suggest(&self, utterance: &Utterance) -> Vec<Moods> {
        let (heard, sentences) = outline::outline(utterance);
        let mut moods = vec![Moods::NONE; heard.len()];
        let mut echo = Echo::default();
        for sentence in &sentences {
            echo.begin_sentence(sentence.paragraph);
            let energies = Driver { lexicon: &self.lexicon, heard: &heard, sentence }.energies();
            for (clause, drive) in sentence.clauses.iter().zip(energies) {
                echo.hear(clause, &drive, &mut moods);
            }
        }
        moods
    }
}

/// What is left of the clauses before.
#[derive(Default)]
struct Echo {
    energy: Energy,
    paragraph: Option<u32>,
}

impl Echo {
    fn begin_sentence(&mut self, paragraph: u32) {
        let is_same = self.paragraph.replace(paragraph).is_none_or(|last| last == paragraph);
        self.damp(if is_same { SENTENCE } else { PARAGRAPH });
    }

    fn damp(&mut self, left: f32) {
        self.energy.iter_mut().for_each(|energy| *energy *= left * left);
    }

    /// One clause: its words' moods, and what it leaves.
    fn hear(&mut self, clause: &Clause, drive: &Energy, moods: &mut [Moods]) {
        if clause.turn == Turn::Against {
            self.damp(TURNED);
        }
        let decay = (-1.0 / WORDS).exp();
        for word in &mut moods[clause.words.clone()] {
            *word = felt(&std::array::from_fn(|mode| self.energy[mode] + drive[mode]));
            self.damp(decay);
        }
        self.energy.iter_mut().zip(drive).for_each(|(energy, drive)| *energy += drive);
    }
}

/// The degrees that energies come to.
fn felt(energy: &Energy) -> Moods {
    let side = |side: f32| {
        Mode::ALL.into_iter().filter(|m| sign(*m) == side).map(|m| energy[m as usize]).sum::<f32>()
    };
    let (pleasant, unpleasant) = (side(1.0), side(-1.0));
    let both = pleasant + unpleasant;
    let mut degrees = [0.0; MODE_COUNT];
    for mode in Mode::ALL {
        let share = match sign(mode) {
            s if s > 0.0 => pleasant / both,
            s if s < 0.0 => unpleasant / both,
            _ => 1.0,
        };
        let amplitude = energy[mode as usize].sqrt();
        if amplitude > 0.0 {
            degrees[mode as usize] = CEILING * (share * amplitude / CEILING).tanh();
        }
    }
    let total: f32 = degrees.iter().sum();
    let scale = if total > CEILING { CEILING / total } else { 1.0 };
    let mut moods = Moods::NONE;
    for mode in Mode::ALL {
        let degree = degrees[mode as usize] * scale;
        moods.set(mode, if degree < FLOOR { 0.0 } else { degree });
    }
    moods
}
