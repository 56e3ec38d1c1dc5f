//! Words of several sounds that one rule each tells apart: by tags and words on both sides.

use super::tokenise::Lexeme;

/// A word's surroundings, in small letters.
pub(crate) struct Place<'a> {
    before_last: String,
    before: String,
    after: String,
    tag_before: &'a str,
    tag: &'a str,
    tag_after: &'a str,
    tag_beyond: &'a str,
    /// A mark or the end of the sentence comes next.
    closes: bool,
}

impl<'a> Place<'a> {
    /// The surroundings of word `i`.
    pub(crate) fn new(lexemes: &[Lexeme], tags: &[&'a str], i: usize) -> Self {
        let word = |at: Option<usize>| {
            at.and_then(|at| lexemes.get(at)).map_or_else(String::new, |l| l.text.to_lowercase())
        };
        let tag = |at: Option<usize>| at.and_then(|at| tags.get(at)).copied().unwrap_or("");
        Self {
            before_last: word(i.checked_sub(2)),
            before: word(i.checked_sub(1)),
            after: word(Some(i + 1)),
            tag_before: tag(i.checked_sub(1)),
            tag: tag(Some(i)),
            tag_after: tag(Some(i + 1)),
            tag_beyond: tag(Some(i + 2)),
            closes: lexemes.get(i + 1).is_none_or(|next| next.mark.is_some()),
        }
    }

    fn follows(&self, words: &[&str]) -> bool {
        words.contains(&self.before.as_str())
    }

    fn precedes(&self, words: &[&str]) -> bool {
        words.contains(&self.after.as_str())
    }

    /// Between an article (or a possessive, an adverb of degree) and a noun.
    fn qualifies(&self) -> bool {
        let opened = matches!(self.tag_before, "DT" | "PRP$" | "POS" | "CD")
            || self.follows(&["very", "most", "many"]);
        opened && self.tag_after.starts_with("NN")
    }

    /// After a verb of being or seeming, perhaps with an adverb of degree.
    fn predicates(&self) -> bool {
        const COPULAS: [&str; 24] = [
            "is", "was", "are", "were", "am", "be", "been", "being", "'m", "'s", "'re", "feel", "feels",
            "felt", "feeling", "seem", "seems", "seemed", "look", "looks", "looked", "remain", "remained",
            "remains",
        ];
        const DEGREES: [&str; 9] =
            ["so", "very", "too", "quite", "almost", "extremely", "perfectly", "not", "n't"];
        self.follows(&COPULAS) || self.follows(&DEGREES) && self.tag_before != "DT"
    }
}

const PEOPLE: [&str; 16] = [
    "man",
    "men",
    "woman",
    "women",
    "person",
    "people",
    "parent",
    "parents",
    "mother",
    "father",
    "couple",
    "king",
    "relative",
    "relatives",
    "aunt",
    "uncle",
];

/// The sound of `word` at a place, in American phones, where it is not the lexicon's for the word's tag.
pub(crate) fn sense(place: &Place<'_>, word: &str) -> Option<&'static str> {
    let verb = place.tag.starts_with("VB");
    match word {
        "bow" => {
            let taken = ["take", "took", "takes", "taking", "taken"].contains(&place.before_last.as_str());
            let humbly = place.precedes(&["down", "before"]) && place.tag_before != "DT";
            (taken && place.follows(&["a", "his", "her"]) || humbly).then_some("bˈW")
        }
        "minute" => {
            let amount = place.precedes(&[
                "amount",
                "amounts",
                "detail",
                "details",
                "trace",
                "traces",
                "particles",
                "quantities",
                "quantity",
                "differences",
                "fraction",
                "changes",
            ]);
            let tiny = amount && place.tag_before != "CD" || place.closes && place.predicates();
            tiny.then_some("mInˈut")
        }
        "content" => {
            let goes_on = place.closes || place.precedes(&["with", "to", "and", "in"]);
            (place.predicates() && goes_on).then_some("kəntˈɛnt")
        }
        "does" => place.follows(&["the", "female", "two", "three", "many"]).then_some("dˈOz"),
        "invalid" => {
            let person = place.closes && place.tag == "NN"
                || place.tag_after.starts_with("VB")
                || place.precedes(&["lay", "who", "could", "would", "had"]);
            (place.follows(&["the", "an", "a", "poor", "old", "helpless", "chronic"]) && person)
                .then_some("ˈɪnvələd")
        }
        "blessed" => place.qualifies().then_some("blˈɛsᵻd"),
        "learned" => place.qualifies().then_some("lˈɜɹnᵻd"),
        "aged" => {
            let old = place.qualifies() && PEOPLE.contains(&place.after.as_str());
            let all = place.follows(&["the"]) && (place.closes || place.tag_after.starts_with("VB"));
            (old || all).then_some("ˈAʤᵻd")
        }
        "used" => {
            let accustomed = place.follows(&[
                "is", "was", "are", "were", "am", "be", "been", "'m", "'s", "'re", "get", "gets", "got",
                "getting", "become", "became", "not", "n't", "quite", "never",
            ]);
            let thing =
                matches!(place.tag_beyond, "PRP" | "PRP$" | "DT" | "NN" | "NNS" | "NNP" | "VBG" | "JJ");
            (accustomed && place.precedes(&["to"]) && thing).then_some("jˈust")
        }
        "wound" => {
            let hurt = [
                "bullet", "gunshot", "stab", "knife", "flesh", "head", "exit", "entry", "war", "the", "a",
                "his",
            ];
            let path = place
                .precedes(&["through", "around", "up", "along", "down", "past", "its", "into", "between"]);
            let subject = place.tag_before.starts_with("NN") || place.tag_before == "PRP";
            (path && subject && !place.follows(&hurt)).then_some("wˈWnd")
        }
        "export" if verb => Some("ɪkspˈɔɹt"),
        "frequent" if verb => Some("fɹɪkwˈɛnt"),
        "intimate" if verb => Some("ˈɪntəmˌAt"),
        "diffuse" if place.tag.starts_with("JJ") => Some("dəfjˈus"),
        "elaborate" if place.tag.starts_with("JJ") => Some("ɪlˈæbəɹət"),
        "animate" if place.tag.starts_with("JJ") => Some("ˈænəmət"),
        "protest" if verb => Some("pɹətˈɛst"),
        _ => None,
    }
}
