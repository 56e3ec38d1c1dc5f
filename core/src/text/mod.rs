//! English text front-end: plain text in, the voice's phone tokens out. Worker thread only: it allocates.
//!
//! ```text
//! text ─► scan ─► sentences ─► normalise ─► tokenise ─► tagger ─► lexicon, rules,    ─► phrases of tokens
//!         clean    split        numbers,     words and   parts     letter-to-sound      + words, notices
//!         letters               dates, ...   marks       of speech
//! ```
//! The phone alphabets and the word-sense rules are misaki's American and British English (Apache-2.0), the ones
//! the voices' teachers were fed with; the data files are described in `core/data/README.md`. Everything is
//! embedded and read in place: opening a [`Frontend`] parses headers only.
//!
//! What the rules and the lexicon get wrong, the user puts right: for all texts by a [`UserLexicon`], for one place
//! by phones in braces, `{ˈsIvɑks}`. How a text is to be said stands in it as markup: tags in brackets, `[happy]`, and a
//! subset of SSML (`docs/MARKUP.md`).
//!
//! # Example
//! ```
//! use psivox_core::text::{Dialect, Frontend};
//!
//! let frontend = Frontend::new(Dialect::American)?;
//! let utterance = frontend.analyse("Hello there.")?;
//! assert_eq!(utterance.phrases[0].symbols(), "həlˈO ðˈɛɹ.");
//! assert_eq!(utterance.words[1].text, "there");
//! # Ok::<(), psivox_core::text::TextError>(())
//! ```

mod abbreviation;
mod address;
mod compound;
mod coordinate;
mod date;
mod dialect;
mod emoji;
mod emphasis;
mod english;
mod error;
mod fold;
mod fraction;
mod function_words;
mod homograph;
mod identifier;
mod inflect;
mod letter_to_sound;
mod lexicon;
mod line;
mod magnitude;
mod markup;
mod meaning;
mod money;
mod normalise;
mod number;
mod numeral;
mod phone_markup;
mod phrase;
mod ratio;
mod scan;
mod sentence;
mod sentence_kind;
mod stem;
mod stress;
mod symbol;
mod table;
mod tagger;
mod telephone;
mod time;
mod tokenise;
mod unit;
mod unknown;
mod user_lexicon;
mod utterance;
mod word_sense;

pub use dialect::Dialect;
pub use error::TextError;
pub use markup::without_markup;
pub(crate) use meaning::content_stems;
#[cfg(test)]
pub(crate) use meaning::tests::TOPICS;
pub use meaning::{MEANING, Meaning, meaning_of, utterance_meaning};
pub(crate) use stem::stem;
pub use user_lexicon::{MAX_USER_LEXICON_BYTES, MAX_USER_LEXICON_ENTRIES, UserLexicon, UserLexiconError};
pub use utterance::{Inserted, Insertion, Notice, Phrase, Place, SentenceKind, Token, Utterance, Word};

use crate::common::Common;
use english::English;
use line::Line;
use phrase::Assembly;
use std::sync::Arc;
use tagger::Tagger;

/// The embedded data, opened once for all front-ends of the process.
static AMERICAN: Common<English> = Common::new();
static BRITISH: Common<English> = Common::new();
static TAGGER: Common<Tagger> = Common::new();

/// Longest text of one call, in bytes: about an hour of speech.
pub const MAX_TEXT_BYTES: usize = 65_536;

/// Longest phrase in tokens: the longest input that the voice's teacher was trained on, less its margin.
pub const MAX_PHRASE_TOKENS: usize = 400;

/// Reads English text. Holds the lexicon, the tagger and the letter-to-sound model.
#[derive(Debug)]
pub struct Frontend {
    english: Arc<English>,
    tagger: Arc<Tagger>,
    user: UserLexicon,
}

impl Frontend {
    /// Opens the embedded data of a dialect.
    ///
    /// # Errors
    /// [`TextError::BadData`] when the program was built with data files of another format.
    pub fn new(dialect: Dialect) -> Result<Self, TextError> {
        let user = UserLexicon::parse("", dialect).unwrap_or_default();
        let english = dialect.choose(&AMERICAN, &BRITISH).get(|| English::embedded(dialect))?;
        Ok(Self { english, tagger: TAGGER.get(Tagger::embedded)?, user })
    }

