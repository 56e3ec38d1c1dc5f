//! From tagged words to phone tokens: reads each sentence from its end, then lays out words and phrases.

use std::ops::Range;

use super::MAX_PHRASE_TOKENS;
use super::compound;
use super::english::{English, Following};
use super::error::TextError;
use super::homograph;
use super::markup::Markup;
use super::sentence_kind;
use super::tokenise::Lexeme;
use crate::emotion::Manner;

use super::utterance::{Notice, Phrase, Place, SentenceKind, Token, Utterance, Word};

/// What one stretch of lexemes without a space became.
struct Sounded {
    phones: String,
    spoken: String,
    source: Range<u32>,
    is_mark: bool,
    space_after: bool,
    tag: &'static str,
}

/// Builds an utterance, sentence by sentence.
pub(crate) struct Assembly<'t> {
    text: &'t str,
    /// Source bytes of what is emphasised, in order.
    emphasis: &'t [Range<u32>],
    /// Whether the reading stands inside quotation marks and parentheses; both end with their paragraph.
    quoted: bool,
    aside: bool,
    words: Vec<Word>,
    phrases: Vec<Phrase>,
    marks_seen: bool,
}

/// Ranges of lexemes that are spoken together: a mark or a number alone, else all up to the next space.
fn groups(lexemes: &[Lexeme]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for (i, lexeme) in lexemes.iter().enumerate() {
        let alone = |l: &Lexeme| l.mark.is_some() || l.number.is_some() || l.phones.is_some();
        let joins = i > 0 && !lexemes[i - 1].space_after && !alone(lexeme) && !alone(&lexemes[i - 1]);
        match out.last_mut() {
            Some(last) if joins => last.end = i + 1,
            _ => out.push(i..i + 1),
        }
    }
    out
}

