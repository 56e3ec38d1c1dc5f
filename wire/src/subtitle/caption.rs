//! From timed words to captions that can be read: short lines, whole phrases, long enough on the screen.
//!
//! The numbers are those of the usual style guides (BBC Subtitle Guidelines; Netflix Timed Text Style Guide: 42 characters,
//! two lines, 7 s at most).

/// Most characters of a line.
pub(super) const LINE_CHARS: usize = 42;
/// Longest caption in ms, shortest where the next one leaves room, and the pause that ends one.
const MOST_MS: u64 = 7_000;
const LEAST_MS: u64 = 700;
const PAUSE_MS: u64 = 500;
/// Latest time that a subtitle file can hold with two digits of hours.
pub(super) const LAST_MS: u64 = 359_999_999;
/// Words that end in a point which ends no sentence.
const TITLES: [&str; 8] = ["Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Prof.", "e.g.", "i.e."];

/// A word and when it is heard, in seconds of the sound.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedWord {
    /// When it begins, s.
    pub start_s: f64,
    /// When it ends, s.
    pub end_s: f64,
    /// As written, with its punctuation.
    pub text: String,
}

/// What stands on the screen at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Caption {
    /// When it appears, s, in whole milliseconds.
    pub start_s: f64,
    /// When it goes, s, in whole milliseconds.
    pub end_s: f64,
    /// One line, or two with a line feed between them.
    pub text: String,
    /// Its words: start and end in s, and the word.
    pub words: Vec<(f64, f64, String)>,
}

/// A word in whole milliseconds, of 1 to [`LINE_CHARS`] characters.
#[derive(Debug, Clone)]
struct Word {
    start_ms: u64,
    end_ms: u64,
    text: String,
}

/// Milliseconds of a time in s; what is no time is 0.
pub(super) fn milliseconds(time_s: f64) -> u64 {
    if time_s.is_finite() { ((time_s.max(0.0) * 1e3).round() as u64).min(LAST_MS) } else { 0 }
}

/// The captions of words in their order. They neither overlap nor go back: a word that begins before its forerunner has
/// ended begins when that has.
pub fn captions(words: &[TimedWord]) -> Vec<Caption> {
    let words = in_order(words);
    let mut groups: Vec<&[Word]> = Vec::new();
    let mut rest = words.as_slice();
    while !rest.is_empty() {
        let (group, after) = rest.split_at(first_group(rest));
        groups.push(group);
        rest = after;
    }
    let next_start = |index: usize| groups.get(index + 1).map_or(u64::MAX, |next| next[0].start_ms);
    groups.iter().enumerate().map(|(index, group)| caption(group, next_start(index))).collect()
}

/// Words without white space, each at least a millisecond long and not before the last; too long ones in pieces.
fn in_order(words: &[TimedWord]) -> Vec<Word> {
    let mut ordered: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        let text = word.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let letters: Vec<char> = text.chars().filter(|letter| !letter.is_control()).collect();
        let count = letters.len().div_ceil(LINE_CHARS) as u64;
        let before = ordered.last().map_or(0, |last| last.end_ms);
        let start_ms = milliseconds(word.start_s).max(before);
        let end_ms = milliseconds(word.end_s).max(start_ms + count);
        for (index, piece) in (0u64..).zip(letters.chunks(LINE_CHARS)) {
            let at = |index: u64| start_ms + (end_ms - start_ms) * index / count;
            ordered.push(Word { start_ms: at(index), end_ms: at(index + 1), text: piece.iter().collect() });
        }
    }
    ordered
}

/// How many words the first caption takes; at least one.
fn first_group(words: &[Word]) -> usize {
    for count in 1..words.len() {
        let (last, next) = (&words[count - 1], &words[count]);
        if next.start_ms - last.end_ms > PAUSE_MS || ends_sentence(last, next) {
            return count;
        }
        let too_long = next.end_ms - words[0].start_ms > MOST_MS;
        if too_long || line_break(&words[..=count]).is_none() {
            return at_comma(&words[..count]);
        }
    }
    words.len()
}

fn ends_sentence(word: &Word, next: &Word) -> bool {
    let bare = word.text.trim_end_matches(['"', '\'', ')', ']', '”', '’']);
    let lower = next.text.chars().find(|letter| letter.is_alphabetic()).is_some_and(char::is_lowercase);
    bare.ends_with(['.', '!', '?', '…']) && !lower && !TITLES.contains(&word.text.as_str())
}

/// A caption that is full ends at the last comma of its second half, or where it is full.
fn at_comma(words: &[Word]) -> usize {
    let total = length(words);
    let comma = |count: &usize| words[count - 1].text.ends_with([',', ';', ':', '–', '—']);
    let candidates = (1..=words.len()).rev().take_while(|count| 2 * length(&words[..*count]) >= total);
    candidates.into_iter().find(comma).unwrap_or(words.len())
}

/// Characters of the words with a space between each two.
fn length(words: &[Word]) -> usize {
    words.iter().map(|word| word.text.chars().count() + 1).sum::<usize>().saturating_sub(1)
}

