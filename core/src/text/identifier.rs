//! What machines read: file names, paths, options, hashtags, handles, formulas.

use std::ops::Range;

use super::address::{chunk, finish};
use super::line::{Line, Pieces};
use super::number;

/// Endings of file names and how they are called, where it is not as a word.
const EXTENSIONS: [(&str, &str); 62] = [
    ("txt", "T X T"),
    ("md", "M D"),
    ("pdf", "P D F"),
    ("doc", "doc"),
    ("docx", "doc X"),
    ("xls", "X L S"),
    ("xlsx", "X L S X"),
    ("ppt", "P P T"),
    ("pptx", "P P T X"),
    ("odt", "O D T"),
    ("csv", "C S V"),
    ("tsv", "T S V"),
    ("json", "jason"),
    ("xml", "X M L"),
    ("yaml", "yaml"),
    ("yml", "Y M L"),
    ("toml", "toml"),
    ("ini", "I N I"),
    ("cfg", "C F G"),
    ("conf", "conf"),
    ("log", "log"),
    ("html", "H T M L"),
    ("htm", "H T M"),
    ("css", "C S S"),
    ("js", "J S"),
    ("jsx", "J S X"),
    ("ts", "T S"),
    ("tsx", "T S X"),
    ("php", "P H P"),
    ("py", "P Y"),
    ("ipynb", "I P Y N B"),
    ("rs", "R S"),
    ("rb", "R B"),
    ("java", "java"),
    ("cpp", "C P P"),
    ("hpp", "H P P"),
    ("swift", "swift"),
    ("sql", "S Q L"),
    ("sh", "S H"),
    ("exe", "E X E"),
    ("dll", "D L L"),
    ("apk", "A P K"),
    ("dmg", "D M G"),
    ("iso", "I S O"),
    ("zip", "zip"),
    ("tar", "tar"),
    ("gz", "G Z"),
    ("rar", "rar"),
    ("jpg", "J P G"),
    ("jpeg", "jpeg"),
    ("png", "P N G"),
    ("gif", "gif"),
    ("svg", "S V G"),
    ("webp", "web P"),
    ("psd", "P S D"),
    ("mp3", "M P three"),
    ("mp4", "M P four"),
    ("wav", "wave"),
    ("flac", "flac"),
    ("ogg", "og"),
    ("mov", "move"),
    ("db", "D B"),
];

fn extension(text: &str) -> Option<&'static str> {
    EXTENSIONS.iter().find(|(ext, _)| *ext == text).map(|&(_, spoken)| spoken)
}

/// The next run of one kind in an identifier: small letters with the capital before them, capitals, digits, a sign.
fn run(text: &str) -> usize {
    let bytes = text.as_bytes();
    let count = |test: fn(&u8) -> bool| bytes.iter().take_while(|b| test(b)).count();
    let capitals = count(u8::is_ascii_uppercase);
    let small = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_lowercase()).count();
    match bytes.first() {
        Some(b) if b.is_ascii_digit() => count(u8::is_ascii_digit),
        Some(b) if b.is_ascii_lowercase() => small(0),
        Some(_) if capitals == 1 => 1 + small(1),
        Some(_) if capitals > 1 && small(capitals) > 1 => capitals - 1,
        Some(_) if capitals > 1 => capitals,
        _ => text.chars().next().map_or(0, char::len_utf8),
    }
}

/// Speaks one part of an identifier: words at their capitals, digits as a year or a number.
fn part(text: &str, source: &Range<u32>, pieces: &mut Pieces) {
    let mut rest = text;
    while !rest.is_empty() {
        let (word, after) = rest.split_at(run(rest));
        rest = after;
        let first = word.as_bytes()[0];
        if first.is_ascii_digit() {
            let year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
            let words = match word.len() {
                4 if year => number::year(word),
                1..=2 => number::cardinal(word),
                _ => number::digits(word),
            };
            pieces.number(words, word, source);
        } else if first.is_ascii_alphabetic() {
            let vowels = word.bytes().any(|b| b"aeiouyAEIOUY".contains(&b));
            if word.len() == 1 || !vowels && word.len() <= 5 {
                letters(word, source, pieces);
            } else {
                pieces.words(word, source);
            }
        }
    }
}

/// Names of letters, as one word: written with full stops.
fn letters(word: &str, source: &Range<u32>, pieces: &mut Pieces) {
    if word.len() == 1 {
        return pieces.words(&word.to_uppercase(), source);
    }
    let dotted: String = word.to_uppercase().chars().flat_map(|c| [c, '.']).collect();
    pieces.words(&dotted, source);
}

/// Speaks a path or a file name; its last ending is called as such endings are.
fn speak_path(text: &str, source: &Range<u32>, pieces: &mut Pieces) {
    let ending = text.rsplit_once('.').and_then(|(name, ext)| Some((name, extension(ext)?)));
    let body = ending.map_or(text, |(name, _)| name);
    let mut from = 0;
    for (at, c) in body.char_indices().chain([(body.len(), ' ')]) {
        if c.is_ascii_alphanumeric() || c == '_' || c == '-' {
            continue;
        }
        part(&body[from..at], source, pieces);
        let name = match c {
            '.' => "dot",
            '/' => "slash",
            '\\' => "backslash",
            ':' => "colon",
            '~' => "tilde",
            _ => "",
        };
        pieces.words(name, source);
        from = (at + c.len_utf8()).min(body.len());
    }
    if let Some((_, spoken)) = ending {
        pieces.words(&format!("dot {spoken}"), source);
    }
}

