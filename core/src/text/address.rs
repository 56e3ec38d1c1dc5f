//! Web and e-mail addresses.

use super::line::{Line, Pieces};
use super::number;

const DOMAINS: [&str; 24] = [
    "com", "org", "net", "edu", "gov", "io", "co", "uk", "de", "fr", "info", "biz", "us", "ca", "au", "tv",
    "me", "ly", "ai", "dev", "app", "eu", "jp", "ch",
];

fn is_address_char(c: char) -> bool {
    c.is_ascii_graphic()
        && !matches!(c, '<' | '>' | '"' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '\\' | '^')
}

/// Letters of an address; what is longer is read as text.
const LONGEST: usize = 200;

/// The run of address characters from `i`, without the punctuation of the sentence.
pub(crate) fn chunk(line: &Line<'_>, i: usize) -> usize {
    let near = &line.letters[i..line.letters.len().min(i + LONGEST)];
    let mut end = i + near.iter().take_while(|l| is_address_char(l.c)).count();
    while end > i && matches!(line.at(end - 1), '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_') {
        end -= 1;
    }
    end
}

fn free(line: &Line<'_>, i: usize) -> bool {
    matches!(line.before(i), ' ' | '(' | '[' | '“' | '‘' | '\'' | '<' | ':')
        && line.at(i).is_ascii_alphanumeric()
}

/// Speaks the parts of an address: words as words, marks by name, short consonant runs letter by letter.
pub(crate) fn spell(text: &str, source: &std::ops::Range<u32>, pieces: &mut Pieces) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let alphabetic = first.is_ascii_alphabetic();
        let digit = first.is_ascii_digit();
        let end = rest
            .find(|c: char| {
                if alphabetic {
                    !c.is_ascii_alphabetic()
                } else if digit {
                    !c.is_ascii_digit()
                } else {
                    true
                }
            })
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(end.max(first.len_utf8()));
        rest = after;
        if alphabetic {
            let vowels = run.chars().any(|c| "aeiouyAEIOUY".contains(c));
            let spelled = run.len() == 1
                || !vowels && run.len() <= 5
                || matches!(run, "edu" | "uk" | "us" | "io" | "ai" | "tv" | "au" | "eu");
            if spelled {
                let letters =
                    run.to_uppercase().chars().fold(String::new(), |all, c| all + &c.to_string() + " ");
                pieces.words(letters.trim_end(), source);
            } else {
                pieces.words(run, source);
            }
        } else if digit {
            pieces.number(
                if run.len() > 4 { number::digits(run) } else { number::cardinal(run) },
                run,
                source,
            );
        } else {
            let name = match first {
                '.' => "dot",
                '@' => "at",
                '/' => "slash",
                '-' => "dash",
                '_' => "underscore",
                ':' => "colon",
                '#' => "hash",
                '?' => "question mark",
                '=' => "equals",
                '&' => "and",
                '%' => "percent",
                '+' => "plus",
                '~' => "tilde",
                '\\' => "backslash",
                _ => "",
            };
            pieces.words(name, source);
        }
    }
}

pub(crate) fn finish(line: &Line<'_>, pieces: &mut Pieces, end: usize) -> usize {
    if line.at(end) != ' '
        && let Some(last) = pieces.list.last_mut()
    {
        last.space_after = false;
    }
    end
}

/// `https://example.com/help`, `www.example.org`, `example.com`.
pub(crate) fn web(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if !free(line, i) {
        return None;
    }
    let end = chunk(line, i);
    let text = line.text(i..end);
    let lower = text.to_ascii_lowercase();
    let scheme = ["https://", "http://", "ftp://"].into_iter().find(|s| lower.starts_with(s));
    let body = &text[scheme.map_or(0, str::len)..];
    let host = body.split('/').next().unwrap_or(body).to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let named = labels.len() > 1
        && labels.iter().all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        && labels.last().is_some_and(|l| DOMAINS.contains(l))
        && labels.iter().any(|l| l.len() > 2);
    if body.is_empty() || !(scheme.is_some() || (lower.starts_with("www.") && labels.len() > 2) || named) {
        return None;
    }
    spell(body.trim_end_matches('/'), &line.source(i..end), pieces);
    Some(finish(line, pieces, end))
}

/// `joe.smith@example.com`.
pub(crate) fn mail(line: &Line<'_>, i: usize, pieces: &mut Pieces) -> Option<usize> {
    if !free(line, i) {
        return None;
    }
    let end = chunk(line, i);
    let text = line.text(i..end);
    let (name, host) = text.split_once('@')?;
    let host_ok = host.contains('.') && host.split('.').all(|l| !l.is_empty()) && !host.contains('@');
    let name_ok = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b".+-_".contains(&b));
    if !host_ok || !name_ok || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-') {
        return None;
    }
    spell(&text, &line.source(i..end), pieces);
    Some(finish(line, pieces, end))
}
