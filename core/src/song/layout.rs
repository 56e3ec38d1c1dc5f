//! Where the sounds of a sung phrase go: every vowel starts on its beat, the consonants before it lie before the beat,
//! and the vowel is held until the next consonants have to begin.

use super::lyric::{SungPhrase, SungSyllable};
use super::warp::Warp;
use crate::score::TimedPhone;

/// Share of the time between two vowels that the consonants between them may take.
const MOST_CONSONANTS: f32 = 0.55;
/// The part of a vowel's sound that is drawn out while it is held. It moves through these shares of the sound rather
/// than freeze at one.
const HELD: (f32, f32) = (0.35, 0.6);
/// A diphthong is held on its first part and glides late.
const HELD_DIPHTHONG: (f32, f32) = (0.15, 0.3);
/// What is left of the silence at a vowel's end, s.
const RELEASE_S: f32 = 0.05;

/// Times of a song in which a phrase has to fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Seconds a beat.
    pub(super) beat_s: f32,
    /// When the phrase before has ended; its consonants may begin after that.
    pub(super) free_from_s: f32,
}

/// Where a vowel is held, s of the song.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Held {
    /// Its place among the phrase's syllables.
    pub(super) syllable: usize,
    /// Where the vowel begins and ends.
    pub(super) vowel_s: (f32, f32),
    /// From where to where it is drawn out.
    pub(super) span_s: (f32, f32),
}

/// A phrase laid out in the song's time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// From the song's time to the voice's.
    pub(super) warp: Warp,
    /// When its first sound starts and its last one ends, s of the song.
    pub(super) sounds_s: (f32, f32),
    /// The vowels, in order.
    pub(super) held: Vec<Held>,
}

/// The stretch in s of the voice's time in which a vowel sounds, as far as one knows before it has been spoken.
pub(super) fn likely_sound(vowel: &TimedPhone) -> (f32, f32) {
    let length_s = vowel.end_s - vowel.start_s;
    (vowel.start_s + 0.1 * length_s, vowel.start_s + 0.7 * length_s)
}

/// Lays out phones whose times are the voice's own. `sound` tells where a vowel sounds: the voice lets vowels end early,
/// and its silence must not be held.
pub(super) fn lay_out(
    phrase: &SungPhrase,
    timed: &[TimedPhone],
    room: Room,
    sound: impl Fn(&TimedPhone) -> (f32, f32),
) -> Layout {
    let nuclei: Vec<(usize, &SungSyllable, usize)> = phrase
        .syllables
        .iter()
        .enumerate()
        .filter_map(|(i, own)| {
            Some((i, own, timed.iter().position(|phone| phone.source == Some(own.nucleus))?))
        })
        .collect();
    let sounding = || timed.iter().filter(|phone| phone.source.is_some());
    let (Some(first), Some(last), Some((_, opening, first_vowel))) =
        (sounding().next(), sounding().next_back(), nuclei.first())
    else {
        return Layout { warp: Warp::default(), sounds_s: (0.0, 0.0), held: Vec::new() };
    };
    let start_s = |syllable: &SungSyllable| syllable.start_beats * room.beat_s;
    let mut warp = Warp::default();
    let onset_s = timed[*first_vowel].start_s - first.start_s;
    let begins_s = (start_s(opening) - onset_s).max(room.free_from_s.min(start_s(opening) - 0.3 * onset_s));
    warp.push(begins_s, first.start_s);
    let mut ends_s = begins_s;
    let mut held = Vec::with_capacity(nuclei.len());
    for (i, (index, syllable, nucleus)) in nuclei.iter().enumerate() {
        let vowel = &timed[*nucleus];
        // The sounds after the vowel, up to the next one or to the end, end with the next beat or with the note.
        let (next_s, next_voice_s) = match nuclei.get(i + 1) {
            Some((_, next, vowel)) => (start_s(next), timed[*vowel].start_s),
            None => (syllable.end_beats * room.beat_s, last.end_s),
        };
        let own_s = next_s - start_s(syllable);
        let consonants_s = (next_voice_s - vowel.end_s).clamp(0.0, MOST_CONSONANTS * own_s);
        let at_s = start_s(syllable);
        let span_s = hold(&mut warp, vowel, sound(vowel), at_s, own_s - consonants_s);
        held.push(Held { syllable: *index, vowel_s: (at_s, at_s + own_s - consonants_s), span_s });
        ends_s = next_s;
    }
    warp.push(ends_s, last.end_s);
    Layout { warp, sounds_s: (begins_s, ends_s), held }
}