fn is_name(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

/// Whether a text is a file's name with a known ending, or a path from a root.
fn is_path(text: &str) -> bool {
    let segments: Vec<&str> = text.split(['/', '\\']).collect();
    let inner =
        |all: &[&str]| all.iter().all(|s| is_name(s)) && all.iter().any(|s| s.len() > 1 && has_letter(s));
    match segments.as_slice() {
        [] => false,
        [name] => is_file(name),
        ["", more @ ..] | ["~" | "." | "..", more @ ..] => inner(more),
        [drive, more @ ..] if drive.len() == 2 && drive.ends_with(':') => {
            drive.as_bytes()[0].is_ascii_alphabetic() && inner(more)
        }
        all => all.iter().all(|s| is_name(s)) && all.last().is_some_and(|last| is_file(last)),
    }
}

fn has_letter(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_alphabetic())
}

fn is_file(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, ext)| {
        is_name(stem) && stem.bytes().any(|b| b.is_ascii_alphanumeric()) && extension(ext).is_some()
    })
}

/// `readme.txt`, `src/main.rs`, `/usr/local/bin`, `C:\Users\Bob`.
pub(crate) fn path(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let free = matches!(line.before(i), ' ' | '(' | '[' | '“' | '‘' | '\'' | '=');
    let begins = line.at(i).is_ascii_alphanumeric() || matches!(line.at(i), '/' | '~' | '.' | '_');
    if !free || !begins {
        return None;
    }
    // The address characters and the backslash.
    let mut end = chunk(line, i);
    while line.at(end) == '\\' && end > i {
        end = chunk(line, end + 1);
    }
    let text = line.text(i..end);
    let body = text.trim_end_matches('/');
    if !is_path(body) {
        return None;
    }
    speak_path(body, &line.source(i..end), pieces);
    Some(finish(line, pieces, end))
}

/// `-m`, `-rf`: an option of a command, letter by letter.
pub(crate) fn option(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if line.at(i) != '-' || line.before(i) != ' ' {
        return None;
    }
    let end = line.word(i + 1);
    let text = line.text(i + 1..end);
    let vowels = text.bytes().any(|b| b"aeiouyAEIOUY".contains(&b));
    let shape = text.len() == 1 || text.len() <= 3 && !vowels;
    if text.is_empty() || !shape || !matches!(line.at(end), ' ' | '\0' | ',' | '.') {
        return None;
    }
    let source = line.source(i..end);
    pieces.words("dash", &source);
    letters(&text, &source, pieces);
    Some(finish(line, pieces, end))
}

/// `#BlackLivesMatter`, `@big_dog`.
pub(crate) fn tag(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let name = match line.at(i) {
        '#' => "hashtag",
        '@' => "at",
        _ => return None,
    };
    if line.before(i).is_ascii_alphanumeric() {
        return None;
    }
    let end = line.run(i + 1, |c| c.is_ascii_alphanumeric() || c == '_');
    let text = line.text(i + 1..end);
    if !has_letter(&text) || text.len() > 80 {
        return None;
    }
    let colour = matches!(text.len(), 3 | 6 | 8)
        && text.bytes().all(|b| b.is_ascii_hexdigit())
        && text.bytes().any(|b| b.is_ascii_digit());
    let source = line.source(i..end);
    if colour && name == "hashtag" {
        pieces.words("hash", &source);
        text.bytes().for_each(|b| part(&char::from(b).to_string(), &source, pieces));
        return Some(finish(line, pieces, end));
    }
    if text.as_bytes()[0].is_ascii_digit() && name == "hashtag" {
        return None;
    }
    pieces.words(name, &source);
    text.split('_').for_each(|word| part(word, &source, pieces));
    Some(finish(line, pieces, end))
}

/// `CO2`, `PS5`: two capitals before a digit are letters, not a word in capitals.
pub(crate) fn formula(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    let before = line.before(i);
    if before.is_ascii_alphanumeric() || before == '.' {
        return None;
    }
    let end = line.run(i, |c| c.is_ascii_uppercase());
    if end != i + 2 || !line.at(end).is_ascii_digit() {
        return None;
    }
    letters(&line.text(i..end), &line.source(i..end), pieces);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_cut_where_they_change() {
        let runs = |text: &str| {
            let (mut rest, mut out) = (text, Vec::new());
            while !rest.is_empty() {
                let (one, after) = rest.split_at(run(rest));
                out.push(one.to_owned());
                rest = after;
            }
            out
        };
        assert_eq!(runs("BlackLivesMatter"), ["Black", "Lives", "Matter"]);
        assert_eq!(runs("XMLHttpRequest2"), ["XML", "Http", "Request", "2"]);
        assert_eq!(runs("TeamUSA2024"), ["Team", "USA", "2024"]);
        assert_eq!(runs("a_b"), ["a", "_", "b"]);
    }

    #[test]
    fn paths_are_told_from_words_with_signs() {
        for path in ["readme.txt", "src/main.rs", "/usr/local/bin", "C:\\Users\\Bob", "~/notes", "./run.sh"] {
            assert!(is_path(path), "{path}");
        }
        for other in ["and/or", "he/she", "3/4", "word.word", "/", "a/b", "km/h", "e.g", ".txt"] {
            assert!(!is_path(other), "{other}");
        }
    }
}
