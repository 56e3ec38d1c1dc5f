//! Builds a score phrase by phrase.

use super::articulation::articulators;
use super::frame::{
    ARTICULATORS, FIRST_ARTICULATOR, LN_F0, PROMINENCE, SCORE_CHANNELS, SCORE_RATE_HZ, ScoreFrame,
};
use super::melody::melody_of;
use super::timing::{TimedPhone, phone_times};
use super::{Beat, BlendLayer, Score, ScorePhone, Speaker};
use crate::phone::{PAUSE, Phone, syllabify};
use crate::text::{Token, meaning_of, utterance_meaning};
use crate::voice::{CHANNELS, ControlFrame, Spoken, VoiceModel};

/// Longest score in nominal s (five minutes are 18 MB of frames).
pub const MAX_SCORE_S: f32 = 300.0;
/// Silence kept before the first phone, so that a trigger is answered at once.
pub(crate) const LEAD_IN_S: f32 = 0.05;
/// Silence kept after the last phone.
const LEAD_OUT_S: f32 = 0.2;
/// Frames are kept on the grid of prosody frames when silence is cut.
const GRID: usize = 3;

/// Collects phrases into a [`Score`].
#[derive(Debug)]
pub struct ScoreBuilder {
    phones: Vec<ScorePhone>,
    beats: Vec<Beat>,
    frames: Vec<ScoreFrame>,
    blend: Vec<BlendLayer>,
    speaker: Speaker,
    /// Whether another score is spoken right before this one, so that its first silence is part of a text's rhythm.
    goes_on: bool,
    /// What the phrases' words are counted from.
    first_word: u32,
    /// Silence to be kept before the first and after the last phone, s.
    lead_in_s: f32,
    lead_out_s: f32,
}

impl ScoreBuilder {
    /// An empty score for a speaker.
    pub fn new(speaker: Speaker) -> Self {
        let (phones, beats, frames) = (Vec::new(), Vec::new(), Vec::new());
        let (goes_on, first_word) = (false, 0);
        let (lead_in_s, lead_out_s) = (LEAD_IN_S, LEAD_OUT_S);
        Self { phones, beats, frames, blend: Vec::new(), speaker, goes_on, first_word, lead_in_s, lead_out_s }
    }

    /// A score that goes on with a text where another score has stopped. Word `first_word` of the text is its first.
    pub fn going_on(speaker: Speaker, first_word: u32) -> Self {
        Self { goes_on: true, first_word, ..Self::new(speaker) }
    }

    /// Silences in s that the text asks for around the next phrase, if it does: they are kept where the others at both
    /// ends of a score are cut.
    pub(crate) fn keep_rests(&mut self, [before_s, after_s]: [Option<f32>; 2]) {
        if self.frames.is_empty() {
            self.lead_in_s = before_s.unwrap_or(LEAD_IN_S);
        }
        self.lead_out_s = after_s.unwrap_or(LEAD_OUT_S);
    }

    /// Length so far in s.
    pub fn duration_s(&self) -> f32 {
        self.frames.len() as f32 / SCORE_RATE_HZ
    }

    /// Appends what the voice made of a phrase's tokens.
    pub fn add_phrase(&mut self, voice: &VoiceModel, tokens: &[Token], spoken: Spoken) {
        let symbols: Vec<char> = tokens.iter().map(|token| token.symbol).collect();
        let mut timed = phone_times(&symbols, &spoken, voice.meta());
        let first = timed.iter().find(|phone| phone.source.is_some()).map_or(0.0, |phone| phone.start_s);
        let begins = self.frames.is_empty() && !self.goes_on;
        let cut = if begins { (first - self.lead_in_s).max(0.0) } else { 0.0 };
        let skip = (cut * SCORE_RATE_HZ) as usize / GRID * GRID;
        shift(&mut timed, skip as f32 / SCORE_RATE_HZ);
        let held = held_ln_f0(&spoken.f0_hz, self.speaker.f0_mean_hz);
        let ln_f0: Vec<f32> = (skip..spoken.frames.len()).map(|c| ln_f0_at(&held, c as f32)).collect();
        self.lay(&timed, tokens, spoken.frames.get(skip..).unwrap_or(&[]), &ln_f0);
    }

