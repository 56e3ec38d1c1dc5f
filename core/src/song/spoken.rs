//! The melody that the words of a phrase have in speech, on the time of a sung phrase.

use super::lyric::SungPhrase;
use super::singer::Singer;
use super::warp::Warp;
use crate::score::{TimedPhone, held_ln_f0, ln_f0_at, phone_times};
use crate::voice::Unshaped;

/// Control frames per second of the spoken contour.
const FRAMES_HZ: f32 = crate::score::SCORE_RATE_HZ;

/// f0 of speech, phone by phone at the places of the sung phones.
pub(super) struct SpokenMelody {
    /// ln f0 in Hz at the rate of the prosody's frames, without gaps.
    held: Vec<f32>,
    /// From the sung phrase's own time to the spoken one's.
    warp: Warp,
}

impl SpokenMelody {
    /// Has the voice speak a phrase; `sung` are its phones as they are sung.
    pub(super) fn new(singer: &Singer, phrase: &SungPhrase, sung: &[TimedPhone]) -> Self {
        let words = phrase.tokens.iter().take(phrase.spoken).map(|token| token.symbol);
        let symbols: Vec<char> = words.chain([phrase.mark]).collect();
        let spoken = singer.voice.speak(&symbols, singer.person, &mut Unshaped);
        let timed = phone_times(&symbols, &spoken, singer.voice.meta());
        let mut warp = Warp::default();
        // Both begin with the same symbols, so their phones differ in times and silences only.
        for phone in sung.iter().filter(|phone| phone.source.is_some()) {
            if let Some(own) = timed.iter().find(|own| own.source == phone.source) {
                warp.push(phone.start_s, own.start_s);
                warp.push(phone.end_s, own.end_s);
            }
        }
        Self { held: held_ln_f0(&spoken.f0_hz, singer.person.f0_mean_hz), warp }
    }

    /// ln f0 in Hz at a time of the sung phrase.
    pub(super) fn ln_f0(&self, voice_s: f32) -> f32 {
        ln_f0_at(&self.held, self.warp.voice_s(voice_s).max(0.0) * FRAMES_HZ)
    }
}
