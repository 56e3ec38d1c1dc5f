//! Sentence files: one `name<TAB>text` a line. Checked as a whole before anything is spoken.

use crate::error::CliError;
use std::collections::HashMap;
use std::path::Path;

/// Names become file names; this leaves room for the endings on every file system.
const MAX_NAME_BYTES: usize = 100;

/// One line to speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands, counted from 1.
    pub line: usize,
    /// Name of its files.
    pub name: String,
    /// What is spoken.
    pub text: String,
}

/// Reads a sentence file. Empty lines are skipped; of alternatives joined by `||` the first is taken.
///
/// # Errors
/// [`CliError::Input`] if it cannot be read or is empty, [`CliError::Line`] for the first damaged line.
pub fn read(path: &Path) -> Result<Vec<Sentence>, CliError> {
    let input = |reason: String| CliError::Input { path: path.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => input("it does not exist; check the path".to_owned()),
        std::io::ErrorKind::IsADirectory => input("it is a folder; name a file of sentences".to_owned()),
        _ => input(format!("{error}; check the file")),
    })?;
    let sentences =
        parse(&bytes).map_err(|(line, reason)| CliError::Line { path: path.to_owned(), line, reason })?;
    if sentences.is_empty() {
        return Err(input("it holds no sentences; write one a line: a name, a tab, the text".to_owned()));
    }
    Ok(sentences)
}

/// The sentences, or the number of the first damaged line and what is wrong with it.
fn parse(bytes: &[u8]) -> Result<Vec<Sentence>, (usize, String)> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut sentences = Vec::new();
    // File systems without case would put "A" and "a" into one file.
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        let Some(sentence) = parse_line(line, number).map_err(|reason| (number, reason))? else { continue };
        if let Some(first) = seen.insert(sentence.name.to_ascii_lowercase(), number) {
            let reason =
                format!("the name '{}' was used on line {first}; give every line its own", sentence.name);
            return Err((number, reason));
        }
        sentences.push(sentence);
    }
    Ok(sentences)
}

fn parse_line(line: &[u8], number: usize) -> Result<Option<Sentence>, String> {
    let line = std::str::from_utf8(line).map_err(|_| "it is not UTF-8; save the file as UTF-8".to_owned())?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.trim().is_empty() {
        return Ok(None);
    }
    let Some((name, text)) = line.split_once('\t') else {
        return Err("there is no tab; write a name, a tab, the text".to_owned());
    };
    check_name(name)?;
    if text.contains('\t') {
        return Err("there is a second tab; write a name, one tab, the text".to_owned());
    }
    let text = text.split("||").next().unwrap_or_default().trim();
    if text.is_empty() {
        return Err(format!("there is no text after '{name}'; write what to say"));
    }
    Ok(Some(Sentence { line: number, name: name.to_owned(), text: text.to_owned() }))
}

/// A name must stay inside the folder on every system.
fn check_name(name: &str) -> Result<(), String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if name.is_empty()
        || name.starts_with(['.', '-'])
        || name.len() > MAX_NAME_BYTES
        || !name.chars().all(plain)
    {
        let shown: String = name.chars().take(40).collect();
        return Err(format!(
            "'{shown}' cannot name a file; use 1 to {MAX_NAME_BYTES} letters, digits, '-', '_' or '.', a letter or digit first"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_sentences() {
        let found = parse("\u{feff}a1\tHello.\r\n\nb-2\tOne.||Two.\n".as_bytes()).expect("sound");
        let texts: Vec<_> = found.iter().map(|s| (s.line, s.name.as_str(), s.text.as_str())).collect();
        assert_eq!(texts, [(1, "a1", "Hello."), (3, "b-2", "One.")]);
    }

    #[test]
    fn damage_is_named_with_its_line() {
        for (file, line, word) in [
            (&b"a\tx\nno tab here\n"[..], 2, "no tab"),
            (b"../x\tHello\n", 1, "'../x'"),
            (b"a/b\tHello\n", 1, "'a/b'"),
            (b".hidden\tHello\n", 1, "'.hidden'"),
            (b"-o\tHello\n", 1, "'-o'"),
            (b"\tHello\n", 1, "''"),
            (b"a\tHello\nA\tAgain\n", 2, "line 1"),
            (b"a\tHello\tthere\n", 1, "second tab"),
            (b"a\t \n", 1, "no text"),
            (b"a\t||b\n", 1, "no text"),
            (b"a\t\xff\xfe\n", 1, "UTF-8"),
        ] {
            let (found, reason) = parse(file).expect_err("damaged");
            assert_eq!(found, line, "{reason}");
            assert!(reason.contains(word), "{reason}");
        }
        assert!(parse(format!("{}\tx", "n".repeat(101)).as_bytes()).is_err());
    }
}
