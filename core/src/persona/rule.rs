//! Trademark gestures: what a persona does whenever something comes up in a text.

use crate::emotion::{FaceGesture, Mode, Moods, VoiceGesture};
use crate::text::{Inserted, Insertion, SentenceKind, Utterance};
use serde::{Deserialize, Serialize};

/// How sad a sentence must be to be bad news.
const BAD_NEWS: f32 = 0.2;
/// How happy or excited one must be to be good news.
const GOOD_NEWS: f32 = 0.4;
/// Most gestures that the rules add to one text.
const MOST: usize = 200;

/// Whenever this comes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// A sentence that asks: at its last word.
    Question,
    /// A sentence that exclaims: at its first word.
    Exclamation,
    /// The end of what stands between `[joke]` and `[/joke]`.
    Joke,
    /// Before a sentence with sad words.
    BadNews,
    /// Before a sentence with happy words.
    GoodNews,
    /// A stressed word, `*so*`.
    Emphasis,
    /// The beginning of a text.
    Beginning,
}

/// A trademark gesture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GestureRule {
    /// When.
    pub when: Occasion,
    /// What: the name of a gesture of the face (wink, tilt, nod, shake, brows, roll-eyes) or of the voice (laugh, sob, sigh,
    /// gasp, hum).
    pub gesture: String,
    /// How strongly, 0..=1.
    #[serde(default = "half")]
    pub strength: f32,
}

fn half() -> f32 {
    0.5
}

impl GestureRule {
    /// What the rule inserts; none if there is no such gesture.
    pub(super) fn inserted(&self) -> Option<Inserted> {
        let face = FaceGesture::by_name(&self.gesture).map(|gesture| Inserted::Face(gesture, self.strength));
        face.or_else(|| {
            VoiceGesture::by_name(&self.gesture).map(|gesture| Inserted::Voice(gesture, self.strength))
        })
    }

    /// Adds the gestures that a text gives occasion to.
    pub(crate) fn apply(rules: &[Self], utterance: &mut Utterance) {
        let before = utterance.insertions.len();
        for rule in rules {
            let Some(what) = rule.inserted() else { continue };
            for before_word in rule.places(utterance) {
                if utterance.insertions.len() - before >= MOST {
                    break;
                }
                let word = utterance.words.get(before_word as usize).or(utterance.words.last());
                let source = word.map_or(0..0, |word| word.source.start..word.source.start);
                utterance.insertions.push(Insertion { before_word, source, what: what.clone() });
            }
        }
        utterance.insertions.sort_by_key(|insertion| insertion.before_word);
    }

    /// Indices of the words before which it acts.
    fn places(&self, utterance: &Utterance) -> Vec<u32> {
        let sentences = sentences(utterance);
        let words = &utterance.words;
        let felt = |first: u32, last: u32, modes: &[Mode]| {
            let told = |moods: &Moods| modes.iter().map(|mode| moods.of(*mode)).sum::<f32>();
            (first..=last)
                .filter_map(|word| words.get(word as usize))
                .map(|word| told(&word.manner.suggested))
                .fold(0.0, f32::max)
        };
        let firsts = |test: &dyn Fn(&(u32, u32, SentenceKind)) -> bool| -> Vec<u32> {
            sentences.iter().filter(|sentence| test(sentence)).map(|sentence| sentence.0).collect()
        };
        match self.when {
            Occasion::Beginning => sentences.first().map(|sentence| sentence.0).into_iter().collect(),
            Occasion::Exclamation => firsts(&|sentence| sentence.2 == SentenceKind::Exclamation),
            Occasion::BadNews => firsts(&|sentence| felt(sentence.0, sentence.1, &[Mode::Sad]) >= BAD_NEWS),
            Occasion::GoodNews => {
                firsts(&|sentence| felt(sentence.0, sentence.1, &[Mode::Happy, Mode::Excited]) >= GOOD_NEWS)
            }
            Occasion::Question => {
                use SentenceKind::{Alternative, Tag, Wh, YesNo};
                let asks = |kind| matches!(kind, YesNo | Wh | Alternative | Tag);
                sentences.iter().filter(|sentence| asks(sentence.2)).map(|sentence| sentence.1).collect()
            }
            Occasion::Emphasis => {
                let stressed =
                    |index: &usize| words[*index].emphasis && (*index == 0 || !words[*index - 1].emphasis);
                (0..words.len()).filter(stressed).map(|index| index as u32).collect()
            }
            Occasion::Joke => {
                let ends = |index: &usize| {
                    words[*index - 1].manner.joke && words.get(*index).is_none_or(|next| !next.manner.joke)
                };
                (1..=words.len()).filter(ends).map(|index| index as u32).collect()
            }
        }
    }
}

/// First word, last word and kind of every sentence.
fn sentences(utterance: &Utterance) -> Vec<(u32, u32, SentenceKind)> {
    let mut sentences: Vec<(u32, u32, SentenceKind)> = Vec::new();
    let mut open = false;
    for phrase in &utterance.phrases {
        let mut words = phrase.tokens.iter().filter_map(|token| token.word);
        let Some(first) = words.next() else { continue };
        let last = words.next_back().unwrap_or(first);
        match sentences.last_mut() {
            Some(sentence) if open => sentence.1 = last,
            _ => sentences.push((first, last, phrase.kind)),
        }
        open = !phrase.place.ends_sentence;
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Dialect, Frontend};

    fn places(when: Occasion, text: &str, prepare: impl Fn(&mut Utterance)) -> Vec<u32> {
        let mut utterance = Frontend::new(Dialect::American).and_then(|f| f.analyse(text)).expect("readable");
        prepare(&mut utterance);
        let rule = GestureRule { when, gesture: "wink".into(), strength: 0.7 };
        GestureRule::apply(&[rule], &mut utterance);
        utterance.insertions.iter().map(|insertion| insertion.before_word).collect()
    }

    #[test]
    fn each_occasion_has_its_place() {
        let plain = |_: &mut Utterance| {};
        assert_eq!(places(Occasion::Question, "It rains. Are you there? Yes.", plain), [4]);
        assert_eq!(places(Occasion::Exclamation, "It rains. Stop that!", plain), [2]);
        assert_eq!(places(Occasion::Beginning, "It rains. Stop that!", plain), [0]);
        assert_eq!(places(Occasion::Emphasis, "It *really* rains.", plain), [1]);
        let joke = |utterance: &mut Utterance| {
            utterance.words[0].manner.joke = true;
            utterance.words[1].manner.joke = true;
        };
        assert_eq!(places(Occasion::Joke, "Ha ha. Now work.", joke), [2]);
        assert_eq!(places(Occasion::Joke, "Ha ha.", joke), [2]);
        let sad =
            |utterance: &mut Utterance| utterance.words[3].manner.suggested = Moods::one(Mode::Sad, 0.6);
        assert_eq!(places(Occasion::BadNews, "Well then. He died yesterday.", sad), [2]);
        assert_eq!(places(Occasion::GoodNews, "Well then. He died yesterday.", sad), [0u32; 0]);
    }

    #[test]
    fn a_gesture_that_does_not_exist_does_nothing() {
        let rule = GestureRule { when: Occasion::Beginning, gesture: "somersault".into(), strength: 1.0 };
        assert_eq!(rule.inserted(), None);
    }
}
