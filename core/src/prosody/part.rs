//! An utterance in the order in which it is heard: speech, cut where the voice does something else, and what it does there.

use super::phrasing;
use super::reading::Reading;
use super::rules::ProsodyRules;
use super::shaping::PhraseShaping;
use crate::emotion::VoiceGesture;
use crate::phone::Phone;
use crate::text::{Inserted, Insertion, Phrase, Place, Token, Utterance, Word};

/// Longest silence in s that the text can ask for at one place.
const LONGEST_S: f32 = 10.0;
/// A silence that is asked for and is shorter than this is none: the mark that is there goes, too.
const NO_PAUSE_S: f32 = 0.06;

/// What is heard in one go.
#[derive(Debug, Clone)]
pub enum Part {
    /// A phrase or a piece of one.
    Speech(PhraseShaping),
    /// What the voice does between words.
    Gesture {
        /// Which one.
        gesture: VoiceGesture,
        /// How strongly, 0..=1.
        strength: f32,
    },
}

/// Silences that the text asks for in a piece of speech, s.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Rests {
    /// Before words of the utterance, in order.
    pub(super) inside: Vec<(u32, f32)>,
    /// Before the first sound.
    pub(super) head_s: Option<f32>,
    /// After the last sound.
    pub(super) tail_s: Option<f32>,
}

/// A part before it is shaped.
pub(super) enum Laid {
    Speech(Phrase, Rests),
    Gesture(VoiceGesture, f32),
}

/// The first and the last word of a phrase.
fn span(phrase: &Phrase) -> Option<(u32, u32)> {
    let words = || phrase.tokens.iter().filter_map(|token| token.word);
    words().min().zip(words().max())
}

/// Cuts a phrase before a word; `None` where nothing would be left on either side.
fn cut_before(phrase: &Phrase, words: &[Word], word: u32) -> Option<(Phrase, Phrase)> {
    let reading = Reading::new(phrase, words);
    let first = phrase.tokens.iter().position(|token| token.word == Some(word))?;
    let last = reading.words.iter().rposition(|own| own.symbols.end <= first)?;
    (last + 1 < reading.words.len()).then(|| phrasing::split_after(phrase, &reading, last))
}

/// Collects parts in order.
#[derive(Default)]
struct Layout {
    laid: Vec<Laid>,
    /// Silence that belongs before the next speech.
    pending_s: Option<f32>,
}

fn more(silence_s: Option<f32>, by_s: f32) -> Option<f32> {
    Some((silence_s.unwrap_or(0.0) + by_s).clamp(0.0, LONGEST_S))
}

impl Layout {
    fn speech(&mut self, phrase: Phrase, inside: Vec<(u32, f32)>, tail_s: Option<f32>) {
        let head_s = self.pending_s.take();
        self.laid.push(Laid::Speech(phrase, Rests { inside, head_s, tail_s }));
    }

    /// What stands between two parts.
    fn between(&mut self, insertion: &Insertion) {
        match (&insertion.what, self.laid.last_mut()) {
            (Inserted::Pause(s), Some(Laid::Speech(_, rests))) => rests.tail_s = more(rests.tail_s, *s),
            (Inserted::Pause(s), _) => self.pending_s = more(self.pending_s, *s),
            (Inserted::Voice(gesture, strength), _) => self.laid.push(Laid::Gesture(*gesture, *strength)),
            _ => {}
        }
    }
}

/// The parts of an utterance whose phrases are `phrases`.
pub(super) fn lay_out(utterance: &Utterance, phrases: Vec<Phrase>) -> Vec<Laid> {
    let is_heard = |own: &&Insertion| matches!(own.what, Inserted::Pause(_) | Inserted::Voice(..));
    let mut insertions = utterance.insertions.iter().filter(is_heard).peekable();
    let mut layout = Layout::default();
    for mut phrase in phrases {
        let Some((mut first, last)) = span(&phrase) else { continue };
        let mut pauses: Vec<(u32, f32)> = Vec::new();
        while let Some(insertion) = insertions.next_if(|own| own.before_word <= last) {
            let word = insertion.before_word;
            if word <= first {
                layout.between(insertion);
                continue;
            }
            match (&insertion.what, pauses.last_mut()) {
                (Inserted::Pause(s), Some(last)) if last.0 == word => last.1 = (last.1 + s).min(LONGEST_S),
                (Inserted::Pause(s), _) => pauses.push((word, *s)),
                _ => {
                    let tail_s = pauses.pop_if(|own| own.0 == word).map(|own| own.1);
                    if let Some((before, after)) = cut_before(&phrase, &utterance.words, word) {
                        layout.speech(before, std::mem::take(&mut pauses), tail_s);
                        phrase = after;
                        first = word;
                    }
                    layout.between(insertion);
                }
            }
        }
        layout.speech(phrase, pauses, None);
    }
    insertions.for_each(|own| layout.between(own));
    layout.laid
}

