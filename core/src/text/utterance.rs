//! What the front-end hands on: words with their place in the text, phrases of phone tokens, notices.

use crate::emotion::{FaceGesture, Manner, VoiceGesture};
use std::ops::Range;

/// One analysed text.
#[derive(Debug, Clone, PartialEq)]
pub struct Utterance {
    /// The spoken words, in order.
    pub words: Vec<Word>,
    /// The phrases, in order; empty only where the voice does something that is no word.
    pub phrases: Vec<Phrase>,
    /// What stands between words, in order of its place.
    pub insertions: Vec<Insertion>,
    /// What was left out of the text, and why.
    pub notices: Vec<Notice>,
}

/// One word of the text (what stands between spaces, without its punctuation).
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// As written.
    pub text: String,
    /// As spoken: numbers, abbreviations and symbols in words, initialisms as single letters.
    pub spoken: String,
    /// Bytes of the source text.
    pub source: Range<usize>,
    /// Part of speech of its first part, as a Penn Treebank tag.
    pub tag: &'static str,
    /// Written `*so*`, `_so_` or `**so**`: the word that the sentence is about.
    pub emphasis: bool,
    /// Between quotation marks.
    pub quoted: bool,
    /// Between parentheses.
    pub aside: bool,
    /// How it is to be said.
    pub manner: Manner,
}

/// Something that stands between two words.
#[derive(Debug, Clone, PartialEq)]
pub struct Insertion {
    /// Index in [`Utterance::words`] of the word after it; their number where none is.
    pub before_word: u32,
    /// Bytes of the source text.
    pub source: Range<usize>,
    /// What it is.
    pub what: Inserted,
}

/// What may stand between words.
#[derive(Debug, Clone, PartialEq)]
pub enum Inserted {
    /// A silence of so many seconds, 0..=10, in place of the one that would be there.
    Pause(f32),
    /// Something the voice does, and how strongly, 0..=1.
    Voice(VoiceGesture, f32),
    /// Something the face does, and how strongly, 0..=1.
    Face(FaceGesture, f32),
    /// A place with a name, told when it is reached.
    Mark(String),
}

/// What a sentence does, by its form and its last mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SentenceKind {
    /// It states.
    #[default]
    Statement,
    /// It asks whether: "Did she go?", "You are leaving?"
    YesNo,
    /// It asks who, what, where, when, why or how.
    Wh,
    /// It asks which of two: "Tea or coffee?"
    Alternative,
    /// It states and asks to be confirmed: "It's late, isn't it?"
    Tag,
    /// It exclaims.
    Exclamation,
}

/// Where a phrase stands in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Paragraph, counted from 0; a blank line begins the next.
    pub paragraph: u32,
    /// Sentence inside its paragraph, counted from 0.
    pub sentence: u32,
    /// Whether no sentence of the paragraph comes after it.
    pub last_sentence: bool,
    /// Whether its sentence ends with it: a long sentence may be cut into several phrases.
    pub ends_sentence: bool,
}

/// A sentence, or a piece of one that is too long to be spoken in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// At most [`MAX_PHRASE_TOKENS`](super::MAX_PHRASE_TOKENS) tokens, with no space at either end.
    pub tokens: Vec<Token>,
    /// What its sentence does.
    pub kind: SentenceKind,
    /// Where it stands.
    pub place: Place,
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
