//! From token durations to the times at which phones are heard.
//!
//! Token boundaries of the voice are not where an aligner (or an ear) finds the phones: they run late, and the
//! time of a stress mark or a space is shared by its neighbours. The rule and its figures (median error 15 ms)
//! are described in `tools/fit/README.md`, "Phone times"; its four numbers come with the voice.

use crate::phone::{PAUSE, Phone, is_length_mark, is_stress_mark};
use crate::voice::{Spoken, VoiceMeta};

const FRAME_S: f32 = 1.0 / 80.0;
/// No phone is shorter: two faces at 120 fps.
const SHORTEST_S: f32 = 0.015;
/// A sound before a silence has at least this share of the time up to the next sound, at most so long.
const SHARE_BEFORE_PAUSE: f32 = 0.25;
const SHARE_MOST_S: f32 = 0.15;
/// Silences shorter than this are left to the phone before them.
const SHORTEST_PAUSE_S: f32 = 0.03;

/// A phone or a pause inside a phrase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TimedPhone {
    /// The phone; [`PAUSE`] for silence.
    pub phone: Phone,
    /// Index among the phrase's symbols; `None` for pauses.
    pub source: Option<usize>,
    /// 1 after a primary stress mark, 0.7 after a secondary one, else 0.4.
    pub stress: f32,
    pub start_s: f32,
    pub end_s: f32,
}

struct Heard {
    phone: Phone,
    source: usize,
    /// Its own token, or that of its length mark.
    last_token: usize,
    stress: f32,
    /// When it starts.
    start_s: f32,
    /// When the silence after it starts, if one does.
    pause_s: Option<f32>,
}

/// Phones and pauses of one phrase, without gaps from 0 to the phrase's end.
pub(crate) fn phone_times(symbols: &[char], spoken: &Spoken, meta: &VoiceMeta) -> Vec<TimedPhone> {
    let mut starts = vec![0.0];
    for frames in &spoken.token_frames {
        starts.push(starts[starts.len() - 1] + *frames as f32 * FRAME_S);
    }
    let end_s = starts[starts.len() - 1];
    let mut heard = heard_phones(symbols, spoken, &starts, meta);
    let mut earliest = 0.0;
    for phone in &mut heard {
        phone.start_s = phone.start_s.clamp(earliest, end_s);
        earliest = phone.start_s + SHORTEST_S;
    }
    with_pauses(&heard, end_s)
}

fn heard_phones(symbols: &[char], spoken: &Spoken, starts: &[f32], meta: &VoiceMeta) -> Vec<Heard> {
    let mut heard: Vec<Heard> = Vec::new();
    // First token of the unbroken run of spaces and stress marks before the coming phone.
    let mut gap: Option<usize> = None;
    let mut stress = 0.4;
    for (index, source) in spoken.token_source.iter().enumerate() {
        // Token 0 is bos.
        let (token, symbol) = (index + 1, symbols[*source]);
        if is_stress_mark(symbol) || symbol == ' ' {
            gap = gap.or(Some(token));
            if symbol != ' ' {
                stress = if symbol == 'ˈ' { 1.0 } else { 0.7 };
            }
        } else if is_length_mark(symbol) {
            // Its token's time belongs to the phone before it, which ends where the next one starts.
            if let Some(last) = heard.last_mut() {
                last.phone = last.phone.lengthened();
                last.last_token = token;
            }
        } else if let Some(phone) = Phone::of(symbol) {
            let (from, own) = (starts[gap.unwrap_or(token)], starts[token]);
            let start_s = from + meta.phone_gap_fraction * (own - from) + meta.phone_time_offset_s;
            heard.push(Heard { phone, source: *source, last_token: token, stress, start_s, pause_s: None });
            gap = None;
            if phone.is_vowel() {
                stress = 0.4;
            }
        } else {
            // Punctuation: the silence belongs to the phone before it.
            gap = None;
            if let Some(last) = heard.last_mut() {
                last.pause_s = last.pause_s.or(Some(starts[token] + meta.pause_start_offset_s));
            }
        }
    }
    if let Some(last) = heard.last_mut() {
        let after = last.last_token + 1;
        last.pause_s = Some(starts[after.min(starts.len() - 1)] + meta.end_offset_s);
    }
    heard
}

