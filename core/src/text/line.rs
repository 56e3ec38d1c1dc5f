//! One sentence of cleaned letters under the rules' eyes, and the pieces that they turn it into.

use std::ops::Range;

use super::markup::Said;
use super::number::Words;
use super::phone_markup::Inline;
use super::scan::Letter;
use super::user_lexicon::UserLexicon;

/// A sentence; positions past its end read as `'\0'`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) letters: &'a [Letter],
    /// Phones written into the text, in its order.
    pub(crate) inline: &'a [Inline],
    /// What is read in a way of its own, in the text's order.
    pub(crate) said: &'a [Said],
    /// The user's words.
    pub(crate) user: &'a UserLexicon,
}

impl Line<'_> {
    pub(crate) fn at(&self, i: usize) -> char {
        self.letters.get(i).map_or('\0', |l| l.c)
    }

    /// The character before position `i`; a space at the start.
    pub(crate) fn before(&self, i: usize) -> char {
        i.checked_sub(1).map_or(' ', |at| self.at(at))
    }

    /// End of the run from `i` that satisfies `test`.
    pub(crate) fn run(&self, i: usize, test: impl Fn(char) -> bool) -> usize {
        i + self.letters.get(i..).unwrap_or(&[]).iter().take_while(|l| test(l.c)).count()
    }

    pub(crate) fn digits(&self, i: usize) -> usize {
        self.run(i, |c| c.is_ascii_digit())
    }

    pub(crate) fn word(&self, i: usize) -> usize {
        self.run(i, |c| c.is_ascii_alphabetic())
    }

    pub(crate) fn spaces(&self, i: usize) -> usize {
        self.run(i, |c| c == ' ')
    }

    pub(crate) fn text(&self, range: Range<usize>) -> String {
        self.letters.get(range).unwrap_or(&[]).iter().map(|l| l.c).collect()
    }

    pub(crate) fn has(&self, i: usize, text: &str) -> bool {
        text.chars().enumerate().all(|(k, c)| self.at(i + k) == c)
    }

    /// Whether no word goes on at `i`.
    pub(crate) fn is_boundary(&self, i: usize) -> bool {
        !self.at(i).is_ascii_alphanumeric()
    }

    /// Whether only spaces and closing marks follow.
    pub(crate) fn is_end(&self, i: usize) -> bool {
        self.letters.get(i..).unwrap_or(&[]).iter().all(|l| matches!(l.c, ' ' | '”' | ')' | '\'' | '"' | ']'))
    }

    /// Source bytes of a range of letters.
    pub(crate) fn source(&self, range: Range<usize>) -> Range<u32> {
        let letters = self.letters.get(range).unwrap_or(&[]);
        let start = letters.first().map_or(0, |l| l.start);
        start..letters.iter().map(|l| l.end).max().unwrap_or(start)
    }
}

/// What a stretch of text became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// Letters and marks between two spaces, still to be split into words and punctuation.
    Text(Vec<Letter>),
    /// A number, in words; `written` is what the tagger sees.
    Number { written: String, words: Words },
    /// A word whose phones are given.
    Sounded { written: String, phones: String },
    /// A word that is looked up under one spelling and shown under another.
    Named { lookup: String, spoken: &'static str },
}

/// A stretch of normalised text with no space inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) content: Content,
    pub(crate) source: Range<u32>,
    pub(crate) space_after: bool,
}

/// Letters that one piece may hold: a longer string without a space is broken, so that no rule meets it whole.
const MAX_PIECE_LETTERS: usize = 240;

/// Collects the pieces of one sentence.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    pub(crate) list: Vec<Piece>,
    /// Hyphens up to the next space are spaces to the ear ("20-year-old").
    pub(crate) loose: bool,
}

impl Pieces {
    /// Ends the running piece: what follows is a word of its own.
    pub(crate) fn space(&mut self) {
        if let Some(last) = self.list.last_mut() {
            last.space_after = true;
        }
    }

    /// Adds one letter as written, to the running text if there is one.
    pub(crate) fn letter(&mut self, letter: Letter) {
        if let Some(Piece { content: Content::Text(letters), source, space_after: false }) =
            self.list.last_mut()
            && letters.len() < MAX_PIECE_LETTERS
        {
            source.end = source.end.max(letter.end);
            letters.push(letter);
            return;
        }
        let source = letter.start..letter.end;
        self.list.push(Piece { content: Content::Text(vec![letter]), source, space_after: false });
    }

    /// Sets off what comes next from the piece before it, unless that ends in an opening mark.
    fn separate(&mut self) {
        let opened = match self.list.last() {
            Some(Piece { content: Content::Text(letters), .. }) => {
                letters.last().is_some_and(|l| matches!(l.c, '(' | '[' | '“' | '‘' | '\'' | '—' | '–'))
            }
            _ => false,
        };
        if !opened {
            self.space();
        }
    }

    fn push(&mut self, content: Content, source: Range<u32>) {
        self.list.push(Piece { content, source, space_after: true });
    }

    /// Adds words that stand for `source`, each a piece of its own.
    pub(crate) fn words(&mut self, text: &str, source: &Range<u32>) {
        self.separate();
        for word in text.split(' ').filter(|w| !w.is_empty()) {
            let place = |c| Letter { c, start: source.start, end: source.end };
            self.push(Content::Text(word.chars().map(place).collect()), source.clone());
        }
    }

    /// Adds a word with a spoken form of its own.
    pub(crate) fn named(&mut self, lookup: &str, spoken: &'static str, source: &Range<u32>) {
        self.separate();
        self.push(Content::Named { lookup: lookup.to_owned(), spoken }, source.clone());
    }

    /// Adds a number.
    pub(crate) fn number(&mut self, words: Words, written: &str, source: &Range<u32>) {
        if !words.is_empty() {
            self.separate();
            self.push(Content::Number { written: written.to_owned(), words }, source.clone());
        }
    }

    /// Adds a word whose phones are given.
    pub(crate) fn sounded(&mut self, written: &str, phones: String, source: &Range<u32>) {
        self.separate();
        self.push(Content::Sounded { written: written.to_owned(), phones }, source.clone());
    }

    /// Says whether a space follows the last piece: if not, marks stay tied to it.
    pub(crate) fn close(&mut self, space_after: bool) {
        if let Some(last) = self.list.last_mut() {
            last.space_after = space_after;
        }
    }

    /// Adds a punctuation mark to the piece before it.
    pub(crate) fn mark(&mut self, c: char, source: &Range<u32>) {
        let at = Letter { c, start: source.start, end: source.end };
        if let Some(last) = self.list.last_mut() {
            last.space_after = false;
        }
        self.letter(at);
        self.space();
    }

    /// The last word, as text.
    pub(crate) fn last_word(&self, back: usize) -> String {
        match self.list.iter().rev().nth(back).map(|p| &p.content) {
            Some(Content::Text(letters)) => letters.iter().map(|l| l.c).collect(),
            Some(Content::Named { lookup, .. }) => lookup.clone(),
            Some(Content::Number { written, .. } | Content::Sounded { written, .. }) => written.clone(),
            None => String::new(),
        }
    }
}
