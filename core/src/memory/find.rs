//! Finding memories: by what was said, by how it felt.
//!
//! What a text is about is a random projection of its stems ([`crate::text::meaning_of`]): it is deterministic, local, small,
//! under no licence, and a word in another form is the same word. It knows no synonyms: a memory about a boat is not
//! found by a ship. How a text feels is in the memory anyhow, in the course of its emotion, which the words' own
//! valence, arousal and dominance had moved when it was said.

use super::bank::MemoryBank;
use super::record::Memory;
use super::streams::HARMONICS;
use crate::text::{MEANING, Meaning, content_stems, stem, utterance_meaning};

/// Distance of two emotions, in units of valence, arousal and dominance, at which they are hardly alike (likeness 0.6).
const EMOTION_WIDTH: f32 = 0.4;

/// A memory that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Which one.
    pub id: u64,
    /// Cosine of meanings, likeness of emotions, or the mean of both where both were asked for; -1..=1.
    pub likeness: f32,
    /// All the words were said in it.
    pub said: bool,
}

impl MemoryBank {
    /// Those about the most similar things, best first: cosine of meanings, -1..=1.
    pub fn like(&self, meaning: &Meaning, limit: usize) -> Vec<(u64, f32)> {
        let found = self.iter().map(|memory| Found {
            id: memory.id,
            likeness: cosine(&memory.meaning, meaning),
            said: false,
        });
        best(found.collect(), limit).into_iter().map(|found| (found.id, found.likeness)).collect()
    }

    /// Those that are most like a meaning, an emotion (valence, arousal, dominance, -1..=1) or both, best first. The
    /// emotion is compared with the memory's whole course. Nothing is found where neither is given.
    pub fn resembling(
        &self,
        meaning: Option<&Meaning>,
        emotion: Option<[f32; 3]>,
        limit: usize,
    ) -> Vec<Found> {
        if meaning.is_none() && emotion.is_none() {
            return Vec::new();
        }
        let found = self.iter().map(|memory| Found {
            id: memory.id,
            likeness: likeness(memory, meaning, emotion),
            said: false,
        });
        best(found.collect(), limit)
    }

    /// The ways in which a text was said before: memories in which all its words were said come first, whatever form
    /// the words had, then those that are merely alike. Small words count only if there are no others. An emotion
    /// tells several of them apart.
    pub fn said_like(&self, text: &str, emotion: Option<[f32; 3]>, limit: usize) -> Vec<Found> {
        let wanted = words_of(text);
        let meaning = utterance_meaning(text.split_whitespace());
        let found = self.iter().map(|memory| Found {
            id: memory.id,
            likeness: likeness(memory, Some(&meaning), emotion),
            said: memory.text.as_deref().is_some_and(|own| says(own, &wanted)),
        });
        best(found.collect(), limit)
    }
}

/// Newer ones first among equals.
fn best(mut found: Vec<Found>, limit: usize) -> Vec<Found> {
    let order = |a: &Found, b: &Found| {
        b.said.cmp(&a.said).then(b.likeness.total_cmp(&a.likeness)).then(b.id.cmp(&a.id))
    };
    if found.len() > limit && limit > 0 {
        found.select_nth_unstable_by(limit - 1, order);
    }
    found.truncate(limit);
    found.sort_by(order);
    found
}

fn likeness(memory: &Memory, meaning: Option<&Meaning>, emotion: Option<[f32; 3]>) -> f32 {
    let meaning = meaning.map(|meaning| cosine(&memory.meaning, meaning));
    let emotion = emotion.map(|emotion| emotion_likeness(memory, emotion));
    match (meaning, emotion) {
        (Some(meaning), Some(emotion)) => 0.5 * (meaning + emotion),
        (one, other) => one.or(other).unwrap_or(0.0),
    }
}

/// 1 for a memory that felt so all along, down to 0.
fn emotion_likeness(memory: &Memory, wanted: [f32; 3]) -> f32 {
    // The mean square distance over the course: the eigenfunctions are orthogonal, so coefficients do.
    let square = |(own, wanted): ([f32; HARMONICS], f32)| {
        let swell: f32 = own[1..].iter().map(|c| c * c).sum();
        (own[0] - wanted).powi(2) + 0.5 * swell
    };
    let square: f32 = memory.emotion().into_iter().zip(wanted).map(square).sum();
    (-square / (2.0 * EMOTION_WIDTH * EMOTION_WIDTH)).exp()
}

pub(super) fn cosine(a: &Meaning, b: &Meaning) -> f32 {
    let dot = |a: &Meaning, b: &Meaning| (0..MEANING).map(|i| a[i] * b[i]).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(1e-6)
}