fn with_pauses(heard: &[Heard], end_s: f32) -> Vec<TimedPhone> {
    let silence = Phone::of(PAUSE);
    let mut timed = Vec::with_capacity(heard.len() + 4);
    let pause = |timed: &mut Vec<TimedPhone>, start_s: f32, end_s: f32| {
        if let Some(phone) = silence {
            timed.push(TimedPhone { phone, source: None, stress: 0.0, start_s, end_s });
        }
    };
    let first = heard.first().map_or(end_s, |phone| phone.start_s);
    if first > 0.0 {
        pause(&mut timed, 0.0, first);
    }
    for (i, own) in heard.iter().enumerate() {
        let next = heard.get(i + 1).map_or(end_s, |next| next.start_s);
        let least_s = (SHARE_BEFORE_PAUSE * (next - own.start_s)).min(SHARE_MOST_S);
        let silent_from = own.pause_s.map_or(next, |at| at.clamp(own.start_s + least_s, next));
        let stop = if next - silent_from >= SHORTEST_PAUSE_S { silent_from } else { next };
        let (phone, source, stress) = (own.phone, Some(own.source), own.stress);
        timed.push(TimedPhone { phone, source, stress, start_s: own.start_s, end_s: stop });
        if stop < next {
            pause(&mut timed, stop, next);
        }
    }
    timed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A voice whose tokens are heard exactly where they stand.
    fn meta() -> VoiceMeta {
        serde_json::from_value(serde_json::json!({
            "name": "test", "licence": "none", "voices": [], "frame_rate_hz": 240.0, "prosody_rate_hz": 80.0,
            "duration_unit_s": 0.025, "knots": { "count": 2, "base_hz": 1.0, "ratio": 2.0 }, "noise_gain": 1.0,
            "sharpen": 0.0, "sharpen_sigma_points": 1.0, "f0_sharpen": 0.0, "f0_sharpen_sigma_frames": 1.0,
            "tokens": {}, "bos": 0, "eos": 0, "phone_time_offset_s": 0.0, "phone_gap_fraction": 1.0,
            "pause_start_offset_s": 0.0, "end_offset_s": 0.0, "tensors": []
        }))
        .expect("a description")
    }

    /// Every token 0.1 s long.
    fn timed(symbols: &str) -> Vec<TimedPhone> {
        let symbols: Vec<char> = symbols.chars().collect();
        let spoken = Spoken {
            token_frames: vec![8; symbols.len() + 2],
            token_source: (0..symbols.len()).collect(),
            f0_hz: Vec::new(),
            frames: Vec::new(),
        };
        phone_times(&symbols, &spoken, &meta())
    }

    fn spans(symbols: &str) -> Vec<(char, i32, i32)> {
        let centis = |s: f32| (100.0 * s).round() as i32;
        timed(symbols).iter().map(|p| (p.phone.symbol, centis(p.start_s), centis(p.end_s))).collect()
    }

    #[test]
    fn the_length_mark_is_time_of_the_phone_before_it() {
        let expected = [('_', 0, 10), ('s', 10, 30), ('i', 30, 50), ('d', 50, 60), ('_', 60, 70)];
        assert_eq!(spans("sˈiːd"), expected);
    }

    #[test]
    fn a_last_long_vowel_is_heard_to_the_end_of_its_mark() {
        assert_eq!(spans("kɑː"), [('_', 0, 10), ('k', 10, 20), ('ɑ', 20, 40), ('_', 40, 50)]);
        assert_eq!(spans("kɑː."), [('_', 0, 10), ('k', 10, 20), ('ɑ', 20, 40), ('_', 40, 60)]);
    }

    #[test]
    fn the_length_mark_neither_stresses_nor_parts() {
        let long = timed("ˈɜːə");
        assert_eq!(long[1].stress, 1.0);
        assert_eq!(long[2].stress, 0.4);
        assert_eq!(long[1].phone, Phone::of('ɜ').expect("a vowel").lengthened());
    }
}