/// Anchors of a vowel that starts at `at_s`, lasts `length_s` and sounds from `a` to `b` of the voice's time. Returns from
/// where to where of the song it is drawn out.
fn hold(warp: &mut Warp, vowel: &TimedPhone, (a, b): (f32, f32), at_s: f32, length_s: f32) -> (f32, f32) {
    let (from, to) = if vowel.phone.glide.is_some() { HELD_DIPHTHONG } else { HELD };
    let (a, b) = (a.max(vowel.start_s), b.min(vowel.end_s));
    let (from_s, to_s) = (a + from * (b - a), a + to * (b - a));
    let release_s = (vowel.end_s - b).min(RELEASE_S);
    // Everything but the held part at its own pace; faster if the note is too short for that.
    let least_s = (from_s - vowel.start_s) + (b - to_s) + release_s;
    let pace = (length_s / (least_s + to_s - from_s)).min(1.0);
    let span_s = (at_s + pace * (from_s - vowel.start_s), at_s + length_s - pace * (b - to_s + release_s));
    warp.push(at_s, vowel.start_s);
    warp.push(span_s.0, from_s);
    warp.push(span_s.1, to_s);
    warp.push(at_s + length_s - pace * release_s, b);
    warp.push(at_s + length_s, vowel.end_s);
    span_s
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Phone;

    fn timed(symbols: &str) -> Vec<TimedPhone> {
        let phone = |(i, symbol): (usize, char)| TimedPhone {
            phone: Phone::of(symbol).expect("a phone"),
            source: (symbol != '_').then_some(i),
            stress: 1.0,
            start_s: 0.1 * i as f32,
            end_s: 0.1 * (i + 1) as f32,
        };
        symbols.chars().enumerate().map(phone).collect()
    }

    #[test]
    fn vowels_start_on_their_beats() {
        let syllable =
            |nucleus, start_beats, end_beats| SungSyllable { nucleus, start_beats, end_beats, velocity: 1.0 };
        let phrase = SungPhrase {
            tokens: Vec::new(),
            syllables: vec![syllable(2, 1.0, 2.0), syllable(4, 2.0, 3.0), syllable(6, 3.0, 5.0)],
            mark: ',',
            spoken: 0,
        };
        let timed = timed("_sɑtItɑn_");
        let layout = lay_out(&phrase, &timed, Room { beat_s: 0.5, free_from_s: 0.0 }, likely_sound);
        for (nucleus, beat) in [(2, 1.0), (4, 2.0), (6, 3.0)] {
            let at_s = layout.warp.song_s(timed[nucleus].start_s);
            assert!((at_s - 0.5 * beat).abs() < 1e-3, "{at_s} for beat {beat}");
        }
        assert!((layout.sounds_s.0 - 0.4).abs() < 1e-3, "the consonant lies before the beat");
        assert!((layout.warp.song_s(timed[7].end_s) - 2.5).abs() < 1e-3, "the last one ends with its note");
        assert!((layout.warp.song_s(timed[3].start_s) - 0.9).abs() < 1e-3, "consonants keep their length");
        let squeezed = lay_out(&phrase, &timed, Room { beat_s: 0.1, free_from_s: 0.09 }, likely_sound);
        assert!(squeezed.warp.song_s(timed[4].start_s) - 0.2 < 1e-3);
    }
}
