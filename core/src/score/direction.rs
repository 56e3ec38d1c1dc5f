//! What the text says about how it is to be said, put onto the score's time.

use super::{Cue, FaceCue, Mark, Score};
use crate::emotion::{Manner, Mode, Moods, Style, Styles, VoiceGesture};
use crate::text::{Inserted, Insertion, Word};

/// What the voice does of its own, and when, nominal s.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct VoiceAct {
    pub(crate) gesture: VoiceGesture,
    /// 0..=1.
    pub(crate) strength: f32,
    pub(crate) start_s: f32,
    pub(crate) end_s: f32,
}

impl Score {
    /// Takes over the manner of its words and what stands between them. Word `first_word` of `words` is the score's first;
    /// insertions of other scores' words are left to those; what stands behind the last word is the score's if it `closes`
    /// the text.
    pub fn direct(&mut self, words: &[Word], insertions: &[Insertion], first_word: u32, closes: bool) {
        let starts = self.word_starts_s();
        let start_of = |word: u32| starts.get(word as usize).copied().flatten();
        let own = words.iter().skip(first_word as usize).take(self.words.len());
        let mut last = Manner::PLAIN;
        for (word, manner) in own.map(|word| word.manner).enumerate() {
            if manner == last {
                continue;
            }
            let Some(start_s) = start_of(word as u32) else { continue };
            self.cues.push(Cue { start_s, manner });
            last = manner;
        }
        let end = first_word + self.words.len() as u32;
        for insertion in insertions {
            let place = insertion.before_word;
            if place < first_word || place > end || (place == end && !closes) {
                continue;
            }
            let start_s = start_of(place - first_word).unwrap_or_else(|| self.speech_end_s());
            match &insertion.what {
                Inserted::Face(gesture, strength) => {
                    self.gestures.push(FaceCue { start_s, gesture: *gesture, strength: *strength });
                }
                Inserted::Mark(name) => self.marks.push(Mark { start_s, name: name.clone() }),
                // These are part of what is planned.
                Inserted::Pause(_) | Inserted::Voice(..) => {}
            }
        }
    }

    /// Where the first phone of each word begins, nominal s.
    pub(crate) fn word_starts_s(&self) -> Vec<Option<f32>> {
        let mut starts = vec![None; self.words.len()];
        for phone in &self.phones {
            if let Some(slot) = phone.word.and_then(|word| starts.get_mut(word as usize)) {
                slot.get_or_insert(phone.start_s);
            }
        }
        starts
    }

    /// While the voice does something of its own mood and face go along.
    pub(crate) fn act(&mut self, act: &VoiceAct) {
        let VoiceAct { gesture, strength, start_s, end_s } = *act;
        let next = self.cues.partition_point(|cue| cue.start_s <= start_s);
        let before = next.checked_sub(1).map_or(Manner::PLAIN, |last| self.cues[last].manner);
        let manner = acted(&before, gesture, strength);
        self.cues.splice(next..next, [Cue { start_s, manner }, Cue { start_s: end_s, manner: before }]);
    }

    /// Where the last phone of a word ends, nominal s.
    fn speech_end_s(&self) -> f32 {
        let spoken = self.phones.iter().rev().find(|phone| phone.word.is_some());
        spoken.map_or_else(|| self.duration_s(), |phone| phone.end_s)
    }
}

/// A manner with what a gesture of the voice brings along.
fn acted(manner: &Manner, gesture: VoiceGesture, strength: f32) -> Manner {
    let (mood, degree, style) = match gesture {
        VoiceGesture::Laugh => (Mode::Happy, 0.5, Some(Style::Laugh)),
        VoiceGesture::Sob => (Mode::Sad, 0.6, Some(Style::Sob)),
        VoiceGesture::Sigh => (Mode::Sad, 0.25, None),
        VoiceGesture::Gasp => (Mode::Surprised, 0.6, None),
        VoiceGesture::Hum => (Mode::Calm, 0.2, Some(Style::Hum)),
    };
    let mut acted = Styles::NONE;
    if let Some(style) = style {
        acted.set(style, strength);
    }
    Manner {
        asked: manner.asked.plus(&Moods::one(mood, degree * strength)),
        acted: manner.acted.plus(&acted),
        ..*manner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emotion::FaceGesture;
    use crate::persona::Persona;
    use crate::planner::Planner;
    use crate::text::{Dialect, Frontend};

    #[test]
    fn cues_gestures_and_marks_stand_where_their_words_begin() {
        let text = "One two three four.";
        let planner = Planner::new(&Persona::named("heart").expect("it ships")).expect("it loads");
        let mut score = planner.plan(text).expect("readable").score;
        let utterance = Frontend::new(Dialect::American).and_then(|f| f.analyse(text)).expect("readable");
        let mut words = utterance.words;
        let happy = Manner { asked: Moods::one(Mode::Happy, 0.5), ..Manner::PLAIN };
        words[1].manner = happy;
        words[2].manner = happy;
        let at = |before_word, what| Insertion { before_word, source: 0..0, what };
        let insertions = [
            at(2, Inserted::Mark("here".into())),
            at(4, Inserted::Face(FaceGesture::Wink, 1.0)),
            at(1, Inserted::Pause(0.3)),
        ];
        score.direct(&words, &insertions, 0, true);
        let start = |word: u32| score.phones.iter().find(|phone| phone.word == Some(word)).map(|p| p.start_s);
        let cues: Vec<(Option<f32>, bool)> =
            score.cues.iter().map(|cue| (Some(cue.start_s), cue.manner == happy)).collect();
        assert_eq!(cues, [(start(1), true), (start(3), false)]);
        assert_eq!((Some(score.marks[0].start_s), score.marks[0].name.as_str()), (start(2), "here"));
        assert!(score.gestures[0].start_s > start(3).expect("a word"));
    }
}
