//! Reads a score at the time of the field. Neither allocates nor fails.

use super::frame::{SCORE_CHANNELS, SCORE_RATE_HZ, ScoreFrame};
use super::{Beat, Score};

/// Prominence of a syllable that begins a foot.
const STRESSED: f32 = 0.7;

/// A place in a score.
#[derive(Debug, Clone, Copy, Default)]
pub struct ScoreCursor {
    beat: usize,
    phone: usize,
}

impl ScoreCursor {
    /// At the start.
    pub fn new() -> Self {
        Self::default()
    }

    /// The beat that is being spoken; `None` after the end.
    pub fn beat(&self, score: &Score) -> Option<Beat> {
        score.beats.get(self.beat).copied()
    }

    /// Index of the beat that is being spoken; the number of beats after the end.
    pub fn beat_index(&self) -> usize {
        self.beat
    }

    /// Phones that have started.
    pub fn phones_passed(&self) -> usize {
        self.phone
    }

    /// Goes on to the next beat.
    pub fn next_beat(&mut self) {
        self.beat += 1;
    }

    /// From where to where the present foot lasts, nominal s: from a stressed syllable (or the end of a rest) to the next
    /// stressed syllable (or the end of the next rest). A foot has at most 16 syllables.
    pub fn foot(&self, score: &Score) -> Option<(f32, f32)> {
        const LONGEST: usize = 16;
        let begins = |beat: &Beat| beat.prominence == 0.0 || beat.prominence >= STRESSED;
        let present = score.beats.get(self.beat)?;
        let first = self.beat.saturating_sub(LONGEST);
        let start = score.beats[first..=self.beat].iter().rev().find(|beat| begins(beat)).unwrap_or(present);
        let later = &score.beats[self.beat + 1..(self.beat + 1 + LONGEST).min(score.beats.len())];
        let end_s = later
            .iter()
            .find(|beat| begins(beat))
            .map_or(later.last().unwrap_or(present).end_s, |beat| beat.start_s);
        Some((start.start_s, end_s.max(start.start_s + 1e-3)))
    }

    /// Nominal time of a phase (cycles in 0..=1) inside the present beat; the end of the score after it.
    pub fn position_s(&self, score: &Score, phase: f32) -> f32 {
        self.beat(score).map_or(score.duration_s(), |b| b.start_s + phase * (b.end_s - b.start_s))
    }

    /// Goes to the beat that is spoken at `position_s`, wherever the cursor is.
    pub fn go_to(&mut self, score: &Score, position_s: f32) {
        // Nearly always it is this beat or the next one.
        let is_in = |beat: &Beat| (beat.start_s..beat.end_s).contains(&position_s);
        match score.beats.get(self.beat..).unwrap_or(&[]) {
            [beat, ..] if is_in(beat) => {}
            [_, next, ..] if is_in(next) => self.beat += 1,
            _ => self.beat = score.beats.partition_point(|beat| beat.end_s <= position_s),
        }
    }

    /// The next phone to pass is the first one that starts at or after `position_s`.
    pub fn skip_phones(&mut self, score: &Score, position_s: f32) {
        self.phone = score.phones.partition_point(|phone| phone.start_s < position_s);
    }

    /// Index and start in nominal s of the next phone that starts at or before `position_s`, once each.
    pub fn pass_phone(&mut self, score: &Score, position_s: f32) -> Option<(u32, f32)> {
        let phone = score.phones.get(self.phone).filter(|phone| phone.start_s <= position_s)?;
        self.phone += 1;
        Some((self.phone as u32 - 1, phone.start_s))
    }
}

/// Channels at nominal time `position_s`, by Catmull-Rom cubics through the frames: a straight line between
/// frames would blur the fast movements that make speech sound human (40 Hz loses 2 dB at half a frame).
pub fn read(score: &Score, position_s: f32) -> ScoreFrame {
    read_frames(&score.frames, position_s)
}

/// As [`read`], at a share of the second voice in 0..=1: linear between the two nearest blends of the score.
pub fn read_mixed(score: &Score, position_s: f32, mix: f32) -> ScoreFrame {
    let (mut left, mut left_mix) = (&score.frames, 0.0);
    for layer in &score.blend {
        if mix < layer.mix {
            let u = ((mix - left_mix) / (layer.mix - left_mix)).clamp(0.0, 1.0);
            let a = read_frames(left, position_s);
            if u == 0.0 {
                return a;
            }
            let b = read_frames(&layer.frames, position_s);
            return std::array::from_fn(|k| a[k] + (b[k] - a[k]) * u);
        }
        (left, left_mix) = (&layer.frames, layer.mix);
    }
    read_frames(left, position_s)
}

/// One channel of [`read`].
pub fn read_channel(score: &Score, position_s: f32, channel: usize) -> f32 {
    let Some(last) = score.frames.len().checked_sub(1) else { return 0.0 };
    let x = (position_s * SCORE_RATE_HZ).clamp(0.0, last as f32);
    let at = |offset: isize| score.frames[(x as isize + offset).clamp(0, last as isize) as usize][channel];
    let u = x.fract();
    let (u2, u3) = (u * u, u * u * u);
    let weights = [
        0.5 * (-u + 2.0 * u2 - u3),
        0.5 * (2.0 - 5.0 * u2 + 3.0 * u3),
        0.5 * (u + 4.0 * u2 - 3.0 * u3),
        0.5 * (u3 - u2),
    ];
    weights[0] * at(-1) + weights[1] * at(0) + weights[2] * at(1) + weights[3] * at(2)
}

fn read_frames(frames: &[ScoreFrame], position_s: f32) -> ScoreFrame {
    let Some(last) = frames.len().checked_sub(1) else { return [0.0; SCORE_CHANNELS] };
    let x = (position_s * SCORE_RATE_HZ).clamp(0.0, last as f32);
    let (left, u) = (x as usize, x.fract());
    let at = |offset: isize| &frames[(left as isize + offset).clamp(0, last as isize) as usize];
    if u == 0.0 {
        return *at(0);
    }
    let (u2, u3) = (u * u, u * u * u);
    let weights = [
        0.5 * (-u + 2.0 * u2 - u3),
        0.5 * (2.0 - 5.0 * u2 + 3.0 * u3),
        0.5 * (u + 4.0 * u2 - 3.0 * u3),
        0.5 * (u3 - u2),
    ];
    let (a, b, c, d) = (at(-1), at(0), at(1), at(2));
    std::array::from_fn(|k| weights[0] * a[k] + weights[1] * b[k] + weights[2] * c[k] + weights[3] * d[k])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::BlendLayer;

    fn level(value: f32) -> Vec<ScoreFrame> {
        vec![[value; SCORE_CHANNELS]; 10]
    }

    #[test]
    fn a_mix_lies_on_the_line_between_the_nearest_blends() {
        let speaker = crate::engine::Engine::resting_speaker();
        let layer = |mix, value| BlendLayer { mix, frames: level(value) };
        let blend = vec![layer(0.5, 2.0), layer(1.0, 10.0)];
        let score = Score { frames: level(0.0), blend, ..Score::empty(speaker) };
        for (mix, expected) in [(0.0, 0.0), (0.25, 1.0), (0.5, 2.0), (0.75, 6.0), (1.0, 10.0), (7.0, 10.0)] {
            let found = read_mixed(&score, 0.011, mix)[3];
            assert!((found - expected).abs() < 1e-5, "mix {mix}: {found}");
        }
        assert_eq!(read_mixed(&Score { blend: vec![], ..score }, 0.011, 0.7)[3], 0.0, "one voice only");
    }
}
