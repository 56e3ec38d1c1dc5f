//! The outline of an utterance: its words in small letters, its clauses and its sentences with their marks.

use std::ops::Range;

use crate::text::{SentenceKind, Utterance, Word};

/// A clause of fewer words joins its neighbour: "Wow," and "honestly" are none of their own.
const SHORTEST_CLAUSE: usize = 3;
/// Words that turn to something else.
const TURNS: [&str; 4] = ["but", "however", "nevertheless", "nonetheless"];
/// Words that grant what does not count.
const GRANTS: [&str; 5] = ["although", "though", "despite", "while", "whereas"];

/// A word as the resonance hears it.
#[derive(Debug)]
pub(super) struct Heard {
    /// Small letters, straight apostrophes, nothing at its ends; the name of an emoji.
    pub(super) word: String,
    pub(super) tag: &'static str,
    /// In capitals, and not named letter by letter.
    pub(super) loud: bool,
    /// Drawn out: "soooo".
    pub(super) drawn: bool,
    pub(super) emphasis: bool,
    pub(super) aside: bool,
    pub(super) is_name: bool,
    pub(super) is_emoji: bool,
    /// A mark stands after it.
    pub(super) closed: bool,
}

/// How a clause stands to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It goes on.
    On,
    /// It counts more than what was said: "but".
    Against,
    /// It counts less than what is said beside it: "although".
    Grants,
}

/// What is said in one go.
#[derive(Debug)]
pub(super) struct Clause {
    pub(super) words: Range<usize>,
    pub(super) turn: Turn,
}

/// A sentence.
#[derive(Debug)]
pub(super) struct Sentence {
    pub(super) clauses: Vec<Clause>,
    pub(super) kind: SentenceKind,
    pub(super) paragraph: u32,
    /// Exclamation marks.
    pub(super) exclaims: usize,
    /// Question marks.
    pub(super) asks: usize,
    /// It ends in dots.
    pub(super) trails: bool,
    /// Most of its words are in capitals.
    pub(super) shouted: bool,
}

/// Marks of a stretch of words, while the sentence is read.
struct Open {
    words: Range<usize>,
    sentence: Sentence,
}

/// The words and sentences.
pub(super) fn outline(utterance: &Utterance) -> (Vec<Heard>, Vec<Sentence>) {
    let mut heard: Vec<Heard> = utterance.words.iter().map(hear).collect();
    let mut open = sentences(utterance, &mut heard);
    give_back_emoji(&heard, &mut open);
    for Open { words, .. } in &open {
        // A capital at the front means nothing, unless the word is said to do something: "Joy went home."
        let acts =
            heard.get(words.start + 1).is_some_and(|next| next.tag.starts_with("VB") || next.tag == "CC");
        if let Some(first) = heard.get_mut(words.start) {
            first.is_name &= acts && !first.closed;
        }
    }
    let sentences = open.into_iter().filter(|open| !open.words.is_empty());
    let sentences = sentences.map(|Open { words, sentence }| {
        let said = &heard[words.clone()];
        let long = said.iter().filter(|h| h.word.len() > 1).count();
        let shouted = long > 1 && said.iter().filter(|h| h.loud).count() * 3 > long * 2;
        Sentence { clauses: clauses(&heard, words), shouted, ..sentence }
    });
    let sentences = sentences.collect();
    (heard, sentences)
}

fn hear(word: &Word) -> Heard {
    let is_emoji = !word.text.chars().any(char::is_alphanumeric);
    let source = if is_emoji { &word.spoken } else { &word.text };
    let lower = source.replace('’', "'").to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let letters = || word.text.chars().filter(|c| c.is_alphabetic());
    let spelled = word.spoken.split([' ', '.']).filter(|part| part.chars().count() == 1).count() > 1;
    let loud = letters().count() > 1 && letters().all(char::is_uppercase) && !spelled;
    let (short, drawn) = shortened(bare);
    Heard {
        word: short,
        tag: word.tag,
        loud,
        drawn,
        emphasis: word.emphasis,
        aside: word.aside,
        is_name: word.tag.starts_with("NNP") && !loud,
        is_emoji,
        closed: false,
    }
}

