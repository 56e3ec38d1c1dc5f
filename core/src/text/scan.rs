//! Reads raw text into the characters that the rules work on, each with its place in the source.
//!
//! Accents are folded, quotes and dashes unified, invisible characters dropped, the commonest emoji
//! named; what the voice cannot read is left out with a [`Notice`].

use std::ops::Range;

use super::emoji;
use super::emphasis;
use super::fold;
use super::markup::{self, Cut, Instead, Joint, Markup};
use super::phone_markup;
use super::utterance::Notice;

/// One character of cleaned text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letter {
    /// The character: printable ASCII, a newline, or one of `“ ” ‘ – — …` and a few symbols.
    pub(crate) c: char,
    /// Bytes of the source that it stands for.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Cleaned text.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) letters: Vec<Letter>,
    pub(crate) notices: Vec<Notice>,
    /// Source bytes of what stands between marks of emphasis; the marks themselves are no letters.
    pub(crate) emphasis: Vec<Range<u32>>,
    /// Source bytes of phones written into the text, `{ˈsIvɑks}`; a placeholder stands for each.
    pub(crate) inline: Vec<Range<u32>>,
}

/// What is to be done with a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Keep(char),
    Replace(&'static str),
    Drop,
    Emoji,
    Foreign,
}

/// Symbols that the later rules know.
const SYMBOLS: &str = "£€¥₹₩₽₿₺₴₦₫₱₪฿¢°§¶±×÷½¼¾⅓⅔⅛⅜⅝⅞²³µΩ≈≤≥≠→←¿¡";

fn invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}' | '\u{300}'..='\u{36F}' | '\u{FFF9}'..='\u{FFFC}'
            | '\u{E0000}'..='\u{E007F}' | '\u{20E3}')
}

fn classify(c: char) -> Class {
    match c {
        '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{B}' | '\u{C}' => Class::Keep('\n'),
        c if c.is_whitespace() => Class::Keep(' '),
        '`' => Class::Keep('\''),
        ' '..='~' => Class::Keep(c),
        '’' | 'ʼ' | '′' | '´' | '‛' => Class::Keep('\''),
        '‘' | '‚' => Class::Keep('‘'),
        '“' | '„' | '«' | '‟' => Class::Keep('“'),
        '”' | '»' | '″' => Class::Keep('”'),
        '‐' | '‑' | '‒' | '−' | '﹣' => Class::Keep('-'),
        '–' => Class::Keep('–'),
        '—' | '―' | '⸺' => Class::Keep('—'),
        '…' => Class::Keep('…'),
        '•' | '·' | '‣' | '◦' | '™' | '®' | '†' | '‡' => Class::Drop,
        '©' => Class::Replace(" copyright "),
        '№' => Class::Replace("No. "),
        '\u{2126}' => Class::Keep('Ω'),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).map_or(Class::Drop, Class::Keep),
        '。' => Class::Keep('.'),
        '、' => Class::Keep(','),
        c if SYMBOLS.contains(c) => Class::Keep(c),
        c if invisible(c) => Class::Drop,
        c => match fold::to_ascii(c).or_else(|| fold::greek_name(c)) {
            Some(text) => Class::Replace(text),
            None if emoji::is_emoji(c) => Class::Emoji,
            None => Class::Foreign,
        },
    }
}

/// Collects runs of unreadable characters into notices.
#[derive(Default)]
struct Skipped {
    range: Range<usize>,
    sample: String,
    count: usize,
    what: &'static str,
}

impl Skipped {
    fn add(&mut self, at: Range<usize>, c: char, what: &'static str, notices: &mut Vec<Notice>) {
        let joined = self.count > 0 && self.what == what && at.start <= self.range.end + 1;
        if !joined {
            self.flush(notices);
            self.range = at.clone();
            self.what = what;
        }
        self.range.end = at.end;
        self.count += 1;
        if self.count <= 12 {
            self.sample.push(c);
        } else if self.count == 13 {
            self.sample.push('…');
        }
    }

    fn flush(&mut self, notices: &mut Vec<Notice>) {
        if self.count > 0 {
            let plural = if self.count == 1 { "" } else { "s" };
            notices.push(Notice {
                source: self.range.clone(),
                message: format!("skipped {} character{plural} {}: {}", self.count, self.what, self.sample),
            });
        }
        *self = Self::default();
    }
}