/// The words of a text that tell it from others: stems of content words, or all words if there are none.
fn words_of(text: &str) -> Vec<String> {
    let stems: Vec<String> = content_stems(unmarked(text)).collect();
    if stems.is_empty() { bare_words(text) } else { stems }
}

/// Whether all the words were said; `wanted` is what [`words_of`] gives.
fn says(text: &str, wanted: &[String]) -> bool {
    // Stems begin as their words do: others need not be taken apart.
    let first = |word: &str| word.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_lowercase().next());
    let is = |word: &str, wanted: &String| {
        let own = || bare(word);
        first(word) == first(wanted) && (own() == *wanted || stem(&own()) == *wanted)
    };
    !wanted.is_empty() && wanted.iter().all(|wanted| unmarked(text).any(|word| is(word, wanted)))
}

fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).replace('’', "'").to_lowercase()
}

fn bare_words(text: &str) -> Vec<String> {
    unmarked(text).map(bare).filter(|word| !word.is_empty()).collect()
}

/// The words of a text, part by part, without its tags in brackets, which tell how and not what.
fn unmarked(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let mut outside = move |c: char| {
        let tag = "[]<>".contains(c);
        match c {
            '[' | '<' => depth += 1,
            ']' | '>' => depth = depth.saturating_sub(1),
            _ => (),
        }
        tag || depth > 0 || c.is_whitespace() || "-–—/".contains(c)
    };
    text.split(move |c: char| outside(c)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::samples::said;
    use super::super::streams::FaceObservable;
    use super::*;

    fn bank(texts: &[&str]) -> MemoryBank {
        let mut bank = MemoryBank::default();
        for (seed, text) in texts.iter().enumerate() {
            bank.keep(said(seed as u64, text)).expect("kept");
        }
        bank
    }

    fn ids(found: &[Found]) -> Vec<u64> {
        found.iter().map(|found| found.id).collect()
    }

    #[test]
    fn the_way_it_was_said_is_found_by_its_words() {
        let bank = bank(&[
            "I am so very sorry about the broken window, my friend.",
            "The river was high.",
            "[sad]Sorrier than ever,[/] he said nothing of the boats.",
            "Yes, of course it was.",
        ]);
        let found = bank.said_like("sorry", None, 4);
        assert!(found[0].id == 1 && found[0].said && !found[1].said, "{found:?}");
        assert_eq!(bank.said_like("The boat!", None, 1), bank.said_like("boats", None, 1));
        assert_eq!(ids(&bank.said_like("boat", None, 1)), [3]);
        assert!(bank.said_like("yes", None, 1)[0].said && bank.said_like("yes", None, 1)[0].id == 4);
        assert!(
            bank.said_like("broken friends", None, 1)[0].said
                && !bank.said_like("broken boat", None, 1)[0].said
        );
        assert!(bank.said_like("sad", None, 4).iter().all(|found| !found.said), "tags are not said");
        assert!(bank.said_like("", None, 4).iter().all(|found| !found.said && found.likeness == 0.0));
        assert!(bank.said_like("river", None, 0).is_empty());
    }

    #[test]
    fn likeness_is_best_first_and_the_newest_among_equals() {
        let bank = bank(&["The river.", "A storm at sea.", "The river.", "The river in a storm."]);
        let meaning = utterance_meaning(["river"]);
        let like = bank.like(&meaning, 3);
        assert_eq!(like.iter().map(|found| found.0).collect::<Vec<_>>(), [3, 1, 4]);
        assert!((like[0].1 - 1.0).abs() < 1e-3);
        assert_eq!(ids(&bank.resembling(Some(&meaning), None, 2)), [3, 1]);
        assert!(bank.resembling(None, None, 9).is_empty());
    }

    #[test]
    fn emotion_is_compared_over_the_whole_course() {
        let mut bank = MemoryBank::default();
        let valence = FaceObservable::Valence as usize;
        let courses = [[0.5, 0.0, 0.0, 0.0], [0.5, 0.6, 0.0, 0.0], [-0.5, 0.0, 0.0, 0.0]];
        for course in courses {
            let mut memory = said(1, "Said.");
            memory.manner.face[valence..valence + 3].fill([0.0; HARMONICS]);
            memory.manner.face[valence] = course;
            bank.keep(memory).expect("kept");
        }
        let found = bank.resembling(None, Some([0.5, 0.0, 0.0]), 3);
        assert_eq!(ids(&found), [1, 2, 3]);
        let expected = |square: f32| (-square / (2.0 * 0.16)).exp();
        for (found, square) in found.iter().zip([0.0, 0.18, 1.0]) {
            assert!((found.likeness - expected(square)).abs() < 1e-3, "{found:?}");
        }
        assert_eq!(ids(&bank.said_like("said", Some([-0.5, 0.0, 0.0]), 1)), [3]);
    }
}