/// How many words stand in the first line: all if they fit, else what makes both lines equal; `None` if two lines are not
/// enough.
fn line_break(words: &[Word]) -> Option<usize> {
    if length(words) <= LINE_CHARS {
        return Some(words.len());
    }
    let longer = |count: &usize| length(&words[..*count]).max(length(&words[*count..]));
    (1..words.len()).min_by_key(longer).filter(|count| longer(count) <= LINE_CHARS)
}

fn caption(words: &[Word], next_start_ms: u64) -> Caption {
    let seconds = |ms: u64| ms as f64 / 1e3;
    let start_ms = words.first().map_or(0, |word| word.start_ms);
    let spoken_ms = words.last().map_or(0, |word| word.end_ms);
    let end_ms = spoken_ms.max(start_ms + LEAST_MS).min(start_ms + MOST_MS).min(next_start_ms);
    let first_line = line_break(words).unwrap_or(words.len());
    let join = |words: &[Word]| words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let (first, second) = words.split_at(first_line);
    let text = if second.is_empty() { join(first) } else { format!("{}\n{}", join(first), join(second)) };
    let timed = |word: &Word| (seconds(word.start_ms), seconds(word.end_ms.min(end_ms)), word.text.clone());
    Caption {
        start_s: seconds(start_ms),
        end_s: seconds(end_ms),
        text,
        words: words.iter().map(timed).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of 0.3 s each, one after the other; `|` is a pause of 0.6 s.
    fn spoken(text: &str) -> Vec<TimedWord> {
        let mut time_s = 0.0;
        let mut words = Vec::new();
        for word in text.split_whitespace() {
            if word == "|" {
                time_s += 0.6;
                continue;
            }
            words.push(TimedWord { start_s: time_s, end_s: time_s + 0.3, text: word.to_owned() });
            time_s += 0.3;
        }
        words
    }

    fn texts(text: &str) -> Vec<String> {
        captions(&spoken(text)).into_iter().map(|caption| caption.text).collect()
    }

    #[test]
    fn sentences_and_pauses_end_a_caption() {
        assert_eq!(texts("Good day. How are you? Well"), ["Good day.", "How are you?", "Well"]);
        assert_eq!(texts("one two | three"), ["one two", "three"]);
        assert_eq!(texts("Dr. Who is here"), ["Dr. Who is here"]);
        assert_eq!(texts("wait... what"), ["wait... what"], "a small letter goes on");
        assert!(captions(&[]).is_empty());
    }

    #[test]
    fn long_phrases_have_two_even_lines_and_end_at_a_comma() {
        assert_eq!(
            texts("the quick brown fox jumps over the lazy dog again"),
            ["the quick brown fox jumps\nover the lazy dog again"]
        );
        let found = texts(
            "when the wind blows over the wide grey water, nobody stays outside, but those who have to go home",
        );
        assert_eq!(
            found,
            [
                "when the wind blows over the wide\ngrey water, nobody stays outside,",
                "but those who have to go home"
            ]
        );
    }

    #[test]
    fn short_ones_stay_as_long_as_the_next_allows() {
        let word = |start_s, end_s, text: &str| TimedWord { start_s, end_s, text: text.to_owned() };
        let found = captions(&[word(1.0, 1.1, "No."), word(1.4, 1.5, "Yes."), word(5.0, 5.1, "Hm.")]);
        let times: Vec<_> = found.iter().map(|caption| (caption.start_s, caption.end_s)).collect();
        assert_eq!(times, [(1.0, 1.4), (1.4, 2.1), (5.0, 5.7)]);
        let held = captions(&[word(0.0, 30.0, "Aaaah")]);
        assert_eq!((held[0].end_s, held[0].words[0].1), (7.0, 7.0));
    }

    #[test]
    fn whatever_comes_in_the_rules_hold() {
        let odd = [f64::NAN, f64::INFINITY, -3.0, 0.0, 0.0004, 2.0, 1.0, 1e300, 5.5, 5.5];
        let long = "x".repeat(300);
        let texts = ["a", "", "b.\r\nc", &long, "\u{7}", "Oh!", "<i>", "-->", "ß", "日本語。"];
        let mut state = 7u64;
        let mut pick = |count: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % count
        };
        for _ in 0..500 {
            let words: Vec<TimedWord> = (0..pick(40))
                .map(|_| TimedWord {
                    start_s: odd[pick(10)],
                    end_s: odd[pick(10)],
                    text: texts[pick(10)].to_owned(),
                })
                .collect();
            let mut last_end = 0.0;
            for caption in captions(&words) {
                assert!(caption.start_s >= last_end && caption.end_s >= caption.start_s);
                assert!(caption.end_s - caption.start_s <= 7.0 + 1e-6);
                let lines: Vec<&str> = caption.text.split('\n').collect();
                assert!(lines.len() <= 2 && lines.iter().all(|line| line.chars().count() <= LINE_CHARS));
                assert!(!caption.words.is_empty());
                last_end = caption.end_s;
            }
        }
    }
}
