//! Random within taste: new values near the present ones, in ranges in which voices stay people.
//!
//! Every number moves by a triangular draw about where it is, at most `amount` times its spread, and stays within its
//! range; what the user has put outside that range may stay there. Two laws keep the result human: a lower voice
//! tends to come from a longer throat, and moods and styles are few at a time, the others fade.

use crate::params::PsivoxParams;
use crate::remote::{index_of, parameter};

/// Which parameters are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Groups {
    /// Pitch, size, timbre, pace: [`VOICE`].
    pub voice: bool,
    /// Valence, arousal, dominance, intensity: [`EMOTION`].
    pub emotion: bool,
    /// Named moods and styles: [`MOODS`], [`STYLES`], [`MANNERS`].
    pub mood: bool,
    /// What the field does: [`FIELD`].
    pub field: bool,
    /// How much of the face is shown: [`FACE`].
    pub face: bool,
}

impl Groups {
    /// All of them.
    pub const ALL: Self = Self { voice: true, emotion: true, mood: true, field: true, face: true };
}

impl Default for Groups {
    fn default() -> Self {
        Self::ALL
    }
}

/// Id, lowest and highest value, farthest move; in the parameter's own unit.
pub type Range = (&'static str, f32, f32, f32);

/// Voices between a large man and a child, in tunes and paces that people have.
pub const VOICE: [Range; 12] = [
    ("pitch", -7.0, 7.0, 6.0),
    ("size", -12.0, 14.0, 6.0),
    ("range", 0.5, 1.6, 0.6),
    ("rate", 0.75, 1.3, 0.3),
    ("tension", -0.6, 0.6, 0.6),
    ("breath", 0.0, 0.5, 0.35),
    ("tilt", -2.0, 2.0, 1.5),
    ("articulation", 0.6, 1.5, 0.5),
    ("vibrato_rate", 4.5, 6.5, 1.0),
    ("vibrato_depth", 0.0, 0.35, 0.2),
    ("tremor", 0.0, 0.4, 0.2),
    ("voice_mix", 0.0, 1.0, 0.5),
];

/// Feelings short of despair and frenzy.
pub const EMOTION: [Range; 4] = [
    ("valence", -0.8, 0.8, 0.8),
    ("arousal", -0.8, 0.8, 0.8),
    ("dominance", -0.8, 0.8, 0.8),
    ("intensity", 0.5, 1.0, 0.4),
];

/// Moods: at most [`MOODS_AT_ONCE`] come, the others fade. The farthest move is the most that comes.
pub const MOODS: [Range; 11] = [
    ("happy", 0.0, 0.8, 0.8),
    ("sad", 0.0, 0.8, 0.8),
    ("angry", 0.0, 0.7, 0.7),
    ("afraid", 0.0, 0.7, 0.7),
    ("disgusted", 0.0, 0.6, 0.6),
    ("surprised", 0.0, 0.7, 0.7),
    ("calm", 0.0, 0.9, 0.9),
    ("tender", 0.0, 0.9, 0.9),
    ("bored", 0.0, 0.7, 0.7),
    ("contempt", 0.0, 0.6, 0.6),
    ("excited", 0.0, 0.7, 0.7),
];

/// How many moods come at once.
pub const MOODS_AT_ONCE: usize = 2;

/// Styles: one comes at most, and not always. Humming is none of them: nothing of the text would be left.
pub const STYLES: [Range; 7] = [
    ("whisper", 0.0, 0.5, 0.5),
    ("murmur", 0.0, 0.6, 0.6),
    ("shout", 0.0, 0.4, 0.4),
    ("laugh", 0.0, 0.4, 0.4),
    ("sob", 0.0, 0.4, 0.4),
    ("creak", 0.0, 0.5, 0.5),
    ("falsetto", 0.0, 0.5, 0.5),
];

/// How moods come and go.
pub const MANNERS: [Range; 3] =
    [("emotion_from_text", 0.2, 1.0, 0.4), ("emotion_glide", 0.05, 0.8, 0.3), ("mood_carry", 0.3, 1.0, 0.4)];

/// Fields that still hold a syllable together.
pub const FIELD: [Range; 5] = [
    ("coupling", 0.6, 1.5, 0.5),
    ("lag", 0.5, 1.5, 0.5),
    ("grammar", 0.7, 1.0, 0.2),
    ("learning", 0.3, 1.7, 0.7),
    ("prediction", 0.3, 1.7, 0.7),
];

/// Faces between reserved and lively.
pub const FACE: [Range; 7] = [
    ("face_strength", 0.7, 1.4, 0.35),
    ("face_jaw", 0.7, 1.3, 0.3),
    ("face_expression", 0.6, 1.6, 0.5),
    ("face_gaze", 0.5, 1.5, 0.5),
    ("blink_rate", 0.5, 2.0, 0.7),
    ("face_head", 0.5, 1.6, 0.5),
    ("face_idle", 0.5, 1.6, 0.5),
];

/// Percent of throat that a semitone up takes away: between a man and a child of twelve semitones above him lie some 20 %
/// (Fitch and Giedd 1999), of which half is left to chance.
const SIZE_PER_SEMITONE: f32 = -0.8;

/// New values for the chosen groups: index of the parameter and its place of 0..=1. An `amount` of 0 moves nothing, 1
/// draws from the whole of the ranges. The same seed, amount and values always give the same.
pub fn randomise(params: &PsivoxParams, seed: u64, amount: f32, groups: Groups) -> Vec<(usize, f32)> {
    let amount = if amount.is_finite() { amount.clamp(0.0, 1.0) } else { 0.0 };
    let mut draw = Draw { params, dice: Dice(seed), amount, values: Vec::new() };
    if groups.voice {
        draw.voice();
    }
    let others: [(bool, &[Range]); 4] =
        [(groups.emotion, &EMOTION), (groups.mood, &MANNERS), (groups.field, &FIELD), (groups.face, &FACE)];
    for (_, ranges) in others.into_iter().filter(|(chosen, _)| *chosen) {
        for range in ranges {
            draw.near(*range, 0.0);
        }
    }
    if groups.mood {
        draw.few(&MOODS, MOODS_AT_ONCE);
        let styles = usize::from(draw.dice.share() < 0.5 * amount);
        draw.few(&STYLES, styles);
    }
    draw.values
}

struct Draw<'a> {
    params: &'a PsivoxParams,
    dice: Dice,
    amount: f32,
    values: Vec<(usize, f32)>,
}