    /// Adds the phrase that was added last as another blend of the two voices has it: the same phones at the same times.
    pub fn add_layer(&mut self, mix: f32, f0_mean_hz: f32, spoken: &Spoken) {
        let held = held_ln_f0(&spoken.f0_hz, f0_mean_hz);
        let index = self.blend.iter().position(|layer| layer.mix == mix).unwrap_or_else(|| {
            self.blend.push(BlendLayer { mix, frames: Vec::new() });
            self.blend.len() - 1
        });
        let frames = &mut self.blend[index].frames;
        let begin = frames.len();
        // What was cut from the phrase's beginning is missing from its end of the count.
        let skip = spoken.frames.len().saturating_sub(self.frames.len() - begin);
        for (c, base) in self.frames[begin..].iter().enumerate() {
            let mut frame = *base;
            if let Some(sound) = spoken.frames.get(skip + c) {
                frame[..CHANNELS].copy_from_slice(sound);
            }
            frame[LN_F0] = ln_f0_at(&held, (skip + c) as f32);
            frames.push(frame);
        }
    }

    /// Appends phones at their times, from 0 to the end of `sound`, with control frames and ln f0 at 240 Hz.
    pub(crate) fn lay(
        &mut self,
        timed: &[TimedPhone],
        tokens: &[Token],
        sound: &[ControlFrame],
        ln_f0: &[f32],
    ) {
        let offset_s = self.duration_s();
        self.add_beats(timed, tokens, offset_s);
        self.add_frames(timed, sound, ln_f0);
        for phone in timed {
            self.push_phone(ScorePhone {
                symbol: phone.phone.symbol,
                start_s: offset_s + phone.start_s,
                end_s: offset_s + phone.end_s,
                word: phone.source.and_then(|source| tokens[source].word?.checked_sub(self.first_word)),
                viseme: phone.phone.viseme,
            });
        }
    }

    /// The silence that ends a phrase and the one that begins the next are one.
    fn push_phone(&mut self, phone: ScorePhone) {
        match self.phones.last_mut() {
            Some(last) if last.symbol == PAUSE && phone.symbol == PAUSE => last.end_s = phone.end_s,
            _ => self.phones.push(phone),
        }
    }

    /// The finished score, all of its last silence kept: another score follows.
    pub fn finish_open(self, words: Vec<String>) -> Score {
        let Self { phones, beats, frames, blend, speaker, .. } = self;
        let meanings = words.iter().map(|word| meaning_of(word)).collect();
        let topic = utterance_meaning(words.iter().map(String::as_str));
        let melody = melody_of(&frames, &beats, speaker.f0_mean_hz);
        Score {
            id: 0,
            phones,
            words,
            beats,
            frames,
            blend,
            speaker,
            meanings,
            topic,
            cues: Vec::new(),
            gestures: Vec::new(),
            marks: Vec::new(),
            melody,
            syllables: Vec::new(),
        }
    }

    /// The finished score, its last silence cut to 0.2 s or what the text asks for.
    pub fn finish(mut self, words: Vec<String>) -> Score {
        if let Some(last) = self.phones.last_mut()
            && last.symbol == PAUSE
            && last.end_s - last.start_s > self.lead_out_s
        {
            last.end_s = last.start_s + self.lead_out_s;
            let end_s = last.end_s;
            self.beats.retain(|beat| beat.start_s < end_s);
            if let Some(beat) = self.beats.last_mut() {
                beat.end_s = end_s;
            }
            let length = (end_s * SCORE_RATE_HZ).ceil() as usize + 1;
            self.frames.truncate(length);
            self.blend.iter_mut().for_each(|layer| layer.frames.truncate(length));
        }
        self.finish_open(words)
    }

    fn add_frames(&mut self, timed: &[TimedPhone], sound: &[ControlFrame], ln_f0: &[f32]) {
        let (mut near, mut current) = (0, 0);
        let offset_s = self.duration_s();
        let mut beat = self.beats.partition_point(|beat| beat.end_s <= offset_s);
        for (c, (sound, ln_f0)) in sound.iter().zip(ln_f0).enumerate() {
            let t_s = c as f32 / SCORE_RATE_HZ;
            while current + 1 < timed.len() && timed[current].end_s <= t_s {
                current += 1;
            }
            while beat + 1 < self.beats.len() && self.beats[beat].end_s <= offset_s + t_s {
                beat += 1;
            }
            let mouth = articulators(timed, t_s, &mut near);
            let prominence = self.beats.get(beat).map_or(0.0, |beat| beat.prominence);
            self.frames.push(row(sound, *ln_f0, &mouth, prominence));
        }
    }

