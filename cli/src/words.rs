//! The words of a performance with the times at which they were really spoken, punctuated as in the text.

use crate::render::Performance;
use psivox_wire::subtitle::TimedWord;

/// How far ahead in the text a word is looked for, in characters: over markup and numbers, which are spoken otherwise than
/// written, but not so far that a word that is not there takes the place of a later one.
const REACH: usize = 160;

/// What may stand right before and right behind a word.
const BEFORE: &str = "\"“‘(¿¡";
const BEHIND: &str = ".,!?;:…—–\"”’')";

/// Every word that was spoken, in order; times in s of the sound.
pub fn timed_words(spoken: &Performance, text: &str, rate_hz: f64) -> Vec<TimedWord> {
    let (mut words, mut last): (Vec<TimedWord>, _) = (Vec::new(), None);
    for (index, mark) in spoken.marks.iter().enumerate() {
        let Some(score) = spoken.lines.get(mark.line) else { continue };
        let Some(phone) = score.phones.get(mark.phone as usize) else { continue };
        let Some((number, word)) = phone.word.and_then(|word| Some((word, score.words.get(word as usize)?)))
        else {
            continue;
        };
        let end = spoken.marks.get(index + 1).map_or(spoken.finished_samples, |next| next.time_samples);
        let (start_s, end_s) = (mark.time_samples as f64 / rate_hz, end as f64 / rate_hz);
        match words.last_mut().filter(|_| last == Some((mark.line, number))) {
            Some(word) => word.end_s = end_s,
            None => words.push(TimedWord { start_s, end_s, text: word.clone() }),
        }
        last = Some((mark.line, number));
    }
    punctuate(&mut words, text);
    words
}

/// Gives the words the marks that stand beside them in the text. A word that is not found there stays bare.
fn punctuate(words: &mut [TimedWord], text: &str) {
    let letters: Vec<char> = text.chars().collect();
    let folded: Vec<char> = letters.iter().copied().map(fold).collect();
    let mut at = 0;
    for word in words {
        let wanted: Vec<char> = word.text.chars().map(fold).collect();
        let Some(start) = find(&folded, at, &wanted) else { continue };
        let end = start + wanted.len();
        let count = |letters: &mut dyn Iterator<Item = &char>, set: &str| {
            letters.take_while(|letter| set.contains(**letter)).count()
        };
        let before = count(&mut letters[at..start].iter().rev(), BEFORE);
        let behind = count(&mut letters[end..].iter(), BEHIND);
        let collect = |from: usize, to: usize| letters[from..to].iter().collect::<String>();
        let end = end + behind;
        let dash = dash(&letters[end..]).map_or(String::new(), |dash| format!(" {dash}"));
        word.text =
            format!("{}{}{}{dash}", collect(start - before, start), word.text, collect(end - behind, end));
        at = end;
    }
}

/// A dash that stands between two words.
fn dash(letters: &[char]) -> Option<char> {
    match letters {
        [' ', dash @ ('–' | '—' | '-'), ' ', ..] => Some(*dash),
        _ => None,
    }
}

fn fold(letter: char) -> char {
    if letter == '’' { '\'' } else { letter.to_lowercase().next().unwrap_or(letter) }
}

/// Where `wanted` stands as a word of its own, from `at` on.
fn find(letters: &[char], at: usize, wanted: &[char]) -> Option<usize> {
    let of_word = |index: usize| letters.get(index).is_some_and(|letter| letter.is_alphanumeric());
    let last = letters.len().checked_sub(wanted.len())?.min(at + REACH);
    let stands = |start: &usize| {
        letters[*start..*start + wanted.len()] == *wanted
            && !start.checked_sub(1).is_some_and(of_word)
            && !of_word(start + wanted.len())
    };
    if wanted.is_empty() { None } else { (at..=last).find(stands) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn punctuated(words: &str, text: &str) -> String {
        let word = |text: &str| TimedWord { start_s: 0.0, end_s: 0.0, text: text.to_owned() };
        let mut words: Vec<TimedWord> = words.split(' ').map(word).collect();
        punctuate(&mut words, text);
        words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_get_the_marks_of_the_text() {
        assert_eq!(
            punctuated("hello there how are you", "Hello, there! How are you?"),
            "hello, there! how are you?"
        );
        assert_eq!(punctuated("she said stop it", "She said: “Stop it.”"), "she said: “stop it.”");
        assert_eq!(punctuated("it's late", "It’s late…"), "it's late…");
        assert_eq!(punctuated("a man a plan", "A man, a plan."), "a man, a plan.");
        assert_eq!(punctuated("no no", "No (no)!"), "no (no)!");
        assert_eq!(punctuated("now please", "Now — please - "), "now — please -");
    }

    #[test]
    fn what_is_not_in_the_text_stays_bare() {
        assert_eq!(punctuated("forty two apples", "42 apples!"), "forty two apples!");
        assert_eq!(punctuated("hi there", ""), "hi there");
        assert_eq!(punctuated("art", "start, art."), "art.");
        let far = format!("{} end.", "x ".repeat(200));
        assert_eq!(punctuated("end", &far), "end");
    }
}
