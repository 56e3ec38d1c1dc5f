//! Sing mode: notes take syllables.

use super::Block;
use crate::performer::Performer;
use crate::performer::delay::To;
use crate::performer::notes::{Held, NoteName};
use crate::repertoire::Ready;
use psivox_core::Score;
use psivox_core::engine::{Event, SungNote};
use std::sync::Arc;

/// Notes that begin within this time of each other are a chord: they sing one syllable.
const CHORD_S: f32 = 0.03;

impl Block<'_> {
    /// A note takes the next syllable; the notes of a chord take the same one.
    pub(super) fn sing(&mut self, offset: usize, name: NoteName, velocity: f32) {
        let repertoire = Arc::clone(&self.performer.repertoire);
        let Ready::Planned(sheet) = &repertoire.sheet else { return };
        if self.performer.bypassed_samples.is_some() || sheet.syllables.is_empty() {
            return;
        }
        let syllable = self.take_syllable(self.start_samples + offset as u64, sheet.syllables.len() as u32);
        let voice = self.take_voice(offset);
        self.performer.notes.press(name, velocity, voice, syllable);
        self.bend(offset, voice);
        self.start_note(offset, voice, sheet, syllable, name.key_or_middle(), velocity);
        self.performer.shared.note_unit(None);
    }

    fn take_syllable(&mut self, now: u64, count: u32) -> u32 {
        let chord_samples = (CHORD_S * self.performer.sample_rate_hz()) as u64;
        let Performer { syllable, syllable_taken, rules, .. } = &mut *self.performer;
        let together = rules.voices > 1 && syllable_taken.is_some_and(|at| now - at < chord_samples);
        if together {
            return syllable.checked_sub(1).unwrap_or(count - 1).min(count - 1);
        }
        let own = if *syllable < count { *syllable } else { 0 };
        *syllable = own + 1;
        *syllable_taken = Some(now);
        own
    }

    fn start_note(
        &mut self,
        offset: usize,
        voice: usize,
        sheet: &Arc<Score>,
        syllable: u32,
        key: u8,
        velocity: f32,
    ) {
        let note = SungNote {
            score: Arc::clone(sheet),
            syllable,
            f0_hz: 440.0 * ((f32::from(key) - 69.0) / 12.0).exp2(),
            velocity,
            lead_samples: self.performer.latency_samples,
            glide_s: self.performer.rules.glide_s,
        };
        // Not late: it is the vowel that is, and the voice has to know before.
        self.add_now(offset, To::Voice(voice), Event::Sing(note));
    }

    /// A sung note ends. The one that is held below it on the same voice sounds again, on the same syllable; a note that was
    /// silent below another just goes.
    pub(super) fn let_go(&mut self, offset: usize, held: &Held, newest: bool) {
        let repertoire = Arc::clone(&self.performer.repertoire);
        match (self.performer.notes.newest_of(held.voice), &repertoire.sheet) {
            (Some(below), Ready::Planned(sheet)) if newest => {
                let (key, velocity) = (below.name.key_or_middle(), below.velocity);
                self.start_note(offset, held.voice, sheet, held.syllable, key, velocity);
                self.bend(offset, held.voice);
            }
            (Some(_), _) => {}
            (None, _) => {
                let after_samples = self.performer.latency_samples;
                self.add_now(offset, To::Voice(held.voice), Event::Release { after_samples });
            }
        }
    }
}
