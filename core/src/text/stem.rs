//! The stem of a written English word: what its regular inflections have in common.
//!
//! The inflectional steps of Porter 1980, "An algorithm for suffix stripping" (plural, possessive, -ed, -ing, final y
//! and e), and the adverb's -ly where the word before it is long enough to be one. Stems are keys, not words:
//! `happy` and `happier` differ, `hoping` and `hopes` do not. Irregular forms (`ran`, `mice`) keep their own stem.

/// Longest word that is taken apart, in letters; longer ones are no inflected words and stay as they are.
const LONGEST: usize = 40;

/// Stem of a word in small letters, without punctuation at its ends.
pub(crate) fn stem(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().take(LONGEST + 1).collect();
    if letters.len() > LONGEST {
        return word.to_owned();
    }
    strip_possessive(&mut letters);
    if letters.len() > 2 {
        strip_s(&mut letters);
        strip_ed_or_ing(&mut letters);
        soften_y(&mut letters);
        strip_ly(&mut letters);
        strip_e(&mut letters);
    }
    letters.into_iter().collect()
}

fn ends(letters: &[char], suffix: &str) -> bool {
    let count = suffix.len();
    letters.len() > count && letters[letters.len() - count..].iter().copied().eq(suffix.chars())
}

/// Cuts the last `count` letters off.
fn cut(letters: &mut Vec<char>, count: usize) {
    letters.truncate(letters.len() - count);
}

/// A y after a consonant is a vowel.
fn is_vowel(letters: &[char], at: usize) -> bool {
    match letters[at] {
        'y' => at > 0 && !is_vowel(letters, at - 1),
        c => "aeiouáéíóúàèìòùâêîôûäëïöü".contains(c),
    }
}

fn has_vowel(letters: &[char]) -> bool {
    (0..letters.len()).any(|at| is_vowel(letters, at))
}

/// Porter's measure: how often a vowel is followed by a consonant.
fn measure(letters: &[char]) -> usize {
    (1..letters.len()).filter(|&at| is_vowel(letters, at - 1) && !is_vowel(letters, at)).count()
}

/// Consonant, vowel, consonant other than w, x and y: a short syllable, as in `hop`.
fn ends_short(letters: &[char]) -> bool {
    let [.., last] = letters else { return false };
    let at = letters.len() - 1;
    at >= 2
        && !is_vowel(letters, at - 2)
        && is_vowel(letters, at - 1)
        && !is_vowel(letters, at)
        && !"wxy".contains(*last)
}

fn strip_possessive(letters: &mut Vec<char>) {
    if ends(letters, "'s") {
        cut(letters, 2);
    } else if ends(letters, "'") {
        cut(letters, 1);
    }
}

fn strip_s(letters: &mut Vec<char>) {
    if ends(letters, "sses") || (ends(letters, "ies") && letters.len() > 4) {
        cut(letters, 2);
    } else if ["ches", "shes", "xes", "zes"].iter().any(|suffix| ends(letters, suffix)) {
        // With the e of `box-es` goes that of `axe-s`, which `strip_e` takes from the singular too; `size` keeps it.
        cut(letters, 2);
        restore_e(letters);
    } else if ends(letters, "s") && !["ss", "us", "is"].iter().any(|suffix| ends(letters, suffix)) {
        cut(letters, 1);
    }
}

fn strip_ed_or_ing(letters: &mut Vec<char>) {
    let count = match () {
        () if ends(letters, "eed") => return,
        // `tried` is `try`, `died` is `die`.
        () if ends(letters, "ied") => return cut(letters, if letters.len() > 4 { 2 } else { 1 }),
        () if ends(letters, "ed") => 2,
        () if ends(letters, "ing") => 3,
        () => return,
    };
    if !has_vowel(&letters[..letters.len() - count]) {
        return;
    }
    cut(letters, count);
    let [.., before, last] = letters[..] else { return };
    if before == last && !"aeioulsz".contains(last) {
        cut(letters, 1);
    } else {
        restore_e(letters);
    }
}

/// The e of `hope` in `hop-ing`; `hopping` has been undoubled before.
fn restore_e(letters: &mut Vec<char>) {
    if measure(letters) == 1 && ends_short(letters) {
        letters.push('e');
    }
}

/// `berry` as in `berries`.
fn soften_y(letters: &mut [char]) {
    if let [_, _, .., last @ 'y'] = letters {
        *last = 'i';
    }
}

fn strip_ly(letters: &mut Vec<char>) {
    const SHORTEST_ADJECTIVE: usize = 4;
    if !ends(letters, "li") || letters.len() < SHORTEST_ADJECTIVE + 2 {
        return;
    }
    let adverb = "bcdeghkmnrt".contains(letters[letters.len() - 3])
        || ["alli", "fulli"].iter().any(|suffix| ends(letters, suffix));
    if adverb {
        let keep_l = ends(letters, "bli");
        cut(letters, if keep_l { 1 } else { 2 });
    }
}

fn strip_e(letters: &mut Vec<char>) {
    if ends(letters, "e") {
        let before = &letters[..letters.len() - 1];
        if measure(before) > 1 || (measure(before) == 1 && !ends_short(before)) {
            cut(letters, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regular_inflections_share_a_stem() {
        let families: [&[&str]; 20] = [
            &["river", "rivers", "river's", "rivers'"],
            &["berry", "berries"],
            &["box", "boxes", "boxed", "boxing"],
            &["church", "churches"],
            &["size", "sizes", "sized"],
            &["class", "classes"],
            &["hope", "hopes", "hoped", "hoping"],
            &["hop", "hops", "hopped", "hopping"],
            &["walk", "walks", "walked", "walking"],
            &["fly", "flies", "flying"],
            &["die", "dies", "died"],
            &["play", "plays", "played", "playing"],
            &["carry", "carries", "carried", "carrying"],
            &["dance", "dances", "danced", "dancing"],
            &["house", "houses", "housed", "housing"],
            &["call", "calls", "called", "calling"],
            &["quick", "quickly"],
            &["real", "really"],
            &["possible", "possibly"],
            &["computer", "computers"],
        ];
        for family in families {
            for word in family {
                assert_eq!(stem(word), stem(family[0]), "{word}");
            }
        }
        let stems: std::collections::BTreeSet<String> = families.iter().map(|f| stem(f[0])).collect();
        assert_eq!(stems.len(), families.len(), "different words keep different stems: {stems:?}");
    }

    #[test]
    fn words_that_only_look_inflected_stay() {
        for word in
            ["king", "thing", "red", "need", "bus", "this", "glass", "fly", "as", "s", "", "ed", "ing"]
        {
            assert_eq!(stem(word).chars().count(), word.chars().count(), "{word} -> {}", stem(word));
        }
        assert_eq!(stem(&"a".repeat(1000)).len(), 1000);
    }

    proptest::proptest! {
        #[test]
        fn any_word_has_a_stem(word in "\\PC{0,60}") {
            proptest::prop_assert!(stem(&word).chars().count() <= word.chars().count() + 1);
        }
    }
}
