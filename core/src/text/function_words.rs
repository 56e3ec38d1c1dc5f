//! Closed-class words of English: they bind a sentence together and name nothing that it is about.

/// Articles, pronouns, prepositions, auxiliaries, conjunctions, particles and number words, in small letters, sorted.
const FUNCTION_WORDS: &str = "\
    a about above across after again against ago ah ain all almost along already also although always am \
    among an and another any anybody anyone anything are aren around as at away back be because been before \
    behind being below beneath beside between beyond billion both but by ca can cannot could did do does \
    doing don done down during each eight eighteen eighty either eleven else even ever every everybody \
    everyone everything except few fifteen fifty five for forty four fourteen from get gets getting go goes \
    going gonna got gotta had has have having he her here hers herself hey him himself his how however \
    hundred i if in inside into is it its itself just least less let like ma many may maybe me might million \
    mine more most much must my myself near neither never nine nineteen ninety no nobody nor not nothing now \
    of off often oh ok okay on once one only onto or other others our ours ourselves out outside over own \
    per perhaps quite rather seven seventeen seventy sha shall she should since six sixteen sixty so some \
    somebody someone something sometimes soon still such ten than that the their theirs them themselves then \
    there these they thirteen thirty this those though thousand three through throughout till to together \
    too toward towards twelve twenty two uh um under unless unlike until up upon us very via wanna was we \
    well were what whatever when where whether which while who whom whose why will with within without wo \
    would yes yet you your yours yourself yourselves zero";

/// Whether a word in small letters, possibly contracted (`isn't`, `they've`), only serves the grammar.
pub(crate) fn is_function_word(word: &str) -> bool {
    let known = |word: &str| FUNCTION_WORDS.split(' ').any(|listed| listed == word);
    let base = word.strip_suffix("n't").or_else(|| word.split_once('\'').map(|(base, _)| base));
    known(word) || base.is_some_and(|base| base.is_empty() || known(base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_without_doubles() {
        assert!(FUNCTION_WORDS.split(' ').is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn contractions_are_function_words_and_possessives_of_nouns_are_not() {
        for word in ["the", "isn't", "won't", "can't", "they've", "'s", "'ll", "i'm", "let's", "it's"] {
            assert!(is_function_word(word), "{word}");
        }
        for word in ["river", "dog's", "o'clock", "the-river", "été"] {
            assert!(!is_function_word(word), "{word}");
        }
    }
}
