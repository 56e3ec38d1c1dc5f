//! Pronunciations that the user gives: one entry a line, a word and its phones or a respelling.
//!
//! ```text
//! # What is made up or read wrongly. Columns are separated by a tab.
//! Psivox    ˈsIvɑks          phones, in the alphabet of the voice's dialect
//! GIF       =jif             words that sound like it
//! kubectl   =cube control
//! ```
//! Case: an entry in small letters answers to any case ("kubectl", "Kubectl", "KUBECTL"); one with a capital answers
//! to itself and to all capitals, so that "Polish" leaves "polish" alone. Accents do not count. An entry wins over
//! dictionary and rules, alone, before a hyphen, and with the endings -s, -'s, -ed and -ing; not inside an address.

use std::collections::HashMap;

use thiserror::Error;

use super::dialect::Dialect;
use super::inflect;
use super::line::{Line, Pieces};
use super::phone_markup;
use super::scan;

/// Longest file, in bytes.
pub const MAX_USER_LEXICON_BYTES: usize = 1 << 20;
/// Most entries.
pub const MAX_USER_LEXICON_ENTRIES: usize = 20_000;
/// Longest word of an entry, in characters.
const MAX_WORD: usize = 64;
/// Longest pronunciation, in symbols.
const MAX_READING: usize = 200;

/// What is wrong with a user lexicon. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UserLexiconError {
    /// The file is too long.
    #[error(
        "the user lexicon has {bytes} bytes, at most {MAX_USER_LEXICON_BYTES} are read; split it by project"
    )]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The file is not UTF-8.
    #[error("line {line}: expected UTF-8 text, found a byte that is none; save the file as UTF-8")]
    NotUtf8 {
        /// The line of the first such byte.
        line: usize,
    },
    /// There are too many entries.
    #[error("line {line}: more than {MAX_USER_LEXICON_ENTRIES} entries; remove those that are not needed")]
    TooMany {
        /// The line of the first one too many.
        line: usize,
    },
    /// An entry cannot be read.
    #[error("line {line}: expected {expected}, found {found:?}")]
    Malformed {
        /// Its line.
        line: usize,
        /// What should be there.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// A symbol is not in the alphabet.
    #[error("line {line}, column {column}: {symbol:?} is no phone symbol of this voice; {advice}")]
    UnknownSymbol {
        /// Its line.
        line: usize,
        /// Its column.
        column: usize,
        /// The symbol.
        symbol: char,
        /// The nearest symbol that the voice knows, if one is near.
        nearest: Option<char>,
        /// The same in words.
        advice: String,
    },
    /// A word has two entries.
    #[error("line {line}: {word:?} has an entry in line {first_line} already; keep one of them")]
    Twice {
        /// The line of the second.
        line: usize,
        /// The word.
        word: String,
        /// The line of the first.
        first_line: usize,
    },
    /// The phones are those of another dialect than the front-end speaks.
    #[error(
        "the user lexicon was read for {lexicon:?} English, the front-end speaks {frontend:?}; read it again"
    )]
    OtherDialect {
        /// The lexicon's.
        lexicon: Dialect,
        /// The front-end's.
        frontend: Dialect,
    },
}

/// How a word is said.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reading {
    Phones(String),
    /// Words, with spaces between.
    Respelled(String),
}

/// A user's pronunciations, checked. The default is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserLexicon {
    dialect: Dialect,
    entries: HashMap<String, (Reading, usize)>,
    longest: usize,
}

/// The stems that a written word may come from.
type Stems = fn(&str) -> Vec<String>;

/// The ending that a written word has over its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    None,
    S,
    Ed,
    Ing,
}

