//! Words of one spelling and several sounds, where the tagger's view is too narrow or tags do not tell.

use super::tokenise::Lexeme;

/// A sound that neighbouring words give away: word, phones, words before it, words after it.
struct Sense {
    word: &'static str,
    phones: &'static str,
    before: &'static [&'static str],
    after: &'static [&'static str],
}

const SENSES: [Sense; 6] = [
    Sense {
        word: "bass",
        phones: "bˈAs",
        before: &[
            "double", "upright", "electric", "acoustic", "slap", "plays", "playing", "played", "deep",
            "heavy",
        ],
        after: &[
            "guitar",
            "guitars",
            "player",
            "players",
            "line",
            "lines",
            "drum",
            "drums",
            "clef",
            "note",
            "notes",
            "voice",
            "singer",
            "solo",
            "part",
            "sound",
            "frequencies",
            "and",
            "boost",
        ],
    },
    Sense {
        word: "lead",
        phones: "lˈɛd",
        before: &["of", "molten", "white", "red", "pencil", "like", "heavy"],
        after: &[
            "pipe",
            "pipes",
            "paint",
            "paints",
            "poisoning",
            "pencil",
            "pencils",
            "bullet",
            "bullets",
            "shot",
            "weight",
            "weights",
            "ore",
            "mine",
            "mines",
            "acid",
            "glass",
            "crystal",
        ],
    },
    Sense {
        word: "bow",
        phones: "bˈW",
        before: &["starboard", "port"],
        after: &["wave", "thruster", "doors", "sprit"],
    },
    Sense {
        word: "row",
        phones: "ɹˈW",
        before: &["blazing", "flaming", "terrible"],
        after: &["broke", "erupted"],
    },
    Sense {
        word: "resume",
        phones: "ɹˈɛzəmˌA",
        before: &["my", "your", "his", "her", "their", "a", "the", "this", "updated"],
        after: &["writing", "writer", "template"],
    },
    Sense {
        word: "dove",
        phones: "dˈOv",
        before: &["he", "she", "they", "we", "i", "and"],
        after: &["into", "in", "off", "under"],
    },
];

/// Adverbs that may stand between an auxiliary and its verb.
const BETWEEN: [&str; 8] = ["not", "n't", "never", "also", "always", "often", "still", "then"];

fn lower(lexemes: &[Lexeme], i: Option<usize>) -> String {
    i.and_then(|i| lexemes.get(i)).map_or_else(String::new, |l| l.text.to_lowercase())
}

/// The sound that the neighbours of word `i` decide.
pub(crate) fn sense(lexemes: &[Lexeme], tags: &[&str], i: usize) -> Option<&'static str> {
    let word = lexemes[i].text.to_lowercase();
    let found = SENSES.iter().find(|s| s.word == word)?;
    let before = lower(lexemes, i.checked_sub(1));
    let after = lower(lexemes, Some(i + 1));
    let (fits_before, fits_after) =
        (found.before.contains(&before.as_str()), found.after.contains(&after.as_str()));
    let noun = tags[i].starts_with("NN");
    let fits = match found.word {
        "lead" => (fits_after || fits_before) && (noun || tags[i].starts_with("JJ")),
        "resume" => noun && (fits_before || fits_after),
        "dove" => fits_before && fits_after,
        _ => fits_before || fits_after,
    };
    fits.then_some(found.phones)
}

/// Turns a noun's tag into a verb's where an auxiliary or a subject pronoun stands before the word.
///
/// The tagger answers words with one dominant tag from a dictionary, without a look at their neighbours.
pub(crate) fn retag(lexemes: &[Lexeme], tags: &mut [&'static str]) {
    for i in 1..lexemes.len().min(tags.len()) {
        let plain = tags[i] == "NN" && lexemes[i].text.chars().all(char::is_lowercase);
        if !plain {
            continue;
        }
        let mut at = i - 1;
        let adverb = BETWEEN.contains(&lower(lexemes, Some(at)).as_str());
        if adverb && at > 0 {
            at -= 1;
        }
        let before = lower(lexemes, Some(at));
        let auxiliary = tags[at] == "MD" || (adverb && ["do", "does", "did"].contains(&before.as_str()));
        let infinitive = tags[at] == "TO" && !adverb;
        let subject = ["i", "you", "we", "they"].contains(&before.as_str()) && tags[at] == "PRP";
        if auxiliary || infinitive {
            tags[i] = "VB";
        } else if subject {
            tags[i] = "VBP";
        }
    }
}