fn what_is_foreign(c: char) -> &'static str {
    if c.is_alphabetic() { "in a script this voice cannot read" } else { "that have no reading in English" }
}

/// Whether the cleaned text ends with this name of a picture.
fn repeats(letters: &[Letter], name: &str) -> bool {
    let mut back = letters.iter().rev().skip_while(|l| l.c == ' ').peekable();
    let source = back.peek().map(|l| (l.start, l.end));
    let mut same = name.chars().rev();
    !name.is_empty()
        && source.is_some_and(|(start, end)| end > start + 1)
        && same.all(|c| back.next().is_some_and(|l| l.c == c && Some((l.start, l.end)) == source))
}

/// Reads in place of a cut what is to be read there; how what comes after it is to be joined.
fn replace(cut: &Cut, out: &mut Scanned, skipped: &mut Skipped) -> Joint {
    match &cut.instead {
        Instead::Nothing(joint) => return *joint,
        Instead::Placeholder(c, source) => {
            out.letters.push(Letter { c: *c, start: source.start, end: source.end });
        }
        Instead::Text(text, source) => {
            for c in text.chars() {
                let mut put = |c: char| out.letters.push(Letter { c, start: source.start, end: source.end });
                match classify(c) {
                    Class::Keep('\n') => put(' '),
                    Class::Keep(kept) => put(kept),
                    Class::Replace(text) => text.chars().for_each(put),
                    Class::Drop => {}
                    Class::Emoji | Class::Foreign => {
                        put(' ');
                        let at = source.start as usize..source.end as usize;
                        skipped.add(at, c, what_is_foreign(c), &mut out.notices);
                    }
                }
            }
        }
        Instead::Sentence => {
            markup::end_sentence(&mut out.letters, &cut.source, false);
            return Joint::Break;
        }
        Instead::Paragraph => {
            markup::end_sentence(&mut out.letters, &cut.source, true);
            return Joint::Break;
        }
    }
    Joint::None
}

/// Cleans a text without markup.
pub(crate) fn scan(text: &str) -> Scanned {
    scan_marked(text, &Markup::default())
}

/// Cleans a text, its markup taken out.
pub(crate) fn scan_marked(text: &str, markup: &Markup) -> Scanned {
    let mut out = Scanned { letters: Vec::with_capacity(text.len()), ..Scanned::default() };
    let mut skipped = Skipped::default();
    let mut rest = text.char_indices().peekable();
    let mut cuts = markup.cuts.iter().peekable();
    let mut joint = Joint::None;
    while let Some((start, c)) = rest.next() {
        while cuts.next_if(|cut| (cut.source.start as usize) < start).is_some() {}
        if let Some(cut) = cuts.next_if(|cut| cut.source.start as usize == start) {
            joint = joint.max(replace(cut, &mut out, &mut skipped));
            while rest.next_if(|&(at, _)| at < cut.source.end as usize).is_some() {}
            continue;
        }
        let c = if c == '\n' && markup.folds_lines { ' ' } else { c };
        let doubled =
            markup.folds_lines && c.is_whitespace() && out.letters.last().is_none_or(|l| l.c == ' ');
        if doubled || joint != Joint::None && markup::join(&mut out.letters, &mut joint, c, start as u32) {
            continue;
        }
        if let Some(length) = phone_markup::length(&text[start..]) {
            let source = start as u32..(start + length) as u32;
            out.letters.push(Letter { c: phone_markup::PLACEHOLDER, start: source.start, end: source.end });
            while rest.next_if(|&(at, _)| at < start + length).is_some() {}
            out.inline.push(source);
            continue;
        }
        let end = start + c.len_utf8();
        let mut put = |c: char| out.letters.push(Letter { c, start: start as u32, end: end as u32 });
        match classify(c) {
            Class::Drop => {}
            Class::Keep('\n') if c == '\u{B}' || c == '\u{C}' => put(' '),
            Class::Keep(kept) => put(kept),
            Class::Replace(text) => text.chars().for_each(put),
            Class::Emoji => {
                let emoji = emoji::read(&text[start..]);
                let end = start + emoji.length.max(c.len_utf8());
                while rest.next_if(|&(at, _)| at < end).is_some() {}
                let place = |c| Letter { c, start: start as u32, end: end as u32 };
                let name = emoji.names.join(" ");
                out.letters.push(place(' '));
                match repeats(&out.letters, &name) {
                    // The same picture again and again says no more than once.
                    true => {}
                    false if name.is_empty() => {
                        skipped.add(start..end, c, "that have no spoken name here", &mut out.notices);
                    }
                    false => {
                        out.letters.extend(name.chars().map(place));
                        out.letters.push(place(' '));
                    }
                }
            }
            Class::Foreign => {
                put(' ');
                skipped.add(start..end, c, what_is_foreign(c), &mut out.notices);
            }
        }
    }
    skipped.flush(&mut out.notices);
    out.letters = unify(out.letters);
    out.emphasis = emphasis::take_marks(&mut out.letters);
    out
}