impl UserLexicon {
    /// Reads a file's bytes; a byte-order mark and Windows line ends are passed over.
    ///
    /// # Errors
    /// As [`Self::parse`], and [`UserLexiconError::NotUtf8`].
    pub fn from_bytes(bytes: &[u8], dialect: Dialect) -> Result<Self, UserLexiconError> {
        if bytes.len() > MAX_USER_LEXICON_BYTES {
            return Err(UserLexiconError::TooLong { bytes: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|e| {
            let before = &bytes[..e.valid_up_to()];
            UserLexiconError::NotUtf8 { line: 1 + before.iter().filter(|&&b| b == b'\n').count() }
        })?;
        Self::parse(text, dialect)
    }

    /// Reads the text of a lexicon whose phones are those of `dialect`.
    ///
    /// # Errors
    /// The first fault of the text, with its line.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Self, UserLexiconError> {
        if text.len() > MAX_USER_LEXICON_BYTES {
            return Err(UserLexiconError::TooLong { bytes: text.len() });
        }
        let mut lexicon = Self { dialect, ..Self::default() };
        for (line, written) in (1..).zip(text.trim_start_matches('\u{FEFF}').lines()) {
            let trimmed = written.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            lexicon.add(line, written)?;
        }
        Ok(lexicon)
    }

    /// How many words it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has no words.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whose phones it has.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn add(&mut self, line: usize, written: &str) -> Result<(), UserLexiconError> {
        let bad = |expected, found: &str| {
            let found = found.chars().take(40).collect();
            UserLexiconError::Malformed { line, expected, found }
        };
        let (word, reading) = written
            .split_once('\t')
            .ok_or_else(|| bad("a word, a tab and its pronunciation", written.trim()))?;
        let key: String = scan::scan(word.trim()).letters.iter().map(|l| l.c).collect();
        let key = key.trim().to_owned();
        if key.is_empty()
            || key.contains(['\n', phone_markup::PLACEHOLDER])
            || !key.contains(char::is_alphanumeric)
        {
            return Err(bad("a word in Latin letters or digits before the tab", word));
        }
        let length = key.chars().count();
        if length > MAX_WORD {
            return Err(bad("a word of at most 64 characters", word));
        }
        let reading = self.reading(line, written.len() - reading.len(), written)?;
        if self.entries.len() == MAX_USER_LEXICON_ENTRIES {
            return Err(UserLexiconError::TooMany { line });
        }
        if let Some((_, first_line)) = self.entries.insert(key.clone(), (reading, line)) {
            return Err(UserLexiconError::Twice { line, word: key, first_line });
        }
        self.longest = self.longest.max(length);
        Ok(())
    }

