//! Splits pieces into words and punctuation, as the tagger and the lexicon were made to see them.

use std::ops::Range;

use super::line::{Content, Piece};
use super::number::Words;
use super::scan::Letter;

/// A word, a part of a contraction, or a punctuation mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lexeme {
    pub(crate) text: String,
    /// The words of a number; its text is then as written.
    pub(crate) number: Option<Words>,
    /// Phones that are given for it.
    pub(crate) phones: Option<String>,
    /// Shown in place of the text.
    pub(crate) spoken: Option<&'static str>,
    pub(crate) source: Range<u32>,
    pub(crate) space_after: bool,
    /// Tag that the form alone decides (quotes and brackets).
    pub(crate) fixed_tag: Option<&'static str>,
    /// The symbols of a punctuation mark.
    pub(crate) mark: Option<&'static str>,
}

impl Lexeme {
    /// The text as the tagger was taught: quotation marks of any kind are apostrophes.
    pub(crate) fn tagged_text(&self) -> &str {
        if matches!(self.mark, Some("“" | "”")) { "'" } else { &self.text }
    }
}

/// Marks with a sound of their own or with none: written, spoken, tag.
fn mark(c: char) -> Option<(&'static str, Option<&'static str>)> {
    Some(match c {
        ',' => (",", None),
        '.' => (".", None),
        ';' => (";", None),
        ':' => (":", None),
        '!' => ("!", None),
        '?' => ("?", None),
        '…' => ("…", Some(":")),
        '—' | '–' => ("—", Some(":")),
        '(' | '[' => ("(", Some("-LRB-")),
        ')' | ']' => (")", Some("-RRB-")),
        '“' | '‘' => ("“", Some("``")),
        '”' => ("”", Some("''")),
        _ => return None,
    })
}

/// Words that begin with an apostrophe.
const APOSTROPHE_FIRST: [&str; 12] = [
    "'em", "'til", "'tis", "'twas", "'twere", "'twill", "'twould", "'round", "'neath", "'nother", "'s", "'d",
];

/// Bases that a pronoun-like contraction is split from, so that each part gets its own tag.
const CONTRACTED: [&str; 27] = [
    "i", "you", "he", "she", "it", "we", "they", "this", "that", "these", "those", "there", "who", "what",
    "when", "where", "why", "how", "let", "could", "might", "must", "should", "would", "not", "y", "ma",
];

/// Splits one sentence's pieces.
pub(crate) fn tokenise(pieces: &[Piece]) -> Vec<Lexeme> {
    let mut splitter = Splitter { out: Vec::with_capacity(pieces.len()), open_quotes: 0 };
    for (i, piece) in pieces.iter().enumerate() {
        let last = pieces[i + 1..]
            .iter()
            .all(|p| matches!(&p.content, Content::Text(l) if l.iter().all(|l| mark(l.c).is_some())));
        splitter.piece(piece, last);
        if piece.space_after
            && let Some(end) = splitter.out.last_mut()
        {
            end.space_after = true;
        }
    }
    splitter.out
}

struct Splitter {
    out: Vec<Lexeme>,
    open_quotes: usize,
}

fn text_of(letters: &[Letter]) -> String {
    letters.iter().map(|l| l.c).collect()
}

fn source_of(letters: &[Letter]) -> Range<u32> {
    let start = letters.first().map_or(0, |l| l.start);
    start..letters.iter().map(|l| l.end).max().unwrap_or(start)
}

impl Splitter {
    fn piece(&mut self, piece: &Piece, last: bool) {
        let plain = |text: String| Lexeme {
            text,
            number: None,
            phones: None,
            spoken: None,
            source: piece.source.clone(),
            space_after: false,
            fixed_tag: None,
            mark: None,
        };
        match &piece.content {
            Content::Text(letters) => self.chunk(letters, last),
            Content::Number { written, words } => {
                self.out.push(Lexeme { number: Some(words.clone()), ..plain(written.clone()) });
            }
            Content::Sounded { written, phones } => {
                self.out.push(Lexeme { phones: Some(phones.clone()), ..plain(written.clone()) });
            }
            Content::Named { lookup, spoken } => {
                self.out.push(Lexeme { spoken: Some(spoken), ..plain(lookup.clone()) })
            }
        }
    }

    fn word(&mut self, letters: &[Letter]) {
        if !letters.is_empty() {
            self.out.push(Lexeme {
                text: text_of(letters),
                number: None,
                phones: None,
                spoken: None,
                source: source_of(letters),
                space_after: false,
                fixed_tag: None,
                mark: None,
            });
        }
    }

    fn mark(&mut self, letter: Letter, mark: &'static str, tag: Option<&'static str>) {
        match mark {
            "“" => self.open_quotes += 1,
            "”" => self.open_quotes = self.open_quotes.saturating_sub(1),
            _ => {}
        }
        self.out.push(Lexeme {
            text: mark.to_owned(),
            number: None,
            phones: None,
            spoken: None,
            source: letter.start..letter.end,
            space_after: false,
            fixed_tag: tag,
            mark: Some(mark),
        });
    }

