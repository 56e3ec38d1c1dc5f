//! A small vector of meaning per word: which words come back, not what they mean.
//!
//! Random indexing (Kanerva, Kristofersson & Holst 2000; Sahlgren 2005) at its first step: every stem has a fixed
//! random direction, drawn from a hash of its letters, and an utterance is the sum of its content words. So `boats` is
//! `boat`, and `boat` is no closer to `ship` than to `tax`: there is no corpus behind it that would know. Two
//! utterances are alike as far as they share words, and unrelated ones have a cosine of about
//! N(0, 1 / [`MEANING`]).

use super::function_words::is_function_word;
use super::stem::stem;
use crate::digest::fnv_1a;
use crate::sound::Noise;

/// Dimensions of a [`Meaning`]. Lines that go on with a topic have a mean cosine of about 0.65; the deviation between
/// unrelated ones is 0.35 in 8 dimensions, 0.25 in 16 and 0.18 in 32, and memory, which hears several lines at once,
/// tells given from new with a d' of 1.2, 2.2 and 3.4 in 16, 32 and 64.
pub const MEANING: usize = 32;

/// A direction: of unit length, or all zero for what has no topic of its own.
pub type Meaning = [f32; MEANING];

/// The direction of a word. All zero for function words, numbers and punctuation.
///
/// ```
/// use psivox_core::text::{MEANING, meaning_of};
///
/// assert_eq!(meaning_of("rivers,"), meaning_of("River"));
/// assert_eq!(meaning_of("the"), [0.0; MEANING]);
/// ```
pub fn meaning_of(word: &str) -> Meaning {
    content_stem(word).map_or([0.0; MEANING], |stem| direction(&stem))
}

/// The direction of an utterance: the sum of its content words' directions at unit length. All zero where it has no
/// content word. A word of several parts (`sea-shore`, or a number in words) counts part by part.
pub fn utterance_meaning<'a>(words: impl IntoIterator<Item = &'a str>) -> Meaning {
    sum_of(words)
}

/// As [`utterance_meaning`], in any number of dimensions.
fn sum_of<'a, const N: usize>(words: impl IntoIterator<Item = &'a str>) -> [f32; N] {
    let mut sum = [0.0; N];
    for stem in content_stems(words) {
        let word: [f32; N] = direction(&stem);
        for (sum, word) in sum.iter_mut().zip(word) {
            *sum += word;
        }
    }
    unit(sum)
}

/// The stems that words bring into an utterance's meaning, in their order.
pub(crate) fn content_stems<'a>(words: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = String> {
    let parts =
        words.into_iter().flat_map(|word| word.split(|c: char| c.is_whitespace() || "-–—/".contains(c)));
    parts.filter_map(content_stem)
}

/// The stem of a word that can be a topic.
fn content_stem(word: &str) -> Option<String> {
    let word = word.replace('’', "'").to_lowercase();
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    // A leading apostrophe tells the contracted 's and 'll from letters.
    let contracted = word.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '\'');
    let content = bare.chars().any(char::is_alphabetic)
        && !is_function_word(bare)
        && !["'s", "'ll", "'re", "'ve", "'d", "'m", "'em", "n't"].contains(&contracted);
    content.then(|| stem(bare))
}

/// A fixed random direction for a stem.
fn direction<const N: usize>(stem: &str) -> [f32; N] {
    let mut noise = Noise::new(fnv_1a(stem.bytes()));
    unit(std::array::from_fn(|_| noise.gaussian()))
}