fn is_pausing(symbol: char) -> bool {
    matches!(symbol, ',' | ';' | ':' | '—' | '…' | '.' | '!' | '?' | '(' | ')')
}

/// The phrase with a comma at every pause that has no mark, and without the marks where no pause is wanted.
pub(super) fn with_pauses(phrase: &Phrase, pauses: &[(u32, f32)]) -> Phrase {
    let mut out = phrase.clone();
    for (word, seconds) in pauses {
        let Some(next) = out.tokens.iter().position(|token| token.word == Some(*word)) else { continue };
        let Some(before) = out.tokens[..next].iter().rposition(|token| token.word.is_some()) else {
            continue;
        };
        let between = before + 1..next;
        let marked = out.tokens[between.clone()].iter().any(|token| is_pausing(token.symbol));
        if *seconds >= NO_PAUSE_S && !marked {
            out.tokens.insert(before + 1, Token { symbol: ',', word: None });
        } else if *seconds < NO_PAUSE_S && marked {
            let mut i = 0;
            out.tokens.retain(|token| {
                let gone =
                    between.contains(&i) && is_pausing(token.symbol) && !matches!(token.symbol, '(' | ')');
                i += 1;
                !gone
            });
        }
    }
    out
}

/// The symbols between the words that a pause parts, and its length.
pub(super) fn places(phrase: &Phrase, pauses: &[(u32, f32)]) -> Vec<(std::ops::Range<usize>, f32)> {
    let place = |(word, seconds): &(u32, f32)| {
        let next = phrase.tokens.iter().position(|token| token.word == Some(*word))?;
        let before = phrase.tokens[..next].iter().rposition(|token| token.word.is_some())?;
        let sound = phrase.tokens[next..].iter().position(|token| Phone::of(token.symbol).is_some())?;
        Some((before + 1..next + sound, *seconds))
    };
    pauses.iter().filter_map(place).collect()
}

impl PhraseShaping {
    /// What is heard of an utterance, in order, by a speaker of that mean f0: a gesture of the voice inside a phrase cuts
    /// it there. A first phrase of more than `first_tokens` is split, so that its beginning can sound while the rest is
    /// prepared.
    pub fn parts(
        utterance: &Utterance,
        rules: &ProsodyRules,
        f0_mean_hz: f32,
        first_tokens: Option<usize>,
    ) -> Vec<Part> {
        let mut phrases: Vec<Phrase> = utterance.phrases.clone();
        let split = phrases
            .first()
            .zip(first_tokens)
            .and_then(|(first, longest)| phrasing::first_part(first, &utterance.words, longest));
        if let Some((first, second)) = split {
            phrases.splice(..1, [first, second]);
        }
        let mut laid = lay_out(utterance, phrases);
        share_silences(&mut laid);
        let place = |part: &Laid| match part {
            Laid::Speech(phrase, _) => Some(phrase.place),
            Laid::Gesture(..) => None,
        };
        let places: Vec<Place> = laid.iter().filter_map(place).collect();
        let mut spoken = 0_usize;
        laid.into_iter()
            .map(|part| match part {
                Laid::Gesture(gesture, strength) => Part::Gesture { gesture, strength },
                Laid::Speech(phrase, rests) => {
                    let around = [spoken.checked_sub(1), Some(spoken + 1)]
                        .map(|at: Option<usize>| at.and_then(|at| places.get(at)).copied());
                    spoken += 1;
                    Part::Speech(Self::new(&phrase, rests, around, &utterance.words, rules, f0_mean_hz))
                }
            })
            .collect()
    }
}

