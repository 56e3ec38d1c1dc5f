//! What a sentence does: states, asks (and how), exclaims.
//!
//! The forms are those of Quirk et al. 1985, "A Comprehensive Grammar of the English Language", chapter 11: an
//! operator before its subject asks whether; a wh-word at the front asks for itself; an operator and a pronoun after
//! the last comma are a tag; "or" inside a question of the first form offers a choice.

use super::tokenise::Lexeme;
use super::utterance::SentenceKind;

/// Auxiliaries that may stand before their subject.
const OPERATORS: [&str; 24] = [
    "am", "is", "are", "was", "were", "do", "does", "did", "have", "has", "had", "can", "could", "will",
    "would", "shall", "should", "may", "might", "must", "ai", "wo", "ca", "need",
];
const PRONOUNS: [&str; 12] =
    ["i", "you", "he", "she", "it", "we", "they", "there", "this", "that", "one", "those"];
const WH_WORDS: [&str; 12] =
    ["who", "whom", "whose", "what", "which", "where", "when", "why", "how", "who's", "what's", "where's"];
/// Words that may stand before the one that decides.
const OPENERS: [&str; 14] =
    ["and", "but", "so", "well", "now", "then", "oh", "ok", "okay", "or", "hey", "please", "sorry", "ah"];
const PREPOSITIONS: [&str; 12] =
    ["in", "on", "at", "for", "from", "to", "with", "by", "of", "about", "under", "since"];
/// Words after "or" that can be the second choice, at most; longer ends are afterthoughts.
const LONGEST_CHOICE: usize = 6;
/// Words of a tag, at most: "is it not".
const LONGEST_TAG: usize = 4;

struct Spoken<'a> {
    word: String,
    tag: &'a str,
    mark: Option<&'static str>,
}

fn read<'a>(lexemes: &[Lexeme], tags: &[&'a str]) -> Vec<Spoken<'a>> {
    let one = |(lexeme, tag): (&Lexeme, &&'a str)| Spoken {
        word: lexeme.text.to_lowercase(),
        tag,
        mark: lexeme.mark,
    };
    lexemes.iter().zip(tags).map(one).collect()
}

/// The last mark that ends a sentence.
fn last_mark(spoken: &[Spoken]) -> Option<&'static str> {
    let ends = |mark: &&'static str| matches!(*mark, "." | "!" | "?" | "…" | ":" | ";");
    let asks = spoken.iter().rev().take_while(|s| s.mark.is_some()).any(|s| s.mark == Some("?"));
    if asks { Some("?") } else { spoken.iter().rev().filter_map(|s| s.mark).find(ends) }
}

fn is(words: &[&str], spoken: Option<&Spoken>) -> bool {
    spoken.is_some_and(|s| words.contains(&s.word.as_str()))
}

/// Without marks and openers at the front.
fn after_openers<'s, 'a>(spoken: &'s [Spoken<'a>]) -> &'s [Spoken<'a>] {
    let from = spoken.iter().take_while(|s| s.mark.is_some() || OPENERS.contains(&s.word.as_str())).count();
    spoken.get(from..).unwrap_or(&[])
}

/// Whether what follows the last comma is an operator and a pronoun: "isn't it", "did you", "right".
fn ends_in_tag(spoken: &[Spoken]) -> bool {
    let Some(comma) = spoken.iter().rposition(|s| s.mark == Some(",")) else { return false };
    let tag: Vec<&Spoken> = spoken[comma + 1..].iter().filter(|s| s.mark.is_none()).collect();
    let states = spoken[..comma].iter().filter(|s| s.mark.is_none()).count() >= 2;
    let short = (1..=LONGEST_TAG).contains(&tag.len());
    let operator = is(&OPERATORS, tag.first().copied()) && is(&PRONOUNS, tag.last().copied())
        || is(&OPERATORS, tag.first().copied()) && tag.iter().any(|s| PRONOUNS.contains(&s.word.as_str()));
    let lone = tag.len() == 1
        && is(&["right", "correct", "eh", "huh", "yes", "no", "okay", "ok"], tag.first().copied());
    states && short && (operator || lone)
}

