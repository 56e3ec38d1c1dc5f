//! How long the voice is silent at a mark, at a breath, between sentences and between paragraphs.
//!
//! Pauses of readers: 100-250 ms at commas, 300-500 ms at semicolons, colons and dashes, 500-700 ms between sentences,
//! 1.0 s and more between paragraphs (Zellner 1994; Campione & Véronis 2002; Goldman-Eisler 1968 for breaths). Commas and
//! sentence ends are the voice's own, which has them from its teacher; the others it makes much too short.

use super::reading::Reading;
use super::rules::ProsodyRules;
use crate::phone::{Phone, is_length_mark, is_stress_mark};
use std::ops::Range;

/// Units of duration per second (25 ms each).
const UNITS_PER_S: f32 = 40.0;

/// Least length of a mark in s at strength 1. The voice's silence before and after it comes on top: about 50 ms.
fn least_s(mark: char) -> Option<f32> {
    Some(match mark {
        ';' | ':' => 0.28,
        '—' => 0.22,
        '…' => 0.35,
        '(' | ')' => 0.15,
        _ => return None,
    })
}

/// A breath inside a sentence, s.
const BREATH_S: f32 = 0.22;
/// What a paragraph's end adds to a sentence's, s.
const PARAGRAPH_S: f32 = 0.45;
/// Silence at the start of a phrase that goes on with a sentence, s: the voice gives a third of a second.
const RESUMED_S: f32 = 0.15;

/// Where a phrase stands between others.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Neighbours {
    /// Whether it goes on with the sentence of the phrase before it.
    pub(super) resumes: bool,
    /// Whether a paragraph ends with it and another follows.
    pub(super) ends_paragraph: bool,
}

/// Lengthens marks, breaths and the silence at the end. `symbol_units` are pairs of symbol and the index of its token;
/// `units` are durations per token.
pub(super) fn lengthen(
    reading: &Reading,
    breaths: &[usize],
    neighbours: Neighbours,
    rules: &ProsodyRules,
    token_source: &[usize],
    units: &mut [f32],
) {
    for (i, symbol) in token_source.iter().enumerate() {
        let Some(slot) = units.get_mut(i + 1) else { return };
        if breaths.contains(symbol) {
            *slot = slot.max(BREATH_S * UNITS_PER_S);
        } else if let Some(least) = least_s(reading.symbols[*symbol]) {
            *slot = slot.max(least * rules.pauses * UNITS_PER_S);
        }
    }
    if neighbours.resumes
        && let Some(first) = units.first_mut()
    {
        *first = first.min(RESUMED_S * UNITS_PER_S);
    }
    if neighbours.ends_paragraph
        && let Some(last) = units.last_mut()
    {
        *last += PARAGRAPH_S * rules.pauses * UNITS_PER_S;
    }
}

/// Silences that the text asks for, in s.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Asked {
    /// Inside the phrase: the symbols between two sounds, and how long.
    pub(super) pauses: Vec<(Range<usize>, f32)>,
    /// Before the first sound.
    pub(super) head_s: Option<f32>,
    /// After the last sound.
    pub(super) tail_s: Option<f32>,
}

/// Where sounds are heard among the tokens of the voices that ship (`tools/fit/README.md`, "Phone times"), in units: a
/// silence begins so long before the token of its mark,
const MARK_EARLY: f32 = 0.16 * UNITS_PER_S;
/// and at the end of a phrase so long before the token after the last sound's;
const END_EARLY: f32 = 0.275 * UNITS_PER_S;
/// a sound begins so long before its own token,
const SOUND_EARLY: f32 = 0.06 * UNITS_PER_S;
/// when this share of the spaces and stress marks before it has passed.
const GAP_SHARE: f32 = 0.4;

/// The sound before a silence keeps at least a third of the silence's length, at most 0.15 s.
const SHARE_BEFORE: f32 = 1.0 / 3.0;
const SHARE_MOST: f32 = 0.15 * UNITS_PER_S;

/// Whole units of a token, as the voice rounds them.
fn whole(units: f32) -> f32 {
    units.round().max(1.0)
}

/// Where the spaces and stress marks before the coming sound begin in a run of tokens; marks stand before them.
fn gap_start(symbols: &[char], tokens: &[usize]) -> usize {
    let in_gap = |symbol: char| symbol == ' ' || is_stress_mark(symbol);
    tokens.iter().rposition(|symbol| !in_gap(symbols[*symbol])).map_or(0, |last| last + 1)
}

/// Gives a run of tokens, of which the one at `slot` is silence, the length of `wanted` units: what the others leave is
/// the slot's, and if that is nothing, they give way.
fn fill(units: &mut [f32], slot: usize, wanted: f32) {
    let others =
        |units: &[f32]| units.iter().enumerate().filter(|(i, _)| *i != slot).map(|(_, u)| *u).sum::<f32>();
    units.iter_mut().for_each(|own| *own = whole(*own));
    let mut left = wanted - others(units);
    if left < 1.0 {
        units.fill(1.0);
        left = wanted - others(units);
    }
    if let Some(slot) = units.get_mut(slot) {
        *slot = left.max(1.0);
    }
}