/// At unit length; what has no length stays zero.
fn unit<const N: usize>(vector: [f32; N]) -> [f32; N] {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 1e-6 { vector.map(|x| x / length) } else { [0.0; N] }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Each line with another that goes on with the same matter.
    pub(crate) const TOPICS: [[&str; 2]; 16] = [
        ["The river flooded the old mill last night.", "Nobody had seen the river that high at the mill."],
        ["My sister bought a telescope for her birthday.", "With the telescope my sister found Saturn."],
        ["The train to Boston leaves at seven.", "If we miss the train, Boston will have to wait."],
        ["Our garden needs rain this summer.", "Without rain the garden turns brown."],
        ["The doctor looked at my knee.", "She said the knee would heal, and doctors know."],
        ["They sell fresh bread at the corner bakery.", "The bakery opens early and the bread is warm."],
        ["A storm is coming from the sea.", "The storms here always rise over the sea."],
        ["The violin was made in Cremona.", "It is a violin with a dark sound, like all from Cremona."],
        ["He painted the kitchen yellow.", "The yellow kitchen looks bigger now."],
        ["The committee rejected the budget.", "A new budget goes to the committee on Monday."],
        [
            "Penguins keep their eggs warm on the ice.",
            "An egg on bare ice would freeze, and penguins know it.",
        ],
        ["The dragon slept on a heap of gold.", "When the gold moved, the dragon opened one eye."],
        ["I left my keys in your car.", "Could you look in the car for the keys?"],
        ["This coffee tastes of smoke.", "I like coffee with some smoke in it."],
        ["The teacher read us a poem about winter.", "The poem made winter sound warm."],
        ["The engine stalled on the bridge.", "On that bridge every engine stalls."],
    ];

    fn cosine<const N: usize>(a: &str, b: &str) -> f32 {
        let [a, b]: [[f32; N]; 2] = [a, b].map(|text| sum_of(text.split(' ')));
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    fn mean_and_deviation(values: &[f32]) -> (f32, f32) {
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / values.len() as f32;
        (mean, variance.sqrt())
    }

    /// Sentences on everything under the sun, as they are spoken.
    fn unrelated() -> Vec<&'static str> {
        let table = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/frontend_cases.tsv"));
        let text = |line: &'static str| line.split('\t').nth(2).filter(|text| text.split(' ').count() > 4);
        table.lines().filter(|line| !line.starts_with('#')).filter_map(text).step_by(5).collect()
    }

    /// (mean of the same topic, mean and deviation of the unrelated, d', area under the ROC curve).
    fn separation<const N: usize>() -> (f32, f32, f32, f32, f32) {
        let same: Vec<f32> = TOPICS.iter().map(|[a, b]| cosine::<N>(a, b)).collect();
        let mut other = Vec::new();
        for (i, topic) in TOPICS.iter().enumerate() {
            other.extend(TOPICS[i + 1..].iter().map(|next| cosine::<N>(topic[0], next[1])));
            other.extend(unrelated().iter().map(|text| cosine::<N>(topic[0], text)));
        }
        let wins = same.iter().flat_map(|s| other.iter().map(move |o| f32::from(u8::from(s > o))));
        let area = wins.sum::<f32>() / (same.len() * other.len()) as f32;
        let ((same, spread), (mean, deviation)) = (mean_and_deviation(&same), mean_and_deviation(&other));
        let d_prime = (same - mean) / (0.5 * (spread * spread + deviation * deviation)).sqrt();
        (same, mean, deviation, d_prime, area)
    }

    #[test]
    fn a_topic_that_comes_back_stands_out_from_other_topics() {
        let (same, mean, deviation, d_prime, area) = separation::<MEANING>();
        let law = 1.0 / (MEANING as f32).sqrt();
        assert!(mean.abs() < 0.05 && (deviation / law - 1.0).abs() < 0.25, "{mean} {deviation} {law}");
        assert!(same > 0.4 && d_prime > 2.0 && area > 0.95, "{same} {d_prime} {area}");
        assert!(separation::<8>().3 < d_prime);
    }

    #[test]
    fn inflected_words_are_one_and_other_words_are_not() {
        for (a, b) in [("boat", "Boats"), ("hope", "hoping"), ("dog’s", "dogs"), ("\"Fire!\"", "fire")] {
            assert_eq!(meaning_of(a), meaning_of(b), "{a} {b}");
            assert!((meaning_of(a).iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-5);
        }
        assert_ne!(meaning_of("boat"), meaning_of("goat"));
    }

    #[test]
    fn what_has_no_topic_is_zero() {
        for word in
            ["the", "They've", "isn't", "n't", "'s", "'ll", "42", "3.5", "—", "...", "", "’", "seventeen"]
        {
            assert_eq!(meaning_of(word), [0.0; MEANING], "{word:?}");
        }
        assert_eq!(utterance_meaning(["It", "was", "on", "the", "42"]), [0.0; MEANING]);
        assert_eq!(utterance_meaning([]), [0.0; MEANING]);
    }

    #[test]
    fn what_means_the_same_has_the_same_direction() {
        assert_eq!(utterance_meaning(["sea-shore"]), utterance_meaning(["sea shore"]));
        assert_eq!(utterance_meaning(["the", "river"]), utterance_meaning(["river"]));
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_bounded_meaning(text in "\\PC{0,80}") {
            let length = utterance_meaning([text.as_str()]).iter().map(|x| x * x).sum::<f32>();
            proptest::prop_assert!(length == 0.0 || (length - 1.0).abs() < 1e-4, "{length}");
        }
    }
}
