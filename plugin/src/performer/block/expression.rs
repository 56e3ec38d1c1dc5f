//! Wheels, pressure and timbre, by channel and by note.

use super::Block;
use crate::midi::TextSysEx;
use crate::performance::MAX_VOICES;
use crate::performer::delay::To;
use crate::performer::notes::NoteName;
use crate::performer::rules::Rules;
use nice_plug::prelude::NoteEvent;
use psivox_core::engine::Event;

/// The controller of timbre in polyphonic expression (MPE 1.1, section 2.2).
const CC_TIMBRE: u8 = 74;
/// Softest that a note's own volume makes it, dB.
const SILENT_DB: f32 = -60.0;

impl Block<'_> {
    /// Takes one event of expression; anything else is nothing to a voice.
    pub(super) fn express(&mut self, offset: usize, event: &NoteEvent<TextSysEx>) {
        let notes = &mut self.performer.notes;
        let moved = match *event {
            NoteEvent::MidiPitchBend { channel, value, .. } => {
                notes.bend_channel(channel, value);
                return self.bend_all(offset);
            }
            NoteEvent::MidiChannelPressure { channel, pressure, .. } => {
                notes.press_channel(channel, pressure);
                return self.bend_all(offset);
            }
            NoteEvent::PolyPressure { voice_id, channel, key, pressure, .. } => {
                let pressure = pressure.clamp(0.0, 1.0);
                notes.bend_notes(&NoteName::of(voice_id, channel, key), |bend| bend.pressure = pressure)
            }
            NoteEvent::PolyTuning { voice_id, channel, key, tuning, .. } => {
                let tuning_st = tuning.clamp(-96.0, 96.0);
                notes.bend_notes(&NoteName::of(voice_id, channel, key), |bend| bend.tuning_st = tuning_st)
            }
            NoteEvent::PolyBrightness { voice_id, channel, key, brightness, .. } => {
                let timbre = (2.0 * brightness - 1.0).clamp(-1.0, 1.0);
                notes.bend_notes(&NoteName::of(voice_id, channel, key), |bend| bend.timbre = timbre)
            }
            NoteEvent::PolyVolume { voice_id, channel, key, gain, .. } => {
                let level_db = (20.0 * gain.max(1e-6).log10()).clamp(SILENT_DB, 12.0);
                notes.bend_notes(&NoteName::of(voice_id, channel, key), |bend| bend.level_db = level_db)
            }
            _ => 0,
        };
        for voice in (0..MAX_VOICES).filter(|voice| moved & (1 << voice) != 0) {
            self.bend(offset, voice);
        }
    }

    /// The timbre controller where every channel is a note; false if it is none.
    pub(super) fn tint(&mut self, offset: usize, channel: u8, cc: u8, value: f32) -> bool {
        let own = cc == CC_TIMBRE && self.performer.rules.mpe;
        if own {
            self.performer.notes.tint_channel(channel, value);
            self.bend_all(offset);
        }
        own
    }

    /// Tells a voice how it is bent.
    pub(super) fn bend(&mut self, offset: usize, voice: usize) {
        let expression = self.performer.notes.expression(voice);
        self.add(offset, To::Voice(voice), Event::Express(expression));
    }

    fn bend_all(&mut self, offset: usize) {
        (0..MAX_VOICES).for_each(|voice| self.bend(offset, voice));
    }

    /// What the parameters say about bending.
    pub(super) fn hear_bend_rules(&mut self, rules: &Rules) {
        let notes = &mut self.performer.notes;
        let known = (notes.bend_range_st, notes.mpe, notes.pitch_weight);
        let now = (rules.bend_range_st, rules.mpe, rules.pitch_weight);
        if known != now {
            (notes.bend_range_st, notes.mpe, notes.pitch_weight) = now;
            self.bend_all(0);
        }
    }
}