    fn add_beats(&mut self, timed: &[TimedPhone], tokens: &[Token], offset_s: f32) {
        let mut i = 0;
        while i < timed.len() {
            let word = timed[i].source.and_then(|source| tokens[source].word);
            let same = |phone: &TimedPhone| {
                phone.source.is_some() && phone.source.and_then(|source| tokens[source].word) == word
            };
            let run =
                if timed[i].source.is_none() { 1 } else { timed[i..].iter().take_while(|p| same(p)).count() };
            let group = &timed[i..i + run.max(1)];
            if group[0].source.is_none() {
                self.push_beat(offset_s + group[0].start_s, offset_s + group[0].end_s, 0.0);
            } else {
                let phones: Vec<Phone> = group.iter().map(|phone| phone.phone).collect();
                for syllable in syllabify(&phones) {
                    let span = &group[syllable.phones.clone()];
                    let stress = span.iter().map(|phone| phone.stress).fold(0.0, f32::max);
                    self.push_beat(offset_s + span[0].start_s, offset_s + span[span.len() - 1].end_s, stress);
                }
            }
            i += run.max(1);
        }
    }

    fn push_beat(&mut self, start_s: f32, end_s: f32, prominence: f32) {
        let rests = |beat: &Beat| beat.prominence == 0.0 && prominence == 0.0;
        match self.beats.last_mut() {
            // The clock divides by a beat's length; adjoining rests are one.
            Some(last) if end_s - start_s <= 1e-3 || rests(last) => last.end_s = end_s,
            _ => self.beats.push(Beat { start_s, end_s: end_s.max(start_s + 1e-3), prominence }),
        }
    }
}

fn shift(timed: &mut [TimedPhone], by_s: f32) {
    for phone in timed {
        phone.start_s = (phone.start_s - by_s).max(0.0);
        phone.end_s = (phone.end_s - by_s).max(0.0);
    }
}

fn row(sound: &ControlFrame, ln_f0: f32, mouth: &[f32; ARTICULATORS], prominence: f32) -> ScoreFrame {
    let mut frame = [0.0; SCORE_CHANNELS];
    frame[..CHANNELS].copy_from_slice(sound);
    frame[LN_F0] = ln_f0;
    frame[FIRST_ARTICULATOR..PROMINENCE].copy_from_slice(mouth);
    frame[PROMINENCE] = prominence;
    frame
}

/// ln f0 at 80 Hz, linear across unvoiced gaps, held at both ends.
pub(crate) fn held_ln_f0(f0_hz: &[f32], mean_hz: f32) -> Vec<f32> {
    let voiced: Vec<usize> = (0..f0_hz.len()).filter(|f| f0_hz[*f] > 0.0).collect();
    let (Some(first), Some(last)) = (voiced.first(), voiced.last()) else {
        return vec![mean_hz.ln(); f0_hz.len().max(1)];
    };
    let mut held = vec![0.0; f0_hz.len()];
    held[..=*first].fill(f0_hz[*first].ln());
    held[*last..].fill(f0_hz[*last].ln());
    for pair in voiced.windows(2) {
        let (a, b) = (f0_hz[pair[0]].ln(), f0_hz[pair[1]].ln());
        for f in pair[0]..=pair[1] {
            held[f] = a + (b - a) * (f - pair[0]) as f32 / (pair[1] - pair[0]) as f32;
        }
    }
    held
}

/// ln f0 at control frame `c` (time c / 240 s; prosody frame f stands for (f + 1/2) / 80 s).
pub(crate) fn ln_f0_at(held: &[f32], c: f32) -> f32 {
    let position = (c / GRID as f32 - 0.5).clamp(0.0, (held.len() - 1) as f32);
    let left = (position as usize).min(held.len() - 1);
    let right = (left + 1).min(held.len() - 1);
    held[left] + (held[right] - held[left]) * (position - left as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f0_is_held_over_gaps() {
        let held = held_ln_f0(&[0.0, 100.0, 0.0, 400.0, 0.0], 200.0);
        assert_eq!(held[0], 100.0f32.ln());
        assert!((held[2] - 200.0f32.ln()).abs() < 1e-6, "the middle of a gap is the geometric mean");
        assert_eq!(held[4], 400.0f32.ln());
        assert_eq!(held_ln_f0(&[0.0; 3], 200.0), vec![200.0f32.ln(); 3]);
        // Prosody frame 1 stands for 1.5 / 80 s, that is control frame 4.5.
        let (a, b) = (ln_f0_at(&held, 4.0), ln_f0_at(&held, 5.0));
        // Before it f0 is held; after it it climbs an octave in three control frames, half a frame of which have passed.
        assert_eq!(a, held[1]);
        assert!((b - held[1] - 2.0f32.ln() / 6.0).abs() < 1e-6);
        assert!(a < b);
    }
}
