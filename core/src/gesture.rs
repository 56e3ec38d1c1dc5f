//! What the voice does between words: laughter, sobs, sighs, gasps, hums.
//!
//! A gesture is a row of strokes, each a phone with a length, a way of f0, a way of level and a share of voicing. The
//! voice's own networks make the sound of the phones, so that a person laughs in his own timbre; the strokes give what no
//! network has learnt. Laughter: calls of 0.1 s at 4.5 to 5 a second, starting high and falling in pitch and level, the
//! first longest (Bachorowski, Smoski & Owren 2001; Provine 2000). Sobs: breath drawn in without voice, then a long shaking
//! vowel that falls. A sigh falls and loses its voice; a gasp is drawn in, without voice and growing.

use crate::emotion::VoiceGesture;
use crate::text::Token;
use crate::voice::{DB_TO_NEPER, ENVELOPE_KNOTS, Person, Shaping, Spoken, VoiceModel};

/// Units of duration per second (25 ms each).
const UNITS_PER_S: f32 = 40.0;
/// The silence before and after a gesture, s.
const AROUND_S: [f32; 2] = [0.08, 0.16];
/// Control frames per frame of the contours.
const FRAMES: usize = 3;
/// The f0 that a contour of 0 stands for, Hz.
const REFERENCE_HZ: f32 = 200.0;
/// ln 2 / 12, three times: a contour is `3 ln(f0 / 200 Hz)`.
const CONTOUR_PER_ST: f32 = 3.0 * 0.057_762_265;
/// Voicing logit of what is voiced.
const VOICED: f32 = 5.0;

/// One phone of a gesture. Pairs are values at its start and its end.
#[derive(Debug, Clone, Copy)]
struct Stroke {
    symbol: char,
    length_s: f32,
    /// Semitones over the voice's mean.
    f0_st: [f32; 2],
    level_db: [f32; 2],
    /// How much of the voicing is left, 0..=1.
    voicing: [f32; 2],
    /// Depth of a 9 Hz shake of f0, st.
    shake_st: f32,
}

/// A stroke at one level without voice.
const fn breath(symbol: char, length_s: f32, level_db: [f32; 2]) -> Stroke {
    Stroke { symbol, length_s, f0_st: [0.0; 2], level_db, voicing: [0.0; 2], shake_st: 0.0 }
}

/// A voiced stroke.
const fn call(symbol: char, length_s: f32, f0_st: [f32; 2], level_db: [f32; 2]) -> Stroke {
    Stroke { symbol, length_s, f0_st, level_db, voicing: [1.0; 2], shake_st: 0.0 }
}

fn strokes(gesture: VoiceGesture, strength: f32) -> Vec<Stroke> {
    match gesture {
        VoiceGesture::Laugh => laugh(strength),
        VoiceGesture::Sob => sob(strength),
        VoiceGesture::Sigh => sigh(strength),
        VoiceGesture::Gasp => gasp(strength),
        VoiceGesture::Hum => hum(),
    }
}

fn laugh(strength: f32) -> Vec<Stroke> {
    let calls = 3 + (4.0 * strength).round() as usize;
    let top_st = 3.0 + 5.0 * strength;
    let mut strokes = Vec::new();
    for i in 0..calls {
        let along = i as f32 / calls as f32;
        let f0_st = top_st * (1.0 - 0.9 * along);
        let level_db = -9.0 * along * along - if i == 0 { 1.0 } else { 0.0 };
        strokes.push(breath('h', if i == 0 { 0.1 } else { 0.085 }, [level_db - 5.0; 2]));
        let length_s = if i == 0 { 0.14 } else { 0.11 - 0.02 * along };
        let symbol = if i < 2 { 'ɑ' } else { 'ʌ' };
        strokes.push(call(symbol, length_s, [f0_st + 1.0, f0_st - 1.5], [level_db, level_db - 3.0]));
    }
    strokes.push(breath('h', 0.12, [-14.0, -24.0]));
    strokes
}