/// Whether the question is one of whether: an operator before anything else.
fn begins_with_operator(spoken: &[Spoken]) -> bool {
    is(&OPERATORS, spoken.first())
}

fn begins_with_wh(spoken: &[Spoken]) -> bool {
    let second = is(&PREPOSITIONS, spoken.first()) && is(&WH_WORDS, spoken.get(1));
    // "What?" alone asks for a repetition, with a rise.
    let more = spoken.iter().filter(|s| s.mark.is_none()).count() > 1;
    second || more && is(&WH_WORDS, spoken.first())
}

/// Whether "or" joins two choices near the end of a question.
fn offers_choice(spoken: &[Spoken]) -> bool {
    let Some(or) = spoken.iter().rposition(|s| s.word == "or" && s.mark.is_none()) else { return false };
    let after = spoken[or + 1..].iter().filter(|s| s.mark.is_none());
    let named = |s: &&Spoken| !matches!(s.word.as_str(), "something" | "anything" | "so" | "what");
    let count = after.clone().count();
    or > 0 && (1..=LONGEST_CHOICE).contains(&count) && after.clone().take(1).all(|s| named(&s))
}

/// What the sentence does.
pub(crate) fn kind_of(lexemes: &[Lexeme], tags: &[&str]) -> SentenceKind {
    let spoken = read(lexemes, tags);
    match last_mark(&spoken) {
        Some("!") => SentenceKind::Exclamation,
        Some("?") => question(&spoken),
        _ => SentenceKind::Statement,
    }
}

fn question(spoken: &[Spoken]) -> SentenceKind {
    let core = after_openers(spoken);
    // Inside a quotation the last question counts: She said, "Where is it?"
    let quoted = spoken.iter().rposition(|s| s.mark == Some("“")).map(|at| after_openers(&spoken[at..]));
    let fronted = core.iter().position(|s| s.mark == Some(",")).map(|at| after_openers(&core[at..]));
    let candidates = [Some(core), quoted, fronted];
    let any = |test: fn(&[Spoken]) -> bool| candidates.iter().flatten().any(|part| test(part));
    if ends_in_tag(core) {
        return SentenceKind::Tag;
    }
    if any(begins_with_wh) {
        return SentenceKind::Wh;
    }
    let is_statement = core.iter().any(|s| s.tag.starts_with("VB")) && !any(begins_with_operator);
    if offers_choice(core) && !is_statement { SentenceKind::Alternative } else { SentenceKind::YesNo }
}

#[cfg(test)]
mod tests {
    use crate::text::{Dialect, Frontend, SentenceKind};

    #[test]
    fn sentences_are_told_apart() {
        use SentenceKind::{Alternative, Exclamation, Statement, Tag, Wh, YesNo};
        let frontend = Frontend::new(Dialect::American).expect("embedded");
        let cases = [
            ("She bought it.", Statement),
            ("She bought it", Statement),
            ("Did she buy it?", YesNo),
            ("Didn't she buy it?", YesNo),
            ("And is it true that he left?", YesNo),
            ("You are leaving?", YesNo),
            ("Really?", YesNo),
            ("What?", YesNo),
            ("Do you know where he lives?", YesNo),
            ("Who bought it?", Wh),
            ("How long have you been waiting here?", Wh),
            ("In which year was it?", Wh),
            ("So, where did they go?", Wh),
            ("After the party, where did they go?", Wh),
            ("She asked, \"Where is it?\"", Wh),
            ("Would you like tea or coffee?", Alternative),
            ("Tea or coffee?", Alternative),
            ("Do you want to stay here or go home?", Alternative),
            ("Do you want tea or something?", YesNo),
            ("It's a lovely day, isn't it?", Tag),
            ("You never called him, did you?", Tag),
            ("You called him, right?", Tag),
            ("What a lovely day!", Exclamation),
            ("Did you see that?!", YesNo),
        ];
        for (text, kind) in cases {
            let utterance = frontend.analyse(text).expect(text);
            assert_eq!(utterance.phrases[0].kind, kind, "{text}");
        }
    }
}