/// A drawn-out word as it is written otherwise, and whether it was one: "sooo" is "so", "hahaha" is "haha".
fn shortened(word: &str) -> (String, bool) {
    if word.len() > 4 && word.starts_with("haha") && word.bytes().all(|b| b == b'h' || b == b'a') {
        return ("haha".to_owned(), true);
    }
    let mut out = String::with_capacity(word.len());
    let (mut last, mut run, mut drawn) = (' ', 0, false);
    for c in word.chars() {
        run = if c == last { run + 1 } else { 1 };
        last = c;
        if run == 3 && c.is_alphabetic() {
            out.pop();
            drawn = true;
        }
        if run < 3 || !c.is_alphabetic() {
            out.push(c);
        }
    }
    (out, drawn)
}

/// Sentences with their marks, as their phrases come.
fn sentences(utterance: &Utterance, heard: &mut [Heard]) -> Vec<Open> {
    let mut open: Vec<Open> = Vec::new();
    let mut goes_on = false;
    let mut next = 0;
    for phrase in &utterance.phrases {
        if !goes_on {
            let sentence = Sentence {
                clauses: Vec::new(),
                kind: phrase.kind,
                paragraph: phrase.place.paragraph,
                exclaims: 0,
                asks: 0,
                trails: false,
                shouted: false,
            };
            open.push(Open { words: next..next, sentence });
        }
        goes_on = !phrase.place.ends_sentence;
        let Some(Open { words, sentence }) = open.last_mut() else { continue };
        let mut before = ' ';
        for token in &phrase.tokens {
            match (token.word, token.symbol) {
                (Some(word), _) => next = next.max(word as usize + 1).min(heard.len()),
                (None, '!') => sentence.exclaims += 1,
                (None, '?') => sentence.asks += 1,
                (None, '…') => sentence.trails = true,
                (None, '.') if before == '.' => sentence.trails = true,
                _ => {}
            }
            let closes = token.word.is_none() && token.symbol != ' ';
            if closes
                && next > words.start
                && let Some(last) = heard.get_mut(next - 1)
            {
                last.closed = true;
            }
            before = token.symbol;
        }
        words.end = next;
    }
    if let Some(last) = open.last_mut() {
        last.words.end = heard.len();
    }
    open
}

/// A picture after a full stop belongs to the sentence before it.
fn give_back_emoji(heard: &[Heard], open: &mut [Open]) {
    for i in 1..open.len() {
        let words = open[i].words.clone();
        let count = heard[words.clone()].iter().take_while(|h| h.is_emoji).count();
        if count > 0 && open[i].sentence.paragraph == open[i - 1].sentence.paragraph {
            open[i - 1].words.end += count;
            open[i].words.start += count;
        }
    }
}

/// How the word at `i` turns, if it does.
fn turn_at(heard: &[Heard], i: usize, start: usize) -> Option<Turn> {
    let word = heard[i].word.as_str();
    let before = (i > start).then(|| &heard[i - 1]);
    let fronts = before.is_none_or(|before| before.closed);
    // "Nothing but trouble" does not turn.
    let bound = before
        .is_some_and(|b| ["nothing", "all", "anything", "everything", "none"].contains(&b.word.as_str()));
    match word {
        _ if bound => None,
        "but" => Some(Turn::Against),
        "yet" if fronts => Some(Turn::Against),
        _ if TURNS.contains(&word) && fronts => Some(Turn::Against),
        "although" => Some(Turn::Grants),
        _ if GRANTS.contains(&word) && fronts => Some(Turn::Grants),
        _ => None,
    }
}

fn clauses(heard: &[Heard], words: Range<usize>) -> Vec<Clause> {
    let mut out: Vec<Clause> = Vec::new();
    for i in words.clone() {
        let turn = turn_at(heard, i, words.start);
        let closed = i > words.start && heard[i - 1].closed;
        let is_short =
            out.last().is_some_and(|last| last.words.len() < SHORTEST_CLAUSE && last.turn == Turn::On);
        match out.last_mut() {
            Some(last) if turn.is_none() && (!closed || is_short || heard[i].is_emoji) => {
                last.words.end = i + 1
            }
            _ => out.push(Clause { words: i..i + 1, turn: turn.unwrap_or(Turn::On) }),
        }
    }
    // A short end belongs to what it ends.
    if out.len() > 1
        && let Some(last) = out.pop_if(|last| last.words.len() < SHORTEST_CLAUSE && last.turn == Turn::On)
        && let Some(before) = out.last_mut()
    {
        before.words.end = last.words.end;
    }
    out
}