fn sound_word(
    english: &English,
    lexemes: &[Lexeme],
    tags: &[&'static str],
    next: &mut Following,
) -> (String, String) {
    if let [Lexeme { phones: Some(phones), text, .. }] = lexemes {
        *next = next.before(phones, "", "");
        return (phones.clone(), text.clone());
    }
    if let [Lexeme { number: Some(words), .. }] = lexemes {
        let phones: Vec<String> =
            words.iter().map(|w| english.number_word(w).phones).filter(|p| !p.is_empty()).collect();
        let phones = phones.join(" ");
        *next = next.before(&phones, "", "CD");
        return (phones, words.join(" "));
    }
    let parts: Vec<compound::Part> =
        lexemes.iter().zip(tags).flat_map(|(lexeme, tag)| compound::split(&lexeme.text, tag)).collect();
    let (said, before) = compound::speak(english, &parts, *next);
    *next = before;
    let renamed = lexemes.iter().any(|l| l.spoken.is_some());
    let text = || lexemes.iter().map(|l| l.spoken.unwrap_or(&l.text)).collect();
    (said.phones, if renamed { text() } else { said.shown })
}

fn sound(english: &English, lexemes: &[Lexeme], tags: &[&'static str]) -> Vec<Sounded> {
    let mut next = Following::default();
    let mut out: Vec<Sounded> = Vec::new();
    for range in groups(lexemes).into_iter().rev() {
        let group = &lexemes[range.clone()];
        let source = group[0].source.start..group.iter().map(|l| l.source.end).max().unwrap_or(0);
        let space_after = group[group.len() - 1].space_after;
        let mark = group[0].mark;
        let tag = tags.get(range.start).copied().unwrap_or("");
        let (phones, spoken) = match mark {
            Some(mark) => {
                next = next.before(mark, "", "");
                (mark.to_owned(), String::new())
            }
            None => match homograph::sense(lexemes, tags, range.start)
                .filter(|_| group.len() == 1 && group[0].phones.is_none())
            {
                Some(phones) => {
                    let phones = english.dialect.localised(phones);
                    next = next.before(&phones, "", "");
                    (phones, group[0].text.clone())
                }
                None => sound_word(english, group, &tags[range], &mut next),
            },
        };
        out.push(Sounded { phones, spoken, source, is_mark: mark.is_some(), space_after, tag });
    }
    out.reverse();
    out
}

impl<'t> Assembly<'t> {
    pub(crate) fn new(text: &'t str, emphasis: &'t [Range<u32>]) -> Self {
        Self {
            text,
            emphasis,
            quoted: false,
            aside: false,
            words: Vec::new(),
            phrases: Vec::new(),
            marks_seen: false,
        }
    }

    /// Keeps the account of quotation marks and parentheses.
    fn enter(&mut self, mark: &str) {
        match mark {
            "“" => self.quoted = true,
            "”" => self.quoted = false,
            "(" => self.aside = true,
            ")" => self.aside = false,
            _ => {}
        }
    }

    fn is_emphasised(&self, source: &Range<usize>) -> bool {
        let before = self.emphasis.partition_point(|held| held.end as usize <= source.start);
        self.emphasis.get(before).is_some_and(|held| (held.start as usize) < source.end)
    }

    /// The index of the word that a stretch belongs to: a new one, or the last when it stands for the same text.
    fn word(&mut self, sounded: &Sounded) -> u32 {
        let source = sounded.source.start as usize..sounded.source.end as usize;
        if let Some(last) = self.words.last_mut()
            && source.start < last.source.end
        {
            last.spoken.push(' ');
            last.spoken.push_str(&sounded.spoken);
            last.source.end = last.source.end.max(source.end);
            last.text = self.text.get(last.source.clone()).unwrap_or_default().to_owned();
        } else {
            let text = self.text.get(source.clone()).unwrap_or_default().to_owned();
            let emphasis = self.is_emphasised(&source);
            self.words.push(Word {
                text,
                spoken: sounded.spoken.clone(),
                source,
                tag: sounded.tag,
                emphasis,
                quoted: self.quoted,
                aside: self.aside,
                manner: Manner::PLAIN,
            });
        }
        (self.words.len() - 1) as u32
    }

    /// Adds one sentence.
    pub(crate) fn sentence(
        &mut self,
        english: &English,
        lexemes: &[Lexeme],
        tags: &[&'static str],
        paragraph: u32,
    ) {
        let sounded = sound(english, lexemes, tags);
        self.marks_seen |= !sounded.is_empty();
        if sounded.iter().all(|s| s.is_mark || s.phones.is_empty()) {
            return;
        }
        let place = self.place(paragraph);
        let mut tokens: Vec<Token> = Vec::new();
        let mut space = false;
        for (i, stretch) in sounded.iter().enumerate() {
            if !stretch.phones.is_empty() {
                let words_meet = i > 0 && !stretch.is_mark && !sounded[i - 1].is_mark;
                let closes = stretch.is_mark
                    && matches!(stretch.phones.as_str(), "," | "." | ";" | ":" | "!" | "?" | ")");
                if (space || words_meet) && !closes && !tokens.is_empty() {
                    tokens.push(Token { symbol: ' ', word: None });
                }
                space = false;
                if stretch.is_mark {
                    self.enter(&stretch.phones);
                }
                let word = (!stretch.is_mark).then(|| self.word(stretch));
                tokens.extend(stretch.phones.chars().map(|c| {
                    let symbol = match c {
                        'ɾ' => 'T',
                        'ʔ' => 't',
                        c => c,
                    };
                    Token { symbol, word: word.filter(|_| symbol != ' ') }
                }));
            }
            space |= stretch.space_after;
        }
        let kind = sentence_kind::kind_of(lexemes, tags);
        cut(&tokens, kind, place, &mut self.phrases);
    }

    /// The place of the next sentence; quotation and parenthesis end with their paragraph.
    fn place(&mut self, paragraph: u32) -> Place {
        let mut place = Place { paragraph, sentence: 0, last_sentence: true, ends_sentence: true };
        match self.phrases.last().map(|last| last.place) {
            Some(last) if last.paragraph == paragraph => {
                place.sentence = last.sentence + 1;
                let same = |phrase: &&mut Phrase| phrase.place.paragraph == paragraph;
                for phrase in self.phrases.iter_mut().rev().take_while(same) {
                    if !phrase.place.last_sentence {
                        break;
                    }
                    phrase.place.last_sentence = false;
                }
            }
            _ => (self.quoted, self.aside) = (false, false),
        }
        place
    }

    /// The utterance, its words told what the markup says about them.
    pub(crate) fn finish(mut self, notices: Vec<Notice>, markup: &Markup) -> Result<Utterance, TextError> {
        if self.phrases.is_empty() && !markup.has_voice_gesture() {
            return Err(TextError::NothingToSay { found: self.what_is_found(&notices, markup) });
        }
        markup.tell(&mut self.words);
        let insertions = markup.insertions(&self.words);
        Ok(Utterance { words: self.words, phrases: self.phrases, insertions, notices })
    }

    /// What a text holds in which nothing can be said.
    fn what_is_found(&self, notices: &[Notice], markup: &Markup) -> String {
        const SHOWN: usize = 8;
        let told = || {
            let some: Vec<&str> = notices.iter().take(SHOWN).map(|n| n.message.as_str()).collect();
            some.join("; ")
        };
        if self.text.trim().is_empty() {
            "no characters".to_owned()
        } else if self.marks_seen || notices.is_empty() && markup.cuts.is_empty() {
            "only punctuation and signs without a sound".to_owned()
        } else if markup.cuts.is_empty() {
            format!("only characters that this voice cannot read ({})", told())
        } else if notices.is_empty() {
            "only tags, and no words that they could hold for".to_owned()
        } else {
            format!("only tags, and no words that they could hold for ({})", told())
        }
    }
}

fn trimmed(tokens: &[Token]) -> &[Token] {
    let start = tokens.iter().take_while(|t| t.symbol == ' ').count();
    let end = tokens.iter().rev().take_while(|t| t.symbol == ' ').count();
    tokens.get(start..tokens.len() - end).unwrap_or(&[])
}

/// Where to cut a sentence that is too long: after the last clause mark, else the last space, else anywhere.
fn cut_point(tokens: &[Token]) -> usize {
    let head = &tokens[..MAX_PHRASE_TOKENS];
    let clause = (1..head.len())
        .rev()
        .find(|&i| head[i].symbol == ' ' && matches!(head[i - 1].symbol, ',' | ';' | ':' | '—'));
    let space = || (1..head.len()).rev().find(|&i| head[i].symbol == ' ');
    clause.or_else(space).unwrap_or(MAX_PHRASE_TOKENS)
}

fn cut(tokens: &[Token], kind: SentenceKind, place: Place, phrases: &mut Vec<Phrase>) {
    let mut rest = trimmed(tokens);
    while rest.len() > MAX_PHRASE_TOKENS {
        let at = cut_point(rest);
        let place = Place { ends_sentence: false, ..place };
        phrases.push(Phrase { tokens: trimmed(&rest[..at]).to_vec(), kind, place });
        rest = trimmed(&rest[at..]);
    }
    if !rest.is_empty() {
        phrases.push(Phrase { tokens: rest.to_vec(), kind, place });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        text.chars().map(|symbol| Token { symbol, word: None }).collect()
    }

    #[test]
    fn long_sentences_are_cut_at_clauses_then_at_spaces() {
        let clause = format!("{}, ", "ab ".repeat(60).trim_end());
        let mut phrases = Vec::new();
        cut(&tokens(&clause.repeat(5)), SentenceKind::Statement, Place::default(), &mut phrases);
        assert!(phrases.len() >= 3);
        assert!(phrases.iter().all(|p| p.tokens.len() <= MAX_PHRASE_TOKENS && p.symbols().ends_with(',')));
        let mut phrases = Vec::new();
        cut(&tokens(&"x".repeat(1000)), SentenceKind::Statement, Place::default(), &mut phrases);
        assert_eq!(phrases.iter().map(|p| p.tokens.len()).collect::<Vec<_>>(), [400, 400, 200]);
    }

    #[test]
    fn no_phrase_begins_or_ends_with_a_space() {
        let mut phrases = Vec::new();
        cut(
            &tokens(&format!(" {} ", "ab, ".repeat(300))),
            SentenceKind::Statement,
            Place::default(),
            &mut phrases,
        );
        assert!(phrases.len() > 1);
        for phrase in phrases {
            let symbols = phrase.symbols();
            assert_eq!(symbols, symbols.trim());
        }
    }
}