impl Draw<'_> {
    /// Pitch first: the throat follows it.
    fn voice(&mut self) {
        let mut risen_st = 0.0;
        for range in VOICE {
            let lean = if range.0 == "size" { risen_st * SIZE_PER_SEMITONE } else { 0.0 };
            let moved = self.near(range, lean);
            if range.0 == "pitch" {
                risen_st = moved;
            }
        }
    }

    /// A value near the present one, moved by `lean` beforehand; how far it went.
    fn near(&mut self, (name, low, high, spread): Range, lean: f32) -> f32 {
        let Some((index, now)) = self.now(name) else { return 0.0 };
        let drawn = now + lean + self.amount * spread * self.dice.triangular();
        let value = drawn.clamp(low.min(now), high.max(now));
        self.set(index, value);
        value - now
    }

    /// Some of these come, the others fade.
    fn few(&mut self, ranges: &[Range], how_many: usize) {
        let chosen: Vec<usize> = (0..how_many).map(|_| self.dice.below(ranges.len())).collect();
        for (place, (name, low, high, most)) in ranges.iter().enumerate() {
            let Some((index, now)) = self.now(name) else { continue };
            let comes = if chosen.contains(&place) { self.amount * most * self.dice.share() } else { 0.0 };
            let value = now * (1.0 - self.amount) + comes;
            self.set(index, value.clamp(low.min(now), high.max(now)));
        }
    }

    fn now(&self, name: &str) -> Option<(usize, f32)> {
        let index = index_of(name)?;
        let param = parameter(self.params, index);
        Some((index, param.plain_of(param.set_normalized())))
    }

    fn set(&mut self, index: usize, plain: f32) {
        self.values.push((index, parameter(self.params, index).normalized_of(plain)));
    }
}

/// Seeded chance: splitmix64 (Steele et al. 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Evenly in 0..1.
    fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// In -1..1, near 0 most often.
    fn triangular(&mut self) -> f32 {
        self.share() - self.share()
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests;