    /// The same with the user's pronunciations, which win over dictionary and rules.
    ///
    /// # Errors
    /// As [`Self::set_user_lexicon`].
    pub fn with_user_lexicon(mut self, lexicon: UserLexicon) -> Result<Self, UserLexiconError> {
        self.set_user_lexicon(lexicon)?;
        Ok(self)
    }

    /// Replaces the user's pronunciations; an empty lexicon removes them.
    ///
    /// # Errors
    /// [`UserLexiconError::OtherDialect`] where its phones are those of another dialect.
    pub fn set_user_lexicon(&mut self, lexicon: UserLexicon) -> Result<(), UserLexiconError> {
        let (lexicon_dialect, frontend) = (lexicon.dialect(), self.english.dialect);
        if lexicon_dialect != frontend {
            return Err(UserLexiconError::OtherDialect { lexicon: lexicon_dialect, frontend });
        }
        self.user = lexicon;
        Ok(())
    }

    /// Phones of a single word by letter-to-sound alone, lexicon and rules left aside: what an unknown name
    /// would sound like. For tools that measure the model.
    pub fn sound_out(&self, word: &str) -> String {
        self.english.sound_out(word)
    }

    /// Words, phrases and notices of a text.
    ///
    /// # Errors
    /// [`TextError::TooLong`] above [`MAX_TEXT_BYTES`]; [`TextError::NothingToSay`] when nothing in the
    /// text has a sound.
    pub fn analyse(&self, text: &str) -> Result<Utterance, TextError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(TextError::TooLong { bytes: text.len(), limit: MAX_TEXT_BYTES });
        }
        let dialect = self.english.dialect;
        let mut markup = markup::read(text, dialect);
        let mut scanned = scan::scan_marked(text, &markup);
        let mut inline: Vec<_> = scanned
            .inline
            .iter()
            .map(|source| phone_markup::read(text, source, dialect, &mut scanned.notices))
            .collect();
        inline.append(&mut markup.inline);
        inline.sort_by_key(|inline| inline.start);
        scanned.notices.append(&mut markup.notices);
        scanned.notices.sort_by_key(|notice| notice.source.start);
        let mut assembly = Assembly::new(text, &scanned.emphasis);
        let sentences = sentence::split(&scanned.letters);
        let paragraphs = sentence::paragraphs(&scanned.letters, &sentences);
        for (range, paragraph) in sentences.into_iter().zip(paragraphs) {
            let pieces = normalise::normalise(&Line {
                letters: &scanned.letters[range],
                inline: &inline,
                said: &markup.said,
                user: &self.user,
            });
            let mut lexemes = tokenise::tokenise(&pieces.list);
            self.calm(&mut lexemes);
            let texts: Vec<&str> = lexemes.iter().map(tokenise::Lexeme::tagged_text).collect();
            let fixed: Vec<_> = lexemes.iter().map(|l| l.fixed_tag).collect();
            let mut tags = self.tagger.tag(&texts, &fixed);
            homograph::retag(&lexemes, &mut tags);
            assembly.sentence(&self.english, &lexemes, &tags, paragraph);
        }
        assembly.finish(scanned.notices, &markup)
    }

    /// A sentence all in capitals is read as if it were written in small letters.
    fn calm(&self, lexemes: &mut [tokenise::Lexeme]) {
        let letters = |l: &&mut tokenise::Lexeme| l.mark.is_none() && l.number.is_none() && l.text.len() > 1;
        let shouted = lexemes.iter_mut().filter(letters).count() > 1
            && !lexemes.iter().any(|l| l.text.chars().any(char::is_lowercase));
        for lexeme in lexemes.iter_mut().filter(letters).filter(|_| shouted) {
            let lower = lexeme.text.to_lowercase();
            if !self.english.is_acronym(&lexeme.text) && self.english.is_word(&lower) {
                lexeme.text = lower;
            }
        }
    }
}
