//! The next turn with memory and without: a line was said in a manner, the next one goes on in its tone.

use super::manner::SOURCES;
use super::profile::Profile;
use super::{Bench, Said};
use crate::error::CliError;
use psivox_core::memory::{Course, Recall};
use psivox_core::{Event, Score};
use std::sync::Arc;

/// Sentences that follow each manner.
const TEXTS: usize = 3;

/// How often something is said.
pub fn work() -> usize {
    2 * TEXTS * SOURCES.len()
}

/// Mean absolute changes of the next turn when memory is switched off.
#[derive(Debug, Default, Clone, Copy)]
pub struct Turn {
    /// Of the mean f0, st.
    pub f0_st: f64,
    /// Of the pace, %.
    pub pace_percent: f64,
    /// Of the balance of 1-5 kHz, dB.
    pub tilt_db: f64,
    /// Sum over the action units.
    pub units: f64,
}

impl Bench<'_> {
    /// The same next lines, by an engine that remembers and one whose memory is off.
    pub fn next_turn(&mut self, said: &Said, others: &[Arc<Score>]) -> Result<Turn, CliError> {
        let mut sum = Turn::default();
        let mut count = 0.0;
        for source in 0..said.sources.len() {
            let mut bank = said.bank.subset(&[said.sources[source].id])?;
            bank.set_course(Course::Same);
            let Some((tone, _)) = bank.next_line() else { continue };
            let tone = Arc::new(tone);
            for (index, score) in others.iter().take(TEXTS).enumerate() {
                let recall = Event::Recall(Recall::one(Arc::clone(&tone), 1.0, 0.0));
                let with = self.say(index, vec![recall], |_| None, score)?.0;
                let without = self.say(index, Vec::new(), |_| None, score)?.0;
                let [with, without] = [with, without].map(|take| Profile::of(&take, self.voice.rate));
                let change = with.beyond(&without);
                sum.f0_st += change.voice[0].unwrap_or(0.0).abs();
                let pace = without.voice[3].unwrap_or(1.0).max(0.1);
                sum.pace_percent += 100.0 * change.voice[3].unwrap_or(0.0).abs() / pace;
                sum.tilt_db += change.voice[5].unwrap_or(0.0).abs();
                sum.units += change.units.iter().map(|unit| unit.abs()).sum::<f64>();
                count += 1.0;
            }
        }
        let mean = |sum: f64| sum / f64::max(count, 1.0);
        Ok(Turn {
            f0_st: mean(sum.f0_st),
            pace_percent: mean(sum.pace_percent),
            tilt_db: mean(sum.tilt_db),
            units: mean(sum.units),
        })
    }
}
