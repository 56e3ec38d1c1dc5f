//! What a melody imposes on the voice between its networks: durations, f0, voicing and strength.

use super::layout::{Layout, Room, lay_out, likely_sound};
use super::lyric::SungPhrase;
use super::melody::Melody;
use crate::phone::{Manner, Phone};
use crate::score::{TimedPhone, phone_times};
use crate::voice::{Shaping, Spoken, VoiceMeta};
use std::f32::consts::LN_2;

const UNITS_PER_S: f32 = 40.0;
const FRAME_S: f32 = 1.0 / 80.0;
/// The MIDI note number of the contours' reference, 200 Hz.
const REFERENCE_MIDI: f32 = 55.350_4;
/// How much longer than in speech a vowel is asked for, at most; what is longer is held. The networks have hardly met
/// longer ones, and let them die away.
const LONGER_VOWEL: f32 = 1.3;
/// Shortest vowel, s.
const SHORTEST_VOWEL_S: f32 = 0.06;
/// Silences around a breath, s.
const SILENCE_S: f32 = 0.075;
/// How far from the voice's mean the decoder may be led, st: beyond an octave it has met nothing.
const FARTHEST_ST: f32 = 12.0;
/// How far the energy of held sounds may fall below the loud vowels', in the energy channel's units.
const VOWEL_DROP: f32 = 0.3;
const SONORANT_DROP: f32 = 1.2;
/// Change of the energy channel from velocity 0 to 1; 0.8 is ordinary.
const VELOCITY_ENERGY: f32 = 1.5;
const ORDINARY_VELOCITY: f32 = 0.8;

/// Imposes a phrase of a song.
pub(super) struct SungShaping<'a> {
    pub(super) phrase: &'a SungPhrase,
    pub(super) symbols: &'a [char],
    pub(super) melody: &'a Melody,
    pub(super) meta: &'a VoiceMeta,
    /// The voice's mean pitch as a MIDI note number.
    pub(super) mean_midi: f32,
    pub(super) room: Room,
    /// Once the voice has settled its durations: the phones on its own time, and where they go.
    pub(super) laid_out: Option<(Vec<TimedPhone>, Layout)>,
}

impl SungShaping<'_> {
    /// The pitch that the decoder is shown for a sung one.
    pub(super) fn shown_midi(&self, midi: f32) -> f32 {
        midi.clamp(self.mean_midi - FARTHEST_ST, self.mean_midi + FARTHEST_ST)
    }

    fn manner(&self, symbol: usize) -> Option<Manner> {
        Phone::of(self.symbols[symbol]).map(|phone| phone.manner)
    }

    /// Seconds from the start of syllable `i` to the next one, or to its end.
    fn length_s(&self, i: usize) -> f32 {
        let own = &self.phrase.syllables[i];
        let end = self.phrase.syllables.get(i + 1).map_or(own.end_beats, |next| next.start_beats);
        (end - own.start_beats) * self.room.beat_s
    }

    /// The syllable that is sung at a time of the song.
    fn velocity_at(&self, song_s: f32) -> f32 {
        let beats = song_s / self.room.beat_s;
        let after = self.phrase.syllables.partition_point(|syllable| syllable.start_beats <= beats);
        self.phrase.syllables[after.saturating_sub(1)].velocity
    }
}

impl Shaping for SungShaping<'_> {
    fn durations(&mut self, token_source: &[usize], units: &mut [f32]) {
        let token_of =
            |symbol: usize| token_source.iter().position(|source| *source == symbol).map(|i| i + 1);
        for (i, syllable) in self.phrase.syllables.iter().enumerate() {
            let Some(token) = token_of(syllable.nucleus) else { continue };
            let next = self.phrase.syllables.get(i + 1).and_then(|next| token_of(next.nucleus));
            let between = token + 1..next.unwrap_or(units.len() - 1);
            let consonants: f32 = units[between].iter().sum();
            let vowel_s = self.length_s(i) - consonants / UNITS_PER_S;
            let longest_s = (LONGER_VOWEL * units[token] / UNITS_PER_S).max(SHORTEST_VOWEL_S);
            units[token] = vowel_s.clamp(SHORTEST_VOWEL_S, longest_s) * UNITS_PER_S;
        }
        if let [first, .., comma, last] = units {
            *first = SILENCE_S * UNITS_PER_S;
            *comma = SILENCE_S * UNITS_PER_S;
            *last = SILENCE_S * UNITS_PER_S;
        }
    }

    fn contours(&mut self, token_source: &[usize], units: &[u32], frames: &mut [[f32; 3]]) {
        let spoken = Spoken {
            token_frames: units.iter().map(|units| units * 2).collect(),
            token_source: token_source.to_vec(),
            f0_hz: Vec::new(),
            frames: Vec::new(),
        };
        let timed = phone_times(self.symbols, &spoken, self.meta);
        let layout = lay_out(self.phrase, &timed, self.room, likely_sound);
        let loud = self.loud_energy(token_source, units, frames);
        let mut f = 0;
        for (token, length) in units.iter().enumerate() {
            let symbol = token.checked_sub(1).and_then(|i| token_source.get(i));
            let manner = symbol.and_then(|symbol| self.manner(*symbol));
            for _ in 0..length * 2 {
                let Some(frame) = frames.get_mut(f) else { break };
                let song_s = layout.warp.song_s((f as f32 + 0.5) * FRAME_S);
                let midi = self.shown_midi(self.melody.midi(song_s));
                frame[1] = (midi - REFERENCE_MIDI) * LN_2 / 4.0;
                if let Some(drop) = manner.and_then(held_drop) {
                    frame[0] = frame[0].max(1.0);
                    frame[2] = frame[2].max(loud - drop);
                }
                if manner.is_some() {
                    frame[2] += VELOCITY_ENERGY * (self.velocity_at(song_s) - ORDINARY_VELOCITY);
                }
                f += 1;
            }
        }
        self.laid_out = Some((timed, layout));
    }
}

/// How far a sound that is sung through may fall in energy; `None` for sounds that are not sung.
fn held_drop(manner: Manner) -> Option<f32> {
    match manner {
        Manner::Vowel => Some(VOWEL_DROP),
        Manner::Approximant | Manner::Nasal => Some(SONORANT_DROP),
        _ => None,
    }
}

impl SungShaping<'_> {
    /// Energy of the vowels at their loudest: the median of their peaks. What a long vowel decays to is not sung.
    fn loud_energy(&self, token_source: &[usize], units: &[u32], frames: &[[f32; 3]]) -> f32 {
        let mut peaks = Vec::new();
        let mut at = 0;
        for (token, length) in units.iter().enumerate() {
            let range = at..(at + *length as usize * 2).min(frames.len());
            at = range.end;
            let symbol = token.checked_sub(1).and_then(|i| token_source.get(i));
            if symbol.and_then(|symbol| self.manner(*symbol)) == Some(Manner::Vowel) && !range.is_empty() {
                peaks.push(frames[range].iter().map(|frame| frame[2]).fold(f32::MIN, f32::max));
            }
        }
        peaks.sort_by(f32::total_cmp);
        peaks.get(peaks.len() / 2).copied().unwrap_or(0.0)
    }
}