/// What a silence of `asked` units must be longer so that the sound before it keeps its share. The sound's token is at
/// `sound`, the silence begins `early` before the token at `silence`.
fn share(
    symbols: &[char],
    token_source: &[usize],
    units: &[f32],
    [sound, silence]: [usize; 2],
    early: f32,
    asked: f32,
) -> f32 {
    let sum = |from: usize, to: usize| units[from + 1..to + 1].iter().map(|own| whole(*own)).sum::<f32>();
    let gap = gap_start(symbols, &token_source[..sound]);
    let own = sum(sound, silence) + (1.0 - GAP_SHARE) * sum(gap, sound) + SOUND_EARLY - early;
    ((asked * SHARE_BEFORE).min(SHARE_MOST) - own).max(0.0)
}

/// Makes the silences that the text asks for exactly as long as it asks, as far as the voice can: at a mark inside a phrase
/// it is silent for 0.15 s and more, at the end of one for 0.3 s.
pub(super) fn set(reading: &Reading, asked: &Asked, token_source: &[usize], units: &mut [f32]) {
    if units.len() != token_source.len() + 2 {
        return;
    }
    let symbols = &reading.symbols;
    let sounds = |symbol: &usize| Phone::of(symbols[*symbol]).is_some();
    for (place, seconds) in &asked.pauses {
        let from = token_source.partition_point(|symbol| *symbol < place.start);
        let to = token_source.partition_point(|symbol| *symbol < place.end);
        let Some(tokens) = token_source.get(from..to) else { continue };
        let is_mark = |symbol: &usize| symbols[*symbol] != ' ' && !is_stress_mark(symbols[*symbol]);
        let Some(mark) = tokens.iter().position(is_mark) else { continue };
        let gap = gap_start(symbols, tokens);
        let in_gap: f32 = units[from + gap + 1..to + 1].iter().map(|own| whole(*own)).sum();
        let asked = seconds * UNITS_PER_S;
        let sound = token_source[..from].iter().rposition(sounds);
        let share = sound.map_or(0.0, |sound| {
            share(symbols, token_source, units, [sound, from + mark], MARK_EARLY, asked)
        });
        let wanted = asked + share - (MARK_EARLY - SOUND_EARLY) - GAP_SHARE * in_gap;
        fill(&mut units[from + mark + 1..from + gap + 1], 0, wanted);
    }
    if let Some((head_s, first)) = asked.head_s.zip(token_source.iter().position(sounds)) {
        let gap = gap_start(symbols, &token_source[..first]);
        let in_gap: f32 = units[gap + 1..first + 1].iter().map(|own| whole(*own)).sum();
        fill(&mut units[..gap + 1], 0, head_s * UNITS_PER_S + SOUND_EARLY - GAP_SHARE * in_gap);
    }
    if let Some((tail_s, last)) = asked.tail_s.zip(token_source.iter().rposition(sounds)) {
        let long = |symbol: &&usize| is_length_mark(symbols[**symbol]);
        let silence = last + 1 + token_source[last + 1..].iter().take_while(long).count();
        let asked = tail_s * UNITS_PER_S;
        let share = share(symbols, token_source, units, [last, silence], END_EARLY, asked);
        let tail = &mut units[silence + 1..];
        let end = tail.len().saturating_sub(1);
        fill(tail, end, asked + share - END_EARLY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prosody::reading::tests::readings;

    #[test]
    fn marks_are_lengthened_and_commas_left() {
        let reading = readings("He came, he saw; he won.").remove(0);
        let source: Vec<usize> = (0..reading.symbols.len()).collect();
        let units_of = |rules: &ProsodyRules, neighbours| {
            let mut units = vec![2.0; source.len() + 2];
            lengthen(&reading, &[], neighbours, rules, &source, &mut units);
            units
        };
        let at = |mark: char| reading.symbols.iter().position(|s| *s == mark).expect("the mark") + 1;
        let alone = Neighbours::default();
        let units = units_of(&ProsodyRules::default(), alone);
        assert_eq!(units[at(',')], 2.0);
        assert!((units[at(';')] - 11.2).abs() < 1e-4);
        assert!(units_of(&ProsodyRules::OFF, alone).iter().all(|units| *units == 2.0));
        let between = Neighbours { resumes: true, ends_paragraph: true };
        let units = units_of(&ProsodyRules::default(), between);
        assert_eq!(units[0], 2.0, "what is short stays");
        assert!((units[units.len() - 1] - 20.0).abs() < 1e-4);
    }
}