fn sob(strength: f32) -> Vec<Stroke> {
    let sobs = 1 + (2.0 * strength).round() as usize;
    let mut strokes = Vec::new();
    for i in 0..sobs {
        let lower = i as f32;
        strokes.push(breath('h', 0.07, [-12.0 - lower, -6.0 - lower]));
        strokes.push(breath('ɪ', 0.11, [-6.0 - lower, -4.0 - lower]));
        let top_st = 3.0 + 4.0 * strength - 1.2 * lower;
        let length_s = 0.34 - 0.05 * lower;
        strokes.push(Stroke {
            voicing: [0.9, 0.55],
            shake_st: 0.4 + 0.4 * strength,
            ..call('ʌ', length_s, [top_st, top_st - 5.0], [-2.0 - lower, -10.0 - lower])
        });
        strokes.push(breath('h', 0.1, [-14.0, -20.0]));
    }
    strokes
}

fn sigh(strength: f32) -> Vec<Stroke> {
    vec![
        breath('h', 0.22, [-16.0, -7.0]),
        Stroke {
            voicing: [0.75, 0.15],
            ..call('ɑ', 0.4 + 0.25 * strength, [1.0 + 2.0 * strength, -4.5], [-5.0, -16.0])
        },
        breath('h', 0.24, [-14.0, -28.0]),
    ]
}

fn gasp(strength: f32) -> Vec<Stroke> {
    let loud_db = -8.0 + 5.0 * strength;
    vec![breath('h', 0.1, [loud_db - 16.0, loud_db - 4.0]), breath('ɑ', 0.2, [loud_db - 4.0, loud_db])]
}

fn hum() -> Vec<Stroke> {
    vec![
        call('m', 0.2, [0.5, -1.0], [-3.0, -4.0]),
        Stroke { voicing: [0.2; 2], ..call('m', 0.06, [-1.0, 0.0], [-12.0; 2]) },
        call('m', 0.28, [0.5, 3.0], [-2.0, -8.0]),
    ]
}

/// A gesture as a person's voice makes it: its tokens and their sound. The engine will transpose it by `shift_st`.
pub(crate) fn perform(
    voice: &VoiceModel,
    person: &Person,
    gesture: VoiceGesture,
    strength: f32,
    shift_st: f32,
) -> (Vec<Token>, Spoken) {
    let strength = if strength.is_finite() { strength.clamp(0.0, 1.0) } else { 1.0 };
    let strokes = strokes(gesture, strength);
    let symbols: Vec<char> = strokes.iter().map(|stroke| stroke.symbol).collect();
    let mean = 3.0 * (person.f0_mean_hz / REFERENCE_HZ).ln();
    let mut spoken = voice.speak(&symbols, person, &mut Strokes { strokes: &strokes, mean, shift_st });
    colour(&strokes, &mut spoken);
    (symbols.into_iter().map(|symbol| Token { symbol, word: None }).collect(), spoken)
}

/// The strokes as edits between the networks.
struct Strokes<'a> {
    strokes: &'a [Stroke],
    /// Contour of the voice's mean f0.
    mean: f32,
    /// Transposition that the engine adds.
    shift_st: f32,
}

impl Strokes<'_> {
    /// The stroke of a token, as far as the voice knows its symbol.
    fn of(&self, token_source: &[usize], token: usize) -> Option<&Stroke> {
        self.strokes.get(*token_source.get(token.checked_sub(1)?)?)
    }
}

