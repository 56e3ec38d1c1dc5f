//! Marks of emphasis, as typed in chats and plain text: `*this*`, `_this_`, `**this**`.
//!
//! A mark opens where a word begins and closes where one ends, so that `2*3*4`, `snake_case` and a lone `*` keep
//! their stars and underscores.

use std::ops::Range;

use super::scan::Letter;

/// Longest stretch that one pair of marks may hold, in letters: a mark that is never closed must not reach far.
const LONGEST: usize = 80;

fn at(letters: &[Letter], i: usize) -> char {
    letters.get(i).map_or(' ', |l| l.c)
}

fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_')
}

/// Length of the run of one mark at `i`, counted no further than needed to see that it is too long.
fn run(letters: &[Letter], i: usize) -> usize {
    let c = at(letters, i);
    letters.get(i..).unwrap_or(&[]).iter().take(LONGEST).take_while(|l| l.c == c).count()
}

/// The marks at `i`, if they open something: how many there are.
fn opens(letters: &[Letter], i: usize) -> Option<usize> {
    if !is_mark(at(letters, i)) {
        return None;
    }
    let count = run(letters, i);
    let before = if i == 0 { ' ' } else { at(letters, i - 1) };
    let free = before.is_whitespace() || "(['\"“‘—–-".contains(before);
    let begins = at(letters, i + count);
    let word = begins.is_alphanumeric() || "'\"“‘(".contains(begins);
    (is_mark(at(letters, i)) && free && word && count <= 3).then_some(count)
}

/// Where the marks that close the `count` at `open` begin.
fn closing(letters: &[Letter], open: usize, count: usize) -> Option<usize> {
    let (c, from) = (letters[open].c, open + count);
    let mut i = from;
    while i < letters.len().min(from + LONGEST) && letters[i].c != '\n' {
        if letters[i].c != c {
            i += 1;
            continue;
        }
        let length = run(letters, i);
        let after = at(letters, i + length);
        let ends = !at(letters, i - 1).is_whitespace() && !after.is_alphanumeric() && !is_mark(after);
        if length == count && ends {
            return Some(i);
        }
        i += length;
    }
    None
}

/// Removes the marks and returns the source bytes of what they held.
pub(crate) fn take_marks(letters: &mut Vec<Letter>) -> Vec<Range<u32>> {
    let mut held = Vec::new();
    let mut marks = Vec::new();
    let mut i = 0;
    while i < letters.len() {
        let pair = opens(letters, i).and_then(|count| Some((count, closing(letters, i, count)?)));
        let Some((count, close)) = pair else {
            i += 1;
            continue;
        };
        held.push(letters[i + count].start..letters[close - 1].end);
        marks.extend((i..i + count).chain(close..close + count));
        i = close + count;
    }
    let mut index = 0;
    let mut next = marks.iter().peekable();
    letters.retain(|_| {
        let is_mark = next.next_if(|mark| **mark == index).is_some();
        index += 1;
        !is_mark
    });
    held
}

#[cfg(test)]
mod tests {
    use crate::text::scan::scan;

    fn taken(text: &str) -> (String, Vec<&str>) {
        let scanned = scan(text);
        let letters = scanned.letters.iter().map(|l| l.c).collect();
        (letters, scanned.emphasis.iter().map(|r| &text[r.start as usize..r.end as usize]).collect())
    }

    #[test]
    fn marks_of_emphasis_are_taken_out() {
        assert_eq!(taken("I said *this* one."), ("I said this one.".into(), vec!["this"]));
        assert_eq!(taken("Not _that one_, **him**!"), ("Not that one, him!".into(), vec!["that one", "him"]));
        assert_eq!(taken("(*Go*)"), ("(Go)".into(), vec!["Go"]));
    }

    #[test]
    fn other_stars_and_underscores_stay() {
        let kept = ["2*3*4", "2 * 3 * 4", "snake_case_name", "* item", "f(*args)", "a*", "*open", "*a\n\nb*"];
        for text in kept {
            assert_eq!(taken(text), (text.to_owned(), vec![]), "{text}");
        }
    }
}
