//! A phrase as the voice is to speak it: its tokens, and the rules as edits between the networks.

use super::contour::Frame;
use super::part::{self, Part, Rests};
use super::pause::{Asked, Neighbours};
use super::reading::Reading;
use super::rules::ProsodyRules;
use super::timeline::Timeline;
use super::{declination, exclamation, focus, list, parenthesis, pause, phrasing, question, quotation};
use crate::text::{Phrase, Place, Token, Utterance, Word};
use crate::voice::Shaping;

/// One phrase with its rules.
#[derive(Debug, Clone)]
pub struct PhraseShaping {
    tokens: Vec<Token>,
    reading: Reading,
    /// Symbols at which breath is taken.
    breaths: Vec<usize>,
    neighbours: Neighbours,
    /// Silences that the text asks for.
    asked: Asked,
    rules: ProsodyRules,
    /// The speaker's mean pitch in semitones above the contours' reference of 200 Hz.
    mean_st: f32,
}

/// The f0 that a contour of 0 stands for, Hz.
const REFERENCE_HZ: f32 = 200.0;

impl PhraseShaping {
    /// All phrases of an utterance for a speaker of that mean f0, what the voice does between them left out: see
    /// [`PhraseShaping::parts`].
    pub fn of(
        utterance: &Utterance,
        rules: &ProsodyRules,
        f0_mean_hz: f32,
        first_tokens: Option<usize>,
    ) -> Vec<Self> {
        let speech = |part| match part {
            Part::Speech(shaping) => Some(shaping),
            Part::Gesture { .. } => None,
        };
        Self::parts(utterance, rules, f0_mean_hz, first_tokens).into_iter().filter_map(speech).collect()
    }

    /// One phrase, the speech before and after it being at those places.
    pub(super) fn new(
        phrase: &Phrase,
        rests: Rests,
        [before, after]: [Option<Place>; 2],
        words: &[Word],
        rules: &ProsodyRules,
        f0_mean_hz: f32,
    ) -> Self {
        let neighbours = Neighbours {
            resumes: before.is_some_and(|before| !before.ends_sentence),
            ends_paragraph: after.is_some_and(|after| after.paragraph != phrase.place.paragraph),
        };
        let paused = part::with_pauses(phrase, &rests.inside);
        let (phrase, breaths) = phrasing::with_breaths(&paused, words, rules.phrasing);
        let pauses = part::places(&phrase, &rests.inside);
        let reading = Reading::new(&phrase, words);
        let mean_st = 12.0 * (f0_mean_hz / REFERENCE_HZ).log2();
        let asked = Asked { pauses, head_s: rests.head_s, tail_s: rests.tail_s };
        Self { tokens: phrase.tokens, reading, breaths, neighbours, asked, rules: *rules, mean_st }
    }

    /// Silences in s that the text asks for before the first sound and after the last one. The durations hold them; who
    /// cuts silence from the ends of a text has to know.
    pub fn rests_s(&self) -> [Option<f32>; 2] {
        [self.asked.head_s, self.asked.tail_s]
    }

    /// The mean f0 in Hz of who speaks: what targets in semitones are counted from.
    pub fn set_mean_f0(&mut self, f0_mean_hz: f32) {
        self.mean_st = 12.0 * (f0_mean_hz / REFERENCE_HZ).log2();
    }

    /// What is to be spoken.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The symbols of the tokens.
    pub fn symbols(&self) -> &[char] {
        &self.reading.symbols
    }

    fn shape_contours(&self, timeline: &Timeline, frames: &mut [Frame]) {
        let (reading, rules) = (&self.reading, &self.rules);
        quotation::shape(reading, rules, timeline, frames);
        parenthesis::shape(reading, rules, timeline, frames);
        exclamation::shape(reading, rules, timeline, frames);
        list::shape(reading, rules, timeline, frames);
        phrasing::shape(reading, &self.breaths, timeline, self.mean_st, frames);
        focus::shape(reading, rules, timeline, self.mean_st, frames);
        question::shape(reading, rules, timeline, self.mean_st, frames);
        declination::shape(&reading.place, rules, frames);
    }
}