/// Straight double quotes get a direction, runs of hyphens become a dash, and a line that goes on in small
/// letters is joined to the one before it (text with hard line breaks).
fn unify(letters: Vec<Letter>) -> Vec<Letter> {
    let mut out: Vec<Letter> = Vec::with_capacity(letters.len());
    let mut i = 0;
    while i < letters.len() {
        let mut letter = letters[i];
        let before = out.last().map_or(' ', |l| l.c);
        let next = letters.get(i + 1).map_or(' ', |l| l.c);
        if letter.c == markup::SENTENCE_BREAK {
            letter.c = '\n';
        } else if letter.c == '"' {
            let inches = before.is_ascii_digit() && is_inches(&out);
            let opens = (before.is_whitespace() || "([—–-‘'".contains(before)) && !next.is_whitespace();
            letter.c = if inches {
                '"'
            } else if opens {
                '“'
            } else {
                '”'
            };
        } else if letter.c == '\n' && next.is_lowercase() && !".!?…:;\n".contains(before) {
            letter.c = ' ';
        } else if letter.c == '-' && next == '-' {
            letter.c = '—';
            while letters.get(i + 1).is_some_and(|l| l.c == '-') {
                i += 1;
                letter.end = letters[i].end;
            }
        }
        out.push(letter);
        i += 1;
    }
    out
}

/// Whether the digits just read follow feet, as in 5'11".
fn is_inches(before: &[Letter]) -> bool {
    let mut back = before.iter().rev().map(|l| l.c).skip_while(char::is_ascii_digit);
    back.next() == Some('\'') && back.next().is_some_and(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        scan(text).letters.iter().map(|l| l.c).collect()
    }

    #[test]
    fn accents_fold_and_invisibles_go() {
        assert_eq!(cleaned("Zürich naïve cafe\u{301} soft\u{AD}ware\u{200B}"), "Zurich naive cafe software");
        assert_eq!(cleaned("a\u{0}b\tc"), "ab c");
    }

    #[test]
    fn quotes_get_a_direction_and_dashes_join() {
        assert_eq!(cleaned("\"Go,\" (\"now\") 5'11\""), "“Go,” (“now”) 5'11\"");
        assert_eq!(cleaned("a -- b---c"), "a — b—c");
    }

    #[test]
    fn hard_line_breaks_join_and_others_stay() {
        assert_eq!(cleaned("one line\nthat goes on.\nAnother"), "one line that goes on.\nAnother");
        assert_eq!(cleaned("A list:\nfirst\n\nsecond"), "A list:\nfirst\n\nsecond");
    }

    #[test]
    fn foreign_runs_are_noticed_once() {
        let scanned = scan("Say こんに now");
        assert_eq!(scanned.notices.len(), 1);
        assert_eq!(
            scanned.notices[0].message,
            "skipped 3 characters in a script this voice cannot read: こんに"
        );
        assert_eq!(&"Say こんに now"[scanned.notices[0].source.clone()], "こんに");
    }

    #[test]
    fn places_stay_within_the_source_and_in_order() {
        let text = "é—“x” 👍🏽 ½ fi";
        let scanned = scan(text);
        assert!(scanned.letters.len() > 10);
        for pair in scanned.letters.windows(2) {
            assert!(pair[0].start <= pair[1].start);
        }
        assert!(scanned.letters.iter().all(|l| text.get(l.start as usize..l.end as usize).is_some()));
    }
}
