//! Thousands and millions after a number: "3 million", "2bn", "12K followers".

use super::line::Line;
use super::numeral::Numeral;

/// "million" after an amount of money, as a word or a letter, and where it ends.
pub(crate) fn after_money(line: &Line<'_>, i: usize) -> Option<(&'static str, usize)> {
    let start = line.spaces(i);
    let end = line.word(start);
    let word = match line.text(start..end).as_str() {
        "hundred" => "hundred",
        "thousand" => "thousand",
        "million" | "mn" => "million",
        "billion" | "bn" => "billion",
        "trillion" | "tn" => "trillion",
        "k" | "K" if start == i => "thousand",
        "m" | "M" | "mm" | "MM" if start == i => "million",
        "b" | "B" if start == i => "billion",
        "t" | "T" if start == i => "trillion",
        _ => return None,
    };
    line.is_boundary(end).then_some((word, end))
}

/// Plurals that do not end in s, as the commonest things that are counted by the thousand.
const PLURALS: [&str; 5] = ["people", "men", "women", "children", "of"];
/// Words in -s that are no plurals.
const SINGULARS: [&str; 8] = ["is", "was", "has", "its", "vs", "this", "as", "us"];

/// The same after a bare number. A letter may also be a unit or a name ("5k run", "4K TV"): it counts where a plural
/// follows, or where the number is too large or too exact to be a name.
pub(crate) fn after_count(line: &Line<'_>, numeral: &Numeral) -> Option<(&'static str, usize)> {
    let end = line.word(numeral.end);
    let letters = line.text(numeral.end..end);
    if !line.is_boundary(end) {
        return None;
    }
    let word = match letters.as_str() {
        "bn" => return Some(("billion", end)),
        "mn" => return Some(("million", end)),
        "tn" => return Some(("trillion", end)),
        "k" | "K" => "thousand",
        "M" => "million",
        "B" => "billion",
        _ => return None,
    };
    let next = line.spaces(end);
    let following = line.text(next..line.word(next));
    let plural = following.ends_with('s')
        && following.chars().all(|c| c.is_ascii_lowercase())
        && !SINGULARS.contains(&following.as_str())
        || PLURALS.contains(&following.as_str());
    // A pension plan is no amount: "401k"; nor is a house: "221B".
    let large = word == "thousand" && numeral.whole.len() > 2 && numeral.whole != "401";
    (plural || large || numeral.fraction.is_some()).then_some((word, end))
}