    /// Peels marks off both ends of what stands between two spaces, then splits the inside.
    fn chunk(&mut self, letters: &[Letter], last: bool) {
        let mut start = 0;
        while start < letters.len() {
            let c = letters[start].c;
            if c == '\'' {
                let rest = text_of(&letters[start..letters.len().min(start + 12)]).to_lowercase();
                let head: String = rest.chars().take_while(|c| c.is_alphabetic() || *c == '\'').collect();
                if APOSTROPHE_FIRST.contains(&head.trim_end_matches('\'')) && start + 1 < letters.len() {
                    break;
                }
                if start + 1 < letters.len() || self.open_quotes == 0 {
                    self.mark(letters[start], "“", Some("``"));
                } else {
                    self.mark(letters[start], "”", Some("''"));
                }
            } else if c == '-' {
                // A lone hyphen is a dash; one that begins a word says nothing.
                if letters.len() == 1 {
                    self.mark(letters[start], "—", Some(":"));
                }
            } else if let Some((mark, tag)) = mark(c) {
                self.mark(letters[start], mark, tag);
            } else {
                break;
            }
            start += 1;
        }
        let mut end = letters.len();
        while end > start && self.peels(&letters[start..end]) {
            end -= 1;
        }
        self.inside(&letters[start..end]);
        // An initialism that ends the sentence shares its last full stop with it.
        let closed = letters[end..].iter().any(|l| matches!(l.c, '.' | '!' | '?'));
        if last && !closed && end > start && letters[end - 1].c == '.' {
            self.mark(letters[end - 1], ".", None);
        }
        for &letter in &letters[end..] {
            match letter.c {
                '\'' => self.mark(letter, "”", Some("''")),
                '-' => {}
                c => {
                    if let Some((mark, tag)) = mark(c) {
                        self.mark(letter, mark, tag);
                    }
                }
            }
        }
    }

    /// Whether the last letter is punctuation rather than part of the word.
    fn peels(&self, body: &[Letter]) -> bool {
        let before = body.len().checked_sub(2).map(|i| body[i].c);
        match body[body.len() - 1].c {
            '.' => !is_dotted(body),
            '\'' => match before {
                // The plural possessive and the clipped -in' keep their apostrophe outside quotations.
                Some('s' | 'S' | 'n' | 'o' | 'l') => self.open_quotes > 0,
                _ => true,
            },
            '-' => true,
            c => mark(c).is_some(),
        }
    }

    /// Splits a word at dashes and marks that stand inside it.
    fn inside(&mut self, letters: &[Letter]) {
        let mut from = 0;
        for i in 0..letters.len() {
            let c = letters[i].c;
            let Some((mark, tag)) = mark(c) else { continue };
            if c == '.' && is_dotted(letters) {
                continue;
            }
            self.contraction(&letters[from..i]);
            // A full stop inside a word ("word.word") is a pause only before a capital or another mark.
            let next = letters.get(i + 1).map_or(' ', |l| l.c);
            let pause = c != '.' || !next.is_lowercase();
            if pause {
                self.mark(letters[i], mark, tag);
            }
            if !matches!(c, '—' | '–' | '(' | '“')
                && next.is_alphabetic()
                && let Some(end) = self.out.last_mut()
            {
                end.space_after = true;
            }
            from = i + 1;
        }
        self.contraction(&letters[from..]);
    }

    fn contraction(&mut self, letters: &[Letter]) {
        let text = text_of(letters).to_lowercase();
        let at = text.rfind('\'').filter(|_| text.is_ascii());
        let cut = at.and_then(|at| match &text[at..] {
            "'t" if at > 1 && text.as_bytes()[at - 1] == b'n' => Some(at - 1),
            "'s" if at > 0 => Some(at),
            "'" if at > 0 && text.as_bytes()[at - 1] == b's' => Some(at),
            "'ll" | "'re" | "'ve" | "'d" | "'m"
                if CONTRACTED.contains(&&text[..at]) || text[..at].ends_with("n't") =>
            {
                Some(at)
            }
            _ => None,
        });
        match cut {
            Some(at) => {
                self.word(&letters[..at]);
                self.word(&letters[at..]);
            }
            None => self.word(letters),
        }
    }
}

/// One or two letters and a full stop, again and again: "U.S.A.", "J.", "p.m", "Ph.D.".
pub(crate) fn is_dotted(letters: &[Letter]) -> bool {
    const LONGEST: usize = 24;
    if letters.len() > LONGEST {
        return false;
    }
    let text = text_of(letters);
    let mut parts = text.split('.').peekable();
    let mut count = 0;
    while let Some(part) = parts.next() {
        let closing = parts.peek().is_none() && part.is_empty();
        if !closing && !(1..=2).contains(&part.len()) || !part.chars().all(|c| c.is_ascii_alphabetic()) {
            return false;
        }
        count += usize::from(!part.is_empty());
    }
    count > 1
        || (count == 1
            && text.ends_with('.')
            && text.len() == 2
            && text.starts_with(|c: char| c.is_ascii_uppercase()))
}