    /// The reading that begins at byte `from` of a line.
    fn reading(&self, line: usize, from: usize, written: &str) -> Result<Reading, UserLexiconError> {
        let text = written[from..].trim();
        let bad = |expected, found: &str| {
            let found = found.chars().take(40).collect();
            UserLexiconError::Malformed { line, expected, found }
        };
        if text.chars().count() > MAX_READING {
            return Err(bad("a pronunciation of at most 200 symbols", text));
        }
        if let Some(words) = text.strip_prefix('=') {
            let words: Vec<&str> = words.split_whitespace().collect();
            let plain = |w: &&str| {
                w.chars().all(|c| c.is_ascii_alphabetic() || c == '\'' || c == '-')
                    && w.contains(|c: char| c.is_ascii_alphabetic())
            };
            if words.is_empty() || !words.iter().all(plain) {
                return Err(bad("words of the letters a to z after the `=`", text));
            }
            return Ok(Reading::Respelled(words.join(" ")));
        }
        let start = written.len() - written[from..].trim_start().len();
        for (at, symbol) in text.char_indices() {
            if symbol != ' ' && !phone_markup::is_known(symbol, self.dialect) {
                return Err(UserLexiconError::UnknownSymbol {
                    line,
                    column: written[..start + at].chars().count() + 1,
                    symbol,
                    nearest: phone_markup::nearest(symbol, self.dialect),
                    advice: phone_markup::advice(symbol, self.dialect),
                });
            }
        }
        if !text.chars().any(phone_markup::sounds) {
            return Err(bad("phones after the tab, or `=` and words", text));
        }
        Ok(Reading::Phones(text.split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    /// The entry that answers to a word as written, by the rules of case.
    fn exact(&self, word: &str) -> Option<&Reading> {
        if let Some((reading, _)) = self.entries.get(word) {
            return Some(reading);
        }
        let lower = word.to_lowercase();
        if let Some((reading, _)) = self.entries.get(&lower) {
            return Some(reading);
        }
        let capitals = word.chars().count() > 1 && !word.contains(char::is_lowercase);
        let titled = || {
            let mut letters = lower.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>())
        };
        capitals.then(titled).flatten().and_then(|word| self.entries.get(&word)).map(|(reading, _)| reading)
    }

    /// The entry of a word with or without a regular ending.
    fn find(&self, word: &str) -> Option<(&Reading, Ending)> {
        if let Some(reading) = self.exact(word) {
            return Some((reading, Ending::None));
        }
        if !word.is_ascii() {
            return None;
        }
        let endings: [(Stems, Ending); 3] = [
            (inflect::stems_of_s, Ending::S),
            (inflect::stems_of_ed, Ending::Ed),
            (inflect::stems_of_ing, Ending::Ing),
        ];
        endings.into_iter().find_map(|(stems, ending)| {
            stems(word).iter().find_map(|stem| self.exact(stem)).map(|reading| (reading, ending))
        })
    }
}

/// Whether a word can end before `end`: no letter goes on, nor an address.
fn ends(line: &Line<'_>, end: usize) -> bool {
    let next = line.at(end);
    let inside =
        matches!(next, '.' | '@' | '/' | '\\' | '_' | ':') && line.at(end + 1).is_ascii_alphanumeric();
    !(inside || next.is_ascii_alphanumeric() && line.before(end).is_ascii_alphanumeric())
}

/// The longest word of the user's at a position.
pub(crate) fn word(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    const LONGEST_ENDING: usize = 4;
    let before = line.before(i);
    let begins = !(before.is_ascii_alphanumeric() || matches!(before, '.' | '@' | '/' | '\\' | '_' | '\''));
    if line.user.is_empty() || !begins {
        return None;
    }
    let most = line.letters.len().min(i + line.user.longest + LONGEST_ENDING);
    let (end, reading, ending) = (i + 1..=most).rev().filter(|&end| ends(line, end)).find_map(|end| {
        let (reading, ending) = line.user.find(&line.text(i..end))?;
        Some((end, reading, ending))
    })?;
    let source = line.source(i..end);
    let dialect = line.user.dialect;
    match reading {
        Reading::Phones(phones) => {
            let phones = match ending {
                Ending::None => phones.clone(),
                Ending::S => inflect::with_s(phones, dialect),
                Ending::Ed => inflect::with_ed(phones, dialect),
                Ending::Ing => inflect::with_ing(phones, &line.text(i..end - 3), dialect),
            };
            pieces.sounded(&line.text(i..end), phones, &source);
        }
        Reading::Respelled(words) => {
            let ending = match ending {
                Ending::None => "",
                Ending::S => "'s",
                Ending::Ed => "ed",
                Ending::Ing => "ing",
            };
            pieces.words(&format!("{words}{ending}"), &source);
        }
    }
    pieces.close(line.at(end) == ' ');
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<UserLexicon, UserLexiconError> {
        UserLexicon::parse(text, Dialect::American)
    }

    #[test]
    fn entries_comments_and_blank_lines() {
        let lexicon = parse("\u{FEFF}# mine\r\n\r\nPsivox\tˈsIvɑks\r\nkubectl\t= cube control \r\n")
            .expect("well formed");
        assert_eq!(lexicon.len(), 2);
        assert_eq!(lexicon.exact("Psivox"), Some(&Reading::Phones("ˈsIvɑks".into())));
        assert_eq!(lexicon.exact("KUBECTL"), Some(&Reading::Respelled("cube control".into())));
        assert!(parse("# nothing\n").expect("well formed").is_empty());
    }

    #[test]
    fn case_is_kept_where_the_entry_has_a_capital() {
        let lexicon = parse("Polish\tpˈOlɪʃ\ngif\t=jif\nÉcole\tAkˈɔl").expect("well formed");
        assert!(lexicon.exact("polish").is_none());
        assert!(lexicon.exact("POLISH").is_some());
        assert!(lexicon.exact("Gif").is_some() && lexicon.exact("GIF").is_some());
        assert!(lexicon.exact("Ecole").is_some());
        assert_eq!(lexicon.find("GIFs").map(|f| f.1), Some(Ending::S));
    }

    #[test]
    fn faults_are_told_with_their_place() {
        let message = |text: &str| parse(text).expect_err(text).to_string();
        let text = message("# mine\nPsivox\tˈsIvɑks\nRust\tɹˈʌst\nGo\tˈgO");
        assert!(
            text.starts_with("line 4, column 5: 'g' is no phone symbol") && text.contains("nearest is \"ɡ\""),
            "{text}"
        );
        assert!(message("Psivox sIvɑks").starts_with("line 1: expected a word, a tab"));
        assert!(message("\tsIvɑks").contains("before the tab"));
        assert!(message("北京\tbˌAʤˈɪŋ").contains("Latin letters"));
        assert!(message("x\t").contains("phones after the tab"));
        assert!(message("x\tˈˌ").contains("phones after the tab"));
        assert!(message("x\t=x2").contains("a to z"));
        assert!(
            message("x\tks\ny\tw\nx\tks").contains("line 3") && message("x\tks\nx\tks").contains("in line 1")
        );
        assert!(message(&format!("{}\tks", "x".repeat(65))).contains("64"));
        assert!(message(&format!("x\t{}", "k".repeat(201))).contains("200"));
        assert!(message(&"#".repeat(MAX_USER_LEXICON_BYTES + 1)).contains("1048577 bytes"));
        let many: String = (0..=MAX_USER_LEXICON_ENTRIES).map(|i| format!("w{i}\tks\n")).collect();
        assert_eq!(parse(&many), Err(UserLexiconError::TooMany { line: MAX_USER_LEXICON_ENTRIES + 1 }));
        let bytes = UserLexicon::from_bytes(b"a\tks\nb\t\xFF", Dialect::American);
        assert_eq!(bytes, Err(UserLexiconError::NotUtf8 { line: 2 }));
    }
}