impl Shaping for PhraseShaping {
    fn durations(&mut self, token_source: &[usize], units: &mut [f32]) {
        let (reading, rules) = (&self.reading, &self.rules);
        let mut ratios = vec![1.0; reading.symbols.len()];
        focus::stretch(reading, rules, &mut ratios);
        parenthesis::hurry(reading, rules, &mut ratios);
        for (i, symbol) in token_source.iter().enumerate() {
            if let Some(slot) = units.get_mut(i + 1)
                && ratios[*symbol] != 1.0
            {
                *slot *= ratios[*symbol];
            }
        }
        pause::lengthen(reading, &self.breaths, self.neighbours, rules, token_source, units);
        self.pauses(token_source, units);
    }

    fn pauses(&mut self, token_source: &[usize], units: &mut [f32]) {
        pause::set(&self.reading, &self.asked, token_source, units);
    }

    fn contours(&mut self, token_source: &[usize], units: &[u32], frames: &mut [Frame]) {
        let timeline = Timeline::new(self.reading.symbols.len(), token_source, units);
        self.shape_contours(&timeline, frames);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Dialect, Frontend};

    fn shapings(text: &str, rules: &ProsodyRules) -> Vec<PhraseShaping> {
        let utterance = Frontend::new(Dialect::American).and_then(|f| f.analyse(text)).expect("readable");
        PhraseShaping::of(&utterance, rules, 190.0, None)
    }

    /// Durations and contours after all rules, from arbitrary ones.
    fn shaped(mut shaping: PhraseShaping) -> (Vec<f32>, Vec<Frame>, Vec<f32>, Vec<Frame>) {
        let source: Vec<usize> = (0..shaping.symbols().len()).collect();
        let before: Vec<f32> = (0..source.len() + 2).map(|i| 2.0 + (i % 5) as f32 * 0.7).collect();
        let mut units = before.clone();
        shaping.durations(&source, &mut units);
        let whole: Vec<u32> = units.iter().map(|u| u.round() as u32).collect();
        let wave = |f: usize| [(f % 13) as f32 - 2.0, (f as f32 / 9.0).sin(), (f as f32 / 11.0).cos()];
        let flat: Vec<Frame> = (0..whole.iter().sum::<u32>() as usize * 2).map(wave).collect();
        let mut frames = flat.clone();
        shaping.contours(&source, &whole, &mut frames);
        (before, flat, units, frames)
    }

    #[test]
    fn neutral_sentences_pass_bit_for_bit() {
        let rules = ProsodyRules::default();
        for text in [
            "The ship was torn apart on the sharp reef.",
            "Although it was late, the children were still playing outside in the garden.",
            "Where did they go?",
        ] {
            let (units_before, frames_before, units, frames) = shaped(shapings(text, &rules).remove(0));
            assert_eq!(units_before, units, "{text}");
            assert_eq!(frames_before, frames, "{text}");
        }
    }

    #[test]
    fn everything_off_changes_nothing() {
        let wild = "\"Did *you* (of all people) go; there?\" Really: apples, pears, and plums! And then she had to \
                    walk all the way home again because the last bus to the village had left an hour ago.\n\nYes.";
        let phrases = shapings(wild, &ProsodyRules::OFF);
        assert!(phrases.len() >= 4);
        for shaping in phrases {
            let (units_before, frames_before, units, frames) = shaped(shaping);
            assert_eq!(units_before, units);
            assert_eq!(frames_before, frames);
        }
    }

    #[test]
    fn whatever_is_shaped_stays_finite() {
        let rules = ProsodyRules { focus: 2.0, lists: 2.0, questions: 2.0, ..ProsodyRules::default() };
        for text in ["*Go*?", "(A)?", "*a*, *b*, and *c*?!", "Mm?", "\"*Is* it (or *not*)?\"", "1 or 2?"] {
            for shaping in shapings(text, &rules) {
                let (_, _, units, frames) = shaped(shaping);
                assert!(units.iter().all(|u| u.is_finite() && *u > 0.0), "{text}");
                assert!(frames.iter().flatten().all(|x| x.is_finite() && x.abs() < 50.0), "{text}");
            }
        }
    }
}
