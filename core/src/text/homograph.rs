//! Words of one spelling and several sounds, where the tagger's view is too narrow or tags do not tell.

use super::tokenise::Lexeme;
use super::word_sense::{self, Place};

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

/// The sound that the neighbours of word `i` decide, in American phones.
pub(crate) fn sense(lexemes: &[Lexeme], tags: &[&str], i: usize) -> Option<&'static str> {
    let word = lexemes[i].text.to_lowercase();
    if let Some(phones) = word_sense::sense(&Place::new(lexemes, tags, i), &word) {
        return Some(phones);
    }
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

/// Words that are stressed or voiced by their part of speech, and that the tagger knows best as nouns or adjectives.
const NOUN_OR_VERB: [&str; 58] = [
    "abuse",
    "address",
    "advocate",
    "attribute",
    "close",
    "combine",
    "compound",
    "compress",
    "conduct",
    "conflict",
    "contest",
    "contract",
    "contrast",
    "converse",
    "convert",
    "convict",
    "decrease",
    "desert",
    "digest",
    "discharge",
    "discount",
    "escort",
    "estimate",
    "excuse",
    "exploit",
    "export",
    "extract",
    "graduate",
    "house",
    "impact",
    "import",
    "increase",
    "insert",
    "insult",
    "lead",
    "live",
    "moderate",
    "object",
    "perfect",
    "permit",
    "present",
    "produce",
    "progress",
    "project",
    "protest",
    "read",
    "rebel",
    "record",
    "refund",
    "refuse",
    "reject",
    "separate",
    "subject",
    "survey",
    "suspect",
    "transfer",
    "transport",
    "use",
];

fn is_finite(tag: &str) -> bool {
    matches!(tag, "VBD" | "VBZ" | "VBP" | "MD")
}

/// "Muscles contract.": a sentence without a verb has one after its plural subject.
fn find_verb(lexemes: &[Lexeme], tags: &mut [&'static str]) {
    let length = lexemes.len().min(tags.len());
    if tags.iter().any(|tag| is_finite(tag)) || tags.first() == Some(&"VB") {
        return;
    }
    let verb = (1..length).find(|&i| {
        // A plural that begins the sentence may pass for a name.
        let first = i == 1 && tags[0] == "NNP" && lexemes[0].text.ends_with('s');
        let subject = first || matches!(tags[i - 1], "NNS" | "NNPS" | "PRP");
        let singular = ["he", "she", "it"].contains(&lower(lexemes, Some(i - 1)).as_str());
        let phrase = lexemes.get(i + 1).is_none_or(|next| next.mark.is_some())
            || tags
                .get(i + 1)
                .is_some_and(|tag| matches!(*tag, "RB" | "DT" | "IN" | "PRP" | "TO" | "PRP$" | "JJ" | "NNS"));
        subject && !singular && phrase && NOUN_OR_VERB.contains(&lower(lexemes, Some(i)).as_str())
    });
    if let Some(i) = verb {
        tags[i] = "VBP";
    }
}

/// "Have you read it?": after have, a subject and perhaps an adverb comes the participle.
fn find_participle(lexemes: &[Lexeme], tags: &mut [&'static str]) {
    for i in 2..lexemes.len().min(tags.len()) {
        if lower(lexemes, Some(i)) != "read" || tags[i] == "VBN" {
            continue;
        }
        let window = i.saturating_sub(4)..i;
        let have =
            window.rev().find(|&at| tags[at].starts_with("VB") || tags[at] == "MD" || tags[at] == "TO");
        if have.is_some_and(|at| {
            ["have", "has", "had", "having", "'ve"].contains(&lower(lexemes, Some(at)).as_str())
        }) {
            tags[i] = "VBN";
        }
    }
}

/// Turns a noun's tag into a verb's where an auxiliary or a subject pronoun stands before the word.
///
/// The tagger answers words with one dominant tag from a dictionary, without a look at their neighbours.
pub(crate) fn retag(lexemes: &[Lexeme], tags: &mut [&'static str]) {
    find_participle(lexemes, tags);
    find_verb(lexemes, tags);
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
