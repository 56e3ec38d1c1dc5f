//! What the front-end hands on: words with their place in the text, phrases of phone tokens, notices.

use std::ops::Range;

/// One analysed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    /// The spoken words, in order.
    pub words: Vec<Word>,
    /// The phrases, in order; never empty.
    pub phrases: Vec<Phrase>,
    /// What was left out of the text, and why.
    pub notices: Vec<Notice>,
}

/// One word of the text (what stands between spaces, without its punctuation).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As written.
    pub text: String,
    /// As spoken: numbers, abbreviations and symbols in words, initialisms as single letters.
    pub spoken: String,
    /// Bytes of the source text.
    pub source: Range<usize>,
}

/// A sentence, or a piece of one that is too long to be spoken in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// At most [`MAX_PHRASE_TOKENS`](super::MAX_PHRASE_TOKENS) tokens, with no space at either end.
    pub tokens: Vec<Token>,
}

impl Phrase {
    /// The symbols joined: the phone string that the voice reads.
    pub fn symbols(&self) -> String {
        self.tokens.iter().map(|token| token.symbol).collect()
    }
}

/// One symbol of the voice's alphabet: a phone, a stress mark, a space or a punctuation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The symbol.
    pub symbol: char,
    /// Index in [`Utterance::words`]; `None` for spaces and punctuation.
    pub word: Option<u32>,
}

/// Something that the reader of the text should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Bytes of the source text that it is about.
    pub source: Range<usize>,
    /// One sentence.
    pub message: String,
}