impl Shaping for Strokes<'_> {
    fn transposition_st(&self) -> f32 {
        self.shift_st
    }

    fn durations(&mut self, token_source: &[usize], units: &mut [f32]) {
        let last = units.len().saturating_sub(1);
        for (token, slot) in units.iter_mut().enumerate() {
            let length_s = match self.of(token_source, token) {
                Some(stroke) => stroke.length_s,
                None => AROUND_S[usize::from(token == last)],
            };
            *slot = (length_s * UNITS_PER_S).max(1.0);
        }
    }

    fn contours(&mut self, token_source: &[usize], units: &[u32], frames: &mut [[f32; 3]]) {
        let mut begin = 0;
        for (token, units) in units.iter().enumerate() {
            let count = *units as usize * 2;
            let end = (begin + count).min(frames.len());
            if let Some(stroke) = self.of(token_source, token) {
                for (i, frame) in frames[begin..end].iter_mut().enumerate() {
                    let along = i as f32 / count.max(1) as f32;
                    let shake =
                        stroke.shake_st * (std::f32::consts::TAU * 9.0 * (begin + i) as f32 / 80.0).sin();
                    frame[0] = if mix(stroke.voicing, along) > 0.0 { VOICED } else { -VOICED };
                    frame[1] = self.mean + CONTOUR_PER_ST * (mix(stroke.f0_st, along) + shake);
                }
            } else {
                // Around a gesture there is silence, whatever the voice would like to say there.
                frames[begin..end].iter_mut().for_each(|frame| frame[0] = -VOICED);
            }
            begin = end;
        }
    }
}

/// Levels and voicing of the strokes, on the control frames.
fn colour(strokes: &[Stroke], spoken: &mut Spoken) {
    let mut begin = 0;
    for (token, frames) in spoken.token_frames.iter().enumerate() {
        let count = *frames as usize * FRAMES;
        let end = (begin + count).min(spoken.frames.len());
        let source = token.checked_sub(1).and_then(|token| spoken.token_source.get(token));
        if let Some(stroke) = source.and_then(|source| strokes.get(*source)) {
            for (i, frame) in spoken.frames[begin..end].iter_mut().enumerate() {
                let along = i as f32 / count.max(1) as f32;
                let level = DB_TO_NEPER * mix(stroke.level_db, along);
                let voicing = mix(stroke.voicing, along);
                frame[..ENVELOPE_KNOTS].iter_mut().for_each(|knot| *knot += level);
                frame[ENVELOPE_KNOTS..].iter_mut().for_each(|h| *h *= voicing);
            }
        }
        begin = end;
    }
}

fn mix([from, to]: [f32; 2], along: f32) -> f32 {
    from + (to - from) * along
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persona::Persona;
    use crate::planner::Planner;

    fn performed(gesture: VoiceGesture, strength: f32) -> Spoken {
        let planner = Planner::new(&Persona::named("heart").expect("it ships")).expect("it loads");
        perform(planner.voice(), planner.person(), gesture, strength, 0.0).1
    }

    #[test]
    fn every_gesture_is_finite_and_as_long_as_its_strokes() {
        for gesture in VoiceGesture::ALL {
            for strength in [0.0, 0.5, 1.0, f32::NAN] {
                let spoken = performed(gesture, strength);
                assert!(spoken.frames.iter().flatten().all(|x| x.is_finite()), "{gesture:?}");
                let length_s = spoken.frames.len() as f32 / 240.0;
                let strength = if strength.is_finite() { strength } else { 1.0 };
                let meant_s: f32 = strokes(gesture, strength).iter().map(|stroke| stroke.length_s).sum();
                let around_s = AROUND_S[0] + AROUND_S[1];
                assert!((length_s - meant_s - around_s).abs() < 0.1, "{gesture:?} {length_s} {meant_s}");
            }
        }
    }

    #[test]
    fn laughter_falls_and_a_gasp_has_no_voice() {
        let laugh = performed(VoiceGesture::Laugh, 1.0);
        let voiced: Vec<f32> = laugh.f0_hz.iter().copied().filter(|f0| *f0 > 0.0).collect();
        let (first, last) = (voiced[2], voiced[voiced.len() - 3]);
        assert!(first > 1.3 * last, "{first} to {last} Hz");
        let gasp = performed(VoiceGesture::Gasp, 1.0);
        assert!(
            gasp.f0_hz.iter().all(|f0| *f0 == 0.0)
                || gasp.frames.iter().all(|frame| frame[ENVELOPE_KNOTS] < 0.3)
        );
    }
}