/// Silence in s before the first sound of a phrase, where the phrase before it has the rest of what is asked for.
const SHARE_S: f32 = 0.05;

/// A silence between two phrases is the end of one and the beginning of the other.
fn share_silences(laid: &mut [Laid]) {
    for i in 1..laid.len() {
        let (before, after) = laid.split_at_mut(i);
        if let (Some(Laid::Speech(_, rests)), Some(Laid::Speech(_, next))) =
            (before.last_mut(), after.first_mut())
            && let Some(asked) = rests.tail_s
        {
            let share = asked.min(SHARE_S);
            rests.tail_s = Some(asked - share);
            next.head_s = Some(share);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Dialect, Frontend};

    fn parts(text: &str) -> Vec<Part> {
        let utterance = Frontend::new(Dialect::American).and_then(|f| f.analyse(text)).expect("readable");
        PhraseShaping::parts(&utterance, &ProsodyRules::default(), 190.0, None)
    }

    /// Symbols of the speech and names of the gestures.
    fn order(text: &str) -> Vec<String> {
        let shown = |part: &Part| match part {
            Part::Speech(shaping) => shaping.symbols().iter().collect(),
            Part::Gesture { gesture, .. } => format!("[{}]", gesture.name()),
        };
        parts(text).iter().map(shown).collect()
    }

    #[test]
    fn gestures_cut_phrases_where_they_stand() {
        for (text, gestures, plain) in [
            ("Oh no [laugh] you did it.", vec![(1, "[laugh]")], "Oh no, you did it."),
            ("[gasp] Go.", vec![(0, "[gasp]")], "Go."),
            ("Go. [sigh][sob] Now.", vec![(1, "[sigh]"), (2, "[sob]")], "Go. Now."),
            ("Go now [sigh].", vec![(1, "[sigh]")], "Go now."),
        ] {
            let mut found = order(text);
            for (at, gesture) in gestures.into_iter().rev() {
                assert_eq!(found.remove(at), gesture, "{text}");
            }
            assert_eq!(found.join(" "), order(plain).join(" "), "{text}");
        }
        assert_eq!(order("[laugh]"), ["[laugh]"]);
        let pieces = order("One [sigh] two, [gasp] three [hum] four.");
        assert_eq!(pieces.len(), 7, "{pieces:?}");
        assert!(pieces[2].ends_with(',') && pieces[6].ends_with('.'), "{pieces:?}");
    }

    #[test]
    fn pauses_get_a_comma_where_no_mark_is() {
        let spoken = |text: &str| order(text).join(" | ");
        assert_eq!(spoken("One [pause 300ms] two."), spoken("One, two."));
        assert_eq!(spoken("One, [pause 300ms] two."), spoken("One, two."));
        assert_eq!(spoken("One, [pause 0] two."), spoken("One two."));
        assert_eq!(spoken("One [pause 0] two."), spoken("One two."));
        assert_eq!(spoken("One. [pause 0] Two."), spoken("One. Two."));
    }

    #[test]
    fn texts_without_insertions_are_one_part_a_phrase() {
        let text = "Hello there, you. How are you?\n\nGood.";
        let whole: Vec<String> = order(text);
        assert_eq!(whole.len(), 3);
    }

    #[test]
    fn silences_go_to_the_speech_beside_them() {
        let utterance = Frontend::new(Dialect::American)
            .and_then(|f| f.analyse("[pause 1s] One two [pause 2s][laugh][pause 0.5s] three. [pause 3s]"))
            .expect("readable");
        let rests: Vec<Rests> = lay_out(&utterance, utterance.phrases.clone())
            .into_iter()
            .filter_map(|part| match part {
                Laid::Speech(_, rests) => Some(rests),
                Laid::Gesture(..) => None,
            })
            .collect();
        assert_eq!((rests[0].head_s, rests[0].tail_s), (Some(1.0), Some(2.0)));
        assert_eq!((rests[1].head_s, rests[1].tail_s), (Some(0.5), Some(3.0)));
    }
}
