//! The words of MIDI files: which texts belong together, and where a word ends.

use super::assemble::Words;
use super::smf::SmfText;

/// The texts of one track as words at ticks.
pub(super) fn words(texts: &[&SmfText]) -> Vec<(u64, Words)> {
    let sung = |text: &&&SmfText| !text.text.starts_with('@') && !text.text.starts_with('{');
    let texts: Vec<&&SmfText> = texts.iter().filter(sung).collect();
    // Where spaces divide words, what has none between is one word; elsewhere hyphens do.
    let spaced = texts.iter().any(|text| text.text.trim() != text.text.trim_matches(['\r', '\n']));
    let hyphened = texts.iter().any(|text| is_open(&text.text));
    let mut out: Vec<(u64, Words)> = Vec::new();
    let mut goes_on_before = false;
    for text in texts {
        let (starts, ends) = (starts_line(&text.text), text.text.ends_with(['\r', '\n']));
        let bare = text.text.trim_start_matches(['/', '\\']);
        let shown = bare.trim();
        if shown.is_empty() {
            goes_on_before = false;
            continue;
        }
        let words = match shown {
            "-" | "_" | "~" | "=" => Words::Hold,
            "+" => Words::Next,
            _ => {
                let hyphen = is_open(shown);
                let starts = starts || bare.starts_with(char::is_whitespace);
                let continues = goes_on_before && !starts;
                let spaceless = spaced && !hyphened && !bare.ends_with(char::is_whitespace);
                goes_on_before = !ends && (hyphen || spaceless);
                Words::Syllable { text: shown.to_owned(), continues, goes_on: goes_on_before }
            }
        };
        out.push((text.at, words));
    }
    close(&mut out);
    out
}

/// A hyphen at the end: the word goes on.
fn is_open(text: &str) -> bool {
    let text = text.trim_end();
    text.len() > 1 && text.ends_with(['-', '='])
}

fn starts_line(text: &str) -> bool {
    text.starts_with(['/', '\\', '\r', '\n'])
}

/// What nothing continues does not go on.
fn close(words: &mut [(u64, Words)]) {
    for i in 0..words.len() {
        let next = words[i + 1..].iter().find_map(|(_, next)| match next {
            Words::Syllable { continues, .. } => Some(*continues),
            _ => None,
        });
        if let Words::Syllable { goes_on, .. } = &mut words[i].1 {
            *goes_on &= next == Some(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> Vec<String> {
        let own: Vec<SmfText> = texts
            .iter()
            .enumerate()
            .map(|(i, text)| SmfText { track: 0, at: i as u64, is_lyric: true, text: (*text).to_owned() })
            .collect();
        let shown = |(_, words): (u64, Words)| match words {
            Words::Syllable { text, continues, goes_on } => {
                format!("{}{text}{}", if continues { "<" } else { "" }, if goes_on { ">" } else { "" })
            }
            other => format!("{other:?}"),
        };
        words(&own.iter().collect::<Vec<_>>()).into_iter().map(shown).collect()
    }

    #[test]
    fn words_end_at_spaces_hyphens_and_lines() {
        assert_eq!(read(&["Twin-", "kle ", "star", "-"]), ["Twin->", "<kle", "star", "Hold"]);
        assert_eq!(
            read(&["@TTitle", "\\Twin", "kle ", "lit", "tle", "/Up"]),
            ["Twin>", "<kle", "lit>", "<tle", "Up"]
        );
        assert_eq!(read(&["one", "two", "\r", "three"]), ["one", "two", "three"]);
    }
}
